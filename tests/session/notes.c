/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is remembered of instances that take temporary keys. */

#include <string.h>
#include <sys/stat.h>

#include "gw-assist-notes.h"
#include "gw-test.h"

static char *path;

static void
drop (GwAssistNotes *notes)
{
  gw_test_wait_until (gw_assist_notes_is_saved (notes));
  g_object_unref (notes);
}

static void
test_remember (void)
{
  GwAssistNotes *notes = gw_assist_notes_new (NULL);
  struct stat info;

  g_assert_false (gw_assist_notes_is_enabled (notes, "i-1"));
  gw_assist_notes_set_enabled (notes, "i-1", TRUE);
  gw_assist_notes_set_rsa (notes, "i-2", TRUE);
  gw_assist_notes_set_enabled (notes, "i-3", TRUE);
  gw_assist_notes_set_enabled (notes, "i-3", FALSE);
  drop (notes);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);

  notes = gw_assist_notes_new (NULL);
  g_assert_true (gw_assist_notes_is_enabled (notes, "i-1"));
  g_assert_false (gw_assist_notes_wants_rsa (notes, "i-1"));
  g_assert_false (gw_assist_notes_is_enabled (notes, "i-2"));
  g_assert_true (gw_assist_notes_wants_rsa (notes, "i-2"));
  g_assert_false (gw_assist_notes_is_enabled (notes, "i-3"));
  drop (notes);
  g_remove (path);
}

static void
test_bound (void)
{
  GwAssistNotes *notes = gw_assist_notes_new (NULL);

  for (guint i = 0; i < 5003; i++)
    {
      g_autofree char *id = g_strdup_printf ("i-%u", i);
      gint64 now = g_get_real_time ();

      gw_assist_notes_set_enabled (notes, id, TRUE);
      /* Each has its own time, so that it is known which are the oldest. */
      while (g_get_real_time () == now)
        ;
    }
  g_assert_false (gw_assist_notes_is_enabled (notes, "i-0"));
  g_assert_false (gw_assist_notes_is_enabled (notes, "i-2"));
  g_assert_true (gw_assist_notes_is_enabled (notes, "i-3"));
  g_assert_true (gw_assist_notes_is_enabled (notes, "i-5002"));
  drop (notes);
  g_remove (path);
}

static guint
count_files (void)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
write_text (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_path_get_dirname (path);

  g_mkdir_with_parents (folder, 0700);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
test_broken (void)
{
  static const char *const texts[] = {
    "", "{", "[]", "{\"version\": 1}", "{\"version\": 0, \"instances\": []}",
    "{\"version\": 1, \"instances\": {}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      GwAssistNotes *notes;
      guint before;

      write_text (texts[i]);
      before = count_files ();
      notes = gw_assist_notes_new (NULL);
      /* It is there still, under another name, and a new one can be written. */
      g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
      g_assert_cmpuint (count_files (), ==, before);
      gw_assist_notes_set_enabled (notes, "i-1", TRUE);
      drop (notes);
      g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
      g_remove (path);
    }
}

static void
test_strange_entries (void)
{
  GwAssistNotes *notes;

  write_text ("{\"version\": 1, \"instances\": [null, 5, {}, {\"id\": 7}, {\"id\": \"i-1\", "
              "\"enabled\": \"yes\", \"rsa\": 1}, {\"id\": \"i-2\", \"enabled\": true}]}");
  notes = gw_assist_notes_new (NULL);
  g_assert_false (gw_assist_notes_is_enabled (notes, "i-1"));
  g_assert_true (gw_assist_notes_is_enabled (notes, "i-2"));
  drop (notes);
  g_remove (path);
}

static void
test_newer (void)
{
  const char *text = "{\"version\": 2, \"instances\": \"in the stars\"}";
  GwAssistNotes *notes;
  g_autofree char *after = NULL;

  write_text (text);
  notes = gw_assist_notes_new (NULL);
  gw_assist_notes_set_enabled (notes, "i-1", TRUE);
  /* For this session it counts. */
  g_assert_true (gw_assist_notes_is_enabled (notes, "i-1"));
  drop (notes);
  g_file_get_contents (path, &after, NULL, NULL);
  g_assert_cmpstr (after, ==, text);
  g_remove (path);
}

int
main (int    argc,
      char **argv)
{
  char *home = gw_test_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
  path = g_build_filename (g_getenv ("XDG_STATE_HOME"), "gangway", "temporary-keys.json", NULL);
  g_test_add_func ("/notes/remember", test_remember);
  g_test_add_func ("/notes/bound", test_bound);
  g_test_add_func ("/notes/broken", test_broken);
  g_test_add_func ("/notes/strange-entries", test_strange_entries);
  g_test_add_func ("/notes/newer", test_newer);
  result = g_test_run ();
  g_free (path);
  gw_test_home_free (home);
  return result;
}
