/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Secrets"

#include "config.h"

#include <glib/gi18n.h>

#include "gw-error.h"
#include "gw-keyring-private.h"

GError *
_gw_keyring_no_secret_error (void)
{
  return g_error_new_literal (GW_ERROR, GW_ERROR_NO_SECRET,
                              _("It is not in the keyring any more: another program has removed "
                                "it."));
}

static void
load (GTask *task)
{
  GwKeyring *self = g_task_get_source_object (task);
  GwKeyringCall *call = g_task_get_task_data (task);
  GwKeyringEntry *entry = _gw_keyring_find (self, call->kind, call->id);

  if (!_gw_keyring_call_is_usable (task))
    return;
  if (self->state != GW_KEYRING_STATE_SESSION_ONLY)
    return;
  if (entry == NULL)
    _gw_keyring_call_fail (task, _gw_keyring_no_secret_error ());
  else if (_gw_keyring_call_end (task))
    g_task_return_pointer (task, gw_sensitive_ref (entry->secret),
                           (GDestroyNotify) gw_sensitive_unref);
}

void
gw_keyring_load_async (GwKeyring           *self,
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
  g_task_set_source_tag (task, gw_keyring_load_async);
  call = g_task_get_task_data (task);
  call->kind = g_strdup (kind);
  call->id = g_strdup (id);
  _gw_keyring_call_begin (task, load);
}

GwSensitive *
gw_keyring_load_finish (GwKeyring     *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
