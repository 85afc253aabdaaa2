/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-ram.h"

#include "gw-text.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>

#define MAX_NAME 200
#define MAX_MESSAGE 500
#define MAX_REGIONS 500

#define INSTANCES "acs:ecs:%s:*:instance/*"
#define GROUPS "acs:ecs:%s:*:securitygroup/*"

/* What Gangway calls, with the resources that RAM judges, a space between them; GetCallerIdentity
 * needs no right. %s is the region. */
static const struct
{
  const char *action;
  const char *resource;
  const char *text;
} actions[] = {
  { "ecs:DescribeRegions", "acs:ecs:*:*:*",
    N_("The account may not list regions.") },
  { "ecs:DescribeInstances", INSTANCES,
    N_("The account may not list instances.") },
  { "ecs:DescribeInstanceStatus", INSTANCES,
    N_("The account may not read the states of instances.") },
  { "resourcemanager:ListResourceGroups", "acs:resourcemanager:*:*:*",
    N_("The account may not read the names of resource groups.") },
  { "sts:AssumeRole", "acs:ram:*:*:role/*",
    N_("The account may not assume its role.") },
  { "ecs:GetInstanceConsoleOutput", INSTANCES,
    N_("The account may not read the consoles of instances (ecs:GetInstanceConsoleOutput).") },
  { "ecs:DescribeCloudAssistantStatus", INSTANCES,
    N_("The account may not ask for Cloud Assistant (ecs:DescribeCloudAssistantStatus).") },
  { "ecs:InvokeCommand", INSTANCES " acs:ecs:%s:*:command/ACS-ECS-EnableSshPublicKey-linux.sh"
    " acs:ecs:%s:*:command/ACS-ECS-SendSshPublicKey-linux.sh"
    " acs:ecs:%s:*:command/cmd-ACS-ECS-EnableSshPublicKey-linux.sh"
    " acs:ecs:%s:*:command/cmd-ACS-ECS-SendSshPublicKey-linux.sh",
    N_("The account may not send keys to instances (ecs:InvokeCommand).") },
  { "ecs:DescribeInvocationResults", INSTANCES " acs:ecs:%s:*:command/*",
    N_("The account may not see what became of commands (ecs:DescribeInvocationResults).") },
  { "ecs:RunCommand", INSTANCES " acs:ecs:%s:*:command/*",
    N_("The account may not run commands on instances (ecs:RunCommand).") },
  { "ecs:DescribeSecurityGroups", GROUPS,
    N_("The account may not list security groups (ecs:DescribeSecurityGroups).") },
  { "ecs:DescribeSecurityGroupAttribute", GROUPS,
    N_("The account may not read the rules of security groups "
       "(ecs:DescribeSecurityGroupAttribute).") },
  { "ecs:AuthorizeSecurityGroup", GROUPS,
    N_("The account may not add rules to security groups (ecs:AuthorizeSecurityGroup).") },
  { "ecs:JoinSecurityGroup", INSTANCES " " GROUPS,
    N_("The account may not put instances into security groups (ecs:JoinSecurityGroup).") },
};

/* Four statements, so that a part can be left out: what only reads; sending keys, by the vendor's
 * two public commands and no other; scripts as root, for instances where those commands do not
 * enable keys and for asking for host keys; security groups. */
const char *
gw_ram_get_least_policy (void)
{
  return "{\n"
         "  \"Version\": \"1\",\n"
         "  \"Statement\": [\n"
         "    {\n"
         "      \"Effect\": \"Allow\",\n"
         "      \"Action\": [\n"
         "        \"ecs:DescribeRegions\",\n"
         "        \"ecs:DescribeInstances\",\n"
         "        \"ecs:DescribeInstanceStatus\",\n"
         "        \"resourcemanager:ListResourceGroups\",\n"
         "        \"ecs:GetInstanceConsoleOutput\",\n"
         "        \"ecs:DescribeCloudAssistantStatus\",\n"
         "        \"ecs:DescribeInvocationResults\",\n"
         "        \"ecs:DescribeSecurityGroups\",\n"
         "        \"ecs:DescribeSecurityGroupAttribute\"\n"
         "      ],\n"
         "      \"Resource\": \"*\"\n"
         "    },\n"
         "    {\n"
         "      \"Effect\": \"Allow\",\n"
         "      \"Action\": [\n"
         "        \"ecs:InvokeCommand\"\n"
         "      ],\n"
         "      \"Resource\": [\n"
         "        \"acs:ecs:*:*:instance/*\",\n"
         "        \"acs:ecs:*:*:command/ACS-ECS-EnableSshPublicKey-linux.sh\",\n"
         "        \"acs:ecs:*:*:command/ACS-ECS-SendSshPublicKey-linux.sh\",\n"
         "        \"acs:ecs:*:*:command/cmd-ACS-ECS-EnableSshPublicKey-linux.sh\",\n"
         "        \"acs:ecs:*:*:command/cmd-ACS-ECS-SendSshPublicKey-linux.sh\"\n"
         "      ]\n"
         "    },\n"
         "    {\n"
         "      \"Effect\": \"Allow\",\n"
         "      \"Action\": [\n"
         "        \"ecs:RunCommand\"\n"
         "      ],\n"
         "      \"Resource\": [\n"
         "        \"acs:ecs:*:*:instance/*\",\n"
         "        \"acs:ecs:*:*:command/*\"\n"
         "      ]\n"
         "    },\n"
         "    {\n"
         "      \"Effect\": \"Allow\",\n"
         "      \"Action\": [\n"
         "        \"ecs:AuthorizeSecurityGroup\",\n"
         "        \"ecs:JoinSecurityGroup\"\n"
         "      ],\n"
         "      \"Resource\": [\n"
         "        \"acs:ecs:*:*:instance/*\",\n"
         "        \"acs:ecs:*:*:securitygroup/*\"\n"
         "      ]\n"
         "    }\n"
         "  ]\n"
         "}\n";
}

void
gw_refusal_free (GwRefusal *self)
{
  if (self == NULL)
    return;
  g_free (self->action);
  g_free (self->resource);
  g_ptr_array_unref (self->regions);
  g_free (self->code);
  g_free (self->request_id);
  g_free (self->message);
  g_free (self);
}

static int
find_action (const char *action)
{
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    if (g_str_equal (actions[i].action, action))
      return (int) i;
  return -1;
}

/* Whether it is asked, and refused, for each region; so it may be of one that is not known. */
static gboolean
is_regional (const char *action)
{
  int i = find_action (action);

  return i < 0 || strstr (actions[i].resource, "%s") != NULL;
}

static char *
make_resource (const GwRefusal *self)
{
  int i = find_action (self->action);
  const char *resource = i >= 0 ? actions[i].resource : "*";
  const char *region = self->regions->len == 1 ? g_ptr_array_index (self->regions, 0) : "*";
  g_auto (GStrv) parts = g_strsplit (resource, "%s", 0);

  return g_strjoinv (region, parts);
}

static GwRefusal *
find_refusal (GPtrArray  *refusals,
              const char *action)
{
  for (guint i = 0; i < refusals->len; i++)
    {
      GwRefusal *self = g_ptr_array_index (refusals, i);

      if (g_str_equal (self->action, action))
        return self;
    }
  return NULL;
}

/* Cleaned already, but it goes into tickets: never more than one bounded line. */
static char *
clean (const char *text,
       gsize       max_chars)
{
  return gw_text_clean_line (text != NULL ? text : "", max_chars);
}

void
gw_refusal_collect (GPtrArray    *refusals,
                    const GError *error)
{
  const GwCloudErrorDetails *details;
  g_autofree char *action = NULL;
  g_autofree char *region = NULL;
  GwRefusal *self;

  g_return_if_fail (refusals != NULL);
  g_return_if_fail (g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_DENIED));

  details = gw_cloud_error_get_details (error);
  action = clean (details->action, MAX_NAME);
  region = clean (details->region, MAX_NAME);
  self = find_refusal (refusals, action);
  if (self == NULL)
    {
      self = g_new0 (GwRefusal, 1);
      self->action = g_steal_pointer (&action);
      self->regions = g_ptr_array_new_with_free_func (g_free);
      self->code = clean (details->code, MAX_NAME);
      self->request_id = clean (details->request_id, MAX_NAME);
      self->message = clean (details->message, MAX_MESSAGE);
      g_ptr_array_add (refusals, self);
    }

  if (*region != '\0' && is_regional (self->action) && self->regions->len < MAX_REGIONS
      && !g_ptr_array_find_with_equal_func (self->regions, region, g_str_equal, NULL))
    g_ptr_array_add (self->regions, g_steal_pointer (&region));
  g_free (self->resource);
  self->resource = make_resource (self);
}

static char *
describe_region (const GwRefusal *self,
                 const char      *region)
{
  if (g_str_equal (self->action, "ecs:DescribeInstances"))
    /* Translators: %s is a region such as cn-beijing */
    return g_strdup_printf (_("The account may not list instances in %s."), region);
  if (g_str_equal (self->action, "ecs:DescribeInstanceStatus"))
    /* Translators: %s is a region such as cn-beijing */
    return g_strdup_printf (_("The account may not read the states of instances in %s."), region);
  /* Translators: a call such as ecs:RunCommand, then a region such as cn-beijing */
  return g_strdup_printf (_("The account may not call %s in %s."), self->action, region);
}

static char *
describe_regions (const GwRefusal *self,
                  guint            n)
{
  if (g_str_equal (self->action, "ecs:DescribeInstances"))
    return g_strdup_printf (ngettext ("The account may not list instances in %u region.",
                                      "The account may not list instances in %u regions.", n), n);
  if (g_str_equal (self->action, "ecs:DescribeInstanceStatus"))
    return g_strdup_printf (
      ngettext ("The account may not read the states of instances in %u region.",
                "The account may not read the states of instances in %u regions.", n), n);
  /* Translators: %s is the name of a call such as ecs:RunCommand */
  return g_strdup_printf (ngettext ("The account may not call %s in %u region.",
                                    "The account may not call %s in %u regions.", n),
                          self->action, n);
}

/* Lists of instances can be had of one region and not of another, and people know which; what is
 * done with one instance needs no region. */
static gboolean
is_list (const char *action)
{
  return g_str_equal (action, "ecs:DescribeInstances")
         || g_str_equal (action, "ecs:DescribeInstanceStatus");
}

/* Whole sentences: a translator may have to put the regions first. */
static char *
describe_one (const GwRefusal *self,
              guint            n_regions)
{
  int i = find_action (self->action);
  guint n = self->regions->len;

  if (n == 1 && (i < 0 || is_list (self->action)))
    return describe_region (self, g_ptr_array_index (self->regions, 0));
  if (n > 1 && n < n_regions && (i < 0 || is_list (self->action)))
    return describe_regions (self, n);
  /* Refused in all of them, or in one place: none is named. */
  if (i >= 0)
    return g_strdup (_(actions[i].text));
  /* Translators: %s is the name of a call such as ecs:RunCommand */
  return g_strdup_printf (_("The account may not call %s."), self->action);
}

char *
gw_refusal_describe (GPtrArray *refusals,
                     guint      n_regions)
{
  g_autofree char *list = NULL;

  g_return_val_if_fail (refusals != NULL && refusals->len > 0, NULL);

  list = describe_one (g_ptr_array_index (refusals, 0), n_regions);
  for (guint i = 1; i < refusals->len; i++)
    {
      g_autofree char *one = describe_one (g_ptr_array_index (refusals, i), n_regions);
      /* Translators: two sentences, one after the other */
      char *longer = g_strdup_printf (_("%s %s"), list, one);

      g_free (list);
      list = longer;
    }
  return g_steal_pointer (&list);
}

static void
add_statement (JsonBuilder     *builder,
               const GwRefusal *self)
{
  g_auto (GStrv) resources = g_strsplit (self->resource, " ", 0);
  guint n = g_strv_length (resources);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "Effect");
  json_builder_add_string_value (builder, "Allow");
  json_builder_set_member_name (builder, "Action");
  json_builder_add_string_value (builder, self->action);
  json_builder_set_member_name (builder, "Resource");
  if (n > 1)
    json_builder_begin_array (builder);
  for (guint i = 0; i < n; i++)
    json_builder_add_string_value (builder, resources[i]);
  if (n > 1)
    json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static char *
make_policy (GPtrArray *refusals)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "Version");
  json_builder_add_string_value (builder, "1");
  json_builder_set_member_name (builder, "Statement");
  json_builder_begin_array (builder);
  for (guint i = 0; i < refusals->len; i++)
    add_statement (builder, g_ptr_array_index (refusals, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, TRUE);
}

static void
add_line (GString    *text,
          const char *label,
          const char *value)
{
  if (value != NULL && *value != '\0')
    g_string_append_printf (text, "%s: %s\n", label, value);
}

static void
add_refusal (GString         *text,
             const GwRefusal *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) names = NULL;
  g_autofree char *regions = NULL;

  for (guint i = 0; i < self->regions->len; i++)
    g_strv_builder_add (builder, g_ptr_array_index (self->regions, i));
  names = g_strv_builder_end (builder);
  regions = g_strjoinv (", ", names);

  g_string_append_c (text, '\n');
  add_line (text, _("Action"), self->action);
  add_line (text, _("Resource"), self->resource);
  add_line (text, _("Regions"), regions);
  add_line (text, _("Code"), self->code);
  add_line (text, "RequestId", self->request_id);
  add_line (text, _("Message"), self->message);
}

char *
gw_refusal_dup_request (GPtrArray *refusals,
                        GwAccount *account)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *policy = NULL;
  g_autofree char *profile = NULL;

  g_return_val_if_fail (refusals != NULL, NULL);
  g_return_val_if_fail (GW_IS_ACCOUNT (account), NULL);

  policy = make_policy (refusals);
  profile = clean (gw_account_get_profile (account), MAX_NAME);
  g_string_append (text, _("Gangway, a program that connects to ECS instances by SSH, was refused "
                           "permissions by RAM. It reads what instances there are; what else it "
                           "does happens only when a person asks for it: it sends a key for one "
                           "login to an instance, and adds a rule to a security group."));
  g_string_append (text, "\n\n");
  add_line (text, _("Account"), gw_account_get_name (account));
  add_line (text, _("Profile of the aliyun CLI"), profile);
  for (guint i = 0; i < refusals->len; i++)
    add_refusal (text, g_ptr_array_index (refusals, i));
  g_string_append_c (text, '\n');
  g_string_append (text, _("This policy allows it, unless a statement with “Deny” is what refused "
                           "it:"));
  g_string_append_printf (text, "\n%s\n", policy);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
