/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-catalogue.h"
#include "gw-cloud-accounts.h"
#include "gw-file-source.h"
#include "gw-saved-logins.h"

G_BEGIN_DECLS

/**
 * GwSidebar:
 *
 * The list of instances with its search, context menu and empty states.
 * Signals: `connect-instance` (GwInstance, gboolean with): activated; with TRUE for
 * “Connect With…” (always the dialog). `connect-text` (const char *): a typed host that no instance
 * matches. `edit-instance` (GwInstance or NULL for a new one).
 */
#define GW_TYPE_SIDEBAR (gw_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (GwSidebar, gw_sidebar, GW, SIDEBAR, AdwBin)

/* @logins (nullable): what is saved for an instance goes with it; its history says what is recent.
 * @accounts (nullable). @toasts: where “Removed … Undo” is shown. */
GtkWidget *gw_sidebar_new          (GwCatalogue     *catalogue,
                                    GwFileSource    *saved,
                                    GwSavedLogins   *logins,
                                    GwCloudAccounts *accounts,
                                    GSettings       *settings,
                                    AdwToastOverlay *toasts);
/* (transfer none) (nullable): the instance that is selected. */
GwInstance *gw_sidebar_get_selected (GwSidebar     *self);
/* Into the search, its text selected. */
void       gw_sidebar_focus_search (GwSidebar       *self);
/* Shows the whole list again: what was searched for has been found. */
void       gw_sidebar_clear_search (GwSidebar       *self);
/* Asks the cloud for the instances of all accounts, now. */
void       gw_sidebar_refresh      (GwSidebar       *self);
/* Auto-lock: Undo brings back what was removed without its saved login from now on. */
void       gw_sidebar_clear_secrets (GwSidebar      *self);

G_END_DECLS
