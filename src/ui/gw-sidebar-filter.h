/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-cloud-accounts.h"

G_BEGIN_DECLS

/* How the sidebar groups the instances of accounts; the order is that of the menu. */
typedef enum {
  GW_GROUP_BY_ACCOUNT,
  GW_GROUP_BY_REGION,
  GW_GROUP_BY_RESOURCE_GROUP,
  GW_GROUP_BY_TAG,
} GwGroupBy;

/**
 * GwSidebarFilter:
 *
 * The line above the list, visible where there is an account: Region and Resource Group selectors
 * as in the console, and a button with a popover for Status, Group By (Account, Region, Resource
 * Group, Tag with its key) and Show Hidden. A selector other than “All” passes only instances of
 * accounts. Group By and the tag's key are kept in GSettings ("group-by", "group-by-tag"), the
 * selectors too ("region-filter", "resource-group-filter", "status-filter").
 * Signals: `changed`: what gw_sidebar_filter_matches() says may be another.
 */
#define GW_TYPE_SIDEBAR_FILTER (gw_sidebar_filter_get_type ())
G_DECLARE_FINAL_TYPE (GwSidebarFilter, gw_sidebar_filter, GW, SIDEBAR_FILTER, AdwBin)

GtkWidget  *gw_sidebar_filter_new        (GwCloudAccounts *accounts,
                                          GSettings       *settings);
/* Quick: for 50,000 instances a change. */
gboolean    gw_sidebar_filter_matches    (GwSidebarFilter *self,
                                          GwInstance      *instance);
/* Whether any selector is not “All”. */
gboolean    gw_sidebar_filter_is_active  (GwSidebarFilter *self);
/* All of them to “All”. */
void        gw_sidebar_filter_reset      (GwSidebarFilter *self);
/* What is filtered, in words for the empty state: “Stopped in China (Hangzhou)”; NULL where nothing
 * is. Free with g_free(). */
char       *gw_sidebar_filter_describe   (GwSidebarFilter *self);

G_END_DECLS
