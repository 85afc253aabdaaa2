/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-address.h"
#include "gw-connection.h"

G_BEGIN_DECLS

typedef enum {
  GW_MY_ADDRESS_UNKNOWN,
  GW_MY_ADDRESS_TYPED,   /* by the person */
  GW_MY_ADDRESS_SERVICE, /* told by the service that the person named */
  GW_MY_ADDRESS_ROUTE,   /* the local address of the route */
} GwMyAddressOrigin;

/**
 * GwMyAddress:
 *
 * From which address the user's packets reach an instance. For a private or internal destination
 * that is the local address of the route; for a public one the egress address, which only the
 * person or a service outside can tell: it is kept in the settings "egress-address" (text),
 * "egress-origin" ("typed", "service") and "egress-time" (seconds since 1970).
 */
typedef struct {
  char             *address; /* numeric; %NULL for UNKNOWN */
  GwMyAddressOrigin origin;
  gint64            time;    /* when it was learnt; 0 for ROUTE: it is so now */
} GwMyAddress;

/* For packets to @connection. Never %NULL. */
GwMyAddress *gw_my_address_find     (GSettings        *settings,
                                     GwConnection     *connection);
void         gw_my_address_free     (GwMyAddress      *self);
GwMyAddress *gw_my_address_copy     (const GwMyAddress *self);
/* What was typed, or told, for public destinations. GW_ERROR_INVALID_HOST in words where it is no
 * numeric address, or one that no public destination can see: private, carriers' NAT (CGNAT),
 * link-local, loopback. @now: seconds since 1970. */
gboolean     gw_my_address_remember (GSettings        *settings,
                                     const char       *address,
                                     GwMyAddressOrigin origin,
                                     gint64            now,
                                     GError          **error);
/* “as told by ip.example.org 3 minutes ago”, “as typed on 3 May”, “of this computer”; translated.
 * Free with g_free(). */
char        *gw_my_address_describe (GwMyAddress      *self,
                                     GSettings        *settings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwMyAddress, gw_my_address_free)

G_END_DECLS
