/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-cloud-accounts-private.h"

#include <glib/gi18n.h>

#include "gw-account-key-source.h"
#include "gw-error.h"

/* The AccessKeys in the keyring: one item for each account. */

static GwKeyringItem *
create_item (GwAccount *account)
{
  GwKeyringItem *item = gw_keyring_item_new (GW_ACCOUNT_ITEM, gw_account_get_id (account));
  g_autofree char *label = NULL;

  /* Translators: of an item in the desktop's password manager; %s is the account's name. */
  label = g_strdup_printf (_("Gangway account %s"), gw_account_get_name (account));
  gw_keyring_item_set_label (item, label);
  return item;
}

static void
on_labelled (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  if (!gw_keyring_update_finish (GW_KEYRING (source), result, &error))
    g_message ("Cannot rename an AccessKey in the keyring: %s", error->message);
}

void
gw_cloud_accounts_label_key (GwCloudAccounts *self,
                             GwAccount       *account)
{
  GwKeyringItem *item = gw_keyring_lookup (self->keyring, GW_ACCOUNT_ITEM,
                                           gw_account_get_id (account));
  g_autoptr (GwKeyringItem) fresh = NULL;
  g_autoptr (GwKeyringItem) copy = NULL;

  if (item == NULL)
    return;
  fresh = create_item (account);
  if (g_str_equal (gw_keyring_item_get_label (item), gw_keyring_item_get_label (fresh)))
    return;
  copy = gw_keyring_item_copy (item);
  gw_keyring_item_set_label (copy, gw_keyring_item_get_label (fresh));
  gw_keyring_update_async (self->keyring, copy, NULL, on_labelled, NULL);
}

/* Removing */

gboolean
gw_cloud_accounts_note_removal (GwCloudAccounts *self,
                                const char      *id,
                                gboolean         noted)
{
  const char *const *ids = gw_account_file_get_removals (self->file);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) changed = NULL;

  if (g_strv_contains (ids, id) == noted)
    return FALSE;
  for (guint i = 0; ids[i] != NULL; i++)
    if (!g_str_equal (ids[i], id))
      g_strv_builder_add (builder, ids[i]);
  if (noted)
    g_strv_builder_add (builder, id);
  changed = g_strv_builder_end (builder);
  gw_account_file_set_removals (self->file, (const char *const *) changed);
  return TRUE;
}

static void
on_dropped (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwCloudAccounts *self = g_task_get_source_object (task);
  const char *id = g_task_get_task_data (task);
  g_autoptr (GPtrArray) accounts = NULL;
  g_autoptr (GError) error = NULL;

  g_hash_table_remove (self->removing, id);
  if (!gw_keyring_remove_finish (GW_KEYRING (source), result, &error))
    g_message ("Cannot remove an AccessKey from the keyring: %s", error->message);
  else if (gw_cloud_accounts_note_removal (self, id, FALSE))
    {
      accounts = gw_cloud_accounts_dup_list (self);
      if (!gw_account_file_save (self->file, accounts, &error))
        g_message ("Cannot save the accounts: %s", error->message);
    }
  g_task_return_boolean (task, TRUE);
}

void
gw_cloud_accounts_drop_key_async (GwCloudAccounts     *self,
                                  const char          *id,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, gw_cloud_accounts_drop_key_async);
  g_task_set_task_data (task, g_strdup (id), g_free);
  g_hash_table_add (self->removing, g_strdup (id));
  gw_keyring_remove_async (self->keyring, GW_ACCOUNT_ITEM, id, NULL, on_dropped, task);
}

void
gw_cloud_accounts_make_up (GwCloudAccounts *self)
{
  g_auto (GStrv) ids = g_strdupv ((char **) gw_account_file_get_removals (self->file));

  for (guint i = 0; ids[i] != NULL; i++)
    {
      const GwCloudEntry *entry = gw_cloud_accounts_find (self, ids[i], NULL);

      /* A file that was edited by hand must not cost an account its AccessKey. */
      if ((entry == NULL || gw_account_get_kind (entry->account) != GW_ACCOUNT_ACCESS_KEY) &&
          !g_hash_table_contains (self->removing, ids[i]))
        gw_cloud_accounts_drop_key_async (self, ids[i], NULL, NULL);
    }
}

/* Putting one in */

typedef struct {
  GwAccount *account;
  GwSensitive *packed;
  GwSensitive *old; /* NULL: there was none */
  GError *error;    /* why it is taken back */
} Put;

static void
put_free (Put *put)
{
  g_object_unref (put->account);
  g_clear_pointer (&put->packed, gw_sensitive_unref);
  g_clear_pointer (&put->old, gw_sensitive_unref);
  g_clear_error (&put->error);
  g_free (put);
}

static void
on_taken_back (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Put *put = g_task_get_task_data (task);

  g_task_return_error (task, g_steal_pointer (&put->error));
}

static void
on_stored (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwCloudAccounts *self = g_task_get_source_object (task);
  Put *put = g_task_get_task_data (task);

  /* One that failed may have changed it all the same. */
  if (gw_keyring_store_finish (GW_KEYRING (source), result, &put->error) &&
      !g_cancellable_set_error_if_cancelled (g_task_get_cancellable (task), &put->error))
    g_task_return_boolean (task, TRUE);
  else
    gw_cloud_accounts_put_back_async (self, put->account, put->old, on_taken_back,
                                      g_object_ref (task));
}

static void
on_old_loaded (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Put *put = g_task_get_task_data (task);
  GwKeyring *keyring = GW_KEYRING (source);
  g_autoptr (GwKeyringItem) item = create_item (put->account);
  g_autoptr (GError) error = NULL;

  put->old = gw_keyring_load_finish (keyring, result, &error);
  if (put->old == NULL && !g_error_matches (error, GW_ERROR, GW_ERROR_NO_SECRET))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  /* Not to be cancelled: what happened is then not known. It ends soon. */
  gw_keyring_store_async (keyring, item, put->packed, NULL, on_stored, g_object_ref (task));
}

static void
on_unlocked (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  const Put *put = g_task_get_task_data (task);
  GError *error = NULL;

  if (gw_keyring_unlock_finish (GW_KEYRING (source), result, &error))
    gw_keyring_load_async (GW_KEYRING (source), GW_ACCOUNT_ITEM, gw_account_get_id (put->account),
                           g_task_get_cancellable (task), on_old_loaded, g_object_ref (task));
  else
    g_task_return_error (task, error);
}

static void
on_settled (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (gw_keyring_settle_finish (GW_KEYRING (source), result, &error))
    gw_keyring_unlock_async (GW_KEYRING (source), g_task_get_cancellable (task), on_unlocked,
                             g_object_ref (task));
  else
    g_task_return_error (task, error);
}

void
gw_cloud_accounts_put_key_async (GwCloudAccounts     *self,
                                 GwAccount           *account,
                                 GwSensitive         *packed,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Put *put = g_new0 (Put, 1);

  g_task_set_source_tag (task, gw_cloud_accounts_put_key_async);
  g_task_set_check_cancellable (task, FALSE);
  put->account = gw_account_copy (account);
  put->packed = gw_sensitive_ref (packed);
  g_task_set_task_data (task, put, (GDestroyNotify) put_free);
  gw_keyring_settle_async (self->keyring, cancellable, on_settled, task);
}

gboolean
gw_cloud_accounts_put_key_finish (GwCloudAccounts  *self,
                                  GAsyncResult     *result,
                                  GwSensitive     **old,
                                  GError          **error)
{
  Put *put;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  put = g_task_get_task_data (G_TASK (result));
  *old = g_steal_pointer (&put->old);
  return TRUE;
}

/* Taking it back */

static void
on_put_back (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (!gw_keyring_store_finish (GW_KEYRING (source), result, &error))
    g_message ("Cannot put an AccessKey back into the keyring: %s", error->message);
  g_task_return_boolean (task, TRUE);
}

static void
on_removed_again (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (!gw_keyring_remove_finish (GW_KEYRING (source), result, &error))
    g_message ("Cannot remove an AccessKey from the keyring: %s", error->message);
  g_task_return_boolean (task, TRUE);
}

void
gw_cloud_accounts_put_back_async (GwCloudAccounts     *self,
                                  GwAccount           *account,
                                  GwSensitive         *old,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (GwKeyringItem) item = create_item (account);

  g_task_set_source_tag (task, gw_cloud_accounts_put_back_async);
  if (old != NULL)
    gw_keyring_store_async (self->keyring, item, old, NULL, on_put_back, task);
  else
    gw_keyring_remove_async (self->keyring, GW_ACCOUNT_ITEM, gw_account_get_id (account), NULL,
                             on_removed_again, task);
}
