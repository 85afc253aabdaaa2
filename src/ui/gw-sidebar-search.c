/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-sidebar-private.h"

#include "config.h"
#include "gw-endpoint.h"
#include "gw-instance-row.h"

#include <glib/gi18n.h>

/* More hits than this nobody reads, but a list view makes widgets for 200. */
#define MAX_HITS 60
#define LIFT_DELAY_MS 250
/* With more groups a change of all of them is one change of the list. */
#define MAX_SINGLE_CHANGES 4

gboolean
gw_sidebar_is_searching (GwSidebar *self)
{
  return !gw_search_is_empty (self->search);
}

static gboolean
match_item (gpointer item,
            gpointer user_data)
{
  GwSidebar *self = user_data;
  GwInstance *instance = gw_sidebar_get_instance (item);

  return (gw_search_is_empty (self->search) || gw_search_matches (self->search, instance)) &&
         gw_sidebar_filter_matches (self->selectors, instance);
}

static void
limit_groups (GwSidebar *self,
              guint      limit)
{
  GListModel *groups = G_LIST_MODEL (self->groups);

  self->limit = limit;
  for (guint i = 0; i < g_list_model_get_n_items (groups); i++)
    {
      g_autoptr (GwSidebarGroup) group = g_list_model_get_item (groups, i);

      gw_sidebar_group_set_limit (group, limit);
    }
}

static gboolean
has_many_groups (GwSidebar *self)
{
  GListModel *groups = G_LIST_MODEL (self->groups);
  guint n = 0;

  for (guint i = 0; n <= MAX_SINGLE_CHANGES && i < g_list_model_get_n_items (groups); i++)
    {
      g_autoptr (GListModel) group = g_list_model_get_item (groups, i);

      if (g_list_model_get_n_items (group) > 0)
        n++;
    }
  return n > MAX_SINGLE_CHANGES;
}

/* Each group tells of its change, and each time the list view looks at all its rows: with 30 regions
 * that takes ten frames. So it sees no groups meanwhile. Not while it has the focus, which it would
 * lose. (transfer full) (nullable): what was selected. */
static GwInstance *
begin_change (GwSidebar *self)
{
  GtkWidget *list_view = GTK_WIDGET (self->list_view);
  GwInstance *selected = gw_sidebar_get_selected (self);

  self->is_changing = has_many_groups (self) &&
                      gtk_widget_get_focus_child (list_view) == NULL;
  if (!self->is_changing)
    return NULL;
  if (selected != NULL)
    g_object_ref (selected);
  gtk_flatten_list_model_set_model (GTK_FLATTEN_LIST_MODEL (self->list), NULL);
  return selected;
}

static void
end_change (GwSidebar  *self,
            GwInstance *selected)
{
  if (!self->is_changing)
    return;
  self->is_changing = FALSE;
  gtk_flatten_list_model_set_model (GTK_FLATTEN_LIST_MODEL (self->list),
                                    G_LIST_MODEL (self->groups));
  for (guint i = 0; selected != NULL && i < g_list_model_get_n_items (self->list); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (self->list, i);

      if (gw_sidebar_get_instance (item) == selected)
        {
          gtk_single_selection_set_selected (self->selection, i);
          return;
        }
    }
}

static gboolean
on_lift_limit (gpointer user_data)
{
  GwSidebar *self = user_data;
  g_autoptr (GwInstance) selected = NULL;

  g_assert (GW_IS_SIDEBAR (self));

  self->lift_id = 0;
  selected = begin_change (self);
  limit_groups (self, G_MAXUINT);
  end_change (self, selected);
  return G_SOURCE_REMOVE;
}

/* The rest of the list comes when the first of it has been painted and nobody types. */
static void
update_limit (GwSidebar *self)
{
  g_clear_handle_id (&self->lift_id, g_source_remove);
  if (gw_sidebar_is_searching (self))
    limit_groups (self, MAX_HITS);
  self->lift_id = g_timeout_add_full (G_PRIORITY_LOW, LIFT_DELAY_MS, on_lift_limit, self, NULL);
}

/* Rows that stay where they are are not bound again, but their hits have changed. */
static void
update_hits (GwSidebar *self)
{
  for (guint i = 0; i < self->old_rows->len; i++)
    {
      GtkListItem *list_item = g_ptr_array_index (self->old_rows, i);
      GtkWidget *child = gtk_list_item_get_child (list_item);

      gw_sidebar_update_row (self, child);
      g_ptr_array_add (self->rows, list_item);
    }
  g_ptr_array_set_size (self->old_rows, 0);
}

static void
swap_rows (GwSidebar *self)
{
  GPtrArray *rows = self->rows;

  self->rows = self->old_rows;
  self->old_rows = rows;
}

static void
refilter (GwSidebar       *self,
          GtkFilterChange  change,
          gboolean         search)
{
  g_autoptr (GwInstance) selected = begin_change (self);

  swap_rows (self);
  if (search)
    {
      update_limit (self);
      gw_sidebar_groups_set_searching (self->groups, gw_sidebar_is_searching (self));
    }
  gtk_filter_changed (self->filter, change);
  if (search)
    gw_sidebar_update_folded (self);
  end_change (self, selected);
  update_hits (self);
  gw_sidebar_update_no_hits (self);
  gw_sidebar_update_page (self);
  gw_sidebar_queue_look (self);
}

void
gw_sidebar_refilter (GwSidebar *self)
{
  refilter (self, GTK_FILTER_CHANGE_DIFFERENT, FALSE);
}

static void
on_search_changed (GwSidebar *self)
{
  g_autofree char *text = NULL;
  g_autofree char *old = g_steal_pointer (&self->search_text);
  GtkFilterChange change = GTK_FILTER_CHANGE_DIFFERENT;

  g_assert (GW_IS_SIDEBAR (self));

  text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->search_entry))));
  /* One more letter can only take hits away: 10,000 instances need not be looked at again. */
  if (g_str_has_prefix (text, old))
    change = GTK_FILTER_CHANGE_MORE_STRICT;
  else if (g_str_has_prefix (old, text))
    change = GTK_FILTER_CHANGE_LESS_STRICT;

  g_clear_pointer (&self->search, gw_search_free);
  self->search = gw_search_new (text);
  self->search_text = g_steal_pointer (&text);
  refilter (self, change, TRUE);
}

/* Whether @text is an address of @instance, but not the one that it would be dialled by. */
static gboolean
is_other_address (GwInstance *instance,
                  const char *text)
{
  if (g_ascii_strcasecmp (gw_instance_get_main_address (instance), text) == 0)
    return FALSE;
  for (guint kind = 0; kind < GW_N_ADDRESS_KINDS; kind++)
    if (g_strv_contains (gw_instance_get_addresses (instance, (GwAddressKind) kind), text))
      return TRUE;
  return FALSE;
}

static void
on_search_activate (GwSidebar *self)
{
  g_autoptr (GwEndpoint) endpoint = NULL;
  g_autoptr (GObject) first = NULL;

  g_assert (GW_IS_SIDEBAR (self));

  if (!gw_sidebar_is_searching (self))
    return;
  /* After the heading; all groups are unfolded. */
  first = g_list_model_get_item (self->list, 1);
  /* An address that was typed in full is meant. */
  if (first != NULL && !is_other_address (gw_sidebar_get_instance (first), self->search_text))
    {
      g_signal_emit (self, gw_sidebar_signals[GW_SIDEBAR_SIGNAL_CONNECT_INSTANCE], 0,
                     gw_sidebar_get_instance (first), FALSE);
      return;
    }
  endpoint = gw_endpoint_parse (self->search_text, NULL);
  if (endpoint != NULL)
    g_signal_emit (self, gw_sidebar_signals[GW_SIDEBAR_SIGNAL_CONNECT_TEXT], 0, self->search_text);
}

static void
on_stop_search (GwSidebar *self)
{
  gw_sidebar_clear_search (self);
}

static GtkWidget *
find_row (GwSidebar *self,
          gpointer   instance)
{
  for (GtkWidget *item = gtk_widget_get_first_child (GTK_WIDGET (self->list_view)); item != NULL;
       item = gtk_widget_get_next_sibling (item))
    {
      GtkWidget *row = gtk_widget_get_first_child (item);

      if (GW_IS_INSTANCE_ROW (row) && gw_instance_row_get_instance (GW_INSTANCE_ROW (row)) == instance)
        return item;
    }
  return NULL;
}

/* A list view that never had the focus does not know which row is to get it, and is passed over: so
 * the row is told. The first one is a heading, which nobody means. */
static gboolean
focus_list (GwSidebar *self)
{
  guint position = gtk_single_selection_get_selected (self->selection);
  GtkWidget *row;

  if (position == GTK_INVALID_LIST_POSITION || gw_sidebar_is_searching (self))
    {
      position = 1;
      gtk_single_selection_set_selected (self->selection, position);
    }
  gtk_widget_activate_action (GTK_WIDGET (self->list_view), "list.scroll-to-item", "u", position);
  row = find_row (self, gw_sidebar_get_selected (self));
  if (row != NULL)
    return gtk_widget_grab_focus (row);
  /* All groups are folded. */
  return gtk_widget_child_focus (GTK_WIDGET (self->stack), GTK_DIR_TAB_FORWARD);
}

/* Down and Tab lead from the search into the list. */
static gboolean
on_search_key (GtkEventControllerKey *controller,
               guint                  keyval,
               guint                  keycode,
               GdkModifierType        state,
               GwSidebar             *self)
{
  g_assert (GW_IS_SIDEBAR (self));

  if ((keyval != GDK_KEY_Down && keyval != GDK_KEY_KP_Down && keyval != GDK_KEY_Tab) ||
      (state & (GDK_CONTROL_MASK | GDK_SHIFT_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "list") == 0)
    return focus_list (self);
  return gtk_widget_child_focus (GTK_WIDGET (self->stack), GTK_DIR_TAB_FORWARD);
}

void
gw_sidebar_bind_search (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_search_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_stop_search);
}

void
gw_sidebar_init_search (GwSidebar *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->search = gw_search_new ("");
  self->search_text = g_strdup ("");
  self->filter = GTK_FILTER (gtk_custom_filter_new (match_item, self, NULL));

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (on_search_key), self, 0);
  gtk_widget_add_controller (self->search_entry, keys);
}

void
gw_sidebar_focus_search (GwSidebar *self)
{
  g_return_if_fail (GW_IS_SIDEBAR (self));

  /* The old text is there to be used again, or to be typed over. */
  gtk_widget_grab_focus (self->search_entry);
  gtk_editable_select_region (GTK_EDITABLE (self->search_entry), 0, -1);
}

void
gw_sidebar_clear_search (GwSidebar *self)
{
  g_return_if_fail (GW_IS_SIDEBAR (self));

  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
}
