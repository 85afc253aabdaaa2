/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-field-errors.h"

/* The field knows the label of its line, and its caption, by these names. */
#define KEY "gw-field-error"
#define CAPTION_KEY "gw-field-caption"

/* What is wrong, if @error is not %NULL, before what always stands there. */
static void
describe (GtkWidget *field,
          GtkWidget *error)
{
  GtkWidget *caption = g_object_get_data (G_OBJECT (field), CAPTION_KEY);
  GtkAccessible *accessible = GTK_ACCESSIBLE (field);

  if (error != NULL && caption != NULL)
    gtk_accessible_update_relation (accessible, GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, error,
                                    caption, NULL, -1);
  else if (error != NULL || caption != NULL)
    gtk_accessible_update_relation (accessible, GTK_ACCESSIBLE_RELATION_DESCRIBED_BY,
                                    error != NULL ? error : caption, NULL, -1);
  else
    gtk_accessible_reset_relation (accessible, GTK_ACCESSIBLE_RELATION_DESCRIBED_BY);
}

static GtkWidget *
add_line (GtkWidget *field)
{
  GtkWidget *row = adw_preferences_row_new ();
  /* Said aloud when it appears; a role can be given only now. */
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL,
                                   "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT, NULL);
  int index = gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (field));

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  /* About the dialog's width: the window grows by the height at this width. */
  gtk_label_set_max_width_chars (GTK_LABEL (label), 46);
  gtk_widget_add_css_class (label, "error");
  gtk_widget_set_margin_top (label, 9);
  gtk_widget_set_margin_bottom (label, 9);
  gtk_widget_set_margin_start (label, 12);
  gtk_widget_set_margin_end (label, 12);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), label);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  gtk_list_box_insert (GTK_LIST_BOX (gtk_widget_get_parent (field)), row, index + 1);

  gtk_widget_add_css_class (field, "error");
  describe (field, label);
  gtk_accessible_update_state (GTK_ACCESSIBLE (field), GTK_ACCESSIBLE_STATE_INVALID,
                               GTK_ACCESSIBLE_INVALID_TRUE, -1);
  return label;
}

static void
remove_line (GtkWidget *field,
             GtkWidget *label)
{
  GtkWidget *row = gtk_widget_get_ancestor (label, GTK_TYPE_LIST_BOX_ROW);

  gtk_widget_remove_css_class (field, "error");
  describe (field, NULL);
  gtk_accessible_update_state (GTK_ACCESSIBLE (field), GTK_ACCESSIBLE_STATE_INVALID,
                               GTK_ACCESSIBLE_INVALID_FALSE, -1);
  gtk_list_box_remove (GTK_LIST_BOX (gtk_widget_get_parent (row)), row);
}

void
gw_field_error_set (GtkWidget  *field,
                    const char *message)
{
  GtkWidget *label;

  g_return_if_fail (GTK_IS_LIST_BOX_ROW (field));

  label = g_object_get_data (G_OBJECT (field), KEY);
  if (message == NULL)
    {
      if (label != NULL)
        remove_line (field, label);
      g_object_set_data (G_OBJECT (field), KEY, NULL);
      return;
    }
  if (label == NULL)
    {
      label = add_line (field);
      g_object_set_data (G_OBJECT (field), KEY, label);
    }
  gtk_label_set_text (GTK_LABEL (label), message);
  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_LABEL, message,
                                  -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (label)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, message, -1);
}

const char *
gw_field_error_get (GtkWidget *field)
{
  GtkWidget *label;

  g_return_val_if_fail (GTK_IS_LIST_BOX_ROW (field), NULL);

  label = g_object_get_data (G_OBJECT (field), KEY);
  return label != NULL ? gtk_label_get_text (GTK_LABEL (label)) : NULL;
}

void
gw_field_caption_set (GtkWidget *field,
                      GtkWidget *caption)
{
  g_return_if_fail (GTK_IS_LIST_BOX_ROW (field));
  g_return_if_fail (caption == NULL || GTK_IS_WIDGET (caption));

  if (caption == g_object_get_data (G_OBJECT (field), CAPTION_KEY))
    return;
  g_object_set_data_full (G_OBJECT (field), CAPTION_KEY,
                          caption != NULL ? g_object_ref (caption) : NULL, g_object_unref);
  describe (field, g_object_get_data (G_OBJECT (field), KEY));
}
