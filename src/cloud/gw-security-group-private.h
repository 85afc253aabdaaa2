/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-security-group.h"

G_BEGIN_DECLS

/* gw-security-group.c: one Permission of DescribeSecurityGroupAttribute of @group; %NULL for what
 * is no inbound rule. One SecurityGroup of DescribeSecurityGroups; %NULL if it makes no sense. */
GwSecurityRule  *gw_security_rule_parse      (JsonObject          *object,
                                              const char          *group);
GwSecurityGroup *gw_security_group_parse     (JsonObject          *object);

/* gw-security-group-rules.c: "203.0.113.0/24", "2001:db8::1"; bits after the prefix do not matter.
 * @length (optional). (transfer full), %NULL if it is none. */
GInetAddress    *gw_security_parse_cidr      (const char          *text,
                                              guint               *length);
/* Whether @cidr is the one range @range, in whichever spelling. */
gboolean         gw_security_same_cidr       (const char          *cidr,
                                              const char          *range);

/* gw-security-group-list.c: a page of DescribeSecurityGroupAttribute: calls @func for each inbound
 * rule of it. */
typedef void (*GwSecurityRuleFunc)           (GwSecurityRule      *rule, /* (transfer full) */
                                              gpointer             user_data);
guint            gw_security_rules_read      (JsonObject          *answer,
                                              const char          *group,
                                              GwSecurityRuleFunc   func,
                                              gpointer             user_data);

/* gw-security-group-wait.c: the second part of gw_security_rule_add_async(), at most
 * @milliseconds. */
void             gw_security_rule_wait_async (GwCloudClient       *client,
                                              const char          *region,
                                              const char *const   *parameters,
                                              guint                milliseconds,
                                              GCancellable        *cancellable,
                                              GAsyncReadyCallback  callback,
                                              gpointer             user_data);
gboolean         gw_security_rule_wait_finish (GwCloudClient      *client,
                                              GAsyncResult        *result,
                                              GError             **error);

G_END_DECLS
