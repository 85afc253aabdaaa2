/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-ecs-source-private.h"

#include "gw-ecs-instance.h"
#include "gw-json.h"

#include <glib/gi18n.h>

#define IDS_PER_CALL 50
#define MAX_ID_BYTES 64

/* One call for the states of some instances. */
typedef struct {
  GWeakRef source;
  GCancellable *cancellable;
  GPtrArray *ids;
} States;

/* One instance that is asked afresh: the data of a task. */
typedef struct {
  GwInstance *instance;
  char *region;
} Ask;

JsonArray *
_gw_ecs_source_get_list (JsonObject *answer,
                         const char *list,
                         const char *item)
{
  JsonObject *object = gw_json_get_object (answer, list);

  return object != NULL ? gw_json_get_array (object, item) : NULL;
}

GwInstance *
_gw_ecs_source_parse (JsonNode   *node,
                      const char *region)
{
  GwInstance *instance = gw_ecs_instance_parse (node, g_get_real_time () / G_USEC_PER_SEC);

  /* It belongs to the region that gave it, whatever it says: that one is asked for it again. */
  if (instance != NULL)
    gw_instance_set_text (instance, GW_INSTANCE_REGION, region);
  return instance;
}

static void
ask_free (Ask *ask)
{
  g_object_unref (ask->instance);
  g_free (ask->region);
  g_free (ask);
}

/* What the cloud says of it now; FALSE if the answer makes no sense. */
static gboolean
take_instance (GwEcsSource *self,
               Ask         *ask,
               JsonObject  *answer)
{
  const char *id = gw_instance_get_id (ask->instance);
  JsonArray *array = _gw_ecs_source_get_list (answer, "Instances", "Instance");

  if (array == NULL)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      g_autoptr (GwInstance) instance = NULL;

      instance = _gw_ecs_source_parse (json_array_get_element (array, i), ask->region);
      if (instance == NULL || !g_str_equal (gw_instance_get_id (instance), id))
        continue;
      if (_gw_ecs_source_is_ticked (self, ask->region))
        gw_ecs_list_renew (self->list, instance);
      _gw_ecs_source_learn_group (self, instance);
      return TRUE;
    }
  /* An entry that is there and could not be read is no proof that it is gone. */
  if (json_array_get_length (array) > 0)
    return FALSE;
  gw_ecs_list_remove (self->list, id);
  return TRUE;
}

static void
on_instance (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwEcsSource *self = g_task_get_source_object (task);
  Ask *ask = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = NULL;

  answer = gw_cloud_client_call_finish (GW_CLOUD_CLIENT (object), result, &error);
  if (answer == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (g_task_return_error_if_cancelled (task))
    return;
  /* Another AccessKey since, or the account has gone. */
  if (self->forgotten || object != G_OBJECT (self->client))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled");
      return;
    }
  if (!take_instance (self, ask, json_node_get_object (answer)))
    {
      GwCloudErrorDetails details = { .action = (char *) "ecs:DescribeInstances",
                                      .region = ask->region };

      g_task_return_error (task, gw_cloud_error_new (GW_CLOUD_ERROR_ANSWER, &details,
                                                     _("The answer was not a list of instances")));
      return;
    }
  _gw_ecs_source_flush (self);
  g_task_return_boolean (task, TRUE);
}

void
gw_ecs_source_ask_async (GwEcsSource         *self,
                         GwInstance          *instance,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *ids = NULL;
  const char *region;
  Ask *ask;

  g_return_if_fail (GW_IS_ECS_SOURCE (self));
  g_return_if_fail (GW_IS_INSTANCE (instance));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_ecs_source_ask_async);
  region = gw_instance_get_text (instance, GW_INSTANCE_REGION);
  if (self->forgotten || region == NULL ||
      gw_ecs_list_lookup (self->list, gw_instance_get_id (instance)) != instance)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  ask = g_new0 (Ask, 1);
  ask->instance = g_object_ref (instance);
  ask->region = g_strdup (region);
  g_task_set_task_data (task, ask, (GDestroyNotify) ask_free);
  /* An id has no character that JSON would have to escape. */
  ids = g_strdup_printf ("[\"%s\"]", gw_instance_get_id (instance));
  gw_cloud_client_call_async (self->client, GW_CLOUD_ECS, ask->region, "DescribeInstances",
                              (const char *const[]) { "InstanceIds", ids, NULL }, cancellable,
                              on_instance, g_steal_pointer (&task));
}

gboolean
gw_ecs_source_ask_finish (GwEcsSource   *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
states_free (States *states)
{
  g_weak_ref_clear (&states->source);
  g_object_unref (states->cancellable);
  g_ptr_array_unref (states->ids);
  g_free (states);
}

static void
take_states (GwEcsSource *self,
             JsonObject  *answer)
{
  JsonArray *array = _gw_ecs_source_get_list (answer, "InstanceStatuses", "InstanceStatus");
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *id, *word;
      GwInstance *instance;
      GwInstanceStatus status;

      if (object == NULL)
        continue;
      id = gw_json_get_string (object, "InstanceId", MAX_ID_BYTES);
      word = gw_json_get_string (object, "Status", MAX_ID_BYTES);
      instance = id != NULL ? gw_ecs_list_lookup (self->list, id) : NULL;
      status = word != NULL ? gw_instance_status_from_string (word) : GW_INSTANCE_STATUS_UNKNOWN;
      if (instance != NULL && status != GW_INSTANCE_STATUS_UNKNOWN)
        gw_instance_set_status (instance, status, now);
    }
}

static void
on_states (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  States *states = user_data;
  g_autoptr (GwEcsSource) self = g_weak_ref_get (&states->source);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = NULL;

  answer = gw_cloud_client_call_finish (GW_CLOUD_CLIENT (object), result, &error);
  if (self != NULL && !g_cancellable_is_cancelled (states->cancellable))
    {
      for (guint i = 0; i < states->ids->len; i++)
        g_hash_table_remove (self->asked, g_ptr_array_index (states->ids, i));
      if (answer != NULL)
        take_states (self, json_node_get_object (answer));
      else
        g_info ("States of instances: %s", error->message);
    }
  states_free (states);
}

static void
ask_some (GwEcsSource *self,
          const char  *region,
          GPtrArray   *ids,
          guint        start)
{
  g_autoptr (GStrvBuilder) parameters = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;
  States *states = g_new0 (States, 1);

  g_weak_ref_init (&states->source, self);
  states->cancellable = g_object_ref (self->asking);
  states->ids = g_ptr_array_new_with_free_func (g_free);
  g_strv_builder_add_many (parameters, "PageNumber", "1", "PageSize", G_STRINGIFY (IDS_PER_CALL),
                           NULL);
  for (guint i = start; i < MIN (ids->len, start + IDS_PER_CALL); i++)
    {
      const char *id = g_ptr_array_index (ids, i);
      g_autofree char *name = g_strdup_printf ("InstanceId.%u", i - start + 1);

      g_strv_builder_add_many (parameters, name, id, NULL);
      g_ptr_array_add (states->ids, g_strdup (id));
    }
  list = g_strv_builder_end (parameters);
  gw_cloud_client_call_async (self->client, GW_CLOUD_ECS, region, "DescribeInstanceStatus",
                              (const char *const *) list, states->cancellable, on_states, states);
}

void
gw_ecs_source_ask_states (GwEcsSource *self,
                          GPtrArray   *instances)
{
  g_autoptr (GHashTable) regions = NULL;
  GHashTableIter iter;
  gpointer region, ids;

  g_return_if_fail (GW_IS_ECS_SOURCE (self));
  g_return_if_fail (instances != NULL);

  if (self->forgotten)
    return;
  regions = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                   (GDestroyNotify) g_ptr_array_unref);
  for (guint i = 0; i < instances->len; i++)
    {
      GwInstance *instance = g_ptr_array_index (instances, i);
      const char *id = gw_instance_get_id (instance);

      region = (gpointer) gw_instance_get_text (instance, GW_INSTANCE_REGION);
      if (region == NULL || gw_ecs_list_lookup (self->list, id) != instance ||
          !g_hash_table_add (self->asked, g_strdup (id)))
        continue;
      ids = g_hash_table_lookup (regions, region);
      if (ids == NULL)
        {
          ids = g_ptr_array_new ();
          g_hash_table_insert (regions, region, ids);
        }
      g_ptr_array_add (ids, (gpointer) id);
    }

  g_hash_table_iter_init (&iter, regions);
  while (g_hash_table_iter_next (&iter, &region, &ids))
    for (guint i = 0; i < ((GPtrArray *) ids)->len; i += IDS_PER_CALL)
      ask_some (self, region, ids, i);
}
