/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-credential-dialog.h"

#include "gw-credential-scopes.h"
#include "gw-key-field.h"
#include "gw-keyring-row.h"

G_BEGIN_DECLS

/*
 * Private to GwCredentialDialog, which is in parts: gw-credential-dialog.c (its fields),
 * gw-credential-dialog-key.c (what is said of the key) and gw-credential-dialog-save.c (from OK until
 * the keyring has it).
 */

struct _GwCredentialDialog
{
  AdwWindow            parent_instance;

  GtkScrolledWindow   *scrolled;
  GtkSpinner          *spinner;
  GtkLabel            *message;
  GwKeyringRow        *keyring_row;
  AdwEntryRow         *name_row;
  AdwEntryRow         *user_row;
  AdwComboRow         *type_row;
  AdwActionRow        *stored_row;
  AdwEntryRow         *password_row;
  GwKeyField          *key_row;
  AdwEntryRow         *passphrase_row;
  AdwPreferencesRow   *warning_row;
  GtkLabel            *warning_label;
  GwCredentialScopes  *scopes;

  GwCredentials       *credentials;
  GwCredential        *edited;      /* NULL: a new one */
  gboolean             gone;        /* “edited” is not in the keyring any more */
  guint                key_bits;    /* of the RSA key in the field, 0 while unknown */
  GCancellable        *inspecting;  /* what asks for them */

  GCancellable        *cancellable; /* of what OK has begun; NULL: nothing is under way */
  GtkWidget           *focus;       /* where the keyboard was then; only to be compared */
};

GwCredentialType gw_credential_dialog_get_secret_type (GwCredentialDialog *self);
/* Says what is wrong: at @field, one of the rows, or for the dialog as a whole where it is %NULL. A
 * @message of %NULL takes it away. */
void             gw_credential_dialog_set_error       (GwCredentialDialog *self,
                                                       GtkWidget          *field,
                                                       const char         *message);
void             gw_credential_dialog_clear_errors    (GwCredentialDialog *self);
/* Looks whether the credential that is edited is still there, and says so if not. */
void             gw_credential_dialog_update_gone     (GwCredentialDialog *self);
void             gw_credential_dialog_saved           (GwCredentialDialog *self,
                                                       const char         *id);

/* gw-credential-dialog-key.c */
/* Of the key that is given, else of the one in the keyring. Warnings, no refusals: it is the
 * person's own key. */
void             gw_credential_dialog_update_warning  (GwCredentialDialog *self);
void             gw_credential_dialog_ask_for_bits    (GwCredentialDialog *self);
void             gw_credential_dialog_forget_bits     (GwCredentialDialog *self);
/* “ED25519, encrypted, SHA256:…, since 23/11/26”. Free with g_free(). */
char            *gw_credential_dialog_describe_stored (GwCredential       *credential);

/* gw-credential-dialog-save.c */
void             gw_credential_dialog_submit          (GwCredentialDialog *self);
/* Gives up what OK has begun, if anything. */
void             gw_credential_dialog_stop            (GwCredentialDialog *self);

G_END_DECLS
