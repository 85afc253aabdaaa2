/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gw-catalogue.h"

G_BEGIN_DECLS

/**
 * GwScopeChooser:
 *
 * A popover that offers what a credential can be the default of (see gw-credential-scope.h), out of
 * what the instances of a catalogue have. It looks each time it is shown.
 * Signal `chosen` (const char *scope).
 */
#define GW_TYPE_SCOPE_CHOOSER (gw_scope_chooser_get_type ())
G_DECLARE_FINAL_TYPE (GwScopeChooser, gw_scope_chooser, GW, SCOPE_CHOOSER, GtkPopover)

GtkWidget *gw_scope_chooser_new (GwCatalogue *catalogue);

/* “Tag env=prod”, for a label. Free with g_free(). */
char      *gw_scope_dup_title   (GwCatalogue *catalogue,
                                 const char  *scope);

G_END_DECLS
