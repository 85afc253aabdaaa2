/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-sidebar-private.h"

#include "config.h"
#include "gw-group-row.h"
#include "gw-instance-row.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE (GwSidebar, gw_sidebar, ADW_TYPE_BIN)

guint gw_sidebar_signals[GW_SIDEBAR_N_SIGNALS];

static void
remember_folded (GwSidebar  *self,
                 const char *id,
                 gboolean    fold)
{
  g_auto (GStrv) folded = g_settings_get_strv (self->settings, "folded-groups");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) result = NULL;

  if (fold == g_strv_contains ((const char *const *) folded, id))
    return;
  for (guint i = 0; folded[i] != NULL; i++)
    if (!g_str_equal (folded[i], id))
      g_strv_builder_add (builder, folded[i]);
  if (fold)
    g_strv_builder_add (builder, id);
  result = g_strv_builder_end (builder);
  g_settings_set_strv (self->settings, "folded-groups", (const char *const *) result);
}

/* Hits are never hidden in a folded group. */
static void
set_up_groups (GwSidebar *self,
               guint      position,
               guint      n)
{
  g_auto (GStrv) folded = g_settings_get_strv (self->settings, "folded-groups");
  gboolean searching = gw_sidebar_is_searching (self);

  for (guint i = position; i < position + n; i++)
    {
      g_autoptr (GwSidebarGroup) group = g_list_model_get_item (G_LIST_MODEL (self->groups), i);
      const char *id = gw_sidebar_group_get_id (group);

      gw_sidebar_group_set_limit (group, self->limit);
      gw_sidebar_group_set_folded (group, !searching &&
                                   g_strv_contains ((const char *const *) folded, id));
    }
}

void
gw_sidebar_update_folded (GwSidebar *self)
{
  set_up_groups (self, 0, g_list_model_get_n_items (G_LIST_MODEL (self->groups)));
}

static void
on_groups_changed (GListModel *groups,
                   guint       position,
                   guint       removed,
                   guint       added,
                   GwSidebar  *self)
{
  g_assert (GW_IS_SIDEBAR (self));

  set_up_groups (self, position, added);
}

void
gw_sidebar_toggle_group (GwSidebar      *self,
                         GwSidebarGroup *group)
{
  gboolean fold = !gw_sidebar_group_get_folded (group);

  gw_sidebar_group_set_folded (group, fold);
  /* While searching everything is unfolded, which is nobody's choice. */
  if (!gw_sidebar_is_searching (self))
    remember_folded (self, gw_sidebar_group_get_id (group), fold);
}

static void
connect_row (GwSidebar     *self,
             GwInstanceRow *row)
{
  GwInstance *instance = gw_instance_row_get_instance (row);

  g_assert (GW_IS_SIDEBAR (self));

  if (instance != NULL)
    g_signal_emit (self, gw_sidebar_signals[GW_SIDEBAR_SIGNAL_CONNECT_INSTANCE], 0, instance,
                   FALSE);
}

static void
on_group_toggled (GwGroupRow *row,
                  GwSidebar  *self)
{
  GwSidebarGroup *group = gw_group_row_get_group (row);

  g_assert (GW_IS_SIDEBAR (self));

  if (group != NULL)
    gw_sidebar_toggle_group (self, group);
}

/* One gesture for all rows, which are many and short-lived. */
static void
on_list_pressed (GtkGestureClick *gesture,
                 int              n_press,
                 double           x,
                 double           y,
                 GwSidebar       *self)
{
  GtkWidget *list = GTK_WIDGET (self->list_view);
  GtkWidget *row = gtk_widget_pick (list, x, y, GTK_PICK_DEFAULT);

  g_assert (GW_IS_SIDEBAR (self));

  /* Up to the item of the list, whose padding belongs to the row too. */
  while (row != NULL && row != list && gtk_widget_get_parent (row) != list)
    row = gtk_widget_get_parent (row);
  if (row != NULL && row != list)
    row = gtk_widget_get_first_child (row);
  if (!GW_IS_INSTANCE_ROW (row))
    return;
  gw_sidebar_select (self, gw_instance_row_get_instance (GW_INSTANCE_ROW (row)));
  gw_sidebar_popup_menu (self, list, x, y);
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
on_selected_changed (GtkListItem *list_item,
                     GParamSpec  *pspec,
                     gpointer     unused)
{
  GtkWidget *child = gtk_list_item_get_child (list_item);

  if (GW_IS_INSTANCE_ROW (child))
    gw_instance_row_set_selected (GW_INSTANCE_ROW (child),
                                  gtk_list_item_get_selected (list_item));
}

static void
on_setup (GtkListItemFactory *factory,
          GtkListItem        *list_item,
          GwSidebar          *self)
{
  g_signal_connect (list_item, "notify::selected", G_CALLBACK (on_selected_changed), NULL);
}

void
gw_sidebar_update_row (GwSidebar *self,
                       GtkWidget *child)
{
  GwInstanceRowFlags flags = GW_INSTANCE_ROW_PLAIN;
  GwInstance *instance;

  if (!GW_IS_INSTANCE_ROW (child))
    return;
  instance = gw_instance_row_get_instance (GW_INSTANCE_ROW (child));
  if (instance == NULL)
    return;
  if (gw_sidebar_groups_is_ambiguous (self->groups, instance))
    flags |= GW_INSTANCE_ROW_AMBIGUOUS;
  if (gw_sidebar_filter_is_hidden (self->selectors, instance))
    flags |= GW_INSTANCE_ROW_HIDDEN;
  gw_instance_row_show (GW_INSTANCE_ROW (child), self->search, flags);
}

static void
show_instance (GwSidebar   *self,
               GtkListItem *list_item,
               GwInstance  *instance)
{
  GtkWidget *child = gtk_list_item_get_child (list_item);

  if (!GW_IS_INSTANCE_ROW (child))
    {
      child = gw_instance_row_new ();
      g_signal_connect_object (child, "connect-clicked", G_CALLBACK (connect_row), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (child, "instance-changed", G_CALLBACK (gw_sidebar_queue_recheck),
                               self, G_CONNECT_SWAPPED);
      gtk_list_item_set_child (list_item, child);
    }
  gw_instance_row_set_instance (GW_INSTANCE_ROW (child), instance);
  gw_sidebar_update_row (self, child);
  gw_instance_row_set_selected (GW_INSTANCE_ROW (child), gtk_list_item_get_selected (list_item));
}

static void
show_group (GwSidebar      *self,
            GtkListItem    *list_item,
            GwSidebarGroup *group)
{
  GtkWidget *child = gtk_list_item_get_child (list_item);

  if (!GW_IS_GROUP_ROW (child))
    {
      child = gw_group_row_new ();
      g_signal_connect_object (child, "toggled", G_CALLBACK (on_group_toggled), self, 0);
      gtk_list_item_set_child (list_item, child);
    }
  gw_group_row_show (GW_GROUP_ROW (child), group);
}

static void
on_bind (GtkListItemFactory *factory,
         GtkListItem        *list_item,
         GwSidebar          *self)
{
  gpointer item = gtk_list_item_get_item (list_item);

  g_assert (GW_IS_SIDEBAR (self));

  if (gw_sidebar_get_instance (item) != NULL)
    show_instance (self, list_item, gw_sidebar_get_instance (item));
  else
    show_group (self, list_item, GW_SIDEBAR_GROUP (item));
  g_ptr_array_add (self->rows, list_item);
}

static void
on_unbind (GtkListItemFactory *factory,
           GtkListItem        *list_item,
           GwSidebar          *self)
{
  GtkWidget *child = gtk_list_item_get_child (list_item);

  g_assert (GW_IS_SIDEBAR (self));

  if (!g_ptr_array_remove_fast (self->rows, list_item))
    g_ptr_array_remove_fast (self->old_rows, list_item);
  if (GW_IS_INSTANCE_ROW (child))
    gw_instance_row_set_instance (GW_INSTANCE_ROW (child), NULL);
  else
    gw_group_row_show (GW_GROUP_ROW (child), NULL);
}

static void
on_list_activate (GwSidebar *self,
                  guint      position)
{
  g_autoptr (GObject) item = g_list_model_get_item (self->list, position);

  g_assert (GW_IS_SIDEBAR (self));

  if (gw_sidebar_get_instance (item) != NULL)
    g_signal_emit (self, gw_sidebar_signals[GW_SIDEBAR_SIGNAL_CONNECT_INSTANCE], 0,
                   gw_sidebar_get_instance (item), FALSE);
  else if (GW_IS_SIDEBAR_GROUP (item))
    gw_sidebar_toggle_group (self, GW_SIDEBAR_GROUP (item));
}

static void
on_list_changed (GwSidebar *self)
{
  g_assert (GW_IS_SIDEBAR (self));

  if (self->is_changing)
    return;
  gw_sidebar_update_page (self);
  gw_sidebar_queue_look (self);
}

static void
make_model (GwSidebar *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkGesture *gesture = gtk_gesture_click_new ();

  self->groups = gw_sidebar_groups_new (
    self->catalogue, self->logins != NULL ? gw_saved_logins_get_history (self->logins) : NULL,
    self->settings, self->filter);
  gw_sidebar_update_folded (self);
  self->list = G_LIST_MODEL (gtk_flatten_list_model_new (
    G_LIST_MODEL (g_object_ref (self->groups))));
  self->selection = gtk_single_selection_new (g_object_ref (self->list));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  g_signal_connect_object (self->groups, "items-changed", G_CALLBACK (on_groups_changed), self, 0);
  g_signal_connect_object (self->list, "items-changed", G_CALLBACK (on_list_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "notify::selected-item",
                           G_CALLBACK (gw_sidebar_update_actions), self, G_CONNECT_SWAPPED);

  g_signal_connect_object (factory, "setup", G_CALLBACK (on_setup), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (on_bind), self, 0);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (on_unbind), self, 0);
  gtk_list_view_set_factory (self->list_view, factory);
  gtk_list_view_set_model (self->list_view, GTK_SELECTION_MODEL (self->selection));
  g_object_unref (factory);

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (gesture), GDK_BUTTON_SECONDARY);
  g_signal_connect_object (gesture, "pressed", G_CALLBACK (on_list_pressed), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self->list_view), GTK_EVENT_CONTROLLER (gesture));
}

static void
gw_sidebar_dispose (GObject *object)
{
  GwSidebar *self = GW_SIDEBAR (object);

  g_clear_handle_id (&self->lift_id, g_source_remove);
  gw_sidebar_clear_states (self);
  if (self->list_view != NULL)
    gtk_list_view_set_model (self->list_view, NULL);
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->list);
  g_clear_object (&self->groups);
  g_clear_object (&self->filter);
  g_clear_object (&self->catalogue);
  g_clear_object (&self->saved);
  g_clear_object (&self->logins);
  g_clear_object (&self->accounts);
  g_clear_object (&self->settings);
  g_clear_weak_pointer (&self->toasts);
  g_clear_weak_pointer (&self->menu_focus);

  G_OBJECT_CLASS (gw_sidebar_parent_class)->dispose (object);
}

static void
gw_sidebar_finalize (GObject *object)
{
  GwSidebar *self = GW_SIDEBAR (object);

  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->old_rows, g_ptr_array_unref);
  g_clear_pointer (&self->removals, g_ptr_array_unref);
  g_clear_pointer (&self->search, gw_search_free);
  g_clear_pointer (&self->search_text, g_free);
  g_clear_object (&self->menu);

  G_OBJECT_CLASS (gw_sidebar_parent_class)->finalize (object);
}

static void
gw_sidebar_class_init (GwSidebarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = gw_sidebar_dispose;
  object_class->finalize = gw_sidebar_finalize;

  gw_sidebar_signals[GW_SIDEBAR_SIGNAL_CONNECT_INSTANCE] =
    g_signal_new ("connect-instance", GW_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, GW_TYPE_INSTANCE, G_TYPE_BOOLEAN);
  gw_sidebar_signals[GW_SIDEBAR_SIGNAL_CONNECT_TEXT] =
    g_signal_new ("connect-text", GW_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_STRING);
  gw_sidebar_signals[GW_SIDEBAR_SIGNAL_EDIT_INSTANCE] =
    g_signal_new ("edit-instance", GW_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, GW_TYPE_INSTANCE);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, GwSidebar, search_entry);
  gtk_widget_class_bind_template_child (widget_class, GwSidebar, filter_bin);
  gtk_widget_class_bind_template_child (widget_class, GwSidebar, notices);
  gtk_widget_class_bind_template_child (widget_class, GwSidebar, bars);
  gtk_widget_class_bind_template_child (widget_class, GwSidebar, stack);
  gtk_widget_class_bind_template_child (widget_class, GwSidebar, scrolled);
  gtk_widget_class_bind_template_child (widget_class, GwSidebar, list_view);
  gtk_widget_class_bind_template_child (widget_class, GwSidebar, no_hits);
  gtk_widget_class_bind_template_child (widget_class, GwSidebar, show_all_button);
  gtk_widget_class_bind_template_child (widget_class, GwSidebar, connect_text_button);
  gtk_widget_class_bind_template_child (widget_class, GwSidebar, connect_text_label);
  gtk_widget_class_bind_template_child (widget_class, GwSidebar, use_ssh_config);
  gtk_widget_class_bind_template_child (widget_class, GwSidebar, add_account);
  gtk_widget_class_bind_template_child (widget_class, GwSidebar, profiles);
  gtk_widget_class_bind_template_child (widget_class, GwSidebar, menu);
  gtk_widget_class_bind_template_callback (widget_class, on_list_activate);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gw_sidebar_bind_search (widget_class);
  gw_sidebar_install_actions (widget_class);
}

static void
gw_sidebar_init (GwSidebar *self)
{
  self->rows = g_ptr_array_new ();
  self->old_rows = g_ptr_array_new ();
  self->limit = G_MAXUINT;
  self->removals = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_object_ref (self->menu);
  gw_sidebar_init_search (self);
  gw_sidebar_init_keys (self);
}

static void
on_selectors_changed (GwSidebar *self)
{
  g_assert (GW_IS_SIDEBAR (self));

  gw_sidebar_refilter (self);
  gw_sidebar_update_actions (self);
}

GtkWidget *
gw_sidebar_new (GwCatalogue     *catalogue,
                GwFileSource    *saved,
                GwSavedLogins   *logins,
                GwCloudAccounts *accounts,
                GSettings       *settings,
                AdwToastOverlay *toasts)
{
  GwSidebar *self;

  g_return_val_if_fail (GW_IS_CATALOGUE (catalogue), NULL);
  g_return_val_if_fail (GW_IS_FILE_SOURCE (saved), NULL);
  g_return_val_if_fail (logins == NULL || GW_IS_SAVED_LOGINS (logins), NULL);
  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);
  g_return_val_if_fail (toasts == NULL || ADW_IS_TOAST_OVERLAY (toasts), NULL);

  self = g_object_new (GW_TYPE_SIDEBAR, NULL);
  self->catalogue = g_object_ref (catalogue);
  self->saved = g_object_ref (saved);
  g_set_object (&self->logins, logins);
  g_set_object (&self->accounts, accounts);
  self->settings = g_object_ref (settings);
  g_set_weak_pointer (&self->toasts, toasts);
  self->selectors = GW_SIDEBAR_FILTER (gw_sidebar_filter_new (catalogue, settings));
  adw_bin_set_child (self->filter_bin, GTK_WIDGET (self->selectors));
  make_model (self);
  gw_sidebar_init_page (self);
  gw_sidebar_init_states (self);
  g_signal_connect_object (self->selectors, "changed", G_CALLBACK (on_selectors_changed), self,
                           G_CONNECT_SWAPPED);
  gw_sidebar_update_page (self);
  gw_sidebar_update_actions (self);
  return GTK_WIDGET (self);
}

GwInstance *
gw_sidebar_get_selected (GwSidebar *self)
{
  return gw_sidebar_get_instance (gtk_single_selection_get_selected_item (self->selection));
}

void
gw_sidebar_select (GwSidebar  *self,
                   GwInstance *instance)
{
  for (guint i = 0; i < g_list_model_get_n_items (self->list); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (self->list, i);

      if (gw_sidebar_get_instance (item) != instance)
        continue;
      gtk_single_selection_set_selected (self->selection, i);
      gtk_widget_activate_action (GTK_WIDGET (self->list_view), "list.scroll-to-item", "u", i);
      return;
    }
}

void
gw_sidebar_refresh (GwSidebar *self)
{
  g_return_if_fail (GW_IS_SIDEBAR (self));

  if (self->accounts != NULL)
    gw_cloud_accounts_refresh (self->accounts, 0);
}
