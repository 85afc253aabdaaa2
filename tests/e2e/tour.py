#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""tour.py --open BUILD: open Gangway on the playground, until its window is closed.
tour.py BUILD FOLDER: log in on this (virtual) display as a person would, in light and in dark, and
leave a picture of each window in FOLDER.
"""
import os
import subprocess
import sys

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)),
                os.path.dirname(os.path.dirname(os.path.abspath(__file__)))]
from playground import Playground  # noqa: E402


def open_playground(build):
    with Playground(build) as playground:
        print(f'''The playground: an SSH server on {playground.addresses[0]} … \
{playground.addresses[-1]}, port {playground.port}
  user   password
  alice  secret
  bob    pa ss
  root   toor
  kim    kim-secret  (asks for it herself: keyboard-interactive)
  carol  123456      (first a key, then the password)
  dave   none        (a key only)
Keys that they take are in ~/.ssh and in {playground.directory}/keys
(the passphrase of the encrypted ones is “open sesame”). Everything goes when the window closes.''')
        sys.stdout.flush()
        sys.exit(subprocess.run([playground.program], env=playground.environment,
                                check=False).returncode)


class Tour:
    def __init__(self, build, folder):
        from gangway_driver import Gangway, key, screenshot, type_text, wait_for
        self.build, self.folder = build, folder
        self.gangway, self.key, self.type = Gangway, key, type_text
        self.screenshot, self.wait_for = screenshot, wait_for
        self.pictures = []

    def picture(self, name, scheme):
        # The picture is of what was drawn last: let the last change reach the screen.
        previous, path = None, f'{self.folder}/{name}-{scheme}.png'

        def still():
            nonlocal previous
            self.screenshot(path)
            with open(path, 'rb') as file:
                current, before = file.read(), previous
            previous = current
            return current == before
        try:
            self.wait_for('the picture to come to rest', still, 3)
        except AssertionError:
            pass  # a blinking cursor or a spinner
        self.pictures.append(path)

    def start(self, playground, scheme, args=()):
        settings = f"{playground.environment['XDG_CONFIG_HOME']}/glib-2.0/settings"
        os.makedirs(settings, exist_ok=True)
        with open(f'{settings}/keyfile', 'w', encoding='utf-8') as file:
            file.write(f"[org/gangway/Gangway]\ncolor-scheme='{scheme}'\nuse-ssh-config=true\n")
        environment = dict(playground.environment, GDK_BACKEND='x11', GSK_RENDERER='cairo')
        return self.gangway(playground.program, args, environment)

    def open(self, window, text):
        self.key('ctrl+shift+o', 'ctrl+a')
        self.type(text)
        self.key('Return')
        window.find('Instance Login')

    def empty(self, scheme):
        with Playground(self.build) as playground:
            os.remove(f"{playground.home}/data/gangway/instances.json")
            window = self.start(playground, scheme)
            try:
                window.find('Add Host')
                self.picture('empty', scheme)
            finally:
                window.close()

    def main(self, scheme):
        with Playground(self.build) as playground:
            window = self.start(playground, scheme)
            try:
                self.log_in(window, playground, scheme)
                self.windows(window, scheme)
                self.failure(window, scheme)
            finally:
                window.close()

    def log_in(self, window, playground, scheme):
        self.open(window, 'web-1')
        window.fill('Username', 'alice')
        window.fill('Password', 'secret')
        self.picture('login', scheme)
        window.press('OK')
        window.find('Trust Host Key')
        self.picture('host-key', scheme)
        window.press('Trust Host Key')
        window.wait_gone('Trust Host Key')
        proof = f'{playground.directory}/home/alice/proof'
        log = f'{playground.directory}/sshd.log'

        def shell():
            with open(log, encoding='utf-8', errors='replace') as file:
                return 'Starting session: shell' in file.read()
        self.wait_for('the shell', shell)
        window.wait_gone('Cancel')
        self.type('PS1="\\u@web-1:\\w\\$ "; clear; ls --color=always -la / | head -18')
        self.key('Return')
        self.type(f'touch {proof}')
        self.key('Return')
        self.wait_for('what was typed to reach the server', lambda: os.path.exists(proof))
        self.picture('session', scheme)

    def windows(self, window, scheme):
        self.key('ctrl+comma')
        window.find('Scrollback Lines')
        self.picture('preferences', scheme)
        self.key('Escape')
        window.press('Add Host')
        window.find('Save')
        self.picture('add-host', scheme)
        self.key('Escape')
        window.wait_gone('Save')

    def failure(self, window, scheme):
        self.open(window, '127.0.2.1:1')
        window.fill('Username', 'alice')
        window.fill('Password', 'secret')
        window.press('OK')
        window.find('Try Again')
        self.picture('failure', scheme)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    if sys.argv[1] == '--open':
        open_playground(sys.argv[2])
        return
    tour = Tour(sys.argv[1], sys.argv[2])
    for scheme in ('light', 'dark'):
        tour.empty(scheme)
        tour.main(scheme)
    print('Logged in, typed, and took pictures:')
    print('\n'.join(tour.pictures))


main()
