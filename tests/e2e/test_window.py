#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window with the real program: names for screen readers, keys, links that are wrong, and that
nothing lives on after the end."""
import os
import signal
import subprocess

from gangway_case import GangwayCase, main
from gangway_driver import is_alive, key, look, type_text, wait_for

# What a person can press or type into.
CONTROLS = ('push button', 'toggle button', 'text', 'entry', 'password text', 'spin button',
            'check box', 'switch', 'combo box', 'menu item', 'page tab')


class Window(GangwayCase):
    def names(self):
        """Of all list items, in their order."""
        return self.window.names(roles=('list item',))

    def find_row(self, start):
        return wait_for(f'a row {start}', lambda: [name for name in self.names()
                                                   if name.startswith(start)])[0]

    @staticmethod
    def is_doubled(name):
        words = name.split()
        return len(words) % 2 == 0 and words[:len(words) // 2] == words[len(words) // 2:]

    def check_names(self):
        bad = look(lambda: [
            (node.get_role_name(), node.get_name()) for node in self.window.nodes()
            if node.get_role_name() in CONTROLS and (
                not node.get_name() or node.get_name().startswith(('Gtk', 'Adw', 'Gw')) or
                '_' in node.get_name() or self.is_doubled(node.get_name()))])
        self.assertEqual(bad, [])

    def focus_list(self):
        key('ctrl+shift+o', 'ctrl+a', 'BackSpace', 'Down')

    def log_in_to_web_1(self):
        self.search_and_open('web-1')
        self.log_in()
        self.window.press('Trust Host Key')
        self.window.wait_gone('Cancel')
        wait_for('an engine', self.window.engines)

    def test_names(self):
        window = self.start()
        self.find_row('web-1, 127.')
        self.check_names()
        window.press('Add Host')
        window.find('Host Name or Address')
        self.check_names()
        key('Escape')
        window.wait_gone('Host Name or Address')
        key('ctrl+comma')
        window.find('Scrollback Lines')
        self.check_names()
        key('Escape')

    def test_list_keys(self):
        window = self.start()
        self.find_row('web-1, 127.')
        self.focus_list()
        # The heading folds and unfolds with the arrows.
        key('Home', 'Left')
        wait_for('one row', lambda: self.names() == ['Saved Hosts, 7'])
        key('Right')
        self.find_row('web-1, 127.')

        # Before any dialog: without a window manager nothing has the focus after one.
        for menu_key in ('Menu', 'shift+F10'):
            self.focus_list()
            key('Home', 'Down', menu_key)
            wait_for(f'the menu by {menu_key}',
                     lambda: self.focused() == ('menu item', 'Connect'))
            key('Escape')
            wait_for('the menu to go', lambda: self.focused()[0] == 'list item')

        # Down selects; Tab leads to its button.
        self.focus_list()
        key('Home')
        key('Down')
        window.find('Connect', ('push button',))
        key('Tab', 'space')
        window.find('Instance Login')
        key('Escape')
        window.wait_gone('Instance Login')

        # A saved host goes, and comes back.
        self.focus_list()
        key('Home', 'Down', 'Delete')
        wait_for('web-1 to go', lambda: not any(name.startswith('web-1,') for name in self.names()))
        window.press('Undo')
        self.find_row('web-1, 127.')
        self.focus_list()
        key('Home', 'Down', 'F2')
        window.find('Edit Host')
        self.assertEqual(window.text('Name'), 'web-1')
        key('Escape')
        window.wait_gone('Edit Host')

        # Delete in the search is about the text.
        key('ctrl+shift+o', 'Delete', 'F2')
        self.find_row('web-1, 127.')

    def test_wrong_link(self):
        window = self.start('ssh://host:99999')
        window.find('Nothing Was Opened')
        self.check_names()
        key('Escape')
        window.wait_gone('Nothing Was Opened')
        # A second call reaches the first program, which says it too.
        again = subprocess.run([self.playground.program, 'two words'], check=False, timeout=20,
                               env=self.playground.environment, stderr=subprocess.PIPE, text=True)
        self.assertEqual(again.returncode, 2)
        self.assertIn('gangway: ', again.stderr)
        window.find('Nothing Was Opened')

    def test_quit(self):
        window = self.start()
        self.log_in_to_web_1()
        started = window.engines()
        self.assertEqual(len(started), 1)

        key('ctrl+shift+q')
        window.find('End All Sessions?')
        self.check_names()
        key('Escape')
        window.wait_gone('End All Sessions?')
        self.assertIsNone(window.process.poll())

        # An engine that does not answer is killed.
        os.kill(started[0], signal.SIGSTOP)
        key('ctrl+shift+q')
        window.press('End Sessions')
        self.assertEqual(window.process.wait(20), 0)
        self.assertFalse(is_alive(started[0]))


if __name__ == '__main__':
    main()
