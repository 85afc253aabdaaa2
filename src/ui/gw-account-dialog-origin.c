/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-account-dialog-private.h"

#include "config.h"

#include <glib/gi18n.h>

#include "gw-search.h"
#include "gw-text.h"

static void
origin_free (gpointer data)
{
  GwAccountOrigin *origin = data;

  g_free (origin->profile);
  g_clear_pointer (&origin->found, gw_cli_profile_free);
  g_free (origin->problem);
  g_free (origin);
}

static GwAccountOrigin *
add_origin (GwAccountDialog *self,
            GwAccountKind    kind,
            const char      *profile)
{
  GwAccountOrigin *origin = g_new0 (GwAccountOrigin, 1);

  origin->kind = kind;
  origin->profile = g_strdup (profile);
  g_ptr_array_add (self->origins, origin);
  return origin;
}

/* (transfer full) @profile. */
static void
add_profile (GwAccountDialog *self,
             GwCliProfile    *profile)
{
  GwAccountOrigin *origin = add_origin (self, GW_ACCOUNT_CLI_PROFILE, profile->name);

  origin->found = profile;
  if (profile->mode == GW_CLI_UNSUPPORTED)
    /* Translators: how a profile gets its key, such as “EcsRamRole”. */
    origin->problem = g_strdup_printf (_("“%s” is not supported"), profile->mode_word);
  else if (!profile->is_complete)
    origin->problem = g_strdup (_("It is not complete"));
}

static char *
describe_origin (GwAccountOrigin *origin)
{
  g_autofree char *name = NULL;

  if (origin->kind == GW_ACCOUNT_ACCESS_KEY)
    return g_strdup (_("AccessKey"));
  if (origin->kind == GW_ACCOUNT_ENVIRONMENT)
    return g_strdup (_("Environment Variables"));
  name = gw_text_clean_line (origin->profile, GW_ACCOUNT_DIALOG_MAX_NAME);
  if (origin->found == NULL)
    return g_strdup_printf (_("Profile “%s”"), name);
  /* Translators: name of a profile of the aliyun CLI, and how it gets its key: AK, RamRoleArn. */
  return g_strdup_printf (_("Profile “%s” (%s)"), name, origin->found->mode_word);
}

static void
on_setup_item (GtkListItemFactory *factory,
               GtkListItem        *item,
               gpointer            unused)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *title = gtk_label_new (NULL);
  GtkWidget *problem = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (title), 36);
  gtk_label_set_xalign (GTK_LABEL (problem), 0);
  gtk_widget_add_css_class (problem, "caption");
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), problem);
  gtk_list_item_set_child (item, box);
}

static void
on_bind_item (GtkListItemFactory *factory,
              GtkListItem        *item,
              GwAccountDialog    *self)
{
  GwAccountOrigin *origin = self->origins->pdata[gtk_list_item_get_position (item)];
  GtkWidget *box = gtk_list_item_get_child (item);
  GtkWidget *title = gtk_widget_get_first_child (box);
  GtkWidget *problem = gtk_widget_get_last_child (box);
  g_autofree char *text = describe_origin (origin);

  gtk_label_set_text (GTK_LABEL (title), text);
  gtk_label_set_text (GTK_LABEL (problem), origin->problem);
  gtk_widget_set_visible (problem, origin->problem != NULL);
  gtk_widget_set_sensitive (box, origin->problem == NULL);
  gtk_list_item_set_activatable (item, origin->problem == NULL);
  gtk_list_item_set_selectable (item, origin->problem == NULL);
}

static void
list_profiles (GwAccountDialog *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) profiles = gw_cli_profiles_load (NULL, &error);

  if (profiles == NULL)
    {
      self->cli_error = g_strdup (error->message);
      return;
    }
  g_ptr_array_set_free_func (profiles, NULL);
  for (guint i = 0; i < profiles->len; i++)
    add_profile (self, profiles->pdata[i]);
}

/* Where the edited account's key comes from is listed also where that is not there any more. */
static void
list_missing (GwAccountDialog *self)
{
  GwAccountKind kind = gw_account_get_kind (self->edited);
  const char *profile = gw_account_get_profile (self->edited);
  GwAccountOrigin *origin;

  for (guint i = 0; i < self->origins->len; i++)
    {
      origin = self->origins->pdata[i];
      if (origin->kind == kind
          && (kind != GW_ACCOUNT_CLI_PROFILE || g_strcmp0 (origin->profile, profile) == 0))
        return;
    }
  origin = add_origin (self, kind, profile);
  origin->problem = g_strdup (kind == GW_ACCOUNT_ENVIRONMENT
                                ? _("The environment has no AccessKey any more")
                                : _("The aliyun CLI does not have it any more"));
}

void
gw_account_dialog_list_origins (GwAccountDialog *self)
{
  g_autoptr (GtkStringList) model = gtk_string_list_new (NULL);
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  self->origins = g_ptr_array_new_with_free_func (origin_free);
  add_origin (self, GW_ACCOUNT_ACCESS_KEY, NULL);
  list_profiles (self);
  if (gw_environment_has_key ())
    add_origin (self, GW_ACCOUNT_ENVIRONMENT, NULL);
  if (self->edited != NULL)
    list_missing (self);

  for (guint i = 0; i < self->origins->len; i++)
    gtk_string_list_take (model, describe_origin (self->origins->pdata[i]));
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup_item), NULL);
  g_signal_connect_object (factory, "bind", G_CALLBACK (on_bind_item), self, 0);
  adw_combo_row_set_list_factory (self->origin_row, factory);
  adw_combo_row_set_model (self->origin_row, G_LIST_MODEL (model));
}

GwAccountOrigin *
gw_account_dialog_get_origin (GwAccountDialog *self)
{
  guint selected = adw_combo_row_get_selected (self->origin_row);

  return self->origins->pdata[selected < self->origins->len ? selected : 0];
}

void
gw_account_dialog_choose_origin (GwAccountDialog *self,
                                 GwAccountKind    kind,
                                 const char      *profile)
{
  for (guint i = 0; i < self->origins->len; i++)
    {
      GwAccountOrigin *origin = self->origins->pdata[i];

      if (origin->kind == kind
          && (profile == NULL || g_strcmp0 (origin->profile, profile) == 0))
        {
          adw_combo_row_set_selected (self->origin_row, i);
          return;
        }
    }
}

static gboolean
can_copy (GwAccountOrigin *origin)
{
  if (origin->problem != NULL || origin->kind == GW_ACCOUNT_ACCESS_KEY)
    return FALSE;
  return origin->kind == GW_ACCOUNT_ENVIRONMENT || origin->found->mode == GW_CLI_AK
         || origin->found->mode == GW_CLI_STS_TOKEN;
}

gboolean
gw_account_dialog_is_copied (GwAccountDialog *self)
{
  return can_copy (gw_account_dialog_get_origin (self))
         && gtk_switch_get_active (self->copy_switch);
}

gboolean
gw_account_dialog_has_key (GwAccountDialog *self)
{
  return self->edited != NULL && gw_account_get_kind (self->edited) == GW_ACCOUNT_ACCESS_KEY;
}

/* What is said below the choice; "" for nothing. Free with g_free(). */
static char *
describe_use (GwAccountDialog *self,
              GwAccountOrigin *origin)
{
  GString *text = g_string_new (NULL);

  if (origin->kind == GW_ACCOUNT_ACCESS_KEY)
    {
      if (self->cli_error != NULL)
        g_string_append_printf (text, _("The profiles of the aliyun CLI could not be read: %s"),
                                self->cli_error);
    }
  else if (origin->problem != NULL)
    /* Translators: a sentence of its own; %s is such as “It is not complete”. */
    g_string_append_printf (text, _("%s."), origin->problem);
  else if (gw_account_dialog_is_copied (self))
    g_string_append (text, _("It is read once, when the account is saved."));
  else if (origin->kind == GW_ACCOUNT_ENVIRONMENT)
    g_string_append (text, _("The environment is read each time. Nothing of it is copied."));
  else
    /* Translators: %s is such as “An AccessKey in the CLI’s file” or “Assumes a RAM role”. */
    g_string_append_printf (text, _("%s. The file is read each time. Nothing of it is copied."),
                            gw_cli_mode_describe (origin->found->mode));
  return g_string_free (text, FALSE);
}

gboolean
gw_account_dialog_is_name_taken (GwAccountDialog *self,
                                 const char      *name)
{
  const char *id = self->edited != NULL ? gw_account_get_id (self->edited) : NULL;
  g_autofree char *folded = gw_search_fold (name);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++)
    {
      g_autoptr (GwAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);
      g_autofree char *other = gw_search_fold (gw_account_get_name (account));

      if (g_str_equal (folded, other) && g_strcmp0 (gw_account_get_id (account), id) != 0)
        return TRUE;
    }
  return FALSE;
}

/* “prod”, “prod 2” where that is taken. Free with g_free(). */
static char *
suggest_name (GwAccountDialog *self,
              GwAccountOrigin *origin)
{
  g_autofree char *base
    = origin->profile != NULL ? gw_text_clean_line (origin->profile, GW_ACCOUNT_DIALOG_MAX_NAME)
                              : g_strdup (_("Alibaba Cloud"));
  char *name = g_strdup (base);

  for (guint i = 2; gw_account_dialog_is_name_taken (self, name); i++)
    {
      g_free (name);
      name = g_strdup_printf ("%s %u", base, i);
    }
  return name;
}

/* @text (transfer full) into @row, unless the person has written there. */
static void
fill_in (AdwEntryRow  *row,
         char        **filled,
         char         *text)
{
  const char *old = gtk_editable_get_text (GTK_EDITABLE (row));

  if (*old == '\0' || g_strcmp0 (old, *filled) == 0)
    gtk_editable_set_text (GTK_EDITABLE (row), text);
  g_free (*filled);
  *filled = text;
}

void
gw_account_dialog_update_origin (GwAccountDialog *self)
{
  GwAccountOrigin *origin = gw_account_dialog_get_origin (self);
  gboolean is_typed = origin->kind == GW_ACCOUNT_ACCESS_KEY;
  GwCliProfile *profile = origin->found;
  g_autofree char *use = describe_use (self, origin);

  gtk_widget_set_visible (GTK_WIDGET (self->id_row), is_typed);
  gtk_widget_set_visible (GTK_WIDGET (self->secret_row), is_typed);
  gtk_widget_set_visible (GTK_WIDGET (self->token_expander), is_typed);
  gtk_widget_set_visible (GTK_WIDGET (self->copy_row), can_copy (origin));
  gtk_widget_set_visible (self->keyring_group,
                          (is_typed || gw_account_dialog_is_copied (self))
                            && gtk_widget_get_visible (GTK_WIDGET (self->keyring_row)));
  gtk_label_set_text (self->origin_note, use);
  gtk_widget_set_visible (self->origin_note_row, *use != '\0');
  if (self->edited != NULL)
    return;
  fill_in (self->name_row, &self->auto_name, suggest_name (self, origin));
  fill_in (self->region_row, &self->auto_region,
           g_strdup (profile != NULL && profile->region != NULL ? profile->region
                                                                : "cn-hangzhou"));
  fill_in (self->endpoint_row, &self->auto_endpoint,
           g_strdup (profile != NULL && profile->endpoint != NULL ? profile->endpoint : ""));
}
