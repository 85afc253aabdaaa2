/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gw-error.h"
#include "gw-secret-entry.h"
#include "gw-ui-test.h"

typedef struct {
  GtkWidget   *window;
  GtkEditable *entry;
  GtkText     *text;
  guint        n_claims; /* of the clipboard or the primary selection */
} Fixture;

static void
on_claimed (GdkClipboard *clipboard,
            Fixture      *f)
{
  f->n_claims++;
}

static GdkClipboard *
get_clipboard (Fixture  *f,
               gboolean  primary)
{
  return primary ? gtk_widget_get_primary_clipboard (f->window)
                 : gtk_widget_get_clipboard (f->window);
}

static GtkText *
find_text (GtkEditable *entry)
{
  while (!GTK_IS_TEXT (entry))
    entry = gtk_editable_get_delegate (entry);
  return GTK_TEXT (entry);
}

static void
set_up (Fixture       *f,
        gconstpointer  type)
{
  GtkWidget *list = gtk_list_box_new ();

  f->window = gtk_window_new ();
  f->entry = g_object_new (GPOINTER_TO_SIZE (type), NULL);
  gw_secret_entry_protect (f->entry);
  f->text = find_text (f->entry);
  gtk_list_box_append (GTK_LIST_BOX (list), GTK_WIDGET (f->entry));
  gtk_window_set_child (GTK_WINDOW (f->window), list);
  gtk_window_present (GTK_WINDOW (f->window));
  gw_test_wait_until (gtk_widget_get_mapped (GTK_WIDGET (f->text)));
  gtk_editable_set_text (f->entry, "correct horse");
  gtk_text_set_visibility (f->text, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (f->text));
  gtk_editable_set_position (f->entry, -1);
  for (guint i = 0; i < 2; i++)
    {
      gdk_clipboard_set_text (get_clipboard (f, i), i == 0 ? "clipboard" : "primary");
      g_signal_connect (get_clipboard (f, i), "changed", G_CALLBACK (on_claimed), f);
    }
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  for (guint i = 0; i < 2; i++)
    g_signal_handlers_disconnect_by_data (get_clipboard (f, i), f);
  /* AdwPasswordEntryRow 1.2 trips over a focus that goes with its window. */
  gtk_window_set_focus (GTK_WINDOW (f->window), NULL);
  gtk_window_destroy (GTK_WINDOW (f->window));
}

/* What somebody who pastes would get. Free with g_free(). */
static char *
read_clipboard (Fixture  *f,
                gboolean  primary)
{
  GdkContentProvider *content = gdk_clipboard_get_content (get_clipboard (f, primary));
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_STRING);
  if (content == NULL || !gdk_content_provider_get_value (content, &value, NULL))
    return NULL;
  return g_value_dup_string (&value);
}

static void
assert_untouched (Fixture *f)
{
  g_autofree char *clipboard = read_clipboard (f, FALSE);
  g_autofree char *primary = read_clipboard (f, TRUE);

  g_assert_cmpstr (clipboard, ==, "clipboard");
  g_assert_cmpstr (primary, ==, "primary");
  g_assert_cmpuint (f->n_claims, ==, 0);
}

/* The control: without protection all that does get out. */
static void
test_control (Fixture       *f,
              gconstpointer  unused)
{
  GtkWidget *bare = gtk_text_new ();
  g_autofree char *clipboard = NULL;
  g_autofree char *primary = NULL;

  gtk_window_set_child (GTK_WINDOW (f->window), bare);
  gw_test_wait_until (gtk_widget_get_mapped (bare));
  gtk_editable_set_text (GTK_EDITABLE (bare), "correct horse");
  gtk_editable_select_region (GTK_EDITABLE (bare), 0, -1);
  g_signal_emit_by_name (bare, "copy-clipboard");
  clipboard = read_clipboard (f, FALSE);
  primary = read_clipboard (f, TRUE);
  g_assert_cmpstr (clipboard, ==, "correct horse");
  g_assert_cmpstr (primary, ==, "correct horse");
}

/* What the primary selection gives is nothing of the text. */
static void
assert_primary_tells_nothing (Fixture *f)
{
  g_autofree char *primary = read_clipboard (f, TRUE);

  if (g_strcmp0 (primary, "primary") == 0)
    return;
  for (const char *c = primary; c != NULL && *c != '\0'; c = g_utf8_next_char (c))
    g_assert_cmpuint (g_utf8_get_char (c), ==, 0x25CF); /* a bullet */
}

static void
assert_clipboard_untouched (Fixture *f)
{
  g_autofree char *clipboard = read_clipboard (f, FALSE);

  g_assert_cmpstr (clipboard, ==, "clipboard");
}

static void
try_to_copy (Fixture *f)
{
  assert_primary_tells_nothing (f);
  g_signal_emit_by_name (f->text, "copy-clipboard");
  g_signal_emit_by_name (f->text, "cut-clipboard");
  gtk_widget_activate_action (GTK_WIDGET (f->text), "clipboard.copy", NULL);
  gtk_widget_activate_action (GTK_WIDGET (f->text), "clipboard.cut", NULL);
  assert_primary_tells_nothing (f);
  assert_clipboard_untouched (f);
  g_assert_cmpstr (gtk_editable_get_text (f->entry), ==, "correct horse");
}

/* A shown text can be selected, and is hidden for as long as it is: GtkText gives bullets to the
 * primary selection then, and lets nothing be dragged. */
static void
test_shown (Fixture       *f,
            gconstpointer  unused)
{
  assert_untouched (f);
  try_to_copy (f);
  assert_untouched (f);
  for (guint i = 0; i < 3; i++)
    {
      /* Ctrl+A, a sweep of the mouse and Shift+Home, as GtkText does them. */
      if (i == 0)
        gtk_widget_activate_action (GTK_WIDGET (f->text), "selection.select-all", NULL);
      else if (i == 1)
        gtk_editable_select_region (f->entry, 2, 7);
      else
        g_signal_emit_by_name (f->text, "move-cursor", GTK_MOVEMENT_BUFFER_ENDS, -1, TRUE);
      g_assert_true (gtk_editable_get_selection_bounds (f->entry, NULL, NULL));
      g_assert_false (gtk_text_get_visibility (f->text));
      try_to_copy (f);
      gtk_editable_set_position (f->entry, -1);
      g_assert_true (gtk_text_get_visibility (f->text));
      assert_primary_tells_nothing (f);
    }
}

/* As a key does it: by the input method. */
static void
type (Fixture    *f,
      const char *text)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (f->text));

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);
      GtkIMContext *method = NULL;

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
        method = gtk_event_controller_key_get_im_context (GTK_EVENT_CONTROLLER_KEY (controller));
      if (method != NULL)
        {
          g_signal_emit_by_name (method, "commit", text);
          return;
        }
    }
  g_assert_not_reached ();
}

static void
test_type_over (Fixture       *f,
                gconstpointer  unused)
{
  gtk_widget_activate_action (GTK_WIDGET (f->text), "selection.select-all", NULL);
  type (f, "n");
  type (f, "ew");
  g_assert_cmpstr (gtk_editable_get_text (f->entry), ==, "new");
  g_assert_true (gtk_text_get_visibility (f->text));

  gtk_editable_select_region (f->entry, 0, 1);
  g_signal_emit_by_name (f->text, "backspace");
  g_assert_cmpstr (gtk_editable_get_text (f->entry), ==, "ew");
  g_assert_true (gtk_text_get_visibility (f->text));

  /* What was hidden before stays hidden. */
  gtk_text_set_visibility (f->text, FALSE);
  gtk_editable_select_region (f->entry, 0, -1);
  type (f, "x");
  g_assert_cmpstr (gtk_editable_get_text (f->entry), ==, "x");
  g_assert_false (gtk_text_get_visibility (f->text));
}

/* Whoever presses the eye while a shown text is selected wants to see it. */
static void
test_eye_while_selected (Fixture       *f,
                         gconstpointer  unused)
{
  gtk_editable_select_region (f->entry, 0, -1);
  gtk_text_set_visibility (f->text, TRUE);
  g_assert_true (gtk_text_get_visibility (f->text));
  g_assert_false (gtk_editable_get_selection_bounds (f->entry, NULL, NULL));
  assert_primary_tells_nothing (f);
}

/* What is selected while it is hidden gives bullets; the eye must not turn them into the text. */
static void
test_selected_before (Fixture       *f,
                      gconstpointer  unused)
{
  g_autofree char *hidden = NULL;
  g_autofree char *shown = NULL;
  int start;
  int end;

  gtk_text_set_visibility (f->text, FALSE);
  gtk_editable_select_region (f->entry, 0, -1);
  g_assert_true (gtk_editable_get_selection_bounds (f->entry, &start, &end));
  g_signal_emit_by_name (f->text, "copy-clipboard");
  g_signal_emit_by_name (f->text, "cut-clipboard");
  hidden = read_clipboard (f, TRUE);
  g_assert_true (hidden == NULL || strchr (hidden, 'c') == NULL);

  gtk_text_set_visibility (f->text, TRUE);
  shown = read_clipboard (f, TRUE);
  g_assert_true (shown == NULL || strchr (shown, 'c') == NULL);
  g_assert_cmpstr (gtk_editable_get_text (f->entry), ==, "correct horse");
}

static void
test_eye_name (Fixture       *f,
               gconstpointer  unused)
{
  GtkWidget *eye = gw_ui_find (GTK_WIDGET (f->entry), GTK_TYPE_BUTTON, "icon-name",
                               "view-conceal-symbolic");

  if (!ADW_IS_PASSWORD_ENTRY_ROW (f->entry))
    return;
  g_assert_nonnull (eye);
  gtk_test_accessible_assert_property (eye, GTK_ACCESSIBLE_PROPERTY_LABEL, "Hide Text");
  gtk_text_set_visibility (f->text, FALSE);
  gtk_test_accessible_assert_property (eye, GTK_ACCESSIBLE_PROPERTY_LABEL, "Show Text");
}

static void
test_no_undo (Fixture       *f,
              gconstpointer  unused)
{
  int position = 0;

  for (guint i = 0; i < 2; i++)
    {
      gtk_text_set_visibility (f->text, i == 0);
      gtk_editable_insert_text (f->entry, "my ", -1, &position);
      gtk_editable_delete_text (f->entry, 0, 3);
      gtk_editable_delete_text (f->entry, 0, -1);
      gtk_widget_activate_action (GTK_WIDGET (f->text), "text.undo", NULL);
      g_assert_cmpstr (gtk_editable_get_text (f->entry), ==, "");
      gtk_widget_activate_action (GTK_WIDGET (f->text), "text.redo", NULL);
      g_assert_cmpstr (gtk_editable_get_text (f->entry), ==, "");
      gtk_editable_set_text (f->entry, "correct horse");
    }
}

static void
test_buffer (Fixture       *f,
             gconstpointer  unused)
{
  g_assert_true (GTK_IS_PASSWORD_ENTRY_BUFFER (gtk_text_get_buffer (f->text)));
  for (guint i = 0; i < 2; i++)
    {
      gtk_text_set_visibility (f->text, i == 0);
      g_assert_cmpint (gtk_text_get_input_purpose (f->text), ==, GTK_INPUT_PURPOSE_PASSWORD);
      g_assert_true (gtk_text_get_input_hints (f->text) & GTK_INPUT_HINT_PRIVATE);
    }
}

static void
test_paste (Fixture       *f,
            gconstpointer  unused)
{
  gtk_editable_set_text (f->entry, "");
  gdk_clipboard_set_text (get_clipboard (f, FALSE), "one\r\ntwo\n");
  g_signal_emit_by_name (f->text, "paste-clipboard");
  gw_test_wait_until (*gtk_editable_get_text (f->entry) != '\0');
  g_assert_cmpstr (gtk_editable_get_text (f->entry), ==, "one");
}

static void
test_take (Fixture       *f,
           gconstpointer  unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GwSensitive) secret = gw_secret_entry_take (f->entry, &error);
  g_autofree char *large = g_strnfill (1024 * 1024, 'x');

  g_assert_no_error (error);
  g_assert_cmpstr (gw_sensitive_get_text (secret), ==, "correct horse");

  gtk_editable_set_text (f->entry, "");
  g_assert_null (gw_secret_entry_take (f->entry, &error));
  g_assert_no_error (error);

  /* The entry has silently cut it. */
  gtk_editable_set_text (f->entry, large);
  g_assert_null (gw_secret_entry_take (f->entry, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_TOO_LARGE);
}

static void
add (const char *name,
     void      (*test) (Fixture *, gconstpointer))
{
  const struct {
    const char *name;
    GType type;
  } types[] = {
    { "row", ADW_TYPE_PASSWORD_ENTRY_ROW },
    { "password-entry", GTK_TYPE_PASSWORD_ENTRY },
    { "entry", GTK_TYPE_ENTRY },
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *path = g_strdup_printf ("/secret-entry/%s/%s", types[i].name, name);

      g_test_add (path, Fixture, GSIZE_TO_POINTER (types[i].type), set_up, test, tear_down);
    }
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
  add ("control", test_control);
  add ("shown", test_shown);
  add ("type-over", test_type_over);
  add ("eye-while-selected", test_eye_while_selected);
  add ("selected-before", test_selected_before);
  add ("eye-name", test_eye_name);
  add ("no-undo", test_no_undo);
  add ("buffer", test_buffer);
  add ("paste", test_paste);
  add ("take", test_take);
  status = g_test_run ();
  gw_test_home_free (home);
  return status;
}
