# SPDX-License-Identifier: GPL-3.0-or-later
"""The playground: a real SSH server on several loopback addresses, and a home folder with hosts
to try, all of it in one temporary folder that goes away at the end.

    with Playground(build) as playground:
        subprocess.run([playground.program], env=playground.environment)

With cloud=True also an emulated cloud whose running instances are that server, and an account of
it; with account=False nobody has added that yet. With network=World() (network/world.py) all that
is in a small internet where security groups decide what gets through, and the program a script
that enters it.
"""
import http.client
import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

TESTS = os.path.dirname(os.path.abspath(__file__))
FOLDERS = {'XDG_DATA_HOME': 'data', 'XDG_STATE_HOME': 'state', 'XDG_CONFIG_HOME': 'config',
           'XDG_CACHE_HOME': 'cache', 'XDG_RUNTIME_DIR': 'run'}


def private(path, flags):
    return os.open(path, flags, 0o600)


class Connection(http.client.HTTPConnection):
    """To 127.0.0.1 of another network: a Unix socket has none."""

    def __init__(self, path):
        super().__init__('127.0.0.1', timeout=10)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Playground:
    def __init__(self, build, options=(), cloud=False, account=True, cloud_options=(),
                 network=None):
        self.build = os.path.abspath(build)
        self.program = f'{self.build}/src/ui/gangway'
        self.options = options
        self.has_account = account
        self.cloud_options = cloud_options if cloud or network else None
        self.network = network
        self.server = None
        self.cloud = None
        self.home = None

    def __enter__(self):
        try:
            self._start_server()
            if self.cloud_options is not None:
                self._start_cloud()
            self._make_home()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in (self.cloud, self.server):
            if process:
                process.stdin.close()
                process.wait(20)
                process.stdout.close()
        if self.home:
            shutil.rmtree(self.home, ignore_errors=True)

    def _start_server(self):
        environment = dict(os.environ, GANGWAY_TEST_CACHE=f'{self.build}/test-cache')
        place, where = [], ['--addresses', '8']
        if self.network:
            # Which may have to be fetched, and there is no way out of there.
            sshd = subprocess.run([f'{TESTS}/sshd/get-sshd'], check=True, text=True,
                                  stdout=subprocess.PIPE, env=environment).stdout.strip()
            place = self.network.enter('instances')
            where = ['--listen', '0.0.0.0', '--port', '22', '--sshd', sshd]
        self.server = subprocess.Popen(
            [*place, sys.executable, f'{TESTS}/sshd/sshd.py', *where, '--keys', *self.options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        self.addresses, self.host_keys = [], {}
        for line in self.server.stdout:
            name, _, value = line.strip().partition(' ')
            if name == 'ready':
                return
            if name == 'directory':
                self.directory = value
            elif name == 'port':
                self.port = int(value)
            elif name == 'address' and not self.network:
                self.addresses.append(value)
            elif name == 'host-key':
                key_type, fingerprint, path = value.split(' ', 2)
                self.host_keys[key_type] = (fingerprint, path)
        raise SystemExit('the SSH server of the playground did not start')

    def _start_cloud(self):
        arguments, place = [f'--address={each}' for each in self.addresses], []
        if self.network:
            place = self.network.enter('desktop', privileged=True)
            arguments = ['--public-network', self.network.public,
                         '--private-network', self.network.private,
                         '--firewall', str(self.network.pids['instances']),
                         '--socket', f'{self.directory}/cloud']
        self.cloud = subprocess.Popen(
            [*place, sys.executable, f'{TESTS}/cloud/cloud.py', '--sshd-directory',
             self.directory, *arguments, *self.cloud_options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.keys = {}
        for line in self.cloud.stdout:
            name, _, value = line.strip().partition(' ')
            if name == 'ready':
                return
            if name == 'endpoint':
                self.endpoint = value
            elif name == 'key':
                key_id, secret, _, user = value.split(' ')
                self.keys[user] = (key_id, secret)
        raise SystemExit('the cloud of the playground did not start')

    def control(self, command=None, path=''):
        """See cloud/emulator/control.py."""
        body = None if command is None else json.dumps(command)
        connection = self.connect()
        try:
            connection.request('POST' if body else 'GET', '/_control' + path, body)
            answer = connection.getresponse()
            if answer.status != 200:
                raise ValueError(answer.read())
            return json.load(answer)
        finally:
            connection.close()

    def connect(self):
        """An http.client.HTTPConnection to the cloud."""
        if self.network:
            return Connection(f'{self.directory}/cloud')
        return http.client.HTTPConnection(urllib.parse.urlsplit(self.endpoint).netloc, timeout=10)

    def instance(self, name, region='cn-hangzhou'):
        """Its fields, see cloud/emulator/world.py."""
        query = urllib.parse.urlencode({'name': name, 'region': region})
        return self.control(path=f'/instances?{query}')['instances'][0]

    def stop_cloud(self):
        self.cloud.stdin.close()
        self.cloud.wait(20)

    def _enter_network(self):
        """One program that is in its place, for whoever starts a program."""
        command = shlex.join([*self.network.enter(), self.program])
        self.program = f'{self.home}/gangway'
        with open(os.open(self.program, os.O_WRONLY | os.O_CREAT, 0o700), 'w',
                  encoding='utf-8') as file:
            file.write(f'#!/bin/sh\nexec {command} "$@"\n')
        for name in ('web-1', 'bastion', 'ubuntu-non-root', '没有代理的实例'):
            found = self.instance(name)
            self.addresses += [*found['public'], *found['private']]

    def _make_home(self):
        self.home = tempfile.mkdtemp(prefix='gangway-playground-')
        if self.network:
            self._enter_network()
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
        if self.cloud:
            self._make_account()

    def _make_account(self):
        """Profiles of the cloud's own CLI, and an account that uses the first of them."""
        profiles = [{'name': name, 'mode': 'AK', 'access_key_id': self.keys[user][0],
                     'access_key_secret': self.keys[user][1], 'region_id': 'cn-hangzhou',
                     'endpoint': self.endpoint}
                    for name, user in (('playground', 'gangway'), ('reader', 'reader'))]
        os.mkdir(f'{self.home}/.aliyun', 0o700)
        path = f'{self.home}/.aliyun/config.json'
        with open(path, 'w', encoding='utf-8', opener=private) as file:
            json.dump({'current': 'playground', 'profiles': profiles}, file, indent='\t')
        if not self.has_account:
            return
        with open(f'{self.home}/data/gangway/accounts.json', 'w', encoding='utf-8',
                  opener=private) as file:
            json.dump({'format': 1, 'accounts': [
                {'id': '3f2c9d3e-5d3b-4a5c-9a39-6b1e0f7a2c11', 'kind': 'cli-profile',
                 'name': 'Playground', 'profile': 'playground', 'region': 'cn-hangzhou',
                 'endpoint': self.endpoint}]}, file, indent=2)

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
                    'status': 'Running', 'status-time': int(time.time()) - 120,
                    'os': 'Alibaba Cloud Linux 3.2104 LTS 64 bit', **more}
        a = self.addresses
        hosts = [
            {'id': '1b4e28ba-2fa1-41d2-883f-0016d3cca427', 'name': 'nas', 'host': a[7],
             'port': self.port, 'user': 'alice'},
            {'id': '6fa459ea-ee8a-4ca4-894e-db77e160355e',
             'name': 'a host with a name that is much longer than any sidebar is wide',
             'host': a[0], 'port': self.port, 'user': 'bob'},
        ]
        if self.cloud:
            return hosts
        return [
            ecs(1, 'web-1', public=[a[0]], private=[a[1]], tags=['env=prod', 'role=web']),
            ecs(2, 'web-2', elastic=[a[2]], private=[a[3]], tags=['env=prod', 'role=web']),
            ecs(3, 'db-1', private=[a[4]], tags=['env=prod', 'role=db']),
            ecs(4, 'batch-1', private=[a[5]], status='Stopped', tags=['env=test']),
            ecs(5, 'classic-1', network='classic', public=[a[6]], internal=[a[7]]),
            *hosts]

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
