/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-security-group-private.h"

#include "gw-address.h"

#include <string.h>

/* Judging: pure, nothing is asked. */

#define MAX_PRIORITY 100
#define TCP_NUMBER "6" /* IANA's */

/* Whether a rule is about a packet. MAYBE: what it names cannot be seen from outside. */
typedef enum
{
  MATCH_NO,
  MATCH_MAYBE,
  MATCH_YES,
} Match;

/* The packets that are asked about. */
typedef struct
{
  guint port;
  GSocketFamily family;
  GInetAddress *source; /* %NULL: any of @family */
  const char *const *destinations;
  const char *nic;
} Packet;

GInetAddress *
gw_security_parse_cidr (const char *text,
                        guint      *length)
{
  g_auto (GStrv) parts = g_strsplit (text, "/", 2);
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (parts[0] ? parts[0] : "");
  guint64 bits;

  if (address == NULL)
    return NULL;
  bits = g_inet_address_get_native_size (address) * 8;
  if (parts[1] != NULL && !g_ascii_string_to_unsigned (parts[1], 10, 0, bits, &bits, NULL))
    return NULL;
  if (length != NULL)
    *length = (guint) bits;
  return g_steal_pointer (&address);
}

/* The first @length bits of both. */
static gboolean
has_prefix (GInetAddress *address,
            GInetAddress *prefix,
            guint         length)
{
  const guint8 *a = g_inet_address_to_bytes (address);
  const guint8 *b = g_inet_address_to_bytes (prefix);
  guint whole = length / 8;

  if (g_inet_address_get_family (address) != g_inet_address_get_family (prefix)
      || memcmp (a, b, whole) != 0)
    return FALSE;
  return length % 8 == 0 || ((a[whole] ^ b[whole]) >> (8 - length % 8)) == 0;
}

gboolean
gw_security_same_cidr (const char *cidr,
                       const char *range)
{
  guint one = 0, other = 0;
  g_autoptr (GInetAddress) a = gw_security_parse_cidr (cidr, &one);
  g_autoptr (GInetAddress) b = gw_security_parse_cidr (range, &other);

  return a != NULL && b != NULL && one == other && has_prefix (a, b, one);
}

static gboolean
is_tcp (const char *protocol)
{
  return g_ascii_strcasecmp (protocol, "TCP") == 0 || g_ascii_strcasecmp (protocol, "ALL") == 0
         || g_str_equal (protocol, TCP_NUMBER);
}

/* The cloud translates public addresses: whether a rule that names another one of the instance's is
 * about packets to the one that is dialled cannot be seen from outside. */
static Match
match_destination (const GwSecurityRule *rule,
                   const char *const    *destinations)
{
  g_autoptr (GInetAddress) dialled = NULL;
  g_autoptr (GInetAddress) prefix = NULL;
  guint length = 0;

  if (*rule->destination == '\0')
    return MATCH_YES;
  prefix = gw_security_parse_cidr (rule->destination, &length);
  if (prefix == NULL)
    return MATCH_MAYBE;
  if (length == 0)
    return MATCH_YES;
  if (destinations != NULL && destinations[0] != NULL)
    dialled = gw_address_parse (destinations[0]);
  if (dialled == NULL)
    return MATCH_MAYBE;
  if (has_prefix (dialled, prefix, length))
    return MATCH_YES;
  for (guint i = 1; destinations[i] != NULL; i++)
    {
      g_autoptr (GInetAddress) address = gw_address_parse (destinations[i]);

      if (address != NULL && has_prefix (address, prefix, length))
        return MATCH_MAYBE;
    }
  return MATCH_NO;
}

/* All but its addresses. */
static gboolean
concerns (const GwSecurityRule *rule,
          const Packet         *packet)
{
  if (rule->priority < 1 || rule->priority > MAX_PRIORITY)
    {
      g_debug ("Rule %s has the priority %u and is left out", rule->id, rule->priority);
      return FALSE;
    }
  if (*rule->nic != '\0' && g_ascii_strcasecmp (rule->nic, packet->nic) != 0)
    return FALSE;
  if (rule->from_port != -1
      && (packet->port < (guint) rule->from_port || packet->port > (guint) rule->to_port))
    return FALSE;
  return is_tcp (rule->protocol) || (rule->is_unreadable && *rule->protocol == '\0');
}

static gboolean
is_any_port (const char *ports)
{
  return *ports == '\0' || g_str_equal (ports, "-1/-1") || g_str_equal (ports, "1/65535")
         || g_str_equal (ports, "0/65535");
}

static Match
match_source (const GwSecurityRule *rule,
              const Packet         *packet)
{
  g_autoptr (GInetAddress) prefix = NULL;
  Match match = MATCH_YES;
  guint length = 0;

  if (*rule->source == '\0')
    return MATCH_MAYBE;
  prefix = gw_security_parse_cidr (rule->source, &length);
  if (prefix == NULL)
    return MATCH_MAYBE;
  if (g_inet_address_get_family (prefix) != packet->family)
    return MATCH_NO;
  if (packet->source == NULL)
    match = length == 0 ? MATCH_YES : MATCH_MAYBE;
  else if (!has_prefix (packet->source, prefix, length))
    return MATCH_NO;
  return match == MATCH_YES && is_any_port (rule->source_ports) ? MATCH_YES : MATCH_MAYBE;
}

static Match
match_rule (const GwSecurityRule *rule,
            const Packet         *packet)
{
  Match match = MIN (match_source (rule, packet), match_destination (rule, packet->destinations));

  return rule->is_unreadable ? MIN (match, MATCH_MAYBE) : match;
}

static int
compare_rules (gconstpointer a,
               gconstpointer b)
{
  const GwSecurityRule *one = *(const GwSecurityRule *const *) a;
  const GwSecurityRule *other = *(const GwSecurityRule *const *) b;

  if (one->priority != other->priority)
    return one->priority < other->priority ? -1 : 1;
  return other->is_drop - one->is_drop;
}

static GPtrArray *
gather (GPtrArray    *groups,
        const Packet *packet)
{
  GPtrArray *rules = g_ptr_array_new ();

  for (guint i = 0; i < groups->len; i++)
    {
      const GwSecurityGroup *group = g_ptr_array_index (groups, i);

      for (guint j = 0; group->rules != NULL && j < group->rules->len; j++)
        {
          GwSecurityRule *rule = g_ptr_array_index (group->rules, j);

          if (concerns (rule, packet))
            g_ptr_array_add (rules, rule);
        }
    }
  g_ptr_array_sort (rules, compare_rules);
  return rules;
}

static GwAdmission
judge (GPtrArray       *groups,
       const Packet    *packet,
       GwSecurityRule **decides)
{
  g_autoptr (GPtrArray) rules = gather (groups, packet);
  GwSecurityRule *maybe[2] = { NULL, NULL }; /* the first that may accept, and drop */

  *decides = NULL;
  for (guint i = 0; i < rules->len && *decides == NULL; i++)
    {
      GwSecurityRule *rule = g_ptr_array_index (rules, i);
      Match match = match_rule (rule, packet);

      if (match == MATCH_YES)
        *decides = rule;
      for (guint drops = 0; match == MATCH_MAYBE && drops <= 1; drops++)
        if (maybe[drops] == NULL && (rule->is_unreadable || rule->is_drop == (drops == 1)))
          maybe[drops] = rule;
    }
  /* One that comes first and would decide the same changes nothing. What no rule is about is
   * dropped. */
  if (*decides != NULL && !(*decides)->is_drop && maybe[1] == NULL)
    return GW_ADMISSION_ADMITTED;
  if (*decides != NULL && !(*decides)->is_drop)
    {
      *decides = maybe[1];
      return GW_ADMISSION_UNSURE;
    }
  if (maybe[0] != NULL)
    {
      *decides = maybe[0];
      return GW_ADMISSION_UNSURE;
    }
  return *decides != NULL ? GW_ADMISSION_DROPPED : GW_ADMISSION_NONE;
}

static gboolean
has_family (const char *const *destinations,
            GSocketFamily      family)
{
  for (guint i = 0; destinations != NULL && destinations[i] != NULL; i++)
    {
      g_autoptr (GInetAddress) address = gw_address_parse (destinations[i]);

      if (address != NULL && g_inet_address_get_family (address) == family)
        return TRUE;
    }
  return FALSE;
}

/* Where nobody knows who asks: what the packets are is known from where they go, IPv4 if that is
 * not known either. */
static GwAdmission
judge_unknown (GPtrArray       *groups,
               Packet          *packet,
               GwSecurityRule **decides)
{
  gboolean ipv6 = has_family (packet->destinations, G_SOCKET_FAMILY_IPV6);
  gboolean ipv4 = has_family (packet->destinations, G_SOCKET_FAMILY_IPV4) || !ipv6;
  GwSecurityRule *other = NULL;
  GwAdmission admission;

  packet->family = ipv4 ? G_SOCKET_FAMILY_IPV4 : G_SOCKET_FAMILY_IPV6;
  admission = judge (groups, packet, decides);
  if (!ipv4 || !ipv6)
    return admission;
  packet->family = G_SOCKET_FAMILY_IPV6;
  if (judge (groups, packet, &other) == admission)
    return admission;
  *decides = *decides != NULL ? *decides : other;
  return GW_ADMISSION_UNSURE;
}

GwAdmission
gw_security_groups_judge (GPtrArray          *groups,
                          guint               port,
                          GInetAddress       *source,
                          const char *const  *destinations,
                          const char         *nic,
                          GwSecurityRule    **rule)
{
  Packet packet = { .port = port, .destinations = destinations, .nic = nic };
  g_autoptr (GInetAddress) normal = NULL;
  GwSecurityRule *decides = NULL;
  GwAdmission admission;

  g_return_val_if_fail (groups != NULL && nic != NULL, GW_ADMISSION_UNSURE);

  if (source != NULL)
    {
      packet.source = normal = gw_address_normalize (source);
      packet.family = g_inet_address_get_family (normal);
      admission = judge (groups, &packet, &decides);
    }
  else
    {
      admission = judge_unknown (groups, &packet, &decides);
    }
  if (rule != NULL)
    *rule = decides;
  return admission;
}
