/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What auto-lock has to do with all windows. */

#include "gw-auto-lock-private.h"
#include "gw-credential-dialog.h"
#include "gw-login-dialog.h"
#include "gw-replace-dialog.h"
#include "gw-toplevels.h"
#include "gw-ui-test.h"

static void
on_lock (guint *n_locks)
{
  *n_locks += 1;
}

static void
click_at (int x,
          int y)
{
  g_autofree char *line = g_strdup_printf ("xdotool mousemove %d %d click 1", x, y);
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_command_line_sync (line, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, NULL));
}

static void
close_window (GtkWidget *window)
{
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_window_destroy (GTK_WINDOW (window));
  gw_test_wait_until (window == NULL);
}

/* It locks once for each time that somebody was there. */
static void
test_activity (void)
{
  g_autoptr (GwAutoLock) lock = gw_auto_lock_new (NULL, NULL);
  GtkWidget *earlier = gtk_window_new ();
  GtkWidget *later;
  guint n_locks = 0;

  g_signal_connect_swapped (lock, "lock", G_CALLBACK (on_lock), &n_locks);
  gw_toplevels_watch (lock);
  _gw_auto_lock_set_microseconds (lock, 1000);
  gw_test_wait_until (n_locks == 1);

  gtk_window_present (GTK_WINDOW (earlier));
  gw_test_wait_until (gtk_widget_get_mapped (earlier));
  gw_ui_frames (earlier, 2);
  click_at (20, 100);
  gw_test_wait_until (n_locks == 2);
  close_window (earlier);

  later = gtk_window_new ();
  gtk_window_present (GTK_WINDOW (later));
  gw_test_wait_until (gtk_widget_get_mapped (later));
  gw_ui_frames (later, 2);
  click_at (20, 100);
  gw_test_wait_until (n_locks == 3);
  close_window (later);
}

/* Types into the entry for a secret of @window. (transfer full): the buffer that holds it. */
static GtkEntryBuffer *
type_secret (GtkWidget *window)
{
  GtkWidget *row;

  gtk_window_present (GTK_WINDOW (window));
  gw_test_wait_until (
    (row = gw_ui_find (window, ADW_TYPE_PASSWORD_ENTRY_ROW, NULL, NULL)) != NULL);
  gtk_editable_set_text (GTK_EDITABLE (row), "made-up");
  return g_object_ref (gtk_text_get_buffer (
    GTK_TEXT (gtk_editable_get_delegate (GTK_EDITABLE (row)))));
}

static void
test_clear_secrets (void)
{
  g_autofree char *path = g_build_filename (g_get_user_state_dir (), "logins.json", NULL);
  g_autoptr (GwSavedLogins) logins = gw_ui_logins_new (path);
  g_autoptr (GwCatalogue) catalogue = gw_catalogue_new ();
  g_autoptr (GSettings) settings = g_settings_new ("org.gangway.Gangway");
  GwSavedLogin login = { .key = (char *) "host:web", .title = (char *) "web",
                         .user = (char *) "root", .method = GW_METHOD_PASSWORD };
  GtkWidget *windows[] = {
    GTK_WIDGET (gw_login_dialog_new (NULL, catalogue, logins, NULL, settings)),
    GTK_WIDGET (gw_credential_dialog_new (NULL, gw_saved_logins_get_credentials (logins),
                                          catalogue, NULL)),
    GTK_WIDGET (gw_replace_dialog_new (NULL, logins, &login)),
  };
  GtkEntryBuffer *buffers[G_N_ELEMENTS (windows)];

  for (guint i = 0; i < G_N_ELEMENTS (windows); i++)
    {
      buffers[i] = type_secret (windows[i]);
      g_object_add_weak_pointer (G_OBJECT (buffers[i]), (gpointer *) &buffers[i]);
      g_object_unref (buffers[i]);
    }
  gw_toplevels_clear_secrets ();
  for (guint i = 0; i < G_N_ELEMENTS (windows); i++)
    {
      GtkWidget *row = gw_ui_find (windows[i], ADW_TYPE_PASSWORD_ENTRY_ROW, NULL, NULL);

      g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (row)), ==, "");
      /* Emptied it would still have the bytes. */
      g_assert_null (buffers[i]);
      close_window (windows[i]);
    }
}

int
main (int    argc,
      char **argv)
{
  char *home = gw_test_home_new ();
  int result;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/toplevels/activity", test_activity);
  g_test_add_func ("/toplevels/clear-secrets", test_clear_secrets);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
