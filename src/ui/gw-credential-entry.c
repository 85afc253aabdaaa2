/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-credential-entry.h"

#include "config.h"
#include "gw-endpoint.h"
#include "gw-search.h"

#include <glib/gi18n.h>
#include <string.h>

struct _GwCredentialEntry
{
  GObject       parent_instance;

  GwEntryKind   kind;
  GwCredential *credential; /* of GW_ENTRY_CREDENTIAL, else NULL */
  GwSavedLogin *login;      /* of the others, else NULL */
  guint         n_users;
  char         *search_text; /* folded, or NULL until it is asked for */
};

G_DEFINE_FINAL_TYPE (GwCredentialEntry, gw_credential_entry, G_TYPE_OBJECT)

static guint changed_signal;

static void
gw_credential_entry_finalize (GObject *object)
{
  GwCredentialEntry *self = GW_CREDENTIAL_ENTRY (object);

  g_clear_object (&self->credential);
  g_clear_pointer (&self->login, gw_saved_login_free);
  g_free (self->search_text);

  G_OBJECT_CLASS (gw_credential_entry_parent_class)->finalize (object);
}

static void
gw_credential_entry_class_init (GwCredentialEntryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gw_credential_entry_finalize;

  changed_signal = g_signal_new ("changed", GW_TYPE_CREDENTIAL_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
gw_credential_entry_init (GwCredentialEntry *self)
{
}

GwCredentialEntry *
gw_credential_entry_new_credential (GwCredential *credential,
                                    guint         n_users)
{
  GwCredentialEntry *self;

  g_return_val_if_fail (GW_IS_CREDENTIAL (credential), NULL);

  self = g_object_new (GW_TYPE_CREDENTIAL_ENTRY, NULL);
  self->kind = GW_ENTRY_CREDENTIAL;
  self->credential = g_object_ref (credential);
  self->n_users = n_users;
  return self;
}

GwCredentialEntry *
gw_credential_entry_new_login (GwSavedLogin *login)
{
  GwCredentialEntry *self;

  g_return_val_if_fail (login != NULL, NULL);

  self = g_object_new (GW_TYPE_CREDENTIAL_ENTRY, NULL);
  self->kind = *login->host != '\0' ? GW_ENTRY_LOGIN : GW_ENTRY_STRAY;
  self->login = login;
  return self;
}

void
gw_credential_entry_assign (GwCredentialEntry *self,
                            GwCredentialEntry *other)
{
  g_return_if_fail (GW_IS_CREDENTIAL_ENTRY (self));
  g_return_if_fail (GW_IS_CREDENTIAL_ENTRY (other) && other->kind == self->kind);

  g_set_object (&self->credential, other->credential);
  g_clear_pointer (&self->login, gw_saved_login_free);
  self->login = other->login != NULL ? gw_saved_login_copy (other->login) : NULL;
  self->n_users = other->n_users;
  g_clear_pointer (&self->search_text, g_free);
  g_signal_emit (self, changed_signal, 0);
}

GwEntryKind
gw_credential_entry_get_kind (GwCredentialEntry *self)
{
  g_return_val_if_fail (GW_IS_CREDENTIAL_ENTRY (self), GW_ENTRY_STRAY);

  return self->kind;
}

const char *
gw_credential_entry_get_id (GwCredentialEntry *self)
{
  g_return_val_if_fail (GW_IS_CREDENTIAL_ENTRY (self), NULL);

  return self->credential != NULL ? gw_credential_get_id (self->credential) : self->login->key;
}

const char *
gw_credential_entry_get_title (GwCredentialEntry *self)
{
  g_return_val_if_fail (GW_IS_CREDENTIAL_ENTRY (self), NULL);

  return self->credential != NULL ? gw_credential_get_name (self->credential) : self->login->title;
}

GwCredential *
gw_credential_entry_get_credential (GwCredentialEntry *self)
{
  g_return_val_if_fail (GW_IS_CREDENTIAL_ENTRY (self), NULL);

  return self->credential;
}

const GwSavedLogin *
gw_credential_entry_get_login (GwCredentialEntry *self)
{
  g_return_val_if_fail (GW_IS_CREDENTIAL_ENTRY (self), NULL);

  return self->login;
}

static char *
dup_credential_subtitle (GwCredentialEntry *self)
{
  const char *user = gw_credential_get_user (self->credential);
  const char *type = gw_credential_type_title (gw_credential_get_secret_type (self->credential));
  g_autofree char *users = NULL;

  if (self->n_users == 0)
    users = g_strdup (*gw_credential_get_scopes (self->credential) != NULL
                        ? _("a default, not used yet") : _("not used"));
  else
    /* Translators: how many instances a credential is used for */
    users = g_strdup_printf (ngettext ("%u instance", "%u instances", self->n_users),
                             self->n_users);
  return g_strjoin (" · ", type, *user != '\0' ? user : users, *user != '\0' ? users : NULL, NULL);
}

char *
gw_credential_entry_dup_subtitle (GwCredentialEntry *self)
{
  g_autofree char *address = NULL;

  g_return_val_if_fail (GW_IS_CREDENTIAL_ENTRY (self), NULL);

  switch (self->kind)
    {
    case GW_ENTRY_CREDENTIAL:
      return dup_credential_subtitle (self);
    case GW_ENTRY_LOGIN:
      address = gw_endpoint_to_string (*self->login->user != '\0' ? self->login->user : NULL,
                                       self->login->host, self->login->port);
      return g_strjoin (" · ", gw_method_title (self->login->method), address, NULL);
    case GW_ENTRY_STRAY:
      return g_strdup (_("Belongs to no saved login"));
    default:
      g_return_val_if_reached (NULL);
    }
}

const char *
gw_credential_entry_get_fingerprint (GwCredentialEntry *self)
{
  g_return_val_if_fail (GW_IS_CREDENTIAL_ENTRY (self), NULL);

  return self->credential != NULL ? gw_credential_get_fingerprint (self->credential)
                                  : self->login->fingerprint;
}

gboolean
gw_credential_entry_is_weak (GwCredentialEntry *self)
{
  g_return_val_if_fail (GW_IS_CREDENTIAL_ENTRY (self), FALSE);

  return self->credential != NULL ? gw_credential_is_weak (self->credential)
                                  : self->login->is_weak;
}

gboolean
gw_credential_entry_is_bare (GwCredentialEntry *self)
{
  g_return_val_if_fail (GW_IS_CREDENTIAL_ENTRY (self), FALSE);

  if (gw_credential_entry_get_fingerprint (self) == NULL)
    return FALSE;
  return self->credential != NULL ? !gw_credential_is_encrypted (self->credential)
                                  : !self->login->is_encrypted;
}

gboolean
gw_credential_entry_is_refused (GwCredentialEntry *self)
{
  g_return_val_if_fail (GW_IS_CREDENTIAL_ENTRY (self), FALSE);

  return self->login != NULL && self->login->is_refused;
}

char *
gw_credential_entry_dup_warning (GwCredentialEntry *self)
{
  const char *words[4] = { NULL };
  guint n = 0;

  g_return_val_if_fail (GW_IS_CREDENTIAL_ENTRY (self), NULL);

  if (gw_credential_entry_is_refused (self))
    words[n++] = _("refused by the server");
  if (gw_credential_entry_is_weak (self))
    words[n++] = _("weak key");
  if (gw_credential_entry_is_bare (self))
    words[n++] = _("key without passphrase");
  return n > 0 ? g_strjoinv (", ", (char **) words) : NULL;
}

gboolean
gw_credential_entry_matches (GwCredentialEntry *self,
                             const char *const *words)
{
  g_return_val_if_fail (GW_IS_CREDENTIAL_ENTRY (self), FALSE);
  g_return_val_if_fail (words != NULL, FALSE);

  if (self->search_text == NULL)
    {
      const char *fingerprint = gw_credential_entry_get_fingerprint (self);
      g_autofree char *subtitle = gw_credential_entry_dup_subtitle (self);
      g_autofree char *warning = gw_credential_entry_dup_warning (self);
      g_autofree char *text = g_strjoin ("\n", gw_credential_entry_get_title (self), subtitle,
                                         fingerprint != NULL ? fingerprint : "", warning, NULL);

      self->search_text = gw_search_fold (text);
    }
  for (guint i = 0; words[i] != NULL; i++)
    if (strstr (self->search_text, words[i]) == NULL)
      return FALSE;
  return TRUE;
}
