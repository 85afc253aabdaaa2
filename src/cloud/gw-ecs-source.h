/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-account.h"
#include "gw-cloud-client.h"
#include "gw-cloud-name.h"
#include "gw-source.h"

G_BEGIN_DECLS

typedef enum {
  GW_ECS_SOURCE_IDLE,
  GW_ECS_SOURCE_READING,    /* the cache, in pieces between frames */
  GW_ECS_SOURCE_REFRESHING,
} GwEcsSourceState;

/**
 * GwEcsSource:
 *
 * The ECS instances of one account: a GListModel of GwInstance (GwSource), sorted by title (as
 * people sort: folded, numbers by value; then by id). Its id is the account's, its title the
 * account's name.
 *
 * gw_source_load() begins to read the cache; nothing is sent before gw_ecs_source_refresh() or
 * gw_ecs_source_ask_async(). A refresh asks DescribeRegions and ListResourceGroups, then
 * DescribeInstances for each region that is ticked (the default region first), at most 8 at a
 * time; pages are shown as they come, merged by id. An instance that the cloud does not have any
 * more goes when its region has been read to the end; the regions that failed keep what they had,
 * and say so. When it is done the result is written to the cache
 * ($XDG_CACHE_HOME/gangway/accounts/ID, mode 0600, no secrets, written aside and renamed, in pieces
 * and by a worker).
 *
 * Properties (read-only, notify): `state` (GwEcsSourceState as uint), `progress` (double, 0…1, of
 * the refresh), `updated` (int64: when the list was last complete, seconds since 1970, 0 never;
 * from the cache at first). GwSource's `notice` is not used: what is wrong is
 * gw_ecs_source_get_problem() and …_get_refusals(). Signals: `names-changed`: regions or resource
 * groups; `problem-changed`.
 */
#define GW_TYPE_ECS_SOURCE (gw_ecs_source_get_type ())
G_DECLARE_FINAL_TYPE (GwEcsSource, gw_ecs_source, GW, ECS_SOURCE, GwSource)

/* @cache_folder (nullable): the place above. Follows changes of @account (name, ticked regions: those
 * that are not ticked any more go at once). */
GwEcsSource      *gw_ecs_source_new           (GwAccount            *account,
                                               GwCloudClient        *client,
                                               const char           *cache_folder);
GwAccount        *gw_ecs_source_get_account   (GwEcsSource          *self);
/* Another AccessKey or endpoint from now on; a refresh that runs is cancelled. */
void              gw_ecs_source_set_client    (GwEcsSource          *self,
                                               GwCloudClient        *client);
GwEcsSourceState  gw_ecs_source_get_state     (GwEcsSource          *self);
double            gw_ecs_source_get_progress  (GwEcsSource          *self);
gint64            gw_ecs_source_get_updated   (GwEcsSource          *self);

/* Does nothing where one runs. */
void              gw_ecs_source_refresh       (GwEcsSource          *self);
/* What was there stays. */
void              gw_ecs_source_cancel        (GwEcsSource          *self);
/* Nothing is known of the list any more, nor in the cache: it is that of another identity. */
void              gw_ecs_source_clear         (GwEcsSource          *self);
/* While the account is removed, but may come back, there are no refreshes. */
void              gw_ecs_source_set_removed   (GwEcsSource          *self,
                                               gboolean              removed);
/* The cache's file goes too: the account was removed. */
void              gw_ecs_source_forget        (GwEcsSource          *self);

/* Whether @instance is this very object of the list. */
gboolean          gw_ecs_source_has           (GwEcsSource          *self,
                                               GwInstance           *instance);
/* (transfer none) (nullable): the one that the list has now, by id; whoever holds an instance for
 * long may hold an object that went and came back as another one. */
GwInstance       *gw_ecs_source_lookup        (GwEcsSource          *self,
                                               const char           *id);

/* What was wrong with the last refresh as a whole, or with all regions alike: (nullable), owned by
 * @self. GW_CLOUD_ERROR or GW_ERROR_KEYRING…; never DENIED, which is a refusal. */
const GError     *gw_ecs_source_get_problem   (GwEcsSource          *self);
/* The regions whose lists could not be had, for other reasons than RAM: (element-type utf8), ids;
 * empty where get_problem() says it for all. Owned by @self. */
GPtrArray        *gw_ecs_source_get_failed_regions (GwEcsSource     *self);
/* (element-type GwRefusal): what RAM refused in the last refresh. Owned by @self. */
GPtrArray        *gw_ecs_source_get_refusals  (GwEcsSource          *self);
/* How many entries of the last refresh made no sense and were left out. */
guint             gw_ecs_source_get_n_skipped (GwEcsSource          *self);
/* Seconds that the cloud has asked to wait (throttling); 0: does not wait. notify::progress. */
guint             gw_ecs_source_get_wait      (GwEcsSource          *self);

/* (element-type GwCloudName): all regions that are known, sorted by title; the account's ticks do
 * not matter. Owned by @self. */
GPtrArray        *gw_ecs_source_get_regions   (GwEcsSource          *self);
/* (element-type GwCloudName): those of ResourceManager, and those that instances name. */
GPtrArray        *gw_ecs_source_get_groups    (GwEcsSource          *self);
/* The title of a region or resource group, or @id itself. Owned by @self. */
const char       *gw_ecs_source_get_name      (GwEcsSource          *self,
                                               const char           *id);

/* Asks for one instance afresh (DescribeInstances, all that is known of it), before it is connected
 * to. Success also where it does not exist any more: it is not in the source then. */
void              gw_ecs_source_ask_async     (GwEcsSource          *self,
                                               GwInstance           *instance,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
gboolean          gw_ecs_source_ask_finish    (GwEcsSource          *self,
                                               GAsyncResult         *result,
                                               GError              **error);
/* Asks for the states of @instances (element-type GwInstance; those of rows in view) in the
 * background (DescribeInstanceStatus, at most 50 a call, per region). Errors are logged. Those
 * being asked already, and those not of this source, are passed over. */
void              gw_ecs_source_ask_states    (GwEcsSource          *self,
                                               GPtrArray            *instances);

G_END_DECLS
