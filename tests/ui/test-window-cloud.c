/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-accounts.h"
#include "gw-login-dialog-private.h"
#include "gw-tab.h"
#include "gw-test-source.h"
#include "gw-ui-test.h"
#include "gw-window-private.h"

/* One click on an instance of an account, with a saved login: its state is asked for first. */

typedef struct {
  FakeAccounts    fake;
  GwFileSource   *saved;
  GwSavedLogins  *logins;
  GSettings      *settings;
  GtkWidget      *window;
  GwInstance     *instance;
} Fixture;

static void
steer (Fixture    *f,
       const char *status,
       double      delay)
{
  g_autofree char *command = NULL;

  command = g_strdup_printf ("{\"clear\": true, \"change\": {\"id\": \"%s\", \"status\": \"%s\", "
                             "\"public\": [\"127.0.0.1\"], \"private\": [], \"eip\": \"\"}, "
                             "\"rules\": [{\"match\": {\"action\": \"DescribeInstances\"}, "
                             "\"delay\": %.1f}]}",
                             gw_instance_get_id (f->instance), status, delay);
  fake_steer (command);
}

static void
make_old (Fixture          *f,
          GwInstanceStatus  status)
{
  gw_instance_set_status (f->instance, status, g_get_real_time () / G_USEC_PER_SEC - 60);
}

static gboolean
is_saved (Fixture *f)
{
  g_autoptr (GwLogin) login = gw_saved_logins_lookup (f->logins, f->instance);

  return login != NULL;
}

/* A login for this instance is saved; nothing listens where it is dialled. */
static void
save_login (Fixture *f)
{
  const char *loopback[] = { "127.0.0.1", NULL }, *none[] = { NULL };
  g_autoptr (GwLogin) login = gw_login_new ();
  g_autoptr (GwSensitive) password = gw_sensitive_new ("made-up", -1, NULL);

  for (guint i = 0; i < GW_N_ADDRESS_KINDS; i++)
    gw_instance_set_addresses (f->instance, (GwAddressKind) i,
                               i == GW_ADDRESS_PUBLIC ? loopback : none);
  gw_login_fill_defaults (login, f->instance);
  gw_login_set_method (login, GW_METHOD_PASSWORD);
  gw_login_set_user (login, "alice");
  gw_login_set_port (login, 1);
  gw_login_set_password (login, password);
  gw_login_set_remember (login, TRUE);
  gw_saved_logins_keep_async (f->logins, login, NULL, NULL, NULL);
  gw_test_wait_until (is_saved (f));
}

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "instances.json", NULL);
  g_autoptr (GwAccount) account = NULL;

  f->settings = g_settings_new ("org.gangway.Gangway");
  f->logins = gw_ui_logins_new (NULL);
  fake_accounts_init (&f->fake, gw_saved_logins_get_keyring (f->logins));
  account = fake_add (&f->fake, "Play", "gangway");
  f->instance = g_list_model_get_item (
    G_LIST_MODEL (fake_source (&f->fake, gw_account_get_id (account))), 0);
  f->saved = gw_file_source_new (path);
  gw_source_load (GW_SOURCE (f->saved));
  gw_catalogue_add_source (f->fake.catalogue, GW_SOURCE (f->saved));
  save_login (f);
  f->window = GTK_WIDGET (gw_window_new (NULL, f->fake.catalogue, f->saved, f->logins,
                                         f->fake.accounts, f->settings));
  g_object_add_weak_pointer (G_OBJECT (f->window), (gpointer *) &f->window);
  gtk_window_present (GTK_WINDOW (f->window));
  gw_test_wait_until (gtk_widget_get_mapped (f->window));
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  if (f->window != NULL)
    gw_window_end (GW_WINDOW (f->window));
  gw_test_wait_until (f->window == NULL);
  g_clear_object (&f->instance);
  fake_accounts_clear (&f->fake);
  g_object_unref (f->saved);
  g_assert_finalize_object (f->logins);
  g_object_unref (f->settings);
}

static guint
count_tabs (Fixture *f)
{
  return (guint) adw_tab_view_get_n_pages (GW_WINDOW (f->window)->tab_view);
}

/* Whichever source has one with the same id first, the account knows most of it. */
static void
test_same_id (Fixture       *f,
              gconstpointer  unused)
{
  const char *id = gw_instance_get_id (f->instance);
  g_autoptr (GwSource) other = g_object_new (TEST_TYPE_SOURCE, "id", "other", "title", "Other",
                                             NULL);
  g_autoptr (GwInstance) copy = gw_instance_new (id);
  GtkWidget *details;

  gw_instance_set_text (copy, GW_INSTANCE_NAME, "copy");
  g_list_store_append (gw_source_get_store (other), copy);
  gw_catalogue_insert_source (f->fake.catalogue, 0, other);
  /* A copy has no page in the console. */
  gw_window_open_in_browser (GW_WINDOW (f->window), copy);
  gtk_widget_activate_action (f->window, "win.show-details", "s", id);
  gw_test_wait_until (gw_ui_find_window (ADW_TYPE_WINDOW, NULL) != NULL);
  details = gw_ui_find_window (ADW_TYPE_WINDOW, NULL);
  g_assert_nonnull (gw_ui_find (details, ADW_TYPE_WINDOW_TITLE, "subtitle",
                                gw_instance_get_title (f->instance)));
  gtk_window_destroy (GTK_WINDOW (details));
  gw_catalogue_remove_source (f->fake.catalogue, other);
}

/* It runs again: one tab, however often it is activated. */
static void
test_runs (Fixture       *f,
           gconstpointer  unused)
{
  g_autofree char *said = NULL;

  steer (f, "Running", 1.0);
  make_old (f, GW_INSTANCE_STATUS_STOPPED);
  gw_window_open_instance (GW_WINDOW (f->window), f->instance, FALSE);
  gw_window_open_instance (GW_WINDOW (f->window), f->instance, FALSE);
  g_assert_cmpuint (count_tabs (f), ==, 0);
  said = g_strdup_printf ("Checking the state of “%s”…", gw_instance_get_title (f->instance));
  gw_test_wait_until (gw_ui_find (f->window, GTK_TYPE_LABEL, "label", said) != NULL);
  gw_test_wait_until (count_tabs (f) == 1);
  gw_test_wait_until (gw_ui_find (f->window, GTK_TYPE_LABEL, "label", said) == NULL);
  g_assert_null (gw_ui_find_window (GW_TYPE_LOGIN_DIALOG, NULL));
  g_assert_cmpuint (fake_count_log ("\"DescribeInstances\""), ==, 1);
  gw_ui_frames (f->window, 3);
  g_assert_cmpuint (count_tabs (f), ==, 1);
}

static void
test_stopped (Fixture       *f,
              gconstpointer  unused)
{
  GtkWidget *dialog;

  steer (f, "Stopped", 0);
  make_old (f, GW_INSTANCE_STATUS_RUNNING);
  gw_window_open_instance (GW_WINDOW (f->window), f->instance, FALSE);
  gw_test_wait_until (gw_ui_find_window (GW_TYPE_LOGIN_DIALOG, NULL) != NULL);
  dialog = gw_ui_find_window (GW_TYPE_LOGIN_DIALOG, NULL);
  g_assert_nonnull (strstr (adw_action_row_get_subtitle (GW_LOGIN_DIALOG (dialog)->anyway_row),
                            "It is stopped."));
  g_assert_cmpuint (count_tabs (f), ==, 0);
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static void
test_closed (Fixture       *f,
             gconstpointer  unused)
{
  steer (f, "Running", 2.0);
  make_old (f, GW_INSTANCE_STATUS_RUNNING);
  gw_window_open_instance (GW_WINDOW (f->window), f->instance, FALSE);
  gtk_window_close (GTK_WINDOW (f->window));
  gw_test_wait_until (f->window == NULL);
}

#define ADD(name, function)                                                                       \
  g_test_add ("/window-cloud/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  char *home = gw_test_home_new ();
  int status;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  fake_cloud_start ();
  ADD ("runs", test_runs);
  ADD ("stopped", test_stopped);
  ADD ("closed", test_closed);
  ADD ("same-id", test_same_id);
  status = g_test_run ();
  gw_test_cloud_free (cloud);
  gw_test_home_free (home);
  return status;
}
