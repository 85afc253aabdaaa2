/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-cloud-accounts.h"

G_BEGIN_DECLS

/* One account that is set up. */
typedef struct {
  GwAccount *account;
  GwEcsSource *source;
  gint64 tried;  /* when a refresh was last begun, seconds since 1970 */
  gboolean again; /* the keyring was opened while a refresh ran, which may have met it closed */
} GwCloudEntry;

/* Shared by the parts of the class: gw-cloud-accounts.c has what is listed, -key.c the AccessKeys in
 * the keyring, -save.c, -remove.c (with undo), -verify.c and -ask.c what their names say. */
struct _GwCloudAccounts
{
  GObject parent_instance;

  GwCatalogue *catalogue;
  GwKeyring *keyring;
  GwAccountFile *file;
  char *cache_folder;
  char *notice;
  GPtrArray *entries;   /* GwCloudEntry, in the order of the file */
  GHashTable *removing; /* a set of ids: the AccessKey is being read for undo, or removed */
  GHashTable *asks;     /* see gw-cloud-accounts-ask.c */
  GHashTable *turns;    /* see gw-key-turn.c; NULL at first */
  GwAssistNotes *assist_notes; /* NULL until somebody asks for it */
};

/* %NULL if there is none; @position optional. */
GwCloudEntry   *gw_cloud_accounts_find         (GwCloudAccounts     *self,
                                                const char          *id,
                                                guint               *position);
/* @key (nullable): what was typed. */
GwKeySource    *gw_cloud_accounts_create_keys  (GwCloudAccounts     *self,
                                                GwAccount           *account,
                                                GwAccessKey         *key);
GwCloudClient  *gw_cloud_accounts_create_client (GwCloudAccounts    *self,
                                                GwAccount           *account,
                                                GwAccessKey         *key);
/* (element-type GwAccount) (transfer full) */
GPtrArray      *gw_cloud_accounts_dup_list     (GwCloudAccounts     *self);
/* Puts in what the file holds already: @source with its account, which is then in the catalogue. */
void            gw_cloud_accounts_insert       (GwCloudAccounts     *self,
                                                guint                position,
                                                GwEcsSource         *source);
/* The other way round. (transfer full) */
GwEcsSource    *gw_cloud_accounts_take         (GwCloudAccounts     *self,
                                                guint                position);
void            gw_cloud_accounts_start        (GwCloudAccounts     *self,
                                                GwCloudEntry        *entry);

/* The note that the AccessKey of an account has to go, in the file with the next save. FALSE where
 * that is what it says already. */
gboolean        gw_cloud_accounts_note_removal (GwCloudAccounts     *self,
                                                const char          *id,
                                                gboolean             noted);
/* Removes the AccessKey of @id, and the note once it is gone. Where that cannot be done now the
 * note stays, and another try is made when the keyring is open next. Never asks the person; success
 * in each case. */
void            gw_cloud_accounts_drop_key_async (GwCloudAccounts   *self,
                                                const char          *id,
                                                GAsyncReadyCallback  callback,
                                                gpointer             user_data);
void            gw_cloud_accounts_make_up      (GwCloudAccounts     *self);

/* Opens the keyring, which may ask the person, and puts @packed in. Either all is as before and
 * there is an error, or @old (nullable) is what was there. */
void            gw_cloud_accounts_put_key_async (GwCloudAccounts    *self,
                                                GwAccount           *account,
                                                GwSensitive         *packed,
                                                GCancellable        *cancellable,
                                                GAsyncReadyCallback  callback,
                                                gpointer             user_data);
gboolean        gw_cloud_accounts_put_key_finish (GwCloudAccounts   *self,
                                                GAsyncResult        *result,
                                                GwSensitive        **old,
                                                GError             **error);
/* Takes that back: @old, or nothing, is what the keyring has. Success in each case. */
void            gw_cloud_accounts_put_back_async (GwCloudAccounts   *self,
                                                GwAccount           *account,
                                                GwSensitive         *old,
                                                GAsyncReadyCallback  callback,
                                                gpointer             user_data);
/* What the desktop's password manager shows follows the account's name. */
void            gw_cloud_accounts_label_key    (GwCloudAccounts     *self,
                                                GwAccount           *account);

G_END_DECLS
