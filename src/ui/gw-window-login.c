/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-window-private.h"

#include "gw-login-dialog.h"
#include "gw-sidebar.h"

static void
on_login (GwLoginDialog *dialog,
          GwLogin       *login,
          GwWindow      *self)
{
  g_assert (GW_IS_WINDOW (self));

  gw_sidebar_clear_search (GW_SIDEBAR (self->sidebar));
  gw_window_add_tab (self, login);
}

static GwLoginDialog *
make_dialog (GwWindow *self)
{
  return gw_login_dialog_new (GTK_WINDOW (self), self->catalogue, (gpointer) self->history,
                              self->settings);
}

void
gw_window_open_instance (GwWindow   *self,
                         GwInstance *instance)
{
  GwLoginDialog *dialog = make_dialog (self);

  gw_login_dialog_set_instance (dialog, instance);
  g_signal_connect_object (dialog, "login", G_CALLBACK (on_login), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
gw_window_open_endpoint (GwWindow   *self,
                         GwEndpoint *endpoint)
{
  GwLoginDialog *dialog;

  g_return_if_fail (GW_IS_WINDOW (self));
  g_return_if_fail (endpoint != NULL);

  dialog = make_dialog (self);
  gw_login_dialog_set_endpoint (dialog, endpoint->user, endpoint->host, endpoint->port);
  g_signal_connect_object (dialog, "login", G_CALLBACK (on_login), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_login_again (GwLoginDialog *dialog,
                GwLogin       *login,
                GwTab         *tab)
{
  g_assert (GW_IS_TAB (tab));

  gw_tab_connect (tab, login);
  gtk_widget_grab_focus (GTK_WIDGET (tab));
}

void
gw_window_edit_login (GwWindow *self,
                      GwTab    *tab,
                      GwLogin  *login)
{
  GwLoginDialog *dialog = make_dialog (self);

  gw_login_dialog_set_login (dialog, login);
  /* If the tab is closed meanwhile there is nothing left to connect in. */
  g_signal_connect_object (dialog, "login", G_CALLBACK (on_login_again), tab, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}
