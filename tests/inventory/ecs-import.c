/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "gw-connection.h"
#include "gw-ecs-import.h"
#include "gw-error.h"
#include "gw-file-source.h"
#include "gw-test.h"

static char *
get_fixture (void)
{
  return g_test_build_filename (G_TEST_DIST, "inventory", "ecs-instances.json", NULL);
}

static GPtrArray *
load_fixture (guint *n_skipped)
{
  g_autofree char *path = get_fixture ();
  g_autoptr (GError) error = NULL;
  GPtrArray *instances = gw_ecs_import_load (path, n_skipped, &error);

  g_assert_no_error (error);
  return instances;
}

static GwInstance *
find (GPtrArray  *instances,
      const char *id)
{
  for (guint i = 0; i < instances->len; i++)
    if (g_str_equal (gw_instance_get_id (g_ptr_array_index (instances, i)), id))
      return g_ptr_array_index (instances, i);
  g_error ("%s was not imported", id);
}

static void
assert_list (const char *const *list,
             const char        *expected)
{
  g_autofree char *joined = g_strjoinv ("|", (GStrv) list);

  g_assert_cmpstr (joined, ==, expected);
}

static void
test_full (void)
{
  g_autoptr (GPtrArray) instances = load_fixture (NULL);
  GwInstance *instance = find (instances, "i-bp1full");
  g_autofree char *path = get_fixture ();
  GStatBuf info;

  g_assert_cmpstr (gw_instance_get_title (instance), ==, "web-1");
  g_assert_cmpstr (gw_instance_get_text (instance, GW_INSTANCE_HOST_NAME), ==, "iZbp1fullZ");
  g_assert_cmpstr (gw_instance_get_text (instance, GW_INSTANCE_REGION), ==, "cn-hangzhou");
  g_assert_cmpstr (gw_instance_get_text (instance, GW_INSTANCE_ZONE), ==, "cn-hangzhou-h");
  g_assert_cmpstr (gw_instance_get_text (instance, GW_INSTANCE_OS), ==,
                   "Alibaba Cloud Linux 3.2104 LTS 64 bit");
  g_assert_cmpstr (gw_instance_get_text (instance, GW_INSTANCE_RESOURCE_GROUP), ==, "rg-1");
  g_assert_cmpstr (gw_instance_get_text (instance, GW_INSTANCE_KEY_PAIR), ==, "my-key");
  g_assert_cmpstr (gw_instance_get_text (instance, GW_INSTANCE_VPC), ==, "vpc-1");
  assert_list (gw_instance_get_addresses (instance, GW_ADDRESS_PUBLIC), "203.0.113.7");
  assert_list (gw_instance_get_addresses (instance, GW_ADDRESS_ELASTIC), "198.51.100.1");
  assert_list (gw_instance_get_addresses (instance, GW_ADDRESS_PRIVATE), "172.16.0.1|2001:db8::7");
  assert_list (gw_instance_get_security_groups (instance), "sg-1|sg-2");
  assert_list (gw_instance_get_tags (instance), "env=prod|web");
  g_assert_cmpint (gw_instance_get_network (instance), ==, GW_NETWORK_VPC);
  g_assert_true (gw_instance_is_cloud (instance));
  g_assert_cmpint (gw_instance_get_status (instance), ==, GW_INSTANCE_STATUS_RUNNING);
  /* What it says was so when the file was made. */
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (gw_instance_get_status_time (instance), ==, info.st_mtime);
}

static void
test_odd (void)
{
  guint n_skipped = 0;
  g_autoptr (GPtrArray) instances = load_fixture (&n_skipped);
  GwInstance *instance;

  g_assert_cmpuint (instances->len, ==, 8);
  g_assert_cmpuint (n_skipped, ==, 8);

  instance = find (instances, "i-classic");
  g_assert_cmpint (gw_instance_get_network (instance), ==, GW_NETWORK_CLASSIC);
  g_assert_cmpint (gw_instance_get_status (instance), ==, GW_INSTANCE_STATUS_STOPPED);
  g_assert_cmpstr (gw_instance_get_main_address (instance), ==, "10.0.0.9");

  instance = find (instances, "i-markup");
  g_assert_cmpstr (gw_instance_get_title (instance), ==, "<b>a&b</b>");
  assert_list (gw_instance_get_tags (instance), "<i>");

  instance = find (instances, "i-control");
  g_assert_cmpstr (gw_instance_get_title (instance), ==, "a [31m b c");
  g_assert_null (gw_instance_get_text (instance, GW_INSTANCE_HOST_NAME));

  instance = find (instances, "i-emoji");
  g_assert_cmpint (g_utf8_strlen (gw_instance_get_title (instance), -1), ==, 256);

  instance = find (instances, "i-bare");
  g_assert_cmpstr (gw_instance_get_main_address (instance), ==, "");

  instance = find (instances, "i-ipv6");
  g_assert_cmpstr (gw_instance_get_main_address (instance), ==, "2001:db8::9");

  instance = find (instances, "i-types");
  g_assert_cmpint (gw_instance_get_network (instance), ==, GW_NETWORK_VPC);
  g_assert_cmpint (gw_instance_get_status (instance), ==, GW_INSTANCE_STATUS_UNKNOWN);
  assert_list (gw_instance_get_addresses (instance, GW_ADDRESS_PRIVATE), "172.16.0.2");
}

static void
test_shapes (void)
{
  static const struct {
    const char *text;
    guint n;
  } cases[] = {
    { "{\"Instances\":{\"Instance\":[]}}", 0 },
    { "{\"Instances\":{\"Instance\":[{\"InstanceId\":\"i-1\"}]}}", 1 },
    { "[{\"Instances\":{\"Instance\":[{\"InstanceId\":\"i-1\"}]}},"
      " {\"Instances\":{\"Instance\":[{\"InstanceId\":\"i-2\"}]}}]", 2 },
    { "{\"Instances\":{\"Instance\":[{\"InstanceId\":\"i-1\",\"InstanceName\":\"}{\\\"]\"}]}}\n"
      "{\"Instances\":{\"Instance\":[{\"InstanceId\":\"i-2\"}]}}\n", 2 },
    { "[{\"InstanceId\":\"i-1\"},{\"InstanceId\":\"i-2\"},{\"InstanceId\":\"i-1\"}]", 2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) instances = gw_ecs_import_parse (cases[i].text, -1, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (instances->len, ==, cases[i].n);
    }
}

static void
test_not_an_answer (void)
{
  static const char *const texts[] = {
    "", "[]", "{}", "ERROR: SDK.ServerError", "{\"Instances\":[]}", "{\"Instances\":{\"Instance\":",
    "{\"Code\":\"Forbidden.RAM\",\"Message\":\"no\"}", "{\"a\":}",
  };
  g_autofree char *deep = g_strnfill (100000, '{');

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (gw_ecs_import_parse (texts[i], -1, NULL, &error));
      g_assert_error (error, GW_ERROR, GW_ERROR_INVALID_FILE);
    }
  g_assert_null (gw_ecs_import_parse (deep, -1, NULL, NULL));
}

static void
test_files (gconstpointer home)
{
  g_autofree char *path = g_build_filename (home, "big.json", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (gw_ecs_import_load (path, NULL, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_clear_error (&error);
  g_assert_null (gw_ecs_import_load (home, NULL, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_INVALID_FILE);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  g_assert_cmpint (truncate (path, 65 * 1024 * 1024), ==, 0);
  g_assert_null (gw_ecs_import_load (path, NULL, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_TOO_LARGE);
}

/* Into the list of saved hosts and back from its file. */
static void
test_saved (gconstpointer home)
{
  g_autofree char *path = g_build_filename (home, "instances.json", NULL);
  g_autoptr (GPtrArray) instances = load_fixture (NULL);
  g_autoptr (GwFileSource) source = gw_file_source_new (path);
  g_autoptr (GwFileSource) again = gw_file_source_new (path);
  g_autoptr (GError) error = NULL;

  g_assert_true (gw_file_source_import (source, instances, &error));
  g_assert_no_error (error);
  gw_source_load (GW_SOURCE (again));
  g_assert_null (gw_source_get_notice (GW_SOURCE (again)));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (again)), ==, instances->len);
  for (guint i = 0; i < instances->len; i++)
    {
      g_autoptr (GwInstance) read = g_list_model_get_item (G_LIST_MODEL (again), i);

      g_assert_true (gw_instance_equal (read, g_ptr_array_index (instances, i)));
    }
}

int
main (int   argc,
      char *argv[])
{
  char *home = gw_test_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ecs-import/full", test_full);
  g_test_add_func ("/ecs-import/odd", test_odd);
  g_test_add_func ("/ecs-import/shapes", test_shapes);
  g_test_add_func ("/ecs-import/not-an-answer", test_not_an_answer);
  g_test_add_data_func ("/ecs-import/files", home, test_files);
  g_test_add_data_func ("/ecs-import/saved", home, test_saved);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
