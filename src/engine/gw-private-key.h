/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libssh/libssh.h>

#include "gw-sensitive.h"

G_BEGIN_DECLS

/* Reads a private key in any format that OpenSSH writes. @passphrase is used only where the key is
 * encrypted. Blocks for the key's own hashing, up to a second: only while no terminal is open.
 * Free with ssh_key_free(). Errors: GW_ERROR_KEY_*. */
ssh_key  gw_private_key_import     (GwSensitive  *text,
                                    GwSensitive  *passphrase,
                                    GError      **error);
/* "TYPE BASE64" as in authorized_keys, with the type and "SHA256:…" of it. Works for public keys
 * too. */
gboolean gw_private_key_describe   (ssh_key       key,
                                    char        **type,
                                    char        **fingerprint,
                                    char        **public_key,
                                    GError      **error);

G_END_DECLS
