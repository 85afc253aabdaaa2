/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "gw-access-key.h"
#include "gw-cloud-error.h"

G_BEGIN_DECLS

typedef enum {
  GW_CLOUD_ECS,              /* version 2014-05-26 */
  GW_CLOUD_RESOURCE_MANAGER, /* version 2020-03-31 */
  GW_CLOUD_STS,              /* version 2015-04-01 */
} GwCloudProduct;

/* Whether @endpoint ("https://HOST[:PORT]" or, for a loopback address only, "http://…"; no path, no
 * user) may be spoken to: GW_CLOUD_ERROR_ENDPOINT if not. A bare host name means https. @normal,
 * optional: its full form without a slash at the end. */
gboolean gw_cloud_endpoint_check (const char  *endpoint,
                                  char       **normal,
                                  GError     **error);
/* "ecs.cn-shanghai.aliyuncs.com": where @product of @region answers, by the rules and exceptions of
 * the vendor's SDK (client.go, EndpointMap). Free with g_free(). */
char    *gw_cloud_endpoint_find  (GwCloudProduct  product,
                                  const char     *region);

/* The most that an answer may have, in bytes. */
#define GW_CLOUD_MAX_ANSWER (8 * 1024 * 1024)
/* Seconds: without a byte, and for one try in all. */
#define GW_CLOUD_IDLE_TIMEOUT 20
#define GW_CLOUD_TIMEOUT 60
/* Retries of a call that was throttled, and the longest wait before one, in seconds. */
#define GW_CLOUD_MAX_RETRIES 3
#define GW_CLOUD_MAX_WAIT 60

/**
 * GwCloudClient:
 *
 * Calls of the API, signed, over libsoup, asynchronously; for one account. Always POST with all
 * parameters in the query and an empty body, as the vendor's SDK does.
 *
 * A call is repeated (new nonce and date): when it was throttled, after the time that the answer
 * names (x-acs-retry-after, x-ratelimit-user-api, x-ratelimit-user), else 1, 2 and 4 s; once when
 * the clocks differ, corrected by the answer's Date; once when a connection kept from an earlier
 * call turned out to be closed before a byte of the answer came (Describe…, List…, Get… only);
 * once when its key had expired and the source of keys has another one. Nothing else is repeated.
 *
 * TLS is always verified, redirects are never followed, cookies and caches not kept. An answer is
 * bounded by GW_CLOUD_MAX_ANSWER and GW_JSON_MAX_DEPTH. Main thread only.
 *
 * Signal `waiting` (guint seconds): a call waits because the cloud asked it to; 0 when it goes on.
 */
#define GW_TYPE_CLOUD_CLIENT (gw_cloud_client_get_type ())
G_DECLARE_FINAL_TYPE (GwCloudClient, gw_cloud_client, GW, CLOUD_CLIENT, GObject)

/* @endpoint (nullable): answers for ECS in place of all others, in all regions; a loopback address
 * (the emulator) for all products. Has passed gw_cloud_endpoint_check(), else every call fails with
 * GW_CLOUD_ERROR_ENDPOINT. */
GwCloudClient *gw_cloud_client_new          (GwKeySource          *keys,
                                             const char           *endpoint);
/* The same for STS. Ignored where the endpoint of the client answers for all products. */
void           gw_cloud_client_set_sts_endpoint (GwCloudClient    *self,
                                             const char           *endpoint);
/* For tests: what TLS trusts in place of the system's authorities. */
void           gw_cloud_client_set_tls_database (GwCloudClient    *self,
                                             GTlsDatabase         *database);
/* DescribeRegions said where @region answers for ECS. Ignored unless it is a host name under
 * aliyuncs.com. */
void           gw_cloud_client_learn_endpoint (GwCloudClient      *self,
                                             const char           *region,
                                             const char           *host);

/* @region (nullable): the default one of the product. @parameters: "Name", "value", …, %NULL;
 * RegionId is added for ECS if it is not among them. A parameter whose value is "" is sent. The
 * result is the root object of the answer: (transfer full). */
void           gw_cloud_client_call_async   (GwCloudClient        *self,
                                             GwCloudProduct        product,
                                             const char           *region,
                                             const char           *action,
                                             const char *const    *parameters,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);
JsonNode      *gw_cloud_client_call_finish  (GwCloudClient        *self,
                                             GAsyncResult         *result,
                                             GError              **error);

/* One page of a list: @answer is its root object, valid during the call. Returns how many items of
 * it were new. */
typedef guint (*GwCloudPageFunc)            (JsonObject           *answer,
                                             gpointer              user_data);

/* All pages of a list that pages by NextToken (MaxResults, if it is not among the parameters, is
 * 100): @page for each as it comes.
 * What the pages before an error gave stays given. A token that was seen before, and three pages in
 * a row without anything new while the list goes on, are GW_CLOUD_ERROR_ANSWER. @page_data has to
 * live until the call is finished; the cancelled one too. */
void           gw_cloud_client_list_async   (GwCloudClient        *self,
                                             GwCloudProduct        product,
                                             const char           *region,
                                             const char           *action,
                                             const char *const    *parameters,
                                             GwCloudPageFunc       page,
                                             gpointer              page_data,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);
gboolean       gw_cloud_client_list_finish  (GwCloudClient        *self,
                                             GAsyncResult         *result,
                                             GError              **error);

G_END_DECLS
