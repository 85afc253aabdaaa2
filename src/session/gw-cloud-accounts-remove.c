/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-cloud-accounts-private.h"

#include <glib/gi18n.h>

#include "gw-account-key-source.h"
#include "gw-error.h"

/* Removing an account, and undoing that. */

/* In a GRcBox: the tasks hold it too. */
struct _GwRemovedAccount {
  guint position;
  char *id;
  GwEcsSource *source; /* with its account and all that was listed; NULL: it is back */
  GwSensitive *packed; /* its AccessKey; NULL: none, or it is in the keyring (again) */
};

static void
clear (gpointer data)
{
  GwRemovedAccount *self = data;

  if (self->source != NULL)
    gw_ecs_source_forget (self->source);
  g_clear_object (&self->source);
  g_clear_pointer (&self->packed, gw_sensitive_unref);
  g_free (self->id);
}

void
gw_removed_account_free (GwRemovedAccount *self)
{
  g_rc_box_release_full (self, clear);
}

gboolean
gw_removed_account_is_done (GwRemovedAccount *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return self->source == NULL && self->packed == NULL;
}

static void
on_dropped (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;

  g_task_return_boolean (task, TRUE);
}

static void
on_loaded (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwCloudAccounts *self = g_task_get_source_object (task);
  GwRemovedAccount *removed = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  removed->packed = gw_keyring_load_finish (GW_KEYRING (source), result, &error);
  if (removed->packed != NULL || g_error_matches (error, GW_ERROR, GW_ERROR_NO_SECRET))
    gw_cloud_accounts_drop_key_async (self, removed->id, on_dropped, g_object_ref (task));
  else
    {
      /* Undo could not bring back what was not read. The note stays. */
      g_message ("Cannot read an AccessKey that is to be removed: %s", error->message);
      g_hash_table_remove (self->removing, removed->id);
      g_task_return_boolean (task, TRUE);
    }
}

static void
on_settled (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwCloudAccounts *self = g_task_get_source_object (task);
  const GwRemovedAccount *removed = g_task_get_task_data (task);
  const char *id = removed->id;
  GwKeyring *keyring = GW_KEYRING (source);

  gw_keyring_settle_finish (keyring, result, NULL);
  if (gw_keyring_is_usable (keyring))
    gw_keyring_load_async (keyring, GW_ACCOUNT_ITEM, id, NULL, on_loaded, g_object_ref (task));
  else
    {
      /* The note stays. */
      g_hash_table_remove (self->removing, id);
      g_task_return_boolean (task, TRUE);
    }
}

/* Out of the file, with the note that its AccessKey has to go. */
static gboolean
write_without (GwCloudAccounts  *self,
               GwCloudEntry     *entry,
               guint             position,
               GError          **error)
{
  const char *id = gw_account_get_id (entry->account);
  g_autoptr (GPtrArray) accounts = gw_cloud_accounts_dup_list (self);
  gboolean noted = gw_account_get_kind (entry->account) == GW_ACCOUNT_ACCESS_KEY &&
                   gw_cloud_accounts_note_removal (self, id, TRUE);

  g_ptr_array_remove_index (accounts, position);
  if (gw_account_file_save (self->file, accounts, error))
    return TRUE;
  if (noted)
    gw_cloud_accounts_note_removal (self, id, FALSE);
  return FALSE;
}

void
gw_cloud_accounts_remove_async (GwCloudAccounts     *self,
                                GwAccount           *account,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  GwRemovedAccount *removed;
  GwCloudEntry *entry;
  GError *error = NULL;
  guint position = 0;

  g_return_if_fail (GW_IS_CLOUD_ACCOUNTS (self));
  g_return_if_fail (GW_IS_ACCOUNT (account));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_cloud_accounts_remove_async);
  /* It is gone when the call returns; only the AccessKey is waited for, and that not long. */
  g_task_set_check_cancellable (task, FALSE);
  entry = gw_cloud_accounts_find (self, gw_account_get_id (account), &position);
  if (entry == NULL)
    {
      g_task_return_new_error (task, GW_ERROR, GW_ERROR_FAILED,
                               _("The account is not there any more"));
      return;
    }
  if (!write_without (self, entry, position, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  removed = g_rc_box_new0 (GwRemovedAccount);
  removed->position = position;
  removed->id = g_strdup (gw_account_get_id (account));
  removed->source = gw_cloud_accounts_take (self, position);
  g_task_set_task_data (task, removed, (GDestroyNotify) gw_removed_account_free);
  account = gw_ecs_source_get_account (removed->source);
  if (gw_account_get_kind (account) != GW_ACCOUNT_ACCESS_KEY)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_hash_table_add (self->removing, g_strdup (gw_account_get_id (account)));
  gw_keyring_settle_async (self->keyring, NULL, on_settled, g_steal_pointer (&task));
}

GwRemovedAccount *
gw_cloud_accounts_remove_finish (GwCloudAccounts  *self,
                                 GAsyncResult     *result,
                                 GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  return g_rc_box_acquire (g_task_get_task_data (G_TASK (result)));
}

/* Undoing */

static void
on_key_put (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwCloudAccounts *self = GW_CLOUD_ACCOUNTS (source);
  GwRemovedAccount *undo = g_task_get_task_data (task);
  g_autoptr (GwSensitive) old = NULL;
  g_autoptr (GError) error = NULL;
  GwCloudEntry *entry;

  if (!gw_cloud_accounts_put_key_finish (self, result, &old, &error))
    {
      /* Translators: %s is a sentence that says why. */
      g_task_return_new_error (task, GW_ERROR, GW_ERROR_NO_SECRET,
                               _("The account is back, but not its AccessKey: %s"),
                               error->message);
      return;
    }
  g_clear_pointer (&undo->packed, gw_sensitive_unref);
  entry = gw_cloud_accounts_find (self, undo->id, NULL);
  if (entry != NULL)
    gw_cloud_accounts_start (self, entry);
  g_task_return_boolean (task, TRUE);
}

/* Whether @account needs an AccessKey that is gone, with the keyring in the state that it has. */
static gboolean
is_key_lost (GwCloudAccounts        *self,
             const GwRemovedAccount *undo,
             gboolean                was_noted)
{
  GwAccount *account = gw_ecs_source_get_account (undo->source);

  return gw_account_get_kind (account) == GW_ACCOUNT_ACCESS_KEY && undo->packed == NULL &&
         (!was_noted || g_hash_table_contains (self->removing, gw_account_get_id (account)));
}

/* The account comes back at once; its AccessKey may take a person's time. */
static void
restore (GTask            *task,
         GwRemovedAccount *undo)
{
  GwCloudAccounts *self = g_task_get_source_object (task);
  GwAccount *account = gw_ecs_source_get_account (undo->source);
  const char *id = undo->id;
  g_autoptr (GPtrArray) accounts = gw_cloud_accounts_dup_list (self);
  gboolean was_noted = gw_cloud_accounts_note_removal (self, id, FALSE);
  gboolean is_lost = is_key_lost (self, undo, was_noted);
  GError *error = NULL;

  g_ptr_array_insert (accounts, (gint) MIN (undo->position, accounts->len), g_object_ref (account));
  if (!gw_account_file_save (self->file, accounts, &error))
    {
      if (was_noted)
        gw_cloud_accounts_note_removal (self, id, TRUE);
      g_task_return_error (task, error);
      return;
    }
  gw_cloud_accounts_insert (self, undo->position, undo->source);
  g_clear_object (&undo->source);
  if (undo->packed != NULL)
    gw_cloud_accounts_put_key_async (self, account, undo->packed, g_task_get_cancellable (task),
                                     on_key_put, g_object_ref (task));
  else if (is_lost)
    g_task_return_new_error (task, GW_ERROR, GW_ERROR_NO_SECRET,
                             _("The account is back, but its AccessKey was removed from the "
                               "keyring. Edit the account to enter it again."));
  else
    {
      gw_cloud_accounts_start (self, gw_cloud_accounts_find (self, id, NULL));
      g_task_return_boolean (task, TRUE);
    }
}

/* The account came back before, but its AccessKey did not. */
static void
restore_key (GTask            *task,
             GwRemovedAccount *undo)
{
  GwCloudAccounts *self = g_task_get_source_object (task);
  const GwCloudEntry *entry = gw_cloud_accounts_find (self, undo->id, NULL);

  if (entry != NULL && gw_account_get_kind (entry->account) == GW_ACCOUNT_ACCESS_KEY &&
      gw_keyring_lookup (self->keyring, GW_ACCOUNT_ITEM, undo->id) == NULL)
    {
      gw_cloud_accounts_put_key_async (self, entry->account, undo->packed,
                                       g_task_get_cancellable (task), on_key_put,
                                       g_object_ref (task));
      return;
    }
  /* It was edited or removed meanwhile: the old AccessKey is not wanted any more. */
  g_clear_pointer (&undo->packed, gw_sensitive_unref);
  g_task_return_boolean (task, TRUE);
}

void
gw_cloud_accounts_restore_async (GwCloudAccounts     *self,
                                 GwRemovedAccount    *undo,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (GW_IS_CLOUD_ACCOUNTS (self));
  g_return_if_fail (undo != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_cloud_accounts_restore_async);
  g_task_set_task_data (task, g_rc_box_acquire (undo), (GDestroyNotify) gw_removed_account_free);
  if (undo->source != NULL)
    restore (task, undo);
  else if (undo->packed != NULL)
    restore_key (task, undo);
  else
    g_task_return_boolean (task, TRUE); /* it is back */
}

gboolean
gw_cloud_accounts_restore_finish (GwCloudAccounts  *self,
                                  GAsyncResult     *result,
                                  GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
