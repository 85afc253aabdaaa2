/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Secrets"

#include "config.h"

#include "gw-credential.h"

#include <glib/gi18n.h>

#include "gw-credential-private.h"
#include "gw-credential-scope.h"
#include "gw-endpoint.h"
#include "gw-error.h"
#include "gw-text.h"

#define MAX_KEY_TEXT 128
#define MAX_SCOPE 512 /* an instance's own texts have fewer */
#define MAX_KEY_BITS 65536
/* So much of an id is a name where there is no other. */
#define ID_NAME 8

struct _GwCredential {
  GObject parent_instance;

  char *id;
  char *name;
  char *user;
  GwCredentialType type;
  char *key_type;
  char *fingerprint;
  guint key_bits;
  gboolean is_encrypted;
  GStrv scopes;
  gint64 created;
};

G_DEFINE_FINAL_TYPE (GwCredential, gw_credential, G_TYPE_OBJECT)

static const char *const type_names[] = {
  [GW_CREDENTIAL_PASSWORD] = "password",
  [GW_CREDENTIAL_PRIVATE_KEY] = "private-key",
};

const char *
gw_credential_type_title (GwCredentialType type)
{
  return type == GW_CREDENTIAL_PRIVATE_KEY ? _("Private Key") : _("Password");
}

gboolean
gw_key_is_weak (const char *type,
                guint       bits)
{
  if (g_strcmp0 (type, "ssh-rsa") == 0)
    return bits > 0 && bits < GW_CREDENTIAL_MIN_RSA_BITS;
  return g_strcmp0 (type, "ssh-dss") == 0;
}

guint
gw_key_parse_bits (const char *text)
{
  guint64 bits = 0;

  if (text != NULL)
    g_ascii_string_to_unsigned (text, 10, 0, MAX_KEY_BITS, &bits, NULL);
  return (guint) bits;
}

static void
gw_credential_finalize (GObject *object)
{
  GwCredential *self = GW_CREDENTIAL (object);

  g_free (self->id);
  g_free (self->name);
  g_free (self->user);
  g_free (self->key_type);
  g_free (self->fingerprint);
  g_strfreev (self->scopes);

  G_OBJECT_CLASS (gw_credential_parent_class)->finalize (object);
}

static void
gw_credential_class_init (GwCredentialClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gw_credential_finalize;
}

static void
gw_credential_init (GwCredential *self)
{
  self->name = g_strdup ("");
  self->user = g_strdup ("");
  self->scopes = g_new0 (char *, 1);
}

GwCredential *
gw_credential_new (const char *id)
{
  GwCredential *self;

  g_return_val_if_fail (id == NULL || *id != '\0', NULL);

  self = g_object_new (GW_TYPE_CREDENTIAL, NULL);
  self->id = id != NULL ? g_strdup (id) : g_uuid_string_random ();
  return self;
}

GwCredential *
gw_credential_copy (GwCredential *self)
{
  GwCredential *copy;

  g_return_val_if_fail (GW_IS_CREDENTIAL (self), NULL);

  copy = gw_credential_new (self->id);
  gw_credential_set_name (copy, self->name);
  gw_credential_set_user (copy, self->user);
  gw_credential_set_secret_type (copy, self->type);
  gw_credential_set_key (copy, self->key_type, self->fingerprint, self->key_bits,
                         self->is_encrypted);
  gw_credential_set_scopes (copy, (const char *const *) self->scopes);
  gw_credential_set_created (copy, self->created);
  return copy;
}

const char *
gw_credential_get_id (GwCredential *self)
{
  g_return_val_if_fail (GW_IS_CREDENTIAL (self), NULL);

  return self->id;
}

const char *
gw_credential_get_name (GwCredential *self)
{
  g_return_val_if_fail (GW_IS_CREDENTIAL (self), "");

  return self->name;
}

void
gw_credential_set_name (GwCredential *self,
                        const char   *name)
{
  char *clean;

  g_return_if_fail (GW_IS_CREDENTIAL (self));

  clean = gw_text_clean_line (name, GW_CREDENTIAL_MAX_NAME);
  g_free (self->name);
  self->name = clean;
}

const char *
gw_credential_get_user (GwCredential *self)
{
  g_return_val_if_fail (GW_IS_CREDENTIAL (self), "");

  return self->user;
}

void
gw_credential_set_user (GwCredential *self,
                        const char   *user)
{
  char *valid;

  g_return_if_fail (GW_IS_CREDENTIAL (self));

  valid = g_strdup (user != NULL && gw_user_validate (user, NULL) ? user : "");
  g_free (self->user);
  self->user = valid;
}

GwCredentialType
gw_credential_get_secret_type (GwCredential *self)
{
  g_return_val_if_fail (GW_IS_CREDENTIAL (self), GW_CREDENTIAL_PASSWORD);

  return self->type;
}

void
gw_credential_set_secret_type (GwCredential     *self,
                               GwCredentialType  type)
{
  g_return_if_fail (GW_IS_CREDENTIAL (self));
  g_return_if_fail (type <= GW_CREDENTIAL_PRIVATE_KEY);

  self->type = type;
}

static char *
clean_key_text (const char *text)
{
  g_autofree char *clean = gw_text_clean_line (text, MAX_KEY_TEXT);

  return *clean != '\0' ? g_steal_pointer (&clean) : NULL;
}

void
gw_credential_set_key (GwCredential *self,
                       const char   *type,
                       const char   *fingerprint,
                       guint         bits,
                       gboolean      encrypted)
{
  char *clean_type, *clean_fingerprint;

  g_return_if_fail (GW_IS_CREDENTIAL (self));

  clean_type = clean_key_text (type);
  clean_fingerprint = clean_key_text (fingerprint);
  g_free (self->key_type);
  g_free (self->fingerprint);
  self->key_type = clean_type;
  self->fingerprint = clean_fingerprint;
  self->key_bits = bits;
  self->is_encrypted = encrypted;
}

const char *
gw_credential_get_key_type (GwCredential *self)
{
  g_return_val_if_fail (GW_IS_CREDENTIAL (self), NULL);

  return self->key_type;
}

const char *
gw_credential_get_fingerprint (GwCredential *self)
{
  g_return_val_if_fail (GW_IS_CREDENTIAL (self), NULL);

  return self->fingerprint;
}

guint
gw_credential_get_key_bits (GwCredential *self)
{
  g_return_val_if_fail (GW_IS_CREDENTIAL (self), 0);

  return self->key_bits;
}

gboolean
gw_credential_is_encrypted (GwCredential *self)
{
  g_return_val_if_fail (GW_IS_CREDENTIAL (self), FALSE);

  return self->is_encrypted;
}

gboolean
gw_credential_is_weak (GwCredential *self)
{
  g_return_val_if_fail (GW_IS_CREDENTIAL (self), FALSE);

  return gw_key_is_weak (self->key_type, self->key_bits);
}

const char *const *
gw_credential_get_scopes (GwCredential *self)
{
  g_return_val_if_fail (GW_IS_CREDENTIAL (self), NULL);

  return (const char *const *) self->scopes;
}

static gboolean
is_scope (const char *text)
{
  g_autofree char *clean = gw_text_clean_line (text, MAX_SCOPE);
  const char *value;
  GwScopeKind kind;

  /* Those of instances are clean, so that nothing is lost. */
  return g_str_equal (clean, text) && gw_scope_parse (text, &kind, &value);
}

void
gw_credential_set_scopes (GwCredential      *self,
                          const char *const *scopes)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  GStrv valid;

  g_return_if_fail (GW_IS_CREDENTIAL (self));

  for (guint i = 0; scopes != NULL && scopes[i] != NULL; i++)
    {
      if (is_scope (scopes[i]) && g_hash_table_add (known, (gpointer) scopes[i]))
        g_strv_builder_add (builder, scopes[i]);
    }
  valid = g_strv_builder_end (builder);
  g_strfreev (self->scopes);
  self->scopes = valid;
}

gint64
gw_credential_get_created (GwCredential *self)
{
  g_return_val_if_fail (GW_IS_CREDENTIAL (self), 0);

  return self->created;
}

void
gw_credential_set_created (GwCredential *self,
                           gint64        time)
{
  g_return_if_fail (GW_IS_CREDENTIAL (self));

  self->created = MAX (time, 0);
}

GwCredential *
_gw_credential_new_from_item (GwKeyringItem *item)
{
  GwCredential *self = gw_credential_new (gw_keyring_item_get_id (item));
  const char *type = gw_keyring_item_get_field (item, "type");
  const char *scopes = gw_keyring_item_get_field (item, "default-for");

  gw_credential_set_user (self, gw_keyring_item_get_field (item, "user"));
  gw_credential_set_name (self, gw_keyring_item_get_field (item, "name"));
  if (*self->name == '\0')
    gw_credential_set_name (self, self->user);
  if (*self->name == '\0')
    {
      g_free (self->name);
      self->name = gw_text_clean_line (self->id, ID_NAME);
    }
  gw_credential_set_created (self, gw_keyring_item_get_created (item));
  if (scopes != NULL)
    {
      g_auto (GStrv) list = g_strsplit (scopes, "\n", -1);

      gw_credential_set_scopes (self, (const char *const *) list);
    }

  if (g_strcmp0 (type, type_names[GW_CREDENTIAL_PRIVATE_KEY]) != 0)
    return self;
  gw_credential_set_secret_type (self, GW_CREDENTIAL_PRIVATE_KEY);
  gw_credential_set_key (self, gw_keyring_item_get_field (item, "key-type"),
                         gw_keyring_item_get_field (item, "fingerprint"),
                         gw_key_parse_bits (gw_keyring_item_get_field (item, "key-bits")),
                         g_strcmp0 (gw_keyring_item_get_field (item, "encrypted"), "yes") == 0);
  return self;
}

gboolean
_gw_credential_to_item (GwCredential   *self,
                        GwKeyringItem  *item,
                        GError        **error)
{
  gboolean is_key = self->type == GW_CREDENTIAL_PRIVATE_KEY;
  g_autofree char *label = g_strdup_printf ("Gangway/%s (%s)", self->name, self->user);
  g_autofree char *bits = g_strdup_printf ("%u", self->key_bits);
  g_autofree char *scopes = g_strjoinv ("\n", self->scopes);

  gw_keyring_item_set_label (item, label);
  gw_keyring_item_set_field (item, "name", self->name);
  gw_keyring_item_set_field (item, "user", self->user);
  gw_keyring_item_set_field (item, "type", type_names[self->type]);
  gw_keyring_item_set_field (item, "key-type", is_key ? self->key_type : NULL);
  gw_keyring_item_set_field (item, "fingerprint", is_key ? self->fingerprint : NULL);
  gw_keyring_item_set_field (item, "key-bits", is_key && self->key_bits > 0 ? bits : NULL);
  gw_keyring_item_set_field (item, "encrypted", is_key ? self->is_encrypted ? "yes" : "no" : NULL);
  gw_keyring_item_set_field (item, "default-for", *scopes != '\0' ? scopes : NULL);
  if (self->created > 0)
    {
      g_autofree char *created = g_strdup_printf ("%" G_GINT64_FORMAT, self->created);

      gw_keyring_item_set_field (item, "created", created);
    }
  if (*scopes == '\0' || gw_keyring_item_get_field (item, "default-for") != NULL)
    return TRUE;
  g_set_error_literal (error, GW_ERROR, GW_ERROR_TOO_LARGE,
                       _("A credential cannot be the default of so many. Choose something wider, "
                         "such as a tag or a group."));
  return FALSE;
}

GStrv
_gw_credential_scopes_without (GwCredential *self,
                               GwCredential *other)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; self->scopes[i] != NULL; i++)
    {
      if (!g_strv_contains ((const char *const *) other->scopes, self->scopes[i]))
        g_strv_builder_add (builder, self->scopes[i]);
    }
  return g_strv_builder_end (builder);
}
