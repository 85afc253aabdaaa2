/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* For tests of Cloud Assistant: one instance of the emulator, its agent, and commands that wait. */

#include "gw-assistant-private.h"
#include "gw-test-call.h"

#include <string.h>

#define KEY "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"

static char *instance;

typedef enum { CHECK, ENABLE, SEND, RUN } Kind;

static inline void
begin (GwCloudClient *client,
       Kind           kind,
       const char    *user,
       guint          timeout,
       GCancellable  *cancellable,
       GAsyncResult **slot)
{
  if (kind == CHECK)
    gw_assistant_check_async (client, "cn-hangzhou", instance, cancellable, on_result, slot);
  else if (kind == ENABLE)
    gw_assistant_enable_async (client, "cn-hangzhou", instance, cancellable, on_result, slot);
  else if (kind == SEND)
    gw_assistant_send_key_async (client, "cn-hangzhou", instance, user, KEY, timeout, cancellable,
                                 on_result, slot);
  else
    gw_assistant_run_async (client, "cn-hangzhou", instance, "ssh-keygen ssh_host_", cancellable,
                            on_result, slot);
}

static inline gboolean
finish (GwCloudClient  *client,
        Kind            kind,
        GAsyncResult   *result,
        GError        **error)
{
  g_autoptr (GwAssistantStatus) status = NULL;
  g_autofree char *output = NULL;

  if (kind == ENABLE)
    return gw_assistant_enable_finish (client, result, error);
  if (kind == SEND)
    return gw_assistant_send_key_finish (client, result, error);
  if (kind == CHECK)
    status = gw_assistant_check_finish (client, result, error);
  else
    output = gw_assistant_run_finish (client, result, error);
  return status != NULL || output != NULL;
}

static inline gboolean
act (const char  *key,
     Kind         kind,
     const char  *user,
     guint        timeout,
     GError     **error)
{
  g_autoptr (GwCloudClient) client = make_client (key);
  g_autoptr (GAsyncResult) result = NULL;

  begin (client, kind, user, timeout, NULL, &result);
  gw_test_wait_until (result != NULL);
  return finish (client, kind, result, error);
}

static inline void
assert_works (Kind kind)
{
  g_autoptr (GError) error = NULL;
  gboolean worked = act ("gangway", kind, "root", 20, &error);

  g_assert_no_error (error);
  g_assert_true (worked);
}

/* Free with g_free(): the message. */
static inline char *
assert_fails (Kind        kind,
              const char *user,
              guint       timeout,
              GwError     code)
{
  g_autoptr (GError) error = NULL;
  gboolean worked = act ("gangway", kind, user, timeout, &error);

  g_assert_false (worked);
  g_test_message ("%s", error->message);
  g_assert_error (error, GW_ERROR, (int) code);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  for (const char *p = error->message; *p != '\0'; p++)
    g_assert_false (g_ascii_iscntrl (*p));
  return g_strdup (error->message);
}

static inline void
assert_send_fails (GwError     code,
                   const char *words)
{
  g_autofree char *message = assert_fails (SEND, "root", 20, code);

  g_assert_nonnull (strstr (message, words));
}

/* Fields of the instance (JSON, without brackets), no more rules, an empty log. */
static inline void
change (const char *fields)
{
  g_autofree char *body
    = g_strdup_printf ("{\"clear\": true, \"change\": {\"id\": \"%s\", %s}}", instance, fields);

  control (body);
}

/* All as it was, with the plug-in enabled or not. */
static inline void
reset (gboolean plugin)
{
  g_autofree char *fields = g_strdup_printf (
    "\"agent\": true, \"agent_version\": \"2.2.3.857\", \"busy\": 0, \"plugin\": %s, "
    "\"assist_hold\": \"\", \"assist_error\": \"\", \"assist\": null",
    plugin ? "true" : "false");

  change (fields);
}

/* How often @action was called since the log was cleared. */
static inline guint
count_calls (const char *action)
{
  g_autoptr (JsonNode) root = NULL;
  JsonArray *log = get_log (&root);
  guint n = 0;

  for (guint i = 0; i < json_array_get_length (log); i++)
    n += g_strcmp0 (gw_json_get_string (json_array_get_object_element (log, i), "action", 99),
                    action) == 0;
  return n;
}

/* All commands that were ever begun, in @root. */
static inline JsonArray *
get_commands (JsonNode **root)
{
  g_autofree char *text = gw_test_cloud_control (cloud, "GET", "/_control/state", NULL);

  *root = gw_json_parse (text, -1, G_MAXSIZE, NULL);
  g_assert_nonnull (*root);
  return gw_json_get_array (json_node_get_object (*root), "commands");
}

static inline guint
count_commands (void)
{
  g_autoptr (JsonNode) root = NULL;

  return json_array_get_length (get_commands (&root));
}

/* Of web-1. */
static inline char *
find_instance (void)
{
  static const char *const parameters[] = { "InstanceName", "web-1", NULL };
  g_autoptr (GwCloudClient) client = make_client ("gangway");
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = call (client, GW_CLOUD_ECS, "DescribeInstances", parameters, &error);
  JsonObject *list;

  g_assert_no_error (error);
  list = gw_json_get_object (json_node_get_object (root), "Instances");
  return g_strdup (gw_json_get_string (json_array_get_object_element (
    gw_json_get_array (list, "Instance"), 0), "InstanceId", 99));
}
