/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gw-login-dialog.h"
#include "gw-preferences-window.h"
#include "gw-sidebar-private.h"
#include "gw-tab.h"
#include "gw-ui-test.h"
#include "gw-window-private.h"

typedef struct {
  GwFileSource   *saved;
  GwCatalogue    *catalogue;
  GwSavedLogins  *logins;
  GSettings      *settings;
  GtkWidget      *window;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "instances.json", NULL);

  g_remove (path);
  f->settings = g_settings_new ("org.gangway.Gangway");
  g_settings_reset (f->settings, "sidebar-visible");
  f->saved = gw_file_source_new (path);
  gw_source_load (GW_SOURCE (f->saved));
  f->catalogue = gw_catalogue_new ();
  gw_catalogue_add_source (f->catalogue, GW_SOURCE (f->saved));
  f->logins = gw_ui_logins_new (NULL);
  f->window = GTK_WIDGET (gw_window_new (NULL, f->catalogue, f->saved, f->logins, NULL,
                                         f->settings));
  gtk_window_present (GTK_WINDOW (f->window));
  gw_test_wait_until (gtk_widget_get_mapped (f->window));
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  g_object_add_weak_pointer (G_OBJECT (f->window), (gpointer *) &f->window);
  gtk_window_close (GTK_WINDOW (f->window));
  gw_test_wait_until (f->window == NULL);
  /* Nothing may keep them when the window has gone. */
  g_assert_finalize_object (f->catalogue);
  g_assert_finalize_object (f->saved);
  g_assert_finalize_object (f->logins);
  g_clear_object (&f->settings);
}

static GwInstance *
add (Fixture          *f,
     const char       *id,
     GwInstanceStatus  status)
{
  g_autoptr (GwInstance) instance = gw_instance_new (id);

  gw_instance_set_text (instance, GW_INSTANCE_HOST_NAME, "127.0.0.1");
  gw_instance_set_text (instance, GW_INSTANCE_NAME, id);
  gw_instance_set_status (instance, status, g_get_real_time () / G_USEC_PER_SEC - 7200);
  gw_file_source_add (f->saved, instance, NULL);
  return gw_catalogue_lookup (f->catalogue, id, NULL);
}

static GtkWidget *
activate (Fixture    *f,
          GwInstance *instance,
          GType       expected)
{
  GtkWidget *sidebar = gw_ui_find (f->window, GW_TYPE_SIDEBAR, NULL, NULL);

  g_signal_emit_by_name (sidebar, "connect-instance", instance, FALSE);
  gw_test_wait_until (gw_ui_find_window (expected, f->window) != NULL);
  return gw_ui_find_window (expected, f->window);
}

/* What OK in the dialog does, for a host on which nothing can be reached. */
static void
log_in (Fixture   *f,
        GtkWidget *dialog,
        GwLogin   *login)
{
  g_signal_emit_by_name (dialog, "login", login);
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static GwLogin *
make_login (GwInstance *instance)
{
  GwLogin *login = gw_login_new ();

  gw_login_fill_defaults (login, instance);
  gw_login_set_user (login, "alice");
  return login;
}

static guint
count_tabs (Fixture *f)
{
  GtkWidget *view = gw_ui_find (f->window, ADW_TYPE_TAB_VIEW, NULL, NULL);

  return view != NULL ? (guint) adw_tab_view_get_n_pages (ADW_TAB_VIEW (view)) : 0;
}

static void
test_tab (Fixture       *f,
          gconstpointer  unused)
{
  GwInstance *web = add (f, "a&b", GW_INSTANCE_STATUS_RUNNING);
  g_autoptr (GwLogin) login = make_login (web);
  AdwTabView *view;
  AdwTabPage *page;

  g_assert_nonnull (gw_ui_find (f->window, ADW_TYPE_STATUS_PAGE, "title", "No Session Is Open"));
  log_in (f, activate (f, web, GW_TYPE_LOGIN_DIALOG), login);
  gw_ui_frames (f->window, 2);
  g_assert_cmpuint (count_tabs (f), ==, 1);
  view = ADW_TAB_VIEW (gw_ui_find (f->window, ADW_TYPE_TAB_VIEW, NULL, NULL));
  page = adw_tab_view_get_selected_page (view);
  g_assert_cmpstr (adw_tab_page_get_title (page), ==, "a&b");
  g_assert_cmpstr (adw_tab_page_get_tooltip (page), ==, "a&amp;b\nalice@127.0.0.1");
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (f->window)), ==, "a&b – Gangway");

  /* The engine of this test ends at once: the tab says so and stays. */
  gw_test_wait_until (gw_tab_get_state (GW_TAB (adw_tab_page_get_child (page))) ==
                      GW_SESSION_STATE_CLOSED);
  g_assert_nonnull (adw_tab_page_get_indicator_icon (page));

  /* The same host again, and back to none. */
  gtk_widget_activate_action (f->window, "win.new-tab", NULL);
  gw_test_wait_until (gw_ui_find_window (GW_TYPE_LOGIN_DIALOG, f->window) != NULL);
  log_in (f, gw_ui_find_window (GW_TYPE_LOGIN_DIALOG, f->window), login);
  gw_test_wait_until (count_tabs (f) == 2);
  gtk_widget_activate_action (f->window, "win.close-tab", NULL);
  gtk_widget_activate_action (f->window, "win.close-tab", NULL);
  gw_test_wait_until (gw_ui_find (f->window, ADW_TYPE_STATUS_PAGE, "title",
                                  "No Session Is Open") != NULL);
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (f->window)), ==, "Gangway");
}

static void
test_edit_login (Fixture       *f,
                 gconstpointer  unused)
{
  GwInstance *web = add (f, "web-1", GW_INSTANCE_STATUS_UNKNOWN);
  g_autoptr (GwLogin) login = make_login (web);
  g_autoptr (GwLogin) other = make_login (web);
  GtkWidget *tab;

  log_in (f, activate (f, web, GW_TYPE_LOGIN_DIALOG), login);
  gw_test_wait_until (gw_ui_find (f->window, GW_TYPE_TAB, NULL, NULL) != NULL);
  tab = gw_ui_find (f->window, GW_TYPE_TAB, NULL, NULL);
  g_signal_emit_by_name (tab, "edit-login", login, "The server refused it.");
  gw_test_wait_until (gw_ui_find_window (GW_TYPE_LOGIN_DIALOG, f->window) != NULL);
  gw_login_set_user (other, "bob");
  log_in (f, gw_ui_find_window (GW_TYPE_LOGIN_DIALOG, f->window), other);
  /* In the same tab. */
  g_assert_cmpuint (count_tabs (f), ==, 1);
  g_assert_true (gw_tab_get_login (GW_TAB (tab)) == other);
}

static void
test_not_running (Fixture       *f,
                  gconstpointer  unused)
{
  GwInstance *web = add (f, "web-1", GW_INSTANCE_STATUS_STOPPED);
  /* The dialog says so, and asks; the window has no question of its own before it. */
  GtkWidget *dialog = activate (f, web, GW_TYPE_LOGIN_DIALOG);

  g_assert_null (gw_ui_find_window (ADW_TYPE_MESSAGE_DIALOG, f->window));
  g_assert_nonnull (gw_ui_find (dialog, ADW_TYPE_ACTION_ROW, "title", "Connect Anyway"));
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static void
test_sidebar (Fixture       *f,
              gconstpointer  unused)
{
  gtk_widget_activate_action (f->window, "win.toggle-sidebar", NULL);
  gw_ui_frames (f->window, 2);
  g_assert_null (gw_ui_find (f->window, GW_TYPE_SIDEBAR, NULL, NULL));
  g_assert_false (g_settings_get_boolean (f->settings, "sidebar-visible"));

  /* With no tab open, a new one begins in the search, which has to be seen for that. */
  gtk_widget_activate_action (f->window, "win.new-tab", NULL);
  gw_ui_frames (f->window, 2);
  g_assert_nonnull (gw_ui_find (f->window, GW_TYPE_SIDEBAR, NULL, NULL));
}

/* The host comes back after auto-lock, its secret does not. */
static void
test_remove_and_lock (Fixture       *f,
                      gconstpointer  unused)
{
  GwInstance *web = add (f, "web-1", GW_INSTANCE_STATUS_UNKNOWN);
  g_autoptr (GwLogin) login = make_login (web);
  g_autoptr (GwSensitive) password = gw_sensitive_new ("made-up", -1, NULL);
  GtkWidget *sidebar = gw_ui_find (f->window, GW_TYPE_SIDEBAR, NULL, NULL);
  GListModel *keyring = G_LIST_MODEL (gw_saved_logins_get_keyring (f->logins));

  gw_login_set_password (login, password);
  gw_login_set_remember (login, TRUE);
  gw_saved_logins_keep_async (f->logins, login, NULL, NULL, NULL);
  gw_test_wait_until (g_list_model_get_n_items (keyring) == 1);

  for (guint i = 0; i < 2; i++)
    {
      gboolean locked = i == 1;

      gw_ui_frames (f->window, 3);
      gw_sidebar_select (GW_SIDEBAR (sidebar), web);
      gtk_widget_activate_action (sidebar, "sidebar.remove", NULL);
      gw_test_wait_until (g_list_model_get_n_items (keyring) == 0);
      gw_ui_frames (f->window, 30);
      if (locked)
        gw_window_clear_secrets (GW_WINDOW (f->window));
      gw_ui_click (f->window, "Undo");
      g_assert_nonnull (gw_catalogue_lookup (f->catalogue, "web-1", NULL));
      if (!locked)
        gw_test_wait_until (g_list_model_get_n_items (keyring) == 1);
    }
  gw_test_wait_until (gw_ui_find (f->window, GTK_TYPE_LABEL, "label",
                                  "Restored without its saved login") != NULL);
  g_assert_cmpuint (g_list_model_get_n_items (keyring), ==, 0);
}

static void
test_preferences (Fixture       *f,
                  gconstpointer  unused)
{
  GtkWindow *preferences = gw_preferences_window_new (GTK_WINDOW (f->window), f->settings);
  GtkWidget *style;

  gtk_window_present (preferences);
  gw_test_wait_until (gtk_widget_get_mapped (GTK_WIDGET (preferences)));
  style = gw_ui_find (GTK_WIDGET (preferences), ADW_TYPE_COMBO_ROW, "title", "Style");
  adw_combo_row_set_selected (ADW_COMBO_ROW (style), 2);
  {
    g_autofree char *value = g_settings_get_string (f->settings, "color-scheme");

    g_assert_cmpstr (value, ==, "dark");
  }
  g_settings_reset (f->settings, "color-scheme");
  g_assert_cmpuint (adw_combo_row_get_selected (ADW_COMBO_ROW (style)), ==, 0);
  g_assert_nonnull (gw_ui_find (GTK_WIDGET (preferences), GTK_TYPE_SPIN_BUTTON, "text", "10000"));
  gtk_window_destroy (preferences);
}

static void
test_import (Fixture       *f,
             gconstpointer  unused)
{
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "ecs.json", NULL);
  GtkWidget *message;

  g_file_set_contents (path, "{\"Instances\": {\"Instance\": [{\"InstanceId\": \"i-1\"}, {}]}}", -1,
                       NULL);
  gw_window_import_file (GW_WINDOW (f->window), path);
  /* Read elsewhere: nothing is there before the loop has run. */
  g_assert_null (gw_catalogue_lookup (f->catalogue, "i-1", NULL));
  gw_test_wait_until (gw_catalogue_lookup (f->catalogue, "i-1", NULL) != NULL);
  gw_ui_frames (f->window, 2);
  g_assert_nonnull (gw_ui_find (f->window, GTK_TYPE_LABEL, "label",
                                "1 instance imported, 1 entry skipped"));

  g_file_set_contents (path, "no json", -1, NULL);
  gw_window_import_file (GW_WINDOW (f->window), path);
  gw_test_wait_until (gw_ui_find_window (ADW_TYPE_MESSAGE_DIALOG, f->window) != NULL);
  message = gw_ui_find_window (ADW_TYPE_MESSAGE_DIALOG, f->window);
  g_assert_cmpstr (adw_message_dialog_get_heading (ADW_MESSAGE_DIALOG (message)), ==,
                   "Nothing Was Imported");
  gw_ui_click (message, "Close");
  /* A window that is closed meanwhile is not told. */
  gw_window_import_file (GW_WINDOW (f->window), path);
  g_remove (path);
}

#define ADD(path, func) g_test_add ("/window/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  char *home = gw_test_home_new ();
  int result;

  /* No connection is made here: the engine ends before it says a word. */
  g_setenv ("GANGWAY_ENGINE", "/bin/false", TRUE);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  ADD ("tab", test_tab);
  ADD ("edit-login", test_edit_login);
  ADD ("not-running", test_not_running);
  ADD ("sidebar", test_sidebar);
  ADD ("remove-and-lock", test_remove_and_lock);
  ADD ("preferences", test_preferences);
  ADD ("import", test_import);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
