/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-sidebar-group.h"

G_BEGIN_DECLS

/**
 * GwGroupRow:
 *
 * The heading of a group in the sidebar: name, number of instances, and whether it is folded.
 * Signal `toggled`: it was clicked.
 */
#define GW_TYPE_GROUP_ROW (gw_group_row_get_type ())
G_DECLARE_FINAL_TYPE (GwGroupRow, gw_group_row, GW, GROUP_ROW, AdwBin)

GtkWidget      *gw_group_row_new       (void);
GwSidebarGroup *gw_group_row_get_group (GwGroupRow     *self);
/* @group %NULL: shows nothing. */
void            gw_group_row_show      (GwGroupRow     *self,
                                        GwSidebarGroup *group);

G_END_DECLS
