/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-catalogue.h"
#include "gw-credential-entry.h"

G_BEGIN_DECLS

/**
 * GwCredentialPage:
 *
 * All that is known of one credential, saved login or stray secret. Its buttons are the actions
 * “credentials.back”, “credentials.change” and “credentials.remove” of the window around it.
 */
#define GW_TYPE_CREDENTIAL_PAGE (gw_credential_page_get_type ())
G_DECLARE_FINAL_TYPE (GwCredentialPage, gw_credential_page, GW, CREDENTIAL_PAGE, GtkWidget)

/* Once. */
void               gw_credential_page_set_sources (GwCredentialPage  *self,
                                                   GwSavedLogins     *logins,
                                                   GwCatalogue       *catalogue);
/* (nullable): %NULL empties the page. */
void               gw_credential_page_set_entry   (GwCredentialPage  *self,
                                                   GwCredentialEntry *entry);
/* (transfer none) (nullable) */
GwCredentialEntry *gw_credential_page_get_entry   (GwCredentialPage  *self);

/* What “credentials.change” offers for @entry, translated: “Edit”, “Replace Password”…; %NULL where
 * nothing can be changed here. */
const char        *gw_credential_page_get_change  (GwCredentialEntry *entry);

G_END_DECLS
