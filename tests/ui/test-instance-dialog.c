/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gw-instance-dialog.h"
#include "gw-ui-test.h"

typedef struct {
  char         *path;
  GwFileSource *saved;
  GtkWidget    *dialog;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  f->path = g_build_filename (g_get_user_data_dir (), "instances.json", NULL);
  f->saved = gw_file_source_new (f->path);
  gw_source_load (GW_SOURCE (f->saved));
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  g_assert_null (f->dialog);
  g_assert_finalize_object (f->saved);
  g_remove (f->path);
  g_free (f->path);
}

static void
open_dialog (Fixture    *f,
             GwInstance *instance)
{
  f->dialog = GTK_WIDGET (gw_instance_dialog_new (NULL, f->saved, instance));
  g_object_add_weak_pointer (G_OBJECT (f->dialog), (gpointer *) &f->dialog);
  gtk_window_present (GTK_WINDOW (f->dialog));
  gw_test_wait_until (gtk_widget_get_mapped (f->dialog));
}

static GtkEditable *
row (Fixture    *f,
     const char *title)
{
  GtkWidget *found = gw_ui_find (f->dialog, ADW_TYPE_ENTRY_ROW, "title", title);

  g_assert_nonnull (found);
  return GTK_EDITABLE (found);
}

static void
enter (Fixture    *f,
       const char *title,
       const char *text)
{
  gtk_editable_set_text (row (f, title), text);
}

static gboolean
is_wrong (Fixture    *f,
          const char *title)
{
  return gtk_widget_has_css_class (GTK_WIDGET (row (f, title)), "error");
}

static GwInstance *
get (Fixture *f,
     guint    position)
{
  g_autoptr (GwInstance) instance = g_list_model_get_item (G_LIST_MODEL (f->saved), position);

  return instance;
}

static void
test_add (Fixture       *f,
          gconstpointer  unused)
{
  g_autofree char *key = g_build_filename (g_get_home_dir (), "key", NULL);
  GwInstance *instance;

  g_file_set_contents (key, "", 0, NULL);
  open_dialog (f, NULL);
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (f->dialog)), ==, "Add Host");
  enter (f, "Host Name or Address", " nas.local ");
  enter (f, "Name", "Store & Co");
  enter (f, "Username", "admin");
  enter (f, "Port", "2222");
  enter (f, "Private Key File", "~/key");
  enter (f, "Tags, Separated by Commas", "home, ,disk=big");
  gw_ui_click (f->dialog, "Save");
  gw_test_wait_until (f->dialog == NULL);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->saved)), ==, 1);
  instance = get (f, 0);
  g_assert_cmpstr (gw_instance_get_text (instance, GW_INSTANCE_HOST_NAME), ==, "nas.local");
  g_assert_cmpstr (gw_instance_get_title (instance), ==, "Store & Co");
  g_assert_cmpstr (gw_instance_get_text (instance, GW_INSTANCE_USER), ==, "admin");
  g_assert_cmpuint (gw_instance_get_port (instance), ==, 2222);
  g_assert_cmpstr (gw_instance_get_text (instance, GW_INSTANCE_IDENTITY_FILE), ==, key);
  g_assert_cmpstrv (gw_instance_get_tags (instance),
                    ((const char *[]) { "home", "disk=big", NULL }));
}

/* Save is never dead: it says what is missing, and what is wrong. */
static void
test_wrong (Fixture       *f,
            gconstpointer  unused)
{
  const struct {
    const char *title;
    const char *bad[5];
  } rows[] = {
    { "Host Name or Address", { "", "two words", "-oProxyCommand=x", "a;b", "a%b" } },
    { "Username", { "-l", "a/b", "x;y", "a|b", "$(id)" } },
    { "Port", { "0", "65536", "ssh", "-1", "22.5" } },
    { "Private Key File", { "/does/not/exist", "/", "relative", "~/none", "/dev/null" } },
  };

  open_dialog (f, NULL);
  /* Nothing is called wrong before Save was pressed. */
  g_assert_false (is_wrong (f, "Host Name or Address"));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint k = 0; k < G_N_ELEMENTS (rows[i].bad); k++)
      {
        g_test_message ("%s: %s", rows[i].title, rows[i].bad[k]);
        enter (f, "Host Name or Address", "nas.local");
        enter (f, rows[i].title, rows[i].bad[k]);
        gw_ui_click (f->dialog, "Save");
        g_assert_nonnull (f->dialog);
        g_assert_true (is_wrong (f, rows[i].title));
        enter (f, rows[i].title, i == 0 ? "nas.local" : "");
        g_assert_false (is_wrong (f, rows[i].title));
      }
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->saved)), ==, 0);
  gw_ui_click (f->dialog, "Save");
  gw_test_wait_until (f->dialog == NULL);
}

static void
test_edit (Fixture       *f,
           gconstpointer  unused)
{
  g_autoptr (GwInstance) instance = gw_instance_new ("one");

  gw_instance_set_text (instance, GW_INSTANCE_NAME, "web-1");
  gw_instance_set_network (instance, GW_NETWORK_VPC);
  gw_instance_set_addresses (instance, GW_ADDRESS_PUBLIC,
                             (const char *[]) { "203.0.113.7", NULL });
  gw_file_source_add (f->saved, instance, NULL);
  open_dialog (f, get (f, 0));
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (f->dialog)), ==, "Edit Host");
  g_assert_cmpstr (gtk_editable_get_text (row (f, "Name")), ==, "web-1");
  enter (f, "Name", "web-2");
  /* An instance with addresses needs no host name. */
  gw_ui_click (f->dialog, "Save");
  gw_test_wait_until (f->dialog == NULL);
  g_assert_cmpstr (gw_instance_get_title (get (f, 0)), ==, "web-2");
  g_assert_cmpstr (gw_instance_get_main_address (get (f, 0)), ==, "203.0.113.7");
  g_assert_cmpstr (gw_instance_get_id (get (f, 0)), ==, "one");
}

#define ADD(path, func) g_test_add ("/instance-dialog/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  char *home = gw_test_home_new ();
  int result;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  ADD ("add", test_add);
  ADD ("wrong", test_wrong);
  ADD ("edit", test_edit);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
