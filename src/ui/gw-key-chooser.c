/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"
#include "config.h"

#include "gw-key-chooser.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "gw-key-inspector.h"
#include "gw-key-text.h"
#include "gw-text.h"

#define MAX_FILES 200 /* that are read; ~/.ssh may hold backups without end */

struct _GwKeyChooser
{
  GtkPopover    parent_instance;

  GtkListBox   *list;
  GtkLabel     *placeholder;
  GtkLabel     *files_note;
  GtkLabel     *agent_note;
  GCancellable *cancellable;
  gboolean      offers_agent;
};

G_DEFINE_FINAL_TYPE (GwKeyChooser, gw_key_chooser, GTK_TYPE_POPOVER)

enum { FILE_CHOSEN, AGENT_KEY_CHOSEN, N_SIGNALS };
static guint signals[N_SIGNALS];

/* What a row stands for. */
typedef struct {
  char *path; /* %NULL for a key of the agent */
  char *fingerprint;
  char *type;
  char *comment;
  gboolean encrypted; /* of a file */
} Choice;

static void
choice_free (Choice *choice)
{
  g_free (choice->path);
  g_free (choice->fingerprint);
  g_free (choice->type);
  g_free (choice->comment);
  g_free (choice);
}

static void
add_row (GwKeyChooser *self,
         Choice       *choice,
         const char   *title,
         const char   *subtitle,
         int           position)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *clean_title = gw_text_clean_line (title, 80);
  g_autofree char *clean_subtitle = gw_text_clean_line (subtitle, 120);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), clean_title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), clean_subtitle);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "choice", choice, (GDestroyNotify) choice_free);
  gtk_list_box_insert (self->list, row, position);
}

/* The keys come after the popover has been shown, which gives the focus to what is there. */
static void
focus_first (GwKeyChooser *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self))
      && gtk_widget_get_focus_child (GTK_WIDGET (self->list)) == NULL)
    gtk_widget_child_focus (GTK_WIDGET (self->list), GTK_DIR_TAB_FORWARD);
}

static int
compare_choices (gconstpointer a,
                 gconstpointer b)
{
  const Choice *const *first = a;
  const Choice *const *second = b;

  return g_strcmp0 ((*first)->path, (*second)->path);
}

typedef struct {
  GPtrArray *choices; /* of Choice, owned */
  gboolean   cut; /* there are more files than were read */
} Scan;

static void
scan_free (Scan *scan)
{
  g_ptr_array_unref (scan->choices);
  g_free (scan);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scan, scan_free)

/* What @path is a private key of, %NULL if of nothing. Counts it if it could be read. */
static Choice *
look_at (const char *path,
         guint      *n_read)
{
  g_autoptr (GwSensitive) text = gw_sensitive_new_from_file (path, NULL);
  g_autoptr (GwKeyInfo) info = NULL;
  Choice *choice;

  if (text == NULL)
    return NULL;
  (*n_read)++;
  info = gw_key_text_inspect (text, NULL);
  if (info == NULL)
    return NULL;
  choice = g_new0 (Choice, 1);
  choice->path = g_strdup (path);
  choice->type = g_steal_pointer (&info->type);
  choice->encrypted = info->encrypted;
  return choice;
}

/* The files in a folder that hold a private key. The folder may be on a server that is away. */
static void
scan_in_thread (GTask        *task,
                gpointer      source,
                gpointer      task_data,
                GCancellable *cancellable)
{
  const char *folder = task_data;
  Scan *scan = g_new0 (Scan, 1);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n_read = 0;

  scan->choices = g_ptr_array_new_with_free_func ((GDestroyNotify) choice_free);
  while (dir != NULL && !scan->cut && !g_cancellable_is_cancelled (cancellable)
         && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      Choice *choice;

      if (g_str_has_suffix (name, ".pub") || g_str_has_prefix (name, "known_hosts")
          || !g_file_test (path, G_FILE_TEST_IS_REGULAR))
        continue;
      scan->cut = n_read == MAX_FILES;
      choice = scan->cut ? NULL : look_at (path, &n_read);
      if (choice != NULL)
        g_ptr_array_add (scan->choices, choice);
    }
  g_ptr_array_sort (scan->choices, compare_choices);
  g_task_return_pointer (task, scan, (GDestroyNotify) scan_free);
}

static void
on_scanned (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  GwKeyChooser *self = GW_KEY_CHOOSER (source);
  g_autoptr (Scan) scan = g_task_propagate_pointer (G_TASK (result), NULL);
  g_autofree char *note = NULL;

  /* Cancelled: closed meanwhile. */
  if (scan == NULL)
    return;
  for (guint i = 0; i < scan->choices->len; i++)
    {
      Choice *choice = g_ptr_array_index (scan->choices, i);
      g_autofree char *base = g_filename_display_basename (choice->path);
      const char *type = choice->type != NULL ? gw_key_type_title (choice->type)
                                              : _("Private Key");
      g_autofree char *encrypted = NULL;

      /* Translators: the type of a private key that needs a passphrase, such as “ED25519”. */
      encrypted = g_strdup_printf (_("%s, encrypted"), type);
      /* Above the keys of the agent, which may have been faster. */
      add_row (self, choice, base, choice->encrypted ? encrypted : type, (int) i);
    }
  g_ptr_array_set_free_func (scan->choices, NULL);
  gtk_label_set_text (self->placeholder, _("No private keys in ~/.ssh."));
  note = g_strdup_printf (_("Only %d files of ~/.ssh were looked at."), MAX_FILES);
  gtk_label_set_text (self->files_note, note);
  gtk_widget_set_visible (GTK_WIDGET (self->files_note), scan->cut);
  focus_first (self);
}

static void
scan_files (GwKeyChooser *self)
{
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, on_scanned, NULL);

  gtk_label_set_text (self->placeholder, _("Looking for private keys…"));
  gtk_widget_set_visible (GTK_WIDGET (self->files_note), FALSE);
  g_task_set_source_tag (task, scan_files);
  g_task_set_task_data (task, g_build_filename (g_get_home_dir (), ".ssh", NULL), g_free);
  g_task_set_return_on_cancel (task, TRUE);
  g_task_run_in_thread (task, scan_in_thread);
}

static void
on_agent_listed (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GwKeyChooser) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) keys = gw_agent_list_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  gtk_label_set_text (self->agent_note, error != NULL ? error->message
                                                      : _("The agent holds no keys."));
  gtk_widget_set_visible (GTK_WIDGET (self->agent_note), keys == NULL || keys->len == 0);
  for (guint i = 0; keys != NULL && i < keys->len; i++)
    {
      GwAgentKey *key = g_ptr_array_index (keys, i);
      Choice *choice = g_new0 (Choice, 1);
      g_autofree char *title = NULL;

      choice->fingerprint = g_strdup (key->fingerprint);
      choice->type = g_strdup (key->type);
      choice->comment = g_strdup (key->comment);
      /* Translators: a key of the ssh agent; %s is its type, such as ED25519. */
      title = g_strdup_printf (_("%s Key of the Agent"), gw_key_type_title (key->type));
      add_row (self, choice, title,
               key->comment != NULL && *key->comment != '\0' ? key->comment : key->fingerprint,
               -1);
    }
  focus_first (self);
}

static void
gw_key_chooser_show (GtkWidget *widget)
{
  GwKeyChooser *self = GW_KEY_CHOOSER (widget);
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL
         && GTK_IS_LIST_BOX_ROW (row))
    gtk_list_box_remove (self->list, row);
  gtk_label_set_text (self->agent_note, _("Asking the agent…"));
  gtk_widget_set_visible (GTK_WIDGET (self->agent_note), self->offers_agent);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  scan_files (self);
  if (self->offers_agent)
    gw_agent_list_async (self->cancellable, on_agent_listed, g_object_ref (self));
  GTK_WIDGET_CLASS (gw_key_chooser_parent_class)->show (widget);
}

static void
on_closed (GwKeyChooser *self)
{
  g_assert (GW_IS_KEY_CHOOSER (self));

  g_cancellable_cancel (self->cancellable);
}

static void
on_row_activated (GwKeyChooser  *self,
                  GtkListBoxRow *row)
{
  Choice *choice = g_object_get_data (G_OBJECT (row), "choice");

  g_assert (GW_IS_KEY_CHOOSER (self));

  gtk_popover_popdown (GTK_POPOVER (self));
  if (choice->path != NULL)
    g_signal_emit (self, signals[FILE_CHOSEN], 0, choice->path);
  else
    g_signal_emit (self, signals[AGENT_KEY_CHOSEN], 0,
                   choice->fingerprint, choice->type, choice->comment);
}

static void
gw_key_chooser_dispose (GObject *object)
{
  GwKeyChooser *self = GW_KEY_CHOOSER (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (gw_key_chooser_parent_class)->dispose (object);
}

static void
gw_key_chooser_class_init (GwKeyChooserClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = gw_key_chooser_dispose;
  GTK_WIDGET_CLASS (klass)->show = gw_key_chooser_show;

  signals[FILE_CHOSEN] = g_signal_new ("file-chosen", G_TYPE_FROM_CLASS (klass),
                                       G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[AGENT_KEY_CHOSEN] = g_signal_new ("agent-key-chosen", G_TYPE_FROM_CLASS (klass),
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                            G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING,
                                            G_TYPE_STRING);
}

static GtkWidget *
note_label (const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 36);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_margin_start (label, 12);
  gtk_widget_set_margin_end (label, 12);
  gtk_widget_set_margin_top (label, 9);
  gtk_widget_set_margin_bottom (label, 9);
  return label;
}

static void
gw_key_chooser_init (GwKeyChooser *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *list = gtk_list_box_new ();

  self->offers_agent = TRUE;
  self->list = GTK_LIST_BOX (list);
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  self->placeholder = GTK_LABEL (note_label (NULL));
  gtk_list_box_set_placeholder (self->list, GTK_WIDGET (self->placeholder));
  gtk_accessible_update_property (GTK_ACCESSIBLE (list),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Private Keys"), -1);
  g_signal_connect_object (list, "row-activated", G_CALLBACK (on_row_activated), self,
                           G_CONNECT_SWAPPED);
  self->files_note = GTK_LABEL (note_label (NULL));
  self->agent_note = GTK_LABEL (note_label (NULL));

  gtk_box_append (GTK_BOX (box), list);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->files_note));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->agent_note));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled),
                                  GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), 320);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), box);
  gtk_widget_set_size_request (scrolled, 320, -1);
  gtk_popover_set_child (GTK_POPOVER (self), scrolled);
  gtk_widget_add_css_class (GTK_WIDGET (self), "menu");

  g_signal_connect (self, "closed", G_CALLBACK (on_closed), NULL);
}

GtkWidget *
gw_key_chooser_new (void)
{
  return g_object_new (GW_TYPE_KEY_CHOOSER, NULL);
}

void
gw_key_chooser_set_offers_agent (GwKeyChooser *self,
                                 gboolean      offers_agent)
{
  g_return_if_fail (GW_IS_KEY_CHOOSER (self));

  self->offers_agent = offers_agent;
}
