/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-sensitive.h"

G_BEGIN_DECLS

/**
 * GwSecrets:
 *
 * All that one login keeps secret. Each may be %NULL, but not all; none is empty.
 */
typedef struct {
  GwSensitive *password;
  GwSensitive *private_key;
  GwSensitive *passphrase; /* of the private key, or of the key file that the login names */
} GwSecrets;

/* What is empty counts as %NULL. %NULL where nothing is left to keep. */
GwSecrets   *gw_secrets_new    (GwSensitive  *password,
                                GwSensitive  *private_key,
                                GwSensitive  *passphrase);
void         gw_secrets_free   (GwSecrets    *self);

/* As the one secret of a keyring item. A password alone is itself, so that the desktop's password
 * manager shows it; the others have a first line "gangway 1 N" where N is the length of the
 * passphrase in bytes, then the passphrase, a line feed, and the key. GW_ERROR_TOO_LARGE. */
GwSensitive *gw_secrets_pack   (GwSecrets    *self,
                                GError      **error);
/* @is_password: what the item's fields say it is. GW_ERROR_KEYRING where another program has
 * changed it to something that makes no sense. */
GwSecrets   *gw_secrets_unpack (GwSensitive  *packed,
                                gboolean      is_password,
                                GError      **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwSecrets, gw_secrets_free)

G_END_DECLS
