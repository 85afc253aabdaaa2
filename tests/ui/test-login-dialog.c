/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gw-endpoint.h"
#include "gw-key-test.h"
#include "gw-login-dialog-private.h"
#include "gw-ssh-config-source.h"
#include "gw-cloud-error.h"
#include "gw-reach-dialog.h"
#include "gw-test-accounts.h"
#include "gw-test-reach.h"
#include "gw-test-source.h"
#include "gw-ui-test.h"

typedef struct {
  char           *history_path;
  char           *config_path;
  GwSource       *source;
  GwSource       *config; /* the ssh config's; empty until write_config() */
  GwCatalogue    *catalogue;
  GwSavedLogins  *logins;
  GwCloudAccounts *accounts;
  GwEcsSource    *cloud; /* the only account's; empty */
  GwLoginHistory *history; /* of logins */
  GSettings      *settings;
  GtkWidget      *parent;
  GwLoginDialog  *dialog;
  GwLogin        *login; /* of the last OK */
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
              const char *public_ip,
              const char *private_ip)
{
  g_autoptr (GwInstance) instance = gw_instance_new (id);
  const char *public_ips[] = { public_ip, NULL };
  const char *private_ips[] = { private_ip, NULL };

  gw_instance_set_text (instance, GW_INSTANCE_NAME, name);
  gw_instance_set_text (instance, GW_INSTANCE_REGION, "cn-hangzhou");
  gw_instance_set_network (instance, GW_NETWORK_VPC);
  gw_instance_set_addresses (instance, GW_ADDRESS_PUBLIC, public_ips);
  gw_instance_set_addresses (instance, GW_ADDRESS_PRIVATE, private_ips);
  g_list_store_append (gw_source_get_store (f->source), instance);
  return instance;
}

static void
open_dialog (Fixture *f)
{
  f->dialog = gw_login_dialog_new (GTK_WINDOW (f->parent), f->catalogue, f->logins, f->accounts,
                                   f->settings);
  g_object_add_weak_pointer (G_OBJECT (f->dialog), (gpointer *) &f->dialog);
  g_signal_connect (f->dialog, "login", G_CALLBACK (on_login), f);
  gtk_window_present (GTK_WINDOW (f->dialog));
  gw_test_wait_until (gtk_widget_get_mapped (GTK_WIDGET (f->dialog)));
}

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  f->history_path = g_build_filename (g_get_user_data_dir (), "logins.json", NULL);
  f->source = g_object_new (TEST_TYPE_SOURCE, "id", "test", "title", "Test",
                            "editable", TRUE, NULL);
  f->catalogue = gw_catalogue_new ();
  gw_catalogue_add_source (f->catalogue, f->source);
  f->accounts = g_object_new (GW_TYPE_CLOUD_ACCOUNTS, NULL);
  f->cloud = test_accounts_add (f->accounts, "Play");
  gw_catalogue_add_source (f->catalogue, GW_SOURCE (f->cloud));
  f->config_path = g_build_filename (g_get_user_data_dir (), "ssh-config", NULL);
  f->config = GW_SOURCE (gw_ssh_config_source_new (f->config_path));
  gw_catalogue_add_source (f->catalogue, f->config);
  f->logins = gw_ui_logins_new (f->history_path);
  f->history = gw_saved_logins_get_history (f->logins);
  f->settings = g_settings_new ("org.gangway.Gangway");
  g_settings_reset (f->settings, "send-locale");
  g_settings_reset (f->settings, "connect-timeout");
  add_instance (f, "i-1", "web-1", "203.0.113.7", "10.0.0.7");
  add_instance (f, "i-10", "web-10", "203.0.113.10", "10.0.0.10");
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
  gw_test_wait_until (gw_login_history_is_saved (f->history));
  g_clear_object (&f->login);
  g_assert_finalize_object (f->logins);
  test_reach_clear ();
  g_assert_finalize_object (f->accounts);
  g_object_unref (f->settings);
  g_object_unref (f->catalogue);
  g_object_unref (f->source);
  g_object_unref (f->config);
  g_remove (f->config_path);
  g_free (f->config_path);
  g_remove (f->history_path);
  g_free (f->history_path);
}

static GwInstance *
get_instance (Fixture *f,
              guint    position)
{
  g_autoptr (GwInstance) instance = g_list_model_get_item (G_LIST_MODEL (f->source), position);

  return instance;
}

static void
write_config (Fixture    *f,
              const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (f->config_path, text, -1, &error);
  g_assert_no_error (error);
  gw_source_load (f->config);
}

static void
remember_host (Fixture    *f,
               const char *host,
               const char *user,
               guint       port)
{
  g_autoptr (GwLogin) worked = gw_login_new ();
  g_autoptr (GwConnection) connection = gw_connection_new (GW_CONNECTION_HOST_NAME, host);

  gw_login_set_connection (worked, connection);
  gw_login_set_user (worked, user);
  gw_login_set_port (worked, port);
  gw_login_history_remember (f->history, worked);
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

/* The label of the selected connection; NULL if there is none. */
static const char *
connection_of (Fixture *f)
{
  GwConnection *connection = adw_combo_row_get_selected_item (f->dialog->connection_row);

  return connection != NULL ? gw_connection_get_label (connection) : NULL;
}

static gboolean
has_focus (Fixture  *f,
           gpointer  row)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (f->dialog));

  return focus != NULL
         && (focus == GTK_WIDGET (row) || gtk_widget_is_ancestor (focus, GTK_WIDGET (row)));
}

/* FALSE if @path was refused. */
static gboolean
load_key (Fixture    *f,
          const char *path)
{
  gw_key_field_load_path (f->dialog->key_row, path);
  gw_test_wait_until (!gw_key_field_is_loading (f->dialog->key_row));
  return gw_key_field_get_error (f->dialog->key_row) == NULL;
}

static void
wait_for_key (Fixture *f)
{
  gw_test_wait_until (!gw_key_field_is_loading (f->dialog->key_row));
}

static void
press_ok (Fixture *f)
{
  g_clear_object (&f->login);
  gw_ui_click (GTK_WIDGET (f->dialog), "OK");
}

static void
test_fields (Fixture       *f,
             gconstpointer  unused)
{
  GwLoginDialog *dialog = f->dialog;
  struct { gpointer row; const char *label; } rows[] = {
    { dialog->instance_row, "Instance" },
    { dialog->connection_row, "Connection" },
    { dialog->method_row, "Authentication" },
    { dialog->user_row, "Username" },
    { dialog->password_row, "Password" },
    { dialog->key_row, "Private Key" },
    { dialog->passphrase_row, "Passphrase for Private Key" },
    { dialog->credential_row, "Credential" },
    { dialog->remember_row, "Remember this login" },
    { dialog->options_row, "More Options" },
    { dialog->port_row, "Port" },
  };

  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (dialog)), ==, "Instance Login");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_assert_cmpstr (adw_preferences_row_get_title (rows[i].row), ==, rows[i].label);
      g_assert_false (adw_preferences_row_get_use_markup (rows[i].row));
      /* libadwaita labels most rows by their title; a label of ours on top would be read twice. */
      if (gtk_test_accessible_has_relation (rows[i].row, GTK_ACCESSIBLE_RELATION_LABELLED_BY))
        g_assert_false (gtk_test_accessible_has_property (rows[i].row,
                                                          GTK_ACCESSIBLE_PROPERTY_LABEL));
      else
        gtk_test_accessible_assert_property (rows[i].row, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                             rows[i].label);
    }
  g_assert_nonnull (gw_ui_find (GTK_WIDGET (dialog), GTK_TYPE_BUTTON, "label", "Cancel"));
  g_assert_false (gtk_editable_get_enable_undo (GTK_EDITABLE (dialog->password_row)));
  g_assert_false (gtk_editable_get_enable_undo (GTK_EDITABLE (dialog->passphrase_row)));
  g_assert_cmpuint (g_list_model_get_n_items (adw_combo_row_get_model (dialog->method_row)), ==, 4);
}

static void
test_prefill (Fixture       *f,
              gconstpointer  unused)
{
  int start;
  int end;

  g_assert_true (has_focus (f, f->dialog->instance_row));
  gw_login_dialog_set_instance (f->dialog, get_instance (f, 0));
  g_assert_cmpstr (text_of (f->dialog->instance_row), ==, "web-1");
  g_assert_cmpstr (connection_of (f), ==, "Public IP – 203.0.113.7");
  g_assert_cmpuint (g_list_model_get_n_items (adw_combo_row_get_model (f->dialog->connection_row)),
                    ==, 2);
  g_assert_cmpstr (text_of (f->dialog->user_row), ==, "root");
  g_assert_true (gtk_editable_get_selection_bounds (GTK_EDITABLE (f->dialog->user_row),
                                                    &start, &end));
  g_assert_cmpint (end - start, ==, 4);
  g_assert_cmpstr (text_of (f->dialog->port_row), ==, "22");
  g_assert_true (has_focus (f, f->dialog->password_row));
  gw_ui_frames (GTK_WIDGET (f->dialog), 2);
  g_assert_true (has_focus (f, f->dialog->password_row));
}

static void
test_methods (Fixture       *f,
              gconstpointer  unused)
{
  GwLoginDialog *dialog = f->dialog;

  gw_login_dialog_set_instance (dialog, get_instance (f, 0));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (dialog->password_row)));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (dialog->key_row)));

  g_assert_true (gw_test_press (GTK_WIDGET (dialog), "<Alt>2"));
  g_assert_cmpint (gw_login_dialog_get_method (dialog), ==, GW_METHOD_SSH_KEY);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (dialog->password_row)));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (dialog->key_row)));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (dialog->passphrase_row)));
  g_assert_true (has_focus (f, dialog->key_row));

  g_assert_true (gw_test_press (GTK_WIDGET (dialog), "<Alt>1"));
  g_assert_cmpint (gw_login_dialog_get_method (dialog), ==, GW_METHOD_PASSWORD);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (dialog->password_row)));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (dialog->key_row)));
  g_assert_true (has_focus (f, dialog->password_row));

  /* With a credential only that is asked for; what was typed is there on the way back. */
  type (dialog->user_row, "me");
  type (dialog->password_row, "typed before");
  g_assert_true (gw_test_press (GTK_WIDGET (dialog), "<Alt>3"));
  g_assert_cmpint (gw_login_dialog_get_method (dialog), ==, GW_METHOD_CREDENTIAL);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (dialog->credential_row)));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (dialog->user_row)));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (dialog->password_row)));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (dialog->key_row)));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (dialog->passphrase_row)));
  g_assert_true (has_focus (f, dialog->credential_row));
  g_assert_true (gw_test_press (GTK_WIDGET (dialog), "<Alt>1"));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (dialog->user_row)));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (dialog->credential_row)));
  g_assert_cmpstr (text_of (dialog->user_row), ==, "me");
  g_assert_cmpstr (text_of (dialog->password_row), ==, "typed before");
  g_assert_true (has_focus (f, dialog->password_row));
  g_assert_true (gw_test_press (GTK_WIDGET (dialog), "<Alt>4"));
  g_assert_cmpint (gw_login_dialog_get_method (dialog), ==, GW_METHOD_TEMPORARY_KEY);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (dialog->password_row)));
  g_assert_true (has_focus (f, dialog->user_row));
  g_assert_false (gw_test_press (GTK_WIDGET (dialog), "<Alt>5"));
}

static GwInstance *
add_to_account (Fixture *f)
{
  GwInstance *instance = add_instance (f, "i-2", "web-2", "203.0.113.8", "10.0.0.8");

  gw_instance_set_status (instance, GW_INSTANCE_STATUS_RUNNING,
                          g_get_real_time () / G_USEC_PER_SEC);
  g_list_store_append (gw_source_get_store (GW_SOURCE (f->cloud)), instance);
  return instance;
}

/* Nothing but a username; what no account has gets no key. */
static void
test_temporary (Fixture       *f,
                gconstpointer  unused)
{
  GwLoginDialog *dialog = f->dialog;

  gw_login_dialog_set_instance (dialog, get_instance (f, 0));
  gw_test_press (GTK_WIDGET (dialog), "<Alt>4");
  g_assert_nonnull (gw_ui_find (GTK_WIDGET (dialog), GTK_TYPE_LABEL, "label",
                                "One-minute key sent by Cloud Assistant"));
  gtk_check_button_set_active (dialog->remember_check, TRUE);
  g_assert_cmpstr (adw_action_row_get_subtitle (dialog->remember_row), ==,
                   "Connects at once next time");
  press_ok (f);
  g_assert_null (f->login);
  g_assert_nonnull (strstr (error_of (f, dialog->method_row), "No cloud account"));
  gw_test_press (GTK_WIDGET (dialog), "<Alt>1");
  g_assert_null (error_of (f, dialog->method_row));
  g_assert_false (gtk_widget_get_visible (dialog->temporary_row));

  gw_login_dialog_set_instance (dialog, add_to_account (f));
  gw_test_press (GTK_WIDGET (dialog), "<Alt>4");
  type (dialog->user_row, "a b; reboot");
  press_ok (f);
  g_assert_null (f->login);
  g_assert_nonnull (error_of (f, dialog->user_row));
  type (dialog->user_row, "root");
  press_ok (f);
  g_assert_nonnull (f->login);
  g_assert_cmpint (gw_login_get_method (f->login), ==, GW_METHOD_TEMPORARY_KEY);
  g_assert_cmpstr (gw_login_get_user (f->login), ==, "root");
  g_assert_null (gw_login_get_password (f->login));
  g_assert_false (gw_login_get_saved (f->login));
}

static void
choose_group (Fixture *f)
{
  GwLoginDialog *dialog = f->dialog;

  gw_login_dialog_set_instance (dialog, add_to_account (f));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (dialog->group_row)));
  test_reach_add_group ("sg-1", "default", FALSE);
  test_reach_answer (NULL);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (dialog->group_row)));
  /* Nothing is preselected. */
  g_assert_cmpuint (adw_combo_row_get_selected (dialog->group_row), ==, 0);
  g_assert_cmpstr (gtk_string_list_get_string (
    GTK_STRING_LIST (adw_combo_row_get_model (dialog->group_row)), 1), ==,
    "default (sg-1), 12 rules");
  adw_combo_row_set_selected (dialog->group_row, 1);
  type (dialog->password_row, "secret");
  g_assert_null (reach_test.joined);
}

static void
test_join (Fixture       *f,
           gconstpointer  unused)
{
  choose_group (f);
  press_ok (f);
  g_assert_null (f->login);
  g_assert_cmpstr (reach_test.joined, ==, "sg-1");
  /* Cancel gives up the waiting, not the dialog. */
  gw_test_press (GTK_WIDGET (f->dialog), "Escape");
  g_assert_true (test_reach_is_cancelled ());
  g_assert_nonnull (f->dialog);
  g_assert_nonnull (strstr (error_of (f, f->dialog->group_row), "may be in the group"));
  /* So does who closes it. */
  press_ok (f);
  gtk_window_close (GTK_WINDOW (f->dialog));
  g_assert_true (test_reach_is_cancelled ());
  g_assert_nonnull (strstr (error_of (f, f->dialog->group_row), "may be in the group"));
  press_ok (f);
  test_reach_answer (NULL);
  g_assert_nonnull (f->login);
  g_assert_nonnull (gw_login_get_password (f->login));
  gw_test_wait_until (f->dialog == NULL);
  g_assert_cmpuint (reach_test.n_offers, ==, 1);
}

static void
test_join_denied (Fixture       *f,
                  gconstpointer  unused)
{
  GwCloudErrorDetails details = { .code = (char *) "Forbidden.RAM",
                                  .action = (char *) "ecs:JoinSecurityGroup" };

  choose_group (f);
  press_ok (f);
  test_reach_answer (gw_cloud_error_new (GW_CLOUD_ERROR_DENIED, &details, "Refused."));
  g_assert_null (f->login);
  g_assert_nonnull (error_of (f, f->dialog->group_row));
  g_assert_true (gtk_widget_get_visible (f->dialog->request_button));
  /* It can be tried without. */
  adw_combo_row_set_selected (f->dialog->group_row, 0);
  g_assert_null (error_of (f, f->dialog->group_row));
  press_ok (f);
  g_assert_nonnull (f->login);
}

static void
test_join_not_needed (Fixture       *f,
                      gconstpointer  unused)
{
  const char *groups[] = { "sg-1", NULL };
  GwInstance *instance = add_to_account (f);

  /* Nobody is asked about what is of no account. */
  gw_login_dialog_set_instance (f->dialog, get_instance (f, 0));
  g_assert_cmpuint (reach_test.n_offers, ==, 0);
  g_assert_false (gtk_widget_get_visible (f->dialog->check_row));
  gw_login_dialog_set_instance (f->dialog, instance);
  g_assert_true (gtk_widget_get_visible (f->dialog->check_row));
  test_reach_answer (NULL);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (f->dialog->group_row)));
  gw_instance_set_security_groups (instance, groups);
  gw_login_dialog_set_instance (f->dialog, get_instance (f, 0));
  gw_login_dialog_set_instance (f->dialog, instance);
  g_assert_cmpuint (reach_test.n_offers, ==, 2);
  test_reach_answer (g_error_new (GW_CLOUD_ERROR, GW_CLOUD_ERROR_DENIED, "Refused."));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (f->dialog->group_row)));
}

/* The network may be there again; who refuses does so again. */
static void
test_join_asked_again (Fixture       *f,
                       gconstpointer  unused)
{
  GwInstance *instance = add_to_account (f);

  gw_login_dialog_set_instance (f->dialog, instance);
  test_reach_answer (g_error_new (GW_CLOUD_ERROR, GW_CLOUD_ERROR_NETWORK, "Not reached."));
  g_assert_nonnull (error_of (f, f->dialog->group_row));
  gw_login_dialog_set_instance (f->dialog, instance);
  g_assert_cmpuint (reach_test.n_offers, ==, 2);
  test_reach_answer (g_error_new (GW_CLOUD_ERROR, GW_CLOUD_ERROR_DENIED, "Refused."));
  gw_login_dialog_set_instance (f->dialog, instance);
  g_assert_cmpuint (reach_test.n_offers, ==, 2);
}

/* On request, for the connection and port that are chosen. */
static void
test_check_groups (Fixture       *f,
                   gconstpointer  unused)
{
  GwLoginDialog *dialog = f->dialog;
  GtkWidget *check;

  gw_login_dialog_set_instance (dialog, add_to_account (f));
  test_reach_answer (NULL);
  type (dialog->port_row, "0");
  gw_login_dialog_check_groups (dialog);
  g_assert_nonnull (error_of (f, dialog->port_row));
  g_assert_null (gw_ui_find_window (GW_TYPE_REACH_DIALOG, NULL));
  type (dialog->port_row, "2222");
  gw_login_dialog_check_groups (dialog);
  gw_test_wait_until (gw_ui_find_window (GW_TYPE_REACH_DIALOG, NULL) != NULL);
  check = gw_ui_find_window (GW_TYPE_REACH_DIALOG, NULL);
  g_assert_nonnull (gw_ui_find (check, ADW_TYPE_ENTRY_ROW, "text", "2222"));
  gtk_window_destroy (GTK_WINDOW (check));
  g_assert_true (test_reach_is_cancelled ());
}

static void
test_missing (Fixture       *f,
              gconstpointer  unused)
{
  GwLoginDialog *dialog = f->dialog;

  type (dialog->user_row, "");
  type (dialog->port_row, "65536");
  press_ok (f);
  g_assert_null (f->login);
  g_assert_nonnull (error_of (f, dialog->instance_row));
  g_assert_nonnull (error_of (f, dialog->user_row));
  g_assert_nonnull (error_of (f, dialog->password_row));
  g_assert_nonnull (error_of (f, dialog->port_row));
  g_assert_true (has_focus (f, dialog->instance_row));
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (dialog->user_row), "error"));
  gtk_test_accessible_assert_state (dialog->user_row, GTK_ACCESSIBLE_STATE_INVALID,
                                    GTK_ACCESSIBLE_INVALID_TRUE);

  /* Each word goes when its field is touched. */
  type (dialog->user_row, "me");
  g_assert_null (error_of (f, dialog->user_row));
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (dialog->user_row), "error"));
  type (dialog->instance_row, "web-1");
  type (dialog->password_row, "secret");
  g_assert_null (error_of (f, dialog->instance_row));
  g_assert_null (error_of (f, dialog->password_row));
  type (dialog->port_row, "ssh");
  press_ok (f);
  g_assert_null (f->login);
  g_assert_true (adw_expander_row_get_expanded (dialog->options_row));
  g_assert_true (has_focus (f, dialog->port_row));

  gw_login_dialog_set_instance (dialog, get_instance (f, 0));
  gw_test_press (GTK_WIDGET (dialog), "<Alt>2");
  press_ok (f);
  g_assert_null (f->login);
  g_assert_nonnull (error_of (f, dialog->key_row));
  g_assert_true (has_focus (f, dialog->key_row));
}

static void
test_ok (Fixture       *f,
         gconstpointer  unused)
{
  GwLoginDialog *dialog = f->dialog;

  g_setenv ("LANG", "de_DE.UTF-8", TRUE);
  gw_login_dialog_set_instance (dialog, get_instance (f, 0));
  adw_combo_row_set_selected (dialog->connection_row, 1);
  type (dialog->user_row, "ecs-user");
  type (dialog->password_row, "pässword ");
  type (dialog->port_row, " 2222 ");
  gtk_spin_button_set_value (dialog->timeout_spin, 7);
  g_object_ref (dialog);
  press_ok (f);

  g_assert_nonnull (f->login);
  g_assert_true (gw_login_get_instance (f->login) == get_instance (f, 0));
  g_assert_cmpstr (gw_login_get_host (f->login), ==, "10.0.0.7");
  g_assert_cmpuint (gw_login_get_port (f->login), ==, 2222);
  g_assert_cmpstr (gw_login_get_user (f->login), ==, "ecs-user");
  g_assert_cmpint (gw_login_get_method (f->login), ==, GW_METHOD_PASSWORD);
  g_assert_cmpstr (gw_sensitive_get_text (gw_login_get_password (f->login)), ==, "pässword ");
  g_assert_cmpuint (gw_login_get_connect_timeout (f->login), ==, 7);
  g_assert_cmpstr (gw_login_get_lang (f->login), ==, "de_DE.UTF-8");
  /* It closed itself, and kept no secret. */
  g_assert_cmpstr (text_of (dialog->password_row), ==, "");
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (dialog)));
  g_object_unref (dialog);

  gw_test_wait_until (f->dialog == NULL);
  open_dialog (f);
  g_settings_set_boolean (f->settings, "send-locale", FALSE);
  gw_login_dialog_set_instance (f->dialog, get_instance (f, 0));
  type (f->dialog->password_row, "secret");
  press_ok (f);
  g_assert_null (gw_login_get_lang (f->login));
}

/* What is typed into Instance finds an instance, or is a host of its own. */
static void
test_instance_typed (Fixture       *f,
                     gconstpointer  unused)
{
  GwLoginDialog *dialog = f->dialog;

  gw_login_dialog_set_instance (dialog, get_instance (f, 0));
  type (dialog->password_row, "of web-1");
  type (dialog->instance_row, "web-10");
  g_assert_cmpstr (connection_of (f), ==, "Public IP – 203.0.113.10");
  /* A secret for one instance is not offered to the next. */
  g_assert_cmpstr (text_of (dialog->password_row), ==, "");

  type (dialog->instance_row, "10.0.0.7");
  g_assert_cmpstr (connection_of (f), ==, "Private IP – 10.0.0.7");
  type (dialog->instance_row, "me@203.0.113.10:2022");
  g_assert_cmpstr (connection_of (f), ==, "Public IP – 203.0.113.10");
  g_assert_cmpstr (text_of (dialog->user_row), ==, "me");
  g_assert_cmpstr (text_of (dialog->port_row), ==, "2022");
  type (dialog->password_row, "secret");
  press_ok (f);
  g_assert_true (gw_login_get_instance (f->login) == get_instance (f, 1));
}

static void
test_free_hosts (Fixture       *f,
                 gconstpointer  unused)
{
  static const struct { const char *text, *label, *user, *port; } good[] = {
    { "nas.local", "Host Name – nas.local", NULL, "22" },
    { "me@nas.local:2222", "Host Name – nas.local", "me", "2222" },
    { "[2001:db8::1]:2022", "Host Name – 2001:db8::1", NULL, "2022" },
    { "2001:db8::1", "Host Name – 2001:db8::1", NULL, NULL },
    { "[fe80::1%eth0]:2022", "Host Name – fe80::1%eth0", NULL, "2022" },
    { "fe80::1%eth0", "Host Name – fe80::1%eth0", NULL, "22" },
    { " ssh://me@nas.local:2222/ ", "Host Name – nas.local", "me", "2222" },
  };
  static const char *const bad[] = {
    "a b", "-oProxyCommand=x", "me@-oProxyCommand=x", "-l@host", "host;reboot", "host|sh", "a&b",
    "`id`", "$(id)", "$HOME", "a>b", "a*", "'a'", "\"a\"", "%h", "host%eth0", "ho%20st", "a\tb",
    "a\033[31mb", "a\177b", "a\u202eb", "host:0", "host:65536", "host:ssh", "host:-1", "host:",
    "host:22:22", "[host]:22", "[2001:db8::1", "2001:db8::1]", "[2001:db8::1]22",
    "[2001:db8::1]:65536", "fe80::1%", "fe80::1%;reboot", "203.0.113.256", "http://host",
    "ssh://me:secret@host", "ssh://host/path", "ssh://%2doProxyCommand=x", "@host", "me@", ":22",
  };
  GwLoginDialog *dialog = f->dialog;

  type (dialog->password_row, "typed before");
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      type (dialog->instance_row, good[i].text);
      g_assert_cmpstr (connection_of (f), ==, good[i].label);
      if (good[i].user != NULL)
        g_assert_cmpstr (text_of (dialog->user_row), ==, good[i].user);
      if (good[i].port != NULL)
        g_assert_cmpstr (text_of (dialog->port_row), ==, good[i].port);
    }
  /* A host's name is typed letter by letter: nothing else goes. */
  g_assert_cmpstr (text_of (dialog->password_row), ==, "typed before");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      type (dialog->instance_row, bad[i]);
      g_assert_null (gw_endpoint_parse (bad[i], &error));
      g_assert_null (connection_of (f));
      press_ok (f);
      g_assert_null (f->login);
      g_assert_cmpstr (error_of (f, dialog->instance_row), ==, error->message);
      g_assert_true (has_focus (f, dialog->instance_row));
    }
}

static void
test_bad_ports (Fixture       *f,
                gconstpointer  unused)
{
  static const char *const bad[] = { "", "0", "65536", "ssh", "-22", "+22", "22x", "2 2", "0x16",
                                     "22.0", "99999999999999999999" };
  GwLoginDialog *dialog = f->dialog;

  gw_login_dialog_set_instance (dialog, get_instance (f, 0));
  type (dialog->password_row, "secret");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      type (dialog->port_row, bad[i]);
      press_ok (f);
      g_assert_null (f->login);
      g_assert_nonnull (error_of (f, dialog->port_row));
      g_assert_true (has_focus (f, dialog->port_row));
      /* Nothing else is lost for it. */
      g_assert_cmpstr (text_of (dialog->password_row), ==, "secret");
    }
  type (dialog->port_row, "65535");
  press_ok (f);
  g_assert_cmpuint (gw_login_get_port (f->login), ==, 65535);
}

/* What is no private key leaves the dialog open, with the reason at the field. */
static void
test_bad_keys (Fixture       *f,
               gconstpointer  unused)
{
  g_autofree char *folder = g_build_filename (g_get_home_dir (), "bad-keys", NULL);
  g_autofree char *id = g_build_filename (folder, "id", NULL);
  g_autofree char *public = g_build_filename (folder, "id.pub", NULL);
  g_autofree char *huge = g_build_filename (folder, "huge", NULL);
  g_autofree char *empty = g_build_filename (folder, "empty", NULL);
  g_autofree char *zeros = g_build_filename (folder, "zeros", NULL);
  g_autofree char *fifo = g_build_filename (folder, "fifo", NULL);
  g_autofree char *public_text = NULL;
  g_autoptr (GwSensitive) pasted = NULL;
  const char *const paths[] = { folder, huge, public, empty, zeros, fifo, "/dev/zero",
                                "/nowhere/id" };
  GwLoginDialog *dialog = f->dialog;
  int fd;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  gw_test_make_key (id, "ed25519", NULL, "");
  g_assert_true (g_file_set_contents (empty, "", 0, NULL));
  g_assert_true (g_file_set_contents (zeros, "\0\0\0\0", 4, NULL));
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  fd = g_open (huge, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  g_assert_cmpint (ftruncate (fd, 50 * 1024 * 1024), ==, 0);
  g_close (fd, NULL);

  gw_login_dialog_set_instance (dialog, get_instance (f, 0));
  gw_test_press (GTK_WIDGET (dialog), "<Alt>2");
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_test_message ("%s", paths[i]);
      gw_key_field_clear (dialog->key_row);
      g_assert_false (load_key (f, paths[i]));
      g_assert_nonnull (error_of (f, dialog->key_row));
      press_ok (f);
      g_assert_null (f->login);
      g_assert_nonnull (error_of (f, dialog->key_row));
      g_test_message ("  %s", error_of (f, dialog->key_row));
    }

  g_assert_true (g_file_get_contents (public, &public_text, NULL, NULL));
  pasted = gw_sensitive_new (public_text, -1, NULL);
  g_assert_false (gw_key_field_set_text (dialog->key_row, pasted, NULL));
  g_assert_nonnull (strstr (error_of (f, dialog->key_row), "public"));
  /* A good key is not lost to a bad one. */
  g_assert_true (load_key (f, id));
  g_assert_false (load_key (f, huge));
  g_assert_cmpstr (gw_key_field_get_path (dialog->key_row), ==, id);
  press_ok (f);
  g_assert_nonnull (f->login);
  gw_test_delete_tree (folder);
}

static void
test_endpoint (Fixture       *f,
               gconstpointer  unused)
{
  GwLoginDialog *dialog = f->dialog;

  gw_login_dialog_set_endpoint (dialog, "me", "nas.local", 2222);
  g_assert_cmpstr (connection_of (f), ==, "Host Name – nas.local");
  g_assert_cmpstr (text_of (dialog->user_row), ==, "me");
  g_assert_cmpstr (text_of (dialog->port_row), ==, "2222");
  g_assert_true (has_focus (f, dialog->password_row));
  type (dialog->password_row, "secret");
  press_ok (f);
  g_assert_null (gw_login_get_instance (f->login));
  g_assert_cmpstr (gw_login_get_host (f->login), ==, "nas.local");
  g_assert_cmpuint (gw_login_get_port (f->login), ==, 2222);
}

/* A free host has its user, port, key and name from the ssh config, patterns included. */
static void
test_ssh_config (Fixture       *f,
                 gconstpointer  unused)
{
  g_autofree char *key = g_build_filename (g_get_home_dir (), "id_corp", NULL);
  g_autofree char *text = g_strdup_printf ("Host *.corp\n User carol\n Port 2200\n"
                                           " IdentityFile %s\n"
                                           "Host *.short\n HostName %%h.example.com\n"
                                           "Host *\n IdentityFile /nowhere/id\n", key);
  GwLoginDialog *dialog = f->dialog;

  gw_test_make_key (key, "ed25519", NULL, "");
  write_config (f, text);
  type (dialog->instance_row, "db.corp");
  g_assert_cmpstr (text_of (dialog->user_row), ==, "carol");
  g_assert_cmpstr (text_of (dialog->port_row), ==, "2200");
  g_assert_cmpint (gw_login_dialog_get_method (dialog), ==, GW_METHOD_SSH_KEY);
  wait_for_key (f);
  g_assert_cmpstr (gw_key_field_get_path (dialog->key_row), ==, key);

  /* The next letter makes another host of it, of which the config says nothing. */
  type (dialog->instance_row, "db.corporate");
  g_assert_cmpstr (text_of (dialog->user_row), ==, g_get_user_name ());
  g_assert_cmpstr (text_of (dialog->port_row), ==, "22");
  g_assert_cmpint (gw_login_dialog_get_method (dialog), ==, GW_METHOD_PASSWORD);
  g_assert_null (error_of (f, dialog->key_row));

  type (dialog->instance_row, "nas.short");
  g_assert_cmpstr (connection_of (f), ==, "Host Name – nas.short.example.com");

  /* What a person has typed stays. */
  type (dialog->user_row, "dave");
  type (dialog->port_row, "2022");
  type (dialog->instance_row, "web.corp");
  g_assert_cmpstr (text_of (dialog->user_row), ==, "dave");
  g_assert_cmpstr (text_of (dialog->port_row), ==, "2022");
  press_ok (f);
  g_assert_null (f->login);
  g_assert_nonnull (strstr (error_of (f, dialog->key_row), "still being read"));
  wait_for_key (f);
  press_ok (f);
  g_assert_nonnull (f->login);
  g_assert_cmpstr (gw_login_get_key_path (f->login), ==, key);
  g_remove (key);
}

/* The person before the history before the ssh config before the defaults. */
static void
test_precedence (Fixture       *f,
                 gconstpointer  unused)
{
  GwLoginDialog *dialog = f->dialog;

  write_config (f, "Host *.corp 203.0.113.7\n User carol\n Port 2200\n"
                   "Host known\n HostName known.corp\n User erin\n");
  remember_host (f, "old.corp", "frank", 2300);

  gw_login_dialog_set_endpoint (dialog, NULL, "new.corp", 0);
  g_assert_cmpstr (text_of (dialog->user_row), ==, "carol");
  g_assert_cmpstr (text_of (dialog->port_row), ==, "2200");
  gw_login_dialog_set_endpoint (dialog, NULL, "old.corp", 0);
  g_assert_cmpstr (text_of (dialog->user_row), ==, "frank");
  g_assert_cmpstr (text_of (dialog->port_row), ==, "2300");
  /* Port 22 was said, too. */
  gw_login_dialog_set_endpoint (dialog, "me", "old.corp", 22);
  g_assert_cmpstr (text_of (dialog->user_row), ==, "me");
  g_assert_cmpstr (text_of (dialog->port_row), ==, "22");
  gw_login_dialog_set_endpoint (dialog, NULL, "new.corp", 22);
  g_assert_cmpstr (text_of (dialog->user_row), ==, "carol");
  g_assert_cmpstr (text_of (dialog->port_row), ==, "22");
  type (dialog->instance_row, "me@old.corp:2022");
  g_assert_cmpstr (text_of (dialog->user_row), ==, "me");
  g_assert_cmpstr (text_of (dialog->port_row), ==, "2022");

  /* A host of the config itself is an instance; a cloud instance asks the config, too. */
  gw_login_dialog_set_endpoint (dialog, NULL, "known", 22);
  g_assert_cmpstr (connection_of (f), ==, "Host Name – known.corp");
  g_assert_cmpstr (text_of (dialog->user_row), ==, "erin");
  g_assert_cmpstr (text_of (dialog->port_row), ==, "22");
  gw_login_dialog_set_instance (dialog, get_instance (f, 0));
  g_assert_cmpstr (text_of (dialog->user_row), ==, "carol");
  g_assert_cmpstr (text_of (dialog->port_row), ==, "2200");
  gw_login_dialog_set_endpoint (dialog, "me", "web-1", 22);
  g_assert_cmpstr (text_of (dialog->user_row), ==, "me");
  g_assert_cmpstr (text_of (dialog->port_row), ==, "22");
  gw_login_dialog_set_instance (dialog, get_instance (f, 1));
  g_assert_cmpstr (text_of (dialog->user_row), ==, "root");
}

/* A host that the ssh config reaches through another is not dialled directly unasked; nor is an
 * address of an instance. */
static void
test_proxy_jump (Fixture       *f,
                 gconstpointer  unused)
{
  GwLoginDialog *dialog = f->dialog;
  GtkWidget *row = GTK_WIDGET (dialog->directly_row);

  write_config (f, "Host free.corp\n ProxyJump none\n"
                   "Host *.corp 10.0.0.*\n ProxyJump gate\n");
  type (dialog->password_row, "secret");
  type (dialog->instance_row, "free.corp");
  g_assert_false (gtk_widget_get_visible (row));
  type (dialog->instance_row, "db.corp");
  g_assert_true (gtk_widget_get_visible (row));
  g_assert_nonnull (strstr (adw_action_row_get_subtitle (dialog->directly_row), "gate"));
  press_ok (f);
  g_assert_null (f->login);
  g_assert_nonnull (error_of (f, row));
  type (dialog->instance_row, "db.corporate");
  g_assert_false (gtk_widget_get_visible (row));

  gw_login_dialog_set_instance (dialog, get_instance (f, 0));
  g_assert_false (gtk_widget_get_visible (row));
  adw_combo_row_set_selected (dialog->connection_row, 1);
  g_assert_true (gtk_widget_get_visible (row));
  type (dialog->password_row, "secret");
  press_ok (f);
  g_assert_null (f->login);
  gtk_check_button_set_active (dialog->directly_check, TRUE);
  adw_combo_row_set_selected (dialog->connection_row, 0);
  g_assert_false (gtk_widget_get_visible (row));
  adw_combo_row_set_selected (dialog->connection_row, 1);
  press_ok (f);
  g_assert_null (f->login);
  gtk_check_button_set_active (dialog->directly_check, TRUE);
  press_ok (f);
  g_assert_cmpstr (gw_login_get_host (f->login), ==, "10.0.0.7");
}

/* Edit Login… to correct a slip in the host's name: the rest stays as it was. */
static void
test_edit_host (Fixture       *f,
                gconstpointer  unused)
{
  gw_login_dialog_set_endpoint (f->dialog, "me", "nas.lokal", 2222);
  type (f->dialog->password_row, "secret");
  press_ok (f);
  gw_test_wait_until (f->dialog == NULL);
  open_dialog (f);
  gw_login_dialog_set_login (f->dialog, f->login);
  type (f->dialog->instance_row, "nas.local");
  g_assert_cmpstr (connection_of (f), ==, "Host Name – nas.local");
  g_assert_cmpstr (text_of (f->dialog->user_row), ==, "me");
  g_assert_cmpstr (text_of (f->dialog->port_row), ==, "2222");
  g_assert_cmpstr (text_of (f->dialog->password_row), ==, "secret");
}

/* Some servers ask for a code only: that the password is missing is said once. */
static void
test_no_password (Fixture       *f,
                  gconstpointer  unused)
{
  GwLoginDialog *dialog = f->dialog;

  gw_login_dialog_set_instance (dialog, get_instance (f, 0));
  press_ok (f);
  g_assert_null (f->login);
  g_assert_nonnull (error_of (f, dialog->password_row));
  /* Another instance, another question; and whoever begins to type means it. */
  gw_login_dialog_set_instance (dialog, get_instance (f, 1));
  press_ok (f);
  g_assert_null (f->login);
  type (dialog->password_row, "s");
  type (dialog->password_row, "");
  press_ok (f);
  g_assert_null (f->login);
  press_ok (f);
  g_assert_nonnull (f->login);
  g_assert_null (gw_login_get_password (f->login));
  g_assert_cmpint (gw_login_get_method (f->login), ==, GW_METHOD_PASSWORD);
}

static void
test_suggestions (Fixture       *f,
                  gconstpointer  unused)
{
  GwLoginDialog *dialog = f->dialog;
  GListModel *suggestions = gw_instance_field_get_suggestions (dialog->instance_row);

  type (dialog->instance_row, "web");
  g_assert_cmpuint (g_list_model_get_n_items (suggestions), ==, 2);
  g_assert_cmpstr (connection_of (f), ==, "Host Name – web");
  g_assert_true (gw_instance_field_pick (dialog->instance_row, 1));
  g_assert_cmpstr (text_of (dialog->instance_row), ==, "web-10");
  g_assert_cmpstr (connection_of (f), ==, "Public IP – 203.0.113.10");
  g_assert_cmpstr (text_of (dialog->user_row), ==, "root");
  type (dialog->instance_row, "nothing like it");
  g_assert_cmpuint (g_list_model_get_n_items (suggestions), ==, 0);
  g_assert_false (gw_instance_field_pick (dialog->instance_row, 0));
}

/* On the classic network only the public address is offered; a typed one is never restricted. */
static void
test_connection_rule (Fixture       *f,
                      gconstpointer  unused)
{
  static const char *const internal[] = { "10.1.2.3", NULL };
  GwInstance *instance = get_instance (f, 0);
  GListModel *model;

  gw_instance_set_network (instance, GW_NETWORK_CLASSIC);
  gw_instance_set_addresses (instance, GW_ADDRESS_PRIVATE, NULL);
  gw_instance_set_addresses (instance, GW_ADDRESS_INTERNAL, internal);
  gw_login_dialog_set_instance (f->dialog, instance);
  model = adw_combo_row_get_model (f->dialog->connection_row);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 1);
  g_assert_cmpstr (connection_of (f), ==, "Public IP – 203.0.113.7");
  type (f->dialog->instance_row, "10.1.2.3");
  g_assert_cmpstr (connection_of (f), ==, "Internal IP – 10.1.2.3");

  gw_instance_set_addresses (instance, GW_ADDRESS_PUBLIC, NULL);
  gw_login_dialog_set_instance (f->dialog, instance);
  g_assert_cmpstr (connection_of (f), ==, "Internal IP – 10.1.2.3");
  gw_instance_set_addresses (instance, GW_ADDRESS_INTERNAL, NULL);
  gw_login_dialog_set_instance (f->dialog, instance);
  type (f->dialog->password_row, "secret");
  press_ok (f);
  g_assert_null (f->login);
  g_assert_nonnull (error_of (f, f->dialog->connection_row));
}

static void
test_key (Fixture       *f,
          gconstpointer  unused)
{
  g_autofree char *path = g_build_filename (g_get_home_dir (), "id", NULL);
  GwLoginDialog *dialog = f->dialog;

  gw_test_make_key (path, "ed25519", NULL, "secret");
  gw_instance_set_text (get_instance (f, 0), GW_INSTANCE_IDENTITY_FILE, path);
  gw_login_dialog_set_instance (dialog, get_instance (f, 0));
  g_assert_cmpint (gw_login_dialog_get_method (dialog), ==, GW_METHOD_SSH_KEY);
  wait_for_key (f);
  g_assert_cmpstr (gw_key_field_get_path (dialog->key_row), ==, path);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (dialog->passphrase_row)));
  g_assert_true (has_focus (f, dialog->passphrase_row));
  press_ok (f);
  g_assert_null (f->login);
  g_assert_nonnull (error_of (f, dialog->passphrase_row));
  type (dialog->passphrase_row, "secret");
  g_object_ref (dialog);
  press_ok (f);
  g_assert_nonnull (f->login);
  g_assert_cmpstr (gw_login_get_key_path (f->login), ==, path);
  g_assert_true (g_str_has_prefix (gw_sensitive_get_text (gw_login_get_private_key (f->login)),
                                   "-----BEGIN OPENSSH PRIVATE KEY-----"));
  g_assert_cmpstr (gw_sensitive_get_text (gw_login_get_passphrase (f->login)), ==, "secret");
  g_assert_null (gw_login_get_password (f->login));
  g_assert_cmpstr (text_of (dialog->passphrase_row), ==, "");
  g_assert_false (gw_key_field_is_set (dialog->key_row));
  g_object_unref (dialog);
  gw_test_wait_until (f->dialog == NULL);

  /* Edit Login… brings it back as it was. */
  open_dialog (f);
  gw_login_dialog_set_login (f->dialog, f->login);
  g_assert_cmpstr (text_of (f->dialog->instance_row), ==, "web-1");
  g_assert_cmpstr (gw_key_field_get_path (f->dialog->key_row), ==, path);
  g_assert_cmpstr (text_of (f->dialog->passphrase_row), ==, "secret");
  press_ok (f);
  g_assert_nonnull (f->login);

  /* A file that is gone says so where the key would be. */
  g_assert_cmpint (g_remove (path), ==, 0);
  gw_test_wait_until (f->dialog == NULL);
  open_dialog (f);
  gw_login_dialog_set_instance (f->dialog, get_instance (f, 0));
  wait_for_key (f);
  g_assert_nonnull (error_of (f, f->dialog->key_row));
  g_assert_true (has_focus (f, f->dialog->key_row));
}

static void
test_round_trip (Fixture       *f,
                 gconstpointer  unused)
{
  gw_login_dialog_set_endpoint (f->dialog, "me", "nas.local", 2222);
  type (f->dialog->password_row, "secret");
  gtk_spin_button_set_value (f->dialog->timeout_spin, 99);
  press_ok (f);
  gw_test_wait_until (f->dialog == NULL);

  open_dialog (f);
  gw_login_dialog_set_login (f->dialog, f->login);
  g_assert_cmpstr (text_of (f->dialog->instance_row), ==, "nas.local");
  g_assert_cmpstr (connection_of (f), ==, "Host Name – nas.local");
  g_assert_cmpstr (text_of (f->dialog->user_row), ==, "me");
  g_assert_cmpstr (text_of (f->dialog->password_row), ==, "secret");
  g_assert_cmpstr (text_of (f->dialog->port_row), ==, "2222");
  g_assert_cmpfloat (gtk_spin_button_get_value (f->dialog->timeout_spin), ==, 99);
  press_ok (f);
  g_assert_cmpstr (gw_sensitive_get_text (gw_login_get_password (f->login)), ==, "secret");
  g_assert_null (gw_login_get_instance (f->login));
}

/* Neither a stopped instance nor one behind a jump host is dialled without the person's say. */
static void
test_consent (Fixture       *f,
              gconstpointer  unused)
{
  GwLoginDialog *dialog = f->dialog;
  GwInstance *instance = get_instance (f, 0);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  gw_instance_set_status (instance, GW_INSTANCE_STATUS_STOPPED, now - 3 * 24 * 60 * 60);
  gw_instance_set_text (instance, GW_INSTANCE_PROXY_JUMP, "bastion<b>");
  gw_login_dialog_set_instance (dialog, instance);
  g_assert_nonnull (strstr (adw_action_row_get_subtitle (dialog->anyway_row),
                            "Stopped, 3 days ago"));
  g_assert_nonnull (strstr (adw_action_row_get_subtitle (dialog->anyway_row),
                            "cannot be asked for again"));
  g_assert_nonnull (strstr (adw_action_row_get_subtitle (dialog->directly_row), "bastion<b>"));
  type (dialog->password_row, "secret");
  press_ok (f);
  g_assert_null (f->login);
  g_assert_nonnull (error_of (f, dialog->anyway_row));
  g_assert_nonnull (error_of (f, dialog->directly_row));
  g_assert_true (has_focus (f, dialog->anyway_row));
  gtk_check_button_set_active (dialog->anyway_check, TRUE);
  press_ok (f);
  g_assert_null (f->login);
  g_assert_true (has_focus (f, dialog->directly_row));
  gtk_check_button_set_active (dialog->directly_check, TRUE);

  /* Another host is another question. */
  gw_login_dialog_set_instance (dialog, get_instance (f, 1));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (dialog->directly_row)));
  gw_login_dialog_set_instance (dialog, instance);
  g_assert_false (gtk_check_button_get_active (dialog->directly_check));
  gtk_check_button_set_active (dialog->anyway_check, TRUE);
  gtk_check_button_set_active (dialog->directly_check, TRUE);
  type (dialog->password_row, "secret");
  press_ok (f);
  g_assert_nonnull (f->login);
}

/* An instance of the account, Stopped; @age in seconds. */
static GwInstance *
add_cloud_instance (Fixture    *f,
                    const char *id,
                    gint64      age)
{
  g_autoptr (GwInstance) instance = gw_instance_new (id);
  const char *addresses[] = { "203.0.113.99", NULL };

  gw_instance_set_text (instance, GW_INSTANCE_NAME, id);
  gw_instance_set_text (instance, GW_INSTANCE_REGION, "cn-hangzhou");
  gw_instance_set_network (instance, GW_NETWORK_VPC);
  gw_instance_set_addresses (instance, GW_ADDRESS_PUBLIC, addresses);
  gw_instance_set_status (instance, GW_INSTANCE_STATUS_STOPPED,
                          g_get_real_time () / G_USEC_PER_SEC - age);
  g_list_store_append (gw_source_get_store (GW_SOURCE (f->cloud)), instance);
  return instance;
}

static void
set_running (GwInstance *instance)
{
  gw_instance_set_status (instance, GW_INSTANCE_STATUS_RUNNING,
                          g_get_real_time () / G_USEC_PER_SEC);
}

static const char *
state_of (Fixture *f)
{
  GtkWidget *row = GTK_WIDGET (f->dialog->anyway_row);

  return gtk_widget_get_visible (row) ? adw_action_row_get_subtitle (f->dialog->anyway_row) : NULL;
}

/* A source that is asked afresh knows better than the person. */
static void
test_refusal (Fixture       *f,
              gconstpointer  unused)
{
  GwLoginDialog *dialog = f->dialog;
  GwInstance *instance = add_cloud_instance (f, "i-c", 0);

  gw_login_dialog_set_instance (dialog, instance);
  g_assert_cmpuint (f->accounts->n_asked, ==, 0);
  g_assert_nonnull (strstr (state_of (f), "It is stopped."));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (dialog->anyway_check)));
  g_assert_true (gtk_widget_get_visible (dialog->browser_button));
  type (dialog->password_row, "secret");
  press_ok (f);
  g_assert_null (f->login);
  g_assert_nonnull (error_of (f, dialog->instance_row));
  /* Not even with a consent from before. */
  gtk_check_button_set_active (dialog->anyway_check, TRUE);
  press_ok (f);
  g_assert_null (f->login);

  /* By now it runs. */
  set_running (instance);
  g_assert_null (state_of (f));
  press_ok (f);
  g_assert_nonnull (f->login);
}

static void
test_asking (Fixture       *f,
             gconstpointer  unused)
{
  GwLoginDialog *dialog = f->dialog;
  GwInstance *instance = add_cloud_instance (f, "i-c", 60);
  const char *addresses[] = { "203.0.113.100", NULL };

  gw_login_dialog_set_instance (dialog, instance);
  g_assert_cmpuint (f->accounts->n_asked, ==, 1);
  /* A quick answer leaves no trace. */
  g_assert_null (state_of (f));
  gw_test_wait_until (state_of (f) != NULL);
  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (dialog->anyway_row)), ==,
                   "Checking Its State…");
  /* What is missing is said at once. */
  press_ok (f);
  g_assert_nonnull (error_of (f, dialog->password_row));
  type (dialog->password_row, "secret");
  press_ok (f);
  g_assert_false (gtk_widget_is_sensitive (gw_ui_find (GTK_WIDGET (dialog), GTK_TYPE_BUTTON,
                                                       "label", "OK")));
  g_assert_null (f->login);
  g_assert_cmpuint (f->accounts->n_asked, ==, 1);

  gw_instance_set_addresses (instance, GW_ADDRESS_PUBLIC, addresses);
  set_running (instance);
  g_assert_null (f->login);
  g_assert_nonnull (strstr (connection_of (f), "203.0.113.100"));
  test_accounts_answer (f->accounts, NULL);
  g_assert_nonnull (f->login);
  g_assert_cmpstr (gw_login_get_host (f->login), ==, "203.0.113.100");
  g_assert_cmpstr (gw_sensitive_get_text (gw_login_get_password (f->login)), ==, "secret");
}

static void
test_asking_refused (Fixture       *f,
                     gconstpointer  unused)
{
  GwInstance *instance = add_cloud_instance (f, "i-c", 60);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  gw_login_dialog_set_instance (f->dialog, instance);
  type (f->dialog->password_row, "secret");
  press_ok (f);
  gw_instance_set_status (instance, GW_INSTANCE_STATUS_STARTING, now);
  test_accounts_answer (f->accounts, NULL);
  g_assert_null (f->login);
  g_assert_nonnull (strstr (state_of (f), "It is starting"));
  g_assert_nonnull (error_of (f, f->dialog->instance_row));
  /* What was said is old by now, too. */
  gw_instance_set_status (instance, GW_INSTANCE_STATUS_STARTING, now - 60);
  press_ok (f);
  g_assert_cmpuint (f->accounts->n_asked, ==, 2);
  set_running (instance);
  test_accounts_answer (f->accounts, NULL);
  g_assert_nonnull (f->login);
}

static void
test_asking_failed (Fixture       *f,
                    gconstpointer  unused)
{
  GwLoginDialog *dialog = f->dialog;

  gw_login_dialog_set_instance (dialog, add_cloud_instance (f, "i-c", 3 * 60 * 60));
  type (dialog->password_row, "secret");
  press_ok (f);
  test_accounts_answer (f->accounts, g_error_new (GW_CLOUD_ERROR, GW_CLOUD_ERROR_NETWORK,
                                                  "Not <reached>."));
  g_assert_null (f->login);
  g_assert_nonnull (strstr (state_of (f), "so 3 hours ago, and it could not be asked for again: "
                                          "Not <r"));
  g_assert_nonnull (error_of (f, dialog->anyway_row));
  gtk_check_button_set_active (dialog->anyway_check, TRUE);
  press_ok (f);
  g_assert_nonnull (f->login);
  g_assert_cmpuint (f->accounts->n_asked, ==, 1);
}

static void
test_asking_other (Fixture       *f,
                   gconstpointer  unused)
{
  GwLoginDialog *dialog = f->dialog;
  GwInstance *first = add_cloud_instance (f, "i-c", 60);
  GwInstance *second = add_cloud_instance (f, "i-d", 60);

  gw_login_dialog_set_instance (dialog, first);
  type (dialog->password_row, "secret");
  press_ok (f);
  /* OK was for the first one. */
  gw_login_dialog_set_instance (dialog, second);
  set_running (second);
  type (dialog->password_row, "secret");
  test_accounts_answer (f->accounts, NULL);
  g_assert_null (f->login);
  g_assert_cmpuint (f->accounts->n_asked, ==, 2);
  press_ok (f);
  g_assert_true (gw_login_get_instance (f->login) == second);

  g_clear_object (&f->login);
  gw_test_wait_until (f->dialog == NULL);
  open_dialog (f);
  gw_login_dialog_set_instance (f->dialog, first);
  gtk_window_destroy (GTK_WINDOW (f->dialog));
  gw_test_wait_until (f->dialog == NULL);
  test_accounts_answer (f->accounts, NULL);
  open_dialog (f);
}

static void
test_asking_gone (Fixture       *f,
                  gconstpointer  unused)
{
  gw_login_dialog_set_instance (f->dialog, add_cloud_instance (f, "i-c", 60));
  type (f->dialog->password_row, "secret");
  press_ok (f);
  g_list_store_remove_all (gw_source_get_store (GW_SOURCE (f->cloud)));
  test_accounts_answer (f->accounts, NULL);
  g_assert_null (f->login);
  g_assert_cmpstr (state_of (f), ==, "“i-c” does not exist any more.");
  press_ok (f);
  g_assert_null (f->login);
}

static void
test_no_address (Fixture       *f,
                 gconstpointer  unused)
{
  GwInstance *instance = add_cloud_instance (f, "i-c", 0);
  const char *none[] = { NULL };

  gw_instance_set_addresses (instance, GW_ADDRESS_PUBLIC, none);
  set_running (instance);
  gw_login_dialog_set_instance (f->dialog, instance);
  g_assert_nonnull (strstr (state_of (f), "no address"));
  g_assert_true (gtk_widget_get_visible (f->dialog->browser_button));
  type (f->dialog->password_row, "secret");
  press_ok (f);
  g_assert_null (f->login);
  g_assert_nonnull (error_of (f, f->dialog->connection_row));
}

static void
test_history (Fixture       *f,
              gconstpointer  unused)
{
  g_autoptr (GwLogin) worked = gw_login_new ();
  g_autoptr (GwConnection) connection = gw_connection_new (GW_CONNECTION_PRIVATE, "10.0.0.7");

  gw_login_fill_defaults (worked, get_instance (f, 0));
  gw_login_set_connection (worked, connection);
  gw_login_set_user (worked, "ecs-user");
  gw_login_set_port (worked, 2022);
  gw_login_history_remember (f->history, worked);
  gw_login_dialog_set_instance (f->dialog, get_instance (f, 0));
  g_assert_cmpstr (connection_of (f), ==, "Private IP – 10.0.0.7");
  g_assert_cmpstr (text_of (f->dialog->user_row), ==, "ecs-user");
  g_assert_cmpstr (text_of (f->dialog->port_row), ==, "2022");
  g_assert_cmpstr (adw_expander_row_get_subtitle (f->dialog->options_row), ==, "Port 2022");
}

static void
test_cancel (Fixture       *f,
             gconstpointer  accelerator)
{
  gw_login_dialog_set_instance (f->dialog, get_instance (f, 0));
  type (f->dialog->password_row, "secret");
  g_object_ref (f->dialog);
  if (accelerator != NULL)
    g_assert_true (gw_test_press (GTK_WIDGET (f->dialog), accelerator));
  else
    gw_ui_click (GTK_WIDGET (f->dialog), "Cancel");
  g_assert_null (f->login);
  g_assert_cmpstr (text_of (f->dialog->password_row), ==, "");
  g_object_unref (f->dialog);
  gw_test_wait_until (f->dialog == NULL);
}

static void
move_pointer (int x,
              int y)
{
  g_autofree char *line = g_strdup_printf ("xdotool mousemove %d %d", x, y);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_spawn_command_line_sync (line, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
}

/* The window manager closes the dialog while the pointer is over an open list. */
static void
test_close_under_pointer (Fixture       *f,
                          gconstpointer  unused)
{
  g_autofree char *folder = g_build_filename (g_get_home_dir (), ".ssh", NULL);
  g_autofree char *path = g_build_filename (folder, "id", NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  gw_test_make_key (path, "ed25519", NULL, "");
  for (guint i = 0; i < 6; i++)
    {
      GtkWidget *dialog = GTK_WIDGET (f->dialog);
      GtkWidget *button;
      GtkWidget *popover;
      GdkSurface *surface;

      gw_login_dialog_set_instance (f->dialog, get_instance (f, 0));
      gw_test_press (dialog, "<Alt>2");
      gw_ui_frames (dialog, 2);
      button = gw_ui_find (dialog, GTK_TYPE_MENU_BUTTON, NULL, NULL);
      popover = GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (button)));
      gtk_menu_button_popup (GTK_MENU_BUTTON (button));
      gw_test_wait_until (gtk_widget_get_mapped (popover));
      gw_ui_frames (dialog, 2);
      surface = gtk_native_get_surface (GTK_NATIVE (popover));
      move_pointer (gdk_popup_get_position_x (GDK_POPUP (surface)) + 30,
                    gdk_popup_get_position_y (GDK_POPUP (surface)) + 30);
      gw_ui_frames (dialog, 2);
      if (i % 2 == 0)
        gtk_popover_popdown (GTK_POPOVER (popover));
      if (i < 4)
        gtk_window_close (GTK_WINDOW (dialog));
      else
        gtk_window_destroy (GTK_WINDOW (dialog));
      move_pointer (5, 5);
      gw_test_wait_until (f->dialog == NULL);
      gw_ui_frames (f->parent, 2);
      open_dialog (f);
    }
  gw_test_delete_tree (folder);
}

#define ADD(name, data, function)                                                                 \
  g_test_add ("/login-dialog/" name, Fixture, data, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  char *home = gw_test_home_new ();
  int status;

  g_setenv ("GTK_A11Y", "test", TRUE);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  ADD ("fields", NULL, test_fields);
  ADD ("prefill", NULL, test_prefill);
  ADD ("methods", NULL, test_methods);
  ADD ("temporary", NULL, test_temporary);
  ADD ("join", NULL, test_join);
  ADD ("join/denied", NULL, test_join_denied);
  ADD ("join/not-needed", NULL, test_join_not_needed);
  ADD ("join/asked-again", NULL, test_join_asked_again);
  ADD ("check-groups", NULL, test_check_groups);
  ADD ("missing", NULL, test_missing);
  ADD ("ok", NULL, test_ok);
  ADD ("instance-typed", NULL, test_instance_typed);
  ADD ("free-hosts", NULL, test_free_hosts);
  ADD ("bad-ports", NULL, test_bad_ports);
  ADD ("bad-keys", NULL, test_bad_keys);
  ADD ("endpoint", NULL, test_endpoint);
  ADD ("ssh-config", NULL, test_ssh_config);
  ADD ("precedence", NULL, test_precedence);
  ADD ("proxy-jump", NULL, test_proxy_jump);
  ADD ("edit-host", NULL, test_edit_host);
  ADD ("no-password", NULL, test_no_password);
  ADD ("suggestions", NULL, test_suggestions);
  ADD ("connection-rule", NULL, test_connection_rule);
  ADD ("key", NULL, test_key);
  ADD ("round-trip", NULL, test_round_trip);
  ADD ("consent", NULL, test_consent);
  ADD ("refusal", NULL, test_refusal);
  ADD ("asking", NULL, test_asking);
  ADD ("asking/refused", NULL, test_asking_refused);
  ADD ("asking/failed", NULL, test_asking_failed);
  ADD ("asking/other", NULL, test_asking_other);
  ADD ("asking/gone", NULL, test_asking_gone);
  ADD ("no-address", NULL, test_no_address);
  ADD ("history", NULL, test_history);
  ADD ("close-under-pointer", NULL, test_close_under_pointer);
  ADD ("cancel/button", NULL, test_cancel);
  ADD ("cancel/escape", "Escape", test_cancel);
  status = g_test_run ();
  gw_test_home_free (home);
  return status;
}
