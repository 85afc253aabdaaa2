/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The documented choices of “Credential Type”, in the order of the field. */
typedef enum {
  GW_CREDENTIAL_PASSWORD,
  GW_CREDENTIAL_PRIVATE_KEY,
} GwCredentialType;

/* The documented label, translated: "Private Key". */
const char *gw_credential_type_title (GwCredentialType type);

/* RSA keys of fewer bits are marked as weak (NIST SP 800-131A: disallowed below 2048). */
#define GW_CREDENTIAL_MIN_RSA_BITS 2048
/* An RSA key below that, or a kind that is out of date (DSA). @type (nullable): "ssh-rsa"; @bits: 0
 * if unknown. */
gboolean    gw_key_is_weak           (const char *type,
                                      guint       bits);
/* The field "key-bits" of an item, as any program may have written it (nullable): 0 if it makes no
 * sense. */
guint       gw_key_parse_bits        (const char *text);

#define GW_CREDENTIAL_MAX_NAME 64

/**
 * GwCredential:
 *
 * A username and what kind of secret goes with it, under a name that the person chose; the secret
 * itself stays in the keyring. Plain data. All texts come cleaned, bounded, and may be put on
 * labels.
 */
#define GW_TYPE_CREDENTIAL (gw_credential_get_type ())
G_DECLARE_FINAL_TYPE (GwCredential, gw_credential, GW, CREDENTIAL, GObject)

/* @id %NULL: a new UUID. */
GwCredential     *gw_credential_new             (const char       *id);
/* The same, id included. */
GwCredential     *gw_credential_copy            (GwCredential     *self);
const char       *gw_credential_get_id          (GwCredential     *self);
/* Never %NULL. One line. */
const char       *gw_credential_get_name        (GwCredential     *self);
void              gw_credential_set_name        (GwCredential     *self,
                                                 const char       *name);
/* The login name. Never %NULL; "" if what is stored is none (gw_user_validate()). */
const char       *gw_credential_get_user        (GwCredential     *self);
void              gw_credential_set_user        (GwCredential     *self,
                                                 const char       *user);
GwCredentialType  gw_credential_get_secret_type (GwCredential     *self);
void              gw_credential_set_secret_type (GwCredential     *self,
                                                 GwCredentialType  type);

/* Of a private key, as found when it was added. @type: "ssh-ed25519"; @fingerprint: "SHA256:…";
 * @bits: of an RSA key, else 0; @encrypted: the key has a passphrase of its own. */
void              gw_credential_set_key         (GwCredential     *self,
                                                 const char       *type,
                                                 const char       *fingerprint,
                                                 guint             bits,
                                                 gboolean          encrypted);
/* %NULL for passwords. */
const char       *gw_credential_get_key_type    (GwCredential     *self);
const char       *gw_credential_get_fingerprint (GwCredential     *self);
guint             gw_credential_get_key_bits    (GwCredential     *self);
gboolean          gw_credential_is_encrypted    (GwCredential     *self);
/* As gw_key_is_weak(). */
gboolean          gw_credential_is_weak         (GwCredential     *self);

/* What it is the default of, see gw-credential-scope.h. Never %NULL; owned by @self. */
const char *const *gw_credential_get_scopes     (GwCredential     *self);
void              gw_credential_set_scopes      (GwCredential     *self,
                                                 const char *const *scopes);
/* Seconds since 1970, 0 if unknown. */
gint64            gw_credential_get_created     (GwCredential     *self);
void              gw_credential_set_created     (GwCredential     *self,
                                                 gint64            time);

G_END_DECLS
