/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-catalogue.h"

G_BEGIN_DECLS

/**
 * GwSshConfigSource:
 *
 * “SSH Config”: the hosts named in ~/.ssh/config (ssh_config(5)): each literal name of a Host line
 * (patterns are skipped, but their settings apply), Include followed (globs, relative to ~/.ssh,
 * 16 levels), first value wins. HostName, User, Port, IdentityFile, ProxyJump are read. Read only;
 * reloaded when any of the files changes. Property `n-hosts`: how many there are, also before the
 * user has chosen to show them.
 */
#define GW_TYPE_SSH_CONFIG_SOURCE (gw_ssh_config_source_get_type ())
G_DECLARE_FINAL_TYPE (GwSshConfigSource, gw_ssh_config_source, GW, SSH_CONFIG_SOURCE, GwSource)

/* @path %NULL: ~/.ssh/config of $HOME. */
GwSshConfigSource *gw_ssh_config_source_new (const char *path);
/* What the config says of a host name that is dialled directly (user, port, identity file), or
 * %NULL where it says nothing. (transfer full) */
GwInstance        *gw_ssh_config_source_resolve (GwSshConfigSource *self,
                                                 const char        *host);

/* What the ssh config among the sources of @catalogue says of @host, which is dialled for @instance
 * (nullable). %NULL where it says nothing, and for its own hosts, which have it already.
 * (transfer full) */
GwInstance        *gw_ssh_config_source_find    (GwCatalogue       *catalogue,
                                                 GwInstance        *instance,
                                                 const char        *host);

G_END_DECLS
