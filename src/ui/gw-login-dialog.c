/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"
#include "config.h"

#include "gw-login-dialog-private.h"

#include <glib/gi18n.h>

#include "gw-dialog-fit.h"
#include "gw-endpoint.h"
#include "gw-field-errors.h"
#include "gw-secret-entry.h"

G_DEFINE_FINAL_TYPE (GwLoginDialog, gw_login_dialog, ADW_TYPE_WINDOW)

enum { LOGIN, N_SIGNALS };
static guint signals[N_SIGNALS];

GwMethod
gw_login_dialog_get_method (GwLoginDialog *self)
{
  return (GwMethod) adw_combo_row_get_selected (self->method_row);
}

void
gw_login_dialog_clear_secrets (GwLoginDialog *self)
{
  g_return_if_fail (GW_IS_LOGIN_DIALOG (self));

  gw_secret_entry_clear (GTK_EDITABLE (self->password_row));
  gw_secret_entry_clear (GTK_EDITABLE (self->passphrase_row));
  gw_key_field_clear (self->key_row);
}

void
gw_login_dialog_update_visibility (GwLoginDialog *self)
{
  GwMethod method = gw_login_dialog_get_method (self);

  gtk_widget_set_visible (GTK_WIDGET (self->credential_row), method == GW_METHOD_CREDENTIAL);
  gtk_widget_set_visible (GTK_WIDGET (self->user_row), method != GW_METHOD_CREDENTIAL);
  gtk_widget_set_visible (GTK_WIDGET (self->password_row), method == GW_METHOD_PASSWORD);
  gtk_widget_set_visible (GTK_WIDGET (self->key_row), method == GW_METHOD_SSH_KEY);
  gtk_widget_set_visible (GTK_WIDGET (self->passphrase_row),
                          method == GW_METHOD_SSH_KEY && gw_key_field_is_encrypted (self->key_row));
  gtk_widget_set_visible (self->temporary_row, method == GW_METHOD_TEMPORARY_KEY);
  gw_field_caption_set (GTK_WIDGET (self->method_row),
                        method == GW_METHOD_TEMPORARY_KEY ? GTK_WIDGET (self->temporary_label)
                                                          : NULL);
  gw_login_dialog_update_kept (self);
}

/* Where the method's own secret, or the credential, is given. */
static GtkWidget *
get_method_field (GwLoginDialog *self)
{
  switch (gw_login_dialog_get_method (self))
    {
    case GW_METHOD_PASSWORD:
      return GTK_WIDGET (self->password_row);
    case GW_METHOD_SSH_KEY:
      return GTK_WIDGET (self->key_row);
    case GW_METHOD_CREDENTIAL:
      return GTK_WIDGET (self->credential_row);
    case GW_METHOD_TEMPORARY_KEY:
      return GTK_WIDGET (self->user_row);
    default:
      g_return_val_if_reached (NULL);
    }
}

static gboolean
has_focus (GwLoginDialog *self,
           GtkWidget     *row)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  return focus != NULL && (focus == row || gtk_widget_is_ancestor (focus, row));
}

static void
on_method_changed (GwLoginDialog *self)
{
  gboolean in_secret;

  g_assert (GW_IS_LOGIN_DIALOG (self));

  /* The template sets the first method before the other rows are bound. */
  if (self->remember_row == NULL)
    return;
  gw_login_dialog_clear_errors (self, GTK_WIDGET (self->method_row));
  gw_login_dialog_clear_errors (self, GTK_WIDGET (self->user_row));
  gw_login_dialog_clear_errors (self, GTK_WIDGET (self->password_row));
  gw_login_dialog_clear_errors (self, GTK_WIDGET (self->passphrase_row));
  in_secret = has_focus (self, GTK_WIDGET (self->password_row))
              || has_focus (self, GTK_WIDGET (self->key_row))
              || has_focus (self, GTK_WIDGET (self->passphrase_row))
              || has_focus (self, GTK_WIDGET (self->credential_row))
              || (gw_login_dialog_get_method (self) == GW_METHOD_CREDENTIAL
                  && has_focus (self, GTK_WIDGET (self->user_row)));
  gw_login_dialog_update_visibility (self);
  /* The keyboard must not be left on a row that is gone. */
  if (in_secret)
    gtk_widget_grab_focus (get_method_field (self));
}

static void
on_key_changed (GwLoginDialog *self)
{
  gboolean was_shown;

  g_assert (GW_IS_LOGIN_DIALOG (self));

  if (self->remember_row == NULL)
    return;
  was_shown = gtk_widget_get_visible (GTK_WIDGET (self->passphrase_row));
  gw_login_dialog_clear_errors (self, GTK_WIDGET (self->passphrase_row));
  if (!gw_key_field_is_encrypted (self->key_row))
    gw_secret_entry_clear (GTK_EDITABLE (self->passphrase_row));
  gw_login_dialog_update_visibility (self);
  /* Whoever has just given an encrypted key goes on with its passphrase. */
  if (!was_shown && gtk_widget_get_visible (GTK_WIDGET (self->passphrase_row))
      && has_focus (self, GTK_WIDGET (self->key_row)))
    gtk_widget_grab_focus (GTK_WIDGET (self->passphrase_row));
}

static void
on_field_changed (GwLoginDialog *self,
                  GtkWidget     *field)
{
  g_assert (GW_IS_LOGIN_DIALOG (self));

  gw_login_dialog_clear_errors (self, field);
  if (field == GTK_WIDGET (self->user_row))
    gw_login_dialog_update_kept (self);
}

static void
on_port_changed (GwLoginDialog *self)
{
  g_autofree char *subtitle = NULL;
  const char *port;

  g_assert (GW_IS_LOGIN_DIALOG (self));

  port = gtk_editable_get_text (GTK_EDITABLE (self->port_row));
  gw_login_dialog_clear_errors (self, GTK_WIDGET (self->port_row));
  /* Translators: shown at “More Options” while its fields are hidden. */
  subtitle = g_strdup_printf (_("Port %s"), port);
  adw_expander_row_set_subtitle (self->options_row, *port != '\0' ? subtitle : "");
  gw_login_dialog_update_kept (self);
}

static void
on_instance_changed (GwLoginDialog *self)
{
  g_assert (GW_IS_LOGIN_DIALOG (self));

  gw_login_dialog_resolve (self);
}

static void
on_connection_changed (GwLoginDialog *self)
{
  g_assert (GW_IS_LOGIN_DIALOG (self));

  gw_login_dialog_connection_changed (self);
}

static void
on_instance_picked (GwLoginDialog *self,
                    GwInstance    *instance)
{
  g_assert (GW_IS_LOGIN_DIALOG (self));

  gw_login_dialog_fill_for_instance (self, instance, "");
}

/* The first field that is empty and needed; else the name, selected, so that it can be changed, or
 * the credential. */
static void
focus_first_needed (GwLoginDialog *self)
{
  GwMethod method = gw_login_dialog_get_method (self);
  gboolean saved = gw_login_dialog_can_use_saved (self);
  GtkWidget *field = GTK_WIDGET (self->user_row);

  if (*gtk_editable_get_text (GTK_EDITABLE (self->instance_row)) == '\0')
    field = GTK_WIDGET (self->instance_row);
  else if (method == GW_METHOD_CREDENTIAL)
    field = GTK_WIDGET (self->credential_row);
  else if (*gtk_editable_get_text (GTK_EDITABLE (self->user_row)) == '\0')
    field = GTK_WIDGET (self->user_row);
  else if (method == GW_METHOD_PASSWORD && !saved
           && *gtk_editable_get_text (GTK_EDITABLE (self->password_row)) == '\0')
    field = GTK_WIDGET (self->password_row);
  else if (method == GW_METHOD_SSH_KEY && !saved && !gw_key_field_is_set (self->key_row))
    field = GTK_WIDGET (self->key_row);
  else if (gtk_widget_get_visible (GTK_WIDGET (self->passphrase_row)) && !saved
           && *gtk_editable_get_text (GTK_EDITABLE (self->passphrase_row)) == '\0')
    field = GTK_WIDGET (self->passphrase_row);
  gtk_widget_grab_focus (field);
  gtk_editable_select_region (GTK_EDITABLE (self->user_row), 0, -1);
}

void
gw_login_dialog_submit (GwLoginDialog *dialog,
                        gboolean       answered)
{
  g_autoptr (GwLoginDialog) self = g_object_ref (dialog);
  g_autoptr (GwLogin) login = gw_login_dialog_collect (self);

  if (login == NULL || (!answered && gw_login_dialog_wait_for_state (self))
      || gw_login_dialog_join (self, login))
    return;
  gw_login_dialog_finish (self, login);
}

void
gw_login_dialog_finish (GwLoginDialog *dialog,
                        GwLogin       *login)
{
  g_autoptr (GwLoginDialog) self = g_object_ref (dialog);

  gw_login_dialog_clear_secrets (self);
  g_signal_emit (self, signals[LOGIN], 0, login);
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_submit (GtkWidget  *widget,
           const char *action_name,
           GVariant   *parameter)
{
  gw_login_dialog_submit (GW_LOGIN_DIALOG (widget), FALSE);
}

static void
on_choose_method (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  GwLoginDialog *self = GW_LOGIN_DIALOG (widget);
  guint method = g_variant_get_uint32 (parameter);

  if (method < GW_N_METHODS)
    adw_combo_row_set_selected (self->method_row, method);
}

static gboolean
gw_login_dialog_close_request (GtkWindow *window)
{
  /* Cancel gives up the waiting first. */
  if (gw_login_dialog_give_up_joining (GW_LOGIN_DIALOG (window)))
    return TRUE;
  gw_login_dialog_stop_asking (GW_LOGIN_DIALOG (window));
  gw_login_dialog_clear_secrets (GW_LOGIN_DIALOG (window));
  return GTK_WINDOW_CLASS (gw_login_dialog_parent_class)->close_request (window);
}

static void
gw_login_dialog_dispose (GObject *object)
{
  GwLoginDialog *self = GW_LOGIN_DIALOG (object);

  gw_login_dialog_unfollow (self);
  g_cancellable_cancel (self->offering);
  g_clear_object (&self->offering);
  g_cancellable_cancel (self->joining);
  g_clear_object (&self->joining);
  g_clear_object (&self->waiting);
  g_clear_weak_pointer (&self->focus);
  g_clear_object (&self->offered);
  g_clear_object (&self->catalogue);
  g_clear_object (&self->logins);
  g_clear_object (&self->accounts);
  g_clear_object (&self->settings);
  g_clear_object (&self->filled);
  g_clear_object (&self->config);
  g_clear_object (&self->keyring_row);
  G_OBJECT_CLASS (gw_login_dialog_parent_class)->dispose (object);
}

static void
gw_login_dialog_finalize (GObject *object)
{
  g_free (GW_LOGIN_DIALOG (object)->hint);
  g_free (GW_LOGIN_DIALOG (object)->ask_error);
  g_free (GW_LOGIN_DIALOG (object)->request);
  g_clear_pointer (&GW_LOGIN_DIALOG (object)->offers, g_ptr_array_unref);
  G_OBJECT_CLASS (gw_login_dialog_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (GW_TYPE_CREDENTIAL_FIELD);
  g_type_ensure (GW_TYPE_INSTANCE_FIELD);
  g_type_ensure (GW_TYPE_KEY_FIELD);
  g_type_ensure (GW_TYPE_CONNECTION);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-login-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, scrolled);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, instance_row);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, anyway_row);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, anyway_check);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, state_spinner);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, browser_button);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, directly_row);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, directly_check);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, connection_row);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, group_row);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, join_spinner);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, request_button);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, login_group);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, notice_row);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, notice_label);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, method_row);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, temporary_row);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, temporary_label);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, credential_row);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, user_row);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, password_row);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, key_row);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, passphrase_row);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, saved_row);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, saved_label);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, remember_row);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, remember_check);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, options_row);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, port_row);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, timeout_spin);
  gtk_widget_class_bind_template_child (widget_class, GwLoginDialog, check_row);
  gtk_widget_class_bind_template_callback (widget_class, on_method_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_key_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_port_changed);
  gtk_widget_class_bind_template_callback (widget_class, gw_login_dialog_credential_changed);
  gtk_widget_class_bind_template_callback (widget_class, gw_login_dialog_check_groups);
  gtk_widget_class_bind_template_callback (widget_class, gw_login_dialog_copy_request);
  gtk_widget_class_bind_template_callback (widget_class, gw_login_dialog_group_changed);
  gtk_widget_class_bind_template_callback (widget_class, gw_login_dialog_open_workbench);
  gtk_widget_class_bind_template_callback (widget_class, gw_login_dialog_update_kept);
}

static void
gw_login_dialog_class_init (GwLoginDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gw_login_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = gw_login_dialog_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = gw_login_dialog_close_request;

  signals[LOGIN] = g_signal_new ("login", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                 0, NULL, NULL, NULL, G_TYPE_NONE, 1, GW_TYPE_LOGIN);

  gtk_widget_class_install_action (widget_class, "login.submit", NULL, on_submit);
  gtk_widget_class_install_action (widget_class, "login.method", "u", on_choose_method);
  for (guint i = 0; i < GW_N_METHODS; i++)
    gtk_widget_class_add_binding_action (widget_class, GDK_KEY_1 + i, GDK_ALT_MASK,
                                         "login.method", "u", i);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  bind_template (widget_class);
}

static void
gw_login_dialog_init (GwLoginDialog *self)
{
  g_autoptr (GtkStringList) methods = gtk_string_list_new (NULL);
  AdwEntryRow *entries[4];

  gtk_widget_init_template (GTK_WIDGET (self));

  for (guint i = 0; i < GW_N_METHODS; i++)
    gtk_string_list_append (methods, gw_method_title ((GwMethod) i));
  adw_combo_row_set_model (self->method_row, G_LIST_MODEL (methods));

  entries[0] = ADW_ENTRY_ROW (self->instance_row);
  entries[1] = self->user_row;
  entries[2] = self->password_row;
  entries[3] = self->passphrase_row;
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      /* What is copied often ends in a line break, which no field here can mean. */
      g_object_set (gtk_editable_get_delegate (GTK_EDITABLE (entries[i])),
                    "truncate-multiline", TRUE, NULL);
      g_signal_connect_object (entries[i], "changed", G_CALLBACK (on_field_changed), self,
                               G_CONNECT_SWAPPED);
    }
  g_object_set (gtk_editable_get_delegate (GTK_EDITABLE (self->timeout_spin)),
                "activates-default", TRUE, NULL);
  gw_secret_entry_protect (GTK_EDITABLE (self->password_row));
  gw_secret_entry_protect (GTK_EDITABLE (self->passphrase_row));
  g_signal_connect_object (self->instance_row, "changed", G_CALLBACK (on_instance_changed), self,
                           G_CONNECT_SWAPPED);
  gw_dialog_fit (self->scrolled);
  g_signal_connect_object (self->connection_row, "notify::selected-item",
                           G_CALLBACK (on_connection_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->instance_row, "picked", G_CALLBACK (on_instance_picked), self,
                           G_CONNECT_SWAPPED);
}

GwLoginDialog *
gw_login_dialog_new (GtkWindow      *parent,
                     GwCatalogue    *catalogue,
                     GwSavedLogins  *logins,
                     GwCloudAccounts *accounts,
                     GSettings      *settings)
{
  GwLoginDialog *self;
  g_autoptr (GwLogin) login = gw_login_new ();

  g_return_val_if_fail (GW_IS_CATALOGUE (catalogue), NULL);
  g_return_val_if_fail (GW_IS_SAVED_LOGINS (logins), NULL);
  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);

  self = g_object_new (GW_TYPE_LOGIN_DIALOG, "transient-for", parent, NULL);
  self->catalogue = g_object_ref (catalogue);
  self->logins = g_object_ref (logins);
  g_set_object (&self->accounts, accounts);
  self->settings = g_object_ref (settings);
  gw_instance_field_set_catalogue (self->instance_row, catalogue);
  gw_login_dialog_follow_keyring (self);
  gw_login_fill_defaults (login, NULL);
  gw_login_dialog_fill (self, login);
  focus_first_needed (self);
  return self;
}

void
gw_login_dialog_set_instance (GwLoginDialog *self,
                              GwInstance    *instance)
{
  g_return_if_fail (GW_IS_LOGIN_DIALOG (self));
  g_return_if_fail (GW_IS_INSTANCE (instance));

  gw_instance_field_set_text (self->instance_row, gw_instance_get_title (instance));
  gw_login_dialog_fill_for_instance (self, instance, "");
  focus_first_needed (self);
}

void
gw_login_dialog_set_endpoint (GwLoginDialog *self,
                              const char    *user,
                              const char    *host,
                              guint          port)
{
  g_autofree char *text = NULL;

  g_return_if_fail (GW_IS_LOGIN_DIALOG (self));
  g_return_if_fail (host != NULL);

  /* The same as if it were typed: what cannot be dialled stays to be corrected. */
  text = gw_endpoint_to_string (user, host, port);
  gw_instance_field_set_text (self->instance_row, text);
  gw_login_dialog_resolve (self);
  /* The shortest form leaves port 22 out, which the ssh config would then replace. */
  gw_login_dialog_override (self, user, port);
  focus_first_needed (self);
}

void
gw_login_dialog_set_login (GwLoginDialog *self,
                           GwLogin       *login)
{
  g_autoptr (GwLogin) copy = NULL;

  g_return_if_fail (GW_IS_LOGIN_DIALOG (self));
  g_return_if_fail (GW_IS_LOGIN (login));

  copy = gw_login_copy (login);
  if (gw_login_get_saved (copy) || gw_login_get_method (copy) == GW_METHOD_CREDENTIAL)
    gw_login_clear_secrets (copy);
  gw_instance_field_set_text (self->instance_row, gw_login_get_title (copy));
  gw_login_dialog_fill_again (self, copy);
  /* It was agreed to when this login was made. */
  gtk_check_button_set_active (self->anyway_check, TRUE);
  gtk_check_button_set_active (self->directly_check, TRUE);
  focus_first_needed (self);
}

void
gw_login_dialog_set_notice (GwLoginDialog *self,
                            const char    *message)
{
  g_return_if_fail (GW_IS_LOGIN_DIALOG (self));

  gtk_label_set_text (self->notice_label, message != NULL ? message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->notice_row), message != NULL);
}
