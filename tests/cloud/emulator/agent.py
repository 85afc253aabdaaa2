# SPDX-License-Identifier: GPL-3.0-or-later
"""The agent inside the instances: what becomes of a command, and the one-minute public keys that
are really delivered to the server of the playground."""
import base64
import os
import re

from .inventory import fingerprint, stamp

SEND_KEY, ENABLE_KEYS = 'ACS-ECS-SendSshPublicKey-linux.sh', 'ACS-ECS-EnableSshPublicKey-linux.sh'
PLUGIN = 'config_ecs_instance_connect'
KEY_TYPES = ('ssh-ed25519', 'ssh-rsa', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384',
             'ecdsa-sha2-nistp521')
OUTPUT_LIMIT = 24 * 1024
# How an ErrorCode shows in InvocationStatus; the others are Failed.
STATUS_OF = {'InstanceNotRunning': 'Aborted', 'ClientNotRunning': 'Aborted',
             'ClientNotResponse': 'Aborted', 'ClientIsUpgrading': 'Aborted',
             'ClientNeedUpgrade': 'Aborted', 'DeliveryTimeout': 'Aborted',
             'InstanceReleased': 'Aborted', 'InstanceNotExists': 'Aborted',
             'CommandNotApplicable': 'Invalid', 'AccountNotExists': 'Invalid',
             'DirectoryNotExists': 'Invalid', 'BadCronExpression': 'Invalid',
             'ExecutionTimeout': 'Timeout',
             'ExecutionException': 'Error', 'ExecutionInterrupted': 'Error'}


class KeyDelivery:
    """Writes keys into authorized_keys of a real server, and takes them out after their minute.
    %u in the path is the user; without it a key opens every account of that server."""

    def __init__(self, path, users, seconds, later):
        self.path = path and os.path.abspath(path)
        self.users = users
        self.seconds = seconds
        self.later = later
        self.lines = []
        self.count = 0

    def deliver(self, user, key, key_types):
        """What the script prints, and its exit code."""
        if user not in self.users or not re.fullmatch('[a-z_][a-z0-9_-]{0,31}', user):
            return f'user {user} does not exist', 1
        parts = key.split()
        try:
            sound = (len(parts) >= 2 and parts[0] in key_types and '\n' not in key.strip()
                     and parts[0].encode() in base64.b64decode(parts[1], validate=True)[:40])
        except ValueError:
            sound = False
        if not sound:
            return 'invalid public key', 1
        if self.path:
            self.count += 1
            path = self.path.replace('%u', user)
            line = f'{parts[0]} {parts[1]} one-minute-{self.count}\n'
            if not os.path.isdir(os.path.dirname(path)):
                os.mkdir(os.path.dirname(path), 0o700)
            self._rewrite(path, lambda lines: lines + [line])
            self.lines.append((path, line))
            self.later(self.seconds, lambda: self.withdraw(path, line))
        return 'success', 0

    def withdraw(self, path, line):
        if (path, line) in self.lines:
            self.lines.remove((path, line))
            # The server may have gone first, and its folder with it.
            if os.path.exists(path):
                self._rewrite(path, lambda lines: [each for each in lines if each != line])

    def withdraw_all(self):
        for path, line in list(self.lines):
            self.withdraw(path, line)

    @staticmethod
    def _rewrite(path, change):
        lines = []
        if os.path.exists(path):
            with open(path, encoding='utf-8') as file:
                lines = [line if line.endswith('\n') else line + '\n' for line in file]
        # The server may read it at any moment.
        with open(os.open(path + '.new', os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 'w',
                  encoding='utf-8') as file:
            file.writelines(change(lines))
        os.replace(path + '.new', path)


class Run:
    """One command on one instance. It is not listed at first, then Pending, Running, done."""

    def __init__(self, invocation, instance_id):
        self.invocation = invocation
        self.instance_id = instance_id
        self.status = ''
        self.error = ''
        self.exit_code = 0
        self.output = b''
        self.started = self.finished = 0

    def result(self, encoding):
        kept, over = self.output[:OUTPUT_LIMIT], max(0, len(self.output) - OUTPUT_LIMIT)
        return {'InvokeId': self.invocation['id'], 'CommandId': self.invocation['command'],
                'InstanceId': self.instance_id, 'InvocationStatus': self.status,
                'InvokeRecordStatus': {'Pending': 'Pending', 'Running': 'Running'}.get(
                    self.status, 'Finished' if self.status == 'Success' else 'Failed'),
                'ExitCode': self.exit_code, 'ErrorCode': self.error,
                'ErrorInfo': f'The command failed: {self.error}.' if self.error else '',
                'Output': kept.decode('utf-8', 'replace') if encoding == 'PlainText'
                else base64.b64encode(kept).decode(),
                'Dropped': over, 'Repeats': 1 if self.finished else 0, 'StopTime': '',
                'StartTime': stamp(self.started), 'FinishedTime': stamp(self.finished),
                'Username': self.invocation['user']}


class Assistant:
    """Takes commands through their states in `seconds`; later is a function of the main loop.

    The field `assist` of an instance says what a command does there instead of its work, by its
    kind: {"enable" | "send" | "run": {"seconds", "error" (an ErrorCode), "output", "exit"}}. With
    "seconds" alone it takes so long and then does its work."""

    def __init__(self, delivery, host_keys, seconds, later, clock):
        self.delivery = delivery
        self.host_keys = host_keys
        self.seconds = seconds
        self.later = later
        self.clock = clock

    def begin(self, world, run_):
        self._later(0.2, 'Nothing', self._pending, world, run_)

    def _later(self, part, state, step, world, run_):
        def go():
            instance = world.region(run_.invocation['region']).get(run_.instance_id)
            if instance and instance.assist_hold == state:
                self.later(0.01, go)
            else:
                step(world, run_)
                world.generation += 1
        instance = world.region(run_.invocation['region']).get(run_.instance_id)
        seconds = self._instead(instance, run_.invocation).get('seconds', self.seconds)
        self.later(seconds * part, go)

    @staticmethod
    def _instead(instance, invocation):
        kind = {SEND_KEY: 'send', ENABLE_KEYS: 'enable'}.get(invocation['name'], 'run')
        return (instance and instance.assist or {}).get(kind, {})

    def _now(self, world, run_):
        """By the clock of the instance."""
        instance = world.region(run_.invocation['region']).get(run_.instance_id)
        return self.clock() + (instance.clock if instance else 0)

    def _pending(self, world, run_):
        run_.status = 'Pending'
        self._later(0.2, 'Pending', self._running, world, run_)

    def _running(self, world, run_):
        run_.status, run_.started = 'Running', self._now(world, run_)
        self._later(0.6, 'Running', self._done, world, run_)

    def _done(self, world, run_):
        run_.finished = self._now(world, run_)
        output, run_.exit_code, run_.error = self._outcome(world, run_)
        run_.output = output.encode('utf-8', 'replace')
        if run_.error:
            run_.status = STATUS_OF.get(run_.error, 'Failed')
        elif run_.exit_code:
            run_.status, run_.error = 'Failed', 'ExitCodeNonzero'
        else:
            run_.status = 'Success'

    def _outcome(self, world, run_):
        """Output, exit code, ErrorCode."""
        invocation = run_.invocation
        instance = world.region(invocation['region']).get(run_.instance_id)
        if not instance:
            return '', 0, 'InstanceReleased'
        if instance.assist_error:
            return '', 0, instance.assist_error
        if instance.status != 'Running':
            return '', 0, 'InstanceNotRunning'
        if not instance.agent:
            return '', 0, 'ClientNotRunning'
        if invocation['user'] not in ('', 'root') + tuple(self.delivery.users):
            return '', 0, 'AccountNotExists'
        instead = self._instead(instance, invocation)
        if set(instead) - {'seconds'}:
            return instead.get('output', ''), instead.get('exit', 0), instead.get('error', '')
        content = invocation['content']
        if invocation['name'] == ENABLE_KEYS or ('acs-plugin-manager' in content
                                                 and PLUGIN in content):
            world.change(instance, {'plugin': True})
            return f'{PLUGIN} installed', 0, ''
        if invocation['name'] == SEND_KEY:
            if not instance.plugin:
                return f'plugin {PLUGIN} is not installed', 126, ''
            values = invocation['values']
            output, code = self.delivery.deliver(values.get('username') or 'root',
                                                 values['sshPublicKey'],
                                                 instance.key_types or KEY_TYPES)
            return output, code, ''
        if 'ssh_host_' in content and 'ssh-keygen' in content:
            keys = self.host_keys if instance.host_keys is None else instance.host_keys
            prints = [(*fingerprint(key),) for key in keys]
            return ''.join(f'{p} root@{instance.host_name} ({n})\n' for p, n in prints), 0, ''
        # No script of a stranger is run here.
        return '', 0, ''
