/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-engine-client.h"
#include "gw-session.h"

G_BEGIN_DECLS

/* Shared by the parts of the class: gw-session.c has the state and the end, gw-session-engine.c
 * what the engine says. */
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

/* gw-session-engine.c */
void gw_session_start_engine  (GwSession      *self);

G_END_DECLS
