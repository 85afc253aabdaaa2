/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Inventory"

#include "gw-source.h"

typedef struct {
  GListStore *store;
  char *id;
  char *title;
  char *notice;
  gboolean editable;
  gboolean loaded;
} GwSourcePrivate;

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (GwSource, gw_source, G_TYPE_OBJECT,
                                  G_ADD_PRIVATE (GwSource)
                                  G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

enum { PROP_0, PROP_ID, PROP_TITLE, PROP_NOTICE, PROP_EDITABLE, N_PROPS };
static GParamSpec *properties[N_PROPS];

#define PRIVATE(self) ((GwSourcePrivate *) gw_source_get_instance_private (self))

static GType
get_item_type (GListModel *model)
{
  return GW_TYPE_INSTANCE;
}

static guint
get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (PRIVATE (GW_SOURCE (model))->store));
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  return g_list_model_get_item (G_LIST_MODEL (PRIVATE (GW_SOURCE (model))->store), position);
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
on_items_changed (GListModel *store,
                  guint       position,
                  guint       removed,
                  guint       added,
                  GwSource   *self)
{
  g_assert (GW_IS_SOURCE (self));

  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

static void
gw_source_get_property (GObject    *object,
                        guint       id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  GwSourcePrivate *priv = PRIVATE (GW_SOURCE (object));

  switch (id)
    {
    case PROP_ID:
      g_value_set_string (value, priv->id);
      break;
    case PROP_TITLE:
      g_value_set_string (value, priv->title);
      break;
    case PROP_NOTICE:
      g_value_set_string (value, priv->notice);
      break;
    case PROP_EDITABLE:
      g_value_set_boolean (value, priv->editable);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
gw_source_set_property (GObject      *object,
                        guint         id,
                        const GValue *value,
                        GParamSpec   *pspec)
{
  GwSourcePrivate *priv = PRIVATE (GW_SOURCE (object));

  switch (id)
    {
    case PROP_ID:
      priv->id = g_value_dup_string (value);
      break;
    case PROP_TITLE:
      g_free (priv->title);
      priv->title = g_value_dup_string (value);
      break;
    case PROP_EDITABLE:
      priv->editable = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
gw_source_finalize (GObject *object)
{
  GwSourcePrivate *priv = PRIVATE (GW_SOURCE (object));

  g_object_unref (priv->store);
  g_free (priv->id);
  g_free (priv->title);
  g_free (priv->notice);

  G_OBJECT_CLASS (gw_source_parent_class)->finalize (object);
}

static void
gw_source_class_init (GwSourceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = gw_source_get_property;
  object_class->set_property = gw_source_set_property;
  object_class->finalize = gw_source_finalize;

  properties[PROP_ID] = g_param_spec_string (
      "id", NULL, NULL, NULL, flags | G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY);
  properties[PROP_TITLE] = g_param_spec_string (
      "title", NULL, NULL, NULL, flags | G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY);
  properties[PROP_NOTICE] = g_param_spec_string ("notice", NULL, NULL, NULL,
                                                 flags | G_PARAM_READABLE);
  properties[PROP_EDITABLE] = g_param_spec_boolean (
      "editable", NULL, NULL, FALSE, flags | G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
gw_source_init (GwSource *self)
{
  GwSourcePrivate *priv = PRIVATE (self);

  priv->store = g_list_store_new (GW_TYPE_INSTANCE);
  g_signal_connect (priv->store, "items-changed", G_CALLBACK (on_items_changed), self);
}

const char *
gw_source_get_id (GwSource *self)
{
  g_return_val_if_fail (GW_IS_SOURCE (self), NULL);

  return PRIVATE (self)->id;
}

const char *
gw_source_get_title (GwSource *self)
{
  g_return_val_if_fail (GW_IS_SOURCE (self), NULL);

  return PRIVATE (self)->title;
}

const char *
gw_source_get_notice (GwSource *self)
{
  g_return_val_if_fail (GW_IS_SOURCE (self), NULL);

  return PRIVATE (self)->notice;
}

gboolean
gw_source_is_editable (GwSource *self)
{
  g_return_val_if_fail (GW_IS_SOURCE (self), FALSE);

  return PRIVATE (self)->editable;
}

void
gw_source_load (GwSource *self)
{
  GwSourcePrivate *priv = PRIVATE (self);

  g_return_if_fail (GW_IS_SOURCE (self));

  if (priv->loaded)
    return;
  priv->loaded = TRUE;
  GW_SOURCE_GET_CLASS (self)->load (self);
}

void
gw_source_set_notice (GwSource   *self,
                      const char *notice)
{
  GwSourcePrivate *priv = PRIVATE (self);

  g_return_if_fail (GW_IS_SOURCE (self));

  if (g_strcmp0 (priv->notice, notice) == 0)
    return;
  g_free (priv->notice);
  priv->notice = g_strdup (notice);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NOTICE]);
}

void
gw_source_set_title (GwSource   *self,
                     const char *title)
{
  GwSourcePrivate *priv = PRIVATE (self);

  g_return_if_fail (GW_IS_SOURCE (self));

  if (g_strcmp0 (priv->title, title) == 0)
    return;
  g_free (priv->title);
  priv->title = g_strdup (title);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

GListStore *
gw_source_get_store (GwSource *self)
{
  g_return_val_if_fail (GW_IS_SOURCE (self), NULL);

  return PRIVATE (self)->store;
}

/* Puts the objects that the list has already in the place of those with the same id. */
static void
keep_objects (GListModel *store,
              GPtrArray  *instances)
{
  g_autoptr (GHashTable) old = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                                      g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (store); i++)
    {
      GwInstance *instance = g_list_model_get_item (store, i);

      g_hash_table_insert (old, (gpointer) gw_instance_get_id (instance), instance);
    }
  for (guint i = 0; i < instances->len; i++)
    {
      GwInstance *instance = g_ptr_array_index (instances, i);
      GwInstance *kept = g_hash_table_lookup (old, gw_instance_get_id (instance));

      if (kept == NULL || kept == instance)
        continue;
      gw_instance_assign (kept, instance);
      g_object_unref (instance);
      g_ptr_array_index (instances, i) = g_object_ref (kept);
    }
}

static gboolean
same_at (GListModel *store,
         guint       position,
         GPtrArray  *instances,
         guint       index)
{
  g_autoptr (GwInstance) instance = g_list_model_get_item (store, position);

  return instance == g_ptr_array_index (instances, index);
}

void
gw_source_replace (GwSource  *self,
                   GPtrArray *instances)
{
  GwSourcePrivate *priv = PRIVATE (self);
  GListModel *model;
  guint n_old, start = 0, end = 0;

  g_return_if_fail (GW_IS_SOURCE (self));
  g_return_if_fail (instances != NULL);

  model = G_LIST_MODEL (priv->store);
  keep_objects (model, instances);

  /* Only what differs is announced, so that a list keeps its place and selection. */
  n_old = g_list_model_get_n_items (model);
  while (start < MIN (n_old, instances->len) && same_at (model, start, instances, start))
    start++;
  while (end < MIN (n_old, instances->len) - start &&
         same_at (model, n_old - 1 - end, instances, instances->len - 1 - end))
    end++;
  if (start + end < MAX (n_old, instances->len))
    g_list_store_splice (priv->store, start, n_old - start - end, instances->pdata + start,
                         instances->len - start - end);
}
