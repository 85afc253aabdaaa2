/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-saved-logins-private.h"

#include <glib/gi18n.h>

#include "gw-error.h"

/* Getting what a login does not hold: the key file, then what the keyring has. Nothing is put into
 * the login before all of it is there. */

typedef enum {
  MISSING_KEY_FILE = 1 << 0,
  MISSING_SECRET = 1 << 1,
  MISSING_CREDENTIAL = 1 << 2,
} Missing;

typedef struct {
  GwLogin *login;
  Missing missing;
  char *key;
  GwSensitive *key_file;
  gboolean is_password;
} Load;

static void
load_free (Load *load)
{
  g_object_unref (load->login);
  g_free (load->key);
  g_clear_pointer (&load->key_file, gw_sensitive_unref);
  g_free (load);
}

static gboolean
has_secret (GwSavedLogins *self,
            GwLogin       *login)
{
  const GwLoginEntry *entry = gw_login_history_lookup_saved (self->history, login);

  return gw_saved_logins_has_item (self, entry) &&
         (!entry->refused || gw_login_get_method (login) == GW_METHOD_SSH_KEY);
}

static Missing
find_missing (GwSavedLogins *self,
              GwLogin       *login)
{
  if (gw_login_get_password (login) != NULL || gw_login_get_private_key (login) != NULL)
    return 0;
  switch (gw_login_get_method (login))
    {
    case GW_METHOD_CREDENTIAL:
      return MISSING_CREDENTIAL;
    case GW_METHOD_TEMPORARY_KEY:
      return 0;
    case GW_METHOD_SSH_KEY:
      if (gw_login_get_agent_key (login) != NULL)
        return 0;
      return (gw_login_get_key_path (login) != NULL ? MISSING_KEY_FILE : 0) |
             (has_secret (self, login) ? MISSING_SECRET : 0);
    case GW_METHOD_PASSWORD:
    default:
      return has_secret (self, login) ? MISSING_SECRET : 0;
    }
}

gboolean
gw_saved_logins_needs_loading (GwSavedLogins *self,
                               GwLogin       *login)
{
  g_return_val_if_fail (GW_IS_SAVED_LOGINS (self), FALSE);
  g_return_val_if_fail (GW_IS_LOGIN (login), FALSE);

  return find_missing (self, login) != 0;
}

gboolean
gw_saved_logins_needs_keyring (GwSavedLogins *self,
                               GwLogin       *login)
{
  return (find_missing (self, login) & (MISSING_SECRET | MISSING_CREDENTIAL)) != 0;
}

/* The end of all ways that are no error. @secrets (nullable): from the keyring. */
static void
fill_in (GTask           *task,
         const GwSecrets *secrets)
{
  Load *load = g_task_get_task_data (task);

  /* A session that is over has cleared the login already. */
  if (g_task_return_error_if_cancelled (task))
    return;
  if (load->key_file != NULL)
    gw_login_set_private_key (load->login, load->key_file);
  if (secrets != NULL)
    {
      if (secrets->password != NULL)
        gw_login_set_password (load->login, secrets->password);
      if (secrets->private_key != NULL)
        gw_login_set_private_key (load->login, secrets->private_key);
      if (secrets->passphrase != NULL)
        gw_login_set_passphrase (load->login, secrets->passphrase);
    }
  if (load->missing & MISSING_SECRET)
    gw_login_set_saved (load->login, secrets != NULL);
  g_task_return_boolean (task, TRUE);
}

/* Takes @error. What a person can type in the tab is asked for there. */
static void
fail_secret (GTask  *task,
             GError *error)
{
  Load *load = g_task_get_task_data (task);
  gboolean is_gone = g_error_matches (error, GW_ERROR, GW_ERROR_NO_SECRET);
  gboolean can_ask = gw_login_get_method (load->login) == GW_METHOD_PASSWORD ||
                     load->key_file != NULL;

  if (can_ask && (is_gone || (!gw_login_get_saved (load->login) &&
                              g_error_matches (error, GW_ERROR, GW_ERROR_KEYRING_ABSENT))))
    {
      g_error_free (error);
      fill_in (task, NULL);
    }
  else if (is_gone)
    {
      g_error_free (error);
      g_task_return_new_error (task, GW_ERROR, GW_ERROR_NO_SECRET,
                               _("The private key that was saved is not in the keyring any more"));
    }
  else
    g_task_return_error (task, error);
}

static void
on_item_loaded (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  const Load *load = g_task_get_task_data (task);
  g_autoptr (GwSensitive) packed = NULL;
  g_autoptr (GwSecrets) secrets = NULL;
  GError *error = NULL;

  packed = gw_keyring_load_finish (GW_KEYRING (source), result, &error);
  if (packed != NULL)
    secrets = gw_secrets_unpack (packed, load->is_password, &error);
  if (secrets != NULL)
    fill_in (task, secrets);
  else
    fail_secret (task, error);
}

static void
on_credential_loaded (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GwSecrets) secrets = NULL;
  GError *error = NULL;

  secrets = gw_credentials_load_finish (GW_CREDENTIALS (source), result, &error);
  if (secrets != NULL)
    fill_in (task, secrets);
  else
    g_task_return_error (task, error);
}

static void
load_credential (GwSavedLogins *self,
                 GTask         *task)
{
  const Load *load = g_task_get_task_data (task);
  const char *id = gw_login_get_credential (load->login);
  GwCredential *credential = id != NULL ? gw_credentials_lookup (self->credentials, id) : NULL;

  if (credential == NULL)
    {
      g_task_return_new_error (task, GW_ERROR, GW_ERROR_NO_SECRET,
                               _("The credential is not in the keyring any more"));
      return;
    }
  gw_login_set_user (load->login, gw_credential_get_user (credential));
  gw_credentials_load_async (self->credentials, id, g_task_get_cancellable (task),
                             on_credential_loaded, g_object_ref (task));
}

static void
on_opened (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwSavedLogins *self = GW_SAVED_LOGINS (source);
  Load *load = g_task_get_task_data (task);
  GwKeyringItem *item;
  GError *error = NULL;

  if (!gw_saved_logins_open_finish (self, result, &error))
    {
      fail_secret (task, error);
      return;
    }
  if (load->missing & MISSING_CREDENTIAL)
    {
      load_credential (self, task);
      return;
    }
  item = gw_keyring_lookup (self->keyring, GW_LOGIN_KIND, load->key);
  load->is_password = item != NULL && g_strcmp0 (gw_keyring_item_get_field (item, "type"),
                                                 GW_LOGIN_PASSWORD) == 0;
  /* An item that another program has put there for another way to log in. */
  if (item == NULL ||
      load->is_password != (gw_login_get_method (load->login) == GW_METHOD_PASSWORD))
    fail_secret (task, g_error_new_literal (GW_ERROR, GW_ERROR_NO_SECRET, "Not there"));
  else
    gw_keyring_load_async (self->keyring, GW_LOGIN_KIND, load->key, g_task_get_cancellable (task),
                           on_item_loaded, g_object_ref (task));
}

static void
load_from_keyring (GTask *task)
{
  const Load *load = g_task_get_task_data (task);

  if (load->missing & (MISSING_SECRET | MISSING_CREDENTIAL))
    gw_saved_logins_open_async (g_task_get_source_object (task), g_task_get_cancellable (task),
                                on_opened, g_object_ref (task));
  else
    fill_in (task, NULL);
}

static void
on_file_read (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Load *load = g_task_get_task_data (task);
  GError *error = NULL;

  load->key_file = g_task_propagate_pointer (G_TASK (result), &error);
  if (load->key_file != NULL)
    load_from_keyring (task);
  else
    g_task_return_error (task, error);
}

static void
read_file (GTask        *task,
           gpointer      source,
           gpointer      task_data,
           GCancellable *cancellable)
{
  GError *error = NULL;
  GwSensitive *text = gw_sensitive_new_from_file (task_data, &error);

  if (text != NULL)
    g_task_return_pointer (task, text, (GDestroyNotify) gw_sensitive_unref);
  else
    g_task_return_error (task, error);
}

void
gw_saved_logins_load_async (GwSavedLogins       *self,
                            GwLogin             *login,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GTask) reader = NULL;
  Load *load;

  g_return_if_fail (GW_IS_SAVED_LOGINS (self));
  g_return_if_fail (GW_IS_LOGIN (login));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_saved_logins_load_async);
  load = g_new0 (Load, 1);
  load->login = g_object_ref (login);
  load->missing = find_missing (self, login);
  load->key = gw_login_dup_key (login);
  g_task_set_task_data (task, load, (GDestroyNotify) load_free);
  if ((load->missing & MISSING_KEY_FILE) == 0)
    {
      load_from_keyring (task);
      return;
    }
  reader = g_task_new (NULL, cancellable, on_file_read, g_steal_pointer (&task));
  g_task_set_source_tag (reader, read_file);
  g_task_set_task_data (reader, g_strdup (gw_login_get_key_path (login)), g_free);
  /* A file on a network may never come: who cancels does not wait for it. */
  g_task_set_return_on_cancel (reader, TRUE);
  g_task_run_in_thread (reader, read_file);
}

gboolean
gw_saved_logins_load_finish (GwSavedLogins  *self,
                             GAsyncResult   *result,
                             GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
