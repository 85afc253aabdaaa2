/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asking for security groups and changing them, against the emulator. */

#include <libsoup/soup.h>
#include <string.h>

#include "gw-address.h"
#include "gw-error.h"
#include "gw-security-group-private.h"
#include "gw-test-call.h"

#define REGION "cn-hangzhou"
#define OPEN "sg-opencnhangzhou"
#define WEB "sg-webcnhangzhou"
#define CLASSIC "sg-classiccnhangzhou"
#define INSTANCE "i-joiner"

/* @fields: JSON members after the first, each with a comma before it. */
static void
set_group (const char *id,
           const char *rules,
           const char *fields)
{
  g_autofree char *body
      = g_strdup_printf ("{\"group\": {\"id\": \"%s\", \"region\": \"" REGION "\","
                         " \"rules\": [%s]%s}}", id, rules, fields);

  control (body);
}

static GPtrArray *
list (GwCloudClient      *client,
      const char *const  *ids,
      const char         *vpc,
      gboolean            rules,
      const char         *nic,
      GError            **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  gw_security_groups_list_async (client, REGION, ids, vpc, rules, nic, NULL, on_result, &result);
  gw_test_wait_until (result != NULL);
  return gw_security_groups_list_finish (client, result, error);
}

static GPtrArray *
list_one (const char *id,
          const char *nic)
{
  const char *ids[] = { id, NULL };
  g_autoptr (GwCloudClient) client = make_client ("gangway");
  g_autoptr (GError) error = NULL;
  GPtrArray *groups = list (client, ids, NULL, TRUE, nic, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (groups->len, ==, 1);
  return groups;
}

static GPtrArray *
get_rules (GPtrArray *groups)
{
  return ((GwSecurityGroup *) g_ptr_array_index (groups, 0))->rules;
}

static guint
count_calls (const char *action)
{
  g_autoptr (JsonNode) root = NULL;
  JsonArray *log = get_log (&root);
  guint n = 0;

  for (guint i = 0; i < json_array_get_length (log); i++)
    {
      const char *name = gw_json_get_string (json_array_get_object_element (log, i), "action", 100);

      n += g_strcmp0 (name, action) == 0;
    }
  return n;
}

static void
test_list (void)
{
  const char *ids[] = { WEB, OPEN, NULL };
  g_autoptr (GwCloudClient) client = make_client ("gangway");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) groups = NULL;
  g_autofree char *words = NULL;
  const GwSecurityGroup *open, *web;
  GwSecurityRule *drop;

  set_rule ("");
  groups = list (client, ids, NULL, TRUE, "intranet", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (groups->len, ==, 2);
  open = g_ptr_array_index (groups, 0);
  web = g_ptr_array_index (groups, 1);
  g_assert_cmpstr (open->id, ==, OPEN);
  g_assert_cmpstr (open->name, ==, "open");
  g_assert_cmpstr (open->vpc, ==, "vpc-" REGION);
  g_assert_false (open->is_managed);
  g_assert_cmpuint (open->n_rules, ==, 3);
  g_assert_cmpuint (open->rules->len, ==, 3);
  g_assert_cmpstr (web->id, ==, WEB);
  g_assert_cmpuint (web->rules->len, ==, 3);
  drop = g_ptr_array_index (web->rules, 2);
  g_assert_cmpstr (drop->group, ==, WEB);
  words = gw_security_rule_describe (drop);
  g_assert_cmpstr (words, ==, "Drop TCP 22 from 10.9.0.0/16, priority 5");
  g_assert_cmpuint (count_calls ("DescribeSecurityGroups"), ==, 1);
  g_assert_cmpuint (count_calls ("DescribeSecurityGroupAttribute"), ==, 2);
}

static void
on_repeated (SoupServer        *server,
             SoupServerMessage *message,
             const char        *path,
             GHashTable        *query,
             gpointer           user_data)
{
  const char *group = "{\"SecurityGroupId\": \"sg-twice\", \"SecurityGroupName\": \"a\"}";
  char *body = g_strdup_printf ("{\"SecurityGroups\": {\"SecurityGroup\": [%s, %s, %s]}}", group,
                                group, group);

  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_TAKE, body,
                                    strlen (body));
}

/* One group, three times in one answer. */
static void
test_repeated (void)
{
  const char *ids[] = { "sg-twice", NULL };
  g_autoptr (SoupServer) server = soup_server_new (NULL, NULL);
  g_autoptr (GwAccessKey) key = gw_test_cloud_dup_key (cloud, "gangway");
  g_autoptr (GwKeySource) keys = gw_key_source_new_fixed (key);
  g_autoptr (GwCloudClient) client = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) groups = NULL;
  g_autofree char *endpoint = NULL;
  GSList *uris;

  soup_server_add_handler (server, NULL, on_repeated, NULL, NULL);
  soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (server);
  endpoint = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  client = gw_cloud_client_new (keys, endpoint);
  groups = list (client, ids, NULL, FALSE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (groups->len, ==, 1);
}

static void
test_without_rules (void)
{
  g_autoptr (GwCloudClient) client = make_client ("gangway");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) groups = NULL;
  g_autoptr (GPtrArray) classic = NULL;

  set_rule ("");
  groups = list (client, NULL, "vpc-" REGION, FALSE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (groups->len, ==, 2);
  g_assert_null (get_rules (groups));
  classic = list (client, NULL, NULL, FALSE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (classic->len, ==, 1);
  g_assert_cmpstr (((GwSecurityGroup *) g_ptr_array_index (classic, 0))->vpc, ==, "");
  g_assert_cmpuint (count_calls ("DescribeSecurityGroupAttribute"), ==, 0);
}

/* Each side of the classic network has rules of its own. */
static void
test_sides (void)
{
  g_autoptr (GPtrArray) outside = list_one (CLASSIC, "internet");
  g_autoptr (GPtrArray) inside = list_one (CLASSIC, "intranet");

  g_assert_cmpuint (get_rules (outside)->len, ==, 1);
  g_assert_cmpuint (get_rules (inside)->len, ==, 1);
  g_assert_cmpstr (((GwSecurityRule *) g_ptr_array_index (get_rules (outside), 0))->source, ==,
                   "0.0.0.0/0");
  g_assert_cmpstr (((GwSecurityRule *) g_ptr_array_index (get_rules (inside), 0))->source, ==,
                   "10.0.0.0/8");
}

static void
test_missing (void)
{
  const char *ids[] = { OPEN, "sg-gone", NULL };
  g_autoptr (GwCloudClient) client = make_client ("gangway");
  g_autoptr (GError) error = NULL;

  g_assert_null (list (client, ids, NULL, TRUE, "intranet", &error));
  g_assert_error (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "sg-gone"));
}

/* What makes no sense is not left out: it might be the one that is in the way. */
static void
test_malformed (void)
{
  static const gboolean readable[] = { TRUE, FALSE, FALSE, FALSE, FALSE, FALSE, FALSE, FALSE, FALSE,
                                       FALSE, FALSE, FALSE, FALSE, FALSE, FALSE, TRUE, TRUE, TRUE };
  g_autoptr (GPtrArray) groups = NULL;
  GPtrArray *rules;

  set_group ("sg-odd",
             "{\"SourceCidrIp\": \"192.0.2.1\", \"Priority\": 7},"
             "{\"SourceCidrIp\": \"192.0.2.2\", \"Priority\": \"0\"},"
             "{\"SourceCidrIp\": \"192.0.2.3\", \"Priority\": 101},"
             "{\"SourceCidrIp\": \"192.0.2.4\", \"Priority\": \"-5\"},"
             "{\"SourceCidrIp\": \"192.0.2.5\", \"PortRange\": \"22\"},"
             "{\"SourceCidrIp\": \"192.0.2.6\", \"PortRange\": \"30/22\"},"
             "{\"SourceCidrIp\": \"192.0.2.7\", \"PortRange\": \"-1/22\"},"
             "{\"SourceCidrIp\": \"192.0.2.8\", \"PortRange\": \"1/99999\"},"
             "{\"SourceCidrIp\": \"192.0.2.9\", \"Policy\": \"maybe\"},"
             "{\"SourceCidrIp\": \"192.0.2.10\", \"IpProtocol\": \"\"},"
             "{\"SourceCidrIp\": \"192.0.2.300\"}, {\"SourceCidrIp\": \"192.0.2.0/40\"},"
             "{\"SourceCidrIp\": \"192.0.2.11\", \"DestCidrIp\": \"here\"},"
             "{\"SourceCidrIp\": 5}, {}, {\"SourceCidrIp\": \"192.0.2.12\", \"Policy\": \"DROP\"},"
             "{\"SourceCidrIp\": \"\", \"Ipv6SourceCidrIp\": \"2001:db8::/32\","
             " \"Description\": \"a\\u202eb\\nc\"},"
             "{\"SourceGroupId\": \"sg-9\", \"IpProtocol\": \"tcp\"}",
             ", \"SecurityGroupName\": \"odd\\u0007\", \"ServiceManaged\": true");
  groups = list_one ("sg-odd", "intranet");
  g_assert_cmpstr (((GwSecurityGroup *) g_ptr_array_index (groups, 0))->name, ==, "odd");
  g_assert_true (((GwSecurityGroup *) g_ptr_array_index (groups, 0))->is_managed);
  rules = get_rules (groups);
  g_assert_cmpuint (rules->len, ==, G_N_ELEMENTS (readable));
  for (guint i = 0; i < rules->len; i++)
    {
      const GwSecurityRule *rule = g_ptr_array_index (rules, i);

      g_test_message ("%u: %s", i, rule->source);
      g_assert_cmpint (rule->is_unreadable, ==, !readable[i]);
      g_assert_cmpuint (rule->priority, ==, i == 0 ? 7 : 1);
    }
  g_assert_true (((GwSecurityRule *) g_ptr_array_index (rules, 15))->is_drop);
  g_assert_cmpstr (((GwSecurityRule *) g_ptr_array_index (rules, 16))->source, ==, "2001:db8::/32");
  g_assert_cmpstr (((GwSecurityRule *) g_ptr_array_index (rules, 16))->description, ==, "a b c");
  g_assert_cmpstr (((GwSecurityRule *) g_ptr_array_index (rules, 17))->source_group, ==, "sg-9");
  g_assert_cmpstr (((GwSecurityRule *) g_ptr_array_index (rules, 17))->protocol, ==, "TCP");
}

static void
fill_group (const char *id,
            guint       n_rules)
{
  g_autoptr (GString) rules = g_string_new (NULL);

  for (guint i = 0; i < n_rules; i++)
    g_string_append_printf (rules, "%s{\"SourceCidrIp\": \"10.%u.%u.0/24\"}", i > 0 ? "," : "",
                            i / 256, i % 256);
  set_group (id, rules->str, "");
}

/* Lists of more than one page, and more than is kept. */
static void
test_pages (void)
{
  g_autoptr (GPtrArray) groups = NULL;
  g_autoptr (GPtrArray) many = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GwCloudClient) client = make_client ("gangway");
  g_autoptr (GError) error = NULL;

  fill_group ("sg-long", 1500);
  groups = list_one ("sg-long", "intranet");
  g_assert_cmpuint (get_rules (groups)->len, ==, 1500);
  fill_group ("sg-long", 6500);
  many = list_one ("sg-long", "intranet");
  g_assert_cmpuint (get_rules (many)->len, ==, 2000);

  for (guint i = 0; i < 120; i++)
    {
      g_autofree char *id = g_strdup_printf ("sg-many-%03u", i);

      set_group (id, "", ", \"VpcId\": \"vpc-many\"");
    }
  all = list (client, NULL, "vpc-many", FALSE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (all->len, ==, 120);
}

static void
test_refused (void)
{
  const char *ids[] = { OPEN, WEB, NULL };
  g_autoptr (GwCloudClient) client = make_client ("gangway");
  g_autoptr (GError) error = NULL;

  set_rule ("{\"match\": {\"action\": \"DescribeSecurityGroupAttribute\"},"
            " \"fail\": \"Forbidden.RAM\"}");
  g_assert_null (list (client, ids, NULL, TRUE, "intranet", &error));
  g_assert_error (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_DENIED);
  g_assert_cmpstr (gw_cloud_error_get_details (error)->action, ==,
                   "ecs:DescribeSecurityGroupAttribute");
  g_clear_error (&error);
  set_rule ("{\"match\": {\"action\": \"DescribeSecurityGroups\"}, \"garbage\": \"html\"}");
  g_assert_null (list (client, ids, NULL, TRUE, "intranet", &error));
  g_assert_error (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_ANSWER);
  set_rule ("");
}

static void
test_list_cancel (void)
{
  const char *ids[] = { OPEN, WEB, NULL };
  g_autoptr (GwCloudClient) client = make_client ("gangway");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  set_rule ("{\"match\": {\"action\": \"DescribeSecurityGroupAttribute\"}, \"delay\": 30}");
  gw_security_groups_list_async (client, REGION, ids, NULL, TRUE, "intranet", cancellable,
                                 on_result, &result);
  gw_test_wait_until (count_calls ("DescribeSecurityGroupAttribute") > 0);
  g_cancellable_cancel (cancellable);
  gw_test_wait_until (result != NULL);
  g_assert_null (gw_security_groups_list_finish (client, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  set_rule ("");
}

/* Changing */

static GStrv
make (const char *group,
      const char *range,
      const char *description)
{
  g_autoptr (GInetAddressMask) mask = gw_address_parse_range (range, NULL);

  g_assert_nonnull (mask);
  return gw_security_rule_make (group, 22, mask, "intranet", description);
}

static gboolean
add (GwCloudClient  *client,
     GStrv           parameters,
     GError        **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  gw_security_rule_add_async (client, REGION, (const char *const *) parameters, NULL, on_result,
                              &result);
  gw_test_wait_until (result != NULL);
  return gw_security_rule_add_finish (client, result, error);
}

static void
test_make (void)
{
  static const char *const expected[] = {
    "SecurityGroupId", "sg-1", "Permissions.1.IpProtocol", "TCP", "Permissions.1.PortRange",
    "22/22", "Permissions.1.SourceCidrIp", "203.0.113.9/32", "Permissions.1.Policy", "accept",
    "Permissions.1.Priority", "1", "Permissions.1.NicType", "intranet",
    "Permissions.1.Description", "SSH from home", "ClientToken",
  };
  g_autofree char *long_text = g_strnfill (2000, 'x');
  g_auto (GStrv) rule = make ("sg-1", "203.0.113.9", " http://HTTPS://SSH from\nhome");
  g_auto (GStrv) again = make ("sg-1", "203.0.113.9", NULL);
  g_auto (GStrv) ipv6 = make ("sg-1", "2001:db8::/64", long_text);

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpstr (rule[i], ==, expected[i]);
  g_assert_cmpuint (g_strv_length (rule), ==, G_N_ELEMENTS (expected) + 1);
  g_assert_true (g_uuid_string_is_valid (rule[G_N_ELEMENTS (expected)]));
  g_assert_false (g_strv_contains ((const char *const *) again, "Permissions.1.Description"));
  g_assert_cmpstr (again[g_strv_length (again) - 1], !=, rule[G_N_ELEMENTS (expected)]);
  g_assert_cmpstr (ipv6[6], ==, "Permissions.1.Ipv6SourceCidrIp");
  g_assert_cmpstr (ipv6[7], ==, "2001:db8::/64");
  g_assert_cmpint (g_utf8_strlen (ipv6[15], -1), ==, 512);
}

static void
test_add (void)
{
  static const char *const ranges[] = { "203.0.113.9", "2001:db8::9", "198.51.100.0/24" };
  g_autoptr (GwCloudClient) client = make_client ("gangway");
  const char *const destinations[] = { "172.16.0.1", NULL };

  set_group ("sg-mine", "", "");
  for (guint i = 0; i < G_N_ELEMENTS (ranges); i++)
    {
      g_auto (GStrv) parameters = make ("sg-mine", ranges[i], "SSH for Jürgen’s laptop");
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) groups = NULL;
      const GwSecurityRule *rule;

      g_assert_true (add (client, parameters, &error));
      g_assert_no_error (error);
      groups = list_one ("sg-mine", "intranet");
      g_assert_cmpuint (get_rules (groups)->len, ==, i + 1);
      rule = g_ptr_array_index (get_rules (groups), i);
      g_assert_cmpstr (rule->description, ==, "SSH for Jürgen’s laptop");
      g_assert_cmpuint (rule->priority, ==, 1);
      g_assert_true (gw_security_same_cidr (rule->source, ranges[i]));
    }
  {
    g_auto (GStrv) again = make ("sg-mine", ranges[0], "another text");
    g_autoptr (GInetAddress) mine = g_inet_address_new_from_string (ranges[0]);
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) groups = NULL;

    /* It is there: success without a second one. */
    g_assert_true (add (client, again, &error));
    g_assert_no_error (error);
    groups = list_one ("sg-mine", "intranet");
    g_assert_cmpuint (get_rules (groups)->len, ==, G_N_ELEMENTS (ranges));
    g_assert_cmpint (gw_security_groups_judge (groups, 22, mine, destinations, "intranet", NULL),
                     ==, GW_ADMISSION_ADMITTED);
  }
}

static void
assert_add_fails (const char   *group,
                  GwCloudError  number,
                  const char   *words)
{
  g_autoptr (GwCloudClient) client = make_client ("gangway");
  g_auto (GStrv) parameters = make (group, "203.0.113.9", "x");
  g_autoptr (GError) error = NULL;

  g_assert_false (add (client, parameters, &error));
  g_assert_error (error, GW_CLOUD_ERROR, (int) number);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, words));
  g_assert_nonnull (gw_cloud_error_get_details (error)->request_id);
}

static void
test_add_refused (void)
{
  fill_group ("sg-full", 200);
  assert_add_fails ("sg-full", GW_CLOUD_ERROR_FAILED, "as many rules as it can have");
  set_group ("sg-managed", "", ", \"ServiceManaged\": true");
  assert_add_fails ("sg-managed", GW_CLOUD_ERROR_FAILED, "managed by another product");
  assert_add_fails ("sg-gone", GW_CLOUD_ERROR_NOT_FOUND, "does not exist any more");
  set_rule ("{\"match\": {\"action\": \"AuthorizeSecurityGroup\"},"
            " \"fail\": \"InvalidSourceCidrIp.Malformed\"}");
  assert_add_fails (WEB, GW_CLOUD_ERROR_FAILED, "does not take this address");
  set_rule ("{\"match\": {\"action\": \"AuthorizeSecurityGroup\"}, \"fail\": \"Forbidden.RAM\"}");
  assert_add_fails (WEB, GW_CLOUD_ERROR_DENIED, "ecs:AuthorizeSecurityGroup");
  g_assert_cmpuint (count_calls ("AuthorizeSecurityGroup"), ==, 1);
  set_rule ("");
}

static void
start_waiting (GwCloudClient  *client,
               GStrv           parameters,
               guint           milliseconds,
               GCancellable   *cancellable,
               GAsyncResult  **result)
{
  gw_security_rule_wait_async (client, REGION, (const char *const *) parameters, milliseconds,
                               cancellable, on_result, result);
}

/* The cloud shows it some time after it took it. */
static void
test_wait (void)
{
  g_autoptr (GwCloudClient) client = make_client ("gangway");
  g_auto (GStrv) parameters = make ("sg-later", "203.0.113.9", "x");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  /* All that is like it, but is not it. */
  set_group ("sg-later", "{\"SourceCidrIp\": \"203.0.113.9\", \"Priority\": \"2\"},"
                         "{\"SourceCidrIp\": \"203.0.113.9\", \"Policy\": \"Drop\"},"
                         "{\"SourceCidrIp\": \"203.0.113.9\", \"PortRange\": \"22/23\"},"
                         "{\"SourceCidrIp\": \"203.0.113.9\", \"IpProtocol\": \"UDP\"},"
                         "{\"SourceCidrIp\": \"203.0.113.9\", \"DestCidrIp\": \"10.0.0.1\"},"
                         "{\"SourceCidrIp\": \"203.0.113.8/31\"}", "");
  /* The first look fails, and that is no reason to give up. */
  set_rule ("{\"match\": {\"action\": \"DescribeSecurityGroupAttribute\"}, \"times\": 1,"
            " \"cut\": {\"bytes\": 20}}");
  start_waiting (client, parameters, 15000, NULL, &result);
  gw_test_wait_until (count_calls ("DescribeSecurityGroupAttribute") >= 3);
  g_assert_null (result);
  set_group ("sg-later", "{\"SourceCidrIp\": \"203.0.113.9\"}", "");
  gw_test_wait_until (result != NULL);
  g_assert_true (gw_security_rule_wait_finish (client, result, &error));
  g_assert_no_error (error);
  set_rule ("");
}

static void
assert_wait_ends (const char *rule,
                  gboolean    cancel,
                  GQuark      domain,
                  int         code)
{
  g_autoptr (GwCloudClient) client = make_client ("gangway");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (GStrv) parameters = make ("sg-never", "203.0.113.9", "x");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  set_group ("sg-never", "", "");
  set_rule (rule);
  start_waiting (client, parameters, cancel ? 15000 : 700, cancellable, &result);
  gw_test_wait_until (count_calls ("DescribeSecurityGroupAttribute") > 0);
  if (cancel)
    g_cancellable_cancel (cancellable);
  gw_test_wait_until (result != NULL);
  g_assert_false (gw_security_rule_wait_finish (client, result, &error));
  g_assert_error (error, domain, code);
  set_rule ("");
}

static void
test_wait_ends (void)
{
  const char *slow = "{\"match\": {\"action\": \"DescribeSecurityGroupAttribute\"}, \"delay\": 30}";
  const char *denied = "{\"match\": {\"action\": \"DescribeSecurityGroupAttribute\"},"
                       " \"fail\": \"Forbidden.RAM\"}";

  /* In a pause, and in a call. */
  assert_wait_ends ("", FALSE, GW_CLOUD_ERROR, GW_CLOUD_ERROR_TIMED_OUT);
  assert_wait_ends (slow, FALSE, GW_CLOUD_ERROR, GW_CLOUD_ERROR_TIMED_OUT);
  assert_wait_ends ("", TRUE, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_wait_ends (slow, TRUE, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_wait_ends (denied, FALSE, GW_CLOUD_ERROR, GW_CLOUD_ERROR_DENIED);
}

/* Once the cloud took the rule nothing says that it did not. */
static void
test_taken (void)
{
  const char *slow = "{\"match\": {\"action\": \"DescribeSecurityGroupAttribute\"}, \"delay\": 30}";
  static const char *const failures[] = { "\"fail\": \"Forbidden.RAM\"", "\"garbage\": \"html\"" };
  static const GwCloudError numbers[] = { GW_CLOUD_ERROR_DENIED, GW_CLOUD_ERROR_ANSWER };
  g_autoptr (GwCloudClient) client = make_client ("gangway");
  g_auto (GStrv) parameters = make ("sg-taken", "203.0.113.9", "x");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) late = NULL;
  g_autoptr (GError) error = NULL;

  set_group ("sg-taken", "", "");
  for (guint i = 0; i < G_N_ELEMENTS (failures); i++)
    {
      g_autofree char *rule = g_strdup_printf (
        "{\"match\": {\"action\": \"DescribeSecurityGroupAttribute\"}, %s}", failures[i]);

      set_rule (rule);
      g_assert_false (add (client, parameters, &error));
      g_assert_error (error, GW_CLOUD_ERROR, (int) numbers[i]);
      g_test_message ("%s", error->message);
      g_assert_true (g_str_has_prefix (error->message, "The cloud took the rule, but "));
      g_clear_error (&error);
    }
  set_rule (slow);
  gw_security_rule_add_async (client, REGION, (const char *const *) parameters, cancellable,
                              on_result, &result);
  gw_test_wait_until (count_calls ("DescribeSecurityGroupAttribute") > 0);
  g_cancellable_cancel (cancellable);
  gw_test_wait_until (result != NULL);
  g_assert_false (gw_security_rule_add_finish (client, result, &error));
  g_assert_error (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_TIMED_OUT);
  g_assert_true (g_str_has_prefix (error->message, "The cloud took the rule, but "));
  g_clear_error (&error);
  g_clear_object (&result);

  /* Cancelled when all is done, and before anything is. */
  set_rule ("");
  g_cancellable_reset (cancellable);
  gw_security_rule_add_async (client, REGION, (const char *const *) parameters, cancellable,
                              on_result, &late);
  gw_test_wait_until (late != NULL);
  g_cancellable_cancel (cancellable);
  g_assert_true (gw_security_rule_add_finish (client, late, &error));
  g_assert_no_error (error);
  gw_security_rule_add_async (client, REGION, (const char *const *) parameters, cancellable,
                              on_result, &result);
  gw_test_wait_until (result != NULL);
  g_assert_false (gw_security_rule_add_finish (client, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static gboolean
join (const char  *group,
      GError     **error)
{
  g_autoptr (GwCloudClient) client = make_client ("gangway");
  g_autoptr (GAsyncResult) result = NULL;

  gw_security_group_join_async (client, REGION, INSTANCE, group, NULL, on_result, &result);
  gw_test_wait_until (result != NULL);
  return gw_security_group_join_finish (client, result, error);
}

static void
assert_join_fails (const char   *group,
                   GwCloudError  number,
                   const char   *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (join (group, &error));
  g_assert_error (error, GW_CLOUD_ERROR, (int) number);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_join (void)
{
  g_autoptr (GwCloudClient) client = make_client ("gangway");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  control ("{\"add\": {\"id\": \"" INSTANCE "\", \"region\": \"" REGION "\", \"vpc\": \"vpc-" REGION
           "\", \"groups\": [], \"private\": [\"172.16.9.9\"]}}");
  set_rule ("");
  g_assert_true (join (OPEN, &error));
  g_assert_no_error (error);
  g_assert_true (join (OPEN, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count_calls ("JoinSecurityGroup"), ==, 2);
  gw_security_group_join_async (client, REGION, INSTANCE, OPEN, cancellable, on_result, &result);
  gw_test_wait_until (result != NULL);
  g_cancellable_cancel (cancellable);
  g_assert_true (gw_security_group_join_finish (client, result, &error));
  g_assert_no_error (error);

  assert_join_fails (CLASSIC, GW_CLOUD_ERROR_FAILED, "another network");
  assert_join_fails ("sg-gone", GW_CLOUD_ERROR_NOT_FOUND, "does not exist any more");
  control ("{\"change\": {\"id\": \"" INSTANCE "\", \"groups\": [\"a\", \"b\", \"c\", \"d\","
           " \"e\"]}}");
  assert_join_fails (OPEN, GW_CLOUD_ERROR_FAILED, "as many security groups");
  control ("{\"change\": {\"id\": \"" INSTANCE "\", \"locks\": [\"security\"]}}");
  assert_join_fails (OPEN, GW_CLOUD_ERROR_FAILED, "locked");
  control ("{\"change\": {\"id\": \"" INSTANCE "\", \"status\": \"Starting\"}}");
  assert_join_fails (OPEN, GW_CLOUD_ERROR_FAILED, "Running or Stopped");
}

int
main (int    argc,
      char **argv)
{
  char *home = gw_test_home_new ();
  const char *arguments[] = { "--instances", "12", "--regions", "1", NULL };
  int status;

  g_test_init (&argc, &argv, NULL);
  cloud = gw_test_cloud_new (arguments);
  g_test_add_func ("/cloud/security-group/list", test_list);
  g_test_add_func ("/cloud/security-group/repeated", test_repeated);
  g_test_add_func ("/cloud/security-group/without-rules", test_without_rules);
  g_test_add_func ("/cloud/security-group/sides", test_sides);
  g_test_add_func ("/cloud/security-group/missing", test_missing);
  g_test_add_func ("/cloud/security-group/malformed", test_malformed);
  g_test_add_func ("/cloud/security-group/pages", test_pages);
  g_test_add_func ("/cloud/security-group/refused", test_refused);
  g_test_add_func ("/cloud/security-group/list-cancel", test_list_cancel);
  g_test_add_func ("/cloud/security-group/make", test_make);
  g_test_add_func ("/cloud/security-group/add", test_add);
  g_test_add_func ("/cloud/security-group/add-refused", test_add_refused);
  g_test_add_func ("/cloud/security-group/wait", test_wait);
  g_test_add_func ("/cloud/security-group/wait-ends", test_wait_ends);
  g_test_add_func ("/cloud/security-group/taken", test_taken);
  g_test_add_func ("/cloud/security-group/join", test_join);
  status = g_test_run ();
  gw_test_cloud_free (cloud);
  gw_test_home_free (home);
  return status;
}
