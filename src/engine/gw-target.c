/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Engine"

#include "gw-target.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "gw-agent.h"
#include "gw-endpoint.h"
#include "gw-key-text.h"

#define DEFAULT_CONNECT_TIMEOUT 15
#define DEFAULT_TIMEOUT 20
#define MAX_TIMEOUT 3600

static gboolean
look_up_secret (GVariant     *options,
                const char   *name,
                GUnixFDList  *fds,
                GwSensitive **secret,
                GError      **error)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (options, name, G_VARIANT_TYPE_HANDLE);

  if (value == NULL)
    return TRUE;
  *secret = gw_prompter_read_secret (value, fds, error);
  return *secret != NULL;
}

static guint
look_up_seconds (GVariant   *options,
                 const char *name,
                 guint       fallback)
{
  guint seconds = 0;

  g_variant_lookup (options, name, "u", &seconds);
  return seconds == 0 ? fallback : MIN (seconds, MAX_TIMEOUT);
}

static gboolean
read_secrets (GwTarget     *self,
              GVariant     *options,
              GUnixFDList  *fds,
              GError      **error)
{
  g_autoptr (GVariant) transport = g_variant_lookup_value (options, "transport",
                                                           G_VARIANT_TYPE_HANDLE);
  GwAuthPlan *plan = self->plan;

  if (!look_up_secret (options, "password", fds, &plan->password, error) ||
      !look_up_secret (options, "private-key", fds, &plan->private_key, error) ||
      !look_up_secret (options, "passphrase", fds, &plan->passphrase, error))
    return FALSE;
  if (transport == NULL)
    return TRUE;
  if (fds != NULL)
    self->transport = g_unix_fd_list_get (fds, g_variant_get_handle (transport), error);
  if (self->transport < 0 && *error == NULL)
    g_set_error_literal (error, GW_ERROR, GW_ERROR_PROTOCOL,
                         _("A descriptor is missing in the message."));
  return self->transport >= 0;
}

static gboolean
read_method (GwTarget  *self,
             GVariant  *options,
             GError   **error)
{
  GwAuthPlan *plan = self->plan;
  const char *method = "";

  g_variant_lookup (options, "method", "&s", &method);
  if (strcmp (method, "publickey") == 0)
    plan->choice = GW_AUTH_CHOICE_KEY;
  else if (strcmp (method, "temporary-key") == 0)
    plan->choice = GW_AUTH_CHOICE_TEMPORARY_KEY;
  else if (strcmp (method, "password") != 0)
    {
      g_set_error (error, GW_ERROR, GW_ERROR_PROTOCOL, _("“%s” is no method to log in with."),
                   method);
      return FALSE;
    }
  g_variant_lookup (options, "agent-key", "s", &plan->agent_key);
  plan->key_life = MIN (look_up_seconds (options, "key-life", GW_TEMPORARY_KEY_LIFE),
                        GW_TEMPORARY_KEY_LIFE);
  if (plan->choice == GW_AUTH_CHOICE_KEY && plan->private_key == NULL)
    {
      plan->agent_fd = gw_agent_connect (error);
      return plan->agent_fd >= 0;
    }
  if (plan->choice == GW_AUTH_CHOICE_KEY)
    {
      /* What is no key at all is said before anybody is called. */
      g_autoptr (GwKeyInfo) info = gw_key_text_inspect (plan->private_key, error);

      return info != NULL;
    }
  return TRUE;
}

GwTarget *
gw_target_new (const char   *host,
               guint         port,
               const char   *user,
               GVariant     *options,
               GUnixFDList  *fds,
               GError      **error)
{
  g_autoptr (GwTarget) self = g_new0 (GwTarget, 1);
  g_autoptr (GError) failure = NULL;

  self->host = g_strdup (host);
  self->port = port;
  self->user = g_strdup (user);
  self->plan = gw_auth_plan_new ();
  self->transport = -1;
  self->connect_timeout = look_up_seconds (options, "connect-timeout", DEFAULT_CONNECT_TIMEOUT);
  self->timeout = look_up_seconds (options, "timeout", DEFAULT_TIMEOUT);
  self->plan->timeout = self->timeout;
  if (!g_variant_lookup (options, "known-hosts", "^as", &self->known_hosts))
    self->known_hosts = g_new0 (char *, 1);

  if (port < 1 || port > 65535)
    g_set_error_literal (&failure, GW_ERROR, GW_ERROR_INVALID_PORT,
                         _("The port has to be between 1 and 65535."));
  else if (gw_host_validate (host, &failure) && gw_user_validate (user, &failure) &&
           read_secrets (self, options, fds, &failure))
    read_method (self, options, &failure);
  if (failure == NULL)
    return g_steal_pointer (&self);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

void
gw_target_free (GwTarget *self)
{
  if (self->transport >= 0)
    close (self->transport);
  gw_auth_plan_free (self->plan);
  g_strfreev (self->known_hosts);
  g_free (self->host);
  g_free (self->user);
  g_free (self);
}
