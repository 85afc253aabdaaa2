/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is kept of logins, with secrets in memory as there is no keyring here. */

#include <string.h>

#include "fake-logins.h"

static GwSavedLogin *
get_row (FakeLogins *f,
         guint       i)
{
  g_autoptr (GPtrArray) rows = gw_saved_logins_list (f->logins);

  g_assert_cmpuint (i, <, rows->len);
  return gw_saved_login_copy (g_ptr_array_index (rows, i));
}

static guint
count_rows (FakeLogins *f)
{
  g_autoptr (GPtrArray) rows = gw_saved_logins_list (f->logins);

  return rows->len;
}

static void
keep (FakeLogins *f,
      GwLogin    *login)
{
  g_autoptr (GError) error = NULL;

  fake_keep (f, login, &error);
  g_assert_no_error (error);
}

static void
keep_password (FakeLogins *f,
               GwInstance *instance,
               const char *password)
{
  g_autoptr (GwLogin) login = fake_instance_login (instance, GW_METHOD_PASSWORD, password);

  keep (f, login);
}

static void
load (FakeLogins *f,
      GwLogin    *login)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (gw_saved_logins_needs_loading (f->logins, login));
  fake_load (f, login, &error);
  g_assert_no_error (error);
  g_assert_false (gw_saved_logins_needs_loading (f->logins, login));
}

static const char *
field (FakeLogins *f,
       const char *name)
{
  return gw_keyring_item_get_field (gw_keyring_lookup (f->keyring, "login", FAKE_KEY), name);
}

static void
test_password (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) login = NULL;
  g_autoptr (GwSavedLogin) row = NULL;
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  g_assert_null (gw_saved_logins_lookup (f.logins, instance));
  keep_password (&f, instance, "hunter2");
  g_assert_cmpstr (field (&f, "user"), ==, "root");
  g_assert_cmpstr (field (&f, "host"), ==, "203.0.113.7");
  g_assert_cmpstr (field (&f, "port"), ==, "22");
  g_assert_cmpstr (field (&f, "title"), ==, "web-1");
  g_assert_cmpstr (field (&f, "type"), ==, "password");
  g_assert_cmpstr (gw_keyring_item_get_label (gw_keyring_lookup (f.keyring, "login", FAKE_KEY)),
                   ==, "Gangway/root@web-1");

  login = gw_saved_logins_lookup (f.logins, instance);
  g_assert_nonnull (login);
  g_assert_true (gw_login_get_saved (login));
  g_assert_true (gw_login_get_remember (login));
  g_assert_cmpstr (gw_login_get_user (login), ==, "root");
  g_assert_null (gw_login_get_password (login));
  load (&f, login);
  fake_assert_text (gw_login_get_password (login), "hunter2");

  row = get_row (&f, 0);
  g_assert_cmpuint (count_rows (&f), ==, 1);
  g_assert_cmpstr (row->key, ==, FAKE_KEY);
  g_assert_cmpstr (row->title, ==, "web-1");
  g_assert_cmpstr (row->host, ==, "203.0.113.7");
  g_assert_true (row->has_secret);
  g_assert_null (row->fingerprint);
  g_assert_cmpint (row->created, >, 0);
  g_assert_cmpint (row->used, >, 0);
  fake_logins_clear (&f);
}

static void
test_private_key (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) login = fake_instance_login (instance, GW_METHOD_SSH_KEY, "the key");
  g_autoptr (GwSensitive) passphrase = fake_secret ("open sesame");
  g_autoptr (GwLogin) weak = NULL;
  g_autoptr (GwLogin) next = NULL;
  g_autoptr (GwSavedLogin) row = NULL;
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  fake_set_script ("ok");
  gw_login_set_passphrase (login, passphrase);
  keep (&f, login);
  g_assert_cmpstr (field (&f, "type"), ==, "private-key");
  g_assert_cmpstr (field (&f, "key-type"), ==, "ssh-ed25519");
  g_assert_cmpstr (field (&f, "fingerprint"), ==, "SHA256:abc");
  g_assert_null (field (&f, "key-bits"));
  next = gw_saved_logins_lookup (f.logins, instance);
  load (&f, next);
  fake_assert_text (gw_login_get_private_key (next), "the key");
  fake_assert_text (gw_login_get_passphrase (next), "open sesame");

  weak = fake_instance_login (instance, GW_METHOD_SSH_KEY, "rsa key");
  keep (&f, weak);
  g_assert_cmpstr (field (&f, "key-bits"), ==, "1024");
  row = get_row (&f, 0);
  g_assert_cmpstr (row->fingerprint, ==, "SHA256:rsa");
  g_assert_true (row->is_weak);
  g_assert_cmpint (row->method, ==, GW_METHOD_SSH_KEY);
  fake_logins_clear (&f);
}

/* An engine that says nothing of the key costs only what is shown of it. */
static void
test_unknown_key (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) login = fake_instance_login (instance, GW_METHOD_SSH_KEY, "some key");
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  fake_set_script ("early");
  keep (&f, login);
  g_assert_cmpstr (field (&f, "type"), ==, "private-key");
  g_assert_null (field (&f, "fingerprint"));
  fake_logins_clear (&f);
}

/* The key stays in its file; only the passphrase is a secret. */
static void
test_key_file (void)
{
  g_autofree char *path = g_build_filename (g_get_home_dir (), "id", NULL);
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) login = fake_instance_login (instance, GW_METHOD_SSH_KEY, "the key");
  g_autoptr (GwSensitive) passphrase = fake_secret ("open sesame");
  g_autoptr (GwLogin) next = NULL;
  g_autoptr (GwLogin) plain = NULL;
  g_autoptr (GError) error = NULL;
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  g_assert_true (g_file_set_contents (path, "the key", -1, NULL));
  gw_login_set_key_path (login, path);
  gw_login_set_passphrase (login, passphrase);
  keep (&f, login);
  g_assert_cmpstr (field (&f, "type"), ==, "passphrase");
  g_assert_null (field (&f, "fingerprint"));
  next = gw_saved_logins_lookup (f.logins, instance);
  g_assert_cmpstr (gw_login_get_key_path (next), ==, path);
  load (&f, next);
  fake_assert_text (gw_login_get_private_key (next), "the key");
  fake_assert_text (gw_login_get_passphrase (next), "open sesame");

  /* One without a passphrase needs no keyring, and leaves nothing of the older one there. */
  plain = fake_instance_login (instance, GW_METHOD_SSH_KEY, "the key");
  gw_login_set_key_path (plain, path);
  keep (&f, plain);
  g_assert_null (gw_keyring_lookup (f.keyring, "login", FAKE_KEY));
  gw_keyring_wipe_memory (f.keyring);
  g_set_object (&next, NULL);
  next = gw_saved_logins_lookup (f.logins, instance);
  load (&f, next);
  fake_assert_text (gw_login_get_private_key (next), "the key");
  g_assert_null (gw_login_get_passphrase (next));

  g_remove (path);
  gw_login_clear_secrets (next);
  g_assert_false (fake_load (&f, next, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  fake_logins_clear (&f);
}

static void
test_agent (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) login = fake_instance_login (instance, GW_METHOD_SSH_KEY, NULL);
  g_autoptr (GwLogin) next = NULL;
  FakeLogins f;

  fake_logins_init (&f, FALSE); /* and nobody asks for a keyring */
  gw_login_set_agent_key (login, "SHA256:abc");
  keep (&f, login);
  next = gw_saved_logins_lookup (f.logins, instance);
  g_assert_nonnull (next);
  g_assert_cmpstr (gw_login_get_agent_key (next), ==, "SHA256:abc");
  g_assert_false (gw_saved_logins_needs_loading (f.logins, next));
  fake_logins_clear (&f);
}

static void
test_credential (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) login = fake_instance_login (instance, GW_METHOD_CREDENTIAL, "cred");
  g_autoptr (GwLogin) next = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) users = NULL;
  gint64 used = 0;
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  fake_add_credential (&f, NULL, "the key");
  load (&f, login);
  g_assert_cmpstr (gw_login_get_user (login), ==, "carol");
  fake_assert_text (gw_login_get_private_key (login), "the key");
  keep (&f, login);
  g_assert_null (gw_keyring_lookup (f.keyring, "login", FAKE_KEY));
  users = gw_saved_logins_list_users (f.logins, "cred", &used);
  g_assert_cmpuint (g_strv_length (users), ==, 1);
  g_assert_cmpstr (users[0], ==, "web-1");
  g_assert_cmpint (used, >, 0);

  next = gw_saved_logins_lookup (f.logins, instance);
  g_assert_cmpint (gw_login_get_method (next), ==, GW_METHOD_CREDENTIAL);
  g_assert_cmpstr (gw_login_get_credential (next), ==, "cred");
  load (&f, next);

  gw_credentials_remove_async (f.credentials, "cred", NULL, fake_on_result, &result);
  gw_test_wait_until (result != NULL);
  g_assert_true (gw_credentials_remove_finish (f.credentials, result, NULL, NULL, NULL));
  g_assert_null (gw_saved_logins_lookup (f.logins, instance));
  gw_login_clear_secrets (next);
  g_assert_false (fake_load (&f, next, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_NO_SECRET);
  fake_logins_clear (&f);
}

static void
test_unticked (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) login = fake_instance_login (instance, GW_METHOD_PASSWORD, "hunter2");
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  keep_password (&f, instance, "hunter2");
  gw_login_set_remember (login, FALSE);
  keep (&f, login);
  g_assert_null (gw_saved_logins_lookup (f.logins, instance));
  g_assert_null (gw_keyring_lookup (f.keyring, "login", FAKE_KEY));
  g_assert_cmpuint (count_rows (&f), ==, 0);
  /* What the dialog fills in stays. */
  gw_login_set_user (login, "");
  g_assert_true (gw_login_history_apply (f.history, login));
  g_assert_cmpstr (gw_login_get_user (login), ==, "root");
  g_assert_false (gw_login_get_remember (login));
  fake_logins_clear (&f);
}

static void
test_refused (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) login = NULL;
  g_autoptr (GwLogin) dialog = gw_login_new ();
  g_autoptr (GwLogin) stranger = fake_instance_login (instance, GW_METHOD_PASSWORD, NULL);
  g_autoptr (GwSavedLogin) row = NULL;
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  keep_password (&f, instance, "hunter2");
  gw_login_set_user (stranger, "other");
  gw_saved_logins_refuse (f.logins, stranger);
  login = gw_saved_logins_lookup (f.logins, instance);
  g_assert_nonnull (login);
  gw_saved_logins_refuse (f.logins, login);
  g_assert_null (gw_saved_logins_lookup (f.logins, instance));
  row = get_row (&f, 0);
  g_assert_true (row->is_refused);
  gw_login_fill_defaults (dialog, instance);
  gw_login_set_user (dialog, "");
  g_assert_true (gw_login_history_apply (f.history, dialog));
  g_assert_cmpstr (gw_login_get_user (dialog), ==, "root");
  g_assert_true (gw_login_get_remember (dialog));
  /* Reconnecting does not send it again: the engine asks. */
  g_assert_false (gw_saved_logins_needs_loading (f.logins, login));

  keep_password (&f, instance, "changed");
  g_clear_object (&login);
  login = gw_saved_logins_lookup (f.logins, instance);
  load (&f, login);
  fake_assert_text (gw_login_get_password (login), "changed");
  fake_logins_clear (&f);
}

/* Another one that is not saved, because that fails, does not pass for what is in the keyring. */
static void
test_other_login (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) other = fake_instance_login (instance, GW_METHOD_PASSWORD, NULL);
  g_autoptr (GwSensitive) large = NULL;
  g_autofree char *text = g_strnfill (GW_SENSITIVE_MAX, 'x');
  g_autoptr (GError) error = NULL;
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  keep_password (&f, instance, "hunter2");
  large = fake_secret (text);
  gw_login_set_method (other, GW_METHOD_SSH_KEY);
  gw_login_set_private_key (other, large);
  gw_login_set_passphrase (other, large);
  fake_set_script ("early");
  g_assert_false (fake_keep (&f, other, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_TOO_LARGE);
  g_assert_null (gw_saved_logins_lookup (f.logins, instance));
  g_clear_error (&error);
  g_assert_true (fake_load (&f, other, &error));
  g_assert_null (gw_login_get_password (other));
  g_assert_null (gw_login_get_private_key (other));
  fake_logins_clear (&f);
}

/* What was saved for a host that a person can edit is not for another address. */
static void
test_edited_address (void)
{
  const char *const first[] = { "203.0.113.7", NULL };
  const char *const second[] = { "203.0.113.8", NULL };
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  for (guint is_cloud = 0; is_cloud < 2; is_cloud++)
    {
      g_autoptr (GwInstance) instance = fake_instance ();
      g_autoptr (GwLogin) login = NULL;
      g_autoptr (GwLogin) dialog = gw_login_new ();

      if (!is_cloud)
        {
          g_clear_object (&instance);
          instance = gw_instance_new ("local");
          gw_instance_set_addresses (instance, GW_ADDRESS_PUBLIC, first);
        }
      keep_password (&f, instance, "hunter2");
      login = gw_saved_logins_lookup (f.logins, instance);
      g_assert_nonnull (login);
      g_assert_true (gw_saved_logins_holds_secret (f.logins, login));
      g_clear_object (&login);
      gw_instance_set_addresses (instance, GW_ADDRESS_PUBLIC, second);
      login = gw_saved_logins_lookup (f.logins, instance);
      g_assert_true ((login != NULL) == (is_cloud != 0));

      gw_login_fill_defaults (dialog, instance);
      g_assert_true (gw_login_history_apply (f.history, dialog));
      g_assert_cmpstr (gw_login_get_host (dialog), ==, "203.0.113.8");
      g_assert_true (gw_saved_logins_holds_secret (f.logins, dialog) == (is_cloud != 0));
      g_assert_true (gw_saved_logins_needs_loading (f.logins, dialog) == (is_cloud != 0));
    }
  fake_logins_clear (&f);
}

/* A login by a credential that is only in memory is not saved for the next time. */
static void
test_memory_credential (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) login = fake_instance_login (instance, GW_METHOD_CREDENTIAL, "cred");
  g_autoptr (GwLogin) next = NULL;
  g_autoptr (GwLoginHistory) reread = NULL;
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  fake_add_credential (&f, "hunter2", NULL);
  keep (&f, login);
  next = gw_saved_logins_lookup (f.logins, instance);
  g_assert_nonnull (next);
  gw_test_wait_until (gw_login_history_is_saved (f.history));
  reread = gw_login_history_new (NULL);
  g_assert_false (gw_login_history_lookup (reread, FAKE_KEY)->saved);
  gw_keyring_wipe_memory (f.keyring);
  g_clear_object (&next);
  next = gw_saved_logins_lookup (f.logins, instance);
  g_assert_null (next);
  g_assert_cmpuint (count_rows (&f), ==, 0);
  fake_logins_clear (&f);
}

/* Whatever the keyring has after a new secret could not be stored, it is not sent unasked. */
static void
test_not_kept (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) first = fake_instance_login (instance, GW_METHOD_PASSWORD, "hunter2");
  g_autoptr (GwLogin) second = fake_instance_login (instance, GW_METHOD_PASSWORD, "changed");
  g_autoptr (GwLogin) next = NULL;
  g_autoptr (GError) error = NULL;
  FakeLogins f;

  fake_logins_init (&f, FALSE);
  gw_login_history_remember (f.history, first);
  gw_login_history_set_saved (f.history, FAKE_KEY, TRUE, FALSE);
  next = gw_saved_logins_lookup (f.logins, instance);
  g_assert_nonnull (next);
  g_assert_false (fake_keep (&f, second, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING_ABSENT);
  g_assert_true (gw_login_history_lookup (f.history, FAKE_KEY)->saved);
  g_clear_object (&next);
  next = gw_saved_logins_lookup (f.logins, instance);
  g_assert_null (next);
  fake_logins_clear (&f);
}

static void
test_remove (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) login = NULL;
  GwRemovedLogin *undo = NULL;
  g_autoptr (GError) error = NULL;
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  keep_password (&f, instance, "hunter2");
  for (guint forget = 0; forget < 2; forget++)
    {
      g_autoptr (GwLogin) dialog = gw_login_new ();

      g_assert_true (fake_remove (&f, FAKE_KEY, forget, &undo, &error));
      g_assert_null (gw_saved_logins_lookup (f.logins, instance));
      g_assert_null (gw_keyring_lookup (f.keyring, "login", FAKE_KEY));
      g_assert_cmpuint (count_rows (&f), ==, 0);
      gw_login_fill_defaults (dialog, instance);
      g_assert_true (gw_login_history_apply (f.history, dialog) == !forget);

      fake_restore (&f, undo, &error);
      g_assert_no_error (error);
      g_clear_pointer (&undo, gw_removed_login_free);
      g_clear_object (&login);
      login = gw_saved_logins_lookup (f.logins, instance);
      load (&f, login);
      fake_assert_text (gw_login_get_password (login), "hunter2");
    }
  /* Twice, and what was never there. */
  g_assert_true (fake_remove (&f, FAKE_KEY, TRUE, NULL, &error));
  g_assert_true (fake_remove (&f, FAKE_KEY, TRUE, NULL, &error));
  fake_logins_clear (&f);
}

/* What is to go is noted before the keyring answers: the program may end before. */
static void
test_noted (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  keep_password (&f, instance, "hunter2");
  gw_saved_logins_remove_async (f.logins, FAKE_KEY, TRUE, NULL, fake_on_result, &result);
  g_assert_true (gw_login_history_has_removal (f.history, FAKE_KEY));
  g_assert_null (gw_login_history_lookup (f.history, FAKE_KEY));
  gw_test_wait_until (result != NULL);
  g_assert_true (gw_saved_logins_remove_finish (f.logins, result, NULL, &error));
  g_assert_false (gw_login_history_has_removal (f.history, FAKE_KEY));
  g_clear_object (&result);
  fake_logins_clear (&f);
}

/* A login that is still under way when its instance is removed leaves nothing. */
static void
test_forgotten (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) early = fake_instance_login (instance, GW_METHOD_PASSWORD, "hunter2");
  g_autoptr (GwLogin) again = fake_instance_login (instance, GW_METHOD_PASSWORD, "hunter2");
  GwRemovedLogin *undo = NULL;
  g_autoptr (GError) error = NULL;
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  g_assert_true (fake_remove (&f, FAKE_KEY, TRUE, &undo, &error));
  keep (&f, early);
  g_assert_null (gw_login_history_lookup (f.history, FAKE_KEY));
  g_assert_null (gw_keyring_lookup (f.keyring, "login", FAKE_KEY));

  /* It is wanted after all. */
  g_assert_true (fake_restore (&f, undo, &error));
  gw_removed_login_free (undo);
  keep (&f, again);
  g_assert_nonnull (gw_keyring_lookup (f.keyring, "login", FAKE_KEY));
  /* One of the same id that was put there later is another one. */
  g_assert_true (fake_remove (&f, FAKE_KEY, TRUE, NULL, &error));
  keep_password (&f, instance, "hunter2");
  g_assert_nonnull (gw_keyring_lookup (f.keyring, "login", FAKE_KEY));
  fake_logins_clear (&f);
}

/* The history is lost, its secrets are not: they are shown, and can be removed. */
static void
test_orphan (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwSavedLogin) row = NULL;
  GwRemovedLogin *undo = NULL;
  g_autoptr (GError) error = NULL;
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  keep_password (&f, instance, "hunter2");
  gw_login_history_forget (f.history, FAKE_KEY);
  row = get_row (&f, 0);
  g_assert_cmpstr (row->host, ==, "");
  g_assert_cmpstr (row->title, ==, "web-1");
  g_assert_cmpstr (row->user, ==, "root");
  g_assert_true (row->has_secret);
  g_assert_true (fake_remove (&f, row->key, FALSE, &undo, &error));
  g_assert_cmpuint (count_rows (&f), ==, 0);
  g_assert_true (fake_restore (&f, undo, &error));
  g_assert_cmpuint (count_rows (&f), ==, 1);
  gw_removed_login_free (undo);
  fake_logins_clear (&f);
}

/* The instance is removed while the keyring is busy with its secret. */
static void
test_removed_meanwhile (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) login = fake_instance_login (instance, GW_METHOD_SSH_KEY, "the key");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  fake_set_script ("ok");
  gw_saved_logins_keep_async (f.logins, login, NULL, fake_on_result, &result);
  g_assert_true (fake_remove (&f, FAKE_KEY, TRUE, NULL, &error));
  gw_test_wait_until (result != NULL);
  g_assert_false (gw_saved_logins_keep_finish (f.logins, result, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_NO_SECRET);
  g_clear_object (&result);
  g_assert_null (gw_keyring_lookup (f.keyring, "login", FAKE_KEY));
  fake_logins_clear (&f);
}

static void
test_replace (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwSensitive) other = fake_secret ("other");
  g_autoptr (GwSecrets) secrets = gw_secrets_new (other, NULL, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GwLogin) login = NULL;
  g_autoptr (GError) error = NULL;
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  keep_password (&f, instance, "hunter2");
  login = gw_saved_logins_lookup (f.logins, instance);
  gw_saved_logins_refuse (f.logins, login);
  gw_saved_logins_replace_async (f.logins, FAKE_KEY, secrets, NULL, fake_on_result, &result);
  gw_test_wait_until (result != NULL);
  g_assert_true (gw_saved_logins_replace_finish (f.logins, result, &error));
  g_clear_object (&login);
  login = gw_saved_logins_lookup (f.logins, instance);
  load (&f, login);
  fake_assert_text (gw_login_get_password (login), "other");

  g_clear_object (&result);
  gw_saved_logins_replace_async (f.logins, "host:nowhere", secrets, NULL, fake_on_result, &result);
  gw_test_wait_until (result != NULL);
  g_assert_false (gw_saved_logins_replace_finish (f.logins, result, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_NO_SECRET);
  g_clear_object (&result);
  fake_logins_clear (&f);
}

static void
test_absent (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) login = fake_instance_login (instance, GW_METHOD_PASSWORD, "hunter2");
  g_autoptr (GwLogin) dialog = gw_login_new ();
  g_autoptr (GError) error = NULL;
  FakeLogins f;

  fake_logins_init (&f, FALSE);
  g_assert_false (fake_keep (&f, login, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING_ABSENT);
  g_assert_nonnull (strstr (error->message, "not saved"));
  g_assert_null (gw_saved_logins_lookup (f.logins, instance));
  gw_login_fill_defaults (dialog, instance);
  g_assert_true (gw_login_history_apply (f.history, dialog));
  g_assert_false (gw_saved_logins_needs_loading (f.logins, login));
  fake_logins_clear (&f);
}

/* What is only in memory is not saved for the next time, nor after it was wiped. */
static void
test_memory (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwLogin) login = NULL;
  g_autoptr (GwLoginHistory) reread = NULL;
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  keep_password (&f, instance, "hunter2");
  login = gw_saved_logins_lookup (f.logins, instance);
  gw_test_wait_until (gw_login_history_is_saved (f.history));
  reread = gw_login_history_new (NULL);
  g_assert_nonnull (gw_login_history_lookup (reread, FAKE_KEY));
  g_assert_false (gw_login_history_lookup (reread, FAKE_KEY)->saved);
  gw_keyring_wipe_memory (f.keyring);
  g_assert_null (gw_saved_logins_lookup (f.logins, instance));
  g_assert_false (gw_saved_logins_needs_loading (f.logins, login));
  g_assert_cmpuint (count_rows (&f), ==, 0);
  fake_logins_clear (&f);
}

static void
on_changed (GwSavedLogins *logins,
            guint         *n)
{
  *n += 1;
}

static void
test_two (void)
{
  g_autoptr (GwInstance) instance = fake_instance ();
  g_autoptr (GwSavedLogins) second = NULL;
  g_autoptr (GwLogin) login = NULL;
  g_autoptr (GError) error = NULL;
  guint n = 0;
  FakeLogins f;

  fake_logins_init (&f, TRUE);
  second = gw_saved_logins_new (f.history, f.credentials);
  g_signal_connect (second, "changed", G_CALLBACK (on_changed), &n);
  keep_password (&f, instance, "hunter2");
  g_assert_cmpuint (n, >, 0);
  login = gw_saved_logins_lookup (second, instance);
  g_assert_nonnull (login);
  n = 0;
  g_assert_true (fake_remove (&f, FAKE_KEY, FALSE, NULL, &error));
  g_assert_cmpuint (n, >, 0);
  g_assert_null (gw_saved_logins_lookup (second, instance));
  g_assert_false (gw_saved_logins_needs_loading (second, login));
  g_clear_object (&second);
  fake_logins_clear (&f);
}

int
main (int    argc,
      char **argv)
{
  char *home = fake_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/saved-logins/password", test_password);
  g_test_add_func ("/saved-logins/private-key", test_private_key);
  g_test_add_func ("/saved-logins/unknown-key", test_unknown_key);
  g_test_add_func ("/saved-logins/key-file", test_key_file);
  g_test_add_func ("/saved-logins/agent", test_agent);
  g_test_add_func ("/saved-logins/credential", test_credential);
  g_test_add_func ("/saved-logins/unticked", test_unticked);
  g_test_add_func ("/saved-logins/refused", test_refused);
  g_test_add_func ("/saved-logins/other-login", test_other_login);
  g_test_add_func ("/saved-logins/edited-address", test_edited_address);
  g_test_add_func ("/saved-logins/memory-credential", test_memory_credential);
  g_test_add_func ("/saved-logins/not-kept", test_not_kept);
  g_test_add_func ("/saved-logins/remove", test_remove);
  g_test_add_func ("/saved-logins/noted", test_noted);
  g_test_add_func ("/saved-logins/forgotten", test_forgotten);
  g_test_add_func ("/saved-logins/orphan", test_orphan);
  g_test_add_func ("/saved-logins/removed-meanwhile", test_removed_meanwhile);
  g_test_add_func ("/saved-logins/replace", test_replace);
  g_test_add_func ("/saved-logins/absent", test_absent);
  g_test_add_func ("/saved-logins/memory", test_memory);
  g_test_add_func ("/saved-logins/two", test_two);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
