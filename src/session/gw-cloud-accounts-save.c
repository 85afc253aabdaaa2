/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-cloud-accounts-private.h"

#include <glib/gi18n.h>

#include "gw-error.h"

/* Adding and changing an account: the keyring first, then the file; then it counts. */

typedef struct {
  GwAccount *account;  /* what it is to be */
  gboolean is_new;
  GwSensitive *packed; /* NULL: what the keyring has stays */
  GwSensitive *old;    /* what it had instead of @packed */
  GError *error;       /* why it is taken back */
} Save;

static void
save_free (Save *save)
{
  g_object_unref (save->account);
  g_clear_pointer (&save->packed, gw_sensitive_unref);
  g_clear_pointer (&save->old, gw_sensitive_unref);
  g_clear_error (&save->error);
  g_free (save);
}

static void
on_put_back (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Save *save = g_task_get_task_data (task);

  g_task_return_error (task, g_steal_pointer (&save->error));
}

/* Takes @error. */
static void
fail (GTask  *task,
      GError *error)
{
  GwCloudAccounts *self = g_task_get_source_object (task);
  Save *save = g_task_get_task_data (task);
  GwAccount *before = gw_cloud_accounts_lookup (self, gw_account_get_id (save->account));

  if (save->packed == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  save->error = error;
  gw_cloud_accounts_put_back_async (self, before != NULL ? before : save->account, save->old,
                                    on_put_back, g_object_ref (task));
}

static gboolean
is_same_client (GwAccount *a,
                GwAccount *b)
{
  return gw_account_get_kind (a) == gw_account_get_kind (b) &&
         g_strcmp0 (gw_account_get_profile (a), gw_account_get_profile (b)) == 0 &&
         g_strcmp0 (gw_account_get_endpoint (a), gw_account_get_endpoint (b)) == 0;
}

/* Whether what is listed is that of the same caller still: an AccessKey with another ID may be of
 * another account. */
static gboolean
is_same_caller (const Save *save,
                GwAccount  *before)
{
  g_autoptr (GwAccessKey) old = NULL;
  g_autoptr (GwAccessKey) key = NULL;

  if (!is_same_client (before, save->account))
    return FALSE;
  if (save->packed == NULL)
    return TRUE;
  if (save->old != NULL)
    old = gw_access_key_unpack (save->old, NULL);
  key = gw_access_key_unpack (save->packed, NULL);
  return old != NULL && key != NULL &&
         g_str_equal (gw_access_key_get_id (old), gw_access_key_get_id (key));
}

static void
change (GwCloudAccounts *self,
        GwCloudEntry    *entry,
        const Save      *save)
{
  gboolean is_same = save->packed == NULL && is_same_client (entry->account, save->account);
  gboolean is_same_list = is_same_caller (save, entry->account);

  gw_ecs_source_cancel (entry->source);
  gw_account_assign (entry->account, save->account);
  if (!is_same)
    {
      g_autoptr (GwCloudClient) client = NULL;

      client = gw_cloud_accounts_create_client (self, entry->account, NULL);
      gw_ecs_source_set_client (entry->source, client);
    }
  if (!is_same_list)
    gw_ecs_source_clear (entry->source);
  if (save->packed == NULL && gw_account_get_kind (entry->account) == GW_ACCOUNT_ACCESS_KEY)
    gw_cloud_accounts_label_key (self, entry->account);
}

static GwCloudEntry *
add (GwCloudAccounts *self,
     const Save      *save)
{
  g_autoptr (GwCloudClient) client = NULL;
  g_autoptr (GwEcsSource) source = NULL;

  client = gw_cloud_accounts_create_client (self, save->account, NULL);
  source = gw_ecs_source_new (save->account, client, self->cache_folder);
  gw_cloud_accounts_insert (self, self->entries->len, source);
  return gw_cloud_accounts_find (self, gw_account_get_id (save->account), NULL);
}

/* The file, and what follows from it. */
static void
commit (GTask *task)
{
  GwCloudAccounts *self = g_task_get_source_object (task);
  const Save *save = g_task_get_task_data (task);
  const char *id = gw_account_get_id (save->account);
  gboolean has_key = gw_account_get_kind (save->account) == GW_ACCOUNT_ACCESS_KEY;
  g_autoptr (GPtrArray) accounts = gw_cloud_accounts_dup_list (self);
  gboolean drops_key = FALSE;
  gboolean noted;
  GwCloudEntry *entry;
  GError *error = NULL;
  guint position = 0;

  entry = gw_cloud_accounts_find (self, id, &position);
  if ((entry == NULL) != save->is_new)
    {
      fail (task, g_error_new_literal (GW_ERROR, GW_ERROR_FAILED,
                                       _("The account was changed elsewhere in the meantime")));
      return;
    }
  if (entry != NULL)
    {
      drops_key = !has_key && gw_account_get_kind (entry->account) == GW_ACCOUNT_ACCESS_KEY;
      g_ptr_array_remove_index (accounts, position);
      g_ptr_array_insert (accounts, (gint) position, g_object_ref (save->account));
    }
  else
    g_ptr_array_add (accounts, g_object_ref (save->account));
  noted = (drops_key || has_key) && gw_cloud_accounts_note_removal (self, id, drops_key);
  if (!gw_account_file_save (self->file, accounts, &error))
    {
      if (noted)
        gw_cloud_accounts_note_removal (self, id, !drops_key);
      fail (task, error);
      return;
    }
  if (entry != NULL)
    change (self, entry, save);
  else
    entry = add (self, save);
  if (drops_key)
    gw_cloud_accounts_drop_key_async (self, id, NULL, NULL);
  gw_cloud_accounts_start (self, entry);
  g_task_return_boolean (task, TRUE);
}

static void
on_key_put (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwCloudAccounts *self = GW_CLOUD_ACCOUNTS (source);
  Save *save = g_task_get_task_data (task);
  GError *error = NULL;

  if (gw_cloud_accounts_put_key_finish (self, result, &save->old, &error))
    commit (task);
  else
    g_task_return_error (task, error);
}

/* %NULL where nothing stands against it. */
static GError *
check (GwCloudAccounts *self,
       GwAccount       *account,
       GwAccessKey     *key)
{
  const GwCloudEntry *entry = gw_cloud_accounts_find (self, gw_account_get_id (account), NULL);
  GwCloudErrorDetails details = { NULL };

  if (gw_account_get_kind (account) == GW_ACCOUNT_ACCESS_KEY && key == NULL &&
      (entry == NULL || gw_account_get_kind (entry->account) != GW_ACCOUNT_ACCESS_KEY))
    return gw_cloud_error_new (GW_CLOUD_ERROR_NO_KEY, &details,
                               _("The account needs an AccessKey. Enter its ID and secret."));
  if (entry == NULL && self->entries->len >= GW_ACCOUNTS_MAX)
    return g_error_new (GW_ERROR, GW_ERROR_TOO_LARGE,
                        ngettext ("Gangway keeps at most %d account",
                                  "Gangway keeps at most %d accounts", GW_ACCOUNTS_MAX),
                        GW_ACCOUNTS_MAX);
  return NULL;
}

void
gw_cloud_accounts_save_async (GwCloudAccounts     *self,
                              GwAccount           *account,
                              GwAccessKey         *key,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  Save *save;

  g_return_if_fail (GW_IS_CLOUD_ACCOUNTS (self));
  g_return_if_fail (GW_IS_ACCOUNT (account));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_cloud_accounts_save_async);
  /* Once it is in the file it is saved. */
  g_task_set_check_cancellable (task, FALSE);
  save = g_new0 (Save, 1);
  save->account = gw_account_copy (account);
  save->is_new = gw_cloud_accounts_lookup (self, gw_account_get_id (account)) == NULL;
  g_task_set_task_data (task, save, (GDestroyNotify) save_free);
  error = check (self, account, key);
  if (error == NULL && key != NULL && gw_account_get_kind (account) == GW_ACCOUNT_ACCESS_KEY)
    save->packed = gw_access_key_pack (key, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else if (save->packed != NULL)
    gw_cloud_accounts_put_key_async (self, account, save->packed, cancellable, on_key_put,
                                     g_object_ref (task));
  else
    commit (task);
}

gboolean
gw_cloud_accounts_save_finish (GwCloudAccounts  *self,
                               GAsyncResult     *result,
                               GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
