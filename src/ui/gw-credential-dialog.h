/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-catalogue.h"
#include "gw-credentials.h"

G_BEGIN_DECLS

/**
 * GwCredentialDialog:
 *
 * “Add Credential”, with the documented fields, or “Edit Credential”: name, username, what it is
 * the default of, and a new secret only where one is given. OK checks a private key (it parses, the
 * passphrase opens it) and closes only after the keyring has it. A modal AdwWindow.
 * Signal `saved` (const char *id): before it closes.
 */
#define GW_TYPE_CREDENTIAL_DIALOG (gw_credential_dialog_get_type ())
G_DECLARE_FINAL_TYPE (GwCredentialDialog, gw_credential_dialog, GW, CREDENTIAL_DIALOG, AdwWindow)

/* @credential (nullable): the one to edit. @catalogue: whose tags, groups, key pairs and sources are
 * offered for “Default For”. */
GwCredentialDialog *gw_credential_dialog_new           (GtkWindow          *parent,
                                                        GwCredentials      *credentials,
                                                        GwCatalogue        *catalogue,
                                                        GwCredential       *credential);
/* What is known already where it is opened from: (nullable) each. */
void                gw_credential_dialog_suggest       (GwCredentialDialog *self,
                                                        const char         *user,
                                                        GwCredentialType    type);
/* Auto-lock: the secret fields are emptied. */
void                gw_credential_dialog_clear_secrets (GwCredentialDialog *self);

G_END_DECLS
