/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * GwPemReader:
 *
 * Reads the bytes behind base64 one after the other, so that a private key is looked at without
 * a decoded copy of it. Lives on the stack.
 */
typedef struct {
  const char *p;
  const char *end;
  guint       bits;   /* not yet handed out */
  guint       n_bits;
  gsize       left;   /* bytes still to come */
} GwPemReader;

/* %FALSE if text..end is not base64 (RFC 4648, with white space) of at least one byte. */
gboolean gw_pem_reader_init        (GwPemReader  *self,
                                    const char   *text,
                                    const char   *end);
gboolean gw_pem_reader_skip        (GwPemReader  *self,
                                    gsize         count);
/* Big endian, as in RFC 4251, section 5. */
gboolean gw_pem_reader_read_uint32 (GwPemReader  *self,
                                    guint32      *value);
/* Bytes behind their length (RFC 4251), with a NUL behind them. For public parts only. %NULL if
 * cut short or over @max_length. */
guint8  *gw_pem_reader_read_string (GwPemReader  *self,
                                    gsize         max_length,
                                    gsize        *length);

/* The head of a DER element (X.690, 8.1); its content, which has to be there in full, is next. */
gboolean gw_pem_reader_read_der    (GwPemReader  *self,
                                    guint8        tag,
                                    gsize        *length);
/* A DER object identifier as lower-case hexadecimal of its content; %NULL for another element. */
char    *gw_pem_reader_read_oid    (GwPemReader  *self);

G_END_DECLS
