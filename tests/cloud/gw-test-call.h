/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* For tests of the client: one emulator for all tests of a program, and calls that wait. */

#include "gw-cloud-client-private.h"
#include "gw-json.h"
#include "gw-test-cloud.h"
#include "gw-test.h"

static GwTestCloud *cloud;

static inline GwCloudClient *
make_client (const char *user)
{
  g_autoptr (GwAccessKey) key = gw_test_cloud_dup_key (cloud, user);
  g_autoptr (GwKeySource) keys = gw_key_source_new_fixed (key);

  return gw_cloud_client_new (keys, gw_test_cloud_get (cloud, "endpoint"));
}

static inline void
control (const char *body)
{
  g_autofree char *answer = gw_test_cloud_control (cloud, "POST", "/_control", body);
}

/* Another one of a test begins with a clear one. */
static inline void
set_rule (const char *rule)
{
  g_autofree char *body = g_strdup_printf ("{\"clear\": true, \"rules\": [%s]}", rule);

  control (body);
}

/* The requests since the log was cleared: its array, in @root. */
static inline JsonArray *
get_log (JsonNode **root)
{
  g_autofree char *text = gw_test_cloud_control (cloud, "GET", "/_control/log", NULL);

  *root = gw_json_parse (text, -1, G_MAXSIZE, NULL);
  g_assert_nonnull (*root);
  return gw_json_get_array (json_node_get_object (*root), "log");
}

static inline guint
count_log (void)
{
  g_autoptr (JsonNode) root = NULL;

  return json_array_get_length (get_log (&root));
}

static inline void
on_result (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  GAsyncResult **slot = user_data;

  g_assert_null (*slot);
  *slot = g_object_ref (result);
}

static inline JsonNode *
call (GwCloudClient      *client,
      GwCloudProduct      product,
      const char         *action,
      const char *const  *parameters,
      GError            **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  gw_cloud_client_call_async (client, product, "cn-hangzhou", action, parameters, NULL, on_result,
                              &result);
  gw_test_wait_until (result != NULL);
  return gw_cloud_client_call_finish (client, result, error);
}

/* DescribeInstances, the first page. */
static inline JsonNode *
call_page (GwCloudClient  *client,
           GError        **error)
{
  return call (client, GW_CLOUD_ECS, "DescribeInstances",
               (const char *const[]) { "MaxResults", "10", NULL }, error);
}

static inline void
assert_call_fails (GwCloudClient *client,
                   GwCloudError   number)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = call_page (client, &error);

  g_assert_error (error, GW_CLOUD_ERROR, (int) number);
  g_assert_null (root);
  g_test_message ("%s", error->message);
}

static inline void
assert_call_works (GwCloudClient *client)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = call_page (client, &error);

  g_assert_no_error (error);
  g_assert_nonnull (root);
}
