/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Base"

#include "gw-key-text.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gw-error.h"
#include "gw-pem-reader.h"

#define OPENSSH_MAGIC_LENGTH 15 /* "openssh-key-v1" and a NUL */
#define MAX_NAME 64
#define MAX_BLOB 16384
#define MAX_LABEL 64

/* One "-----BEGIN LABEL-----" … "-----END LABEL-----". */
typedef struct {
  const char  *begin;
  const char  *body;
  const char  *end;   /* %NULL: the text stops before */
  char        *label;
} Block;

static void
block_clear (Block *block)
{
  g_free (block->label);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Block, block_clear)

static gboolean
fail (GError     **error,
      GwError      code,
      const char  *message)
{
  g_set_error_literal (error, GW_ERROR, (int) code, message);
  return FALSE;
}

static gboolean
fail_broken (GError **error)
{
  return fail (error, GW_ERROR_KEY_NOT_A_KEY,
               _("This private key is damaged or cut short: copy it again as a whole"));
}

static gboolean
fail_dsa (GError **error)
{
  return fail (error, GW_ERROR_KEY_UNSUPPORTED,
               _("This is a DSA key. Servers no longer take them; create an Ed25519 key"));
}

static gboolean
fail_cipher (GError **error)
{
  return fail (error, GW_ERROR_KEY_UNSUPPORTED,
               _("This key is encrypted in a way that Gangway does not know. Encrypt it anew with "
                 "“ssh-keygen -p -f KEY”"));
}

static gboolean
find_block (const char *text,
            Block      *block)
{
  const char *label;
  const char *dashes;
  g_autofree char *marker = NULL;

  block->begin = strstr (text, "-----BEGIN ");
  if (block->begin == NULL)
    return FALSE;
  label = block->begin + strlen ("-----BEGIN ");
  dashes = strstr (label, "-----");
  if (dashes == NULL || dashes - label > MAX_LABEL)
    dashes = label;
  block->label = g_strndup (label, (gsize) (dashes - label));
  block->body = dashes + strspn (dashes, "-");
  marker = g_strdup_printf ("-----END %s-----", block->label);
  block->end = strstr (block->body, marker);
  return TRUE;
}

static gboolean
check_type (const char  *type,
            GError     **error)
{
  static const char *const known[] = { "ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256",
                                       "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", NULL };

  if (g_strv_contains (known, type))
    return TRUE;
  if (strcmp (type, "ssh-dss") == 0)
    return fail_dsa (error);
  if (g_str_has_prefix (type, "sk-"))
    return fail (error, GW_ERROR_KEY_UNSUPPORTED,
                 _("This key needs a security key (FIDO). Add it to the SSH agent with “ssh-add”, "
                   "and choose it there"));
  return fail (error, GW_ERROR_KEY_UNSUPPORTED,
               _("Gangway does not know this kind of key. Use an Ed25519, ECDSA or RSA key"));
}

/* PROTOCOL.key of OpenSSH: cipher, KDF, its options, number of keys, public key, private part. */
static gboolean
inspect_openssh (GwKeyInfo    *self,
                 GwPemReader  *reader,
                 GError      **error)
{
  static const char *const ciphers[] = { "aes128-cbc", "aes192-cbc", "aes256-cbc", "aes128-ctr",
                                         "aes192-ctr", "aes256-ctr", "3des-cbc", NULL };
  g_autofree char *cipher = NULL;
  g_autofree char *kdf = NULL;
  g_autofree guint8 *options = NULL;
  g_autofree guint8 *blob = NULL;
  gsize length, blob_length;
  guint32 count, type_length, private_length;

  self->format = GW_KEY_FORMAT_OPENSSH;
  if (!gw_pem_reader_skip (reader, OPENSSH_MAGIC_LENGTH) ||
      (cipher = (char *) gw_pem_reader_read_string (reader, MAX_NAME, &length)) == NULL ||
      (kdf = (char *) gw_pem_reader_read_string (reader, MAX_NAME, &length)) == NULL ||
      (options = gw_pem_reader_read_string (reader, MAX_BLOB, &length)) == NULL ||
      !gw_pem_reader_read_uint32 (reader, &count))
    return fail_broken (error);
  if (count != 1)
    return fail (error, GW_ERROR_KEY_UNSUPPORTED, _("This text holds several keys: give one"));

  blob = gw_pem_reader_read_string (reader, MAX_BLOB, &blob_length);
  if (blob == NULL || blob_length < 4 || !gw_pem_reader_read_uint32 (reader, &private_length) ||
      private_length == 0 || private_length > reader->left)
    return fail_broken (error);
  type_length = (guint32) blob[2] << 8 | blob[3];
  if (blob[0] != 0 || blob[1] != 0 || type_length > blob_length - 4 || type_length > MAX_NAME)
    return fail_broken (error);
  self->type = g_strndup ((const char *) blob + 4, type_length);
  self->fingerprint = gw_key_fingerprint (blob, blob_length);
  if (!check_type (self->type, error))
    return FALSE;

  self->encrypted = strcmp (cipher, "none") != 0;
  if (self->encrypted && (!g_strv_contains (ciphers, cipher) || strcmp (kdf, "bcrypt") != 0))
    return fail_cipher (error);
  return TRUE;
}

/* The curve's object identifier, which is next. */
static gboolean
read_curve (GwKeyInfo    *self,
            GwPemReader  *reader,
            GError      **error)
{
  g_autofree char *oid = gw_pem_reader_read_oid (reader);

  if (g_strcmp0 (oid, "2a8648ce3d030107") == 0)
    self->type = g_strdup ("ecdsa-sha2-nistp256");
  else if (g_strcmp0 (oid, "2b81040022") == 0)
    self->type = g_strdup ("ecdsa-sha2-nistp384");
  else if (g_strcmp0 (oid, "2b81040023") == 0)
    self->type = g_strdup ("ecdsa-sha2-nistp521");
  else
    return fail (error, GW_ERROR_KEY_UNSUPPORTED,
                 _("This key is on an elliptic curve that SSH does not use"));
  return TRUE;
}

/* RFC 5915: SEQUENCE { INTEGER, OCTET STRING, [0] { curve }, [1] public key }. */
static gboolean
inspect_sec1 (GwKeyInfo    *self,
              GwPemReader  *reader,
              GError      **error)
{
  gsize length;

  if (!gw_pem_reader_read_der (reader, 0x30, &length) ||
      !gw_pem_reader_read_der (reader, 0x02, &length) || !gw_pem_reader_skip (reader, length) ||
      !gw_pem_reader_read_der (reader, 0x04, &length) || !gw_pem_reader_skip (reader, length) ||
      !gw_pem_reader_read_der (reader, 0xa0, &length))
    return fail_broken (error);
  return read_curve (self, reader, error);
}

/* RFC 8017, A.1.2: the outermost length already tells a cut one. */
static gboolean
inspect_pkcs1 (GwKeyInfo    *self,
               GwPemReader  *reader,
               GError      **error)
{
  gsize length;

  if (!gw_pem_reader_read_der (reader, 0x30, &length) ||
      !gw_pem_reader_read_der (reader, 0x02, &length))
    return fail_broken (error);
  self->type = g_strdup ("ssh-rsa");
  return TRUE;
}

/* RFC 5958: SEQUENCE { INTEGER, SEQUENCE { algorithm, parameters }, OCTET STRING }, or encrypted
 * SEQUENCE { SEQUENCE { algorithm, parameters }, OCTET STRING }. */
static gboolean
inspect_pkcs8 (GwKeyInfo    *self,
               GwPemReader  *reader,
               GError      **error)
{
  g_autofree char *oid = NULL;
  gsize length;

  self->format = GW_KEY_FORMAT_PKCS8;
  if (!gw_pem_reader_read_der (reader, 0x30, &length) ||
      (!self->encrypted && (!gw_pem_reader_read_der (reader, 0x02, &length) ||
                            !gw_pem_reader_skip (reader, length))) ||
      !gw_pem_reader_read_der (reader, 0x30, &length) ||
      (oid = gw_pem_reader_read_oid (reader)) == NULL)
    return fail_broken (error);

  if (self->encrypted)
    {
      /* PBES2, and the one scheme of PKCS #12 that OpenSSL 3 still has without its legacy part. */
      if (strcmp (oid, "2a864886f70d01050d") == 0 || strcmp (oid, "2a864886f70d010c0103") == 0)
        return TRUE;
      return fail_cipher (error);
    }
  if (strcmp (oid, "2a8648ce3d0201") == 0)
    return read_curve (self, reader, error);
  if (strcmp (oid, "2a8648ce380401") == 0)
    return fail_dsa (error);
  if (strcmp (oid, "2b6570") == 0)
    self->type = g_strdup ("ssh-ed25519");
  else if (strcmp (oid, "2a864886f70d010101") == 0)
    self->type = g_strdup ("ssh-rsa");
  else
    return check_type (oid, error);
  return TRUE;
}

/* Steps over the headers of RFC 1421, 4.6, and notes what they say. */
static gboolean
read_headers (GwKeyInfo    *self,
              const char  **body,
              const char   *end,
              GError      **error)
{
  static const char *const ciphers[] = { "AES-128-CBC", "AES-192-CBC", "AES-256-CBC",
                                         "DES-EDE3-CBC", NULL };
  gboolean cipher_known = FALSE;
  const char *line = *body + strspn (*body, "\r\n");

  while (line < end)
    {
      const char *line_end = line + strcspn (line, "\r\n");
      g_autofree char *header = NULL;

      if (memchr (line, ':', (gsize) (line_end - line)) == NULL)
        break;
      header = g_strndup (line, (gsize) MIN (line_end - line, MAX_NAME));
      if (g_str_has_prefix (header, "Proc-Type:"))
        self->encrypted = strstr (header, "ENCRYPTED") != NULL;
      else if (g_str_has_prefix (header, "DEK-Info:"))
        {
          g_auto (GStrv) parts = g_strsplit (header + strlen ("DEK-Info:"), ",", 2);

          cipher_known = parts[0] != NULL && g_strv_contains (ciphers, g_strstrip (parts[0]));
        }
      line = line_end + strspn (line_end, "\r\n");
    }
  *body = MIN (line, end);
  if (self->encrypted && !cipher_known)
    return fail_cipher (error);
  return TRUE;
}

static gboolean
inspect_block (GwKeyInfo    *self,
               const Block  *block,
               GError      **error)
{
  const char *body = block->body;
  GwPemReader reader;

  if (strcmp (block->label, "DSA PRIVATE KEY") == 0)
    return fail_dsa (error);
  self->format = GW_KEY_FORMAT_PEM;
  if (block->end == NULL)
    return fail_broken (error);
  if (!read_headers (self, &body, block->end, error))
    return FALSE;
  if (!gw_pem_reader_init (&reader, body, block->end))
    return fail_broken (error);

  if (strcmp (block->label, "OPENSSH PRIVATE KEY") == 0)
    return inspect_openssh (self, &reader, error);
  if (strcmp (block->label, "PRIVATE KEY") == 0)
    return inspect_pkcs8 (self, &reader, error);
  if (strcmp (block->label, "ENCRYPTED PRIVATE KEY") == 0)
    {
      self->encrypted = TRUE;
      return inspect_pkcs8 (self, &reader, error);
    }
  if (self->encrypted)
    {
      /* Whole cipher blocks: 8 bytes with DES, 16 with AES. */
      if (reader.left % 8 != 0)
        return fail_broken (error);
      /* An encrypted EC key does not show its curve. */
      self->type = strcmp (block->label, "RSA PRIVATE KEY") == 0 ? g_strdup ("ssh-rsa") : NULL;
      return TRUE;
    }
  if (strcmp (block->label, "RSA PRIVATE KEY") == 0)
    return inspect_pkcs1 (self, &reader, error);
  if (strcmp (block->label, "EC PRIVATE KEY") == 0)
    return inspect_sec1 (self, &reader, error);
  return check_type (block->label, error);
}

/* What stands there instead of a private key in a PEM frame. */
static gboolean
explain_other (const char  *text,
               gboolean     public_block,
               GError     **error)
{
  static const char *const public_starts[] = { "ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-" };
  const char *start = text + strspn (text, " \t\r\n");
  gboolean is_public = public_block || strstr (text, "---- BEGIN SSH2 PUBLIC KEY") != NULL;

  if (g_str_has_prefix (start, "PuTTY-User-Key-File-"))
    return fail (error, GW_ERROR_KEY_PUTTY,
                 _("This is a key in PuTTY’s format. Convert it with "
                   "“puttygen KEY.ppk -O private-openssh -o NEW”, and use the new file"));
  if (strstr (text, "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY") != NULL ||
      g_str_has_prefix (start, "SSH PRIVATE KEY FILE FORMAT"))
    return fail (error, GW_ERROR_KEY_UNSUPPORTED,
                 _("This key is in an old format that Gangway does not read. Convert it with "
                   "“ssh-keygen -i -f KEY”"));

  for (guint i = 0; i < G_N_ELEMENTS (public_starts); i++)
    is_public |= g_str_has_prefix (start, public_starts[i]) && strstr (start, " AAAA") != NULL;
  if (!is_public)
    return fail (error, GW_ERROR_KEY_NOT_A_KEY, _("This is not a private key"));
  if (strstr (start, "-cert-v01@openssh.com ") != NULL ||
      strstr (start, "BEGIN CERTIFICATE") != NULL)
    return fail (error, GW_ERROR_KEY_IS_PUBLIC,
                 _("This is a certificate. Give the private key that belongs to it"));
  return fail (error, GW_ERROR_KEY_IS_PUBLIC,
               _("This is the public half of a key. Give the private key: the file of the same "
                 "name without “.pub”"));
}

GwKeyInfo *
gw_key_text_inspect (GwSensitive  *text,
                     GError      **error)
{
  g_autoptr (GwKeyInfo) self = g_new0 (GwKeyInfo, 1);
  const char *start, *p;
  gboolean public_block = FALSE;
  guint count = 0;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  start = gw_sensitive_get_text (text);
  if (strlen (start) != gw_sensitive_get_length (text))
    {
      fail (error, GW_ERROR_KEY_NOT_A_KEY, _("This is not a private key"));
      return NULL;
    }
  for (p = start; p != NULL; )
    {
      g_auto (Block) block = { 0 };

      if (!find_block (p, &block))
        break;
      if (g_str_has_suffix (block.label, "PRIVATE KEY") && count++ == 0)
        {
          self->offset = (gsize) (block.begin - start);
          if (!inspect_block (self, &block, error))
            return NULL;
        }
      public_block |= g_str_has_suffix (block.label, "PUBLIC KEY") ||
                      g_str_has_suffix (block.label, "CERTIFICATE");
      p = block.body;
    }
  if (count == 0)
    {
      explain_other (start, public_block, error);
      return NULL;
    }
  if (count > 1)
    {
      fail (error, GW_ERROR_KEY_UNSUPPORTED, _("This text holds several keys: give one"));
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
gw_key_info_free (GwKeyInfo *self)
{
  if (self == NULL)
    return;
  g_free (self->type);
  g_free (self->fingerprint);
  g_free (self);
}

char *
gw_key_fingerprint (const guint8 *blob,
                    gsize         length)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *base64 = NULL;
  guint8 digest[32];
  gsize digest_length = sizeof digest;

  g_return_val_if_fail (blob != NULL, NULL);

  g_checksum_update (checksum, blob, (gssize) length);
  g_checksum_get_digest (checksum, digest, &digest_length);
  base64 = g_base64_encode (digest, digest_length);
  base64[strcspn (base64, "=")] = '\0';
  return g_strconcat ("SHA256:", base64, NULL);
}

const char *
gw_key_type_title (const char *type)
{
  g_return_val_if_fail (type != NULL, NULL);

  if (g_str_has_prefix (type, "ssh-ed25519"))
    return "ED25519";
  if (g_str_has_prefix (type, "ssh-rsa") || g_str_has_prefix (type, "rsa-sha2-"))
    return "RSA";
  if (g_str_has_prefix (type, "ecdsa-sha2-"))
    return "ECDSA";
  if (g_str_has_prefix (type, "sk-ssh-ed25519"))
    return "ED25519-SK";
  if (g_str_has_prefix (type, "sk-ecdsa-sha2-"))
    return "ECDSA-SK";
  if (g_str_has_prefix (type, "ssh-dss"))
    return "DSA";
  return type;
}
