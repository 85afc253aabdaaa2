/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-cloud-accounts.h"

G_BEGIN_DECLS

/**
 * GwAccountsWindow:
 *
 * “Cloud Accounts”: all of them with what is known (instances, when last refreshed, what is wrong),
 * Add, Edit, Refresh, Remove with Undo; an empty state that offers the profiles of the aliyun CLI
 * and the environment. Not modal.
 */
#define GW_TYPE_ACCOUNTS_WINDOW (gw_accounts_window_get_type ())
G_DECLARE_FINAL_TYPE (GwAccountsWindow, gw_accounts_window, GW, ACCOUNTS_WINDOW, AdwWindow)

GtkWindow *gw_accounts_window_new           (GtkWindow        *parent,
                                             GwCloudAccounts  *accounts);
/* Auto-lock: what was removed cannot be brought back any more. */
void       gw_accounts_window_clear_secrets (GwAccountsWindow *self);

G_END_DECLS
