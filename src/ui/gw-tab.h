/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-cloud-accounts.h"
#include "gw-login.h"
#include "gw-saved-logins.h"
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
 * Signals: `edit-login` (GwLogin, const char *notice or NULL): the Login dialog is wanted as it
 * was, by the user, or because the server refused what was saved, which @notice then says.
 * Actions (group "tab", inserted by the tab): copy, paste, select-all, zoom-in, zoom-out,
 * zoom-normal, find, find-next, find-previous, reconnect, edit-login, cancel, open-link, copy-link.
 * The keys of the first ten are the tab's own, before the terminal gets them.
 */
#define GW_TYPE_TAB (gw_tab_get_type ())
G_DECLARE_FINAL_TYPE (GwTab, gw_tab, GW, TAB, AdwBin)

/* @logins (nullable): where secrets come from, and where a login that worked is remembered.
 * @accounts (nullable): of instances of the cloud. */
GwTab           *gw_tab_new              (GwLogin         *login,
                                          GwSavedLogins   *logins,
                                          GwCloudAccounts *accounts,
                                          GSettings       *settings);
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
/* Empties the fields of a question for secrets. */
void             gw_tab_clear_secrets    (GwTab          *self);
/* The whole text of the terminal, for tests. Free with g_free(). */
char            *gw_tab_dump_text        (GwTab          *self);

G_END_DECLS
