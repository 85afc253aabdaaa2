/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a terminal recognises as a link (PCRE2). */
extern const char gw_link_pattern[];

/* Whether @uri, which a server wrote, may be handed to the desktop: http and https with a host, and
 * mailto; nothing else, whatever handler the desktop has for it. */
gboolean gw_link_is_allowed (const char *uri);

G_END_DECLS
