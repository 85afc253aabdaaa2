/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-reach-private.h"

/* Groups for an instance that is in none. */

static void
on_offers (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwReachJob *job = g_task_get_task_data (task);
  const char *const *inside = gw_instance_get_security_groups (job->instance);
  GError *error = NULL;
  GPtrArray *groups = gw_security_groups_list_finish (GW_CLOUD_CLIENT (source), result, &error);

  if (groups == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  for (guint i = groups->len; i-- > 0;)
    {
      const GwSecurityGroup *group = g_ptr_array_index (groups, i);

      if (group->is_managed || g_strv_contains (inside, group->id))
        g_ptr_array_remove_index (groups, i);
    }
  g_task_return_pointer (task, groups, (GDestroyNotify) g_ptr_array_unref);
}

/* Takes @task. */
static void
list_offers (GTask         *task,
             GwCloudClient *client)
{
  GwReachJob *job = g_task_get_task_data (task);
  gboolean is_classic = gw_instance_get_network (job->instance) == GW_NETWORK_CLASSIC;
  const char *vpc = gw_instance_get_text (job->instance, GW_INSTANCE_VPC);

  if (!is_classic && vpc == NULL)
    {
      g_task_return_pointer (task, g_ptr_array_new (), (GDestroyNotify) g_ptr_array_unref);
      g_object_unref (task);
      return;
    }
  gw_security_groups_list_async (client, gw_instance_get_text (job->instance, GW_INSTANCE_REGION),
                                 NULL, is_classic ? NULL : vpc, FALSE, NULL,
                                 g_task_get_cancellable (task), on_offers, task);
}

static void
on_inside (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) groups
      = gw_security_groups_list_finish (GW_CLOUD_CLIENT (source), result, &error);

  if (groups == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  for (guint i = 0; i < groups->len; i++)
    if (!((GwSecurityGroup *) g_ptr_array_index (groups, i))->is_managed)
      {
        g_task_return_pointer (task, NULL, NULL);
        return;
      }
  list_offers (g_steal_pointer (&task), GW_CLOUD_CLIENT (source));
}

void
gw_reach_offer_async (GwCloudAccounts     *accounts,
                      GwInstance          *instance,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GwCloudClient) client = NULL;
  const char *region = NULL;

  g_return_if_fail (GW_IS_CLOUD_ACCOUNTS (accounts));
  g_return_if_fail (GW_IS_INSTANCE (instance));

  task = g_task_new (accounts, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_reach_offer_async);
  client = gw_reach_begin (task, instance, &region);
  if (client == NULL)
    return;
  if (gw_reach_is_in_none (instance))
    list_offers (g_steal_pointer (&task), client);
  else
    gw_security_groups_list_async (client, region, gw_instance_get_security_groups (instance), NULL,
                                   FALSE, NULL, cancellable, on_inside, g_steal_pointer (&task));
}

GPtrArray *
gw_reach_offer_finish (GwCloudAccounts  *accounts,
                       GAsyncResult     *result,
                       GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, accounts), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, gw_reach_offer_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Joining */

static void
on_asked_afresh (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  GwReachJob *job = g_task_get_task_data (task);
  const char *const *inside;

  if (!gw_ecs_source_ask_finish (GW_ECS_SOURCE (source), result, &error))
    g_debug ("The instance could not be asked for afresh: %s", error->message);
  /* It is in the group, even where the list does not show it yet. */
  inside = gw_instance_get_security_groups (job->instance);
  if (!g_strv_contains (inside, job->group))
    {
      g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
      g_auto (GStrv) groups = NULL;

      g_strv_builder_addv (builder, (const char **) inside);
      g_strv_builder_add (builder, job->group);
      groups = g_strv_builder_end (builder);
      gw_instance_set_security_groups (job->instance, (const char *const *) groups);
    }
  g_task_return_boolean (task, TRUE);
}

static void
on_joined (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GwReachJob *job = g_task_get_task_data (task);
  GwEcsSource *list;

  if (!gw_security_group_join_finish (GW_CLOUD_CLIENT (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  list = gw_cloud_accounts_find_source (g_task_get_source_object (task), job->instance);
  if (list == NULL)
    g_task_return_boolean (task, TRUE);
  else
    gw_ecs_source_ask_async (list, job->instance, g_task_get_cancellable (task), on_asked_afresh,
                             g_object_ref (task));
}

void
gw_reach_join_async (GwCloudAccounts     *accounts,
                     GwInstance          *instance,
                     const char          *group,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GwCloudClient) client = NULL;
  const char *region = NULL;

  g_return_if_fail (GW_IS_CLOUD_ACCOUNTS (accounts));
  g_return_if_fail (GW_IS_INSTANCE (instance));
  g_return_if_fail (group != NULL);

  task = g_task_new (accounts, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_reach_join_async);
  client = gw_reach_begin (task, instance, &region);
  if (client == NULL)
    return;
  ((GwReachJob *) g_task_get_task_data (task))->group = g_strdup (group);
  gw_security_group_join_async (client, region, gw_instance_get_id (instance), group, cancellable,
                                on_joined, g_steal_pointer (&task));
}

gboolean
gw_reach_join_finish (GwCloudAccounts  *accounts,
                      GAsyncResult     *result,
                      GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, accounts), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, gw_reach_join_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
