/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-sidebar-shortcut.h"

struct _GwSidebarShortcut
{
  GObject     parent_instance;

  GwInstance *instance;
};

G_DEFINE_FINAL_TYPE (GwSidebarShortcut, gw_sidebar_shortcut, G_TYPE_OBJECT)

static void
gw_sidebar_shortcut_finalize (GObject *object)
{
  g_object_unref (GW_SIDEBAR_SHORTCUT (object)->instance);

  G_OBJECT_CLASS (gw_sidebar_shortcut_parent_class)->finalize (object);
}

static void
gw_sidebar_shortcut_class_init (GwSidebarShortcutClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gw_sidebar_shortcut_finalize;
}

static void
gw_sidebar_shortcut_init (GwSidebarShortcut *self)
{
}

GwSidebarShortcut *
gw_sidebar_shortcut_new (GwInstance *instance)
{
  GwSidebarShortcut *self;

  g_return_val_if_fail (GW_IS_INSTANCE (instance), NULL);

  self = g_object_new (GW_TYPE_SIDEBAR_SHORTCUT, NULL);
  self->instance = g_object_ref (instance);
  return self;
}

GwInstance *
gw_sidebar_get_instance (gpointer item)
{
  /* Nearly all are, and a search asks for all. */
  if (GW_IS_INSTANCE (item))
    return item;
  return GW_IS_SIDEBAR_SHORTCUT (item) ? GW_SIDEBAR_SHORTCUT (item)->instance : NULL;
}
