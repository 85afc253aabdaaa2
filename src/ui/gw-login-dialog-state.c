/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"
#include "config.h"

#include "gw-login-dialog-private.h"

#include <glib/gi18n.h>

#include "gw-age.h"
#include "gw-link.h"
#include "gw-obstacle.h"

/* Whether the instance can be connected to: what is known of that, what is asked afresh, and what
 * the person must have agreed to. */

/* Milliseconds of asking before it is shown. */
#define QUIET 400

typedef struct {
  GwLoginDialog *dialog;      /* %NULL once it is closed */
  GCancellable  *cancellable; /* which ask this is */
} Asking;

static void
asking_free (Asking *asking)
{
  g_clear_weak_pointer (&asking->dialog);
  g_object_unref (asking->cancellable);
  g_free (asking);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Asking, asking_free)

static gint64
get_now (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static GwObstacle
find_obstacle (GwLoginDialog *self)
{
  return self->followed != NULL ? gw_obstacle_find (self->followed, get_now ())
                                : GW_OBSTACLE_NONE;
}

gboolean
gw_login_dialog_is_of_account (GwLoginDialog *self)
{
  return self->accounts != NULL && self->followed != NULL
         && gw_cloud_accounts_find_source (self->accounts, self->followed) != NULL;
}

/* Why the instance is not dialled at all: its account has said so just now. %NULL if it may be.
 * Free with g_free(). */
static char *
dup_refusal (GwLoginDialog *self)
{
  if (self->ask == GW_LOGIN_ASK_GONE)
    /* Translators: name of an instance. */
    return g_strdup_printf (_("“%s” does not exist any more."),
                            gw_instance_get_title (self->followed));
  if (self->ask == GW_LOGIN_ASK_FAILED || !gw_login_dialog_is_of_account (self))
    return NULL;
  return gw_obstacle_describe (self->followed, get_now ());
}

/* The same where it is the person's choice. Free with g_free(). */
static char *
dup_doubt (GwLoginDialog *self,
           GwObstacle     obstacle)
{
  g_autofree char *sentence = gw_obstacle_describe (self->followed, get_now ());
  g_autofree char *age = gw_age_describe (gw_instance_get_status_time (self->followed));

  if (self->ask == GW_LOGIN_ASK_FAILED)
    /* Translators: what was the matter with an instance, when that was so (3 days ago), and why
     * nothing newer is known. */
    return g_strdup_printf (_("%s That was so %s, and it could not be asked for again: %s"),
                            sentence, age, self->ask_error);
  /* These do not pass with time. */
  if (obstacle == GW_OBSTACLE_WINDOWS || obstacle == GW_OBSTACLE_NO_ADDRESS)
    return g_steal_pointer (&sentence);
  /* Translators: name of an instance, its state (Stopped), when that was so (3 days ago). */
  return g_strdup_printf (_("“%s” was not running when last known: %s, %s. Its state comes from a "
                            "file and cannot be asked for again."),
                          gw_instance_get_title (self->followed),
                          gw_obstacle_title (self->followed, get_now ()), age);
}

static void
show_row (GwLoginDialog *self,
          const char    *title,
          const char    *subtitle,
          gboolean       may_agree)
{
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->anyway_row), title);
  adw_action_row_set_subtitle (self->anyway_row, subtitle);
  gtk_widget_set_visible (GTK_WIDGET (self->anyway_check), may_agree);
  if (may_agree)
    gtk_widget_set_visible (gtk_widget_get_parent (GTK_WIDGET (self->anyway_check)), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->anyway_row), TRUE);
}

static void
update_row (GwLoginDialog *self)
{
  GwObstacle obstacle = find_obstacle (self);
  gboolean asking = self->ask == GW_LOGIN_ASK_ASKING;
  g_autofree char *text = NULL;

  /* Consent to the one is none to the other. */
  if (obstacle != self->obstacle)
    gtk_check_button_set_active (self->anyway_check, FALSE);
  self->obstacle = obstacle;
  gtk_widget_set_visible (GTK_WIDGET (self->state_spinner), asking);
  gtk_spinner_set_spinning (self->state_spinner, asking);
  gtk_widget_set_visible (gtk_widget_get_parent (GTK_WIDGET (self->anyway_check)), asking);
  gtk_widget_set_visible (self->browser_button, !asking && self->ask != GW_LOGIN_ASK_GONE
                                                && obstacle != GW_OBSTACLE_NONE
                                                && gw_login_dialog_is_of_account (self));
  if (asking && self->quiet_id == 0)
    show_row (self, _("Checking Its State…"), "", FALSE);
  else if (asking)
    gtk_widget_set_visible (GTK_WIDGET (self->anyway_row), FALSE);
  else if ((text = dup_refusal (self)) != NULL)
    show_row (self, self->ask == GW_LOGIN_ASK_GONE ? _("Gone")
                    : obstacle == GW_OBSTACLE_NO_ADDRESS ? _("No Address")
                    : gw_obstacle_title (self->followed, get_now ()), text, FALSE);
  else if (obstacle != GW_OBSTACLE_NONE)
    {
      text = dup_doubt (self, obstacle);
      show_row (self, _("Connect Anyway"), text, TRUE);
    }
  else
    gtk_widget_set_visible (GTK_WIDGET (self->anyway_row), FALSE);
}

void
gw_login_dialog_stop_asking (GwLoginDialog *self)
{
  g_clear_handle_id (&self->quiet_id, g_source_remove);
  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  if (self->ask == GW_LOGIN_ASK_ASKING)
    self->ask = GW_LOGIN_ASK_NONE;
  if (self->submitting)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), "login.submit", TRUE);
  self->submitting = FALSE;
}

static void
on_asked (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (Asking) asking = user_data;
  GwLoginDialog *self = asking->dialog;
  g_autoptr (GError) error = NULL;
  gboolean told = gw_cloud_accounts_ask_finish (GW_CLOUD_ACCOUNTS (source), result, &error);
  gboolean submitting;

  /* Closed, or for another instance by now. */
  if (self == NULL || asking->cancellable != self->asking)
    return;
  submitting = self->submitting;
  gw_login_dialog_stop_asking (self);
  g_clear_pointer (&self->ask_error, g_free);
  if (!told)
    {
      self->ask = GW_LOGIN_ASK_FAILED;
      self->ask_error = g_strdup (error->message);
    }
  else if (!gw_login_dialog_is_of_account (self))
    self->ask = GW_LOGIN_ASK_GONE;
  update_row (self);
  if (submitting)
    gw_login_dialog_submit (self, TRUE);
}

static gboolean
on_quiet_over (gpointer user_data)
{
  GwLoginDialog *self = user_data;

  self->quiet_id = 0;
  update_row (self);
  return G_SOURCE_REMOVE;
}

/* Asks for the state if it is too old to decide, and nobody has tried. */
static void
ask (GwLoginDialog *self)
{
  Asking *asking;

  if (self->accounts == NULL || self->followed == NULL || self->ask != GW_LOGIN_ASK_NONE
      || !gw_cloud_accounts_needs_asking (self->accounts, self->followed))
    return;
  self->ask = GW_LOGIN_ASK_ASKING;
  self->asking = g_cancellable_new ();
  self->quiet_id = g_timeout_add (QUIET, on_quiet_over, self);
  asking = g_new0 (Asking, 1);
  g_set_weak_pointer (&asking->dialog, self);
  asking->cancellable = g_object_ref (self->asking);
  gw_cloud_accounts_ask_async (self->accounts, self->followed, self->asking, on_asked, asking);
}

gboolean
gw_login_dialog_wait_for_state (GwLoginDialog *self)
{
  ask (self);
  if (self->ask != GW_LOGIN_ASK_ASKING)
    return FALSE;
  self->submitting = TRUE;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "login.submit", FALSE);
  g_clear_handle_id (&self->quiet_id, g_source_remove);
  update_row (self);
  return TRUE;
}

static void
on_followed_changed (GwLoginDialog *self)
{
  g_assert (GW_IS_LOGIN_DIALOG (self));

  gw_login_dialog_refresh_connections (self);
  update_row (self);
}

void
gw_login_dialog_unfollow (GwLoginDialog *self)
{
  gw_login_dialog_stop_asking (self);
  self->ask = GW_LOGIN_ASK_NONE;
  if (self->followed != NULL)
    g_signal_handlers_disconnect_by_func (self->followed, on_followed_changed, self);
  g_clear_object (&self->followed);
}

void
gw_login_dialog_update_notices (GwLoginDialog *self)
{
  GwInstance *instance = gw_login_get_instance (self->filled);

  gw_login_dialog_unfollow (self);
  g_set_object (&self->followed, instance);
  if (instance != NULL)
    g_signal_connect_object (instance, "changed", G_CALLBACK (on_followed_changed), self,
                             G_CONNECT_SWAPPED);
  gtk_check_button_set_active (self->anyway_check, FALSE);
  ask (self);
  update_row (self);
  gw_login_dialog_offer_groups (self);
  gw_login_dialog_update_jump (self);
}

void
gw_login_dialog_check_state (GwLoginDialog *self)
{
  GwObstacle obstacle = find_obstacle (self);
  g_autofree char *refusal = NULL;

  /* What is old decides nothing: OK waits for the answer, and comes back. */
  ask (self);
  if (self->ask == GW_LOGIN_ASK_ASKING)
    return;
  /* A subscription may have run out while the dialog was open. */
  update_row (self);
  refusal = dup_refusal (self);
  if (refusal != NULL)
    /* Why stands in the row below. */
    gw_login_dialog_show_error (self, GTK_WIDGET (self->instance_row),
                                _("This instance can’t be connected to now."));
  else if (obstacle != GW_OBSTACLE_NONE && !gtk_check_button_get_active (self->anyway_check))
    gw_login_dialog_show_error (self, GTK_WIDGET (self->anyway_row),
                                _("Choose “Connect Anyway” to try it all the same."));
}

static void
on_browsed (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GwLoginDialog) self = user_data;
  g_autoptr (GError) error = NULL;

  /* It may be closed by now. */
  if (!gw_link_open_finish (result, &error) && gtk_widget_get_mapped (GTK_WIDGET (self)))
    gw_login_dialog_set_notice (self, error->message);
}

void
gw_login_dialog_open_workbench (GwLoginDialog *self)
{
  g_autofree char *uri = NULL;

  g_assert (GW_IS_LOGIN_DIALOG (self));
  g_return_if_fail (self->followed != NULL);

  uri = gw_cloud_workbench_uri (self->followed);
  gw_link_open_async (GTK_WIDGET (self), uri, NULL, on_browsed, g_object_ref (self));
}
