/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What kind of place a numeric address is in: the registries of special addresses (RFC 6890), and
 * the shared space of carriers (RFC 6598). */
typedef enum {
  GW_ADDRESS_CLASS_GLOBAL,
  GW_ADDRESS_CLASS_PRIVATE,    /* 10/8, 172.16/12, 192.168/16 (RFC 1918), fc00::/7 (RFC 4193) */
  GW_ADDRESS_CLASS_SHARED,     /* 100.64/10: behind a carrier's NAT */
  GW_ADDRESS_CLASS_LINK_LOCAL, /* 169.254/16, fe80::/10 */
  GW_ADDRESS_CLASS_LOOPBACK,
  GW_ADDRESS_CLASS_DOCUMENTATION, /* and benchmarks: what labs and examples use (RFC 5737, 2544) */
  GW_ADDRESS_CLASS_OTHER,      /* multicast, reserved, unspecified */
} GwAddressClass;

/* A numeric address, %NULL if @text is none; and in its one form: an IPv4 address inside of IPv6
 * (::ffff:a.b.c.d) is that. (transfer full) */
GInetAddress  *gw_address_parse         (const char   *text);
GInetAddress  *gw_address_normalize     (GInetAddress *address);

/* An IPv4 address inside of IPv6 (::ffff:a.b.c.d, 64:ff9b::/96, 2002::/16) is judged as that. */
GwAddressClass gw_address_classify      (GInetAddress *address);

/* "203.0.113.7", "203.0.113.7/32", "2001:db8::/64" in their one normal form (host bits must be 0),
 * with the prefix length always there. GW_ERROR_INVALID_HOST in words for a person. */
GInetAddressMask *gw_address_parse_range (const char   *text,
                                         GError       **error);
/* With the length: "203.0.113.7/32". Free with g_free(). */
char          *gw_address_range_to_string (GInetAddressMask *range);

/* The local address from which packets to the numeric address @destination leave (the kernel's
 * route; nothing is sent). (transfer full); GW_ERROR_UNREACHABLE where there is no route. */
GInetAddress  *gw_address_find_local    (const char   *destination,
                                         GError      **error);

G_END_DECLS
