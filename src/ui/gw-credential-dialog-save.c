/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-credential-dialog-private.h"

#include "config.h"

#include <glib/gi18n.h>

#include "gw-endpoint.h"
#include "gw-error.h"
#include "gw-key-inspector.h"
#include "gw-secret-entry.h"

/* From OK until the keyring has it: the fields are looked at, a key is checked by the engine, the
 * keyring is unlocked, the credential is stored. Each step has a deadline of its own, and whatever
 * fails leads back to the dialog with all that is in it. */

typedef struct {
  GwCredentialDialog *self;
  GCancellable *cancellable;
  GwCredential *credential;
  GwSecrets *secrets; /* NULL: what is stored stays */
  GtkWidget *wrong;   /* the first field in need, or NULL */
} Attempt;

static void
attempt_free (Attempt *attempt)
{
  g_clear_pointer (&attempt->secrets, gw_secrets_free);
  g_object_unref (attempt->credential);
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
show_busy (GwCredentialDialog *self,
           gboolean            busy)
{
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), busy);
  gtk_spinner_set_spinning (self->spinner, busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "credential.submit", !busy);
  gtk_widget_set_sensitive (GTK_WIDGET (self->scrolled), !busy);
}

void
gw_credential_dialog_stop (GwCredentialDialog *self)
{
  if (self->cancellable == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  show_busy (self, FALSE);
}

static void
focus_on (GtkWidget *field)
{
  if (!gtk_widget_grab_focus (field))
    gtk_widget_child_focus (field, GTK_DIR_TAB_FORWARD);
}

/* Back to the dialog. @field and @message as in gw_credential_dialog_set_error(), both %NULL: there
 * is nothing to say. */
static void
end (Attempt    *attempt,
     GtkWidget  *field,
     const char *message)
{
  GwCredentialDialog *self = attempt->self;

  gw_credential_dialog_stop (self);
  if (message != NULL)
    gw_credential_dialog_set_error (self, field, message);
  if (field == NULL)
    field = self->focus;
  if (field != NULL)
    focus_on (field);
  gw_credential_dialog_update_gone (self);
}

static void
say (Attempt    *attempt,
     GtkWidget  *field,
     const char *message)
{
  gw_credential_dialog_set_error (attempt->self, field, message);
  if (attempt->wrong == NULL)
    attempt->wrong = field;
}

/* What is wrong with the name, %NULL if nothing. */
static const char *
find_name_error (GwCredentialDialog *self,
                 const char         *name)
{
  const char *id = self->edited != NULL ? gw_credential_get_id (self->edited) : NULL;

  if (*name == '\0')
    return _("Enter a name that you will know this credential by.");
  if (g_utf8_strlen (name, -1) > GW_CREDENTIAL_MAX_NAME)
    return _("This name is too long.");
  if (gw_credentials_has_name (self->credentials, name, id))
    return _("Another credential has this name already.");
  return NULL;
}

static void
check_name (Attempt *attempt)
{
  GwCredentialDialog *self = attempt->self;
  g_autofree char *name = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name_row)));
  const char *message = find_name_error (self, g_strstrip (name));

  if (message != NULL)
    say (attempt, GTK_WIDGET (self->name_row), message);
  else
    gw_credential_set_name (attempt->credential, name);
}

static void
check_user (Attempt *attempt)
{
  GwCredentialDialog *self = attempt->self;
  const char *user = gtk_editable_get_text (GTK_EDITABLE (self->user_row));
  g_autoptr (GError) error = NULL;

  if (*user == '\0')
    say (attempt, GTK_WIDGET (self->user_row), _("Enter a username."));
  else if (!gw_user_validate (user, &error))
    say (attempt, GTK_WIDGET (self->user_row), error->message);
  else
    gw_credential_set_user (attempt->credential, user);
}

/* The text of @row; %NULL with an error shown where it is wrong, or @missing and empty. */
static GwSensitive *
take_secret (Attempt     *attempt,
             AdwEntryRow *row,
             const char  *missing)
{
  g_autoptr (GError) error = NULL;
  GwSensitive *secret = gw_secret_entry_take (GTK_EDITABLE (row), &error);

  if (error != NULL)
    say (attempt, GTK_WIDGET (row), error->message);
  else if (secret == NULL && missing != NULL)
    say (attempt, GTK_WIDGET (row), missing);
  return secret;
}

static void
check_key (Attempt  *attempt,
           gboolean  is_needed)
{
  GwCredentialDialog *self = attempt->self;
  g_autoptr (GwSensitive) passphrase = NULL;

  if (gw_key_field_is_loading (self->key_row))
    {
      say (attempt, GTK_WIDGET (self->key_row),
           _("The file of the private key is still being read."));
      return;
    }
  if (!gw_key_field_is_set (self->key_row))
    {
      /* Why a key could not be taken says more than that there is none. */
      g_autofree char *reason = g_strdup (gw_key_field_get_error (self->key_row));

      if (is_needed || reason != NULL)
        say (attempt, GTK_WIDGET (self->key_row),
             reason != NULL ? reason : _("Paste, load or choose a private key."));
      return;
    }
  gw_key_field_set_error (self->key_row, NULL);
  if (gw_key_field_is_encrypted (self->key_row))
    passphrase = take_secret (attempt, self->passphrase_row,
                              _("This key is encrypted: enter its passphrase."));
  attempt->secrets = gw_secrets_new (NULL, gw_key_field_get_text (self->key_row), passphrase);
}

static void
check_secrets (Attempt *attempt)
{
  GwCredentialDialog *self = attempt->self;
  GwCredentialType type = gw_credential_dialog_get_secret_type (self);
  gboolean is_needed = self->edited == NULL || self->gone;

  gw_credential_set_secret_type (attempt->credential, type);
  if (type == GW_CREDENTIAL_PASSWORD)
    {
      g_autoptr (GwSensitive) password = NULL;

      password = take_secret (attempt, self->password_row,
                              is_needed ? _("Enter the password.") : NULL);
      if (password != NULL)
        attempt->secrets = gw_secrets_new (password, NULL, NULL);
    }
  else
    check_key (attempt, is_needed);
}

static void
on_saved (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (Attempt) attempt = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = gw_credentials_save_finish (GW_CREDENTIALS (source), result, &error);

  if (!is_current (attempt))
    return;
  if (!ok)
    {
      end (attempt, NULL, error->message);
      return;
    }
  gw_credential_dialog_stop (attempt->self);
  gw_credential_dialog_saved (attempt->self, gw_credential_get_id (attempt->credential));
}

static void
save (Attempt *attempt)
{
  GwCredentialDialog *self = attempt->self;
  const char *message = find_name_error (self, gw_credential_get_name (attempt->credential));
  gboolean was_gone = self->gone;

  /* What is in the keyring may be known only now. */
  gw_credential_dialog_update_gone (self);
  if (message != NULL)
    end (attempt, GTK_WIDGET (self->name_row), message);
  else if (self->gone && !was_gone && attempt->secrets == NULL)
    end (attempt, NULL, NULL);
  else
    {
      gw_credentials_save_async (self->credentials, attempt->credential, attempt->secrets,
                                 attempt->cancellable, on_saved, attempt);
      return;
    }
  attempt_free (attempt);
}

static void
on_unlocked (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (Attempt) attempt = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = gw_keyring_unlock_finish (GW_KEYRING (source), result, &error);

  if (!is_current (attempt))
    return;
  if (ok)
    save (g_steal_pointer (&attempt));
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    end (attempt, NULL, NULL);
  else
    end (attempt, NULL, error->message);
}

/* (transfer full) */
static void
open_keyring (Attempt *attempt)
{
  GwKeyring *keyring = gw_credentials_get_keyring (attempt->self->credentials);

  if (gw_keyring_is_usable (keyring))
    save (attempt);
  else if (gw_keyring_get_state (keyring) == GW_KEYRING_STATE_ABSENT)
    {
      end (attempt, NULL, _("There is no keyring to put it in. “Keep for This Session” keeps it in "
                            "memory until Gangway is closed."));
      attempt_free (attempt);
    }
  else
    gw_keyring_unlock_async (keyring, attempt->cancellable, on_unlocked, attempt);
}

static void
on_inspected (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (Attempt) attempt = user_data;
  GwCredentialDialog *self = attempt->self;
  g_autoptr (GError) error = NULL;
  g_autofree char *type = NULL;
  g_autofree char *fingerprint = NULL;
  guint bits = 0;
  gboolean ok = gw_key_inspect_finish (result, &type, &fingerprint, &bits, &error);

  if (!is_current (attempt))
    return;
  if (ok)
    {
      gw_credential_set_key (attempt->credential, type, fingerprint, bits,
                             gw_key_field_is_encrypted (self->key_row));
      open_keyring (g_steal_pointer (&attempt));
    }
  else if (g_error_matches (error, GW_ERROR, GW_ERROR_KEY_WRONG_PASSPHRASE)
           || g_error_matches (error, GW_ERROR, GW_ERROR_KEY_NEEDS_PASSPHRASE))
    end (attempt, GTK_WIDGET (self->passphrase_row), error->message);
  else if (error->domain == GW_ERROR && error->code >= GW_ERROR_KEY_NOT_A_KEY
           && error->code <= GW_ERROR_KEY_UNSUPPORTED)
    end (attempt, GTK_WIDGET (self->key_row), error->message);
  else
    end (attempt, NULL, error->message);
}

void
gw_credential_dialog_submit (GwCredentialDialog *self)
{
  g_autoptr (Attempt) attempt = NULL;
  g_auto (GStrv) scopes = gw_credential_scopes_dup (self->scopes);

  if (self->cancellable != NULL)
    return;
  attempt = g_new0 (Attempt, 1);
  attempt->self = g_object_ref (self);
  attempt->cancellable = g_cancellable_new ();
  attempt->credential = self->edited != NULL ? gw_credential_copy (self->edited)
                                             : gw_credential_new (NULL);
  gw_credential_set_scopes (attempt->credential, (const char *const *) scopes);
  gw_credential_dialog_clear_errors (self);
  /* In the order of the fields: the first one in need gets the focus. */
  check_name (attempt);
  check_user (attempt);
  check_secrets (attempt);
  if (attempt->wrong != NULL)
    {
      focus_on (attempt->wrong);
      return;
    }

  self->cancellable = g_object_ref (attempt->cancellable);
  self->focus = gtk_window_get_focus (GTK_WINDOW (self));
  /* GtkText 4.8 must not become insensitive while it blinks. */
  gtk_window_set_focus (GTK_WINDOW (self), NULL);
  show_busy (self, TRUE);
  if (attempt->secrets != NULL && attempt->secrets->private_key != NULL)
    {
      GwSecrets *secrets = attempt->secrets;

      gw_key_inspect_async (secrets->private_key, secrets->passphrase, self->cancellable,
                            on_inspected, g_steal_pointer (&attempt));
    }
  else
    open_keyring (g_steal_pointer (&attempt));
}
