/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"
#include "config.h"

#include "gw-key-field.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gw-file-picker.h"
#include "gw-key-chooser.h"
#include "gw-key-inspector.h"
#include "gw-error.h"
#include "gw-key-text.h"
#include "gw-text.h"

struct _GwKeyField
{
  AdwPreferencesRow  parent_instance;

  GtkWidget         *key_box;
  GtkLabel          *type_label;
  GtkLabel          *fingerprint_label;
  GtkLabel          *origin_label;
  GtkWidget         *empty_box;
  GtkMenuButton     *choose_button;
  GtkLabel          *error_label;

  /* Either a text (perhaps with a path), or the fingerprint of a key of the agent, or neither. */
  GwSensitive       *text;
  char              *path;
  char              *agent_key;
  GwKeyInfo         *info; /* of the text */
  GCancellable      *cancellable; /* of whatever is being asked about this key */
  GCancellable      *asking; /* of the clipboard, picker or file that may hold the next one */
  gboolean           loading; /* it is a file */
};

G_DEFINE_FINAL_TYPE (GwKeyField, gw_key_field, ADW_TYPE_PREFERENCES_ROW)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
set_label (GtkLabel   *label,
           const char *text)
{
  gtk_label_set_text (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
}

static char *
display_path (const char *path)
{
  g_autofree char *shown = g_filename_display_name (path);
  gsize length = strlen (g_get_home_dir ());

  if (g_str_has_prefix (shown, g_get_home_dir ()) && shown[length] == '/')
    {
      g_autofree char *short_path = g_strconcat ("~", shown + length, NULL);

      return gw_text_clean_line (short_path, 200);
    }
  return gw_text_clean_line (shown, 200);
}

static void
show_key (GwKeyField *self)
{
  gboolean is_set = gw_key_field_is_set (self);

  if (self->info != NULL)
    {
      const char *type = self->info->type != NULL ? gw_key_type_title (self->info->type)
                                                  : _("Private Key");
      g_autofree char *encrypted = NULL;
      g_autofree char *origin = NULL;

      /* Translators: the type of a private key that needs a passphrase, such as “ED25519”. */
      encrypted = g_strdup_printf (_("%s, encrypted"), type);
      set_label (self->type_label, self->info->encrypted ? encrypted : type);
      set_label (self->fingerprint_label, self->info->fingerprint);
      origin = self->path != NULL ? display_path (self->path) : NULL;
      set_label (self->origin_label, origin);
    }
  gtk_widget_set_visible (self->key_box, is_set);
  gtk_widget_set_visible (self->empty_box, !is_set);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "key.clear", is_set);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
stop_asking (GwKeyField *self)
{
  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  self->loading = FALSE;
}

static void
forget_key (GwKeyField *self)
{
  stop_asking (self);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->text, gw_sensitive_unref);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->agent_key, g_free);
  g_clear_pointer (&self->info, gw_key_info_free);
}

static void
on_inspected (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GwKeyField) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *type = NULL;
  g_autofree char *fingerprint = NULL;

  g_assert (GW_IS_KEY_FIELD (self));

  if (!gw_key_inspect_finish (result, &type, &fingerprint, NULL, &error))
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
      /* Only the verdict on the key is worth a word; without an engine it can still be tried. */
      if (g_error_matches (error, GW_ERROR, GW_ERROR_KEY_NOT_A_KEY)
          || g_error_matches (error, GW_ERROR, GW_ERROR_KEY_UNSUPPORTED))
        {
          gw_key_field_clear (self);
          gw_key_field_set_error (self, error->message);
        }
      else
        g_debug ("Private key could not be inspected: %s", error->message);
      return;
    }
  g_clear_pointer (&self->info->type, g_free);
  self->info->type = g_steal_pointer (&type);
  g_clear_pointer (&self->info->fingerprint, g_free);
  self->info->fingerprint = g_steal_pointer (&fingerprint);
  show_key (self);
}

/* The key that is there stays, and so does what is being asked about it. */
static GCancellable *
begin_asking (GwKeyField *self)
{
  stop_asking (self);
  self->asking = g_cancellable_new ();
  return self->asking;
}

/* The only way into the field for text from elsewhere. */
static gboolean
take_string (GwKeyField *self,
             const char *string)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GwSensitive) text = gw_sensitive_new (string, -1, &error);

  if (text == NULL)
    {
      gw_key_field_set_error (self, error->message);
      return FALSE;
    }
  return gw_key_field_set_text (self, text, NULL);
}

static void
on_clipboard_read (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (GwKeyField) self = user_data;
  g_autoptr (GError) error = NULL;
  char *string = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, &error);

  g_assert (GW_IS_KEY_FIELD (self));

  if (string != NULL)
    {
      take_string (self, string);
      explicit_bzero (string, strlen (string));
      g_free (string);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    gw_key_field_set_error (self, _("There is no text in the clipboard."));
}

static void
on_paste (GtkWidget  *widget,
          const char *action_name,
          GVariant   *parameter)
{
  GwKeyField *self = GW_KEY_FIELD (widget);

  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (widget), begin_asking (self),
                                 on_clipboard_read, g_object_ref (self));
}

static void
on_file_picked (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GwKeyField) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = gw_file_picker_open_finish (result, &error);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  g_assert (GW_IS_KEY_FIELD (self));

  if (path != NULL)
    gw_key_field_load_path (self, path);
  else if (file != NULL)
    gw_key_field_set_error (self, _("Only files of this computer can be loaded."));
}

static void
on_load (GtkWidget  *widget,
         const char *action_name,
         GVariant   *parameter)
{
  GwKeyField *self = GW_KEY_FIELD (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  g_autofree char *path = g_build_filename (g_get_home_dir (), ".ssh", NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (path);

  gw_file_picker_open_async (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, _("Load Private Key"),
                             g_file_test (path, G_FILE_TEST_IS_DIR) ? folder : NULL,
                             begin_asking (self), on_file_picked, g_object_ref (self));
}

static void
on_clear (GtkWidget  *widget,
          const char *action_name,
          GVariant   *parameter)
{
  GwKeyField *self = GW_KEY_FIELD (widget);

  gw_key_field_clear (self);
  /* The button that had the focus is gone. */
  gtk_widget_child_focus (self->empty_box, GTK_DIR_TAB_FORWARD);
}

static gboolean
on_drop (GwKeyField   *self,
         const GValue *value)
{
  g_autofree char *path = NULL;

  g_assert (GW_IS_KEY_FIELD (self));

  if (G_VALUE_HOLDS_STRING (value))
    return take_string (self, g_value_get_string (value));
  if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    {
      GSList *files = g_value_get_boxed (value);

      path = files != NULL ? g_file_get_path (files->data) : NULL;
    }
  else if (G_VALUE_HOLDS (value, G_TYPE_FILE))
    path = g_file_get_path (g_value_get_object (value));
  if (path != NULL)
    gw_key_field_load_path (self, path);
  else
    gw_key_field_set_error (self, _("Only files of this computer can be loaded."));
  return path != NULL;
}

static void
gw_key_field_dispose (GObject *object)
{
  GwKeyField *self = GW_KEY_FIELD (object);

  forget_key (self);
  G_OBJECT_CLASS (gw_key_field_parent_class)->dispose (object);
}

static void
gw_key_field_class_init (GwKeyFieldClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gw_key_field_dispose;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_install_action (widget_class, "key.paste", NULL, on_paste);
  gtk_widget_class_install_action (widget_class, "key.load", NULL, on_load);
  gtk_widget_class_install_action (widget_class, "key.clear", NULL, on_clear);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_v, GDK_CONTROL_MASK,
                                       "key.paste", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Insert, GDK_SHIFT_MASK,
                                       "key.paste", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "key.clear", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, 0, "default.activate", NULL);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-key-field.ui");
  gtk_widget_class_bind_template_child (widget_class, GwKeyField, key_box);
  gtk_widget_class_bind_template_child (widget_class, GwKeyField, type_label);
  gtk_widget_class_bind_template_child (widget_class, GwKeyField, fingerprint_label);
  gtk_widget_class_bind_template_child (widget_class, GwKeyField, origin_label);
  gtk_widget_class_bind_template_child (widget_class, GwKeyField, empty_box);
  gtk_widget_class_bind_template_child (widget_class, GwKeyField, choose_button);
  gtk_widget_class_bind_template_child (widget_class, GwKeyField, error_label);
}

static void
on_agent_key_chosen (GwKeyField *self,
                     const char *fingerprint,
                     const char *type,
                     const char *comment)
{
  g_assert (GW_IS_KEY_FIELD (self));

  gw_key_field_set_agent_key (self, fingerprint, type, comment);
}

static void
gw_key_field_init (GwKeyField *self)
{
  GType types[] = { GDK_TYPE_FILE_LIST, G_TYPE_FILE, G_TYPE_STRING };
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);
  GtkWidget *chooser = gw_key_chooser_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_popover (self->choose_button, chooser);
  g_signal_connect_object (chooser, "file-chosen", G_CALLBACK (gw_key_field_load_path), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (chooser, "agent-key-chosen", G_CALLBACK (on_agent_key_chosen), self,
                           G_CONNECT_SWAPPED);
  gtk_drop_target_set_gtypes (target, types, G_N_ELEMENTS (types));
  g_signal_connect_swapped (target, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "key.clear", FALSE);
}

void
gw_key_field_set_offers_agent (GwKeyField *self,
                               gboolean    offers_agent)
{
  GtkPopover *chooser;

  g_return_if_fail (GW_IS_KEY_FIELD (self));

  chooser = gtk_menu_button_get_popover (self->choose_button);
  gw_key_chooser_set_offers_agent (GW_KEY_CHOOSER (chooser), offers_agent);
}

gboolean
gw_key_field_set_text (GwKeyField  *self,
                       GwSensitive *text,
                       const char  *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *kept_path = g_strdup (path);
  GwKeyInfo *info;

  g_return_val_if_fail (GW_IS_KEY_FIELD (self), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  info = gw_key_text_inspect (text, &error);
  if (info == NULL)
    {
      gw_key_field_set_error (self, error->message);
      return FALSE;
    }
  gw_sensitive_ref (text);
  forget_key (self);
  self->text = text;
  self->path = g_steal_pointer (&kept_path);
  self->info = info;
  gw_key_field_set_error (self, NULL);
  /* Where the header holds no public half, only parsing tells; encrypted ones stay closed. */
  if (info->fingerprint == NULL && !info->encrypted)
    {
      self->cancellable = g_cancellable_new ();
      gw_key_inspect_async (text, NULL, self->cancellable, on_inspected, g_object_ref (self));
    }
  show_key (self);
  return TRUE;
}

static void
load_in_thread (GTask        *task,
                gpointer      source,
                gpointer      task_data,
                GCancellable *cancellable)
{
  GError *error = NULL;
  GwSensitive *text = gw_sensitive_new_from_file (task_data, &error);

  if (text != NULL)
    g_task_return_pointer (task, text, (GDestroyNotify) gw_sensitive_unref);
  else
    g_task_return_error (task, error);
}

static void
on_loaded (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  GwKeyField *self = GW_KEY_FIELD (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GwSensitive) text = g_task_propagate_pointer (G_TASK (result), &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  stop_asking (self);
  if (text != NULL)
    gw_key_field_set_text (self, text, g_task_get_task_data (G_TASK (result)));
  else
    gw_key_field_set_error (self, error->message);
}

void
gw_key_field_load_path (GwKeyField *self,
                        const char *path)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (GW_IS_KEY_FIELD (self));
  g_return_if_fail (path != NULL);

  gw_key_field_set_error (self, NULL);
  task = g_task_new (self, begin_asking (self), on_loaded, NULL);
  g_task_set_source_tag (task, gw_key_field_load_path);
  g_task_set_task_data (task, g_strdup (path), g_free);
  /* A file of a server that is away may keep its thread for minutes. */
  g_task_set_return_on_cancel (task, TRUE);
  self->loading = TRUE;
  g_task_run_in_thread (task, load_in_thread);
}

gboolean
gw_key_field_is_loading (GwKeyField *self)
{
  g_return_val_if_fail (GW_IS_KEY_FIELD (self), FALSE);

  return self->loading;
}

void
gw_key_field_set_agent_key (GwKeyField *self,
                            const char *fingerprint,
                            const char *type,
                            const char *comment)
{
  g_autofree char *title = NULL;
  g_autofree char *kept = g_strdup (fingerprint);

  g_return_if_fail (GW_IS_KEY_FIELD (self));
  g_return_if_fail (fingerprint != NULL);

  forget_key (self);
  self->agent_key = g_steal_pointer (&kept);
  /* Translators: a key of the ssh agent; %s is its type, such as ED25519. */
  title = type != NULL ? g_strdup_printf (_("%s Key of the Agent"), gw_key_type_title (type))
                       : g_strdup (_("Key of the Agent"));
  set_label (self->type_label, title);
  set_label (self->fingerprint_label, self->agent_key);
  set_label (self->origin_label, comment);
  gw_key_field_set_error (self, NULL);
  show_key (self);
}

void
gw_key_field_clear (GwKeyField *self)
{
  g_return_if_fail (GW_IS_KEY_FIELD (self));

  forget_key (self);
  gw_key_field_set_error (self, NULL);
  show_key (self);
}

GwSensitive *
gw_key_field_get_text (GwKeyField *self)
{
  g_return_val_if_fail (GW_IS_KEY_FIELD (self), NULL);

  return self->text;
}

const char *
gw_key_field_get_path (GwKeyField *self)
{
  g_return_val_if_fail (GW_IS_KEY_FIELD (self), NULL);

  return self->path;
}

const char *
gw_key_field_get_agent_key (GwKeyField *self)
{
  g_return_val_if_fail (GW_IS_KEY_FIELD (self), NULL);

  return self->agent_key;
}

gboolean
gw_key_field_is_set (GwKeyField *self)
{
  g_return_val_if_fail (GW_IS_KEY_FIELD (self), FALSE);

  return self->text != NULL || self->agent_key != NULL;
}

gboolean
gw_key_field_is_encrypted (GwKeyField *self)
{
  g_return_val_if_fail (GW_IS_KEY_FIELD (self), FALSE);

  return self->info != NULL && self->info->encrypted;
}

void
gw_key_field_set_error (GwKeyField *self,
                        const char *message)
{
  g_return_if_fail (GW_IS_KEY_FIELD (self));

  set_label (self->error_label, message);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_INVALID,
                               message != NULL ? GTK_ACCESSIBLE_INVALID_TRUE
                                               : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

const char *
gw_key_field_get_error (GwKeyField *self)
{
  g_return_val_if_fail (GW_IS_KEY_FIELD (self), NULL);

  return gtk_widget_get_visible (GTK_WIDGET (self->error_label))
           ? gtk_label_get_text (self->error_label) : NULL;
}
