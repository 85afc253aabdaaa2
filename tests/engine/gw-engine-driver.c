/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Test"

#include "gw-engine-driver.h"

#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <glib-unix.h>
#include <stdlib.h>

#include "gw-bus.h"
#include "gw-test.h"

struct _GwEngineDriver {
  GSubprocess *process;
  char *address;
  GDBusConnection *bus;
  GwBusPrompt1 *prompt;
  GwBusSession1 *session;
  gboolean refuse_keys;
  gboolean hold_prompts;
  GPtrArray *held;    /* GDBusMethodInvocation */
  GDBusMethodInvocation *awaiting; /* AwaitKey */
  GQueue secrets;     /* char * */
  GQueue answers;     /* char ** */
  GPtrArray *asked;   /* char * */
  GVariant *host_key;
  GString *banner;
  char *closed;
  GAsyncResult *connected;
  guint connecting;   /* calls of Connect under way */
  gboolean exited;
  gboolean disconnected; /* Disconnect was called */
  gboolean killed;
};

int
gw_test_pipe_with (const char *text, gssize length)
{
  g_autoptr (GError) error = NULL;
  int pipes[2];

  if (length < 0)
    length = strlen (text);
  g_assert_true (g_unix_open_pipe (pipes, FD_CLOEXEC, &error));
  /* More than the contract allows has to fit, too. */
  if (length > 65536)
    g_assert_cmpint (fcntl (pipes[1], F_SETPIPE_SZ, length), >=, length);
  g_assert_cmpint (write (pipes[1], text, length), ==, length);
  close (pipes[1]);
  return pipes[0];
}

static gint32
add_secret_to_list (GUnixFDList *list, const char *text)
{
  g_autoptr (GError) error = NULL;
  int fd = gw_test_pipe_with (text, -1);
  gint32 handle = g_unix_fd_list_append (list, fd, &error);

  g_assert_no_error (error);
  close (fd);
  return handle;
}

static void
cancel_prompt (GDBusMethodInvocation *invocation)
{
  g_dbus_method_invocation_return_error_literal (invocation, GW_ERROR, GW_ERROR_CANCELLED,
                                                 "The script has no answer");
}

static gboolean
hold_prompt (GwEngineDriver *self, GDBusMethodInvocation *invocation)
{
  if (self->hold_prompts)
    g_ptr_array_add (self->held, invocation);
  return self->hold_prompts;
}

static gboolean
on_verify_host_key (GwBusPrompt1 *prompt, GDBusMethodInvocation *invocation, GVariant *key,
                    gpointer data)
{
  GwEngineDriver *self = data;
  const char *verdict = "";
  const char *type = "";
  const char *fingerprint = "";

  g_variant_lookup (key, "verdict", "&s", &verdict);
  g_variant_lookup (key, "type", "&s", &type);
  g_variant_lookup (key, "fingerprint", "&s", &fingerprint);
  g_ptr_array_add (self->asked,
                   g_strdup_printf ("host-key %s %s %s", verdict, type, fingerprint));
  g_clear_pointer (&self->host_key, g_variant_unref);
  self->host_key = g_variant_ref (key);
  if (!hold_prompt (self, invocation))
    gw_bus_prompt1_complete_verify_host_key (prompt, invocation,
                                             self->refuse_keys ? "refuse" : "accept");
  return TRUE;
}

static gboolean
on_ask_secret (GwBusPrompt1 *prompt, GDBusMethodInvocation *invocation, GUnixFDList *list,
               const char *kind, guint attempt, const char *message, gpointer data)
{
  GwEngineDriver *self = data;
  g_autoptr (GUnixFDList) answer = g_unix_fd_list_new ();
  g_autofree char *secret = NULL;

  g_ptr_array_add (self->asked, g_strdup_printf ("secret %s %u", kind, attempt));
  if (hold_prompt (self, invocation))
    return TRUE;
  secret = g_queue_pop_head (&self->secrets);
  if (secret == NULL)
    cancel_prompt (invocation);
  else
    gw_bus_prompt1_complete_ask_secret (
      prompt, invocation, answer,
      g_variant_new_handle (add_secret_to_list (answer, secret)));
  return TRUE;
}

static gboolean
on_ask_interactive (GwBusPrompt1 *prompt, GDBusMethodInvocation *invocation, GUnixFDList *list,
                    const char *name, const char *instruction, GVariant *prompts, gpointer data)
{
  GwEngineDriver *self = data;
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  g_autoptr (GVariantBuilder) handles = g_variant_builder_new (G_VARIANT_TYPE ("ah"));
  GString *asked = g_string_new (NULL);
  g_auto (GStrv) answers = NULL;
  GVariantIter iter;
  const char *text;
  gboolean echo;

  g_string_printf (asked, "interactive %" G_GSIZE_FORMAT " %s|%s",
                   g_variant_n_children (prompts), name, instruction);
  g_variant_iter_init (&iter, prompts);
  while (g_variant_iter_next (&iter, "(&sb)", &text, &echo))
    g_string_append_printf (asked, "|%s%s", text, echo ? "|shown" : "");
  g_ptr_array_add (self->asked, g_string_free (asked, FALSE));
  if (hold_prompt (self, invocation))
    return TRUE;

  answers = g_queue_pop_head (&self->answers);
  if (answers == NULL)
    {
      cancel_prompt (invocation);
      return TRUE;
    }
  for (gsize i = 0; answers[i] != NULL; i++)
    g_variant_builder_add (handles, "h", add_secret_to_list (fds, answers[i]));
  gw_bus_prompt1_complete_ask_interactive (prompt, invocation, fds,
                                           g_variant_builder_end (handles));
  return TRUE;
}

static gboolean
on_await_key (GwBusPrompt1 *prompt, GDBusMethodInvocation *invocation, guint attempt,
              const char *message, gpointer data)
{
  GwEngineDriver *self = data;

  g_assert_null (self->awaiting);
  g_ptr_array_add (self->asked, g_strdup_printf ("key %u %s", attempt, message));
  self->awaiting = invocation;
  return TRUE;
}

static void
on_banner (GwBusSession1 *session, const char *text, gpointer data)
{
  GwEngineDriver *self = data;

  g_string_append (self->banner, text);
}

static void
on_closed (GwBusSession1 *session, const char *name, const char *message, gpointer data)
{
  GwEngineDriver *self = data;

  g_assert_null (self->closed);
  g_test_message ("closed: %s: %s", name, message);
  self->closed = g_strdup (name);
}

static void
on_exited (GObject *object, GAsyncResult *result, gpointer data)
{
  GwEngineDriver *self = data;

  g_assert_true (g_subprocess_wait_finish (G_SUBPROCESS (object), result, NULL));
  self->exited = TRUE;
}

static void
read_address (GwEngineDriver *self)
{
  GInputStream *pipe = g_subprocess_get_stdout_pipe (self->process);
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (pipe);
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;

  /* Blocks until the line or the engine's end: Meson's time limit is the deadline. */
  line = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  if (line == NULL || !g_str_has_prefix (line, "ready "))
    g_error ("the engine said “%s”", line);
  self->address = g_strdup (line + strlen ("ready "));
}

void
gw_engine_driver_attach (GwEngineDriver *self)
{
  g_autoptr (GError) error = NULL;
  guint version = 0;

  self->bus = g_dbus_connection_new_for_address_sync (
    self->address,
    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
      | G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
    NULL, NULL, &error);
  g_assert_no_error (error);
  self->prompt = gw_bus_prompt1_skeleton_new ();
  g_signal_connect (self->prompt, "handle-verify-host-key", G_CALLBACK (on_verify_host_key), self);
  g_signal_connect (self->prompt, "handle-ask-secret", G_CALLBACK (on_ask_secret), self);
  g_signal_connect (self->prompt, "handle-ask-interactive", G_CALLBACK (on_ask_interactive), self);
  g_signal_connect (self->prompt, "handle-await-key", G_CALLBACK (on_await_key), self);
  g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->prompt), self->bus,
                                    "/org/gangway/Prompt1", &error);
  g_assert_no_error (error);
  g_dbus_connection_start_message_processing (self->bus);
  self->session = gw_bus_session1_proxy_new_sync (self->bus, G_DBUS_PROXY_FLAGS_NONE, NULL,
                                                  "/org/gangway/Session1", NULL, &error);
  g_assert_no_error (error);
  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (self->session), G_MAXINT);
  g_signal_connect (self->session, "banner", G_CALLBACK (on_banner), self);
  g_signal_connect (self->session, "closed", G_CALLBACK (on_closed), self);
  gw_bus_session1_call_attach_sync (self->session, 1, &version, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (version, ==, 1);
}

static GwEngineDriver *
new_driver (void)
{
  GwEngineDriver *self = g_new0 (GwEngineDriver, 1);

  self->asked = g_ptr_array_new_with_free_func (g_free);
  self->held = g_ptr_array_new_with_free_func (g_object_unref);
  self->banner = g_string_new (NULL);
  return self;
}

static GwEngineDriver *
start (GSubprocessLauncher *launcher)
{
  GwEngineDriver *self = new_driver ();
  g_autoptr (GError) error = NULL;

  self->process = g_subprocess_launcher_spawn (launcher, &error, g_getenv ("GANGWAY_ENGINE"), NULL);
  g_assert_no_error (error);
  g_subprocess_wait_async (self->process, NULL, on_exited, self);
  read_address (self);
  gw_engine_driver_attach (self);
  return self;
}

GwEngineDriver *
gw_engine_driver_new (void)
{
  return gw_engine_driver_new_with_env (NULL, NULL);
}

GwEngineDriver *
gw_engine_driver_new_with_env (const char *first_name, ...)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  va_list variables;

  va_start (variables, first_name);
  for (const char *name = first_name; name != NULL; name = va_arg (variables, const char *))
    {
      const char *value = va_arg (variables, const char *);

      if (value != NULL)
        g_subprocess_launcher_setenv (launcher, name, value, TRUE);
      else
        g_subprocess_launcher_unsetenv (launcher, name);
    }
  va_end (variables);
  return start (launcher);
}

GwEngineDriver *
gw_engine_driver_new_beside (GwEngineDriver *other)
{
  GwEngineDriver *self = new_driver ();

  self->address = g_strdup (other->address);
  gw_engine_driver_attach (self);
  return self;
}

void
gw_engine_driver_drop (GwEngineDriver *self)
{
  g_ptr_array_set_size (self->held, 0);
  g_clear_object (&self->awaiting);
  if (!g_dbus_connection_is_closed (self->bus))
    g_dbus_connection_close_sync (self->bus, NULL, NULL);
  g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->prompt));
  g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->connected);
  g_clear_object (&self->prompt);
  g_clear_object (&self->session);
  g_clear_object (&self->bus);
}

/* Neither the socket nor a folder made for it may stay. */
static void
end_engine (GwEngineDriver *self)
{
  const char *path = strchr (self->address, '=');
  g_autofree char *socket = g_strndup (path + 1, strcspn (path + 1, ","));
  g_autofree char *folder = g_path_get_dirname (socket);

  if (!self->exited && !self->disconnected && self->bus != NULL)
    gw_engine_driver_disconnect (self);
  gw_engine_driver_wait_for_exit (self);
  g_assert_false (g_file_test (socket, G_FILE_TEST_EXISTS));
  if (g_str_has_prefix (folder, "/tmp/gangway-"))
    g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
}

void
gw_engine_driver_free (GwEngineDriver *self)
{
  if (self->process != NULL)
    end_engine (self);
  if (self->bus != NULL)
    gw_engine_driver_drop (self);
  gw_test_wait_until (self->connecting == 0);
  g_ptr_array_unref (self->held);
  g_clear_object (&self->process);
  g_clear_pointer (&self->host_key, g_variant_unref);
  g_queue_clear_full (&self->secrets, g_free);
  g_queue_clear_full (&self->answers, (GDestroyNotify) g_strfreev);
  g_ptr_array_unref (self->asked);
  g_string_free (self->banner, TRUE);
  g_free (self->closed);
  g_free (self->address);
  g_free (self);
}

void
gw_engine_driver_refuse_keys (GwEngineDriver *self)
{
  self->refuse_keys = TRUE;
}

void
gw_engine_driver_hold_prompts (GwEngineDriver *self)
{
  self->hold_prompts = TRUE;
}

void
gw_engine_driver_release_prompts (GwEngineDriver *self)
{
  self->hold_prompts = FALSE;
  g_assert_cmpuint (self->held->len, ==, 1);
  gw_bus_prompt1_complete_verify_host_key (
    self->prompt, g_ptr_array_steal_index (self->held, 0), "accept");
}

char *
gw_engine_driver_make_key (GwEngineDriver *self, const char *type, GError **error)
{
  char *public_key = NULL;

  gw_bus_session1_call_make_key_sync (self->session, type, &public_key, NULL, error);
  return public_key;
}

void
gw_engine_driver_wait_for_await_key (GwEngineDriver *self)
{
  gw_test_wait_until (self->awaiting != NULL);
}

void
gw_engine_driver_answer_await_key (GwEngineDriver *self)
{
  gw_engine_driver_wait_for_await_key (self);
  gw_bus_prompt1_complete_await_key (self->prompt, g_steal_pointer (&self->awaiting));
}

void
gw_engine_driver_fail_await_key (GwEngineDriver *self, GwError code)
{
  gw_engine_driver_wait_for_await_key (self);
  g_dbus_method_invocation_return_error_literal (g_steal_pointer (&self->awaiting), GW_ERROR, code,
                                                 "The test has no key");
}

void
gw_engine_driver_add_secret (GwEngineDriver *self, const char *secret)
{
  g_queue_push_tail (&self->secrets, g_strdup (secret));
}

void
gw_engine_driver_add_answers (GwEngineDriver *self, const char *first, ...)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  va_list answers;

  va_start (answers, first);
  for (const char *answer = first; answer != NULL; answer = va_arg (answers, const char *))
    g_strv_builder_add (builder, answer);
  va_end (answers);
  g_queue_push_tail (&self->answers, g_strv_builder_end (builder));
}

guint
gw_engine_driver_count_asked (GwEngineDriver *self)
{
  return self->asked->len;
}

const char *
gw_engine_driver_get_asked (GwEngineDriver *self, guint index)
{
  g_assert_cmpuint (index, <, self->asked->len);
  return g_ptr_array_index (self->asked, index);
}

void
gw_engine_driver_assert_asked (GwEngineDriver *self, const char *first, ...)
{
  va_list prefixes;
  guint count = 0;

  va_start (prefixes, first);
  for (const char *prefix = first; prefix != NULL; prefix = va_arg (prefixes, const char *))
    {
      if (count >= self->asked->len)
        g_error ("was not asked: %s", prefix);
      if (!g_str_has_prefix (gw_engine_driver_get_asked (self, count), prefix))
        g_error ("was asked “%s” instead of “%s”", gw_engine_driver_get_asked (self, count),
                 prefix);
      count++;
    }
  va_end (prefixes);
  if (count < self->asked->len)
    g_error ("was also asked: %s", gw_engine_driver_get_asked (self, count));
}

GVariant *
gw_engine_driver_get_host_key (GwEngineDriver *self)
{
  return self->host_key;
}

static void
on_connect_returned (GObject *object, GAsyncResult *result, gpointer data)
{
  GwEngineDriver *self = data;

  /* After a drop nobody waits for the answer. */
  if (self->bus != NULL)
    g_set_object (&self->connected, result);
  self->connecting--;
}

static void
add_secret_option (GVariantDict *dict, GUnixFDList *list, const char *name, const char *text)
{
  if (text != NULL)
    g_variant_dict_insert_value (dict, name,
                                 g_variant_new_handle (add_secret_to_list (list, text)));
}

void
gw_engine_driver_start_connect (GwEngineDriver *self, const GwTestLogin *login)
{
  g_autoptr (GUnixFDList) list = g_unix_fd_list_new ();
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&dict, "method", "s", login->method != NULL ? login->method : "password");
  add_secret_option (&dict, list, "password", login->password);
  add_secret_option (&dict, list, "private-key", login->private_key);
  add_secret_option (&dict, list, "passphrase", login->passphrase);
  if (login->agent_key != NULL)
    g_variant_dict_insert (&dict, "agent-key", "s", login->agent_key);
  if (login->known_hosts != NULL)
    g_variant_dict_insert_value (&dict, "known-hosts", g_variant_new_strv (&login->known_hosts, 1));
  if (login->key_life != 0)
    g_variant_dict_insert (&dict, "key-life", "u", login->key_life);
  if (login->timeout != 0)
    g_variant_dict_insert (&dict, "timeout", "u", login->timeout);
  if (login->connect_timeout != 0)
    g_variant_dict_insert (&dict, "connect-timeout", "u", login->connect_timeout);
  if (login->transport != 0)
    g_variant_dict_insert (&dict, "transport", "h",
                           g_unix_fd_list_append (list, login->transport, NULL));
  g_clear_object (&self->connected);
  self->connecting++;
  gw_bus_session1_call_connect (self->session, login->host, login->port, login->user,
                                g_variant_dict_end (&dict), list, NULL, on_connect_returned, self);
}

gboolean
gw_engine_driver_finish_connect (GwEngineDriver *self, GError **error)
{
  gw_test_wait_until (self->connected != NULL);
  return gw_bus_session1_call_connect_finish (self->session, NULL, self->connected, error);
}

gboolean
gw_engine_driver_connect (GwEngineDriver *self, const GwTestLogin *login, GError **error)
{
  gw_engine_driver_start_connect (self, login);
  return gw_engine_driver_finish_connect (self, error);
}

void
gw_engine_driver_connect_works (GwEngineDriver *self, const GwTestLogin *login)
{
  g_autoptr (GError) error = NULL;

  gw_engine_driver_connect (self, login, &error);
  g_assert_no_error (error);
}

void
gw_engine_driver_connect_fails (GwEngineDriver *self, const GwTestLogin *login, GwError code)
{
  g_autoptr (GError) error = NULL;

  gw_engine_driver_connect (self, login, &error);
  g_assert_error (error, GW_ERROR, (int) code);
  g_dbus_error_strip_remote_error (error);
  g_test_message ("refused: %s", error->message);
  g_assert_cmpstr (error->message, !=, "");
  gw_engine_driver_wait_for_exit (self);
}

char *
gw_engine_driver_get_property (GwEngineDriver *self, const char *name)
{
  g_autoptr (GVariant) value =
    g_dbus_proxy_get_cached_property (G_DBUS_PROXY (self->session), name);

  return g_variant_dup_string (value, NULL);
}

void
gw_engine_driver_wait_for_phase (GwEngineDriver *self, const char *phase)
{
  gw_test_wait_until (g_strcmp0 (gw_bus_session1_get_phase (self->session), phase) == 0);
}

const char *
gw_engine_driver_get_banner (GwEngineDriver *self)
{
  return self->banner->str;
}

const char *
gw_engine_driver_get_closed (GwEngineDriver *self)
{
  return self->closed;
}

const char *
gw_engine_driver_get_address (GwEngineDriver *self)
{
  return self->address;
}

GPid
gw_engine_driver_get_pid (GwEngineDriver *self)
{
  return atoi (g_subprocess_get_identifier (self->process));
}

GDBusProxy *
gw_engine_driver_get_proxy (GwEngineDriver *self)
{
  return G_DBUS_PROXY (self->session);
}

void
gw_engine_driver_disconnect (GwEngineDriver *self)
{
  self->disconnected = TRUE;
  gw_bus_session1_call_disconnect (self->session, NULL, NULL, NULL);
}

gboolean
gw_engine_driver_has_exited (GwEngineDriver *self)
{
  return self->exited;
}

gboolean
gw_engine_driver_is_cut_off (GwEngineDriver *self)
{
  return g_dbus_connection_is_closed (self->bus);
}

void
gw_engine_driver_kill (GwEngineDriver *self)
{
  const char *path = strchr (self->address, '=');
  g_autofree char *socket = g_strndup (path + 1, strcspn (path + 1, ","));

  self->killed = TRUE;
  g_subprocess_force_exit (self->process);
  gw_test_wait_until (self->exited);
  /* The window sweeps the sockets of those that could not. */
  g_remove (socket);
}

void
gw_engine_driver_wait_for_exit (GwEngineDriver *self)
{
  gw_test_wait_until (self->exited);
  if (!self->killed && !g_subprocess_get_if_exited (self->process))
    g_error ("the engine died of signal %d", g_subprocess_get_term_sig (self->process));
}

char *
gw_engine_driver_inspect_key (GwEngineDriver *self, const char *key, const char *passphrase,
                              GError **error)
{
  g_autoptr (GUnixFDList) list = g_unix_fd_list_new ();
  gint32 key_handle = add_secret_to_list (list, key);
  gint32 passphrase_handle = add_secret_to_list (list, passphrase != NULL ? passphrase : "");
  g_autofree char *type = NULL;
  g_autofree char *fingerprint = NULL;
  g_autofree char *public_key = NULL;

  if (!gw_bus_session1_call_inspect_key_sync (self->session, g_variant_new_handle (key_handle),
                                              passphrase != NULL,
                                              g_variant_new_handle (passphrase_handle), list,
                                              &type, &fingerprint, &public_key, NULL, NULL, error))
    return NULL;
  return g_strdup_printf ("%s %s %s", type, fingerprint, public_key);
}
