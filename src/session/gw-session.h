/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-cloud-accounts.h"
#include "gw-error.h"
#include "gw-key-delivery.h"
#include "gw-login.h"
#include "gw-phase.h"
#include "gw-prompt.h"
#include "gw-saved-logins.h"

G_BEGIN_DECLS

/* What a tab shows. */
typedef enum {
  GW_SESSION_STATE_NEW,
  GW_SESSION_STATE_CONNECTING,        /* keyring, engine start, resolve, TCP, key exchange */
  GW_SESSION_STATE_CHECKING_HOST_KEY,
  GW_SESSION_STATE_LOGGING_IN,        /* authentication, channel */
  GW_SESSION_STATE_CONNECTED,
  GW_SESSION_STATE_CLOSED,            /* ended, see gw_session_get_error() and _get_end() */
} GwSessionState;

typedef enum {
  GW_SESSION_END_NONE,      /* not ended, or never connected */
  GW_SESSION_END_EXIT,      /* the shell exited, with a status */
  GW_SESSION_END_SIGNAL,    /* the shell was killed by a signal */
  GW_SESSION_END_CLOSED,    /* the server closed it without saying how */
  GW_SESSION_END_LOST,      /* the connection broke, or the engine died */
} GwSessionEnd;

/**
 * GwSession:
 *
 * One login and its terminal: starts an engine, speaks the contract with it, and says in
 * properties how far it is. Used once: trying again is a new GwSession from the same GwLogin.
 * Dropping the last reference ends the connection. Never blocks.
 *
 * Properties (all read-only, notify on change): `state` (GwSessionState as uint), `phase` (GwPhase
 * as uint; several phases share a state), `prompt` (GwPrompt or NULL: the question that waits).
 * Signals: `banner` (const char *cleaned text); `notice` (const char *text, a sentence: the login
 * worked but could not be saved, or what was saved of it could not be removed; or its host key was
 * verified by the cloud account).
 */
#define GW_TYPE_SESSION (gw_session_get_type ())
G_DECLARE_FINAL_TYPE (GwSession, gw_session, GW, SESSION, GObject)

/* Keeps a reference to @login. @saved_logins (nullable): where a login gets what it does not hold,
 * in the phase NEW, and where it is kept once it has worked. @accounts (nullable): what delivers
 * temporary keys and knows fingerprints of host keys. Once the login has worked or failed
 * the secrets in @login are gone: gw_login_clear_secrets(). */
GwSession      *gw_session_new          (GwLogin         *login,
                                         GwSavedLogins   *saved_logins,
                                         GwCloudAccounts *accounts);
GwLogin        *gw_session_get_login    (GwSession    *self);

/* Connect, log in, and open a terminal of this size (cells). Once. A resize before the terminal
 * is open changes the size that will be asked for. */
void            gw_session_start        (GwSession    *self,
                                         guint         columns,
                                         guint         rows);
/* The terminal's new size. */
void            gw_session_resize       (GwSession    *self,
                                         guint         columns,
                                         guint         rows);
/* End it, in any state: asks the engine, and kills it after two seconds. A session that never
 * connected ends with GW_ERROR_CANCELLED. */
void            gw_session_close        (GwSession    *self);

GwSessionState  gw_session_get_state    (GwSession    *self);
/* How far it got (stays at the failing phase after a failure). */
GwPhase         gw_session_get_phase    (GwSession    *self);
GwPrompt       *gw_session_get_prompt   (GwSession    *self);
/* The socket of the terminal while CONNECTED and until its data are read, else -1. Non-blocking,
 * owned by the session. After the end it is still readable up to its end. */
int             gw_session_get_fd       (GwSession    *self);
/* Why it ended; %NULL after a clean end (or none yet). (transfer none) */
const GError   *gw_session_get_error    (GwSession    *self);
GwSessionEnd    gw_session_get_end      (GwSession    *self);
/* Whether it ended because the server refused secrets that nobody had typed: a saved login's or a
 * credential's. The Login dialog is due, filled in but for the secret; trying again with the same
 * could lock the account. Known before the state is CLOSED. */
gboolean        gw_session_is_saved_refused (GwSession *self);
/* For EXIT. */
guint           gw_session_get_exit_status (GwSession *self);
/* For SIGNAL: "KILL". Cleaned. */
const char     *gw_session_get_signal_name (GwSession *self);
/* "SSH-2.0-…", cleaned; "" if unknown. */
const char     *gw_session_get_server   (GwSession    *self);
/* Numeric address that answered; "" if unknown. */
const char     *gw_session_get_peer     (GwSession    *self);
/* For GW_METHOD_TEMPORARY_KEY, from gw_session_start() on: its steps, to be shown; else %NULL.
 * (transfer none) */
GwKeyDelivery  *gw_session_get_delivery (GwSession    *self);
/* The engine's process id, 0 if none: for tests and diagnosis. */
GPid            gw_session_get_pid      (GwSession    *self);

G_END_DECLS
