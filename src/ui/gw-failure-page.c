/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-failure-page.h"

#include "config.h"

#include "gw-link.h"
#include "gw-step-list.h"

#include <glib/gi18n.h>

/* Microseconds in which a key press was meant for what was there before. */
#define TYPE_AHEAD (G_USEC_PER_SEC * 3 / 2)

struct _GwFailurePage {
  AdwBin parent_instance;

  GtkLabel *title;
  GtkLabel *what;
  GtkLabel *advice;
  GtkLabel *details;
  GtkWidget *expander;
  GtkWidget *retry;
  AdwBin *help_bin;
  AdwBin *steps_bin;
  GtkWidget *more_buttons;
  GtkWidget *browse;
  GtkWidget *copy_request;

  char *request;
  char *uri;
  gint64 shown_at; /* monotonic */
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (GwFailurePage, gw_failure_page, ADW_TYPE_BIN)

enum {
  SIGNAL_NOTICE,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

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
on_copy_request (GtkWidget     *source,
                 GwFailurePage *self)
{
  g_assert (GW_IS_FAILURE_PAGE (self));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->request);
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, _("Copied"));
}

static void
on_browsed (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GwFailurePage) self = user_data;
  g_autoptr (GError) error = NULL;

  g_assert (GW_IS_FAILURE_PAGE (self));

  if (!gw_link_open_finish (result, &error))
    g_signal_emit (self, signals[SIGNAL_NOTICE], 0, error->message);
}

static void
on_browse (GtkWidget     *source,
           GwFailurePage *self)
{
  g_assert (GW_IS_FAILURE_PAGE (self));

  gw_link_open_async (GTK_WIDGET (self), self->uri, self->cancellable, on_browsed,
                      g_object_ref (self));
}

/* Return struck once more for the question that was there before must not log in again. */
static gboolean
on_key_pressed (GtkEventControllerKey *controller,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        state,
                GwFailurePage         *self)
{
  g_assert (GW_IS_FAILURE_PAGE (self));

  if (keyval != GDK_KEY_Return && keyval != GDK_KEY_KP_Enter && keyval != GDK_KEY_ISO_Enter
      && keyval != GDK_KEY_space && keyval != GDK_KEY_KP_Space)
    return GDK_EVENT_PROPAGATE;
  return g_get_monotonic_time () - self->shown_at < TYPE_AHEAD ? GDK_EVENT_STOP
                                                               : GDK_EVENT_PROPAGATE;
}

static gboolean
gw_failure_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GW_FAILURE_PAGE (widget)->retry);
}

static void
gw_failure_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (gw_failure_page_parent_class)->map (widget);
  GW_FAILURE_PAGE (widget)->shown_at = g_get_monotonic_time ();
}

static void
gw_failure_page_dispose (GObject *object)
{
  g_cancellable_cancel (GW_FAILURE_PAGE (object)->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (object), GW_TYPE_FAILURE_PAGE);

  G_OBJECT_CLASS (gw_failure_page_parent_class)->dispose (object);
}

static void
gw_failure_page_finalize (GObject *object)
{
  GwFailurePage *self = GW_FAILURE_PAGE (object);

  g_free (self->request);
  g_free (self->uri);
  g_object_unref (self->cancellable);

  G_OBJECT_CLASS (gw_failure_page_parent_class)->finalize (object);
}

static void
gw_failure_page_class_init (GwFailurePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = gw_failure_page_dispose;
  object_class->finalize = gw_failure_page_finalize;
  widget_class->grab_focus = gw_failure_page_grab_focus;
  widget_class->map = gw_failure_page_map;

  signals[SIGNAL_NOTICE] = g_signal_new ("notice", GW_TYPE_FAILURE_PAGE, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1,
                                         G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-failure-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GwFailurePage, title);
  gtk_widget_class_bind_template_child (widget_class, GwFailurePage, what);
  gtk_widget_class_bind_template_child (widget_class, GwFailurePage, advice);
  gtk_widget_class_bind_template_child (widget_class, GwFailurePage, details);
  gtk_widget_class_bind_template_child (widget_class, GwFailurePage, expander);
  gtk_widget_class_bind_template_child (widget_class, GwFailurePage, retry);
  gtk_widget_class_bind_template_child (widget_class, GwFailurePage, help_bin);
  gtk_widget_class_bind_template_child (widget_class, GwFailurePage, steps_bin);
  gtk_widget_class_bind_template_child (widget_class, GwFailurePage, more_buttons);
  gtk_widget_class_bind_template_child (widget_class, GwFailurePage, browse);
  gtk_widget_class_bind_template_child (widget_class, GwFailurePage, copy_request);
  gtk_widget_class_bind_template_callback (widget_class, on_copy);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_request);
  gtk_widget_class_bind_template_callback (widget_class, on_browse);
  gtk_widget_class_bind_template_callback (widget_class, on_key_pressed);
}

static void
gw_failure_page_init (GwFailurePage *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
set_text (GtkLabel   *label,
          const char *text)
{
  gtk_label_set_label (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
}

static void
show_more_buttons (GwFailurePage *self)
{
  gtk_widget_set_visible (self->browse, self->uri != NULL);
  gtk_widget_set_visible (self->copy_request, self->request != NULL);
  gtk_widget_set_visible (self->more_buttons, self->uri != NULL || self->request != NULL);
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
  self->request = g_strdup (diagnosis->request);
  show_more_buttons (self);
  return GTK_WIDGET (self);
}

void
gw_failure_page_set_way_out (GwFailurePage *self,
                             const char    *uri)
{
  g_return_if_fail (GW_IS_FAILURE_PAGE (self));

  g_free (self->uri);
  self->uri = g_strdup (uri);
  show_more_buttons (self);
}

void
gw_failure_page_set_delivery (GwFailurePage *self,
                              GwKeyDelivery *delivery)
{
  g_return_if_fail (GW_IS_FAILURE_PAGE (self));
  g_return_if_fail (GW_IS_KEY_DELIVERY (delivery));

  for (guint i = 0; i < GW_N_STEPS; i++)
    if (gw_key_delivery_get_state (delivery, i) == GW_STEP_FAILED)
      {
        adw_bin_set_child (self->steps_bin, gw_step_list_new (delivery, TRUE));
        gtk_widget_set_visible (GTK_WIDGET (self->steps_bin), TRUE);
        return;
      }
}

void
gw_failure_page_set_help (GwFailurePage *self,
                          GtkWidget     *widget)
{
  g_return_if_fail (GW_IS_FAILURE_PAGE (self));
  g_return_if_fail (GTK_IS_WIDGET (widget));

  adw_bin_set_child (self->help_bin, widget);
  gtk_widget_set_visible (GTK_WIDGET (self->help_bin), TRUE);
}
