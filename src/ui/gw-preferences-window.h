/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * GwPreferencesWindow:
 *
 * The settings, applied at once. A plain AdwWindow: AdwPreferencesWindow is deprecated later and
 * is not quiet on newer systems.
 */
#define GW_TYPE_PREFERENCES_WINDOW (gw_preferences_window_get_type ())
G_DECLARE_FINAL_TYPE (GwPreferencesWindow, gw_preferences_window, GW, PREFERENCES_WINDOW, AdwWindow)

GtkWindow *gw_preferences_window_new (GtkWindow *parent,
                                      GSettings *settings);

G_END_DECLS
