/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-engine-address.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gw-error.h"

gboolean
gw_engine_check_address (const char  *address,
                         GError     **error)
{
  const char *const prefix = "unix:path=";
  g_autofree char *path = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *parent = NULL;
  g_autofree char *ours = NULL;
  const char *runtime = g_getenv ("XDG_RUNTIME_DIR");
  struct stat info;

  /* One address, of a socket that has a name: not "unix:abstract=", "unixexec:", "tcp:"… */
  if (g_str_has_prefix (address, prefix) && strchr (address, ';') == NULL)
    {
      const char *value = address + strlen (prefix);

      path = g_uri_unescape_segment (value, value + strcspn (value, ","), NULL);
    }
  if (path != NULL && g_path_is_absolute (path))
    {
      folder = g_path_get_dirname (path);
      parent = g_path_get_dirname (folder);
      if (runtime != NULL && *runtime != '\0')
        ours = g_build_filename (runtime, "gangway", NULL);
      /* In a folder that only we can enter, nobody else can have put a socket. */
      if ((g_strcmp0 (folder, ours) == 0 || g_str_equal (parent, g_get_tmp_dir ()) ||
           g_str_equal (parent, "/tmp")) &&
          lstat (folder, &info) == 0 && S_ISDIR (info.st_mode) && info.st_uid == geteuid () &&
          (info.st_mode & 077) == 0)
        return TRUE;
    }
  g_set_error (error, GW_ERROR, GW_ERROR_PROTOCOL, _("not an address of our own engine"));
  return FALSE;
}
