/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-engine-client.h"

#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "gw-engine-address.h"
#include "gw-engine-prompts.h"
#include "gw-engine-sweep.h"
#include "gw-error.h"
#include "gw-prompt.h"
#include "gw-text.h"

/* The engine's process and the bus to it. The process is reaped by GSubprocess; what it had sent
 * before it died is delivered before the bus reports its end, so “ended” waits for both. */

#define CONTRACT_VERSION 1
#define START_SECONDS 10
#define KILL_SECONDS 2
#define MAX_READY_LINE 512
#define MAX_ERROR_TEXT 2000
#define SESSION_PATH "/org/gangway/Session1"

typedef enum {
  STATE_NEW,
  STATE_STARTING,
  STATE_RUNNING,
  STATE_STOPPING,
  STATE_ENDED,
} State;

struct _GwEngineClient
{
  GObject parent_instance;

  State state;
  GSubprocess *process;
  GPid pid;
  GTask *start;
  GCancellable *starting;
  char ready[MAX_READY_LINE];
  gsize ready_length;
  GDBusConnection *connection;
  GwBusSession1 *session;
  GwBusPrompt1 *prompts;
  guint deadline_id;
  guint kill_id;
};

G_DEFINE_FINAL_TYPE (GwEngineClient, gw_engine_client, G_TYPE_OBJECT)

enum {
  SIGNAL_PROMPT,
  SIGNAL_ENDED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void on_bus_closed (GDBusConnection *connection,
                           gboolean         remote,
                           GError          *error,
                           gpointer         user_data);

GError *
gw_engine_client_read_error (const GError *error)
{
  g_autoptr (GError) copy = g_error_copy (error);
  g_autofree char *text = NULL;

  if (copy->domain == G_IO_ERROR && copy->code != G_IO_ERROR_DBUS_ERROR)
    return NULL;

  g_dbus_error_strip_remote_error (copy);
  text = gw_text_clean_block (copy->message, MAX_ERROR_TEXT);
  return g_error_new_literal (GW_ERROR, copy->domain == GW_ERROR ? copy->code : GW_ERROR_PROTOCOL,
                              text);
}

/* How the process ended; %NULL for success. */
static GError *
describe_exit (GSubprocess *process)
{
  if (g_subprocess_get_if_signaled (process))
    return g_error_new (GW_ERROR, GW_ERROR_ENGINE, _("gangway-session was ended by signal %d (%s)"),
                        g_subprocess_get_term_sig (process),
                        g_strsignal (g_subprocess_get_term_sig (process)));
  if (g_subprocess_get_exit_status (process) != 0)
    return g_error_new (GW_ERROR, GW_ERROR_ENGINE, _("gangway-session ended with status %d"),
                        g_subprocess_get_exit_status (process));
  return NULL;
}

static void
drop_connection (GwEngineClient *self)
{
  if (self->prompts != NULL)
    g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->prompts));
  g_clear_object (&self->prompts);
  if (self->connection != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->connection, on_bus_closed, self);
      g_dbus_connection_close (self->connection, NULL, NULL, NULL);
    }
  g_clear_object (&self->connection);
}

static void
check_ended (GwEngineClient *self)
{
  g_autoptr (GError) error = NULL;

  if (self->state == STATE_ENDED || self->pid != 0 || self->connection != NULL)
    return;

  self->state = STATE_ENDED;
  g_clear_handle_id (&self->kill_id, g_source_remove);
  error = describe_exit (self->process);
  g_signal_emit (self, signals[SIGNAL_ENDED], 0, error);
  /* The reference that spawn() took. */
  g_object_unref (self);
}

static gboolean
on_kill_time (gpointer user_data)
{
  GwEngineClient *self = user_data;

  self->kill_id = 0;
  if (self->pid != 0)
    g_subprocess_force_exit (self->process);
  else
    {
      drop_connection (self);
      check_ended (self);
    }
  return G_SOURCE_REMOVE;
}

static void
kill_soon (GwEngineClient *self)
{
  if (self->kill_id == 0)
    self->kill_id = g_timeout_add_seconds (KILL_SECONDS, on_kill_time, self);
}

static void
on_bus_closed (GDBusConnection *connection,
               gboolean         remote,
               GError          *error,
               gpointer         user_data)
{
  GwEngineClient *self = user_data;

  g_assert (GW_IS_ENGINE_CLIENT (self));

  drop_connection (self);
  if (self->pid != 0)
    kill_soon (self);
  check_ended (self);
}

/* Takes @error. */
static void
fail_start (GwEngineClient *self,
            GError         *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->start);

  if (task == NULL)
    {
      g_error_free (error);
      return;
    }
  self->state = STATE_STOPPING;
  g_clear_handle_id (&self->deadline_id, g_source_remove);
  g_cancellable_cancel (self->starting);
  drop_connection (self);
  if (self->pid != 0)
    g_subprocess_force_exit (self->process);
  g_task_return_error (task, error);
}

/* For the failures of single steps, which cancelling the start causes too. */
static void
fail_step (GwEngineClient *self,
           const GError   *cause)
{
  if (self->start != NULL)
    fail_start (self, g_error_new (GW_ERROR, GW_ERROR_ENGINE,
                                   _("gangway-session does not answer: %s"), cause->message));
}

static gboolean
on_start_deadline (gpointer user_data)
{
  GwEngineClient *self = user_data;

  self->deadline_id = 0;
  fail_start (self, g_error_new (GW_ERROR, GW_ERROR_ENGINE,
                                 _("gangway-session did not answer within %d seconds"),
                                 START_SECONDS));
  return G_SOURCE_REMOVE;
}

static void
on_exited (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GwEngineClient) self = user_data;

  g_subprocess_wait_finish (self->process, result, NULL);
  self->pid = 0;
  g_clear_handle_id (&self->kill_id, g_source_remove);
  if (self->start != NULL)
    {
      GError *error = describe_exit (self->process);

      if (error == NULL)
        error = g_error_new_literal (GW_ERROR, GW_ERROR_ENGINE,
                                     _("gangway-session ended before it was ready"));
      fail_start (self, error);
    }
  /* The kernel has closed its end; should the bus not notice, it is not waited for. */
  if (self->connection != NULL)
    kill_soon (self);
  check_ended (self);
}

static void
on_attached (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GwEngineClient) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) reason = NULL;
  g_autoptr (GTask) task = NULL;
  guint version = 0;

  if (!gw_bus_session1_call_attach_finish (self->session, &version, result, &error))
    {
      reason = gw_engine_client_read_error (error);
      if (self->start != NULL && reason != NULL)
        fail_start (self, g_steal_pointer (&reason));
      /* Else the bus broke: the exit of the process, or the deadline, says why. */
      return;
    }
  if (version != CONTRACT_VERSION)
    {
      fail_start (self, g_error_new (GW_ERROR, GW_ERROR_PROTOCOL,
                                     _("gangway-session speaks version %u of the contract, "
                                       "this program version %d"), version, CONTRACT_VERSION));
      return;
    }
  task = g_steal_pointer (&self->start);
  if (task == NULL)
    return;
  g_clear_handle_id (&self->deadline_id, g_source_remove);
  self->state = STATE_RUNNING;
  g_task_return_boolean (task, TRUE);
}

static void
on_proxy_ready (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GwEngineClient) self = user_data;
  g_autoptr (GError) error = NULL;

  self->session = gw_bus_session1_proxy_new_finish (result, &error);
  if (self->session == NULL)
    {
      fail_step (self, error);
      return;
    }
  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (self->session), G_MAXINT);
  gw_bus_session1_call_attach (self->session, CONTRACT_VERSION, self->starting, on_attached,
                               g_object_ref (self));
}

static void
on_connected (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GwEngineClient) self = user_data;
  g_autoptr (GDBusConnection) connection = NULL;
  g_autoptr (GError) error = NULL;

  connection = g_dbus_connection_new_for_address_finish (result, &error);
  if (connection == NULL || self->start == NULL)
    {
      if (connection == NULL)
        fail_step (self, error);
      return;
    }
  self->connection = g_steal_pointer (&connection);
  g_signal_connect (self->connection, "closed", G_CALLBACK (on_bus_closed), self);

  self->prompts = gw_engine_prompts_export (self, self->connection, &error);
  if (self->prompts == NULL)
    {
      fail_step (self, error);
      return;
    }
  g_dbus_connection_start_message_processing (self->connection);
  gw_bus_session1_proxy_new (self->connection, G_DBUS_PROXY_FLAGS_NONE, NULL, SESSION_PATH,
                             self->starting, on_proxy_ready, g_object_ref (self));
}

static void
dial (GwEngineClient *self,
      const char     *line)
{
  g_autoptr (GError) error = NULL;

  if (!g_str_has_prefix (line, "ready ") ||
      !gw_engine_check_address (line + strlen ("ready "), &error))
    {
      g_autofree char *text = gw_text_clean_line (line, 100);

      fail_start (self, g_error_new (GW_ERROR, GW_ERROR_PROTOCOL,
                                     _("gangway-session said “%s”, which makes no sense"), text));
      return;
    }
  g_dbus_connection_new_for_address (line + strlen ("ready "),
                                     G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                     G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
                                     NULL, self->starting, on_connected, g_object_ref (self));
}

static void read_ready (GwEngineClient *self);

static void
on_ready_read (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GwEngineClient) self = user_data;
  g_autoptr (GError) error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);
  char *end;

  if (self->start == NULL || n == 0)
    return; /* at the end of the stream the exit of the process says more */
  if (n < 0)
    {
      fail_step (self, error);
      return;
    }
  self->ready_length += (gsize) n;
  end = memchr (self->ready, '\n', self->ready_length);
  if (end == NULL && self->ready_length < sizeof self->ready - 1)
    {
      read_ready (self);
      return;
    }
  *(end != NULL ? end : self->ready + self->ready_length) = '\0';
  g_input_stream_close_async (G_INPUT_STREAM (source), G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  dial (self, self->ready);
}

static void
read_ready (GwEngineClient *self)
{
  g_input_stream_read_async (g_subprocess_get_stdout_pipe (self->process),
                             self->ready + self->ready_length,
                             sizeof self->ready - 1 - self->ready_length, G_PRIORITY_DEFAULT,
                             self->starting, on_ready_read, g_object_ref (self));
}

/* A session of its own: Ctrl+C at the window's terminal must not end the connections. */
static void
set_up_child (gpointer unused)
{
  setsid ();
}

static gboolean
spawn (GwEngineClient  *self,
       GError         **error)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  const char *path = g_getenv ("GANGWAY_ENGINE");
  const char *pid;

  if (path == NULL || *path == '\0')
    path = GW_LIBEXEC_DIR "/gangway-session";
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_subprocess_launcher_set_child_setup (launcher, set_up_child, NULL, NULL);
  self->process = g_subprocess_launcher_spawn (launcher, error, path, NULL);
  if (self->process == NULL)
    return FALSE;
  /* NULL where it has ended already, and GLib has reaped it. */
  pid = g_subprocess_get_identifier (self->process);
  self->pid = pid != NULL ? atoi (pid) : 0;
  g_object_ref (self);
  g_subprocess_wait_async (self->process, NULL, on_exited, g_object_ref (self));
  return TRUE;
}

static void
gw_engine_client_dispose (GObject *object)
{
  GwEngineClient *self = GW_ENGINE_CLIENT (object);

  g_clear_handle_id (&self->deadline_id, g_source_remove);
  g_clear_handle_id (&self->kill_id, g_source_remove);
  drop_connection (self);
  g_clear_object (&self->session);
  g_clear_object (&self->process);
  g_clear_object (&self->starting);
  G_OBJECT_CLASS (gw_engine_client_parent_class)->dispose (object);
}

static void
gw_engine_client_class_init (GwEngineClientClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = gw_engine_client_dispose;

  /* Registers the names of our errors with GDBus before the first one can arrive. */
  gw_error_quark ();

  signals[SIGNAL_PROMPT] = g_signal_new ("prompt", GW_TYPE_ENGINE_CLIENT, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, GW_TYPE_PROMPT);
  signals[SIGNAL_ENDED] = g_signal_new ("ended", GW_TYPE_ENGINE_CLIENT, G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
gw_engine_client_init (GwEngineClient *self)
{
  self->starting = g_cancellable_new ();
}

GwEngineClient *
gw_engine_client_new (void)
{
  return g_object_new (GW_TYPE_ENGINE_CLIENT, NULL);
}

void
gw_engine_client_start (GwEngineClient      *self,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  GError *error = NULL;

  g_return_if_fail (GW_IS_ENGINE_CLIENT (self));
  g_return_if_fail (self->state == STATE_NEW);

  gw_engine_sweep_once ();
  self->state = STATE_STARTING;
  self->start = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (self->start, gw_engine_client_start);
  if (!spawn (self, &error))
    {
      g_autoptr (GError) cause = error;

      fail_start (self, g_error_new (GW_ERROR, GW_ERROR_ENGINE,
                                     _("gangway-session cannot be started: %s"), cause->message));
      return;
    }
  self->deadline_id = g_timeout_add_seconds (START_SECONDS, on_start_deadline, self);
  read_ready (self);
}

gboolean
gw_engine_client_start_finish (GwEngineClient  *self,
                               GAsyncResult    *result,
                               GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

GwBusSession1 *
gw_engine_client_get_session (GwEngineClient *self)
{
  g_return_val_if_fail (GW_IS_ENGINE_CLIENT (self), NULL);

  return self->session;
}

GPid
gw_engine_client_get_pid (GwEngineClient *self)
{
  g_return_val_if_fail (GW_IS_ENGINE_CLIENT (self), 0);

  return self->pid;
}

void
gw_engine_client_stop (GwEngineClient *self)
{
  g_return_if_fail (GW_IS_ENGINE_CLIENT (self));

  if (self->state == STATE_STARTING)
    fail_start (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Cancelled")));
  if (self->state != STATE_RUNNING)
    return;

  self->state = STATE_STOPPING;
  if (self->connection != NULL)
    gw_bus_session1_call_disconnect (self->session, NULL, NULL, NULL);
  kill_soon (self);
}
