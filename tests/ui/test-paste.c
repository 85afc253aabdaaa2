/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is done to text before it is pasted, and which links may be opened. No display needed. */

#include <locale.h>

#include "gw-link.h"
#include "gw-paste.h"

typedef struct {
  const char *text;
  const char *clean;
  guint       n_lines;
  guint       n_removed;
  guint       n_invisible;
  gboolean    runs;
  gboolean    review;
} Case;

static const Case cases[] = {
  { "", "", 0, 0, 0, FALSE, FALSE },
  { "ls -l", "ls -l", 1, 0, 0, FALSE, FALSE },
  { "größe 尺寸 🙂", "größe 尺寸 🙂", 1, 0, 0, FALSE, FALSE },
  { "ls\n", "ls\n", 1, 0, 0, TRUE, TRUE },
  { "\n", "\n", 1, 0, 0, TRUE, TRUE },
  { "a\nb", "a\nb", 2, 0, 0, FALSE, TRUE },
  { "a\r\nb\rc\n", "a\nb\nc\n", 3, 0, 0, TRUE, TRUE },
  { "a\tb", "a\tb", 1, 0, 0, FALSE, TRUE },
  { "a\033[31mb", "a[31mb", 1, 1, 0, FALSE, TRUE },
  { "a\033[201~b", "ab", 1, 1, 0, FALSE, TRUE },
  { "a\033[200~b", "ab", 1, 1, 0, FALSE, TRUE },
  /* U+009B is the introducer in one character. */
  { "a\302\233201~b", "ab", 1, 1, 0, FALSE, TRUE },
  /* Taking the inner one out must not make an outer one. */
  { "\033[20\033[201~1~x", "[201~x", 1, 2, 0, FALSE, TRUE },
  { "\033\033[201~[201~x", "[201~x", 1, 2, 0, FALSE, TRUE },
  { "a\033", "a", 1, 1, 0, FALSE, TRUE },
  { "a\003\177\302\205b", "ab", 1, 3, 0, FALSE, TRUE },
  { "rm\342\200\256txt", "rm⟨U+202E⟩txt", 1, 0, 1, FALSE, TRUE },
  { "a\342\200\213b\357\273\277", "a⟨U+200B⟩b⟨U+FEFF⟩", 1, 0, 2, FALSE, TRUE },
  { "a\342\200\250b", "a⟨U+2028⟩b", 1, 0, 1, FALSE, TRUE },
  { "a\377b", "a\357\277\275b", 1, 0, 0, FALSE, FALSE },
};

static void
test_table (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case *c = &cases[i];
      g_autoptr (GwPaste) paste = gw_paste_new (c->text);
      g_autoptr (GwPaste) again = gw_paste_new (paste->text);

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_cmpstr (paste->text, ==, c->clean);
      g_assert_cmpuint (paste->n_lines, ==, c->n_lines);
      g_assert_cmpuint (paste->n_removed, ==, c->n_removed);
      g_assert_cmpuint (paste->n_invisible, ==, c->n_invisible);
      g_assert_cmpint (paste->runs, ==, c->runs);
      g_assert_cmpint (gw_paste_needs_review (paste), ==, c->review);
      /* What was cleaned stays as it is shown. */
      g_assert_cmpstr (again->text, ==, paste->text);
      g_assert_cmpuint (again->n_removed, ==, 0);
    }
}

/* Whatever comes in, nothing comes out that a terminal obeys. */
static void
test_random (void)
{
  static const char *const parts[] = { "\033", "[", "201~", "200~", "\302\233", "\r", "\n", "a",
                                       "\342\200\256", "\177", "\t", "\001", "~", "\377" };

  for (guint round = 0; round < 5000; round++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GwPaste) paste = NULL;

      for (gint n = g_test_rand_int_range (0, 24); n > 0; n--)
        g_string_append (text, parts[g_test_rand_int_range (0, G_N_ELEMENTS (parts))]);
      paste = gw_paste_new (text->str);
      g_assert_true (g_utf8_validate (paste->text, -1, NULL));
      for (const char *p = paste->text; *p != '\0'; p = g_utf8_next_char (p))
        {
          gunichar c = g_utf8_get_char (p);

          g_assert_true (c == '\n' || c == '\t' || (c >= 0x20 && (c < 0x7F || c > 0x9F)));
          g_assert_cmpuint (c, !=, 0x202E);
        }
    }
}

static void
test_summary (void)
{
  g_autoptr (GwPaste) paste = gw_paste_new ("a\nb\033\n");
  g_autoptr (GwPaste) plain = gw_paste_new ("a\nb");
  g_autofree char *summary = gw_paste_summarize (paste);
  g_autofree char *short_summary = gw_paste_summarize (plain);

  g_assert_cmpstr (summary, ==,
                   "2 lines. It ends with a line break: the shell runs the last line at once. "
                   "1 control character was removed.");
  g_assert_cmpstr (short_summary, ==, "2 lines.");
}

static void
test_links (void)
{
  static const char *const good[] = {
    "http://example.org", "https://example.org/a?b=c#d", "HTTPS://EXAMPLE.ORG/",
    "https://[2001:db8::1]:8443/x", "mailto:me@example.org", "https://example.org/a%20b",
  };
  static const char *const bad[] = {
    "", "example.org", "file:///etc/passwd", "javascript:alert(1)", "ssh://host", "smb://host/x",
    "data:text/html,x", "http://", "https:///path", "http:example.org", "vscode://x",
    "https://example.org/a b", "https://example.org/\n", "https://ex\303\244mple.org/",
    "mailto:me@example.org?attach=/etc/passwd", " https://example.org", "-https://example.org",
  };
  g_autofree char *long_link = g_strnfill (5000, 'a');
  g_autofree char *long_uri = g_strconcat ("https://example.org/", long_link, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_test_message ("%s", good[i]);
      g_assert_true (gw_link_is_allowed (good[i]));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_test_message ("%s", bad[i]);
      g_assert_false (gw_link_is_allowed (bad[i]));
    }
  g_assert_false (gw_link_is_allowed (NULL));
  g_assert_false (gw_link_is_allowed (long_uri));
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/paste/table", test_table);
  g_test_add_func ("/paste/random", test_random);
  g_test_add_func ("/paste/summary", test_summary);
  g_test_add_func ("/paste/links", test_links);
  return g_test_run ();
}
