/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include <vte/vte.h>

G_BEGIN_DECLS

/**
 * GwFindBar:
 *
 * Finds text in a terminal and what has scrolled out of it. Hidden until it is opened.
 * Signal `closed` (no arguments): it was hidden, the focus has to go somewhere.
 */
#define GW_TYPE_FIND_BAR (gw_find_bar_get_type ())
G_DECLARE_FINAL_TYPE (GwFindBar, gw_find_bar, GW, FIND_BAR, AdwBin)

/* Once; not referenced: both live in the same tab. */
void     gw_find_bar_set_terminal (GwFindBar   *self,
                                   VteTerminal *terminal);
void     gw_find_bar_open         (GwFindBar   *self);
void     gw_find_bar_close        (GwFindBar   *self);
/* To the next or previous hit; FALSE where there is none. */
gboolean gw_find_bar_find         (GwFindBar   *self,
                                   gboolean     forward);

G_END_DECLS
