/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-catalogue.h"

G_BEGIN_DECLS

/**
 * GwInstanceField:
 *
 * An entry for the name or address of an instance, which lists what matches while one types. Arrow
 * keys move in the list, Enter or a click picks.
 * Signal `picked` (GwInstance): one of the list was chosen; the text is its title by then, and has
 * changed without a `changed` signal.
 */
#define GW_TYPE_INSTANCE_FIELD (gw_instance_field_get_type ())
G_DECLARE_FINAL_TYPE (GwInstanceField, gw_instance_field, GW, INSTANCE_FIELD, AdwEntryRow)

/* Where to look. Once. */
void        gw_instance_field_set_catalogue    (GwInstanceField *self,
                                                GwCatalogue     *catalogue);
/* Sets the text without a `changed` signal and without suggestions. */
void        gw_instance_field_set_text         (GwInstanceField *self,
                                                const char      *text);
/* What is suggested for the text as it is now (GwInstance). */
GListModel *gw_instance_field_get_suggestions  (GwInstanceField *self);
/* Takes a suggestion, as Enter or a click on it does; FALSE if there is none at @position. */
gboolean    gw_instance_field_pick             (GwInstanceField *self,
                                                guint            position);

G_END_DECLS
