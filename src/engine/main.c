/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Engine"

#include "config.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <libssh/libssh.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gw-door.h"
#include "gw-engine.h"
#include "gw-hardening.h"

static gboolean
on_signal (gpointer user_data)
{
  gw_engine_disconnect (GW_ENGINE (user_data));
  return G_SOURCE_CONTINUE;
}

/* The one line that the window reads; afterwards nothing here may write to its pipe. */
static void
say_ready (const char *address)
{
  int null = open ("/dev/null", O_RDWR | O_CLOEXEC);

  printf ("ready %s\n", address);
  fflush (stdout);
  if (null < 0)
    return;
  dup2 (null, STDOUT_FILENO);
  dup2 (null, STDIN_FILENO);
  close (null);
}

static int
run (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GwEngine) engine = gw_engine_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GwDoor) door = gw_door_open (&error);

  if (door == NULL)
    {
      g_printerr ("gangway-session: %s\n", error->message);
      return 1;
    }
  g_signal_connect_swapped (door, "peer", G_CALLBACK (gw_engine_add_peer), engine);
  g_signal_connect_swapped (engine, "done", G_CALLBACK (g_main_loop_quit), loop);
  g_unix_signal_add (SIGTERM, on_signal, engine);
  g_unix_signal_add (SIGINT, on_signal, engine);
  say_ready (gw_door_get_address (door));
  g_main_loop_run (loop);
  return 0;
}

int
main (int    argc,
      char **argv)
{
  int status;

  gw_process_harden (TRUE);
  umask (077);
  signal (SIGPIPE, SIG_IGN);
  signal (SIGHUP, SIG_IGN);
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, GW_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  if (argc == 2 && strcmp (argv[1], "--version") == 0)
    {
      printf ("gangway-session %s\nlibssh %s (built with %s)\n", GW_VERSION, ssh_version (0),
              SSH_STRINGIFY (LIBSSH_VERSION));
      return 0;
    }
  if (argc > 1)
    {
      g_printerr ("gangway-session: %s\n", _("The engine of Gangway is started by its window."));
      return 2;
    }
  ssh_set_log_level (SSH_LOG_NONE);
  status = run ();
  ssh_finalize ();
  return status;
}
