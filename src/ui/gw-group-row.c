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

static void
update_count (GwGroupRow *self)
{
  GListModel *model = gw_sidebar_group_get_model (self->group);
  g_autofree char *text = g_strdup_printf ("%u", g_list_model_get_n_items (model));

  gtk_label_set_text (self->count, text);
}

static void
on_items_changed (GListModel *model,
                  guint       position,
                  guint       removed,
                  guint       added,
                  GwGroupRow *self)
{
  g_assert (GW_IS_GROUP_ROW (self));

  update_count (self);
}

static void
on_title_changed (GwSource   *source,
                  GParamSpec *pspec,
                  GwGroupRow *self)
{
  g_assert (GW_IS_GROUP_ROW (self));

  gtk_label_set_text (self->title, gw_source_get_title (source));
}

static void
on_folded_changed (GwSidebarGroup *group,
                   GParamSpec     *pspec,
                   GwGroupRow     *self)
{
  gboolean folded = gw_sidebar_group_get_folded (group);

  g_assert (GW_IS_GROUP_ROW (self));

  gtk_image_set_from_icon_name (self->arrow, folded ? "pan-end-symbolic" : "pan-down-symbolic");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_EXPANDED, !folded, -1);
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
  g_signal_handlers_disconnect_by_data (gw_sidebar_group_get_model (self->group), self);
  g_signal_handlers_disconnect_by_data (gw_sidebar_group_get_source (self->group), self);
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
  GwSource *source;

  g_return_if_fail (GW_IS_GROUP_ROW (self));
  g_return_if_fail (group == NULL || GW_IS_SIDEBAR_GROUP (group));

  drop_group (self);
  if (group == NULL)
    return;

  self->group = g_object_ref (group);
  source = gw_sidebar_group_get_source (group);
  g_signal_connect (gw_sidebar_group_get_model (group), "items-changed",
                    G_CALLBACK (on_items_changed), self);
  g_signal_connect (source, "notify::title", G_CALLBACK (on_title_changed), self);
  g_signal_connect (group, "notify::folded", G_CALLBACK (on_folded_changed), self);
  on_title_changed (source, NULL, self);
  on_folded_changed (group, NULL, self);
  update_count (self);
}
