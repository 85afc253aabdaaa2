/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-instance.h"

G_BEGIN_DECLS

/**
 * GwSidebarShortcut:
 *
 * Stands for an instance in “Favorites” and “Recent”: it is in its own group as well, and a
 * GtkListView 4.8 gets confused where the same object is in its list twice.
 */
#define GW_TYPE_SIDEBAR_SHORTCUT (gw_sidebar_shortcut_get_type ())
G_DECLARE_FINAL_TYPE (GwSidebarShortcut, gw_sidebar_shortcut, GW, SIDEBAR_SHORTCUT, GObject)

GwSidebarShortcut *gw_sidebar_shortcut_new  (GwInstance *instance);
/* The instance that @item of the list is or stands for; %NULL for others (headings, %NULL). */
GwInstance        *gw_sidebar_get_instance  (gpointer    item);

G_END_DECLS
