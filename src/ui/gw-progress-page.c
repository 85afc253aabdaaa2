/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-progress-page.h"

#include "config.h"

#include "gw-step-list.h"

#include <glib/gi18n.h>

struct _GwProgressPage {
  AdwBin parent_instance;

  GtkSpinner *spinner;
  GtkLabel *phase;
  GtkLabel *target;
  AdwBin *steps_bin;

  GwKeyDelivery *delivery; /* or NULL; of the steps, which hold it */
};

G_DEFINE_FINAL_TYPE (GwProgressPage, gw_progress_page, ADW_TYPE_BIN)

/* Only while it can be seen: a spinner repaints its window for ever. */
static void
gw_progress_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (gw_progress_page_parent_class)->map (widget);
  gtk_spinner_start (GW_PROGRESS_PAGE (widget)->spinner);
}

static void
gw_progress_page_unmap (GtkWidget *widget)
{
  gtk_spinner_stop (GW_PROGRESS_PAGE (widget)->spinner);
  GTK_WIDGET_CLASS (gw_progress_page_parent_class)->unmap (widget);
}

static void
gw_progress_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), GW_TYPE_PROGRESS_PAGE);

  G_OBJECT_CLASS (gw_progress_page_parent_class)->dispose (object);
}

static void
gw_progress_page_class_init (GwProgressPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gw_progress_page_dispose;
  widget_class->map = gw_progress_page_map;
  widget_class->unmap = gw_progress_page_unmap;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-progress-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GwProgressPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, GwProgressPage, phase);
  gtk_widget_class_bind_template_child (widget_class, GwProgressPage, target);
  gtk_widget_class_bind_template_child (widget_class, GwProgressPage, steps_bin);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "tab.cancel", NULL);
}

static void
gw_progress_page_init (GwProgressPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
gw_progress_page_new (const char *target)
{
  GwProgressPage *self = g_object_new (GW_TYPE_PROGRESS_PAGE, NULL);

  gtk_label_set_label (self->target, target);
  return GTK_WIDGET (self);
}

void
gw_progress_page_set_phase (GwProgressPage *self,
                            const char     *title)
{
  g_return_if_fail (GW_IS_PROGRESS_PAGE (self));

  if (self->delivery != NULL)
    gw_step_list_set_connection (GW_STEP_LIST (adw_bin_get_child (self->steps_bin)), title);
  else
    gtk_label_set_label (self->phase, title);
}

void
gw_progress_page_set_delivery (GwProgressPage *self,
                               GwKeyDelivery  *delivery)
{
  g_return_if_fail (GW_IS_PROGRESS_PAGE (self));
  g_return_if_fail (GW_IS_KEY_DELIVERY (delivery));

  if (self->delivery == delivery)
    return;
  self->delivery = delivery;
  adw_bin_set_child (self->steps_bin, gw_step_list_new (delivery, FALSE));
  gtk_label_set_label (self->phase, _("Logging in with a temporary key…"));
  /* The step that goes on has one of its own. */
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->steps_bin), TRUE);
}
