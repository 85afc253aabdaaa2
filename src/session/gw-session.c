/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-session.h"

#include <gio/gunixfdlist.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "gw-engine-client.h"
#include "gw-prompt-private.h"
#include "gw-session-options.h"
#include "gw-text.h"

/* One login and its terminal. What ends a session arrives on several ways (the answer of a call,
 * TerminalClosed, Closed, the end of the engine) in an order that nobody promises: each is noted
 * where it arrives, and finish() draws the conclusion once. */

#define MAX_BANNER 16384
#define MAX_LABEL 255
/* What the window waits beyond the engine's own deadline before it takes the engine for hung. */
#define PATIENCE_SECONDS 5

struct _GwSession
{
  GObject parent_instance;

  GwLogin *login;
  GwEngineClient *client;
  GwSessionState state;
  GwPhase phase;
  GwPrompt *prompt;
  guint watchdog_id;

  guint columns;
  guint rows;
  guint asked_columns;
  guint asked_rows;
  gboolean opening;
  guint terminal;
  int fd;

  gboolean closing;
  gboolean bus_over;
  GError *error;
  GwSessionEnd end;
  guint exit_status;
  char *signal_name;
  char *server;
  char *peer;
};

G_DEFINE_FINAL_TYPE (GwSession, gw_session, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_STATE,
  PROP_PHASE,
  PROP_PROMPT,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

enum {
  SIGNAL_BANNER,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void finish (GwSession *self);

/* Calls in flight must not keep a session alive whose owner has dropped it. */
static gpointer
weak_new (GwSession *self)
{
  GWeakRef *weak = g_new0 (GWeakRef, 1);

  g_weak_ref_init (weak, self);
  return weak;
}

static GwSession *
weak_take (gpointer data)
{
  GWeakRef *weak = data;
  GwSession *self = g_weak_ref_get (weak);

  g_weak_ref_clear (weak);
  g_free (weak);
  return self;
}

static void
note_error (GwSession *self,
            GError    *error)
{
  if (self->error == NULL)
    self->error = error;
  else
    g_error_free (error);
}

/* Takes @error: nothing more can come of this session. */
static void
fail (GwSession *self,
      GError    *error)
{
  note_error (self, error);
  finish (self);
}

static guint
patience (GwSession *self)
{
  guint timeout = gw_login_get_connect_timeout (self->login);

  if (self->phase <= GW_PHASE_CONNECT)
    return (timeout != 0 ? timeout : GW_CONNECT_TIMEOUT) + PATIENCE_SECONDS;
  /* An agent may be asking a person to confirm, or to touch a token. */
  if (self->phase == GW_PHASE_AUTHENTICATION)
    return 90 + PATIENCE_SECONDS;
  return GW_ANSWER_TIMEOUT + PATIENCE_SECONDS;
}

static gboolean
on_watchdog (gpointer user_data)
{
  GwSession *self = user_data;

  self->watchdog_id = 0;
  if (self->state == GW_SESSION_STATE_CONNECTED)
    finish (self);
  else
    fail (self, g_error_new_literal (GW_ERROR, GW_ERROR_TIMED_OUT,
                                     _("gangway-session did not answer in time")));
  return G_SOURCE_REMOVE;
}

static void
feed_watchdog (GwSession *self)
{
  g_clear_handle_id (&self->watchdog_id, g_source_remove);
  if (self->state > GW_SESSION_STATE_NEW && self->state < GW_SESSION_STATE_CONNECTED &&
      self->prompt == NULL)
    self->watchdog_id = g_timeout_add_seconds (patience (self), on_watchdog, self);
}

static void
set_state (GwSession      *self,
           GwSessionState  state)
{
  if (state <= self->state)
    return;
  self->state = state;
  feed_watchdog (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

static void
advance (GwSession *self,
         GwPhase    phase)
{
  g_autoptr (GwSession) hold = g_object_ref (self);

  if (phase <= self->phase || phase >= GW_PHASE_CLOSED || self->state == GW_SESSION_STATE_CLOSED)
    return;
  self->phase = phase;
  feed_watchdog (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PHASE]);
  if (phase == GW_PHASE_HOST_KEY)
    set_state (self, GW_SESSION_STATE_CHECKING_HOST_KEY);
  else if (phase >= GW_PHASE_AUTHENTICATION && self->state < GW_SESSION_STATE_CONNECTED)
    set_state (self, GW_SESSION_STATE_LOGGING_IN);
}

static void on_prompt_answered (GwSession *self,
                                GwPrompt  *prompt);

static void
set_prompt (GwSession *self,
            GwPrompt  *prompt)
{
  g_autoptr (GwPrompt) old = g_steal_pointer (&self->prompt);

  if (old == NULL && prompt == NULL)
    return;
  if (old != NULL)
    g_signal_handlers_disconnect_by_func (old, on_prompt_answered, self);
  if (prompt != NULL)
    {
      self->prompt = g_object_ref (prompt);
      g_signal_connect_object (prompt, "answered", G_CALLBACK (on_prompt_answered), self,
                               G_CONNECT_SWAPPED);
    }
  feed_watchdog (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PROMPT]);
  if (old != NULL)
    gw_prompt_withdraw (old);
}

static void
on_prompt_answered (GwSession *self,
                    GwPrompt  *prompt)
{
  g_assert (GW_IS_SESSION (self));

  if (prompt == self->prompt)
    set_prompt (self, NULL);
}

/* The end: decides what it was from all that was noted. */
static void
finish (GwSession *self)
{
  g_autoptr (GwSession) hold = g_object_ref (self);

  if (self->state == GW_SESSION_STATE_CLOSED)
    return;

  if (self->state == GW_SESSION_STATE_CONNECTED)
    {
      if (self->end == GW_SESSION_END_NONE)
        self->end = self->error == NULL ? GW_SESSION_END_CLOSED : GW_SESSION_END_LOST;
      if (self->end != GW_SESSION_END_LOST)
        g_clear_error (&self->error);
    }
  else
    self->end = GW_SESSION_END_NONE;

  if (self->error == NULL && (self->end == GW_SESSION_END_NONE || self->end == GW_SESSION_END_LOST))
    self->error = g_error_new_literal (GW_ERROR, GW_ERROR_CONNECTION_LOST,
                                       _("The connection was closed"));
  if (self->client != NULL)
    gw_engine_client_stop (self->client);
  /* The question goes first: who shows it must not come back to progress after the end. */
  set_prompt (self, NULL);
  set_state (self, GW_SESSION_STATE_CLOSED);
}

static void
on_engine_ended (GwSession    *self,
                 const GError *error)
{
  g_assert (GW_IS_SESSION (self));

  if (!self->bus_over && !self->closing && self->end == GW_SESSION_END_NONE)
    note_error (self, error != NULL
                ? g_error_copy (error)
                : g_error_new_literal (GW_ERROR, GW_ERROR_CONNECTION_LOST,
                                       _("gangway-session ended without a word")));
  self->bus_over = TRUE;
  /* An answer that came with the end is delivered after it. */
  if (!self->opening)
    finish (self);
}

static void
on_banner (GwSession  *self,
           const char *text)
{
  g_autofree char *clean = gw_text_clean_block (text, MAX_BANNER);

  g_signal_emit (self, signals[SIGNAL_BANNER], 0, clean);
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
    finish (self);
  else /* Closed will say why; an engine that forgets is not waited for. */
    self->watchdog_id = g_timeout_add_seconds (PATIENCE_SECONDS, on_watchdog, self);
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
        note_error (self, error);
    }
  if (!self->opening)
    finish (self);
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
  advance (self, gw_phase_from_string (gw_bus_session1_get_phase (bus)));
}

static void
on_prompt (GwSession *self,
           GwPrompt  *prompt)
{
  g_assert (GW_IS_SESSION (self));

  if (self->state == GW_SESSION_STATE_CLOSED)
    return; /* dropping it is the answer */

  if (gw_prompt_get_kind (prompt) <= GW_PROMPT_HOST_KEY_CHANGED)
    {
      /* The engine reads what strangers send: it must not be able to have a key stored for
       * another host. */
      if (!gw_prompt_is_for_host (prompt, gw_login_get_host (self->login),
                                  gw_login_get_port (self->login)))
        {
          gw_prompt_cancel (prompt);
          fail (self, g_error_new_literal (GW_ERROR, GW_ERROR_PROTOCOL,
                                           _("gangway-session asked about another host")));
          return;
        }
      advance (self, GW_PHASE_HOST_KEY);
    }
  set_prompt (self, prompt);
}

static void
send_size (GwSession *self)
{
  if (self->terminal == 0 || self->bus_over ||
      (self->columns == self->asked_columns && self->rows == self->asked_rows))
    return;
  self->asked_columns = self->columns;
  self->asked_rows = self->rows;
  gw_bus_session1_call_resize_terminal (gw_engine_client_get_session (self->client),
                                        self->terminal, self->columns, self->rows,
                                        NULL, NULL, NULL);
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

/* A call failed. Where that only says that the bus is gone, Closed or the engine's end tells why;
 * it may have done so already. */
static void
fail_call (GwSession    *self,
           const GError *cause)
{
  GError *error = gw_engine_client_read_error (cause);

  if (error != NULL)
    fail (self, error);
  else if (self->bus_over)
    finish (self);
}

static void
on_terminal_opened (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (GwSession) self = weak_take (user_data);
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
      fail_call (self, error);
      return;
    }
  self->fd = take_socket (handle, fd_list);
  if (self->fd < 0 || terminal == 0 || !g_unix_set_fd_nonblocking (self->fd, TRUE, NULL))
    {
      fail (self, g_error_new_literal (GW_ERROR, GW_ERROR_PROTOCOL,
                                       _("gangway-session handed out no terminal")));
      return;
    }
  self->terminal = terminal;
  advance (self, GW_PHASE_OPEN);
  set_state (self, GW_SESSION_STATE_CONNECTED);
  send_size (self);
  if (self->bus_over || (self->end != GW_SESSION_END_NONE && self->end != GW_SESSION_END_LOST))
    finish (self);
}

static void
on_logged_in (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GwSession) self = weak_take (user_data);
  g_autoptr (GError) error = NULL;
  gboolean logged_in;

  logged_in = gw_bus_session1_call_connect_finish (GW_BUS_SESSION1 (source), NULL, result, &error);
  if (self == NULL || self->state == GW_SESSION_STATE_CLOSED)
    return;
  if (!logged_in)
    {
      fail_call (self, error);
      return;
    }
  advance (self, GW_PHASE_CHANNEL);
  self->opening = TRUE;
  self->asked_columns = self->columns;
  self->asked_rows = self->rows;
  gw_bus_session1_call_open_terminal (GW_BUS_SESSION1 (source), self->columns, self->rows,
                                      gw_session_terminal_options (self->login), NULL, NULL,
                                      on_terminal_opened, weak_new (self));
}

static void
on_started (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GwSession) self = weak_take (user_data);
  GwEngineClient *client = GW_ENGINE_CLIENT (source);
  g_autoptr (GUnixFDList) fd_list = NULL;
  GwBusSession1 *bus;
  GVariant *options;
  GError *error = NULL;

  if (!gw_engine_client_start_finish (client, result, &error))
    {
      if (self != NULL)
        fail (self, error);
      else
        g_error_free (error);
      return;
    }
  if (self == NULL || self->state == GW_SESSION_STATE_CLOSED)
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
      fail (self, error);
      return;
    }
  feed_watchdog (self);
  gw_bus_session1_call_connect (bus, gw_login_get_host (self->login),
                                gw_login_get_port (self->login), gw_login_get_user (self->login),
                                options, fd_list, NULL, on_logged_in, weak_new (self));
}

static void
gw_session_dispose (GObject *object)
{
  GwSession *self = GW_SESSION (object);

  g_clear_handle_id (&self->watchdog_id, g_source_remove);
  if (self->client != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->client, self);
      gw_engine_client_stop (self->client);
    }
  g_clear_object (&self->client);
  if (self->prompt != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->prompt, self);
      gw_prompt_withdraw (self->prompt);
    }
  g_clear_object (&self->prompt);
  if (self->fd >= 0)
    g_close (self->fd, NULL);
  self->fd = -1;
  G_OBJECT_CLASS (gw_session_parent_class)->dispose (object);
}

static void
gw_session_finalize (GObject *object)
{
  GwSession *self = GW_SESSION (object);

  g_clear_object (&self->login);
  g_clear_error (&self->error);
  g_free (self->signal_name);
  g_free (self->server);
  g_free (self->peer);
  G_OBJECT_CLASS (gw_session_parent_class)->finalize (object);
}

static void
gw_session_get_property (GObject    *object,
                         guint       prop_id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  GwSession *self = GW_SESSION (object);

  switch (prop_id)
    {
    case PROP_STATE:
      g_value_set_uint (value, self->state);
      break;
    case PROP_PHASE:
      g_value_set_uint (value, self->phase);
      break;
    case PROP_PROMPT:
      g_value_set_object (value, self->prompt);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
gw_session_class_init (GwSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = gw_session_dispose;
  object_class->finalize = gw_session_finalize;
  object_class->get_property = gw_session_get_property;

  props[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, GW_SESSION_STATE_CLOSED, 0, flags);
  props[PROP_PHASE] = g_param_spec_uint ("phase", NULL, NULL, 0, GW_PHASE_CLOSED, 0, flags);
  props[PROP_PROMPT] = g_param_spec_object ("prompt", NULL, NULL, GW_TYPE_PROMPT, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[SIGNAL_BANNER] = g_signal_new ("banner", GW_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
gw_session_init (GwSession *self)
{
  self->fd = -1;
  self->signal_name = g_strdup ("");
  self->server = g_strdup ("");
  self->peer = g_strdup ("");
}

GwSession *
gw_session_new (GwLogin *login)
{
  GwSession *self;

  g_return_val_if_fail (GW_IS_LOGIN (login), NULL);

  self = g_object_new (GW_TYPE_SESSION, NULL);
  self->login = g_object_ref (login);
  return self;
}

GwLogin *
gw_session_get_login (GwSession *self)
{
  g_return_val_if_fail (GW_IS_SESSION (self), NULL);

  return self->login;
}

void
gw_session_start (GwSession *self,
                  guint      columns,
                  guint      rows)
{
  g_return_if_fail (GW_IS_SESSION (self));
  g_return_if_fail (self->state == GW_SESSION_STATE_NEW);

  gw_session_resize (self, columns, rows);
  self->client = gw_engine_client_new ();
  g_signal_connect_object (self->client, "prompt", G_CALLBACK (on_prompt), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->client, "ended", G_CALLBACK (on_engine_ended), self,
                           G_CONNECT_SWAPPED);
  set_state (self, GW_SESSION_STATE_CONNECTING);
  gw_engine_client_start (self->client, on_started, weak_new (self));
}

void
gw_session_resize (GwSession *self,
                   guint      columns,
                   guint      rows)
{
  g_return_if_fail (GW_IS_SESSION (self));

  self->columns = CLAMP (columns, 1, G_MAXUINT16);
  self->rows = CLAMP (rows, 1, G_MAXUINT16);
  if (self->state == GW_SESSION_STATE_CONNECTED)
    send_size (self);
}

void
gw_session_close (GwSession *self)
{
  g_return_if_fail (GW_IS_SESSION (self));

  if (self->state == GW_SESSION_STATE_CONNECTED)
    {
      /* Stays connected until the engine has said how the shell ended. */
      self->closing = TRUE;
      gw_engine_client_stop (self->client);
    }
  else if (self->state != GW_SESSION_STATE_CLOSED)
    fail (self, g_error_new_literal (GW_ERROR, GW_ERROR_CANCELLED, _("Cancelled")));
}

GwSessionState
gw_session_get_state (GwSession *self)
{
  g_return_val_if_fail (GW_IS_SESSION (self), GW_SESSION_STATE_CLOSED);

  return self->state;
}

GwPhase
gw_session_get_phase (GwSession *self)
{
  g_return_val_if_fail (GW_IS_SESSION (self), GW_PHASE_NEW);

  return self->phase;
}

GwPrompt *
gw_session_get_prompt (GwSession *self)
{
  g_return_val_if_fail (GW_IS_SESSION (self), NULL);

  return self->prompt;
}

int
gw_session_get_fd (GwSession *self)
{
  g_return_val_if_fail (GW_IS_SESSION (self), -1);

  return self->fd;
}

const GError *
gw_session_get_error (GwSession *self)
{
  g_return_val_if_fail (GW_IS_SESSION (self), NULL);

  return self->state == GW_SESSION_STATE_CLOSED ? self->error : NULL;
}

GwSessionEnd
gw_session_get_end (GwSession *self)
{
  g_return_val_if_fail (GW_IS_SESSION (self), GW_SESSION_END_NONE);

  return self->state == GW_SESSION_STATE_CLOSED ? self->end : GW_SESSION_END_NONE;
}

guint
gw_session_get_exit_status (GwSession *self)
{
  g_return_val_if_fail (GW_IS_SESSION (self), 0);

  return self->exit_status;
}

const char *
gw_session_get_signal_name (GwSession *self)
{
  g_return_val_if_fail (GW_IS_SESSION (self), "");

  return self->signal_name;
}

const char *
gw_session_get_server (GwSession *self)
{
  g_return_val_if_fail (GW_IS_SESSION (self), "");

  return self->server;
}

const char *
gw_session_get_peer (GwSession *self)
{
  g_return_val_if_fail (GW_IS_SESSION (self), "");

  return self->peer;
}

GPid
gw_session_get_pid (GwSession *self)
{
  g_return_val_if_fail (GW_IS_SESSION (self), 0);

  return self->client != NULL ? gw_engine_client_get_pid (self->client) : 0;
}
