#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""mock-secret-service.py FAULT: a Secret Service that does what gnome-keyring does not.

FAULT is one of
  none     everything works
  plain    secrets can be handed over in the clear only
  newer    has an item of a newer version of the schema
  far      has an item in another keyring, which is locked
  other    what is stored comes back as something else
  large    what is stored comes back larger than any secret may be
  keep     what is deleted stays
  ask      whatever is written or deleted has to be confirmed first
  prompt   locked, and the prompt never ends
  nothing  says that nothing was found and nobody has to be asked, and stays locked
  error    every call but those that look fails
  broken   every call fails
"""
import ctypes
import hmac
import os
import sys

from gi.repository import Gio, GLib

TOP = '/org/freedesktop/secrets'
COLLECTION = TOP + '/collection/mock'
PROMPT = TOP + '/prompt/p1'
S = 'org.freedesktop.Secret.'
DH = 'dh-ietf1024-sha256-aes128-cbc-pkcs7'
# The second Oakley group (RFC 2409).
PRIME = int('FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22'
            '514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6'
            'F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381'
            'FFFFFFFFFFFFFFFF', 16)
INTERFACES = Gio.DBusNodeInfo.new_for_xml('''<node>
<interface name="org.freedesktop.Secret.Service">
  <method name="OpenSession"><arg type="s" direction="in"/><arg type="v" direction="in"/>
    <arg type="v" direction="out"/><arg type="o" direction="out"/></method>
  <method name="ReadAlias"><arg type="s" direction="in"/><arg type="o" direction="out"/></method>
  <method name="SearchItems"><arg type="a{ss}" direction="in"/>
    <arg type="ao" direction="out"/><arg type="ao" direction="out"/></method>
  <method name="Unlock"><arg type="ao" direction="in"/>
    <arg type="ao" direction="out"/><arg type="o" direction="out"/></method>
  <property name="Collections" type="ao" access="read"/>
</interface>
<interface name="org.freedesktop.Secret.Collection">
  <method name="CreateItem"><arg type="a{sv}" direction="in"/><arg type="(oayays)" direction="in"/>
    <arg type="b" direction="in"/><arg type="o" direction="out"/><arg type="o" direction="out"/>
  </method>
  <property name="Locked" type="b" access="read"/>
</interface>
<interface name="org.freedesktop.Secret.Item">
  <method name="GetSecret"><arg type="o" direction="in"/><arg type="(oayays)" direction="out"/>
  </method>
  <method name="SetSecret"><arg type="(oayays)" direction="in"/></method>
  <method name="Delete"><arg type="o" direction="out"/></method>
  <property name="Attributes" type="a{ss}" access="readwrite"/>
  <property name="Label" type="s" access="readwrite"/>
  <property name="Locked" type="b" access="read"/>
  <property name="Modified" type="t" access="read"/>
</interface>
<interface name="org.freedesktop.Secret.Prompt">
  <method name="Prompt"><arg type="s" direction="in"/></method>
  <method name="Dismiss"/>
</interface>
</node>''').interfaces


crypto = ctypes.CDLL('libcrypto.so.3')  # Python's own modules need it
for function in (crypto.EVP_CIPHER_CTX_new, crypto.EVP_aes_128_cbc):
    function.restype = ctypes.c_void_p


def aes(key, iv, text, encrypt):
    """AES-128-CBC with the padding of PKCS 7."""
    context = ctypes.c_void_p(crypto.EVP_CIPHER_CTX_new())
    out = ctypes.create_string_buffer(len(text) + 16)
    length, rest = ctypes.c_int(), ctypes.c_int()
    done = (crypto.EVP_CipherInit_ex(context, ctypes.c_void_p(crypto.EVP_aes_128_cbc()), None, key,
                                     iv, int(encrypt))
            and crypto.EVP_CipherUpdate(context, out, ctypes.byref(length), text, len(text))
            and crypto.EVP_CipherFinal_ex(context, ctypes.byref(out, length.value),
                                          ctypes.byref(rest)))
    crypto.EVP_CIPHER_CTX_free(context)
    if not done:
        raise ValueError('not encrypted for this session')
    return out.raw[:length.value + rest.value]


class Mock:
    def __init__(self, bus, fault):
        self.bus = bus
        self.key = None
        self.fault = fault
        self.items = {}
        self.count = 0
        for path, index in ((TOP, 0), (COLLECTION, 1), (PROMPT, 3)):
            self.export(path, INTERFACES[index])

    def export(self, path, interface):
        return self.bus.register_object(path, interface, self.call, self.get, self.set)

    def call(self, bus, sender, path, interface, method, parameters, invocation):
        looks = method in ('ReadAlias', 'SearchItems')
        if self.fault == 'broken' or self.fault == 'error' and not looks:
            invocation.return_dbus_error('org.example.Broken', 'It is broken.\x1b[1m')
            return
        getattr(self, method)(path, parameters.unpack(), invocation)

    def get(self, bus, sender, path, interface, name):
        if name == 'Locked':
            return GLib.Variant('b', self.fault in ('prompt', 'nothing'))
        if name == 'Collections':
            return GLib.Variant('ao', [COLLECTION])
        item = self.items[path]
        return {'Attributes': GLib.Variant('a{ss}', item['attributes']),
                'Label': GLib.Variant('s', item['label']),
                'Modified': GLib.Variant('t', 1700000000)}[name]

    def set(self, bus, sender, path, interface, name, value):
        self.items[path][name.lower()] = value.unpack()
        return True

    def OpenSession(self, path, arguments, invocation):
        if arguments[0] != ('plain' if self.fault == 'plain' else DH):
            invocation.return_dbus_error('org.freedesktop.DBus.Error.NotSupported', 'Not that')
            return
        public = b''
        if self.fault != 'plain':
            private = int.from_bytes(os.urandom(128), 'big') % PRIME
            public = pow(2, private, PRIME).to_bytes(128, 'big')
            shared = pow(int.from_bytes(bytes(arguments[1]), 'big'), private, PRIME)
            extracted = hmac.digest(bytes(32), shared.to_bytes(128, 'big'), 'sha256')
            self.key = hmac.digest(extracted, b'\1', 'sha256')[:16]
        output = GLib.Variant('s' if self.fault == 'plain' else 'ay', public or '')
        invocation.return_value(GLib.Variant('(vo)', (output, TOP + '/session/s')))

    def encode(self, secret):
        if self.key is None:
            return b'', secret
        iv = os.urandom(16)
        return iv, aes(self.key, iv, secret, True)

    def decode(self, secret):
        iv, text = bytes(secret[1]), bytes(secret[2])
        return text if self.key is None else aes(self.key, iv, text, False)

    def ReadAlias(self, path, arguments, invocation):
        invocation.return_value(GLib.Variant('(o)', (COLLECTION,)))

    def SearchItems(self, path, arguments, invocation):
        found = [path for path, item in self.items.items()
                 if arguments[0].items() <= item['attributes'].items()]
        far = [path for path in found if self.fault == 'far' and path.endswith('/i0')]
        invocation.return_value(
            GLib.Variant('(aoao)', ([path for path in found if path not in far], far)))

    def Unlock(self, path, arguments, invocation):
        prompt = PROMPT if self.fault == 'prompt' else '/'
        invocation.return_value(GLib.Variant('(aoo)', ([], prompt)))

    def Prompt(self, path, arguments, invocation):
        invocation.return_value(None)

    Dismiss = Prompt

    def CreateItem(self, path, arguments, invocation):
        if self.fault == 'ask':
            invocation.return_value(GLib.Variant('(oo)', ('/', PROMPT)))
            return
        self.count += 1
        path = f'{COLLECTION}/i{self.count}'
        properties, secret, _ = arguments
        self.items[path] = {'attributes': properties[S + 'Item.Attributes'],
                            'label': properties[S + 'Item.Label'], 'secret': self.decode(secret)}
        self.items[path]['id'] = self.export(path, INTERFACES[2])
        invocation.return_value(GLib.Variant('(oo)', (path, '/')))

    def GetSecret(self, path, arguments, invocation):
        secret = self.items[path]['secret']
        if self.fault == 'other':
            secret = b'other'
        elif self.fault == 'large' and path in self.items:
            secret = b'x' * 65537
        invocation.return_value(GLib.Variant('((oayays))', (
            (arguments[0], *self.encode(secret), 'text/plain'),)))

    def SetSecret(self, path, arguments, invocation):
        self.items[path]['secret'] = self.decode(arguments[0])
        invocation.return_value(None)

    def Delete(self, path, arguments, invocation):
        if self.fault == 'ask':
            invocation.return_value(GLib.Variant('(o)', (PROMPT,)))
            return
        if self.fault != 'keep':
            self.bus.unregister_object(self.items.pop(path)['id'])
        invocation.return_value(GLib.Variant('(o)', ('/',)))


def main():
    bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
    mock = Mock(bus, sys.argv[1])
    if mock.fault in ('ask', 'large', 'plain', 'newer', 'far'):
        mock.items[COLLECTION + '/i0'] = {
            'attributes': {'xdg:schema': 'org.gangway.Secret', 'kind': 'credential', 'id': 'one',
                           'version': '2' if mock.fault == 'newer' else '1'},
            'label': 'one', 'secret': b'secret'}
        mock.items[COLLECTION + '/i0']['id'] = mock.export(COLLECTION + '/i0', INTERFACES[2])
    Gio.bus_own_name_on_connection(bus, 'org.freedesktop.secrets', Gio.BusNameOwnerFlags.NONE,
                                   None, None)
    GLib.MainLoop().run()


main()
