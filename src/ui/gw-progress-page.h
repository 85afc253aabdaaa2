/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-key-delivery.h"

G_BEGIN_DECLS

/**
 * GwProgressPage:
 *
 * A page of a tab that connects: the phase, where to, and Cancel (action tab.cancel). With
 * a temporary key the steps of its delivery as well, and the phase stands beside the login's. It
 * takes the focus itself: letters typed on from a prompt press no button.
 */
#define GW_TYPE_PROGRESS_PAGE (gw_progress_page_get_type ())
G_DECLARE_FINAL_TYPE (GwProgressPage, gw_progress_page, GW, PROGRESS_PAGE, AdwBin)

/* @target: what is connected to, as “root@203.0.113.7”. */
GtkWidget *gw_progress_page_new          (const char     *target);
void       gw_progress_page_set_phase    (GwProgressPage *self,
                                          const char     *title);
void       gw_progress_page_set_delivery (GwProgressPage *self,
                                          GwKeyDelivery  *delivery);

G_END_DECLS
