/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gw-assistant-private.h"

#include "gw-json.h"

#include <string.h>

static GwAssistantStatus *
read_status (const char *entries)
{
  g_autofree char *text = g_strdup_printf (
    "{\"InstanceCloudAssistantStatusSet\": {\"InstanceCloudAssistantStatus\": %s}}", entries);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = gw_json_parse (text, -1, 10000, &error);

  g_assert_no_error (error);
  return gw_assistant_status_read (json_node_get_object (root), "i-1");
}

static void
test_status (void)
{
  static const char *const empty[] = {
    "[]", "{}", "null", "7", "[null, 5, [], {}]",
    "[{\"InstanceId\": \"i-2\", \"CloudAssistantStatus\": \"true\", "
    "\"CloudAssistantVersion\": \"9\"}]",
    "[{\"InstanceId\": 1, \"CloudAssistantVersion\": \"9\"}]",
  };
  GwAssistantStatus *status;

  for (guint i = 0; i < G_N_ELEMENTS (empty); i++)
    {
      status = read_status (empty[i]);
      g_assert_cmpstr (status->version, ==, "");
      g_assert_false (status->is_running);
      gw_assistant_status_free (status);
    }
  status = read_status ("[{\"InstanceId\": \"i-2\", \"CloudAssistantVersion\": \"9\"}, "
                        "{\"InstanceId\": \"i-1\", \"CloudAssistantStatus\": true, "
                        "\"CloudAssistantVersion\": \"2.2\\n\\u202e\", \"ActiveTaskCount\": 3}]");
  g_assert_cmpstr (status->version, ==, "2.2");
  g_assert_true (status->is_running);
  g_assert_cmpuint (status->n_active, ==, 3);
  gw_assistant_status_free (status);
  status = read_status ("[{\"InstanceId\": \"i-1\", \"CloudAssistantStatus\": \"false\", "
                        "\"CloudAssistantVersion\": 5, \"ActiveTaskCount\": -3}]");
  g_assert_cmpstr (status->version, ==, "");
  g_assert_false (status->is_running);
  g_assert_cmpuint (status->n_active, ==, 0);
  gw_assistant_status_free (status);
}

/* An entry of DescribeInvocationResults from its fields (JSON). */
static GwAssistantResult *
read_result (const char *entries)
{
  g_autofree char *text = g_strdup_printf (
    "{\"Invocation\": {\"InvocationResults\": {\"InvocationResult\": %s}}}", entries);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = gw_json_parse (text, -1, 1 << 20, &error);

  g_assert_no_error (error);
  return gw_assistant_result_read (json_node_get_object (root), "t-1", "i-1");
}

static void
assert_output (const char *base64,
               const char *expected)
{
  g_autofree char *entry = g_strdup_printf (
    "[{\"InvokeId\": \"t-1\", \"InstanceId\": \"i-1\", \"Output\": \"%s\"}]", base64);
  g_autoptr (GwAssistantResult) result = read_result (entry);

  g_assert_nonnull (result);
  g_assert_cmpstr (result->output, ==, expected);
}

static void
test_output (void)
{
  static const char *const strangers[] = {
    "[]", "{}", "[null]", "[{}]", "[{\"InvokeId\": \"t-1\", \"InstanceId\": \"i-2\"}]",
    "[{\"InvokeId\": \"t-2\", \"InstanceId\": \"i-1\"}]", "[{\"InstanceId\": \"i-1\"}]",
  };
  g_autofree char *flood = g_strnfill (400000, 'Q');
  g_autofree char *entry = NULL;
  g_autoptr (GwAssistantResult) big = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (strangers); i++)
    g_assert_null (read_result (strangers[i]));
  assert_output ("", "");
  assert_output ("aGVsbG8=", "hello");
  assert_output ("aGVsbG8", "hel");
  assert_output ("aGVs\\nbG8=", "hello");
  assert_output ("{*}", "");
  assert_output ("AGEAYgA=", "ab");
  assert_output ("YRtbMm3/Yg1jCmQ=", "a[2m\357\277\275b\nc\nd");
  entry = g_strdup_printf ("[{\"InvokeId\": \"t-1\", \"InstanceId\": \"i-1\", \"Output\": \"%s\"}]",
                           flood);
  big = read_result (entry);
  g_assert_cmpuint (strlen (big->output), <=, 24 * 1024);
}

static void
test_codes (void)
{
  static const struct
  {
    const char *status, *code;
    int exit;
    guint n_active;
    GwError error;
  } ends[] = {
    { "Aborted", "InstanceNotRunning", 0, 0, GW_ERROR_NOT_RUNNING },
    { "Aborted", "InstanceReleased", 0, 0, GW_ERROR_NOT_RUNNING },
    { "Aborted", "InstanceNotExists", 0, 0, GW_ERROR_NOT_RUNNING },
    { "Invalid", "AccountNotExists", 0, 0, GW_ERROR_NO_SUCH_ACCOUNT },
    { "Aborted", "ClientNotRunning", 0, 9, GW_ERROR_ASSISTANT_STOPPED },
    { "Aborted", "ClientNotResponse", 0, 0, GW_ERROR_ASSISTANT_STOPPED },
    { "Aborted", "ClientNotResponse", 0, 3, GW_ERROR_ASSISTANT_BUSY },
    { "Aborted", "ClientIsUpgrading", 0, 0, GW_ERROR_ASSISTANT_BUSY },
    { "Aborted", "ClientNeedUpgrade", 0, 0, GW_ERROR_ASSISTANT_OLD },
    { "Aborted", "DeliveryTimeout", 0, 0, GW_ERROR_ASSISTANT_TIMED_OUT },
    { "Aborted", "DeliveryTimeout", 0, 2, GW_ERROR_ASSISTANT_BUSY },
    { "Aborted", "", 0, 0, GW_ERROR_ASSISTANT_TIMED_OUT },
    { "Aborted", "", 0, 1, GW_ERROR_ASSISTANT_BUSY },
    { "Timeout", "ExecutionTimeout", 0, 0, GW_ERROR_ASSISTANT_TIMED_OUT },
    { "Timeout", "", 0, 0, GW_ERROR_ASSISTANT_TIMED_OUT },
    { "Failed", "ExitCodeNonzero", 1, 0, GW_ERROR_ASSISTANT_FAILED },
    { "Failed", "", 0, 0, GW_ERROR_ASSISTANT_FAILED },
    { "Success", "", 1, 0, GW_ERROR_ASSISTANT_FAILED },
    { "Error", "ExecutionException", 0, 0, GW_ERROR_ASSISTANT_FAILED },
    { "Invalid", "CommandNotApplicable", 0, 0, GW_ERROR_ASSISTANT_FAILED },
    { "Cancelled", "", 0, 0, GW_ERROR_ASSISTANT_FAILED },
    { "Terminated", "SomethingNew", 0, 0, GW_ERROR_ASSISTANT_FAILED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *entry = g_strdup_printf (
        "[{\"InvokeId\": \"t-1\", \"InstanceId\": \"i-1\", \"InvocationStatus\": \"%s\", "
        "\"ErrorCode\": \"%s\", \"ErrorInfo\": \"of the cloud.\", \"ExitCode\": %d}]",
        ends[i].status, ends[i].code, ends[i].exit);
      g_autoptr (GwAssistantResult) result = read_result (entry);
      g_autoptr (GError) error = NULL;
      gboolean worked;

      g_assert_true (gw_assistant_result_is_over (result));
      worked = gw_assistant_result_check (result, "alice", ends[i].n_active, &error);
      g_assert_false (worked);
      g_test_message ("%s", error->message);
      g_assert_error (error, GW_ERROR, (int) ends[i].error);
      if (ends[i].exit == 0)
        g_assert_nonnull (strstr (error->message, ends[i].code));
    }
}

static gboolean
is_no_account (const char *output)
{
  GwAssistantResult result = { .status = (char *) "Failed", .code = (char *) "ExitCodeNonzero",
                               .info = (char *) "", .output = (char *) output, .exit_code = 1 };
  g_autoptr (GError) error = NULL;

  g_assert_false (gw_assistant_result_check (&result, "al.ice", 0, &error));
  return g_error_matches (error, GW_ERROR, GW_ERROR_NO_SUCH_ACCOUNT);
}

static void
test_accounts (void)
{
  static const char *const right[] = {
    "user al.ice does not exist", "id: 'al.ice': no such user", "id: ‘al.ice’: No such user",
    "chown: invalid user: 'al.ice:al.ice'", "sudo: unknown user al.ice",
    "User \"al.ice\" not found.",
    "su: user al.ice does not exist or the user entry does not contain all the required fields",
    "account al.ice doesn't exist", "username al.ice is not exist", "User does not exist: al.ice",
    "first line\nuser al.ice does not exist\nlast line",
  };
  static const char *const wrong[] = {
    "plugin name does not exist", "sshd account: not found", "user does not exist", "no such user",
    "user bob does not exist", "user al.ice2 does not exist", "user alXice does not exist",
    "user x-al.ice does not exist", "user al.ice.x does not exist", "user AL.ICE does not exist",
    "/home/al.ice does not exist", "the plugin of user al.ice: file not found",
    "unknown user bob, not al.ice", "",
  };

  for (guint i = 0; i < G_N_ELEMENTS (right); i++)
    {
      g_test_message ("%s", right[i]);
      g_assert_true (is_no_account (right[i]));
    }
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_test_message ("%s", wrong[i]);
      g_assert_false (is_no_account (wrong[i]));
    }
}

/* However it is meant, reading it takes no time. */
static void
test_hostile (void)
{
  static const char *const parts[] = { "user", "user ", "\"", "user \"\"\"", "al.ice", "al.ice:::",
                                       "user al.ice ", "name\n", "no such user ", "(((((" };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autoptr (GString) flood = g_string_new (NULL);

      while (flood->len < 24 * 1024)
        g_string_append (flood, parts[i]);
      for (guint round = 0; round < 200; round++)
        g_assert_false (is_no_account (flood->str));
      /* What comes late is not looked for. */
      g_string_append (flood, " user al.ice does not exist");
      g_assert_false (is_no_account (flood->str));
    }
}

static void
test_under_way (void)
{
  static const char *const states[] = { "", "Pending", "Running", "Scheduled", "Stopping", "New" };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autofree char *entry = g_strdup_printf (
        "[{\"InvokeId\": \"t-1\", \"InstanceId\": \"i-1\", \"InvocationStatus\": \"%s\"}]",
        states[i]);
      g_autoptr (GwAssistantResult) result = read_result (entry);

      g_assert_false (gw_assistant_result_is_over (result));
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/assistant-result/status", test_status);
  g_test_add_func ("/assistant-result/output", test_output);
  g_test_add_func ("/assistant-result/codes", test_codes);
  g_test_add_func ("/assistant-result/accounts", test_accounts);
  g_test_add_func ("/assistant-result/hostile", test_hostile);
  g_test_add_func ("/assistant-result/under-way", test_under_way);
  return g_test_run ();
}
