/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-key-turn.h"

#include "gw-cloud-accounts-private.h"

/* While somebody has the turn there is a queue for its instance, of those who wait. */

struct _GwKeyTurn
{
  GwCloudAccounts *accounts;
  char *instance;
};

typedef struct {
  GQueue *queue; /* the one it is in */
  GTask *task;
  GSource *cancelled;
} Waiter;

static void
waiter_free (Waiter *waiter)
{
  if (waiter->cancelled != NULL)
    g_source_destroy (waiter->cancelled);
  g_clear_pointer (&waiter->cancelled, g_source_unref);
  g_object_unref (waiter->task);
  g_free (waiter);
}

static void
queue_free (GQueue *queue)
{
  g_queue_free_full (queue, (GDestroyNotify) waiter_free);
}

static GHashTable *
get_turns (GwCloudAccounts *self)
{
  if (self->turns == NULL)
    self->turns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify) queue_free);
  return self->turns;
}

static void
hand_over (GTask      *task,
           const char *instance)
{
  GwKeyTurn *turn = g_new0 (GwKeyTurn, 1);

  turn->accounts = g_object_ref (g_task_get_source_object (task));
  turn->instance = g_strdup (instance);
  /* Somebody who has cancelled meanwhile does not take it: it goes on to the next. */
  g_task_return_pointer (task, turn, (GDestroyNotify) gw_key_turn_end);
}

void
gw_key_turn_end (GwKeyTurn *self)
{
  GHashTable *turns = get_turns (self->accounts);
  GQueue *queue = g_hash_table_lookup (turns, self->instance);
  Waiter *next = g_queue_pop_head (queue);

  if (next != NULL)
    {
      hand_over (next->task, self->instance);
      waiter_free (next);
    }
  else
    g_hash_table_remove (turns, self->instance);
  g_object_unref (self->accounts);
  g_free (self->instance);
  g_free (self);
}

static gboolean
on_cancelled (GCancellable *cancellable,
              gpointer      user_data)
{
  Waiter *waiter = user_data;

  /* Who hears of it may give a turn back at once: not to this one. */
  g_queue_remove (waiter->queue, waiter);
  g_task_return_error_if_cancelled (waiter->task);
  waiter_free (waiter);
  return G_SOURCE_REMOVE;
}

/* Takes @task. */
static void
join (GQueue *queue,
      GTask  *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  Waiter *waiter = g_new0 (Waiter, 1);

  waiter->queue = queue;
  waiter->task = task;
  if (cancellable != NULL)
    {
      waiter->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (waiter->cancelled, G_SOURCE_FUNC (on_cancelled), waiter, NULL);
      g_source_attach (waiter->cancelled, NULL);
    }
  g_queue_push_tail (queue, waiter);
}

gboolean
gw_cloud_accounts_is_turn_free (GwCloudAccounts *self,
                                const char      *instance)
{
  g_return_val_if_fail (GW_IS_CLOUD_ACCOUNTS (self), FALSE);
  g_return_val_if_fail (instance != NULL, FALSE);

  return g_hash_table_lookup (get_turns (self), instance) == NULL;
}

void
gw_cloud_accounts_take_turn_async (GwCloudAccounts     *self,
                                   const char          *instance,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  GQueue *queue;

  g_return_if_fail (GW_IS_CLOUD_ACCOUNTS (self));
  g_return_if_fail (instance != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_cloud_accounts_take_turn_async);
  queue = g_hash_table_lookup (get_turns (self), instance);
  if (queue != NULL)
    {
      join (queue, g_steal_pointer (&task));
      return;
    }
  g_hash_table_insert (get_turns (self), g_strdup (instance), g_queue_new ());
  hand_over (task, instance);
}

GwKeyTurn *
gw_cloud_accounts_take_turn_finish (GwCloudAccounts  *self,
                                    GAsyncResult     *result,
                                    GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
