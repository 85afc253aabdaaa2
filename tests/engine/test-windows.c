/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Test"

/* Windows that come, take over and are killed; engines that are killed or have no place. */

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

static void
add_tests (void)
{
  gw_engine_test_add ("/windows/take-over", test_take_over);
  gw_engine_test_add ("/windows/replaced-goes", test_replaced_goes);
  gw_engine_test_add ("/windows/last-terminal", test_last_terminal);
  gw_engine_test_add ("/windows/sizes", test_sizes);
}

int
main (int argc, char **argv)
{
  return gw_engine_test_main (&argc, &argv, "--addresses=1", add_tests);
}
