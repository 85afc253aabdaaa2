/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <vte/vte.h>

G_BEGIN_DECLS

/**
 * GwTerminal:
 *
 * A VteTerminal without a pty, as Gangway wants it: settings applied as they change, palette after
 * the style, keys set by us, links of three schemes only, and no paste that nobody has looked at.
 *
 * Signals:
 * `size-changed` (guint columns, guint rows): the first allocation, and each change after it.
 * `paste` (const char *text): the person wants to paste this; nothing was sent yet.
 * `menu` (double x, double y): the context menu is due there.
 * `title-changed`, `link-failed` (const char *message).
 */
#define GW_TYPE_TERMINAL (gw_terminal_get_type ())
G_DECLARE_FINAL_TYPE (GwTerminal, gw_terminal, GW, TERMINAL, VteTerminal)

/* Once, before it is shown. */
void        gw_terminal_set_settings    (GwTerminal *self,
                                         GSettings  *settings);
/* 0, 0 before the first allocation. */
void        gw_terminal_get_size        (GwTerminal *self,
                                         guint      *columns,
                                         guint      *rows);
/* Asks the clipboard, or the primary selection; ends in `paste`. */
void        gw_terminal_request_paste   (GwTerminal *self,
                                         gboolean    primary);
/* What the clipboard is still being asked for is not pasted any more. */
void        gw_terminal_cancel_paste    (GwTerminal *self);
/* +1 larger, -1 smaller, 0 normal. */
void        gw_terminal_zoom            (GwTerminal *self,
                                         int         direction);
/* The title that the server set, cleaned; "" for none. Free with g_free(). */
char       *gw_terminal_dup_title       (GwTerminal *self);
/* The target of the link under the pointer at the last `menu`, %NULL for none. */
const char *gw_terminal_get_menu_link   (GwTerminal *self);
/* Opens @uri if gw_link_is_allowed(). */
void        gw_terminal_open_link       (GwTerminal *self,
                                         const char *uri);
/* All text, scrollback too. Free with g_free(). */
char       *gw_terminal_dump_text       (GwTerminal *self);

G_END_DECLS
