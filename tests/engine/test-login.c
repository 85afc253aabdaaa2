/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Test"

/* Logging in with passwords, questions, and both. */

#include "gw-engine-test.h"

static void
test_password (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login ("alice", "secret");
  g_autofree char *identification = NULL;
  g_autofree char *address = NULL;

  gw_engine_driver_connect_works (driver, &login);
  gw_engine_driver_assert_asked (driver, NULL, NULL);
  identification = gw_engine_driver_get_property (driver, "ServerIdentification");
  g_assert_true (g_str_has_prefix (identification, "SSH-2.0-OpenSSH_"));
  address = gw_engine_driver_get_property (driver, "PeerAddress");
  g_assert_cmpstr (address, ==, "127.0.2.1");
  gw_engine_driver_disconnect (driver);
  gw_engine_driver_wait_for_exit (driver);
  g_assert_cmpstr (gw_engine_driver_get_closed (driver), ==, "");
}

static void
test_password_with_space (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login ("bob", "pa ss");

  gw_engine_driver_connect_works (driver, &login);
  gw_engine_driver_assert_asked (driver, NULL, NULL);
}

static void
test_password_asked (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login ("alice", NULL);

  gw_engine_driver_add_secret (driver, "secret");
  gw_engine_driver_connect_works (driver, &login);
  gw_engine_driver_assert_asked (driver, "secret password 0", NULL);
}

static void
test_wrong_then_right (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login ("alice", "wrong");

  gw_engine_driver_add_secret (driver, "secret");
  gw_engine_driver_connect_works (driver, &login);
  gw_engine_driver_assert_asked (driver, "secret password ", NULL);
}

static void
test_always_wrong (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login ("alice", "wrong");

  for (guint i = 0; i < 20; i++)
    gw_engine_driver_add_secret (driver, "still wrong");
  gw_engine_driver_connect_fails (driver, &login, GW_ERROR_AUTH_REFUSED);
  /* The first password was given, so two were asked for. */
  g_assert_cmpuint (gw_engine_driver_count_asked (driver), <=, 3);
  g_assert_cmpuint (gw_engine_driver_count_asked (driver), >=, 2);
}

static void
test_given_up (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login ("alice", "wrong");
  g_autoptr (GError) error = NULL;

  g_assert_false (gw_engine_driver_connect (driver, &login, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_CANCELLED);
  g_dbus_error_strip_remote_error (error);
  g_assert_cmpstr (error->message, ==, "The script has no answer");
  gw_engine_driver_wait_for_exit (driver);
  gw_engine_driver_assert_asked (driver, "secret password ", NULL);
}

/* A server that offers only keyboard-interactive: one hidden question gets the typed password. */
static void
test_interactive_with_password (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login ("kim", "kim-secret");

  gw_engine_driver_connect_works (driver, &login);
  gw_engine_driver_assert_asked (driver, NULL, NULL);
}

static void
test_interactive_wrong_once (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login ("kim", "wrong");

  /* It was the password that was wrong, and not something that only the server has a word for. */
  gw_engine_driver_add_secret (driver, "wrong, too");
  gw_engine_driver_add_secret (driver, "kim-secret");
  gw_engine_driver_connect_works (driver, &login);
  gw_engine_driver_assert_asked (driver, "secret password 1", "secret password 2", NULL);
}

static void
test_interactive_always_wrong (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login ("kim", "wrong");

  for (guint i = 0; i < 20; i++)
    gw_engine_driver_add_secret (driver, "still wrong");
  gw_engine_driver_connect_fails (driver, &login, GW_ERROR_AUTH_REFUSED);
  g_assert_cmpuint (gw_engine_driver_count_asked (driver), <=, 3);
  g_assert_cmpuint (gw_engine_driver_count_asked (driver), >=, 2);
}

static void
test_several_questions (void)
{
  g_autoptr (GwTestServer) faulty = gw_test_server_new_faulty ("prompts");
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login_faulty (faulty);

  /* The password that was typed answers one first question, not one that comes later. */
  gw_engine_driver_add_answers (driver, "4711", "0000", "blau grün", NULL);
  gw_engine_driver_add_answers (driver, "secret", NULL);
  gw_engine_driver_connect_works (driver, &login);
  gw_engine_driver_assert_asked (
    driver, "host-key unknown ",
    "interactive 3 The gate|Three things, please.|Badge number: |shown|PIN: |Colour",
    "interactive 1 ", NULL);
  g_assert_cmpuint (gw_test_server_count_lines (faulty, "answer right"), ==, 2);
}

/* Answering a question that is shown with the password would put it on the screen. */
static void
test_shown_question (void)
{
  g_autoptr (GwTestServer) faulty = gw_test_server_new_faulty ("kbd-shown");
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login_faulty (faulty);

  login.password = "not this";
  gw_engine_driver_add_answers (driver, "secret", NULL);
  gw_engine_driver_connect_works (driver, &login);
  gw_engine_driver_assert_asked (driver, "host-key unknown ", "interactive 1 |", NULL);
}

static void
test_too_many_questions (void)
{
  g_autoptr (GwTestServer) faulty = gw_test_server_new_faulty ("many-prompts");
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login_faulty (faulty);
  g_autoptr (GError) error = NULL;

  gw_engine_driver_connect (driver, &login, &error);
  g_assert_nonnull (error);
  g_assert_cmpint (error->domain, ==, GW_ERROR);
  /* The contract knows at most 32: only the host key may have been asked. */
  gw_engine_driver_assert_asked (driver, "host-key unknown ", NULL);
  g_assert_cmpuint (gw_test_server_count_lines (faulty, "answer right"), ==, 0);
}

/* The longest secret of the contract reaches the server, which has never heard of it. */
static void
test_longest_password (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  g_autofree char *password = g_strnfill (65536, 'p');
  GwTestLogin login = gw_engine_test_login ("alice", password);

  gw_engine_driver_connect_fails (driver, &login, GW_ERROR_CANCELLED);
  gw_engine_driver_assert_asked (driver, "secret password 1", NULL);
}

static void
test_too_long_password (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  g_autofree char *password = g_strnfill (65537, 'p');
  GwTestLogin login = gw_engine_test_login ("alice", password);

  gw_engine_driver_connect_fails (driver, &login, GW_ERROR_TOO_LARGE);
  gw_engine_driver_assert_asked (driver, NULL, NULL);
}

static void
test_method_not_offered (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login ("dave", "secret");

  gw_engine_driver_connect_fails (driver, &login, GW_ERROR_AUTH_METHOD);
}

static void
test_unknown_user (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login ("nobody-here", "secret");

  for (guint i = 0; i < 20; i++)
    gw_engine_driver_add_secret (driver, "secret");
  gw_engine_driver_connect_fails (driver, &login, GW_ERROR_AUTH_REFUSED);
}

static void
add_tests (void)
{
  gw_engine_test_add ("/login/password", test_password);
  gw_engine_test_add ("/login/password-with-space", test_password_with_space);
  gw_engine_test_add ("/login/password-asked", test_password_asked);
  gw_engine_test_add ("/login/wrong-then-right", test_wrong_then_right);
  gw_engine_test_add ("/login/always-wrong", test_always_wrong);
  gw_engine_test_add ("/login/given-up", test_given_up);
  gw_engine_test_add ("/login/interactive-with-password", test_interactive_with_password);
  gw_engine_test_add ("/login/interactive-wrong-once", test_interactive_wrong_once);
  gw_engine_test_add ("/login/interactive-always-wrong", test_interactive_always_wrong);
  gw_engine_test_add ("/login/several-questions", test_several_questions);
  gw_engine_test_add ("/login/shown-question", test_shown_question);
  gw_engine_test_add ("/login/too-many-questions", test_too_many_questions);
  gw_engine_test_add ("/login/longest-password", test_longest_password);
  gw_engine_test_add ("/login/too-long-password", test_too_long_password);
  gw_engine_test_add ("/login/method-not-offered", test_method_not_offered);
  gw_engine_test_add ("/login/unknown-user", test_unknown_user);
}

int
main (int argc, char **argv)
{
  return gw_engine_test_main (&argc, &argv, "--addresses=2", add_tests);
}
