/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-login.h"

#include <glib/gi18n.h>

#include "gw-endpoint.h"

/* A login as data: the dialog fills it in, a session reads it, and it stays for the next try. */

struct _GwLogin
{
  GObject parent_instance;

  gint64 made;
  GwInstance *instance;
  GwConnection *connection;
  guint port;
  char *user;
  GwMethod method;
  GwSensitive *password;
  GwSensitive *private_key;
  GwSensitive *passphrase;
  char *key_path;
  char *agent_key;
  char *credential;
  gboolean remember;
  gboolean saved;
  guint connect_timeout;
  char *lang;
};

G_DEFINE_FINAL_TYPE (GwLogin, gw_login, G_TYPE_OBJECT)

static void
set_string (char       **place,
            const char  *value)
{
  char *copy = g_strdup (value);

  g_free (*place);
  *place = copy;
}

static void
set_sensitive (GwSensitive **place,
               GwSensitive  *value)
{
  GwSensitive *old = *place;

  *place = value != NULL ? gw_sensitive_ref (value) : NULL;
  g_clear_pointer (&old, gw_sensitive_unref);
}

static void
gw_login_finalize (GObject *object)
{
  GwLogin *self = GW_LOGIN (object);

  g_clear_object (&self->instance);
  g_clear_object (&self->connection);
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->password, gw_sensitive_unref);
  g_clear_pointer (&self->private_key, gw_sensitive_unref);
  g_clear_pointer (&self->passphrase, gw_sensitive_unref);
  g_clear_pointer (&self->key_path, g_free);
  g_clear_pointer (&self->agent_key, g_free);
  g_clear_pointer (&self->credential, g_free);
  g_clear_pointer (&self->lang, g_free);
  G_OBJECT_CLASS (gw_login_parent_class)->finalize (object);
}

static void
gw_login_class_init (GwLoginClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gw_login_finalize;
}

static void
gw_login_init (GwLogin *self)
{
  self->made = g_get_monotonic_time ();
  self->port = GW_DEFAULT_PORT;
  self->user = g_strdup ("");
}

GwLogin *
gw_login_new (void)
{
  return g_object_new (GW_TYPE_LOGIN, NULL);
}

GwLogin *
gw_login_copy (GwLogin *self)
{
  GwLogin *copy;

  g_return_val_if_fail (GW_IS_LOGIN (self), NULL);

  copy = gw_login_new ();
  g_set_object (&copy->instance, self->instance);
  g_set_object (&copy->connection, self->connection);
  copy->port = self->port;
  set_string (&copy->user, self->user);
  copy->method = self->method;
  set_sensitive (&copy->password, self->password);
  set_sensitive (&copy->private_key, self->private_key);
  set_sensitive (&copy->passphrase, self->passphrase);
  set_string (&copy->key_path, self->key_path);
  set_string (&copy->agent_key, self->agent_key);
  set_string (&copy->credential, self->credential);
  copy->remember = self->remember;
  copy->saved = self->saved;
  copy->connect_timeout = self->connect_timeout;
  set_string (&copy->lang, self->lang);
  return copy;
}

GwInstance *
gw_login_get_instance (GwLogin *self)
{
  g_return_val_if_fail (GW_IS_LOGIN (self), NULL);

  return self->instance;
}

void
gw_login_set_instance (GwLogin    *self,
                       GwInstance *instance)
{
  g_return_if_fail (GW_IS_LOGIN (self));
  g_return_if_fail (instance == NULL || GW_IS_INSTANCE (instance));

  g_set_object (&self->instance, instance);
}

const char *
gw_login_get_title (GwLogin *self)
{
  g_return_val_if_fail (GW_IS_LOGIN (self), "");

  return self->instance != NULL ? gw_instance_get_title (self->instance) : gw_login_get_host (self);
}

GwConnection *
gw_login_get_connection (GwLogin *self)
{
  g_return_val_if_fail (GW_IS_LOGIN (self), NULL);

  return self->connection;
}

void
gw_login_set_connection (GwLogin      *self,
                         GwConnection *connection)
{
  g_return_if_fail (GW_IS_LOGIN (self));
  g_return_if_fail (connection == NULL || GW_IS_CONNECTION (connection));

  g_set_object (&self->connection, connection);
}

const char *
gw_login_get_host (GwLogin *self)
{
  g_return_val_if_fail (GW_IS_LOGIN (self), "");

  return self->connection != NULL ? gw_connection_get_address (self->connection) : "";
}

guint
gw_login_get_port (GwLogin *self)
{
  g_return_val_if_fail (GW_IS_LOGIN (self), 0);

  return self->port;
}

void
gw_login_set_port (GwLogin *self,
                   guint    port)
{
  g_return_if_fail (GW_IS_LOGIN (self));
  g_return_if_fail (port >= 1 && port <= G_MAXUINT16);

  self->port = port;
}

const char *
gw_login_get_user (GwLogin *self)
{
  g_return_val_if_fail (GW_IS_LOGIN (self), "");

  return self->user;
}

void
gw_login_set_user (GwLogin    *self,
                   const char *user)
{
  g_return_if_fail (GW_IS_LOGIN (self));

  set_string (&self->user, user != NULL ? user : "");
}

GwMethod
gw_login_get_method (GwLogin *self)
{
  g_return_val_if_fail (GW_IS_LOGIN (self), GW_METHOD_PASSWORD);

  return self->method;
}

void
gw_login_set_method (GwLogin  *self,
                     GwMethod  method)
{
  g_return_if_fail (GW_IS_LOGIN (self));

  self->method = method;
}

GwSensitive *
gw_login_get_password (GwLogin *self)
{
  g_return_val_if_fail (GW_IS_LOGIN (self), NULL);

  return self->password;
}

void
gw_login_set_password (GwLogin     *self,
                       GwSensitive *password)
{
  g_return_if_fail (GW_IS_LOGIN (self));

  set_sensitive (&self->password, password);
}

GwSensitive *
gw_login_get_private_key (GwLogin *self)
{
  g_return_val_if_fail (GW_IS_LOGIN (self), NULL);

  return self->private_key;
}

void
gw_login_set_private_key (GwLogin     *self,
                          GwSensitive *private_key)
{
  g_return_if_fail (GW_IS_LOGIN (self));

  set_sensitive (&self->private_key, private_key);
}

GwSensitive *
gw_login_get_passphrase (GwLogin *self)
{
  g_return_val_if_fail (GW_IS_LOGIN (self), NULL);

  return self->passphrase;
}

void
gw_login_set_passphrase (GwLogin     *self,
                         GwSensitive *passphrase)
{
  g_return_if_fail (GW_IS_LOGIN (self));

  set_sensitive (&self->passphrase, passphrase);
}

const char *
gw_login_get_key_path (GwLogin *self)
{
  g_return_val_if_fail (GW_IS_LOGIN (self), NULL);

  return self->key_path;
}

void
gw_login_set_key_path (GwLogin    *self,
                       const char *path)
{
  g_return_if_fail (GW_IS_LOGIN (self));

  set_string (&self->key_path, path);
}

const char *
gw_login_get_agent_key (GwLogin *self)
{
  g_return_val_if_fail (GW_IS_LOGIN (self), NULL);

  return self->agent_key;
}

void
gw_login_set_agent_key (GwLogin    *self,
                        const char *fingerprint)
{
  g_return_if_fail (GW_IS_LOGIN (self));

  set_string (&self->agent_key, fingerprint);
}

const char *
gw_login_get_credential (GwLogin *self)
{
  g_return_val_if_fail (GW_IS_LOGIN (self), NULL);

  return self->credential;
}

void
gw_login_set_credential (GwLogin    *self,
                         const char *id)
{
  g_return_if_fail (GW_IS_LOGIN (self));

  set_string (&self->credential, id);
}

gboolean
gw_login_get_remember (GwLogin *self)
{
  g_return_val_if_fail (GW_IS_LOGIN (self), FALSE);

  return self->remember;
}

void
gw_login_set_remember (GwLogin  *self,
                       gboolean  remember)
{
  g_return_if_fail (GW_IS_LOGIN (self));

  self->remember = remember;
}

gboolean
gw_login_get_saved (GwLogin *self)
{
  g_return_val_if_fail (GW_IS_LOGIN (self), FALSE);

  return self->saved;
}

void
gw_login_set_saved (GwLogin  *self,
                    gboolean  saved)
{
  g_return_if_fail (GW_IS_LOGIN (self));

  self->saved = saved;
}

void
gw_login_clear_secrets (GwLogin *self)
{
  g_return_if_fail (GW_IS_LOGIN (self));

  set_sensitive (&self->password, NULL);
  set_sensitive (&self->private_key, NULL);
  set_sensitive (&self->passphrase, NULL);
}

gint64
gw_login_get_made (GwLogin *self)
{
  g_return_val_if_fail (GW_IS_LOGIN (self), 0);

  return self->made;
}

char *
gw_login_dup_key (GwLogin *self)
{
  g_autofree char *host = NULL;

  g_return_val_if_fail (GW_IS_LOGIN (self), NULL);

  if (self->instance != NULL)
    return g_strconcat ("instance:", gw_instance_get_id (self->instance), NULL);
  host = g_ascii_strdown (gw_login_get_host (self), -1);
  return g_strconcat ("host:", host, NULL);
}

guint
gw_login_get_connect_timeout (GwLogin *self)
{
  g_return_val_if_fail (GW_IS_LOGIN (self), 0);

  return self->connect_timeout;
}

void
gw_login_set_connect_timeout (GwLogin *self,
                              guint    seconds)
{
  g_return_if_fail (GW_IS_LOGIN (self));

  self->connect_timeout = seconds;
}

const char *
gw_login_get_lang (GwLogin *self)
{
  g_return_val_if_fail (GW_IS_LOGIN (self), NULL);

  return self->lang;
}

void
gw_login_set_lang (GwLogin    *self,
                   const char *lang)
{
  g_return_if_fail (GW_IS_LOGIN (self));

  set_string (&self->lang, lang);
}

char *
gw_login_describe (GwLogin *self)
{
  g_return_val_if_fail (GW_IS_LOGIN (self), NULL);

  return gw_endpoint_to_string (*self->user != '\0' ? self->user : NULL, gw_login_get_host (self),
                                self->port);
}

const char *
gw_method_title (GwMethod method)
{
  switch (method)
    {
    case GW_METHOD_PASSWORD:
      return _("Password-based");
    case GW_METHOD_SSH_KEY:
      return _("SSH Key Authentication");
    case GW_METHOD_CREDENTIAL:
      return _("Credential-based");
    case GW_METHOD_TEMPORARY_KEY:
      return _("Temporary SSH Key-based");
    default:
      g_return_val_if_reached ("");
    }
}

const char *
gw_method_to_string (GwMethod method)
{
  switch (method)
    {
    case GW_METHOD_PASSWORD:
      return "password";
    case GW_METHOD_SSH_KEY:
      return "ssh-key";
    case GW_METHOD_CREDENTIAL:
      return "credential";
    case GW_METHOD_TEMPORARY_KEY:
      return "temporary-key";
    default:
      g_return_val_if_reached ("");
    }
}

gboolean
gw_method_from_string (const char *string,
                       GwMethod   *method)
{
  g_return_val_if_fail (method != NULL, FALSE);

  for (GwMethod i = GW_METHOD_PASSWORD; i <= GW_METHOD_TEMPORARY_KEY; i++)
    {
      if (g_strcmp0 (string, gw_method_to_string (i)) == 0)
        {
          *method = i;
          return TRUE;
        }
    }
  return FALSE;
}
