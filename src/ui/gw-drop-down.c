/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-drop-down.h"

#include "config.h"

#include <glib/gi18n.h>

/* Depth first; %NULL if there is none. What is inside has no public names. */
static GtkWidget *
find (GtkWidget *root,
      GType      type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (root, type))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static GtkWidget *
get_popover (GtkDropDown *self)
{
  return gtk_widget_get_last_child (GTK_WIDGET (self));
}

/* What the button shows is bound only once it is in a window. */
static void
update_name (GtkDropDown *self,
             GParamSpec  *pspec,
             gpointer     title)
{
  GtkWidget *button = gtk_widget_get_first_child (GTK_WIDGET (self));
  GtkWidget *shown = gtk_stack_get_visible_child (GTK_STACK (find (button, GTK_TYPE_STACK)));
  GtkWidget *label = shown != NULL ? find (shown, GTK_TYPE_LABEL) : NULL;
  g_autofree char *name = NULL;

  if (label != NULL)
    /* Translators: a field and what is chosen in it, such as “Credential: Databases”. */
    name = g_strdup_printf (_("%s: %s"), (const char *) title,
                            gtk_label_get_text (GTK_LABEL (label)));
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name != NULL ? name : title, -1);
}

static void
on_map (GtkDropDown *self,
        gpointer     title)
{
  update_name (self, NULL, title);
}

/* A list can be scrolled once it has a size. */
static gboolean
on_frame (GtkWidget     *list,
          GdkFrameClock *clock,
          gpointer       self)
{
  guint selected = gtk_drop_down_get_selected (self);

  if (gtk_widget_get_height (list) == 0)
    return G_SOURCE_CONTINUE;
  if (selected != GTK_INVALID_LIST_POSITION)
    gtk_widget_activate_action (list, "list.scroll-to-item", "u", selected);
  return G_SOURCE_REMOVE;
}

static void
on_opened (GtkDropDown *self)
{
  GtkWidget *popover;

  g_assert (GTK_IS_DROP_DOWN (self));

  popover = get_popover (self);
  gtk_widget_add_tick_callback (find (popover, GTK_TYPE_LIST_VIEW), on_frame, self, NULL);
  if (gtk_drop_down_get_enable_search (self))
    gtk_widget_grab_focus (find (popover, GTK_TYPE_SEARCH_ENTRY));
}

static void
on_search_activated (GtkDropDown *self)
{
  GtkWidget *list;
  GtkSelectionModel *model;

  g_assert (GTK_IS_DROP_DOWN (self));

  list = find (get_popover (self), GTK_TYPE_LIST_VIEW);
  model = gtk_list_view_get_model (GTK_LIST_VIEW (list));
  if (g_list_model_get_n_items (G_LIST_MODEL (model)) == 0)
    return;
  gtk_selection_model_select_item (model, 0, TRUE);
  g_signal_emit_by_name (list, "activate", 0);
}

void
gw_drop_down_complete (GtkDropDown *self,
                       const char  *title,
                       const char  *placeholder)
{
  GtkWidget *stack;
  GtkWidget *popover;
  GtkWidget *search;

  g_return_if_fail (GTK_IS_DROP_DOWN (self));
  g_return_if_fail (title != NULL);

  stack = find (GTK_WIDGET (self), GTK_TYPE_STACK);
  popover = get_popover (self);
  search = find (popover, GTK_TYPE_SEARCH_ENTRY);
  if (placeholder != NULL)
    gtk_label_set_text (GTK_LABEL (gtk_stack_get_child_by_name (GTK_STACK (stack), "empty")),
                        placeholder);
  g_signal_connect_data (self, "notify::selected-item", G_CALLBACK (update_name),
                         g_strdup (title), (GClosureNotify) (GCallback) g_free, 0);
  g_signal_connect_data (self, "map", G_CALLBACK (on_map), g_strdup (title),
                         (GClosureNotify) (GCallback) g_free, 0);
  gtk_search_entry_set_key_capture_widget (GTK_SEARCH_ENTRY (search), popover);
  g_signal_connect_object (search, "activate", G_CALLBACK (on_search_activated), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (popover, "show", G_CALLBACK (on_opened), self, G_CONNECT_SWAPPED);
}

void
gw_drop_down_name_item (GtkListItem *item,
                        const char  *name)
{
  GtkWidget *row;

  g_return_if_fail (GTK_IS_LIST_ITEM (item));
  g_return_if_fail (name != NULL);

  row = gtk_widget_get_parent (gtk_list_item_get_child (item));
  if (row != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static gboolean
on_enter (GtkWidget *widget,
          GVariant  *args,
          gpointer   unused)
{
  GtkDropDown *self = GTK_DROP_DOWN (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *button = GTK_IS_WINDOW (root) ? gtk_window_get_default_widget (GTK_WINDOW (root))
                                           : NULL;

  if (gtk_drop_down_get_selected (self) == GTK_INVALID_LIST_POSITION
      || gtk_widget_get_visible (get_popover (self)))
    return FALSE;
  /* gtk_widget_activate_default() would take the button that has the focus instead. */
  return button != NULL && gtk_widget_activate (button);
}

void
gw_drop_down_set_submits (GtkDropDown *self)
{
  const char *keys = "Return|KP_Enter|ISO_Enter";
  GtkEventController *controller;

  g_return_if_fail (GTK_IS_DROP_DOWN (self));

  controller = gtk_shortcut_controller_new ();
  /* Before the button inside, which would open the list. */
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller),
                                        gtk_shortcut_new (gtk_shortcut_trigger_parse_string (keys),
                                                          gtk_callback_action_new (on_enter, NULL,
                                                                                   NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}
