/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-bus.h"

G_BEGIN_DECLS

/* Session1.InspectKey and Session1.ListAgentKeys: handlers for the skeleton's signals. */
gboolean gw_inspect_on_inspect_key     (GwBusSession1         *skeleton,
                                        GDBusMethodInvocation *invocation,
                                        GUnixFDList           *fds,
                                        GVariant              *key,
                                        gboolean               has_passphrase,
                                        GVariant              *passphrase,
                                        gpointer               user_data);
gboolean gw_inspect_on_list_agent_keys (GwBusSession1         *skeleton,
                                        GDBusMethodInvocation *invocation,
                                        gpointer               user_data);

G_END_DECLS
