/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gw-instance-details.h"
#include "gw-key-test.h"
#include "gw-reach-dialog.h"
#include "gw-test-accounts.h"
#include "gw-test-reach.h"
#include "gw-ui-test.h"

typedef struct {
  GwCloudAccounts *accounts;
  GwEcsSource     *source;
  GwCatalogue     *catalogue;
  GwInstance      *instance;
  GSettings       *settings;
  GtkWidget       *parent;
  GtkWindow       *details;
  GwInstance      *connected;
} Fixture;

static void
on_connect (GtkWindow  *details,
            GwInstance *instance,
            Fixture    *f)
{
  f->connected = instance;
}

static void
open_details (Fixture    *f,
              GwInstance *instance)
{
  g_set_weak_pointer (&f->details,
                      gw_instance_details_new (GTK_WINDOW (f->parent), f->catalogue, f->accounts,
                                               f->settings, instance));
  g_signal_connect (f->details, "connect-instance", G_CALLBACK (on_connect), f);
  gtk_window_present (f->details);
  gw_test_wait_until (gtk_widget_get_mapped (GTK_WIDGET (f->details)));
  gw_ui_frames (GTK_WIDGET (f->details), 2);
}

static void
set_addresses (GwInstance    *instance,
               GwAddressKind  kind,
               const char    *address)
{
  const char *addresses[] = { address, NULL };

  gw_instance_set_addresses (instance, kind, addresses);
}

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  static const char *const tags[] = { "env=prod", "keep", NULL };
  static const char *const groups[] = { "sg-1", "sg-2", NULL };

  f->settings = g_settings_new ("org.gangway.Gangway");
  f->accounts = g_object_new (GW_TYPE_CLOUD_ACCOUNTS, NULL);
  f->source = test_accounts_add (f->accounts, "Play");
  f->catalogue = gw_catalogue_new ();
  gw_catalogue_add_source (f->catalogue, GW_SOURCE (f->source));
  f->instance = gw_instance_new ("i-1");
  gw_instance_set_text (f->instance, GW_INSTANCE_NAME, "web-1");
  gw_instance_set_text (f->instance, GW_INSTANCE_REGION, "cn-hangzhou");
  gw_instance_set_text (f->instance, GW_INSTANCE_ZONE, "cn-hangzhou-h");
  gw_instance_set_text (f->instance, GW_INSTANCE_CHARGE_TYPE, "PrePaid");
  gw_instance_set_text (f->instance, GW_INSTANCE_CREATED, "2017-12-10T04:04Z");
  gw_instance_set_text (f->instance, GW_INSTANCE_DESCRIPTION, "for <i>all</i>");
  gw_instance_set_network (f->instance, GW_NETWORK_VPC);
  gw_instance_set_status (f->instance, GW_INSTANCE_STATUS_RUNNING,
                          g_get_real_time () / G_USEC_PER_SEC - 150);
  gw_instance_set_tags (f->instance, tags);
  gw_instance_set_security_groups (f->instance, groups);
  set_addresses (f->instance, GW_ADDRESS_PUBLIC, "203.0.113.7");
  set_addresses (f->instance, GW_ADDRESS_PRIVATE, "10.0.0.7");
  g_list_store_append (gw_source_get_store (GW_SOURCE (f->source)), f->instance);
  f->parent = gtk_window_new ();
  gtk_window_present (GTK_WINDOW (f->parent));
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  gtk_window_destroy (GTK_WINDOW (f->parent));
  gw_test_wait_until (f->details == NULL);
  g_object_unref (f->catalogue);
  g_object_unref (f->accounts);
  g_object_unref (f->settings);
  g_assert_finalize_object (f->instance);
}

static GtkWidget *
find_value (Fixture    *f,
            const char *text)
{
  /* The header bar has the title, too. */
  GtkWidget *values = gw_ui_find (GTK_WIDGET (f->details), GTK_TYPE_SCROLLED_WINDOW, NULL, NULL);

  return gw_ui_find (values, GTK_TYPE_LABEL, "label", text);
}

static void
on_text (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  *(char **) user_data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
}

/* What the Copy button beside @shown copies. Free with g_free(). */
static char *
copy_value (Fixture    *f,
            const char *shown)
{
  GtkWidget *label = find_value (f, shown);
  GtkWidget *row;
  char *text = NULL;

  if (label == NULL)
    g_error ("there is no value “%s”", shown);
  row = gtk_widget_get_ancestor (label, GTK_TYPE_LIST_BOX_ROW);
  g_signal_emit_by_name (gw_ui_find (row, GTK_TYPE_BUTTON, NULL, NULL), "clicked");
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (row), NULL, on_text, &text);
  gw_test_wait_until (text != NULL);
  return text;
}

static void
assert_copies (Fixture    *f,
               const char *shown,
               const char *raw)
{
  g_autofree char *copied = copy_value (f, shown);

  g_assert_cmpstr (copied, ==, raw);
}

static void
test_values (Fixture       *f,
             gconstpointer  unused)
{
  open_details (f, f->instance);
  assert_copies (f, "web-1", "web-1");
  assert_copies (f, "Running, 2 minutes ago", "Running");
  assert_copies (f, "China (Hangzhou) – cn-hangzhou", "cn-hangzhou");
  assert_copies (f, "Subscription", "PrePaid");
  /* The tests' time zone is UTC. */
  assert_copies (f, "10 December 2017, 04:04", "2017-12-10T04:04Z");
  assert_copies (f, "for <i>all</i>", "for <i>all</i>");
  assert_copies (f, "sg-2", "sg-2");
  assert_copies (f, "env=prod", "env=prod");
  g_assert_nonnull (find_value (f, "Private Address"));
  /* What is not known has no row. */
  g_assert_null (find_value (f, "Elastic Address"));
  g_assert_null (find_value (f, "Expires"));
  g_assert_null (find_value (f, "Host Name"));
  g_assert_true (gtk_label_get_selectable (GTK_LABEL (find_value (f, "10.0.0.7"))));
}

/* Whoever is selecting a text is not disturbed by the next answer. */
static void
test_changes (Fixture       *f,
              gconstpointer  unused)
{
  GtkWidget *label;

  open_details (f, f->instance);
  label = find_value (f, "203.0.113.7");
  gtk_label_select_region (GTK_LABEL (label), 0, 3);
  gw_instance_set_status (f->instance, GW_INSTANCE_STATUS_STOPPED,
                          g_get_real_time () / G_USEC_PER_SEC);
  gw_ui_frames (GTK_WIDGET (f->details), 2);
  g_assert_nonnull (find_value (f, "Stopped, less than a minute ago"));
  g_assert_nonnull (find_value (f, "It is stopped. Start it in the console, then try again."));
  g_assert_true (find_value (f, "203.0.113.7") == label);
  g_assert_true (gtk_label_get_selection_bounds (GTK_LABEL (label), NULL, NULL));

  set_addresses (f->instance, GW_ADDRESS_ELASTIC, "203.0.113.8");
  gw_ui_frames (GTK_WIDGET (f->details), 2);
  assert_copies (f, "203.0.113.8", "203.0.113.8");
}

static void
test_buttons (Fixture       *f,
              gconstpointer  unused)
{
  open_details (f, f->instance);
  g_assert_nonnull (gw_ui_find (GTK_WIDGET (f->details), GTK_TYPE_BUTTON, "label",
                                "Open in Browser"));
  gw_ui_click (GTK_WIDGET (f->details), "Check Security Groups…");
  gw_test_wait_until (gw_ui_find_window (GW_TYPE_REACH_DIALOG, NULL) != NULL);
  gtk_window_destroy (GTK_WINDOW (gw_ui_find_window (GW_TYPE_REACH_DIALOG, NULL)));
  test_reach_clear ();
  gw_ui_click (GTK_WIDGET (f->details), "Connect");
  g_assert_true (f->connected == f->instance);
  gw_test_press (GTK_WIDGET (f->details), "Escape");
  gw_test_wait_until (f->details == NULL);
}

static void
test_host (Fixture       *f,
           gconstpointer  unused)
{
  g_autoptr (GwInstance) host = gw_instance_new ("11111111-1111-4111-8111-111111111111");

  gw_instance_set_text (host, GW_INSTANCE_NAME, "nas");
  gw_instance_set_text (host, GW_INSTANCE_HOST_NAME, "nas.example");
  gw_instance_set_text (host, GW_INSTANCE_USER, "admin");
  gw_instance_set_port (host, 2222);
  open_details (f, host);
  assert_copies (f, "nas.example", "nas.example");
  assert_copies (f, "2222", "2222");
  g_assert_null (find_value (f, "State"));
  g_assert_null (find_value (f, "Network"));
  g_assert_null (gw_ui_find (GTK_WIDGET (f->details), GTK_TYPE_BUTTON, "label",
                             "Open in Browser"));
  g_assert_null (gw_ui_find (GTK_WIDGET (f->details), GTK_TYPE_BUTTON, "label",
                             "Check Security Groups…"));
}

static void
test_many (Fixture       *f,
           gconstpointer  unused)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) tags = NULL;
  g_autofree char *wide = g_strnfill (300, 'W');

  for (guint i = 0; i < 64; i++)
    {
      g_autofree char *tag = g_strdup_printf ("%02u=%s", i, i == 0 ? wide : "value");

      g_strv_builder_add (builder, tag);
    }
  tags = g_strv_builder_end (builder);
  gw_instance_set_tags (f->instance, (const char *const *) tags);
  gw_instance_set_text (f->instance, GW_INSTANCE_DESCRIPTION, wide);
  open_details (f, f->instance);
  assert_copies (f, "63=value", "63=value");
  /* Nothing makes the window wider than it was meant to be. */
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (f->details)), <=, 480);
}

#define ADD(name, function)                                                                       \
  g_test_add ("/instance-details/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  char *home = gw_test_home_new ();
  int status;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  ADD ("values", test_values);
  ADD ("changes", test_changes);
  ADD ("buttons", test_buttons);
  ADD ("host", test_host);
  ADD ("many", test_many);
  status = g_test_run ();
  gw_test_home_free (home);
  return status;
}
