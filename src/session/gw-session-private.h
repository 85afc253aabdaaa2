/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-engine-client.h"
#include "gw-session.h"

G_BEGIN_DECLS

/* Shared by the parts of the class: gw-session.c has the state and the end, gw-session-engine.c
 * what the engine says, gw-session-secrets.c where the login's secrets come from and go. */
struct _GwSession
{
  GObject parent_instance;

  GwLogin *login;
  GwSavedLogins *saved_logins; /* or NULL */
  GwCloudAccounts *accounts;   /* or NULL */
  GCancellable *loading;       /* of the load that is under way, or NULL */
  GwTrial *trial;              /* of secrets that nobody typed, until it is known, or NULL */
  gboolean untyped;            /* all secrets are from the keyring */
  gboolean saved_refused;
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

/* gw-session.c */

/* Takes @error. The first one counts. */
void gw_session_note_error    (GwSession      *self,
                               GError         *error);
/* Takes @error: nothing more can come of this session. */
void gw_session_fail          (GwSession      *self,
                               GError         *error);
void gw_session_finish        (GwSession      *self);
/* Both only forwards. */
void gw_session_set_state     (GwSession      *self,
                               GwSessionState  state);
void gw_session_advance       (GwSession      *self,
                               GwPhase         phase);
void gw_session_set_prompt    (GwSession      *self,
                               GwPrompt       *prompt);
/* The engine has given a sign of life. */
void gw_session_feed_watchdog (GwSession      *self);
/* The connection is lost, and the engine is about to say why. */
void gw_session_await_closed  (GwSession      *self);
void gw_session_send_size     (GwSession      *self);

/* gw-session-secrets.c */

/* Gets what the login does not hold, and then starts the engine. */
void     gw_session_load_secrets  (GwSession *self);
/* Before a session that never connected says that it is over: notes who was refused. */
void     gw_session_note_refusal  (GwSession *self);
/* The server has let it in. */
void     gw_session_note_login    (GwSession *self);
void     gw_session_keep_login    (GwSession *self);
/* Nothing needs them any more. */
void     gw_session_drop_secrets  (GwSession *self);
/* Whether @prompt asks for another secret than the one from the keyring, which is wrong. Then it
 * was cancelled, and the session with it. */
gboolean gw_session_refuse_prompt (GwSession *self,
                                   GwPrompt  *prompt);
/* A person has answered it. */
void     gw_session_note_answer   (GwSession *self,
                                   GwPrompt  *prompt);

/* gw-session-engine.c */
void       gw_session_start_engine (GwSession *self);
/* For calls in flight, which must not keep a session alive whose owner has dropped it. Each one
 * that is made has to be taken: (transfer full) (nullable). */
gpointer   gw_session_weak_new     (GwSession *self);
GwSession *gw_session_weak_take    (gpointer   data);

G_END_DECLS
