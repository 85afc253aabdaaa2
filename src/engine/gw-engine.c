/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Engine"

#include "gw-engine.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "gw-bus.h"
#include "gw-host-key.h"
#include "gw-inspect.h"
#include "gw-lockdown.h"
#include "gw-phase.h"
#include "gw-target.h"
#include "gw-terminal-channel.h"
#include "gw-text.h"
#include "gw-transport.h"

#define CONTRACT_VERSION 1
#define SESSION_PATH "/org/gangway/Session1"
#define ATTACH_DEADLINE_S 30
/* How long shells wait for a window to come back. */
#define IDLE_TIME_S (6 * 60 * 60)
#define FAREWELL_S 1
#define MAX_IDENTIFICATION 60 /* characters; the contract says 255 bytes */
#define MAX_NAME 128          /* bytes of TERM and LANG */

struct _GwEngine {
  GObject parent_instance;

  GwBusSession1         *skeleton;
  GwPrompter            *prompter;
  GDBusConnection       *window; /* attached, or NULL */
  guint                  alone;  /* the timer that runs while there is no window */
  guint                  n_peers;

  GwPhase                phase;
  GCancellable          *cancellable;
  GDBusMethodInvocation *connecting; /* Connect, until it is answered */
  GwTarget              *target;
  GwKnownHosts          *known;
  GwSshLink             *link;
  int                    rc; /* of ssh_connect() */
  guint                  timeout;

  GHashTable            *terminals; /* number -> GwTerminalChannel */
  guint                  last_terminal;
  guint                  n_opening;
  GError                *loss; /* why the connection is gone, while output is still delivered */
};

G_DEFINE_FINAL_TYPE (GwEngine, gw_engine, G_TYPE_OBJECT)

enum {
  SIGNAL_DONE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
set_phase (GwEngine *self,
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
static void
end (GwEngine     *self,
     const GError *error)
{
  g_autofree char *name = NULL;

  if (self->phase == GW_PHASE_CLOSED)
    return;
  g_debug ("the end: %s", error != NULL ? error->message : "as asked");
  /* Before anything is cancelled, whose callbacks then find the engine closed. */
  self->phase = GW_PHASE_CLOSED;
  free_connection (self);
  if (self->connecting != NULL && error != NULL)
    g_dbus_method_invocation_return_gerror (g_steal_pointer (&self->connecting), error);
  else if (self->connecting != NULL)
    g_dbus_method_invocation_return_error_literal (g_steal_pointer (&self->connecting), GW_ERROR,
                                                   GW_ERROR_CANCELLED, _("Disconnected."));
  set_phase (self, GW_PHASE_CLOSED);
  if (error != NULL)
    name = g_dbus_error_encode_gerror (error);
  gw_bus_session1_emit_closed (self->skeleton, name != NULL ? name : "",
                               error != NULL ? error->message : "");
  g_clear_handle_id (&self->alone, g_source_remove);
  if (self->window != NULL && !g_dbus_connection_is_closed (self->window))
    g_dbus_connection_flush (self->window, NULL, on_flushed, g_object_ref (self));
  self->alone = g_timeout_add_seconds (self->window != NULL ? FAREWELL_S : 0, on_farewell, self);
}

/* Connecting, phase by phase */

static GError *
explain_key_exchange (GwEngine *self,
                      GError   *error)
{
  const char *identification = ssh_get_serverbanner (gw_ssh_link_get_session (self->link));
  g_autofree char *words = gw_ssh_link_get_words (self->link);
  gboolean heard = gw_ssh_link_has_heard (self->link);

  if (g_error_matches (error, GW_ERROR, GW_ERROR_CANCELLED))
    return g_error_copy (error);
  if (identification == NULL && heard)
    return g_error_new (GW_ERROR, GW_ERROR_NOT_SSH, _("What answers on port %u does not speak SSH."),
                        self->target->port);
  if (g_error_matches (error, GW_ERROR, GW_ERROR_TIMED_OUT))
    return g_error_copy (error);
  if (identification == NULL || g_str_has_prefix (words, "Socket error"))
    return gw_ssh_link_get_loss (self->link);
  return g_error_new (GW_ERROR, GW_ERROR_KEY_EXCHANGE,
                      _("The two sides found no common ground: %s"), words);
}

static void
on_banner (const char *text,
           gpointer    user_data)
{
  gw_bus_session1_emit_banner (GW_ENGINE (user_data)->skeleton, text);
}

static void
on_logged_in (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GwEngine) self = GW_ENGINE (user_data);
  g_autoptr (GError) error = NULL;
  gboolean done = gw_auth_run_finish (result, &error);

  /* No secret outlives its use. */
  g_clear_pointer (&self->target, gw_target_free);
  if (self->phase == GW_PHASE_CLOSED)
    return;
  if (!done)
    {
      end (self, error);
      return;
    }
  gw_bus_session1_complete_connect (self->skeleton, g_steal_pointer (&self->connecting), NULL);
}

static void
on_host_key_judged (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (GwEngine) self = GW_ENGINE (user_data);
  g_autoptr (GError) error = NULL;
  gboolean accepted = gw_host_key_check_finish (result, &error);

  if (self->phase == GW_PHASE_CLOSED)
    return;
  if (!accepted)
    {
      end (self, error);
      return;
    }
  set_phase (self, GW_PHASE_AUTHENTICATION);
  gw_auth_run_async (self->link, self->target->plan, self->prompter, on_banner, self,
                     self->cancellable, on_logged_in, g_object_ref (self));
}

static void
on_keys_exchanged (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (GwEngine) self = GW_ENGINE (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) explained = NULL;
  g_autofree char *identification = NULL;
  gboolean ran = gw_ssh_link_run_finish (GW_SSH_LINK (source), result, &error);

  if (self->phase == GW_PHASE_CLOSED)
    return;
  identification = gw_text_clean_line (
    ssh_get_serverbanner (gw_ssh_link_get_session (self->link)), MAX_IDENTIFICATION);
  gw_bus_session1_set_server_identification (self->skeleton, identification);
  if (!ran || self->rc != SSH_OK)
    {
      explained = explain_key_exchange (self, error);
      end (self, explained);
      return;
    }
  set_phase (self, GW_PHASE_HOST_KEY);
  gw_host_key_check_async (self->link, self->known, self->target->host, self->target->port,
                           self->prompter, on_host_key_judged, g_object_ref (self));
}

static gboolean
step_connect (ssh_session session,
              gpointer    data)
{
  GwEngine *self = data;
  int fd;

  self->rc = ssh_connect (session);
  /* libssh makes the descriptor blocking when it finds it connected. */
  fd = ssh_get_fd (session);
  if (fd >= 0)
    g_unix_set_fd_nonblocking (fd, TRUE, NULL);
  return self->rc != SSH_AGAIN;
}

static void
on_lost (GwSshLink *link,
         gpointer   user_data)
{
  GwEngine *self = GW_ENGINE (user_data);
  g_autoptr (GError) loss = gw_ssh_link_get_loss (link);
  g_autoptr (GList) terminals = NULL;

  /* An operation that was under way ends Connect with an error of its own. */
  if (self->connecting != NULL && !gw_prompter_is_asking (self->prompter))
    return;
  if (g_hash_table_size (self->terminals) == 0)
    {
      end (self, loss);
      return;
    }
  self->loss = g_steal_pointer (&loss);
  terminals = g_hash_table_get_values (self->terminals);
  g_list_foreach (terminals, (GFunc) (void (*) (void)) g_object_ref, NULL);
  for (GList *l = terminals; l != NULL; l = l->next)
    {
      gw_terminal_channel_lose (l->data);
      g_object_unref (l->data);
    }
}

/* From here on a stranger's bytes are read. */
static void
exchange_keys (GwEngine *self,
               int       fd)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *types = gw_host_key_list_types (self->known, self->target->host,
                                                   self->target->port);

  self->link = gw_ssh_link_new (fd, self->target->user, types, &error);
  if (self->link == NULL)
    {
      end (self, error);
      return;
    }
  g_signal_connect (self->link, "lost", G_CALLBACK (on_lost), self);
  gw_lockdown ();
  set_phase (self, GW_PHASE_KEY_EXCHANGE);
  gw_ssh_link_run_async (self->link, step_connect, self, self->target->timeout, on_keys_exchanged,
                         g_object_ref (self));
}

static void
on_connected (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GwEngine) self = GW_ENGINE (user_data);
  g_autoptr (GError) error = NULL;
  g_autofree char *peer = NULL;
  int fd = gw_transport_connect_finish (result, &peer, &error);

  if (self->phase == GW_PHASE_CLOSED)
    {
      if (fd >= 0)
        close (fd);
      return;
    }
  if (fd < 0)
    {
      end (self, error);
      return;
    }
  gw_bus_session1_set_peer_address (self->skeleton, peer);
  exchange_keys (self, fd);
}

static void
on_transport_phase (GwPhase  phase,
                    gpointer user_data)
{
  GwEngine *self = GW_ENGINE (user_data);

  if (self->phase != GW_PHASE_CLOSED)
    set_phase (self, phase);
}

static gboolean
on_handle_connect (GwBusSession1         *skeleton,
                   GDBusMethodInvocation *invocation,
                   GUnixFDList           *fds,
                   const char            *host,
                   guint                  port,
                   const char            *user,
                   GVariant              *options,
                   gpointer               user_data)
{
  GwEngine *self = GW_ENGINE (user_data);
  g_autoptr (GError) error = NULL;
  g_autofree char *peer = NULL;

  if (self->phase != GW_PHASE_NEW || self->connecting != NULL)
    {
      g_dbus_method_invocation_return_error_literal (invocation, GW_ERROR, GW_ERROR_PROTOCOL,
                                                     _("An engine connects only once."));
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  self->connecting = invocation;
  self->target = gw_target_new (host, port, user, options, fds, &error);
  if (self->target != NULL)
    self->timeout = self->target->timeout;
  if (self->target != NULL)
    self->known = gw_known_hosts_load ((const char *const *) self->target->known_hosts, &error);
  if (self->known == NULL ||
      (self->target->transport >= 0 && !gw_transport_check (self->target->transport, &peer, &error)))
    end (self, error);
  else if (self->target->transport >= 0)
    {
      gw_bus_session1_set_peer_address (self->skeleton, peer);
      exchange_keys (self, g_steal_fd (&self->target->transport));
    }
  else
    {
      set_phase (self, GW_PHASE_RESOLVE);
      gw_transport_connect_async (host, port, self->target->connect_timeout, on_transport_phase,
                                  self, self->cancellable, on_connected, g_object_ref (self));
    }
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* Terminals */

static void
on_terminal_closed (GwTerminalChannel *terminal,
                    gpointer           user_data)
{
  GwEngine *self = GW_ENGINE (user_data);
  guint number = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (terminal), "gw-number"));
  const char *signal_name;
  guint exit_status;
  const char *how = gw_terminal_channel_get_end (terminal, &exit_status, &signal_name);

  gw_bus_session1_emit_terminal_closed (self->skeleton, number, how, exit_status, signal_name);
  g_signal_handlers_disconnect_by_data (terminal, self);
  gw_terminal_channel_drop (terminal);
  g_hash_table_remove (self->terminals, GUINT_TO_POINTER (number));
  if (g_hash_table_size (self->terminals) == 0 && self->n_opening == 0)
    end (self, self->loss);
}

/* What an OpenTerminal call needs until it is answered. */
typedef struct {
  GwEngine              *engine;
  GDBusMethodInvocation *invocation;
} Opening;

static void
hand_out (GwEngine              *self,
          GDBusMethodInvocation *invocation,
          GwTerminalChannel     *terminal,
          int                    window_fd)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new_from_array (&window_fd, 1);
  guint number = ++self->last_terminal;

  g_object_set_data (G_OBJECT (terminal), "gw-number", GUINT_TO_POINTER (number));
  g_signal_connect (terminal, "closed", G_CALLBACK (on_terminal_closed), self);
  g_hash_table_insert (self->terminals, GUINT_TO_POINTER (number), terminal);
  set_phase (self, GW_PHASE_OPEN);
  gw_bus_session1_complete_open_terminal (self->skeleton, invocation, fds, number,
                                          g_variant_new_handle (0));
}

static void
on_terminal_opened (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  Opening *opening = user_data;
  g_autoptr (GwEngine) self = opening->engine;
  g_autoptr (GError) error = NULL;
  int window_fd = -1;
  GwTerminalChannel *terminal = gw_terminal_channel_open_finish (result, &window_fd, &error);

  self->n_opening--;
  if (terminal != NULL && self->phase != GW_PHASE_CLOSED)
    hand_out (self, opening->invocation, terminal, window_fd);
  else
    {
      if (terminal != NULL)
        close (window_fd);
      if (error == NULL)
        error = g_error_new_literal (GW_ERROR, GW_ERROR_CANCELLED, _("Disconnected."));
      g_dbus_method_invocation_return_gerror (opening->invocation, error);
      g_clear_object (&terminal);
    }
  g_free (opening);
}

static gboolean
is_size (guint columns,
         guint rows)
{
  return columns >= 1 && columns <= G_MAXUINT16 && rows >= 1 && rows <= G_MAXUINT16;
}

static gboolean
on_handle_open_terminal (GwBusSession1         *skeleton,
                         GDBusMethodInvocation *invocation,
                         GUnixFDList           *fds,
                         guint                  columns,
                         guint                  rows,
                         GVariant              *options,
                         gpointer               user_data)
{
  GwEngine *self = GW_ENGINE (user_data);
  const char *term = "xterm-256color", *lang = NULL;
  Opening *opening;

  g_variant_lookup (options, "term", "&s", &term);
  g_variant_lookup (options, "lang", "&s", &lang);
  if (self->connecting != NULL || self->phase < GW_PHASE_AUTHENTICATION ||
      self->phase == GW_PHASE_CLOSED || !is_size (columns, rows) || strlen (term) > MAX_NAME ||
      (lang != NULL && strlen (lang) > MAX_NAME))
    {
      g_dbus_method_invocation_return_error_literal (
        invocation, GW_ERROR, GW_ERROR_PROTOCOL,
        _("A terminal needs a connection that is logged in, and a size."));
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  if (self->phase == GW_PHASE_AUTHENTICATION)
    set_phase (self, GW_PHASE_CHANNEL);
  self->n_opening++;
  opening = g_new0 (Opening, 1);
  opening->engine = g_object_ref (self);
  opening->invocation = invocation;
  gw_terminal_channel_open_async (self->link, columns, rows, term, lang, self->timeout,
                                  on_terminal_opened, opening);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_resize_terminal (GwBusSession1         *skeleton,
                           GDBusMethodInvocation *invocation,
                           guint                  number,
                           guint                  columns,
                           guint                  rows,
                           gpointer               user_data)
{
  GwEngine *self = GW_ENGINE (user_data);
  GwTerminalChannel *terminal = g_hash_table_lookup (self->terminals, GUINT_TO_POINTER (number));

  if (terminal != NULL && is_size (columns, rows))
    gw_terminal_channel_resize (terminal, columns, rows);
  gw_bus_session1_complete_resize_terminal (skeleton, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_close_terminal (GwBusSession1         *skeleton,
                          GDBusMethodInvocation *invocation,
                          guint                  number,
                          gpointer               user_data)
{
  GwEngine *self = GW_ENGINE (user_data);
  GwTerminalChannel *terminal = g_hash_table_lookup (self->terminals, GUINT_TO_POINTER (number));

  gw_bus_session1_complete_close_terminal (skeleton, invocation);
  if (terminal != NULL)
    gw_terminal_channel_close (terminal);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* Windows */

static gboolean
on_alone_too_long (gpointer user_data)
{
  GwEngine *self = GW_ENGINE (user_data);

  self->alone = 0;
  end (self, NULL);
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
  end (GW_ENGINE (user_data), NULL);
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
  if (self->phase != GW_PHASE_OPEN || g_hash_table_size (self->terminals) == 0 || self->loss != NULL)
    end (self, NULL);
  else if (self->alone == 0)
    self->alone = g_timeout_add_seconds (IDLE_TIME_S, on_alone_too_long, self);
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

  end (self, NULL);
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
    { "handle-connect", G_CALLBACK (on_handle_connect) },
    { "handle-open-terminal", G_CALLBACK (on_handle_open_terminal) },
    { "handle-resize-terminal", G_CALLBACK (on_handle_resize_terminal) },
    { "handle-close-terminal", G_CALLBACK (on_handle_close_terminal) },
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
  set_phase (self, GW_PHASE_NEW);
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
