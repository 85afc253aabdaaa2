/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-account-dialog-regions.h"

#include "config.h"

#include <glib/gi18n.h>

#include "gw-cloud-name.h"
#include "gw-field-errors.h"
#include "gw-search.h"

struct _GwAccountDialogRegions
{
  AdwPreferencesGroup parent_instance;

  GtkWidget *all_row;
  GtkWidget *all_switch;
  GtkWidget *list_row;
  GtkWidget *search;
  GtkWidget *scrolled;
  GtkWidget *list;
  GtkWidget *hint;

  char *words; /* of the search, folded */
};

G_DEFINE_FINAL_TYPE (GwAccountDialogRegions, gw_account_dialog_regions, ADW_TYPE_PREFERENCES_GROUP)

/* Pixels: of a row, and the most that the list has of itself. */
#define ROW_HEIGHT 52
#define LIST_HEIGHT 220

/* What a row of the list knows. */
#define KEY_ID "gw-region-id"
#define KEY_CHECK "gw-region-check"

static GtkListBoxRow *
get_row (GwAccountDialogRegions *self,
         int                     index)
{
  return gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), index);
}

static GtkListBoxRow *
find_row (GwAccountDialogRegions *self,
          const char             *id)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = get_row (self, i)) != NULL; i++)
    if (g_strcmp0 (g_object_get_data (G_OBJECT (row), KEY_ID), id) == 0)
      return row;
  return NULL;
}

static gboolean
is_all (GwAccountDialogRegions *self)
{
  return gtk_switch_get_active (GTK_SWITCH (self->all_switch));
}

static guint
count_ticked (GwAccountDialogRegions *self)
{
  GtkListBoxRow *row;
  guint n = 0;

  for (int i = 0; (row = get_row (self, i)) != NULL; i++)
    if (gtk_check_button_get_active (g_object_get_data (G_OBJECT (row), KEY_CHECK)))
      n++;
  return n;
}

static void
update (GwAccountDialogRegions *self)
{
  g_autofree char *text = NULL;
  guint n = count_ticked (self);

  if (is_all (self))
    text = g_strdup (_("New ones too, as the cloud adds them"));
  else
    text = g_strdup_printf (ngettext ("%u region is ticked", "%u regions are ticked", n), n);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->all_row), text);
  gtk_widget_set_visible (self->list_row, !is_all (self));
  if (is_all (self) || n > 0)
    gw_field_error_set (self->all_row, NULL);
}

static void
on_changed (GwAccountDialogRegions *self)
{
  g_assert (GW_IS_ACCOUNT_DIALOG_REGIONS (self));

  update (self);
}

static void
on_search_changed (GwAccountDialogRegions *self)
{
  g_assert (GW_IS_ACCOUNT_DIALOG_REGIONS (self));

  g_free (self->words);
  self->words = gw_search_fold (gtk_editable_get_text (GTK_EDITABLE (self->search)));
  gtk_list_box_invalidate_filter (GTK_LIST_BOX (self->list));
}

static gboolean
is_found (GtkListBoxRow *row,
          gpointer       user_data)
{
  GwAccountDialogRegions *self = user_data;
  const char *id = g_object_get_data (G_OBJECT (row), KEY_ID);
  g_autofree char *title = NULL;

  if (self->words == NULL || *self->words == '\0')
    return TRUE;
  title = gw_search_fold (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)));
  return strstr (title, self->words) != NULL || strstr (id, self->words) != NULL;
}

static int
compare_rows (GtkListBoxRow *a,
              GtkListBoxRow *b,
              gpointer       unused)
{
  int order = g_utf8_collate (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (a)),
                              adw_preferences_row_get_title (ADW_PREFERENCES_ROW (b)));

  return order != 0 ? order : g_strcmp0 (g_object_get_data (G_OBJECT (a), KEY_ID),
                                         g_object_get_data (G_OBJECT (b), KEY_ID));
}

static GtkListBoxRow *
add_row (GwAccountDialogRegions *self,
         const char             *id,
         const char             *title)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *check = gtk_check_button_new ();
  int height;

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (g_strcmp0 (title, id) != 0)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), id);
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  g_object_set_data_full (G_OBJECT (row), KEY_ID, g_strdup (id), g_free);
  g_object_set_data (G_OBJECT (row), KEY_CHECK, check);
  g_signal_connect_object (check, "notify::active", G_CALLBACK (on_changed), self,
                           G_CONNECT_SWAPPED);
  gtk_list_box_append (GTK_LIST_BOX (self->list), row);
  /* The row that it is in gives it no more than it needs at least. */
  height = gtk_scrolled_window_get_min_content_height (GTK_SCROLLED_WINDOW (self->scrolled));
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (self->scrolled),
                                              MIN (MAX (height, 0) + ROW_HEIGHT, LIST_HEIGHT));
  return GTK_LIST_BOX_ROW (row);
}

static void
gw_account_dialog_regions_finalize (GObject *object)
{
  g_free (GW_ACCOUNT_DIALOG_REGIONS (object)->words);

  G_OBJECT_CLASS (gw_account_dialog_regions_parent_class)->finalize (object);
}

static void
gw_account_dialog_regions_class_init (GwAccountDialogRegionsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gw_account_dialog_regions_finalize;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/org/gangway/Gangway/gw-account-dialog-regions.ui");
  gtk_widget_class_bind_template_child (widget_class, GwAccountDialogRegions, all_row);
  gtk_widget_class_bind_template_child (widget_class, GwAccountDialogRegions, all_switch);
  gtk_widget_class_bind_template_child (widget_class, GwAccountDialogRegions, list_row);
  gtk_widget_class_bind_template_child (widget_class, GwAccountDialogRegions, search);
  gtk_widget_class_bind_template_child (widget_class, GwAccountDialogRegions, scrolled);
  gtk_widget_class_bind_template_child (widget_class, GwAccountDialogRegions, list);
  gtk_widget_class_bind_template_child (widget_class, GwAccountDialogRegions, hint);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
}

static void
gw_account_dialog_regions_init (GwAccountDialogRegions *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_list_box_set_filter_func (GTK_LIST_BOX (self->list), is_found, self, NULL);
  gtk_list_box_set_sort_func (GTK_LIST_BOX (self->list), compare_rows, NULL, NULL);
  update (self);
}

void
gw_account_dialog_regions_offer (GwAccountDialogRegions *self,
                                 GPtrArray              *names)
{
  g_return_if_fail (GW_IS_ACCOUNT_DIALOG_REGIONS (self));

  for (guint i = 0; names != NULL && i < names->len; i++)
    {
      GwCloudName *name = names->pdata[i];
      GtkListBoxRow *row = find_row (self, name->id);

      if (row == NULL)
        add_row (self, name->id, name->title);
      else if (g_strcmp0 (name->title, name->id) != 0)
        {
          adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name->title);
          adw_action_row_set_subtitle (ADW_ACTION_ROW (row), name->id);
        }
    }
  gtk_list_box_invalidate_sort (GTK_LIST_BOX (self->list));
  if (names != NULL && names->len > 0)
    gtk_widget_set_visible (self->hint, FALSE);
}

void
gw_account_dialog_regions_tick (GwAccountDialogRegions *self,
                                const char *const      *ids)
{
  g_return_if_fail (GW_IS_ACCOUNT_DIALOG_REGIONS (self));

  for (guint i = 0; ids[i] != NULL; i++)
    {
      GtkListBoxRow *row = find_row (self, ids[i]);

      if (row == NULL)
        row = add_row (self, ids[i], ids[i]);
      gtk_check_button_set_active (g_object_get_data (G_OBJECT (row), KEY_CHECK), TRUE);
    }
  gtk_switch_set_active (GTK_SWITCH (self->all_switch), ids[0] == NULL);
}

GStrv
gw_account_dialog_regions_dup (GwAccountDialogRegions *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  GtkListBoxRow *row;

  g_return_val_if_fail (GW_IS_ACCOUNT_DIALOG_REGIONS (self), NULL);

  for (int i = 0; !is_all (self) && (row = get_row (self, i)) != NULL; i++)
    if (gtk_check_button_get_active (g_object_get_data (G_OBJECT (row), KEY_CHECK)))
      g_strv_builder_add (builder, g_object_get_data (G_OBJECT (row), KEY_ID));
  return g_strv_builder_end (builder);
}

gboolean
gw_account_dialog_regions_check (GwAccountDialogRegions *self)
{
  gboolean ok;

  g_return_val_if_fail (GW_IS_ACCOUNT_DIALOG_REGIONS (self), FALSE);

  ok = is_all (self) || count_ticked (self) > 0;
  gw_field_error_set (self->all_row, ok ? NULL : _("Tick at least one region, or take all."));
  return ok;
}

void
gw_account_dialog_regions_clear_error (GwAccountDialogRegions *self)
{
  g_return_if_fail (GW_IS_ACCOUNT_DIALOG_REGIONS (self));

  gw_field_error_set (self->all_row, NULL);
}
