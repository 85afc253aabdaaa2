/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What an account of N instances over 30 regions costs, asked of the emulator on this machine and
 * read from the cache: `meson test --benchmark --suite cloud --verbose`. */

#include "gw-test-source.h"

#include <malloc.h>
#include <unistd.h>

#define MILLISECONDS(microseconds) ((microseconds) / 1000.0)

typedef struct {
  gint64 start;
  gint64 first;    /* row */
  gint64 complete;
  gint64 last;     /* tick */
  gint64 stall;    /* the longest time without one */
  guint n_changes; /* that were announced */
} Clock;

static gboolean
on_tick (gpointer user_data)
{
  Clock *clock = user_data;
  gint64 now = g_get_monotonic_time ();

  clock->stall = MAX (clock->stall, now - clock->last);
  clock->last = now;
  return G_SOURCE_CONTINUE;
}

static void
on_items_changed (GListModel *model,
                  guint       position,
                  guint       removed,
                  guint       added,
                  Clock      *clock)
{
  if (clock->first == 0)
    clock->first = g_get_monotonic_time ();
  clock->n_changes++;
}

static gsize
get_resident (void)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;

  malloc_trim (0);
  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  words = g_strsplit (text, " ", -1);
  return g_ascii_strtoull (words[1], NULL, 10) * sysconf (_SC_PAGESIZE);
}

static void
run (GwTestSource *self,
     const char   *what,
     guint         n_expected,
     void        (*begin) (GwTestSource *self))
{
  Clock clock = { 0 };
  gsize before = get_resident (), after;
  guint tick_id;

  g_signal_connect (self->source, "items-changed", G_CALLBACK (on_items_changed), &clock);
  tick_id = g_timeout_add_full (G_PRIORITY_HIGH, 1, on_tick, &clock, NULL);
  clock.start = clock.last = g_get_monotonic_time ();
  begin (self);
  while (gw_ecs_source_get_state (self->source) != GW_ECS_SOURCE_IDLE)
    g_main_context_iteration (NULL, TRUE);
  if (clock.first == 0)
    clock.first = clock.start; /* They were there before. */
  clock.complete = g_get_monotonic_time ();
  on_tick (&clock);
  g_source_remove (tick_id);
  g_signal_handlers_disconnect_by_data (self->source, &clock);

  g_assert_no_error (gw_ecs_source_get_problem (self->source));
  g_assert_cmpuint (gw_test_source_count (self), ==, n_expected);
  after = get_resident ();
  g_test_message ("%-8s %6u instances: first row %6.0f ms, complete %6.0f ms, longest stall %4.0f "
                  "ms, %5u changes, resident %4.0f MiB, %5.0f bytes each",
                  what, n_expected, MILLISECONDS (clock.first - clock.start),
                  MILLISECONDS (clock.complete - clock.start), MILLISECONDS (clock.stall),
                  clock.n_changes, after / 1048576.0,
                  after > before ? (double) (after - before) / n_expected : 0);
}

static void
begin_refresh (GwTestSource *self)
{
  gw_ecs_source_refresh (self->source);
}

static void
begin_load (GwTestSource *self)
{
  gw_source_load (GW_SOURCE (self->source));
}

/* The objects of a list that is freed go in one piece: a real program never does this. */
static void
start_again (GwTestSource *self)
{
  g_assert_finalize_object (self->source);
  self->source = gw_ecs_source_new (self->account, self->client, self->folder);
}

static void
test_source (gconstpointer data)
{
  g_autofree char *arguments = g_strdup_printf ("--prepare --instances %s", (const char *) data);
  g_autoptr (GwTestSource) self = gw_test_source_new (arguments);
  g_autofree char *path = NULL;
  guint n = strtoul (data, NULL, 10);

  path = g_build_filename (self->folder, gw_account_get_id (self->account), NULL);
  run (self, "asked", n, begin_refresh);
  run (self, "again", n, begin_refresh);
  gw_test_wait_until (g_file_test (path, G_FILE_TEST_EXISTS));
  start_again (self);
  run (self, "cache", n, begin_load);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *home = gw_test_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/source/scale", argc > 1 ? argv[1] : "1000", test_source);
  result = g_test_run ();
  gw_test_home_free (g_steal_pointer (&home));
  return result;
}
