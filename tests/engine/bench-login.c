/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Test"

/* How long from OK to the shell's first byte, with the engine and with `ssh`, in one run and in
 * turns: `meson test --benchmark login`. */

#include <stdlib.h>
#include <unistd.h>

#include "gw-engine-test.h"
#include "gw-test-terminal.h"
#include "gw-test.h"

#define ROUNDS 20

static int
compare (gconstpointer a, gconstpointer b)
{
  return *(const gint64 *) a < *(const gint64 *) b ? -1 : 1;
}

static void
print_row (const char *what, gint64 *times)
{
  qsort (times, ROUNDS, sizeof *times, compare);
  g_test_message ("%-36s %8.1f %8.1f %8.1f", what, times[ROUNDS / 2] / 1000.0, times[0] / 1000.0,
                  times[ROUNDS - 1] / 1000.0);
}

/* Microseconds from the start of the engine, and from the call of Connect. */
static void
measure_engine (GwTestLogin *login, gint64 *whole, gint64 *connect)
{
  gint64 start = g_get_monotonic_time ();
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  gint64 ready = g_get_monotonic_time ();
  g_autoptr (GwTestTerminal) terminal = NULL;
  g_autoptr (GError) error = NULL;

  gw_engine_driver_connect_works (driver, login);
  terminal = gw_test_terminal_new (driver, 80, 24, NULL, NULL, &error);
  g_assert_no_error (error);
  gw_test_wait_until (gw_test_terminal_get_count (terminal) > 0);
  *whole = g_get_monotonic_time () - start;
  *connect = g_get_monotonic_time () - ready;
}

static void
measure_ssh (GwTestLogin *login, const char *key_path, const char *option, gint64 *time)
{
  g_autofree char *port = g_strdup_printf ("%u", login->port);
  g_autofree char *known = g_strdup_printf ("UserKnownHostsFile=%s", login->known_hosts);
  const char *argv[] = { "ssh", "-tt", "-F", "none", "-o", known,
                         "-o", "GlobalKnownHostsFile=/dev/null", "-o", "BatchMode=yes",
                         "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none",
                         "-o", "PreferredAuthentications=publickey",
                         "-o", option, "-i", key_path, "-p", port, "-l", login->user,
                         login->host, NULL };
  g_autoptr (GSubprocess) ssh = NULL;
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();
  char byte;

  ssh = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                   | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_input_stream_read (g_subprocess_get_stdout_pipe (ssh), &byte, 1, NULL, &error),
                   ==, 1);
  *time = g_get_monotonic_time () - start;
  g_subprocess_force_exit (ssh);
  g_subprocess_wait (ssh, NULL, NULL);
}

static void
bench_login (void)
{
  GwTestServer *sshd = gw_engine_test_get_sshd ();
  g_autofree char *key_path = gw_test_server_get_path (sshd, "keys/id_ed25519");
  g_autofree char *key = gw_test_server_read (sshd, "keys/id_ed25519");
  GwTestLogin login = gw_engine_test_login ("dave", NULL);
  gint64 whole[ROUNDS], connect[ROUNDS], ssh[ROUNDS], alike[ROUNDS];

  login.method = "publickey";
  login.private_key = key;
  for (guint i = 0; i < ROUNDS; i++)
    {
      measure_engine (&login, &whole[i], &connect[i]);
      measure_ssh (&login, key_path, "EscapeChar=none", &ssh[i]);
      /* What libssh 0.10 uses; ssh's own choice is slower, and safe from quantum computers. */
      measure_ssh (&login, key_path, "KexAlgorithms=curve25519-sha256", &alike[i]);
    }
  g_test_message ("%-36s %8s %8s %8s", "milliseconds, key, loopback", "median", "least", "most");
  print_row ("gangway-session: Connect to prompt", connect);
  print_row ("gangway-session: start to prompt", whole);
  print_row ("ssh, curve25519: start to prompt", alike);
  print_row ("ssh: start to prompt", ssh);
}

static void
add_tests (void)
{
  gw_engine_test_add ("/login/latency", bench_login);
}

int
main (int argc, char **argv)
{
  return gw_engine_test_main (&argc, &argv, "--addresses=1", add_tests);
}
