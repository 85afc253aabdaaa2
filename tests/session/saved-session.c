/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sessions whose secrets come from and go to what is saved. */

#include <string.h>

#include "fake-logins.h"
#include "gw-session-private.h"

static void
assert_no_secrets (GwLogin *login)
{
  g_assert_null (gw_login_get_password (login));
  g_assert_null (gw_login_get_private_key (login));
  g_assert_null (gw_login_get_passphrase (login));
}

static void
wait_closed (GwSession *session,
             int        code)
{
  gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CLOSED);
  g_assert_error (gw_session_get_error (session), GW_ERROR, code);
  assert_no_secrets (gw_session_get_login (session));
}

static void
wait_connected (GwSession *session)
{
  gw_test_wait_until (gw_session_get_state (session) >= GW_SESSION_STATE_CONNECTED);
  g_assert_no_error (gw_session_get_error (session));
  assert_no_secrets (gw_session_get_login (session));
}

static GwSession *
start (FakeLogins *f,
       GwLogin    *login,
       const char *script)
{
  GwSession *session = gw_session_new (login, f->logins, NULL);

  fake_set_script (script);
  gw_session_start (session, 80, 24);
  return session;
}

static void
answer (GwSession  *session,
        const char *text)
{
  g_autoptr (GwSensitive) secret = fake_secret (text);
  g_autoptr (GwPrompt) prompt = NULL;

  gw_test_wait_until (gw_session_get_prompt (session) != NULL);
  prompt = g_object_ref (gw_session_get_prompt (session));
  gw_prompt_answer (prompt, &secret, 1);
}

/* Saves a login without a session. */
static GwLogin *
save (FakeLogins *f,
      GwInstance *instance,
      GwMethod    method,
      const char *secret)
{
  g_autoptr (GwLogin) login = fake_instance_login (instance, method, secret);
  g_autoptr (GError) error = NULL;
  GwLogin *saved;

  fake_set_script ("ok");
  fake_keep (f, login, &error);
  g_assert_no_error (error);
  saved = gw_saved_logins_lookup (f->logins, instance);
  g_assert_nonnull (saved);
  return saved;
}

static void
on_prompt (GwSession  *session,
           GParamSpec *pspec,
           guint      *n)
{
  if (gw_session_get_prompt (session) != NULL)
    *n += 1;
}

/* What was typed in the tab, and worked in the end, is what is kept. */
static void
test_typed (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) login = fake_instance_login (instance, GW_METHOD_PASSWORD, "wrong");
  g_autoptr (GwLogin) next = NULL;
  g_autoptr (GError) error = NULL;
  GwSession *session;
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  session = start (&f, login, "judge password");
  answer (session, "wrong, too");
  answer (session, "open sesame");
  wait_connected (session);
  gw_test_wait_until ((next = gw_saved_logins_lookup (f.logins, instance)) != NULL);
  fake_load (&f, next, &error);
  g_assert_no_error (error);
  fake_assert_text (gw_login_get_password (next), "open sesame");
  fake_session_free (session);

  /* And the next time nobody is asked. */
  gw_login_clear_secrets (next);
  session = start (&f, next, "judge password");
  wait_connected (session);
  fake_session_free (session);
  fake_logins_clear (&f);
}

/* Nothing is kept of what need not be. */
static void
test_not_remembered (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) login = fake_instance_login (instance, GW_METHOD_PASSWORD, "open sesame");
  GwSession *session;
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  gw_login_set_remember (login, FALSE);
  session = start (&f, login, "judge password");
  wait_connected (session);
  gw_test_wait_until (gw_login_history_lookup (f.history, FAKE_KEY) != NULL);
  g_assert_null (gw_keyring_lookup (f.keyring, "login", FAKE_KEY));
  fake_session_free (session);
  fake_logins_clear (&f);
}

static void
test_cleared (void)
{
  static const char *const scripts[] = { "early", "error Refused connect", "die authentication",
                                         "error ChannelRefused channel" };
  g_autoptr (GwInstance) instance = fake_instance ();
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (scripts) + 2; i++)
    {
      g_autoptr (GwLogin) login = fake_instance_login (instance, GW_METHOD_PASSWORD, "hunter2");
      GwSession *session;

      if (i == G_N_ELEMENTS (scripts))
        session = gw_session_new (login, f.logins, NULL); /* dropped before it began */
      else
        session = start (&f, login, i < G_N_ELEMENTS (scripts) ? scripts[i] : "hang connect");
      if (i < G_N_ELEMENTS (scripts))
        gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CLOSED);
      else if (i > G_N_ELEMENTS (scripts))
        gw_session_close (session);
      if (i != G_N_ELEMENTS (scripts))
        assert_no_secrets (login);
      fake_session_free (session);
      assert_no_secrets (login);
    }
  g_assert_null (gw_login_history_lookup (f.history, FAKE_KEY));
  fake_logins_clear (&f);
}

typedef struct {
  const char *script;
  GwMethod method;
  const char *secret;
  int code;
} Refusal;

static const Refusal refusals[] = {
  { "judge password", GW_METHOD_PASSWORD, "outdated",
    GW_ERROR_AUTH_REFUSED },
  { "error AuthRefused authentication", GW_METHOD_PASSWORD, "outdated",
    GW_ERROR_AUTH_REFUSED },
  { "judge passphrase", GW_METHOD_SSH_KEY, "the key",
    GW_ERROR_AUTH_REFUSED },
  { "error AuthRefused authentication", GW_METHOD_SSH_KEY, "the key",
    GW_ERROR_AUTH_REFUSED },
  { "judge password", GW_METHOD_CREDENTIAL, "cred",
    GW_ERROR_AUTH_REFUSED },
  /* Servers that hang up at once, or do not offer the method again. */
  { "error ConnectionLost authentication", GW_METHOD_PASSWORD, "outdated",
    GW_ERROR_CONNECTION_LOST },
  { "error ConnectionLost authentication", GW_METHOD_CREDENTIAL, "cred", GW_ERROR_CONNECTION_LOST },
  { "error AuthMethod authentication", GW_METHOD_PASSWORD, "outdated", GW_ERROR_AUTH_METHOD },
};

static void
on_refused_state (GwSession  *session,
                  GParamSpec *pspec,
                  gboolean   *refused)
{
  if (gw_session_get_state (session) == GW_SESSION_STATE_CLOSED)
    *refused = gw_session_is_saved_refused (session);
}

static void
test_refused (gconstpointer data)
{
  const Refusal *refusal = data;
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwSensitive) passphrase = fake_secret ("outdated");
  g_autoptr (GwLogin) first = NULL;
  g_autoptr (GwLogin) login = NULL;
  g_autoptr (GwLogin) dialog = gw_login_new ();
  g_autoptr (GError) error = NULL;
  gboolean refused = FALSE;
  guint prompts = 0;
  GwSession *session;
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  fake_add_credential (&f, "outdated", NULL);
  first = fake_instance_login (instance, refusal->method, refusal->secret);
  if (refusal->method == GW_METHOD_SSH_KEY)
    gw_login_set_passphrase (first, passphrase);
  fake_set_script ("ok");
  fake_keep (&f, first, &error);
  g_assert_no_error (error);
  login = gw_saved_logins_lookup (f.logins, instance);

  session = gw_session_new (login, f.logins, NULL);
  g_signal_connect (session, "notify::prompt", G_CALLBACK (on_prompt), &prompts);
  g_signal_connect (session, "notify::state", G_CALLBACK (on_refused_state), &refused);
  fake_set_script (refusal->script);
  gw_session_start (session, 80, 24);
  wait_closed (session, refusal->code);
  g_assert_cmpuint (prompts, ==, 0);
  g_assert_true (refused);
  g_assert_null (gw_saved_logins_lookup (f.logins, instance));
  gw_login_fill_defaults (dialog, instance);
  gw_login_set_user (dialog, "");
  g_assert_true (gw_login_history_apply (f.history, dialog));
  g_assert_cmpstr (gw_login_get_user (dialog), !=, "");
  g_assert_cmpint (gw_login_get_method (dialog), ==, refusal->method);
  fake_session_free (session);
  fake_logins_clear (&f);
}

/* A connection that is lost before anything was sent says nothing. */
static void
test_lost_early (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) login = NULL;
  g_autoptr (GwLogin) next = NULL;
  GwSession *session;
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  login = save (&f, instance, GW_METHOD_PASSWORD, "hunter2");
  session = start (&f, login, "error ConnectionLost key-exchange");
  wait_closed (session, GW_ERROR_CONNECTION_LOST);
  g_assert_false (gw_session_is_saved_refused (session));
  next = gw_saved_logins_lookup (f.logins, instance);
  g_assert_nonnull (next);
  fake_session_free (session);
  fake_logins_clear (&f);
}

/* A credential that was chosen in the dialog, for a login that is not saved. */
static void
test_credential (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) login = fake_instance_login (instance, GW_METHOD_CREDENTIAL, "cred");
  GwSession *session;
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  fake_add_credential (&f, NULL, "the key");
  session = start (&f, login, "options");
  wait_closed (session, GW_ERROR_FAILED);
  g_assert_cmpstr (gw_session_get_error (session)->message, ==,
                   "method='publickey' password=- private-key=the key passphrase=- agent-key=- "
                   "connect-timeout=-");
  fake_session_free (session);

  fake_add_credential (&f, "outdated", NULL);
  session = start (&f, login, "options");
  wait_closed (session, GW_ERROR_FAILED);
  g_assert_true (g_str_has_prefix (gw_session_get_error (session)->message,
                                   "method='password' password=outdated private-key=- "));
  fake_session_free (session);

  session = start (&f, login, "judge password");
  wait_closed (session, GW_ERROR_AUTH_REFUSED);
  g_assert_true (gw_session_is_saved_refused (session));
  fake_session_free (session);
  fake_logins_clear (&f);
}

/* One-time codes are asked for, and are no secret to keep. */
static void
test_interactive (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwSensitive) first = fake_secret ("answer 0");
  g_autoptr (GwSensitive) second = fake_secret ("answer 1");
  GwSensitive *answers[] = { first, second };
  g_autoptr (GwPrompt) prompt = NULL;
  g_autoptr (GwLogin) login = NULL;
  g_autoptr (GwLogin) next = NULL;
  g_autoptr (GError) error = NULL;
  GwSession *session;
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  login = save (&f, instance, GW_METHOD_PASSWORD, "hunter2");
  session = start (&f, login, "interactive");
  gw_test_wait_until (gw_session_get_prompt (session) != NULL);
  prompt = g_object_ref (gw_session_get_prompt (session));
  gw_prompt_answer (prompt, answers, G_N_ELEMENTS (answers));
  wait_connected (session);
  next = gw_saved_logins_lookup (f.logins, instance);
  fake_load (&f, next, &error);
  fake_assert_text (gw_login_get_password (next), "hunter2");
  fake_session_free (session);
  gw_login_clear_secrets (next);

  /* Which of the two was wrong nobody says: the password is not sent again unasked. */
  gw_login_clear_secrets (login);
  session = start (&f, login, "interactive");
  g_clear_object (&prompt);
  gw_test_wait_until (gw_session_get_prompt (session) != NULL);
  prompt = g_object_ref (gw_session_get_prompt (session));
  answers[0] = second;
  gw_prompt_answer (prompt, answers, G_N_ELEMENTS (answers));
  wait_closed (session, GW_ERROR_AUTH_REFUSED);
  g_assert_true (gw_session_is_saved_refused (session));
  g_assert_null (gw_saved_logins_lookup (f.logins, instance));
  fake_session_free (session);
  fake_logins_clear (&f);
}

/* What was saved is gone: the engine asks, and what is typed is saved anew. */
static void
test_gone (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) login = NULL;
  g_autoptr (GwLogin) next = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GwSession *session;
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  login = save (&f, instance, GW_METHOD_PASSWORD, "hunter2");
  gw_keyring_remove_async (f.keyring, "login", FAKE_KEY, NULL, fake_on_result, &result);
  gw_test_wait_until (result != NULL);
  g_assert_null (gw_saved_logins_lookup (f.logins, instance));
  session = start (&f, login, "judge password");
  answer (session, "open sesame");
  wait_connected (session);
  gw_test_wait_until ((next = gw_saved_logins_lookup (f.logins, instance)) != NULL);
  fake_session_free (session);
  fake_logins_clear (&f);
}

static void
test_key_gone (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) login = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GwSession *session;
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  login = save (&f, instance, GW_METHOD_SSH_KEY, "the key");
  gw_keyring_remove_async (f.keyring, "login", FAKE_KEY, NULL, fake_on_result, &result);
  gw_test_wait_until (result != NULL);
  session = start (&f, login, "ok");
  wait_closed (session, GW_ERROR_NO_SECRET);
  fake_session_free (session);

  gw_login_set_key_path (login, "/nowhere/id");
  session = start (&f, login, "ok");
  wait_closed (session, GW_ERROR_NO_SECRET);
  g_assert_cmpint (gw_session_get_phase (session), ==, GW_PHASE_NEW);
  g_assert_cmpint (gw_session_get_pid (session), ==, 0);
  fake_session_free (session);
  fake_logins_clear (&f);
}

/* A login that needs nothing does not wait for anything. */
static void
test_at_once (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) login = fake_instance_login (instance, GW_METHOD_PASSWORD, "hunter2");
  GwSession *session;
  FakeLogins f;

  fake_logins_init (&f, FALSE);
  session = start (&f, login, "ok");
  g_assert_nonnull (session->client);
  g_assert_null (session->loading);
  wait_connected (session);
  fake_session_free (session);
  fake_logins_clear (&f);
}

/* Closed, or dropped, while the secrets are being read: they do not come afterwards. */
static void
test_cancelled (void)
{
  g_autofree char *path = g_build_filename (g_get_home_dir (), "id", NULL);
  g_autoptr (GwInstance) instance = fake_instance ();
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  g_assert_true (g_file_set_contents (path, "the key", -1, NULL));
  for (guint i = 0; i < 4; i++)
    {
      gboolean from_file = i % 2 == 0;
      g_autoptr (GwLogin) login = NULL;
      GwSession *session;

      if (from_file)
        {
          login = fake_instance_login (instance, GW_METHOD_SSH_KEY, NULL);
          gw_login_set_key_path (login, path);
        }
      else
        login = save (&f, instance, GW_METHOD_PASSWORD, "hunter2");
      session = start (&f, login, "ok");
      g_assert_cmpint (gw_session_get_state (session), ==, GW_SESSION_STATE_CONNECTING);
      g_assert_nonnull (session->loading);
      g_assert_null (session->client);
      /* The third one is that of whoever reads. */
      gw_test_wait_until (G_OBJECT (login)->ref_count == 3);
      if (i < 2)
        {
          gw_session_close (session);
          wait_closed (session, GW_ERROR_CANCELLED);
        }
      g_assert_finalize_object (session);
      /* All that was under way has come to its end when the login is ours alone. */
      gw_test_wait_until (G_OBJECT (login)->ref_count == 1 &&
                          G_OBJECT (f.logins)->ref_count == 1);
      assert_no_secrets (login);
    }
  fake_logins_clear (&f);
}

/* Three clicks on a slow host: the outdated password is sent once, and a good one does not keep the
 * others waiting. */
static void
test_clicks (gconstpointer data)
{
  gboolean is_right = GPOINTER_TO_INT (data);
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) first = fake_instance_login (instance, GW_METHOD_CREDENTIAL, "cred");
  g_autoptr (GwLogin) saved = NULL;
  GwSession *sessions[3];
  guint n_engines = 0;
  g_autoptr (GError) error = NULL;
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  fake_add_credential (&f, is_right ? "open sesame" : "outdated", NULL);
  for (guint method = 0; method < 2; method++)
    {
      g_autoptr (GwLogin) again = NULL;

      n_engines = 0;
      if (method == 0)
        saved = save (&f, instance, GW_METHOD_PASSWORD, is_right ? "open sesame" : "outdated");
      else
        g_set_object (&saved, first);
      for (guint i = 0; i < 3; i++)
        {
          g_autoptr (GwLogin) login = gw_login_copy (saved);

          sessions[i] = start (&f, login, "judge password");
        }
      for (guint i = 0; i < 3; i++)
        {
          if (is_right)
            wait_connected (sessions[i]);
          else
            wait_closed (sessions[i], GW_ERROR_AUTH_REFUSED);
          g_assert_true (gw_session_is_saved_refused (sessions[i]) == !is_right);
          n_engines += sessions[i]->client != NULL;
        }
      g_assert_cmpuint (n_engines, ==, is_right ? 3 : 1);
      for (guint i = 0; i < 3; i++)
        fake_session_free (sessions[i]);

      /* Who chooses it again after that may try again. */
      if (method == 0 || is_right)
        continue;
      again = gw_login_copy (first);
      sessions[0] = start (&f, again, "judge password");
      wait_closed (sessions[0], GW_ERROR_AUTH_REFUSED);
      g_assert_nonnull (sessions[0]->client);
      fake_session_free (sessions[0]);
      /* An old tab that reconnects may not. */
      sessions[0] = start (&f, first, "judge password");
      wait_closed (sessions[0], GW_ERROR_AUTH_REFUSED);
      g_assert_null (sessions[0]->client);
      fake_session_free (sessions[0]);
    }
  fake_logins_clear (&f);
}

/* Who waits for another one's verdict can be closed, and goes on where there is none. */
static void
test_waiting (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) login = NULL;
  GwSession *first, *second, *third;
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  login = save (&f, instance, GW_METHOD_PASSWORD, "open sesame");
  first = start (&f, login, "hang authentication");
  gw_test_wait_until (gw_session_get_state (first) == GW_SESSION_STATE_LOGGING_IN);
  {
    g_autoptr (GwLogin) copy = gw_saved_logins_lookup (f.logins, instance);
    g_autoptr (GwLogin) other = gw_saved_logins_lookup (f.logins, instance);

    second = start (&f, copy, "judge password");
    third = start (&f, other, "judge password");
  }
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (second->client);
  g_assert_nonnull (second->loading);
  assert_no_secrets (gw_session_get_login (second));
  gw_session_close (second);
  wait_closed (second, GW_ERROR_CANCELLED);
  g_assert_null (third->client);
  fake_session_free (first);
  wait_connected (third);
  fake_session_free (second);
  fake_session_free (third);
  fake_logins_clear (&f);
}

static void
on_notice (GwSession  *session,
           const char *text,
           char      **notice)
{
  g_free (*notice);
  *notice = g_strdup (text);
}

/* It worked and is not saved: said once, and the session goes on. */
static void
test_notice (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) login = fake_instance_login (instance, GW_METHOD_PASSWORD, "hunter2");
  g_autofree char *notice = NULL;
  GwSession *session;
  FakeLogins f;

  fake_logins_init (&f, FALSE);
  session = start (&f, login, "ok");
  g_signal_connect (session, "notice", G_CALLBACK (on_notice), &notice);
  gw_test_wait_until (notice != NULL);
  g_assert_cmpstr (notice, ==, "The login was not saved: this desktop has no keyring.");
  g_assert_cmpint (gw_session_get_state (session), ==, GW_SESSION_STATE_CONNECTED);
  assert_no_secrets (login);
  fake_session_free (session);
  fake_logins_clear (&f);
}

int
main (int    argc,
      char **argv)
{
  char *home = fake_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/saved-session/typed", test_typed);
  g_test_add_func ("/saved-session/not-remembered", test_not_remembered);
  g_test_add_func ("/saved-session/cleared", test_cleared);
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autofree char *path = g_strdup_printf ("/saved-session/refused/%u", i);

      g_test_add_data_func (path, &refusals[i], test_refused);
    }
  g_test_add_func ("/saved-session/lost-early", test_lost_early);
  g_test_add_func ("/saved-session/credential", test_credential);
  g_test_add_func ("/saved-session/interactive", test_interactive);
  g_test_add_func ("/saved-session/gone", test_gone);
  g_test_add_func ("/saved-session/key-gone", test_key_gone);
  g_test_add_func ("/saved-session/at-once", test_at_once);
  g_test_add_func ("/saved-session/cancelled", test_cancelled);
  g_test_add_data_func ("/saved-session/clicks/right", GINT_TO_POINTER (TRUE), test_clicks);
  g_test_add_data_func ("/saved-session/clicks/wrong", GINT_TO_POINTER (FALSE), test_clicks);
  g_test_add_func ("/saved-session/waiting", test_waiting);
  g_test_add_func ("/saved-session/notice", test_notice);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
