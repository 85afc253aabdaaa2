/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-session-private.h"

#include <glib/gi18n.h>

#include "gw-prompt-private.h"

/* Where the secrets of a session's login come from, and that none stays. */

static void
end_trial (GwSession *self,
           GwVerdict  verdict)
{
  GwTrial *trial = g_steal_pointer (&self->trial);

  if (trial != NULL)
    gw_trial_end (trial, verdict);
}

static void
start (GwSession *self)
{
  self->untyped = gw_login_get_saved (self->login) ||
                  gw_login_get_method (self->login) == GW_METHOD_CREDENTIAL;
  if (!self->untyped)
    end_trial (self, GW_VERDICT_NONE);
  gw_session_start_engine (self);
}

static void
fail_loading (GwSession    *self,
              const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    /* The person dismissed the question of the desktop. */
    gw_session_fail (self, g_error_new_literal (GW_ERROR, GW_ERROR_CANCELLED,
                                                _("The keyring was not unlocked")));
  else if (error->domain == GW_ERROR && error->code != GW_ERROR_INVALID_FILE)
    gw_session_fail (self, g_error_copy (error));
  else
    /* That of the key; other files are the engine's. */
    gw_session_fail (self, g_error_new (GW_ERROR, GW_ERROR_NO_SECRET,
                                        _("The private key cannot be read: %s"), error->message));
}

static void
on_loaded (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GwSession) self = gw_session_weak_take (user_data);
  g_autoptr (GError) error = NULL;
  gboolean loaded;

  loaded = gw_saved_logins_load_finish (GW_SAVED_LOGINS (source), result, &error);
  /* Whoever ended the session has cancelled this and cleared the login. */
  if (self == NULL || self->state == GW_SESSION_STATE_CLOSED)
    return;
  g_clear_object (&self->loading);
  if (loaded)
    start (self);
  else
    fail_loading (self, error);
}

static void
on_turn (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GwSession) self = gw_session_weak_take (user_data);
  GwSavedLogins *logins = GW_SAVED_LOGINS (source);
  g_autoptr (GError) error = NULL;
  GwTrial *trial;

  trial = gw_saved_logins_try_finish (logins, result, &error);
  if (self == NULL || self->state == GW_SESSION_STATE_CLOSED)
    {
      if (trial != NULL)
        gw_trial_end (trial, GW_VERDICT_NONE);
      return;
    }
  self->trial = trial;
  if (trial != NULL && gw_saved_logins_needs_loading (logins, self->login))
    {
      gw_saved_logins_load_async (logins, self->login, self->loading, on_loaded,
                                  gw_session_weak_new (self));
      return;
    }
  g_clear_object (&self->loading);
  if (trial != NULL)
    {
      start (self);
      return;
    }
  self->untyped = TRUE;
  fail_loading (self, error);
}

void
gw_session_load_secrets (GwSession *self)
{
  /* One whose key is made anew each time has no secret that could be tried, or refused. */
  if (gw_login_get_method (self->login) == GW_METHOD_TEMPORARY_KEY)
    {
      gw_session_begin_delivery (self);
      return;
    }
  if (self->saved_logins == NULL ||
      (!gw_saved_logins_needs_loading (self->saved_logins, self->login) &&
       !gw_login_get_saved (self->login)))
    {
      start (self);
      return;
    }
  self->loading = g_cancellable_new ();
  gw_session_set_state (self, GW_SESSION_STATE_CONNECTING);
  /* Who heard of it may have closed the session. */
  if (self->state != GW_SESSION_STATE_CLOSED)
    gw_saved_logins_try_async (self->saved_logins, self->login, self->loading, on_turn,
                               gw_session_weak_new (self));
}

void
gw_session_drop_secrets (GwSession *self)
{
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  gw_login_clear_secrets (self->login);
  end_trial (self, GW_VERDICT_NONE);
}

gboolean
gw_session_refuse_prompt (GwSession *self,
                          GwPrompt  *prompt)
{
  GwPromptKind kind = gw_prompt_get_kind (prompt);

  if (!self->untyped || gw_prompt_get_attempt (prompt) == 0 ||
      (kind != GW_PROMPT_PASSWORD && kind != GW_PROMPT_PASSPHRASE))
    return FALSE;
  gw_prompt_cancel (prompt);
  gw_session_fail (self, g_error_new_literal (
    GW_ERROR, GW_ERROR_AUTH_REFUSED,
    kind == GW_PROMPT_PASSWORD ? _("The server did not accept the saved password")
                               : _("The saved passphrase does not open the private key")));
  return TRUE;
}

/* Some servers hang up instead of saying no, and others leave the method out of the next offer:
 * what may have been refused is not sent again unasked. */
static gboolean
is_refusal (GwSession *self)
{
  if (g_error_matches (self->error, GW_ERROR, GW_ERROR_AUTH_REFUSED))
    return TRUE;
  return self->phase == GW_PHASE_AUTHENTICATION &&
         (g_error_matches (self->error, GW_ERROR, GW_ERROR_CONNECTION_LOST) ||
          g_error_matches (self->error, GW_ERROR, GW_ERROR_AUTH_METHOD));
}

void
gw_session_note_refusal (GwSession *self)
{
  if (!self->untyped || !is_refusal (self))
    return;
  self->saved_refused = TRUE;
  if (self->saved_logins != NULL)
    gw_saved_logins_refuse (self->saved_logins, self->login);
  end_trial (self, GW_VERDICT_REFUSED);
}

void
gw_session_note_login (GwSession *self)
{
  end_trial (self, self->untyped ? GW_VERDICT_WORKED : GW_VERDICT_NONE);
  gw_session_end_delivery (self, TRUE);
}

void
gw_session_note_answer (GwSession *self,
                        GwPrompt  *prompt)
{
  GwSensitive *answer = gw_prompt_get_answer (prompt);
  GwPromptKind kind = gw_prompt_get_kind (prompt);

  /* A one-time code says nothing about the password: a server may judge both only at the end. */
  if (kind != GW_PROMPT_PASSWORD && kind != GW_PROMPT_PASSPHRASE)
    return;
  /* From here on a refusal is about what was typed. */
  self->untyped = FALSE;
  end_trial (self, GW_VERDICT_NONE);
  if (answer == NULL || gw_login_get_method (self->login) == GW_METHOD_CREDENTIAL)
    return;
  gw_login_set_saved (self->login, FALSE);
  if (!gw_login_get_remember (self->login))
    return;
  /* The last one is the one that works. */
  if (kind == GW_PROMPT_PASSWORD)
    gw_login_set_password (self->login, answer);
  else
    gw_login_set_passphrase (self->login, answer);
}

static void
on_kept (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GwSession) self = gw_session_weak_take (user_data);
  g_autoptr (GError) error = NULL;

  if (gw_saved_logins_keep_finish (GW_SAVED_LOGINS (source), result, &error))
    return;
  g_message ("%s", error->message);
  if (self != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit_by_name (self, "notice", error->message);
}

void
gw_session_keep_login (GwSession *self)
{
  /* Closed by who heard that it is connected: then the secrets are gone already. */
  if (self->saved_logins != NULL && self->state == GW_SESSION_STATE_CONNECTED)
    gw_saved_logins_keep_async (self->saved_logins, self->login, NULL, on_kept,
                                gw_session_weak_new (self));
  gw_session_drop_secrets (self);
}
