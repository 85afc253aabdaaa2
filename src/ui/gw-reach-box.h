/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-reach.h"

G_BEGIN_DECLS

/**
 * GwReachBox:
 *
 * On a failure card, when nothing answered: asks at once what the security groups say (a spinner, a
 * sentence), and offers “Security Groups…”, which opens GwReachDialog. Cancelled with the widget.
 * Signal `admitted` (no arguments): a rule was added; try again.
 */
#define GW_TYPE_REACH_BOX (gw_reach_box_get_type ())
G_DECLARE_FINAL_TYPE (GwReachBox, gw_reach_box, GW, REACH_BOX, AdwBin)

GtkWidget *gw_reach_box_new (GwCloudAccounts *accounts,
                             GSettings       *settings,
                             GwInstance      *instance,
                             GwConnection    *connection,
                             guint            port);

G_END_DECLS
