/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-credentials.h"
#include "gw-login-history.h"

G_BEGIN_DECLS

/**
 * GwSavedLogins:
 *
 * What is kept of logins, put together: the history (a file, without secrets), the credentials, and
 * the secrets of saved logins (keyring items of the kind "login", whose id is gw_login_dup_key()).
 * Signal `changed`: what gw_saved_logins_list() gives may be another.
 */
#define GW_TYPE_SAVED_LOGINS (gw_saved_logins_get_type ())
G_DECLARE_FINAL_TYPE (GwSavedLogins, gw_saved_logins, GW, SAVED_LOGINS, GObject)

GwSavedLogins  *gw_saved_logins_new             (GwLoginHistory      *history,
                                                 GwCredentials       *credentials);
GwLoginHistory *gw_saved_logins_get_history     (GwSavedLogins       *self);
GwCredentials  *gw_saved_logins_get_credentials (GwSavedLogins       *self);
GwKeyring      *gw_saved_logins_get_keyring     (GwSavedLogins       *self);

/* Auto-lock: what waits to be stored is not stored any more, and not in memory. */
void            gw_saved_logins_wipe            (GwSavedLogins       *self);

/* Whether something is saved for just this login that the server has not refused. In a locked
 * keyring nobody knows: then what the history says. */
gboolean        gw_saved_logins_holds_secret    (GwSavedLogins       *self,
                                                 GwLogin             *login);

/* A login that connects without a question, if one was saved for @instance and the server has not
 * refused it since: (transfer full) (nullable). Its secrets are not there yet: GwSession gets them.
 * @lang: gw_login_set_lang() for it. */
GwLogin        *gw_saved_logins_lookup          (GwSavedLogins       *self,
                                                 GwInstance          *instance);

/* Puts into @login what it does not hold yet, if it can be had: the credential's user and secrets,
 * the saved ones, the text of the key file that it names. Unlocks the keyring where that is needed
 * (the only step that may take a person's time). A login that needs none succeeds at once. Also
 * succeeds where nothing is saved for a typed login: the engine then asks in the tab.
 * Errors: GwKeyring's; GW_ERROR_NO_SECRET for a credential or key that was deleted; those of
 * reading the key file; G_IO_ERROR_CANCELLED where the person does not unlock the keyring. */
gboolean        gw_saved_logins_needs_loading   (GwSavedLogins       *self,
                                                 GwLogin             *login);
void            gw_saved_logins_load_async      (GwSavedLogins       *self,
                                                 GwLogin             *login,
                                                 GCancellable        *cancellable,
                                                 GAsyncReadyCallback  callback,
                                                 gpointer             user_data);
gboolean        gw_saved_logins_load_finish     (GwSavedLogins       *self,
                                                 GAsyncResult        *result,
                                                 GError             **error);

/* Before a secret that nobody has typed is loaded and sent: waits, as long as @cancellable lets it,
 * for those of the same login that are being tried, so that a wrong one is sent once. The trial is
 * ended by its owner. The keyring is open then, if it is needed and can be.
 * Errors: GW_ERROR_AUTH_REFUSED (since @login was made; see gw_login_get_made()), and
 * G_IO_ERROR_CANCELLED, as for loading. Called by GwSession. */
typedef struct _GwTrial GwTrial;
typedef enum {
  GW_VERDICT_NONE,
  GW_VERDICT_WORKED,
  GW_VERDICT_REFUSED,
} GwVerdict;
void            gw_saved_logins_try_async       (GwSavedLogins       *self,
                                                 GwLogin             *login,
                                                 GCancellable        *cancellable,
                                                 GAsyncReadyCallback  callback,
                                                 gpointer             user_data);
GwTrial        *gw_saved_logins_try_finish      (GwSavedLogins       *self,
                                                 GAsyncResult        *result,
                                                 GError             **error);
/* Takes @self. */
void            gw_trial_end                    (GwTrial             *self,
                                                 GwVerdict            verdict);

/* @login has just worked: remembers it in the history, and if gw_login_get_remember() keeps it with
 * its secrets (taken before the call returns). The history says “saved” only after the keyring has
 * the secret. One that was saved and is not to be remembered any more goes, with its secret. Errors
 * are sentences for the person; a dismissed prompt is GW_ERROR_KEYRING_LOCKED. Called by
 * GwSession. */
void            gw_saved_logins_keep_async      (GwSavedLogins       *self,
                                                 GwLogin             *login,
                                                 GCancellable        *cancellable,
                                                 GAsyncReadyCallback  callback,
                                                 gpointer             user_data);
gboolean        gw_saved_logins_keep_finish     (GwSavedLogins       *self,
                                                 GAsyncResult        *result,
                                                 GError             **error);
/* The server has refused what was saved: lookup() gives nothing until a login works again. Called by
 * GwSession. */
void            gw_saved_logins_refuse          (GwSavedLogins       *self,
                                                 GwLogin             *login);

/* One row of the page that manages them. */
typedef struct {
  char    *key;           /* gw_login_dup_key() */
  char    *title;         /* of the instance when it was saved, or the host; cleaned */
  char    *user;
  char    *host;
  guint    port;
  GwMethod method;
  char    *credential;    /* id, %NULL for none */
  char    *key_path;      /* %NULL for none */
  gboolean has_secret;    /* an item of it is in the keyring; FALSE also while that is not open */
  char    *fingerprint;   /* of a key in the keyring; %NULL if none or unknown */
  gboolean is_weak;       /* that key */
  gboolean is_encrypted;  /* that key has a passphrase */
  gboolean is_refused;
  gint64   created;       /* seconds since 1970, 0 unknown */
  gint64   used;
} GwSavedLogin;

GwSavedLogin   *gw_saved_login_copy             (const GwSavedLogin  *self);
void            gw_saved_login_free             (GwSavedLogin        *self);

/* Those saved, by title, and behind them secrets in the keyring of which the history knows nothing
 * any more (empty host). (transfer full) (element-type GwSavedLogin) */
GPtrArray      *gw_saved_logins_list            (GwSavedLogins       *self);
/* Titles of the instances and hosts whose saved or last working login uses the credential, and when
 * it was last used (0: never). (transfer full) */
GStrv           gw_saved_logins_list_users      (GwSavedLogins       *self,
                                                 const char          *credential,
                                                 gint64              *used);

/* Not saved any more: secret and “saved” go, what the dialog fills in stays. @undo (transfer full,
 * optional): for gw_saved_logins_restore_async(). Where the keyring is locked or not there the
 * secret's removal is noted in the history and made up for as soon as it is open;
 * GW_ERROR_KEYRING_LOCKED or _ABSENT then says that it is still there. The note is made before the
 * call returns. Also for an instance that is removed, with @forget TRUE: then nothing stays, and
 * logins made before are not kept (but after restoring). */
typedef struct _GwRemovedLogin GwRemovedLogin;
void            gw_removed_login_free           (GwRemovedLogin      *self);
/* FALSE where the secret could not be read before it went. */
gboolean        gw_removed_login_can_restore    (GwRemovedLogin      *self);
void            gw_saved_logins_remove_async    (GwSavedLogins       *self,
                                                 const char          *key,
                                                 gboolean             forget,
                                                 GCancellable        *cancellable,
                                                 GAsyncReadyCallback  callback,
                                                 gpointer             user_data);
gboolean        gw_saved_logins_remove_finish   (GwSavedLogins       *self,
                                                 GAsyncResult        *result,
                                                 GwRemovedLogin     **undo,
                                                 GError             **error);
void            gw_saved_logins_restore_async   (GwSavedLogins       *self,
                                                 GwRemovedLogin      *undo,
                                                 GCancellable        *cancellable,
                                                 GAsyncReadyCallback  callback,
                                                 gpointer             user_data);
gboolean        gw_saved_logins_restore_finish  (GwSavedLogins       *self,
                                                 GAsyncResult        *result,
                                                 GError             **error);
/* Another secret for a saved login. */
void            gw_saved_logins_replace_async   (GwSavedLogins       *self,
                                                 const char          *key,
                                                 GwSecrets           *secrets,
                                                 GCancellable        *cancellable,
                                                 GAsyncReadyCallback  callback,
                                                 gpointer             user_data);
gboolean        gw_saved_logins_replace_finish  (GwSavedLogins       *self,
                                                 GAsyncResult        *result,
                                                 GError             **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwSavedLogin, gw_saved_login_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwRemovedLogin, gw_removed_login_free)

G_END_DECLS
