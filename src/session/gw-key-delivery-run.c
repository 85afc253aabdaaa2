/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-key-delivery-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gw-assistant.h"
#include "gw-error.h"
#include "gw-obstacle.h"

/* The calls of the cloud in their order. Each task is handed from one callback to the next; each
 * call has its own deadline and is cancelled with the task. */

/* Takes @error: the step that runs has failed. */
static void
fail (GTask  *task,
      GError *error)
{
  gw_key_delivery_fail_step (g_task_get_source_object (task));
  g_task_return_error (task, error);
}

static void
on_enabled (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwKeyDelivery *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!gw_assistant_enable_finish (GW_CLOUD_CLIENT (source), result, &error))
    {
      fail (task, error);
      return;
    }
  gw_assist_notes_set_enabled (gw_key_delivery_get_notes (self), gw_key_delivery_get_id (self),
                               TRUE);
  gw_key_delivery_set_state (self, GW_STEP_PLUG_IN, GW_STEP_DONE);
  g_task_return_boolean (task, TRUE);
}

static void
enable (GTask *task)
{
  GwKeyDelivery *self = g_task_get_source_object (task);

  if (gw_assist_notes_is_enabled (gw_key_delivery_get_notes (self),
                                  gw_key_delivery_get_id (self)))
    {
      gw_key_delivery_set_state (self, GW_STEP_PLUG_IN, GW_STEP_SKIPPED);
      g_task_return_boolean (task, TRUE);
      return;
    }
  gw_key_delivery_set_state (self, GW_STEP_PLUG_IN, GW_STEP_RUNNING);
  gw_assistant_enable_async (self->client, self->region, gw_key_delivery_get_id (self),
                             g_task_get_cancellable (task), on_enabled, g_object_ref (task));
}

static void
on_checked (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwKeyDelivery *self = g_task_get_source_object (task);
  g_autoptr (GwAssistantStatus) status = NULL;
  GError *error = NULL;

  status = gw_assistant_check_finish (GW_CLOUD_CLIENT (source), result, &error);
  if (status == NULL)
    {
      fail (task, error);
      return;
    }
  if (status->n_active > 0)
    {
      /* Translators: beside “Checking Cloud Assistant” */
      g_autofree char *note = g_strdup_printf (ngettext ("busy with %u command",
                                                         "busy with %u commands",
                                                         status->n_active), status->n_active);

      gw_key_delivery_set_note (self, GW_STEP_AGENT, note);
    }
  gw_key_delivery_set_state (self, GW_STEP_AGENT, GW_STEP_DONE);
  enable (task);
}

static void
check (GTask       *task,
       GwStepState  state)
{
  GwKeyDelivery *self = g_task_get_source_object (task);
  char *obstacle = gw_obstacle_describe (self->instance, g_get_real_time () / G_USEC_PER_SEC);

  if (obstacle != NULL)
    {
      fail (task, g_error_new_literal (GW_ERROR, GW_ERROR_NOT_RUNNING, obstacle));
      g_free (obstacle);
      return;
    }
  gw_key_delivery_set_state (self, GW_STEP_STATE, state);
  /* Not before: where nothing runs the engine would only find that nothing answers. */
  g_signal_emit_by_name (self, "turn");
  /* Who heard of it may have cancelled. */
  if (g_task_return_error_if_cancelled (task))
    return;
  gw_key_delivery_set_state (self, GW_STEP_AGENT, GW_STEP_RUNNING);
  gw_assistant_check_async (self->client, self->region, gw_key_delivery_get_id (self),
                            g_task_get_cancellable (task), on_checked, g_object_ref (task));
}

static void
on_asked (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwKeyDelivery *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;

  if (gw_cloud_accounts_ask_finish (GW_CLOUD_ACCOUNTS (source), result, &error))
    {
      if (gw_cloud_accounts_find_source (self->accounts, self->instance) != NULL)
        check (task, GW_STEP_DONE);
      else
        fail (task, g_error_new (GW_ERROR, GW_ERROR_NOT_OF_ACCOUNT,
                                 _("“%s” does not exist any more."),
                                 gw_instance_get_title (self->instance)));
      return;
    }
  if (g_task_return_error_if_cancelled (task))
    return;
  /* The old state is all there is; a wrong one shows at the next step. Another refresh may have
   * cancelled the question. */
  gw_key_delivery_set_note (self, GW_STEP_STATE,
                            g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
                              ? _("The cloud did not answer in time") : error->message);
  check (task, GW_STEP_SKIPPED);
}

static void
begin_turn (GTask *task)
{
  GwKeyDelivery *self = g_task_get_source_object (task);

  gw_key_delivery_set_state (self, GW_STEP_STATE, GW_STEP_RUNNING);
  if (gw_cloud_accounts_needs_asking (self->accounts, self->instance))
    gw_cloud_accounts_ask_async (self->accounts, self->instance, g_task_get_cancellable (task),
                                 on_asked, g_object_ref (task));
  else
    check (task, GW_STEP_SKIPPED);
}

static void
on_turn (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwKeyDelivery *self = g_task_get_source_object (task);
  GError *error = NULL;

  self->turn = gw_cloud_accounts_take_turn_finish (GW_CLOUD_ACCOUNTS (source), result, &error);
  if (self->turn == NULL)
    {
      fail (task, error);
      return;
    }
  gw_key_delivery_set_state (self, GW_STEP_TURN,
                             gw_key_delivery_get_state (self, GW_STEP_TURN) == GW_STEP_RUNNING
                               ? GW_STEP_DONE : GW_STEP_SKIPPED);
  begin_turn (task);
}

static gboolean
find_client (GwKeyDelivery  *self,
             GError        **error)
{
  GwEcsSource *source = NULL;
  const char *region = NULL;

  g_clear_object (&self->client);
  g_clear_pointer (&self->region, g_free);
  if (self->accounts != NULL && self->instance != NULL)
    source = gw_cloud_accounts_find_source (self->accounts, self->instance);
  if (source != NULL)
    {
      /* The one that is kept up to date. */
      g_set_object (&self->instance, gw_ecs_source_lookup (source, gw_key_delivery_get_id (self)));
      self->client = gw_cloud_accounts_dup_client (self->accounts, self->instance, &region);
    }
  if (self->client == NULL)
    {
      g_set_error_literal (error, GW_ERROR, GW_ERROR_NOT_OF_ACCOUNT,
                           _("None of your cloud accounts has this instance"));
      return FALSE;
    }
  self->region = g_strdup (region);
  return TRUE;
}

void
gw_key_delivery_prepare_async (GwKeyDelivery       *self,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  const char *id;

  g_return_if_fail (GW_IS_KEY_DELIVERY (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_key_delivery_prepare_async);
  if (self->turn != NULL)
    {
      /* Again: all but the plug-in was found to be well. */
      self->sending = GW_SENDING_FINE;
      gw_key_delivery_forget_key (self);
      enable (task);
      return;
    }
  if (!find_client (self, &error))
    {
      gw_key_delivery_set_state (self, GW_STEP_TURN, GW_STEP_RUNNING);
      fail (task, error);
      return;
    }
  id = gw_key_delivery_get_id (self);
  if (!gw_cloud_accounts_is_turn_free (self->accounts, id))
    gw_key_delivery_set_state (self, GW_STEP_TURN, GW_STEP_RUNNING);
  gw_cloud_accounts_take_turn_async (self->accounts, id, cancellable, on_turn,
                                     g_object_ref (task));
}

gboolean
gw_key_delivery_prepare_finish (GwKeyDelivery  *self,
                                GAsyncResult   *result,
                                GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* What the script prints is for people: these are the ways in which it may name the key. */
static gboolean
names_the_key (const char *message)
{
  static const char *const words[] = {
    "ed25519", "key type", "type of key", "unsupported key", "invalid key", "invalid public key",
  };
  g_autofree char *folded = g_utf8_strdown (message, -1);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strstr (folded, words[i]) != NULL)
      return TRUE;
  return FALSE;
}

static GwSending
judge (GwKeyDelivery *self,
       const GError  *error)
{
  if (!g_error_matches (error, GW_ERROR, GW_ERROR_ASSISTANT_FAILED))
    return GW_SENDING_FAILED;
  if (self->steps[GW_STEP_PLUG_IN].state == GW_STEP_SKIPPED && !names_the_key (error->message))
    return GW_SENDING_UNPREPARED;
  return GW_SENDING_NO_KEY;
}

static void
on_sent (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwKeyDelivery *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (gw_assistant_send_key_finish (GW_CLOUD_CLIENT (source), result, &error))
    {
      gw_key_delivery_set_state (self, GW_STEP_SEND, GW_STEP_DONE);
      g_task_return_boolean (task, TRUE);
      return;
    }
  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    {
      /* Another key may be on its way already. */
      g_task_return_error (task, error);
      return;
    }
  if ((g_error_matches (error, GW_ERROR, GW_ERROR_ASSISTANT_TIMED_OUT) ||
       g_error_matches (error, GW_ERROR, GW_ERROR_ASSISTANT_BUSY)) &&
      g_get_monotonic_time () >= self->expiry)
    {
      GError *late = g_error_new (GW_ERROR, GW_ERROR_KEY_EXPIRED,
                                  _("The key’s minute was over before it had arrived. %s"),
                                  error->message);

      g_error_free (error);
      error = late;
    }
  self->sending = judge (self, error);
  if (self->sending == GW_SENDING_UNPREPARED)
    gw_assist_notes_set_enabled (gw_key_delivery_get_notes (self), gw_key_delivery_get_id (self),
                                 FALSE);
  fail (task, error);
}

void
gw_key_delivery_send_async (GwKeyDelivery       *self,
                            const char          *public_key,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (GW_IS_KEY_DELIVERY (self));
  g_return_if_fail (self->turn != NULL);
  g_return_if_fail (public_key != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_key_delivery_send_async);
  g_free (self->key_type);
  self->key_type = g_strndup (public_key, strcspn (public_key, " "));
  self->sending = GW_SENDING_FINE;
  self->sent = TRUE;
  self->expiry = g_get_monotonic_time () + self->lifetime * G_TIME_SPAN_SECOND;
  gw_key_delivery_set_state (self, GW_STEP_KEY, GW_STEP_DONE);
  gw_key_delivery_set_state (self, GW_STEP_LOGIN, GW_STEP_WAITING);
  gw_key_delivery_set_state (self, GW_STEP_SEND, GW_STEP_RUNNING);
  gw_assistant_send_key_async (self->client, self->region, gw_key_delivery_get_id (self),
                               self->user, public_key,
                               MIN (self->lifetime, GW_ASSISTANT_TIMEOUT), cancellable, on_sent,
                               g_object_ref (task));
}

gboolean
gw_key_delivery_send_finish (GwKeyDelivery  *self,
                             GAsyncResult   *result,
                             GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
