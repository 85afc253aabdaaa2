/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The Login dialog and the keyring: credentials, their defaults, and what is saved of logins. */

#include "gw-credential-dialog.h"
#include "gw-credential-scope.h"
#include "gw-key-test.h"
#include "gw-login-dialog-private.h"
#include "gw-test-source.h"
#include "gw-ui-test.h"

typedef struct {
  char          *history_path;
  GwSource      *source;
  GwCatalogue   *catalogue;
  GwSavedLogins *logins;
  GwCredentials *credentials; /* of logins */
  GwKeyring     *keyring;     /* of logins */
  GSettings     *settings;
  GtkWidget     *parent;
  GwLoginDialog *dialog;
  GwInstance    *instance;
  GwLogin       *login; /* of the last OK */
} Fixture;

static void
on_login (GwLoginDialog *dialog,
          GwLogin       *login,
          Fixture       *f)
{
  g_set_object (&f->login, login);
}

static GwInstance *
add_instance (Fixture    *f,
              const char *id,
              const char *name,
              const char *public_ip)
{
  g_autoptr (GwInstance) instance = gw_instance_new (id);
  const char *public_ips[] = { public_ip, NULL };
  const char *const tags[] = { "env=prod", "team", NULL };

  gw_instance_set_text (instance, GW_INSTANCE_NAME, name);
  gw_instance_set_text (instance, GW_INSTANCE_RESOURCE_GROUP, "rg-1");
  gw_instance_set_tags (instance, tags);
  gw_instance_set_addresses (instance, GW_ADDRESS_PUBLIC, public_ips);
  g_list_store_append (gw_source_get_store (f->source), instance);
  return instance;
}

static void
open_dialog (Fixture *f)
{
  f->dialog = gw_login_dialog_new (GTK_WINDOW (f->parent), f->catalogue, f->logins, NULL, f->settings);
  g_object_add_weak_pointer (G_OBJECT (f->dialog), (gpointer *) &f->dialog);
  g_signal_connect (f->dialog, "login", G_CALLBACK (on_login), f);
  gtk_window_present (GTK_WINDOW (f->dialog));
  gw_test_wait_until (gtk_widget_get_mapped (GTK_WIDGET (f->dialog)));
}

static void
close_dialog (Fixture *f)
{
  gtk_window_destroy (GTK_WINDOW (f->dialog));
  gw_test_wait_until (f->dialog == NULL);
}

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  f->history_path = g_build_filename (g_get_user_data_dir (), "logins.json", NULL);
  f->source = g_object_new (TEST_TYPE_SOURCE, "id", "test", "title", "Test Account",
                            "editable", TRUE, NULL);
  f->catalogue = gw_catalogue_new ();
  gw_catalogue_add_source (f->catalogue, f->source);
  f->logins = gw_ui_logins_new (f->history_path);
  f->credentials = gw_saved_logins_get_credentials (f->logins);
  f->keyring = gw_saved_logins_get_keyring (f->logins);
  f->settings = g_settings_new ("org.gangway.Gangway");
  f->instance = add_instance (f, "i-1", "web-1", "203.0.113.7");
  add_instance (f, "i-2", "web-2", "203.0.113.8");
  f->parent = gtk_window_new ();
  gtk_window_present (GTK_WINDOW (f->parent));
  open_dialog (f);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  gtk_window_destroy (GTK_WINDOW (f->parent));
  gw_test_wait_until (f->dialog == NULL);
  gw_test_wait_until (gw_login_history_is_saved (gw_saved_logins_get_history (f->logins)));
  g_clear_object (&f->login);
  g_assert_finalize_object (f->logins);
  g_object_unref (f->settings);
  g_object_unref (f->catalogue);
  g_object_unref (f->source);
  g_remove (f->history_path);
  g_free (f->history_path);
}

static void
on_done (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

static void
save (Fixture      *f,
      GwCredential *credential)
{
  g_autoptr (GwSensitive) password = gw_sensitive_new ("of the credential", -1, NULL);
  g_autoptr (GwSecrets) secrets = gw_secrets_new (password, NULL, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  gw_credentials_save_async (f->credentials, credential, secrets, NULL, on_done, &result);
  gw_test_wait_until (result != NULL);
  gw_credentials_save_finish (f->credentials, result, &error);
  g_assert_no_error (error);
  gw_test_wait_until (gw_credentials_lookup (f->credentials, gw_credential_get_id (credential)));
}

/* @scope NULL: the default of nothing. */
static GwCredential *
add_credential (Fixture    *f,
                const char *name,
                const char *user,
                const char *scope)
{
  g_autoptr (GwCredential) credential = gw_credential_new (NULL);
  const char *scopes[] = { scope, NULL };

  gw_credential_set_name (credential, name);
  gw_credential_set_user (credential, user);
  gw_credential_set_secret_type (credential, GW_CREDENTIAL_PASSWORD);
  gw_credential_set_scopes (credential, scopes);
  save (f, credential);
  return gw_credentials_lookup (f->credentials, gw_credential_get_id (credential));
}

static void
remove_credential (Fixture    *f,
                   const char *id)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  gw_credentials_remove_async (f->credentials, id, NULL, on_done, &result);
  gw_test_wait_until (result != NULL);
  gw_credentials_remove_finish (f->credentials, result, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
keep_login (Fixture *f,
            GwLogin *login)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  gw_saved_logins_keep_async (f->logins, login, NULL, on_done, &result);
  gw_test_wait_until (result != NULL);
  gw_saved_logins_keep_finish (f->logins, result, &error);
  g_assert_no_error (error);
}

/* A login of root that has worked. @remember: it was to be kept. */
static void
keep (Fixture    *f,
      GwInstance *instance,
      GwMethod    method,
      const char *password,
      const char *credential,
      gboolean    remember)
{
  g_autoptr (GwLogin) login = gw_login_new ();
  g_autoptr (GwSensitive) secret = NULL;

  gw_login_fill_defaults (login, instance);
  gw_login_set_user (login, "root");
  gw_login_set_method (login, method);
  gw_login_set_credential (login, credential);
  gw_login_set_remember (login, remember);
  if (password != NULL)
    {
      secret = gw_sensitive_new (password, -1, NULL);
      gw_login_set_password (login, secret);
    }
  keep_login (f, login);
}

static const char *
text_of (gpointer row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

static void
type (gpointer    row,
      const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (row), text);
}

static const char *
error_of (Fixture  *f,
          gpointer  row)
{
  return gw_login_dialog_get_error (f->dialog, GTK_WIDGET (row));
}

static gboolean
has_focus (Fixture  *f,
           gpointer  row)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (f->dialog));

  return focus != NULL
         && (focus == GTK_WIDGET (row) || gtk_widget_is_ancestor (focus, GTK_WIDGET (row)));
}

static void
press_ok (Fixture *f)
{
  g_clear_object (&f->login);
  gw_ui_click (GTK_WIDGET (f->dialog), "OK");
}

/* The id of the chosen credential; NULL if there is none. */
static const char *
chosen (Fixture *f)
{
  GwCredential *credential = gw_credential_field_get_selected (f->dialog->credential_row);

  return credential != NULL ? gw_credential_get_id (credential) : NULL;
}

/* As a person does. */
static void
choose (Fixture      *f,
        GwCredential *credential)
{
  GtkWidget *drop_down = gw_ui_find (GTK_WIDGET (f->dialog->credential_row), GTK_TYPE_DROP_DOWN,
                                     NULL, NULL);
  GListModel *model = gtk_drop_down_get_model (GTK_DROP_DOWN (drop_down));

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (GwCredential) item = g_list_model_get_item (model, i);

      if (item == credential)
        gtk_drop_down_set_selected (GTK_DROP_DOWN (drop_down), i);
    }
  g_assert_cmpstr (chosen (f), ==, gw_credential_get_id (credential));
}

static gboolean
shows_text (Fixture    *f,
            const char *text)
{
  return gw_ui_find (GTK_WIDGET (f->dialog), GTK_TYPE_LABEL, "label", text) != NULL;
}

static void
test_credential (Fixture       *f,
                 gconstpointer  unused)
{
  GwCredential *deploy = add_credential (f, "Deploy", "deploy", NULL);
  GwLoginDialog *dialog = f->dialog;

  add_credential (f, "Another", "another", NULL);
  gw_login_dialog_set_instance (dialog, f->instance);
  g_assert_cmpint (gw_login_dialog_get_method (dialog), ==, GW_METHOD_PASSWORD);
  gw_test_press (GTK_WIDGET (dialog), "<Alt>3");
  press_ok (f);
  g_assert_null (f->login);
  g_assert_nonnull (error_of (f, dialog->credential_row));
  g_assert_true (has_focus (f, dialog->credential_row));

  choose (f, deploy);
  type (dialog->port_row, "2222");
  press_ok (f);
  g_assert_nonnull (f->login);
  g_assert_cmpint (gw_login_get_method (f->login), ==, GW_METHOD_CREDENTIAL);
  g_assert_cmpstr (gw_login_get_credential (f->login), ==, gw_credential_get_id (deploy));
  g_assert_cmpstr (gw_login_get_user (f->login), ==, "deploy");
  g_assert_cmpuint (gw_login_get_port (f->login), ==, 2222);
  g_assert_true (gw_login_get_saved (f->login));
  g_assert_false (gw_login_get_remember (f->login));
  g_assert_null (gw_login_get_password (f->login));
}

/* Whatever was wrong before, a typed password goes with no credential, and the other way round. */
static void
test_way_back (Fixture       *f,
               gconstpointer  unused)
{
  GwCredential *deploy = add_credential (f, "Deploy", "deploy", NULL);
  GwLoginDialog *dialog = f->dialog;

  gw_login_dialog_set_instance (dialog, f->instance);
  type (dialog->user_row, "");
  press_ok (f);
  g_assert_nonnull (error_of (f, dialog->user_row));
  gw_test_press (GTK_WIDGET (dialog), "<Alt>3");
  g_assert_null (error_of (f, dialog->user_row));
  choose (f, deploy);
  gw_test_press (GTK_WIDGET (dialog), "<Alt>1");
  type (dialog->user_row, "root");
  type (dialog->password_row, "typed");
  press_ok (f);
  g_assert_null (gw_login_get_credential (f->login));
  g_assert_cmpstr (gw_login_get_user (f->login), ==, "root");
  g_assert_false (gw_login_get_saved (f->login));
}

static void
test_deleted (Fixture       *f,
              gconstpointer  unused)
{
  g_autofree char *id = g_strdup (gw_credential_get_id (add_credential (f, "A", "a", NULL)));
  g_autofree char *reason = NULL;
  GwLoginDialog *dialog = f->dialog;
  GwLoginDialog *other;

  add_credential (f, "B", "b", NULL);
  keep (f, f->instance, GW_METHOD_CREDENTIAL, NULL, id, FALSE);
  other = gw_login_dialog_new (GTK_WINDOW (f->parent), f->catalogue, f->logins, NULL, f->settings);
  gw_login_dialog_set_instance (other, f->instance);
  gw_login_dialog_set_instance (dialog, f->instance);
  g_assert_cmpint (gw_login_dialog_get_method (dialog), ==, GW_METHOD_CREDENTIAL);
  g_assert_cmpstr (chosen (f), ==, id);

  remove_credential (f, id);
  gw_test_wait_until (chosen (f) == NULL);
  gw_ui_frames (GTK_WIDGET (dialog), 2);
  reason = g_strdup (error_of (f, dialog->credential_row));
  g_assert_nonnull (reason);
  g_assert_null (gw_credential_field_get_selected (other->credential_row));
  press_ok (f);
  g_assert_null (f->login);
  g_assert_cmpstr (error_of (f, dialog->credential_row), ==, reason);
  g_assert_true (has_focus (f, dialog->credential_row));
  gtk_window_destroy (GTK_WINDOW (other));
}

/* Another program can write what it likes. */
static void
test_bad_user (Fixture       *f,
               gconstpointer  unused)
{
  GwCredential *bad = add_credential (f, "Bad", "not\na user", NULL);

  gw_login_dialog_set_instance (f->dialog, f->instance);
  gw_test_press (GTK_WIDGET (f->dialog), "<Alt>3");
  choose (f, bad);
  press_ok (f);
  g_assert_null (f->login);
  g_assert_nonnull (strstr (error_of (f, f->dialog->credential_row), "username"));
}

/* The narrowest wins, and the dialog says which applied. */
static void
test_defaults (Fixture       *f,
               gconstpointer  unused)
{
  static const struct { const char *scope, *hint; } cases[] = {
    { "source:test", "Default of: Test Account" },
    { "group:rg-1", "Default of: Resource group rg-1" },
    { "tag:team", "Default of: Tag team" },
    { "tag:env=prod", "Default of: Tag env=prod" },
    { "key-pair:deploy", "Default of: Key pair deploy" },
  };

  gw_instance_set_text (f->instance, GW_INSTANCE_KEY_PAIR, "deploy");
  add_credential (f, "Of another", "other", "tag:env=test");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GwCredential *credential = add_credential (f, cases[i].scope, "deploy", cases[i].scope);

      gw_login_dialog_set_instance (f->dialog, f->instance);
      g_assert_cmpint (gw_login_dialog_get_method (f->dialog), ==, GW_METHOD_CREDENTIAL);
      g_assert_cmpstr (chosen (f), ==, gw_credential_get_id (credential));
      gw_ui_frames (GTK_WIDGET (f->dialog), 2);
      g_assert_true (shows_text (f, cases[i].hint));
      g_assert_true (has_focus (f, f->dialog->credential_row));
    }
  press_ok (f);
  g_assert_cmpstr (gw_login_get_user (f->login), ==, "deploy");
}

/* As the window opens it: filled in before it is shown. */
static void
test_focus (Fixture       *f,
            gconstpointer  unused)
{
  add_credential (f, "Deploy", "deploy", "tag:env=prod");
  close_dialog (f);
  f->dialog = gw_login_dialog_new (GTK_WINDOW (f->parent), f->catalogue, f->logins, NULL, f->settings);
  g_object_add_weak_pointer (G_OBJECT (f->dialog), (gpointer *) &f->dialog);
  gw_login_dialog_set_instance (f->dialog, f->instance);
  gtk_window_present (GTK_WINDOW (f->dialog));
  gw_test_wait_until (gtk_widget_get_mapped (GTK_WIDGET (f->dialog)));
  gw_ui_frames (GTK_WIDGET (f->dialog), 2);
  g_assert_true (has_focus (f, f->dialog->credential_row));
  gw_test_press (GTK_WIDGET (f->dialog), "<Alt>1");
  g_assert_true (has_focus (f, f->dialog->password_row));
}

/* What has worked before says more than a default, and needs no hint. */
static void
test_no_default (Fixture       *f,
                 gconstpointer  unused)
{
  GwCredential *credential = add_credential (f, "Deploy", "deploy", "tag:env=prod");
  GwCredential *other = add_credential (f, "Other", "other", NULL);
  GwLoginDialog *dialog = f->dialog;

  keep (f, f->instance, GW_METHOD_PASSWORD, "secret", NULL, FALSE);
  gw_login_dialog_set_instance (dialog, f->instance);
  g_assert_cmpint (gw_login_dialog_get_method (dialog), ==, GW_METHOD_PASSWORD);
  keep (f, f->instance, GW_METHOD_CREDENTIAL, NULL, gw_credential_get_id (credential), FALSE);
  gw_login_dialog_set_instance (dialog, f->instance);
  g_assert_cmpstr (chosen (f), ==, gw_credential_get_id (credential));
  gw_ui_frames (GTK_WIDGET (dialog), 2);
  g_assert_false (shows_text (f, "Default of: Tag env=prod"));

  /* The hint belongs to the one that is the default. */
  type (dialog->instance_row, "web-2");
  g_assert_cmpstr (chosen (f), ==, gw_credential_get_id (credential));
  gw_ui_frames (GTK_WIDGET (dialog), 2);
  g_assert_true (shows_text (f, "Default of: Tag env=prod"));
  choose (f, other);
  gw_ui_frames (GTK_WIDGET (dialog), 2);
  g_assert_false (shows_text (f, "Default of: Tag env=prod"));
  choose (f, credential);
  gw_ui_frames (GTK_WIDGET (dialog), 2);
  g_assert_true (shows_text (f, "Default of: Tag env=prod"));

  /* A name that is given beats the credential of another one. */
  type (dialog->instance_row, "root@203.0.113.8");
  g_assert_cmpint (gw_login_dialog_get_method (dialog), ==, GW_METHOD_PASSWORD);
  g_assert_cmpstr (text_of (dialog->user_row), ==, "root");
  close_dialog (f);
  open_dialog (f);
  gw_login_dialog_set_endpoint (f->dialog, "deploy", "203.0.113.8", 0);
  g_assert_cmpint (gw_login_dialog_get_method (f->dialog), ==, GW_METHOD_CREDENTIAL);
  close_dialog (f);
  open_dialog (f);
  gw_login_dialog_set_endpoint (f->dialog, "root", "203.0.113.8", 0);
  g_assert_cmpint (gw_login_dialog_get_method (f->dialog), ==, GW_METHOD_PASSWORD);
}

/* The keyring becomes open only while the dialog shows. */
static void
test_late_default (Fixture       *f,
                   gconstpointer  touched)
{
  GwLoginDialog *dialog = f->dialog;
  GwCredential *credential;

  gw_keyring_wipe_memory (f->keyring);
  gw_login_dialog_set_instance (dialog, f->instance);
  g_assert_cmpint (gw_login_dialog_get_method (dialog), ==, GW_METHOD_PASSWORD);
  type (dialog->port_row, "2222");
  if (touched != NULL)
    type (dialog->password_row, "secret");
  gw_keyring_use_memory (f->keyring);
  credential = add_credential (f, "Deploy", "deploy", "tag:env=prod");
  gw_ui_frames (GTK_WIDGET (dialog), 2);
  if (touched != NULL)
    {
      g_assert_cmpint (gw_login_dialog_get_method (dialog), ==, GW_METHOD_PASSWORD);
      g_assert_cmpstr (text_of (dialog->password_row), ==, "secret");
      return;
    }
  g_assert_cmpint (gw_login_dialog_get_method (dialog), ==, GW_METHOD_CREDENTIAL);
  g_assert_cmpstr (chosen (f), ==, gw_credential_get_id (credential));
  g_assert_cmpstr (text_of (dialog->port_row), ==, "2222");
  g_assert_true (shows_text (f, "Default of: Tag env=prod"));
}

static GtkWidget *
find_row (GtkWidget  *window,
          const char *title)
{
  GtkWidget *row = gw_ui_find (window, ADW_TYPE_PREFERENCES_ROW, "title", title);

  if (row == NULL)
    g_error ("there is no row “%s”", title);
  return row;
}

static void
test_create (Fixture       *f,
             gconstpointer  unused)
{
  GwLoginDialog *dialog = f->dialog;
  GtkWidget *create;

  gw_login_dialog_set_instance (dialog, f->instance);
  type (dialog->user_row, "ecs-user");
  type (dialog->password_row, "typed before");
  type (dialog->port_row, "2222");
  gw_test_press (GTK_WIDGET (dialog), "<Alt>3");
  gw_ui_frames (GTK_WIDGET (dialog), 2);
  gw_ui_click (GTK_WIDGET (dialog->credential_row), "Create Credential");
  gw_test_wait_until (gw_ui_find_window (GW_TYPE_CREDENTIAL_DIALOG, NULL) != NULL);
  create = gw_ui_find_window (GW_TYPE_CREDENTIAL_DIALOG, NULL);
  g_assert_true (gtk_window_get_transient_for (GTK_WINDOW (create)) == GTK_WINDOW (dialog));
  g_assert_cmpstr (text_of (find_row (create, "Username")), ==, "ecs-user");
  type (find_row (create, "Name"), "New one");
  type (find_row (create, "Password"), "secret");
  gw_ui_click (create, "OK");
  gw_test_wait_until (chosen (f) != NULL);
  gw_test_wait_until (gw_ui_find_window (GW_TYPE_CREDENTIAL_DIALOG, NULL) == NULL);

  g_assert_cmpstr (gw_credential_get_name (gw_credentials_lookup (f->credentials, chosen (f))), ==,
                   "New one");
  g_assert_true (has_focus (f, dialog->credential_row));
  g_assert_cmpstr (text_of (dialog->instance_row), ==, "web-1");
  g_assert_cmpstr (text_of (dialog->password_row), ==, "typed before");
  press_ok (f);
  g_assert_cmpstr (gw_login_get_user (f->login), ==, "ecs-user");
  g_assert_cmpuint (gw_login_get_port (f->login), ==, 2222);
}

static void
test_remember (Fixture       *f,
               gconstpointer  unused)
{
  GwLoginDialog *dialog = f->dialog;

  g_assert_false (gtk_check_button_get_active (dialog->remember_check));
  g_assert_nonnull (strstr (adw_action_row_get_subtitle (dialog->remember_row), "until"));
  gw_keyring_wipe_memory (f->keyring);
  g_assert_nonnull (strstr (adw_action_row_get_subtitle (dialog->remember_row),
                            "There is no keyring"));
  gw_login_dialog_set_instance (dialog, f->instance);
  g_assert_null (gw_ui_find (GTK_WIDGET (dialog), GW_TYPE_KEYRING_ROW, NULL, NULL));

  /* That there is no keyring matters once a secret is to be kept in it. */
  gtk_check_button_set_active (dialog->remember_check, TRUE);
  gw_ui_frames (GTK_WIDGET (dialog), 2);
  g_assert_nonnull (gw_ui_find (GTK_WIDGET (dialog), GW_TYPE_KEYRING_ROW, NULL, NULL));
  gw_test_press (GTK_WIDGET (dialog), "<Alt>3");
  gw_ui_frames (GTK_WIDGET (dialog), 2);
  g_assert_null (gtk_widget_get_parent (GTK_WIDGET (dialog->keyring_row)));
  g_assert_cmpstr (adw_action_row_get_subtitle (dialog->remember_row), ==,
                   "Connects at once next time");
  gw_test_press (GTK_WIDGET (dialog), "<Alt>2");
  g_assert_null (gtk_widget_get_parent (GTK_WIDGET (dialog->keyring_row)));
  gw_test_press (GTK_WIDGET (dialog), "<Alt>1");
  gw_ui_frames (GTK_WIDGET (dialog), 2);
  g_assert_nonnull (gw_ui_find (GTK_WIDGET (dialog), GW_TYPE_KEYRING_ROW, NULL, NULL));

  /* It is in nobody's way. */
  type (dialog->password_row, "secret");
  press_ok (f);
  g_assert_true (gw_login_get_remember (f->login));
}

/* A secret that is in the keyring need not be typed again, and never appears in the dialog. */
static void
test_saved (Fixture       *f,
            gconstpointer  unused)
{
  GwLoginDialog *dialog = f->dialog;

  keep (f, f->instance, GW_METHOD_PASSWORD, "secret", NULL, TRUE);
  gw_login_dialog_set_instance (dialog, f->instance);
  g_assert_true (gtk_check_button_get_active (dialog->remember_check));
  g_assert_cmpstr (text_of (dialog->password_row), ==, "");
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (dialog->saved_row)));

  /* It is root's. */
  type (dialog->user_row, "ecs-user");
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (dialog->saved_row)));
  press_ok (f);
  g_assert_null (f->login);
  g_assert_nonnull (error_of (f, dialog->password_row));
  type (dialog->user_row, "root");
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (dialog->saved_row)));
  g_assert_null (error_of (f, dialog->password_row));
  gw_test_press (GTK_WIDGET (dialog), "<Alt>2");
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (dialog->saved_row)));
  gw_test_press (GTK_WIDGET (dialog), "<Alt>1");
  type (dialog->instance_row, "web-2");
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (dialog->saved_row)));
  g_assert_false (gtk_check_button_get_active (dialog->remember_check));
  type (dialog->instance_row, "web-1");
  press_ok (f);
  g_assert_nonnull (f->login);
  g_assert_true (gw_login_get_saved (f->login));
  g_assert_true (gw_login_get_remember (f->login));
  g_assert_null (gw_login_get_password (f->login));

  /* What is typed goes before. */
  gw_test_wait_until (f->dialog == NULL);
  open_dialog (f);
  gw_login_dialog_set_instance (f->dialog, f->instance);
  type (f->dialog->password_row, "new one");
  press_ok (f);
  g_assert_false (gw_login_get_saved (f->login));
  g_assert_cmpstr (gw_sensitive_get_text (gw_login_get_password (f->login)), ==, "new one");
}

/* The key itself is in the keyring, or the passphrase of one that stays in its file. */
static void
test_saved_key (Fixture       *f,
                gconstpointer  in_file)
{
  GwLoginDialog *dialog = f->dialog;
  g_autofree char *path = g_build_filename (g_get_home_dir (), "id", NULL);
  g_autoptr (GwLogin) login = gw_login_new ();
  g_autoptr (GwSensitive) key = NULL;
  g_autoptr (GwSensitive) passphrase = gw_sensitive_new ("phrase", -1, NULL);
  g_autoptr (GError) error = NULL;

  gw_test_make_key (path, "ed25519", NULL, "phrase");
  key = gw_sensitive_new_from_file (path, &error);
  g_assert_no_error (error);
  gw_login_fill_defaults (login, f->instance);
  gw_login_set_user (login, "root");
  gw_login_set_method (login, GW_METHOD_SSH_KEY);
  gw_login_set_private_key (login, key);
  gw_login_set_passphrase (login, passphrase);
  gw_login_set_key_path (login, in_file != NULL ? path : NULL);
  gw_login_set_remember (login, TRUE);
  keep_login (f, login);

  gw_login_dialog_set_instance (dialog, f->instance);
  gw_test_wait_until (!gw_key_field_is_loading (dialog->key_row));
  g_assert_cmpint (gw_login_dialog_get_method (dialog), ==, GW_METHOD_SSH_KEY);
  g_assert_true (gw_key_field_is_set (dialog->key_row) == (in_file != NULL));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (dialog->saved_row)));
  press_ok (f);
  g_assert_nonnull (f->login);
  g_assert_true (gw_login_get_saved (f->login));
  g_assert_cmpstr (gw_login_get_key_path (f->login), ==, in_file != NULL ? path : NULL);
  g_assert_true (gw_saved_logins_needs_loading (f->logins, f->login));

  gw_test_wait_until (f->dialog == NULL);
  open_dialog (f);
  gw_login_dialog_set_instance (f->dialog, f->instance);
  gw_test_wait_until (!gw_key_field_is_loading (f->dialog->key_row));
  gw_key_field_set_text (f->dialog->key_row, key, NULL);
  press_ok (f);
  g_assert_null (f->login);
  g_assert_nonnull (error_of (f, f->dialog->passphrase_row));
  gw_test_delete_tree (path);
}

static void
test_refused (Fixture       *f,
              gconstpointer  unused)
{
  static const char notice[] = "The server refused the saved password for root.";
  g_autoptr (GwSensitive) secret = gw_sensitive_new ("secret", -1, NULL);
  g_autoptr (GwLogin) login = NULL;
  GwLoginDialog *dialog = f->dialog;

  keep (f, f->instance, GW_METHOD_PASSWORD, "secret", NULL, TRUE);
  login = gw_saved_logins_lookup (f->logins, f->instance);
  g_assert_nonnull (login);
  gw_login_set_saved (login, TRUE);
  gw_login_set_password (login, secret);
  gw_saved_logins_refuse (f->logins, login);
  gw_login_dialog_set_login (dialog, login);
  gw_login_dialog_set_notice (dialog, notice);
  gw_ui_frames (GTK_WIDGET (dialog), 2);

  g_assert_true (shows_text (f, notice));
  g_assert_cmpstr (text_of (dialog->instance_row), ==, "web-1");
  g_assert_cmpstr (text_of (dialog->user_row), ==, "root");
  g_assert_cmpstr (text_of (dialog->password_row), ==, "");
  g_assert_true (has_focus (f, dialog->password_row));
  g_assert_true (gtk_check_button_get_active (dialog->remember_check));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (dialog->saved_row)));
  /* What was refused is not sent again. */
  press_ok (f);
  g_assert_null (f->login);
  g_assert_nonnull (error_of (f, dialog->password_row));

  type (dialog->password_row, "another");
  g_assert_true (shows_text (f, notice));
  type (dialog->instance_row, "web-2");
  gw_ui_frames (GTK_WIDGET (dialog), 2);
  g_assert_false (shows_text (f, notice));
}

/* What “Edit Login…” gets of a login by credential holds what the session has loaded. */
static void
test_edit_credential (Fixture       *f,
                      gconstpointer  unused)
{
  GwCredential *deploy = add_credential (f, "Deploy", "deploy", NULL);
  g_autoptr (GwSensitive) secret = gw_sensitive_new ("secret", -1, NULL);
  g_autoptr (GwLogin) login = gw_login_new ();

  gw_login_fill_defaults (login, f->instance);
  gw_login_set_method (login, GW_METHOD_CREDENTIAL);
  gw_login_set_credential (login, gw_credential_get_id (deploy));
  gw_login_set_user (login, "deploy");
  gw_login_set_password (login, secret);
  gw_login_dialog_set_login (f->dialog, login);
  g_assert_cmpstr (chosen (f), ==, gw_credential_get_id (deploy));
  g_assert_cmpstr (text_of (f->dialog->password_row), ==, "");
  g_assert_nonnull (gw_login_get_password (login));
}

static void
test_clear_secrets (Fixture       *f,
                    gconstpointer  unused)
{
  gw_login_dialog_set_instance (f->dialog, f->instance);
  type (f->dialog->password_row, "secret");
  type (f->dialog->passphrase_row, "phrase");
  gw_login_dialog_clear_secrets (f->dialog);
  g_assert_cmpstr (text_of (f->dialog->password_row), ==, "");
  g_assert_cmpstr (text_of (f->dialog->passphrase_row), ==, "");
  g_assert_cmpstr (text_of (f->dialog->user_row), ==, "root");
  close_dialog (f);
}

#define ADD(name, data, function)                                                                 \
  g_test_add ("/login-keyring/" name, Fixture, data, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  char *home = gw_test_home_new ();
  int status;

  g_setenv ("GTK_A11Y", "test", TRUE);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  ADD ("credential", NULL, test_credential);
  ADD ("way-back", NULL, test_way_back);
  ADD ("deleted", NULL, test_deleted);
  ADD ("bad-user", NULL, test_bad_user);
  ADD ("defaults", NULL, test_defaults);
  ADD ("focus", NULL, test_focus);
  ADD ("no-default", NULL, test_no_default);
  ADD ("late-default/untouched", NULL, test_late_default);
  ADD ("late-default/touched", "touched", test_late_default);
  ADD ("create", NULL, test_create);
  ADD ("remember", NULL, test_remember);
  ADD ("saved", NULL, test_saved);
  ADD ("saved-key/text", NULL, test_saved_key);
  ADD ("saved-key/file", "file", test_saved_key);
  ADD ("refused", NULL, test_refused);
  ADD ("edit-credential", NULL, test_edit_credential);
  ADD ("clear-secrets", NULL, test_clear_secrets);
  status = g_test_run ();
  gw_test_home_free (home);
  return status;
}
