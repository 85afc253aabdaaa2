/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Engine"

#include "gw-lockdown.h"

#include "gw-hardening.h"

void
gw_lockdown (void)
{
  gw_process_harden (TRUE);
}
