/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-reach-private.h"

#include <glib/gi18n.h>

/* “web” (sg-…). */
static char *
describe_group (const GwReach *self,
                const char    *id)
{
  for (guint i = 0; i < self->groups->len; i++)
    {
      const GwSecurityGroup *group = g_ptr_array_index (self->groups, i);

      if (g_str_equal (group->id, id) && *group->name != '\0')
        /* Translators: name and id of a security group */
        return g_strdup_printf (_("“%s” (%s)"), group->name, id);
    }
  return g_strdup (id);
}

/* @who: an address or a range, %NULL: everybody. */
static char *
describe_admitted (const GwReach *self,
                   const char    *who,
                   const char    *group,
                   const char    *rule)
{
  if (who == NULL)
    return g_strdup_printf (_("The security group %s lets TCP port %u in from everywhere (rule "
                              "“%s”): look at the firewall of the instance, and whether sshd "
                              "runs."), group, self->port, rule);
  return g_strdup_printf (_("The security group %s lets TCP port %u in from %s (rule “%s”): look "
                            "at the firewall of the instance, and whether sshd runs."),
                          group, self->port, who, rule);
}

static const char *
explain_first (void)
{
  return _("No new rule goes before one of priority 1: it has to be removed or changed in the "
           "console.");
}

static char *
describe_dropped (const GwReach *self,
                  const char    *who,
                  const char    *group,
                  const char    *rule)
{
  g_autofree char *text = NULL;

  if (who == NULL)
    text = g_strdup_printf (_("The security group %s drops TCP port %u from everywhere: rule "
                              "“%s”."), group, self->port, rule);
  else
    text = g_strdup_printf (_("The security group %s drops TCP port %u from %s: rule “%s”."), group,
                            self->port, who, rule);
  if (self->rule->priority > 1)
    return g_steal_pointer (&text);
  return g_strconcat (text, " ", explain_first (), NULL);
}

static char *
describe_none (const GwReach *self,
               const char    *who)
{
  /* Translators: from any address */
  const char *address = who != NULL ? who : _("anywhere");
  const GwSecurityGroup *only = g_ptr_array_index (self->groups, 0);
  g_autofree char *name = describe_group (self, only->id);

  if (self->groups->len == 1)
    /* Translators: a security group, a port, an address or “anywhere” */
    return g_strdup_printf (_("No rule of the security group %s admits TCP port %u from %s."), name,
                            self->port, address);
  /* Translators: how many groups, a port, an address or “anywhere” */
  return g_strdup_printf (ngettext ("No rule of the %u security group admits TCP port %u from %s.",
                                    "No rule of the %u security groups admits TCP port %u from %s.",
                                    self->groups->len),
                          self->groups->len, self->port, address);
}

/* The rule that decides is about a part of the range. */
static char *
describe_part (const GwReach *self,
               const char    *group,
               const char    *rule)
{
  g_autofree char *range = gw_address_range_to_string (self->range);
  g_autofree char *text = NULL;

  if (!self->rule->is_drop)
    return g_strdup_printf (_("The security group %s lets TCP port %u in from a part of %s only: "
                              "rule “%s”."), group, self->port, range, rule);
  text = g_strdup_printf (_("The security group %s drops TCP port %u from a part of %s: rule "
                            "“%s”."), group, self->port, range, rule);
  if (self->rule->priority > 1)
    return g_steal_pointer (&text);
  return g_strconcat (text, " ", explain_first (), NULL);
}

static char *
describe_unsure (GwReach    *self,
                 const char *who,
                 const char *group,
                 const char *rule)
{
  g_autofree char *text = NULL;
  g_autofree char *range = NULL;

  if (gw_reach_is_of_part (self))
    return describe_part (self, group, rule);
  if (who == NULL && self->range == NULL)
    return g_strdup_printf (_("Your address is not known: whether the security groups let TCP port "
                              "%u in depends on it, by the rule “%s” of %s first of all."),
                            self->port, rule, group);
  if (who == NULL)
    who = range = gw_address_range_to_string (self->range);
  text = g_strdup_printf (_("Whether TCP port %u is let in from %s cannot be told from here: the "
                            "rule “%s” of the security group %s goes first, and names what only "
                            "the cloud knows (other instances, a list of addresses, or source "
                            "ports)."),
                          self->port, who, rule, group);
  if (!self->rule->is_drop || self->rule->priority > 1)
    return g_steal_pointer (&text);
  return g_strconcat (text, " ", explain_first (), NULL);
}

/* Whom the sentences are about: an address or a range; %NULL: everybody, or it is not known. Free
 * with g_free(). */
static char *
dup_who (const GwReach *self)
{
  GInetAddress *address;
  guint length;

  if (self->range == NULL)
    return g_strdup (self->mine->address);
  address = g_inet_address_mask_get_address (self->range);
  length = g_inet_address_mask_get_length (self->range);
  if (length == 0)
    return NULL;
  return length == 8 * g_inet_address_get_native_size (address)
           ? g_inet_address_to_string (address)
           : gw_address_range_to_string (self->range);
}

static char *
describe_all (GwReach *self)
{
  g_autofree char *who = dup_who (self);
  g_autofree char *rule = NULL;
  g_autofree char *group = NULL;
  g_autofree char *text = NULL;

  if (self->groups->len == 0)
    return g_strdup (_("The instance is in no security group: nothing is let in. It has to join "
                       "one first."));
  if (self->rule != NULL)
    {
      rule = gw_security_rule_describe ((GwSecurityRule *) self->rule);
      group = describe_group (self, self->rule->group);
    }
  switch (self->admission)
    {
    case GW_ADMISSION_ADMITTED:
      return describe_admitted (self, who, group, rule);
    case GW_ADMISSION_DROPPED:
      text = describe_dropped (self, who, group, rule);
      break;
    case GW_ADMISSION_NONE:
      text = describe_none (self, who);
      break;
    case GW_ADMISSION_UNSURE:
    default:
      text = describe_unsure (self, who, group, rule);
      break;
    }
  if (gw_reach_may_change_any (self))
    return g_steal_pointer (&text);
  return g_strconcat (text, " ", _("A product of the cloud manages these groups: they cannot be "
                                   "changed here."), NULL);
}

char *
gw_reach_describe (GwReach *self)
{
  g_autofree char *text = describe_all (self);

  if (!self->stale)
    return g_steal_pointer (&text);
  return g_strconcat (text, " ", _("The instance could not be asked for afresh: these are the "
                                   "security groups that it had when the list was read."), NULL);
}
