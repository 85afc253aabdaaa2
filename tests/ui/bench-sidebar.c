/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "gw-sidebar.h"
#include "gw-test-account.h"
#include "gw-ui-test.h"

/* What the sidebar of an account costs with 1,000, 10,000 and 50,000 instances: a key press in the
 * search, a selector, another grouping; the work itself and the frame that shows it, in processor
 * time of the main thread, so that a busy machine does not count. Of the rounds the median is told;
 * a frame is 16 ms. */

#define N_REGIONS 30
#define N_ROUNDS 9

typedef struct {
  GdkFrameClock *clock;
  double         before;
  double         frame;
  guint          n_frames;
} Frames;

static double
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static void
on_before_paint (GdkFrameClock *clock,
                 Frames        *frames)
{
  frames->before = now ();
}

static void
on_after_paint (GdkFrameClock *clock,
                Frames        *frames)
{
  frames->frame += now () - frames->before;
  frames->n_frames++;
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static void
fill (GwEcsSource *account,
      guint        n)
{
  g_autoptr (GPtrArray) instances = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = g_strdup_printf ("i-bp1%05x", i);
      g_autofree char *name = g_strdup_printf ("host-%05u", i);
      g_autofree char *region = g_strdup_printf ("region-%u", i % N_REGIONS);
      g_autofree char *group = g_strdup_printf ("rg-%u", i % 7);
      g_autofree char *tag = g_strdup_printf ("team=%u", i % 100);
      g_autofree char *public = g_strdup_printf ("203.%u.%u.9", i / 256, i % 256);
      g_autofree char *private = g_strdup_printf ("10.%u.%u.7", i / 256, i % 256);
      GwInstance *instance = test_instance_new (id, name, region, group, tag);

      gw_instance_set_addresses (instance, GW_ADDRESS_PUBLIC, (const char *[]) { public, NULL });
      gw_instance_set_addresses (instance, GW_ADDRESS_PRIVATE, (const char *[]) { private, NULL });
      gw_instance_set_status (instance, i % 3 == 0 ? GW_INSTANCE_STATUS_STOPPED
                                                   : GW_INSTANCE_STATUS_RUNNING, 0);
      g_ptr_array_add (instances, instance);
    }
  g_list_store_splice (gw_source_get_store (GW_SOURCE (account)), 0, 0, instances->pdata,
                       instances->len);
}

/* What stands in the search after each key: one letter more, or one less. */
static const char *const texts[] = { "h", "ho", "h", "", "9", "99", "999", "99", "9", "", "1", "10",
                                     "10.", "10.1", "10.", "10", "1", "" };

static void
press_key (GtkWidget  *entry,
           const char *text)
{
  GtkEditable *editable = GTK_EDITABLE (entry);
  int old = (int) strlen (gtk_editable_get_text (editable));
  int length = (int) strlen (text);

  if (length > old)
    gtk_editable_insert_text (editable, text + old, length - old, &old);
  else
    gtk_editable_delete_text (editable, length, old);
  g_assert_cmpstr (gtk_editable_get_text (editable), ==, text);
}

/* What is measured: a text in the search, or a value of a setting. */
typedef struct {
  GtkWidget *window;
  GtkWidget *entry;
  GSettings *settings;
  Frames     frames;
} Bench;

static void
change (Bench      *bench,
        const char *key,
        const char *value)
{
  if (key == NULL)
    press_key (bench->entry, value);
  else
    g_settings_set_string (bench->settings, key, value);
}

static double
measure (Bench      *bench,
         const char *key,
         const char *value)
{
  Frames *frames = &bench->frames;
  double time;

  frames->frame = 0;
  frames->n_frames = 0;
  time = now ();
  change (bench, key, value);
  time = now () - time;
  gtk_widget_queue_draw (bench->window);
  gw_test_wait_until (frames->n_frames > 0);
  time += frames->frame;
  /* What is left over must not be counted for the next. */
  gw_ui_frames (bench->window, 3);
  return time;
}

static double
tell (const char *key,
      const char *value,
      double     *times,
      guint       n)
{
  double first = times[0];

  qsort (times, n, sizeof (double), compare);
  printf ("  %s “%s”: %.1f ms (first %.1f, most %.1f)\n", key != NULL ? key : "key", value,
          times[n / 2], first, times[n - 1]);
  return times[n / 2];
}

static void
run_keys (Bench *bench)
{
  double times[G_N_ELEMENTS (texts)][N_ROUNDS];
  double worst = 0;

  for (guint round = 0; round < N_ROUNDS; round++)
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
      times[i][round] = measure (bench, NULL, texts[i]);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    worst = MAX (worst, tell (NULL, texts[i], times[i], N_ROUNDS));
  printf ("  worst key: %.1f ms\n", worst);
}

static void
run_setting (Bench      *bench,
             const char *key,
             const char *value)
{
  double times[N_ROUNDS], back[N_ROUNDS];

  for (guint round = 0; round < N_ROUNDS; round++)
    {
      g_autofree char *old = g_settings_get_string (bench->settings, key);

      times[round] = measure (bench, key, value);
      back[round] = measure (bench, key, old);
    }
  tell (key, value, times, N_ROUNDS);
  tell (key, "(back)", back, N_ROUNDS);
}

static void
run (guint n)
{
  g_autoptr (GwFileSource) saved = gw_file_source_new (NULL);
  g_autoptr (GwEcsSource) account = test_account_new ("account", "Account");
  g_autoptr (GwCatalogue) catalogue = gw_catalogue_new ();
  Bench bench = { .settings = g_settings_new ("org.gangway.Gangway") };
  GtkWidget *sidebar;
  double start;

  gw_catalogue_add_source (catalogue, GW_SOURCE (saved));
  gw_catalogue_add_source (catalogue, GW_SOURCE (account));
  bench.window = gtk_window_new ();
  sidebar = gw_sidebar_new (catalogue, saved, NULL, NULL, bench.settings, NULL);
  gtk_window_set_child (GTK_WINDOW (bench.window), sidebar);
  gtk_window_set_default_size (GTK_WINDOW (bench.window), 300, 800);
  gtk_window_present (GTK_WINDOW (bench.window));
  gw_test_wait_until (gtk_widget_get_mapped (sidebar));
  start = now ();
  fill (account, n);
  printf ("%u instances: made and listed in %.1f ms\n", n, now () - start);
  gw_ui_frames (bench.window, 3);
  bench.entry = gw_ui_find (sidebar, GTK_TYPE_SEARCH_ENTRY, NULL, NULL);
  bench.frames.clock = gtk_widget_get_frame_clock (bench.window);
  g_signal_connect (bench.frames.clock, "before-paint", G_CALLBACK (on_before_paint),
                    &bench.frames);
  g_signal_connect (bench.frames.clock, "after-paint", G_CALLBACK (on_after_paint), &bench.frames);

  run_keys (&bench);
  run_setting (&bench, "region-filter", "region-3");
  run_setting (&bench, "status-filter", "stopped");
  run_setting (&bench, "group-by", "region");
  run_setting (&bench, "group-by", "resource-group");
  g_settings_set_string (bench.settings, "group-by-tag", "team");
  run_setting (&bench, "group-by", "tag");
  g_settings_set_string (bench.settings, "group-by", "region");
  printf ("  by region:\n");
  run_keys (&bench);

  g_settings_reset (bench.settings, "group-by");
  g_signal_handlers_disconnect_by_data (bench.frames.clock, &bench.frames);
  gtk_window_destroy (GTK_WINDOW (bench.window));
  g_object_unref (bench.settings);
}

int
main (int    argc,
      char **argv)
{
  char *home = gw_test_home_new ();

  gtk_init ();
  adw_init ();
  run (1000);
  run (10000);
  run (50000);
  gw_test_home_free (home);
  return 0;
}
