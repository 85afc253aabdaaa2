/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-access-key.h"

G_DEFINE_INTERFACE (GwKeySource, gw_key_source, G_TYPE_OBJECT)

static void
gw_key_source_default_init (GwKeySourceInterface *iface)
{
}

void
gw_key_source_get_async (GwKeySource         *self,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_return_if_fail (GW_IS_KEY_SOURCE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  GW_KEY_SOURCE_GET_IFACE (self)->get_async (self, cancellable, callback, user_data);
}

GwAccessKey *
gw_key_source_get_finish (GwKeySource   *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (GW_IS_KEY_SOURCE (self), NULL);

  return GW_KEY_SOURCE_GET_IFACE (self)->get_finish (self, result, error);
}

void
gw_key_source_forget (GwKeySource *self,
                      GwAccessKey *key)
{
  g_return_if_fail (GW_IS_KEY_SOURCE (self));
  g_return_if_fail (key != NULL);

  if (GW_KEY_SOURCE_GET_IFACE (self)->forget != NULL)
    GW_KEY_SOURCE_GET_IFACE (self)->forget (self, key);
}

#define GW_TYPE_FIXED_KEY_SOURCE (gw_fixed_key_source_get_type ())
G_DECLARE_FINAL_TYPE (GwFixedKeySource, gw_fixed_key_source, GW, FIXED_KEY_SOURCE, GObject)

struct _GwFixedKeySource
{
  GObject parent_instance;

  GwAccessKey *key;
};

static void gw_fixed_key_source_key_source_init (GwKeySourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GwFixedKeySource, gw_fixed_key_source, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GW_TYPE_KEY_SOURCE,
                                                      gw_fixed_key_source_key_source_init))

static void
gw_fixed_key_source_get_async (GwKeySource         *source,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  GwFixedKeySource *self = GW_FIXED_KEY_SOURCE (source);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, gw_fixed_key_source_get_async);
  g_task_return_pointer (task, gw_access_key_ref (self->key),
                         (GDestroyNotify) gw_access_key_unref);
}

static GwAccessKey *
gw_fixed_key_source_get_finish (GwKeySource   *source,
                                GAsyncResult  *result,
                                GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, source), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
gw_fixed_key_source_key_source_init (GwKeySourceInterface *iface)
{
  iface->get_async = gw_fixed_key_source_get_async;
  iface->get_finish = gw_fixed_key_source_get_finish;
}

static void
gw_fixed_key_source_finalize (GObject *object)
{
  GwFixedKeySource *self = GW_FIXED_KEY_SOURCE (object);

  gw_access_key_unref (self->key);

  G_OBJECT_CLASS (gw_fixed_key_source_parent_class)->finalize (object);
}

static void
gw_fixed_key_source_class_init (GwFixedKeySourceClass *class)
{
  G_OBJECT_CLASS (class)->finalize = gw_fixed_key_source_finalize;
}

static void
gw_fixed_key_source_init (GwFixedKeySource *self)
{
}

GwKeySource *
gw_key_source_new_fixed (GwAccessKey *key)
{
  GwFixedKeySource *self;

  g_return_val_if_fail (key != NULL, NULL);

  self = g_object_new (GW_TYPE_FIXED_KEY_SOURCE, NULL);
  self->key = gw_access_key_ref (key);
  return GW_KEY_SOURCE (self);
}
