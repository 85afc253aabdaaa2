/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * GwKeyChooser:
 *
 * A popover that lists the private keys in ~/.ssh and those that the agent holds; it looks anew
 * each time it is shown.
 * Signals: `file-chosen` (const char *path), `agent-key-chosen` (const char *fingerprint,
 * const char *type, const char *comment).
 */
#define GW_TYPE_KEY_CHOOSER (gw_key_chooser_get_type ())
G_DECLARE_FINAL_TYPE (GwKeyChooser, gw_key_chooser, GW, KEY_CHOOSER, GtkPopover)

GtkWidget *gw_key_chooser_new (void);
/* Whether the agent is asked at all; it is by default. */
void       gw_key_chooser_set_offers_agent (GwKeyChooser *self,
                                            gboolean      offers_agent);

G_END_DECLS
