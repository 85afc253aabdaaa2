#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Security groups that really decide what gets through: the real program in a small internet of
network namespaces (tests/network/world.py), behind NAT, with the emulated cloud."""
import sys
import unittest

from gangway_case import TESTS, main
from gangway_driver import key, wait_for
from test_cloud import BUILD, Playground
from test_temporary import TemporaryCase

sys.path.append(f'{TESTS}/network')
from world import World  # noqa: E402

# It admits TCP port 22 from private addresses only.
WEB = 'sg-webcnhangzhou'
# Everything.
OPEN = 'sg-opencnhangzhou'
SUPPORTED = World.supported()


class ReachCase(TemporaryCase):
    def setUp(self):
        self.world = World()
        self.world.__enter__()
        self.addCleanup(self.world.__exit__, None, None, None)
        self.playground = Playground(BUILD, network=self.world, cloud_options=self.options)
        self.playground.__enter__()
        self.addCleanup(self.playground.__exit__)
        self.window = None

    def log_in_with_temporary_key(self, name, seconds='3'):
        self.open_with_temporary_key(self.playground.instance(name)['id'])
        # Silence is not waited for longer than necessary.
        self.go_to('More Options')
        key('space')
        self.go_to('Connect Timeout')
        key('ctrl+a', *seconds)
        self.window.press('OK')

    def rules(self, group):
        return self.playground.control(path='/state')['security_groups'][group]

    def assert_logged_in_from(self, address):
        self.assertEqual(self.count_in_log(f'Accepted publickey for root from {address}'), 1)


@unittest.skipUnless(*SUPPORTED)
class Reach(ReachCase):
    """The group is in the way, and can be made to let one in."""
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
        shown = wait_for('what will be sent', lambda: [
            text for text in window.names('AuthorizeSecurityGroup\n')
            if f'{self.world.egress}/32' in text])[0]
        window.press('Add Rule')
        window.wait_gone('What Will Be Sent')
        self.wait_connected()
        self.assert_logged_in_from(self.world.egress)
        added = [rule for rule in self.rules(WEB) if rule not in before]
        self.assertEqual([(rule['SourceCidrIp'], rule['PortRange'], rule['IpProtocol'],
                           rule['Policy'], rule['Priority']) for rule in added],
                         [(f'{self.world.egress}/32', '22/22', 'TCP', 'Accept', '1')])
        sent = self.requests('AuthorizeSecurityGroup')
        self.assertEqual(len(sent), 1)
        self.assertEqual(dict(line.split(' = ', 1) for line in shown.splitlines()[1:]),
                         sent[0]['parameters'])

    def test_in_no_group(self):
        """The login joins one of the groups of its network on OK, no earlier, and works then."""
        instance = self.playground.instance('web-1')
        self.playground.control({'change': {'id': instance['id'], 'groups': []}})
        window = self.start()
        self.wait_listed()
        self.open_with_temporary_key(instance['id'])
        window.find('Security Group')
        self.assertEqual(self.world.probe(instance['public'][0], 22, 0.5), 'silence')
        self.go_to('Security Group')
        key('space')
        window.find_start(f'open ({OPEN})')
        key('Down', 'Return')
        self.assertEqual(self.requests('JoinSecurityGroup'), [])
        window.press('OK')
        self.wait_connected()
        self.assert_logged_in_from(self.world.egress)
        join, = self.requests('JoinSecurityGroup')
        self.assertEqual(self.playground.instance('web-1')['groups'], [OPEN])


@unittest.skipUnless(*SUPPORTED)
class Closed(ReachCase):
    """No rule that could be added would help."""
    def test_dropped(self):
        """On the way to a private address one's own is known without asking anybody."""
        instance = self.playground.instance('db-1')
        drop = {'IpProtocol': 'TCP', 'PortRange': '22/22', 'Policy': 'Drop', 'Priority': '1',
                'SourceCidrIp': f'{self.world.local}/32'}
        admit = {'IpProtocol': 'TCP', 'PortRange': '22/22', 'SourceCidrIp': '0.0.0.0/0',
                 'Priority': '1'}
        group = {'id': 'sg-e2e', 'region': 'cn-hangzhou', 'VpcId': instance['vpc']}
        self.playground.control({'group': {**group, 'rules': [admit, drop]}})
        self.playground.control({'change': {'id': instance['id'], 'groups': ['sg-e2e']}})
        window = self.start()
        self.wait_listed()
        self.log_in_with_temporary_key('db-1')
        window.find('No Answer')
        text = window.find_start('The security group “sg-e2e” (sg-e2e) drops TCP port 22 from '
                                 f'{self.world.local}: rule “').get_name()
        self.assertIn('No new rule goes before one of priority 1', text)
        self.assertEqual(self.requests('AuthorizeSecurityGroup'), [])
        # As its owner would do in the console.
        self.playground.control({'group': {**group, 'rules': [admit]}})
        wait_for('the way to be open',
                 lambda: self.world.probe(instance['private'][0], 22) == 'connected')
        window.press('Try Again')
        self.wait_connected()
        self.assert_logged_in_from(self.world.local)

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
    main()
