/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * GwGroupRow:
 *
 * The heading of a group in the sidebar. A click anywhere on it, or Space and the arrow keys,
 * fold and unfold the group.
 */
#define GW_TYPE_GROUP_ROW (gw_group_row_get_type ())
G_DECLARE_FINAL_TYPE (GwGroupRow, gw_group_row, GW, GROUP_ROW, AdwBin)

GtkWidget *gw_group_row_new  (void);
/* @row %NULL: shows nothing. The item of @row is a GwSidebarGroup. */
void       gw_group_row_show (GwGroupRow     *self,
                              GtkTreeListRow *row);

G_END_DECLS
