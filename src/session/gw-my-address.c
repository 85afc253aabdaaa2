/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-my-address.h"

#include <glib/gi18n.h>

#include "gw-egress.h"
#include "gw-error.h"
#include "gw-text.h"

#define MAX_SHOWN 60

void
gw_my_address_free (GwMyAddress *self)
{
  if (self == NULL)
    return;
  g_free (self->address);
  g_free (self);
}

GwMyAddress *
gw_my_address_copy (const GwMyAddress *self)
{
  GwMyAddress *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_memdup2 (self, sizeof *self);
  copy->address = g_strdup (self->address);
  return copy;
}

static void
find_by_route (GwMyAddress  *self,
               GwConnection *connection)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetAddress) address
      = gw_address_find_local (gw_connection_get_address (connection), &error);

  if (address == NULL)
    {
      g_debug ("%s", error->message);
      return;
    }
  self->address = g_inet_address_to_string (address);
  self->origin = GW_MY_ADDRESS_ROUTE;
}

static void
find_in_settings (GwMyAddress  *self,
                  GSettings    *settings,
                  GwConnection *connection)
{
  g_autofree char *text = g_settings_get_string (settings, "egress-address");
  g_autofree char *origin = g_settings_get_string (settings, "egress-origin");
  g_autoptr (GInetAddress) address = gw_address_parse (text);
  g_autoptr (GInetAddress) there = gw_address_parse (gw_connection_get_address (connection));

  if (address == NULL)
    return;
  /* By IPv6 one has another address than by IPv4. */
  if (there != NULL
      && g_inet_address_get_family (address) != g_inet_address_get_family (there))
    return;
  self->address = g_inet_address_to_string (address);
  self->origin = g_str_equal (origin, "service") ? GW_MY_ADDRESS_SERVICE : GW_MY_ADDRESS_TYPED;
  self->time = g_settings_get_int64 (settings, "egress-time");
}

GwMyAddress *
gw_my_address_find (GSettings    *settings,
                    GwConnection *connection)
{
  GwMyAddress *self;

  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);
  g_return_val_if_fail (GW_IS_CONNECTION (connection), NULL);

  self = g_new0 (GwMyAddress, 1);
  switch (gw_connection_get_kind (connection))
    {
    case GW_CONNECTION_PRIVATE:
    case GW_CONNECTION_INTERNAL:
      find_by_route (self, connection);
      break;
    case GW_CONNECTION_PUBLIC:
    case GW_CONNECTION_ELASTIC:
    case GW_CONNECTION_HOST_NAME:
    default:
      find_in_settings (self, settings, connection);
      break;
    }
  return self;
}

gboolean
gw_my_address_remember (GSettings          *settings,
                        const char         *address,
                        GwMyAddressOrigin   origin,
                        gint64              now,
                        GError            **error)
{
  gboolean is_told = origin == GW_MY_ADDRESS_SERVICE;
  g_autoptr (GInetAddress) parsed = NULL;
  g_autofree char *service = NULL;
  g_autofree char *text = NULL;

  g_return_val_if_fail (G_IS_SETTINGS (settings), FALSE);
  g_return_val_if_fail (is_told || origin == GW_MY_ADDRESS_TYPED, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  parsed = gw_address_parse (address);
  if (parsed == NULL)
    {
      g_autofree char *shown = gw_text_clean_line (address != NULL ? address : "", MAX_SHOWN);

      g_set_error (error, GW_ERROR, GW_ERROR_INVALID_HOST, _("“%s” is not an IP address"), shown);
      return FALSE;
    }
  service = is_told ? g_settings_get_string (settings, "address-service") : NULL;
  if (!gw_egress_check_address (service, parsed, error))
    return FALSE;
  text = g_inet_address_to_string (parsed);
  g_settings_set_string (settings, "egress-address", text);
  g_settings_set_string (settings, "egress-origin", is_told ? "service" : "typed");
  g_settings_set_int64 (settings, "egress-time", now);
  return TRUE;
}

/* “3 minutes ago”, “on 3 May”. */
static char *
describe_time (gint64 time)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  guint minutes = (guint) CLAMP ((now - time) / 60, 0, G_MAXINT);
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (time);
  g_autoptr (GDateTime) today = g_date_time_new_now_local ();

  if (time <= 0 || time > now || then == NULL)
    return g_strdup (_("at an unknown time"));
  if (minutes < 1)
    return g_strdup (_("less than a minute ago"));
  if (minutes < 60)
    return g_strdup_printf (ngettext ("%u minute ago", "%u minutes ago", minutes), minutes);
  if (minutes < 24 * 60)
    return g_strdup_printf (ngettext ("%u hour ago", "%u hours ago", minutes / 60), minutes / 60);
  if (g_date_time_get_year (then) == g_date_time_get_year (today))
    /* Translators: a date of this year, for g_date_time_format(): “on 3 May” */
    return g_date_time_format (then, _("on %-d %B"));
  /* Translators: a date for g_date_time_format(): “on 3 May 2025” */
  return g_date_time_format (then, _("on %-d %B %Y"));
}

char *
gw_my_address_describe (GwMyAddress *self,
                        GSettings   *settings)
{
  g_autofree char *service = NULL;
  g_autofree char *when = NULL;
  g_autoptr (GUri) uri = NULL;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);

  when = describe_time (self->time);
  switch (self->origin)
    {
    case GW_MY_ADDRESS_ROUTE:
      /* Translators: of an IP address */
      return g_strdup (_("of this computer"));
    case GW_MY_ADDRESS_TYPED:
      /* Translators: of an IP address; %s is “3 minutes ago”, or “on 3 May” */
      return g_strdup_printf (_("as typed %s"), when);
    case GW_MY_ADDRESS_SERVICE:
      service = g_settings_get_string (settings, "address-service");
      uri = g_uri_parse (service, G_URI_FLAGS_NONE, NULL);
      if (uri == NULL || g_uri_get_host (uri) == NULL)
        /* Translators: of an IP address; %s is “3 minutes ago”, or “on 3 May” */
        return g_strdup_printf (_("as told by a service %s"), when);
      /* Translators: of an IP address; ip.example.org, and “3 minutes ago” or “on 3 May” */
      return g_strdup_printf (_("as told by %s %s"), g_uri_get_host (uri), when);
    case GW_MY_ADDRESS_UNKNOWN:
    default:
      /* Translators: of an IP address */
      return g_strdup (_("not known"));
    }
}
