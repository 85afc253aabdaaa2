/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-account-key-source.h"

#include <glib/gi18n.h>

#include "gw-cloud-error.h"
#include "gw-error.h"

struct _GwAccountKeySource
{
  GObject parent_instance;

  GwKeyring *keyring;
  GwAccount *account;
};

static void key_source_iface_init (GwKeySourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GwAccountKeySource, gw_account_key_source, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GW_TYPE_KEY_SOURCE, key_source_iface_init))

static GError *
describe_missing (GwAccountKeySource *self)
{
  GwCloudErrorDetails details = { NULL };
  g_autofree char *message = NULL;

  /* Translators: the name of a cloud account. */
  message = g_strdup_printf (_("The AccessKey of “%s” is not in the keyring any more. Edit the "
                               "account to enter it again."),
                             gw_account_get_name (self->account));
  return gw_cloud_error_new (GW_CLOUD_ERROR_NO_KEY, &details, message);
}

static void
on_loaded (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GwSensitive) packed = NULL;
  g_autoptr (GError) error = NULL;
  GwAccessKey *key = NULL;

  packed = gw_keyring_load_finish (GW_KEYRING (source), result, &error);
  if (packed != NULL)
    key = gw_access_key_unpack (packed, &error);
  if (key != NULL)
    g_task_return_pointer (task, key, (GDestroyNotify) gw_access_key_unref);
  else if (g_error_matches (error, GW_ERROR, GW_ERROR_NO_SECRET))
    g_task_return_error (task, describe_missing (g_task_get_source_object (task)));
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
on_settled (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwAccountKeySource *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (gw_keyring_settle_finish (self->keyring, result, &error))
    gw_keyring_load_async (self->keyring, GW_ACCOUNT_ITEM, gw_account_get_id (self->account),
                           g_task_get_cancellable (task), on_loaded, g_object_ref (task));
  else
    g_task_return_error (task, error);
}

static void
get_async (GwKeySource         *source,
           GCancellable        *cancellable,
           GAsyncReadyCallback  callback,
           gpointer             user_data)
{
  GwAccountKeySource *self = GW_ACCOUNT_KEY_SOURCE (source);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, get_async);
  gw_keyring_settle_async (self->keyring, cancellable, on_settled, task);
}

static GwAccessKey *
get_finish (GwKeySource   *source,
            GAsyncResult  *result,
            GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, source), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
key_source_iface_init (GwKeySourceInterface *iface)
{
  iface->get_async = get_async;
  iface->get_finish = get_finish;
}

static void
gw_account_key_source_finalize (GObject *object)
{
  GwAccountKeySource *self = GW_ACCOUNT_KEY_SOURCE (object);

  g_object_unref (self->keyring);
  g_object_unref (self->account);

  G_OBJECT_CLASS (gw_account_key_source_parent_class)->finalize (object);
}

static void
gw_account_key_source_class_init (GwAccountKeySourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gw_account_key_source_finalize;
}

static void
gw_account_key_source_init (GwAccountKeySource *self)
{
}

GwKeySource *
gw_account_key_source_new (GwKeyring *keyring,
                           GwAccount *account)
{
  GwAccountKeySource *self;

  g_return_val_if_fail (GW_IS_KEYRING (keyring), NULL);
  g_return_val_if_fail (GW_IS_ACCOUNT (account), NULL);

  self = g_object_new (GW_TYPE_ACCOUNT_KEY_SOURCE, NULL);
  self->keyring = g_object_ref (keyring);
  self->account = g_object_ref (account);
  return GW_KEY_SOURCE (self);
}
