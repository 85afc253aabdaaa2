/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-assistant-private.h"

#include "gw-json.h"

#include <glib/gi18n.h>
#include <string.h>

/* Milliseconds between two questions for the result: at first, and at most. */
#define FIRST_WAIT 300
#define LONGEST_WAIT 2000
/* The API takes no shorter one, in seconds. */
#define LEAST_TIMEOUT 10
/* Seconds to find out what an agent is busy with, after the deadline. */
#define ASK_TIMEOUT 3
#define MAX_ID 128

typedef struct
{
  char *region;
  char *instance;
  char *user;
  char *action;              /* "InvokeCommand" or "RunCommand" */
  GPtrArray *parameters;     /* of it, %NULL-terminated */
  char *invocation;          /* its InvokeId, once it has been begun */
  GwCloudDeadline *deadline;
  GwAssistantResult *last;   /* nullable: not listed yet */
  guint wait;
  guint n_tries;             /* to begin it */
} Command;

static void begin (GTask *task);

static void
command_free (Command *command)
{
  g_free (command->region);
  g_free (command->instance);
  g_free (command->user);
  g_free (command->action);
  g_ptr_array_unref (command->parameters);
  g_free (command->invocation);
  gw_cloud_deadline_free (command->deadline);
  gw_assistant_result_free (command->last);
  g_free (command);
}

/* Takes @task. */
static void
end (GTask *task,
     guint  n_active)
{
  Command *command = g_task_get_task_data (task);
  GError *error = NULL;

  if (command->last == NULL || !gw_assistant_result_is_over (command->last))
    error = gw_assistant_result_make_late (command->last, n_active);
  else
    gw_assistant_result_check (command->last, command->user, n_active, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&command->last->output), g_free);
  g_object_unref (task);
}

static void
on_asked (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GwAssistantStatus) status
    = gw_assistant_ask_finish (GW_CLOUD_CLIENT (source), result, NULL);

  /* Nothing known is no error here: it would only have made the reason clearer. */
  end (user_data, status != NULL && status->is_running ? status->n_active : 0);
}

/* Takes @task. It was not begun in time: the agent may be working off something else. */
static void
ask_why (GTask *task)
{
  Command *command = g_task_get_task_data (task);

  gw_assistant_ask_async (g_task_get_source_object (task), command->region, command->instance,
                          ASK_TIMEOUT, g_task_get_cancellable (task), on_asked, task);
}

/* Takes @task. Its own deadline is over. */
static void
end_late (GTask *task)
{
  Command *command = g_task_get_task_data (task);

  if (command->last == NULL || g_str_equal (command->last->status, "Pending"))
    ask_why (task);
  else
    end (task, 0);
}

static gboolean
is_network (const GError *error)
{
  return g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_NETWORK)
         || g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_TIMED_OUT);
}

/* To ask once more does no harm: the command goes on meanwhile. */
static gboolean
is_passing (const GError *error)
{
  static const char *const patterns[] = { "ServiceUnavailable*", "InternalError*" };
  const GwCloudErrorDetails *details = gw_cloud_error_get_details (error);

  if (is_network (error) || g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_THROTTLED))
    return TRUE;
  for (guint i = 0; details != NULL && details->code != NULL && i < G_N_ELEMENTS (patterns); i++)
    if (g_pattern_match_simple (patterns[i], details->code))
      return TRUE;
  return FALSE;
}

static void wait_for_result (GTask *task);

static void
on_result (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Command *command = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = NULL;
  GwAssistantResult *entry;

  root = gw_cloud_client_call_finish (GW_CLOUD_CLIENT (source), result, &error);
  if (root == NULL)
    {
      if (gw_cloud_deadline_is_over (command->deadline))
        end_late (g_steal_pointer (&task));
      else if (is_passing (error))
        wait_for_result (g_steal_pointer (&task));
      else
        g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  /* An entry that was there and is gone again does not take back what is known. */
  entry = gw_assistant_result_read (json_node_get_object (root), command->invocation,
                                    command->instance);
  if (entry != NULL)
    {
      gw_assistant_result_free (command->last);
      command->last = entry;
    }
  if (entry == NULL || !gw_assistant_result_is_over (entry))
    wait_for_result (g_steal_pointer (&task));
  else if (gw_assistant_result_needs_status (entry))
    ask_why (g_steal_pointer (&task));
  else
    end (g_steal_pointer (&task), 0);
}

static gboolean
on_waited (gpointer user_data)
{
  GTask *task = user_data;
  Command *command = g_task_get_task_data (task);
  const char *const parameters[] = { "InvokeId", command->invocation, "InstanceId",
                                     command->instance, "ContentEncoding", "Base64", NULL };

  if (g_task_return_error_if_cancelled (task))
    return G_SOURCE_REMOVE;
  if (gw_cloud_deadline_is_over (command->deadline))
    end_late (g_object_ref (task));
  else
    gw_cloud_client_call_async (g_task_get_source_object (task), GW_CLOUD_ECS, command->region,
                                "DescribeInvocationResults", parameters,
                                gw_cloud_deadline_get_cancellable (command->deadline), on_result,
                                g_object_ref (task));
  return G_SOURCE_REMOVE;
}

/* Takes @task. */
static void
wait_for_result (GTask *task)
{
  Command *command = g_task_get_task_data (task);
  g_autoptr (GSource) timeout = g_timeout_source_new (command->wait);
  g_autoptr (GSource) cancelled
    = g_cancellable_source_new (gw_cloud_deadline_get_cancellable (command->deadline));

  /* Cancelling and the deadline end the wait at once. */
  g_source_set_dummy_callback (cancelled);
  g_source_add_child_source (timeout, cancelled);
  g_task_attach_source (task, timeout, on_waited);
  /* Most commands take a second or two: a person waits for the difference. */
  command->wait = MIN (command->wait * 5 / 4, LONGEST_WAIT);
  g_object_unref (task);
}

static void
on_begun (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Command *command = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = NULL;
  const char *invocation;

  root = gw_cloud_client_call_finish (GW_CLOUD_CLIENT (source), result, &error);
  if (root == NULL)
    {
      if (gw_cloud_deadline_is_over (command->deadline))
        end_late (g_steal_pointer (&task));
      else if (is_network (error) && command->n_tries < 2)
        begin (g_steal_pointer (&task));
      else
        g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  invocation = gw_json_get_string (json_node_get_object (root), "InvokeId", MAX_ID);
  if (invocation == NULL || *invocation == '\0')
    {
      g_autofree char *action = g_strconcat ("ecs:", command->action, NULL);
      const GwCloudErrorDetails details = { .action = action, .region = command->region };

      g_task_return_error (task, gw_cloud_error_new (
        GW_CLOUD_ERROR_ANSWER, &details, _("The cloud’s answer does not say which command was "
                                           "begun. Try again.")));
      return;
    }
  command->invocation = g_strdup (invocation);
  wait_for_result (g_steal_pointer (&task));
}

/* Takes @task. A second time is harmless: the same ClientToken begins nothing twice. */
static void
begin (GTask *task)
{
  Command *command = g_task_get_task_data (task);

  command->n_tries++;
  gw_cloud_client_call_async (g_task_get_source_object (task), GW_CLOUD_ECS, command->region,
                              command->action, (const char *const *) command->parameters->pdata,
                              gw_cloud_deadline_get_cancellable (command->deadline), on_begun,
                              task);
}

static void
add_parameter (GPtrArray  *parameters,
               const char *name,
               char       *value)
{
  g_ptr_array_add (parameters, g_strdup (name));
  g_ptr_array_add (parameters, value);
}

static GPtrArray *
make_parameters (const GwAssistantCommand *what,
                 const char               *instance,
                 guint                     timeout)
{
  GPtrArray *parameters = g_ptr_array_new_with_free_func (g_free);

  if (what->name != NULL)
    {
      add_parameter (parameters, "CommandId", g_strdup (what->name));
    }
  else
    {
      add_parameter (parameters, "Type", g_strdup ("RunShellScript"));
      add_parameter (parameters, "ContentEncoding", g_strdup ("Base64"));
      add_parameter (parameters, "CommandContent",
                     g_base64_encode ((const guchar *) what->script, strlen (what->script)));
    }
  if (what->parameters != NULL)
    add_parameter (parameters, "Parameters", g_strdup (what->parameters));
  add_parameter (parameters, "InstanceId.1", g_strdup (instance));
  add_parameter (parameters, "Timeout", g_strdup_printf ("%u", MAX (timeout, LEAST_TIMEOUT)));
  add_parameter (parameters, "ClientToken", g_uuid_string_random ());
  g_ptr_array_add (parameters, NULL);
  return parameters;
}

void
gw_assistant_command_async (GwCloudClient            *client,
                            const char               *region,
                            const char               *instance,
                            const GwAssistantCommand *command,
                            guint                     timeout,
                            GCancellable             *cancellable,
                            GAsyncReadyCallback       callback,
                            gpointer                  user_data)
{
  Command *self;
  GTask *task;

  g_return_if_fail (GW_IS_CLOUD_CLIENT (client));
  g_return_if_fail (instance != NULL);
  g_return_if_fail ((command->name != NULL) != (command->script != NULL));

  self = g_new0 (Command, 1);
  self->region = g_strdup (region);
  self->instance = g_strdup (instance);
  self->user = g_strdup (command->user);
  self->action = g_strdup (command->name != NULL ? "InvokeCommand" : "RunCommand");
  self->parameters = make_parameters (command, instance, timeout);
  self->deadline = gw_cloud_deadline_new (timeout * 1000, cancellable);
  self->wait = FIRST_WAIT;
  task = g_task_new (client, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_assistant_command_async);
  g_task_set_task_data (task, self, (GDestroyNotify) command_free);
  begin (task);
}

char *
gw_assistant_command_finish (GwCloudClient  *client,
                             GAsyncResult   *result,
                             GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, gw_assistant_command_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
gw_assistant_lacks_command (const GError *error)
{
  static const char *const patterns[] = { "InvalidCmdId*", "InvalidCommandId*",
                                          "Parameter.NotMatched", "Parameter.NotFound" };
  const GwCloudErrorDetails *details = gw_cloud_error_get_details (error);

  for (guint i = 0; details != NULL && details->code != NULL && i < G_N_ELEMENTS (patterns); i++)
    if (g_pattern_match_simple (patterns[i], details->code))
      return TRUE;
  return FALSE;
}
