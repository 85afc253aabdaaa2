/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-cloud-sign.h"

#include <string.h>

#define ALGORITHM "ACS3-HMAC-SHA256"

char *
gw_cloud_percent_encode (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  /* What GLib leaves alone are the unreserved characters of RFC 3986. */
  return g_uri_escape_string (text, NULL, FALSE);
}

static int
compare_pairs (gconstpointer a,
               gconstpointer b)
{
  const GwCloudPair *left = a;
  const GwCloudPair *right = b;
  int order = strcmp (left->name, right->name);

  return order != 0 ? order : strcmp (left->value, right->value);
}

static GwCloudPair *
sort_pairs (const GwCloudPair *pairs,
            guint              n_pairs)
{
  GwCloudPair *sorted = g_memdup2 (pairs, n_pairs * sizeof *pairs);

  if (n_pairs > 1)
    qsort (sorted, n_pairs, sizeof *sorted, compare_pairs);
  return sorted;
}

char *
gw_cloud_canonical_query (const GwCloudPair *query,
                          guint              n_query)
{
  g_autofree GwCloudPair *sorted = sort_pairs (query, n_query);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n_query; i++)
    {
      g_autofree char *name = gw_cloud_percent_encode (sorted[i].name);
      g_autofree char *value = gw_cloud_percent_encode (sorted[i].value);

      g_string_append_printf (text, "%s%s=%s", i > 0 ? "&" : "", name, value);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Lines of "name:value"; several values of one name are one line, joined by commas. @signed_names:
 * "a;b". */
static char *
canonical_headers (const GwCloudPair  *headers,
                   guint               n_headers,
                   char              **signed_names)
{
  g_autofree GwCloudPair *sorted = sort_pairs (headers, n_headers);
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < n_headers; i++)
    {
      g_autofree char *value = g_strstrip (g_strdup (sorted[i].value));

      if (i > 0 && g_str_equal (sorted[i].name, sorted[i - 1].name))
        {
          g_string_truncate (lines, lines->len - 1);
          g_string_append_printf (lines, ",%s\n", value);
          continue;
        }
      g_string_append_printf (lines, "%s:%s\n", sorted[i].name, value);
      g_string_append_printf (names, "%s%s", i > 0 ? ";" : "", sorted[i].name);
    }
  *signed_names = g_string_free (g_steal_pointer (&names), FALSE);
  return g_string_free (g_steal_pointer (&lines), FALSE);
}

char *
gw_cloud_authorization (GwAccessKey       *key,
                        const char        *method,
                        const char        *path,
                        const GwCloudPair *query,
                        guint              n_query,
                        const GwCloudPair *headers,
                        guint              n_headers,
                        const char        *payload_hash)
{
  g_autofree char *canonical_query = gw_cloud_canonical_query (query, n_query);
  g_autofree char *names = NULL;
  g_autofree char *lines = NULL;
  g_autofree char *request = NULL;
  g_autofree char *hash = NULL;
  g_autofree char *text = NULL;
  g_autofree char *signature = NULL;
  GwSensitive *secret;

  g_return_val_if_fail (key != NULL, NULL);
  g_return_val_if_fail (method != NULL && path != NULL && payload_hash != NULL, NULL);

  lines = canonical_headers (headers, n_headers, &names);
  request = g_strdup_printf ("%s\n%s\n%s\n%s\n%s\n%s", method, path, canonical_query, lines, names,
                             payload_hash);
  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, request, -1);
  text = g_strdup_printf (ALGORITHM "\n%s", hash);
  secret = gw_access_key_get_secret (key);
  signature = g_compute_hmac_for_string (G_CHECKSUM_SHA256,
                                         (const guchar *) gw_sensitive_get_text (secret),
                                         gw_sensitive_get_length (secret), text, -1);
  return g_strdup_printf (ALGORITHM " Credential=%s,SignedHeaders=%s,Signature=%s",
                          gw_access_key_get_id (key), names, signature);
}
