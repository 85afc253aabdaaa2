/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-ecs-list.h"
#include "gw-ecs-source.h"

G_BEGIN_DECLS

/*
 * Private to GwEcsSource, which is in parts: gw-ecs-source.c (what it says, names),
 * gw-ecs-source-refresh.c (asking for everything), gw-ecs-source-regions.c (each region of it),
 * gw-ecs-source-cache.c (reading and writing the cache) and gw-ecs-source-ask.c (asking for some).
 */

/* How long a slice of work may hold up the main loop, in microseconds. */
#define GW_ECS_SLICE 6000

typedef struct _GwEcsRefresh GwEcsRefresh;
typedef struct _GwEcsReading GwEcsReading;
typedef struct _GwEcsWriting GwEcsWriting;

struct _GwEcsSource
{
  GwSource parent_instance;

  GwAccount *account;
  GwCloudClient *client;
  char *path; /* of the cache's file */
  gboolean forgotten;
  gboolean removed;

  GwEcsSourceState state;
  gboolean refresh_later; /* when the cache has been read */
  double progress;
  guint wait;
  gint64 updated;
  GwEcsList *list;
  guint round; /* of refreshes */
  guint flush_id;

  GHashTable *names;  /* id → GwCloudName of @regions and @groups */
  GPtrArray *regions; /* GwCloudName, by title */
  GPtrArray *groups;  /* GwCloudName, by title */
  gboolean names_changed;

  GError *problem;
  GPtrArray *failed_regions; /* ids */
  GPtrArray *refusals;       /* GwRefusal */
  guint n_skipped;

  GwEcsReading *reading;
  GwEcsRefresh *refresh; /* the one that counts, or NULL */
  GwEcsWriting *writing;

  GCancellable *asking; /* of states and of single instances */
  GHashTable *asked;    /* ids whose states are being asked */
};

/* gw-ecs-source.c */
void        _gw_ecs_source_set_state    (GwEcsSource      *self,
                                         GwEcsSourceState  state);
void        _gw_ecs_source_set_progress (GwEcsSource      *self,
                                         double            progress);
void        _gw_ecs_source_set_wait     (GwEcsSource      *self,
                                         guint             seconds);
void        _gw_ecs_source_set_updated  (GwEcsSource      *self,
                                         gint64            updated);
void        _gw_ecs_source_problem_changed (GwEcsSource   *self);
gboolean    _gw_ecs_source_is_ticked    (GwEcsSource      *self,
                                         const char       *region);
/* Shows what was put into the list: now, or soon, together with what comes until then. */
void        _gw_ecs_source_flush        (GwEcsSource      *self);
void        _gw_ecs_source_flush_soon   (GwEcsSource      *self);
/* Take the arrays (element-type GwCloudName). Resource groups that instances name stay known. */
void        _gw_ecs_source_take_regions (GwEcsSource      *self,
                                         GPtrArray        *regions);
void        _gw_ecs_source_take_groups  (GwEcsSource      *self,
                                         GPtrArray        *groups);
/* The resource group that @instance names is known from now on. */
void        _gw_ecs_source_learn_group  (GwEcsSource      *self,
                                         GwInstance       *instance);

/* gw-ecs-source-cache.c */
void        _gw_ecs_source_read         (GwEcsSource      *self);
void        _gw_ecs_source_stop_reading (GwEcsSource      *self);
void        _gw_ecs_source_write        (GwEcsSource      *self);
/* @forget: also what a worker is writing already goes. */
void        _gw_ecs_source_stop_writing (GwEcsSource      *self,
                                         gboolean          forget);

/* gw-ecs-source-refresh.c */
void        _gw_ecs_source_start        (GwEcsSource      *self);
/* Nothing that it still hears counts any more. */
void        _gw_ecs_source_stop         (GwEcsSource      *self);
/* A call begins, and holds a reference; and it is over, with what it had to tell told. */
void        _gw_ecs_refresh_begin_call  (GwEcsRefresh     *self);
void        _gw_ecs_refresh_end_call    (GwEcsRefresh     *self);
/* @problem, which may be NULL: the refresh is over. */
void        _gw_ecs_refresh_finish      (GwEcsRefresh     *self,
                                         const GError     *problem);

/* gw-ecs-source-regions.c */
/* Begins to ask each of @ids, or those of it that are ticked. */
void        _gw_ecs_refresh_ask_regions (GwEcsRefresh     *self,
                                         GPtrArray        *ids);
void        _gw_ecs_refresh_drop_runs   (GwEcsRefresh     *self);

/* gw-ecs-source-ask.c */
/* The entry of DescribeInstances as an instance of @region; NULL if it makes no sense. (transfer
 * full) */
GwInstance *_gw_ecs_source_parse        (JsonNode         *node,
                                         const char       *region);
/* The array @item in the object @list of @answer; NULL if the answer is not such a list. */
JsonArray  *_gw_ecs_source_get_list     (JsonObject       *answer,
                                         const char       *list,
                                         const char       *item);

/* How a refresh goes. Every call that is under way holds a reference. */
struct _GwEcsRefresh
{
  GwEcsSource *source; /* NULL once it does not count any more */
  GCancellable *cancellable;
  guint round;
  guint n_calls;       /* under way */
  GQueue waiting;      /* Run: regions, see gw-ecs-source-regions.c */
  GPtrArray *running;  /* Run; not owned */
  gboolean listed;     /* DescribeRegions said which regions there are */
  guint n_regions;
  double done;         /* regions, without those of @running */
  guint n_complete;    /* regions that were read to the end */
  guint n_pages;       /* lists of instances that came */

  GPtrArray *groups;   /* GwCloudName */
  guint group_page;

  GPtrArray *refusals; /* GwRefusal */
  GPtrArray *failed;   /* ids */
  GError *last_error;  /* of the region that failed last */
  guint n_alike;       /* regions that failed in a row in the same way */
  guint n_skipped;
};

G_END_DECLS
