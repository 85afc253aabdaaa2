/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Test"

#include "gw-key-scan.h"

#include <fcntl.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <string.h>
#include <unistd.h>

/* What allocators and compilers align to. */
#define STEP 8
#define CHUNK 65536
#define SEED 32
#define PRIME (3072 / 2 / 8)
/* Enough to be no accident; a number may have lost its beginning or its end. */
#define PIECE 16

static gboolean
is_zero (const guint8 *bytes, gsize length)
{
  return bytes[0] == 0 && memcmp (bytes, bytes + 1, length - 1) == 0;
}

static void
read_range (GPtrArray *memory, int fd, guint64 from, guint64 to)
{
  g_autoptr (GByteArray) run = g_byte_array_new ();
  g_autofree guint8 *chunk = g_malloc (CHUNK);

  /* Runs without empty chunks in between, so that nothing is cut in two. */
  for (guint64 at = from; at < to; at += CHUNK)
    {
      gssize n = pread (fd, chunk, MIN (CHUNK, to - at), (off_t) at);

      if (n > 1 && !is_zero (chunk, (gsize) n))
        g_byte_array_append (run, chunk, (guint) n);
      else if (run->len > 0)
        {
          g_ptr_array_add (memory, g_byte_array_free_to_bytes (run));
          run = g_byte_array_new ();
        }
    }
  if (run->len > 0)
    g_ptr_array_add (memory, g_byte_array_free_to_bytes (g_steal_pointer (&run)));
}

GPtrArray *
gw_key_scan_read_memory (GPid pid)
{
  g_autoptr (GPtrArray) memory = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autofree char *maps_path = g_strdup_printf ("/proc/%d/maps", pid);
  g_autofree char *path = g_strdup_printf ("/proc/%d/mem", pid);
  g_autofree char *maps = NULL;
  g_auto (GStrv) lines = NULL;
  int fd = open (path, O_RDONLY | O_CLOEXEC);

  if (fd < 0 || !g_file_get_contents (maps_path, &maps, NULL, NULL))
    {
      if (fd >= 0)
        close (fd);
      return NULL;
    }
  lines = g_strsplit (maps, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    {
      char *rest;
      guint64 from = g_ascii_strtoull (lines[i], &rest, 16);
      guint64 to = *rest == '-' ? g_ascii_strtoull (rest + 1, &rest, 16) : 0;

      if (g_str_has_prefix (rest, " rw"))
        read_range (memory, fd, from, to);
    }
  close (fd);
  return g_steal_pointer (&memory);
}

/* Text, pointers and small numbers are not worth a closer look: of 32 random bytes, five zero ones
 * or fewer than four with the first bit set come once in some million. */
static gboolean
is_random (const guint8 *bytes)
{
  guint zeros = 0, high = 0;

  for (guint i = 0; i < SEED; i++)
    {
      zeros += bytes[i] == 0;
      high += bytes[i] >> 7;
    }
  return zeros < 5 && high >= 4;
}

static gboolean
is_seed_of (const guint8 *seed, const guint8 *public_half)
{
  EVP_PKEY *key = EVP_PKEY_new_raw_private_key (EVP_PKEY_ED25519, NULL, seed, SEED);
  guint8 made[SEED];
  gsize length = sizeof made;
  gboolean result = EVP_PKEY_get_raw_public_key (key, made, &length) == 1 &&
                    memcmp (made, public_half, SEED) == 0;

  EVP_PKEY_free (key);
  return result;
}

static const guint8 *
find_seed (GPtrArray *memory, const guint8 *public_half)
{
  for (guint i = 0; i < memory->len; i++)
    {
      gsize size;
      const guint8 *bytes = g_bytes_get_data (g_ptr_array_index (memory, i), &size);

      for (gsize at = 0; at + SEED <= size; at += STEP)
        if (is_random (bytes + at) && is_seed_of (bytes + at, public_half))
          return bytes + at;
    }
  return NULL;
}

/* OpenSSL's words are little-endian, which makes the whole number so. */
static BIGNUM *
find_prime (GPtrArray *memory, const BIGNUM *modulus, BN_CTX *context)
{
  BIGNUM *prime = BN_new ();
  BIGNUM *rest = BN_new ();

  for (guint i = 0; i < memory->len; i++)
    {
      gsize size;
      const guint8 *bytes = g_bytes_get_data (g_ptr_array_index (memory, i), &size);

      for (gsize at = 0; at + PRIME <= size; at += STEP)
        {
          const guint8 *window = bytes + at;

          if ((window[0] & 1) == 0 || (window[PRIME - 1] & 0x80) == 0 || !is_random (window))
            continue;
          BN_lebin2bn (window, PRIME, prime);
          BN_mod (rest, modulus, prime, context);
          if (BN_is_zero (rest))
            {
              BN_free (rest);
              return prime;
            }
        }
    }
  BN_free (prime);
  BN_free (rest);
  return NULL;
}

static void
add_ends (GPtrArray *needles, const guint8 *bytes, gsize length)
{
  g_ptr_array_add (needles, g_bytes_new (bytes, PIECE));
  g_ptr_array_add (needles, g_bytes_new (bytes + length - PIECE, PIECE));
}

static void
add_number (GPtrArray *needles, const BIGNUM *number)
{
  gsize length = (gsize) BN_num_bytes (number);
  g_autofree guint8 *bytes = g_malloc (length);

  BN_bn2bin (number, bytes);
  add_ends (needles, bytes, length);
  BN_bn2lebinpad (number, bytes, (int) length);
  add_ends (needles, bytes, length);
}

/* The n-th field of a public key's blob (RFC 4253, section 6.6). */
static const guint8 *
get_field (const guint8 *blob, gsize length, guint n, gsize *size)
{
  guint32 field_size = 0;
  const guint8 *end = blob + length;

  for (guint i = 0; i <= n; i++)
    {
      blob += field_size;
      g_assert_cmpint (end - blob, >=, 4);
      memcpy (&field_size, blob, 4);
      field_size = GUINT32_FROM_BE (field_size);
      blob += 4;
      g_assert_cmpint (end - blob, >=, field_size);
    }
  *size = field_size;
  return blob;
}

static gboolean
add_ed25519 (GPtrArray *needles, GPtrArray *memory, const guint8 *public_half)
{
  const guint8 *seed = find_seed (memory, public_half);
  guint8 expanded[SHA512_DIGEST_LENGTH];

  if (seed == NULL)
    return FALSE;
  add_ends (needles, seed, SEED);
  /* RFC 8032, section 5.1.5: the first and the last byte of the scalar are changed a little. */
  SHA512 (seed, SEED, expanded);
  add_ends (needles, expanded + 1, SEED - 2);
  add_ends (needles, expanded + SEED, SEED);
  return TRUE;
}

static gboolean
add_rsa (GPtrArray *needles, GPtrArray *memory, const BIGNUM *exponent, const BIGNUM *modulus)
{
  BN_CTX *context = BN_CTX_new ();
  BIGNUM *numbers[6] = { find_prime (memory, modulus, context), };
  gboolean found = numbers[0] != NULL;

  for (guint i = 1; i < G_N_ELEMENTS (numbers); i++)
    numbers[i] = BN_new ();
  if (found)
    {
      BIGNUM *p = numbers[0], *q = numbers[1], *d = numbers[2];
      BIGNUM *p1 = BN_dup (p), *q1 = BN_new ();

      BN_div (q, NULL, modulus, p, context);
      BN_copy (q1, q);
      BN_sub_word (p1, 1);
      BN_sub_word (q1, 1);
      BN_mod_inverse (numbers[4], q, p, context);
      BN_mod_inverse (numbers[5], p, q, context);
      BN_mod_inverse (numbers[3], exponent, q1, context);
      BN_mod_inverse (d, exponent, p1, context);
      for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
        add_number (needles, numbers[i]);
      /* That of the whole: the inverse modulo the least common multiple. */
      BN_gcd (d, p1, q1, context);
      BN_mul (p1, p1, q1, context);
      BN_div (p1, NULL, p1, d, context);
      BN_mod_inverse (d, exponent, p1, context);
      add_number (needles, d);
      BN_free (p1);
      BN_free (q1);
    }
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    BN_free (numbers[i]);
  BN_CTX_free (context);
  return found;
}

GPtrArray *
gw_key_scan_find (GPtrArray *memory, const char *public_key)
{
  g_autoptr (GPtrArray) needles = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  gsize length, size, exponent_size;
  g_autofree guint8 *blob = g_base64_decode (strchr (public_key, ' ') + 1, &length);
  const guint8 *first = get_field (blob, length, 1, &exponent_size);
  gboolean found;

  if (g_str_has_prefix (public_key, "ssh-rsa "))
    {
      const guint8 *second = get_field (blob, length, 2, &size);
      BIGNUM *exponent = BN_bin2bn (first, (int) exponent_size, NULL);
      BIGNUM *modulus = BN_bin2bn (second, (int) size, NULL);

      found = add_rsa (needles, memory, exponent, modulus);
      BN_free (exponent);
      BN_free (modulus);
    }
  else
    found = add_ed25519 (needles, memory, first);
  return found ? g_steal_pointer (&needles) : NULL;
}

guint
gw_key_scan_count (GPtrArray *memory, GPtrArray *needles)
{
  guint count = 0;

  for (guint i = 0; i < needles->len; i++)
    {
      gsize length;
      const guint8 *needle = g_bytes_get_data (g_ptr_array_index (needles, i), &length);
      gboolean found = FALSE;

      for (guint j = 0; j < memory->len && !found; j++)
        {
          gsize size;
          const guint8 *bytes = g_bytes_get_data (g_ptr_array_index (memory, j), &size);

          found = memmem (bytes, size, needle, length) != NULL;
        }
      count += found;
    }
  return count;
}
