/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The last list of an account on the disk: what was written is read, and nothing else is. */

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "gw-ecs-cache.h"
#include "gw-test.h"

#define UPDATED G_GINT64_CONSTANT (1700000000)

static GPtrArray *
make_names (const char *prefix,
            guint       n)
{
  GPtrArray *names = g_ptr_array_new_with_free_func ((GDestroyNotify) gw_cloud_name_free);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = g_strdup_printf ("%s-%u", prefix, i);
      g_autofree char *title = g_strdup_printf ("Größe %u", i);

      g_ptr_array_add (names, gw_cloud_name_new (id, title));
    }
  return names;
}

/* Every field of @number 0 is set; 1 has an id only; the others are ordinary. */
static GwInstance *
make_instance (guint number)
{
  static const char *const words[] = { "Zürich “1”", "x=y", "64", NULL };
  static const char *const addresses[] = { "192.0.2.1", "2001:db8::1", NULL };
  g_autofree char *id = g_strdup_printf ("i-bp1%08x", number * 2654435761u);
  GwInstance *instance = gw_instance_new (id);

  if (number == 1)
    return instance;
  for (guint i = 0; i < GW_N_INSTANCE_TEXTS; i++)
    {
      g_autofree char *text = g_strdup_printf ("text-%u-of-%u", i, number);

      if (number == 0 || i % 3 != number % 3)
        gw_instance_set_text (instance, i, text);
    }
  for (guint i = 0; i < GW_N_ADDRESS_KINDS; i++)
    if (number == 0 || i % 2 == 0)
      gw_instance_set_addresses (instance, i, addresses + (i > 1));
  gw_instance_set_tags (instance, words);
  gw_instance_set_security_groups (instance, words + 1);
  gw_instance_set_locks (instance, number == 0 ? words + 2 : NULL);
  gw_instance_set_status (instance, number % (GW_INSTANCE_STATUS_STOPPED + 1), UPDATED - number);
  gw_instance_set_network (instance, number % 2 ? GW_NETWORK_CLASSIC : GW_NETWORK_VPC);
  gw_instance_set_port (instance, number == 0 ? 2222 : 0);
  gw_instance_set_login_as_non_root (instance, number % 2 == 0);
  return instance;
}

static void
on_finished (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gboolean
finish (GwEcsCacheWriter  *writer,
        const char        *path,
        GCancellable      *cancellable,
        GError           **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  gw_ecs_cache_writer_finish_async (writer, path, cancellable, on_finished, &result);
  gw_test_wait_until (result != NULL);
  return gw_ecs_cache_writer_finish_finish (result, error);
}

static GwEcsCacheWriter *
make_writer (guint n)
{
  g_autoptr (GPtrArray) regions = make_names ("cn", 3);
  g_autoptr (GPtrArray) groups = make_names ("rg", 2);
  GwEcsCacheWriter *writer = gw_ecs_cache_writer_new (UPDATED, regions, groups);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GwInstance) instance = make_instance (i);

      gw_ecs_cache_writer_add (writer, instance);
    }
  return writer;
}

static void
write_cache (const char *path,
             guint       n)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (finish (make_writer (n), path, NULL, &error));
  g_assert_no_error (error);
}

static void
assert_names (GPtrArray  *names,
              const char *prefix,
              guint       n)
{
  g_autoptr (GPtrArray) expected = make_names (prefix, n);

  g_assert_cmpuint (names->len, ==, n);
  for (guint i = 0; i < n; i++)
    {
      GwCloudName *a = g_ptr_array_index (names, i);
      GwCloudName *b = g_ptr_array_index (expected, i);

      g_assert_cmpstr (a->id, ==, b->id);
      g_assert_cmpstr (a->title, ==, b->title);
    }
}

static void
assert_cache (const char *path,
              guint       n)
{
  g_autoptr (GwEcsCacheReader) reader = gw_ecs_cache_reader_new (path);
  GwInstance *end;

  g_assert_nonnull (reader);
  g_assert_cmpint (gw_ecs_cache_reader_get_updated (reader), ==, UPDATED);
  assert_names (gw_ecs_cache_reader_get_regions (reader), "cn", 3);
  assert_names (gw_ecs_cache_reader_get_groups (reader), "rg", 2);
  g_assert_cmpuint (gw_ecs_cache_reader_get_n_instances (reader), ==, n);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GwInstance) expected = make_instance (i);
      g_autoptr (GwInstance) instance = gw_ecs_cache_reader_next (reader);

      g_assert_true (gw_instance_equal (instance, expected));
    }
  end = gw_ecs_cache_reader_next (reader);
  g_assert_null (end);
}

static char *
cache_path (gconstpointer home)
{
  return g_build_filename (home, "cache", "gangway", "accounts", "a-1", NULL);
}

static guint
count_files (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
test_round_trip (gconstpointer home)
{
  g_autofree char *path = cache_path (home);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GwInstance) full = make_instance (0);
  GStatBuf info;

  g_assert_null (gw_ecs_cache_reader_new (path));
  /* So that this test says more when an instance gets another text. */
  for (guint i = 0; i < GW_N_INSTANCE_TEXTS; i++)
    g_assert_nonnull (gw_instance_get_text (full, i));

  for (guint n = 0; n < 20; n++)
    {
      write_cache (path, n);
      assert_cache (path, n);
    }
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_assert_cmpint (g_stat (folder, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0700);
  g_assert_cmpuint (count_files (path), ==, 1);

  /* One that was there with other rights. */
  g_assert_cmpint (g_chmod (path, 0644), ==, 0);
  write_cache (path, 3);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
}

/* The file that is read does not change under the reader. */
static void
test_replaced (gconstpointer home)
{
  g_autofree char *path = cache_path (home);
  g_autoptr (GwEcsCacheReader) reader = NULL;

  write_cache (path, 10);
  reader = gw_ecs_cache_reader_new (path);
  write_cache (path, 1);
  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (GwInstance) expected = make_instance (i);
      g_autoptr (GwInstance) instance = gw_ecs_cache_reader_next (reader);

      g_assert_true (gw_instance_equal (instance, expected));
    }
  g_assert_cmpint (g_unlink (path), ==, 0);
}

/* Reads whatever is there to the end. How many instances came out. */
static guint
read_all (const char *path)
{
  g_autoptr (GwEcsCacheReader) reader = gw_ecs_cache_reader_new (path);
  guint n = 0;

  while (reader != NULL)
    {
      g_autoptr (GwInstance) instance = gw_ecs_cache_reader_next (reader);

      if (instance == NULL)
        break;
      g_assert_nonnull (gw_instance_get_search_text (instance));
      n++;
    }
  return n;
}

static void
put (const char *path,
     const char *data,
     gsize       length)
{
  FILE *file;

  /* Many file systems wait for the disk where a file is written over. */
  g_unlink (path);
  file = g_fopen (path, "wb");
  g_assert_cmpuint (fwrite (data, 1, length, file), ==, length);
  g_assert_cmpint (fclose (file), ==, 0);
}

static void
test_truncated (gconstpointer home)
{
  g_autofree char *path = cache_path (home);
  g_autofree char *data = NULL;
  gsize length;

  write_cache (path, 4);
  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  for (gsize i = 0; i < length; i++)
    {
      g_autoptr (GwEcsCacheReader) reader = NULL;

      put (path, data, i);
      reader = gw_ecs_cache_reader_new (path);
      if (reader != NULL)
        g_error ("A file of %zu bytes in the place of %zu is taken", i, length);
    }
  put (path, data, length);
  assert_cache (path, 4);
}

static void
test_flipped (gconstpointer home)
{
  g_autofree char *path = cache_path (home);
  g_autofree char *data = NULL;
  guint n_whole = 0;
  gsize length;

  write_cache (path, 3);
  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  for (gsize i = 0; i < 2 * length; i++)
    {
      char flip = (char) (i < length ? 1 << i % 8 : 0xff);
      guint n;

      data[i % length] ^= flip;
      put (path, data, length);
      n = read_all (path);
      g_assert_cmpuint (n, <=, 3);
      n_whole += n == 3;
      data[i % length] ^= flip;
    }
  /* A wrong letter in a name costs nothing else. */
  g_assert_cmpuint (n_whole, >, length);
}

static void
test_other_files (gconstpointer home)
{
  static const gsize places[] = { 0, 4 }; /* magic, version */
  g_autofree char *path = cache_path (home);
  g_autofree char *noise = g_malloc (100000);
  g_autofree char *data = NULL;
  gsize length;

  write_cache (path, 3);
  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      data[places[i]]++;
      put (path, data, length);
      g_assert_null (gw_ecs_cache_reader_new (path));
      data[places[i]]--;
    }
  for (gsize i = 0; i < 100000; i++)
    noise[i] = (char) g_test_rand_int ();
  put (path, noise, 100000);
  g_assert_cmpuint (read_all (path), ==, 0);
  memcpy (noise, data, 24);
  put (path, noise, 100000);
  read_all (path);
  memset (noise, 0, 100000);
  put (path, noise, 100000);
  g_assert_cmpuint (read_all (path), ==, 0);
}

/* Nothing can be written there, and whatever is there stays. */
static void
test_in_the_way (gconstpointer home)
{
  g_autofree char *path = cache_path (home);
  g_autofree char *below = g_build_filename (path, "x", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_remove (path);
  g_assert_cmpint (g_mkdir_with_parents (below, 0700), ==, 0);
  g_assert_null (gw_ecs_cache_reader_new (path));
  g_assert_false (finish (make_writer (3), path, NULL, &error));
  g_assert_cmpuint (error->domain, ==, G_FILE_ERROR);
  g_clear_error (&error);
  g_assert_cmpuint (count_files (path), ==, 1);
  g_remove (below);
  g_remove (path);

  put (path, "", 0);
  g_assert_null (gw_ecs_cache_reader_new (path));
  g_assert_false (finish (make_writer (3), below, NULL, &error));
  g_assert_cmpuint (error->domain, ==, G_FILE_ERROR);
  g_clear_error (&error);

  write_cache (path, 3);
  g_cancellable_cancel (cancellable);
  g_assert_false (finish (make_writer (5), path, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_cache (path, 3);
}

/* As a full disk: the old list stays, and no half file beside it. */
static void
test_full_disk (gconstpointer home)
{
  g_autofree char *path = cache_path (home);
  g_autoptr (GError) error = NULL;
  struct rlimit before;
  struct rlimit limit;

  write_cache (path, 3);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  limit = before;
  limit.rlim_cur = 4096;
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  finish (make_writer (100), path, NULL, &error);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED);
  assert_cache (path, 3);
  g_assert_cmpuint (count_files (path), ==, 1);
}

/* One that is not finished is just given up. */
static void
test_given_up (gconstpointer home)
{
  g_autofree char *path = cache_path (home);
  g_autoptr (GwEcsCacheWriter) writer = make_writer (10);

  write_cache (path, 3);
  g_clear_pointer (&writer, gw_ecs_cache_writer_free);
  assert_cache (path, 3);
}

int
main (int   argc,
      char *argv[])
{
  char *home = gw_test_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/cache/round-trip", home, test_round_trip);
  g_test_add_data_func ("/cache/replaced", home, test_replaced);
  g_test_add_data_func ("/cache/truncated", home, test_truncated);
  g_test_add_data_func ("/cache/flipped", home, test_flipped);
  g_test_add_data_func ("/cache/other-files", home, test_other_files);
  g_test_add_data_func ("/cache/in-the-way", home, test_in_the_way);
  g_test_add_data_func ("/cache/full-disk", home, test_full_disk);
  g_test_add_data_func ("/cache/given-up", home, test_given_up);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
