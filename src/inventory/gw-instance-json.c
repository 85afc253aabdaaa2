/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Inventory"

#include "config.h"

#include "gw-instance-json.h"

#include "gw-error.h"
#include "gw-json.h"
#include "gw-text.h"

#include <glib/gi18n.h>

#define MAX_STRING_BYTES 65536
#define MAX_ID_BYTES 128
#define MAX_ITEMS 4096

/* Locks are not kept: they pass, and of a saved host nobody asks again. */
static const char *const text_members[GW_N_INSTANCE_TEXTS] = {
  [GW_INSTANCE_NAME] = "name",
  [GW_INSTANCE_HOST_NAME] = "host",
  [GW_INSTANCE_USER] = "user",
  [GW_INSTANCE_REGION] = "region",
  [GW_INSTANCE_ZONE] = "zone",
  [GW_INSTANCE_OS] = "os",
  [GW_INSTANCE_RESOURCE_GROUP] = "resource-group",
  [GW_INSTANCE_KEY_PAIR] = "key-pair",
  [GW_INSTANCE_VPC] = "vpc",
  [GW_INSTANCE_PROXY_JUMP] = "proxy-jump",
  [GW_INSTANCE_IDENTITY_FILE] = "identity-file",
  [GW_INSTANCE_OS_TYPE] = "os-type",
  [GW_INSTANCE_TYPE] = "type",
  [GW_INSTANCE_SIZE] = "size",
  [GW_INSTANCE_IMAGE] = "image",
  [GW_INSTANCE_V_SWITCH] = "v-switch",
  [GW_INSTANCE_DESCRIPTION] = "description",
  [GW_INSTANCE_CHARGE_TYPE] = "charge-type",
  [GW_INSTANCE_CREATED] = "created",
  [GW_INSTANCE_STARTED] = "started",
  [GW_INSTANCE_EXPIRES] = "expires",
};
/* In the order of GwAddressKind and GwNetworkType. */
static const char *const address_members[GW_N_ADDRESS_KINDS] = {
  "public-addresses", "elastic-addresses", "private-addresses", "internal-addresses",
};
static const char *const network_words[] = { NULL, "vpc", "classic" };

static gboolean
refuse (const char  *member,
        GError     **error)
{
  /* Translators: %s is a word of a file format, as in: “port” is not valid */
  g_set_error (error, GW_ERROR, GW_ERROR_INVALID_FILE, _("“%s” is not valid"), member);
  return FALSE;
}

static gboolean
read_texts (GwInstance  *instance,
            JsonObject  *object,
            GError     **error)
{
  for (guint i = 0; i < GW_N_INSTANCE_TEXTS; i++)
    {
      const char *text;

      if (!json_object_has_member (object, text_members[i]))
        continue;
      text = gw_json_get_string (object, text_members[i], MAX_STRING_BYTES);
      if (text == NULL)
        return refuse (text_members[i], error);
      gw_instance_set_text (instance, i, text);
      /* The setter drops what may not be dialled; names it merely cleans. */
      if (*text != '\0' && gw_instance_get_text (instance, i) == NULL)
        return refuse (text_members[i], error);
    }
  return TRUE;
}

/* %NULL where @member is there but is not an array of strings. */
static GStrv
read_list (JsonObject *object,
           const char *member)
{
  JsonArray *array = gw_json_get_array (object, member);
  g_auto (GStrv) list = gw_json_get_strv (object, member, MAX_ITEMS, MAX_STRING_BYTES);

  if (!json_object_has_member (object, member))
    return g_steal_pointer (&list);
  if (array == NULL || g_strv_length (list) != json_array_get_length (array))
    return NULL;
  return g_steal_pointer (&list);
}

static gboolean
read_lists (GwInstance  *instance,
            JsonObject  *object,
            GError     **error)
{
  g_auto (GStrv) groups = read_list (object, "security-groups");
  g_auto (GStrv) tags = read_list (object, "tags");

  if (groups == NULL || tags == NULL)
    return refuse (groups == NULL ? "security-groups" : "tags", error);
  gw_instance_set_security_groups (instance, (const char *const *) groups);
  gw_instance_set_tags (instance, (const char *const *) tags);

  for (guint i = 0; i < GW_N_ADDRESS_KINDS; i++)
    {
      g_auto (GStrv) addresses = read_list (object, address_members[i]);

      if (addresses == NULL)
        return refuse (address_members[i], error);
      gw_instance_set_addresses (instance, i, (const char *const *) addresses);
      if (g_strv_length ((GStrv) gw_instance_get_addresses (instance, i)) <
          MIN (g_strv_length (addresses), GW_INSTANCE_MAX_ITEMS))
        return refuse (address_members[i], error);
    }
  return TRUE;
}

static gboolean
read_numbers (GwInstance  *instance,
              JsonObject  *object,
              GError     **error)
{
  gint64 port = gw_json_get_int (object, "port", json_object_has_member (object, "port") ? -1 : 0);
  gint64 time = gw_json_get_int (object, "status-time", 0);
  const char *status = gw_json_get_string (object, "status", MAX_STRING_BYTES);
  const char *network = gw_json_get_string (object, "network", MAX_STRING_BYTES);

  if (port < 0 || port > G_MAXUINT16)
    return refuse ("port", error);
  gw_instance_set_port (instance, (guint) port);
  gw_instance_set_status (instance, gw_instance_status_from_string (status), time);
  gw_instance_set_login_as_non_root (instance,
                                     gw_json_get_boolean (object, "login-as-non-root", FALSE));
  for (guint i = GW_NETWORK_VPC; i < G_N_ELEMENTS (network_words); i++)
    if (g_strcmp0 (network_words[i], network) == 0)
      gw_instance_set_network (instance, i);
  return TRUE;
}

GwInstance *
gw_instance_from_json (JsonNode  *node,
                       GError   **error)
{
  g_autoptr (GwInstance) instance = NULL;
  g_autofree char *clean_id = NULL;
  JsonObject *object;
  const char *id;

  g_return_val_if_fail (node != NULL, NULL);

  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      g_set_error_literal (error, GW_ERROR, GW_ERROR_INVALID_FILE, _("Not a JSON object"));
      return NULL;
    }
  object = json_node_get_object (node);
  id = gw_json_get_string (object, "id", MAX_ID_BYTES);
  clean_id = gw_text_clean_line (id, MAX_ID_BYTES);
  if (*clean_id == '\0' || g_strcmp0 (id, clean_id) != 0)
    {
      refuse ("id", error);
      return NULL;
    }

  instance = gw_instance_new (id);
  if (!read_texts (instance, object, error) || !read_lists (instance, object, error) ||
      !read_numbers (instance, object, error))
    return NULL;
  return g_steal_pointer (&instance);
}

static void
write_string (JsonObject *object,
              const char *member,
              const char *value,
              const char *before)
{
  if (g_strcmp0 (value, before) == 0)
    return;
  if (value == NULL || *value == '\0')
    json_object_remove_member (object, member);
  else
    json_object_set_string_member (object, member, value);
}

static void
write_int (JsonObject *object,
           const char *member,
           gint64      value,
           gint64      before)
{
  if (value == before)
    return;
  if (value == 0)
    json_object_remove_member (object, member);
  else
    json_object_set_int_member (object, member, value);
}

static void
write_boolean (JsonObject *object,
               const char *member,
               gboolean    value,
               gboolean    before)
{
  if (!value == !before)
    return;
  if (value)
    json_object_set_boolean_member (object, member, TRUE);
  else
    json_object_remove_member (object, member);
}

static void
write_list (JsonObject        *object,
            const char        *member,
            const char *const *values,
            const char *const *before)
{
  JsonArray *array;

  if (g_strv_equal (values, before))
    return;
  if (values[0] == NULL)
    {
      json_object_remove_member (object, member);
      return;
    }
  array = json_array_new ();
  for (guint i = 0; values[i] != NULL; i++)
    json_array_add_string_element (array, values[i]);
  json_object_set_array_member (object, member, array);
}

static void
copy_member (JsonObject *object,
             const char *member,
             JsonNode   *value,
             gpointer    copy)
{
  json_object_set_member (copy, member, json_node_copy (value));
}

JsonNode *
gw_instance_to_json (GwInstance *instance,
                     JsonNode   *old)
{
  g_autoptr (GwInstance) before = NULL;
  g_autoptr (JsonObject) object = json_object_new ();
  JsonNode *node;

  g_return_val_if_fail (GW_IS_INSTANCE (instance), NULL);

  before = old != NULL ? gw_instance_from_json (old, NULL) : NULL;
  if (before != NULL)
    json_object_foreach_member (json_node_get_object (old), copy_member, object);
  else
    before = gw_instance_new (gw_instance_get_id (instance));

  json_object_set_string_member (object, "id", gw_instance_get_id (instance));
  for (guint i = 0; i < GW_N_INSTANCE_TEXTS; i++)
    write_string (object, text_members[i], gw_instance_get_text (instance, i),
                  gw_instance_get_text (before, i));
  write_int (object, "port", gw_instance_get_port (instance), gw_instance_get_port (before));
  write_string (object, "network", network_words[gw_instance_get_network (instance)],
                network_words[gw_instance_get_network (before)]);
  write_string (object, "status",
                gw_instance_status_to_string (gw_instance_get_status (instance)),
                gw_instance_status_to_string (gw_instance_get_status (before)));
  write_int (object, "status-time", gw_instance_get_status_time (instance),
             gw_instance_get_status_time (before));
  write_boolean (object, "login-as-non-root", gw_instance_get_login_as_non_root (instance),
                 gw_instance_get_login_as_non_root (before));
  for (guint i = 0; i < GW_N_ADDRESS_KINDS; i++)
    write_list (object, address_members[i], gw_instance_get_addresses (instance, i),
                gw_instance_get_addresses (before, i));
  write_list (object, "security-groups", gw_instance_get_security_groups (instance),
              gw_instance_get_security_groups (before));
  write_list (object, "tags", gw_instance_get_tags (instance), gw_instance_get_tags (before));

  node = json_node_new (JSON_NODE_OBJECT);
  json_node_set_object (node, object);
  return node;
}
