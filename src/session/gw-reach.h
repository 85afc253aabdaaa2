/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-cloud-accounts.h"
#include "gw-my-address.h"
#include "gw-security-group.h"

G_BEGIN_DECLS

/**
 * GwReach:
 *
 * What the security groups of an instance say of a connection to it. @accounts is the source object
 * of the calls; errors are GW_CLOUD_ERROR_… and GW_ERROR_NOT_OF_ACCOUNT.
 */
typedef struct {
  GwAdmission  admission;
  GPtrArray   *groups;  /* (element-type GwSecurityGroup), those of the instance, with rules */
  const GwSecurityRule *rule; /* what decides; %NULL */
  GwMyAddress *mine;    /* what was judged by */
  GInetAddressMask *range; /* or this instead; %NULL */
  guint        port;
  char        *nic;     /* "intranet" or "internet": which rules count */
  char        *address; /* of the instance, that is connected to */
  gboolean     stale;   /* the instance could not be asked for afresh: the groups are those that it
                           had when the list was read */
  char        *summary; /* one to three sentences for people: which rule of which group is in
                           the way, or that none admits the port, or that the groups are not in the
                           way and what to look at then; names the address, the port and the rule */
} GwReach;

void       gw_reach_free         (GwReach             *self);

/* The instance is asked afresh (for a few seconds: what is known of it will do), then
 * DescribeSecurityGroups and …Attribute of its groups, judged for @port from @mine (copied). An
 * instance without groups: NONE, with no groups; one that is gone: GW_ERROR_NOT_OF_ACCOUNT. */
void       gw_reach_find_async   (GwCloudAccounts     *accounts,
                                  GwInstance          *instance,
                                  GwConnection        *connection,
                                  guint                port,
                                  GwMyAddress         *mine,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data);
GwReach   *gw_reach_find_finish  (GwCloudAccounts     *accounts,
                                  GAsyncResult        *result,
                                  GError             **error);
/* Judges again by another address or port, from what is known; @port 0: the same. By @range where
 * it is not %NULL: that is admitted only where a rule for all of it admits; where rules differ for
 * parts of it, it is UNSURE. */
void       gw_reach_judge        (GwReach             *self,
                                  GwInstance          *instance,
                                  GwMyAddress         *mine,
                                  GInetAddressMask    *range,
                                  guint                port);
/* Whether a rule may help: not where one admits already, nor where a drop of priority 1, which no
 * new rule goes before, is in the way of all that is judged; and there is a group that may be
 * changed. */
gboolean   gw_reach_can_admit    (GwReach             *self);
/* What gw_reach_admit_async() sends, all of it: gw_security_rule_make() for the port and the side
 * that are judged, and the region of @instance. (transfer full) */
GStrv      gw_reach_make_rule    (GwReach             *self,
                                  GwInstance          *instance,
                                  const char          *group,
                                  GInetAddressMask    *range,
                                  const char          *description);

/* gw_security_rule_add_async() for the account of @instance. */
void       gw_reach_admit_async  (GwCloudAccounts     *accounts,
                                  GwInstance          *instance,
                                  const char *const   *parameters,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data);
gboolean   gw_reach_admit_finish (GwCloudAccounts     *accounts,
                                  GAsyncResult        *result,
                                  GError             **error);

/* Whether @instance needs a group before it can be reached: it is in none, or in none that may be
 * changed; and the groups of its network that it could join (element-type GwSecurityGroup), without
 * rules. (transfer full), %NULL with no error where it needs none. */
void       gw_reach_offer_async  (GwCloudAccounts     *accounts,
                                  GwInstance          *instance,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data);
GPtrArray *gw_reach_offer_finish (GwCloudAccounts     *accounts,
                                  GAsyncResult        *result,
                                  GError             **error);
/* JoinSecurityGroup, then the instance is asked afresh. */
void       gw_reach_join_async   (GwCloudAccounts     *accounts,
                                  GwInstance          *instance,
                                  const char          *group,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data);
gboolean   gw_reach_join_finish  (GwCloudAccounts     *accounts,
                                  GAsyncResult        *result,
                                  GError             **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwReach, gw_reach_free)

G_END_DECLS
