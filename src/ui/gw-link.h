/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What a terminal recognises as a link (PCRE2). */
extern const char gw_link_pattern[];

/* Whether @uri, which a server wrote, may be handed to the desktop: http and https with a host, and
 * mailto; nothing else, whatever handler the desktop has for it. */
gboolean gw_link_is_allowed (const char *uri);

/* Opens @uri, which is ours or allowed, with the desktop's program for it, on the display of
 * @widget. */
void     gw_link_open_async (GtkWidget           *widget,
                             const char          *uri,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data);
/* %TRUE where that was cancelled: there is nothing to say. */
gboolean gw_link_open_finish (GAsyncResult       *result,
                              GError            **error);

G_END_DECLS
