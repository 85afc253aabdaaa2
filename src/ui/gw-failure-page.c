/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-failure-page.h"

struct _GwFailurePage {
  AdwBin parent_instance;

  GtkLabel *title;
  GtkLabel *what;
  GtkLabel *advice;
  GtkLabel *details;
  GtkWidget *expander;
};

G_DEFINE_FINAL_TYPE (GwFailurePage, gw_failure_page, ADW_TYPE_BIN)

static void
on_copy (GtkWidget     *source,
         GwFailurePage *self)
{
  g_autofree char *text = NULL;

  g_assert (GW_IS_FAILURE_PAGE (self));

  text = g_strdup_printf ("%s\n%s\n%s\n", gtk_label_get_label (self->title),
                          gtk_label_get_label (self->what), gtk_label_get_label (self->details));
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
}

static void
gw_failure_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), GW_TYPE_FAILURE_PAGE);

  G_OBJECT_CLASS (gw_failure_page_parent_class)->dispose (object);
}

static void
gw_failure_page_class_init (GwFailurePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gw_failure_page_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-failure-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GwFailurePage, title);
  gtk_widget_class_bind_template_child (widget_class, GwFailurePage, what);
  gtk_widget_class_bind_template_child (widget_class, GwFailurePage, advice);
  gtk_widget_class_bind_template_child (widget_class, GwFailurePage, details);
  gtk_widget_class_bind_template_child (widget_class, GwFailurePage, expander);
  gtk_widget_class_bind_template_callback (widget_class, on_copy);
}

static void
gw_failure_page_init (GwFailurePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
set_text (GtkLabel   *label,
          const char *text)
{
  gtk_label_set_label (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
}

GtkWidget *
gw_failure_page_new (const GwDiagnosis *diagnosis)
{
  GwFailurePage *self;

  g_return_val_if_fail (diagnosis != NULL, NULL);

  self = g_object_new (GW_TYPE_FAILURE_PAGE, NULL);
  set_text (self->title, diagnosis->title);
  set_text (self->what, diagnosis->what);
  set_text (self->advice, diagnosis->advice);
  set_text (self->details, diagnosis->details);
  gtk_widget_set_visible (self->expander, gtk_widget_get_visible (GTK_WIDGET (self->details)));
  return GTK_WIDGET (self);
}
