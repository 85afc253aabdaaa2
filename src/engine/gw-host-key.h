/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-known-hosts.h"
#include "gw-prompter.h"
#include "gw-ssh-link.h"

G_BEGIN_DECLS

/* The host key algorithms to ask for, as libssh wants them: those of the stored keys first. */
char     *gw_host_key_list_types   (GwKnownHosts         *known,
                                    const char           *host,
                                    guint                 port);

/* Judges the key of the server that @link has just exchanged keys with, asking where it is not
 * known. Errors: GW_ERROR_HOST_KEY_REFUSED, _REVOKED, _CANCELLED. */
void      gw_host_key_check_async  (GwSshLink            *link,
                                    GwKnownHosts         *known,
                                    const char           *host,
                                    guint                 port,
                                    GwPrompter           *prompter,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data);
gboolean  gw_host_key_check_finish (GAsyncResult         *result,
                                    GError              **error);

G_END_DECLS
