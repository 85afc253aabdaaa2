/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The SSH Config group follows its files, however they are changed. */

#include "gw-ssh-config-source.h"
#include "gw-test.h"

typedef struct {
  char *folder;
  char *path;
  GwSshConfigSource *source;
} Fixture;

static void
write_text (const char *folder,
            const char *name,
            const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  FILE *file = g_fopen (path, "w"); /* in place; g_file_set_contents() renames */

  g_assert_nonnull (file);
  g_assert_cmpint (fputs (text, file), >=, 0);
  g_assert_cmpint (fclose (file), ==, 0);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  home)
{
  fixture->folder = g_build_filename (home, ".ssh", NULL);
  fixture->path = g_build_filename (fixture->folder, "config", NULL);
  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
  fixture->source = gw_ssh_config_source_new (NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  home)
{
  g_assert_finalize_object (fixture->source);
  gw_test_delete_tree (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
}

/* Whether the list is exactly these names with commas between. */
static gboolean
has_hosts (Fixture    *fixture,
           const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (fixture->source)); i++)
    {
      g_autoptr (GwInstance) instance = g_list_model_get_item (G_LIST_MODEL (fixture->source), i);

      g_string_append_printf (text, "%s%s", i > 0 ? "," : "", gw_instance_get_title (instance));
    }
  return g_str_equal (text->str, expected);
}

static void
test_appears (Fixture       *fixture,
              gconstpointer  home)
{
  gw_source_load (GW_SOURCE (fixture->source));
  g_assert_true (has_hosts (fixture, ""));
  g_assert_null (gw_source_get_notice (GW_SOURCE (fixture->source)));
  write_text (fixture->folder, "config", "Host a\n");
  gw_test_wait_until (has_hosts (fixture, "a"));
  g_assert_cmpint (g_unlink (fixture->path), ==, 0);
  gw_test_wait_until (has_hosts (fixture, ""));
}

static void
test_changes (Fixture       *fixture,
              gconstpointer  home)
{
  g_autoptr (GwInstance) a = NULL;
  g_autoptr (GwInstance) still_a = NULL;

  write_text (fixture->folder, "config", "Host a\n");
  gw_source_load (GW_SOURCE (fixture->source));
  a = g_list_model_get_item (G_LIST_MODEL (fixture->source), 0);
  write_text (fixture->folder, "config", "Host a\nUser root\nHost b\n");
  gw_test_wait_until (has_hosts (fixture, "a,b"));
  still_a = g_list_model_get_item (G_LIST_MODEL (fixture->source), 0);
  g_assert_true (a == still_a);
  g_assert_cmpstr (gw_instance_get_text (a, GW_INSTANCE_USER), ==, "root");
}

/* As vim, Emacs and g_file_set_contents() write: again and again, because the first replacement
 * could be seen by a watch that then sits on the file that is gone. */
static void
test_renamed_over (Fixture       *fixture,
                   gconstpointer  home)
{
  write_text (fixture->folder, "config", "Host a\n");
  gw_source_load (GW_SOURCE (fixture->source));
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *text = g_strdup_printf ("Host b%u\n", i);
      g_autofree char *expected = g_strdup_printf ("b%u", i);

      g_assert_true (g_file_set_contents (fixture->path, text, -1, NULL));
      gw_test_wait_until (has_hosts (fixture, expected));
    }
}

static void
test_includes (Fixture       *fixture,
               gconstpointer  home)
{
  g_autofree char *folder = g_build_filename (fixture->folder, "config.d", NULL);

  write_text (fixture->folder, "config", "Include config.d/*.conf later\nHost a\n");
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  write_text (folder, "1.conf", "Host one\n");
  gw_source_load (GW_SOURCE (fixture->source));
  g_assert_true (has_hosts (fixture, "one,a"));
  write_text (folder, "1.conf", "Host uno\n");
  gw_test_wait_until (has_hosts (fixture, "uno,a"));
  write_text (folder, "2.conf", "Host two\n");
  gw_test_wait_until (has_hosts (fixture, "uno,two,a"));
  write_text (fixture->folder, "later", "Host later\n");
  gw_test_wait_until (has_hosts (fixture, "uno,two,later,a"));
}

/* ~/.ssh/config is a link into a folder under version control. */
static void
test_link (Fixture       *fixture,
           gconstpointer  home)
{
  g_autofree char *target = g_build_filename (home, "dotfiles", NULL);

  write_text (home, "dotfiles", "Host a\n");
  g_assert_cmpint (symlink (target, fixture->path), ==, 0);
  gw_source_load (GW_SOURCE (fixture->source));
  g_assert_true (has_hosts (fixture, "a"));
  g_assert_true (g_file_set_contents (target, "Host b\n", -1, NULL));
  gw_test_wait_until (has_hosts (fixture, "b"));
}

int
main (int   argc,
      char *argv[])
{
  char *home = gw_test_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) \
  g_test_add ("/ssh-config-source/" name, Fixture, home, set_up, func, tear_down)
  ADD ("appears", test_appears);
  ADD ("changes", test_changes);
  ADD ("renamed-over", test_renamed_over);
  ADD ("includes", test_includes);
  ADD ("link", test_link);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
