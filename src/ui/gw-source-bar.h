/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-cloud-accounts.h"

G_BEGIN_DECLS

/**
 * GwSourceBar:
 *
 * What is to be said of one account, above the list: while it refreshes a thin progress bar with
 * “Loading “Playground”… 1,200 instances” and Cancel; else, where something is wrong, one line with
 * its button: “Copy Request for Administrator” for what RAM refuses, “Unlock” for a locked keyring,
 * “Try Again” for the network, “Edit Account” for a wrong key, nothing for an expired CLI sign-in
 * but how to sign in; which regions failed; “Showing what was known 3 hours ago” where the list is
 * not fresh. Not visible where nothing is to be said. Can be dismissed until the next refresh.
 */
#define GW_TYPE_SOURCE_BAR (gw_source_bar_get_type ())
G_DECLARE_FINAL_TYPE (GwSourceBar, gw_source_bar, GW, SOURCE_BAR, AdwBin)

/* “Edit Account” activates the action win.edit-account with the account's id. */
GtkWidget   *gw_source_bar_new        (GwCloudAccounts *accounts,
                                       GwEcsSource     *source);
GwEcsSource *gw_source_bar_get_source (GwSourceBar     *self);

G_END_DECLS
