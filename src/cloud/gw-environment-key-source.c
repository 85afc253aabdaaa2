/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-cli-private.h"

#include "gw-cloud-error.h"

#include <glib/gi18n.h>

#define GW_TYPE_ENVIRONMENT_KEY_SOURCE (gw_environment_key_source_get_type ())
G_DECLARE_FINAL_TYPE (GwEnvironmentKeySource, gw_environment_key_source, GW,
                      ENVIRONMENT_KEY_SOURCE, GObject)

/* What is set in the environment of this program, read each time. */
struct _GwEnvironmentKeySource
{
  GObject parent_instance;
};

static void gw_environment_key_source_iface_init (GwKeySourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GwEnvironmentKeySource, gw_environment_key_source, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GW_TYPE_KEY_SOURCE,
                                                      gw_environment_key_source_iface_init))

/* In the order of the vendor's SDKs and CLI; all of one key have one prefix. */
static const char *const prefixes[] = { "ALIBABA_CLOUD_", "ALIBABACLOUD_", "ALICLOUD_" };

static const char *
get_variable (const char *prefix,
              const char *name)
{
  g_autofree char *full = g_strconcat (prefix, name, NULL);
  const char *value = g_getenv (full);

  return value != NULL && *value != '\0' ? value : NULL;
}

static GwAccessKey *
read_key (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      const char *id = get_variable (prefixes[i], "ACCESS_KEY_ID");
      const char *secret = get_variable (prefixes[i], "ACCESS_KEY_SECRET");

      if (id != NULL && secret != NULL)
        return gw_cli_make_key (id, secret, get_variable (prefixes[i], "SECURITY_TOKEN"), 0);
    }
  return NULL;
}

gboolean
gw_environment_has_key (void)
{
  g_autoptr (GwAccessKey) key = read_key ();

  return key != NULL;
}

static void
gw_environment_key_source_get_key_async (GwKeySource         *source,
                                         GCancellable        *cancellable,
                                         GAsyncReadyCallback  callback,
                                         gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (source, cancellable, callback, user_data);
  GwAccessKey *key = read_key ();

  g_task_set_source_tag (task, gw_environment_key_source_get_key_async);
  if (key != NULL)
    g_task_return_pointer (task, key, (GDestroyNotify) gw_access_key_unref);
  else
    g_task_return_new_error (task, GW_CLOUD_ERROR, GW_CLOUD_ERROR_NO_KEY, "%s",
                             _("There is no AccessKey in the environment. Start Gangway with "
                               "ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET "
                               "set."));
}

static GwAccessKey *
gw_environment_key_source_get_key_finish (GwKeySource   *source,
                                          GAsyncResult  *result,
                                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, source), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
gw_environment_key_source_iface_init (GwKeySourceInterface *iface)
{
  iface->get_async = gw_environment_key_source_get_key_async;
  iface->get_finish = gw_environment_key_source_get_key_finish;
}

static void
gw_environment_key_source_class_init (GwEnvironmentKeySourceClass *klass)
{
}

static void
gw_environment_key_source_init (GwEnvironmentKeySource *self)
{
}

GwKeySource *
gw_environment_key_source_new (void)
{
  return g_object_new (GW_TYPE_ENVIRONMENT_KEY_SOURCE, NULL);
}
