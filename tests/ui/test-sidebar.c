/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gw-group-row.h"
#include "gw-instance-row.h"
#include "gw-sidebar.h"
#include "gw-ssh-config-source.h"
#include "gw-test-account.h"
#include "gw-ui-test.h"

/* What every test begins with: a window with a sidebar over an empty list. */
typedef struct {
  char              *path;
  char              *ssh_path;
  GwFileSource      *saved;
  GwSshConfigSource *ssh_config;
  GwCatalogue       *catalogue;
  GSettings         *settings;
  GtkWidget         *window;
  GtkWidget         *toasts;
  GtkWidget         *sidebar;
  GwInstance        *connected; /* by the last signal */
  GwInstance        *edited;
  char              *text;
  gboolean           with;
  guint              n_signals;
} Fixture;

static void
on_connect_instance (GwSidebar  *sidebar,
                     GwInstance *instance,
                     gboolean    with,
                     Fixture    *f)
{
  g_set_object (&f->connected, instance);
  f->with = with;
  f->n_signals++;
}

static void
on_connect_text (GwSidebar  *sidebar,
                 const char *text,
                 Fixture    *f)
{
  g_free (f->text);
  f->text = g_strdup (text);
  f->n_signals++;
}

static void
on_edit_instance (GwSidebar  *sidebar,
                  GwInstance *instance,
                  Fixture    *f)
{
  g_set_object (&f->edited, instance);
  f->n_signals++;
}

static void
set_up (Fixture       *f,
        gconstpointer  ssh_config)
{
  g_autoptr (GError) error = NULL;

  f->path = g_build_filename (g_get_user_data_dir (), "instances.json", NULL);
  f->ssh_path = g_build_filename (g_get_user_data_dir (), "ssh_config", NULL);
  if (ssh_config != NULL)
    {
      g_file_set_contents (f->ssh_path, ssh_config, -1, &error);
      g_assert_no_error (error);
    }
  f->settings = g_settings_new ("org.gangway.Gangway");
  g_settings_reset (f->settings, "use-ssh-config");
  g_settings_reset (f->settings, "folded-groups");
  g_settings_reset (f->settings, "favorites");
  g_settings_reset (f->settings, "hidden-instances");
  g_settings_reset (f->settings, "region-filter");
  g_settings_reset (f->settings, "status-filter");
  g_settings_reset (f->settings, "group-by");
  f->saved = gw_file_source_new (f->path);
  f->ssh_config = gw_ssh_config_source_new (f->ssh_path);
  gw_source_load (GW_SOURCE (f->saved));
  gw_source_load (GW_SOURCE (f->ssh_config));
  f->catalogue = gw_catalogue_new ();
  gw_catalogue_add_source (f->catalogue, GW_SOURCE (f->saved));
  gw_catalogue_add_source (f->catalogue, GW_SOURCE (f->ssh_config));

  f->window = gtk_window_new ();
  f->toasts = adw_toast_overlay_new ();
  f->sidebar = gw_sidebar_new (f->catalogue, f->saved, NULL, NULL, f->settings,
                               ADW_TOAST_OVERLAY (f->toasts));
  g_signal_connect (f->sidebar, "connect-instance", G_CALLBACK (on_connect_instance), f);
  g_signal_connect (f->sidebar, "connect-text", G_CALLBACK (on_connect_text), f);
  g_signal_connect (f->sidebar, "edit-instance", G_CALLBACK (on_edit_instance), f);
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (f->toasts), f->sidebar);
  gtk_window_set_child (GTK_WINDOW (f->window), f->toasts);
  gtk_window_set_default_size (GTK_WINDOW (f->window), 300, 600);
  gtk_window_present (GTK_WINDOW (f->window));
  gw_test_wait_until (gtk_widget_get_mapped (f->sidebar));
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  GtkWidget *sidebar = f->sidebar;

  /* Nothing may keep a sidebar whose window has gone. */
  g_object_add_weak_pointer (G_OBJECT (sidebar), (gpointer *) &f->sidebar);
  gtk_window_destroy (GTK_WINDOW (f->window));
  gw_test_wait_until (f->sidebar == NULL);
  g_clear_object (&f->connected);
  g_clear_object (&f->edited);
  g_clear_object (&f->settings);
  g_assert_finalize_object (f->catalogue);
  g_assert_finalize_object (f->saved);
  g_assert_finalize_object (f->ssh_config);
  g_remove (f->path);
  g_remove (f->ssh_path);
  g_free (f->path);
  g_free (f->ssh_path);
  g_free (f->text);
}

static GwInstance *
add (Fixture    *f,
     const char *name,
     const char *address)
{
  g_autoptr (GwInstance) instance = gw_instance_new (name);
  g_autoptr (GError) error = NULL;

  gw_instance_set_text (instance, GW_INSTANCE_NAME, name);
  gw_instance_set_text (instance, GW_INSTANCE_HOST_NAME, address);
  gw_file_source_add (f->saved, instance, &error);
  g_assert_no_error (error);
  return gw_catalogue_lookup (f->catalogue, name, NULL);
}

static void
search (Fixture    *f,
        const char *text)
{
  GtkWidget *entry = gw_ui_find (f->sidebar, GTK_TYPE_SEARCH_ENTRY, NULL, NULL);

  gtk_editable_set_text (GTK_EDITABLE (entry), text);
  gw_ui_frames (f->window, 3);
}

static void
press_enter_in_search (Fixture *f)
{
  g_signal_emit_by_name (gw_ui_find (f->sidebar, GTK_TYPE_SEARCH_ENTRY, NULL, NULL), "activate");
}

static GtkSelectionModel *
get_selection (Fixture *f)
{
  return gtk_list_view_get_model (GTK_LIST_VIEW (gw_ui_find (f->sidebar, GTK_TYPE_LIST_VIEW, NULL,
                                                             NULL)));
}

static void
test_empty (Fixture       *f,
            gconstpointer  unused)
{
  g_assert_nonnull (gw_ui_find (f->sidebar, ADW_TYPE_STATUS_PAGE, "title", "No Hosts Yet"));
  gw_ui_click (f->sidebar, "Add Host");
  g_assert_cmpuint (f->n_signals, ==, 1);
  g_assert_null (f->edited);

  add (f, "web-1", "203.0.113.7");
  gw_ui_frames (f->window, 3);
  g_assert_null (gw_ui_find (f->sidebar, ADW_TYPE_STATUS_PAGE, NULL, NULL));
  g_assert_cmpuint (gw_ui_count (f->sidebar, GW_TYPE_INSTANCE_ROW), ==, 1);
  g_assert_nonnull (gw_ui_find (f->sidebar, GW_TYPE_INSTANCE_ROW, "subtitle", "203.0.113.7"));
}

static void
test_ssh_config (Fixture       *f,
                 gconstpointer  unused)
{
  gw_ui_click (f->sidebar, "Use SSH Config (2 hosts)");
  gw_ui_frames (f->window, 3);
  g_assert_true (g_settings_get_boolean (f->settings, "use-ssh-config"));
  g_assert_cmpuint (gw_ui_count (f->sidebar, GW_TYPE_INSTANCE_ROW), ==, 2);
  g_assert_nonnull (gw_ui_find (f->sidebar, GTK_TYPE_LABEL, "label", "SSH Config"));

  g_settings_set_boolean (f->settings, "use-ssh-config", FALSE);
  gw_ui_frames (f->window, 3);
  g_assert_cmpuint (gw_ui_count (f->sidebar, GW_TYPE_INSTANCE_ROW), ==, 0);
}

static void
test_search (Fixture       *f,
             gconstpointer  unused)
{
  GwInstance *db = NULL;

  add (f, "web-1", "203.0.113.7");
  db = add (f, "a&b <db>", "10.0.0.12");
  gw_instance_set_tags (db, (const char *[]) { "role=ledger", NULL });

  search (f, "10.0");
  g_assert_cmpuint (gw_ui_count (f->sidebar, GW_TYPE_INSTANCE_ROW), ==, 1);
  g_assert_nonnull (gw_ui_find (f->sidebar, GW_TYPE_INSTANCE_ROW, "subtitle",
                                "<b>10.0</b>.0.12"));
  /* The name is text, never markup. */
  g_assert_nonnull (gw_ui_find (f->sidebar, GW_TYPE_INSTANCE_ROW, "title",
                                "a&amp;b &lt;db&gt;"));
  press_enter_in_search (f);
  g_assert_true (f->connected == db);
  g_assert_false (f->with);

  /* A hit that is neither name nor address is shown. */
  search (f, "ledger");
  g_assert_nonnull (gw_ui_find (f->sidebar, GW_TYPE_INSTANCE_ROW, "subtitle",
                                "10.0.0.12 · role=<b>ledger</b>"));

  search (f, "");
  g_assert_cmpuint (gw_ui_count (f->sidebar, GW_TYPE_INSTANCE_ROW), ==, 2);
  g_assert_nonnull (gw_ui_find (f->sidebar, GW_TYPE_INSTANCE_ROW, "title",
                                "a&amp;b &lt;db&gt;"));
}

static void
test_no_hit (Fixture       *f,
             gconstpointer  unused)
{
  add (f, "web-1", "203.0.113.7");
  search (f, " root@nas.local:2222 ");
  g_assert_nonnull (gw_ui_find (f->sidebar, GTK_TYPE_LABEL, "label",
                                "Connect to “root@nas.local:2222”…"));
  press_enter_in_search (f);
  g_assert_cmpstr (f->text, ==, "root@nas.local:2222");

  /* Nothing to connect to: no button, and Enter does nothing. */
  search (f, "-oProxyCommand=x");
  g_assert_null (gw_ui_find (f->sidebar, GTK_TYPE_BUTTON, NULL, NULL));
  press_enter_in_search (f);
  g_assert_cmpuint (f->n_signals, ==, 1);
}

static void
test_fold (Fixture       *f,
           gconstpointer  unused)
{
  GtkWidget *list;
  g_auto (GStrv) folded = NULL;
  g_auto (GStrv) unfolded = NULL;

  add (f, "web-1", "203.0.113.7");
  add (f, "web-2", "203.0.113.8");
  gw_ui_frames (f->window, 3);
  list = gw_ui_find (f->sidebar, GTK_TYPE_LIST_VIEW, NULL, NULL);
  g_signal_emit_by_name (list, "activate", 0);
  gw_ui_frames (f->window, 3);
  g_assert_cmpuint (gw_ui_count (f->sidebar, GW_TYPE_GROUP_ROW), ==, 1);
  g_assert_cmpuint (gw_ui_count (f->sidebar, GW_TYPE_INSTANCE_ROW), ==, 0);
  folded = g_settings_get_strv (f->settings, "folded-groups");
  g_assert_cmpstrv (folded, ((const char *[]) { "saved", NULL }));

  /* A search shows what is in folded groups, and does not unfold them for good. */
  search (f, "web-2");
  g_assert_cmpuint (gw_ui_count (f->sidebar, GW_TYPE_INSTANCE_ROW), ==, 1);
  search (f, "");
  g_assert_cmpuint (gw_ui_count (f->sidebar, GW_TYPE_INSTANCE_ROW), ==, 0);

  g_signal_emit_by_name (gw_ui_find (f->sidebar, GW_TYPE_GROUP_ROW, NULL, NULL), "toggled");
  gw_ui_frames (f->window, 3);
  g_assert_cmpuint (gw_ui_count (f->sidebar, GW_TYPE_INSTANCE_ROW), ==, 2);
  unfolded = g_settings_get_strv (f->settings, "folded-groups");
  g_assert_cmpuint (g_strv_length (unfolded), ==, 0);
}

static void
test_row (Fixture       *f,
          gconstpointer  unused)
{
  GwInstance *web = add (f, "web-1", "203.0.113.7");
  GtkWidget *list;

  add (f, "web-2", "203.0.113.8");
  gw_ui_frames (f->window, 3);
  g_assert_null (gw_ui_find (f->sidebar, GTK_TYPE_BUTTON, "label", "Connect"));
  gtk_selection_model_select_item (get_selection (f), 1, TRUE);
  gw_ui_frames (f->window, 3);
  gw_ui_click (f->sidebar, "Connect");
  g_assert_true (f->connected == web);
  g_assert_cmpuint (f->n_signals, ==, 1);

  /* What double click and Enter do. The heading folds instead. */
  list = gw_ui_find (f->sidebar, GTK_TYPE_LIST_VIEW, NULL, NULL);
  g_signal_emit_by_name (list, "activate", 2);
  g_assert_cmpstr (gw_instance_get_id (f->connected), ==, "web-2");
  g_signal_emit_by_name (list, "activate", 0);
  g_signal_emit_by_name (list, "activate", 0);
  gw_ui_frames (f->window, 3);
  g_assert_cmpuint (f->n_signals, ==, 2);
  g_assert_false (gtk_selection_model_is_selected (get_selection (f), 0));

  gw_instance_set_status (web, GW_INSTANCE_STATUS_STOPPED, 1);
  g_assert_nonnull (gw_ui_find (f->sidebar, GW_TYPE_INSTANCE_ROW, "subtitle",
                                "203.0.113.7 · Stopped"));
}

static void
test_menu (Fixture       *f,
           gconstpointer  unused)
{
  g_autoptr (GwInstance) web = g_object_ref (add (f, "web-1", "203.0.113.7"));
  GtkWidget *undo;

  add (f, "web-2", "203.0.113.8");
  gw_ui_frames (f->window, 3);
  gtk_selection_model_select_item (get_selection (f), 1, TRUE);
  gtk_widget_activate_action (f->sidebar, "sidebar.connect-with", NULL);
  g_assert_true (f->connected == web && f->with);
  gtk_widget_activate_action (f->sidebar, "sidebar.edit", NULL);
  g_assert_true (f->edited == web);

  gtk_widget_activate_action (f->sidebar, "sidebar.duplicate", NULL);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->saved)), ==, 3);
  gtk_selection_model_select_item (get_selection (f), 1, TRUE);
  gtk_widget_activate_action (f->sidebar, "sidebar.remove", NULL);
  g_assert_null (gw_catalogue_lookup (f->catalogue, "web-1", NULL));
  gw_ui_frames (f->window, 3);
  g_assert_nonnull (gw_ui_find (f->toasts, GTK_TYPE_LABEL, "label", "“web-1” removed"));
  undo = gw_ui_find (f->toasts, GTK_TYPE_BUTTON, "label", "Undo");
  g_assert_nonnull (undo);
  g_signal_emit_by_name (undo, "clicked");
  g_assert_true (gw_catalogue_lookup (f->catalogue, "web-1", NULL) == web);
  {
    g_autoptr (GwInstance) first = g_list_model_get_item (G_LIST_MODEL (f->saved), 0);

    g_assert_true (first == web);
  }
}

static void
test_read_only (Fixture       *f,
                gconstpointer  unused)
{
  g_settings_set_boolean (f->settings, "use-ssh-config", TRUE);
  gw_ui_frames (f->window, 3);
  gtk_selection_model_select_item (get_selection (f), 1, TRUE);
  /* A disabled action is not activated. */
  gtk_widget_activate_action (f->sidebar, "sidebar.edit", NULL);
  gtk_widget_activate_action (f->sidebar, "sidebar.remove", NULL);
  g_assert_cmpuint (f->n_signals, ==, 0);
  gtk_widget_activate_action (f->sidebar, "sidebar.connect", NULL);
  g_assert_cmpuint (f->n_signals, ==, 1);
}

static void
test_notice (Fixture       *f,
             gconstpointer  unused)
{
  gw_source_set_notice (GW_SOURCE (f->saved), "set <aside>");
  gw_ui_frames (f->window, 3);
  g_assert_nonnull (gw_ui_find (f->sidebar, GTK_TYPE_LABEL, "label", "set <aside>"));
  gw_source_set_notice (GW_SOURCE (f->saved), NULL);
  gw_ui_frames (f->window, 3);
  g_assert_null (gw_ui_find (f->sidebar, GTK_TYPE_LABEL, "label", "set <aside>"));
}

/* How long a key takes is measured in bench-sidebar.c; quadratic work would take many seconds. */
static void
test_many (Fixture       *f,
           gconstpointer  unused)
{
  g_autoptr (GPtrArray) instances = g_ptr_array_new_with_free_func (g_object_unref);
  GtkWidget *entry = gw_ui_find (f->sidebar, GTK_TYPE_SEARCH_ENTRY, NULL, NULL);
  GListModel *list;
  gint64 start;

  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *name = g_strdup_printf ("host-%u", i);
      GwInstance *instance = gw_instance_new (name);

      gw_instance_set_text (instance, GW_INSTANCE_NAME, name);
      g_ptr_array_add (instances, instance);
    }
  g_list_store_splice (gw_source_get_store (GW_SOURCE (f->saved)), 0, 0, instances->pdata,
                       instances->len);
  list = G_LIST_MODEL (get_selection (f));
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 10001);
  gw_ui_frames (f->window, 3);
  g_assert_cmpuint (gw_ui_count (f->sidebar, GW_TYPE_INSTANCE_ROW), <, 1000);

  /* The first hits at once, the others when nobody types. */
  start = g_get_monotonic_time ();
  gtk_editable_set_text (GTK_EDITABLE (entry), "host-9");
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 61);
  g_assert_nonnull (gw_ui_find (f->sidebar, GTK_TYPE_LABEL, "label", "60 of 1111"));
  gw_test_wait_until (g_list_model_get_n_items (list) == 1112);
  g_assert_nonnull (gw_ui_find (f->sidebar, GTK_TYPE_LABEL, "label", "1111"));
  search (f, "host-999");
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 12);
  g_assert_nonnull (gw_ui_find (f->sidebar, GTK_TYPE_LABEL, "label", "11"));
  /* Hits that come and go while they are searched for, listed and beyond the limit. */
  g_list_store_remove (gw_source_get_store (GW_SOURCE (f->saved)), 999);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 11);
  gtk_editable_set_text (GTK_EDITABLE (entry), "host");
  g_list_store_remove (gw_source_get_store (GW_SOURCE (f->saved)), 5);
  g_list_store_remove (gw_source_get_store (GW_SOURCE (f->saved)), 9000);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 61);
  search (f, "");
  gw_test_wait_until (g_list_model_get_n_items (list) == 9998);
  g_assert_nonnull (gw_ui_find (f->sidebar, GTK_TYPE_LABEL, "label", "9997"));
  g_assert_cmpint (g_get_monotonic_time () - start, <, 15 * G_USEC_PER_SEC);
}

/* An account of four instances, two of which have the same name, in place of nothing. */
static GwEcsSource *
add_account (Fixture *f)
{
  static const struct {
    const char       *id, *name, *region, *address;
    GwInstanceStatus  status;
  } rows[] = {
    { "i-bp1k3f9", "web", "cn-hangzhou", "10.0.0.12", GW_INSTANCE_STATUS_RUNNING },
    { "i-bp1q7zz", "web", "cn-shanghai", "10.0.0.13", GW_INSTANCE_STATUS_RUNNING },
    { "i-bp1aaaa", "db", "cn-shanghai", "10.0.0.14", GW_INSTANCE_STATUS_STOPPED },
    { "i-bp1bbbb", "win", "cn-shanghai", "10.0.0.15", GW_INSTANCE_STATUS_RUNNING },
  };
  GwEcsSource *account = test_account_new ("account", "Playground");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GwInstance) instance = test_instance_new (rows[i].id, rows[i].name, rows[i].region,
                                                           NULL, "env=prod");

      gw_instance_set_addresses (instance, GW_ADDRESS_PRIVATE,
                                 (const char *[]) { rows[i].address, NULL });
      gw_instance_set_status (instance, rows[i].status, g_get_real_time () / G_USEC_PER_SEC);
      if (i == 3)
        gw_instance_set_text (instance, GW_INSTANCE_OS_TYPE, "windows");
      g_list_store_append (gw_source_get_store (GW_SOURCE (account)), instance);
    }
  gw_catalogue_add_source (f->catalogue, GW_SOURCE (account));
  gw_ui_frames (f->window, 3);
  return account;
}

static guint
count_rows (Fixture *f)
{
  gw_ui_frames (f->window, 3);
  return gw_ui_count (f->sidebar, GW_TYPE_INSTANCE_ROW);
}

static void
test_account_rows (Fixture       *f,
                   gconstpointer  unused)
{
  g_autoptr (GwEcsSource) account = add_account (f);

  g_assert_nonnull (gw_ui_find (f->sidebar, GW_TYPE_INSTANCE_ROW, "subtitle",
                                "10.0.0.12 · …k3f9 · Running"));
  g_assert_nonnull (gw_ui_find (f->sidebar, GW_TYPE_INSTANCE_ROW, "subtitle",
                                "10.0.0.13 · …q7zz · Running"));
  g_assert_nonnull (gw_ui_find (f->sidebar, GW_TYPE_INSTANCE_ROW, "subtitle",
                                "10.0.0.14 · Stopped"));
  g_assert_nonnull (gw_ui_find (f->sidebar, GW_TYPE_INSTANCE_ROW, "subtitle",
                                "10.0.0.15 · Windows"));

  /* Neither Edit nor Remove, whatever is pressed. */
  gtk_selection_model_select_item (get_selection (f), 1, TRUE);
  gtk_widget_activate_action (f->sidebar, "sidebar.edit", NULL);
  gtk_widget_activate_action (f->sidebar, "sidebar.remove", NULL);
  gtk_widget_activate_action (f->sidebar, "sidebar.connect-with", NULL);
  g_assert_cmpuint (f->n_signals, ==, 0);
  g_assert_cmpuint (count_rows (f), ==, 4);
  gtk_widget_activate_action (f->sidebar, "sidebar.login-options", NULL);
  g_assert_true (f->with);
  g_assert_cmpstr (gw_instance_get_id (f->connected), ==, "i-bp1k3f9");
}

static void
test_selectors (Fixture       *f,
                gconstpointer  unused)
{
  g_autoptr (GwEcsSource) account = NULL;
  g_autoptr (GwInstance) db = NULL;

  add (f, "saved", "192.0.2.1");
  g_settings_set_string (f->settings, "region-filter", "cn-hangzhou");
  /* Without an account there are no selectors, and none counts. */
  g_assert_cmpuint (count_rows (f), ==, 1);
  account = add_account (f);
  db = g_list_model_get_item (G_LIST_MODEL (account), 2);
  g_assert_cmpuint (count_rows (f), ==, 1);
  g_assert_nonnull (gw_ui_find (f->sidebar, GW_TYPE_INSTANCE_ROW, "title", "web"));

  g_settings_set_string (f->settings, "status-filter", "stopped");
  gw_ui_frames (f->window, 3);
  g_assert_nonnull (gw_ui_find (f->sidebar, ADW_TYPE_STATUS_PAGE, "description",
                                "Filtered by: Stopped · cn-hangzhou"));
  gw_ui_click (f->sidebar, "Show All");
  g_assert_cmpuint (count_rows (f), ==, 5);

  /* What changes its state while it is seen comes and goes. */
  g_settings_set_string (f->settings, "status-filter", "stopped");
  g_assert_cmpuint (count_rows (f), ==, 1);
  gw_instance_set_status (db, GW_INSTANCE_STATUS_RUNNING, g_get_real_time () / G_USEC_PER_SEC);
  g_assert_cmpuint (count_rows (f), ==, 0);

  /* So does one that is not, as soon as its source tells. */
  gw_instance_set_status (db, GW_INSTANCE_STATUS_STOPPED, g_get_real_time () / G_USEC_PER_SEC);
  g_object_notify (G_OBJECT (account), "state");
  gw_test_wait_until (count_rows (f) == 1);

  /* The last account takes its selectors along. */
  gw_catalogue_remove_source (f->catalogue, GW_SOURCE (account));
  g_assert_cmpuint (count_rows (f), ==, 1);
}

static void
append (GwEcsSource *account,
        const char  *id,
        const char  *region)
{
  g_autoptr (GwInstance) instance = test_instance_new (id, id, region, NULL, NULL);

  g_list_store_append (gw_source_get_store (GW_SOURCE (account)), instance);
}

static void
count (guint *n)
{
  ++*n;
}

static gboolean
on_time (gpointer is_over)
{
  *(gboolean *) is_over = TRUE;
  return G_SOURCE_REMOVE;
}

/* A list that is open is not changed, and none is without need. */
static void
test_open_selector (Fixture       *f,
                    gconstpointer  unused)
{
  g_autoptr (GwEcsSource) account = add_account (f);
  GtkWidget *regions = gw_ui_find (f->sidebar, GTK_TYPE_DROP_DOWN, NULL, NULL);
  GtkPopover *popover = GTK_POPOVER (gtk_widget_get_last_child (regions));
  GListModel *titles = gtk_drop_down_get_model (GTK_DROP_DOWN (regions));
  gboolean is_over = FALSE;
  guint n = 0;

  gw_test_wait_until (g_list_model_get_n_items (titles) == 3);
  g_signal_connect_swapped (titles, "items-changed", G_CALLBACK (count), &n);
  append (account, "i-1", "cn-hangzhou");
  g_timeout_add (500, on_time, &is_over);
  gw_test_wait_until (is_over);
  gtk_popover_popup (popover);
  append (account, "i-2", "eu-central-1");
  is_over = FALSE;
  g_timeout_add (500, on_time, &is_over);
  gw_test_wait_until (is_over);
  g_assert_cmpuint (n, ==, 0);
  gtk_popover_popdown (popover);
  gw_test_wait_until (g_list_model_get_n_items (titles) == 4);
  g_assert_cmpuint (n, ==, 1);
  g_signal_handlers_disconnect_by_data (titles, &n);
}

static void
test_favorite (Fixture       *f,
               gconstpointer  unused)
{
  g_autoptr (GwEcsSource) account = add_account (f);

  gtk_selection_model_select_item (get_selection (f), 1, TRUE);
  gtk_widget_activate_action (f->sidebar, "sidebar.add-favorite", NULL);
  g_assert_cmpuint (count_rows (f), ==, 5);
  g_assert_nonnull (gw_ui_find (f->sidebar, GTK_TYPE_LABEL, "label", "Favorites"));
  /* Each hit once. */
  search (f, "k3f9");
  g_assert_cmpuint (count_rows (f), ==, 1);
  press_enter_in_search (f);
  g_assert_cmpstr (gw_instance_get_id (f->connected), ==, "i-bp1k3f9");
  search (f, "");
  g_signal_emit_by_name (gw_ui_find (f->sidebar, GTK_TYPE_LIST_VIEW, NULL, NULL), "activate", 1);
  g_assert_cmpuint (f->n_signals, ==, 2);

  gtk_selection_model_select_item (get_selection (f), 1, TRUE);
  gtk_widget_activate_action (f->sidebar, "sidebar.remove-favorite", NULL);
  g_assert_cmpuint (count_rows (f), ==, 4);
}

static void
test_hide (Fixture       *f,
           gconstpointer  unused)
{
  g_autoptr (GwEcsSource) account = add_account (f);
  g_auto (GStrv) hidden = NULL;

  gtk_selection_model_select_item (get_selection (f), 1, TRUE);
  gtk_widget_activate_action (f->sidebar, "sidebar.hide", NULL);
  g_assert_cmpuint (count_rows (f), ==, 3);
  gw_ui_click (f->toasts, "Undo");
  g_assert_cmpuint (count_rows (f), ==, 4);

  gtk_selection_model_select_item (get_selection (f), 1, TRUE);
  gtk_widget_activate_action (f->sidebar, "sidebar.hide", NULL);
  g_assert_cmpuint (count_rows (f), ==, 3);
  gtk_widget_activate_action (gw_ui_find (f->sidebar, GTK_TYPE_MENU_BUTTON, NULL, NULL),
                              "filter.show-hidden", NULL);
  g_assert_cmpuint (count_rows (f), ==, 4);
  g_assert_nonnull (gw_ui_find (f->sidebar, GW_TYPE_INSTANCE_ROW, "subtitle",
                                "10.0.0.12 · …k3f9 · Running · Hidden"));
  gtk_selection_model_select_item (get_selection (f), 1, TRUE);
  gtk_widget_activate_action (f->sidebar, "sidebar.unhide", NULL);
  hidden = g_settings_get_strv (f->settings, "hidden-instances");
  g_assert_cmpuint (g_strv_length (hidden), ==, 0);
  g_assert_cmpuint (count_rows (f), ==, 4);
}

/* With many groups the list changes at once: the same is found, folded and selected as before. */
static void
test_many_groups (Fixture       *f,
                  gconstpointer  unused)
{
  g_autoptr (GwEcsSource) account = add_account (f);
  GListStore *store = gw_source_get_store (GW_SOURCE (account));
  GListModel *list = G_LIST_MODEL (get_selection (f));

  g_settings_set_string (f->settings, "group-by", "region");
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *name = g_strdup_printf ("host-%u", i);
      g_autofree char *region = g_strdup_printf ("region-%u", i % 10);
      g_autoptr (GwInstance) instance = test_instance_new (name, name, region, NULL, NULL);

      g_list_store_append (store, instance);
    }
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 116);
  g_settings_set_strv (f->settings, "folded-groups", (const char *[]) { "region:region-3", NULL });
  search (f, "host-3");
  /* host-3 and host-30 to host-39, in ten regions. */
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 21);
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (list), 1, TRUE);
  search (f, "host-33");
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 2);
  search (f, "");
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 106);
  g_assert_nonnull (gw_ui_find (f->sidebar, GTK_TYPE_LIST_VIEW, NULL, NULL));
}

#define ADD(path, config, func) \
  g_test_add ("/sidebar/" path, Fixture, config, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  char *home = gw_test_home_new ();
  int result;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  ADD ("empty", NULL, test_empty);
  ADD ("ssh-config", "Host one two\n  User admin\n", test_ssh_config);
  ADD ("search", NULL, test_search);
  ADD ("no-hit", NULL, test_no_hit);
  ADD ("fold", NULL, test_fold);
  ADD ("row", NULL, test_row);
  ADD ("menu", NULL, test_menu);
  ADD ("read-only", "Host one\n", test_read_only);
  ADD ("notice", NULL, test_notice);
  ADD ("many", NULL, test_many);
  ADD ("account-rows", NULL, test_account_rows);
  ADD ("selectors", NULL, test_selectors);
  ADD ("open-selector", NULL, test_open_selector);
  ADD ("favorite", NULL, test_favorite);
  ADD ("hide", NULL, test_hide);
  ADD ("many-groups", NULL, test_many_groups);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
