/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-access-key.h"

#include "gw-error.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_ID 128
#define MAX_SECRET 256
#define MAX_TOKEN 8192
#define PACK_HEADER "gangway-account 1\n"

struct _GwAccessKey
{
  gatomicrefcount ref_count;
  char *id;
  GwSensitive *secret;
  GwSensitive *token;
  gint64 expires;
};

G_DEFINE_BOXED_TYPE (GwAccessKey, gw_access_key, gw_access_key_ref, gw_access_key_unref)

static gboolean
is_printable (const char *text,
              gsize       length,
              gsize       max)
{
  if (length == 0 || length > max)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isgraph (text[i]))
      return FALSE;
  return TRUE;
}

static gboolean
is_printable_secret (GwSensitive *secret,
                     gsize        max)
{
  return is_printable (gw_sensitive_get_text (secret), gw_sensitive_get_length (secret), max);
}

GwAccessKey *
gw_access_key_new (const char  *id,
                   GwSensitive *secret,
                   GwSensitive *token,
                   gint64       expires)
{
  GwAccessKey *self;

  if (token != NULL && gw_sensitive_get_length (token) == 0)
    token = NULL;
  if (id == NULL || !is_printable (id, strlen (id), MAX_ID) || secret == NULL
      || !is_printable_secret (secret, MAX_SECRET)
      || (token != NULL && !is_printable_secret (token, MAX_TOKEN)))
    return NULL;

  self = g_new0 (GwAccessKey, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->id = g_strdup (id);
  self->secret = gw_sensitive_ref (secret);
  self->token = token != NULL ? gw_sensitive_ref (token) : NULL;
  self->expires = expires;
  return self;
}

GwAccessKey *
gw_access_key_ref (GwAccessKey *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
gw_access_key_unref (GwAccessKey *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->id);
  gw_sensitive_unref (self->secret);
  g_clear_pointer (&self->token, gw_sensitive_unref);
  g_free (self);
}

const char *
gw_access_key_get_id (GwAccessKey *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->id;
}

GwSensitive *
gw_access_key_get_secret (GwAccessKey *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->secret;
}

GwSensitive *
gw_access_key_get_token (GwAccessKey *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->token;
}

gint64
gw_access_key_get_expires (GwAccessKey *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->expires;
}

/* The header, then id, secret and token, a line each. */
GwSensitive *
gw_access_key_pack (GwAccessKey  *self,
                    GError      **error)
{
  const char *token = "";
  gsize token_length = 0;

  g_return_val_if_fail (self != NULL, NULL);

  if (self->token != NULL)
    {
      token = gw_sensitive_get_text (self->token);
      token_length = gw_sensitive_get_length (self->token);
    }
  const GOutputVector pieces[] = {
    { PACK_HEADER, strlen (PACK_HEADER) },
    { self->id, strlen (self->id) },
    { "\n", 1 },
    { gw_sensitive_get_text (self->secret), gw_sensitive_get_length (self->secret) },
    { "\n", 1 },
    { token, token_length },
  };
  return gw_sensitive_new_joined (pieces, G_N_ELEMENTS (pieces), error);
}

static GwSensitive *
take_line (const char **p)
{
  gsize length = strcspn (*p, "\n");
  GwSensitive *line = gw_sensitive_new (*p, length, NULL);

  *p += length + ((*p)[length] == '\n');
  return line;
}

GwAccessKey *
gw_access_key_unpack (GwSensitive  *packed,
                      GError      **error)
{
  g_autoptr (GwSensitive) id = NULL;
  g_autoptr (GwSensitive) secret = NULL;
  g_autoptr (GwSensitive) token = NULL;
  GwAccessKey *key = NULL;
  const char *p;

  g_return_val_if_fail (packed != NULL, NULL);

  p = gw_sensitive_get_text (packed);
  if (g_str_has_prefix (p, PACK_HEADER))
    {
      p += strlen (PACK_HEADER);
      id = take_line (&p);
      secret = take_line (&p);
      token = take_line (&p);
      if (id != NULL && secret != NULL && *p == '\0')
        key = gw_access_key_new (gw_sensitive_get_text (id), secret, token, 0);
    }
  if (key == NULL)
    g_set_error_literal (error, GW_ERROR, GW_ERROR_KEYRING,
                         _("Another program has changed what the keyring holds for this account. "
                           "Enter its AccessKey again."));
  return key;
}
