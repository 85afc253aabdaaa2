/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Base"

#include "gw-phase.h"

static const char *const names[] = {
  [GW_PHASE_NEW] = "new",
  [GW_PHASE_RESOLVE] = "resolve",
  [GW_PHASE_CONNECT] = "connect",
  [GW_PHASE_KEY_EXCHANGE] = "key-exchange",
  [GW_PHASE_HOST_KEY] = "host-key",
  [GW_PHASE_AUTHENTICATION] = "authentication",
  [GW_PHASE_CHANNEL] = "channel",
  [GW_PHASE_OPEN] = "open",
  [GW_PHASE_CLOSED] = "closed",
};

const char *
gw_phase_to_string (GwPhase phase)
{
  g_return_val_if_fail ((guint) phase < G_N_ELEMENTS (names), "closed");

  return names[phase];
}

GwPhase
gw_phase_from_string (const char *string)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (g_strcmp0 (string, names[i]) == 0)
        return (GwPhase) i;
    }
  return GW_PHASE_CLOSED;
}
