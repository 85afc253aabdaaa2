/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gw-hardening.h>

#include <sys/prctl.h>
#include <sys/resource.h>

/* In a process of its own each time: there is no way back. */
static void
test_harden (gconstpointer data)
{
  gboolean no_new_privs = GPOINTER_TO_INT (data);
  struct rlimit core;

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, 0);
      g_test_trap_assert_passed ();
      return;
    }
  gw_process_harden (no_new_privs);
  g_assert_cmpint (getrlimit (RLIMIT_CORE, &core), ==, 0);
  g_assert_cmpuint (core.rlim_cur, ==, 0);
  g_assert_cmpuint (core.rlim_max, ==, 0);
  g_assert_cmpint (prctl (PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), ==, no_new_privs);
#ifndef __SANITIZE_ADDRESS__
  g_assert_cmpint (prctl (PR_GET_DUMPABLE, 0, 0, 0, 0), ==, 0);
#endif
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/base/hardening/window", GINT_TO_POINTER (FALSE), test_harden);
  g_test_add_data_func ("/base/hardening/engine", GINT_TO_POINTER (TRUE), test_harden);
  return g_test_run ();
}
