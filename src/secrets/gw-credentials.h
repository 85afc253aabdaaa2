/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-credential.h"
#include "gw-keyring.h"
#include "gw-secrets.h"

G_BEGIN_DECLS

/**
 * GwCredentials:
 *
 * The credentials in the keyring: a GListModel of GwCredential, sorted by name, which follows it.
 * Items of the kind "credential". Empty unless the keyring is usable: then nobody knows whether
 * there are any.
 */
#define GW_TYPE_CREDENTIALS (gw_credentials_get_type ())
G_DECLARE_FINAL_TYPE (GwCredentials, gw_credentials, GW, CREDENTIALS, GObject)

GwCredentials *gw_credentials_new          (GwKeyring           *keyring);
GwKeyring     *gw_credentials_get_keyring  (GwCredentials       *self);
/* (transfer none) (nullable) */
GwCredential  *gw_credentials_lookup       (GwCredentials       *self,
                                            const char          *id);
/* Whether another one than @except_id (nullable) has that name, without case. */
gboolean       gw_credentials_has_name     (GwCredentials       *self,
                                            const char          *name,
                                            const char          *except_id);
/* The default for the first of @scopes (narrowest first, as gw_login_dup_scopes() gives them) that
 * is any credential's. (transfer none) (nullable); @scope: which one applied, from @scopes. */
GwCredential  *gw_credentials_find_default (GwCredentials       *self,
                                            const char *const   *scopes,
                                            const char         **scope);

/* Creates or changes. @secrets %NULL: what is stored stays. A scope belongs to one credential: once
 * this one is stored, it is taken away from the others. Errors: those of GwKeyring; where one of
 * the others could not be changed, it says that this one is stored. */
void           gw_credentials_save_async   (GwCredentials       *self,
                                            GwCredential        *credential,
                                            GwSecrets           *secrets,
                                            GCancellable        *cancellable,
                                            GAsyncReadyCallback  callback,
                                            gpointer             user_data);
gboolean       gw_credentials_save_finish  (GwCredentials       *self,
                                            GAsyncResult        *result,
                                            GError             **error);
/* (transfer full) */
void           gw_credentials_load_async   (GwCredentials       *self,
                                            const char          *id,
                                            GCancellable        *cancellable,
                                            GAsyncReadyCallback  callback,
                                            gpointer             user_data);
GwSecrets     *gw_credentials_load_finish  (GwCredentials       *self,
                                            GAsyncResult        *result,
                                            GError             **error);
/* Removes it and verifies that. Gives back what undo (gw_credentials_save_async()) needs:
 * @credential and @secrets (both transfer full, optional). Where the secret cannot be read,
 * @secrets is %NULL and it is removed all the same. */
void           gw_credentials_remove_async  (GwCredentials       *self,
                                             const char          *id,
                                             GCancellable        *cancellable,
                                             GAsyncReadyCallback  callback,
                                             gpointer             user_data);
gboolean       gw_credentials_remove_finish (GwCredentials       *self,
                                             GAsyncResult        *result,
                                             GwCredential       **credential,
                                             GwSecrets          **secrets,
                                             GError             **error);

G_END_DECLS
