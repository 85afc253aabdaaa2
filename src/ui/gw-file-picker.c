/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-file-picker.h"

#include "config.h"

#include <glib/gi18n.h>

static void on_cancelled (GCancellable    *cancellable,
                          GtkNativeDialog *dialog);

static void
on_response (GtkNativeDialog *dialog,
             int              response,
             gpointer         user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GFile) file = NULL;
  GCancellable *cancellable;

  g_assert (GTK_IS_FILE_CHOOSER_NATIVE (dialog));
  g_assert (G_IS_TASK (task));

  cancellable = g_task_get_cancellable (task);

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

  /* Last the answer: it calls back at once, and whoever is called may cancel. */
  g_signal_handlers_disconnect_by_func (dialog, on_response, task);
  if (cancellable != NULL)
    g_signal_handlers_disconnect_by_func (cancellable, on_cancelled, dialog);
  gtk_native_dialog_destroy (dialog);
  if (file != NULL)
    g_task_return_pointer (task, g_steal_pointer (&file), g_object_unref);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("No file was chosen"));
}

static void
on_cancelled (GCancellable    *cancellable,
              GtkNativeDialog *dialog)
{
  g_assert (GTK_IS_FILE_CHOOSER_NATIVE (dialog));

  /* Emits no response by itself, and the task waits for one. */
  g_signal_emit_by_name (dialog, "response", GTK_RESPONSE_CANCEL);
}

void
gw_file_picker_open_async (GtkWindow           *parent,
                           const char          *title,
                           GFile               *folder,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  GtkFileChooserNative *dialog;
  GTask *task;

  g_return_if_fail (GTK_IS_WINDOW (parent));
  g_return_if_fail (title != NULL);

  task = g_task_new (parent, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_file_picker_open_async);
  if (g_task_return_error_if_cancelled (task))
    {
      g_object_unref (task);
      return;
    }

  dialog = gtk_file_chooser_native_new (title, parent, GTK_FILE_CHOOSER_ACTION_OPEN,
                                        _("_Open"), _("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  if (folder != NULL)
    gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (dialog), folder, NULL);
  g_task_set_task_data (task, dialog, g_object_unref);
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), task);
  if (cancellable != NULL)
    g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (on_cancelled), dialog, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

GFile *
gw_file_picker_open_finish (GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
