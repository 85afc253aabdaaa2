/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Gives the buttons below @root that libadwaita 1.2 made their one name for screen readers: those
 * with a mnemonic have it twice (“Cancel Cancel”), those that close a tab or a toast are called
 * “GtkImage”. */
void gw_accessible_name_buttons    (GtkWidget *root);
/* Lets the buttons below @root that have but an icon be called what their tooltips say, such as the
 * eye of AdwPasswordEntryRow 1.2. */
void gw_accessible_name_by_tooltip (GtkWidget *root);

G_END_DECLS
