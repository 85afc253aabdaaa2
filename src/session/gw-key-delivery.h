/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-cloud-accounts.h"
#include "gw-login.h"

G_BEGIN_DECLS

/* The steps of a login with a temporary key, in their order. */
typedef enum {
  GW_STEP_TURN,    /* another login to this instance is under way: one at a time */
  GW_STEP_STATE,   /* the instance is Running */
  GW_STEP_AGENT,   /* Cloud Assistant Agent is there, new enough, and runs */
  GW_STEP_PLUG_IN, /* one-minute keys are enabled */
  GW_STEP_KEY,     /* a key pair is made, in the engine */
  GW_STEP_SEND,    /* its public half arrives on the instance */
  GW_STEP_LOGIN,   /* the server accepts it */
} GwStep;
#define GW_N_STEPS 7

typedef enum {
  GW_STEP_WAITING, /* not begun */
  GW_STEP_RUNNING,
  GW_STEP_DONE,
  GW_STEP_SKIPPED, /* known from before, or not needed */
  GW_STEP_FAILED,
} GwStepState;

/* “Checking Cloud Assistant”, translated. */
const char *gw_step_title (GwStep step);

/**
 * GwKeyDelivery:
 *
 * The cloud's part of one login with a temporary key: makes the instance ready, then sends the
 * public half that the engine made. Driven by GwSession, which owns it; shown by the tab.
 *
 * Signals: `changed` (no arguments): a step's state, time or note; `turn`: it is its turn now, and
 * the instance runs: the engine may start to connect.
 */
#define GW_TYPE_KEY_DELIVERY (gw_key_delivery_get_type ())
G_DECLARE_FINAL_TYPE (GwKeyDelivery, gw_key_delivery, GW, KEY_DELIVERY, GObject)

/* @accounts: nullable. The login's instance has to be of an account, else prepare() fails with
 * GW_ERROR_NOT_OF_ACCOUNT. */
GwKeyDelivery *gw_key_delivery_new            (GwCloudAccounts      *accounts,
                                               GwLogin              *login);
/* Waits for its turn at this instance, then TURN, STATE, AGENT, PLUG_IN. The turn is kept until
 * gw_key_delivery_end(). Once more: only PLUG_IN. */
void           gw_key_delivery_prepare_async  (GwKeyDelivery        *self,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
gboolean       gw_key_delivery_prepare_finish (GwKeyDelivery        *self,
                                               GAsyncResult         *result,
                                               GError              **error);
/* "ssh-ed25519", or "ssh-rsa" where this instance is known to want it. */
const char    *gw_key_delivery_get_key_type   (GwKeyDelivery        *self);
/* The instance's sshd, or its command, did not take the key: what to make next, %NULL for nothing
 * (it was RSA). Remembered for the instance once that one works. */
const char    *gw_key_delivery_get_next_type  (GwKeyDelivery        *self);
/* A key was made just now: its minute runs (KEY is done). Sends it (SEND). Where the plug-in turns
 * out not to be enabled, against what was remembered, it fails with GW_ERROR_ASSISTANT_FAILED and
 * must_prepare() is TRUE. */
void           gw_key_delivery_send_async     (GwKeyDelivery        *self,
                                               const char           *public_key,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
gboolean       gw_key_delivery_send_finish    (GwKeyDelivery        *self,
                                               GAsyncResult         *result,
                                               GError              **error);
gboolean       gw_key_delivery_must_prepare   (GwKeyDelivery        *self);
/* Whether enough of the key's minute is left for the server's judgement. */
gboolean       gw_key_delivery_is_fresh       (GwKeyDelivery        *self);
/* There will be another key, if any: KEY, SEND and LOGIN begin again. */
void           gw_key_delivery_forget_key     (GwKeyDelivery        *self);
/* The server did not take the key that had arrived in time: what is remembered of the instance,
 * whose disk may be another one by now, is forgotten. must_prepare() is TRUE where the plug-in was
 * only remembered to be enabled; then the same type is worth another try. */
void           gw_key_delivery_note_refusal   (GwKeyDelivery        *self);
/* Whether the server refused keys of each type, and not of the one that was tried only. */
gboolean       gw_key_delivery_has_refused_all (GwKeyDelivery       *self);
/* Whether a public half was handed to the cloud, however that ended. */
gboolean       gw_key_delivery_has_sent       (GwKeyDelivery        *self);
/* The step that runs now has failed. */
void           gw_key_delivery_fail_step      (GwKeyDelivery        *self);
/* The login is over: gives the turn back. @worked: remembers what is known of the instance. */
void           gw_key_delivery_end            (GwKeyDelivery        *self,
                                               gboolean              worked);

GwStepState    gw_key_delivery_get_state      (GwKeyDelivery        *self,
                                               GwStep                step);
void           gw_key_delivery_set_state      (GwKeyDelivery        *self,
                                               GwStep                step,
                                               GwStepState           state);
/* How long the step took, or has taken so far; microseconds. */
gint64         gw_key_delivery_get_time       (GwKeyDelivery        *self,
                                               GwStep                step);
/* A few words beside the step, such as what the agent is busy with; %NULL for none. Cleaned. */
const char    *gw_key_delivery_get_note       (GwKeyDelivery        *self,
                                               GwStep                step);
/* When the key runs out (g_get_monotonic_time()); 0 while there is none, and after the login. */
gint64         gw_key_delivery_get_expiry     (GwKeyDelivery        *self);

G_END_DECLS
