/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gw-file-picker.h"
#include "gw-key-field.h"
#include "gw-key-test.h"
#include "gw-key-text.h"
#include "gw-ui-test.h"

typedef struct {
  char       *folder; /* ~/.ssh */
  GtkWidget  *window;
  GwKeyField *field;
  guint       n_changes;
} Fixture;

static void
on_changed (GwKeyField *field,
            Fixture    *f)
{
  f->n_changes++;
}

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  GtkWidget *list = gtk_list_box_new ();

  f->folder = g_build_filename (g_get_home_dir (), ".ssh", NULL);
  g_assert_cmpint (g_mkdir (f->folder, 0700), ==, 0);
  f->window = gtk_window_new ();
  f->field = g_object_new (GW_TYPE_KEY_FIELD, NULL);
  g_signal_connect (f->field, "changed", G_CALLBACK (on_changed), f);
  gtk_list_box_append (GTK_LIST_BOX (list), GTK_WIDGET (f->field));
  gtk_window_set_child (GTK_WINDOW (f->window), list);
  gtk_window_present (GTK_WINDOW (f->window));
  gw_test_wait_until (gtk_widget_get_mapped (GTK_WIDGET (f->field)));
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  g_object_add_weak_pointer (G_OBJECT (f->field), (gpointer *) &f->field);
  gtk_window_destroy (GTK_WINDOW (f->window));
  gw_test_wait_until (f->field == NULL);
  gw_test_delete_tree (f->folder);
  g_free (f->folder);
}

static char *
make_key (Fixture    *f,
          const char *name,
          const char *type,
          const char *format,
          const char *passphrase)
{
  char *path = g_build_filename (f->folder, name, NULL);

  gw_test_make_key (path, type, format, passphrase);
  return path;
}

static gboolean
shows (Fixture    *f,
       const char *text)
{
  return gw_ui_find (GTK_WIDGET (f->field), GTK_TYPE_LABEL, "label", text) != NULL;
}

static gboolean
load (Fixture    *f,
      const char *path)
{
  gw_key_field_load_path (f->field, path);
  g_assert_true (gw_key_field_is_loading (f->field));
  gw_test_wait_until (!gw_key_field_is_loading (f->field));
  return gw_key_field_get_error (f->field) == NULL;
}

static void
test_file (Fixture       *f,
           gconstpointer  unused)
{
  g_autofree char *path = make_key (f, "id_ed25519", "ed25519", NULL, "");
  g_autofree char *fingerprint = gw_test_fingerprint (path);

  g_assert_false (gw_key_field_is_set (f->field));
  g_assert_true (load (f, path));
  g_assert_true (gw_key_field_is_set (f->field));
  g_assert_cmpuint (f->n_changes, ==, 1);
  g_assert_cmpstr (gw_key_field_get_path (f->field), ==, path);
  g_assert_false (gw_key_field_is_encrypted (f->field));
  gw_ui_frames (f->window, 2);
  g_assert_true (shows (f, fingerprint));
  g_assert_true (shows (f, "ED25519"));
  g_assert_true (shows (f, "~/.ssh/id_ed25519"));
  g_assert_null (gw_ui_find (f->window, GTK_TYPE_BUTTON, "label", "Paste"));

  gw_ui_click (f->window, "Clear");
  g_assert_false (gw_key_field_is_set (f->field));
  g_assert_null (gw_key_field_get_text (f->field));
  g_assert_null (gw_key_field_get_path (f->field));
  gw_ui_frames (f->window, 2);
  g_assert_nonnull (gw_ui_find (f->window, GTK_TYPE_BUTTON, "label", "Paste"));
}

static void
test_encrypted (Fixture       *f,
                gconstpointer  unused)
{
  g_autofree char *path = make_key (f, "id", "ecdsa", NULL, "secret");

  g_assert_true (load (f, path));
  g_assert_true (gw_key_field_is_encrypted (f->field));
  gw_ui_frames (f->window, 2);
  g_assert_true (shows (f, "ECDSA, encrypted"));
}

/* What is read in the meantime is not taken after something else has been said. */
static void
test_load_overtaken (Fixture       *f,
                     gconstpointer  unused)
{
  g_autofree char *first = make_key (f, "id_1", "ed25519", NULL, "");
  g_autofree char *second = make_key (f, "id_2", "ed25519", NULL, "");

  gw_key_field_load_path (f->field, first);
  g_assert_false (gw_key_field_is_set (f->field));
  gw_key_field_clear (f->field);
  g_assert_false (gw_key_field_is_loading (f->field));
  gw_key_field_load_path (f->field, first);
  gw_key_field_load_path (f->field, second);
  gw_test_wait_until (gw_key_field_is_set (f->field));
  g_assert_cmpstr (gw_key_field_get_path (f->field), ==, second);
  gw_key_field_load_path (f->field, first);
  gw_key_field_set_agent_key (f->field, "SHA256:abc", "ssh-ed25519", NULL);
  gw_ui_frames (f->window, 5);
  g_assert_cmpstr (gw_key_field_get_agent_key (f->field), ==, "SHA256:abc");
  g_assert_null (gw_key_field_get_path (f->field));
}

/* A PEM key's header holds no public half: the engine is asked. */
static void
test_engine_knows (Fixture       *f,
                   gconstpointer  unused)
{
  g_autofree char *path = make_key (f, "id_rsa", "rsa", "PEM", "");
  g_autofree char *fingerprint = gw_test_fingerprint (path);

  g_assert_true (load (f, path));
  gw_test_wait_until (shows (f, fingerprint));
  g_assert_cmpuint (f->n_changes, ==, 2);
}

/* What is refused says so in the words of the error, and takes nothing away. */
static void
test_refused (Fixture       *f,
              gconstpointer  unused)
{
  static const char putty[] = "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n";
  static const char *const texts[] = { "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGb user@host\n", putty,
                                       "hello, world\n", "" };
  g_autofree char *good = make_key (f, "id", "ed25519", NULL, "");
  g_autofree char *large = g_build_filename (f->folder, "large", NULL);
  g_autofree char *missing = g_build_filename (f->folder, "missing", NULL);
  const char *files[] = { f->folder, large, missing };

  g_file_set_contents (large, "x", 1, NULL);
  g_assert_cmpint (truncate (large, 50 * 1024 * 1024), ==, 0);
  g_assert_true (load (f, good));
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GwSensitive) text = gw_sensitive_new (texts[i], -1, NULL);
      g_autoptr (GError) error = NULL;

      g_assert_null (gw_key_text_inspect (text, &error));
      g_assert_false (gw_key_field_set_text (f->field, text, NULL));
      g_assert_cmpstr (gw_key_field_get_error (f->field), ==, error->message);
      g_assert_cmpstr (gw_key_field_get_path (f->field), ==, good);
    }
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (gw_sensitive_new_from_file (files[i], &error));
      g_assert_false (load (f, files[i]));
      g_assert_cmpstr (gw_key_field_get_error (f->field), ==, error->message);
      g_assert_true (gw_key_field_is_set (f->field));
    }
  g_assert_cmpuint (f->n_changes, ==, 1);
  gw_key_field_clear (f->field);
  g_assert_null (gw_key_field_get_error (f->field));
}

static void
test_paste (Fixture       *f,
            gconstpointer  accelerator)
{
  g_autofree char *path = make_key (f, "id", "ed25519", NULL, "");
  g_autofree char *text = NULL;
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (f->field));

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  gdk_clipboard_set_text (clipboard, text);
  if (accelerator != NULL)
    g_assert_true (gw_test_press (GTK_WIDGET (f->field), accelerator));
  else
    gw_ui_click (f->window, "Paste");
  gw_test_wait_until (gw_key_field_is_set (f->field));
  g_assert_cmpstr (gw_sensitive_get_text (gw_key_field_get_text (f->field)), ==, text);
  g_assert_null (gw_key_field_get_path (f->field));
  /* No text widget has seen it. */
  g_assert_null (gw_ui_find (f->window, GTK_TYPE_TEXT_VIEW, NULL, NULL));
  g_assert_null (gw_ui_find (f->window, GTK_TYPE_TEXT, NULL, NULL));

  gw_key_field_clear (f->field);
  gdk_clipboard_set_content (clipboard, NULL);
  gtk_widget_activate_action (GTK_WIDGET (f->field), "key.paste", NULL);
  gw_test_wait_until (gw_key_field_get_error (f->field) != NULL);
  g_assert_false (gw_key_field_is_set (f->field));
}

static void
test_chooser (Fixture       *f,
              gconstpointer  unused)
{
  g_autofree char *first = make_key (f, "id_a", "ed25519", NULL, "");
  g_autofree char *second = make_key (f, "id_b", "ed25519", NULL, "secret");
  g_autofree char *config = g_build_filename (f->folder, "config", NULL);
  GtkWidget *button = gw_ui_find (f->window, GTK_TYPE_MENU_BUTTON, NULL, NULL);
  GtkWidget *popover = GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (button)));
  GtkWidget *row;

  g_file_set_contents (config, "Host *\n", -1, NULL);
  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  gw_test_wait_until (gw_ui_count (popover, ADW_TYPE_ACTION_ROW) == 2);
  g_assert_nonnull (gw_ui_find (popover, ADW_TYPE_ACTION_ROW, "title", "id_a"));
  row = gw_ui_find (popover, ADW_TYPE_ACTION_ROW, "title", "id_b");
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, "ED25519, encrypted");
  g_signal_emit_by_name (gtk_widget_get_parent (row), "row-activated", row);
  gw_test_wait_until (g_strcmp0 (gw_key_field_get_path (f->field), second) == 0);
  /* GTK 4.8 complains of a pointer that crosses a popover whose window goes at that moment. */
  gw_test_wait_until (!gtk_widget_get_mapped (popover));
  gw_ui_frames (f->window, 3);
}

/* The one key among more files than are read: public keys and sockets take no place of it. */
static void
test_many_files (Fixture       *f,
                 gconstpointer  unused)
{
  g_autofree char *key = make_key (f, "id", "ed25519", NULL, "");
  GtkWidget *button = gw_ui_find (f->window, GTK_TYPE_MENU_BUTTON, NULL, NULL);
  GtkWidget *popover = GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (button)));
  const char note[] = "Only 200 files of ~/.ssh were looked at.";

  for (guint i = 0; i < 500; i++)
    {
      g_autofree char *public = g_strdup_printf ("%s/%u.pub", f->folder, i);
      g_autofree char *fifo = g_strdup_printf ("%s/fifo-%u", f->folder, i);

      g_assert_true (g_file_set_contents (public, "", 0, NULL));
      g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
    }
  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  gw_test_wait_until (gw_ui_find (popover, ADW_TYPE_ACTION_ROW, "title", "id") != NULL);
  g_assert_null (gw_ui_find (popover, GTK_TYPE_LABEL, "label", note));
  gtk_popover_popdown (GTK_POPOVER (popover));
  gw_test_wait_until (!gtk_widget_get_mapped (popover));

  for (guint i = 0; i < 201; i++)
    {
      g_autofree char *backup = g_strdup_printf ("%s/backup-%u", f->folder, i);

      g_assert_true (g_file_set_contents (backup, "x", 1, NULL));
    }
  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  gw_test_wait_until (gw_ui_find (popover, GTK_TYPE_LABEL, "label", note) != NULL);
  gtk_popover_popdown (GTK_POPOVER (popover));
  gw_test_wait_until (!gtk_widget_get_mapped (popover));
  gw_ui_frames (f->window, 3);
}

static void
die_with_parent (gpointer unused)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* A real agent, asked through a real engine. */
static void
test_agent (Fixture       *f,
            gconstpointer  unused)
{
  g_autofree char *path = make_key (f, "id_kept", "ed25519", NULL, "");
  g_autofree char *fingerprint = gw_test_fingerprint (path);
  g_autofree char *socket = g_build_filename (f->folder, "agent", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autoptr (GSubprocess) agent = NULL;
  g_autoptr (GSubprocess) add = NULL;
  GtkWidget *button = gw_ui_find (f->window, GTK_TYPE_MENU_BUTTON, NULL, NULL);
  GtkWidget *popover = GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (button)));
  GtkWidget *row;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  agent = g_subprocess_launcher_spawn (launcher, &error, "ssh-agent", "-D", "-a", socket, NULL);
  g_assert_no_error (error);
  gw_test_wait_until (g_file_test (socket, G_FILE_TEST_EXISTS));
  g_setenv ("SSH_AUTH_SOCK", socket, TRUE);
  add = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, "ssh-add", path, NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (add, NULL, &error));
  g_assert_no_error (error);

  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  gw_test_wait_until ((row = gw_ui_find (popover, ADW_TYPE_ACTION_ROW, "title",
                                         "ED25519 Key of the Agent")) != NULL);
  g_signal_emit_by_name (gtk_widget_get_parent (row), "row-activated", row);
  g_assert_cmpstr (gw_key_field_get_agent_key (f->field), ==, fingerprint);

  gw_test_wait_until (!gtk_widget_get_mapped (popover));
  gw_ui_frames (f->window, 3);
  g_unsetenv ("SSH_AUTH_SOCK");
  g_subprocess_force_exit (agent);
  g_assert_true (g_subprocess_wait (agent, NULL, NULL));
}

static void
test_agent_key (Fixture       *f,
                gconstpointer  unused)
{
  g_autofree char *path = make_key (f, "id", "ed25519", NULL, "secret");

  g_assert_true (load (f, path));
  gw_key_field_set_agent_key (f->field, "SHA256:abc", "ssh-ed25519", "<b>me</b>@host");
  g_assert_true (gw_key_field_is_set (f->field));
  g_assert_null (gw_key_field_get_text (f->field));
  g_assert_null (gw_key_field_get_path (f->field));
  g_assert_false (gw_key_field_is_encrypted (f->field));
  g_assert_cmpstr (gw_key_field_get_agent_key (f->field), ==, "SHA256:abc");
  gw_ui_frames (f->window, 2);
  g_assert_true (shows (f, "ED25519 Key of the Agent"));
  g_assert_true (shows (f, "<b>me</b>@host"));
}

typedef struct {
  GCancellable *cancellable;
  guint n_calls;
  char *path;
} Picked;

/* As the field does: what is asked for next cancels what was asked for before. */
static void
on_picked (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Picked *picked = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = gw_file_picker_open_finish (result, &error);

  picked->n_calls++;
  picked->path = file != NULL ? g_file_get_path (file) : NULL;
  g_cancellable_cancel (picked->cancellable);
}

static GtkWidget *
wait_for_picker (Fixture *f)
{
  GtkWidget *dialog = NULL;

  gw_test_wait_until (
    (dialog = gw_ui_find_window (GTK_TYPE_FILE_CHOOSER_DIALOG, f->window)) != NULL);
  return dialog;
}

static gboolean
has_file (GtkWidget *dialog)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

  return file != NULL;
}

static void
accept (gpointer user_data)
{
  gtk_dialog_response (GTK_DIALOG (user_data), GTK_RESPONSE_ACCEPT);
}

static void
pick (GtkWidget  *dialog,
      const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  /* A folder that is still being listed forgets what was selected. */
  for (guint i = 0; i < 20 && !has_file (dialog); i++)
    {
      gtk_file_chooser_set_file (GTK_FILE_CHOOSER (dialog), file, NULL);
      gw_ui_frames (dialog, 20);
    }
  g_assert_true (has_file (dialog));
  /* As a click does it: from within the main loop, where a GTask calls back at once. */
  g_idle_add_once (accept, dialog);
}

static void
test_picker (Fixture       *f,
             gconstpointer  unused)
{
  g_autofree char *path = make_key (f, "id", "ed25519", NULL, "");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Picked picked = { .cancellable = cancellable };

  gw_file_picker_open_async (GTK_WINDOW (f->window), "Test", NULL, cancellable, on_picked, &picked);
  pick (wait_for_picker (f), path);
  gw_test_wait_until (picked.n_calls > 0);
  gw_test_wait_until (gw_ui_find_window (GTK_TYPE_FILE_CHOOSER_DIALOG, f->window) == NULL);
  g_assert_cmpuint (picked.n_calls, ==, 1);
  g_assert_cmpstr (picked.path, ==, path);
  g_free (picked.path);

  /* Cancelled from outside it ends as well, once. */
  picked = (Picked) { .cancellable = cancellable };
  g_cancellable_reset (cancellable);
  gw_file_picker_open_async (GTK_WINDOW (f->window), "Test", NULL, cancellable, on_picked, &picked);
  wait_for_picker (f);
  g_cancellable_cancel (cancellable);
  gw_test_wait_until (picked.n_calls > 0);
  gw_test_wait_until (gw_ui_find_window (GTK_TYPE_FILE_CHOOSER_DIALOG, f->window) == NULL);
  g_assert_cmpuint (picked.n_calls, ==, 1);
  g_assert_null (picked.path);
}

/* Through the field, whose key is being inspected when the picker opens: whoever changes their mind
 * still learns which key it is. */
static void
test_load (Fixture       *f,
           gconstpointer  unused)
{
  g_autofree char *path = make_key (f, "id_rsa", "rsa", "PEM", "");
  g_autofree char *other = make_key (f, "id", "ed25519", NULL, "");
  g_autofree char *fingerprint = gw_test_fingerprint (path);
  g_autoptr (GwSensitive) text = gw_sensitive_new_from_file (path, NULL);
  GtkWidget *dialog;

  g_assert_true (gw_key_field_set_text (f->field, text, path));
  gtk_widget_activate_action (GTK_WIDGET (f->field), "key.load", NULL);
  dialog = wait_for_picker (f);
  gtk_dialog_response (GTK_DIALOG (dialog), GTK_RESPONSE_CANCEL);
  gw_test_wait_until (gw_ui_find_window (GTK_TYPE_FILE_CHOOSER_DIALOG, f->window) == NULL);
  gw_test_wait_until (shows (f, fingerprint));
  g_assert_cmpstr (gw_key_field_get_path (f->field), ==, path);

  gtk_widget_activate_action (GTK_WIDGET (f->field), "key.load", NULL);
  pick (wait_for_picker (f), other);
  gw_test_wait_until (g_strcmp0 (gw_key_field_get_path (f->field), other) == 0);
  gw_test_wait_until (gw_ui_find_window (GTK_TYPE_FILE_CHOOSER_DIALOG, f->window) == NULL);
}

static void
test_names (Fixture       *f,
            gconstpointer  unused)
{
  GtkWidget *paste = gw_ui_find (f->window, GTK_TYPE_BUTTON, "label", "Paste");
  GtkWidget *load = gw_ui_find (f->window, GTK_TYPE_BUTTON, "label", "Load File…");
  GtkWidget *choose = gw_ui_find (f->window, GTK_TYPE_MENU_BUTTON, NULL, NULL);

  gtk_test_accessible_assert_property (f->field, GTK_ACCESSIBLE_PROPERTY_LABEL, "Private Key");
  gtk_test_accessible_assert_property (paste, GTK_ACCESSIBLE_PROPERTY_LABEL, "Paste Private Key");
  gtk_test_accessible_assert_property (load, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Load Private Key From File");
  gtk_test_accessible_assert_property (choose, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Choose Private Key");
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
  g_test_add ("/key-field/file", Fixture, NULL, set_up, test_file, tear_down);
  g_test_add ("/key-field/load-overtaken", Fixture, NULL, set_up, test_load_overtaken, tear_down);
  g_test_add ("/key-field/encrypted", Fixture, NULL, set_up, test_encrypted, tear_down);
  g_test_add ("/key-field/engine-knows", Fixture, NULL, set_up, test_engine_knows, tear_down);
  g_test_add ("/key-field/refused", Fixture, NULL, set_up, test_refused, tear_down);
  g_test_add ("/key-field/paste/button", Fixture, NULL, set_up, test_paste, tear_down);
  g_test_add ("/key-field/paste/ctrl-v", Fixture, "<Control>v", set_up, test_paste, tear_down);
  g_test_add ("/key-field/paste/insert", Fixture, "<Shift>Insert", set_up, test_paste, tear_down);
  g_test_add ("/key-field/chooser", Fixture, NULL, set_up, test_chooser, tear_down);
  g_test_add ("/key-field/many-files", Fixture, NULL, set_up, test_many_files, tear_down);
  g_test_add ("/key-field/agent", Fixture, NULL, set_up, test_agent, tear_down);
  g_test_add ("/key-field/agent-key", Fixture, NULL, set_up, test_agent_key, tear_down);
  g_test_add ("/key-field/picker", Fixture, NULL, set_up, test_picker, tear_down);
  g_test_add ("/key-field/load", Fixture, NULL, set_up, test_load, tear_down);
  g_test_add ("/key-field/names", Fixture, NULL, set_up, test_names, tear_down);
  status = g_test_run ();
  gw_test_home_free (home);
  return status;
}
