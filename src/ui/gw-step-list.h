/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-key-delivery.h"

G_BEGIN_DECLS

/**
 * GwStepList:
 *
 * The steps of a login with a temporary key: how far each one is, how long it took, and how long
 * the key is valid. Its size stays the same while they go on. For screen readers each step is one
 * item of a list, which changes with the step and not with the clock.
 */
#define GW_TYPE_STEP_LIST (gw_step_list_get_type ())
G_DECLARE_FINAL_TYPE (GwStepList, gw_step_list, GW, STEP_LIST, AdwBin)

/* @ended: as it ended, for a failure: shows what there is now and does not follow @delivery. */
GtkWidget *gw_step_list_new            (GwKeyDelivery *delivery,
                                        gboolean       ended);
/* What the connection does beside the delivery: stands at the login until that begins. */
void       gw_step_list_set_connection (GwStepList    *self,
                                        const char    *text);

G_END_DECLS
