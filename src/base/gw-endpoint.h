/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define GW_DEFAULT_PORT 22 /* RFC 4253, section 4 */

/**
 * GwEndpoint:
 * @user: login name, or %NULL where none was given
 * @host: name or numeric address without brackets, valid by gw_host_validate()
 * @port: 1..65535, or 0 where none was given
 *
 * Where to connect to, as a person types it or as a link says it.
 */
typedef struct {
  char    *user;
  char    *host;
  guint16  port;
} GwEndpoint;

void        gw_endpoint_free  (GwEndpoint  *self);

/* Reads [USER@]HOST[:PORT], with IPv6 as "[2001:db8::1]:22", "[2001:db8::1]" or bare
 * "2001:db8::1", scope allowed ("fe80::1%eth0"), and ssh://[USER@]HOST[:PORT][/] (percent-encoded,
 * RFC 3986; a password or a path in it is an error). Surrounding white space is ignored.
 * Errors: GW_ERROR_INVALID_HOST, _PORT, _USER, in words that a person can act on. */
GwEndpoint *gw_endpoint_parse (const char  *text,
                               GError     **error);
/* The other way round, shortest form: "root@[2001:db8::1]:2222", "nas.local". */
char       *gw_endpoint_to_string (const char *user,
                                   const char *host,
                                   guint       port);

/* Host names are an allow-list at the edge: letters of any script, digits, '-', '_', '.', and
 * numeric addresses; no leading '-', no white space, control characters, '%' (but in a scope) or
 * shell metacharacters; at most 253 bytes. International names are accepted as typed. */
gboolean    gw_host_validate  (const char  *host,
                               GError     **error);
/* Login names: at most 255 bytes of UTF-8, no control characters, no leading '-', and none of
 * the characters that have a meaning to a shell or to ssh's own expansion, or ':' '/' or spaces
 * around ('@' and '\' are allowed inside: directory accounts). */
gboolean    gw_user_validate  (const char  *user,
                               GError     **error);
/* Decimal 1..65535. */
gboolean    gw_port_parse     (const char  *text,
                               guint16     *port,
                               GError     **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwEndpoint, gw_endpoint_free)

G_END_DECLS
