/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-session-private.h"

#include <glib/gi18n.h>

#include "gw-key-delivery-private.h"
#include "gw-prompt-private.h"

/* A login with a temporary key: the cloud's part and the engine's go on side by side, and meet
 * where the engine waits for the key (AwaitKey) and the key has been sent. */

/* Seconds: for the engine to make a key; what the sending, which ends with the key's minute, is
 * given to say how it stands. */
#define MAKE_SECONDS 20
#define PATIENCE_SECONDS 2
/* How many keys that came late are replaced unused; how many engines that lost the server before
 * they had a key. */
#define MAX_RENEWALS 2
#define MAX_RESTARTS 2

static void make_key (GwSession *self);

static void
set_step (GwSession   *self,
          GwStep       step,
          GwStepState  state)
{
  gw_key_delivery_set_state (self->delivery, step, state);
}

static void
drop_awaiting (GwSession *self)
{
  g_autoptr (GwPrompt) prompt = g_steal_pointer (&self->awaiting);

  if (prompt != NULL)
    gw_prompt_withdraw (prompt);
}

/* The key that was made is not used any more: another one is made at the next occasion. */
static void
forget_key (GwSession *self)
{
  g_clear_handle_id (&self->key_timer_id, g_source_remove);
  g_cancellable_cancel (self->cancel_delivery);
  g_object_unref (self->cancel_delivery);
  self->cancel_delivery = g_cancellable_new ();
  self->delivering = GW_DELIVERING_READY;
  gw_key_delivery_forget_key (self->delivery);
}

/* Another key of the same type. */
static void
renew_key (GwSession *self)
{
  self->n_renewals++;
  forget_key (self);
  /* Else the engine says when it wants one. */
  if (self->awaiting != NULL)
    make_key (self);
}

static gboolean
must_renew (GwSession *self)
{
  return self->n_renewals < MAX_RENEWALS && !gw_key_delivery_is_fresh (self->delivery);
}

static gboolean
on_key_timer (gpointer user_data)
{
  GwSession *self = user_data;

  self->key_timer_id = 0;
  if (self->delivering == GW_DELIVERING_MAKING)
    {
      gw_key_delivery_fail_step (self->delivery);
      gw_session_fail (self, g_error_new_literal (GW_ERROR, GW_ERROR_TIMED_OUT,
                                       _("gangway-session did not answer in time")));
    }
  else if (self->delivering == GW_DELIVERING_SENT || self->question != NULL)
    /* The engine connects, or a person looks at the host key: the next key is made for AwaitKey. */
    forget_key (self);
  else if (self->delivering == GW_DELIVERING_SENDING)
    {
      gw_key_delivery_fail_step (self->delivery);
      gw_session_fail (self, g_error_new_literal (GW_ERROR, GW_ERROR_KEY_EXPIRED,
                                       _("The key’s minute was over before it could be used")));
    }
  return G_SOURCE_REMOVE;
}

static void
set_timer (GwSession *self,
           gint64     microseconds)
{
  g_clear_handle_id (&self->key_timer_id, g_source_remove);
  self->key_timer_id = g_timeout_add ((guint) (MAX (microseconds, 0) / 1000), on_key_timer, self);
}

/* The engine is ready for a key that has arrived. */
static void
use_key (GwSession *self)
{
  g_autoptr (GwPrompt) prompt = NULL;

  if (self->delivering != GW_DELIVERING_SENT || self->awaiting == NULL)
    return;
  self->delivering = GW_DELIVERING_USED;
  set_step (self, GW_STEP_LOGIN, GW_STEP_RUNNING);
  prompt = g_steal_pointer (&self->awaiting);
  gw_session_feed_watchdog (self);
  gw_prompt_answer (prompt, NULL, 0);
}

static void prepare (GwSession *self);

static void
on_sent (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GwSession) self = gw_session_weak_take (user_data);
  GwKeyDelivery *delivery = GW_KEY_DELIVERY (source);
  g_autoptr (GError) error = NULL;
  gboolean sent = gw_key_delivery_send_finish (delivery, result, &error);

  /* Whoever cancelled it has seen to what follows. */
  if (self == NULL || self->delivering != GW_DELIVERING_SENDING ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (sent && must_renew (self))
    renew_key (self);
  else if (sent)
    {
      self->delivering = GW_DELIVERING_SENT;
      set_timer (self, gw_key_delivery_get_expiry (delivery) - g_get_monotonic_time ());
      use_key (self);
    }
  else if (gw_key_delivery_must_prepare (delivery))
    prepare (self);
  else if (gw_key_delivery_get_next_type (delivery) != NULL)
    {
      self->next_type = gw_key_delivery_get_next_type (delivery);
      forget_key (self);
      make_key (self);
    }
  else
    gw_session_fail (self, g_steal_pointer (&error));
}

static void
on_made (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GwSession) self = gw_session_weak_take (user_data);
  g_autofree char *public_key = NULL;
  g_autoptr (GError) error = NULL;
  gboolean made;

  made = gw_bus_session1_call_make_key_finish (GW_BUS_SESSION1 (source), &public_key, result,
                                               &error);
  if (self == NULL || self->bus != GW_BUS_SESSION1 (source) ||
      self->delivering != GW_DELIVERING_MAKING)
    return;
  if (!made)
    {
      g_autoptr (GError) cause = gw_engine_client_read_error (error);

      /* Else the engine is gone, which its end tells. */
      if (cause != NULL)
        gw_key_delivery_fail_step (self->delivery);
      gw_session_fail_call (self, error);
      return;
    }
  self->delivering = GW_DELIVERING_SENDING;
  gw_key_delivery_send_async (self->delivery, public_key, self->cancel_delivery, on_sent,
                              gw_session_weak_new (self));
  set_timer (self, gw_key_delivery_get_expiry (self->delivery) - g_get_monotonic_time () +
             PATIENCE_SECONDS * G_TIME_SPAN_SECOND);
}

/* Where all is ready for one. Not while a person looks at a host key: that may take longer than a
 * key lives. */
static void
make_key (GwSession *self)
{
  const char *type = self->next_type;

  if (self->delivering != GW_DELIVERING_READY || self->bus == NULL || self->question != NULL)
    return;
  if (type == NULL)
    type = gw_key_delivery_get_key_type (self->delivery);
  self->delivering = GW_DELIVERING_MAKING;
  /* Translators: beside “Making a key” */
  gw_key_delivery_set_note (self->delivery, GW_STEP_KEY,
                            g_str_equal (type, GW_KEY_TYPE_SECOND)
                              ? _("RSA, which takes a few seconds") : NULL);
  set_step (self, GW_STEP_KEY, GW_STEP_RUNNING);
  set_timer (self, MAKE_SECONDS * G_TIME_SPAN_SECOND);
  gw_bus_session1_call_make_key (self->bus, type, NULL, on_made, gw_session_weak_new (self));
}

static void
on_prepared (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GwSession) self = gw_session_weak_take (user_data);
  GError *error = NULL;
  gboolean prepared;

  prepared = gw_key_delivery_prepare_finish (GW_KEY_DELIVERY (source), result, &error);
  if (self == NULL || self->delivering != GW_DELIVERING_PREPARING)
    {
      g_clear_error (&error);
      return;
    }
  if (!prepared)
    {
      gw_session_fail (self, error);
      return;
    }
  self->delivering = GW_DELIVERING_READY;
  if (self->client == NULL)
    gw_session_start_engine (self);
  else
    make_key (self);
}

static void
prepare (GwSession *self)
{
  g_clear_handle_id (&self->key_timer_id, g_source_remove);
  self->delivering = GW_DELIVERING_PREPARING;
  gw_key_delivery_prepare_async (self->delivery, self->cancel_delivery, on_prepared,
                                 gw_session_weak_new (self));
}

void
gw_session_begin_delivery (GwSession *self)
{
  self->delivery = gw_key_delivery_new (self->accounts, self->login);
  self->cancel_delivery = g_cancellable_new ();
  g_signal_connect_object (self->delivery, "turn", G_CALLBACK (gw_session_start_engine), self,
                           G_CONNECT_SWAPPED);
  self->delivering = GW_DELIVERING_PREPARING;
  gw_session_set_state (self, GW_SESSION_STATE_CONNECTING);
  /* Who heard of it may have closed the session. */
  if (self->state != GW_SESSION_STATE_CLOSED)
    prepare (self);
}

void
gw_session_take_bus (GwSession *self)
{
  self->bus = gw_engine_client_get_session (self->client);
  make_key (self);
}

/* The server has refused the key. FALSE: no other one is worth a try. */
static gboolean
answer_refusal (GwSession *self)
{
  self->key_refused = TRUE;
  /* It may have been too late for the server's clock, which says nothing of its type. */
  if (must_renew (self))
    {
      renew_key (self);
      return TRUE;
    }
  gw_key_delivery_note_refusal (self->delivery);
  if (gw_key_delivery_must_prepare (self->delivery))
    {
      self->next_type = NULL;
      prepare (self);
      return TRUE;
    }
  self->next_type = gw_key_delivery_get_next_type (self->delivery);
  if (self->next_type == NULL)
    return FALSE;
  forget_key (self);
  return TRUE;
}

void
gw_session_take_key_prompt (GwSession *self,
                            GwPrompt  *prompt)
{
  gboolean refused = gw_prompt_get_attempt (prompt) > 0;

  if (self->delivering == GW_DELIVERING_NONE ||
      refused != (self->delivering == GW_DELIVERING_USED) || self->awaiting != NULL)
    {
      gw_prompt_cancel (prompt);
      return;
    }
  if (refused && !answer_refusal (self))
    {
      gw_prompt_give_up (prompt);
      return;
    }
  if (self->delivering == GW_DELIVERING_SENT && must_renew (self))
    renew_key (self);
  self->awaiting = g_object_ref (prompt);
  /* The deadlines are those of the cloud's part from here on. */
  gw_session_feed_watchdog (self);
  make_key (self);
  use_key (self);
}

gboolean
gw_session_outlive_engine (GwSession *self)
{
  if (self->delivering == GW_DELIVERING_NONE || self->delivering == GW_DELIVERING_USED ||
      self->key_refused || self->n_restarts >= MAX_RESTARTS ||
      self->phase != GW_PHASE_AUTHENTICATION ||
      (self->error != NULL &&
       !g_error_matches (self->error, GW_ERROR, GW_ERROR_CONNECTION_LOST)))
    return FALSE;
  self->n_restarts++;
  g_clear_error (&self->error);
  drop_awaiting (self);
  gw_session_set_prompt (self, NULL);
  gw_session_drop_engine (self);
  gw_session_feed_watchdog (self);
  /* Who heard of it may have closed the session. */
  if (self->delivering > GW_DELIVERING_PREPARING)
    {
      forget_key (self);
      gw_session_start_engine (self);
    }
  return TRUE;
}

/* Where it was the network, or a person, that ended the login, no step has failed. */
static void
judge_end (GwSession *self)
{
  gboolean is_refused = g_error_matches (self->error, GW_ERROR, GW_ERROR_AUTH_REFUSED);

  if (is_refused)
    gw_key_delivery_note_refusal (self->delivery);
  if (is_refused || g_error_matches (self->error, GW_ERROR, GW_ERROR_KEY_EXPIRED))
    gw_key_delivery_fail_step (self->delivery);
}

void
gw_session_end_delivery (GwSession *self,
                         gboolean   worked)
{
  if (self->delivering == GW_DELIVERING_NONE)
    return;
  if (!worked && self->delivering == GW_DELIVERING_USED)
    judge_end (self);
  self->delivering = GW_DELIVERING_NONE;
  g_clear_handle_id (&self->key_timer_id, g_source_remove);
  g_cancellable_cancel (self->cancel_delivery);
  g_clear_object (&self->cancel_delivery);
  drop_awaiting (self);
  gw_key_delivery_end (self->delivery, worked);
}
