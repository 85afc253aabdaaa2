/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-security-group-private.h"

#include <glib/gi18n.h>

/* Waiting until the cloud shows a rule that it took. */

#define FIRST_PAUSE 300 /* milliseconds between two looks; the next is longer */
#define LAST_PAUSE 2000

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

static const char *
find_value (const char *const *parameters,
            const char        *name)
{
  for (guint i = 0; parameters[i] != NULL && parameters[i + 1] != NULL; i += 2)
    if (g_str_equal (parameters[i], name))
      return parameters[i + 1];
  return NULL;
}

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
  if (!rule->is_unreadable && !rule->is_drop && rule->priority == 1
      && g_str_equal (rule->protocol, "TCP")
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
