/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A window keeps its size once it is shown; this makes it grow with fields and messages that appear
 * in @scrolled, up to its maximal content height: as long as the screen is likely to have room. */
void gw_dialog_fit (GtkScrolledWindow *scrolled);

G_END_DECLS
