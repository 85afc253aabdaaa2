# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks who sent a request: signatures V3 (ACS3-HMAC-SHA256) and V1 (HMAC-SHA1), computed anew
from what arrived, dates, nonces, temporary tokens."""
import base64
import calendar
import hashlib
import hmac
import re
import time
from urllib.parse import quote

from .errors import ApiError

ALGORITHM = 'ACS3-HMAC-SHA256'
WINDOW = 15 * 60
# The document: every common header that is there must be signed.
REQUIRED = ('host', 'x-acs-action', 'x-acs-content-sha256', 'x-acs-date', 'x-acs-signature-nonce',
            'x-acs-version')


def encode(text):
    """RFC 3986: everything but A-Z a-z 0-9 - _ . ~ is encoded, a space as %20."""
    return quote(text, safe='-_.~', errors='surrogateescape')


def canonical_query(pairs):
    return '&'.join(f'{encode(name)}={encode(value)}' for name, value in sorted(pairs))


def canonical_uri(path):
    return path.replace('+', '%20').replace('*', '%2A').replace('%7E', '~') or '/'


def canonical_headers(headers, signed):
    lines = []
    for name in signed:
        values = sorted(value.strip() for key, value in headers if key.lower() == name)
        lines.append(f'{name}:{",".join(values)}\n')
    return ''.join(lines)


def canonical_request(method, path, query, headers, signed, payload_hash):
    return '\n'.join((method, canonical_uri(path), canonical_query(query),
                      canonical_headers(headers, signed), ';'.join(signed), payload_hash))


def hexdigest(data):
    return hashlib.sha256(data).hexdigest()


def string_to_sign(request):
    return f'{ALGORITHM}\n{hexdigest(request.encode("utf-8", "surrogateescape"))}'


def sign(secret, text):
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def v1_string_to_sign(method, pairs):
    return f'{method}&%2F&{encode(canonical_query(pairs))}'


def v1_sign(secret, text):
    return base64.b64encode(hmac.new((secret + '&').encode(), text.encode(),
                                     hashlib.sha1).digest()).decode()


def must_be_signed(name):
    return name in ('host', 'content-type') or name.startswith('x-acs-')


class Verifier:
    """Who may call: keys is a function from an AccessKey ID to a key, clock one to the time."""

    def __init__(self, keys, clock):
        self.keys = keys
        self.clock = clock
        self.nonces = {}
        self.swept = 0

    def verify(self, request):
        """The key that signed the request, or an ApiError."""
        if request.header('authorization') or not request.parameter('AccessKeyId'):
            return self._verify_v3(request)
        return self._verify_v1(request)

    def _verify_v3(self, request):
        match = re.fullmatch(r'(\S+) Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*'
                             r'Signature=([0-9a-fA-F]+)', request.header('authorization').strip())
        if not match or match[1] != ALGORITHM:
            raise ApiError('IncompleteSignature')
        key_id, signed, signature = match[2], match[3].split(';'), match[4]
        present = {name.lower() for name, _ in request.headers}
        for name in REQUIRED:
            if name not in present:
                raise ApiError('MissingParameter', f'The header "{name}" that is mandatory for '
                               'processing this request is not supplied.')
        for name in sorted(present):
            if must_be_signed(name) and name not in signed:
                raise ApiError('IncompleteSignature',
                               f'The header "{name}" is not among the signed headers.')
        self._check_date(request.header('x-acs-date'))
        key = self._find_key(key_id, request.header('x-acs-security-token'))
        payload_hash = hexdigest(request.body)
        text = string_to_sign(canonical_request(request.method, request.path, request.query,
                                                request.headers, sorted(signed), payload_hash))
        if (not hmac.compare_digest(sign(key.secret, text), signature.lower())
                or request.header('x-acs-content-sha256').strip().lower() != payload_hash):
            raise ApiError('SignatureDoesNotMatch', 'Specified signature does not match our '
                           f'calculation. server StringToSign is [{text}]')
        self._check_nonce(key_id, request.header('x-acs-signature-nonce'))
        return key

    def _verify_v1(self, request):
        pairs = request.query + request.form
        values = dict(pairs)
        for name in ('SignatureNonce', 'Timestamp', 'Signature'):
            if not values.get(name):
                raise ApiError('MissingParameter', f'The input parameter "{name}" that is '
                               'mandatory for processing this request is not supplied.')
        if (values.get('SignatureMethod') != 'HMAC-SHA1'
                or values.get('SignatureVersion', '1.0') != '1.0'):
            raise ApiError('IncompleteSignature')
        self._check_date(values['Timestamp'])
        key = self._find_key(values['AccessKeyId'], values.get('SecurityToken', ''))
        text = v1_string_to_sign(request.method, [p for p in pairs if p[0] != 'Signature'])
        if not hmac.compare_digest(v1_sign(key.secret, text).encode(),
                                   values['Signature'].encode('utf-8', 'replace')):
            raise ApiError('SignatureDoesNotMatch', 'Specified signature is not matched with our '
                           f'calculation. server string to sign is:{text}')
        self._check_nonce(key.id, values['SignatureNonce'])
        return key

    def _check_date(self, text):
        try:
            stamp = calendar.timegm(time.strptime(text.strip(), '%Y-%m-%dT%H:%M:%SZ'))
        except ValueError:
            raise ApiError('InvalidTimeStamp.Format') from None
        if abs(self.clock() - stamp) > WINDOW:
            raise ApiError('InvalidTimeStamp.Expired')

    def _find_key(self, key_id, token):
        key = self.keys(key_id)
        if not key:
            raise ApiError('InvalidAccessKeyId.NotFound')
        if key.status != 'Active':
            raise ApiError('InvalidAccessKeyId.Inactive')
        if key.token and not token:
            raise ApiError('MissingSecurityToken')
        if token.strip() != key.token:
            raise ApiError('InvalidSecurityToken.MismatchWithAccessKey' if token.startswith('CAIS')
                           else 'InvalidSecurityToken.Malformed')
        if key.expires and key.expires <= self.clock():
            raise ApiError('InvalidSecurityToken.Expired')
        return key

    def _check_nonce(self, key_id, nonce):
        now = time.monotonic()
        if now - self.swept > 60:
            self.swept = now
            # Twice the window: a date may lie ahead as well as back.
            self.nonces = {k: t for k, t in self.nonces.items() if now - t < 2 * WINDOW}
        if (key_id, nonce) in self.nonces:
            raise ApiError('SignatureNonceUsed')
        self.nonces[key_id, nonce] = now
