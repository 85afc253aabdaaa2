/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Secrets"

#include "config.h"

#include <glib/gi18n.h>

#include "gw-error.h"
#include "gw-keyring-private.h"

/* Where in the service the items of a call are. */

typedef struct {
  GTask *task;
  char *path;
} Question;

GError *
_gw_keyring_no_secret_error (void)
{
  return g_error_new_literal (GW_ERROR, GW_ERROR_NO_SECRET,
                              _("It is not in the keyring any more: another program has removed "
                                "it."));
}

GError *
_gw_keyring_far_error (void)
{
  return g_error_new_literal (GW_ERROR, GW_ERROR_KEYRING_LOCKED,
                              _("It is in another keyring than the default one, and that is "
                                "locked. Unlock it in the desktop’s password manager and try again."));
}

static GError *
newer_error (void)
{
  return g_error_new_literal (GW_ERROR, GW_ERROR_KEYRING,
                              _("A newer version of Gangway has put this into the keyring. Use "
                                "that version for it."));
}

/* An item that cannot be found may be in a keyring that was locked a moment ago. */
static void
on_locked_known (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwKeyringCall *call = g_task_get_task_data (task);
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GVariant) reply = _gw_keyring_call_receive (task, source, result, NULL);

  if (reply == NULL)
    return;
  g_variant_get (reply, "(v)", &value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN) && g_variant_get_boolean (value))
    _gw_keyring_call_fail (task, _gw_keyring_locked_error ());
  else
    call->proceed (task);
}

static void
found (GTask *task)
{
  GwKeyring *self = g_task_get_source_object (task);
  GwKeyringCall *call = g_task_get_task_data (task);

  if (call->paths->len > 0)
    call->proceed (task);
  else
    _gw_keyring_call_send (task, self->collection, GW_SS_PROPERTIES, "Get",
                           g_variant_new ("(ss)", GW_SS_COLLECTION, "Locked"), "(v)",
                           on_locked_known);
}

static void
on_attributes_known (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autofree Question *question = user_data;
  g_autofree char *path = question->path;
  g_autoptr (GTask) task = question->task;
  GwKeyring *self = g_task_get_source_object (task);
  GwKeyringCall *call = g_task_get_task_data (task);
  GwKeyringEntry *entry = _gw_keyring_find (self, call->kind, call->id);
  gboolean is_listed = entry != NULL && g_strcmp0 (entry->path, path) == 0;
  g_autoptr (GVariant) value = NULL;
  gboolean gone;
  g_autoptr (GVariant) reply = _gw_keyring_call_receive (task, source, result, &gone);

  if (reply == NULL && !gone)
    return;
  if (reply != NULL)
    {
      g_variant_get (reply, "(v)", &value);
      if (g_variant_is_of_type (value, G_VARIANT_TYPE ("a{ss}")) && _gw_keyring_is_newer (value))
        {
          _gw_keyring_call_fail (task, newer_error ());
          return;
        }
      g_ptr_array_insert (call->paths, is_listed ? 0 : -1, g_steal_pointer (&path));
    }
  call->pending--;
  if (call->pending == 0)
    found (task);
}

static void
on_found (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwKeyring *self = g_task_get_source_object (task);
  GwKeyringCall *call = g_task_get_task_data (task);
  g_autoptr (GVariant) reply = _gw_keyring_call_receive (task, source, result, NULL);
  g_autofree const char **paths = NULL;
  g_autofree const char **far = NULL;

  if (reply == NULL)
    return;
  g_clear_pointer (&call->paths, g_ptr_array_unref);
  call->paths = g_ptr_array_new_with_free_func (g_free);
  g_variant_get (reply, "(^a&o^a&o)", &paths, &far);
  call->is_far = far[0] != NULL;
  for (call->pending = 0; paths[call->pending] != NULL; call->pending++)
    {
      Question *question = g_new (Question, 1);

      question->task = g_object_ref (task);
      question->path = g_strdup (paths[call->pending]);
      g_dbus_connection_call (self->bus, GW_SS_BUS_NAME, question->path, GW_SS_PROPERTIES, "Get",
                              g_variant_new ("(ss)", GW_SS_ITEM, "Attributes"),
                              G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, G_MAXINT,
                              call->stop, on_attributes_known, question);
    }
  if (call->pending == 0)
    found (task);
}

void
_gw_keyring_call_find (GTask         *task,
                       GwKeyringStep  proceed)
{
  GwKeyringCall *call = g_task_get_task_data (task);

  call->proceed = proceed;
  _gw_keyring_call_send (task, GW_SS_PATH, GW_SS_SERVICE, "SearchItems",
                         g_variant_new ("(@a{ss})", _gw_keyring_query_new (call->kind, call->id)),
                         "(aoao)", on_found);
}

gboolean
_gw_keyring_call_has_found (GTask *task)
{
  GwKeyringCall *call = g_task_get_task_data (task);

  if (call->paths->len > 0)
    return TRUE;
  _gw_keyring_call_fail (task, call->is_far ? _gw_keyring_far_error ()
                                            : _gw_keyring_no_secret_error ());
  return FALSE;
}
