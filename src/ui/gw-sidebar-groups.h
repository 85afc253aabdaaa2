/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-cloud-accounts.h"
#include "gw-login-history.h"
#include "gw-sidebar-filter.h"
#include "gw-sidebar-group.h"

G_BEGIN_DECLS

/**
 * GwSidebarGroups:
 *
 * The groups of the sidebar: a GListModel of GwSidebarGroup. First “Favorites” and “Recent” (what
 * was last logged in to, at most 5; no favorites among them), both empty while searching; then the
 * sources that are no accounts, one group each; then the instances of the accounts, by account, or
 * over all accounts by region, resource group, or the value of a tag (sorted by title; “No Tag” and
 * the default resource group last). Follows the sources, the instances' changes, the login history
 * and the settings "favorites" and "hidden-instances" (ids) and "group-by", "group-by-tag".
 * Instances of a group are in the order of their source, those of several accounts sorted alike.
 */
#define GW_TYPE_SIDEBAR_GROUPS (gw_sidebar_groups_get_type ())
G_DECLARE_FINAL_TYPE (GwSidebarGroups, gw_sidebar_groups, GW, SIDEBAR_GROUPS, GObject)

/* @filter: which instances are shown at all (the search, the selectors, what is hidden).
 * @accounts, @history (nullable). */
GwSidebarGroups *gw_sidebar_groups_new           (GwCatalogue     *catalogue,
                                                  GwCloudAccounts *accounts,
                                                  GwLoginHistory  *history,
                                                  GSettings       *settings,
                                                  GtkFilter       *filter);
/* Favorites and Recent are empty while @searching: every hit is there once. */
void             gw_sidebar_groups_set_searching (GwSidebarGroups *self,
                                                  gboolean         searching);
/* Whether another instance shown has the same title: the row then tells them apart. Quick. */
gboolean         gw_sidebar_groups_is_ambiguous  (GwSidebarGroups *self,
                                                  GwInstance      *instance);

G_END_DECLS
