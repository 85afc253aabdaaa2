/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Secrets"

#include "config.h"

#include "gw-credentials.h"

#include <glib/gi18n.h>

#include "gw-credential-private.h"
#include "gw-error.h"

/* What GwCredentials writes to the keyring and reads from it. */

/* Saving */

typedef struct {
  GwCredential *credential;
  GwSensitive *packed; /* NULL: what is stored stays; or it is done */
  GQueue others;       /* GwKeyringItem: those that lose a scope, with what is left */
} Save;

static void
save_free (Save *save)
{
  g_clear_object (&save->credential);
  g_clear_pointer (&save->packed, gw_sensitive_unref);
  g_queue_clear_full (&save->others, g_object_unref);
  g_free (save);
}

/* A call of the keyring sees to being cancelled; what it has done is done. */
static GTask *
new_task (GwCredentials       *self,
          gpointer             tag,
          GCancellable        *cancellable,
          GAsyncReadyCallback  callback,
          gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_set_check_cancellable (task, FALSE);
  return task;
}

static GwKeyringItem *
make_item (GwCredentials  *self,
           GwCredential   *credential,
           GError        **error)
{
  GwKeyring *keyring = gw_credentials_get_keyring (self);
  const char *id = gw_credential_get_id (credential);
  GwKeyringItem *listed = gw_keyring_lookup (keyring, GW_CREDENTIAL_KIND, id);
  g_autoptr (GwKeyringItem) item = NULL;

  item = listed != NULL ? gw_keyring_item_copy (listed)
                        : gw_keyring_item_new (GW_CREDENTIAL_KIND, id);
  return _gw_credential_to_item (credential, item, error) ? g_steal_pointer (&item) : NULL;
}

static void take_next_scopes (GTask *task);

static void
on_scopes_taken (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  /* What another program has removed meanwhile has no scopes any more. */
  if (gw_keyring_update_finish (GW_KEYRING (source), result, &error) ||
      g_error_matches (error, GW_ERROR, GW_ERROR_NO_SECRET))
    take_next_scopes (task);
  else if (error->domain == GW_ERROR)
    g_task_return_new_error (task, error->domain, error->code,
                             _("The credential is saved, but what it is the default of is still "
                               "that of another credential, too. Save it again. %s"),
                             error->message);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
take_next_scopes (GTask *task)
{
  GwCredentials *self = g_task_get_source_object (task);
  Save *save = g_task_get_task_data (task);
  g_autoptr (GwKeyringItem) other = g_queue_pop_head (&save->others);

  if (other == NULL)
    g_task_return_boolean (task, TRUE);
  else
    gw_keyring_update_async (gw_credentials_get_keyring (self), other,
                             g_task_get_cancellable (task), on_scopes_taken, g_object_ref (task));
}

static void
list_others (GwCredentials *self,
             Save          *save)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GwCredential) other = g_list_model_get_item (G_LIST_MODEL (self), i);
      g_autoptr (GwCredential) rest = NULL;
      g_autoptr (GwKeyringItem) item = NULL;
      g_auto (GStrv) scopes = NULL;

      if (g_str_equal (gw_credential_get_id (other), gw_credential_get_id (save->credential)))
        continue;
      scopes = _gw_credential_scopes_without (other, save->credential);
      if (g_strv_equal ((const char *const *) scopes, gw_credential_get_scopes (other)))
        continue;
      rest = gw_credential_copy (other);
      gw_credential_set_scopes (rest, (const char *const *) scopes);
      item = make_item (self, rest, NULL);
      /* It has fewer than the keyring has taken before. */
      if (item != NULL)
        g_queue_push_tail (&save->others, g_steal_pointer (&item));
    }
}

/* Only now: nobody loses anything for what could not be saved. */
static void
finish_write (GTask    *task,
              gboolean  written,
              GError   *error)
{
  Save *save = g_task_get_task_data (task);

  g_clear_pointer (&save->packed, gw_sensitive_unref);
  if (!written)
    {
      g_task_return_error (task, error);
      return;
    }
  list_others (g_task_get_source_object (task), save);
  take_next_scopes (task);
}

static void
on_stored (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  gboolean stored = gw_keyring_store_finish (GW_KEYRING (source), result, &error);

  finish_write (task, stored, error);
}

static void
on_updated (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  gboolean updated = gw_keyring_update_finish (GW_KEYRING (source), result, &error);

  finish_write (task, updated, error);
}

static void
on_settled (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwCredentials *self = g_task_get_source_object (task);
  GwKeyring *keyring = GW_KEYRING (source);
  Save *save = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr (GwKeyringItem) item = NULL;
  GError *error = NULL;

  if (gw_keyring_settle_finish (keyring, result, &error))
    item = make_item (self, save->credential, &error);
  if (item == NULL)
    g_task_return_error (task, error);
  else if (save->packed != NULL)
    gw_keyring_store_async (keyring, item, save->packed, cancellable, on_stored,
                            g_object_ref (task));
  else
    gw_keyring_update_async (keyring, item, cancellable, on_updated, g_object_ref (task));
}

void
gw_credentials_save_async (GwCredentials       *self,
                           GwCredential        *credential,
                           GwSecrets           *secrets,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  Save *save;

  g_return_if_fail (GW_IS_CREDENTIALS (self));
  g_return_if_fail (GW_IS_CREDENTIAL (credential));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = new_task (self, gw_credentials_save_async, cancellable, callback, user_data);
  save = g_new0 (Save, 1);
  g_task_set_task_data (task, save, (GDestroyNotify) save_free);
  save->credential = gw_credential_copy (credential);
  if (secrets != NULL)
    save->packed = gw_secrets_pack (secrets, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    gw_keyring_settle_async (gw_credentials_get_keyring (self), cancellable, on_settled,
                             g_steal_pointer (&task));
}

gboolean
gw_credentials_save_finish (GwCredentials  *self,
                            GAsyncResult   *result,
                            GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Loading */

static void
on_loaded (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwCredentials *self = g_task_get_source_object (task);
  g_autoptr (GwSensitive) packed = NULL;
  GwCredential *credential;
  GwSecrets *secrets = NULL;
  GError *error = NULL;

  packed = gw_keyring_load_finish (GW_KEYRING (source), result, &error);
  /* Also where it has come only with this answer, or has just been locked. */
  credential = gw_credentials_lookup (self, g_task_get_task_data (task));
  if (packed != NULL && credential == NULL)
    error = g_error_new_literal (GW_ERROR, GW_ERROR_NO_SECRET,
                                 _("The credential is not in the keyring any more."));
  else if (packed != NULL)
    secrets = gw_secrets_unpack (packed, gw_credential_get_secret_type (credential) ==
                                           GW_CREDENTIAL_PASSWORD, &error);
  if (secrets != NULL)
    g_task_return_pointer (task, secrets, (GDestroyNotify) gw_secrets_free);
  else
    g_task_return_error (task, error);
}

void
gw_credentials_load_async (GwCredentials       *self,
                           const char          *id,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (GW_IS_CREDENTIALS (self));
  g_return_if_fail (id != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = new_task (self, gw_credentials_load_async, cancellable, callback, user_data);
  g_task_set_task_data (task, g_strdup (id), g_free);
  gw_keyring_load_async (gw_credentials_get_keyring (self), GW_CREDENTIAL_KIND, id, cancellable,
                         on_loaded, task);
}

GwSecrets *
gw_credentials_load_finish (GwCredentials  *self,
                            GAsyncResult   *result,
                            GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Removing */

typedef struct {
  char *id;
  GwCredential *credential;
  GwSecrets *secrets;
} Removal;

static void
removal_free (Removal *removal)
{
  g_free (removal->id);
  g_clear_object (&removal->credential);
  g_clear_pointer (&removal->secrets, gw_secrets_free);
  g_free (removal);
}

static void
on_removed (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (gw_keyring_remove_finish (GW_KEYRING (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
remember_credential (GwCredentials *self,
                     Removal       *removal)
{
  GwCredential *credential = gw_credentials_lookup (self, removal->id);

  if (removal->credential == NULL && credential != NULL)
    removal->credential = gw_credential_copy (credential);
}

static void
on_loaded_for_removal (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwCredentials *self = GW_CREDENTIALS (source);
  Removal *removal = g_task_get_task_data (task);
  GError *error = NULL;

  removal->secrets = gw_credentials_load_finish (self, result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, error);
      return;
    }
  /* Undo is then not possible, which is no reason to keep it. */
  g_clear_error (&error);
  remember_credential (self, removal);
  gw_keyring_remove_async (gw_credentials_get_keyring (self), GW_CREDENTIAL_KIND, removal->id,
                           g_task_get_cancellable (task), on_removed, g_object_ref (task));
}

void
gw_credentials_remove_async (GwCredentials       *self,
                             const char          *id,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  GTask *task;
  Removal *removal;

  g_return_if_fail (GW_IS_CREDENTIALS (self));
  g_return_if_fail (id != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = new_task (self, gw_credentials_remove_async, cancellable, callback, user_data);
  removal = g_new0 (Removal, 1);
  removal->id = g_strdup (id);
  g_task_set_task_data (task, removal, (GDestroyNotify) removal_free);
  remember_credential (self, removal);
  gw_credentials_load_async (self, id, cancellable, on_loaded_for_removal, task);
}

gboolean
gw_credentials_remove_finish (GwCredentials  *self,
                              GAsyncResult   *result,
                              GwCredential  **credential,
                              GwSecrets     **secrets,
                              GError        **error)
{
  Removal *removal;
  gboolean removed;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  removal = g_task_get_task_data (G_TASK (result));
  removed = g_task_propagate_boolean (G_TASK (result), error);
  if (credential != NULL)
    *credential = removed ? g_steal_pointer (&removal->credential) : NULL;
  if (secrets != NULL)
    *secrets = removed ? g_steal_pointer (&removal->secrets) : NULL;
  return removed;
}
