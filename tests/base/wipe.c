/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gw-sensitive.h>
#include <gw-wipe.h>

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "gw-memory.h"

#define NEEDLE 48
#define PLACE 64 /* behind what the allocator itself writes into a freed block */

typedef void (*Leave) (const char *needle);

/* Out of the compiler's sight, which leaves out stores into what is freed next. */
static void (*volatile release) (void *) = free;
static void *(*volatile resize) (void *, size_t) = realloc;
static void *(*volatile resize_array) (void *, size_t, size_t) = reallocarray;

static void
leave_by_free (const char *needle)
{
  char *block = malloc (512);

  memcpy (block + PLACE, needle, NEEDLE);
  release (block);
}

static void
leave_by_growing (const char *needle)
{
  char *block = malloc (512);
  char *fence = malloc (512);

  memcpy (block + PLACE, needle, NEEDLE);
  block = resize (block, 5000);
  /* What is kept is still there, and then wiped by hand. */
  g_assert_cmpmem (block + PLACE, NEEDLE, needle, NEEDLE);
  explicit_bzero (block, 5000);
  release (block);
  release (fence);
}

static void
leave_by_shrinking (const char *needle)
{
  char *block = malloc (5000);
  char *fence = malloc (512);

  memcpy (block + 3000, needle, NEEDLE);
  block = resize (block, 1000);
  release (block);
  release (fence);
}

static void
leave_by_array (const char *needle)
{
  /* Too large for the allocator's caches, so that the fence lies behind and the block moves. */
  char *block = calloc (20, 80);
  char *fence = calloc (20, 80);

  memcpy (block + PLACE, needle, NEEDLE);
  block = resize_array (block, 80, 80);
  explicit_bzero (block, 6400);
  release (block);
  release (fence);
}

static void
leave_by_library (const char *needle)
{
  g_autoptr (GString) string = g_string_new ("behind the allocator’s own words, which come first");
  g_autofree char *copy = NULL;

  g_string_append_len (string, needle, NEEDLE);
  for (guint i = 0; i < 200; i++)
    g_string_append (string, "grows and moves");
  copy = g_base64_encode ((const guchar *) string->str, string->len);
  g_assert_nonnull (copy);
}

static const Leave leaves[] = { leave_by_free, leave_by_growing, leave_by_shrinking,
                                leave_by_array, leave_by_library };

/* How many copies of a fresh needle @leave leaves behind. */
static guint
count_left (Leave leave)
{
  char needle[NEEDLE];
  guint before;

  gw_memory_needle (needle, sizeof needle);
  before = gw_memory_count (needle, sizeof needle);
  g_assert_cmpuint (before, >, 0);
  leave (needle);
  return gw_memory_count (needle, sizeof needle) - before;
}

static void
test_always (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (leaves); i++)
    g_assert_cmpuint (count_left (leaves[i]), ==, 0);
}

/* The positive control: without wiping, the search finds what was left. */
static void
test_never (void)
{
  gw_wipe_set_always (FALSE);
  gw_wipe_set_always (FALSE);
  g_assert_false (gw_wipe_is_active ());
  for (guint i = 0; i < G_N_ELEMENTS (leaves); i++)
    {
      g_test_message ("%u", i);
      g_assert_cmpuint (count_left (leaves[i]), >, 0);
    }
  gw_wipe_set_always (TRUE);
  g_assert_true (gw_wipe_is_active ());
}

static void
test_held (void)
{
  GwSensitive *secret;

  gw_wipe_set_always (FALSE);
  gw_wipe_begin ();
  gw_wipe_begin ();
  gw_wipe_end ();
  g_assert_cmpuint (count_left (leave_by_free), ==, 0);
  gw_wipe_end ();
  g_assert_false (gw_wipe_is_active ());

  secret = gw_sensitive_new ("secret", -1, NULL);
  g_assert_cmpuint (count_left (leave_by_free), ==, 0);
  gw_sensitive_unref (secret);
  g_assert_false (gw_wipe_is_active ());
  gw_wipe_set_always (TRUE);
}

/* Still an allocator: every size, aligned blocks, mapped ones, and the edges of realloc(). */
static void
test_allocator (void)
{
  static const gsize sizes[] = { 0, 1, 24, 25, 1000, 1032, 5000, 100000, 200000, 3000000, 500 };
  guint8 *block = NULL;
  void *aligned = NULL;
  gsize known = 0;

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      if (sizes[i] == 0)
        continue;
      block = resize (block, sizes[i]);
      g_assert_nonnull (block);
      for (gsize b = 0; b < MIN (known, sizes[i]); b++)
        g_assert_cmpuint (block[b], ==, (guint8) (b * 7));
      for (gsize b = 0; b < sizes[i]; b++)
        block[b] = (guint8) (b * 7);
      known = sizes[i];
    }
  errno = 0;
  g_assert_null (resize (block, SIZE_MAX / 2));
  g_assert_cmpint (errno, ==, ENOMEM);
  g_assert_null (resize_array (block, SIZE_MAX / 2, 3));
  g_assert_cmpuint (block[499], ==, (guint8) (499 * 7));
  g_assert_null (resize (block, 0));

  g_assert_cmpint (posix_memalign (&aligned, 4096, 10000), ==, 0);
  release (aligned);
  release (NULL);
}

static gpointer
churn (gpointer unused)
{
  for (guint i = 0; i < 100000; i++)
    {
      char *block = malloc (i % 700 + 1);

      block[0] = 'x';
      block = resize (block, i % 900 + 1);
      g_assert_true (block[0] == 'x');
      release (block);
    }
  return NULL;
}

static void
test_threads (void)
{
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("churn", churn, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/wipe/always", test_always);
  g_test_add_func ("/base/wipe/never", test_never);
  g_test_add_func ("/base/wipe/held", test_held);
  g_test_add_func ("/base/wipe/allocator", test_allocator);
  g_test_add_func ("/base/wipe/threads", test_threads);
  return g_test_run ();
}
