/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Inventory"

#include "config.h"

#include "gw-ecs-instance.h"

#include "gw-json.h"

#include <string.h>

#define MAX_STRING_BYTES 65536
#define MAX_ID_BYTES 64
/* No machine has more, and the sums stay exact. */
#define MAX_CPUS 100000
#define MAX_MEMORY_MIB (G_GINT64_CONSTANT (1) << 40)

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
  { GW_INSTANCE_TYPE, "InstanceType" },
  { GW_INSTANCE_IMAGE, "ImageId" },
  { GW_INSTANCE_DESCRIPTION, "Description" },
  { GW_INSTANCE_CHARGE_TYPE, "InstanceChargeType" },
  { GW_INSTANCE_CREATED, "CreationTime" },
  { GW_INSTANCE_STARTED, "StartTime" },
};

gboolean
gw_ecs_instance_is_id (const char *id)
{
  if (id == NULL || *id == '\0' || strlen (id) > MAX_ID_BYTES)
    return FALSE;
  for (const char *p = id; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && *p != '-' && *p != '_')
      return FALSE;
  return TRUE;
}

static const char *
get_string (JsonObject *object,
            const char *member)
{
  return gw_json_get_string (object, member, MAX_STRING_BYTES);
}

/* The array @object.@outer.@inner, which is how the API writes every list, or %NULL. */
static JsonArray *
get_array (JsonObject *object,
           const char *outer,
           const char *inner)
{
  JsonObject *holder = object != NULL ? gw_json_get_object (object, outer) : NULL;

  return holder != NULL ? gw_json_get_array (holder, inner) : NULL;
}

static JsonObject *
get_element (JsonArray *array,
             guint      i)
{
  JsonNode *node = json_array_get_element (array, i);

  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/* The strings of such an array. */
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
  JsonArray *interfaces = get_array (object, "NetworkInterfaces", "NetworkInterface");

  for (guint i = 0; interfaces != NULL && i < json_array_get_length (interfaces); i++)
    {
      JsonArray *sets = get_array (get_element (interfaces, i), "Ipv6Sets", "Ipv6Set");

      for (guint j = 0; sets != NULL && j < json_array_get_length (sets); j++)
        {
          JsonObject *set = get_element (sets, j);
          const char *address = set != NULL ? get_string (set, "Ipv6Address") : NULL;

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
  const char *const eip[] = { elastic != NULL ? get_string (elastic, "IpAddress") : NULL, NULL };
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
    {
      gw_instance_set_text (instance, GW_INSTANCE_VPC, get_string (vpc, "VpcId"));
      gw_instance_set_text (instance, GW_INSTANCE_V_SWITCH, get_string (vpc, "VSwitchId"));
    }
}

/* Only an instance of the classic network has internal addresses, and only one of a VPC private
 * ones: they decide, because a connection needs one that is there. */
static void
set_network (GwInstance *instance,
             JsonObject *object)
{
  const char *type = get_string (object, "InstanceNetworkType");
  gboolean inner = gw_instance_get_addresses (instance, GW_ADDRESS_INTERNAL)[0] != NULL;
  gboolean private = gw_instance_get_addresses (instance, GW_ADDRESS_PRIVATE)[0] != NULL;
  gboolean classic = inner;

  if (inner && private)
    classic = g_strcmp0 (type, "vpc") != 0;
  else if (!inner && !private)
    classic = g_strcmp0 (type, "classic") == 0;
  gw_instance_set_network (instance, classic ? GW_NETWORK_CLASSIC : GW_NETWORK_VPC);
}

static void
set_tags (GwInstance *instance,
          JsonObject *object)
{
  JsonArray *array = get_array (object, "Tags", "Tag");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) tags = NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonObject *tag = get_element (array, i);
      const char *key = tag != NULL ? get_string (tag, "TagKey") : NULL;
      const char *value;
      g_autofree char *line = NULL;

      if (key == NULL || *key == '\0')
        continue;
      value = get_string (tag, "TagValue");
      line = value != NULL && *value != '\0' ? g_strconcat (key, "=", value, NULL) : g_strdup (key);
      g_strv_builder_add (builder, line);
    }
  tags = g_strv_builder_end (builder);
  gw_instance_set_tags (instance, (const char *const *) tags);
}

static void
set_locks (GwInstance *instance,
           JsonObject *object)
{
  JsonArray *array = get_array (object, "OperationLocks", "LockReason");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) locks = NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonObject *lock = get_element (array, i);
      const char *reason = lock != NULL ? get_string (lock, "LockReason") : NULL;

      if (reason != NULL)
        g_strv_builder_add (builder, reason);
    }
  locks = g_strv_builder_end (builder);
  gw_instance_set_locks (instance, (const char *const *) locks);
}

/* Memory comes in MiB; the smallest instances have half a GiB. The text goes to the cache, which is
 * read in any language: it is the same in all of them. */
static void
set_size (GwInstance *instance,
          JsonObject *object)
{
  gint64 cpus = gw_json_get_int (object, "Cpu", 0);
  gint64 memory = gw_json_get_int (object, "Memory", 0);
  char gib[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree char *text = NULL;

  if (cpus <= 0 || cpus > MAX_CPUS || memory <= 0 || memory > MAX_MEMORY_MIB)
    return;
  text = g_strdup_printf ("%d vCPU, %s GiB", (int) cpus,
                          g_ascii_formatd (gib, sizeof gib, "%g", (double) memory / 1024));
  gw_instance_set_text (instance, GW_INSTANCE_SIZE, text);
}

static void
set_texts (GwInstance *instance,
           JsonObject *object)
{
  const char *os = get_string (object, "OSNameEn");
  const char *os_type = get_string (object, "OSType");

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    gw_instance_set_text (instance, texts[i].text, get_string (object, texts[i].member));
  if (os == NULL || *os == '\0')
    os = get_string (object, "OSName");
  gw_instance_set_text (instance, GW_INSTANCE_OS, os);
  if (os_type != NULL)
    {
      g_autofree char *lower = g_ascii_strdown (os_type, -1);

      gw_instance_set_text (instance, GW_INSTANCE_OS_TYPE, lower);
    }
  /* Of one that is paid by use the API says that it ends in 2099. */
  if (g_strcmp0 (gw_instance_get_text (instance, GW_INSTANCE_CHARGE_TYPE), "PrePaid") == 0)
    gw_instance_set_text (instance, GW_INSTANCE_EXPIRES, get_string (object, "ExpiredTime"));
}

GwInstance *
gw_ecs_instance_parse (JsonNode *node,
                       gint64    time)
{
  g_autoptr (GwInstance) instance = NULL;
  g_auto (GStrv) groups = NULL;
  JsonObject *object;
  JsonObject *options;
  const char *id;

  g_return_val_if_fail (node != NULL, NULL);

  object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  id = object != NULL ? gw_json_get_string (object, "InstanceId", MAX_ID_BYTES) : NULL;
  if (!gw_ecs_instance_is_id (id))
    return NULL;

  instance = gw_instance_new (id);
  set_texts (instance, object);
  set_size (instance, object);
  gw_instance_set_status (instance,
                          gw_instance_status_from_string (get_string (object, "Status")), time);
  set_addresses (instance, object);
  set_network (instance, object);
  set_tags (instance, object);
  set_locks (instance, object);
  groups = get_list (object, "SecurityGroupIds", "SecurityGroupId");
  gw_instance_set_security_groups (instance, (const char *const *) groups);
  options = gw_json_get_object (object, "ImageOptions");
  if (options != NULL)
    gw_instance_set_login_as_non_root (instance,
                                       gw_json_get_boolean (options, "LoginAsNonRoot", FALSE));
  return g_steal_pointer (&instance);
}
