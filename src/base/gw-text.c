/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Base"

#include "gw-text.h"

#define ELLIPSIS 0x2026
#define TAB_WIDTH 8

/* Whether a character would not be seen, or would change how its neighbours are seen. */
static gboolean
is_hidden (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  /* Cf holds the bidirectional controls, the joiners, the soft hyphen and the tags. */
  if (type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT || type == G_UNICODE_SURROGATE)
    return TRUE;
  /* The rest of Unicode's Default_Ignorable_Code_Point that has no use in a label (the emoji's
   * variation selectors U+FE00..U+FE0F have), and two blanks that are letters by their class. */
  return c == 0x034f || c == 0x115f || c == 0x1160 || c == 0x17b4 || c == 0x17b5 ||
         (c >= 0x180b && c <= 0x180f) || c == 0x2065 || c == 0x2800 || c == 0x3164 ||
         c == 0xffa0 || (c >= 0xfff0 && c <= 0xfff8) || (c >= 0xe0000 && c <= 0xe0fff);
}

static gboolean
is_line_end (gunichar c)
{
  return c == '\n' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

/* Appends @c unless @max_chars are there already; then the last becomes an ellipsis. */
static gboolean
append_bounded (GString  *out,
                gsize    *used,
                gsize     max_chars,
                gunichar  c)
{
  if (*used < max_chars)
    {
      g_string_append_unichar (out, c);
      (*used)++;
      return TRUE;
    }
  if (max_chars > 0)
    {
      g_string_truncate (out, (gsize) (g_utf8_prev_char (out->str + out->len) - out->str));
      g_string_append_unichar (out, ELLIPSIS);
    }
  return FALSE;
}

char *
gw_text_clean_line (const char *text,
                    gsize       max_chars)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  GString *out = g_string_new (NULL);
  gsize used = 0;
  gboolean gap = FALSE;

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isspace (c) || is_line_end (c) || is_hidden (c))
        {
          gap = TRUE;
          continue;
        }
      if (gap && used > 0 && !append_bounded (out, &used, max_chars, ' '))
        break;
      gap = FALSE;
      if (!append_bounded (out, &used, max_chars, c))
        break;
    }
  return g_string_free (out, FALSE);
}

char *
gw_text_clean_block (const char *text,
                     gsize       max_chars)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  GString *out = g_string_new (NULL);
  gsize used = 0;
  gsize column = 0;
  gboolean room = TRUE;

  for (const char *p = valid; room && *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      gsize count = 1;

      if (c == '\r' && p[1] == '\n')
        continue;
      if (c == '\r' || is_line_end (c))
        c = '\n';
      else if (c == '\t')
        {
          c = ' ';
          count = TAB_WIDTH - column % TAB_WIDTH;
        }
      else if (is_hidden (c))
        continue;

      for (gsize i = 0; room && i < count; i++)
        room = append_bounded (out, &used, max_chars, c);
      column = c == '\n' ? 0 : column + count;
    }
  return g_strchomp (g_string_free (out, FALSE));
}

char *
gw_text_fold (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  g_autofree char *composed = g_utf8_normalize (valid, -1, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *folded = g_utf8_casefold (composed, -1);

  /* Folding can take a composed character apart. */
  return g_utf8_normalize (folded, -1, G_NORMALIZE_ALL_COMPOSE);
}
