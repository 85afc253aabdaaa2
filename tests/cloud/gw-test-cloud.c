/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gw-test-cloud.h"

#include "gw-test.h"

#include <libsoup/soup.h>
#include <string.h>

struct _GwTestCloud
{
  GSubprocess *process;
  GHashTable *named;
  GHashTable *keys; /* user: GwAccessKey */
};

static void
read_key (GwTestCloud *self,
          const char  *value)
{
  /* ID SECRET ACCOUNT NAME */
  g_auto (GStrv) words = g_strsplit (value, " ", 4);
  g_autoptr (GwSensitive) secret = NULL;

  g_assert_cmpuint (g_strv_length (words), ==, 4);
  secret = gw_sensitive_new (words[1], -1, NULL);
  g_hash_table_insert (self->keys, g_strdup (words[3]),
                       gw_access_key_new (words[0], secret, NULL, 0));
}

static void
read_lines (GwTestCloud *self)
{
  g_autoptr (GDataInputStream) lines
      = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));

  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines), FALSE);
  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *line = g_data_input_stream_read_line (lines, NULL, NULL, &error);
      char *value;

      g_assert_no_error (error);
      if (line == NULL)
        g_error ("the emulator did not start");
      if (g_str_equal (line, "ready"))
        return;
      value = strchr (line, ' ');
      g_assert_nonnull (value);
      *value++ = '\0';
      if (g_str_equal (line, "key"))
        read_key (self, value);
      else
        g_hash_table_insert (self->named, g_strdup (line), g_strdup (value));
    }
}

GwTestCloud *
gw_test_cloud_new (const char *const *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GStrvBuilder) command = g_strv_builder_new ();
  g_autofree char *program = g_test_build_filename (G_TEST_DIST, "cloud", "cloud.py", NULL);
  g_auto (GStrv) argv = NULL;
  GwTestCloud *self = g_new0 (GwTestCloud, 1);

  self->named = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                      (GDestroyNotify) gw_access_key_unref);
  g_strv_builder_add_many (command, "python3", "-B", program, NULL);
  g_strv_builder_addv (command, (const char **) arguments);
  argv = g_strv_builder_end (command);
  self->process = g_subprocess_newv ((const char *const *) argv,
                                     G_SUBPROCESS_FLAGS_STDIN_PIPE
                                         | G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                         | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                                     &error);
  g_assert_no_error (error);
  read_lines (self);
  return self;
}

static void
on_ended (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

void
gw_test_cloud_free (GwTestCloud *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *complaints = NULL;

  /* Closes its standard input, which ends it. */
  g_subprocess_communicate_utf8_async (self->process, NULL, NULL, on_ended, &result);
  gw_test_wait_until (result != NULL);
  g_subprocess_communicate_utf8_finish (self->process, result, NULL, &complaints, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (complaints, ==, "");
  g_assert_true (g_subprocess_get_successful (self->process));
  g_object_unref (self->process);
  g_hash_table_unref (self->named);
  g_hash_table_unref (self->keys);
  g_free (self);
}

const char *
gw_test_cloud_get (GwTestCloud *self,
                   const char  *name)
{
  return g_hash_table_lookup (self->named, name);
}

GwAccessKey *
gw_test_cloud_dup_key (GwTestCloud *self,
                       const char  *user)
{
  GwAccessKey *key = g_hash_table_lookup (self->keys, user);

  g_assert_nonnull (key);
  return gw_access_key_ref (key);
}

typedef struct
{
  const char *method;
  char *url;
  const char *body;
  const char *certificate;
  char *answer;
  gboolean done;
} Control;

/* With a context of its own: the test may be in the middle of anything. */
static gpointer
send_control (gpointer user_data)
{
  Control *control = user_data;
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GError) error = NULL;

  g_main_context_push_thread_default (context);
  {
    g_autoptr (SoupSession) session = soup_session_new ();
    g_autoptr (SoupMessage) message = soup_message_new (control->method, control->url);
    g_autoptr (GBytes) bytes = NULL;

    soup_session_set_proxy_resolver (session, NULL);
    if (control->certificate != NULL)
      {
        g_autoptr (GTlsDatabase) trusted = g_tls_file_database_new (control->certificate, &error);

        g_assert_no_error (error);
        soup_session_set_tls_database (session, trusted);
      }
    if (control->body != NULL)
      {
        g_autoptr (GBytes) body = g_bytes_new (control->body, strlen (control->body));

        soup_message_set_request_body_from_bytes (message, "application/json", body);
      }
    bytes = soup_session_send_and_read (session, message, NULL, &error);
    g_assert_no_error (error);
    control->answer = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    if (soup_message_get_status (message) != SOUP_STATUS_OK)
      g_error ("the emulator refused a command: %s", control->answer);
  }
  g_main_context_pop_thread_default (context);
  g_atomic_int_set (&control->done, TRUE);
  g_main_context_wakeup (NULL);
  return NULL;
}

char *
gw_test_cloud_control (GwTestCloud *self,
                       const char  *method,
                       const char  *path,
                       const char  *body)
{
  Control control = {
    .method = method,
    .url = g_strconcat (gw_test_cloud_get (self, "endpoint"), path, NULL),
    .body = body,
    .certificate = gw_test_cloud_get (self, "certificate"),
  };
  GThread *thread = g_thread_new ("control", send_control, &control);

  gw_test_wait_until (g_atomic_int_get (&control.done));
  g_thread_join (thread);
  g_free (control.url);
  return control.answer;
}
