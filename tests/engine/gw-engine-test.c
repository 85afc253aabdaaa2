/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Test"

#include "gw-engine-test.h"

#include <unistd.h>

#include "gw-test.h"

static GwTestServer *shared_sshd;
static char *shared_known_hosts;

static guint
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint count = 0;

  while (g_dir_read_name (dir) != NULL)
    count++;
  return count;
}

static void
run_test (gconstpointer data)
{
  void (*function) (void) = (void (*) (void)) data;
  guint before = count_descriptors ();

  function ();
  /* GDBus closes its socket in its own thread, a moment after the last reference is gone. */
  gw_test_wait_until (count_descriptors () <= before);
}

void
gw_engine_test_add (const char *path, void (*function) (void))
{
  g_test_add_data_func (path, (gconstpointer) function, run_test);
}

/* GDBus, GSubprocess and the resolver each make a thread with descriptors of its own, once. */
static void
warm_up (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();

  gw_engine_driver_disconnect (driver);
}

static void
remember_cache (void)
{
  /* Not g_get_user_cache_dir(): GLib would remember the answer, and the home changes. */
  const char *cache_home = g_getenv ("XDG_CACHE_HOME");
  g_autofree char *cache = cache_home != NULL
                             ? g_build_filename (cache_home, "gangway-tests", NULL)
                             : g_build_filename (g_getenv ("HOME"), ".cache/gangway-tests", NULL);

  g_setenv ("GANGWAY_TEST_CACHE", cache, FALSE);
}

int
gw_engine_test_main (int *argc, char ***argv, const char *sshd_option, void (*add_tests) (void))
{
  char *home;
  int result;

  remember_cache ();
  home = gw_test_home_new ();
  g_test_init (argc, argv, NULL);
  /* Registers the names of the errors with GDBus. */
  g_assert_cmpuint (GW_ERROR, !=, 0);
  warm_up ();
  if (sshd_option != NULL)
    {
      shared_sshd = gw_test_server_new_sshd (sshd_option, NULL);
      shared_known_hosts = gw_test_server_get_known_hosts (shared_sshd);
    }
  add_tests ();
  result = g_test_run ();
  g_clear_pointer (&shared_sshd, gw_test_server_free);
  g_clear_pointer (&shared_known_hosts, g_free);
  gw_test_home_free (home);
  return result;
}

GwTestServer *
gw_engine_test_get_sshd (void)
{
  return shared_sshd;
}

GwTestLogin
gw_engine_test_login (const char *user, const char *password)
{
  return (GwTestLogin) { .host = "127.0.2.1", .port = gw_test_server_get_port (shared_sshd),
                         .user = user, .password = password, .known_hosts = shared_known_hosts };
}

GwTestLogin
gw_engine_test_login_faulty (GwTestServer *server)
{
  return (GwTestLogin) { .host = "127.0.0.1", .port = gw_test_server_get_port (server),
                         .user = "alice", .password = "secret", .timeout = 1,
                         .connect_timeout = 1 };
}

/* Not a GSocketClient: that starts the network monitor, whose descriptors stay. */
int
gw_engine_test_dial (guint port)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.2.1", port);
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GError) error = NULL;

  socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, 0, &error);
  g_assert_no_error (error);
  g_socket_connect (socket, address, NULL, &error);
  g_assert_no_error (error);
  return dup (g_socket_get_fd (socket));
}

void
gw_engine_test_deliver (const char *user, const char *public_key)
{
  g_autofree char *name = g_build_filename ("temporary", user, NULL);
  g_autofree char *path = gw_test_server_get_path (shared_sshd, name);
  g_autofree char *line = g_strconcat (public_key != NULL ? public_key : "", "\n", NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, line, -1, &error);
  g_assert_no_error (error);
}
