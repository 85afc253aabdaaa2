/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-group-row.h"

#include "gw-sidebar-group.h"

struct _GwGroupRow
{
  AdwBin           parent_instance;

  GtkTreeExpander *expander;
  GtkLabel        *title;
  GtkLabel        *count;

  GwSidebarGroup  *group;
};

G_DEFINE_FINAL_TYPE (GwGroupRow, gw_group_row, ADW_TYPE_BIN)

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
on_released (GtkGestureClick *gesture,
             int              n_press,
             double           x,
             double           y,
             GwGroupRow      *self)
{
  GtkTreeListRow *row = gtk_tree_expander_get_list_row (self->expander);

  g_assert (GW_IS_GROUP_ROW (self));

  if (row == NULL)
    return;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_tree_list_row_set_expanded (row, !gtk_tree_list_row_get_expanded (row));
}

static void
drop_group (GwGroupRow *self)
{
  if (self->group == NULL)
    return;
  g_signal_handlers_disconnect_by_data (gw_sidebar_group_get_model (self->group), self);
  g_signal_handlers_disconnect_by_data (gw_sidebar_group_get_source (self->group), self);
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

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-group-row.ui");
  gtk_widget_class_bind_template_child (widget_class, GwGroupRow, expander);
  gtk_widget_class_bind_template_child (widget_class, GwGroupRow, title);
  gtk_widget_class_bind_template_child (widget_class, GwGroupRow, count);
  gtk_widget_class_bind_template_callback (widget_class, on_released);
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

void
gw_group_row_show (GwGroupRow     *self,
                   GtkTreeListRow *row)
{
  GwSource *source;

  g_return_if_fail (GW_IS_GROUP_ROW (self));
  g_return_if_fail (row == NULL || GTK_IS_TREE_LIST_ROW (row));

  drop_group (self);
  gtk_tree_expander_set_list_row (self->expander, row);
  if (row == NULL)
    return;

  self->group = GW_SIDEBAR_GROUP (gtk_tree_list_row_get_item (row));
  source = gw_sidebar_group_get_source (self->group);
  g_signal_connect (gw_sidebar_group_get_model (self->group), "items-changed",
                    G_CALLBACK (on_items_changed), self);
  g_signal_connect (source, "notify::title", G_CALLBACK (on_title_changed), self);
  on_title_changed (source, NULL, self);
  update_count (self);
}
