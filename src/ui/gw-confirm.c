/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-confirm.h"

#include "config.h"
#include "gw-accessible.h"

#include <adwaita.h>
#include <glib/gi18n.h>

static gboolean
on_closed (gpointer user_data)
{
  GTask *task = user_data;

  if (!g_task_return_error_if_cancelled (task))
    g_task_return_boolean (task, GPOINTER_TO_INT (g_task_get_task_data (task)));
  return G_SOURCE_REMOVE;
}

/* The answer may be to close the parent, which must not go while its dialog is still going. */
static void
on_response (AdwMessageDialog *dialog,
             const char       *response,
             gpointer          user_data)
{
  GTask *task = user_data;

  g_assert (ADW_IS_MESSAGE_DIALOG (dialog));
  g_assert (G_IS_TASK (task));

  g_task_set_task_data (task, GINT_TO_POINTER (g_str_equal (response, "verb")), NULL);
  g_idle_add_full (G_PRIORITY_DEFAULT, on_closed, task, g_object_unref);
}

static void
on_cancelled (GCancellable *cancellable,
              GtkWindow    *dialog)
{
  g_assert (ADW_IS_MESSAGE_DIALOG (dialog));

  gtk_window_close (dialog);
}

void
gw_confirm_ask_async (GtkWindow           *parent,
                      const char          *heading,
                      const char          *body,
                      const char          *verb,
                      GwConfirmStyle       style,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  AdwMessageDialog *dialog;
  GTask *task;

  g_return_if_fail (GTK_IS_WINDOW (parent));
  g_return_if_fail (heading != NULL && verb != NULL);

  task = g_task_new (parent, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_confirm_ask_async);
  if (g_task_return_error_if_cancelled (task))
    {
      g_object_unref (task);
      return;
    }

  dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (parent, heading, body));
  adw_message_dialog_add_responses (dialog, "cancel", _("Cancel"), "verb", verb, NULL);
  adw_message_dialog_set_close_response (dialog, "cancel");
  /* Enter must not end sessions or lose data by a slip: the destructive verb is no default. */
  adw_message_dialog_set_default_response (
    dialog, style == GW_CONFIRM_DESTRUCTIVE ? "cancel" : "verb");
  adw_message_dialog_set_response_appearance (
    dialog, "verb",
    style == GW_CONFIRM_DESTRUCTIVE ? ADW_RESPONSE_DESTRUCTIVE : ADW_RESPONSE_SUGGESTED);
  gw_accessible_name_buttons (GTK_WIDGET (dialog));
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), task);
  if (cancellable != NULL)
    g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (on_cancelled), dialog, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

gboolean
gw_confirm_ask_finish (GAsyncResult  *result,
                       GError       **error)
{
  g_return_val_if_fail (G_IS_TASK (result), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
gw_confirm_tell (GtkWindow  *parent,
                 const char *heading,
                 const char *body)
{
  GtkWidget *dialog;

  g_return_if_fail (GTK_IS_WINDOW (parent));
  g_return_if_fail (heading != NULL);

  dialog = adw_message_dialog_new (parent, heading, body);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _("Close"));
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "close");
  gw_accessible_name_buttons (dialog);
  gtk_window_present (GTK_WINDOW (dialog));
}
