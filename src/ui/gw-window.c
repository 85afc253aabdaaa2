/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-window-private.h"

#include "config.h"
#include "gw-accessible.h"
#include "gw-confirm.h"
#include "gw-instance-dialog.h"
#include "gw-sidebar.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE (GwWindow, gw_window, ADW_TYPE_APPLICATION_WINDOW)

/* The range of the key sidebar-width. */
#define SIDEBAR_MIN 180
#define SIDEBAR_MAX 800

static void
on_position (GwWindow *self)
{
  int position = gtk_paned_get_position (GTK_PANED (self->paned));

  g_assert (GW_IS_WINDOW (self));

  if (self->settings != NULL && gtk_widget_get_visible (GTK_WIDGET (self->sidebar_bin)))
    g_settings_set_int (self->settings, "sidebar-width",
                        CLAMP (position, SIDEBAR_MIN, SIDEBAR_MAX));
}

static void
on_connect_instance (GwSidebar  *sidebar,
                     GwInstance *instance,
                     gboolean    with,
                     GwWindow   *self)
{
  g_assert (GW_IS_WINDOW (self));

  gw_window_open_instance (self, instance, with);
}

static void
on_connect_text (GwSidebar  *sidebar,
                 const char *text,
                 GwWindow   *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GwEndpoint) endpoint = gw_endpoint_parse (text, &error);

  g_assert (GW_IS_WINDOW (self));

  if (endpoint != NULL)
    gw_window_open_endpoint (self, endpoint);
  else
    gw_window_toast (self, error->message);
}

static void
on_edit_instance (GwSidebar  *sidebar,
                  GwInstance *instance,
                  GwWindow   *self)
{
  g_assert (GW_IS_WINDOW (self));

  gtk_window_present (GTK_WINDOW (gw_instance_dialog_new (GTK_WINDOW (self), self->saved,
                                                          instance)));
}

static void
action_add_host (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  on_edit_instance (NULL, NULL, user_data);
}

static void
action_import (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  gw_window_import (GW_WINDOW (user_data));
}

static void
action_search (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  GwWindow *self = user_data;

  g_settings_set_boolean (self->settings, "sidebar-visible", TRUE);
  gw_sidebar_focus_search (GW_SIDEBAR (self->sidebar));
}

/* Another session on the same host; with none open, the search says which. */
static void
action_new_tab (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  GwWindow *self = user_data;
  GwTab *tab = gw_window_get_tab (self);
  GwLogin *login = tab != NULL ? gw_tab_get_login (tab) : NULL;

  if (login == NULL)
    action_search (NULL, NULL, self);
  else if (gw_login_get_method (login) == GW_METHOD_TEMPORARY_KEY && gw_tab_is_connected (tab))
    {
      /* Nothing has to be typed for it: each session has a key of its own. */
      g_autoptr (GwLogin) same = gw_login_copy (login);

      gw_window_add_tab (self, same);
    }
  else if (gw_login_get_instance (login) != NULL)
    gw_window_open_instance (self, gw_login_get_instance (login), FALSE);
  else
    {
      GwEndpoint endpoint = {
        .user = (char *) gw_login_get_user (login),
        .host = (char *) gw_login_get_host (login),
        .port = (guint16) gw_login_get_port (login),
      };

      gw_window_open_endpoint (self, &endpoint);
    }
}

static void
action_close_tab (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  GwWindow *self = user_data;
  AdwTabPage *page = adw_tab_view_get_selected_page (self->tab_view);

  if (page != NULL)
    adw_tab_view_close_page (self->tab_view, page);
}

static void
action_next_tab (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  adw_tab_view_select_next_page (GW_WINDOW (user_data)->tab_view);
}

static void
action_previous_tab (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  adw_tab_view_select_previous_page (GW_WINDOW (user_data)->tab_view);
}

/* Not a GPropertyAction: that would keep the window alive, which keeps its actions. */
static void
action_fullscreen (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  GtkWindow *window = user_data;

  if (gtk_window_is_fullscreen (window))
    gtk_window_unfullscreen (window);
  else
    gtk_window_fullscreen (window);
}

static void
action_toggle_sidebar (GSimpleAction *action,
                       GVariant      *parameter,
                       gpointer       user_data)
{
  GwWindow *self = user_data;

  g_settings_set_boolean (self->settings, "sidebar-visible",
                          !g_settings_get_boolean (self->settings, "sidebar-visible"));
}

static void
show_sidebar (GwWindow *self)
{
  gboolean visible = g_settings_get_boolean (self->settings, "sidebar-visible");
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "toggle-sidebar");

  g_assert (GW_IS_WINDOW (self));

  gtk_widget_set_visible (GTK_WIDGET (self->sidebar_bin), visible);
  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_boolean (visible));
}

static const GActionEntry actions[] = {
  { .name = "add-host", .activate = action_add_host },
  { .name = "import", .activate = action_import },
  { .name = "search", .activate = action_search },
  { .name = "new-tab", .activate = action_new_tab },
  { .name = "close-tab", .activate = action_close_tab },
  { .name = "next-tab", .activate = action_next_tab },
  { .name = "previous-tab", .activate = action_previous_tab },
  { .name = "fullscreen", .activate = action_fullscreen },
  { .name = "toggle-sidebar", .activate = action_toggle_sidebar, .state = "true" },
};

static void
save_size (GwWindow *self)
{
  int width, height;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  if (width > 0 && height > 0)
    g_settings_set (self->settings, "window-size", "(ii)", width, height);
}

static void
on_quit_answered (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  GwWindow *self = GW_WINDOW (source);
  g_autoptr (GError) error = NULL;

  if (gw_confirm_ask_finish (result, &error))
    {
      self->state = GW_WINDOW_STATE_CLOSING;
      gtk_window_close (GTK_WINDOW (self));
    }
  else if (error == NULL)
    self->state = GW_WINDOW_STATE_OPEN;
}

static gboolean
gw_window_close_request (GtkWindow *window)
{
  GwWindow *self = GW_WINDOW (window);
  guint n = gw_window_count_connected (self);
  g_autofree char *body = NULL;

  if (self->state == GW_WINDOW_STATE_ASKING)
    return GDK_EVENT_STOP;
  if (self->state == GW_WINDOW_STATE_CLOSING || n == 0)
    {
      save_size (self);
      gw_window_close_tabs (self);
      return GTK_WINDOW_CLASS (gw_window_parent_class)->close_request (window);
    }

  self->state = GW_WINDOW_STATE_ASKING;
  body = g_strdup_printf (ngettext ("%u session is open. Programs that run in it will be ended.",
                                    "%u sessions are open. Programs that run in them will be "
                                    "ended.", n), n);
  gw_confirm_ask_async (window, _("End All Sessions?"), body, _("End Sessions"),
                        GW_CONFIRM_DESTRUCTIVE, self->cancellable, on_quit_answered, NULL);
  return GDK_EVENT_STOP;
}

static void
gw_window_dispose (GObject *object)
{
  GwWindow *self = GW_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->catalogue);
  g_clear_object (&self->saved);
  g_clear_object (&self->logins);
  g_clear_object (&self->accounts);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (gw_window_parent_class)->dispose (object);
}

static void
gw_window_finalize (GObject *object)
{
  g_clear_object (&GW_WINDOW (object)->cancellable);

  G_OBJECT_CLASS (gw_window_parent_class)->finalize (object);
}

static void
gw_window_class_init (GwWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = gw_window_dispose;
  object_class->finalize = gw_window_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = gw_window_close_request;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-window.ui");
  gtk_widget_class_bind_template_child (widget_class, GwWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, GwWindow, header_bar);
  gtk_widget_class_bind_template_child (widget_class, GwWindow, title);
  gtk_widget_class_bind_template_child (widget_class, GwWindow, paned);
  gtk_widget_class_bind_template_child (widget_class, GwWindow, sidebar_bin);
  gtk_widget_class_bind_template_child (widget_class, GwWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, GwWindow, tab_bar);
  gtk_widget_class_bind_template_child (widget_class, GwWindow, tab_view);
  gtk_widget_class_bind_template_callback (widget_class, on_position);
}

static void
gw_window_init (GwWindow *self)
{
  self->cancellable = g_cancellable_new ();
  g_type_ensure (GW_TYPE_TAB);
  gtk_widget_init_template (GTK_WIDGET (self));
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  g_object_bind_property (self, "fullscreened", self->header_bar, "visible",
                          G_BINDING_SYNC_CREATE | G_BINDING_INVERT_BOOLEAN);
}

static void
bind_settings (GwWindow *self)
{
  int width, height;

  g_settings_get (self->settings, "window-size", "(ii)", &width, &height);
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  g_settings_bind (self->settings, "window-maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
  gtk_paned_set_position (GTK_PANED (self->paned),
                          g_settings_get_int (self->settings, "sidebar-width"));
  g_signal_connect_object (self->settings, "changed::sidebar-visible", G_CALLBACK (show_sidebar),
                           self, G_CONNECT_SWAPPED);
  show_sidebar (self);
}

GwWindow *
gw_window_new (GtkApplication *application,
               GwCatalogue    *catalogue,
               GwFileSource   *saved,
               GwSavedLogins  *logins,
               GwCloudAccounts *accounts,
               GSettings      *settings)
{
  GwWindow *self;

  g_return_val_if_fail (application == NULL || GTK_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (GW_IS_CATALOGUE (catalogue), NULL);
  g_return_val_if_fail (GW_IS_FILE_SOURCE (saved), NULL);
  g_return_val_if_fail (GW_IS_SAVED_LOGINS (logins), NULL);
  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);

  self = g_object_new (GW_TYPE_WINDOW, "application", application, NULL);
  self->catalogue = g_object_ref (catalogue);
  self->saved = g_object_ref (saved);
  self->logins = g_object_ref (logins);
  g_set_object (&self->accounts, accounts);
  self->settings = g_object_ref (settings);
  bind_settings (self);

  self->sidebar = gw_sidebar_new (catalogue, saved, logins, accounts, settings, self->toasts);
  adw_bin_set_child (self->sidebar_bin, self->sidebar);
  g_signal_connect_object (self->sidebar, "connect-instance", G_CALLBACK (on_connect_instance),
                           self, 0);
  g_signal_connect_object (self->sidebar, "connect-text", G_CALLBACK (on_connect_text), self, 0);
  g_signal_connect_object (self->sidebar, "edit-instance", G_CALLBACK (on_edit_instance), self, 0);
  gw_window_setup_tabs (self);
  gw_window_setup_accounts (self);
  /* What is typed at a fresh window is a host. */
  gw_sidebar_focus_search (GW_SIDEBAR (self->sidebar));
  return self;
}

void
gw_window_end (GwWindow *self)
{
  g_return_if_fail (GW_IS_WINDOW (self));

  self->state = GW_WINDOW_STATE_CLOSING;
  gtk_window_close (GTK_WINDOW (self));
}

void
gw_window_toast (GwWindow   *self,
                 const char *text)
{
  g_autofree char *escaped = NULL;

  g_return_if_fail (GW_IS_WINDOW (self));
  g_return_if_fail (text != NULL);

  escaped = g_markup_escape_text (text, -1);
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
  gw_accessible_name_buttons (gtk_widget_get_last_child (GTK_WIDGET (self->toasts)));
}
