/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-tab.h"
#include "gw-window.h"

G_BEGIN_DECLS

/* What gw-window.c (the frame), gw-window-tabs.c, gw-window-login.c and
 * gw-window-import.c share. */

typedef enum {
  GW_WINDOW_STATE_OPEN,
  GW_WINDOW_STATE_ASKING,  /* whether living sessions may end */
  GW_WINDOW_STATE_CLOSING, /* confirmed */
} GwWindowState;

struct _GwWindow
{
  AdwApplicationWindow  parent_instance;

  AdwToastOverlay      *toasts;
  GtkWidget            *header_bar;
  AdwWindowTitle       *title;
  GtkWidget            *paned;
  AdwBin               *sidebar_bin;
  GtkStack             *stack;
  GtkWidget            *tab_bar;
  AdwTabView           *tab_view;
  GtkWidget            *sidebar;

  GwCatalogue          *catalogue;
  GwFileSource         *saved;
  GwSavedLogins        *logins;
  GwCloudAccounts      *accounts; /* NULL in some tests */
  GSettings            *settings;
  GCancellable         *cancellable;
  GwWindowState         state;
};

/* gw-window-tabs.c */
/* (nullable) (transfer none) */
GwTab *gw_window_get_tab         (GwWindow   *self);
void   gw_window_add_tab         (GwWindow   *self,
                                  GwLogin    *login);
guint  gw_window_count_connected (GwWindow   *self);
void   gw_window_setup_tabs      (GwWindow   *self);
/* Ends all sessions. The application stays until their engines have gone. */
void   gw_window_close_tabs      (GwWindow   *self);

/* gw-window-login.c */
/* With the saved login if there is one and nothing speaks against it, which is asked first where the
 * state is too old; else, and with @ask, the Login dialog, which says why. */
void   gw_window_open_instance   (GwWindow   *self,
                                  GwInstance *instance,
                                  gboolean    ask);
/* The dialog as it was for @login, with @notice (nullable) in it; then connects again in @tab. */
void   gw_window_edit_login      (GwWindow   *self,
                                  GwTab      *tab,
                                  GwLogin    *login,
                                  const char *notice);

/* Its page in the vendor's console. */
void   gw_window_open_in_browser (GwWindow   *self,
                                  GwInstance *instance);
void   gw_window_show_details    (GwWindow   *self,
                                  GwInstance *instance);

/* gw-window-accounts.c */
/* The actions of the cloud accounts and their instances; none where there are no accounts. */
void   gw_window_setup_accounts  (GwWindow   *self);

/* gw-window-import.c */
/* Asks for a file and imports it. */
void   gw_window_import          (GwWindow   *self);
void   gw_window_import_file     (GwWindow   *self,
                                  const char *path);

G_END_DECLS
