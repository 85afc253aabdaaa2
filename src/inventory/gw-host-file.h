/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-instance.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The version of the format that this program writes. */
#define GW_HOST_FILE_FORMAT 1
#define GW_HOST_FILE_MAX_BYTES (64 * 1024 * 1024)

/**
 * GwHostEntry:
 * @node: the entry as it stands in the file
 * @instance: what the list shows of it, or %NULL for a bad entry
 *
 * Reference counted, so that a changed list shares the others with the list before the change.
 */
typedef struct {
  JsonNode   *node;
  GwInstance *instance;
} GwHostEntry;

/* Both (transfer none), @instance optional. */
GwHostEntry *gw_host_entry_new   (JsonNode     *node,
                                  GwInstance   *instance);
GwHostEntry *gw_host_entry_ref   (GwHostEntry  *self);
void         gw_host_entry_unref (GwHostEntry  *self);

/**
 * GwHostFile:
 * @top: the root of the file, for its unknown members; %NULL for a file yet to be made
 * @entries: (element-type GwHostEntry), the bad ones included
 * @format: what the file says of its version
 * @n_bad: how many entries are bad
 * @first_bad: the place of the first of them in the file, from 1
 *
 * instances.json as a whole.
 */
typedef struct {
  JsonObject *top;
  GPtrArray  *entries;
  gint64      format;
  guint       n_bad;
  guint       first_bad;
} GwHostFile;

GwHostFile  *gw_host_file_new    (void);
void         gw_host_file_free   (GwHostFile   *self);

/* Errors are those of gw_json_load(). */
GwHostFile  *gw_host_file_load   (const char   *path,
                                  GError      **error);
/* Writes @entries with the other members of @self, aside and renamed, mode 0600; a symbolic link
 * stays one. @self is not changed. @length: the bytes written. */
gboolean     gw_host_file_save   (GwHostFile   *self,
                                  GPtrArray    *entries,
                                  const char   *path,
                                  gsize        *length,
                                  GError      **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwHostEntry, gw_host_entry_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwHostFile, gw_host_file_free)

G_END_DECLS
