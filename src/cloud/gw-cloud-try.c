/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-cloud-client-private.h"

#include "gw-text.h"

#include <glib/gi18n.h>
#include <string.h>

#define PIECE (64 * 1024)

typedef struct
{
  SoupMessage *message;
  GInputStream *stream;
  GwCloudReply *reply;
  /* The caller's, and one of our own that the deadline cancels too. */
  GCancellable *outer;
  GCancellable *inner;
  gulong outer_handler;
  guint deadline;
  gboolean late;
  gboolean stale;
} Try;

void
gw_cloud_reply_free (GwCloudReply *self)
{
  g_string_free (self->body, TRUE);
  g_free (self);
}

static void
try_stop (Try *try)
{
  g_clear_handle_id (&try->deadline, g_source_remove);
  /* Not g_cancellable_disconnect(): it waits for a running emission, of which this may be part. */
  g_clear_signal_handler (&try->outer_handler, try->outer);
}

static void
try_free (Try *try)
{
  try_stop (try);
  g_clear_object (&try->stream);
  g_object_unref (try->message);
  g_clear_object (&try->outer);
  g_object_unref (try->inner);
  g_clear_pointer (&try->reply, gw_cloud_reply_free);
  g_free (try);
}

/* Milliseconds of "Limit:1,Remain:0,TimeLeft:2000,Reset:1234". */
static gint64
read_time_left (SoupMessageHeaders *headers,
                const char         *name)
{
  const char *value = soup_message_headers_get_one (headers, name);
  const char *left = value != NULL ? strstr (value, "TimeLeft:") : NULL;

  return left != NULL ? g_ascii_strtoll (left + strlen ("TimeLeft:"), NULL, 10) : 0;
}

static void
read_headers (Try *try)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (try->message);
  const char *date = soup_message_headers_get_one (headers, "Date");
  const char *after = soup_message_headers_get_one (headers, "x-acs-retry-after");
  g_autoptr (GDateTime) time = date != NULL ? soup_date_time_new_from_http_string (date) : NULL;

  try->reply = g_new0 (GwCloudReply, 1);
  try->reply->body = g_string_new (NULL);
  try->reply->status = soup_message_get_status (try->message);
  try->reply->date = time != NULL ? g_date_time_to_unix (time) : 0;
  try->reply->wait = after != NULL ? g_ascii_strtoll (after, NULL, 10) : 0;
  if (try->reply->wait <= 0)
    try->reply->wait = MAX (read_time_left (headers, "x-ratelimit-user-api"),
                            read_time_left (headers, "x-ratelimit-user"));
}

static GError *
describe_failure (Try          *try,
                  const GError *error)
{
  g_autofree char *message = NULL;
  const char *host = g_uri_get_host (soup_message_get_uri (try->message));
  GwCloudError number = GW_CLOUD_ERROR_NETWORK;

  if (try->late || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    {
      number = GW_CLOUD_ERROR_TIMED_OUT;
      message = g_strdup_printf (_("%s did not answer in time. Try again later."), host);
    }
  else if (error->domain == G_TLS_ERROR && error->code != G_TLS_ERROR_EOF)
    {
      number = GW_CLOUD_ERROR_TLS;
      message = g_strdup_printf (_("The certificate of %s is not to be trusted: nothing was sent. "
                                   "Check the endpoint, and the clock of this computer."), host);
    }
  else if (error->domain == G_RESOLVER_ERROR)
    message = g_strdup_printf (_("The name %s could not be resolved. Check the network and the "
                                 "endpoint."), host);
  else if (try->reply != NULL)
    message = g_strdup_printf (_("The connection to %s broke in the middle of an answer. Try "
                                 "again."), host);
  else if (error->domain == G_IO_ERROR
           && (error->code == G_IO_ERROR_CONNECTION_REFUSED
               || error->code == G_IO_ERROR_HOST_UNREACHABLE
               || error->code == G_IO_ERROR_NETWORK_UNREACHABLE))
    message = g_strdup_printf (_("%s could not be reached. Check the network and the endpoint."),
                               host);
  else
    {
      g_autofree char *reason = gw_text_clean_line (error->message, 200);

      message = g_strdup_printf (_("%s could not be reached: %s"), host, reason);
    }
  return gw_cloud_error_new (number, NULL, message);
}

static gboolean
is_stale (Try          *try,
          const GError *error)
{
  SoupMessageMetrics *metrics = soup_message_get_metrics (try->message);

  return !try->late && try->reply == NULL && metrics != NULL
         && soup_message_metrics_get_request_start (metrics) != 0
         && soup_message_metrics_get_connect_start (metrics) == 0
         && soup_message_metrics_get_response_start (metrics) == 0
         && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

static void
try_fail (GTask  *task,
          GError *error)
{
  Try *try = g_task_get_task_data (task);

  try_stop (try);
  if (g_cancellable_is_cancelled (try->outer))
    g_task_return_error (task, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                                    _("Cancelled")));
  else
    {
      g_debug ("A request failed: %s", error->message);
      try->stale = is_stale (try, error);
      g_task_return_error (task, describe_failure (try, error));
    }
  g_error_free (error);
}

static void
try_refuse_size (GTask *task)
{
  Try *try = g_task_get_task_data (task);
  g_autofree char *message
      = g_strdup_printf (_("%s sent an answer that is far too large. Check the endpoint."),
                         g_uri_get_host (soup_message_get_uri (try->message)));

  try_stop (try);
  /* Closes the connection instead of reading on. */
  g_cancellable_cancel (try->inner);
  g_task_return_error (task, gw_cloud_error_new (GW_CLOUD_ERROR_ANSWER, NULL, message));
}

static void
on_read (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) piece = NULL;
  Try *try = g_task_get_task_data (task);

  piece = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  if (piece == NULL)
    {
      try_fail (task, g_steal_pointer (&error));
      return;
    }
  if (g_bytes_get_size (piece) == 0)
    {
      try_stop (try);
      g_task_return_pointer (task, g_steal_pointer (&try->reply),
                             (GDestroyNotify) gw_cloud_reply_free);
      return;
    }
  if (try->reply->body->len + g_bytes_get_size (piece) > GW_CLOUD_MAX_ANSWER)
    {
      try_refuse_size (task);
      return;
    }
  g_string_append_len (try->reply->body, g_bytes_get_data (piece, NULL),
                       (gssize) g_bytes_get_size (piece));
  g_input_stream_read_bytes_async (try->stream, PIECE, G_PRIORITY_DEFAULT, try->inner, on_read,
                                   g_steal_pointer (&task));
}

static void
on_sent (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  Try *try = g_task_get_task_data (task);
  SoupMessageHeaders *headers;

  try->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (try->stream == NULL)
    {
      try_fail (task, g_steal_pointer (&error));
      return;
    }
  read_headers (try);
  headers = soup_message_get_response_headers (try->message);
  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH
      && soup_message_headers_get_content_length (headers) > GW_CLOUD_MAX_ANSWER)
    {
      try_refuse_size (task);
      return;
    }
  g_input_stream_read_bytes_async (try->stream, PIECE, G_PRIORITY_DEFAULT, try->inner, on_read,
                                   g_steal_pointer (&task));
}

static void
on_outer_cancelled (GCancellable *outer,
                    gpointer      user_data)
{
  Try *try = user_data;

  g_cancellable_cancel (try->inner);
}

static gboolean
on_deadline (gpointer user_data)
{
  Try *try = user_data;

  try->deadline = 0;
  try->late = TRUE;
  g_cancellable_cancel (try->inner);
  return G_SOURCE_REMOVE;
}

void
gw_cloud_try_async (SoupSession         *session,
                    SoupMessage         *message,
                    guint                timeout,
                    GCancellable        *cancellable,
                    GAsyncReadyCallback  callback,
                    gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, user_data);
  Try *try = g_new0 (Try, 1);

  g_task_set_source_tag (task, gw_cloud_try_async);
  g_task_set_task_data (task, try, (GDestroyNotify) try_free);
  try->message = g_object_ref (message);
  try->inner = g_cancellable_new ();
  if (cancellable != NULL)
    {
      try->outer = g_object_ref (cancellable);
      try->outer_handler = g_signal_connect (cancellable, "cancelled",
                                             G_CALLBACK (on_outer_cancelled), try);
    }
  if (g_task_return_error_if_cancelled (task))
    return;
  try->deadline = g_timeout_add (timeout, on_deadline, try);
  soup_session_send_async (session, message, G_PRIORITY_DEFAULT, try->inner, on_sent,
                           g_steal_pointer (&task));
}

GwCloudReply *
gw_cloud_try_finish (GAsyncResult  *result,
                     gboolean      *stale,
                     GError       **error)
{
  Try *try = g_task_get_task_data (G_TASK (result));

  *stale = try->stale;
  return g_task_propagate_pointer (G_TASK (result), error);
}
