/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-scope-chooser.h"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gw-credential-scope.h"
#include "gw-drop-down.h"
#include "gw-text.h"

#define MAX_TITLE 200

struct _GwScopeChooser
{
  GtkPopover       parent_instance;

  GtkDropDown     *kinds;
  GtkWidget       *search;
  GtkStack        *stack;
  GtkLabel        *empty_label;
  GtkStringFilter *filter;
  GtkStringList   *titles;     /* of the kind that is shown, sorted */
  GListModel      *shown;      /* those that match the search */

  GwCatalogue     *catalogue;
  GHashTable      *values;     /* title → value */
  gboolean         looked;     /* a kind was chosen already */
};

G_DEFINE_FINAL_TYPE (GwScopeChooser, gw_scope_chooser, GTK_TYPE_POPOVER)

static guint chosen_signal;

/* (transfer full) (nullable) */
static GwSource *
find_source (GwCatalogue *catalogue,
             const char  *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (catalogue)); i++)
    {
      g_autoptr (GwSource) source = g_list_model_get_item (G_LIST_MODEL (catalogue), i);

      if (g_str_equal (gw_source_get_id (source), id))
        return g_steal_pointer (&source);
    }
  return NULL;
}

char *
gw_scope_dup_title (GwCatalogue *catalogue,
                    const char  *scope)
{
  GwScopeKind kind;
  const char *value;
  g_autoptr (GwSource) source = NULL;
  g_autofree char *title = NULL;

  g_return_val_if_fail (GW_IS_CATALOGUE (catalogue), NULL);
  g_return_val_if_fail (scope != NULL, NULL);

  if (!gw_scope_parse (scope, &kind, &value))
    return gw_text_clean_line (scope, MAX_TITLE);
  switch (kind)
    {
    case GW_SCOPE_KEY_PAIR:
      /* Translators: what a credential is the default of; the argument is a name. */
      title = g_strdup_printf (_("Key pair %s"), value);
      break;
    case GW_SCOPE_TAG:
      /* Translators: the argument is a tag, such as env=prod. */
      title = g_strdup_printf (_("Tag %s"), value);
      break;
    case GW_SCOPE_GROUP:
      title = g_strdup_printf (_("Resource group %s"), value);
      break;
    case GW_SCOPE_SOURCE:
    default:
      source = find_source (catalogue, value);
      title = g_strdup (source != NULL ? gw_source_get_title (source) : value);
      break;
    }
  return gw_text_clean_line (title, MAX_TITLE);
}

static void
add_value (GwScopeChooser *self,
           const char     *value)
{
  if (value != NULL && *value != '\0' && !g_hash_table_contains (self->values, value))
    g_hash_table_insert (self->values, g_strdup (value), g_strdup (value));
}

static void
add_of_instance (GwScopeChooser *self,
                 GwScopeKind     kind,
                 GwInstance     *instance)
{
  const char *const *tags;

  if (kind == GW_SCOPE_KEY_PAIR)
    add_value (self, gw_instance_get_text (instance, GW_INSTANCE_KEY_PAIR));
  else if (kind == GW_SCOPE_GROUP)
    add_value (self, gw_instance_get_text (instance, GW_INSTANCE_RESOURCE_GROUP));
  if (kind != GW_SCOPE_TAG)
    return;
  tags = gw_instance_get_tags (instance);
  for (guint i = 0; tags[i] != NULL; i++)
    {
      g_autofree char *key = g_strndup (tags[i], strcspn (tags[i], "="));

      add_value (self, tags[i]);
      add_value (self, key);
    }
}

static void
add_source (GwScopeChooser *self,
            GwSource       *source)
{
  const char *id = gw_source_get_id (source);
  g_autofree char *title = gw_text_clean_line (gw_source_get_title (source), MAX_TITLE);

  /* Two accounts may have one name. */
  if (g_hash_table_contains (self->values, title))
    {
      g_autofree char *name = g_steal_pointer (&title);

      title = g_strdup_printf ("%s (%s)", name, id);
    }
  g_hash_table_insert (self->values, g_steal_pointer (&title), g_strdup (id));
}

static void
collect_values (GwScopeChooser *self,
                GwScopeKind     kind)
{
  GListModel *catalogue = G_LIST_MODEL (self->catalogue);

  g_hash_table_remove_all (self->values);
  for (guint i = 0; i < g_list_model_get_n_items (catalogue); i++)
    {
      g_autoptr (GListModel) source = g_list_model_get_item (catalogue, i);

      if (kind == GW_SCOPE_SOURCE)
        add_source (self, GW_SOURCE (source));
      for (guint j = 0; kind != GW_SCOPE_SOURCE && j < g_list_model_get_n_items (source); j++)
        {
          g_autoptr (GwInstance) instance = g_list_model_get_item (source, j);

          add_of_instance (self, kind, instance);
        }
    }
}

static int
compare_titles (gconstpointer a,
                gconstpointer b)
{
  /* Collating ten thousand tags would be felt. */
  return g_ascii_strcasecmp (*(const char *const *) a, *(const char *const *) b);
}

static void
show_page (GwScopeChooser *self)
{
  gboolean none = g_hash_table_size (self->values) == 0;

  gtk_label_set_text (self->empty_label, none ? _("No instance has one.") : _("Nothing found."));
  gtk_widget_set_sensitive (self->search, !none);
  gtk_stack_set_visible_child_name (self->stack, g_list_model_get_n_items (self->shown) > 0
                                                   ? "list" : "empty");
}

static void
fill (GwScopeChooser *self)
{
  guint n;
  g_autofree const char **titles =
    (const char **) g_hash_table_get_keys_as_array (self->values, &n);

  qsort (titles, n, sizeof *titles, compare_titles);
  gtk_string_list_splice (self->titles, 0, g_list_model_get_n_items (G_LIST_MODEL (self->titles)),
                          titles);
  show_page (self);
}

static GwScopeKind
get_kind (GwScopeChooser *self)
{
  return (GwScopeKind) gtk_drop_down_get_selected (self->kinds);
}

static void
on_kind_changed (GwScopeChooser *self)
{
  g_assert (GW_IS_SCOPE_CHOOSER (self));

  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  collect_values (self, get_kind (self));
  fill (self);
}

static void
on_search_changed (GwScopeChooser *self)
{
  g_assert (GW_IS_SCOPE_CHOOSER (self));

  gtk_string_filter_set_search (self->filter, gtk_editable_get_text (GTK_EDITABLE (self->search)));
  show_page (self);
}

static void
on_activated (GwScopeChooser *self,
              guint           position)
{
  g_autoptr (GtkStringObject) item = NULL;
  g_autofree char *scope = NULL;
  const char *value;

  g_assert (GW_IS_SCOPE_CHOOSER (self));

  item = g_list_model_get_item (self->shown, position);
  if (item == NULL)
    return;
  value = g_hash_table_lookup (self->values, gtk_string_object_get_string (item));
  scope = gw_scope_new (get_kind (self), value);
  gtk_popover_popdown (GTK_POPOVER (self));
  g_signal_emit (self, chosen_signal, 0, scope);
}

/* Enter in the search takes the first hit of what was searched for. */
static void
on_search_activated (GwScopeChooser *self)
{
  g_assert (GW_IS_SCOPE_CHOOSER (self));

  if (*gtk_editable_get_text (GTK_EDITABLE (self->search)) != '\0')
    on_activated (self, 0);
}

static void
gw_scope_chooser_show (GtkWidget *widget)
{
  GwScopeChooser *self = GW_SCOPE_CHOOSER (widget);
  GwScopeKind kind = get_kind (self);

  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  collect_values (self, kind);
  /* At first the narrowest kind that there is. */
  while (!self->looked && g_hash_table_size (self->values) == 0 && kind + 1 < GW_N_SCOPE_KINDS)
    collect_values (self, ++kind);
  self->looked = TRUE;
  g_signal_handlers_block_by_func (self->kinds, on_kind_changed, self);
  gtk_drop_down_set_selected (self->kinds, kind);
  g_signal_handlers_unblock_by_func (self->kinds, on_kind_changed, self);
  fill (self);
  GTK_WIDGET_CLASS (gw_scope_chooser_parent_class)->show (widget);
  /* And not in what stands first: what is searched for is the next thing to say. */
  gtk_widget_grab_focus (self->search);
}

static void
gw_scope_chooser_dispose (GObject *object)
{
  GwScopeChooser *self = GW_SCOPE_CHOOSER (object);

  g_clear_object (&self->shown);
  g_clear_object (&self->titles);
  g_clear_object (&self->filter);
  g_clear_object (&self->catalogue);
  g_clear_pointer (&self->values, g_hash_table_unref);

  G_OBJECT_CLASS (gw_scope_chooser_parent_class)->dispose (object);
}

static void
gw_scope_chooser_class_init (GwScopeChooserClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = gw_scope_chooser_dispose;
  GTK_WIDGET_CLASS (klass)->show = gw_scope_chooser_show;

  chosen_signal = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
on_setup_item (GtkListItemFactory *factory,
               GtkListItem        *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_list_item_set_child (item, label);
}

static void
on_bind_item (GtkListItemFactory *factory,
              GtkListItem        *item)
{
  const char *title = gtk_string_object_get_string (gtk_list_item_get_item (item));
  GtkWidget *label = gtk_list_item_get_child (item);

  gtk_label_set_text (GTK_LABEL (label), title);
  gtk_widget_set_tooltip_text (label, title);
  gw_drop_down_name_item (item, title);
}

static void
on_bind_kind (GtkListItemFactory *factory,
              GtkListItem        *item)
{
  gw_drop_down_name_item (item, gtk_string_object_get_string (gtk_list_item_get_item (item)));
}

static GtkWidget *
create_list (GwScopeChooser *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkExpression *expression = gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string");
  GtkSingleSelection *selection;
  GtkWidget *view;
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->titles = gtk_string_list_new (NULL);
  self->filter = gtk_string_filter_new (expression);
  self->shown = G_LIST_MODEL (gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (self->titles)),
                                                         g_object_ref (GTK_FILTER (self->filter))));
  selection = gtk_single_selection_new (g_object_ref (self->shown));
  gtk_single_selection_set_autoselect (selection, FALSE);
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup_item), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind_item), NULL);
  view = gtk_list_view_new (GTK_SELECTION_MODEL (selection), factory);
  gtk_list_view_set_single_click_activate (GTK_LIST_VIEW (view), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Default For"), -1);
  g_signal_connect_object (view, "activate", G_CALLBACK (on_activated), self, G_CONNECT_SWAPPED);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), view);
  return scrolled;
}

static void
gw_scope_chooser_init (GwScopeChooser *self)
{
  const char *kinds[] = { _("Key Pair"), _("Tag"), _("Resource Group"), _("Account or List"),
                          NULL };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->kinds = GTK_DROP_DOWN (gtk_drop_down_new_from_strings (kinds));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->kinds), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Kind"), -1);
  gw_drop_down_complete (self->kinds, _("Kind"), NULL);
  g_signal_connect_after (gtk_drop_down_get_factory (self->kinds), "bind",
                          G_CALLBACK (on_bind_kind), NULL);
  g_signal_connect_object (self->kinds, "notify::selected", G_CALLBACK (on_kind_changed), self,
                           G_CONNECT_SWAPPED);
  self->search = gtk_search_entry_new ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Search"), -1);
  gtk_search_entry_set_key_capture_widget (GTK_SEARCH_ENTRY (self->search), GTK_WIDGET (self));
  g_signal_connect_object (self->search, "search-changed", G_CALLBACK (on_search_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->search, "activate", G_CALLBACK (on_search_activated), self,
                           G_CONNECT_SWAPPED);
  self->empty_label = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->empty_label), "dim-label");
  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_stack_add_named (self->stack, create_list (self), "list");
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->empty_label), "empty");
  gtk_widget_set_size_request (GTK_WIDGET (self->stack), 320, 240);

  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->kinds));
  gtk_box_append (GTK_BOX (box), self->search);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->stack));
  gtk_popover_set_child (GTK_POPOVER (self), box);
}

GtkWidget *
gw_scope_chooser_new (GwCatalogue *catalogue)
{
  GwScopeChooser *self;

  g_return_val_if_fail (GW_IS_CATALOGUE (catalogue), NULL);

  self = g_object_new (GW_TYPE_SCOPE_CHOOSER, NULL);
  self->catalogue = g_object_ref (catalogue);
  return GTK_WIDGET (self);
}
