/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "gw-cloud-client.h"
#include "gw-cloud-sign.h"

G_BEGIN_DECLS

/* gw-cloud-request.c: a signed request, at @now (seconds since 1970). @base: normal form of an
 * endpoint. */
SoupMessage  *gw_cloud_request_new         (const char                *base,
                                            GwCloudProduct             product,
                                            const char                *action,
                                            const GwCloudPair         *query,
                                            guint                      n_query,
                                            GwAccessKey               *key,
                                            gint64                     now);
/* "ecs" as in "ecs:DescribeInstances". */
const char   *gw_cloud_product_get_prefix  (GwCloudProduct             product);
/* Describe…, List…, Get…: may be sent once more where nobody knows whether it arrived. */
gboolean      gw_cloud_action_only_reads   (const char                *action);

/* gw-cloud-try.c: one request and what came back, of whatever status. */
typedef struct {
  guint   status;
  gint64  date;   /* seconds since 1970 by the server's clock, 0 if it did not say */
  gint64  wait;   /* milliseconds that it asks to wait, 0 if it did not say */
  GString *body;
} GwCloudReply;

void          gw_cloud_reply_free          (GwCloudReply              *self);

/* @timeout: milliseconds in all. */
void          gw_cloud_try_async           (SoupSession               *session,
                                            SoupMessage               *message,
                                            guint                      timeout,
                                            GCancellable              *cancellable,
                                            GAsyncReadyCallback        callback,
                                            gpointer                   user_data);
/* Errors: of GW_CLOUD_ERROR without details. @stale: a connection kept from an earlier call was
 * closed before a byte of the answer. */
GwCloudReply *gw_cloud_try_finish          (GAsyncResult              *result,
                                            gboolean                  *stale,
                                            GError                   **error);

/* gw-cloud-answer.c: the root object of a successful answer, else the error that it is. @about:
 * action and region. */
JsonNode     *gw_cloud_answer_read         (GwCloudReply              *reply,
                                            const GwCloudErrorDetails *about,
                                            GError                   **error);

/* Where @product of @region answers for @self: normal form of an endpoint. Free with g_free(). */
char         *gw_cloud_client_find_base    (GwCloudClient             *self,
                                            GwCloudProduct             product,
                                            const char                *region);
/* For tests: milliseconds for a whole try, seconds without a byte. */
void          gw_cloud_client_set_timeouts (GwCloudClient             *self,
                                            guint                      whole,
                                            guint                      idle);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwCloudReply, gw_cloud_reply_free)

G_END_DECLS
