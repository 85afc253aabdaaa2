/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-terminal-private.h"

#include "gw-link.h"
#include "gw-text.h"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* Only its constants: VTE does the matching. */
#define PCRE2_CODE_UNIT_WIDTH 0
#include <pcre2.h>

/* Links */

/* The target of the link at this place, whether or not it may be opened. */
static char *
link_at (GwTerminal *self,
         double      x,
         double      y)
{
  VteTerminal *terminal = VTE_TERMINAL (self);
  char *uri = vte_terminal_check_hyperlink_at (terminal, x, y);
  int tag;

  return uri != NULL ? uri : vte_terminal_check_match_at (terminal, x, y, &tag);
}

static gboolean
on_query_tooltip (GtkWidget  *widget,
                  int         x,
                  int         y,
                  gboolean    keyboard_mode,
                  GtkTooltip *tooltip)
{
  GwTerminal *self = GW_TERMINAL (widget);
  g_autofree char *uri = keyboard_mode ? NULL : link_at (self, x, y);
  g_autofree char *clean = NULL;
  g_autofree char *text = NULL;

  if (uri == NULL)
    return FALSE;
  clean = gw_text_clean_line (uri, GW_TERMINAL_MAX_CHARS);
  /* Translators: %s is the address that a link in a terminal leads to. */
  text = g_strdup_printf (gw_link_is_allowed (uri) ? _("%s\nCtrl+click to open")
                                                   : _("%s\nLinks of this kind are not opened"),
                          clean);
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

static void
on_link_opened (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GwTerminal) self = user_data;
  g_autoptr (GError) error = NULL;

  g_assert (GW_IS_TERMINAL (self));

  if (!gw_link_open_finish (result, &error))
    g_signal_emit_by_name (self, "link-failed", error->message);
}

void
gw_terminal_open_link (GwTerminal *self,
                       const char *uri)
{
  g_return_if_fail (GW_IS_TERMINAL (self));

  if (gw_link_is_allowed (uri))
    gw_link_open_async (GTK_WIDGET (self), uri, self->cancellable, on_link_opened,
                        g_object_ref (self));
}

static void
on_primary_pressed (GtkGestureClick *gesture,
                    int              n_press,
                    double           x,
                    double           y,
                    GwTerminal      *self)
{
  GdkModifierType state;
  g_autofree char *uri = NULL;

  g_assert (GW_IS_TERMINAL (self));

  state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  if ((state & gtk_accelerator_get_default_mod_mask ()) != GDK_CONTROL_MASK)
    return;
  uri = link_at (self, x, y);
  if (uri == NULL)
    return;
  /* Also a link that is not opened is not a click for the program on the server. */
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  gw_terminal_open_link (self, uri);
}

/* Paste */

typedef struct {
  GwTerminal   *terminal;
  GCancellable *cancellable;
} Request;

static void
request_free (Request *request)
{
  g_object_unref (request->terminal);
  g_object_unref (request->cancellable);
  g_free (request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free)

static void
on_clipboard_text (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_assert (GW_IS_TERMINAL (request->terminal));

  text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, &error);
  if (error != NULL)
    g_debug ("Nothing to paste: %s", error->message);
  else if (text != NULL && *text != '\0' && !g_cancellable_is_cancelled (request->cancellable))
    g_signal_emit_by_name (request->terminal, "paste", text);
}

void
gw_terminal_request_paste (GwTerminal *self,
                           gboolean    primary)
{
  GdkClipboard *clipboard;
  Request *request;

  g_return_if_fail (GW_IS_TERMINAL (self));

  clipboard = primary ? gtk_widget_get_primary_clipboard (GTK_WIDGET (self))
                      : gtk_widget_get_clipboard (GTK_WIDGET (self));
  request = g_new0 (Request, 1);
  request->terminal = g_object_ref (self);
  request->cancellable = g_object_ref (self->paste_cancellable);
  gdk_clipboard_read_text_async (clipboard, request->cancellable, on_clipboard_text, request);
}

void
gw_terminal_cancel_paste (GwTerminal *self)
{
  g_return_if_fail (GW_IS_TERMINAL (self));

  g_cancellable_cancel (self->paste_cancellable);
  g_object_unref (self->paste_cancellable);
  self->paste_cancellable = g_cancellable_new ();
}

static gboolean
on_drop (GtkDropTarget *target,
         const GValue  *value,
         double         x,
         double         y,
         GwTerminal    *self)
{
  const char *text;

  g_assert (GW_IS_TERMINAL (self));

  text = g_value_get_string (value);
  if (text == NULL || *text == '\0')
    return FALSE;
  g_signal_emit_by_name (self, "paste", text);
  return TRUE;
}

/* Pointer and keys */

static void
open_menu (GwTerminal *self,
           double      x,
           double      y)
{
  g_free (self->menu_link);
  self->menu_link = link_at (self, x, y);
  g_signal_emit_by_name (self, "menu", x, y);
}

static void
restore_primary_paste (GwTerminal *self)
{
  if (self->click_restore)
    g_object_set (gtk_settings_get_default (), "gtk-enable-primary-paste", TRUE, NULL);
  self->click_restore = FALSE;
}

static gboolean
on_click_over (gpointer user_data)
{
  GwTerminal *self = user_data;
  gboolean paste;

  g_assert (GW_IS_TERMINAL (self));

  self->click_id = 0;
  paste = self->click_restore;
  restore_primary_paste (self);
  if (self->click_reported)
    return G_SOURCE_REMOVE;
  if (self->click_button == GDK_BUTTON_SECONDARY)
    open_menu (self, self->click_x, self->click_y);
  else if (paste)
    gw_terminal_request_paste (self, TRUE);
  return G_SOURCE_REMOVE;
}

/* Whether a click is reported to the server depends on modes that VTE does not tell: so VTE gets
 * each one first, with its own pasting switched off, and what it did not report is ours. */
static void
on_other_pressed (GtkGestureClick *gesture,
                  int              n_press,
                  double           x,
                  double           y,
                  GwTerminal      *self)
{
  guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));
  gboolean enabled = FALSE;

  g_assert (GW_IS_TERMINAL (self));

  if ((button != GDK_BUTTON_MIDDLE && button != GDK_BUTTON_SECONDARY) || self->click_id != 0)
    return;
  self->click_button = button;
  self->click_x = x;
  self->click_y = y;
  self->click_reported = FALSE;
  if (button == GDK_BUTTON_MIDDLE)
    {
      g_object_get (gtk_settings_get_default (), "gtk-enable-primary-paste", &enabled, NULL);
      self->click_restore = enabled;
      if (enabled)
        g_object_set (gtk_settings_get_default (), "gtk-enable-primary-paste", FALSE, NULL);
    }
  self->click_id = g_idle_add_full (G_PRIORITY_HIGH, on_click_over, self, NULL);
}

void
gw_terminal_note_commit (GwTerminal *self,
                         const char *text,
                         guint       size)
{
  /* Mouse reports in the forms of modes 9/1000, 1006 and 1015; a focus report is none. */
  if (size > 2 && text[0] == '\033' && text[1] == '['
      && (text[2] == 'M' || text[2] == '<' || g_ascii_isdigit (text[2])))
    self->click_reported = TRUE;
}

static gboolean
on_key_pressed (GtkEventControllerKey *controller,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        state,
                GwTerminal            *self)
{
  GdkModifierType modifiers = state & gtk_accelerator_get_default_mod_mask ();
  gboolean insert = keyval == GDK_KEY_Insert || keyval == GDK_KEY_KP_Insert;

  g_assert (GW_IS_TERMINAL (self));

  /* VTE would paste at once. */
  if (insert && modifiers == GDK_SHIFT_MASK)
    gw_terminal_request_paste (self, TRUE);
  else if (insert && modifiers == (GDK_SHIFT_MASK | GDK_CONTROL_MASK))
    gw_terminal_request_paste (self, FALSE);
  else if ((keyval == GDK_KEY_Menu && modifiers == 0)
           || (keyval == GDK_KEY_F10 && modifiers == GDK_SHIFT_MASK))
    open_menu (self, 0, 0);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

const char *
gw_terminal_get_menu_link (GwTerminal *self)
{
  g_return_val_if_fail (GW_IS_TERMINAL (self), NULL);

  return self->menu_link;
}

static void
add_controllers (GwTerminal *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkGesture *primary = gtk_gesture_click_new ();
  GtkGesture *others = gtk_gesture_click_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkDropTarget *drop = gtk_drop_target_new (G_TYPE_STRING, GDK_ACTION_COPY);

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (primary), GDK_BUTTON_PRIMARY);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (others), 0);
  /* Before VTE's own, which are in the bubble phase. */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (primary), GTK_PHASE_CAPTURE);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (others), GTK_PHASE_CAPTURE);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (primary, "pressed", G_CALLBACK (on_primary_pressed), self);
  g_signal_connect (others, "pressed", G_CALLBACK (on_other_pressed), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key_pressed), self);
  g_signal_connect (drop, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (primary));
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (others));
  gtk_widget_add_controller (widget, keys);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drop));
}

static void
add_link_regex (GwTerminal *self)
{
  g_autoptr (GError) error = NULL;
  VteRegex *regex = vte_regex_new_for_match (gw_link_pattern, -1,
                                             PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_UCP
                                               | PCRE2_MULTILINE,
                                             &error);
  int tag;

  g_assert_no_error (error);
  tag = vte_terminal_match_add_regex (VTE_TERMINAL (self), regex, 0);
  vte_terminal_match_set_cursor_name (VTE_TERMINAL (self), tag, "pointer");
  vte_regex_unref (regex);
}

void
gw_terminal_init_pointer (GwTerminal *self)
{
  add_link_regex (self);
  add_controllers (self);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "query-tooltip", G_CALLBACK (on_query_tooltip), NULL);
}

void
gw_terminal_dispose_pointer (GwTerminal *self)
{
  g_clear_handle_id (&self->click_id, g_source_remove);
  restore_primary_paste (self);
}
