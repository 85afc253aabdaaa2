#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs one real OpenSSH server on loopback with made-up users, until its standard input ends.

    sshd.py [--addresses N | --listen A] [--port P] [--directory D] [--keys] [--sshd PATH]
            [--option 'LINE']...

Listens on 127.0.2.1 ... 127.0.2.N. Needs no root and touches no real account: nss_wrapper gives the
server users that all carry the caller's own uid, pam_wrapper checks their passwords. Prints lines
of `NAME VALUE...`, the last of them `ready`:

    directory D             everything the server uses; removed at the end
    port P
    address A               one for each
    host-key TYPE FINGERPRINT FILE
    ready

Users (password): alice (secret), bob (pa ss), root (toor), ecs-user (ecs-secret): password,
keyboard-interactive or key; kim (kim-secret): keyboard-interactive only; carol (123456): first a
key, then keyboard-interactive; dave: keys only. Every key in D/keys opens every account that takes
keys, and the passphrase of every encrypted one is `open sesame`. Keys in D/temporary/USER, which a
test may write at any moment, open that account alone.

It ends on SIGTERM, when a pipe on its standard input ends, or when its parent dies.
"""

import argparse
import base64
import ctypes
import glob
import os
import select
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time

PASSWORDS = {'alice': 'secret', 'bob': 'pa ss', 'root': 'toor', 'ecs-user': 'ecs-secret',
             'kim': 'kim-secret', 'carol': '123456', 'dave': 'never used'}
PASSPHRASE = 'open sesame'
HOST_KEY_TYPES = ('ed25519', 'ecdsa', 'rsa')
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36

CONFIG = '''\
PidFile none
AuthorizedKeysFile {dir}/authorized_keys {dir}/temporary/%u
StrictModes no
UsePAM yes
PasswordAuthentication yes
KbdInteractiveAuthentication yes
PubkeyAuthentication yes
PermitRootLogin yes
MaxAuthTries 20
MaxStartups 200
UseDNS no
PrintMotd no
PrintLastLog no
Subsystem sftp internal-sftp
AcceptEnv LANG LC_*
LogLevel VERBOSE
'''
MATCHES = '''\
Match User kim
  PasswordAuthentication no
  PubkeyAuthentication no
Match User carol
  AuthenticationMethods publickey,keyboard-interactive
Match User dave
  PasswordAuthentication no
  KbdInteractiveAuthentication no
'''


def prctl(option, value):
    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def die_with_parent():
    prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def run(*command, **options):
    return subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, **options).stdout


def write(path, text, mode=0o600):
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), 'w',
              encoding='utf-8') as file:
        file.write(text)


def keygen(path, *options, passphrase=''):
    run('ssh-keygen', '-q', '-a', '4', '-N', passphrase, '-C', 'a test key', '-f', path, *options)


def tty_group():
    """The group that a fresh pty has here: sshd dies where it has to change it without root."""
    output = run('script', '-qec', 'stat -c %g "$(tty)"', '/dev/null')
    return ''.join(c for c in output if c.isdigit())


def wrapper(name):
    found = glob.glob(f'/usr/lib/*/{name}') + glob.glob(f'/usr/lib64/{name}')
    if not found:
        raise SystemExit(f'sshd.py: no {name}: install libnss-wrapper and libpam-wrapper')
    return found[0]


def ed25519_line(path):
    """The public half of a PKCS#8 Ed25519 key, which ssh-keygen of Debian 12 cannot read."""
    der = subprocess.run(['openssl', 'pkey', '-in', path, '-pubout', '-outform', 'DER'],
                         check=True, capture_output=True).stdout
    blob = b''.join(len(part).to_bytes(4, 'big') + part for part in (b'ssh-ed25519', der[-32:]))
    return 'ssh-ed25519 ' + base64.b64encode(blob).decode() + '\n'


def make_user_keys(folder):
    """TYPE-FORMAT and TYPE-FORMAT-encrypted, each with its .pub."""
    for kind, bits in (('ed25519', []), ('ecdsa', ['-b', '256']), ('rsa', ['-b', '2048'])):
        plain = f'{folder}/{kind}-openssh'
        keygen(plain, '-t', kind, *bits)
        for form in ('openssh', 'pem', 'pkcs8'):
            if kind == 'ed25519' and form != 'openssh':
                continue
            for passphrase in ('', PASSPHRASE):
                path = f'{folder}/{kind}-{form}' + ('-encrypted' if passphrase else '')
                if path == plain:
                    continue
                shutil.copy(plain, path)
                shutil.copy(plain + '.pub', path + '.pub')
                style = [] if form == 'openssh' else ['-m', form.upper()]
                run('ssh-keygen', '-q', '-p', '-a', '4', '-P', '', '-N', passphrase, '-f', path,
                    *style)
    path = f'{folder}/ed25519-pkcs8'
    run('openssl', 'genpkey', '-algorithm', 'ed25519', '-out', path)
    run('openssl', 'pkey', '-in', path, '-aes256', '-passout', f'pass:{PASSPHRASE}', '-out',
        path + '-encrypted')
    for bits in ('384', '521'):
        keygen(f'{folder}/ecdsa{bits}-openssh', '-t', 'ecdsa', '-b', bits)
    for name in (path, path + '-encrypted'):
        os.chmod(name, 0o600)
        write(name + '.pub', ed25519_line(path))
    # A kind that nobody may accept any more; its public half opens nothing.
    run('openssl', 'dsaparam', '-genkey', '-noout', '-out', f'{folder}/dsa-pem', '1024')
    # On no account's list.
    keygen(f'{folder}/stranger', '-t', 'ed25519')
    os.rename(f'{folder}/stranger.pub', f'{folder}/stranger.public')


def free_port(addresses, wanted):
    for _ in range(50):
        sockets = []
        try:
            for address in addresses:
                new = socket.socket()
                sockets.append(new)
                new.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                new.bind((address, wanted or (sockets[0].getsockname()[1] if sockets[1:] else 0)))
            return sockets[0].getsockname()[1]
        except OSError:
            if wanted:
                raise SystemExit(f'sshd.py: port {wanted} is taken') from None
        finally:
            for each in sockets:
                each.close()
    raise SystemExit('sshd.py: no free port')


def prepare(folder, arguments, addresses, port):
    uid, gid = os.getuid(), os.getgid()
    for name in ('keys', 'temporary', 'pam.d', *(f'home/{user}' for user in PASSWORDS)):
        os.makedirs(f'{folder}/{name}', mode=0o700)
    for kind in HOST_KEY_TYPES:
        keygen(f'{folder}/host_{kind}', '-t', kind, *(['-b', '2048'] if kind == 'rsa' else []))
    keygen(f'{folder}/keys/id_ed25519', '-t', 'ed25519')
    if arguments.keys:
        make_user_keys(f'{folder}/keys')
    lines = []
    for name in sorted(glob.glob(f'{folder}/keys/*.pub')):
        with open(name, encoding='utf-8') as file:
            lines.append(file.read())
    write(f'{folder}/authorized_keys', ''.join(lines))

    users = [f'{user}:x:{uid}:{gid}:{user}:{folder}/home/{user}:/bin/sh\n' for user in PASSWORDS]
    write(f'{folder}/passwd',
          ''.join(users) + 'sshd:x:65533:65533:sshd:/run/sshd:/usr/sbin/nologin\n')
    tty = tty_group()
    write(f'{folder}/group', f'users:x:{gid}:\nsshd:x:65533:\n'
          + (f'tty:x:{tty}:\n' if tty and tty != str(gid) else ''))
    matrix = wrapper('pam_wrapper/pam_matrix.so')
    write(f'{folder}/passdb', ''.join(f'{u}:{p}:sshd\n' for u, p in PASSWORDS.items()))
    write(f'{folder}/pam.d/sshd', ''.join(f'{kind} required {matrix} passdb={folder}/passdb\n'
                                          for kind in ('auth', 'account', 'password', 'session')))
    write(f'{folder}/pam.d/other', 'auth required pam_deny.so\naccount required pam_deny.so\n')

    config = f'Port {port}\n' + ''.join(f'ListenAddress {a}\n' for a in addresses)
    config += ''.join(f'HostKey {folder}/host_{kind}\n' for kind in HOST_KEY_TYPES)
    # From 9.8 on the server is several programs, which it looks for in /usr.
    libexec = os.path.normpath(arguments.sshd + '/../../lib/openssh')
    for option, name in (('SshdSessionPath', 'sshd-session'), ('SshdAuthPath', 'sshd-auth')):
        if os.path.exists(f'{libexec}/{name}'):
            config += f'{option} {libexec}/{name}\n'
    # The first value of an option counts, so the caller's come first.
    config = '\n'.join(arguments.option + ['']) + config
    write(f'{folder}/sshd_config', config + CONFIG.format(dir=folder) + MATCHES)


def start(folder, arguments, listening):
    if os.getuid() == 0:
        # Compiled into sshd; as root it insists on this folder, which is empty and stays.
        os.makedirs('/run/sshd', mode=0o755, exist_ok=True)
    libs = os.path.normpath(arguments.sshd + '/../../../libs')
    environment = {
        'PATH': '/usr/local/bin:/usr/bin:/bin', 'LANG': 'C.UTF-8',
        'LD_PRELOAD': f'{wrapper("libnss_wrapper.so")}:{wrapper("libpam_wrapper.so")}',
        'NSS_WRAPPER_PASSWD': f'{folder}/passwd', 'NSS_WRAPPER_GROUP': f'{folder}/group',
        'PAM_WRAPPER': '1', 'PAM_WRAPPER_SERVICE_DIR': f'{folder}/pam.d'}
    if os.path.isdir(libs):
        environment['LD_LIBRARY_PATH'] = libs
    with open(f'{folder}/sshd.log', 'wb') as log:
        server = subprocess.Popen(
            [arguments.sshd, '-D', '-e', '-f', f'{folder}/sshd_config'], env=environment,
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=die_with_parent)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and server.poll() is None:
        with open(f'{folder}/sshd.log', encoding='utf-8', errors='replace') as log:
            if log.read().count('Server listening') >= listening:
                return server
        time.sleep(0.01)
    with open(f'{folder}/sshd.log', encoding='utf-8', errors='replace') as log:
        sys.stderr.write(log.read())
    stop(server)
    raise SystemExit('sshd.py: the server did not start')


def children():
    found = []
    for name in glob.glob('/proc/[0-9]*/stat'):
        try:
            with open(name, encoding='utf-8', errors='replace') as file:
                fields = file.read().rpartition(')')[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid() and fields[0] != 'Z':
            found.append(int(name.split('/')[2]))
    return found


def stop(server):
    """Ends the server, its logins, and what they started: as a subreaper they all become ours."""
    server.kill()
    server.wait()
    while True:
        for pid in children():
            os.kill(pid, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def wait_for_the_end(server):
    # SIGTERM, SIGCHLD… write to this pipe, so that one poll sees everything.
    reader, writer = os.pipe2(os.O_NONBLOCK)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    ended = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, frame: ended.append(number))
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    poll = select.poll()
    poll.register(reader, select.POLLIN)
    # A background job of a shell has /dev/null there, which means nothing.
    if not stat.S_ISCHR(os.fstat(0).st_mode):
        poll.register(0, select.POLLIN)
    print('ready', flush=True)
    while not ended and server.poll() is None:
        for descriptor, _ in poll.poll():
            if not os.read(descriptor, 4096) and descriptor == 0:
                return


def main():
    parser = argparse.ArgumentParser(description='A private OpenSSH server for tests.')
    parser.add_argument('--addresses', type=int, default=3, help='127.0.2.1 ... 127.0.2.N')
    parser.add_argument('--listen', action='append', help='an address instead of those')
    parser.add_argument('--port', type=int, default=0, help='default: a free one')
    parser.add_argument('--directory', help='default: a temporary one')
    parser.add_argument('--keys', action='store_true', help='make keys of every kind and format')
    parser.add_argument('--sshd', help='default: what get-sshd finds')
    parser.add_argument('--option', action='append', default=[], help='a line for sshd_config')
    arguments = parser.parse_args()

    die_with_parent()
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    # From here on SIGTERM ends the program through `finally`.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    os.umask(0o077)
    if not arguments.sshd:
        arguments.sshd = subprocess.run([os.path.dirname(os.path.abspath(__file__)) + '/get-sshd'],
                                        check=True, stdout=subprocess.PIPE,
                                        text=True).stdout.strip()
    addresses = arguments.listen or [
        f'127.0.2.{number}' for number in range(1, arguments.addresses + 1)]
    folder = os.path.abspath(arguments.directory or tempfile.mkdtemp(prefix='gw-sshd-'))
    server = None
    try:
        port = free_port(addresses, arguments.port)
        prepare(folder, arguments, addresses, port)
        server = start(folder, arguments, len(addresses))
        print(f'directory {folder}\nport {port}')
        for address in addresses:
            print(f'address {address}')
        for kind in HOST_KEY_TYPES:
            path = f'{folder}/host_{kind}'
            with open(path + '.pub', encoding='utf-8') as file:
                key_type = file.read().split()[0]
            print('host-key', key_type, run('ssh-keygen', '-lf', path).split()[1], path)
        wait_for_the_end(server)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if server:
            stop(server)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == '__main__':
    main()
