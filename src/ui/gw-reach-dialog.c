/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-reach-dialog-private.h"

#include "config.h"

#include "gw-dialog-fit.h"
#include "gw-field-errors.h"
#include "gw-refusal-words.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE (GwReachDialog, gw_reach_dialog, ADW_TYPE_WINDOW)

enum { ADMITTED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* Said aloud each time: only where it is news. */
static void
set_text (GtkLabel   *label,
          const char *text)
{
  if (g_str_equal (gtk_label_get_text (label), text))
    return;
  gtk_label_set_text (label, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
say (GwReachDialog *self,
     const char    *text)
{
  gboolean busy = self->state == GW_REACH_DIALOG_ASKING || self->state == GW_REACH_DIALOG_ADDING;

  if (text == NULL && self->left)
    text = _("Not waited for. The rule may be there all the same.");
  gtk_widget_set_visible (self->bar, text != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), busy);
  gtk_spinner_set_spinning (self->spinner, busy);
  if (busy)
    gtk_widget_remove_css_class (GTK_WIDGET (self->message), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->message), "error");
  set_text (self->message, text != NULL ? text : "");
}

void
gw_reach_dialog_say_error (GwReachDialog *self,
                           const GError  *error)
{
  g_autofree char *text = NULL;

  g_clear_pointer (&self->request, g_free);
  if (error != NULL)
    text = gw_refusal_words_for (error, self->accounts, self->instance, &self->request);
  gtk_button_set_label (GTK_BUTTON (self->request_button), _("Copy Request for Administrator"));
  gtk_widget_set_visible (self->request_button, self->request != NULL);
  say (self, text);
}

/* Which of the two buttons in the header bar do something now. */
static void
update_actions (GwReachDialog *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean ready = self->state == GW_REACH_DIALOG_READY;
  gboolean can_admit = self->reach != NULL && gw_reach_can_admit (self->reach);

  gtk_widget_action_set_enabled (widget, "reach.add", ready && can_admit);
  gtk_widget_action_set_enabled (widget, "reach.ask", ready);
  gtk_widget_action_set_enabled (widget, "reach.retry", self->state == GW_REACH_DIALOG_FAILED);
  gtk_button_set_label (GTK_BUTTON (self->cancel_button),
                        ready && !can_admit ? _("Close") : _("Cancel"));
}

/* Nothing can be typed while something runs, and afterwards where it was. */
static void
set_busy (GwReachDialog *self,
          gboolean       busy)
{
  GtkWindow *window = GTK_WINDOW (self);

  if (busy == !gtk_widget_get_sensitive (GTK_WIDGET (self->scrolled)))
    return;
  if (busy)
    {
      g_set_weak_pointer (&self->focus, gtk_window_get_focus (window));
      gtk_window_set_focus (window, NULL);
    }
  gtk_widget_set_sensitive (GTK_WIDGET (self->scrolled), !busy);
  if (!busy && self->focus != NULL && gtk_widget_get_mapped (self->focus))
    gtk_widget_grab_focus (self->focus);
  if (!busy)
    g_clear_weak_pointer (&self->focus);
}

static const char *
get_icon (GwReachDialog *self)
{
  if (self->reach == NULL)
    return "dialog-error-symbolic";
  switch (self->reach->admission)
    {
    case GW_ADMISSION_ADMITTED:
      return "emblem-ok-symbolic";
    case GW_ADMISSION_DROPPED:
    case GW_ADMISSION_NONE:
      return "dialog-warning-symbolic";
    case GW_ADMISSION_UNSURE:
      return "dialog-question-symbolic";
    default:
      g_return_val_if_reached (NULL);
    }
}

void
gw_reach_dialog_show (GwReachDialog *self)
{
  if (self->state == GW_REACH_DIALOG_LOOKING)
    set_text (self->summary, _("Looking at the security groups…"));
  else if (self->reach != NULL)
    set_text (self->summary, self->reach->summary);
  gtk_image_set_from_icon_name (self->icon, get_icon (self));
  update_actions (self);
}

void
gw_reach_dialog_set_state (GwReachDialog      *self,
                           GwReachDialogState  state)
{
  gboolean looking = state == GW_REACH_DIALOG_LOOKING;
  gboolean busy = state == GW_REACH_DIALOG_ASKING || state == GW_REACH_DIALOG_ADDING;

  self->state = state;
  if (state == GW_REACH_DIALOG_READY || state == GW_REACH_DIALOG_FAILED)
    {
      g_cancellable_cancel (self->cancellable);
      g_clear_object (&self->cancellable);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->looking_spinner), looking);
  gtk_spinner_set_spinning (self->looking_spinner, looking);
  gtk_widget_set_visible (GTK_WIDGET (self->icon), !looking);
  gtk_widget_set_visible (self->retry_button, state == GW_REACH_DIALOG_FAILED);
  set_busy (self, busy);
  say (self, state == GW_REACH_DIALOG_ADDING ? _("Waiting for the rule…")
             : state == GW_REACH_DIALOG_ASKING ? _("Asking the service…") : NULL);
  gtk_widget_set_visible (self->request_button, FALSE);
  gw_reach_dialog_show (self);
}

void
gw_reach_dialog_end (GwReachDialog *self)
{
  g_autoptr (GwReachDialog) alive = g_object_ref (self);

  gw_reach_dialog_set_state (self, GW_REACH_DIALOG_READY);
  g_signal_emit (self, signals[ADMITTED], 0);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
on_found (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GwReach) reach = NULL;
  GwReachDialog *self;

  reach = gw_reach_find_finish (GW_CLOUD_ACCOUNTS (source), result, &error);
  /* Then the dialog is gone. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self = GW_REACH_DIALOG (user_data);
  self->reach = g_steal_pointer (&reach);
  if (self->reach == NULL)
    {
      gw_reach_dialog_set_state (self, GW_REACH_DIALOG_FAILED);
      set_text (self->summary, _("What the security groups say is not known."));
      gw_reach_dialog_say_error (self, error);
      return;
    }
  gw_reach_dialog_set_state (self, GW_REACH_DIALOG_READY);
  gw_reach_dialog_fill_groups (self);
  gw_reach_dialog_update (self);
}

static void
look (GwReachDialog *self)
{
  self->cancellable = g_cancellable_new ();
  gw_reach_dialog_set_state (self, GW_REACH_DIALOG_LOOKING);
  gw_reach_find_async (self->accounts, self->instance, self->connection, self->port, self->mine,
                       self->cancellable, on_found, self);
}

/* What runs is given up, and the dialog stays; else it goes. */
static gboolean
gw_reach_dialog_close_request (GtkWindow *window)
{
  GwReachDialog *self = GW_REACH_DIALOG (window);

  if (self->state != GW_REACH_DIALOG_ADDING && self->state != GW_REACH_DIALOG_ASKING)
    return GTK_WINDOW_CLASS (gw_reach_dialog_parent_class)->close_request (window);
  self->left |= self->state == GW_REACH_DIALOG_ADDING;
  gw_reach_dialog_set_state (self, GW_REACH_DIALOG_READY);
  return TRUE;
}

static void
on_cancel (GtkWidget  *widget,
           const char *action_name,
           GVariant   *parameter)
{
  gtk_window_close (GTK_WINDOW (widget));
}

static void
on_add (GtkWidget  *widget,
        const char *action_name,
        GVariant   *parameter)
{
  gw_reach_dialog_add (GW_REACH_DIALOG (widget));
}

static void
on_ask (GtkWidget  *widget,
        const char *action_name,
        GVariant   *parameter)
{
  gw_reach_dialog_ask_service (GW_REACH_DIALOG (widget));
}

static void
on_retry (GtkWidget  *widget,
          const char *action_name,
          GVariant   *parameter)
{
  look (GW_REACH_DIALOG (widget));
}

static void
on_copy_request (GtkWidget  *widget,
                 const char *action_name,
                 GVariant   *parameter)
{
  GwReachDialog *self = GW_REACH_DIALOG (widget);

  if (self->request == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), self->request);
  gtk_button_set_label (GTK_BUTTON (self->request_button), _("Copied"));
}

static void
on_field_changed (GwReachDialog *self,
                  GtkWidget     *row)
{
  g_assert (GW_IS_REACH_DIALOG (self));

  gw_reach_dialog_update (self);
}

static void
on_service_changed (GwReachDialog *self)
{
  g_assert (GW_IS_REACH_DIALOG (self));

  gw_field_error_set (GTK_WIDGET (self->service_row), NULL);
}

static void
on_everybody_toggled (GwReachDialog *self)
{
  g_assert (GW_IS_REACH_DIALOG (self));

  gw_field_error_set (GTK_WIDGET (self->everybody_row), NULL);
}

static void
gw_reach_dialog_dispose (GObject *object)
{
  GwReachDialog *self = GW_REACH_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_weak_pointer (&self->focus);
  g_clear_object (&self->accounts);
  g_clear_object (&self->settings);
  g_clear_object (&self->instance);
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (gw_reach_dialog_parent_class)->dispose (object);
}

static void
gw_reach_dialog_finalize (GObject *object)
{
  GwReachDialog *self = GW_REACH_DIALOG (object);

  g_clear_pointer (&self->mine, gw_my_address_free);
  g_clear_pointer (&self->reach, gw_reach_free);
  g_clear_pointer (&self->groups, g_ptr_array_unref);
  g_clear_pointer (&self->parameters, g_strfreev);
  g_clear_pointer (&self->request, g_free);
  g_clear_pointer (&self->consented, g_free);

  G_OBJECT_CLASS (gw_reach_dialog_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-reach-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, GwReachDialog, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, GwReachDialog, scrolled);
  gtk_widget_class_bind_template_child (widget_class, GwReachDialog, icon);
  gtk_widget_class_bind_template_child (widget_class, GwReachDialog, looking_spinner);
  gtk_widget_class_bind_template_child (widget_class, GwReachDialog, summary);
  gtk_widget_class_bind_template_child (widget_class, GwReachDialog, retry_button);
  gtk_widget_class_bind_template_child (widget_class, GwReachDialog, address_row);
  gtk_widget_class_bind_template_child (widget_class, GwReachDialog, origin_label);
  gtk_widget_class_bind_template_child (widget_class, GwReachDialog, ask_button);
  gtk_widget_class_bind_template_child (widget_class, GwReachDialog, service_row);
  gtk_widget_class_bind_template_child (widget_class, GwReachDialog, sentence_row);
  gtk_widget_class_bind_template_child (widget_class, GwReachDialog, sentence);
  gtk_widget_class_bind_template_child (widget_class, GwReachDialog, group_row);
  gtk_widget_class_bind_template_child (widget_class, GwReachDialog, port_row);
  gtk_widget_class_bind_template_child (widget_class, GwReachDialog, description_row);
  gtk_widget_class_bind_template_child (widget_class, GwReachDialog, everybody_row);
  gtk_widget_class_bind_template_child (widget_class, GwReachDialog, everybody_check);
  gtk_widget_class_bind_template_child (widget_class, GwReachDialog, wide_row);
  gtk_widget_class_bind_template_child (widget_class, GwReachDialog, sent_label);
  gtk_widget_class_bind_template_child (widget_class, GwReachDialog, bar);
  gtk_widget_class_bind_template_child (widget_class, GwReachDialog, spinner);
  gtk_widget_class_bind_template_child (widget_class, GwReachDialog, message);
  gtk_widget_class_bind_template_child (widget_class, GwReachDialog, request_button);
  gtk_widget_class_bind_template_callback (widget_class, on_field_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_service_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_everybody_toggled);
  gtk_widget_class_bind_template_callback (widget_class, gw_reach_dialog_update);
  gtk_widget_class_bind_template_callback (widget_class, gw_reach_dialog_ask_service);
}

static void
gw_reach_dialog_class_init (GwReachDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gw_reach_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = gw_reach_dialog_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = gw_reach_dialog_close_request;

  signals[ADMITTED] = g_signal_new ("admitted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_install_action (widget_class, "reach.cancel", NULL, on_cancel);
  gtk_widget_class_install_action (widget_class, "reach.add", NULL, on_add);
  gtk_widget_class_install_action (widget_class, "reach.ask", NULL, on_ask);
  gtk_widget_class_install_action (widget_class, "reach.retry", NULL, on_retry);
  gtk_widget_class_install_action (widget_class, "reach.copy-request", NULL, on_copy_request);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "reach.cancel", NULL);
  bind_template (widget_class);
}

static void
gw_reach_dialog_init (GwReachDialog *self)
{
  AdwEntryRow *entries[4];

  gtk_widget_init_template (GTK_WIDGET (self));

  entries[0] = self->address_row;
  entries[1] = self->service_row;
  entries[2] = self->port_row;
  entries[3] = self->description_row;
  /* What is copied often ends in a line break, which no field here can mean. */
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    g_object_set (gtk_editable_get_delegate (GTK_EDITABLE (entries[i])),
                  "truncate-multiline", TRUE, NULL);
  gw_dialog_fit (self->scrolled);
}

/* “SSH from Gangway, 2026-11-23” tells the next administrator where it came from. Free with
 * g_free(). */
static char *
dup_description (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *date = g_date_time_format (now, "%Y-%m-%d");

  /* Translators: description of a rule of a security group; today’s date. */
  return g_strdup_printf (_("SSH from Gangway, %s"), date);
}

GwReachDialog *
gw_reach_dialog_new (GtkWindow       *parent,
                     GwCloudAccounts *accounts,
                     GSettings       *settings,
                     GwInstance      *instance,
                     GwConnection    *connection,
                     guint            port)
{
  GwReachDialog *self;
  g_autofree char *description = dup_description ();
  g_autofree char *port_text = g_strdup_printf ("%u", port);

  g_return_val_if_fail (parent == NULL || GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (GW_IS_CLOUD_ACCOUNTS (accounts), NULL);
  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);
  g_return_val_if_fail (GW_IS_INSTANCE (instance), NULL);
  g_return_val_if_fail (GW_IS_CONNECTION (connection), NULL);

  self = g_object_new (GW_TYPE_REACH_DIALOG, "transient-for", parent, NULL);
  self->accounts = g_object_ref (accounts);
  self->settings = g_object_ref (settings);
  self->instance = g_object_ref (instance);
  self->connection = g_object_ref (connection);
  self->port = port;
  gtk_editable_set_text (GTK_EDITABLE (self->port_row), port_text);
  gtk_editable_set_text (GTK_EDITABLE (self->description_row), description);
  gw_reach_dialog_fill_address (self);
  look (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->address_row));
  return self;
}
