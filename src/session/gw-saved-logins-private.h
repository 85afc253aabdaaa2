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
 * what goes into a login, -keep.c what comes out of one, -remove.c removing and undoing that,
 * -trial.c who may send it, and -item.c what they have in common: one item of the keyring. */
struct _GwSavedLogins
{
  GObject parent_instance;

  GwLoginHistory *history;
  GwCredentials *credentials;
  GwKeyring *keyring;
  GCancellable *stores;  /* of those who brought none */
  GHashTable *removing;  /* a set of keys: the secret is being read for undo */
  GHashTable *deleting;  /* a set of keys: the keyring has been told */
  GHashTable *trials;    /* see gw-saved-logins-trial.c */
  GHashTable *forgotten; /* key → when its instance was removed (gint64, monotonic) */
};

/* Whether the keyring has, as far as is known, an item for it: what was only in memory may be gone.
 * @entry (nullable). */
gboolean  gw_saved_logins_has_item     (GwSavedLogins        *self,
                                        const GwLoginEntry   *entry);

/* The callback of a step that is the last one of a task (transfer full): passes its result on. */
void      gw_saved_logins_pass_on      (GObject              *source,
                                        GAsyncResult         *result,
                                        gpointer              user_data);

GHashTable *gw_saved_logins_create_trials (void);
/* Whether the keyring has what @login does not hold yet. */
gboolean  gw_saved_logins_needs_keyring (GwSavedLogins       *self,
                                        GwLogin              *login);

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

/* Notes in the history that the item is to go, and removes it; where that cannot be done now the
 * note stays, and the error says so in words for the person. Who takes the note away in time keeps
 * the item. Never asks the person. */
void      gw_saved_logins_drop_async   (GwSavedLogins        *self,
                                        const char           *key,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
gboolean  gw_saved_logins_drop_finish  (GwSavedLogins        *self,
                                        GAsyncResult         *result,
                                        GError              **error);

G_END_DECLS
