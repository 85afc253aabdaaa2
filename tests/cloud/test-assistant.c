/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gw-test-assistant.h"

static void
assert_version (const char *version,
                gboolean    works,
                GwError     code)
{
  g_autofree char *fields = g_strdup_printf ("\"agent_version\": \"%s\"", version);
  g_autofree char *message = NULL;

  change (fields);
  if (works)
    assert_works (CHECK);
  else
    message = assert_fails (CHECK, NULL, 0, code);
}

static void
test_check (void)
{
  reset (FALSE);
  assert_version ("2.2.3.196", TRUE, 0);
  assert_version ("2.2.3.1000", TRUE, 0);
  assert_version ("2.2.10", TRUE, 0);
  assert_version ("10.0", TRUE, 0);
  assert_version ("2.2.3.195", FALSE, GW_ERROR_ASSISTANT_OLD);
  assert_version ("2.2.3", FALSE, GW_ERROR_ASSISTANT_OLD);
  assert_version ("1.9.9.9999", FALSE, GW_ERROR_ASSISTANT_OLD);
  assert_version ("unknown\\u001b[2J", FALSE, GW_ERROR_ASSISTANT_OLD);
  assert_version ("", FALSE, GW_ERROR_ASSISTANT_MISSING);
  reset (FALSE);
  change ("\"agent\": false");
  g_free (assert_fails (CHECK, NULL, 0, GW_ERROR_ASSISTANT_STOPPED));
}

static void
test_enable (void)
{
  g_autoptr (JsonNode) root = NULL;

  reset (FALSE);
  assert_works (ENABLE);
  g_assert_cmpuint (count_calls ("InvokeCommand"), ==, 1);
  g_assert_cmpuint (count_calls ("RunCommand"), ==, 0);
  assert_works (SEND);

  /* Under its other name only. */
  reset (FALSE);
  set_rule ("{\"match\": {\"action\": \"InvokeCommand\"}, \"fail\": \"InvalidCmdId.NotFound\", "
            "\"times\": 1}");
  assert_works (ENABLE);
  g_assert_cmpuint (count_calls ("InvokeCommand"), ==, 2);
  g_assert_cmpuint (count_calls ("RunCommand"), ==, 0);

  /* Under none. */
  reset (FALSE);
  set_rule ("{\"match\": {\"action\": \"InvokeCommand\"}, \"fail\": \"Parameter.NotMatched\"}");
  assert_works (ENABLE);
  g_assert_cmpuint (count_calls ("InvokeCommand"), ==, 2);
  g_assert_cmpuint (count_calls ("RunCommand"), ==, 1);

  /* It is there and fails. */
  reset (FALSE);
  change ("\"assist\": {\"enable\": {\"exit\": 3, \"output\": \"no\"}}");
  assert_works (ENABLE);
  g_assert_cmpuint (count_calls ("InvokeCommand"), ==, 1);
  g_assert_cmpuint (count_calls ("RunCommand"), ==, 1);
  reset (TRUE);
  assert_works (SEND);
}

static void
test_enable_fails (void)
{
  g_autofree char *message = NULL;
  g_autoptr (GError) error = NULL;

  reset (FALSE);
  change ("\"assist\": {\"enable\": {\"exit\": 3}, "
          "\"run\": {\"exit\": 4, \"output\": \"disk \\u001b[31mfull\\n\"}}");
  message = assert_fails (ENABLE, NULL, 0, GW_ERROR_ASSISTANT_FAILED);
  g_assert_nonnull (strstr (message, "exit code 4"));
  g_assert_nonnull (strstr (message, "disk [31mfull"));
  g_assert_cmpuint (count_calls ("RunCommand"), ==, 1);

  /* What another command would not change. */
  reset (FALSE);
  change ("\"agent\": false");
  g_free (assert_fails (ENABLE, NULL, 0, GW_ERROR_ASSISTANT_STOPPED));
  g_assert_cmpuint (count_calls ("RunCommand"), ==, 0);
  reset (FALSE);
  g_assert_false (act ("reader", ENABLE, NULL, 0, &error));
  g_assert_error (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_DENIED);
  g_assert_cmpstr (gw_cloud_error_get_details (error)->action, ==, "ecs:InvokeCommand");
  g_assert_cmpuint (count_calls ("InvokeCommand"), ==, 1);
  g_assert_cmpuint (count_calls ("RunCommand"), ==, 0);
}

static void
test_send (void)
{
  g_autoptr (JsonNode) root = NULL;
  JsonArray *commands;
  JsonObject *values;

  reset (TRUE);
  assert_works (SEND);
  g_assert_cmpuint (count_calls ("InvokeCommand"), ==, 1);
  commands = get_commands (&root);
  values = gw_json_get_object (json_array_get_object_element (
    commands, json_array_get_length (commands) - 1), "values");
  g_assert_cmpuint (json_object_get_size (values), ==, 2);
  g_assert_cmpstr (gw_json_get_string (values, "username", 99), ==, "root");
  g_assert_cmpstr (gw_json_get_string (values, "sshPublicKey", 999), ==, KEY " gangway");

  set_rule ("{\"match\": {\"action\": \"InvokeCommand\"}, \"fail\": \"InvalidCmdId.NotFound\", "
            "\"times\": 1}");
  assert_works (SEND);
  g_assert_cmpuint (count_calls ("InvokeCommand"), ==, 2);
}

/* Nothing of it leaves this computer. */
static void
test_send_bad (void)
{
  static const char *const users[] = {
    "", " ", "a b", "a;b", "$(id)", "`id`", "a\"b", "a'b", "a|b", "a&b", "-oX", "a\nb", "a/b",
    "a>b", "a*b", "a:b", "root\\", "DOMAIN\\user", "a\302\240b", "m\303\274ller", "a#b", "\377",
  };
  static const char *const keys[] = {
    "", "ssh-ed25519", "ssh-ed25519 ", "ssh-dss AAAA", "ssh-ed25519 AA AA", "ssh-ed25519  AAAA",
    "ssh-ed25519 AAAA\n", "ssh-ed25519 AA\"AA", "ssh-ed25519 $(id)", "ssh-ed25519 AA;A",
    "command=\"id\" ssh-ed25519 AAAA", "ssh-ed25519 AAAA===",
  };
  g_autoptr (GwCloudClient) client = make_client ("gangway");

  reset (TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (users); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (act ("gangway", SEND, users[i], 20, &error));
      g_assert_error (error, GW_ERROR, GW_ERROR_INVALID_USER);
    }
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;

      gw_assistant_send_key_async (client, "cn-hangzhou", instance, "root", keys[i], 20, NULL,
                                   on_result, &result);
      gw_test_wait_until (result != NULL);
      g_assert_false (gw_assistant_send_key_finish (client, result, &error));
      g_assert_error (error, GW_ERROR, GW_ERROR_KEY_NOT_A_KEY);
    }
  g_assert_cmpuint (count_log (), ==, 0);
}

static void
test_send_fails (void)
{
  static const char *const phrases[] = {
    "user root does not exist", "id: 'root': no such user", "user: unknown user root",
    "chown: Invalid User: root", "User 'root' not found", "user: root is not found",
  };
  static const char *const others[] = {
    "useradd: command not found", "user root: plugin not found", "user 1 not found",
    "/home/x: No such file or directory", "permission denied",
    "The account does not exist", "id: 'nobody': no such user",
  };
  g_autofree char *message = NULL;

  reset (FALSE);
  assert_send_fails (GW_ERROR_ASSISTANT_FAILED, "exit code 126");
  reset (TRUE);
  message = assert_fails (SEND, "nobody-here", 20, GW_ERROR_NO_SUCH_ACCOUNT);
  g_assert_nonnull (strstr (message, "“nobody-here”"));
  for (guint i = 0; i < G_N_ELEMENTS (phrases) + G_N_ELEMENTS (others); i++)
    {
      gboolean is_user = i < G_N_ELEMENTS (phrases);
      const char *phrase = is_user ? phrases[i] : others[i - G_N_ELEMENTS (phrases)];
      g_autofree char *fields = g_strdup_printf (
        "\"assist\": {\"send\": {\"exit\": 1, \"seconds\": 0.01, \"output\": \"%s\"}}", phrase);

      change (fields);
      assert_send_fails (is_user ? GW_ERROR_NO_SUCH_ACCOUNT : GW_ERROR_ASSISTANT_FAILED, phrase);
    }
  /* The agent went away after it had been asked about; the instance was stopped. */
  reset (TRUE);
  assert_works (CHECK);
  change ("\"agent\": false");
  assert_send_fails (GW_ERROR_ASSISTANT_STOPPED, "ClientNotRunning");
  reset (TRUE);
  change ("\"assist\": {\"send\": {\"error\": \"InstanceNotRunning\"}}");
  assert_send_fails (GW_ERROR_NOT_RUNNING, "InstanceNotRunning");
  reset (TRUE);
  change ("\"busy\": 4, \"assist\": {\"send\": {\"error\": \"DeliveryTimeout\"}}");
  assert_send_fails (GW_ERROR_ASSISTANT_BUSY, "4 commands");
  change ("\"busy\": 0");
  assert_send_fails (GW_ERROR_ASSISTANT_TIMED_OUT, "DeliveryTimeout");
}

static void
test_dropped (void)
{
  g_autofree char *flood = g_strnfill (30000, 'x');
  g_autofree char *fields = g_strdup_printf (
    "\"assist\": {\"send\": {\"exit\": 1, \"output\": \"%s\"}}", flood);
  g_autofree char *message = NULL;

  reset (TRUE);
  change (fields);
  message = assert_fails (SEND, "root", 20, GW_ERROR_ASSISTANT_FAILED);
  g_assert_nonnull (strstr (message, "5424 bytes"));
  g_assert_cmpuint (strlen (message), <, 1000);
}

static void
test_run (void)
{
  g_autoptr (GwCloudClient) client = make_client ("gangway");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;

  reset (FALSE);
  change ("\"assist\": {\"run\": {\"output\": \"one\\r\\n\\u0000two\\u001b[0m\\u202e\\n\"}}");
  gw_assistant_run_async (client, "cn-hangzhou", instance, "echo", NULL, on_result, &result);
  gw_test_wait_until (result != NULL);
  output = gw_assistant_run_finish (client, result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (output, ==, "one\ntwo[0m");
  reset (FALSE);
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
  g_test_add_func ("/assistant/check", test_check);
  g_test_add_func ("/assistant/enable", test_enable);
  g_test_add_func ("/assistant/enable-fails", test_enable_fails);
  g_test_add_func ("/assistant/send", test_send);
  g_test_add_func ("/assistant/send-bad", test_send_bad);
  g_test_add_func ("/assistant/send-fails", test_send_fails);
  g_test_add_func ("/assistant/dropped", test_dropped);
  g_test_add_func ("/assistant/run", test_run);
  status = g_test_run ();
  g_free (instance);
  gw_test_cloud_free (cloud);
  gw_test_home_free (home);
  return status;
}
