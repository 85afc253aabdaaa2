#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The instances of a cloud account with the real program, the emulated cloud, a real SSH server and
a real keyring, which tests/with-keyring has started on the bus of this display."""
import os
import subprocess

from gangway_case import BUILD, GangwayCase, main
from gangway_driver import key, type_text, wait_for
from playground import Playground


class CloudCase(GangwayCase):
    account = True

    def setUp(self):
        self.playground = Playground(BUILD, cloud=True, account=self.account)
        self.playground.__enter__()
        self.addCleanup(self.playground.__exit__)
        self.window = None

    def tearDown(self):
        super().tearDown()
        subprocess.run(['secret-tool', 'clear', 'xdg:schema', 'org.gangway.Secret'], check=False,
                       timeout=20)

    def requests(self, action=None):
        """What the cloud was asked."""
        log = self.playground.control(path='/log')['log']
        return [each for each in log if action is None or each['action'] == action]

    def files(self):
        """Every file of the home folder, with its contents."""
        for folder, _, names in os.walk(self.playground.home):
            for name in names:
                path = f'{folder}/{name}'
                if os.path.isfile(path):
                    with open(path, 'rb') as file:
                        yield path, file.read()

    def wait_listed(self):
        """The whole playground, and that the cache has it."""
        self.window.find_start('frankfurt-1')
        folder = f'{self.playground.home}/cache/gangway/accounts'
        wait_for('the cache', lambda: os.path.isdir(folder) and any(
            not name.startswith('.') for name in os.listdir(folder)))


class Account(CloudCase):
    def test_log_in(self):
        """Instances appear by themselves, and a running one is logged in to."""
        window = self.start()
        self.wait_listed()
        self.search_and_open('i-bp1b105398f1534ee9')  # web-1 in Hangzhou
        # It has a key pair, so a key is what is suggested.
        window.find('Private Key')
        key('alt+1')
        self.log_in()
        # Its host key stands on its console.
        window.find_start('The host key of “web-1” was verified by your cloud account')
        self.wait_connected()
        self.run_remotely('from-the-cloud')

    def test_state_decides(self):
        """An instance that was stopped since is not connected to, and says so."""
        window = self.start()
        self.wait_listed()
        self.search_and_open('db-2')
        window.find_start('It is stopped')
        self.assertEqual(self.count_in_log('Connection from'), 0)

    def rows(self, start):
        return self.window.names(start, ('list item',))

    def test_states_in_view(self):
        """A row that is in view follows its instance while that starts; nobody has to refresh."""
        window = self.start()
        self.wait_listed()
        key('ctrl+shift+o')
        type_text('starting-1')
        row = wait_for('the hit', lambda: self.rows('starting-1, '))[0]
        self.assertTrue(row.endswith(', Starting'), row)
        lists = len(self.requests('DescribeInstances'))
        self.playground.control({'change': {'id': 'i-bp15d946772ecf8eff', 'status': 'Running'}})
        wait_for('the row to say so', lambda: self.rows('starting-1, ')[0].endswith(', Running'))
        self.assertEqual(len(self.requests('DescribeInstances')), lists)
        self.assertTrue(window.exists('Search Instances'))

    def test_group_by_region(self):
        settings = f"{self.playground.environment['XDG_CONFIG_HOME']}/glib-2.0/settings"
        os.makedirs(settings, exist_ok=True)
        with open(f'{settings}/keyfile', 'w', encoding='utf-8') as file:
            file.write("[org/gangway/Gangway]\ngroup-by='region'\nstatus-filter='stopped'\n")
        self.start()
        # Longest waited for: titles of regions come with the refresh.
        self.window.find_start('China (Beijing), 2')
        self.assertTrue(self.rows('China (Hangzhou), '))
        self.assertFalse(self.rows('web-1'))
        self.assertTrue(self.rows('db-2, '))

    def test_list_by_keyboard(self):
        """Favorites, details and hiding, of a row that can be neither edited nor removed."""
        window = self.start()
        self.wait_listed()
        key('ctrl+shift+o')
        type_text('queue')
        wait_for('the hit', lambda: self.rows('queue, '))
        key('Down', 'ctrl+d')
        key('ctrl+shift+o', 'Escape')
        window.find_start('Favorites, 1')
        key('ctrl+shift+o', 'ctrl+a')
        type_text('queue')
        wait_for('the hit', lambda: len(self.rows('queue, ')) == 1)
        key('Down', 'shift+F10')
        window.find('Login Options…')
        for name in ('Edit…', 'Remove', 'Duplicate'):
            self.assertFalse(window.exists(name, ('menu item',)), name)
        key('Up')
        wait_for('the last item', lambda: self.focused() == ('menu item', 'Hide'))
        key('Return')
        wait_for('it to go', lambda: not self.rows('queue, '))
        window.press('Undo')
        wait_for('it to come back', lambda: self.rows('queue, '))

    def test_offline(self):
        """The list is there at once and without the cloud, and holds no secret."""
        window = self.start()
        self.wait_listed()
        window.close()
        self.playground.stop_cloud()
        window = self.start()
        window.find_start('frankfurt-1')
        window.find('Try Again')
        secret = self.playground.keys['gangway'][1].encode()
        leaks = [path for path, text in self.files()
                 if secret in text and not path.endswith('/.aliyun/config.json')]
        self.assertEqual(leaks, [])
        for path, _ in self.files():
            if '/cache/gangway/' in path:
                self.assertEqual(os.stat(path).st_mode & 0o777, 0o600, path)

    def test_refused_by_ram(self):
        """What RAM refuses is one line with a button, and the rest is shown."""
        self.playground.control({'policy': {
            'key': self.playground.keys['gangway'][0], 'statements': [
                {'Effect': 'Allow', 'Action': ['*'], 'Resource': ['*']},
                {'Effect': 'Deny', 'Action': ['ecs:*'], 'Resource': ['acs:ecs:cn-beijing:*:*']},
                {'Effect': 'Deny', 'Action': ['resourcemanager:*'], 'Resource': ['*']}]}})
        window = self.start()
        self.wait_listed()
        window.find('Copy Request for Administrator')
        self.assertEqual(len(window.names('Copy Request for Administrator', ('label',))), 1)
        self.assertEqual(window.names('ml-1'), [])


class NoAccount(CloudCase):
    account = False

    def test_add(self):
        """Typed, verified, saved: the AccessKey is in the keyring and nowhere else."""
        os.remove(f'{self.playground.home}/data/gangway/instances.json')
        os.remove(f'{self.playground.home}/.ssh/config')
        os.remove(f'{self.playground.home}/.aliyun/config.json')
        window = self.start()
        window.press('Add Account')
        window.find('Verify')
        key_id, secret = self.playground.keys['gangway']
        window.fill('Name', 'prod')
        window.fill('AccessKey ID', key_id)
        window.fill('AccessKey Secret', secret[::-1])
        self.go_to('More Options')
        key('space')
        window.fill('Endpoint', self.playground.endpoint)
        window.press('Verify')
        window.find_start('The AccessKey secret is wrong')
        window.fill('AccessKey Secret', secret)
        window.press('Add')
        window.wait_gone('Verify')
        self.wait_listed()
        found = subprocess.run(['secret-tool', 'search', '--all', 'kind', 'account'], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        self.assertIn(secret, found.stdout)
        self.assertEqual([path for path, text in self.files() if secret.encode() in text], [])
        window.close()
        number = len(self.requests())
        window = self.start()
        self.wait_listed()
        wait_for('the cloud to be asked again', lambda: len(self.requests()) > number)

    def test_use_profile(self):
        """Nothing is sent before the click, and nothing copied."""
        os.remove(f'{self.playground.home}/data/gangway/instances.json')
        os.remove(f'{self.playground.home}/.ssh/config')
        window = self.start()
        window.find('Use Profile “playground”')
        self.assertEqual(self.requests(), [])
        window.press('Use Profile “playground”')
        window.find('Verify')
        self.assertEqual(self.requests(), [])
        key('Escape')
        window.wait_gone('Verify')
        self.assertEqual(self.requests(), [])
        window.press('Use Profile “playground”')
        window.find('Verify')
        window.press('Add')
        window.wait_gone('Verify')
        self.wait_listed()
        found = subprocess.run(['secret-tool', 'search', '--all', 'kind', 'account'], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        self.assertNotIn('secret = ', found.stdout)


if __name__ == '__main__':
    main()
