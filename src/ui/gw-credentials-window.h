/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-catalogue.h"
#include "gw-saved-logins.h"

G_BEGIN_DECLS

/**
 * GwCredentialsWindow:
 *
 * “Credentials”: what Gangway keeps in the keyring, credentials and saved logins, each with its
 * kind, fingerprint, which instances use it, when it was created and last used; rename, replace
 * the secret, delete with undo. Not modal.
 */
#define GW_TYPE_CREDENTIALS_WINDOW (gw_credentials_window_get_type ())
G_DECLARE_FINAL_TYPE (GwCredentialsWindow, gw_credentials_window, GW, CREDENTIALS_WINDOW, AdwWindow)

GtkWindow *gw_credentials_window_new (GtkWindow     *parent,
                                      GwSavedLogins *logins,
                                      GwCatalogue   *catalogue);
/* Auto-lock: what was removed cannot be brought back any more. */
void       gw_credentials_window_clear_secrets (GwCredentialsWindow *self);

G_END_DECLS
