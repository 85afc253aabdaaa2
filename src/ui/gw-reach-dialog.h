/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-reach.h"

G_BEGIN_DECLS

/**
 * GwReachDialog:
 *
 * “Security Groups”: whether those of an instance let the user in, and a rule that would. A modal
 * AdwWindow over its transient-for: what stands in the way; the address (with where it is from, and
 * how to ask for it), port, group and description; exactly what will be sent; Add Rule. A large
 * part of the internet needs a second, explicit step. Nothing is sent that changes something before
 * Add Rule.
 * Signal `admitted` (no arguments): the rule is there; the dialog closes itself afterwards.
 */
#define GW_TYPE_REACH_DIALOG (gw_reach_dialog_get_type ())
G_DECLARE_FINAL_TYPE (GwReachDialog, gw_reach_dialog, GW, REACH_DIALOG, AdwWindow)

GwReachDialog *gw_reach_dialog_new (GtkWindow       *parent,
                                    GwCloudAccounts *accounts,
                                    GSettings       *settings,
                                    GwInstance      *instance,
                                    GwConnection    *connection,
                                    guint            port);

G_END_DECLS
