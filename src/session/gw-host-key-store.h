/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Writes a host key into the user's known_hosts without holding up the main loop: another program
 * may hold the lock for a while, and a home folder may lie on a network. @replace: takes the place
 * of the keys that are stored for the host. Cannot be cancelled; at worst it ends with an error
 * after the two seconds that gw_known_hosts_add() waits for the lock.
 */
void     gw_host_key_store_async  (const char          *host,
                                   guint                port,
                                   const char          *type,
                                   const char          *public_key,
                                   gboolean             replace,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data);
gboolean gw_host_key_store_finish (GAsyncResult        *result,
                                   GError             **error);

G_END_DECLS
