/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Saved logins for the tests of this folder, and their asynchronous calls as plain ones. */

#include "fake-session.h"
#include "gw-saved-logins.h"

typedef struct {
  GwLoginHistory *history;
  GwKeyring *keyring;
  GwCredentials *credentials;
  GwSavedLogins *logins;
} FakeLogins;

/* @in_memory: the person has agreed to keep secrets for this session, as there is no keyring. */
static inline void
fake_logins_init (FakeLogins *self,
                  gboolean    in_memory)
{
  self->history = gw_login_history_new (NULL);
  self->keyring = gw_keyring_new ();
  self->credentials = gw_credentials_new (self->keyring);
  self->logins = gw_saved_logins_new (self->history, self->credentials);
  gw_test_wait_until (gw_keyring_get_state (self->keyring) != GW_KEYRING_STATE_UNKNOWN);
  if (in_memory)
    {
      g_assert_cmpint (gw_keyring_get_state (self->keyring), ==, GW_KEYRING_STATE_ABSENT);
      gw_keyring_use_memory (self->keyring);
    }
}

static inline void
fake_logins_clear (FakeLogins *self)
{
  g_autofree char *path = g_build_filename (g_getenv ("XDG_STATE_HOME"), "gangway", "logins.json",
                                            NULL);

  g_assert_finalize_object (self->logins);
  g_object_unref (self->credentials);
  g_object_unref (self->keyring);
  gw_test_wait_until (gw_login_history_is_saved (self->history));
  g_assert_finalize_object (self->history);
  g_remove (path);
}

static inline void
fake_on_result (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static inline gboolean
fake_keep (FakeLogins  *self,
           GwLogin     *login,
           GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  gw_saved_logins_keep_async (self->logins, login, NULL, fake_on_result, &result);
  /* What it needs it has. */
  gw_login_clear_secrets (login);
  gw_test_wait_until (result != NULL);
  return gw_saved_logins_keep_finish (self->logins, result, error);
}

static inline gboolean
fake_load (FakeLogins  *self,
           GwLogin     *login,
           GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  gw_saved_logins_load_async (self->logins, login, NULL, fake_on_result, &result);
  gw_test_wait_until (result != NULL);
  return gw_saved_logins_load_finish (self->logins, result, error);
}

static inline gboolean
fake_remove (FakeLogins      *self,
             const char      *key,
             gboolean         forget,
             GwRemovedLogin **undo,
             GError         **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  gw_saved_logins_remove_async (self->logins, key, forget, NULL, fake_on_result, &result);
  gw_test_wait_until (result != NULL);
  return gw_saved_logins_remove_finish (self->logins, result, undo, error);
}

static inline gboolean
fake_restore (FakeLogins      *self,
              GwRemovedLogin  *undo,
              GError         **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  gw_saved_logins_restore_async (self->logins, undo, NULL, fake_on_result, &result);
  gw_test_wait_until (result != NULL);
  return gw_saved_logins_restore_finish (self->logins, result, error);
}

/* Puts a credential of the id "cred" there. */
static inline void
fake_add_credential (FakeLogins *self,
                     const char *password,
                     const char *private_key)
{
  g_autoptr (GwCredential) credential = gw_credential_new ("cred");
  g_autoptr (GwSensitive) first = password != NULL ? fake_secret (password) : NULL;
  g_autoptr (GwSensitive) second = private_key != NULL ? fake_secret (private_key) : NULL;
  g_autoptr (GwSecrets) secrets = gw_secrets_new (first, second, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  gw_credential_set_name (credential, "Web");
  gw_credential_set_user (credential, "carol");
  gw_credential_set_secret_type (credential, password != NULL ? GW_CREDENTIAL_PASSWORD
                                                              : GW_CREDENTIAL_PRIVATE_KEY);
  gw_credentials_save_async (self->credentials, credential, secrets, NULL, fake_on_result,
                             &result);
  gw_test_wait_until (result != NULL);
  gw_credentials_save_finish (self->credentials, result, &error);
  g_assert_no_error (error);
}

static inline GwInstance *
fake_instance (void)
{
  const char *const public[] = { "203.0.113.7", NULL };
  GwInstance *instance = gw_instance_new ("i-bp1");

  gw_instance_set_text (instance, GW_INSTANCE_NAME, "web-1");
  gw_instance_set_network (instance, GW_NETWORK_VPC);
  gw_instance_set_addresses (instance, GW_ADDRESS_PUBLIC, public);
  return instance;
}

#define FAKE_KEY "instance:i-bp1"

/* For the instance, to be remembered. @secret (nullable): of the method. */
static inline GwLogin *
fake_instance_login (GwInstance *instance,
                     GwMethod    method,
                     const char *secret)
{
  GwLogin *login = gw_login_new ();
  g_autoptr (GwSensitive) value = secret != NULL ? fake_secret (secret) : NULL;

  gw_login_fill_defaults (login, instance);
  gw_login_set_user (login, "root");
  gw_login_set_method (login, method);
  gw_login_set_remember (login, TRUE);
  if (method == GW_METHOD_PASSWORD)
    gw_login_set_password (login, value);
  else if (method == GW_METHOD_SSH_KEY)
    gw_login_set_private_key (login, value);
  else
    gw_login_set_credential (login, secret);
  return login;
}

static inline void
fake_assert_text (GwSensitive *secret,
                  const char  *text)
{
  g_assert_cmpstr (secret != NULL ? gw_sensitive_get_text (secret) : NULL, ==, text);
}
