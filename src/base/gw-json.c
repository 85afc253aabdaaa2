/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Base"

#include "gw-json.h"

#include <glib/gi18n.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "gw-error.h"
#include "gw-file.h"

#define MAX_EXACT_DOUBLE 9007199254740992.0 /* 2^53 */

static gboolean
fail_at (const char  *data,
         const char  *place,
         const char  *reason,
         GError     **error)
{
  guint line = 1;
  const char *start = data;

  for (const char *p = data; p < place; p++)
    {
      if (*p == '\n')
        {
          line++;
          start = p + 1;
        }
    }
  /* Translators: a place in a file, then what is wrong there */
  g_set_error (error, GW_ERROR, GW_ERROR_INVALID_FILE, _("Line %u, column %u: %s"), line,
               (guint) (place - start) + 1, reason);
  return FALSE;
}

/* What json-glib takes beyond RFC 8259 (comments, single quotes, assignments) is refused: with it
 * the depth could not be told by looking at brackets. */
static gboolean
scan (const char  *data,
      gsize        length,
      GError     **error)
{
  const char *invalid;
  gboolean in_string = FALSE;
  gboolean complete = FALSE;
  guint depth = 0;

  if (!g_utf8_validate_len (data, length, &invalid))
    return fail_at (data, invalid, _("not valid UTF-8"), error);

  for (const char *p = data; p < data + length; p++)
    {
      if ((guchar) *p < 0x20 && (in_string || strchr ("\t\r\n", *p) == NULL))
        return fail_at (data, p, _("a control character"), error);
      /* json-glib takes the last of several values. */
      if (complete && !g_ascii_isspace (*p))
        return fail_at (data, p, _("text after the end"), error);
      if (*p == '"')
        in_string = !in_string;
      else if (in_string)
        p += *p == '\\';
      else if (*p == '{' || *p == '[')
        depth++;
      else if ((*p == '}' || *p == ']') && depth > 0)
        complete = --depth == 0;
      else if (!g_ascii_isalnum (*p) && strchr (" \t\r\n:,+-.", *p) == NULL)
        return fail_at (data, p, _("a character that does not belong here"), error);
      if (depth > GW_JSON_MAX_DEPTH)
        {
          g_set_error (error, GW_ERROR, GW_ERROR_TOO_LARGE, _("Nested deeper than %d levels"),
                       GW_JSON_MAX_DEPTH);
          return FALSE;
        }
    }
  if (in_string)
    return fail_at (data, data + length, _("the text ends inside a string"), error);
  return TRUE;
}

JsonNode *
gw_json_parse (const char  *data,
               gssize       length,
               gsize        max_bytes,
               GError     **error)
{
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GError) local_error = NULL;
  JsonNode *root;
  gsize size;

  g_return_val_if_fail (data != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  size = length < 0 ? strlen (data) : (gsize) length;
  if (size > max_bytes)
    {
      g_autofree char *bound = g_format_size_full (max_bytes, G_FORMAT_SIZE_IEC_UNITS);

      g_set_error (error, GW_ERROR, GW_ERROR_TOO_LARGE, _("Larger than %s"), bound);
      return NULL;
    }
  if (size >= 3 && memcmp (data, "\xef\xbb\xbf", 3) == 0)
    {
      data += 3;
      size -= 3;
    }
  if (!scan (data, size, error))
    return NULL;

  parser = json_parser_new_immutable ();
  if (!json_parser_load_from_data (parser, data, (gssize) size, &local_error))
    {
      guint line = 1;
      guint column = 1;

      /* The parser has forgotten its place by now, but for this sentence. */
      if (sscanf (local_error->message, "<data>:%u:%u:", &line, &column) != 2)
        g_debug ("%s", local_error->message);
      g_set_error (error, GW_ERROR, GW_ERROR_INVALID_FILE, _("Line %u, column %u: %s"), line,
                   column, _("not valid JSON"));
      return NULL;
    }
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      fail_at (data, data, _("not a JSON object"), error);
      return NULL;
    }
  return json_node_ref (root);
}

JsonNode *
gw_json_load (const char  *path,
              gsize        max_bytes,
              GError     **error)
{
  g_autofree char *data = NULL;
  gsize length = 0;

  g_return_val_if_fail (path != NULL, NULL);

  data = gw_file_read (path, max_bytes, &length, error);
  if (data == NULL)
    return NULL;
  return gw_json_parse (data, (gssize) length, max_bytes, error);
}

static const char *
node_string (JsonNode *node,
             gsize     max_bytes)
{
  const char *text;

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  text = json_node_get_string (node);
  /* An escape can name half a surrogate pair, and versions of json-glib differ on that. */
  if (text == NULL || strlen (text) > max_bytes || !g_utf8_validate (text, -1, NULL))
    return NULL;
  return text;
}

const char *
gw_json_get_string (JsonObject *object,
                    const char *member,
                    gsize       max_bytes)
{
  g_return_val_if_fail (object != NULL && member != NULL, NULL);

  return node_string (json_object_get_member (object, member), max_bytes);
}

gint64
gw_json_get_int (JsonObject *object,
                 const char *member,
                 gint64      fallback)
{
  JsonNode *node;
  GType type;
  gint64 value = fallback;

  g_return_val_if_fail (object != NULL && member != NULL, fallback);

  node = json_object_get_member (object, member);
  type = node != NULL ? json_node_get_value_type (node) : G_TYPE_INVALID;
  if (type == G_TYPE_INT64)
    return json_node_get_int (node);
  if (type == G_TYPE_DOUBLE)
    {
      double number = json_node_get_double (node);

      return fabs (number) <= MAX_EXACT_DOUBLE && number == floor (number) ? (gint64) number
                                                                            : fallback;
    }
  if (type == G_TYPE_STRING &&
      !g_ascii_string_to_signed (json_node_get_string (node), 10, G_MININT64, G_MAXINT64, &value,
                                 NULL))
    return fallback;
  return value;
}

gboolean
gw_json_get_boolean (JsonObject *object,
                     const char *member,
                     gboolean    fallback)
{
  JsonNode *node;

  g_return_val_if_fail (object != NULL && member != NULL, fallback);

  node = json_object_get_member (object, member);
  if (node == NULL || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return fallback;
  return json_node_get_boolean (node);
}

JsonObject *
gw_json_get_object (JsonObject *object,
                    const char *member)
{
  JsonNode *node;

  g_return_val_if_fail (object != NULL && member != NULL, NULL);

  node = json_object_get_member (object, member);
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

JsonArray *
gw_json_get_array (JsonObject *object,
                   const char *member)
{
  JsonNode *node;

  g_return_val_if_fail (object != NULL && member != NULL, NULL);

  node = json_object_get_member (object, member);
  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

GStrv
gw_json_get_strv (JsonObject *object,
                  const char *member,
                  gsize       max_items,
                  gsize       max_bytes)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonArray *array;
  guint length;

  g_return_val_if_fail (object != NULL && member != NULL, g_strv_builder_end (builder));

  array = gw_json_get_array (object, member);
  length = array != NULL ? json_array_get_length (array) : 0;
  for (guint i = 0; i < length && max_items > 0; i++)
    {
      const char *text = node_string (json_array_get_element (array, i), max_bytes);

      if (text == NULL)
        continue;
      g_strv_builder_add (builder, text);
      max_items--;
    }
  return g_strv_builder_end (builder);
}
