/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-reach-private.h"

#include <glib/gi18n.h>

#include "gw-error.h"

/* Long enough for an answer, short enough for one who waits for what is said without it. */
#define AFRESH_MS 5000

static void
job_free (GwReachJob *job)
{
  g_clear_pointer (&job->deadline, gw_cloud_deadline_free);
  g_object_unref (job->instance);
  g_clear_pointer (&job->reach, gw_reach_free);
  g_free (job->group);
  g_free (job);
}

/* On the classic network the two sides have rules of their own. */
static const char *
find_nic (GwInstance   *instance,
          GwConnection *connection)
{
  GwConnectionKind kind = gw_connection_get_kind (connection);

  if (gw_instance_get_network (instance) == GW_NETWORK_CLASSIC
      && (kind == GW_CONNECTION_PUBLIC || kind == GW_CONNECTION_ELASTIC))
    return "internet";
  return "intranet";
}

GwCloudClient *
gw_reach_begin (GTask       *task,
                GwInstance  *instance,
                const char **region)
{
  GwCloudAccounts *accounts = g_task_get_source_object (task);
  GwCloudClient *client = gw_cloud_accounts_dup_client (accounts, instance, region);
  GwReachJob *job = g_new0 (GwReachJob, 1);

  job->instance = g_object_ref (instance);
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  if (client == NULL)
    g_task_return_new_error (task, GW_ERROR, GW_ERROR_NOT_OF_ACCOUNT, "%s",
                             _("No cloud account has this instance: its security groups cannot be "
                               "asked for."));
  return client;
}

gboolean
gw_reach_is_in_none (GwInstance *instance)
{
  return gw_instance_get_security_groups (instance)[0] == NULL;
}

/* Finding */

static void
return_reach (GTask     *task,
              GPtrArray *groups)
{
  GwReachJob *job = g_task_get_task_data (task);
  GwReach *reach = g_steal_pointer (&job->reach);

  reach->groups = groups;
  gw_reach_judge (reach, job->instance, reach->mine, NULL, 0);
  g_task_return_pointer (task, reach, (GDestroyNotify) gw_reach_free);
}

static void
on_groups (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GPtrArray *groups = gw_security_groups_list_finish (GW_CLOUD_CLIENT (source), result, &error);

  if (groups == NULL)
    g_task_return_error (task, error);
  else
    return_reach (task, groups);
}

/* Takes @task. */
static void
list_groups (GTask         *task,
             GwCloudClient *client)
{
  GwReachJob *job = g_task_get_task_data (task);
  const char *region = gw_instance_get_text (job->instance, GW_INSTANCE_REGION);

  if (gw_reach_is_in_none (job->instance))
    {
      return_reach (task, g_ptr_array_new ());
      g_object_unref (task);
    }
  else
    gw_security_groups_list_async (client, region, gw_instance_get_security_groups (job->instance),
                                   NULL, TRUE, job->reach->nic, g_task_get_cancellable (task),
                                   on_groups, task);
}

static void
on_afresh (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwReachJob *job = g_task_get_task_data (task);
  g_autoptr (GwCloudClient) client = NULL;
  g_autoptr (GError) error = NULL;
  GwInstance *current;

  g_clear_pointer (&job->deadline, gw_cloud_deadline_free);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (!gw_ecs_source_ask_finish (GW_ECS_SOURCE (source), result, &error))
    {
      g_debug ("The instance could not be asked for afresh: %s", error->message);
      job->reach->stale = TRUE;
    }
  current = gw_ecs_source_lookup (GW_ECS_SOURCE (source), gw_instance_get_id (job->instance));
  if (current != NULL)
    g_set_object (&job->instance, current);
  client = gw_cloud_accounts_dup_client (g_task_get_source_object (task), job->instance, NULL);
  if (client == NULL)
    g_task_return_new_error (task, GW_ERROR, GW_ERROR_NOT_OF_ACCOUNT, "%s",
                             _("The instance is not in the list of its cloud account any more: "
                               "its security groups cannot be asked for."));
  else
    list_groups (g_steal_pointer (&task), client);
}

/* The groups may have been changed since the list was read. Takes @task. */
static void
ask_afresh (GTask *task)
{
  GwReachJob *job = g_task_get_task_data (task);
  GwEcsSource *list = gw_cloud_accounts_find_source (g_task_get_source_object (task),
                                                     job->instance);

  /* Who asks may hold one that went and came back as another object. */
  g_set_object (&job->instance, gw_ecs_source_lookup (list, gw_instance_get_id (job->instance)));
  job->deadline = gw_cloud_deadline_new (AFRESH_MS, g_task_get_cancellable (task));
  gw_ecs_source_ask_async (list, job->instance,
                           gw_cloud_deadline_get_cancellable (job->deadline), on_afresh, task);
}

void
gw_reach_find_async (GwCloudAccounts     *accounts,
                     GwInstance          *instance,
                     GwConnection        *connection,
                     guint                port,
                     GwMyAddress         *mine,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GwCloudClient) client = NULL;
  GwReach *reach;

  g_return_if_fail (GW_IS_CLOUD_ACCOUNTS (accounts));
  g_return_if_fail (GW_IS_INSTANCE (instance));
  g_return_if_fail (GW_IS_CONNECTION (connection));
  g_return_if_fail (mine != NULL && port != 0);

  task = g_task_new (accounts, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_reach_find_async);
  client = gw_reach_begin (task, instance, NULL);
  if (client == NULL)
    return;
  reach = g_new0 (GwReach, 1);
  reach->mine = gw_my_address_copy (mine);
  reach->port = port;
  reach->nic = g_strdup (find_nic (instance, connection));
  reach->address = g_strdup (gw_connection_get_address (connection));
  ((GwReachJob *) g_task_get_task_data (task))->reach = reach;
  ask_afresh (g_steal_pointer (&task));
}

GwReach *
gw_reach_find_finish (GwCloudAccounts  *accounts,
                      GAsyncResult     *result,
                      GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, accounts), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, gw_reach_find_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Adding a rule */

static void
on_added (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (gw_security_rule_add_finish (GW_CLOUD_CLIENT (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
gw_reach_admit_async (GwCloudAccounts     *accounts,
                      GwInstance          *instance,
                      const char *const   *parameters,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GwCloudClient) client = NULL;
  const char *region = NULL;

  g_return_if_fail (GW_IS_CLOUD_ACCOUNTS (accounts));
  g_return_if_fail (GW_IS_INSTANCE (instance));
  g_return_if_fail (parameters != NULL);

  task = g_task_new (accounts, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_reach_admit_async);
  client = gw_reach_begin (task, instance, &region);
  if (client != NULL)
    gw_security_rule_add_async (client, region, parameters, cancellable, on_added,
                                g_steal_pointer (&task));
}

gboolean
gw_reach_admit_finish (GwCloudAccounts  *accounts,
                       GAsyncResult     *result,
                       GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, accounts), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, gw_reach_admit_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
