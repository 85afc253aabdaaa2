/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-instance.h"

G_BEGIN_DECLS

/**
 * GwEcsList:
 *
 * The instances of one GwEcsSource by id, and the GListStore that shows them sorted by title. Pages
 * of an answer come at any place of the order; so what is put or removed is gathered, and
 * gw_ecs_list_flush() brings it into the store with few splices.
 */
typedef struct _GwEcsList GwEcsList;

typedef gboolean (*GwEcsListFunc) (GwInstance *instance,
                                   gpointer    user_data);

GwEcsList  *gw_ecs_list_new      (GListStore    *store);
void        gw_ecs_list_free     (GwEcsList     *self);
/* What was put or removed counts at once, flushed or not. */
guint       gw_ecs_list_get_size (GwEcsList     *self);
/* (transfer none) (nullable) */
GwInstance *gw_ecs_list_lookup   (GwEcsList     *self,
                                  const char    *id);
/* @instance, or what it holds where its id is there already: the object that is there stays.
 * @round: of the refresh, for gw_ecs_list_sweep(). Whether the id is new in this round; where it is
 * not, nothing is done. */
gboolean    gw_ecs_list_put      (GwEcsList     *self,
                                  GwInstance    *instance,
                                  guint          round);
/* The same for what is known to be newer than what any round has. */
void        gw_ecs_list_renew    (GwEcsList     *self,
                                  GwInstance    *instance);
void        gw_ecs_list_remove   (GwEcsList     *self,
                                  const char    *id);
/* Removes the instances of @region that were not put in @round or later. */
void        gw_ecs_list_sweep    (GwEcsList     *self,
                                  const char    *region,
                                  guint          round);
/* Removes all that @func does not want. */
void        gw_ecs_list_filter   (GwEcsList     *self,
                                  GwEcsListFunc  func,
                                  gpointer       user_data);
void        gw_ecs_list_flush    (GwEcsList     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwEcsList, gw_ecs_list_free)

G_END_DECLS
