/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-sidebar-group.h"

#include "config.h"

#include <glib/gi18n.h>

struct _GwSidebarGroup
{
  GObject             parent_instance;

  char               *id;
  char               *title;
  GtkFilterListModel *model;
  gboolean            folded;
  gboolean            hidden;
  guint               limit;   /* of instances that are listed, G_MAXUINT: none */
  guint               n_items; /* as last announced */
};

enum {
  PROP_0,
  PROP_TITLE,
  PROP_FOLDED,
  PROP_COUNT,
  N_PROPS,
};
static GParamSpec *properties[N_PROPS];

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GwSidebarGroup, gw_sidebar_group, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static GType
get_item_type (GListModel *model)
{
  return G_TYPE_OBJECT;
}

static guint
get_n_items (GListModel *model)
{
  return GW_SIDEBAR_GROUP (model)->n_items;
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  GwSidebarGroup *self = GW_SIDEBAR_GROUP (model);

  if (position >= self->n_items)
    return NULL;
  if (position == 0)
    return g_object_ref (self);
  return g_list_model_get_item (G_LIST_MODEL (self->model), position - 1);
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static char *
dup_count (GwSidebarGroup *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->model));

  if (n <= self->limit)
    return g_strdup_printf ("%u", n);
  /* Translators: so many of the instances that were found are listed, as in “60 of 1234” */
  return g_strdup_printf (_("%u of %u"), self->limit, n);
}

static guint
count_items (GwSidebarGroup *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->model));

  if (self->hidden || n == 0)
    return 0;
  return self->folded ? 1 : 1 + MIN (n, self->limit);
}

/* The number of items becomes @n_items by what comes or goes at the end. */
static void
set_n_items (GwSidebarGroup *self,
             guint           n_items)
{
  guint old = self->n_items;
  guint kept = MIN (old, n_items);

  self->n_items = n_items;
  if (old != n_items)
    g_list_model_items_changed (G_LIST_MODEL (self), kept, old - kept, n_items - kept);
}

static void
on_items_changed (GListModel     *model,
                  guint           position,
                  guint           removed,
                  guint           added,
                  GwSidebarGroup *self)
{
  guint n_items = count_items (self);

  g_assert (GW_IS_SIDEBAR_GROUP (self));

  if (self->n_items > 1 && n_items > 1)
    {
      guint old = self->n_items - 1;

      /* Never is an item announced that stays: GtkListView 4.8 takes it for another one of the
       * same. So first what changes above the limit, then what moves in or out there. */
      if (position < self->limit)
        {
          guint gone = MIN (removed, old - MIN (old, position));
          guint come = MIN (added, self->limit - position);

          self->n_items = 1 + old - gone + come;
          g_list_model_items_changed (G_LIST_MODEL (self), position + 1, gone, come);
        }
      set_n_items (self, n_items);
    }
  else if (self->n_items != n_items)
    {
      guint old = self->n_items;

      self->n_items = n_items;
      g_list_model_items_changed (G_LIST_MODEL (self), 0, old, n_items);
    }
  if (removed != added || self->limit != G_MAXUINT)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COUNT]);
}

/* After a change of `folded`, `hidden` or the limit. What is listed before and after stays where it
 * is, and keeps the focus. */
static void
update (GwSidebarGroup *self)
{
  set_n_items (self, count_items (self));
}

static void
gw_sidebar_group_dispose (GObject *object)
{
  GwSidebarGroup *self = GW_SIDEBAR_GROUP (object);

  self->n_items = 0;
  g_clear_object (&self->model);

  G_OBJECT_CLASS (gw_sidebar_group_parent_class)->dispose (object);
}

static void
gw_sidebar_group_finalize (GObject *object)
{
  GwSidebarGroup *self = GW_SIDEBAR_GROUP (object);

  g_free (self->id);
  g_free (self->title);

  G_OBJECT_CLASS (gw_sidebar_group_parent_class)->finalize (object);
}

static void
gw_sidebar_group_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, GW_SIDEBAR_GROUP (object)->title);
      break;
    case PROP_FOLDED:
      g_value_set_boolean (value, GW_SIDEBAR_GROUP (object)->folded);
      break;
    case PROP_COUNT:
      g_value_take_string (value, dup_count (GW_SIDEBAR_GROUP (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
gw_sidebar_group_class_init (GwSidebarGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = gw_sidebar_group_dispose;
  object_class->finalize = gw_sidebar_group_finalize;
  object_class->get_property = gw_sidebar_group_get_property;

  properties[PROP_TITLE] =
    g_param_spec_string ("title", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_FOLDED] =
    g_param_spec_boolean ("folded", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_COUNT] =
    g_param_spec_string ("count", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
gw_sidebar_group_init (GwSidebarGroup *self)
{
  self->limit = G_MAXUINT;
}

GwSidebarGroup *
gw_sidebar_group_new (const char *id,
                      const char *title,
                      GListModel *instances,
                      GtkFilter  *filter)
{
  GwSidebarGroup *self;

  g_return_val_if_fail (id != NULL && title != NULL, NULL);
  g_return_val_if_fail (G_IS_LIST_MODEL (instances), NULL);
  g_return_val_if_fail (GTK_IS_FILTER (filter), NULL);

  self = g_object_new (GW_TYPE_SIDEBAR_GROUP, NULL);
  self->id = g_strdup (id);
  self->title = g_strdup (title);
  self->model = gtk_filter_list_model_new (g_object_ref (instances), g_object_ref (filter));
  self->n_items = count_items (self);
  g_signal_connect_object (self->model, "items-changed", G_CALLBACK (on_items_changed), self, 0);
  return self;
}

const char *
gw_sidebar_group_get_id (GwSidebarGroup *self)
{
  g_return_val_if_fail (GW_IS_SIDEBAR_GROUP (self), NULL);

  return self->id;
}

const char *
gw_sidebar_group_get_title (GwSidebarGroup *self)
{
  g_return_val_if_fail (GW_IS_SIDEBAR_GROUP (self), NULL);

  return self->title;
}

void
gw_sidebar_group_set_title (GwSidebarGroup *self,
                            const char     *title)
{
  g_return_if_fail (GW_IS_SIDEBAR_GROUP (self));
  g_return_if_fail (title != NULL);

  if (g_str_equal (self->title, title))
    return;
  g_free (self->title);
  self->title = g_strdup (title);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

gboolean
gw_sidebar_group_get_folded (GwSidebarGroup *self)
{
  g_return_val_if_fail (GW_IS_SIDEBAR_GROUP (self), FALSE);

  return self->folded;
}

void
gw_sidebar_group_set_folded (GwSidebarGroup *self,
                             gboolean        folded)
{
  g_return_if_fail (GW_IS_SIDEBAR_GROUP (self));

  if (self->folded == folded)
    return;
  self->folded = folded;
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLDED]);
}

void
gw_sidebar_group_set_hidden (GwSidebarGroup *self,
                             gboolean        hidden)
{
  g_return_if_fail (GW_IS_SIDEBAR_GROUP (self));

  self->hidden = hidden;
  update (self);
}

void
gw_sidebar_group_set_limit (GwSidebarGroup *self,
                            guint           limit)
{
  g_return_if_fail (GW_IS_SIDEBAR_GROUP (self));

  if (self->limit == limit)
    return;
  self->limit = limit;
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COUNT]);
}
