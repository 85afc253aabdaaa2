/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Test"

/* Windows that come, take over and are killed; engines that are killed or have no place. */

#include <unistd.h>

#include "gw-engine-test.h"
#include "gw-test-terminal.h"
#include "gw-test.h"

static GwTestTerminal *
open_terminal (GwEngineDriver *driver)
{
  g_autoptr (GError) error = NULL;
  GwTestTerminal *terminal = gw_test_terminal_new (driver, 80, 24, NULL, NULL, &error);

  g_assert_no_error (error);
  return terminal;
}

/* The second window is asked what the first one has not answered, and its answer counts. */
static void
test_take_over (void)
{
  g_autoptr (GwTestServer) server = gw_test_server_new_faulty ("ok");
  GwEngineDriver *first = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login_faulty (server);
  g_autoptr (GError) error = NULL;
  GwEngineDriver *second;
  GwTestTerminal *terminal;

  gw_engine_driver_hold_prompts (first);
  gw_engine_driver_start_connect (first, &login);
  gw_test_wait_until (gw_engine_driver_count_asked (first) == 1);
  second = gw_engine_driver_new_beside (first);
  gw_engine_driver_finish_connect (first, &error);
  g_assert_no_error (error);
  gw_engine_driver_assert_asked (first, "host-key unknown ssh-ed25519 ", NULL);
  gw_engine_driver_assert_asked (second, "host-key unknown ssh-ed25519 ", NULL);

  terminal = open_terminal (second);
  gw_test_terminal_expect (terminal, "ready\r\n");
  gw_test_terminal_type (terminal, "exit 0\n");
  g_free (gw_test_terminal_wait_end (terminal));
  gw_engine_driver_wait_for_exit (first);
  gw_test_terminal_free (terminal);
  gw_engine_driver_free (second);
  gw_engine_driver_free (first);
}

/* The one that was replaced no longer counts when it goes. */
static void
test_replaced_goes (void)
{
  g_autoptr (GwTestServer) server = gw_test_server_new_faulty ("ok");
  GwEngineDriver *first = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login_faulty (server);
  GwEngineDriver *second = gw_engine_driver_new_beside (first);
  g_autoptr (GError) error = NULL;

  gw_engine_driver_drop (first);
  gw_engine_driver_connect (second, &login, &error);
  g_assert_no_error (error);
  gw_engine_driver_assert_asked (second, "host-key unknown ", NULL);
  gw_engine_driver_disconnect (second);
  gw_engine_driver_wait_for_exit (first);
  gw_engine_driver_free (second);
  gw_engine_driver_free (first);
}

static void
test_last_terminal (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login ("alice", "secret");
  g_autoptr (GwTestTerminal) one = NULL;
  g_autoptr (GwTestTerminal) two = NULL;

  gw_engine_driver_connect_works (driver, &login);
  one = open_terminal (driver);
  two = open_terminal (driver);
  gw_test_terminal_type (one, "exit 3\n");
  g_free (gw_test_terminal_wait_end (one));
  gw_test_terminal_type (two, "echo alone-$((1+1))\n");
  gw_test_terminal_expect (two, "alone-2");
  g_assert_null (gw_engine_driver_get_closed (driver));
  gw_test_terminal_close (two);
  g_free (gw_test_terminal_wait_end (two));
  gw_engine_driver_wait_for_exit (driver);
  g_assert_cmpstr (gw_engine_driver_get_closed (driver), ==, "");
}

static void
check_size (GwEngineDriver *driver, guint columns, guint rows)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (gw_test_terminal_new (driver, columns, rows, NULL, NULL, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_PROTOCOL);
}

static void
test_sizes (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login ("alice", "secret");
  g_autoptr (GwTestTerminal) terminal = NULL;

  gw_engine_driver_connect_works (driver, &login);
  check_size (driver, 0, 24);
  check_size (driver, 80, 0);
  check_size (driver, 65536, 24);
  check_size (driver, 80, G_MAXUINT32);
  terminal = open_terminal (driver);
  /* A size that cannot be is ignored, an unknown terminal too. */
  gw_test_terminal_resize (terminal, 0, 0);
  gw_test_terminal_resize (terminal, 65536, 65536);
  gw_test_terminal_type (terminal, "stty size\n");
  gw_test_terminal_expect (terminal, "24 80");
}

/* With signal 9 the kernel closes everything at once: the bus and the sockets of the terminals. */
static void
test_killed_with_terminal (void)
{
  GwEngineDriver *driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login ("alice", "secret");
  GwTestTerminal *terminal;

  gw_engine_driver_connect_works (driver, &login);
  terminal = open_terminal (driver);
  gw_test_terminal_type (terminal, "echo here-$((1+1))\n");
  gw_test_terminal_expect (terminal, "here-2");
  gw_test_terminal_free (terminal);
  gw_engine_driver_drop (driver);
  gw_engine_driver_attach (driver);
  terminal = open_terminal (driver);
  g_assert_cmpuint (gw_test_terminal_get_number (terminal), ==, 2);
  gw_test_terminal_type (terminal, "echo again-$((1+1))\n");
  gw_test_terminal_expect (terminal, "again-2");
  gw_test_terminal_free (terminal);
  gw_engine_driver_free (driver);
}

/* Shells that nobody can reach any more do not stay: not before a window could come back,
 * though. */
static void
test_nobody_returns (void)
{
  GwEngineDriver *driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login ("alice", "secret");
  gint64 gone;

  gw_engine_driver_connect_works (driver, &login);
  gw_test_terminal_free (open_terminal (driver));
  gw_engine_driver_drop (driver);
  gone = g_get_monotonic_time ();
  while (g_get_monotonic_time () < gone + 45 * G_USEC_PER_SEC)
    {
      gint64 now = g_get_monotonic_time ();

      gw_test_wait_until (g_get_monotonic_time () > now + G_USEC_PER_SEC);
      g_assert_false (gw_engine_driver_has_exited (driver));
    }
  gw_engine_driver_wait_for_exit (driver);
  gw_engine_driver_free (driver);
}

/* A shell that ends while no window is there takes the engine with it. */
static void
test_shell_ends_alone (void)
{
  GwEngineDriver *driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login ("alice", "secret");
  GwTestTerminal *terminal;

  gw_engine_driver_connect_works (driver, &login);
  terminal = open_terminal (driver);
  gw_test_terminal_type (terminal, "echo here-$((1+1)); sleep 0.5; exit\n");
  gw_test_terminal_expect (terminal, "here-2");
  gw_test_terminal_free (terminal);
  gw_engine_driver_drop (driver);
  gw_engine_driver_wait_for_exit (driver);
  gw_engine_driver_free (driver);
}

static void
test_engine_killed (void)
{
  g_autoptr (GwTestServer) server = gw_test_server_new_faulty ("ok");
  GwEngineDriver *driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login_faulty (server);
  GwTestTerminal *terminal;
  char byte;

  gw_engine_driver_connect_works (driver, &login);
  terminal = open_terminal (driver);
  gw_test_terminal_expect (terminal, "ready\r\n");
  gw_test_terminal_set_paused (terminal, TRUE);
  gw_engine_driver_kill (driver);
  /* The window learns it twice, and the server too. */
  g_assert_cmpint (read (gw_test_terminal_get_socket (terminal), &byte, 1), ==, 0);
  gw_test_wait_until (gw_engine_driver_is_cut_off (driver));
  gw_test_server_wait_for_line (server, "gone");
  gw_test_terminal_free (terminal);
  gw_engine_driver_free (driver);
}

/* A place that is no directory of this user's only: the engine has to find another one. */
static void
check_other_place (const char *runtime)
{
  GwEngineDriver *driver = gw_engine_driver_new_with_env ("XDG_RUNTIME_DIR", runtime, NULL);

  g_assert_true (g_str_has_prefix (gw_engine_driver_get_address (driver),
                                   "unix:path=/tmp/gangway-"));
  gw_engine_driver_free (driver);
}

static void
test_bad_places (void)
{
  g_autofree char *runtime = g_build_filename (g_get_user_runtime_dir (), "place", NULL);
  g_autofree char *folder = g_build_filename (runtime, "gangway", NULL);

  check_other_place ("relative");
  check_other_place ("");
  check_other_place ("/proc");
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_cmpint (g_chmod (folder, 0755), ==, 0);
  check_other_place (runtime);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_assert_cmpint (symlink (g_get_user_runtime_dir (), folder), ==, 0);
  check_other_place (runtime);
  g_assert_cmpint (g_unlink (folder), ==, 0);
  g_assert_true (g_file_set_contents (folder, "", -1, NULL));
  check_other_place (runtime);
  gw_test_delete_tree (runtime);
}

/* Where a folder can be had, but no socket in it: read-only, or full. */
static void
test_no_room (void)
{
  g_autofree char *runtime = g_build_filename (g_get_user_runtime_dir (), "full", NULL);
  g_autofree char *folder = g_build_filename (runtime, "gangway", NULL);

  if (geteuid () == 0)
    {
      g_test_skip ("root may write everywhere");
      return;
    }
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_cmpint (g_chmod (folder, 0500), ==, 0);
  check_other_place (runtime);
  gw_test_delete_tree (runtime);
}

static void
add_tests (void)
{
  gw_engine_test_add ("/windows/take-over", test_take_over);
  gw_engine_test_add ("/windows/replaced-goes", test_replaced_goes);
  gw_engine_test_add ("/windows/last-terminal", test_last_terminal);
  gw_engine_test_add ("/windows/sizes", test_sizes);
  gw_engine_test_add ("/windows/killed-with-terminal", test_killed_with_terminal);
  gw_engine_test_add ("/windows/nobody-returns", test_nobody_returns);
  gw_engine_test_add ("/windows/shell-ends-alone", test_shell_ends_alone);
  gw_engine_test_add ("/windows/engine-killed", test_engine_killed);
  gw_engine_test_add ("/windows/bad-places", test_bad_places);
  gw_engine_test_add ("/windows/no-room", test_no_room);
}

int
main (int argc, char **argv)
{
  return gw_engine_test_main (&argc, &argv, "--addresses=1", add_tests);
}
