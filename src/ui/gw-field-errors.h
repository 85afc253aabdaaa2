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

G_END_DECLS
