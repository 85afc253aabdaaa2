/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-replace-dialog.h"

#include "config.h"
#include "gw-secret-entry.h"

#include <glib/gi18n.h>

struct _GwReplaceDialog
{
  AdwWindow      parent_instance;

  GtkWidget     *group;
  GtkWidget     *message;
  GtkWidget     *secret_row;
  GtkWidget     *replace_button;

  GwSavedLogins *logins;
  char          *key;
  gboolean       is_password; /* else the passphrase of a key file */
  GCancellable  *cancellable;
};

G_DEFINE_FINAL_TYPE (GwReplaceDialog, gw_replace_dialog, ADW_TYPE_WINDOW)

static guint replaced_signal;

static void
set_busy (GwReplaceDialog *self,
          gboolean         busy)
{
  gtk_widget_set_sensitive (self->secret_row, !busy);
  gtk_widget_set_sensitive (self->replace_button, !busy);
}

static void
show_message (GwReplaceDialog *self,
              const char      *message)
{
  gtk_label_set_text (GTK_LABEL (self->message), message);
  gtk_widget_set_visible (self->message, TRUE);
  gtk_widget_grab_focus (self->secret_row);
}

static void
on_replaced (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GwReplaceDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = gw_saved_logins_replace_finish (GW_SAVED_LOGINS (source), result, &error);

  g_assert (GW_IS_REPLACE_DIALOG (self));

  if (self->logins == NULL)
    return;
  set_busy (self, FALSE);
  if (!ok)
    {
      show_message (self, error->message);
      return;
    }
  gw_replace_dialog_clear_secrets (self);
  g_signal_emit (self, replaced_signal, 0);
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_replace (GwReplaceDialog *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GwSensitive) secret = NULL;
  g_autoptr (GwSecrets) secrets = NULL;

  g_assert (GW_IS_REPLACE_DIALOG (self));

  secret = gw_secret_entry_take (GTK_EDITABLE (self->secret_row), &error);
  if (secret == NULL)
    {
      if (error != NULL)
        show_message (self, error->message);
      else
        show_message (self, self->is_password ? _("Enter the new password.")
                                              : _("Enter the new passphrase."));
      return;
    }
  gtk_widget_set_visible (self->message, FALSE);
  set_busy (self, TRUE);
  secrets = gw_secrets_new (self->is_password ? secret : NULL, NULL,
                            self->is_password ? NULL : secret);
  gw_saved_logins_replace_async (self->logins, self->key, secrets, self->cancellable, on_replaced,
                                 g_object_ref (self));
}

static void
gw_replace_dialog_dispose (GObject *object)
{
  GwReplaceDialog *self = GW_REPLACE_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->logins);

  G_OBJECT_CLASS (gw_replace_dialog_parent_class)->dispose (object);
}

static void
gw_replace_dialog_finalize (GObject *object)
{
  GwReplaceDialog *self = GW_REPLACE_DIALOG (object);

  g_clear_object (&self->cancellable);
  g_free (self->key);

  G_OBJECT_CLASS (gw_replace_dialog_parent_class)->finalize (object);
}

static void
gw_replace_dialog_class_init (GwReplaceDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = gw_replace_dialog_dispose;
  object_class->finalize = gw_replace_dialog_finalize;

  replaced_signal = g_signal_new ("replaced", GW_TYPE_REPLACE_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-replace-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, GwReplaceDialog, group);
  gtk_widget_class_bind_template_child (widget_class, GwReplaceDialog, message);
  gtk_widget_class_bind_template_child (widget_class, GwReplaceDialog, secret_row);
  gtk_widget_class_bind_template_child (widget_class, GwReplaceDialog, replace_button);
  gtk_widget_class_bind_template_callback (widget_class, on_replace);
}

static void
gw_replace_dialog_init (GwReplaceDialog *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gw_secret_entry_protect (GTK_EDITABLE (self->secret_row));
}

GwReplaceDialog *
gw_replace_dialog_new (GtkWindow          *parent,
                       GwSavedLogins      *logins,
                       const GwSavedLogin *login)
{
  GwReplaceDialog *self;
  g_autofree char *subject = NULL;
  g_autofree char *escaped = NULL;

  g_return_val_if_fail (parent == NULL || GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (GW_IS_SAVED_LOGINS (logins), NULL);
  g_return_val_if_fail (login != NULL, NULL);

  self = g_object_new (GW_TYPE_REPLACE_DIALOG, "transient-for", parent, NULL);
  self->logins = g_object_ref (logins);
  self->key = g_strdup (login->key);
  self->is_password = login->method == GW_METHOD_PASSWORD;
  gtk_window_set_title (GTK_WINDOW (self),
                        self->is_password ? _("Replace Password") : _("Replace Passphrase"));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->secret_row),
                                 self->is_password ? _("New Password") : _("New Passphrase"));
  if (self->is_password)
    /* Translators: a username and the name of an instance */
    subject = g_strdup_printf (_("The password that is saved for %s on “%s”."), login->user,
                               login->title);
  else
    /* Translators: the path of a private key, and the name of an instance */
    subject = g_strdup_printf (_("The passphrase of %s that is saved for “%s”."),
                               login->key_path, login->title);
  escaped = g_markup_escape_text (subject, -1);
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self->group), escaped);
  gtk_widget_grab_focus (self->secret_row);
  return self;
}

void
gw_replace_dialog_clear_secrets (GwReplaceDialog *self)
{
  g_return_if_fail (GW_IS_REPLACE_DIALOG (self));

  gw_secret_entry_clear (GTK_EDITABLE (self->secret_row));
}
