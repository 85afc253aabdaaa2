/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Secrets"

#include "gw-keyring.h"

#include <string.h>

#include "gw-keyring-private.h"

enum {
  PROP_0,
  PROP_STATE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GwKeyring, gw_keyring, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

GwKeyringEntry *
_gw_keyring_entry_new (GwKeyringItem *item,
                       const char    *path,
                       GwSensitive   *secret)
{
  GwKeyringEntry *entry = g_new0 (GwKeyringEntry, 1);

  entry->item = g_object_ref (item);
  entry->path = g_strdup (path);
  entry->secret = secret != NULL ? gw_sensitive_ref (secret) : NULL;
  return entry;
}

void
_gw_keyring_entry_free (GwKeyringEntry *entry)
{
  g_object_unref (entry->item);
  g_free (entry->path);
  g_clear_pointer (&entry->secret, gw_sensitive_unref);
  g_free (entry);
}

static GType
gw_keyring_get_item_type (GListModel *model)
{
  return GW_TYPE_KEYRING_ITEM;
}

static guint
gw_keyring_get_n_items (GListModel *model)
{
  return GW_KEYRING (model)->entries->len;
}

static gpointer
gw_keyring_get_item (GListModel *model,
                     guint       position)
{
  GwKeyring *self = GW_KEYRING (model);
  GwKeyringEntry *entry;

  if (position >= self->entries->len)
    return NULL;
  entry = g_ptr_array_index (self->entries, position);
  return g_object_ref (entry->item);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = gw_keyring_get_item_type;
  iface->get_n_items = gw_keyring_get_n_items;
  iface->get_item = gw_keyring_get_item;
}

static int
compare_entries (gconstpointer a,
                 gconstpointer b)
{
  const GwKeyringEntry *one = *(const GwKeyringEntry *const *) a;
  const GwKeyringEntry *other = *(const GwKeyringEntry *const *) b;
  gint64 newer;
  int order;

  order = strcmp (gw_keyring_item_get_kind (one->item), gw_keyring_item_get_kind (other->item));
  if (order == 0)
    order = strcmp (gw_keyring_item_get_id (one->item), gw_keyring_item_get_id (other->item));
  if (order != 0)
    return order;
  newer = gw_keyring_item_get_modified (other->item) - gw_keyring_item_get_modified (one->item);
  return newer != 0 ? (newer > 0 ? 1 : -1) : g_strcmp0 (one->path, other->path);
}

static gboolean
is_same (const GwKeyringEntry *one,
         const GwKeyringEntry *other)
{
  return g_str_equal (gw_keyring_item_get_kind (one->item),
                      gw_keyring_item_get_kind (other->item)) &&
         g_str_equal (gw_keyring_item_get_id (one->item), gw_keyring_item_get_id (other->item));
}

/* Takes the objects of what has not changed over into @entries, sorted. */
static void
keep_objects (GwKeyring *self,
              GPtrArray *entries)
{
  for (guint i = 0, j = 0; i < entries->len; i++)
    {
      GwKeyringEntry *entry = g_ptr_array_index (entries, i);

      for (; j < self->entries->len; j++)
        {
          GwKeyringEntry *old = g_ptr_array_index (self->entries, j);

          if (is_same (old, entry))
            {
              if (_gw_keyring_item_equal (old->item, entry->item))
                g_set_object (&entry->item, old->item);
              break;
            }
          if (compare_entries (&old, &entry) > 0)
            break;
        }
    }
}

static gboolean
is_object_kept (GPtrArray *before,
                guint      i,
                GPtrArray *after,
                guint      j)
{
  return ((GwKeyringEntry *) g_ptr_array_index (before, i))->item ==
         ((GwKeyringEntry *) g_ptr_array_index (after, j))->item;
}

static void
set_entries (GwKeyring *self,
             GPtrArray *entries)
{
  g_autoptr (GPtrArray) before = NULL;
  guint head = 0, tail = 0, shorter;

  g_ptr_array_sort (entries, compare_entries);
  for (guint i = 1; i < entries->len;)
    {
      if (is_same (g_ptr_array_index (entries, i - 1), g_ptr_array_index (entries, i)))
        g_ptr_array_remove_index (entries, i);
      else
        i++;
    }
  keep_objects (self, entries);

  before = g_steal_pointer (&self->entries);
  self->entries = entries;
  shorter = MIN (before->len, entries->len);
  while (head < shorter && is_object_kept (before, head, entries, head))
    head++;
  while (tail < shorter - head &&
         is_object_kept (before, before->len - 1 - tail, entries, entries->len - 1 - tail))
    tail++;
  if (before->len - head - tail > 0 || entries->len - head - tail > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), head, before->len - head - tail,
                                entries->len - head - tail);
}

static void
return_settled (GwKeyring *self)
{
  g_autoptr (GPtrArray) tasks = g_steal_pointer (&self->settling);

  self->settling = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < tasks->len; i++)
    _gw_keyring_call_settled (g_ptr_array_index (tasks, i));
}

void
_gw_keyring_set_contents (GwKeyring      *self,
                          GwKeyringState  state,
                          GPtrArray      *entries)
{
  gboolean changed = self->state != state;

  /* First what it is: whoever follows the list must not take it for that of the old state. */
  self->state = state;
  set_entries (self, entries);
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  if (self->state != GW_KEYRING_STATE_UNKNOWN)
    return_settled (self);
}

static void
set_empty (GwKeyring      *self,
           GwKeyringState  state)
{
  _gw_keyring_set_contents (
    self, state, g_ptr_array_new_with_free_func ((GDestroyNotify) _gw_keyring_entry_free));
}

GwKeyringEntry *
_gw_keyring_find (GwKeyring  *self,
                  const char *kind,
                  const char *id)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      GwKeyringEntry *entry = g_ptr_array_index (self->entries, i);

      if (g_str_equal (gw_keyring_item_get_kind (entry->item), kind) &&
          g_str_equal (gw_keyring_item_get_id (entry->item), id))
        return entry;
    }
  return NULL;
}

/* The entries but for that one. */
static GPtrArray *
copy_entries (GwKeyring  *self,
              const char *kind,
              const char *id)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify) _gw_keyring_entry_free);
  GwKeyringEntry *except = _gw_keyring_find (self, kind, id);

  for (guint i = 0; i < self->entries->len; i++)
    {
      GwKeyringEntry *entry = g_ptr_array_index (self->entries, i);

      if (entry != except)
        g_ptr_array_add (copy, _gw_keyring_entry_new (entry->item, entry->path, entry->secret));
    }
  return copy;
}

void
_gw_keyring_put (GwKeyring      *self,
                 GwKeyringEntry *entry)
{
  GPtrArray *entries = copy_entries (self, gw_keyring_item_get_kind (entry->item),
                                     gw_keyring_item_get_id (entry->item));

  self->writes++;
  g_ptr_array_add (entries, entry);
  set_entries (self, entries);
}

void
_gw_keyring_drop (GwKeyring  *self,
                  const char *kind,
                  const char *id)
{
  self->writes++;
  set_entries (self, copy_entries (self, kind, id));
}

static void
gw_keyring_dispose (GObject *object)
{
  _gw_keyring_stop (GW_KEYRING (object));

  G_OBJECT_CLASS (gw_keyring_parent_class)->dispose (object);
}

static void
gw_keyring_finalize (GObject *object)
{
  GwKeyring *self = GW_KEYRING (object);

  g_ptr_array_unref (self->entries);
  g_ptr_array_unref (self->settling);

  G_OBJECT_CLASS (gw_keyring_parent_class)->finalize (object);
}

static void
gw_keyring_get_property (GObject    *object,
                         guint       property_id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  GwKeyring *self = GW_KEYRING (object);

  switch (property_id)
    {
    case PROP_STATE:
      g_value_set_uint (value, self->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
gw_keyring_class_init (GwKeyringClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = gw_keyring_dispose;
  object_class->finalize = gw_keyring_finalize;
  object_class->get_property = gw_keyring_get_property;

  properties[PROP_STATE] =
    g_param_spec_uint ("state", NULL, NULL, 0, GW_KEYRING_STATE_SESSION_ONLY,
                       GW_KEYRING_STATE_UNKNOWN, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
gw_keyring_init (GwKeyring *self)
{
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) _gw_keyring_entry_free);
  self->settling = g_ptr_array_new_with_free_func (g_object_unref);
}

GwKeyring *
gw_keyring_new (void)
{
  GwKeyring *self = g_object_new (GW_TYPE_KEYRING, NULL);

  _gw_keyring_start (self);
  return self;
}

GwKeyringState
gw_keyring_get_state (GwKeyring *self)
{
  g_return_val_if_fail (GW_IS_KEYRING (self), GW_KEYRING_STATE_ABSENT);

  return self->state;
}

gboolean
gw_keyring_is_usable (GwKeyring *self)
{
  g_return_val_if_fail (GW_IS_KEYRING (self), FALSE);

  return self->state == GW_KEYRING_STATE_OPEN || self->state == GW_KEYRING_STATE_SESSION_ONLY;
}

void
gw_keyring_settle_async (GwKeyring           *self,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (GW_IS_KEYRING (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  /* The look has the deadline. */
  task = _gw_keyring_call_new (self, 2 * GW_KEYRING_TIMEOUT, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_keyring_settle_async);
  _gw_keyring_call_begin (task, _gw_keyring_call_succeed);
}

gboolean
gw_keyring_settle_finish (GwKeyring     *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

GwKeyringItem *
gw_keyring_lookup (GwKeyring  *self,
                   const char *kind,
                   const char *id)
{
  GwKeyringEntry *entry;

  g_return_val_if_fail (GW_IS_KEYRING (self), NULL);
  g_return_val_if_fail (kind != NULL && id != NULL, NULL);

  entry = _gw_keyring_find (self, kind, id);
  return entry != NULL ? entry->item : NULL;
}

void
gw_keyring_use_memory (GwKeyring *self)
{
  g_return_if_fail (GW_IS_KEYRING (self));

  if (self->state == GW_KEYRING_STATE_ABSENT)
    set_empty (self, GW_KEYRING_STATE_SESSION_ONLY);
}

void
gw_keyring_wipe_memory (GwKeyring *self)
{
  g_return_if_fail (GW_IS_KEYRING (self));

  if (self->state == GW_KEYRING_STATE_SESSION_ONLY)
    set_empty (self, GW_KEYRING_STATE_ABSENT);
}
