/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-login-history-private.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>

#include "gw-file.h"
#include "gw-json.h"
#include "gw-text.h"

/* The file of the history, written whole after each change by a worker that has its own copy: the
 * disk may be slow, and the window has a shell to show. */

/* Members that came later are ones that the first programs leave out when they write: logins are
 * then not saved any more, and their secrets are shown as belonging to none. */
#define FORMAT_VERSION 1
#define MAX_FILE (16 * 1024 * 1024)
#define MAX_TEXT 4096
#define MAX_TITLE 255
#define MAX_REMOVALS 5000
#define MAX_TIMEOUT 3600

/* The file, which a worker may still have in hand when the history is gone. */
struct _GwHistoryDisk {
  GMutex mutex;
  char *path;
  guint64 written; /* the number of the data in it */
};

static void
add_member (JsonBuilder *builder,
            const char  *name,
            const char  *value)
{
  if (value == NULL)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
add_number (JsonBuilder *builder,
            const char  *name,
            gint64       value)
{
  if (value == 0)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static void
add_flag (JsonBuilder *builder,
          const char  *name,
          gboolean     value)
{
  if (!value)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, TRUE);
}

static void
add_entry (JsonBuilder        *builder,
           const GwLoginEntry *entry)
{
  gboolean saved = entry->saved && !entry->is_temporary;

  json_builder_begin_object (builder);
  add_member (builder, "for", entry->key);
  add_member (builder, "title", entry->title);
  add_number (builder, "time", entry->time);
  add_member (builder, "connection", entry->kind);
  add_member (builder, "address", entry->address);
  add_number (builder, "port", entry->port);
  add_member (builder, "user", entry->user);
  add_member (builder, "method", entry->method);
  add_member (builder, "key-file", entry->key_path);
  add_member (builder, "agent-key", entry->agent_key);
  add_member (builder, "credential", entry->credential);
  add_number (builder, "connect-timeout", entry->connect_timeout);
  add_flag (builder, "saved", saved);
  add_flag (builder, "secret", saved && entry->has_secret);
  add_flag (builder, "refused", saved && entry->refused);
  add_number (builder, "created", saved ? entry->created : 0);
  json_builder_end_object (builder);
}

static char *
serialize (GwLoginHistory *self,
           gsize          *length)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (GPtrArray) list = gw_login_history_list (self);
  g_auto (GStrv) removals = gw_login_history_dup_removals (self);
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  add_number (builder, "version", FORMAT_VERSION);
  json_builder_set_member_name (builder, "logins");
  json_builder_begin_array (builder);
  for (guint i = 0; i < list->len; i++)
    add_entry (builder, g_ptr_array_index (list, i));
  json_builder_end_array (builder);
  if (removals[0] != NULL)
    {
      json_builder_set_member_name (builder, "remove-secrets");
      json_builder_begin_array (builder);
      for (guint i = 0; removals[i] != NULL; i++)
        json_builder_add_string_value (builder, removals[i]);
      json_builder_end_array (builder);
    }
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  return json_generator_to_data (generator, length);
}

static void
disk_clear (gpointer data)
{
  GwHistoryDisk *disk = data;

  g_mutex_clear (&disk->mutex);
  g_free (disk->path);
}

static void
disk_release (GwHistoryDisk *disk)
{
  g_atomic_rc_box_release_full (disk, disk_clear);
}

typedef struct {
  GwHistoryDisk *disk;
  guint64 number;
  GBytes *data;
} Job;

static void
job_free (Job *job)
{
  disk_release (job->disk);
  g_bytes_unref (job->data);
  g_free (job);
}

/* One at a time, and nothing older over what is newer. */
static gboolean
write_file (GwHistoryDisk  *disk,
            guint64         number,
            GBytes         *data,
            GError        **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&disk->mutex);
  g_autofree char *folder = g_path_get_dirname (disk->path);
  gsize length;
  const char *text = g_bytes_get_data (data, &length);

  if (number <= disk->written)
    return TRUE;
  /* A failure shows when the file is written. */
  (void) g_mkdir_with_parents (folder, 0700);
  if (!g_file_set_contents_full (disk->path, text, (gssize) length,
                                 G_FILE_SET_CONTENTS_CONSISTENT, 0600, error))
    return FALSE;
  disk->written = number;
  return TRUE;
}

static void
work (GTask        *task,
      gpointer      source,
      gpointer      task_data,
      GCancellable *cancellable)
{
  const Job *job = task_data;
  GError *error = NULL;

  if (write_file (job->disk, job->number, job->data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static GBytes *
dump (GwLoginHistory *self)
{
  gsize length = 0;
  char *text = serialize (self, &length);

  return g_bytes_new_take (text, length);
}

static void
on_written (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  GWeakRef *weak = user_data;
  g_autoptr (GwLoginHistory) self = g_weak_ref_get (weak);
  g_autoptr (GError) error = NULL;
  GwHistoryState state;

  g_weak_ref_clear (weak);
  g_free (weak);
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_message ("Cannot remember the login: %s", error->message);
  if (self == NULL)
    return;
  state = self->state;
  self->state = GW_HISTORY_SAVED;
  if (state == GW_HISTORY_STALE)
    gw_login_history_save (self);
}

void
gw_login_history_save (GwLoginHistory *self)
{
  g_autoptr (GTask) task = NULL;
  GWeakRef *weak;
  Job *job;

  if (self->read_only)
    return;
  self->number++;
  if (self->state != GW_HISTORY_SAVED)
    {
      self->state = GW_HISTORY_STALE;
      return;
    }
  self->state = GW_HISTORY_WRITING;
  weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, self);
  job = g_new0 (Job, 1);
  job->disk = g_atomic_rc_box_acquire (self->disk);
  job->number = self->number;
  job->data = dump (self);
  task = g_task_new (NULL, NULL, on_written, weak);
  g_task_set_source_tag (task, gw_login_history_save);
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  g_task_run_in_thread (task, work);
}

static void
load_entry (GwLoginHistory *self,
            JsonObject     *object)
{
  g_autoptr (GwLoginEntry) entry = g_new0 (GwLoginEntry, 1);
  gint64 port = gw_json_get_int (object, "port", 0);
  gint64 timeout = gw_json_get_int (object, "connect-timeout", 0);

  entry->key = g_strdup (gw_json_get_string (object, "for", MAX_TEXT));
  if (entry->key == NULL)
    return;
  entry->title = gw_text_clean_line (gw_json_get_string (object, "title", MAX_TEXT), MAX_TITLE);
  entry->time = gw_json_get_int (object, "time", 0);
  entry->kind = g_strdup (gw_json_get_string (object, "connection", MAX_TEXT));
  entry->address = g_strdup (gw_json_get_string (object, "address", MAX_TEXT));
  entry->port = port >= 1 && port <= G_MAXUINT16 ? (guint) port : 0;
  entry->user = g_strdup (gw_json_get_string (object, "user", MAX_TEXT));
  entry->method = g_strdup (gw_json_get_string (object, "method", MAX_TEXT));
  entry->key_path = g_strdup (gw_json_get_string (object, "key-file", MAX_TEXT));
  entry->agent_key = g_strdup (gw_json_get_string (object, "agent-key", MAX_TEXT));
  entry->credential = g_strdup (gw_json_get_string (object, "credential", MAX_TEXT));
  entry->saved = gw_json_get_boolean (object, "saved", FALSE);
  entry->has_secret = entry->saved && gw_json_get_boolean (object, "secret", FALSE);
  entry->refused = entry->saved && gw_json_get_boolean (object, "refused", FALSE);
  entry->created = entry->saved ? gw_json_get_int (object, "created", 0) : 0;
  entry->connect_timeout = timeout >= 1 && timeout <= MAX_TIMEOUT ? (guint) timeout : 0;
  g_hash_table_replace (self->entries, entry->key, entry);
  g_steal_pointer (&entry);
}

/* Makes sense of the file's text. FALSE with @error: it is broken. */
static gboolean
parse (GwLoginHistory  *self,
       const char      *text,
       gsize            length,
       GError         **error)
{
  g_autoptr (JsonNode) root = gw_json_parse (text, (gssize) length, MAX_FILE, error);
  g_auto (GStrv) removals = NULL;
  JsonObject *object;
  JsonArray *logins;
  gint64 version;

  if (root == NULL)
    return FALSE;
  object = json_node_get_object (root);
  version = gw_json_get_int (object, "version", 0);
  if (version > FORMAT_VERSION)
    {
      g_message ("%s is of a newer version and stays as it is", self->disk->path);
      self->read_only = TRUE;
      return TRUE;
    }
  logins = gw_json_get_array (object, "logins");
  if (logins == NULL || version != FORMAT_VERSION)
    {
      g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "unknown format");
      return FALSE;
    }
  for (guint i = 0; i < json_array_get_length (logins); i++)
    {
      JsonNode *node = json_array_get_element (logins, i);

      if (JSON_NODE_HOLDS_OBJECT (node))
        load_entry (self, json_node_get_object (node));
    }
  removals = gw_json_get_strv (object, "remove-secrets", MAX_REMOVALS, MAX_TEXT);
  for (guint i = 0; removals[i] != NULL; i++)
    g_hash_table_add (self->removals, g_strdup (removals[i]));
  gw_login_history_drop_oldest (self, NULL);
  return TRUE;
}

/* To a name that tells when, so that no earlier one is lost. */
static void
set_aside (GwLoginHistory *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *stamp = g_date_time_format (now, "%Y%m%dT%H%M%S.%fZ");
  g_autofree char *aside = g_strconcat (self->disk->path, ".bad-", stamp, NULL);

  if (g_rename (self->disk->path, aside) == 0)
    return;
  g_message ("%s cannot be renamed and stays as it is", self->disk->path);
  self->read_only = TRUE;
}

void
gw_login_history_load (GwLoginHistory *self,
                       const char     *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize length = 0;

  self->disk = g_atomic_rc_box_new0 (GwHistoryDisk);
  g_mutex_init (&self->disk->mutex);
  self->disk->path = path != NULL
    ? g_strdup (path)
    : g_build_filename (g_get_user_state_dir (), "gangway", "logins.json", NULL);
  path = self->disk->path;
  text = gw_file_read (path, MAX_FILE, &length, &error);
  if (text != NULL && !parse (self, text, length, &error))
    {
      g_message ("%s is set aside: %s", path, error->message);
      set_aside (self);
    }
  else if (text == NULL && !g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT) &&
           !g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOTDIR))
    {
      /* It may be whole, and readable again tomorrow. */
      g_message ("%s stays as it is: %s", path, error->message);
      self->read_only = TRUE;
    }
}

void
gw_login_history_close (GwLoginHistory *self)
{
  if (self->state != GW_HISTORY_SAVED)
    {
      g_autoptr (GBytes) data = dump (self);

      (void) write_file (self->disk, self->number, data, NULL);
    }
  disk_release (self->disk);
}
