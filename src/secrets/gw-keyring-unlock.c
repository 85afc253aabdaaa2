/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Secrets"

#include "config.h"

#include <glib/gi18n.h>

#include "gw-error.h"
#include "gw-keyring-private.h"

/* Nobody dismisses a prompt that fast: it could not be shown. */
#define SHORTEST_PROMPT_MS 400

typedef enum {
  UNLOCK_LOOKING,  /* at what there is to do */
  UNLOCK_ASKING,   /* the service, and through it the person */
  UNLOCK_ANSWERED, /* looking whether it is unlocked */
} UnlockStep;

/* What all who wait for the keyring to be unlocked share. */
struct _GwKeyringUnlock {
  UnlockStep step;
  GPtrArray *tasks;
  GCancellable *stop;
  char *prompt;
  guint completed_id;
  gint64 asked;
};

static void
unlock_free (GwKeyring       *self,
             GwKeyringUnlock *unlock)
{
  if (unlock->completed_id != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, unlock->completed_id);
  g_cancellable_cancel (unlock->stop);
  g_object_unref (unlock->stop);
  g_ptr_array_unref (unlock->tasks);
  g_free (unlock->prompt);
  g_free (unlock);
}

void
_gw_keyring_unlock_stop (GwKeyring *self)
{
  GwKeyringUnlock *unlock = g_steal_pointer (&self->unlock);

  if (unlock != NULL)
    unlock_free (self, unlock);
}

/* Ends it for all who wait; @error (transfer full) %NULL: it is unlocked. */
static void
finish (GwKeyring *self,
        GError    *error)
{
  g_autoptr (GwKeyring) held = g_object_ref (self);
  g_autoptr (GError) cause = error;
  GwKeyringUnlock *unlock = g_steal_pointer (&self->unlock);

  for (guint i = 0; i < unlock->tasks->len; i++)
    {
      GTask *task = g_ptr_array_index (unlock->tasks, i);

      if (cause != NULL)
        _gw_keyring_call_fail (task, g_error_copy (cause));
      else
        _gw_keyring_call_succeed (task);
    }
  unlock_free (self, unlock);
}

static void
look (GwKeyring  *self,
      UnlockStep  step)
{
  self->unlock->step = step;
  _gw_keyring_look_anew (self);
}

static void
on_completed (GDBusConnection *bus,
              const char      *sender,
              const char      *path,
              const char      *interface,
              const char      *signal,
              GVariant        *parameters,
              gpointer         user_data)
{
  GwKeyring *self = user_data;
  gboolean dismissed = TRUE;
  gint64 took = g_get_monotonic_time () - self->unlock->asked;

  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(bv)")))
    g_variant_get (parameters, "(bv)", &dismissed, NULL);
  /* It answers for itself now. */
  g_clear_pointer (&self->unlock->prompt, g_free);
  if (!dismissed)
    look (self, UNLOCK_ANSWERED);
  else if (took > SHORTEST_PROMPT_MS * G_TIME_SPAN_MILLISECOND)
    finish (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Cancelled")));
  else
    finish (self, g_error_new_literal (GW_ERROR, GW_ERROR_KEYRING,
                                       _("The desktop could not ask for the keyring’s password. "
                                         "Unlock it in the desktop’s password manager.")));
}

/* The reply to a call of ours, or %NULL where this is over. */
static GVariant *
receive (GwKeyring    *self,
         GObject      *source,
         GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  GVariant *reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    finish (self, _gw_keyring_read_error (error));
  return reply;
}

static void
on_prompted (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GwKeyring) self = user_data;
  g_autoptr (GVariant) reply = receive (self, source, result);

  /* The answer is a signal. */
}

static void
send_to (GwKeyring           *self,
         const char          *path,
         const char          *interface,
         const char          *method,
         GVariant            *parameters,
         const char          *reply_type,
         GAsyncReadyCallback  callback)
{
  g_dbus_connection_call (self->bus, GW_SS_BUS_NAME, path, interface, method, parameters,
                          G_VARIANT_TYPE (reply_type), G_DBUS_CALL_FLAGS_NO_AUTO_START,
                          GW_KEYRING_TIMEOUT * 1000, self->unlock->stop, callback,
                          g_object_ref (self));
}

static void
prompt (GwKeyring  *self,
        const char *path)
{
  GwKeyringUnlock *unlock = self->unlock;

  if (g_str_equal (path, GW_SS_NONE))
    {
      look (self, UNLOCK_ANSWERED);
      return;
    }
  unlock->prompt = g_strdup (path);
  unlock->asked = g_get_monotonic_time ();
  unlock->completed_id =
    g_dbus_connection_signal_subscribe (self->bus, GW_SS_BUS_NAME, GW_SS_PROMPT, "Completed", path,
                                        NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_completed, self, NULL);
  send_to (self, path, GW_SS_PROMPT, "Prompt", g_variant_new ("(s)", ""), "()", on_prompted);
}

static void
on_unlocked (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GwKeyring) self = user_data;
  g_autoptr (GVariant) reply = receive (self, source, result);
  const char *path;

  if (reply == NULL)
    return;
  g_variant_get (reply, "(ao&o)", NULL, &path);
  prompt (self, path);
}

static void
on_collection_created (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  g_autoptr (GwKeyring) self = user_data;
  g_autoptr (GVariant) reply = receive (self, source, result);
  const char *path;

  if (reply == NULL)
    return;
  g_variant_get (reply, "(o&o)", NULL, &path);
  prompt (self, path);
}

static void
ask (GwKeyring *self)
{
  self->unlock->step = UNLOCK_ASKING;
  if (self->state == GW_KEYRING_STATE_LOCKED)
    {
      const char *const paths[] = { self->collection, NULL };

      send_to (self, GW_SS_PATH, GW_SS_SERVICE, "Unlock", g_variant_new ("(^ao)", paths), "(aoo)",
               on_unlocked);
    }
  else
    {
      GVariantBuilder properties;

      g_variant_builder_init (&properties, G_VARIANT_TYPE_VARDICT);
      g_variant_builder_add (&properties, "{sv}", GW_SS_COLLECTION ".Label",
                             g_variant_new_string (_("Default keyring")));
      send_to (self, GW_SS_PATH, GW_SS_SERVICE, "CreateCollection",
               g_variant_new ("(a{sv}s)", &properties, "default"), "(oo)", on_collection_created);
    }
}

void
_gw_keyring_unlock_looked (GwKeyring *self)
{
  if (self->unlock == NULL)
    return;
  if (gw_keyring_is_usable (self))
    finish (self, NULL);
  else if (self->unlock->step == UNLOCK_ANSWERED)
    finish (self, g_error_new_literal (GW_ERROR, GW_ERROR_KEYRING_LOCKED,
                                       _("The keyring is still locked. Unlock it in the desktop’s "
                                         "password manager.")));
  else if (self->unlock->step == UNLOCK_LOOKING)
    {
      if (self->state == GW_KEYRING_STATE_ABSENT)
        finish (self, _gw_keyring_state_error (self));
      else
        ask (self);
    }
}

void
_gw_keyring_unlock_vanished (GwKeyring *self)
{
  if (self->unlock != NULL && self->unlock->step != UNLOCK_LOOKING)
    finish (self, g_error_new_literal (GW_ERROR, GW_ERROR_KEYRING,
                                       _("The keyring ended before it was done. Try again.")));
}

/* One who waited has an answer of its own: cancelled, or waited for too long. */
static void
on_stopped (GCancellable *stop,
            gpointer      user_data)
{
  GwKeyring *self = user_data;
  GwKeyringUnlock *unlock = self->unlock;

  if (unlock == NULL)
    return;
  for (guint i = unlock->tasks->len; i > 0; i--)
    {
      GwKeyringCall *call = g_task_get_task_data (g_ptr_array_index (unlock->tasks, i - 1));

      if (call->done)
        g_ptr_array_remove_index (unlock->tasks, i - 1);
    }
  /* A prompt stays, and the next one who waits gets its answer: gnome-keyring dies of one that is
   * dismissed from here (an assertion in perform_next_unlock()). */
  if (unlock->tasks->len == 0 && unlock->prompt == NULL)
    _gw_keyring_unlock_stop (self);
}

static void
unlock_settled (GTask *task)
{
  GwKeyring *self = g_task_get_source_object (task);
  GwKeyringCall *call = g_task_get_task_data (task);

  if (gw_keyring_is_usable (self))
    {
      _gw_keyring_call_succeed (task);
      return;
    }
  g_signal_connect_object (call->stop, "cancelled", G_CALLBACK (on_stopped), self, 0);
  if (self->unlock != NULL)
    {
      g_ptr_array_add (self->unlock->tasks, g_object_ref (task));
      return;
    }
  self->unlock = g_new0 (GwKeyringUnlock, 1);
  self->unlock->stop = g_cancellable_new ();
  self->unlock->tasks = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (self->unlock->tasks, g_object_ref (task));
  look (self, UNLOCK_LOOKING);
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
  _gw_keyring_call_begin (task, unlock_settled);
}

gboolean
gw_keyring_unlock_finish (GwKeyring     *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
