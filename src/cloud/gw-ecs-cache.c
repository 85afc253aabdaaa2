/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-ecs-cache.h"

#include "gw-ecs-instance.h"
#include "gw-file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/*
 * The file: magic, version, time of the list, regions, resource groups, number of instances, the
 * instances, and a mark that the end is there. The numbers are little endian, as GVariant's own
 * are. The instances are one array of bytes, because the children of a long array of GVariant that
 * is not trusted take time by the square of their number (GLib 2.74). Each begins with its length
 * (guint32), then come strings that end with NUL: id, status, time of the status, network,
 * port, whether not as root, the texts in the order of GwInstanceText, and the lists, each with an
 * empty string at its end (no text of an instance is empty).
 */
#define FILE_TYPE "(uuxa(ss)a(ss)uayu)"
#define MAGIC 0x45435747 /* "GWCE" */
#define END 0x444e4547   /* "GEND" */
/* With another number of texts it is another format. */
#define VERSION (0x100 + GW_N_INSTANCE_TEXTS)

#define MAX_NAMES 2000

struct _GwEcsCacheReader
{
  gint64 updated;
  GPtrArray *regions;
  GPtrArray *groups;
  GVariant *records; /* keeps what is between the next two */
  const char *next;
  const char *end;
  guint n_instances;
  guint n_read;
};

struct _GwEcsCacheWriter
{
  gint64 updated;
  GVariant *regions;
  GVariant *groups;
  GString *records;
  guint n_instances;
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
  guint32 magic, version, n_instances, end;
  gint64 updated;
  gsize length;

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
  g_variant_get_child (root, 5, "u", &n_instances);
  g_variant_get_child (root, 7, "u", &end);

  self = g_new0 (GwEcsCacheReader, 1);
  self->updated = MAX (GINT64_FROM_LE (updated), 0);
  self->n_instances = GUINT32_FROM_LE (n_instances);
  self->records = g_variant_get_child_value (root, 6);
  self->next = g_variant_get_fixed_array (self->records, &length, 1);
  self->end = self->next + length;
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
  g_clear_pointer (&self->records, g_variant_unref);
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

  return self->n_instances;
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

static gboolean
take_number (const char **p,
             const char  *end,
             gint64       max,
             gint64      *number)
{
  const char *string = take_string (p, end);

  return string != NULL && g_ascii_string_to_signed (string, 10, 0, max, number, NULL);
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
read_instance (const char *p,
               const char *end)
{
  g_autoptr (GwInstance) instance = NULL;
  const char *id = take_string (&p, end);
  gint64 status, status_time, network, port, not_root;

  if (!gw_ecs_instance_is_id (id)
      || !take_number (&p, end, GW_INSTANCE_STATUS_STOPPED, &status)
      || !take_number (&p, end, G_MAXINT64, &status_time)
      || !take_number (&p, end, GW_NETWORK_CLASSIC, &network)
      || !take_number (&p, end, G_MAXUINT16, &port) || !take_number (&p, end, 1, &not_root))
    return NULL;

  instance = gw_instance_new (id);
  gw_instance_set_status (instance, (GwInstanceStatus) status, status_time);
  gw_instance_set_network (instance, (GwNetworkType) network);
  gw_instance_set_port (instance, (guint) port);
  gw_instance_set_login_as_non_root (instance, not_root != 0);
  return read_texts (instance, p, end) ? g_steal_pointer (&instance) : NULL;
}

/* Moves the place behind the length of the record that is there, and returns it; 0 at the end, and
 * where no whole record is left. */
static guint32
take_length (GwEcsCacheReader *self)
{
  guint32 length;

  if (self->n_read == self->n_instances || (gsize) (self->end - self->next) < sizeof length)
    return 0;
  memcpy (&length, self->next, sizeof length);
  length = GUINT32_FROM_LE (length);
  self->next += sizeof length;
  self->n_read++;
  return length <= (gsize) (self->end - self->next) ? length : 0;
}

GwInstance *
gw_ecs_cache_reader_next (GwEcsCacheReader *self)
{
  GwInstance *instance = NULL;
  guint32 length;

  g_return_val_if_fail (self != NULL, NULL);

  while (instance == NULL && (length = take_length (self)) > 0)
    {
      instance = read_instance (self->next, self->next + length);
      self->next += length;
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
  self->records = g_string_new (NULL);
  return self;
}

void
gw_ecs_cache_writer_free (GwEcsCacheWriter *self)
{
  if (self == NULL)
    return;
  g_variant_unref (self->regions);
  g_variant_unref (self->groups);
  if (self->records != NULL)
    g_string_free (self->records, TRUE);
  g_free (self);
}

static void
append_string (GString    *records,
               const char *string)
{
  if (string != NULL)
    g_string_append (records, string);
  g_string_append_c (records, '\0');
}

static void
append_number (GString *records,
               gint64   number)
{
  g_string_append_printf (records, "%" G_GINT64_FORMAT, number);
  g_string_append_c (records, '\0');
}

static void
append_list (GString           *records,
             const char *const *list)
{
  for (guint i = 0; list[i] != NULL; i++)
    append_string (records, list[i]);
  append_string (records, NULL);
}

void
gw_ecs_cache_writer_add (GwEcsCacheWriter *self,
                         GwInstance       *instance)
{
  GString *records;
  guint32 length = 0;
  gsize start;

  g_return_if_fail (self != NULL);
  g_return_if_fail (GW_IS_INSTANCE (instance));

  if (self->n_instances == GW_ECS_CACHE_MAX_INSTANCES)
    return;
  records = self->records;
  g_string_append_len (records, (const char *) &length, sizeof length);
  start = records->len;
  append_string (records, gw_instance_get_id (instance));
  append_number (records, gw_instance_get_status (instance));
  append_number (records, gw_instance_get_status_time (instance));
  append_number (records, gw_instance_get_network (instance));
  append_number (records, gw_instance_get_port (instance));
  append_number (records, gw_instance_get_login_as_non_root (instance));
  for (guint i = 0; i < GW_N_INSTANCE_TEXTS; i++)
    append_string (records, gw_instance_get_text (instance, i));
  for (guint i = 0; i < GW_N_ADDRESS_KINDS; i++)
    append_list (records, gw_instance_get_addresses (instance, i));
  append_list (records, gw_instance_get_security_groups (instance));
  append_list (records, gw_instance_get_tags (instance));
  append_list (records, gw_instance_get_locks (instance));

  length = GUINT32_TO_LE ((guint32) (records->len - start));
  memcpy (records->str + start - sizeof length, &length, sizeof length);
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
  g_autoptr (GBytes) records = NULL;
  g_autoptr (GVariant) root = NULL;
  GError *error = NULL;

  records = g_string_free_to_bytes (g_steal_pointer (&self->records));
  root = g_variant_new ("(uux@a(ss)@a(ss)u@ayu)", GUINT32_TO_LE (MAGIC), GUINT32_TO_LE (VERSION),
                        GINT64_TO_LE (self->updated), self->regions, self->groups,
                        GUINT32_TO_LE (self->n_instances),
                        g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, records, TRUE),
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
  if (!g_file_set_contents_full (path, g_variant_get_data (root),
                                 (gssize) g_variant_get_size (root),
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
