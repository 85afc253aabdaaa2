/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gw-error.h>
#include <gw-json.h>

#include <string.h>

#include "gw-test.h"

#define MAX_BYTES (1024 * 1024)

static void
check_refused (const char *text,
               GwError     code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = gw_json_parse (text, -1, MAX_BYTES, &error);

  /* Not the text itself, which need not be printable. */
  g_test_message ("%s", error != NULL ? error->message : text);
  g_assert_null (node);
  g_assert_error (error, GW_ERROR, (int) code);
}

static void
test_broken (void)
{
  static const char *const cases[] = {
    "", " ", "[]", "7", "\"a\"", "null", "{", "}", "{\"a\":}", "{\"a\" 1}", "{a:1}", "{\"a\":1,}",
    "{'a':1}", "{\"a\":1}{\"b\":2}", "// x\n{}", "/* \" */ {}", "var a = {}", "{\"a\":\"b}",
    "{\"a\":\"\n\"}", "{\"a\":\"\xff\"}", "{\"a\":tru}", "{\"a\":\"\\",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    check_refused (cases[i], GW_ERROR_INVALID_FILE);
}

static void
test_place (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (gw_json_parse ("{\n  \"a\": 1,\n  ?\n}", -1, MAX_BYTES, &error));
  g_assert_nonnull (strstr (error->message, "Line 3, column 3"));
}

static void
test_embedded_nul (void)
{
  g_assert_null (gw_json_parse ("{}\0", 3, MAX_BYTES, NULL));
  g_assert_null (gw_json_parse ("{\"a\0\":1}", 8, MAX_BYTES, NULL));
}

static void
test_depth (void)
{
  for (guint depth = GW_JSON_MAX_DEPTH - 2; depth < GW_JSON_MAX_DEPTH + 3; depth++)
    {
      g_autoptr (GString) text = g_string_new ("{\"a\":");
      g_autoptr (JsonNode) node = NULL;

      for (guint i = 1; i < depth; i++)
        g_string_append_c (text, '[');
      for (guint i = 1; i < depth; i++)
        g_string_append_c (text, ']');
      g_string_append_c (text, '}');
      node = gw_json_parse (text->str, -1, MAX_BYTES, NULL);
      g_assert_cmpint (node != NULL, ==, depth <= GW_JSON_MAX_DEPTH);
    }
}

/* Would use up the stack of a parser that recurses. */
static void
test_deep (void)
{
  g_autofree char *brackets = g_strnfill (MAX_BYTES - 100, '[');
  g_autofree char *text = g_strconcat ("{\"a\":\"]]]]\\\"\",\"b\":", brackets, NULL);

  check_refused (text, GW_ERROR_TOO_LARGE);
}

static void
test_huge (void)
{
  g_autofree char *spaces = g_strnfill (MAX_BYTES, ' ');
  g_autofree char *text = g_strconcat (spaces, "{}", NULL);
  g_autoptr (JsonNode) node = NULL;

  check_refused (text, GW_ERROR_TOO_LARGE);
  node = gw_json_parse (text, -1, MAX_BYTES + 2, NULL);
  g_assert_nonnull (node);
}

static void
test_getters (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = gw_json_parse (
    "\xef\xbb\xbf{\"s\":\"é\",\"esc\":\"\\u00e9\",\"i\":7,\"d\":2.5,"
    "\"whole\":22.0,\"far\":1e300,\"num\":\"-12\",\"word\":\"x\",\"t\":true,\"n\":null,"
    "\"o\":{},\"a\":[\"x\",1,null,\"toolong\",\"y\",\"z\"]}", -1, MAX_BYTES, &error);
  JsonObject *object;
  g_auto (GStrv) strings = NULL;
  g_auto (GStrv) none = NULL;

  g_assert_no_error (error);
  object = json_node_get_object (node);
  g_assert_cmpstr (gw_json_get_string (object, "s", 100), ==, "é");
  g_assert_cmpstr (gw_json_get_string (object, "esc", 2), ==, "é");
  g_assert_null (gw_json_get_string (object, "esc", 1));
  g_assert_null (gw_json_get_string (object, "i", 100));
  g_assert_null (gw_json_get_string (object, "n", 100));
  g_assert_null (gw_json_get_string (object, "o", 100));
  g_assert_null (gw_json_get_string (object, "missing", 100));

  g_assert_cmpint (gw_json_get_int (object, "i", -1), ==, 7);
  g_assert_cmpint (gw_json_get_int (object, "whole", -1), ==, 22);
  g_assert_cmpint (gw_json_get_int (object, "num", -1), ==, -12);
  g_assert_cmpint (gw_json_get_int (object, "d", -1), ==, -1);
  g_assert_cmpint (gw_json_get_int (object, "far", -1), ==, -1);
  g_assert_cmpint (gw_json_get_int (object, "word", -1), ==, -1);
  g_assert_cmpint (gw_json_get_int (object, "t", -1), ==, -1);
  g_assert_cmpint (gw_json_get_int (object, "n", -1), ==, -1);
  g_assert_cmpint (gw_json_get_int (object, "a", -1), ==, -1);

  g_assert_true (gw_json_get_boolean (object, "t", FALSE));
  g_assert_true (gw_json_get_boolean (object, "i", TRUE));
  g_assert_false (gw_json_get_boolean (object, "missing", FALSE));
  g_assert_nonnull (gw_json_get_object (object, "o"));
  g_assert_null (gw_json_get_object (object, "a"));
  g_assert_null (gw_json_get_object (object, "n"));
  g_assert_nonnull (gw_json_get_array (object, "a"));
  g_assert_null (gw_json_get_array (object, "o"));

  strings = gw_json_get_strv (object, "a", 2, 3);
  g_assert_cmpuint (g_strv_length (strings), ==, 2);
  g_assert_cmpstr (strings[1], ==, "y");
  none = gw_json_get_strv (object, "s", 5, 5);
  g_assert_cmpuint (g_strv_length (none), ==, 0);
}

static void
test_load (void)
{
  g_autofree char *path = g_build_filename (g_get_home_dir (), "file.json", NULL);
  g_autoptr (GError) missing = NULL;
  g_autoptr (GError) directory = NULL;
  g_autoptr (GError) huge = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;

  g_assert_null (gw_json_load (path, MAX_BYTES, &missing));
  g_assert_error (missing, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_assert_null (gw_json_load (g_get_home_dir (), MAX_BYTES, &directory));
  g_assert_error (directory, GW_ERROR, GW_ERROR_INVALID_FILE);

  g_assert_true (g_file_set_contents (path, "{\"a\":1}", -1, NULL));
  node = gw_json_load (path, MAX_BYTES, &error);
  g_assert_no_error (error);
  g_assert_cmpint (gw_json_get_int (json_node_get_object (node), "a", 0), ==, 1);

  /* 100 MB, without using the disk. */
  g_assert_cmpint (truncate (path, 100 * 1000 * 1000), ==, 0);
  g_assert_null (gw_json_load (path, MAX_BYTES, &huge));
  g_assert_error (huge, GW_ERROR, GW_ERROR_TOO_LARGE);
}

/* Half a surrogate pair: refused as a whole or left out, but never handed on. */
static void
test_surrogate (void)
{
  static const char *const cases[] = { "{\"a\":\"\\ud800\"}", "{\"a\":\"\\udc00x\"}",
                                       "{\"a\":\"\\ud800\\ud800\"}" };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) node = gw_json_parse (cases[i], -1, MAX_BYTES, NULL);
      const char *text = NULL;

      if (node != NULL)
        text = gw_json_get_string (json_node_get_object (node), "a", 100);
      g_assert_true (text == NULL || g_utf8_validate (text, -1, NULL));
    }
}

int
main (int    argc,
      char **argv)
{
  char *home = gw_test_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/json/broken", test_broken);
  g_test_add_func ("/base/json/place", test_place);
  g_test_add_func ("/base/json/embedded-nul", test_embedded_nul);
  g_test_add_func ("/base/json/depth", test_depth);
  g_test_add_func ("/base/json/deep", test_deep);
  g_test_add_func ("/base/json/huge", test_huge);
  g_test_add_func ("/base/json/getters", test_getters);
  g_test_add_func ("/base/json/surrogate", test_surrogate);
  g_test_add_func ("/base/json/load", test_load);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
