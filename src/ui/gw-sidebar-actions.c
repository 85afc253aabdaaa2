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
  const char *action = NULL;

  g_assert (GW_IS_SIDEBAR (self));

  if ((state & gtk_accelerator_get_default_mod_mask ()) != 0)
    return GDK_EVENT_PROPAGATE;
  if (group != NULL && (keyval == GDK_KEY_Left || keyval == GDK_KEY_Right))
    {
      gboolean rtl = gtk_widget_get_direction (row) == GTK_TEXT_DIR_RTL;
      gboolean fold = (keyval == GDK_KEY_Left) != rtl;

      if (gw_sidebar_group_get_folded (group) != fold)
        gw_sidebar_toggle_group (self, group);
      return GDK_EVENT_STOP;
    }
  if (keyval == GDK_KEY_Delete || keyval == GDK_KEY_KP_Delete)
    action = "sidebar.remove";
  else if (keyval == GDK_KEY_F2)
    action = "sidebar.edit";
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
  gtk_widget_class_install_action (widget_class, "sidebar.connect", NULL, action_connect);
  gtk_widget_class_install_action (widget_class, "sidebar.connect-with", NULL,
                                   action_connect_with);
  gtk_widget_class_install_action (widget_class, "sidebar.copy-address", NULL,
                                   action_copy_address);
  gtk_widget_class_install_action (widget_class, "sidebar.add", NULL, action_add);
  gtk_widget_class_install_action (widget_class, "sidebar.edit", NULL, action_edit);
  gtk_widget_class_install_action (widget_class, "sidebar.duplicate", NULL, action_duplicate);
  gtk_widget_class_install_action (widget_class, "sidebar.remove", NULL, action_remove);
  gtk_widget_class_install_action (widget_class, "sidebar.use-ssh-config", NULL,
                                   action_use_ssh_config);
  gtk_widget_class_install_action (widget_class, "sidebar.menu", NULL, action_menu);
}

void
gw_sidebar_update_actions (GwSidebar *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GwInstance *instance = gw_sidebar_get_selected (self);
  GwSource *source = NULL;
  gboolean editable;

  if (instance != NULL)
    gw_catalogue_lookup (self->catalogue, gw_instance_get_id (instance), &source);
  editable = source != NULL && gw_source_is_editable (source);

  gtk_widget_action_set_enabled (widget, "sidebar.connect", instance != NULL);
  gtk_widget_action_set_enabled (widget, "sidebar.connect-with", instance != NULL);
  gtk_widget_action_set_enabled (widget, "sidebar.copy-address", instance != NULL &&
                                 *gw_instance_get_main_address (instance) != '\0');
  gtk_widget_action_set_enabled (widget, "sidebar.edit", editable);
  gtk_widget_action_set_enabled (widget, "sidebar.duplicate", editable);
  gtk_widget_action_set_enabled (widget, "sidebar.remove", editable);
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
  if (self->popover == NULL)
    {
      self->popover = gtk_popover_menu_new_from_model (self->menu);
      gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
      gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
      gtk_widget_set_parent (self->popover, GTK_WIDGET (self));
      g_signal_connect_object (self->popover, "closed", G_CALLBACK (on_menu_closed), self,
                               G_CONNECT_SWAPPED);
    }
  g_set_weak_pointer (&self->menu_focus,
                      gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self))));
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover),
                               &(GdkRectangle) { (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->popover));
}
