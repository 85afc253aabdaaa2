/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-tab-private.h"

#include "gw-link.h"
#include "gw-paste-guard.h"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

/* Paste */

static void
send_paste (GwTab      *self,
            const char *text)
{
  if (gw_tab_get_state (self) == GW_SESSION_STATE_CONNECTED && *text != '\0')
    vte_terminal_paste_text (VTE_TERMINAL (self->terminal), text);
}

static void
on_guard_paste (GwPasteGuard *guard,
                const char   *text,
                GwTab        *self)
{
  g_assert (GW_IS_TAB (self));

  send_paste (self, text);
  gw_tab_show_page (self, GW_TAB_PAGE_NONE, NULL);
}

static void
on_guard_cancel (GwPasteGuard *guard,
                 GwTab        *self)
{
  g_assert (GW_IS_TAB (self));

  gw_tab_show_page (self, GW_TAB_PAGE_NONE, NULL);
}

void
gw_tab_paste (GwTab      *self,
              const char *text)
{
  g_autoptr (GwPaste) paste = NULL;
  GtkWidget *guard;

  g_return_if_fail (GW_IS_TAB (self));

  if (gw_tab_get_state (self) != GW_SESSION_STATE_CONNECTED)
    return;
  if (strlen (text) > GW_PASTE_MAX)
    {
      gw_tab_show_notice (self, _("The text is too large to be pasted into a terminal"));
      return;
    }
  paste = gw_paste_new (text);
  if (!gw_paste_needs_review (paste))
    {
      send_paste (self, paste->text);
      return;
    }
  guard = gw_paste_guard_new (paste);
  g_signal_connect_object (guard, "paste", G_CALLBACK (on_guard_paste), self, 0);
  g_signal_connect_object (guard, "cancel", G_CALLBACK (on_guard_cancel), self, 0);
  gw_tab_show_page (self, GW_TAB_PAGE_PASTE, guard);
}

/* The actions. Copy is never disabled: its key without an action would reach the server as an
 * interrupt. */

static void
on_copy (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  GwTab *self = GW_TAB (user_data);

  if (self->page == GW_TAB_PAGE_NONE
      && vte_terminal_get_has_selection (VTE_TERMINAL (self->terminal)))
    vte_terminal_copy_clipboard_format (VTE_TERMINAL (self->terminal), VTE_FORMAT_TEXT);
}

static void
on_paste_action (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  GwTab *self = GW_TAB (user_data);

  if (self->page == GW_TAB_PAGE_NONE)
    gw_terminal_request_paste (self->terminal, FALSE);
}

static void
on_select_all (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  vte_terminal_select_all (VTE_TERMINAL (GW_TAB (user_data)->terminal));
}

static void
on_zoom_in (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       user_data)
{
  gw_terminal_zoom (GW_TAB (user_data)->terminal, 1);
}

static void
on_zoom_out (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  gw_terminal_zoom (GW_TAB (user_data)->terminal, -1);
}

static void
on_zoom_normal (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  gw_terminal_zoom (GW_TAB (user_data)->terminal, 0);
}

static void
on_find (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  GwTab *self = GW_TAB (user_data);

  /* Letters of an answer must not land in the find bar, nor the other way round. */
  if (self->page == GW_TAB_PAGE_NONE)
    gw_find_bar_open (self->find_bar);
}

static void
on_find_next (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  gw_find_bar_find (GW_TAB (user_data)->find_bar, TRUE);
}

static void
on_find_previous (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  gw_find_bar_find (GW_TAB (user_data)->find_bar, FALSE);
}

static void
on_reconnect (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  gw_tab_reconnect (GW_TAB (user_data));
}

static void
on_edit_login (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  gw_tab_edit_login (GW_TAB (user_data));
}

static void
on_cancel (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  GwTab *self = GW_TAB (user_data);

  if (gw_tab_get_state (self) < GW_SESSION_STATE_CONNECTED)
    gw_session_close (self->session);
}

static void
on_open_link (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  GwTab *self = GW_TAB (user_data);

  gw_terminal_open_link (self->terminal, gw_terminal_get_menu_link (self->terminal));
}

static void
on_copy_link (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  GwTab *self = GW_TAB (user_data);
  const char *uri = gw_terminal_get_menu_link (self->terminal);

  if (uri != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), uri);
}

static const GActionEntry entries[] = {
  { "copy", on_copy },
  { "paste", on_paste_action },
  { "select-all", on_select_all },
  { "zoom-in", on_zoom_in },
  { "zoom-out", on_zoom_out },
  { "zoom-normal", on_zoom_normal },
  { "find", on_find },
  { "find-next", on_find_next },
  { "find-previous", on_find_previous },
  { "reconnect", on_reconnect },
  { "edit-login", on_edit_login },
  { "cancel", on_cancel },
  { "open-link", on_open_link },
  { "copy-link", on_copy_link },
};

/* Nothing here that shells and editors use: Ctrl with a letter belongs to them. */
static const struct {
  const char *trigger;
  const char *action;
} shortcuts[] = {
  { "<Control><Shift>c", "tab.copy" },
  { "<Control><Shift>v", "tab.paste" },
  { "<Control><Shift>a", "tab.select-all" },
  { "<Control><Shift>f", "tab.find" },
  { "<Control><Shift>g", "tab.find-next" },
  { "<Control><Shift>h", "tab.find-previous" },
  { "<Control><Shift>r", "tab.reconnect" },
  { "<Control>plus|<Control>equal|<Control>KP_Add", "tab.zoom-in" },
  { "<Control>minus|<Control>KP_Subtract", "tab.zoom-out" },
  { "<Control>0|<Control>KP_0", "tab.zoom-normal" },
};

static void
add_shortcuts (GwTab *self)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    {
      GtkShortcutTrigger *trigger = gtk_shortcut_trigger_parse_string (shortcuts[i].trigger);
      GtkShortcutAction *action = gtk_named_action_new (shortcuts[i].action);

      gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller),
                                            gtk_shortcut_new (trigger, action));
    }
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}

static void
enable (GwTab      *self,
        const char *name,
        gboolean    enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

void
gw_tab_init_actions (GwTab *self)
{
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "tab", G_ACTION_GROUP (self->actions));
  add_shortcuts (self);
}

void
gw_tab_popup_menu (GwTab  *self,
                   double  x,
                   double  y)
{
  const char *uri = gw_terminal_get_menu_link (self->terminal);
  graphene_point_t point;
  GdkRectangle place;

  enable (self, "open-link", gw_link_is_allowed (uri));
  enable (self, "copy-link", uri != NULL);
  if (self->popover == NULL)
    {
      self->popover = gtk_popover_menu_new_from_model (self->menu);
      gtk_widget_set_parent (self->popover, GTK_WIDGET (self));
      gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
      gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
    }
  if (!gtk_widget_compute_point (GTK_WIDGET (self->terminal), GTK_WIDGET (self),
                                 &GRAPHENE_POINT_INIT ((float) x, (float) y), &point))
    return;
  place = (GdkRectangle) { (int) point.x, (int) point.y, 1, 1 };
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &place);
  gtk_popover_popup (GTK_POPOVER (self->popover));
}
