/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-sensitive.h"

G_BEGIN_DECLS

typedef enum {
  GW_KEY_FORMAT_OPENSSH, /* -----BEGIN OPENSSH PRIVATE KEY----- (openssh PROTOCOL.key) */
  GW_KEY_FORMAT_PEM,     /* -----BEGIN RSA|EC PRIVATE KEY----- (RFC 1421 headers, SEC1, PKCS#1) */
  GW_KEY_FORMAT_PKCS8,   /* -----BEGIN [ENCRYPTED ]PRIVATE KEY----- (RFC 5958) */
} GwKeyFormat;

/**
 * GwKeyInfo:
 * @format: how the text is written
 * @encrypted: a passphrase is needed
 * @type: "ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256"…, or %NULL where only decrypting tells
 * @fingerprint: "SHA256:…" of the public half, or %NULL where the header does not hold it
 * @offset: where in the text the key begins; libssh wants it at the very start, but people paste
 *   white space, and tools write attributes, before it
 *
 * What the header of a private key says, without a passphrase and without libssh: libssh answers
 * every failed import with the same -1, and asks on the terminal for a missing passphrase.
 */
typedef struct {
  GwKeyFormat  format;
  gboolean     encrypted;
  char        *type;
  char        *fingerprint;
  gsize        offset;
} GwKeyInfo;

/* Errors, each in words that say what to do: GW_ERROR_KEY_IS_PUBLIC (public key, certificate),
 * GW_ERROR_KEY_PUTTY (says how to convert: puttygen KEY -O private-openssh -o NEW),
 * GW_ERROR_KEY_UNSUPPORTED (DSA, security keys, unknown cipher or KDF, SSH.com's format, several
 * keys in one), GW_ERROR_KEY_NOT_A_KEY (anything else: empty, truncated, binary). */
GwKeyInfo *gw_key_text_inspect (GwSensitive  *text,
                                GError      **error);
void       gw_key_info_free    (GwKeyInfo    *self);

/* "SHA256:…" as ssh-keygen -l prints it (RFC 4648 base64 without padding), of a public key blob. */
char      *gw_key_fingerprint  (const guint8 *blob,
                                gsize         length);
/* "ED25519", "RSA", "ECDSA" for a key type of the wire, for people; the type itself if unknown. */
const char *gw_key_type_title  (const char   *type);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwKeyInfo, gw_key_info_free)

G_END_DECLS
