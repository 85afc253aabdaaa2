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
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (fit->scrolled);
  int limit = gtk_scrolled_window_get_max_content_height (fit->scrolled);
  int missing = (int) (MIN (gtk_adjustment_get_upper (adjustment), limit)
                       - gtk_adjustment_get_page_size (adjustment));
  int width;
  int height;

  fit->idle_id = 0;
  if (!GTK_IS_WINDOW (root))
    return G_SOURCE_REMOVE;
  gtk_window_get_default_size (GTK_WINDOW (root), &width, &height);
  if (missing > 0 && height > 0)
    gtk_window_set_default_size (GTK_WINDOW (root), width, height + missing);
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
  if (height > fit->height && fit->height > 0 && fit->idle_id == 0)
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
