# SPDX-License-Identifier: GPL-3.0-or-later
"""For tests: starts the emulator, and signs requests by the published description alone; none of
the emulator's own code is used."""
import datetime
import hashlib
import hmac
import http.client
import json
import os
import ssl
import subprocess
import sys
import unittest
import urllib.parse
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
VERSIONS = {'ListResourceGroups': '2020-03-31', 'AssumeRole': '2015-04-01',
            'GetCallerIdentity': '2015-04-01'}


def percent(text):
    """Every byte but the unreserved ones of RFC 3986, written out so as not to share a mistake."""
    keep = b'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~'
    return ''.join(chr(byte) if byte in keep else f'%{byte:02X}' for byte in text.encode())


def now(offset=0):
    return (datetime.datetime.now(datetime.timezone.utc)
            + datetime.timedelta(seconds=offset)).strftime('%Y-%m-%dT%H:%M:%SZ')


def authorization(key_id, secret, method, query, headers, leave_out=(), payload_hash=None):
    """headers: names in lower case. leave_out are sent but not signed. payload_hash is what their
    x-acs-content-sha256 says, unless it lies."""
    signed = sorted(name for name in headers if name not in leave_out and (
        name in ('host', 'content-type') or name.startswith('x-acs-')))
    canonical = '\n'.join([
        method, '/', '&'.join(f'{percent(k)}={percent(query[k])}' for k in sorted(query)),
        ''.join(f'{name}:{headers[name].strip()}\n' for name in signed), ';'.join(signed),
        payload_hash or headers['x-acs-content-sha256']])
    text = 'ACS3-HMAC-SHA256\n' + hashlib.sha256(canonical.encode()).hexdigest()
    signature = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return (f'ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={";".join(signed)},'
            f'Signature={signature}')


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()
        try:
            self.json = json.loads(self.body)
        except (ValueError, RecursionError):
            self.json = None
        self.code = self.json.get('Code', '') if isinstance(self.json, dict) else None


class Emulator:
    """with Emulator('--instances', '10') as cloud: cloud.call('DescribeRegions')"""

    def __init__(self, *arguments):
        self.arguments = arguments
        self.named, self.keys = {}, {}

    def __enter__(self):
        # Warnings and faults of the emulator itself are a test's failure: see close().
        self.process = subprocess.Popen(
            [sys.executable, f'{HERE}/cloud.py', *self.arguments], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            name, _, value = line.rstrip('\n').partition(' ')
            if name == 'ready':
                break
            if name == 'key':
                key_id, secret, _, user = value.split(' ')
                self.keys[user] = (key_id, secret)
            else:
                self.named[name] = value
        else:
            raise RuntimeError(self.process.communicate()[1])
        self.address = urllib.parse.urlsplit(self.named['endpoint']).netloc
        self.key = self.keys['gangway']
        return self

    def __exit__(self, *_):
        _, errors = self.process.communicate(timeout=20)
        if errors or self.process.returncode:
            raise RuntimeError(f'the emulator: {self.process.returncode} {errors}')

    def connect(self, timeout=20):
        if 'certificate' in self.named:
            return http.client.HTTPSConnection(
                self.address, timeout=timeout,
                context=ssl.create_default_context(cafile=self.named['certificate']))
        return http.client.HTTPConnection(self.address, timeout=timeout)

    def plain(self, method, path, body=None, headers=None):
        connection = self.connect()
        try:
            connection.request(method, path, body, headers or {})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def control(self, **command):
        answer = self.plain('POST', '/_control', json.dumps(command))
        assert answer.status == 200, answer.body

    def state(self):
        return self.plain('GET', '/_control/state').json

    def log(self, since=0):
        return self.plain('GET', f'/_control/log?since={since}').json['log']

    def call(self, action, query=None, *, key=None, token='', date=None, nonce=None, body=b'',
             headers=None, drop=(), leave_out=(), tamper=None, connection=None, method='POST',
             payload_hash=None, **more):
        """One signed call. headers go over the usual ones before signing; those in drop are not
        sent, those in leave_out not signed; tamper changes what is sent after it was signed."""
        key_id, secret = key or self.key
        query = {**(query or {}), **more}
        sent = {'host': self.address, 'accept': 'application/json', 'x-acs-action': action,
                'x-acs-version': VERSIONS.get(action, '2014-05-26'), 'x-acs-date': date or now(),
                'x-acs-signature-nonce': nonce or uuid.uuid4().hex,
                'x-acs-content-sha256': hashlib.sha256(body).hexdigest(), **(headers or {})}
        if token:
            sent['x-acs-security-token'] = token
        for name in drop:
            del sent[name]
        sent['authorization'] = authorization(
            key_id, secret, method, query, {'x-acs-content-sha256': '', **sent}, leave_out,
            payload_hash)
        if tamper:
            tamper(query, sent)
        own = connection is None
        connection = connection or self.connect()
        try:
            connection.request(method, '/?' + urllib.parse.urlencode(
                query, quote_via=urllib.parse.quote), body, sent)
            return Answer(connection.getresponse())
        finally:
            if own:
                connection.close()

    def instances(self, region, connection=None, size=100, **filters):
        """Every instance of a region, page by page."""
        found, token = [], {}
        while True:
            answer = self.call('DescribeInstances', RegionId=region, MaxResults=str(size),
                               connection=connection, **filters, **token)
            assert answer.status == 200, answer.body
            found += answer.json['Instances']['Instance']
            if not answer.json['NextToken']:
                return found
            token = {'NextToken': answer.json['NextToken']}


class CloudTest(unittest.TestCase):
    """One emulator for the class, started with `arguments`."""
    arguments = ()

    @classmethod
    def setUpClass(cls):
        cls.cloud = cls.enterClassContext(Emulator(*cls.arguments))

    def setUp(self):
        self.cloud.control(clear=True)

    def refused(self, code, *arguments, status=None, **keywords):
        answer = self.cloud.call(*(arguments or ['DescribeRegions']), **keywords)
        self.assertEqual(answer.code, code, answer.body)
        self.assertGreaterEqual(answer.status, 400)
        if status:
            self.assertEqual(answer.status, status)
        for name in ('RequestId', 'HostId', 'Code', 'Message', 'Recommend'):
            self.assertIn(name, answer.json)
        return answer.json

    def ok(self, *arguments, **keywords):
        answer = self.cloud.call(*arguments, **keywords)
        self.assertEqual(answer.status, 200, answer.body)
        self.assertRegex(answer.json['RequestId'], '^[0-9A-F-]{36}$')
        return answer.json


class TapResult(unittest.TestResult):
    def _say(self, word, test, rest=''):
        print(f'{word} {self.testsRun} - {type(test).__name__}.{test._testMethodName}{rest}',
              flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        self._say('ok', test)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._say('ok', test, f' # SKIP {reason}')

    def addFailure(self, test, err):
        super().addFailure(test, err)
        print(self.failures[-1][1], file=sys.stderr)
        self._say('not ok', test)

    def addError(self, test, err):
        super().addError(test, err)
        print(self.errors[-1][1], file=sys.stderr)
        # Of a class, where its emulator did not start or ended badly.
        if isinstance(test, unittest.TestCase):
            self._say('not ok', test)
        else:
            print(f'Bail out! {test}', flush=True)


def main():
    """Runs what the program defines, as TAP; names on its command line choose."""
    loader = unittest.TestLoader()
    tests = (loader.loadTestsFromNames(sys.argv[1:], sys.modules['__main__']) if sys.argv[1:]
             else loader.loadTestsFromModule(sys.modules['__main__']))
    print(f'1..{tests.countTestCases()}', flush=True)
    result = TapResult()
    tests.run(result)
    sys.exit(not result.wasSuccessful())
