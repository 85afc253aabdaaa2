/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Test"

/* Servers that hang, drop, refuse and lie, in every phase; and giving up in every phase. */

#include "gw-engine-test.h"
#include "gw-test-terminal.h"
#include "gw-test.h"

typedef struct {
  GwTestServer *server;
  GwEngineDriver *driver;
  GwTestLogin login;
} Fixture;

static void
set_up (Fixture *self, const char *mode)
{
  g_test_message ("mode %s", mode);
  self->server = gw_test_server_new_faulty (mode);
  self->driver = gw_engine_driver_new ();
  self->login = gw_engine_test_login_faulty (self->server);
}

static void
tear_down (Fixture *self)
{
  gw_engine_driver_free (self->driver);
  gw_test_server_free (self->server);
}

static void
check_login_fails (const char *mode, GwError code)
{
  Fixture fixture;

  set_up (&fixture, mode);
  gw_engine_driver_connect_fails (fixture.driver, &fixture.login, code);
  tear_down (&fixture);
}

static void
check_terminal_fails (const char *mode, GwError code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *phase = NULL;
  Fixture fixture;

  set_up (&fixture, mode);
  gw_engine_driver_connect_works (fixture.driver, &fixture.login);
  g_assert_null (gw_test_terminal_new (fixture.driver, 80, 24, NULL, NULL, &error));
  g_assert_error (error, GW_ERROR, (int) code);
  tear_down (&fixture);
}

static void
test_silent (void)
{
  check_login_fails ("silent-after-tcp", GW_ERROR_TIMED_OUT);
  check_login_fails ("silent-after-banner", GW_ERROR_TIMED_OUT);
  check_login_fails ("silent-after-kex", GW_ERROR_TIMED_OUT);
  check_terminal_fails ("silent-after-auth", GW_ERROR_TIMED_OUT);
  check_terminal_fails ("silent-after-channel", GW_ERROR_TIMED_OUT);
  check_terminal_fails ("silent-after-pty", GW_ERROR_TIMED_OUT);
}

static void
test_drop (void)
{
  check_login_fails ("drop-after-tcp", GW_ERROR_CONNECTION_LOST);
  check_login_fails ("drop-after-banner", GW_ERROR_CONNECTION_LOST);
  check_login_fails ("drop-after-kex", GW_ERROR_CONNECTION_LOST);
  check_terminal_fails ("drop-after-auth", GW_ERROR_CONNECTION_LOST);
  check_terminal_fails ("drop-after-channel", GW_ERROR_CONNECTION_LOST);
  check_terminal_fails ("drop-after-pty", GW_ERROR_CONNECTION_LOST);
}

static void
test_drop_in_shell (void)
{
  g_autoptr (GwTestTerminal) terminal = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *end = NULL;
  Fixture fixture;

  set_up (&fixture, "drop-after-shell");
  gw_engine_driver_connect_works (fixture.driver, &fixture.login);
  terminal = gw_test_terminal_new (fixture.driver, 80, 24, NULL, NULL, &error);
  g_assert_no_error (error);
  gw_test_terminal_expect (terminal, "ready\r\n");
  end = gw_test_terminal_wait_end (terminal);
  g_assert_cmpstr (end, ==, "lost");
  gw_engine_driver_wait_for_exit (fixture.driver);
  g_assert_cmpstr (gw_engine_driver_get_closed (fixture.driver), ==,
                   "org.gangway.Error.ConnectionLost");
  tear_down (&fixture);
}

/* What came before the connection was lost is shown, to the last byte. */
static void
test_output_before_drop (void)
{
  g_autoptr (GwTestTerminal) terminal = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *end = NULL;
  Fixture fixture;

  set_up (&fixture, "output-drop");
  gw_engine_driver_connect_works (fixture.driver, &fixture.login);
  terminal = gw_test_terminal_new (fixture.driver, 80, 24, NULL, NULL, &error);
  g_assert_no_error (error);
  end = gw_test_terminal_wait_end (terminal);
  g_assert_cmpstr (end, ==, "lost");
  g_assert_cmpuint (gw_test_terminal_get_count (terminal), ==, 588895);
  tear_down (&fixture);
}

static void
test_not_ssh (void)
{
  check_login_fails ("http", GW_ERROR_NOT_SSH);
  check_login_fails ("garbage", GW_ERROR_NOT_SSH);
}

static void
test_refusals (void)
{
  check_terminal_fails ("refuse-channel", GW_ERROR_CHANNEL_REFUSED);
  check_terminal_fails ("refuse-pty", GW_ERROR_CHANNEL_REFUSED);
  check_terminal_fails ("refuse-shell", GW_ERROR_CHANNEL_REFUSED);
}

static void
test_disconnect_message (void)
{
  g_autoptr (GError) error = NULL;
  Fixture fixture;

  set_up (&fixture, "disconnect-message");
  gw_engine_driver_connect (fixture.driver, &fixture.login, &error);
  g_assert_error (error, GW_ERROR, GW_ERROR_CONNECTION_LOST);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "Go away"));
  g_assert_null (strchr (error->message, '\033'));
  gw_engine_driver_wait_for_exit (fixture.driver);
  tear_down (&fixture);
}

static void
test_control_banner (void)
{
  const char *banner;
  Fixture fixture;

  set_up (&fixture, "control-banner");
  gw_engine_driver_connect_works (fixture.driver, &fixture.login);
  banner = gw_engine_driver_get_banner (fixture.driver);
  g_assert_true (g_str_has_prefix (banner, "Welcome"));
  g_assert_nonnull (strstr (banner, "<b>second</b> line"));
  g_assert_null (strchr (banner, '\033'));
  g_assert_null (strchr (banner, '\007'));
  g_assert_null (strstr (banner, "\xe2\x80\xae"));
  tear_down (&fixture);
}

static void
test_huge_banner (void)
{
  Fixture fixture;

  set_up (&fixture, "huge-banner");
  gw_engine_driver_connect_works (fixture.driver, &fixture.login);
  g_assert_cmpuint (strlen (gw_engine_driver_get_banner (fixture.driver)), >, 0);
  g_assert_cmpuint (strlen (gw_engine_driver_get_banner (fixture.driver)), <=, 5 * 16384);
  tear_down (&fixture);
}

/* A packet longer than the protocol allows: no login, but a clear end. */
static void
test_giant_banner (void)
{
  g_autoptr (GError) error = NULL;
  Fixture fixture;

  set_up (&fixture, "giant-banner");
  gw_engine_driver_connect (fixture.driver, &fixture.login, &error);
  g_assert_error (error, GW_ERROR, GW_ERROR_CONNECTION_LOST);
  gw_engine_driver_wait_for_exit (fixture.driver);
  tear_down (&fixture);
}

static void
check_end (const char *mode, const char *expected)
{
  g_autoptr (GwTestTerminal) terminal = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *end = NULL;
  Fixture fixture;

  set_up (&fixture, mode);
  gw_engine_driver_connect_works (fixture.driver, &fixture.login);
  terminal = gw_test_terminal_new (fixture.driver, 80, 24, NULL, NULL, &error);
  g_assert_no_error (error);
  end = gw_test_terminal_wait_end (terminal);
  g_assert_cmpstr (end, ==, expected);
  tear_down (&fixture);
}

static void
test_ends (void)
{
  check_end ("exit-signal", "signal TERM");
  check_end ("exit-nothing", "closed");
}

static void
test_requests (void)
{
  g_autoptr (GwTestTerminal) terminal = NULL;
  g_autoptr (GwTestTerminal) second = NULL;
  g_autoptr (GError) error = NULL;
  Fixture fixture;

  set_up (&fixture, "ok");
  gw_engine_driver_connect_works (fixture.driver, &fixture.login);
  terminal = gw_test_terminal_new (fixture.driver, 101, 37, NULL, NULL, &error);
  g_assert_no_error (error);
  gw_test_terminal_expect (terminal, "ready\r\n");
  gw_test_server_wait_for_line (fixture.server, "pty xterm-256color 101x37");
  gw_test_terminal_resize (terminal, 213, 55);
  gw_test_server_wait_for_line (fixture.server, "window 213x55");
  /* No probe, and no round trips that nobody asked for. */
  g_assert_cmpuint (gw_test_server_count_lines (fixture.server, "auth none"), ==, 0);
  g_assert_cmpuint (gw_test_server_count_lines (fixture.server, "auth password"), ==, 1);
  g_assert_cmpuint (gw_test_server_count_lines (fixture.server, "env"), ==, 0);
  tear_down (&fixture);
}

static void
test_language (void)
{
  g_autoptr (GwTestTerminal) terminal = NULL;
  g_autoptr (GError) error = NULL;
  Fixture fixture;

  set_up (&fixture, "ok");
  gw_engine_driver_connect_works (fixture.driver, &fixture.login);
  terminal = gw_test_terminal_new (fixture.driver, 80, 24, NULL, "eo.UTF-8", &error);
  g_assert_no_error (error);
  gw_test_server_wait_for_line (fixture.server, "env LANG eo.UTF-8");
  tear_down (&fixture);
}

static void
test_endless (void)
{
  g_autoptr (GwTestTerminal) terminal = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *end = NULL;
  Fixture fixture;

  set_up (&fixture, "endless");
  gw_engine_driver_connect_works (fixture.driver, &fixture.login);
  terminal = gw_test_terminal_new (fixture.driver, 80, 24, NULL, NULL, &error);
  g_assert_no_error (error);
  gw_test_wait_until (gw_test_terminal_get_count (terminal) > 5 * 1000 * 1000);
  gw_test_terminal_type (terminal, "\003");
  end = gw_test_terminal_wait_end (terminal);
  g_assert_cmpstr (end, ==, "exit 130");
  g_assert_true (g_str_has_suffix (gw_test_terminal_get_output (terminal), "stopped\r\n"));
  tear_down (&fixture);
}

/* Endless output that nobody reads, and the tab is closed. */
static void
test_endless_unread (void)
{
  g_autoptr (GwTestTerminal) terminal = NULL;
  g_autoptr (GError) error = NULL;
  Fixture fixture;

  set_up (&fixture, "endless");
  gw_engine_driver_connect_works (fixture.driver, &fixture.login);
  terminal = gw_test_terminal_new (fixture.driver, 80, 24, NULL, NULL, &error);
  g_assert_no_error (error);
  gw_test_wait_until (gw_test_terminal_get_count (terminal) > 1000 * 1000);
  gw_test_terminal_set_paused (terminal, TRUE);
  gw_engine_driver_disconnect (fixture.driver);
  gw_engine_driver_wait_for_exit (fixture.driver);
  g_assert_cmpstr (gw_engine_driver_get_closed (fixture.driver), ==, "");
  tear_down (&fixture);
}

typedef struct {
  int socket;
  gsize written;
  guint idle; /* ticks in a row without room */
} Typist;

static gboolean
on_type_more (gpointer data)
{
  static const char typed[65536] = { 'x' };
  Typist *typist = data;
  gssize count = write (typist->socket, typed, sizeof typed);

  typist->idle = count > 0 ? 0 : typist->idle + 1;
  typist->written += MAX (count, 0);
  return G_SOURCE_CONTINUE;
}

/* The server stops reading: what is typed must stop at the socket, not pile up. */
static void
test_slow_reader (void)
{
  g_autoptr (GwTestTerminal) terminal = NULL;
  g_autoptr (GError) error = NULL;
  Typist typist = { 0 };
  Fixture fixture;
  guint source;

  set_up (&fixture, "slow-reader");
  gw_engine_driver_connect_works (fixture.driver, &fixture.login);
  terminal = gw_test_terminal_new (fixture.driver, 80, 24, NULL, NULL, &error);
  g_assert_no_error (error);
  gw_test_terminal_expect (terminal, "ready\r\n");
  typist.socket = gw_test_terminal_get_socket (terminal);
  source = g_timeout_add (2, on_type_more, &typist);
  gw_test_wait_until (typist.idle > 200 || typist.written > 64 * 1000 * 1000);
  g_source_remove (source);
  g_assert_cmpuint (typist.written, <, 16 * 1000 * 1000);
  gw_engine_driver_disconnect (fixture.driver);
  gw_engine_driver_wait_for_exit (fixture.driver);
  tear_down (&fixture);
}

static void
check_cancel (const char *mode, const char *phase)
{
  g_autoptr (GError) error = NULL;
  Fixture fixture;
  gint64 start;

  set_up (&fixture, mode);
  fixture.login.timeout = 60;
  fixture.login.connect_timeout = 60;
  gw_engine_driver_start_connect (fixture.driver, &fixture.login);
  gw_engine_driver_wait_for_phase (fixture.driver, phase);
  gw_test_server_wait_for_line (fixture.server, "reached");
  start = g_get_monotonic_time ();
  gw_engine_driver_disconnect (fixture.driver);
  g_assert_false (gw_engine_driver_finish_connect (fixture.driver, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_CANCELLED);
  gw_engine_driver_wait_for_exit (fixture.driver);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 2 * G_USEC_PER_SEC);
  tear_down (&fixture);
}

static void
test_cancel (void)
{
  check_cancel ("silent-after-tcp", "key-exchange");
  check_cancel ("silent-after-banner", "key-exchange");
  check_cancel ("silent-after-kex", "authentication");
}

static void
test_cancel_prompt (void)
{
  g_autoptr (GError) error = NULL;
  Fixture fixture;

  set_up (&fixture, "ok");
  gw_engine_driver_hold_prompts (fixture.driver);
  gw_engine_driver_start_connect (fixture.driver, &fixture.login);
  gw_engine_driver_wait_for_phase (fixture.driver, "host-key");
  gw_test_wait_until (gw_engine_driver_count_asked (fixture.driver) == 1);
  gw_engine_driver_disconnect (fixture.driver);
  g_assert_false (gw_engine_driver_finish_connect (fixture.driver, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_CANCELLED);
  tear_down (&fixture);
}

/* Long connections change their keys; the host key stays. */
static void
test_rekey (void)
{
  g_autoptr (GwTestTerminal) terminal = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *end = NULL;
  Fixture fixture;

  set_up (&fixture, "rekey");
  gw_engine_driver_connect_works (fixture.driver, &fixture.login);
  terminal = gw_test_terminal_new (fixture.driver, 80, 24, NULL, NULL, &error);
  g_assert_no_error (error);
  end = gw_test_terminal_wait_end (terminal);
  g_assert_cmpstr (end, ==, "exit 7");
  g_assert_cmpuint (gw_test_terminal_get_count (terminal), ==, 588895);
  g_assert_true (g_str_has_suffix (gw_test_terminal_get_output (terminal), "\n100000\n"));
  tear_down (&fixture);
}

static void
test_rekey_other_key (void)
{
  g_autoptr (GwTestTerminal) terminal = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *end = NULL;
  Fixture fixture;

  set_up (&fixture, "rekey-other-key");
  gw_engine_driver_connect_works (fixture.driver, &fixture.login);
  gw_engine_driver_assert_asked (fixture.driver, "host-key unknown ssh-ed25519 ", NULL);
  terminal = gw_test_terminal_new (fixture.driver, 80, 24, NULL, NULL, &error);
  g_assert_no_error (error);
  end = gw_test_terminal_wait_end (terminal);
  g_assert_cmpstr (end, ==, "lost");
  gw_engine_driver_wait_for_exit (fixture.driver);
  g_assert_cmpstr (gw_engine_driver_get_closed (fixture.driver), ==,
                   "org.gangway.Error.KeyExchange");
  /* No second question, which a person could answer by habit. */
  g_assert_cmpuint (gw_engine_driver_count_asked (fixture.driver), ==, 1);
  tear_down (&fixture);
}

static void
add_tests (void)
{
  gw_engine_test_add ("/faulty/silent", test_silent);
  gw_engine_test_add ("/faulty/drop", test_drop);
  gw_engine_test_add ("/faulty/drop-in-shell", test_drop_in_shell);
  gw_engine_test_add ("/faulty/output-before-drop", test_output_before_drop);
  gw_engine_test_add ("/faulty/not-ssh", test_not_ssh);
  gw_engine_test_add ("/faulty/refusals", test_refusals);
  gw_engine_test_add ("/faulty/disconnect-message", test_disconnect_message);
  gw_engine_test_add ("/faulty/control-banner", test_control_banner);
  gw_engine_test_add ("/faulty/huge-banner", test_huge_banner);
  gw_engine_test_add ("/faulty/giant-banner", test_giant_banner);
  gw_engine_test_add ("/faulty/ends", test_ends);
  gw_engine_test_add ("/faulty/requests", test_requests);
  gw_engine_test_add ("/faulty/language", test_language);
  gw_engine_test_add ("/faulty/endless", test_endless);
  gw_engine_test_add ("/faulty/endless-unread", test_endless_unread);
  gw_engine_test_add ("/faulty/slow-reader", test_slow_reader);
  gw_engine_test_add ("/faulty/rekey", test_rekey);
  gw_engine_test_add ("/faulty/rekey-other-key", test_rekey_other_key);
  gw_engine_test_add ("/faulty/cancel", test_cancel);
  gw_engine_test_add ("/faulty/cancel-prompt", test_cancel_prompt);
}

int
main (int argc, char **argv)
{
  return gw_engine_test_main (&argc, &argv, NULL, add_tests);
}
