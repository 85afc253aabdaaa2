# SPDX-License-Identifier: GPL-3.0-or-later
"""An emulator of the parts of Alibaba Cloud's API that a client of ECS instances needs."""
