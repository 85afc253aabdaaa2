/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Secrets"

#include "config.h"

#include "gw-secrets.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gw-error.h"

#define MAGIC "gangway 1 "

static gsize
get_length (GwSensitive *secret)
{
  return secret != NULL ? gw_sensitive_get_length (secret) : 0;
}

static GwSensitive *
ref_text (GwSensitive *secret)
{
  return get_length (secret) > 0 ? gw_sensitive_ref (secret) : NULL;
}

static GOutputVector
get_piece (GwSensitive *secret)
{
  return (GOutputVector) { secret != NULL ? gw_sensitive_get_text (secret) : NULL,
                           get_length (secret) };
}

GwSecrets *
gw_secrets_new (GwSensitive *password,
                GwSensitive *private_key,
                GwSensitive *passphrase)
{
  GwSecrets *self;

  if (get_length (password) + get_length (private_key) + get_length (passphrase) == 0)
    return NULL;
  self = g_new0 (GwSecrets, 1);
  self->password = ref_text (password);
  self->private_key = ref_text (private_key);
  self->passphrase = ref_text (passphrase);
  return self;
}

void
gw_secrets_free (GwSecrets *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->password, gw_sensitive_unref);
  g_clear_pointer (&self->private_key, gw_sensitive_unref);
  g_clear_pointer (&self->passphrase, gw_sensitive_unref);
  g_free (self);
}

GwSensitive *
gw_secrets_pack (GwSecrets  *self,
                 GError    **error)
{
  g_autofree char *header = NULL;
  GOutputVector pieces[4];

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (self->password == NULL ||
                        (self->private_key == NULL && self->passphrase == NULL), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (self->password != NULL)
    return gw_sensitive_ref (self->password);

  header = g_strdup_printf (MAGIC "%" G_GSIZE_FORMAT "\n", get_length (self->passphrase));
  pieces[0] = (GOutputVector) { header, strlen (header) };
  pieces[1] = get_piece (self->passphrase);
  pieces[2] = (GOutputVector) { "\n", 1 };
  pieces[3] = get_piece (self->private_key);
  return gw_sensitive_new_joined (pieces, G_N_ELEMENTS (pieces), error);
}

static GError *
senseless_error (void)
{
  return g_error_new_literal (GW_ERROR, GW_ERROR_KEYRING,
                              _("What the keyring holds makes no sense: another program has "
                                "changed it. Enter the secret anew."));
}

static gboolean
is_text (const char *bytes,
         gsize       length)
{
  return g_utf8_validate_len (bytes, length, NULL);
}

/* Where the passphrase begins, and its length; %NULL if these bytes are no header of ours. */
static const char *
read_header (GwSensitive *packed,
             gsize       *length)
{
  const char *p = gw_sensitive_get_text (packed);
  const char *end = p + gw_sensitive_get_length (packed);

  if (!g_str_has_prefix (p, MAGIC))
    return NULL;
  p += strlen (MAGIC);
  if (!g_ascii_isdigit (*p))
    return NULL;
  for (*length = 0; g_ascii_isdigit (*p) && *length <= GW_SENSITIVE_MAX; p++)
    *length = *length * 10 + (gsize) g_ascii_digit_value (*p);
  return p < end && *p == '\n' ? p + 1 : NULL;
}

static gboolean
read_part (const char   *bytes,
           gsize         length,
           GwSensitive **part,
           GError      **error)
{
  if (length == 0)
    return TRUE;
  if (!is_text (bytes, length))
    {
      g_propagate_error (error, senseless_error ());
      return FALSE;
    }
  *part = gw_sensitive_new (bytes, (gssize) length, error);
  return *part != NULL;
}

GwSecrets *
gw_secrets_unpack (GwSensitive  *packed,
                   gboolean      is_password,
                   GError      **error)
{
  g_autoptr (GwSecrets) self = NULL;
  const char *body;
  gsize length, rest;

  g_return_val_if_fail (packed != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = g_new0 (GwSecrets, 1);
  body = read_header (packed, &length);
  rest = gw_sensitive_get_length (packed);
  /* A private key whose item says that it is a password would be sent to the server. */
  if (is_password && body == NULL && rest > 0 && is_text (gw_sensitive_get_text (packed), rest))
    {
      self->password = gw_sensitive_ref (packed);
      return g_steal_pointer (&self);
    }
  if (is_password || body == NULL)
    {
      g_propagate_error (error, senseless_error ());
      return NULL;
    }

  rest -= (gsize) (body - gw_sensitive_get_text (packed));
  if (length >= rest || body[length] != '\n')
    {
      g_propagate_error (error, senseless_error ());
      return NULL;
    }
  if (!read_part (body, length, &self->passphrase, error) ||
      !read_part (body + length + 1, rest - length - 1, &self->private_key, error))
    return NULL;
  if (self->private_key == NULL && self->passphrase == NULL)
    {
      g_propagate_error (error, senseless_error ());
      return NULL;
    }
  return g_steal_pointer (&self);
}
