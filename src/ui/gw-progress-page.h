/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * GwProgressPage:
 *
 * A page of a tab that connects: the phase, where to, and Cancel (action tab.cancel). It takes the
 * focus itself: letters typed on from a prompt press no button.
 */
#define GW_TYPE_PROGRESS_PAGE (gw_progress_page_get_type ())
G_DECLARE_FINAL_TYPE (GwProgressPage, gw_progress_page, GW, PROGRESS_PAGE, AdwBin)

/* @target: what is connected to, as “root@203.0.113.7”. */
GtkWidget *gw_progress_page_new       (const char     *target);
void       gw_progress_page_set_phase (GwProgressPage *self,
                                       const char     *title);

G_END_DECLS
