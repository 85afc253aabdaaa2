/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Secrets"

#include "gw-keyring-private.h"

/* Looking at what the service has, and looking again whenever something may have changed. */

#define LOOK_DELAY_MS 30

/* One look. Holds no reference to the keyring, which stops it when it goes. */
struct _GwKeyringLook {
  GwKeyring *self;
  GCancellable *stop;
  guint deadline_id;
  guint writes; /* of the keyring, when it began */
  GPtrArray *entries;
  guint pending;
  gboolean listed;
};

typedef struct {
  GwKeyringLook *look;
  char *path;
} ItemQuestion;

static void
look_clear (gpointer data)
{
  GwKeyringLook *look = data;

  g_object_unref (look->stop);
  g_clear_pointer (&look->entries, g_ptr_array_unref);
}

static void
look_unref (GwKeyringLook *look)
{
  g_rc_box_release_full (look, look_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwKeyringLook, look_unref)

static void
look_stop (GwKeyring *self)
{
  GwKeyringLook *look = g_steal_pointer (&self->look);

  if (look == NULL)
    return;
  g_clear_handle_id (&look->deadline_id, g_source_remove);
  g_cancellable_cancel (look->stop);
  look_unref (look);
}

static GPtrArray *
new_entries (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) _gw_keyring_entry_free);
}

/* What is kept in memory, as agreed, goes only when there is a keyring after all. */
static void
set_empty (GwKeyring      *self,
           GwKeyringState  state)
{
  if (state != GW_KEYRING_STATE_ABSENT || self->state != GW_KEYRING_STATE_SESSION_ONLY)
    _gw_keyring_set_contents (self, state, new_entries ());
}

static void
look_end (GwKeyringLook  *look,
          GwKeyringState  state)
{
  g_autoptr (GwKeyring) self = g_object_ref (look->self);
  g_autoptr (GPtrArray) entries = g_steal_pointer (&look->entries);
  gboolean outdated = look->writes != self->writes;

  look_stop (self);
  if (state != GW_KEYRING_STATE_OPEN)
    set_empty (self, state);
  else if (!outdated)
    _gw_keyring_set_contents (self, state, g_steal_pointer (&entries));
  else
    self->look_again = TRUE;

  if (self->look_again)
    _gw_keyring_look (self);
  else
    _gw_keyring_unlock_looked (self);
}

static void
look_send (GwKeyringLook       *look,
           const char          *path,
           const char          *interface,
           const char          *method,
           GVariant            *parameters,
           const char          *reply_type,
           GAsyncReadyCallback  callback,
           gpointer             user_data)
{
  /* Without a limit of its own: a service that hangs is looked at when it is back. */
  g_dbus_connection_call (look->self->bus, GW_SS_BUS_NAME, path, interface, method, parameters,
                          G_VARIANT_TYPE (reply_type), G_DBUS_CALL_FLAGS_NO_AUTO_START, G_MAXINT,
                          look->stop, callback, user_data);
}

/* Whether to go on: the look may have been stopped, and the keyring be gone. */
static gboolean
look_receive (GwKeyringLook  *look,
              GObject        *source,
              GAsyncResult   *result,
              GVariant      **reply,
              GError        **error)
{
  *reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, error);
  if (g_cancellable_is_cancelled (look->stop))
    return FALSE;
  if (*reply == NULL)
    g_debug ("Looking at the keyring: %s", (*error)->message);
  return TRUE;
}

static void on_locked_known (GObject      *source,
                             GAsyncResult *result,
                             gpointer      user_data);

static void
ask_locked (GwKeyringLook *look)
{
  look_send (look, look->self->collection, GW_SS_PROPERTIES, "Get",
             g_variant_new ("(ss)", GW_SS_COLLECTION, "Locked"), "(v)", on_locked_known,
             g_rc_box_acquire (look));
}

static void
on_item_known (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autofree ItemQuestion *question = user_data;
  g_autoptr (GwKeyringLook) look = question->look;
  g_autofree char *path = question->path;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) properties = NULL;
  g_autoptr (GwKeyringItem) item = NULL;
  g_autoptr (GError) error = NULL;

  if (!look_receive (look, source, result, &reply, &error))
    return;
  /* One that is gone by now, or makes no sense, is none. */
  if (reply != NULL)
    {
      properties = g_variant_get_child_value (reply, 0);
      item = _gw_keyring_item_new_from_properties (properties);
    }
  if (item != NULL)
    g_ptr_array_add (look->entries, _gw_keyring_entry_new (item, path, NULL));
  look->pending--;
  if (look->pending == 0)
    ask_locked (look);
}

static void
on_found (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GwKeyringLook) look = user_data;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree const char **paths = NULL;

  if (!look_receive (look, source, result, &reply, &error))
    return;
  if (reply == NULL)
    {
      look_end (look, GW_KEYRING_STATE_ABSENT);
      return;
    }
  look->listed = TRUE;
  g_variant_get (reply, "(^a&oao)", &paths, NULL);
  for (guint i = 0; paths[i] != NULL; i++)
    {
      ItemQuestion *question = g_new (ItemQuestion, 1);

      question->look = g_rc_box_acquire (look);
      question->path = g_strdup (paths[i]);
      look->pending++;
      look_send (look, paths[i], GW_SS_PROPERTIES, "GetAll", g_variant_new ("(s)", GW_SS_ITEM),
                 "(a{sv})", on_item_known, question);
    }
  if (look->pending == 0)
    ask_locked (look);
}

/* Asked before and after listing: what is locked meanwhile must not pass for empty. */
static void
on_locked_known (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GwKeyringLook) look = user_data;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GError) error = NULL;

  if (!look_receive (look, source, result, &reply, &error))
    return;
  if (reply != NULL)
    g_variant_get (reply, "(v)", &value);
  /* gnome-keyring names a default collection that may not exist. */
  if (reply == NULL && _gw_keyring_is_gone (error))
    look_end (look, GW_KEYRING_STATE_NO_COLLECTION);
  else if (reply == NULL || !g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    look_end (look, GW_KEYRING_STATE_ABSENT);
  else if (g_variant_get_boolean (value))
    look_end (look, GW_KEYRING_STATE_LOCKED);
  else if (look->listed)
    look_end (look, GW_KEYRING_STATE_OPEN);
  else
    look_send (look, GW_SS_PATH, GW_SS_SERVICE, "SearchItems",
               g_variant_new ("(@a{ss})", _gw_keyring_query_new (NULL, NULL)), "(aoao)", on_found,
               g_rc_box_acquire (look));
}

static void
on_collection_known (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autoptr (GwKeyringLook) look = user_data;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;
  const char *path;

  if (!look_receive (look, source, result, &reply, &error))
    return;
  if (reply == NULL)
    {
      look_end (look, GW_KEYRING_STATE_ABSENT);
      return;
    }
  g_variant_get (reply, "(&o)", &path);
  if (g_str_equal (path, GW_SS_NONE))
    {
      look_end (look, GW_KEYRING_STATE_NO_COLLECTION);
      return;
    }
  g_free (look->self->collection);
  look->self->collection = g_strdup (path);
  ask_locked (look);
}

static gboolean
on_look_deadline (gpointer user_data)
{
  GwKeyringLook *look = user_data;
  g_autoptr (GwKeyring) self = g_object_ref (look->self);

  /* The look goes on: a late answer is one, too. */
  look->deadline_id = 0;
  set_empty (self, GW_KEYRING_STATE_ABSENT);
  _gw_keyring_unlock_looked (self);
  return G_SOURCE_REMOVE;
}

static void
on_signal (GDBusConnection *bus,
           const char      *sender,
           const char      *path,
           const char      *interface,
           const char      *signal,
           GVariant        *parameters,
           gpointer         user_data)
{
  if (g_str_equal (interface, GW_SS_SERVICE) || g_str_equal (interface, GW_SS_COLLECTION) ||
      g_str_equal (interface, GW_SS_PROPERTIES))
    _gw_keyring_look (user_data);
}

static void
on_appeared (GDBusConnection *bus,
             const char      *name,
             const char      *owner,
             gpointer         user_data)
{
  GwKeyring *self = user_data;

  g_free (self->owner);
  self->owner = g_strdup (owner);
  g_clear_object (&self->session);
  _gw_keyring_look (self);
}

static void
on_vanished (GDBusConnection *bus,
             const char      *name,
             gpointer         user_data)
{
  GwKeyring *self = user_data;
  gint64 now = g_get_monotonic_time ();

  /* It is told also when there was none from the beginning. */
  if (self->owner == NULL)
    return;
  /* One that dies as soon as it is started is not started for ever. */
  self->may_start = now - self->vanished > GW_KEYRING_TIMEOUT * G_USEC_PER_SEC;
  self->vanished = now;
  g_clear_pointer (&self->owner, g_free);
  g_clear_object (&self->session);
  look_stop (self);
  _gw_keyring_unlock_vanished (self);
  _gw_keyring_look (self);
}

static void
unfollow (GwKeyring *self)
{
  g_clear_handle_id (&self->watch_id, g_bus_unwatch_name);
  if (self->signals_id != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->signals_id);
  self->signals_id = 0;
  g_clear_object (&self->bus);
  g_clear_object (&self->session);
  g_clear_pointer (&self->owner, g_free);
}

static void
follow (GwKeyring       *self,
        GDBusConnection *bus)
{
  self->bus = g_object_ref (bus);
  /* Terminals live on without the session bus. */
  g_dbus_connection_set_exit_on_close (bus, FALSE);
  self->signals_id = g_dbus_connection_signal_subscribe (bus, GW_SS_BUS_NAME, NULL, NULL, NULL,
                                                         NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_signal,
                                                         self, NULL);
  self->watch_id = g_bus_watch_name_on_connection (bus, GW_SS_BUS_NAME,
                                                   G_BUS_NAME_WATCHER_FLAGS_NONE, on_appeared,
                                                   on_vanished, self, NULL);
}

static void
ask_collection (GwKeyringLook *look)
{
  GwKeyring *self = look->self;

  g_dbus_connection_call (self->bus, GW_SS_BUS_NAME, GW_SS_PATH, GW_SS_SERVICE, "ReadAlias",
                          g_variant_new ("(s)", "default"), G_VARIANT_TYPE ("(o)"),
                          self->may_start ? G_DBUS_CALL_FLAGS_NONE
                                          : G_DBUS_CALL_FLAGS_NO_AUTO_START,
                          G_MAXINT, look->stop, on_collection_known, g_rc_box_acquire (look));
}

static void
on_bus_found (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GwKeyringLook) look = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);

  if (g_cancellable_is_cancelled (look->stop))
    return;
  if (bus == NULL)
    {
      g_debug ("No session bus: %s", error->message);
      look_end (look, GW_KEYRING_STATE_ABSENT);
      return;
    }
  unfollow (look->self);
  follow (look->self, bus);
  ask_collection (look);
}

static gboolean
on_look (gpointer user_data)
{
  GwKeyring *self = user_data;
  GwKeyringLook *look = g_rc_box_new0 (GwKeyringLook);

  self->look_id = 0;
  self->look_again = FALSE;
  self->look = look;
  look->self = self;
  look->stop = g_cancellable_new ();
  look->writes = self->writes;
  look->entries = new_entries ();
  look->deadline_id = g_timeout_add_seconds (GW_KEYRING_TIMEOUT, on_look_deadline, look);
  if (self->bus != NULL && !g_dbus_connection_is_closed (self->bus))
    ask_collection (look);
  else
    g_bus_get (G_BUS_TYPE_SESSION, look->stop, on_bus_found, g_rc_box_acquire (look));
  return G_SOURCE_REMOVE;
}

void
_gw_keyring_look (GwKeyring *self)
{
  /* One change makes several signals. */
  if (self->look != NULL)
    self->look_again = TRUE;
  else if (self->look_id == 0)
    self->look_id = g_timeout_add (LOOK_DELAY_MS, on_look, self);
}

void
_gw_keyring_look_anew (GwKeyring *self)
{
  look_stop (self);
  self->may_start = TRUE;
  _gw_keyring_look (self);
}

void
_gw_keyring_start (GwKeyring *self)
{
  self->may_start = TRUE;
  self->look_id = g_idle_add (on_look, self);
}

void
_gw_keyring_stop (GwKeyring *self)
{
  _gw_keyring_unlock_stop (self);
  look_stop (self);
  g_clear_handle_id (&self->look_id, g_source_remove);
  unfollow (self);
  g_clear_pointer (&self->collection, g_free);
}
