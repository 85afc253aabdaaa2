/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Inventory"

#include "config.h"

#include "gw-ssh-config-private.h"

#include "gw-file.h"

#include <glib/gi18n.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

/* Patterns with a wildcard are tried for each host: this bounds the time, 10,000 × 1,000 matches
 * take a few tenths of a second. */
#define MAX_PATTERNS 1000
#define MAX_TOTAL_BYTES (8 * GW_SSH_CONFIG_MAX_BYTES)

static const char *const keywords[GW_N_SSH_CONFIG_KEYWORDS] = {
  "hostname", "user", "port", "identityfile", "proxyjump",
};

static void read_file (GwSshConfig *self,
                       const char  *path,
                       guint        parent,
                       guint        depth);

/* The first notice is the one that is kept. Takes @text. */
static void
take_notice (GwSshConfig *self,
             char        *text)
{
  if (self->notice == NULL)
    self->notice = text;
  else
    g_free (text);
}

static gboolean
is_pattern (const char *word)
{
  return *word == '!' || strpbrk (word, "*?") != NULL;
}

static void
add_names (GwSshConfig *self,
           GStrv        words)
{
  for (guint i = 0; words[i] != NULL; i++)
    {
      if (is_pattern (words[i]) || g_hash_table_contains (self->named, words[i]))
        continue;
      if (self->names->len == GW_SSH_CONFIG_MAX_HOSTS)
        {
          take_notice (self, g_strdup_printf (_("The SSH config names more than %d hosts: the "
                                                "others are left out"), GW_SSH_CONFIG_MAX_HOSTS));
          return;
        }
      g_hash_table_add (self->named, g_strdup (words[i]));
      g_ptr_array_add (self->names, g_strdup (words[i]));
    }
}

static void
open_host_block (GwSshConfig *self,
                 guint        parent,
                 GStrv        words)
{
  Block *block = gw_ssh_config_add_block (self, BLOCK_HOST, parent);
  gboolean has_pattern = FALSE;

  for (guint i = 0; words[i] != NULL; i++)
    has_pattern = has_pattern || is_pattern (words[i]);
  if (!has_pattern)
    {
      block->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      for (guint i = 0; words[i] != NULL; i++)
        g_hash_table_add (block->names, g_strdup (words[i]));
    }
  else if ((self->n_patterns += g_strv_length (words)) <= MAX_PATTERNS)
    block->patterns = g_strdupv (words);
  else
    {
      block->kind = BLOCK_NEVER;
      take_notice (self, g_strdup_printf (_("The SSH config has more than %d patterns: the others "
                                            "are left out"), MAX_PATTERNS));
      return;
    }
  add_names (self, words);
}

static char *
expand_home (GwSshConfig *self,
             const char  *path)
{
  if (path[0] == '~' && (path[1] == '\0' || path[1] == '/'))
    return g_strconcat (self->home, path + 1, NULL);
  if (path[0] == '/' || path[0] == '~')
    return g_strdup (path);
  return g_build_filename (self->folder, path, NULL);
}

/* A file that an Include may name tomorrow appears in the folder in front of the first wildcard. */
static void
watch_pattern (GwSshConfig *self,
               const char  *pattern)
{
  g_autofree char *fixed = g_strndup (pattern, strcspn (pattern, "*?["));
  char *slash = strrchr (fixed, '/');

  if (strlen (fixed) == strlen (pattern) || slash == NULL)
    g_hash_table_add (self->watched, g_strdup (pattern));
  else
    {
      slash[slash == fixed ? 1 : 0] = '\0';
      g_hash_table_add (self->watched, g_strdup (fixed));
    }
}

static void
include (GwSshConfig *self,
         const char  *argument,
         guint        block,
         guint        depth)
{
  g_autofree char *pattern = expand_home (self, argument);
  glob_t matches = { 0 };

  /* Each one is a search of the disk. */
  if (++self->n_includes > GW_SSH_CONFIG_MAX_FILES)
    {
      take_notice (self, g_strdup_printf (_("The SSH config has more than %d files: the others are "
                                            "left out"), GW_SSH_CONFIG_MAX_FILES));
      return;
    }
  watch_pattern (self, pattern);
  if (depth >= GW_SSH_CONFIG_MAX_DEPTH)
    {
      take_notice (self, g_strdup_printf (_("The SSH config includes files more than %d levels "
                                            "deep: the others are left out"),
                                          GW_SSH_CONFIG_MAX_DEPTH));
      return;
    }
  if (glob (pattern, 0, NULL, &matches) == 0)
    for (gsize i = 0; i < matches.gl_pathc && self->n_files <= GW_SSH_CONFIG_MAX_FILES; i++)
      read_file (self, matches.gl_pathv[i], block, depth + 1);
  globfree (&matches);
}

/* Cuts the keyword off @line: what is left are the arguments. */
static char *
take_keyword (char **line)
{
  char *start = *line + strspn (*line, " \t\"");
  gsize length = strcspn (start, " \t=\"");
  char *keyword = g_ascii_strdown (start, (gssize) length);
  char *rest = start + length;

  rest += *rest == '"';
  rest += strspn (rest, " \t");
  if (*rest == '=')
    rest += 1 + strspn (rest + 1, " \t");
  *line = rest;
  return keyword;
}

static void
read_setting (GwSshConfig *self,
              const char  *keyword,
              const char  *value,
              guint        block)
{
  for (guint i = 0; i < GW_N_SSH_CONFIG_KEYWORDS; i++)
    if (g_str_equal (keyword, keywords[i]))
      gw_ssh_config_set_value (self, block, i, value);
  /* Of the two, the first one counts, and a command is not a host to show. */
  if (g_str_equal (keyword, "proxycommand"))
    gw_ssh_config_set_value (self, block, GW_SSH_CONFIG_PROXY_JUMP, "none");
}

/* One line; returns the block that the next line belongs to. */
static guint
read_line (GwSshConfig *self,
           char        *line,
           guint        parent,
           guint        block,
           guint        depth)
{
  g_autofree char *keyword = NULL;
  g_auto (GStrv) words = NULL;

  line = g_strstrip (line);
  if (*line == '\0' || *line == '#')
    return block;
  keyword = take_keyword (&line);
  words = gw_ssh_config_split (line);
  if (words == NULL || words[0] == NULL)
    return block; /* OpenSSH refuses the whole file; who has such a line still wants to see hosts */

  if (g_str_equal (keyword, "host"))
    {
      open_host_block (self, parent, words);
      return self->blocks->len - 1;
    }
  if (g_str_equal (keyword, "match"))
    {
      gboolean all = g_ascii_strcasecmp (words[0], "all") == 0 && words[1] == NULL;

      gw_ssh_config_add_block (self, all ? BLOCK_ALL : BLOCK_NEVER, parent);
      return self->blocks->len - 1;
    }
  if (g_str_equal (keyword, "include"))
    for (guint i = 0; words[i] != NULL; i++)
      include (self, words[i], block, depth);
  else if (*words[0] != '\0')
    read_setting (self, keyword, words[0], block);
  return block;
}

static void
read_lines (GwSshConfig *self,
            char        *text,
            guint        parent,
            guint        depth)
{
  guint block = parent;
  char *next;

  for (char *line = text; line != NULL; line = next)
    {
      next = strchr (line, '\n');
      if (next != NULL)
        *next++ = '\0';
      block = read_line (self, line, parent, block, depth);
    }
}

static void
read_file (GwSshConfig *self,
           const char  *path,
           guint        parent,
           guint        depth)
{
  g_autofree char *real_path = realpath (path, NULL);
  g_autofree char *text = NULL;
  g_autofree char *name = g_filename_display_name (path);
  g_autoptr (GError) error = NULL;
  gsize length = 0;

  g_hash_table_add (self->watched, g_strdup (path));
  if (real_path == NULL)
    real_path = g_strdup (path);
  g_hash_table_add (self->watched, g_strdup (real_path)); /* the other end of a link */
  if (g_hash_table_contains (self->open, real_path))
    {
      take_notice (self, g_strdup_printf (_("The SSH config “%s” includes itself"), name));
      return;
    }
  if (++self->n_files > GW_SSH_CONFIG_MAX_FILES || self->n_bytes > MAX_TOTAL_BYTES)
    {
      take_notice (self, g_strdup_printf (_("The SSH config has more than %d files: the others are "
                                            "left out"), GW_SSH_CONFIG_MAX_FILES));
      return;
    }

  text = gw_file_read (path, GW_SSH_CONFIG_MAX_BYTES, &length, &error);
  if (text == NULL)
    {
      if (!g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        take_notice (self, g_strdup_printf (_("The SSH config is not read in full: %s"),
                                            error->message));
      return;
    }
  self->n_bytes += length;
  if (memchr (text, '\0', length) != NULL || !g_utf8_validate (text, (gssize) length, NULL))
    {
      take_notice (self, g_strdup_printf (_("The SSH config “%s” is not a text file"), name));
      return;
    }
  g_hash_table_add (self->open, g_strdup (real_path));
  read_lines (self, text, parent, depth);
  g_hash_table_remove (self->open, real_path);
}

static void
add_reachable (GwSshConfig *self,
               guint        block,
               const char  *name,
               GHashTable  *reachable)
{
  if (!is_pattern (name) && gw_ssh_config_block_matches (self, block, name))
    g_hash_table_add (reachable, (gpointer) name);
}

/* Leaves out the names that a Host line has but that it, or an Include around it, cannot match. */
static void
drop_unreachable (GwSshConfig *self)
{
  g_autoptr (GHashTable) reachable = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) names = g_steal_pointer (&self->names);

  for (guint i = 0; i < self->blocks->len; i++)
    {
      Block *block = g_ptr_array_index (self->blocks, i);
      GHashTableIter iter;
      gpointer name;

      for (guint j = 0; block->patterns != NULL && block->patterns[j] != NULL; j++)
        add_reachable (self, i, block->patterns[j], reachable);
      if (block->names == NULL)
        continue;
      g_hash_table_iter_init (&iter, block->names);
      while (g_hash_table_iter_next (&iter, &name, NULL))
        add_reachable (self, i, name, reachable);
    }
  self->names = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < names->len; i++)
    if (g_hash_table_contains (reachable, g_ptr_array_index (names, i)))
      g_ptr_array_add (self->names, g_strdup (g_ptr_array_index (names, i)));
}

GwSshConfig *
gw_ssh_config_load (const char *path,
                    const char *home)
{
  GwSshConfig *self = gw_ssh_config_new (path, home);
  GHashTableIter iter;
  gpointer key;

  read_file (self, path, 0, 0);
  drop_unreachable (self);

  g_ptr_array_add (self->names, NULL);
  g_hash_table_iter_init (&iter, self->watched);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_ptr_array_add (self->watched_list, key);
  g_ptr_array_add (self->watched_list, NULL);
  return self;
}
