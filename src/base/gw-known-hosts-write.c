/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Base"

#include "gw-known-hosts.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "gw-endpoint.h"
#include "gw-error.h"
#include "gw-file.h"
#include "gw-known-hosts-line.h"

#define LOCK_TIMEOUT (2 * G_USEC_PER_SEC)
#define LOCK_PAUSE (5 * G_USEC_PER_SEC / 1000)
#define MAX_ATTEMPTS 20
#define MAX_LINKS 40

/* What is to be stored. */
typedef struct {
  const char   *name;
  const char   *type;
  const char   *base64;
  guint8       *blob;
  gsize         blob_length;
  gboolean      replace;
} Change;

static gboolean
fail_errno (const char  *path,
            int          saved_errno,
            GError     **error)
{
  g_autofree char *shown = g_filename_display_name (path);

  /* Translators: a file name, then the system's reason */
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (saved_errno),
               _("Could not write “%s”: %s"), shown, g_strerror (saved_errno));
  return FALSE;
}

/* Where the file really is: the link stays a link, even one that leads to nothing yet. */
static char *
follow_links (const char *path)
{
  g_autofree char *current = g_strdup (path);

  for (guint i = 0; i < MAX_LINKS; i++)
    {
      g_autofree char *target = g_file_read_link (current, NULL);
      g_autofree char *dir = NULL;

      if (target == NULL)
        break;
      dir = g_path_get_dirname (current);
      g_free (current);
      current = g_path_is_absolute (target) ? g_steal_pointer (&target)
                                            : g_build_filename (dir, target, NULL);
    }
  return g_steal_pointer (&current);
}

/* Two windows of ours must not lose each other's line. The directory is locked, because the file
 * itself is exchanged, and a lock file would be litter in somebody else's directory. */
static int
lock_directory (const char  *dir,
                GError     **error)
{
  gint64 deadline = g_get_monotonic_time () + LOCK_TIMEOUT;
  int fd;

  if (g_mkdir_with_parents (dir, 0700) != 0)
    {
      fail_errno (dir, errno, error);
      return -1;
    }
  fd = g_open (dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  if (fd < 0)
    {
      fail_errno (dir, errno, error);
      return -1;
    }
  while (flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      /* A file system without locks still gets its line. */
      if (errno != EWOULDBLOCK && errno != EINTR)
        break;
      if (g_get_monotonic_time () > deadline)
        {
          close (fd);
          fail_errno (dir, EBUSY, error);
          return -1;
        }
      g_usleep (LOCK_PAUSE);
    }
  return fd;
}

/* Appends the line's names without this host; nothing if none are left. */
static void
append_without_host (GString                *out,
                     const GwKnownHostsLine *line,
                     const char             *name)
{
  g_autofree char *list = g_strndup (line->names, line->names_length);
  g_auto (GStrv) names = g_strsplit (list, ",", -1);
  g_autoptr (GString) rest = g_string_new (NULL);
  const char *after = line->names + line->names_length;

  if (gw_known_hosts_line_is_hashed (line))
    return;
  for (guint i = 0; names[i] != NULL; i++)
    {
      if (g_ascii_strcasecmp (names[i], name) != 0)
        g_string_append_printf (rest, "%s%s", rest->len > 0 ? "," : "", names[i]);
    }
  if (rest->len == 0)
    return;
  /* A pattern covers other hosts too: it stays, with this one taken out. */
  if (gw_known_hosts_match_names (rest->str, rest->len, name))
    g_string_append_printf (rest, ",!%s", name);
  g_string_append_len (out, line->start, line->names - line->start);
  g_string_append_len (out, rest->str, (gssize) rest->len);
  g_string_append_len (out, after, line->start + line->length - after);
}

/* The new content of the file, or %NULL if the old one will do. */
static GString *
apply (const Change *change,
       const char   *data,
       gsize         length)
{
  g_autoptr (GString) out = g_string_sized_new (length + 1024);
  const char *end = data + length;
  GwKnownHostsLine line;
  gboolean present = FALSE;
  gboolean changed = FALSE;
  gboolean hashed = FALSE;

  for (const char *p = data; p < end; p += line.length)
    {
      g_autofree guint8 *blob = NULL;
      gsize blob_length;
      gboolean valid = gw_known_hosts_line_read (&line, p, end);
      gboolean same;

      hashed |= valid && gw_known_hosts_line_is_hashed (&line);
      if (valid && line.marker == GW_KNOWN_HOSTS_KEY)
        blob = gw_known_hosts_line_decode (&line, &blob_length);
      same = blob != NULL && blob_length == change->blob_length &&
             memcmp (blob, change->blob, blob_length) == 0;
      /* The key first: looking at hashed names is what costs. */
      if (blob != NULL && (same || change->replace) &&
          gw_known_hosts_line_matches (&line, change->name))
        {
          present |= same;
          if (!same)
            {
              append_without_host (out, &line, change->name);
              changed = TRUE;
              continue;
            }
        }
      g_string_append_len (out, p, (gssize) line.length);
    }

  if (!present)
    {
      g_autofree char *name = hashed ? gw_known_hosts_hash_name (change->name)
                                     : g_strdup (change->name);

      if (out->len > 0 && out->str[out->len - 1] != '\n')
        g_string_append_c (out, '\n');
      g_string_append_printf (out, "%s %s %s\n", name, change->type, change->base64);
    }
  return present && !changed ? NULL : g_steal_pointer (&out);
}

/* ssh itself adds lines without any lock. */
static gboolean
is_unchanged (const char        *path,
              const struct stat *before)
{
  struct stat now;

  if (g_stat (path, &now) != 0)
    return before->st_ino == 0;
  return now.st_ino == before->st_ino && now.st_size == before->st_size &&
         now.st_mtim.tv_sec == before->st_mtim.tv_sec &&
         now.st_mtim.tv_nsec == before->st_mtim.tv_nsec;
}

static gboolean
write_all (int         fd,
           const char *data,
           gsize       length)
{
  while (length > 0)
    {
      gssize n = TEMP_FAILURE_RETRY (write (fd, data, length));

      if (n < 0)
        return FALSE;
      data += n;
      length -= (gsize) n;
    }
  return TRUE;
}

/* Writes aside and renames. @retry is set if the file was changed by somebody else meanwhile. */
static gboolean
exchange (const char         *path,
          const GString      *content,
          const struct stat  *before,
          gboolean           *retry,
          GError            **error)
{
  g_autofree char *aside = g_strconcat (path, ".XXXXXX", NULL);
  mode_t mode = before->st_ino != 0 ? before->st_mode & 07777 : 0600;
  int fd = g_mkstemp_full (aside, O_WRONLY | O_CLOEXEC, 0600);
  gboolean written;

  if (fd < 0)
    return fail_errno (path, errno, error);
  /* Fails harmlessly but for root, who must not take a user's file away. */
  if (before->st_ino != 0 && fchown (fd, before->st_uid, before->st_gid) != 0)
    g_debug ("The owner of %s changes: %s", path, g_strerror (errno));
  written = write_all (fd, content->str, content->len) && fchmod (fd, mode) == 0 &&
            fsync (fd) == 0;
  *retry = written && !is_unchanged (path, before);
  if (!written || (!*retry && g_rename (aside, path) != 0))
    fail_errno (path, errno, error);
  else if (!*retry)
    {
      close (fd);
      return TRUE;
    }
  g_unlink (aside);
  close (fd);
  return FALSE;
}

static gboolean
try_store (const char    *path,
           const Change  *change,
           gboolean      *retry,
           GError       **error)
{
  g_autoptr (GString) content = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autofree char *data = NULL;
  struct stat info = { 0 };
  gsize length = 0;

  *retry = FALSE;
  /* Looked at first: whatever changes while it is read makes for another attempt. */
  if (g_stat (path, &info) == 0)
    {
      data = gw_file_read (path, GW_KNOWN_HOSTS_MAX_BYTES, &length, &local_error);
      if (data == NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
    }
  else if (errno != ENOENT)
    return fail_errno (path, errno, error);

  content = apply (change, data != NULL ? data : "", length);
  if (content == NULL)
    return TRUE;
  return exchange (path, content, &info, retry, error);
}

static gboolean
store (const char  *path,
       Change      *change,
       GError     **error)
{
  g_autofree char *real_path = follow_links (path);
  g_autofree char *dir = g_path_get_dirname (real_path);
  gboolean stored = FALSE;
  gboolean retry = TRUE;
  int lock;

  lock = lock_directory (dir, error);
  if (lock < 0)
    return FALSE;
  for (guint i = 0; retry && i < MAX_ATTEMPTS; i++)
    stored = try_store (real_path, change, &retry, error);
  close (lock);
  if (retry)
    return fail_errno (path, EBUSY, error);
  return stored;
}

/* What goes into the file must not be able to say more than it should. */
static gboolean
store_checked (const char  *path,
               const char  *host,
               guint        port,
               const char  *type,
               const char  *base64,
               gboolean     replace,
               GError     **error)
{
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  g_autofree guint8 *blob = NULL;
  g_autofree char *canonical = NULL;
  GwKnownHostsLine line;
  Change change;
  gsize length = 0;

  if (!gw_host_validate (host, error))
    return FALSE;
  name = gw_known_hosts_name (host, port);
  text = g_strconcat (name, " ", type, " ", base64, NULL);
  if (gw_known_hosts_line_read (&line, text, text + strlen (text)) &&
      line.key_length == strlen (base64) && line.type_length == strlen (type))
    blob = gw_known_hosts_line_decode (&line, &length);
  if (blob != NULL)
    canonical = g_base64_encode (blob, length);
  if (g_strcmp0 (canonical, base64) != 0)
    {
      g_set_error_literal (error, GW_ERROR, GW_ERROR_FAILED, _("This is not a host key"));
      return FALSE;
    }
  change = (Change) { name, type, base64, blob, length, replace };
  return store (path, &change, error);
}

gboolean
gw_known_hosts_add (const char  *path,
                    const char  *host,
                    guint        port,
                    const char  *type,
                    const char  *base64,
                    GError     **error)
{
  g_return_val_if_fail (path != NULL && host != NULL && type != NULL && base64 != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return store_checked (path, host, port, type, base64, FALSE, error);
}

gboolean
gw_known_hosts_replace (const char  *path,
                        const char  *host,
                        guint        port,
                        const char  *type,
                        const char  *base64,
                        GError     **error)
{
  g_return_val_if_fail (path != NULL && host != NULL && type != NULL && base64 != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return store_checked (path, host, port, type, base64, TRUE, error);
}
