/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-host-key-statement.h"

#include <string.h>

#define MAX_KEYS 16
/* Of a text, from its end, in bytes. */
#define MAX_TEXT (64 * 1024)
#define BEGIN_MARK "-----BEGIN SSH HOST KEY FINGERPRINTS-----"
#define END_MARK "-----END SSH HOST KEY FINGERPRINTS-----"

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

static void
add_key (GwHostKeyStatement *self,
         const char         *type,
         const char         *fingerprint)
{
  GwStatedKey *key;

  for (guint i = 0; i < self->keys->len; i++)
    {
      key = g_ptr_array_index (self->keys, i);
      if (g_str_equal (key->type, type) && g_str_equal (key->fingerprint, fingerprint))
        return;
    }
  if (self->keys->len >= MAX_KEYS)
    return;
  key = g_new0 (GwStatedKey, 1);
  key->type = g_strdup (type);
  key->fingerprint = g_strdup (fingerprint);
  g_ptr_array_add (self->keys, key);
}

static void
read_line (GwHostKeyStatement *self,
           const char         *line)
{
  static GRegex *regex;
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *bits = NULL;
  g_autofree char *fingerprint = NULL;
  g_autofree char *title = NULL;
  g_autofree char *type = NULL;

  if (regex == NULL)
    regex = g_regex_new ("(?<![0-9A-Za-z.:])([0-9]{3,5}) (SHA256:[A-Za-z0-9+/]{43})"
                         "(?: [^\\n]*)? \\(([A-Z0-9-]+)\\)[ \\t|]*$",
                         G_REGEX_RAW | G_REGEX_OPTIMIZE, 0, NULL);
  if (!g_regex_match (regex, line, 0, &match))
    return;
  bits = g_match_info_fetch (match, 1);
  fingerprint = g_match_info_fetch (match, 2);
  title = g_match_info_fetch (match, 3);
  type = make_type (title, bits);
  if (type != NULL)
    add_key (self, type, fingerprint);
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

  if (length > MAX_TEXT)
    text += length - MAX_TEXT;
  plain = g_regex_replace_literal (escapes, text, -1, 0, "", 0, NULL);
  return g_strsplit (plain != NULL ? plain : "", "\n", 0);
}

/* Finds the last block that has both of its marks. */
static gboolean
find_block (GStrv  lines,
            guint *first,
            guint *end)
{
  gboolean found = FALSE;
  gboolean is_open = FALSE;
  guint start = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    if (strstr (lines[i], BEGIN_MARK) != NULL)
      {
        is_open = TRUE;
        start = i + 1;
      }
    else if (is_open && strstr (lines[i], END_MARK) != NULL)
      {
        is_open = FALSE;
        found = TRUE;
        *first = start;
        *end = i;
      }
  return found;
}

void
gw_host_key_statement_read (GwHostKeyStatement *self,
                            const char         *text)
{
  g_auto (GStrv) lines = NULL;
  guint first = 0;
  guint end;

  g_return_if_fail (self != NULL && text != NULL);

  lines = split_lines (text);
  end = g_strv_length (lines);
  if (!self->by_assistant && !find_block (lines, &first, &end))
    return;
  for (guint i = first; i < end; i++)
    read_line (self, lines[i]);
}

GwStatementVerdict
gw_host_key_statement_judge (GwHostKeyStatement  *self,
                             const char          *type,
                             const char          *fingerprint,
                             gint64               not_before,
                             const char         **stated)
{
  const char *other = NULL;

  g_return_val_if_fail (self != NULL, GW_STATEMENT_NONE);
  g_return_val_if_fail (type != NULL && fingerprint != NULL, GW_STATEMENT_NONE);

  if (stated != NULL)
    *stated = NULL;
  /* A log whose time is not known cannot be shown to be the newer one. */
  if (!self->by_assistant && not_before > 0 && self->time < not_before)
    return GW_STATEMENT_NONE;
  for (guint i = 0; i < self->keys->len; i++)
    {
      GwStatedKey *key = g_ptr_array_index (self->keys, i);

      if (!g_str_equal (key->type, type))
        continue;
      if (g_str_equal (key->fingerprint, fingerprint))
        return GW_STATEMENT_MATCH;
      if (other == NULL)
        other = key->fingerprint;
    }
  if (other == NULL)
    return GW_STATEMENT_NONE;
  if (stated != NULL)
    *stated = other;
  return GW_STATEMENT_OTHER;
}
