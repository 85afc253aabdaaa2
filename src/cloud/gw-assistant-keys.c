/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-assistant-private.h"

#include "gw-endpoint.h"

#include <glib/gi18n.h>
#include <string.h>

#define COMMENT "gangway"
#define MAX_KEY 2048

/* In this order until one works. The documents have the public commands' names without “cmd-”, the
 * vendor's CLI has them with that; to enable keys it runs the script. */
static const GwAssistantCommand enable_steps[] = {
  { .name = "ACS-ECS-EnableSshPublicKey-linux.sh" },
  { .name = "cmd-ACS-ECS-EnableSshPublicKey-linux.sh" },
  { .script = "acs-plugin-manager -e -P config_ecs_instance_connect --params --install" },
};
static const GwAssistantCommand send_steps[] = {
  { .name = "ACS-ECS-SendSshPublicKey-linux.sh" },
  { .name = "cmd-ACS-ECS-SendSshPublicKey-linux.sh" },
};

/* Commands of which the next is tried where one is not there. */
typedef struct
{
  char *region;
  char *instance;
  char *user;       /* nullable */
  char *parameters; /* nullable */
  const GwAssistantCommand *steps;
  guint n_steps;
  guint step;
  gint64 end;       /* g_get_monotonic_time() */
  GError *error;    /* of the step that said most of why; nullable */
} Work;

static void try_step (GTask *task);

static void
work_free (Work *work)
{
  g_free (work->region);
  g_free (work->instance);
  g_free (work->user);
  g_free (work->parameters);
  g_clear_error (&work->error);
  g_free (work);
}

/* The step after the one that failed with @error; n_steps where there is none. */
static guint
find_next (const Work   *work,
           const GError *error)
{
  guint next = work->step + 1;

  if (gw_assistant_lacks_command (error))
    return next;
  if (!g_error_matches (error, GW_ERROR, GW_ERROR_ASSISTANT_FAILED))
    return work->n_steps;
  /* It ran: its other name would do the same, only a script would not. */
  while (next < work->n_steps && work->steps[next].script == NULL)
    next++;
  return next;
}

/* That there is no such command says little, above all of another name for it; that its parameters
 * do not fit says a bit more. */
static guint
rate (const GError *error)
{
  const GwCloudErrorDetails *details = gw_cloud_error_get_details (error);

  if (!gw_assistant_lacks_command (error))
    return 2;
  return g_str_has_prefix (details->code, "Parameter.") ? 1 : 0;
}

/* Takes @error. */
static void
keep_error (Work   *work,
            GError *error)
{
  if (work->error != NULL && rate (error) < 2 && rate (error) <= rate (work->error))
    {
      g_error_free (error);
      return;
    }
  g_clear_error (&work->error);
  work->error = error;
}

static void
on_step_done (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Work *work = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;

  output = gw_assistant_command_finish (GW_CLOUD_CLIENT (source), result, &error);
  if (output != NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  work->step = find_next (work, error);
  if (work->step < work->n_steps && g_get_monotonic_time () < work->end)
    {
      g_debug ("Going on with another command: %s", error->message);
      keep_error (work, g_steal_pointer (&error));
      try_step (g_steal_pointer (&task));
      return;
    }
  keep_error (work, g_steal_pointer (&error));
  g_task_return_error (task, g_steal_pointer (&work->error));
}

/* Takes @task. */
static void
try_step (GTask *task)
{
  Work *work = g_task_get_task_data (task);
  GwAssistantCommand command = work->steps[work->step];
  gint64 rest = (work->end - g_get_monotonic_time () + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;

  command.user = work->user;
  command.parameters = work->parameters;
  gw_assistant_command_async (g_task_get_source_object (task), work->region, work->instance,
                              &command, (guint) MAX (rest, 1), g_task_get_cancellable (task),
                              on_step_done, task);
}

static Work *
work_new (const char               *region,
          const char               *instance,
          const GwAssistantCommand *steps,
          guint                     n_steps,
          guint                     timeout)
{
  Work *work = g_new0 (Work, 1);

  work->region = g_strdup (region);
  work->instance = g_strdup (instance);
  work->steps = steps;
  work->n_steps = n_steps;
  work->end = g_get_monotonic_time () + (gint64) timeout * G_USEC_PER_SEC;
  return work;
}

void
gw_assistant_enable_async (GwCloudClient       *client,
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
  g_task_set_source_tag (task, gw_assistant_enable_async);
  g_task_set_task_data (task,
                        work_new (region, instance, enable_steps, G_N_ELEMENTS (enable_steps),
                                  GW_ASSISTANT_ENABLE_TIMEOUT), (GDestroyNotify) work_free);
  try_step (task);
}

gboolean
gw_assistant_enable_finish (GwCloudClient  *client,
                            GAsyncResult   *result,
                            GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, gw_assistant_enable_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Narrower than what is a user name for ssh, which may have spaces inside: what the vendor's
 * command does with it in its shell is not ours to see. */
static gboolean
check_user (const char  *user,
            GError     **error)
{
  if (!gw_user_validate (user, error))
    return FALSE;
  if (!g_regex_match_simple ("^[A-Za-z0-9_.@+-]+\\z", user, G_REGEX_RAW, 0))
    {
      g_set_error (error, GW_ERROR, GW_ERROR_INVALID_USER,
                   _("A one-minute key cannot be sent for the user name “%s”: only letters, digits "
                     "and _ . @ + - may be in it. Choose another way to log in."), user);
      return FALSE;
    }
  return TRUE;
}

/* "TYPE BASE64" and nothing else: the command hands it to a shell. */
static gboolean
check_key (const char  *key,
           GError     **error)
{
  if (strlen (key) > MAX_KEY
      || !g_regex_match_simple ("^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) "
                                "[A-Za-z0-9+/]+={0,2}\\z", key, G_REGEX_RAW, 0))
    {
      g_set_error_literal (error, GW_ERROR, GW_ERROR_KEY_NOT_A_KEY,
                           _("This is not a public key that can be sent."));
      return FALSE;
    }
  return TRUE;
}

static char *
make_key_parameters (const char *user,
                     const char *key)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *line = g_strconcat (key, " " COMMENT, NULL);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "username");
  json_builder_add_string_value (builder, user);
  json_builder_set_member_name (builder, "sshPublicKey");
  json_builder_add_string_value (builder, line);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

void
gw_assistant_send_key_async (GwCloudClient       *client,
                             const char          *region,
                             const char          *instance,
                             const char          *user,
                             const char          *public_key,
                             guint                timeout,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  Work *work;

  g_return_if_fail (GW_IS_CLOUD_CLIENT (client));
  g_return_if_fail (instance != NULL && user != NULL && public_key != NULL);

  task = g_task_new (client, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_assistant_send_key_async);
  if (!check_user (user, &error) || !check_key (public_key, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  work = work_new (region, instance, send_steps, G_N_ELEMENTS (send_steps),
                   CLAMP (timeout, 1, GW_ASSISTANT_TIMEOUT));
  work->user = g_strdup (user);
  work->parameters = make_key_parameters (user, public_key);
  g_task_set_task_data (task, work, (GDestroyNotify) work_free);
  try_step (g_steal_pointer (&task));
}

gboolean
gw_assistant_send_key_finish (GwCloudClient  *client,
                              GAsyncResult   *result,
                              GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, gw_assistant_send_key_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_script_done (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  char *output = gw_assistant_command_finish (GW_CLOUD_CLIENT (source), result, &error);

  if (output != NULL)
    g_task_return_pointer (task, output, g_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
gw_assistant_run_async (GwCloudClient       *client,
                        const char          *region,
                        const char          *instance,
                        const char          *script,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  const GwAssistantCommand command = { .script = script };
  GTask *task;

  g_return_if_fail (GW_IS_CLOUD_CLIENT (client));
  g_return_if_fail (instance != NULL && script != NULL);

  task = g_task_new (client, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_assistant_run_async);
  gw_assistant_command_async (client, region, instance, &command, GW_ASSISTANT_TIMEOUT,
                              cancellable, on_script_done, task);
}

char *
gw_assistant_run_finish (GwCloudClient  *client,
                         GAsyncResult   *result,
                         GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, gw_assistant_run_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
