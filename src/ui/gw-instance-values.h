/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-cloud-accounts.h"

G_BEGIN_DECLS

/**
 * GwInstanceValue:
 * @group: translated heading; the same pointer for all of a group
 * @name: translated; "" for values that say themselves what they are
 * @shown: for people
 * @raw: what is copied, in the source's own words
 *
 * One thing that is known of an instance.
 */
typedef struct {
  const char *group;
  const char *name;
  char       *shown;
  char       *raw;
} GwInstanceValue;

/* (element-type GwInstanceValue) (transfer full): all that is known of @instance, by group; what is
 * not known is left out. @source (nullable): for the titles of regions and groups. */
GPtrArray *gw_instance_values_list (GwInstance  *instance,
                                    GwEcsSource *source);

G_END_DECLS
