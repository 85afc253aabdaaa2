# SPDX-License-Identifier: GPL-3.0-or-later
"""A small internet of network namespaces, in which security groups decide what gets through:

    desktop 10.99.0.2 -- router (masquerades as 198.51.100.7) -- instances 203.0.113.*, 172.30.0.*

    with World() as world:
        world.run(['curl', world.address_service]).wait()           # 198.51.100.7
        with Playground(build, network=world) as playground: ...

The playground's server and emulated cloud run in their places then; the emulator makes packet
filters of its security groups (cloud/emulator/firewall.py). Public addresses of the instances see
the router's outer address, private ones the desktop's own. Everything belongs to one process,
below: it ends with its standard input, and the namespaces with it. Needs no root where users may
make namespaces; processes keep the caller's user there, and all of its files and Unix sockets.
"""
import ctypes
import os
import signal
import socket
import socketserver
import subprocess
import sys

LOCAL, GATEWAY, EGRESS, FAR = '10.99.0.2', '10.99.0.1', '198.51.100.7', '198.51.100.8'
PUBLIC, PRIVATE = '203.0.113.0/24', '172.30.0.0/24'
CLONE_NEWNET, PR_SET_PDEATHSIG = 0x40000000, 1
# Users have no sbin in theirs.
ENVIRONMENT = dict(os.environ, PATH=os.environ.get('PATH', '/usr/bin:/bin') + ':/usr/sbin:/sbin')
ROUTES = {
    'router': f'''\
link set lo up
link add lan type veth peer name eth0 netns {{desktop}}
link add wan type veth peer name eth0 netns {{instances}}
address add {GATEWAY}/24 dev lan
address add {EGRESS}/24 dev wan
link set lan up
link set wan up
route add {PUBLIC} via {FAR}
route add {PRIVATE} via {FAR}
''',
    'desktop': f'''\
link set lo up
address add {LOCAL}/24 dev eth0
link set eth0 up
route add default via {GATEWAY}
''',
    # Every address of the two networks is one of this place.
    'instances': f'''\
link set lo up
address add {FAR}/24 dev eth0
link set eth0 up
route add default via {EGRESS}
route add local {PUBLIC} dev lo
route add local {PRIVATE} dev lo
'''}
NAT = f'''\
table ip nat {{
  chain postrouting {{
    type nat hook postrouting priority 100
    oifname "wan" ip daddr != {PRIVATE} masquerade
  }}
}}
'''
PROBE = '''\
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), float(sys.argv[3])).close()
    print("connected")
except ConnectionRefusedError:
    print("refused")
except TimeoutError:
    print("silence")
'''


class Unsupported(Exception):
    pass


class World:
    local, egress, public, private = LOCAL, EGRESS, PUBLIC, PRIVATE

    @staticmethod
    def supported():
        """Whether it can be had here, and why not: what a test that is skipped says."""
        try:
            with World():
                return True, ''
        except Unsupported as error:
            return False, str(error)

    def __enter__(self):
        command = ['unshare', '--net', *(() if os.getuid() == 0 else ('--user',
                                                                     '--map-root-user'))]
        try:
            self.keeper = subprocess.Popen(
                [*command, sys.executable, '-B', os.path.abspath(__file__)], env=ENVIRONMENT,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        except OSError as error:
            raise Unsupported(str(error)) from None
        self.pids = {}
        for line in self.keeper.stdout:
            name, _, value = line.strip().partition(' ')
            if name == 'ready':
                return self
            if name == 'address-service':
                self.address_service = value
            else:
                self.pids[name] = int(value)
        _, complaints = self.keeper.communicate(timeout=20)
        raise Unsupported((complaints.strip().splitlines() or ['no network namespaces'])[-1])

    def __exit__(self, *_):
        _, complaints = self.keeper.communicate(timeout=20)
        sys.stderr.write(complaints)

    def enter(self, place='desktop', privileged=False):
        """What to put before a command so that it runs there, as the same process. Privileged: as
        one that may change the network of any place."""
        target = f'--net=/proc/{self.pids[place]}/ns/net'
        if os.getuid() == 0:
            return ['nsenter', target, '--']
        command = ['nsenter', '--preserve-credentials',
                   f'--user=/proc/{self.pids[place]}/ns/user', target, '--']
        if not privileged:
            # There one is root; and from there oneself again.
            command += ['unshare', '--user', f'--map-user={os.getuid()}',
                        f'--map-group={os.getgid()}', '--']
        return command

    def run(self, arguments, env=None, place='desktop', **options):
        """A subprocess.Popen whose process id is that of the program."""
        return subprocess.Popen([*self.enter(place), *arguments], env=env, **options)

    def probe(self, address, port, seconds=1.0, place='desktop'):
        """What a connection comes to: connected, refused or silence."""
        with self.run([sys.executable, '-c', PROBE, address, str(port), str(seconds)],
                      place=place, stdout=subprocess.PIPE, text=True) as process:
            return process.communicate(timeout=seconds + 20)[0].strip()


def die_with_parent():
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def in_network(pid, command, text):
    subprocess.run(['nsenter', f'--net=/proc/{pid}/ns/net', '--', *command], input=text, text=True,
                   check=True)


class Egress(socketserver.BaseRequestHandler):
    """Tells who asks."""

    def handle(self):
        self.request.recv(65536)
        text = self.client_address[0] + '\n'
        self.request.sendall(b'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n'
                             b'Content-Length: %d\r\n\r\n%s' % (len(text), text.encode()))


class Proxy(socketserver.BaseRequestHandler):
    """A door to that on loopback, where programs put up with plain HTTP."""

    def handle(self):
        with socket.create_connection((FAR, 80), 10) as beyond:
            beyond.sendall(self.request.recv(65536))
            while data := beyond.recv(65536):
                self.request.sendall(data)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


def fork_place(address, handler):
    """A process with a network of its own. It waits for a line, then serves and says where."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid:
        theirs.close()
        if not ours.recv(1):
            raise SystemExit('no network namespaces')
        return pid, ours
    die_with_parent()
    ours.close()
    # os.unshare() came with Python 3.12.
    library = ctypes.CDLL(None, use_errno=True)
    if library.unshare(CLONE_NEWNET):
        raise SystemExit(f'unshare: {os.strerror(ctypes.get_errno())}')
    with open('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'w', encoding='ascii') as file:
        file.write('0')
    theirs.sendall(b'.')
    if theirs.recv(1):
        with Server(address, handler) as server:
            theirs.sendall(str(server.server_address[1]).encode())
            server.serve_forever()
    sys.exit()


def main():
    die_with_parent()
    with open('/proc/sys/net/ipv4/ip_forward', 'w', encoding='ascii') as file:
        file.write('1')
    places = {'desktop': fork_place(('127.0.0.1', 0), Proxy),
              'instances': fork_place((FAR, 80), Egress)}
    pids = {'router': os.getpid(), **{name: pid for name, (pid, _) in places.items()}}
    ports = {}
    for name, text in ROUTES.items():
        in_network(pids[name], ['ip', '-batch', '-'], text.format(**pids))
    in_network(pids['router'], ['nft', '-f', '-'], NAT)
    for name, (pid, connection) in places.items():
        connection.sendall(b'.')
        ports[name] = connection.recv(16).decode()
    for name, pid in pids.items():
        print(name, pid)
    print(f'address-service http://127.0.0.1:{ports["desktop"]}/\nready', flush=True)
    sys.stdin.read()
    for pid, _ in places.values():
        os.kill(pid, signal.SIGTERM)


if __name__ == '__main__':
    try:
        main()
    except (OSError, subprocess.CalledProcessError) as problem:
        sys.exit(str(problem))
