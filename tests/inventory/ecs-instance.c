/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One entry of DescribeInstances, as documented and spoilt in every way. */

#include "gw-ecs-instance.h"

#include "gw-json.h"

#define NOW G_GINT64_CONSTANT (1700000000)

static GwInstance *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  /* Wrapped, because an entry need not be an object. */
  g_autofree char *wrapped = g_strdup_printf ("{\"entry\":%s}", text);
  g_autoptr (JsonNode) root = gw_json_parse (wrapped, -1, 1 << 20, &error);

  g_assert_no_error (error);
  return gw_ecs_instance_parse (json_object_get_member (json_node_get_object (root), "entry"),
                                NOW);
}

static void
assert_list (const char *const *list,
             const char        *expected)
{
  g_autofree char *joined = g_strjoinv ("|", (GStrv) list);

  g_assert_cmpstr (joined, ==, expected);
}

static const char full[] =
  "{\"InstanceId\":\"i-bp1\",\"InstanceName\":\"web-1\",\"HostName\":\"iZbp1Z\","
  "\"Description\":\"the\\nshop\",\"Status\":\"Running\",\"RegionId\":\"cn-hangzhou\","
  "\"ZoneId\":\"cn-hangzhou-g\",\"ResourceGroupId\":\"rg-1\",\"InstanceNetworkType\":\"vpc\","
  "\"OSType\":\"Linux\",\"OSName\":\"CentOS  7.4 64位\",\"OSNameEn\":\"CentOS  7.4 64 bit\","
  "\"ImageId\":\"centos_7_04.vhd\",\"InstanceType\":\"ecs.g5.large\",\"Cpu\":8,\"Memory\":16384,"
  "\"KeyPairName\":\"my-key\",\"CreationTime\":\"2017-12-10T04:04Z\","
  "\"StartTime\":\"2017-12-11T04:04Z\",\"ExpiredTime\":\"2027-12-10T04:04Z\","
  "\"InstanceChargeType\":\"PrePaid\",\"PublicIpAddress\":{\"IpAddress\":[\"203.0.113.7\"]},"
  "\"EipAddress\":{\"AllocationId\":\"eip-1\",\"IpAddress\":\"198.51.100.1\",\"Bandwidth\":5},"
  "\"InnerIpAddress\":{\"IpAddress\":[]},\"VpcAttributes\":{\"VpcId\":\"vpc-1\","
  "\"VSwitchId\":\"vsw-1\",\"PrivateIpAddress\":{\"IpAddress\":[\"172.17.0.1\"]}},"
  "\"SecurityGroupIds\":{\"SecurityGroupId\":[\"sg-1\"]},"
  "\"Tags\":{\"Tag\":[{\"TagKey\":\"k\",\"TagValue\":\"v\"},{\"TagKey\":\"bare\"}]},"
  "\"OperationLocks\":{\"LockReason\":[{\"LockReason\":\"security\",\"LockMsg\":\"x\"},"
  "{\"LockReason\":\"financial\"}]},\"NetworkInterfaces\":{\"NetworkInterface\":[{"
  "\"Ipv6Sets\":{\"Ipv6Set\":[{\"Ipv6Address\":\"2001:db8::7\"}]}}]},"
  "\"ImageOptions\":{\"LoginAsNonRoot\":true}}";

static void
test_full (void)
{
  static const struct {
    GwInstanceText which;
    const char *text;
  } texts[] = {
    { GW_INSTANCE_NAME, "web-1" },
    { GW_INSTANCE_HOST_NAME, "iZbp1Z" },
    { GW_INSTANCE_USER, NULL },
    { GW_INSTANCE_DESCRIPTION, "the shop" },
    { GW_INSTANCE_REGION, "cn-hangzhou" },
    { GW_INSTANCE_ZONE, "cn-hangzhou-g" },
    { GW_INSTANCE_RESOURCE_GROUP, "rg-1" },
    { GW_INSTANCE_OS_TYPE, "linux" },
    { GW_INSTANCE_OS, "CentOS 7.4 64 bit" },
    { GW_INSTANCE_IMAGE, "centos_7_04.vhd" },
    { GW_INSTANCE_TYPE, "ecs.g5.large" },
    { GW_INSTANCE_SIZE, "8 vCPU, 16 GiB" },
    { GW_INSTANCE_KEY_PAIR, "my-key" },
    { GW_INSTANCE_CREATED, "2017-12-10T04:04Z" },
    { GW_INSTANCE_STARTED, "2017-12-11T04:04Z" },
    { GW_INSTANCE_EXPIRES, "2027-12-10T04:04Z" },
    { GW_INSTANCE_CHARGE_TYPE, "PrePaid" },
    { GW_INSTANCE_VPC, "vpc-1" },
    { GW_INSTANCE_V_SWITCH, "vsw-1" },
  };
  g_autoptr (GwInstance) instance = parse (full);

  g_assert_cmpstr (gw_instance_get_id (instance), ==, "i-bp1");
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_cmpstr (gw_instance_get_text (instance, texts[i].which), ==, texts[i].text);
  assert_list (gw_instance_get_addresses (instance, GW_ADDRESS_PUBLIC), "203.0.113.7");
  assert_list (gw_instance_get_addresses (instance, GW_ADDRESS_ELASTIC), "198.51.100.1");
  assert_list (gw_instance_get_addresses (instance, GW_ADDRESS_PRIVATE), "172.17.0.1|2001:db8::7");
  assert_list (gw_instance_get_addresses (instance, GW_ADDRESS_INTERNAL), "");
  assert_list (gw_instance_get_security_groups (instance), "sg-1");
  assert_list (gw_instance_get_tags (instance), "k=v|bare");
  assert_list (gw_instance_get_locks (instance), "security|financial");
  g_assert_true (gw_instance_get_login_as_non_root (instance));
  g_assert_cmpint (gw_instance_get_network (instance), ==, GW_NETWORK_VPC);
  g_assert_cmpint (gw_instance_get_status (instance), ==, GW_INSTANCE_STATUS_RUNNING);
  g_assert_cmpint (gw_instance_get_status_time (instance), ==, NOW);
}

static void
test_values (void)
{
  static const struct {
    const char *members;
    GwInstanceText which;
    const char *text;
  } cases[] = {
    { "\"Cpu\":1,\"Memory\":512", GW_INSTANCE_SIZE, "1 vCPU, 0.5 GiB" },
    { "\"Cpu\":\"2\",\"Memory\":8192.0", GW_INSTANCE_SIZE, "2 vCPU, 8 GiB" },
    { "\"Cpu\":208,\"Memory\":6291456", GW_INSTANCE_SIZE, "208 vCPU, 6144 GiB" },
    { "\"Cpu\":2", GW_INSTANCE_SIZE, NULL },
    { "\"Cpu\":0,\"Memory\":1024", GW_INSTANCE_SIZE, NULL },
    { "\"Cpu\":-1,\"Memory\":1024", GW_INSTANCE_SIZE, NULL },
    { "\"Cpu\":9e18,\"Memory\":1024", GW_INSTANCE_SIZE, NULL },
    { "\"Cpu\":1,\"Memory\":9223372036854775807", GW_INSTANCE_SIZE, NULL },
    { "\"Cpu\":[],\"Memory\":{}", GW_INSTANCE_SIZE, NULL },
    /* By use: the API says 2099. */
    { "\"InstanceChargeType\":\"PostPaid\",\"ExpiredTime\":\"2099-12-31T15:59Z\"",
      GW_INSTANCE_EXPIRES, NULL },
    { "\"ExpiredTime\":\"2099-12-31T15:59Z\"", GW_INSTANCE_EXPIRES, NULL },
    { "\"OSNameEn\":\"\",\"OSName\":\"Ubuntu\"", GW_INSTANCE_OS, "Ubuntu" },
    { "\"OSType\":\"windows\"", GW_INSTANCE_OS_TYPE, "windows" },
    { "\"OSType\":[\"windows\"]", GW_INSTANCE_OS_TYPE, NULL },
    { "\"InstanceName\":\"<b>a\\u001b[31m&\\u202e\"", GW_INSTANCE_NAME, "<b>a [31m&" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"InstanceId\":\"i-1\",%s}", cases[i].members);
      g_autoptr (GwInstance) instance = parse (text);

      g_assert_cmpstr (gw_instance_get_text (instance, cases[i].which), ==, cases[i].text);
    }
}

static void
test_network (void)
{
#define PRIVATE "\"VpcAttributes\":{\"PrivateIpAddress\":{\"IpAddress\":[\"172.17.0.1\"]}}"
#define INNER "\"InnerIpAddress\":{\"IpAddress\":[\"10.0.0.9\"]}"
  static const struct {
    const char *members;
    GwNetworkType network;
    const char *main_address;
  } cases[] = {
    { "\"InstanceNetworkType\":\"vpc\"", GW_NETWORK_VPC, "" },
    { "\"InstanceNetworkType\":\"classic\"", GW_NETWORK_CLASSIC, "" },
    { "\"InstanceNetworkType\":7", GW_NETWORK_VPC, "" },
    { INNER, GW_NETWORK_CLASSIC, "10.0.0.9" },
    { PRIVATE, GW_NETWORK_VPC, "172.17.0.1" },
    { "\"InstanceNetworkType\":\"vpc\"," INNER, GW_NETWORK_CLASSIC, "10.0.0.9" },
    { "\"InstanceNetworkType\":\"classic\"," PRIVATE, GW_NETWORK_VPC, "172.17.0.1" },
    { "\"InstanceNetworkType\":\"vpc\"," INNER "," PRIVATE, GW_NETWORK_VPC, "172.17.0.1" },
    { "\"InstanceNetworkType\":\"classic\"," INNER "," PRIVATE, GW_NETWORK_CLASSIC, "10.0.0.9" },
    { "\"NetworkInterfaces\":{\"NetworkInterface\":[{\"Ipv6Sets\":{\"Ipv6Set\":["
      "{\"Ipv6Address\":\"2001:db8::9\"}]}}]}", GW_NETWORK_VPC, "2001:db8::9" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"InstanceId\":\"i-1\",%s}", cases[i].members);
      g_autoptr (GwInstance) instance = parse (text);

      g_assert_cmpint (gw_instance_get_network (instance), ==, cases[i].network);
      g_assert_cmpstr (gw_instance_get_main_address (instance), ==, cases[i].main_address);
    }
}

/* No entry at all, or one without a name of its own. */
static void
test_refused (void)
{
  static const char *const entries[] = {
    "null", "\"i-text\"", "5", "true", "[]", "[{\"InstanceId\":\"i-1\"}]", "{}",
    "{\"InstanceId\":17}", "{\"InstanceId\":null}", "{\"InstanceId\":[\"i-1\"]}",
    "{\"InstanceId\":\"\"}", "{\"InstanceId\":\"i 1\"}", "{\"InstanceId\":\"i-ü\"}",
    "{\"InstanceId\":\"../../etc/passwd\\n\"}",
    "{\"instanceid\":\"i-1\"}",
  };
  g_autofree char *longest = g_strnfill (64, 'i');
  g_autofree char *too_long = g_strnfill (65, 'i');

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    g_assert_null (parse (entries[i]));
  g_assert_true (gw_ecs_instance_is_id ("i-bp1_Z9"));
  g_assert_true (gw_ecs_instance_is_id (longest));
  g_assert_false (gw_ecs_instance_is_id (too_long));
  g_assert_false (gw_ecs_instance_is_id (NULL));
}

/* Every member of the documented entry in turn, and those within them, as every other type: it
 * costs that value, and the id stays. */
static void
spoil (JsonObject *root,
       JsonObject *object)
{
  static const char *const values[] = { "null", "7", "-1.5", "true", "\"x\"", "[]", "[[[]]]",
                                        "[null,5,{}]", "{}", "{\"IpAddress\":5}",
                                        "{\"Tag\":[5,[],{\"TagKey\":{}}],\"LockReason\":[{}]}" };
  g_autoptr (GList) members = json_object_get_members (object);

  for (GList *l = members; l != NULL; l = l->next)
    {
      g_autofree char *member = g_strdup (l->data);
      g_autoptr (JsonNode) before = json_node_copy (json_object_get_member (object, member));

      if (g_str_equal (member, "InstanceId"))
        continue;
      for (guint i = 0; i < G_N_ELEMENTS (values); i++)
        {
          g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
          g_autoptr (GwInstance) instance = NULL;

          json_object_set_member (object, member, json_from_string (values[i], NULL));
          json_node_set_object (node, root);
          instance = gw_ecs_instance_parse (node, NOW);
          g_assert_cmpstr (gw_instance_get_id (instance), ==, "i-bp1");
          g_assert_true (gw_instance_is_cloud (instance));
        }
      json_object_set_member (object, member, json_node_copy (before));
      if (JSON_NODE_HOLDS_OBJECT (before))
        spoil (root, json_object_get_object_member (object, member));
    }
}

static void
test_spoilt (void)
{
  g_autoptr (JsonNode) root = json_from_string (full, NULL);
  g_autoptr (GwInstance) before = gw_ecs_instance_parse (root, NOW);
  g_autoptr (GwInstance) after = NULL;

  spoil (json_node_get_object (root), json_node_get_object (root));
  /* The test has put all back, so it has spoilt what it meant to. */
  after = gw_ecs_instance_parse (root, NOW);
  g_assert_true (gw_instance_equal (before, after));
}

static void
test_bounds (void)
{
  g_autoptr (GString) text = g_string_new ("{\"InstanceId\":\"i-1\",\"InstanceName\":\"");
  g_autoptr (GwInstance) instance = NULL;

  for (guint i = 0; i < 1024; i++)
    g_string_append (text, "😀");
  g_string_append (text, "\",\"PublicIpAddress\":{\"IpAddress\":[\"-oProxyCommand=x\",5,null");
  for (guint i = 0; i < 200; i++)
    g_string_append_printf (text, ",\"203.0.113.%u\"", i);
  g_string_append (text, "]},\"Tags\":{\"Tag\":[{\"TagKey\":\"a\"}");
  for (guint i = 0; i < 200; i++)
    g_string_append_printf (text, ",{\"TagKey\":\"key-%u\"}", i);
  g_string_append (text, "]}}");
  instance = parse (text->str);
  g_assert_cmpint (g_utf8_strlen (gw_instance_get_title (instance), -1), ==, 256);
  g_assert_cmpstr (gw_instance_get_main_address (instance), ==, "203.0.113.0");
  g_assert_cmpuint (g_strv_length ((GStrv) gw_instance_get_addresses (instance,
                                                                     GW_ADDRESS_PUBLIC)),
                    <=, GW_INSTANCE_MAX_ITEMS);
  g_assert_cmpuint (g_strv_length ((GStrv) gw_instance_get_tags (instance)), ==,
                    GW_INSTANCE_MAX_ITEMS);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ecs-instance/full", test_full);
  g_test_add_func ("/ecs-instance/values", test_values);
  g_test_add_func ("/ecs-instance/network", test_network);
  g_test_add_func ("/ecs-instance/refused", test_refused);
  g_test_add_func ("/ecs-instance/spoilt", test_spoilt);
  g_test_add_func ("/ecs-instance/bounds", test_bounds);
  return g_test_run ();
}
