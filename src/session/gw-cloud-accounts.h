/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-assist-notes.h"
#include "gw-catalogue.h"
#include "gw-cli-profiles.h"
#include "gw-ecs-source.h"
#include "gw-keyring.h"
#include "gw-ram.h"

G_BEGIN_DECLS

/* Seconds: a state older than this decides nothing; a list older than this is refreshed when the
 * window gets the focus. */
#define GW_CLOUD_STATE_AGE 30
#define GW_CLOUD_LIST_AGE 300

/**
 * GwCloudAccounts:
 *
 * The user's cloud accounts put together: a GListModel of GwAccount. Keeps their file
 * (accounts.json), their AccessKeys in the keyring (items of the kind "account"), and for each one
 * a GwEcsSource in the catalogue. Property `notice` (nullable): what was wrong with the file.
 */
#define GW_TYPE_CLOUD_ACCOUNTS (gw_cloud_accounts_get_type ())
G_DECLARE_FINAL_TYPE (GwCloudAccounts, gw_cloud_accounts, GW, CLOUD_ACCOUNTS, GObject)

/* @path, @cache_folder (nullable): see GwAccountFile and GwEcsSource. Reads the file and adds the
 * sources; nothing is sent. */
GwCloudAccounts *gw_cloud_accounts_new          (GwCatalogue         *catalogue,
                                                 GwKeyring           *keyring,
                                                 const char          *path,
                                                 const char          *cache_folder);
GwKeyring       *gw_cloud_accounts_get_keyring  (GwCloudAccounts     *self);
const char      *gw_cloud_accounts_get_notice   (GwCloudAccounts     *self);
/* (transfer none) (nullable): by id. */
GwAccount       *gw_cloud_accounts_lookup       (GwCloudAccounts     *self,
                                                 const char          *id);
/* (transfer none) (nullable): of @account; or the one that holds @instance. */
GwEcsSource     *gw_cloud_accounts_get_source   (GwCloudAccounts     *self,
                                                 GwAccount           *account);
GwEcsSource     *gw_cloud_accounts_find_source  (GwCloudAccounts     *self,
                                                 GwInstance          *instance);

/* Refreshes the sources whose list is older than @age seconds (0: all). Never asks the person: a
 * locked keyring is the source's problem (GW_ERROR_KEYRING_LOCKED). */
void             gw_cloud_accounts_refresh      (GwCloudAccounts     *self,
                                                 guint                age);
/* Cancels every refresh. */
void             gw_cloud_accounts_cancel       (GwCloudAccounts     *self);

/* What speaks for the account that holds @instance, and the region to ask in (optional, owned by
 * @instance); %NULL where no account does. (transfer full) (nullable) */
GwCloudClient   *gw_cloud_accounts_dup_client   (GwCloudAccounts     *self,
                                                 GwInstance          *instance,
                                                 const char         **region);

/* What is known of instances that take temporary keys. Owned by @self, made when it is first asked
 * for, at its default place. */
GwAssistNotes   *gw_cloud_accounts_get_assist_notes (GwCloudAccounts *self);

/* What Verify found out. */
typedef struct {
  char   *account_id; /* number of the cloud account, %NULL where it was not told */
  char   *user;       /* “alice”, of the ARN; (nullable) */
  guint   n_regions;
  /* (element-type GwCloudName): those regions, sorted by title; to be ticked in the dialog. */
  GPtrArray *regions;
  /* What the least policy has and RAM refused: (element-type GwRefusal), maybe empty. */
  GPtrArray *refusals;
} GwVerified;
void             gw_verified_free               (GwVerified          *self);

/* Asks the cloud whether @account works: GetCallerIdentity, DescribeRegions, one page of
 * DescribeInstances of the default region, ListResourceGroups. @key: for GW_ACCOUNT_ACCESS_KEY what
 * was typed, %NULL: what the keyring has. Nothing is saved. Refused by RAM is no error, but where
 * regions and instances are both refused (GW_CLOUD_ERROR_DENIED). */
void             gw_cloud_accounts_verify_async (GwCloudAccounts     *self,
                                                 GwAccount           *account,
                                                 GwAccessKey         *key,
                                                 GCancellable        *cancellable,
                                                 GAsyncReadyCallback  callback,
                                                 gpointer             user_data);
GwVerified      *gw_cloud_accounts_verify_finish (GwCloudAccounts    *self,
                                                 GAsyncResult        *result,
                                                 GError             **error);

/* The AccessKey that a profile or the environment gives now, for an account that is to have it in
 * the keyring: see gw_key_source_get_async(). (transfer full) */
void             gw_cloud_accounts_copy_key_async (GwCloudAccounts   *self,
                                                 GwAccount           *account,
                                                 GCancellable        *cancellable,
                                                 GAsyncReadyCallback  callback,
                                                 gpointer             user_data);
GwAccessKey     *gw_cloud_accounts_copy_key_finish (GwCloudAccounts  *self,
                                                 GAsyncResult        *result,
                                                 GError             **error);

/* Adds @account, or makes the one with its id what @account holds: first the AccessKey into the
 * keyring (@key, for GW_ACCOUNT_ACCESS_KEY; %NULL keeps the one that is there; the keyring is
 * unlocked for it, which may take a person's time), then the file, then a refresh. If a step fails
 * the ones before it are undone. An AccessKey that the account does not need any more goes from
 * the keyring. */
void             gw_cloud_accounts_save_async   (GwCloudAccounts     *self,
                                                 GwAccount           *account,
                                                 GwAccessKey         *key,
                                                 GCancellable        *cancellable,
                                                 GAsyncReadyCallback  callback,
                                                 gpointer             user_data);
gboolean         gw_cloud_accounts_save_finish  (GwCloudAccounts     *self,
                                                 GAsyncResult        *result,
                                                 GError             **error);

/* Removes the account, its instances, its cache (with @undo) and its AccessKey; @undo brings all
 * back (the AccessKey waits in locked memory). Where the keyring is locked the account goes all the same and
 * its AccessKey when the keyring is open next. */
typedef struct _GwRemovedAccount GwRemovedAccount;
void             gw_removed_account_free        (GwRemovedAccount    *self);
/* Whether there is nothing left to bring back. After an error of restore_async() that is not so
 * where it can be tried again: all of it, or only the AccessKey (GW_ERROR_NO_SECRET). */
gboolean         gw_removed_account_is_done     (GwRemovedAccount    *self);
void             gw_cloud_accounts_remove_async (GwCloudAccounts     *self,
                                                 GwAccount           *account,
                                                 GCancellable        *cancellable,
                                                 GAsyncReadyCallback  callback,
                                                 gpointer             user_data);
/* (transfer full) */
GwRemovedAccount *gw_cloud_accounts_remove_finish (GwCloudAccounts   *self,
                                                 GAsyncResult        *result,
                                                 GError             **error);
void             gw_cloud_accounts_restore_async (GwCloudAccounts    *self,
                                                 GwRemovedAccount    *undo,
                                                 GCancellable        *cancellable,
                                                 GAsyncReadyCallback  callback,
                                                 gpointer             user_data);
gboolean         gw_cloud_accounts_restore_finish (GwCloudAccounts   *self,
                                                 GAsyncResult        *result,
                                                 GError             **error);

/* Before @instance is connected to: asks for it afresh if it is of an account and its state is
 * older than GW_CLOUD_STATE_AGE, at most 5 s. Then gw_obstacle_find() decides. Success at once for
 * all others. An error means that the old state is all there is. */
gboolean         gw_cloud_accounts_needs_asking (GwCloudAccounts     *self,
                                                 GwInstance          *instance);
void             gw_cloud_accounts_ask_async    (GwCloudAccounts     *self,
                                                 GwInstance          *instance,
                                                 GCancellable        *cancellable,
                                                 GAsyncReadyCallback  callback,
                                                 gpointer             user_data);
gboolean         gw_cloud_accounts_ask_finish   (GwCloudAccounts     *self,
                                                 GAsyncResult        *result,
                                                 GError             **error);
/* The states of rows in view (element-type GwInstance), those that are older than
 * GW_CLOUD_STATE_AGE; see gw_ecs_source_ask_states(). */
void             gw_cloud_accounts_ask_states   (GwCloudAccounts     *self,
                                                 GPtrArray           *instances);

/* The instance's page in the vendor's console, and Workbench for it: https; %NULL for what is no
 * instance of the cloud. (transfer full) (nullable) */
char            *gw_cloud_console_uri           (GwInstance          *instance);
char            *gw_cloud_workbench_uri         (GwInstance          *instance);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwVerified, gw_verified_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwRemovedAccount, gw_removed_account_free)

G_END_DECLS
