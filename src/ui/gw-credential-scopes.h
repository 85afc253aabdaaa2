/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-catalogue.h"
#include "gw-credentials.h"

G_BEGIN_DECLS

/**
 * GwCredentialScopes:
 *
 * The rows “Default For” of a credential: what it is the default of, each to be removed, and a way
 * to add one. An AdwPreferencesGroup has them all, so that the list is always in sight.
 */
#define GW_TYPE_CREDENTIAL_SCOPES (gw_credential_scopes_get_type ())
G_DECLARE_FINAL_TYPE (GwCredentialScopes, gw_credential_scopes, GW, CREDENTIAL_SCOPES,
                      AdwPreferencesGroup)

/* Once. @id (nullable): of the credential that is edited. */
void  gw_credential_scopes_set_up (GwCredentialScopes *self,
                                   GwCredentials      *credentials,
                                   GwCatalogue        *catalogue,
                                   const char         *id);
void  gw_credential_scopes_add    (GwCredentialScopes *self,
                                   const char         *scope);
/* In the order they were added. (transfer full) */
GStrv gw_credential_scopes_dup    (GwCredentialScopes *self);

G_END_DECLS
