/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-sidebar-private.h"

#include "config.h"
#include "gw-accessible.h"
#include "gw-confirm.h"
#include "gw-group-row.h"
#include "gw-instance-row.h"

#include <glib/gi18n.h>

void
gw_sidebar_tell_error (GwSidebar    *self,
                       const char   *heading,
                       const GError *error)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (GTK_IS_WINDOW (root))
    gw_confirm_tell (GTK_WINDOW (root), heading, error->message);
}

void
gw_sidebar_add_toast (GwSidebar *self,
                      AdwToast  *toast)
{
  if (self->toasts != NULL)
    {
      /* At once, and not after the others: what can be undone should be found then. */
      adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
      adw_toast_overlay_add_toast (self->toasts, toast);
      gw_accessible_name_buttons (gtk_widget_get_last_child (GTK_WIDGET (self->toasts)));
    }
  else
    g_object_unref (g_object_ref_sink (toast));
}

static void
connect_selected (GwSidebar *self,
                  gboolean   with)
{
  GwInstance *instance = gw_sidebar_get_selected (self);

  if (instance != NULL)
    g_signal_emit (self, gw_sidebar_signals[GW_SIDEBAR_SIGNAL_CONNECT_INSTANCE], 0, instance, with);
}

static void
action_connect (GtkWidget  *widget,
                const char *action_name,
                GVariant   *parameter)
{
  connect_selected (GW_SIDEBAR (widget), FALSE);
}

static void
action_connect_with (GtkWidget  *widget,
                     const char *action_name,
                     GVariant   *parameter)
{
  connect_selected (GW_SIDEBAR (widget), TRUE);
}

static void
action_copy_address (GtkWidget  *widget,
                     const char *action_name,
                     GVariant   *parameter)
{
  GwSidebar *self = GW_SIDEBAR (widget);
  GwInstance *instance = gw_sidebar_get_selected (self);

  if (instance == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget),
                          gw_instance_get_main_address (instance));
  gw_sidebar_add_toast (self, adw_toast_new (_("Address copied")));
}

static void
action_add (GtkWidget  *widget,
            const char *action_name,
            GVariant   *parameter)
{
  g_signal_emit (widget, gw_sidebar_signals[GW_SIDEBAR_SIGNAL_EDIT_INSTANCE], 0, NULL);
}

static void
action_edit (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  GwInstance *instance = gw_sidebar_get_selected (GW_SIDEBAR (widget));

  if (instance != NULL)
    g_signal_emit (widget, gw_sidebar_signals[GW_SIDEBAR_SIGNAL_EDIT_INSTANCE], 0, instance);
}

static void
action_duplicate (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  GwSidebar *self = GW_SIDEBAR (widget);
  GwInstance *instance = gw_sidebar_get_selected (self);
  g_autoptr (GError) error = NULL;
  GwInstance *copy;

  if (instance == NULL)
    return;
  copy = gw_file_source_duplicate (self->saved, instance, &error);
  if (copy == NULL)
    gw_sidebar_tell_error (self, _("The Host Was Not Duplicated"), error);
  else
    gw_sidebar_select (self, copy);
}

static void
action_remove (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  GwInstance *instance = gw_sidebar_get_selected (GW_SIDEBAR (widget));

  if (instance != NULL)
    gw_sidebar_remove (GW_SIDEBAR (widget), instance);
}

static void
set_favorite (GwSidebar *self,
              gboolean   favorite)
{
  GwInstance *instance = gw_sidebar_get_selected (self);
  g_auto (GStrv) old = g_settings_get_strv (self->settings, "favorites");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) ids = NULL;

  if (instance == NULL)
    return;
  for (guint i = 0; old[i] != NULL; i++)
    if (!g_str_equal (old[i], gw_instance_get_id (instance)))
      g_strv_builder_add (builder, old[i]);
  if (favorite)
    g_strv_builder_add (builder, gw_instance_get_id (instance));
  ids = g_strv_builder_end (builder);
  g_settings_set_strv (self->settings, "favorites", (const char *const *) ids);
  gw_sidebar_update_actions (self);
}

static gboolean
is_favorite (GwSidebar  *self,
             GwInstance *instance)
{
  g_auto (GStrv) ids = g_settings_get_strv (self->settings, "favorites");

  return g_strv_contains ((const char *const *) ids, gw_instance_get_id (instance));
}

static void
action_add_favorite (GtkWidget  *widget,
                     const char *action_name,
                     GVariant   *parameter)
{
  set_favorite (GW_SIDEBAR (widget), TRUE);
}

static void
action_remove_favorite (GtkWidget  *widget,
                        const char *action_name,
                        GVariant   *parameter)
{
  set_favorite (GW_SIDEBAR (widget), FALSE);
}

static void
activate_for_selected (GwSidebar  *self,
                       const char *action)
{
  GwInstance *instance = gw_sidebar_get_selected (self);

  if (instance != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), action, "s", gw_instance_get_id (instance));
}

static void
action_show_details (GtkWidget  *widget,
                     const char *action_name,
                     GVariant   *parameter)
{
  activate_for_selected (GW_SIDEBAR (widget), "win.show-details");
}

static void
action_open_in_browser (GtkWidget  *widget,
                        const char *action_name,
                        GVariant   *parameter)
{
  activate_for_selected (GW_SIDEBAR (widget), "win.open-in-browser");
}

/* A refresh may have made another object of the instance meanwhile: the id counts. */
static void
on_undo_hide (AdwToast *toast,
              gpointer  sidebar)
{
  GwInstance *instance = g_object_get_data (G_OBJECT (toast), "gw-instance");

  gw_sidebar_filter_set_hidden (GW_SIDEBAR (sidebar)->selectors, instance, FALSE);
}

static void
action_hide (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  GwSidebar *self = GW_SIDEBAR (widget);
  GwInstance *instance = gw_sidebar_get_selected (self);
  g_autofree char *title = NULL;
  g_autofree char *escaped = NULL;
  AdwToast *toast;

  if (instance == NULL)
    return;
  /* Translators: the argument is the name of an instance */
  title = g_strdup_printf (_("“%s” hidden"), gw_instance_get_title (instance));
  escaped = g_markup_escape_text (title, -1);
  toast = adw_toast_new (escaped);
  adw_toast_set_button_label (toast, _("Undo"));
  g_object_set_data_full (G_OBJECT (toast), "gw-instance", g_object_ref (instance),
                          g_object_unref);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (on_undo_hide), self, 0);
  gw_sidebar_filter_set_hidden (self->selectors, instance, TRUE);
  gw_sidebar_add_toast (self, toast);
}

static void
action_unhide (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  GwSidebar *self = GW_SIDEBAR (widget);
  GwInstance *instance = gw_sidebar_get_selected (self);

  if (instance != NULL)
    gw_sidebar_filter_set_hidden (self->selectors, instance, FALSE);
}

static void
action_show_all (GtkWidget  *widget,
                 const char *action_name,
                 GVariant   *parameter)
{
  gw_sidebar_filter_reset (GW_SIDEBAR (widget)->selectors);
}

static void
action_refresh (GtkWidget  *widget,
                const char *action_name,
                GVariant   *parameter)
{
  gw_sidebar_refresh (GW_SIDEBAR (widget));
}

static void
action_use_ssh_config (GtkWidget  *widget,
                       const char *action_name,
                       GVariant   *parameter)
{
  g_settings_set_boolean (GW_SIDEBAR (widget)->settings, "use-ssh-config", TRUE);
}

/* From the keyboard: at the row that has the focus. */
static void
action_menu (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  GwSidebar *self = GW_SIDEBAR (widget);
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));
  GtkWidget *anchor = GTK_WIDGET (self->list_view);

  if (focus != NULL && gtk_widget_is_ancestor (focus, anchor))
    anchor = focus;
  gw_sidebar_popup_menu (self, anchor, gtk_widget_get_width (anchor) / 2.0,
                         gtk_widget_get_height (anchor) / 2.0);
}

/* (nullable): what the item of the list shows that has the focus, or that the focus is in. */
static GtkWidget *
get_focus_row (GwSidebar *self)
{
  GtkWidget *item = gtk_widget_get_focus_child (GTK_WIDGET (self->list_view));

  return item != NULL ? gtk_widget_get_first_child (item) : NULL;
}

/* (nullable): what the keys do with the selected instance. */
static const char *
find_key_action (GwSidebar       *self,
                 guint            keyval,
                 GdkModifierType  modifiers)
{
  GwInstance *instance = gw_sidebar_get_selected (self);

  if (instance == NULL)
    return NULL;
  if (modifiers == GDK_CONTROL_MASK && (keyval == GDK_KEY_d || keyval == GDK_KEY_D))
    return is_favorite (self, instance) ? "sidebar.remove-favorite" : "sidebar.add-favorite";
  if (modifiers == GDK_ALT_MASK && (keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter))
    return "sidebar.show-details";
  if (modifiers != 0)
    return NULL;
  if (keyval == GDK_KEY_Delete || keyval == GDK_KEY_KP_Delete)
    return "sidebar.remove";
  return keyval == GDK_KEY_F2 ? "sidebar.edit" : NULL;
}

/* Only what has the focus is meant: with the focus on a heading another row may be selected. */
static gboolean
on_list_key (GtkEventControllerKey *controller,
             guint                  keyval,
             guint                  keycode,
             GdkModifierType        state,
             GwSidebar             *self)
{
  GtkWidget *row = get_focus_row (self);
  GwSidebarGroup *group = GW_IS_GROUP_ROW (row) ? gw_group_row_get_group (GW_GROUP_ROW (row))
                                                : NULL;
  GdkModifierType modifiers = state & gtk_accelerator_get_default_mod_mask ();
  const char *action;

  g_assert (GW_IS_SIDEBAR (self));

  if (group != NULL && modifiers == 0 && (keyval == GDK_KEY_Left || keyval == GDK_KEY_Right))
    {
      gboolean rtl = gtk_widget_get_direction (row) == GTK_TEXT_DIR_RTL;
      gboolean fold = (keyval == GDK_KEY_Left) != rtl;

      if (gw_sidebar_group_get_folded (group) != fold)
        gw_sidebar_toggle_group (self, group);
      return GDK_EVENT_STOP;
    }
  action = find_key_action (self, keyval, modifiers);
  if (action == NULL || !GW_IS_INSTANCE_ROW (row) ||
      gw_instance_row_get_instance (GW_INSTANCE_ROW (row)) != gw_sidebar_get_selected (self))
    return GDK_EVENT_PROPAGATE;
  return gtk_widget_activate_action (GTK_WIDGET (self), action, NULL);
}

void
gw_sidebar_init_keys (GwSidebar *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  /* Before the list, which moves with the arrows. */
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (on_list_key), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self->list_view), keys);
}

void
gw_sidebar_install_actions (GtkWidgetClass *widget_class)
{
  static const struct {
    const char                  *name;
    GtkWidgetActionActivateFunc  activate;
  } actions[] = {
    { "sidebar.connect", action_connect },
    { "sidebar.connect-with", action_connect_with },
    /* The same for instances of accounts, which have no dialog of their own. */
    { "sidebar.login-options", action_connect_with },
    { "sidebar.copy-address", action_copy_address },
    { "sidebar.add-favorite", action_add_favorite },
    { "sidebar.remove-favorite", action_remove_favorite },
    { "sidebar.show-details", action_show_details },
    { "sidebar.open-in-browser", action_open_in_browser },
    { "sidebar.add", action_add },
    { "sidebar.edit", action_edit },
    { "sidebar.duplicate", action_duplicate },
    { "sidebar.remove", action_remove },
    { "sidebar.hide", action_hide },
    { "sidebar.unhide", action_unhide },
    { "sidebar.show-all", action_show_all },
    { "sidebar.refresh", action_refresh },
    { "sidebar.use-ssh-config", action_use_ssh_config },
    { "sidebar.menu", action_menu },
  };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i].name, NULL, actions[i].activate);
}

/* (transfer none) (nullable): the one that holds @instance. Others may have one with its id, as two
 * accounts that see the same. */
static GwSource *
find_source (GwSidebar  *self,
             GwInstance *instance)
{
  GListModel *catalogue = G_LIST_MODEL (self->catalogue);

  for (guint i = 0; i < g_list_model_get_n_items (catalogue); i++)
    {
      g_autoptr (GwSource) source = g_list_model_get_item (catalogue, i);

      if (g_list_store_find (gw_source_get_store (source), instance, NULL))
        return source; /* the catalogue keeps it alive */
    }
  return NULL;
}

void
gw_sidebar_update_actions (GwSidebar *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GwInstance *instance = gw_sidebar_get_selected (self);
  gboolean selected = instance != NULL;
  GwSource *source = selected ? find_source (self, instance) : NULL;
  gboolean editable, of_account, favorite, hidden;

  editable = source != NULL && gw_source_is_editable (source);
  of_account = source != NULL && GW_IS_ECS_SOURCE (source);
  favorite = selected && is_favorite (self, instance);
  hidden = selected && gw_sidebar_filter_is_hidden (self->selectors, instance);

  gtk_widget_action_set_enabled (widget, "sidebar.connect", selected);
  gtk_widget_action_set_enabled (widget, "sidebar.connect-with", selected && !of_account);
  gtk_widget_action_set_enabled (widget, "sidebar.login-options", of_account);
  gtk_widget_action_set_enabled (widget, "sidebar.copy-address",
                                 selected && *gw_instance_get_main_address (instance) != '\0');
  gtk_widget_action_set_enabled (widget, "sidebar.add-favorite", selected && !favorite);
  gtk_widget_action_set_enabled (widget, "sidebar.remove-favorite", favorite);
  gtk_widget_action_set_enabled (widget, "sidebar.show-details", selected);
  gtk_widget_action_set_enabled (widget, "sidebar.open-in-browser", of_account);
  gtk_widget_action_set_enabled (widget, "sidebar.edit", editable);
  gtk_widget_action_set_enabled (widget, "sidebar.duplicate", editable);
  gtk_widget_action_set_enabled (widget, "sidebar.remove", editable);
  gtk_widget_action_set_enabled (widget, "sidebar.hide", of_account && !hidden);
  gtk_widget_action_set_enabled (widget, "sidebar.unhide", of_account && hidden);
}

/* GTK would give the focus to the divider. */
static void
on_menu_closed (GwSidebar *self)
{
  g_assert (GW_IS_SIDEBAR (self));

  if (self->menu_focus != NULL && gtk_widget_get_mapped (self->menu_focus))
    gtk_widget_grab_focus (self->menu_focus);
  g_clear_weak_pointer (&self->menu_focus);
}

void
gw_sidebar_popup_menu (GwSidebar *self,
                       GtkWidget *widget,
                       double     x,
                       double     y)
{
  if (gw_sidebar_get_selected (self) == NULL)
    return;

  gtk_widget_translate_coordinates (widget, GTK_WIDGET (self), x, y, &x, &y);
  /* A new one each time: the old one would open at the item after the one it was closed on. */
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  self->popover = gtk_popover_menu_new_from_model (self->menu);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
  gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
  gtk_widget_set_parent (self->popover, GTK_WIDGET (self));
  g_signal_connect_object (self->popover, "closed", G_CALLBACK (on_menu_closed), self,
                           G_CONNECT_SWAPPED);
  g_set_weak_pointer (&self->menu_focus,
                      gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self))));
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover),
                               &(GdkRectangle) { (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->popover));
}
