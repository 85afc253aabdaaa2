/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-session-private.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "gw-prompt-private.h"
#include "gw-session-options.h"

/* One login and its terminal. What ends a session arrives on several ways (the answer of a call,
 * TerminalClosed, Closed, the end of the engine) in an order that nobody promises: each is noted
 * where it arrives, and gw_session_finish() draws the conclusion once. */

/* What the window waits beyond the engine's own deadline before it takes the engine for hung. */
#define PATIENCE_SECONDS 5
/* The engine has a deadline for each attempt, which starts anew with every answer and is long where
 * a person has to touch a token or press a button on a telephone. This one is only for an engine
 * that is stuck inside of libssh. */
#define AUTHENTICATION_SECONDS 600

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
  SIGNAL_NOTICE,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

void
gw_session_note_error (GwSession *self,
                       GError    *error)
{
  if (self->error == NULL)
    self->error = error;
  else
    g_error_free (error);
}

/* Takes @error: nothing more can come of this session. */
void
gw_session_fail (GwSession *self,
                 GError    *error)
{
  gw_session_note_error (self, error);
  gw_session_finish (self);
}

static guint
patience (GwSession *self)
{
  guint timeout = gw_login_get_connect_timeout (self->login);

  if (self->phase <= GW_PHASE_CONNECT)
    return (timeout != 0 ? timeout : GW_CONNECT_TIMEOUT) + PATIENCE_SECONDS;
  if (self->phase == GW_PHASE_AUTHENTICATION)
    return AUTHENTICATION_SECONDS;
  return GW_ANSWER_TIMEOUT + PATIENCE_SECONDS;
}

static gboolean
on_watchdog (gpointer user_data)
{
  GwSession *self = user_data;

  self->watchdog_id = 0;
  if (self->state == GW_SESSION_STATE_CONNECTED)
    gw_session_finish (self);
  else
    gw_session_fail (self, g_error_new_literal (GW_ERROR, GW_ERROR_TIMED_OUT,
                                     _("gangway-session did not answer in time")));
  return G_SOURCE_REMOVE;
}

void
gw_session_feed_watchdog (GwSession *self)
{
  g_clear_handle_id (&self->watchdog_id, g_source_remove);
  /* Loading and the cloud have deadlines of their own, and loading may wait for a person. */
  if (self->state > GW_SESSION_STATE_NEW && self->state < GW_SESSION_STATE_CONNECTED &&
      self->client != NULL && self->prompt == NULL && self->awaiting == NULL)
    self->watchdog_id = g_timeout_add_seconds (patience (self), on_watchdog, self);
}

void
gw_session_set_state (GwSession      *self,
                      GwSessionState  state)
{
  if (state <= self->state)
    return;
  self->state = state;
  gw_session_feed_watchdog (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

void
gw_session_advance (GwSession *self,
                    GwPhase    phase)
{
  g_autoptr (GwSession) hold = g_object_ref (self);

  if (phase <= self->phase || phase >= GW_PHASE_CLOSED || self->state == GW_SESSION_STATE_CLOSED)
    return;
  self->phase = phase;
  gw_session_feed_watchdog (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PHASE]);
  if (phase == GW_PHASE_HOST_KEY)
    gw_session_set_state (self, GW_SESSION_STATE_CHECKING_HOST_KEY);
  else if (phase >= GW_PHASE_AUTHENTICATION && self->state < GW_SESSION_STATE_CONNECTED)
    gw_session_set_state (self, GW_SESSION_STATE_LOGGING_IN);
}

void
gw_session_restart_phase (GwSession *self)
{
  self->phase = GW_PHASE_NEW;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PHASE]);
}

static void on_prompt_answered (GwSession *self,
                                GwPrompt  *prompt);

void
gw_session_set_prompt (GwSession *self,
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
  gw_session_feed_watchdog (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PROMPT]);
  if (old != NULL)
    gw_prompt_withdraw (old);
}

static void
on_prompt_answered (GwSession *self,
                    GwPrompt  *prompt)
{
  g_assert (GW_IS_SESSION (self));

  if (prompt != self->prompt)
    return;
  gw_session_note_answer (self, prompt);
  gw_session_set_prompt (self, NULL);
}

void
gw_session_await_closed (GwSession *self)
{
  /* Closed will say why; an engine that forgets is not waited for. */
  g_clear_handle_id (&self->watchdog_id, g_source_remove);
  self->watchdog_id = g_timeout_add_seconds (PATIENCE_SECONDS, on_watchdog, self);
}

/* The end: decides what it was from all that was noted. */
void
gw_session_finish (GwSession *self)
{
  g_autoptr (GwSession) hold = g_object_ref (self);

  if (self->state == GW_SESSION_STATE_CLOSED || gw_session_outlive_engine (self))
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
  if (self->state != GW_SESSION_STATE_CONNECTED)
    gw_session_note_refusal (self);
  gw_session_drop_secrets (self);
  gw_session_end_delivery (self, FALSE);
  gw_session_drop_question (self);
  /* The question goes first: who shows it must not come back to progress after the end. */
  gw_session_set_prompt (self, NULL);
  gw_session_set_state (self, GW_SESSION_STATE_CLOSED);
}

void
gw_session_send_size (GwSession *self)
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

static void
gw_session_dispose (GObject *object)
{
  GwSession *self = GW_SESSION (object);

  g_clear_handle_id (&self->watchdog_id, g_source_remove);
  gw_session_end_delivery (self, FALSE);
  gw_session_drop_question (self);
  /* Later the login may be another session's already. */
  if (self->login != NULL && self->state < GW_SESSION_STATE_CONNECTED)
    gw_session_drop_secrets (self);
  if (self->client != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->client, self);
      gw_engine_client_stop (self->client);
    }
  g_clear_object (&self->client);
  g_clear_object (&self->delivery);
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
  g_clear_object (&self->saved_logins);
  g_clear_object (&self->accounts);
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
  signals[SIGNAL_NOTICE] = g_signal_new ("notice", GW_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL,
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
gw_session_new (GwLogin         *login,
                GwSavedLogins   *saved_logins,
                GwCloudAccounts *accounts)
{
  GwSession *self;

  g_return_val_if_fail (GW_IS_LOGIN (login), NULL);
  g_return_val_if_fail (saved_logins == NULL || GW_IS_SAVED_LOGINS (saved_logins), NULL);
  g_return_val_if_fail (accounts == NULL || GW_IS_CLOUD_ACCOUNTS (accounts), NULL);

  self = g_object_new (GW_TYPE_SESSION, NULL);
  self->login = g_object_ref (login);
  g_set_object (&self->saved_logins, saved_logins);
  g_set_object (&self->accounts, accounts);
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
  gw_session_load_secrets (self);
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
    gw_session_send_size (self);
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
    gw_session_fail (self, g_error_new_literal (GW_ERROR, GW_ERROR_CANCELLED, _("Cancelled")));
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

gboolean
gw_session_is_saved_refused (GwSession *self)
{
  g_return_val_if_fail (GW_IS_SESSION (self), FALSE);

  return self->saved_refused;
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

GwKeyDelivery *
gw_session_get_delivery (GwSession *self)
{
  g_return_val_if_fail (GW_IS_SESSION (self), NULL);

  return self->delivery;
}

GPid
gw_session_get_pid (GwSession *self)
{
  g_return_val_if_fail (GW_IS_SESSION (self), 0);

  return self->client != NULL ? gw_engine_client_get_pid (self->client) : 0;
}
