/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-accounts.h"
#include "gw-account-dialog-private.h"
#include "gw-field-errors.h"
#include "gw-ui-test.h"

#define GOOD_ID "LTAI5tGangwayPlayground1"
#define GOOD_SECRET "PlaygroundSecretNumberOneIsNot"
#define READER_ID "LTAI5tGangwayReader00001"
#define READER_SECRET "ReaderSecretThatMayOnlyLookAt1"

typedef struct {
  FakeAccounts     fake;
  GwKeyring       *keyring;
  char            *config; /* of the aliyun CLI */
  GtkWidget       *parent;
  GwAccountDialog *dialog; /* NULL once it has gone */
  GwAccount       *saved;
} Fixture;

static void
on_saved (GwAccountDialog *dialog,
          GwAccount       *account,
          Fixture         *f)
{
  g_assert_null (f->saved);
  f->saved = g_object_ref (account);
}

static void
open_dialog (Fixture   *f,
             GwAccount *account)
{
  g_clear_object (&f->saved);
  f->dialog = gw_account_dialog_new (GTK_WINDOW (f->parent), f->fake.accounts, account);
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
write_config (Fixture    *f,
              const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (f->config, text, -1, &error);
  g_assert_no_error (error);
}

static void
set_up_state (Fixture  *f,
              gboolean  memory)
{
  f->keyring = gw_keyring_new ();
  gw_test_wait_until (gw_keyring_get_state (f->keyring) == GW_KEYRING_STATE_ABSENT);
  if (memory)
    gw_keyring_use_memory (f->keyring);
  fake_accounts_init (&f->fake, f->keyring);
  f->config = g_build_filename (f->fake.folder, "config.json", NULL);
  g_setenv ("ALIBABA_CLOUD_CONFIG_FILE", f->config, TRUE);
  f->parent = gtk_window_new ();
  gtk_window_present (GTK_WINDOW (f->parent));
}

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  set_up_state (f, TRUE);
}

static void
set_up_absent (Fixture       *f,
               gconstpointer  unused)
{
  set_up_state (f, FALSE);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  if (f->dialog != NULL)
    close_dialog (f);
  gtk_window_destroy (GTK_WINDOW (f->parent));
  g_clear_object (&f->saved);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (f->fake.accounts)); i++)
    {
      g_autoptr (GwAccount) account
        = g_list_model_get_item (G_LIST_MODEL (f->fake.accounts), i);

      fake_wait (&f->fake, gw_account_get_id (account));
    }
  fake_accounts_clear (&f->fake);
  g_assert_finalize_object (f->keyring);
  g_unsetenv ("ALIBABA_CLOUD_ACCESS_KEY_ID");
  g_unsetenv ("ALIBABA_CLOUD_ACCESS_KEY_SECRET");
  g_free (f->config);
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
get_title (gpointer row)
{
  return adw_preferences_row_get_title (row);
}

static const char *
get_message (Fixture *f)
{
  return gtk_widget_get_visible (GTK_WIDGET (f->dialog->message))
           ? gtk_label_get_text (f->dialog->message)
           : NULL;
}

static gboolean
has_focus (Fixture  *f,
           gpointer  row)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (f->dialog));

  return focus != NULL && (focus == row || gtk_widget_is_ancestor (focus, row));
}

static void
press (Fixture    *f,
       const char *action)
{
  gtk_widget_activate_action (GTK_WIDGET (f->dialog), action, NULL);
}

static void
press_and_wait (Fixture    *f,
                const char *action)
{
  press (f, action);
  gw_test_wait_until (f->dialog == NULL || f->dialog->state == GW_ACCOUNT_DIALOG_IDLE);
}

static void
type_key (Fixture    *f,
          const char *id,
          const char *secret)
{
  set_text (f->dialog->id_row, id);
  set_text (f->dialog->secret_row, secret);
  set_text (f->dialog->endpoint_row, gw_test_cloud_get (cloud, "endpoint"));
}

static guint
count_accounts (Fixture *f)
{
  return g_list_model_get_n_items (G_LIST_MODEL (f->fake.accounts));
}

static gboolean
has_stored_key (Fixture   *f,
                GwAccount *account)
{
  return gw_keyring_lookup (f->keyring, FAKE_ITEM, gw_account_get_id (account)) != NULL;
}

static void
test_typed (Fixture       *f,
            gconstpointer  unused)
{
  open_dialog (f, NULL);
  g_assert_cmpstr (get_text (f->dialog->name_row), ==, "Alibaba Cloud");
  g_assert_cmpstr (get_text (f->dialog->region_row), ==, "cn-hangzhou");
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (f->dialog->copy_row)));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (f->dialog->region_button)));

  type_key (f, GOOD_ID, GOOD_SECRET);
  press_and_wait (f, "account.verify");
  g_assert_cmpstr (get_message (f), ==, "Account 1000000000000001, user gangway: 30 regions");
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (f->dialog->message), "success"));
  g_assert_false (gtk_widget_get_visible (f->dialog->request_button));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (f->dialog->region_button)));
  g_assert_cmpuint (count_accounts (f), ==, 0);
  g_assert_cmpuint (fake_count_log ("GetCallerIdentity"), ==, 1);

  /* What was verified is not asked again. */
  press (f, "account.submit");
  gw_test_wait_until (f->dialog == NULL);
  g_assert_cmpuint (fake_count_log ("GetCallerIdentity"), ==, 1);
  g_assert_nonnull (f->saved);
  g_assert_cmpstr (gw_account_get_name (f->saved), ==, "Alibaba Cloud");
  g_assert_cmpint (gw_account_get_kind (f->saved), ==, GW_ACCOUNT_ACCESS_KEY);
  g_assert_cmpstr (gw_account_get_endpoint (f->saved), ==, gw_test_cloud_get (cloud, "endpoint"));
  g_assert_null (gw_account_get_regions (f->saved)[0]);
  g_assert_true (has_stored_key (f, f->saved));

  /* The next one needs another name. */
  open_dialog (f, NULL);
  g_assert_cmpstr (get_text (f->dialog->name_row), ==, "Alibaba Cloud 2");
  set_text (f->dialog->name_row, " alibaba CLOUD ");
  type_key (f, GOOD_ID, GOOD_SECRET);
  press (f, "account.submit");
  g_assert_cmpstr (get_error (f->dialog->name_row), ==,
                   "Another account has this name already.");
  g_assert_true (has_focus (f, f->dialog->name_row));
}

static void
test_missing (Fixture       *f,
              gconstpointer  unused)
{
  open_dialog (f, NULL);
  set_text (f->dialog->name_row, "  ");
  set_text (f->dialog->region_row, "Hangzhou!");
  press (f, "account.submit");
  g_assert_cmpint (f->dialog->state, ==, GW_ACCOUNT_DIALOG_IDLE);
  g_assert_nonnull (get_error (f->dialog->name_row));
  g_assert_nonnull (get_error (f->dialog->id_row));
  g_assert_nonnull (get_error (f->dialog->secret_row));
  g_assert_nonnull (get_error (f->dialog->region_row));
  g_assert_true (has_focus (f, f->dialog->name_row));

  /* Verify needs no name; what is wrong is said where it is. */
  set_text (f->dialog->region_row, "cn-hangzhou");
  set_text (f->dialog->id_row, "two words");
  set_text (f->dialog->secret_row, "two words");
  press (f, "account.verify");
  g_assert_null (get_error (f->dialog->name_row));
  g_assert_nonnull (get_error (f->dialog->id_row));
  set_text (f->dialog->id_row, GOOD_ID);
  g_assert_null (get_error (f->dialog->id_row));
  press (f, "account.verify");
  g_assert_nonnull (get_error (f->dialog->secret_row));
  set_text (f->dialog->secret_row, GOOD_SECRET);
  set_text (f->dialog->token_row, "two words");
  press (f, "account.verify");
  g_assert_null (get_error (f->dialog->secret_row));
  g_assert_nonnull (get_error (f->dialog->token_row));
  g_assert_true (adw_expander_row_get_expanded (f->dialog->token_expander));
  g_assert_cmpuint (fake_count_log ("\"action\""), ==, 0);

  /* An endpoint says at once that it cannot be. */
  set_text (f->dialog->endpoint_row, "http://ecs.aliyuncs.com");
  g_assert_nonnull (get_error (f->dialog->endpoint_row));
  set_text (f->dialog->endpoint_row, "ecs.aliyuncs.com");
  g_assert_null (get_error (f->dialog->endpoint_row));
}

static void
test_wrong (Fixture       *f,
            gconstpointer  unused)
{
  open_dialog (f, NULL);
  type_key (f, GOOD_ID, "not-the-secret");
  press_and_wait (f, "account.submit");
  g_assert_nonnull (f->dialog);
  g_assert_nonnull (strstr (get_message (f), "\nSignatureDoesNotMatch\nRequestId "));
  g_assert_null (strstr (get_message (f), "not-the-secret"));
  g_assert_false (gtk_widget_get_visible (f->dialog->anyway_button));
  g_assert_true (has_focus (f, f->dialog->secret_row));
  g_assert_cmpstr (get_text (f->dialog->secret_row), ==, "not-the-secret");
  g_assert_cmpuint (count_accounts (f), ==, 0);
  set_text (f->dialog->id_row, "LTAI5tNobody");
  g_assert_null (get_message (f));
  press_and_wait (f, "account.verify");
  g_assert_nonnull (strstr (get_message (f), "\nInvalidAccessKeyId.NotFound"));
  g_assert_true (has_focus (f, f->dialog->id_row));
}

static void
test_unreached (Fixture       *f,
                gconstpointer  unused)
{
  open_dialog (f, NULL);
  type_key (f, GOOD_ID, GOOD_SECRET);
  set_text (f->dialog->endpoint_row, "http://127.0.0.1:1");
  press_and_wait (f, "account.submit");
  g_assert_nonnull (f->dialog);
  g_assert_nonnull (get_message (f));
  g_assert_true (gtk_widget_get_visible (f->dialog->anyway_button));
  g_assert_cmpuint (count_accounts (f), ==, 0);
  /* Not for what is written next. */
  set_text (f->dialog->secret_row, "another");
  g_assert_false (gtk_widget_get_visible (f->dialog->anyway_button));
  press_and_wait (f, "account.submit");
  press (f, "account.add-anyway");
  gw_test_wait_until (f->dialog == NULL);
  g_assert_cmpuint (count_accounts (f), ==, 1);
}

static void
on_text (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  char **text = user_data;

  *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
  g_assert_nonnull (*text);
}

static char *
read_clipboard (Fixture *f)
{
  char *text = NULL;

  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (f->dialog)), NULL, on_text,
                                 &text);
  gw_test_wait_until (text != NULL);
  return text;
}

static void
test_refused (Fixture       *f,
              gconstpointer  unused)
{
  g_autofree char *request = NULL;
  g_autofree char *policy = NULL;

  open_dialog (f, NULL);
  type_key (f, READER_ID, READER_SECRET);
  press_and_wait (f, "account.verify");
  g_assert_true (g_str_has_prefix (get_message (f), "Account 1000000000000001, user reader: "));
  g_assert_nonnull (strchr (get_message (f), '\n'));
  g_assert_null (strchr (strchr (get_message (f), '\n') + 1, '\n'));
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (f->dialog->message), "warning"));
  g_assert_true (gtk_widget_get_visible (f->dialog->request_button));
  press (f, "account.copy-request");
  request = read_clipboard (f);
  g_assert_nonnull (strstr (request, "resourcemanager:ListResourceGroups"));
  g_assert_null (strstr (request, READER_SECRET));
  press (f, "account.copy-policy");
  policy = read_clipboard (f);
  g_assert_cmpstr (policy, ==, gw_ram_get_least_policy ());

  /* Nothing at all: not added, and the same offer. */
  fake_steer ("{\"policy\": {\"key\": \"" READER_ID "\", \"statements\": []}}");
  set_text (f->dialog->secret_row, READER_SECRET " ");
  set_text (f->dialog->secret_row, READER_SECRET);
  press_and_wait (f, "account.submit");
  g_assert_nonnull (f->dialog);
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (f->dialog->message), "error"));
  g_assert_true (gtk_widget_get_visible (f->dialog->request_button));
  g_assert_false (gtk_widget_get_visible (f->dialog->anyway_button));
  g_assert_cmpuint (count_accounts (f), ==, 0);
}

#define PROFILES                                                                              \
  "{\"current\": \"prod\", \"profiles\": ["                                                   \
  "{\"name\": \"prod\", \"mode\": \"AK\", \"access_key_id\": \"" GOOD_ID "\","                \
  " \"access_key_secret\": \"" GOOD_SECRET "\", \"region_id\": \"cn-beijing\"},"              \
  "{\"name\": \"half\", \"mode\": \"AK\", \"access_key_id\": \"" GOOD_ID "\"},"               \
  "{\"name\": \"machine\", \"mode\": \"EcsRamRole\"},"                                        \
  "{\"name\": \"role\", \"mode\": \"RamRoleArn\", \"access_key_id\": \"" GOOD_ID "\","        \
  " \"access_key_secret\": \"" GOOD_SECRET "\", \"ram_session_name\": \"s\","                 \
  " \"ram_role_arn\": \"acs:ram::1000000000000001:role/operator\"}]}"

static GwAccountOrigin *
get_origin (Fixture *f,
            guint    index)
{
  return f->dialog->origins->pdata[index];
}

static void
test_profile (Fixture       *f,
              gconstpointer  unused)
{
  write_config (f, PROFILES);
  open_dialog (f, NULL);
  g_assert_cmpuint (f->dialog->origins->len, ==, 5);
  g_assert_cmpstr (get_origin (f, 2)->problem, ==, "It is not complete");
  g_assert_cmpstr (get_origin (f, 3)->problem, ==, "“EcsRamRole” is not supported");
  gw_account_dialog_use_profile (f->dialog, "machine");
  press (f, "account.submit");
  g_assert_cmpstr (get_error (f->dialog->origin_row), ==, "“EcsRamRole” is not supported.");

  gw_account_dialog_use_profile (f->dialog, "role");
  g_assert_null (get_error (f->dialog->origin_row));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (f->dialog->copy_row)));
  g_assert_true (g_str_has_prefix (gtk_label_get_text (f->dialog->origin_note),
                                   "Assumes a RAM role. "));
  gw_account_dialog_use_profile (f->dialog, "prod");
  g_assert_cmpstr (get_text (f->dialog->name_row), ==, "prod");
  g_assert_cmpstr (get_text (f->dialog->region_row), ==, "cn-beijing");
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (f->dialog->id_row)));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (f->dialog->secret_row)));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (f->dialog->copy_row)));
  set_text (f->dialog->endpoint_row, gw_test_cloud_get (cloud, "endpoint"));
  g_assert_cmpuint (fake_count_log ("\"action\""), ==, 0);

  press (f, "account.submit");
  gw_test_wait_until (f->dialog == NULL);
  g_assert_cmpint (gw_account_get_kind (f->saved), ==, GW_ACCOUNT_CLI_PROFILE);
  g_assert_cmpstr (gw_account_get_profile (f->saved), ==, "prod");
  g_assert_false (has_stored_key (f, f->saved));
}

static void
test_copy (Fixture       *f,
           gconstpointer  unused)
{
  write_config (f, PROFILES);
  open_dialog (f, NULL);
  gw_account_dialog_use_profile (f->dialog, "prod");
  set_text (f->dialog->name_row, "mine");
  set_text (f->dialog->endpoint_row, gw_test_cloud_get (cloud, "endpoint"));
  gtk_switch_set_active (f->dialog->copy_switch, TRUE);
  press (f, "account.submit");
  gw_test_wait_until (f->dialog == NULL);
  g_assert_cmpint (gw_account_get_kind (f->saved), ==, GW_ACCOUNT_ACCESS_KEY);
  g_assert_null (gw_account_get_profile (f->saved));
  g_assert_cmpstr (gw_account_get_name (f->saved), ==, "mine");
  g_assert_true (has_stored_key (f, f->saved));
}

/* A profile that is gone is named, and can be left for another. */
static void
test_gone (Fixture       *f,
           gconstpointer  unused)
{
  g_autoptr (GwAccount) account = gw_account_new (NULL, GW_ACCOUNT_CLI_PROFILE);

  write_config (f, "{ broken");
  gw_account_set_name (account, "old");
  gw_account_set_profile (account, "vanished");
  open_dialog (f, account);
  g_assert_cmpuint (f->dialog->origins->len, ==, 2);
  g_assert_nonnull (f->dialog->cli_error);
  press (f, "account.submit");
  g_assert_nonnull (get_error (f->dialog->origin_row));
  gw_account_dialog_choose_origin (f->dialog, GW_ACCOUNT_ACCESS_KEY, NULL);
  g_assert_null (get_error (f->dialog->origin_row));
  g_assert_nonnull (strstr (gtk_label_get_text (f->dialog->origin_note), "could not be read"));
  g_assert_cmpstr (get_title (f->dialog->secret_row), ==, "AccessKey Secret");
}

static void
test_environment (Fixture       *f,
                  gconstpointer  unused)
{
  g_setenv ("ALIBABA_CLOUD_ACCESS_KEY_ID", GOOD_ID, TRUE);
  g_setenv ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", GOOD_SECRET, TRUE);
  open_dialog (f, NULL);
  g_assert_cmpuint (f->dialog->origins->len, ==, 2);
  gw_account_dialog_use_environment (f->dialog);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (f->dialog->copy_row)));
  set_text (f->dialog->endpoint_row, gw_test_cloud_get (cloud, "endpoint"));
  press (f, "account.submit");
  gw_test_wait_until (f->dialog == NULL);
  g_assert_cmpint (gw_account_get_kind (f->saved), ==, GW_ACCOUNT_ENVIRONMENT);
  g_assert_false (has_stored_key (f, f->saved));
}

static void
test_edit (Fixture       *f,
           gconstpointer  unused)
{
  g_autoptr (GwAccount) account = fake_add (&f->fake, "prod", "gangway");

  fake_steer ("{\"clear\": true}");
  open_dialog (f, account);
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (f->dialog)), ==, "Edit Account");
  g_assert_cmpstr (get_text (f->dialog->id_row), ==, "");
  g_assert_cmpstr (get_text (f->dialog->secret_row), ==, "");
  g_assert_cmpstr (get_title (f->dialog->secret_row), ==, "AccessKey Secret (Unchanged)");
  set_text (f->dialog->id_row, READER_ID);
  g_assert_cmpstr (get_title (f->dialog->secret_row), ==, "AccessKey Secret");
  press (f, "account.submit");
  g_assert_nonnull (get_error (f->dialog->secret_row));
  set_text (f->dialog->id_row, "");

  /* With the AccessKey of the keyring. */
  press_and_wait (f, "account.verify");
  g_assert_true (g_str_has_prefix (get_message (f), "Account 1000000000000001, user gangway"));
  set_text (f->dialog->name_row, "production");
  press (f, "account.submit");
  gw_test_wait_until (f->dialog == NULL);
  g_assert_cmpuint (count_accounts (f), ==, 1);
  g_assert_cmpuint (fake_count_log ("GetCallerIdentity"), ==, 1);
  g_assert_cmpstr (gw_account_get_id (f->saved), ==, gw_account_get_id (account));
  g_assert_cmpstr (gw_account_get_name (f->saved), ==, "production");
  g_assert_true (has_stored_key (f, f->saved));
}

/* A new name is no matter of the cloud’s, which may be out of reach. */
static void
test_rename (Fixture       *f,
             gconstpointer  unused)
{
  g_autoptr (GwAccount) account = fake_add (&f->fake, "prod", "gangway");

  fake_steer ("{\"clear\": true}");
  open_dialog (f, account);
  set_text (f->dialog->name_row, "production");
  press (f, "account.submit");
  gw_test_wait_until (f->dialog == NULL);
  g_assert_cmpuint (fake_count_log ("GetCallerIdentity"), ==, 0);
  g_assert_cmpstr (gw_account_get_name (f->saved), ==, "production");
}

static void
test_regions (Fixture       *f,
              gconstpointer  unused)
{
  GtkWidget *all, *check;
  guint n;

  open_dialog (f, NULL);
  type_key (f, GOOD_ID, GOOD_SECRET);
  all = gw_ui_find (GTK_WIDGET (f->dialog->regions), GTK_TYPE_SWITCH, NULL, NULL);
  gtk_switch_set_active (GTK_SWITCH (all), FALSE);
  press (f, "account.submit");
  g_assert_cmpint (f->dialog->state, ==, GW_ACCOUNT_DIALOG_IDLE);
  g_assert_nonnull (gw_ui_find (GTK_WIDGET (f->dialog->regions), GTK_TYPE_LABEL, "label",
                                "Tick at least one region, or take all."));
  press_and_wait (f, "account.verify");
  gw_ui_frames (GTK_WIDGET (f->dialog), 2);
  n = gw_ui_count (GTK_WIDGET (f->dialog->regions), GTK_TYPE_CHECK_BUTTON);
  g_assert_cmpuint (n, ==, 30);
  check = gw_ui_find (GTK_WIDGET (f->dialog->regions), GTK_TYPE_CHECK_BUTTON, NULL, NULL);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), TRUE);
  gtk_menu_button_popup (f->dialog->region_button);
  gw_test_wait_until (gtk_widget_get_mapped (GTK_WIDGET (f->dialog->region_list)));
  gtk_widget_activate (GTK_WIDGET (gtk_list_box_get_row_at_index (f->dialog->region_list, 3)));
  g_assert_cmpstr (get_text (f->dialog->region_row), !=, "cn-hangzhou");
  gw_test_wait_until (!gtk_widget_get_mapped (GTK_WIDGET (f->dialog->region_list)));
  set_text (f->dialog->region_row, "cn-hangzhou");
  press (f, "account.submit");
  gw_test_wait_until (f->dialog == NULL);
  g_assert_cmpuint (g_strv_length ((GStrv) gw_account_get_regions (f->saved)), ==, 1);

  /* They come back with the account. */
  open_dialog (f, f->saved);
  all = gw_ui_find (GTK_WIDGET (f->dialog->regions), GTK_TYPE_SWITCH, NULL, NULL);
  g_assert_false (gtk_switch_get_active (GTK_SWITCH (all)));
}

static void
test_cancel (Fixture       *f,
             gconstpointer  unused)
{
  gint64 start;

  fake_steer ("{\"rules\": [{\"delay\": 10}]}");
  open_dialog (f, NULL);
  type_key (f, GOOD_ID, GOOD_SECRET);
  press (f, "account.verify");
  g_assert_cmpint (f->dialog->state, ==, GW_ACCOUNT_DIALOG_VERIFYING);
  g_assert_false (gtk_widget_is_sensitive (GTK_WIDGET (f->dialog->scrolled)));
  gw_test_wait_until (fake_count_log ("GetCallerIdentity") > 0);
  start = g_get_monotonic_time ();
  gtk_widget_activate_action (GTK_WIDGET (f->dialog), "window.close", NULL);
  gw_test_wait_until (f->dialog == NULL);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_USEC_PER_SEC);
  g_assert_cmpuint (count_accounts (f), ==, 0);
  fake_steer ("{\"clear\": true}");
}

/* The lock empties the fields and gives up what has copies of them. */
static void
test_lock (Fixture       *f,
           gconstpointer  unused)
{
  fake_steer ("{\"rules\": [{\"delay\": 10}]}");
  open_dialog (f, NULL);
  type_key (f, GOOD_ID, GOOD_SECRET);
  set_text (f->dialog->token_row, "token");
  press (f, "account.submit");
  gw_account_dialog_clear_secrets (f->dialog);
  g_assert_cmpint (f->dialog->state, ==, GW_ACCOUNT_DIALOG_IDLE);
  g_assert_cmpstr (get_text (f->dialog->secret_row), ==, "");
  g_assert_cmpstr (get_text (f->dialog->token_row), ==, "");
  g_assert_cmpstr (get_text (f->dialog->id_row), ==, GOOD_ID);
  fake_steer ("{\"clear\": true}");
}

static void
test_absent (Fixture       *f,
             gconstpointer  unused)
{
  open_dialog (f, NULL);
  g_assert_true (gtk_widget_get_visible (f->dialog->keyring_group));
  type_key (f, GOOD_ID, GOOD_SECRET);
  press_and_wait (f, "account.submit");
  g_assert_nonnull (f->dialog);
  g_assert_nonnull (strstr (get_message (f), "There is no keyring"));
  g_assert_cmpstr (get_text (f->dialog->secret_row), ==, GOOD_SECRET);
  g_assert_cmpuint (count_accounts (f), ==, 0);
  gw_keyring_use_memory (f->keyring);
  gw_test_wait_until (!gtk_widget_get_visible (f->dialog->keyring_group));
  press (f, "account.submit");
  gw_test_wait_until (f->dialog == NULL);
  g_assert_cmpuint (count_accounts (f), ==, 1);
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
  fake_cloud_start ();
#define ADD(name, begin, test) \
  g_test_add ("/account-dialog/" name, Fixture, NULL, begin, test, tear_down)
  ADD ("typed", set_up, test_typed);
  ADD ("missing", set_up, test_missing);
  ADD ("wrong", set_up, test_wrong);
  ADD ("unreached", set_up, test_unreached);
  ADD ("refused", set_up, test_refused);
  ADD ("profile", set_up, test_profile);
  ADD ("copy", set_up, test_copy);
  ADD ("gone", set_up, test_gone);
  ADD ("environment", set_up, test_environment);
  ADD ("edit", set_up, test_edit);
  ADD ("rename", set_up, test_rename);
  ADD ("regions", set_up, test_regions);
  ADD ("cancel", set_up, test_cancel);
  ADD ("lock", set_up, test_lock);
  ADD ("absent", set_up_absent, test_absent);
#undef ADD
  status = g_test_run ();
  gw_test_cloud_free (cloud);
  gw_test_home_free (home);
  return status;
}
