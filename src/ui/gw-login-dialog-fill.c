/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"
#include "config.h"

#include "gw-login-dialog-private.h"

#include "gw-endpoint.h"

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

static void
fill_key (GwLoginDialog *self,
          GwLogin       *login)
{
  GwSensitive *text = gw_login_get_private_key (login);
  GwSensitive *passphrase = gw_login_get_passphrase (login);
  const char *path = gw_login_get_key_path (login);

  gw_key_field_clear (self->key_row);
  if (text != NULL)
    gw_key_field_set_text (self->key_row, text, path);
  else if (gw_login_get_agent_key (login) != NULL)
    gw_key_field_set_agent_key (self->key_row, gw_login_get_agent_key (login), NULL, NULL);
  else if (path != NULL)
    gw_key_field_load_path (self->key_row, path);
  gtk_editable_set_text (GTK_EDITABLE (self->passphrase_row),
                         passphrase != NULL ? gw_sensitive_get_text (passphrase) : "");
}

void
gw_login_dialog_fill (GwLoginDialog *self,
                      GwLogin       *login)
{
  GwSensitive *password = gw_login_get_password (login);
  guint timeout = gw_login_get_connect_timeout (login);
  guint port = gw_login_get_port (login);
  g_autofree char *port_text = g_strdup_printf ("%u", port != 0 ? port : GW_DEFAULT_PORT);

  g_set_object (&self->filled, login);
  gw_login_dialog_clear_errors (self, NULL);
  show_connections (self, gw_login_get_instance (login), gw_login_get_connection (login));
  gw_login_dialog_update_notices (self, gw_login_get_instance (login));
  adw_combo_row_set_selected (self->method_row, gw_login_get_method (login));
  gtk_editable_set_text (GTK_EDITABLE (self->user_row), gw_login_get_user (login));
  gtk_editable_set_text (GTK_EDITABLE (self->password_row),
                         password != NULL ? gw_sensitive_get_text (password) : "");
  fill_key (self, login);
  gtk_editable_set_text (GTK_EDITABLE (self->port_row), port_text);
  if (timeout == 0)
    timeout = g_settings_get_uint (self->settings, "connect-timeout");
  gtk_spin_button_set_value (self->timeout_spin, timeout);
  gw_login_dialog_update_visibility (self);
}

static void
override (GwLoginDialog *self,
          const char    *user,
          guint          port)
{
  g_autofree char *port_text = g_strdup_printf ("%u", port);

  if (user != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->user_row), user);
  if (port != 0)
    gtk_editable_set_text (GTK_EDITABLE (self->port_row), port_text);
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
gw_login_dialog_fill_for_instance (GwLoginDialog *self,
                                   GwInstance    *instance,
                                   const char    *typed)
{
  g_autoptr (GwLogin) login = gw_login_new ();
  g_autoptr (GwConnection) connection = connection_to (instance, typed);

  gw_login_set_instance (login, instance);
  gw_login_fill_defaults (login, instance);
  gw_login_history_apply (self->history, login);
  if (connection != NULL)
    gw_login_set_connection (login, connection);
  gw_login_dialog_fill (self, login);
}

/* A host that is not in the catalogue. What was typed for another such host stays, unless this one
 * is known: its name is being typed letter by letter. */
static void
fill_for_host (GwLoginDialog *self,
               const char    *host)
{
  g_autoptr (GwLogin) login = gw_login_new ();
  g_autoptr (GwConnection) connection = gw_connection_new (GW_CONNECTION_HOST_NAME, host);
  gboolean was_host = self->filled != NULL && gw_login_get_instance (self->filled) == NULL;

  gw_login_fill_defaults (login, NULL);
  gw_login_set_connection (login, connection);
  if (gw_login_history_apply (self->history, login) || !was_host)
    gw_login_dialog_fill (self, login);
  else
    show_connections (self, NULL, connection);
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
    override (self, endpoint->user, endpoint->port);
}
