/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Engine"

#include "gw-engine-private.h"

#include <glib/gi18n.h>

#include "gw-inspect.h"
#include "gw-terminal-channel.h"

#define CONTRACT_VERSION 1
#define SESSION_PATH "/org/gangway/Session1"
#define ATTACH_DEADLINE_S 30
/* How long shells outlive a window that has vanished: enough for one to come back and attach. It
 * grows to the session's idle time when terminals can be attached again, too: until then nobody
 * can reach these shells. */
#define WINDOW_RETURN_S 60
#define FAREWELL_S 1
#define LINGER_MS 300

G_DEFINE_FINAL_TYPE (GwEngine, gw_engine, G_TYPE_OBJECT)

enum {
  SIGNAL_DONE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

void
gw_engine_set_phase (GwEngine *self,
                     GwPhase   phase)
{
  self->phase = phase;
  gw_bus_session1_set_phase (self->skeleton, gw_phase_to_string (phase));
  /* Not with the next turn of the loop: an answer must not overtake it. */
  g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (self->skeleton));
}

/* The end */

static gboolean
on_farewell (gpointer user_data)
{
  GW_ENGINE (user_data)->alone = 0;
  g_signal_emit (user_data, signals[SIGNAL_DONE], 0);
  return G_SOURCE_REMOVE;
}

static void
on_flushed (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GwEngine) self = GW_ENGINE (user_data);

  g_dbus_connection_flush_finish (G_DBUS_CONNECTION (source), result, NULL);
  g_clear_handle_id (&self->alone, g_source_remove);
  /* GDBus drops what it has not read yet when it cannot write. A window that did not expect the
   * end may be about to answer or to ask something, and would never learn why. */
  if (self->loss != NULL && self->window != NULL)
    self->alone = g_timeout_add (LINGER_MS, on_farewell, self);
  else
    g_signal_emit (self, signals[SIGNAL_DONE], 0);
}

static void
free_connection (GwEngine *self)
{
  GHashTableIter iter;
  gpointer terminal;

  g_cancellable_cancel (self->cancellable);
  gw_prompter_cancel (self->prompter);
  g_hash_table_iter_init (&iter, self->terminals);
  while (g_hash_table_iter_next (&iter, NULL, &terminal))
    {
      g_signal_handlers_disconnect_by_data (terminal, self);
      gw_terminal_channel_drop (terminal);
    }
  g_hash_table_remove_all (self->terminals);
  if (self->link != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->link, self);
      gw_ssh_link_close (self->link);
    }
}

/* @error (nullable): why. What waits for an answer gets it. */
void
gw_engine_end (GwEngine     *self,
               const GError *error)
{
  g_autofree char *name = NULL;

  if (self->phase == GW_PHASE_CLOSED)
    return;
  g_debug ("the end: %s", error != NULL ? error->message : "as asked");
  if (error != NULL && self->loss == NULL)
    self->loss = g_error_copy (error);
  /* Before anything is cancelled, whose callbacks then find the engine closed. */
  self->phase = GW_PHASE_CLOSED;
  free_connection (self);
  if (self->target != NULL)
    g_clear_pointer (&self->target->plan->temporary_key, gw_temporary_key_free);
  if (self->connecting != NULL && error != NULL)
    g_dbus_method_invocation_return_gerror (g_steal_pointer (&self->connecting), error);
  else if (self->connecting != NULL)
    g_dbus_method_invocation_return_error_literal (g_steal_pointer (&self->connecting), GW_ERROR,
                                                   GW_ERROR_CANCELLED, _("Disconnected."));
  gw_engine_set_phase (self, GW_PHASE_CLOSED);
  if (error != NULL)
    name = g_dbus_error_encode_gerror (error);
  gw_bus_session1_emit_closed (self->skeleton, name != NULL ? name : "",
                               error != NULL ? error->message : "");
  g_clear_handle_id (&self->alone, g_source_remove);
  if (self->window != NULL && !g_dbus_connection_is_closed (self->window))
    g_dbus_connection_flush (self->window, NULL, on_flushed, g_object_ref (self));
  self->alone = g_timeout_add_seconds (self->window != NULL ? FAREWELL_S : 0, on_farewell, self);
}

/* Windows */

static gboolean
on_alone_too_long (gpointer user_data)
{
  GwEngine *self = GW_ENGINE (user_data);

  self->alone = 0;
  gw_engine_end (self, NULL);
  return G_SOURCE_REMOVE;
}

static gboolean
on_handle_attach (GwBusSession1         *skeleton,
                  GDBusMethodInvocation *invocation,
                  guint                  version,
                  gpointer               user_data)
{
  GwEngine *self = GW_ENGINE (user_data);

  if (version != CONTRACT_VERSION)
    {
      g_dbus_method_invocation_return_error (
        invocation, GW_ERROR, GW_ERROR_PROTOCOL,
        _("The engine speaks version %d of the contract, the window version %u."),
        CONTRACT_VERSION, version);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  if (self->phase != GW_PHASE_CLOSED)
    g_clear_handle_id (&self->alone, g_source_remove);
  g_set_object (&self->window, g_dbus_method_invocation_get_connection (invocation));
  gw_bus_session1_complete_attach (skeleton, invocation, CONTRACT_VERSION);
  gw_prompter_set_window (self->prompter, self->window);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_disconnect (GwBusSession1         *skeleton,
                      GDBusMethodInvocation *invocation,
                      gpointer               user_data)
{
  gw_bus_session1_complete_disconnect (skeleton, invocation);
  gw_engine_end (GW_ENGINE (user_data), NULL);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
on_peer_closed (GDBusConnection *peer,
                gboolean         remote_vanished,
                GError          *error,
                gpointer         user_data)
{
  g_autoptr (GwEngine) self = g_object_ref (GW_ENGINE (user_data));
  gboolean was_window = peer == self->window;

  g_signal_handlers_disconnect_by_data (peer, self);
  g_dbus_interface_skeleton_unexport_from_connection (G_DBUS_INTERFACE_SKELETON (self->skeleton),
                                                      peer);
  self->n_peers--;
  if (was_window)
    {
      gw_prompter_set_window (self->prompter, NULL);
      g_clear_object (&self->window);
    }
  else if (self->window != NULL || self->n_peers > 0)
    return;
  if (self->phase == GW_PHASE_CLOSED)
    g_signal_emit (self, signals[SIGNAL_DONE], 0);
  else if (self->phase != GW_PHASE_OPEN || g_hash_table_size (self->terminals) == 0 ||
      self->loss != NULL)
    gw_engine_end (self, NULL);
  else if (self->alone == 0)
    self->alone = g_timeout_add_seconds (WINDOW_RETURN_S, on_alone_too_long, self);
}

void
gw_engine_add_peer (GwEngine        *self,
                    GDBusConnection *peer)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (GW_IS_ENGINE (self));

  g_dbus_connection_set_exit_on_close (peer, FALSE);
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->skeleton), peer,
                                         SESSION_PATH, &error))
    {
      g_warning ("cannot show Session1: %s", error->message);
      return;
    }
  self->n_peers++;
  g_signal_connect (peer, "closed", G_CALLBACK (on_peer_closed), self);
}

void
gw_engine_disconnect (GwEngine *self)
{
  g_return_if_fail (GW_IS_ENGINE (self));

  gw_engine_end (self, NULL);
}

/* The object */

static void
gw_engine_dispose (GObject *object)
{
  GwEngine *self = GW_ENGINE (object);
  g_autoptr (GList) peers = NULL;

  g_clear_handle_id (&self->alone, g_source_remove);
  if (self->skeleton != NULL)
    {
      peers = g_dbus_interface_skeleton_get_connections (G_DBUS_INTERFACE_SKELETON (self->skeleton));
      for (GList *l = peers; l != NULL; l = l->next)
        {
          g_signal_handlers_disconnect_by_data (l->data, self);
          g_object_unref (l->data);
        }
      if (peers != NULL)
        g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->skeleton));
    }
  g_clear_object (&self->skeleton);
  g_clear_object (&self->window);
  g_clear_object (&self->link);
  g_clear_object (&self->prompter);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->terminals, g_hash_table_unref);
  g_clear_pointer (&self->target, gw_target_free);
  g_clear_pointer (&self->known, gw_known_hosts_free);
  g_clear_error (&self->loss);
  G_OBJECT_CLASS (gw_engine_parent_class)->dispose (object);
}

static void
gw_engine_class_init (GwEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = gw_engine_dispose;
  /* Registers the names of the errors, without which an answer of the window has none. */
  gw_error_quark ();

  signals[SIGNAL_DONE] = g_signal_new ("done", GW_TYPE_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 0);
}

static void
gw_engine_init (GwEngine *self)
{
  const struct {
    const char *signal;
    GCallback   handler;
  } methods[] = {
    { "handle-attach", G_CALLBACK (on_handle_attach) },
    { "handle-connect", G_CALLBACK (gw_engine_on_connect) },
    { "handle-make-key", G_CALLBACK (gw_engine_on_make_key) },
    { "handle-open-terminal", G_CALLBACK (gw_engine_on_open_terminal) },
    { "handle-resize-terminal", G_CALLBACK (gw_engine_on_resize_terminal) },
    { "handle-close-terminal", G_CALLBACK (gw_engine_on_close_terminal) },
    { "handle-disconnect", G_CALLBACK (on_handle_disconnect) },
    { "handle-inspect-key", G_CALLBACK (gw_inspect_on_inspect_key) },
    { "handle-list-agent-keys", G_CALLBACK (gw_inspect_on_list_agent_keys) },
  };

  self->skeleton = gw_bus_session1_skeleton_new ();
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    g_signal_connect (self->skeleton, methods[i].signal, methods[i].handler, self);
  gw_bus_session1_set_version (self->skeleton, CONTRACT_VERSION);
  gw_bus_session1_set_server_identification (self->skeleton, "");
  gw_bus_session1_set_peer_address (self->skeleton, "");
  gw_engine_set_phase (self, GW_PHASE_NEW);
  self->prompter = gw_prompter_new ();
  self->cancellable = g_cancellable_new ();
  self->terminals = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  self->alone = g_timeout_add_seconds (ATTACH_DEADLINE_S, on_alone_too_long, self);
}

GwEngine *
gw_engine_new (void)
{
  return g_object_new (GW_TYPE_ENGINE, NULL);
}
