/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-assistant-private.h"

#include "gw-json.h"
#include "gw-text.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_VERSION 64
#define MAX_ENTRIES 100
#define MAX_ACTIVE 1000

typedef struct
{
  char *instance;
  GwCloudDeadline *deadline;
} Ask;

static void
ask_free (Ask *ask)
{
  g_free (ask->instance);
  gw_cloud_deadline_free (ask->deadline);
  g_free (ask);
}

void
gw_assistant_status_free (GwAssistantStatus *self)
{
  if (self == NULL)
    return;
  g_free (self->version);
  g_free (self);
}

/* A string in the documents; a boolean would be as clear. */
static gboolean
read_flag (JsonObject *object,
           const char *member)
{
  const char *text = gw_json_get_string (object, member, 16);

  return text != NULL ? g_ascii_strcasecmp (text, "true") == 0
                      : gw_json_get_boolean (object, member, FALSE);
}

GwAssistantStatus *
gw_assistant_status_read (JsonObject *answer,
                          const char *instance)
{
  GwAssistantStatus *self = g_new0 (GwAssistantStatus, 1);
  JsonObject *set = gw_json_get_object (answer, "InstanceCloudAssistantStatusSet");
  JsonArray *list = set != NULL ? gw_json_get_array (set, "InstanceCloudAssistantStatus") : NULL;
  guint length = list != NULL ? MIN (json_array_get_length (list), MAX_ENTRIES) : 0;

  self->version = g_strdup ("");
  for (guint i = 0; i < length; i++)
    {
      JsonNode *node = json_array_get_element (list, i);
      JsonObject *entry = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *version;

      if (entry == NULL
          || g_strcmp0 (gw_json_get_string (entry, "InstanceId", MAX_VERSION), instance) != 0)
        continue;
      version = gw_json_get_string (entry, "CloudAssistantVersion", MAX_VERSION);
      g_free (self->version);
      self->version = gw_text_clean_line (version, MAX_VERSION);
      self->is_running = read_flag (entry, "CloudAssistantStatus");
      self->n_active = (guint) CLAMP (gw_json_get_int (entry, "ActiveTaskCount", 0), 0,
                                      MAX_ACTIVE);
      break;
    }
  return self;
}

static void
on_asked (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Ask *ask = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = NULL;

  root = gw_cloud_client_call_finish (GW_CLOUD_CLIENT (source), result, &error);
  if (root != NULL)
    g_task_return_pointer (task, gw_assistant_status_read (json_node_get_object (root),
                                                           ask->instance),
                           (GDestroyNotify) gw_assistant_status_free);
  else if (gw_cloud_deadline_is_over (ask->deadline))
    g_task_return_error (task, gw_cloud_error_new (
      GW_CLOUD_ERROR_TIMED_OUT, NULL,
      _("The cloud did not say in time whether Cloud Assistant runs. Try again.")));
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
gw_assistant_ask_async (GwCloudClient       *client,
                        const char          *region,
                        const char          *instance,
                        guint                timeout,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  const char *const parameters[] = { "InstanceId.1", instance, NULL };
  GTask *task;
  Ask *ask;

  g_return_if_fail (GW_IS_CLOUD_CLIENT (client));
  g_return_if_fail (instance != NULL);

  ask = g_new0 (Ask, 1);
  ask->instance = g_strdup (instance);
  ask->deadline = gw_cloud_deadline_new (timeout * 1000, cancellable);
  task = g_task_new (client, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_assistant_ask_async);
  g_task_set_task_data (task, ask, (GDestroyNotify) ask_free);
  gw_cloud_client_call_async (client, GW_CLOUD_ECS, region, "DescribeCloudAssistantStatus",
                              parameters, gw_cloud_deadline_get_cancellable (ask->deadline),
                              on_asked, task);
}

GwAssistantStatus *
gw_assistant_ask_finish (GwCloudClient  *client,
                         GAsyncResult   *result,
                         GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, gw_assistant_ask_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Numbers between dots, the first that differs decides: 2.2.3.1000 is newer than 2.2.3.196. What is
 * not a number counts as 0. */
static int
compare_versions (const char *a,
                  const char *b)
{
  g_auto (GStrv) left = g_strsplit (a, ".", 0);
  g_auto (GStrv) right = g_strsplit (b, ".", 0);
  guint n_left = g_strv_length (left);
  guint n_right = g_strv_length (right);

  for (guint i = 0; i < MAX (n_left, n_right); i++)
    {
      guint64 one = i < n_left ? g_ascii_strtoull (left[i], NULL, 10) : 0;
      guint64 other = i < n_right ? g_ascii_strtoull (right[i], NULL, 10) : 0;

      if (one != other)
        return one < other ? -1 : 1;
    }
  return 0;
}

static gboolean
check_status (const GwAssistantStatus  *self,
              GError                  **error)
{
  if (*self->version == '\0')
    {
      g_set_error_literal (error, GW_ERROR, GW_ERROR_ASSISTANT_MISSING,
                           _("Cloud Assistant Agent is not installed on the instance: it was never "
                             "heard from. Install it in the console (Cloud Assistant, ECS "
                             "Instances, Install), or as the documents of ECS say. It takes effect "
                             "after the instance was restarted; Gangway never restarts one."));
      return FALSE;
    }
  /* First, for an agent that runs brings itself up to date. */
  if (!self->is_running)
    {
      g_set_error_literal (error, GW_ERROR, GW_ERROR_ASSISTANT_STOPPED,
                           _("Cloud Assistant Agent does not run on the instance. Start it there "
                             "with “systemctl start aliyun.service”, for example in Workbench in "
                             "the browser; on an instance that was started just now, wait a "
                             "minute."));
      return FALSE;
    }
  if (compare_versions (self->version, GW_ASSISTANT_LEAST_VERSION) < 0)
    {
      g_set_error (error, GW_ERROR, GW_ERROR_ASSISTANT_OLD,
                   /* Translators: both are versions such as 2.2.3.196 */
                   _("Cloud Assistant Agent %s on the instance is too old to take keys. Update it "
                     "to %s or later in the console."),
                   self->version, GW_ASSISTANT_LEAST_VERSION);
      return FALSE;
    }
  return TRUE;
}

void
gw_assistant_check_async (GwCloudClient       *client,
                          const char          *region,
                          const char          *instance,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  gw_assistant_ask_async (client, region, instance, GW_ASSISTANT_TIMEOUT, cancellable, callback,
                          user_data);
}

GwAssistantStatus *
gw_assistant_check_finish (GwCloudClient  *client,
                           GAsyncResult   *result,
                           GError        **error)
{
  g_autoptr (GwAssistantStatus) self = gw_assistant_ask_finish (client, result, error);

  if (self == NULL || !check_status (self, error))
    return NULL;
  return g_steal_pointer (&self);
}
