/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Base"

#include "gw-wipe.h"

/* "Always" is one hold more, so that free() looks at one number. */
static gint always_held = TRUE;
static gint holds = 1;

void
gw_wipe_set_always (gboolean always)
{
  if (always && g_atomic_int_compare_and_exchange (&always_held, FALSE, TRUE))
    gw_wipe_begin ();
  else if (!always && g_atomic_int_compare_and_exchange (&always_held, TRUE, FALSE))
    gw_wipe_end ();
}

void
gw_wipe_begin (void)
{
  g_atomic_int_inc (&holds);
}

void
gw_wipe_end (void)
{
  g_return_if_fail (g_atomic_int_get (&holds) > 0);

  g_atomic_int_add (&holds, -1);
}

gboolean
gw_wipe_is_active (void)
{
  return g_atomic_int_get (&holds) > 0;
}
