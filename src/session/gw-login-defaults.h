/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-catalogue.h"
#include "gw-credentials.h"
#include "gw-login.h"

G_BEGIN_DECLS

/* The defaults for @instance (nullable) before anything is remembered: connection by
 * gw_connection_choose(), port and user of the instance (else root for cloud instances, ecs-user or
 * Administrator as they are made; else the local user's name), identity file as key path, and SSH
 * key as method where there is one or a key pair is bound. */
void  gw_login_fill_defaults     (GwLogin    *login,
                                  GwInstance *instance);
/* Over them what the ssh config says of the host, where the instance itself says nothing. @config
 * (nullable): from gw_ssh_config_source_resolve(). */
void  gw_login_fill_from_config  (GwLogin    *login,
                                  GwInstance *config);
/* The connection to what the login's instance has now: the address or kind that last worked
 * (nullable), else the first choice of gw_connection_choose(). */
void  gw_login_choose_connection (GwLogin    *login,
                                  const char *address,
                                  const char *kind);

/* What a credential may be the default of, of all that @instance has, narrowest first (see
 * gw-credential-scope.h). @source (nullable): the id of the source that it is from. (transfer full) */
GStrv gw_login_dup_scopes        (GwInstance *instance,
                                  const char *source);

/* How many instances of @catalogue the credential is the default of. Builds the scopes of every
 * instance: for a page or a question, not for a list (20 ms with 10,000 of them). */
guint gw_login_count_defaults    (GwCatalogue   *catalogue,
                                  GwCredentials *credentials,
                                  const char    *credential);

G_END_DECLS
