/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-login-history.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>

#include "gw-endpoint.h"
#include "gw-file.h"
#include "gw-json.h"

/* A small table of what last worked, kept in memory and written whole after each login, by a worker
 * that has its own copy: the disk may be slow, and the window has a shell to show. */

#define FORMAT_VERSION 1
#define MAX_ENTRIES 5000
#define MAX_FILE (16 * 1024 * 1024)
#define MAX_TEXT 4096
#define MAX_TIMEOUT 3600

typedef struct {
  char *key;
  gint64 time;
  char *kind;
  char *address;
  guint port;
  char *user;
  char *method;
  char *key_path;
  char *agent_key;
  guint connect_timeout;
} Entry;

typedef enum {
  STATE_SAVED,
  STATE_WRITING,
  STATE_STALE, /* being written, and already changed again */
} State;

/* The file, which a worker may still have in hand when the history is gone. */
typedef struct {
  GMutex mutex;
  char *path;
  guint64 written; /* the number of the data in it */
} Disk;

struct _GwLoginHistory
{
  GObject parent_instance;

  State state;
  gboolean read_only; /* what is on the disk is not ours to replace */
  Disk *disk;         /* an atomic rc box */
  guint64 number;     /* of the newest data */
  GHashTable *entries; /* Entry.key → Entry */
};

G_DEFINE_FINAL_TYPE (GwLoginHistory, gw_login_history, G_TYPE_OBJECT)

static void
entry_free (Entry *entry)
{
  g_free (entry->key);
  g_free (entry->kind);
  g_free (entry->address);
  g_free (entry->user);
  g_free (entry->method);
  g_free (entry->key_path);
  g_free (entry->agent_key);
  g_free (entry);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Entry, entry_free)

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  const Entry *first = *(const Entry *const *) a;
  const Entry *second = *(const Entry *const *) b;

  if (first->time != second->time)
    return first->time < second->time ? 1 : -1;
  return g_strcmp0 (first->key, second->key);
}

/* Newest first, borrowed. */
static GPtrArray *
list_entries (GwLoginHistory *self)
{
  GPtrArray *list = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer entry;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    g_ptr_array_add (list, entry);
  g_ptr_array_sort (list, compare_times);
  return list;
}

static void
drop_oldest (GwLoginHistory *self)
{
  g_autoptr (GPtrArray) list = NULL;

  if (g_hash_table_size (self->entries) <= MAX_ENTRIES)
    return;
  list = list_entries (self);
  for (guint i = MAX_ENTRIES; i < list->len; i++)
    g_hash_table_remove (self->entries, ((Entry *) g_ptr_array_index (list, i))->key);
}

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

static char *
serialize (GwLoginHistory *self,
           gsize          *length)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (GPtrArray) list = list_entries (self);
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  add_number (builder, "version", FORMAT_VERSION);
  json_builder_set_member_name (builder, "logins");
  json_builder_begin_array (builder);
  for (guint i = 0; i < list->len; i++)
    {
      const Entry *entry = g_ptr_array_index (list, i);

      json_builder_begin_object (builder);
      add_member (builder, "for", entry->key);
      add_number (builder, "time", entry->time);
      add_member (builder, "connection", entry->kind);
      add_member (builder, "address", entry->address);
      add_number (builder, "port", entry->port);
      add_member (builder, "user", entry->user);
      add_member (builder, "method", entry->method);
      add_member (builder, "key-file", entry->key_path);
      add_member (builder, "agent-key", entry->agent_key);
      add_number (builder, "connect-timeout", entry->connect_timeout);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  return json_generator_to_data (generator, length);
}

static void
disk_clear (gpointer data)
{
  Disk *disk = data;

  g_mutex_clear (&disk->mutex);
  g_free (disk->path);
}

static void
disk_release (Disk *disk)
{
  g_atomic_rc_box_release_full (disk, disk_clear);
}

typedef struct {
  Disk *disk;
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
write_file (Disk     *disk,
            guint64   number,
            GBytes   *data,
            GError  **error)
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

static void save (GwLoginHistory *self);

static void
on_written (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  GWeakRef *weak = user_data;
  g_autoptr (GwLoginHistory) self = g_weak_ref_get (weak);
  g_autoptr (GError) error = NULL;
  State state;

  g_weak_ref_clear (weak);
  g_free (weak);
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_message ("Cannot remember the login: %s", error->message);
  if (self == NULL)
    return;
  state = self->state;
  self->state = STATE_SAVED;
  if (state == STATE_STALE)
    save (self);
}

static void
save (GwLoginHistory *self)
{
  g_autoptr (GTask) task = NULL;
  GWeakRef *weak;
  Job *job;

  if (self->read_only)
    return;
  self->number++;
  if (self->state != STATE_SAVED)
    {
      self->state = STATE_STALE;
      return;
    }
  self->state = STATE_WRITING;
  weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, self);
  job = g_new0 (Job, 1);
  job->disk = g_atomic_rc_box_acquire (self->disk);
  job->number = self->number;
  job->data = dump (self);
  task = g_task_new (NULL, NULL, on_written, weak);
  g_task_set_source_tag (task, save);
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  g_task_run_in_thread (task, work);
}

static void
load_entry (GwLoginHistory *self,
            JsonObject     *object)
{
  g_autoptr (Entry) entry = g_new0 (Entry, 1);
  gint64 port = gw_json_get_int (object, "port", 0);
  gint64 timeout = gw_json_get_int (object, "connect-timeout", 0);

  entry->key = g_strdup (gw_json_get_string (object, "for", MAX_TEXT));
  if (entry->key == NULL)
    return;
  entry->time = gw_json_get_int (object, "time", 0);
  entry->kind = g_strdup (gw_json_get_string (object, "connection", MAX_TEXT));
  entry->address = g_strdup (gw_json_get_string (object, "address", MAX_TEXT));
  entry->port = port >= 1 && port <= G_MAXUINT16 ? (guint) port : 0;
  entry->user = g_strdup (gw_json_get_string (object, "user", MAX_TEXT));
  entry->method = g_strdup (gw_json_get_string (object, "method", MAX_TEXT));
  entry->key_path = g_strdup (gw_json_get_string (object, "key-file", MAX_TEXT));
  entry->agent_key = g_strdup (gw_json_get_string (object, "agent-key", MAX_TEXT));
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
  drop_oldest (self);
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

static void
load (GwLoginHistory *self)
{
  const char *path = self->disk->path;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize length = 0;

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

static void
gw_login_history_finalize (GObject *object)
{
  GwLoginHistory *self = GW_LOGIN_HISTORY (object);

  /* The program ends, and its workers with it. */
  if (self->state != STATE_SAVED)
    {
      g_autoptr (GBytes) data = dump (self);

      (void) write_file (self->disk, self->number, data, NULL);
    }
  disk_release (self->disk);
  g_hash_table_unref (self->entries);
  G_OBJECT_CLASS (gw_login_history_parent_class)->finalize (object);
}

static void
gw_login_history_class_init (GwLoginHistoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gw_login_history_finalize;
}

static void
gw_login_history_init (GwLoginHistory *self)
{
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                         (GDestroyNotify) entry_free);
}

GwLoginHistory *
gw_login_history_new (const char *path)
{
  GwLoginHistory *self = g_object_new (GW_TYPE_LOGIN_HISTORY, NULL);

  self->disk = g_atomic_rc_box_new0 (Disk);
  g_mutex_init (&self->disk->mutex);
  self->disk->path = path != NULL
    ? g_strdup (path)
    : g_build_filename (g_get_user_state_dir (), "gangway", "logins.json", NULL);
  load (self);
  return self;
}

void
gw_login_history_remember (GwLoginHistory *self,
                           GwLogin        *login)
{
  GwConnection *connection;
  gboolean by_key;
  Entry *entry;

  g_return_if_fail (GW_IS_LOGIN_HISTORY (self));
  g_return_if_fail (GW_IS_LOGIN (login));

  connection = gw_login_get_connection (login);
  by_key = gw_login_get_method (login) == GW_METHOD_SSH_KEY;
  entry = g_new0 (Entry, 1);
  entry->key = gw_login_dup_key (login);
  entry->time = g_get_real_time ();
  if (connection != NULL)
    {
      entry->kind = g_strdup (gw_connection_kind_to_string (gw_connection_get_kind (connection)));
      entry->address = g_strdup (gw_connection_get_address (connection));
    }
  entry->port = gw_login_get_port (login);
  entry->user = g_strdup (gw_login_get_user (login));
  entry->method = g_strdup (gw_method_to_string (gw_login_get_method (login)));
  entry->key_path = by_key ? g_strdup (gw_login_get_key_path (login)) : NULL;
  entry->agent_key = by_key ? g_strdup (gw_login_get_agent_key (login)) : NULL;
  entry->connect_timeout = gw_login_get_connect_timeout (login);
  g_hash_table_replace (self->entries, entry->key, entry);
  drop_oldest (self);
  save (self);
}

gboolean
gw_login_history_apply (GwLoginHistory *self,
                        GwLogin        *login)
{
  g_autofree char *key = NULL;
  const Entry *entry;
  GwMethod method;

  g_return_val_if_fail (GW_IS_LOGIN_HISTORY (self), FALSE);
  g_return_val_if_fail (GW_IS_LOGIN (login), FALSE);

  key = gw_login_dup_key (login);
  entry = g_hash_table_lookup (self->entries, key);
  if (entry == NULL)
    return FALSE;

  if (gw_login_get_instance (login) != NULL)
    gw_login_choose_connection (login, entry->address, entry->kind);
  if (entry->port != 0)
    gw_login_set_port (login, entry->port);
  if (entry->user != NULL && gw_user_validate (entry->user, NULL))
    gw_login_set_user (login, entry->user);
  if (gw_method_from_string (entry->method, &method))
    gw_login_set_method (login, method);
  if (entry->key_path != NULL || entry->agent_key != NULL)
    {
      gw_login_set_key_path (login, entry->key_path);
      gw_login_set_agent_key (login, entry->agent_key);
    }
  if (entry->connect_timeout != 0)
    gw_login_set_connect_timeout (login, entry->connect_timeout);
  return TRUE;
}

void
gw_login_history_forget (GwLoginHistory *self,
                         const char     *instance_id)
{
  g_autofree char *key = NULL;

  g_return_if_fail (GW_IS_LOGIN_HISTORY (self));
  g_return_if_fail (instance_id != NULL);

  key = g_strconcat ("instance:", instance_id, NULL);
  if (g_hash_table_remove (self->entries, key))
    save (self);
}

gboolean
gw_login_history_is_saved (GwLoginHistory *self)
{
  g_return_val_if_fail (GW_IS_LOGIN_HISTORY (self), FALSE);

  return self->state == STATE_SAVED;
}
