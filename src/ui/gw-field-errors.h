/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * A line of its own below a row of a boxed list that says what is wrong with that row. The row is
 * marked as invalid, and described by the line for screen readers.
 */

/* Instead of what was said before; %NULL takes it away. */
void        gw_field_error_set (GtkWidget  *field,
                                const char *message);
/* What is said; %NULL if nothing. */
const char *gw_field_error_get (GtkWidget  *field);
/* By what @field is described as well, for screen readers, whatever is wrong with it; %NULL by
 * nothing. Who says so with a relation of its own loses it with the first error. */
void        gw_field_caption_set (GtkWidget *field,
                                  GtkWidget *caption);

G_END_DECLS
