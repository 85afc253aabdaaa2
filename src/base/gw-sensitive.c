/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Base"

#include "gw-sensitive.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "gw-error.h"
#include "gw-file.h"
#include "gw-wipe.h"

/* Lies at the start of a mapping of its own; the bytes follow. */
struct _GwSensitive {
  gatomicrefcount  ref_count;
  gsize            mapped;
  gsize            length;
  char             bytes[];
};

/* RLIMIT_MEMLOCK can be tiny; a secret that may be swapped out beats no login at all. Said once:
 * it is the same for every secret of this process. */
static void
note_unlocked (int number)
{
  static gint noted = FALSE;

  if (g_atomic_int_compare_and_exchange (&noted, FALSE, TRUE))
    g_message (_("Secrets cannot be locked in memory and may reach the swap space: %s. "
                 "“ulimit -l” shows how much may be locked."), g_strerror (number));
}

G_DEFINE_BOXED_TYPE (GwSensitive, gw_sensitive, gw_sensitive_ref, gw_sensitive_unref)

static GwSensitive *
allocate (gsize    capacity,
          GError **error)
{
  GwSensitive *self;
  gsize mapped = offsetof (GwSensitive, bytes) + capacity + 1;

  /* Never from the heap: it cannot be locked or left out of core dumps by itself. */
  self = mmap (NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (self == MAP_FAILED)
    {
      g_set_error (error, GW_ERROR, GW_ERROR_FAILED, _("No memory for a secret: %s"),
                   g_strerror (errno));
      return NULL;
    }
  if (mlock (self, mapped) != 0)
    note_unlocked (errno);
  madvise (self, mapped, MADV_DONTDUMP);
  /* No child of ours needs it: between fork and exec it reads as zeros. */
  madvise (self, mapped, MADV_WIPEONFORK);

  gw_wipe_begin ();
  g_atomic_ref_count_init (&self->ref_count);
  self->mapped = mapped;
  return self;
}

static gboolean
set_too_large_error (GError **error)
{
  g_set_error (error, GW_ERROR, GW_ERROR_TOO_LARGE, _("The text is longer than %u KiB"),
               GW_SENSITIVE_MAX / 1024);
  return FALSE;
}

GwSensitive *
gw_sensitive_new (const char  *bytes,
                  gssize       length,
                  GError     **error)
{
  GOutputVector piece = { bytes, 0 };

  g_return_val_if_fail (bytes != NULL || length == 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  piece.size = length < 0 ? strlen (bytes) : (gsize) length;
  return gw_sensitive_new_joined (&piece, 1, error);
}

GwSensitive *
gw_sensitive_new_joined (const GOutputVector  *pieces,
                         guint                 n_pieces,
                         GError              **error)
{
  GwSensitive *self;
  gsize length = 0;

  g_return_val_if_fail (pieces != NULL || n_pieces == 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  for (guint i = 0; i < n_pieces; i++)
    {
      if (pieces[i].size > GW_SENSITIVE_MAX - length)
        {
          set_too_large_error (error);
          return NULL;
        }
      length += pieces[i].size;
    }
  self = allocate (length, error);
  if (self == NULL)
    return NULL;
  for (guint i = 0; i < n_pieces; i++)
    {
      if (pieces[i].size > 0)
        memcpy (self->bytes + self->length, pieces[i].buffer, pieces[i].size);
      self->length += pieces[i].size;
    }
  return self;
}

GwSensitive *
gw_sensitive_ref (GwSensitive *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
gw_sensitive_unref (GwSensitive *self)
{
  gsize mapped;

  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  mapped = self->mapped;
  explicit_bzero (self, mapped);
  munmap (self, mapped);
  gw_wipe_end ();
}

const char *
gw_sensitive_get_text (GwSensitive *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->bytes;
}

gsize
gw_sensitive_get_length (GwSensitive *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->length;
}

/* Reads to the end of @fd into @self, which has room for one byte more than is allowed. */
static gboolean
fill (GwSensitive  *self,
      int           fd,
      GError      **error)
{
  gssize n = 1;

  while (n != 0)
    {
      struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

      /* The writer has finished by contract; one who has not must not stop a main loop. */
      if (TEMP_FAILURE_RETRY (poll (&poll_fd, 1, 0)) == 0)
        {
          g_set_error_literal (error, GW_ERROR, GW_ERROR_PROTOCOL,
                               _("A secret was announced but is not complete"));
          return FALSE;
        }
      n = TEMP_FAILURE_RETRY (read (fd, self->bytes + self->length,
                                    GW_SENSITIVE_MAX + 1 - self->length));
      if (n < 0)
        {
          g_set_error (error, GW_ERROR, GW_ERROR_FAILED, _("A secret could not be read: %s"),
                       g_strerror (errno));
          return FALSE;
        }
      self->length += (gsize) n;
      if (self->length > GW_SENSITIVE_MAX)
        return set_too_large_error (error);
    }
  return TRUE;
}

GwSensitive *
gw_sensitive_new_from_fd (int      fd,
                          GError **error)
{
  g_autoptr (GwSensitive) scratch = NULL;
  gboolean filled;

  g_return_val_if_fail (fd >= 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  scratch = allocate (GW_SENSITIVE_MAX + 1, error);
  filled = scratch != NULL && fill (scratch, fd, error);
  close (fd);
  if (!filled)
    return NULL;
  /* Locked memory is scarce: keep only what is used. */
  return gw_sensitive_new (scratch->bytes, (gssize) scratch->length, error);
}

GwSensitive *
gw_sensitive_new_from_file (const char  *path,
                            GError     **error)
{
  int fd;

  g_return_val_if_fail (path != NULL, NULL);

  fd = gw_file_open (path, GW_SENSITIVE_MAX, NULL, error);
  if (fd < 0)
    return NULL;
  return gw_sensitive_new_from_fd (fd, error);
}

int
gw_sensitive_to_fd (GwSensitive  *self,
                    GError      **error)
{
  gsize length = self != NULL ? self->length : 0;
  gssize written = 0;
  int fds[2];
  int flags;

  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  if (pipe2 (fds, O_CLOEXEC) != 0)
    {
      g_set_error (error, GW_ERROR, GW_ERROR_FAILED, _("A secret could not be handed over: %s"),
                   g_strerror (errno));
      return -1;
    }
  flags = fcntl (fds[1], F_GETFL);
  fcntl (fds[1], F_SETFL, flags | O_NONBLOCK);
  /* A user with many pipes gets smaller ones (pipe(7)); asking for the full size is then refused,
   * and the write below comes out short. */
  if (length > 4096)
    fcntl (fds[1], F_SETPIPE_SZ, GW_SENSITIVE_MAX);
  if (length > 0)
    written = TEMP_FAILURE_RETRY (write (fds[1], self->bytes, length));
  close (fds[1]);
  if (written < 0 || (gsize) written != length)
    {
      g_set_error_literal (error, GW_ERROR, GW_ERROR_FAILED,
                           _("A secret could not be handed over: the pipe is too small"));
      close (fds[0]);
      return -1;
    }
  return fds[0];
}
