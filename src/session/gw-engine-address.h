/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Whether an address that an engine announced may be dialled: a socket in a folder of this user's
 * engines, which nobody else can enter. */
gboolean gw_engine_check_address (const char  *address,
                                  GError     **error);

G_END_DECLS
