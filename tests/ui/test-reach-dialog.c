/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "gw-cloud-error.h"
#include "gw-error.h"
#include "gw-field-errors.h"
#include "gw-key-test.h"
#include "gw-preferences-window.h"
#include "gw-reach-box.h"
#include "gw-reach-dialog-private.h"
#include "gw-test-accounts.h"
#include "gw-test-reach.h"
#include "gw-ui-test.h"

typedef struct {
  GwCloudAccounts *accounts;
  GwEcsSource     *source;
  GwInstance      *instance;
  GSettings       *settings;
  GtkWidget       *parent;
  GwReachDialog   *dialog;
  guint            n_admitted;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  const char *addresses[] = { "198.51.100.7", NULL };

  f->settings = g_settings_new ("org.gangway.Gangway");
  g_settings_reset (f->settings, "egress-address");
  g_settings_reset (f->settings, "address-service");
  f->accounts = g_object_new (GW_TYPE_CLOUD_ACCOUNTS, NULL);
  f->source = test_accounts_add (f->accounts, "Play");
  f->instance = gw_instance_new ("i-1");
  gw_instance_set_text (f->instance, GW_INSTANCE_NAME, "web-1");
  gw_instance_set_text (f->instance, GW_INSTANCE_REGION, "cn-hangzhou");
  gw_instance_set_network (f->instance, GW_NETWORK_VPC);
  gw_instance_set_addresses (f->instance, GW_ADDRESS_PUBLIC, addresses);
  g_list_store_append (gw_source_get_store (GW_SOURCE (f->source)), f->instance);
  f->parent = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (f->parent), 1024, 700);
  gtk_window_present (GTK_WINDOW (f->parent));
  test_reach_add_group ("sg-managed", "kube", TRUE);
  test_reach_add_group ("sg-1", "default", FALSE);
  test_reach_add_group ("sg-2", "", FALSE);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  gtk_window_destroy (GTK_WINDOW (f->parent));
  gw_test_wait_until (f->dialog == NULL);
  test_reach_clear ();
  g_object_unref (f->settings);
  g_assert_finalize_object (f->accounts);
  g_object_unref (f->instance);
}

static void
on_admitted (Fixture *f)
{
  f->n_admitted++;
}

static void
open_dialog (Fixture    *f,
             const char *mine)
{
  g_autoptr (GwConnection) connection = gw_connection_new (GW_CONNECTION_PUBLIC, "198.51.100.7");
  g_autoptr (GError) error = NULL;

  if (mine != NULL)
    {
      gw_my_address_remember (f->settings, mine, GW_MY_ADDRESS_TYPED,
                              g_get_real_time () / G_USEC_PER_SEC, &error);
      g_assert_no_error (error);
    }
  g_set_weak_pointer (&f->dialog, gw_reach_dialog_new (GTK_WINDOW (f->parent), f->accounts,
                                                       f->settings, f->instance, connection, 22));
  g_signal_connect_swapped (f->dialog, "admitted", G_CALLBACK (on_admitted), f);
  gtk_window_present (GTK_WINDOW (f->dialog));
  gw_test_wait_until (gtk_widget_get_mapped (GTK_WIDGET (f->dialog)));
}

static void
open_answered (Fixture    *f,
               const char *mine)
{
  open_dialog (f, mine);
  test_reach_answer (NULL);
  gw_ui_frames (GTK_WIDGET (f->dialog), 2);
}

static void
type (AdwEntryRow *row,
      const char  *text)
{
  gtk_editable_set_text (GTK_EDITABLE (row), text);
}

static void
press_add (Fixture *f)
{
  gtk_widget_activate_action (GTK_WIDGET (f->dialog), "reach.add", NULL);
}

static const char *
get_sent (Fixture    *f,
          const char *name)
{
  for (guint i = 0; reach_test.admitted[i] != NULL; i += 2)
    if (g_str_equal (reach_test.admitted[i], name))
      return reach_test.admitted[i + 1];
  return NULL;
}

/* What is shown is what is sent, and it is sent by Add Rule only. */
static void
test_add (Fixture       *f,
          gconstpointer  unused)
{
  g_autoptr (GString) shown = g_string_new ("AuthorizeSecurityGroup");

  open_answered (f, "203.0.113.9");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (f->dialog->address_row)), ==,
                   "203.0.113.9/32");
  g_assert_nonnull (strstr (gtk_label_get_text (f->dialog->origin_label), "203.0.113.9, "));
  g_assert_cmpstr (gtk_label_get_text (f->dialog->summary), ==,
                   "No rule of the 3 security groups admits TCP port 22 from 203.0.113.9.");
  g_assert_cmpuint (g_list_model_get_n_items (adw_combo_row_get_model (f->dialog->group_row)), ==,
                    2);
  g_assert_null (reach_test.admitted);
  /* Enter, in the field that has the focus. */
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (f->dialog)),
                                         GTK_WIDGET (f->dialog->address_row)));
  gtk_widget_activate_default (GTK_WIDGET (f->dialog->address_row));
  gw_test_wait_until (reach_test.admitted != NULL);
  for (guint i = 0; reach_test.admitted[i] != NULL; i += 2)
    g_string_append_printf (shown, "\n%s = %s", reach_test.admitted[i],
                            reach_test.admitted[i + 1]);
  g_assert_cmpstr (gtk_label_get_text (f->dialog->sent_label), ==, shown->str);
  g_assert_cmpstr (get_sent (f, "SecurityGroupId"), ==, "sg-1");
  g_assert_cmpstr (get_sent (f, "RegionId"), ==, "cn-hangzhou");
  g_assert_nonnull (gw_ui_find (GTK_WIDGET (f->dialog), GTK_TYPE_LABEL, "label",
                                "Waiting for the rule…"));
  test_reach_answer (NULL);
  gw_test_wait_until (f->dialog == NULL);
  g_assert_cmpuint (f->n_admitted, ==, 1);
}

static void
test_live (Fixture       *f,
           gconstpointer  unused)
{
  open_answered (f, NULL);
  g_assert_cmpstr (gtk_label_get_text (f->dialog->summary), ==,
                   "No rule of the 3 security groups admits TCP port 22 from anywhere.");
  g_assert_null (f->dialog->parameters);
  g_assert_nonnull (strstr (gtk_label_get_text (f->dialog->origin_label), "Not known"));
  type (f->dialog->address_row, " 203.0.113.0/24 ");
  type (f->dialog->port_row, "2222");
  type (f->dialog->description_row, "mine <b>");
  adw_combo_row_set_selected (f->dialog->group_row, 1);
  g_assert_cmpstr (gtk_label_get_text (f->dialog->summary), ==,
                   "No rule of the 3 security groups admits TCP port 2222 from 203.0.113.0/24.");
  press_add (f);
  g_assert_cmpstr (get_sent (f, "SecurityGroupId"), ==, "sg-2");
  g_assert_cmpstr (get_sent (f, "Permissions.1.PortRange"), ==, "2222/2222");
  g_assert_cmpstr (get_sent (f, "Permissions.1.SourceCidrIp"), ==, "203.0.113.0/24");
  g_assert_cmpstr (get_sent (f, "Permissions.1.Description"), ==, "mine <b>");
}

/* Each is refused in words at its field, and nothing is sent. */
static void
test_bad_input (Fixture       *f,
                gconstpointer  unused)
{
  static const char *const addresses[] = {
    "", "x", "203.0.113.9/33", "203.0.113.9/24", "10.0.0.1", "192.168.1.0/24", "100.64.0.1",
    "169.254.1.1", "127.0.0.1", "fe80::1", "2001:4860::1", "example.com", "203.0.113.9 203.0.113.8",
    "203.0.113.9; reboot",
  };
  static const char *const ports[] = { "", "0", "65536", "ssh", "22 23", "-1" };
  g_autofree char *long_text = g_strnfill (513, 'x');

  open_answered (f, "203.0.113.9");
  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_test_message ("address “%s”", addresses[i]);
      type (f->dialog->address_row, addresses[i]);
      press_add (f);
      g_assert_nonnull (gw_field_error_get (GTK_WIDGET (f->dialog->address_row)));
      g_assert_null (reach_test.admitted);
    }
  type (f->dialog->address_row, "203.0.113.9");
  g_assert_null (gw_field_error_get (GTK_WIDGET (f->dialog->address_row)));
  /* Where it is from is still said of it. */
  g_assert_true (gtk_test_accessible_has_relation (GTK_ACCESSIBLE (f->dialog->address_row),
                                                   GTK_ACCESSIBLE_RELATION_DESCRIBED_BY));
  for (guint i = 0; i < G_N_ELEMENTS (ports); i++)
    {
      type (f->dialog->port_row, ports[i]);
      press_add (f);
      g_assert_nonnull (gw_field_error_get (GTK_WIDGET (f->dialog->port_row)));
      g_assert_null (reach_test.admitted);
    }
  type (f->dialog->port_row, "22");
  type (f->dialog->description_row, "  ");
  press_add (f);
  g_assert_nonnull (gw_field_error_get (GTK_WIDGET (f->dialog->description_row)));
  type (f->dialog->description_row, long_text);
  press_add (f);
  g_assert_nonnull (gw_field_error_get (GTK_WIDGET (f->dialog->description_row)));
  g_assert_null (reach_test.admitted);
  type (f->dialog->description_row, "x");
  press_add (f);
  g_assert_nonnull (reach_test.admitted);
}

/* What would be refused when Add Rule is pressed is said at once, but of nothing half typed. */
static void
test_objection (Fixture       *f,
                gconstpointer  unused)
{
  static const char *const refused[] = { "10.0.0.1", "192.168.1.0/24", "100.64.0.1", "169.254.1.1",
                                         "127.0.0.1", "224.0.0.1", "2001:4860::1", "::1" };
  static const char *const half_typed[] = { "", "10.", "10.0.0", "fe80", "203.0.113.9/" };

  open_answered (f, "203.0.113.9");
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_test_message ("address “%s”", refused[i]);
      type (f->dialog->address_row, refused[i]);
      g_assert_nonnull (gw_field_error_get (GTK_WIDGET (f->dialog->address_row)));
      g_assert_null (f->dialog->parameters);
      g_assert_true (g_str_has_prefix (gtk_label_get_text (f->dialog->sent_label), "Nothing: "));
      g_assert_true (g_str_has_prefix (gtk_label_get_text (f->dialog->sentence), "Nothing: "));
    }
  for (guint i = 0; i < G_N_ELEMENTS (half_typed); i++)
    {
      type (f->dialog->address_row, half_typed[i]);
      g_assert_null (gw_field_error_get (GTK_WIDGET (f->dialog->address_row)));
      g_assert_null (f->dialog->parameters);
    }
  type (f->dialog->address_row, "203.0.113.9");
  g_assert_null (gw_field_error_get (GTK_WIDGET (f->dialog->address_row)));
  g_assert_nonnull (f->dialog->parameters);
}

/* Group, port, address and policy are seen when the dialog opens, without scrolling. */
static void
test_sentence (Fixture       *f,
               gconstpointer  unused)
{
  graphene_rect_t bounds;

  open_answered (f, "203.0.113.9");
  g_assert_cmpstr (gtk_label_get_text (f->dialog->sentence), ==,
                   "Accept TCP 22 from 203.0.113.9/32 into default (sg-1)");
  g_assert_true (gtk_widget_get_mapped (f->dialog->sentence_row));
  g_assert_true (gtk_widget_compute_bounds (GTK_WIDGET (f->dialog->sentence),
                                            GTK_WIDGET (f->dialog->scrolled), &bounds));
  g_assert_cmpfloat (bounds.origin.y + bounds.size.height, <=, 400);
  type (f->dialog->address_row, "203.0.113.0/24");
  type (f->dialog->port_row, "2222");
  adw_combo_row_set_selected (f->dialog->group_row, 1);
  g_assert_cmpstr (gtk_label_get_text (f->dialog->sentence), ==,
                   "Accept TCP 2222 from 203.0.113.0/24 into sg-2");
}

static void
test_everybody (Fixture       *f,
                gconstpointer  unused)
{
  open_answered (f, NULL);
  type (f->dialog->address_row, "8.0.0.0/8");
  g_assert_true (gtk_widget_get_visible (f->dialog->wide_row));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (f->dialog->everybody_row)));
  type (f->dialog->address_row, "0.0.0.0/0");
  g_assert_false (gtk_widget_get_visible (f->dialog->wide_row));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (f->dialog->everybody_row)));
  press_add (f);
  g_assert_nonnull (gw_field_error_get (GTK_WIDGET (f->dialog->everybody_row)));
  g_assert_null (reach_test.admitted);
  /* Consent to the one is none to the next. */
  gtk_check_button_set_active (f->dialog->everybody_check, TRUE);
  type (f->dialog->address_row, "203.0.113.9");
  type (f->dialog->address_row, "0.0.0.0/0");
  press_add (f);
  g_assert_null (reach_test.admitted);
  gtk_check_button_set_active (f->dialog->everybody_check, TRUE);
  press_add (f);
  g_assert_cmpstr (get_sent (f, "Permissions.1.SourceCidrIp"), ==, "0.0.0.0/0");
}

/* A rule for some addresses is no dead end for one who wants more, or all. */
static void
test_everybody_beside_rule (Fixture       *f,
                            gconstpointer  unused)
{
  test_reach_add_rule ("10.0.0.0/8", FALSE, 1);
  open_answered (f, NULL);
  type (f->dialog->address_row, "0.0.0.0/0");
  g_assert_nonnull (strstr (gtk_label_get_text (f->dialog->summary), "a part of 0.0.0.0/0 only"));
  gtk_check_button_set_active (f->dialog->everybody_check, TRUE);
  press_add (f);
  g_assert_cmpstr (get_sent (f, "Permissions.1.SourceCidrIp"), ==, "0.0.0.0/0");
}

static void
test_huge (Fixture       *f,
           gconstpointer  unused)
{
  static const char *const ranges[] = { "128.0.0.0/1", "8.0.0.0/7" };

  open_answered (f, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (ranges); i++)
    {
      type (f->dialog->address_row, ranges[i]);
      g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (
                         f->dialog->everybody_row)), ==, "Let a Large Part of the Internet In");
      g_assert_false (gtk_widget_get_visible (f->dialog->wide_row));
      press_add (f);
      g_assert_nonnull (gw_field_error_get (GTK_WIDGET (f->dialog->everybody_row)));
      g_assert_null (reach_test.admitted);
    }
  type (f->dialog->address_row, "2000::/3");
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (f->dialog->everybody_row)));
  type (f->dialog->address_row, "2a01::/16");
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (f->dialog->everybody_row)));
  type (f->dialog->address_row, "0.0.0.0/0");
  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (f->dialog->everybody_row)),
                   ==, "Let Everybody In");
  /* Consent is for this port of this group. */
  gtk_check_button_set_active (f->dialog->everybody_check, TRUE);
  type (f->dialog->port_row, "23");
  g_assert_false (gtk_check_button_get_active (f->dialog->everybody_check));
  gtk_check_button_set_active (f->dialog->everybody_check, TRUE);
  adw_combo_row_set_selected (f->dialog->group_row, 1);
  g_assert_false (gtk_check_button_get_active (f->dialog->everybody_check));
  gtk_check_button_set_active (f->dialog->everybody_check, TRUE);
  type (f->dialog->description_row, "for all");
  g_assert_true (gtk_check_button_get_active (f->dialog->everybody_check));
}

/* An address is kept when it is used, not when it is typed beside something wrong. */
static void
test_remember (Fixture       *f,
               gconstpointer  unused)
{
  g_autofree char *before = NULL, *after = NULL;

  open_answered (f, NULL);
  type (f->dialog->address_row, "203.0.113.9");
  type (f->dialog->description_row, "https:// http://");
  g_assert_null (f->dialog->parameters);
  press_add (f);
  g_assert_nonnull (gw_field_error_get (GTK_WIDGET (f->dialog->description_row)));
  g_assert_null (reach_test.admitted);
  before = g_settings_get_string (f->settings, "egress-address");
  g_assert_cmpstr (before, ==, "");
  type (f->dialog->description_row, "mine");
  press_add (f);
  after = g_settings_get_string (f->settings, "egress-address");
  g_assert_cmpstr (after, ==, "203.0.113.9");
  g_assert_nonnull (strstr (gtk_label_get_text (f->dialog->origin_label),
                            "203.0.113.9, as typed"));
}

static GError *
make_denied (void)
{
  GwCloudErrorDetails details = { .code = (char *) "Forbidden.RAM",
                                  .request_id = (char *) "11111111-2222",
                                  .action = (char *) "ecs:AuthorizeSecurityGroup",
                                  .region = (char *) "cn-hangzhou" };

  return gw_cloud_error_new (GW_CLOUD_ERROR_DENIED, &details, "Refused.");
}

static void
on_text (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  *(char **) user_data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
}

/* The dialog stays, and the repeat is the same call. */
static void
test_denied (Fixture       *f,
             gconstpointer  unused)
{
  g_autofree char *token = NULL, *copied = NULL;

  open_answered (f, "203.0.113.9");
  press_add (f);
  token = g_strdup (get_sent (f, "ClientToken"));
  test_reach_answer (make_denied ());
  gw_ui_frames (GTK_WIDGET (f->dialog), 2);
  gw_ui_click (GTK_WIDGET (f->dialog), "Copy Request for Administrator");
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (f->dialog)), NULL, on_text,
                                 &copied);
  gw_test_wait_until (copied != NULL);
  g_assert_nonnull (strstr (copied, "ecs:AuthorizeSecurityGroup"));
  g_assert_nonnull (gw_ui_find (GTK_WIDGET (f->dialog), GTK_TYPE_BUTTON, "label", "Copied"));
  press_add (f);
  g_assert_cmpstr (get_sent (f, "ClientToken"), ==, token);
  test_reach_answer (g_error_new (GW_CLOUD_ERROR, GW_CLOUD_ERROR_TIMED_OUT, "Too late."));
  g_assert_cmpstr (gtk_label_get_text (f->dialog->message), ==, "Too late.");
  g_assert_false (gtk_widget_get_visible (f->dialog->request_button));
  g_assert_cmpuint (f->n_admitted, ==, 0);
}

static void
test_cancel (Fixture       *f,
             gconstpointer  unused)
{
  open_answered (f, "203.0.113.9");
  press_add (f);
  g_assert_true (gw_test_press (GTK_WIDGET (f->dialog), "Escape"));
  g_assert_true (test_reach_is_cancelled ());
  g_assert_nonnull (strstr (gtk_label_get_text (f->dialog->message), "may be there"));
  /* It stays true while something else is typed, until the next rule. */
  type (f->dialog->port_row, "23");
  g_assert_nonnull (strstr (gtk_label_get_text (f->dialog->message), "may be there"));
  press_add (f);
  g_assert_null (strstr (gtk_label_get_text (f->dialog->message), "may be there"));
  gtk_window_close (GTK_WINDOW (f->dialog));
  g_assert_true (test_reach_is_cancelled ());
  g_assert_nonnull (strstr (gtk_label_get_text (f->dialog->message), "may be there"));
  g_assert_true (gw_test_press (GTK_WIDGET (f->dialog), "Escape"));
  gw_test_wait_until (f->dialog == NULL);
  g_assert_cmpuint (f->n_admitted, ==, 0);
}

static void
test_closed_while_looking (Fixture       *f,
                           gconstpointer  unused)
{
  open_dialog (f, NULL);
  g_assert_nonnull (gw_ui_find (GTK_WIDGET (f->dialog), GTK_TYPE_LABEL, "label",
                                "Looking at the security groups…"));
  press_add (f);
  g_assert_null (reach_test.admitted);
  gw_test_press (GTK_WIDGET (f->dialog), "Escape");
  gw_test_wait_until (f->dialog == NULL);
  g_assert_true (test_reach_is_cancelled ());
}

static void
test_failed (Fixture       *f,
             gconstpointer  unused)
{
  open_dialog (f, "203.0.113.9");
  test_reach_answer (g_error_new (GW_CLOUD_ERROR, GW_CLOUD_ERROR_NETWORK, "Not reached."));
  g_assert_cmpstr (gtk_label_get_text (f->dialog->message), ==, "Not reached.");
  press_add (f);
  g_assert_null (reach_test.admitted);
  gw_ui_frames (GTK_WIDGET (f->dialog), 2);
  gw_ui_click (GTK_WIDGET (f->dialog), "Try Again");
  g_assert_cmpuint (reach_test.n_finds, ==, 2);
  test_reach_answer (NULL);
  g_assert_cmpstr (gtk_label_get_text (f->dialog->summary), ==,
                   "No rule of the 3 security groups admits TCP port 22 from 203.0.113.9.");
  g_assert_false (gtk_widget_get_visible (f->dialog->bar));
}

/* A rule would not help. */
static void
test_no_rule (Fixture       *f,
              gconstpointer  unused)
{
  test_reach_add_rule ("203.0.113.9/32", FALSE, 1);
  open_answered (f, "203.0.113.9");
  press_add (f);
  g_assert_null (reach_test.admitted);
  type (f->dialog->address_row, "203.0.113.8");
  g_assert_nonnull (gw_ui_find (GTK_WIDGET (f->dialog), GTK_TYPE_BUTTON, "label", "Cancel"));
  type (f->dialog->address_row, "203.0.113.9");
  press_add (f);
  g_assert_null (reach_test.admitted);
  gw_ui_click (GTK_WIDGET (f->dialog), "Close");
  gw_test_wait_until (f->dialog == NULL);
}

/* Of a private connection: the route's own address, and nobody is asked. */
static void
test_private (Fixture       *f,
              gconstpointer  unused)
{
  g_autoptr (GwConnection) connection = gw_connection_new (GW_CONNECTION_PRIVATE, "127.0.0.2");
  g_autofree char *known = NULL;

  g_set_weak_pointer (&f->dialog, gw_reach_dialog_new (GTK_WINDOW (f->parent), f->accounts,
                                                       f->settings, f->instance, connection, 22));
  gtk_window_present (GTK_WINDOW (f->dialog));
  gw_test_wait_until (gtk_widget_get_mapped (GTK_WIDGET (f->dialog)));
  test_reach_answer (NULL);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (f->dialog->address_row)), ==,
                   "127.0.0.1/32");
  g_assert_false (gtk_widget_get_visible (f->dialog->ask_button));
  type (f->dialog->address_row, "10.1.2.3");
  press_add (f);
  g_assert_cmpstr (get_sent (f, "Permissions.1.SourceCidrIp"), ==, "10.1.2.3/32");
  /* It says nothing of public ones. */
  known = g_settings_get_string (f->settings, "egress-address");
  g_assert_cmpstr (known, ==, "");
}

/* A service on loopback that answers every request with @answer. */
typedef struct {
  GSocketService *service;
  char           *uri;
  const char     *answer;
  guint           n_asked;
} Service;

static void
on_answered (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GSocketConnection) connection = user_data;

  g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL);
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
}

static void
on_request (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  GSocketConnection *connection = user_data;
  const char *answer = g_object_get_data (G_OBJECT (connection), "answer");
  g_autoptr (GBytes) request
    = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);

  g_output_stream_write_all_async (g_io_stream_get_output_stream (G_IO_STREAM (connection)),
                                   answer, strlen (answer), G_PRIORITY_DEFAULT, NULL, on_answered,
                                   connection);
}

static gboolean
on_incoming (GSocketService    *service,
             GSocketConnection *connection,
             GObject           *source,
             Service           *self)
{
  self->n_asked++;
  g_object_set_data (G_OBJECT (connection), "answer", (gpointer) self->answer);
  g_input_stream_read_bytes_async (g_io_stream_get_input_stream (G_IO_STREAM (connection)), 4096,
                                   G_PRIORITY_DEFAULT, NULL, on_request,
                                   g_object_ref (connection));
  return TRUE;
}

static void
service_start (Service    *self,
               const char *answer)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  self->service = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), any, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  self->uri = g_strdup_printf ("http://127.0.0.1:%u/ip",
                               g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
  self->answer = answer;
  g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);
}

static void
service_end (Service *self)
{
  g_socket_service_stop (self->service);
  g_object_unref (self->service);
  g_free (self->uri);
}

/* Nobody is asked before the person has named and asked the service; then it is remembered. */
static void
test_service (Fixture       *f,
              gconstpointer  unused)
{
  Service service = { 0 };
  g_autofree char *kept = NULL;

  service_start (&service, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 11\r\n\r\n"
                           "203.0.113.5");
  open_answered (f, NULL);
  gw_ui_click (GTK_WIDGET (f->dialog), "Ask Service…");
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (f->dialog->service_row)));
  gw_ui_frames (GTK_WIDGET (f->dialog), 2);
  gw_ui_click (GTK_WIDGET (f->dialog), "Ask");
  g_assert_nonnull (gw_field_error_get (GTK_WIDGET (f->dialog->service_row)));
  type (f->dialog->service_row, "http://example.com/");
  gw_ui_click (GTK_WIDGET (f->dialog), "Ask");
  g_assert_nonnull (gw_field_error_get (GTK_WIDGET (f->dialog->service_row)));
  kept = g_settings_get_string (f->settings, "address-service");
  g_assert_cmpstr (kept, ==, "");
  g_assert_cmpuint (service.n_asked, ==, 0);
  type (f->dialog->service_row, service.uri);
  /* By the keyboard. */
  g_signal_emit_by_name (f->dialog->service_row, "entry-activated");
  gw_test_wait_until (f->dialog->state == GW_REACH_DIALOG_READY);
  g_assert_cmpuint (service.n_asked, ==, 1);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (f->dialog->address_row)), ==,
                   "203.0.113.5/32");
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (f->dialog->service_row)));
  g_assert_nonnull (strstr (gtk_label_get_text (f->dialog->origin_label), "127.0.0.1"));
  g_assert_cmpstr (gtk_label_get_text (f->dialog->summary), ==,
                   "No rule of the 3 security groups admits TCP port 22 from 203.0.113.5.");
  /* The next time one press is enough. */
  gw_ui_click (GTK_WIDGET (f->dialog), "Ask Service");
  gw_test_wait_until (f->dialog->state == GW_REACH_DIALOG_READY);
  g_assert_cmpuint (service.n_asked, ==, 2);
  service_end (&service);
}

/* By IPv6 the world sees another address than the instance, which is reached by IPv4. */
static void
test_other_family (Fixture       *f,
                   gconstpointer  unused)
{
  Service service = { 0 };
  g_autofree char *kept = NULL;

  service_start (&service, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 11\r\n\r\n"
                           "2001:db8::5");
  g_settings_set_string (f->settings, "address-service", service.uri);
  open_answered (f, NULL);
  gw_ui_click (GTK_WIDGET (f->dialog), "Ask Service");
  gw_test_wait_until (f->dialog->state == GW_REACH_DIALOG_READY);
  g_assert_cmpuint (service.n_asked, ==, 1);
  g_assert_nonnull (strstr (gtk_label_get_text (f->dialog->message), "asked by IPv6"));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (f->dialog->address_row)), ==, "");
  kept = g_settings_get_string (f->settings, "egress-address");
  g_assert_cmpstr (kept, ==, "");
  service_end (&service);
}

/* What does not answer, or not with an address, is said; the service can be corrected. */
static void
test_bad_service (Fixture       *f,
                  gconstpointer  unused)
{
  Service service = { 0 };

  service_start (&service, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\n<b>");
  g_settings_set_string (f->settings, "address-service", service.uri);
  open_answered (f, NULL);
  gw_ui_click (GTK_WIDGET (f->dialog), "Ask Service");
  gw_test_wait_until (f->dialog->state == GW_REACH_DIALOG_READY);
  g_assert_cmpuint (strlen (gtk_label_get_text (f->dialog->message)), >, 0);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (f->dialog->address_row)), ==, "");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (f->dialog->service_row)), ==, service.uri);
  /* Given up in the middle. */
  gw_ui_frames (GTK_WIDGET (f->dialog), 2);
  gw_ui_click (GTK_WIDGET (f->dialog), "Ask");
  g_assert_cmpint (f->dialog->state, ==, GW_REACH_DIALOG_ASKING);
  gw_test_press (GTK_WIDGET (f->dialog), "Escape");
  g_assert_cmpint (f->dialog->state, ==, GW_REACH_DIALOG_READY);
  service_end (&service);
}

static GtkWidget *
open_box (Fixture *f)
{
  g_autoptr (GwConnection) connection = gw_connection_new (GW_CONNECTION_PUBLIC, "198.51.100.7");
  GtkWidget *box = gw_reach_box_new (f->accounts, f->settings, f->instance, connection, 22);

  gtk_window_set_child (GTK_WINDOW (f->parent), box);
  g_signal_connect_swapped (box, "admitted", G_CALLBACK (on_admitted), f);
  gw_test_wait_until (gtk_widget_get_mapped (box));
  return box;
}

static void
test_box (Fixture       *f,
          gconstpointer  unused)
{
  GtkWidget *box = open_box (f);

  g_assert_nonnull (gw_ui_find (box, GTK_TYPE_LABEL, "label", "Looking at the security groups…"));
  test_reach_answer (NULL);
  g_assert_nonnull (gw_ui_find (box, GTK_TYPE_LABEL, "label",
                                "No rule of the 3 security groups admits TCP port 22 from "
                                "anywhere."));
  gw_ui_click (box, "Security Groups…");
  gw_test_wait_until (gw_ui_find_window (GW_TYPE_REACH_DIALOG, NULL) != NULL);
  g_set_weak_pointer (&f->dialog,
                      GW_REACH_DIALOG (gw_ui_find_window (GW_TYPE_REACH_DIALOG, NULL)));
  test_reach_answer (NULL);
  type (f->dialog->address_row, "203.0.113.9");
  press_add (f);
  test_reach_answer (NULL);
  g_assert_cmpuint (f->n_admitted, ==, 1);
  gw_test_wait_until (f->dialog == NULL);
}

/* The address may be known afterwards, even where no rule was added. */
static void
test_box_again (Fixture       *f,
                gconstpointer  unused)
{
  GtkWidget *box = open_box (f);

  test_reach_answer (make_denied ());
  gw_ui_frames (f->parent, 2);
  gw_ui_click (box, "Copy Request for Administrator");
  g_assert_nonnull (gw_ui_find (box, GTK_TYPE_BUTTON, "label", "Copied"));
  gw_ui_click (box, "Security Groups…");
  gw_test_wait_until (gw_ui_find_window (GW_TYPE_REACH_DIALOG, NULL) != NULL);
  g_set_weak_pointer (&f->dialog,
                      GW_REACH_DIALOG (gw_ui_find_window (GW_TYPE_REACH_DIALOG, NULL)));
  test_reach_answer (NULL);
  g_settings_set_string (f->settings, "egress-address", "203.0.113.9");
  gtk_window_close (GTK_WINDOW (f->dialog));
  gw_test_wait_until (f->dialog == NULL);
  g_assert_cmpuint (reach_test.n_finds, ==, 3);
  test_reach_answer (NULL);
  g_assert_nonnull (gw_ui_find (box, GTK_TYPE_LABEL, "label",
                                "No rule of the 3 security groups admits TCP port 22 from "
                                "203.0.113.9."));
  g_assert_null (gw_ui_find (box, GTK_TYPE_BUTTON, "label", "Copied"));
}

static void
test_box_errors (Fixture       *f,
                 gconstpointer  unused)
{
  GtkWidget *box = open_box (f);

  test_reach_answer (g_error_new (GW_CLOUD_ERROR, GW_CLOUD_ERROR_NETWORK, "Not reached."));
  g_assert_nonnull (gw_ui_find (box, GTK_TYPE_LABEL, "label", "Not reached."));
  g_assert_nonnull (gw_ui_find (box, GTK_TYPE_BUTTON, "label", "Security Groups…"));
  box = open_box (f);
  test_reach_answer (g_error_new (GW_ERROR, GW_ERROR_NOT_OF_ACCOUNT, "Nobody’s."));
  g_assert_nonnull (gw_ui_find (box, GTK_TYPE_LABEL, "label", "Nobody’s."));
  g_assert_null (gw_ui_find (box, GTK_TYPE_BUTTON, "label", "Security Groups…"));
  /* Gone in the middle. */
  open_box (f);
  gtk_window_set_child (GTK_WINDOW (f->parent), NULL);
  g_assert_true (test_reach_is_cancelled ());
}

static void
test_preferences (Fixture       *f,
                  gconstpointer  unused)
{
  GtkWindow *window = gw_preferences_window_new (GTK_WINDOW (f->parent), f->settings);
  GtkWidget *row;
  g_autofree char *kept = NULL, *cleared = NULL;

  gtk_window_present (window);
  gw_test_wait_until (gtk_widget_get_mapped (GTK_WIDGET (window)));
  row = gw_ui_find (GTK_WIDGET (window), ADW_TYPE_ENTRY_ROW, "title", "Address Service");
  g_assert_nonnull (row);
  type (ADW_ENTRY_ROW (row), "ftp://example.com/");
  g_signal_emit_by_name (row, "apply");
  g_assert_nonnull (gw_field_error_get (row));
  type (ADW_ENTRY_ROW (row), " https://ip.example.org/ ");
  g_assert_null (gw_field_error_get (row));
  g_signal_emit_by_name (row, "apply");
  kept = g_settings_get_string (f->settings, "address-service");
  g_assert_cmpstr (kept, ==, "https://ip.example.org/");
  type (ADW_ENTRY_ROW (row), "");
  g_signal_emit_by_name (row, "apply");
  cleared = g_settings_get_string (f->settings, "address-service");
  g_assert_cmpstr (cleared, ==, "");
  gtk_window_destroy (window);
}

#define ADD(name, function)                                                                       \
  g_test_add ("/reach-dialog/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  char *home = gw_test_home_new ();
  int status;

  /* What screen readers would be told is looked at. */
  g_setenv ("GTK_A11Y", "test", TRUE);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  ADD ("add", test_add);
  ADD ("live", test_live);
  ADD ("bad-input", test_bad_input);
  ADD ("objection", test_objection);
  ADD ("sentence", test_sentence);
  ADD ("everybody", test_everybody);
  ADD ("everybody/beside-rule", test_everybody_beside_rule);
  ADD ("huge", test_huge);
  ADD ("remember", test_remember);
  ADD ("denied", test_denied);
  ADD ("cancel", test_cancel);
  ADD ("closed-while-looking", test_closed_while_looking);
  ADD ("failed", test_failed);
  ADD ("no-rule", test_no_rule);
  ADD ("private", test_private);
  ADD ("service", test_service);
  ADD ("other-family", test_other_family);
  ADD ("bad-service", test_bad_service);
  ADD ("box", test_box);
  ADD ("box/again", test_box_again);
  ADD ("box/errors", test_box_errors);
  ADD ("preferences", test_preferences);
  status = g_test_run ();
  gw_test_home_free (home);
  return status;
}
