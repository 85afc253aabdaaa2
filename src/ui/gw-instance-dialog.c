/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-instance-dialog.h"

#include "config.h"
#include "gw-endpoint.h"
#include "gw-file-picker.h"

#include <glib/gi18n.h>

struct _GwInstanceDialog
{
  AdwWindow     parent_instance;

  GtkWidget    *message;
  GtkWidget    *host_row;
  GtkWidget    *name_row;
  GtkWidget    *user_row;
  GtkWidget    *port_row;
  GtkWidget    *key_row;
  GtkWidget    *tags_row;
  GtkWidget    *save_button;

  GwFileSource *saved;
  GwInstance   *instance; /* what is edited, NULL for a new one */
  GCancellable *cancellable;
  gboolean      tried;    /* Save was pressed: from then on every change is checked at once */
};

G_DEFINE_FINAL_TYPE (GwInstanceDialog, gw_instance_dialog, ADW_TYPE_WINDOW)

static guint saved_signal;

/* The text of a row without white space around it. Free with g_free(). */
static char *
dup_text (GtkWidget *row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
}

/* An imported instance is dialled at its addresses and needs no host name. */
static gboolean
has_addresses (GwInstanceDialog *self)
{
  for (int kind = 0; self->instance != NULL && kind < GW_N_ADDRESS_KINDS; kind++)
    if (gw_instance_get_addresses (self->instance, (GwAddressKind) kind)[0] != NULL)
      return TRUE;
  return FALSE;
}

static gboolean
check_host (GwInstanceDialog  *self,
            GError           **error)
{
  g_autofree char *host = dup_text (self->host_row);

  if (*host != '\0')
    return gw_host_validate (host, error);
  if (has_addresses (self))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       _("Enter a host name or an address."));
  return FALSE;
}

static gboolean
check_user (GwInstanceDialog  *self,
            GError           **error)
{
  g_autofree char *user = dup_text (self->user_row);

  return *user == '\0' || gw_user_validate (user, error);
}

static gboolean
check_port (GwInstanceDialog  *self,
            GError           **error)
{
  g_autofree char *port = dup_text (self->port_row);
  guint16 number;

  return *port == '\0' || gw_port_parse (port, &number, error);
}

/* Free with g_free(). */
static char *
expand_home (const char *path)
{
  if (g_str_has_prefix (path, "~/"))
    return g_build_filename (g_get_home_dir (), path + 2, NULL);
  return g_strdup (path);
}

static gboolean
check_key (GwInstanceDialog  *self,
           GError           **error)
{
  g_autofree char *text = dup_text (self->key_row);
  g_autofree char *path = expand_home (text);

  if (*path == '\0' || g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       _("There is no such private key file."));
  return FALSE;
}

/* Marks what is wrong, says the first of it, and answers the row to go to; NULL if all is well. */
static GtkWidget *
check (GwInstanceDialog *self)
{
  const struct {
    GtkWidget *row;
    gboolean (*check) (GwInstanceDialog *self,
                       GError          **error);
  } checks[] = {
    { self->host_row, check_host },
    { self->user_row, check_user },
    { self->port_row, check_port },
    { self->key_row, check_key },
  };
  GtkWidget *first = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (checks); i++)
    {
      g_autoptr (GError) error = NULL;

      if (checks[i].check (self, &error))
        {
          gtk_widget_remove_css_class (checks[i].row, "error");
          continue;
        }
      gtk_widget_add_css_class (checks[i].row, "error");
      if (first == NULL)
        {
          first = checks[i].row;
          gtk_label_set_text (GTK_LABEL (self->message), error->message);
        }
    }
  gtk_widget_set_visible (self->message, first != NULL);
  return first;
}

static void
on_changed (GwInstanceDialog *self)
{
  g_assert (GW_IS_INSTANCE_DIALOG (self));

  if (self->tried)
    check (self);
}

static void
apply_text (GwInstance     *instance,
            GwInstanceText  which,
            GtkWidget      *row)
{
  g_autofree char *text = dup_text (row);

  gw_instance_set_text (instance, which, *text != '\0' ? text : NULL);
}

static void
apply (GwInstanceDialog *self,
       GwInstance       *instance)
{
  g_autofree char *port = dup_text (self->port_row);
  g_autofree char *key = dup_text (self->key_row);
  g_autofree char *key_path = expand_home (key);
  g_autofree char *tags = dup_text (self->tags_row);
  g_auto (GStrv) parts = g_strsplit (tags, ",", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) cleaned = NULL;
  guint16 number = 0;

  apply_text (instance, GW_INSTANCE_HOST_NAME, self->host_row);
  apply_text (instance, GW_INSTANCE_NAME, self->name_row);
  apply_text (instance, GW_INSTANCE_USER, self->user_row);
  gw_instance_set_text (instance, GW_INSTANCE_IDENTITY_FILE, *key != '\0' ? key_path : NULL);
  if (*port != '\0')
    gw_port_parse (port, &number, NULL);
  gw_instance_set_port (instance, number);

  for (guint i = 0; parts[i] != NULL; i++)
    if (*g_strstrip (parts[i]) != '\0')
      g_strv_builder_add (builder, parts[i]);
  cleaned = g_strv_builder_end (builder);
  gw_instance_set_tags (instance, (const char *const *) cleaned);
}

static void
on_save (GwInstanceDialog *self)
{
  g_autoptr (GwInstance) instance = NULL;
  g_autoptr (GError) error = NULL;
  GtkWidget *wrong;
  gboolean ok;

  g_assert (GW_IS_INSTANCE_DIALOG (self));

  self->tried = TRUE;
  wrong = check (self);
  if (wrong != NULL)
    {
      gtk_widget_grab_focus (wrong);
      return;
    }

  if (self->instance != NULL)
    {
      instance = gw_instance_copy (self->instance, gw_instance_get_id (self->instance));
      apply (self, instance);
      ok = gw_file_source_update (self->saved, instance, &error);
    }
  else
    {
      g_autofree char *id = g_uuid_string_random ();

      instance = gw_instance_new (id);
      apply (self, instance);
      ok = gw_file_source_add (self->saved, instance, &error);
    }
  if (!ok)
    {
      gtk_label_set_text (GTK_LABEL (self->message), error->message);
      gtk_widget_set_visible (self->message, TRUE);
      return;
    }
  g_signal_emit (self, saved_signal, 0, instance);
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_key_chosen (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GwInstanceDialog) self = user_data;
  g_autoptr (GFile) file = gw_file_picker_open_finish (result, NULL);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL && self->key_row != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->key_row), path);
}

static void
on_choose_key (GwInstanceDialog *self)
{
  g_autofree char *path = g_build_filename (g_get_home_dir (), ".ssh", NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (path);

  g_assert (GW_IS_INSTANCE_DIALOG (self));

  gw_file_picker_open_async (GTK_WINDOW (self), _("Choose a Private Key"), folder,
                             self->cancellable, on_key_chosen, g_object_ref (self));
}

static void
set_text (GtkWidget  *row,
          const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (row), text != NULL ? text : "");
}

static void
fill_in (GwInstanceDialog *self)
{
  GwInstance *instance = self->instance;
  g_autofree char *tags = g_strjoinv (", ", (GStrv) gw_instance_get_tags (instance));

  set_text (self->host_row, gw_instance_get_text (instance, GW_INSTANCE_HOST_NAME));
  set_text (self->name_row, gw_instance_get_text (instance, GW_INSTANCE_NAME));
  set_text (self->user_row, gw_instance_get_text (instance, GW_INSTANCE_USER));
  set_text (self->key_row, gw_instance_get_text (instance, GW_INSTANCE_IDENTITY_FILE));
  set_text (self->tags_row, tags);
  if (gw_instance_get_port (instance) != 0)
    {
      g_autofree char *port = g_strdup_printf ("%u", gw_instance_get_port (instance));

      set_text (self->port_row, port);
    }
}

static void
gw_instance_dialog_dispose (GObject *object)
{
  GwInstanceDialog *self = GW_INSTANCE_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->saved);
  g_clear_object (&self->instance);

  G_OBJECT_CLASS (gw_instance_dialog_parent_class)->dispose (object);
}

static void
gw_instance_dialog_finalize (GObject *object)
{
  g_clear_object (&GW_INSTANCE_DIALOG (object)->cancellable);

  G_OBJECT_CLASS (gw_instance_dialog_parent_class)->finalize (object);
}

static void
gw_instance_dialog_class_init (GwInstanceDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = gw_instance_dialog_dispose;
  object_class->finalize = gw_instance_dialog_finalize;

  saved_signal = g_signal_new ("saved", GW_TYPE_INSTANCE_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 1, GW_TYPE_INSTANCE);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-instance-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, GwInstanceDialog, message);
  gtk_widget_class_bind_template_child (widget_class, GwInstanceDialog, host_row);
  gtk_widget_class_bind_template_child (widget_class, GwInstanceDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, GwInstanceDialog, user_row);
  gtk_widget_class_bind_template_child (widget_class, GwInstanceDialog, port_row);
  gtk_widget_class_bind_template_child (widget_class, GwInstanceDialog, key_row);
  gtk_widget_class_bind_template_child (widget_class, GwInstanceDialog, tags_row);
  gtk_widget_class_bind_template_child (widget_class, GwInstanceDialog, save_button);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_save);
  gtk_widget_class_bind_template_callback (widget_class, on_choose_key);
}

static void
gw_instance_dialog_init (GwInstanceDialog *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

GwInstanceDialog *
gw_instance_dialog_new (GtkWindow    *parent,
                        GwFileSource *saved,
                        GwInstance   *instance)
{
  GwInstanceDialog *self;

  g_return_val_if_fail (parent == NULL || GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (GW_IS_FILE_SOURCE (saved), NULL);
  g_return_val_if_fail (instance == NULL || GW_IS_INSTANCE (instance), NULL);

  self = g_object_new (GW_TYPE_INSTANCE_DIALOG, "transient-for", parent, NULL);
  self->saved = g_object_ref (saved);
  gtk_window_set_title (GTK_WINDOW (self), instance != NULL ? _("Edit Host") : _("Add Host"));
  if (instance != NULL)
    {
      self->instance = g_object_ref (instance);
      fill_in (self);
    }
  gtk_widget_grab_focus (GTK_WIDGET (self->host_row));
  return self;
}
