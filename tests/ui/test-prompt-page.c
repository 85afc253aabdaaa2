/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages of questions, with prompts that no engine waits for. */

#include <string.h>

#include <adwaita.h>

#include "gw-diagnosis.h"
#include "gw-failure-page.h"
#include "gw-host-key-page.h"
#include "gw-paste-guard.h"
#include "gw-progress-page.h"
#include "gw-prompt-page.h"
#include "gw-prompt-private.h"
#include "gw-test.h"

#define BLOB "AAAAC3NzaC1lZDI1NTE5AAAAIAbcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"

/* Every widget of @type below @root, in order; hidden ones not. */
static void
collect (GtkWidget *root,
         GType      type,
         GPtrArray *found)
{
  if (!gtk_widget_get_visible (root))
    return;
  if (g_type_is_a (G_OBJECT_TYPE (root), type))
    g_ptr_array_add (found, root);
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    collect (child, type, found);
}

static GPtrArray *
find_all (GtkWidget *root,
          GType      type)
{
  GPtrArray *found = g_ptr_array_new ();

  collect (root, type, found);
  return found;
}

/* @label with its mnemonic, as in the template. */
static GtkWidget *
find_button (GtkWidget  *root,
             const char *label)
{
  g_autoptr (GPtrArray) buttons = find_all (root, GTK_TYPE_BUTTON);

  for (guint i = 0; i < buttons->len; i++)
    if (g_strcmp0 (gtk_button_get_label (g_ptr_array_index (buttons, i)), label) == 0)
      return g_ptr_array_index (buttons, i);
  return NULL;
}

static gboolean
has_text (GtkWidget  *root,
          const char *text)
{
  g_autoptr (GPtrArray) labels = find_all (root, GTK_TYPE_LABEL);

  for (guint i = 0; i < labels->len; i++)
    if (strstr (gtk_label_get_label (g_ptr_array_index (labels, i)), text) != NULL)
      return TRUE;
  return FALSE;
}

static GtkWidget *
present (GtkWidget *page)
{
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), 600, 500);
  gtk_window_set_child (GTK_WINDOW (window), page);
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);
  gtk_widget_grab_focus (page);
  return window;
}

static void
on_answered (GwPrompt *prompt,
             guint    *count)
{
  (*count)++;
}

static GVariant *
host_key (const char *verdict,
          gboolean    authority)
{
  GVariantBuilder builder;
  GVariantBuilder stored;

  g_variant_builder_init (&stored, G_VARIANT_TYPE ("a(sss)"));
  if (g_str_equal (verdict, "changed"))
    g_variant_builder_add (&stored, "(sss)", "ssh-rsa", "SHA256:old",
                           "/home/me/.ssh/known_hosts:12");
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", "host", g_variant_new_string ("nas.local"));
  g_variant_builder_add (&builder, "{sv}", "port", g_variant_new_uint32 (2222));
  g_variant_builder_add (&builder, "{sv}", "type", g_variant_new_string ("ssh-ed25519"));
  g_variant_builder_add (&builder, "{sv}", "fingerprint", g_variant_new_string ("SHA256:new"));
  g_variant_builder_add (&builder, "{sv}", "public-key", g_variant_new_string (BLOB));
  g_variant_builder_add (&builder, "{sv}", "verdict", g_variant_new_string (verdict));
  g_variant_builder_add (&builder, "{sv}", "stored", g_variant_builder_end (&stored));
  g_variant_builder_add (&builder, "{sv}", "certificate-authority",
                         g_variant_new_boolean (authority));
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static void
test_unknown (void)
{
  g_autoptr (GVariant) key = host_key ("unknown", TRUE);
  g_autoptr (GwPrompt) prompt = gw_prompt_new_host_key (NULL, key);
  GtkWidget *page = gw_host_key_page_new (prompt);
  GtkWidget *window = present (page);
  g_autofree char *hosts = g_build_filename (g_get_home_dir (), ".ssh", "known_hosts", NULL);
  g_autofree char *written = NULL;
  guint answered = 0;

  g_signal_connect (prompt, "answered", G_CALLBACK (on_answered), &answered);
  g_assert_true (has_text (page, "nas.local"));
  g_assert_true (has_text (page, "2222"));
  g_assert_true (has_text (page, "ED25519"));
  g_assert_true (has_text (page, gw_prompt_get_fingerprint (prompt)));
  g_assert_true (has_text (page, "certificate authority"));
  g_assert_null (find_button (page, "Replace Host Key"));
  /* No key alone accepts: the focus is on no button. */
  g_assert_true (gtk_root_get_focus (GTK_ROOT (window)) == page);
  g_assert_null (gtk_window_get_default_widget (GTK_WINDOW (window)));

  g_signal_emit_by_name (find_button (page, "Trust Host Key"), "clicked");
  gw_test_wait_until (answered == 1);
  g_assert_true (g_file_get_contents (hosts, &written, NULL, NULL));
  g_assert_nonnull (strstr (written, "[nas.local]:2222 ssh-ed25519 " BLOB));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_changed (void)
{
  g_autoptr (GVariant) key = host_key ("changed", FALSE);
  g_autoptr (GwPrompt) prompt = gw_prompt_new_host_key (NULL, key);
  GtkWidget *page = gw_host_key_page_new (prompt);
  GtkWidget *window = present (page);
  GtkWidget *replace = GTK_WIDGET (
    gtk_widget_get_template_child (page, GW_TYPE_HOST_KEY_PAGE, "replace"));
  GtkEditable *name = GTK_EDITABLE (
    gtk_widget_get_template_child (page, GW_TYPE_HOST_KEY_PAGE, "name"));
  guint answered = 0;

  g_signal_connect (prompt, "answered", G_CALLBACK (on_answered), &answered);
  g_assert_true (has_text (page, "Host Key Changed"));
  g_assert_true (has_text (page, "SHA256:old"));
  g_assert_true (has_text (page, gw_prompt_get_fingerprint (prompt)));
  g_assert_true (has_text (page, "/home/me/.ssh/known_hosts:12"));
  g_assert_false (has_text (page, "certificate authority"));
  g_assert_null (find_button (page, "Trust Host Key"));
  g_assert_true (gtk_widget_has_css_class (find_button (page, "Cancel"), "suggested-action"));
  g_assert_false (gtk_widget_get_sensitive (replace));
  gtk_editable_set_text (name, "nas");
  g_assert_false (gtk_widget_get_sensitive (replace));
  gtk_editable_set_text (name, " NAS.local ");
  g_assert_true (gtk_widget_get_sensitive (replace));
  gtk_editable_set_text (name, "nas.locale");
  g_assert_false (gtk_widget_get_sensitive (replace));
  g_assert_cmpuint (answered, ==, 0);

  g_signal_emit_by_name (find_button (page, "Cancel"), "clicked");
  g_assert_cmpuint (answered, ==, 1);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_secret (gconstpointer data)
{
  GwPromptKind kind = (GwPromptKind) GPOINTER_TO_UINT (data);
  g_autoptr (GwPrompt) prompt = gw_prompt_new_secret (NULL, kind, 1, "It was wrong <b>once</b>.");
  GtkWidget *page = gw_prompt_page_new (prompt, "root@203.0.113.7");
  GtkWidget *window = present (page);
  g_autoptr (GPtrArray) entries = find_all (page, GTK_TYPE_PASSWORD_ENTRY);
  GtkEditable *entry;
  guint answered = 0;

  g_signal_connect (prompt, "answered", G_CALLBACK (on_answered), &answered);
  g_assert_cmpuint (entries->len, ==, 1);
  entry = g_ptr_array_index (entries, 0);
  g_assert_true (has_text (page, "root@203.0.113.7"));
  g_assert_true (has_text (page, "It was wrong <b>once</b>."));
  g_assert_false (has_text (page, "The server says"));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       kind == GW_PROMPT_PASSWORD ? "Password"
                                                                  : "Passphrase for Private Key");
  g_assert_false (gtk_editable_get_enable_undo (entry));
  g_assert_true (gtk_widget_is_ancestor (gtk_root_get_focus (GTK_ROOT (window)),
                                         GTK_WIDGET (entry)));
  gtk_editable_set_text (entry, "hunter2");
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpuint (answered, ==, 1);
  g_assert_cmpstr (gtk_editable_get_text (entry), ==, "");
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_interactive (void)
{
  g_autoptr (GVariant) prompts = g_variant_ref_sink (
    g_variant_new_parsed ("[('Your name: ', true), ('Code:', false)]"));
  g_autoptr (GwPrompt) prompt = gw_prompt_new_interactive (NULL, "Two steps",
                                                           "Look at \033[31myour phone", prompts);
  GtkWidget *page = gw_prompt_page_new (prompt, "root@203.0.113.7");
  GtkWidget *window = present (page);
  g_autoptr (GPtrArray) hidden = find_all (page, GTK_TYPE_PASSWORD_ENTRY);
  g_autoptr (GPtrArray) shown = find_all (page, GTK_TYPE_ENTRY);
  guint answered = 0;

  g_signal_connect (prompt, "answered", G_CALLBACK (on_answered), &answered);
  g_assert_true (has_text (page, "The server says"));
  g_assert_true (has_text (page, "Two steps"));
  g_assert_true (has_text (page, "Look at"));
  g_assert_false (has_text (page, "\033"));
  g_assert_cmpuint (hidden->len, ==, 1);
  g_assert_cmpuint (shown->len, ==, 1);
  gtk_editable_set_text (g_ptr_array_index (shown, 0), "me");
  g_signal_emit_by_name (g_ptr_array_index (shown, 0), "activate");
  /* Enter goes on to the next question. */
  g_assert_cmpuint (answered, ==, 0);
  g_assert_true (gtk_widget_is_ancestor (gtk_root_get_focus (GTK_ROOT (window)),
                                         g_ptr_array_index (hidden, 0)));
  gtk_editable_set_text (g_ptr_array_index (hidden, 0), "123456");
  g_signal_emit_by_name (find_button (page, "Continue"), "clicked");
  g_assert_cmpuint (answered, ==, 1);
  g_assert_cmpstr (gtk_editable_get_text (g_ptr_array_index (shown, 0)), ==, "");
  g_assert_cmpstr (gtk_editable_get_text (g_ptr_array_index (hidden, 0)), ==, "");
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_cancel (void)
{
  g_autoptr (GwPrompt) prompt = gw_prompt_new_secret (NULL, GW_PROMPT_PASSWORD, 0, "");
  GtkWidget *page = gw_prompt_page_new (prompt, "root@203.0.113.7");
  GtkWidget *window = present (page);
  g_autoptr (GPtrArray) entries = find_all (page, GTK_TYPE_PASSWORD_ENTRY);
  guint answered = 0;

  g_signal_connect (prompt, "answered", G_CALLBACK (on_answered), &answered);
  gtk_editable_set_text (g_ptr_array_index (entries, 0), "half of i");
  g_signal_emit_by_name (find_button (page, "Cancel"), "clicked");
  g_assert_cmpuint (answered, ==, 1);
  g_assert_cmpstr (gtk_editable_get_text (g_ptr_array_index (entries, 0)), ==, "");
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_failure (void)
{
  GwDiagnosis diagnosis = { .title = (char *) "Connection Refused",
                            .what = (char *) "Nothing <i>listens</i>.",
                            .advice = (char *) "",
                            .details = (char *) "connect: ECONNREFUSED" };
  GtkWidget *page = gw_failure_page_new (&diagnosis);
  GtkWidget *window = present (page);
  GtkWidget *expander = GTK_WIDGET (
    gtk_widget_get_template_child (page, GW_TYPE_FAILURE_PAGE, "expander"));
  GdkContentProvider *content;
  GValue value = G_VALUE_INIT;

  g_assert_true (has_text (page, "Connection Refused"));
  g_assert_true (has_text (page, "Nothing <i>listens</i>."));
  g_assert_nonnull (find_button (page, "Edit Login…"));
  g_assert_nonnull (find_button (page, "Try Again"));
  gtk_expander_set_expanded (GTK_EXPANDER (expander), TRUE);
  g_assert_true (has_text (page, "connect: ECONNREFUSED"));
  g_signal_emit_by_name (find_button (page, "Copy Details"), "clicked");
  content = gdk_clipboard_get_content (gtk_widget_get_clipboard (page));
  g_value_init (&value, G_TYPE_STRING);
  g_assert_true (gdk_content_provider_get_value (content, &value, NULL));
  g_assert_cmpstr (g_value_get_string (&value), ==,
                   "Connection Refused\nNothing <i>listens</i>.\nconnect: ECONNREFUSED\n");
  g_value_unset (&value);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
on_paste (GwPasteGuard  *guard,
          const char    *text,
          char         **pasted)
{
  g_free (*pasted);
  *pasted = g_strdup (text);
}

static void
test_paste_guard (void)
{
  g_autoptr (GwPaste) paste = gw_paste_new ("one\ntwo\033[201~\n");
  GtkWidget *page = gw_paste_guard_new (paste);
  GtkWidget *window = present (page);
  GtkTextView *view = GTK_TEXT_VIEW (
    gtk_widget_get_template_child (page, GW_TYPE_PASTE_GUARD, "view"));
  g_autofree char *pasted = NULL;

  g_signal_connect (page, "paste", G_CALLBACK (on_paste), &pasted);
  g_assert_true (has_text (page, "2 lines."));
  g_assert_true (gtk_root_get_focus (GTK_ROOT (window)) == GTK_WIDGET (view));
  g_signal_emit_by_name (find_button (page, "Paste"), "clicked");
  g_assert_cmpstr (pasted, ==, "one\ntwo\n");
  /* What was put in by hand is cleaned too. */
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (view), "x\033[201~y", -1);
  g_signal_emit_by_name (find_button (page, "Paste"), "clicked");
  g_assert_cmpstr (pasted, ==, "xy");
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_progress (void)
{
  GtkWidget *page = gw_progress_page_new ("root@203.0.113.7");
  GtkWidget *window;
  GtkSpinner *spinner = GTK_SPINNER (
    gtk_widget_get_template_child (page, GW_TYPE_PROGRESS_PAGE, "spinner"));

  g_assert_false (gtk_spinner_get_spinning (spinner));
  window = present (page);
  gw_progress_page_set_phase (GW_PROGRESS_PAGE (page), "Resolving…");
  g_assert_true (has_text (page, "Resolving…"));
  g_assert_true (gtk_spinner_get_spinning (spinner));
  /* Letters typed on from a prompt press nothing. */
  g_assert_true (gtk_root_get_focus (GTK_ROOT (window)) == page);
  gtk_widget_set_visible (page, FALSE);
  g_assert_false (gtk_spinner_get_spinning (spinner));
  gtk_window_destroy (GTK_WINDOW (window));
}

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
  g_test_add_func ("/prompt-page/unknown-host-key", test_unknown);
  g_test_add_func ("/prompt-page/changed-host-key", test_changed);
  g_test_add_data_func ("/prompt-page/password", GUINT_TO_POINTER (GW_PROMPT_PASSWORD),
                        test_secret);
  g_test_add_data_func ("/prompt-page/passphrase", GUINT_TO_POINTER (GW_PROMPT_PASSPHRASE),
                        test_secret);
  g_test_add_func ("/prompt-page/interactive", test_interactive);
  g_test_add_func ("/prompt-page/cancel", test_cancel);
  g_test_add_func ("/prompt-page/failure", test_failure);
  g_test_add_func ("/prompt-page/paste-guard", test_paste_guard);
  g_test_add_func ("/prompt-page/progress", test_progress);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
