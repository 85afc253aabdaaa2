/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a cloud account says of host keys, and what a session makes of it. */

#include "fake-cloud.h"

#include "gw-known-hosts.h"
#include "gw-saved-logins.h"

/* The fake engine's. */
#define FAKE_HOST_KEY                                                                         \
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB5bg0v1LE9ZC9cLmDMYlIwfhn8NRKO+Z0l3NT8Y9mEc"
#define OTHER_HOST_KEY                                                                        \
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g"
#define ECDSA_HOST_KEY                                                                        \
  "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTY="

static GPtrArray *notices;

static void
on_notice (GwSession  *session,
           const char *text)
{
  g_ptr_array_add (notices, g_strdup (text));
}

static GwSession *
start (FakeCloud     *f,
       const char    *script,
       GwSavedLogins *logins)
{
  g_autoptr (GwLogin) login = gw_login_new ();
  g_autoptr (GwSensitive) password = fake_secret ("open sesame");
  GwSession *session;

  g_ptr_array_set_size (notices, 0);
  gw_login_fill_defaults (login, f->instance);
  gw_login_set_method (login, GW_METHOD_PASSWORD);
  gw_login_set_password (login, password);
  fake_set_script (script);
  session = gw_session_new (login, logins, f->base.accounts);
  g_signal_connect (session, "notice", G_CALLBACK (on_notice), NULL);
  gw_session_start (session, 80, 24);
  return session;
}

static char *
known_hosts_path (void)
{
  return g_build_filename (g_get_home_dir (), ".ssh", "known_hosts", NULL);
}

static void
forget_hosts (void)
{
  g_autofree char *path = known_hosts_path ();

  g_remove (path);
}

static void
set_keys (FakeCloud  *f,
          const char *keys)
{
  g_autofree char *fields = g_strdup_printf ("\"host_keys\": [%s]", keys);

  fake_change (f, fields);
}

static void
assert_connected (GwSession *session)
{
  gw_test_wait_until (gw_session_get_state (session) >= GW_SESSION_STATE_CONNECTED);
  g_assert_no_error (gw_session_get_error (session));
}

static GwPromptStatement
wait_for_statement (GwSession   *session,
                    const char **stated,
                    gint64      *time)
{
  GwPrompt *prompt;

  gw_test_wait_until (gw_session_get_prompt (session) != NULL);
  prompt = gw_session_get_prompt (session);
  gw_test_wait_until (gw_prompt_get_statement (prompt, NULL, NULL) !=
                      GW_PROMPT_STATEMENT_ASKING);
  return gw_prompt_get_statement (prompt, stated, time);
}

static void
accept_and_end (GwSession *session)
{
  gw_prompt_accept_host_key_async (gw_session_get_prompt (session), NULL, NULL);
  assert_connected (session);
  fake_session_free (session);
  forget_hosts ();
}

static void
on_prompt_shown (gboolean *shown)
{
  *shown = TRUE;
}

static void
test_match (void)
{
  g_autofree char *path = known_hosts_path ();
  g_autofree char *text = NULL;
  gboolean shown = FALSE;
  GwSession *session;
  FakeCloud f;

  fake_cloud_init (&f);
  set_keys (&f, "\"" ECDSA_HOST_KEY "\", \"" FAKE_HOST_KEY "\"");
  session = start (&f, "unknown", NULL);
  g_signal_connect_swapped (session, "notify::prompt", G_CALLBACK (on_prompt_shown), &shown);
  assert_connected (session);
  g_assert_false (shown);
  g_assert_cmpuint (notices->len, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (notices, 0),
                            gw_instance_get_title (f.instance)));
  g_file_get_contents (path, &text, NULL, NULL);
  g_assert_nonnull (strstr (text, FAKE_HOST_KEY));
  fake_session_free (session);
  forget_hosts ();
  fake_cloud_clear (&f);
}

/* What cannot be written down is verified all the same. */
static void
test_match_not_stored (void)
{
  g_autofree char *path = known_hosts_path ();
  GwSession *session;
  FakeCloud f;

  fake_cloud_init (&f);
  set_keys (&f, "\"" FAKE_HOST_KEY "\"");
  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
  session = start (&f, "unknown", NULL);
  assert_connected (session);
  gw_test_wait_until (notices->len == 1);
  g_assert_nonnull (strstr (g_ptr_array_index (notices, 0), "could not be stored"));
  fake_session_free (session);
  g_rmdir (path);
  fake_cloud_clear (&f);
}

static void
test_other (void)
{
  const char *stated = NULL;
  gint64 time = 0;
  GwSession *session;
  FakeCloud f;

  fake_cloud_init (&f);
  set_keys (&f, "\"" OTHER_HOST_KEY "\"");
  fake_change (&f, "\"console_time\": \"2026-01-05T06:31:12Z\"");
  session = start (&f, "unknown", NULL);
  g_assert_cmpint (wait_for_statement (session, &stated, &time), ==, GW_PROMPT_STATEMENT_OTHER);
  g_assert_true (g_str_has_prefix (stated, "SHA256:"));
  g_assert_cmpstr (stated, !=, gw_prompt_get_fingerprint (gw_session_get_prompt (session)));
  g_assert_cmpint (time, ==, 1767594672);
  accept_and_end (session);
  g_assert_cmpuint (notices->len, ==, 0);
  fake_cloud_clear (&f);
}

static void
test_none (void)
{
  GwSession *session;
  FakeCloud f;

  fake_cloud_init (&f);
  fake_change (&f, "\"console\": \"[    0.0] Linux\"");
  session = start (&f, "unknown", NULL);
  g_assert_cmpint (wait_for_statement (session, NULL, NULL), ==, GW_PROMPT_STATEMENT_NONE);
  g_assert_true (gw_prompt_can_ask_assistant (gw_session_get_prompt (session)));
  accept_and_end (session);
  fake_cloud_clear (&f);
}

static void
test_failed (void)
{
  GwSession *session;
  FakeCloud f;

  fake_cloud_init (&f);
  fake_deny ("ecs:GetInstanceConsoleOutput");
  session = start (&f, "unknown", NULL);
  g_assert_cmpint (wait_for_statement (session, NULL, NULL), ==, GW_PROMPT_STATEMENT_FAILED);
  g_assert_cmpstr (gw_prompt_get_statement_error (gw_session_get_prompt (session)), !=, "");
  accept_and_end (session);
  fake_deny (NULL);
  fake_cloud_clear (&f);
}

/* The question is shown after three seconds; what comes then is told, and the person decides. */
static void
test_late (void)
{
  gint64 began = g_get_monotonic_time ();
  GwSession *session;
  FakeCloud f;

  fake_cloud_init (&f);
  set_keys (&f, "\"" FAKE_HOST_KEY "\"");
  fake_steer ("{\"rules\": [{\"match\": {\"action\": \"GetInstanceConsoleOutput\"}, "
              "\"delay\": 4}]}");
  session = start (&f, "unknown", NULL);
  gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CHECKING_HOST_KEY);
  g_assert_null (gw_session_get_prompt (session));
  gw_test_wait_until (gw_session_get_prompt (session) != NULL);
  g_assert_cmpint (g_get_monotonic_time () - began, >=, 2 * G_USEC_PER_SEC);
  g_assert_cmpint (gw_prompt_get_statement (gw_session_get_prompt (session), NULL, NULL), ==,
                   GW_PROMPT_STATEMENT_ASKING);
  g_assert_cmpint (wait_for_statement (session, NULL, NULL), ==, GW_PROMPT_STATEMENT_MATCH);
  g_assert_cmpint (gw_session_get_state (session), ==, GW_SESSION_STATE_CHECKING_HOST_KEY);
  accept_and_end (session);

  /* Much later is too late. */
  fake_steer ("{\"clear\": true, \"rules\": [{\"match\": {\"action\": "
              "\"GetInstanceConsoleOutput\"}, \"delay\": 15}]}");
  session = start (&f, "unknown", NULL);
  g_assert_cmpint (wait_for_statement (session, NULL, NULL), ==, GW_PROMPT_STATEMENT_FAILED);
  accept_and_end (session);
  fake_cloud_clear (&f);
}

/* A changed key is a question in each case. Without a login before it nobody knows what the log is
 * older than: only Cloud Assistant says something of it. */
static void
test_changed (void)
{
  GwSession *session;
  GwPrompt *prompt;
  FakeCloud f;

  fake_cloud_init (&f);
  set_keys (&f, "\"" FAKE_HOST_KEY "\"");
  session = start (&f, "changed", NULL);
  g_assert_cmpint (wait_for_statement (session, NULL, NULL), ==, GW_PROMPT_STATEMENT_NONE);
  prompt = gw_session_get_prompt (session);
  g_assert_false (gw_prompt_is_by_assistant (prompt));
  gw_prompt_ask_assistant (prompt);
  g_assert_cmpint (wait_for_statement (session, NULL, NULL), ==, GW_PROMPT_STATEMENT_MATCH);
  g_assert_true (gw_prompt_is_by_assistant (prompt));
  g_assert_true (gw_session_get_prompt (session) == prompt);
  accept_and_end (session);
  set_keys (&f, "\"" OTHER_HOST_KEY "\"");
  session = start (&f, "changed", NULL);
  g_assert_cmpint (wait_for_statement (session, NULL, NULL), ==, GW_PROMPT_STATEMENT_NONE);
  accept_and_end (session);
  fake_cloud_clear (&f);
}

/* Where an authority is trusted a key without its signature is a person's to judge. */
static void
test_authority (void)
{
  g_autofree char *path = known_hosts_path ();
  g_autofree char *folder = g_path_get_dirname (path);
  GwSession *session;
  FakeCloud f;

  fake_cloud_init (&f);
  g_mkdir_with_parents (folder, 0700);
  set_keys (&f, "\"" FAKE_HOST_KEY "\"");
  session = start (&f, "unknown authority", NULL);
  g_assert_cmpint (wait_for_statement (session, NULL, NULL), ==, GW_PROMPT_STATEMENT_MATCH);
  g_assert_true (gw_prompt_has_authority (gw_session_get_prompt (session)));
  accept_and_end (session);
  g_assert_cmpuint (notices->len, ==, 0);
  fake_cloud_clear (&f);
}

/* A log that is older than the last login says nothing of what has changed since. */
static void
test_changed_before (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("XDG_STATE_HOME"), "gangway", "logins.json",
                                            NULL);
  GwLoginHistory *history;
  GwCredentials *credentials;
  GwSavedLogins *logins;
  GwSession *session;
  FakeCloud f;

  fake_cloud_init (&f);
  history = gw_login_history_new (NULL);
  credentials = gw_credentials_new (keyring);
  logins = gw_saved_logins_new (history, credentials);
  set_keys (&f, "\"" FAKE_HOST_KEY "\"");
  session = start (&f, "ok", logins);
  assert_connected (session);
  fake_session_free (session);

  session = start (&f, "changed", logins);
  g_assert_cmpint (wait_for_statement (session, NULL, NULL), ==, GW_PROMPT_STATEMENT_NONE);
  accept_and_end (session);
  fake_change (&f, "\"console_time\": \"2096-01-05T06:31:12Z\"");
  session = start (&f, "changed", logins);
  g_assert_cmpint (wait_for_statement (session, NULL, NULL), ==, GW_PROMPT_STATEMENT_NONE);
  accept_and_end (session);
  /* It may warn, being newer. */
  set_keys (&f, "\"" OTHER_HOST_KEY "\"");
  session = start (&f, "changed", logins);
  g_assert_cmpint (wait_for_statement (session, NULL, NULL), ==, GW_PROMPT_STATEMENT_OTHER);
  accept_and_end (session);
  fake_change (&f, "\"console_time\": \"2026-01-05T06:31:12Z\"");

  gw_test_wait_until (gw_login_history_is_saved (history));
  g_object_unref (logins);
  g_object_unref (credentials);
  g_object_unref (history);
  g_remove (path);
  fake_cloud_clear (&f);
}

/* Only where the person wants it; then they press Trust themselves. */
static void
test_assistant (void)
{
  GwSession *session;
  GwPrompt *prompt;
  FakeCloud f;

  fake_cloud_init (&f);
  set_keys (&f, "\"" FAKE_HOST_KEY "\"");
  fake_change (&f, "\"console\": \"\"");
  session = start (&f, "unknown", NULL);
  g_assert_cmpint (wait_for_statement (session, NULL, NULL), ==, GW_PROMPT_STATEMENT_NONE);
  g_assert_cmpuint (fake_count_log ("\"RunCommand\""), ==, 0);
  prompt = gw_session_get_prompt (session);
  gw_prompt_ask_assistant (prompt);
  g_assert_cmpint (gw_prompt_get_statement (prompt, NULL, NULL), ==, GW_PROMPT_STATEMENT_ASKING);
  g_assert_false (gw_prompt_can_ask_assistant (prompt));
  g_assert_cmpint (wait_for_statement (session, NULL, NULL), ==, GW_PROMPT_STATEMENT_MATCH);
  g_assert_true (gw_session_get_prompt (session) == prompt);
  accept_and_end (session);

  /* A warning is not taken back by somebody who says nothing. */
  set_keys (&f, "\"" OTHER_HOST_KEY "\"");
  fake_change (&f, "\"console\": null, \"assist_error\": \"ClientNotRunning\"");
  session = start (&f, "unknown", NULL);
  g_assert_cmpint (wait_for_statement (session, NULL, NULL), ==, GW_PROMPT_STATEMENT_OTHER);
  prompt = gw_session_get_prompt (session);
  gw_prompt_ask_assistant (prompt);
  g_assert_cmpint (wait_for_statement (session, NULL, NULL), ==, GW_PROMPT_STATEMENT_OTHER);
  g_assert_nonnull (gw_prompt_get_statement_error (prompt));
  g_assert_false (gw_prompt_is_by_assistant (prompt));
  /* What has failed can be tried again. */
  g_assert_true (gw_prompt_can_ask_assistant (prompt));
  fake_change (&f, "\"assist_error\": \"\"");
  gw_prompt_ask_assistant (prompt);
  g_assert_cmpint (wait_for_statement (session, NULL, NULL), ==, GW_PROMPT_STATEMENT_OTHER);
  g_assert_null (gw_prompt_get_statement_error (prompt));
  g_assert_true (gw_prompt_is_by_assistant (prompt));
  accept_and_end (session);
  fake_cloud_clear (&f);
}

/* That it was asked and names no key of this type can be told, whatever the console said. */
static void
test_assistant_silent (void)
{
  GwSession *session;
  GwPrompt *prompt;
  FakeCloud f;

  fake_cloud_init (&f);
  set_keys (&f, "\"" ECDSA_HOST_KEY "\"");
  session = start (&f, "unknown", NULL);
  g_assert_cmpint (wait_for_statement (session, NULL, NULL), ==, GW_PROMPT_STATEMENT_NONE);
  prompt = gw_session_get_prompt (session);
  g_assert_false (gw_prompt_is_by_assistant (prompt));
  gw_prompt_ask_assistant (prompt);
  g_assert_cmpint (wait_for_statement (session, NULL, NULL), ==, GW_PROMPT_STATEMENT_NONE);
  g_assert_true (gw_prompt_is_by_assistant (prompt));
  g_assert_null (gw_prompt_get_statement_error (prompt));
  accept_and_end (session);

  set_keys (&f, "\"" OTHER_HOST_KEY "\"");
  session = start (&f, "unknown", NULL);
  g_assert_cmpint (wait_for_statement (session, NULL, NULL), ==, GW_PROMPT_STATEMENT_OTHER);
  prompt = gw_session_get_prompt (session);
  set_keys (&f, "\"" ECDSA_HOST_KEY "\"");
  gw_prompt_ask_assistant (prompt);
  g_assert_cmpint (wait_for_statement (session, NULL, NULL), ==, GW_PROMPT_STATEMENT_OTHER);
  g_assert_false (gw_prompt_is_by_assistant (prompt));
  g_assert_false (gw_prompt_can_ask_assistant (prompt));
  g_assert_null (gw_prompt_get_statement_error (prompt));
  accept_and_end (session);
  fake_cloud_clear (&f);
}

/* The account was taken out of the list while the question was there. */
static void
test_assistant_gone (void)
{
  GwSession *session;
  GwPrompt *prompt;
  FakeCloud f;

  fake_cloud_init (&f);
  fake_change (&f, "\"console\": \"\"");
  session = start (&f, "unknown", NULL);
  g_assert_cmpint (wait_for_statement (session, NULL, NULL), ==, GW_PROMPT_STATEMENT_NONE);
  prompt = gw_session_get_prompt (session);
  gw_ecs_source_clear (gw_cloud_accounts_find_source (f.base.accounts, f.instance));
  gw_prompt_ask_assistant (prompt);
  g_assert_cmpint (gw_prompt_get_statement (prompt, NULL, NULL), ==, GW_PROMPT_STATEMENT_FAILED);
  g_assert_cmpstr (gw_prompt_get_statement_error (prompt), !=, "");
  g_assert_true (gw_prompt_can_ask_assistant (prompt));
  accept_and_end (session);
  fake_cloud_clear (&f);
}

static void
test_nobody (void)
{
  GwSession *session = fake_session_start ("unknown");

  gw_test_wait_until (gw_session_get_prompt (session) != NULL);
  g_assert_cmpint (gw_prompt_get_statement (gw_session_get_prompt (session), NULL, NULL), ==,
                   GW_PROMPT_STATEMENT_NOBODY);
  g_assert_false (gw_prompt_can_ask_assistant (gw_session_get_prompt (session)));
  accept_and_end (session);
}

/* Whatever is under way when the session goes is given up. */
static void
test_close (void)
{
  GwSession *session;
  FakeCloud f;

  fake_cloud_init (&f);
  fake_steer ("{\"rules\": [{\"match\": {\"action\": \"GetInstanceConsoleOutput\"}, "
              "\"delay\": 15}]}");
  for (guint i = 0; i < 4; i++)
    {
      session = start (&f, "unknown", NULL);
      gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CHECKING_HOST_KEY);
      if (i >= 2)
        gw_test_wait_until (gw_session_get_prompt (session) != NULL);
      if (i % 2 == 0)
        {
          gw_session_close (session);
          g_assert_error (gw_session_get_error (session), GW_ERROR, GW_ERROR_CANCELLED);
          g_assert_null (gw_session_get_prompt (session));
        }
      fake_session_free (session);
    }
  fake_cloud_clear (&f);
}

int
main (int    argc,
      char **argv)
{
  char *home = fake_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
  notices = g_ptr_array_new_with_free_func (g_free);
  fake_instances_start ();
  g_test_add_func ("/statement/match", test_match);
  g_test_add_func ("/statement/match-not-stored", test_match_not_stored);
  g_test_add_func ("/statement/other", test_other);
  g_test_add_func ("/statement/none", test_none);
  g_test_add_func ("/statement/failed", test_failed);
  g_test_add_func ("/statement/late", test_late);
  g_test_add_func ("/statement/changed", test_changed);
  g_test_add_func ("/statement/changed-before", test_changed_before);
  g_test_add_func ("/statement/assistant", test_assistant);
  g_test_add_func ("/statement/assistant-silent", test_assistant_silent);
  g_test_add_func ("/statement/assistant-gone", test_assistant_gone);
  g_test_add_func ("/statement/authority", test_authority);
  g_test_add_func ("/statement/nobody", test_nobody);
  g_test_add_func ("/statement/close", test_close);
  result = g_test_run ();
  fake_instances_stop ();
  g_ptr_array_unref (notices);
  gw_test_home_free (home);
  return result;
}
