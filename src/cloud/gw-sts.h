/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-cloud-client.h"

G_BEGIN_DECLS

/*
 * The two calls of STS, the service of identities and temporary AccessKeys.
 */

/**
 * GwCallerIdentity:
 * @account_id: the number of the cloud account
 * @arn: (nullable): of the user or role
 * @user: (nullable): what people call it: “alice”, “role/session”; %NULL for the account itself
 *
 * Whose AccessKey it is. All texts are cleaned.
 */
typedef struct {
  char *account_id;
  char *arn;
  char *user;
} GwCallerIdentity;

void              gw_caller_identity_free     (GwCallerIdentity    *self);

/* @region (nullable): the default one of the product, for both calls. */
void              gw_sts_get_caller_async     (GwCloudClient       *client,
                                               const char          *region,
                                               GCancellable        *cancellable,
                                               GAsyncReadyCallback  callback,
                                               gpointer             user_data);
GwCallerIdentity *gw_sts_get_caller_finish    (GwCloudClient       *client,
                                               GAsyncResult        *result,
                                               GError             **error);

/**
 * GwStsRole:
 *
 * What AssumeRole is asked for.
 */
typedef struct {
  const char *arn;
  const char *session_name; /* (nullable): "gangway" */
  const char *external_id;  /* (nullable) */
  const char *policy;       /* (nullable) */
  gint64      seconds;      /* brought into 900…43200; 0: 3600 */
} GwStsRole;

/* @role is needed for the call only. */
void              gw_sts_assume_role_async    (GwCloudClient       *client,
                                               const char          *region,
                                               const GwStsRole     *role,
                                               GCancellable        *cancellable,
                                               GAsyncReadyCallback  callback,
                                               gpointer             user_data);
/* The role's AccessKey, with the time when it expires. (transfer full) */
GwAccessKey      *gw_sts_assume_role_finish   (GwCloudClient       *client,
                                               GAsyncResult        *result,
                                               GError             **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwCallerIdentity, gw_caller_identity_free)

G_END_DECLS
