/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-ecs-source-private.h"

#include "gw-ecs-cache.h"
#include "gw-json.h"
#include "gw-ram.h"

#include <glib/gi18n.h>

#define MAX_RUNNING 8
/* So many regions in a row that fail alike, for want of a network or because too much was
 * asked: the others would, too. */
#define MAX_ALIKE 3
/* A region is not done before its last page is there, whatever its first page promised. */
#define MAX_FRACTION 0.95

/* One region in a refresh. */
typedef struct {
  GwEcsRefresh *refresh;
  char *region;
  gint64 total; /* what the first page promises */
  guint n_read;
  gboolean broken; /* an answer was not a list */
} Run;

static void start_runs (GwEcsRefresh *self);

static void
run_free (Run *run)
{
  g_free (run->region);
  g_free (run);
}

void
_gw_ecs_refresh_drop_runs (GwEcsRefresh *self)
{
  g_queue_clear_full (&self->waiting, (GDestroyNotify) run_free);
}

/* No other region would get a better answer. */
static gboolean
is_general (const GError *error)
{
  if (error->domain != GW_CLOUD_ERROR)
    return TRUE; /* of the keyring */
  switch ((GwCloudError) error->code)
    {
    case GW_CLOUD_ERROR_ENDPOINT:
    case GW_CLOUD_ERROR_KEY:
    case GW_CLOUD_ERROR_SECRET:
    case GW_CLOUD_ERROR_EXPIRED:
    case GW_CLOUD_ERROR_CLOCK:
    case GW_CLOUD_ERROR_NO_KEY:
    case GW_CLOUD_ERROR_SIGN_IN:
      return TRUE;
    case GW_CLOUD_ERROR_FAILED:
    case GW_CLOUD_ERROR_THROTTLED:
    case GW_CLOUD_ERROR_NETWORK:
    case GW_CLOUD_ERROR_TIMED_OUT:
    case GW_CLOUD_ERROR_TLS:
    case GW_CLOUD_ERROR_ANSWER:
    case GW_CLOUD_ERROR_DENIED:
    case GW_CLOUD_ERROR_NOT_FOUND:
    default:
      return FALSE;
    }
}

static void
tell_progress (GwEcsRefresh *self)
{
  double done = self->done;

  for (guint i = 0; i < self->running->len; i++)
    {
      Run *run = g_ptr_array_index (self->running, i);

      if (run->total > 0)
        done += MIN ((double) run->n_read / run->total, MAX_FRACTION);
    }
  _gw_ecs_source_set_progress (self->source, MAX (done / self->n_regions, self->source->progress));
}

/* Whether it was new. */
static gboolean
take_instance (Run         *run,
               GwEcsSource *source,
               GwInstance  *instance)
{
  /* A list without an end comes to one here: pages without anything new end it. */
  if (gw_ecs_list_get_size (source->list) >= GW_ECS_CACHE_MAX_INSTANCES &&
      gw_ecs_list_lookup (source->list, gw_instance_get_id (instance)) == NULL)
    return FALSE;
  if (!gw_ecs_list_put (source->list, instance, run->refresh->round))
    return FALSE;
  _gw_ecs_source_learn_group (source, instance);
  return TRUE;
}

static guint
take_page (Run         *run,
           GwEcsSource *source,
           JsonArray   *array)
{
  GwEcsRefresh *self = run->refresh;
  guint n_new = 0;

  /* Whoever hears of a change may cancel. */
  for (guint i = 0; i < json_array_get_length (array) && self->source != NULL; i++)
    {
      g_autoptr (GwInstance) instance = NULL;

      instance = _gw_ecs_source_parse (json_array_get_element (array, i), run->region);
      run->n_read++;
      /* What makes no sense may have been there before or not: the number of pages bounds it. */
      if (instance == NULL)
        {
          self->n_skipped++;
          n_new++;
        }
      else if (take_instance (run, source, instance))
        n_new++;
    }
  return n_new;
}

static guint
on_page (JsonObject *answer,
         gpointer    user_data)
{
  Run *run = user_data;
  GwEcsRefresh *self = run->refresh;
  JsonArray *array = _gw_ecs_source_get_list (answer, "Instances", "Instance");
  g_autoptr (GwEcsSource) source = NULL;
  guint n_new;

  /* The tick may have gone since it was asked. */
  if (self->source == NULL || !_gw_ecs_source_is_ticked (self->source, run->region))
    return 0;
  if (array == NULL)
    {
      run->broken = TRUE;
      return 0;
    }
  source = g_object_ref (self->source);
  self->n_pages++;
  if (run->total == 0)
    run->total = gw_json_get_int (answer, "TotalCount", 0);
  n_new = take_page (run, source, array);
  if (self->source != NULL)
    {
      _gw_ecs_source_flush_soon (source);
      tell_progress (self);
    }
  return n_new;
}

/* Whether to go on with the others. */
static gboolean
take_failure (GwEcsRefresh *self,
              const char   *region,
              const GError *error)
{
  if (g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_DENIED))
    {
      self->n_alike = 0;
      gw_refusal_collect (self->refusals, error);
      return TRUE;
    }
  g_info ("Instances in %s: %s", region, error->message);
  g_ptr_array_add (self->failed, g_strdup (region));
  if (self->last_error == NULL ||
      !g_error_matches (error, self->last_error->domain, self->last_error->code))
    self->n_alike = 0;
  self->n_alike++;
  g_clear_error (&self->last_error);
  self->last_error = g_error_copy (error);
  if (is_general (error))
    return FALSE;
  return self->n_alike < MAX_ALIKE ||
         !(g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_THROTTLED) ||
           g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_NETWORK) ||
           g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_TIMED_OUT) ||
           g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_TLS));
}

/* Where a region is neither listed nor found, nothing is left of it; one that was ticked failed. */
static gboolean
is_gone (GwEcsRefresh *self,
         const char   *region,
         const GError *error)
{
  return self->listed && *gw_account_get_regions (self->source->account) == NULL &&
         g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_NOT_FOUND) &&
         !g_hash_table_contains (self->source->names, region);
}

static void
take_end (Run          *run,
          const GError *error)
{
  GwEcsRefresh *self = run->refresh;
  g_autoptr (GwEcsSource) source = g_object_ref (self->source);

  self->done++;
  if (error == NULL || is_gone (self, run->region, error))
    {
      self->n_alike = 0;
      self->n_complete += error == NULL ? 1 : 0;
      gw_ecs_list_sweep (source->list, run->region, self->round);
      _gw_ecs_source_flush_soon (source);
    }
  else if (_gw_ecs_source_is_ticked (source, run->region) &&
           !take_failure (self, run->region, error))
    {
      _gw_ecs_refresh_finish (self, error);
      return;
    }
  tell_progress (self);
  start_runs (self);
}

static void
on_region (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  Run *run = user_data;
  GwEcsRefresh *self = run->refresh;
  g_autoptr (GError) error = NULL;

  gw_cloud_client_list_finish (GW_CLOUD_CLIENT (object), result, &error);
  if (error == NULL && run->broken)
    {
      GwCloudErrorDetails details = { .action = (char *) "ecs:DescribeInstances",
                                      .region = run->region };

      error = gw_cloud_error_new (GW_CLOUD_ERROR_ANSWER, &details,
                                  _("The answer was not a list of instances"));
    }
  g_ptr_array_remove_fast (self->running, run);
  if (self->source != NULL)
    take_end (run, error);
  run_free (run);
  _gw_ecs_refresh_end_call (self);
}

static void
start_runs (GwEcsRefresh *self)
{
  static const char *const parameters[] = { NULL };

  while (self->source != NULL && self->running->len < MAX_RUNNING &&
         !g_queue_is_empty (&self->waiting))
    {
      Run *run = g_queue_pop_head (&self->waiting);

      g_ptr_array_add (self->running, run);
      _gw_ecs_refresh_begin_call (self);
      gw_cloud_client_list_async (self->source->client, GW_CLOUD_ECS, run->region,
                                  "DescribeInstances", parameters, on_page, run,
                                  self->cancellable, on_region, run);
    }
}

static void
add_run (GwEcsRefresh *self,
         GHashTable   *wanted,
         const char   *region)
{
  Run *run;

  /* Each is asked once, in the order of the first mention. */
  if (!g_hash_table_remove (wanted, region))
    return;
  run = g_new0 (Run, 1);
  run->refresh = self;
  run->region = g_strdup (region);
  g_queue_push_tail (&self->waiting, run);
  self->n_regions++;
}

void
_gw_ecs_refresh_ask_regions (GwEcsRefresh *self,
                             GPtrArray    *ids)
{
  GwEcsSource *source = self->source;
  GListModel *model = G_LIST_MODEL (source);
  g_autoptr (GHashTable) wanted = g_hash_table_new (g_str_hash, g_str_equal);
  const char *const *ticked = gw_account_get_regions (source->account);

  for (guint i = 0; ticked[i] != NULL; i++)
    g_hash_table_add (wanted, (gpointer) ticked[i]);
  for (guint i = 0; *ticked == NULL && i < ids->len; i++)
    g_hash_table_add (wanted, g_ptr_array_index (ids, i));

  add_run (self, wanted, gw_account_get_region (source->account));
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (GwInstance) instance = g_list_model_get_item (model, i);
      const char *region = gw_instance_get_text (instance, GW_INSTANCE_REGION);

      if (region != NULL)
        add_run (self, wanted, region);
    }
  for (guint i = 0; i < ids->len; i++)
    add_run (self, wanted, g_ptr_array_index (ids, i));
  for (guint i = 0; ticked[i] != NULL; i++)
    add_run (self, wanted, ticked[i]);
  start_runs (self);
}
