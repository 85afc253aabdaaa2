/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gw-test-call.h"

#include <libsoup/soup.h>
#include <string.h>

/* The most memory that this process has had so far, in KiB. */
static guint64
get_peak (void)
{
  g_autofree char *text = NULL;
  const char *line;

  g_file_get_contents ("/proc/self/status", &text, NULL, NULL);
  line = strstr (text, "VmHWM:");
  g_assert_nonnull (line);
  return g_ascii_strtoull (line + strlen ("VmHWM:"), NULL, 10);
}

static void
test_garbage (void)
{
  static const char *const kinds[] = { "xml", "html", "truncated", "text", "binary", "nothing",
                                       "array", "deep" };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *rule = g_strdup_printf ("{\"garbage\": \"%s\"}", kinds[i]);
      g_autoptr (GwCloudClient) client = make_client ("gangway");

      set_rule (rule);
      assert_call_fails (client, GW_CLOUD_ERROR_ANSWER);
      g_assert_cmpuint (count_log (), ==, 1);
      /* And the next one is as if nothing had been. */
      control ("{\"clear\": true}");
      assert_call_works (client);
    }
}

static void
test_huge (void)
{
  static const char *const lengths[] = { "true", "false" };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autofree char *rule
          = g_strdup_printf ("{\"garbage\": {\"kind\": \"huge\", \"bytes\": 200000000,"
                             " \"length\": %s}}", lengths[i]);
      g_autoptr (GwCloudClient) client = make_client ("gangway");
      guint64 before = get_peak ();
      gint64 start = g_get_monotonic_time ();

      set_rule (rule);
      assert_call_fails (client, GW_CLOUD_ERROR_ANSWER);
      g_test_message ("%" G_GINT64_FORMAT " ms, %" G_GUINT64_FORMAT " KiB more",
                      (g_get_monotonic_time () - start) / 1000, get_peak () - before);
      /* Twice the bound: a string that grows is there twice for a moment. */
      g_assert_cmpuint (get_peak () - before, <, 6 * GW_CLOUD_MAX_ANSWER / 1024);
      control ("{\"clear\": true}");
      assert_call_works (client);
    }
}

/* A server that says one thing to everybody. */
typedef struct
{
  guint status;
  const char *type;
  const char *body;
  const char *header; /* "Name=value", optional */
  guint n_requests;
} Says;

static void
on_request (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           user_data)
{
  Says *says = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  says->n_requests++;
  g_assert_null (soup_message_headers_get_one (soup_server_message_get_request_headers (message),
                                               "Accept-Encoding"));
  g_assert_null (soup_message_headers_get_one (soup_server_message_get_request_headers (message),
                                               "Cookie"));
  soup_server_message_set_status (message, says->status, NULL);
  soup_server_message_set_response (message, says->type, SOUP_MEMORY_STATIC, says->body,
                                    strlen (says->body));
  if (says->header != NULL)
    {
      g_auto (GStrv) pair = g_strsplit (says->header, "=", 2);

      soup_message_headers_append (headers, pair[0], pair[1]);
    }
}

static SoupServer *
start_server (Says           *says,
              GwCloudClient **client)
{
  g_autoptr (GwAccessKey) key = gw_test_cloud_dup_key (cloud, "gangway");
  g_autoptr (GwKeySource) keys = gw_key_source_new_fixed (key);
  SoupServer *server = soup_server_new (NULL, NULL);
  g_autofree char *endpoint = NULL;
  GSList *uris;

  soup_server_add_handler (server, NULL, on_request, says, NULL);
  g_assert_true (soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  uris = soup_server_get_uris (server);
  endpoint = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  *client = gw_cloud_client_new (keys, endpoint);
  return server;
}

static void
test_strange_errors (void)
{
  static const struct
  {
    Says says;
    GwCloudError error;
    const char *code;
    const char *message;
  } rows[] = {
    { { 403, "text/xml;charset=utf-8",
        "<?xml version='1.0' encoding='UTF-8'?>\n<Error><RequestId>A-1</RequestId>"
        "<HostId>ecs.aliyuncs.com</HostId><Code>Forbidden.RAM</Code>"
        "<Message>Not &lt;you&gt;\x1b, no.</Message></Error>" },
      GW_CLOUD_ERROR_DENIED, "Forbidden.RAM", "Not <you> , no." },
    { { 404, "text/xml", "<Error><Code>InvalidAccessKeyId.NotFound</Code>" },
      GW_CLOUD_ERROR_ANSWER, NULL, NULL },
    { { 400, "application/json",
        "{\"requestId\": \"A-1\", \"code\": \"InvalidAccessKeyId.NotFound\","
        " \"message\": \"none\\u001b[31m\\u202e such\"}" },
      GW_CLOUD_ERROR_KEY, "InvalidAccessKeyId.NotFound", "none [31m such" },
    { { 403, "application/json",
        "{\"RequestId\": \"A-1\", \"Code\": \"NoPermission\", \"Message\": \"no\","
        " \"AccessDeniedDetail\": {\"AuthAction\": \"ram:ListResourceGroups\"}}" },
      GW_CLOUD_ERROR_DENIED, "NoPermission", "no" },
    { { 500, "application/json", "{\"RequestId\": \"A-1\", \"Code\": 17}" },
      GW_CLOUD_ERROR_ANSWER, NULL, NULL },
    { { 500, "application/json", "{\"RequestId\": \"A-1\", \"Code\": \"\"}" },
      GW_CLOUD_ERROR_ANSWER, NULL, NULL },
    { { 503, "application/json", "{\"RequestId\": \"A-1\", \"Code\": \"ServiceUnavailable\"}" },
      GW_CLOUD_ERROR_FAILED, "ServiceUnavailable", NULL },
    { { 401, "text/plain", "who?", "WWW-Authenticate=Basic realm=x" },
      GW_CLOUD_ERROR_ANSWER, NULL, NULL },
    { { 302, "text/plain", "there", "Location=/other" }, GW_CLOUD_ERROR_ANSWER, NULL, NULL },
    { { 307, "text/plain", "there", "Location=http://192.0.2.1/" },
      GW_CLOUD_ERROR_ANSWER, NULL, NULL },
    { { 200, "application/json", "{}", "Content-Encoding=gzip" }, 0, NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Says says = rows[i].says;
      g_autoptr (GwCloudClient) client = NULL;
      g_autoptr (SoupServer) server = start_server (&says, &client);
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) root = call_page (client, &error);
      const GwCloudErrorDetails *details = gw_cloud_error_get_details (error);

      g_test_message ("%s", error != NULL ? error->message : "fine");
      g_assert_cmpuint (says.n_requests, ==, 1);
      if (says.status == 200)
        {
          /* Taken as it is, never unpacked. */
          g_assert_no_error (error);
          continue;
        }
      g_assert_error (error, GW_CLOUD_ERROR, (int) rows[i].error);
      g_assert_cmpstr (details->code, ==, rows[i].code);
      g_assert_cmpstr (details->message, ==, rows[i].message);
      if (rows[i].code != NULL)
        g_assert_cmpstr (details->request_id, ==, "A-1");
    }
}

static guint
count_nothing (JsonObject *answer,
               gpointer    user_data)
{
  return 1;
}

/* A way to go on that is none is not the end of the list. */
static void
test_strange_tokens (void)
{
  static const struct
  {
    const char *body;
    gboolean ends;
  } rows[] = {
    { "{}", TRUE }, { "{\"NextToken\": \"\"}", TRUE }, { "{\"NextToken\": null}", TRUE },
    { "{\"NextToken\": 5}", FALSE }, { "{\"NextToken\": [\"a\"]}", FALSE },
    { "{\"NextToken\": \"same\"}", FALSE },
  };
  Says says = { .status = 200, .type = "application/json" };
  g_autoptr (GwCloudClient) client = NULL;
  g_autoptr (SoupServer) server = start_server (&says, &client);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;

      says.body = rows[i].body;
      gw_cloud_client_list_async (client, GW_CLOUD_ECS, "cn-hangzhou", "DescribeInstances", NULL,
                                  count_nothing, NULL, NULL, on_result, &result);
      gw_test_wait_until (result != NULL);
      g_assert_cmpint (gw_cloud_client_list_finish (client, result, &error), ==, rows[i].ends);
      if (!rows[i].ends)
        g_assert_error (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_ANSWER);
    }
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *home = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  home = gw_test_home_new ();
  cloud = gw_test_cloud_new ((const char *const[]) { "--instances", "40", "--regions", "1",
                                                     NULL });
  g_test_add_func ("/cloud/garbage/answers", test_garbage);
  g_test_add_func ("/cloud/garbage/huge", test_huge);
  g_test_add_func ("/cloud/garbage/errors", test_strange_errors);
  g_test_add_func ("/cloud/garbage/tokens", test_strange_tokens);
  result = g_test_run ();
  gw_test_cloud_free (cloud);
  gw_test_home_free (g_steal_pointer (&home));
  return result;
}
