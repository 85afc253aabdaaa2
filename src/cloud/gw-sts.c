/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-sts.h"

#include "gw-cli-private.h"
#include "gw-json.h"
#include "gw-text.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_ID 64
#define MAX_ARN 1024
#define MAX_PARAMETERS 10

void
gw_caller_identity_free (GwCallerIdentity *self)
{
  if (self == NULL)
    return;
  g_free (self->account_id);
  g_free (self->arn);
  g_free (self->user);
  g_free (self);
}

/* “acs:ram::1:user/alice” is alice, “acs:ram::1:root” nobody in particular. */
static char *
find_user (const char *arn)
{
  const char *slash = strchr (arn, '/');

  return slash != NULL && slash[1] != '\0' ? g_strdup (slash + 1) : NULL;
}

static void
set_answer_error (GError     **error,
                  const char  *action)
{
  const GwCloudErrorDetails details = { .action = (char *) action };

  g_propagate_error (error,
                     gw_cloud_error_new (GW_CLOUD_ERROR_ANSWER, &details,
                                         _("The cloud’s answer does not say what it should. Check "
                                           "the account’s endpoint.")));
}

/* Both calls: the root of the answer is the task's result. */
static void
on_call_done (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  JsonNode *root = gw_cloud_client_call_finish (GW_CLOUD_CLIENT (object), result, &error);

  if (root == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, root, (GDestroyNotify) json_node_unref);
}

void
gw_sts_get_caller_async (GwCloudClient       *client,
                         const char          *region,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  static const char *const parameters[] = { NULL };
  GTask *task;

  g_return_if_fail (GW_IS_CLOUD_CLIENT (client));

  task = g_task_new (client, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_sts_get_caller_async);
  gw_cloud_client_call_async (client, GW_CLOUD_STS, region, "GetCallerIdentity", parameters,
                              cancellable, on_call_done, task);
}

GwCallerIdentity *
gw_sts_get_caller_finish (GwCloudClient  *client,
                          GAsyncResult   *result,
                          GError        **error)
{
  g_autoptr (JsonNode) root = NULL;
  GwCallerIdentity *self;
  JsonObject *object;
  const char *id, *arn;

  g_return_val_if_fail (g_task_is_valid (result, client), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, gw_sts_get_caller_async), NULL);

  root = g_task_propagate_pointer (G_TASK (result), error);
  if (root == NULL)
    return NULL;
  object = json_node_get_object (root);
  id = gw_json_get_string (object, "AccountId", MAX_ID);
  arn = gw_json_get_string (object, "Arn", MAX_ARN);
  if (id == NULL || *id == '\0')
    {
      set_answer_error (error, "sts:GetCallerIdentity");
      return NULL;
    }

  self = g_new0 (GwCallerIdentity, 1);
  self->account_id = gw_text_clean_line (id, MAX_ID);
  if (arn != NULL)
    {
      self->arn = gw_text_clean_line (arn, MAX_ARN);
      self->user = find_user (self->arn);
    }
  return self;
}

void
gw_sts_assume_role_async (GwCloudClient       *client,
                          const char          *region,
                          const GwStsRole     *role,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  const char *parameters[MAX_PARAMETERS + 1] = { NULL };
  g_autofree char *seconds = NULL;
  guint n = 0;
  GTask *task;

  g_return_if_fail (GW_IS_CLOUD_CLIENT (client));
  g_return_if_fail (role != NULL && role->arn != NULL);

  seconds = g_strdup_printf ("%" G_GINT64_FORMAT,
                             role->seconds == 0 ? 3600 : CLAMP (role->seconds, 900, 43200));
  parameters[n++] = "RoleArn";
  parameters[n++] = role->arn;
  parameters[n++] = "RoleSessionName";
  parameters[n++] = role->session_name != NULL ? role->session_name : "gangway";
  parameters[n++] = "DurationSeconds";
  parameters[n++] = seconds;
  if (role->external_id != NULL)
    {
      parameters[n++] = "ExternalId";
      parameters[n++] = role->external_id;
    }
  if (role->policy != NULL)
    {
      parameters[n++] = "Policy";
      parameters[n++] = role->policy;
    }

  task = g_task_new (client, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_sts_assume_role_async);
  gw_cloud_client_call_async (client, GW_CLOUD_STS, region, "AssumeRole", parameters, cancellable,
                              on_call_done, task);
}

GwAccessKey *
gw_sts_assume_role_finish (GwCloudClient  *client,
                           GAsyncResult   *result,
                           GError        **error)
{
  g_autoptr (JsonNode) root = NULL;
  GwAccessKey *key = NULL;
  JsonObject *object;

  g_return_val_if_fail (g_task_is_valid (result, client), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, gw_sts_assume_role_async), NULL);

  root = g_task_propagate_pointer (G_TASK (result), error);
  if (root == NULL)
    return NULL;
  object = gw_json_get_object (json_node_get_object (root), "Credentials");
  if (object != NULL)
    key = gw_cli_read_key (object, &gw_cli_sts_members);
  if (key == NULL)
    set_answer_error (error, "sts:AssumeRole");
  return key;
}
