/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-accounts-window-row.h"

#include "config.h"

#include <glib/gi18n.h>

#include "gw-age.h"
#include "gw-ram.h"

struct _GwAccountsWindowRow
{
  AdwActionRow parent_instance;

  GtkWidget   *spinner;
  GtkWidget   *request_button;
  GtkWidget   *refresh_button;
  GtkWidget   *edit_button;
  GtkWidget   *remove_button;

  GwAccount   *account;
  GwEcsSource *source;
};

G_DEFINE_FINAL_TYPE (GwAccountsWindowRow, gw_accounts_window_row, ADW_TYPE_ACTION_ROW)

/* What is wrong, in one line; %NULL if nothing. Free with g_free(). */
static char *
describe_problem (GwAccountsWindowRow *self)
{
  const GError *problem = gw_ecs_source_get_problem (self->source);
  GPtrArray *refusals = gw_ecs_source_get_refusals (self->source);
  guint n_failed = gw_ecs_source_get_failed_regions (self->source)->len;
  guint n_ticked = g_strv_length ((GStrv) gw_account_get_regions (self->account));

  if (problem != NULL)
    return g_strdup (problem->message);
  if (refusals->len > 0)
    return gw_refusal_describe (refusals, n_ticked > 0
                                            ? n_ticked
                                            : gw_ecs_source_get_regions (self->source)->len);
  if (n_failed > 0)
    return g_strdup_printf (ngettext ("%u region could not be read", "%u regions could not be read",
                                      n_failed),
                            n_failed);
  return NULL;
}

void
gw_accounts_window_row_update (GwAccountsWindowRow *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->source));
  gboolean is_busy = gw_ecs_source_get_state (self->source) == GW_ECS_SOURCE_REFRESHING;
  gint64 updated = gw_ecs_source_get_updated (self->source);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *problem = describe_problem (self);

  if (is_busy || updated > 0)
    g_string_append_printf (text, ngettext ("%u instance", "%u instances", n), n);
  if (is_busy)
    g_string_append_printf (text, " · %s", _("refreshing…"));
  else if (updated > 0)
    {
      g_autofree char *age = gw_age_describe (updated);

      g_string_append (text, " · ");
      /* Translators: the argument is “5 minutes ago”. */
      g_string_append_printf (text, _("refreshed %s"), age);
    }
  else if (problem == NULL)
    g_string_append (text, _("Not refreshed yet"));
  if (problem != NULL && !is_busy)
    g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", problem);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), gw_account_get_name (self->account));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), text->str);
  adw_action_row_set_icon_name (ADW_ACTION_ROW (self),
                                problem != NULL && !is_busy ? "dialog-warning-symbolic" : NULL);
  gtk_widget_set_visible (self->spinner, is_busy);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), is_busy);
  gtk_widget_set_visible (self->refresh_button, !is_busy);
  gtk_widget_set_visible (self->request_button,
                          gw_ecs_source_get_refusals (self->source)->len > 0);
}

static void
on_changed (GwAccountsWindowRow *self)
{
  g_assert (GW_IS_ACCOUNTS_WINDOW_ROW (self));

  gw_accounts_window_row_update (self);
}

static void
on_request_clicked (GwAccountsWindowRow *self)
{
  g_autofree char *request = NULL;

  g_assert (GW_IS_ACCOUNTS_WINDOW_ROW (self));

  request = gw_refusal_dup_request (gw_ecs_source_get_refusals (self->source), self->account);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), request);
}

static void
gw_accounts_window_row_dispose (GObject *object)
{
  GwAccountsWindowRow *self = GW_ACCOUNTS_WINDOW_ROW (object);

  g_clear_object (&self->account);
  g_clear_object (&self->source);

  G_OBJECT_CLASS (gw_accounts_window_row_parent_class)->dispose (object);
}

static void
gw_accounts_window_row_class_init (GwAccountsWindowRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gw_accounts_window_row_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-accounts-window-row.ui");
  gtk_widget_class_bind_template_child (widget_class, GwAccountsWindowRow, spinner);
  gtk_widget_class_bind_template_child (widget_class, GwAccountsWindowRow, request_button);
  gtk_widget_class_bind_template_child (widget_class, GwAccountsWindowRow, refresh_button);
  gtk_widget_class_bind_template_child (widget_class, GwAccountsWindowRow, edit_button);
  gtk_widget_class_bind_template_child (widget_class, GwAccountsWindowRow, remove_button);
  gtk_widget_class_bind_template_callback (widget_class, on_request_clicked);
}

static void
gw_accounts_window_row_init (GwAccountsWindowRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
gw_accounts_window_row_new (GwAccount   *account,
                            GwEcsSource *source)
{
  GwAccountsWindowRow *self;
  const char *id;

  g_return_val_if_fail (GW_IS_ACCOUNT (account), NULL);
  g_return_val_if_fail (GW_IS_ECS_SOURCE (source), NULL);

  self = g_object_new (GW_TYPE_ACCOUNTS_WINDOW_ROW, NULL);
  self->account = g_object_ref (account);
  self->source = g_object_ref (source);
  id = gw_account_get_id (account);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->refresh_button), "s", id);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->edit_button), "s", id);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->remove_button), "s", id);
  g_signal_connect_object (account, "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (source, "items-changed", G_CALLBACK (on_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (source, "notify", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (source, "problem-changed", G_CALLBACK (on_changed), self,
                           G_CONNECT_SWAPPED);
  gw_accounts_window_row_update (self);
  return GTK_WIDGET (self);
}

GwAccount *
gw_accounts_window_row_get_account (GwAccountsWindowRow *self)
{
  g_return_val_if_fail (GW_IS_ACCOUNTS_WINDOW_ROW (self), NULL);

  return self->account;
}
