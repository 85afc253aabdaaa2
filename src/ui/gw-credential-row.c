/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-credential-row.h"

#include "config.h"

#include <glib/gi18n.h>

struct _GwCredentialRow
{
  AdwActionRow       parent_instance;

  GtkWidget         *warning;

  GwCredentialEntry *entry;
};

G_DEFINE_FINAL_TYPE (GwCredentialRow, gw_credential_row, ADW_TYPE_ACTION_ROW)

static void
show_entry (GwCredentialRow *self)
{
  g_autofree char *subtitle = gw_credential_entry_dup_subtitle (self->entry);
  g_autofree char *warning = gw_credential_entry_dup_warning (self->entry);

  g_assert (GW_IS_CREDENTIAL_ROW (self));

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self),
                                 gw_credential_entry_get_title (self->entry));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
  gtk_widget_set_visible (self->warning, warning != NULL);
  gtk_widget_set_tooltip_text (self->warning, warning);
  if (warning != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->warning), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    warning, -1);
}

static void
gw_credential_row_finalize (GObject *object)
{
  g_clear_object (&GW_CREDENTIAL_ROW (object)->entry);

  G_OBJECT_CLASS (gw_credential_row_parent_class)->finalize (object);
}

static void
gw_credential_row_class_init (GwCredentialRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gw_credential_row_finalize;
}

static void
gw_credential_row_init (GwCredentialRow *self)
{
  GtkWidget *arrow = g_object_new (GTK_TYPE_IMAGE, "icon-name", "go-next-symbolic",
                                   "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  self->warning = g_object_new (GTK_TYPE_IMAGE, "icon-name", "dialog-warning-symbolic",
                                "accessible-role", GTK_ACCESSIBLE_ROLE_IMG, NULL);
  gtk_widget_add_css_class (self->warning, "warning");
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->warning);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), arrow);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (self), 1);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self), 1);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), TRUE);
}

GtkWidget *
gw_credential_row_new (GwCredentialEntry *entry)
{
  GwCredentialRow *self;

  g_return_val_if_fail (GW_IS_CREDENTIAL_ENTRY (entry), NULL);

  self = g_object_new (GW_TYPE_CREDENTIAL_ROW, NULL);
  self->entry = g_object_ref (entry);
  g_signal_connect_object (entry, "changed", G_CALLBACK (show_entry), self, G_CONNECT_SWAPPED);
  show_entry (self);
  return GTK_WIDGET (self);
}

GwCredentialEntry *
gw_credential_row_get_entry (GwCredentialRow *self)
{
  g_return_val_if_fail (GW_IS_CREDENTIAL_ROW (self), NULL);

  return self->entry;
}
