/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-ecs-source-private.h"

#include "gw-json.h"
#include "gw-ram.h"

#include <glib/gi18n.h>

#define MAX_REGIONS 200
#define GROUPS_PER_PAGE 100
#define MAX_GROUP_PAGES 20
#define MAX_TITLE_BYTES 1024
#define MAX_ID_BYTES 64

/* What DescribeRegions knows of languages, by the start of the locale's name. */
static const char *const languages[][2] = {
  { "zh_TW", "zh_TW" }, { "zh_HK", "zh_TW" }, { "zh", "zh-CN" }, { "ja", "ja" },
  { "fr", "fr" },       { "de", "de" },       { "ko", "ko" },
};

static void ask_groups (GwEcsRefresh *self);

static void
refresh_clear (GwEcsRefresh *self)
{
  _gw_ecs_refresh_drop_runs (self);
  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->running);
  g_ptr_array_unref (self->groups);
  g_ptr_array_unref (self->refusals);
  g_ptr_array_unref (self->failed);
  g_clear_error (&self->last_error);
}

static void
refresh_unref (GwEcsRefresh *self)
{
  g_rc_box_release_full (self, (GDestroyNotify) refresh_clear);
}

void
_gw_ecs_refresh_begin_call (GwEcsRefresh *self)
{
  self->n_calls++;
  g_rc_box_acquire (self);
}

void
_gw_ecs_refresh_end_call (GwEcsRefresh *self)
{
  self->n_calls--;
  if (self->source != NULL && self->n_calls == 0)
    _gw_ecs_refresh_finish (self, NULL);
  refresh_unref (self);
}

void
_gw_ecs_source_stop (GwEcsSource *self)
{
  GwEcsRefresh *refresh = g_steal_pointer (&self->refresh);

  if (refresh == NULL)
    return;
  refresh->source = NULL;
  _gw_ecs_refresh_drop_runs (refresh);
  g_cancellable_cancel (refresh->cancellable);
  refresh_unref (refresh);
  /* What was waited for was a call of it. */
  _gw_ecs_source_set_wait (self, 0);
}

/* All regions failed in the same way: then it is one problem. */
static gboolean
all_alike (GwEcsRefresh *self)
{
  return self->n_regions > 0 && self->failed->len == self->n_regions &&
         self->n_alike == self->n_regions;
}

static void
take_outcome (GwEcsSource  *self,
              GwEcsRefresh *refresh,
              const GError *problem)
{
  if (problem == NULL && all_alike (refresh))
    problem = refresh->last_error;
  g_clear_error (&self->problem);
  self->problem = problem != NULL ? g_error_copy (problem) : NULL;
  if (problem != NULL)
    g_ptr_array_set_size (refresh->failed, 0);
  g_ptr_array_unref (self->failed_regions);
  self->failed_regions = g_ptr_array_ref (refresh->failed);
  g_ptr_array_unref (self->refusals);
  self->refusals = g_ptr_array_ref (refresh->refusals);
  self->n_skipped = refresh->n_skipped;
}

void
_gw_ecs_refresh_finish (GwEcsRefresh *self,
                        const GError *problem)
{
  g_autoptr (GwEcsSource) source = g_object_ref (self->source);

  take_outcome (source, self, problem);
  _gw_ecs_source_stop (source);
  _gw_ecs_source_flush (source);
  /* Where all was refused, nothing is known to be up to date. */
  if (source->problem == NULL && source->failed_regions->len == 0 && self->n_complete > 0)
    _gw_ecs_source_set_updated (source, g_get_real_time () / G_USEC_PER_SEC);
  /* What came before a problem is there after the next start, too. */
  if (source->problem == NULL || self->n_pages > 0)
    _gw_ecs_source_write (source);
  _gw_ecs_source_set_progress (source, source->problem == NULL ? 1 : 0);
  _gw_ecs_source_set_state (source, GW_ECS_SOURCE_IDLE);
  _gw_ecs_source_problem_changed (source);
}

static const char *
get_language (void)
{
  const char *locale = g_get_language_names ()[0];

  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    if (g_str_has_prefix (locale, languages[i][0]))
      return languages[i][1];
  return "en-US";
}

/* The id and title of an entry of a list, or NULL. */
static GwCloudName *
parse_name (JsonNode   *node,
            const char *id_member,
            const char *title_member)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *id = object != NULL ? gw_json_get_string (object, id_member, MAX_ID_BYTES) : NULL;

  if (id == NULL)
    return NULL;
  return gw_cloud_name_new (id, gw_json_get_string (object, title_member, MAX_TITLE_BYTES));
}

/* (element-type GwCloudName) */
static GPtrArray *
parse_regions (GwEcsSource *source,
               JsonObject  *answer)
{
  GPtrArray *regions = g_ptr_array_new_with_free_func ((GDestroyNotify) gw_cloud_name_free);
  JsonArray *array = _gw_ecs_source_get_list (answer, "Regions", "Region");
  guint n = array != NULL ? MIN (json_array_get_length (array), MAX_REGIONS) : 0;

  /* Those that are sold out (Status) may hold instances all the same. */
  for (guint i = 0; i < n; i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      GwCloudName *name = parse_name (node, "RegionId", "LocalName");
      const char *endpoint;

      if (name == NULL)
        continue;
      g_ptr_array_add (regions, name);
      endpoint = gw_json_get_string (json_node_get_object (node), "RegionEndpoint",
                                     MAX_TITLE_BYTES);
      if (endpoint != NULL)
        gw_cloud_client_learn_endpoint (source->client, name->id, endpoint);
    }
  return regions;
}

static void
ask_known_regions (GwEcsRefresh *self,
                   gboolean      with_default)
{
  GwEcsSource *source = self->source;
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  if (with_default)
    g_ptr_array_add (ids, (gpointer) gw_account_get_region (source->account));
  for (guint i = 0; i < source->regions->len; i++)
    g_ptr_array_add (ids, ((GwCloudName *) g_ptr_array_index (source->regions, i))->id);
  /* One that is not listed any more is asked as long as there are instances of it: nothing else
   * would take them away. */
  for (guint i = 0; self->listed && i < g_list_model_get_n_items (G_LIST_MODEL (source)); i++)
    {
      g_autoptr (GwInstance) instance = g_list_model_get_item (G_LIST_MODEL (source), i);
      const char *region = gw_instance_get_text (instance, GW_INSTANCE_REGION);

      if (region != NULL && !g_hash_table_contains (source->names, region))
        g_ptr_array_add (ids, (gpointer) region);
    }
  _gw_ecs_refresh_ask_regions (self, ids);
}

static GError *
make_answer_error (GwEcsRefresh *self)
{
  GwCloudErrorDetails details = { .action = (char *) "ecs:DescribeRegions" };

  details.region = (char *) gw_account_get_region (self->source->account);
  return gw_cloud_error_new (GW_CLOUD_ERROR_ANSWER, &details,
                             _("The answer was not a list of regions"));
}

static void
on_regions (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  GwEcsRefresh *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = NULL;
  g_autoptr (GPtrArray) regions = NULL;

  answer = gw_cloud_client_call_finish (GW_CLOUD_CLIENT (object), result, &error);
  if (self->source != NULL)
    {
      regions = answer != NULL ? parse_regions (self->source, json_node_get_object (answer)) : NULL;
      if (regions != NULL && regions->len == 0)
        error = make_answer_error (self);
      if (error == NULL)
        {
          _gw_ecs_source_take_regions (self->source, g_steal_pointer (&regions));
          _gw_ecs_source_flush_soon (self->source);
          self->listed = TRUE;
          ask_known_regions (self, FALSE);
        }
      else if (g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_DENIED))
        {
          gw_refusal_collect (self->refusals, error);
          ask_known_regions (self, TRUE);
        }
      else
        _gw_ecs_refresh_finish (self, error);
    }
  _gw_ecs_refresh_end_call (self);
}

/* Whether there may be more. */
static gboolean
take_group_page (GwEcsRefresh *self,
                 JsonObject   *answer)
{
  JsonArray *array = _gw_ecs_source_get_list (answer, "ResourceGroups", "ResourceGroup");
  guint n = array != NULL ? json_array_get_length (array) : 0;

  for (guint i = 0; i < MIN (n, GROUPS_PER_PAGE); i++)
    {
      GwCloudName *name = parse_name (json_array_get_element (array, i), "Id", "DisplayName");

      if (name != NULL)
        g_ptr_array_add (self->groups, name);
    }
  return n >= GROUPS_PER_PAGE && self->group_page < MAX_GROUP_PAGES &&
         gw_json_get_int (answer, "TotalCount", 0) > self->group_page * GROUPS_PER_PAGE;
}

/* Adds those of @known that are not in @groups. */
static void
add_known (GPtrArray *groups,
           GPtrArray *known)
{
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < groups->len; i++)
    g_hash_table_add (ids, ((GwCloudName *) g_ptr_array_index (groups, i))->id);
  for (guint i = 0; i < known->len; i++)
    {
      GwCloudName *name = g_ptr_array_index (known, i);

      if (!g_hash_table_contains (ids, name->id))
        g_ptr_array_add (groups, gw_cloud_name_new (name->id, name->title));
    }
}

static void
show_groups (GwEcsRefresh *self,
             gboolean      complete)
{
  /* Whoever hears of a change may cancel. */
  g_autoptr (GwEcsSource) source = g_object_ref (self->source);

  if (!complete && self->groups->len == 0)
    return;
  if (!complete)
    add_known (self->groups, source->groups);
  _gw_ecs_source_take_groups (source, g_steal_pointer (&self->groups));
  self->groups = g_ptr_array_new_with_free_func ((GDestroyNotify) gw_cloud_name_free);
  _gw_ecs_source_flush_soon (source);
}

static void
on_groups (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  GwEcsRefresh *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = NULL;

  answer = gw_cloud_client_call_finish (GW_CLOUD_CLIENT (object), result, &error);
  if (self->source != NULL)
    {
      if (g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_DENIED))
        gw_refusal_collect (self->refusals, error);
      else if (error != NULL)
        g_info ("Resource groups: %s", error->message);
      if (error == NULL && take_group_page (self, json_node_get_object (answer)))
        ask_groups (self);
      else
        show_groups (self, error == NULL);
    }
  _gw_ecs_refresh_end_call (self);
}

static void
ask_groups (GwEcsRefresh *self)
{
  g_autofree char *page = g_strdup_printf ("%u", ++self->group_page);
  const char *const parameters[] = { "PageNumber", page, "PageSize",
                                     G_STRINGIFY (GROUPS_PER_PAGE), NULL };

  _gw_ecs_refresh_begin_call (self);
  gw_cloud_client_call_async (self->source->client, GW_CLOUD_RESOURCE_MANAGER, NULL,
                              "ListResourceGroups", parameters, self->cancellable, on_groups,
                              self);
}

static void
ask_regions (GwEcsRefresh *self)
{
  const char *const parameters[] = { "AcceptLanguage", get_language (), NULL };

  _gw_ecs_refresh_begin_call (self);
  gw_cloud_client_call_async (self->source->client, GW_CLOUD_ECS,
                              gw_account_get_region (self->source->account), "DescribeRegions",
                              parameters, self->cancellable, on_regions, self);
}

void
_gw_ecs_source_start (GwEcsSource *self)
{
  GwEcsRefresh *refresh = g_rc_box_new0 (GwEcsRefresh);

  g_assert (self->refresh == NULL);

  refresh->source = self;
  refresh->cancellable = g_cancellable_new ();
  refresh->round = ++self->round;
  refresh->running = g_ptr_array_new ();
  refresh->groups = g_ptr_array_new_with_free_func ((GDestroyNotify) gw_cloud_name_free);
  refresh->refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) gw_refusal_free);
  refresh->failed = g_ptr_array_new_with_free_func (g_free);
  self->refresh = refresh;
  ask_regions (refresh);
  ask_groups (refresh);
  _gw_ecs_source_set_progress (self, 0);
  _gw_ecs_source_set_state (self, GW_ECS_SOURCE_REFRESHING);
}
