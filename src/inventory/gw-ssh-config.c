/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Inventory"

#include "config.h"

#include "gw-ssh-config.h"

#include "gw-file.h"

#include <glib/gi18n.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

/* Patterns with a wildcard are tried for each host: this bounds the time, 10,000 × 1,000 matches
 * take a few tenths of a second. */
#define MAX_PATTERNS 1000
#define MAX_TOTAL_BYTES (8 * GW_SSH_CONFIG_MAX_BYTES)

typedef enum {
  BLOCK_ALL,
  BLOCK_HOST,
  BLOCK_NEVER,
} BlockKind;

/* A Host or Match line. */
typedef struct {
  BlockKind kind;
  guint parent;      /* the block that the Include of this file stands in */
  GHashTable *names; /* of a Host line that has no pattern, else %NULL */
  GStrv patterns;    /* of any other Host line */
} Block;

/* Lines that hold for the same block without another one between. */
typedef struct {
  guint block;
  char *values[GW_N_SSH_CONFIG_KEYWORDS];
} Section;

struct _GwSshConfig
{
  char *home;
  char *folder;
  char *notice;
  GPtrArray *blocks;   /* of Block; the first one holds for all */
  GPtrArray *sections; /* of Section, in file order */
  GHashTable *literal; /* name → GArray of indices in sections: blocks without a pattern */
  GArray *general;     /* indices of all other sections */
  GHashTable *watched;
  GHashTable *open;    /* the files being read, by real name: against loops */
  GHashTable *named;   /* literal names seen */
  GPtrArray *names;    /* the same in file order, later with %NULL behind */
  GPtrArray *watched_list;
  guint n_files;
  guint n_includes;
  guint n_patterns;
  gsize n_bytes;
};

static const char *const keywords[GW_N_SSH_CONFIG_KEYWORDS] = {
  "hostname", "user", "port", "identityfile", "proxyjump",
};

static void read_file (GwSshConfig *self,
                       const char  *path,
                       guint        parent,
                       guint        depth);

static void
free_block (gpointer data)
{
  Block *block = data;

  g_clear_pointer (&block->names, g_hash_table_unref);
  g_strfreev (block->patterns);
  g_free (block);
}

static void
free_section (gpointer data)
{
  Section *section = data;

  for (guint i = 0; i < GW_N_SSH_CONFIG_KEYWORDS; i++)
    g_free (section->values[i]);
  g_free (section);
}

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

/* match_pattern() of OpenSSH: '*' and '?', with case. Linear but for the last star, which is all
 * that needs to be tried again. */
static gboolean
match_pattern (const char *text,
               const char *pattern)
{
  const char *star = NULL;
  const char *retry = NULL;

  while (*text != '\0')
    {
      if (*pattern == '*')
        {
          star = ++pattern;
          retry = text;
        }
      else if (*pattern == '?' || (*pattern != '\0' && *pattern == *text))
        {
          pattern++;
          text++;
        }
      else if (star != NULL)
        {
          pattern = star;
          text = ++retry;
        }
      else
        return FALSE;
    }
  while (*pattern == '*')
    pattern++;
  return *pattern == '\0';
}

static gboolean
match_block (const Block *block,
             const char  *host)
{
  gboolean found = FALSE;

  if (block->kind != BLOCK_HOST)
    return block->kind == BLOCK_ALL;
  if (block->names != NULL)
    return g_hash_table_contains (block->names, host);
  for (guint i = 0; block->patterns[i] != NULL; i++)
    {
      gboolean negated = *block->patterns[i] == '!';

      if (!match_pattern (host, block->patterns[i] + negated))
        continue;
      if (negated)
        return FALSE;
      found = TRUE;
    }
  return found;
}

static gboolean
block_matches (GwSshConfig *self,
               guint        index,
               const char  *host)
{
  for (;;)
    {
      Block *block = g_ptr_array_index (self->blocks, index);

      if (!match_block (block, host))
        return FALSE;
      if (index == 0)
        return TRUE;
      index = block->parent;
    }
}

static Block *
add_block (GwSshConfig *self,
           BlockKind    kind,
           guint        parent)
{
  Block *block = g_new0 (Block, 1);

  block->kind = kind;
  block->parent = parent;
  g_ptr_array_add (self->blocks, block);
  return block;
}

static void
add_index (GArray *indices,
           guint   index)
{
  if (indices->len == 0 || g_array_index (indices, guint, indices->len - 1) != index)
    g_array_append_val (indices, index);
}

/* A block that only names hosts is found by name: with 10,000 hosts, trying each block for each
 * would take seconds. */
static void
index_section (GwSshConfig *self,
               guint        index,
               const Block *block)
{
  GHashTableIter iter;
  gpointer name;

  if (block->names == NULL)
    {
      add_index (self->general, index);
      return;
    }
  g_hash_table_iter_init (&iter, block->names);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    {
      GArray *indices = g_hash_table_lookup (self->literal, name);

      if (indices == NULL)
        {
          indices = g_array_new (FALSE, FALSE, sizeof (guint));
          g_hash_table_insert (self->literal, g_strdup (name), indices);
        }
      add_index (indices, index);
    }
}

static void
set_value (GwSshConfig        *self,
           guint               block,
           GwSshConfigKeyword  keyword,
           const char         *value)
{
  Section *section = NULL;

  if (((Block *) g_ptr_array_index (self->blocks, block))->kind == BLOCK_NEVER)
    return;
  if (self->sections->len > 0)
    section = g_ptr_array_index (self->sections, self->sections->len - 1);
  if (section == NULL || section->block != block)
    {
      section = g_new0 (Section, 1);
      section->block = block;
      g_ptr_array_add (self->sections, section);
      index_section (self, self->sections->len - 1, g_ptr_array_index (self->blocks, block));
    }
  if (section->values[keyword] == NULL)
    section->values[keyword] = g_strdup (value);
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
  Block *block = add_block (self, BLOCK_HOST, parent);
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
      set_value (self, block, i, value);
  /* Of the two, the first one counts, and a command is not a host to show. */
  if (g_str_equal (keyword, "proxycommand"))
    set_value (self, block, GW_SSH_CONFIG_PROXY_JUMP, "none");
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

      add_block (self, all ? BLOCK_ALL : BLOCK_NEVER, parent);
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
  if (!is_pattern (name) && block_matches (self, block, name))
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
  GwSshConfig *self = g_new0 (GwSshConfig, 1);
  GHashTableIter iter;
  gpointer key;

  self->home = g_strdup (home);
  self->folder = g_path_get_dirname (path);
  self->blocks = g_ptr_array_new_with_free_func (free_block);
  self->sections = g_ptr_array_new_with_free_func (free_section);
  self->literal = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify) g_array_unref);
  self->general = g_array_new (FALSE, FALSE, sizeof (guint));
  self->watched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->named = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->names = g_ptr_array_new_with_free_func (g_free);
  self->watched_list = g_ptr_array_new ();

  add_block (self, BLOCK_ALL, 0);
  read_file (self, path, 0, 0);
  drop_unreachable (self);

  g_ptr_array_add (self->names, NULL);
  g_hash_table_iter_init (&iter, self->watched);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_ptr_array_add (self->watched_list, key);
  g_ptr_array_add (self->watched_list, NULL);
  return self;
}

void
gw_ssh_config_free (GwSshConfig *self)
{
  if (self == NULL)
    return;
  g_free (self->home);
  g_free (self->folder);
  g_free (self->notice);
  g_ptr_array_unref (self->blocks);
  g_ptr_array_unref (self->sections);
  g_hash_table_unref (self->literal);
  g_array_unref (self->general);
  g_hash_table_unref (self->open);
  g_hash_table_unref (self->named);
  g_ptr_array_unref (self->names);
  g_ptr_array_unref (self->watched_list);
  g_hash_table_unref (self->watched);
  g_free (self);
}

const char *
gw_ssh_config_get_notice (GwSshConfig *self)
{
  return self->notice;
}

const char *const *
gw_ssh_config_get_hosts (GwSshConfig *self)
{
  return (const char *const *) self->names->pdata;
}

const char *const *
gw_ssh_config_get_watched (GwSshConfig *self)
{
  return (const char *const *) self->watched_list->pdata;
}

gboolean
gw_ssh_config_lookup (GwSshConfig  *self,
                      const char   *host,
                      const char  **values)
{
  GArray *literal = g_hash_table_lookup (self->literal, host);
  guint n_literal = literal != NULL ? literal->len : 0;
  guint l = 0, g = 0;
  gboolean found = FALSE;

  for (guint i = 0; i < GW_N_SSH_CONFIG_KEYWORDS; i++)
    values[i] = NULL;
  while (l < n_literal || g < self->general->len)
    {
      guint from_literal = l < n_literal ? g_array_index (literal, guint, l) : G_MAXUINT;
      guint from_general = g < self->general->len ? g_array_index (self->general, guint, g)
                                                  : G_MAXUINT;
      Section *section = g_ptr_array_index (self->sections, MIN (from_literal, from_general));

      if (from_literal < from_general)
        l++;
      else
        g++;
      if (!block_matches (self, section->block, host))
        continue;
      for (guint i = 0; i < GW_N_SSH_CONFIG_KEYWORDS; i++)
        if (values[i] == NULL && section->values[i] != NULL)
          {
            values[i] = section->values[i];
            found = TRUE;
          }
    }
  return found;
}
