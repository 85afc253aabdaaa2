/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-engine-sweep.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* An engine unlinks its socket when it exits; one that was killed leaves it behind. The folders are
 * held by descriptor: in /tmp, others can put something else under a name meanwhile. */

#define MIN_AGE_SECONDS 60
#define PRIVATE_PREFIX "gangway-"
#define PRIVATE_NAME_LENGTH (sizeof "gangway-XXXXXX" - 1)
#define SOCKET_PREFIX "engine-"

typedef DIR Folder;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Folder, closedir)

/* %NULL if @name is not a folder, or is a link to one. */
static Folder *
open_folder (int         parent,
             const char *name)
{
  int fd = openat (parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  Folder *folder = fd >= 0 ? fdopendir (fd) : NULL;

  if (folder == NULL && fd >= 0)
    close (fd);
  return folder;
}

static const char *
read_name (Folder *folder)
{
  const struct dirent *entry;

  do
    entry = readdir (folder);
  while (entry != NULL &&
         (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0));
  return entry != NULL ? entry->d_name : NULL;
}

static gboolean
is_old (const struct stat *info)
{
  return g_get_real_time () / G_USEC_PER_SEC - info->st_mtime >= MIN_AGE_SECONDS;
}

static gboolean
is_dead (int         folder,
         const char *name)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d/%s", folder, name);
  struct stat info;
  gboolean refused;
  int fd;

  if (strlen (path) >= sizeof address.sun_path ||
      fstatat (folder, name, &info, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISSOCK (info.st_mode) ||
      info.st_uid != geteuid () || !is_old (&info))
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
gw_engine_sweep (const char *path)
{
  g_autoptr (Folder) folder = opendir (path);
  const char *name;
  guint n = 0;

  while (folder != NULL && (name = read_name (folder)) != NULL)
    {
      if (is_dead (dirfd (folder), name) && unlinkat (dirfd (folder), name, 0) == 0)
        n++;
    }
  return n;
}

static gboolean
is_private (const struct stat *info)
{
  return S_ISDIR (info->st_mode) && info->st_uid == geteuid () &&
         (info->st_mode & 07777) == 0700 && is_old (info);
}

static gboolean
sweep_private (int         parent,
               const char *name)
{
  g_autoptr (Folder) folder = NULL;
  g_autofree char *only = NULL;
  const char *entry;
  struct stat info;

  /* Before it is opened, too: that can wait for a file system which is mounted on demand. */
  if (fstatat (parent, name, &info, AT_SYMLINK_NOFOLLOW) != 0 || !is_private (&info))
    return FALSE;
  folder = open_folder (parent, name);
  if (folder == NULL || fstat (dirfd (folder), &info) != 0 || !is_private (&info))
    return FALSE;

  entry = read_name (folder);
  if (entry != NULL)
    {
      only = g_strdup (entry);
      if (!g_str_has_prefix (only, SOCKET_PREFIX) || read_name (folder) != NULL ||
          !is_dead (dirfd (folder), only) || unlinkat (dirfd (folder), only, 0) != 0)
        return FALSE;
    }
  /* Refuses a folder in which something has appeared. */
  return unlinkat (parent, name, AT_REMOVEDIR) == 0;
}

guint
gw_engine_sweep_private (const char *parent)
{
  g_autoptr (Folder) folder = opendir (parent);
  const char *name;
  guint n = 0;

  while (folder != NULL && (name = read_name (folder)) != NULL)
    {
      if (g_str_has_prefix (name, PRIVATE_PREFIX) && strlen (name) == PRIVATE_NAME_LENGTH &&
          sweep_private (dirfd (folder), name))
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

  if (done)
    return;
  done = TRUE;
  /* Where engines go whose runtime folder cannot be used. */
  gw_engine_sweep_private ("/tmp");
  if (runtime == NULL || *runtime == '\0')
    return;
  folder = g_build_filename (runtime, "gangway", NULL);
  gw_engine_sweep (folder);
}
