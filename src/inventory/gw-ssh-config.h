/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * ssh_config(5), read and evaluated as OpenSSH does as far as it says where to connect to: Host
 * lines with patterns and negation, Include (also inside a Host block), first value wins, quotes,
 * "=" and comments. `Match all` is followed; other Match blocks are skipped, because they ask for
 * commands to be run or for things that are only known while connecting.
 */

typedef enum {
  GW_SSH_CONFIG_HOST_NAME,
  GW_SSH_CONFIG_USER,
  GW_SSH_CONFIG_PORT,
  GW_SSH_CONFIG_IDENTITY_FILE,
  GW_SSH_CONFIG_PROXY_JUMP,
} GwSshConfigKeyword;
#define GW_N_SSH_CONFIG_KEYWORDS 5

#define GW_SSH_CONFIG_MAX_BYTES (1024 * 1024)
#define GW_SSH_CONFIG_MAX_DEPTH 16
#define GW_SSH_CONFIG_MAX_FILES 256
#define GW_SSH_CONFIG_MAX_HOSTS 10000

/**
 * GwSshConfig:
 *
 * A config file with all that it includes. Immutable once loaded. Reading it blocks for the disk
 * only, and is bounded by the figures above.
 */
typedef struct _GwSshConfig GwSshConfig;

/* Never fails: what cannot be read is left out, and said in the notice. @home replaces "~".
 * Relative names in Include are looked for in the folder of @path. */
GwSshConfig       *gw_ssh_config_load       (const char          *path,
                                             const char          *home);
void               gw_ssh_config_free       (GwSshConfig         *self);

/* One line for people about what was left out, or %NULL. */
const char        *gw_ssh_config_get_notice (GwSshConfig         *self);
/* The literal names of Host lines that the lines around them let through, in file order. */
const char *const *gw_ssh_config_get_hosts  (GwSshConfig         *self);
/* Every file that was read or looked for, and the folders whose files an Include names. */
const char *const *gw_ssh_config_get_watched (GwSshConfig        *self);
/* The values for @host, as written, %NULL where nothing is said; @values has room for
 * GW_N_SSH_CONFIG_KEYWORDS. Valid as long as @self. %FALSE if nothing at all is said. */
gboolean           gw_ssh_config_lookup     (GwSshConfig         *self,
                                             const char          *host,
                                             const char         **values);

/* The words of a line as OpenSSH splits them: quotes, backslash, comments. %NULL for an open
 * quote. */
GStrv              gw_ssh_config_split      (const char          *line);
/* @text with the %-words that @pairs ("h", "value", …, %NULL) names replaced, "%%" by "%"; %NULL
 * for other ones. */
char              *gw_ssh_config_expand     (const char          *text,
                                             const char *const   *pairs);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwSshConfig, gw_ssh_config_free)

G_END_DECLS
