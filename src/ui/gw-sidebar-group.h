/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gw-source.h"

G_BEGIN_DECLS

/**
 * GwSidebarGroup:
 *
 * A source as the sidebar lists it, a GListModel: first the group itself (its heading), then,
 * unless folded, the instances that pass the filter; nothing at all where none passes or the
 * group is hidden. A GtkFlattenListModel makes the list of these. (A GtkTreeListModel takes
 * about twice as long for a key press with 10,000 instances.)
 *
 * Properties (read-only, notify): `folded`, and `count`, how many instances there are, in words.
 */
#define GW_TYPE_SIDEBAR_GROUP (gw_sidebar_group_get_type ())
G_DECLARE_FINAL_TYPE (GwSidebarGroup, gw_sidebar_group, GW, SIDEBAR_GROUP, GObject)

GwSidebarGroup *gw_sidebar_group_new        (GwSource       *source,
                                             GtkFilter      *filter);
GwSource       *gw_sidebar_group_get_source (GwSidebarGroup *self);
gboolean        gw_sidebar_group_get_folded (GwSidebarGroup *self);
void            gw_sidebar_group_set_folded (GwSidebarGroup *self,
                                             gboolean        folded);
void            gw_sidebar_group_set_hidden (GwSidebarGroup *self,
                                             gboolean        hidden);
/* Lists no more than so many instances; G_MAXUINT: all. */
void            gw_sidebar_group_set_limit  (GwSidebarGroup *self,
                                             guint           limit);

G_END_DECLS
