/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-credential-scopes.h"

#include "config.h"

#include <glib/gi18n.h>

#include "gw-scope-chooser.h"

struct _GwCredentialScopes
{
  AdwPreferencesGroup  parent_instance;

  GtkMenuButton       *add_button;
  GPtrArray           *rows; /* of AdwActionRow with “scope” as data; the group owns them */

  GwCredentials       *credentials;
  GwCatalogue         *catalogue;
  char                *id;
};

G_DEFINE_FINAL_TYPE (GwCredentialScopes, gw_credential_scopes, ADW_TYPE_PREFERENCES_GROUP)

static const char *
get_scope (GtkWidget *row)
{
  return g_object_get_data (G_OBJECT (row), "scope");
}

static void
on_remove (GtkWidget *button)
{
  GwCredentialScopes *self;
  GtkWidget *row = gtk_widget_get_ancestor (button, ADW_TYPE_ACTION_ROW);
  guint index;

  self = GW_CREDENTIAL_SCOPES (gtk_widget_get_ancestor (row, GW_TYPE_CREDENTIAL_SCOPES));
  if (!g_ptr_array_find (self->rows, row, &index))
    return;
  g_ptr_array_remove_index (self->rows, index);
  /* The keyboard goes on at the next one, or where one is added. */
  if (index < self->rows->len)
    gtk_widget_child_focus (g_ptr_array_index (self->rows, index), GTK_DIR_TAB_FORWARD);
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->add_button));
  adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), row);
}

static GtkWidget *
create_remove_button (const char *title)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("list-remove-symbolic");
  g_autofree char *name = NULL;

  /* Translators: the argument is what a credential is the default of, such as “Tag env=prod”. */
  name = g_strdup_printf (_("Remove %s"), title);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _("Remove"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect (button, "clicked", G_CALLBACK (on_remove), NULL);
  return button;
}

/* Another credential has had it until now. Free with g_free(). */
static char *
dup_owner (GwCredentialScopes *self,
           const char         *scope)
{
  const char *scopes[] = { scope, NULL };
  GwCredential *owner = gw_credentials_find_default (self->credentials, scopes, NULL);

  if (owner == NULL || g_strcmp0 (gw_credential_get_id (owner), self->id) == 0)
    return NULL;
  /* Translators: the argument is the name of another credential. */
  return g_strdup_printf (_("No longer of “%s”"), gw_credential_get_name (owner));
}

static void
on_chosen (GwCredentialScopes *self,
           const char         *scope)
{
  g_assert (GW_IS_CREDENTIAL_SCOPES (self));

  gw_credential_scopes_add (self, scope);
  gtk_widget_grab_focus (GTK_WIDGET (self->add_button));
}

static void
gw_credential_scopes_dispose (GObject *object)
{
  GwCredentialScopes *self = GW_CREDENTIAL_SCOPES (object);

  g_ptr_array_set_size (self->rows, 0);
  g_clear_object (&self->credentials);
  g_clear_object (&self->catalogue);

  G_OBJECT_CLASS (gw_credential_scopes_parent_class)->dispose (object);
}

static void
gw_credential_scopes_finalize (GObject *object)
{
  GwCredentialScopes *self = GW_CREDENTIAL_SCOPES (object);

  g_ptr_array_unref (self->rows);
  g_free (self->id);

  G_OBJECT_CLASS (gw_credential_scopes_parent_class)->finalize (object);
}

static void
gw_credential_scopes_class_init (GwCredentialScopesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = gw_credential_scopes_dispose;
  G_OBJECT_CLASS (klass)->finalize = gw_credential_scopes_finalize;
}

static void
gw_credential_scopes_init (GwCredentialScopes *self)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (self);

  self->rows = g_ptr_array_new ();
  adw_preferences_group_set_title (group, _("Default For"));
  adw_preferences_group_set_description (group,
                                         _("Instances that have one of these use this credential. "
                                           "The narrowest wins: a key pair before a tag, a tag "
                                           "with a value before one without, then a resource "
                                           "group, and last an account or list. Of two tags "
                                           "the first in the instance’s own order wins."));
  self->add_button = GTK_MENU_BUTTON (gtk_menu_button_new ());
  gtk_menu_button_set_icon_name (self->add_button, "list-add-symbolic");
  gtk_widget_set_valign (GTK_WIDGET (self->add_button), GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (GTK_WIDGET (self->add_button), "flat");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->add_button), _("Add a Default"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->add_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Add a Default"), -1);
  adw_preferences_group_set_header_suffix (group, GTK_WIDGET (self->add_button));
}

void
gw_credential_scopes_set_up (GwCredentialScopes *self,
                             GwCredentials      *credentials,
                             GwCatalogue        *catalogue,
                             const char         *id)
{
  GtkWidget *chooser;

  g_return_if_fail (GW_IS_CREDENTIAL_SCOPES (self));
  g_return_if_fail (GW_IS_CREDENTIALS (credentials));
  g_return_if_fail (GW_IS_CATALOGUE (catalogue));
  g_return_if_fail (self->credentials == NULL);

  self->credentials = g_object_ref (credentials);
  self->catalogue = g_object_ref (catalogue);
  self->id = g_strdup (id);
  chooser = gw_scope_chooser_new (catalogue);
  g_signal_connect_object (chooser, "chosen", G_CALLBACK (on_chosen), self, G_CONNECT_SWAPPED);
  gtk_menu_button_set_popover (self->add_button, chooser);
}

void
gw_credential_scopes_add (GwCredentialScopes *self,
                          const char         *scope)
{
  GtkWidget *row;
  g_autofree char *title = NULL;
  g_autofree char *owner = NULL;

  g_return_if_fail (GW_IS_CREDENTIAL_SCOPES (self));
  g_return_if_fail (self->credentials != NULL);
  g_return_if_fail (scope != NULL);

  for (guint i = 0; i < self->rows->len; i++)
    if (g_str_equal (get_scope (g_ptr_array_index (self->rows, i)), scope))
      return;
  title = gw_scope_dup_title (self->catalogue, scope);
  owner = dup_owner (self, scope);
  row = adw_action_row_new ();
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (owner != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), owner);
  gtk_widget_set_focusable (row, FALSE);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), create_remove_button (title));
  g_object_set_data_full (G_OBJECT (row), "scope", g_strdup (scope), g_free);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
  g_ptr_array_add (self->rows, row);
}

GStrv
gw_credential_scopes_dup (GwCredentialScopes *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_return_val_if_fail (GW_IS_CREDENTIAL_SCOPES (self), NULL);

  for (guint i = 0; i < self->rows->len; i++)
    g_strv_builder_add (builder, get_scope (g_ptr_array_index (self->rows, i)));
  return g_strv_builder_end (builder);
}
