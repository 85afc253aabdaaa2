/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-catalogue.h"
#include "gw-login-history.h"
#include "gw-sidebar-group.h"

G_BEGIN_DECLS

/* How the sidebar groups the instances of accounts; the values of the key "group-by". */
#define GW_GROUP_BY_ACCOUNT "account"
#define GW_GROUP_BY_REGION "region"
#define GW_GROUP_BY_RESOURCE_GROUP "resource-group"
#define GW_GROUP_BY_TAG "tag"

/**
 * GwSidebarGroups:
 *
 * The groups of the sidebar: a GListModel of GwSidebarGroup. First “Favorites” and “Recent” (what
 * was last logged in to, at most 5; no favorites among them; not where the list is short anyway),
 * both hidden while searching; then the sources that are no accounts, one group each; then the
 * instances of the accounts, by account, or over all accounts by region, resource group, or the
 * value of a tag (sorted by title; “No Tag” and the default resource group last). Follows the
 * sources, the login history and the settings "favorites", "group-by", "group-by-tag" and
 * "use-ssh-config". Instances of a group are in the order of their source, those of several
 * accounts sorted alike.
 *
 * The ids of groups: "favorites", "recent", that of the source, "region:cn-hangzhou", "group:rg-…",
 * "tag:KEY=VALUE".
 */
#define GW_TYPE_SIDEBAR_GROUPS (gw_sidebar_groups_get_type ())
G_DECLARE_FINAL_TYPE (GwSidebarGroups, gw_sidebar_groups, GW, SIDEBAR_GROUPS, GObject)

/* @filter: which instances are shown at all. @history (nullable). */
GwSidebarGroups *gw_sidebar_groups_new           (GwCatalogue     *catalogue,
                                                  GwLoginHistory  *history,
                                                  GSettings       *settings,
                                                  GtkFilter       *filter);
/* Favorites and Recent are hidden while @searching: every hit is there once. */
void             gw_sidebar_groups_set_searching (GwSidebarGroups *self,
                                                  gboolean         searching);
/* Some instances may have changed: looks whether they are where they belong. It does not listen to
 * them: that would be 50,000 signal handlers. Done by itself when an account has been refreshed. */
void             gw_sidebar_groups_recheck       (GwSidebarGroups *self);
/* Whether another instance has the same title: the row then tells them apart. Quick. */
gboolean         gw_sidebar_groups_is_ambiguous  (GwSidebarGroups *self,
                                                  GwInstance      *instance);

G_END_DECLS
