/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Private to the known hosts: one line of such a file, as sshd(8) describes it. */

#define GW_KNOWN_HOSTS_MAX_BYTES (64 * 1024 * 1024)

typedef enum {
  GW_KNOWN_HOSTS_KEY,       /* no marker */
  GW_KNOWN_HOSTS_AUTHORITY, /* @cert-authority */
  GW_KNOWN_HOSTS_REVOKED,   /* @revoked */
} GwKnownHostsMarker;

/* Points into the text that it was read from. */
typedef struct {
  const char         *start;
  gsize               length; /* with the line end */
  GwKnownHostsMarker  marker;
  const char         *names;
  gsize               names_length;
  const char         *type;
  gsize               type_length;
  const char         *key;
  gsize               key_length;
} GwKnownHostsLine;

/* Takes the line at @text; its start and length are always set. %FALSE for an empty line, a
 * comment, and what makes no sense. */
gboolean gw_known_hosts_line_read      (GwKnownHostsLine       *line,
                                        const char             *text,
                                        const char             *end);
gboolean gw_known_hosts_line_is_hashed (const GwKnownHostsLine *line);
/* @name as by gw_known_hosts_name(). */
gboolean gw_known_hosts_line_matches   (const GwKnownHostsLine *line,
                                        const char             *name);
/* The key's blob, or %NULL if it is not one of the type that the line says. */
guint8  *gw_known_hosts_line_decode    (const GwKnownHostsLine *line,
                                        gsize                  *length);

/* As a host stands in the files: in lower case, "[host]:port" with a port other than 22. */
char    *gw_known_hosts_name           (const char             *host,
                                        guint                   port);
/* "|1|SALT|HASH" with a new salt. */
char    *gw_known_hosts_hash_name      (const char             *name);
/* Whether @name matches the comma-separated patterns. */
gboolean gw_known_hosts_match_names    (const char             *names,
                                        gsize                   length,
                                        const char             *name);

G_END_DECLS
