/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-preferences-window.h"

#include "config.h"

#include "gw-egress.h"
#include "gw-field-errors.h"

#include <glib/gi18n.h>

struct _GwPreferencesWindow
{
  AdwWindow   parent_instance;

  GtkWidget  *style_row;
  GtkWidget  *system_font;
  GtkWidget  *font_row;
  GtkWidget  *scrollback;
  GtkWidget  *bell;
  GtkWidget  *timeout;
  GtkWidget  *locale;
  GtkWidget  *ssh_config;
  GtkWidget  *auto_lock;
  GtkWidget  *service_row;
  GtkWidget  *service_label;

  GSettings  *settings;
};

G_DEFINE_FINAL_TYPE (GwPreferencesWindow, gw_preferences_window, ADW_TYPE_WINDOW)

/* In the order of the row. */
static const char *const styles[] = { "system", "light", "dark" };

static void
on_style_selected (GwPreferencesWindow *self)
{
  guint selected = adw_combo_row_get_selected (ADW_COMBO_ROW (self->style_row));

  g_assert (GW_IS_PREFERENCES_WINDOW (self));

  if (self->settings != NULL && selected < G_N_ELEMENTS (styles))
    g_settings_set_string (self->settings, "color-scheme", styles[selected]);
}

static void
show_style (GwPreferencesWindow *self)
{
  g_autofree char *style = g_settings_get_string (self->settings, "color-scheme");

  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    if (g_str_equal (styles[i], style))
      adw_combo_row_set_selected (ADW_COMBO_ROW (self->style_row), i);
}

static void
on_font_response (GtkDialog           *dialog,
                  int                  response,
                  GwPreferencesWindow *self)
{
  g_assert (GW_IS_PREFERENCES_WINDOW (self));

  if (response == GTK_RESPONSE_OK)
    {
      g_autofree char *font = gtk_font_chooser_get_font (GTK_FONT_CHOOSER (dialog));

      if (font != NULL)
        g_settings_set_string (self->settings, "font", font);
    }
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static void
on_service_changed (GwPreferencesWindow *self)
{
  g_assert (GW_IS_PREFERENCES_WINDOW (self));

  if (self->service_row != NULL)
    gw_field_error_set (self->service_row, NULL);
}

static void
on_service_applied (GwPreferencesWindow *self)
{
  g_autofree char *service = NULL;
  g_autoptr (GError) error = NULL;

  g_assert (GW_IS_PREFERENCES_WINDOW (self));

  service = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->service_row))));
  if (*service == '\0' || gw_egress_check_service (service, &error))
    g_settings_set_string (self->settings, "address-service", service);
  else
    gw_field_error_set (self->service_row, error->message);
}

static void
show_service (GwPreferencesWindow *self)
{
  g_autofree char *service = g_settings_get_string (self->settings, "address-service");

  if (!g_str_equal (gtk_editable_get_text (GTK_EDITABLE (self->service_row)), service))
    gtk_editable_set_text (GTK_EDITABLE (self->service_row), service);
}

static gboolean
is_monospace (const PangoFontFamily *family,
              const PangoFontFace   *face,
              gpointer               unused)
{
  return pango_font_family_is_monospace ((PangoFontFamily *) family);
}

static void
on_font_activated (GwPreferencesWindow *self)
{
  g_autofree char *font = g_settings_get_string (self->settings, "font");
  GtkWidget *dialog;

  g_assert (GW_IS_PREFERENCES_WINDOW (self));

  dialog = gtk_font_chooser_dialog_new (_("Font of Terminals"), GTK_WINDOW (self));
  gtk_window_set_modal (GTK_WINDOW (dialog), TRUE);
  gtk_font_chooser_set_filter_func (GTK_FONT_CHOOSER (dialog), is_monospace, NULL, NULL);
  gtk_font_chooser_set_font (GTK_FONT_CHOOSER (dialog), font);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_font_response), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
gw_preferences_window_dispose (GObject *object)
{
  g_clear_object (&GW_PREFERENCES_WINDOW (object)->settings);

  G_OBJECT_CLASS (gw_preferences_window_parent_class)->dispose (object);
}

static void
gw_preferences_window_class_init (GwPreferencesWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gw_preferences_window_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-preferences-window.ui");
  gtk_widget_class_bind_template_child (widget_class, GwPreferencesWindow, style_row);
  gtk_widget_class_bind_template_child (widget_class, GwPreferencesWindow, system_font);
  gtk_widget_class_bind_template_child (widget_class, GwPreferencesWindow, font_row);
  gtk_widget_class_bind_template_child (widget_class, GwPreferencesWindow, scrollback);
  gtk_widget_class_bind_template_child (widget_class, GwPreferencesWindow, bell);
  gtk_widget_class_bind_template_child (widget_class, GwPreferencesWindow, timeout);
  gtk_widget_class_bind_template_child (widget_class, GwPreferencesWindow, locale);
  gtk_widget_class_bind_template_child (widget_class, GwPreferencesWindow, ssh_config);
  gtk_widget_class_bind_template_child (widget_class, GwPreferencesWindow, auto_lock);
  gtk_widget_class_bind_template_child (widget_class, GwPreferencesWindow, service_row);
  gtk_widget_class_bind_template_child (widget_class, GwPreferencesWindow, service_label);
  gtk_widget_class_bind_template_callback (widget_class, on_style_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_font_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_service_applied);
  gtk_widget_class_bind_template_callback (widget_class, on_service_changed);
}

static void
gw_preferences_window_init (GwPreferencesWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWindow *
gw_preferences_window_new (GtkWindow *parent,
                           GSettings *settings)
{
  GwPreferencesWindow *self;

  g_return_val_if_fail (parent == NULL || GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);

  self = g_object_new (GW_TYPE_PREFERENCES_WINDOW, "transient-for", parent, NULL);
  self->settings = g_object_ref (settings);
  gw_field_caption_set (self->service_row, self->service_label);
  show_service (self);
  g_signal_connect_object (settings, "changed::address-service", G_CALLBACK (show_service), self,
                           G_CONNECT_SWAPPED);
  show_style (self);
  g_signal_connect_object (settings, "changed::color-scheme", G_CALLBACK (show_style), self,
                           G_CONNECT_SWAPPED);
  g_settings_bind (settings, "use-system-font", self->system_font, "active",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "use-system-font", self->font_row, "sensitive",
                   G_SETTINGS_BIND_GET | G_SETTINGS_BIND_INVERT_BOOLEAN);
  g_settings_bind (settings, "font", self->font_row, "subtitle", G_SETTINGS_BIND_GET);
  g_settings_bind (settings, "scrollback-lines",
                   gtk_spin_button_get_adjustment (GTK_SPIN_BUTTON (self->scrollback)), "value",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "audible-bell", self->bell, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "connect-timeout",
                   gtk_spin_button_get_adjustment (GTK_SPIN_BUTTON (self->timeout)), "value",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "send-locale", self->locale, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "use-ssh-config", self->ssh_config, "active",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "auto-lock-minutes",
                   gtk_spin_button_get_adjustment (GTK_SPIN_BUTTON (self->auto_lock)), "value",
                   G_SETTINGS_BIND_DEFAULT);
  return GTK_WINDOW (self);
}
