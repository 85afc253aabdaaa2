/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-cli-private.h"

#include "gw-cloud-client-private.h"
#include "gw-cloud-error.h"
#include "gw-json.h"

#include <glib/gi18n.h>

/* The mode CredentialsURI: an address answers with a temporary AccessKey. */

#define MAX_ANSWER (64 * 1024)
#define TIMEOUT_MS 10000

/* What may be spoken to is what an endpoint may be; a path and a query come on top. */
static GUri *
check_uri (const char *text)
{
  g_autoptr (GUri) uri = g_uri_parse (text, SOUP_HTTP_URI_FLAGS, NULL);
  g_autofree char *base = NULL;

  if (uri == NULL || g_uri_get_host (uri) == NULL || g_uri_get_userinfo (uri) != NULL)
    return NULL;
  base = g_uri_join (G_URI_FLAGS_NONE, g_uri_get_scheme (uri), NULL, g_uri_get_host (uri),
                     g_uri_get_port (uri), "", NULL, NULL);
  return gw_cloud_endpoint_check (base, NULL, NULL) ? g_steal_pointer (&uri) : NULL;
}

static GwAccessKey *
read_answer (GwCloudReply *reply)
{
  g_autoptr (JsonNode) root = NULL;
  JsonObject *object;

  if (reply->status != SOUP_STATUS_OK)
    return NULL;
  root = gw_json_parse (reply->body->str, (gssize) reply->body->len, MAX_ANSWER, NULL);
  if (root == NULL)
    return NULL;
  object = json_node_get_object (root);
  if (g_strcmp0 (gw_cli_get_text (object, "Code"), "Success") != 0)
    return NULL;
  return gw_cli_read_key (object, &gw_cli_sts_members);
}

static void
on_answer (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  gboolean stale;
  g_autoptr (GwCloudReply) reply = gw_cloud_try_finish (result, &stale, &error);
  GwAccessKey *key;

  if (reply == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  key = read_answer (reply);
  if (key != NULL)
    g_task_return_pointer (task, key, (GDestroyNotify) gw_access_key_unref);
  else
    g_task_return_new_error (task, GW_CLOUD_ERROR, GW_CLOUD_ERROR_NO_KEY, "%s",
                             _("The credentials_uri of this profile of the aliyun CLI does not "
                               "answer with an AccessKey."));
}

void
gw_cli_uri_async (const char          *text,
                  GCancellable        *cancellable,
                  GAsyncReadyCallback  callback,
                  gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GUri) uri = check_uri (text);
  g_autoptr (SoupSession) session = NULL;
  g_autoptr (SoupMessage) message = NULL;

  g_task_set_source_tag (task, gw_cli_uri_async);
  if (uri == NULL)
    {
      g_task_return_new_error (task, GW_CLOUD_ERROR, GW_CLOUD_ERROR_ENDPOINT, "%s",
                               _("The credentials_uri of this profile of the aliyun CLI is not an "
                                 "address that Gangway asks for secrets: it has to begin with "
                                 "https://, or be on this computer."));
      return;
    }
  session = soup_session_new ();
  /* What is not encrypted never leaves this computer, not even for a proxy. */
  if (g_str_equal (g_uri_get_scheme (uri), "http"))
    soup_session_set_proxy_resolver (session, NULL);
  message = soup_message_new_from_uri (SOUP_METHOD_GET, uri);
  soup_message_disable_feature (message, SOUP_TYPE_AUTH_MANAGER);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_COLLECT_METRICS);
  gw_cloud_try_async (session, message, TIMEOUT_MS, cancellable, on_answer,
                      g_steal_pointer (&task));
}

GwAccessKey *
gw_cli_uri_finish (GAsyncResult  *result,
                   GError       **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, gw_cli_uri_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
