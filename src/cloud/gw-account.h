/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where an account's AccessKey is. */
typedef enum {
  GW_ACCOUNT_ACCESS_KEY,  /* in the keyring: an item of the kind "account", its id the account's */
  GW_ACCOUNT_CLI_PROFILE, /* in a profile of the aliyun CLI, read anew each time */
  GW_ACCOUNT_ENVIRONMENT, /* in ALIBABA_CLOUD_ACCESS_KEY_ID and what belongs to it */
} GwAccountKind;

/**
 * GwAccount:
 *
 * One account of the cloud as the user has set it up: plain data, no secrets. Main thread only.
 * Texts are cleaned when set. Signal `changed` after a set call that changed something.
 */
#define GW_TYPE_ACCOUNT (gw_account_get_type ())
G_DECLARE_FINAL_TYPE (GwAccount, gw_account, GW, ACCOUNT, GObject)

/* @id %NULL: a new UUID. */
GwAccount         *gw_account_new          (const char        *id,
                                            GwAccountKind      kind);
/* The same, the id too. */
GwAccount         *gw_account_copy         (GwAccount         *self);
/* All but the id, with at most one `changed`. */
void               gw_account_assign       (GwAccount         *self,
                                            GwAccount         *other);
gboolean           gw_account_equal        (GwAccount         *a,
                                            GwAccount         *b);

/* Also the id of its source in the catalogue, of its cache and of its item in the keyring. */
const char        *gw_account_get_id       (GwAccount         *self);
GwAccountKind      gw_account_get_kind     (GwAccount         *self);
void               gw_account_set_kind     (GwAccount         *self,
                                            GwAccountKind      kind);
/* Never %NULL; "" until set. */
const char        *gw_account_get_name     (GwAccount         *self);
void               gw_account_set_name     (GwAccount         *self,
                                            const char        *name);
/* Of the CLI's profile, for GW_ACCOUNT_CLI_PROFILE; exactly as in its file. %NULL: none. */
const char        *gw_account_get_profile  (GwAccount         *self);
void               gw_account_set_profile  (GwAccount         *self,
                                            const char        *profile);
/* The default region: the one that is asked first, and for the list of regions. Never %NULL:
 * "cn-hangzhou" until set. Only lower-case letters, digits and '-'; others are ignored. */
const char        *gw_account_get_region   (GwAccount         *self);
void               gw_account_set_region   (GwAccount         *self,
                                            const char        *region);
/* %NULL: the vendor's own. Stored as it is: gw_cloud_endpoint_check() says whether it is used. */
const char        *gw_account_get_endpoint (GwAccount         *self);
void               gw_account_set_endpoint (GwAccount         *self,
                                            const char        *endpoint);
/* The regions that are asked, sorted; empty: all. Never %NULL. */
const char *const *gw_account_get_regions  (GwAccount         *self);
void               gw_account_set_regions  (GwAccount         *self,
                                            const char *const *regions);

/*
 * $XDG_DATA_HOME/gangway/accounts.json: {"format": 1, "accounts": […]}, mode 0600, written aside
 * and renamed; unknown members of the file and of its entries are kept. A broken file is set aside
 * (“.bad-DATE”) before anything is written, one of a newer format is read and never written over
 * (GW_ERROR_INVALID_FILE), a bad entry is kept in the file and left out of the list; an id in it is
 * a UUID.
 */
#define GW_ACCOUNTS_MAX 100

typedef struct _GwAccountFile GwAccountFile;

/* Reads @path, (nullable: the default place); never fails: @notice says what was wrong (nullable,
 * free with g_free()). */
GwAccountFile *gw_account_file_new      (const char     *path,
                                         char          **notice);
void           gw_account_file_free     (GwAccountFile  *self);
/* (element-type GwAccount) (transfer container): as they were read. */
GPtrArray     *gw_account_file_list     (GwAccountFile  *self);
/* Ids of accounts that are gone, while their AccessKey may be in the keyring still: the member
 * "removals". Never %NULL; owned by @self. set: written with the next save. */
const char *const *gw_account_file_get_removals (GwAccountFile *self);
void           gw_account_file_set_removals (GwAccountFile     *self,
                                             const char *const *ids);
/* @accounts become what the file holds, next to what another program has put in meanwhile: accounts
 * that @self has never read stay, and so do removals. */
gboolean       gw_account_file_save     (GwAccountFile  *self,
                                         GPtrArray      *accounts,
                                         GError        **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwAccountFile, gw_account_file_free)

G_END_DECLS
