/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-cloud-client-private.h"

#include <string.h>

/* SHA-256 of nothing: the body is always empty. */
#define EMPTY_HASH "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static const struct
{
  const char *prefix;
  const char *version;
} products[] = {
  [GW_CLOUD_ECS] = { "ecs", "2014-05-26" },
  [GW_CLOUD_RESOURCE_MANAGER] = { "resourcemanager", "2020-03-31" },
  [GW_CLOUD_STS] = { "sts", "2015-04-01" },
};

const char *
gw_cloud_product_get_prefix (GwCloudProduct product)
{
  return products[product].prefix;
}

gboolean
gw_cloud_action_only_reads (const char *action)
{
  return g_str_has_prefix (action, "Describe") || g_str_has_prefix (action, "List")
         || g_str_has_prefix (action, "Get");
}

/* As the Host header has it: the port only where it is not the scheme's own. */
static char *
dup_host (GUri *uri)
{
  const char *host = g_uri_get_host (uri);
  gboolean brackets = strchr (host, ':') != NULL;
  int port = g_uri_get_port (uri);
  int normal = g_str_equal (g_uri_get_scheme (uri), "https") ? 443 : 80;

  if (port == -1 || port == normal)
    return g_strdup_printf (brackets ? "[%s]" : "%s", host);
  return g_strdup_printf (brackets ? "[%s]:%d" : "%s:%d", host, port);
}

SoupMessage *
gw_cloud_request_new (const char        *base,
                      GwCloudProduct     product,
                      const char        *action,
                      const GwCloudPair *query,
                      guint              n_query,
                      GwAccessKey       *key,
                      gint64             now)
{
  g_autofree char *text = gw_cloud_canonical_query (query, n_query);
  g_autofree char *full = g_strconcat (base, "/", *text != '\0' ? "?" : "", text, NULL);
  /* Encoded already: libsoup sends the very bytes that are signed. */
  g_autoptr (GUri) uri = g_uri_parse (full, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (SoupMessage) message = NULL;
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (now);
  g_autofree char *date = time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ") : NULL;
  g_autofree char *nonce = g_uuid_string_random ();
  g_autofree char *host = NULL;
  g_autofree char *authorization = NULL;
  GwSensitive *token = gw_access_key_get_token (key);
  SoupMessageHeaders *sent;
  guint n_headers = 6;

  g_return_val_if_fail (uri != NULL && date != NULL, NULL);

  host = dup_host (uri);
  const GwCloudPair headers[] = {
    { "host", host },
    { "x-acs-action", action },
    { "x-acs-version", products[product].version },
    { "x-acs-date", date },
    { "x-acs-signature-nonce", nonce },
    { "x-acs-content-sha256", EMPTY_HASH },
    { "x-acs-accesskey-id", gw_access_key_get_id (key) },
    { "x-acs-security-token", token != NULL ? gw_sensitive_get_text (token) : NULL },
  };
  if (token != NULL)
    n_headers = G_N_ELEMENTS (headers);
  authorization = gw_cloud_authorization (key, SOUP_METHOD_POST, "/", query, n_query, headers,
                                          n_headers, EMPTY_HASH);

  message = soup_message_new_from_uri (SOUP_METHOD_POST, uri);
  /* Who is refused is told so by the Code: there is nobody to ask for a password. */
  soup_message_disable_feature (message, SOUP_TYPE_AUTH_MANAGER);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_COLLECT_METRICS);
  /* Without it libsoup makes a new connection for each POST. */
  if (gw_cloud_action_only_reads (action))
    soup_message_add_flags (message, SOUP_MESSAGE_IDEMPOTENT);
  sent = soup_message_get_request_headers (message);
  for (guint i = 0; i < n_headers; i++)
    soup_message_headers_replace (sent, headers[i].name, headers[i].value);
  soup_message_headers_replace (sent, "Accept", "application/json");
  soup_message_headers_replace (sent, "Authorization", authorization);
  return g_steal_pointer (&message);
}
