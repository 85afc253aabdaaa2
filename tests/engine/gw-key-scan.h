/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Looks for the private half of a key in the memory of another process. */

/* All that @pid can write to, without what is zero: GBytes. %NULL if it may not be read. */
GPtrArray *gw_key_scan_read_memory (GPid        pid);
/* What the private half of @public_key ("ssh-ed25519 BASE64" or "ssh-rsa BASE64") looks like in
 * memory: GBytes, for Ed25519 the seed and what is derived from it, for RSA all secret numbers in
 * both orders. It is found in @memory by trying whether a piece of it fits the public half; %NULL
 * if nothing does. */
GPtrArray *gw_key_scan_find        (GPtrArray  *memory,
                                    const char *public_key);
/* How many of @needles are in @memory. */
guint      gw_key_scan_count       (GPtrArray  *memory,
                                    GPtrArray  *needles);

G_END_DECLS
