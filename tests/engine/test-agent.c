/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Test"

/* Keys that an agent holds; agents that are not there, or hang. */

#include <gio/gunixsocketaddress.h>
#include <signal.h>
#include <sys/prctl.h>

#include "gw-engine-test.h"
#include "gw-test.h"

static char *agent_path;

static void
die_with_parent (gpointer unused)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static GSubprocess *
start_agent (void)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autoptr (GError) error = NULL;
  GSubprocess *agent;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  agent = g_subprocess_launcher_spawn (launcher, &error, "ssh-agent", "-D", "-a", agent_path, NULL);
  g_assert_no_error (error);
  gw_test_wait_until (g_file_test (agent_path, G_FILE_TEST_EXISTS));
  return agent;
}

static void
stop_agent (GSubprocess *agent)
{
  g_subprocess_send_signal (agent, SIGTERM);
  g_assert_true (g_subprocess_wait (agent, NULL, NULL));
  g_remove (agent_path);
  g_object_unref (agent);
}

static void
add_key (const char *name)
{
  g_autofree char *folder = gw_test_server_get_path (gw_engine_test_get_sshd (), "keys");
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_setenv (launcher, "SSH_AUTH_SOCK", agent_path, TRUE);
  process = g_subprocess_launcher_spawn (launcher, &error, "ssh-add", path, NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (process, NULL, &error));
  g_assert_no_error (error);
}

static GwTestLogin
agent_login (const char *user)
{
  GwTestLogin login = gw_engine_test_login (user, NULL);

  login.method = "publickey";
  return login;
}

static GVariant *
list_keys (GwEngineDriver *driver, GError **error)
{
  return g_dbus_proxy_call_sync (gw_engine_driver_get_proxy (driver), "ListAgentKeys", NULL,
                                 G_DBUS_CALL_FLAGS_NONE, 10000, NULL, error);
}

/* The fingerprint of the agent's key at @index, from its own answer. */
static char *
get_fingerprint (GVariant *answer, gsize index)
{
  g_autoptr (GVariant) keys = g_variant_get_child_value (answer, 0);
  const char *fingerprint;

  g_variant_get_child (keys, index, "(&s&s&s)", NULL, &fingerprint, NULL);
  return g_strdup (fingerprint);
}

static void
test_login (void)
{
  GSubprocess *agent = start_agent ();
  GwTestLogin login = agent_login ("dave");
  GwEngineDriver *driver;

  add_key ("stranger");
  add_key ("id_ed25519");
  driver = gw_engine_driver_new_with_env ("SSH_AUTH_SOCK", agent_path, NULL);
  gw_engine_driver_connect_works (driver, &login);
  gw_engine_driver_assert_asked (driver, NULL, NULL);
  gw_engine_driver_free (driver);
  stop_agent (agent);
}

static void
test_rsa (void)
{
  GSubprocess *agent = start_agent ();
  GwTestLogin login = agent_login ("dave");
  GwEngineDriver *driver;

  add_key ("rsa-openssh");
  driver = gw_engine_driver_new_with_env ("SSH_AUTH_SOCK", agent_path, NULL);
  gw_engine_driver_connect_works (driver, &login);
  gw_engine_driver_free (driver);
  stop_agent (agent);
}

static void
test_list_and_choose (void)
{
  GSubprocess *agent = start_agent ();
  GwTestLogin login = agent_login ("dave");
  GwEngineDriver *driver;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GVariant) keys = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *stranger = NULL;
  g_autofree char *right = NULL;
  const char *type;
  const char *comment;

  add_key ("stranger");
  add_key ("ecdsa-openssh");
  driver = gw_engine_driver_new_with_env ("SSH_AUTH_SOCK", agent_path, NULL);
  answer = list_keys (driver, &error);
  g_assert_no_error (error);
  keys = g_variant_get_child_value (answer, 0);
  g_assert_cmpuint (g_variant_n_children (keys), ==, 2);
  g_variant_get_child (keys, 1, "(&s&s&s)", &type, NULL, &comment);
  g_assert_cmpstr (type, ==, "ecdsa-sha2-nistp256");
  g_assert_cmpstr (comment, ==, "a test key");
  stranger = get_fingerprint (answer, 0);
  right = get_fingerprint (answer, 1);

  login.agent_key = right;
  gw_engine_driver_connect_works (driver, &login);
  gw_engine_driver_free (driver);

  /* Only the chosen key is offered, though another one would do. */
  driver = gw_engine_driver_new_with_env ("SSH_AUTH_SOCK", agent_path, NULL);
  login.agent_key = stranger;
  gw_engine_driver_connect_fails (driver, &login, GW_ERROR_AUTH_REFUSED);
  gw_engine_driver_free (driver);
  stop_agent (agent);
}

static void
test_no_agent (void)
{
  GwTestLogin login = agent_login ("dave");
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  g_autoptr (GwEngineDriver) dead =
    gw_engine_driver_new_with_env ("SSH_AUTH_SOCK", "/nonexistent/agent", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (list_keys (driver, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_AGENT);
  gw_engine_driver_connect_fails (driver, &login, GW_ERROR_AGENT);
  gw_engine_driver_connect_fails (dead, &login, GW_ERROR_AGENT);
}

static void
test_empty_agent (void)
{
  GSubprocess *agent = start_agent ();
  GwTestLogin login = agent_login ("dave");
  GwEngineDriver *driver = gw_engine_driver_new_with_env ("SSH_AUTH_SOCK", agent_path, NULL);
  g_autoptr (GError) error = NULL;

  gw_engine_driver_connect (driver, &login, &error);
  g_assert_nonnull (error);
  g_assert_true (g_error_matches (error, GW_ERROR, GW_ERROR_AUTH_REFUSED)
                 || g_error_matches (error, GW_ERROR, GW_ERROR_AGENT));
  gw_engine_driver_free (driver);
  stop_agent (agent);
}

static gboolean
on_time (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

/* An agent that accepts and says nothing. libssh may block on it for ever: then the window kills
 * the engine, which must be all that it takes. */
static void
test_hung_agent (void)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (agent_path);
  g_autoptr (GSocket) hung = NULL;
  GwEngineDriver *driver;
  GwTestLogin login = agent_login ("dave");
  g_autoptr (GError) error = NULL;
  gboolean late = FALSE;

  hung = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, &error);
  g_assert_no_error (error);
  g_socket_bind (hung, address, FALSE, &error);
  g_assert_no_error (error);
  g_socket_listen (hung, &error);
  g_assert_no_error (error);

  driver = gw_engine_driver_new_with_env ("SSH_AUTH_SOCK", agent_path, NULL);
  login.timeout = 1;
  gw_engine_driver_start_connect (driver, &login);
  g_timeout_add (4000, on_time, &late);
  gw_test_wait_until (late || gw_engine_driver_has_exited (driver));
  if (!gw_engine_driver_has_exited (driver))
    gw_engine_driver_kill (driver);
  g_assert_false (gw_engine_driver_finish_connect (driver, &error));
  g_assert_nonnull (error);
  gw_engine_driver_free (driver);
  if (!late)
    gw_test_wait_until (late);
  g_remove (agent_path);
}

static void
add_tests (void)
{
  agent_path = g_build_filename (g_get_user_runtime_dir (), "agent", NULL);
  gw_engine_test_add ("/agent/login", test_login);
  gw_engine_test_add ("/agent/rsa", test_rsa);
  gw_engine_test_add ("/agent/list-and-choose", test_list_and_choose);
  gw_engine_test_add ("/agent/no-agent", test_no_agent);
  gw_engine_test_add ("/agent/empty-agent", test_empty_agent);
  gw_engine_test_add ("/agent/hung-agent", test_hung_agent);
}

int
main (int argc, char **argv)
{
  int result = gw_engine_test_main (&argc, &argv, "--keys", add_tests);

  g_free (agent_path);
  return result;
}
