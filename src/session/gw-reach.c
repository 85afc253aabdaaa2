/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-reach-private.h"

#include <glib/gi18n.h>

#include "gw-error.h"

static void
job_free (GwReachJob *job)
{
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
  const char *region = NULL;
  GwReach *reach;

  g_return_if_fail (GW_IS_CLOUD_ACCOUNTS (accounts));
  g_return_if_fail (GW_IS_INSTANCE (instance));
  g_return_if_fail (GW_IS_CONNECTION (connection));
  g_return_if_fail (mine != NULL && port != 0);

  task = g_task_new (accounts, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_reach_find_async);
  client = gw_reach_begin (task, instance, &region);
  if (client == NULL)
    return;
  reach = g_new0 (GwReach, 1);
  reach->mine = gw_my_address_copy (mine);
  reach->port = port;
  reach->nic = g_strdup (find_nic (instance, connection));
  reach->address = g_strdup (gw_connection_get_address (connection));
  ((GwReachJob *) g_task_get_task_data (task))->reach = reach;
  if (gw_reach_is_in_none (instance))
    return_reach (task, g_ptr_array_new ());
  else
    gw_security_groups_list_async (client, region, gw_instance_get_security_groups (instance), NULL,
                                   TRUE, reach->nic, cancellable, on_groups,
                                   g_steal_pointer (&task));
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
