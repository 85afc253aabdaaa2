/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-sidebar-group.h"

struct _GwSidebarGroup
{
  GObject             parent_instance;

  GwSource           *source;
  GtkFilterListModel *model;
  gboolean            was_empty;
};

G_DEFINE_FINAL_TYPE (GwSidebarGroup, gw_sidebar_group, G_TYPE_OBJECT)

static guint shown_changed_signal;

static void
on_items_changed (GListModel     *model,
                  guint           position,
                  guint           removed,
                  guint           added,
                  GwSidebarGroup *self)
{
  gboolean empty = g_list_model_get_n_items (model) == 0;

  g_assert (GW_IS_SIDEBAR_GROUP (self));

  if (empty == self->was_empty)
    return;
  self->was_empty = empty;
  g_signal_emit (self, shown_changed_signal, 0);
}

static void
gw_sidebar_group_dispose (GObject *object)
{
  GwSidebarGroup *self = GW_SIDEBAR_GROUP (object);

  g_clear_object (&self->model);
  g_clear_object (&self->source);

  G_OBJECT_CLASS (gw_sidebar_group_parent_class)->dispose (object);
}

static void
gw_sidebar_group_class_init (GwSidebarGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = gw_sidebar_group_dispose;

  shown_changed_signal = g_signal_new ("shown-changed", GW_TYPE_SIDEBAR_GROUP, G_SIGNAL_RUN_LAST,
                                       0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
gw_sidebar_group_init (GwSidebarGroup *self)
{
}

GwSidebarGroup *
gw_sidebar_group_new (GwSource  *source,
                      GtkFilter *filter)
{
  GwSidebarGroup *self;

  g_return_val_if_fail (GW_IS_SOURCE (source), NULL);
  g_return_val_if_fail (GTK_IS_FILTER (filter), NULL);

  self = g_object_new (GW_TYPE_SIDEBAR_GROUP, NULL);
  self->source = g_object_ref (source);
  self->model = gtk_filter_list_model_new (G_LIST_MODEL (g_object_ref (source)),
                                           g_object_ref (filter));
  self->was_empty = g_list_model_get_n_items (G_LIST_MODEL (self->model)) == 0;
  g_signal_connect_object (self->model, "items-changed", G_CALLBACK (on_items_changed), self, 0);
  return self;
}

GwSource *
gw_sidebar_group_get_source (GwSidebarGroup *self)
{
  g_return_val_if_fail (GW_IS_SIDEBAR_GROUP (self), NULL);

  return self->source;
}

GListModel *
gw_sidebar_group_get_model (GwSidebarGroup *self)
{
  g_return_val_if_fail (GW_IS_SIDEBAR_GROUP (self), NULL);

  return G_LIST_MODEL (self->model);
}
