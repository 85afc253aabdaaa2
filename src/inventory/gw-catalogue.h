/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-source.h"

G_BEGIN_DECLS

/**
 * GwCatalogue:
 *
 * Everything that can be connected to: a GListModel of GwSource, each of which is a GListModel of
 * GwInstance. The composition root makes it and adds the sources.
 */
#define GW_TYPE_CATALOGUE (gw_catalogue_get_type ())
G_DECLARE_FINAL_TYPE (GwCatalogue, gw_catalogue, GW, CATALOGUE, GObject)

GwCatalogue *gw_catalogue_new         (void);
void         gw_catalogue_add_source  (GwCatalogue *self,
                                       GwSource    *source);
/* Behind the first @position ones; at the end where there are not so many. */
void         gw_catalogue_insert_source (GwCatalogue *self,
                                       guint        position,
                                       GwSource    *source);
/* Does nothing where it is not there. */
void         gw_catalogue_remove_source (GwCatalogue *self,
                                       GwSource    *source);
/* Instances of all sources. */
guint        gw_catalogue_get_n_instances (GwCatalogue *self);
/* (transfer none) (nullable); @source optional, (transfer none). */
GwInstance  *gw_catalogue_lookup      (GwCatalogue *self,
                                       const char  *id,
                                       GwSource   **source);
/* The instance that a person means who types this text: exact id, name, host name or address
 * (without case) in that order; %NULL if none. (transfer none) */
GwInstance  *gw_catalogue_find        (GwCatalogue *self,
                                       const char  *text);

G_END_DECLS
