/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Test"

#include "gw-test-server.h"

#include "gw-test.h"

struct _GwTestServer {
  GSubprocess *process;
  GDataInputStream *output;
  GPtrArray *lines;
  GCancellable *cancellable;
  guint reads; /* pending: at most one */
  gboolean ended;
  char *directory;
  char *known_hosts;
};

static void read_line (GwTestServer *self);

static void
on_line (GObject *object, GAsyncResult *result, gpointer data)
{
  GwTestServer *self = data;
  char *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (object), result, NULL,
                                                     NULL);

  self->reads--;
  if (line == NULL)
    {
      self->ended = TRUE;
      return;
    }
  g_test_message ("server: %s", line);
  g_ptr_array_add (self->lines, line);
  read_line (self);
}

static void
read_line (GwTestServer *self)
{
  self->reads++;
  g_data_input_stream_read_line_async (self->output, G_PRIORITY_DEFAULT, self->cancellable, on_line,
                                       self);
}

static const char *
find_value (GwTestServer *self, const char *prefix)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      const char *line = g_ptr_array_index (self->lines, i);

      if (g_str_has_prefix (line, prefix))
        return line + strlen (prefix);
    }
  return NULL;
}

static GwTestServer *
spawn (const char *const *argv)
{
  GwTestServer *self = g_new0 (GwTestServer, 1);
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GError) error = NULL;
  GInputStream *pipe;

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE
                                        | G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  self->process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  pipe = g_subprocess_get_stdout_pipe (self->process);
  self->output = g_data_input_stream_new (pipe);
  self->lines = g_ptr_array_new_with_free_func (g_free);
  self->cancellable = g_cancellable_new ();
  read_line (self);
  gw_test_wait_until (self->ended || find_value (self, "ready") != NULL);
  if (self->ended)
    g_error ("%s did not start", argv[0]);
  self->directory = g_strdup (find_value (self, "directory "));
  return self;
}

GwTestServer *
gw_test_server_new_sshd (const char *first_option, ...)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) argv = NULL;
  va_list options;

  g_strv_builder_add (builder, g_getenv ("GANGWAY_TEST_SSHD"));
  va_start (options, first_option);
  for (const char *option = first_option; option != NULL; option = va_arg (options, const char *))
    g_strv_builder_add (builder, option);
  va_end (options);
  argv = g_strv_builder_end (builder);
  return spawn ((const char *const *) argv);
}

GwTestServer *
gw_test_server_new_faulty (const char *mode)
{
  const char *argv[] = { g_getenv ("GANGWAY_TEST_FAULTY"), mode, NULL };

  return spawn (argv);
}

void
gw_test_server_free (GwTestServer *self)
{
  g_output_stream_close (g_subprocess_get_stdin_pipe (self->process), NULL, NULL);
  /* Ended means reaped: its port and its folder are gone then, too. */
  gw_test_wait_until (self->ended);
  g_assert_true (g_subprocess_wait (self->process, NULL, NULL));
  g_cancellable_cancel (self->cancellable);
  gw_test_wait_until (self->reads == 0);
  g_input_stream_close (G_INPUT_STREAM (self->output), NULL, NULL);
  g_object_unref (self->output);
  g_object_unref (self->cancellable);
  g_object_unref (self->process);
  g_ptr_array_unref (self->lines);
  if (self->known_hosts != NULL)
    g_remove (self->known_hosts);
  g_free (self->known_hosts);
  g_free (self->directory);
  g_free (self);
}

guint
gw_test_server_get_port (GwTestServer *self)
{
  return g_ascii_strtoull (find_value (self, "port "), NULL, 10);
}

char *
gw_test_server_get_path (GwTestServer *self, const char *name)
{
  return g_build_filename (self->directory, name, NULL);
}

char *
gw_test_server_read (GwTestServer *self, const char *name)
{
  g_autofree char *path = gw_test_server_get_path (self, name);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

char *
gw_test_server_get_fingerprint (GwTestServer *self, const char *key_type)
{
  g_autofree char *prefix = g_strdup_printf ("host-key %s ", key_type);
  g_auto (GStrv) words = g_strsplit (find_value (self, prefix), " ", 2);

  return g_strdup (words[0]);
}

char *
gw_test_server_get_public_key (GwTestServer *self, const char *name)
{
  g_autofree char *text = gw_test_server_read (self, name);
  g_auto (GStrv) words = g_strsplit (text, " ", 3);

  return g_strdup_printf ("%s %s", words[0], words[1]);
}

char *
gw_test_server_get_known_hosts (GwTestServer *self)
{
  static const char *const names[] = { "host_ed25519.pub", "host_ecdsa.pub", "host_rsa.pub" };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  if (self->known_hosts != NULL)
    return g_strdup (self->known_hosts);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *key = gw_test_server_get_public_key (self, names[i]);

      guint port = gw_test_server_get_port (self);

      g_string_append_printf (text, "[127.0.2.1]:%u,[127.0.2.2]:%u %s\n", port, port, key);
    }
  self->known_hosts = g_build_filename (g_get_home_dir (), "known_hosts", NULL);
  g_file_set_contents (self->known_hosts, text->str, -1, &error);
  g_assert_no_error (error);
  return g_strdup (self->known_hosts);
}

guint
gw_test_server_count_lines (GwTestServer *self, const char *prefix)
{
  guint count = 0;

  for (guint i = 0; i < self->lines->len; i++)
    count += g_str_has_prefix (g_ptr_array_index (self->lines, i), prefix);
  return count;
}

void
gw_test_server_wait_for_line (GwTestServer *self, const char *prefix)
{
  gw_test_wait_until (find_value (self, prefix) != NULL);
}
