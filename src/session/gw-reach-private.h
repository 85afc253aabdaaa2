/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-cloud-deadline.h"
#include "gw-reach.h"

G_BEGIN_DECLS

/* gw-reach-words.c: the sentences of `summary`, from all else. Free with g_free(). */
char          *gw_reach_describe (GwReach     *self);

/* gw-reach-judge.c */
gboolean       gw_reach_may_change_any (GwReach *self);
/* Whether the rule that decides is about some of the range that is judged only. */
gboolean       gw_reach_is_of_part (GwReach   *self);

/* The task data of all that is asked. */
typedef struct
{
  GwInstance *instance;
  GwReach *reach; /* of find_async(), while it is put together */
  char *group;    /* of join_async() */
  GwCloudDeadline *deadline; /* of find_async(), while the instance is asked for afresh */
} GwReachJob;

/* gw-reach.c: what all of them begin with: the task data, and who is asked. %NULL: @task, whose
 * source is a GwCloudAccounts, has ended. (transfer full) */
GwCloudClient *gw_reach_begin    (GTask       *task,
                                  GwInstance  *instance,
                                  const char **region);
gboolean       gw_reach_is_in_none (GwInstance *instance);

G_END_DECLS
