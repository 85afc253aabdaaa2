/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Base"

#include "gw-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "gw-error.h"

static gboolean
check_file (const char         *path,
            gsize               max_bytes,
            const struct stat  *info,
            GError            **error)
{
  g_autofree char *name = NULL;
  g_autofree char *bound = NULL;

  if (S_ISREG (info->st_mode) && (guint64) info->st_size <= max_bytes)
    return TRUE;

  name = g_filename_display_basename (path);
  if (S_ISDIR (info->st_mode))
    g_set_error (error, GW_ERROR, GW_ERROR_INVALID_FILE, _("“%s” is a folder, not a file"), name);
  else if (!S_ISREG (info->st_mode))
    g_set_error (error, GW_ERROR, GW_ERROR_INVALID_FILE, _("“%s” is not a regular file"), name);
  else
    {
      bound = g_format_size_full (max_bytes, G_FORMAT_SIZE_IEC_UNITS);
      /* Translators: a file name, then a size such as “64.0 KiB” */
      g_set_error (error, GW_ERROR, GW_ERROR_TOO_LARGE, _("“%s” is larger than %s"), name, bound);
    }
  return FALSE;
}

static void
set_errno_error (const char  *path,
                 int          saved_errno,
                 GError     **error)
{
  g_autofree char *name = g_filename_display_name (path);

  /* Translators: a file name, then the system's reason */
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (saved_errno),
               _("Could not read “%s”: %s"), name, g_strerror (saved_errno));
}

int
gw_file_open (const char   *path,
              gsize         max_bytes,
              struct stat  *info,
              GError      **error)
{
  struct stat own_info;
  int fd;

  g_return_val_if_fail (path != NULL, -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  if (info == NULL)
    info = &own_info;
  /* Looked at by descriptor, so that nothing can be exchanged between the look and the open;
   * O_NONBLOCK because opening a fifo waits for its writer. */
  fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0);
  if (fd < 0 || fstat (fd, info) != 0)
    {
      set_errno_error (path, errno, error);
      if (fd >= 0)
        close (fd);
      return -1;
    }
  if (!check_file (path, max_bytes, info, error))
    {
      close (fd);
      return -1;
    }
  return fd;
}

char *
gw_file_read (const char   *path,
              gsize         max_bytes,
              gsize        *length,
              GError      **error)
{
  g_autofree char *data = NULL;
  struct stat info;
  gsize used = 0;
  gssize n = 1;
  int fd;

  fd = gw_file_open (path, max_bytes, &info, error);
  if (fd < 0)
    return NULL;

  /* A file that grows meanwhile is cut at the size it had. */
  data = g_malloc ((gsize) info.st_size + 1);
  while (n != 0 && used < (gsize) info.st_size)
    {
      n = TEMP_FAILURE_RETRY (read (fd, data + used, (gsize) info.st_size - used));
      if (n < 0)
        {
          set_errno_error (path, errno, error);
          close (fd);
          return NULL;
        }
      used += (gsize) n;
    }
  close (fd);
  data[used] = '\0';
  if (length != NULL)
    *length = used;
  return g_steal_pointer (&data);
}

gboolean
gw_file_replace (const char *path,
                 const char *text,
                 gsize       length,
                 GError    **error)
{
  g_autofree char *real_path = NULL;
  g_autofree char *folder = NULL;

  g_return_val_if_fail (path != NULL && text != NULL, FALSE);

  /* Of a file that does not exist yet there is no real path. */
  real_path = realpath (path, NULL);
  folder = g_path_get_dirname (real_path != NULL ? real_path : path);
  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      int saved_errno = errno;

      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (saved_errno),
                   _("The folder “%s” could not be made: %s"), folder, g_strerror (saved_errno));
      return FALSE;
    }
  return g_file_set_contents_full (real_path != NULL ? real_path : path, text, (gssize) length,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600, error);
}

/* PATH.bad-DATE, with a number behind it where there is one of that name. */
static char *
choose_bad_path (const char *path)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *date = g_date_time_format (now, "%Y%m%d-%H%M%S");
  g_autofree char *bad_path = g_strdup_printf ("%s.bad-%s", path, date);
  GStatBuf info;

  for (guint i = 1; g_lstat (bad_path, &info) == 0; i++)
    {
      g_free (bad_path);
      bad_path = g_strdup_printf ("%s.bad-%s-%u", path, date, i);
    }
  return g_steal_pointer (&bad_path);
}

char *
gw_file_set_aside (const char *path)
{
  g_autofree char *bad_path = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  bad_path = choose_bad_path (path);
  return g_rename (path, bad_path) == 0 ? g_filename_display_basename (bad_path) : NULL;
}
