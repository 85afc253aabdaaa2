/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-paste.h"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

/* The ends of a bracketed paste behind their introducer (xterm's control sequences, “Bracketed
 * Paste Mode”). Without the introducer they are harmless, but nobody meant to paste them. */
static const char *const bracket_tails[] = { "[200~", "[201~", "200~", "201~" };

static gboolean
is_invisible (gunichar c)
{
  switch (c)
    {
    case 0x00AD: /* soft hyphen */
    case 0x034F: /* combining grapheme joiner */
    case 0x061C: /* arabic letter mark */
    case 0x115F: /* hangul fillers */
    case 0x1160:
    case 0x180E: /* mongolian vowel separator */
    case 0x3164:
    case 0xFEFF: /* byte order mark */
    case 0xFFA0:
      return TRUE;
    default:
      return (c >= 0x200B && c <= 0x200F)     /* zero width, marks */
             || (c >= 0x2028 && c <= 0x202E)  /* separators, embeddings, overrides */
             || (c >= 0x2060 && c <= 0x206F)  /* joiner, operators, isolates */
             || (c >= 0xE0000 && c <= 0xE0FFF); /* tags, supplementary selectors */
    }
}

/* The length of a bracket's tail at @text. @introducer: ESC is followed by “[”, CSI is not. */
static gsize
bracket_tail (const char *text,
              gunichar    introducer)
{
  gsize first = introducer == 0x1B ? 0 : 2;

  for (gsize i = first; i < first + 2; i++)
    if (g_str_has_prefix (text, bracket_tails[i]))
      return strlen (bracket_tails[i]);
  return 0;
}

/**
 * gw_paste_new:
 * @text: what the clipboard, the selection or a drop holds; it need not be valid UTF-8
 *
 * Cleans @text. All introducers of control sequences are removed, so taking one sequence out
 * cannot put another one together.
 */
GwPaste *
gw_paste_new (const char *text)
{
  GwPaste *self;
  g_autofree char *valid = NULL;
  g_autoptr (GString) clean = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  self = g_new0 (GwPaste, 1);
  valid = g_utf8_make_valid (text, -1);
  clean = g_string_sized_new (strlen (valid));
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '\r' || c == '\n')
        {
          if (c == '\r' && p[1] == '\n')
            p++;
          g_string_append_c (clean, '\n');
          self->n_lines++;
        }
      else if (c == '\t')
        g_string_append_c (clean, '\t');
      else if (c < 0x20 || (c >= 0x7F && c < 0xA0))
        {
          self->n_removed++;
          if (c == 0x1B || c == 0x9B)
            {
              gsize tail = bracket_tail (g_utf8_next_char (p), c);

              if (tail > 0)
                p = g_utf8_next_char (p) + tail - 1;
            }
        }
      else if (is_invisible (c))
        {
          self->n_invisible++;
          g_string_append_printf (clean, "⟨U+%04X⟩", c);
        }
      else
        g_string_append_unichar (clean, c);
    }
  self->runs = clean->len > 0 && clean->str[clean->len - 1] == '\n';
  if (clean->len > 0 && !self->runs)
    self->n_lines++;
  self->text = g_string_free (g_steal_pointer (&clean), FALSE);
  return self;
}

void
gw_paste_free (GwPaste *self)
{
  g_free (self->text);
  g_free (self);
}

gboolean
gw_paste_needs_review (GwPaste *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  /* A tab makes a shell complete or list files: it counts as a control character. */
  return self->n_lines > 1 || self->runs || self->n_removed > 0 || self->n_invisible > 0
         || strchr (self->text, '\t') != NULL;
}

char *
gw_paste_summarize (GwPaste *self)
{
  g_autoptr (GString) summary = g_string_new (NULL);

  g_return_val_if_fail (self != NULL, NULL);

  g_string_append_printf (summary,
                          ngettext ("%u line.", "%u lines.", self->n_lines),
                          self->n_lines);
  if (self->runs)
    g_string_append_printf (summary, " %s",
                            _("It ends with a line break: the shell runs the last line at once."));
  if (self->n_removed > 0)
    {
      g_string_append_c (summary, ' ');
      g_string_append_printf (summary,
                              ngettext ("%u control character was removed.",
                                           "%u control characters were removed.",
                                           self->n_removed),
                              self->n_removed);
    }
  if (self->n_invisible > 0)
    {
      g_string_append_c (summary, ' ');
      g_string_append_printf (summary,
                              g_dngettext (GETTEXT_PACKAGE,
                                           "%u invisible character is shown as its code.",
                                           "%u invisible characters are shown as their codes.",
                                           self->n_invisible),
                              self->n_invisible);
    }
  return g_string_free (g_steal_pointer (&summary), FALSE);
}
