/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * An engine without SSH: speaks org.gangway.Session1 as its script says, so that everything above
 * the contract is tested without a server. Its script is the text of $XDG_RUNTIME_DIR/script:
 *
 *   ok                  logs in; the terminal echoes, and obeys the commands below
 *   early, nonsense, foreign, silent, version     go wrong before or at Attach
 *   error NAME PHASE    Connect fails with org.gangway.Error.NAME
 *   die PHASE           kills itself with signal 9 on entering the phase ("open": after opening)
 *   hang PHASE          stays in the phase and ignores Disconnect
 *   stubborn            ok, but ignores Disconnect
 *   at-once             the shell ends before the answer of OpenTerminal
 *   lost-at-once        the same, by the loss of the connection, of which nothing more is said
 *   unknown, changed, changed-many, other-host, password, passphrase, interactive, two
 *                       ask questions; "unknown authority": one is trusted for the host
 *   judge KIND          takes only "open sesame" as password or passphrase (KIND); asks for it if
 *                       it is missing or wrong
 *   temporary           waits for a key of MakeKey and logs in with it; MakeKey answers with one
 *                       that ends in the how-manieth it is, or for ssh-rsa always with the same
 *   temporary unknown   the same, after the question about the host key
 *   temporary late      the question comes two seconds later
 *   temporary slow      the key is waited for six seconds later
 *   temporary refuse N  the server refuses the first N keys; the third one is the last
 *   temporary expired   the minute is over when the answer comes
 *   temporary lost      the server closes while the first key is waited for
 *   temporary drop      it does so a second later, before the key is waited for
 *   options             compares what Connect gets with what the test sends
 *   no-agent, mute      ListAgentKeys fails; questions about keys are never answered
 *
 * Commands, one line each: "size", "exit N", "signal NAME", "closed", "lost", "die", "leave"
 * (exits with status 3 without a word), "last N STATUS" (prints N bytes and exits at once), "ask"
 * (asks for a password and prints what becomes of it).
 */

#include <gio/gio.h>
#include <gio/gunixfdlist.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gw-bus.h"
#include "gw-error.h"
#include "gw-sensitive.h"

static char **script;
static char *socket_path;
static GwBusSession1 *session;
static GDBusConnection *window;
static GwBusPrompt1 *prompts;
static GDBusMethodInvocation *connecting;
static char *host_name;
static guint host_port;
static int terminal = -1;
static guint columns, rows;
static gboolean ignores_disconnect;
static guint question;
static gboolean wants_key, has_key;
static guint n_keys;

static gboolean
is (const char *word)
{
  return g_strcmp0 (script[0], word) == 0;
}

static void
flush (void)
{
  g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (session));
  if (window != NULL)
    g_dbus_connection_flush_sync (window, NULL, NULL);
}

static void
leave (int status)
{
  flush ();
  g_unlink (socket_path);
  _exit (status);
}

static void
close_with (const char *error,
            const char *message)
{
  gw_bus_session1_emit_closed (session, error, message);
  leave (0);
}

/* Enters the phase; FALSE if the script says that it is the last one. */
static gboolean
enter (const char *phase)
{
  gw_bus_session1_set_phase (session, phase);
  flush ();
  if (script[1] == NULL || g_strcmp0 (is ("error") ? script[2] : script[1], phase) != 0)
    return TRUE;
  if (is ("die"))
    kill (getpid (), SIGKILL);
  if (is ("hang"))
    {
      ignores_disconnect = TRUE;
      return FALSE;
    }
  if (is ("error"))
    {
      g_autofree char *name = g_strconcat ("org.gangway.Error.", script[1], NULL);
      const char *message = "It is <b>so</b>\x1b[31m & no other way";

      g_dbus_method_invocation_return_dbus_error (connecting, name, message);
      close_with (name, message);
    }
  return TRUE;
}

static void
refuse (GwError     code,
        const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (GW_ERROR, code, message);
  g_autofree char *name = g_dbus_error_encode_gerror (error);

  g_dbus_method_invocation_return_gerror (connecting, error);
  close_with (name, message);
}

static void
accept_login (void)
{
  wants_key = FALSE;
  gw_bus_session1_complete_connect (session, connecting, NULL);
}

static void await_key (void);

static void
on_key_awaited (GObject      *source,
                GAsyncResult *result,
                gpointer      unused)
{
  guint n_refusals = g_strcmp0 (script[1], "refuse") == 0 ? (guint) atoi (script[2]) : 0;
  g_autoptr (GError) error = NULL;

  if (!gw_bus_prompt1_call_await_key_finish (prompts, result, &error))
    {
      if (g_error_matches (error, GW_ERROR, GW_ERROR_AUTH_REFUSED))
        refuse (GW_ERROR_AUTH_REFUSED, "Permission denied");
      else
        refuse (GW_ERROR_CANCELLED, error->message);
    }
  else if (!has_key)
    refuse (GW_ERROR_PROTOCOL, "There is no key");
  else if (g_strcmp0 (script[1], "expired") == 0)
    refuse (GW_ERROR_KEY_EXPIRED, "The key is 61 seconds old");
  else if (question++ >= n_refusals)
    accept_login ();
  else if (question == 3)
    refuse (GW_ERROR_AUTH_REFUSED, "Permission denied");
  else
    {
      has_key = FALSE;
      await_key ();
    }
}

static void
await_key (void)
{
  gw_bus_prompt1_call_await_key (prompts, question, question == 0 ? "" : "Permission denied", NULL,
                                 on_key_awaited, NULL);
  if (g_strcmp0 (script[1], "lost") == 0)
    refuse (GW_ERROR_CONNECTION_LOST, "The server closed the connection");
}

static void
drop (void)
{
  refuse (GW_ERROR_CONNECTION_LOST, "The server closed the connection");
}

static void
authenticate (void)
{
  if (!enter ("authentication"))
    return;
  if (is ("temporary") && g_strcmp0 (script[1], "drop") == 0)
    g_timeout_add_once (1000, (GSourceOnceFunc) drop, NULL);
  else if (is ("temporary") && g_strcmp0 (script[1], "slow") == 0)
    g_timeout_add_once (6000, (GSourceOnceFunc) await_key, NULL);
  else if (is ("temporary"))
    await_key ();
  else
    accept_login ();
}

static char *
take_text (GUnixFDList *list,
           GVariant    *handle)
{
  int fd = g_unix_fd_list_get (list, g_variant_get_handle (handle), NULL);
  g_autoptr (GwSensitive) secret = gw_sensitive_new_from_fd (fd, NULL);

  return g_strdup (secret != NULL ? gw_sensitive_get_text (secret) : "");
}

static void
on_host_key_verified (GObject      *source,
                      GAsyncResult *result,
                      gpointer      unused)
{
  g_autofree char *answer = NULL;
  g_autoptr (GError) error = NULL;

  if (!gw_bus_prompt1_call_verify_host_key_finish (prompts, &answer, result, &error))
    refuse (GW_ERROR_CANCELLED, error->message);
  else if (!g_str_equal (answer, "accept"))
    refuse (GW_ERROR_HOST_KEY_REFUSED, "The key was refused");
  else
    authenticate ();
}

/* A real Ed25519 public key, whose fingerprint ssh-keygen prints as the test expects. */
#define PUBLIC_KEY "AAAAC3NzaC1lZDI1NTE5AAAAIB5bg0v1LE9ZC9cLmDMYlIwfhn8NRKO+Z0l3NT8Y9mEc"

static void
ask_host_key (void)
{
  gboolean changed = is ("changed") || is ("changed-many");
  GVariantBuilder key, stored;

  g_variant_builder_init (&key, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_init (&stored, G_VARIANT_TYPE ("a(sss)"));
  g_variant_builder_add (&key, "{sv}", "host",
                         g_variant_new_string (is ("other-host") ? "bank.example" : host_name));
  g_variant_builder_add (&key, "{sv}", "port", g_variant_new_uint32 (host_port));
  g_variant_builder_add (&key, "{sv}", "type", g_variant_new_string ("ssh-ed25519"));
  g_variant_builder_add (&key, "{sv}", "fingerprint", g_variant_new_string ("SHA256:lies"));
  g_variant_builder_add (&key, "{sv}", "public-key", g_variant_new_string (PUBLIC_KEY));
  g_variant_builder_add (&key, "{sv}", "certificate-authority",
                         g_variant_new_boolean (g_strcmp0 (script[1], "authority") == 0));
  g_variant_builder_add (&key, "{sv}", "verdict",
                         g_variant_new_string (changed ? "changed" : "unknown"));
  for (guint i = 0; changed && i < (is ("changed") ? 1 : 100); i++)
    g_variant_builder_add (&stored, "(sss)", "ssh-rsa", "SHA256:old", "/home/me/known_hosts:7");
  g_variant_builder_add (&key, "{sv}", "stored", g_variant_builder_end (&stored));
  gw_bus_prompt1_call_verify_host_key (prompts, g_variant_builder_end (&key), NULL,
                                       on_host_key_verified, NULL);
}

static void ask_secret (void);

static void
on_secret (GObject      *source,
           GAsyncResult *result,
           gpointer      unused)
{
  g_autoptr (GVariant) handle = NULL;
  g_autoptr (GUnixFDList) list = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (!gw_bus_prompt1_call_ask_secret_finish (prompts, &handle, &list, result, &error))
    {
      refuse (GW_ERROR_CANCELLED, error->message);
      return;
    }
  text = take_text (list, handle);
  if (g_str_equal (text, "open sesame"))
    accept_login ();
  else if (question++ < 2)
    ask_secret ();
  else
    refuse (GW_ERROR_AUTH_REFUSED, "Permission denied");
}

static void
ask_secret (void)
{
  gboolean is_passphrase = is ("passphrase") || g_strcmp0 (script[1], "passphrase") == 0;

  gw_bus_prompt1_call_ask_secret (prompts, is_passphrase ? "passphrase" : "password", question,
                                  question == 0 ? "" : "Wrong,\x07 try again", NULL, NULL,
                                  on_secret, NULL);
}

static void
on_interactive (GObject      *source,
                GAsyncResult *result,
                gpointer      unused)
{
  g_autoptr (GVariant) handles = NULL;
  g_autoptr (GUnixFDList) list = NULL;
  g_autoptr (GError) error = NULL;

  if (!gw_bus_prompt1_call_ask_interactive_finish (prompts, &handles, &list, result, &error))
    {
      refuse (GW_ERROR_CANCELLED, error->message);
      return;
    }
  for (gsize i = 0; i < g_variant_n_children (handles); i++)
    {
      g_autoptr (GVariant) handle = g_variant_get_child_value (handles, i);
      g_autofree char *text = take_text (list, handle);
      g_autofree char *expected = g_strdup_printf ("answer %u", (guint) i);

      if (!g_str_equal (text, expected))
        {
          refuse (GW_ERROR_AUTH_REFUSED, "Permission denied");
          return;
        }
    }
  accept_login ();
}

static void
ask_interactive (void)
{
  GVariantBuilder fields;

  g_variant_builder_init (&fields, G_VARIANT_TYPE ("a(sb)"));
  g_variant_builder_add (&fields, "(sb)", "Your\x1b]0;evil\x07 token: ", FALSE);
  g_variant_builder_add (&fields, "(sb)", "Your cat: ", TRUE);
  gw_bus_prompt1_call_ask_interactive (prompts, "Two <steps>", "First\r\nsecond",
                                       g_variant_builder_end (&fields), NULL, NULL,
                                       on_interactive, NULL);
}

static char *
take_option (GVariant    *options,
             GUnixFDList *list,
             const char  *name)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (options, name, NULL);

  if (value == NULL)
    return g_strdup ("-");
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_HANDLE))
    return take_text (list, value);
  return g_variant_print (value, FALSE);
}

/* Answers with what it was given, which no real engine would do. */
static void
tell_options (GVariant    *options,
              GUnixFDList *list)
{
  static const char *const names[] = { "method", "password", "private-key", "passphrase",
                                       "agent-key", "connect-timeout" };
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *value = take_option (options, list, names[i]);

      g_string_append_printf (all, "%s=%s ", names[i], value);
    }
  refuse (GW_ERROR_FAILED, all->str);
}

static void
judge (GVariant    *options,
       GUnixFDList *list)
{
  g_autofree char *secret = take_option (options, list, script[1]);

  enter ("authentication");
  if (g_str_equal (secret, "open sesame"))
    accept_login ();
  else
    {
      question = g_str_equal (secret, "-") ? 0 : 1;
      ask_secret ();
    }
}

static gboolean
on_connect (GwBusSession1         *object,
            GDBusMethodInvocation *invocation,
            GUnixFDList           *list,
            const char            *host,
            guint                  port,
            const char            *user,
            GVariant              *options)
{
  connecting = invocation;
  wants_key = is ("temporary");
  host_name = g_strdup (host);
  host_port = port;
  if (!enter ("resolve") || !enter ("connect") || !enter ("key-exchange"))
    return TRUE;
  gw_bus_session1_set_server_identification (session, "SSH-2.0-Fake\x1b_1.0");
  gw_bus_session1_set_peer_address (session, "203.0.113.7");
  gw_bus_session1_emit_banner (session, "Be\x1b[2J nice\r\n");
  if (!enter ("host-key"))
    return TRUE;

  if (is ("options"))
    tell_options (options, list);
  else if (is ("judge"))
    judge (options, list);
  else if (is ("unknown") || g_str_has_prefix (script[0], "changed") || is ("other-host") ||
           (is ("temporary") && g_strcmp0 (script[1], "unknown") == 0))
    ask_host_key ();
  else if (is ("temporary") && g_strcmp0 (script[1], "late") == 0)
    g_timeout_add_once (2000, (GSourceOnceFunc) ask_host_key, NULL);
  else if (is ("password") || is ("passphrase") || is ("two"))
    {
      enter ("authentication");
      ask_secret ();
      if (is ("two"))
        ask_secret ();
    }
  else if (is ("interactive"))
    {
      enter ("authentication");
      ask_interactive ();
    }
  else
    authenticate ();
  return TRUE;
}

static void
say (const char *text)
{
  gsize length = strlen (text);

  while (length > 0)
    {
      gssize n = write (terminal, text, length);

      if (n <= 0)
        return;
      text += n;
      length -= (gsize) n;
    }
}

static void
end_terminal (const char *how,
              guint       status,
              const char *signal_name)
{
  close (terminal);
  terminal = -1;
  gw_bus_session1_emit_terminal_closed (session, 1, how, status, signal_name);
  flush ();
}

static void
on_late_secret (GObject      *source,
                GAsyncResult *result,
                gpointer      unused)
{
  g_autoptr (GVariant) handle = NULL;
  g_autoptr (GError) error = NULL;

  if (gw_bus_prompt1_call_ask_secret_finish (prompts, &handle, NULL, result, &error))
    say ("answered\n");
  else
    say (g_error_matches (error, GW_ERROR, GW_ERROR_CANCELLED) ? "cancelled\n" : "failed\n");
}

static void
obey (char **words)
{
  const char *argument = words[1] != NULL ? words[1] : "";

  if (g_str_equal (words[0], "size"))
    {
      g_autofree char *size = g_strdup_printf ("%ux%u\n", columns, rows);

      say (size);
    }
  else if (g_str_equal (words[0], "exit"))
    end_terminal ("exit", (guint) atoi (argument), "");
  else if (g_str_equal (words[0], "signal"))
    end_terminal ("signal", 0, argument);
  else if (g_str_equal (words[0], "closed"))
    end_terminal ("closed", 0, "");
  else if (g_str_equal (words[0], "lost"))
    {
      end_terminal ("lost", 0, "");
      close_with ("org.gangway.Error.ConnectionLost", "Reset by peer");
    }
  else if (g_str_equal (words[0], "die"))
    kill (getpid (), SIGKILL);
  else if (g_str_equal (words[0], "leave"))
    leave (3);
  else if (g_str_equal (words[0], "ask"))
    gw_bus_prompt1_call_ask_secret (prompts, "password", 0, "", NULL, NULL, on_late_secret, NULL);
  else if (g_str_equal (words[0], "last"))
    {
      g_autofree char *output = g_strnfill ((gsize) atoi (argument), 'x');

      say (output);
      end_terminal ("exit", (guint) atoi (words[2]), "");
      close_with ("", "");
    }
}

static gboolean
on_input (int          fd,
          GIOCondition condition,
          gpointer     unused)
{
  char buffer[512];
  gssize n = read (fd, buffer, sizeof buffer - 1);
  g_auto (GStrv) words = NULL;

  if (n <= 0)
    return G_SOURCE_REMOVE;
  buffer[n] = '\0';
  say (buffer);
  words = g_strsplit (g_strstrip (buffer), " ", -1);
  if (words[0] != NULL)
    obey (words);
  return terminal < 0 ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

static gboolean
on_open_terminal (GwBusSession1         *object,
                  GDBusMethodInvocation *invocation,
                  GUnixFDList           *no_list,
                  guint                  new_columns,
                  guint                  new_rows,
                  GVariant              *options)
{
  g_autoptr (GUnixFDList) list = g_unix_fd_list_new ();
  int pair[2];

  connecting = invocation;
  if (!enter ("channel"))
    return TRUE;
  columns = new_columns;
  rows = new_rows;
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    abort ();
  terminal = pair[0];
  g_unix_fd_list_append (list, pair[1], NULL);
  close (pair[1]);
  g_unix_fd_add (terminal, G_IO_IN | G_IO_HUP, on_input, NULL);
  if (is ("at-once"))
    {
      /* All that can come, before the answer. */
      end_terminal ("exit", 7, "");
      gw_bus_session1_emit_closed (session, "", "");
    }
  if (is ("lost-at-once"))
    end_terminal ("lost", 0, "");
  gw_bus_session1_complete_open_terminal (session, invocation, list, 1, g_variant_new_handle (0));
  if (is ("at-once"))
    leave (0);
  enter ("open");
  return TRUE;
}

static gboolean
on_resize (GwBusSession1         *object,
           GDBusMethodInvocation *invocation,
           guint                  number,
           guint                  new_columns,
           guint                  new_rows)
{
  columns = new_columns;
  rows = new_rows;
  gw_bus_session1_complete_resize_terminal (session, invocation);
  return TRUE;
}

static gboolean
on_disconnect (GwBusSession1         *object,
               GDBusMethodInvocation *invocation)
{
  if (ignores_disconnect)
    return TRUE;
  gw_bus_session1_complete_disconnect (session, invocation);
  if (terminal >= 0)
    end_terminal ("closed", 0, "");
  close_with ("", "");
  return TRUE;
}

static gboolean
on_attach (GwBusSession1         *object,
           GDBusMethodInvocation *invocation,
           guint                  version)
{
  gw_bus_session1_complete_attach (session, invocation, is ("version") ? 2 : 1);
  return TRUE;
}

/* A public key of 1024 bits. */
#define RSA_KEY "ssh-rsa " \
  "AAAAB3NzaC1yc2EAAAADAQABAAAAgQDccnoyyC3DZ5gi1h82KCQc++QvUfjwNSoEp9qnVcbxXff3" \
  "DCHnKOItNQLYARVvBkmRbJsEFHvp4xMdzdaFcpc04D3PbV9IACHUVXio1ehEszJXSxqYqK9XFeDe" \
  "HfCFar9qkIRDoze4R/YppY0NDvMgTr4nDxwqhe4av0UkQBA9iQ=="

static gboolean
on_make_key (GwBusSession1         *object,
             GDBusMethodInvocation *invocation,
             const char            *type)
{
  guint8 blob[] = "\0\0\0\x0bssh-ed25519\0\0\0\x20made up, of thirty-two bytes: no";
  g_autofree char *base64 = NULL;
  g_autofree char *public_key = NULL;

  if (!wants_key || (!g_str_equal (type, "ssh-ed25519") && !g_str_equal (type, "ssh-rsa")))
    {
      g_dbus_method_invocation_return_error (invocation, GW_ERROR, GW_ERROR_PROTOCOL,
                                             "No such key");
      return TRUE;
    }
  has_key = TRUE;
  blob[sizeof blob - 2] = (guint8) ++n_keys;
  base64 = g_base64_encode (blob, sizeof blob - 1);
  public_key = g_strconcat ("ssh-ed25519 ", base64, NULL);
  gw_bus_session1_complete_make_key (session, invocation,
                                     g_str_equal (type, "ssh-rsa") ? RSA_KEY : public_key);
  return TRUE;
}

static gboolean
on_inspect_key (GwBusSession1         *object,
                GDBusMethodInvocation *invocation,
                GUnixFDList           *list,
                GVariant              *key,
                gboolean               has_passphrase,
                GVariant              *passphrase)
{
  g_autofree char *text = take_text (list, key);
  g_autofree char *phrase = take_text (list, passphrase);

  if (is ("mute"))
    return TRUE;
  if (g_str_equal (text, "rsa key"))
    gw_bus_session1_complete_inspect_key (session, invocation, NULL, "ssh-rsa", "SHA256:rsa",
                                          RSA_KEY);
  else if (!g_str_equal (text, "the key"))
    g_dbus_method_invocation_return_error (invocation, GW_ERROR, GW_ERROR_KEY_NOT_A_KEY, "No key");
  else if (!has_passphrase)
    g_dbus_method_invocation_return_error (invocation, GW_ERROR, GW_ERROR_KEY_NEEDS_PASSPHRASE,
                                           "Encrypted");
  else if (!g_str_equal (phrase, "open sesame"))
    g_dbus_method_invocation_return_error (invocation, GW_ERROR, GW_ERROR_KEY_WRONG_PASSPHRASE,
                                           "Wrong");
  else
    gw_bus_session1_complete_inspect_key (session, invocation, NULL, "ssh-ed25519",
                                          "SHA256:abc", "ssh-ed25519 AAAA");
  return TRUE;
}

static gboolean
on_list_agent_keys (GwBusSession1         *object,
                    GDBusMethodInvocation *invocation)
{
  GVariantBuilder keys;

  if (is ("mute"))
    return TRUE;
  if (is ("no-agent"))
    {
      g_dbus_method_invocation_return_error (invocation, GW_ERROR, GW_ERROR_AGENT, "No agent");
      return TRUE;
    }
  g_variant_builder_init (&keys, G_VARIANT_TYPE ("a(sss)"));
  g_variant_builder_add (&keys, "(sss)", "ssh-ed25519", "SHA256:abc", "me\x1b[1m@home");
  g_variant_builder_add (&keys, "(sss)", "ssh-rsa", "SHA256:def", "");
  gw_bus_session1_complete_list_agent_keys (session, invocation, g_variant_builder_end (&keys));
  return TRUE;
}

static void
on_window_gone (GDBusConnection *connection)
{
  g_unlink (socket_path);
  _exit (0);
}

static gboolean
on_window (GDBusServer     *server,
           GDBusConnection *connection)
{
  g_autoptr (GError) error = NULL;

  window = g_object_ref (connection);
  g_signal_connect (connection, "closed", G_CALLBACK (on_window_gone), NULL);
  prompts = gw_bus_prompt1_proxy_new_sync (connection, G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES,
                                           NULL, "/org/gangway/Prompt1", NULL, &error);
  g_assert_no_error (error);
  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (prompts), G_MAXINT);
  g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (session), connection,
                                    "/org/gangway/Session1", &error);
  g_assert_no_error (error);
  return TRUE;
}

static void
misbehave_at_start (void)
{
  if (is ("early"))
    _exit (3);
  if (is ("nonsense"))
    g_print ("hello, who is there?\n");
  if (is ("foreign"))
    g_print ("ready tcp:host=127.0.0.1,port=22\n");
  if (is ("nonsense") || is ("foreign") || is ("silent"))
    g_main_loop_run (g_main_loop_new (NULL, FALSE));
}

int
main (void)
{
  const char *runtime = g_getenv ("XDG_RUNTIME_DIR");
  g_autofree char *folder = g_build_filename (runtime, "gangway", NULL);
  g_autofree char *guid = g_dbus_generate_guid ();
  g_autofree char *name = g_strdup_printf ("fake-%d", getpid ());
  g_autofree char *script_path = g_build_filename (runtime, "script", NULL);
  g_autofree char *text = NULL;
  g_autofree char *address = NULL;
  g_autoptr (GDBusServer) server = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (script_path, &text, NULL, &error);
  g_assert_no_error (error);
  script = g_strsplit (text, " ", -1);
  signal (SIGPIPE, SIG_IGN);
  /* Registers the names of the errors before the first one can arrive. */
  gw_error_quark ();
  misbehave_at_start ();
  ignores_disconnect = is ("stubborn");

  g_mkdir_with_parents (folder, 0700);
  socket_path = g_build_filename (folder, name, NULL);
  address = g_strconcat ("unix:path=", socket_path, NULL);
  session = gw_bus_session1_skeleton_new ();
  gw_bus_session1_set_version (session, 1);
  gw_bus_session1_set_phase (session, "new");
  g_signal_connect (session, "handle-attach", G_CALLBACK (on_attach), NULL);
  g_signal_connect (session, "handle-connect", G_CALLBACK (on_connect), NULL);
  g_signal_connect (session, "handle-open-terminal", G_CALLBACK (on_open_terminal), NULL);
  g_signal_connect (session, "handle-resize-terminal", G_CALLBACK (on_resize), NULL);
  g_signal_connect (session, "handle-disconnect", G_CALLBACK (on_disconnect), NULL);
  g_signal_connect (session, "handle-inspect-key", G_CALLBACK (on_inspect_key), NULL);
  g_signal_connect (session, "handle-make-key", G_CALLBACK (on_make_key), NULL);
  g_signal_connect (session, "handle-list-agent-keys", G_CALLBACK (on_list_agent_keys), NULL);

  server = g_dbus_server_new_sync (address, G_DBUS_SERVER_FLAGS_NONE, guid, NULL, NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (server, "new-connection", G_CALLBACK (on_window), NULL);
  g_dbus_server_start (server);
  g_print ("ready %s\n", g_dbus_server_get_client_address (server));
  fflush (stdout);
  g_main_loop_run (g_main_loop_new (NULL, FALSE));
  return 0;
}
