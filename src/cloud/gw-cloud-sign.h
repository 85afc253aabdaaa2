/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-access-key.h"

G_BEGIN_DECLS

/*
 * ACS3-HMAC-SHA256, the “V3” request signature of Alibaba Cloud's OpenAPI ("Request syntax and
 * signature method V3"). Pure functions.
 */

/* One name and value; names of headers in lower case. */
typedef struct {
  const char *name;
  const char *value;
} GwCloudPair;

/* RFC 3986: all bytes but A-Z a-z 0-9 - _ . ~ as %XX. Free with g_free(). */
char *gw_cloud_percent_encode   (const char        *text);
/* "A=1&B=", sorted by name, both encoded: also what goes into the URI. Free with g_free(). */
char *gw_cloud_canonical_query  (const GwCloudPair *query,
                                 guint              n_query);
/* The value of the Authorization header. @headers: all that are signed (host, content-type,
 * x-acs-…), in any order. @payload_hash: SHA-256 of the body in hexadecimal, which is also in
 * "x-acs-content-sha256". Free with g_free(). */
char *gw_cloud_authorization    (GwAccessKey       *key,
                                 const char        *method,
                                 const char        *path,
                                 const GwCloudPair *query,
                                 guint              n_query,
                                 const GwCloudPair *headers,
                                 guint              n_headers,
                                 const char        *payload_hash);

G_END_DECLS
