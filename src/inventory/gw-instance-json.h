/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-instance.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * One entry of instances.json (data/instances.schema.json). Reading is strict: what could not be
 * written back as it was makes the entry a bad one, which stays in the file and out of the list.
 */

/* GW_ERROR_INVALID_FILE where @node is not a proper entry. */
GwInstance *gw_instance_from_json (JsonNode    *node,
                                   GError     **error);
/* The entry for @instance. @old, optional: the entry as it was, whose unknown members stay, and of
 * whose known ones only those are written anew that differ. */
JsonNode   *gw_instance_to_json   (GwInstance  *instance,
                                   JsonNode    *old);

G_END_DECLS
