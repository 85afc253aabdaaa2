/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Base"

#include "gw-known-hosts.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gw-error.h"
#include "gw-file.h"
#include "gw-key-text.h"
#include "gw-known-hosts-line.h"

typedef struct {
  char  *path;
  char  *data;
  gsize  length;
} File;

/* A line that covers the host asked for. */
typedef struct {
  const File          *file;
  guint                line;
  GwKnownHostsMarker   marker;
  char                *type;
  guint8              *blob;
  gsize                blob_length;
} Match;

struct _GwKnownHosts {
  GPtrArray *files;
  /* The answer to the last question: hashed names cost, and one login asks three times. */
  char      *name;
  GPtrArray *matches;
};

static void
file_free (gpointer data)
{
  File *file = data;

  g_free (file->path);
  g_free (file->data);
  g_free (file);
}

static void
match_free (gpointer data)
{
  Match *match = data;

  g_free (match->type);
  g_free (match->blob);
  g_free (match);
}

void
gw_known_hosts_entry_free (GwKnownHostsEntry *entry)
{
  if (entry == NULL)
    return;
  g_free (entry->type);
  g_free (entry->fingerprint);
  g_free (entry->file);
  g_free (entry);
}

GwKnownHosts *
gw_known_hosts_load (const char *const  *paths,
                     GError            **error)
{
  g_autoptr (GwKnownHosts) self = g_new0 (GwKnownHosts, 1);

  g_return_val_if_fail (paths != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self->files = g_ptr_array_new_with_free_func (file_free);
  self->matches = g_ptr_array_new_with_free_func (match_free);
  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autoptr (GError) local_error = NULL;
      gsize length = 0;
      char *data = gw_file_read (paths[i], GW_KNOWN_HOSTS_MAX_BYTES, &length, &local_error);

      if (data != NULL)
        {
          File *file = g_new0 (File, 1);

          file->path = g_strdup (paths[i]);
          file->data = data;
          file->length = length;
          g_ptr_array_add (self->files, file);
        }
      else if (!g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT) &&
               !g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOTDIR))
        {
          g_set_error (error, GW_ERROR, GW_ERROR_INVALID_FILE,
                       _("The known hosts cannot be read: %s"), local_error->message);
          return NULL;
        }
    }
  return g_steal_pointer (&self);
}

void
gw_known_hosts_free (GwKnownHosts *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->files, g_ptr_array_unref);
  g_clear_pointer (&self->matches, g_ptr_array_unref);
  g_free (self->name);
  g_free (self);
}

static void
search_file (GwKnownHosts *self,
             const File   *file,
             const char   *name)
{
  const char *end = file->data + file->length;
  GwKnownHostsLine line;
  guint number = 0;

  for (const char *p = file->data; p < end; p += line.length)
    {
      g_autofree guint8 *blob = NULL;
      gsize length;
      Match *match;

      number++;
      if (!gw_known_hosts_line_read (&line, p, end) || !gw_known_hosts_line_matches (&line, name))
        continue;
      blob = gw_known_hosts_line_decode (&line, &length);
      if (blob == NULL)
        {
          g_debug ("%s:%u makes no sense", file->path, number);
          continue;
        }
      match = g_new0 (Match, 1);
      match->file = file;
      match->line = number;
      match->marker = line.marker;
      match->type = g_strndup (line.type, line.type_length);
      match->blob = g_steal_pointer (&blob);
      match->blob_length = length;
      g_ptr_array_add (self->matches, match);
    }
}

static GPtrArray *
search (GwKnownHosts *self,
        const char   *host,
        guint         port)
{
  g_autofree char *name = gw_known_hosts_name (host, port);

  if (g_strcmp0 (name, self->name) == 0)
    return self->matches;

  g_ptr_array_set_size (self->matches, 0);
  for (guint i = 0; i < self->files->len; i++)
    search_file (self, g_ptr_array_index (self->files, i), name);
  g_free (self->name);
  self->name = g_steal_pointer (&name);
  return self->matches;
}

static GwKnownHostsEntry *
entry_new (const Match *match)
{
  GwKnownHostsEntry *entry = g_new0 (GwKnownHostsEntry, 1);

  entry->type = g_strdup (match->type);
  entry->fingerprint = gw_key_fingerprint (match->blob, match->blob_length);
  entry->file = g_strdup (match->file->path);
  entry->line = match->line;
  return entry;
}

GwHostKeyVerdict
gw_known_hosts_check (GwKnownHosts  *self,
                      const char    *host,
                      guint          port,
                      const guint8  *blob,
                      gsize          length,
                      GPtrArray    **stored)
{
  g_autoptr (GPtrArray) entries = NULL;
  GwHostKeyVerdict verdict = GW_HOST_KEY_UNKNOWN;
  GPtrArray *matches;

  g_return_val_if_fail (self != NULL, GW_HOST_KEY_REVOKED);
  g_return_val_if_fail (host != NULL && blob != NULL, GW_HOST_KEY_REVOKED);

  entries = g_ptr_array_new_with_free_func ((GDestroyNotify) gw_known_hosts_entry_free);
  matches = search (self, host, port);
  for (guint i = 0; i < matches->len && verdict != GW_HOST_KEY_REVOKED; i++)
    {
      const Match *match = g_ptr_array_index (matches, i);
      gboolean same = match->blob_length == length && memcmp (match->blob, blob, length) == 0;

      if (match->marker == GW_KNOWN_HOSTS_REVOKED && same)
        verdict = GW_HOST_KEY_REVOKED;
      if (match->marker != GW_KNOWN_HOSTS_KEY)
        continue;
      g_ptr_array_add (entries, entry_new (match));
      if (same)
        verdict = GW_HOST_KEY_KNOWN;
      else if (verdict == GW_HOST_KEY_UNKNOWN)
        verdict = GW_HOST_KEY_CHANGED;
    }
  if (stored != NULL)
    *stored = g_steal_pointer (&entries);
  return verdict;
}

GStrv
gw_known_hosts_get_types (GwKnownHosts *self,
                          const char   *host,
                          guint         port)
{
  g_autoptr (GPtrArray) types = NULL;
  GPtrArray *matches;

  g_return_val_if_fail (self != NULL && host != NULL, NULL);

  types = g_ptr_array_new_with_free_func (g_free);
  matches = search (self, host, port);
  for (guint i = 0; i < matches->len; i++)
    {
      const Match *match = g_ptr_array_index (matches, i);

      if (match->marker == GW_KNOWN_HOSTS_KEY &&
          !g_ptr_array_find_with_equal_func (types, match->type, g_str_equal, NULL))
        g_ptr_array_add (types, g_strdup (match->type));
    }
  g_ptr_array_add (types, NULL);
  return (GStrv) g_ptr_array_steal (types, NULL);
}

gboolean
gw_known_hosts_has_authority (GwKnownHosts *self,
                              const char   *host,
                              guint         port)
{
  GPtrArray *matches;

  g_return_val_if_fail (self != NULL && host != NULL, FALSE);

  matches = search (self, host, port);
  for (guint i = 0; i < matches->len; i++)
    {
      const Match *match = g_ptr_array_index (matches, i);

      if (match->marker == GW_KNOWN_HOSTS_AUTHORITY)
        return TRUE;
    }
  return FALSE;
}

GStrv
gw_known_hosts_default_paths (void)
{
  const char *global = g_getenv ("GANGWAY_GLOBAL_KNOWN_HOSTS");
  GStrv paths = g_new0 (char *, 3);

  paths[0] = g_build_filename (g_get_home_dir (), ".ssh", "known_hosts", NULL);
  paths[1] = g_strdup (global != NULL ? global : "/etc/ssh/ssh_known_hosts");
  return paths;
}
