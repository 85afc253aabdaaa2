/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"
#include "config.h"

#include "gw-instance-field.h"

#include <glib/gi18n.h>

#include "gw-search.h"

#define MAX_SUGGESTIONS 8 /* more would be reading, not picking */

struct _GwInstanceField
{
  AdwEntryRow         parent_instance;

  GwCatalogue        *catalogue;
  GListStore         *suggestions;
  GtkSingleSelection *selection;
  GtkWidget          *popover;
  gboolean            quiet; /* the text is being set by us */
};

G_DEFINE_FINAL_TYPE (GwInstanceField, gw_instance_field, ADW_TYPE_ENTRY_ROW)

enum { PICKED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
find_suggestions (GwInstanceField *self)
{
  g_autoptr (GwSearch) search = gw_search_new (gtk_editable_get_text (GTK_EDITABLE (self)));
  guint n_sources;

  g_list_store_remove_all (self->suggestions);
  if (self->catalogue == NULL || gw_search_is_empty (search))
    return;
  n_sources = g_list_model_get_n_items (G_LIST_MODEL (self->catalogue));
  for (guint i = 0; i < n_sources; i++)
    {
      g_autoptr (GListModel) source = g_list_model_get_item (G_LIST_MODEL (self->catalogue), i);
      guint n_instances = g_list_model_get_n_items (source);

      for (guint j = 0; j < n_instances; j++)
        {
          g_autoptr (GwInstance) instance = g_list_model_get_item (source, j);

          if (!gw_search_matches (search, instance))
            continue;
          g_list_store_append (self->suggestions, instance);
          if (g_list_model_get_n_items (G_LIST_MODEL (self->suggestions)) == MAX_SUGGESTIONS)
            return;
        }
    }
}

static gboolean
has_focus_within (GwInstanceField *self)
{
  return (gtk_widget_get_state_flags (GTK_WIDGET (self)) & GTK_STATE_FLAG_FOCUS_WITHIN) != 0;
}

static void
on_changed (GwInstanceField *self)
{
  g_assert (GW_IS_INSTANCE_FIELD (self));

  if (self->quiet)
    {
      /* The dialog listens too; what we set is no typing. */
      g_signal_stop_emission_by_name (self, "changed");
      return;
    }
  find_suggestions (self);
  if (g_list_model_get_n_items (G_LIST_MODEL (self->suggestions)) > 0 && has_focus_within (self))
    gtk_popover_popup (GTK_POPOVER (self->popover));
  else
    gtk_popover_popdown (GTK_POPOVER (self->popover));
}

static void
on_focus_leave (GwInstanceField *self)
{
  g_assert (GW_IS_INSTANCE_FIELD (self));

  gtk_popover_popdown (GTK_POPOVER (self->popover));
}

static void
move_selection (GwInstanceField *self,
                int              step)
{
  int n = (int) g_list_model_get_n_items (G_LIST_MODEL (self->suggestions));
  guint selected = gtk_single_selection_get_selected (self->selection);
  int position;

  if (selected == GTK_INVALID_LIST_POSITION)
    position = step > 0 ? 0 : n - 1;
  else
    position = CLAMP ((int) selected + step, 0, n - 1);
  gtk_single_selection_set_selected (self->selection, (guint) position);
}

static gboolean
on_key_pressed (GwInstanceField *self,
                guint            keyval,
                guint            keycode,
                GdkModifierType  modifiers)
{
  guint selected = gtk_single_selection_get_selected (self->selection);

  g_assert (GW_IS_INSTANCE_FIELD (self));

  if (!gtk_widget_get_visible (self->popover)
      || (modifiers & gtk_accelerator_get_default_mod_mask ()) != 0)
    return GDK_EVENT_PROPAGATE;
  switch (keyval)
    {
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      move_selection (self, 1);
      return GDK_EVENT_STOP;

    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      move_selection (self, -1);
      return GDK_EVENT_STOP;

    case GDK_KEY_Escape:
      gtk_popover_popdown (GTK_POPOVER (self->popover));
      return GDK_EVENT_STOP;

    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_ISO_Enter:
      gtk_popover_popdown (GTK_POPOVER (self->popover));
      return gw_instance_field_pick (self, selected);

    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
on_activate (GwInstanceField *self,
             guint            position)
{
  g_assert (GW_IS_INSTANCE_FIELD (self));

  gw_instance_field_pick (self, position);
}

static GtkWidget *
suggestion_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
on_setup (GwInstanceField *self,
          GtkListItem     *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  g_assert (GTK_IS_LIST_ITEM (item));

  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  gtk_box_append (GTK_BOX (box), suggestion_label (NULL));
  gtk_box_append (GTK_BOX (box), suggestion_label ("dim-label"));
  gtk_list_item_set_child (item, box);
}

static void
on_bind (GwInstanceField *self,
         GtkListItem     *item)
{
  GtkWidget *title = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  GwInstance *instance = gtk_list_item_get_item (item);
  g_autoptr (GwSearch) search = gw_search_new (gtk_editable_get_text (GTK_EDITABLE (self)));
  g_autofree char *hit = gw_search_get_hit (search, instance);
  g_autofree char *details = NULL;
  const char *address = gw_instance_get_main_address (instance);

  if (hit != NULL)
    details = g_strdup_printf ("%s · %s", address, hit);
  gtk_label_set_text (GTK_LABEL (title), gw_instance_get_title (instance));
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_next_sibling (title)),
                      details != NULL ? details : address);
}

static GtkWidget *
create_popover (GwInstanceField *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *list;

  g_signal_connect_object (factory, "setup", G_CALLBACK (on_setup), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (on_bind), self, G_CONNECT_SWAPPED);
  list = gtk_list_view_new (GTK_SELECTION_MODEL (g_object_ref (self->selection)), factory);
  gtk_list_view_set_single_click_activate (GTK_LIST_VIEW (list), TRUE);
  g_signal_connect_object (list, "activate", G_CALLBACK (on_activate), self, G_CONNECT_SWAPPED);
  gtk_widget_add_css_class (list, "navigation-sidebar");
  gtk_accessible_update_property (GTK_ACCESSIBLE (list),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Matching Instances"), -1);

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled),
                                  GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), 320);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), list);
  gtk_widget_set_size_request (scrolled, 360, -1);

  gtk_popover_set_child (GTK_POPOVER (popover), scrolled);
  gtk_popover_set_has_arrow (GTK_POPOVER (popover), FALSE);
  gtk_popover_set_position (GTK_POPOVER (popover), GTK_POS_BOTTOM);
  /* The entry keeps the keyboard while the list is open. */
  gtk_popover_set_autohide (GTK_POPOVER (popover), FALSE);
  gtk_widget_set_can_focus (popover, FALSE);
  gtk_widget_set_parent (popover, GTK_WIDGET (self));
  return popover;
}

static void
gw_instance_field_dispose (GObject *object)
{
  GwInstanceField *self = GW_INSTANCE_FIELD (object);

  g_clear_pointer (&self->popover, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->suggestions);
  g_clear_object (&self->catalogue);
  G_OBJECT_CLASS (gw_instance_field_parent_class)->dispose (object);
}

static void
gw_instance_field_class_init (GwInstanceFieldClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = gw_instance_field_dispose;

  signals[PICKED] = g_signal_new ("picked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, GW_TYPE_INSTANCE);
}

static void
gw_instance_field_init (GwInstanceField *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->suggestions = g_list_store_new (GW_TYPE_INSTANCE);
  self->selection = gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->suggestions)));
  /* Nothing is picked before the person moves to it: Enter then means OK. */
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  self->popover = create_popover (self);

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (on_key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (on_focus_leave), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
  g_signal_connect (self, "changed", G_CALLBACK (on_changed), NULL);
}

void
gw_instance_field_set_catalogue (GwInstanceField *self,
                                 GwCatalogue     *catalogue)
{
  g_return_if_fail (GW_IS_INSTANCE_FIELD (self));

  g_set_object (&self->catalogue, catalogue);
}

void
gw_instance_field_set_text (GwInstanceField *self,
                            const char      *text)
{
  g_return_if_fail (GW_IS_INSTANCE_FIELD (self));

  self->quiet = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self), text);
  self->quiet = FALSE;
  gtk_popover_popdown (GTK_POPOVER (self->popover));
}

GListModel *
gw_instance_field_get_suggestions (GwInstanceField *self)
{
  g_return_val_if_fail (GW_IS_INSTANCE_FIELD (self), NULL);

  return G_LIST_MODEL (self->suggestions);
}

gboolean
gw_instance_field_pick (GwInstanceField *self,
                        guint            position)
{
  g_autoptr (GwInstance) instance = NULL;

  g_return_val_if_fail (GW_IS_INSTANCE_FIELD (self), FALSE);

  instance = g_list_model_get_item (G_LIST_MODEL (self->suggestions), position);
  if (instance == NULL)
    return FALSE;
  gw_instance_field_set_text (self, gw_instance_get_title (instance));
  gtk_editable_set_position (GTK_EDITABLE (self), -1);
  g_signal_emit (self, signals[PICKED], 0, instance);
  return TRUE;
}
