/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Engine"

#include "gw-ed25519.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

#define KEY_SIZE 32
#define HEADER "-----BEGIN OPENSSH PRIVATE KEY-----\n"
#define FOOTER "\n-----END OPENSSH PRIVATE KEY-----\n"
/* PROTOCOL.key: two equal numbers that prove a right passphrase; there is none here. */
#define CHECK 0x47574759
#define BLOCK_SIZE 8

/* Writes the strings of the wire (RFC 4251, section 5) into a buffer that is surely big enough. */
typedef struct {
  guint8 bytes[512];
  gsize  length;
} Writer;

static void
put_u32 (Writer  *writer,
         guint32  value)
{
  value = GUINT32_TO_BE (value);
  memcpy (writer->bytes + writer->length, &value, 4);
  writer->length += 4;
}

static void
put_string (Writer     *writer,
            const void *bytes,
            gsize       length)
{
  put_u32 (writer, length);
  memcpy (writer->bytes + writer->length, bytes, length);
  writer->length += length;
}

static void
put_text (Writer     *writer,
          const char *text)
{
  put_string (writer, text, strlen (text));
}

/* Without one OpenSSL would ask on the terminal. */
static int
give_passphrase (char *buffer,
                 int   size,
                 int   for_writing,
                 void *user_data)
{
  gsize length = strlen (user_data);

  if (length > (gsize) size)
    return -1;
  memcpy (buffer, user_data, length);
  return length;
}

static gboolean
read_halves (const char *text,
             gsize       length,
             const char *passphrase,
             guint8     *seed,
             guint8     *public_half)
{
  BIO *bio = BIO_new_mem_buf (text, length);
  EVP_PKEY *key = PEM_read_bio_PrivateKey (bio, NULL, give_passphrase, (void *) passphrase);
  size_t seed_size = KEY_SIZE, public_size = KEY_SIZE;
  gboolean ok;

  ok = key != NULL && EVP_PKEY_base_id (key) == EVP_PKEY_ED25519 &&
       EVP_PKEY_get_raw_private_key (key, seed, &seed_size) == 1 && seed_size == KEY_SIZE &&
       EVP_PKEY_get_raw_public_key (key, public_half, &public_size) == 1 &&
       public_size == KEY_SIZE;
  EVP_PKEY_free (key);
  BIO_free (bio);
  return ok;
}

static void
put_key (Writer       *writer,
         const guint8 *seed,
         const guint8 *public_half)
{
  static const char magic[] = "openssh-key-v1";
  Writer part = { .length = 0 };
  guint8 both[2 * KEY_SIZE];

  memcpy (writer->bytes, magic, sizeof magic);
  writer->length = sizeof magic;
  put_text (writer, "none");
  put_text (writer, "none");
  put_text (writer, "");
  put_u32 (writer, 1);
  put_text (&part, "ssh-ed25519");
  put_string (&part, public_half, KEY_SIZE);
  put_string (writer, part.bytes, part.length);

  part.length = 0;
  memcpy (both, seed, KEY_SIZE);
  memcpy (both + KEY_SIZE, public_half, KEY_SIZE);
  put_u32 (&part, CHECK);
  put_u32 (&part, CHECK);
  put_text (&part, "ssh-ed25519");
  put_string (&part, public_half, KEY_SIZE);
  put_string (&part, both, sizeof both);
  put_text (&part, "");
  for (guint8 pad = 1; part.length % BLOCK_SIZE != 0; pad++)
    part.bytes[part.length++] = pad;
  put_string (writer, part.bytes, part.length);
  explicit_bzero (both, sizeof both);
  explicit_bzero (&part, sizeof part);
}

GwSensitive *
gw_ed25519_rewrite (const char *text,
                    gsize       length,
                    const char *passphrase)
{
  guint8 seed[KEY_SIZE], public_half[KEY_SIZE];
  Writer writer = { .length = 0 };
  char out[2 * sizeof writer.bytes];
  GwSensitive *result = NULL;
  gsize n = strlen (HEADER);

  if (read_halves (text, length, passphrase, seed, public_half))
    {
      int state = 0;
      int save = 0;

      put_key (&writer, seed, public_half);
      memcpy (out, HEADER, n);
      n += g_base64_encode_step (writer.bytes, writer.length, TRUE, out + n, &state, &save);
      n += g_base64_encode_close (TRUE, out + n, &state, &save);
      while (out[n - 1] == '\n')
        n--;
      memcpy (out + n, FOOTER, strlen (FOOTER));
      result = gw_sensitive_new (out, n + strlen (FOOTER), NULL);
    }
  explicit_bzero (seed, sizeof seed);
  explicit_bzero (&writer, sizeof writer);
  explicit_bzero (out, sizeof out);
  return result;
}
