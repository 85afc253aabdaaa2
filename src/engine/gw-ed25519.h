/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-sensitive.h"

G_BEGIN_DECLS

/* An Ed25519 key in PKCS#8 (RFC 8410), opened with @passphrase ("" for none), written anew in
 * OpenSSH's own format without a passphrase; %NULL if it is anything else. libssh reads the former
 * but loses its public half, without which it can neither name nor use the key. */
GwSensitive *gw_ed25519_rewrite (const char *text,
                                 gsize       length,
                                 const char *passphrase);

G_END_DECLS
