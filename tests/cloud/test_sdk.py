#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's own SDK, V3 and V1, gets on with the emulator. Skipped where it is not installed:

    npm install --ignore-scripts --prefix "$GANGWAY_TEST_CACHE/sdk" @alicloud/ecs20140526 \\
      @alicloud/openapi-core @alicloud/pop-core @alicloud/resourcemanager20200331 \\
      @alicloud/sts20150401
"""
import os
import shutil
import subprocess
import sys

from cloud_client import HERE, Emulator


def main():
    cache = os.environ.get('GANGWAY_TEST_CACHE') or os.path.expanduser('~/.cache/gangway-tests')
    modules, node = f'{cache}/sdk/node_modules', shutil.which('node')
    if not node or not os.path.isdir(f'{modules}/@alicloud/pop-core'):
        print(f'1..0 # SKIP no SDK in {modules}')
        return 0
    with Emulator('--assist-seconds', '0.2') as cloud:
        result = subprocess.run([node, f'{HERE}/sdk.js', cloud.named['endpoint'], *cloud.key],
                                env={**os.environ, 'NODE_PATH': modules}, timeout=50, check=False,
                                stdout=subprocess.PIPE, text=True)
        # Both ways to sign were really gone.
        assert result.returncode or {each['signature'] for each in cloud.log()} == {'V1', 'V3'}
        print(f'{result.stdout}1..{result.stdout.count("ok - ")}')
        return result.returncode


if __name__ == '__main__':
    sys.exit(main())
