/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-instance.h"
#include "gw-sidebar-group.h"

G_BEGIN_DECLS

/**
 * GwSidebarBuckets:
 *
 * Instances of several lists sorted into groups by a text of theirs (region, tag …), and kept so: a
 * change of a list costs what has changed, and one look at the rest. Main thread only.
 */
typedef struct _GwSidebarBuckets GwSidebarBuckets;
typedef struct _GwSidebarBucket GwSidebarBucket;

/* What @instance is grouped by; "" for nothing, which is the last group. Valid until it changes. */
typedef const char *(*GwBucketKeyFunc) (GwInstance *instance,
                                        gpointer    user_data);
/* The heading for @key. (transfer full) */
typedef char       *(*GwBucketTitleFunc) (const char *key,
                                          gpointer    user_data);

/* @groups: of GwSidebarGroup; those of the buckets are kept behind what is in it now, sorted by
 * title. @prefix: of the ids of groups. */
GwSidebarBuckets *gw_sidebar_buckets_new       (GListStore        *groups,
                                                GtkFilter         *filter,
                                                const char        *prefix,
                                                GwBucketKeyFunc    key_func,
                                                GwBucketTitleFunc  title_func,
                                                gpointer           user_data);
/* Takes its groups out of the list. */
void              gw_sidebar_buckets_free      (GwSidebarBuckets  *self);
/* So many lists, with nothing in them. To be called first. */
void              gw_sidebar_buckets_set_lists (GwSidebarBuckets  *self,
                                                guint              n_lists);
/* @instances (element-type GwInstance): what the n-th list has now in the place of @removed ones. */
void              gw_sidebar_buckets_splice    (GwSidebarBuckets  *self,
                                                guint              list,
                                                guint              position,
                                                guint              removed,
                                                GPtrArray         *instances);
/* Looks at all instances again. */
void              gw_sidebar_buckets_recheck   (GwSidebarBuckets  *self);
/* Titles may have changed. */
void              gw_sidebar_buckets_retitle   (GwSidebarBuckets  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwSidebarBuckets, gw_sidebar_buckets_free)

G_END_DECLS
