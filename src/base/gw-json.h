/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * Checked reading of JSON that somebody else wrote. The parser of json-glib recurses, so depth is
 * bounded before it sees a byte; the getters answer %NULL or a default for a missing member and
 * for one of another type, and never warn.
 */

#define GW_JSON_MAX_DEPTH 64

/* The root object of @data, or GW_ERROR_INVALID_FILE (with line and column), or GW_ERROR_TOO_LARGE
 * for more than @max_bytes or GW_JSON_MAX_DEPTH. (transfer full): json_node_unref(). */
JsonNode   *gw_json_parse       (const char  *data,
                                 gssize       length,
                                 gsize        max_bytes,
                                 GError     **error);
/* The same for a regular file. A missing file is G_FILE_ERROR_NOENT. */
JsonNode   *gw_json_load        (const char  *path,
                                 gsize        max_bytes,
                                 GError     **error);

/* Valid UTF-8, at most @max_bytes long, else %NULL. Owned by @object. */
const char *gw_json_get_string  (JsonObject  *object,
                                 const char  *member,
                                 gsize        max_bytes);
/* Also reads a decimal string. */
gint64      gw_json_get_int     (JsonObject  *object,
                                 const char  *member,
                                 gint64       fallback);
gboolean    gw_json_get_boolean (JsonObject  *object,
                                 const char  *member,
                                 gboolean     fallback);
/* %NULL if absent or of another type. Owned by @object. */
JsonObject *gw_json_get_object  (JsonObject  *object,
                                 const char  *member);
JsonArray  *gw_json_get_array   (JsonObject  *object,
                                 const char  *member);
/* The strings of an array, at most @max_items of @max_bytes each; others are left out. Never
 * %NULL. */
GStrv       gw_json_get_strv    (JsonObject  *object,
                                 const char  *member,
                                 gsize        max_items,
                                 gsize        max_bytes);

G_END_DECLS
