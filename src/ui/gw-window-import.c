/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-window-private.h"

#include "config.h"
#include "gw-confirm.h"
#include "gw-ecs-import.h"
#include "gw-file-picker.h"

#include <glib/gi18n.h>

/* What a thread has read: nobody else knows these instances before they are handed over. */
typedef struct {
  GPtrArray *instances;
  guint      n_skipped;
} Import;

static void
import_free (Import *import)
{
  g_clear_pointer (&import->instances, g_ptr_array_unref);
  g_free (import);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Import, import_free)

static void
tell_imported (GwWindow *self,
               guint     n_imported,
               guint     n_skipped)
{
  g_autofree char *imported = NULL;
  g_autofree char *skipped = NULL;
  g_autofree char *text = NULL;

  imported = g_strdup_printf (ngettext ("%u instance imported", "%u instances imported",
                                        n_imported), n_imported);
  if (n_skipped == 0)
    {
      gw_window_toast (self, imported);
      return;
    }
  skipped = g_strdup_printf (ngettext ("%u entry skipped", "%u entries skipped", n_skipped),
                             n_skipped);
  /* Translators: “3 instances imported”, “1 entry skipped” */
  text = g_strdup_printf (_("%s, %s"), imported, skipped);
  gw_window_toast (self, text);
}

static void
read_in_thread (GTask        *task,
                gpointer      source,
                gpointer      path,
                GCancellable *cancellable)
{
  g_autoptr (Import) import = g_new0 (Import, 1);
  GError *error = NULL;

  import->instances = gw_ecs_import_load (path, &import->n_skipped, &error);
  if (import->instances != NULL)
    g_task_return_pointer (task, g_steal_pointer (&import), (GDestroyNotify) import_free);
  else
    g_task_return_error (task, error);
}

static void
on_read (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  GwWindow *self = GW_WINDOW (source);
  g_autoptr (Import) import = NULL;
  g_autoptr (GError) error = NULL;

  import = g_task_propagate_pointer (G_TASK (result), &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* the window has gone */
  if (import != NULL && gw_file_source_import (self->saved, import->instances, &error))
    tell_imported (self, import->instances->len, import->n_skipped);
  else
    gw_confirm_tell (GTK_WINDOW (self), _("Nothing Was Imported"), error->message);
}

void
gw_window_import_file (GwWindow   *self,
                       const char *path)
{
  /* Up to 64 MiB of JSON, perhaps from a slow disk: not for the main loop. */
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, on_read, NULL);

  g_task_set_source_tag (task, gw_window_import_file);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, read_in_thread);
}

static void
on_chosen (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  GwWindow *self = GW_WINDOW (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = gw_file_picker_open_finish (result, &error);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL)
    gw_window_import_file (self, path);
  else if (file != NULL)
    gw_confirm_tell (GTK_WINDOW (self), _("Nothing Was Imported"),
                     _("The file is not on this computer. Copy it here first."));
}

void
gw_window_import (GwWindow *self)
{
  gw_file_picker_open_async (GTK_WINDOW (self),
                             _("Import the Output of “aliyun ecs DescribeInstances”"), NULL,
                             self->cancellable, on_chosen, NULL);
}
