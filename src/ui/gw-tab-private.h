/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-feeder.h"
#include "gw-find-bar.h"
#include "gw-tab.h"
#include "gw-terminal.h"

G_BEGIN_DECLS

/* What is over the terminal. */
typedef enum {
  GW_TAB_PAGE_NONE,
  GW_TAB_PAGE_PROGRESS,
  GW_TAB_PAGE_PROMPT,
  GW_TAB_PAGE_FAILURE,
  GW_TAB_PAGE_PASTE,
} GwTabPage;

/* Shared by the parts of the class: gw-tab.c has the session's life, gw-tab-pages.c what is over
 * the terminal and the focus, gw-tab-actions.c the actions, menu and paste. */
struct _GwTab {
  AdwBin parent_instance;

  AdwToastOverlay *toasts;
  GwFindBar *find_bar;
  GtkWidget *scrolled;
  GwTerminal *terminal;
  GtkWidget *cover;
  GtkWidget *edge;
  AdwBin *page_bin;
  GtkWidget *end_bar;
  GtkLabel *end_label;
  GMenuModel *menu;
  GtkWidget *popover;

  GwLogin *login;
  GwSavedLogins *logins;
  GwCloudAccounts *accounts; /* or NULL */
  GSettings *settings;
  GSimpleActionGroup *actions;

  GwSession *session;
  GwFeeder *feeder;
  guint start_id;
  GwTabPage page;
  GwPrompt *prompt; /* of a PROMPT page, which owns it */
  gint64 ended_at; /* monotonic, of the last session */
  char *title;
  gboolean has_text;
  gboolean needs_attention;
};

/* gw-tab.c */
void gw_tab_reconnect        (GwTab      *self);
void gw_tab_edit_login       (GwTab      *self);

/* gw-tab-pages.c */
void gw_tab_show_page        (GwTab      *self,
                              GwTabPage   page,
                              GtkWidget  *widget);
/* The terminal has its first text, or not any more. */
void gw_tab_place_cover      (GwTab      *self);
/* Page, bar and input as the session's state wants them. */
void gw_tab_update_pages     (GwTab      *self);
gboolean gw_tab_grab_default_focus (GwTab *self);
void gw_tab_show_notice      (GwTab      *self,
                              const char *message);

/* gw-tab-actions.c */
void gw_tab_init_actions     (GwTab      *self);
void gw_tab_popup_menu       (GwTab      *self,
                              double      x,
                              double      y);
/* Sends @text, or shows it first where it has to be looked at. */
void gw_tab_paste            (GwTab      *self,
                              const char *text);

G_END_DECLS
