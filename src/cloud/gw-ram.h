/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-account.h"
#include "gw-cloud-error.h"

G_BEGIN_DECLS

/*
 * Rights in the account (RAM): the least that Gangway needs, and what to tell an administrator.
 */

/* The policy (version "1", JSON, indented) with exactly the actions that Gangway calls. Static. */
const char *gw_ram_get_least_policy (void);

/**
 * GwRefusal:
 *
 * What RAM refused: one action, in however many regions.
 */
typedef struct {
  char       *action;     /* "ecs:DescribeInstances" */
  char       *resource;   /* "acs:ecs:cn-hangzhou:*:instance/\*" (no backslash); "*" for the region
                             where there are several; a space between two resources */
  GPtrArray  *regions;    /* (element-type utf8): where; empty for actions without one */
  char       *code;
  char       *request_id; /* of the first */
  char       *message;    /* of the server, cleaned */
} GwRefusal;

void       gw_refusal_free       (GwRefusal    *self);
/* Adds what @error (GW_CLOUD_ERROR_DENIED) says to @refusals (element-type GwRefusal), to the entry
 * of the same action where there is one. */
void       gw_refusal_collect    (GPtrArray    *refusals,
                                  const GError *error);
/* A sentence for people for each of @refusals: “The account may not list instances in 3 regions.
 * The account may not list regions.” @n_regions: how many were asked. Free with g_free(). */
char      *gw_refusal_describe   (GPtrArray    *refusals,
                                  guint         n_regions);
/* What “Copy Request for Administrator” copies, plain text: account, what Gangway is, each action
 * with resource, RequestId and code, and the statement that would allow them (JSON). Free with
 * g_free(). */
char      *gw_refusal_dup_request (GPtrArray   *refusals,
                                  GwAccount    *account);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwRefusal, gw_refusal_free)

G_END_DECLS
