/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Base"

#include "gw-known-hosts-line.h"

#include <string.h>

#include "gw-endpoint.h"

#define HASH_PREFIX "|1|"
#define HASH_BYTES 20   /* SHA-1 */
#define HASH_BASE64 28  /* the same in base64 */
#define BLANKS " \t\r"

/* The next word of the line; empty at its end. */
static const char *
next_word (const char **p,
           const char  *end,
           gsize       *length)
{
  const char *word;

  while (*p < end && strchr (BLANKS, **p) != NULL)
    (*p)++;
  word = *p;
  while (*p < end && strchr (BLANKS, **p) == NULL)
    (*p)++;
  *length = (gsize) (*p - word);
  return word;
}

static gboolean
word_is (const char *word,
         gsize       length,
         const char *text)
{
  return length == strlen (text) && memcmp (word, text, length) == 0;
}

gboolean
gw_known_hosts_line_read (GwKnownHostsLine *line,
                          const char       *text,
                          const char       *end)
{
  const char *newline = memchr (text, '\n', (gsize) (end - text));
  const char *stop = newline != NULL ? newline : end;
  const char *p = text;

  *line = (GwKnownHostsLine) { .start = text };
  line->length = (gsize) (stop - text) + (newline != NULL ? 1 : 0);

  line->names = next_word (&p, stop, &line->names_length);
  if (line->names_length == 0 || *line->names == '#')
    return FALSE;
  if (*line->names == '@')
    {
      if (word_is (line->names, line->names_length, "@cert-authority"))
        line->marker = GW_KNOWN_HOSTS_AUTHORITY;
      else if (word_is (line->names, line->names_length, "@revoked"))
        line->marker = GW_KNOWN_HOSTS_REVOKED;
      else
        return FALSE;
      line->names = next_word (&p, stop, &line->names_length);
    }
  line->type = next_word (&p, stop, &line->type_length);
  line->key = next_word (&p, stop, &line->key_length);
  return line->key_length > 0 && *line->names != '@';
}

gboolean
gw_known_hosts_line_is_hashed (const GwKnownHostsLine *line)
{
  return *line->names == '|';
}

/* HMAC-SHA1 is what the format says; it hides the names, nothing rests on it. */
static void
hash (const guint8 *salt,
      const char   *name,
      guint8       *digest)
{
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA1, salt, HASH_BYTES);
  gsize length = HASH_BYTES;

  g_hmac_update (hmac, (const guchar *) name, -1);
  g_hmac_get_digest (hmac, digest, &length);
}

static gboolean
read_hash_part (const char *text,
                guint8     *bytes)
{
  guint8 decoded[HASH_BASE64];
  int state = 0;
  guint save = 0;

  if (g_base64_decode_step (text, HASH_BASE64, decoded, &state, &save) != HASH_BYTES)
    return FALSE;
  memcpy (bytes, decoded, HASH_BYTES);
  return TRUE;
}

static gboolean
matches_hash (const GwKnownHostsLine *line,
              const char             *name)
{
  const char *salt = line->names + strlen (HASH_PREFIX);
  guint8 salt_bytes[HASH_BYTES];
  guint8 stored[HASH_BYTES];
  guint8 digest[HASH_BYTES];

  if (line->names_length != strlen (HASH_PREFIX) + 2 * HASH_BASE64 + 1 ||
      !g_str_has_prefix (line->names, HASH_PREFIX) || salt[HASH_BASE64] != '|' ||
      !read_hash_part (salt, salt_bytes) || !read_hash_part (salt + HASH_BASE64 + 1, stored))
    return FALSE;
  hash (salt_bytes, name, digest);
  return memcmp (digest, stored, HASH_BYTES) == 0;
}

/* '*' and '?' only, without case. Goes back to the last star only, so that no pattern costs more
 * than the product of the lengths. */
static gboolean
match_pattern (const char *pattern,
               gsize       length,
               const char *name)
{
  const char *end = pattern + length;
  const char *star = NULL;
  const char *retry = NULL;

  while (*name != '\0')
    {
      if (pattern < end && *pattern == '*')
        {
          star = pattern++;
          retry = name;
        }
      else if (pattern < end && (*pattern == '?' || g_ascii_tolower (*pattern) == *name))
        {
          pattern++;
          name++;
        }
      else if (star != NULL)
        {
          pattern = star + 1;
          name = ++retry;
        }
      else
        {
          return FALSE;
        }
    }
  while (pattern < end && *pattern == '*')
    pattern++;
  return pattern == end;
}

gboolean
gw_known_hosts_match_names (const char *names,
                            gsize       length,
                            const char *name)
{
  const char *end = names + length;
  gboolean matched = FALSE;

  for (const char *p = names; p < end; )
    {
      const char *comma = memchr (p, ',', (gsize) (end - p));
      const char *stop = comma != NULL ? comma : end;
      gboolean negated = *p == '!';

      p += negated;
      if (match_pattern (p, (gsize) (stop - p), name))
        {
          if (negated)
            return FALSE;
          matched = TRUE;
        }
      p = stop + 1;
    }
  return matched;
}

gboolean
gw_known_hosts_line_matches (const GwKnownHostsLine *line,
                             const char             *name)
{
  if (gw_known_hosts_line_is_hashed (line))
    return matches_hash (line, name);
  return gw_known_hosts_match_names (line->names, line->names_length, name);
}

guint8 *
gw_known_hosts_line_decode (const GwKnownHostsLine *line,
                            gsize                  *length)
{
  g_autofree char *base64 = g_strndup (line->key, line->key_length);
  g_autofree guint8 *blob = g_base64_decode (base64, length);
  gsize type_length = line->type_length;

  /* A blob begins with its type (RFC 4253, 6.6). */
  if (*length <= 4 + type_length || blob[0] != 0 || blob[1] != 0 ||
      ((gsize) blob[2] << 8 | blob[3]) != type_length ||
      memcmp (blob + 4, line->type, type_length) != 0)
    return NULL;
  return g_steal_pointer (&blob);
}

char *
gw_known_hosts_name (const char *host,
                     guint       port)
{
  g_autofree char *lower = g_ascii_strdown (host, -1);

  if (port == 0 || port == GW_DEFAULT_PORT)
    return g_steal_pointer (&lower);
  return g_strdup_printf ("[%s]:%u", lower, port);
}

char *
gw_known_hosts_hash_name (const char *name)
{
  guint8 salt[HASH_BYTES];
  guint8 digest[HASH_BYTES];
  g_autofree char *salt_base64 = NULL;
  g_autofree char *digest_base64 = NULL;

  for (guint i = 0; i < HASH_BYTES; i++)
    salt[i] = (guint8) g_random_int_range (0, 256);
  hash (salt, name, digest);
  salt_base64 = g_base64_encode (salt, HASH_BYTES);
  digest_base64 = g_base64_encode (digest, HASH_BYTES);
  return g_strconcat (HASH_PREFIX, salt_base64, "|", digest_base64, NULL);
}
