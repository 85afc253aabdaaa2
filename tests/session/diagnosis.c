/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every failure has words: what happened, where, and what to do. */

#include <string.h>

#include "fake-session.h"
#include "gw-diagnosis.h"

static void
check_text (const char *text)
{
  g_assert_nonnull (text);
  g_assert_cmpstr (text, !=, "");
  g_assert_true (g_utf8_validate (text, -1, NULL));
  /* No placeholder is left, no control character came through, and nothing is markup of ours. */
  g_assert_null (strpbrk (text, "{}\x1b\x07"));
  g_assert_null (strstr (text, "</"));
}

static void
test_every_error (void)
{
  g_autoptr (GwLogin) login = fake_login ();

  for (int method = GW_METHOD_PASSWORD; method <= GW_METHOD_TEMPORARY_KEY; method++)
    for (int code = GW_ERROR_FAILED; code <= GW_ERROR_ASSISTANT_FAILED; code++)
      for (int phase = GW_PHASE_NEW; phase <= GW_PHASE_CLOSED; phase++)
        {
          g_autoptr (GError) error = g_error_new (GW_ERROR, code, "words %d of the server", code);
          g_autoptr (GwDiagnosis) diagnosis = NULL;

          gw_login_set_method (login, method);
          diagnosis = gw_diagnosis_for (error, phase, login);
          check_text (diagnosis->title);
          check_text (diagnosis->what);
          check_text (diagnosis->advice);
          check_text (diagnosis->details);
          g_assert_nonnull (strstr (diagnosis->what, "nas.local"));
          if (code != GW_ERROR_INVALID_HOST)
            g_assert_nonnull (strstr (diagnosis->what, "2222"));
          g_assert_nonnull (strstr (diagnosis->details, error->message));
          g_assert_nonnull (strstr (diagnosis->details, gw_phase_to_string (phase)));
        }
}

/* Only what fits nowhere may be called so. */
static void
test_own_words (void)
{
  g_autoptr (GwLogin) login = fake_login ();
  g_autoptr (GError) failed = g_error_new_literal (GW_ERROR, GW_ERROR_FAILED, "");
  g_autoptr (GwDiagnosis) general = gw_diagnosis_for (failed, GW_PHASE_CONNECT, login);

  for (int code = GW_ERROR_CANCELLED; code <= GW_ERROR_ASSISTANT_FAILED; code++)
    {
      g_autoptr (GError) error = g_error_new_literal (GW_ERROR, code, "");
      g_autoptr (GwDiagnosis) diagnosis = gw_diagnosis_for (error, GW_PHASE_CONNECT, login);

      g_assert_cmpstr (diagnosis->title, !=, general->title);
      g_assert_cmpstr (diagnosis->advice, !=, general->advice);
    }
}

static void
check_differ (GwError  code,
              GwPhase  a,
              GwMethod method_a,
              GwPhase  b,
              GwMethod method_b)
{
  g_autoptr (GwLogin) login = fake_login ();
  g_autoptr (GError) error = g_error_new_literal (GW_ERROR, code, "");
  g_autoptr (GwDiagnosis) first = NULL;
  g_autoptr (GwDiagnosis) second = NULL;

  gw_login_set_method (login, method_a);
  first = gw_diagnosis_for (error, a, login);
  gw_login_set_method (login, method_b);
  second = gw_diagnosis_for (error, b, login);
  g_assert_cmpstr (first->advice, !=, second->advice);
}

static void
test_phases_and_methods (void)
{
  for (int phase = GW_PHASE_RESOLVE; phase < GW_PHASE_KEY_EXCHANGE; phase++)
    check_differ (GW_ERROR_TIMED_OUT, phase, GW_METHOD_PASSWORD, phase + 1, GW_METHOD_PASSWORD);
  check_differ (GW_ERROR_TIMED_OUT, GW_PHASE_KEY_EXCHANGE, GW_METHOD_PASSWORD,
                GW_PHASE_AUTHENTICATION, GW_METHOD_PASSWORD);
  check_differ (GW_ERROR_TIMED_OUT, GW_PHASE_AUTHENTICATION, GW_METHOD_PASSWORD,
                GW_PHASE_CHANNEL, GW_METHOD_PASSWORD);
  check_differ (GW_ERROR_CONNECTION_LOST, GW_PHASE_KEY_EXCHANGE, GW_METHOD_PASSWORD,
                GW_PHASE_AUTHENTICATION, GW_METHOD_PASSWORD);
  check_differ (GW_ERROR_CONNECTION_LOST, GW_PHASE_CHANNEL, GW_METHOD_PASSWORD,
                GW_PHASE_OPEN, GW_METHOD_PASSWORD);
  check_differ (GW_ERROR_AUTH_REFUSED, GW_PHASE_AUTHENTICATION, GW_METHOD_PASSWORD,
                GW_PHASE_AUTHENTICATION, GW_METHOD_SSH_KEY);
  check_differ (GW_ERROR_AUTH_METHOD, GW_PHASE_AUTHENTICATION, GW_METHOD_PASSWORD,
                GW_PHASE_AUTHENTICATION, GW_METHOD_SSH_KEY);
  check_differ (GW_ERROR_AUTH_REFUSED, GW_PHASE_AUTHENTICATION, GW_METHOD_SSH_KEY,
                GW_PHASE_AUTHENTICATION, GW_METHOD_CREDENTIAL);
  check_differ (GW_ERROR_AUTH_REFUSED, GW_PHASE_AUTHENTICATION, GW_METHOD_SSH_KEY,
                GW_PHASE_AUTHENTICATION, GW_METHOD_TEMPORARY_KEY);
  check_differ (GW_ERROR_AUTH_METHOD, GW_PHASE_AUTHENTICATION, GW_METHOD_SSH_KEY,
                GW_PHASE_AUTHENTICATION, GW_METHOD_TEMPORARY_KEY);
  check_differ (GW_ERROR_TIMED_OUT, GW_PHASE_AUTHENTICATION, GW_METHOD_PASSWORD,
                GW_PHASE_AUTHENTICATION, GW_METHOD_TEMPORARY_KEY);
  check_differ (GW_ERROR_NO_SECRET, GW_PHASE_NEW, GW_METHOD_PASSWORD, GW_PHASE_NEW,
                GW_METHOD_SSH_KEY);
  check_differ (GW_ERROR_NO_SECRET, GW_PHASE_NEW, GW_METHOD_SSH_KEY, GW_PHASE_NEW,
                GW_METHOD_CREDENTIAL);
}

static void
test_hostile_words (void)
{
  g_autoptr (GwLogin) login = fake_login ();
  g_autofree char *flood = g_strnfill (1000000, 'x');
  g_autofree char *message = g_strconcat ("\x1b]0;evil\x07\xff", flood, NULL);
  g_autoptr (GError) error = g_error_new_literal (GW_ERROR, GW_ERROR_AUTH_REFUSED, message);
  g_autoptr (GwDiagnosis) diagnosis = NULL;

  gw_login_set_user (login, "{host}");
  diagnosis = gw_diagnosis_for (error, GW_PHASE_AUTHENTICATION, login);
  g_assert_nonnull (strstr (diagnosis->what, "{host}"));
  g_assert_true (g_utf8_validate (diagnosis->details, -1, NULL));
  g_assert_null (strpbrk (diagnosis->details, "\x1b\x07"));
  g_assert_cmpuint (strlen (diagnosis->details), <, 10000);
}

static void
test_private_address (void)
{
  g_autoptr (GwConnection) private = gw_connection_new (GW_CONNECTION_PRIVATE, "10.0.0.12");
  g_autoptr (GwConnection) public = gw_connection_new (GW_CONNECTION_PUBLIC, "10.0.0.12");
  g_autoptr (GError) error = g_error_new_literal (GW_ERROR, GW_ERROR_TIMED_OUT, "");
  g_autoptr (GwLogin) login = fake_login ();
  g_autoptr (GwDiagnosis) inside = NULL;
  g_autoptr (GwDiagnosis) outside = NULL;

  gw_login_set_connection (login, private);
  inside = gw_diagnosis_for (error, GW_PHASE_CONNECT, login);
  gw_login_set_connection (login, public);
  outside = gw_diagnosis_for (error, GW_PHASE_CONNECT, login);
  g_assert_true (g_str_has_prefix (inside->advice, outside->advice));
  g_assert_cmpstr (inside->advice, !=, outside->advice);
}

/* The cloud's own errors: each kind has a heading, and the details have what support asks for. */
static void
test_cloud (void)
{
  g_autoptr (GwLogin) login = fake_login ();
  char code_name[] = "Forbidden.RAM", id[] = "473469C7-AA6F", words[] = "<b>no</b>\x1b";
  char action[] = "ecs:InvokeCommand", region[] = "cn-hangzhou";
  GwCloudErrorDetails details = { code_name, id, words, action, region };
  g_autoptr (GHashTable) titles = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  gw_login_set_method (login, GW_METHOD_TEMPORARY_KEY);
  for (int code = GW_CLOUD_ERROR_FAILED; code <= GW_CLOUD_ERROR_SIGN_IN; code++)
    {
      g_autoptr (GError) error = gw_cloud_error_new (code, &details, "The cloud said something.");
      g_autoptr (GwDiagnosis) diagnosis = gw_diagnosis_for (error, GW_PHASE_NEW, login);

      check_text (diagnosis->what);
      check_text (diagnosis->advice);
      g_assert_true (g_hash_table_add (titles, g_strdup (diagnosis->title)));
      g_assert_nonnull (strstr (diagnosis->what, "nas.local"));
      g_assert_nonnull (strstr (diagnosis->what, "2222"));
      g_assert_nonnull (strstr (diagnosis->details, "Forbidden.RAM"));
      g_assert_nonnull (strstr (diagnosis->details, "473469C7-AA6F"));
      g_assert_null (strpbrk (diagnosis->details, "\x1b"));
      /* What RAM refused is named in the sentence itself. */
      g_assert_nonnull (strstr (diagnosis->what, code == GW_CLOUD_ERROR_DENIED
                                                   ? action : "said something"));
      /* Of whose account it is nothing is known here. */
      g_assert_null (diagnosis->request);
    }
}

/* What Cloud Assistant and its commands say is the point of it: versions, numbers, output. It is read
 * once, on the card. */
static void
test_assistant (void)
{
  static const GwError codes[] = {
    GW_ERROR_NOT_RUNNING, GW_ERROR_NO_SUCH_ACCOUNT, GW_ERROR_ASSISTANT_MISSING,
    GW_ERROR_ASSISTANT_OLD, GW_ERROR_ASSISTANT_STOPPED, GW_ERROR_ASSISTANT_BUSY,
    GW_ERROR_ASSISTANT_TIMED_OUT, GW_ERROR_ASSISTANT_FAILED,
  };
  g_autoptr (GwLogin) login = fake_login ();

  gw_login_set_method (login, GW_METHOD_TEMPORARY_KEY);
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (GW_ERROR, codes[i],
                                                      "It has 2.2.0.106, {host} is\x07 wanted.");
      g_autoptr (GError) silent = g_error_new_literal (GW_ERROR, codes[i], "");
      g_autoptr (GwDiagnosis) diagnosis = gw_diagnosis_for (error, GW_PHASE_AUTHENTICATION, login);
      g_autoptr (GwDiagnosis) general = gw_diagnosis_for (silent, GW_PHASE_AUTHENTICATION, login);

      g_assert_nonnull (strstr (diagnosis->what, "It has 2.2.0.106, {host} is wanted."));
      g_assert_nonnull (strstr (diagnosis->what, "root"));
      g_assert_null (strstr (diagnosis->advice, "2.2.0.106"));
      check_text (diagnosis->advice);
      g_assert_null (strstr (diagnosis->advice, "details"));
      check_text (general->what);
    }
}

/* Packets arrive: where groups of rules exist, none of them is to blame. */
static void
test_refused_by_instance (void)
{
  g_autoptr (GError) error = g_error_new_literal (GW_ERROR, GW_ERROR_REFUSED, "");
  g_autoptr (GwInstance) instance = gw_instance_new ("i-bp1");
  g_autoptr (GwLogin) login = fake_login ();
  g_autoptr (GwDiagnosis) host = gw_diagnosis_for (error, GW_PHASE_CONNECT, login);
  g_autoptr (GwDiagnosis) cloud = NULL;

  gw_instance_set_network (instance, GW_NETWORK_VPC);
  gw_instance_set_text (instance, GW_INSTANCE_REGION, "cn-hangzhou");
  g_assert_true (gw_instance_is_cloud (instance));
  gw_login_set_instance (login, instance);
  cloud = gw_diagnosis_for (error, GW_PHASE_CONNECT, login);
  check_text (cloud->advice);
  g_assert_cmpstr (cloud->advice, !=, host->advice);
  g_assert_nonnull (strstr (cloud->advice, "security group"));
  g_assert_nonnull (strstr (cloud->advice, "2222"));
}

static void
check_session (const char *command,
               const char *expected)
{
  GwSession *session = fake_session_connect ("ok");
  g_autoptr (GwDiagnosis) diagnosis = NULL;
  gsize length = strlen (command);

  g_assert_cmpint (write (gw_session_get_fd (session), command, length), ==, length);
  gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CLOSED);
  diagnosis = gw_diagnosis_new (session);
  check_text (diagnosis->title);
  check_text (diagnosis->advice);
  check_text (diagnosis->details);
  g_assert_nonnull (strstr (diagnosis->what, expected));
  g_assert_nonnull (strstr (diagnosis->details, "SSH-2.0-Fake"));
  g_assert_nonnull (strstr (diagnosis->details, "203.0.113.7"));
  fake_session_free (session);
}

static void
test_ends (void)
{
  check_session ("exit 0\n", "normally");
  check_session ("exit 42\n", "42");
  check_session ("signal HUP\n", "HUP");
  check_session ("closed\n", "closed");
  check_session ("lost\n", "broke");
  check_session ("die\n", "gangway-session");
}

static void
test_phase_titles (void)
{
  for (int phase = GW_PHASE_NEW; phase <= GW_PHASE_CLOSED; phase++)
    {
      check_text (gw_phase_title (phase));
      for (int other = GW_PHASE_NEW; other < phase; other++)
        g_assert_cmpstr (gw_phase_title (phase), !=, gw_phase_title (other));
    }
}

int
main (int    argc,
      char **argv)
{
  char *home = fake_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/diagnosis/every-error", test_every_error);
  g_test_add_func ("/diagnosis/own-words", test_own_words);
  g_test_add_func ("/diagnosis/phases-and-methods", test_phases_and_methods);
  g_test_add_func ("/diagnosis/hostile-words", test_hostile_words);
  g_test_add_func ("/diagnosis/private-address", test_private_address);
  g_test_add_func ("/diagnosis/cloud", test_cloud);
  g_test_add_func ("/diagnosis/assistant", test_assistant);
  g_test_add_func ("/diagnosis/refused-by-instance", test_refused_by_instance);
  g_test_add_func ("/diagnosis/ends", test_ends);
  g_test_add_func ("/diagnosis/phase-titles", test_phase_titles);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
