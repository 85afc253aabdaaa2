/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "gw-sensitive.h"

G_BEGIN_DECLS

/*
 * What only an engine can say of keys, asked of one that is started for the question, connects to
 * nothing and exits. Deadline 10 s; cancellable.
 */

/* @passphrase (nullable). Result: type and "SHA256:…" fingerprint (both transfer full), the length
 * of an RSA key (0 for other kinds), or the GW_ERROR_KEY_* errors. */
void       gw_key_inspect_async      (GwSensitive         *key,
                                      GwSensitive         *passphrase,
                                      GCancellable        *cancellable,
                                      GAsyncReadyCallback  callback,
                                      gpointer             user_data);
gboolean   gw_key_inspect_finish     (GAsyncResult        *result,
                                      char               **type,
                                      char               **fingerprint,
                                      guint               *bits,
                                      GError             **error);

typedef struct {
  char *type;        /* "ssh-ed25519" */
  char *fingerprint; /* "SHA256:…" */
  char *comment;     /* cleaned */
} GwAgentKey;
void       gw_agent_key_free         (GwAgentKey          *self);

/* (transfer full) (element-type GwAgentKey); GW_ERROR_AGENT where no agent answers. */
void       gw_agent_list_async       (GCancellable        *cancellable,
                                      GAsyncReadyCallback  callback,
                                      gpointer             user_data);
GPtrArray *gw_agent_list_finish      (GAsyncResult        *result,
                                      GError             **error);

G_END_DECLS
