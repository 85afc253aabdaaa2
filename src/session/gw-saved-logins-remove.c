/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-saved-logins-private.h"

#include <glib/gi18n.h>

#include "gw-error.h"

/* Removing what was saved, undoing that, and putting another secret in its place. */

struct _GwRemovedLogin {
  char *key;
  GwLoginEntry *entry;  /* NULL: the history knew nothing of it */
  GwKeyringItem *item;  /* NULL: none, or it is there still */
  GwSensitive *secret;  /* of @item; NULL: it could not be read */
};

typedef struct {
  GwRemovedLogin *removed;
  gboolean forget;
} Remove;

void
gw_removed_login_free (GwRemovedLogin *self)
{
  g_free (self->key);
  g_clear_pointer (&self->entry, gw_login_entry_free);
  g_clear_object (&self->item);
  g_clear_pointer (&self->secret, gw_sensitive_unref);
  g_free (self);
}

gboolean
gw_removed_login_can_restore (GwRemovedLogin *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->item == NULL || self->secret != NULL;
}

static void
remove_free (Remove *remove)
{
  g_clear_pointer (&remove->removed, gw_removed_login_free);
  g_free (remove);
}

/* Removing */

static void
on_dropped (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (gw_saved_logins_drop_finish (GW_SAVED_LOGINS (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
drop (GTask *task)
{
  GwSavedLogins *self = g_task_get_source_object (task);
  const Remove *remove = g_task_get_task_data (task);
  const GwRemovedLogin *removed = remove->removed;
  gboolean is_known = removed->entry != NULL && gw_saved_logins_has_item (self, removed->entry);

  if (remove->forget)
    gw_login_history_forget (self->history, removed->key);
  else
    gw_login_history_set_unsaved (self->history, removed->key);
  /* Nobody has to hear of a locked keyring where nothing was saved. */
  if (is_known || gw_keyring_is_usable (self->keyring))
    gw_saved_logins_drop_async (self, removed->key, g_task_get_cancellable (task), on_dropped,
                                g_object_ref (task));
  else
    g_task_return_boolean (task, TRUE);
}

static void
on_loaded (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Remove *remove = g_task_get_task_data (task);

  /* Where it cannot be read it goes all the same. */
  remove->removed->secret = gw_keyring_load_finish (GW_KEYRING (source), result, NULL);
  drop (task);
}

static void
on_settled (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwKeyring *keyring = GW_KEYRING (source);
  GwRemovedLogin *removed = ((Remove *) g_task_get_task_data (task))->removed;
  GwKeyringItem *item;
  GError *error = NULL;

  if (!gw_keyring_settle_finish (keyring, result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  item = gw_keyring_lookup (keyring, GW_LOGIN_KIND, removed->key);
  if (item == NULL)
    {
      drop (task);
      return;
    }
  removed->item = gw_keyring_item_copy (item);
  gw_keyring_load_async (keyring, GW_LOGIN_KIND, removed->key, g_task_get_cancellable (task),
                         on_loaded, g_object_ref (task));
}

void
gw_saved_logins_remove_async (GwSavedLogins       *self,
                              const char          *key,
                              gboolean             forget,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  const GwLoginEntry *entry;
  Remove *remove;

  g_return_if_fail (GW_IS_SAVED_LOGINS (self));
  g_return_if_fail (key != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_saved_logins_remove_async);
  remove = g_new0 (Remove, 1);
  remove->forget = forget;
  remove->removed = g_new0 (GwRemovedLogin, 1);
  remove->removed->key = g_strdup (key);
  entry = gw_login_history_lookup (self->history, key);
  if (entry != NULL)
    remove->removed->entry = gw_login_entry_copy (entry);
  g_task_set_task_data (task, remove, (GDestroyNotify) remove_free);
  gw_keyring_settle_async (self->keyring, cancellable, on_settled, g_steal_pointer (&task));
}

gboolean
gw_saved_logins_remove_finish (GwSavedLogins   *self,
                               GAsyncResult    *result,
                               GwRemovedLogin **undo,
                               GError         **error)
{
  Remove *remove;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  remove = g_task_get_task_data (G_TASK (result));
  if (undo != NULL)
    *undo = g_steal_pointer (&remove->removed);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Undoing */

typedef struct {
  GwLoginEntry *entry;
  char *key;
} Restore;

static void
restore_free (Restore *restore)
{
  g_clear_pointer (&restore->entry, gw_login_entry_free);
  g_free (restore->key);
  g_free (restore);
}

static void
on_restored (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwSavedLogins *self = g_task_get_source_object (task);
  const Restore *restore = g_task_get_task_data (task);
  GError *error = NULL;

  if (!gw_keyring_store_finish (GW_KEYRING (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  gw_login_history_drop_removal (self->history, restore->key);
  if (restore->entry != NULL)
    gw_login_history_restore (self->history, restore->entry);
  g_task_return_boolean (task, TRUE);
}

void
gw_saved_logins_restore_async (GwSavedLogins       *self,
                               GwRemovedLogin      *undo,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Restore *restore;

  g_return_if_fail (GW_IS_SAVED_LOGINS (self));
  g_return_if_fail (undo != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_saved_logins_restore_async);
  if (!gw_removed_login_can_restore (undo))
    {
      g_task_return_new_error (task, GW_ERROR, GW_ERROR_NO_SECRET,
                               _("The secret could not be read before it was removed"));
      return;
    }
  restore = g_new0 (Restore, 1);
  restore->key = g_strdup (undo->key);
  restore->entry = undo->entry != NULL ? gw_login_entry_copy (undo->entry) : NULL;
  g_task_set_task_data (task, restore, (GDestroyNotify) restore_free);
  if (undo->item != NULL)
    {
      gw_keyring_store_async (self->keyring, undo->item, undo->secret, cancellable, on_restored,
                              g_steal_pointer (&task));
      return;
    }
  /* Its removal was only noted. */
  gw_login_history_drop_removal (self->history, undo->key);
  if (undo->entry != NULL)
    gw_login_history_restore (self->history, undo->entry);
  g_task_return_boolean (task, TRUE);
}

gboolean
gw_saved_logins_restore_finish (GwSavedLogins  *self,
                                GAsyncResult   *result,
                                GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Another secret */

static void
on_replaced (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (gw_saved_logins_store_finish (GW_SAVED_LOGINS (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
gw_saved_logins_replace_async (GwSavedLogins       *self,
                               const char          *key,
                               GwSecrets           *secrets,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  const GwLoginEntry *entry;

  g_return_if_fail (GW_IS_SAVED_LOGINS (self));
  g_return_if_fail (key != NULL && secrets != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_saved_logins_replace_async);
  entry = gw_login_history_lookup (self->history, key);
  if (entry == NULL || !entry->saved)
    g_task_return_new_error (task, GW_ERROR, GW_ERROR_NO_SECRET,
                             _("The login is not saved any more"));
  else
    gw_saved_logins_store_async (self, entry,
                                 gw_secrets_new (secrets->password, secrets->private_key,
                                                 secrets->passphrase),
                                 cancellable, on_replaced, g_steal_pointer (&task));
}

gboolean
gw_saved_logins_replace_finish (GwSavedLogins  *self,
                                GAsyncResult   *result,
                                GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
