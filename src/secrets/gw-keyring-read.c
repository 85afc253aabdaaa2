/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Secrets"

#include "config.h"

#include <glib/gi18n.h>

#include "gw-error.h"
#include "gw-keyring-private.h"

static void
on_encrypted (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwKeyring *self = g_task_get_source_object (task);
  GwKeyringCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (SecretService) session = secret_service_open_finish (result, &error);
  g_autofree char *owner = NULL;

  if (session != NULL)
    owner = g_dbus_proxy_get_name_owner (G_DBUS_PROXY (session));
  /* libsecret takes what it gets, also a session in which every secret crosses the bus as it is. */
  if (session != NULL &&
      g_strcmp0 (secret_service_get_session_algorithms (session), "plain") == 0)
    {
      g_clear_object (&session);
      error = g_error_new_literal (GW_ERROR, GW_ERROR_KEYRING,
                                   _("The keyring does not encrypt what it is given, so no secret "
                                     "is handed to it or taken from it."));
    }
  if (session != NULL && owner != NULL && g_strcmp0 (owner, self->owner) == 0)
    g_set_object (&self->session, session);
  if (call->done)
    return;
  if (session == NULL)
    {
      _gw_keyring_call_fail (task, _gw_keyring_read_error (error));
      return;
    }
  call->session = g_steal_pointer (&session);
  call->proceed (task);
}

void
_gw_keyring_call_encrypt (GTask         *task,
                          GwKeyringStep  proceed)
{
  GwKeyring *self = g_task_get_source_object (task);
  GwKeyringCall *call = g_task_get_task_data (task);

  call->proceed = proceed;
  if (g_set_object (&call->session, self->session))
    proceed (task);
  else
    /* Without a way to cancel it: libsecret loses callbacks of what is cancelled. */
    secret_service_open (SECRET_TYPE_SERVICE, GW_SS_BUS_NAME, SECRET_SERVICE_OPEN_SESSION, NULL,
                         on_encrypted, g_object_ref (task));
}

void
_gw_keyring_call_get_secret (GTask               *task,
                             const char          *path,
                             GAsyncReadyCallback  callback)
{
  GwKeyringCall *call = g_task_get_task_data (task);
  const char *session = secret_service_get_session_dbus_path (call->session);

  _gw_keyring_call_send (task, path, GW_SS_ITEM, "GetSecret", g_variant_new ("(o)", session),
                         "((oayays))", callback);
}

SecretValue *
_gw_keyring_call_decode (GTask    *task,
                         GVariant *reply)
{
  GwKeyringCall *call = g_task_get_task_data (task);
  g_autoptr (GVariant) encoded = g_variant_get_child_value (reply, 0);
  SecretValue *value = secret_service_decode_dbus_secret (call->session, encoded);

  if (value == NULL)
    _gw_keyring_call_fail (task, g_error_new_literal (GW_ERROR, GW_ERROR_KEYRING,
                                                      _("The keyring gave an answer that cannot be "
                                                        "read. Try again.")));
  return value;
}

static void
on_secret_known (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (SecretValue) value = NULL;
  g_autoptr (GwSensitive) secret = NULL;
  g_autoptr (GError) error = NULL;
  gboolean gone;
  g_autoptr (GVariant) reply = _gw_keyring_call_receive (task, source, result, &gone);
  const char *text;
  gsize length;

  if (gone)
    _gw_keyring_call_fail (task, _gw_keyring_no_secret_error ());
  if (reply == NULL)
    return;
  value = _gw_keyring_call_decode (task, reply);
  if (value == NULL)
    return;
  text = secret_value_get (value, &length);
  if (length > GW_KEYRING_MAX_SECRET)
    error = g_error_new_literal (GW_ERROR, GW_ERROR_TOO_LARGE,
                                 _("What another program has put into the keyring is too large to "
                                   "be a secret. Enter it anew."));
  else if (!g_utf8_validate_len (text, length, NULL))
    error = g_error_new_literal (GW_ERROR, GW_ERROR_KEYRING,
                                 _("What another program has put into the keyring is no text. "
                                   "Enter the secret anew."));
  else
    secret = gw_sensitive_new (text, (gssize) length, &error);

  if (secret == NULL)
    _gw_keyring_call_fail (task, g_steal_pointer (&error));
  else if (_gw_keyring_call_end (task))
    g_task_return_pointer (task, g_steal_pointer (&secret), (GDestroyNotify) gw_sensitive_unref);
}

static void
load_encrypted (GTask *task)
{
  GwKeyringCall *call = g_task_get_task_data (task);

  _gw_keyring_call_get_secret (task, g_ptr_array_index (call->paths, 0), on_secret_known);
}

static void
load_found (GTask *task)
{
  if (_gw_keyring_call_has_found (task))
    _gw_keyring_call_encrypt (task, load_encrypted);
}

static void
load (GTask *task)
{
  GwKeyring *self = g_task_get_source_object (task);
  GwKeyringCall *call = g_task_get_task_data (task);
  GwKeyringEntry *entry = _gw_keyring_find (self, call->kind, call->id);

  if (!_gw_keyring_call_is_usable (task))
    return;
  if (self->state == GW_KEYRING_STATE_OPEN)
    _gw_keyring_call_find (task, load_found);
  else if (entry == NULL)
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

  g_return_if_fail (GW_IS_KEYRING (self));
  g_return_if_fail (kind != NULL && id != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = _gw_keyring_call_new_for (self, gw_keyring_load_async, kind, id, cancellable, callback,
                                   user_data);
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
