# SPDX-License-Identifier: GPL-3.0-or-later
"""What the end-to-end tests have in common: a playground for each test, the program on it, and the
ways to log in and to see on the server that it worked."""
import os
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]
# Last: it has a test_cloud, too.
sys.path.append(f'{TESTS}/cloud')
from cloud_client import main  # noqa: E402, F401
from gangway_driver import Atspi, Gangway, key, look, screenshot, type_text, wait_for  # noqa: E402
from playground import Playground  # noqa: E402

BUILD = os.environ['GANGWAY_BUILD']


class GangwayCase(unittest.TestCase):
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

    def search(self, text):
        key('ctrl+shift+o', 'ctrl+a')
        type_text(text)
        key('Return')

    def search_and_open(self, text):
        self.search(text)
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

    def count_in_log(self, text):
        """The server's own log says what really happened."""
        with open(f'{self.playground.directory}/sshd.log', encoding='utf-8',
                  errors='replace') as file:
            return file.read().count(text)

    def wait_connected(self, logins=1):
        wait_for(f'{logins} shells on the server',
                 lambda: self.count_in_log('Starting session: shell') >= logins)
        wait_for('the terminal to take keys', lambda: not self.window.exists('Cancel'))

    def focused(self):
        """The role and the name of what has the focus."""
        return look(lambda: next(
            ((node.get_role_name(), node.get_name()) for node in self.window.nodes()
             if node.get_state_set().contains(Atspi.StateType.FOCUSED)), ('', '')))

    def go_to(self, name):
        """Tab until the control of that name has the focus."""
        def step():
            if self.focused()[1] == name:
                return True
            key('Tab')
            return self.focused()[1] == name
        wait_for(f'the focus on {name!r}', step)
