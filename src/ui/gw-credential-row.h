/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-credential-entry.h"

G_BEGIN_DECLS

/**
 * GwCredentialRow:
 *
 * A GwCredentialEntry in a boxed list, which it follows.
 */
#define GW_TYPE_CREDENTIAL_ROW (gw_credential_row_get_type ())
G_DECLARE_FINAL_TYPE (GwCredentialRow, gw_credential_row, GW, CREDENTIAL_ROW, AdwActionRow)

GtkWidget         *gw_credential_row_new       (GwCredentialEntry *entry);
/* (transfer none) */
GwCredentialEntry *gw_credential_row_get_entry (GwCredentialRow   *self);

G_END_DECLS
