/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-instance-row.h"

#include "config.h"

#include <glib/gi18n.h>

struct _GwInstanceRow
{
  AdwBin              parent_instance;

  GtkWidget          *icon;
  GtkWidget          *title;
  GtkWidget          *subtitle;
  GtkWidget          *button;
  GtkEventController *motion;

  GwInstance         *instance;
  gboolean            selected;
};

G_DEFINE_FINAL_TYPE (GwInstanceRow, gw_instance_row, ADW_TYPE_BIN)

static guint connect_clicked_signal;

static const char *
status_icon_name (GwInstanceStatus status)
{
  switch (status)
    {
    case GW_INSTANCE_STATUS_RUNNING:
      return "gw-status-running-symbolic";
    case GW_INSTANCE_STATUS_STOPPED:
      return "gw-status-stopped-symbolic";
    case GW_INSTANCE_STATUS_PENDING:
    case GW_INSTANCE_STATUS_STARTING:
    case GW_INSTANCE_STATUS_STOPPING:
      return "gw-status-changing-symbolic";
    case GW_INSTANCE_STATUS_UNKNOWN:
    default:
      return "gw-status-host-symbolic";
    }
}

static void
update_button (GwInstanceRow *self)
{
  GtkEventControllerMotion *motion = GTK_EVENT_CONTROLLER_MOTION (self->motion);

  gtk_widget_set_visible (self->button, self->instance != NULL &&
                          (self->selected ||
                           gtk_event_controller_motion_contains_pointer (motion)));
}

/* The second line: address, state in words, and what was found that is shown nowhere else. */
static char *
dup_subtitle (GwInstance *instance,
              GwSearch   *search)
{
  const char *address = gw_instance_get_main_address (instance);
  const char *status = gw_instance_status_title (gw_instance_get_status (instance));
  g_autofree char *hit = search != NULL ? gw_search_get_hit (search, instance) : NULL;
  GString *text = g_string_new (NULL);

  /* A row must not say the same twice. */
  if (g_strcmp0 (address, gw_instance_get_title (instance)) != 0)
    g_string_append (text, address);
  if (*status != '\0')
    g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", status);
  if (hit != NULL)
    g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", hit);
  return g_string_free (text, FALSE);
}

static void
set_label (GtkWidget  *label,
           const char *text,
           GwSearch   *search)
{
  g_autofree char *markup = NULL;

  if (search == NULL || gw_search_is_empty (search))
    {
      gtk_label_set_text (GTK_LABEL (label), text);
      return;
    }
  markup = gw_search_markup (search, text);
  gtk_label_set_markup (GTK_LABEL (label), markup);
}

static void
update (GwInstanceRow *self,
        GwSearch      *search)
{
  GwInstanceStatus status = gw_instance_get_status (self->instance);
  g_autofree char *subtitle = dup_subtitle (self->instance, search);

  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), status_icon_name (status));
  if (status == GW_INSTANCE_STATUS_RUNNING)
    gtk_widget_add_css_class (self->icon, "success");
  else
    gtk_widget_remove_css_class (self->icon, "success");
  if (status == GW_INSTANCE_STATUS_UNKNOWN || status == GW_INSTANCE_STATUS_STOPPED)
    gtk_widget_add_css_class (self->icon, "dim-label");
  else
    gtk_widget_remove_css_class (self->icon, "dim-label");

  set_label (self->title, gw_instance_get_title (self->instance), search);
  set_label (self->subtitle, subtitle, search);
  gtk_widget_set_visible (self->subtitle, *subtitle != '\0');
}

static void
on_instance_changed (GwInstance    *instance,
                     GwInstanceRow *self)
{
  g_assert (GW_IS_INSTANCE_ROW (self));

  update (self, NULL);
}

static void
on_button_clicked (GwInstanceRow *self)
{
  g_assert (GW_IS_INSTANCE_ROW (self));

  g_signal_emit (self, connect_clicked_signal, 0);
}

static void
drop_instance (GwInstanceRow *self)
{
  if (self->instance == NULL)
    return;
  g_signal_handlers_disconnect_by_func (self->instance, on_instance_changed, self);
  g_clear_object (&self->instance);
}

static void
gw_instance_row_dispose (GObject *object)
{
  drop_instance (GW_INSTANCE_ROW (object));

  G_OBJECT_CLASS (gw_instance_row_parent_class)->dispose (object);
}

static void
gw_instance_row_class_init (GwInstanceRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gw_instance_row_dispose;

  connect_clicked_signal = g_signal_new ("connect-clicked", GW_TYPE_INSTANCE_ROW,
                                         G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-instance-row.ui");
  gtk_widget_class_bind_template_child (widget_class, GwInstanceRow, icon);
  gtk_widget_class_bind_template_child (widget_class, GwInstanceRow, title);
  gtk_widget_class_bind_template_child (widget_class, GwInstanceRow, subtitle);
  gtk_widget_class_bind_template_child (widget_class, GwInstanceRow, button);
  gtk_widget_class_bind_template_callback (widget_class, on_button_clicked);
}

static void
gw_instance_row_init (GwInstanceRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->motion = gtk_event_controller_motion_new ();
  g_signal_connect_swapped (self->motion, "notify::contains-pointer",
                            G_CALLBACK (update_button), self);
  gtk_widget_add_controller (GTK_WIDGET (self), self->motion);
}

GtkWidget *
gw_instance_row_new (void)
{
  return g_object_new (GW_TYPE_INSTANCE_ROW, NULL);
}

GwInstance *
gw_instance_row_get_instance (GwInstanceRow *self)
{
  g_return_val_if_fail (GW_IS_INSTANCE_ROW (self), NULL);

  return self->instance;
}

void
gw_instance_row_show (GwInstanceRow *self,
                      GwInstance    *instance,
                      GwSearch      *search)
{
  g_return_if_fail (GW_IS_INSTANCE_ROW (self));
  g_return_if_fail (instance == NULL || GW_IS_INSTANCE (instance));

  if (instance != self->instance)
    {
      drop_instance (self);
      if (instance != NULL)
        {
          self->instance = g_object_ref (instance);
          g_signal_connect (instance, "changed", G_CALLBACK (on_instance_changed), self);
        }
    }
  if (instance != NULL)
    update (self, search);
  update_button (self);
}

void
gw_instance_row_set_selected (GwInstanceRow *self,
                              gboolean       selected)
{
  g_return_if_fail (GW_IS_INSTANCE_ROW (self));

  self->selected = selected;
  update_button (self);
}
