/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-engine-sweep.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* An engine unlinks its socket when it exits; one that was killed leaves it behind. */

#define MIN_AGE_SECONDS 60

static gboolean
is_dead (const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  struct stat info;
  gboolean refused;
  int fd;

  if (strlen (path) >= sizeof address.sun_path || lstat (path, &info) != 0 ||
      !S_ISSOCK (info.st_mode) || info.st_uid != geteuid () ||
      g_get_real_time () / G_USEC_PER_SEC - info.st_mtime < MIN_AGE_SECONDS)
    return FALSE;

  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0)
    return FALSE;
  refused = connect (fd, (struct sockaddr *) &address, sizeof address) != 0 &&
            errno == ECONNREFUSED;
  close (fd);
  return refused;
}

guint
gw_engine_sweep (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (is_dead (path) && g_unlink (path) == 0)
        n++;
    }
  return n;
}

void
gw_engine_sweep_once (void)
{
  static gboolean done;
  const char *runtime = g_getenv ("XDG_RUNTIME_DIR");
  g_autofree char *folder = NULL;

  if (done || runtime == NULL || *runtime == '\0')
    return;
  done = TRUE;
  folder = g_build_filename (runtime, "gangway", NULL);
  gw_engine_sweep (folder);
}
