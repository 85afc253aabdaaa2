/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-saved-logins.h"

G_BEGIN_DECLS

/* The kind of the keyring's items. */
#define GW_LOGIN_KIND "login"

/* The values of an item's field "type". */
#define GW_LOGIN_PASSWORD "password"
#define GW_LOGIN_PRIVATE_KEY "private-key"
#define GW_LOGIN_PASSPHRASE "passphrase"

/* Shared by the parts of the class: gw-saved-logins.c has what is listed, gw-saved-logins-load.c
 * what goes into a login, -keep.c what comes out of one, -remove.c removing and undoing that, and
 * -item.c what they have in common: one item of the keyring. */
struct _GwSavedLogins
{
  GObject parent_instance;

  GwLoginHistory *history;
  GwCredentials *credentials;
  GwKeyring *keyring;
  GCancellable *stores; /* of those who brought none */
};

/* Whether the keyring has, as far as is known, an item for it: what was only in memory may be gone.
 * @entry (nullable). */
gboolean  gw_saved_logins_has_item     (GwSavedLogins        *self,
                                        const GwLoginEntry   *entry);

/* Waits until the keyring is known, and asks the person to unlock it if it is locked. A person who
 * dismisses that is G_IO_ERROR_CANCELLED. */
void      gw_saved_logins_open_async   (GwSavedLogins        *self,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
gboolean  gw_saved_logins_open_finish  (GwSavedLogins        *self,
                                        GAsyncResult         *result,
                                        GError              **error);

/* Stores @secrets (transfer full) for a login of the history, which then says that it is saved.
 * Opens the keyring. What is told of a private key is found out meanwhile. */
void      gw_saved_logins_store_async  (GwSavedLogins        *self,
                                        const GwLoginEntry   *entry,
                                        GwSecrets            *secrets,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
gboolean  gw_saved_logins_store_finish (GwSavedLogins        *self,
                                        GAsyncResult         *result,
                                        GError              **error);

/* Removes the item; where that cannot be done now it is noted in the history, and the error says so
 * in words for the person. Never asks the person. */
void      gw_saved_logins_drop_async   (GwSavedLogins        *self,
                                        const char           *key,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
gboolean  gw_saved_logins_drop_finish  (GwSavedLogins        *self,
                                        GAsyncResult         *result,
                                        GError              **error);

G_END_DECLS
