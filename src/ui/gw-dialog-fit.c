/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-dialog-fit.h"

typedef struct {
  GtkScrolledWindow *scrolled; /* which owns this */
  double height;
  guint idle_id;
} Fit;

static void
fit_free (gpointer data)
{
  Fit *fit = data;

  g_clear_handle_id (&fit->idle_id, g_source_remove);
  g_free (fit);
}

static gboolean
grow (gpointer data)
{
  Fit *fit = data;
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (fit->scrolled));
  int limit = gtk_scrolled_window_get_max_content_height (fit->scrolled);
  int width;
  int height;
  int wanted;

  fit->idle_id = 0;
  if (!GTK_IS_WINDOW (root))
    return G_SOURCE_REMOVE;
  /* What is around it, and it as a whole: the window may still be on its way to a size that was
   * asked for before. */
  wanted = gtk_widget_get_height (GTK_WIDGET (root))
           - gtk_widget_get_height (GTK_WIDGET (fit->scrolled)) + (int) MIN (fit->height, limit);
  gtk_window_get_default_size (GTK_WINDOW (root), &width, &height);
  if (wanted > MAX (height, gtk_widget_get_height (GTK_WIDGET (root))))
    gtk_window_set_default_size (GTK_WINDOW (root), width, wanted);
  return G_SOURCE_REMOVE;
}

static void
on_changed (GtkScrolledWindow *scrolled,
            GtkAdjustment     *adjustment)
{
  Fit *fit = g_object_get_data (G_OBJECT (scrolled), "gw-dialog-fit");
  double height = gtk_adjustment_get_upper (adjustment);

  if (fit == NULL)
    return;
  if (height > fit->height && fit->idle_id == 0)
    fit->idle_id = g_idle_add (grow, fit);
  fit->height = height;
}

void
gw_dialog_fit (GtkScrolledWindow *scrolled)
{
  Fit *fit;

  g_return_if_fail (GTK_IS_SCROLLED_WINDOW (scrolled));

  fit = g_new0 (Fit, 1);
  fit->scrolled = scrolled;
  g_object_set_data_full (G_OBJECT (scrolled), "gw-dialog-fit", fit, fit_free);
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (scrolled), "changed",
                           G_CALLBACK (on_changed), scrolled, G_CONNECT_SWAPPED);
}
