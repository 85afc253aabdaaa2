/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-sidebar-filter.h"

#include "config.h"
#include "gw-drop-down.h"
#include "gw-ecs-source.h"
#include "gw-obstacle.h"
#include "gw-sidebar-filter-menu.h"

#include <glib/gi18n.h>

/* While a list comes in pages its regions are counted now and then. */
#define UPDATE_DELAY_MS 300
/* The API gives the default resource group no id, but a selector needs one. */
#define DEFAULT_GROUP "default"

/* A selector: what can be chosen, “All” first. */
typedef struct {
  GtkDropDown   *drop_down;
  GtkStringList *titles;
  GPtrArray     *ids;
  const char    *key;
  const char    *all;
  char          *chosen; /* "" for all */
} Selector;

struct _GwSidebarFilter
{
  AdwBin             parent_instance;

  GtkDropDown       *regions;
  GtkStringList     *region_titles;
  GtkDropDown       *groups;
  GtkStringList     *group_titles;
  GtkMenuButton     *menu_button;

  GwCatalogue       *catalogue;
  GSettings         *settings;
  Selector           region;
  Selector           group;
  char              *status;
  GwInstanceStatus   wanted_status; /* UNKNOWN: any, or locked */
  gboolean           wants_locked;
  GHashTable        *hidden;        /* ids */
  gboolean           show_hidden;
  gboolean           has_accounts;
  GSimpleActionGroup *actions;
  gboolean           updating;
  guint              update_id;
};

G_DEFINE_FINAL_TYPE (GwSidebarFilter, gw_sidebar_filter, ADW_TYPE_BIN)

static guint changed_signal;

static const char *
get_region (GwInstance *instance)
{
  return gw_instance_get_text (instance, GW_INSTANCE_REGION);
}

static const char *
get_group (GwInstance *instance)
{
  const char *group = gw_instance_get_text (instance, GW_INSTANCE_RESOURCE_GROUP);

  return group != NULL || !gw_instance_is_cloud (instance) ? group : DEFAULT_GROUP;
}

gboolean
gw_sidebar_filter_matches (GwSidebarFilter *self,
                           GwInstance      *instance)
{
  GwObstacle obstacle;

  if (!self->show_hidden && gw_sidebar_filter_is_hidden (self, instance))
    return FALSE;
  if (!gw_sidebar_filter_is_active (self))
    return TRUE;
  if (*self->region.chosen != '\0' &&
      g_strcmp0 (get_region (instance), self->region.chosen) != 0)
    return FALSE;
  if (*self->group.chosen != '\0' && g_strcmp0 (get_group (instance), self->group.chosen) != 0)
    return FALSE;
  if (self->wanted_status != GW_INSTANCE_STATUS_UNKNOWN)
    return gw_instance_get_status (instance) == self->wanted_status;
  if (!self->wants_locked)
    return TRUE;
  obstacle = gw_obstacle_find (instance, g_get_real_time () / G_USEC_PER_SEC);
  return obstacle == GW_OBSTACLE_LOCKED || obstacle == GW_OBSTACLE_EXPIRED;
}

gboolean
gw_sidebar_filter_has_status (GwSidebarFilter *self)
{
  g_return_val_if_fail (GW_IS_SIDEBAR_FILTER (self), FALSE);

  return self->has_accounts &&
         (self->wants_locked || self->wanted_status != GW_INSTANCE_STATUS_UNKNOWN);
}

/* Without accounts there is no selector to see, and none that counts. */
gboolean
gw_sidebar_filter_is_active (GwSidebarFilter *self)
{
  g_return_val_if_fail (GW_IS_SIDEBAR_FILTER (self), FALSE);

  return self->has_accounts && (*self->region.chosen != '\0' || *self->group.chosen != '\0' ||
                                gw_sidebar_filter_has_status (self));
}

gboolean
gw_sidebar_filter_is_hidden (GwSidebarFilter *self,
                             GwInstance      *instance)
{
  return g_hash_table_size (self->hidden) > 0 &&
         g_hash_table_contains (self->hidden, gw_instance_get_id (instance));
}

void
gw_sidebar_filter_set_hidden (GwSidebarFilter *self,
                              GwInstance      *instance,
                              gboolean         hidden)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer id;

  g_return_if_fail (GW_IS_SIDEBAR_FILTER (self));
  g_return_if_fail (GW_IS_INSTANCE (instance));

  g_hash_table_iter_init (&iter, self->hidden);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (!g_str_equal (id, gw_instance_get_id (instance)))
      g_ptr_array_add (ids, id);
  if (hidden)
    g_ptr_array_add (ids, (gpointer) gw_instance_get_id (instance));
  g_ptr_array_add (ids, NULL);
  g_settings_set_strv (self->settings, "hidden-instances", (const char *const *) ids->pdata);
}

static const char *
find_name (GwSidebarFilter *self,
           const char      *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->catalogue)); i++)
    {
      g_autoptr (GwSource) source = g_list_model_get_item (G_LIST_MODEL (self->catalogue), i);
      const char *name = GW_IS_ECS_SOURCE (source)
                           ? gw_ecs_source_get_name (GW_ECS_SOURCE (source), id) : id;

      if (g_strcmp0 (name, id) != 0)
        return name;
    }
  return g_str_equal (id, DEFAULT_GROUP) ? _("Default Resource Group") : id;
}

static int
compare_ids (gconstpointer a,
             gconstpointer b,
             gpointer      self)
{
  return g_utf8_collate (find_name (self, *(const char *const *) a),
                         find_name (self, *(const char *const *) b));
}

static gboolean
is_open (Selector *selector)
{
  GtkWidget *popover = gtk_widget_get_last_child (GTK_WIDGET (selector->drop_down));

  return GTK_IS_POPOVER (popover) && gtk_widget_get_visible (popover);
}

/* (element-type utf8): what @ids hold and what is chosen, “All” first. */
static GPtrArray *
list_ids (GwSidebarFilter *self,
          Selector        *selector,
          GHashTable      *ids)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer id;

  if (*selector->chosen != '\0')
    g_hash_table_add (ids, selector->chosen);
  g_hash_table_iter_init (&iter, ids);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_ptr_array_add (list, g_strdup (id));
  g_ptr_array_sort_with_data (list, compare_ids, self);
  g_ptr_array_insert (list, 0, g_strdup (""));
  return list;
}

static gboolean
is_filled (Selector  *selector,
           GPtrArray *ids,
           GPtrArray *titles)
{
  if (selector->ids == NULL || selector->ids->len != ids->len)
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    if (!g_str_equal (g_ptr_array_index (selector->ids, i), g_ptr_array_index (ids, i)) ||
        g_strcmp0 (gtk_string_list_get_string (selector->titles, i),
                   g_ptr_array_index (titles, i)) != 0)
      return FALSE;
  return TRUE;
}

/* A list that somebody looks at stays as it is: a change would take it back to its beginning. */
static void
fill_selector (GwSidebarFilter *self,
               Selector        *selector,
               GHashTable      *ids)
{
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GPtrArray) titles = g_ptr_array_new ();
  guint selected = 0;

  if (is_open (selector))
    return;
  list = list_ids (self, selector, ids);
  for (guint i = 0; i < list->len; i++)
    {
      const char *id = g_ptr_array_index (list, i);

      g_ptr_array_add (titles, (gpointer) (i == 0 ? selector->all : find_name (self, id)));
      if (g_str_equal (id, selector->chosen))
        selected = i;
    }
  self->updating = TRUE;
  if (!is_filled (selector, list, titles))
    {
      g_ptr_array_add (titles, NULL);
      gtk_string_list_splice (selector->titles, 0,
                              g_list_model_get_n_items (G_LIST_MODEL (selector->titles)),
                              (const char *const *) titles->pdata);
      g_clear_pointer (&selector->ids, g_ptr_array_unref);
      selector->ids = g_steal_pointer (&list);
    }
  gtk_drop_down_set_selected (selector->drop_down, selected);
  self->updating = FALSE;
}

static void
add_ids (GListModel *source,
         GHashTable *regions,
         GHashTable *groups)
{
  for (guint i = 0; i < g_list_model_get_n_items (source); i++)
    {
      g_autoptr (GwInstance) instance = g_list_model_get_item (source, i);

      if (get_region (instance) != NULL)
        g_hash_table_add (regions, (gpointer) get_region (instance));
      if (get_group (instance) != NULL)
        g_hash_table_add (groups, (gpointer) get_group (instance));
    }
}

static void
update_selectors (GwSidebarFilter *self)
{
  g_autoptr (GHashTable) regions = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) groups = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->catalogue)); i++)
    {
      g_autoptr (GListModel) source = g_list_model_get_item (G_LIST_MODEL (self->catalogue), i);

      if (GW_IS_ECS_SOURCE (source))
        add_ids (source, regions, groups);
    }
  fill_selector (self, &self->region, regions);
  fill_selector (self, &self->group, groups);
}

static gboolean
on_update (gpointer user_data)
{
  GwSidebarFilter *self = user_data;

  g_assert (GW_IS_SIDEBAR_FILTER (self));

  self->update_id = 0;
  update_selectors (self);
  return G_SOURCE_REMOVE;
}

static void
queue_update (GwSidebarFilter *self)
{
  g_assert (GW_IS_SIDEBAR_FILTER (self));

  if (self->update_id == 0)
    self->update_id = g_timeout_add_full (G_PRIORITY_LOW, UPDATE_DELAY_MS, on_update, self, NULL);
}

static void
on_closed (GwSidebarFilter *self)
{
  g_assert (GW_IS_SIDEBAR_FILTER (self));

  if (self->has_accounts)
    queue_update (self);
}

static void
on_sources_changed (GwSidebarFilter *self)
{
  gboolean had_accounts = self->has_accounts;

  g_assert (GW_IS_SIDEBAR_FILTER (self));

  self->has_accounts = FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->catalogue)); i++)
    {
      g_autoptr (GListModel) source = g_list_model_get_item (G_LIST_MODEL (self->catalogue), i);

      if (!GW_IS_ECS_SOURCE (source))
        continue;
      self->has_accounts = TRUE;
      g_signal_handlers_disconnect_by_func (source, queue_update, self);
      g_signal_connect_object (source, "items-changed", G_CALLBACK (queue_update), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (source, "names-changed", G_CALLBACK (queue_update), self,
                               G_CONNECT_SWAPPED);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), self->has_accounts);
  if (self->has_accounts)
    queue_update (self);
  if (had_accounts != self->has_accounts)
    g_signal_emit (self, changed_signal, 0);
}

static void
on_selected (GwSidebarFilter *self,
             Selector        *selector)
{
  guint selected = gtk_drop_down_get_selected (selector->drop_down);

  if (!self->updating && selector->ids != NULL && selected < selector->ids->len)
    g_settings_set_string (self->settings, selector->key,
                           g_ptr_array_index (selector->ids, selected));
}

static void
on_region_selected (GwSidebarFilter *self)
{
  on_selected (self, &self->region);
}

static void
on_group_selected (GwSidebarFilter *self)
{
  on_selected (self, &self->group);
}

/* The button of the menu tells that something in it is chosen. */
static void
update_button (GwSidebarFilter *self)
{
  GtkWidget *button = GTK_WIDGET (self->menu_button);
  gboolean active = gw_sidebar_filter_has_status (self) || self->show_hidden;

  if (active)
    gtk_widget_add_css_class (button, "gw-filtered");
  else
    gtk_widget_remove_css_class (button, "gw-filtered");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  active ? _("Status and Groups (some instances filtered)")
                                         : _("Status and Groups"), -1);
}

static void
read_settings (GwSidebarFilter *self)
{
  g_auto (GStrv) hidden = g_settings_get_strv (self->settings, "hidden-instances");

  g_free (self->region.chosen);
  g_free (self->group.chosen);
  g_free (self->status);
  self->region.chosen = g_settings_get_string (self->settings, self->region.key);
  self->group.chosen = g_settings_get_string (self->settings, self->group.key);
  self->status = g_settings_get_string (self->settings, "status-filter");
  self->wants_locked = g_str_equal (self->status, "locked");
  self->wanted_status = gw_sidebar_filter_menu_get_status (self->status);
  g_hash_table_remove_all (self->hidden);
  for (guint i = 0; hidden[i] != NULL; i++)
    g_hash_table_add (self->hidden, g_steal_pointer (&hidden[i]));
  if (g_hash_table_size (self->hidden) == 0)
    self->show_hidden = FALSE;
}

static void
on_settings_changed (GwSidebarFilter *self,
                     const char      *key)
{
  static const char *const keys[] = { "region-filter", "resource-group-filter", "status-filter",
                                      "hidden-instances", NULL };

  g_assert (GW_IS_SIDEBAR_FILTER (self));

  if (!g_strv_contains (keys, key))
    return;
  read_settings (self);
  if (self->has_accounts)
    update_selectors (self);
  update_button (self);
  g_signal_emit (self, changed_signal, 0);
}

static void
on_show_hidden (GSimpleAction   *action,
                GVariant        *state,
                GwSidebarFilter *self)
{
  g_assert (GW_IS_SIDEBAR_FILTER (self));

  g_simple_action_set_state (action, state);
  self->show_hidden = g_variant_get_boolean (state);
  update_button (self);
  g_signal_emit (self, changed_signal, 0);
}

/* The menu is made anew each time: tags, and how many are hidden. */
static void
on_popup (GtkMenuButton *button,
          gpointer       user_data)
{
  GwSidebarFilter *self = user_data;
  g_autoptr (GMenuModel) menu = NULL;
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), "show-hidden");

  g_assert (GW_IS_SIDEBAR_FILTER (self));

  g_simple_action_set_state (G_SIMPLE_ACTION (action),
                             g_variant_new_boolean (self->show_hidden));
  menu = gw_sidebar_filter_menu_new (self->catalogue, g_hash_table_size (self->hidden));
  gtk_menu_button_set_menu_model (button, menu);
}

static void
add_actions (GwSidebarFilter *self)
{
  g_autoptr (GAction) status = g_settings_create_action (self->settings, "status-filter");
  g_autoptr (GAction) group_by = gw_sidebar_filter_menu_create_group_action (self->settings);
  g_autoptr (GSimpleAction) show_hidden =
    g_simple_action_new_stateful ("show-hidden", NULL, g_variant_new_boolean (FALSE));

  self->actions = g_simple_action_group_new ();
  g_signal_connect_object (show_hidden, "change-state", G_CALLBACK (on_show_hidden), self, 0);
  g_action_map_add_action (G_ACTION_MAP (self->actions), status);
  g_action_map_add_action (G_ACTION_MAP (self->actions), group_by);
  g_action_map_add_action (G_ACTION_MAP (self->actions), G_ACTION (show_hidden));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "filter", G_ACTION_GROUP (self->actions));
}

static void
on_setup_label (GtkListItemFactory *factory,
                GtkListItem        *item,
                gpointer            in_list)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  /* The list may be wider than its button, but no wider than a window. */
  gtk_label_set_max_width_chars (GTK_LABEL (label), in_list != NULL ? 40 : 8);
  gtk_label_set_width_chars (GTK_LABEL (label), in_list != NULL ? 24 : 1);
  gtk_list_item_set_child (item, label);
}

static void
on_bind_label (GtkListItemFactory *factory,
               GtkListItem        *item,
               gpointer            in_list)
{
  const char *title = gtk_string_object_get_string (gtk_list_item_get_item (item));

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), title);
  if (in_list != NULL)
    gw_drop_down_name_item (item, title);
}

static GtkListItemFactory *
make_factory (gboolean in_list)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (on_setup_label), GINT_TO_POINTER (in_list));
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind_label), GINT_TO_POINTER (in_list));
  return factory;
}

static void
init_selector (GwSidebarFilter *self,
               Selector        *selector,
               GtkDropDown     *drop_down,
               GtkStringList   *titles,
               const char      *key,
               const char      *title,
               const char      *all)
{
  g_autoptr (GtkListItemFactory) factory = make_factory (FALSE);
  g_autoptr (GtkListItemFactory) list_factory = make_factory (TRUE);

  selector->drop_down = drop_down;
  selector->titles = titles;
  selector->key = key;
  selector->all = all;
  gtk_drop_down_set_factory (drop_down, factory);
  gtk_drop_down_set_list_factory (drop_down, list_factory);
  gtk_widget_set_tooltip_text (GTK_WIDGET (drop_down), title);
  gw_drop_down_complete (drop_down, title, NULL);
  /* What has changed meanwhile. */
  g_signal_connect_object (gtk_widget_get_last_child (GTK_WIDGET (drop_down)), "closed",
                           G_CALLBACK (on_closed), self, G_CONNECT_SWAPPED);
}

static void
gw_sidebar_filter_dispose (GObject *object)
{
  GwSidebarFilter *self = GW_SIDEBAR_FILTER (object);

  g_clear_handle_id (&self->update_id, g_source_remove);
  self->updating = TRUE;
  g_clear_object (&self->actions);
  g_clear_object (&self->catalogue);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (gw_sidebar_filter_parent_class)->dispose (object);
}

static void
gw_sidebar_filter_finalize (GObject *object)
{
  GwSidebarFilter *self = GW_SIDEBAR_FILTER (object);

  g_clear_pointer (&self->region.ids, g_ptr_array_unref);
  g_clear_pointer (&self->group.ids, g_ptr_array_unref);
  g_free (self->region.chosen);
  g_free (self->group.chosen);
  g_free (self->status);
  g_hash_table_unref (self->hidden);

  G_OBJECT_CLASS (gw_sidebar_filter_parent_class)->finalize (object);
}

static void
gw_sidebar_filter_class_init (GwSidebarFilterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = gw_sidebar_filter_dispose;
  object_class->finalize = gw_sidebar_filter_finalize;

  changed_signal = g_signal_new ("changed", GW_TYPE_SIDEBAR_FILTER, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-sidebar-filter.ui");
  gtk_widget_class_bind_template_child (widget_class, GwSidebarFilter, regions);
  gtk_widget_class_bind_template_child (widget_class, GwSidebarFilter, region_titles);
  gtk_widget_class_bind_template_child (widget_class, GwSidebarFilter, groups);
  gtk_widget_class_bind_template_child (widget_class, GwSidebarFilter, group_titles);
  gtk_widget_class_bind_template_child (widget_class, GwSidebarFilter, menu_button);
  gtk_widget_class_bind_template_callback (widget_class, on_region_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_group_selected);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
gw_sidebar_filter_init (GwSidebarFilter *self)
{
  self->hidden = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  init_selector (self, &self->region, self->regions, self->region_titles, "region-filter",
                 _("Region"), _("All Regions"));
  init_selector (self, &self->group, self->groups, self->group_titles, "resource-group-filter",
                 _("Resource Group"), _("All Resource Groups"));
  gtk_menu_button_set_create_popup_func (self->menu_button, on_popup, self, NULL);
}

GtkWidget *
gw_sidebar_filter_new (GwCatalogue *catalogue,
                       GSettings   *settings)
{
  GwSidebarFilter *self;

  g_return_val_if_fail (GW_IS_CATALOGUE (catalogue), NULL);
  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);

  self = g_object_new (GW_TYPE_SIDEBAR_FILTER, NULL);
  self->catalogue = g_object_ref (catalogue);
  self->settings = g_object_ref (settings);
  read_settings (self);
  add_actions (self);
  update_selectors (self);
  g_signal_connect_object (settings, "changed", G_CALLBACK (on_settings_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (catalogue, "items-changed", G_CALLBACK (on_sources_changed), self,
                           G_CONNECT_SWAPPED);
  on_sources_changed (self);
  update_button (self);
  return GTK_WIDGET (self);
}

void
gw_sidebar_filter_reset (GwSidebarFilter *self)
{
  g_return_if_fail (GW_IS_SIDEBAR_FILTER (self));

  g_settings_reset (self->settings, self->region.key);
  g_settings_reset (self->settings, self->group.key);
  g_settings_reset (self->settings, "status-filter");
}

char *
gw_sidebar_filter_describe (GwSidebarFilter *self)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();

  g_return_val_if_fail (GW_IS_SIDEBAR_FILTER (self), NULL);

  if (!gw_sidebar_filter_is_active (self))
    return NULL;
  if (gw_sidebar_filter_has_status (self))
    g_ptr_array_add (parts, (gpointer) gw_sidebar_filter_menu_get_status_title (self->status));
  if (*self->region.chosen != '\0')
    g_ptr_array_add (parts, (gpointer) find_name (self, self->region.chosen));
  if (*self->group.chosen != '\0')
    g_ptr_array_add (parts, (gpointer) find_name (self, self->group.chosen));
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (" · ", (char **) parts->pdata);
}
