/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gw-ram.h"
#include "gw-test-source.h"

#define PER_REGION (100 * GW_TEST_PAGES)
#define BAD_PAGE MIN (7, GW_TEST_PAGES - 1)

static const char *const playground[] = { NULL };

static const char *
get_failed (GwTestSource *self,
            guint         index)
{
  GPtrArray *failed = gw_ecs_source_get_failed_regions (self->source);

  g_assert_cmpuint (index, <, failed->len);
  return g_ptr_array_index (failed, index);
}

/* One region failed, and only that one: what else there is shows. */
static void
assert_one_failed (GwTestSource *self,
                   const char   *region)
{
  g_assert_no_error (gw_ecs_source_get_problem (self->source));
  g_assert_cmpuint (gw_ecs_source_get_failed_regions (self->source)->len, ==, 1);
  g_assert_cmpstr (get_failed (self, 0), ==, region);
}

static void
count_problem (GwEcsSource *source,
               guint       *n)
{
  ++*n;
}

static void
test_denied (void)
{
  /* The reader: nothing in cn-beijing, and no resource groups. */
  g_autoptr (GwTestSource) self = gw_test_source_new_for ("reader", playground);
  GPtrArray *refusals;
  guint n_changed = 0;

  g_signal_connect (self->source, "problem-changed", G_CALLBACK (count_problem), &n_changed);
  gw_test_source_refresh (self);
  g_assert_cmpuint (n_changed, ==, 1);
  g_assert_no_error (gw_ecs_source_get_problem (self->source));
  g_assert_cmpuint (gw_ecs_source_get_failed_regions (self->source)->len, ==, 0);
  g_assert_cmpuint (gw_test_source_count (self), ==, 34);
  g_assert_cmpint (gw_ecs_source_get_updated (self->source), >, 0);

  refusals = gw_ecs_source_get_refusals (self->source);
  g_assert_cmpuint (refusals->len, ==, 2);
  for (guint i = 0; i < refusals->len; i++)
    {
      GwRefusal *refusal = g_ptr_array_index (refusals, i);

      if (g_str_equal (refusal->action, "ecs:DescribeInstances"))
        {
          g_assert_cmpuint (refusal->regions->len, ==, 1);
          g_assert_cmpstr (g_ptr_array_index (refusal->regions, 0), ==, "cn-beijing");
        }
      else
        g_assert_cmpstr (refusal->action, ==, "resourcemanager:ListResourceGroups");
    }
  /* Instances name two of them all the same. */
  g_assert_cmpuint (gw_ecs_source_get_groups (self->source)->len, ==, 2);
}

static void
test_regions_denied (void)
{
  static const char *const two[] = { "cn-beijing", "us-west-1", NULL };
  g_autoptr (GwTestSource) self = gw_test_source_new ("");

  gw_test_source_steer (self, "{\"policy\": {\"key\": \"LTAI5tGangwayPlayground1\", "
                              "\"statements\": [{\"Effect\": \"Allow\", \"Action\": "
                              "\"ecs:DescribeInstances\"}]}}");
  /* The default region only. */
  gw_test_source_refresh (self);
  g_assert_no_error (gw_ecs_source_get_problem (self->source));
  g_assert_cmpuint (gw_test_source_count (self), ==, 18);
  g_assert_cmpuint (gw_ecs_source_get_refusals (self->source)->len, ==, 2);

  gw_account_set_regions (self->account, two);
  gw_test_source_refresh (self);
  g_assert_cmpuint (gw_test_source_count (self), ==, 8);
  g_assert_cmpuint (gw_test_source_count_log (self, "\"DescribeInstances\""), ==, 3);
}

static void
test_all_denied (void)
{
  g_autoptr (GwTestSource) self = gw_test_source_new ("");

  gw_test_source_steer (self, "{\"policy\": {\"key\": \"LTAI5tGangwayPlayground1\", "
                              "\"statements\": [{\"Effect\": \"Allow\", \"Action\": "
                              "\"ecs:DescribeRegions\"}]}}");
  gw_test_source_refresh (self);
  g_assert_no_error (gw_ecs_source_get_problem (self->source));
  g_assert_cmpuint (gw_ecs_source_get_refusals (self->source)->len, ==, 2);
  g_assert_cmpint (gw_ecs_source_get_updated (self->source), ==, 0);
}

static void
test_wrong_key (void)
{
  g_autoptr (GwTestSource) self = gw_test_source_new_for ("disabled", playground);

  gw_test_source_refresh (self);
  g_assert_error (gw_ecs_source_get_problem (self->source), GW_CLOUD_ERROR, GW_CLOUD_ERROR_KEY);
  g_assert_cmpuint (gw_test_source_count_log (self, "\"DescribeInstances\""), ==, 0);
  g_assert_cmpint (gw_ecs_source_get_updated (self->source), ==, 0);
}

/* The key stops to be good in the middle: one problem, and nothing more is asked. */
static void
test_key_goes (void)
{
  g_autoptr (GwTestSource) self = gw_test_source_new ("");

  gw_test_source_steer (self, "{\"rules\": [{\"match\": {\"action\": \"DescribeInstances\"}, "
                              "\"after\": 1, \"fail\": \"InvalidAccessKeyId.Inactive\"}]}");
  gw_test_source_refresh (self);
  g_assert_error (gw_ecs_source_get_problem (self->source), GW_CLOUD_ERROR, GW_CLOUD_ERROR_KEY);
  g_assert_cmpuint (gw_ecs_source_get_failed_regions (self->source)->len, ==, 0);
  g_assert_cmpuint (gw_test_source_count_log (self, "\"DescribeInstances\""), <, 16);
}

/* What came before the problem is written, but is not complete. */
static void
test_kept (void)
{
  g_autoptr (GwTestSource) self = gw_test_source_new ("");
  g_autofree char *path = g_build_filename (self->folder, gw_account_get_id (self->account), NULL);

  gw_test_source_steer (self, "{\"rules\": [{\"match\": {\"action\": \"DescribeInstances\"}, "
                              "\"after\": 1, \"delay\": 0.5, "
                              "\"fail\": \"InvalidAccessKeyId.Inactive\"}]}");
  gw_test_source_refresh (self);
  g_assert_error (gw_ecs_source_get_problem (self->source), GW_CLOUD_ERROR, GW_CLOUD_ERROR_KEY);
  g_assert_cmpuint (gw_test_source_count (self), ==, 18);
  g_assert_cmpint (gw_ecs_source_get_updated (self->source), ==, 0);
  gw_test_wait_until (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
test_throttled (void)
{
  g_autoptr (GwTestSource) self = gw_test_source_new ("");

  /* For a moment: nobody hears of it. */
  gw_test_source_steer (self, "{\"rules\": [{\"match\": {\"action\": \"DescribeInstances\"}, "
                              "\"times\": 2, \"throttle\": {\"time_left\": 200, "
                              "\"retry_after\": true}}]}");
  gw_test_source_refresh (self);
  g_assert_no_error (gw_ecs_source_get_problem (self->source));
  g_assert_cmpuint (gw_test_source_count (self), ==, 40);

  /* For good: one problem, what was there stays. */
  gw_test_source_steer (self, "{\"rules\": [{\"match\": {\"action\": \"DescribeInstances\"}, "
                              "\"throttle\": {\"time_left\": 50, \"retry_after\": true}}]}");
  gw_test_source_refresh (self);
  g_assert_error (gw_ecs_source_get_problem (self->source), GW_CLOUD_ERROR,
                  GW_CLOUD_ERROR_THROTTLED);
  g_assert_cmpuint (gw_test_source_count (self), ==, 40);
  g_assert_cmpuint (gw_ecs_source_get_wait (self->source), ==, 0);

  /* One region only: the others show. */
  gw_test_source_steer (self, "{\"clear\": true, \"rules\": [{\"match\": {\"action\": "
                              "\"DescribeInstances\", \"region\": \"cn-beijing\"}, "
                              "\"throttle\": {\"time_left\": 50, \"retry_after\": true}}]}");
  gw_test_source_refresh (self);
  assert_one_failed (self, "cn-beijing");
  g_assert_cmpuint (gw_test_source_count (self), ==, 40);
}

static void
test_waits (void)
{
  g_autoptr (GwTestSource) self = gw_test_source_new ("");

  gw_test_source_steer (self, "{\"rules\": [{\"match\": {\"action\": \"DescribeInstances\"}, "
                              "\"throttle\": {\"time_left\": 60000, \"retry_after\": true}}]}");
  gw_ecs_source_refresh (self->source);
  gw_test_wait_until (gw_ecs_source_get_wait (self->source) > 30);
  gw_ecs_source_cancel (self->source);
  gw_test_wait_until (gw_ecs_source_get_wait (self->source) == 0);
}

static void
test_cut (void)
{
  g_autoptr (GwTestSource) self = gw_test_source_new_many ();
  g_autofree char *rule = g_strdup_printf ("{\"rules\": [{\"match\": {\"region\": \"cn-beijing\", "
                                           "\"page\": %u}, \"cut\": 5000}]}", BAD_PAGE);

  gw_test_source_steer (self, rule);
  gw_test_source_refresh (self);
  assert_one_failed (self, "cn-beijing");
  g_assert_cmpuint (gw_test_source_count_region (self, "cn-beijing"), ==,
                    100 * (BAD_PAGE - 1));
  g_assert_cmpuint (gw_test_source_count_region (self, "cn-hangzhou"), ==, PER_REGION);
  g_assert_cmpint (gw_ecs_source_get_updated (self->source), ==, 0);

  gw_test_source_steer (self, "{\"clear\": true}");
  gw_test_source_refresh (self);
  g_assert_cmpuint (gw_test_source_count (self), ==, 2 * PER_REGION);

  /* What was there before stays, too. */
  gw_test_source_steer (self, rule);
  gw_test_source_refresh (self);
  assert_one_failed (self, "cn-beijing");
  g_assert_cmpuint (gw_test_source_count (self), ==, 2 * PER_REGION);
}

static void
test_network_goes (void)
{
  g_autoptr (GwTestSource) self = gw_test_source_new ("");

  gw_test_source_steer (self, "{\"rules\": [{\"match\": {\"action\": \"DescribeInstances\"}, "
                              "\"after\": 1, \"cut\": -1}]}");
  gw_test_source_refresh (self);
  g_assert_error (gw_ecs_source_get_problem (self->source), GW_CLOUD_ERROR,
                  GW_CLOUD_ERROR_NETWORK);
  g_assert_cmpuint (gw_ecs_source_get_failed_regions (self->source)->len, ==, 0);
}

static void
test_twice (void)
{
  g_autoptr (GwTestSource) self = gw_test_source_new ("");

  gw_test_source_steer (self, "{\"rules\": [{\"twice\": true}]}");
  gw_test_source_refresh (self);
  g_assert_no_error (gw_ecs_source_get_problem (self->source));
  g_assert_cmpuint (gw_test_source_count (self), ==, 40);
}

static void
test_malformed (void)
{
  g_autoptr (GwTestSource) self = gw_test_source_new ("");

  /* Seven of the fifteen ways leave nothing that could be shown. */
  gw_test_source_steer (self, "{\"rules\": [{\"match\": {\"region\": \"cn-hangzhou\"}, "
                              "\"malformed\": 15}]}");
  gw_test_source_refresh (self);
  g_assert_no_error (gw_ecs_source_get_problem (self->source));
  g_assert_cmpuint (gw_ecs_source_get_failed_regions (self->source)->len, ==, 0);
  g_assert_cmpuint (gw_ecs_source_get_n_skipped (self->source), ==, 7);
  g_assert_cmpuint (gw_test_source_count (self), ==, 33);

  gw_test_source_steer (self, "{\"clear\": true}");
  gw_test_source_refresh (self);
  g_assert_cmpuint (gw_ecs_source_get_n_skipped (self->source), ==, 0);
  g_assert_cmpuint (gw_test_source_count (self), ==, 40);
}

static void
test_names (void)
{
  static const char *const kinds[] = { "markup", "control", "emoji" };
  g_autoptr (GwTestSource) self = gw_test_source_new ("");

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *rule = g_strdup_printf ("{\"clear\": true, \"rules\": [{\"names\": "
                                               "\"%s\"}]}", kinds[i]);

      gw_test_source_steer (self, rule);
      gw_test_source_refresh (self);
      g_assert_cmpuint (gw_test_source_count (self), ==, 40);
      for (guint j = 0; j < 40; j++)
        {
          g_autoptr (GwInstance) instance = g_list_model_get_item (G_LIST_MODEL (self->source), j);
          const char *title = gw_instance_get_title (instance);

          g_assert_true (g_utf8_validate (title, -1, NULL));
          g_assert_cmpint (g_utf8_strlen (title, -1), <=, 256);
          for (const char *p = title; *p != '\0'; p = g_utf8_next_char (p))
            g_assert_false (g_unichar_iscntrl (g_utf8_get_char (p)) ||
                            g_unichar_type (g_utf8_get_char (p)) == G_UNICODE_FORMAT);
        }
    }
}

/* One region answers badly in each of many ways; it keeps what it had. */
static void
test_garbage (void)
{
  static const char *const effects[] = {
    "\"garbage\": \"xml\"", "\"garbage\": \"array\"", "\"garbage\": \"deep\"",
    "\"garbage\": \"truncated\"", "\"garbage\": \"nothing\"", "\"token\": \"same\"",
    "\"token\": \"new\"", "\"token\": \"empty\"", "\"garbage\": \"html\"",
    "\"garbage\": \"huge\"", "\"fail\": \"ServiceUnavailable\"",
  };
  g_autoptr (GwTestSource) self = gw_test_source_new ("");
  gint64 updated;

  gw_test_source_refresh (self);
  updated = gw_ecs_source_get_updated (self->source);
  for (guint i = 0; i < G_N_ELEMENTS (effects); i++)
    {
      g_autofree char *rule = NULL;

      g_test_message ("%s", effects[i]);
      rule = g_strdup_printf ("{\"clear\": true, \"rules\": [{\"match\": {\"region\": "
                              "\"cn-beijing\", \"action\": \"DescribeInstances\"}, %s}]}",
                              effects[i]);
      gw_test_source_steer (self, rule);
      gw_test_source_refresh (self);
      assert_one_failed (self, "cn-beijing");
      g_assert_cmpuint (gw_test_source_count (self), ==, 40);
      g_assert_cmpint (gw_ecs_source_get_updated (self->source), ==, updated);
    }
}

/* Everything is garbage: one problem. An empty object is no list without instances. */
static void
test_all_garbage (void)
{
  g_autoptr (GwTestSource) self = gw_test_source_new ("");

  gw_test_source_refresh (self);
  gw_test_source_steer (self, "{\"rules\": [{\"match\": {\"action\": \"DescribeInstances\"}, "
                              "\"garbage\": \"binary\"}]}");
  gw_test_source_refresh (self);
  g_assert_error (gw_ecs_source_get_problem (self->source), GW_CLOUD_ERROR, GW_CLOUD_ERROR_ANSWER);
  g_assert_cmpuint (gw_ecs_source_get_failed_regions (self->source)->len, ==, 0);
  g_assert_cmpuint (gw_test_source_count (self), ==, 40);

  gw_test_source_steer (self, "{\"clear\": true, \"rules\": [{\"match\": {\"action\": "
                              "\"DescribeRegions\"}, \"garbage\": \"xml\"}]}");
  gw_test_source_refresh (self);
  g_assert_error (gw_ecs_source_get_problem (self->source), GW_CLOUD_ERROR, GW_CLOUD_ERROR_ANSWER);
  g_assert_cmpuint (gw_test_source_count (self), ==, 40);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *home = gw_test_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/source/denied", test_denied);
  g_test_add_func ("/source/regions-denied", test_regions_denied);
  g_test_add_func ("/source/all-denied", test_all_denied);
  g_test_add_func ("/source/wrong-key", test_wrong_key);
  g_test_add_func ("/source/key-goes", test_key_goes);
  g_test_add_func ("/source/kept", test_kept);
  g_test_add_func ("/source/throttled", test_throttled);
  g_test_add_func ("/source/waits", test_waits);
  g_test_add_func ("/source/cut", test_cut);
  g_test_add_func ("/source/network-goes", test_network_goes);
  g_test_add_func ("/source/twice", test_twice);
  g_test_add_func ("/source/malformed", test_malformed);
  g_test_add_func ("/source/names", test_names);
  g_test_add_func ("/source/garbage", test_garbage);
  g_test_add_func ("/source/all-garbage", test_all_garbage);

  result = g_test_run ();
  gw_test_home_free (g_steal_pointer (&home));
  return result;
}
