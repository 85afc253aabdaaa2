/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gw-error.h>
#include <gw-phase.h>
#include <gw-text.h>

#include <string.h>

static void
check_line (const char *text,
            gsize       max_chars,
            const char *expected)
{
  g_autofree char *clean = gw_text_clean_line (text, max_chars);

  g_assert_cmpstr (clean, ==, expected);
}

static void
check_block (const char *text,
             gsize       max_chars,
             const char *expected)
{
  g_autofree char *clean = gw_text_clean_block (text, max_chars);

  g_assert_cmpstr (clean, ==, expected);
}

static void
test_line (void)
{
  check_line (NULL, 10, "");
  check_line ("", 10, "");
  check_line ("  web-1 \t\r\n prod  ", 100, "web-1 prod");
  check_line ("日本語 été", 100, "日本語 été");
  check_line ("a\nb\rc\xe2\x80\xa8""d", 100, "a b c d");
  check_line ("\033]0;evil\007x", 100, "]0;evil x");
  check_line ("bad\xff\xfe""bytes", 100, "bad\xef\xbf\xbd\xef\xbf\xbd""bytes");
  check_line ("emoji ❤\xef\xb8\x8f", 100, "emoji ❤\xef\xb8\x8f");
}

static void
test_hidden (void)
{
  /* Right-to-left override, isolates, zero-width joiner and space, soft hyphen, tags, fillers. */
  static const char *const hidden[] = { "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x80\x8d",
                                        "\xe2\x80\x8b", "\xc2\xad", "\xf3\xa0\x81\xa1",
                                        "\xe3\x85\xa4", "\xe2\xa0\x80", "\xef\xbb\xbf",
                                        "\xc2\x9b", "\x7f", "\x01" };

  for (guint i = 0; i < G_N_ELEMENTS (hidden); i++)
    {
      g_autofree char *inside = g_strdup_printf ("a%sb", hidden[i]);
      g_autofree char *around = g_strdup_printf ("%sab%s", hidden[i], hidden[i]);

      check_line (inside, 100, "a b");
      check_line (around, 100, "ab");
      check_block (inside, 100, "ab");
    }
}

static void
test_bound (void)
{
  g_autofree char *huge = g_strnfill (10 * 1024 * 1024, 'x');

  check_line ("abcde", 5, "abcde");
  check_line ("abcdef", 5, "abcd…");
  check_line ("abcd  ", 4, "abcd");
  check_line ("éééé", 3, "éé…");
  check_line ("abc", 1, "…");
  check_line ("abc", 0, "");
  check_line (huge, 4, "xxx…");
  check_block ("ab\ncdef", 5, "ab\nc…");
  check_block ("a\tb", 4, "a  …");
}

static void
test_block (void)
{
  check_block (NULL, 10, "");
  check_block ("one\r\ntwo\rthree\n\n", 100, "one\ntwo\nthree");
  check_block ("  keeps  blanks", 100, "  keeps  blanks");
  check_block ("a\tb\n\tc", 100, "a       b\n        c");
  check_block ("a\033[31mb\007", 100, "a[31mb");
}

static void
test_fold (void)
{
  g_autofree char *sharp = gw_text_fold ("STRASSE");
  g_autofree char *sharp_too = gw_text_fold ("straße");
  g_autofree char *composed = gw_text_fold ("É");
  g_autofree char *decomposed = gw_text_fold ("e\xcc\x81");
  g_autofree char *wide = gw_text_fold ("ＷＥＢ");
  g_autofree char *nothing = gw_text_fold (NULL);
  g_autofree char *invalid = gw_text_fold ("A\xff");

  g_assert_cmpstr (sharp, ==, sharp_too);
  g_assert_cmpstr (composed, ==, decomposed);
  g_assert_cmpstr (wide, ==, "web");
  g_assert_cmpstr (nothing, ==, "");
  g_assert_true (g_utf8_validate (invalid, -1, NULL));
}

static void
test_phase (void)
{
  for (guint i = GW_PHASE_NEW; i <= GW_PHASE_CLOSED; i++)
    g_assert_cmpint (gw_phase_from_string (gw_phase_to_string ((GwPhase) i)), ==, i);
  g_assert_cmpstr (gw_phase_to_string (GW_PHASE_KEY_EXCHANGE), ==, "key-exchange");
  g_assert_cmpint (gw_phase_from_string (NULL), ==, GW_PHASE_CLOSED);
  g_assert_cmpint (gw_phase_from_string ("nonsense"), ==, GW_PHASE_CLOSED);
}

/* Each code crosses the bus and comes back as itself. */
static void
test_error_names (void)
{
  for (int code = GW_ERROR_FAILED; code <= GW_ERROR_CONNECTION_LOST; code++)
    {
      g_autoptr (GError) error = g_error_new_literal (GW_ERROR, code, "words");
      g_autofree char *name = g_dbus_error_encode_gerror (error);
      g_autoptr (GError) back = g_dbus_error_new_for_dbus_error (name, "words");

      g_assert_true (g_str_has_prefix (name, "org.gangway.Error."));
      g_assert_null (strstr (name, "UnmappedGError"));
      g_assert_error (back, GW_ERROR, code);
    }
}

static void
test_error_spelling (void)
{
  g_autoptr (GError) lost = g_error_new_literal (GW_ERROR, GW_ERROR_CONNECTION_LOST, "");
  g_autoptr (GError) not_ssh = g_error_new_literal (GW_ERROR, GW_ERROR_NOT_SSH, "");
  g_autofree char *lost_name = g_dbus_error_encode_gerror (lost);
  g_autofree char *not_ssh_name = g_dbus_error_encode_gerror (not_ssh);

  g_assert_cmpstr (lost_name, ==, "org.gangway.Error.ConnectionLost");
  g_assert_cmpstr (not_ssh_name, ==, "org.gangway.Error.NotSsh");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/text/line", test_line);
  g_test_add_func ("/base/text/hidden", test_hidden);
  g_test_add_func ("/base/text/bound", test_bound);
  g_test_add_func ("/base/text/block", test_block);
  g_test_add_func ("/base/text/fold", test_fold);
  g_test_add_func ("/base/phase", test_phase);
  g_test_add_func ("/base/error/names", test_error_names);
  g_test_add_func ("/base/error/spelling", test_error_spelling);
  return g_test_run ();
}
