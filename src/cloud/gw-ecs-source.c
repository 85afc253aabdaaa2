/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "gw-ecs-source-private.h"

#include "gw-ecs-instance.h"
#include "gw-ram.h"

#include <glib/gstdio.h>
#include <math.h>

/* Pages that come within this time are shown together. */
#define FLUSH_MILLISECONDS 100
/* The least by which the progress moves. */
#define PROGRESS_STEP 0.005

G_DEFINE_FINAL_TYPE (GwEcsSource, gw_ecs_source, GW_TYPE_SOURCE)

enum { PROP_0, PROP_STATE, PROP_PROGRESS, PROP_UPDATED, N_PROPS };
static GParamSpec *properties[N_PROPS];

enum { NAMES_CHANGED, PROBLEM_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

void
_gw_ecs_source_set_state (GwEcsSource      *self,
                          GwEcsSourceState  state)
{
  if (self->state == state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

void
_gw_ecs_source_set_progress (GwEcsSource *self,
                             double       progress)
{
  if (progress == self->progress ||
      (progress > 0 && progress < 1 && fabs (progress - self->progress) < PROGRESS_STEP))
    return;
  self->progress = progress;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROGRESS]);
}

void
_gw_ecs_source_set_wait (GwEcsSource *self,
                         guint        seconds)
{
  if (self->wait == seconds)
    return;
  self->wait = seconds;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROGRESS]);
}

void
_gw_ecs_source_set_updated (GwEcsSource *self,
                            gint64       updated)
{
  if (self->updated == updated)
    return;
  self->updated = updated;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UPDATED]);
}

void
_gw_ecs_source_problem_changed (GwEcsSource *self)
{
  g_signal_emit (self, signals[PROBLEM_CHANGED], 0);
}

gboolean
_gw_ecs_source_is_ticked (GwEcsSource *self,
                          const char  *region)
{
  const char *const *ticked = gw_account_get_regions (self->account);

  return *ticked == NULL || (region != NULL && g_strv_contains (ticked, region));
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  const GwCloudName *first = *(GwCloudName *const *) a;
  const GwCloudName *second = *(GwCloudName *const *) b;
  int order = g_utf8_collate (first->title, second->title);

  return order != 0 ? order : strcmp (first->id, second->id);
}

void
_gw_ecs_source_flush (GwEcsSource *self)
{
  g_clear_handle_id (&self->flush_id, g_source_remove);
  gw_ecs_list_flush (self->list);
  if (!self->names_changed)
    return;
  self->names_changed = FALSE;
  g_ptr_array_sort (self->regions, compare_names);
  g_ptr_array_sort (self->groups, compare_names);
  g_signal_emit (self, signals[NAMES_CHANGED], 0);
}

static gboolean
on_flush (gpointer user_data)
{
  GwEcsSource *self = user_data;
  g_autoptr (GwEcsSource) alive = g_object_ref (self);

  self->flush_id = 0;
  _gw_ecs_source_flush (self);
  return G_SOURCE_REMOVE;
}

void
_gw_ecs_source_flush_soon (GwEcsSource *self)
{
  /* The first rows are what people wait for. */
  gboolean empty = g_list_model_get_n_items (G_LIST_MODEL (self)) == 0;

  if (self->flush_id == 0)
    self->flush_id = g_timeout_add (empty ? 0 : FLUSH_MILLISECONDS, on_flush, self);
}

static void
add_names (GwEcsSource *self,
           GPtrArray   *names)
{
  for (guint i = 0; i < names->len; i++)
    {
      GwCloudName *name = g_ptr_array_index (names, i);

      g_hash_table_insert (self->names, name->id, name);
    }
}

static void
index_names (GwEcsSource *self)
{
  g_hash_table_remove_all (self->names);
  add_names (self, self->groups);
  add_names (self, self->regions);
  self->names_changed = TRUE;
}

void
_gw_ecs_source_take_regions (GwEcsSource *self,
                             GPtrArray   *regions)
{
  g_ptr_array_unref (self->regions);
  self->regions = regions;
  index_names (self);
}

void
_gw_ecs_source_take_groups (GwEcsSource *self,
                            GPtrArray   *groups)
{
  GListModel *model = G_LIST_MODEL (self);

  gw_ecs_list_flush (self->list);
  g_ptr_array_unref (self->groups);
  self->groups = groups;
  index_names (self);
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (GwInstance) instance = g_list_model_get_item (model, i);

      _gw_ecs_source_learn_group (self, instance);
    }
}

void
_gw_ecs_source_learn_group (GwEcsSource *self,
                            GwInstance  *instance)
{
  const char *id = gw_instance_get_text (instance, GW_INSTANCE_RESOURCE_GROUP);
  GwCloudName *name;

  if (id == NULL || g_hash_table_contains (self->names, id))
    return;
  name = gw_cloud_name_new (id, id);
  if (name == NULL)
    return;
  g_ptr_array_add (self->groups, name);
  g_hash_table_insert (self->names, name->id, name);
  self->names_changed = TRUE;
}

static gboolean
wants_instance (GwInstance *instance,
                gpointer    user_data)
{
  return _gw_ecs_source_is_ticked (user_data, gw_instance_get_text (instance, GW_INSTANCE_REGION));
}

static void
on_account_changed (GwAccount   *account,
                    GwEcsSource *self)
{
  g_assert (GW_IS_ECS_SOURCE (self));

  gw_source_set_title (GW_SOURCE (self), gw_account_get_name (account));
  gw_ecs_list_filter (self->list, wants_instance, self);
  _gw_ecs_source_flush (self);
}

static void
on_waiting (GwCloudClient *client,
            guint          seconds,
            GwEcsSource   *self)
{
  g_assert (GW_IS_ECS_SOURCE (self));

  _gw_ecs_source_set_wait (self, seconds);
}

static void
stop_asking (GwEcsSource *self)
{
  g_cancellable_cancel (self->asking);
  g_object_unref (self->asking);
  self->asking = g_cancellable_new ();
  g_hash_table_remove_all (self->asked);
}

static void
gw_ecs_source_load (GwSource *source)
{
  _gw_ecs_source_read (GW_ECS_SOURCE (source));
}

static void
gw_ecs_source_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  GwEcsSource *self = GW_ECS_SOURCE (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_uint (value, self->state);
      break;
    case PROP_PROGRESS:
      g_value_set_double (value, self->progress);
      break;
    case PROP_UPDATED:
      g_value_set_int64 (value, self->updated);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
gw_ecs_source_dispose (GObject *object)
{
  GwEcsSource *self = GW_ECS_SOURCE (object);

  _gw_ecs_source_stop (self);
  _gw_ecs_source_stop_reading (self);
  _gw_ecs_source_stop_writing (self, FALSE);
  g_cancellable_cancel (self->asking);
  g_clear_handle_id (&self->flush_id, g_source_remove);
  g_signal_handlers_disconnect_by_data (self->account, self);
  g_signal_handlers_disconnect_by_data (self->client, self);

  G_OBJECT_CLASS (gw_ecs_source_parent_class)->dispose (object);
}

static void
gw_ecs_source_finalize (GObject *object)
{
  GwEcsSource *self = GW_ECS_SOURCE (object);

  g_object_unref (self->account);
  g_object_unref (self->client);
  g_object_unref (self->asking);
  g_free (self->path);
  gw_ecs_list_free (self->list);
  g_hash_table_unref (self->names);
  g_hash_table_unref (self->asked);
  g_ptr_array_unref (self->regions);
  g_ptr_array_unref (self->groups);
  g_clear_error (&self->problem);
  g_ptr_array_unref (self->failed_regions);
  g_ptr_array_unref (self->refusals);

  G_OBJECT_CLASS (gw_ecs_source_parent_class)->finalize (object);
}

static void
gw_ecs_source_class_init (GwEcsSourceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = gw_ecs_source_get_property;
  object_class->dispose = gw_ecs_source_dispose;
  object_class->finalize = gw_ecs_source_finalize;
  GW_SOURCE_CLASS (klass)->load = gw_ecs_source_load;

  properties[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, GW_ECS_SOURCE_IDLE,
                                              GW_ECS_SOURCE_REFRESHING, GW_ECS_SOURCE_IDLE, flags);
  properties[PROP_PROGRESS] = g_param_spec_double ("progress", NULL, NULL, 0, 1, 0, flags);
  properties[PROP_UPDATED] = g_param_spec_int64 ("updated", NULL, NULL, 0, G_MAXINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[NAMES_CHANGED] = g_signal_new ("names-changed", G_TYPE_FROM_CLASS (klass),
                                         G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[PROBLEM_CHANGED] = g_signal_new ("problem-changed", G_TYPE_FROM_CLASS (klass),
                                           G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                           0);
}

static void
gw_ecs_source_init (GwEcsSource *self)
{
  self->list = gw_ecs_list_new (gw_source_get_store (GW_SOURCE (self)));
  self->names = g_hash_table_new (g_str_hash, g_str_equal);
  self->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->asking = g_cancellable_new ();
  self->regions = g_ptr_array_new_with_free_func ((GDestroyNotify) gw_cloud_name_free);
  self->groups = g_ptr_array_new_with_free_func ((GDestroyNotify) gw_cloud_name_free);
  self->failed_regions = g_ptr_array_new_with_free_func (g_free);
  self->refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) gw_refusal_free);
}

static char *
choose_path (GwAccount  *account,
             const char *folder)
{
  g_autofree char *usual = g_build_filename (g_get_user_cache_dir (), "gangway", "accounts", NULL);
  const char *id = gw_account_get_id (account);

  /* An id is a name of a file here; one that may not be has no cache. */
  return gw_ecs_instance_is_id (id) ? g_build_filename (folder != NULL ? folder : usual, id, NULL)
                                    : NULL;
}

GwEcsSource *
gw_ecs_source_new (GwAccount     *account,
                   GwCloudClient *client,
                   const char    *cache_folder)
{
  GwEcsSource *self;

  g_return_val_if_fail (GW_IS_ACCOUNT (account), NULL);
  g_return_val_if_fail (GW_IS_CLOUD_CLIENT (client), NULL);

  self = g_object_new (GW_TYPE_ECS_SOURCE, "id", gw_account_get_id (account), "title",
                       gw_account_get_name (account), NULL);
  self->account = g_object_ref (account);
  self->client = g_object_ref (client);
  self->path = choose_path (account, cache_folder);
  g_signal_connect (account, "changed", G_CALLBACK (on_account_changed), self);
  g_signal_connect (client, "waiting", G_CALLBACK (on_waiting), self);
  return self;
}

GwAccount *
gw_ecs_source_get_account (GwEcsSource *self)
{
  g_return_val_if_fail (GW_IS_ECS_SOURCE (self), NULL);

  return self->account;
}

void
gw_ecs_source_set_client (GwEcsSource   *self,
                          GwCloudClient *client)
{
  g_return_if_fail (GW_IS_ECS_SOURCE (self));
  g_return_if_fail (GW_IS_CLOUD_CLIENT (client));

  if (self->client == client)
    return;
  gw_ecs_source_cancel (self);
  stop_asking (self);
  g_signal_handlers_disconnect_by_data (self->client, self);
  g_set_object (&self->client, client);
  /* The other one does not say any more that it goes on. */
  _gw_ecs_source_set_wait (self, 0);
  g_signal_connect (client, "waiting", G_CALLBACK (on_waiting), self);
}

GwEcsSourceState
gw_ecs_source_get_state (GwEcsSource *self)
{
  g_return_val_if_fail (GW_IS_ECS_SOURCE (self), GW_ECS_SOURCE_IDLE);

  return self->state;
}

double
gw_ecs_source_get_progress (GwEcsSource *self)
{
  g_return_val_if_fail (GW_IS_ECS_SOURCE (self), 0);

  return self->progress;
}

gint64
gw_ecs_source_get_updated (GwEcsSource *self)
{
  g_return_val_if_fail (GW_IS_ECS_SOURCE (self), 0);

  return self->updated;
}

void
gw_ecs_source_refresh (GwEcsSource *self)
{
  g_return_if_fail (GW_IS_ECS_SOURCE (self));

  if (self->forgotten || self->removed)
    return;
  gw_source_load (GW_SOURCE (self));
  if (self->state == GW_ECS_SOURCE_READING)
    self->refresh_later = TRUE;
  else if (self->state == GW_ECS_SOURCE_IDLE)
    _gw_ecs_source_start (self);
}

void
gw_ecs_source_cancel (GwEcsSource *self)
{
  g_return_if_fail (GW_IS_ECS_SOURCE (self));

  self->refresh_later = FALSE;
  if (self->state != GW_ECS_SOURCE_REFRESHING)
    return;
  _gw_ecs_source_stop (self);
  _gw_ecs_source_flush (self);
  _gw_ecs_source_set_progress (self, 0);
  _gw_ecs_source_set_state (self, GW_ECS_SOURCE_IDLE);
}

static gboolean
wants_nothing (GwInstance *instance,
               gpointer    user_data)
{
  return FALSE;
}

void
gw_ecs_source_clear (GwEcsSource *self)
{
  g_return_if_fail (GW_IS_ECS_SOURCE (self));

  gw_ecs_source_cancel (self);
  stop_asking (self);
  _gw_ecs_source_stop_reading (self);
  _gw_ecs_source_set_state (self, GW_ECS_SOURCE_IDLE);
  gw_ecs_list_filter (self->list, wants_nothing, NULL);
  _gw_ecs_source_take_regions (self, g_ptr_array_new_with_free_func (
                                       (GDestroyNotify) gw_cloud_name_free));
  _gw_ecs_source_take_groups (self, g_ptr_array_new_with_free_func (
                                      (GDestroyNotify) gw_cloud_name_free));
  _gw_ecs_source_flush (self);
  g_clear_error (&self->problem);
  g_ptr_array_set_size (self->failed_regions, 0);
  g_ptr_array_set_size (self->refusals, 0);
  self->n_skipped = 0;
  _gw_ecs_source_set_progress (self, 0);
  _gw_ecs_source_set_updated (self, 0);
  _gw_ecs_source_problem_changed (self);
  if (self->path != NULL)
    g_unlink (self->path);
  /* The empty list over what a worker may be writing now. */
  _gw_ecs_source_write (self);
}

void
gw_ecs_source_set_removed (GwEcsSource *self,
                           gboolean     removed)
{
  g_return_if_fail (GW_IS_ECS_SOURCE (self));

  self->removed = removed;
  if (removed)
    gw_ecs_source_cancel (self);
}

gboolean
gw_ecs_source_has (GwEcsSource *self,
                   GwInstance  *instance)
{
  g_return_val_if_fail (GW_IS_ECS_SOURCE (self), FALSE);
  g_return_val_if_fail (GW_IS_INSTANCE (instance), FALSE);

  return gw_ecs_list_lookup (self->list, gw_instance_get_id (instance)) == instance;
}

GwInstance *
gw_ecs_source_lookup (GwEcsSource *self,
                      const char  *id)
{
  g_return_val_if_fail (GW_IS_ECS_SOURCE (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  return gw_ecs_list_lookup (self->list, id);
}

void
gw_ecs_source_forget (GwEcsSource *self)
{
  g_return_if_fail (GW_IS_ECS_SOURCE (self));

  self->forgotten = TRUE;
  gw_ecs_source_cancel (self);
  stop_asking (self);
  _gw_ecs_source_stop_reading (self);
  _gw_ecs_source_stop_writing (self, TRUE);
  _gw_ecs_source_set_state (self, GW_ECS_SOURCE_IDLE);
  if (self->path != NULL)
    g_unlink (self->path);
}

const GError *
gw_ecs_source_get_problem (GwEcsSource *self)
{
  g_return_val_if_fail (GW_IS_ECS_SOURCE (self), NULL);

  return self->problem;
}

GPtrArray *
gw_ecs_source_get_failed_regions (GwEcsSource *self)
{
  g_return_val_if_fail (GW_IS_ECS_SOURCE (self), NULL);

  return self->failed_regions;
}

GPtrArray *
gw_ecs_source_get_refusals (GwEcsSource *self)
{
  g_return_val_if_fail (GW_IS_ECS_SOURCE (self), NULL);

  return self->refusals;
}

guint
gw_ecs_source_get_n_skipped (GwEcsSource *self)
{
  g_return_val_if_fail (GW_IS_ECS_SOURCE (self), 0);

  return self->n_skipped;
}

guint
gw_ecs_source_get_wait (GwEcsSource *self)
{
  g_return_val_if_fail (GW_IS_ECS_SOURCE (self), 0);

  return self->wait;
}

GPtrArray *
gw_ecs_source_get_regions (GwEcsSource *self)
{
  g_return_val_if_fail (GW_IS_ECS_SOURCE (self), NULL);

  return self->regions;
}

GPtrArray *
gw_ecs_source_get_groups (GwEcsSource *self)
{
  g_return_val_if_fail (GW_IS_ECS_SOURCE (self), NULL);

  return self->groups;
}

const char *
gw_ecs_source_get_name (GwEcsSource *self,
                        const char  *id)
{
  GwCloudName *name;

  g_return_val_if_fail (GW_IS_ECS_SOURCE (self), id);
  g_return_val_if_fail (id != NULL, NULL);

  name = g_hash_table_lookup (self->names, id);
  return name != NULL ? name->title : id;
}
