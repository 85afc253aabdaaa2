/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Engine"

#include "gw-engine-private.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "gw-terminal-channel.h"

#define MAX_NAME 128 /* bytes of TERM and LANG */

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
    gw_engine_end (self, self->loss);
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
  gw_engine_set_phase (self, GW_PHASE_OPEN);
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
      if (error == NULL && self->loss != NULL)
        error = g_error_copy (self->loss);
      else if (error == NULL)
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

gboolean
gw_engine_on_open_terminal (GwBusSession1         *skeleton,
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
  if (self->phase == GW_PHASE_CLOSED && self->loss != NULL)
    {
      g_dbus_method_invocation_return_gerror (invocation, self->loss);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
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
    gw_engine_set_phase (self, GW_PHASE_CHANNEL);
  self->n_opening++;
  opening = g_new0 (Opening, 1);
  opening->engine = g_object_ref (self);
  opening->invocation = invocation;
  gw_terminal_channel_open_async (self->link, columns, rows, term, lang, self->timeout,
                                  on_terminal_opened, opening);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

gboolean
gw_engine_on_resize_terminal (GwBusSession1         *skeleton,
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

gboolean
gw_engine_on_close_terminal (GwBusSession1         *skeleton,
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
