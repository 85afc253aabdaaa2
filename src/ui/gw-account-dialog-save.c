/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-account-dialog-private.h"

#include "config.h"

#include <glib/gi18n.h>

#include "gw-cloud-error.h"
#include "gw-error.h"
#include "gw-field-errors.h"
#include "gw-secret-entry.h"

/* From Verify or Add to the end: the fields are looked at, an AccessKey that is to be copied is read,
 * the cloud is asked, the account is saved. Each step has a deadline of its own, and whatever fails
 * leads back to the dialog with all that is in it. */

typedef struct {
  GwAccountDialog *self;
  GCancellable *cancellable;
  GwAccount *account;
  GwAccessKey *key; /* NULL: what is stored stays, or is where the account says */
  gboolean saves;   /* Add, not Verify */
  gboolean asks;    /* the cloud */
  GtkWidget *wrong; /* the first field in need, or NULL */
} Attempt;

static void
attempt_free (Attempt *attempt)
{
  g_clear_pointer (&attempt->key, gw_access_key_unref);
  g_object_unref (attempt->account);
  g_object_unref (attempt->cancellable);
  g_object_unref (attempt->self);
  g_free (attempt);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Attempt, attempt_free)

/* FALSE for what was given up, or belongs to a window that is gone. */
static gboolean
is_current (Attempt *attempt)
{
  return attempt->self->cancellable == attempt->cancellable;
}

static void
set_state (GwAccountDialog      *self,
           GwAccountDialogState  state)
{
  gboolean busy = state != GW_ACCOUNT_DIALOG_IDLE;

  self->state = state;
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), busy);
  gtk_spinner_set_spinning (self->spinner, busy);
  gtk_widget_set_visible (GTK_WIDGET (self->busy_label), busy);
  gtk_label_set_text (self->busy_label, state == GW_ACCOUNT_DIALOG_SAVING ? _("Saving…")
                                                                          : _("Verifying…"));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "account.submit", !busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "account.add-anyway", !busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "account.verify", !busy);
  gtk_widget_set_sensitive (GTK_WIDGET (self->scrolled), !busy);
}

void
gw_account_dialog_stop (GwAccountDialog *self)
{
  if (self->cancellable == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  set_state (self, GW_ACCOUNT_DIALOG_IDLE);
}

static void
focus_on (GwAccountDialog *self,
          GtkWidget       *field)
{
  if (gtk_widget_is_ancestor (field, GTK_WIDGET (self->options_row)))
    adw_expander_row_set_expanded (self->options_row, TRUE);
  if (gtk_widget_is_ancestor (field, GTK_WIDGET (self->token_expander)))
    adw_expander_row_set_expanded (self->token_expander, TRUE);
  if (!gtk_widget_grab_focus (field))
    gtk_widget_child_focus (field, GTK_DIR_TAB_FORWARD);
}

/* Back to the dialog. */
static void
end (Attempt *attempt)
{
  GwAccountDialog *self = attempt->self;

  gw_account_dialog_stop (self);
  if (self->focus != NULL && gtk_widget_get_mapped (self->focus))
    focus_on (self, self->focus);
  g_clear_weak_pointer (&self->focus);
}

/* What field an answer is about: the person goes on there. */
static GtkWidget *
find_field (GwAccountDialog *self,
            const GError    *error)
{
  gboolean is_typed = gtk_widget_get_visible (GTK_WIDGET (self->id_row));

  if (g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_ENDPOINT))
    return GTK_WIDGET (self->endpoint_row);
  if (!is_typed)
    return NULL;
  if (g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_KEY))
    return GTK_WIDGET (self->id_row);
  if (g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_SECRET))
    return GTK_WIDGET (self->secret_row);
  if (g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_EXPIRED))
    return GTK_WIDGET (self->token_row);
  return NULL;
}

static void
fail (Attempt      *attempt,
      const GError *error)
{
  GwAccountDialog *self = attempt->self;
  GtkWidget *field = find_field (self, error);

  end (attempt);
  /* A prompt of the keyring that was dismissed is no error. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  gw_account_dialog_say_error (self, attempt->account, error);
  if (field != NULL)
    focus_on (self, field);
}

static void
say (Attempt    *attempt,
     void       *row,
     const char *message)
{
  gw_field_error_set (row, message);
  if (attempt->wrong == NULL)
    attempt->wrong = row;
}

static void
check_name (Attempt *attempt)
{
  GwAccountDialog *self = attempt->self;
  g_autofree char *name = gw_account_dialog_dup_text (self->name_row);

  gw_account_set_name (attempt->account, name);
  /* Verify does not need one. */
  if (!attempt->saves)
    return;
  if (*gw_account_get_name (attempt->account) == '\0')
    say (attempt, self->name_row, _("Enter a name for the account."));
  else if (g_utf8_strlen (name, -1) > GW_ACCOUNT_DIALOG_MAX_NAME)
    say (attempt, self->name_row, _("This name is too long."));
  else if (gw_account_dialog_is_name_taken (self, gw_account_get_name (attempt->account)))
    say (attempt, self->name_row, _("Another account has this name already."));
}

static void
check_origin (Attempt *attempt)
{
  GwAccountDialog *self = attempt->self;
  GwAccountOrigin *origin = gw_account_dialog_get_origin (self);

  gw_account_set_kind (attempt->account, origin->kind);
  gw_account_set_profile (attempt->account, origin->profile);
  if (origin->problem != NULL)
    {
      g_autofree char *message = g_strdup_printf ("%s.", origin->problem);

      say (attempt, self->origin_row, message);
    }
}

static GwSensitive *
take_secret (Attempt     *attempt,
             AdwEntryRow *row,
             const char  *missing)
{
  g_autoptr (GError) error = NULL;
  GwSensitive *secret = gw_secret_entry_take (GTK_EDITABLE (row), &error);

  if (error != NULL)
    say (attempt, row, error->message);
  else if (secret == NULL && missing != NULL)
    say (attempt, row, missing);
  return secret;
}

static gboolean
is_id (const char *id)
{
  for (const char *at = id; *at != '\0'; at++)
    if (!g_ascii_isgraph (*at))
      return FALSE;
  return strlen (id) <= 128;
}

/* What was typed; nothing at all keeps what the keyring has. */
static void
check_key (Attempt *attempt)
{
  GwAccountDialog *self = attempt->self;
  g_autofree char *id = gw_account_dialog_dup_text (self->id_row);
  g_autoptr (GwSensitive) secret = NULL;
  g_autoptr (GwSensitive) token = NULL;

  if (gw_account_dialog_has_key (self) && *id == '\0'
      && *gtk_editable_get_text (GTK_EDITABLE (self->secret_row)) == '\0'
      && *gtk_editable_get_text (GTK_EDITABLE (self->token_row)) == '\0')
    return;
  if (*id == '\0')
    say (attempt, self->id_row, _("Enter the AccessKey ID."));
  else if (!is_id (id))
    say (attempt, self->id_row, _("An AccessKey ID has only letters and digits."));
  secret = take_secret (attempt, self->secret_row, _("Enter the AccessKey Secret."));
  token = take_secret (attempt, self->token_row, NULL);
  if (attempt->wrong != NULL || secret == NULL)
    return;
  attempt->key = gw_access_key_new (id, secret, token, 0);
  if (attempt->key == NULL)
    {
      g_autoptr (GwAccessKey) without = gw_access_key_new (id, secret, NULL, 0);

      if (without == NULL)
        say (attempt, self->secret_row, _("No AccessKey Secret has such characters."));
      else
        say (attempt, self->token_row, _("No STS token has such characters."));
    }
}

static void
check_places (Attempt *attempt)
{
  GwAccountDialog *self = attempt->self;
  g_autofree char *region = gw_account_dialog_dup_text (self->region_row);
  g_autofree char *endpoint = gw_account_dialog_dup_text (self->endpoint_row);
  g_auto (GStrv) regions = gw_account_dialog_regions_dup (self->regions);
  g_autofree char *normal = NULL;
  g_autoptr (GError) error = NULL;

  gw_account_set_region (attempt->account, region);
  if (*region == '\0')
    say (attempt, self->region_row, _("Enter a region, such as cn-hangzhou."));
  /* What no region is called is not taken. */
  else if (!g_str_equal (gw_account_get_region (attempt->account), region))
    say (attempt, self->region_row,
         _("A region has only small letters, digits and hyphens, such as cn-hangzhou."));
  gw_account_set_regions (attempt->account, (const char *const *) regions);
  if (attempt->saves && !gw_account_dialog_regions_check (self->regions)
      && attempt->wrong == NULL)
    attempt->wrong = GTK_WIDGET (self->regions);
  if (*endpoint != '\0' && !gw_cloud_endpoint_check (endpoint, &normal, &error))
    say (attempt, self->endpoint_row, error->message);
  else
    gw_account_set_endpoint (attempt->account, normal);
}

static void
on_saved (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (Attempt) attempt = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = gw_cloud_accounts_save_finish (GW_CLOUD_ACCOUNTS (source), result, &error);

  if (!is_current (attempt))
    return;
  if (ok)
    {
      gw_account_dialog_stop (attempt->self);
      gw_account_dialog_saved (attempt->self, gw_account_get_id (attempt->account));
      return;
    }
  if (g_error_matches (error, GW_ERROR, GW_ERROR_KEYRING_ABSENT))
    {
      g_clear_error (&error);
      error = g_error_new_literal (GW_ERROR, GW_ERROR_KEYRING_ABSENT,
                                   _("There is no keyring to put the AccessKey in. “Keep for This "
                                     "Session” keeps it in memory until Gangway is closed."));
    }
  fail (attempt, error);
}

/* Takes @attempt, as the steps below do. */
static void
save (Attempt *attempt)
{
  set_state (attempt->self, GW_ACCOUNT_DIALOG_SAVING);
  gw_cloud_accounts_save_async (attempt->self->accounts, attempt->account, attempt->key,
                                attempt->cancellable, on_saved, attempt);
}

static void
on_verified (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (Attempt) attempt = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GwVerified) verified
    = gw_cloud_accounts_verify_finish (GW_CLOUD_ACCOUNTS (source), result, &error);

  if (!is_current (attempt))
    return;
  if (verified == NULL)
    {
      fail (attempt, error);
      return;
    }
  attempt->self->is_verified = TRUE;
  gw_account_dialog_say_verified (attempt->self, attempt->account, verified);
  gw_account_dialog_offer_regions (attempt->self, verified->regions);
  if (attempt->saves)
    save (g_steal_pointer (&attempt));
  else
    end (attempt);
}

static void
ask (Attempt *attempt)
{
  if (!attempt->asks)
    save (attempt);
  else
    gw_cloud_accounts_verify_async (attempt->self->accounts, attempt->account, attempt->key,
                                    attempt->cancellable, on_verified, attempt);
}

static void
on_copied (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (Attempt) attempt = user_data;
  g_autoptr (GError) error = NULL;
  GwAccessKey *key = gw_cloud_accounts_copy_key_finish (GW_CLOUD_ACCOUNTS (source), result, &error);

  if (key != NULL)
    attempt->key = key;
  if (!is_current (attempt))
    return;
  if (key == NULL)
    {
      fail (attempt, error);
      return;
    }
  gw_account_set_kind (attempt->account, GW_ACCOUNT_ACCESS_KEY);
  gw_account_set_profile (attempt->account, NULL);
  ask (g_steal_pointer (&attempt));
}

static void
start (GwAccountDialog *self,
       gboolean         saves,
       gboolean         asks)
{
  g_autoptr (Attempt) attempt = NULL;

  if (self->state != GW_ACCOUNT_DIALOG_IDLE)
    return;
  attempt = g_new0 (Attempt, 1);
  attempt->self = g_object_ref (self);
  attempt->cancellable = g_cancellable_new ();
  attempt->account = self->edited != NULL ? gw_account_copy (self->edited)
                                          : gw_account_new (NULL, GW_ACCOUNT_ACCESS_KEY);
  attempt->saves = saves;
  attempt->asks = asks;
  gw_account_dialog_clear_errors (self);
  gw_account_dialog_say_nothing (self);
  /* In the order of the fields: the first one in need gets the focus. */
  check_name (attempt);
  check_origin (attempt);
  if (gw_account_get_kind (attempt->account) == GW_ACCOUNT_ACCESS_KEY)
    check_key (attempt);
  check_places (attempt);
  if (attempt->wrong != NULL)
    {
      focus_on (self, attempt->wrong);
      return;
    }

  self->cancellable = g_object_ref (attempt->cancellable);
  g_set_weak_pointer (&self->focus, gtk_window_get_focus (GTK_WINDOW (self)));
  /* GtkText 4.8 must not become insensitive while it blinks. */
  gtk_window_set_focus (GTK_WINDOW (self), NULL);
  set_state (self, asks ? GW_ACCOUNT_DIALOG_VERIFYING : GW_ACCOUNT_DIALOG_SAVING);
  if (saves && gw_account_dialog_is_copied (self))
    gw_cloud_accounts_copy_key_async (self->accounts, attempt->account, self->cancellable,
                                      on_copied, attempt);
  else
    ask (attempt);
  g_steal_pointer (&attempt);
}

void
gw_account_dialog_verify (GwAccountDialog *self)
{
  start (self, FALSE, TRUE);
}

void
gw_account_dialog_submit (GwAccountDialog *self,
                          gboolean         anyway)
{
  start (self, TRUE, !anyway && !self->is_verified);
}
