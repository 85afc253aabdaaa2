/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The address that the world sees this computer come from. Asked of a service that the person has
 * named and agreed to, never by itself.
 */

/* Whether @uri is one that may be asked: https, or http on loopback (tests); else
 * GW_ERROR_INVALID_HOST. */
gboolean      gw_egress_check_service (const char           *uri,
                                       GError              **error);
/* Whether @address can be the one that the world sees, told by the service @uri (%NULL: typed by
 * the person, who is also believed where it is one for documentation), else GW_ERROR_INVALID_HOST
 * in words. A service on loopback may tell those, and loopback addresses, too. */
gboolean      gw_egress_check_address (const char           *uri,
                                       GInetAddress         *address,
                                       GError              **error);
/* GET @uri: the answer is the address as plain text, or JSON with "ip" or "origin". At most 4 KB
 * and 10 s; no redirects to other than https, no cookies, TLS verified. An address that is not
 * GW_ADDRESS_CLASS_GLOBAL is GW_ERROR_INVALID_HOST in words (with the exceptions above). (transfer
 * full) */
void          gw_egress_ask_async     (const char           *uri,
                                       GCancellable         *cancellable,
                                       GAsyncReadyCallback   callback,
                                       gpointer              user_data);
GInetAddress *gw_egress_ask_finish    (GAsyncResult         *result,
                                       GError              **error);

G_END_DECLS
