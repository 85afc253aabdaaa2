/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gw-test-assistant.h"

#define POLL "{\"match\": {\"action\": \"DescribeInvocationResults\"}, "

static void
test_poll (void)
{
  /* What goes on: results of a stranger, a broken connection, a wait that the cloud asks for. */
  static const char *const rules[] = {
    POLL "\"results\": \"stranger\"}", POLL "\"results\": \"none\", \"times\": 2}",
    POLL "\"cut\": 10, \"times\": 2}",
    POLL "\"throttle\": {\"time_left\": 50}, \"times\": 1}",
    POLL "\"throttle\": {\"time_left\": 10}, \"times\": 9}",
    POLL "\"fail\": \"InternalError\", \"times\": 3}",
    POLL "\"fail\": {\"code\": \"ServiceUnavailable\", \"status\": 503}, \"times\": 3}",
  };
  /* What ends it. */
  static const struct
  {
    const char *rule;
    GwCloudError error;
  } ends[] = {
    { POLL "\"fail\": \"Forbidden.RAM\"}", GW_CLOUD_ERROR_DENIED },
    { POLL "\"garbage\": \"html\"}", GW_CLOUD_ERROR_ANSWER },
    { POLL "\"fail\": \"InvalidParameter\"}", GW_CLOUD_ERROR_FAILED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      reset (TRUE);
      set_rule (rules[i]);
      assert_works (SEND);
      g_assert_cmpuint (count_calls ("InvokeCommand"), ==, 1);
    }
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autoptr (GError) error = NULL;

      reset (TRUE);
      set_rule (ends[i].rule);
      g_assert_false (act ("gangway", SEND, "root", 20, &error));
      g_test_message ("%s", error->message);
      g_assert_error (error, GW_CLOUD_ERROR, (int) ends[i].error);
      g_assert_cmpstr (gw_cloud_error_get_details (error)->action, ==,
                       "ecs:DescribeInvocationResults");
    }
}

static void
assert_reason (const char *first,
               const char *second,
               const char *reason)
{
  g_autofree char *body = g_strdup_printf (
    "{\"rules\": ["
    "{\"match\": {\"action\": \"InvokeCommand\"}, \"after\": 1, \"fail\": \"%s\"},"
    "{\"match\": {\"action\": \"InvokeCommand\"}, \"times\": 1, \"fail\": \"%s\"}]}",
    second, first);
  g_autoptr (GError) error = NULL;

  reset (TRUE);
  control (body);
  g_assert_false (act ("gangway", SEND, "root", 20, &error));
  g_test_message ("%s", error->message);
  g_assert_cmpstr (gw_cloud_error_get_details (error)->code, ==, reason);
  g_assert_cmpuint (count_calls ("InvokeCommand"), ==, 2);
}

/* Under either name there is no such command: what says most is told. */
static void
test_reason (void)
{
  assert_reason ("Parameter.NotMatched", "InvalidCmdId.NotFound", "Parameter.NotMatched");
  assert_reason ("InvalidCmdId.NotFound", "Parameter.NotMatched", "Parameter.NotMatched");
  assert_reason ("Parameter.NotMatched", "Forbidden.RAM", "Forbidden.RAM");
  reset (TRUE);
}

/* The answer is lost, and the command is begun all the same: it is not begun twice. */
static void
test_once (void)
{
  g_autoptr (GError) error = NULL;
  guint before;

  reset (TRUE);
  before = count_commands ();
  set_rule ("{\"match\": {\"action\": \"InvokeCommand\"}, \"cut\": -1, \"times\": 1}");
  assert_works (SEND);
  g_assert_cmpuint (count_calls ("InvokeCommand"), ==, 2);
  g_assert_cmpuint (count_commands (), ==, before + 1);

  set_rule ("{\"match\": {\"action\": \"InvokeCommand\"}, \"cut\": -1}");
  g_assert_false (act ("gangway", SEND, "root", 20, &error));
  g_assert_error (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_NETWORK);
  g_assert_cmpuint (count_calls ("InvokeCommand"), ==, 2);
}

static void
test_late (void)
{
  static const struct
  {
    const char *body; /* of the control; %s is the instance */
    GwError error;
  } waits[] = {
    { "{\"change\": {\"id\": \"%s\", \"assist_hold\": \"Pending\"}}", GW_ERROR_ASSISTANT_BUSY },
    { "{\"change\": {\"id\": \"%s\", \"assist_hold\": \"Running\"}}",
      GW_ERROR_ASSISTANT_TIMED_OUT },
    { "{\"change\": {\"id\": \"%s\", \"assist_hold\": \"Nothing\"}}",
      GW_ERROR_ASSISTANT_TIMED_OUT },
    { "{\"change\": {\"id\": \"%s\", \"assist_hold\": \"Nothing\", \"busy\": 1}}",
      GW_ERROR_ASSISTANT_BUSY },
    { "{\"change\": {\"id\": \"%s\", \"busy\": 0}, \"rules\": "
      "[" POLL "\"delay\": 30}]}", GW_ERROR_ASSISTANT_TIMED_OUT },
    { "{\"change\": {\"id\": \"%s\", \"busy\": 0}, \"rules\": "
      "[{\"match\": {\"action\": \"InvokeCommand\"}, \"delay\": 30}]}",
      GW_ERROR_ASSISTANT_TIMED_OUT },
    { "{\"change\": {\"id\": \"%s\", \"busy\": 0}, \"rules\": "
      "[" POLL "\"cut\": 10}]}", GW_ERROR_ASSISTANT_TIMED_OUT },
    { "{\"change\": {\"id\": \"%s\", \"busy\": 0}, \"rules\": "
      "[" POLL "\"fail\": \"InternalError\"}]}", GW_ERROR_ASSISTANT_TIMED_OUT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (waits); i++)
    {
      g_autoptr (GString) body = g_string_new (waits[i].body);
      gint64 start;

      reset (TRUE);
      g_string_replace (body, "%s", instance, 1);
      control (body->str);
      start = g_get_monotonic_time ();
      g_free (assert_fails (SEND, "root", 1, waits[i].error));
      g_assert_cmpint (g_get_monotonic_time () - start, >, G_USEC_PER_SEC / 2);
      g_assert_cmpint (g_get_monotonic_time () - start, <, 8 * G_USEC_PER_SEC);
    }
  reset (TRUE);
}

/* An agent that is at work may not take a call: what it says of itself tells that from one that is
 * gone. */
static void
test_no_response (void)
{
  gint64 start;

  reset (TRUE);
  change ("\"assist_error\": \"ClientNotResponse\", \"busy\": 3");
  assert_send_fails (GW_ERROR_ASSISTANT_BUSY, "3 commands");
  g_assert_cmpuint (count_calls ("DescribeCloudAssistantStatus"), ==, 1);
  change ("\"busy\": 0");
  assert_send_fails (GW_ERROR_ASSISTANT_STOPPED, "ClientNotResponse");
  /* It cannot be at work where it does not run. */
  change ("\"busy\": 3, \"agent\": false");
  assert_send_fails (GW_ERROR_ASSISTANT_STOPPED, "ClientNot");
  change ("\"agent\": true");
  set_rule ("{\"match\": {\"action\": \"DescribeCloudAssistantStatus\"}, \"delay\": 30}");
  start = g_get_monotonic_time ();
  assert_send_fails (GW_ERROR_ASSISTANT_STOPPED, "ClientNotResponse");
  g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_USEC_PER_SEC);
  reset (TRUE);
  change ("\"assist_error\": \"ClientIsUpgrading\"");
  assert_send_fails (GW_ERROR_ASSISTANT_BUSY, "being upgraded on the instance, which takes");
  reset (TRUE);
}

/* Cancels when @action was called @n times. */
static void
assert_cancels (Kind        kind,
                const char *action,
                guint       n)
{
  g_autoptr (GwCloudClient) client = make_client ("gangway");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gint64 start;
  guint n_calls;

  begin (client, kind, "root", 2, cancellable, &result);
  gw_test_wait_until (count_calls (action) >= n);
  g_assert_null (result);
  start = g_get_monotonic_time ();
  g_cancellable_cancel (cancellable);
  gw_test_wait_until (result != NULL);
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
  g_assert_false (finish (client, kind, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  /* And it is over: the client goes, nothing more is asked. */
  n_calls = count_log ();
  g_clear_object (&result);
  g_assert_finalize_object (g_steal_pointer (&client));
  g_assert_cmpuint (count_log (), ==, n_calls);
}

static void
test_cancel (void)
{
  static const Kind kinds[] = { ENABLE, SEND, RUN };

  reset (TRUE);
  set_rule ("{\"match\": {\"action\": \"DescribeCloudAssistantStatus\"}, \"delay\": 30}");
  assert_cancels (CHECK, "DescribeCloudAssistantStatus", 1);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      const char *action = kinds[i] == RUN ? "RunCommand" : "InvokeCommand";

      /* It is being begun; its result is being asked for; in the wait between two questions. */
      reset (TRUE);
      set_rule (kinds[i] == RUN ? "{\"match\": {\"action\": \"RunCommand\"}, \"delay\": 30}"
                                : "{\"match\": {\"action\": \"InvokeCommand\"}, \"delay\": 30}");
      assert_cancels (kinds[i], action, 1);
      reset (TRUE);
      set_rule (POLL "\"delay\": 30}");
      assert_cancels (kinds[i], "DescribeInvocationResults", 1);
      reset (TRUE);
      change ("\"assist_hold\": \"Pending\"");
      assert_cancels (kinds[i], "DescribeInvocationResults", 2);
    }
  /* Its time is over, and it is asked why. */
  reset (TRUE);
  change ("\"assist_hold\": \"Pending\"");
  control ("{\"rules\": [{\"match\": {\"action\": \"DescribeCloudAssistantStatus\"}, "
           "\"delay\": 30}]}");
  assert_cancels (SEND, "DescribeCloudAssistantStatus", 1);
  /* The second command of two. */
  reset (TRUE);
  change ("\"assist\": {\"enable\": {\"exit\": 3}}");
  control ("{\"rules\": [{\"match\": {\"action\": \"RunCommand\"}, \"delay\": 30}]}");
  assert_cancels (ENABLE, "RunCommand", 1);
  reset (TRUE);
}

int
main (int   argc,
      char *argv[])
{
  static const char *const arguments[] = { "--assist-seconds", "0.1", NULL };
  char *home = gw_test_home_new ();
  int status;

  g_test_init (&argc, &argv, NULL);
  cloud = gw_test_cloud_new (arguments);
  instance = find_instance ();
  g_test_add_func ("/assistant-trouble/poll", test_poll);
  g_test_add_func ("/assistant-trouble/reason", test_reason);
  g_test_add_func ("/assistant-trouble/once", test_once);
  g_test_add_func ("/assistant-trouble/late", test_late);
  g_test_add_func ("/assistant-trouble/no-response", test_no_response);
  g_test_add_func ("/assistant-trouble/cancel", test_cancel);
  status = g_test_run ();
  g_free (instance);
  gw_test_cloud_free (cloud);
  gw_test_home_free (home);
  return status;
}
