/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-ssh-link.h"

G_BEGIN_DECLS

/**
 * GwTerminalChannel:
 *
 * A channel with a remote pty and a shell, and the socket pair that joins it with the window.
 *
 * Signal `closed` (no arguments): it ended, all of its output is in the socket, whose end is
 * closed; once.
 */
#define GW_TYPE_TERMINAL_CHANNEL (gw_terminal_channel_get_type ())
G_DECLARE_FINAL_TYPE (GwTerminalChannel, gw_terminal_channel, GW, TERMINAL_CHANNEL, GObject)

/* @lang: the value for LANG, or %NULL. Errors: GW_ERROR_CHANNEL_REFUSED, _TIMED_OUT,
 * _CONNECTION_LOST, _CANCELLED. */
void               gw_terminal_channel_open_async  (GwSshLink            *link,
                                                    guint                 columns,
                                                    guint                 rows,
                                                    const char           *term,
                                                    const char           *lang,
                                                    guint                 timeout,
                                                    GAsyncReadyCallback   callback,
                                                    gpointer              user_data);
/* @window_fd: the window's end of the socket pair, the caller's. */
GwTerminalChannel *gw_terminal_channel_open_finish (GAsyncResult         *result,
                                                    int                  *window_fd,
                                                    GError              **error);

void               gw_terminal_channel_resize      (GwTerminalChannel    *self,
                                                    guint                 columns,
                                                    guint                 rows);
/* Hang up. */
void               gw_terminal_channel_close       (GwTerminalChannel    *self);
/* The connection is gone: `closed` comes when what was received is delivered. */
void               gw_terminal_channel_lose        (GwTerminalChannel    *self);
/* Lets go of libssh's channel, without a signal: before the link is closed. */
void               gw_terminal_channel_drop        (GwTerminalChannel    *self);

/* After `closed`: "exit", "signal", "closed" or "lost". */
const char        *gw_terminal_channel_get_end     (GwTerminalChannel    *self,
                                                    guint                *exit_status,
                                                    const char          **signal_name);

G_END_DECLS
