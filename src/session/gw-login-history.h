/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-login-defaults.h"

G_BEGIN_DECLS

/**
 * GwLoginHistory:
 *
 * What last worked for each instance or free host: address, port, user, method, key file,
 * credential, connect timeout, and whether it is a saved login. No secrets. In
 * $XDG_STATE_HOME/gangway/logins.json (0600, written aside and renamed, at most 5,000 entries, the
 * oldest dropped, saved ones last, and their secrets noted as removals). A broken file is set aside
 * and a new one begun; one that cannot be read or is of a newer version is left alone, and nothing
 * is written.
 * Signal `changed` (no arguments).
 */
#define GW_TYPE_LOGIN_HISTORY (gw_login_history_get_type ())
G_DECLARE_FINAL_TYPE (GwLoginHistory, gw_login_history, GW, LOGIN_HISTORY, GObject)

/* What is known of one login. Texts are as stored (%NULL: unknown), but for the title. */
typedef struct {
  char    *key;             /* gw_login_dup_key() */
  char    *title;           /* of the instance when it last worked, or the host; cleaned */
  gint64   time;            /* when it last worked, microseconds since 1970 */
  gint64   created;         /* when it was saved, seconds since 1970; 0 if it is not */
  char    *kind;            /* of the connection */
  char    *address;
  guint    port;            /* 0: unknown */
  char    *user;
  char    *method;
  char    *key_path;
  char    *agent_key;
  char    *credential;      /* id */
  guint    connect_timeout;
  gboolean saved;
  gboolean has_secret;      /* an item of the keyring belongs to it */
  gboolean is_temporary;    /* its secret ends with the program, and “saved” with it */
  gboolean refused;         /* the server did not take what is saved */
} GwLoginEntry;

GwLoginEntry   *gw_login_entry_copy      (const GwLoginEntry *self);
void            gw_login_entry_free      (GwLoginEntry       *self);

/* @path %NULL: the default place. */
GwLoginHistory *gw_login_history_new     (const char         *path);
/* A login that worked; written in the background. Errors of the disk are logged, not returned:
 * what is lost is typed again, and a secret of which nothing is known then is listed as such.
 * Whether it is saved stays, but for a login that differs in more than the secret: that one is not
 * saved (yet). */
void            gw_login_history_remember (GwLoginHistory    *self,
                                          GwLogin            *login);
/* Fills in what is known for the login's instance (or host, for free hosts) over what is there:
 * connection (if the instance still has that address or kind), port, user, method, key path,
 * credential; “remember” where it is saved. FALSE if nothing is known. */
gboolean        gw_login_history_apply   (GwLoginHistory     *self,
                                          GwLogin            *login);
/* Nothing stays of it. */
void            gw_login_history_forget  (GwLoginHistory     *self,
                                          const char         *key);

/* (transfer none) (nullable): valid until the history changes. */
const GwLoginEntry *gw_login_history_lookup (GwLoginHistory  *self,
                                          const char         *key);
/* The same for a login that is saved just as @login is; only the address of a cloud instance may be
 * another. */
const GwLoginEntry *gw_login_history_lookup_saved (GwLoginHistory *self,
                                          GwLogin            *login);
/* Newest first. (transfer container): the entries are valid until the history changes. */
GPtrArray      *gw_login_history_list    (GwLoginHistory     *self);
/* The keyring has what belongs to it (@has_secret; @is_temporary: only in memory), or nothing
 * belongs to it. Not refused any more. */
void            gw_login_history_set_saved (GwLoginHistory   *self,
                                          const char         *key,
                                          gboolean            has_secret,
                                          gboolean            is_temporary);
void            gw_login_history_set_unsaved (GwLoginHistory *self,
                                          const char         *key);
/* Of a saved one; others cannot be refused. */
void            gw_login_history_set_refused (GwLoginHistory *self,
                                          const char         *key,
                                          gboolean            refused);
/* Undo: puts the entry back as it was. */
void            gw_login_history_restore (GwLoginHistory     *self,
                                          const GwLoginEntry *entry);

/* Keys whose secret has to go from the keyring as soon as that is open. */
void            gw_login_history_note_removal (GwLoginHistory *self,
                                          const char         *key);
/* FALSE if it was not noted. */
gboolean        gw_login_history_drop_removal (GwLoginHistory *self,
                                          const char         *key);
gboolean        gw_login_history_has_removal (GwLoginHistory *self,
                                          const char         *key);
/* (transfer full) */
GStrv           gw_login_history_dup_removals (GwLoginHistory *self);

/* For tests: whether nothing is being written. */
gboolean        gw_login_history_is_saved (GwLoginHistory    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwLoginEntry, gw_login_entry_free)

G_END_DECLS
