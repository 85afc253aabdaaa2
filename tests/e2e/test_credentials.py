#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials and saved logins with the real program, a real server and a real GNOME Keyring, which
tests/with-keyring has started on the bus of this display: open for the classes Open and Killed,
locked for Locked, none for Absent."""
import os
import signal
import subprocess

from gi.repository import Gio, GLib

from gangway_case import GangwayCase, main
from gangway_driver import key, type_text, wait_for

SCHEMA = ('xdg:schema', 'org.gangway.Secret')


def search_keyring(*attributes):
    """What any other program of the desktop finds: secret-tool's words, "" for nothing."""
    done = subprocess.run(['secret-tool', 'search', '--all', *(attributes or SCHEMA)], check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20)
    return done.stdout


class CredentialsCase(GangwayCase):
    def tearDown(self):
        super().tearDown()
        subprocess.run(['secret-tool', 'clear', *SCHEMA], check=False, timeout=20)

    def restart(self):
        self.window.close()
        return self.start()

    def add_credential(self, name, user, password):
        """From the Login dialog that is open, with the keyboard."""
        window = self.window
        key('alt+3')
        window.press('Create Credential')
        window.find('Add Credential')
        window.fill('Name', name)
        window.fill_last('Username', user)
        window.fill_last('Password', password)
        window.press_last('OK')
        window.wait_gone('Add Credential')

    def delete(self, name):
        """In the window of credentials, with the keyboard."""
        window = self.window
        window.activate('credentials')
        window.find('Search credentials and logins')
        self.go_to(name)
        key('Delete')
        window.find(f'Delete “{name}”?')
        window.press('Delete')
        window.find(f'Removed “{name}”')

    def remember(self, instance, user='alice', password='secret'):
        """Logs in with “Remember this login” ticked."""
        self.search_and_open(instance)
        self.window.fill('Username', user)
        self.window.fill('Password', password)
        self.go_to('Remember this login')
        key('space')
        self.window.press('OK')
        self.window.press('Trust Host Key')
        self.wait_connected()
        wait_for('the secret in the keyring', search_keyring)

    def change_password(self, password):
        """Of alice, on the server."""
        path = f'{self.playground.directory}/passdb'
        with open(path, encoding='utf-8') as file:
            lines = file.read().splitlines()
        with open(path, 'w', encoding='utf-8') as file:
            for line in lines:
                user, _, rest = line.partition(':')
                file.write(f'{user}:{password}:sshd\n' if user == 'alice' else f'{line}\n')


class Open(CredentialsCase):
    def test_credential_from_creation_to_deletion(self):
        window = self.start()
        self.search_and_open('web-1')
        self.add_credential('Ops', 'alice', 'secret')
        # Only Credential is asked for.
        window.find('Credential')
        for name in ('Username', 'Password', 'Private Key'):
            self.assertFalse(window.exists(name), name)
        self.assertIn('label = Gangway/Ops', search_keyring())
        self.go_to('Remember this login')
        key('space')
        window.press('OK')
        window.press('Trust Host Key')
        self.wait_connected()
        self.run_remotely('proof')

        window = self.restart()
        self.search('web-1')
        self.wait_connected(2)
        self.assertFalse(window.exists('Instance Login'))
        self.run_remotely('one-click')

        self.delete('Ops')
        wait_for('an empty keyring', lambda: search_keyring() == '')
        window.press('Undo')
        wait_for('it to be back', lambda: 'label = Gangway/Ops' in search_keyring())


    def test_refused_login_is_not_tried_again(self):
        self.start()
        self.remember('web-1')
        self.assertIn('secret = secret', search_keyring())
        self.change_password('another')
        window = self.restart()

        self.search('web-1')
        window.find('Instance Login')
        window.find('The server refused the saved login for alice@127.0.2.1:'
                    f'{self.playground.port}. Nothing was tried again.')
        self.assertEqual(window.text('Username'), 'alice')
        self.assertEqual(window.text('Password'), '')
        self.assertEqual(self.count_in_log('Failed password'), 1)
        window.press('Cancel')
        window.wait_gone('Instance Login')

        # Nor is it by the next click, which asks.
        self.search_and_open('web-1')
        window.find('The server refused the saved login of alice. It is not tried again by itself.')
        window.fill('Password', 'another')
        window.press('OK')
        self.wait_connected(2)
        self.assertEqual(self.count_in_log('Failed password'), 1)
        wait_for('the new secret in the keyring',
                 lambda: 'secret = another' in search_keyring())
        self.restart()
        self.search('web-1')
        self.wait_connected(3)

    def test_instance_takes_its_secret_along(self):
        window = self.start()
        self.remember('web-2')
        key('ctrl+shift+o', 'ctrl+a')
        type_text('web-2')
        window.find_start('web-2, 127.')
        key('Down', 'Delete')
        window.find('“web-2” removed')
        wait_for('an empty keyring', lambda: search_keyring() == '')
        window.press('Undo')
        wait_for('the secret to be back', lambda: 'secret = secret' in search_keyring())
        self.search('web-2')
        self.wait_connected(2)


class Killed(CredentialsCase):
    def tearDown(self):
        GangwayCase.tearDown(self)

    def test_write_that_fails_is_said(self):
        """The keyring ends between the login and the writing."""
        window = self.start()
        self.search_and_open('web-1')
        window.fill('Username', 'alice')
        window.fill('Password', 'secret')
        self.go_to('Remember this login')
        key('space')
        window.press('OK')
        window.find('Trust Host Key')
        os.kill(int(os.environ['GANGWAY_TEST_KEYRING_PID']), signal.SIGKILL)
        window.press('Trust Host Key')
        self.wait_connected()
        window.find_start('The login was not saved')
        window = self.restart()
        self.search_and_open('web-1')


class Locked(CredentialsCase):
    PASSWORD = 'keyring'

    def find_prompt(self):
        """The desktop's own window, which asks for the keyring's password."""
        return wait_for('the desktop to ask', lambda: subprocess.run(
            ['xdotool', 'search', '--onlyvisible', '--class', 'gcr-prompter'], check=False,
            stdout=subprocess.PIPE, text=True).stdout.split())[0]

    def wait_for_prompt_to_go(self):
        wait_for('the desktop’s question to go', lambda: subprocess.run(
            ['xdotool', 'search', '--onlyvisible', '--class', 'gcr-prompter'], check=False,
            stdout=subprocess.DEVNULL).returncode != 0)

    def test_unlocking_on_the_way(self):
        """A login is saved, the keyring is locked, and one click opens both again."""
        window = self.start()
        self.search_and_open('web-1')
        window.fill('Username', 'alice')
        window.fill('Password', 'secret')
        self.go_to('Remember this login')
        key('space')
        window.press('OK')
        window.press('Trust Host Key')
        self.find_prompt()
        type_text(self.PASSWORD)
        key('Return')
        self.wait_for_prompt_to_go()
        self.wait_connected()
        wait_for('the secret in the keyring', search_keyring)

        subprocess.run(
            ['gdbus', 'call', '--session', '--timeout', '20', '--dest', 'org.freedesktop.secrets',
             '--object-path', '/org/freedesktop/secrets', '--method',
             'org.freedesktop.Secret.Service.Lock',
             "[objectpath '/org/freedesktop/secrets/collection/login']"],
            check=True, stdout=subprocess.DEVNULL)
        window = self.restart()
        self.search('web-1')
        self.find_prompt()
        type_text(self.PASSWORD)
        key('Return')
        self.wait_connected(2)
        self.assertFalse(window.exists('Instance Login'))


class Absent(CredentialsCase):
    def tearDown(self):
        GangwayCase.tearDown(self)

    def test_for_this_session(self):
        """Said plainly, and kept in memory on request: gone with the program."""
        window = self.start()
        self.search_and_open('web-1')
        key('alt+3')
        window.press('Keep for This Session')
        self.add_credential('Ops', 'alice', 'secret')
        window.press('OK')
        window.press('Trust Host Key')
        self.wait_connected()
        self.search_and_open('web-2')
        key('alt+3')
        window.find('Credential: Ops')  # the only one
        window.press('Cancel')
        window = self.restart()
        self.search_and_open('web-2')
        key('alt+3')
        window.find('Keep for This Session')

    def test_locked_screen(self):
        """What only memory holds goes, and so does what is being typed."""
        bus = self.own_screen_saver()
        window = self.start()
        self.search_and_open('web-1')
        key('alt+3')
        window.press('Keep for This Session')
        self.add_credential('Ops', 'alice', 'secret')
        key('alt+1')
        window.fill('Password', 'half')
        bus.emit_signal(None, '/org/gnome/ScreenSaver', 'org.gnome.ScreenSaver', 'ActiveChanged',
                        GLib.Variant('(b)', (True,)))
        wait_for('an empty field', lambda: window.text('Password') == '')
        key('alt+3')
        window.find('Keep for This Session')

    def own_screen_saver(self):
        """Before the program starts, as on a desktop: GDBus drops signals of a name whose owner it
        has only just been told of."""
        bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
        bus.call_sync('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus',
                      'RequestName', GLib.Variant('(su)', ('org.gnome.ScreenSaver', 0)), None,
                      Gio.DBusCallFlags.NONE, -1, None)
        return bus


if __name__ == '__main__':
    main()
