/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-login-history.h"

G_BEGIN_DECLS

typedef enum {
  GW_HISTORY_SAVED,
  GW_HISTORY_WRITING,
  GW_HISTORY_STALE, /* being written, and already changed again */
} GwHistoryState;

typedef struct _GwHistoryDisk GwHistoryDisk;

/* Shared by the parts of the class: gw-login-history.c has the table, gw-login-history-file.c its
 * file. */
struct _GwLoginHistory
{
  GObject parent_instance;

  GwHistoryState state;
  gboolean read_only;   /* what is on the disk is not ours to replace */
  GwHistoryDisk *disk;  /* an atomic rc box */
  guint64 number;       /* of the newest data */
  GHashTable *entries;  /* GwLoginEntry.key → GwLoginEntry */
  GHashTable *removals; /* a set of keys */
};

/* gw-login-history.c */
/* All but @spared (nullable), a key. */
void gw_login_history_drop_oldest (GwLoginHistory *self,
                                   const char     *spared);

/* gw-login-history-file.c */

/* The file and what is in it; once. @path %NULL: the default place. */
void gw_login_history_load        (GwLoginHistory *self,
                                   const char     *path);
/* In the background. */
void gw_login_history_save        (GwLoginHistory *self);
/* What is not on the disk yet, at once: the program ends. */
void gw_login_history_close       (GwLoginHistory *self);

G_END_DECLS
