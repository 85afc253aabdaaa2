/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-security-group-private.h"

#include "gw-address.h"
#include "gw-text.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_DESCRIPTION 512 /* of the API */
#define FIRST_PAUSE 300     /* milliseconds between two looks; the next is longer */
#define LAST_PAUSE 2000
#define PATIENCE 30000

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

static const char *
find_value (const char *const *parameters,
            const char        *name)
{
  for (guint i = 0; parameters[i] != NULL && parameters[i + 1] != NULL; i += 2)
    if (g_str_equal (parameters[i], name))
      return parameters[i + 1];
  return NULL;
}

/* Waiting for a rule */

typedef struct
{
  char *region;
  GStrv parameters;
  GCancellable *inner; /* the deadline's, too */
  gulong outer_handler;
  guint deadline_id;
  guint pause_id;
  guint pause;
  gboolean late;
  gboolean found;
} Wait;

static void look (GTask *task);

static void
wait_stop (Wait         *wait,
           GCancellable *outer)
{
  g_clear_handle_id (&wait->deadline_id, g_source_remove);
  g_clear_handle_id (&wait->pause_id, g_source_remove);
  /* Not g_cancellable_disconnect(): it waits for a running emission, of which this may be part. */
  g_clear_signal_handler (&wait->outer_handler, outer);
}

static void
wait_free (Wait *wait)
{
  g_free (wait->region);
  g_strfreev (wait->parameters);
  g_object_unref (wait->inner);
  g_free (wait);
}

static void
check_rule (GwSecurityRule *rule,
            gpointer        user_data)
{
  Wait *wait = user_data;
  const char *const *wanted = (const char *const *) wait->parameters;
  const char *source = find_value (wanted, "Permissions.1.SourceCidrIp");
  g_autofree char *ports = g_strdup_printf ("%d/%d", rule->from_port, rule->to_port);

  if (source == NULL)
    source = find_value (wanted, "Permissions.1.Ipv6SourceCidrIp");
  if (!rule->is_drop && rule->priority == 1 && g_str_equal (rule->protocol, "TCP")
      && g_strcmp0 (ports, find_value (wanted, "Permissions.1.PortRange")) == 0
      && *rule->destination == '\0' && source != NULL
      && gw_security_same_cidr (rule->source, source))
    wait->found = TRUE;
  gw_security_rule_free (rule);
}

static guint
on_page (JsonObject *answer,
         gpointer    user_data)
{
  Wait *wait = user_data;

  return gw_security_rules_read (answer, "", check_rule, wait);
}

static gboolean
on_pause_over (gpointer user_data)
{
  GTask *task = user_data;
  Wait *wait = g_task_get_task_data (task);

  wait->pause_id = 0;
  look (task);
  return G_SOURCE_REMOVE;
}

static void
wait_fail (GTask  *task,
           GError *error)
{
  Wait *wait = g_task_get_task_data (task);
  const GwCloudErrorDetails details = { .action = (char *) "ecs:DescribeSecurityGroupAttribute",
                                        .region = wait->region };

  wait_stop (wait, g_task_get_cancellable (task));
  if (wait->late)
    {
      g_error_free (error);
      error = gw_cloud_error_new (GW_CLOUD_ERROR_TIMED_OUT, &details,
                                  _("The cloud took the rule, but does not show it yet. Try to "
                                    "connect, or look again in a minute."));
    }
  g_task_return_error (task, error);
  g_object_unref (task);
}

/* Worth another look: nothing is wrong with the rule. */
static gboolean
is_passing (const GError *error)
{
  return g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_NETWORK)
         || g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_TIMED_OUT)
         || g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_THROTTLED);
}

static void
on_looked (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  GTask *task = user_data;
  Wait *wait = g_task_get_task_data (task);
  GError *error = NULL;

  gw_cloud_client_list_finish (GW_CLOUD_CLIENT (source), result, &error);
  if (wait->found)
    {
      g_clear_error (&error);
      wait_stop (wait, g_task_get_cancellable (task));
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
    }
  else if (error != NULL && !is_passing (error))
    {
      wait_fail (task, error);
    }
  else
    {
      g_clear_error (&error);
      wait->pause_id = g_timeout_add (wait->pause, on_pause_over, task);
      wait->pause = MIN (wait->pause * 3 / 2, LAST_PAUSE);
    }
}

static void
look (GTask *task)
{
  Wait *wait = g_task_get_task_data (task);
  const char *const *rule = (const char *const *) wait->parameters;
  const char *parameters[] = { "SecurityGroupId", find_value (rule, "SecurityGroupId"), "Direction",
                               "ingress", "NicType", find_value (rule, "Permissions.1.NicType"),
                               "MaxResults", "1000", NULL };

  gw_cloud_client_list_async (g_task_get_source_object (task), GW_CLOUD_ECS, wait->region,
                              "DescribeSecurityGroupAttribute", parameters, on_page, wait,
                              wait->inner, on_looked, task);
}

/* Ends the pause, or the call that runs. */
static void
interrupt (GTask *task)
{
  Wait *wait = g_task_get_task_data (task);

  g_cancellable_cancel (wait->inner);
  if (wait->pause_id != 0)
    {
      g_clear_handle_id (&wait->pause_id, g_source_remove);
      wait_fail (task, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Cancelled")));
    }
}

static gboolean
on_deadline (gpointer user_data)
{
  GTask *task = user_data;
  Wait *wait = g_task_get_task_data (task);

  wait->deadline_id = 0;
  wait->late = TRUE;
  interrupt (task);
  return G_SOURCE_REMOVE;
}

static void
on_outer_cancelled (GCancellable *outer,
                    gpointer      user_data)
{
  interrupt (user_data);
}

void
gw_security_rule_wait_async (GwCloudClient       *client,
                             const char          *region,
                             const char *const   *parameters,
                             guint                milliseconds,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (client, cancellable, callback, user_data);
  Wait *wait = g_new0 (Wait, 1);

  g_task_set_source_tag (task, gw_security_rule_wait_async);
  g_task_set_task_data (task, wait, (GDestroyNotify) wait_free);
  wait->region = g_strdup (region);
  wait->parameters = g_strdupv ((GStrv) parameters);
  wait->inner = g_cancellable_new ();
  wait->pause = FIRST_PAUSE;
  if (g_task_return_error_if_cancelled (task))
    return;
  if (cancellable != NULL)
    wait->outer_handler = g_signal_connect (cancellable, "cancelled",
                                            G_CALLBACK (on_outer_cancelled), task);
  wait->deadline_id = g_timeout_add (milliseconds, on_deadline, task);
  look (g_steal_pointer (&task));
}

gboolean
gw_security_rule_wait_finish (GwCloudClient  *client,
                              GAsyncResult   *result,
                              GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
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

static void
on_there (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (gw_security_rule_wait_finish (GW_CLOUD_CLIENT (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
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
