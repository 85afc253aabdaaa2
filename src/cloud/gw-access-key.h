/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-sensitive.h"

G_BEGIN_DECLS

/**
 * GwAccessKey:
 *
 * What a request is signed with. Immutable, reference counted, main thread only.
 * @id is no secret, but is not logged either.
 */
typedef struct _GwAccessKey GwAccessKey;

#define GW_TYPE_ACCESS_KEY (gw_access_key_get_type ())
GType        gw_access_key_get_type    (void);

/* @token (nullable): of STS. @expires: seconds since 1970, 0 for never. %NULL where @id or @secret
 * is empty or of characters that no AccessKey has (only printable ASCII without spaces; @id at most
 * 128, @secret 256, @token 8192 bytes). Takes references. */
GwAccessKey *gw_access_key_new         (const char   *id,
                                        GwSensitive  *secret,
                                        GwSensitive  *token,
                                        gint64        expires);
GwAccessKey *gw_access_key_ref         (GwAccessKey  *self);
void         gw_access_key_unref       (GwAccessKey  *self);

const char  *gw_access_key_get_id      (GwAccessKey  *self);
GwSensitive *gw_access_key_get_secret  (GwAccessKey  *self);
/* (nullable) */
GwSensitive *gw_access_key_get_token   (GwAccessKey  *self);
gint64       gw_access_key_get_expires (GwAccessKey  *self);

/* As one secret for a keyring item, and back: %NULL with GW_ERROR_KEYRING where it makes no sense. */
GwSensitive *gw_access_key_pack        (GwAccessKey  *self,
                                        GError      **error);
GwAccessKey *gw_access_key_unpack      (GwSensitive  *packed,
                                        GError      **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwAccessKey, gw_access_key_unref)

/**
 * GwKeySource:
 *
 * Where a client gets its AccessKey from, anew for each call: a keyring, a profile of the aliyun
 * CLI, the environment, what was just typed. Never asks the person.
 * get: within 60 s, with the cancellable obeyed. Errors: GW_CLOUD_ERROR_NO_KEY, …_SIGN_IN, those of
 * a call (STS), GW_ERROR_KEYRING… of the keyring.
 * forget (optional): @key was refused; what was cached of it goes.
 */
#define GW_TYPE_KEY_SOURCE (gw_key_source_get_type ())
G_DECLARE_INTERFACE (GwKeySource, gw_key_source, GW, KEY_SOURCE, GObject)

struct _GwKeySourceInterface
{
  GTypeInterface parent;

  void         (*get_async)  (GwKeySource          *self,
                              GCancellable         *cancellable,
                              GAsyncReadyCallback   callback,
                              gpointer              user_data);
  GwAccessKey *(*get_finish) (GwKeySource          *self,
                              GAsyncResult         *result,
                              GError              **error);
  void         (*forget)     (GwKeySource          *self,
                              GwAccessKey          *key);
};

void         gw_key_source_get_async  (GwKeySource          *self,
                                       GCancellable         *cancellable,
                                       GAsyncReadyCallback   callback,
                                       gpointer              user_data);
/* (transfer full) */
GwAccessKey *gw_key_source_get_finish (GwKeySource          *self,
                                       GAsyncResult         *result,
                                       GError              **error);
void         gw_key_source_forget     (GwKeySource          *self,
                                       GwAccessKey          *key);

/* One that always gives @key: what was typed into a dialog, for Verify. */
GwKeySource *gw_key_source_new_fixed  (GwAccessKey          *key);

G_END_DECLS
