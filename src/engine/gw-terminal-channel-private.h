/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the parts of GwTerminalChannel share: the channel and its life in gw-terminal-channel.c, the
 * bytes in gw-terminal-pump.c. */

#include <libssh/callbacks.h>

#include "gw-terminal-channel.h"

G_BEGIN_DECLS

#define GW_TERMINAL_INPUT_SIZE (8 * 1024)

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
  guint8       input[GW_TERMINAL_INPUT_SIZE];
  gsize        input_pos, input_len;

  End          end;
  guint        exit_status;
  char        *signal_name;
};

/* Begins to move bytes between the channel and the socket, which both are open now. */
void gw_terminal_pump_start      (GwTerminalChannel *self);
/* Moves what can be moved and then waits for room; finishes the channel when all is through. */
void gw_terminal_pump_output     (GwTerminalChannel *self);
void gw_terminal_pump_stop       (GwTerminalChannel *self);

/* All output is in the socket, or nobody wants it. */
void gw_terminal_channel_finish  (GwTerminalChannel *self);

G_END_DECLS
