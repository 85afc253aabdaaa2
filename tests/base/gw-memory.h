/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Searching this process's own memory for what should no longer be there. */

#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Made up at run time, so that no copy lies in the program. */
static inline void
gw_memory_needle (char  *needle,
                  gsize  length)
{
  for (gsize i = 0; i < length; i++)
    needle[i] = (char) g_random_int_range ('a', 'z' + 1);
}

static inline guint
gw_memory_count_range (int         memory,
                       guint64     from,
                       guint64     to,
                       const char *needle,
                       gsize       length)
{
  gsize size = (gsize) (to - from);
  char *buffer, *p;
  guint count = 0;

  /* A mapping of its own: the search must not find what it has copied itself. */
  buffer = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  g_assert_true (buffer != MAP_FAILED);
  if (pread (memory, buffer, size, (off_t) from) == (gssize) size)
    {
      p = buffer;
      while ((p = memmem (p, (gsize) (buffer + size - p), needle, length)) != NULL)
        {
          count++;
          p += length;
        }
    }
  munmap (buffer, size);
  return count;
}

/* How often @needle stands in the writable memory, the caller's own copy included. Allocates
 * nothing: it would use the very blocks in which the needle lies. */
static inline guint
gw_memory_count (const char *needle,
                 gsize       length)
{
  enum { MAPS = 4 << 20 };
  int memory = open ("/proc/self/mem", O_RDONLY | O_CLOEXEC);
  int maps_fd = open ("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  char *maps = mmap (NULL, MAPS, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  gsize used = 0;
  gssize n;
  guint count = 0;

  g_assert_true (memory >= 0 && maps_fd >= 0 && maps != MAP_FAILED);
  while ((n = read (maps_fd, maps + used, MAPS - 1 - used)) > 0)
    used += (gsize) n;
  for (const char *line = maps; *line != '\0'; line = strchr (line, '\n') + 1)
    {
      guint64 from, to;
      char *p;

      from = g_ascii_strtoull (line, &p, 16);
      to = g_ascii_strtoull (p + 1, &p, 16);
      if (g_str_has_prefix (p, " rw") && to - from <= 256 << 20)
        count += gw_memory_count_range (memory, from, to, needle, length);
    }
  munmap (maps, MAPS);
  close (maps_fd);
  close (memory);
  return count;
}
