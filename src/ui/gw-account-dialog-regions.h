/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * GwAccountDialogRegions:
 *
 * “Regions”: all of them, or those that are ticked in a list with a search.
 */
#define GW_TYPE_ACCOUNT_DIALOG_REGIONS (gw_account_dialog_regions_get_type ())
G_DECLARE_FINAL_TYPE (GwAccountDialogRegions, gw_account_dialog_regions, GW, ACCOUNT_DIALOG_REGIONS,
                      AdwPreferencesGroup)

/* @names (element-type GwCloudName): regions that are offered from now on too; ticks stay. */
void     gw_account_dialog_regions_offer       (GwAccountDialogRegions *self,
                                                GPtrArray              *names);
/* Ids; empty: all regions. */
void     gw_account_dialog_regions_tick        (GwAccountDialogRegions *self,
                                                const char *const      *ids);
/* What is ticked; empty: all. */
GStrv    gw_account_dialog_regions_dup         (GwAccountDialogRegions *self);
/* FALSE, and it says so, where only those ticked are wanted and none is. */
gboolean gw_account_dialog_regions_check       (GwAccountDialogRegions *self);
void     gw_account_dialog_regions_clear_error (GwAccountDialogRegions *self);

G_END_DECLS
