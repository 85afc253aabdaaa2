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
drop (GTask *task)
{
  GwSavedLogins *self = g_task_get_source_object (task);
  const Remove *remove = g_task_get_task_data (task);
  const GwRemovedLogin *removed = remove->removed;

  g_hash_table_remove (self->removing, removed->key);
  /* Nobody has to hear of a locked keyring where nothing was saved. */
  if (gw_login_history_has_removal (self->history, removed->key) ||
      gw_keyring_is_usable (self->keyring))
    gw_saved_logins_drop_async (self, removed->key, g_task_get_cancellable (task),
                                gw_saved_logins_pass_on, g_object_ref (task));
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
  GwSavedLogins *self = g_task_get_source_object (task);
  GwRemovedLogin *removed = ((Remove *) g_task_get_task_data (task))->removed;
  GwKeyringItem *item;
  GError *error = NULL;

  if (!gw_keyring_settle_finish (keyring, result, &error))
    {
      g_hash_table_remove (self->removing, removed->key);
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

/* All that can be done before the keyring answers: the program may end before. */
static void
forget_login (GwSavedLogins *self,
              const Remove  *remove)
{
  const GwRemovedLogin *removed = remove->removed;
  const char *key = removed->key;

  if (gw_saved_logins_has_item (self, removed->entry) ||
      gw_keyring_lookup (self->keyring, GW_LOGIN_KIND, key) != NULL)
    gw_login_history_note_removal (self->history, key);
  g_hash_table_add (self->removing, g_strdup (key));
  if (remove->forget)
    {
      gint64 now = g_get_monotonic_time ();

      g_hash_table_replace (self->forgotten, g_strdup (key), g_memdup2 (&now, sizeof now));
      gw_login_history_forget (self->history, key);
    }
  else
    gw_login_history_set_unsaved (self->history, key);
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
  forget_login (self, remove);
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
  gboolean was_noted;
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
      if (restore->was_noted)
        gw_login_history_note_removal (self->history, restore->key);
      g_task_return_error (task, error);
      return;
    }
  if (restore->entry != NULL)
    gw_login_history_restore (self->history, restore->entry);
  g_task_return_boolean (task, TRUE);
}

/* The secret of @undo was not read, because the keyring was closed: it is there still, unless that
 * was opened since then. */
static void
restore_noted (GTask          *task,
               GwRemovedLogin *undo)
{
  GwSavedLogins *self = g_task_get_source_object (task);
  const GwLoginEntry *entry = undo->entry;
  gboolean is_there = !g_hash_table_contains (self->deleting, undo->key) &&
                      gw_login_history_drop_removal (self->history, undo->key);

  if (entry != NULL)
    gw_login_history_restore (self->history, entry);
  if (is_there || entry == NULL || !entry->has_secret)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  gw_login_history_set_unsaved (self->history, undo->key);
  g_task_return_new_error (task, GW_ERROR, GW_ERROR_NO_SECRET,
                           _("The secret was removed from the keyring meanwhile, so the login is "
                             "not saved any more"));
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
  g_hash_table_remove (self->forgotten, undo->key);
  if (!gw_removed_login_can_restore (undo))
    {
      g_task_return_new_error (task, GW_ERROR, GW_ERROR_NO_SECRET,
                               _("The secret could not be read before it was removed"));
      return;
    }
  if (undo->item == NULL)
    {
      restore_noted (task, undo);
      return;
    }
  restore = g_new0 (Restore, 1);
  restore->key = g_strdup (undo->key);
  restore->entry = undo->entry != NULL ? gw_login_entry_copy (undo->entry) : NULL;
  /* Opening the keyring would have it removed while it is being stored. */
  restore->was_noted = gw_login_history_drop_removal (self->history, undo->key);
  g_task_set_task_data (task, restore, (GDestroyNotify) restore_free);
  gw_keyring_store_async (self->keyring, undo->item, undo->secret, cancellable, on_restored,
                          g_steal_pointer (&task));
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
                                 cancellable, gw_saved_logins_pass_on, g_steal_pointer (&task));
}

gboolean
gw_saved_logins_replace_finish (GwSavedLogins  *self,
                                GAsyncResult   *result,
                                GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
