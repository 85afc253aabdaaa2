#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Security groups that really decide what gets through: the real program in a small internet of
network namespaces (tests/network/world.py), behind NAT, with the emulated cloud."""
import os
import sys
import unittest

from gangway_driver import key, wait_for
from test_cloud import BUILD, Playground
from test_temporary import TemporaryCase

sys.path.append(f'{os.path.dirname(os.path.dirname(os.path.abspath(__file__)))}/network')
from world import World  # noqa: E402

# It admits TCP port 22 from private addresses only.
WEB = 'sg-webcnhangzhou'


@unittest.skipUnless(*World.supported())
class Reach(TemporaryCase):
    def setUp(self):
        self.world = World()
        self.world.__enter__()
        self.addCleanup(self.world.__exit__, None, None, None)
        self.playground = Playground(BUILD, network=self.world, cloud_options=self.options)
        self.playground.__enter__()
        self.addCleanup(self.playground.__exit__)
        self.window = None

    def log_in_with_temporary_key(self, name, seconds='5'):
        self.open_with_temporary_key(self.playground.instance(name)['id'])
        # Silence is not waited for longer than necessary.
        self.go_to('More Options')
        key('space')
        self.go_to('Connect Timeout')
        key('ctrl+a', *seconds)
        self.window.press('OK')

    def rules(self, group):
        return self.playground.control(path='/state')['security_groups'][group]

    def test_no_rule(self):
        """Silence, the reason, a rule for just this address, and the login works."""
        instance = self.playground.instance('web-1')
        self.playground.control({'change': {'id': instance['id'], 'groups': [WEB]}})
        before = self.rules(WEB)
        window = self.start()
        self.wait_listed()
        self.log_in_with_temporary_key('web-1')
        window.find('No Answer')
        window.find_start('Your address is not known')
        window.press('Security Groups…')
        window.find('What Will Be Sent')
        self.assertEqual(self.requests('AuthorizeSecurityGroup'), [])
        window.press('Ask Service…')
        window.fill('Address of the Service (https://…)', self.world.address_service)
        window.press('Ask')
        wait_for('the address', lambda: window.text('Address') == f'{self.world.egress}/32')
        window.find_start('No rule of the security group')
        # What is private to a network is nobody's address on the internet.
        window.fill('Address', '192.168.1.7')
        window.press('Add Rule')
        window.find_start('192.168.1.7 ')
        self.assertEqual(self.rules(WEB), before)
        window.fill('Address', self.world.egress)
        window.press('Add Rule')
        window.wait_gone('What Will Be Sent')
        self.wait_connected()
        self.assertGreater(self.count_in_log(f'Accepted publickey for root from {self.world.egress}'),
                           0)
        added = [rule for rule in self.rules(WEB) if rule not in before]
        self.assertEqual([(rule['SourceCidrIp'], rule['PortRange'], rule['IpProtocol'],
                           rule['Policy'], rule['Priority']) for rule in added],
                         [(f'{self.world.egress}/32', '22/22', 'TCP', 'Accept', '1')])
        self.assertEqual(len(self.requests('AuthorizeSecurityGroup')), 1)

    def test_refused(self):
        """Where nothing listens packets arrive: no rule is offered."""
        instance = self.playground.instance('web-1')
        self.playground.control({'group': {
            'id': 'sg-e2e', 'region': 'cn-hangzhou', 'VpcId': instance['vpc'], 'rules': [
                {'IpProtocol': 'TCP', 'PortRange': '1/65535', 'SourceCidrIp': '0.0.0.0/0'}]}})
        self.playground.control({'change': {'id': instance['id'], 'groups': ['sg-e2e']}})
        window = self.start()
        self.wait_listed()
        self.open_with_temporary_key(instance['id'])
        self.go_to('More Options')
        key('space')
        window.fill('Port', '2200')
        window.press('OK')
        window.find('Connection Refused')
        window.find('Open in Browser')
        self.assertFalse(window.exists('Security Groups…'))


if __name__ == '__main__':
    unittest.main()
