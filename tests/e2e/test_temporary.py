#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins with a one-minute key: the real program, the emulated cloud, whose Cloud Assistant puts
keys where the real SSH server looks for them, and a real keyring (see test_cloud.py)."""
import base64


from gangway_case import main
from gangway_driver import is_alive, key, type_text, wait_for
from test_cloud import BUILD, CloudCase, Playground

WEB_1 = 'i-bp1b105398f1534ee9'


class TemporaryCase(CloudCase):
    options = ('--assist-seconds', '0.3')

    def setUp(self):
        self.playground = Playground(BUILD, cloud=True, cloud_options=self.options)
        self.playground.__enter__()
        self.addCleanup(self.playground.__exit__)
        self.window = None

    def open_with_temporary_key(self, instance=WEB_1):
        self.search_and_open(instance)
        key('alt+4')
        self.window.find_start('One-minute key sent by Cloud Assistant')

    def commands(self, part):
        """What Cloud Assistant was told to do."""
        commands = self.playground.control(path='/state')['commands']
        return [each for each in commands if part in each['name']]

    def sent_keys(self):
        return [each['values']['sshPublicKey'] for each in self.commands('SendSshPublicKey')]

    def leaks(self):
        """Files of the home folder, and of the engines' folders, that hold a private key that is
        not the user's own, or even the public half of one that was sent: who stores nothing of a
        key stores that neither, and every format of a private key contains it."""
        marks = [b'PRIVATE KEY']
        for public_key in self.sent_keys():
            blob = public_key.split()[1]
            # The text as it is sent, and the number itself, without what all keys begin with.
            marks += [blob.encode(), base64.b64decode(blob)[-32:]]
        return [path for path, text in self.files()
                if any(mark in text for mark in marks) and '/.ssh/id_' not in path]

    def wait_listed(self):
        self.window.find_start('frankfurt-1')


class Temporary(TemporaryCase):
    def test_log_in(self):
        """No question and no secret: a key, a host key that the account knows, a shell."""
        window = self.start()
        self.wait_listed()
        self.open_with_temporary_key()
        self.assertEqual(window.text('Username'), 'root')
        window.press('OK')
        window.find_start('The host key of “web-1” was verified by your cloud account')
        self.wait_connected()
        self.assertEqual(self.count_in_log('Accepted publickey for root'), 1)
        self.assertEqual(len(self.sent_keys()), 1)
        self.assertTrue(self.sent_keys()[0].startswith('ssh-ed25519 '))
        self.assertEqual(self.leaks(), [])
        # The plug-in is known to be enabled now, and each login has a key of its own.
        key('ctrl+shift+t')
        self.wait_connected(2)
        self.assertEqual(len(set(self.sent_keys())), 2)
        self.assertEqual(len(self.commands('EnableSshPublicKey')), 1)
        self.assertEqual(self.leaks(), [])

    def test_one_click_and_reconnect(self):
        """A remembered one connects without a question, and makes a new key each time."""
        window = self.start()
        self.wait_listed()
        self.open_with_temporary_key()
        self.go_to('Remember this login')
        key('space')
        window.press('OK')
        self.wait_connected()
        type_text('exit')
        key('Return')
        window.find('Reconnect')
        window.press('Reconnect')
        self.wait_connected(2)
        self.search(WEB_1)
        self.wait_connected(3)
        self.assertEqual(len(set(self.sent_keys())), 3)

    def test_wrong_clock(self):
        """An instance that is an hour ahead, or behind, gets its key in time all the same."""
        window = self.start()
        self.wait_listed()
        self.playground.control({'change': {'id': WEB_1, 'clock': 3600}})
        self.open_with_temporary_key()
        window.press('OK')
        self.wait_connected()
        self.playground.control({'change': {'id': WEB_1, 'clock': -3600}})
        key('ctrl+shift+t')
        self.wait_connected(2)
        self.assertEqual(len(set(self.sent_keys())), 2)
        self.assertEqual(self.count_in_log('Accepted publickey for root'), 2)

    def expect_failure(self, name, title):
        self.open_with_temporary_key(self.playground.instance(name)['id'])
        self.window.press('OK')
        self.window.find(title)
        self.window.find('Open in Browser')
        self.assertEqual(self.sent_keys(), [])

    def test_no_agent(self):
        self.start()
        self.wait_listed()
        self.expect_failure('没有代理的实例', 'Cloud Assistant Is Not Installed')

    def test_old_agent(self):
        self.start()
        self.wait_listed()
        self.expect_failure('old-agent', 'Cloud Assistant Is Too Old')

    def test_refused_by_ram(self):
        self.playground.control({'policy': {
            'key': self.playground.keys['gangway'][0], 'statements': [
                {'Effect': 'Allow', 'Action': ['*'], 'Resource': ['*']},
                {'Effect': 'Deny', 'Action': ['ecs:InvokeCommand'], 'Resource': ['*']}]}})
        window = self.start()
        self.wait_listed()
        self.open_with_temporary_key()
        window.press('OK')
        window.find('Copy Request for Administrator')
        self.assertTrue(any('ecs:InvokeCommand' in name for name in window.names()))

    def test_no_such_account(self):
        window = self.start()
        self.wait_listed()
        self.open_with_temporary_key()
        window.fill('Username', 'nobody-here')
        window.press('OK')
        window.find('Try Again')
        self.assertTrue(any('nobody-here' in name for name in window.names()))
        # Shell metacharacters do not get as far as the cloud.
        window.press('Edit Login…')
        window.find('Instance Login')
        number = len(self.requests('InvokeCommand'))
        window.fill('Username', 'root; reboot')
        window.press('OK')
        window.find_start('The user name “root; reboot”')
        self.assertEqual(len(self.requests('InvokeCommand')), number)


class InTheMiddle(TemporaryCase):
    """The window goes while a command is under way: the engine goes, and the key with it."""
    def close_while(self, kind, step):
        self.playground.control({'change': {'id': WEB_1, 'assist': {kind: {'seconds': 60}}}})
        window = self.start()
        self.wait_listed()
        self.open_with_temporary_key()
        window.press('OK')
        wait_for(step, lambda: any(name.endswith(', under way') for name in window.names(step)))
        wait_for('the command', lambda: self.commands(kind.capitalize() + 'SshPublicKey'))
        engines = wait_for('the engine', window.engines)
        window.close()
        wait_for('the engine to go', lambda: not any(is_alive(pid) for pid in engines))

    def test_close_enabling(self):
        self.close_while('enable', 'Enabling')
        self.assertEqual(self.sent_keys(), [])
        self.assertEqual(self.leaks(), [])

    def test_close_sending(self):
        """Now there is a key to be lost."""
        self.close_while('send', 'Sending')
        self.assertEqual(len(self.sent_keys()), 1)
        self.assertEqual(self.count_in_log('Accepted'), 0)
        self.assertEqual(self.leaks(), [])


if __name__ == '__main__':
    main()
