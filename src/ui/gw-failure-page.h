/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-diagnosis.h"
#include "gw-key-delivery.h"

G_BEGIN_DECLS

/**
 * GwFailurePage:
 *
 * A page of a tab whose login failed: what happened, what to do, and the details to copy. Its
 * buttons are the actions tab.edit-login and tab.reconnect (Try Again, which has the focus; a key
 * struck before the page can have been seen presses nothing). Where the diagnosis has a request for
 * an administrator there is a button that copies it.
 * Signal `notice` (const char *message): something to be said in passing.
 */
#define GW_TYPE_FAILURE_PAGE (gw_failure_page_get_type ())
G_DECLARE_FINAL_TYPE (GwFailurePage, gw_failure_page, GW, FAILURE_PAGE, AdwBin)

GtkWidget *gw_failure_page_new          (const GwDiagnosis *diagnosis);
/* The way out: “Open in Browser” opens @uri, https. */
void       gw_failure_page_set_way_out  (GwFailurePage     *self,
                                         const char        *uri);
/* Shows the steps of @delivery as they ended, if one of them failed. */
void       gw_failure_page_set_delivery (GwFailurePage     *self,
                                         GwKeyDelivery     *delivery);
/* What else there is to be known or done, above the buttons. */
void       gw_failure_page_set_help     (GwFailurePage     *self,
                                         GtkWidget         *widget);

G_END_DECLS
