/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-prompt.h"

G_BEGIN_DECLS

/**
 * GwHostKeyPage:
 *
 * A page of a tab that asks about a host key. Unknown: trust it or not. Changed, or another one
 * than the cloud account names: stop; accepting it is a second step, in which the name of the host
 * is typed. No key press alone accepts, the page takes the focus itself; but Return does for a key
 * that the cloud account has verified. Follows what the account says while the page is there.
 * Signal `notice` (const char *message): the key was accepted but could not be stored.
 */
#define GW_TYPE_HOST_KEY_PAGE (gw_host_key_page_get_type ())
G_DECLARE_FINAL_TYPE (GwHostKeyPage, gw_host_key_page, GW, HOST_KEY_PAGE, AdwBin)

GtkWidget *gw_host_key_page_new (GwPrompt *prompt);

G_END_DECLS
