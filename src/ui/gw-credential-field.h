/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-credentials.h"

G_BEGIN_DECLS

/**
 * GwCredentialField:
 *
 * The “Credential” row: a choice of the user's credentials with “Create Credential” in it. Follows
 * the keyring: locked (offers to unlock), without a collection (offers to create it), absent (says
 * so, and offers to keep secrets for this session only), empty. A chosen credential that is removed
 * elsewhere is not replaced by another: nothing is chosen then, and the row says why. Where none
 * was chosen and there is but one, that is.
 * Signals: `changed`: another one is chosen, by the person or because it is gone. `create`:
 * “Create Credential” was pressed; the keyring can take one, or there is none at all.
 */
#define GW_TYPE_CREDENTIAL_FIELD (gw_credential_field_get_type ())
G_DECLARE_FINAL_TYPE (GwCredentialField, gw_credential_field, GW, CREDENTIAL_FIELD,
                      AdwPreferencesRow)

/* Once. */
void          gw_credential_field_set_credentials (GwCredentialField *self,
                                                   GwCredentials     *credentials);
/* (transfer none) (nullable) */
GwCredential *gw_credential_field_get_selected    (GwCredentialField *self);
/* By id; %NULL: none. One that is not there (yet) is chosen as soon as it is: the keyring may be
 * locked, or being read. */
void          gw_credential_field_select          (GwCredentialField *self,
                                                   const char        *id);
/* A line in the row, such as “Default of: Tag env=prod”; %NULL for none. */
void          gw_credential_field_set_hint        (GwCredentialField *self,
                                                   const char        *hint);
/* One line under the field; %NULL takes it away. */
void          gw_credential_field_set_error       (GwCredentialField *self,
                                                   const char        *message);
const char   *gw_credential_field_get_error       (GwCredentialField *self);

G_END_DECLS
