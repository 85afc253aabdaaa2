/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-credential-items.h"

#include "config.h"
#include "gw-drop-down.h"
#include "gw-key-text.h"

char *
gw_credential_items_describe (GwCredential *credential)
{
  const char *user = gw_credential_get_user (credential);
  const char *type = gw_credential_type_title (gw_credential_get_secret_type (credential));
  const char *key = gw_credential_get_key_type (credential);
  const char *parts[4] = { NULL };
  guint n = 0;

  if (*user != '\0')
    parts[n++] = user;
  parts[n++] = type;
  if (key != NULL)
    parts[n++] = gw_key_type_title (key);
  return g_strjoinv (", ", (GStrv) parts);
}

static GtkWidget *
new_label (gboolean is_caption)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (is_caption)
    {
      gtk_widget_add_css_class (label, "caption");
      gtk_widget_add_css_class (label, "dim-label");
      gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
    }
  return label;
}

/* On the button the name alone: the rest is below it. */
static void
on_setup_button (GtkListItemFactory *factory,
                 GtkListItem        *item)
{
  gtk_list_item_set_child (item, new_label (FALSE));
}

static void
on_bind_button (GtkListItemFactory *factory,
                GtkListItem        *item)
{
  GwCredential *credential = gtk_list_item_get_item (item);

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)),
                      gw_credential_get_name (credential));
}

static void
on_setup_item (GtkListItemFactory *factory,
               GtkListItem        *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_box_append (GTK_BOX (box), new_label (FALSE));
  gtk_box_append (GTK_BOX (box), new_label (TRUE));
  gtk_list_item_set_child (item, box);
}

static void
on_bind_item (GtkListItemFactory *factory,
              GtkListItem        *item)
{
  GwCredential *credential = gtk_list_item_get_item (item);
  GtkWidget *name = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  g_autofree char *text = gw_credential_items_describe (credential);
  g_autofree char *full = g_strdup_printf ("%s, %s", gw_credential_get_name (credential), text);

  gtk_label_set_text (GTK_LABEL (name), gw_credential_get_name (credential));
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_next_sibling (name)), text);
  gw_drop_down_name_item (item, full);
}

static GtkListItemFactory *
create_factory (GCallback setup,
                GCallback bind)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", setup, NULL);
  g_signal_connect (factory, "bind", bind, NULL);
  return factory;
}

/* What the search in the list looks at. */
static char *
get_search_text (GwCredential *credential)
{
  return g_strdup_printf ("%s %s", gw_credential_get_name (credential),
                          gw_credential_get_user (credential));
}

void
gw_credential_items_set_up (GtkDropDown *drop_down)
{
  g_autoptr (GtkListItemFactory) factory = NULL;
  g_autoptr (GtkListItemFactory) list_factory = NULL;
  g_autoptr (GtkExpression) expression = NULL;

  g_return_if_fail (GTK_IS_DROP_DOWN (drop_down));

  factory = create_factory (G_CALLBACK (on_setup_button), G_CALLBACK (on_bind_button));
  list_factory = create_factory (G_CALLBACK (on_setup_item), G_CALLBACK (on_bind_item));
  expression = gtk_cclosure_expression_new (G_TYPE_STRING, NULL, 0, NULL,
                                            G_CALLBACK (get_search_text), NULL, NULL);
  gtk_drop_down_set_expression (drop_down, expression);
  gtk_drop_down_set_factory (drop_down, factory);
  gtk_drop_down_set_list_factory (drop_down, list_factory);
}
