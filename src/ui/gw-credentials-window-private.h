/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-credential-entry.h"
#include "gw-credential-page.h"
#include "gw-credentials-window.h"

G_BEGIN_DECLS

/*
 * Private to GwCredentialsWindow, which is in parts: gw-credentials-window.c (the frame),
 * gw-credentials-window-list.c (what is listed), gw-credentials-window-actions.c (what is done to
 * it).
 */

struct _GwCredentialsWindow
{
  AdwWindow      parent_instance;

  GtkWidget     *toasts;
  GtkWidget     *pages;
  GtkWidget     *details;
  GtkWidget     *list_page;
  GtkWidget     *search_button;
  GtkWidget     *search_bar;
  GtkWidget     *search_entry;
  GtkWidget     *contents;
  GtkWidget     *state_group;
  GtkWidget     *keyring_row;
  GtkWidget     *memory_row;
  GtkWidget     *groups[GW_N_ENTRY_KINDS];
  GtkWidget     *boxes[GW_N_ENTRY_KINDS];
  GtkWidget     *status;
  GtkWidget     *status_group;
  GtkWidget     *status_row;
  GtkWidget     *status_create;

  GwSavedLogins *logins;
  GwCatalogue   *catalogue;
  GListStore    *stores[GW_N_ENTRY_KINDS]; /* GwCredentialEntry */
  GListModel    *found[GW_N_ENTRY_KINDS];  /* what the search leaves of them */
  GtkFilter     *filter;
  GStrv          words; /* of the search, folded; never NULL */
  guint          refresh_id;
  guint          opened_position; /* of the row whose details are shown */
  guint          n_busy; /* removals and undos under way: what is half done is not shown */
  GPtrArray     *undoable; /* AdwToast: those that can be undone */
};

/* What an action is about: the entry in the details, else that of the focused row. */
GwCredentialEntry *_gw_credentials_window_get_current    (GwCredentialsWindow *self);
/* Leaves the details for the row that they were opened from. */
void               _gw_credentials_window_show_list      (GwCredentialsWindow *self);
void               _gw_credentials_window_queue_refresh  (GwCredentialsWindow *self);
void               _gw_credentials_window_refresh        (GwCredentialsWindow *self);
/* The list, or what is said in its place. */
void               _gw_credentials_window_show_contents  (GwCredentialsWindow *self);
/* To the row of @entry; where it has none, to the one at @position or before it, so that one can
 * go on deleting; FALSE if its list has no row at all. */
gboolean           _gw_credentials_window_focus_row      (GwCredentialsWindow *self,
                                                          GwCredentialEntry   *entry,
                                                          guint                position);
/* @text: plain, no markup. */
AdwToast          *_gw_credentials_window_toast          (GwCredentialsWindow *self,
                                                          const char          *text,
                                                          const char          *button);
void               _gw_credentials_window_install_actions (GtkWidgetClass      *widget_class);

G_END_DECLS
