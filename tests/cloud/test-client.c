/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gw-test-call.h"

#include <string.h>

static void
test_call (void)
{
  g_autoptr (GwCloudClient) client = make_client ("gangway");
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (JsonNode) log_root = NULL;
  JsonObject *entry;

  control ("{\"clear\": true}");
  root = call (client, GW_CLOUD_ECS, "DescribeInstances",
               (const char *const[]) { "InstanceName", "a b&c=d+e%20/\xc3\xa4*~'\"", "Status", "",
                                       NULL },
               &error);
  g_assert_no_error (error);
  g_assert_nonnull (gw_json_get_object (json_node_get_object (root), "Instances"));
  g_assert_cmpuint (json_array_get_length (get_log (&log_root)), ==, 1);
  entry = json_array_get_object_element (
      gw_json_get_array (json_node_get_object (log_root), "log"), 0);
  g_assert_cmpstr (gw_json_get_string (entry, "signature", 10), ==, "V3");
  g_assert_cmpstr (gw_json_get_string (entry, "region", 100), ==, "cn-hangzhou");
  g_assert_cmpstr (gw_json_get_string (entry, "result", 100), ==, "OK");
}

/* The client may go while calls run; they end all the same. */
static void
test_many (void)
{
  g_autoptr (GwCloudClient) client = make_client ("gangway");
  GAsyncResult *results[20] = { NULL };
  GwCloudClient *borrowed = client;
  guint n_ended = 0;

  control ("{\"clear\": true}");
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    gw_cloud_client_call_async (client, GW_CLOUD_ECS, "cn-hangzhou", "DescribeRegions", NULL, NULL,
                                on_result, &results[i]);
  g_clear_object (&client);
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) root = NULL;

      gw_test_wait_until (results[i] != NULL);
      root = gw_cloud_client_call_finish (borrowed, results[i], &error);
      g_assert_no_error (error);
      n_ended += root != NULL;
    }
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    g_object_unref (results[i]);
  g_assert_cmpuint (n_ended, ==, G_N_ELEMENTS (results));
  g_assert_cmpuint (count_log (), ==, G_N_ELEMENTS (results));
}

static void
assert_nonces_differ (guint expected)
{
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GHashTable) nonces = g_hash_table_new (g_str_hash, g_str_equal);
  JsonArray *log = get_log (&root);

  g_assert_cmpuint (json_array_get_length (log), ==, expected);
  for (guint i = 0; i < expected; i++)
    {
      JsonObject *entry = json_array_get_object_element (log, i);

      g_assert_true (g_hash_table_add (nonces, (char *) gw_json_get_string (entry, "nonce", 100)));
    }
}

typedef struct
{
  GHashTable *ids;
  guint n_pages;
  GCancellable *cancellable; /* cancelled in page 3, optional */
} Pages;

static guint
on_page (JsonObject *answer,
         gpointer    user_data)
{
  Pages *pages = user_data;
  JsonArray *instances = gw_json_get_array (gw_json_get_object (answer, "Instances"), "Instance");
  guint n_new = 0;

  pages->n_pages++;
  for (guint i = 0; i < json_array_get_length (instances); i++)
    n_new += g_hash_table_add (
        pages->ids, g_strdup (gw_json_get_string (json_array_get_object_element (instances, i),
                                                  "InstanceId", 100)));
  if (pages->cancellable != NULL && pages->n_pages == 3)
    g_cancellable_cancel (pages->cancellable);
  return n_new;
}

static void
list (Pages   *pages,
      GError **error)
{
  g_autoptr (GwCloudClient) client = make_client ("gangway");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  pages->ids = ids;
  gw_cloud_client_list_async (client, GW_CLOUD_ECS, "cn-hangzhou", "DescribeInstances",
                              (const char *const[]) { "MaxResults", "10", NULL }, on_page, pages,
                              pages->cancellable, on_result, &result);
  gw_test_wait_until (result != NULL);
  gw_cloud_client_list_finish (client, result, error);
  g_test_message ("%u pages with %u", pages->n_pages, g_hash_table_size (ids));
  pages->ids = NULL;
  if (error != NULL && *error == NULL)
    g_assert_cmpuint (g_hash_table_size (ids), ==, 400);
}

static void
test_list (void)
{
  g_autoptr (GError) error = NULL;
  Pages pages = { NULL };

  control ("{\"clear\": true}");
  list (&pages, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pages.n_pages, ==, 40);
  assert_nonces_differ (40);
}

static void
test_list_cut (void)
{
  g_autoptr (GError) error = NULL;
  Pages pages = { NULL };

  set_rule ("{\"match\": {\"page\": 7}, \"cut\": 1000}");
  list (&pages, &error);
  g_assert_error (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_NETWORK);
  g_assert_cmpstr (gw_cloud_error_get_details (error)->action, ==, "ecs:DescribeInstances");
  g_assert_cmpuint (pages.n_pages, ==, 6);
}

static void
test_list_cancelled (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Pages pages = { .cancellable = cancellable };

  control ("{\"clear\": true}");
  list (&pages, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (pages.n_pages, ==, 3);
  g_assert_cmpuint (count_log (), ==, 3);
}

static void
test_list_endless (void)
{
  static const char *const kinds[] = { "new", "same", "empty" };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *rule = g_strdup_printf ("{\"token\": \"%s\"}", kinds[i]);
      g_autoptr (GError) error = NULL;
      Pages pages = { NULL };

      set_rule (rule);
      list (&pages, &error);
      g_assert_error (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_ANSWER);
      /* The first page's instances come again and again. */
      g_assert_cmpuint (pages.n_pages, <=, 4);
      g_assert_cmpuint (pages.n_pages, >=, 2);
    }
}

static void
on_waiting (GwCloudClient *client,
            guint          seconds,
            gpointer       user_data)
{
  g_string_append_printf (user_data, "%u ", seconds);
}

static void
test_throttled (void)
{
  g_autoptr (GwCloudClient) client = make_client ("gangway");
  g_autoptr (GString) waits = g_string_new (NULL);

  g_signal_connect (client, "waiting", G_CALLBACK (on_waiting), waits);
  set_rule ("{\"throttle\": {\"time_left\": 60}, \"times\": 2}");
  assert_call_works (client);
  assert_nonces_differ (3);
  g_assert_cmpstr (waits->str, ==, "1 0 1 0 ");

  g_string_truncate (waits, 0);
  set_rule ("{\"throttle\": {\"time_left\": 1200, \"retry_after\": true,"
            " \"code\": \"Throttling\"}, \"times\": 1}");
  gint64 start = g_get_monotonic_time ();
  assert_call_works (client);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 1200 * 1000);
  assert_nonces_differ (2);
  g_assert_cmpstr (waits->str, ==, "2 0 ");

  set_rule ("{\"throttle\": {\"time_left\": 20}}");
  assert_call_fails (client, GW_CLOUD_ERROR_THROTTLED);
  assert_nonces_differ (1 + GW_CLOUD_MAX_RETRIES);
}

/* Cancels as soon as it waits. */
static void
on_waiting_cancel (GwCloudClient *client,
                   guint          seconds,
                   gpointer       user_data)
{
  if (seconds > 0)
    g_cancellable_cancel (user_data);
}

static void
start_cancellable (GwCloudClient  *client,
                   GCancellable   *cancellable,
                   GAsyncResult  **result)
{
  gw_cloud_client_call_async (client, GW_CLOUD_ECS, "cn-hangzhou", "DescribeInstances", NULL,
                              cancellable, on_result, result);
}

static void
assert_cancelled (GwCloudClient *client,
                  GAsyncResult **result)
{
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  gw_test_wait_until (*result != NULL);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 2 * G_USEC_PER_SEC);
  g_assert_null (gw_cloud_client_call_finish (client, *result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_object (result);
}

static void
test_cancelled_waiting (void)
{
  static const char *const rules[] = {
    "{\"throttle\": {\"time_left\": 600000}}",
    "{\"fail\": \"Throttling.User\"}",
  };
  static const char *const waits[] = { "60 0 ", "1 0 " };

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      g_autoptr (GwCloudClient) client = make_client ("gangway");
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GString) seen = g_string_new (NULL);

      g_signal_connect (client, "waiting", G_CALLBACK (on_waiting), seen);
      g_signal_connect (client, "waiting", G_CALLBACK (on_waiting_cancel), cancellable);
      set_rule (rules[i]);
      start_cancellable (client, cancellable, &result);
      gw_test_wait_until (g_cancellable_is_cancelled (cancellable));
      assert_cancelled (client, &result);
      g_assert_cmpstr (seen->str, ==, waits[i]);
      g_assert_cmpuint (count_log (), ==, 1);
    }
}

static void
test_cancelled (void)
{
  static const char *const rules[] = {
    "{\"delay\": 60}",
    "{\"trickle\": {\"bytes\": 10, \"seconds\": 0.05}}",
  };
  g_autoptr (GwCloudClient) client = make_client ("gangway");
  g_autoptr (GCancellable) before = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();

      set_rule (rules[i]);
      start_cancellable (client, cancellable, &result);
      gw_test_wait_until (count_log () == 1);
      /* Some of its answer is there by then. */
      count_log ();
      g_assert_null (result);
      g_cancellable_cancel (cancellable);
      assert_cancelled (client, &result);
    }
  control ("{\"clear\": true}");
  g_cancellable_cancel (before);
  start_cancellable (client, before, &result);
  assert_cancelled (client, &result);
  g_assert_cmpuint (count_log (), ==, 0);
  assert_call_works (client);
}

static void
test_deadlines (void)
{
  g_autoptr (GwCloudClient) client = make_client ("gangway");
  gint64 start = g_get_monotonic_time ();

  gw_cloud_client_set_timeouts (client, 400, 20);
  set_rule ("{\"trickle\": {\"bytes\": 10, \"seconds\": 0.05}}");
  assert_call_fails (client, GW_CLOUD_ERROR_TIMED_OUT);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 3 * G_USEC_PER_SEC);
  gw_cloud_client_set_timeouts (client, 60000, 1);
  set_rule ("{\"delay\": 60}");
  start = g_get_monotonic_time ();
  assert_call_fails (client, GW_CLOUD_ERROR_TIMED_OUT);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 4 * G_USEC_PER_SEC);
  /* Nothing is repeated for that. */
  g_assert_cmpuint (count_log (), ==, 1);
}

static void
test_clock (void)
{
  static const char *const clocks[] = { "{\"clear\": true, \"clock\": 3600}",
                                        "{\"clear\": true, \"clock\": -3600}" };

  for (guint i = 0; i < G_N_ELEMENTS (clocks); i++)
    {
      g_autoptr (GwCloudClient) client = make_client ("gangway");

      control (clocks[i]);
      assert_call_works (client);
      assert_nonces_differ (2);
      assert_call_works (client);
      g_assert_cmpuint (count_log (), ==, 3);
      /* Somebody sets the clock. */
      control ("{\"clear\": true}");
      assert_call_works (client);
      g_assert_cmpuint (count_log (), ==, 2);
    }
}

static void
test_clock_for_ever (void)
{
  g_autoptr (GwCloudClient) client = make_client ("gangway");

  set_rule ("{\"fail\": \"InvalidTimeStamp.Expired\"}");
  assert_call_fails (client, GW_CLOUD_ERROR_CLOCK);
  g_assert_cmpuint (count_log (), ==, 2);
}

/* A kept connection that the server closes instead of an answer. */
static void
test_stale (void)
{
  g_autoptr (GwCloudClient) client = make_client ("gangway");
  g_autoptr (GwCloudClient) fresh = make_client ("gangway");
  g_autoptr (GError) error = NULL;

  control ("{\"clear\": true}");
  assert_call_works (client);
  set_rule ("{\"cut\": -1, \"times\": 1}");
  assert_call_works (client);
  assert_nonces_differ (2);
  /* Once only. */
  set_rule ("{\"cut\": -1}");
  assert_call_fails (client, GW_CLOUD_ERROR_NETWORK);
  g_assert_cmpuint (count_log (), ==, 2);
  /* Not where a call may have done something. */
  control ("{\"clear\": true}");
  assert_call_works (client);
  set_rule ("{\"cut\": -1, \"times\": 1}");
  g_assert_null (call (client, GW_CLOUD_ECS, "InvokeCommand", NULL, &error));
  g_assert_error (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_NETWORK);
  g_assert_cmpuint (count_log (), ==, 1);
  /* Not of a connection that is new. */
  set_rule ("{\"cut\": -1, \"times\": 1}");
  assert_call_fails (fresh, GW_CLOUD_ERROR_NETWORK);
  g_assert_cmpuint (count_log (), ==, 1);
  /* Not after the first byte. */
  control ("{\"clear\": true}");
  assert_call_works (client);
  set_rule ("{\"cut\": {\"bytes\": 0, \"reset\": true}, \"times\": 1}");
  assert_call_fails (client, GW_CLOUD_ERROR_NETWORK);
  g_assert_cmpuint (count_log (), ==, 1);
}

static void
test_tls (void)
{
  GwTestCloud *plain = cloud;
  g_autoptr (GwTestCloud) tls
      = gw_test_cloud_new ((const char *const[]) { "--tls", "--instances", "20", NULL });
  g_autoptr (GTlsDatabase) trusted = NULL;
  g_autoptr (GError) error = NULL;

  cloud = tls;
  {
    g_autoptr (GwCloudClient) client = make_client ("gangway");

    assert_call_fails (client, GW_CLOUD_ERROR_TLS);
    g_assert_cmpuint (count_log (), ==, 0);
    trusted = g_tls_file_database_new (gw_test_cloud_get (cloud, "certificate"), &error);
    g_assert_no_error (error);
    gw_cloud_client_set_tls_database (client, trusted);
    assert_call_works (client);
    set_rule ("{\"cut\": 100}");
    assert_call_fails (client, GW_CLOUD_ERROR_NETWORK);
    control ("{\"clear\": true}");
  }
  cloud = plain;
}

static void
test_endpoint (void)
{
  static const char *const refused[] = { "http://192.0.2.1", "http://localhost.example.com",
                                         "https://user@127.0.0.1" };
  g_autoptr (GwAccessKey) key = gw_test_cloud_dup_key (cloud, "gangway");
  g_autoptr (GwKeySource) keys = gw_key_source_new_fixed (key);

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GwCloudClient) client = gw_cloud_client_new (keys, refused[i]);

      assert_call_fails (client, GW_CLOUD_ERROR_ENDPOINT);
    }
  {
    /* Nobody listens there. */
    g_autoptr (GwCloudClient) client = gw_cloud_client_new (keys, "http://127.0.0.1:1");

    assert_call_fails (client, GW_CLOUD_ERROR_NETWORK);
  }
}

/* Only what stands in for the cloud on this computer answers for all products. */
static void
test_products (void)
{
  static const struct {
    const char *endpoint;
    const char *sts_endpoint;
    const char *ecs;
    const char *sts;
    const char *groups;
  } cases[] = {
    { NULL, NULL, "https://ecs.cn-shanghai.aliyuncs.com", "https://sts.cn-shanghai.aliyuncs.com",
      "https://resourcemanager.aliyuncs.com" },
    { "ecs-vpc.cn-shanghai.aliyuncs.com", NULL, "https://ecs-vpc.cn-shanghai.aliyuncs.com",
      "https://sts.cn-shanghai.aliyuncs.com", "https://resourcemanager.aliyuncs.com" },
    { "ecs-vpc.cn-shanghai.aliyuncs.com", "sts-vpc.cn-shanghai.aliyuncs.com",
      "https://ecs-vpc.cn-shanghai.aliyuncs.com", "https://sts-vpc.cn-shanghai.aliyuncs.com",
      "https://resourcemanager.aliyuncs.com" },
    { "http://127.0.0.1:1", "sts.aliyuncs.com", "http://127.0.0.1:1", "http://127.0.0.1:1",
      "http://127.0.0.1:1" },
    { "https://localhost:1", NULL, "https://localhost:1", "https://localhost:1",
      "https://localhost:1" },
    { "http://[::1]:1", NULL, "http://[::1]:1", "http://[::1]:1", "http://[::1]:1" },
  };
  g_autoptr (GwAccessKey) key = gw_test_cloud_dup_key (cloud, "gangway");
  g_autoptr (GwKeySource) keys = gw_key_source_new_fixed (key);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GwCloudClient) client = gw_cloud_client_new (keys, cases[i].endpoint);
      g_autofree char *ecs = NULL;
      g_autofree char *sts = NULL;
      g_autofree char *groups = NULL;

      if (cases[i].sts_endpoint != NULL)
        gw_cloud_client_set_sts_endpoint (client, cases[i].sts_endpoint);
      ecs = gw_cloud_client_find_base (client, GW_CLOUD_ECS, "cn-shanghai");
      sts = gw_cloud_client_find_base (client, GW_CLOUD_STS, "cn-shanghai");
      groups = gw_cloud_client_find_base (client, GW_CLOUD_RESOURCE_MANAGER, NULL);
      g_assert_cmpstr (ecs, ==, cases[i].ecs);
      g_assert_cmpstr (sts, ==, cases[i].sts);
      g_assert_cmpstr (groups, ==, cases[i].groups);
    }
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *home = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  home = gw_test_home_new ();
  cloud = gw_test_cloud_new ((const char *const[]) { "--instances", "400", "--regions", "1",
                                                     NULL });
  g_test_add_func ("/cloud/client/call", test_call);
  g_test_add_func ("/cloud/client/many", test_many);
  g_test_add_func ("/cloud/client/list", test_list);
  g_test_add_func ("/cloud/client/list-cut", test_list_cut);
  g_test_add_func ("/cloud/client/list-cancelled", test_list_cancelled);
  g_test_add_func ("/cloud/client/list-endless", test_list_endless);
  g_test_add_func ("/cloud/client/throttled", test_throttled);
  g_test_add_func ("/cloud/client/cancelled-waiting", test_cancelled_waiting);
  g_test_add_func ("/cloud/client/cancelled", test_cancelled);
  g_test_add_func ("/cloud/client/deadlines", test_deadlines);
  g_test_add_func ("/cloud/client/clock", test_clock);
  g_test_add_func ("/cloud/client/clock-for-ever", test_clock_for_ever);
  g_test_add_func ("/cloud/client/stale", test_stale);
  g_test_add_func ("/cloud/client/tls", test_tls);
  g_test_add_func ("/cloud/client/endpoint", test_endpoint);
  g_test_add_func ("/cloud/client/products", test_products);
  result = g_test_run ();
  gw_test_cloud_free (cloud);
  gw_test_home_free (g_steal_pointer (&home));
  return result;
}
