/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "gw-ecs-source-private.h"

#include "gw-ecs-cache.h"

#include <glib/gstdio.h>

/* So many rows fill a window: they are there after the first look at the file. */
#define FIRST_INSTANCES 200
/* Instances between two looks at the clock. */
#define STEP 32

struct _GwEcsReading
{
  GwEcsCacheReader *reader; /* NULL until the first slice */
  guint idle_id;
};

struct _GwEcsWriting
{
  GwEcsSource *source;      /* NULL once it does not wait for the end any more */
  GwEcsCacheWriter *writer; /* NULL once a worker has it */
  GPtrArray *instances;
  guint n_written;
  guint idle_id;
  char *path;
  gboolean again; /* there is something newer to write */
  gboolean forget;
};

static GPtrArray *
copy_names (GPtrArray *names)
{
  GPtrArray *copies = g_ptr_array_new_with_free_func ((GDestroyNotify) gw_cloud_name_free);

  for (guint i = 0; i < names->len; i++)
    {
      GwCloudName *name = g_ptr_array_index (names, i);

      g_ptr_array_add (copies, gw_cloud_name_new (name->id, name->title));
    }
  return copies;
}

static gboolean
open_cache (GwEcsSource *self)
{
  GwEcsCacheReader *reader = gw_ecs_cache_reader_new (self->path);

  self->reading->reader = reader;
  if (reader == NULL)
    return FALSE;
  _gw_ecs_source_take_regions (self, copy_names (gw_ecs_cache_reader_get_regions (reader)));
  _gw_ecs_source_take_groups (self, copy_names (gw_ecs_cache_reader_get_groups (reader)));
  _gw_ecs_source_set_updated (self, gw_ecs_cache_reader_get_updated (reader));
  return TRUE;
}

static gboolean
read_one (GwEcsSource *self)
{
  g_autoptr (GwInstance) instance = gw_ecs_cache_reader_next (self->reading->reader);
  const char *region;

  if (instance == NULL)
    return FALSE;
  region = gw_instance_get_text (instance, GW_INSTANCE_REGION);
  if (region == NULL || !_gw_ecs_source_is_ticked (self, region))
    return TRUE;
  /* What was asked meanwhile is newer than the file. */
  if (gw_ecs_list_lookup (self->list, gw_instance_get_id (instance)) == NULL)
    gw_ecs_list_put (self->list, instance, 0);
  _gw_ecs_source_learn_group (self, instance);
  return TRUE;
}

static void
end_reading (GwEcsSource *self)
{
  _gw_ecs_source_stop_reading (self);
  _gw_ecs_source_set_state (self, GW_ECS_SOURCE_IDLE);
  if (self->refresh_later)
    {
      self->refresh_later = FALSE;
      gw_ecs_source_refresh (self);
    }
}

static gboolean
on_read (gpointer user_data)
{
  GwEcsSource *self = user_data;
  g_autoptr (GwEcsSource) alive = g_object_ref (self);
  gint64 end = g_get_monotonic_time () + GW_ECS_SLICE;
  gboolean first = self->reading->reader == NULL;
  gboolean more = !first || open_cache (self);
  guint n = 0;

  while (more && (first ? n < FIRST_INSTANCES : n % STEP != 0 || g_get_monotonic_time () < end))
    {
      more = read_one (self);
      n++;
    }
  _gw_ecs_source_flush (self);
  /* Whoever was told may have stopped it. */
  if (self->reading == NULL)
    return G_SOURCE_REMOVE;
  if (more)
    return G_SOURCE_CONTINUE;
  self->reading->idle_id = 0;
  end_reading (self);
  return G_SOURCE_REMOVE;
}

void
_gw_ecs_source_read (GwEcsSource *self)
{
  if (self->path == NULL || self->forgotten)
    return;
  self->reading = g_new0 (GwEcsReading, 1);
  self->reading->idle_id = g_idle_add (on_read, self);
  _gw_ecs_source_set_state (self, GW_ECS_SOURCE_READING);
}

void
_gw_ecs_source_stop_reading (GwEcsSource *self)
{
  if (self->reading == NULL)
    return;
  g_clear_handle_id (&self->reading->idle_id, g_source_remove);
  g_clear_pointer (&self->reading->reader, gw_ecs_cache_reader_free);
  g_clear_pointer (&self->reading, g_free);
}

static void
writing_free (GwEcsWriting *writing)
{
  g_clear_handle_id (&writing->idle_id, g_source_remove);
  g_clear_pointer (&writing->writer, gw_ecs_cache_writer_free);
  g_clear_pointer (&writing->instances, g_ptr_array_unref);
  g_free (writing->path);
  g_free (writing);
}

/* One worker at a time writes: else an older one might end last. */
static void
on_written (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  GwEcsWriting *writing = user_data;
  GwEcsSource *self = writing->source;
  g_autoptr (GError) error = NULL;

  if (!gw_ecs_cache_writer_finish_finish (result, &error))
    g_message ("The cache of an account could not be written: %s", error->message);
  if (writing->forget)
    g_unlink (writing->path);
  if (self != NULL)
    {
      self->writing = NULL;
      if (writing->again)
        _gw_ecs_source_write (self);
    }
  writing_free (writing);
}

static gboolean
on_write (gpointer user_data)
{
  GwEcsWriting *writing = user_data;
  gint64 end = g_get_monotonic_time () + GW_ECS_SLICE;

  while (writing->n_written < writing->instances->len)
    {
      if (writing->n_written % STEP == 0 && g_get_monotonic_time () >= end)
        return G_SOURCE_CONTINUE;
      gw_ecs_cache_writer_add (writing->writer,
                               g_ptr_array_index (writing->instances, writing->n_written++));
    }
  writing->idle_id = 0;
  g_clear_pointer (&writing->instances, g_ptr_array_unref);
  /* Not cancelled by anybody: it has all it needs, and ends soon. */
  gw_ecs_cache_writer_finish_async (g_steal_pointer (&writing->writer), writing->path, NULL,
                                    on_written, writing);
  return G_SOURCE_REMOVE;
}

void
_gw_ecs_source_write (GwEcsSource *self)
{
  GListModel *model = G_LIST_MODEL (self);
  GwEcsWriting *writing;

  if (self->path == NULL || self->forgotten)
    return;
  if (self->writing != NULL && self->writing->writer == NULL)
    {
      self->writing->again = TRUE;
      return;
    }
  _gw_ecs_source_stop_writing (self, FALSE);
  writing = self->writing = g_new0 (GwEcsWriting, 1);
  writing->source = self;
  writing->path = g_strdup (self->path);
  writing->writer = gw_ecs_cache_writer_new (self->updated, self->regions, self->groups);
  writing->instances = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    g_ptr_array_add (writing->instances, g_list_model_get_item (model, i));
  writing->idle_id = g_idle_add (on_write, writing);
}

void
_gw_ecs_source_stop_writing (GwEcsSource *self,
                             gboolean     forget)
{
  GwEcsWriting *writing = g_steal_pointer (&self->writing);

  if (writing == NULL)
    return;
  if (writing->writer != NULL)
    {
      writing_free (writing);
      return;
    }
  writing->source = NULL;
  writing->forget = forget;
}
