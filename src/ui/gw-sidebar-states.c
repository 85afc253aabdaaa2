/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-sidebar-private.h"

#include "gw-instance-row.h"

/* While the window is active, the states of the instances in view are asked for: when others come
 * into view, and again as long as one of them is about to change. An idle window does not wake up. */

#define LOOK_DELAY_MS 500
/* While a list comes in pages, those of a status are looked for now and then. */
#define REFILTER_DELAY_MS 500
/* Asked again after 5, 10, 20, 40 s while nothing changes, and not at all after two minutes: what
 * takes longer is stuck. */
#define MIN_POLL_SECONDS 5
#define MAX_POLL_SECONDS 40
#define MAX_WATCH_SECONDS 120
/* Instances whose search text is made at a time: about 2 ms. */
#define WARM_AT_ONCE 1000

/* Of an instance that is about to change. */
typedef struct {
  GwInstanceStatus status;
  gint64           since;  /* monotonic: when it was first seen so */
} Watch;

static gboolean
is_active (GwSidebar *self)
{
  return self->window != NULL && gtk_window_is_active (self->window) &&
         gtk_widget_get_mapped (GTK_WIDGET (self->list_view));
}

/* The list has widgets beyond what it shows. */
static gboolean
is_in_view (GwSidebar *self,
            GtkWidget *row)
{
  graphene_rect_t bounds;

  return gtk_widget_get_mapped (row) &&
         gtk_widget_compute_bounds (row, GTK_WIDGET (self->scrolled), &bounds) &&
         bounds.origin.y + bounds.size.height > 0 &&
         bounds.origin.y < (float) gtk_widget_get_height (GTK_WIDGET (self->scrolled));
}

static gboolean
is_changing (GwInstance *instance)
{
  GwInstanceStatus status = gw_instance_get_status (instance);

  return status == GW_INSTANCE_STATUS_PENDING || status == GW_INSTANCE_STATUS_STARTING ||
         status == GW_INSTANCE_STATUS_STOPPING;
}

/* (element-type GwInstance): of accounts, in view. */
static GPtrArray *
list_in_view (GwSidebar *self)
{
  GPtrArray *instances = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *row = gtk_list_item_get_child (g_ptr_array_index (self->rows, i));
      GwInstance *instance = GW_IS_INSTANCE_ROW (row)
                               ? gw_instance_row_get_instance (GW_INSTANCE_ROW (row)) : NULL;

      if (instance != NULL && gw_instance_is_cloud (instance) && is_in_view (self, row))
        g_ptr_array_add (instances, g_object_ref (instance));
    }
  return instances;
}

/* However young their states are. */
static void
ask_changing (GwSidebar *self,
              GPtrArray *instances)
{
  GListModel *catalogue = G_LIST_MODEL (self->catalogue);

  for (guint i = 0; i < g_list_model_get_n_items (catalogue); i++)
    {
      g_autoptr (GwSource) source = g_list_model_get_item (catalogue, i);

      if (GW_IS_ECS_SOURCE (source))
        gw_ecs_source_ask_states (GW_ECS_SOURCE (source), instances);
    }
}

static gboolean on_poll (gpointer user_data);

/* Whether it is still to be asked for. @news: set where it is another than at the last look. */
static gboolean
watch (GwInstance *instance,
       gboolean   *news)
{
  Watch *old = g_object_get_data (G_OBJECT (instance), "gw-watch");
  GwInstanceStatus status = gw_instance_get_status (instance);
  gint64 now = g_get_monotonic_time ();

  if (!is_changing (instance))
    {
      *news |= old != NULL;
      g_object_set_data (G_OBJECT (instance), "gw-watch", NULL);
      return FALSE;
    }
  if (old == NULL || old->status != status)
    {
      *news = TRUE;
      old = g_new0 (Watch, 1);
      old->status = status;
      old->since = now;
      g_object_set_data_full (G_OBJECT (instance), "gw-watch", old, g_free);
    }
  return now - old->since < MAX_WATCH_SECONDS * G_USEC_PER_SEC;
}

static void
look_at_changing (GwSidebar *self,
                  gboolean   ask)
{
  g_autoptr (GPtrArray) instances = list_in_view (self);
  gboolean news = FALSE;

  for (guint i = instances->len; i > 0; i--)
    if (!watch (g_ptr_array_index (instances, i - 1), &news))
      g_ptr_array_remove_index_fast (instances, i - 1);
  if (news || self->poll_seconds == 0)
    {
      self->poll_seconds = MIN_POLL_SECONDS;
      g_clear_handle_id (&self->poll_id, g_source_remove);
    }
  if (instances->len == 0)
    return;
  if (ask)
    {
      ask_changing (self, instances);
      if (!news)
        self->poll_seconds = MIN (2 * self->poll_seconds, MAX_POLL_SECONDS);
    }
  if (self->poll_id == 0)
    self->poll_id = g_timeout_add_seconds (self->poll_seconds, on_poll, self);
}

static gboolean
on_poll (gpointer user_data)
{
  GwSidebar *self = user_data;

  g_assert (GW_IS_SIDEBAR (self));

  self->poll_id = 0;
  if (is_active (self))
    look_at_changing (self, TRUE);
  return G_SOURCE_REMOVE;
}

static void
update_rows (GwSidebar *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    gw_sidebar_update_row (self, gtk_list_item_get_child (g_ptr_array_index (self->rows, i)));
}

/* The first key press of a search would have to fold all texts. */
static gboolean
on_warm (gpointer user_data)
{
  GwSidebar *self = user_data;
  guint left = WARM_AT_ONCE;

  g_assert (GW_IS_SIDEBAR (self));

  while (left > 0)
    {
      g_autoptr (GListModel) source = g_list_model_get_item (G_LIST_MODEL (self->catalogue),
                                                             self->warm_source);
      g_autoptr (GwInstance) instance = NULL;

      if (source == NULL)
        {
          self->warm_id = 0;
          return G_SOURCE_REMOVE;
        }
      instance = g_list_model_get_item (source, self->warm_position++);
      if (instance == NULL)
        {
          self->warm_source++;
          self->warm_position = 0;
          continue;
        }
      gw_instance_get_search_text (instance);
      left--;
    }
  return G_SOURCE_CONTINUE;
}

static gboolean
on_look (gpointer user_data)
{
  GwSidebar *self = user_data;

  g_assert (GW_IS_SIDEBAR (self));

  self->look_id = 0;
  self->warm_source = 0;
  self->warm_position = 0;
  if (self->warm_id == 0)
    self->warm_id = g_idle_add_full (G_PRIORITY_LOW, on_warm, self, NULL);
  /* Another instance may have the same name by now. */
  update_rows (self);
  if (self->accounts != NULL && is_active (self))
    {
      g_autoptr (GPtrArray) instances = list_in_view (self);

      if (instances->len > 0)
        gw_cloud_accounts_ask_states (self->accounts, instances);
      look_at_changing (self, FALSE);
    }
  return G_SOURCE_REMOVE;
}

void
gw_sidebar_queue_look (GwSidebar *self)
{
  g_assert (GW_IS_SIDEBAR (self));

  g_clear_handle_id (&self->look_id, g_source_remove);
  self->look_id = g_timeout_add_full (G_PRIORITY_LOW, LOOK_DELAY_MS, on_look, self, NULL);
}

static gboolean
on_recheck (gpointer user_data)
{
  GwSidebar *self = user_data;

  g_assert (GW_IS_SIDEBAR (self));

  self->recheck_id = 0;
  gw_sidebar_groups_recheck (self->groups);
  if (gw_sidebar_filter_has_status (self->selectors))
    gw_sidebar_refilter (self);
  gw_sidebar_queue_look (self);
  return G_SOURCE_REMOVE;
}

void
gw_sidebar_queue_recheck (GwSidebar *self)
{
  g_assert (GW_IS_SIDEBAR (self));

  if (self->recheck_id == 0)
    self->recheck_id = g_idle_add (on_recheck, self);
}

static gboolean
on_refilter (gpointer user_data)
{
  GwSidebar *self = user_data;

  g_assert (GW_IS_SIDEBAR (self));

  self->refilter_id = 0;
  if (gw_sidebar_filter_has_status (self->selectors))
    gw_sidebar_refilter (self);
  return G_SOURCE_REMOVE;
}

/* Nobody looks at each of the instances that are filtered out: their source tells that some of them
 * may have another status. */
static void
queue_refilter (GwSidebar *self)
{
  g_assert (GW_IS_SIDEBAR (self));

  if (self->refilter_id == 0 && gw_sidebar_filter_has_status (self->selectors))
    self->refilter_id = g_timeout_add_full (G_PRIORITY_LOW, REFILTER_DELAY_MS, on_refilter, self,
                                            NULL);
}

static void
on_sources_changed (GwSidebar *self)
{
  GListModel *catalogue = G_LIST_MODEL (self->catalogue);

  g_assert (GW_IS_SIDEBAR (self));

  for (guint i = 0; i < g_list_model_get_n_items (catalogue); i++)
    {
      g_autoptr (GwSource) source = g_list_model_get_item (catalogue, i);

      if (!GW_IS_ECS_SOURCE (source))
        continue;
      g_signal_handlers_disconnect_by_func (source, queue_refilter, self);
      g_signal_connect_object (source, "notify::state", G_CALLBACK (queue_refilter), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (source, "notify::progress", G_CALLBACK (queue_refilter), self,
                               G_CONNECT_SWAPPED);
    }
}

static void
on_active_changed (GwSidebar *self)
{
  g_assert (GW_IS_SIDEBAR (self));

  if (!gtk_window_is_active (self->window))
    {
      g_clear_handle_id (&self->poll_id, g_source_remove);
      return;
    }
  if (self->accounts != NULL)
    gw_cloud_accounts_refresh (self->accounts, GW_CLOUD_LIST_AGE);
  gw_sidebar_queue_look (self);
}

static void
on_root_changed (GwSidebar *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  g_assert (GW_IS_SIDEBAR (self));

  if (self->window != NULL)
    g_signal_handlers_disconnect_by_func (self->window, on_active_changed, self);
  g_clear_weak_pointer (&self->window);
  if (!GTK_IS_WINDOW (root))
    return;
  g_set_weak_pointer (&self->window, GTK_WINDOW (root));
  g_signal_connect_object (root, "notify::is-active", G_CALLBACK (on_active_changed), self,
                           G_CONNECT_SWAPPED);
  on_active_changed (self);
}

void
gw_sidebar_init_states (GwSidebar *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scrolled);

  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (gw_sidebar_queue_look), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list_view, "map", G_CALLBACK (gw_sidebar_queue_look), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::root", G_CALLBACK (on_root_changed), NULL);
  g_signal_connect_object (self->catalogue, "items-changed", G_CALLBACK (on_sources_changed), self,
                           G_CONNECT_SWAPPED);
  on_sources_changed (self);
}

void
gw_sidebar_clear_states (GwSidebar *self)
{
  if (self->window != NULL)
    g_signal_handlers_disconnect_by_func (self->window, on_active_changed, self);
  g_clear_weak_pointer (&self->window);
  g_clear_handle_id (&self->recheck_id, g_source_remove);
  g_clear_handle_id (&self->refilter_id, g_source_remove);
  g_clear_handle_id (&self->look_id, g_source_remove);
  g_clear_handle_id (&self->poll_id, g_source_remove);
  g_clear_handle_id (&self->warm_id, g_source_remove);
}
