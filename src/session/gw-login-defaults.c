/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-login-defaults.h"

#include "gw-credential-scope.h"
#include "gw-endpoint.h"

#include <string.h>

void
gw_login_choose_connection (GwLogin    *login,
                            const char *address,
                            const char *kind)
{
  g_autoptr (GListModel) list = gw_connection_list_for (gw_login_get_instance (login));
  g_autoptr (GwConnection) connection = NULL;

  if (g_list_model_get_n_items (list) > 0)
    connection = g_list_model_get_item (list, gw_connection_choose (list, address, kind));
  gw_login_set_connection (login, connection);
}

static const char *
choose_user (GwInstance *instance)
{
  const char *user = gw_instance_get_text (instance, GW_INSTANCE_USER);

  if (user != NULL)
    return user;
  if (!gw_instance_is_cloud (instance))
    return g_get_user_name ();
  if (g_strcmp0 (gw_instance_get_text (instance, GW_INSTANCE_OS_TYPE), "windows") == 0)
    return "Administrator";
  return gw_instance_get_login_as_non_root (instance) ? "ecs-user" : "root";
}

void
gw_login_fill_defaults (GwLogin    *login,
                        GwInstance *instance)
{
  const char *identity;
  gboolean key;

  g_return_if_fail (GW_IS_LOGIN (login));
  g_return_if_fail (instance == NULL || GW_IS_INSTANCE (instance));

  gw_login_set_instance (login, instance);
  if (instance == NULL)
    {
      gw_login_set_user (login, g_get_user_name ());
      return;
    }

  gw_login_choose_connection (login, NULL, NULL);
  gw_login_set_port (login, gw_instance_get_port (instance) != 0 ? gw_instance_get_port (instance)
                                                                 : GW_DEFAULT_PORT);
  gw_login_set_user (login, choose_user (instance));
  identity = gw_instance_get_text (instance, GW_INSTANCE_IDENTITY_FILE);
  gw_login_set_key_path (login, identity);
  /* The cloud put the public half of a bound pair in place, and set no password. */
  key = identity != NULL || gw_instance_get_text (instance, GW_INSTANCE_KEY_PAIR) != NULL;
  gw_login_set_method (login, key ? GW_METHOD_SSH_KEY : GW_METHOD_PASSWORD);
}

void
gw_login_fill_from_config (GwLogin    *login,
                           GwInstance *config)
{
  GwInstance *instance;
  const char *own_user = NULL;
  const char *user;
  const char *identity;

  g_return_if_fail (GW_IS_LOGIN (login));
  g_return_if_fail (config == NULL || GW_IS_INSTANCE (config));

  if (config == NULL)
    return;
  instance = gw_login_get_instance (login);
  if (instance != NULL)
    own_user = gw_instance_get_text (instance, GW_INSTANCE_USER);
  user = gw_instance_get_text (config, GW_INSTANCE_USER);
  if (user != NULL && own_user == NULL)
    gw_login_set_user (login, user);
  if (gw_instance_get_port (config) != 0
      && (instance == NULL || gw_instance_get_port (instance) == 0))
    gw_login_set_port (login, gw_instance_get_port (config));
  /* A "Host *" often names a key that is not there, which ssh passes over too. */
  identity = gw_instance_get_text (config, GW_INSTANCE_IDENTITY_FILE);
  if (identity != NULL && gw_login_get_key_path (login) == NULL
      && g_file_test (identity, G_FILE_TEST_IS_REGULAR))
    {
      gw_login_set_key_path (login, identity);
      gw_login_set_method (login, GW_METHOD_SSH_KEY);
    }
}

static void
add_scope (GStrvBuilder *builder,
           GwScopeKind   kind,
           const char   *value)
{
  g_autofree char *scope = NULL;

  if (value == NULL || *value == '\0')
    return;
  scope = gw_scope_new (kind, value);
  g_strv_builder_add (builder, scope);
}

GStrv
gw_login_dup_scopes (GwInstance *instance,
                     const char *source)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const char *const *tags;

  g_return_val_if_fail (GW_IS_INSTANCE (instance), NULL);

  tags = gw_instance_get_tags (instance);
  add_scope (builder, GW_SCOPE_KEY_PAIR, gw_instance_get_text (instance, GW_INSTANCE_KEY_PAIR));
  for (guint i = 0; tags[i] != NULL; i++)
    if (strchr (tags[i], '=') != NULL)
      add_scope (builder, GW_SCOPE_TAG, tags[i]);
  /* A default of the key is one of every value. */
  for (guint i = 0; tags[i] != NULL; i++)
    {
      g_autofree char *key = g_strndup (tags[i], strcspn (tags[i], "="));

      add_scope (builder, GW_SCOPE_TAG, key);
    }
  add_scope (builder, GW_SCOPE_GROUP,
             gw_instance_get_text (instance, GW_INSTANCE_RESOURCE_GROUP));
  add_scope (builder, GW_SCOPE_SOURCE, source);
  return g_strv_builder_end (builder);
}

static guint
count_in_source (GwSource      *source,
                 GwCredentials *credentials,
                 const char    *credential)
{
  GListModel *instances = G_LIST_MODEL (source);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (instances); i++)
    {
      g_autoptr (GwInstance) instance = g_list_model_get_item (instances, i);
      g_auto (GStrv) scopes = gw_login_dup_scopes (instance, gw_source_get_id (source));
      GwCredential *found;

      found = gw_credentials_find_default (credentials, (const char *const *) scopes, NULL);
      if (found != NULL && g_str_equal (gw_credential_get_id (found), credential))
        n++;
    }
  return n;
}

guint
gw_login_count_defaults (GwCatalogue   *catalogue,
                         GwCredentials *credentials,
                         const char    *credential)
{
  GListModel *sources = G_LIST_MODEL (catalogue);
  guint n = 0;

  g_return_val_if_fail (GW_IS_CATALOGUE (catalogue), 0);
  g_return_val_if_fail (GW_IS_CREDENTIALS (credentials), 0);
  g_return_val_if_fail (credential != NULL, 0);

  for (guint i = 0; i < g_list_model_get_n_items (sources); i++)
    {
      g_autoptr (GwSource) source = g_list_model_get_item (sources, i);

      n += count_in_source (source, credentials, credential);
    }
  return n;
}
