/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The cloud accounts and their sources as a test wants them to be: linked in place of the real
 * ones, which are archives. What a widget calls of them and is not here makes the linker complain
 * of doubles. */

#include "gw-cloud-accounts.h"

struct _GwEcsSource
{
  GwSource          parent_instance;

  GwAccount        *account;
  GwEcsSourceState  state;
  double            progress;
  gint64            updated;
  GError           *problem;
  GPtrArray        *failed;
  GPtrArray        *refusals;
  GPtrArray        *regions;
  guint             n_skipped;
  guint             wait;
  guint             n_refreshes; /* calls */
  guint             n_cancels;
};

G_DEFINE_FINAL_TYPE (GwEcsSource, gw_ecs_source, GW_TYPE_SOURCE)

static void
gw_ecs_source_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
}

static void
gw_ecs_source_finalize (GObject *object)
{
  GwEcsSource *self = GW_ECS_SOURCE (object);

  g_clear_object (&self->account);
  g_clear_error (&self->problem);
  g_ptr_array_unref (self->failed);
  g_ptr_array_unref (self->refusals);
  g_ptr_array_unref (self->regions);
  G_OBJECT_CLASS (gw_ecs_source_parent_class)->finalize (object);
}

static void
gw_ecs_source_class_init (GwEcsSourceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = gw_ecs_source_finalize;
  object_class->get_property = gw_ecs_source_get_property;
  g_object_class_install_property (object_class, 1,
                                   g_param_spec_uint ("state", NULL, NULL, 0, 2, 0, flags));
  g_object_class_install_property (object_class, 2,
                                   g_param_spec_double ("progress", NULL, NULL, 0, 1, 0, flags));
  g_object_class_install_property (object_class, 3,
                                   g_param_spec_int64 ("updated", NULL, NULL, 0, G_MAXINT64, 0,
                                                       flags));
  g_signal_new ("problem-changed", GW_TYPE_ECS_SOURCE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
}

static void
gw_ecs_source_init (GwEcsSource *self)
{
  self->failed = g_ptr_array_new_with_free_func (g_free);
  self->refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) gw_refusal_free);
  self->regions = g_ptr_array_new_with_free_func ((GDestroyNotify) gw_cloud_name_free);
}

GwAccount *
gw_ecs_source_get_account (GwEcsSource *self)
{
  return self->account;
}

GwEcsSourceState
gw_ecs_source_get_state (GwEcsSource *self)
{
  return self->state;
}

double
gw_ecs_source_get_progress (GwEcsSource *self)
{
  return self->progress;
}

gint64
gw_ecs_source_get_updated (GwEcsSource *self)
{
  return self->updated;
}

const GError *
gw_ecs_source_get_problem (GwEcsSource *self)
{
  return self->problem;
}

GPtrArray *
gw_ecs_source_get_failed_regions (GwEcsSource *self)
{
  return self->failed;
}

GPtrArray *
gw_ecs_source_get_refusals (GwEcsSource *self)
{
  return self->refusals;
}

GPtrArray *
gw_ecs_source_get_regions (GwEcsSource *self)
{
  return self->regions;
}

guint
gw_ecs_source_get_n_skipped (GwEcsSource *self)
{
  return self->n_skipped;
}

guint
gw_ecs_source_get_wait (GwEcsSource *self)
{
  return self->wait;
}

const char *
gw_ecs_source_get_name (GwEcsSource *self,
                        const char  *id)
{
  for (guint i = 0; i < self->regions->len; i++)
    {
      GwCloudName *name = self->regions->pdata[i];

      if (g_str_equal (name->id, id))
        return name->title;
    }
  return id;
}

GwInstance *
gw_ecs_source_lookup (GwEcsSource *self,
                      const char  *id)
{
  GListModel *store = G_LIST_MODEL (gw_source_get_store (GW_SOURCE (self)));

  for (guint i = 0; i < g_list_model_get_n_items (store); i++)
    {
      g_autoptr (GwInstance) instance = g_list_model_get_item (store, i);

      if (g_str_equal (gw_instance_get_id (instance), id))
        return instance; /* the store holds it */
    }
  return NULL;
}

void
gw_ecs_source_refresh (GwEcsSource *self)
{
  self->n_refreshes++;
}

void
gw_ecs_source_cancel (GwEcsSource *self)
{
  self->n_cancels++;
}

void
gw_ecs_source_ask_async (GwEcsSource         *self,
                         GwInstance          *instance,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_assert_not_reached ();
}

gboolean
gw_ecs_source_ask_finish (GwEcsSource   *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_assert_not_reached ();
}

struct _GwCloudAccounts
{
  GObject    parent_instance;

  GwKeyring *keyring;
  GPtrArray *sources; /* (element-type GwEcsSource) */
  GTask     *asking;  /* that waits for test_accounts_answer() */
  guint      n_asked;
};

static GType
gw_cloud_accounts_get_item_type (GListModel *model)
{
  return GW_TYPE_ACCOUNT;
}

static guint
gw_cloud_accounts_get_n_items (GListModel *model)
{
  return GW_CLOUD_ACCOUNTS (model)->sources->len;
}

static gpointer
gw_cloud_accounts_get_item (GListModel *model,
                            guint       position)
{
  GwEcsSource *source = GW_CLOUD_ACCOUNTS (model)->sources->pdata[position];

  return g_object_ref (source->account);
}

static void
gw_cloud_accounts_list_init (GListModelInterface *iface)
{
  iface->get_item_type = gw_cloud_accounts_get_item_type;
  iface->get_n_items = gw_cloud_accounts_get_n_items;
  iface->get_item = gw_cloud_accounts_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (GwCloudAccounts, gw_cloud_accounts, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      gw_cloud_accounts_list_init))

static void
gw_cloud_accounts_finalize (GObject *object)
{
  GwCloudAccounts *self = GW_CLOUD_ACCOUNTS (object);

  g_assert_null (self->asking);
  g_clear_object (&self->keyring);
  g_ptr_array_unref (self->sources);
  G_OBJECT_CLASS (gw_cloud_accounts_parent_class)->finalize (object);
}

static void
gw_cloud_accounts_class_init (GwCloudAccountsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gw_cloud_accounts_finalize;
}

static void
gw_cloud_accounts_init (GwCloudAccounts *self)
{
  self->sources = g_ptr_array_new_with_free_func (g_object_unref);
}

GwKeyring *
gw_cloud_accounts_get_keyring (GwCloudAccounts *self)
{
  return self->keyring;
}

GwEcsSource *
gw_cloud_accounts_find_source (GwCloudAccounts *self,
                               GwInstance      *instance)
{
  for (guint i = 0; i < self->sources->len; i++)
    if (g_list_store_find (gw_source_get_store (self->sources->pdata[i]), instance, NULL))
      return self->sources->pdata[i];
  return NULL;
}

GwCloudClient *
gw_cloud_accounts_dup_client (GwCloudAccounts  *self,
                              GwInstance       *instance,
                              const char      **region)
{
  return NULL;
}

GwAssistNotes *
gw_cloud_accounts_get_assist_notes (GwCloudAccounts *self)
{
  return NULL;
}

gboolean
gw_cloud_accounts_needs_asking (GwCloudAccounts *self,
                                GwInstance      *instance)
{
  return gw_cloud_accounts_find_source (self, instance) != NULL
         && g_get_real_time () / G_USEC_PER_SEC - gw_instance_get_status_time (instance)
            > GW_CLOUD_STATE_AGE;
}

void
gw_cloud_accounts_ask_async (GwCloudAccounts     *self,
                             GwInstance          *instance,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_assert_true (self->asking == NULL || g_cancellable_is_cancelled (
    g_task_get_cancellable (self->asking)));
  if (self->asking != NULL)
    g_task_return_boolean (self->asking, TRUE);
  g_clear_object (&self->asking);
  self->n_asked++;
  self->asking = g_task_new (self, cancellable, callback, user_data);
}

gboolean
gw_cloud_accounts_ask_finish (GwCloudAccounts  *self,
                              GAsyncResult     *result,
                              GError          **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

char *
gw_cloud_console_uri (GwInstance *instance)
{
  return g_strdup_printf ("https://example.invalid/%s", gw_instance_get_id (instance));
}

char *
gw_cloud_workbench_uri (GwInstance *instance)
{
  return gw_cloud_console_uri (instance);
}

/* The cloud answers: @error (transfer full, nullable). What it said is set before. */
G_GNUC_UNUSED static void
test_accounts_answer (GwCloudAccounts *self,
                      GError          *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->asking);

  g_assert_nonnull (task);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
  /* Its callback comes from the main context, and lets go of the window. */
  while (!g_task_get_completed (task))
    g_main_context_iteration (NULL, TRUE);
}

G_GNUC_UNUSED static GwEcsSource *
test_accounts_add (GwCloudAccounts *self,
                   const char      *name)
{
  GwEcsSource *source = g_object_new (GW_TYPE_ECS_SOURCE, "id", name, "title", name, NULL);

  source->account = gw_account_new (NULL, GW_ACCOUNT_ACCESS_KEY);
  gw_account_set_name (source->account, name);
  g_ptr_array_add (source->regions, gw_cloud_name_new ("cn-hangzhou", "China (Hangzhou)"));
  g_ptr_array_add (source->regions, gw_cloud_name_new ("us-east-1", "US (Virginia)"));
  g_ptr_array_add (self->sources, source);
  g_list_model_items_changed (G_LIST_MODEL (self), self->sources->len - 1, 0, 1);
  return source;
}
