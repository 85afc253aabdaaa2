/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How long the cache of an account takes with 10,000 and 50,000 instances: what the main loop does
 * of it (which is done in pieces), what the worker does, and how large the file is. */

#include "gw-ecs-cache.h"
#include "gw-test.h"

static double
since (gint64 start)
{
  return (double) (g_get_monotonic_time () - start) / 1000;
}

static GwInstance *
make_instance (guint i)
{
  static const char *const tags[] = { "env=prod", "team=shop", "app=web", NULL };
  static const char *const groups[] = { "sg-bp1a7f3k2m9x0", NULL };
  g_autofree char *id = g_strdup_printf ("i-bp1%08x9f2k7", i * 2654435761u);
  g_autofree char *name = g_strdup_printf ("shop-web-%05u", i);
  g_autofree char *public = g_strdup_printf ("203.%u.%u.%u", i >> 16, i >> 8 & 255, i & 255);
  g_autofree char *private = g_strdup_printf ("172.%u.%u.%u", i >> 16, i >> 8 & 255, i & 255);
  const char *const publics[] = { public, NULL };
  const char *const privates[] = { private, NULL };
  GwInstance *instance = gw_instance_new (id);

  for (guint text = 0; text < GW_N_INSTANCE_TEXTS; text++)
    gw_instance_set_text (instance, text, "as-long-as-they-are");
  gw_instance_set_text (instance, GW_INSTANCE_NAME, name);
  gw_instance_set_network (instance, GW_NETWORK_VPC);
  gw_instance_set_status (instance, GW_INSTANCE_STATUS_RUNNING, 1700000000);
  gw_instance_set_addresses (instance, GW_ADDRESS_PUBLIC, publics);
  gw_instance_set_addresses (instance, GW_ADDRESS_PRIVATE, privates);
  gw_instance_set_tags (instance, tags);
  gw_instance_set_security_groups (instance, groups);
  return instance;
}

static void
on_finished (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (gw_ecs_cache_writer_finish_finish (result, &error));
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static void
run (const char *home,
     guint       n)
{
  g_autofree char *path = g_build_filename (home, "cache", NULL);
  g_autoptr (GPtrArray) instances = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GwEcsCacheReader) reader = NULL;
  GwEcsCacheWriter *writer;
  gboolean finished = FALSE;
  GStatBuf info;
  gint64 start;
  double time;

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (instances, make_instance (i));

  start = g_get_monotonic_time ();
  writer = gw_ecs_cache_writer_new (1700000000, names, names);
  for (guint i = 0; i < n; i++)
    gw_ecs_cache_writer_add (writer, g_ptr_array_index (instances, i));
  g_test_message ("%u instances: added in %.0f ms", n, since (start));
  start = g_get_monotonic_time ();
  gw_ecs_cache_writer_finish_async (writer, path, NULL, on_finished, &finished);
  gw_test_wait_until (finished);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_test_message ("%u instances: written in %.0f ms, %.1f MB", n, since (start),
                  (double) info.st_size / 1e6);
  g_ptr_array_set_size (instances, 0);

  start = g_get_monotonic_time ();
  reader = gw_ecs_cache_reader_new (path);
  time = since (start);
  g_test_message ("%u instances: opened in %.2f ms", n, time);
  start = g_get_monotonic_time ();
  for (GwInstance *instance = gw_ecs_cache_reader_next (reader); instance != NULL;
       instance = gw_ecs_cache_reader_next (reader))
    g_ptr_array_add (instances, instance);
  g_assert_cmpuint (instances->len, ==, n);
  time = since (start);
  g_test_minimized_result (time, "%u instances: read in %.0f ms, %.1f us each", n, time,
                           time * 1000 / n);
}

static void
test_cache (gconstpointer home)
{
  run (home, 10000);
  run (home, 50000);
}

int
main (int   argc,
      char *argv[])
{
  char *home = gw_test_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/cloud/cache", home, test_cache);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
