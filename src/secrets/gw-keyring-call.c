/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Secrets"

#include "config.h"

#include <glib/gi18n.h>

#include "gw-error.h"
#include "gw-keyring-private.h"
#include "gw-text.h"

/* One call of a caller: its deadline, its end, and the steps that it takes on the bus. */

#define MAX_MESSAGE 200

static void
call_release (GwKeyringCall *call)
{
  g_clear_handle_id (&call->deadline_id, g_source_remove);
  if (call->cancelled != NULL)
    g_source_destroy (call->cancelled);
  g_clear_pointer (&call->cancelled, g_source_unref);
  g_clear_pointer (&call->secret, gw_sensitive_unref);
}

static void
call_free (GwKeyringCall *call)
{
  call_release (call);
  g_free (call->kind);
  g_free (call->id);
  g_clear_object (&call->item);
  g_clear_object (&call->session);
  g_clear_pointer (&call->paths, g_ptr_array_unref);
  g_object_unref (call->stop);
  g_free (call);
}

static GError *
no_answer_error (void)
{
  return g_error_new_literal (GW_ERROR, GW_ERROR_KEYRING,
                              _("The keyring does not answer. Try again."));
}

static gboolean
on_deadline (gpointer user_data)
{
  GTask *task = user_data;
  GwKeyringCall *call = g_task_get_task_data (task);

  call->deadline_id = 0;
  _gw_keyring_call_fail (task, no_answer_error ());
  return G_SOURCE_REMOVE;
}

static void
fail_cancelled (GTask *task)
{
  _gw_keyring_call_fail (task, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                                    _("Cancelled")));
}

static gboolean
on_cancelled (GCancellable *cancellable,
              gpointer      user_data)
{
  fail_cancelled (user_data);
  return G_SOURCE_REMOVE;
}

GTask *
_gw_keyring_call_new (GwKeyring           *self,
                      guint                seconds,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  GwKeyringCall *call = g_new0 (GwKeyringCall, 1);

  g_task_set_task_data (task, call, (GDestroyNotify) call_free);
  call->stop = g_cancellable_new ();
  call->deadline_id = g_timeout_add_seconds (seconds, on_deadline, task);
  if (cancellable != NULL)
    {
      call->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (call->cancelled, G_SOURCE_FUNC (on_cancelled), task, NULL);
      g_source_attach (call->cancelled, NULL);
    }
  return task;
}

GTask *
_gw_keyring_call_new_for (GwKeyring           *self,
                          gpointer             tag,
                          const char          *kind,
                          const char          *id,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  GTask *task = _gw_keyring_call_new (self, GW_KEYRING_TIMEOUT, cancellable, callback, user_data);
  GwKeyringCall *call = g_task_get_task_data (task);

  g_task_set_source_tag (task, tag);
  call->kind = g_strdup (kind);
  call->id = g_strdup (id);
  return task;
}

/* A call that nobody wants any more does nothing, however early that was said. */
static void
go_on (GTask *task)
{
  GwKeyringCall *call = g_task_get_task_data (task);

  if (call->done)
    return;
  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    fail_cancelled (task);
  else
    call->proceed (task);
}

void
_gw_keyring_call_begin (GTask         *task,
                        GwKeyringStep  step)
{
  GwKeyring *self = g_task_get_source_object (task);
  GwKeyringCall *call = g_task_get_task_data (task);

  call->proceed = step;
  if (self->state == GW_KEYRING_STATE_UNKNOWN)
    g_ptr_array_add (self->settling, g_object_ref (task));
  else
    go_on (task);
}

void
_gw_keyring_call_settled (GTask *task)
{
  go_on (task);
}

gboolean
_gw_keyring_call_end (GTask *task)
{
  GwKeyringCall *call = g_task_get_task_data (task);

  if (call->done)
    return FALSE;
  call->done = TRUE;
  call_release (call);
  return TRUE;
}

void
_gw_keyring_call_succeed (GTask *task)
{
  if (_gw_keyring_call_end (task))
    g_task_return_boolean (task, TRUE);
}

void
_gw_keyring_call_fail (GTask  *task,
                       GError *error)
{
  GwKeyringCall *call = g_task_get_task_data (task);
  g_autoptr (GTask) held = g_object_ref (task);

  if (!_gw_keyring_call_end (task))
    {
      g_error_free (error);
      return;
    }
  g_cancellable_cancel (call->stop);
  g_task_return_error (task, error);
}

GError *
_gw_keyring_locked_error (void)
{
  return g_error_new_literal (GW_ERROR, GW_ERROR_KEYRING_LOCKED,
                              _("The keyring is locked. Unlock it and try again."));
}

GError *
_gw_keyring_asks_error (void)
{
  return g_error_new_literal (GW_ERROR, GW_ERROR_KEYRING,
                              _("The keyring wants to be asked first. Do it in the desktop’s "
                                "password manager."));
}

GError *
_gw_keyring_state_error (GwKeyring *self)
{
  if (self->state == GW_KEYRING_STATE_LOCKED)
    return _gw_keyring_locked_error ();
  if (self->state == GW_KEYRING_STATE_NO_COLLECTION)
    return g_error_new_literal (GW_ERROR, GW_ERROR_KEYRING_ABSENT,
                                _("The desktop has no default keyring yet. Create it and try "
                                  "again."));
  return g_error_new_literal (GW_ERROR, GW_ERROR_KEYRING_ABSENT,
                              _("There is no keyring on this desktop, or it does not answer. Start "
                                "one, such as GNOME Keyring, and try again."));
}

gboolean
_gw_keyring_call_is_usable (GTask *task)
{
  GwKeyring *self = g_task_get_source_object (task);

  if (gw_keyring_is_usable (self))
    return TRUE;
  _gw_keyring_call_fail (task, _gw_keyring_state_error (self));
  return FALSE;
}

void
_gw_keyring_call_send (GTask               *task,
                       const char          *path,
                       const char          *interface,
                       const char          *method,
                       GVariant            *parameters,
                       const char          *reply_type,
                       GAsyncReadyCallback  callback)
{
  GwKeyring *self = g_task_get_source_object (task);
  GwKeyringCall *call = g_task_get_task_data (task);

  /* A service that is started anew in the middle of a call knows nothing of it. */
  g_dbus_connection_call (self->bus, GW_SS_BUS_NAME, path, interface, method, parameters,
                          G_VARIANT_TYPE (reply_type), G_DBUS_CALL_FLAGS_NO_AUTO_START, G_MAXINT,
                          call->stop, callback, g_object_ref (task));
}

gboolean
_gw_keyring_is_gone (const GError *error)
{
  static const char *const names[] = {
    "org.freedesktop.Secret.Error.NoSuchObject",
    "org.freedesktop.DBus.Error.UnknownObject",
    /* Of GDBus and gnome-keyring, for a path where nothing is. */
    "org.freedesktop.DBus.Error.UnknownMethod",
    "org.freedesktop.DBus.Error.UnknownInterface",
    NULL,
  };
  g_autofree char *name = g_dbus_error_get_remote_error (error);

  return name != NULL && g_strv_contains (names, name);
}

GError *
_gw_keyring_read_error (const GError *error)
{
  g_autofree char *name = g_dbus_error_get_remote_error (error);
  g_autofree char *message = NULL;
  g_autoptr (GError) copy = NULL;

  if (error->domain == GW_ERROR)
    return g_error_copy (error);
  if (g_strcmp0 (name, "org.freedesktop.Secret.Error.IsLocked") == 0)
    return _gw_keyring_locked_error ();
  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
      g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER) ||
      g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    return g_error_new_literal (GW_ERROR, GW_ERROR_KEYRING,
                                _("The keyring ended before it was done. Try again."));
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return no_answer_error ();
  copy = g_error_copy (error);
  g_dbus_error_strip_remote_error (copy);
  message = gw_text_clean_line (copy->message, MAX_MESSAGE);
  return g_error_new (GW_ERROR, GW_ERROR_KEYRING, _("The keyring failed: %s"), message);
}

GVariant *
_gw_keyring_call_receive (GTask        *task,
                          GObject      *source,
                          GAsyncResult *result,
                          gboolean     *gone)
{
  GwKeyringCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;

  /* Not that of the keyring, which may have another one by now. */
  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (gone != NULL)
    *gone = FALSE;
  if (call->done)
    return NULL;
  if (reply != NULL)
    return g_steal_pointer (&reply);
  if (gone != NULL && _gw_keyring_is_gone (error))
    *gone = TRUE;
  else
    _gw_keyring_call_fail (task, _gw_keyring_read_error (error));
  return NULL;
}

static void
on_done (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwKeyringCall *call = g_task_get_task_data (task);
  g_autoptr (GVariant) reply = _gw_keyring_call_receive (task, source, result, NULL);

  if (reply != NULL)
    call->proceed (task);
}

void
_gw_keyring_call_send_then (GTask         *task,
                            const char    *path,
                            const char    *interface,
                            const char    *method,
                            GVariant      *parameters,
                            GwKeyringStep  proceed)
{
  GwKeyringCall *call = g_task_get_task_data (task);

  call->proceed = proceed;
  _gw_keyring_call_send (task, path, interface, method, parameters, "()", on_done);
}
