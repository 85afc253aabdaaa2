/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Inventory"

#include "config.h"

#include "gw-file-source.h"

#include "gw-error.h"
#include "gw-file.h"
#include "gw-host-file.h"
#include "gw-instance-json.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

typedef enum {
  STATE_READY,
  STATE_UNREADABLE, /* there is something at the path that is not ours to replace */
  STATE_READ_ONLY,  /* a newer program wrote it */
} State;

/* By what a file is recognised as the one last read. */
typedef struct {
  guint64 device;
  guint64 inode;
  gint64 size;
  gint64 seconds;
  gint64 nanoseconds;
} Stamp;

struct _GwFileSource
{
  GwSource parent_instance;

  char *path;
  GwHostFile *file;
  Stamp stamp; /* zero where there was no file */
  State state;
};

G_DEFINE_FINAL_TYPE (GwFileSource, gw_file_source, GW_TYPE_SOURCE)

/* The entry that a removed instance had, for the undo: data of the instance. */
static GQuark
entry_quark (void)
{
  return g_quark_from_static_string ("gw-file-source-entry");
}

static Stamp
get_stamp (const char *path)
{
  Stamp stamp = { 0 };
  GStatBuf info;

  if (g_stat (path, &info) == 0)
    {
      stamp.device = info.st_dev;
      stamp.inode = info.st_ino;
      stamp.size = info.st_size;
      stamp.seconds = info.st_mtim.tv_sec;
      stamp.nanoseconds = info.st_mtim.tv_nsec;
    }
  return stamp;
}

static gboolean
stamps_equal (const Stamp *a,
              const Stamp *b)
{
  return a->device == b->device && a->inode == b->inode && a->size == b->size &&
         a->seconds == b->seconds && a->nanoseconds == b->nanoseconds;
}

/* Shows @entries in the list. Where the list has an object of that id already, that one stays. */
static void
show_entries (GwFileSource *self,
              GPtrArray    *entries)
{
  g_autoptr (GPtrArray) instances = g_ptr_array_new_with_free_func (g_object_unref);
  guint n = 0;

  for (guint i = 0; i < entries->len; i++)
    {
      GwHostEntry *entry = g_ptr_array_index (entries, i);

      if (entry->instance != NULL)
        g_ptr_array_add (instances, g_object_ref (entry->instance));
    }
  gw_source_replace (GW_SOURCE (self), instances);
  for (guint i = 0; i < entries->len; i++)
    {
      GwHostEntry *entry = g_ptr_array_index (entries, i);

      if (entry->instance != NULL)
        g_set_object (&entry->instance, g_ptr_array_index (instances, n++));
    }
}

static void
set_unreadable (GwFileSource *self,
                const char   *reason)
{
  g_autofree char *notice = NULL;

  /* Translators: %s is the system's reason */
  notice = g_strdup_printf (_("The list of saved hosts cannot be read or changed: %s"), reason);
  self->state = STATE_UNREADABLE;
  gw_source_set_notice (GW_SOURCE (self), notice);
}

static void
set_aside (GwFileSource *self,
           const char   *reason)
{
  g_autofree char *name = gw_file_set_aside (self->path);
  g_autofree char *notice = NULL;

  if (name == NULL)
    {
      set_unreadable (self, reason);
      return;
    }
  self->state = STATE_READY;
  self->stamp = (Stamp) { 0 };
  /* Translators: the first %s is what is wrong with the file, the second the file's new name */
  notice = g_strdup_printf (_("The list of saved hosts could not be read (%s). It was kept as "
                              "“%s”."), reason, name);
  gw_source_set_notice (GW_SOURCE (self), notice);
}

/* Takes @file as what is on the disk. */
static void
take_file (GwFileSource *self,
           GwHostFile   *file)
{
  g_autofree char *notice = NULL;

  gw_host_file_free (self->file);
  self->file = file;
  self->state = STATE_READY;
  if (file->format > GW_HOST_FILE_FORMAT)
    {
      self->state = STATE_READ_ONLY;
      notice = g_strdup (_("The list of saved hosts was written by a newer Gangway: it is shown, "
                           "but cannot be changed"));
    }
  else if (file->n_bad > 0)
    notice = g_strdup_printf (ngettext ("%u saved host is not valid, number %u in the file: it is "
                                        "not shown, and stays in the file as it is",
                                        "%u saved hosts are not valid, the first is number %u in "
                                        "the file: they are not shown, and stay in the file as "
                                        "they are", file->n_bad),
                              file->n_bad, file->first_bad);
  gw_source_set_notice (GW_SOURCE (self), notice);
  show_entries (self, file->entries);
}

/* Reads what is on the disk. Where that cannot be, the hosts known so far stay in the list. */
static void
read_file (GwFileSource *self)
{
  g_autoptr (GwHostFile) file = NULL;
  g_autoptr (GError) error = NULL;
  GStatBuf info;

  self->stamp = get_stamp (self->path);
  if (g_stat (self->path, &info) == 0 && !S_ISREG (info.st_mode))
    {
      set_unreadable (self, _("there is something else than a file in its place"));
      return;
    }

  file = gw_host_file_load (self->path, &error);
  if (file != NULL)
    take_file (self, g_steal_pointer (&file));
  else if (g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    {
      /* A link to nowhere is somebody's file on a disk that is not there. */
      if (g_file_test (self->path, G_FILE_TEST_IS_SYMLINK))
        set_unreadable (self, error->message);
      else if (self->state == STATE_UNREADABLE)
        {
          self->state = STATE_READY;
          gw_source_set_notice (GW_SOURCE (self), NULL);
        }
    }
  else if (error->domain == GW_ERROR)
    set_aside (self, error->message);
  else
    set_unreadable (self, error->message);
}

static void
gw_file_source_load_source (GwSource *source)
{
  read_file (GW_FILE_SOURCE (source));
}

/* Before a change: takes in what another program wrote meanwhile, so that neither loses the
 * other's hosts. %FALSE if nothing may be written. */
static gboolean
prepare (GwFileSource  *self,
         GError       **error)
{
  Stamp stamp = get_stamp (self->path);

  gw_source_load (GW_SOURCE (self));
  if (self->state == STATE_UNREADABLE || !stamps_equal (&stamp, &self->stamp))
    read_file (self);
  if (self->state == STATE_READY)
    return TRUE;
  g_set_error_literal (error, GW_ERROR, GW_ERROR_FAILED, gw_source_get_notice (GW_SOURCE (self)));
  return FALSE;
}

/* Writes @entries, and only then shows them. Takes them. */
static gboolean
commit (GwFileSource  *self,
        GPtrArray     *entries,
        GError       **error)
{
  gsize length = 0;

  if (!gw_host_file_save (self->file, entries, self->path, &length, error))
    {
      g_ptr_array_unref (entries);
      return FALSE;
    }
  self->stamp = get_stamp (self->path);
  if (self->stamp.size != (gint64) length)
    self->stamp = (Stamp) { 0 }; /* somebody was quicker: read it before the next change */
  g_ptr_array_unref (self->file->entries);
  self->file->entries = entries;
  show_entries (self, entries);
  return TRUE;
}

static GPtrArray *
copy_entries (GwFileSource *self)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify) gw_host_entry_unref);

  for (guint i = 0; i < self->file->entries->len; i++)
    g_ptr_array_add (entries, gw_host_entry_ref (g_ptr_array_index (self->file->entries, i)));
  return entries;
}

/* Takes @entry. */
static void
replace_entry (GPtrArray   *entries,
               guint        index,
               GwHostEntry *entry)
{
  gw_host_entry_unref (g_ptr_array_index (entries, index));
  g_ptr_array_index (entries, index) = entry;
}

/* @old optional: the entry whose unknown members stay. */
static GwHostEntry *
make_entry (GwInstance  *instance,
            GwHostEntry *old)
{
  g_autoptr (JsonNode) node = gw_instance_to_json (instance, old != NULL ? old->node : NULL);

  return gw_host_entry_new (node, instance);
}

/* @position: where it is in the list, which leaves out the bad entries. */
static gboolean
find_entry (GwFileSource *self,
            const char   *id,
            guint        *index,
            guint        *position)
{
  guint n_shown = 0;

  for (guint i = 0; i < self->file->entries->len; i++)
    {
      GwHostEntry *entry = g_ptr_array_index (self->file->entries, i);

      if (entry->instance == NULL)
        continue;
      if (g_str_equal (gw_instance_get_id (entry->instance), id))
        {
          *index = i;
          if (position != NULL)
            *position = n_shown;
          return TRUE;
        }
      n_shown++;
    }
  return FALSE;
}

/* The index of the entry that is shown at @position, or the end. */
static guint
get_index (GwFileSource *self,
           guint         position)
{
  guint index = 0;

  for (; index < self->file->entries->len; index++)
    {
      GwHostEntry *entry = g_ptr_array_index (self->file->entries, index);

      if (entry->instance == NULL)
        continue;
      if (position == 0)
        break;
      position--;
    }
  return index;
}

static void
gw_file_source_finalize (GObject *object)
{
  GwFileSource *self = GW_FILE_SOURCE (object);

  gw_host_file_free (self->file);
  g_free (self->path);

  G_OBJECT_CLASS (gw_file_source_parent_class)->finalize (object);
}

static void
gw_file_source_class_init (GwFileSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gw_file_source_finalize;
  GW_SOURCE_CLASS (klass)->load = gw_file_source_load_source;
}

static void
gw_file_source_init (GwFileSource *self)
{
  self->file = gw_host_file_new ();
}

GwFileSource *
gw_file_source_new (const char *path)
{
  GwFileSource *self = g_object_new (GW_TYPE_FILE_SOURCE, "id", "saved", "title",
                                     _("Saved Hosts"), "editable", TRUE, NULL);

  self->path = path != NULL ? g_strdup (path)
                            : g_build_filename (g_get_user_data_dir (), "gangway",
                                                "instances.json", NULL);
  return self;
}

gboolean
gw_file_source_add (GwFileSource  *self,
                    GwInstance    *instance,
                    GError       **error)
{
  g_autoptr (GPtrArray) instances = g_ptr_array_new ();

  g_return_val_if_fail (GW_IS_FILE_SOURCE (self), FALSE);
  g_return_val_if_fail (GW_IS_INSTANCE (instance), FALSE);

  g_ptr_array_add (instances, instance);
  return gw_file_source_import (self, instances, error);
}

/* What people set by hand and no cloud knows survives that the instance is imported again. */
static GwInstance *
merge_import (GwInstance *instance,
              GwInstance *old)
{
  static const GwInstanceText own[] = { GW_INSTANCE_USER, GW_INSTANCE_PROXY_JUMP,
                                        GW_INSTANCE_IDENTITY_FILE };
  GwInstance *merged = gw_instance_copy (instance, gw_instance_get_id (instance));

  for (guint i = 0; i < G_N_ELEMENTS (own); i++)
    if (gw_instance_get_text (merged, own[i]) == NULL)
      gw_instance_set_text (merged, own[i], gw_instance_get_text (old, own[i]));
  if (gw_instance_get_port (merged) == 0)
    gw_instance_set_port (merged, gw_instance_get_port (old));
  return merged;
}

gboolean
gw_file_source_import (GwFileSource  *self,
                       GPtrArray     *instances,
                       GError       **error)
{
  g_autoptr (GHashTable) indices = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) entries = NULL;

  g_return_val_if_fail (GW_IS_FILE_SOURCE (self), FALSE);
  g_return_val_if_fail (instances != NULL, FALSE);

  if (!prepare (self, error))
    return FALSE;

  entries = copy_entries (self);
  for (guint i = 0; i < entries->len; i++)
    {
      GwHostEntry *entry = g_ptr_array_index (entries, i);

      if (entry->instance != NULL)
        g_hash_table_insert (indices, (gpointer) gw_instance_get_id (entry->instance),
                             GUINT_TO_POINTER (i));
    }
  for (guint i = 0; i < instances->len; i++)
    {
      GwInstance *instance = g_ptr_array_index (instances, i);
      gpointer found;

      if (g_hash_table_lookup_extended (indices, gw_instance_get_id (instance), NULL, &found))
        {
          GwHostEntry *old = g_ptr_array_index (entries, GPOINTER_TO_UINT (found));
          g_autoptr (GwInstance) merged = merge_import (instance, old->instance);

          replace_entry (entries, GPOINTER_TO_UINT (found), make_entry (merged, old));
          continue;
        }
      g_hash_table_insert (indices, (gpointer) gw_instance_get_id (instance),
                           GUINT_TO_POINTER (entries->len));
      g_ptr_array_add (entries, make_entry (instance, NULL));
    }
  return commit (self, g_steal_pointer (&entries), error);
}

gboolean
gw_file_source_update (GwFileSource  *self,
                       GwInstance    *instance,
                       GError       **error)
{
  g_autoptr (GwInstance) wanted = NULL;
  GPtrArray *entries;
  GwHostEntry *old = NULL;
  guint index;

  g_return_val_if_fail (GW_IS_FILE_SOURCE (self), FALSE);
  g_return_val_if_fail (GW_IS_INSTANCE (instance), FALSE);

  /* @instance may be the list's own object, which the file may be read into. */
  wanted = gw_instance_copy (instance, gw_instance_get_id (instance));
  if (!prepare (self, error))
    return FALSE;

  entries = copy_entries (self);
  if (find_entry (self, gw_instance_get_id (wanted), &index, NULL))
    {
      old = g_ptr_array_index (self->file->entries, index);
      replace_entry (entries, index, make_entry (wanted, old));
    }
  else
    g_ptr_array_add (entries, make_entry (wanted, NULL)); /* another program removed it */

  if (commit (self, entries, error))
    return TRUE;
  if (old != NULL)
    {
      g_autoptr (GwInstance) before = gw_instance_from_json (old->node, NULL);

      gw_instance_assign (old->instance, before);
    }
  return FALSE;
}

GwInstance *
gw_file_source_duplicate (GwFileSource  *self,
                          GwInstance    *instance,
                          GError       **error)
{
  g_autoptr (GwInstance) copy = NULL;
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *name = NULL;
  GPtrArray *entries;
  GwHostEntry *old;
  guint index;

  g_return_val_if_fail (GW_IS_FILE_SOURCE (self), NULL);
  g_return_val_if_fail (GW_IS_INSTANCE (instance), NULL);

  if (!prepare (self, error))
    return NULL;
  if (!find_entry (self, gw_instance_get_id (instance), &index, NULL))
    {
      g_set_error_literal (error, GW_ERROR, GW_ERROR_FAILED,
                           _("This host is no longer in the list"));
      return NULL;
    }

  old = g_ptr_array_index (self->file->entries, index);
  copy = gw_instance_copy (old->instance, id);
  /* Translators: the name of the copy of a host called %s */
  name = g_strdup_printf (_("%s (copy)"), gw_instance_get_title (old->instance));
  gw_instance_set_text (copy, GW_INSTANCE_NAME, name);
  entries = copy_entries (self);
  g_ptr_array_insert (entries, (gint) index + 1, make_entry (copy, old));
  return commit (self, entries, error) ? copy : NULL; /* the list keeps it alive */
}

gboolean
gw_file_source_remove (GwFileSource  *self,
                       GwInstance    *instance,
                       guint         *position,
                       GError       **error)
{
  g_autoptr (GwHostEntry) entry = NULL;
  GPtrArray *entries;
  guint index, shown_at = 0;

  g_return_val_if_fail (GW_IS_FILE_SOURCE (self), FALSE);
  g_return_val_if_fail (GW_IS_INSTANCE (instance), FALSE);

  if (!prepare (self, error))
    return FALSE;
  if (find_entry (self, gw_instance_get_id (instance), &index, &shown_at))
    {
      entry = gw_host_entry_ref (g_ptr_array_index (self->file->entries, index));
      entries = copy_entries (self);
      g_ptr_array_remove_index (entries, index);
      if (!commit (self, entries, error))
        return FALSE;
      /* The JSON only: an entry that held its instance would keep it alive for ever. */
      g_object_set_qdata_full (G_OBJECT (instance), entry_quark (), json_node_ref (entry->node),
                               (GDestroyNotify) json_node_unref);
    }
  if (position != NULL)
    *position = shown_at;
  return TRUE;
}

gboolean
gw_file_source_restore (GwFileSource  *self,
                        GwInstance    *instance,
                        guint          position,
                        GError       **error)
{
  g_autoptr (JsonNode) node = NULL;
  JsonNode *old;
  GPtrArray *entries;
  guint index;

  g_return_val_if_fail (GW_IS_FILE_SOURCE (self), FALSE);
  g_return_val_if_fail (GW_IS_INSTANCE (instance), FALSE);

  if (!prepare (self, error))
    return FALSE;
  if (find_entry (self, gw_instance_get_id (instance), &index, NULL))
    return TRUE;

  old = g_object_get_qdata (G_OBJECT (instance), entry_quark ());
  node = gw_instance_to_json (instance, old);
  entries = copy_entries (self);
  g_ptr_array_insert (entries, (gint) get_index (self, position),
                      gw_host_entry_new (node, instance));
  return commit (self, entries, error);
}
