/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Secrets"

#include "config.h"

#include <glib/gi18n.h>

#include "gw-error.h"
#include "gw-keyring-private.h"

/* Removing, which is done when the service says that nothing is left. */

static void
remove_verified (GTask *task)
{
  GwKeyring *self = g_task_get_source_object (task);
  GwKeyringCall *call = g_task_get_task_data (task);

  if (call->paths->len > 0)
    {
      _gw_keyring_call_fail (task, g_error_new_literal (GW_ERROR, GW_ERROR_KEYRING,
                                                        _("The keyring still has what it was told "
                                                          "to delete. Delete it in the desktop’s "
                                                          "password manager.")));
      return;
    }
  if (self->state == GW_KEYRING_STATE_OPEN)
    _gw_keyring_drop (self, call->kind, call->id);
  if (call->is_far)
    _gw_keyring_call_fail (task, _gw_keyring_far_error ());
  else
    _gw_keyring_call_succeed (task);
}

static void remove_next (GTask *task);

static void
on_deleted (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  gboolean gone;
  g_autoptr (GVariant) reply = _gw_keyring_call_receive (task, source, result, &gone);
  const char *prompt = GW_SS_NONE;

  if (reply == NULL && !gone)
    return;
  if (reply != NULL)
    g_variant_get (reply, "(&o)", &prompt);
  if (g_str_equal (prompt, GW_SS_NONE))
    remove_next (task);
  else
    _gw_keyring_call_fail (task, _gw_keyring_asks_error ());
}

static void
remove_next (GTask *task)
{
  GwKeyringCall *call = g_task_get_task_data (task);
  g_autofree char *path = NULL;

  if (call->paths->len == 0)
    {
      _gw_keyring_call_find (task, remove_verified);
      return;
    }
  path = g_ptr_array_steal_index (call->paths, call->paths->len - 1);
  _gw_keyring_call_send (task, path, GW_SS_ITEM, "Delete", NULL, "(o)", on_deleted);
}

static void
remove_item (GTask *task)
{
  GwKeyring *self = g_task_get_source_object (task);
  GwKeyringCall *call = g_task_get_task_data (task);

  if (!_gw_keyring_call_is_usable (task))
    return;
  if (self->state == GW_KEYRING_STATE_OPEN)
    {
      _gw_keyring_call_find (task, remove_next);
      return;
    }
  _gw_keyring_drop (self, call->kind, call->id);
  _gw_keyring_call_succeed (task);
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

  g_return_if_fail (GW_IS_KEYRING (self));
  g_return_if_fail (kind != NULL && id != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = _gw_keyring_call_new_for (self, gw_keyring_remove_async, kind, id, cancellable, callback,
                                   user_data);
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
