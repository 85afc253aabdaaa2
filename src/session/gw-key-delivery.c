/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-key-delivery-private.h"

#include <glib/gi18n.h>

#include "gw-text.h"

#define MAX_NOTE 300

G_DEFINE_FINAL_TYPE (GwKeyDelivery, gw_key_delivery, G_TYPE_OBJECT)

enum {
  SIGNAL_CHANGED,
  SIGNAL_TURN,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

const char *
gw_step_title (GwStep step)
{
  switch (step)
    {
    case GW_STEP_TURN:
      return _("Waiting for another login to this instance");
    case GW_STEP_STATE:
      return _("Checking the instance’s state");
    case GW_STEP_AGENT:
      return _("Checking Cloud Assistant");
    case GW_STEP_PLUG_IN:
      return _("Enabling one-minute keys");
    case GW_STEP_KEY:
      return _("Making a key");
    case GW_STEP_SEND:
      return _("Sending the key with Cloud Assistant");
    case GW_STEP_LOGIN:
    default:
      return _("Logging in with the key");
    }
}

static void
give_turn_back (GwKeyDelivery *self)
{
  GwKeyTurn *turn = g_steal_pointer (&self->turn);

  if (turn != NULL)
    gw_key_turn_end (turn);
}

static void
gw_key_delivery_dispose (GObject *object)
{
  give_turn_back (GW_KEY_DELIVERY (object));
  G_OBJECT_CLASS (gw_key_delivery_parent_class)->dispose (object);
}

static void
gw_key_delivery_finalize (GObject *object)
{
  GwKeyDelivery *self = GW_KEY_DELIVERY (object);

  for (guint i = 0; i < GW_N_STEPS; i++)
    g_free (self->steps[i].note);
  g_clear_object (&self->client);
  g_clear_object (&self->instance);
  g_clear_object (&self->accounts);
  g_free (self->user);
  g_free (self->region);
  g_free (self->key_type);
  G_OBJECT_CLASS (gw_key_delivery_parent_class)->finalize (object);
}

static void
gw_key_delivery_class_init (GwKeyDeliveryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = gw_key_delivery_dispose;
  object_class->finalize = gw_key_delivery_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", GW_TYPE_KEY_DELIVERY, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_TURN] = g_signal_new ("turn", GW_TYPE_KEY_DELIVERY, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 0);
}

static void
gw_key_delivery_init (GwKeyDelivery *self)
{
  self->lifetime = GW_KEY_LIFETIME;
  self->least = GW_KEY_LEAST;
}

GwKeyDelivery *
gw_key_delivery_new (GwCloudAccounts *accounts,
                     GwLogin         *login)
{
  GwKeyDelivery *self;

  g_return_val_if_fail (accounts == NULL || GW_IS_CLOUD_ACCOUNTS (accounts), NULL);
  g_return_val_if_fail (GW_IS_LOGIN (login), NULL);

  self = g_object_new (GW_TYPE_KEY_DELIVERY, NULL);
  g_set_object (&self->accounts, accounts);
  g_set_object (&self->instance, gw_login_get_instance (login));
  self->user = g_strdup (gw_login_get_user (login));
  return self;
}

const char *
gw_key_delivery_get_id (GwKeyDelivery *self)
{
  return gw_instance_get_id (self->instance);
}

GwAssistNotes *
gw_key_delivery_get_notes (GwKeyDelivery *self)
{
  return gw_cloud_accounts_get_assist_notes (self->accounts);
}

void
gw_key_delivery_set_lifetime (GwKeyDelivery *self,
                              guint          seconds)
{
  self->lifetime = seconds;
  self->least = MIN (GW_KEY_LEAST, seconds * GW_KEY_LEAST / GW_KEY_LIFETIME);
}

GwStepState
gw_key_delivery_get_state (GwKeyDelivery *self,
                           GwStep         step)
{
  g_return_val_if_fail (GW_IS_KEY_DELIVERY (self), GW_STEP_WAITING);
  g_return_val_if_fail ((guint) step < GW_N_STEPS, GW_STEP_WAITING);

  return self->steps[step].state;
}

void
gw_key_delivery_set_state (GwKeyDelivery *self,
                           GwStep         step,
                           GwStepState    state)
{
  GwStepData *data;

  g_return_if_fail (GW_IS_KEY_DELIVERY (self));
  g_return_if_fail ((guint) step < GW_N_STEPS);

  data = &self->steps[step];
  if (data->state == state)
    return;
  if (state == GW_STEP_RUNNING || state == GW_STEP_WAITING)
    {
      data->began = state == GW_STEP_RUNNING ? g_get_monotonic_time () : 0;
      data->took = 0;
    }
  else if (data->state == GW_STEP_RUNNING)
    data->took = g_get_monotonic_time () - data->began;
  data->state = state;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

gint64
gw_key_delivery_get_time (GwKeyDelivery *self,
                          GwStep         step)
{
  const GwStepData *data;

  g_return_val_if_fail (GW_IS_KEY_DELIVERY (self), 0);
  g_return_val_if_fail ((guint) step < GW_N_STEPS, 0);

  data = &self->steps[step];
  return data->state == GW_STEP_RUNNING ? g_get_monotonic_time () - data->began : data->took;
}

const char *
gw_key_delivery_get_note (GwKeyDelivery *self,
                          GwStep         step)
{
  g_return_val_if_fail (GW_IS_KEY_DELIVERY (self), NULL);
  g_return_val_if_fail ((guint) step < GW_N_STEPS, NULL);

  return self->steps[step].note;
}

void
gw_key_delivery_set_note (GwKeyDelivery *self,
                          GwStep         step,
                          const char    *note)
{
  g_free (self->steps[step].note);
  self->steps[step].note = note != NULL ? gw_text_clean_line (note, MAX_NOTE) : NULL;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

gint64
gw_key_delivery_get_expiry (GwKeyDelivery *self)
{
  g_return_val_if_fail (GW_IS_KEY_DELIVERY (self), 0);

  return self->expiry;
}

const char *
gw_key_delivery_get_key_type (GwKeyDelivery *self)
{
  g_return_val_if_fail (GW_IS_KEY_DELIVERY (self), NULL);

  if (self->accounts == NULL || self->instance == NULL)
    return GW_KEY_TYPE_FIRST;
  /* What was found out in this login counts already. */
  if (self->key_type != NULL && g_str_equal (self->key_type, GW_KEY_TYPE_SECOND))
    return GW_KEY_TYPE_SECOND;
  return gw_assist_notes_wants_rsa (gw_key_delivery_get_notes (self),
                                    gw_key_delivery_get_id (self))
    ? GW_KEY_TYPE_SECOND : GW_KEY_TYPE_FIRST;
}

const char *
gw_key_delivery_get_next_type (GwKeyDelivery *self)
{
  g_return_val_if_fail (GW_IS_KEY_DELIVERY (self), NULL);

  if (self->sending == GW_SENDING_UNPREPARED || self->sending == GW_SENDING_FAILED ||
      g_strcmp0 (self->key_type, GW_KEY_TYPE_FIRST) != 0)
    return NULL;
  return GW_KEY_TYPE_SECOND;
}

gboolean
gw_key_delivery_must_prepare (GwKeyDelivery *self)
{
  g_return_val_if_fail (GW_IS_KEY_DELIVERY (self), FALSE);

  return self->sending == GW_SENDING_UNPREPARED;
}

void
gw_key_delivery_fail_step (GwKeyDelivery *self)
{
  g_return_if_fail (GW_IS_KEY_DELIVERY (self));

  for (guint i = 0; i < GW_N_STEPS; i++)
    if (self->steps[i].state == GW_STEP_RUNNING)
      gw_key_delivery_set_state (self, i, GW_STEP_FAILED);
}

gboolean
gw_key_delivery_is_fresh (GwKeyDelivery *self)
{
  g_return_val_if_fail (GW_IS_KEY_DELIVERY (self), FALSE);

  return self->expiry - g_get_monotonic_time () >= self->least * G_TIME_SPAN_SECOND;
}

void
gw_key_delivery_forget_key (GwKeyDelivery *self)
{
  g_return_if_fail (GW_IS_KEY_DELIVERY (self));

  self->expiry = 0;
  gw_key_delivery_set_state (self, GW_STEP_KEY, GW_STEP_WAITING);
  gw_key_delivery_set_state (self, GW_STEP_SEND, GW_STEP_WAITING);
  gw_key_delivery_set_state (self, GW_STEP_LOGIN, GW_STEP_WAITING);
}

void
gw_key_delivery_note_refusal (GwKeyDelivery *self)
{
  GwAssistNotes *notes;

  g_return_if_fail (GW_IS_KEY_DELIVERY (self));
  g_return_if_fail (self->turn != NULL);

  if (g_strcmp0 (self->key_type, GW_KEY_TYPE_SECOND) == 0)
    self->second_refused = TRUE;
  else
    self->first_refused = TRUE;
  notes = gw_key_delivery_get_notes (self);
  gw_assist_notes_set_rsa (notes, gw_key_delivery_get_id (self), FALSE);
  gw_assist_notes_set_enabled (notes, gw_key_delivery_get_id (self), FALSE);
  self->sending = self->steps[GW_STEP_PLUG_IN].state == GW_STEP_SKIPPED ? GW_SENDING_UNPREPARED
                                                                        : GW_SENDING_NO_KEY;
}

gboolean
gw_key_delivery_has_refused_all (GwKeyDelivery *self)
{
  g_return_val_if_fail (GW_IS_KEY_DELIVERY (self), FALSE);

  return self->first_refused && self->second_refused;
}

gboolean
gw_key_delivery_has_sent (GwKeyDelivery *self)
{
  g_return_val_if_fail (GW_IS_KEY_DELIVERY (self), FALSE);

  return self->sent;
}

void
gw_key_delivery_end (GwKeyDelivery *self,
                     gboolean       worked)
{
  g_return_if_fail (GW_IS_KEY_DELIVERY (self));

  if (self->turn == NULL)
    return;
  self->expiry = 0;
  if (worked)
    {
      GwAssistNotes *notes = gw_key_delivery_get_notes (self);
      const char *id = gw_key_delivery_get_id (self);

      gw_assist_notes_set_rsa (notes, id, g_strcmp0 (self->key_type, GW_KEY_TYPE_SECOND) == 0);
      gw_assist_notes_set_enabled (notes, id, TRUE);
      gw_key_delivery_set_state (self, GW_STEP_LOGIN, GW_STEP_DONE);
    }
  give_turn_back (self);
}
