/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The desktop's own prompt for the password of a keyring, answered on a display. */

#include "../secrets/keyring-test.h"

static inline gboolean
is_prompt_shown (void)
{
  g_autofree char *found = run (NULL, "xdotool search --onlyvisible --class gcr-prompter || true");

  return *found != '\0';
}

/* Types @keys, words for xdotool, until the prompt is gone: what comes before it has taken the
 * keyboard is lost. */
static inline void
answer (const char *keys)
{
  gint64 began = g_get_monotonic_time ();

  gw_test_wait_until (is_prompt_shown ());
  /* As slow as a person: a prompt that is gone at once counts as one that could not be shown. */
  gw_test_wait_until (g_get_monotonic_time () - began > G_USEC_PER_SEC);
  while (is_prompt_shown ())
    {
      g_assert_cmpint (g_get_monotonic_time () - began, <, 20 * G_USEC_PER_SEC);
      g_free (run (NULL, "xdotool %s", keys));
      for (guint i = 0; i < 50 && is_prompt_shown (); i++)
        ;
    }
}

#define PASSWORD "key ctrl+a type keyring && xdotool key Return"
