/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Secrets"

#include "gw-keyring-private.h"

static void
unlock (GTask *task)
{
  if (_gw_keyring_call_is_usable (task))
    _gw_keyring_call_succeed (task);
}

void
gw_keyring_unlock_async (GwKeyring           *self,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (GW_IS_KEYRING (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = _gw_keyring_call_new (self, GW_KEYRING_PROMPT_TIMEOUT, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_keyring_unlock_async);
  _gw_keyring_call_begin (task, unlock);
}

gboolean
gw_keyring_unlock_finish (GwKeyring     *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
