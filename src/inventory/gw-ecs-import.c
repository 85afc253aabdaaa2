/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Inventory"

#include "config.h"

#include "gw-ecs-import.h"

#include "gw-error.h"
#include "gw-file.h"
#include "gw-json.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#define MAX_BYTES (64 * 1024 * 1024)
#define MAX_STRING_BYTES 65536
#define MAX_ID_BYTES 64

typedef struct {
  GPtrArray *instances;
  GHashTable *ids;
  gint64 status_time;
  guint n_skipped;
} Import;

static const struct {
  GwInstanceText text;
  const char *member;
} texts[] = {
  { GW_INSTANCE_NAME, "InstanceName" },
  { GW_INSTANCE_HOST_NAME, "HostName" },
  { GW_INSTANCE_REGION, "RegionId" },
  { GW_INSTANCE_ZONE, "ZoneId" },
  { GW_INSTANCE_RESOURCE_GROUP, "ResourceGroupId" },
  { GW_INSTANCE_KEY_PAIR, "KeyPairName" },
};

static gboolean
is_id (const char *id)
{
  if (id == NULL || *id == '\0')
    return FALSE;
  for (const char *p = id; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && *p != '-' && *p != '_')
      return FALSE;
  return TRUE;
}

/* The strings of @object.@outer.@inner, which is how the API writes every list. */
static GStrv
get_list (JsonObject *object,
          const char *outer,
          const char *inner)
{
  JsonObject *holder = object != NULL ? gw_json_get_object (object, outer) : NULL;

  if (holder == NULL)
    return g_new0 (char *, 1);
  return gw_json_get_strv (holder, inner, GW_INSTANCE_MAX_ITEMS, MAX_STRING_BYTES);
}

static void
add_strings (GStrvBuilder *builder,
             JsonObject   *object,
             const char   *outer,
             const char   *inner)
{
  g_auto (GStrv) list = get_list (object, outer, inner);

  g_strv_builder_addv (builder, (const char **) list);
}

/* Which IPv6 addresses can be reached from outside depends on a bandwidth that this answer does
 * not tell, so they stand with the private ones, after those. */
static void
add_ipv6 (GStrvBuilder *builder,
          JsonObject   *object)
{
  JsonObject *holder = gw_json_get_object (object, "NetworkInterfaces");
  JsonArray *interfaces = holder != NULL ? gw_json_get_array (holder, "NetworkInterface") : NULL;

  for (guint i = 0; interfaces != NULL && i < json_array_get_length (interfaces); i++)
    {
      JsonNode *node = json_array_get_element (interfaces, i);
      JsonObject *sets;
      JsonArray *array;

      if (!JSON_NODE_HOLDS_OBJECT (node))
        continue;
      sets = gw_json_get_object (json_node_get_object (node), "Ipv6Sets");
      array = sets != NULL ? gw_json_get_array (sets, "Ipv6Set") : NULL;
      for (guint j = 0; array != NULL && j < json_array_get_length (array); j++)
        {
          JsonNode *set = json_array_get_element (array, j);
          const char *address = NULL;

          if (JSON_NODE_HOLDS_OBJECT (set))
            address = gw_json_get_string (json_node_get_object (set), "Ipv6Address",
                                          MAX_STRING_BYTES);
          if (address != NULL)
            g_strv_builder_add (builder, address);
        }
    }
}

static void
set_addresses (GwInstance *instance,
               JsonObject *object)
{
  JsonObject *vpc = gw_json_get_object (object, "VpcAttributes");
  JsonObject *elastic = gw_json_get_object (object, "EipAddress");
  const char *const eip[] = {
    elastic != NULL ? gw_json_get_string (elastic, "IpAddress", MAX_STRING_BYTES) : NULL, NULL
  };
  g_auto (GStrv) public = get_list (object, "PublicIpAddress", "IpAddress");
  g_auto (GStrv) inner = get_list (object, "InnerIpAddress", "IpAddress");
  g_auto (GStrv) private = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  add_strings (builder, vpc, "PrivateIpAddress", "IpAddress");
  add_ipv6 (builder, object);
  private = g_strv_builder_end (builder);

  gw_instance_set_addresses (instance, GW_ADDRESS_PUBLIC, (const char *const *) public);
  gw_instance_set_addresses (instance, GW_ADDRESS_ELASTIC, eip);
  gw_instance_set_addresses (instance, GW_ADDRESS_PRIVATE, (const char *const *) private);
  gw_instance_set_addresses (instance, GW_ADDRESS_INTERNAL, (const char *const *) inner);
  if (vpc != NULL)
    gw_instance_set_text (instance, GW_INSTANCE_VPC,
                          gw_json_get_string (vpc, "VpcId", MAX_STRING_BYTES));
}

static void
set_tags (GwInstance *instance,
          JsonObject *object)
{
  JsonObject *holder = gw_json_get_object (object, "Tags");
  JsonArray *array = holder != NULL ? gw_json_get_array (holder, "Tag") : NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) tags = NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      JsonObject *tag = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *key = tag != NULL ? gw_json_get_string (tag, "TagKey", MAX_STRING_BYTES) : NULL;
      const char *value;
      g_autofree char *line = NULL;

      if (key == NULL || *key == '\0')
        continue;
      value = gw_json_get_string (tag, "TagValue", MAX_STRING_BYTES);
      line = value != NULL && *value != '\0' ? g_strconcat (key, "=", value, NULL) : g_strdup (key);
      g_strv_builder_add (builder, line);
    }
  tags = g_strv_builder_end (builder);
  gw_instance_set_tags (instance, (const char *const *) tags);
}

static void
set_network (GwInstance *instance,
             JsonObject *object)
{
  const char *type = gw_json_get_string (object, "InstanceNetworkType", MAX_STRING_BYTES);
  gboolean classic = g_strcmp0 (type, "classic") == 0;

  /* Only an instance of the classic network has internal addresses. */
  if (g_strcmp0 (type, "vpc") != 0 && !classic)
    classic = gw_instance_get_addresses (instance, GW_ADDRESS_INTERNAL)[0] != NULL;
  gw_instance_set_network (instance, classic ? GW_NETWORK_CLASSIC : GW_NETWORK_VPC);
}

static void
add_instance (Import   *import,
              JsonNode *node)
{
  g_autoptr (GwInstance) instance = NULL;
  g_auto (GStrv) groups = NULL;
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *id = object != NULL ? gw_json_get_string (object, "InstanceId", MAX_ID_BYTES) : NULL;
  const char *os;

  if (!is_id (id))
    {
      import->n_skipped++;
      return;
    }
  if (g_hash_table_contains (import->ids, id))
    return; /* pages fetched one after the other may overlap */

  instance = gw_instance_new (id);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    gw_instance_set_text (instance, texts[i].text,
                          gw_json_get_string (object, texts[i].member, MAX_STRING_BYTES));
  os = gw_json_get_string (object, "OSNameEn", MAX_STRING_BYTES);
  if (os == NULL || *os == '\0')
    os = gw_json_get_string (object, "OSName", MAX_STRING_BYTES);
  gw_instance_set_text (instance, GW_INSTANCE_OS, os);
  gw_instance_set_status (instance,
                          gw_instance_status_from_string (
                              gw_json_get_string (object, "Status", MAX_STRING_BYTES)),
                          import->status_time);
  set_addresses (instance, object);
  set_network (instance, object);
  set_tags (instance, object);
  groups = get_list (object, "SecurityGroupIds", "SecurityGroupId");
  gw_instance_set_security_groups (instance, (const char *const *) groups);

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
