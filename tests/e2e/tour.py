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
    with Playground(build, cloud=True) as playground:
        print(f'''The playground: an emulated cloud on {playground.endpoint}, an SSH server on {playground.addresses[0]} … \
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


# Names repeat in the emulated cloud, as they do in a real one.
IDS = {'web-1': 'i-bp1b105398f1534ee9', 'web-2': 'i-bp1fb09b2b3c172705',
       'db-1': 'i-bp12f32ee6847c9b31'}


class Tour:
    def __init__(self, build, folder):
        from gangway_driver import Gangway, key, screenshot, type_text, wait_for
        self.build, self.folder = build, folder
        self.gangway, self.key, self.type = Gangway, key, type_text
        self.screenshot, self.wait_for = screenshot, wait_for
        self.pictures = []

    def picture(self, name, scheme, window='root'):
        """Of the whole display, of the window that has the focus, or of the one of that title."""
        if window == 'focus':
            window = subprocess.run(['xdotool', 'getwindowfocus'], check=True, text=True,
                                    stdout=subprocess.PIPE).stdout.strip()
        elif window != 'root':
            window = subprocess.run(['xdotool', 'search', '--onlyvisible', '--name', f'^{window}$'],
                                    check=True, text=True,
                                    stdout=subprocess.PIPE).stdout.split()[-1]
        previous, path = None, f'{self.folder}/{name}-{scheme}.png'

        def still():
            # The picture is of what was drawn last: let the last change reach the screen.
            nonlocal previous
            self.screenshot(path, window)
            with open(path, 'rb') as file:
                current, before = file.read(), previous
            previous = current
            return current == before
        try:
            self.wait_for('the picture to come to rest', still, 3)
        except AssertionError:
            pass  # a blinking cursor or a spinner
        self.pictures.append(path)

    def start(self, playground, scheme, use_ssh_config='true'):
        settings = f"{playground.environment['XDG_CONFIG_HOME']}/glib-2.0/settings"
        os.makedirs(settings, exist_ok=True)
        with open(f'{settings}/keyfile', 'w', encoding='utf-8') as file:
            file.write(f"[org/gangway/Gangway]\ncolor-scheme='{scheme}'\n"
                       f'use-ssh-config={use_ssh_config}\n')
        # The one of the picture before.
        subprocess.run(['secret-tool', 'clear', 'xdg:schema', 'org.gangway.Secret'], check=False)
        environment = dict(playground.environment, GDK_BACKEND='x11', GSK_RENDERER='cairo')
        return self.gangway(playground.program, (), environment)

    def open(self, window, text):
        self.key('ctrl+shift+o', 'ctrl+a')
        self.type(IDS.get(text, text))
        self.key('Return')
        window.find('Instance Login')

    def empty(self, scheme):
        with Playground(self.build, cloud=True, account=False) as playground:
            os.remove(f'{playground.home}/data/gangway/instances.json')
            window = self.start(playground, scheme, 'false')
            try:
                window.find('Use SSH Config (2 hosts)')
                self.picture('empty', scheme)
                window.press('Use Profile “playground”')
                window.find('Verify')
                window.press('Verify')
                window.find_start('Account 1000000000000001')
                self.picture('add-account', scheme, 'focus')
                self.key('Escape')
                window.wait_gone('Verify')
            finally:
                window.close()

    def main(self, scheme):
        with Playground(self.build, cloud=True) as playground:
            self.distrust(playground)
            # So that there is a question, and a group that lets only private addresses in.
            playground.control({'change': {'id': IDS['web-1'], 'console': '',
                                           'groups': ['sg-webcnhangzhou']}})
            window = self.start(playground, scheme)
            try:
                window.find_start('frankfurt-1')
                self.log_in(window, playground, scheme)
                self.paste(window, scheme)
                self.windows(window, scheme)
                self.credentials(window, scheme)
                self.account(window, scheme)
                self.temporary(window, scheme)
                self.key_login(window, scheme)
                self.changed_key(window, scheme)
                self.failure(window, scheme)
                self.security_groups(window, scheme)
            finally:
                window.close()

    def distrust(self, playground):
        """Another key than the server's is stored for web-2."""
        with open(f'{playground.directory}/keys/ed25519-openssh.pub', encoding='utf-8') as file:
            key_type, blob = file.read().split()[:2]
        with open(f'{playground.home}/.ssh/known_hosts', 'w', encoding='utf-8') as file:
            file.write(f'[{playground.addresses[2]}]:{playground.port} {key_type} {blob}\n')

    def log_in(self, window, playground, scheme):
        self.open(window, 'web-1')
        self.key('alt+1')
        window.fill('Username', 'alice')
        window.fill('Password', 'secret')
        self.picture('login', scheme, 'focus')
        window.press('OK')
        window.find('Trust Host Key')
        self.picture('host-key', scheme)
        window.press('Trust Host Key')
        window.wait_gone('Trust Host Key')
        log = f'{playground.directory}/sshd.log'

        def shell():
            with open(log, encoding='utf-8', errors='replace') as file:
                return 'Starting session: shell' in file.read()
        self.wait_for('the shell', shell)
        window.wait_gone('Cancel')
        self.command(playground, "PS1='alice@web-1:~$ '; clear")
        self.command(playground, 'ls --color=always -l /usr; uname -sr')
        self.picture('session', scheme)

    def command(self, playground, text):
        """A command in the remote shell, waited for by its effect on the server's disk."""
        done = f'{playground.directory}/home/alice/.done'
        self.type(f'{text}; >~/.done')
        self.key('Return')
        self.wait_for(f'{text!r} to be done on the server', lambda: os.path.exists(done))
        os.remove(done)

    def paste(self, window, scheme):
        self.key('ctrl+shift+a', 'ctrl+shift+c', 'ctrl+shift+v')
        window.find('Paste')
        self.picture('paste', scheme)
        self.key('Escape')

    def windows(self, window, scheme):
        self.key('ctrl+comma')
        window.find('Scrollback Lines')
        self.picture('preferences', scheme, 'focus')
        self.key('Escape')
        window.wait_gone('Scrollback Lines')
        self.key('ctrl+question')
        window.wait_for_windows(2)
        self.picture('shortcuts', scheme, 'focus')
        self.key('Escape')
        window.wait_for_windows(1)
        window.press('Add Host')
        window.find('Save')
        self.picture('add-host', scheme, 'focus')
        self.key('Escape')
        window.wait_gone('Save')

    def account(self, window, scheme):
        window.activate('accounts')
        window.find('Edit')
        self.picture('accounts', scheme, 'Cloud Accounts')
        self.key('Escape')
        window.wait_gone('Edit')
        self.key('ctrl+shift+o', 'ctrl+a')
        self.type(IDS['web-1'])
        self.key('Down', 'alt+Return')
        window.find('Copy Name')
        self.picture('details', scheme, 'Instance Details')
        self.key('Escape')
        window.wait_gone('Copy Name')

    def security_groups(self, window, scheme):
        self.key('ctrl+shift+o', 'ctrl+a')
        self.type(IDS['web-1'])
        self.key('Down', 'alt+Return')
        window.press('Check Security Groups…')
        window.find('What Will Be Sent')
        window.fill('Address', '203.0.113.9/32')
        window.find_start('No rule of the security group')
        self.picture('security-groups', scheme, 'Security Groups')

    def temporary(self, window, scheme):
        self.open(window, 'db-1')
        self.key('alt+4')
        window.find_start('One-minute key')
        self.picture('login-temporary', scheme, 'focus')
        window.press('OK')
        window.find_start('The key is valid for')
        self.picture('temporary-key', scheme)
        window.wait_gone('Cancel')

    def credentials(self, window, scheme):
        self.open(window, 'db-1')
        self.key('alt+3')
        for name, user in (('Databases', 'alice'), ('Operations', 'root')):
            window.press('Create Credential')
            window.find('Add Credential')
            window.fill('Name', name)
            window.fill_last('Username', user)
            window.fill_last('Password', 'secret')
            if user == 'root':
                self.picture('add-credential', scheme, 'Add Credential')
            window.press_last('OK')
            window.wait_gone('Add Credential')
        self.picture('login-credential', scheme, 'Instance Login')
        self.key('Escape')
        window.wait_gone('Instance Login')
        window.activate('credentials')
        window.find('Search credentials and logins')
        self.picture('credentials', scheme, 'Credentials')
        self.key('Escape')
        window.wait_gone('Search credentials and logins')

    def key_login(self, window, scheme):
        self.open(window, 'db-1')
        self.key('alt+2')
        window.find('Private Key')
        self.picture('login-key', scheme, 'focus')
        self.key('Escape')
        window.wait_gone('Instance Login')

    def changed_key(self, window, scheme):
        self.open(window, 'web-2')
        self.key('alt+1')
        window.fill('Username', 'alice')
        window.fill('Password', 'secret')
        window.press('OK')
        window.find('Host Key Changed')
        self.picture('host-key-changed', scheme)

    def failure(self, window, scheme):
        self.open(window, '127.0.2.9:1')
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
