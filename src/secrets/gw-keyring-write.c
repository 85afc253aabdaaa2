/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Secrets"


#include "gw-keyring-private.h"

static void
set_created (GwKeyringItem *item)
{
  g_autofree char *now = NULL;

  if (gw_keyring_item_get_created (item) != 0)
    return;
  now = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_real_time () / G_USEC_PER_SEC);
  gw_keyring_item_set_field (item, "created", now);
}

static void
keep_in_memory (GTask *task)
{
  GwKeyring *self = g_task_get_source_object (task);
  GwKeyringCall *call = g_task_get_task_data (task);
  GwKeyringEntry *old = _gw_keyring_find (self, call->kind, call->id);

  gw_keyring_item_set_modified (call->item, g_get_real_time () / G_USEC_PER_SEC);
  _gw_keyring_put (self, _gw_keyring_entry_new (call->item, NULL,
                                                call->secret != NULL ? call->secret : old->secret));
  _gw_keyring_call_succeed (task);
}

static void
store (GTask *task)
{
  GwKeyring *self = g_task_get_source_object (task);
  GwKeyringCall *call = g_task_get_task_data (task);

  if (!_gw_keyring_call_is_usable (task))
    return;
  set_created (call->item);
  if (self->state == GW_KEYRING_STATE_SESSION_ONLY)
    keep_in_memory (task);
}

static void
update (GTask *task)
{
  GwKeyring *self = g_task_get_source_object (task);
  GwKeyringCall *call = g_task_get_task_data (task);

  if (!_gw_keyring_call_is_usable (task))
    return;
  if (self->state != GW_KEYRING_STATE_SESSION_ONLY)
    return;
  if (_gw_keyring_find (self, call->kind, call->id) != NULL)
    keep_in_memory (task);
  else
    _gw_keyring_call_fail (task, _gw_keyring_no_secret_error ());
}

static void
remove_item (GTask *task)
{
  GwKeyring *self = g_task_get_source_object (task);
  GwKeyringCall *call = g_task_get_task_data (task);

  if (!_gw_keyring_call_is_usable (task))
    return;
  if (self->state != GW_KEYRING_STATE_SESSION_ONLY)
    return;
  _gw_keyring_drop (self, call->kind, call->id);
  _gw_keyring_call_succeed (task);
}

void
gw_keyring_store_async (GwKeyring           *self,
                        GwKeyringItem       *item,
                        GwSensitive         *secret,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  GwKeyringCall *call;

  g_return_if_fail (GW_IS_KEYRING (self));
  g_return_if_fail (GW_IS_KEYRING_ITEM (item));
  g_return_if_fail (secret != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = _gw_keyring_call_new (self, GW_KEYRING_TIMEOUT, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_keyring_store_async);
  call = g_task_get_task_data (task);
  call->kind = g_strdup (gw_keyring_item_get_kind (item));
  call->id = g_strdup (gw_keyring_item_get_id (item));
  call->item = gw_keyring_item_copy (item);
  call->secret = gw_sensitive_ref (secret);
  _gw_keyring_call_begin (task, store);
}

gboolean
gw_keyring_store_finish (GwKeyring     *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
gw_keyring_update_async (GwKeyring           *self,
                         GwKeyringItem       *item,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  GwKeyringCall *call;

  g_return_if_fail (GW_IS_KEYRING (self));
  g_return_if_fail (GW_IS_KEYRING_ITEM (item));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = _gw_keyring_call_new (self, GW_KEYRING_TIMEOUT, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_keyring_update_async);
  call = g_task_get_task_data (task);
  call->kind = g_strdup (gw_keyring_item_get_kind (item));
  call->id = g_strdup (gw_keyring_item_get_id (item));
  call->item = gw_keyring_item_copy (item);
  _gw_keyring_call_begin (task, update);
}

gboolean
gw_keyring_update_finish (GwKeyring     *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
gw_keyring_remove_async (GwKeyring           *self,
                         const char          *kind,
                         const char          *id,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  GwKeyringCall *call;

  g_return_if_fail (GW_IS_KEYRING (self));
  g_return_if_fail (kind != NULL && id != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = _gw_keyring_call_new (self, GW_KEYRING_TIMEOUT, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_keyring_remove_async);
  call = g_task_get_task_data (task);
  call->kind = g_strdup (kind);
  call->id = g_strdup (id);
  _gw_keyring_call_begin (task, remove_item);
}

gboolean
gw_keyring_remove_finish (GwKeyring     *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
