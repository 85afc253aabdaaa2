/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gw-credential-dialog.h"
#include "gw-credential-row.h"
#include "gw-credentials-window.h"
#include "gw-keyring-row.h"
#include "gw-replace-dialog.h"
#include "gw-ui-test.h"

#define FINGERPRINT "SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDVaukbjcdCNjzuYR4"

typedef struct {
  GwSavedLogins *logins;
  GwCatalogue   *catalogue;
  GtkWidget     *window;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  g_autofree char *path = g_build_filename (g_get_user_state_dir (), "logins.json", NULL);

  g_remove (path);
  f->logins = gw_ui_logins_new (path);
  f->catalogue = gw_catalogue_new ();
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  GwLoginHistory *history = gw_saved_logins_get_history (f->logins);

  if (f->window != NULL)
    gtk_window_close (GTK_WINDOW (f->window));
  gw_test_wait_until (f->window == NULL);
  gw_test_wait_until (gw_login_history_is_saved (history));
  g_assert_finalize_object (f->logins);
  g_assert_finalize_object (f->catalogue);
}

static void
open_window (Fixture *f)
{
  f->window = GTK_WIDGET (gw_credentials_window_new (NULL, f->logins, f->catalogue));
  g_object_add_weak_pointer (G_OBJECT (f->window), (gpointer *) &f->window);
  gtk_window_present (GTK_WINDOW (f->window));
  gw_test_wait_until (gtk_widget_get_mapped (f->window));
}

static GwSensitive *
secret (const char *text)
{
  return gw_sensitive_new (text, -1, NULL);
}

static void
on_result (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  GAsyncResult **out = user_data;

  *out = g_object_ref (result);
}

/* With a password if @bits is 0, else with an RSA key without passphrase. */
static void
add_credential (Fixture    *f,
                const char *id,
                const char *name,
                guint       bits)
{
  GwCredentials *credentials = gw_saved_logins_get_credentials (f->logins);
  g_autoptr (GwCredential) credential = gw_credential_new (id);
  g_autoptr (GwSensitive) text = secret ("made-up");
  g_autoptr (GwSecrets) secrets = gw_secrets_new (bits == 0 ? text : NULL,
                                                  bits == 0 ? NULL : text, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  gw_credential_set_name (credential, name);
  gw_credential_set_user (credential, "root");
  if (bits != 0)
    {
      gw_credential_set_secret_type (credential, GW_CREDENTIAL_PRIVATE_KEY);
      gw_credential_set_key (credential, "ssh-rsa", FINGERPRINT, bits, FALSE);
      gw_credential_set_scopes (credential, (const char *[]) { "tag:env=prod", NULL });
    }
  gw_credentials_save_async (credentials, credential, secrets, NULL, on_result, &result);
  gw_test_wait_until (result != NULL);
  gw_credentials_save_finish (credentials, result, &error);
  g_assert_no_error (error);
}

/* A login that has worked and is kept. */
static GwLogin *
keep_login (Fixture    *f,
            const char *title,
            GwMethod    method,
            const char *credential)
{
  g_autoptr (GwInstance) instance = gw_instance_new (title);
  g_autoptr (GwSensitive) text = secret ("made-up");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GwLogin *login = gw_login_new ();

  gw_instance_set_text (instance, GW_INSTANCE_NAME, title);
  gw_instance_set_text (instance, GW_INSTANCE_HOST_NAME, "web.test");
  gw_login_fill_defaults (login, instance);
  gw_login_set_user (login, "root");
  gw_login_set_method (login, method);
  if (method == GW_METHOD_PASSWORD)
    gw_login_set_password (login, text);
  else if (method == GW_METHOD_SSH_KEY)
    gw_login_set_key_path (login, "/made/up/key");
  gw_login_set_credential (login, credential);
  gw_login_set_remember (login, TRUE);
  gw_saved_logins_keep_async (f->logins, login, NULL, on_result, &result);
  gw_test_wait_until (result != NULL);
  gw_saved_logins_keep_finish (f->logins, result, &error);
  g_assert_no_error (error);
  return login;
}

static GtkWidget *
find_row (Fixture    *f,
          const char *title)
{
  return gw_ui_find (f->window, GW_TYPE_CREDENTIAL_ROW, "title", title);
}

static char *
dup_subtitle (Fixture    *f,
              const char *title)
{
  GtkWidget *row = gw_ui_find (f->window, ADW_TYPE_ACTION_ROW, "title", title);
  char *subtitle = NULL;

  if (row == NULL)
    g_error ("there is no row “%s”", title);
  g_object_get (row, "subtitle", &subtitle, NULL);
  return subtitle;
}

#define assert_subtitle(f, title, text)                                                       \
  G_STMT_START                                                                                \
  {                                                                                           \
    g_autofree char *subtitle_ = dup_subtitle (f, title);                                     \
    g_assert_cmpstr (subtitle_, ==, text);                                                    \
  }                                                                                           \
  G_STMT_END

/* Whether keys go there once the window is active. */
static gboolean
has_focus (Fixture   *f,
           GtkWidget *row)
{
  return gtk_window_get_focus (GTK_WINDOW (f->window)) == row;
}

static GtkWidget *
find_label (Fixture    *f,
            const char *text)
{
  return gw_ui_find (f->window, GTK_TYPE_LABEL, "label", text);
}

static void
activate (Fixture    *f,
          const char *name)
{
  g_assert_true (gtk_widget_activate_action (f->window, name, NULL));
}

static void
open_details (Fixture    *f,
              const char *title)
{
  GtkWidget *row;

  gw_test_wait_until ((row = find_row (f, title)) != NULL);
  g_signal_emit_by_name (gtk_widget_get_parent (row), "row-activated", row);
  gw_test_wait_until (find_row (f, title) == NULL);
}

/* Answers the question that is asked next. */
static char *
answer (Fixture    *f,
        const char *label)
{
  GtkWidget *dialog;
  char *body;

  gw_test_wait_until ((dialog = gw_ui_find_window (ADW_TYPE_MESSAGE_DIALOG, NULL)) != NULL);
  body = g_strdup (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (dialog)));
  gw_ui_click (dialog, label);
  gw_test_wait_until (gw_ui_find_window (ADW_TYPE_MESSAGE_DIALOG, NULL) == NULL);
  return body;
}

static void
delete_row (Fixture    *f,
            const char *title)
{
  GtkWidget *row;
  g_autofree char *body = NULL;

  gw_test_wait_until ((row = find_row (f, title)) != NULL);
  gtk_widget_grab_focus (row);
  activate (f, "credentials.remove");
  body = answer (f, "Delete");
}

/* libadwaita 1.2 crashes where a toast is dismissed while it is still coming up. */
static void
undo (Fixture *f)
{
  gw_ui_frames (f->window, 30);
  gw_ui_click (f->window, "Undo");
}

static guint
count_items (Fixture *f)
{
  return g_list_model_get_n_items (G_LIST_MODEL (gw_saved_logins_get_keyring (f->logins)));
}

static void
test_empty (Fixture       *f,
            gconstpointer  unused)
{
  GtkWidget *dialog;

  open_window (f);
  g_assert_nonnull (find_label (f, "No Credentials Yet"));
  gw_ui_click (f->window, "Create Credential");
  gw_test_wait_until ((dialog = gw_ui_find_window (GW_TYPE_CREDENTIAL_DIALOG, NULL)) != NULL);
  gtk_window_close (GTK_WINDOW (dialog));
  add_credential (f, "one", "One", 0);
  gw_test_wait_until (find_row (f, "One") != NULL);
  g_assert_null (find_label (f, "No Credentials Yet"));
}

/* Nothing there that could be known: says why, and what to do. */
static void
test_absent (Fixture       *f,
             gconstpointer  unused)
{
  GwKeyring *keyring = gw_saved_logins_get_keyring (f->logins);
  g_autoptr (GwLogin) login = NULL;

  gw_keyring_wipe_memory (keyring);
  open_window (f);
  g_assert_nonnull (find_label (f, "Nothing to Show"));
  g_assert_nonnull (gw_ui_find (f->window, GW_TYPE_KEYRING_ROW, NULL, NULL));
  g_assert_false (gtk_widget_get_sensitive (gw_ui_find (f->window, GTK_TYPE_BUTTON, "icon-name",
                                                        "list-add-symbolic")));

  /* The history knows logins without a keyring. */
  login = keep_login (f, "web-1", GW_METHOD_SSH_KEY, NULL);
  gw_test_wait_until (find_row (f, "web-1") != NULL);
  g_assert_nonnull (gw_ui_find (f->window, GW_TYPE_KEYRING_ROW, NULL, NULL));
  g_assert_null (find_label (f, "Kept in Memory Only"));

  gw_keyring_use_memory (keyring);
  gw_test_wait_until (find_label (f, "Kept in Memory Only") != NULL);
  g_assert_null (gw_ui_find (f->window, GW_TYPE_KEYRING_ROW, NULL, NULL));
}

static void
test_list (Fixture       *f,
           gconstpointer  unused)
{
  g_autoptr (GwLogin) password = NULL;
  g_autoptr (GwLogin) credential = NULL;

  add_credential (f, "one", "Plain <b>& bold", 0);
  add_credential (f, "two", "Old key", 1024);
  password = keep_login (f, "web-1", GW_METHOD_PASSWORD, NULL);
  credential = keep_login (f, "web-2", GW_METHOD_CREDENTIAL, "two");
  open_window (f);

  assert_subtitle (f, "Plain <b>& bold", "Password · root · not used");
  assert_subtitle (f, "Old key", "Private Key · root · 1 instance");
  assert_subtitle (f, "web-1", "Password-based · root@web.test");
  assert_subtitle (f, "web-2", "Credential-based · root@web.test");
  g_assert_null (gw_ui_find (find_row (f, "Plain <b>& bold"), GTK_TYPE_IMAGE, "icon-name",
                             "dialog-warning-symbolic"));
  g_assert_nonnull (gw_ui_find (find_row (f, "Old key"), GTK_TYPE_IMAGE, "tooltip-text",
                                "weak key, key without passphrase"));
  gw_saved_logins_refuse (f->logins, password);
  gw_test_wait_until (gw_ui_find (find_row (f, "web-1"), GTK_TYPE_IMAGE, "tooltip-text",
                                  "refused by the server") != NULL);
}

static void
test_details (Fixture       *f,
              gconstpointer  unused)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *today = g_date_time_format (now, "%x");
  g_autoptr (GwLogin) login = NULL;

  add_credential (f, "one", "Mine", 1024);
  add_credential (f, "two", "Unused", 0);
  login = keep_login (f, "web-1", GW_METHOD_CREDENTIAL, "one");
  open_window (f);

  open_details (f, "web-1");
  assert_subtitle (f, "Authentication", "Credential-based");
  assert_subtitle (f, "Credential", "Mine");
  assert_subtitle (f, "Connection", "web.test");
  g_assert_null (find_label (f, "Used By"));
  activate (f, "credentials.back");

  open_details (f, "Mine");
  g_assert_null (find_label (f, "Connection"));
  g_assert_null (find_label (f, "Secret"));
  assert_subtitle (f, "Credential Type", "Private Key");
  assert_subtitle (f, "Username", "root");
  assert_subtitle (f, "Key Type", "ssh-rsa, 1024 bits");
  assert_subtitle (f, "Fingerprint", FINGERPRINT);
  assert_subtitle (f, "Created", today);
  assert_subtitle (f, "Last Used", today);
  assert_subtitle (f, "Default For", "Tag env=prod");
  assert_subtitle (f, "Used By", "web-1");
  g_assert_nonnull (find_label (f, "Weak Key"));
  g_assert_nonnull (find_label (f, "Key Without Passphrase"));
  g_assert_null (find_label (f, "Refused by the Server"));

  activate (f, "credentials.back");
  gw_test_wait_until (find_row (f, "Mine") != NULL);
  g_assert_true (has_focus (f, find_row (f, "Mine")));
  gw_test_wait_until (find_label (f, "Weak Key") == NULL);

  open_details (f, "Unused");
  assert_subtitle (f, "Last Used", "Never");
  assert_subtitle (f, "Used By", "No instance yet");
  g_assert_null (find_label (f, "Key Type"));
  /* Escape in the list closes the window. */
  activate (f, "credentials.back");
  activate (f, "credentials.back");
  gw_test_wait_until (f->window == NULL);
}

static void
test_remove_credential (Fixture       *f,
                        gconstpointer  unused)
{
  GwCredentials *credentials = gw_saved_logins_get_credentials (f->logins);
  g_autoptr (GwLogin) login = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GwSecrets) secrets = NULL;
  g_autofree char *body = NULL;

  add_credential (f, "one", "First", 0);
  add_credential (f, "two", "Second", 1024);
  login = keep_login (f, "web-1", GW_METHOD_CREDENTIAL, "one");
  open_window (f);

  gtk_widget_grab_focus (find_row (f, "First"));
  activate (f, "credentials.remove");
  body = answer (f, "Cancel");
  g_assert_nonnull (strstr (body, "web-1"));
  g_assert_cmpuint (count_items (f), ==, 2);

  delete_row (f, "First");
  gw_test_wait_until (find_label (f, "Removed “First”") != NULL);
  g_assert_null (gw_credentials_lookup (credentials, "one"));
  gw_test_wait_until (find_row (f, "First") == NULL);
  /* The next one is where the focus goes. */
  g_assert_true (has_focus (f, find_row (f, "Second")));

  undo (f);
  gw_test_wait_until (find_row (f, "First") != NULL);
  g_assert_nonnull (gw_credentials_lookup (credentials, "one"));
  gw_credentials_load_async (credentials, "one", NULL, on_result, &result);
  gw_test_wait_until (result != NULL);
  secrets = gw_credentials_load_finish (credentials, result, NULL);
  g_assert_nonnull (secrets);
  g_assert_cmpstr (gw_sensitive_get_text (secrets->password), ==, "made-up");
  g_assert_true (has_focus (f, find_row (f, "Second")));
}

/* Auto-lock takes the undo away: the secret would have to be held for it. */
static void
test_clear_secrets (Fixture       *f,
                    gconstpointer  unused)
{
  add_credential (f, "one", "First", 0);
  open_window (f);
  open_details (f, "First");
  activate (f, "credentials.remove");
  g_free (answer (f, "Delete"));
  gw_test_wait_until (gw_ui_find (f->window, GTK_TYPE_BUTTON, "label", "Undo") != NULL);
  gw_test_wait_until (find_label (f, "No Credentials Yet") != NULL);
  gw_credentials_window_clear_secrets (GW_CREDENTIALS_WINDOW (f->window));
  gw_test_wait_until (gw_ui_find (f->window, GTK_TYPE_BUTTON, "label", "Undo") == NULL);
  g_assert_nonnull (find_label (f, "Removed “First”"));
}

static void
test_remove_login (Fixture       *f,
                   gconstpointer  unused)
{
  g_autoptr (GwLogin) login = keep_login (f, "web-1", GW_METHOD_PASSWORD, NULL);
  g_autoptr (GwLogin) saved = NULL;
  g_autoptr (GwLogin) restored = NULL;

  open_window (f);
  g_assert_cmpuint (count_items (f), ==, 1);
  delete_row (f, "web-1");
  gw_test_wait_until (find_label (f, "Removed “web-1”") != NULL);
  g_assert_cmpuint (count_items (f), ==, 0);
  saved = gw_saved_logins_lookup (f->logins, gw_login_get_instance (login));
  g_assert_null (saved);
  gw_test_wait_until (find_row (f, "web-1") == NULL);

  undo (f);
  gw_test_wait_until (find_row (f, "web-1") != NULL);
  g_assert_cmpuint (count_items (f), ==, 1);
  restored = gw_saved_logins_lookup (f->logins, gw_login_get_instance (login));
  g_assert_nonnull (restored);
}

/* Where the keyring is not there the secret stays in it for now; that is said, and the login can be
 * had back. */
static void
test_remove_pending (Fixture       *f,
                     gconstpointer  unused)
{
  g_autofree char *path = g_build_filename (g_get_user_state_dir (), "pending.json", NULL);
  GwLoginHistory *history;
  g_autofree char *body = NULL;
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path,
                       "{\"version\": 1, \"logins\": [{\"for\": \"host:web.test\", \"title\": "
                       "\"web.test\", \"address\": \"web.test\", \"port\": 22, \"user\": \"root\", "
                       "\"method\": \"password\", \"saved\": true, \"secret\": true}]}",
                       -1, &error);
  g_assert_no_error (error);
  g_clear_object (&f->logins);
  f->logins = gw_ui_logins_new (path);
  history = gw_saved_logins_get_history (f->logins);
  gw_keyring_wipe_memory (gw_saved_logins_get_keyring (f->logins));
  open_window (f);
  delete_row (f, "web.test");
  body = answer (f, "Close");
  gw_test_wait_until (find_row (f, "web.test") == NULL);
  g_assert_false (gw_login_history_lookup (history, "host:web.test")->saved);

  undo (f);
  gw_test_wait_until (find_row (f, "web.test") != NULL);
  g_assert_true (gw_login_history_lookup (history, "host:web.test")->saved);
  gw_test_wait_until (gw_login_history_is_saved (history));
  g_remove (path);
}

/* Whoever closes the window at once still gets what was asked for. */
static void
test_remove_and_close (Fixture       *f,
                       gconstpointer  unused)
{
  add_credential (f, "one", "First", 0);
  open_window (f);
  delete_row (f, "First");
  gtk_window_close (GTK_WINDOW (f->window));
  gw_test_wait_until (count_items (f) == 0);
}

static void
test_stray (Fixture       *f,
            gconstpointer  unused)
{
  GwKeyring *keyring = gw_saved_logins_get_keyring (f->logins);
  g_autoptr (GwKeyringItem) item = gw_keyring_item_new ("login", "instance:gone");
  g_autoptr (GwSensitive) text = secret ("made-up");
  g_autoptr (GAsyncResult) result = NULL;

  gw_keyring_item_set_label (item, "Forgotten");
  gw_keyring_store_async (keyring, item, text, NULL, on_result, &result);
  gw_test_wait_until (result != NULL);
  g_assert_true (gw_keyring_store_finish (keyring, result, NULL));
  open_window (f);
  g_assert_nonnull (find_label (f, "Other Secrets"));
  assert_subtitle (f, "Forgotten", "Belongs to no saved login");
  open_details (f, "Forgotten");
  gw_ui_click (f->window, "Delete…");
  g_free (answer (f, "Delete"));
  gw_test_wait_until (find_label (f, "Removed “Forgotten”") != NULL);
  g_assert_cmpuint (count_items (f), ==, 0);
}

static void
test_replace (Fixture       *f,
              gconstpointer  unused)
{
  GwKeyring *keyring = gw_saved_logins_get_keyring (f->logins);
  g_autoptr (GwLogin) login = keep_login (f, "web-1", GW_METHOD_PASSWORD, NULL);
  g_autofree char *key = gw_login_dup_key (login);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GwSensitive) loaded = NULL;
  GtkWidget *dialog, *row;

  gw_saved_logins_refuse (f->logins, login);
  open_window (f);
  open_details (f, "web-1");
  g_assert_nonnull (find_label (f, "Refused by the Server"));
  gw_ui_click (f->window, "Replace Password");
  gw_test_wait_until ((dialog = gw_ui_find_window (GW_TYPE_REPLACE_DIALOG, NULL)) != NULL);
  row = gw_ui_find (dialog, ADW_TYPE_PASSWORD_ENTRY_ROW, "title", "New Password");
  gw_ui_click (dialog, "Replace");
  g_assert_nonnull (gw_ui_find (dialog, GTK_TYPE_LABEL, "label", "Enter the new password."));
  gtk_editable_set_text (GTK_EDITABLE (row), "forgotten");
  gw_replace_dialog_clear_secrets (GW_REPLACE_DIALOG (dialog));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (row)), ==, "");

  gtk_editable_set_text (GTK_EDITABLE (row), "another");
  gw_ui_click (dialog, "Replace");
  gw_test_wait_until (find_label (f, "Replaced") != NULL);
  gw_test_wait_until (gw_ui_find_window (GW_TYPE_REPLACE_DIALOG, NULL) == NULL);
  gw_test_wait_until (find_label (f, "Refused by the Server") == NULL);
  gw_keyring_load_async (keyring, "login", key, NULL, on_result, &result);
  gw_test_wait_until (result != NULL);
  loaded = gw_keyring_load_finish (keyring, result, NULL);
  g_assert_nonnull (loaded);
  g_assert_cmpstr (gw_sensitive_get_text (loaded), ==, "another");
}

static void
test_replace_fails (Fixture       *f,
                    gconstpointer  unused)
{
  g_autoptr (GwLogin) login = keep_login (f, "web-1", GW_METHOD_PASSWORD, NULL);
  GtkWidget *dialog, *row;

  open_window (f);
  open_details (f, "web-1");
  activate (f, "credentials.change");
  gw_test_wait_until ((dialog = gw_ui_find_window (GW_TYPE_REPLACE_DIALOG, NULL)) != NULL);
  row = gw_ui_find (dialog, ADW_TYPE_PASSWORD_ENTRY_ROW, NULL, NULL);
  gtk_editable_set_text (GTK_EDITABLE (row), "another");
  gw_keyring_wipe_memory (gw_saved_logins_get_keyring (f->logins));
  gw_ui_click (dialog, "Replace");
  gw_test_wait_until (gtk_widget_get_sensitive (row));
  g_assert_true (gtk_widget_get_mapped (dialog));
  g_assert_null (find_label (f, "Replaced"));
  gtk_window_close (GTK_WINDOW (dialog));
}

/* Another window or program at work. */
static void
test_live (Fixture       *f,
           gconstpointer  unused)
{
  GwCredentials *credentials = gw_saved_logins_get_credentials (f->logins);
  g_autoptr (GAsyncResult) result = NULL;
  GtkWidget *row;

  add_credential (f, "one", "Alpha", 0);
  add_credential (f, "two", "Mike", 0);
  open_window (f);
  row = find_row (f, "Mike");
  gtk_widget_grab_focus (row);

  /* Whatever comes, goes or changes around it, the row and the focus stay. */
  add_credential (f, "three", "Delta", 0);
  gw_test_wait_until (find_row (f, "Delta") != NULL);
  add_credential (f, "two", "Mike renamed", 0);
  gw_test_wait_until (find_row (f, "Mike renamed") != NULL);
  g_assert_true (find_row (f, "Mike renamed") == row);
  g_assert_true (has_focus (f, row));

  open_details (f, "Delta");
  gw_credentials_remove_async (credentials, "three", NULL, on_result, &result);
  gw_test_wait_until (find_label (f, "“Delta” is not there any more") != NULL);
  gw_test_wait_until (find_row (f, "Alpha") != NULL);
  gw_test_wait_until (result != NULL);
}

static void
test_search (Fixture       *f,
             gconstpointer  unused)
{
  GtkWidget *entry;

  add_credential (f, "one", "Alpha", 0);
  add_credential (f, "two", "Béta", 1024);
  open_window (f);
  activate (f, "credentials.search");
  gw_test_wait_until ((entry = gw_ui_find (f->window, GTK_TYPE_SEARCH_ENTRY, NULL, NULL)) != NULL);
  gtk_editable_set_text (GTK_EDITABLE (entry), "beta ROOT");
  gw_test_wait_until (find_row (f, "Alpha") == NULL);
  g_assert_nonnull (find_row (f, "Béta"));
  gtk_editable_set_text (GTK_EDITABLE (entry), "weak");
  gw_test_wait_until (find_row (f, "Béta") != NULL);
  gtk_editable_set_text (GTK_EDITABLE (entry), "gamma");
  gw_test_wait_until (find_label (f, "No Results Found") != NULL);
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
  gw_test_wait_until (find_row (f, "Alpha") != NULL);
}

#define ADD(path, func) \
  g_test_add ("/credentials-window/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  char *home = gw_test_home_new ();
  int result;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  ADD ("empty", test_empty);
  ADD ("absent", test_absent);
  ADD ("list", test_list);
  ADD ("details", test_details);
  ADD ("remove-credential", test_remove_credential);
  ADD ("clear-secrets", test_clear_secrets);
  ADD ("remove-login", test_remove_login);
  ADD ("remove-pending", test_remove_pending);
  ADD ("remove-and-close", test_remove_and_close);
  ADD ("stray", test_stray);
  ADD ("replace", test_replace);
  ADD ("replace-fails", test_replace_fails);
  ADD ("live", test_live);
  ADD ("search", test_search);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
