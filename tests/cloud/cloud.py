#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs an emulator of Alibaba Cloud's API on loopback, until its standard input ends.

    cloud.py [--port P] [--tls] [--sshd-directory D] [--address A]... [--instances N] [--regions R]
             [--rule JSON]... [...]

One endpoint answers for ECS, ResourceManager and STS; x-acs-version says which is meant. Requests
are verified (ACS3-HMAC-SHA256, or the older HMAC-SHA1), policies applied, lists paged, and Cloud
Assistant really makes a server of tests/sshd take keys, each for one user and one minute. What is
in emulator/control.py and emulator/misbehaviour.py says how to steer it and what it does badly on
command. With a namespace for its instances (tests/network) its security groups really decide, too.
Prints lines of `NAME VALUE...`, the last of them `ready`:

    endpoint URL            http://127.0.0.1:PORT, or https with --tls
    control URL
    credentials URL         for ALIBABA_CLOUD_CREDENTIALS_URI
    certificate FILE        with --tls: what a client is to trust; removed at the end
    key ID SECRET ACCOUNT NAME      one for each AccessKey
    role ARN EXTERNAL-ID            one for each role that AssumeRole knows
    ready

It ends on SIGTERM, when a pipe on its standard input ends, or when its parent dies.
"""
import argparse
import asyncio
import base64
import ctypes
import glob
import hashlib
import json
import os
import random
import shutil
import signal
import ssl
import stat
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
from emulator import accounts, server, service  # pylint: disable=wrong-import-position

PR_SET_PDEATHSIG = 1
USERS = ('root', 'ecs-user', 'admin')


def parse_arguments():
    parser = argparse.ArgumentParser(description='An emulator of a cloud\'s API for tests.')
    parser.add_argument('--port', type=int, default=0, help='default: a free one')
    parser.add_argument('--tls', action='store_true', help='with a throw-away certificate')
    parser.add_argument('--address', action='append', default=[], dest='addresses',
                        help='of a real server, for the instances that are Running')
    parser.add_argument('--public-network', help='or: a network, each of them gets addresses of')
    parser.add_argument('--private-network', help='its own from these two')
    parser.add_argument('--firewall', type=int, metavar='PID',
                        help='in whose network the security groups decide')
    parser.add_argument('--firewall-delay', type=float, default=0.3,
                        help='seconds that a change of them takes')
    parser.add_argument('--socket', help='where to answer too, a path')
    parser.add_argument('--sshd-directory',
                        help='of tests/sshd/sshd.py: gives the three below')
    parser.add_argument('--authorized-keys', help='where keys are delivered; %%u is the user')
    parser.add_argument('--users', help='who has an account on the instances: a,b,c')
    parser.add_argument('--host-key', action='append', default=[], dest='host_keys',
                        help='a file with a public host key, for the console')
    parser.add_argument('--key-seconds', type=float, default=60, help='how long a key is good')
    parser.add_argument('--assist-seconds', type=float, default=1.5, help='how long commands take')
    parser.add_argument('--instances', type=int, help='so many plain ones, not the playground')
    parser.add_argument('--regions', type=int, default=30, help='that these are spread over')
    parser.add_argument('--seed', default='gangway')
    parser.add_argument('--prepare', action='store_true',
                        help='make every answer beforehand, for measuring clients')
    parser.add_argument('--clock-offset', type=float, default=0, help='seconds')
    parser.add_argument('--rule', action='append', default=[], type=json.loads, dest='rules',
                        help='misbehaviour, as JSON')
    return parser.parse_args()


def complete(options):
    """Fills in what follows from other options."""
    folder = options.sshd_directory
    if folder:
        options.authorized_keys = options.authorized_keys or f'{folder}/temporary/%u'
        options.host_keys = options.host_keys or sorted(glob.glob(f'{folder}/host_*.pub'))
        with open(f'{folder}/passwd', encoding='utf-8') as file:
            known = [line.split(':')[0] for line in file]
        options.users = options.users or ','.join(user for user in known if user != 'sshd')
    options.users = options.users.split(',') if options.users else list(USERS)
    lines = []
    for path in options.host_keys:
        with open(path, encoding='utf-8') as file:
            lines.append(file.read().strip())
    if not lines:
        # Nobody has the other half of this one.
        blob = b'\0\0\0\x0bssh-ed25519\0\0\0\x20' + hashlib.sha256(
            random.Random(options.seed).randbytes(32)).digest()
        lines = ['ssh-ed25519 ' + base64.b64encode(blob).decode()]
    options.host_keys = lines


def make_certificate(folder):
    path = f'{folder}/certificate.pem'
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
                    'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj',
                    '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost',
                    '-keyout', f'{folder}/key.pem', '-out', path],
                   check=True, stdin=subprocess.DEVNULL, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, f'{folder}/key.pem')
    return path, context


def end_with_input(loop, ended):
    def readable():
        if not os.read(0, 4096):
            loop.remove_reader(0)
            ended.set()
    # A background job of a shell has /dev/null there, which means nothing.
    if stat.S_ISFIFO(os.fstat(0).st_mode) or stat.S_ISSOCK(os.fstat(0).st_mode):
        loop.add_reader(0, readable)


def complain(loop, context):
    """Clients that hang up in the middle are no fault of the emulator's."""
    if not isinstance(context.get('exception'), ConnectionError):
        loop.default_exception_handler(context)


async def run(options, folder):
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(complain)
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, ended.set)
    made = service.Service(options, loop.call_later)
    for rule in options.rules:
        made.rules.add(rule)
    certificate, context = make_certificate(folder) if options.tls else (None, None)
    front = server.Server(made)
    listener = await asyncio.start_server(front.accept, '127.0.0.1', options.port, ssl=context,
                                          limit=server.HEAD_LIMIT)
    if options.socket:
        await asyncio.start_unix_server(front.accept, options.socket, limit=server.HEAD_LIMIT)
    url = f'http{"s" if options.tls else ""}://127.0.0.1:' + str(
        listener.sockets[0].getsockname()[1])
    print(f'endpoint {url}\ncontrol {url}/_control\ncredentials {url}/credentials')
    if certificate:
        print(f'certificate {certificate}')
    for key_id, secret, account, name, _ in accounts.KEYS:
        print(f'key {key_id} {secret} {account} {name}')
    for arn, (_, external_id) in accounts.ROLES.items():
        print(f'role {arn} {external_id}')
    print('ready', flush=True)
    end_with_input(loop, ended)
    await ended.wait()
    listener.close()
    await front.stop()
    made.delivery.withdraw_all()


def main():
    options = parse_arguments()
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    os.umask(0o077)
    complete(options)
    folder = tempfile.mkdtemp(prefix='gw-cloud-')
    try:
        asyncio.run(run(options, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == '__main__':
    main()
