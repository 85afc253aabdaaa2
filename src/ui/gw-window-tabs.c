/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-window-private.h"

#include "config.h"
#include "gw-accessible.h"
#include "gw-confirm.h"
#include "gw-farewell.h"
#include "gw-sidebar.h"

#include <glib/gi18n.h>

GwTab *
gw_window_get_tab (GwWindow *self)
{
  AdwTabPage *page = adw_tab_view_get_selected_page (self->tab_view);

  return page != NULL ? GW_TAB (adw_tab_page_get_child (page)) : NULL;
}

guint
gw_window_count_connected (GwWindow *self)
{
  guint n = 0;

  for (int i = 0; i < adw_tab_view_get_n_pages (self->tab_view); i++)
    {
      AdwTabPage *page = adw_tab_view_get_nth_page (self->tab_view, i);

      if (gw_tab_is_connected (GW_TAB (adw_tab_page_get_child (page))))
        n++;
    }
  return n;
}

static void
update_title (GwWindow *self)
{
  GwTab *tab = gw_window_get_tab (self);
  g_autofree char *title = NULL;
  g_autofree char *address = NULL;
  g_autofree char *window_title = NULL;

  if (tab == NULL)
    {
      adw_window_title_set_title (self->title, _("Gangway"));
      adw_window_title_set_subtitle (self->title, "");
      gtk_window_set_title (GTK_WINDOW (self), _("Gangway"));
      return;
    }

  g_object_get (tab, "title", &title, NULL);
  address = gw_login_describe (gw_tab_get_login (tab));
  adw_window_title_set_title (self->title, title);
  adw_window_title_set_subtitle (self->title, address);
  /* Translators: the title of the window in the overview of the desktop: the tab, the program */
  window_title = g_strdup_printf (_("%s – Gangway"), title);
  gtk_window_set_title (GTK_WINDOW (self), window_title);
}

static AdwTabPage *
get_page (GwWindow *self,
          GwTab    *tab)
{
  return adw_tab_view_get_page (self->tab_view, GTK_WIDGET (tab));
}

static void
on_tab_title (GwTab      *tab,
              GParamSpec *pspec,
              GwWindow   *self)
{
  g_autofree char *title = NULL;
  g_autofree char *address = NULL;
  g_autofree char *tooltip = NULL;

  g_assert (GW_IS_WINDOW (self));

  g_object_get (tab, "title", &title, NULL);
  address = gw_login_describe (gw_tab_get_login (tab));
  /* A tooltip of a tab is markup, and both texts are somebody else's. */
  tooltip = g_markup_printf_escaped ("%s\n%s", title, address);
  adw_tab_page_set_title (get_page (self, tab), title);
  adw_tab_page_set_tooltip (get_page (self, tab), tooltip);
  if (tab == gw_window_get_tab (self))
    update_title (self);
}

static void
on_tab_state (GwTab      *tab,
              GParamSpec *pspec,
              GwWindow   *self)
{
  gboolean closed = gw_tab_get_state (tab) == GW_SESSION_STATE_CLOSED;
  g_autoptr (GIcon) icon = NULL;

  g_assert (GW_IS_WINDOW (self));

  if (closed)
    icon = g_themed_icon_new ("gw-status-stopped-symbolic");
  adw_tab_page_set_indicator_icon (get_page (self, tab), icon);
  adw_tab_page_set_indicator_tooltip (get_page (self, tab), closed ? _("Not connected") : "");
}

static void
on_tab_attention (GwTab      *tab,
                  GParamSpec *pspec,
                  GwWindow   *self)
{
  gboolean attention;

  g_assert (GW_IS_WINDOW (self));

  g_object_get (tab, "needs-attention", &attention, NULL);
  /* Who looks at the tab has noticed. */
  if (attention && tab == gw_window_get_tab (self) && gtk_window_is_active (GTK_WINDOW (self)))
    gw_tab_clear_attention (tab);
}

static void
on_edit_login (GwTab      *tab,
               GwLogin    *login,
               const char *notice,
               GwWindow   *self)
{
  g_assert (GW_IS_WINDOW (self));

  gw_window_edit_login (self, tab, login, notice);
}

void
gw_window_add_tab (GwWindow *self,
                   GwLogin  *login)
{
  GwTab *tab = gw_tab_new (login, self->logins, self->accounts, self->settings);
  AdwTabPage *page = adw_tab_view_append (self->tab_view, GTK_WIDGET (tab));

  g_object_bind_property (tab, "loading", page, "loading", G_BINDING_SYNC_CREATE);
  g_object_bind_property (tab, "needs-attention", page, "needs-attention", G_BINDING_SYNC_CREATE);
  g_signal_connect_object (tab, "notify::title", G_CALLBACK (on_tab_title), self, 0);
  g_signal_connect_object (tab, "notify::state", G_CALLBACK (on_tab_state), self, 0);
  g_signal_connect_object (tab, "notify::needs-attention", G_CALLBACK (on_tab_attention), self, 0);
  g_signal_connect_object (tab, "edit-login", G_CALLBACK (on_edit_login), self, 0);
  on_tab_title (tab, NULL, self);
  on_tab_state (tab, NULL, self);
  adw_tab_view_set_selected_page (self->tab_view, page);
  gw_accessible_name_buttons (self->tab_bar);
  gtk_widget_grab_focus (GTK_WIDGET (tab));
}

static void
on_selected_page (GwWindow *self)
{
  GwTab *tab = gw_window_get_tab (self);

  g_assert (GW_IS_WINDOW (self));

  update_title (self);
  if (tab == NULL)
    return;
  gw_tab_clear_attention (tab);
  gtk_widget_grab_focus (GTK_WIDGET (tab));
}

static void
on_n_pages (GwWindow *self)
{
  gboolean some = adw_tab_view_get_n_pages (self->tab_view) > 0;
  GAction *close = g_action_map_lookup_action (G_ACTION_MAP (self), "close-tab");

  g_assert (GW_IS_WINDOW (self));

  g_simple_action_set_enabled (G_SIMPLE_ACTION (close), some);
  gtk_stack_set_visible_child_name (self->stack, some ? "tabs" : "empty");
  if (!some)
    update_title (self);
}

static void
on_active (GwWindow *self)
{
  GwTab *tab = gw_window_get_tab (self);

  g_assert (GW_IS_WINDOW (self));

  if (tab != NULL && gtk_window_is_active (GTK_WINDOW (self)))
    gw_tab_clear_attention (tab);
}

static void
close_tab (GwWindow   *self,
           AdwTabPage *page)
{
  GwTab *tab = GW_TAB (adw_tab_page_get_child (page));
  GwSession *session = gw_tab_get_session (tab);

  if (session != NULL)
    gw_farewell (G_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))), session);
  gw_tab_close (tab);
}

static void
finish_closing (GwWindow   *self,
                AdwTabPage *page,
                gboolean    close)
{
  if (close)
    close_tab (self, page);
  adw_tab_view_close_page_finish (self->tab_view, page, close);
}

void
gw_window_clear_secrets (GwWindow *self)
{
  g_return_if_fail (GW_IS_WINDOW (self));

  gw_sidebar_clear_secrets (GW_SIDEBAR (self->sidebar));
  for (int i = 0; i < adw_tab_view_get_n_pages (self->tab_view); i++)
    {
      AdwTabPage *page = adw_tab_view_get_nth_page (self->tab_view, i);

      gw_tab_clear_secrets (GW_TAB (adw_tab_page_get_child (page)));
    }
}

void
gw_window_close_tabs (GwWindow *self)
{
  for (int i = 0; i < adw_tab_view_get_n_pages (self->tab_view); i++)
    close_tab (self, adw_tab_view_get_nth_page (self->tab_view, i));
}

static void
on_close_answered (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (AdwTabPage) page = user_data;
  g_autoptr (GError) error = NULL;
  gboolean close = gw_confirm_ask_finish (result, &error);

  /* An error means that the window has gone, and the page with it. */
  if (error == NULL)
    finish_closing (GW_WINDOW (source), page, close);
}

static gboolean
on_close_page (AdwTabView *view,
               AdwTabPage *page,
               GwWindow   *self)
{
  GwTab *tab = GW_TAB (adw_tab_page_get_child (page));
  g_autofree char *heading = NULL;

  g_assert (GW_IS_WINDOW (self));

  if (self->state == GW_WINDOW_STATE_CLOSING || !gw_tab_is_connected (tab))
    {
      finish_closing (self, page, TRUE);
      return GDK_EVENT_STOP;
    }

  /* Translators: the argument is the name of a host */
  heading = g_strdup_printf (_("End the Session on “%s”?"),
                             gw_login_get_title (gw_tab_get_login (tab)));
  gw_confirm_ask_async (GTK_WINDOW (self), heading, _("Programs that run in it will be ended."),
                        _("End Session"), GW_CONFIRM_DESTRUCTIVE, self->cancellable,
                        on_close_answered, g_object_ref (page));
  return GDK_EVENT_STOP;
}

static gboolean
on_nth_tab (GtkWidget *widget,
            GVariant  *args,
            gpointer   user_data)
{
  GwWindow *self = GW_WINDOW (widget);
  int n = g_variant_get_int32 (args);

  /* Alt and a digit are the shell's (readline's digit-argument) where there is no such tab. */
  if (adw_tab_view_get_n_pages (self->tab_view) < 2 ||
      n >= adw_tab_view_get_n_pages (self->tab_view))
    return FALSE;
  adw_tab_view_set_selected_page (self->tab_view, adw_tab_view_get_nth_page (self->tab_view, n));
  return TRUE;
}

static void
add_shortcuts (GwWindow *self)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  /* Before the terminal, which takes every key that it sees. */
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  for (int n = 0; n < 9; n++)
    {
      GtkShortcut *shortcut = gtk_shortcut_new (
        gtk_keyval_trigger_new (GDK_KEY_1 + (guint) n, GDK_ALT_MASK),
        gtk_callback_action_new (on_nth_tab, NULL, NULL));

      gtk_shortcut_set_arguments (shortcut, g_variant_new_int32 (n));
      gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller), shortcut);
    }
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}

void
gw_window_setup_tabs (GwWindow *self)
{
  /* The view's own shortcuts with Home, End and digits would take keys from shells and editors. */
  adw_tab_view_set_shortcuts (self->tab_view, ADW_TAB_VIEW_SHORTCUT_CONTROL_TAB |
                                                ADW_TAB_VIEW_SHORTCUT_CONTROL_SHIFT_TAB |
                                                ADW_TAB_VIEW_SHORTCUT_CONTROL_SHIFT_PAGE_UP |
                                                ADW_TAB_VIEW_SHORTCUT_CONTROL_SHIFT_PAGE_DOWN);
  add_shortcuts (self);
  g_signal_connect_object (self->tab_view, "notify::selected-page", G_CALLBACK (on_selected_page),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->tab_view, "notify::n-pages", G_CALLBACK (on_n_pages), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->tab_view, "close-page", G_CALLBACK (on_close_page), self, 0);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (on_active), NULL);
  on_n_pages (self);
}
