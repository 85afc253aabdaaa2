/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-accounts.h"
#include "gw-account-dialog-private.h"
#include "gw-accounts-window-row.h"
#include "gw-accounts-window.h"
#include "gw-ui-test.h"

#define GOOD_ID "LTAI5tGangwayPlayground1"
#define PROFILE(name, mode)                                                                   \
  "{\"name\": \"" name "\", \"mode\": \"" mode "\", \"access_key_id\": \"" GOOD_ID "\","      \
  " \"access_key_secret\": \"made-up\", \"region_id\": \"cn-beijing\"}"

typedef struct {
  FakeAccounts fake;
  GwKeyring   *keyring;
  char        *config; /* of the aliyun CLI */
  GtkWidget   *window; /* NULL once it has gone */
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  f->keyring = gw_keyring_new ();
  gw_test_wait_until (gw_keyring_get_state (f->keyring) == GW_KEYRING_STATE_ABSENT);
  gw_keyring_use_memory (f->keyring);
  fake_accounts_init (&f->fake, f->keyring);
  f->config = g_build_filename (f->fake.folder, "config.json", NULL);
  g_setenv ("ALIBABA_CLOUD_CONFIG_FILE", f->config, TRUE);
}

static void
open_window (Fixture *f)
{
  f->window = GTK_WIDGET (gw_accounts_window_new (NULL, f->fake.accounts));
  g_object_add_weak_pointer (G_OBJECT (f->window), (gpointer *) &f->window);
  gtk_window_present (GTK_WINDOW (f->window));
  gw_test_wait_until (gtk_widget_get_mapped (f->window));
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  if (f->window != NULL)
    gtk_window_close (GTK_WINDOW (f->window));
  gw_test_wait_until (f->window == NULL);
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

static GtkWidget *
find_row (Fixture    *f,
          const char *title)
{
  return gw_ui_find (f->window, GW_TYPE_ACCOUNTS_WINDOW_ROW, "title", title);
}

static const char *
get_subtitle (Fixture    *f,
              const char *title)
{
  GtkWidget *row = find_row (f, title);

  g_assert_nonnull (row);
  return adw_action_row_get_subtitle (ADW_ACTION_ROW (row));
}

static void
press (Fixture    *f,
       const char *action,
       GwAccount  *account)
{
  g_assert_true (gtk_widget_activate_action (f->window, action, "s",
                                             account != NULL ? gw_account_get_id (account) : ""));
}

static guint
count (Fixture *f)
{
  return gw_ui_count (f->window, GW_TYPE_ACCOUNTS_WINDOW_ROW);
}

/* The newest one; takes it off the screen again. */
static void
assert_dialog (Fixture    *f,
               const char *title,
               const char *name)
{
  GtkWidget *dialog;

  gw_test_wait_until (gw_ui_find_window (GW_TYPE_ACCOUNT_DIALOG, NULL) != NULL);
  dialog = gw_ui_find_window (GW_TYPE_ACCOUNT_DIALOG, NULL);
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (dialog)), ==, title);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (GW_ACCOUNT_DIALOG (dialog)->name_row)), ==,
                   name);
  gtk_window_set_focus (GTK_WINDOW (dialog), NULL);
  gtk_window_close (GTK_WINDOW (dialog));
  gw_test_wait_until (gw_ui_find_window (GW_TYPE_ACCOUNT_DIALOG, NULL) == NULL);
}

/* What the empty state offers, and says of what it does not offer, one a line. */
static char *
list_offers (Fixture *f)
{
  GtkWidget *first = gw_ui_find (f->window, GTK_TYPE_BUTTON, "label", "Add Account");
  GString *text = g_string_new (NULL);

  g_assert_nonnull (first);
  for (GtkWidget *child = gtk_widget_get_next_sibling (first); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *label = GTK_IS_BUTTON (child) ? gtk_button_get_child (GTK_BUTTON (child)) : child;

      g_string_append_printf (text, "%s\n", gtk_label_get_text (GTK_LABEL (label)));
    }
  return g_string_free (text, FALSE);
}

static void
click_offer (Fixture    *f,
             const char *label)
{
  GtkWidget *text = gw_ui_find (f->window, GTK_TYPE_LABEL, "label", label);

  g_assert_nonnull (text);
  g_signal_emit_by_name (gtk_widget_get_parent (text), "clicked");
}

static void
test_empty (Fixture       *f,
            gconstpointer  unused)
{
  g_autofree char *offers = NULL;
  g_autoptr (GError) error = NULL;

  g_file_set_contents (f->config,
                       "{\"current\": \"prod\", \"profiles\": [" PROFILE ("one", "AK") ","
                       "{\"name\": \"half\", \"mode\": \"AK\"}," PROFILE ("metal", "EcsRamRole") ","
                       PROFILE ("prod", "AK") "," PROFILE ("two", "AK") "," PROFILE ("last", "AK")
                       "]}", -1, &error);
  g_assert_no_error (error);
  g_setenv ("ALIBABA_CLOUD_ACCESS_KEY_ID", GOOD_ID, TRUE);
  g_setenv ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "made-up", TRUE);
  open_window (f);
  offers = list_offers (f);
  g_assert_cmpstr (offers, ==, "Use Profile “prod”\nUse Profile “one”\nUse Profile “two”\n"
                               "Use Environment Variables\n"
                               "Profile “metal”: EcsRamRole is not supported\n");
  click_offer (f, "Use Profile “prod”");
  assert_dialog (f, "Add Account", "prod");
  click_offer (f, "Use Environment Variables");
  assert_dialog (f, "Add Account", "Alibaba Cloud");
  gw_ui_click (f->window, "Add Account");
  assert_dialog (f, "Add Account", "Alibaba Cloud");
  g_assert_cmpuint (fake_count_log ("\"action\""), ==, 0);
}

static void
test_list (Fixture       *f,
           gconstpointer  unused)
{
  g_autoptr (GwAccount) account = fake_add (&f->fake, "<b>prod</b>", "gangway");
  g_autoptr (GwAccount) other = NULL;
  guint asked;

  open_window (f);
  g_assert_cmpuint (count (f), ==, 1);
  g_assert_cmpstr (get_subtitle (f, "<b>prod</b>"), ==,
                   "12 instances · refreshed less than a minute ago");
  other = fake_add (&f->fake, "test", "gangway");
  gw_ui_frames (f->window, 2);
  g_assert_cmpuint (count (f), ==, 2);

  asked = fake_count_log ("DescribeRegions");
  press (f, "accounts.refresh", account);
  g_assert_cmpstr (get_subtitle (f, "<b>prod</b>"), ==, "12 instances · refreshing…");
  g_assert_nonnull (gw_ui_find (find_row (f, "<b>prod</b>"), GTK_TYPE_SPINNER, NULL, NULL));
  fake_wait (&f->fake, gw_account_get_id (account));
  g_assert_cmpuint (fake_count_log ("DescribeRegions"), ==, asked + 1);

  /* By its button, by Enter, and by F2 for the row that has the focus. */
  press (f, "accounts.edit", other);
  assert_dialog (f, "Edit Account", "test");
  gtk_widget_grab_focus (find_row (f, "<b>prod</b>"));
  gtk_widget_activate (find_row (f, "<b>prod</b>"));
  assert_dialog (f, "Edit Account", "<b>prod</b>");
  gtk_widget_grab_focus (find_row (f, "test"));
  press (f, "accounts.edit", NULL);
  assert_dialog (f, "Edit Account", "test");
}

static void
test_remove (Fixture       *f,
             gconstpointer  unused)
{
  g_autoptr (GwAccount) first = fake_add (&f->fake, "a & b", "gangway");
  g_autoptr (GwAccount) second = fake_add (&f->fake, "second", "gangway");
  GwAccount *back;
  GtkWidget *row;

  open_window (f);
  gtk_widget_grab_focus (find_row (f, "a & b"));
  press (f, "accounts.remove", NULL);
  gw_test_wait_until (count (f) == 1);
  gw_test_wait_until (gw_ui_find (f->window, GTK_TYPE_BUTTON, "label", "Undo") != NULL);
  g_assert_nonnull (gw_ui_find (f->window, GTK_TYPE_LABEL, "label", "Removed “a &amp; b”"));
  row = find_row (f, "second");
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (f->window)) == row);
  g_assert_null (gw_keyring_lookup (f->keyring, FAKE_ITEM, gw_account_get_id (first)));

  gw_ui_click (f->window, "Undo");
  gw_test_wait_until (count (f) == 2);
  back = gw_cloud_accounts_lookup (f->fake.accounts, gw_account_get_id (first));
  g_assert_nonnull (back);
  g_assert_true (gw_account_equal (back, first));
  gw_test_wait_until (gw_keyring_lookup (f->keyring, FAKE_ITEM, gw_account_get_id (first)) != NULL);
}

/* An undo that fails is offered again, until the AccessKey is back too. */
static void
test_undo_fails (Fixture       *f,
                 gconstpointer  unused)
{
  g_autoptr (GwAccount) account = fake_add (&f->fake, "only", "gangway");
  const char *id = gw_account_get_id (account);

  open_window (f);
  gtk_widget_grab_focus (find_row (f, "only"));
  press (f, "accounts.remove", NULL);
  gw_test_wait_until (gw_ui_find (f->window, GTK_TYPE_BUTTON, "label", "Undo") != NULL);
  gw_keyring_wipe_memory (f->keyring);
  gw_ui_click (f->window, "Undo");
  gw_test_wait_until (gw_ui_find (f->window, GTK_TYPE_BUTTON, "label", "Try Again") != NULL);
  g_assert_cmpuint (count (f), ==, 1);
  gw_keyring_use_memory (f->keyring);
  g_assert_null (gw_keyring_lookup (f->keyring, FAKE_ITEM, id));
  gw_ui_click (f->window, "Try Again");
  gw_test_wait_until (gw_keyring_lookup (f->keyring, FAKE_ITEM, id) != NULL);
}

/* Until there is none, with the keyboard alone; then the lock. */
static void
test_lock (Fixture       *f,
           gconstpointer  unused)
{
  g_autoptr (GwAccount) account = fake_add (&f->fake, "only", "gangway");

  open_window (f);
  gtk_widget_grab_focus (find_row (f, "only"));
  press (f, "accounts.remove", NULL);
  gw_test_wait_until (gw_ui_find (f->window, GTK_TYPE_BUTTON, "label", "Undo") != NULL);
  g_assert_cmpuint (count (f), ==, 0);
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (f->window))
                 == gw_ui_find (f->window, GTK_TYPE_BUTTON, "label", "Add Account"));
  gw_accounts_window_clear_secrets (GW_ACCOUNTS_WINDOW (f->window));
  gw_ui_frames (f->window, 2);
  g_assert_null (gw_ui_find (f->window, GTK_TYPE_BUTTON, "label", "Undo"));
}

static void
test_problem (Fixture       *f,
              gconstpointer  unused)
{
  g_autoptr (GwAccount) reader = fake_add (&f->fake, "reader", "reader");
  g_autoptr (GwAccount) off = fake_add (&f->fake, "off", "disabled");

  open_window (f);
  fake_steer ("{\"key\": {\"key\": \"LTAI5tGangwayDisabled001\", \"status\": \"Inactive\"}}");
  press (f, "accounts.refresh", off);
  fake_wait (&f->fake, gw_account_get_id (off));
  g_assert_cmpstr (get_subtitle (f, "off"), ==,
                   gw_ecs_source_get_problem (
                     fake_source (&f->fake, gw_account_get_id (off)))->message);
  g_assert_cmpstr (adw_action_row_get_icon_name (ADW_ACTION_ROW (find_row (f, "off"))), ==,
                   "dialog-warning-symbolic");
  g_assert_nonnull (strchr (get_subtitle (f, "reader"), '\n'));
  g_assert_nonnull (gw_ui_find (find_row (f, "reader"), GTK_TYPE_BUTTON, "tooltip-text",
                                "Copy Request for Administrator"));
  g_assert_null (gw_ui_find (find_row (f, "off"), GTK_TYPE_BUTTON, "tooltip-text",
                             "Copy Request for Administrator"));
}

static void
test_notice (Fixture       *f,
             gconstpointer  unused)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (f->fake.path, "{ broken", -1, &error);
  g_assert_no_error (error);
  fake_accounts_restart (&f->fake);
  open_window (f);
  g_assert_nonnull (gw_cloud_accounts_get_notice (f->fake.accounts));
  g_assert_nonnull (gw_ui_find (f->window, GTK_TYPE_LABEL, "label",
                                gw_cloud_accounts_get_notice (f->fake.accounts)));
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
#define ADD(name, test) g_test_add ("/accounts-window/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("empty", test_empty);
  ADD ("list", test_list);
  ADD ("remove", test_remove);
  ADD ("undo-fails", test_undo_fails);
  ADD ("lock", test_lock);
  ADD ("problem", test_problem);
  ADD ("notice", test_notice);
#undef ADD
  status = g_test_run ();
  gw_test_cloud_free (cloud);
  gw_test_home_free (home);
  return status;
}
