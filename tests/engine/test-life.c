/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Test"

/* The engine's life: its socket, its windows, where it connects to, and when it ends. */

#include <gio/gunixsocketaddress.h>
#include <sys/stat.h>

#include "gw-engine-test.h"
#include "gw-test-terminal.h"
#include "gw-test.h"

static char *
socket_path (GwEngineDriver *driver)
{
  const char *address = gw_engine_driver_get_address (driver);

  g_assert_true (g_str_has_prefix (address, "unix:path="));
  address += strlen ("unix:path=");
  return g_strndup (address, strcspn (address, ",;"));
}

static void
check_private (GwEngineDriver *driver)
{
  g_autofree char *path = socket_path (driver);
  g_autofree char *folder = g_path_get_dirname (path);
  struct stat info;

  g_assert_cmpuint (strlen (path), <=, 107);
  g_assert_cmpint (g_stat (folder, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 07777, ==, 0700);
  g_assert_cmpuint (info.st_uid, ==, getuid ());
}

static void
test_socket (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  g_autofree char *path = socket_path (driver);

  g_assert_true (g_str_has_prefix (path, g_get_user_runtime_dir ()));
  check_private (driver);
}

static void
test_no_runtime_dir (void)
{
  g_autoptr (GwEngineDriver) driver =
    gw_engine_driver_new_with_env ("XDG_RUNTIME_DIR", NULL, NULL);
  GwTestLogin login = gw_engine_test_login ("alice", "secret");
  g_autofree char *path = socket_path (driver);
  g_autofree char *folder = g_path_get_dirname (path);

  check_private (driver);
  gw_engine_driver_connect_works (driver, &login);
  gw_engine_driver_disconnect (driver);
  gw_engine_driver_wait_for_exit (driver);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* GIO cuts a path of more than 107 bytes silently. */
static void
test_long_runtime_dir (void)
{
  g_autofree char *name = g_strnfill (110, 'x');
  g_autofree char *folder = g_build_filename (g_get_user_runtime_dir (), name, NULL);
  GwEngineDriver *driver;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  driver = gw_engine_driver_new_with_env ("XDG_RUNTIME_DIR", folder, NULL);
  check_private (driver);
  gw_engine_driver_free (driver);
  gw_test_delete_tree (folder);
}

static void
test_missing_runtime_dir (void)
{
  g_autoptr (GwEngineDriver) driver =
    gw_engine_driver_new_with_env ("XDG_RUNTIME_DIR", "/nonexistent/run", NULL);

  check_private (driver);
}

static GSocketConnection *
connect_raw (GwEngineDriver *driver)
{
  g_autofree char *path = socket_path (driver);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection;

  connection = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error);
  g_assert_no_error (error);
  return connection;
}

static void
test_garbage (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  g_autoptr (GSocketConnection) loud = connect_raw (driver);
  g_autoptr (GSocketConnection) silent = connect_raw (driver);
  GwTestLogin login = gw_engine_test_login ("alice", "secret");
  g_autofree char *garbage = g_strnfill (100000, '\r');

  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (loud)), garbage, 100000,
                             NULL, NULL, NULL);
  gw_engine_driver_connect_works (driver, &login);
}

static void
test_wrong_version (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  g_autoptr (GVariant) version = g_dbus_proxy_get_cached_property (
    gw_engine_driver_get_proxy (driver), "Version");
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;
  guint32 told = 0;

  g_assert_cmpuint (g_variant_get_uint32 (version), ==, 1);
  answer = g_dbus_proxy_call_sync (gw_engine_driver_get_proxy (driver), "Attach",
                                   g_variant_new ("(u)", 99), G_DBUS_CALL_FLAGS_NONE, 10000, NULL,
                                   &error);
  if (answer != NULL)
    {
      g_variant_get (answer, "(u)", &told);
      g_assert_cmpuint (told, ==, 1);
    }
  else
    g_assert_error (error, GW_ERROR, GW_ERROR_PROTOCOL);
}

static void
test_window_gone (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();

  gw_engine_driver_drop (driver);
  gw_engine_driver_wait_for_exit (driver);
}

static void
test_window_gone_while_connecting (void)
{
  g_autoptr (GwTestServer) server = gw_test_server_new_faulty ("silent-after-kex");
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login_faulty (server);

  login.timeout = 60;
  gw_engine_driver_start_connect (driver, &login);
  gw_engine_driver_wait_for_phase (driver, "authentication");
  gw_engine_driver_drop (driver);
  gw_engine_driver_wait_for_exit (driver);
}

static void
test_window_gone_while_asking (void)
{
  g_autoptr (GwTestServer) server = gw_test_server_new_faulty ("ok");
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login_faulty (server);

  gw_engine_driver_hold_prompts (driver);
  gw_engine_driver_start_connect (driver, &login);
  gw_test_wait_until (gw_engine_driver_count_asked (driver) == 1);
  gw_engine_driver_drop (driver);
  gw_engine_driver_wait_for_exit (driver);
  gw_test_server_wait_for_line (server, "gone");
  g_assert_cmpuint (gw_test_server_count_lines (server, "auth"), ==, 0);
}

/* The window that starts another one while a shell runs. */
static void
test_window_gone_while_open (void)
{
  GwEngineDriver *driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login ("alice", "secret");
  g_autoptr (GError) error = NULL;
  GwTestTerminal *terminal;

  gw_engine_driver_connect_works (driver, &login);
  terminal = gw_test_terminal_new (driver, 80, 24, NULL, NULL, &error);
  g_assert_no_error (error);
  gw_test_terminal_type (terminal, "echo here-$((1+1))\n");
  gw_test_terminal_expect (terminal, "here-2");
  gw_engine_driver_drop (driver);
  g_assert_false (gw_engine_driver_has_exited (driver));
  gw_engine_driver_attach (driver);
  gw_test_terminal_type (terminal, "echo still-$((1+1))\n");
  gw_test_terminal_expect (terminal, "still-2");
  gw_test_terminal_free (terminal);
  gw_engine_driver_free (driver);
}

/* A jump host or a tunnel: host and port only name the host key. */
static void
test_transport (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login ("alice", "secret");
  const char *name = NULL;
  guint port = 0;

  login.transport = gw_engine_test_dial (login.port);
  login.host = "inner.invalid";
  login.port = 2200;
  gw_engine_driver_connect_works (driver, &login);
  close (login.transport);
  gw_engine_driver_assert_asked (driver, "host-key unknown ", NULL);
  g_variant_lookup (gw_engine_driver_get_host_key (driver), "host", "&s", &name);
  g_variant_lookup (gw_engine_driver_get_host_key (driver), "port", "u", &port);
  g_assert_cmpstr (name, ==, "inner.invalid");
  g_assert_cmpuint (port, ==, 2200);
}

static void
check_target (const char *host, guint port, const char *user, GwError code)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login (user, "secret");

  g_test_message ("%s@%s:%u", user, host, port);
  login.host = host;
  login.port = port;
  gw_engine_driver_connect_fails (driver, &login, code);
}

static void
test_bad_targets (void)
{
  guint port = gw_test_server_get_port (gw_engine_test_get_sshd ());

  check_target ("127.0.2.1", 0, "alice", GW_ERROR_INVALID_PORT);
  check_target ("127.0.2.1", 65536, "alice", GW_ERROR_INVALID_PORT);
  check_target ("", port, "alice", GW_ERROR_INVALID_HOST);
  check_target ("two words", port, "alice", GW_ERROR_INVALID_HOST);
  check_target ("-oProxyCommand=true", port, "alice", GW_ERROR_INVALID_HOST);
  check_target ("a\nb", port, "alice", GW_ERROR_INVALID_HOST);
  check_target ("$(true)", port, "alice", GW_ERROR_INVALID_HOST);
  check_target ("127.0.2.1", port, "", GW_ERROR_INVALID_USER);
  check_target ("127.0.2.1", port, "a\nb", GW_ERROR_INVALID_USER);
}

static void
test_unresolvable (void)
{
  check_target ("nope.invalid", 22, "alice", GW_ERROR_RESOLVE);
}

static void
test_refused (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);

  g_socket_listener_close (listener);
  check_target ("127.0.0.1", port, "alice", GW_ERROR_REFUSED);
}

/* Another address of the same server: 127.0.2.2 is one more instance. */
static void
test_other_address (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login ("bob", "pa ss");

  login.host = "127.0.2.2";
  gw_engine_driver_connect_works (driver, &login);
  gw_engine_driver_assert_asked (driver, NULL, NULL);
}

static void
test_connect_twice (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login ("alice", "secret");
  g_autoptr (GwTestTerminal) terminal = NULL;
  g_autoptr (GError) twice = NULL;
  g_autoptr (GError) error = NULL;

  gw_engine_driver_connect_works (driver, &login);
  g_assert_false (gw_engine_driver_connect (driver, &login, &twice));
  g_assert_nonnull (twice);
  terminal = gw_test_terminal_new (driver, 80, 24, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
test_terminal_before_connect (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (gw_test_terminal_new (driver, 80, 24, NULL, NULL, &error));
  g_assert_nonnull (error);
}

static void
test_many (void)
{
  GwTestLogin login = gw_engine_test_login ("alice", "secret");
  GwEngineDriver *drivers[8];

  for (gsize i = 0; i < G_N_ELEMENTS (drivers); i++)
    {
      drivers[i] = gw_engine_driver_new ();
      gw_engine_driver_start_connect (drivers[i], &login);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (drivers); i++)
    {
      g_autoptr (GError) error = NULL;

      gw_engine_driver_finish_connect (drivers[i], &error);
      g_assert_no_error (error);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (drivers); i++)
    gw_engine_driver_free (drivers[i]);
}

static void
add_tests (void)
{
  gw_engine_test_add ("/life/socket", test_socket);
  gw_engine_test_add ("/life/no-runtime-dir", test_no_runtime_dir);
  gw_engine_test_add ("/life/long-runtime-dir", test_long_runtime_dir);
  gw_engine_test_add ("/life/missing-runtime-dir", test_missing_runtime_dir);
  gw_engine_test_add ("/life/garbage", test_garbage);
  gw_engine_test_add ("/life/wrong-version", test_wrong_version);
  gw_engine_test_add ("/life/window-gone", test_window_gone);
  gw_engine_test_add ("/life/window-gone-while-connecting", test_window_gone_while_connecting);
  gw_engine_test_add ("/life/window-gone-while-asking", test_window_gone_while_asking);
  gw_engine_test_add ("/life/window-gone-while-open", test_window_gone_while_open);
  gw_engine_test_add ("/life/transport", test_transport);
  gw_engine_test_add ("/life/bad-targets", test_bad_targets);
  gw_engine_test_add ("/life/unresolvable", test_unresolvable);
  gw_engine_test_add ("/life/refused", test_refused);
  gw_engine_test_add ("/life/other-address", test_other_address);
  gw_engine_test_add ("/life/connect-twice", test_connect_twice);
  gw_engine_test_add ("/life/terminal-before-connect", test_terminal_before_connect);
  gw_engine_test_add ("/life/many", test_many);
}

int
main (int argc, char **argv)
{
  return gw_engine_test_main (&argc, &argv, "--addresses=2", add_tests);
}
