/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Removes the sockets in @folder that nobody answers on and that are older than a minute (a
 * younger one may be an engine between bind and listen). Returns how many. Does not block. */
guint gw_engine_sweep         (const char *folder);
/* The same for the folders gangway-XXXXXX in @parent, where engines go that have no runtime
 * folder: removes those that are this user's only and hold nothing but a dead socket, or nothing.
 * Returns how many. */
guint gw_engine_sweep_private (const char *parent);
/* Both for the places of this user's engines, once in the life of this process. */
void  gw_engine_sweep_once    (void);

G_END_DECLS
