/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-cloud-client.h"

G_BEGIN_DECLS

/**
 * GwSecurityRule:
 *
 * One inbound rule as the API has it (DescribeSecurityGroupAttribute). Texts are cleaned, "" where
 * not set.
 */
typedef struct {
  char    *group;       /* id of its security group */
  char    *id;          /* "sgr-…" */
  char    *protocol;    /* upper case: "TCP", "ALL"; a number of IANA where it is one */
  int      from_port;   /* -1: all */
  int      to_port;
  char    *source;      /* CIDR, IPv4 or IPv6; "" where it is one of the two below */
  char    *source_group;
  char    *prefix_list;
  char    *source_ports; /* "-1/-1" and "" are all */
  char    *destination; /* CIDR */
  char    *nic;         /* "internet" or "intranet" */
  gboolean is_drop;
  guint    priority;    /* 1…100, the smaller goes first */
  char    *description;
  gboolean is_unreadable; /* something in it makes no sense: it may be about anything that its other
                             members do not exclude, and may accept or drop it */
} GwSecurityRule;

/**
 * GwSecurityGroup:
 */
typedef struct {
  char      *id;
  char      *name;
  char      *vpc;          /* "" on the classic network */
  gboolean   is_managed;   /* by a product of the cloud (ServiceManaged): may not be changed */
  guint      n_rules;      /* as the list says; the rules that are known are in @rules */
  GPtrArray *rules;        /* (element-type GwSecurityRule), inbound; %NULL while not asked for */
} GwSecurityGroup;

void             gw_security_rule_free         (GwSecurityRule       *self);
void             gw_security_group_free        (GwSecurityGroup      *self);
/* “Accept TCP 22 from 203.0.113.0/24, priority 1”, or that it is unreadable; translated. Free with
 * g_free(). */
char            *gw_security_rule_describe     (GwSecurityRule       *self);

typedef enum {
  GW_ADMISSION_UNSURE,   /* a rule that comes first names a prefix list, group, source port or
                            another address of the instance, or is unreadable */
  GW_ADMISSION_ADMITTED, /* @rule admits it */
  GW_ADMISSION_DROPPED,  /* @rule is in the way */
  GW_ADMISSION_NONE,     /* no rule admits it */
} GwAdmission;

/* Whether the groups (element-type GwSecurityGroup, with rules) together let TCP packets from
 * @source to @port of the instance: the rules of all groups in one order, by priority, at the same
 * one drop before accept; what none admits is dropped (AuthorizeSecurityGroup, section
 * “Priority”). @source %NULL: it is not known; then the answer holds for every address, or is
 * UNSURE. @destinations (nullable): the instance's own addresses, for rules that name one; the one
 * that is dialled comes first, and is "" where it is not known. @nic: "internet" or "intranet";
 * only that side's rules count. @rule (optional): what decides, owned by @groups; %NULL for
 * NONE. */
GwAdmission      gw_security_groups_judge      (GPtrArray            *groups,
                                                guint                 port,
                                                GInetAddress         *source,
                                                const char *const    *destinations,
                                                const char           *nic,
                                                GwSecurityRule      **rule);

/* The groups with @ids (DescribeSecurityGroups) and, with @rules, the inbound rules of each for
 * @nic (DescribeSecurityGroupAttribute); an id that is not listed is GW_CLOUD_ERROR_NOT_FOUND.
 * Without @ids all groups of @vpc (nullable: classic). (transfer full) (element-type
 * GwSecurityGroup); by name. At most 500. */
void             gw_security_groups_list_async (GwCloudClient        *client,
                                                const char           *region,
                                                const char *const    *ids,
                                                const char           *vpc,
                                                gboolean              rules,
                                                const char           *nic,
                                                GCancellable         *cancellable,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
GPtrArray       *gw_security_groups_list_finish (GwCloudClient       *client,
                                                GAsyncResult         *result,
                                                GError              **error);

/* What AuthorizeSecurityGroup is called with: "Name", "value", …, %NULL. To be shown as it is, and
 * sent. A rule of ours: accept, TCP, priority 1. @range: gw_address_parse_range(). (transfer
 * full) */
GStrv            gw_security_rule_make         (const char           *group,
                                                guint                 port,
                                                GInetAddressMask     *range,
                                                const char           *nic,
                                                const char           *description);
/* Sends that, and waits until the group has the rule (at most 30 s: then GW_CLOUD_ERROR_TIMED_OUT).
 * Once the cloud took it, every error says so, and none is G_IO_ERROR_CANCELLED. Nothing is
 * repeated unasked; ClientToken makes a repeat harmless. */
void             gw_security_rule_add_async    (GwCloudClient        *client,
                                                const char           *region,
                                                const char *const    *parameters,
                                                GCancellable         *cancellable,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
gboolean         gw_security_rule_add_finish   (GwCloudClient        *client,
                                                GAsyncResult         *result,
                                                GError              **error);

/* JoinSecurityGroup. Success where it is in it already. */
void             gw_security_group_join_async  (GwCloudClient        *client,
                                                const char           *region,
                                                const char           *instance,
                                                const char           *group,
                                                GCancellable         *cancellable,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
gboolean         gw_security_group_join_finish (GwCloudClient        *client,
                                                GAsyncResult         *result,
                                                GError              **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwSecurityRule, gw_security_rule_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwSecurityGroup, gw_security_group_free)

G_END_DECLS
