/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-ecs-cache.h"

#include "gw-ecs-instance.h"
#include "gw-file.h"

#include <errno.h>
#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

/*
 * The file: magic, version, time of the list, then regions, resource groups and instances, and a
 * mark that the end is there. The numbers are little endian, as GVariant's own are. The texts of an instance are
 * one array of bytes: strings that end with NUL, first the single ones in the order of
 * GwInstanceText, then the lists, each with an empty string at its end (no text of an instance is
 * empty). As strings of GVariant they would take forty small allocations an instance.
 */
#define INSTANCE_TYPE "(xqyybay)" /* status time, port, status, network, not root, texts */
#define FILE_TYPE "(uuxa(ss)a(ss)a" INSTANCE_TYPE "u)"
#define MAGIC 0x45435747 /* "GWCE" */
#define END 0x444e4547   /* "GEND" */
/* With another number of texts it is another format. */
#define VERSION (0x100 + GW_N_INSTANCE_TEXTS)

#define MAX_NAMES 10000
/* More than any instance has: 21 texts and 64 times 7 items of 256 characters. */
#define MAX_TEXT_BYTES (1024 * 1024)

struct _GwEcsCacheReader
{
  gint64 updated;
  GPtrArray *regions;
  GPtrArray *groups;
  GVariant *instances;
  gsize n_instances;
  gsize next;
};

struct _GwEcsCacheWriter
{
  gint64 updated;
  GVariant *regions;
  GVariant *groups;
  GVariantBuilder instances;
  guint n_instances;
  GString *texts; /* of the instance that is being added */
};

static GPtrArray *
read_names (GVariant *root,
            gsize     index)
{
  GPtrArray *names = g_ptr_array_new_with_free_func ((GDestroyNotify) gw_cloud_name_free);
  g_autoptr (GVariant) array = g_variant_get_child_value (root, index);

  for (gsize i = 0; i < MIN (g_variant_n_children (array), MAX_NAMES); i++)
    {
      const char *id;
      const char *title;
      g_autoptr (GVariant) pair = g_variant_get_child_value (array, i);
      GwCloudName *name;

      g_variant_get (pair, "(&s&s)", &id, &title);
      name = gw_cloud_name_new (id, title);
      if (name != NULL)
        g_ptr_array_add (names, name);
    }
  return names;
}

static GVariant *
map_file (const char  *path,
          GError     **error)
{
  int fd = gw_file_open (path, GW_ECS_CACHE_MAX, NULL, error);
  g_autoptr (GMappedFile) file = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (fd < 0)
    return NULL;
  file = g_mapped_file_new_from_fd (fd, FALSE, error);
  close (fd);
  if (file == NULL)
    return NULL;
  bytes = g_mapped_file_get_bytes (file);
  return g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (FILE_TYPE), bytes, FALSE));
}

GwEcsCacheReader *
gw_ecs_cache_reader_new (const char *path)
{
  g_autoptr (GwEcsCacheReader) self = NULL;
  g_autoptr (GVariant) root = NULL;
  g_autoptr (GError) error = NULL;
  guint32 magic, version, end;
  gint64 updated;

  g_return_val_if_fail (path != NULL, NULL);

  root = map_file (path, &error);
  if (root == NULL)
    {
      if (!g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        g_message ("The cache of an account could not be read: %s", error->message);
      return NULL;
    }
  g_variant_get_child (root, 0, "u", &magic);
  g_variant_get_child (root, 1, "u", &version);
  g_variant_get_child (root, 2, "x", &updated);
  g_variant_get_child (root, 6, "u", &end);

  self = g_new0 (GwEcsCacheReader, 1);
  self->updated = MAX (GINT64_FROM_LE (updated), 0);
  self->instances = g_variant_get_child_value (root, 5);
  self->n_instances = g_variant_n_children (self->instances);
  if (GUINT32_FROM_LE (magic) != MAGIC || GUINT32_FROM_LE (version) != VERSION
      || GUINT32_FROM_LE (end) != END || self->n_instances > GW_ECS_CACHE_MAX_INSTANCES)
    {
      g_debug ("The cache of an account is of another version, or broken");
      return NULL;
    }
  self->regions = read_names (root, 3);
  self->groups = read_names (root, 4);
  return g_steal_pointer (&self);
}

void
gw_ecs_cache_reader_free (GwEcsCacheReader *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->regions, g_ptr_array_unref);
  g_clear_pointer (&self->groups, g_ptr_array_unref);
  g_clear_pointer (&self->instances, g_variant_unref);
  g_free (self);
}

gint64
gw_ecs_cache_reader_get_updated (GwEcsCacheReader *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->updated;
}

GPtrArray *
gw_ecs_cache_reader_get_regions (GwEcsCacheReader *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->regions;
}

GPtrArray *
gw_ecs_cache_reader_get_groups (GwEcsCacheReader *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->groups;
}

guint
gw_ecs_cache_reader_get_n_instances (GwEcsCacheReader *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return (guint) self->n_instances;
}

/* The string at @p, which is moved behind it; %NULL at the end. */
static const char *
take_string (const char **p,
             const char  *end)
{
  const char *string = *p;
  const char *nul = string < end ? memchr (string, '\0', (gsize) (end - string)) : NULL;

  if (nul == NULL)
    return NULL;
  *p = nul + 1;
  return string;
}

/* %FALSE where the list has no end, or too many items. */
static gboolean
take_list (const char **p,
           const char  *end,
           const char **list)
{
  for (guint n = 0; n <= GW_INSTANCE_MAX_ITEMS; n++)
    {
      list[n] = take_string (p, end);
      if (list[n] == NULL)
        return FALSE;
      if (*list[n] == '\0')
        {
          list[n] = NULL;
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
read_texts (GwInstance *instance,
            const char *p,
            const char *end)
{
  const char *list[GW_INSTANCE_MAX_ITEMS + 1];

  for (guint i = 0; i < GW_N_INSTANCE_TEXTS; i++)
    {
      const char *text = take_string (&p, end);

      if (text == NULL)
        return FALSE;
      gw_instance_set_text (instance, i, text);
    }
  for (guint kind = 0; kind < GW_N_ADDRESS_KINDS; kind++)
    {
      if (!take_list (&p, end, list))
        return FALSE;
      gw_instance_set_addresses (instance, kind, list);
    }
  if (!take_list (&p, end, list))
    return FALSE;
  gw_instance_set_security_groups (instance, list);
  if (!take_list (&p, end, list))
    return FALSE;
  gw_instance_set_tags (instance, list);
  if (!take_list (&p, end, list))
    return FALSE;
  gw_instance_set_locks (instance, list);
  return p == end;
}

/* %NULL for one that makes no sense. */
static GwInstance *
read_instance (GVariant *tuple)
{
  g_autoptr (GwInstance) instance = NULL;
  g_autoptr (GVariant) texts = NULL;
  gint64 status_time;
  guint16 port;
  guint8 status, network;
  gboolean not_root;
  const char *p;
  const char *end;
  const char *id;
  gsize length;

  g_variant_get (tuple, "(xqyyb@ay)", &status_time, &port, &status, &network, &not_root, &texts);
  p = g_variant_get_fixed_array (texts, &length, 1);
  if (length == 0 || length > MAX_TEXT_BYTES || status > GW_INSTANCE_STATUS_STOPPED
      || network > GW_NETWORK_CLASSIC)
    return NULL;
  end = p + length;
  id = take_string (&p, end);
  if (!gw_ecs_instance_is_id (id))
    return NULL;

  instance = gw_instance_new (id);
  gw_instance_set_status (instance, status, GINT64_FROM_LE (status_time));
  gw_instance_set_port (instance, GUINT16_FROM_LE (port));
  gw_instance_set_network (instance, network);
  gw_instance_set_login_as_non_root (instance, not_root);
  return read_texts (instance, p, end) ? g_steal_pointer (&instance) : NULL;
}

GwInstance *
gw_ecs_cache_reader_next (GwEcsCacheReader *self)
{
  GwInstance *instance = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  while (instance == NULL && self->next < self->n_instances)
    {
      g_autoptr (GVariant) tuple = g_variant_get_child_value (self->instances, self->next++);

      instance = read_instance (tuple);
    }
  return instance;
}

static GVariant *
make_names (GPtrArray *names)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ss)"));
  for (guint i = 0; i < names->len; i++)
    {
      GwCloudName *name = g_ptr_array_index (names, i);

      g_variant_builder_add (&builder, "(ss)", name->id, name->title);
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

GwEcsCacheWriter *
gw_ecs_cache_writer_new (gint64     updated,
                         GPtrArray *regions,
                         GPtrArray *groups)
{
  GwEcsCacheWriter *self;

  g_return_val_if_fail (regions != NULL && groups != NULL, NULL);

  self = g_new0 (GwEcsCacheWriter, 1);
  self->updated = updated;
  self->regions = make_names (regions);
  self->groups = make_names (groups);
  g_variant_builder_init (&self->instances, G_VARIANT_TYPE ("a" INSTANCE_TYPE));
  self->texts = g_string_sized_new (512);
  return self;
}

void
gw_ecs_cache_writer_free (GwEcsCacheWriter *self)
{
  if (self == NULL)
    return;
  g_variant_unref (self->regions);
  g_variant_unref (self->groups);
  g_variant_builder_clear (&self->instances);
  g_string_free (self->texts, TRUE);
  g_free (self);
}

static void
append_string (GString    *texts,
               const char *string)
{
  if (string != NULL)
    g_string_append (texts, string);
  g_string_append_c (texts, '\0');
}

static void
append_list (GString           *texts,
             const char *const *list)
{
  for (guint i = 0; list[i] != NULL; i++)
    append_string (texts, list[i]);
  append_string (texts, NULL);
}

void
gw_ecs_cache_writer_add (GwEcsCacheWriter *self,
                         GwInstance       *instance)
{
  g_autoptr (GVariant) tuple = NULL;
  GString *texts;

  g_return_if_fail (self != NULL);
  g_return_if_fail (GW_IS_INSTANCE (instance));

  if (self->n_instances == GW_ECS_CACHE_MAX_INSTANCES)
    return;
  texts = g_string_truncate (self->texts, 0);
  append_string (texts, gw_instance_get_id (instance));
  for (guint i = 0; i < GW_N_INSTANCE_TEXTS; i++)
    append_string (texts, gw_instance_get_text (instance, i));
  for (guint i = 0; i < GW_N_ADDRESS_KINDS; i++)
    append_list (texts, gw_instance_get_addresses (instance, i));
  append_list (texts, gw_instance_get_security_groups (instance));
  append_list (texts, gw_instance_get_tags (instance));
  append_list (texts, gw_instance_get_locks (instance));

  tuple = g_variant_new ("(xqyyb@ay)", GINT64_TO_LE (gw_instance_get_status_time (instance)),
                         GUINT16_TO_LE ((guint16) gw_instance_get_port (instance)),
                         (guint8) gw_instance_get_status (instance),
                         (guint8) gw_instance_get_network (instance),
                         gw_instance_get_login_as_non_root (instance),
                         g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, texts->str, texts->len,
                                                    1));
  g_variant_ref_sink (tuple);
  /* Makes it one block of bytes in the place of seven objects. */
  g_variant_get_data (tuple);
  g_variant_builder_add_value (&self->instances, tuple);
  self->n_instances++;
}

static void
write_file (GTask        *task,
            gpointer      source,
            gpointer      task_data,
            GCancellable *cancellable)
{
  GwEcsCacheWriter *self = task_data;
  const char *path = g_object_get_data (G_OBJECT (task), "path");
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GVariant) root = NULL;
  GError *error = NULL;

  root = g_variant_new ("(uux@a(ss)@a(ss)@a" INSTANCE_TYPE "u)", GUINT32_TO_LE (MAGIC),
                        GUINT32_TO_LE (VERSION), GINT64_TO_LE (self->updated), self->regions,
                        self->groups, g_variant_builder_end (&self->instances),
                        GUINT32_TO_LE (END));
  g_variant_ref_sink (root);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      int saved_errno = errno;

      g_task_return_new_error (task, G_FILE_ERROR, (gint) g_file_error_from_errno (saved_errno),
                               "%s: %s", folder, g_strerror (saved_errno));
      return;
    }
  /* Not waiting until it is on the disk: it is only a cache. */
  if (!g_file_set_contents_full (path, g_variant_get_data (root), (gssize) g_variant_get_size (root),
                                 G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

void
gw_ecs_cache_writer_finish_async (GwEcsCacheWriter    *self,
                                  const char          *path,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (self != NULL);
  g_return_if_fail (path != NULL);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_ecs_cache_writer_finish_async);
  g_task_set_task_data (task, self, (GDestroyNotify) gw_ecs_cache_writer_free);
  g_object_set_data_full (G_OBJECT (task), "path", g_strdup (path), g_free);
  g_task_run_in_thread (task, write_file);
}

gboolean
gw_ecs_cache_writer_finish_finish (GAsyncResult  *result,
                                   GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
