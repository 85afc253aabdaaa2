/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-session-private.h"

#include <gio/gunixfdlist.h>
#include <glib-unix.h>
#include <glib/gi18n.h>

#include "gw-prompt-private.h"
#include "gw-session-options.h"
#include "gw-text.h"

/* What the engine says, and the calls to it in their order: start, Connect, OpenTerminal. */

#define MAX_BANNER 16384
#define MAX_LABEL 255

gpointer
gw_session_weak_new (GwSession *self)
{
  GWeakRef *weak = g_new0 (GWeakRef, 1);

  g_weak_ref_init (weak, self);
  return weak;
}

GwSession *
gw_session_weak_take (gpointer data)
{
  GWeakRef *weak = data;
  GwSession *self = g_weak_ref_get (weak);

  g_weak_ref_clear (weak);
  g_free (weak);
  return self;
}

static void
on_engine_ended (GwSession    *self,
                 const GError *error)
{
  g_assert (GW_IS_SESSION (self));

  if (!self->bus_over && !self->closing && self->end == GW_SESSION_END_NONE)
    gw_session_note_error (self, error != NULL
                ? g_error_copy (error)
                : g_error_new_literal (GW_ERROR, GW_ERROR_CONNECTION_LOST,
                                       _("gangway-session ended without a word")));
  self->bus_over = TRUE;
  /* An answer that came with the end is delivered after it. */
  if (!self->opening)
    gw_session_finish (self);
}

static void
on_banner (GwSession  *self,
           const char *text)
{
  g_autofree char *clean = gw_text_clean_block (text, MAX_BANNER);

  g_signal_emit_by_name (self, "banner", clean);
}

static void
on_terminal_closed (GwSession  *self,
                    guint       terminal,
                    const char *how,
                    guint       status,
                    const char *signal_name)
{
  g_assert (GW_IS_SESSION (self));

  /* Before the answer of OpenTerminal is here its number is not known; there is only one. */
  if (self->end != GW_SESSION_END_NONE || (self->terminal != 0 && terminal != self->terminal))
    return;

  self->exit_status = status;
  if (g_str_equal (how, "exit"))
    self->end = GW_SESSION_END_EXIT;
  else if (g_str_equal (how, "signal"))
    {
      self->end = GW_SESSION_END_SIGNAL;
      g_free (self->signal_name);
      self->signal_name = gw_text_clean_line (signal_name, MAX_LABEL);
    }
  else
    self->end = g_str_equal (how, "lost") ? GW_SESSION_END_LOST : GW_SESSION_END_CLOSED;

  if (self->state != GW_SESSION_STATE_CONNECTED)
    return;
  if (self->end != GW_SESSION_END_LOST)
    gw_session_finish (self);
  else
    gw_session_await_closed (self);
}

static void
on_closed (GwSession  *self,
           const char *name,
           const char *message)
{
  g_assert (GW_IS_SESSION (self));

  self->bus_over = TRUE;
  if (*name != '\0' && !self->closing)
    {
      g_autoptr (GError) remote = g_dbus_error_new_for_dbus_error (name, message);
      GError *error = gw_engine_client_read_error (remote);

      if (error != NULL)
        gw_session_note_error (self, error);
    }
  if (!self->opening)
    gw_session_finish (self);
}

static char *
clean_property (const char *text)
{
  return gw_text_clean_line (text != NULL ? text : "", MAX_LABEL);
}

static void
on_properties (GwSession *self)
{
  GwBusSession1 *bus = gw_engine_client_get_session (self->client);

  g_free (self->server);
  self->server = clean_property (gw_bus_session1_get_server_identification (bus));
  g_free (self->peer);
  self->peer = clean_property (gw_bus_session1_get_peer_address (bus));
  gw_session_advance (self, gw_phase_from_string (gw_bus_session1_get_phase (bus)));
}

static void
on_prompt (GwSession *self,
           GwPrompt  *prompt)
{
  g_assert (GW_IS_SESSION (self));

  /* After the login nobody shows one any more. */
  if (self->phase >= GW_PHASE_CHANNEL || self->state == GW_SESSION_STATE_CLOSED)
    {
      gw_prompt_cancel (prompt);
      return;
    }

  if (gw_prompt_get_kind (prompt) <= GW_PROMPT_HOST_KEY_CHANGED)
    {
      /* The engine reads what strangers send: it must not be able to have a key stored for
       * another host. */
      if (!gw_prompt_is_for_host (prompt, gw_login_get_host (self->login),
                                  gw_login_get_port (self->login)))
        {
          gw_prompt_cancel (prompt);
          gw_session_fail (self, g_error_new_literal (GW_ERROR, GW_ERROR_PROTOCOL,
                                           _("gangway-session asked about another host")));
          return;
        }
      gw_session_advance (self, GW_PHASE_HOST_KEY);
      if (self->state != GW_SESSION_STATE_CLOSED)
        gw_session_take_question (self, prompt);
      return;
    }
  if (gw_prompt_get_kind (prompt) == GW_PROMPT_KEY)
    {
      gw_session_advance (self, GW_PHASE_AUTHENTICATION);
      if (self->state != GW_SESSION_STATE_CLOSED)
        gw_session_take_key_prompt (self, prompt);
      return;
    }
  if (gw_session_refuse_prompt (self, prompt))
    return;
  /* What was given before did not do, and must not stay while this waits for an answer. */
  if (gw_prompt_get_kind (prompt) == GW_PROMPT_PASSWORD)
    gw_login_set_password (self->login, NULL);
  else if (gw_prompt_get_kind (prompt) == GW_PROMPT_PASSPHRASE)
    gw_login_set_passphrase (self->login, NULL);
  gw_session_set_prompt (self, prompt);
}

/* The socket that came with an answer; -1 if there is none. */
static int
take_socket (GVariant    *handle,
             GUnixFDList *fd_list)
{
  gint32 index = g_variant_get_handle (handle);

  if (fd_list == NULL || index < 0 || index >= g_unix_fd_list_get_length (fd_list))
    return -1;
  return g_unix_fd_list_get (fd_list, index, NULL);
}

/* Where that only says that the bus is gone, Closed or the engine's end tells why; it may have done
 * so already. */
void
gw_session_fail_call (GwSession    *self,
                      const GError *cause)
{
  GError *error = gw_engine_client_read_error (cause);

  if (error != NULL)
    gw_session_fail (self, error);
  else if (self->bus_over)
    gw_session_finish (self);
}

static void
on_terminal_opened (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (GwSession) self = gw_session_weak_take (user_data);
  g_autoptr (GUnixFDList) fd_list = NULL;
  g_autoptr (GVariant) handle = NULL;
  g_autoptr (GError) error = NULL;
  guint terminal = 0;
  gboolean opened;

  opened = gw_bus_session1_call_open_terminal_finish (GW_BUS_SESSION1 (source), &terminal, &handle,
                                                      &fd_list, result, &error);
  if (self == NULL || self->state == GW_SESSION_STATE_CLOSED)
    return;
  self->opening = FALSE;
  if (!opened)
    {
      gw_session_fail_call (self, error);
      return;
    }
  self->fd = take_socket (handle, fd_list);
  if (self->fd < 0 || terminal == 0 || !g_unix_set_fd_nonblocking (self->fd, TRUE, NULL))
    {
      gw_session_fail (self, g_error_new_literal (GW_ERROR, GW_ERROR_PROTOCOL,
                                       _("gangway-session handed out no terminal")));
      return;
    }
  self->terminal = terminal;
  gw_session_advance (self, GW_PHASE_OPEN);
  gw_session_set_state (self, GW_SESSION_STATE_CONNECTED);
  gw_session_keep_login (self);
  gw_session_send_size (self);
  if (self->bus_over || (self->end != GW_SESSION_END_NONE && self->end != GW_SESSION_END_LOST))
    gw_session_finish (self);
  else if (self->end == GW_SESSION_END_LOST)
    gw_session_await_closed (self);
}

static void
on_logged_in (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GwSession) self = gw_session_weak_take (user_data);
  g_autoptr (GError) error = NULL;
  gboolean logged_in;

  logged_in = gw_bus_session1_call_connect_finish (GW_BUS_SESSION1 (source), NULL, result, &error);
  if (self == NULL || self->state == GW_SESSION_STATE_CLOSED ||
      self->bus != GW_BUS_SESSION1 (source))
    return;
  if (!logged_in)
    {
      gw_session_fail_call (self, error);
      return;
    }
  gw_session_note_login (self);
  gw_session_set_prompt (self, NULL);
  gw_session_advance (self, GW_PHASE_CHANNEL);
  self->opening = TRUE;
  self->asked_columns = self->columns;
  self->asked_rows = self->rows;
  gw_bus_session1_call_open_terminal (GW_BUS_SESSION1 (source), self->columns, self->rows,
                                      gw_session_terminal_options (self->login), NULL, NULL,
                                      on_terminal_opened, gw_session_weak_new (self));
}

static void
on_started (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GwSession) self = gw_session_weak_take (user_data);
  GwEngineClient *client = GW_ENGINE_CLIENT (source);
  g_autoptr (GUnixFDList) fd_list = NULL;
  GwBusSession1 *bus;
  GVariant *options;
  GError *error = NULL;

  if (!gw_engine_client_start_finish (client, result, &error))
    {
      if (self != NULL && self->client == client)
        gw_session_fail (self, error);
      else
        g_error_free (error);
      return;
    }
  if (self == NULL || self->state == GW_SESSION_STATE_CLOSED || self->client != client)
    return;

  bus = gw_engine_client_get_session (client);
  g_signal_connect_object (bus, "g-properties-changed", G_CALLBACK (on_properties), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (bus, "banner", G_CALLBACK (on_banner), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (bus, "terminal-closed", G_CALLBACK (on_terminal_closed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (bus, "closed", G_CALLBACK (on_closed), self, G_CONNECT_SWAPPED);

  options = gw_session_connect_options (self->login, &fd_list, &error);
  if (options == NULL)
    {
      gw_session_fail (self, error);
      return;
    }
  gw_session_feed_watchdog (self);
  gw_bus_session1_call_connect (bus, gw_login_get_host (self->login),
                                gw_login_get_port (self->login), gw_login_get_user (self->login),
                                options, fd_list, NULL, on_logged_in, gw_session_weak_new (self));
  gw_session_take_bus (self);
}

void
gw_session_drop_engine (GwSession *self)
{
  if (self->bus != NULL)
    g_signal_handlers_disconnect_by_data (self->bus, self);
  self->bus = NULL;
  if (self->client != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->client, self);
      gw_engine_client_stop (self->client);
    }
  g_clear_object (&self->client);
  self->bus_over = FALSE;
  gw_session_restart_phase (self);
}

void
gw_session_start_engine (GwSession *self)
{
  self->client = gw_engine_client_new ();
  g_signal_connect_object (self->client, "prompt", G_CALLBACK (on_prompt), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->client, "ended", G_CALLBACK (on_engine_ended), self,
                           G_CONNECT_SWAPPED);
  gw_session_set_state (self, GW_SESSION_STATE_CONNECTING);
  /* It is that already where secrets had to be loaded. */
  gw_session_feed_watchdog (self);
  gw_engine_client_start (self->client, on_started, gw_session_weak_new (self));
}
