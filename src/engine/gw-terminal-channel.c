/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Engine"

#include "gw-terminal-channel.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <libssh/callbacks.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gw-text.h"

#define OUTPUT_SIZE (32 * 1024)
#define INPUT_SIZE (8 * 1024)
/* How much goes through in one turn of the main loop before keys and calls get their chance. */
#define TURN_BUDGET (256 * 1024)
/* libssh takes in what a server sends beyond the window that it was given; this is three times as
 * much as it ever grants. */
#define MAX_BUFFERED (4 * 1024 * 1024)
#define MAX_SIGNAL_NAME 64

/* What it waits for. The order is the order in time. */
typedef enum {
  STATE_CHANNEL,
  STATE_LANG,
  STATE_PTY,
  STATE_SHELL,
  STATE_OPEN,
  STATE_ENDING, /* the server or the connection is through with it, output may be left */
  STATE_CLOSED,
} State;

typedef enum {
  END_CLOSED,
  END_EXIT,
  END_SIGNAL,
  END_LOST,
} End;

struct _GwTerminalChannel {
  GObject parent_instance;

  GwSshLink   *link;
  ssh_channel  channel;
  struct ssh_channel_callbacks_struct callbacks;
  State        state;
  guint        columns, rows;
  char        *term, *lang;

  int          fd, window_fd;
  GSource     *readable, *writable; /* NULL while not waited for */
  gboolean     deaf;                /* the window has closed its end */
  guint8      *output;
  gsize        output_size, output_pos, output_len;
  guint8       input[INPUT_SIZE];
  gsize        input_pos, input_len;

  End          end;
  guint        exit_status;
  char        *signal_name;
};

G_DEFINE_FINAL_TYPE (GwTerminalChannel, gw_terminal_channel, G_TYPE_OBJECT)

enum {
  SIGNAL_CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void pump_output (GwTerminalChannel *self);
static void pump_input  (GwTerminalChannel *self);

/* Waiting for the socket */

static void
stop_waiting (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
wait_for (GwTerminalChannel  *self,
          GSource           **source,
          GIOCondition        condition,
          GUnixFDSourceFunc   callback)
{
  if (*source != NULL)
    return;
  *source = g_unix_fd_source_new (self->fd, condition);
  g_source_set_callback (*source, G_SOURCE_FUNC (callback), self, NULL);
  g_source_attach (*source, NULL);
}

static gboolean
on_writable (int          fd,
             GIOCondition condition,
             gpointer     user_data)
{
  g_autoptr (GwTerminalChannel) self = g_object_ref (GW_TERMINAL_CHANNEL (user_data));

  pump_output (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_readable (int          fd,
             GIOCondition condition,
             gpointer     user_data)
{
  GwTerminalChannel *self = GW_TERMINAL_CHANNEL (user_data);
  gssize n = recv (self->fd, self->input, sizeof self->input, MSG_DONTWAIT);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  stop_waiting (&self->readable);
  /* A window that closes its end (it crashed) ends no shell. */
  if (n <= 0)
    return G_SOURCE_REMOVE;
  self->input_pos = 0;
  self->input_len = n;
  pump_input (self);
  return G_SOURCE_REMOVE;
}

/* What is typed */

static void
pump_input (GwTerminalChannel *self)
{
  if (self->state != STATE_OPEN || self->readable != NULL)
    return;
  while (self->input_pos < self->input_len)
    {
      gsize left = self->input_len - self->input_pos;
      guint32 window = ssh_channel_window_size (self->channel);
      int n;

      /* Both open up with `activity`. */
      if (window == 0 ||
          (ssh_get_poll_flags (gw_ssh_link_get_session (self->link)) & SSH_WRITE_PENDING) != 0)
        return;
      n = ssh_channel_write (self->channel, self->input + self->input_pos, MIN (left, window));
      if (n == 0)
        return;
      self->input_pos = n < 0 ? self->input_len : self->input_pos + n;
    }
  /* Passwords are typed in shells too. */
  explicit_bzero (self->input, self->input_len);
  self->input_pos = self->input_len = 0;
  wait_for (self, &self->readable, G_IO_IN, on_readable);
}

/* What is shown */

static void
finish (GwTerminalChannel *self)
{
  self->state = STATE_CLOSED;
  stop_waiting (&self->readable);
  stop_waiting (&self->writable);
  g_signal_handlers_disconnect_by_data (self->link, self);
  close (self->fd);
  self->fd = -1;
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0);
}

static void
set_output_size (GwTerminalChannel *self,
                 gsize              size)
{
  if (size == self->output_size)
    return;
  g_free (self->output);
  self->output = g_malloc (size);
  self->output_size = size;
}

/* TRUE when the window has got everything that was read. */
static gboolean
flush_output (GwTerminalChannel *self)
{
  while (self->output_pos < self->output_len && !self->deaf)
    {
      gssize n = send (self->fd, self->output + self->output_pos,
                       self->output_len - self->output_pos, MSG_NOSIGNAL | MSG_DONTWAIT);

      if (n >= 0)
        self->output_pos += n;
      else if (errno == EAGAIN)
        return FALSE;
      else if (errno != EINTR)
        self->deaf = TRUE;
    }
  self->output_pos = self->output_len = 0;
  return TRUE;
}

/* Takes everything that libssh holds of a stream, or nothing: after every read, however small, it
 * grants the server a whole window again. Returns what was read, 0 for nothing, -1 if a server
 * has sent more than it was granted. */
static int
read_stream (GwTerminalChannel *self,
             int                is_stderr)
{
  int available = ssh_channel_poll (self->channel, is_stderr);
  int n;

  if (available <= 0)
    return 0;
  if (available > MAX_BUFFERED)
    return -1;
  if ((gsize) available > self->output_size)
    set_output_size (self, available);
  n = ssh_channel_read_nonblocking (self->channel, self->output, available, is_stderr);
  return MAX (n, 0);
}

static int
read_channel (GwTerminalChannel *self)
{
  int n = read_stream (self, 0);

  /* With a pty there is no second stream; a server that sends one must not stall the channel. */
  return n != 0 ? n : read_stream (self, 1);
}

static void
pump_output (GwTerminalChannel *self)
{
  gsize budget = TURN_BUDGET;

  if (self->state < STATE_OPEN || self->state == STATE_CLOSED)
    return;
  while (flush_output (self))
    {
      /* Looking at the second stream can bring the last output of the first, and the close: only
       * what was closed before it was found empty is through. */
      const gboolean ending = self->state == STATE_ENDING;
      int n;

      if (self->writable != NULL)
        {
          stop_waiting (&self->writable);
          gw_ssh_link_release (self->link);
        }
      if (budget == 0)
        {
          gw_ssh_link_poke (self->link);
          return;
        }
      n = self->channel != NULL ? read_channel (self) : 0;
      if (n < 0)
        gw_terminal_channel_close (self);
      else if (n == 0 && ending)
        finish (self);
      else if (n == 0)
        set_output_size (self, OUTPUT_SIZE);
      if (n <= 0)
        return;
      self->output_len = n;
      budget -= MIN ((gsize) n, budget);
    }
  /* The window is slow: what comes now stays in the channel, and when that is full, on the
   * server. */
  if (self->writable == NULL)
    {
      wait_for (self, &self->writable, G_IO_OUT, on_writable);
      gw_ssh_link_hold (self->link);
    }
  if (self->channel != NULL && ssh_channel_poll (self->channel, 0) > MAX_BUFFERED)
    gw_terminal_channel_close (self);
}

static void
on_activity (GwSshLink *link,
             gpointer   user_data)
{
  g_autoptr (GwTerminalChannel) self = g_object_ref (GW_TERMINAL_CHANNEL (user_data));

  pump_input (self);
  pump_output (self);
}

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
      set_output_size (self, OUTPUT_SIZE);
      if (ssh_channel_is_closed (self->channel))
        self->state = STATE_ENDING;
      g_signal_connect (self->link, "activity", G_CALLBACK (on_activity), self);
      pump_input (self);
      /* What the shell said while it was being started lies in libssh already. */
      gw_ssh_link_poke (self->link);
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
  finish (self);
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
  pump_output (self);
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

  stop_waiting (&self->readable);
  stop_waiting (&self->writable);
  g_signal_handlers_disconnect_by_data (self->link, self);
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
