/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-account.h"
#include "gw-ecs-source.h"

G_BEGIN_DECLS

/**
 * GwAccountsWindowRow:
 *
 * One account: its name, how many instances it has and when that was so, what is wrong. Its buttons
 * activate the window's accounts.… actions.
 */
#define GW_TYPE_ACCOUNTS_WINDOW_ROW (gw_accounts_window_row_get_type ())
G_DECLARE_FINAL_TYPE (GwAccountsWindowRow, gw_accounts_window_row, GW, ACCOUNTS_WINDOW_ROW,
                      AdwActionRow)

/* @source: of @account. */
GtkWidget *gw_accounts_window_row_new         (GwAccount           *account,
                                               GwEcsSource         *source);
GwAccount *gw_accounts_window_row_get_account (GwAccountsWindowRow *self);
/* How long ago it was goes on. */
void       gw_accounts_window_row_update      (GwAccountsWindowRow *self);

G_END_DECLS
