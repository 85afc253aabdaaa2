/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"
#include "config.h"

#include "gw-login-dialog-private.h"

#include "gw-endpoint.h"
#include "gw-secret-entry.h"
#include "gw-ssh-config-source.h"

/* From whom the dialog is for to its fields: what is typed into Instance is resolved with every
 * letter, so that the other fields never belong to somebody else. */

static gboolean
same_connection (GwConnection *a,
                 GwConnection *b)
{
  return gw_connection_get_kind (a) == gw_connection_get_kind (b)
         && g_strcmp0 (gw_connection_get_address (a), gw_connection_get_address (b)) == 0;
}

/* Offers what @instance (nullable) has, and selects @wanted (nullable), which is offered in any
 * case: a typed address is never restricted. */
static void
show_connections (GwLoginDialog *self,
                  GwInstance    *instance,
                  GwConnection  *wanted)
{
  g_autoptr (GListStore) store = g_list_store_new (GW_TYPE_CONNECTION);
  g_autoptr (GListModel) offered = instance != NULL ? gw_connection_list_for (instance) : NULL;
  guint n = offered != NULL ? g_list_model_get_n_items (offered) : 0;
  guint selected = GTK_INVALID_LIST_POSITION;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GwConnection) connection = g_list_model_get_item (offered, i);

      g_list_store_append (store, connection);
      if (wanted != NULL && same_connection (connection, wanted))
        selected = i;
    }
  if (wanted != NULL && selected == GTK_INVALID_LIST_POSITION)
    {
      g_list_store_append (store, wanted);
      selected = n;
    }
  adw_combo_row_set_model (self->connection_row, G_LIST_MODEL (store));
  if (selected != GTK_INVALID_LIST_POSITION)
    adw_combo_row_set_selected (self->connection_row, selected);
  gw_login_dialog_clear_errors (self, GTK_WIDGET (self->connection_row));
}

static gboolean
offers_the_same (GListModel *a,
                 GListModel *b)
{
  guint n = g_list_model_get_n_items (a);

  if (g_list_model_get_n_items (b) != n)
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GwConnection) one = g_list_model_get_item (a, i);
      g_autoptr (GwConnection) other = g_list_model_get_item (b, i);

      if (!same_connection (one, other))
        return FALSE;
    }
  return TRUE;
}

/* The connection of @instance to the very address that was typed; %NULL if that is no address. */
static GwConnection *
connection_to (GwInstance *instance,
               const char *typed)
{
  static const GwConnectionKind kinds[GW_N_ADDRESS_KINDS] = {
    [GW_ADDRESS_PUBLIC] = GW_CONNECTION_PUBLIC,
    [GW_ADDRESS_ELASTIC] = GW_CONNECTION_ELASTIC,
    [GW_ADDRESS_PRIVATE] = GW_CONNECTION_PRIVATE,
    [GW_ADDRESS_INTERNAL] = GW_CONNECTION_INTERNAL,
  };

  for (guint i = 0; i < GW_N_ADDRESS_KINDS; i++)
    if (g_strv_contains (gw_instance_get_addresses (instance, (GwAddressKind) i), typed))
      return gw_connection_new (kinds[i], typed);
  return NULL;
}

void
gw_login_dialog_refresh_connections (GwLoginDialog *self)
{
  GwInstance *instance = gw_login_get_instance (self->filled);
  GwConnection *old = adw_combo_row_get_selected_item (self->connection_row);
  g_autoptr (GListModel) offered = gw_connection_list_for (instance);
  g_autoptr (GwConnection) chosen = NULL;

  if (offers_the_same (offered, adw_combo_row_get_model (self->connection_row)))
    return;
  if (old != NULL)
    chosen = connection_to (instance, gw_connection_get_address (old));
  if (chosen == NULL)
    chosen = g_list_model_get_item (offered, gw_connection_choose (
      offered, NULL, old != NULL ? gw_connection_kind_to_string (gw_connection_get_kind (old))
                                 : NULL));
  if (chosen != NULL)
    gw_login_set_connection (self->filled, chosen);
  show_connections (self, instance, chosen);
}

static void
set_secret (AdwEntryRow *row,
            GwSensitive *secret)
{
  gw_secret_entry_clear (GTK_EDITABLE (row));
  if (secret != NULL)
    gtk_editable_set_text (GTK_EDITABLE (row), gw_sensitive_get_text (secret));
}

static void
fill_key (GwLoginDialog *self,
          GwLogin       *login)
{
  GwSensitive *text = gw_login_get_private_key (login);
  const char *path = gw_login_get_key_path (login);

  gw_key_field_clear (self->key_row);
  if (text != NULL)
    gw_key_field_set_text (self->key_row, text, path);
  else if (gw_login_get_agent_key (login) != NULL)
    gw_key_field_set_agent_key (self->key_row, gw_login_get_agent_key (login), NULL, NULL);
  else if (path != NULL)
    gw_key_field_load_path (self->key_row, path);
  set_secret (self->passphrase_row, gw_login_get_passphrase (login));
}

static void
set_port (GwLoginDialog *self,
          guint          port)
{
  g_autofree char *text = g_strdup_printf ("%u", port != 0 ? port : GW_DEFAULT_PORT);

  gtk_editable_set_text (GTK_EDITABLE (self->port_row), text);
}

static guint
get_timeout (GwLoginDialog *self,
             GwLogin       *login)
{
  guint timeout = gw_login_get_connect_timeout (login);

  return timeout != 0 ? timeout : g_settings_get_uint (self->settings, "connect-timeout");
}

/* Whom the fields are for from now on. @config (nullable): what the ssh config says of it. */
static void
set_filled (GwLoginDialog *self,
            GwLogin       *login,
            GwInstance    *config)
{
  g_set_object (&self->filled, login);
  g_set_object (&self->config, config);
  show_connections (self, gw_login_get_instance (login), gw_login_get_connection (login));
  gw_login_dialog_set_notice (self, NULL);
  gw_login_dialog_update_notices (self);
  gw_login_dialog_update_kept (self);
}

/* @hint (transfer full, nullable): see gw_login_dialog_apply_default(). */
static void
fill (GwLoginDialog *self,
      GwLogin       *login,
      GwInstance    *config,
      char          *hint)
{
  gw_login_dialog_clear_errors (self, NULL);
  set_filled (self, login, config);
  self->undecided = FALSE;
  gw_login_dialog_show_credential (self, hint);
  adw_combo_row_set_selected (self->method_row, gw_login_get_method (login));
  gtk_editable_set_text (GTK_EDITABLE (self->user_row), gw_login_get_user (login));
  set_secret (self->password_row, gw_login_get_password (login));
  fill_key (self, login);
  set_port (self, gw_login_get_port (login));
  gtk_spin_button_set_value (self->timeout_spin, get_timeout (self, login));
  gtk_check_button_set_active (self->remember_check, gw_login_get_remember (login));
  gw_login_dialog_update_visibility (self);
}

void
gw_login_dialog_fill (GwLoginDialog *self,
                      GwLogin       *login)
{
  g_autoptr (GwInstance) config = NULL;

  config = gw_ssh_config_source_find (self->catalogue, gw_login_get_instance (login),
                                      gw_login_get_host (login));
  fill (self, login, config, NULL);
}

gboolean
gw_login_dialog_has_filled_key (GwLoginDialog *self)
{
  const char *path = gw_key_field_get_path (self->key_row);
  const char *agent_key = gw_key_field_get_agent_key (self->key_row);

  if (!gw_key_field_is_set (self->key_row))
    return TRUE;
  return (path != NULL || agent_key != NULL)
         && g_strcmp0 (path, gw_login_get_key_path (self->filled)) == 0
         && g_strcmp0 (agent_key, gw_login_get_agent_key (self->filled)) == 0;
}

static gboolean
has_filled_credential (GwLoginDialog *self)
{
  GwCredential *credential = gw_credential_field_get_selected (self->credential_row);

  return credential == NULL
         || g_strcmp0 (gw_credential_get_id (credential),
                       gw_login_get_credential (self->filled)) == 0;
}

/* For the next letter of a host's name: only what nobody has changed meanwhile is filled in anew,
 * and no secret goes. */
static void
refill (GwLoginDialog *self,
        GwLogin       *login,
        GwInstance    *config)
{
  g_autoptr (GwLogin) old = g_object_ref (self->filled);
  g_autofree char *old_port = g_strdup_printf ("%u", gw_login_get_port (old));
  gboolean other = gw_login_get_method (login) != gw_login_get_method (old)
    || g_strcmp0 (gw_login_get_key_path (login), gw_login_get_key_path (old)) != 0
    || g_strcmp0 (gw_login_get_agent_key (login), gw_login_get_agent_key (old)) != 0
    || g_strcmp0 (gw_login_get_credential (login), gw_login_get_credential (old)) != 0;
  gboolean untouched = gw_login_dialog_get_method (self) == gw_login_get_method (old)
    && gw_login_dialog_has_filled_key (self) && has_filled_credential (self);

  if (g_str_equal (gtk_editable_get_text (GTK_EDITABLE (self->user_row)), gw_login_get_user (old)))
    gtk_editable_set_text (GTK_EDITABLE (self->user_row), gw_login_get_user (login));
  if (g_str_equal (gtk_editable_get_text (GTK_EDITABLE (self->port_row)), old_port))
    set_port (self, gw_login_get_port (login));
  if (gtk_spin_button_get_value_as_int (self->timeout_spin) == (int) get_timeout (self, old))
    gtk_spin_button_set_value (self->timeout_spin, get_timeout (self, login));
  if (gtk_check_button_get_active (self->remember_check) == gw_login_get_remember (old))
    gtk_check_button_set_active (self->remember_check, gw_login_get_remember (login));
  set_filled (self, login, config);
  if (other && untouched)
    {
      gw_login_dialog_show_credential (self, NULL);
      adw_combo_row_set_selected (self->method_row, gw_login_get_method (login));
      fill_key (self, login);
      gw_login_dialog_update_visibility (self);
    }
}

void
gw_login_dialog_connection_changed (GwLoginDialog *self)
{
  GwConnection *connection = adw_combo_row_get_selected_item (self->connection_row);
  GwInstance *instance = self->filled != NULL ? gw_login_get_instance (self->filled) : NULL;
  g_autoptr (GwInstance) config = NULL;

  /* A free host has one connection only, which may not be the name that was typed. */
  if (instance == NULL || connection == NULL)
    return;
  config = gw_ssh_config_source_find (self->catalogue, instance,
                                      gw_connection_get_address (connection));
  g_set_object (&self->config, config);
  gw_login_dialog_update_jump (self);
}

void
gw_login_dialog_override (GwLoginDialog *self,
                          const char    *user,
                          guint          port)
{
  if (user != NULL)
    {
      GwCredential *credential = gw_credential_field_get_selected (self->credential_row);
      const char *known = credential != NULL ? gw_credential_get_user (credential)
                                             : gw_login_get_user (self->filled);

      /* A credential is for one user only. */
      self->undecided = FALSE;
      if (gw_login_dialog_get_method (self) == GW_METHOD_CREDENTIAL && !g_str_equal (known, user))
        adw_combo_row_set_selected (self->method_row, GW_METHOD_PASSWORD);
      gtk_editable_set_text (GTK_EDITABLE (self->user_row), user);
      gw_login_set_user (self->filled, user);
    }
  if (port != 0)
    {
      set_port (self, port);
      gw_login_set_port (self->filled, port);
    }
}

void
gw_login_dialog_fill_for_instance (GwLoginDialog *self,
                                   GwInstance    *instance,
                                   const char    *typed)
{
  g_autoptr (GwLogin) login = gw_login_new ();
  g_autoptr (GwConnection) connection = connection_to (instance, typed);
  g_autoptr (GwInstance) config = NULL;
  g_autofree char *hint = NULL;
  gboolean known;

  gw_login_fill_defaults (login, instance);
  known = gw_login_history_apply (gw_saved_logins_get_history (self->logins), login);
  if (connection != NULL)
    gw_login_set_connection (login, connection);
  config = gw_ssh_config_source_find (self->catalogue, instance, gw_login_get_host (login));
  if (!known)
    {
      gw_login_fill_from_config (login, config);
      hint = gw_login_dialog_apply_default (self, login);
    }
  fill (self, login, config, g_steal_pointer (&hint));
  self->undecided = !known;
}

/* What is known of a host that is not in the catalogue: the history before the ssh config before
 * the defaults. */
static GwLogin *
login_for_host (GwLoginDialog *self,
                const char    *host,
                GwInstance    *config)
{
  GwLogin *login = gw_login_new ();
  /* HostName: what is dialled may be another name. */
  const char *dialled = config != NULL ? gw_instance_get_text (config, GW_INSTANCE_HOST_NAME)
                                       : host;
  g_autoptr (GwConnection) connection = gw_connection_new (GW_CONNECTION_HOST_NAME, dialled);

  gw_login_fill_defaults (login, NULL);
  gw_login_set_connection (login, connection);
  gw_login_fill_from_config (login, config);
  gw_login_history_apply (gw_saved_logins_get_history (self->logins), login);
  return login;
}

/* What was typed for another such host stays: its name is being typed letter by letter. */
static void
fill_for_host (GwLoginDialog *self,
               const char    *host)
{
  g_autoptr (GwInstance) config = gw_ssh_config_source_find (self->catalogue, NULL, host);
  g_autoptr (GwLogin) login = login_for_host (self, host, config);

  if (self->filled != NULL && gw_login_get_instance (self->filled) == NULL)
    refill (self, login, config);
  else
    fill (self, login, config, NULL);
}

void
gw_login_dialog_fill_again (GwLoginDialog *self,
                            GwLogin       *login)
{
  gw_login_dialog_fill (self, login);
  /* What differs from what would have been filled in counts as typed: it stays when a slip in the
   * host's name is corrected. */
  if (gw_login_get_instance (login) == NULL && *gw_login_get_host (login) != '\0')
    {
      g_autoptr (GwLogin) baseline = login_for_host (self, gw_login_get_host (login), self->config);

      gw_login_set_connection (baseline, gw_login_get_connection (login));
      g_set_object (&self->filled, baseline);
    }
}

void
gw_login_dialog_resolve (GwLoginDialog *self)
{
  g_autofree char *text = NULL;
  g_autoptr (GwEndpoint) endpoint = NULL;
  GwInstance *old = self->filled != NULL ? gw_login_get_instance (self->filled) : NULL;
  GwInstance *found = NULL;
  const char *typed;

  gw_login_dialog_clear_errors (self, GTK_WIDGET (self->instance_row));
  text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->instance_row))));
  typed = text;
  /* Several instances may have one title: it means the one that is there. */
  if (old != NULL && g_strcmp0 (text, gw_instance_get_title (old)) == 0)
    found = old;
  else if (*text != '\0')
    found = gw_catalogue_find (self->catalogue, text);
  if (found == NULL && (endpoint = gw_endpoint_parse (text, NULL)) != NULL)
    {
      typed = endpoint->host;
      found = gw_catalogue_find (self->catalogue, typed);
    }

  if (found != NULL && found == old)
    {
      g_autoptr (GwConnection) connection = connection_to (found, typed);

      show_connections (self, found,
                        connection != NULL ? connection : gw_login_get_connection (self->filled));
    }
  else if (found != NULL)
    gw_login_dialog_fill_for_instance (self, found, typed);
  else if (endpoint != NULL)
    fill_for_host (self, endpoint->host);
  else
    show_connections (self, NULL, NULL);
  if (endpoint != NULL)
    gw_login_dialog_override (self, endpoint->user, endpoint->port);
}
