/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>


G_BEGIN_DECLS

/**
 * GwSidebarGroup:
 *
 * Instances as the sidebar lists them, a GListModel: first the group itself (its heading), then,
 * unless folded, the instances that pass the filter; nothing at all where none passes or the
 * group is hidden. A GtkFlattenListModel makes the list of these. (A GtkTreeListModel takes
 * about twice as long for a key press with 10,000 instances.)
 *
 * Properties (read-only, notify): `folded`, and `count`, how many instances there are, in words.
 */
#define GW_TYPE_SIDEBAR_GROUP (gw_sidebar_group_get_type ())
G_DECLARE_FINAL_TYPE (GwSidebarGroup, gw_sidebar_group, GW, SIDEBAR_GROUP, GObject)

/* @id: what is remembered of it is remembered by. @instances: a GListModel of
 * GwInstance or GwSidebarShortcut. */
GwSidebarGroup *gw_sidebar_group_new        (const char     *id,
                                             const char     *title,
                                             GListModel     *instances,
                                             GtkFilter      *filter);
const char     *gw_sidebar_group_get_id     (GwSidebarGroup *self);
const char     *gw_sidebar_group_get_title  (GwSidebarGroup *self);
void            gw_sidebar_group_set_title  (GwSidebarGroup *self,
                                             const char     *title);
gboolean        gw_sidebar_group_get_folded (GwSidebarGroup *self);
void            gw_sidebar_group_set_folded (GwSidebarGroup *self,
                                             gboolean        folded);
void            gw_sidebar_group_set_hidden (GwSidebarGroup *self,
                                             gboolean        hidden);
/* Lists no more than so many instances; G_MAXUINT: all. */
void            gw_sidebar_group_set_limit  (GwSidebarGroup *self,
                                             guint           limit);

G_END_DECLS
