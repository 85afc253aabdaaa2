/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-sidebar-private.h"

#include "config.h"
#include "gw-account-offers.h"
#include "gw-endpoint.h"
#include "gw-source-bar.h"
#include "gw-ssh-config-source.h"

#include <glib/gi18n.h>

/* Whether the user has asked for this source at all. */
static gboolean
is_used (GwSidebar *self,
         GwSource  *source)
{
  return !GW_IS_SSH_CONFIG_SOURCE (source) ||
         g_settings_get_boolean (self->settings, "use-ssh-config");
}

/* Nothing is read before a person sees the page, and nothing is sent before a click. */
static void
look_for_profiles (GwSidebar *self)
{
  if (self->has_looked_for_profiles || self->accounts == NULL)
    return;
  self->has_looked_for_profiles = TRUE;
  gw_account_offers_fill (GTK_BOX (self->profiles), NULL, "win.add-account-profile",
                          "win.add-account-environment");
}

void
gw_sidebar_update_page (GwSidebar *self)
{
  const char *page = "list";

  if (g_list_model_get_n_items (self->list) == 0)
    page = gw_sidebar_is_searching (self) || gw_sidebar_filter_is_active (self->selectors)
             ? "no-hits" : "empty";
  if (g_str_equal (page, "empty"))
    look_for_profiles (self);
  else if (g_str_equal (page, "no-hits") &&
           g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), page) != 0)
    gw_sidebar_update_no_hits (self);
  gtk_stack_set_visible_child_name (self->stack, page);
}

/* Why there is no hit; NULL where nothing more is to be said. Free with g_free(). */
static char *
dup_reason (GwSidebar  *self,
            const char *error)
{
  g_autofree char *filtered = gw_sidebar_filter_describe (self->selectors);

  if (filtered == NULL)
    return g_strdup (error);
  if (gw_sidebar_is_searching (self))
    /* Translators: the argument says what is filtered, as in “Stopped · China (Hangzhou)” */
    return g_strdup_printf (_("Searched only in: %s"), filtered);
  /* Translators: the argument says what is filtered, as in “Stopped · China (Hangzhou)” */
  return g_strdup_printf (_("Filtered by: %s"), filtered);
}

void
gw_sidebar_update_no_hits (GwSidebar *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GwEndpoint) endpoint = NULL;
  g_autofree char *text = NULL;
  g_autofree char *reason = NULL;
  g_autofree char *markup = NULL;

  if (gw_sidebar_is_searching (self))
    endpoint = gw_endpoint_parse (self->search_text, &error);
  gtk_widget_set_visible (self->connect_text_button, endpoint != NULL);
  gtk_widget_set_visible (self->show_all_button, gw_sidebar_filter_is_active (self->selectors));
  reason = dup_reason (self, error != NULL ? error->message : NULL);
  if (reason != NULL)
    markup = g_markup_escape_text (reason, -1);
  adw_status_page_set_description (self->no_hits, markup);
  if (endpoint == NULL)
    return;
  /* Translators: the argument is a host, as in Connect to “nas.local”… */
  text = g_strdup_printf (_("Connect to “%s”…"), self->search_text);
  gtk_label_set_text (self->connect_text_label, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->connect_text_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
add_notice (GwSidebar  *self,
            const char *notice)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");
  GtkWidget *label = gtk_label_new (notice);

  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), label);
  gtk_widget_add_css_class (box, "gw-notice");
  gtk_box_append (GTK_BOX (self->notices), box);
}

/* What is wrong with a source is said above the list, also where the source shows nothing. Accounts
 * have a bar of their own. */
void
gw_sidebar_update_notices (GwSidebar *self)
{
  GListModel *catalogue = G_LIST_MODEL (self->catalogue);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->notices)) != NULL)
    gtk_box_remove (GTK_BOX (self->notices), child);

  for (guint i = 0; i < g_list_model_get_n_items (catalogue); i++)
    {
      g_autoptr (GwSource) source = g_list_model_get_item (catalogue, i);

      if (gw_source_get_notice (source) != NULL && is_used (self, source))
        add_notice (self, gw_source_get_notice (source));
    }
  if (self->accounts != NULL && gw_cloud_accounts_get_notice (self->accounts) != NULL)
    add_notice (self, gw_cloud_accounts_get_notice (self->accounts));
}

static gboolean
has_bar (GwSidebar *self,
         GwSource  *source)
{
  for (GtkWidget *bar = gtk_widget_get_first_child (self->bars); bar != NULL;
       bar = gtk_widget_get_next_sibling (bar))
    if ((GwSource *) gw_source_bar_get_source (GW_SOURCE_BAR (bar)) == source)
      return TRUE;
  return FALSE;
}

static gboolean
is_in_catalogue (GwSidebar   *self,
                 GwEcsSource *source)
{
  GListModel *catalogue = G_LIST_MODEL (self->catalogue);

  for (guint i = 0; i < g_list_model_get_n_items (catalogue); i++)
    {
      g_autoptr (GObject) other = g_list_model_get_item (catalogue, i);

      if (other == (GObject *) source)
        return TRUE;
    }
  return FALSE;
}

/* Bars stay as they are, with what was dismissed. */
static void
update_bars (GwSidebar *self)
{
  GListModel *catalogue = G_LIST_MODEL (self->catalogue);
  GtkWidget *next;

  for (GtkWidget *bar = gtk_widget_get_first_child (self->bars); bar != NULL; bar = next)
    {
      next = gtk_widget_get_next_sibling (bar);
      if (!is_in_catalogue (self, gw_source_bar_get_source (GW_SOURCE_BAR (bar))))
        gtk_box_remove (GTK_BOX (self->bars), bar);
    }
  for (guint i = 0; i < g_list_model_get_n_items (catalogue); i++)
    {
      g_autoptr (GwSource) source = g_list_model_get_item (catalogue, i);

      if (self->accounts != NULL && GW_IS_ECS_SOURCE (source) && !has_bar (self, source))
        gtk_box_append (GTK_BOX (self->bars),
                        gw_source_bar_new (self->accounts, GW_ECS_SOURCE (source)));
    }
}

/* The button of the empty state: how many hosts it would bring. */
static void
update_ssh_config_button (GwSidebar *self)
{
  guint n_hosts = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->catalogue)); i++)
    {
      g_autoptr (GwSource) source = g_list_model_get_item (G_LIST_MODEL (self->catalogue), i);

      if (GW_IS_SSH_CONFIG_SOURCE (source) && !is_used (self, source))
        g_object_get (source, "n-hosts", &n_hosts, NULL);
    }

  gtk_widget_set_visible (self->use_ssh_config, n_hosts > 0);
  if (n_hosts > 0)
    {
      /* Translators: SSH Config is the name of a file format; the number counts its hosts */
      g_autofree char *label = g_strdup_printf (ngettext ("Use SSH Config (%u host)",
                                                          "Use SSH Config (%u hosts)", n_hosts),
                                                n_hosts);

      gtk_button_set_label (GTK_BUTTON (self->use_ssh_config), label);
    }
}

static void
on_used_changed (GwSidebar *self)
{
  g_assert (GW_IS_SIDEBAR (self));

  gw_sidebar_update_notices (self);
  update_ssh_config_button (self);
}

static void
watch_source (GwSidebar *self,
              GwSource  *source)
{
  g_signal_handlers_disconnect_by_func (source, gw_sidebar_update_notices, self);
  g_signal_handlers_disconnect_by_func (source, update_ssh_config_button, self);
  g_signal_connect_object (source, "notify::notice", G_CALLBACK (gw_sidebar_update_notices), self,
                           G_CONNECT_SWAPPED);
  if (GW_IS_SSH_CONFIG_SOURCE (source))
    g_signal_connect_object (source, "notify::n-hosts", G_CALLBACK (update_ssh_config_button),
                             self, G_CONNECT_SWAPPED);
}

static void
on_sources_changed (GwSidebar *self)
{
  GListModel *catalogue = G_LIST_MODEL (self->catalogue);

  g_assert (GW_IS_SIDEBAR (self));

  for (guint i = 0; i < g_list_model_get_n_items (catalogue); i++)
    {
      g_autoptr (GwSource) source = g_list_model_get_item (catalogue, i);

      watch_source (self, source);
    }
  on_used_changed (self);
  update_bars (self);
}

void
gw_sidebar_init_page (GwSidebar *self)
{
  gtk_widget_set_visible (self->add_account, self->accounts != NULL);
  if (self->accounts != NULL)
    g_signal_connect_object (self->accounts, "notify::notice",
                             G_CALLBACK (gw_sidebar_update_notices), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::use-ssh-config",
                           G_CALLBACK (on_used_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->catalogue, "items-changed", G_CALLBACK (on_sources_changed), self,
                           G_CONNECT_SWAPPED);
  on_sources_changed (self);
}
