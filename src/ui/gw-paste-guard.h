/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-paste.h"

G_BEGIN_DECLS

/**
 * GwPasteGuard:
 *
 * A page of a tab: shows what is about to be pasted, lets it be edited, and asks.
 * Signals: `paste` (const char *text): it was accepted, and cleaned once more; `cancel`.
 */
#define GW_TYPE_PASTE_GUARD (gw_paste_guard_get_type ())
G_DECLARE_FINAL_TYPE (GwPasteGuard, gw_paste_guard, GW, PASTE_GUARD, AdwBin)

GtkWidget *gw_paste_guard_new (GwPaste *paste);

G_END_DECLS
