/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"
#include "config.h"

#include "gw-login-dialog-private.h"

#include <glib/gi18n.h>

#include "gw-endpoint.h"
#include "gw-field-errors.h"
#include "gw-secret-entry.h"

/* The way from the fields to a GwLogin: what is missing, what is wrong, and what the person must
 * have agreed to. */

void
gw_login_dialog_clear_errors (GwLoginDialog *self,
                              GtkWidget     *field)
{
  GtkWidget *fields[] = {
    GTK_WIDGET (self->instance_row), GTK_WIDGET (self->anyway_row),
    GTK_WIDGET (self->directly_row), GTK_WIDGET (self->connection_row),
    GTK_WIDGET (self->user_row), GTK_WIDGET (self->password_row),
    GTK_WIDGET (self->passphrase_row), GTK_WIDGET (self->port_row),
    GTK_WIDGET (self->method_row), GTK_WIDGET (self->group_row),
  };

  if (field == NULL || field == GTK_WIDGET (self->password_row))
    self->may_ask_password = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (field == NULL || field == fields[i])
      gw_field_error_set (fields[i], NULL);
}

void
gw_login_dialog_show_error (GwLoginDialog *self,
                            GtkWidget     *field,
                            const char    *message)
{
  if (field == GTK_WIDGET (self->key_row))
    gw_key_field_set_error (self->key_row, message);
  else if (field == GTK_WIDGET (self->credential_row))
    gw_credential_field_set_error (self->credential_row, message);
  else
    gw_field_error_set (field, message);
  if (!self->complete)
    return;
  self->complete = FALSE;
  if (gtk_widget_is_ancestor (field, GTK_WIDGET (self->options_row)))
    adw_expander_row_set_expanded (self->options_row, TRUE);
  if (!gtk_widget_grab_focus (field))
    gtk_widget_child_focus (field, GTK_DIR_TAB_FORWARD);
}

const char *
gw_login_dialog_get_error (GwLoginDialog *self,
                           GtkWidget     *field)
{
  if (field == GTK_WIDGET (self->key_row))
    return gw_key_field_get_error (self->key_row);
  if (field == GTK_WIDGET (self->credential_row))
    return gw_credential_field_get_error (self->credential_row);
  return gw_field_error_get (field);
}

void
gw_login_dialog_update_jump (GwLoginDialog *self)
{
  GwInstance *instance = gw_login_get_instance (self->filled);
  const char *jump = NULL;
  g_autofree char *text = NULL;

  if (instance != NULL)
    jump = gw_instance_get_text (instance, GW_INSTANCE_PROXY_JUMP);
  if (jump == NULL && self->config != NULL)
    jump = gw_instance_get_text (self->config, GW_INSTANCE_PROXY_JUMP);
  gtk_check_button_set_active (self->directly_check, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->directly_row), jump != NULL);
  if (jump == NULL)
    return;
  /* Translators: name of a host, and the host or hosts that it is reached through. */
  text = g_strdup_printf (_("“%s” is reached through %s, which Gangway can’t follow yet."),
                          gw_instance_get_title (instance != NULL ? instance : self->config), jump);
  adw_action_row_set_subtitle (self->directly_row, text);
}

static gboolean
check_host (GwLoginDialog *self,
            GwLogin       *login)
{
  GwInstance *instance = gw_login_get_instance (self->filled);
  GwConnection *connection = adw_combo_row_get_selected_item (self->connection_row);
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->instance_row));
  g_autoptr (GError) error = NULL;

  if (connection == NULL)
    {
      g_autoptr (GwEndpoint) endpoint = NULL;
      g_autofree char *typed = g_strstrip (g_strdup (text));

      if (*typed == '\0')
        gw_login_dialog_show_error (self, GTK_WIDGET (self->instance_row),
                                    _("Enter the name or address of an instance or host."));
      else if (g_strcmp0 (typed, instance != NULL ? gw_instance_get_title (instance) : NULL) == 0
               || (endpoint = gw_endpoint_parse (typed, &error)) != NULL)
        gw_login_dialog_show_error (self, GTK_WIDGET (self->connection_row),
                                    _("This instance has no address to connect to."));
      else
        gw_login_dialog_show_error (self, GTK_WIDGET (self->instance_row), error->message);
      return FALSE;
    }
  gw_login_dialog_check_state (self);
  if (gtk_widget_get_visible (GTK_WIDGET (self->directly_row))
      && !gtk_check_button_get_active (self->directly_check))
    gw_login_dialog_show_error (self, GTK_WIDGET (self->directly_row),
                                _("Choose “Connect Directly” to dial it without that detour."));
  gw_login_set_instance (login, instance);
  gw_login_set_connection (login, connection);
  return TRUE;
}

static void
check_user (GwLoginDialog *self,
            GwLogin       *login)
{
  const char *user = gtk_editable_get_text (GTK_EDITABLE (self->user_row));
  g_autoptr (GError) error = NULL;

  if (*user == '\0')
    gw_login_dialog_show_error (self, GTK_WIDGET (self->user_row), _("Enter a username."));
  else if (!gw_user_validate (user, &error))
    gw_login_dialog_show_error (self, GTK_WIDGET (self->user_row), error->message);
  else
    gw_login_set_user (login, user);
}

/* The text of @row as a secret; %NULL with an error shown if there is none. */
static GwSensitive *
take_secret (GwLoginDialog *self,
             AdwEntryRow   *row,
             const char    *missing)
{
  g_autoptr (GError) error = NULL;
  GwSensitive *secret = gw_secret_entry_take (GTK_EDITABLE (row), &error);

  if (secret == NULL)
    gw_login_dialog_show_error (self, GTK_WIDGET (row), error != NULL ? error->message : missing);
  return secret;
}

static void
check_password (GwLoginDialog *self,
                GwLogin       *login,
                gboolean       may_ask)
{
  g_autoptr (GwSensitive) password = NULL;

  if (*gtk_editable_get_text (GTK_EDITABLE (self->password_row)) == '\0')
    {
      gw_login_set_saved (login, gw_login_dialog_can_use_saved (self));
      /* A server that asks for a code only needs no password beforehand. */
      if (may_ask || gw_login_get_saved (login))
        return;
    }
  password = take_secret (self, self->password_row,
                          _("Enter the password, or press OK again to be asked in the tab."));
  self->may_ask_password = password == NULL;
  gw_login_set_password (login, password);
}

static void
check_key (GwLoginDialog *self,
           GwLogin       *login)
{
  gboolean saved = gw_login_dialog_can_use_saved (self);

  if (saved && !gw_key_field_is_set (self->key_row))
    {
      gw_login_set_saved (login, TRUE);
      return;
    }
  if (!gw_key_field_is_set (self->key_row))
    {
      /* Why a file could not be loaded says more than that there is no key. */
      const char *reason = gw_key_field_get_error (self->key_row);
      g_autofree char *message = NULL;

      if (gw_key_field_is_loading (self->key_row))
        reason = _("The file of the private key is still being read.");
      message = g_strdup (reason != NULL ? reason : _("Paste, load or choose a private key."));
      gw_login_dialog_show_error (self, GTK_WIDGET (self->key_row), message);
      return;
    }
  gw_key_field_set_error (self->key_row, NULL);
  gw_login_set_key_path (login, gw_key_field_get_path (self->key_row));
  gw_login_set_agent_key (login, gw_key_field_get_agent_key (self->key_row));
  /* With the passphrase from the keyring the session reads the file, too. */
  if (saved && *gtk_editable_get_text (GTK_EDITABLE (self->passphrase_row)) == '\0')
    {
      gw_login_set_saved (login, TRUE);
      return;
    }
  gw_login_set_private_key (login, gw_key_field_get_text (self->key_row));
  if (gw_key_field_is_encrypted (self->key_row))
    {
      g_autoptr (GwSensitive) passphrase = NULL;

      passphrase = take_secret (self, self->passphrase_row,
                                _("This key is encrypted: enter its passphrase."));
      gw_login_set_passphrase (login, passphrase);
    }
}

static void
check_method (GwLoginDialog *self,
              GwLogin       *login,
              gboolean       may_ask)
{
  GwMethod method = gw_login_dialog_get_method (self);

  gw_login_set_method (login, method);
  if (method == GW_METHOD_CREDENTIAL)
    {
      gw_login_dialog_check_credential (self, login);
      return;
    }
  if (method == GW_METHOD_TEMPORARY_KEY && !gw_login_dialog_is_of_account (self))
    gw_login_dialog_show_error (self, GTK_WIDGET (self->method_row),
                                _("No cloud account in Gangway has this host, so that nobody can "
                                  "send it a key. Choose another method."));
  check_user (self, login);
  if (method == GW_METHOD_PASSWORD)
    check_password (self, login, may_ask);
  else if (method == GW_METHOD_SSH_KEY)
    check_key (self, login);
}

static void
check_options (GwLoginDialog *self,
               GwLogin       *login)
{
  g_autofree char *text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->port_row)));
  g_autoptr (GError) error = NULL;
  guint16 port;

  if (gw_port_parse (g_strstrip (text), &port, &error))
    gw_login_set_port (login, port);
  else
    gw_login_dialog_show_error (self, GTK_WIDGET (self->port_row), error->message);
  gtk_spin_button_update (self->timeout_spin);
  gw_login_set_connect_timeout (login,
                                (guint) gtk_spin_button_get_value_as_int (self->timeout_spin));
  if (g_settings_get_boolean (self->settings, "send-locale"))
    gw_login_set_lang (login, g_getenv ("LANG"));
}

GwLogin *
gw_login_dialog_collect (GwLoginDialog *self)
{
  g_autoptr (GwLogin) login = gw_login_new ();
  gboolean may_ask = self->may_ask_password;

  gw_login_dialog_clear_errors (self, NULL);
  self->may_ask_password = may_ask;
  self->complete = TRUE;
  /* In the order of the fields: the first one in need gets the focus. */
  check_host (self, login);
  check_method (self, login, may_ask);
  gw_login_set_remember (login, gtk_check_button_get_active (self->remember_check));
  check_options (self, login);
  return self->complete ? g_steal_pointer (&login) : NULL;
}
