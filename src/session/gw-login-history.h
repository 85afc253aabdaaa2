/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-login-defaults.h"

G_BEGIN_DECLS

/**
 * GwLoginHistory:
 *
 * What last worked for each instance or free host: address, port, user, method, key file, connect
 * timeout. No secrets. In $XDG_STATE_HOME/gangway/logins.json (0600, written aside and renamed, at
 * most 5,000 entries, the oldest dropped). A broken file is set aside and a new one begun; one that
 * cannot be read or is of a newer version is left alone, and nothing is written.
 */
#define GW_TYPE_LOGIN_HISTORY (gw_login_history_get_type ())
G_DECLARE_FINAL_TYPE (GwLoginHistory, gw_login_history, GW, LOGIN_HISTORY, GObject)

/* @path %NULL: the default place. */
GwLoginHistory *gw_login_history_new     (const char     *path);
/* A login that worked; written in the background. Errors of the disk are logged, not returned:
 * losing them costs a prefill. */
void            gw_login_history_remember (GwLoginHistory *self,
                                          GwLogin        *login);
/* Fills in what is known for the login's instance (or host, for free hosts) over what is there:
 * connection (if the instance still has that address or kind), port, user, method, key path.
 * FALSE if nothing is known. */
gboolean        gw_login_history_apply   (GwLoginHistory *self,
                                          GwLogin        *login);
void            gw_login_history_forget  (GwLoginHistory *self,
                                          const char     *instance_id);
/* For tests: whether nothing is being written. */
gboolean        gw_login_history_is_saved (GwLoginHistory *self);

G_END_DECLS
