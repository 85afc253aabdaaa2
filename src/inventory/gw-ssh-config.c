/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Inventory"

#include "gw-ssh-config-private.h"

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

gboolean
gw_ssh_config_block_matches (GwSshConfig *self,
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

Block *
gw_ssh_config_add_block (GwSshConfig *self,
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

void
gw_ssh_config_set_value (GwSshConfig        *self,
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

GwSshConfig *
gw_ssh_config_new (const char *path,
                   const char *home)
{
  GwSshConfig *self = g_new0 (GwSshConfig, 1);

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

  gw_ssh_config_add_block (self, BLOCK_ALL, 0);
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
      if (!gw_ssh_config_block_matches (self, section->block, host))
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
