/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Engine"

/* The bytes between a channel and the socket that the window holds the other end of. */

#include "gw-terminal-channel-private.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>

#define OUTPUT_SIZE (32 * 1024)
/* How much goes through in one turn of the main loop before keys and calls get their chance. */
#define TURN_BUDGET (256 * 1024)
/* libssh takes in what a server sends beyond the window that it was given; this is three times as
 * much as it ever grants. */
#define MAX_BUFFERED (4 * 1024 * 1024)

static void pump_input (GwTerminalChannel *self);

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

  gw_terminal_pump_output (self);
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

void
gw_terminal_pump_output (GwTerminalChannel *self)
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
        gw_terminal_channel_finish (self);
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
  gw_terminal_pump_output (self);
}

void
gw_terminal_pump_start (GwTerminalChannel *self)
{
  set_output_size (self, OUTPUT_SIZE);
  g_signal_connect (self->link, "activity", G_CALLBACK (on_activity), self);
  pump_input (self);
  /* What the shell said while it was being started lies in libssh already. */
  gw_ssh_link_poke (self->link);
}

void
gw_terminal_pump_stop (GwTerminalChannel *self)
{
  stop_waiting (&self->readable);
  stop_waiting (&self->writable);
  g_signal_handlers_disconnect_by_data (self->link, self);
}
