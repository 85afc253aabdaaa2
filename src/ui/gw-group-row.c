/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-group-row.h"

struct _GwGroupRow
{
  AdwBin          parent_instance;

  GtkImage       *arrow;
  GtkLabel       *title;
  GtkLabel       *count;

  GwSidebarGroup *group;
};

G_DEFINE_FINAL_TYPE (GwGroupRow, gw_group_row, ADW_TYPE_BIN)

static guint toggled_signal;

/* It is the item of the list that has the focus, and of which a screen reader speaks. */
static void
update_accessible (GwGroupRow *self)
{
  GtkWidget *item = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *name = NULL;

  if (item == NULL)
    return;
  name = g_strdup_printf ("%s, %s", gtk_label_get_text (self->title),
                          gtk_label_get_text (self->count));
  gtk_accessible_update_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_accessible_update_state (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_STATE_EXPANDED,
                               !gw_sidebar_group_get_folded (self->group), -1);
}

static void
update (GwGroupRow *self)
{
  gboolean folded = gw_sidebar_group_get_folded (self->group);
  g_autofree char *count = NULL;

  g_assert (GW_IS_GROUP_ROW (self));

  g_object_get (self->group, "count", &count, NULL);
  gtk_label_set_text (self->title, gw_sidebar_group_get_title (self->group));
  gtk_label_set_text (self->count, count);
  gtk_image_set_from_icon_name (self->arrow, folded ? "pan-end-symbolic" : "pan-down-symbolic");
  update_accessible (self);
}

/* Claimed at once, or the list would see a double click and activate the row besides. */
static void
on_pressed (GtkGestureClick *gesture,
            int              n_press,
            double           x,
            double           y,
            GwGroupRow      *self)
{
  g_assert (GW_IS_GROUP_ROW (self));

  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  g_signal_emit (self, toggled_signal, 0);
}

static void
drop_group (GwGroupRow *self)
{
  if (self->group == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->group, self);
  g_clear_object (&self->group);
}

static void
gw_group_row_dispose (GObject *object)
{
  drop_group (GW_GROUP_ROW (object));

  G_OBJECT_CLASS (gw_group_row_parent_class)->dispose (object);
}

static void
gw_group_row_class_init (GwGroupRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gw_group_row_dispose;

  toggled_signal = g_signal_new ("toggled", GW_TYPE_GROUP_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-group-row.ui");
  gtk_widget_class_bind_template_child (widget_class, GwGroupRow, arrow);
  gtk_widget_class_bind_template_child (widget_class, GwGroupRow, title);
  gtk_widget_class_bind_template_child (widget_class, GwGroupRow, count);
  gtk_widget_class_bind_template_callback (widget_class, on_pressed);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
gw_group_row_init (GwGroupRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
gw_group_row_new (void)
{
  return g_object_new (GW_TYPE_GROUP_ROW, NULL);
}

GwSidebarGroup *
gw_group_row_get_group (GwGroupRow *self)
{
  g_return_val_if_fail (GW_IS_GROUP_ROW (self), NULL);

  return self->group;
}

void
gw_group_row_show (GwGroupRow     *self,
                   GwSidebarGroup *group)
{
  g_return_if_fail (GW_IS_GROUP_ROW (self));
  g_return_if_fail (group == NULL || GW_IS_SIDEBAR_GROUP (group));

  drop_group (self);
  if (group == NULL)
    return;

  self->group = g_object_ref (group);
  g_signal_connect_swapped (group, "notify::title", G_CALLBACK (update), self);
  g_signal_connect_swapped (group, "notify::folded", G_CALLBACK (update), self);
  g_signal_connect_swapped (group, "notify::count", G_CALLBACK (update), self);
  update (self);
}
