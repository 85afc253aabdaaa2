/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-terminal-private.h"

#include "gw-palette.h"
#include "gw-text.h"

#include "config.h"

#include <adwaita.h>

#define ZOOM_STEP 1.1
#define ZOOM_MIN 0.4
#define ZOOM_MAX 4.0
#define FALLBACK_FONT "Monospace 11"

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
  return gw_text_clean_line (title != NULL ? title : "", GW_TERMINAL_MAX_CHARS);
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
gw_terminal_paste_clipboard (VteTerminal *terminal)
{
  gw_terminal_request_paste (GW_TERMINAL (terminal), FALSE);
}

static void
gw_terminal_commit (VteTerminal *terminal,
                    const char  *text,
                    guint        size)
{
  gw_terminal_note_commit (GW_TERMINAL (terminal), text, size);
  if (VTE_TERMINAL_CLASS (gw_terminal_parent_class)->commit != NULL)
    VTE_TERMINAL_CLASS (gw_terminal_parent_class)->commit (terminal, text, size);
}

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
  g_cancellable_cancel (self->paste_cancellable);
  gw_terminal_dispose_pointer (self);
  g_clear_object (&self->settings);
  g_clear_object (&self->desktop);

  G_OBJECT_CLASS (gw_terminal_parent_class)->dispose (object);
}

static void
gw_terminal_finalize (GObject *object)
{
  GwTerminal *self = GW_TERMINAL (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->paste_cancellable);
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
gw_terminal_init (GwTerminal *self)
{
  VteTerminal *terminal = VTE_TERMINAL (self);

  self->cancellable = g_cancellable_new ();
  self->paste_cancellable = g_cancellable_new ();
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
  gw_terminal_init_pointer (self);

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
