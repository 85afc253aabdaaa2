/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "gw-bus.h"

G_BEGIN_DECLS

/**
 * GwEngineClient:
 *
 * One engine process and the private bus to it, for the other files of this folder. Stays alive by
 * itself until the process is gone and reaped, so an owner may drop it after
 * gw_engine_client_stop().
 *
 * Signals: `prompt` (GwPrompt: keep a reference, or the question is answered with "cancelled"),
 * `ended` (GError or NULL): once, after a start that got as far as a process, when the process is
 * reaped and everything that it had sent was delivered; the error is NULL if it exited with 0.
 */
#define GW_TYPE_ENGINE_CLIENT (gw_engine_client_get_type ())
G_DECLARE_FINAL_TYPE (GwEngineClient, gw_engine_client, GW, ENGINE_CLIENT, GObject)

GwEngineClient *gw_engine_client_new         (void);
/* Spawn, connect, attach; ten seconds at most. Once. Errors: GW_ERROR_ENGINE, GW_ERROR_PROTOCOL,
 * and G_IO_ERROR_CANCELLED after gw_engine_client_stop(). */
void            gw_engine_client_start       (GwEngineClient       *self,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
gboolean        gw_engine_client_start_finish (GwEngineClient      *self,
                                              GAsyncResult         *result,
                                              GError              **error);
/* %NULL before the start has succeeded. Its calls have no time limit. */
GwBusSession1  *gw_engine_client_get_session (GwEngineClient       *self);
/* 0 before the start and after the end. */
GPid            gw_engine_client_get_pid     (GwEngineClient       *self);
/* Disconnect, and SIGKILL two seconds later; at once while it is still starting. */
void            gw_engine_client_stop        (GwEngineClient       *self);

/* What the engine said, as an error of ours with cleaned text; %NULL where @error only says that
 * the bus is gone, which `ended` will explain. */
GError         *gw_engine_client_read_error  (const GError         *error);

G_END_DECLS
