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
 * scrolls. Signals `connect-clicked`; `instance-changed`: it shows what is new. Properties `title` and `subtitle` (read-only): the two lines,
 * with markup.
 */
#define GW_TYPE_INSTANCE_ROW (gw_instance_row_get_type ())
G_DECLARE_FINAL_TYPE (GwInstanceRow, gw_instance_row, GW, INSTANCE_ROW, GtkWidget)

typedef enum {
  GW_INSTANCE_ROW_PLAIN = 0,
  GW_INSTANCE_ROW_AMBIGUOUS = 1 << 0, /* another one has the same title */
  GW_INSTANCE_ROW_HIDDEN = 1 << 1,    /* by the user, but shown all the same */
} GwInstanceRowFlags;

GtkWidget  *gw_instance_row_new          (void);
GwInstance *gw_instance_row_get_instance (GwInstanceRow *self);
/* @instance %NULL: shows nothing. To be followed by gw_instance_row_show(). */
void        gw_instance_row_set_instance (GwInstanceRow *self,
                                          GwInstance    *instance);
/* @search (nullable) is only used during the call. */
void        gw_instance_row_show         (GwInstanceRow *self,
                                          GwSearch      *search,
                                          GwInstanceRowFlags flags);
void        gw_instance_row_set_selected (GwInstanceRow *self,
                                          gboolean       selected);

G_END_DECLS
