/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Inventory"

#include "gw-search.h"

#include "gw-text.h"

#include <string.h>

#define MAX_CHARS 256

struct _GwSearch
{
  GStrv words; /* folded */
};

/* The accents that a decomposed letter has beside it: Combining Diacritical Marks. Marks of other
 * blocks are letters to those who write them. */
static gboolean
is_accent (gunichar c)
{
  return c >= 0x0300 && c <= 0x036f;
}

/* As gw_text_fold() for one character, but without its five passes and copies: 10,000 instances are
 * folded between the first key press and its answer. */
static void
fold_char (GString  *out,
           gunichar  c)
{
  gunichar parts[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
  gsize n = c < 0x80 ? 1 : g_unichar_fully_decompose (c, TRUE, parts, G_N_ELEMENTS (parts));

  if (c < 0x80)
    parts[0] = c;
  for (gsize i = 0; i < n; i++)
    {
      GUnicodeType type;

      if (parts[i] < 0x80)
        {
          g_string_append_c (out, g_ascii_tolower ((char) parts[i]));
          continue;
        }
      if (is_accent (parts[i]))
        continue;
      type = g_unichar_type (parts[i]);
      if (type == G_UNICODE_UPPERCASE_LETTER || type == G_UNICODE_LOWERCASE_LETTER ||
          type == G_UNICODE_TITLECASE_LETTER)
        {
          char letter[6];
          g_autofree char *folded = g_utf8_casefold (letter, g_unichar_to_utf8 (parts[i], letter));

          g_string_append (out, folded);
        }
      else
        g_string_append_unichar (out, parts[i]);
    }
}

char *
gw_search_fold (const char *text)
{
  g_autofree char *valid = NULL;
  GString *out;

  if (text == NULL || g_str_is_ascii (text))
    return g_ascii_strdown (text != NULL ? text : "", -1);

  valid = g_utf8_make_valid (text, -1);
  out = g_string_sized_new (strlen (valid));
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    fold_char (out, g_utf8_get_char (p));
  return g_string_free (out, FALSE);
}

GwSearch *
gw_search_new (const char *text)
{
  GwSearch *self = g_new0 (GwSearch, 1);
  g_autofree char *line = gw_text_clean_line (text, MAX_CHARS);
  g_autofree char *folded = gw_search_fold (line);
  g_auto (GStrv) words = g_strsplit (folded, " ", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      g_strv_builder_add (builder, words[i]);
  self->words = g_strv_builder_end (builder);
  return self;
}

void
gw_search_free (GwSearch *self)
{
  if (self == NULL)
    return;
  g_strfreev (self->words);
  g_free (self);
}

gboolean
gw_search_is_empty (GwSearch *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return self->words[0] == NULL;
}

gboolean
gw_search_matches (GwSearch   *self,
                   GwInstance *instance)
{
  const char *text;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (GW_IS_INSTANCE (instance), FALSE);

  text = gw_instance_get_search_text (instance);
  for (guint i = 0; self->words[i] != NULL; i++)
    if (strstr (text, self->words[i]) == NULL)
      return FALSE;
  return TRUE;
}

/* Folds @text; each byte of the result knows the byte of @text that its character begins at. */
static char *
fold_with_map (const char *text,
               GArray     *map)
{
  GString *folded = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      guint start = (guint) (p - text);

      fold_char (folded, g_utf8_get_char (p));
      while (map->len < folded->len)
        g_array_append_val (map, start);
    }
  return g_string_free (folded, FALSE);
}

static void
append_escaped (GString    *out,
                const char *text,
                gsize       length)
{
  g_autofree char *escaped = g_markup_escape_text (text, (gssize) length);

  g_string_append (out, escaped);
}

/* Sets hits[i] for the first byte of each character of the text that @word is found in. */
static void
mark_hits (const char *folded,
           GArray     *map,
           const char *word,
           char       *hits)
{
  gsize length = strlen (word);

  for (const char *p = strstr (folded, word); p != NULL; p = strstr (p + length, word))
    for (gsize i = 0; i < length; i++)
      hits[g_array_index (map, guint, (gsize) (p - folded) + i)] = TRUE;
}

char *
gw_search_markup (GwSearch   *self,
                  const char *text)
{
  g_autofree char *valid = NULL;
  g_autofree char *folded = NULL;
  g_autofree char *hits = NULL;
  g_autoptr (GArray) map = g_array_new (FALSE, FALSE, sizeof (guint));
  GString *out = g_string_new (NULL);
  gboolean bold = FALSE;

  g_return_val_if_fail (self != NULL, NULL);

  valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  folded = fold_with_map (valid, map);
  hits = g_malloc0 (strlen (valid) + 1);
  for (guint i = 0; self->words[i] != NULL; i++)
    mark_hits (folded, map, self->words[i], hits);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gboolean hit = hits[p - valid];

      /* An accent written as a character of its own folds to nothing: it goes with its letter. */
      if (is_accent (g_utf8_get_char (p)))
        hit = bold;
      if (hit != bold)
        g_string_append (out, hit ? "<b>" : "</b>");
      bold = hit;
      append_escaped (out, p, (gsize) (g_utf8_next_char (p) - p));
    }
  if (bold)
    g_string_append (out, "</b>");
  return g_string_free (out, FALSE);
}

static char *
find_in (const char *const *values,
         const char        *word)
{
  for (guint i = 0; values[i] != NULL; i++)
    {
      g_autofree char *folded = gw_search_fold (values[i]);

      if (strstr (folded, word) != NULL)
        return g_strdup (values[i]);
    }
  return NULL;
}

/* The value of @instance, other than what its row shows anyway, that holds @word. */
static char *
find_value (GwInstance *instance,
            const char *word)
{
  const char *const own[] = { gw_instance_is_cloud (instance) ? gw_instance_get_id (instance) : "",
                              NULL };
  const char *const host[] = { gw_instance_get_text (instance, GW_INSTANCE_HOST_NAME), NULL };
  char *value = find_in (own, word);

  if (value == NULL)
    value = find_in (host, word);
  for (guint kind = 0; value == NULL && kind < GW_N_ADDRESS_KINDS; kind++)
    value = find_in (gw_instance_get_addresses (instance, kind), word);
  if (value == NULL)
    value = find_in (gw_instance_get_tags (instance), word);
  return value;
}

char *
gw_search_get_hit (GwSearch   *self,
                   GwInstance *instance)
{
  g_autofree char *title = NULL;
  g_autofree char *address = NULL;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (GW_IS_INSTANCE (instance), NULL);

  title = gw_search_fold (gw_instance_get_title (instance));
  address = gw_search_fold (gw_instance_get_main_address (instance));
  for (guint i = 0; self->words[i] != NULL; i++)
    if (strstr (title, self->words[i]) == NULL && strstr (address, self->words[i]) == NULL)
      return find_value (instance, self->words[i]);
  return NULL;
}
