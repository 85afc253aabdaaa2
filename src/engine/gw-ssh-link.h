/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <libssh/libssh.h>

#include "gw-error.h"

G_BEGIN_DECLS

/**
 * GwSshLink:
 *
 * A libssh session on the main loop: a GSource drives it when its socket is ready, and operations
 * (each a non-blocking libssh call that is repeated until it is through) run one after the other
 * with a deadline. Nobody else feeds the session.
 *
 * Signals: `activity` (no arguments): libssh has looked at its socket, channels may have data or
 * room. `lost` (no arguments): the connection is gone; once.
 */
#define GW_TYPE_SSH_LINK (gw_ssh_link_get_type ())
G_DECLARE_FINAL_TYPE (GwSshLink, gw_ssh_link, GW, SSH_LINK, GObject)

/* One try of a libssh call. Returns TRUE when it is through, well or badly; FALSE to be called
 * again when the server has answered. Keeps its result in @data. */
typedef gboolean (*GwSshStep) (ssh_session session,
                               gpointer    data);

/* Takes @fd, a connected stream socket. @host_key_types: in the order to ask for. libssh is not
 * told the host: it would only parse it once more, by rules of its own. */
GwSshLink   *gw_ssh_link_new         (int                  fd,
                                      const char          *user,
                                      const char          *host_key_types,
                                      GError             **error);
/* Owned by the link. */
ssh_session  gw_ssh_link_get_session (GwSshLink           *self);

/* Runs @step until it is through; operations wait for the ones before them. @data has to live
 * until @callback. Errors: GW_ERROR_TIMED_OUT after @timeout seconds, GW_ERROR_CONNECTION_LOST,
 * GW_ERROR_CANCELLED. */
void         gw_ssh_link_run_async   (GwSshLink           *self,
                                      GwSshStep            step,
                                      gpointer             data,
                                      guint                timeout,
                                      GAsyncReadyCallback  callback,
                                      gpointer             user_data);
gboolean     gw_ssh_link_run_finish  (GwSshLink           *self,
                                      GAsyncResult        *result,
                                      GError             **error);

/* From now on a key exchange that comes with another host key ends the connection: libssh would
 * take any key. */
void         gw_ssh_link_pin_host_key (GwSshLink          *self);

/* Look at the session again before waiting. */
void         gw_ssh_link_poke        (GwSshLink           *self);
/* Between hold and release the end of the connection is not shown to libssh, which would throw
 * away what its channels still hold. */
void         gw_ssh_link_hold        (GwSshLink           *self);
void         gw_ssh_link_release     (GwSshLink           *self);

gboolean     gw_ssh_link_is_alive    (GwSshLink           *self);
/* Whether the server has sent a single byte. */
gboolean     gw_ssh_link_has_heard   (GwSshLink           *self);
/* What the server or the system said last, in words for a person: cleaned, bounded. */
char        *gw_ssh_link_get_words   (GwSshLink           *self);
/* The error for a connection that is gone. */
GError      *gw_ssh_link_get_loss    (GwSshLink           *self);

/* Ends everything at once: operations fail with GW_ERROR_CANCELLED, the session is freed. Free
 * all channels before. */
void         gw_ssh_link_close       (GwSshLink           *self);

G_END_DECLS
