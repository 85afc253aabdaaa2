#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator answers as the documents say: signatures, refusals, lists, policies, commands."""
import base64
import hashlib
import json
import hmac
import time
import unittest
import urllib.parse
import xml.etree.ElementTree

import cloud_client
from cloud_client import CloudTest, now, percent
from emulator import signing

EMPTY = hashlib.sha256(b'').hexdigest()


class Vectors(unittest.TestCase):
    """What is published, against both the emulator's code and the tests' own."""

    def test_v3(self):
        query = {'ImageId': 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd',
                 'RegionId': 'cn-shanghai'}
        headers = {'host': 'ecs.cn-shanghai.aliyuncs.com', 'x-acs-action': 'RunInstances',
                   'x-acs-version': '2014-05-26', 'x-acs-date': '2023-10-26T10:22:32Z',
                   'x-acs-signature-nonce': '3156853299f313e23d1673dc12e1703d',
                   'x-acs-content-sha256': EMPTY, 'user-agent': 'not signed'}
        expected = '06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0'
        ours = cloud_client.authorization('YourAccessKeyId', 'YourAccessKeySecret', 'POST', query,
                                          headers)
        self.assertEqual(ours.rpartition('=')[2], expected)
        signed = 'host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;' \
            'x-acs-version'
        request = signing.canonical_request('POST', '/', list(query.items()),
                                            list(headers.items()), signed.split(';'), EMPTY)
        text = signing.string_to_sign(request)
        self.assertEqual(text.partition('\n')[2],
                         '7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259')
        self.assertEqual(signing.sign('YourAccessKeySecret', text), expected)

    def test_v3_of_the_sdk(self):
        # One header twice, an empty value.
        request = signing.canonical_request(
            '', '/', [('test', 'ok'), ('empty', '')],
            [('x-acs-test', 'http'), ('x-acs-test', 'https')], ['x-acs-test'],
            '55e12e91650d2fec56ec74e1d3e4ddbfce2ef3a65890c2a19ecf88a307e76a23')
        self.assertEqual(signing.sign('secret', signing.string_to_sign(request)),
                         '4ab59fffe3c5738ff8a2729f90cc04fe18b02a4b15b2102cbaf92f9ff3df2ea3')

    def test_v1(self):
        pairs = [('AccessKeyId', 'testid'), ('Action', 'DescribeRegions'), ('Format', 'XML'),
                 ('SignatureMethod', 'HMAC-SHA1'), ('SignatureVersion', '1.0'),
                 ('SignatureNonce', '3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf'),
                 ('Timestamp', '2016-02-23T12:46:24Z'), ('Version', '2014-05-26')]
        self.assertEqual(
            signing.v1_sign('testsecret', signing.v1_string_to_sign('GET', pairs)),
            'OLeaidS1JvxuMvnyHOwuJ+uX5qY=')
        self.assertEqual(signing.v1_sign('accessKeySecret',
                                         signing.v1_string_to_sign('', [('test', 'ok')])),
                         'jHx/oHoHNrbVfhncHEvPdHXZwHU=')


class Signatures(CloudTest):
    def test_accepted(self):
        regions = self.ok('DescribeRegions', AcceptLanguage='en-US')['Regions']['Region']
        self.assertEqual(len(regions), 30)
        self.assertEqual(regions[0]['LocalName'], 'China (Hangzhou)')
        self.assertEqual(regions[0]['RegionEndpoint'], 'ecs.cn-hangzhou.aliyuncs.com')
        # All that a canonical form can be got wrong with, in a parameter that nobody knows.
        self.ok('DescribeRegions', {'Odd ~*\'()!/+&=%7E': ' a+b*c~/é€😀%20&=\n', 'Empty': ''})
        self.ok('DescribeRegions', method='GET')
        # Parameters in a form: then the type of the content is signed, too.
        form = b'AcceptLanguage=en-US&X=%2B'
        answer = self.ok('DescribeRegions', body=form, headers={
            'content-type': 'application/x-www-form-urlencoded'})
        self.assertEqual(answer['Regions']['Region'][0]['LocalName'], 'China (Hangzhou)')
        self.ok('DescribeRegions', headers={'x-acs-extra': '  spaces around  '})
        self.ok('DescribeRegions', date=now(-14 * 60))
        self.ok('DescribeRegions', date=now(14 * 60))

    def test_wrong_key(self):
        self.refused('InvalidAccessKeyId.NotFound', key=('LTAInobody', 'x'), status=404)
        self.refused('InvalidAccessKeyId.Inactive', key=self.cloud.keys['disabled'])
        answer = self.refused('SignatureDoesNotMatch', key=(self.cloud.key[0], 'wrong'),
                              status=400)
        # By this a client can tell a wrong secret from a wrong canonical form.
        self.assertRegex(answer['Message'],
                         r'server StringToSign is \[ACS3-HMAC-SHA256\n[0-9a-f]{64}\]')

    def test_tampered(self):
        for tamper in (lambda q, h: q.update(RegionId='cn-beijing'),
                       lambda q, h: h.update({'x-acs-action': 'DescribeInstances'}),
                       lambda q, h: h.update({'x-acs-signature-nonce': 'other'}),
                       lambda q, h: h.update(host='localhost:80')):
            self.refused('SignatureDoesNotMatch', 'DescribeRegions', tamper=tamper)
        self.refused('IncompleteSignature',
                     tamper=lambda q, h: h.update(authorization='ACS3-HMAC-SHA256 nonsense'))
        self.refused('IncompleteSignature', tamper=lambda q, h: h.update(
            authorization=h['authorization'].replace('SHA256', 'SM3')))

    def test_nonce(self):
        nonce = 'once'
        self.ok('DescribeRegions', nonce=nonce)
        self.refused('SignatureNonceUsed', nonce=nonce)
        # It is spent by the right signature only, and each key has its own.
        self.refused('SignatureDoesNotMatch', nonce='twice', key=(self.cloud.key[0], 'wrong'))
        self.ok('DescribeRegions', nonce='twice')
        self.ok('DescribeRegions', nonce=nonce, key=self.cloud.keys['reader'])

    def test_date(self):
        for offset in (-16 * 60, 16 * 60, -3600):
            self.refused('InvalidTimeStamp.Expired', date=now(offset))
        for text in ('yesterday', '2026-01-01 00:00:00', '2026-13-01T00:00:00Z'):
            self.refused('InvalidTimeStamp.Format', date=text)

    def test_headers(self):
        for name in ('x-acs-date', 'x-acs-signature-nonce', 'x-acs-version', 'x-acs-action',
                     'x-acs-content-sha256'):
            self.refused('MissingParameter', 'DescribeRegions', drop=[name])
        for name in ('host', 'x-acs-date', 'x-acs-signature-nonce', 'x-acs-content-sha256'):
            self.refused('IncompleteSignature', 'DescribeRegions', leave_out=[name])
        self.refused('IncompleteSignature', headers={'x-acs-extra': '1'},
                     leave_out=['x-acs-extra'])
        self.refused('IncompleteSignature', body=b'a=b', leave_out=['content-type'],
                     headers={'content-type': 'application/x-www-form-urlencoded'})

    def test_content_hash(self):
        wrong = hashlib.sha256(b'other').hexdigest()
        self.refused('SignatureDoesNotMatch', headers={'x-acs-content-sha256': wrong})
        self.refused('SignatureDoesNotMatch', body=b'some', headers={
            'x-acs-content-sha256': EMPTY})
        # The right hash is signed, but the header says another.
        self.refused('SignatureDoesNotMatch', headers={'x-acs-content-sha256': wrong},
                     payload_hash=EMPTY)

    def test_which_call(self):
        self.refused('InvalidAction.NotFound', 'DescribeNothing', status=404)
        self.refused('InvalidAction.NotFound', headers={'x-acs-version': '2015-04-01'})
        self.refused('InvalidVersion', headers={'x-acs-version': '1999-01-01'})
        self.refused('InvalidVersion', headers={'host': 'sts.aliyuncs.com'})
        self.ok('DescribeRegions', headers={'host': 'ecs.cn-beijing.aliyuncs.com'})
        self.refused('UnsupportedHTTPMethod', method='PUT')
        self.refused('MissingParameter', 'DescribeInstances')
        self.refused('InvalidRegionId.NotFound', 'DescribeInstances', RegionId='mars-1')

    def test_v1(self):
        def v1(secret=self.cloud.key[1], **more):
            pairs = {'AccessKeyId': self.cloud.key[0], 'Action': 'DescribeRegions',
                     'Version': '2014-05-26', 'SignatureMethod': 'HMAC-SHA1',
                     'SignatureVersion': '1.0', 'SignatureNonce': str(time.monotonic_ns()),
                     'Timestamp': now(), **more}
            text = '&'.join(f'{percent(k)}={percent(pairs[k])}' for k in sorted(pairs))
            text = f'GET&%2F&{percent(text)}'
            pairs['Signature'] = base64.b64encode(hmac.new(
                (secret + '&').encode(), text.encode(), hashlib.sha1).digest()).decode()
            return self.cloud.plain('GET', '/?' + urllib.parse.urlencode(pairs))
        self.assertEqual(len(v1(Format='JSON').json['Regions']['Region']), 30)
        self.assertEqual(v1('wrong', Format='JSON').code, 'SignatureDoesNotMatch')
        # Without Format the old way speaks XML.
        root = xml.etree.ElementTree.fromstring(v1().body)
        self.assertEqual(root.tag, 'DescribeRegionsResponse')
        self.assertEqual(len(root.findall('./Regions/Region/RegionId')), 30)
        root = xml.etree.ElementTree.fromstring(v1('wrong').body)
        self.assertEqual((root.tag, root.findtext('Code')), ('Error', 'SignatureDoesNotMatch'))

    def test_xml(self):
        answer = self.cloud.call('DescribeInstances', RegionId='cn-shanghai', Format='XML')
        root = xml.etree.ElementTree.fromstring(answer.body)
        self.assertEqual(len(root.findall('./Instances/Instance')), 6)
        self.assertTrue(answer.headers['content-type'].startswith('text/xml'))

    def test_one_connection(self):
        connection = self.cloud.connect()
        for _ in range(5):
            self.ok('DescribeRegions', connection=connection)
        connection.close()


class Roles(CloudTest):
    def test_temporary_keys(self):
        role = self.ok('AssumeRole', RoleArn='acs:ram::1000000000000001:role/operator',
                       RoleSessionName='test')['Credentials']
        key, token = (role['AccessKeyId'], role['AccessKeySecret']), role['SecurityToken']
        self.assertTrue(key[0].startswith('STS.'))
        self.ok('DescribeInstances', key=key, token=token, RegionId='cn-beijing')
        who = self.ok('GetCallerIdentity', key=key, token=token)
        self.assertEqual((who['IdentityType'], who['AccountId']),
                         ('AssumedRoleUser', '1000000000000001'))
        self.refused('MissingSecurityToken', key=key)
        self.refused('InvalidSecurityToken.Malformed', key=key, token='x')
        self.refused('InvalidSecurityToken.MismatchWithAccessKey', key=key, token='CAISx')
        self.refused('InvalidSecurityToken.MismatchWithAccessKey', token=token)
        self.refused('IncompleteSignature', key=key, token=token,
                     leave_out=['x-acs-security-token'])
        self.cloud.control(key={'key': key[0], 'expires': -1})
        self.refused('InvalidSecurityToken.Expired', key=key, token=token)

    def test_assume_role(self):
        arn = 'acs:ram::1000000000000001:role/'
        for code, change in (('EntityNotExist.Role', {'RoleArn': arn + 'nobody'}),
                             ('InvalidParameter.RoleArn', {'RoleArn': 'operator'}),
                             ('InvalidParameter.RoleSessionName', {'RoleSessionName': 'a b'}),
                             ('InvalidParameter.DurationSeconds', {'DurationSeconds': '60'}),
                             ('InvalidParameter.PolicyGrammar', {'Policy': '{}'})):
            self.refused(code, 'AssumeRole', {'RoleArn': arn + 'operator',
                                              'RoleSessionName': 'test', **change})
        guest = {'RoleArn': 'acs:ram::1000000000000002:role/guest', 'RoleSessionName': 'test'}
        self.refused('NoPermission', 'AssumeRole', guest)
        self.ok('AssumeRole', guest, ExternalId='knock knock')
        self.refused('NoPermission', 'AssumeRole', guest, key=self.cloud.keys['reader'])
        # The role's rights and those of the session: both must allow.
        policy = {'Version': '1', 'Statement': [{'Effect': 'Allow', 'Resource': '*',
                                                 'Action': 'ecs:DescribeRegions'}]}
        role = self.ok('AssumeRole', RoleArn=arn + 'operator', RoleSessionName='small',
                       Policy=json.dumps(policy))['Credentials']
        key, token = (role['AccessKeyId'], role['AccessKeySecret']), role['SecurityToken']
        self.ok('DescribeRegions', key=key, token=token)
        answer = self.refused('Forbidden.RAM', 'DescribeInstances', key=key, token=token,
                              RegionId='cn-beijing')
        self.assertEqual(answer['AccessDeniedDetail']['PolicyType'], 'SessionPolicy')

    def test_credentials_uri(self):
        answer = self.cloud.plain('GET', '/credentials').json
        self.assertEqual(answer['Code'], 'Success')
        self.ok('DescribeRegions', key=(answer['AccessKeyId'], answer['AccessKeySecret']),
                token=answer['SecurityToken'])

    def test_policies(self):
        key = self.cloud.keys['reader']
        self.ok('DescribeInstances', key=key, RegionId='cn-hangzhou')
        answer = self.refused('Forbidden.RAM', 'DescribeInstances', key=key, status=403,
                              RegionId='cn-beijing')
        detail = answer['AccessDeniedDetail']
        self.assertEqual((detail['AuthAction'], detail['NoPermissionType']),
                         ('ecs:DescribeInstances', 'ExplicitDeny'))
        answer = self.refused('NoPermission', 'ListResourceGroups', key=key)
        self.assertEqual(answer['AccessDeniedDetail']['NoPermissionType'], 'ImplicitDeny')
        self.cloud.control(policy={'key': key[0], 'statements': [
            {'Effect': 'Allow', 'Action': 'resourcemanager:*', 'Resource': '*'}]})
        self.ok('ListResourceGroups', key=key)
        self.refused('Forbidden.RAM', key=key)


if __name__ == '__main__':
    cloud_client.main()
