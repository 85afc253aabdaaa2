/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-host-key-statement.h"

#include "gw-assistant.h"
#include "gw-cloud-deadline.h"
#include "gw-json.h"

#include <glib/gi18n.h>
#include <string.h>

/* Seconds; a person waits for it before being asked. */
#define CONSOLE_TIMEOUT 6
#define MAX_ID 256
#define MAX_TIME 64
/* Length of a time without seconds: "2017-07-30T10:13Z". */
#define TIME_LENGTH 17
/* A version of ssh-keygen without -E knows MD5 only, which is not read. */
#define SCRIPT "for f in /etc/ssh/ssh_host_*_key.pub; do\n" \
               "  [ -f \"$f\" ] && ssh-keygen -l -E sha256 -f \"$f\" 2>/dev/null\n" \
               "done\n" \
               "exit 0\n"

typedef struct
{
  char *instance;
  char *region;
  GwCloudDeadline *deadline;
} Ask;

static void
ask_free (Ask *ask)
{
  g_free (ask->instance);
  g_free (ask->region);
  gw_cloud_deadline_free (ask->deadline);
  g_free (ask);
}

static gint64
read_time (JsonObject *answer)
{
  const char *text = gw_json_get_string (answer, "LastUpdateTime", MAX_TIME);
  g_autofree char *full = NULL;
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = NULL;

  if (text == NULL)
    return 0;
  if (strlen (text) == TIME_LENGTH)
    full = g_strdup_printf ("%.16s:00Z", text);
  time = g_date_time_new_from_iso8601 (full != NULL ? full : text, utc);
  return time != NULL ? MAX (g_date_time_to_unix (time), 0) : 0;
}

/* The console's bytes without the zeros that a text cannot hold. */
static char *
decode (const char *encoded)
{
  g_autofree guchar *bytes = NULL;
  GString *text = NULL;
  gsize length;

  bytes = g_base64_decode (encoded, &length);
  text = g_string_sized_new (length);
  for (gsize i = 0; i < length; i++)
    if (bytes[i] != '\0')
      g_string_append_c (text, (char) bytes[i]);
  return g_string_free (text, FALSE);
}

static void
on_console (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Ask *ask = g_task_get_task_data (task);
  const GwCloudErrorDetails details
    = { .action = (char *) "ecs:GetInstanceConsoleOutput", .region = ask->region };
  g_autoptr (GwHostKeyStatement) self = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = NULL;
  JsonObject *answer;
  const char *encoded;

  root = gw_cloud_client_call_finish (GW_CLOUD_CLIENT (source), result, &error);
  if (root == NULL)
    {
      if (gw_cloud_deadline_is_over (ask->deadline))
        g_task_return_error (task, gw_cloud_error_new (
          GW_CLOUD_ERROR_TIMED_OUT, &details,
          _("The cloud did not send the console of the instance in time. Try again.")));
      else
        g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  answer = json_node_get_object (root);
  if (g_strcmp0 (gw_json_get_string (answer, "InstanceId", MAX_ID), ask->instance) != 0)
    {
      g_task_return_error (task, gw_cloud_error_new (
        GW_CLOUD_ERROR_ANSWER, &details,
        _("The cloud sent the console of another instance than was asked for.")));
      return;
    }
  self = gw_host_key_statement_new (FALSE, read_time (answer));
  encoded = gw_json_get_string (answer, "ConsoleOutput", G_MAXSIZE);
  if (encoded != NULL)
    {
      g_autofree char *text = decode (encoded);

      gw_host_key_statement_read (self, text);
    }
  g_task_return_pointer (task, g_steal_pointer (&self),
                         (GDestroyNotify) gw_host_key_statement_free);
}

void
gw_host_key_statement_ask_console_async (GwCloudClient       *client,
                                         const char          *region,
                                         const char          *instance,
                                         GCancellable        *cancellable,
                                         GAsyncReadyCallback  callback,
                                         gpointer             user_data)
{
  const char *const parameters[] = { "InstanceId", instance, NULL };
  GTask *task;
  Ask *ask;

  g_return_if_fail (GW_IS_CLOUD_CLIENT (client));
  g_return_if_fail (instance != NULL);

  ask = g_new0 (Ask, 1);
  ask->instance = g_strdup (instance);
  ask->region = g_strdup (region);
  ask->deadline = gw_cloud_deadline_new (CONSOLE_TIMEOUT * 1000, cancellable);
  task = g_task_new (client, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_host_key_statement_ask_console_async);
  g_task_set_task_data (task, ask, (GDestroyNotify) ask_free);
  gw_cloud_client_call_async (client, GW_CLOUD_ECS, region, "GetInstanceConsoleOutput", parameters,
                              gw_cloud_deadline_get_cancellable (ask->deadline), on_console, task);
}

static void
on_script_done (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *output = gw_assistant_run_finish (GW_CLOUD_CLIENT (source), result, &error);
  GwHostKeyStatement *self;

  if (output == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  self = gw_host_key_statement_new (TRUE, g_get_real_time () / G_USEC_PER_SEC);
  gw_host_key_statement_read (self, output);
  g_task_return_pointer (task, self, (GDestroyNotify) gw_host_key_statement_free);
}

void
gw_host_key_statement_ask_assistant_async (GwCloudClient       *client,
                                           const char          *region,
                                           const char          *instance,
                                           GCancellable        *cancellable,
                                           GAsyncReadyCallback  callback,
                                           gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (GW_IS_CLOUD_CLIENT (client));
  g_return_if_fail (instance != NULL);

  task = g_task_new (client, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_host_key_statement_ask_assistant_async);
  gw_assistant_run_async (client, region, instance, SCRIPT, cancellable, on_script_done, task);
}

GwHostKeyStatement *
gw_host_key_statement_ask_finish (GwCloudClient  *client,
                                  GAsyncResult   *result,
                                  GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), NULL);
  g_return_val_if_fail (
    g_async_result_is_tagged (result, gw_host_key_statement_ask_console_async)
    || g_async_result_is_tagged (result, gw_host_key_statement_ask_assistant_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
