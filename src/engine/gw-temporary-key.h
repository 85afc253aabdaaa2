/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libssh/libssh.h>

G_BEGIN_DECLS

#define GW_TEMPORARY_KEY_LIFE 60 /* seconds */

/**
 * GwTemporaryKey:
 *
 * A key pair that wipes its private half by itself when its time is over. The time goes on while
 * the computer sleeps.
 */
typedef struct _GwTemporaryKey GwTemporaryKey;

/* @type: "ssh-ed25519" or "ssh-rsa" (3072 bits, which takes some tenths of a second: only while no
 * terminal is open). @life: seconds. @public_key: "TYPE BASE64" as in authorized_keys. Errors:
 * GW_ERROR_PROTOCOL for another type, GW_ERROR_FAILED. */
GwTemporaryKey *gw_temporary_key_new  (const char      *type,
                                       guint            life,
                                       char           **public_key,
                                       GError         **error);
/* Wipes the key. */
void            gw_temporary_key_free (GwTemporaryKey  *self);
/* %NULL once its time is over: it is wiped then. */
ssh_key         gw_temporary_key_get  (GwTemporaryKey  *self);
/* GW_ERROR_KEY_EXPIRED, with its age in words. */
GError         *gw_temporary_key_get_expiry_error (GwTemporaryKey *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwTemporaryKey, gw_temporary_key_free)

G_END_DECLS
