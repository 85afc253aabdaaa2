/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-session-options.h"

#include <unistd.h>

#include "gw-known-hosts.h"

/* A login in the words of the contract. */

static gboolean
add_secret (GVariantBuilder  *options,
            GUnixFDList      *list,
            const char       *name,
            GwSensitive      *secret,
            GError          **error)
{
  int fd, index;

  if (secret == NULL)
    return TRUE;
  fd = gw_sensitive_to_fd (secret, error);
  if (fd < 0)
    return FALSE;
  index = g_unix_fd_list_append (list, fd, error);
  close (fd);
  if (index < 0)
    return FALSE;
  g_variant_builder_add (options, "{sv}", name, g_variant_new_handle (index));
  return TRUE;
}

/* A credential is of the kind of its secret. */
static gboolean
is_by_key (GwLogin *login)
{
  GwMethod method = gw_login_get_method (login);

  return method == GW_METHOD_SSH_KEY ||
         (method == GW_METHOD_CREDENTIAL && gw_login_get_private_key (login) != NULL);
}

static const char *
method_name (GwLogin *login)
{
  if (gw_login_get_method (login) == GW_METHOD_TEMPORARY_KEY)
    return "temporary-key";
  return is_by_key (login) ? "publickey" : "password";
}

static gboolean
add_secrets (GVariantBuilder  *options,
             GUnixFDList      *list,
             GwLogin          *login,
             GError          **error)
{
  GwSensitive *key = gw_login_get_private_key (login);

  if (gw_login_get_method (login) == GW_METHOD_TEMPORARY_KEY)
    return TRUE;
  if (!is_by_key (login))
    return add_secret (options, list, "password", gw_login_get_password (login), error);

  if (key == NULL && gw_login_get_agent_key (login) != NULL)
    g_variant_builder_add (options, "{sv}", "agent-key",
                           g_variant_new_string (gw_login_get_agent_key (login)));
  return key == NULL ||
         (add_secret (options, list, "private-key", key, error) &&
          add_secret (options, list, "passphrase", gw_login_get_passphrase (login), error));
}

GVariant *
gw_session_connect_options (GwLogin      *login,
                            GUnixFDList **fd_list,
                            GError      **error)
{
  g_autoptr (GUnixFDList) list = g_unix_fd_list_new ();
  g_auto (GStrv) known_hosts = gw_known_hosts_default_paths ();
  g_auto (GVariantBuilder) options;
  guint timeout = gw_login_get_connect_timeout (login);

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&options, "{sv}", "method",
                         g_variant_new_string (method_name (login)));
  g_variant_builder_add (&options, "{sv}", "known-hosts",
                         g_variant_new_strv ((const char *const *) known_hosts, -1));
  if (timeout != 0)
    g_variant_builder_add (&options, "{sv}", "connect-timeout", g_variant_new_uint32 (timeout));
  if (!add_secrets (&options, list, login, error))
    return NULL;
  *fd_list = g_steal_pointer (&list);
  return g_variant_builder_end (&options);
}

GVariant *
gw_session_terminal_options (GwLogin *login)
{
  GVariantBuilder options;

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  if (gw_login_get_lang (login) != NULL)
    g_variant_builder_add (&options, "{sv}", "lang",
                           g_variant_new_string (gw_login_get_lang (login)));
  return g_variant_builder_end (&options);
}
