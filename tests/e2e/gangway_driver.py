# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives the real program as a person would: controls are found through accessibility, keys and
clicks are real X events. Runs inside a session bus and a display of its own (tests/with-display).
"""
import faulthandler
import os
import subprocess
import time

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib  # noqa: E402

DEADLINE = 20.0

# libatspi has crashed the driver before: then the line of the test is told.
faulthandler.enable()

# libatspi tells every time that GTK 4 has no cache of accessible objects.
GLib.log_set_handler('dbind', GLib.LogLevelFlags.LEVEL_WARNING, lambda *_: None, None)


def wait_for(what, condition, deadline=DEADLINE):
    """Calls condition until it answers something true, and returns that."""
    end = time.monotonic() + deadline
    while True:
        try:
            answer = condition()
        except GLib.Error:  # an object that went away between two calls
            answer = None
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f'waited {deadline:.0f} s in vain for: {what}')
        time.sleep(0.03)


def look(question):
    """Its answer, asked again where an object went away meanwhile."""
    return wait_for('an undisturbed look', lambda: (question(),))[0]


def walk(node, depth=0):
    """Every node below, itself first."""
    if node is None or depth > 60:
        return
    yield node
    # All children at once, before going deeper: GTK 4.8 ends the program that is asked for a
    # top-level window by an index that was right a moment ago.
    for child in [node.get_child_at_index(index) for index in range(node.get_child_count())]:
        yield from walk(child, depth + 1)


class Gangway:
    """One running program."""

    def __init__(self, program, args=(), env=None):
        self.process = subprocess.Popen([program, *args], env=env)
        Atspi.init()
        self.application = wait_for('the program on the accessibility bus', self._find_application)
        wait_for('its window', lambda: self.application.get_child_count() > 0)

    def _find_application(self):
        if self.process.poll() is not None:
            raise AssertionError(f'the program ended with {self.process.returncode}')
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            node = desktop.get_child_at_index(index)
            if node is not None and node.get_process_id() == self.process.pid:
                return node
        return None

    def nodes(self):
        self.application.clear_cache()
        return walk(self.application)

    def find(self, name, roles=None, deadline=DEADLINE):
        """The first node with this accessible name (and one of these roles)."""
        def found():
            for node in self.nodes():
                if node.get_name() == name and (not roles or node.get_role_name() in roles):
                    return node
            return None
        return wait_for(f'{name!r} ({roles})', found, deadline)

    def find_start(self, start):
        """The first node whose name begins so."""
        return wait_for(f'{start!r}…', lambda: next(
            (node for node in self.nodes() if (node.get_name() or '').startswith(start)), None))

    def exists(self, name, roles=None):
        return look(lambda: any(
            node.get_name() == name and (not roles or node.get_role_name() in roles)
            for node in self.nodes()))

    def names(self, start='', roles=None):
        """What begins so, in the order of the window."""
        return look(lambda: [
            node.get_name() for node in self.nodes()
            if (node.get_name() or '').startswith(start)
            and (not roles or node.get_role_name() in roles)])

    def wait_gone(self, name, roles=None):
        wait_for(f'{name!r} to go away', lambda: not self.exists(name, roles))

    def wait_for_windows(self, count):
        wait_for(f'{count} windows', lambda: self.application.get_child_count() == count)

    def press(self, name):
        """Click a button by its name, through accessibility."""
        def click():
            for node in self.nodes():
                if node.get_name() == name and node.get_role_name() in (
                        'push button', 'button', 'toggle button'):
                    if node.get_n_actions() > 0:
                        return node.do_action(0)
            return False
        wait_for(f'a button {name!r} that can be pressed', click)

    def fill(self, name, text):
        """Set the text of an entry."""
        def enter():
            for node in self.nodes():
                if node.get_name() == name and node.get_role_name() in ('text', 'entry',
                                                                        'password text'):
                    if Atspi.EditableText.set_text_contents(node, text):
                        return True
            return False
        wait_for(f'an entry {name!r}', enter)

    def _last(self, name, roles):
        """The last one: of a dialog over another that has the same."""
        found = [node for node in self.nodes()
                 if node.get_name() == name and node.get_role_name() in roles]
        return found[-1] if found else None

    def press_last(self, name):
        def click():
            node = self._last(name, ('push button', 'button', 'toggle button'))
            return node is not None and node.do_action(0)
        wait_for(f'a button {name!r} that can be pressed', click)

    def fill_last(self, name, text):
        def enter():
            node = self._last(name, ('text', 'entry', 'password text'))
            return node is not None and Atspi.EditableText.set_text_contents(node, text)
        wait_for(f'an entry {name!r}', enter)

    def text(self, name):
        node = self.find(name, ('text', 'entry', 'password text'))
        return Atspi.Text.get_text(node, 0, Atspi.Text.get_character_count(node))

    def activate(self, action):
        """An action of the application, as its menu does."""
        subprocess.run(
            ['gdbus', 'call', '--session', '--timeout', '20', '--dest', 'org.gangway.Gangway',
             '--object-path', '/org/gangway/Gangway', '--method', 'org.gtk.Actions.Activate',
             action, '[]', '{}'], check=True, stdout=subprocess.DEVNULL)

    def dump(self):
        """What is on the bus, for a test that failed."""
        lines = []
        try:
            for node in self.nodes():
                lines.append(f'{node.get_role_name()}: {node.get_name()!r}')
        except GLib.Error as error:
            lines.append(str(error))
        return '\n'.join(lines)

    def engines(self):
        """The pids of the living engines of this window: other tests have theirs."""
        listing = subprocess.run(
            ['ps', '-o', 'pid=,comm=,stat=', '--ppid', str(self.process.pid)],
            stdout=subprocess.PIPE, text=True, check=False).stdout
        return [int(line.split()[0]) for line in listing.splitlines()
                if line.split()[1].startswith('gangway-sess') and 'Z' not in line.split()[2]]

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def is_alive(pid):
    """Whether a process with this number is there, whoever is its parent now."""
    listing = subprocess.run(['ps', '-o', 'stat=', '-p', str(pid)], stdout=subprocess.PIPE,
                             text=True, check=False).stdout.strip()
    return listing != '' and not listing.startswith('Z')


def key(*names):
    subprocess.run(['xdotool', 'key', '--clearmodifiers', *names], check=True)


def type_text(text):
    subprocess.run(['xdotool', 'type', '--delay', '8', text], check=True)


def screenshot(path, window='root'):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    # No dates inside: two pictures of the same are the same file.
    subprocess.run(['import', '-window', window, '+set', 'date:create', '+set', 'date:modify',
                    '-define', 'png:exclude-chunks=date,time', path], check=True)
