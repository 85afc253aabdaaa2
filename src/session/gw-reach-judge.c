/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-reach-private.h"

/* From what is known of the groups: nothing is asked here. */

void
gw_reach_free (GwReach *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->groups, g_ptr_array_unref);
  g_clear_pointer (&self->mine, gw_my_address_free);
  g_clear_object (&self->range);
  g_free (self->nic);
  g_free (self->address);
  g_free (self->summary);
  g_free (self);
}

/* The instance's addresses of the family that is dialled: the cloud translates the public one, so a
 * rule may name either. */
static GStrv
list_destinations (GwReach    *self,
                   GwInstance *instance)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GInetAddress) dialled = gw_address_parse (self->address);

  g_strv_builder_add (builder, self->address);
  for (guint kind = 0; kind < GW_N_ADDRESS_KINDS; kind++)
    {
      const char *const *addresses = gw_instance_get_addresses (instance, (GwAddressKind) kind);

      for (guint i = 0; addresses[i] != NULL; i++)
        {
          g_autoptr (GInetAddress) address = gw_address_parse (addresses[i]);

          if (address != NULL && dialled != NULL
              && g_inet_address_get_family (address) == g_inet_address_get_family (dialled))
            g_strv_builder_add (builder, addresses[i]);
        }
    }
  return g_strv_builder_end (builder);
}

/* Whether @rule is about some of @range only. */
static gboolean
is_of_part (const GwSecurityRule *rule,
            GInetAddressMask     *range)
{
  g_auto (GStrv) parts = g_strsplit (rule->source, "/", 2);
  g_autoptr (GInetAddress) first = NULL;
  guint64 length;

  if (parts[0] != NULL)
    first = g_inet_address_new_from_string (parts[0]);
  if (first == NULL)
    return FALSE;
  length = 8 * g_inet_address_get_native_size (first);
  if (parts[1] != NULL && !g_ascii_string_to_unsigned (parts[1], 10, 0, length, &length, NULL))
    return FALSE;
  return length > g_inet_address_mask_get_length (range)
         && g_inet_address_mask_matches (range, first);
}

/* By its first address, but a rule for a part of @range is for it what a list of addresses is:
 * nobody can say whether it is about the packet. */
static GwAdmission
judge_range (GwReach              *self,
             GInetAddressMask     *range,
             const char *const    *destinations,
             const GwSecurityRule **rule)
{
  g_autoptr (GPtrArray) rules = g_ptr_array_new ();
  g_autoptr (GPtrArray) copies = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) groups = g_ptr_array_new ();
  GwSecurityGroup all = { .rules = copies };
  GwSecurityRule *decides = NULL;
  GwAdmission admission;
  guint index;

  for (guint i = 0; i < self->groups->len; i++)
    {
      const GwSecurityGroup *group = g_ptr_array_index (self->groups, i);

      for (guint j = 0; group->rules != NULL && j < group->rules->len; j++)
        {
          GwSecurityRule *original = g_ptr_array_index (group->rules, j);
          GwSecurityRule *copy = g_memdup2 (original, sizeof *original);

          if (is_of_part (original, range))
            {
              copy->prefix_list = copy->source;
              copy->source = (char *) "";
            }
          g_ptr_array_add (rules, original);
          g_ptr_array_add (copies, copy);
        }
    }
  g_ptr_array_add (groups, &all);
  admission = gw_security_groups_judge (groups, self->port, g_inet_address_mask_get_address (range),
                                        destinations, self->nic, &decides);
  *rule = decides != NULL && g_ptr_array_find (copies, decides, &index)
            ? g_ptr_array_index (rules, index) : NULL;
  return admission;
}

gboolean
gw_reach_is_of_part (GwReach *self)
{
  return self->range != NULL && self->rule != NULL && is_of_part (self->rule, self->range);
}

void
gw_reach_judge (GwReach          *self,
                GwInstance       *instance,
                GwMyAddress      *mine,
                GInetAddressMask *range,
                guint             port)
{
  g_auto (GStrv) destinations = NULL;
  GwMyAddress *copy;

  g_return_if_fail (self != NULL && mine != NULL);
  g_return_if_fail (GW_IS_INSTANCE (instance));
  g_return_if_fail (range == NULL || G_IS_INET_ADDRESS_MASK (range));

  copy = gw_my_address_copy (mine); /* maybe of the very one that goes */
  g_clear_pointer (&self->mine, gw_my_address_free);
  self->mine = copy;
  g_set_object (&self->range, range);
  if (port != 0)
    self->port = port;
  destinations = list_destinations (self, instance);
  if (range != NULL)
    {
      self->admission = judge_range (self, range, (const char *const *) destinations, &self->rule);
    }
  else
    {
      g_autoptr (GInetAddress) source = gw_address_parse (self->mine->address);
      GwSecurityRule *rule = NULL;

      self->admission = gw_security_groups_judge (self->groups, self->port, source,
                                                  (const char *const *) destinations, self->nic,
                                                  &rule);
      self->rule = rule;
    }
  g_free (self->summary);
  self->summary = gw_reach_describe (self);
}

gboolean
gw_reach_may_change_any (GwReach *self)
{
  for (guint i = 0; i < self->groups->len; i++)
    if (!((const GwSecurityGroup *) g_ptr_array_index (self->groups, i))->is_managed)
      return TRUE;
  return FALSE;
}

gboolean
gw_reach_can_admit (GwReach *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (self->admission == GW_ADMISSION_ADMITTED
      || (self->admission == GW_ADMISSION_DROPPED && self->rule->priority <= 1))
    return FALSE;
  return gw_reach_may_change_any (self);
}

GStrv
gw_reach_make_rule (GwReach          *self,
                    GwInstance       *instance,
                    const char       *group,
                    GInetAddressMask *range,
                    const char       *description)
{
  const char *region = gw_instance_get_text (instance, GW_INSTANCE_REGION);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) rule = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  rule = gw_security_rule_make (group, self->port, range, self->nic, description);
  /* Else the client would add it to what was shown. */
  if (region != NULL)
    g_strv_builder_add_many (builder, "RegionId", region, NULL);
  g_strv_builder_addv (builder, (const char **) rule);
  return g_strv_builder_end (builder);
}
