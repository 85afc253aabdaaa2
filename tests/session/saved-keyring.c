/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Saved logins in a real keyring that is locked, with the desktop's own prompt on a display. */

#include <signal.h>
#include <string.h>

#include "answer-prompt.h"
#include "fake-logins.h"

static gboolean
keep_answered (FakeLogins  *f,
               const char  *keys,
               GError     **error)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) login = fake_instance_login (instance, GW_METHOD_PASSWORD, "hunter2");
  g_autoptr (GAsyncResult) result = NULL;

  gw_saved_logins_keep_async (f->logins, login, NULL, fake_on_result, &result);
  gw_login_clear_secrets (login);
  answer (keys);
  gw_test_wait_until (result != NULL);
  return gw_saved_logins_keep_finish (f->logins, result, error);
}

static void
lock (FakeLogins *f)
{
  lock_keyring ();
  gw_test_wait_until (gw_keyring_get_state (f->keyring) == GW_KEYRING_STATE_LOCKED);
}

static void
unlock_answered (FakeLogins *f)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  gw_keyring_unlock_async (f->keyring, NULL, fake_on_result, &result);
  answer (PASSWORD);
  gw_test_wait_until (result != NULL);
  gw_keyring_unlock_finish (f->keyring, result, &error);
  g_assert_no_error (error);
}

static char *
find_secret (void)
{
  return run (NULL, "secret-tool lookup kind login id %s || true", FAKE_KEY);
}

static gboolean
has_removals (GwLoginHistory *history)
{
  g_auto (GStrv) removals = gw_login_history_dup_removals (history);

  return removals[0] != NULL;
}

/* A dismissed prompt is no error; one that is answered saves. */
static void
test_keep (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autofree char *secret = NULL;
  g_autoptr (GError) error = NULL;
  FakeLogins f;

  fake_logins_init (&f, FALSE);
  g_assert_cmpint (gw_keyring_get_state (f.keyring), ==, GW_KEYRING_STATE_LOCKED);
  g_assert_false (keep_answered (&f, "key Escape", &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING_LOCKED);
  g_assert_cmpstr (error->message, ==, "The login was not saved: the keyring stays locked.");
  g_assert_null (gw_saved_logins_lookup (f.logins, instance));
  g_assert_nonnull (gw_login_history_lookup (f.history, FAKE_KEY));
  g_clear_error (&error);

  keep_answered (&f, PASSWORD, &error);
  g_assert_no_error (error);
  secret = find_secret ();
  g_assert_cmpstr (secret, ==, "hunter2");
  fake_logins_clear (&f);
}

/* What goes while the keyring is locked goes from it as soon as it is open, even after a
 * restart. */
static void
test_made_up (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) login = fake_instance_login (instance, GW_METHOD_PASSWORD, "hunter2");
  g_autofree char *secret = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) removals = NULL;
  g_autoptr (GwLoginHistory) reread = NULL;
  GwRemovedLogin *undo = NULL;
  FakeLogins f;

  fake_logins_init (&f, FALSE);
  fake_keep (&f, login, &error);
  g_assert_no_error (error);
  lock (&f);
  /* It is there, and nobody can know more. */
  g_set_object (&login, NULL);
  login = gw_saved_logins_lookup (f.logins, instance);
  g_assert_nonnull (login);
  g_assert_true (gw_saved_logins_needs_loading (f.logins, login));

  g_assert_false (fake_remove (&f, FAKE_KEY, TRUE, &undo, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING_LOCKED);
  g_clear_error (&error);
  g_assert_null (gw_saved_logins_lookup (f.logins, instance));
  fake_restore (&f, undo, &error);
  g_assert_no_error (error);
  gw_removed_login_free (undo);
  g_assert_nonnull (gw_saved_logins_lookup (f.logins, instance));

  g_assert_false (fake_remove (&f, FAKE_KEY, TRUE, NULL, &error));
  gw_test_wait_until (gw_login_history_is_saved (f.history));
  reread = gw_login_history_new (NULL);
  removals = gw_login_history_dup_removals (reread);
  g_assert_cmpstr (removals[0], ==, FAKE_KEY);

  unlock_answered (&f);
  gw_test_wait_until (gw_keyring_lookup (f.keyring, "login", FAKE_KEY) == NULL);
  gw_test_wait_until (!has_removals (f.history));
  secret = find_secret ();
  g_assert_cmpstr (secret, ==, "");
  g_clear_object (&login);
  fake_logins_clear (&f);
}

/* Undo comes too late for a secret that was not read before it went. */
static void
test_undo_late (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) login = fake_instance_login (instance, GW_METHOD_PASSWORD, "hunter2");
  g_autoptr (GError) error = NULL;
  GwRemovedLogin *undo = NULL;
  FakeLogins f;

  fake_logins_init (&f, FALSE);
  fake_keep (&f, login, &error);
  g_assert_no_error (error);
  lock (&f);
  g_assert_false (fake_remove (&f, FAKE_KEY, TRUE, &undo, &error));
  g_clear_error (&error);
  g_assert_true (gw_removed_login_can_restore (undo));
  unlock_answered (&f);
  gw_test_wait_until (!has_removals (f.history));
  g_assert_false (fake_restore (&f, undo, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_NO_SECRET);
  g_assert_nonnull (gw_login_history_lookup (f.history, FAKE_KEY));
  g_assert_false (gw_login_history_lookup (f.history, FAKE_KEY)->saved);
  g_assert_null (gw_saved_logins_lookup (f.logins, instance));
  gw_removed_login_free (undo);
  fake_logins_clear (&f);
}

/* The lock of Gangway does not leave a secret waiting behind the desktop's prompt. */
static void
test_wipe (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) login = fake_instance_login (instance, GW_METHOD_PASSWORD, "hunter2");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  FakeLogins f;

  fake_logins_init (&f, FALSE);
  lock (&f);
  gw_saved_logins_keep_async (f.logins, login, NULL, fake_on_result, &result);
  gw_test_wait_until (is_prompt_shown ());
  g_assert_null (result);
  gw_saved_logins_wipe (f.logins);
  gw_test_wait_until (result != NULL);
  g_assert_false (gw_saved_logins_keep_finish (f.logins, result, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING_LOCKED);
  g_assert_cmpstr (error->message, ==, "The login was not saved: Gangway was locked meanwhile.");
  g_clear_error (&error);
  answer (PASSWORD); /* it stays for the next one who wants it */
  gw_test_wait_until (gw_keyring_get_state (f.keyring) == GW_KEYRING_STATE_OPEN);
  g_assert_null (gw_keyring_lookup (f.keyring, "login", FAKE_KEY));

  /* What comes afterwards is saved as ever. */
  fake_keep (&f, login, &error);
  g_assert_no_error (error);
  g_clear_object (&result);
  fake_logins_clear (&f);
}

/* A session asks for the keyring once: dismissed, it is over; answered, it goes on. */
static void
test_session (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) login = fake_instance_login (instance, GW_METHOD_PASSWORD, "open sesame");
  g_autoptr (GError) error = NULL;
  FakeLogins f;

  fake_logins_init (&f, FALSE);
  fake_set_script ("judge password");
  fake_keep (&f, login, &error);
  g_assert_no_error (error);
  lock (&f);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GwLogin) saved = gw_saved_logins_lookup (f.logins, instance);
      GwSession *session = gw_session_new (saved, f.logins, NULL);

      gw_session_start (session, 80, 24);
      g_assert_cmpint (gw_session_get_pid (session), ==, 0);
      answer (i == 0 ? "key Escape" : PASSWORD);
      gw_test_wait_until (gw_session_get_state (session) >= GW_SESSION_STATE_CONNECTED);
      if (i == 0)
        g_assert_error (gw_session_get_error (session), GW_ERROR, GW_ERROR_CANCELLED);
      else
        g_assert_no_error (gw_session_get_error (session));
      g_assert_null (gw_login_get_password (saved));
      fake_session_free (session);
    }
  g_assert_true (fake_remove (&f, FAKE_KEY, TRUE, NULL, &error));
  fake_logins_clear (&f);
}

int
main (int    argc,
      char **argv)
{
  char *home = fake_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/saved-keyring/keep", test_keep);
  g_test_add_func ("/saved-keyring/made-up", test_made_up);
  g_test_add_func ("/saved-keyring/undo-late", test_undo_late);
  g_test_add_func ("/saved-keyring/wipe", test_wipe);
  g_test_add_func ("/saved-keyring/session", test_session);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
