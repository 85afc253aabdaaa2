/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-login-dialog-private.h"

#include "config.h"

#include <glib/gi18n.h>

#include "gw-cloud-error.h"
#include "gw-endpoint.h"
#include "gw-field-errors.h"
#include "gw-reach-dialog.h"
#include "gw-refusal-words.h"

/* The security group of an instance that is in none: what it could join, and joining it on OK. */

static gboolean
is_in_group (GwLoginDialog *self)
{
  return gw_instance_get_security_groups (self->offered)[0] != NULL;
}

static void
set_request (GwLoginDialog *self,
             char          *request)
{
  gtk_button_set_label (GTK_BUTTON (self->request_button), _("Copy Request"));
  g_free (self->request);
  self->request = request;
  gtk_widget_set_visible (self->request_button, request != NULL);
}

static void
show_error (GwLoginDialog *self,
            const GError  *error)
{
  char *request;
  g_autofree char *text = gw_refusal_words_for (error, self->accounts, self->offered, &request);

  set_request (self, request);
  gw_field_error_set (GTK_WIDGET (self->group_row), text);
}

/* @groups (nullable): that may be joined. */
static void
show_groups (GwLoginDialog *self,
             GPtrArray     *groups)
{
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);

  gtk_string_list_append (titles, _("Do not join"));
  for (guint i = 0; groups != NULL && i < groups->len; i++)
    {
      const GwSecurityGroup *group = groups->pdata[i];
      g_autofree char *rules = NULL, *title = NULL;

      rules = g_strdup_printf (ngettext ("%u rule", "%u rules", group->n_rules), group->n_rules);
      /* Translators: name and id of a security group, how many rules it has (“12 rules”). */
      title = *group->name != '\0'
                ? g_strdup_printf (_("%s (%s), %s"), group->name, group->id, rules)
                : g_strdup_printf (_("%s, %s"), group->id, rules);
      gtk_string_list_append (titles, title);
    }
  adw_combo_row_set_model (self->group_row, G_LIST_MODEL (titles));
  gtk_widget_set_visible (GTK_WIDGET (self->group_row), TRUE);
}

static void
on_offered (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) groups = NULL;
  GwLoginDialog *self;

  groups = gw_reach_offer_finish (GW_CLOUD_ACCOUNTS (source), result, &error);
  /* Closed, or for another instance by now. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self = GW_LOGIN_DIALOG (user_data);
  g_clear_object (&self->offering);
  self->offers = g_steal_pointer (&groups);
  self->offer_failed = error != NULL
                       && !g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_DENIED);
  /* Whoever is in a group need not know that nobody may look. */
  if (self->offers == NULL && (error == NULL || is_in_group (self)))
    return;
  show_groups (self, self->offers);
  if (error != NULL)
    show_error (self, error);
}

static void
stop_offering (GwLoginDialog *self)
{
  g_cancellable_cancel (self->offering);
  g_clear_object (&self->offering);
}

void
gw_login_dialog_offer_groups (GwLoginDialog *self)
{
  gboolean of_account = gw_login_dialog_is_of_account (self);

  gtk_widget_set_visible (GTK_WIDGET (self->check_row), of_account);
  /* Once per instance: its fields are filled in again and again. But nobody asks twice for what
   * the cloud refuses, only where the network was in the way. */
  if (self->followed == self->offered && of_account && !self->offer_failed)
    return;
  gw_login_dialog_forget_groups (self);
  if (!of_account)
    return;
  self->offered = g_object_ref (self->followed);
  self->offering = g_cancellable_new ();
  gw_reach_offer_async (self->accounts, self->offered, self->offering, on_offered, self);
}

void
gw_login_dialog_forget_groups (GwLoginDialog *self)
{
  stop_offering (self);
  self->offer_failed = FALSE;
  gw_login_dialog_stop_joining (self);
  g_clear_pointer (&self->offers, g_ptr_array_unref);
  g_clear_object (&self->offered);
  gw_field_error_set (GTK_WIDGET (self->group_row), NULL);
  set_request (self, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->group_row), FALSE);
}

static void
set_joining (GwLoginDialog *self,
             gboolean       joining)
{
  if (joining)
    {
      g_set_weak_pointer (&self->focus, gtk_window_get_focus (GTK_WINDOW (self)));
      gtk_window_set_focus (GTK_WINDOW (self), NULL);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->join_spinner), joining);
  gtk_spinner_set_spinning (self->join_spinner, joining);
  gtk_widget_set_sensitive (GTK_WIDGET (self->scrolled), !joining);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "login.submit", !joining);
  if (!joining && self->focus != NULL && gtk_widget_get_mapped (self->focus))
    gtk_widget_grab_focus (self->focus);
  if (!joining)
    g_clear_weak_pointer (&self->focus);
}

void
gw_login_dialog_stop_joining (GwLoginDialog *self)
{
  if (self->joining == NULL)
    return;
  g_cancellable_cancel (self->joining);
  g_clear_object (&self->joining);
  g_clear_object (&self->waiting);
  set_joining (self, FALSE);
}

gboolean
gw_login_dialog_give_up_joining (GwLoginDialog *self)
{
  if (self->joining == NULL)
    return FALSE;
  gw_login_dialog_stop_joining (self);
  gw_field_error_set (GTK_WIDGET (self->group_row),
                      _("Not waited for. The instance may be in the group all the same."));
  return TRUE;
}

static void
on_joined (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GwLogin) login = NULL;
  GwLoginDialog *self;
  gboolean joined = gw_reach_join_finish (GW_CLOUD_ACCOUNTS (source), result, &error);

  /* Given up, maybe with the dialog. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self = GW_LOGIN_DIALOG (user_data);
  login = g_steal_pointer (&self->waiting);
  gw_login_dialog_stop_joining (self);
  if (joined)
    {
      gw_login_dialog_finish (self, login);
      return;
    }
  show_error (self, error);
  gtk_widget_grab_focus (GTK_WIDGET (self->group_row));
}

gboolean
gw_login_dialog_join (GwLoginDialog *self,
                      GwLogin       *login)
{
  guint selected = adw_combo_row_get_selected (self->group_row);
  const GwSecurityGroup *group;

  if (!gtk_widget_get_visible (GTK_WIDGET (self->group_row)) || self->offers == NULL
      || selected == 0 || selected > self->offers->len)
    return FALSE;
  group = self->offers->pdata[selected - 1];
  g_set_object (&self->waiting, login);
  self->joining = g_cancellable_new ();
  set_request (self, NULL);
  set_joining (self, TRUE);
  gw_reach_join_async (self->accounts, self->offered, group->id, self->joining, on_joined, self);
  return TRUE;
}

void
gw_login_dialog_group_changed (GwLoginDialog *self)
{
  if (self->group_row == NULL)
    return;
  gw_field_error_set (GTK_WIDGET (self->group_row), NULL);
}

void
gw_login_dialog_copy_request (GwLoginDialog *self)
{
  g_assert (GW_IS_LOGIN_DIALOG (self));

  if (self->request == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->request);
  gtk_button_set_label (GTK_BUTTON (self->request_button), _("Copied"));
}

void
gw_login_dialog_check_groups (GwLoginDialog *self)
{
  g_autofree char *text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->port_row)));
  GwConnection *connection = adw_combo_row_get_selected_item (self->connection_row);
  g_autoptr (GError) error = NULL;
  guint16 port;

  g_assert (GW_IS_LOGIN_DIALOG (self));
  g_return_if_fail (self->followed != NULL && self->accounts != NULL);

  self->complete = TRUE;
  if (connection == NULL)
    gw_login_dialog_show_error (self, GTK_WIDGET (self->connection_row),
                                _("This instance has no address to connect to."));
  else if (!gw_port_parse (g_strstrip (text), &port, &error))
    gw_login_dialog_show_error (self, GTK_WIDGET (self->port_row), error->message);
  else
    gtk_window_present (GTK_WINDOW (gw_reach_dialog_new (GTK_WINDOW (self), self->accounts,
                                                         self->settings, self->followed,
                                                         connection, port)));
}
