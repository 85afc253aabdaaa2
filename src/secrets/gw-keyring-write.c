/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Secrets"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gw-error.h"
#include "gw-keyring-private.h"

static void
set_created (GwKeyring     *self,
             GwKeyringItem *item)
{
  GwKeyringItem *listed = gw_keyring_lookup (self, gw_keyring_item_get_kind (item),
                                             gw_keyring_item_get_id (item));
  g_autofree char *now = NULL;

  if (gw_keyring_item_get_created (item) != 0)
    return;
  if (listed != NULL && gw_keyring_item_get_created (listed) != 0)
    {
      gw_keyring_item_set_field (item, "created", gw_keyring_item_get_field (listed, "created"));
      return;
    }
  now = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_real_time () / G_USEC_PER_SEC);
  gw_keyring_item_set_field (item, "created", now);
}

static void
keep_in_memory (GTask *task)
{
  GwKeyring *self = g_task_get_source_object (task);
  GwKeyringCall *call = g_task_get_task_data (task);
  GwKeyringEntry *old = _gw_keyring_find (self, call->kind, call->id);
  GwKeyringEntry *entry;

  if (call->secret == NULL && old == NULL)
    {
      _gw_keyring_call_fail (task, _gw_keyring_no_secret_error ());
      return;
    }
  gw_keyring_item_set_modified (call->item, g_get_real_time () / G_USEC_PER_SEC);
  entry = _gw_keyring_entry_new (call->item, NULL,
                                 call->secret != NULL ? call->secret : old->secret);
  _gw_keyring_put (self, entry);
  _gw_keyring_call_succeed (task);
}

static GError *
not_kept_error (void)
{
  return g_error_new_literal (GW_ERROR, GW_ERROR_KEYRING,
                              _("The keyring does not give back what it was given to keep, so it "
                                "counts as not saved. Try again."));
}

/* What one window too many has made. They are seen to again with the next write. */
static void
delete_others (GTask *task)
{
  GwKeyring *self = g_task_get_source_object (task);
  GwKeyringCall *call = g_task_get_task_data (task);

  for (guint i = 1; i < call->paths->len; i++)
    g_dbus_connection_call (self->bus, GW_SS_BUS_NAME, g_ptr_array_index (call->paths, i),
                            GW_SS_ITEM, "Delete", NULL, NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START,
                            GW_KEYRING_TIMEOUT * 1000, NULL, NULL, NULL);
}

static void
on_written_known (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwKeyring *self = g_task_get_source_object (task);
  GwKeyringCall *call = g_task_get_task_data (task);
  g_autoptr (GwKeyringItem) item = NULL;
  g_autoptr (GVariant) properties = NULL;
  g_autoptr (GVariant) reply = _gw_keyring_call_receive (task, source, result, NULL);

  if (reply == NULL)
    return;
  properties = g_variant_get_child_value (reply, 0);
  item = _gw_keyring_item_new_from_properties (properties);
  if (item == NULL || !_gw_keyring_item_has_fields (item, call->item))
    {
      _gw_keyring_call_fail (task, not_kept_error ());
      return;
    }
  /* It may have been locked since: then nothing is listed. */
  if (self->state == GW_KEYRING_STATE_OPEN)
    _gw_keyring_put (self, _gw_keyring_entry_new (item, g_ptr_array_index (call->paths, 0), NULL));
  if (call->secret != NULL)
    delete_others (task);
  _gw_keyring_call_succeed (task);
}

static void
ask_written (GTask *task)
{
  GwKeyringCall *call = g_task_get_task_data (task);

  _gw_keyring_call_send (task, g_ptr_array_index (call->paths, 0), GW_SS_PROPERTIES, "GetAll",
                         g_variant_new ("(s)", GW_SS_ITEM), "(a{sv})", on_written_known);
}

static void
on_secret_given_back (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwKeyringCall *call = g_task_get_task_data (task);
  g_autoptr (SecretValue) value = NULL;
  g_autoptr (GVariant) reply = _gw_keyring_call_receive (task, source, result, NULL);
  const char *text;
  gsize length;

  if (reply == NULL)
    return;
  value = _gw_keyring_call_decode (task, reply);
  if (value == NULL)
    return;
  text = secret_value_get (value, &length);
  if (length == gw_sensitive_get_length (call->secret) &&
      memcmp (text, gw_sensitive_get_text (call->secret), length) == 0)
    ask_written (task);
  else
    _gw_keyring_call_fail (task, not_kept_error ());
}

static void
verify (GTask *task)
{
  GwKeyringCall *call = g_task_get_task_data (task);

  if (call->secret != NULL)
    _gw_keyring_call_get_secret (task, g_ptr_array_index (call->paths, 0), on_secret_given_back);
  else
    ask_written (task);
}

static void
set_label (GTask *task)
{
  GwKeyringCall *call = g_task_get_task_data (task);
  const char *label = gw_keyring_item_get_label (call->item);

  _gw_keyring_call_send_then (task, g_ptr_array_index (call->paths, 0), GW_SS_PROPERTIES, "Set",
                              g_variant_new ("(ssv)", GW_SS_ITEM, "Label",
                                             g_variant_new_string (label)),
                              verify);
}

static void
set_attributes (GTask *task)
{
  GwKeyringCall *call = g_task_get_task_data (task);

  _gw_keyring_call_send_then (task, g_ptr_array_index (call->paths, 0), GW_SS_PROPERTIES, "Set",
                              g_variant_new ("(ssv)", GW_SS_ITEM, "Attributes",
                                             _gw_keyring_item_to_attributes (call->item)),
                              set_label);
}

static void
on_created (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwKeyringCall *call = g_task_get_task_data (task);
  g_autoptr (GVariant) reply = _gw_keyring_call_receive (task, source, result, NULL);
  const char *path, *prompt;

  if (reply == NULL)
    return;
  g_variant_get (reply, "(&o&o)", &path, &prompt);
  if (g_str_equal (path, GW_SS_NONE))
    {
      _gw_keyring_call_fail (task, _gw_keyring_asks_error ());
      return;
    }
  g_ptr_array_add (call->paths, g_strdup (path));
  verify (task);
}

static void
store_encrypted (GTask *task)
{
  GwKeyring *self = g_task_get_source_object (task);
  GwKeyringCall *call = g_task_get_task_data (task);
  g_autoptr (SecretValue) value = NULL;
  GVariantBuilder properties;
  GVariant *encoded;

  value = secret_value_new (gw_sensitive_get_text (call->secret),
                            (gssize) gw_sensitive_get_length (call->secret), "text/plain");
  encoded = secret_service_encode_dbus_secret (call->session, value);
  if (call->paths->len > 0)
    {
      _gw_keyring_call_send_then (task, g_ptr_array_index (call->paths, 0), GW_SS_ITEM, "SetSecret",
                                  g_variant_new ("(@(oayays))", encoded), set_attributes);
      return;
    }
  g_variant_builder_init (&properties, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&properties, "{sv}", GW_SS_ITEM ".Label",
                         g_variant_new_string (gw_keyring_item_get_label (call->item)));
  g_variant_builder_add (&properties, "{sv}", GW_SS_ITEM ".Attributes",
                         _gw_keyring_item_to_attributes (call->item));
  _gw_keyring_call_send (task, self->collection, GW_SS_COLLECTION, "CreateItem",
                         g_variant_new ("(a{sv}@(oayays)b)", &properties, encoded, TRUE), "(oo)",
                         on_created);
}

static void
store_found (GTask *task)
{
  _gw_keyring_call_encrypt (task, store_encrypted);
}

static void
update_found (GTask *task)
{
  if (_gw_keyring_call_has_found (task))
    set_attributes (task);
}

static void
write_item (GTask *task)
{
  GwKeyring *self = g_task_get_source_object (task);
  GwKeyringCall *call = g_task_get_task_data (task);

  if (!_gw_keyring_call_is_usable (task))
    return;
  set_created (self, call->item);
  if (self->state == GW_KEYRING_STATE_OPEN)
    _gw_keyring_call_find (task, call->secret != NULL ? store_found : update_found);
  else
    keep_in_memory (task);
}

static GTask *
new_write (GwKeyring           *self,
           gpointer             tag,
           GwKeyringItem       *item,
           GCancellable        *cancellable,
           GAsyncReadyCallback  callback,
           gpointer             user_data)
{
  GTask *task = _gw_keyring_call_new_for (self, tag, gw_keyring_item_get_kind (item),
                                          gw_keyring_item_get_id (item), cancellable, callback,
                                          user_data);
  GwKeyringCall *call = g_task_get_task_data (task);

  call->item = gw_keyring_item_copy (item);
  return task;
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

  task = new_write (self, gw_keyring_store_async, item, cancellable, callback, user_data);
  call = g_task_get_task_data (task);
  call->secret = gw_sensitive_ref (secret);
  if (g_utf8_validate_len (gw_sensitive_get_text (secret), gw_sensitive_get_length (secret), NULL))
    _gw_keyring_call_begin (task, write_item);
  else
    _gw_keyring_call_fail (task, g_error_new_literal (GW_ERROR, GW_ERROR_KEYRING,
                                                      _("Only text can be kept in the keyring")));
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

  g_return_if_fail (GW_IS_KEYRING (self));
  g_return_if_fail (GW_IS_KEYRING_ITEM (item));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = new_write (self, gw_keyring_update_async, item, cancellable, callback, user_data);
  _gw_keyring_call_begin (task, write_item);
}

gboolean
gw_keyring_update_finish (GwKeyring     *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
