/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Judging rules of security groups: a table of cases, and random rules against a slow reference. */

#include <stdio.h>
#include <string.h>

#include "gw-security-group-private.h"

/* "+ TCP 22/22 0.0.0.0/0 1 KEY=VALUE…": accept (- is drop), protocol, ports, source, priority. */
static GwSecurityRule *
make_rule (const char *text,
           guint       number)
{
  g_autofree char *copy = g_strstrip (g_strdup (text));
  g_auto (GStrv) words = g_strsplit (copy, " ", -1);
  GwSecurityRule *self = g_new0 (GwSecurityRule, 1);

  g_assert_cmpuint (g_strv_length (words), >=, 5);
  self->group = g_strdup ("sg-1");
  self->id = g_strdup_printf ("%u", number);
  self->is_drop = g_str_equal (words[0], "-");
  self->protocol = g_strdup (words[1]);
  g_assert_cmpint (sscanf (words[2], "%d/%d", &self->from_port, &self->to_port), ==, 2);
  self->source = g_strdup (g_str_equal (words[3], "none") ? "" : words[3]);
  self->priority = (guint) g_ascii_strtoull (words[4], NULL, 10);
  self->source_group = g_strdup ("");
  self->prefix_list = g_strdup ("");
  self->source_ports = g_strdup ("");
  self->destination = g_strdup ("");
  self->nic = g_strdup ("intranet");
  self->description = g_strdup ("");
  for (guint i = 5; words[i] != NULL; i++)
    {
      char **fields[] = { &self->source_group, &self->prefix_list, &self->source_ports,
                          &self->destination, &self->nic };
      const char *const names[] = { "group=", "list=", "sports=", "to=", "nic=" };
      gboolean known = g_str_equal (words[i], "odd");

      self->is_unreadable |= known;
      for (guint j = 0; j < G_N_ELEMENTS (names); j++)
        if (g_str_has_prefix (words[i], names[j]))
          {
            g_free (*fields[j]);
            *fields[j] = g_strdup (words[i] + strlen (names[j]));
            known = TRUE;
          }
      g_assert_true (known);
    }
  return self;
}

static void
add_group (GPtrArray *groups)
{
  GwSecurityGroup *group = g_new0 (GwSecurityGroup, 1);

  group->id = g_strdup ("sg-1");
  group->name = g_strdup ("web");
  group->vpc = g_strdup ("vpc-1");
  group->rules = g_ptr_array_new_with_free_func ((GDestroyNotify) gw_security_rule_free);
  g_ptr_array_add (groups, group);
}

/* Groups are parted by "|", rules by ";"; they are numbered from 1. */
static GPtrArray *
make_groups (const char *text)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func ((GDestroyNotify) gw_security_group_free);
  g_auto (GStrv) parts = g_strsplit (text, "|", -1);
  guint number = 0;

  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_auto (GStrv) rules = g_strsplit (parts[i], ";", -1);
      GwSecurityGroup *group;

      add_group (groups);
      group = g_ptr_array_index (groups, groups->len - 1);
      for (guint j = 0; rules[j] != NULL; j++)
        if (*g_strstrip (rules[j]) != '\0')
          g_ptr_array_add (group->rules, make_rule (rules[j], ++number));
    }
  return groups;
}

#define YES GW_ADMISSION_ADMITTED
#define DROP GW_ADMISSION_DROPPED
#define NONE GW_ADMISSION_NONE
#define UNSURE GW_ADMISSION_UNSURE

static const struct
{
  const char *rules;
  const char *source; /* "?": not known; after a space the instance's address, else 10.0.0.5 */
  guint port;
  GwAdmission admission;
  const char *decides;
} cases[] = {
  /* No rule, or none that fits */
  { "", "203.0.113.9", 22, NONE, NULL },
  { "|", "203.0.113.9", 22, NONE, NULL },
  { "+ TCP 80/80 0.0.0.0/0 1", "203.0.113.9", 22, NONE, NULL },
  { "+ UDP 22/22 0.0.0.0/0 1", "203.0.113.9", 22, NONE, NULL },
  { "+ ICMP -1/-1 0.0.0.0/0 1", "203.0.113.9", 22, NONE, NULL },
  { "+ GRE -1/-1 0.0.0.0/0 1", "203.0.113.9", 22, NONE, NULL },
  { "+ 17 22/22 0.0.0.0/0 1", "203.0.113.9", 22, NONE, NULL },
  { "+ TCP 22/22 198.51.100.0/24 1", "203.0.113.9", 22, NONE, NULL },
  /* Protocols and ports */
  { "+ TCP 22/22 0.0.0.0/0 1", "203.0.113.9", 22, YES, "1" },
  { "+ tcp 22/22 0.0.0.0/0 1", "203.0.113.9", 22, YES, "1" },
  { "+ ALL -1/-1 0.0.0.0/0 1", "203.0.113.9", 22, YES, "1" },
  { "+ 6 22/22 0.0.0.0/0 1", "203.0.113.9", 22, YES, "1" },
  { "+ TCP -1/-1 0.0.0.0/0 1", "203.0.113.9", 22, YES, "1" },
  { "+ TCP 1/65535 0.0.0.0/0 1", "203.0.113.9", 65535, YES, "1" },
  { "+ TCP 20/22 0.0.0.0/0 1", "203.0.113.9", 22, YES, "1" },
  { "+ TCP 22/30 0.0.0.0/0 1", "203.0.113.9", 22, YES, "1" },
  { "+ TCP 20/21 0.0.0.0/0 1", "203.0.113.9", 22, NONE, NULL },
  { "+ TCP 23/30 0.0.0.0/0 1", "203.0.113.9", 22, NONE, NULL },
  /* Sources */
  { "+ TCP 22/22 203.0.113.9/32 1", "203.0.113.9", 22, YES, "1" },
  { "+ TCP 22/22 203.0.113.9 1", "203.0.113.9", 22, YES, "1" },
  { "+ TCP 22/22 203.0.113.8/31 1", "203.0.113.9", 22, YES, "1" },
  { "+ TCP 22/22 203.0.113.10/31 1", "203.0.113.9", 22, NONE, NULL },
  { "+ TCP 22/22 203.0.112.0/23 1", "203.0.113.9", 22, YES, "1" },
  { "+ TCP 22/22 203.0.113.77/24 1", "203.0.113.9", 22, YES, "1" },
  { "+ TCP 22/22 128.0.0.0/1 1", "127.255.255.255", 22, NONE, NULL },
  { "+ TCP 22/22 203.0.113.9/32 1", "::ffff:203.0.113.9", 22, YES, "1" },
  { "+ TCP 22/22 0.0.0.0/0 1", "2001:db8::9 2001:db8:5::1", 22, NONE, NULL },
  { "+ TCP 22/22 ::/0 1", "203.0.113.9", 22, NONE, NULL },
  { "+ TCP 22/22 ::/0 1", "::ffff:203.0.113.9", 22, NONE, NULL },
  { "+ TCP 22/22 ::/0 1", "2001:db8::9 2001:db8:5::1", 22, YES, "1" },
  { "+ TCP 22/22 2001:db8::/33 1", "2001:db8:7fff::9", 22, YES, "1" },
  { "+ TCP 22/22 2001:db8::/33 1", "2001:db8:8000::9", 22, NONE, NULL },
  { "+ TCP 22/22 nonsense 1", "203.0.113.9", 22, UNSURE, "1" },
  { "+ TCP 22/22 203.0.113.0/99 1", "203.0.113.9", 22, UNSURE, "1" },
  /* Order */
  { "+ TCP 22/22 0.0.0.0/0 1; - TCP 22/22 0.0.0.0/0 2", "203.0.113.9", 22, YES, "1" },
  { "+ TCP 22/22 0.0.0.0/0 2; - TCP 22/22 0.0.0.0/0 1", "203.0.113.9", 22, DROP, "2" },
  { "+ TCP 22/22 0.0.0.0/0 1; - TCP 22/22 0.0.0.0/0 1", "203.0.113.9", 22, DROP, "2" },
  { "+ TCP 22/22 203.0.113.9/32 1; - TCP 22/22 0.0.0.0/0 1", "203.0.113.9", 22, DROP, "2" },
  { "- TCP 22/22 10.0.0.0/8 1; + TCP 22/22 0.0.0.0/0 9", "203.0.113.9", 22, YES, "2" },
  { "- TCP 22/22 10.0.0.0/8 1; + TCP 22/22 0.0.0.0/0 9", "10.1.2.3", 22, DROP, "1" },
  { "- TCP 22/22 0.0.0.0/0 100; + TCP 22/22 0.0.0.0/0 99", "203.0.113.9", 22, YES, "2" },
  { "+ TCP 22/22 0.0.0.0/0 0; - TCP 22/22 0.0.0.0/0 5", "203.0.113.9", 22, DROP, "2" },
  { "- TCP 22/22 0.0.0.0/0 101; + TCP 22/22 0.0.0.0/0 5", "203.0.113.9", 22, YES, "2" },
  { "- ALL -1/-1 0.0.0.0/0 3 | + TCP 22/22 0.0.0.0/0 2", "203.0.113.9", 22, YES, "2" },
  { "+ TCP 22/22 0.0.0.0/0 3 | - ALL -1/-1 0.0.0.0/0 2", "203.0.113.9", 22, DROP, "2" },
  { "+ TCP 22/22 0.0.0.0/0 3 | - UDP -1/-1 0.0.0.0/0 2", "203.0.113.9", 22, YES, "1" },
  { " | | + TCP 22/22 0.0.0.0/0 3", "203.0.113.9", 22, YES, "1" },
  /* Sides and destinations */
  { "+ TCP 22/22 0.0.0.0/0 1 nic=internet", "203.0.113.9", 22, NONE, NULL },
  { "+ TCP 22/22 0.0.0.0/0 9; - TCP 22/22 0.0.0.0/0 1 nic=internet", "203.0.113.9", 22, YES, "1" },
  { "+ TCP 22/22 0.0.0.0/0 1 nic=", "203.0.113.9", 22, YES, "1" },
  { "+ TCP 22/22 0.0.0.0/0 1 to=10.0.0.0/24", "203.0.113.9", 22, YES, "1" },
  { "+ TCP 22/22 0.0.0.0/0 1 to=10.0.1.0/24", "203.0.113.9", 22, NONE, NULL },
  { "+ TCP 22/22 0.0.0.0/0 1 to=0.0.0.0/0", "203.0.113.9", 22, YES, "1" },
  { "+ TCP 22/22 0.0.0.0/0 1 to=10.0.1.0/24", "203.0.113.9 10.0.1.7", 22, YES, "1" },
  { "+ TCP 22/22 0.0.0.0/0 1 to=10.0.1.7/32", "203.0.113.9 10.0.1.7,10.0.2.7", 22, YES, "1" },
  { "+ TCP 22/22 0.0.0.0/0 1 to=10.0.2.7/32", "203.0.113.9 10.0.1.7,10.0.2.7", 22, UNSURE, "1" },
  { "- TCP 22/22 0.0.0.0/0 1 to=10.0.2.7/32; + TCP 22/22 0.0.0.0/0 2",
    "203.0.113.9 10.0.1.7,10.0.2.7", 22, UNSURE, "1" },
  { "- TCP 22/22 0.0.0.0/0 2 to=10.0.2.7/32; + TCP 22/22 0.0.0.0/0 1",
    "203.0.113.9 10.0.1.7,10.0.2.7", 22, YES, "2" },
  { "- TCP 22/22 0.0.0.0/0 1 to=10.0.3.7/32; + TCP 22/22 0.0.0.0/0 2",
    "203.0.113.9 10.0.1.7,10.0.2.7", 22, YES, "2" },
  { "+ TCP 22/22 0.0.0.0/0 1 to=10.0.2.7/32", "203.0.113.9 ", 22, UNSURE, "1" },
  { "+ TCP 22/22 0.0.0.0/0 1 to=10.0.2.7/32", "203.0.113.9 a-name,10.0.3.7", 22, UNSURE, "1" },
  { "+ TCP 22/22 0.0.0.0/0 1 to=0.0.0.0/0", "203.0.113.9 ", 22, YES, "1" },
  { "+ TCP 22/22 0.0.0.0/0 1 to=nonsense", "203.0.113.9", 22, UNSURE, "1" },
  /* Unreadable: it may be either, unless what can be read of it speaks against that. */
  { "+ TCP 22/22 0.0.0.0/0 1 odd", "203.0.113.9", 22, UNSURE, "1" },
  { "+ TCP 22/22 0.0.0.0/0 1 odd; + TCP 22/22 0.0.0.0/0 2", "203.0.113.9", 22, UNSURE, "1" },
  { "+ TCP 22/22 0.0.0.0/0 3 odd; + TCP 22/22 0.0.0.0/0 2", "203.0.113.9", 22, YES, "2" },
  { "- TCP 22/22 0.0.0.0/0 1 odd; - TCP 22/22 0.0.0.0/0 2", "203.0.113.9", 22, UNSURE, "1" },
  { "- TCP 80/80 0.0.0.0/0 1 odd; + TCP 22/22 0.0.0.0/0 2", "203.0.113.9", 22, YES, "2" },
  { "- UDP 22/22 0.0.0.0/0 1 odd; + TCP 22/22 0.0.0.0/0 2", "203.0.113.9", 22, YES, "2" },
  { "- TCP 22/22 10.0.0.0/8 1 odd; + TCP 22/22 0.0.0.0/0 2", "203.0.113.9", 22, YES, "2" },
  /* What cannot be seen from outside */
  { "+ TCP 22/22 none 1 group=sg-9", "203.0.113.9", 22, UNSURE, "1" },
  { "+ TCP 22/22 none 1 list=pl-9", "203.0.113.9", 22, UNSURE, "1" },
  { "- TCP 22/22 none 1 list=pl-9", "203.0.113.9", 22, NONE, NULL },
  { "- TCP 22/22 none 1 list=pl-9; + TCP 22/22 0.0.0.0/0 2", "203.0.113.9", 22, UNSURE, "1" },
  { "- TCP 22/22 none 2 list=pl-9; + TCP 22/22 0.0.0.0/0 1", "203.0.113.9", 22, YES, "2" },
  { "- TCP 22/22 none 1 list=pl-9; + TCP 22/22 0.0.0.0/0 1", "203.0.113.9", 22, UNSURE, "1" },
  { "+ TCP 22/22 none 1 list=pl-9; - TCP 22/22 0.0.0.0/0 1", "203.0.113.9", 22, DROP, "2" },
  { "+ TCP 22/22 none 1 list=pl-9; - TCP 22/22 0.0.0.0/0 2", "203.0.113.9", 22, UNSURE, "1" },
  { "+ TCP 22/22 none 1 group=sg-9; + TCP 22/22 0.0.0.0/0 2", "203.0.113.9", 22, YES, "2" },
  { "- TCP 22/22 none 1 group=sg-9; - TCP 22/22 0.0.0.0/0 2", "203.0.113.9", 22, DROP, "2" },
  { "+ TCP 22/22 0.0.0.0/0 1 sports=1000/2000", "203.0.113.9", 22, UNSURE, "1" },
  { "+ TCP 22/22 198.51.100.0/24 1 sports=1000/2000", "203.0.113.9", 22, NONE, NULL },
  { "+ TCP 22/22 0.0.0.0/0 1 sports=-1/-1", "203.0.113.9", 22, YES, "1" },
  { "- TCP 80/80 none 1 list=pl-9; + TCP 22/22 0.0.0.0/0 2", "203.0.113.9", 22, YES, "2" },
  { "+ TCP 22/22 none 1", "203.0.113.9", 22, UNSURE, "1" },
  /* From where is not known */
  { "", "?", 22, NONE, NULL },
  { "+ TCP 80/80 0.0.0.0/0 1", "?", 22, NONE, NULL },
  { "+ TCP 22/22 0.0.0.0/0 1", "?", 22, YES, "1" },
  { "+ TCP 22/22 203.0.113.0/24 1", "?", 22, UNSURE, "1" },
  { "+ TCP 22/22 0.0.0.0/1 1; + TCP 22/22 0.0.0.0/0 2", "?", 22, YES, "2" },
  { "- TCP 22/22 0.0.0.0/0 1", "?", 22, DROP, "1" },
  { "- TCP 22/22 203.0.113.0/24 1", "?", 22, NONE, NULL },
  { "- TCP 22/22 203.0.113.0/24 1; + TCP 22/22 0.0.0.0/0 2", "?", 22, UNSURE, "1" },
  { "- TCP 22/22 203.0.113.0/24 2; + TCP 22/22 0.0.0.0/0 1", "?", 22, YES, "2" },
  { "- TCP 22/22 0.0.0.0/0 1; + TCP 22/22 203.0.113.0/24 1", "?", 22, DROP, "1" },
  { "- TCP 22/22 0.0.0.0/0 2; + TCP 22/22 203.0.113.0/24 1", "?", 22, UNSURE, "2" },
  { "+ TCP 22/22 none 1 list=pl-9", "?", 22, UNSURE, "1" },
  { "+ TCP 22/22 ::/0 1", "?", 22, NONE, NULL },
  { "+ TCP 22/22 ::/0 1", "? 2001:db8::5", 22, YES, "1" },
  { "+ TCP 22/22 0.0.0.0/0 1", "? 2001:db8::5", 22, NONE, NULL },
  { "+ TCP 22/22 0.0.0.0/0 1", "? 10.0.0.5,2001:db8::5", 22, UNSURE, "1" },
  { "+ TCP 22/22 ::/0 1; + TCP 22/22 0.0.0.0/0 1", "? 10.0.0.5,2001:db8::5", 22, YES, "2" },
};

static void
test_table (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) groups = make_groups (cases[i].rules);
      g_auto (GStrv) words = g_strsplit (cases[i].source, " ", 2);
      g_auto (GStrv) destinations = g_strsplit (words[1] != NULL ? words[1] : "10.0.0.5", ",", -1);
      g_autoptr (GInetAddress) source = g_inet_address_new_from_string (words[0]);
      GwSecurityRule *rule = NULL;
      GwAdmission admission;

      g_test_message ("%s: %s", cases[i].source, cases[i].rules);
      g_assert_true ((source == NULL) == g_str_equal (words[0], "?"));
      admission = gw_security_groups_judge (groups, cases[i].port, source,
                                            (const char *const *) destinations, "intranet", &rule);
      g_assert_cmpint (admission, ==, cases[i].admission);
      g_assert_cmpstr (rule != NULL ? rule->id : NULL, ==, cases[i].decides);
      g_assert_cmpint (gw_security_groups_judge (groups, cases[i].port, source,
                                                 (const char *const *) destinations, "intranet",
                                                 NULL),
                       ==, admission);
    }
}

/* The reference: every way in which what is not known may turn out, each decided by looking for the
 * rule with the least number. */

#define N_RULES 7

typedef enum
{
  SURELY_NOT,
  PERHAPS,
  SURELY,
} Fit;

static Fit
fits (const GwSecurityRule *rule,
      GInetAddress         *source,
      guint                 port)
{
  g_autoptr (GInetAddressMask) mask = NULL;

  if (!g_str_equal (rule->protocol, "TCP") && !g_str_equal (rule->protocol, "ALL"))
    return SURELY_NOT;
  if (rule->from_port != -1 && !((int) port >= rule->from_port && (int) port <= rule->to_port))
    return SURELY_NOT;
  if (*rule->source == '\0')
    return PERHAPS;
  mask = g_inet_address_mask_new_from_string (rule->source, NULL);
  g_assert_nonnull (mask);
  if (source == NULL)
    {
      if (g_inet_address_mask_get_family (mask) != G_SOCKET_FAMILY_IPV4)
        return SURELY_NOT;
      return g_inet_address_mask_get_length (mask) == 0 && *rule->source_ports == '\0' ? SURELY
                                                                                       : PERHAPS;
    }
  if (!g_inet_address_mask_matches (mask, source))
    return SURELY_NOT;
  return *rule->source_ports != '\0' ? PERHAPS : SURELY;
}

static GwAdmission
judge_slowly (GPtrArray    *rules,
              GInetAddress *source,
              guint         port)
{
  gboolean ever = FALSE, always = TRUE, dropped = FALSE;
  Fit fit[N_RULES];

  for (guint i = 0; i < rules->len; i++)
    fit[i] = fits (g_ptr_array_index (rules, i), source, port);
  for (guint world = 0; world < 1u << rules->len; world++)
    {
      guint best = G_MAXUINT;

      for (guint i = 0; i < rules->len; i++)
        {
          const GwSecurityRule *rule = g_ptr_array_index (rules, i);

          if (fit[i] == SURELY || (fit[i] == PERHAPS && (world >> i & 1)))
            best = MIN (best, rule->priority * 2 + (rule->is_drop ? 0 : 1));
        }
      ever |= best != G_MAXUINT && best % 2 == 1;
      always &= best != G_MAXUINT && best % 2 == 1;
      /* The world in which nothing that is not known is so. */
      if (world == 0)
        dropped = best != G_MAXUINT && best % 2 == 0;
    }
  if (always)
    return YES;
  if (ever)
    return UNSURE;
  return dropped ? DROP : NONE;
}

static const char *
pick (const char *const *words,
      guint              n)
{
  return words[g_test_rand_int_range (0, (gint32) n)];
}

static GwSecurityRule *
make_random_rule (guint number)
{
  static const char *const traffic[] = { "TCP 22/22", "TCP 20/23", "TCP 80/80", "ALL -1/-1",
                                         "UDP 22/22", "TCP 1/65535" };
  static const char *const sources[] = { "0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/30", "10.0.0.2/31",
                                         "10.0.0.1/32", "::/0", "2001:db8::/126", "none", "none" };
  const char *source = pick (sources, G_N_ELEMENTS (sources));
  const char *more = g_str_equal (source, "none") ? (g_test_rand_bit () ? " list=pl-1"
                                                                        : " group=sg-2")
                     : g_test_rand_int_range (0, 6) == 0 ? " sports=1/1024"
                                                         : "";
  g_autofree char *text
      = g_strdup_printf ("%c %s %s %d%s", g_test_rand_bit () ? '+' : '-',
                         pick (traffic, G_N_ELEMENTS (traffic)), source,
                         g_test_rand_int_range (1, 4), more);

  return make_rule (text, number);
}

static void
test_random (void)
{
  static const char *const sources[] = { "10.0.0.1", "10.0.0.2", "10.0.0.9", "192.0.2.1",
                                         "2001:db8::1", "2001:db8::9" };
  guint seen[4] = { 0 };

  for (guint round = 0; round < 4000; round++)
    {
      g_autoptr (GPtrArray) groups = make_groups ("||");
      g_autoptr (GPtrArray) all = g_ptr_array_new ();
      guint n_rules = (guint) g_test_rand_int_range (0, N_RULES + 1);
      const char *const destinations[] = { "10.0.0.5", NULL };
      guint port = g_test_rand_bit () ? 22 : 80;
      GwAdmission unknown;

      for (guint i = 0; i < n_rules; i++)
        {
          GwSecurityGroup *group = g_ptr_array_index (groups, g_test_rand_int_range (0, 3));
          GwSecurityRule *rule = make_random_rule (i + 1);

          g_ptr_array_add (group->rules, rule);
          g_ptr_array_add (all, rule);
        }
      unknown = gw_security_groups_judge (groups, port, NULL, destinations, "intranet", NULL);
      g_assert_cmpint (unknown, ==, judge_slowly (all, NULL, port));
      seen[unknown]++;
      for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
        {
          g_autoptr (GInetAddress) source = g_inet_address_new_from_string (sources[i]);
          GwSecurityRule *rule = NULL;
          GwAdmission known
              = gw_security_groups_judge (groups, port, source, destinations, "intranet", &rule);

          g_assert_cmpint (known, ==, judge_slowly (all, source, port));
          g_assert_true ((rule == NULL) == (known == NONE));
          g_assert_true (known == UNSURE || rule == NULL || rule->is_drop == (known == DROP));
          /* What was said of all addresses is so for each. */
          if (g_inet_address_get_family (source) == G_SOCKET_FAMILY_IPV4 && unknown != UNSURE)
            g_assert_cmpint (known == YES, ==, unknown == YES);
        }
    }
  for (guint i = 0; i < G_N_ELEMENTS (seen); i++)
    g_assert_cmpuint (seen[i], >, 50);
}

static void
test_describe (void)
{
  static const char *const words[][2] = {
    { "+ TCP 22/22 203.0.113.0/24 1", "Accept TCP 22 from 203.0.113.0/24, priority 1" },
    { "- TCP 8000/9000 ::/0 100", "Drop TCP 8000–9000 from ::/0, priority 100" },
    { "+ ALL -1/-1 0.0.0.0/0 2", "Accept all traffic from 0.0.0.0/0, priority 2" },
    { "- TCP -1/-1 none 3 list=pl-7", "Drop all of TCP from pl-7, priority 3" },
    { "+ TCP 22/22 none 4 group=sg-7", "Accept TCP 22 from sg-7, priority 4" },
    { "+ TCP 22/22 10.0.0.0/8 5 sports=1/1024",
      "Accept TCP 22 from 10.0.0.0/8 (source ports 1/1024), priority 5" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autoptr (GwSecurityRule) rule = make_rule (words[i][0], 1);
      g_autofree char *text = gw_security_rule_describe (rule);

      g_assert_cmpstr (text, ==, words[i][1]);
      g_free (text);
      rule->is_unreadable = TRUE;
      text = gw_security_rule_describe (rule);
      g_assert_cmpstr (text, ==, "The rule 1 is unreadable to Gangway");
    }
}

static void
test_same_cidr (void)
{
  g_assert_true (gw_security_same_cidr ("203.0.113.9", "203.0.113.9/32"));
  g_assert_true (gw_security_same_cidr ("2001:DB8::/64", "2001:db8:0::/64"));
  g_assert_false (gw_security_same_cidr ("203.0.113.9", "203.0.113.9/31"));
  g_assert_false (gw_security_same_cidr ("203.0.113.9", "203.0.113.8"));
  g_assert_false (gw_security_same_cidr ("0.0.0.0/0", "::/0"));
  g_assert_false (gw_security_same_cidr ("", ""));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cloud/security-rules/table", test_table);
  g_test_add_func ("/cloud/security-rules/random", test_random);
  g_test_add_func ("/cloud/security-rules/describe", test_describe);
  g_test_add_func ("/cloud/security-rules/same-cidr", test_same_cidr);
  return g_test_run ();
}
