/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-toplevels.h"

#include "gw-account-dialog.h"
#include "gw-accounts-window.h"
#include "gw-credential-dialog.h"
#include "gw-credentials-window.h"
#include "gw-login-dialog.h"
#include "gw-replace-dialog.h"
#include "gw-window.h"

static gboolean
on_event (GtkEventController *controller,
          GdkEvent           *event,
          GwAutoLock         *auto_lock)
{
  GdkEventType type = gdk_event_get_event_type (event);

  g_assert (GW_IS_AUTO_LOCK (auto_lock));

  if (type == GDK_KEY_PRESS || type == GDK_BUTTON_PRESS || type == GDK_TOUCH_BEGIN
      || type == GDK_SCROLL)
    gw_auto_lock_note_activity (auto_lock);
  return GDK_EVENT_PROPAGATE;
}

static void
watch_window (GtkWidget  *window,
              GwAutoLock *auto_lock)
{
  GtkEventController *controller = gtk_event_controller_legacy_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect_object (controller, "event", G_CALLBACK (on_event), auto_lock, 0);
  gtk_widget_add_controller (window, controller);
}

static void
on_windows_changed (GListModel *windows,
                    guint       position,
                    guint       n_removed,
                    guint       n_added,
                    GwAutoLock *auto_lock)
{
  g_assert (GW_IS_AUTO_LOCK (auto_lock));

  for (guint i = position; i < position + n_added; i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      watch_window (window, auto_lock);
    }
}

void
gw_toplevels_watch (GwAutoLock *auto_lock)
{
  GListModel *windows = gtk_window_get_toplevels ();

  g_return_if_fail (GW_IS_AUTO_LOCK (auto_lock));

  g_signal_connect_object (windows, "items-changed", G_CALLBACK (on_windows_changed), auto_lock, 0);
  on_windows_changed (windows, 0, 0, g_list_model_get_n_items (windows), auto_lock);
}

void
gw_toplevels_clear_secrets (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (GW_IS_LOGIN_DIALOG (window))
        gw_login_dialog_clear_secrets (GW_LOGIN_DIALOG (window));
      else if (GW_IS_CREDENTIAL_DIALOG (window))
        gw_credential_dialog_clear_secrets (GW_CREDENTIAL_DIALOG (window));
      else if (GW_IS_CREDENTIALS_WINDOW (window))
        gw_credentials_window_clear_secrets (GW_CREDENTIALS_WINDOW (window));
      else if (GW_IS_ACCOUNT_DIALOG (window))
        gw_account_dialog_clear_secrets (GW_ACCOUNT_DIALOG (window));
      else if (GW_IS_ACCOUNTS_WINDOW (window))
        gw_accounts_window_clear_secrets (GW_ACCOUNTS_WINDOW (window));
      else if (GW_IS_REPLACE_DIALOG (window))
        gw_replace_dialog_clear_secrets (GW_REPLACE_DIALOG (window));
      else if (GW_IS_WINDOW (window))
        gw_window_clear_secrets (GW_WINDOW (window));
    }
}
