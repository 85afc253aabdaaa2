/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "gw-sidebar.h"
#include "gw-ui-test.h"

/* What a key press in the search costs with 10,000 instances: the work of the key itself and of the
 * frame that shows it, in processor time of the main thread, so that a busy machine does not count.
 * Of the rounds of each key the median is told; a frame is 16 ms. */

#define N_INSTANCES 10000
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
fill (GwFileSource *saved)
{
  g_autoptr (GPtrArray) instances = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < N_INSTANCES; i++)
    {
      g_autofree char *id = g_strdup_printf ("i-bp1%05x", i);
      g_autofree char *name = g_strdup_printf ("host-%u", i);
      g_autofree char *address = g_strdup_printf ("10.%u.%u.7", i / 256, i % 256);
      GwInstance *instance = gw_instance_new (id);

      gw_instance_set_text (instance, GW_INSTANCE_NAME, name);
      gw_instance_set_text (instance, GW_INSTANCE_HOST_NAME, address);
      gw_instance_set_status (instance, i % 3 == 0 ? GW_INSTANCE_STATUS_STOPPED
                                                   : GW_INSTANCE_STATUS_RUNNING, 0);
      g_ptr_array_add (instances, instance);
    }
  g_list_store_splice (gw_source_get_store (GW_SOURCE (saved)), 0, 0, instances->pdata,
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

static double
measure (GtkWidget  *window,
         GtkWidget  *entry,
         const char *text,
         Frames     *frames)
{
  double start;

  frames->frame = 0;
  frames->n_frames = 0;
  start = now ();
  press_key (entry, text);
  start = now () - start;
  gtk_widget_queue_draw (window);
  gw_test_wait_until (frames->n_frames > 0);
  start += frames->frame;
  /* What is left over must not be counted for the next. */
  gw_ui_frames (window, 3);
  return start;
}

int
main (int    argc,
      char **argv)
{
  char *home = gw_test_home_new ();
  g_autoptr (GwFileSource) saved = NULL;
  g_autoptr (GwCatalogue) catalogue = NULL;
  g_autoptr (GSettings) settings = NULL;
  double times[G_N_ELEMENTS (texts)][N_ROUNDS];
  double worst = 0;
  Frames frames = { 0 };
  GtkWidget *window, *sidebar, *entry;

  gtk_init ();
  adw_init ();
  settings = g_settings_new ("org.gangway.Gangway");
  saved = gw_file_source_new (NULL);
  gw_source_load (GW_SOURCE (saved));
  catalogue = gw_catalogue_new ();
  gw_catalogue_add_source (catalogue, GW_SOURCE (saved));
  window = gtk_window_new ();
  sidebar = gw_sidebar_new (catalogue, saved, NULL, NULL, settings, NULL);
  gtk_window_set_child (GTK_WINDOW (window), sidebar);
  gtk_window_set_default_size (GTK_WINDOW (window), 300, 800);
  gtk_window_present (GTK_WINDOW (window));
  gw_test_wait_until (gtk_widget_get_mapped (sidebar));
  fill (saved);
  gw_ui_frames (window, 3);
  entry = gw_ui_find (sidebar, GTK_TYPE_SEARCH_ENTRY, NULL, NULL);
  frames.clock = gtk_widget_get_frame_clock (window);
  g_signal_connect (frames.clock, "before-paint", G_CALLBACK (on_before_paint), &frames);
  g_signal_connect (frames.clock, "after-paint", G_CALLBACK (on_after_paint), &frames);

  for (guint round = 0; round < N_ROUNDS; round++)
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
      times[i][round] = measure (window, entry, texts[i], &frames);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      qsort (times[i], N_ROUNDS, sizeof (double), compare);
      worst = MAX (worst, times[i][N_ROUNDS / 2]);
      printf ("“%s”: %.1f ms\n", texts[i], times[i][N_ROUNDS / 2]);
    }
  printf ("worst: %.1f ms\n", worst);
  g_signal_handlers_disconnect_by_data (frames.clock, &frames);
  gtk_window_destroy (GTK_WINDOW (window));
  gw_test_home_free (home);
  return 0;
}
