/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gw-source.h"

G_BEGIN_DECLS

/**
 * GwSidebarGroup:
 *
 * A source as the sidebar shows it: its instances that pass the filter, kept while the group is
 * hidden so that a key press filters each instance once. Signal `shown-changed`: whether there
 * is anything to show may have changed.
 */
#define GW_TYPE_SIDEBAR_GROUP (gw_sidebar_group_get_type ())
G_DECLARE_FINAL_TYPE (GwSidebarGroup, gw_sidebar_group, GW, SIDEBAR_GROUP, GObject)

GwSidebarGroup *gw_sidebar_group_new        (GwSource       *source,
                                             GtkFilter      *filter);
GwSource       *gw_sidebar_group_get_source (GwSidebarGroup *self);
/* (transfer none): the instances that pass the filter. */
GListModel     *gw_sidebar_group_get_model  (GwSidebarGroup *self);

G_END_DECLS
