/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Base"

#include "gw-wipe.h"

#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* glibc's own, for programs that put something in front of them. malloc(), calloc() and the
 * aligned ones give nothing back, so they stay as they are. */
extern void  __libc_free    (void *block);
extern void *__libc_realloc (void   *block,
                             size_t  size);

/* The second bit of the word before a block says that the block has a mapping of its own, which
 * goes back to the kernel as a whole (or moves without a copy): nothing is left to wipe, and
 * touching its pages would be the dearest part. glibc has no call that tells it; the layout is
 * older than this century. */
static int
is_mapped (const void *block)
{
  return (((const size_t *) block)[-1] & 2) != 0;
}

void
free (void *block)
{
  if (block != NULL && gw_wipe_is_active () && !is_mapped (block))
    explicit_bzero (block, malloc_usable_size (block));
  __libc_free (block);
}

void *
realloc (void   *block,
         size_t  size)
{
  size_t usable;
  void *copy;

  if (block == NULL || !gw_wipe_is_active () || is_mapped (block))
    return __libc_realloc (block, size);

  usable = malloc_usable_size (block);
  if (size <= usable)
    {
      /* Shrinking in place gives the tail back; realloc (block, 0) is free(). */
      explicit_bzero ((char *) block + size, usable - size);
      return __libc_realloc (block, size);
    }
  /* Growing may move, and would leave the old block as it is. */
  copy = malloc (size);
  if (copy == NULL)
    return NULL;
  memcpy (copy, block, usable);
  free (block);
  return copy;
}

/* So that it certainly comes here: glibc's could call its own realloc() directly. */
void *
reallocarray (void   *block,
              size_t  count,
              size_t  size)
{
  size_t bytes;

  if (__builtin_mul_overflow (count, size, &bytes))
    {
      errno = ENOMEM;
      return NULL;
    }
  return realloc (block, bytes);
}
