/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-cli-private.h"

#include "gw-cloud-error.h"
#include "gw-json.h"

#include <glib/gi18n.h>
#include <signal.h>
#include <unistd.h>

/* The mode External: a command of the user's prints an AccessKey as JSON. */

#define MAX_OUTPUT (64 * 1024)

static const GwCliKeyMembers plain_members = {
  "access_key_id", "access_key_secret", NULL, "expiration",
};
static const GwCliKeyMembers token_members = {
  "access_key_id", "access_key_secret", "sts_token", "expiration",
};

typedef struct {
  GSubprocess *process;
  char *output;
  gsize length;
} Command;

static void
command_free (gpointer data)
{
  Command *command = data;

  g_clear_object (&command->process);
  g_free (command->output);
  g_free (command);
}

/* In the child: a group of its own, so that what it starts can be ended with it. */
static void
make_group (gpointer unused)
{
  setpgid (0, 0);
}

static void
kill_group (GSubprocess *process)
{
  const char *pid = g_subprocess_get_identifier (process);

  if (pid != NULL)
    kill (-(pid_t) g_ascii_strtoll (pid, NULL, 10), SIGKILL);
  g_subprocess_force_exit (process);
}

static void
return_no_key (GTask      *task,
               const char *text)
{
  g_task_return_new_error (task, GW_CLOUD_ERROR, GW_CLOUD_ERROR_NO_KEY, "%s", text);
}

static GwAccessKey *
read_output (const char *output,
             gsize       length)
{
  g_autoptr (JsonNode) root = gw_json_parse (output, (gssize) length, MAX_OUTPUT, NULL);
  JsonObject *object;
  GwCliMode mode;

  if (root == NULL)
    return NULL;
  object = json_node_get_object (root);
  mode = gw_cli_mode_read (object);
  if (mode == GW_CLI_AK)
    return gw_cli_read_key (object, &plain_members);
  if (mode == GW_CLI_STS_TOKEN && gw_cli_get_text (object, "sts_token") != NULL)
    return gw_cli_read_key (object, &token_members);
  return NULL;
}

static void
on_exited (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  Command *command = g_task_get_task_data (task);
  GwAccessKey *key;

  if (!g_subprocess_wait_finish (command->process, result, &error))
    {
      kill_group (command->process);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (!g_subprocess_get_successful (command->process))
    {
      return_no_key (task, _("The command of this profile of the aliyun CLI failed. Run it in a "
                             "terminal to see why."));
      return;
    }
  key = read_output (command->output, command->length);
  if (key != NULL)
    g_task_return_pointer (task, key, (GDestroyNotify) gw_access_key_unref);
  else
    return_no_key (task, _("The command of this profile of the aliyun CLI did not print an "
                           "AccessKey."));
}

static void
on_read (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  Command *command = g_task_get_task_data (task);

  if (!g_input_stream_read_all_finish (G_INPUT_STREAM (object), result, &command->length, &error))
    {
      kill_group (command->process);
      g_task_return_error (task, g_steal_pointer (&error));
    }
  else if (command->length > MAX_OUTPUT)
    {
      kill_group (command->process);
      return_no_key (task, _("The command of this profile of the aliyun CLI printed far more than "
                             "an AccessKey."));
    }
  else
    g_subprocess_wait_async (command->process, g_task_get_cancellable (task), on_exited,
                             g_object_ref (task));
}

void
gw_cli_command_async (const char          *text,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_auto (GStrv) argv = NULL;
  Command *command = g_new0 (Command, 1);

  g_task_set_source_tag (task, gw_cli_command_async);
  g_task_set_task_data (task, command, command_free);
  if (!g_shell_parse_argv (text, NULL, &argv, NULL))
    {
      return_no_key (task, _("The command of this profile of the aliyun CLI is not quoted "
                             "correctly."));
      return;
    }

  /* The standard input is /dev/null unless told otherwise. What it says of errors may be secret. */
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                        | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_subprocess_launcher_set_child_setup (launcher, make_group, NULL, NULL);
  if (*argv[0] != '\0')
    command->process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv, NULL);
  if (command->process == NULL)
    {
      /* The system's reason would name the command, which may have a secret in it. */
      return_no_key (task, _("The command of this profile of the aliyun CLI could not be "
                             "started."));
      return;
    }
  command->output = g_malloc (MAX_OUTPUT + 1);
  g_input_stream_read_all_async (g_subprocess_get_stdout_pipe (command->process), command->output,
                                 MAX_OUTPUT + 1, G_PRIORITY_DEFAULT, cancellable, on_read,
                                 g_object_ref (task));
}

GwAccessKey *
gw_cli_command_finish (GAsyncResult  *result,
                       GError       **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, gw_cli_command_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
