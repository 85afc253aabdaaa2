/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-saved-logins.h"

G_BEGIN_DECLS

typedef enum {
  GW_ENTRY_CREDENTIAL,
  GW_ENTRY_LOGIN,
  GW_ENTRY_STRAY, /* a secret in the keyring that belongs to no known login */
} GwEntryKind;
#define GW_N_ENTRY_KINDS 3

/**
 * GwCredentialEntry:
 *
 * One line of the page that manages what the keyring holds, whatever it is. The object stays while
 * the line does; signal `changed` (no arguments): its data is another.
 */
#define GW_TYPE_CREDENTIAL_ENTRY (gw_credential_entry_get_type ())
G_DECLARE_FINAL_TYPE (GwCredentialEntry, gw_credential_entry, GW, CREDENTIAL_ENTRY, GObject)

/* @n_users: instances that use it. */
GwCredentialEntry *gw_credential_entry_new_credential (GwCredential       *credential,
                                                       guint               n_users);
/* @login: (transfer full). Its host tells a saved login from a stray secret. */
GwCredentialEntry *gw_credential_entry_new_login      (GwSavedLogin       *login);
/* Takes over what @other, of the same kind and id, holds. */
void               gw_credential_entry_assign         (GwCredentialEntry  *self,
                                                       GwCredentialEntry  *other);

GwEntryKind        gw_credential_entry_get_kind       (GwCredentialEntry  *self);
/* Of the credential, or the key of the login. */
const char        *gw_credential_entry_get_id         (GwCredentialEntry  *self);
const char        *gw_credential_entry_get_title      (GwCredentialEntry  *self);
/* (nullable): %NULL for the others. */
GwCredential      *gw_credential_entry_get_credential (GwCredentialEntry  *self);
const GwSavedLogin *gw_credential_entry_get_login     (GwCredentialEntry  *self);

/* One line of what it is, translated. */
char              *gw_credential_entry_dup_subtitle   (GwCredentialEntry  *self);
/* A private key of its own, of which the type or fingerprint is known. */
const char        *gw_credential_entry_get_fingerprint (GwCredentialEntry *self);
gboolean           gw_credential_entry_is_weak        (GwCredentialEntry  *self);
/* Its key has no passphrase. */
gboolean           gw_credential_entry_is_bare        (GwCredentialEntry  *self);
gboolean           gw_credential_entry_is_refused     (GwCredentialEntry  *self);
/* What is to be known of it, in a few words, translated; %NULL if nothing. */
char              *gw_credential_entry_dup_warning    (GwCredentialEntry  *self);
/* Whether all of @words, folded by gw_search_fold(), are found in what is shown of it. */
gboolean           gw_credential_entry_matches        (GwCredentialEntry  *self,
                                                       const char *const  *words);

G_END_DECLS
