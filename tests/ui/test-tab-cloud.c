/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a tab shows of an instance of the cloud: the steps of a temporary key, what the account says
 * of a host key, and the ways out of a failure. */

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <adwaita.h>

#include "gw-failure-page.h"
#include "gw-host-key-page.h"
#include "gw-key-delivery-private.h"
#include "gw-progress-page.h"
#include "gw-prompt-private.h"
#include "gw-reach-box.h"
#include "gw-step-list.h"
#include "gw-tab-private.h"
#include "gw-test-accounts.h"
#include "gw-ui-test.h"

#define BLOB "AAAAC3NzaC1lZDI1NTE5AAAAIAbcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"
#define STATED "SHA256:another"
#define CONSOLE_TIME 1700000000
#define ANSWER_TIME 1700009999
#define TYPE_AHEAD (G_USEC_PER_SEC * 3 / 2) /* of the failure page */

static GtkWidget *
present (GtkWidget *page)
{
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), 700, 650);
  gtk_window_set_child (GTK_WINDOW (window), page);
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);
  gtk_widget_grab_focus (page);
  return window;
}

static gboolean
shows (GtkWidget  *root,
       const char *text)
{
  if (!gtk_widget_get_mapped (root))
    return FALSE;
  if (GTK_IS_LABEL (root) && strstr (gtk_label_get_text (GTK_LABEL (root)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (shows (child, text))
      return TRUE;
  return FALSE;
}

/* The seconds that a label says after @before, NULL for a label that is a time and nothing else; -1
 * if there is none. */
static double
get_seconds (GtkWidget  *root,
             const char *before)
{
  double found = -1;

  if (!gtk_widget_get_mapped (root))
    return -1;
  if (GTK_IS_LABEL (root))
    {
      const char *text = gtk_label_get_text (GTK_LABEL (root));
      char *end = NULL;

      if (before != NULL && g_str_has_prefix (text, before))
        text += strlen (before);
      else if (before != NULL)
        return -1;
      found = g_ascii_strtod (text, &end);
      return end != text && g_str_equal (end, " s") ? found : -1;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && found < 0;
       child = gtk_widget_get_next_sibling (child))
    found = get_seconds (child, before);
  return found;
}

static GtkWidget *
get_child (GtkWidget  *page,
           const char *name)
{
  return GTK_WIDGET (gtk_widget_get_template_child (page, G_OBJECT_TYPE (page), name));
}

static void
press (const char *keys)
{
  g_autofree char *line = g_strconcat ("xdotool key --delay 2 ", keys, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_spawn_command_line_sync (line, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
}

static void
on_answered (guint *n)
{
  (*n)++;
}

/* The steps */

static GwKeyDelivery *
make_delivery (void)
{
  g_autoptr (GwLogin) login = gw_login_new ();

  return gw_key_delivery_new (NULL, login);
}

static GtkWidget *
get_row (GtkWidget *page,
         int        step)
{
  GtkWidget *list = gw_ui_find (page, GTK_TYPE_LIST_BOX, NULL, NULL);

  g_assert_nonnull (list);
  return GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), step));
}

static void
assert_spoken (GtkWidget  *page,
               GwStep      step,
               const char *expected)
{
  g_autofree char *text = g_strdup_printf ("%s, %s", gw_step_title (step), expected);

  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (get_row (page, step)),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, text);
}

static int
measure (GtkWidget *page)
{
  int height;

  gtk_widget_measure (page, GTK_ORIENTATION_VERTICAL, 560, NULL, &height, NULL, NULL);
  return height;
}

static void
test_steps (void)
{
  g_autoptr (GwKeyDelivery) delivery = make_delivery ();
  GtkWidget *page = gw_progress_page_new ("root@203.0.113.7");
  GtkWidget *window;
  gint64 began;
  double seconds;
  int height;

  gw_progress_page_set_delivery (GW_PROGRESS_PAGE (page), delivery);
  gw_progress_page_set_phase (GW_PROGRESS_PAGE (page), "Exchanging keys…");
  window = present (page);
  height = measure (page);
  assert_spoken (page, GW_STEP_TURN, "waiting");
  /* The connection goes on beside the delivery. */
  assert_spoken (page, GW_STEP_LOGIN, "waiting, Exchanging keys…");
  g_assert_true (shows (page, "Exchanging keys…"));

  gw_key_delivery_set_state (delivery, GW_STEP_TURN, GW_STEP_SKIPPED);
  assert_spoken (page, GW_STEP_TURN, "skipped");
  began = g_get_monotonic_time ();
  gw_key_delivery_set_state (delivery, GW_STEP_STATE, GW_STEP_RUNNING);
  /* The time goes on to be seen, and not to be heard. */
  assert_spoken (page, GW_STEP_STATE, "under way");
  gw_test_wait_until ((seconds = get_seconds (page, NULL)) > 0);
  g_assert_cmpfloat ((seconds - 0.05) * G_USEC_PER_SEC, <=, g_get_monotonic_time () - began);
  gw_test_wait_until (get_seconds (page, NULL) > seconds);
  assert_spoken (page, GW_STEP_STATE, "under way");
  gw_key_delivery_set_state (delivery, GW_STEP_STATE, GW_STEP_DONE);
  delivery->steps[GW_STEP_STATE].took = 11 * G_USEC_PER_SEC;
  gw_key_delivery_set_note (delivery, GW_STEP_AGENT, "version 2");
  gw_key_delivery_set_state (delivery, GW_STEP_AGENT, GW_STEP_RUNNING);
  assert_spoken (page, GW_STEP_AGENT, "under way, version 2");
  assert_spoken (page, GW_STEP_STATE, "done, 11 s");

  g_assert_false (shows (page, "The key is valid for"));
  delivery->expiry = g_get_monotonic_time () + 42 * G_USEC_PER_SEC;
  gw_key_delivery_set_state (delivery, GW_STEP_SEND, GW_STEP_RUNNING);
  seconds = get_seconds (page, "The key is valid for ");
  g_assert_cmpfloat (seconds, <=, 42);
  g_assert_cmpfloat (seconds * G_USEC_PER_SEC, >=, delivery->expiry - g_get_monotonic_time ());
  gw_test_wait_until (get_seconds (page, "The key is valid for ") < seconds);
  g_assert_cmpint (measure (page), ==, height);
  delivery->expiry = g_get_monotonic_time () - 1;
  gw_key_delivery_set_state (delivery, GW_STEP_SEND, GW_STEP_FAILED);
  g_assert_true (shows (page, "The key has expired"));
  g_assert_cmpint (measure (page), ==, height);
  /* Letters typed on from a prompt press nothing. */
  g_assert_true (gtk_root_get_focus (GTK_ROOT (window)) == page);
  gtk_window_destroy (GTK_WINDOW (window));
}

static gboolean
has_timer (GtkWidget *steps)
{
  return g_main_context_find_source_by_user_data (NULL, steps) != NULL;
}

/* A tab that nobody looks at costs nothing. */
static void
test_hidden_steps (void)
{
  g_autoptr (GwKeyDelivery) delivery = make_delivery ();
  GtkWidget *page = gw_progress_page_new ("root@203.0.113.7");
  GtkWidget *window = present (page);
  GtkWidget *spinner;
  GtkWidget *steps;

  gw_progress_page_set_delivery (GW_PROGRESS_PAGE (page), delivery);
  gw_key_delivery_set_state (delivery, GW_STEP_STATE, GW_STEP_RUNNING);
  gw_test_wait_until (gw_ui_find (page, GTK_TYPE_SPINNER, NULL, NULL) != NULL);
  spinner = gw_ui_find (page, GTK_TYPE_SPINNER, NULL, NULL);
  steps = gw_ui_find (page, GW_TYPE_STEP_LIST, NULL, NULL);
  g_assert_true (gtk_spinner_get_spinning (GTK_SPINNER (spinner)));
  g_assert_true (has_timer (steps));
  gtk_widget_set_visible (page, FALSE);
  g_assert_false (gtk_spinner_get_spinning (GTK_SPINNER (spinner)));
  g_assert_false (has_timer (steps));
  /* Nor does news start one. */
  delivery->expiry = g_get_monotonic_time () + 42 * G_USEC_PER_SEC;
  gw_key_delivery_set_state (delivery, GW_STEP_SEND, GW_STEP_RUNNING);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_false (has_timer (steps));
  gtk_widget_set_visible (page, TRUE);
  g_assert_true (gtk_spinner_get_spinning (GTK_SPINNER (spinner)));
  g_assert_true (has_timer (steps));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* What the account says of a host key */

static GwPrompt *
make_prompt (const char *verdict)
{
  GVariantBuilder builder;
  g_autoptr (GVariant) key = NULL;
  g_autoptr (GwPrompt) prompt = NULL;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", "host", g_variant_new_string ("web.example"));
  g_variant_builder_add (&builder, "{sv}", "port", g_variant_new_uint32 (22));
  g_variant_builder_add (&builder, "{sv}", "type", g_variant_new_string ("ssh-ed25519"));
  g_variant_builder_add (&builder, "{sv}", "public-key", g_variant_new_string (BLOB));
  g_variant_builder_add (&builder, "{sv}", "verdict", g_variant_new_string (verdict));
  key = g_variant_ref_sink (g_variant_builder_end (&builder));
  prompt = gw_prompt_new_host_key (NULL, key);
  g_assert_nonnull (prompt);
  return g_steal_pointer (&prompt);
}

static void
state (GwPrompt          *prompt,
       GwPromptStatement  statement)
{
  gboolean is_other = statement == GW_PROMPT_STATEMENT_OTHER;

  gw_prompt_set_statement (prompt, statement, is_other ? STATED : NULL,
                           is_other || statement == GW_PROMPT_STATEMENT_MATCH ? CONSOLE_TIME : 0,
                           statement == GW_PROMPT_STATEMENT_FAILED ? "It is <b>forbidden</b>."
                                                                   : NULL);
}

static gboolean
is_suggested (GtkWidget *button)
{
  return gtk_widget_has_css_class (button, "suggested-action");
}

static void
test_statements (void)
{
  g_autoptr (GwPrompt) prompt = make_prompt ("unknown");
  GtkWidget *page = gw_host_key_page_new (prompt);
  GtkWidget *window = present (page);
  GtkWidget *trust = get_child (page, "trust");
  GtkSpinner *spinner = GTK_SPINNER (get_child (page, "spinner"));

  g_assert_false (shows (page, "cloud account"));
  g_assert_true (shows (page, "Compare the fingerprint"));

  state (prompt, GW_PROMPT_STATEMENT_ASKING);
  g_assert_true (shows (page, "Asking your cloud account"));
  g_assert_true (gtk_spinner_get_spinning (spinner));
  g_assert_true (gtk_widget_get_visible (trust));
  g_assert_false (is_suggested (trust));

  state (prompt, GW_PROMPT_STATEMENT_NONE);
  g_assert_true (shows (page, "does not say which key it is"));
  g_assert_true (shows (page, "Compare the fingerprint"));
  g_assert_false (gtk_spinner_get_spinning (spinner));
  gw_prompt_set_by_assistant (prompt, TRUE);
  state (prompt, GW_PROMPT_STATEMENT_NONE);
  g_assert_true (shows (page, "Cloud Assistant names no key of this type."));
  gw_prompt_set_by_assistant (prompt, FALSE);

  state (prompt, GW_PROMPT_STATEMENT_FAILED);
  g_assert_true (shows (page, "It is <b>forbidden</b>."));

  state (prompt, GW_PROMPT_STATEMENT_MATCH);
  g_assert_true (shows (page, "Verified by your cloud account (console log of 14 November 2023, "
                              "22:13)"));
  g_assert_false (shows (page, "ompare the fingerprint"));
  g_assert_true (is_suggested (trust));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_other (void)
{
  g_autoptr (GwPrompt) prompt = make_prompt ("unknown");
  GtkWidget *page = gw_host_key_page_new (prompt);
  GtkWidget *window = present (page);
  GtkWidget *trust = get_child (page, "trust");
  GtkWidget *replace = get_child (page, "replace");
  guint answered = 0;

  g_signal_connect_swapped (prompt, "answered", G_CALLBACK (on_answered), &answered);
  gw_prompt_set_can_ask_assistant (prompt, TRUE);
  state (prompt, GW_PROMPT_STATEMENT_ASKING);
  /* About to press it when the answer comes. */
  gtk_widget_grab_focus (trust);
  state (prompt, GW_PROMPT_STATEMENT_OTHER);
  g_assert_true (gtk_root_get_focus (GTK_ROOT (window)) == page);
  g_assert_true (shows (page, "names another key of this type (console log of 14 November 2023, "
                              "22:13)"));
  g_assert_true (shows (page, STATED));
  g_assert_false (gtk_widget_get_visible (trust));
  g_assert_true (is_suggested (get_child (page, "cancel")));
  g_assert_false (gtk_widget_get_sensitive (replace));

  /* The warning stands while Cloud Assistant is asked, and where it knows nothing. */
  gw_ui_click (page, "Ask Cloud Assistant");
  g_assert_false (gw_prompt_can_ask_assistant (prompt));
  gw_prompt_set_by_assistant (prompt, TRUE);
  state (prompt, GW_PROMPT_STATEMENT_ASKING);
  g_assert_true (shows (page, "Asking Cloud Assistant"));
  g_assert_false (gtk_widget_get_visible (trust));
  gw_prompt_set_by_assistant (prompt, FALSE);
  gw_prompt_set_statement (prompt, GW_PROMPT_STATEMENT_OTHER, STATED, CONSOLE_TIME, "It is busy.");
  g_assert_true (shows (page, "console log of"));
  g_assert_true (shows (page, "Cloud Assistant could not be asked: It is busy."));
  gw_prompt_set_by_assistant (prompt, TRUE);
  gw_prompt_set_statement (prompt, GW_PROMPT_STATEMENT_OTHER, STATED, ANSWER_TIME, NULL);
  g_assert_true (shows (page, "Cloud Assistant, 15 November 2023"));
  g_assert_false (shows (page, "could not be asked"));

  gtk_editable_set_text (GTK_EDITABLE (get_child (page, "name")), "web.example");
  g_assert_true (gtk_widget_get_sensitive (replace));
  g_assert_cmpuint (answered, ==, 0);
  g_signal_emit_by_name (replace, "clicked");
  gw_test_wait_until (answered == 1);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Even a key that the account names is not put in place of another one by a single click. */
static void
test_changed (void)
{
  g_autoptr (GwPrompt) prompt = make_prompt ("changed");
  GtkWidget *page = gw_host_key_page_new (prompt);
  GtkWidget *window = present (page);

  /* An old log vouches for no change. */
  state (prompt, GW_PROMPT_STATEMENT_MATCH);
  g_assert_true (shows (page, "somebody is between"));
  gw_prompt_set_by_assistant (prompt, TRUE);
  state (prompt, GW_PROMPT_STATEMENT_MATCH);
  g_assert_true (shows (page, "Cloud Assistant names the new one"));
  g_assert_false (shows (page, "somebody is between"));
  g_assert_false (gtk_widget_get_visible (get_child (page, "trust")));
  g_assert_true (is_suggested (get_child (page, "cancel")));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
on_key_released (GtkEventControllerKey *controller,
                 guint                  keyval,
                 guint                  keycode,
                 GdkModifierType        modifiers,
                 guint                 *n)
{
  (*n)++;
}

/* Presses @key and waits until it has been dealt with. */
static void
press_through (GtkWidget  *window,
               const char *key)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  guint n = 0;

  gw_test_wait_until (gtk_window_is_active (GTK_WINDOW (window)));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-released", G_CALLBACK (on_key_released), &n);
  gtk_widget_add_controller (window, keys);
  press (key);
  gw_test_wait_until (n > 0);
  gtk_widget_remove_controller (window, keys);
}

/* Only what the account has verified. */
static void
test_return (void)
{
  g_autoptr (GwPrompt) prompt = make_prompt ("unknown");
  GtkWidget *page = gw_host_key_page_new (prompt);
  GtkWidget *window = present (page);
  guint answered = 0;

  g_signal_connect_swapped (prompt, "answered", G_CALLBACK (on_answered), &answered);
  state (prompt, GW_PROMPT_STATEMENT_NONE);
  press_through (window, "Return");
  g_assert_cmpuint (answered, ==, 0);
  state (prompt, GW_PROMPT_STATEMENT_MATCH);
  press_through (window, "Return");
  gw_test_wait_until (answered == 1);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Failures */

static const GwDiagnosis diagnosis = {
  .title = (char *) "Not Allowed",
  .what = (char *) "The account may not.",
  .advice = (char *) "Ask.",
  .request = (char *) "Please let me.",
  .details = (char *) "Forbidden.RAM",
};

static void
on_notice (GtkWidget   *page,
           const char  *message,
           char       **notice)
{
  g_free (*notice);
  *notice = g_strdup (message);
}

static void
test_failure (void)
{
  g_autoptr (GwKeyDelivery) delivery = make_delivery ();
  GtkWidget *page = gw_failure_page_new (&diagnosis);
  GtkWidget *window = present (page);
  g_autofree char *notice = NULL;
  GValue value = G_VALUE_INIT;

  g_signal_connect (page, "notice", G_CALLBACK (on_notice), &notice);
  g_assert_false (gtk_widget_get_mapped (get_child (page, "browse")));
  g_signal_emit_by_name (get_child (page, "copy_request"), "clicked");
  g_assert_cmpstr (notice, ==, "Copied");
  g_value_init (&value, G_TYPE_STRING);
  g_assert_true (gdk_content_provider_get_value (
    gdk_clipboard_get_content (gtk_widget_get_clipboard (page)), &value, NULL));
  g_assert_cmpstr (g_value_get_string (&value), ==, "Please let me.");
  g_value_unset (&value);
  gw_failure_page_set_way_out (GW_FAILURE_PAGE (page), "https://example.invalid/");
  gw_test_wait_until (gtk_widget_get_mapped (get_child (page, "browse")));

  /* Nothing is said of steps where none of them failed. */
  gw_key_delivery_set_state (delivery, GW_STEP_STATE, GW_STEP_DONE);
  gw_failure_page_set_delivery (GW_FAILURE_PAGE (page), delivery);
  g_assert_false (gtk_widget_get_visible (get_child (page, "steps_bin")));
  gw_key_delivery_set_state (delivery, GW_STEP_AGENT, GW_STEP_RUNNING);
  gw_key_delivery_set_state (delivery, GW_STEP_SEND, GW_STEP_FAILED);
  delivery->steps[GW_STEP_SEND].took = 0;
  gw_failure_page_set_delivery (GW_FAILURE_PAGE (page), delivery);
  gw_test_wait_until (gw_ui_find (page, GTK_TYPE_LIST_BOX, NULL, NULL) != NULL);
  assert_spoken (page, GW_STEP_SEND, "failed, < 0.1 s");
  assert_spoken (page, GW_STEP_AGENT, "stopped");
  g_assert_null (gw_ui_find (page, GTK_TYPE_SPINNER, NULL, NULL));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
on_reconnect (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       n)
{
  (*(guint *) n)++;
}

/* Try Again has the focus, but a key that was meant for what was there before presses nothing. */
static void
test_type_ahead (void)
{
  const GActionEntry entries[] = { { "reconnect", on_reconnect } };
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  GtkWidget *window = present (gtk_label_new ("asked"));
  GtkWidget *page = gw_failure_page_new (&diagnosis);
  guint reconnects = 0;
  guint tries = 0;
  gint64 shown;

  gw_test_wait_until (gtk_window_is_active (GTK_WINDOW (window)));
  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries, 1, &reconnects);
  gtk_widget_insert_action_group (window, "tab", G_ACTION_GROUP (actions));
  gtk_window_set_child (GTK_WINDOW (window), page);
  do
    {
      /* A key that a busy machine brought too late may press it: it is shown once more. */
      g_assert_cmpuint (tries++, <, 10);
      reconnects = 0;
      gtk_widget_set_visible (page, FALSE);
      shown = g_get_monotonic_time ();
      gtk_widget_set_visible (page, TRUE);
      gtk_widget_grab_focus (page);
      g_assert_true (gtk_root_get_focus (GTK_ROOT (window)) == get_child (page, "retry"));
      press_through (window, "Return");
    }
  while (g_get_monotonic_time () - shown >= TYPE_AHEAD);
  g_assert_cmpuint (reconnects, ==, 0);
  gw_test_wait_until (g_get_monotonic_time () - shown > TYPE_AHEAD + TYPE_AHEAD / 2);
  press_through (window, "Return");
  gw_test_wait_until (reconnects == 1);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* The tab */

typedef struct {
  GSettings *settings;
  GwCloudAccounts *accounts;
  GwLogin *login;
  GtkWidget *window;
  GwTab *tab;
  GtkWidget *box; /* weak */
  int silent; /* a socket whose port does not answer */
  int callers[4];
  guint port;
} Fixture;

static int
make_socket (struct sockaddr_in *address)
{
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  *address = (struct sockaddr_in) { .sin_family = AF_INET,
                                    .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  return fd;
}

/* Where as many wait as there is place for, the kernel drops what comes then. */
static void
open_silent_port (Fixture *fixture)
{
  struct sockaddr_in address;
  socklen_t length = sizeof address;

  fixture->silent = make_socket (&address);
  g_assert_cmpint (bind (fixture->silent, (struct sockaddr *) &address, length), ==, 0);
  g_assert_cmpint (listen (fixture->silent, 0), ==, 0);
  g_assert_cmpint (getsockname (fixture->silent, (struct sockaddr *) &address, &length), ==, 0);
  fixture->port = ntohs (address.sin_port);
  for (guint i = 0; i < G_N_ELEMENTS (fixture->callers); i++)
    {
      struct sockaddr_in unused;

      fixture->callers[i] = make_socket (&unused);
      (void) !connect (fixture->callers[i], (struct sockaddr *) &address, sizeof address);
    }
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GwConnection) connection = gw_connection_new (GW_CONNECTION_PUBLIC, "127.0.0.1");
  g_autoptr (GwInstance) instance = gw_instance_new ("i-1");
  GwEcsSource *source;

  fixture->settings = g_settings_new ("org.gangway.Gangway");
  fixture->accounts = g_object_new (GW_TYPE_CLOUD_ACCOUNTS, NULL);
  source = test_accounts_add (fixture->accounts, "Work");
  g_list_store_append (gw_source_get_store (GW_SOURCE (source)), instance);
  fixture->login = gw_login_new ();
  gw_login_set_instance (fixture->login, instance);
  gw_login_set_connection (fixture->login, connection);
  gw_login_set_user (fixture->login, "root");
  gw_login_set_connect_timeout (fixture->login, 1);
  open_silent_port (fixture);
}

static void
open_tab (Fixture         *fixture,
          GwCloudAccounts *accounts,
          guint            port)
{
  gw_login_set_port (fixture->login, port);
  fixture->tab = gw_tab_new (fixture->login, NULL, accounts, fixture->settings);
  fixture->window = present (GTK_WIDGET (fixture->tab));
}

static GtkWidget *
get_failure_page (Fixture *fixture)
{
  gw_test_wait_until (GW_IS_FAILURE_PAGE (adw_bin_get_child (fixture->tab->page_bin)));
  gw_test_wait_until (gtk_widget_get_mapped (adw_bin_get_child (fixture->tab->page_bin)));
  return adw_bin_get_child (fixture->tab->page_bin);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  GwTab *tab = fixture->tab;

  g_object_add_weak_pointer (G_OBJECT (tab), (gpointer *) &tab);
  gw_tab_close (fixture->tab);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  gw_test_wait_until (tab == NULL && fixture->box == NULL);
  for (guint i = 0; i < G_N_ELEMENTS (fixture->callers); i++)
    close (fixture->callers[i]);
  close (fixture->silent);
  g_object_unref (fixture->login);
  g_object_unref (fixture->accounts);
  g_object_unref (fixture->settings);
}

static void
test_silent (Fixture       *fixture,
             gconstpointer  data)
{
  GtkWidget *page;
  GtkWidget *box;

  open_tab (fixture, fixture->accounts, fixture->port);
  page = get_failure_page (fixture);
  g_assert_true (g_error_matches (gw_session_get_error (fixture->tab->session), GW_ERROR,
                                  GW_ERROR_TIMED_OUT));
  g_assert_true (gtk_widget_get_mapped (get_child (page, "browse")));
  box = gw_ui_find (page, GW_TYPE_REACH_BOX, NULL, NULL);
  g_assert_nonnull (box);
  g_assert_true (gtk_root_get_focus (GTK_ROOT (fixture->window)) == get_child (page, "retry"));
  /* A rule was added: once more. */
  g_signal_emit_by_name (box, "admitted");
  g_assert_true (GW_IS_PROGRESS_PAGE (adw_bin_get_child (fixture->tab->page_bin)));
  g_assert_cmpint (gw_tab_get_state (fixture->tab), <, GW_SESSION_STATE_CLOSED);
}

/* The tab is closed, by the end of the test, while its box still asks. */
static void
test_closed (Fixture       *fixture,
             gconstpointer  data)
{
  GtkWidget *page;

  open_tab (fixture, fixture->accounts, fixture->port);
  gw_test_wait_until (GW_IS_FAILURE_PAGE (adw_bin_get_child (fixture->tab->page_bin)));
  page = adw_bin_get_child (fixture->tab->page_bin);
  g_set_weak_pointer (&fixture->box, gw_ui_find (page, GW_TYPE_REACH_BOX, NULL, NULL));
  g_assert_nonnull (fixture->box);
  g_assert_true (gtk_spinner_get_spinning (GTK_SPINNER (get_child (fixture->box, "spinner"))));
}

/* A refusal proves that packets arrive. */
static void
test_refused (Fixture       *fixture,
              gconstpointer  data)
{
  GtkWidget *page;

  open_tab (fixture, fixture->accounts, 1);
  page = get_failure_page (fixture);
  g_assert_true (gtk_widget_get_mapped (get_child (page, "browse")));
  g_assert_null (gw_ui_find (page, GW_TYPE_REACH_BOX, NULL, NULL));
}

static void
test_no_account (Fixture       *fixture,
                 gconstpointer  data)
{
  GtkWidget *page;

  open_tab (fixture, NULL, fixture->port);
  page = get_failure_page (fixture);
  g_assert_false (gtk_widget_get_mapped (get_child (page, "browse")));
  g_assert_null (gw_ui_find (page, GW_TYPE_REACH_BOX, NULL, NULL));
}

#define ADD(name, function)                                                                       \
  g_test_add ("/tab-cloud/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  char *home = gw_test_home_new ();
  int result;

  /* Labels are looked at here; nobody else listens. */
  g_setenv ("GTK_A11Y", "test", TRUE);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/tab-cloud/steps", test_steps);
  g_test_add_func ("/tab-cloud/hidden-steps", test_hidden_steps);
  g_test_add_func ("/tab-cloud/statements", test_statements);
  g_test_add_func ("/tab-cloud/other-key", test_other);
  g_test_add_func ("/tab-cloud/changed-key", test_changed);
  g_test_add_func ("/tab-cloud/return", test_return);
  g_test_add_func ("/tab-cloud/failure", test_failure);
  g_test_add_func ("/tab-cloud/type-ahead", test_type_ahead);
  ADD ("silent", test_silent);
  ADD ("closed", test_closed);
  ADD ("refused", test_refused);
  ADD ("no-account", test_no_account);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
