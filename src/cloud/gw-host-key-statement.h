/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-cloud-client.h"

G_BEGIN_DECLS

/* What the account says of a server's host key. */
typedef enum {
  GW_STATEMENT_NONE,  /* nothing: that type is not named, or with two different keys; or the
                         statement is too old */
  GW_STATEMENT_MATCH, /* this very key */
  GW_STATEMENT_OTHER, /* a key of this type, but another one */
} GwStatementVerdict;

/**
 * GwHostKeyStatement:
 *
 * The fingerprints of an instance's host keys as its cloud account knows them: those that
 * cloud-init printed on the console at the start ("BEGIN SSH HOST KEY FINGERPRINTS"; all whole
 * blocks count), or those that ssh-keygen tells Cloud Assistant now.
 */
typedef struct {
  GPtrArray *keys;         /* (element-type GwStatedKey) */
  gint64     time;         /* of the log (LastUpdateTime), or of the answer; seconds since 1970, 0
                              unknown */
  gboolean   by_assistant; /* else by the console */
} GwHostKeyStatement;

typedef struct {
  char *type;        /* "ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa" */
  char *fingerprint; /* "SHA256:…" */
} GwStatedKey;

GwHostKeyStatement *gw_host_key_statement_new  (gboolean              by_assistant,
                                                gint64                time);
/* Reads lines of ssh-keygen -l: "256 SHA256:… user@host (ED25519)". Bounded. For the console only
 * what is between the marks, each line with the same kind of prefix (of the kernel, syslog or
 * cloud-init); a block with anything else in it vouches for no key, but may cast doubt on others.
 * For tests, too. */
void                gw_host_key_statement_read (GwHostKeyStatement   *self,
                                                const char           *text);
void                gw_host_key_statement_free (GwHostKeyStatement   *self);

/* @not_before: seconds since 1970; a statement of the console that is older, or of an unknown time,
 * says nothing (0: any age does). @stated (optional): for OTHER, the fingerprint that is stated;
 * owned by @self. */
GwStatementVerdict  gw_host_key_statement_judge (GwHostKeyStatement  *self,
                                                const char           *type,
                                                const char           *fingerprint,
                                                gint64                not_before,
                                                const char          **stated);

/* GetInstanceConsoleOutput. Success with no keys where the log has none. */
void                gw_host_key_statement_ask_console_async
                                               (GwCloudClient        *client,
                                                const char           *region,
                                                const char           *instance,
                                                GCancellable         *cancellable,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
/* Cloud Assistant runs “ssh-keygen -l” on /etc/ssh/ssh_host_*_key.pub: only where the person has
 * allowed it. */
void                gw_host_key_statement_ask_assistant_async
                                               (GwCloudClient        *client,
                                                const char           *region,
                                                const char           *instance,
                                                GCancellable         *cancellable,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
/* Of both. */
GwHostKeyStatement *gw_host_key_statement_ask_finish
                                               (GwCloudClient        *client,
                                                GAsyncResult         *result,
                                                GError              **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwHostKeyStatement, gw_host_key_statement_free)

G_END_DECLS
