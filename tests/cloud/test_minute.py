#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A key that Cloud Assistant has sent is good for its minute, the real one, and then no more. What
was logged in with it stays."""
import subprocess
import time

import cloud_client
from assist_case import Server


class Minute(Server):
    def test_refused_at_61_seconds(self):
        self.enable()
        public_key = self.make_key('key')
        began = time.monotonic()
        self.send('root', public_key)
        sent = time.monotonic()
        self.assertEqual(self.login('root'), self.expected('root'))
        self.assertEqual(self.login('ecs-user'), '')
        with subprocess.Popen(self.ssh('root', 'key', 'cat'), stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              text=True) as session:
            self.addCleanup(session.kill)
            time.sleep(max(0.0, began + 57 - time.monotonic()))
            tried = time.monotonic()
            taken = self.login('root')
            # A login that a slow machine begins or ends later proves nothing.
            if time.monotonic() < began + 60:
                self.assertEqual(taken, self.expected('root'))
            else:
                print(f'# tried {tried - began:.1f} s after it was sent: too late for a key of 60')
            time.sleep(max(0.0, sent + 61 - time.monotonic()))
            self.assertEqual(self.login('root'), '')
            self.assertEqual(self.cloud.state()['delivered'], [])
            self.assertEqual(session.communicate('still here\n', 20)[0], 'still here\n')


if __name__ == '__main__':
    cloud_client.main()
