#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From click to shell with the real program, a real OpenSSH server and real key events."""
import os
import signal

from gangway_case import GangwayCase, main
from gangway_driver import is_alive, key, type_text, wait_for


class MainJob(GangwayCase):
    def test_click_to_shell(self):
        window = self.start()
        self.search_and_open('web-1')
        self.assertEqual(window.text('Instance'), 'web-1')
        for name in ('Instance', 'Connection', 'Authentication', 'Username', 'Password'):
            window.find(name)
        self.log_in()

        # Nothing is trusted without a click, and nothing was sent so far.
        window.find('Trust Host Key')
        self.assertTrue(any(self.playground.host_keys['ssh-ed25519'][0] in name
                            for name in window.names()))
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
        # What was typed is kept nowhere.
        window.fill('Password', 'secret')
        window.press('Continue')
        self.wait_connected(2)
        self.run_remotely('again')

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
        window.fill('Password', 'secret')
        window.press('Continue')
        self.wait_connected(3)
        self.run_remotely('back-again')


if __name__ == '__main__':
    main()
