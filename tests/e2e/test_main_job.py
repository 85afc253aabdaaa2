#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From click to shell with the real program, a real OpenSSH server and real key events."""
import os
import signal
import sys
import unittest

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)),
                os.path.dirname(os.path.dirname(os.path.abspath(__file__)))]
from gangway_driver import Gangway, is_alive, key, screenshot, type_text, wait_for  # noqa: E402
from playground import Playground  # noqa: E402

BUILD = os.environ['GANGWAY_BUILD']


class MainJob(unittest.TestCase):
    def setUp(self):
        self.playground = Playground(BUILD)
        self.playground.__enter__()
        self.addCleanup(self.playground.__exit__)
        self.window = None

    def start(self, *args):
        environment = dict(self.playground.environment, GTK_A11Y='atspi', GDK_BACKEND='x11',
                           GSK_RENDERER='cairo')
        self.window = Gangway(self.playground.program, args, environment)
        self.addCleanup(self.window.close)
        return self.window

    def tearDown(self):
        # Runs before the clean-ups: the window of a test that failed can still be looked at.
        folder = os.environ.get('GANGWAY_TEST_PICTURES')
        if folder and self.window:
            screenshot(f'{folder}/{self.id()}.png')
            with open(f'{folder}/{self.id()}.txt', 'w', encoding='utf-8') as file:
                file.write(self.window.dump())

    def search_and_open(self, text):
        key('ctrl+shift+o', 'ctrl+a')
        type_text(text)
        key('Return')
        self.window.find('Instance Login')

    def log_in(self, user='alice', password='secret'):
        self.window.fill('Username', user)
        self.window.fill('Password', password)
        self.window.press('OK')

    def remote(self, name):
        return f'{self.playground.directory}/home/alice/{name}'

    def read_remote(self, name):
        try:
            with open(self.remote(name), encoding='utf-8') as file:
                return file.read()
        except FileNotFoundError:
            return None

    def run_remotely(self, name):
        """A command in the remote shell, seen by its effect on the server's disk."""
        type_text(f'echo "$LOGNAME" > "$HOME/{name}"')
        key('Return')
        wait_for(f'{name} on the server', lambda: self.read_remote(name) == 'alice\n')

    def test_click_to_shell(self):
        window = self.start()
        self.search_and_open('web-1')
        self.assertEqual(window.text('Instance'), 'web-1')
        for name in ('Instance', 'Connection', 'Authentication', 'Username', 'Password'):
            window.find(name)
        self.log_in()

        # Nothing is trusted without a click, and nothing was sent so far.
        window.find('Trust Host Key')
        self.assertTrue(any(self.playground.host_keys['ssh-ed25519'][0] in (node.get_name() or '')
                            for node in window.nodes()))
        self.assertFalse(os.path.exists(f'{self.playground.home}/.ssh/known_hosts'))
        window.press('Trust Host Key')
        wait_for('the shell', lambda: not window.exists('Trust Host Key'))
        self.wait_connected()
        self.run_remotely('proof')
        self.assertTrue(os.path.exists(f'{self.playground.home}/.ssh/known_hosts'))

        # The shell ends: the tab stays, says so, and comes back without a question.
        type_text('exit')
        key('Return')
        window.find('Reconnect')
        window.press('Reconnect')
        window.wait_gone('Reconnect')
        self.wait_connected(2)
        self.run_remotely('again')

    def wait_connected(self, logins=1):
        """The server's own log says when the shell is there to be typed into."""
        log = f'{self.playground.directory}/sshd.log'

        def count():
            with open(log, encoding='utf-8', errors='replace') as file:
                return file.read().count('Starting session: shell')
        wait_for(f'{logins} shells on the server', lambda: count() >= logins)
        wait_for('the terminal to take keys', lambda: not self.window.exists('Cancel'))

    def test_free_host_by_key_and_keyboard_only(self):
        window = self.start(f'alice@{self.playground.addresses[2]}:{self.playground.port}')
        window.find('Instance Login')
        self.assertEqual(window.text('Username'), 'alice')
        self.assertEqual(window.engines(), [], 'nothing connects without a click')
        key('alt+2')
        window.find('Private Key')
        window.wait_gone('Password')
        key('alt+1')
        window.find('Password')
        type_text('secret')
        key('Return')
        window.press('Trust Host Key')
        self.wait_connected()
        self.run_remotely('by-hand')

    def test_list_by_keyboard_and_logout(self):
        """A fresh window: type, walk the hits, Connect by Tab; then the desktop logs out."""
        window = self.start()
        type_text('web')
        window.find('web-2, 127.0.2.3, Running')
        key('Down', 'Down', 'Return')
        window.find('Instance Login')
        self.assertEqual(window.text('Instance'), 'web-2')
        key('Escape')
        window.wait_gone('Instance Login')

        key('ctrl+shift+o')
        type_text('127.0.2.2')  # replaces what was searched for before
        window.find('web-1, 127.0.2.1, Running, 127.0.2.2')
        key('Return')
        window.find('Private IP – 127.0.2.2')
        self.assertEqual(window.text('Instance'), '127.0.2.2')
        key('Escape')
        window.wait_gone('Instance Login')
        key('ctrl+shift+o')
        type_text('role=web')
        window.find('web-1, 127.0.2.1, Running, role=web')
        key('Tab')
        window.find('Connect')
        key('Tab', 'space')
        window.find('Instance Login')
        self.assertEqual(window.text('Instance'), 'web-1')
        self.log_in()
        window.press('Trust Host Key')
        self.wait_connected()
        self.run_remotely('proof')
        self.assertEqual(window.text('Search Instances'), '')

        started = window.engines()
        self.assertEqual(len(started), 1)
        window.process.send_signal(signal.SIGTERM)
        self.assertEqual(window.process.wait(20), 0)
        wait_for('no engine to outlive the window', lambda: not is_alive(started[0]))

    def test_killed_engine_leaves_the_others(self):
        window = self.start()
        self.search_and_open('web-1')
        self.log_in()
        window.press('Trust Host Key')
        self.wait_connected()
        first = window.engines()
        self.assertEqual(len(first), 1)

        self.search_and_open('web-2')
        self.log_in()
        window.press('Trust Host Key')
        self.wait_connected(2)
        self.assertEqual(len(window.engines()), 2)

        os.kill(first[0], signal.SIGKILL)
        wait_for('one engine left', lambda: len(window.engines()) == 1)
        self.run_remotely('still-here')
        key('ctrl+Page_Up')
        window.find('Reconnect')
        window.press('Reconnect')
        self.wait_connected(3)
        self.run_remotely('back-again')


if __name__ == '__main__':
    unittest.main()
