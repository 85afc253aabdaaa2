/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-catalogue.h"

G_BEGIN_DECLS

/* The menu of the sidebar's filter, see GwSidebarFilter: its entries are actions of the group
 * "filter". */

/* @n_hidden: of instances; 0: nothing to show. (transfer full) */
GMenuModel      *gw_sidebar_filter_menu_new                 (GwCatalogue *catalogue,
                                                             guint        n_hidden);
/* "group-by": of the keys "group-by" and "group-by-tag" ("tag:KEY"). (transfer full) */
GAction         *gw_sidebar_filter_menu_create_group_action (GSettings   *settings);
/* What a value of the key "status-filter" means; UNKNOWN for "any" and "locked". */
GwInstanceStatus gw_sidebar_filter_menu_get_status          (const char  *value);
const char      *gw_sidebar_filter_menu_get_status_title    (const char  *value);

G_END_DECLS
