/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-saved-logins-private.h"

#include <glib/gi18n.h>

#include "gw-error.h"

/* Keeping a login that has just worked. The errors are sentences for the person. */

typedef struct {
  char *key;
  GCancellable *stores; /* who ends it when Gangway is locked */
  gboolean was_noted; /* an older secret of it was to be removed */
  gboolean is_stale;  /* the keyring has a secret that is not this login's */
} Keep;

static void
keep_free (Keep *keep)
{
  g_object_unref (keep->stores);
  g_free (keep->key);
  g_free (keep);
}

/* %NULL where nothing about the login is secret, or only a credential knows it. */
static GwSecrets *
take_secrets (GwLogin *login)
{
  GwSensitive *key = gw_login_get_private_key (login);
  GwSensitive *passphrase = gw_login_get_passphrase (login);

  switch (gw_login_get_method (login))
    {
    case GW_METHOD_PASSWORD:
      if (gw_login_get_password (login) == NULL)
        return NULL;
      return gw_secrets_new (gw_login_get_password (login), NULL, NULL);
    case GW_METHOD_SSH_KEY:
      if (key == NULL)
        return NULL;
      if (gw_login_get_key_path (login) == NULL)
        return gw_secrets_new (NULL, key, passphrase);
      /* The key stays in its file. */
      return passphrase != NULL ? gw_secrets_new (NULL, NULL, passphrase) : NULL;
    case GW_METHOD_CREDENTIAL:
    case GW_METHOD_TEMPORARY_KEY:
    default:
      return NULL;
    }
}

/* Its instance was removed while it was under way: nothing of it is to come back. */
static gboolean
is_forgotten (GwSavedLogins *self,
              const char    *key,
              GwLogin       *login)
{
  const gint64 *when = g_hash_table_lookup (self->forgotten, key);

  return when != NULL && gw_login_get_made (login) <= *when;
}

/* A credential that is only in memory takes the login with it. */
static gboolean
is_temporary (GwSavedLogins *self,
              GwLogin       *login)
{
  return gw_login_get_method (login) == GW_METHOD_CREDENTIAL &&
         gw_keyring_get_state (self->keyring) == GW_KEYRING_STATE_SESSION_ONLY;
}

static void
on_stored (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwSavedLogins *self = GW_SAVED_LOGINS (source);
  const Keep *keep = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (gw_saved_logins_store_finish (self, result, &error))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  if (keep->was_noted || keep->is_stale)
    gw_login_history_note_removal (self->history, keep->key);
  /* Which secret the keyring has now nobody knows: not the one that has just worked. */
  gw_login_history_set_refused (self->history, keep->key, TRUE);
  if (g_cancellable_is_cancelled (keep->stores))
    g_task_return_new_error (task, GW_ERROR, GW_ERROR_KEYRING_LOCKED,
                             _("The login was not saved: Gangway was locked meanwhile."));
  /* Dismissing the desktop's question is no error, and neither is being locked. */
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
           g_error_matches (error, GW_ERROR, GW_ERROR_KEYRING_LOCKED))
    g_task_return_new_error (task, GW_ERROR, GW_ERROR_KEYRING_LOCKED,
                             _("The login was not saved: the keyring stays locked."));
  else if (g_error_matches (error, GW_ERROR, GW_ERROR_KEYRING_ABSENT))
    g_task_return_new_error (task, GW_ERROR, GW_ERROR_KEYRING_ABSENT,
                             _("The login was not saved: this desktop has no keyring."));
  else
    g_task_return_new_error (task, error->domain, error->code, _("The login was not saved: %s"),
                             error->message);
}

/* Nothing of @task's login is secret any more. */
static void
finish_without_secret (GTask    *task,
                       gboolean  has_old)
{
  GwSavedLogins *self = g_task_get_source_object (task);
  const Keep *keep = g_task_get_task_data (task);

  if (has_old)
    gw_saved_logins_drop_async (self, keep->key, g_task_get_cancellable (task),
                                gw_saved_logins_pass_on, g_object_ref (task));
  else
    g_task_return_boolean (task, TRUE);
}

void
gw_saved_logins_keep_async (GwSavedLogins       *self,
                            GwLogin             *login,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GwSecrets) secrets = NULL;
  const GwLoginEntry *entry;
  gboolean has_old, was_same;
  Keep *keep;

  g_return_if_fail (GW_IS_SAVED_LOGINS (self));
  g_return_if_fail (GW_IS_LOGIN (login));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_saved_logins_keep_async);
  keep = g_new0 (Keep, 1);
  keep->key = gw_login_dup_key (login);
  keep->stores = g_object_ref (self->stores);
  g_task_set_task_data (task, keep, (GDestroyNotify) keep_free);

  if (is_forgotten (self, keep->key, login))
    {
      /* Whoever removes something does not want to hear that it was not kept. */
      g_task_return_boolean (task, TRUE);
      return;
    }
  entry = gw_login_history_lookup (self->history, keep->key);
  has_old = gw_saved_logins_has_item (self, entry);
  was_same = gw_login_history_lookup_saved (self->history, login) != NULL;
  keep->is_stale = has_old && !was_same && !entry->is_temporary;
  gw_login_history_remember (self->history, login);
  entry = gw_login_history_lookup (self->history, keep->key);

  if (!gw_login_get_remember (login))
    {
      gw_login_history_set_unsaved (self->history, keep->key);
      finish_without_secret (task, has_old);
    }
  else if (gw_login_get_saved (login) && was_same)
    {
      /* It is all there: only a refusal is out of date. */
      gw_login_history_set_refused (self->history, keep->key, FALSE);
      g_task_return_boolean (task, TRUE);
    }
  else if ((secrets = take_secrets (login)) == NULL)
    {
      gw_login_history_set_saved (self->history, keep->key, FALSE, is_temporary (self, login));
      finish_without_secret (task, has_old);
    }
  else
    {
      /* Opening the keyring would have it removed while it is being stored. */
      keep->was_noted = gw_login_history_drop_removal (self->history, keep->key);
      gw_saved_logins_store_async (self, entry, g_steal_pointer (&secrets), cancellable, on_stored,
                                   g_steal_pointer (&task));
    }
}

gboolean
gw_saved_logins_keep_finish (GwSavedLogins  *self,
                             GAsyncResult   *result,
                             GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
