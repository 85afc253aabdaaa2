/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Test"

/* Logging in with a key that the engine makes, once its public half is on the server. */

#include "gw-engine-test.h"
#include "gw-test-terminal.h"
#include "gw-test.h"

#define ED25519 "ssh-ed25519"
#define RSA "ssh-rsa"
/* Seconds, of a key that expires and with which a slow machine must be able to log in. */
#define LIFE 5

/* dave can only log in with a key. */
static GwTestLogin
key_login (void)
{
  GwTestLogin login = gw_engine_test_login ("dave", NULL);

  login.method = "temporary-key";
  return login;
}

static char *
make_key (GwEngineDriver *driver, const char *type)
{
  g_autoptr (GError) error = NULL;
  gint64 began = g_get_monotonic_time ();
  char *public_key = gw_engine_driver_make_key (driver, type, &error);

  g_assert_no_error (error);
  g_test_message ("%s was made in %" G_GINT64_FORMAT " ms", type,
                  (g_get_monotonic_time () - began) / 1000);
  g_assert_true (g_str_has_prefix (public_key, type));
  g_assert_cmpint (public_key[strlen (type)], ==, ' ');
  return public_key;
}

static void
make_key_fails (GwEngineDriver *driver, const char *type)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (gw_engine_driver_make_key (driver, type, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_PROTOCOL);
}

static void
make_and_deliver (GwEngineDriver *driver, const char *type)
{
  g_autofree char *public_key = make_key (driver, type);

  gw_engine_test_deliver ("dave", public_key);
}

static void
connect_ends (GwEngineDriver *driver, GwError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (gw_engine_driver_finish_connect (driver, &error));
  g_assert_error (error, GW_ERROR, (int) code);
  g_dbus_error_strip_remote_error (error);
  g_test_message ("refused: %s", error->message);
  g_assert_cmpstr (error->message, !=, "");
  gw_engine_test_deliver ("dave", NULL);
  gw_engine_driver_wait_for_exit (driver);
}

static void
connect_works (GwEngineDriver *driver)
{
  g_autoptr (GError) error = NULL;

  gw_engine_driver_finish_connect (driver, &error);
  g_assert_no_error (error);
  gw_engine_test_deliver ("dave", NULL);
  /* The key is gone, and there is no other one. */
  make_key_fails (driver, ED25519);
}

static void
test_login (gconstpointer type)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = key_login ();

  make_key_fails (driver, type);
  gw_engine_driver_start_connect (driver, &login);
  make_and_deliver (driver, type);
  gw_engine_driver_answer_await_key (driver);
  connect_works (driver);
  gw_engine_driver_assert_asked (driver, "key 0 ", NULL);
  g_assert_cmpstr (gw_engine_driver_get_asked (driver, 0), ==, "key 0 ");
}

static void
test_ed25519 (void)
{
  test_login (ED25519);
}

static void
test_rsa (void)
{
  test_login (RSA);
}

/* The engine waits for as long as the cloud needs, and does not make a key by itself. */
static void
test_made_late (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = key_login ();

  gw_engine_driver_start_connect (driver, &login);
  gw_engine_driver_wait_for_await_key (driver);
  gw_engine_driver_wait_for_phase (driver, "authentication");
  make_and_deliver (driver, ED25519);
  gw_engine_driver_answer_await_key (driver);
  connect_works (driver);
}

static void
test_no_key (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = key_login ();

  gw_engine_driver_start_connect (driver, &login);
  gw_engine_driver_answer_await_key (driver);
  connect_ends (driver, GW_ERROR_PROTOCOL);
}

/* Beside the question about the host key. */
static void
test_early (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = key_login ();

  login.known_hosts = NULL;
  gw_engine_driver_hold_prompts (driver);
  gw_engine_driver_start_connect (driver, &login);
  gw_test_wait_until (gw_engine_driver_count_asked (driver) == 1);
  make_and_deliver (driver, ED25519);
  gw_engine_driver_release_prompts (driver);
  gw_engine_driver_answer_await_key (driver);
  connect_works (driver);
  gw_engine_driver_assert_asked (driver, "host-key unknown", "key 0 ", NULL);
}

/* Only the last one is offered. */
static void
test_twice (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = key_login ();
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  gw_engine_driver_start_connect (driver, &login);
  first = make_key (driver, ED25519);
  second = make_key (driver, ED25519);
  g_assert_cmpstr (first, !=, second);
  gw_engine_test_deliver ("dave", first);
  gw_engine_driver_answer_await_key (driver);
  gw_engine_driver_wait_for_await_key (driver);
  gw_engine_driver_assert_asked (driver, "key 0 ", "key 1 ", NULL);
  make_and_deliver (driver, ED25519);
  gw_engine_driver_answer_await_key (driver);
  connect_works (driver);
}

static void
test_wrong_type (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = key_login ();

  gw_engine_driver_start_connect (driver, &login);
  make_and_deliver (driver, ED25519);
  make_key_fails (driver, "ssh-dss");
  make_key_fails (driver, "");
  /* The one before is still there. */
  gw_engine_driver_answer_await_key (driver);
  connect_works (driver);
}

static void
test_password_login (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login ("alice", NULL);

  login.known_hosts = NULL;
  gw_engine_driver_add_secret (driver, "secret");
  gw_engine_driver_hold_prompts (driver);
  gw_engine_driver_start_connect (driver, &login);
  gw_test_wait_until (gw_engine_driver_count_asked (driver) == 1);
  make_key_fails (driver, ED25519);
  gw_engine_driver_release_prompts (driver);
  g_assert_true (gw_engine_driver_finish_connect (driver, NULL));
  make_key_fails (driver, ED25519);
}

/* A server that knows no Ed25519: the next one is tried on the same connection. */
static void
test_second (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = key_login ();
  g_autofree char *ignored = NULL;

  gw_engine_driver_start_connect (driver, &login);
  ignored = make_key (driver, ED25519);
  gw_engine_driver_answer_await_key (driver);
  gw_engine_driver_wait_for_await_key (driver);
  make_and_deliver (driver, RSA);
  gw_engine_driver_answer_await_key (driver);
  connect_works (driver);
  gw_engine_driver_assert_asked (driver, "key 0 ", "key 1 ", NULL);
  g_assert_nonnull (strstr (gw_engine_driver_get_asked (driver, 1), "publickey"));
}

/* The refused one is wiped by then. */
static void
test_answer_twice (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = key_login ();
  g_autofree char *ignored = NULL;

  gw_engine_driver_start_connect (driver, &login);
  ignored = make_key (driver, ED25519);
  gw_engine_driver_answer_await_key (driver);
  gw_engine_driver_answer_await_key (driver);
  connect_ends (driver, GW_ERROR_PROTOCOL);
}

static void
test_three_refused (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = key_login ();

  gw_engine_driver_start_connect (driver, &login);
  for (guint i = 0; i < 3; i++)
    {
      g_free (make_key (driver, ED25519));
      gw_engine_driver_answer_await_key (driver);
      /* That one is judged before the next one is made. */
      gw_test_wait_until (gw_engine_driver_count_asked (driver) == i + 2 ||
                          gw_engine_driver_get_closed (driver) != NULL);
    }
  connect_ends (driver, GW_ERROR_AUTH_REFUSED);
  gw_engine_driver_assert_asked (driver, "key 0 ", "key 1 ", "key 2 ", NULL);
}

static void
test_give_up (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = key_login ();
  g_autoptr (GError) error = NULL;

  gw_engine_driver_start_connect (driver, &login);
  g_free (make_key (driver, ED25519));
  gw_engine_driver_answer_await_key (driver);
  gw_engine_driver_fail_await_key (driver, GW_ERROR_AUTH_REFUSED);
  g_assert_false (gw_engine_driver_finish_connect (driver, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_AUTH_REFUSED);
  /* The server's words, not those of the answer. */
  g_assert_nonnull (strstr (error->message, "publickey"));
  g_assert_null (strstr (error->message, "The test has"));
  gw_engine_driver_wait_for_exit (driver);
}

static void
test_answer_fails (gconstpointer data)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = key_login ();

  gw_engine_driver_start_connect (driver, &login);
  g_free (make_key (driver, ED25519));
  gw_engine_driver_fail_await_key (driver, (GwError) GPOINTER_TO_INT (data));
  connect_ends (driver, (GwError) GPOINTER_TO_INT (data));
}

static void
test_give_up_at_once (void)
{
  test_answer_fails (GINT_TO_POINTER (GW_ERROR_AUTH_REFUSED));
}

static void
test_cancelled (void)
{
  test_answer_fails (GINT_TO_POINTER (GW_ERROR_CANCELLED));
}

static void
test_disconnect (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = key_login ();

  gw_engine_driver_start_connect (driver, &login);
  g_free (make_key (driver, ED25519));
  gw_engine_driver_wait_for_await_key (driver);
  gw_engine_driver_disconnect (driver);
  connect_ends (driver, GW_ERROR_CANCELLED);
}

static void
test_window_gone (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = key_login ();

  gw_engine_driver_start_connect (driver, &login);
  g_free (make_key (driver, ED25519));
  gw_engine_driver_wait_for_await_key (driver);
  gw_engine_driver_drop (driver);
  gw_engine_driver_wait_for_exit (driver);
}

/* Until a key that was made before @made and lives for @life seconds is over. */
static void
wait_over (gint64 made, guint life)
{
  gint64 end = made + life * G_USEC_PER_SEC + G_USEC_PER_SEC / 10;

  gw_test_wait_until (g_get_monotonic_time () >= end);
}

static void
test_expired (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = key_login ();

  login.key_life = 1;
  gw_engine_driver_start_connect (driver, &login);
  gw_engine_driver_wait_for_await_key (driver);
  make_and_deliver (driver, ED25519);
  wait_over (g_get_monotonic_time (), login.key_life);
  gw_engine_driver_answer_await_key (driver);
  connect_ends (driver, GW_ERROR_KEY_EXPIRED);
}

/* The time of the one before does not count. */
static void
test_expired_before (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = key_login ();

  login.key_life = LIFE;
  gw_engine_driver_start_connect (driver, &login);
  gw_engine_driver_wait_for_await_key (driver);
  g_free (make_key (driver, ED25519));
  wait_over (g_get_monotonic_time (), login.key_life);
  make_and_deliver (driver, ED25519);
  gw_engine_driver_answer_await_key (driver);
  connect_works (driver);
}

/* An open session outlives the minute of its key. */
static void
test_session_goes_on (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = key_login ();
  g_autoptr (GwTestTerminal) terminal = NULL;
  g_autoptr (GError) error = NULL;
  gint64 made;

  login.key_life = LIFE;
  gw_engine_driver_start_connect (driver, &login);
  gw_engine_driver_wait_for_await_key (driver);
  make_and_deliver (driver, ED25519);
  made = g_get_monotonic_time ();
  gw_engine_driver_answer_await_key (driver);
  connect_works (driver);
  wait_over (made, login.key_life);
  terminal = gw_test_terminal_new (driver, 80, 24, NULL, NULL, &error);
  g_assert_no_error (error);
  gw_test_terminal_type (terminal, "echo still-$((40 + 2))\n");
  gw_test_terminal_expect (terminal, "still-42");
}

/* As a part of a login: the rest is asked for. */
static void
test_chain (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = key_login ();
  g_autofree char *public_key = NULL;

  login.user = "carol";
  gw_engine_driver_add_answers (driver, "654321", NULL);
  gw_engine_driver_add_answers (driver, "123456", NULL);
  gw_engine_driver_start_connect (driver, &login);
  public_key = make_key (driver, ED25519);
  gw_engine_test_deliver ("carol", public_key);
  gw_engine_driver_answer_await_key (driver);
  connect_works (driver);
  gw_engine_test_deliver ("carol", NULL);
  gw_engine_driver_assert_asked (driver, "key 0 ", "interactive 1 ", "interactive 1 ", NULL);
}

static void
test_method_not_offered (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = key_login ();

  login.user = "kim";
  gw_engine_driver_start_connect (driver, &login);
  g_free (make_key (driver, ED25519));
  gw_engine_driver_answer_await_key (driver);
  connect_ends (driver, GW_ERROR_AUTH_METHOD);
  gw_engine_driver_assert_asked (driver, "key 0 ", NULL);
}

/* A server that offers no keys at all, written with libssh. */
static void
test_other_server (void)
{
  g_autoptr (GwTestServer) server = gw_test_server_new_faulty ("ok");
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login_faulty (server);

  login.method = "temporary-key";
  login.password = NULL;
  gw_engine_driver_start_connect (driver, &login);
  g_free (make_key (driver, ED25519));
  gw_engine_driver_answer_await_key (driver);
  connect_ends (driver, GW_ERROR_AUTH_METHOD);
}

static GwTestLogin
login_at (GwTestServer *server)
{
  GwTestLogin login = key_login ();

  login.port = gw_test_server_get_port (server);
  login.known_hosts = NULL;
  return login;
}

static void
test_server_closes (void)
{
  g_autoptr (GwTestServer) server =
    gw_test_server_new_sshd ("--option", "LoginGraceTime 2", NULL);
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = login_at (server);

  gw_engine_driver_start_connect (driver, &login);
  g_free (make_key (driver, ED25519));
  gw_engine_driver_wait_for_await_key (driver);
  connect_ends (driver, GW_ERROR_CONNECTION_LOST);
}

/* A server that takes just one try ends the connection over it: a refusal, too. */
static void
test_server_closes_refusing (gconstpointer data)
{
  const char *tries = data;
  g_autofree char *option = g_strconcat ("MaxAuthTries ", tries, NULL);
  g_autoptr (GwTestServer) server = gw_test_server_new_sshd ("--option", option, NULL);
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = login_at (server);

  gw_engine_driver_start_connect (driver, &login);
  for (guint i = atoi (tries); i > 0; i--)
    {
      g_free (make_key (driver, ED25519));
      gw_engine_driver_answer_await_key (driver);
      if (i > 1)
        gw_engine_driver_wait_for_await_key (driver);
    }
  connect_ends (driver, GW_ERROR_AUTH_REFUSED);
}

static void
test_one_try (void)
{
  test_server_closes_refusing ("1");
}

static void
test_two_tries (void)
{
  test_server_closes_refusing ("2");
}

static void
add_tests (void)
{
  gw_engine_test_add ("/temporary/ed25519", test_ed25519);
  gw_engine_test_add ("/temporary/rsa", test_rsa);
  gw_engine_test_add ("/temporary/made-late", test_made_late);
  gw_engine_test_add ("/temporary/no-key", test_no_key);
  gw_engine_test_add ("/temporary/early", test_early);
  gw_engine_test_add ("/temporary/twice", test_twice);
  gw_engine_test_add ("/temporary/wrong-type", test_wrong_type);
  gw_engine_test_add ("/temporary/password-login", test_password_login);
  gw_engine_test_add ("/temporary/second", test_second);
  gw_engine_test_add ("/temporary/answer-twice", test_answer_twice);
  gw_engine_test_add ("/temporary/three-refused", test_three_refused);
  gw_engine_test_add ("/temporary/give-up", test_give_up);
  gw_engine_test_add ("/temporary/give-up-at-once", test_give_up_at_once);
  gw_engine_test_add ("/temporary/cancelled", test_cancelled);
  gw_engine_test_add ("/temporary/disconnect", test_disconnect);
  gw_engine_test_add ("/temporary/window-gone", test_window_gone);
  gw_engine_test_add ("/temporary/expired", test_expired);
  gw_engine_test_add ("/temporary/expired-before", test_expired_before);
  gw_engine_test_add ("/temporary/session-goes-on", test_session_goes_on);
  gw_engine_test_add ("/temporary/chain", test_chain);
  gw_engine_test_add ("/temporary/method-not-offered", test_method_not_offered);
  gw_engine_test_add ("/temporary/other-server", test_other_server);
  gw_engine_test_add ("/temporary/server-closes", test_server_closes);
  gw_engine_test_add ("/temporary/one-try", test_one_try);
  gw_engine_test_add ("/temporary/two-tries", test_two_tries);
}

int
main (int argc, char **argv)
{
  return gw_engine_test_main (&argc, &argv, "--addresses=2", add_tests);
}
