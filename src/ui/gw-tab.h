/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-login.h"
#include "gw-login-history.h"
#include "gw-session.h"

G_BEGIN_DECLS

/**
 * GwTab:
 *
 * The child of one AdwTabPage: a terminal, and over it, while they are due, pages for progress, the
 * host-key question, prompts and failure. Owns its GwSession; Reconnect makes a new one from the
 * same GwLogin. Never modal.
 *
 * Properties (read-only, notify): `title` (the instance's name, then the server's title), `loading`
 * (connecting), `needs-attention` (a question waits, the bell rang, the session ended; cleared by
 * the window when the tab is selected), `state` (GwSessionState).
 * Signals: `edit-login` (GwLogin): the user wants the Login dialog back as it was.
 * Actions (group "tab", inserted by the tab): copy, paste, select-all, zoom-in, zoom-out,
 * zoom-normal, find, find-next, find-previous, reconnect, edit-login, cancel, open-link, copy-link.
 * The keys of the first ten are the tab's own, before the terminal gets them.
 */
#define GW_TYPE_TAB (gw_tab_get_type ())
G_DECLARE_FINAL_TYPE (GwTab, gw_tab, GW, TAB, AdwBin)

/* @history: a login that worked is remembered there. */
GwTab           *gw_tab_new              (GwLogin        *login,
                                          GwLoginHistory *history,
                                          GSettings      *settings);
GwLogin         *gw_tab_get_login        (GwTab          *self);
/* Replaces the login and connects again in this tab; its text stays. */
void             gw_tab_connect          (GwTab          *self,
                                          GwLogin        *login);
GwSessionState   gw_tab_get_state        (GwTab          *self);
GwSession       *gw_tab_get_session      (GwTab          *self);
/* Whether closing it would end a living session (then the window asks). */
gboolean         gw_tab_is_connected     (GwTab          *self);
/* End the session; the tab may be dropped afterwards. */
void             gw_tab_close            (GwTab          *self);
void             gw_tab_clear_attention  (GwTab          *self);
/* The whole text of the terminal, for tests. Free with g_free(). */
char            *gw_tab_dump_text        (GwTab          *self);

G_END_DECLS
