/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-reach-private.h"

#include <glib/gi18n.h>

#include "gw-error.h"

typedef struct
{
  GwInstance *instance;
  GwReach *reach; /* of find_async(), while it is put together */
  char *group;    /* of join_async() */
} Job;

static void
job_free (Job *job)
{
  g_object_unref (job->instance);
  g_clear_pointer (&job->reach, gw_reach_free);
  g_free (job->group);
  g_free (job);
}

void
gw_reach_free (GwReach *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->groups, g_ptr_array_unref);
  g_clear_pointer (&self->mine, gw_my_address_free);
  g_free (self->nic);
  g_free (self->address);
  g_free (self->summary);
  g_free (self);
}

static GwMyAddress *
copy_mine (const GwMyAddress *mine)
{
  GwMyAddress *copy = g_new (GwMyAddress, 1);

  *copy = *mine;
  copy->address = g_strdup (mine->address);
  return copy;
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

/* The instance's addresses of the family that is dialled: the cloud translates the public one, so a
 * rule may name either. */
static GStrv
list_destinations (GwReach    *self,
                   GwInstance *instance)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GInetAddress) dialled = gw_address_parse (self->address);

  g_strv_builder_add (builder, self->address);
  for (guint kind = 0; kind < GW_N_ADDRESS_KINDS; kind++)
    {
      const char *const *addresses = gw_instance_get_addresses (instance, (GwAddressKind) kind);

      for (guint i = 0; addresses[i] != NULL; i++)
        {
          g_autoptr (GInetAddress) address = gw_address_parse (addresses[i]);

          if (address != NULL && dialled != NULL
              && g_inet_address_get_family (address) == g_inet_address_get_family (dialled))
            g_strv_builder_add (builder, addresses[i]);
        }
    }
  return g_strv_builder_end (builder);
}

void
gw_reach_judge (GwReach     *self,
                GwInstance  *instance,
                GwMyAddress *mine,
                guint        port)
{
  g_autoptr (GInetAddress) source = NULL;
  g_auto (GStrv) destinations = NULL;
  GwSecurityRule *rule = NULL;
  GwMyAddress *copy;

  g_return_if_fail (self != NULL && mine != NULL);
  g_return_if_fail (GW_IS_INSTANCE (instance));

  copy = copy_mine (mine); /* maybe of the very one that goes */
  g_clear_pointer (&self->mine, gw_my_address_free);
  self->mine = copy;
  if (port != 0)
    self->port = port;
  source = gw_address_parse (self->mine->address);
  destinations = list_destinations (self, instance);
  self->admission = gw_security_groups_judge (self->groups, self->port, source,
                                              (const char *const *) destinations, self->nic, &rule);
  self->rule = rule;
  g_free (self->summary);
  self->summary = gw_reach_describe (self);
}

gboolean
gw_reach_can_admit (GwReach *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (self->admission != GW_ADMISSION_NONE
      && (self->admission != GW_ADMISSION_DROPPED || self->rule->priority <= 1))
    return FALSE;
  for (guint i = 0; i < self->groups->len; i++)
    if (!((const GwSecurityGroup *) g_ptr_array_index (self->groups, i))->is_managed)
      return TRUE;
  return FALSE;
}

/* What all of them begin with. %NULL: @task has ended. (transfer full) */
static GwCloudClient *
begin (GTask       *task,
       GwInstance  *instance,
       const char **region)
{
  GwCloudAccounts *accounts = g_task_get_source_object (task);
  GwCloudClient *client = gw_cloud_accounts_dup_client (accounts, instance, region);
  Job *job = g_new0 (Job, 1);

  job->instance = g_object_ref (instance);
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  if (client == NULL)
    g_task_return_new_error (task, GW_ERROR, GW_ERROR_NOT_OF_ACCOUNT, "%s",
                             _("No cloud account has this instance: its security groups cannot be "
                               "asked for."));
  return client;
}

static gboolean
is_in_none (GwInstance *instance)
{
  return gw_instance_get_security_groups (instance)[0] == NULL;
}

/* Finding */

static void
return_reach (GTask     *task,
              GPtrArray *groups)
{
  Job *job = g_task_get_task_data (task);
  GwReach *reach = g_steal_pointer (&job->reach);

  reach->groups = groups;
  gw_reach_judge (reach, job->instance, reach->mine, 0);
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
  client = begin (task, instance, &region);
  if (client == NULL)
    return;
  reach = g_new0 (GwReach, 1);
  reach->mine = copy_mine (mine);
  reach->port = port;
  reach->nic = g_strdup (find_nic (instance, connection));
  reach->address = g_strdup (gw_connection_get_address (connection));
  ((Job *) g_task_get_task_data (task))->reach = reach;
  if (is_in_none (instance))
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
  client = begin (task, instance, &region);
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

/* Groups to join */

static void
on_offers (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Job *job = g_task_get_task_data (task);
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
  Job *job = g_task_get_task_data (task);
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
  client = begin (task, instance, &region);
  if (client == NULL)
    return;
  if (is_in_none (instance))
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
  Job *job = g_task_get_task_data (task);
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
  Job *job = g_task_get_task_data (task);
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
  client = begin (task, instance, &region);
  if (client == NULL)
    return;
  ((Job *) g_task_get_task_data (task))->group = g_strdup (group);
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
