/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The ssh-agent of SSH_AUTH_SOCK, as far as libssh would block on it or takes what it finds: which
 * keys it holds. Signing is libssh's.
 */

typedef struct {
  char   *type;        /* "ssh-ed25519" */
  char   *fingerprint; /* "SHA256:…" */
  char   *comment;     /* cleaned */
  GBytes *blob;
} GwAgentIdentity;

/* A connected descriptor, or -1 with GW_ERROR_AGENT. Does not wait. */
int        gw_agent_connect     (GError              **error);
/* Asks for the identities within a few seconds. Borrows @fd. Result: (transfer full)
 * (element-type GwAgentIdentity), or GW_ERROR_AGENT, _CANCELLED. */
void       gw_agent_list_async  (int                   fd,
                                 GCancellable         *cancellable,
                                 GAsyncReadyCallback   callback,
                                 gpointer              user_data);
GPtrArray *gw_agent_list_finish (GAsyncResult         *result,
                                 GError              **error);
/* The answer of an agent that holds this one key, as it is on the wire. */
GBytes    *gw_agent_make_answer (GwAgentIdentity      *identity);

G_END_DECLS
