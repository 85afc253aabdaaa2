/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gw-search.h"

G_BEGIN_DECLS

/**
 * GwInstanceRow:
 *
 * One instance in the sidebar: status, name, address, and a Connect button while the row is
 * selected or under the pointer. Made once and shown again for other instances as the list
 * scrolls. Signal `connect-clicked`. Properties `title` and `subtitle` (read-only): the two lines,
 * with markup.
 */
#define GW_TYPE_INSTANCE_ROW (gw_instance_row_get_type ())
G_DECLARE_FINAL_TYPE (GwInstanceRow, gw_instance_row, GW, INSTANCE_ROW, GtkWidget)

GtkWidget  *gw_instance_row_new          (void);
GwInstance *gw_instance_row_get_instance (GwInstanceRow *self);
/* @instance %NULL: shows nothing. @search (nullable) is only used during the call. */
void        gw_instance_row_show         (GwInstanceRow *self,
                                          GwInstance    *instance,
                                          GwSearch      *search);
void        gw_instance_row_set_selected (GwInstanceRow *self,
                                          gboolean       selected);

G_END_DECLS
