/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * GwKnownHosts:
 *
 * OpenSSH's known_hosts files (sshd(8), “SSH_KNOWN_HOSTS FILE FORMAT”): plain, "[host]:port" and
 * hashed names, patterns with '*', '?' and '!', several keys for one host, @revoked and
 * @cert-authority. The one reader and writer of these files in Gangway; libssh's own is not used,
 * because it skips the markers. Lines that make no sense are skipped and kept when writing.
 */
typedef struct _GwKnownHosts GwKnownHosts;

typedef enum {
  GW_HOST_KEY_KNOWN,   /* this very key is stored for the host */
  GW_HOST_KEY_UNKNOWN, /* nothing is stored for the host */
  GW_HOST_KEY_CHANGED, /* other keys are stored for the host, of this or of another type */
  GW_HOST_KEY_REVOKED, /* this key is marked @revoked for the host, whatever else is stored */
} GwHostKeyVerdict;

/* One stored key. */
typedef struct {
  char  *type;        /* "ssh-ed25519" */
  char  *fingerprint; /* "SHA256:…" */
  char  *file;
  guint  line;        /* from 1 */
} GwKnownHostsEntry;

void              gw_known_hosts_entry_free (GwKnownHostsEntry *entry);

/* Reads files in this order (the user's first). Missing files are empty. An unreadable one, or one
 * over 64 MiB, is GW_ERROR_INVALID_FILE: then nothing may be trusted. Blocks for the disk. */
GwKnownHosts     *gw_known_hosts_load      (const char *const *paths,
                                            GError           **error);
void              gw_known_hosts_free      (GwKnownHosts      *self);

/* @blob: the public key as on the wire. @host as typed (compared without case). @stored, optional:
 * (transfer full) (element-type GwKnownHostsEntry) the keys stored for the host, for CHANGED.
 * A key listed only under @cert-authority does not make a host known. */
GwHostKeyVerdict  gw_known_hosts_check     (GwKnownHosts      *self,
                                            const char        *host,
                                            guint              port,
                                            const guint8      *blob,
                                            gsize              length,
                                            GPtrArray        **stored);
/* The key types stored for the host in file order, without repeats, for asking for them first so
 * that a known host never looks unknown. Possibly empty, never %NULL. */
GStrv             gw_known_hosts_get_types (GwKnownHosts      *self,
                                            const char        *host,
                                            guint              port);
/* Whether a @cert-authority line covers the host. */
gboolean          gw_known_hosts_has_authority (GwKnownHosts  *self,
                                            const char        *host,
                                            guint              port);

/* Adds the key @type @base64 for the host to the file @path, written aside and renamed (through a
 * symbolic link to its target), mode kept, 0600 if new, its directory made 0700 if missing. Names
 * are hashed if the file has hashed names already. The key is there only once, whatever happens.
 * Blocks for the disk. */
gboolean          gw_known_hosts_add       (const char        *path,
                                            const char        *host,
                                            guint              port,
                                            const char        *type,
                                            const char        *base64,
                                            GError           **error);
/* The same, but first takes the host out of the lines that store other keys for it (only the
 * name, where a line names several hosts; marker lines stay). */
gboolean          gw_known_hosts_replace   (const char        *path,
                                            const char        *host,
                                            guint              port,
                                            const char        *type,
                                            const char        *base64,
                                            GError           **error);

/* (transfer full) ~/.ssh/known_hosts and the global file, in the order of gw_known_hosts_load().
 * Looks at $HOME and, for tests and the playground, at $GANGWAY_GLOBAL_KNOWN_HOSTS. */
GStrv             gw_known_hosts_default_paths (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwKnownHosts, gw_known_hosts_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwKnownHostsEntry, gw_known_hosts_entry_free)

G_END_DECLS
