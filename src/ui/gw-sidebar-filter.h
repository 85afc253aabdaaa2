/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-catalogue.h"

G_BEGIN_DECLS

/**
 * GwSidebarFilter:
 *
 * The line above the list, visible where there is an account: Region and Resource Group selectors
 * as in the console, and a button with a menu for Status, Group By (Account, Region, Resource
 * Group, Tag with its key) and Show Hidden. A selector other than “All” passes only instances of
 * accounts. All is kept in GSettings: "region-filter", "resource-group-filter", "status-filter",
 * "group-by", "group-by-tag", "hidden-instances".
 * Signal `changed`: what gw_sidebar_filter_matches() says may be another.
 */
#define GW_TYPE_SIDEBAR_FILTER (gw_sidebar_filter_get_type ())
G_DECLARE_FINAL_TYPE (GwSidebarFilter, gw_sidebar_filter, GW, SIDEBAR_FILTER, AdwBin)

GtkWidget  *gw_sidebar_filter_new        (GwCatalogue     *catalogue,
                                          GSettings       *settings);
/* Quick: for 50,000 instances a change. */
gboolean    gw_sidebar_filter_matches    (GwSidebarFilter *self,
                                          GwInstance      *instance);
/* Whether any selector is not “All”. */
gboolean    gw_sidebar_filter_is_active  (GwSidebarFilter *self);
/* Whether the answer depends on states, which change by themselves. */
gboolean    gw_sidebar_filter_has_status (GwSidebarFilter *self);
/* Whether the user has hidden @instance. */
gboolean    gw_sidebar_filter_is_hidden  (GwSidebarFilter *self,
                                          GwInstance      *instance);
void        gw_sidebar_filter_set_hidden (GwSidebarFilter *self,
                                          GwInstance      *instance,
                                          gboolean         hidden);
/* All of them to “All”. */
void        gw_sidebar_filter_reset      (GwSidebarFilter *self);
/* What is filtered, in words for the empty state: “Stopped · China (Hangzhou)”; %NULL where nothing
 * is. Free with g_free(). */
char       *gw_sidebar_filter_describe   (GwSidebarFilter *self);

G_END_DECLS
