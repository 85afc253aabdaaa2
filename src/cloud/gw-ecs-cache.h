/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-cloud-name.h"
#include "gw-instance.h"

G_BEGIN_DECLS

/*
 * The last result of an account on the disk: a GVariant in a file (little endian, with a version; of
 * another version, or broken, it is as if there were none: it is only a cache). No secrets, mode
 * 0600. Both sides work in pieces, so that 50,000 instances never hold up a frame.
 */

/* The most that such a file may have, in bytes, and instances. */
#define GW_ECS_CACHE_MAX (256 * 1024 * 1024)
#define GW_ECS_CACHE_MAX_INSTANCES 200000

typedef struct _GwEcsCacheReader GwEcsCacheReader;

/* Maps the file. %NULL where there is none that can be used (logged, unless it is not there). Safe
 * against any contents. */
GwEcsCacheReader *gw_ecs_cache_reader_new   (const char       *path);
void              gw_ecs_cache_reader_free  (GwEcsCacheReader *self);
/* Seconds since 1970. */
gint64            gw_ecs_cache_reader_get_updated (GwEcsCacheReader *self);
/* (element-type GwCloudName) (transfer none) */
GPtrArray        *gw_ecs_cache_reader_get_regions (GwEcsCacheReader *self);
GPtrArray        *gw_ecs_cache_reader_get_groups  (GwEcsCacheReader *self);
guint             gw_ecs_cache_reader_get_n_instances (GwEcsCacheReader *self);
/* The next one, in the order in which they were written; %NULL at the end. One that makes no sense is
 * passed over. (transfer full) */
GwInstance       *gw_ecs_cache_reader_next  (GwEcsCacheReader *self);

typedef struct _GwEcsCacheWriter GwEcsCacheWriter;

GwEcsCacheWriter *gw_ecs_cache_writer_new   (gint64            updated,
                                             GPtrArray        *regions,
                                             GPtrArray        *groups);
void              gw_ecs_cache_writer_free  (GwEcsCacheWriter *self);
void              gw_ecs_cache_writer_add   (GwEcsCacheWriter *self,
                                             GwInstance       *instance);
/* Takes @self. Writes aside and renames, in a worker; makes the folder (0700). */
void              gw_ecs_cache_writer_finish_async (GwEcsCacheWriter    *self,
                                             const char          *path,
                                             GCancellable        *cancellable,
                                             GAsyncReadyCallback  callback,
                                             gpointer             user_data);
gboolean          gw_ecs_cache_writer_finish_finish (GAsyncResult   *result,
                                             GError             **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwEcsCacheReader, gw_ecs_cache_reader_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwEcsCacheWriter, gw_ecs_cache_writer_free)

G_END_DECLS
