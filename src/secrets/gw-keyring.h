/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "gw-keyring-item.h"
#include "gw-sensitive.h"

G_BEGIN_DECLS

typedef enum {
  GW_KEYRING_STATE_UNKNOWN,       /* not known yet: the service is being asked */
  GW_KEYRING_STATE_ABSENT,        /* no Secret Service, or one that does not answer */
  GW_KEYRING_STATE_NO_COLLECTION, /* a service without a default collection */
  GW_KEYRING_STATE_LOCKED,        /* what is in the default collection cannot be known */
  GW_KEYRING_STATE_OPEN,          /* the items are here */
  GW_KEYRING_STATE_SESSION_ONLY,  /* no service; secrets are kept in locked memory, as agreed */
} GwKeyringState;

/* Seconds for an answer of the service, and for one of the person that it asks. */
#define GW_KEYRING_TIMEOUT 5
#define GW_KEYRING_PROMPT_TIMEOUT 300

/* The most that a secret of an item may have, in bytes. */
#define GW_KEYRING_MAX_SECRET 65536

/**
 * GwKeyring:
 *
 * Gangway's items in the desktop's Secret Service (schema org.gangway.Secret): a GListModel of
 * GwKeyringItem, empty unless the state is OPEN or SESSION_ONLY. An item is found by its kind and
 * id, never by its label. It follows what other programs and other windows change, and the service
 * itself, which may come, go, or be locked at any time. Items of a newer schema version are left
 * alone: they are not listed, and every call for one fails with GW_ERROR_KEYRING. Secrets are not
 * exchanged with a service that does not encrypt them on the bus (GW_ERROR_KEYRING).
 *
 * Nothing here blocks, and nothing but gw_keyring_unlock_async() makes the desktop ask the person
 * something. Every call ends within GW_KEYRING_TIMEOUT (unlocking: GW_KEYRING_PROMPT_TIMEOUT); a
 * cancelled or late answer of the service is awaited in the background and dropped, because
 * cancelling inside libsecret loses callbacks. Main thread only.
 *
 * Errors: GW_ERROR_KEYRING_ABSENT (no service, no collection), GW_ERROR_KEYRING_LOCKED,
 * GW_ERROR_NO_SECRET (there is no such item any more), GW_ERROR_KEYRING (the service failed, died,
 * did not answer, or does not give back what it was given), GW_ERROR_TOO_LARGE;
 * G_IO_ERROR_CANCELLED.
 *
 * Property `state` (GwKeyringState as uint, read-only, notify).
 */
#define GW_TYPE_KEYRING (gw_keyring_get_type ())
G_DECLARE_FINAL_TYPE (GwKeyring, gw_keyring, GW, KEYRING, GObject)

/* Begins to look at once; the state is UNKNOWN until the service has answered. */
GwKeyring      *gw_keyring_new            (void);
GwKeyringState  gw_keyring_get_state      (GwKeyring           *self);
/* Whether items can be stored and read now: OPEN or SESSION_ONLY. */
gboolean        gw_keyring_is_usable      (GwKeyring           *self);

/* Done as soon as the state is not UNKNOWN, whatever it is. Never asks the person. */
void            gw_keyring_settle_async   (GwKeyring           *self,
                                           GCancellable        *cancellable,
                                           GAsyncReadyCallback  callback,
                                           gpointer             user_data);
gboolean        gw_keyring_settle_finish  (GwKeyring           *self,
                                           GAsyncResult        *result,
                                           GError             **error);
/* Unlocks the default collection, or creates it where there is none, through the desktop's own
 * prompt; succeeds at once where the state is usable. A person who dismisses the prompt is
 * G_IO_ERROR_CANCELLED: not an error to show. Several callers share one prompt; when all of them
 * have cancelled it stays on the screen for the next one (gnome-keyring dies of a dismissed
 * one). */
void            gw_keyring_unlock_async   (GwKeyring           *self,
                                           GCancellable        *cancellable,
                                           GAsyncReadyCallback  callback,
                                           gpointer             user_data);
gboolean        gw_keyring_unlock_finish  (GwKeyring           *self,
                                           GAsyncResult        *result,
                                           GError             **error);

/* (transfer none) (nullable): by kind and id, among those listed. */
GwKeyringItem  *gw_keyring_lookup         (GwKeyring           *self,
                                           const char          *kind,
                                           const char          *id);

/* Creates the item, or replaces all that the one of the same kind and id holds. Succeeds only
 * after the service has given back the same bytes, which have to be UTF-8 (else GW_ERROR_KEYRING).
 * @item is taken as data and not kept. */
void            gw_keyring_store_async    (GwKeyring           *self,
                                           GwKeyringItem       *item,
                                           GwSensitive         *secret,
                                           GCancellable        *cancellable,
                                           GAsyncReadyCallback  callback,
                                           gpointer             user_data);
gboolean        gw_keyring_store_finish   (GwKeyring           *self,
                                           GAsyncResult        *result,
                                           GError             **error);
/* Label and fields of an item that exists; its secret stays. */
void            gw_keyring_update_async   (GwKeyring           *self,
                                           GwKeyringItem       *item,
                                           GCancellable        *cancellable,
                                           GAsyncReadyCallback  callback,
                                           gpointer             user_data);
gboolean        gw_keyring_update_finish  (GwKeyring           *self,
                                           GAsyncResult        *result,
                                           GError             **error);
/* The secret, straight from the service. (transfer full) */
void            gw_keyring_load_async     (GwKeyring           *self,
                                           const char          *kind,
                                           const char          *id,
                                           GCancellable        *cancellable,
                                           GAsyncReadyCallback  callback,
                                           gpointer             user_data);
GwSensitive    *gw_keyring_load_finish    (GwKeyring           *self,
                                           GAsyncResult        *result,
                                           GError             **error);
/* Removes every item of that kind and id, and verifies that none is left: GW_ERROR_KEYRING_LOCKED
 * where one is in another keyring, which is locked. Removing what is not there succeeds where the
 * keyring is usable. */
void            gw_keyring_remove_async   (GwKeyring           *self,
                                           const char          *kind,
                                           const char          *id,
                                           GCancellable        *cancellable,
                                           GAsyncReadyCallback  callback,
                                           gpointer             user_data);
gboolean        gw_keyring_remove_finish  (GwKeyring           *self,
                                           GAsyncResult        *result,
                                           GError             **error);

/* The person agreed to keep secrets for this session only: ABSENT becomes SESSION_ONLY. A service
 * that appears later takes over; what was kept in memory is then dropped. */
void            gw_keyring_use_memory     (GwKeyring           *self);
/* Auto-lock: wipes what SESSION_ONLY holds, which is then ABSENT again. Does nothing to a
 * service. */
void            gw_keyring_wipe_memory    (GwKeyring           *self);

G_END_DECLS
