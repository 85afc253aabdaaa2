/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-terminal.h"

#include "gw-link.h"
#include "gw-palette.h"
#include "gw-text.h"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* Only its constants: VTE does the matching. */
#define PCRE2_CODE_UNIT_WIDTH 0
#include <pcre2.h>

#define ZOOM_STEP 1.1
#define ZOOM_MIN 0.4
#define ZOOM_MAX 4.0
#define TITLE_CHARS 200
#define FALLBACK_FONT "Monospace 11"

struct _GwTerminal {
  VteTerminal parent_instance;

  GSettings *settings;
  GSettings *desktop;
  GCancellable *cancellable;
  guint columns;
  guint rows;

  /* A click that VTE may turn into a report to the server, which is then its own business. */
  guint click_id;
  guint click_button;
  double click_x;
  double click_y;
  gboolean click_reported;
  gboolean click_restore;

  char *menu_link;
};

G_DEFINE_FINAL_TYPE (GwTerminal, gw_terminal, VTE_TYPE_TERMINAL)

enum {
  SIGNAL_SIZE_CHANGED,
  SIGNAL_PASTE,
  SIGNAL_MENU,
  SIGNAL_TITLE_CHANGED,
  SIGNAL_LINK_FAILED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

/* Look */

static void
apply_palette (GwTerminal *self)
{
  GwPalette palette;

  gw_palette_init (&palette, adw_style_manager_get_dark (adw_style_manager_get_default ()));
  vte_terminal_set_colors (VTE_TERMINAL (self), &palette.foreground, &palette.background,
                           palette.colors, GW_PALETTE_SIZE);
}

static void
apply_font (GwTerminal *self)
{
  g_autofree char *name = NULL;
  PangoFontDescription *font;

  if (!g_settings_get_boolean (self->settings, "use-system-font"))
    name = g_settings_get_string (self->settings, "font");
  else if (self->desktop != NULL)
    name = g_settings_get_string (self->desktop, "monospace-font-name");
  font = pango_font_description_from_string (name != NULL && *name != '\0' ? name : FALLBACK_FONT);
  if (pango_font_description_get_size (font) <= 0)
    pango_font_description_set_size (font, 11 * PANGO_SCALE);
  vte_terminal_set_font (VTE_TERMINAL (self), font);
  pango_font_description_free (font);
}

static void
apply_rest (GwTerminal *self)
{
  VteTerminal *terminal = VTE_TERMINAL (self);

  vte_terminal_set_scrollback_lines (terminal,
                                     g_settings_get_uint (self->settings, "scrollback-lines"));
  vte_terminal_set_audible_bell (terminal, g_settings_get_boolean (self->settings, "audible-bell"));
}

static GSettings *
open_desktop_settings (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, "org.gnome.desktop.interface", TRUE);
  if (schema == NULL || !g_settings_schema_has_key (schema, "monospace-font-name"))
    return NULL;
  return g_settings_new_full (schema, NULL, NULL);
}

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
  clean = gw_text_clean_line (uri, TITLE_CHARS);
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

  if (!g_app_info_launch_default_for_uri_finish (result, &error)
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit (self, signals[SIGNAL_LINK_FAILED], 0, error->message);
}

void
gw_terminal_open_link (GwTerminal *self,
                       const char *uri)
{
  g_autoptr (GdkAppLaunchContext) context = NULL;

  g_return_if_fail (GW_IS_TERMINAL (self));

  if (!gw_link_is_allowed (uri))
    return;
  context = gdk_display_get_app_launch_context (gtk_widget_get_display (GTK_WIDGET (self)));
  g_app_info_launch_default_for_uri_async (uri, G_APP_LAUNCH_CONTEXT (context), self->cancellable,
                                           on_link_opened, g_object_ref (self));
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

static void
on_clipboard_text (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (GwTerminal) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_assert (GW_IS_TERMINAL (self));

  text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, &error);
  if (error != NULL)
    g_debug ("Nothing to paste: %s", error->message);
  else if (text != NULL && *text != '\0' && !g_cancellable_is_cancelled (self->cancellable))
    g_signal_emit (self, signals[SIGNAL_PASTE], 0, text);
}

void
gw_terminal_request_paste (GwTerminal *self,
                           gboolean    primary)
{
  GdkClipboard *clipboard;

  g_return_if_fail (GW_IS_TERMINAL (self));

  clipboard = primary ? gtk_widget_get_primary_clipboard (GTK_WIDGET (self))
                      : gtk_widget_get_clipboard (GTK_WIDGET (self));
  gdk_clipboard_read_text_async (clipboard, self->cancellable, on_clipboard_text,
                                 g_object_ref (self));
}

static void
gw_terminal_paste_clipboard (VteTerminal *terminal)
{
  gw_terminal_request_paste (GW_TERMINAL (terminal), FALSE);
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
  g_signal_emit (self, signals[SIGNAL_PASTE], 0, text);
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
  g_signal_emit (self, signals[SIGNAL_MENU], 0, x, y);
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

static void
gw_terminal_commit (VteTerminal *terminal,
                    const char  *text,
                    guint        size)
{
  GwTerminal *self = GW_TERMINAL (terminal);

  /* Mouse reports in the forms of modes 9/1000, 1006 and 1015; a focus report is none. */
  if (size > 2 && text[0] == '\033' && text[1] == '['
      && (text[2] == 'M' || text[2] == '<' || g_ascii_isdigit (text[2])))
    self->click_reported = TRUE;
  if (VTE_TERMINAL_CLASS (gw_terminal_parent_class)->commit != NULL)
    VTE_TERMINAL_CLASS (gw_terminal_parent_class)->commit (terminal, text, size);
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

void
gw_terminal_zoom (GwTerminal *self,
                  int         direction)
{
  double scale;

  g_return_if_fail (GW_IS_TERMINAL (self));

  scale = vte_terminal_get_font_scale (VTE_TERMINAL (self));
  if (direction == 0)
    scale = 1.0;
  else
    scale = direction > 0 ? scale * ZOOM_STEP : scale / ZOOM_STEP;
  vte_terminal_set_font_scale (VTE_TERMINAL (self), CLAMP (scale, ZOOM_MIN, ZOOM_MAX));
}

/* Title and text */

static void
on_title_changed (GwTerminal *self)
{
  g_assert (GW_IS_TERMINAL (self));

  g_signal_emit (self, signals[SIGNAL_TITLE_CHANGED], 0);
}

char *
gw_terminal_dup_title (GwTerminal *self)
{
  const char *title;

  g_return_val_if_fail (GW_IS_TERMINAL (self), NULL);

#if VTE_CHECK_VERSION(0, 78, 0)
  title = vte_terminal_get_termprop_string (VTE_TERMINAL (self), VTE_TERMPROP_XTERM_TITLE, NULL);
#else
  title = vte_terminal_get_window_title (VTE_TERMINAL (self));
#endif
  return gw_text_clean_line (title != NULL ? title : "", TITLE_CHARS);
}

const char *
gw_terminal_get_menu_link (GwTerminal *self)
{
  g_return_val_if_fail (GW_IS_TERMINAL (self), NULL);

  return self->menu_link;
}

char *
gw_terminal_dump_text (GwTerminal *self)
{
  g_autoptr (GOutputStream) stream = NULL;

  g_return_val_if_fail (GW_IS_TERMINAL (self), NULL);

  stream = g_memory_output_stream_new_resizable ();
  if (!vte_terminal_write_contents_sync (VTE_TERMINAL (self), stream, VTE_WRITE_DEFAULT, NULL, NULL)
      || !g_output_stream_write_all (stream, "", 1, NULL, NULL, NULL)
      || !g_output_stream_close (stream, NULL, NULL))
    return g_strdup ("");
  return g_memory_output_stream_steal_data (G_MEMORY_OUTPUT_STREAM (stream));
}

void
gw_terminal_get_size (GwTerminal *self,
                      guint      *columns,
                      guint      *rows)
{
  g_return_if_fail (GW_IS_TERMINAL (self));

  *columns = self->columns;
  *rows = self->rows;
}

/* The class */

static void
gw_terminal_size_allocate (GtkWidget *widget,
                           int        width,
                           int        height,
                           int        baseline)
{
  GwTerminal *self = GW_TERMINAL (widget);
  guint columns;
  guint rows;

  GTK_WIDGET_CLASS (gw_terminal_parent_class)->size_allocate (widget, width, height, baseline);

  columns = (guint) CLAMP (vte_terminal_get_column_count (VTE_TERMINAL (self)), 1, G_MAXUINT16);
  rows = (guint) CLAMP (vte_terminal_get_row_count (VTE_TERMINAL (self)), 1, G_MAXUINT16);
  if (columns == self->columns && rows == self->rows)
    return;
  self->columns = columns;
  self->rows = rows;
  g_signal_emit (self, signals[SIGNAL_SIZE_CHANGED], 0, columns, rows);
}

static void
gw_terminal_dispose (GObject *object)
{
  GwTerminal *self = GW_TERMINAL (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->click_id, g_source_remove);
  restore_primary_paste (self);
  g_clear_object (&self->settings);
  g_clear_object (&self->desktop);

  G_OBJECT_CLASS (gw_terminal_parent_class)->dispose (object);
}

static void
gw_terminal_finalize (GObject *object)
{
  GwTerminal *self = GW_TERMINAL (object);

  g_clear_object (&self->cancellable);
  g_free (self->menu_link);

  G_OBJECT_CLASS (gw_terminal_parent_class)->finalize (object);
}

static void
gw_terminal_class_init (GwTerminalClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  VteTerminalClass *terminal_class = VTE_TERMINAL_CLASS (klass);

  object_class->dispose = gw_terminal_dispose;
  object_class->finalize = gw_terminal_finalize;
  GTK_WIDGET_CLASS (klass)->size_allocate = gw_terminal_size_allocate;
  terminal_class->commit = gw_terminal_commit;
  terminal_class->paste_clipboard = gw_terminal_paste_clipboard;

  signals[SIGNAL_SIZE_CHANGED] = g_signal_new ("size-changed", GW_TYPE_TERMINAL, G_SIGNAL_RUN_LAST,
                                               0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT,
                                               G_TYPE_UINT);
  signals[SIGNAL_PASTE] = g_signal_new ("paste", GW_TYPE_TERMINAL, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 1,
                                        G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[SIGNAL_MENU] = g_signal_new ("menu", GW_TYPE_TERMINAL, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 2, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  signals[SIGNAL_TITLE_CHANGED] = g_signal_new ("title-changed", GW_TYPE_TERMINAL,
                                                G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                G_TYPE_NONE, 0);
  signals[SIGNAL_LINK_FAILED] = g_signal_new ("link-failed", GW_TYPE_TERMINAL, G_SIGNAL_RUN_LAST,
                                              0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                              G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
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

static void
gw_terminal_init (GwTerminal *self)
{
  VteTerminal *terminal = VTE_TERMINAL (self);

  self->cancellable = g_cancellable_new ();
  vte_terminal_set_input_enabled (terminal, FALSE);
  /* The automatic bindings ask a pty, and there is none. */
  vte_terminal_set_backspace_binding (terminal, VTE_ERASE_ASCII_DELETE);
  vte_terminal_set_delete_binding (terminal, VTE_ERASE_DELETE_SEQUENCE);
  vte_terminal_set_scroll_on_keystroke (terminal, TRUE);
  vte_terminal_set_scroll_on_output (terminal, FALSE);
  vte_terminal_set_mouse_autohide (terminal, TRUE);
  vte_terminal_set_allow_hyperlink (terminal, TRUE);
  vte_terminal_set_enable_sixel (terminal, FALSE);
  vte_terminal_search_set_wrap_around (terminal, TRUE);
  add_link_regex (self);
  add_controllers (self);

  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "query-tooltip", G_CALLBACK (on_query_tooltip), NULL);
#if VTE_CHECK_VERSION(0, 78, 0)
  g_signal_connect (self, "termprop-changed::" VTE_TERMPROP_XTERM_TITLE,
                    G_CALLBACK (on_title_changed), NULL);
#else
  g_signal_connect (self, "window-title-changed", G_CALLBACK (on_title_changed), NULL);
#endif
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (apply_palette), self, G_CONNECT_SWAPPED);
  apply_palette (self);
}

void
gw_terminal_set_settings (GwTerminal *self,
                          GSettings  *settings)
{
  g_return_if_fail (GW_IS_TERMINAL (self));
  g_return_if_fail (G_IS_SETTINGS (settings));
  g_return_if_fail (self->settings == NULL);

  self->settings = g_object_ref (settings);
  self->desktop = open_desktop_settings ();
  g_signal_connect_object (settings, "changed::use-system-font", G_CALLBACK (apply_font), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::font", G_CALLBACK (apply_font), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::scrollback-lines", G_CALLBACK (apply_rest), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::audible-bell", G_CALLBACK (apply_rest), self,
                           G_CONNECT_SWAPPED);
  if (self->desktop != NULL)
    g_signal_connect_object (self->desktop, "changed::monospace-font-name",
                             G_CALLBACK (apply_font), self, G_CONNECT_SWAPPED);
  apply_font (self);
  apply_rest (self);
}
