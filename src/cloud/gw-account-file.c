/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-account.h"

#include "gw-error.h"
#include "gw-file.h"
#include "gw-json.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

#define FORMAT 1
#define MAX_BYTES (4 * 1024 * 1024)
#define MAX_TEXT 4096
#define MAX_REGIONS 500
#define MAX_REMOVALS 1000

/* One entry of the file: its account, or %NULL where it is bad. */
typedef struct {
  JsonNode *node;
  GwAccount *account;
} Entry;

struct _GwAccountFile {
  char *path;
  JsonObject *top;    /* for its unknown members; %NULL where there is no file */
  GPtrArray *entries;
  GHashTable *known;  /* a set of ids: those of the first reading and of each save */
  GStrv removals;     /* ids */
  GStrv noted;        /* what @removals was when it was last read or saved */
  gint64 format;
  GError *unreadable; /* what lies there is not ours to write over */
};

/* Words of the file, by GwAccountKind. */
static const char *const kinds[] = { "access-key", "cli-profile", "environment" };

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  json_node_unref (entry->node);
  g_clear_object (&entry->account);
  g_free (entry);
}

static GwAccount *
read_account (JsonNode *node)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *id, *kind;
  GwAccount *account = NULL;
  g_auto (GStrv) regions = NULL;

  if (object == NULL)
    return NULL;
  /* It becomes part of a file's name, and must not be that of another source. */
  id = gw_json_get_string (object, "id", 36);
  kind = gw_json_get_string (object, "kind", 32);
  if (id == NULL || kind == NULL || !g_uuid_string_is_valid (id))
    return NULL;
  for (guint i = 0; account == NULL && i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kind, kinds[i]))
      account = gw_account_new (id, (GwAccountKind) i);
  if (account == NULL)
    return NULL;

  gw_account_set_name (account, gw_json_get_string (object, "name", MAX_TEXT));
  gw_account_set_profile (account, gw_json_get_string (object, "profile", MAX_TEXT));
  gw_account_set_region (account, gw_json_get_string (object, "region", MAX_TEXT));
  gw_account_set_endpoint (account, gw_json_get_string (object, "endpoint", MAX_TEXT));
  regions = gw_json_get_strv (object, "regions", MAX_REGIONS, MAX_TEXT);
  gw_account_set_regions (account, (const char *const *) regions);
  return account;
}

static void
clear_contents (GwAccountFile *self)
{
  g_clear_pointer (&self->top, json_object_unref);
  g_ptr_array_set_size (self->entries, 0);
  self->format = FORMAT;
  g_clear_error (&self->unreadable);
}

/* How many are bad; @first: the place of the first of them, from 1. */
static guint
read_entries (GwAccountFile *self,
              JsonArray     *array,
              guint         *first)
{
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);
  guint length = json_array_get_length (array);
  guint n_bad = 0;

  for (guint i = 0; i < length; i++)
    {
      Entry *entry = g_new0 (Entry, 1);

      entry->node = json_node_ref (json_array_get_element (array, i));
      if (g_hash_table_size (ids) < GW_ACCOUNTS_MAX)
        entry->account = read_account (entry->node);
      if (entry->account != NULL
          && !g_hash_table_add (ids, (gpointer) gw_account_get_id (entry->account)))
        g_clear_object (&entry->account);
      if (entry->account == NULL && n_bad++ == 0)
        *first = i + 1;
      g_ptr_array_add (self->entries, entry);
    }
  return n_bad;
}

/* Takes what gw_json_load() gave. What is wrong with it, or %NULL. */
static char *
take_contents (GwAccountFile *self,
               JsonObject    *top,
               JsonArray     *array)
{
  guint n_bad = 0, first = 0;

  self->top = json_object_ref (top);
  if (array != NULL)
    n_bad = read_entries (self, array, &first);
  if (self->format > FORMAT)
    return g_strdup (_("The list of cloud accounts was written by a newer Gangway: it is shown, "
                       "but cannot be changed"));
  if (n_bad > 0)
    return g_strdup_printf (ngettext ("%u cloud account is not valid, number %u in the file: it "
                                      "is not shown, and stays in the file as it is",
                                      "%u cloud accounts are not valid, the first is number %u in "
                                      "the file: they are not shown, and stay in the file as they "
                                      "are", n_bad),
                            n_bad, first);
  return NULL;
}

static char *
set_unreadable (GwAccountFile *self,
                const char    *reason)
{
  g_clear_error (&self->unreadable);
  /* Translators: %s is the system's reason */
  self->unreadable = g_error_new (GW_ERROR, GW_ERROR_INVALID_FILE,
                                  _("The list of cloud accounts cannot be read or changed: %s"),
                                  reason);
  return g_strdup (self->unreadable->message);
}

static char *
set_aside (GwAccountFile *self,
           const char    *reason)
{
  g_autofree char *name = gw_file_set_aside (self->path);

  if (name == NULL)
    return set_unreadable (self, reason);
  /* Translators: the first %s is what is wrong with the file, the second the file's new name */
  return g_strdup_printf (_("The list of cloud accounts could not be read (%s). It was kept as "
                            "“%s”."), reason, name);
}

/* Reads what is on the disk. What is wrong with it, or %NULL. */
static char *
read_file (GwAccountFile *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = gw_json_load (self->path, MAX_BYTES, &error);
  JsonObject *top;
  JsonArray *array;

  clear_contents (self);
  if (root != NULL)
    {
      top = json_node_get_object (root);
      self->format = gw_json_get_int (top, "format",
                                      json_object_has_member (top, "format") ? 0 : FORMAT);
      array = gw_json_get_array (top, "accounts");
      if (self->format >= 1 && (array != NULL || !json_object_has_member (top, "accounts")))
        return take_contents (self, top, array);
      self->format = FORMAT;
      return set_aside (self, _("Not a list of cloud accounts"));
    }
  if (g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    /* A link to nowhere is somebody's file on a disk that is not there. */
    return g_file_test (self->path, G_FILE_TEST_IS_SYMLINK)
             ? set_unreadable (self, error->message) : NULL;
  /* A folder or fifo in its place is no file of ours that broke. */
  if (error->domain == GW_ERROR && g_file_test (self->path, G_FILE_TEST_IS_REGULAR))
    return set_aside (self, error->message);
  return set_unreadable (self, error->message);
}

static GStrv
read_removals (JsonObject *top)
{
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();
  g_auto (GStrv) words = NULL;

  if (top != NULL)
    words = gw_json_get_strv (top, "removals", MAX_REMOVALS, 36);
  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    if (g_uuid_string_is_valid (words[i]))
      g_strv_builder_add (ids, words[i]);
  return g_strv_builder_end (ids);
}

static void
add_known (GwAccountFile *self,
           GwAccount     *account)
{
  if (account != NULL)
    g_hash_table_add (self->known, g_strdup (gw_account_get_id (account)));
}

GwAccountFile *
gw_account_file_new (const char  *path,
                     char       **notice)
{
  GwAccountFile *self = g_new0 (GwAccountFile, 1);
  g_autofree char *wrong = NULL;

  self->path = path != NULL ? g_strdup (path)
                            : g_build_filename (g_get_user_data_dir (), "gangway",
                                                "accounts.json", NULL);
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  wrong = read_file (self);
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < self->entries->len; i++)
    add_known (self, ((Entry *) g_ptr_array_index (self->entries, i))->account);
  self->removals = read_removals (self->top);
  self->noted = g_strdupv (self->removals);
  if (wrong != NULL)
    g_debug ("%s", wrong);
  if (notice != NULL)
    *notice = g_steal_pointer (&wrong);
  return self;
}

void
gw_account_file_free (GwAccountFile *self)
{
  if (self == NULL)
    return;
  clear_contents (self);
  g_ptr_array_unref (self->entries);
  g_hash_table_unref (self->known);
  g_strfreev (self->removals);
  g_strfreev (self->noted);
  g_free (self->path);
  g_free (self);
}

GPtrArray *
gw_account_file_list (GwAccountFile *self)
{
  GPtrArray *list;

  g_return_val_if_fail (self != NULL, NULL);

  list = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);

      if (entry->account != NULL)
        g_ptr_array_add (list, g_object_ref (entry->account));
    }
  return list;
}

const char *const *
gw_account_file_get_removals (GwAccountFile *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return (const char *const *) self->removals;
}

void
gw_account_file_set_removals (GwAccountFile     *self,
                              const char *const *ids)
{
  GStrv copy;

  g_return_if_fail (self != NULL);
  g_return_if_fail (ids != NULL);

  copy = g_strdupv ((char **) ids);
  g_strfreev (self->removals);
  self->removals = copy;
}

static void
set_member (JsonObject *object,
            const char *member,
            const char *value)
{
  if (value != NULL)
    json_object_set_string_member (object, member, value);
  else if (json_object_has_member (object, member))
    json_object_remove_member (object, member);
}

static JsonObject *
find_object (GwAccountFile *self,
             const char    *id)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);

      if (entry->account != NULL && g_str_equal (gw_account_get_id (entry->account), id))
        return json_node_get_object (entry->node);
    }
  return NULL;
}

static JsonObject *
copy_object (JsonObject *object)
{
  JsonObject *copy = json_object_new ();
  g_autoptr (GList) members = object != NULL ? json_object_get_members (object) : NULL;

  for (GList *l = members; l != NULL; l = l->next)
    json_object_set_member (copy, l->data,
                            json_node_copy (json_object_get_member (object, l->data)));
  return copy;
}

static JsonObject *
make_object (GwAccountFile *self,
             GwAccount     *account)
{
  JsonObject *object = copy_object (find_object (self, gw_account_get_id (account)));
  const char *const *regions = gw_account_get_regions (account);
  JsonArray *array = json_array_new ();

  set_member (object, "id", gw_account_get_id (account));
  set_member (object, "kind", kinds[gw_account_get_kind (account)]);
  set_member (object, "name", gw_account_get_name (account));
  set_member (object, "profile", gw_account_get_profile (account));
  set_member (object, "region", gw_account_get_region (account));
  set_member (object, "endpoint", gw_account_get_endpoint (account));
  for (guint i = 0; regions[i] != NULL; i++)
    json_array_add_string_element (array, regions[i]);
  json_object_set_array_member (object, "regions", array);
  return object;
}

/* Whether the caller cannot mean that @entry has to go: it is bad, or was never read. */
static gboolean
is_kept (GwAccountFile *self,
         const Entry   *entry,
         GPtrArray     *accounts)
{
  if (entry->account == NULL)
    return TRUE;
  if (g_hash_table_contains (self->known, gw_account_get_id (entry->account)))
    return FALSE;
  for (guint i = 0; i < accounts->len; i++)
    if (g_str_equal (gw_account_get_id (g_ptr_array_index (accounts, i)),
                     gw_account_get_id (entry->account)))
      return FALSE;
  return TRUE;
}

/* What the file says now, with what was added here and without what was taken out. */
static GStrv
merge_removals (GwAccountFile *self)
{
  const char *const *ours = gw_account_file_get_removals (self);
  const char *const *noted = (const char *const *) self->noted;
  g_autoptr (GStrvBuilder) ids = NULL;
  g_auto (GStrv) theirs = NULL;

  /* The file is gone or was set aside: the notes of the others with it. */
  if (self->top == NULL)
    return g_strdupv (self->removals);
  theirs = read_removals (self->top);
  ids = g_strv_builder_new ();
  for (guint i = 0; theirs[i] != NULL; i++)
    if (g_strv_contains (ours, theirs[i]) || !g_strv_contains (noted, theirs[i]))
      g_strv_builder_add (ids, theirs[i]);
  for (guint i = 0; ours[i] != NULL; i++)
    if (!g_strv_contains (noted, ours[i]) &&
        !g_strv_contains ((const char *const *) theirs, ours[i]))
      g_strv_builder_add (ids, ours[i]);
  return g_strv_builder_end (ids);
}

/* The member goes with the last of them. */
static void
set_list (JsonObject        *object,
          const char        *member,
          const char *const *values)
{
  JsonArray *array;

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

static char *
make_text (GwAccountFile *self,
           GPtrArray     *accounts,
           gsize         *length)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  JsonObject *top = copy_object (self->top);
  JsonArray *array = json_array_new ();
  g_auto (GStrv) removals = merge_removals (self);

  for (guint i = 0; i < accounts->len; i++)
    json_array_add_object_element (array, make_object (self, g_ptr_array_index (accounts, i)));
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);

      if (is_kept (self, entry, accounts))
        json_array_add_element (array, json_node_copy (entry->node));
    }
  json_object_set_int_member (top, "format", FORMAT);
  json_object_set_array_member (top, "accounts", array);
  set_list (top, "removals", (const char *const *) removals);

  json_node_take_object (root, top);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  return json_generator_to_data (generator, length);
}

gboolean
gw_account_file_save (GwAccountFile  *self,
                      GPtrArray      *accounts,
                      GError        **error)
{
  g_autofree char *wrong = NULL;
  g_autofree char *text = NULL;
  gsize length = 0;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (accounts != NULL, FALSE);

  /* Another program may have written it meanwhile. */
  wrong = read_file (self);
  if (self->unreadable != NULL)
    {
      g_propagate_error (error, g_error_copy (self->unreadable));
      return FALSE;
    }
  if (self->format > FORMAT)
    {
      g_set_error_literal (error, GW_ERROR, GW_ERROR_INVALID_FILE, wrong);
      return FALSE;
    }
  if (accounts->len > GW_ACCOUNTS_MAX)
    {
      g_set_error (error, GW_ERROR, GW_ERROR_TOO_LARGE,
                   _("There can be at most %d cloud accounts"), GW_ACCOUNTS_MAX);
      return FALSE;
    }

  text = make_text (self, accounts, &length);
  if (!gw_file_replace (self->path, text, length, error))
    {
      g_prefix_error (error, "%s: ", _("The list of cloud accounts could not be written"));
      return FALSE;
    }
  for (guint i = 0; i < accounts->len; i++)
    add_known (self, g_ptr_array_index (accounts, i));
  g_strfreev (self->noted);
  self->noted = g_strdupv (self->removals);
  return TRUE;
}
