/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "gw-phase.h"

G_BEGIN_DECLS

typedef void (*GwTransportPhaseFunc) (GwPhase  phase,
                                      gpointer user_data);

/* Resolves @host and connects to it, racing IPv6 and IPv4 as GIO does it, within @timeout seconds.
 * @on_phase says when resolving and connecting begin. */
void      gw_transport_connect_async  (const char            *host,
                                       guint16                port,
                                       guint                  timeout,
                                       GwTransportPhaseFunc   on_phase,
                                       gpointer               phase_data,
                                       GCancellable          *cancellable,
                                       GAsyncReadyCallback    callback,
                                       gpointer               user_data);
/* A connected descriptor of the caller's, or -1 with GW_ERROR_RESOLVE, _REFUSED, _UNREACHABLE,
 * _NO_NETWORK, _TIMED_OUT, _CANCELLED. @peer: the numeric address that answered. */
int       gw_transport_connect_finish (GAsyncResult          *result,
                                       char                 **peer,
                                       GError               **error);

/* Whether @fd is a connected stream socket, as a transport that is handed in has to be. @peer: its
 * numeric address, or "". */
gboolean  gw_transport_check          (int                    fd,
                                       char                 **peer,
                                       GError               **error);

G_END_DECLS
