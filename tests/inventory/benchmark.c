/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How long a key press in the search field takes with 10,000 instances (budget: 16 ms, one frame),
 * how long the list takes to load and to save with 10,000 and 50,000, and what an instance of a
 * cloud costs: time to read and to refresh it, and memory (budget: 1.2 KB). */

#include <malloc.h>

#include "gw-catalogue.h"
#include "gw-ecs-instance.h"
#include "gw-file-source.h"
#include "gw-search.h"
#include "gw-test.h"

#define FRAME_MS 16
#define MAX_INSTANCE_BYTES 1200

static double
since (gint64 start)
{
  return (double) (g_get_monotonic_time () - start) / 1000;
}

static GPtrArray *
make_instances (guint n)
{
  GPtrArray *instances = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = g_strdup_printf ("i-bp1%08x", i * 2654435761u);
      g_autofree char *name = g_strdup_printf ("Sërver %u Zürich", i);
      g_autofree char *tag = g_strdup_printf ("team=team-%u", i % 50);
      g_autofree char *public = g_strdup_printf ("203.%u.%u.%u", i >> 16, i >> 8 & 255, i & 255);
      g_autofree char *private = g_strdup_printf ("10.%u.%u.%u", i >> 16, i >> 8 & 255, i & 255);
      const char *const tags[] = { "env=prod", tag, NULL };
      const char *const publics[] = { public, NULL };
      const char *const privates[] = { private, NULL };
      GwInstance *instance = gw_instance_new (id);

      gw_instance_set_network (instance, GW_NETWORK_VPC);
      gw_instance_set_text (instance, GW_INSTANCE_NAME, name);
      gw_instance_set_addresses (instance, GW_ADDRESS_PUBLIC, publics);
      gw_instance_set_addresses (instance, GW_ADDRESS_PRIVATE, privates);
      gw_instance_set_tags (instance, tags);
      g_ptr_array_add (instances, instance);
    }
  return instances;
}

static double
press_key (GListModel *model,
           const char *text)
{
  gint64 start = g_get_monotonic_time ();
  g_autoptr (GwSearch) search = gw_search_new (text);
  guint n_found = 0;

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (GwInstance) instance = g_list_model_get_item (model, i);

      n_found += gw_search_matches (search, instance);
    }
  g_test_message ("“%s”: %.2f ms, %u found", text, since (start), n_found);
  return since (start);
}

static void
run (const char *home,
     guint       n)
{
  static const char *const keys[] = { "z", "zu", "zur", "zuric", "zurich 77", "prod team-7",
                                      "203.0.1", "nothing at all" };
  g_autofree char *name = g_strdup_printf ("%u.json", n);
  g_autofree char *path = g_build_filename (home, name, NULL);
  g_autoptr (GPtrArray) instances = make_instances (n);
  g_autoptr (GwFileSource) source = gw_file_source_new (path);
  g_autoptr (GwFileSource) again = gw_file_source_new (path);
  g_autoptr (GwCatalogue) catalogue = gw_catalogue_new ();
  g_autoptr (GwInstance) one = gw_instance_new ("one");
  gint64 start = g_get_monotonic_time ();
  double worst = 0;

  g_assert_true (gw_file_source_import (source, instances, NULL));
  g_test_message ("%u instances: saved in %.0f ms", n, since (start));
  start = g_get_monotonic_time ();
  gw_source_load (GW_SOURCE (again));
  g_test_message ("%u instances: loaded in %.0f ms", n, since (start));
  start = g_get_monotonic_time ();
  g_assert_true (gw_file_source_add (again, one, NULL));
  g_test_message ("%u instances: one added in %.0f ms", n, since (start));

  press_key (G_LIST_MODEL (again), "x"); /* the first one folds; its time is printed all the same */
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      double time = press_key (G_LIST_MODEL (again), keys[i]);

      worst = MAX (worst, time);
    }
  gw_catalogue_add_source (catalogue, GW_SOURCE (again));
  start = g_get_monotonic_time ();
  g_assert_null (gw_catalogue_find (catalogue, "nas.local"));
  g_test_message ("find: %.2f ms", since (start));
  g_test_minimized_result (worst, "%u instances, worst key press: %.2f ms", n, worst);
  if (n <= 10000)
    g_assert_cmpfloat (worst, <, FRAME_MS);
}

/* As the API describes one: names of its own, two addresses, three tags, and what it shares with
 * many others. */
static JsonNode *
make_entry (guint i)
{
  g_autofree char *text = g_strdup_printf (
    "{\"InstanceId\":\"i-bp1%08x9f2k7\",\"InstanceName\":\"shop-web-%05u\","
    "\"HostName\":\"iZbp1%08x9f2k7Z\",\"Status\":\"Running\",\"RegionId\":\"cn-region-%u\","
    "\"ZoneId\":\"cn-region-%u-h\",\"ResourceGroupId\":\"rg-acfm%u\","
    "\"InstanceNetworkType\":\"vpc\",\"OSType\":\"linux\","
    "\"OSNameEn\":\"Alibaba Cloud Linux  3.2104 LTS 64 bit\","
    "\"ImageId\":\"aliyun_3_x64_20G_alibase_20231221.vhd\",\"InstanceType\":\"ecs.g7.large\","
    "\"Cpu\":2,\"Memory\":8192,\"KeyPairName\":\"ops\",\"CreationTime\":\"2024-03-%02uT04:%02uZ\","
    "\"StartTime\":\"2024-04-%02uT05:%02uZ\",\"InstanceChargeType\":\"PostPaid\","
    "\"PublicIpAddress\":{\"IpAddress\":[\"203.%u.%u.%u\"]},\"VpcAttributes\":{"
    "\"VpcId\":\"vpc-bp1%u\",\"VSwitchId\":\"vsw-bp1%u\",\"PrivateIpAddress\":{\"IpAddress\":["
    "\"172.%u.%u.%u\"]}},\"SecurityGroupIds\":{\"SecurityGroupId\":[\"sg-bp1%u\"]},"
    "\"Tags\":{\"Tag\":[{\"TagKey\":\"env\",\"TagValue\":\"prod\"},{\"TagKey\":\"team\","
    "\"TagValue\":\"team-%u\"},{\"TagKey\":\"app\",\"TagValue\":\"app-%u\"}]}}",
    i * 2654435761u, i, i * 2654435761u, i % 30, i % 30, i % 20, i % 28 + 1, i % 60, i % 28 + 1,
    i % 59, i >> 16, i >> 8 & 255, i & 255, i % 40, i % 90, i >> 16, i >> 8 & 255, i & 255, i % 60,
    i % 50, i % 200);

  return json_from_string (text, NULL);
}

static void
run_cloud (guint n)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) json_node_unref);
  g_autoptr (GPtrArray) instances = g_ptr_array_new_full (n, g_object_unref);
  gsize before, bytes;
  gint64 start;

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (entries, make_entry (i));
  before = mallinfo2 ().uordblks;
  start = g_get_monotonic_time ();
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (instances, gw_ecs_instance_parse (g_ptr_array_index (entries, i), 1));
  g_test_message ("%u instances: read in %.0f ms", n, since (start));
  g_test_message ("%zu bytes an instance", (mallinfo2 ().uordblks - before) / n);
  start = g_get_monotonic_time ();
  for (guint i = 0; i < n; i++)
    gw_instance_get_search_text (g_ptr_array_index (instances, i));
  bytes = (mallinfo2 ().uordblks - before) / n;
  g_test_message ("%u instances: folded in %.0f ms", n, since (start));
  g_test_minimized_result ((double) bytes, "%zu bytes an instance, with what a search looks at",
                           bytes);
  g_assert_cmpuint (bytes, <, MAX_INSTANCE_BYTES);

  start = g_get_monotonic_time ();
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GwInstance) again = gw_ecs_instance_parse (g_ptr_array_index (entries, i), 2);

      gw_instance_assign (g_ptr_array_index (instances, i), again);
    }
  g_test_message ("%u instances: refreshed in %.0f ms", n, since (start));
  g_assert_cmpint (gw_instance_get_status_time (g_ptr_array_index (instances, n - 1)), ==, 2);
}

static void
test_cloud (void)
{
  run_cloud (10000);
  run_cloud (50000);
}

static void
test_benchmark (gconstpointer home)
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
  g_test_add_data_func ("/inventory/benchmark", home, test_benchmark);
  g_test_add_func ("/inventory/cloud", test_cloud);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
