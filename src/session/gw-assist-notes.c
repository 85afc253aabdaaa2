/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-assist-notes.h"

#include <json-glib/json-glib.h>

#include "gw-file.h"
#include "gw-json.h"

/* What is lost of this is found out again: errors of the disk are logged, not returned. */

#define FORMAT_VERSION 1
#define MAX_FILE (4 * 1024 * 1024)
#define MAX_ID 128
#define MAX_NOTES 5000

typedef struct {
  char *instance;
  gint64 time; /* of the last change, microseconds since 1970 */
  gboolean enabled;
  gboolean rsa;
} Note;

typedef enum {
  STATE_SAVED,
  STATE_WRITING,
  STATE_STALE, /* being written, and changed since */
} State;

struct _GwAssistNotes
{
  GObject parent_instance;

  char *path;
  GHashTable *notes; /* Note, by its instance */
  State state;
  gboolean read_only;
};

G_DEFINE_FINAL_TYPE (GwAssistNotes, gw_assist_notes, G_TYPE_OBJECT)

static void
note_free (Note *note)
{
  g_free (note->instance);
  g_free (note);
}

/* Writing */

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  const Note *first = *(const Note *const *) a;
  const Note *second = *(const Note *const *) b;

  return (first->time > second->time) - (first->time < second->time);
}

/* Oldest first. (transfer container) */
static GPtrArray *
list_notes (GwAssistNotes *self)
{
  GPtrArray *list = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer note;

  g_hash_table_iter_init (&iter, self->notes);
  while (g_hash_table_iter_next (&iter, NULL, &note))
    g_ptr_array_add (list, note);
  g_ptr_array_sort (list, compare_times);
  return list;
}

static GBytes *
dump (GwAssistNotes *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GPtrArray) list = list_notes (self);
  g_autoptr (JsonNode) root = NULL;
  char *text;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "version");
  json_builder_add_int_value (builder, FORMAT_VERSION);
  json_builder_set_member_name (builder, "instances");
  json_builder_begin_array (builder);
  for (guint i = 0; i < list->len; i++)
    {
      const Note *note = g_ptr_array_index (list, i);

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "id");
      json_builder_add_string_value (builder, note->instance);
      json_builder_set_member_name (builder, "time");
      json_builder_add_int_value (builder, note->time);
      json_builder_set_member_name (builder, "enabled");
      json_builder_add_boolean_value (builder, note->enabled);
      json_builder_set_member_name (builder, "rsa");
      json_builder_add_boolean_value (builder, note->rsa);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, TRUE);
  return g_bytes_new_take (text, strlen (text));
}

typedef struct {
  char *path;
  GBytes *data;
} Job;

static void
job_free (Job *job)
{
  g_free (job->path);
  g_bytes_unref (job->data);
  g_free (job);
}

static void
write_file (const char *path,
            GBytes     *data)
{
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *text = g_bytes_get_data (data, &length);

  if (!gw_file_replace (path, text, length, &error))
    g_message ("%s cannot be written: %s", path, error->message);
}

static void
work (GTask        *task,
      gpointer      source,
      gpointer      task_data,
      GCancellable *cancellable)
{
  const Job *job = task_data;

  write_file (job->path, job->data);
  g_task_return_boolean (task, TRUE);
}

static void save (GwAssistNotes *self);

static void
on_written (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  GwAssistNotes *self = GW_ASSIST_NOTES (source);
  State state = self->state;

  self->state = STATE_SAVED;
  if (state == STATE_STALE)
    save (self);
}

static void
save (GwAssistNotes *self)
{
  g_autoptr (GTask) task = NULL;
  Job *job;

  if (self->read_only)
    return;
  if (self->state != STATE_SAVED)
    {
      self->state = STATE_STALE;
      return;
    }
  self->state = STATE_WRITING;
  job = g_new0 (Job, 1);
  job->path = g_strdup (self->path);
  job->data = dump (self);
  /* The task keeps the notes until all is written. */
  task = g_task_new (self, NULL, on_written, NULL);
  g_task_set_source_tag (task, save);
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  g_task_run_in_thread (task, work);
}

/* Reading */

static void
drop_oldest (GwAssistNotes *self)
{
  g_autoptr (GPtrArray) list = NULL;

  if (g_hash_table_size (self->notes) <= MAX_NOTES)
    return;
  list = list_notes (self);
  for (guint i = 0; i < list->len - MAX_NOTES; i++)
    g_hash_table_remove (self->notes, ((Note *) g_ptr_array_index (list, i))->instance);
}

static void
load_note (GwAssistNotes *self,
           JsonObject    *object)
{
  const char *instance = gw_json_get_string (object, "id", MAX_ID);
  Note *note;

  if (instance == NULL)
    return;
  note = g_new0 (Note, 1);
  note->instance = g_strdup (instance);
  note->time = gw_json_get_int (object, "time", 0);
  note->enabled = gw_json_get_boolean (object, "enabled", FALSE);
  note->rsa = gw_json_get_boolean (object, "rsa", FALSE);
  g_hash_table_replace (self->notes, note->instance, note);
}

/* FALSE: it is broken. */
static gboolean
parse (GwAssistNotes *self,
       JsonObject    *object)
{
  gint64 version = gw_json_get_int (object, "version", 0);
  JsonArray *list = gw_json_get_array (object, "instances");

  if (version > FORMAT_VERSION)
    {
      g_message ("%s is of a newer version and stays as it is", self->path);
      self->read_only = TRUE;
      return TRUE;
    }
  if (version != FORMAT_VERSION || list == NULL)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);

      if (JSON_NODE_HOLDS_OBJECT (node))
        load_note (self, json_node_get_object (node));
    }
  drop_oldest (self);
  return TRUE;
}

static void
load (GwAssistNotes *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = gw_json_load (self->path, MAX_FILE, &error);
  g_autofree char *aside = NULL;

  if (root == NULL && (g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT) ||
                       g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOTDIR)))
    return;
  if (root != NULL && parse (self, json_node_get_object (root)))
    return;
  if (error != NULL && error->domain == G_FILE_ERROR)
    {
      /* It may be whole, and readable again tomorrow. */
      g_message ("%s stays as it is: %s", self->path, error->message);
      self->read_only = TRUE;
      return;
    }
  aside = gw_file_set_aside (self->path);
  g_message ("%s is set aside: %s", self->path, error != NULL ? error->message : "unknown format");
  self->read_only = aside == NULL;
}

static void
gw_assist_notes_finalize (GObject *object)
{
  GwAssistNotes *self = GW_ASSIST_NOTES (object);

  g_hash_table_unref (self->notes);
  g_free (self->path);
  G_OBJECT_CLASS (gw_assist_notes_parent_class)->finalize (object);
}

static void
gw_assist_notes_class_init (GwAssistNotesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gw_assist_notes_finalize;
}

static void
gw_assist_notes_init (GwAssistNotes *self)
{
  self->notes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) note_free);
}

GwAssistNotes *
gw_assist_notes_new (const char *path)
{
  GwAssistNotes *self = g_object_new (GW_TYPE_ASSIST_NOTES, NULL);

  self->path = path != NULL ? g_strdup (path)
                            : g_build_filename (g_get_user_state_dir (), "gangway",
                                                "temporary-keys.json", NULL);
  load (self);
  return self;
}

static const Note *
find (GwAssistNotes *self,
      const char    *instance)
{
  return g_hash_table_lookup (self->notes, instance);
}

static void
change (GwAssistNotes *self,
        const char    *instance,
        gboolean       enabled,
        gboolean       rsa)
{
  Note *note = g_hash_table_lookup (self->notes, instance);

  if (note != NULL ? note->enabled == enabled && note->rsa == rsa : !enabled && !rsa)
    return;
  if (!enabled && !rsa)
    {
      g_hash_table_remove (self->notes, instance);
      save (self);
      return;
    }
  if (note == NULL)
    {
      note = g_new0 (Note, 1);
      note->instance = g_strdup (instance);
      g_hash_table_replace (self->notes, note->instance, note);
    }
  note->time = g_get_real_time ();
  note->enabled = enabled;
  note->rsa = rsa;
  drop_oldest (self);
  save (self);
}

gboolean
gw_assist_notes_is_enabled (GwAssistNotes *self,
                            const char    *instance)
{
  const Note *note;

  g_return_val_if_fail (GW_IS_ASSIST_NOTES (self), FALSE);
  g_return_val_if_fail (instance != NULL, FALSE);

  note = find (self, instance);
  return note != NULL && note->enabled;
}

void
gw_assist_notes_set_enabled (GwAssistNotes *self,
                             const char    *instance,
                             gboolean       enabled)
{
  g_return_if_fail (GW_IS_ASSIST_NOTES (self));
  g_return_if_fail (instance != NULL);

  change (self, instance, enabled, gw_assist_notes_wants_rsa (self, instance));
}

gboolean
gw_assist_notes_wants_rsa (GwAssistNotes *self,
                           const char    *instance)
{
  const Note *note;

  g_return_val_if_fail (GW_IS_ASSIST_NOTES (self), FALSE);
  g_return_val_if_fail (instance != NULL, FALSE);

  note = find (self, instance);
  return note != NULL && note->rsa;
}

void
gw_assist_notes_set_rsa (GwAssistNotes *self,
                         const char    *instance,
                         gboolean       rsa)
{
  g_return_if_fail (GW_IS_ASSIST_NOTES (self));
  g_return_if_fail (instance != NULL);

  change (self, instance, gw_assist_notes_is_enabled (self, instance), rsa);
}

gboolean
gw_assist_notes_is_saved (GwAssistNotes *self)
{
  g_return_val_if_fail (GW_IS_ASSIST_NOTES (self), TRUE);

  return self->state == STATE_SAVED;
}
