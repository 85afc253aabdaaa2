/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"
#include "config.h"

#include "gw-login-dialog-private.h"

#include <glib/gi18n.h>

#include "gw-credential-dialog.h"
#include "gw-endpoint.h"
#include "gw-field-errors.h"
#include "gw-scope-chooser.h"

/* What the dialog has to do with the keyring: the credential and which one is the default, the
 * secrets that are saved already, and “Remember this login”. */

static GwCredentials *
get_credentials (GwLoginDialog *self)
{
  return gw_saved_logins_get_credentials (self->logins);
}

static GwKeyringState
get_state (GwLoginDialog *self)
{
  return gw_keyring_get_state (gw_saved_logins_get_keyring (self->logins));
}

char *
gw_login_dialog_apply_default (GwLoginDialog *self,
                               GwLogin       *login)
{
  GwInstance *instance = gw_login_get_instance (login);
  GwSource *source = NULL;
  GwCredential *credential;
  g_auto (GStrv) scopes = NULL;
  g_autofree char *title = NULL;
  const char *scope = NULL;

  gw_catalogue_lookup (self->catalogue, gw_instance_get_id (instance), &source);
  scopes = gw_login_dup_scopes (instance, source != NULL ? gw_source_get_id (source) : NULL);
  credential = gw_credentials_find_default (get_credentials (self),
                                            (const char *const *) scopes, &scope);
  if (credential == NULL)
    return NULL;
  gw_login_set_method (login, GW_METHOD_CREDENTIAL);
  gw_login_set_credential (login, gw_credential_get_id (credential));
  title = gw_scope_dup_title (self->catalogue, scope);
  /* Translators: of what the chosen credential is the default, such as “Tag env=prod”. */
  return g_strdup_printf (_("Default of: %s"), title);
}

void
gw_login_dialog_credential_changed (GwLoginDialog *self)
{
  GwCredential *credential = gw_credential_field_get_selected (self->credential_row);
  gboolean is_filled;

  if (self->filled == NULL)
    return;
  is_filled = credential != NULL
              && g_strcmp0 (gw_credential_get_id (credential),
                            gw_login_get_credential (self->filled)) == 0;
  gw_credential_field_set_hint (self->credential_row, is_filled ? self->hint : NULL);
  /* Where none is chosen any more the field may be saying why. */
  if (credential != NULL)
    gw_credential_field_set_error (self->credential_row, NULL);
}

void
gw_login_dialog_show_credential (GwLoginDialog *self,
                                 char          *hint)
{
  g_free (self->hint);
  self->hint = hint;
  gw_credential_field_set_error (self->credential_row, NULL);
  gw_credential_field_select (self->credential_row, gw_login_get_credential (self->filled));
  gw_login_dialog_credential_changed (self);
}

static gboolean
is_untouched (GwLoginDialog *self)
{
  return gw_login_dialog_get_method (self) == gw_login_get_method (self->filled)
         && g_str_equal (gtk_editable_get_text (GTK_EDITABLE (self->user_row)),
                         gw_login_get_user (self->filled))
         && *gtk_editable_get_text (GTK_EDITABLE (self->password_row)) == '\0'
         && *gtk_editable_get_text (GTK_EDITABLE (self->passphrase_row)) == '\0'
         && gw_login_dialog_has_filled_key (self);
}

/* The keyring may be opened only now. */
static void
on_credentials_changed (GwLoginDialog *self)
{
  g_autoptr (GwLogin) login = NULL;
  g_autofree char *hint = NULL;

  g_assert (GW_IS_LOGIN_DIALOG (self));

  if (self->filled == NULL || !self->undecided || !is_untouched (self)
      || gw_login_get_method (self->filled) == GW_METHOD_CREDENTIAL)
    return;
  login = gw_login_copy (self->filled);
  hint = gw_login_dialog_apply_default (self, login);
  if (hint == NULL)
    return;
  g_set_object (&self->filled, login);
  gw_login_dialog_show_credential (self, g_steal_pointer (&hint));
  adw_combo_row_set_selected (self->method_row, GW_METHOD_CREDENTIAL);
}

static void
on_credential_saved (GwLoginDialog *self,
                     const char    *id)
{
  g_assert (GW_IS_LOGIN_DIALOG (self));

  self->undecided = FALSE;
  gw_credential_field_select (self->credential_row, id);
  gw_login_dialog_credential_changed (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->credential_row));
}

static void
on_create_credential (GwLoginDialog *self)
{
  GwCredentialDialog *dialog;

  g_assert (GW_IS_LOGIN_DIALOG (self));

  dialog = gw_credential_dialog_new (GTK_WINDOW (self), get_credentials (self), self->catalogue,
                                     NULL);
  gw_credential_dialog_suggest (dialog, gtk_editable_get_text (GTK_EDITABLE (self->user_row)),
                                gw_key_field_is_set (self->key_row) ? GW_CREDENTIAL_PRIVATE_KEY
                                                                    : GW_CREDENTIAL_PASSWORD);
  g_signal_connect_object (dialog, "saved", G_CALLBACK (on_credential_saved), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static const char *
get_locked_words (void)
{
  return _("Unlock the keyring to choose a credential.");
}

void
gw_login_dialog_check_credential (GwLoginDialog *self,
                                  GwLogin       *login)
{
  GwCredential *credential = gw_credential_field_get_selected (self->credential_row);
  g_autofree char *reason = NULL;

  if (credential == NULL && get_state (self) == GW_KEYRING_STATE_LOCKED)
    reason = g_strdup (get_locked_words ());
  else if (credential == NULL)
    {
      /* That the chosen one was deleted says more than that there is none. */
      reason = g_strdup (gw_credential_field_get_error (self->credential_row));
      if (reason == NULL)
        reason = g_strdup (_("Choose a credential, or create one."));
    }
  else if (*gw_credential_get_user (credential) == '\0')
    reason = g_strdup (_("This credential has no valid username. Choose another one, or correct "
                         "it in “Credentials”."));
  if (reason != NULL)
    {
      gw_login_dialog_show_error (self, GTK_WIDGET (self->credential_row), reason);
      return;
    }
  gw_credential_field_set_error (self->credential_row, NULL);
  gw_login_set_credential (login, gw_credential_get_id (credential));
  gw_login_set_user (login, gw_credential_get_user (credential));
  gw_login_set_saved (login, TRUE);
}

/* Whether remembering what is in the fields now would store a secret; a credential's is stored, and
 * keys in files and agents stay where they are. */
static gboolean
has_secret_to_keep (GwLoginDialog *self)
{
  switch (gw_login_dialog_get_method (self))
    {
    case GW_METHOD_PASSWORD:
      return TRUE;
    case GW_METHOD_SSH_KEY:
      return gw_key_field_is_encrypted (self->key_row)
             || (gw_key_field_get_text (self->key_row) != NULL
                 && gw_key_field_get_path (self->key_row) == NULL);
    case GW_METHOD_CREDENTIAL:
    case GW_METHOD_TEMPORARY_KEY:
      return FALSE;
    default:
      g_return_val_if_reached (FALSE);
    }
}

/* What the fields say now, but for secrets; only to be looked up. %NULL for no login at all. */
static GwLogin *
create_probe (GwLoginDialog *self)
{
  GwLogin *probe;
  guint16 port;

  if (self->filled == NULL
      || !gw_port_parse (gtk_editable_get_text (GTK_EDITABLE (self->port_row)), &port, NULL))
    return NULL;
  probe = gw_login_copy (self->filled);
  gw_login_clear_secrets (probe);
  gw_login_set_port (probe, port);
  gw_login_set_user (probe, gtk_editable_get_text (GTK_EDITABLE (self->user_row)));
  gw_login_set_method (probe, gw_login_dialog_get_method (self));
  gw_login_set_key_path (probe, gw_key_field_get_path (self->key_row));
  gw_login_set_agent_key (probe, gw_key_field_get_agent_key (self->key_row));
  return probe;
}

gboolean
gw_login_dialog_can_use_saved (GwLoginDialog *self)
{
  g_autoptr (GwLogin) probe = create_probe (self);

  if (probe == NULL || !gw_saved_logins_holds_secret (self->logins, probe))
    return FALSE;
  if (gw_login_get_method (probe) != GW_METHOD_SSH_KEY)
    return TRUE;
  /* The keyring has the key, or the passphrase of one in a file. */
  if (gw_login_get_key_path (probe) == NULL)
    return !gw_key_field_is_set (self->key_row);
  return gw_key_field_is_encrypted (self->key_row);
}

static void
update_saved_row (GwLoginDialog *self)
{
  GtkWidget *rows[] = { GTK_WIDGET (self->password_row), GTK_WIDGET (self->key_row),
                        GTK_WIDGET (self->passphrase_row) };
  gboolean usable = gw_login_dialog_can_use_saved (self);

  if (usable == gtk_widget_get_visible (GTK_WIDGET (self->saved_row)))
    return;
  gtk_widget_set_visible (GTK_WIDGET (self->saved_row), usable);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gw_login_dialog_clear_errors (self, rows[i]);
      gw_field_caption_set (rows[i], usable ? GTK_WIDGET (self->saved_label) : NULL);
    }
}

typedef struct {
  const char *saved;
  const char *remember;
} KeptWords;

static KeptWords
get_kept_words (GwKeyringState state,
                gboolean       has_secret)
{
  KeptWords words = { _("Saved in the keyring. Used while it is left empty."),
                      _("Connects at once next time. Secrets are kept in your keyring") };

  if (state == GW_KEYRING_STATE_SESSION_ONLY)
    words = (KeptWords) { _("Kept for this session. Used while it is left empty."),
                          _("Connects at once next time. Secrets are kept until you quit") };
  else if (state == GW_KEYRING_STATE_ABSENT)
    words.remember = has_secret ? _("There is no keyring to keep the secret in")
                                : _("Connects at once next time");
  return words;
}

void
gw_login_dialog_update_kept (GwLoginDialog *self)
{
  GtkWidget *row = GTK_WIDGET (self->keyring_row);
  KeptWords words;
  gboolean wanted;

  if (self->logins == NULL)
    return;
  words = get_kept_words (get_state (self), has_secret_to_keep (self));
  /* There is no secret, wherever the others are kept. */
  if (gw_login_dialog_get_method (self) == GW_METHOD_TEMPORARY_KEY)
    words.remember = _("Connects at once next time");
  update_saved_row (self);
  gtk_label_set_text (self->saved_label, words.saved);
  adw_action_row_set_subtitle (self->remember_row, words.remember);
  wanted = gtk_check_button_get_active (self->remember_check) && has_secret_to_keep (self);
  if (wanted && gtk_widget_get_parent (row) == NULL)
    adw_preferences_group_add (self->login_group, row);
  else if (!wanted && gtk_widget_get_parent (row) != NULL)
    adw_preferences_group_remove (self->login_group, row);
}

static void
on_state_changed (GwLoginDialog *self)
{
  g_assert (GW_IS_LOGIN_DIALOG (self));

  if (g_strcmp0 (gw_credential_field_get_error (self->credential_row), get_locked_words ()) == 0)
    gw_credential_field_set_error (self->credential_row, NULL);
  gw_login_dialog_update_kept (self);
}

void
gw_login_dialog_follow_keyring (GwLoginDialog *self)
{
  GwKeyring *keyring = gw_saved_logins_get_keyring (self->logins);

  gw_credential_field_set_credentials (self->credential_row, get_credentials (self));
  self->keyring_row = g_object_ref_sink (g_object_new (GW_TYPE_KEYRING_ROW, NULL));
  gw_keyring_row_set_keyring (self->keyring_row, keyring);
  g_signal_connect_object (self->credential_row, "create", G_CALLBACK (on_create_credential), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (get_credentials (self), "items-changed",
                           G_CALLBACK (on_credentials_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (keyring, "notify::state", G_CALLBACK (on_state_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->logins, "changed", G_CALLBACK (gw_login_dialog_update_kept),
                           self, G_CONNECT_SWAPPED);
}
