#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each way in which the emulator misbehaves on command."""
import asyncio
import email.utils
import http.client
import json
import socket
import time
import unittest
import xml.etree.ElementTree

import cloud_client
from cloud_client import CloudTest, Emulator, now
from emulator import server

HERE = {'RegionId': 'cn-hangzhou', 'MaxResults': '10'}


class End(unittest.TestCase):
    def test_before_a_connection_is_served(self):
        """Whoever ends the emulator takes what it complains of for a fault."""
        async def end():
            loop, complaints = asyncio.get_running_loop(), []
            loop.set_exception_handler(lambda _, context: complaints.append(context))
            made = server.Server(None)
            async with await asyncio.start_server(made.accept, '127.0.0.1', 0) as listener:
                client = socket.create_connection(listener.sockets[0].getsockname())
                while not (serving := [task for task in asyncio.all_tasks()
                                       if task.get_coro().__qualname__.startswith('Server.')]):
                    await asyncio.sleep(0)
                serving[0].cancel()
                await asyncio.gather(*serving, return_exceptions=True)
                await made.stop()
                client.close()
            return complaints
        self.assertEqual(asyncio.run(end()), [])


class Misbehaviour(CloudTest):
    def rule(self, **rule):
        self.cloud.control(rules=[rule])

    def page(self, **more):
        return self.cloud.call('DescribeInstances', {**HERE, **more})

    def test_throttled(self):
        self.rule(throttle={'retry_after': True}, seconds=1.5)
        answer = self.page()
        self.assertEqual((answer.code, answer.status), ('Throttling.User', 400))
        left = int(answer.headers['x-acs-retry-after'])
        self.assertTrue(0 < left <= 1500, left)
        self.assertRegex(answer.headers['x-ratelimit-user-api'],
                         fr'^Limit:1,Remain:0,TimeLeft:{left},Reset:')
        deadline = time.monotonic() + 10
        while self.page().status != 200:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        # The signature is judged first: a second try with the same nonce is no second try.
        self.rule(throttle={'code': 'Throttling.Api'}, times=1)
        self.assertEqual(self.cloud.call('DescribeRegions', nonce='same').code, 'Throttling.Api')
        self.assertEqual(self.cloud.call('DescribeRegions', nonce='same').code,
                         'SignatureNonceUsed')

    def test_each_kth(self):
        self.rule(match={'action': 'DescribeRegions'}, throttle=True, after=1, every=3, times=2)
        codes = [self.cloud.call('DescribeRegions').code for _ in range(12)]
        self.assertEqual([n for n, code in enumerate(codes) if code], [3, 6])
        self.assertEqual(self.page().status, 200)

    def test_fails(self):
        self.rule(match={'action': 'DescribeInstances', 'region': 'cn-beijing'},
                  fail={'code': 'ServiceUnavailable', 'message': 'Come back later.'})
        self.assertEqual(self.page().status, 200)
        answer = self.page(RegionId='cn-beijing')
        self.assertEqual((answer.status, answer.code, answer.json['Message']),
                         (503, 'ServiceUnavailable', 'Come back later.'))

    def test_slow(self):
        self.rule(delay=0.3)
        start = time.monotonic()
        self.assertEqual(self.page().status, 200)
        self.assertGreaterEqual(time.monotonic() - start, 0.3)
        self.cloud.control(clear=True)
        self.rule(trickle={'bytes': 100, 'seconds': 0.02}, match={'action': 'DescribeRegions'})
        start = time.monotonic()
        self.assertEqual(len(self.cloud.call('DescribeRegions').json['Regions']['Region']), 30)
        self.assertGreater(time.monotonic() - start, 0.2)

    def test_cut_in_a_page(self):
        self.rule(match={'page': 2}, cut=1000)
        token = self.page().json['NextToken']
        with self.assertRaises(http.client.IncompleteRead) as caught:
            self.page(NextToken=token)
        self.assertEqual(len(caught.exception.partial), 1000)
        self.cloud.control(clear=True)
        self.rule(cut={'bytes': 100, 'reset': True})
        with self.assertRaises((ConnectionResetError, http.client.IncompleteRead)):
            self.page()
        self.cloud.control(clear=True)
        self.rule(cut=-1)
        with self.assertRaises(http.client.RemoteDisconnected):
            self.page()

    def test_garbage(self):
        def garbage(kind):
            self.cloud.control(clear=True, rules=[{'garbage': kind}])
            return self.page()
        answer = garbage('xml')
        root = xml.etree.ElementTree.fromstring(answer.body)
        self.assertEqual((answer.status, len(root.findall('./Instances/Instance'))), (200, 10))
        for kind in ('truncated', 'text', 'binary', 'nothing', 'html'):
            answer = garbage(kind)
            self.assertIsNone(answer.json, kind)
            self.assertEqual(answer.status, 502 if kind == 'html' else 200)
        self.assertEqual(garbage('array').json, [])
        deep = garbage('deep').body
        self.assertTrue(deep.startswith(b'{"Instances":[[[[[[') and len(deep) > 900_000)

    def test_huge(self):
        for length in (True, False):
            self.cloud.control(clear=True, rules=[{
                'garbage': {'kind': 'huge', 'bytes': 20_000_000, 'length': length}}])
            answer = self.page()
            self.assertEqual(len(answer.body), 20_000_000)
            self.assertEqual(answer.headers['content-length'], '20000000' if length else None)
            self.assertTrue(answer.body.startswith(b'{"RequestId":"x","Instances"'))

    def test_endless(self):
        for kind, tokens in (('new', 5), ('same', 1), ('empty', 5)):
            self.cloud.control(clear=True, rules=[{'token': kind}])
            token, seen, sizes = {}, set(), set()
            for _ in range(5):
                answer = self.page(**token).json
                token = {'NextToken': answer['NextToken']}
                seen.add(answer['NextToken'])
                sizes.add(len(answer['Instances']['Instance']))
            self.assertEqual((len(seen), sizes), (tokens, {0 if kind == 'empty' else 10}))

    def test_instances(self):
        self.rule(twice=True)
        ids = [each['InstanceId'] for each in self.page().json['Instances']['Instance']]
        self.assertEqual((len(ids), len(set(ids))), (20, 10))
        for kind, sign in (('markup', '<span'), ('control', '\x1b[31m'), ('emoji', '\U0001f469'),
                           ('just this', 'just this')):
            self.cloud.control(clear=True, rules=[{'names': kind}])
            for each in self.page().json['Instances']['Instance']:
                self.assertIn(sign, each['InstanceName'])
        self.cloud.control(clear=True, rules=[{'names': 'emoji'}])
        name = self.page().json['Instances']['Instance'][0]['InstanceName']
        self.assertGreaterEqual(len(name.encode()), 4096)
        self.cloud.control(clear=True, rules=[{'malformed': 4}])
        found = self.page().json['Instances']['Instance']
        self.assertEqual([type(each) for each in found[:4]], [type(None), str, list, dict])
        self.assertTrue(all(each['InstanceId'].startswith('i-') for each in found[4:]))

    def test_clock(self):
        self.cloud.control(clock=3600)
        answer = self.page()
        self.assertEqual(answer.code, 'InvalidTimeStamp.Expired')
        theirs = email.utils.parsedate_to_datetime(answer.headers['date']).timestamp()
        self.assertAlmostEqual(theirs - time.time(), 3600, delta=5)
        self.assertEqual(self.cloud.call('DescribeRegions', date=now(3600)).status, 200)

    def test_log(self):
        before = self.cloud.state()['requests']
        self.cloud.call('DescribeRegions', nonce='logged')
        self.cloud.call('DescribeRegions', nonce='logged')
        first, second = self.cloud.log(before)
        self.assertEqual((first['nonce'], first['result']), ('logged', 'OK'))
        self.assertEqual((second['action'], second['result'], second['status'], second['key']),
                         ('DescribeRegions', 'SignatureNonceUsed', 400, self.cloud.key[0]))

    def test_wrong_commands(self):
        for text in ('nonsense', '[]', '{"unknown": 1}', '{"rules": [{"sing": true}]}',
                     '{"rules": [{"garbage": "sweet"}]}', '{"release": "i-none"}'):
            self.assertEqual(self.cloud.plain('POST', '/_control', text).status, 400, text)

    def test_not_http(self):
        # Whoever speaks something else is hung up on; the others go on.
        for text in (b'\x16\x03\x01\x02\x00\x01\r\n\r\n', b'GET / HTTP/1.1\r\nno colon\r\n\r\n',
                     b'POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n', b'A' * 70_000):
            connection = self.cloud.connect()
            connection.connect()
            connection.sock.sendall(text)
            try:
                self.assertEqual(connection.sock.recv(1), b'')
            except ConnectionResetError:
                pass
            connection.close()
        self.assertEqual(self.page().status, 200)


class Options(unittest.TestCase):
    def test_tls_and_rules_from_the_start(self):
        with Emulator('--tls', '--clock-offset', '-3600', '--rule',
                      json.dumps({'match': {'action': 'DescribeRegions'},
                                  'fail': 'InternalError', 'times': 1})) as cloud:
            self.assertTrue(cloud.named['endpoint'].startswith('https://127.0.0.1:'))
            self.assertEqual(cloud.call('DescribeRegions').code, 'InvalidTimeStamp.Expired')
            cloud.control(clear=True)
            self.assertEqual(cloud.call('DescribeRegions').status, 200)


if __name__ == '__main__':
    cloud_client.main()
