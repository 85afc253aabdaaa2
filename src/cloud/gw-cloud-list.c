/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-cloud-client-private.h"

#include "gw-json.h"

#include <glib/gi18n.h>

#define PAGE_SIZE "100"
#define MAX_TOKEN 8192
#define MAX_PAGES 5000
/* Pages in a row without anything new that a list may have. */
#define MAX_IDLE_PAGES 3

typedef struct
{
  GwCloudProduct product;
  char *region;
  char *action;
  GPtrArray *parameters; /* those of the caller and MaxResults */
  GwCloudPageFunc page;
  gpointer page_data;
  GHashTable *tokens;    /* that were seen */
  guint n_idle;
} List;

static void
list_free (List *list)
{
  g_free (list->region);
  g_free (list->action);
  g_ptr_array_unref (list->parameters);
  g_hash_table_unref (list->tokens);
  g_free (list);
}

static void list_ask (GTask      *task,
                      const char *token);

/* %NULL and no error: the list is at its end. */
static const char *
read_token (List        *list,
            JsonObject  *answer,
            GError     **error)
{
  const char *token = gw_json_get_string (answer, "NextToken", MAX_TOKEN);
  const char *message = NULL;

  if (token == NULL && (!json_object_has_member (answer, "NextToken")
                        || json_object_get_null_member (answer, "NextToken")))
    return NULL;
  if (token != NULL && *token == '\0')
    return NULL;
  if (token == NULL)
    message = _("A list of the cloud goes on in a way that makes no sense. Try again later.");
  else if (!g_hash_table_add (list->tokens, g_strdup (token)) || list->n_idle >= MAX_IDLE_PAGES
           || g_hash_table_size (list->tokens) >= MAX_PAGES)
    message = _("A list of the cloud does not end. What came of it is shown.");
  if (message != NULL)
    {
      g_autofree char *action
          = g_strconcat (gw_cloud_product_get_prefix (list->product), ":", list->action, NULL);
      const GwCloudErrorDetails details = { .action = action, .region = list->region };

      g_propagate_error (error, gw_cloud_error_new (GW_CLOUD_ERROR_ANSWER, &details, message));
      return NULL;
    }
  return token;
}

static void
on_page (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = NULL;
  List *list = g_task_get_task_data (task);
  JsonObject *answer;
  const char *token;

  root = gw_cloud_client_call_finish (GW_CLOUD_CLIENT (source), result, &error);
  if (root == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  answer = json_node_get_object (root);
  list->n_idle = list->page (answer, list->page_data) > 0 ? 0 : list->n_idle + 1;
  token = read_token (list, answer, &error);
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (token == NULL)
    g_task_return_boolean (task, TRUE);
  else
    list_ask (g_steal_pointer (&task), token);
}

/* Takes @task. */
static void
list_ask (GTask      *task,
          const char *token)
{
  List *list = g_task_get_task_data (task);
  g_autoptr (GPtrArray) parameters = g_ptr_array_copy (list->parameters, NULL, NULL);

  g_ptr_array_set_free_func (parameters, NULL);
  if (token != NULL)
    {
      g_ptr_array_add (parameters, (gpointer) "NextToken");
      g_ptr_array_add (parameters, (gpointer) token);
    }
  g_ptr_array_add (parameters, NULL);
  gw_cloud_client_call_async (g_task_get_source_object (task), list->product, list->region,
                              list->action, (const char *const *) parameters->pdata,
                              g_task_get_cancellable (task), on_page, task);
}

void
gw_cloud_client_list_async (GwCloudClient       *self,
                            GwCloudProduct       product,
                            const char          *region,
                            const char          *action,
                            const char *const   *parameters,
                            GwCloudPageFunc      page,
                            gpointer             page_data,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  gboolean has_size = FALSE;
  List *list;

  g_return_if_fail (GW_IS_CLOUD_CLIENT (self));
  g_return_if_fail (action != NULL && page != NULL);

  list = g_new0 (List, 1);
  list->product = product;
  list->region = g_strdup (region);
  list->action = g_strdup (action);
  list->page = page;
  list->page_data = page_data;
  list->tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  list->parameters = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; parameters != NULL && parameters[i] != NULL; i++)
    {
      has_size |= i % 2 == 0 && g_str_equal (parameters[i], "MaxResults");
      g_ptr_array_add (list->parameters, g_strdup (parameters[i]));
    }
  if (!has_size)
    {
      g_ptr_array_add (list->parameters, g_strdup ("MaxResults"));
      g_ptr_array_add (list->parameters, g_strdup (PAGE_SIZE));
    }
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_cloud_client_list_async);
  g_task_set_task_data (task, list, (GDestroyNotify) list_free);
  list_ask (g_steal_pointer (&task), NULL);
}

gboolean
gw_cloud_client_list_finish (GwCloudClient  *self,
                             GAsyncResult   *result,
                             GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
