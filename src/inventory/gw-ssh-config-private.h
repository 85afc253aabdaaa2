/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Shared by the reader (gw-ssh-config-reader.c) and the evaluation (gw-ssh-config.c). */

#include "gw-ssh-config.h"

G_BEGIN_DECLS

typedef enum {
  BLOCK_ALL,
  BLOCK_HOST,
  BLOCK_NEVER,
} BlockKind;

/* A Host or Match line. */
typedef struct {
  BlockKind kind;
  guint parent;      /* the block that the Include of this file stands in */
  GHashTable *names; /* of a Host line that has no pattern, else %NULL */
  GStrv patterns;    /* of any other Host line */
} Block;

/* Lines that hold for the same block without another one between. */
typedef struct {
  guint block;
  char *values[GW_N_SSH_CONFIG_KEYWORDS];
} Section;

struct _GwSshConfig
{
  char *home;
  char *folder;
  char *notice;
  GPtrArray *blocks;   /* of Block; the first one holds for all */
  GPtrArray *sections; /* of Section, in file order */
  GHashTable *literal; /* name → GArray of indices in sections: blocks without a pattern */
  GArray *general;     /* indices of all other sections */
  GHashTable *watched;
  GHashTable *open;    /* the files being read, by real name: against loops */
  GHashTable *named;   /* literal names seen */
  GPtrArray *names;    /* the same in file order, later with %NULL behind */
  GPtrArray *watched_list;
  guint n_files;
  guint n_includes;
  guint n_patterns;
  gsize n_bytes;
};

/* An empty config with the block that holds for all. */
GwSshConfig *gw_ssh_config_new           (const char         *path,
                                          const char         *home);
Block       *gw_ssh_config_add_block     (GwSshConfig        *self,
                                          BlockKind           kind,
                                          guint               parent);
/* The first value of a block stays. */
void         gw_ssh_config_set_value     (GwSshConfig        *self,
                                          guint               block,
                                          GwSshConfigKeyword  keyword,
                                          const char         *value);
/* Whether the block and those around it hold for @host. */
gboolean     gw_ssh_config_block_matches (GwSshConfig        *self,
                                          guint               index,
                                          const char         *host);

G_END_DECLS
