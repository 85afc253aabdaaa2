/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-saved-logins.h"

G_BEGIN_DECLS

/**
 * GwReplaceDialog:
 *
 * Another password, or passphrase of the key file, for a saved login. Closes only after the keyring
 * has it. A modal AdwWindow. Signal `replaced` (no arguments): before it closes.
 */
#define GW_TYPE_REPLACE_DIALOG (gw_replace_dialog_get_type ())
G_DECLARE_FINAL_TYPE (GwReplaceDialog, gw_replace_dialog, GW, REPLACE_DIALOG, AdwWindow)

GwReplaceDialog *gw_replace_dialog_new           (GtkWindow          *parent,
                                                  GwSavedLogins      *logins,
                                                  const GwSavedLogin *login);
/* Auto-lock: the field is emptied. */
void             gw_replace_dialog_clear_secrets (GwReplaceDialog    *self);

G_END_DECLS
