/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "gw-instance.h"

G_BEGIN_DECLS

/* Reads one entry of DescribeInstances (API 2014-05-26): %NULL for one without a proper InstanceId;
 * whatever else is wrong in it costs that value. @time: when the answer came, for the state,
 * seconds since 1970. (transfer full) */
GwInstance *gw_ecs_instance_parse    (JsonNode   *node,
                                      gint64      time);
/* Letters, digits, '-' and '_', at most 64. */
gboolean    gw_ecs_instance_is_id    (const char *id);

G_END_DECLS
