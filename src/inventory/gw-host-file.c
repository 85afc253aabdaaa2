/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Inventory"

#include "config.h"

#include "gw-host-file.h"

#include "gw-error.h"
#include "gw-file.h"
#include "gw-instance-json.h"
#include "gw-json.h"

#include <glib/gi18n.h>

GwHostEntry *
gw_host_entry_new (JsonNode   *node,
                   GwInstance *instance)
{
  GwHostEntry *self = g_rc_box_new0 (GwHostEntry);

  self->node = json_node_ref (node);
  g_set_object (&self->instance, instance);
  return self;
}

GwHostEntry *
gw_host_entry_ref (GwHostEntry *self)
{
  return g_rc_box_acquire (self);
}

static void
clear_entry (gpointer data)
{
  GwHostEntry *self = data;

  json_node_unref (self->node);
  g_clear_object (&self->instance);
}

void
gw_host_entry_unref (GwHostEntry *self)
{
  g_rc_box_release_full (self, clear_entry);
}

GwHostFile *
gw_host_file_new (void)
{
  GwHostFile *self = g_new0 (GwHostFile, 1);

  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) gw_host_entry_unref);
  self->format = GW_HOST_FILE_FORMAT;
  return self;
}

void
gw_host_file_free (GwHostFile *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->top, json_object_unref);
  g_ptr_array_unref (self->entries);
  g_free (self);
}

static void
read_entries (GwHostFile *self,
              JsonArray  *array)
{
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);
  guint length = json_array_get_length (array);

  for (guint i = 0; i < length; i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      g_autoptr (GError) error = NULL;
      g_autoptr (GwInstance) instance = gw_instance_from_json (node, &error);

      if (instance == NULL)
        g_debug ("Entry %u is bad: %s", i, error->message);
      else if (!g_hash_table_add (ids, (gpointer) gw_instance_get_id (instance)))
        g_clear_object (&instance); /* two hosts of one id would be edited as one */
      if (instance == NULL && self->n_bad++ == 0)
        self->first_bad = i + 1;
      g_ptr_array_add (self->entries, gw_host_entry_new (node, instance));
    }
}

GwHostFile *
gw_host_file_load (const char  *path,
                   GError     **error)
{
  g_autoptr (GwHostFile) self = gw_host_file_new ();
  g_autoptr (JsonNode) root = gw_json_load (path, GW_HOST_FILE_MAX_BYTES, error);
  JsonArray *array;

  if (root == NULL)
    return NULL;

  self->top = json_object_ref (json_node_get_object (root));
  self->format = gw_json_get_int (self->top, "format",
                                  json_object_has_member (self->top, "format") ? 0 : 1);
  array = gw_json_get_array (self->top, "instances");
  if (self->format < 1 || (array == NULL && json_object_has_member (self->top, "instances")))
    {
      g_set_error_literal (error, GW_ERROR, GW_ERROR_INVALID_FILE, _("Not a list of hosts"));
      return NULL;
    }
  if (array != NULL)
    read_entries (self, array);
  return g_steal_pointer (&self);
}

static JsonArray *
make_array (GPtrArray *entries)
{
  JsonArray *array = json_array_sized_new (entries->len);

  for (guint i = 0; i < entries->len; i++)
    {
      GwHostEntry *entry = g_ptr_array_index (entries, i);

      json_array_add_element (array, json_node_copy (entry->node));
    }
  return array;
}

static char *
make_text (GwHostFile *self,
           GPtrArray  *entries,
           gsize      *length)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (GList) members = self->top != NULL ? json_object_get_members (self->top) : NULL;

  json_object_set_int_member (object, "format", GW_HOST_FILE_FORMAT);
  for (GList *l = members; l != NULL; l = l->next)
    json_object_set_member (object, l->data,
                            json_node_copy (json_object_get_member (self->top, l->data)));
  json_object_set_array_member (object, "instances", make_array (entries));

  json_node_set_object (root, object);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  return json_generator_to_data (generator, length);
}

gboolean
gw_host_file_save (GwHostFile  *self,
                   GPtrArray   *entries,
                   const char  *path,
                   gsize       *length,
                   GError     **error)
{
  g_autofree char *text = make_text (self, entries, length);

  if (*length > GW_HOST_FILE_MAX_BYTES)
    {
      g_set_error_literal (error, GW_ERROR, GW_ERROR_TOO_LARGE,
                           _("The list of saved hosts would become too large"));
      return FALSE;
    }
  if (!gw_file_replace (path, text, *length, error))
    {
      g_prefix_error (error, "%s: ", _("The list of saved hosts could not be written"));
      return FALSE;
    }
  return TRUE;
}
