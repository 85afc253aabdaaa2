/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Engine"

#include "gw-agent.h"

#include <errno.h>
#include <gio/gunixinputstream.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "gw-error.h"
#include "gw-key-text.h"
#include "gw-text.h"

/* draft-miller-ssh-agent */
#define REQUEST_IDENTITIES 11
#define IDENTITIES_ANSWER 12
#define MAX_ANSWER (256 * 1024)
#define MAX_IDENTITIES 1024
#define MAX_COMMENT 200
#define DEADLINE_S 5

typedef struct {
  GInputStream *input;
  GCancellable *attempt;
  GCancellable *caller;
  gulong        caller_id;
  guint         deadline;
  guint8        head[4];
  guint8       *body;
  guint32       size;
} Listing;

static void
listing_free (Listing *listing)
{
  g_clear_handle_id (&listing->deadline, g_source_remove);
  g_cancellable_disconnect (listing->caller, listing->caller_id);
  g_clear_object (&listing->caller);
  g_clear_object (&listing->attempt);
  g_clear_object (&listing->input);
  g_free (listing->body);
  g_free (listing);
}

static void
identity_free (gpointer data)
{
  GwAgentIdentity *identity = data;

  g_free (identity->type);
  g_free (identity->fingerprint);
  g_free (identity->comment);
  g_bytes_unref (identity->blob);
  g_free (identity);
}

int
gw_agent_connect (GError **error)
{
  const char *path = g_getenv ("SSH_AUTH_SOCK");
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd;

  if (path == NULL || *path == '\0')
    {
      g_set_error_literal (error, GW_ERROR, GW_ERROR_AGENT,
                           _("No SSH agent is running (SSH_AUTH_SOCK is not set)."));
      return -1;
    }
  if (g_strlcpy (address.sun_path, path, sizeof address.sun_path) >= sizeof address.sun_path)
    {
      g_set_error_literal (error, GW_ERROR, GW_ERROR_AGENT,
                           _("The path of the SSH agent’s socket is too long."));
      return -1;
    }
  fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0 || connect (fd, (struct sockaddr *) &address, sizeof address) < 0)
    {
      g_set_error (error, GW_ERROR, GW_ERROR_AGENT, _("The SSH agent cannot be reached: %s"),
                   g_strerror (errno));
      if (fd >= 0)
        close (fd);
      return -1;
    }
  return fd;
}

/* Reading the answer */

/* A string of the wire (RFC 4251, section 5) at *@cursor. */
static gboolean
read_string (const guint8 **cursor,
             gsize         *left,
             const guint8 **data,
             gsize         *length)
{
  guint32 size;

  if (*left < 4)
    return FALSE;
  memcpy (&size, *cursor, 4);
  size = GUINT32_FROM_BE (size);
  if (size > *left - 4)
    return FALSE;
  *data = *cursor + 4;
  *length = size;
  *cursor += 4 + size;
  *left -= 4 + size;
  return TRUE;
}

static GPtrArray *
parse_answer (const guint8 *body,
              gsize         size)
{
  g_autoptr (GPtrArray) identities = g_ptr_array_new_with_free_func (identity_free);
  const guint8 *cursor = body + 5, *blob, *text, *type, *inner;
  gsize left = size - 5, blob_length, text_length, type_length, inner_left;
  guint32 n;

  memcpy (&n, body + 1, 4);
  n = MIN (GUINT32_FROM_BE (n), MAX_IDENTITIES);
  for (guint i = 0; i < n; i++)
    {
      GwAgentIdentity *identity;
      g_autofree char *comment = NULL;

      if (!read_string (&cursor, &left, &blob, &blob_length) ||
          !read_string (&cursor, &left, &text, &text_length))
        return NULL;
      inner = blob;
      inner_left = blob_length;
      if (!read_string (&inner, &inner_left, &type, &type_length))
        continue;
      comment = g_strndup ((const char *) text, text_length);
      identity = g_new0 (GwAgentIdentity, 1);
      identity->type = g_strndup ((const char *) type, type_length);
      identity->fingerprint = gw_key_fingerprint (blob, blob_length);
      identity->comment = gw_text_clean_line (comment, MAX_COMMENT);
      identity->blob = g_bytes_new (blob, blob_length);
      g_ptr_array_add (identities, identity);
    }
  return g_steal_pointer (&identities);
}

static void
fail (GTask        *task,
      const GError *error)
{
  Listing *listing = g_task_get_task_data (task);

  if (g_cancellable_is_cancelled (listing->caller))
    g_task_return_new_error (task, GW_ERROR, GW_ERROR_CANCELLED, _("Cancelled."));
  else if (listing->deadline == 0)
    g_task_return_new_error (task, GW_ERROR, GW_ERROR_AGENT, _("The SSH agent does not answer."));
  else
    g_task_return_new_error (task, GW_ERROR, GW_ERROR_AGENT, _("The SSH agent cannot be used: %s"),
                             error != NULL ? error->message : _("its answer makes no sense"));
}

static void
on_body (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) identities = NULL;
  Listing *listing = g_task_get_task_data (task);
  gsize n = 0;

  if (g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &n, &error) &&
      n == listing->size && listing->body[0] == IDENTITIES_ANSWER)
    identities = parse_answer (listing->body, n);
  if (identities != NULL)
    g_task_return_pointer (task, g_steal_pointer (&identities), (GDestroyNotify) g_ptr_array_unref);
  else
    fail (task, error);
}

static void
on_head (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  Listing *listing = g_task_get_task_data (task);
  gsize n = 0;

  if (g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &n, &error) && n == 4)
    {
      memcpy (&listing->size, listing->head, 4);
      listing->size = GUINT32_FROM_BE (listing->size);
    }
  if (listing->size < 5 || listing->size > MAX_ANSWER)
    {
      fail (task, error);
      return;
    }
  listing->body = g_malloc (listing->size);
  g_input_stream_read_all_async (listing->input, listing->body, listing->size, G_PRIORITY_DEFAULT,
                                 listing->attempt, on_body, g_steal_pointer (&task));
}

static void
on_cancelled (GCancellable *cancellable,
              gpointer      user_data)
{
  g_cancellable_cancel (G_CANCELLABLE (user_data));
}

static gboolean
on_deadline (gpointer user_data)
{
  Listing *listing = user_data;

  listing->deadline = 0;
  g_cancellable_cancel (listing->attempt);
  return G_SOURCE_REMOVE;
}

void
gw_agent_list_async (int                  fd,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  static const guint8 request[] = { 0, 0, 0, 1, REQUEST_IDENTITIES };
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Listing *listing = g_new0 (Listing, 1);

  g_task_set_source_tag (task, gw_agent_list_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, listing, (GDestroyNotify) listing_free);
  listing->attempt = g_cancellable_new ();
  listing->caller = g_object_ref (cancellable);
  listing->caller_id = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled),
                                              g_object_ref (listing->attempt), g_object_unref);
  listing->deadline = g_timeout_add_seconds (DEADLINE_S, on_deadline, listing);
  listing->input = g_unix_input_stream_new (fd, FALSE);
  /* Five bytes always fit into an empty socket. */
  if (send (fd, request, sizeof request, MSG_NOSIGNAL | MSG_DONTWAIT) != sizeof request)
    {
      g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED,
                                                      g_strerror (errno));

      fail (task, error);
      return;
    }
  g_input_stream_read_all_async (listing->input, listing->head, sizeof listing->head,
                                 G_PRIORITY_DEFAULT, listing->attempt, on_head,
                                 g_steal_pointer (&task));
}

GPtrArray *
gw_agent_list_finish (GAsyncResult  *result,
                      GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
append_u32 (GByteArray *array,
            guint32     value)
{
  value = GUINT32_TO_BE (value);
  g_byte_array_append (array, (const guint8 *) &value, 4);
}

GBytes *
gw_agent_make_answer (GwAgentIdentity *identity)
{
  GByteArray *array = g_byte_array_new ();
  const guint8 type = IDENTITIES_ANSWER;
  gsize length;
  const guint8 *blob = g_bytes_get_data (identity->blob, &length);

  append_u32 (array, 1 + 4 + 4 + length + 4);
  g_byte_array_append (array, &type, 1);
  append_u32 (array, 1);
  append_u32 (array, length);
  g_byte_array_append (array, blob, length);
  append_u32 (array, 0);
  return g_byte_array_free_to_bytes (array);
}
