/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What GtkDropDown 4.8 leaves undone: the button that takes the focus is called @title and what is
 * chosen; where nothing is, it says @placeholder (nullable: “(None)”). A list that opens begins at
 * what is chosen, with the keyboard in its search if it has one; typing searches, and Enter there
 * takes the first hit. */
void gw_drop_down_complete    (GtkDropDown *drop_down,
                               const char  *title,
                               const char  *placeholder);
/* To be called where a factory binds @item: GTK 4.8 has no way of its own to name it. */
void gw_drop_down_name_item   (GtkListItem *item,
                               const char  *name);
/* Enter in the closed @drop_down presses the default button of its window while something is
 * chosen. Space opens the list as ever. */
void gw_drop_down_set_submits (GtkDropDown *drop_down);

G_END_DECLS
