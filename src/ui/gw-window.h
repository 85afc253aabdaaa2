/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-catalogue.h"
#include "gw-cloud-accounts.h"
#include "gw-endpoint.h"
#include "gw-file-source.h"
#include "gw-saved-logins.h"

G_BEGIN_DECLS

/**
 * GwWindow:
 *
 * The window: instances on the left, terminals in tabs on the right. Activating an instance
 * connects with the login that was saved for it, else opens the Login dialog, and that a tab.
 */
#define GW_TYPE_WINDOW (gw_window_get_type ())
G_DECLARE_FINAL_TYPE (GwWindow, gw_window, GW, WINDOW, AdwApplicationWindow)

GwWindow *gw_window_new           (GtkApplication *application,
                                   GwCatalogue    *catalogue,
                                   GwFileSource   *saved,
                                   GwSavedLogins  *logins,
                                   GwCloudAccounts *accounts,
                                   GSettings      *settings);
/* Opens the Login dialog for what was typed or linked. Connects to nothing by itself. */
void      gw_window_open_endpoint (GwWindow       *self,
                                   GwEndpoint     *endpoint);
/* @text is plain, no markup. */
void      gw_window_toast         (GwWindow       *self,
                                   const char     *text);

/* Auto-lock: what was typed into questions for secrets goes, and what Undo would bring back. */
void      gw_window_clear_secrets (GwWindow       *self);
/* Closes the window and ends its sessions without a question: the desktop is logging out. */
void      gw_window_end           (GwWindow       *self);

G_END_DECLS
