/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-security-group-private.h"

#include "gw-address.h"
#include "gw-text.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_DESCRIPTION 512 /* of the API */
#define PATIENCE 30000      /* milliseconds */

/* What the API refuses with, as patterns of g_pattern_match_simple(). */
static const struct
{
  const char *code;
  const char *text;
} refusals[] = {
  { "AuthorizationLimitExceed*",
    N_("The security group has as many rules as it can have. Remove one in the console first, or "
       "choose another group.") },
  { "*ResourceManagedByCloudProduct",
    N_("The security group is managed by another product of the cloud: it cannot be changed "
       "here.") },
  { "Invalid*SourceCidrIp*", N_("The cloud does not take this address.") },
  { "InvalidSecurityGroupId.NotFound",
    N_("The security group does not exist any more. Refresh the list of instances.") },
  { "IncorrectInstanceStatus*",
    N_("An instance joins a security group only while it is Running or Stopped. Try again "
       "later.") },
  { "InvalidInstanceId.Mismatch", N_("The security group belongs to another network.") },
  { "InstanceSecurityGroupLimitExceeded",
    N_("The instance is in as many security groups as it can be in. Let it leave one in the "
       "console first.") },
  { "SecurityGroupInstanceLimitExceeded",
    N_("The security group has as many instances as it can have. Choose another one.") },
  { "InstanceLockedForSecurity",
    N_("The cloud has locked the instance for security reasons. See the console for why.") },
};

static GError *
explain (GError *error)
{
  const GwCloudErrorDetails *details = gw_cloud_error_get_details (error);

  for (guint i = 0; details != NULL && details->code != NULL && i < G_N_ELEMENTS (refusals); i++)
    if (g_pattern_match_simple (refusals[i].code, details->code))
      {
        GError *words = gw_cloud_error_new (error->code, details, _(refusals[i].text));

        g_error_free (error);
        return words;
      }
  return error;
}

/* At most what the API takes, which refuses a description that begins like a link. */
static char *
clean_description (const char *text)
{
  g_autofree char *line = gw_text_clean_line (text != NULL ? text : "", MAX_DESCRIPTION);
  const char *start = line;

  for (;;)
    {
      start += strspn (start, " ");
      if (g_ascii_strncasecmp (start, "http://", strlen ("http://")) == 0)
        start += strlen ("http://");
      else if (g_ascii_strncasecmp (start, "https://", strlen ("https://")) == 0)
        start += strlen ("https://");
      else
        return g_strdup (start);
    }
}

GStrv
gw_security_rule_make (const char       *group,
                       guint             port,
                       GInetAddressMask *range,
                       const char       *nic,
                       const char       *description)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *ports = g_strdup_printf ("%u/%u", port, port);
  g_autofree char *token = g_uuid_string_random ();
  g_autofree char *source = NULL;
  g_autofree char *words = NULL;
  gboolean ipv6;

  g_return_val_if_fail (group != NULL && nic != NULL, NULL);
  g_return_val_if_fail (G_IS_INET_ADDRESS_MASK (range), NULL);

  source = gw_address_range_to_string (range);
  ipv6 = g_inet_address_mask_get_family (range) == G_SOCKET_FAMILY_IPV6;
  g_strv_builder_add_many (builder,
                           "SecurityGroupId", group,
                           "Permissions.1.IpProtocol", "TCP",
                           "Permissions.1.PortRange", ports,
                           ipv6 ? "Permissions.1.Ipv6SourceCidrIp" : "Permissions.1.SourceCidrIp",
                           source,
                           "Permissions.1.Policy", "accept",
                           "Permissions.1.Priority", "1",
                           "Permissions.1.NicType", nic, NULL);
  words = clean_description (description);
  if (*words != '\0')
    g_strv_builder_add_many (builder, "Permissions.1.Description", words, NULL);
  g_strv_builder_add_many (builder, "ClientToken", token, NULL);
  return g_strv_builder_end (builder);
}

/* Adding */

typedef struct
{
  char *region;
  GStrv parameters;
} Adding;

static void
adding_free (Adding *adding)
{
  g_free (adding->region);
  g_strfreev (adding->parameters);
  g_free (adding);
}

/* The rule is on its way in whatever came of looking for it: nobody is to think that nothing
 * happened. Takes @error. */
static GError *
make_unseen (GError     *error,
             const char *region)
{
  const GwCloudErrorDetails look = { .action = (char *) "ecs:DescribeSecurityGroupAttribute",
                                     .region = (char *) region };
  const GwCloudErrorDetails *details = gw_cloud_error_get_details (error);
  g_autofree char *message = NULL;
  GError *words;

  if (g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_TIMED_OUT))
    return error;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    message = g_strdup (_("The cloud took the rule, but was not asked any more whether it is "
                          "there. Try to connect, or look again in a minute."));
  else
    message = g_strdup_printf (_("The cloud took the rule, but cannot be asked whether it is "
                                 "there: %s"), error->message);
  words = gw_cloud_error_new (details != NULL ? error->code : GW_CLOUD_ERROR_TIMED_OUT,
                              details != NULL ? details : &look, message);
  g_error_free (error);
  return words;
}

static void
on_there (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Adding *adding = g_task_get_task_data (task);
  GError *error = NULL;

  if (gw_security_rule_wait_finish (GW_CLOUD_CLIENT (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, make_unseen (error, adding->region));
}

static void
on_authorized (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (JsonNode) root = NULL;
  Adding *adding = g_task_get_task_data (task);
  GError *error = NULL;

  root = gw_cloud_client_call_finish (GW_CLOUD_CLIENT (source), result, &error);
  if (root == NULL)
    {
      g_task_return_error (task, explain (error));
      return;
    }
  /* It is done: to cancel takes nothing back. */
  g_task_set_check_cancellable (task, FALSE);
  gw_security_rule_wait_async (GW_CLOUD_CLIENT (source), adding->region,
                               (const char *const *) adding->parameters, PATIENCE,
                               g_task_get_cancellable (task), on_there, g_object_ref (task));
}

void
gw_security_rule_add_async (GwCloudClient       *client,
                            const char          *region,
                            const char *const   *parameters,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  Adding *adding;
  GTask *task;

  g_return_if_fail (GW_IS_CLOUD_CLIENT (client));
  g_return_if_fail (parameters != NULL);

  adding = g_new0 (Adding, 1);
  adding->region = g_strdup (region);
  adding->parameters = g_strdupv ((GStrv) parameters);
  task = g_task_new (client, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_security_rule_add_async);
  g_task_set_task_data (task, adding, (GDestroyNotify) adding_free);
  gw_cloud_client_call_async (client, GW_CLOUD_ECS, region, "AuthorizeSecurityGroup", parameters,
                              cancellable, on_authorized, task);
}

gboolean
gw_security_rule_add_finish (GwCloudClient  *client,
                             GAsyncResult   *result,
                             GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, gw_security_rule_add_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Joining */

static void
on_joined (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (JsonNode) root = NULL;
  GError *error = NULL;
  const GwCloudErrorDetails *details;

  root = gw_cloud_client_call_finish (GW_CLOUD_CLIENT (source), result, &error);
  details = gw_cloud_error_get_details (error);
  if (root != NULL
      || (details != NULL && g_strcmp0 (details->code, "InvalidInstanceId.AlreadyExists") == 0))
    {
      g_clear_error (&error);
      g_task_set_check_cancellable (task, FALSE);
      g_task_return_boolean (task, TRUE);
    }
  else
    {
      g_task_return_error (task, explain (error));
    }
}

void
gw_security_group_join_async (GwCloudClient       *client,
                              const char          *region,
                              const char          *instance,
                              const char          *group,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  const char *parameters[] = { "SecurityGroupId", group, "InstanceId", instance, NULL };
  GTask *task;

  g_return_if_fail (GW_IS_CLOUD_CLIENT (client));
  g_return_if_fail (instance != NULL && group != NULL);

  task = g_task_new (client, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_security_group_join_async);
  gw_cloud_client_call_async (client, GW_CLOUD_ECS, region, "JoinSecurityGroup", parameters,
                              cancellable, on_joined, task);
}

gboolean
gw_security_group_join_finish (GwCloudClient  *client,
                               GAsyncResult   *result,
                               GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, gw_security_group_join_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
