/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Engine"

#include "gw-terminal-channel-private.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gw-text.h"

#define MAX_SIGNAL_NAME 64

G_DEFINE_FINAL_TYPE (GwTerminalChannel, gw_terminal_channel, G_TYPE_OBJECT)

enum {
  SIGNAL_CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* What libssh says. Called from inside of it: only notes things down. */

static void
on_exit_status (ssh_session session,
                ssh_channel channel,
                int         status,
                void       *user_data)
{
  GwTerminalChannel *self = user_data;

  self->end = END_EXIT;
  self->exit_status = status;
}

static void
on_exit_signal (ssh_session  session,
                ssh_channel  channel,
                const char  *name,
                int          core,
                const char  *message,
                const char  *lang,
                void        *user_data)
{
  GwTerminalChannel *self = user_data;

  self->end = END_SIGNAL;
  g_free (self->signal_name);
  self->signal_name = gw_text_clean_line (name, MAX_SIGNAL_NAME);
}

static void
on_remote_close (ssh_session session,
                 ssh_channel channel,
                 void       *user_data)
{
  GwTerminalChannel *self = user_data;

  if (self->state == STATE_OPEN)
    self->state = STATE_ENDING;
  gw_ssh_link_poke (self->link);
}

/* Looking at one channel can bring what belongs to another: whoever gets something has to be
 * looked at again. */
static int
on_data (ssh_session  session,
         ssh_channel  channel,
         void        *data,
         uint32_t     length,
         int          is_stderr,
         void        *user_data)
{
  gw_ssh_link_poke (GW_TERMINAL_CHANNEL (user_data)->link);
  return 0; /* it stays in libssh */
}

static int
on_room (ssh_session session,
         ssh_channel channel,
         uint32_t    bytes,
         void       *user_data)
{
  gw_ssh_link_poke (GW_TERMINAL_CHANNEL (user_data)->link);
  return 0;
}

/* Opening */

static int
step_request (GwTerminalChannel *self)
{
  switch (self->state)
    {
    case STATE_CHANNEL:
      return ssh_channel_open_session (self->channel);
    case STATE_LANG:
      /* A server may refuse it: OpenSSH does, unless AcceptEnv lists it. */
      return self->lang == NULL ||
             ssh_channel_request_env (self->channel, "LANG", self->lang) != SSH_AGAIN
               ? SSH_OK : SSH_AGAIN;
    case STATE_PTY:
      return ssh_channel_request_pty_size (self->channel, self->term, self->columns, self->rows);
    case STATE_SHELL:
      return ssh_channel_request_shell (self->channel);
    case STATE_OPEN:
    case STATE_ENDING:
    case STATE_CLOSED:
    default:
      g_return_val_if_reached (SSH_ERROR);
    }
}

static gboolean
step_open (ssh_session session,
           gpointer    data)
{
  GwTerminalChannel *self = data;
  const int one = 1;

  while (self->state < STATE_OPEN)
    {
      int rc = step_request (self);

      if (rc == SSH_AGAIN)
        {
          /* OpenSSH sends its host keys right after the login, and Nagle holds back the answer to
           * this until they are acknowledged: 40 ms. Sending resets the flag. */
          setsockopt (ssh_get_fd (session), IPPROTO_TCP, TCP_QUICKACK, &one, sizeof one);
          return ssh_channel_is_closed (self->channel) && self->state > STATE_CHANNEL;
        }
      if (rc != SSH_OK)
        return TRUE;
      self->state++;
    }
  return TRUE;
}

static GError *
make_refusal (GwTerminalChannel *self)
{
  g_autofree char *words = gw_ssh_link_get_words (self->link);

  if (self->state == STATE_CHANNEL)
    return g_error_new (GW_ERROR, GW_ERROR_CHANNEL_REFUSED, _("The server opens no channel: %s"),
                        words);
  if (self->state == STATE_PTY)
    return g_error_new (GW_ERROR, GW_ERROR_CHANNEL_REFUSED, _("The server gives no terminal: %s"),
                        words);
  return g_error_new (GW_ERROR, GW_ERROR_CHANNEL_REFUSED, _("The server starts no shell: %s"),
                      words);
}

static void
on_opened (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwTerminalChannel *self = g_task_get_task_data (task);
  GError *error = NULL;
  int fds[2];

  if (!gw_ssh_link_run_finish (self->link, result, &error))
    g_task_return_error (task, error);
  else if (self->state != STATE_OPEN && !gw_ssh_link_is_alive (self->link))
    g_task_return_error (task, gw_ssh_link_get_loss (self->link));
  else if (self->state != STATE_OPEN)
    g_task_return_error (task, make_refusal (self));
  else if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) < 0)
    g_task_return_new_error (task, GW_ERROR, GW_ERROR_FAILED, "%s", g_strerror (errno));
  else
    {
      self->fd = fds[0];
      self->window_fd = fds[1];
      if (ssh_channel_is_closed (self->channel))
        self->state = STATE_ENDING;
      gw_terminal_pump_start (self);
      g_task_return_pointer (task, g_object_ref (self), g_object_unref);
    }
  if (self->fd < 0)
    gw_terminal_channel_drop (self);
}

void
gw_terminal_channel_open_async (GwSshLink           *link,
                                guint                columns,
                                guint                rows,
                                const char          *term,
                                const char          *lang,
                                guint                timeout,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  GwTerminalChannel *self = g_object_new (GW_TYPE_TERMINAL_CHANNEL, NULL);

  g_task_set_source_tag (task, gw_terminal_channel_open_async);
  g_task_set_task_data (task, self, g_object_unref);
  self->link = g_object_ref (link);
  self->columns = columns;
  self->rows = rows;
  self->term = g_strdup (term);
  self->lang = g_strdup (lang);
  self->channel = ssh_channel_new (gw_ssh_link_get_session (link));
  self->callbacks.userdata = self;
  self->callbacks.channel_exit_status_function = on_exit_status;
  self->callbacks.channel_exit_signal_function = on_exit_signal;
  self->callbacks.channel_close_function = on_remote_close;
  self->callbacks.channel_data_function = on_data;
  self->callbacks.channel_write_wontblock_function = on_room;
  ssh_callbacks_init (&self->callbacks);
  if (self->channel == NULL ||
      ssh_set_channel_callbacks (self->channel, &self->callbacks) != SSH_OK)
    {
      g_task_return_new_error (task, GW_ERROR, GW_ERROR_FAILED, "%s", g_strerror (ENOMEM));
      g_object_unref (task);
      return;
    }
  gw_ssh_link_run_async (link, step_open, self, timeout, on_opened, task);
}

GwTerminalChannel *
gw_terminal_channel_open_finish (GAsyncResult  *result,
                                 int           *window_fd,
                                 GError       **error)
{
  GwTerminalChannel *self;

  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  self = g_task_propagate_pointer (G_TASK (result), error);
  if (self != NULL)
    {
      *window_fd = self->window_fd;
      self->window_fd = -1;
    }
  return self;
}

void
gw_terminal_channel_resize (GwTerminalChannel *self,
                            guint              columns,
                            guint              rows)
{
  g_return_if_fail (GW_IS_TERMINAL_CHANNEL (self));

  if (self->state == STATE_OPEN)
    ssh_channel_change_pty_size (self->channel, columns, rows);
}

void
gw_terminal_channel_drop (GwTerminalChannel *self)
{
  g_return_if_fail (GW_IS_TERMINAL_CHANNEL (self));

  if (self->channel == NULL)
    return;
  /* libssh keeps a freed channel until the server has closed it too. */
  ssh_remove_channel_callbacks (self->channel, &self->callbacks);
  memset (&self->callbacks, 0, sizeof self->callbacks);
  g_clear_pointer (&self->channel, ssh_channel_free);
}

void
gw_terminal_channel_close (GwTerminalChannel *self)
{
  g_return_if_fail (GW_IS_TERMINAL_CHANNEL (self));

  if (self->state != STATE_OPEN && self->state != STATE_ENDING)
    return;
  if (self->writable != NULL)
    gw_ssh_link_release (self->link);
  /* The first call ends with SSH_AGAIN when the end of file is not through yet, and has not sent
   * the close then. */
  if (self->channel != NULL && ssh_channel_close (self->channel) == SSH_AGAIN)
    ssh_channel_close (self->channel);
  gw_terminal_channel_drop (self);
  gw_terminal_channel_finish (self);
}

void
gw_terminal_channel_lose (GwTerminalChannel *self)
{
  g_return_if_fail (GW_IS_TERMINAL_CHANNEL (self));

  if (self->state == STATE_OPEN)
    {
      self->state = STATE_ENDING;
      if (self->end == END_CLOSED)
        self->end = END_LOST;
    }
  gw_terminal_channel_drop (self);
  gw_terminal_pump_output (self);
}

void
gw_terminal_channel_finish (GwTerminalChannel *self)
{
  self->state = STATE_CLOSED;
  gw_terminal_pump_stop (self);
  close (self->fd);
  self->fd = -1;
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0);
}

const char *
gw_terminal_channel_get_end (GwTerminalChannel  *self,
                             guint              *exit_status,
                             const char        **signal_name)
{
  static const char *const ends[] = { "closed", "exit", "signal", "lost" };

  g_return_val_if_fail (GW_IS_TERMINAL_CHANNEL (self), NULL);

  *exit_status = self->end == END_EXIT ? self->exit_status : 0;
  *signal_name = self->end == END_SIGNAL ? self->signal_name : "";
  return ends[self->end];
}

static void
gw_terminal_channel_finalize (GObject *object)
{
  GwTerminalChannel *self = GW_TERMINAL_CHANNEL (object);

  gw_terminal_pump_stop (self);
  gw_terminal_channel_drop (self);
  if (self->fd >= 0)
    close (self->fd);
  if (self->window_fd >= 0)
    close (self->window_fd);
  g_clear_object (&self->link);
  g_free (self->term);
  g_free (self->lang);
  g_free (self->output);
  g_free (self->signal_name);
  explicit_bzero (self->input, sizeof self->input);
  G_OBJECT_CLASS (gw_terminal_channel_parent_class)->finalize (object);
}

static void
gw_terminal_channel_class_init (GwTerminalChannelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gw_terminal_channel_finalize;

  signals[SIGNAL_CLOSED] = g_signal_new ("closed", GW_TYPE_TERMINAL_CHANNEL, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
gw_terminal_channel_init (GwTerminalChannel *self)
{
  self->fd = self->window_fd = -1;
}
