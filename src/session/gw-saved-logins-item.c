/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-saved-logins-private.h"

#include <glib/gi18n.h>

#include "gw-error.h"
#include "gw-key-inspector.h"
#include "gw-key-text.h"

/* One item of the keyring: opening the keyring for it, storing it, dropping it. */

void
gw_saved_logins_pass_on (GObject      *source,
                         GAsyncResult *result,
                         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* Opening */

static void
on_unlocked (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (gw_keyring_unlock_finish (GW_KEYRING (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_settled (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GCancellable *cancellable = g_task_get_cancellable (task);
  GwKeyring *keyring = GW_KEYRING (source);
  GError *error = NULL;

  if (!gw_keyring_settle_finish (keyring, result, &error))
    g_task_return_error (task, error);
  else if (gw_keyring_get_state (keyring) == GW_KEYRING_STATE_ABSENT)
    g_task_return_new_error (task, GW_ERROR, GW_ERROR_KEYRING_ABSENT,
                             _("This desktop has no keyring (no Secret Service)"));
  else
    gw_keyring_unlock_async (keyring, cancellable, on_unlocked, g_steal_pointer (&task));
}

void
gw_saved_logins_open_async (GwSavedLogins       *self,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, gw_saved_logins_open_async);
  if (gw_keyring_is_usable (self->keyring))
    g_task_return_boolean (task, TRUE);
  else
    gw_keyring_settle_async (self->keyring, cancellable, on_settled, g_steal_pointer (&task));
}

gboolean
gw_saved_logins_open_finish (GwSavedLogins  *self,
                             GAsyncResult   *result,
                             GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Storing */

typedef struct {
  GwLoginEntry *entry;
  GwSecrets *secrets;
  GwKeyringItem *item;
} Store;

static void
store_free (Store *store)
{
  gw_login_entry_free (store->entry);
  gw_secrets_free (store->secrets);
  g_clear_object (&store->item);
  g_free (store);
}

static void
fill_item (GwKeyringItem      *item,
           const GwLoginEntry *entry,
           const GwSecrets    *secrets)
{
  const char *title = *entry->title != '\0' ? entry->title : entry->address;
  g_autofree char *label = g_strdup_printf ("Gangway/%s@%s", entry->user, title);
  g_autofree char *port = g_strdup_printf ("%u", entry->port);

  gw_keyring_item_set_label (item, label);
  gw_keyring_item_set_field (item, "title", title);
  gw_keyring_item_set_field (item, "user", entry->user);
  gw_keyring_item_set_field (item, "host", entry->address);
  gw_keyring_item_set_field (item, "port", port);
  gw_keyring_item_set_field (item, "type", secrets->password != NULL      ? GW_LOGIN_PASSWORD
                                           : secrets->private_key != NULL ? GW_LOGIN_PRIVATE_KEY
                                                                          : GW_LOGIN_PASSPHRASE);
  gw_keyring_item_set_field (item, "key-type", NULL);
  gw_keyring_item_set_field (item, "fingerprint", NULL);
  gw_keyring_item_set_field (item, "key-bits", NULL);
  gw_keyring_item_set_field (item, "encrypted", NULL);
}

static void
on_removed_again (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (!gw_saved_logins_drop_finish (GW_SAVED_LOGINS (source), result, &error))
    g_message ("Cannot remove a secret from the keyring: %s", error->message);
  g_task_return_new_error (task, GW_ERROR, GW_ERROR_NO_SECRET,
                           _("It was removed in the meantime"));
}

static void
on_item_stored (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwSavedLogins *self = g_task_get_source_object (task);
  Store *store = g_task_get_task_data (task);
  GwKeyring *keyring = GW_KEYRING (source);
  const char *key = store->entry->key;
  GError *error = NULL;

  if (!gw_keyring_store_finish (keyring, result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (gw_login_history_lookup (self->history, key) == NULL)
    {
      /* The instance was removed while the keyring was busy. */
      gw_saved_logins_drop_async (self, key, NULL, on_removed_again, g_steal_pointer (&task));
      return;
    }
  gw_login_history_drop_removal (self->history, key);
  gw_login_history_set_saved (self->history, key, TRUE,
                              gw_keyring_get_state (keyring) == GW_KEYRING_STATE_SESSION_ONLY);
  g_task_return_boolean (task, TRUE);
}

static void
store_item (GTask *task)
{
  GwSavedLogins *self = g_task_get_source_object (task);
  Store *store = g_task_get_task_data (task);
  g_autoptr (GwSensitive) packed = NULL;
  GError *error = NULL;

  packed = gw_secrets_pack (store->secrets, &error);
  if (packed == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  gw_keyring_store_async (self->keyring, store->item, packed, g_task_get_cancellable (task),
                          on_item_stored, g_object_ref (task));
}

static void
on_key_inspected (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Store *store = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *type = NULL;
  g_autofree char *fingerprint = NULL;
  guint bits = 0;

  if (gw_key_inspect_finish (result, &type, &fingerprint, &bits, &error))
    {
      g_autofree char *number = g_strdup_printf ("%u", bits);

      gw_keyring_item_set_field (store->item, "key-type", type);
      gw_keyring_item_set_field (store->item, "fingerprint", fingerprint);
      gw_keyring_item_set_field (store->item, "key-bits", bits != 0 ? number : NULL);
    }
  else
    /* It has just logged in: only what is shown of it is missing. */
    g_message ("Nothing is known of the saved key: %s", error->message);
  store_item (task);
}

static void
on_opened_for_store (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwSavedLogins *self = GW_SAVED_LOGINS (source);
  Store *store = g_task_get_task_data (task);
  g_autoptr (GwKeyInfo) info = NULL;
  GwKeyringItem *old;
  GError *error = NULL;

  if (!gw_saved_logins_open_finish (self, result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  old = gw_keyring_lookup (self->keyring, GW_LOGIN_KIND, store->entry->key);
  store->item = old != NULL ? gw_keyring_item_copy (old)
                            : gw_keyring_item_new (GW_LOGIN_KIND, store->entry->key);
  fill_item (store->item, store->entry, store->secrets);
  if (store->secrets->private_key == NULL)
    {
      store_item (task);
      return;
    }
  info = gw_key_text_inspect (store->secrets->private_key, NULL);
  if (info != NULL)
    gw_keyring_item_set_field (store->item, "encrypted", info->encrypted ? "yes" : "no");
  gw_key_inspect_async (store->secrets->private_key, store->secrets->passphrase,
                        g_task_get_cancellable (task), on_key_inspected, g_object_ref (task));
}

void
gw_saved_logins_store_async (GwSavedLogins       *self,
                             const GwLoginEntry  *entry,
                             GwSecrets           *secrets,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  Store *store = g_new0 (Store, 1);
  GTask *task;

  if (cancellable == NULL)
    cancellable = self->stores;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_saved_logins_store_async);
  store->entry = gw_login_entry_copy (entry);
  store->secrets = secrets;
  g_task_set_task_data (task, store, (GDestroyNotify) store_free);
  gw_saved_logins_open_async (self, cancellable, on_opened_for_store, task);
}

gboolean
gw_saved_logins_store_finish (GwSavedLogins  *self,
                              GAsyncResult   *result,
                              GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Dropping */

static void
on_item_removed (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwSavedLogins *self = g_task_get_source_object (task);
  const char *key = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  g_hash_table_remove (self->deleting, key);
  if (gw_keyring_remove_finish (GW_KEYRING (source), result, &error))
    {
      gw_login_history_drop_removal (self->history, key);
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_task_return_new_error (task, error->domain, error->code,
                           _("The saved secret may still be in the keyring. Gangway removes it when "
                             "the keyring is opened next. %s"), error->message);
}

static void
drop_item (GTask *task)
{
  GwSavedLogins *self = g_task_get_source_object (task);
  const char *key = g_task_get_task_data (task);

  /* Saved anew, or brought back, while the keyring was being asked for its state. */
  if (!gw_login_history_has_removal (self->history, key))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  if (gw_keyring_is_usable (self->keyring))
    {
      g_hash_table_add (self->deleting, g_strdup (key));
      gw_keyring_remove_async (self->keyring, GW_LOGIN_KIND, key, g_task_get_cancellable (task),
                               on_item_removed, g_object_ref (task));
      return;
    }
  if (gw_keyring_get_state (self->keyring) == GW_KEYRING_STATE_LOCKED)
    g_task_return_new_error (task, GW_ERROR, GW_ERROR_KEYRING_LOCKED,
                             _("The saved secret is still in the keyring, which is locked. Gangway "
                               "removes it as soon as the keyring is unlocked."));
  else
    g_task_return_new_error (task, GW_ERROR, GW_ERROR_KEYRING_ABSENT,
                             _("The keyring is not there, so the saved secret could not be removed "
                               "from it. Gangway removes it as soon as the keyring is back."));
}

static void
on_settled_for_drop (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (gw_keyring_settle_finish (GW_KEYRING (source), result, &error))
    drop_item (task);
  else
    g_task_return_error (task, error);
}

void
gw_saved_logins_drop_async (GwSavedLogins       *self,
                            const char          *key,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, gw_saved_logins_drop_async);
  g_task_set_task_data (task, g_strdup (key), g_free);
  /* At once: the program may end before the keyring answers. */
  gw_login_history_note_removal (self->history, key);
  gw_keyring_settle_async (self->keyring, cancellable, on_settled_for_drop,
                           g_steal_pointer (&task));
}

gboolean
gw_saved_logins_drop_finish (GwSavedLogins  *self,
                             GAsyncResult   *result,
                             GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
