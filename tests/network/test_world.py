#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The small internet does what it is there for: what a security group does not admit is silence,
what it admits and nobody listens to is a refusal, and the two sides of the router see each other
as they should."""
import json
import os
import subprocess
import sys
import time
import unittest
import urllib.parse

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS, f'{TESTS}/cloud']
import cloud_client  # noqa: E402
from assist_case import ENABLE, REGION, SEND, Commands  # noqa: E402
from playground import Playground  # noqa: E402
from world import World  # noqa: E402

WEB = 'sg-webcnhangzhou'


class Cloud(cloud_client.Emulator):
    """That of a playground."""

    def __init__(self, playground):
        super().__init__()
        self.connect = playground.connect
        self.address = urllib.parse.urlsplit(playground.endpoint).netloc
        self.keys = playground.keys
        self.key = self.keys['gangway']


class WorldTest(Commands):
    @classmethod
    def setUpClass(cls):
        cls.world = cls.enterClassContext(World())
        cls.playground = cls.enterClassContext(
            Playground(os.environ['GANGWAY_BUILD'], network=cls.world,
                       cloud_options=('--assist-seconds', '0.1')))
        cls.cloud = Cloud(cls.playground)

    def setUp(self):
        """One instance, in a group that admits SSH from 10.0.0.0/8 but not from 10.9.0.0/16."""
        self.cloud.control(clear=True)
        fields = self.playground.instance('web-1')
        self.id, (self.public,), (self.private,) = (
            fields['id'], fields['public'], fields['private'])
        self.change(groups=[WEB], status='Running')

    def probe(self, address, port=22):
        return self.world.probe(address, port, 0.5)

    def wait_for(self, answer, address, port=22):
        """It takes a third of a second, and on a busy machine what it takes."""
        end, found = time.monotonic() + 10, None
        while found != answer:
            self.assertLess(time.monotonic(), end, f'{address} port {port}: {found}')
            found = self.world.probe(address, port, 0.1)

    def rule(self, action, **fields):
        given = {'IpProtocol': 'TCP', 'PortRange': '22/22',
                 'SourceCidrIp': self.world.egress + '/32', **fields}
        self.ok(action, REGION, SecurityGroupId=WEB,
                **{f'Permissions.1.{name}': value for name, value in given.items()})

    def add(self, **fields):
        self.rule('AuthorizeSecurityGroup', **fields)
        self.addCleanup(self.rule, 'RevokeSecurityGroup', **fields)

    def wait_settled(self):
        """For what was taken away by the test before."""
        self.wait_for('silence', self.public)
        self.wait_for('connected', self.private)

    def seen_from(self, address):
        """Who was seen at that address by the server, once it has said so in its log."""
        end, seen = time.monotonic() + 10, set()
        while not seen:
            self.assertLess(time.monotonic(), end, f'nobody was seen at {address}')
            seen = self.look_in_log(address)
        return seen

    def look_in_log(self, address):
        with open(f'{self.playground.directory}/sshd.log', encoding='utf-8') as file:
            return {line.split()[2] for line in file
                    if line.startswith('Connection from') and f' on {address} port ' in line}

    def test_addresses(self):
        self.wait_settled()
        with self.world.run([sys.executable, '-c', 'import sys, urllib.request\n'
                             'print(urllib.request.urlopen(sys.argv[1]).read().decode())',
                             self.world.address_service], stdout=subprocess.PIPE,
                            text=True) as process:
            self.assertEqual(process.communicate(timeout=20)[0].strip(), self.world.egress)
        self.assertNotEqual(self.world.egress, self.world.local)
        self.add()
        self.wait_for('connected', self.public)
        # Behind the router it is another one, unless the way is a private one.
        self.assertEqual(self.seen_from(self.public), {self.world.egress})
        self.assertEqual(self.seen_from(self.private), {self.world.local})

    def test_silence_or_refusal(self):
        self.wait_settled()
        self.assertEqual(self.probe(self.public, 2222), 'silence')
        self.add(PortRange='2000/3000')
        self.wait_for('refused', self.public, 2222)
        self.assertEqual(self.probe(self.public), 'silence')
        # Nobody's, and one that is off.
        self.assertEqual(self.probe('203.0.113.200'), 'silence')
        self.change(status='Stopped')
        self.wait_for('silence', self.private)

    def test_order(self):
        """Priority first, then drop before accept, whatever group it is in."""
        self.wait_settled()
        self.add(Priority='2')
        self.wait_for('connected', self.public)
        self.add(Priority='2', SourceCidrIp='198.51.100.0/24', Policy='drop')
        self.wait_for('silence', self.public)
        self.add(Priority='1')
        self.wait_for('connected', self.public)
        self.cloud.control(group={'id': 'sg-other', 'region': 'cn-hangzhou', 'rules': [
            {'IpProtocol': 'ALL', 'PortRange': '-1/-1', 'SourceCidrIp': '0.0.0.0/0',
             'Policy': 'Drop', 'Priority': '1'}]})
        self.ok('JoinSecurityGroup', SecurityGroupId='sg-other', InstanceId=self.id)
        self.wait_for('silence', self.public)
        self.ok('LeaveSecurityGroup', SecurityGroupId='sg-other', InstanceId=self.id)
        self.wait_for('connected', self.public)

    def test_in_no_group(self):
        self.change(groups=[])
        self.wait_for('silence', self.private)
        self.ok('JoinSecurityGroup', SecurityGroupId='sg-opencnhangzhou', InstanceId=self.id)
        self.wait_for('connected', self.public)
        self.wait_for('connected', self.private)

    def test_what_exists_lives_on(self):
        """Log in through a rule with a key of a minute; then both are taken away."""
        self.wait_settled()
        key = f'{self.playground.home}/temporary'
        subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key], check=True)
        with open(key + '.pub', encoding='utf-8') as file:
            public_key = file.read().strip()
        self.done(self.invoke(ENABLE))
        self.assertEqual(self.done(self.invoke(SEND, username='root', sshPublicKey=public_key))[
            'InvocationStatus'], 'Success')
        permission = {'Description': json.dumps('for <a> moment')}
        self.rule('AuthorizeSecurityGroup', **permission)
        self.wait_for('connected', self.public)
        with self.world.run(
                ['ssh', '-F', 'none', '-i', key, '-o', 'IdentitiesOnly=yes', '-o',
                 'IdentityAgent=none', '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=no',
                 '-o', 'UserKnownHostsFile=/dev/null', '-o', 'LogLevel=ERROR',
                 f'root@{self.public}', 'echo "$LOGNAME"; cat'], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, text=True) as session:
            self.addCleanup(session.kill)
            self.assertEqual(session.stdout.readline(), 'root\n')
            self.cloud.control(withdraw=True)
            self.rule('RevokeSecurityGroup', **permission)
            self.wait_for('silence', self.public)
            self.assertEqual(session.communicate('still here\n', 20)[0], 'still here\n')


if __name__ == '__main__':
    supported, reason = World.supported()
    if supported:
        cloud_client.main()
    print(f'1..0 # SKIP {reason}')
