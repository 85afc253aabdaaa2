/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gw-sensitive.h"

G_BEGIN_DECLS

/*
 * What every entry that holds a secret has in common (AdwPasswordEntryRow, GtkPasswordEntry): no
 * undo history, its text cannot be copied, cut, dragged or reach the primary selection, not even
 * while it is shown, input methods learn nothing, and line breaks of what is pasted are cut off.
 */
void         gw_secret_entry_protect (GtkEditable  *entry);

/* What was typed; %NULL without error where it is empty. */
GwSensitive *gw_secret_entry_take    (GtkEditable  *entry,
                                      GError      **error);

/* Empties @entry and leaves nothing of its text in memory, as gtk_editable_set_text() would. */
void         gw_secret_entry_clear   (GtkEditable  *entry);

G_END_DECLS
