/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * GwSensitive:
 *
 * A secret: bytes in memory that is locked, left out of core dumps and wiped when the last
 * reference goes. Immutable once made, atomically reference counted. The only type that a
 * password, passphrase or private key has in Gangway: it is never a GObject property, never in a
 * message, argument, environment variable or log line.
 */
typedef struct _GwSensitive GwSensitive;

/* The most bytes that a secret may have: what a pipe holds without a reader (pipe(7)). */
#define GW_SENSITIVE_MAX 65536

#define GW_TYPE_SENSITIVE (gw_sensitive_get_type ())
GType        gw_sensitive_get_type   (void);

/* Copies @length bytes (-1: up to the NUL). The caller wipes its own copy. %NULL with
 * GW_ERROR_TOO_LARGE over GW_SENSITIVE_MAX, GW_ERROR_FAILED where no memory can be had. */
GwSensitive *gw_sensitive_new        (const char   *bytes,
                                      gssize        length,
                                      GError      **error);
/* The same of several pieces, one behind the other, without a copy in ordinary memory. */
GwSensitive *gw_sensitive_new_joined (const GOutputVector *pieces,
                                      guint         n_pieces,
                                      GError      **error);
GwSensitive *gw_sensitive_ref        (GwSensitive  *self);
void         gw_sensitive_unref      (GwSensitive  *self);

/* The bytes, with a NUL behind them that does not count. Valid while the reference is held. */
const char  *gw_sensitive_get_text   (GwSensitive  *self);
gsize        gw_sensitive_get_length (GwSensitive  *self);

/* Read a whole regular file of at most GW_SENSITIVE_MAX bytes, without a copy in ordinary memory.
 * Blocks for the disk only: never on a directory, fifo or device (GW_ERROR_INVALID_FILE). */
GwSensitive *gw_sensitive_new_from_file (const char *path,
                                         GError    **error);

/* Reads to the end of @fd, whose writer has finished (see org.gangway.Session1.xml), and closes
 * @fd in every case. */
GwSensitive *gw_sensitive_new_from_fd (int           fd,
                                       GError      **error);
/* A pipe that holds the secret, its writing end closed. The caller owns the descriptor (CLOEXEC).
 * @self %NULL makes an empty pipe. -1 on error. */
int          gw_sensitive_to_fd      (GwSensitive  *self,
                                      GError      **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwSensitive, gw_sensitive_unref)

G_END_DECLS
