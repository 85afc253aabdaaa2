/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "gw-credential-dialog-private.h"
#include "gw-credential-scope.h"
#include "gw-field-errors.h"
#include "gw-key-test.h"
#include "gw-scope-chooser.h"
#include "gw-test-source.h"
#include "gw-ui-test.h"

typedef struct {
  char               *folder;
  GwKeyring          *keyring;
  GwCredentials      *credentials;
  GwSource           *source;
  GwCatalogue        *catalogue;
  GtkWidget          *parent;
  GwCredentialDialog *dialog; /* NULL once it has gone */
  char               *saved;  /* id */
} Fixture;

static void
on_saved (GwCredentialDialog *dialog,
          const char         *id,
          Fixture            *f)
{
  g_assert_null (f->saved);
  f->saved = g_strdup (id);
}

static void
open_dialog (Fixture      *f,
             GwCredential *credential)
{
  g_clear_pointer (&f->saved, g_free);
  f->dialog = gw_credential_dialog_new (GTK_WINDOW (f->parent), f->credentials, f->catalogue,
                                        credential);
  g_object_add_weak_pointer (G_OBJECT (f->dialog), (gpointer *) &f->dialog);
  g_signal_connect (f->dialog, "saved", G_CALLBACK (on_saved), f);
  gtk_window_present (GTK_WINDOW (f->dialog));
  gw_test_wait_until (gtk_widget_get_mapped (GTK_WIDGET (f->dialog)));
}

static void
close_dialog (Fixture *f)
{
  gtk_window_set_focus (GTK_WINDOW (f->dialog), NULL);
  gtk_window_close (GTK_WINDOW (f->dialog));
  gw_test_wait_until (f->dialog == NULL);
}

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  f->folder = g_dir_make_tmp ("gangway-XXXXXX", NULL);
  f->keyring = gw_keyring_new ();
  f->credentials = gw_credentials_new (f->keyring);
  f->catalogue = gw_catalogue_new ();
  f->source = g_object_new (TEST_TYPE_SOURCE, "id", "test", "title", "Playground", NULL);
  gw_catalogue_add_source (f->catalogue, f->source);
  f->parent = gtk_window_new ();
  gtk_window_present (GTK_WINDOW (f->parent));
  gw_test_wait_until (gw_keyring_get_state (f->keyring) == GW_KEYRING_STATE_ABSENT);
  gw_keyring_use_memory (f->keyring);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  if (f->dialog != NULL)
    close_dialog (f);
  gtk_window_destroy (GTK_WINDOW (f->parent));
  g_object_unref (f->catalogue);
  g_object_unref (f->source);
  g_object_unref (f->credentials);
  g_assert_finalize_object (f->keyring);
  gw_test_delete_tree (f->folder);
  g_free (f->folder);
  g_free (f->saved);
}

static void
set_text (gpointer    row,
          const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (row), text);
}

static const char *
get_text (gpointer row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

static const char *
get_error (gpointer row)
{
  return gw_field_error_get (GTK_WIDGET (row));
}

static const char *
get_message (Fixture *f)
{
  return gtk_widget_get_visible (GTK_WIDGET (f->dialog->message))
           ? gtk_label_get_text (f->dialog->message) : NULL;
}

static gboolean
has_focus (Fixture  *f,
           gpointer  row)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (f->dialog));

  return focus != NULL && (focus == row || gtk_widget_is_ancestor (focus, row));
}

static void
press_ok (Fixture *f)
{
  gtk_widget_activate_action (GTK_WIDGET (f->dialog), "credential.submit", NULL);
}

/* Until what OK has begun is over. */
static void
wait_for_end (Fixture *f)
{
  gw_test_wait_until (f->dialog == NULL || f->dialog->cancellable == NULL);
}

static GwCredential *
wait_for_saved (Fixture *f)
{
  gw_test_wait_until (f->dialog == NULL);
  g_assert_nonnull (f->saved);
  return gw_credentials_lookup (f->credentials, f->saved);
}

static void
on_done (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  GAsyncResult **kept = user_data;

  *kept = g_object_ref (result);
}

static GwSecrets *
load_secrets (Fixture    *f,
              const char *id)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GwSecrets *secrets;

  gw_credentials_load_async (f->credentials, id, NULL, on_done, &result);
  gw_test_wait_until (result != NULL);
  secrets = gw_credentials_load_finish (f->credentials, result, &error);
  g_assert_no_error (error);
  return secrets;
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

static GwCredential *
add_password (Fixture    *f,
              const char *name,
              const char *password)
{
  open_dialog (f, NULL);
  set_text (f->dialog->name_row, name);
  set_text (f->dialog->user_row, "root");
  set_text (f->dialog->password_row, password);
  press_ok (f);
  return wait_for_saved (f);
}

static void
assert_password (Fixture    *f,
                 const char *id,
                 const char *expected)
{
  g_autoptr (GwSecrets) secrets = load_secrets (f, id);

  g_assert_cmpstr (gw_sensitive_get_text (secrets->password), ==, expected);
}

static void
test_password (Fixture       *f,
               gconstpointer  unused)
{
  GwCredential *credential = add_password (f, "  Web servers ", "correct horse");

  g_assert_cmpstr (gw_credential_get_name (credential), ==, "Web servers");
  g_assert_cmpstr (gw_credential_get_user (credential), ==, "root");
  g_assert_cmpint (gw_credential_get_secret_type (credential), ==, GW_CREDENTIAL_PASSWORD);
  g_assert_cmpint (gw_credential_get_created (credential), >, 0);
  assert_password (f, f->saved, "correct horse");
}

static void
test_missing (Fixture       *f,
              gconstpointer  unused)
{
  g_autofree char *long_name = g_strnfill (GW_CREDENTIAL_MAX_NAME + 1, 'x');

  add_password (f, "Web", "secret");
  open_dialog (f, NULL);
  g_assert_true (has_focus (f, f->dialog->name_row));
  press_ok (f);
  g_assert_nonnull (get_error (f->dialog->name_row));
  g_assert_nonnull (get_error (f->dialog->user_row));
  g_assert_nonnull (get_error (f->dialog->password_row));
  g_assert_true (has_focus (f, f->dialog->name_row));
  set_text (f->dialog->name_row, "wEB");
  g_assert_null (get_error (f->dialog->name_row));
  set_text (f->dialog->user_row, "bad user\n");
  set_text (f->dialog->password_row, "secret");
  press_ok (f);
  g_assert_nonnull (strstr (get_error (f->dialog->name_row), "already"));
  g_assert_nonnull (get_error (f->dialog->user_row));
  g_assert_null (get_error (f->dialog->password_row));
  set_text (f->dialog->name_row, long_name);
  set_text (f->dialog->user_row, "root");
  press_ok (f);
  g_assert_nonnull (get_error (f->dialog->name_row));
  g_assert_null (get_error (f->dialog->user_row));
  g_assert_cmpstr (get_text (f->dialog->password_row), ==, "secret");

  adw_combo_row_set_selected (f->dialog->type_row, GW_CREDENTIAL_PRIVATE_KEY);
  set_text (f->dialog->name_row, "Other");
  press_ok (f);
  g_assert_nonnull (gw_key_field_get_error (f->dialog->key_row));
  g_assert_true (has_focus (f, f->dialog->key_row));
  g_assert_null (f->saved);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->credentials)), ==, 1);
}

static void
test_large (Fixture       *f,
            gconstpointer  unused)
{
  g_autofree char *large = g_strnfill (1024 * 1024, 'x');

  open_dialog (f, NULL);
  set_text (f->dialog->name_row, "Web");
  set_text (f->dialog->user_row, "root");
  set_text (f->dialog->password_row, large);
  press_ok (f);
  g_assert_nonnull (get_error (f->dialog->password_row));
  g_assert_null (f->dialog->cancellable);
}

static char *
make_key (Fixture    *f,
          const char *type,
          const char *bits,
          const char *passphrase)
{
  char *path = g_build_filename (f->folder, "id", NULL);
  const char *argv[] = { "ssh-keygen", "-q", "-t", type, "-b", bits, "-N", passphrase, "-m", "PEM",
                         "-f", path, NULL };
  int status = -1;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status,
                NULL);
  g_assert_cmpint (status, ==, 0);
  return path;
}

static void
open_with_key (Fixture    *f,
               const char *path)
{
  open_dialog (f, NULL);
  gw_credential_dialog_suggest (f->dialog, "admin", GW_CREDENTIAL_PRIVATE_KEY);
  set_text (f->dialog->name_row, "Web");
  gw_key_field_load_path (f->dialog->key_row, path);
  gw_test_wait_until (gw_key_field_is_set (f->dialog->key_row));
}

static void
test_key (Fixture       *f,
          gconstpointer  unused)
{
  g_autofree char *path = g_build_filename (f->folder, "id", NULL);
  g_autofree char *fingerprint = NULL;
  g_autoptr (GwSecrets) secrets = NULL;
  GwCredential *credential;

  gw_test_make_key (path, "ed25519", NULL, "");
  fingerprint = gw_test_fingerprint (path);
  open_with_key (f, path);
  g_assert_cmpstr (get_text (f->dialog->user_row), ==, "admin");
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (f->dialog->password_row)));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (f->dialog->passphrase_row)));
  g_assert_nonnull (strstr (gtk_label_get_text (f->dialog->warning_label), "no passphrase"));
  press_ok (f);
  g_assert_nonnull (f->dialog->cancellable);
  g_assert_false (gtk_widget_is_sensitive (GTK_WIDGET (f->dialog->scrolled)));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (f->dialog->spinner)));
  credential = wait_for_saved (f);
  g_assert_cmpstr (gw_credential_get_key_type (credential), ==, "ssh-ed25519");
  g_assert_cmpstr (gw_credential_get_fingerprint (credential), ==, fingerprint);
  g_assert_false (gw_credential_is_encrypted (credential));
  secrets = load_secrets (f, f->saved);
  g_assert_nonnull (strstr (gw_sensitive_get_text (secrets->private_key), "OPENSSH PRIVATE KEY"));
  g_assert_null (secrets->passphrase);
}

static void
test_passphrase (Fixture       *f,
                 gconstpointer  unused)
{
  g_autofree char *path = g_build_filename (f->folder, "id", NULL);
  g_autoptr (GwSecrets) secrets = NULL;

  gw_test_make_key (path, "ed25519", NULL, "horse");
  open_with_key (f, path);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (f->dialog->passphrase_row)));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (f->dialog->warning_row)));
  press_ok (f);
  g_assert_nonnull (get_error (f->dialog->passphrase_row));
  set_text (f->dialog->passphrase_row, "wrong");
  press_ok (f);
  wait_for_end (f);
  g_assert_nonnull (get_error (f->dialog->passphrase_row));
  g_assert_null (strstr (get_error (f->dialog->passphrase_row), "GDBus"));
  g_assert_true (has_focus (f, f->dialog->passphrase_row));
  g_assert_true (gw_key_field_is_set (f->dialog->key_row));
  g_assert_cmpstr (get_text (f->dialog->name_row), ==, "Web");
  g_assert_true (gtk_widget_is_sensitive (GTK_WIDGET (f->dialog->scrolled)));
  set_text (f->dialog->passphrase_row, "horse");
  g_assert_null (get_error (f->dialog->passphrase_row));
  press_ok (f);
  g_assert_true (gw_credential_is_encrypted (wait_for_saved (f)));
  secrets = load_secrets (f, f->saved);
  g_assert_cmpstr (gw_sensitive_get_text (secrets->passphrase), ==, "horse");
}

static void
test_weak (Fixture       *f,
           gconstpointer  unused)
{
  g_autofree char *path = make_key (f, "rsa", "1024", "");
  GwCredential *credential;

  open_with_key (f, path);
  gw_test_wait_until (strstr (gtk_label_get_text (f->dialog->warning_label), "1024") != NULL);
  press_ok (f);
  credential = wait_for_saved (f);
  g_assert_cmpuint (gw_credential_get_key_bits (credential), ==, 1024);
  g_assert_true (gw_credential_is_weak (credential));
  open_dialog (f, credential);
  g_assert_nonnull (strstr (gtk_label_get_text (f->dialog->warning_label), "1024"));
  g_assert_nonnull (strstr (gtk_label_get_text (f->dialog->warning_label), "no passphrase"));
}

/* What is no key at all is refused by the field; a damaged one that looks like one on OK. */
static void
test_bad_key (Fixture       *f,
              gconstpointer  unused)
{
  static const char bytes[] = "\xff\xfe\x00garbage";
  static const char broken[] =
    "-----BEGIN RSA PRIVATE KEY-----\nMAYCAQACAQM=\n-----END RSA PRIVATE KEY-----\n";
  g_autoptr (GwSensitive) text = gw_sensitive_new (bytes, sizeof bytes - 1, NULL);
  g_autoptr (GwSensitive) damaged = gw_sensitive_new (broken, -1, NULL);

  open_dialog (f, NULL);
  gw_credential_dialog_suggest (f->dialog, "admin", GW_CREDENTIAL_PRIVATE_KEY);
  set_text (f->dialog->name_row, "Web");
  g_assert_false (gw_key_field_set_text (f->dialog->key_row, text, NULL));
  press_ok (f);
  g_assert_null (f->dialog->cancellable);
  g_assert_nonnull (gw_key_field_get_error (f->dialog->key_row));

  g_assert_true (gw_key_field_set_text (f->dialog->key_row, damaged, NULL));
  press_ok (f);
  wait_for_end (f);
  g_assert_nonnull (gw_key_field_get_error (f->dialog->key_row));
  g_assert_null (f->saved);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->credentials)), ==, 0);
}

static void
test_cancel (Fixture       *f,
             gconstpointer  unused)
{
  g_autofree char *path = g_build_filename (f->folder, "id", NULL);

  gw_test_make_key (path, "ed25519", NULL, "");
  open_with_key (f, path);
  press_ok (f);
  g_assert_nonnull (f->dialog->cancellable);
  gw_ui_click (GTK_WIDGET (f->dialog), "Cancel");
  gw_test_wait_until (f->dialog == NULL);
  g_assert_null (f->saved);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->credentials)), ==, 0);
}

static void
test_absent (Fixture       *f,
             gconstpointer  unused)
{
  gw_keyring_wipe_memory (f->keyring);
  open_dialog (f, NULL);
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (f->dialog->keyring_row)));
  set_text (f->dialog->name_row, "Web");
  set_text (f->dialog->user_row, "root");
  set_text (f->dialog->password_row, "secret");
  press_ok (f);
  wait_for_end (f);
  g_assert_nonnull (get_message (f));
  g_assert_cmpstr (get_text (f->dialog->password_row), ==, "secret");
  gw_ui_click (GTK_WIDGET (f->dialog), "Keep for This Session");
  g_assert_null (get_message (f));
  press_ok (f);
  wait_for_saved (f);
  assert_password (f, f->saved, "secret");
}

static void
test_edit (Fixture       *f,
           gconstpointer  unused)
{
  GwCredential *credential = add_password (f, "Web", "secret");
  g_autofree char *id = g_strdup (f->saved);
  gint64 created = gw_credential_get_created (credential);

  open_dialog (f, credential);
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (f->dialog)), ==, "Edit Credential");
  g_assert_cmpstr (get_text (f->dialog->name_row), ==, "Web");
  g_assert_false (gtk_widget_is_sensitive (GTK_WIDGET (f->dialog->type_row)));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (f->dialog->stored_row)));
  set_text (f->dialog->name_row, "Databases");
  press_ok (f);
  credential = wait_for_saved (f);
  g_assert_cmpstr (f->saved, ==, id);
  g_assert_cmpstr (gw_credential_get_name (credential), ==, "Databases");
  g_assert_cmpint (gw_credential_get_created (credential), ==, created);
  assert_password (f, id, "secret");

  open_dialog (f, credential);
  set_text (f->dialog->password_row, "another");
  press_ok (f);
  wait_for_saved (f);
  assert_password (f, id, "another");
}

static void
test_gone (Fixture       *f,
           gconstpointer  unused)
{
  GwCredential *credential = add_password (f, "Web", "secret");
  g_autofree char *id = g_strdup (f->saved);

  open_dialog (f, credential);
  set_text (f->dialog->user_row, "admin");
  g_assert_null (get_message (f));
  delete (f, id);
  g_assert_nonnull (strstr (get_message (f), "deleted"));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (f->dialog->stored_row)));
  press_ok (f);
  g_assert_nonnull (get_error (f->dialog->password_row));
  set_text (f->dialog->password_row, "new");
  press_ok (f);
  credential = wait_for_saved (f);
  g_assert_cmpstr (f->saved, ==, id);
  g_assert_cmpstr (gw_credential_get_user (credential), ==, "admin");
  assert_password (f, id, "new");
}

static void
test_closing (Fixture       *f,
              gconstpointer  unused)
{
  g_autoptr (GwCredentialDialog) dialog = NULL;

  open_dialog (f, NULL);
  dialog = g_object_ref (f->dialog);
  set_text (f->dialog->password_row, "secret");
  set_text (f->dialog->passphrase_row, "secret");
  g_assert_true (gw_test_press (GTK_WIDGET (f->dialog), "Escape"));
  g_assert_cmpstr (get_text (dialog->password_row), ==, "");
  g_assert_cmpstr (get_text (dialog->passphrase_row), ==, "");
}

static GtkMenuButton *
add_button (Fixture *f)
{
  return GTK_MENU_BUTTON (gw_ui_find (GTK_WIDGET (f->dialog->scopes), GTK_TYPE_MENU_BUTTON, NULL,
                                      NULL));
}

static void
test_scopes (Fixture       *f,
             gconstpointer  unused)
{
  const char *tags[] = { "env=prod", "web", NULL };
  g_autoptr (GwInstance) instance = gw_instance_new ("i-1");
  g_auto (GStrv) scopes = NULL;
  GwCredential *first;
  GwCredential *second;
  g_autofree char *id = NULL;
  GtkWidget *chooser;

  gw_instance_set_tags (instance, tags);
  g_list_store_append (gw_source_get_store (f->source), instance);
  first = add_password (f, "First", "secret");
  id = g_strdup (f->saved);
  open_dialog (f, first);
  gw_credential_scopes_add (f->dialog->scopes, "tag:env=prod");
  gw_credential_scopes_add (f->dialog->scopes, "tag:env=prod");
  press_ok (f);
  first = wait_for_saved (f);
  g_assert_cmpuint (g_strv_length ((GStrv) gw_credential_get_scopes (first)), ==, 1);

  add_password (f, "Second", "secret");
  open_dialog (f, gw_credentials_lookup (f->credentials, f->saved));
  chooser = GTK_WIDGET (gtk_menu_button_get_popover (add_button (f)));
  gtk_menu_button_popup (add_button (f));
  gw_test_wait_until (gtk_widget_get_mapped (chooser));
  /* The first kind that there is: a tag, and its key alone. */
  g_assert_cmpuint (gw_ui_count (chooser, GTK_TYPE_DROP_DOWN), ==, 1);
  gw_test_wait_until (gw_ui_find (chooser, GTK_TYPE_LABEL, "label", "env=prod") != NULL);
  g_assert_nonnull (gw_ui_find (chooser, GTK_TYPE_LABEL, "label", "env"));
  g_assert_nonnull (gw_ui_find (chooser, GTK_TYPE_LABEL, "label", "web"));
  set_text (gw_ui_find (chooser, GTK_TYPE_SEARCH_ENTRY, NULL, NULL), "prod");
  gw_test_wait_until (gw_ui_find (chooser, GTK_TYPE_LABEL, "label", "web") == NULL);
  g_signal_emit_by_name (gw_ui_find (chooser, GTK_TYPE_SEARCH_ENTRY, NULL, NULL), "activate");
  gw_test_wait_until (!gtk_widget_get_mapped (chooser));
  gw_test_wait_until (gw_ui_find (GTK_WIDGET (f->dialog), GTK_TYPE_LABEL, "label",
                                  "Tag env=prod") != NULL);
  g_assert_nonnull (gw_ui_find (GTK_WIDGET (f->dialog), GTK_TYPE_LABEL, "label",
                                "No longer of “First”"));
  press_ok (f);
  second = wait_for_saved (f);
  g_assert_cmpstr (gw_credential_get_scopes (second)[0], ==, "tag:env=prod");
  g_assert_null (gw_credential_get_scopes (gw_credentials_lookup (f->credentials, id))[0]);

  open_dialog (f, second);
  g_signal_emit_by_name (gw_ui_find (GTK_WIDGET (f->dialog->scopes), GTK_TYPE_BUTTON, "icon-name",
                                     "list-remove-symbolic"), "clicked");
  scopes = gw_credential_scopes_dup (f->dialog->scopes);
  g_assert_cmpuint (g_strv_length (scopes), ==, 0);
}

static void
test_many (Fixture       *f,
           gconstpointer  unused)
{
  GListStore *store = gw_source_get_store (f->source);
  GtkWidget *chooser;
  gint64 start;

  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *id = g_strdup_printf ("i-%u", i);
      g_autofree char *tag = g_strdup_printf ("Name=host-%u", i);
      const char *tags[] = { "env=prod", tag, NULL };
      g_autoptr (GwInstance) instance = gw_instance_new (id);

      gw_instance_set_tags (instance, tags);
      g_list_store_append (store, instance);
    }
  start = g_get_monotonic_time ();
  open_dialog (f, NULL);
  chooser = GTK_WIDGET (gtk_menu_button_get_popover (add_button (f)));
  gtk_menu_button_popup (add_button (f));
  gw_test_wait_until (gw_ui_find (chooser, GTK_TYPE_LABEL, "label", "env=prod") != NULL);
  g_test_message ("opened in %d ms", (int) ((g_get_monotonic_time () - start) / 1000));
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_USEC_PER_SEC);
}

/* With a real keyring that is locked, and nothing that could ask for its password. */
static void
test_locked (void)
{
  Fixture f = { 0 };

  f.keyring = gw_keyring_new ();
  f.credentials = gw_credentials_new (f.keyring);
  f.catalogue = gw_catalogue_new ();
  f.parent = gtk_window_new ();
  gtk_window_present (GTK_WINDOW (f.parent));
  gw_test_wait_until (gw_keyring_get_state (f.keyring) == GW_KEYRING_STATE_LOCKED);
  open_dialog (&f, NULL);
  g_assert_nonnull (gw_ui_find (GTK_WIDGET (f.dialog), GTK_TYPE_BUTTON, "label", "Unlock"));
  set_text (f.dialog->name_row, "Web");
  set_text (f.dialog->user_row, "root");
  set_text (f.dialog->password_row, "secret");
  press_ok (&f);
  g_assert_nonnull (f.dialog->cancellable);
  wait_for_end (&f);
  g_assert_null (f.saved);
  g_assert_cmpstr (get_text (f.dialog->name_row), ==, "Web");
  g_assert_cmpstr (get_text (f.dialog->password_row), ==, "secret");
  g_assert_true (gtk_widget_is_sensitive (GTK_WIDGET (f.dialog->scrolled)));
  g_assert_nonnull (get_message (&f));

  gw_ui_click (GTK_WIDGET (f.dialog), "Unlock");
  gw_test_wait_until (gtk_widget_has_css_class (GTK_WIDGET (f.dialog->keyring_row), "error"));
  close_dialog (&f);
  gtk_window_destroy (GTK_WINDOW (f.parent));
  g_object_unref (f.catalogue);
  g_object_unref (f.credentials);
  g_object_unref (f.keyring);
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
#define ADD(name, test) \
  g_test_add ("/credential-dialog/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("password", test_password);
  ADD ("missing", test_missing);
  ADD ("large", test_large);
  ADD ("key", test_key);
  ADD ("passphrase", test_passphrase);
  ADD ("weak", test_weak);
  ADD ("bad-key", test_bad_key);
  ADD ("cancel", test_cancel);
  ADD ("absent", test_absent);
  ADD ("edit", test_edit);
  ADD ("gone", test_gone);
  ADD ("closing", test_closing);
  ADD ("scopes", test_scopes);
  ADD ("many", test_many);
#undef ADD
  if (g_getenv ("GANGWAY_TEST_KEYRING_PID") != NULL)
    g_test_add_func ("/credential-dialog-locked", test_locked);
  status = g_test_run ();
  gw_test_home_free (home);
  return status;
}
