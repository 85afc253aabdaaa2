/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Engine"

#include "gw-private-key.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gw-ed25519.h"
#include "gw-error.h"
#include "gw-key-text.h"

#define MIN_RSA_BITS 1024

/* OpenSSL leaves the passphrase of a PEM key on the stack below us. */
static void __attribute__ ((noinline))
clean_stack (void)
{
  char below[64 * 1024];

  explicit_bzero (below, sizeof below);
}

static gboolean
read_u32 (const guint8 **cursor,
          gsize         *left,
          guint32       *value)
{
  if (*left < 4)
    return FALSE;
  memcpy (value, *cursor, 4);
  *value = GUINT32_FROM_BE (*value);
  *cursor += 4;
  *left -= 4;
  return TRUE;
}

/* The bits of the modulus in a public key blob: "ssh-rsa", e, n (RFC 4253, section 6.6). */
static guint
count_rsa_bits (const guint8 *blob,
                gsize         length)
{
  guint32 size = 0;

  for (guint field = 0; field < 3; field++)
    {
      if (!read_u32 (&blob, &length, &size) || size > length)
        return 0;
      if (field < 2)
        {
          blob += size;
          length -= size;
        }
    }
  while (size > 0 && *blob == 0)
    {
      blob++;
      size--;
    }
  return size > 0 ? (size - 1) * 8 + g_bit_storage (*blob) : 0;
}

gboolean
gw_private_key_describe (ssh_key   key,
                         char    **type,
                         char    **fingerprint,
                         char    **public_key,
                         GError  **error)
{
  g_autofree guint8 *blob = NULL;
  char *base64 = NULL;
  gsize length = 0;
  guint32 size = 0;

  g_return_val_if_fail (key != NULL, FALSE);

  if (ssh_pki_export_pubkey_base64 (key, &base64) == SSH_OK)
    blob = g_base64_decode (base64, &length);
  if (length >= 4)
    {
      memcpy (&size, blob, 4);
      size = GUINT32_FROM_BE (size);
    }
  if (size == 0 || size > length - 4)
    {
      ssh_string_free_char (base64);
      g_set_error_literal (error, GW_ERROR, GW_ERROR_KEY_UNSUPPORTED,
                           _("This kind of key is not supported."));
      return FALSE;
    }
  *type = g_strndup ((const char *) blob + 4, size);
  *fingerprint = gw_key_fingerprint (blob, length);
  if (public_key != NULL)
    *public_key = g_strdup_printf ("%s %s", *type, base64);
  ssh_string_free_char (base64);
  return TRUE;
}

static gboolean
check_key (ssh_key   key,
           GError  **error)
{
  enum ssh_keytypes_e type = ssh_key_type (key);
  g_autofree guint8 *blob = NULL;
  char *base64 = NULL;
  gsize length = 0;

  if (type == SSH_KEYTYPE_DSS || type == SSH_KEYTYPE_RSA1)
    {
      g_set_error_literal (error, GW_ERROR, GW_ERROR_KEY_UNSUPPORTED,
                           _("DSA keys are not safe any more and are not used. Create an Ed25519 "
                             "key instead."));
      return FALSE;
    }
  if (type != SSH_KEYTYPE_RSA)
    return TRUE;
  if (ssh_pki_export_pubkey_base64 (key, &base64) == SSH_OK)
    blob = g_base64_decode (base64, &length);
  ssh_string_free_char (base64);
  if (blob == NULL || count_rsa_bits (blob, length) < MIN_RSA_BITS)
    {
      g_set_error (error, GW_ERROR, GW_ERROR_KEY_UNSUPPORTED,
                   _("An RSA key of less than %d bits is not safe and is not used."), MIN_RSA_BITS);
      return FALSE;
    }
  return TRUE;
}

/* libssh on @text; never without a passphrase, or OpenSSL would ask for one on the terminal. */
static ssh_key
parse (GwKeyInfo   *info,
       GwSensitive *text,
       const char  *passphrase)
{
  g_autoptr (GwSensitive) rewritten = NULL;
  const char *source = gw_sensitive_get_text (text);
  ssh_key key = NULL;

  if (info->format == GW_KEY_FORMAT_PKCS8)
    rewritten = gw_ed25519_rewrite (source, gw_sensitive_get_length (text), passphrase);
  if (rewritten != NULL)
    {
      source = gw_sensitive_get_text (rewritten);
      passphrase = "";
    }
  if (ssh_pki_import_privkey_base64 (source, passphrase, NULL, NULL, &key) != SSH_OK)
    key = NULL;
  return key;
}

ssh_key
gw_private_key_import (GwSensitive  *text,
                       GwSensitive  *passphrase,
                       GError      **error)
{
  g_autoptr (GwKeyInfo) info = gw_key_text_inspect (text, error);
  ssh_key key = NULL;

  if (info == NULL)
    return NULL;
  if (info->encrypted && passphrase == NULL)
    {
      g_set_error_literal (error, GW_ERROR, GW_ERROR_KEY_NEEDS_PASSPHRASE,
                           _("The private key is encrypted: its passphrase is needed."));
      return NULL;
    }
  key = parse (info, text, info->encrypted ? gw_sensitive_get_text (passphrase) : "");
  clean_stack ();
  if (key == NULL)
    {
      if (info->encrypted)
        g_set_error_literal (error, GW_ERROR, GW_ERROR_KEY_WRONG_PASSPHRASE,
                             _("The passphrase does not open the private key."));
      else
        g_set_error_literal (error, GW_ERROR, GW_ERROR_KEY_NOT_A_KEY,
                             _("The private key is damaged, or of an unknown kind."));
      return NULL;
    }
  if (!check_key (key, error))
    g_clear_pointer (&key, ssh_key_free);
  return key;
}
