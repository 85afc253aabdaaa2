/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gw-error.h"
#include "gw-source-bar.h"
#include "gw-test-accounts.h"
#include "gw-ui-test.h"

typedef struct {
  GwCloudAccounts *accounts;
  GwEcsSource     *source;
  GtkWidget       *window;
  GtkWidget       *bar;
  char            *edited; /* the parameter of win.edit-account */
} Fixture;

static void
on_edit (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  Fixture *f = user_data;

  g_free (f->edited);
  f->edited = g_variant_dup_string (parameter, NULL);
}

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  static const GActionEntry entries[] = {
    { .name = "edit-account", .activate = on_edit, .parameter_type = "s" },
  };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  f->accounts = g_object_new (GW_TYPE_CLOUD_ACCOUNTS, NULL);
  f->accounts->keyring = gw_keyring_new ();
  f->source = test_accounts_add (f->accounts, "Play");
  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), f);
  f->window = gtk_window_new ();
  gtk_widget_insert_action_group (f->window, "win", G_ACTION_GROUP (group));
  gtk_window_set_default_size (GTK_WINDOW (f->window), 280, 200);
  f->bar = gw_source_bar_new (f->accounts, f->source);
  gtk_box_append (GTK_BOX (box), f->bar);
  gtk_window_set_child (GTK_WINDOW (f->window), box);
  gtk_window_present (GTK_WINDOW (f->window));
  gw_test_wait_until (gtk_widget_get_mapped (f->window));
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  g_autoptr (GwKeyring) keyring = g_object_ref (f->accounts->keyring);

  gtk_window_destroy (GTK_WINDOW (f->window));
  gw_test_wait_until (gw_keyring_get_state (keyring) != GW_KEYRING_STATE_UNKNOWN);
  g_assert_finalize_object (f->accounts);
  g_clear_pointer (&f->edited, g_free);
}

static void
add_instance (Fixture *f)
{
  g_autofree char *id = g_strdup_printf ("i-%u", g_list_model_get_n_items (
    G_LIST_MODEL (f->source)));
  g_autoptr (GwInstance) instance = gw_instance_new (id);

  g_list_store_append (gw_source_get_store (GW_SOURCE (f->source)), instance);
}

static void
set_state (Fixture          *f,
           GwEcsSourceState  state)
{
  f->source->state = state;
  g_object_notify (G_OBJECT (f->source), "state");
}

static void
set_updated (Fixture *f,
             gint64   age)
{
  f->source->updated = g_get_real_time () / G_USEC_PER_SEC - age;
  g_object_notify (G_OBJECT (f->source), "updated");
}

/* @error (transfer full) (nullable) */
static void
set_problem (Fixture *f,
             GError  *error)
{
  g_clear_error (&f->source->problem);
  f->source->problem = error;
  g_signal_emit_by_name (f->source, "problem-changed");
}

/* The label that is shown and has @text in it. */
static gboolean
says_below (GtkWidget  *root,
            const char *text)
{
  if (!gtk_widget_get_mapped (root))
    return FALSE;
  if (GTK_IS_LABEL (root) && strstr (gtk_label_get_text (GTK_LABEL (root)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (says_below (child, text))
      return TRUE;
  return FALSE;
}

static gboolean
says (Fixture    *f,
      const char *text)
{
  gw_ui_frames (f->window, 2);
  return says_below (f->bar, text);
}

/* Presses the button with @label, which is a child of its own so that it wraps. */
static void
press (Fixture    *f,
       const char *label)
{
  GtkWidget *found;

  gw_ui_frames (f->window, 2);
  found = gw_ui_find (f->bar, GTK_TYPE_LABEL, "label", label);
  g_assert_nonnull (found);
  g_signal_emit_by_name (gtk_widget_get_ancestor (found, GTK_TYPE_BUTTON), "clicked");
}

static void
press_icon (Fixture    *f,
            const char *icon)
{
  GtkWidget *found = gw_ui_find (f->bar, GTK_TYPE_BUTTON, "icon-name", icon);

  g_assert_nonnull (found);
  g_signal_emit_by_name (found, "clicked");
}

static void
on_text (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  *(char **) user_data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
}

static char *
read_clipboard (Fixture *f)
{
  char *text = NULL;

  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (f->window), NULL, on_text, &text);
  gw_test_wait_until (text != NULL);
  return text;
}

static void
test_nothing (Fixture       *f,
              gconstpointer  unused)
{
  g_assert_false (gtk_widget_get_visible (f->bar));
  /* A fresh list needs no words, one that was never fetched neither. */
  add_instance (f);
  set_updated (f, 10);
  g_assert_false (gtk_widget_get_visible (f->bar));
  set_state (f, GW_ECS_SOURCE_READING);
  g_assert_false (gtk_widget_get_visible (f->bar));
}

static void
test_progress (Fixture       *f,
               gconstpointer  unused)
{
  set_state (f, GW_ECS_SOURCE_REFRESHING);
  g_assert_true (says (f, "Loading “Play”…"));
  for (guint i = 0; i < 3; i++)
    add_instance (f);
  g_assert_true (says (f, "3 instances"));
  f->source->progress = 0.5;
  f->source->wait = 40;
  g_object_notify (G_OBJECT (f->source), "progress");
  g_assert_true (says (f, "Alibaba Cloud asks to wait 40 s"));
  press_icon (f, "process-stop-symbolic");
  g_assert_cmpuint (f->source->n_cancels, ==, 1);
  set_updated (f, 0);
  set_state (f, GW_ECS_SOURCE_IDLE);
  g_assert_true (says (f, "Loading was cancelled."));
  press (f, "Try Again");
  g_assert_cmpuint (f->source->n_refreshes, ==, 1);

  /* Over a list that is there: not at once. */
  f->source->wait = 0;
  set_state (f, GW_ECS_SOURCE_REFRESHING);
  g_assert_false (says (f, "3 instances"));
  gw_test_wait_until (says (f, "3 instances"));
  set_state (f, GW_ECS_SOURCE_IDLE);
  g_assert_false (gtk_widget_get_visible (f->bar));
}

static void
test_age (Fixture       *f,
          gconstpointer  unused)
{
  add_instance (f);
  set_updated (f, 3 * 60 * 60);
  g_assert_true (says (f, "Showing what was known 3 hours ago."));
  press (f, "Try Again");
  g_assert_cmpuint (f->source->n_refreshes, ==, 1);
  set_state (f, GW_ECS_SOURCE_REFRESHING);
  set_updated (f, 0);
  set_state (f, GW_ECS_SOURCE_IDLE);
  g_assert_false (gtk_widget_get_visible (f->bar));
  /* Refreshed in this session: it is the time that passes. */
  f->source->updated -= 3 * 60 * 60;
  set_state (f, GW_ECS_SOURCE_IDLE);
  g_assert_false (gtk_widget_get_visible (f->bar));
  /* But not where the next refresh failed. */
  set_problem (f, g_error_new (GW_CLOUD_ERROR, GW_CLOUD_ERROR_NETWORK, "Not reached."));
  g_assert_true (says (f, "Not reached. Showing what was known 3 hours ago."));
}

static void
test_problem (Fixture       *f,
              gconstpointer  unused)
{
  const GwCloudErrorDetails details = {
    .code = (char *) "InvalidAccessKeyId.NotFound", .request_id = (char *) "REQ-1",
  };
  g_autofree char *copied = NULL;
  GtkWidget *button;

  set_problem (f, gw_cloud_error_new (GW_CLOUD_ERROR_KEY, &details, "The key <b>is</b> wrong."));
  g_assert_true (says (f, "The key <b>is</b> wrong."));
  press (f, "Edit Account");
  g_assert_cmpstr (f->edited, ==, gw_account_get_id (f->source->account));

  button = gw_ui_find (f->bar, GTK_TYPE_MENU_BUTTON, "tooltip-text", "Details");
  g_assert_nonnull (button);
  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  gw_test_wait_until (gw_ui_find (f->bar, GTK_TYPE_BUTTON, "label", "Copy Details") != NULL);
  gw_ui_click (f->bar, "Copy Details");
  copied = read_clipboard (f);
  g_assert_cmpstr (copied, ==, "Code: InvalidAccessKeyId.NotFound\nRequestId: REQ-1");

  set_problem (f, g_error_new (GW_CLOUD_ERROR, GW_CLOUD_ERROR_SIGN_IN, "Sign in again."));
  g_assert_true (says (f, "Sign in again."));
  g_assert_false (says (f, "Edit Account"));
  g_assert_false (says (f, "Try Again"));
  set_problem (f, g_error_new (GW_CLOUD_ERROR, GW_CLOUD_ERROR_TIMED_OUT, "No answer."));
  press (f, "Try Again");
  g_assert_cmpuint (f->source->n_refreshes, ==, 1);

  press_icon (f, "window-close-symbolic");
  g_assert_false (gtk_widget_get_visible (f->bar));
  /* Until the next refresh. */
  set_state (f, GW_ECS_SOURCE_REFRESHING);
  set_state (f, GW_ECS_SOURCE_IDLE);
  g_assert_true (says (f, "No answer."));
  g_assert_false (says (f, "Play"));
  test_accounts_add (f->accounts, "Work");
  g_assert_true (says (f, "“Play”: No answer."));
}

static void
test_unlock (Fixture       *f,
             gconstpointer  unused)
{
  set_problem (f, g_error_new (GW_ERROR, GW_ERROR_KEYRING_LOCKED, "The keyring is locked."));
  gw_test_wait_until (gw_keyring_get_state (f->accounts->keyring) == GW_KEYRING_STATE_ABSENT);
  press (f, "Unlock");
  /* There is none on this bus. */
  gw_test_wait_until (strlen (gtk_label_get_text (GTK_LABEL (gw_ui_find (
    f->bar, GTK_TYPE_LABEL, NULL, NULL)))) > strlen ("The keyring is locked. "));
  g_assert_cmpuint (f->source->n_refreshes, ==, 0);
  gw_keyring_use_memory (f->accounts->keyring);
  press (f, "Unlock");
  gw_test_wait_until (f->source->n_refreshes == 1);
}

static void
test_parts (Fixture       *f,
            gconstpointer  unused)
{
  const GwCloudErrorDetails details = {
    .code = (char *) "Forbidden.RAM", .request_id = (char *) "REQ-2",
    .action = (char *) "ecs:DescribeInstances", .region = (char *) "us-east-1",
  };
  g_autoptr (GError) error = gw_cloud_error_new (GW_CLOUD_ERROR_DENIED, &details, "Refused.");
  g_autofree char *copied = NULL;

  g_ptr_array_add (f->source->failed, g_strdup ("cn-hangzhou"));
  f->source->n_skipped = 2;
  set_problem (f, NULL);
  g_assert_true (says (f, "1 region could not be read: China (Hangzhou)."));
  g_assert_true (says (f, "2 instances were left out"));
  g_assert_true (says (f, "Try Again"));

  gw_refusal_collect (f->source->refusals, error);
  set_problem (f, NULL);
  g_assert_true (says (f, "1 region could not be read"));
  press (f, "Copy Request for Administrator");
  copied = read_clipboard (f);
  g_assert_nonnull (strstr (copied, "ecs:DescribeInstances"));
  g_assert_nonnull (strstr (copied, "REQ-2"));
  g_assert_true (says (f, "Request Copied"));
}

int
main (int   argc,
      char *argv[])
{
  char *home = gw_test_home_new ();
  int status;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add ("/source-bar/nothing", Fixture, NULL, set_up, test_nothing, tear_down);
  g_test_add ("/source-bar/progress", Fixture, NULL, set_up, test_progress, tear_down);
  g_test_add ("/source-bar/age", Fixture, NULL, set_up, test_age, tear_down);
  g_test_add ("/source-bar/problem", Fixture, NULL, set_up, test_problem, tear_down);
  g_test_add ("/source-bar/unlock", Fixture, NULL, set_up, test_unlock, tear_down);
  g_test_add ("/source-bar/parts", Fixture, NULL, set_up, test_parts, tear_down);
  status = g_test_run ();
  gw_test_home_free (home);
  return status;
}
