# SPDX-License-Identifier: GPL-3.0-or-later
"""For tests of Cloud Assistant: commands and their results, and a real server that takes keys."""
import json
import shutil
import subprocess
import sys
import tempfile
import time

from cloud_client import HERE, CloudTest

SEND, ENABLE = 'cmd-ACS-ECS-SendSshPublicKey-linux.sh', 'ACS-ECS-EnableSshPublicKey-linux.sh'
REGION = {'RegionId': 'cn-hangzhou'}
KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl a comment'


class Commands(CloudTest):
    arguments = ('--assist-seconds', '0.1', '--key-seconds', '0.5')

    def setUp(self):
        super().setUp()
        self.id = self.instance('web-1')

    def instance(self, name):
        return self.cloud.instances('cn-hangzhou', InstanceName=name)[0]['InstanceId']

    def change(self, **fields):
        self.cloud.control(change={'id': self.id, **fields})

    def result(self, invoke_id, **more):
        answer = self.ok('DescribeInvocationResults', {**REGION, 'InvokeId': invoke_id, **more})
        return answer['Invocation']['InvocationResults']['InvocationResult']

    def done(self, answer):
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            found = self.result(answer['InvokeId'])
            if found and found[0]['InvocationStatus'] not in ('Pending', 'Running'):
                return found[0]
            time.sleep(0.01)
        self.fail('the command does not end')

    def invoke(self, command, instance=None, **parameters):
        return self.ok('InvokeCommand', {
            **REGION, 'CommandId': command, 'InstanceId.1': instance or self.id,
            'Parameters': json.dumps(parameters)})

    def enable(self, instance=None):
        return self.done(self.invoke(ENABLE, instance))


class Server(Commands):
    """With the real server of tests/sshd."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix='gw-cloud-test-')
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        sshd = cls.enterClassContext(subprocess.Popen(
            [sys.executable, f'{HERE}/../sshd/sshd.py', '--addresses', '1'],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        cls.server = {}
        for line in sshd.stdout:
            name, _, value = line.strip().partition(' ')
            if name == 'ready':
                break
            cls.server.setdefault(name, value)
        cls.arguments = ('--assist-seconds', '0.1', '--address',
                         '127.0.2.1', '--sshd-directory', cls.server['directory'])
        super().setUpClass()

    def make_key(self, name, kind='ed25519'):
        """The public half."""
        subprocess.run(['ssh-keygen', '-q', '-t', kind, '-N', '', '-f', f'{self.folder}/{name}'],
                       check=True)
        with open(f'{self.folder}/{name}.pub', encoding='utf-8') as file:
            return file.read().strip()

    def ssh(self, user, key, *command):
        return ['ssh', '-F', 'none', '-p', self.server['port'], '-i', f'{self.folder}/{key}',
                '-o', 'IdentitiesOnly=yes', '-o', 'IdentityAgent=none', '-o', 'BatchMode=yes',
                '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null',
                f'{user}@127.0.2.1', *command]

    def login(self, user, key='key'):
        """Who and where one is then; '' if refused."""
        return subprocess.run(self.ssh(user, key, 'echo "$LOGNAME $HOME"'),
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              check=False, timeout=20).stdout

    def expected(self, user):
        return f'{user} {self.server["directory"]}/home/{user}\n'

    def send(self, user, public_key):
        result = self.done(self.invoke(SEND, username=user, sshPublicKey=public_key))
        self.assertEqual(result['InvocationStatus'], 'Success', result)
