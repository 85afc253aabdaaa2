/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-credential-dialog-private.h"

#include "config.h"

#include <glib/gi18n.h>

#include "gw-key-inspector.h"
#include "gw-key-text.h"

static gboolean
has_new_key (GwCredentialDialog *self)
{
  return gw_key_field_is_set (self->key_row);
}

void
gw_credential_dialog_update_warning (GwCredentialDialog *self)
{
  gboolean is_key = gw_credential_dialog_get_secret_type (self) == GW_CREDENTIAL_PRIVATE_KEY;
  gboolean is_stored = is_key && !has_new_key (self) && self->edited != NULL && !self->gone;
  gboolean is_bare = FALSE;
  guint bits = 0;
  g_autoptr (GString) text = g_string_new (NULL);

  if (is_stored)
    {
      is_bare = !gw_credential_is_encrypted (self->edited);
      bits = gw_credential_get_key_bits (self->edited);
    }
  else if (is_key && has_new_key (self))
    {
      is_bare = !gw_key_field_is_encrypted (self->key_row);
      bits = self->key_bits;
    }
  if (is_bare)
    g_string_append (text, _("This key has no passphrase: whoever gets hold of it can use it."));
  if (bits > 0 && bits < GW_CREDENTIAL_MIN_RSA_BITS)
    {
      if (text->len > 0)
        g_string_append_c (text, '\n');
      g_string_append_printf (text, _("This RSA key is weak: it has %u bits, less than %d."), bits,
                              GW_CREDENTIAL_MIN_RSA_BITS);
    }
  gtk_label_set_text (self->warning_label, text->str);
  gtk_widget_set_visible (GTK_WIDGET (self->warning_row), text->len > 0);
}

static void
on_bits_known (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GwCredentialDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  guint bits = 0;

  /* What is wrong with the key is said when it is given, or on OK. */
  if (!gw_key_inspect_finish (result, NULL, NULL, &bits, &error))
    {
      g_debug ("The length of the key could not be had: %s", error->message);
      return;
    }
  self->key_bits = bits;
  gw_credential_dialog_update_warning (self);
}

void
gw_credential_dialog_forget_bits (GwCredentialDialog *self)
{
  self->key_bits = 0;
  g_cancellable_cancel (self->inspecting);
  g_clear_object (&self->inspecting);
}

/* How long an RSA key is shows only when it is parsed, which the engine does; an encrypted one has
 * to wait for its passphrase, and then for the next time that it is shown. */
void
gw_credential_dialog_ask_for_bits (GwCredentialDialog *self)
{
  GwSensitive *text = gw_key_field_get_text (self->key_row);
  g_autoptr (GwKeyInfo) info = text != NULL ? gw_key_text_inspect (text, NULL) : NULL;

  if (info == NULL || info->encrypted || g_strcmp0 (info->type, "ssh-rsa") != 0)
    return;
  self->inspecting = g_cancellable_new ();
  gw_key_inspect_async (text, NULL, self->inspecting, on_bits_known, g_object_ref (self));
}

char *
gw_credential_dialog_describe_stored (GwCredential *credential)
{
  const char *type = gw_credential_get_key_type (credential);
  const char *fingerprint = gw_credential_get_fingerprint (credential);
  g_autoptr (GDateTime) created = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  if (type != NULL && gw_credential_is_encrypted (credential))
    /* Translators: the type of a private key that needs a passphrase, such as “ED25519”. */
    g_string_append_printf (text, _("%s, encrypted"), gw_key_type_title (type));
  else
    g_string_append (text, type != NULL
                             ? gw_key_type_title (type)
                             : gw_credential_type_title (gw_credential_get_secret_type (credential)));
  if (fingerprint != NULL)
    g_string_append_printf (text, "\n%s", fingerprint);
  if (gw_credential_get_created (credential) > 0)
    created = g_date_time_new_from_unix_local (gw_credential_get_created (credential));
  if (created != NULL)
    {
      g_autofree char *date = g_date_time_format (created, "%x");

      g_string_append_c (text, '\n');
      /* Translators: the argument is a date. */
      g_string_append_printf (text, _("Created on %s"), date);
    }
  g_string_append_c (text, '\n');
  g_string_append (text, _("It stays unless another one is given below."));
  return g_string_free (g_steal_pointer (&text), FALSE);
}
