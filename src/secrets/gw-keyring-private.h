/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#define SECRET_API_SUBJECT_TO_CHANGE
#include <libsecret/secret.h>

#include "gw-keyring.h"

G_BEGIN_DECLS

/*
 * Private to GwKeyring, which is in parts: gw-keyring.c (state, list, what is kept in memory),
 * gw-keyring-service.c (looking and following), gw-keyring-call.c (one call with its deadline),
 * gw-keyring-find.c, gw-keyring-read.c, gw-keyring-write.c, gw-keyring-remove.c and
 * gw-keyring-unlock.c (what is asked of the service).
 *
 * The calls themselves are GDBus's: those can be cancelled, and none of them opens a prompt.
 * libsecret has the encrypted session and the memory that secrets pass through.
 */

#define GW_SS_BUS_NAME "org.freedesktop.secrets"
#define GW_SS_PATH "/org/freedesktop/secrets"
#define GW_SS_SERVICE "org.freedesktop.Secret.Service"
#define GW_SS_COLLECTION "org.freedesktop.Secret.Collection"
#define GW_SS_ITEM "org.freedesktop.Secret.Item"
#define GW_SS_PROMPT "org.freedesktop.Secret.Prompt"
#define GW_SS_PROPERTIES "org.freedesktop.DBus.Properties"
#define GW_SS_NONE "/" /* the path of a prompt or collection that is none */

typedef struct _GwKeyringUnlock GwKeyringUnlock;
typedef struct _GwKeyringLook GwKeyringLook;

struct _GwKeyring {
  GObject parent_instance;

  GwKeyringState state;
  GPtrArray *entries;  /* GwKeyringEntry, by kind and id */
  GPtrArray *settling; /* GTask */
  guint writes;        /* grows with each change of ours, so that an older look shows */

  GDBusConnection *bus;
  guint watch_id;
  guint signals_id;
  char *owner;            /* unique name of the service, or NULL */
  gint64 vanished;        /* when, monotonic */
  gboolean may_start;     /* the bus may be asked to start it */
  char *collection;       /* path of the default collection, or NULL */
  SecretService *session; /* of @owner, or NULL */
  GwKeyringLook *look;    /* under way, or NULL */
  gboolean look_again;
  guint look_id;

  GwKeyringUnlock *unlock; /* under way, or NULL */
};

typedef struct {
  GwKeyringItem *item;
  char *path;          /* of the service, or NULL */
  GwSensitive *secret; /* of SESSION_ONLY, else NULL */
} GwKeyringEntry;

/* gw-keyring-item.c */
GVariant       *_gw_keyring_query_new                (const char     *kind,
                                                      const char     *id);
GVariant       *_gw_keyring_item_to_attributes       (GwKeyringItem  *self);
/* %NULL for what is locked, of a newer version, or not ours. */
GwKeyringItem  *_gw_keyring_item_new_from_properties (GVariant       *properties);
/* Whether a newer version of this program has written that, which is then left alone. */
gboolean        _gw_keyring_is_newer                 (GVariant       *attributes);
/* Whether @self is the same item and has all fields of @other; services may add some. */
gboolean        _gw_keyring_item_has_fields          (GwKeyringItem  *self,
                                                      GwKeyringItem  *other);
gboolean        _gw_keyring_item_equal               (GwKeyringItem  *self,
                                                      GwKeyringItem  *other);

/* gw-keyring.c */
GwKeyringEntry *_gw_keyring_entry_new       (GwKeyringItem  *item,
                                             const char     *path,
                                             GwSensitive    *secret);
void            _gw_keyring_entry_free      (GwKeyringEntry *entry);
GwKeyringEntry *_gw_keyring_find            (GwKeyring      *self,
                                             const char     *kind,
                                             const char     *id);
/* @entries (transfer full) is sorted here; of equal ones the newest stays. What has not changed
 * keeps its object. */
void            _gw_keyring_set_contents    (GwKeyring      *self,
                                             GwKeyringState  state,
                                             GPtrArray      *entries);
/* Puts in or replaces one entry (transfer full). */
void            _gw_keyring_put             (GwKeyring      *self,
                                             GwKeyringEntry *entry);
void            _gw_keyring_drop            (GwKeyring      *self,
                                             const char     *kind,
                                             const char     *id);

/* gw-keyring-call.c */

/* What a call works on; the task's data. Its strings and objects are free for each call to use. */
typedef void (*GwKeyringStep) (GTask *task);
typedef struct {
  char *kind;
  char *id;
  GwKeyringItem *item;
  GwSensitive *secret;
  GPtrArray *paths; /* of the items of that kind and id, the listed one first */
  guint pending;    /* of them, what is not known yet */
  gboolean is_far;  /* another one is in another keyring, which is locked */

  SecretService *session;

  GwKeyringStep proceed;
  GCancellable *stop; /* of what is under way: not the caller's */
  GSource *cancelled;
  guint deadline_id;
  gboolean done;
} GwKeyringCall;

/* A task that fails by itself when it is cancelled, and after @seconds. */
GTask          *_gw_keyring_call_new        (GwKeyring           *self,
                                             guint                seconds,
                                             GCancellable        *cancellable,
                                             GAsyncReadyCallback  callback,
                                             gpointer             user_data);
/* The same with the usual time, for one item. */
GTask          *_gw_keyring_call_new_for    (GwKeyring           *self,
                                             gpointer             tag,
                                             const char          *kind,
                                             const char          *id,
                                             GCancellable        *cancellable,
                                             GAsyncReadyCallback  callback,
                                             gpointer             user_data);
/* Goes on with @step when the state is known. */
void            _gw_keyring_call_begin      (GTask               *task,
                                             GwKeyringStep        step);
void            _gw_keyring_call_settled    (GTask               *task);
/* %FALSE if the caller has its answer already. Otherwise the task is to be returned now. */
gboolean        _gw_keyring_call_end        (GTask               *task);
void            _gw_keyring_call_succeed    (GTask               *task);
/* @error: (transfer full) */
void            _gw_keyring_call_fail       (GTask               *task,
                                             GError              *error);
/* Why nothing can be done in this state. (transfer full) */
GError         *_gw_keyring_state_error     (GwKeyring           *self);
GError         *_gw_keyring_locked_error    (void);
/* A write would have to be confirmed; only unlocking shows a prompt. (transfer full) */
GError         *_gw_keyring_asks_error      (void);
/* Fails where the state is neither OPEN nor SESSION_ONLY. */
gboolean        _gw_keyring_call_is_usable  (GTask               *task);
/* @callback gets a reference to the task. */
void            _gw_keyring_call_send       (GTask               *task,
                                             const char          *path,
                                             const char          *interface,
                                             const char          *method,
                                             GVariant            *parameters,
                                             const char          *reply_type,
                                             GAsyncReadyCallback  callback);
/* Goes on with @proceed when that is done; there is no answer but that. */
void            _gw_keyring_call_send_then  (GTask               *task,
                                             const char          *path,
                                             const char          *interface,
                                             const char          *method,
                                             GVariant            *parameters,
                                             GwKeyringStep        proceed);
/* The answer, or %NULL, and then the task has failed. With @gone an object that does not exist is
 * no failure. */
GVariant       *_gw_keyring_call_receive    (GTask               *task,
                                             GObject             *source,
                                             GAsyncResult        *result,
                                             gboolean            *gone);
/* In words, and in the errors of GwKeyring. (transfer full) */
GError         *_gw_keyring_read_error      (const GError        *error);
gboolean        _gw_keyring_is_gone         (const GError        *error);

/* gw-keyring-service.c */
void            _gw_keyring_start           (GwKeyring      *self);
void            _gw_keyring_stop            (GwKeyring      *self);
/* Looks again, soon. */
void            _gw_keyring_look            (GwKeyring      *self);
/* The same, also where the service did not answer so far. */
void            _gw_keyring_look_anew       (GwKeyring      *self);

/* gw-keyring-find.c */
GError         *_gw_keyring_no_secret_error (void);
/* Why what is in another keyring is out of reach. (transfer full) */
GError         *_gw_keyring_far_error       (void);
/* Goes on with @proceed when the call has the paths of its items, if any, and knows that none is of
 * a newer version. */
void            _gw_keyring_call_find       (GTask          *task,
                                             GwKeyringStep   proceed);
/* Fails where there is none. */
gboolean        _gw_keyring_call_has_found  (GTask          *task);

/* gw-keyring-read.c */
/* Goes on with @proceed when the call has an encrypted session. */
void            _gw_keyring_call_encrypt    (GTask          *task,
                                             GwKeyringStep   proceed);
/* Asks for the secret of the item at @path; the reply is for _gw_keyring_call_decode(). */
void            _gw_keyring_call_get_secret (GTask               *task,
                                             const char          *path,
                                             GAsyncReadyCallback  callback);
/* (transfer full), or %NULL, and then the task has failed. */
SecretValue    *_gw_keyring_call_decode     (GTask          *task,
                                             GVariant       *reply);

/* gw-keyring-unlock.c */
/* A look is done: whoever waits for the keyring to be unlocked may have it. */
void            _gw_keyring_unlock_looked   (GwKeyring      *self);
void            _gw_keyring_unlock_vanished (GwKeyring      *self);
void            _gw_keyring_unlock_stop     (GwKeyring      *self);

G_END_DECLS
