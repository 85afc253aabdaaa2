/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gw-ram.h"
#include "gw-test-call.h"

#include <string.h>

static GPtrArray *
make_refusals (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) gw_refusal_free);
}

static void
collect (GPtrArray  *refusals,
         const char *action,
         const char *region,
         const char *message)
{
  GwCloudErrorDetails details = {
    .code = (char *) "Forbidden.RAM",
    .request_id = (char *) region,
    .message = (char *) message,
    .action = (char *) action,
    .region = (char *) region,
  };
  g_autoptr (GError) error = gw_cloud_error_new (GW_CLOUD_ERROR_DENIED, &details, "No");

  gw_refusal_collect (refusals, error);
}

static void
assert_described (GPtrArray  *refusals,
                  guint       n_regions,
                  const char *expected)
{
  g_autofree char *text = gw_refusal_describe (refusals, n_regions);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_collect (void)
{
  g_autoptr (GPtrArray) refusals = make_refusals ();
  GwRefusal *first;

  collect (refusals, "ecs:DescribeInstances", "cn-beijing", "first");
  g_assert_cmpuint (refusals->len, ==, 1);
  first = g_ptr_array_index (refusals, 0);
  g_assert_cmpstr (first->resource, ==, "acs:ecs:cn-beijing:*:instance/*");
  assert_described (refusals, 30, "The account may not list instances in cn-beijing.");

  for (guint i = 0; i < 29; i++)
    {
      g_autofree char *region = g_strdup_printf ("cn-%u", i % 28);

      collect (refusals, "ecs:DescribeInstances", region, "later");
    }
  g_assert_cmpuint (refusals->len, ==, 1);
  g_assert_cmpuint (first->regions->len, ==, 29);
  g_assert_cmpstr (first->resource, ==, "acs:ecs:*:*:instance/*");
  g_assert_cmpstr (first->request_id, ==, "cn-beijing");
  g_assert_cmpstr (first->message, ==, "first");
  assert_described (refusals, 30, "The account may not list instances in 29 regions.");
  assert_described (refusals, 29, "The account may not list instances.");

  collect (refusals, "ecs:DescribeRegions", "cn-hangzhou", NULL);
  collect (refusals, "ecs:DescribeRegions", "cn-shanghai", NULL);
  collect (refusals, "resourcemanager:ListResourceGroups", NULL, NULL);
  collect (refusals, "ecs:StopInstances", "cn-hangzhou", NULL);
  g_assert_cmpuint (refusals->len, ==, 4);
  g_assert_cmpuint (((GwRefusal *) g_ptr_array_index (refusals, 1))->regions->len, ==, 0);
  assert_described (refusals, 30,
                    "The account may not list instances in 29 regions. The account may not list "
                    "regions. The account may not read the names of resource groups. The account "
                    "may not call ecs:StopInstances in cn-hangzhou.");
}

/* The statement of a request, as JSON. */
static JsonNode *
get_policy (const char *request)
{
  const char *start = strstr (request, "\n{");
  g_autoptr (GError) error = NULL;
  JsonNode *policy;

  g_assert_nonnull (start);
  policy = gw_json_parse (start, -1, 1 << 20, &error);
  g_assert_no_error (error);
  return policy;
}

static void
test_request (void)
{
  g_autoptr (GPtrArray) refusals = make_refusals ();
  g_autoptr (GwAccount) account = gw_account_new (NULL, GW_ACCOUNT_CLI_PROFILE);
  g_autofree char *request = NULL;
  g_autofree char *flood = g_strnfill (100000, 'x');
  g_autofree char *hostile = g_strconcat ("no\n\nAction: ecs:*\033[31m\342\200\256\"}", flood,
                                          NULL);
  g_autoptr (JsonNode) policy = NULL;
  JsonArray *statements;
  JsonObject *statement;

  gw_account_set_name (account, "prod");
  gw_account_set_profile (account, "prod\nprofile");
  collect (refusals, "ecs:DescribeInstances", "cn-beijing", hostile);
  collect (refusals, "ecs:DescribeInstances\", \"*", "cn-beijing", NULL);
  request = gw_refusal_dup_request (refusals, account);
  g_test_message ("%s", request);

  g_assert_true (g_utf8_validate (request, -1, NULL));
  g_assert_cmpuint (strlen (request), <, 4000);
  for (const char *p = request; *p != '\0'; p++)
    g_assert_false (g_ascii_iscntrl (*p) && *p != '\n');
  g_assert_null (strstr (request, "\342\200\256"));
  g_assert_null (strstr (request, "\nAction: ecs:*"));
  g_assert_nonnull (strstr (request, "Account: prod\n"));
  g_assert_nonnull (strstr (request, ": prod profile\n"));
  g_assert_nonnull (strstr (request, "\nAction: ecs:DescribeInstances\n"));
  g_assert_nonnull (strstr (request, "\nResource: acs:ecs:cn-beijing:*:instance/*\n"));
  g_assert_nonnull (strstr (request, "\nRequestId: cn-beijing\n"));
  g_assert_nonnull (strstr (request, "\nCode: Forbidden.RAM\n"));

  policy = get_policy (request);
  statements = gw_json_get_array (json_node_get_object (policy), "Statement");
  g_assert_cmpuint (json_array_get_length (statements), ==, 2);
  statement = json_array_get_object_element (statements, 0);
  g_assert_cmpstr (gw_json_get_string (statement, "Effect", 99), ==, "Allow");
  g_assert_cmpstr (gw_json_get_string (statement, "Action", 99), ==, "ecs:DescribeInstances");
  statement = json_array_get_object_element (statements, 1);
  g_assert_cmpstr (gw_json_get_string (statement, "Action", 99), ==,
                   "ecs:DescribeInstances\", \"*");
}

/* Gives the user “reader” just @policy. */
static void
set_policy (JsonNode *policy)
{
  g_autoptr (GwAccessKey) key = gw_test_cloud_dup_key (cloud, "reader");
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_ARRAY);
  g_autofree char *statements = NULL;
  g_autofree char *body = NULL;

  json_node_set_array (node, gw_json_get_array (json_node_get_object (policy), "Statement"));
  statements = json_to_string (node, FALSE);
  body = g_strdup_printf ("{\"clear\": true, \"policy\": {\"key\": \"%s\", \"statements\": %s}}",
                          gw_access_key_get_id (key), statements);
  control (body);
}

/* All that the policy is for; what they are called with only has to reach RAM. */
static const struct
{
  GwCloudProduct product;
  const char *action;
  const char *parameters[5];
} calls[] = {
  { GW_CLOUD_ECS, "DescribeRegions", { NULL } },
  { GW_CLOUD_ECS, "DescribeInstances", { NULL } },
  { GW_CLOUD_ECS, "DescribeInstanceStatus", { NULL } },
  { GW_CLOUD_RESOURCE_MANAGER, "ListResourceGroups", { NULL } },
  { GW_CLOUD_ECS, "GetInstanceConsoleOutput", { "InstanceId", "i-none", NULL } },
  { GW_CLOUD_ECS, "DescribeCloudAssistantStatus", { "InstanceId.1", "i-none", NULL } },
  { GW_CLOUD_ECS, "InvokeCommand",
    { "CommandId", "ACS-ECS-EnableSshPublicKey-linux.sh", "InstanceId.1", "i-none", NULL } },
  { GW_CLOUD_ECS, "InvokeCommand",
    { "CommandId", "cmd-ACS-ECS-SendSshPublicKey-linux.sh", "InstanceId.1", "i-none", NULL } },
  { GW_CLOUD_ECS, "DescribeInvocationResults", { "InvokeId", "t-none", NULL } },
  { GW_CLOUD_ECS, "RunCommand", { "InstanceId.1", "i-none", NULL } },
  { GW_CLOUD_ECS, "DescribeSecurityGroups", { NULL } },
  { GW_CLOUD_ECS, "DescribeSecurityGroupAttribute", { "SecurityGroupId", "sg-none", NULL } },
  { GW_CLOUD_ECS, "AuthorizeSecurityGroup", { "SecurityGroupId", "sg-none", NULL } },
  { GW_CLOUD_ECS, "JoinSecurityGroup",
    { "SecurityGroupId", "sg-none", "InstanceId", "i-none", NULL } },
};
#define N_ACTIONS (G_N_ELEMENTS (calls) - 1)

static GPtrArray *
call_all (void)
{
  g_autoptr (GwCloudClient) client = make_client ("reader");
  GPtrArray *refusals = make_refusals ();

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) root
        = call (client, calls[i].product, calls[i].action, calls[i].parameters, &error);

      if (g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_DENIED))
        gw_refusal_collect (refusals, error);
    }
  return refusals;
}

static void
test_policies (void)
{
  g_autoptr (GwAccount) account = gw_account_new (NULL, GW_ACCOUNT_ACCESS_KEY);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) none = gw_json_parse ("{\"Statement\": []}", -1, 100, &error);
  g_autoptr (JsonNode) least = gw_json_parse (gw_ram_get_least_policy (), -1, 10000, &error);
  g_autoptr (JsonNode) asked = NULL;
  g_autoptr (GPtrArray) refused = NULL;
  g_autoptr (GPtrArray) least_refused = NULL;
  g_autoptr (GPtrArray) asked_refused = NULL;
  g_autofree char *request = NULL;
  GwRefusal *first;

  g_assert_no_error (error);
  set_policy (none);
  refused = call_all ();
  g_assert_cmpuint (refused->len, ==, N_ACTIONS);
  first = g_ptr_array_index (refused, 0);
  g_assert_cmpstr (first->code, ==, "Forbidden.RAM");
  g_assert_cmpuint (strlen (first->request_id), >, 10);

  set_policy (least);
  least_refused = call_all ();
  g_assert_cmpuint (least_refused->len, ==, 0);

  /* What an administrator is asked for is enough, too. */
  request = gw_refusal_dup_request (refused, account);
  asked = get_policy (request);
  set_policy (asked);
  asked_refused = call_all ();
  g_assert_cmpuint (asked_refused->len, ==, 0);
}

/* The least policy without one of its actions. */
static JsonNode *
make_policy_without (guint   statement,
                     guint   action,
                     char  **name)
{
  g_autoptr (GError) error = NULL;
  JsonNode *policy = gw_json_parse (gw_ram_get_least_policy (), -1, 10000, &error);
  JsonArray *actions;

  g_assert_no_error (error);
  actions = gw_json_get_array (json_array_get_object_element (
    gw_json_get_array (json_node_get_object (policy), "Statement"), statement), "Action");
  if (action >= json_array_get_length (actions))
    {
      json_node_unref (policy);
      return NULL;
    }
  *name = g_strdup (json_array_get_string_element (actions, action));
  json_array_remove_element (actions, action);
  return policy;
}

/* Nothing in it is for nothing, and who lacks it is told its name. */
static void
test_each (void)
{
  g_autoptr (JsonNode) least = gw_json_parse (gw_ram_get_least_policy (), -1, 10000, NULL);
  guint n_statements = json_array_get_length (
    gw_json_get_array (json_node_get_object (least), "Statement"));
  guint n = 0;

  for (guint i = 0; i < n_statements; i++)
    for (guint j = 0; ; j++)
      {
        g_autofree char *action = NULL;
        g_autofree char *text = NULL;
        g_autoptr (JsonNode) policy = make_policy_without (i, j, &action);
        g_autoptr (GPtrArray) refused = NULL;
        GwRefusal *refusal;

        if (policy == NULL)
          break;
        set_policy (policy);
        refused = call_all ();
        g_assert_cmpuint (refused->len, ==, 1);
        refusal = g_ptr_array_index (refused, 0);
        g_assert_cmpstr (refusal->action, ==, action);
        text = gw_refusal_describe (refused, 1);
        g_test_message ("%s", text);
        g_assert_true (g_str_has_prefix (text, "The account may not "));
        n++;
      }
  g_assert_cmpuint (n, ==, N_ACTIONS);
}

/* Root on every instance is not part of sending a key. */
static void
test_commands (void)
{
  static const char *const parameters[] = { "CommandId", "c-of-somebody", "InstanceId.1", "i-none",
                                            NULL };
  g_autoptr (GwCloudClient) client = make_client ("reader");
  g_autoptr (JsonNode) least = gw_json_parse (gw_ram_get_least_policy (), -1, 10000, NULL);
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) error = NULL;

  set_policy (least);
  root = call (client, GW_CLOUD_ECS, "InvokeCommand", parameters, &error);
  g_assert_error (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_DENIED);
}

int
main (int   argc,
      char *argv[])
{
  static const char *const arguments[] = { NULL };
  char *home = gw_test_home_new ();
  int status;

  g_test_init (&argc, &argv, NULL);
  cloud = gw_test_cloud_new (arguments);
  g_test_add_func ("/ram/collect", test_collect);
  g_test_add_func ("/ram/request", test_request);
  g_test_add_func ("/ram/policies", test_policies);
  g_test_add_func ("/ram/each", test_each);
  g_test_add_func ("/ram/commands", test_commands);
  status = g_test_run ();
  gw_test_cloud_free (cloud);
  gw_test_home_free (home);
  return status;
}
