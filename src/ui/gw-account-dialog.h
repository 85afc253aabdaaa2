/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-cloud-accounts.h"

G_BEGIN_DECLS

/**
 * GwAccountDialog:
 *
 * “Add Account” and “Edit Account”: Name, where the AccessKey comes from (typed: AccessKey ID,
 * AccessKey Secret, STS Token; a profile of the aliyun CLI; the environment), Default Region,
 * Endpoint (More Options), Regions, the least RAM policy to copy. “Verify” asks the cloud; “Add”
 * verifies what was not verified yet, and saves. Closes itself when saved. A modal AdwWindow.
 * Signal `saved` (GwAccount).
 */
#define GW_TYPE_ACCOUNT_DIALOG (gw_account_dialog_get_type ())
G_DECLARE_FINAL_TYPE (GwAccountDialog, gw_account_dialog, GW, ACCOUNT_DIALOG, AdwWindow)

/* @account (nullable): what to edit; %NULL adds one. */
GwAccountDialog *gw_account_dialog_new           (GtkWindow       *parent,
                                                  GwCloudAccounts *accounts,
                                                  GwAccount       *account);
/* Filled in for that profile of the CLI: “Use Profile “prod””. Nothing is sent. */
void             gw_account_dialog_use_profile   (GwAccountDialog *self,
                                                  const char      *profile);
/* The same for “Use Environment Variables”. */
void             gw_account_dialog_use_environment (GwAccountDialog *self);
/* Auto-lock: the secret fields are emptied. */
void             gw_account_dialog_clear_secrets (GwAccountDialog *self);

G_END_DECLS
