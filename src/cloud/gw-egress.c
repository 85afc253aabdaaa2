/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-egress.h"

#include "gw-address.h"
#include "gw-cloud-client.h"
#include "gw-cloud-deadline.h"
#include "gw-error.h"
#include "gw-json.h"
#include "gw-text.h"

#include <glib/gi18n.h>
#include <libsoup/soup.h>
#include <string.h>

#define MAX_ANSWER 4096
#define MAX_REDIRECTS 3
#define TIMEOUT_MS 10000
#define MAX_SHOWN 60

typedef struct
{
  SoupSession *session;
  char *service;       /* what the person named */
  GUri *uri;           /* what is asked now */
  GwCloudDeadline *deadline;
  guint n_redirects;
  char buffer[MAX_ANSWER + 1];
} Asking;

static void ask (GTask *task);

static void
asking_free (Asking *asking)
{
  g_object_unref (asking->session);
  g_free (asking->service);
  g_uri_unref (asking->uri);
  g_clear_pointer (&asking->deadline, gw_cloud_deadline_free);
  g_free (asking);
}

static gboolean
is_loopback (GUri *uri)
{
  g_autoptr (GInetAddress) address = gw_address_parse (g_uri_get_host (uri));

  return address != NULL ? g_inet_address_get_is_loopback (address)
                         : g_ascii_strcasecmp (g_uri_get_host (uri), "localhost") == 0;
}

/* What may be spoken to is what an endpoint may be; a path and a query come on top. */
static GUri *
parse_service (const char *text)
{
  g_autoptr (GUri) uri = g_uri_parse (text, SOUP_HTTP_URI_FLAGS, NULL);
  g_autofree char *base = NULL;

  if (uri == NULL || g_uri_get_host (uri) == NULL || g_uri_get_userinfo (uri) != NULL)
    return NULL;
  base = g_uri_join (G_URI_FLAGS_NONE, g_uri_get_scheme (uri), NULL, g_uri_get_host (uri),
                     g_uri_get_port (uri), "", NULL, NULL);
  return gw_cloud_endpoint_check (base, NULL, NULL) ? g_steal_pointer (&uri) : NULL;
}

gboolean
gw_egress_check_service (const char  *uri,
                         GError     **error)
{
  g_autofree char *text = g_strstrip (g_strdup (uri != NULL ? uri : ""));
  g_autoptr (GUri) parsed = parse_service (text);
  g_autofree char *shown = NULL;

  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (parsed != NULL)
    return TRUE;
  shown = strchr (text, '@') == NULL ? gw_text_clean_line (text, MAX_SHOWN) : g_strdup ("…@…");
  g_set_error (error, GW_ERROR, GW_ERROR_INVALID_HOST,
               _("“%s” is not a service that can be asked: its address begins with https://, and "
                 "holds no user name"), shown);
  return FALSE;
}

static const char *
find_objection (GwAddressClass class)
{
  switch (class)
    {
    case GW_ADDRESS_CLASS_GLOBAL:
      return NULL;
    case GW_ADDRESS_CLASS_PRIVATE:
      return N_("%s is an address of a private network: the internet sees another one.");
    case GW_ADDRESS_CLASS_SHARED:
      return N_("%s is an address inside of a provider’s network (carrier-grade NAT): the internet "
                "sees another one.");
    case GW_ADDRESS_CLASS_LINK_LOCAL:
      return N_("%s is valid on one cable only (link-local): the internet sees another one.");
    case GW_ADDRESS_CLASS_LOOPBACK:
      return N_("%s is how this computer calls itself: the internet sees another one.");
    case GW_ADDRESS_CLASS_DOCUMENTATION:
    case GW_ADDRESS_CLASS_OTHER:
    default:
      return N_("%s is reserved: it is nobody’s address on the internet.");
    }
}

/* The one place with the exceptions: laboratories number their networks with what documents use,
 * and tests have nothing but loopback. */
static gboolean
may_tell (const char     *service,
          GwAddressClass  class)
{
  g_autoptr (GUri) uri = service != NULL ? parse_service (service) : NULL;

  switch (class)
    {
    case GW_ADDRESS_CLASS_GLOBAL:
      return TRUE;
    case GW_ADDRESS_CLASS_DOCUMENTATION:
      return service == NULL || (uri != NULL && is_loopback (uri));
    case GW_ADDRESS_CLASS_LOOPBACK:
      return uri != NULL && is_loopback (uri);
    case GW_ADDRESS_CLASS_PRIVATE:
    case GW_ADDRESS_CLASS_SHARED:
    case GW_ADDRESS_CLASS_LINK_LOCAL:
    case GW_ADDRESS_CLASS_OTHER:
    default:
      return FALSE;
    }
}

gboolean
gw_egress_check_address (const char    *uri,
                         GInetAddress  *address,
                         GError       **error)
{
  g_autoptr (GInetAddress) normal = NULL;
  g_autofree char *text = NULL;
  GwAddressClass class;
  const char *objection;

  g_return_val_if_fail (G_IS_INET_ADDRESS (address), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  normal = gw_address_normalize (address);
  class = gw_address_classify (normal);
  if (may_tell (uri, class))
    return TRUE;
  text = g_inet_address_to_string (normal);
  objection = find_objection (class);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_set_error (error, GW_ERROR, GW_ERROR_INVALID_HOST, _(objection), text);
#pragma GCC diagnostic pop
  return FALSE;
}

/* Takes @task. Exactly one of the results is set. */
static void
end (GTask        *task,
     GInetAddress *address,
     GError       *error)
{
  Asking *asking = g_task_get_task_data (task);

  /* What was not read to its end is not kept alive. */
  g_cancellable_cancel (gw_cloud_deadline_get_cancellable (asking->deadline));
  g_clear_pointer (&asking->deadline, gw_cloud_deadline_free);
  if (address != NULL)
    g_task_return_pointer (task, address, g_object_unref);
  else
    g_task_return_error (task, error);
  g_object_unref (task);
}

static void
fail (GTask      *task,
      GwError     code,
      const char *format)
{
  Asking *asking = g_task_get_task_data (task);
  GError *error = NULL;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_set_error (&error, GW_ERROR, (int) code, format, g_uri_get_host (asking->uri));
#pragma GCC diagnostic pop
  end (task, NULL, error);
}

static void
fail_for (GTask        *task,
          const GError *error)
{
  Asking *asking = g_task_get_task_data (task);

  g_debug ("The address could not be asked for: %s", error->message);
  if (gw_cloud_deadline_is_over (asking->deadline) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    fail (task, GW_ERROR_TIMED_OUT, _("%s did not answer in time. Try again later."));
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    end (task, NULL, g_error_copy (error));
  else if (error->domain == G_TLS_ERROR)
    fail (task, GW_ERROR_FAILED,
          _("The certificate of %s is not to be trusted: nothing was sent."));
  else if (error->domain == G_RESOLVER_ERROR)
    fail (task, GW_ERROR_RESOLVE, _("The name %s could not be resolved."));
  else
    fail (task, GW_ERROR_UNREACHABLE, _("%s could not be reached."));
}

/* The text itself, or "ip" or "origin" of an object. */
static GInetAddress *
read_answer (const char *text,
             gsize       length)
{
  g_autofree char *line = g_strstrip (g_strndup (text, length));

  if (strlen (line) > 0 && *line == '{')
    {
      g_autoptr (JsonNode) root = gw_json_parse (line, -1, MAX_ANSWER, NULL);
      JsonObject *object = root != NULL ? json_node_get_object (root) : NULL;
      const char *told = object != NULL ? gw_json_get_string (object, "ip", MAX_SHOWN) : NULL;

      if (told == NULL && object != NULL)
        told = gw_json_get_string (object, "origin", MAX_SHOWN);
      return told != NULL ? gw_address_parse (told) : NULL;
    }
  return memchr (text, '\0', length) == NULL ? gw_address_parse (line) : NULL;
}

static void
on_read (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  GTask *task = user_data;
  Asking *asking = g_task_get_task_data (task);
  g_autoptr (GInetAddress) address = NULL;
  g_autoptr (GError) error = NULL;
  gsize length = 0;

  if (!g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &length, &error))
    {
      fail_for (task, error);
      return;
    }
  if (length > MAX_ANSWER)
    {
      fail (task, GW_ERROR_TOO_LARGE, _("%s answers with far more than an address."));
      return;
    }
  address = read_answer (asking->buffer, length);
  if (address == NULL)
    fail (task, GW_ERROR_FAILED, _("%s does not answer with an address."));
  else if (!gw_egress_check_address (asking->service, address, &error))
    end (task, NULL, g_steal_pointer (&error));
  else
    end (task, g_steal_pointer (&address), NULL);
}

/* Only to where it stays secret who asks: from https to https, on loopback also to loopback. */
static gboolean
follow (Asking      *asking,
        SoupMessage *message)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const char *location = soup_message_headers_get_one (headers, "Location");
  g_autofree char *text = NULL;
  g_autoptr (GUri) next = NULL;

  if (location != NULL)
    {
      g_autofree char *base = g_uri_to_string (asking->uri);

      text = g_uri_resolve_relative (base, location, SOUP_HTTP_URI_FLAGS, NULL);
    }
  next = text != NULL ? parse_service (text) : NULL;
  if (next == NULL || ++asking->n_redirects > MAX_REDIRECTS
      || (g_str_equal (g_uri_get_scheme (next), "http") && !is_loopback (asking->uri)))
    return FALSE;
  g_uri_unref (asking->uri);
  asking->uri = g_steal_pointer (&next);
  return TRUE;
}

static void
on_sent (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  GTask *task = user_data;
  Asking *asking = g_task_get_task_data (task);
  SoupMessage *message = soup_session_get_async_result_message (SOUP_SESSION (source), result);
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = NULL;
  guint status = soup_message_get_status (message);

  stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (stream == NULL)
    fail_for (task, error);
  else if (status == SOUP_STATUS_OK)
    g_input_stream_read_all_async (stream, asking->buffer, sizeof asking->buffer,
                                   G_PRIORITY_DEFAULT,
                                   gw_cloud_deadline_get_cancellable (asking->deadline), on_read,
                                   task);
  else if (!SOUP_STATUS_IS_REDIRECTION (status))
    fail (task, GW_ERROR_FAILED, _("%s does not answer with an address."));
  else if (follow (asking, message))
    ask (task);
  else
    fail (task, GW_ERROR_FAILED, _("%s sends one elsewhere, to where Gangway does not go."));
}

static void
ask (GTask *task)
{
  Asking *asking = g_task_get_task_data (task);
  g_autoptr (SoupMessage) message = soup_message_new_from_uri (SOUP_METHOD_GET, asking->uri);

  soup_message_disable_feature (message, SOUP_TYPE_AUTH_MANAGER);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Accept",
                                "text/plain, application/json");
  soup_session_send_async (asking->session, message, G_PRIORITY_DEFAULT,
                           gw_cloud_deadline_get_cancellable (asking->deadline), on_sent,
                           task);
}

void
gw_egress_ask_async (const char          *uri,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *text = g_strstrip (g_strdup (uri != NULL ? uri : ""));
  g_autoptr (GError) error = NULL;
  Asking *asking;

  g_task_set_source_tag (task, gw_egress_ask_async);
  if (!gw_egress_check_service (text, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (g_task_return_error_if_cancelled (task))
    return;
  asking = g_new0 (Asking, 1);
  asking->service = g_steal_pointer (&text);
  asking->uri = parse_service (asking->service);
  asking->session = soup_session_new_with_options ("user-agent", "gangway/" GW_VERSION, NULL);
  /* What is not encrypted never leaves this computer, not even for a proxy. */
  if (is_loopback (asking->uri))
    soup_session_set_proxy_resolver (asking->session, NULL);
  asking->deadline = gw_cloud_deadline_new (TIMEOUT_MS, cancellable);
  g_task_set_task_data (task, asking, (GDestroyNotify) asking_free);
  ask (g_steal_pointer (&task));
}

GInetAddress *
gw_egress_ask_finish (GAsyncResult  *result,
                      GError       **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, gw_egress_ask_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
