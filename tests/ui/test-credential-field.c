/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gw-credential-field.h"
#include "gw-key-test.h"
#include "gw-ui-test.h"

typedef struct {
  GwKeyring         *keyring;
  GwCredentials     *credentials;
  GtkWidget         *window;
  GwCredentialField *field;
  guint              n_changed;
  guint              n_create;
} Fixture;

static void
on_signal (guint *count)
{
  (*count)++;
}

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  GtkWidget *list = gtk_list_box_new ();

  f->keyring = gw_keyring_new ();
  f->credentials = gw_credentials_new (f->keyring);
  f->window = gtk_window_new ();
  f->field = g_object_new (GW_TYPE_CREDENTIAL_FIELD, NULL);
  gw_credential_field_set_credentials (f->field, f->credentials);
  g_signal_connect_swapped (f->field, "changed", G_CALLBACK (on_signal), &f->n_changed);
  g_signal_connect_swapped (f->field, "create", G_CALLBACK (on_signal), &f->n_create);
  gtk_list_box_append (GTK_LIST_BOX (list), GTK_WIDGET (f->field));
  gtk_window_set_child (GTK_WINDOW (f->window), list);
  gtk_window_present (GTK_WINDOW (f->window));
  gw_test_wait_until (gtk_widget_get_mapped (GTK_WIDGET (f->field)));
  gw_test_wait_until (gw_keyring_get_state (f->keyring) == GW_KEYRING_STATE_ABSENT);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  g_object_add_weak_pointer (G_OBJECT (f->field), (gpointer *) &f->field);
  gtk_window_destroy (GTK_WINDOW (f->window));
  gw_test_wait_until (f->field == NULL);
  g_object_unref (f->credentials);
  g_assert_finalize_object (f->keyring);
}

static void
on_done (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  GAsyncResult **kept = user_data;

  *kept = g_object_ref (result);
}

static void
save (Fixture    *f,
      const char *id,
      const char *name)
{
  g_autoptr (GwCredential) credential = gw_credential_new (id);
  g_autoptr (GwSensitive) password = gw_sensitive_new ("secret", -1, NULL);
  g_autoptr (GwSecrets) secrets = gw_secrets_new (password, NULL, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  gw_credential_set_name (credential, name);
  gw_credential_set_user (credential, "root");
  gw_credentials_save_async (f->credentials, credential, secrets, NULL, on_done, &result);
  gw_test_wait_until (result != NULL);
  gw_credentials_save_finish (f->credentials, result, &error);
  g_assert_no_error (error);
}

static void
delete (Fixture    *f,
        const char *id)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  gw_credentials_remove_async (f->credentials, id, NULL, on_done, &result);
  gw_test_wait_until (result != NULL);
  gw_credentials_remove_finish (f->credentials, result, NULL, NULL, &error);
  g_assert_no_error (error);
}

static const char *
selected (Fixture *f)
{
  GwCredential *credential = gw_credential_field_get_selected (f->field);

  return credential != NULL ? gw_credential_get_id (credential) : NULL;
}

static GtkDropDown *
drop_down (Fixture *f)
{
  GtkWidget *widget = gw_ui_find (GTK_WIDGET (f->field), GTK_TYPE_DROP_DOWN, NULL, NULL);

  return widget != NULL ? GTK_DROP_DOWN (widget) : NULL;
}

static gboolean
shows (Fixture    *f,
       const char *text)
{
  return gw_ui_find (GTK_WIDGET (f->field), GTK_TYPE_LABEL, "label", text) != NULL;
}

static void
test_absent (Fixture       *f,
             gconstpointer  unused)
{
  GtkWidget *create = gw_ui_find (f->window, GTK_TYPE_BUTTON, "label", "Create Credential");

  /* The dialog that it opens offers to keep secrets in memory. */
  g_assert_true (gtk_widget_is_sensitive (create));
  gw_ui_click (f->window, "Create Credential");
  g_assert_cmpuint (f->n_create, ==, 1);
  g_assert_null (drop_down (f));
  g_assert_true (shows (f, "No Keyring Service"));
  gw_ui_click (f->window, "Keep for This Session");
  g_assert_cmpint (gw_keyring_get_state (f->keyring), ==, GW_KEYRING_STATE_SESSION_ONLY);
  g_assert_false (shows (f, "No Keyring Service"));
  g_assert_true (shows (f, "No credentials yet"));
  gw_ui_click (f->window, "Create Credential");
  g_assert_cmpuint (f->n_create, ==, 2);
}

static void
test_choose (Fixture       *f,
             gconstpointer  unused)
{
  gw_keyring_use_memory (f->keyring);
  save (f, "b", "Web");
  g_assert_cmpstr (selected (f), ==, "b");
  /* The first one that comes is chosen by itself only as long as it is the only one. */
  save (f, "a", "Databases");
  g_assert_null (selected (f));
  g_assert_true (shows (f, "Choose…"));
  f->n_changed = 0;

  gtk_drop_down_set_selected (drop_down (f), 1);
  g_assert_cmpstr (selected (f), ==, "b");
  g_assert_cmpuint (f->n_changed, ==, 1);
  g_assert_true (shows (f, "root, Password"));
  /* One that sorts before it does not take its place. */
  save (f, "c", "Apps");
  g_assert_cmpstr (selected (f), ==, "b");
  g_assert_cmpuint (gtk_drop_down_get_selected (drop_down (f)), ==, 2);
  g_assert_cmpuint (f->n_changed, ==, 1);
  gw_credential_field_select (f->field, "a");
  g_assert_cmpstr (selected (f), ==, "a");
  gw_credential_field_select (f->field, NULL);
  g_assert_null (selected (f));
  g_assert_cmpuint (gtk_drop_down_get_selected (drop_down (f)), ==, GTK_INVALID_LIST_POSITION);
  g_assert_null (gw_credential_field_get_error (f->field));
}

static void
test_deleted (Fixture       *f,
              gconstpointer  unused)
{
  gw_keyring_use_memory (f->keyring);
  save (f, "a", "Databases");
  save (f, "b", "Web");
  gw_credential_field_select (f->field, "a");
  f->n_changed = 0;
  delete (f, "b");
  g_assert_cmpstr (selected (f), ==, "a");
  g_assert_cmpuint (f->n_changed, ==, 0);
  save (f, "b", "Web");

  delete (f, "a");
  g_assert_null (selected (f));
  g_assert_cmpuint (f->n_changed, ==, 1);
  g_assert_nonnull (gw_credential_field_get_error (f->field));
  g_assert_cmpuint (gtk_drop_down_get_selected (drop_down (f)), ==, GTK_INVALID_LIST_POSITION);
  /* Undone. */
  save (f, "a", "Databases");
  g_assert_cmpstr (selected (f), ==, "a");
  g_assert_null (gw_credential_field_get_error (f->field));

  delete (f, "a");
  gtk_drop_down_set_selected (drop_down (f), 0);
  g_assert_cmpstr (selected (f), ==, "b");
  g_assert_null (gw_credential_field_get_error (f->field));
  delete (f, "b");
  g_assert_nonnull (gw_credential_field_get_error (f->field));
  g_assert_null (drop_down (f));
}

/* What is not there yet is chosen as soon as it is; a keyring that shuts takes nothing away. */
static void
test_later (Fixture       *f,
            gconstpointer  unused)
{
  gw_credential_field_select (f->field, "a");
  g_assert_null (selected (f));
  g_assert_null (gw_credential_field_get_error (f->field));
  gw_keyring_use_memory (f->keyring);
  g_assert_nonnull (gw_credential_field_get_error (f->field));
  save (f, "a", "Databases");
  g_assert_cmpstr (selected (f), ==, "a");
  g_assert_null (gw_credential_field_get_error (f->field));
  gw_keyring_wipe_memory (f->keyring);
  g_assert_null (selected (f));
  g_assert_null (gw_credential_field_get_error (f->field));
  g_assert_true (shows (f, "No Keyring Service"));
}

static void
test_lines (Fixture       *f,
            gconstpointer  unused)
{
  gw_credential_field_set_hint (f->field, "Default of tag env=prod");
  g_assert_true (shows (f, "Default of tag env=prod"));
  gw_credential_field_set_hint (f->field, NULL);
  g_assert_false (shows (f, "Default of tag env=prod"));
  gw_credential_field_set_error (f->field, "Choose one.");
  g_assert_cmpstr (gw_credential_field_get_error (f->field), ==, "Choose one.");
  gw_credential_field_set_error (f->field, NULL);
  g_assert_null (gw_credential_field_get_error (f->field));
}

static GtkWidget *
inner (GtkWidget *root,
       GType      type)
{
  GtkWidget *found = gw_ui_find (root, type, NULL, NULL);

  g_assert_nonnull (found);
  return found;
}

static void
test_names (Fixture       *f,
            gconstpointer  unused)
{
  GtkWidget *button;
  GtkWidget *row;

  gw_keyring_use_memory (f->keyring);
  save (f, "a", "Databases");
  save (f, "b", "Web");
  gtk_test_accessible_assert_property (f->field, GTK_ACCESSIBLE_PROPERTY_LABEL, "Credential");
  gtk_test_accessible_assert_property (drop_down (f), GTK_ACCESSIBLE_PROPERTY_LABEL, "Credential");
  gw_credential_field_select (f->field, "a");
  /* What takes the focus. */
  button = inner (GTK_WIDGET (drop_down (f)), GTK_TYPE_TOGGLE_BUTTON);
  gtk_test_accessible_assert_property (button, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Credential: Databases");
  gtk_drop_down_set_selected (drop_down (f), 1);
  gtk_test_accessible_assert_property (button, GTK_ACCESSIBLE_PROPERTY_LABEL, "Credential: Web");

  gtk_widget_activate (button);
  gw_test_wait_until (gw_ui_find (f->window, GTK_TYPE_LIST_VIEW, NULL, NULL) != NULL);
  row = gtk_widget_get_first_child (inner (f->window, GTK_TYPE_LIST_VIEW));
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Databases, root, Password");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), FALSE);
  gw_test_wait_until (gw_ui_find (f->window, GTK_TYPE_LIST_VIEW, NULL, NULL) == NULL);
}

static void
test_only (Fixture       *f,
           gconstpointer  unused)
{
  gw_keyring_use_memory (f->keyring);
  save (f, "a", "Databases");
  g_assert_cmpstr (selected (f), ==, "a");
  g_assert_cmpuint (f->n_changed, ==, 1);
  g_assert_cmpuint (gtk_drop_down_get_selected (drop_down (f)), ==, 0);
  save (f, "b", "Web");
  g_assert_null (selected (f));
  delete (f, "a");
  g_assert_cmpstr (selected (f), ==, "b");
  delete (f, "b");
  g_assert_null (selected (f));
  g_assert_null (gw_credential_field_get_error (f->field));
}

/* The list begins at what is chosen, and with its search. */
static void
test_many (Fixture       *f,
           gconstpointer  unused)
{
  GtkWidget *search;
  GtkWidget *list;

  gw_keyring_use_memory (f->keyring);
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *id = g_strdup_printf ("%02u", i);

      save (f, id, id);
    }
  gw_credential_field_select (f->field, "90");
  gtk_widget_grab_focus (GTK_WIDGET (f->field));
  gtk_widget_activate (inner (GTK_WIDGET (drop_down (f)), GTK_TYPE_TOGGLE_BUTTON));
  gw_test_wait_until (gw_ui_find (f->window, GTK_TYPE_SEARCH_ENTRY, NULL, NULL) != NULL);
  search = inner (f->window, GTK_TYPE_SEARCH_ENTRY);
  g_assert_true (gtk_widget_has_focus (GTK_WIDGET (
                   gtk_editable_get_delegate (GTK_EDITABLE (search)))));
  list = inner (f->window, GTK_TYPE_LIST_VIEW);
  gw_test_wait_until (gtk_adjustment_get_value (gtk_scrollable_get_vadjustment (
                        GTK_SCROLLABLE (list))) > 0);

  gtk_editable_set_text (GTK_EDITABLE (search), "42");
  gw_test_wait_until (g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (
                        GTK_LIST_VIEW (list)))) == 1);
  g_signal_emit_by_name (search, "activate");
  g_assert_cmpstr (selected (f), ==, "42");
  gw_test_wait_until (!gtk_widget_get_mapped (search));
}

static void
on_activate (GtkWidget *button,
             guint     *count)
{
  (*count)++;
}

/* Enter on what is chosen is for the dialog; without a choice it opens the list. */
static void
test_enter (Fixture       *f,
            gconstpointer  unused)
{
  GtkWidget *ok = gtk_button_new_with_label ("OK");
  guint n_pressed = 0;

  gw_keyring_use_memory (f->keyring);
  save (f, "a", "Databases");
  save (f, "b", "Web");
  gtk_list_box_append (GTK_LIST_BOX (gtk_window_get_child (GTK_WINDOW (f->window))), ok);
  gtk_window_set_default_widget (GTK_WINDOW (f->window), ok);
  g_signal_connect (ok, "clicked", G_CALLBACK (on_activate), &n_pressed);
  gtk_widget_grab_focus (GTK_WIDGET (f->field));
  g_assert_false (gw_test_press (GTK_WIDGET (drop_down (f)), "Return|KP_Enter|ISO_Enter"));
  gw_credential_field_select (f->field, "a");
  g_assert_true (gw_test_press (GTK_WIDGET (drop_down (f)), "Return|KP_Enter|ISO_Enter"));
  gw_test_wait_until (n_pressed == 1);
  g_assert_null (gw_ui_find (f->window, GTK_TYPE_LIST_VIEW, NULL, NULL));
}

int
main (int   argc,
      char *argv[])
{
  char *home = gw_test_home_new ();
  int status;

  g_setenv ("GTK_A11Y", "test", TRUE);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add ("/credential-field/absent", Fixture, NULL, set_up, test_absent, tear_down);
  g_test_add ("/credential-field/choose", Fixture, NULL, set_up, test_choose, tear_down);
  g_test_add ("/credential-field/deleted", Fixture, NULL, set_up, test_deleted, tear_down);
  g_test_add ("/credential-field/later", Fixture, NULL, set_up, test_later, tear_down);
  g_test_add ("/credential-field/lines", Fixture, NULL, set_up, test_lines, tear_down);
  g_test_add ("/credential-field/names", Fixture, NULL, set_up, test_names, tear_down);
  g_test_add ("/credential-field/only", Fixture, NULL, set_up, test_only, tear_down);
  g_test_add ("/credential-field/many", Fixture, NULL, set_up, test_many, tear_down);
  g_test_add ("/credential-field/enter", Fixture, NULL, set_up, test_enter, tear_down);
  status = g_test_run ();
  gw_test_home_free (home);
  return status;
}
