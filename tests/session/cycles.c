/* SPDX-License-Identifier: GPL-3.0-or-later */

/* 200 sessions in one process: no descriptor and no process more than before. */

#include "fake-session.h"

static void
run_cycle (guint i)
{
  GwSession *session = fake_session_connect ("ok");

  /* All the usual ways to end, in turn. */
  if (i % 4 == 0)
    gw_session_close (session);
  else if (i % 4 == 1)
    g_assert_cmpint (write (gw_session_get_fd (session), "exit 1\n", 7), ==, 7);
  else if (i % 4 == 2)
    g_assert_cmpint (write (gw_session_get_fd (session), "die\n", 4), ==, 4);
  if (i % 4 != 3)
    gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CLOSED);
  fake_session_free (session);
}

/* GLib starts engines from the thread that runs this. */
static guint
count_children (void)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/task/%d/children", getpid ());
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) pids = NULL;
  guint n = 0;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  pids = g_strsplit (text, " ", -1);
  for (guint i = 0; pids[i] != NULL; i++)
    n += *pids[i] != '\0';
  return n;
}

static void
test_cycles (void)
{
  g_autofree char *sockets = g_build_filename (g_getenv ("XDG_RUNTIME_DIR"), "gangway", NULL);
  guint fds;

  /* The first ones start GLib's threads, whose descriptors stay. */
  for (guint i = 0; i < 4; i++)
    run_cycle (i);
  fds = fake_count_entries ("/proc/self/fd");
  for (guint i = 0; i < 200; i++)
    run_cycle (i);
  gw_test_wait_until (fake_count_entries ("/proc/self/fd") <= fds);
  g_assert_cmpuint (count_children (), ==, 0);
  /* Only those that were killed leave a socket. */
  g_assert_cmpuint (fake_count_entries (sockets), ==, 51);
}

int
main (int    argc,
      char **argv)
{
  char *home = fake_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/cycles", test_cycles);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
