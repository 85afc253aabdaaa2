/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Base"

#include "gw-address.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gw-error.h"
#include "gw-text.h"

#define MAX_SHOWN 60   /* characters of a wrong input that a message repeats */
#define MAPPED_BITS 96 /* ::ffff:0:0/96, RFC 4291, 2.5.5.2 */
#define DISCARD_PORT 9 /* RFC 863; nothing is sent there either */

/* The special-purpose registries of IANA (RFC 6890 and what came later); all else is global. */
static const struct
{
  const char *range;
  GwAddressClass class;
} special[] = {
  { "0.0.0.0/8", GW_ADDRESS_CLASS_OTHER },
  { "10.0.0.0/8", GW_ADDRESS_CLASS_PRIVATE },
  { "100.64.0.0/10", GW_ADDRESS_CLASS_SHARED },
  { "127.0.0.0/8", GW_ADDRESS_CLASS_LOOPBACK },
  { "169.254.0.0/16", GW_ADDRESS_CLASS_LINK_LOCAL },
  { "172.16.0.0/12", GW_ADDRESS_CLASS_PRIVATE },
  { "192.0.0.0/24", GW_ADDRESS_CLASS_OTHER },
  { "192.0.2.0/24", GW_ADDRESS_CLASS_DOCUMENTATION },
  { "192.88.99.0/24", GW_ADDRESS_CLASS_OTHER },
  { "192.168.0.0/16", GW_ADDRESS_CLASS_PRIVATE },
  { "198.18.0.0/15", GW_ADDRESS_CLASS_DOCUMENTATION },
  { "198.51.100.0/24", GW_ADDRESS_CLASS_DOCUMENTATION },
  { "203.0.113.0/24", GW_ADDRESS_CLASS_DOCUMENTATION },
  { "224.0.0.0/3", GW_ADDRESS_CLASS_OTHER },
  { "::1/128", GW_ADDRESS_CLASS_LOOPBACK },
  { "fc00::/7", GW_ADDRESS_CLASS_PRIVATE },
  { "fe80::/10", GW_ADDRESS_CLASS_LINK_LOCAL },
  { "2001:2::/48", GW_ADDRESS_CLASS_DOCUMENTATION },
  { "2001::/23", GW_ADDRESS_CLASS_OTHER },
  { "2001:db8::/32", GW_ADDRESS_CLASS_DOCUMENTATION },
  { "3fff::/20", GW_ADDRESS_CLASS_DOCUMENTATION },
};
/* Of IPv6 only this is given out (RFC 4291). */
#define IPV6_GLOBAL "2000::/3"
/* IPv4 addresses that are carried in IPv6: translated (RFC 6052), and 6to4 (RFC 3056). */
static const struct
{
  const char *range;
  guint at; /* the byte where it begins */
} carriers[] = {
  { "64:ff9b::/96", 12 },
  { "2002::/16", 2 },
};

static gboolean
is_in (GInetAddress *address,
       const char   *range)
{
  g_autoptr (GInetAddressMask) mask = g_inet_address_mask_new_from_string (range, NULL);

  return g_inet_address_mask_matches (mask, address);
}

static gboolean
is_mapped (GInetAddress *address)
{
  static const guint8 prefix[] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

  return g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6
         && memcmp (g_inet_address_to_bytes (address), prefix, sizeof prefix) == 0;
}

GInetAddress *
gw_address_normalize (GInetAddress *address)
{
  g_return_val_if_fail (G_IS_INET_ADDRESS (address), NULL);

  if (!is_mapped (address))
    return g_object_ref (address);
  return g_inet_address_new_from_bytes (g_inet_address_to_bytes (address) + MAPPED_BITS / 8,
                                        G_SOCKET_FAMILY_IPV4);
}

GInetAddress *
gw_address_parse (const char *text)
{
  g_autofree char *copy = g_strstrip (g_strdup (text != NULL ? text : ""));
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (copy);

  return address != NULL ? gw_address_normalize (address) : NULL;
}

/* (transfer full), %NULL where @address carries none. */
static GInetAddress *
find_carried (GInetAddress *address)
{
  for (guint i = 0; i < G_N_ELEMENTS (carriers); i++)
    if (is_in (address, carriers[i].range))
      return g_inet_address_new_from_bytes (g_inet_address_to_bytes (address) + carriers[i].at,
                                            G_SOCKET_FAMILY_IPV4);
  return NULL;
}

GwAddressClass
gw_address_classify (GInetAddress *address)
{
  g_autoptr (GInetAddress) normal = NULL;
  g_autoptr (GInetAddress) carried = NULL;

  g_return_val_if_fail (G_IS_INET_ADDRESS (address), GW_ADDRESS_CLASS_OTHER);

  normal = gw_address_normalize (address);
  carried = find_carried (normal);
  if (carried != NULL)
    return gw_address_classify (carried);
  for (guint i = 0; i < G_N_ELEMENTS (special); i++)
    if (is_in (normal, special[i].range))
      return special[i].class;
  if (g_inet_address_get_family (normal) == G_SOCKET_FAMILY_IPV4 || is_in (normal, IPV6_GLOBAL))
    return GW_ADDRESS_CLASS_GLOBAL;
  return GW_ADDRESS_CLASS_OTHER;
}

static GInetAddressMask *
refuse_range (GError     **error,
              const char  *text)
{
  g_autofree char *shown = gw_text_clean_line (text, MAX_SHOWN);

  g_set_error (error, GW_ERROR, GW_ERROR_INVALID_HOST,
               /* Translators: the two are examples of what is right */
               _("“%s” is not an address or a range of addresses: 203.0.113.7 is one, and "
                 "203.0.113.0/24"), shown);
  return NULL;
}

/* @address without the bits after the first @length ones. */
static GInetAddress *
cut (GInetAddress *address,
     guint         length)
{
  gsize size = g_inet_address_get_native_size (address);
  guint8 bytes[16];

  memcpy (bytes, g_inet_address_to_bytes (address), size);
  for (guint i = 0; i < size; i++)
    {
      guint kept = length > i * 8 ? MIN (length - i * 8, 8) : 0;

      bytes[i] &= (guint8) (0xff00 >> kept);
    }
  return g_inet_address_new_from_bytes (bytes, g_inet_address_get_family (address));
}

GInetAddressMask *
gw_address_parse_range (const char  *text,
                        GError     **error)
{
  g_auto (GStrv) parts = NULL;
  g_autoptr (GInetAddress) given = NULL;
  g_autoptr (GInetAddress) address = NULL;
  g_autoptr (GInetAddress) base = NULL;
  guint64 length;
  guint bits;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  parts = g_strsplit (text, "/", 2);
  given = g_inet_address_new_from_string (parts[0] != NULL ? g_strstrip (parts[0]) : "");
  if (given == NULL)
    return refuse_range (error, text);
  bits = (guint) g_inet_address_get_native_size (given) * 8;
  length = bits;
  if (parts[1] != NULL
      && !g_ascii_string_to_unsigned (g_strstrip (parts[1]), 10, 0, bits, &length, NULL))
    return refuse_range (error, text);
  address = gw_address_normalize (given);
  if (address != given)
    {
      if (length < MAPPED_BITS)
        return refuse_range (error, text);
      length -= MAPPED_BITS;
    }

  base = cut (address, (guint) length);
  if (!g_inet_address_equal (base, address))
    {
      g_autofree char *one = g_inet_address_to_string (address);
      g_autofree char *all = g_inet_address_to_string (base);

      g_set_error (error, GW_ERROR, GW_ERROR_INVALID_HOST,
                   /* Translators: 203.0.113.7/24, 203.0.113.7, 203.0.113.0/24 */
                   _("“%s/%u” is neither an address nor a whole range: write %s for the address, "
                     "or %s/%u for the range"),
                   one, (guint) length, one, all, (guint) length);
      return NULL;
    }
  return g_inet_address_mask_new (address, (guint) length, NULL);
}

char *
gw_address_range_to_string (GInetAddressMask *range)
{
  g_autofree char *address = NULL;

  g_return_val_if_fail (G_IS_INET_ADDRESS_MASK (range), NULL);

  address = g_inet_address_to_string (g_inet_address_mask_get_address (range));
  return g_strdup_printf ("%s/%u", address, g_inet_address_mask_get_length (range));
}

GInetAddress *
gw_address_find_local (const char  *destination,
                       GError     **error)
{
  g_autoptr (GSocketAddress) there = NULL;
  g_autoptr (GSocketAddress) here = NULL;
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GError) reason = NULL;

  g_return_val_if_fail (destination != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  /* This one takes a scope (“%eth0”) too. */
  there = g_inet_socket_address_new_from_string (destination, DISCARD_PORT);
  if (there != NULL)
    socket = g_socket_new (g_socket_address_get_family (there), G_SOCKET_TYPE_DATAGRAM,
                           G_SOCKET_PROTOCOL_UDP, &reason);
  /* To connect a datagram socket sends nothing: it only chooses the route. */
  if (socket != NULL && g_socket_connect (socket, there, NULL, &reason))
    here = g_socket_get_local_address (socket, &reason);
  if (here == NULL)
    {
      g_autofree char *shown = gw_text_clean_line (destination, MAX_SHOWN);

      g_debug ("No route to %s: %s", shown, reason != NULL ? reason->message : "not an address");
      g_set_error (error, GW_ERROR, GW_ERROR_UNREACHABLE,
                   _("There is no route from this computer to %s"), shown);
      return NULL;
    }
  return gw_address_normalize (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (here)));
}
