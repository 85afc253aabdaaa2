/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Test"

/* Terminals on a real OpenSSH server: their size, environment, bytes and ends. */

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "gw-engine-test.h"
#include "gw-test-terminal.h"
#include "gw-test.h"

/* What an engine may take for output that nobody reads. AddressSanitizer keeps freed blocks for a
 * while, and puts red zones around the others. */
#ifdef __SANITIZE_ADDRESS__
#define MAX_GROWTH_KB (64 * 1024)
#else
#define MAX_GROWTH_KB (8 * 1024)
#endif

static GwEngineDriver *
log_in (void)
{
  GwEngineDriver *driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login ("alice", "secret");

  gw_engine_driver_connect_works (driver, &login);
  return driver;
}

static GwTestTerminal *
open_terminal (GwEngineDriver *driver, guint columns, guint rows)
{
  g_autoptr (GError) error = NULL;
  GwTestTerminal *terminal;

  terminal = gw_test_terminal_new (driver, columns, rows, NULL, NULL, &error);
  g_assert_no_error (error);
  return terminal;
}

static void
test_shell (void)
{
  g_autoptr (GwEngineDriver) driver = log_in ();
  g_autoptr (GwTestTerminal) terminal = open_terminal (driver, 80, 24);
  g_autofree char *phase = NULL;
  g_autofree char *end = NULL;

  gw_engine_driver_wait_for_phase (driver, "open");
  g_assert_cmpuint (gw_test_terminal_get_number (terminal), ==, 1);
  gw_test_terminal_type (terminal, "echo it is $((40+2)), $USER\n");
  gw_test_terminal_expect (terminal, "it is 42, alice");
  gw_test_terminal_type (terminal, "exit 42\n");
  end = gw_test_terminal_wait_end (terminal);
  g_assert_cmpstr (end, ==, "exit 42");
}

static void
test_size (void)
{
  g_autoptr (GwEngineDriver) driver = log_in ();
  g_autoptr (GwTestTerminal) terminal = open_terminal (driver, 101, 37);

  gw_test_terminal_type (terminal, "stty size\n");
  gw_test_terminal_expect (terminal, "37 101");
  /* The new size and what is typed go two ways: the shell itself waits for the size. */
  gw_test_terminal_resize (terminal, 213, 55);
  gw_test_terminal_type (terminal, "until [ \"$(stty size)\" = '55 213' ]; do sleep 0.02; done; "
                                   "echo resized-$((1+1))\n");
  gw_test_terminal_expect (terminal, "resized-2");
}

static void
test_environment (void)
{
  g_autoptr (GwEngineDriver) driver = log_in ();
  g_autoptr (GwTestTerminal) plain = open_terminal (driver, 80, 24);
  g_autoptr (GwTestTerminal) other = NULL;
  g_autoptr (GError) error = NULL;

  gw_test_terminal_type (plain, "echo TERM=$TERM, LC_TEST=$LC_TEST.\n");
  gw_test_terminal_expect (plain, "TERM=xterm-256color, LC_TEST=.");
  other = gw_test_terminal_new (driver, 80, 24, "vt220", "eo.UTF-8", &error);
  g_assert_no_error (error);
  gw_test_terminal_type (other, "echo TERM=$TERM LANG=$LANG.\n");
  gw_test_terminal_expect (other, "TERM=vt220 LANG=eo.UTF-8.");
}

static void
test_utf8 (void)
{
  g_autoptr (GwEngineDriver) driver = log_in ();
  g_autoptr (GwTestTerminal) terminal = open_terminal (driver, 80, 24);

  gw_test_terminal_type (terminal, "printf 'gr\\303\\274n-%s\\n' \"$(printf 'жук…' | wc -c)\"\n");
  gw_test_terminal_expect (terminal, "grün-9");
}

static void
test_signal (void)
{
  g_autoptr (GwEngineDriver) driver = log_in ();
  g_autoptr (GwTestTerminal) terminal = open_terminal (driver, 80, 24);
  g_autofree char *end = NULL;

  gw_test_terminal_type (terminal, "kill -KILL $$\n");
  end = gw_test_terminal_wait_end (terminal);
  g_assert_cmpstr (end, ==, "signal KILL");
}

/* No prompt, no echo, no translation of line ends: what comes is what the next command prints. */
static void
make_transparent (GwTestTerminal *terminal)
{
  gw_test_terminal_type (terminal, "PS1=; stty -opost -echo; echo start-$((1+1))\n");
  gw_test_terminal_expect (terminal, "start-2\n");
  gw_test_terminal_start_sum (terminal);
}

static void
check_flood (gboolean slow)
{
  g_autoptr (GwEngineDriver) driver = log_in ();
  g_autoptr (GwTestTerminal) terminal = open_terminal (driver, 80, 24);
  g_autoptr (GChecksum) expected = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *end = NULL;
  gsize length = 0;

  for (guint i = 1; i <= 2700000; i++)
    {
      char line[16];
      int size = g_snprintf (line, sizeof line, "%u\n", i);

      g_checksum_update (expected, (guchar *) line, size);
      length += size;
    }
  g_assert_cmpuint (length, >, 20 * 1000 * 1000);
  make_transparent (terminal);
  if (slow)
    gw_test_terminal_set_slow (terminal);
  gw_test_terminal_type (terminal, "seq 1 2700000; exit 3\n");
  end = gw_test_terminal_wait_end (terminal);
  g_assert_cmpstr (end, ==, "exit 3");
  g_assert_cmpuint (gw_test_terminal_get_count (terminal), ==, length);
  g_assert_cmpstr (gw_test_terminal_get_sum (terminal), ==, g_checksum_get_string (expected));
}

static void
test_flood (void)
{
  check_flood (FALSE);
}

static void
test_slow_reader (void)
{
  check_flood (TRUE);
}

static void
test_big_paste (void)
{
  g_autoptr (GwEngineDriver) driver = log_in ();
  g_autoptr (GwTestTerminal) terminal = open_terminal (driver, 80, 24);
  g_autofree char *paste = g_strnfill (1000 * 1000, 'p');
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, paste, -1);

  make_transparent (terminal);
  gw_test_terminal_type (terminal, "stty raw; echo go-$((1+1)); head -c 1000000 | sha256sum\n");
  gw_test_terminal_expect (terminal, "go-2");
  gw_test_terminal_type (terminal, paste);
  gw_test_terminal_expect (terminal, sum);
}

/* Kilobytes of memory that belong to the engine alone. */
static gulong
measure_memory (GwEngineDriver *driver)
{
  g_autofree char *path =
    g_strdup_printf ("/proc/%d/smaps_rollup", gw_engine_driver_get_pid (driver));
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  const char *found;

  g_file_get_contents (path, &text, NULL, &error);
  if (g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_ACCES)
      || g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_PERM))
    return 0;
  g_assert_no_error (error);
  found = strstr (text, "Private_Dirty:");
  g_assert_nonnull (found);
  return g_ascii_strtoull (found + strlen ("Private_Dirty:"), NULL, 10);
}

static gboolean
on_time (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
test_back_pressure (void)
{
  g_autoptr (GwEngineDriver) driver = log_in ();
  g_autoptr (GwTestTerminal) terminal = open_terminal (driver, 80, 24);
  gboolean late = FALSE;
  gulong before;

  make_transparent (terminal);
  before = measure_memory (driver);
  gw_test_terminal_set_paused (terminal, TRUE);
  gw_test_terminal_type (terminal, "yes\n");
  /* Long enough for a gigabyte, if nothing stopped it. */
  g_timeout_add (1500, on_time, &late);
  gw_test_wait_until (late);
  g_assert_cmpuint (measure_memory (driver), <, before + MAX_GROWTH_KB);
  gw_test_terminal_type (terminal, "\003");
  gw_test_terminal_set_paused (terminal, FALSE);
  gw_test_terminal_type (terminal, "echo alive-$((1+1))\n");
  gw_test_terminal_expect (terminal, "alive-2");
  /* What was under way: the windows of SSH and the buffers of sockets. */
  g_assert_cmpuint (gw_test_terminal_get_count (terminal), >, 1000);
  g_assert_cmpuint (gw_test_terminal_get_count (terminal), <, 8 * 1000 * 1000);
}

static void
test_two (void)
{
  g_autoptr (GwEngineDriver) driver = log_in ();
  g_autoptr (GwTestTerminal) one = open_terminal (driver, 80, 24);
  g_autoptr (GwTestTerminal) two = open_terminal (driver, 90, 30);
  g_autofree char *end = NULL;

  g_assert_cmpuint (gw_test_terminal_get_number (two), ==, 2);
  gw_test_terminal_type (one, "echo one-$((1+1))\n");
  gw_test_terminal_type (two, "stty size\n");
  gw_test_terminal_expect (two, "30 90");
  gw_test_terminal_expect (one, "one-2");
  g_assert_null (strstr (gw_test_terminal_get_output (two), "one-2"));
  gw_test_terminal_type (one, "exit\n");
  end = gw_test_terminal_wait_end (one);
  g_assert_cmpstr (end, ==, "exit 0");
  gw_test_terminal_type (two, "echo still-$((1+1))\n");
  gw_test_terminal_expect (two, "still-2");
}

static void
test_close (void)
{
  g_autoptr (GwEngineDriver) driver = log_in ();
  g_autoptr (GwTestTerminal) one = open_terminal (driver, 80, 24);
  g_autoptr (GwTestTerminal) two = open_terminal (driver, 80, 24);
  g_autofree char *end = NULL;
  int pid;

  make_transparent (one);
  gw_test_terminal_type (one, "echo pid-$$.\n");
  gw_test_terminal_expect (one, "pid-");
  gw_test_wait_until (strchr (gw_test_terminal_get_output (one), '.') != NULL);
  pid = atoi (gw_test_terminal_get_output (one));
  g_assert_cmpint (pid, >, 1);
  gw_test_terminal_close (one);
  end = gw_test_terminal_wait_end (one);
  /* The server runs on this machine, as this user. */
  gw_test_wait_until (kill (pid, 0) != 0 && errno == ESRCH);
  gw_test_terminal_type (two, "echo still-$((1+1))\n");
  gw_test_terminal_expect (two, "still-2");
}

/* OpenSSH allows ten channels: the eleventh is refused, and the connection stays. */
static void
test_too_many (void)
{
  g_autoptr (GwEngineDriver) driver = log_in ();
  g_autoptr (GPtrArray) terminals =
    g_ptr_array_new_with_free_func ((GDestroyNotify) gw_test_terminal_free);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 10; i++)
    g_ptr_array_add (terminals, open_terminal (driver, 80, 24));
  g_assert_null (gw_test_terminal_new (driver, 80, 24, NULL, NULL, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_CHANNEL_REFUSED);
  gw_test_terminal_type (terminals->pdata[9], "echo still-$((1+1))\n");
  gw_test_terminal_expect (terminals->pdata[9], "still-2");
}

/* Nothing of the engine's is lost when the shell's last words and its end come together. */
static void
test_last_words (void)
{
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (GwEngineDriver) driver = log_in ();
      g_autoptr (GwTestTerminal) terminal = open_terminal (driver, 80, 24);
      g_autofree char *end = NULL;

      make_transparent (terminal);
      gw_test_terminal_type (terminal, "seq 1 20000; exit\n");
      end = gw_test_terminal_wait_end (terminal);
      g_assert_cmpstr (end, ==, "exit 0");
      g_assert_cmpuint (gw_test_terminal_get_count (terminal), ==, 108894);
      g_assert_true (g_str_has_suffix (gw_test_terminal_get_output (terminal), "\n20000\n"));
    }
}

static void
add_tests (void)
{
  gw_engine_test_add ("/terminal/shell", test_shell);
  gw_engine_test_add ("/terminal/size", test_size);
  gw_engine_test_add ("/terminal/environment", test_environment);
  gw_engine_test_add ("/terminal/utf8", test_utf8);
  gw_engine_test_add ("/terminal/signal", test_signal);
  gw_engine_test_add ("/terminal/flood", test_flood);
  gw_engine_test_add ("/terminal/slow-reader", test_slow_reader);
  gw_engine_test_add ("/terminal/big-paste", test_big_paste);
  gw_engine_test_add ("/terminal/back-pressure", test_back_pressure);
  gw_engine_test_add ("/terminal/two", test_two);
  gw_engine_test_add ("/terminal/close", test_close);
  gw_engine_test_add ("/terminal/too-many", test_too_many);
  gw_engine_test_add ("/terminal/last-words", test_last_words);
}

int
main (int argc, char **argv)
{
  return gw_engine_test_main (&argc, &argv, "--addresses=1", add_tests);
}
