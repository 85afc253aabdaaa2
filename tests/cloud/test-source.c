/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gw-test-source.h"

#define PER_REGION (100 * GW_TEST_PAGES)

static void
assert_sorted (GwTestSource *self)
{
  g_autofree char *last = NULL;

  for (guint i = 0; i < gw_test_source_count (self); i++)
    {
      g_autoptr (GwInstance) instance = g_list_model_get_item (G_LIST_MODEL (self->source), i);
      g_autofree char *folded = g_utf8_casefold (gw_instance_get_title (instance), -1);
      g_autofree char *key = g_utf8_collate_key_for_filename (folded, -1);

      g_assert_true (last == NULL || strcmp (last, key) <= 0);
      g_free (last);
      last = g_steal_pointer (&key);
    }
}

static void
count_notify (GObject    *object,
              GParamSpec *pspec,
              guint      *n)
{
  ++*n;
}

static void
test_playground (void)
{
  g_autoptr (GwTestSource) self = gw_test_source_new ("");
  gint64 before = g_get_real_time () / G_USEC_PER_SEC;
  GwInstance *instance;
  guint n_notify = 0;

  g_assert_cmpstr (gw_source_get_id (GW_SOURCE (self->source)), ==,
                   gw_account_get_id (self->account));
  g_assert_cmpstr (gw_source_get_title (GW_SOURCE (self->source)), ==, "Playground");
  gw_test_source_refresh (self);
  g_assert_no_error (gw_ecs_source_get_problem (self->source));
  g_assert_cmpuint (gw_test_source_count (self), ==, 40);
  g_assert_cmpuint (gw_test_source_count_region (self, "cn-hangzhou"), ==, 18);
  g_assert_cmpuint (gw_ecs_source_get_failed_regions (self->source)->len, ==, 0);
  g_assert_cmpuint (gw_ecs_source_get_refusals (self->source)->len, ==, 0);
  g_assert_cmpuint (gw_ecs_source_get_n_skipped (self->source), ==, 0);
  g_assert_cmpint (gw_ecs_source_get_updated (self->source), >=, before);
  g_assert_cmpfloat (gw_ecs_source_get_progress (self->source), ==, 1);
  assert_sorted (self);

  g_assert_cmpuint (gw_ecs_source_get_regions (self->source)->len, ==, 30);
  g_assert_cmpstr (gw_ecs_source_get_name (self->source, "cn-hangzhou"), ==, "China (Hangzhou)");
  g_assert_cmpstr (gw_ecs_source_get_name (self->source, "rg-lab"), ==, "Lab <research> & co");
  g_assert_cmpstr (gw_ecs_source_get_name (self->source, "rg-nobody"), ==, "rg-nobody");
  g_assert_cmpuint (gw_ecs_source_get_groups (self->source)->len, ==, 4);

  instance = gw_test_source_find (self, "db-2");
  g_assert_cmpuint (gw_instance_get_status (instance), ==, GW_INSTANCE_STATUS_STOPPED);
  g_assert_cmpint (gw_instance_get_status_time (instance), >=, before);

  g_signal_connect (self->source, "notify::title", G_CALLBACK (count_notify), &n_notify);
  gw_account_set_name (self->account, "Renamed");
  g_assert_cmpstr (gw_source_get_title (GW_SOURCE (self->source)), ==, "Renamed");
  g_assert_cmpuint (n_notify, ==, 1);
}

static void
test_pages (void)
{
  g_autoptr (GwTestSource) self = gw_test_source_new_many ();

  gw_test_source_refresh (self);
  g_assert_no_error (gw_ecs_source_get_problem (self->source));
  g_assert_cmpuint (gw_test_source_count (self), ==, 2 * PER_REGION);
  assert_sorted (self);
  /* The pages of two regions, and 28 empty lists. */
  g_assert_cmpuint (gw_test_source_count_log (self, "\"DescribeInstances\""), ==,
                    2 * GW_TEST_PAGES + 28);
}

static void
test_progressive (void)
{
  g_autoptr (GwTestSource) self = gw_test_source_new_many ();

  gw_test_source_steer (self, "{\"rules\": [{\"match\": {\"region\": \"cn-beijing\", \"page\": 3,"
                              " \"action\": \"DescribeInstances\"}, \"delay\": 100}]}");
  gw_ecs_source_refresh (self->source);
  gw_test_wait_until (gw_test_source_count_region (self, "cn-beijing") == 200 &&
                      gw_test_source_count_region (self, "cn-hangzhou") == PER_REGION);
  g_assert_cmpuint (gw_ecs_source_get_state (self->source), ==, GW_ECS_SOURCE_REFRESHING);
  gw_test_wait_until (gw_ecs_source_get_progress (self->source) > 29 / 30.0);
  g_assert_cmpfloat (gw_ecs_source_get_progress (self->source), <, 1);
  assert_sorted (self);
}

static void
test_cancel (void)
{
  g_autoptr (GwTestSource) self = gw_test_source_new_many ();
  guint n;

  gw_test_source_steer (self, "{\"rules\": [{\"match\": {\"page\": 3}, \"delay\": 100}]}");
  gw_ecs_source_refresh (self->source);
  gw_test_wait_until (gw_test_source_count (self) == 400);
  gw_ecs_source_cancel (self->source);
  g_assert_cmpuint (gw_ecs_source_get_state (self->source), ==, GW_ECS_SOURCE_IDLE);
  g_assert_cmpfloat (gw_ecs_source_get_progress (self->source), ==, 0);
  g_assert_cmpint (gw_ecs_source_get_updated (self->source), ==, 0);
  g_assert_no_error (gw_ecs_source_get_problem (self->source));
  n = gw_test_source_count (self);
  g_assert_cmpuint (n, ==, 400);

  /* And again, from the start. */
  gw_test_source_steer (self, "{\"clear\": true}");
  gw_test_source_refresh (self);
  g_assert_cmpuint (gw_test_source_count (self), ==, 2 * PER_REGION);
}

/* Freed in the middle: nothing may come back to it. */
static void
test_dispose (void)
{
  g_autoptr (GwTestSource) self = gw_test_source_new_many ();

  gw_test_source_steer (self, "{\"rules\": [{\"match\": {\"page\": 3}, \"delay\": 100}]}");
  gw_ecs_source_refresh (self->source);
  gw_test_wait_until (gw_test_source_count (self) > 0);
}

static void
test_changes (void)
{
  g_autoptr (GwTestSource) self = gw_test_source_new ("");
  g_autoptr (GwInstance) released = NULL;
  g_autoptr (GwInstance) renamed = NULL;
  g_autofree char *release = NULL;
  g_autofree char *rename = NULL;

  gw_test_source_refresh (self);
  released = g_object_ref (gw_test_source_find (self, "bastion"));
  renamed = g_object_ref (gw_test_source_find (self, "jump"));
  release = g_strdup_printf ("{\"release\": \"%s\", \"add\": {\"id\": \"i-new\", \"name\": \"new\","
                             " \"region\": \"us-west-1\"}}", gw_instance_get_id (released));
  gw_test_source_steer (self, release);
  rename = g_strdup_printf ("{\"change\": {\"id\": \"%s\", \"name\": \"aaa\", \"status\": "
                            "\"Stopping\"}}", gw_instance_get_id (renamed));
  gw_test_source_steer (self, rename);

  gw_test_source_refresh (self);
  g_assert_cmpuint (gw_test_source_count (self), ==, 40);
  g_assert_null (gw_test_source_find (self, "bastion"));
  g_assert_nonnull (gw_test_source_find (self, "new"));
  /* The same object, in another place. */
  g_assert_true (gw_test_source_find (self, "aaa") == renamed);
  g_assert_cmpuint (gw_instance_get_status (renamed), ==, GW_INSTANCE_STATUS_STOPPING);
  assert_sorted (self);
}

static void
test_ticks (void)
{
  static const char *const two[] = { "cn-beijing", "cn-hangzhou", NULL };
  static const char *const one[] = { "cn-beijing", NULL };
  g_autoptr (GwTestSource) self = gw_test_source_new ("");

  gw_account_set_regions (self->account, two);
  gw_test_source_refresh (self);
  g_assert_cmpuint (gw_test_source_count (self), ==, 24);
  g_assert_cmpuint (gw_test_source_count_log (self, "\"DescribeInstances\""), ==, 2);
  g_assert_cmpuint (gw_ecs_source_get_regions (self->source)->len, ==, 30);

  gw_account_set_regions (self->account, one);
  g_assert_cmpuint (gw_test_source_count (self), ==, 6);
}

static void
test_set_client (void)
{
  g_autoptr (GwTestSource) self = gw_test_source_new ("");
  GwCloudClient *client = gw_test_client_new (self->cloud, "neighbour");

  gw_ecs_source_refresh (self->source);
  gw_test_wait_until (gw_ecs_source_get_state (self->source) == GW_ECS_SOURCE_REFRESHING);
  gw_ecs_source_set_client (self->source, client);
  g_assert_cmpuint (gw_ecs_source_get_state (self->source), ==, GW_ECS_SOURCE_IDLE);
  gw_test_source_refresh (self);
  g_assert_cmpuint (gw_test_source_count (self), ==, 3);
  g_object_unref (self->client);
  self->client = client;
}

/* What the client waited for that is not asked any more is over. */
static void
test_set_client_waiting (void)
{
  g_autoptr (GwTestSource) self = gw_test_source_new ("");
  GwCloudClient *client = gw_test_client_new (self->cloud, "gangway");
  g_autoptr (GPtrArray) instances = g_ptr_array_new_with_free_func (g_object_unref);

  gw_test_source_refresh (self);
  gw_test_source_steer (self, "{\"rules\": [{\"match\": {\"action\": \"DescribeInstanceStatus\"}, "
                              "\"throttle\": {\"time_left\": 60000, \"retry_after\": true}}]}");
  g_ptr_array_add (instances, g_list_model_get_item (G_LIST_MODEL (self->source), 0));
  gw_ecs_source_ask_states (self->source, instances);
  gw_test_wait_until (gw_ecs_source_get_wait (self->source) > 30);
  gw_ecs_source_set_client (self->source, client);
  g_assert_cmpuint (gw_ecs_source_get_wait (self->source), ==, 0);
  g_object_unref (self->client);
  self->client = client;
}

/* A region that is not listed any more takes its instances along. */
static void
test_region_goes (void)
{
  static const char *const two[] = { "--instances", "40", "--regions", "2", NULL };
  g_autoptr (GwTestSource) self = gw_test_source_new ("--instances 60 --regions 3");
  g_autoptr (GwTestCloud) cloud = gw_test_cloud_new (two);
  GwCloudClient *client = gw_test_client_new (cloud, "gangway");

  gw_test_source_refresh (self);
  g_assert_cmpuint (gw_test_source_count (self), ==, 60);
  gw_ecs_source_set_client (self->source, client);
  gw_test_source_refresh (self);
  g_assert_no_error (gw_ecs_source_get_problem (self->source));
  g_assert_cmpuint (gw_ecs_source_get_failed_regions (self->source)->len, ==, 0);
  g_assert_cmpuint (gw_test_source_count (self), ==, 40);
  g_object_unref (self->client);
  self->client = client;
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *home = gw_test_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/source/playground", test_playground);
  g_test_add_func ("/source/pages", test_pages);
  g_test_add_func ("/source/progressive", test_progressive);
  g_test_add_func ("/source/cancel", test_cancel);
  g_test_add_func ("/source/dispose", test_dispose);
  g_test_add_func ("/source/changes", test_changes);
  g_test_add_func ("/source/ticks", test_ticks);
  g_test_add_func ("/source/region-goes", test_region_goes);
  g_test_add_func ("/source/set-client", test_set_client);
  g_test_add_func ("/source/set-client-waiting", test_set_client_waiting);

  result = g_test_run ();
  gw_test_home_free (g_steal_pointer (&home));
  return result;
}
