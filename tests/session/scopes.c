/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a credential may be the default of, of an instance. */

#include "gw-file-source.h"
#include "gw-login-defaults.h"

#include "gw-test.h"

static char *
join_scopes (GwInstance *instance,
             const char *source)
{
  g_auto (GStrv) scopes = gw_login_dup_scopes (instance, source);

  g_assert_nonnull (scopes);
  return g_strjoinv ("|", scopes);
}

static void
test_order (void)
{
  const char *const tags[] = { "lonely", "env=prod", "team=a=b", NULL };
  g_autoptr (GwInstance) instance = gw_instance_new ("i-1");
  g_autofree char *scopes = NULL;

  gw_instance_set_text (instance, GW_INSTANCE_RESOURCE_GROUP, "rg-1");
  gw_instance_set_text (instance, GW_INSTANCE_KEY_PAIR, "kp");
  gw_instance_set_tags (instance, tags);
  scopes = join_scopes (instance, "cloud-1");
  g_assert_cmpstr (scopes, ==, "key-pair:kp|tag:env=prod|tag:team=a=b|"
                               "tag:lonely|tag:env|tag:team|group:rg-1|source:cloud-1");
}

static void
test_missing (void)
{
  const char *const tags[] = { "=odd", NULL };
  g_autoptr (GwInstance) instance = gw_instance_new ("i-1");
  g_autofree char *none = join_scopes (instance, NULL);
  g_autofree char *source = join_scopes (instance, "saved");
  g_autofree char *odd = NULL;

  g_assert_cmpstr (none, ==, "");
  g_assert_cmpstr (source, ==, "source:saved");
  /* A tag without a key is none of all those without. */
  gw_instance_set_tags (instance, tags);
  odd = join_scopes (instance, "");
  g_assert_cmpstr (odd, ==, "tag:=odd");
}

static gboolean
has_ended (GAsyncResult **result)
{
  return *result != NULL;
}

static void
on_ended (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
add_credential (GwCredentials *credentials,
                const char    *id,
                const char    *scope)
{
  const char *const scopes[] = { scope, NULL };
  g_autoptr (GwCredential) credential = gw_credential_new (id);
  g_autoptr (GwSensitive) password = gw_sensitive_new ("secret", -1, NULL);
  g_autoptr (GwSecrets) secrets = gw_secrets_new (password, NULL, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  gw_credential_set_name (credential, id);
  gw_credential_set_user (credential, "root");
  gw_credential_set_scopes (credential, scopes);
  gw_credentials_save_async (credentials, credential, secrets, NULL, on_ended, &result);
  gw_test_wait_until (has_ended (&result));
  g_assert_true (gw_credentials_save_finish (credentials, result, &error));
  g_assert_no_error (error);
}

/* The narrowest takes its instances from the wider ones. */
static void
test_count (void)
{
  g_autofree char *home = gw_test_home_new ();
  g_autoptr (GwKeyring) keyring = gw_keyring_new ();
  g_autoptr (GwCredentials) credentials = gw_credentials_new (keyring);
  g_autoptr (GwCatalogue) catalogue = gw_catalogue_new ();
  g_autoptr (GwFileSource) saved = gw_file_source_new (NULL);
  const char *const prod[] = { "env=prod", NULL };

  gw_test_wait_until (gw_keyring_get_state (keyring) == GW_KEYRING_STATE_ABSENT);
  gw_keyring_use_memory (keyring);
  gw_source_load (GW_SOURCE (saved));
  gw_catalogue_add_source (catalogue, GW_SOURCE (saved));
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *id = g_strdup_printf ("i-%u", i);
      g_autoptr (GwInstance) instance = gw_instance_new (id);

      gw_instance_set_text (instance, GW_INSTANCE_HOST_NAME, "203.0.113.7");
      if (i < 2)
        gw_instance_set_tags (instance, prod);
      g_assert_true (gw_file_source_add (saved, instance, NULL));
    }
  add_credential (credentials, "wide", "source:saved");
  g_assert_cmpuint (gw_login_count_defaults (catalogue, credentials, "wide"), ==, 5);
  add_credential (credentials, "narrow", "tag:env=prod");
  g_assert_cmpuint (gw_login_count_defaults (catalogue, credentials, "wide"), ==, 3);
  g_assert_cmpuint (gw_login_count_defaults (catalogue, credentials, "narrow"), ==, 2);
  g_assert_cmpuint (gw_login_count_defaults (catalogue, credentials, "none"), ==, 0);
  gw_test_home_free (g_steal_pointer (&home));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/scopes/order", test_order);
  g_test_add_func ("/scopes/missing", test_missing);
  g_test_add_func ("/scopes/count", test_count);

  return g_test_run ();
}
