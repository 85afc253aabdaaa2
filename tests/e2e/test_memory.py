#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret stays in memory: after each way to log in, to fail and to give up, the memory of the
window and of its engines is searched for a password, a passphrase and a private key that exist
nowhere else. The accessibility bus is the named exception: it can read an entry while that is
filled in, so secrets are typed here."""
import json
import os
import secrets
import shutil
import socket
import subprocess
import time

from gangway_case import GangwayCase, main
from gangway_driver import key, type_text, wait_for
import process_memory

SECONDS = 5
PASSPHRASE_OF_ALL = 'open sesame'  # tests/sshd/sshd.py


def made_up():
    """Nothing that could be in memory by chance."""
    return secrets.token_hex(12)


def may_read_memory():
    """Both programs forbid it to all but root."""
    with open('/proc/self/status', encoding='utf-8') as file:
        capabilities = next(line for line in file if line.startswith('CapEff'))
    return int(capabilities.split()[1], 16) >> 19 & 1  # CAP_SYS_PTRACE


class Memory(GangwayCase):
    def setUp(self):
        if not may_read_memory():
            self.skipTest('only root reads the memory of a process that is not dumpable')
        with open(f'{os.environ["GANGWAY_BUILD"]}/src/ui/gangway', 'rb') as file:
            if b'__asan_init' in file.read():
                self.skipTest('a sanitized build has no free() that wipes')
        super().setUp()
        self.shells = 0
        # A password for each user and test, so that a hit tells where it comes from.
        self.passwords = {user: made_up() for user in ('alice', 'bob', 'kim', 'carol', 'dave')}
        with open(f'{self.playground.directory}/passdb', 'w', encoding='utf-8') as file:
            file.writelines(f'{user}:{password}:sshd\n'
                            for user, password in self.passwords.items())
        self.ssh = f'{self.playground.home}/.ssh'
        address, port = self.playground.addresses[0], self.playground.port
        with open(self.playground.host_keys['ssh-ed25519'][1] + '.pub', encoding='utf-8') as file:
            host_key = ' '.join(file.read().split()[:2])
        with open(f'{self.ssh}/known_hosts', 'w', encoding='utf-8') as file:
            file.write(f'[{address}]:{port} {host_key}\n')
        # Answers the first bytes never.
        self.silent = socket.create_server(('127.0.0.1', 0))
        self.addCleanup(self.silent.close)
        hosts = [(user, address, port) for user in self.passwords]
        hosts.append(('mute', *self.silent.getsockname()))
        hosts.append(('stranger', self.playground.addresses[1], port))
        with open(f'{self.playground.home}/data/gangway/instances.json', 'w',
                  encoding='utf-8') as file:
            json.dump({'format': 1, 'instances': [
                {'id': f'1b4e28ba-2fa1-41d2-883f-0016d3cca4{number:02d}', 'name': f'to-{user}',
                 'host': host, 'port': port, 'user': user}
                for number, (user, host, port) in enumerate(hosts)]}, file)

    def found(self, needles):
        hits = []
        for pid in (self.window.process.pid, *self.window.engines()):
            try:
                hits += process_memory.search(pid, needles)
            except (FileNotFoundError, ProcessLookupError):  # ended meanwhile
                continue
        return hits

    def assert_there(self, needle, needles):
        """The positive control: what is searched for is found while it is needed."""
        return wait_for(f'{needle} in memory', lambda: self.found({needle: needles[needle]}))

    def assert_clean(self, needles):
        self.assertTrue(self.found({'a name': b'org.gangway.Gangway'}), 'nothing is found at all')
        end = time.monotonic() + SECONDS
        while hits := self.found(needles):
            if time.monotonic() > end:
                self.fail('still in memory:\n' + '\n'.join(hits))
            time.sleep(0.1)

    def open_dialog(self, user):
        self.search_and_open(f'to-{user}')

    def type_password(self, user, password=None):
        """Opens the dialog, whose focus is then in the first empty field, and fills that in."""
        self.open_dialog(user)
        needles = process_memory.text_needles('password', password or self.passwords[user])
        type_text(password or self.passwords[user])
        for hit in self.assert_there('password as utf-8', needles):
            self.assertIn(' dd', hit, 'a core dump would have it')
        return needles

    def wait_for_shell(self):
        self.shells += 1
        self.wait_connected(self.shells)

    def test_passwords(self):
        window = self.start()
        needles = self.type_password('alice')
        key('Return')
        self.wait_for_shell()
        self.assert_clean(needles)

        # The server takes it as the answer to its one hidden question.
        needles = self.type_password('kim')
        key('Return')
        self.wait_for_shell()
        self.assert_clean(needles)

        # The dialog gives up.
        needles = self.type_password('alice')
        key('Escape')
        window.wait_gone('Instance Login')
        self.assert_clean(needles)

        # The server refuses, asks again in the tab, and gets the right one.
        wrong = self.type_password('bob', made_up())
        key('Return')
        window.find('The server did not accept the password.')
        self.assert_clean(wrong)
        needles = process_memory.text_needles('password', self.passwords['bob'])
        type_text(self.passwords['bob'])
        self.assert_there('password as utf-8', needles)
        key('Return')
        self.wait_for_shell()
        self.assert_clean(wrong | needles)

        # Refused, and given up with another one typed in.
        wrong = self.type_password('bob', made_up())
        key('Return')
        window.find('The server did not accept the password.')
        other = made_up()
        type_text(other)
        needles = process_memory.text_needles('other password', other)
        self.assert_there('other password as utf-8', needles)
        key('Escape')
        window.find('Try Again')
        self.assert_clean(wrong | needles)

        # Cancelled while the server says nothing, and while its key is a question.
        needles = self.type_password('mute', made_up())
        key('Return')
        wait_for('an engine', window.engines)
        window.press('Cancel')
        window.find('Try Again')
        self.assert_clean(needles)
        needles = self.type_password('stranger', made_up())
        key('Return')
        window.find('Trust Host Key')
        self.assert_there('password as utf-8', needles)
        window.press('Cancel')
        window.find('Try Again')
        self.assert_clean(needles)

    def place_key(self, name, passphrase=None):
        """Makes one of the server's keys the only one in ~/.ssh; returns its needles."""
        for other in os.listdir(self.ssh):
            if other != 'known_hosts':
                os.unlink(f'{self.ssh}/{other}')
        path = f'{self.ssh}/{name}'
        shutil.copy(f'{self.playground.directory}/keys/{name}', path)
        os.chmod(path, 0o600)
        if passphrase:
            style = ['-m', 'PEM'] if '-pem' in name else []
            subprocess.run(['ssh-keygen', '-q', '-p', '-a', '4', '-P', PASSPHRASE_OF_ALL, '-N',
                            passphrase, '-f', path, *style], check=True, stdin=subprocess.DEVNULL,
                           stdout=subprocess.DEVNULL)
        with open(path, encoding='ascii') as file:
            needles = process_memory.key_text_needles('key', file.read())
        self.assertGreater(len(needles), 3)
        return needles

    def choose_key(self, name, needles, user='dave'):
        self.open_dialog(user)
        key('alt+2')
        self.window.press('Choose')
        wait_for(name, lambda: self.window.names(name))
        key('Return')
        self.window.find('Clear Private Key')
        self.assert_there(next(iter(needles)), needles)

    def type_passphrase(self, text):
        type_text(text)
        needles = process_memory.text_needles('passphrase', text)
        self.assert_there('passphrase as utf-8', needles)
        return needles

    def test_keys(self):
        window = self.start()
        plain = f'{self.playground.directory}/keys/ed25519-openssh'
        needles = self.place_key('ed25519-openssh')
        needles |= process_memory.ed25519_needles('key', plain)
        needles |= process_memory.text_needles('password', self.passwords['carol'])
        self.choose_key('ed25519-openssh', needles, 'carol')
        key('Return')
        window.find('Questions of the Server')
        # Between the key and the second question the engine holds the key as bytes.
        self.assert_there('begin of key seed', needles)
        type_text(self.passwords['carol'])
        self.assert_there('password as utf-8', needles)
        key('Return')
        self.wait_for_shell()
        self.assert_clean(needles)

        passphrase = made_up()
        needles = self.place_key('rsa-pem-encrypted', passphrase)
        needles |= process_memory.rsa_needles('key', plain.replace('ed25519-openssh', 'rsa-pem'))
        self.choose_key('rsa-pem-encrypted', needles)
        needles |= self.type_passphrase(passphrase)
        key('Return')
        self.wait_for_shell()
        self.assert_clean(needles)

        passphrase = made_up()
        needles = self.place_key('ed25519-openssh-encrypted', passphrase)
        needles |= process_memory.ed25519_needles('key', plain)
        self.choose_key('ed25519-openssh-encrypted', needles, 'bob')
        needles |= self.type_passphrase(passphrase)
        key('Return')
        self.wait_for_shell()
        self.assert_clean(needles)

        # That key is remembered. A wrong passphrase, another one in the tab, then given up.
        self.open_dialog('bob')
        window.find('Clear Private Key')
        first = self.type_passphrase(made_up())
        key('Return')
        window.find('The passphrase does not open the private key.')
        self.assert_clean(first)
        second = self.type_passphrase(made_up())
        key('Escape')
        window.find('Try Again')
        self.assert_clean(needles | first | second)

    def test_keyring(self):
        """A saved login, and a credential: typed once, then fetched from the keyring."""
        if subprocess.run(['gdbus', 'introspect', '--session', '--dest', 'org.freedesktop.secrets',
                           '--object-path', '/org/freedesktop/secrets'], check=False,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
            self.skipTest('there is no keyring: tests/with-keyring starts one')
        window = self.start()
        needles = self.type_password('alice')
        self.go_to('Remember this login')
        key('space')
        window.press('OK')
        self.wait_for_shell()
        wait_for('the login in the keyring', lambda: subprocess.run(
            ['secret-tool', 'search', 'xdg:schema', 'org.gangway.Secret'], check=False,
            capture_output=True).stdout)
        self.assert_clean(needles)
        self.search('to-alice')
        self.wait_for_shell()
        self.assertFalse(window.exists('Instance Login'))
        self.assert_clean(needles)

        self.open_dialog('bob')
        key('alt+3')
        window.press('Create Credential')
        window.find('Add Credential')
        type_text('Operations')
        key('Tab', 'Tab', 'Tab')
        needles = process_memory.text_needles('password', self.passwords['bob'])
        type_text(self.passwords['bob'])
        self.assert_there('password as utf-8', needles)
        key('Return')
        window.wait_gone('Add Credential')
        self.assert_clean(needles)
        window.press('OK')
        self.wait_for_shell()
        self.assert_clean(needles)


if __name__ == '__main__':
    main()
