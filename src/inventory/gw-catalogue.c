/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Inventory"

#include "gw-catalogue.h"

#include "gw-search.h"

#include <string.h>

struct _GwCatalogue
{
  GObject parent_instance;

  GPtrArray *sources;
};

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GwCatalogue, gw_catalogue, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static GType
get_item_type (GListModel *model)
{
  return GW_TYPE_SOURCE;
}

static guint
get_n_items (GListModel *model)
{
  return GW_CATALOGUE (model)->sources->len;
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  GwCatalogue *self = GW_CATALOGUE (model);

  if (position >= self->sources->len)
    return NULL;
  return g_object_ref (g_ptr_array_index (self->sources, position));
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
gw_catalogue_finalize (GObject *object)
{
  GwCatalogue *self = GW_CATALOGUE (object);

  g_ptr_array_unref (self->sources);

  G_OBJECT_CLASS (gw_catalogue_parent_class)->finalize (object);
}

static void
gw_catalogue_class_init (GwCatalogueClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gw_catalogue_finalize;
}

static void
gw_catalogue_init (GwCatalogue *self)
{
  self->sources = g_ptr_array_new_with_free_func (g_object_unref);
}

GwCatalogue *
gw_catalogue_new (void)
{
  return g_object_new (GW_TYPE_CATALOGUE, NULL);
}

void
gw_catalogue_add_source (GwCatalogue *self,
                         GwSource    *source)
{
  g_return_if_fail (GW_IS_CATALOGUE (self));

  gw_catalogue_insert_source (self, self->sources->len, source);
}

void
gw_catalogue_insert_source (GwCatalogue *self,
                            guint        position,
                            GwSource    *source)
{
  g_return_if_fail (GW_IS_CATALOGUE (self));
  g_return_if_fail (GW_IS_SOURCE (source));

  position = MIN (position, self->sources->len);
  g_ptr_array_insert (self->sources, (gint) position, g_object_ref (source));
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
}

void
gw_catalogue_remove_source (GwCatalogue *self,
                            GwSource    *source)
{
  guint position;

  g_return_if_fail (GW_IS_CATALOGUE (self));
  g_return_if_fail (GW_IS_SOURCE (source));

  if (!g_ptr_array_find (self->sources, source, &position))
    return;
  g_ptr_array_remove_index (self->sources, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

guint
gw_catalogue_get_n_instances (GwCatalogue *self)
{
  guint n = 0;

  g_return_val_if_fail (GW_IS_CATALOGUE (self), 0);

  for (guint i = 0; i < self->sources->len; i++)
    n += g_list_model_get_n_items (g_ptr_array_index (self->sources, i));
  return n;
}

GwInstance *
gw_catalogue_lookup (GwCatalogue  *self,
                     const char   *id,
                     GwSource    **source)
{
  g_return_val_if_fail (GW_IS_CATALOGUE (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  for (guint i = 0; i < self->sources->len; i++)
    {
      GListModel *model = g_ptr_array_index (self->sources, i);

      for (guint j = 0; j < g_list_model_get_n_items (model); j++)
        {
          g_autoptr (GwInstance) instance = g_list_model_get_item (model, j);

          if (!g_str_equal (gw_instance_get_id (instance), id))
            continue;
          if (source != NULL)
            *source = GW_SOURCE (model);
          return instance; /* the source keeps it alive */
        }
    }
  if (source != NULL)
    *source = NULL;
  return NULL;
}

static gboolean
is_same (const char *value,
         const char *folded)
{
  g_autofree char *other = value != NULL ? gw_search_fold (value) : NULL;

  return g_strcmp0 (other, folded) == 0;
}

/* How well @instance is what @text means: 0 best, G_MAXUINT not at all. */
static guint
get_rank (GwInstance *instance,
          const char *text,
          const char *folded)
{
  if (g_ascii_strcasecmp (gw_instance_get_id (instance), text) == 0)
    return 0;
  /* Cheap and nearly always the end of it: called for every instance at each key press. */
  if (strstr (gw_instance_get_search_text (instance), folded) == NULL)
    return G_MAXUINT;
  if (is_same (gw_instance_get_text (instance, GW_INSTANCE_NAME), folded))
    return 1;
  if (is_same (gw_instance_get_text (instance, GW_INSTANCE_HOST_NAME), folded))
    return 2;
  for (guint kind = 0; kind < GW_N_ADDRESS_KINDS; kind++)
    {
      const char *const *addresses = gw_instance_get_addresses (instance, kind);

      for (guint i = 0; addresses[i] != NULL; i++)
        if (is_same (addresses[i], folded))
          return 3;
    }
  return G_MAXUINT;
}

GwInstance *
gw_catalogue_find (GwCatalogue *self,
                   const char  *text)
{
  g_autofree char *stripped = NULL;
  g_autofree char *folded = NULL;
  GwInstance *best = NULL;
  guint best_rank = G_MAXUINT;

  g_return_val_if_fail (GW_IS_CATALOGUE (self), NULL);
  g_return_val_if_fail (text != NULL, NULL);

  stripped = g_strstrip (g_strdup (text));
  if (*stripped == '\0')
    return NULL;
  folded = gw_search_fold (stripped);
  for (guint i = 0; i < self->sources->len && best_rank > 0; i++)
    {
      GListModel *model = g_ptr_array_index (self->sources, i);

      for (guint j = 0; j < g_list_model_get_n_items (model) && best_rank > 0; j++)
        {
          g_autoptr (GwInstance) instance = g_list_model_get_item (model, j);
          guint rank = get_rank (instance, stripped, folded);

          if (rank < best_rank)
            {
              best_rank = rank;
              best = instance; /* the source keeps it alive */
            }
        }
    }
  return best;
}
