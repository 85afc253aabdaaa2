/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-credential-dialog-private.h"

#include "config.h"

#include <glib/gi18n.h>

#include "gw-dialog-fit.h"
#include "gw-field-errors.h"
#include "gw-secret-entry.h"

G_DEFINE_FINAL_TYPE (GwCredentialDialog, gw_credential_dialog, ADW_TYPE_WINDOW)

static guint saved_signal;

GwCredentialType
gw_credential_dialog_get_secret_type (GwCredentialDialog *self)
{
  return (GwCredentialType) adw_combo_row_get_selected (self->type_row);
}

void
gw_credential_dialog_set_error (GwCredentialDialog *self,
                                GtkWidget          *field,
                                const char         *message)
{
  if (field == NULL)
    {
      gtk_label_set_text (self->message, message != NULL ? message : "");
      gtk_widget_set_visible (GTK_WIDGET (self->message), message != NULL);
      /* It is said above everything else. */
      if (message != NULL)
        gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scrolled), 0);
    }
  else if (field == GTK_WIDGET (self->key_row))
    gw_key_field_set_error (self->key_row, message);
  else
    gw_field_error_set (field, message);
}

void
gw_credential_dialog_clear_errors (GwCredentialDialog *self)
{
  gw_credential_dialog_set_error (self, NULL, NULL);
  gw_field_error_set (GTK_WIDGET (self->name_row), NULL);
  gw_field_error_set (GTK_WIDGET (self->user_row), NULL);
  gw_field_error_set (GTK_WIDGET (self->password_row), NULL);
  gw_field_error_set (GTK_WIDGET (self->passphrase_row), NULL);
}

static void
update_visibility (GwCredentialDialog *self)
{
  gboolean is_key = gw_credential_dialog_get_secret_type (self) == GW_CREDENTIAL_PRIVATE_KEY;

  gtk_widget_set_visible (GTK_WIDGET (self->password_row), !is_key);
  gtk_widget_set_visible (GTK_WIDGET (self->key_row), is_key);
  gtk_widget_set_visible (GTK_WIDGET (self->passphrase_row),
                          is_key && gw_key_field_is_encrypted (self->key_row));
  gtk_widget_set_visible (GTK_WIDGET (self->stored_row), self->edited != NULL && !self->gone);
  gw_credential_dialog_update_warning (self);
}

static gboolean
has_focus (GwCredentialDialog *self,
           GtkWidget          *row)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  return focus != NULL && (focus == row || gtk_widget_is_ancestor (focus, row));
}

static void
on_field_changed (GwCredentialDialog *self,
                  GtkWidget          *field)
{
  g_assert (GW_IS_CREDENTIAL_DIALOG (self));

  gw_field_error_set (field, NULL);
}

static void
on_type_changed (GwCredentialDialog *self)
{
  g_assert (GW_IS_CREDENTIAL_DIALOG (self));

  /* The template sets the first type before the other rows are bound. */
  if (self->scopes == NULL)
    return;
  gw_field_error_set (GTK_WIDGET (self->password_row), NULL);
  gw_field_error_set (GTK_WIDGET (self->passphrase_row), NULL);
  update_visibility (self);
}

static void
on_key_changed (GwCredentialDialog *self)
{
  gboolean was_shown;

  g_assert (GW_IS_CREDENTIAL_DIALOG (self));

  if (self->scopes == NULL)
    return;
  was_shown = gtk_widget_get_visible (GTK_WIDGET (self->passphrase_row));
  gw_field_error_set (GTK_WIDGET (self->passphrase_row), NULL);
  if (!gw_key_field_is_encrypted (self->key_row))
    gw_secret_entry_clear (GTK_EDITABLE (self->passphrase_row));
  gw_credential_dialog_forget_bits (self);
  gw_credential_dialog_ask_for_bits (self);
  update_visibility (self);
  /* Whoever has just given an encrypted key goes on with its passphrase. */
  if (!was_shown && gtk_widget_get_visible (GTK_WIDGET (self->passphrase_row))
      && has_focus (self, GTK_WIDGET (self->key_row)))
    gtk_widget_grab_focus (GTK_WIDGET (self->passphrase_row));
}

void
gw_credential_dialog_update_gone (GwCredentialDialog *self)
{
  gboolean gone;

  if (self->edited == NULL
      || !gw_keyring_is_usable (gw_credentials_get_keyring (self->credentials)))
    return;
  gone = gw_credentials_lookup (self->credentials, gw_credential_get_id (self->edited)) == NULL;
  if (gone == self->gone)
    return;
  self->gone = gone;
  gw_credential_dialog_set_error (self, NULL,
                                  gone ? _("This credential was deleted in the meantime, and its "
                                           "secret with it. Enter it again: OK then adds the "
                                           "credential anew.")
                                       : NULL);
  update_visibility (self);
}

static void
on_credentials_changed (GwCredentialDialog *self)
{
  g_assert (GW_IS_CREDENTIAL_DIALOG (self));

  /* Our own change may be what is seen. */
  if (self->cancellable == NULL)
    gw_credential_dialog_update_gone (self);
}

/* What was said of the state before is no longer true, and the row below it says what is. */
static void
on_state_changed (GwCredentialDialog *self)
{
  g_assert (GW_IS_CREDENTIAL_DIALOG (self));

  if (self->cancellable == NULL && !self->gone)
    gw_credential_dialog_set_error (self, NULL, NULL);
}

static void
on_submit (GtkWidget  *widget,
           const char *action_name,
           GVariant   *parameter)
{
  gw_credential_dialog_submit (GW_CREDENTIAL_DIALOG (widget));
}

void
gw_credential_dialog_saved (GwCredentialDialog *self,
                            const char         *id)
{
  g_signal_emit (self, saved_signal, 0, id);
  gtk_window_close (GTK_WINDOW (self));
}

static gboolean
gw_credential_dialog_close_request (GtkWindow *window)
{
  GwCredentialDialog *self = GW_CREDENTIAL_DIALOG (window);

  gw_credential_dialog_clear_secrets (self);
  return GTK_WINDOW_CLASS (gw_credential_dialog_parent_class)->close_request (window);
}

static void
gw_credential_dialog_dispose (GObject *object)
{
  GwCredentialDialog *self = GW_CREDENTIAL_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  gw_credential_dialog_forget_bits (self);
  g_clear_object (&self->credentials);
  g_clear_object (&self->edited);

  G_OBJECT_CLASS (gw_credential_dialog_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (GW_TYPE_KEYRING_ROW);
  g_type_ensure (GW_TYPE_KEY_FIELD);
  g_type_ensure (GW_TYPE_CREDENTIAL_SCOPES);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-credential-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, GwCredentialDialog, scrolled);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialDialog, spinner);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialDialog, message);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialDialog, keyring_row);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialDialog, user_row);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialDialog, type_row);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialDialog, stored_row);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialDialog, password_row);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialDialog, key_row);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialDialog, passphrase_row);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialDialog, warning_row);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialDialog, warning_label);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialDialog, scopes);
  gtk_widget_class_bind_template_callback (widget_class, on_field_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_type_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_key_changed);
}

static void
gw_credential_dialog_class_init (GwCredentialDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gw_credential_dialog_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = gw_credential_dialog_close_request;

  saved_signal = g_signal_new ("saved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                               NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_install_action (widget_class, "credential.submit", NULL, on_submit);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  bind_template (widget_class);
}

static void
gw_credential_dialog_init (GwCredentialDialog *self)
{
  const char *types[] = { gw_credential_type_title (GW_CREDENTIAL_PASSWORD),
                          gw_credential_type_title (GW_CREDENTIAL_PRIVATE_KEY), NULL };
  g_autoptr (GtkStringList) model = gtk_string_list_new (types);

  gtk_widget_init_template (GTK_WIDGET (self));
  adw_combo_row_set_model (self->type_row, G_LIST_MODEL (model));
  /* A credential keeps the key itself. */
  gw_key_field_set_offers_agent (self->key_row, FALSE);
  gw_secret_entry_protect (GTK_EDITABLE (self->password_row));
  gw_secret_entry_protect (GTK_EDITABLE (self->passphrase_row));
  gw_dialog_fit (self->scrolled);
}

static void
fill (GwCredentialDialog *self)
{
  const char *const *scopes = gw_credential_get_scopes (self->edited);
  g_autofree char *stored = gw_credential_dialog_describe_stored (self->edited);

  gtk_window_set_title (GTK_WINDOW (self), _("Edit Credential"));
  gtk_editable_set_text (GTK_EDITABLE (self->name_row), gw_credential_get_name (self->edited));
  gtk_editable_set_text (GTK_EDITABLE (self->user_row), gw_credential_get_user (self->edited));
  adw_combo_row_set_selected (self->type_row, gw_credential_get_secret_type (self->edited));
  gtk_widget_set_sensitive (GTK_WIDGET (self->type_row), FALSE);
  adw_action_row_set_subtitle (self->stored_row, stored);
  for (guint i = 0; scopes[i] != NULL; i++)
    gw_credential_scopes_add (self->scopes, scopes[i]);
}

GwCredentialDialog *
gw_credential_dialog_new (GtkWindow     *parent,
                          GwCredentials *credentials,
                          GwCatalogue   *catalogue,
                          GwCredential  *credential)
{
  GwCredentialDialog *self;
  GwKeyring *keyring;

  g_return_val_if_fail (parent == NULL || GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (GW_IS_CREDENTIALS (credentials), NULL);
  g_return_val_if_fail (GW_IS_CATALOGUE (catalogue), NULL);
  g_return_val_if_fail (credential == NULL || GW_IS_CREDENTIAL (credential), NULL);

  self = g_object_new (GW_TYPE_CREDENTIAL_DIALOG, "transient-for", parent, NULL);
  self->credentials = g_object_ref (credentials);
  keyring = gw_credentials_get_keyring (credentials);
  gw_keyring_row_set_keyring (self->keyring_row, keyring);
  g_signal_connect_object (keyring, "notify::state", G_CALLBACK (on_state_changed), self,
                           G_CONNECT_SWAPPED);
  gw_credential_scopes_set_up (self->scopes, credentials, catalogue,
                               credential != NULL ? gw_credential_get_id (credential) : NULL);
  if (credential != NULL)
    {
      self->edited = gw_credential_copy (credential);
      fill (self);
      g_signal_connect_object (credentials, "items-changed", G_CALLBACK (on_credentials_changed),
                               self, G_CONNECT_SWAPPED);
      g_signal_connect_object (keyring, "notify::state", G_CALLBACK (on_credentials_changed), self,
                               G_CONNECT_SWAPPED);
    }
  update_visibility (self);
  gw_credential_dialog_update_gone (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->name_row));
  return self;
}

void
gw_credential_dialog_suggest (GwCredentialDialog *self,
                              const char         *user,
                              GwCredentialType    type)
{
  g_return_if_fail (GW_IS_CREDENTIAL_DIALOG (self));
  g_return_if_fail (self->edited == NULL);

  if (user != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->user_row), user);
  adw_combo_row_set_selected (self->type_row, type);
}

void
gw_credential_dialog_clear_secrets (GwCredentialDialog *self)
{
  g_return_if_fail (GW_IS_CREDENTIAL_DIALOG (self));

  /* What is under way has copies. */
  gw_credential_dialog_stop (self);
  gw_secret_entry_clear (GTK_EDITABLE (self->password_row));
  gw_secret_entry_clear (GTK_EDITABLE (self->passphrase_row));
  gw_key_field_clear (self->key_row);
}
