/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-cloud-accounts-private.h"

#include <glib/gi18n.h>

#include "gw-json.h"
#include "gw-sts.h"

/* Trying an account before it is saved, and copying the AccessKey of a profile. */

/* Seconds for all calls together. */
#define VERIFY_TIMEOUT 30
/* The most regions that are listed. */
#define MAX_REGIONS 200

/* What is asked after who it is, one after the other: the first answer that is no answer says all
 * that there is to say. */
static const struct {
  GwCloudProduct product;
  const char *action;
  const char *parameters[3];
} calls[] = {
  { GW_CLOUD_ECS, "DescribeRegions", { NULL } },
  { GW_CLOUD_ECS, "DescribeInstances", { "MaxResults", "10", NULL } },
  { GW_CLOUD_RESOURCE_MANAGER, "ListResourceGroups", { "PageSize", "10", NULL } },
};

typedef struct {
  GwCloudClient *client;
  char *region;
  GwVerified *verified;
  GCancellable *stop; /* not the caller's */
  GSource *cancelled;
  guint deadline_id;
  guint next;         /* of @calls */
  guint n_refused;    /* of regions and instances */
} Verify;

void
gw_verified_free (GwVerified *self)
{
  g_free (self->account_id);
  g_free (self->user);
  g_ptr_array_unref (self->regions);
  g_ptr_array_unref (self->refusals);
  g_free (self);
}

static void
verify_free (Verify *verify)
{
  if (verify->cancelled != NULL)
    g_source_destroy (verify->cancelled);
  g_clear_pointer (&verify->cancelled, g_source_unref);
  g_clear_handle_id (&verify->deadline_id, g_source_remove);
  g_object_unref (verify->client);
  g_object_unref (verify->stop);
  g_clear_pointer (&verify->verified, gw_verified_free);
  g_free (verify->region);
  g_free (verify);
}

static gboolean
on_cancelled (GCancellable *cancellable,
              gpointer      user_data)
{
  Verify *verify = user_data;

  g_cancellable_cancel (verify->stop);
  return G_SOURCE_REMOVE;
}

static gboolean
on_deadline (gpointer user_data)
{
  Verify *verify = user_data;

  verify->deadline_id = 0;
  g_cancellable_cancel (verify->stop);
  return G_SOURCE_REMOVE;
}

/* Takes @error. */
static void
fail (GTask  *task,
      GError *error)
{
  Verify *verify = g_task_get_task_data (task);
  gboolean is_late = verify->deadline_id == 0;
  GwCloudErrorDetails details = { NULL };

  g_clear_handle_id (&verify->deadline_id, g_source_remove);
  if (is_late && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_error_free (error);
      error = gw_cloud_error_new (GW_CLOUD_ERROR_TIMED_OUT, &details,
                                  _("The cloud did not answer in time. Check the network and the "
                                    "endpoint, and try again."));
    }
  g_task_return_error (task, error);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  const GwCloudName *const *first = a;
  const GwCloudName *const *second = b;

  return g_utf8_collate ((*first)->title, (*second)->title);
}

static void
take_regions (Verify   *verify,
              JsonNode *answer)
{
  JsonObject *regions = gw_json_get_object (json_node_get_object (answer), "Regions");
  JsonArray *array = regions != NULL ? gw_json_get_array (regions, "Region") : NULL;
  guint n = array != NULL ? MIN (json_array_get_length (array), MAX_REGIONS) : 0;

  for (guint i = 0; i < n; i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      JsonObject *region = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *id = region != NULL ? gw_json_get_string (region, "RegionId", 64) : NULL;
      GwCloudName *name = NULL;

      if (id != NULL)
        name = gw_cloud_name_new (id, gw_json_get_string (region, "LocalName", 256));
      if (name != NULL)
        g_ptr_array_add (verify->verified->regions, name);
    }
  g_ptr_array_sort (verify->verified->regions, compare_names);
  verify->verified->n_regions = verify->verified->regions->len;
}

static void call_next (GTask *task);

static void
on_called (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Verify *verify = g_task_get_task_data (task);
  guint asked = verify->next++;
  g_autoptr (JsonNode) answer = NULL;
  g_autoptr (GError) error = NULL;

  answer = gw_cloud_client_call_finish (GW_CLOUD_CLIENT (source), result, &error);
  if (answer != NULL && asked == 0)
    take_regions (verify, answer);
  if (answer == NULL && !g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_DENIED))
    {
      fail (task, g_steal_pointer (&error));
      return;
    }
  if (answer == NULL)
    {
      gw_refusal_collect (verify->verified->refusals, error);
      verify->n_refused += calls[asked].product == GW_CLOUD_ECS;
    }
  if (answer == NULL && calls[asked].product == GW_CLOUD_ECS && verify->n_refused == 2)
    fail (task, g_steal_pointer (&error));
  else
    call_next (task);
}

static void
call_next (GTask *task)
{
  Verify *verify = g_task_get_task_data (task);

  if (verify->next < G_N_ELEMENTS (calls))
    {
      GwCloudProduct product = calls[verify->next].product;

      gw_cloud_client_call_async (verify->client, product,
                                  product == GW_CLOUD_ECS ? verify->region : NULL,
                                  calls[verify->next].action, calls[verify->next].parameters,
                                  verify->stop, on_called, g_object_ref (task));
      return;
    }
  g_clear_handle_id (&verify->deadline_id, g_source_remove);
  g_task_return_pointer (task, g_steal_pointer (&verify->verified),
                         (GDestroyNotify) gw_verified_free);
}

static void
on_caller (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Verify *verify = g_task_get_task_data (task);
  g_autoptr (GwCallerIdentity) caller = NULL;
  g_autoptr (GError) error = NULL;

  caller = gw_sts_get_caller_finish (GW_CLOUD_CLIENT (source), result, &error);
  if (caller != NULL)
    {
      verify->verified->account_id = g_strdup (caller->account_id);
      verify->verified->user = g_strdup (caller->user);
    }
  else if (g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_DENIED))
    gw_refusal_collect (verify->verified->refusals, error);
  else
    {
      fail (task, g_steal_pointer (&error));
      return;
    }
  call_next (task);
}

void
gw_cloud_accounts_verify_async (GwCloudAccounts     *self,
                                GwAccount           *account,
                                GwAccessKey         *key,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Verify *verify;

  g_return_if_fail (GW_IS_CLOUD_ACCOUNTS (self));
  g_return_if_fail (GW_IS_ACCOUNT (account));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_cloud_accounts_verify_async);
  verify = g_new0 (Verify, 1);
  verify->client = gw_cloud_accounts_create_client (self, account, key);
  verify->region = g_strdup (gw_account_get_region (account));
  verify->stop = g_cancellable_new ();
  verify->verified = g_new0 (GwVerified, 1);
  verify->verified->regions
    = g_ptr_array_new_with_free_func ((GDestroyNotify) gw_cloud_name_free);
  verify->verified->refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) gw_refusal_free);
  verify->deadline_id = g_timeout_add_seconds (VERIFY_TIMEOUT, on_deadline, verify);
  if (cancellable != NULL)
    {
      verify->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (verify->cancelled, G_SOURCE_FUNC (on_cancelled), verify, NULL);
      g_source_attach (verify->cancelled, NULL);
    }
  g_task_set_task_data (task, verify, (GDestroyNotify) verify_free);
  gw_sts_get_caller_async (verify->client, NULL, verify->stop, on_caller, g_steal_pointer (&task));
}

GwVerified *
gw_cloud_accounts_verify_finish (GwCloudAccounts  *self,
                                 GAsyncResult     *result,
                                 GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Copying */

static void
on_key (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GwAccessKey *key = gw_key_source_get_finish (GW_KEY_SOURCE (source), result, &error);

  if (key != NULL)
    g_task_return_pointer (task, key, (GDestroyNotify) gw_access_key_unref);
  else
    g_task_return_error (task, error);
}

void
gw_cloud_accounts_copy_key_async (GwCloudAccounts     *self,
                                  GwAccount           *account,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_autoptr (GwKeySource) keys = NULL;
  GTask *task;

  g_return_if_fail (GW_IS_CLOUD_ACCOUNTS (self));
  g_return_if_fail (GW_IS_ACCOUNT (account));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_cloud_accounts_copy_key_async);
  keys = gw_cloud_accounts_create_keys (self, account, NULL);
  gw_key_source_get_async (keys, cancellable, on_key, task);
}

GwAccessKey *
gw_cloud_accounts_copy_key_finish (GwCloudAccounts  *self,
                                   GAsyncResult     *result,
                                   GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
