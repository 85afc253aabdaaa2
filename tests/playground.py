# SPDX-License-Identifier: GPL-3.0-or-later
"""The playground: a real SSH server on several loopback addresses, and a home folder with hosts
to try, all of it in one temporary folder that goes away at the end.

    with Playground(build) as playground:
        subprocess.run([playground.program], env=playground.environment)
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

TESTS = os.path.dirname(os.path.abspath(__file__))
FOLDERS = {'XDG_DATA_HOME': 'data', 'XDG_STATE_HOME': 'state', 'XDG_CONFIG_HOME': 'config',
           'XDG_CACHE_HOME': 'cache', 'XDG_RUNTIME_DIR': 'run'}


class Playground:
    def __init__(self, build, options=()):
        self.build = os.path.abspath(build)
        self.program = f'{self.build}/src/ui/gangway'
        self.options = options
        self.server = None
        self.home = None

    def __enter__(self):
        try:
            self._start_server()
            self._make_home()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.server:
            self.server.stdin.close()
            self.server.wait(20)
            self.server.stdout.close()
        if self.home:
            shutil.rmtree(self.home, ignore_errors=True)

    def _start_server(self):
        self.server = subprocess.Popen(
            [sys.executable, f'{TESTS}/sshd/sshd.py', '--addresses', '8', '--keys', *self.options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=dict(os.environ, GANGWAY_TEST_CACHE=f'{self.build}/test-cache'))
        self.addresses, self.host_keys = [], {}
        for line in self.server.stdout:
            name, _, value = line.strip().partition(' ')
            if name == 'ready':
                return
            if name == 'directory':
                self.directory = value
            elif name == 'port':
                self.port = int(value)
            elif name == 'address':
                self.addresses.append(value)
            elif name == 'host-key':
                key_type, fingerprint, path = value.split(' ', 2)
                self.host_keys[key_type] = (fingerprint, path)
        raise SystemExit('the SSH server of the playground did not start')

    def _make_home(self):
        self.home = tempfile.mkdtemp(prefix='gangway-playground-')
        environment = dict(os.environ, HOME=self.home)
        for variable, folder in FOLDERS.items():
            # The display may be a Wayland one, whose socket is in the real runtime directory.
            if variable == 'XDG_RUNTIME_DIR' and os.environ.get('WAYLAND_DISPLAY'):
                continue
            environment[variable] = f'{self.home}/{folder}'
            os.mkdir(environment[variable], 0o700)
        environment['GSETTINGS_SCHEMA_DIR'] = f'{self.build}/data'
        environment['GSETTINGS_BACKEND'] = 'keyfile'
        environment['GANGWAY_ENGINE'] = f'{self.build}/src/engine/gangway-session'
        environment['GANGWAY_GLOBAL_KNOWN_HOSTS'] = f'{self.home}/no-global-known-hosts'
        environment['LANG'] = environment.get('LANG') or 'C.UTF-8'
        environment.pop('SSH_AUTH_SOCK', None)
        self.environment = environment

        os.makedirs(f'{self.home}/data/gangway', 0o700)
        with open(f'{self.home}/data/gangway/instances.json', 'w', encoding='utf-8') as file:
            json.dump({'format': 1, 'instances': self._instances()}, file, indent=2)
        os.mkdir(f'{self.home}/.ssh', 0o700)
        with open(f'{self.home}/.ssh/config', 'w', encoding='utf-8') as file:
            file.write(self._ssh_config())
        for name in ('id_ed25519', 'id_rsa'):
            self._copy_key(name)

    def _copy_key(self, name):
        kind = name.removeprefix('id_')
        source = f'{self.directory}/keys/{kind}-openssh'
        if os.path.exists(source):
            shutil.copy(source, f'{self.home}/.ssh/{name}')
            os.chmod(f'{self.home}/.ssh/{name}', 0o600)

    def _instances(self):
        """Some of every kind: what a user of a cloud sees, and plain hosts."""
        def ecs(number, name, **more):
            for kind in ('public', 'elastic', 'private', 'internal'):
                if kind in more:
                    more[f'{kind}-addresses'] = more.pop(kind)
            return {'id': f'i-bp1playground{number:04d}', 'name': name, 'port': self.port,
                    'region': 'cn-hangzhou', 'zone': 'cn-hangzhou-h', 'network': 'vpc',
                    'status': 'Running', 'status-time': int(time.time()) - 120, 'os': 'Alibaba Cloud Linux 3.2104 LTS 64 bit', **more}
        a = self.addresses
        return [
            ecs(1, 'web-1', public=[a[0]], private=[a[1]], tags=['env=prod', 'role=web']),
            ecs(2, 'web-2', elastic=[a[2]], private=[a[3]], tags=['env=prod', 'role=web']),
            ecs(3, 'db-1', private=[a[4]], tags=['env=prod', 'role=db']),
            ecs(4, 'batch-1', private=[a[5]], status='Stopped', tags=['env=test']),
            ecs(5, 'classic-1', network='classic', public=[a[6]], internal=[a[7]]),
            {'id': '1b4e28ba-2fa1-41d2-883f-0016d3cca427', 'name': 'nas', 'host': a[7],
             'port': self.port, 'user': 'alice'},
            {'id': '6fa459ea-ee8a-4ca4-894e-db77e160355e',
             'name': 'a host with a name that is much longer than any sidebar is wide',
             'host': a[0], 'port': self.port, 'user': 'bob'},
        ]

    def _ssh_config(self):
        return f'''\
Host bastion
    HostName {self.addresses[0]}
    User alice
    IdentityFile ~/.ssh/id_ed25519

Host inner
    HostName {self.addresses[4]}
    ProxyJump bastion

Host *
    Port {self.port}
'''
