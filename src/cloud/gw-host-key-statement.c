/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-host-key-statement.h"

#include <string.h>

/* Two that differ are as good as more: then nobody knows. */
#define MAX_KEYS_OF_TYPE 2
/* Of a text, from its end, and of a line and what stands before its content, in bytes. */
#define MAX_TEXT (64 * 1024)
#define MAX_LINE 1024
#define MAX_PREFIX 80
/* What the kernel, syslog and cloud-init put before a line, from its beginning; no word of others,
 * who could be quoted there: “[   12.3] cloud-init[12]: ”, “<14>Jan  5 06:31:10 web-1 ec2: ”. */
#define TAG "(?:(?:ec2|ci-info|cloud-init|kernel)(?:\\[[0-9]{1,10}\\])?: )?"
#define TIME "(?:[A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.Z+-]{8,24})"
#define PREFIX "^((?:\\[ {0,8}[0-9]{1,8}\\.[0-9]{1,9}\\] )?" TAG "(?:<[0-9]{1,3}>)?" \
               "(?:" TIME " (?:[A-Za-z0-9._-]{1,64} (?=[a-z]))?)?" TAG ")"
#define MARK PREFIX "-----(BEGIN|END) SSH HOST KEY FINGERPRINTS-----[ \\t]*$"
/* The fingerprint is missing from the match where it is one of MD5. */
#define FINGERPRINT PREFIX "([0-9]{3,5}) (?:(SHA256:[A-Za-z0-9+/]{43})" \
                           "|(?:MD5:)?(?:[0-9a-f]{2}:){15}[0-9a-f]{2})" \
                           "(?: [^\\n]*)? \\(([A-Z0-9-]+)\\)[ \\t]*$"

typedef enum
{
  LINE_OTHER,
  LINE_EMPTY,
  LINE_BEGIN,
  LINE_END,
  LINE_FINGERPRINT,
} LineKind;

typedef struct
{
  LineKind kind;
  char *prefix;
  char *type;        /* %NULL where it is no fingerprint that a key can be known by */
  char *fingerprint;
} Line;

static void
stated_key_free (GwStatedKey *key)
{
  g_free (key->type);
  g_free (key->fingerprint);
  g_free (key);
}

GwHostKeyStatement *
gw_host_key_statement_new (gboolean by_assistant,
                           gint64   time)
{
  GwHostKeyStatement *self = g_new0 (GwHostKeyStatement, 1);

  self->keys = g_ptr_array_new_with_free_func ((GDestroyNotify) stated_key_free);
  self->by_assistant = by_assistant;
  self->time = time;
  return self;
}

void
gw_host_key_statement_free (GwHostKeyStatement *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->keys);
  g_free (self);
}

/* The name as SSH has it for what ssh-keygen calls @title; %NULL for those that no server is
 * verified by. */
static char *
make_type (const char *title,
           const char *bits)
{
  static const char *const curves[] = { "256", "384", "521", NULL };

  if (g_str_equal (title, "ED25519"))
    return g_strdup ("ssh-ed25519");
  if (g_str_equal (title, "RSA"))
    return g_strdup ("ssh-rsa");
  if (g_str_equal (title, "ECDSA") && g_strv_contains (curves, bits))
    return g_strconcat ("ecdsa-sha2-nistp", bits, NULL);
  return NULL;
}

static GwStatedKey *
find_key (GPtrArray  *keys,
          const char *type,
          const char *except)
{
  for (guint i = 0; i < keys->len; i++)
    {
      GwStatedKey *key = g_ptr_array_index (keys, i);

      if (g_str_equal (key->type, type) && g_strcmp0 (key->fingerprint, except) != 0)
        return key;
    }
  return NULL;
}

static void
add_key (GPtrArray  *keys,
         const char *type,
         const char *fingerprint)
{
  GwStatedKey *key;
  guint n = 0;

  for (guint i = 0; i < keys->len; i++)
    {
      key = g_ptr_array_index (keys, i);
      if (!g_str_equal (key->type, type))
        continue;
      if (g_str_equal (key->fingerprint, fingerprint) || ++n >= MAX_KEYS_OF_TYPE)
        return;
    }
  key = g_new0 (GwStatedKey, 1);
  key->type = g_strdup (type);
  key->fingerprint = g_strdup (fingerprint);
  g_ptr_array_add (keys, key);
}

static void
line_clear (Line *line)
{
  g_clear_pointer (&line->prefix, g_free);
  g_clear_pointer (&line->type, g_free);
  g_clear_pointer (&line->fingerprint, g_free);
}

/* Two lines of one program differ in times and numbers. */
static char *
make_prefix_kind (const char *prefix)
{
  g_autoptr (GString) kind = g_string_new (NULL);

  for (const char *c = prefix; *c != '\0'; c++)
    if (!g_ascii_isdigit (*c) && *c != ' ')
      g_string_append_c (kind, *c);
  return g_string_free (g_steal_pointer (&kind), FALSE);
}

static gboolean
match_line (GRegex      *regex,
            const char  *text,
            char       **prefix,
            GMatchInfo **match)
{
  g_autofree char *start = NULL;

  if (!g_regex_match (regex, text, 0, match))
    return FALSE;
  start = g_match_info_fetch (*match, 1);
  if (strlen (start) > MAX_PREFIX)
    return FALSE;
  *prefix = make_prefix_kind (start);
  return TRUE;
}

static Line
read_line (const char *text)
{
  static GRegex *mark;
  static GRegex *fingerprint;
  g_autoptr (GMatchInfo) is_mark = NULL;
  g_autoptr (GMatchInfo) is_fingerprint = NULL;
  Line line = { .kind = LINE_OTHER };

  if (mark == NULL)
    mark = g_regex_new (MARK, G_REGEX_RAW | G_REGEX_OPTIMIZE, 0, NULL);
  if (fingerprint == NULL)
    fingerprint = g_regex_new (FINGERPRINT, G_REGEX_RAW | G_REGEX_OPTIMIZE, 0, NULL);
  if (text[strspn (text, " \t")] == '\0')
    {
      line.kind = LINE_EMPTY;
    }
  else if (strlen (text) > MAX_LINE)
    {
      line.kind = LINE_OTHER;
    }
  else if (match_line (mark, text, &line.prefix, &is_mark))
    {
      g_autofree char *which = g_match_info_fetch (is_mark, 2);

      line.kind = g_str_equal (which, "BEGIN") ? LINE_BEGIN : LINE_END;
    }
  else if (match_line (fingerprint, text, &line.prefix, &is_fingerprint))
    {
      g_autofree char *bits = g_match_info_fetch (is_fingerprint, 2);
      g_autofree char *title = g_match_info_fetch (is_fingerprint, 4);

      line.kind = LINE_FINGERPRINT;
      line.fingerprint = g_match_info_fetch (is_fingerprint, 3);
      if (*line.fingerprint != '\0')
        line.type = make_type (title, bits);
    }
  return line;
}

/* The end of @text in lines, without what steers a terminal: colours, carriage returns, bells. */
static GStrv
split_lines (const char *text)
{
  gsize length = strlen (text);
  g_autoptr (GRegex) escapes
    = g_regex_new ("\\x1b(?:\\[[0-?]*[ -/]*[@-~]|[ -/]*[0-Z\\\\^-~])|[\\x00-\\x08\\x0b-\\x1f\\x7f]",
                   G_REGEX_RAW, 0, NULL);
  g_autofree char *plain = NULL;

  /* The line that is cut in two is none. */
  if (length > MAX_TEXT)
    {
      text += length - MAX_TEXT;
      text += strcspn (text, "\n");
    }
  plain = g_regex_replace_literal (escapes, text, -1, 0, "", 0, NULL);
  return g_strsplit (plain != NULL ? plain : "", "\n", 0);
}

typedef struct
{
  GPtrArray *keys;     /* of the block that is open; %NULL: none is */
  char *prefix;        /* of all its lines */
  gboolean is_spoilt;  /* somebody else has written into it */
  GPtrArray *doubtful; /* the keys of spoilt blocks */
} Blocks;

static void
add_keys (GPtrArray       *keys,
          const GPtrArray *more)
{
  for (guint i = 0; i < more->len; i++)
    {
      const GwStatedKey *key = g_ptr_array_index (more, i);

      add_key (keys, key->type, key->fingerprint);
    }
}

static void
end_block (GwHostKeyStatement *self,
           Blocks             *blocks)
{
  add_keys (blocks->is_spoilt ? blocks->doubtful : self->keys, blocks->keys);
  g_clear_pointer (&blocks->keys, g_ptr_array_unref);
  g_clear_pointer (&blocks->prefix, g_free);
}

static void
read_line_of_log (GwHostKeyStatement *self,
                  Blocks             *blocks,
                  Line               *line)
{
  if (line->kind == LINE_BEGIN && blocks->keys == NULL)
    {
      blocks->keys = g_ptr_array_new_with_free_func ((GDestroyNotify) stated_key_free);
      blocks->prefix = g_steal_pointer (&line->prefix);
      blocks->is_spoilt = FALSE;
      return;
    }
  if (blocks->keys == NULL || line->kind == LINE_EMPTY)
    return;
  if (line->kind == LINE_OTHER || line->kind == LINE_BEGIN
      || !g_str_equal (line->prefix, blocks->prefix))
    blocks->is_spoilt = TRUE;
  if (line->type != NULL)
    add_key (blocks->keys, line->type, line->fingerprint);
  if (line->kind == LINE_END)
    end_block (self, blocks);
}

/* All whole blocks count: whoever can add one cannot take the others back. */
static void
read_log (GwHostKeyStatement *self,
          GStrv               lines)
{
  Blocks blocks = { .keys = NULL };

  blocks.doubtful = g_ptr_array_new_with_free_func ((GDestroyNotify) stated_key_free);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      Line line = read_line (lines[i]);

      read_line_of_log (self, &blocks, &line);
      line_clear (&line);
    }
  /* What is said there vouches for nothing, but may speak against what another block says. */
  for (guint i = 0; i < blocks.doubtful->len; i++)
    {
      const GwStatedKey *key = g_ptr_array_index (blocks.doubtful, i);

      if (find_key (self->keys, key->type, NULL) != NULL)
        add_key (self->keys, key->type, key->fingerprint);
    }
  g_ptr_array_unref (blocks.doubtful);
  g_clear_pointer (&blocks.keys, g_ptr_array_unref);
  g_free (blocks.prefix);
}

void
gw_host_key_statement_read (GwHostKeyStatement *self,
                            const char         *text)
{
  g_auto (GStrv) lines = NULL;

  g_return_if_fail (self != NULL && text != NULL);

  lines = split_lines (text);
  if (!self->by_assistant)
    {
      read_log (self, lines);
      return;
    }
  for (guint i = 0; lines[i] != NULL; i++)
    {
      Line line = read_line (lines[i]);

      if (line.type != NULL && *line.prefix == '\0')
        add_key (self->keys, line.type, line.fingerprint);
      line_clear (&line);
    }
}

GwStatementVerdict
gw_host_key_statement_judge (GwHostKeyStatement  *self,
                             const char          *type,
                             const char          *fingerprint,
                             gint64               not_before,
                             const char         **stated)
{
  const GwStatedKey *key;

  g_return_val_if_fail (self != NULL, GW_STATEMENT_NONE);
  g_return_val_if_fail (type != NULL && fingerprint != NULL, GW_STATEMENT_NONE);

  if (stated != NULL)
    *stated = NULL;
  /* A log whose time is not known cannot be shown to be the newer one. */
  if (!self->by_assistant && not_before > 0 && self->time < not_before)
    return GW_STATEMENT_NONE;
  key = find_key (self->keys, type, NULL);
  /* Which of two is right is not for us to choose. */
  if (key == NULL || find_key (self->keys, type, key->fingerprint) != NULL)
    return GW_STATEMENT_NONE;
  if (g_str_equal (key->fingerprint, fingerprint))
    return GW_STATEMENT_MATCH;
  if (stated != NULL)
    *stated = key->fingerprint;
  return GW_STATEMENT_OTHER;
}
