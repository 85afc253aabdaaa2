/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Inventory"

#include "config.h"

#include "gw-ecs-import.h"

#include "gw-ecs-instance.h"

#include "gw-error.h"
#include "gw-file.h"
#include "gw-json.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#define MAX_BYTES (64 * 1024 * 1024)

typedef struct {
  GPtrArray *instances;
  GHashTable *ids;
  gint64 status_time;
  guint n_skipped;
} Import;

static void
add_instance (Import   *import,
              JsonNode *node)
{
  g_autoptr (GwInstance) instance = gw_ecs_instance_parse (node, import->status_time);

  if (instance == NULL)
    {
      import->n_skipped++;
      return;
    }
  /* Pages fetched one after the other may overlap. */
  if (g_hash_table_contains (import->ids, gw_instance_get_id (instance)))
    return;

  /* They pass, and nobody asks again about what was imported. */
  gw_instance_set_locks (instance, NULL);
  g_hash_table_add (import->ids, (gpointer) gw_instance_get_id (instance));
  g_ptr_array_add (import->instances, g_steal_pointer (&instance));
}

static gboolean
add_answer (Import    *import,
            JsonNode  *root,
            GError   **error)
{
  JsonObject *object = json_node_get_object (root);
  JsonObject *holder = gw_json_get_object (object, "Instances");
  JsonArray *array = holder != NULL ? gw_json_get_array (holder, "Instance") : NULL;

  if (array == NULL && json_object_has_member (object, "InstanceId"))
    {
      add_instance (import, root); /* what is left when somebody cut the list out of an answer */
      return TRUE;
    }
  if (array == NULL)
    {
      g_set_error_literal (error, GW_ERROR, GW_ERROR_INVALID_FILE,
                           _("This is not the output of “aliyun ecs DescribeInstances”"));
      return FALSE;
    }
  for (guint i = 0; i < json_array_get_length (array); i++)
    add_instance (import, json_array_get_element (array, i));
  return TRUE;
}

/* The end of the object that begins at @p, or %NULL. Text in strings does not count. */
static const char *
find_end (const char *p,
          const char *end)
{
  gboolean in_string = FALSE;
  gsize depth = 0;

  for (; p < end; p++)
    {
      if (*p == '"')
        in_string = !in_string;
      else if (in_string)
        p += *p == '\\';
      else if (*p == '{')
        depth++;
      else if (*p == '}' && --depth == 0)
        return p + 1;
    }
  return NULL;
}

/* One answer, an array of them, or several in a row are all the same: objects with brackets, commas
 * and white space between. */
static gboolean
add_answers (Import      *import,
             const char  *data,
             gsize        length,
             GError     **error)
{
  const char *end = data + length;
  guint n_answers = 0;

  if (length >= 3 && memcmp (data, "\xef\xbb\xbf", 3) == 0)
    data += 3;
  for (const char *p = data; p < end;)
    {
      const char *answer_end;
      g_autoptr (JsonNode) root = NULL;

      if (*p != '\0' && strchr (" \t\r\n[],", *p) != NULL)
        {
          p++;
          continue;
        }
      answer_end = *p == '{' ? find_end (p, end) : NULL;
      if (answer_end == NULL)
        {
          g_set_error_literal (error, GW_ERROR, GW_ERROR_INVALID_FILE,
                               *p == '{' ? _("The file ends in the middle of an answer")
                                         : _("This is not JSON"));
          return FALSE;
        }
      root = gw_json_parse (p, answer_end - p, MAX_BYTES, error);
      if (root == NULL || !add_answer (import, root, error))
        return FALSE;
      n_answers++;
      p = answer_end;
    }
  if (n_answers == 0)
    g_set_error_literal (error, GW_ERROR, GW_ERROR_INVALID_FILE, _("There are no instances in it"));
  return n_answers > 0;
}

static GPtrArray *
parse (const char  *data,
       gsize        length,
       gint64       status_time,
       guint       *n_skipped,
       GError     **error)
{
  g_autoptr (GPtrArray) instances = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);
  Import import = { instances, ids, status_time, 0 };

  if (length > MAX_BYTES)
    {
      g_set_error_literal (error, GW_ERROR, GW_ERROR_TOO_LARGE, _("The file is too large"));
      return NULL;
    }
  if (!add_answers (&import, data, length, error))
    return NULL;
  if (n_skipped != NULL)
    *n_skipped = import.n_skipped;
  return g_steal_pointer (&instances);
}

GPtrArray *
gw_ecs_import_parse (const char  *data,
                     gssize       length,
                     guint       *n_skipped,
                     GError     **error)
{
  g_return_val_if_fail (data != NULL, NULL);

  return parse (data, length < 0 ? strlen (data) : (gsize) length,
                g_get_real_time () / G_USEC_PER_SEC, n_skipped, error);
}

GPtrArray *
gw_ecs_import_load (const char  *path,
                    guint       *n_skipped,
                    GError     **error)
{
  g_autofree char *data = NULL;
  gsize length = 0;
  GStatBuf info = { 0 };

  g_return_val_if_fail (path != NULL, NULL);

  data = gw_file_read (path, MAX_BYTES, &length, error);
  if (data == NULL)
    return NULL;
  /* The states are as old as the file. */
  if (g_stat (path, &info) != 0)
    info.st_mtime = 0;
  return parse (data, length, info.st_mtime, n_skipped, error);
}
