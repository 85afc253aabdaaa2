/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What security groups say of a connection, in words; the own address; rules and groups that help.
 * Against the emulator, with the keyring in memory. */

#include "fake-accounts.h"
#include "gw-reach.h"

#define SCHEMA "org.gangway.Gangway"
#define MINE "203.0.113.9"

typedef struct
{
  FakeAccounts fake;
  GwAccount *account;
  GwInstance *instance;
} Fixture;

static GwKeyring *keyring;

static void
fixture_init (Fixture *f)
{
  fake_accounts_init (&f->fake, keyring);
  f->account = fake_add (&f->fake, "prod", "gangway");
  f->instance = NULL;
}

static void
fixture_clear (Fixture *f)
{
  g_object_unref (f->account);
  fake_accounts_clear (&f->fake);
}

static GwInstance *
find_named (Fixture    *f,
            const char *name)
{
  GListModel *source = G_LIST_MODEL (fake_source (&f->fake, gw_account_get_id (f->account)));

  for (guint i = 0; i < g_list_model_get_n_items (source); i++)
    {
      g_autoptr (GwInstance) instance = g_list_model_get_item (source, i);

      if (g_strcmp0 (gw_instance_get_text (instance, GW_INSTANCE_NAME), name) == 0)
        return instance; /* the source keeps it alive */
    }
  return NULL;
}

/* An instance of ours in cn-hangzhou, in @groups (JSON). */
static void
add_instance (Fixture    *f,
              const char *name,
              const char *groups,
              const char *more)
{
  g_autofree char *command
      = g_strdup_printf ("{\"add\": {\"id\": \"i-%s\", \"region\": \"cn-hangzhou\","
                         " \"name\": \"%s\", \"groups\": %s%s}}", name, name, groups, more);

  fake_steer (command);
  gw_cloud_accounts_refresh (f->fake.accounts, 0);
  fake_wait (&f->fake, gw_account_get_id (f->account));
  f->instance = find_named (f, name);
  g_assert_nonnull (f->instance);
}

static void
set_group (const char *id,
           const char *rules,
           gboolean    managed)
{
  g_autofree char *command
      = g_strdup_printf ("{\"group\": {\"id\": \"%s\", \"region\": \"cn-hangzhou\","
                         " \"SecurityGroupName\": \"web\", \"VpcId\": \"vpc-1\", \"rules\": [%s],"
                         " \"ServiceManaged\": %s}}", id, rules, managed ? "true" : "false");

  fake_steer (command);
}

#define IN_VPC ", \"vpc\": \"vpc-1\", \"private\": [\"10.0.0.7\"], \"public\": [\"198.51.100.7\"]"

static GwReach *
find (Fixture           *f,
      GwConnectionKind   kind,
      const char        *there,
      const char        *mine,
      GError           **error)
{
  g_autoptr (GwConnection) connection = gw_connection_new (kind, there);
  GwMyAddress address = { .address = (char *) mine,
                          .origin = mine != NULL ? GW_MY_ADDRESS_TYPED : GW_MY_ADDRESS_UNKNOWN };
  g_autoptr (GAsyncResult) result = NULL;

  gw_reach_find_async (f->fake.accounts, f->instance, connection, 22, &address, NULL, fake_on_done,
                       &result);
  gw_test_wait_until (result != NULL);
  return gw_reach_find_finish (f->fake.accounts, result, error);
}

/* For the public address. */
static GwReach *
find_public (Fixture    *f,
             const char *mine)
{
  g_autoptr (GError) error = NULL;
  GwReach *reach = find (f, GW_CONNECTION_PUBLIC, "198.51.100.7", mine, &error);

  g_assert_no_error (error);
  g_assert_nonnull (reach);
  return reach;
}

static void
assert_reach (Fixture    *f,
              const char *rules,
              const char *mine,
              GwAdmission admission,
              gboolean    can_admit,
              const char *summary)
{
  g_autoptr (GwReach) reach = NULL;

  set_group ("sg-1", rules, FALSE);
  reach = find_public (f, mine);
  g_test_message ("%s", reach->summary);
  g_assert_cmpint (reach->admission, ==, admission);
  g_assert_cmpint (gw_reach_can_admit (reach), ==, can_admit);
  g_assert_cmpstr (reach->summary, ==, summary);
  g_assert_cmpstr (reach->mine->address, ==, mine);
  g_assert_cmpstr (reach->nic, ==, "intranet");
  g_assert_cmpuint (reach->port, ==, 22);
}

static void
test_words (void)
{
  Fixture f;

  fixture_init (&f);
  add_instance (&f, "words", "[\"sg-1\"]", IN_VPC);
  assert_reach (&f, "{\"SourceCidrIp\": \"203.0.113.0/24\"}", MINE, GW_ADMISSION_ADMITTED, FALSE,
                "The security group “web” (sg-1) lets TCP port 22 in from 203.0.113.9 (rule "
                "“Accept TCP 22 from 203.0.113.0/24, priority 1”): look at the firewall of the "
                "instance, and whether sshd runs.");
  assert_reach (&f, "{\"SourceCidrIp\": \"0.0.0.0/0\"}", NULL, GW_ADMISSION_ADMITTED, FALSE,
                "The security group “web” (sg-1) lets TCP port 22 in from everywhere (rule “Accept "
                "TCP 22 from 0.0.0.0/0, priority 1”): look at the firewall of the instance, and "
                "whether sshd runs.");
  assert_reach (&f, "{\"SourceCidrIp\": \"0.0.0.0/0\", \"Policy\": \"Drop\", \"Priority\": 7}",
                MINE, GW_ADMISSION_DROPPED, TRUE,
                "The security group “web” (sg-1) drops TCP port 22 from 203.0.113.9: rule “Drop "
                "TCP 22 from 0.0.0.0/0, priority 7”.");
  assert_reach (&f, "{\"SourceCidrIp\": \"0.0.0.0/0\", \"Policy\": \"Drop\"}", MINE,
                GW_ADMISSION_DROPPED, FALSE,
                "The security group “web” (sg-1) drops TCP port 22 from 203.0.113.9: rule “Drop "
                "TCP 22 from 0.0.0.0/0, priority 1”. No new rule goes before one of priority 1: it "
                "has to be removed or changed in the console.");
  assert_reach (&f, "{\"SourceCidrIp\": \"0.0.0.0/0\", \"Policy\": \"Drop\", \"Priority\": 2}",
                NULL, GW_ADMISSION_DROPPED, TRUE,
                "The security group “web” (sg-1) drops TCP port 22 from everywhere: rule “Drop TCP "
                "22 from 0.0.0.0/0, priority 2”.");
  assert_reach (&f, "{\"SourceCidrIp\": \"10.0.0.0/8\"}", MINE, GW_ADMISSION_NONE, TRUE,
                "No rule of the security group “web” (sg-1) admits TCP port 22 from 203.0.113.9.");
  assert_reach (&f, "", NULL, GW_ADMISSION_NONE, TRUE,
                "No rule of the security group “web” (sg-1) admits TCP port 22 from anywhere.");
  assert_reach (&f, "{\"SourceCidrIp\": \"10.0.0.0/8\"}", NULL, GW_ADMISSION_UNSURE, TRUE,
                "Your address is not known: whether the security groups let TCP port 22 in depends "
                "on it, by the rule “Accept TCP 22 from 10.0.0.0/8, priority 1” of “web” (sg-1) "
                "first of all.");
  assert_reach (&f, "{\"SourcePrefixListId\": \"pl-1\"}", MINE, GW_ADMISSION_UNSURE, TRUE,
                "Whether TCP port 22 is let in from 203.0.113.9 cannot be told from here: the rule "
                "“Accept TCP 22 from pl-1, priority 1” of the security group “web” (sg-1) goes "
                "first, and names what only the cloud knows (other instances, a list of addresses, "
                "or source ports).");
  fixture_clear (&f);
}

static void
test_several (void)
{
  g_autoptr (GwReach) reach = NULL;
  g_autoptr (GwReach) managed = NULL;
  g_autoptr (GwReach) none = NULL;
  Fixture f;

  fixture_init (&f);
  set_group ("sg-1", "", TRUE);
  set_group ("sg-2", "", FALSE);
  add_instance (&f, "several", "[\"sg-1\", \"sg-2\"]", IN_VPC);
  reach = find_public (&f, MINE);
  g_assert_cmpstr (reach->summary, ==,
                   "No rule of the 2 security groups admits TCP port 22 from 203.0.113.9.");
  g_assert_true (gw_reach_can_admit (reach));

  add_instance (&f, "managed", "[\"sg-1\"]", IN_VPC);
  managed = find_public (&f, MINE);
  g_assert_false (gw_reach_can_admit (managed));
  g_assert_nonnull (strstr (managed->summary, "A product of the cloud manages these groups"));

  add_instance (&f, "none", "[]", IN_VPC);
  none = find_public (&f, MINE);
  g_assert_cmpint (none->admission, ==, GW_ADMISSION_NONE);
  g_assert_cmpuint (none->groups->len, ==, 0);
  g_assert_false (gw_reach_can_admit (none));
  g_assert_nonnull (strstr (none->summary, "in no security group"));
  fixture_clear (&f);
}

/* What the list knows may be hours old. */
static void
test_afresh (void)
{
  g_autoptr (GwReach) before = NULL;
  g_autoptr (GwReach) changed = NULL;
  g_autoptr (GwReach) by_old_object = NULL;
  g_autoptr (GwReach) stale = NULL;
  g_autoptr (GwReach) late = NULL;
  g_autoptr (GwReach) gone = NULL;
  g_autoptr (GwInstance) old = gw_instance_new ("i-afresh");
  g_autoptr (GError) error = NULL;
  GwInstance *known;
  Fixture f;

  fixture_init (&f);
  set_group ("sg-1", "", FALSE);
  set_group ("sg-2", "{\"SourceCidrIp\": \"0.0.0.0/0\"}", FALSE);
  add_instance (&f, "afresh", "[\"sg-1\"]", IN_VPC);
  before = find_public (&f, MINE);
  g_assert_cmpint (before->admission, ==, GW_ADMISSION_NONE);
  g_assert_false (before->stale);

  fake_steer ("{\"change\": {\"id\": \"i-afresh\", \"groups\": [\"sg-2\"]}}");
  changed = find_public (&f, MINE);
  g_assert_cmpint (changed->admission, ==, GW_ADMISSION_ADMITTED);
  g_assert_cmpuint (changed->groups->len, ==, 1);
  g_assert_cmpstr (((GwSecurityGroup *) g_ptr_array_index (changed->groups, 0))->id, ==, "sg-2");

  /* A tab's own object, which is not that of the list any more, and knows no groups. */
  known = f.instance;
  f.instance = old;
  by_old_object = find_public (&f, MINE);
  g_assert_cmpint (by_old_object->admission, ==, GW_ADMISSION_ADMITTED);
  f.instance = known;

  fake_steer ("{\"change\": {\"id\": \"i-afresh\", \"groups\": [\"sg-1\"]},"
              " \"rules\": [{\"match\": {\"action\": \"DescribeInstances\"},"
              " \"fail\": \"Forbidden.RAM\"}]}");
  stale = find_public (&f, MINE);
  g_assert_cmpint (stale->admission, ==, GW_ADMISSION_ADMITTED);
  g_assert_true (stale->stale);
  g_assert_nonnull (strstr (stale->summary, "that it had when the list was read."));

  /* Nobody waits for long. */
  fake_steer ("{\"clear\": true, \"rules\": [{\"match\": {\"action\":"
              " \"DescribeInstances\"}, \"delay\": 60}]}");
  late = find_public (&f, MINE);
  g_assert_true (late->stale);

  fake_steer ("{\"clear\": true, \"release\": \"i-afresh\"}");
  gone = find (&f, GW_CONNECTION_PUBLIC, "198.51.100.7", MINE, &error);
  g_assert_error (error, GW_ERROR, GW_ERROR_NOT_OF_ACCOUNT);
  g_assert_null (gone);
  fixture_clear (&f);
}

/* Given up while the instance is asked for. */
static void
test_given_up (void)
{
  g_autoptr (GwConnection) connection = gw_connection_new (GW_CONNECTION_PUBLIC, "198.51.100.7");
  GwMyAddress mine = { .address = (char *) MINE, .origin = GW_MY_ADDRESS_TYPED };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  Fixture f;

  fixture_init (&f);
  set_group ("sg-1", "", FALSE);
  add_instance (&f, "given-up", "[\"sg-1\"]", IN_VPC);
  fake_steer ("{\"clear\": true, \"rules\": [{\"match\": {\"action\":"
              " \"DescribeInstances\"}, \"delay\": 60}]}");
  gw_reach_find_async (f.fake.accounts, f.instance, connection, 22, &mine, cancellable,
                       fake_on_done, &result);
  gw_test_wait_until (fake_count_log ("\"DescribeInstances\"") > 0);
  g_cancellable_cancel (cancellable);
  gw_test_wait_until (result != NULL);
  g_assert_null (gw_reach_find_finish (f.fake.accounts, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (fake_count_log ("\"DescribeSecurityGroups\""), ==, 0);
  g_clear_object (&result);
  fake_steer ("{\"clear\": true, \"rules\": []}");
  fixture_clear (&f);
}

/* The dialog's typing: nothing is asked for it. */
static void
test_judge_again (void)
{
  g_autoptr (GwReach) reach = NULL;
  GwMyAddress other = { .address = (char *) "198.51.100.99", .origin = GW_MY_ADDRESS_TYPED };
  Fixture f;

  fixture_init (&f);
  set_group ("sg-1", "{\"SourceCidrIp\": \"203.0.113.9/32\"},"
                     "{\"SourceCidrIp\": \"0.0.0.0/0\", \"PortRange\": \"2222/2222\"}", FALSE);
  add_instance (&f, "again", "[\"sg-1\"]", IN_VPC);
  reach = find_public (&f, MINE);
  g_assert_cmpint (reach->admission, ==, GW_ADMISSION_ADMITTED);
  fake_steer ("{\"clear\": true}");
  gw_reach_judge (reach, f.instance, &other, NULL, 0);
  g_assert_cmpint (reach->admission, ==, GW_ADMISSION_NONE);
  g_assert_null (reach->rule);
  gw_reach_judge (reach, f.instance, reach->mine, NULL, 2222);
  g_assert_cmpint (reach->admission, ==, GW_ADMISSION_ADMITTED);
  g_assert_cmpint (reach->rule->from_port, ==, 2222);
  g_assert_nonnull (strstr (reach->summary, "port 2222"));
  g_assert_nonnull (strstr (reach->summary, "198.51.100.99"));
  g_assert_cmpuint (fake_count_log ("\"action\""), ==, 0);
  fixture_clear (&f);
}

static void
assert_range (Fixture    *f,
              const char *rules,
              const char *text,
              GwAdmission admission,
              gboolean    can_admit,
              const char *summary)
{
  g_autoptr (GInetAddressMask) range = gw_address_parse_range (text, NULL);
  g_autoptr (GwReach) reach = NULL;

  set_group ("sg-1", rules, FALSE);
  reach = find_public (f, MINE);
  gw_reach_judge (reach, f->instance, reach->mine, range, 0);
  g_test_message ("%s", reach->summary);
  g_assert_cmpint (reach->admission, ==, admission);
  g_assert_cmpint (gw_reach_can_admit (reach), ==, can_admit);
  g_assert_nonnull (strstr (reach->summary, summary));
}

/* A range is no address: what admits some of it does not admit it. */
static void
test_ranges (void)
{
  const char *some = "{\"SourceCidrIp\": \"203.0.113.9/32\"}";
  const char *all = "{\"SourceCidrIp\": \"0.0.0.0/0\"}";
  const char *drop_some = "{\"SourceCidrIp\": \"203.0.113.77/25\", \"Policy\": \"Drop\"}";
  const char *drop_later = "{\"SourceCidrIp\": \"203.0.113.0/25\", \"Policy\": \"Drop\","
                           " \"Priority\": 3}, {\"SourceCidrIp\": \"0.0.0.0/0\","
                           " \"Priority\": 4}";
  const char *drop_all = "{\"SourceCidrIp\": \"0.0.0.0/0\", \"Policy\": \"Drop\"},"
                         "{\"SourceCidrIp\": \"203.0.113.9/32\"}";
  const char *list = "{\"SourcePrefixListId\": \"pl-1\", \"Policy\": \"Drop\"},"
                     "{\"SourceCidrIp\": \"0.0.0.0/0\"}";
  Fixture f;

  fixture_init (&f);
  add_instance (&f, "ranges", "[\"sg-1\"]", IN_VPC);
  assert_range (&f, some, MINE, GW_ADMISSION_ADMITTED, FALSE, "in from 203.0.113.9 (rule");
  assert_range (&f, some, "203.0.113.0/24", GW_ADMISSION_UNSURE, TRUE,
                "lets TCP port 22 in from a part of 203.0.113.0/24 only: rule “Accept TCP 22 from "
                "203.0.113.9/32, priority 1”.");
  assert_range (&f, some, "0.0.0.0/0", GW_ADMISSION_UNSURE, TRUE, "a part of 0.0.0.0/0 only");
  assert_range (&f, some, "198.51.100.0/24", GW_ADMISSION_NONE, TRUE, "from 198.51.100.0/24.");
  assert_range (&f, some, "::/0", GW_ADMISSION_NONE, TRUE, "from anywhere.");
  assert_range (&f, all, "203.0.113.0/24", GW_ADMISSION_ADMITTED, FALSE,
                "in from 203.0.113.0/24 (rule “Accept TCP 22 from 0.0.0.0/0");
  assert_range (&f, all, "0.0.0.0/0", GW_ADMISSION_ADMITTED, FALSE, "in from everywhere (rule");
  assert_range (&f, drop_some, "203.0.113.0/24", GW_ADMISSION_NONE, TRUE,
                "No rule of the security group");
  assert_range (&f, drop_later, "203.0.113.0/24", GW_ADMISSION_UNSURE, TRUE,
                "drops TCP port 22 from a part of 203.0.113.0/24: rule “Drop TCP 22 from "
                "203.0.113.0/25, priority 3”.");
  assert_range (&f, drop_all, "203.0.113.0/24", GW_ADMISSION_DROPPED, FALSE,
                "drops TCP port 22 from 203.0.113.0/24");
  assert_range (&f, drop_all, "0.0.0.0/0", GW_ADMISSION_DROPPED, FALSE, "from everywhere: rule");
  assert_range (&f, list, MINE, GW_ADMISSION_UNSURE, TRUE,
                "or source ports). No new rule goes before one of priority 1");
  fixture_clear (&f);
}

/* Which side is judged, and IPv6 beside IPv4. */
static void
test_sides (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GwReach) outside = NULL;
  g_autoptr (GwReach) inside = NULL;
  g_autoptr (GwReach) ipv6 = NULL;
  g_autoptr (GwReach) unknown = NULL;
  Fixture f;

  fixture_init (&f);
  add_instance (&f, "classic", "[\"sg-classiccnhangzhou\"]",
                ", \"network\": \"classic\", \"public\": [\"198.51.100.7\"],"
                " \"inner\": [\"10.2.3.4\"]");
  outside = find (&f, GW_CONNECTION_PUBLIC, "198.51.100.7", MINE, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (outside->nic, ==, "internet");
  g_assert_cmpint (outside->admission, ==, GW_ADMISSION_ADMITTED);
  inside = find (&f, GW_CONNECTION_INTERNAL, "10.2.3.4", MINE, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (inside->nic, ==, "intranet");
  g_assert_cmpint (inside->admission, ==, GW_ADMISSION_NONE);

  set_group ("sg-1", "{\"SourceCidrIp\": \"0.0.0.0/0\"}", FALSE);
  add_instance (&f, "both", "[\"sg-1\"]", IN_VPC ", \"ipv6\": [\"2001:db8::7\"]");
  ipv6 = find (&f, GW_CONNECTION_PRIVATE, "2001:db8::7", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ipv6->admission, ==, GW_ADMISSION_NONE);
  unknown = find_public (&f, NULL);
  g_assert_cmpint (unknown->admission, ==, GW_ADMISSION_ADMITTED);
  fixture_clear (&f);
}

static void
test_errors (void)
{
  g_autoptr (GwInstance) stranger = gw_instance_new ("i-stranger");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) offers = NULL;
  g_autoptr (GAsyncResult) joined = NULL;
  g_autoptr (GAsyncResult) admitted = NULL;
  g_autoptr (GwConnection) connection = gw_connection_new (GW_CONNECTION_PUBLIC, "198.51.100.7");
  GwMyAddress mine = { .address = (char *) MINE };
  const char *parameters[] = { "SecurityGroupId", "sg-1", NULL };
  g_autoptr (GError) error = NULL;
  Fixture f;

  fixture_init (&f);
  gw_reach_find_async (f.fake.accounts, stranger, connection, 22, &mine, NULL, fake_on_done,
                       &result);
  gw_reach_offer_async (f.fake.accounts, stranger, NULL, fake_on_done, &offers);
  gw_reach_join_async (f.fake.accounts, stranger, "sg-1", NULL, fake_on_done, &joined);
  gw_reach_admit_async (f.fake.accounts, stranger, parameters, NULL, fake_on_done, &admitted);
  gw_test_wait_until (result != NULL && offers != NULL && joined != NULL && admitted != NULL);
  g_assert_null (gw_reach_find_finish (f.fake.accounts, result, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_NOT_OF_ACCOUNT);
  g_clear_error (&error);
  g_assert_null (gw_reach_offer_finish (f.fake.accounts, offers, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_NOT_OF_ACCOUNT);
  g_clear_error (&error);
  g_assert_false (gw_reach_join_finish (f.fake.accounts, joined, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_NOT_OF_ACCOUNT);
  g_clear_error (&error);
  g_assert_false (gw_reach_admit_finish (f.fake.accounts, admitted, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_NOT_OF_ACCOUNT);
  g_clear_error (&error);
  /* They hold the accounts. */
  g_clear_object (&result);
  g_clear_object (&offers);
  g_clear_object (&joined);
  g_clear_object (&admitted);

  set_group ("sg-1", "", FALSE);
  add_instance (&f, "refused", "[\"sg-1\"]", IN_VPC);
  fake_steer ("{\"rules\": [{\"match\": {\"action\": \"DescribeSecurityGroups\"},"
              " \"fail\": \"Forbidden.RAM\"}]}");
  g_assert_null (find (&f, GW_CONNECTION_PUBLIC, "198.51.100.7", MINE, &error));
  g_assert_error (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_DENIED);
  fixture_clear (&f);
}

/* Blocked, a rule is added, and it is not any more. */
static void
test_admit (void)
{
  g_autoptr (GwReach) before = NULL;
  g_autoptr (GwReach) after = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GInetAddressMask) range = gw_address_parse_range (MINE, NULL);
  g_auto (GStrv) parameters = NULL;
  g_autoptr (GError) error = NULL;
  Fixture f;

  fixture_init (&f);
  set_group ("sg-1", "{\"SourceCidrIp\": \"0.0.0.0/0\", \"Policy\": \"Drop\", \"Priority\": 2}",
             FALSE);
  add_instance (&f, "admit", "[\"sg-1\"]", IN_VPC);
  before = find_public (&f, MINE);
  g_assert_true (gw_reach_can_admit (before));
  parameters = gw_reach_make_rule (before, f.instance, "sg-1", range, "SSH");
  gw_reach_admit_async (f.fake.accounts, f.instance, (const char *const *) parameters, NULL,
                        fake_on_done, &result);
  gw_test_wait_until (result != NULL);
  g_assert_true (gw_reach_admit_finish (f.fake.accounts, result, &error));
  g_assert_no_error (error);
  g_clear_object (&result);
  after = find_public (&f, MINE);
  g_assert_cmpint (after->admission, ==, GW_ADMISSION_ADMITTED);
  g_assert_cmpstr (after->rule->description, ==, "SSH");
  fixture_clear (&f);
}

static GPtrArray *
offer (Fixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *groups;

  gw_reach_offer_async (f->fake.accounts, f->instance, NULL, fake_on_done, &result);
  gw_test_wait_until (result != NULL);
  groups = gw_reach_offer_finish (f->fake.accounts, result, &error);
  g_assert_no_error (error);
  return groups;
}

static void
test_offer (void)
{
  g_autoptr (GPtrArray) of_none = NULL;
  g_autoptr (GPtrArray) of_managed = NULL;
  g_autoptr (GPtrArray) of_own = NULL;
  g_autoptr (GPtrArray) nowhere = NULL;
  g_autoptr (GPtrArray) classic = NULL;
  Fixture f;

  fixture_init (&f);
  set_group ("sg-1", "{\"SourceCidrIp\": \"0.0.0.0/0\"}, {\"SourceCidrIp\": \"10.0.0.0/8\"}",
             FALSE);
  set_group ("sg-2", "", TRUE);
  add_instance (&f, "of-none", "[]", IN_VPC);
  of_none = offer (&f);
  g_assert_cmpuint (of_none->len, ==, 1);
  g_assert_cmpstr (((GwSecurityGroup *) g_ptr_array_index (of_none, 0))->id, ==, "sg-1");
  g_assert_cmpuint (((GwSecurityGroup *) g_ptr_array_index (of_none, 0))->n_rules, ==, 2);
  g_assert_null (((GwSecurityGroup *) g_ptr_array_index (of_none, 0))->rules);
  add_instance (&f, "of-managed", "[\"sg-2\"]", IN_VPC);
  of_managed = offer (&f);
  g_assert_cmpuint (of_managed->len, ==, 1);
  add_instance (&f, "of-own", "[\"sg-2\", \"sg-1\"]", IN_VPC);
  of_own = offer (&f);
  g_assert_null (of_own);
  add_instance (&f, "nowhere", "[]", ", \"vpc\": \"vpc-empty\", \"private\": [\"10.0.0.8\"]");
  nowhere = offer (&f);
  g_assert_cmpuint (nowhere->len, ==, 0);
  add_instance (&f, "classic-none", "[]",
                ", \"network\": \"classic\", \"inner\": [\"10.2.3.5\"]");
  classic = offer (&f);
  g_assert_cmpuint (classic->len, ==, 1);
  g_assert_cmpstr (((GwSecurityGroup *) g_ptr_array_index (classic, 0))->vpc, ==, "");
  fixture_clear (&f);
}

static void
test_join (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) blind = NULL;
  g_autoptr (GPtrArray) groups = NULL;
  g_autoptr (GError) error = NULL;
  Fixture f;

  fixture_init (&f);
  set_group ("sg-1", "", FALSE);
  set_group ("sg-2", "", FALSE);
  add_instance (&f, "join", "[]", IN_VPC);
  gw_reach_join_async (f.fake.accounts, f.instance, "sg-1", NULL, fake_on_done, &result);
  gw_test_wait_until (result != NULL);
  g_assert_true (gw_reach_join_finish (f.fake.accounts, result, &error));
  g_assert_no_error (error);
  g_clear_object (&result);
  g_assert_cmpstr (gw_instance_get_security_groups (f.instance)[0], ==, "sg-1");
  groups = offer (&f);
  g_assert_null (groups);

  /* It is in the group also where the cloud does not tell so. */
  fake_steer ("{\"rules\": [{\"match\": {\"action\": \"DescribeInstances\"},"
              " \"fail\": \"ServiceUnavailable\"}]}");
  gw_reach_join_async (f.fake.accounts, f.instance, "sg-2", NULL, fake_on_done, &blind);
  gw_test_wait_until (blind != NULL);
  g_assert_true (gw_reach_join_finish (f.fake.accounts, blind, &error));
  g_assert_no_error (error);
  g_clear_object (&blind);
  g_assert_true (g_strv_contains (gw_instance_get_security_groups (f.instance), "sg-1"));
  g_assert_true (g_strv_contains (gw_instance_get_security_groups (f.instance), "sg-2"));
  fixture_clear (&f);
}

/* The own address */

static GwMyAddress *
find_mine (GSettings        *settings,
           GwConnectionKind  kind,
           const char       *there)
{
  g_autoptr (GwConnection) connection = gw_connection_new (kind, there);

  return gw_my_address_find (settings, connection);
}

static void
assert_described (GSettings         *settings,
                  GwMyAddressOrigin  origin,
                  gint64             age,
                  const char        *words)
{
  GwMyAddress mine = { .address = (char *) MINE, .origin = origin,
                       .time = g_get_real_time () / G_USEC_PER_SEC - age };
  g_autofree char *text = gw_my_address_describe (&mine, settings);

  g_assert_cmpstr (text, ==, words);
}

static void
test_my_address (void)
{
  static const char *const refused[] = { "", "home", "10.1.2.3", "192.168.0.9", "100.64.0.9",
                                         "169.254.0.9", "fe80::9", "fd00::9", "127.0.0.1", "::1",
                                         "0.0.0.0", "224.0.0.1", "203.0.113.9/32",
                                         "::ffff:10.1.2.3" };
  g_autoptr (GSettings) settings = g_settings_new (SCHEMA);
  g_autoptr (GwMyAddress) unknown = find_mine (settings, GW_CONNECTION_PUBLIC, "198.51.100.7");
  g_autoptr (GwMyAddress) typed = NULL;
  g_autoptr (GwMyAddress) by_ipv6 = NULL;
  g_autoptr (GwMyAddress) local = NULL;
  g_autoptr (GwMyAddress) nowhere = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (unknown->address);
  g_assert_cmpint (unknown->origin, ==, GW_MY_ADDRESS_UNKNOWN);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_assert_false (gw_my_address_remember (settings, refused[i], GW_MY_ADDRESS_TYPED, 1,
                                              &error));
      g_assert_error (error, GW_ERROR, GW_ERROR_INVALID_HOST);
      g_test_message ("%s", error->message);
      g_clear_error (&error);
    }
  g_assert_cmpint (g_settings_get_int64 (settings, "egress-time"), ==, 0);

  g_assert_true (gw_my_address_remember (settings, " ::ffff:" MINE "\n", GW_MY_ADDRESS_TYPED, 77,
                                         &error));
  g_assert_no_error (error);
  typed = find_mine (settings, GW_CONNECTION_ELASTIC, "198.51.100.7");
  g_assert_cmpstr (typed->address, ==, MINE);
  g_assert_cmpint (typed->origin, ==, GW_MY_ADDRESS_TYPED);
  g_assert_cmpint (typed->time, ==, 77);
  by_ipv6 = find_mine (settings, GW_CONNECTION_PUBLIC, "2001:db8::7");
  g_assert_null (by_ipv6->address);

  /* What the person said of the internet does not count there. */
  local = find_mine (settings, GW_CONNECTION_PRIVATE, "127.0.2.5");
  g_assert_true (g_str_has_prefix (local->address, "127."));
  g_assert_cmpint (local->origin, ==, GW_MY_ADDRESS_ROUTE);
  g_assert_cmpint (local->time, ==, 0);
  nowhere = find_mine (settings, GW_CONNECTION_INTERNAL, "not-an-address");
  g_assert_null (nowhere->address);
  g_assert_cmpint (nowhere->origin, ==, GW_MY_ADDRESS_UNKNOWN);

  g_settings_set_string (settings, "egress-address", "nonsense");
  g_clear_pointer (&typed, gw_my_address_free);
  typed = find_mine (settings, GW_CONNECTION_PUBLIC, "198.51.100.7");
  g_assert_null (typed->address);
}

static void
test_told (void)
{
  g_autoptr (GSettings) settings = g_settings_new (SCHEMA);
  g_autoptr (GwMyAddress) mine = NULL;
  g_autoptr (GError) error = NULL;

  g_settings_set_string (settings, "address-service", "https://ip.example.org/json");
  g_assert_false (gw_my_address_remember (settings, "10.1.2.3", GW_MY_ADDRESS_SERVICE, 5, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_INVALID_HOST);
  g_clear_error (&error);
  g_assert_true (gw_my_address_remember (settings, "8.8.4.4", GW_MY_ADDRESS_SERVICE, 5, &error));
  g_assert_no_error (error);
  mine = find_mine (settings, GW_CONNECTION_PUBLIC, "198.51.100.7");
  g_assert_cmpint (mine->origin, ==, GW_MY_ADDRESS_SERVICE);
  assert_described (settings, GW_MY_ADDRESS_SERVICE, 185,
                    "as told by ip.example.org 3 minutes ago");

  /* The exception for tests, also here. */
  g_settings_set_string (settings, "address-service", "http://127.0.0.1:8000/");
  g_assert_true (gw_my_address_remember (settings, "127.0.0.1", GW_MY_ADDRESS_SERVICE, 5, &error));
  g_assert_no_error (error);
  g_assert_false (gw_my_address_remember (settings, "127.0.0.1", GW_MY_ADDRESS_TYPED, 5, NULL));
  g_assert_false (gw_my_address_remember (settings, "169.254.0.1", GW_MY_ADDRESS_SERVICE, 5, NULL));
}

static void
test_described (void)
{
  g_autoptr (GSettings) settings = g_settings_new (SCHEMA);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) then = g_date_time_add_days (now, -400);
  g_autofree char *date = g_date_time_format (then, "as typed on %-d %B %Y");

  g_settings_set_string (settings, "address-service", "");
  assert_described (settings, GW_MY_ADDRESS_TYPED, 0, "as typed less than a minute ago");
  assert_described (settings, GW_MY_ADDRESS_TYPED, 65, "as typed 1 minute ago");
  assert_described (settings, GW_MY_ADDRESS_TYPED, 2 * 3600 + 9, "as typed 2 hours ago");
  assert_described (settings, GW_MY_ADDRESS_TYPED, 400 * 24 * 3600, date);
  assert_described (settings, GW_MY_ADDRESS_TYPED, -3600, "as typed at an unknown time");
  assert_described (settings, GW_MY_ADDRESS_SERVICE, 60, "as told by a service 1 minute ago");
  assert_described (settings, GW_MY_ADDRESS_ROUTE, 0, "of this computer");
  assert_described (settings, GW_MY_ADDRESS_UNKNOWN, 0, "not known");
}

int
main (int    argc,
      char **argv)
{
  char *home = gw_test_home_new ();
  int status;

  g_test_init (&argc, &argv, NULL);
  fake_cloud_start ();
  keyring = gw_keyring_new ();
  gw_test_wait_until (gw_keyring_get_state (keyring) == GW_KEYRING_STATE_ABSENT);
  gw_keyring_use_memory (keyring);
  g_test_add_func ("/session/reach/words", test_words);
  g_test_add_func ("/session/reach/several", test_several);
  g_test_add_func ("/session/reach/afresh", test_afresh);
  g_test_add_func ("/session/reach/given-up", test_given_up);
  g_test_add_func ("/session/reach/judge-again", test_judge_again);
  g_test_add_func ("/session/reach/ranges", test_ranges);
  g_test_add_func ("/session/reach/sides", test_sides);
  g_test_add_func ("/session/reach/errors", test_errors);
  g_test_add_func ("/session/reach/admit", test_admit);
  g_test_add_func ("/session/reach/offer", test_offer);
  g_test_add_func ("/session/reach/join", test_join);
  g_test_add_func ("/session/my-address/typed", test_my_address);
  g_test_add_func ("/session/my-address/told", test_told);
  g_test_add_func ("/session/my-address/described", test_described);
  status = g_test_run ();
  g_object_unref (keyring);
  gw_test_cloud_free (cloud);
  gw_test_home_free (home);
  return status;
}
