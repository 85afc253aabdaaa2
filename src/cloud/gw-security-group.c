/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-security-group-private.h"

#include "gw-ecs-instance.h"
#include "gw-json.h"
#include "gw-text.h"

#include <glib/gi18n.h>

#define MAX_STRING_BYTES 65536
#define MAX_CHARS 600
#define MAX_PRIORITY 100

void
gw_security_rule_free (GwSecurityRule *self)
{
  if (self == NULL)
    return;
  g_free (self->group);
  g_free (self->id);
  g_free (self->protocol);
  g_free (self->source);
  g_free (self->source_group);
  g_free (self->prefix_list);
  g_free (self->source_ports);
  g_free (self->destination);
  g_free (self->nic);
  g_free (self->description);
  g_free (self);
}

void
gw_security_group_free (GwSecurityGroup *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->name);
  g_free (self->vpc);
  g_clear_pointer (&self->rules, g_ptr_array_unref);
  g_free (self);
}

static char *
dup_text (JsonObject *object,
          const char *member)
{
  const char *text = gw_json_get_string (object, member, MAX_STRING_BYTES);

  return gw_text_clean_line (text != NULL ? text : "", MAX_CHARS);
}

/* Of an address where IPv4 and IPv6 have members of their own; a rule has one of them. */
static char *
dup_either (JsonObject *object,
            const char *member,
            const char *other)
{
  g_autofree char *text = dup_text (object, member);

  return *text != '\0' ? g_steal_pointer (&text) : dup_text (object, other);
}

/* "22/22", "-1/-1". */
static gboolean
read_ports (const char *text,
            int        *from,
            int        *to)
{
  g_auto (GStrv) parts = g_strsplit (text, "/", 2);
  gint64 first, last;

  if (g_strv_length (parts) != 2
      || !g_ascii_string_to_signed (parts[0], 10, -1, G_MAXUINT16, &first, NULL)
      || !g_ascii_string_to_signed (parts[1], 10, -1, G_MAXUINT16, &last, NULL))
    return FALSE;
  *from = (int) first;
  *to = (int) last;
  return first == -1 ? last == -1 : first <= last;
}

static gboolean
is_cidr (const char *text)
{
  g_autoptr (GInetAddress) address = gw_security_parse_cidr (text, NULL);

  return address != NULL;
}

static gboolean
has_source (const GwSecurityRule *self)
{
  if (*self->source != '\0')
    return is_cidr (self->source);
  return *self->source_group != '\0' || *self->prefix_list != '\0';
}

static void
read_priority (GwSecurityRule *self,
               gint64          priority)
{
  if (priority < 1 || priority > MAX_PRIORITY)
    {
      /* Nothing is known to come before it. */
      priority = 1;
      self->is_unreadable = TRUE;
    }
  self->priority = (guint) priority;
}

GwSecurityRule *
gw_security_rule_parse (JsonObject *object,
                        const char *group)
{
  g_autoptr (GwSecurityRule) self = g_new0 (GwSecurityRule, 1);
  g_autofree char *direction = dup_text (object, "Direction");
  g_autofree char *policy = dup_text (object, "Policy");
  g_autofree char *ports = dup_text (object, "PortRange");
  g_autofree char *protocol = dup_text (object, "IpProtocol");

  if (g_ascii_strcasecmp (direction, "egress") == 0)
    return NULL;
  self->group = g_strdup (group);
  self->id = dup_text (object, "SecurityGroupRuleId");
  self->protocol = g_ascii_strup (protocol, -1);
  self->source = dup_either (object, "SourceCidrIp", "Ipv6SourceCidrIp");
  self->source_group = dup_text (object, "SourceGroupId");
  self->prefix_list = dup_text (object, "SourcePrefixListId");
  self->source_ports = dup_text (object, "SourcePortRange");
  self->destination = dup_either (object, "DestCidrIp", "Ipv6DestCidrIp");
  self->nic = dup_text (object, "NicType");
  self->description = dup_text (object, "Description");
  self->is_drop = g_ascii_strcasecmp (policy, "drop") == 0;
  self->is_unreadable = (!self->is_drop && g_ascii_strcasecmp (policy, "accept") != 0)
                        || *self->protocol == '\0' || !has_source (self)
                        || (*self->destination != '\0' && !is_cidr (self->destination));
  read_priority (self, gw_json_get_int (object, "Priority", 1));
  if (!read_ports (ports, &self->from_port, &self->to_port))
    {
      self->from_port = self->to_port = -1;
      self->is_unreadable = TRUE;
    }
  if (self->is_unreadable)
    g_debug ("Rule %s of %s makes no sense", self->id, group);
  return g_steal_pointer (&self);
}

GwSecurityGroup *
gw_security_group_parse (JsonObject *object)
{
  const char *id = gw_json_get_string (object, "SecurityGroupId", MAX_STRING_BYTES);
  GwSecurityGroup *self;

  if (!gw_ecs_instance_is_id (id))
    return NULL;
  self = g_new0 (GwSecurityGroup, 1);
  self->id = g_strdup (id);
  self->name = dup_text (object, "SecurityGroupName");
  self->vpc = dup_text (object, "VpcId");
  self->is_managed = gw_json_get_boolean (object, "ServiceManaged", FALSE);
  self->n_rules = (guint) CLAMP (gw_json_get_int (object, "RuleCount", 0), 0, G_MAXINT);
  return self;
}

/* “TCP 22”, “TCP 8000–9000”, “all traffic”. */
static char *
describe_traffic (const GwSecurityRule *self)
{
  if (self->from_port == -1 && g_ascii_strcasecmp (self->protocol, "ALL") == 0)
    /* Translators: stands in “Accept all traffic from 0.0.0.0/0” */
    return g_strdup (_("all traffic"));
  if (self->from_port == -1)
    /* Translators: stands in “Accept all of UDP from 0.0.0.0/0” */
    return g_strdup_printf (_("all of %s"), self->protocol);
  if (self->from_port == self->to_port)
    return g_strdup_printf ("%s %d", self->protocol, self->from_port);
  return g_strdup_printf ("%s %d–%d", self->protocol, self->from_port, self->to_port);
}

static char *
describe_source (const GwSecurityRule *self)
{
  const char *source = self->source;
  gboolean any_port = *self->source_ports == '\0' || g_str_has_prefix (self->source_ports, "-1");

  if (*source == '\0')
    source = *self->source_group != '\0' ? self->source_group : self->prefix_list;
  if (any_port)
    return g_strdup (source);
  /* Translators: of a rule that only takes packets from those ports of the sender */
  return g_strdup_printf (_("%s (source ports %s)"), source, self->source_ports);
}

char *
gw_security_rule_describe (GwSecurityRule *self)
{
  g_autofree char *traffic = NULL;
  g_autofree char *source = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  if (self->is_unreadable && *self->id != '\0')
    /* Translators: %s is the id of a rule, “sgr-bp1…” */
    return g_strdup_printf (_("The rule %s is unreadable to Gangway"), self->id);
  if (self->is_unreadable)
    return g_strdup (_("A rule that is unreadable to Gangway"));
  traffic = describe_traffic (self);
  source = describe_source (self);
  if (self->is_drop)
    return g_strdup_printf (_("Drop %s from %s, priority %u"), traffic, source, self->priority);
  return g_strdup_printf (_("Accept %s from %s, priority %u"), traffic, source, self->priority);
}
