/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-cloud-accounts-private.h"

#include <glib/gi18n.h>

#include "gw-ecs-instance.h"

/* The states of instances, before one is connected to and of the rows in view; their pages. */

/* Seconds that a person who wants to connect waits for a fresh state. */
#define ASK_TIMEOUT 5

/* One call for one instance, for all who wait for it. */
typedef struct {
  GwCloudAccounts *accounts;
  GwInstance *instance;
  GPtrArray *waiters; /* Waiter */
  GCancellable *stop;
  guint deadline_id;
} Ask;

typedef struct {
  Ask *ask;
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

/* Nobody waits for it from here on, and nobody joins it. */
static void
detach (Ask          *ask,
        const GError *error)
{
  g_autoptr (GPtrArray) waiters = g_steal_pointer (&ask->waiters);

  ask->waiters = g_ptr_array_new_with_free_func ((GDestroyNotify) waiter_free);
  g_clear_handle_id (&ask->deadline_id, g_source_remove);
  if (g_hash_table_lookup (ask->accounts->asks, ask->instance) == ask)
    g_hash_table_remove (ask->accounts->asks, ask->instance);
  for (guint i = 0; i < waiters->len; i++)
    {
      GTask *task = ((Waiter *) g_ptr_array_index (waiters, i))->task;

      if (error != NULL)
        g_task_return_error (task, g_error_copy (error));
      else
        g_task_return_boolean (task, TRUE);
    }
}

static void
on_asked (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Ask *ask = user_data;
  g_autoptr (GError) error = NULL;

  gw_ecs_source_ask_finish (GW_ECS_SOURCE (source), result, &error);
  detach (ask, error);
  g_ptr_array_unref (ask->waiters);
  g_object_unref (ask->stop);
  g_object_unref (ask->instance);
  g_object_unref (ask->accounts);
  g_free (ask);
}

static gboolean
on_deadline (gpointer user_data)
{
  Ask *ask = user_data;
  GwCloudErrorDetails details = { NULL };
  g_autoptr (GError) error = NULL;

  ask->deadline_id = 0;
  error = gw_cloud_error_new (GW_CLOUD_ERROR_TIMED_OUT, &details,
                              _("The cloud did not say in time what state the instance is in"));
  detach (ask, error);
  g_cancellable_cancel (ask->stop);
  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled (GCancellable *cancellable,
              gpointer      user_data)
{
  Waiter *waiter = user_data;
  Ask *ask = waiter->ask;

  g_task_return_error_if_cancelled (waiter->task);
  g_ptr_array_remove_fast (ask->waiters, waiter);
  if (ask->waiters->len == 0)
    {
      detach (ask, NULL);
      g_cancellable_cancel (ask->stop);
    }
  return G_SOURCE_REMOVE;
}

static Ask *
begin (GwCloudAccounts *self,
       GwInstance      *instance,
       GwEcsSource     *source)
{
  Ask *ask = g_new0 (Ask, 1);

  ask->accounts = g_object_ref (self);
  ask->instance = g_object_ref (instance);
  ask->waiters = g_ptr_array_new_with_free_func ((GDestroyNotify) waiter_free);
  ask->stop = g_cancellable_new ();
  ask->deadline_id = g_timeout_add_seconds (ASK_TIMEOUT, on_deadline, ask);
  g_hash_table_insert (self->asks, ask->instance, ask);
  gw_ecs_source_ask_async (source, instance, ask->stop, on_asked, ask);
  return ask;
}

/* Takes @task. */
static void
join (Ask   *ask,
      GTask *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  Waiter *waiter = g_new0 (Waiter, 1);

  waiter->ask = ask;
  waiter->task = task;
  if (cancellable != NULL)
    {
      waiter->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (waiter->cancelled, G_SOURCE_FUNC (on_cancelled), waiter, NULL);
      g_source_attach (waiter->cancelled, NULL);
    }
  g_ptr_array_add (ask->waiters, waiter);
}

static gboolean
is_old (GwInstance *instance)
{
  gint64 age = g_get_real_time () / G_USEC_PER_SEC - gw_instance_get_status_time (instance);

  /* A state of a time to come was learnt while the clock was wrong. */
  return age > GW_CLOUD_STATE_AGE || age < 0;
}

gboolean
gw_cloud_accounts_needs_asking (GwCloudAccounts *self,
                                GwInstance      *instance)
{
  g_return_val_if_fail (GW_IS_CLOUD_ACCOUNTS (self), FALSE);
  g_return_val_if_fail (GW_IS_INSTANCE (instance), FALSE);

  return gw_instance_is_cloud (instance) && is_old (instance) &&
         gw_cloud_accounts_find_source (self, instance) != NULL;
}

void
gw_cloud_accounts_ask_async (GwCloudAccounts     *self,
                             GwInstance          *instance,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Ask *ask;

  g_return_if_fail (GW_IS_CLOUD_ACCOUNTS (self));
  g_return_if_fail (GW_IS_INSTANCE (instance));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_cloud_accounts_ask_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (!gw_cloud_accounts_needs_asking (self, instance))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  ask = g_hash_table_lookup (self->asks, instance);
  if (ask == NULL)
    ask = begin (self, instance, gw_cloud_accounts_find_source (self, instance));
  join (ask, g_steal_pointer (&task));
}

gboolean
gw_cloud_accounts_ask_finish (GwCloudAccounts  *self,
                              GAsyncResult     *result,
                              GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
gw_cloud_accounts_ask_states (GwCloudAccounts *self,
                              GPtrArray       *instances)
{
  g_autoptr (GPtrArray) old = g_ptr_array_new ();

  g_return_if_fail (GW_IS_CLOUD_ACCOUNTS (self));
  g_return_if_fail (instances != NULL);

  for (guint i = 0; i < instances->len; i++)
    {
      GwInstance *instance = g_ptr_array_index (instances, i);

      if (gw_instance_is_cloud (instance) && is_old (instance))
        g_ptr_array_add (old, instance);
    }
  /* Each source passes over those of the others. */
  for (guint i = 0; old->len > 0 && i < self->entries->len; i++)
    gw_ecs_source_ask_states (((GwCloudEntry *) g_ptr_array_index (self->entries, i))->source, old);
}

/* Pages */

static char *
build_uri (GwInstance *instance,
           const char *format)
{
  const char *id = gw_instance_get_id (instance);
  const char *region = gw_instance_get_text (instance, GW_INSTANCE_REGION);
  g_autoptr (GString) uri = NULL;
  g_autofree char *escaped = NULL;

  if (!gw_instance_is_cloud (instance) || !gw_ecs_instance_is_id (id) || region == NULL)
    return NULL;
  escaped = g_uri_escape_string (region, NULL, FALSE);
  uri = g_string_new (format);
  g_string_replace (uri, "REGION", escaped, 1);
  g_string_replace (uri, "INSTANCE", id, 1);
  return g_string_free (g_steal_pointer (&uri), FALSE);
}

char *
gw_cloud_console_uri (GwInstance *instance)
{
  g_return_val_if_fail (GW_IS_INSTANCE (instance), NULL);

  return build_uri (instance,
                    "https://ecs.console.aliyun.com/server/INSTANCE/detail?regionId=REGION");
}

char *
gw_cloud_workbench_uri (GwInstance *instance)
{
  g_return_val_if_fail (GW_IS_INSTANCE (instance), NULL);

  return build_uri (instance, "https://ecs-workbench.aliyun.com/?from=ecs&instanceType=ecs"
                              "&regionId=REGION&instanceId=INSTANCE&resourceGroupId=");
}
