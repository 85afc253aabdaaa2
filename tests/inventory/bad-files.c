/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Saved hosts, when the file or the disk is not as it should be: nothing is lost, and that is
 * said. */

#include "gw-error.h"
#include "gw-file-source.h"
#include "gw-test.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

typedef struct {
  char *folder;
  char *path;
  GwFileSource *source;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  home)
{
  static guint n;
  g_autofree char *name = g_strdup_printf ("b%u", n++);

  fixture->folder = g_build_filename (home, name, NULL);
  fixture->path = g_build_filename (fixture->folder, "instances.json", NULL);
  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
  fixture->source = gw_file_source_new (fixture->path);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  home)
{
  g_object_unref (fixture->source);
  gw_test_delete_tree (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static const char *
load (Fixture *fixture)
{
  gw_source_load (GW_SOURCE (fixture->source));
  return gw_source_get_notice (GW_SOURCE (fixture->source));
}

static gboolean
add_host (Fixture  *fixture,
          GError  **error)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autoptr (GwInstance) instance = gw_instance_new (id);

  gw_instance_set_text (instance, GW_INSTANCE_HOST_NAME, "nas.local");
  return gw_file_source_add (fixture->source, instance, error);
}

static guint
count (Fixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (fixture->source));
}

static GStrv
list_folder (Fixture *fixture)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    g_strv_builder_add (builder, name);
  return g_strv_builder_end (builder);
}

/* The file was set aside whole, this is said, and the list works on. */
static void
check_set_aside (Fixture *fixture,
                 gsize    size)
{
  const char *notice = load (fixture);
  g_auto (GStrv) names = list_folder (fixture);
  g_autofree char *bad_path = NULL;
  GStatBuf info;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (notice);
  g_assert_cmpuint (g_strv_length (names), ==, 1);
  g_assert_true (g_regex_match_simple ("^instances\\.json\\.bad-\\d{8}-\\d{6}$", names[0], 0, 0));
  g_assert_nonnull (strstr (notice, names[0]));
  g_assert_null (strchr (notice, '\n'));
  bad_path = g_build_filename (fixture->folder, names[0], NULL);
  g_assert_cmpint (g_stat (bad_path, &info), ==, 0);
  g_assert_cmpint (info.st_size, ==, size);
  g_assert_cmpuint (count (fixture), ==, 0);
  g_assert_true (add_host (fixture, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count (fixture), ==, 1);
}

static void
test_broken (Fixture       *fixture,
             gconstpointer  home)
{
  static const char *const texts[] = {
    "", "{", "[]", "null", "{\"format\": \"x\"}", "{\"format\": 0, \"instances\": []}",
    "{\"instances\": 5}", "{\"format\": 1, \"instances\": [ {\"id\": \"a\"}", "\xff\xfe\x00",
    "{} garbage",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_assert_true (g_file_set_contents (fixture->path, texts[i], -1, NULL));
      check_set_aside (fixture, strlen (texts[i]));
      tear_down (fixture, home);
      set_up (fixture, home);
    }
}

static void
test_huge (Fixture       *fixture,
           gconstpointer  home)
{
  gsize size = 100 * 1024 * 1024;
  g_autofree char *text = g_strnfill (size, ' ');

  memcpy (text, "{\"instances\":[]", 15);
  text[size - 1] = '}';
  g_assert_true (g_file_set_contents (fixture->path, text, (gssize) size, NULL));
  check_set_aside (fixture, size);
}

/* Broken twice within a second: the second copy must not replace the first. */
static void
test_twice (Fixture       *fixture,
            gconstpointer  home)
{
  g_auto (GStrv) names = NULL;

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GwFileSource) source = gw_file_source_new (fixture->path);

      g_assert_true (g_file_set_contents (fixture->path, "broken", -1, NULL));
      gw_source_load (GW_SOURCE (source));
    }
  names = list_folder (fixture);
  g_assert_cmpuint (g_strv_length (names), ==, 3);
}

/* It breaks while the program runs: the hosts in memory are not lost with it. */
static void
test_broken_later (Fixture       *fixture,
                   gconstpointer  home)
{
  g_auto (GStrv) names = NULL;
  g_autoptr (GwFileSource) again = gw_file_source_new (fixture->path);

  load (fixture);
  g_assert_true (add_host (fixture, NULL));
  g_assert_true (g_file_set_contents (fixture->path, "broken", -1, NULL));
  g_assert_true (add_host (fixture, NULL));
  g_assert_cmpuint (count (fixture), ==, 2);
  g_assert_nonnull (gw_source_get_notice (GW_SOURCE (fixture->source)));
  names = list_folder (fixture);
  g_assert_cmpuint (g_strv_length (names), ==, 2);
  gw_source_load (GW_SOURCE (again));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (again)), ==, 2);
}

static void
test_bad_entries (Fixture       *fixture,
                  gconstpointer  home)
{
  static const char *const bad[] = {
    "5", "null", "[]", "\"x\"", "{}", "{\"id\": 1}", "{\"id\": \"\"}", "{\"id\": \"a\\nb\"}",
    "{\"id\": \"good\", \"name\": \"twice\"}", "{\"id\": \"p\", \"port\": 65536}",
    "{\"id\": \"p\", \"port\": \"ssh\"}", "{\"id\": \"p\", \"port\": -1}",
    "{\"id\": \"h\", \"host\": \"a b\"}", "{\"id\": \"h\", \"host\": \"a;reboot\"}",
    "{\"id\": \"h\", \"host\": \"a%n\"}", "{\"id\": \"h\", \"host\": 7}",
    "{\"id\": \"u\", \"user\": \"-l\"}", "{\"id\": \"t\", \"tags\": \"x\"}",
    "{\"id\": \"t\", \"tags\": [1]}", "{\"id\": \"x\", \"public-addresses\": [\"[::1]\"]}",
  };
  g_autoptr (GString) text = g_string_new ("{\"instances\": [{\"id\": \"good\"}");
  g_autofree char *after = NULL;
  const char *notice;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_string_append_printf (text, ", %s", bad[i]);
  g_string_append (text, ", {\"id\": \"good2\", \"host\": \"2001:db8::1\"}]}");
  g_assert_true (g_file_set_contents (fixture->path, text->str, -1, NULL));

  notice = load (fixture);
  g_assert_cmpuint (count (fixture), ==, 2);
  g_assert_nonnull (notice);
  g_assert_nonnull (strstr (notice, "20"));
  g_assert_true (add_host (fixture, NULL));
  g_assert_true (g_file_get_contents (fixture->path, &after, NULL, NULL));
  g_assert_nonnull (strstr (after, "a;reboot"));
  g_assert_nonnull (strstr (after, "65536"));
}

static void
test_newer (Fixture       *fixture,
            gconstpointer  home)
{
  const char *text = "{\"format\": 2, \"instances\": [{\"id\": \"a\", \"name\": \"x\"}]}";
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (fixture->path, text, -1, NULL));
  g_assert_nonnull (load (fixture));
  g_assert_cmpuint (count (fixture), ==, 1);
  g_assert_false (add_host (fixture, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_FAILED);
  g_assert_true (g_file_get_contents (fixture->path, &after, NULL, NULL));
  g_assert_cmpstr (after, ==, text);
  g_assert_cmpuint (count (fixture), ==, 1);
}

/* A folder or a fifo in its place is not ours to move, and reading it does not hang. */
static void
test_not_a_file (Fixture       *fixture,
                 gconstpointer  home)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GwFileSource) other = gw_file_source_new (fixture->path);

  g_assert_cmpint (g_mkdir (fixture->path, 0700), ==, 0);
  g_assert_nonnull (load (fixture));
  g_assert_false (add_host (fixture, &error));
  g_assert_nonnull (error);
  g_assert_true (g_file_test (fixture->path, G_FILE_TEST_IS_DIR));
  g_assert_cmpint (g_rmdir (fixture->path), ==, 0);

  g_assert_cmpint (mkfifo (fixture->path, 0600), ==, 0);
  gw_source_load (GW_SOURCE (other));
  g_assert_nonnull (gw_source_get_notice (GW_SOURCE (other)));
  g_assert_false (add_host (fixture, NULL));
  g_assert_cmpint (g_unlink (fixture->path), ==, 0);

  /* Once it is out of the way, all is well. */
  g_assert_true (add_host (fixture, NULL));
  g_assert_null (gw_source_get_notice (GW_SOURCE (fixture->source)));
}

static void
test_unreadable (Fixture       *fixture,
                 gconstpointer  home)
{
  GStatBuf info;

  if (geteuid () == 0)
    {
      g_test_skip ("root can read everything");
      return;
    }
  g_assert_true (g_file_set_contents (fixture->path, "{}", -1, NULL));
  g_assert_cmpint (g_chmod (fixture->path, 0), ==, 0);
  g_assert_nonnull (load (fixture));
  g_assert_false (add_host (fixture, NULL));
  g_assert_cmpint (g_stat (fixture->path, &info), ==, 0);
  g_assert_cmpint (info.st_size, ==, 2);
}

static void
test_read_only_folder (Fixture       *fixture,
                       gconstpointer  home)
{
  g_autoptr (GError) error = NULL;

  if (geteuid () == 0)
    {
      g_test_skip ("root can write everywhere");
      return;
    }
  g_assert_cmpint (g_chmod (fixture->folder, 0500), ==, 0);
  g_assert_null (load (fixture));
  g_assert_false (add_host (fixture, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_ACCES);
  g_assert_cmpuint (count (fixture), ==, 0);
}

/* In a process of its own, because the limit holds for all that a process writes. */
static void
test_full_disk (Fixture       *fixture,
                gconstpointer  home)
{
  struct rlimit limit = { 64, 64 };
  g_autoptr (GwInstance) first = NULL;
  g_autoptr (GwInstance) copy = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_auto (GStrv) names = NULL;

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }
  load (fixture);
  g_assert_true (add_host (fixture, NULL));
  g_assert_true (g_file_get_contents (fixture->path, &before, NULL, NULL));
  first = g_list_model_get_item (G_LIST_MODEL (fixture->source), 0);
  copy = gw_instance_copy (first, gw_instance_get_id (first));

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  g_assert_false (add_host (fixture, &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (count (fixture), ==, 1);
  gw_instance_set_port (first, 2222);
  g_assert_false (gw_file_source_update (fixture->source, first, NULL));
  g_assert_true (gw_instance_equal (first, copy));
  g_assert_null (gw_file_source_duplicate (fixture->source, first, NULL));
  g_assert_cmpuint (count (fixture), ==, 1);

  g_assert_true (g_file_get_contents (fixture->path, &after, NULL, NULL));
  g_assert_cmpstr (before, ==, after);
  names = list_folder (fixture);
  g_assert_cmpuint (g_strv_length (names), ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  char *home = gw_test_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) \
  g_test_add ("/bad-files/" name, Fixture, home, set_up, func, tear_down)
  ADD ("broken", test_broken);
  ADD ("huge", test_huge);
  ADD ("twice", test_twice);
  ADD ("broken-later", test_broken_later);
  ADD ("bad-entries", test_bad_entries);
  ADD ("newer", test_newer);
  ADD ("not-a-file", test_not_a_file);
  ADD ("unreadable", test_unreadable);
  ADD ("read-only-folder", test_read_only_folder);
  ADD ("full-disk", test_full_disk);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
