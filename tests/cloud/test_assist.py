#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator's Cloud Assistant: states, commands, failures, and a key that a real server takes
for its minute (here: a moment) and then no more."""
import base64
import calendar
import os
import shutil
import subprocess
import tempfile
import time

import cloud_client
from assist_case import ENABLE, KEY, REGION, SEND, Commands, Server
from cloud_client import Emulator


class Assistant(Commands):
    def test_status(self):
        names = ('web-1', '没有代理的实例', 'old-agent', 'db-2')
        ids = {f'InstanceId.{n}': self.instance(name) for n, name in enumerate(names, 1)}
        answer = self.ok('DescribeCloudAssistantStatus', {**REGION, **ids})
        found = answer['InstanceCloudAssistantStatusSet']['InstanceCloudAssistantStatus']
        self.assertEqual([(each['CloudAssistantStatus'], each['CloudAssistantVersion'])
                          for each in found],
                         [('true', '2.2.3.857'), ('false', ''), ('true', '2.2.0.106'),
                          ('false', '2.2.3.857')])
        self.refused('InvalidInstance.NotFound', 'DescribeCloudAssistantStatus',
                     {**REGION, 'InstanceId.1': 'i-none'})
        answer = self.ok('DescribeCloudAssistantStatus', REGION, OSType='Windows')
        self.assertEqual(answer['TotalCount'], 1)

    def test_states(self):
        def hold(state):
            self.cloud.control(change={'id': self.id, 'assist_hold': state})
        hold('Nothing')
        answer = self.invoke(ENABLE)
        for _ in range(5):
            # Right after the call there is nothing to see.
            self.assertEqual(self.result(answer['InvokeId']), [])
        for state in ('Pending', 'Running', ''):
            hold(state)
            expected, deadline = state or 'Success', time.monotonic() + 10
            found = []
            while expected not in found and time.monotonic() < deadline:
                found = [each['InvocationStatus'] for each in self.result(answer['InvokeId'])]
                time.sleep(0.01)
            self.assertEqual(found, [expected])
        found, = self.result(answer['InvokeId'], ContentEncoding='PlainText')
        self.assertIn('config_ecs_instance_connect', found['Output'])
        answer = self.ok('DescribeInvocations', REGION, InvokeId=answer['InvokeId'],
                         IncludeOutput='true')
        found, = answer['Invocations']['Invocation']
        self.assertEqual(found['InvokeStatus'], 'Success')
        self.assertIn(b'config_ecs', base64.b64decode(
            found['InvokeInstances']['InvokeInstance'][0]['Output']))

    def test_sending_needs_the_plugin(self):
        other = self.instance('bastion')
        result = self.done(self.invoke(SEND, other, username='root', sshPublicKey=KEY))
        self.assertEqual((result['InvocationStatus'], result['ErrorCode']),
                         ('Failed', 'ExitCodeNonzero'))
        content = 'acs-plugin-manager -e -P config_ecs_instance_connect --params --install'
        result = self.done(self.ok('RunCommand', {
            **REGION, 'Type': 'RunShellScript', 'InstanceId.1': other, 'Timeout': '5',
            'ContentEncoding': 'Base64',
            'CommandContent': base64.b64encode(content.encode()).decode()}))
        self.assertEqual(result['InvocationStatus'], 'Success')
        result = self.done(self.invoke(SEND, other, username='root', sshPublicKey=KEY))
        self.assertEqual((result['InvocationStatus'], result['ExitCode']), ('Success', 0))

    def test_failures(self):
        self.enable()
        for user in ('nobody-here', 'root; touch x', '../root', 'root\n', ''):
            result = self.done(self.invoke(SEND, username=user, sshPublicKey=KEY))
            # No name at all is root's.
            self.assertEqual(result['InvocationStatus'], 'Failed' if user else 'Success', user)
        for key in ('', 'ssh-dss AAAA', 'ssh-ed25519 !!!', 'ssh-rsa ' + KEY.split()[1],
                    'command="x" ' + KEY, KEY + '\n' + KEY):
            result = self.done(self.invoke(SEND, username='root', sshPublicKey=key))
            self.assertEqual(result['ExitCode'], 1, key)
        for fields, status, error in (
                ({'status': 'Stopped'}, 'Aborted', 'InstanceNotRunning'),
                ({'agent': False}, 'Aborted', 'ClientNotRunning'),
                ({'assist_error': 'DeliveryTimeout'}, 'Aborted', 'DeliveryTimeout'),
                ({'assist_error': 'ExecutionTimeout'}, 'Timeout', 'ExecutionTimeout')):
            self.cloud.control(change={'id': self.id, **fields})
            result = self.done(self.invoke(SEND, username='root', sshPublicKey=KEY))
            self.assertEqual((result['InvocationStatus'], result['ErrorCode']), (status, error))
            self.cloud.control(change={'id': self.id, 'status': 'Running', 'agent': True,
                                       'assist_error': ''})

    def test_each_error(self):
        """What may be provoked of one kind of command; the others go on."""
        for error, status in (('ClientNeedUpgrade', 'Aborted'), ('ClientIsUpgrading', 'Aborted'),
                              ('ClientNotResponse', 'Aborted'), ('DirectoryNotExists', 'Invalid'),
                              ('BadCronExpression', 'Invalid'), ('ExecutionException', 'Error'),
                              ('SomethingNew', 'Failed')):
            self.change(assist={'send': {'error': error}})
            self.assertEqual(self.enable()['InvocationStatus'], 'Success')
            result = self.done(self.invoke(SEND, username='root', sshPublicKey=KEY))
            self.assertEqual((result['InvocationStatus'], result['ErrorCode']), (status, error))
        # Says that it has the key, and has not; prints too much.
        before = self.cloud.state()['delivered']
        self.change(assist={'send': {'output': 'x' * 30_000}})
        result = self.done(self.invoke(SEND, username='root', sshPublicKey=KEY))
        self.assertEqual((result['InvocationStatus'], result['Dropped']), ('Success', 5424))
        self.assertEqual(base64.b64decode(result['Output']), b'x' * 24 * 1024)
        self.assertEqual(self.cloud.state()['delivered'], before)
        self.change(assist=None, key_types=['ssh-rsa'])
        result = self.done(self.invoke(SEND, username='root', sshPublicKey=KEY))
        self.assertEqual((result['ExitCode'], result['ErrorCode']), (1, 'ExitCodeNonzero'))
        self.change(key_types=None, assist={'enable': {'seconds': 0.6}})
        began = time.monotonic()
        self.assertEqual(self.enable()['InvocationStatus'], 'Success')
        self.assertGreater(time.monotonic() - began, 0.5)
        self.change(assist=None)

    def test_rules(self):
        """What changes between two calls, and what a list of results may look like."""
        def status():
            answer = self.ok('DescribeCloudAssistantStatus', REGION, **{'InstanceId.1': self.id})
            return answer['InstanceCloudAssistantStatusSet']['InstanceCloudAssistantStatus'][0][
                'CloudAssistantStatus']
        results = {'match': {'action': 'DescribeInvocationResults'}}
        self.cloud.control(rules=[
            {'match': {'action': 'DescribeCloudAssistantStatus', 'instance': self.id}, 'after': 1,
             'times': 1, 'change': {'agent': False}},
            {'match': {'action': 'InvokeCommand', 'command': ENABLE},
             'fail': 'InvalidCmdId.NotFound'},
            {**results, 'times': 2, 'results': 'none'},
            {**results, 'after': 2, 'results': 'stranger'}])
        self.assertEqual([status() for _ in range(2)], ['true', 'false'])
        self.change(agent=True, plugin=True)
        self.refused('InvalidCmdId.NotFound', 'InvokeCommand', {
            **REGION, 'CommandId': 'cmd-' + ENABLE, 'InstanceId.1': self.id})
        answer = self.invoke(SEND, username='root', sshPublicKey=KEY)
        self.assertEqual([self.result(answer['InvokeId']) for _ in range(2)], [[], []])
        deadline = time.monotonic() + 10
        found = []
        while len(found) < 2 and time.monotonic() < deadline:
            found = self.result(answer['InvokeId'])
        self.assertEqual([each['InstanceId'] for each in found], ['i-stranger', self.id])

    def test_console(self):
        def console():
            answer = self.ok('GetInstanceConsoleOutput', REGION, InstanceId=self.id)
            return answer['LastUpdateTime'], base64.b64decode(answer['ConsoleOutput']).decode()
        self.assertIn('(ED25519)', console()[1])
        self.change(host_keys=[])
        self.assertNotIn('(ED25519)', console()[1])
        self.change(host_keys=None, console='only this', console_time='2020-01-01T00:00:00Z')
        self.assertEqual(console(), ('2020-01-01T00:00:00Z', 'only this'))
        self.change(console=None)

    def test_clock(self):
        """Where the instance's clock is off, what it says of times is too; the cloud's is right."""
        def times():
            answer = self.ok('DescribeCloudAssistantStatus', REGION, **{'InstanceId.1': self.id})
            status, = answer['InstanceCloudAssistantStatusSet']['InstanceCloudAssistantStatus']
            result = self.enable()
            console = self.ok('GetInstanceConsoleOutput', REGION, InstanceId=self.id)
            return [calendar.timegm(time.strptime(text, '%Y-%m-%dT%H:%M:%SZ')) for text in (
                status['LastHeartbeatTime'], result['StartTime'], result['FinishedTime'],
                console['LastUpdateTime'])]
        self.addCleanup(self.change, clock=0)
        right = times()
        for skew in (3600, -3600):
            self.change(clock=skew)
            for before, after in zip(right, times()):
                self.assertTrue(skew - 1 <= after - before <= skew + 60, (before, after))

    def test_one_action_refused(self):
        key_id, _ = self.cloud.keys['gangway']
        everything = {'Effect': 'Allow', 'Action': ['*'], 'Resource': ['*']}
        self.cloud.control(policy={'key': key_id, 'statements': [
            everything, {'Effect': 'Deny', 'Action': ['ecs:RunCommand'], 'Resource': ['*']}]})
        answer = self.refused('Forbidden.RAM', 'RunCommand', {
            **REGION, 'Type': 'RunShellScript', 'InstanceId.1': self.id, 'CommandContent': 'true'})
        self.assertEqual(answer['AccessDeniedDetail']['AuthAction'], 'ecs:RunCommand')
        self.enable()
        self.cloud.control(policy={'key': key_id, 'statements': [everything]})

    def test_refusals(self):
        send = {**REGION, 'CommandId': SEND, 'InstanceId.1': self.id, 'Parameters': '{}'}
        for code, change in (
                ('Parameter.NotMatched', {}), ('InvalidParameter', {'Parameters': 'x'}),
                ('InvalidCmdId.NotFound', {'CommandId': 'c-none'}),
                ('InvalidInstance.NotFound', {'InstanceId.1': 'i-none', 'CommandId': ENABLE}),
                ('InvalidInstance.NotMatch', {'InstanceId.1': self.instance('office-desktop'),
                                              'CommandId': ENABLE}),
                ('MissingParameter', {'InstanceId.1': '', 'CommandId': ENABLE})):
            self.refused(code, 'InvokeCommand', {**send, **change})
        self.refused('Forbidden.RAM', 'InvokeCommand', send, key=self.cloud.keys['reader'])

    def test_host_keys_by_command(self):
        result = self.done(self.ok('RunCommand', {
            **REGION, 'Type': 'RunShellScript', 'InstanceId.1': self.id,
            'CommandContent': 'for f in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$f"; '
                              'done'}))
        self.assertRegex(base64.b64decode(result['Output']).decode(),
                         r'^256 SHA256:\S+ root@iZ\S+ \(ED25519\)\n$')


class Minute(Commands):
    """How long a key stays in the file; a server that reads it is not needed."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.mkdtemp(prefix='gw-cloud-test-')
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.path = f'{folder}/keys'
        with open(cls.path, 'w', encoding='utf-8') as file:
            file.write('here before')

    def setUp(self):
        pass

    def read(self):
        with open(self.path, encoding='utf-8') as file:
            return file.read()

    def send(self, seconds):
        self.cloud = self.enterContext(Emulator(
            '--assist-seconds', '0.1', '--authorized-keys', self.path, '--key-seconds', seconds))
        self.id = self.instance('web-1')
        self.enable()
        self.done(self.invoke(SEND, sshPublicKey=KEY))

    def test_it_ends(self):
        self.send('0.3')
        deadline = time.monotonic() + 10
        while self.cloud.state()['delivered'] and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertEqual(self.read(), 'here before\n')

    def test_the_end_withdraws(self):
        self.send('60')
        self.assertEqual(self.read().split('\n')[1].split()[:2], KEY.split()[:2])
        self.doCleanups()
        self.assertEqual(self.read(), 'here before\n')


class Delivery(Server):
    def test_a_key_for_a_moment(self):
        self.enable()
        for user, kind in (('alice', 'ed25519'), ('root', 'rsa'), ('ecs-user', 'ed25519')):
            key = self.make_key(user, kind)
            self.assertEqual(self.login(user, user), '')
            self.send(user, key)
            path = self.server['directory'] + f'/temporary/{user}'
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
            self.assertEqual(self.login(user, user), self.expected(user))
            # It is that user's alone.
            self.assertEqual(self.login('bob', user), '')
            self.cloud.control(withdraw=True)
            self.assertEqual(self.login(user, user), '')
            self.assertEqual(os.stat(path).st_size, 0)

    def test_host_keys(self):
        answer = self.ok('GetInstanceConsoleOutput', REGION, InstanceId=self.id)
        text = base64.b64decode(answer['ConsoleOutput']).decode()
        folder = self.server['directory']
        for kind in ('ed25519', 'ecdsa', 'rsa'):
            bits, mark, *_ = subprocess.run(
                ['ssh-keygen', '-lf', f'{folder}/host_{kind}.pub'], check=True,
                capture_output=True, text=True).stdout.split()
            self.assertIn(f'{bits} {mark} root@', text)
            self.assertIn(f'({kind.upper()})', text)


if __name__ == '__main__':
    cloud_client.main()
