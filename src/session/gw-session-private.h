/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-engine-client.h"
#include "gw-session.h"

G_BEGIN_DECLS

/* How far a login with a temporary key is. */
typedef enum {
  GW_DELIVERING_NONE,      /* another method, or it is over */
  GW_DELIVERING_PREPARING, /* until the instance takes keys */
  GW_DELIVERING_READY,     /* a key is to be made as soon as the engine and the host key let it */
  GW_DELIVERING_MAKING,
  GW_DELIVERING_SENDING,
  GW_DELIVERING_SENT,      /* it has arrived, and is for the engine once that waits for it */
  GW_DELIVERING_USED,      /* the server has to say */
} GwDelivering;

/* Shared by the parts of the class: gw-session.c has the state and the end, gw-session-engine.c
 * what the engine says, gw-session-secrets.c where the login's secrets come from and go,
 * gw-session-delivery.c temporary keys, gw-session-host-key.c who vouches for a host key. */
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
  GwDelivering delivering;
  GwKeyDelivery *delivery;       /* or NULL */
  GCancellable *cancel_delivery; /* while it is under way */
  const char *next_type;         /* of the key to be made, or NULL: what is known of the instance */
  GwPrompt *awaiting;            /* the engine, for a key; or NULL */
  guint key_timer_id;            /* until a key has to be made, and then used */
  guint n_renewals;              /* keys that came too late to be used */
  guint n_restarts;              /* engines that a server hung up on before they had a key */
  gboolean key_refused;
  GwPrompt *question;            /* of a host key, until its answer; `prompt` once it is shown */
  GCancellable *inquiry;         /* what the account says of it */
  guint hide_id;
  GwEngineClient *client;
  GwBusSession1 *bus;            /* of @client, once Connect was called */
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
/* But for another engine's. */
void gw_session_restart_phase (GwSession      *self);
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
/* The call has failed: so has the session. */
void       gw_session_fail_call    (GwSession    *self,
                                    const GError *cause);
/* It is heard of no more; another one can be started. */
void       gw_session_drop_engine  (GwSession    *self);
/* For calls in flight, which must not keep a session alive whose owner has dropped it. Each one
 * that is made has to be taken: (transfer full) (nullable). */
gpointer   gw_session_weak_new     (GwSession *self);
GwSession *gw_session_weak_take    (gpointer   data);

/* gw-session-delivery.c */

/* Starts the engine when it is its turn. */
void     gw_session_begin_delivery  (GwSession *self);
/* The engine's Connect has been called. */
void     gw_session_take_bus        (GwSession *self);
/* The engine waits for a key. */
void     gw_session_take_key_prompt (GwSession *self,
                                     GwPrompt  *prompt);
/* Where the server has hung up on an engine that waited for its first key, which is no failure:
 * TRUE, and another engine is started, once the instance is ready. */
gboolean gw_session_outlive_engine  (GwSession *self);
/* The login is over. */
void     gw_session_end_delivery    (GwSession *self,
                                     gboolean   worked);

/* gw-session-host-key.c */

/* Asks the cloud first, where it can be asked; then the person, if it has to be. */
void     gw_session_take_question   (GwSession *self,
                                     GwPrompt  *prompt);
void     gw_session_drop_question   (GwSession *self);

G_END_DECLS
