/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-engine-client.h"

G_BEGIN_DECLS

/* Takes the engine's questions on @connection and has @client emit `prompt` for each. (transfer
 * full): to be unexported before @client is gone. */
GwBusPrompt1 *gw_engine_prompts_export (GwEngineClient   *client,
                                        GDBusConnection  *connection,
                                        GError          **error);

G_END_DECLS
