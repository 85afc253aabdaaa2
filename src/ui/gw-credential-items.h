/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gw-credential.h"

G_BEGIN_DECLS

/* How a drop-down shows and finds the credentials that are its model. */
void  gw_credential_items_set_up   (GtkDropDown  *drop_down);
/* “root, Private Key, ED25519”. Free with g_free(). */
char *gw_credential_items_describe (GwCredential *credential);

G_END_DECLS
