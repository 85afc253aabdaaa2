/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-reach-dialog-private.h"

#include "config.h"

#include "gw-address.h"
#include "gw-egress.h"
#include "gw-error.h"
#include "gw-field-errors.h"

#include <glib/gi18n.h>

/* Where the person comes from: what is known, where that is from, and asking the one service that
 * the person has named. */

gboolean
gw_reach_dialog_is_public (GwReachDialog *self)
{
  GwConnectionKind kind = gw_connection_get_kind (self->connection);

  return self->mine->origin != GW_MY_ADDRESS_ROUTE && kind != GW_CONNECTION_PRIVATE
         && kind != GW_CONNECTION_INTERNAL;
}

gboolean
gw_reach_dialog_has_family (GwReachDialog *self,
                            GSocketFamily  family)
{
  g_autoptr (GInetAddress) dialled
    = gw_address_parse (gw_connection_get_address (self->connection));

  return dialled == NULL || g_inet_address_get_family (dialled) == family;
}

void
gw_reach_dialog_update_origin (GwReachDialog *self)
{
  g_autofree char *service = g_settings_get_string (self->settings, "address-service");
  gboolean naming = gtk_widget_get_visible (GTK_WIDGET (self->service_row));
  gboolean is_public = gw_reach_dialog_is_public (self);
  g_autofree char *text = NULL;

  if (naming)
    text = g_strdup (_("A service on the internet that answers with the address it is asked from. "
                       "It learns that address, and is asked only when you press Ask."));
  else if (self->mine->address != NULL)
    {
      g_autofree char *origin = gw_my_address_describe (self->mine, self->settings);

      /* Translators: an address, and where it is known from (“as typed on 3 May”). */
      text = g_strdup_printf (_("%s, %s"), self->mine->address, origin);
    }
  else if (is_public)
    text = g_strdup (_("Not known: type the address that the internet sees you come from, or ask "
                       "a service."));
  else
    text = g_strdup (_("Not known: there is no route from this computer. Type the address that "
                       "the instance sees you come from."));
  gtk_label_set_text (self->origin_label, text);
  gw_field_caption_set (GTK_WIDGET (self->address_row), GTK_WIDGET (self->origin_label));
  gtk_widget_set_visible (self->ask_button, is_public && !naming);
  gtk_button_set_label (GTK_BUTTON (self->ask_button), *service != '\0' ? _("Ask Service")
                                                                        : _("Ask Service…"));
  gtk_widget_set_tooltip_text (self->ask_button, *service != '\0' ? service : NULL);
}

void
gw_reach_dialog_fill_address (GwReachDialog *self)
{
  g_clear_pointer (&self->mine, gw_my_address_free);
  self->mine = gw_my_address_find (self->settings, self->connection);
  if (self->mine->address != NULL)
    {
      const char *length = strchr (self->mine->address, ':') != NULL ? "/128" : "/32";
      g_autofree char *range = g_strconcat (self->mine->address, length, NULL);

      gtk_editable_set_text (GTK_EDITABLE (self->address_row), range);
    }
  gw_reach_dialog_update_origin (self);
}

/* The service can be named, or another one than @service. */
static void
show_service (GwReachDialog *self,
              const char    *service)
{
  if (!gtk_widget_get_visible (GTK_WIDGET (self->service_row)))
    gtk_editable_set_text (GTK_EDITABLE (self->service_row), service);
  gtk_widget_set_visible (GTK_WIDGET (self->service_row), TRUE);
  gw_reach_dialog_update_origin (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->service_row));
}

/* By the other family the world sees another address than the instance does. */
static gboolean
check_told (GwReachDialog  *self,
            GInetAddress   *address,
            GError        **error)
{
  GSocketFamily family = g_inet_address_get_family (address);

  if (gw_reach_dialog_has_family (self, family))
    return TRUE;
  g_set_error_literal (error, GW_ERROR, GW_ERROR_INVALID_HOST,
                       family == G_SOCKET_FAMILY_IPV6
                         ? _("The service was asked by IPv6, but the instance is reached by IPv4: "
                             "name a service that only has IPv4, or type your address.")
                         : _("The service was asked by IPv4, but the instance is reached by IPv6: "
                             "name a service that only has IPv6, or type your address."));
  return FALSE;
}

static void
on_told (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetAddress) address = gw_egress_ask_finish (result, &error);
  g_autofree char *service = NULL;
  g_autofree char *text = NULL;
  GwReachDialog *self;

  /* Given up, maybe with the dialog. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self = GW_REACH_DIALOG (user_data);
  gw_reach_dialog_set_state (self, GW_REACH_DIALOG_READY);
  if (address != NULL)
    text = g_inet_address_to_string (address);
  if (text != NULL && check_told (self, address, &error)
      && gw_my_address_remember (self->settings, text, GW_MY_ADDRESS_SERVICE,
                                 g_get_real_time () / G_USEC_PER_SEC, &error))
    {
      gtk_widget_set_visible (GTK_WIDGET (self->service_row), FALSE);
      gw_reach_dialog_fill_address (self);
      gtk_widget_grab_focus (GTK_WIDGET (self->address_row));
      return;
    }
  service = g_settings_get_string (self->settings, "address-service");
  show_service (self, service);
  gw_reach_dialog_say_error (self, error);
}

void
gw_reach_dialog_ask_service (GwReachDialog *self)
{
  g_autofree char *service = g_settings_get_string (self->settings, "address-service");
  g_autoptr (GError) error = NULL;

  g_assert (GW_IS_REACH_DIALOG (self));

  if (self->state != GW_REACH_DIALOG_READY)
    return;
  gw_reach_dialog_say_error (self, NULL);
  if (gtk_widget_get_visible (GTK_WIDGET (self->service_row)))
    {
      g_free (service);
      service = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->service_row))));
      if (*service == '\0' || !gw_egress_check_service (service, &error))
        {
          gw_field_error_set (GTK_WIDGET (self->service_row),
                              error != NULL ? error->message
                                            : _("Enter the address of the service."));
          gtk_widget_grab_focus (GTK_WIDGET (self->service_row));
          return;
        }
      g_settings_set_string (self->settings, "address-service", service);
    }
  else if (*service == '\0' || !gw_egress_check_service (service, NULL))
    {
      show_service (self, service);
      return;
    }
  self->cancellable = g_cancellable_new ();
  gw_reach_dialog_set_state (self, GW_REACH_DIALOG_ASKING);
  gw_egress_ask_async (service, self->cancellable, on_told, self);
}
