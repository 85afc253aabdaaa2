/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Credentials, in a real keyring, or where there is none in memory. */

#include <gw-credential-scope.h>
#include <gw-credentials.h>
#include <signal.h>
#include <string.h>

#include "keyring-test.h"

typedef struct {
  GwKeyring *keyring;
  GwCredentials *credentials;
  guint removed; /* as the list has said */
  guint added;
} Fixture;

static gboolean
has_service (void)
{
  return g_getenv ("GANGWAY_TEST_KEYRING_PID") != NULL;
}

static void
on_items_changed (GListModel *model,
                  guint       position,
                  guint       removed,
                  guint       added,
                  Fixture    *f)
{
  f->removed += removed;
  f->added += added;
}

static void
set_up (Fixture      *f,
        gconstpointer unused)
{
  f->keyring = keyring_new_settled ();
  if (!has_service ())
    gw_keyring_use_memory (f->keyring);
  g_assert_true (gw_keyring_is_usable (f->keyring));
  f->credentials = gw_credentials_new (f->keyring);
  g_signal_connect (f->credentials, "items-changed", G_CALLBACK (on_items_changed), f);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->credentials)), ==, 0);
}

static void
tear_down (Fixture      *f,
           gconstpointer unused)
{
  while (g_list_model_get_n_items (G_LIST_MODEL (f->keyring)) > 0)
    {
      g_autoptr (GwKeyringItem) item = g_list_model_get_item (G_LIST_MODEL (f->keyring), 0);
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;

      gw_keyring_remove_async (f->keyring, gw_keyring_item_get_kind (item),
                               gw_keyring_item_get_id (item), NULL, gw_test_on_result_, &result);
      AWAIT (result);
      gw_keyring_remove_finish (f->keyring, result, &error);
      g_assert_no_error (error);
    }
  g_assert_finalize_object (f->credentials);
  keyring_free (f->keyring);
}

static guint
n_credentials (Fixture *f)
{
  return g_list_model_get_n_items (G_LIST_MODEL (f->credentials));
}

/* Names in the order of the list: "a,b". */
static char *
join_names (Fixture *f)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < n_credentials (f); i++)
    {
      g_autoptr (GwCredential) credential = g_list_model_get_item (G_LIST_MODEL (f->credentials),
                                                                   i);

      g_string_append_printf (names, "%s%s", i > 0 ? "," : "",
                              gw_credential_get_name (credential));
    }
  return g_string_free (names, FALSE);
}

#define assert_names(f, expected)                       \
  G_STMT_START                                          \
  {                                                     \
    g_autofree char *names_ = join_names (f);           \
    g_assert_cmpstr (names_, ==, expected);             \
  }                                                     \
  G_STMT_END

static GwSecrets *
password_new (const char *text)
{
  g_autoptr (GwSensitive) secret = gw_sensitive_new (text, -1, NULL);

  return gw_secrets_new (secret, NULL, NULL);
}

static gboolean
save (Fixture       *f,
      GwCredential  *credential,
      GwSecrets     *secrets,
      GError       **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  gw_credentials_save_async (f->credentials, credential, secrets, NULL, gw_test_on_result_,
                             &result);
  AWAIT (result);
  return gw_credentials_save_finish (f->credentials, result, error);
}

/* A new one with a password, saved. @scopes: by line feeds, nullable. */
static GwCredential *
add (Fixture    *f,
     const char *id,
     const char *name,
     const char *scopes)
{
  g_autoptr (GwCredential) credential = gw_credential_new (id);
  g_auto (GStrv) list = g_strsplit (scopes != NULL ? scopes : "", "\n", -1);
  g_autoptr (GwSecrets) secrets = password_new ("hunter2");
  g_autoptr (GError) error = NULL;

  gw_credential_set_name (credential, name);
  gw_credential_set_user (credential, "root");
  gw_credential_set_scopes (credential, (const char *const *) list);
  save (f, credential, secrets, &error);
  g_assert_no_error (error);
  return gw_credentials_lookup (f->credentials, gw_credential_get_id (credential));
}

static GwSecrets *
load_secrets (Fixture     *f,
              const char  *id,
              GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  gw_credentials_load_async (f->credentials, id, NULL, gw_test_on_result_, &result);
  AWAIT (result);
  return gw_credentials_load_finish (f->credentials, result, error);
}

static gboolean
remove_credential (Fixture       *f,
                   const char    *id,
                   GwCredential **credential,
                   GwSecrets    **secrets,
                   GError       **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  gw_credentials_remove_async (f->credentials, id, NULL, gw_test_on_result_, &result);
  AWAIT (result);
  return gw_credentials_remove_finish (f->credentials, result, credential, secrets, error);
}

static char *
join_scopes (Fixture    *f,
             const char *id)
{
  GwCredential *credential = gw_credentials_lookup (f->credentials, id);

  g_assert_nonnull (credential);
  return g_strjoinv ("|", (GStrv) gw_credential_get_scopes (credential));
}

#define assert_scopes(f, id, expected)                  \
  G_STMT_START                                          \
  {                                                     \
    g_autofree char *scopes_ = join_scopes (f, id);     \
    g_assert_cmpstr (scopes_, ==, expected);            \
  }                                                     \
  G_STMT_END

static void
test_data (void)
{
  const char *const scopes[] = { "tag:env=prod", "nonsense", "tag:", "group:a\nb", "tag:env=prod",
                                 "group:  x", "source:saved", "key-pair:\xff", NULL };
  g_autofree char *long_name = g_strnfill (200, 'n');
  g_autoptr (GwCredential) one = gw_credential_new (NULL);
  g_autoptr (GwCredential) other = gw_credential_new (NULL);
  g_autoptr (GwCredential) copy = NULL;
  const char *const *kept;

  g_assert_true (g_uuid_string_is_valid (gw_credential_get_id (one)));
  g_assert_cmpstr (gw_credential_get_id (one), !=, gw_credential_get_id (other));
  g_assert_cmpstr (gw_credential_get_name (one), ==, "");
  g_assert_cmpstr (gw_credential_get_user (one), ==, "");
  g_assert_nonnull (gw_credential_get_scopes (one));
  g_assert_null (gw_credential_get_scopes (one)[0]);
  g_assert_cmpstr (gw_credential_type_title (GW_CREDENTIAL_PASSWORD), ==, "Password");
  g_assert_cmpstr (gw_credential_type_title (GW_CREDENTIAL_PRIVATE_KEY), ==, "Private Key");

  gw_credential_set_name (one, " web\n\tservers\xe2\x80\xae ");
  g_assert_cmpstr (gw_credential_get_name (one), ==, "web servers");
  gw_credential_set_name (one, long_name);
  g_assert_cmpint (g_utf8_strlen (gw_credential_get_name (one), -1), ==, GW_CREDENTIAL_MAX_NAME);
  gw_credential_set_user (one, "root");
  gw_credential_set_user (one, "-oProxyCommand=x");
  g_assert_cmpstr (gw_credential_get_user (one), ==, "");
  gw_credential_set_user (one, "root");
  gw_credential_set_created (one, -5);
  g_assert_cmpint (gw_credential_get_created (one), ==, 0);
  gw_credential_set_created (one, 1700000000);
  gw_credential_set_secret_type (one, GW_CREDENTIAL_PRIVATE_KEY);
  gw_credential_set_key (one, "ssh-ed25519", "SHA256:abc", 0, TRUE);
  gw_credential_set_scopes (one, scopes);
  kept = gw_credential_get_scopes (one);
  g_assert_cmpstr (kept[0], ==, "tag:env=prod");
  g_assert_cmpstr (kept[1], ==, "source:saved");
  g_assert_null (kept[2]);

  copy = gw_credential_copy (one);
  g_assert_cmpstr (gw_credential_get_id (copy), ==, gw_credential_get_id (one));
  g_assert_cmpstr (gw_credential_get_name (copy), ==, gw_credential_get_name (one));
  g_assert_cmpstr (gw_credential_get_user (copy), ==, "root");
  g_assert_cmpint (gw_credential_get_secret_type (copy), ==, GW_CREDENTIAL_PRIVATE_KEY);
  g_assert_cmpstr (gw_credential_get_key_type (copy), ==, "ssh-ed25519");
  g_assert_cmpstr (gw_credential_get_fingerprint (copy), ==, "SHA256:abc");
  g_assert_true (gw_credential_is_encrypted (copy));
  g_assert_true (g_strv_equal (gw_credential_get_scopes (copy), kept));
  g_assert_cmpint (gw_credential_get_created (copy), ==, 1700000000);
  /* Its own scopes can be given back to it. */
  gw_credential_set_scopes (copy, gw_credential_get_scopes (copy));
  g_assert_true (g_strv_equal (gw_credential_get_scopes (copy), kept));
  gw_credential_set_scopes (copy, NULL);
  g_assert_null (gw_credential_get_scopes (copy)[0]);
}

static void
test_weak (void)
{
  static const struct {
    const char *type;
    guint bits;
    gboolean is_weak;
  } rows[] = {
    { NULL, 0, FALSE },          { "ssh-ed25519", 0, FALSE }, { "ssh-rsa", 2047, TRUE },
    { "ssh-rsa", 2048, FALSE },  { "ssh-rsa", 0, FALSE },     { "ssh-dss", 0, TRUE },
    { "ecdsa-sha2-nistp256", 0, FALSE },
    /* The bits of another kind say nothing. */
    { "ecdsa-sha2-nistp256", 256, FALSE },
  };
  static const struct {
    const char *text;
    guint bits;
  } texts[] = {
    { NULL, 0 },  { "", 0 },  { "2048", 2048 },  { "-1", 0 },  { "1024 or so", 0 },
    { "65537", 0 },  { "18446744073709551615", 0 },  { "18446744073709552640", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GwCredential) credential = gw_credential_new ("one");

      gw_credential_set_key (credential, rows[i].type, "SHA256:abc", rows[i].bits, FALSE);
      g_assert_cmpint (gw_credential_is_weak (credential), ==, rows[i].is_weak);
      g_assert_cmpint (gw_key_is_weak (rows[i].type, rows[i].bits), ==, rows[i].is_weak);
    }
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_cmpuint (gw_key_parse_bits (texts[i].text), ==, texts[i].bits);
}

static void
test_scope (void)
{
  static const char *const bad[] = { "", "tag", "tag:", "tags:x", "Tag:x", ":x", " tag:x" };
  g_autofree char *scope = gw_scope_new (GW_SCOPE_TAG, "a:b=c:d");
  GwScopeKind kind = GW_SCOPE_SOURCE;
  const char *value = NULL;

  g_assert_cmpstr (scope, ==, "tag:a:b=c:d");
  g_assert_true (gw_scope_parse (scope, &kind, &value));
  g_assert_cmpint (kind, ==, GW_SCOPE_TAG);
  g_assert_cmpstr (value, ==, "a:b=c:d");
  for (guint i = 0; i < GW_N_SCOPE_KINDS; i++)
    {
      g_autofree char *each = gw_scope_new ((GwScopeKind) i, "x");

      g_assert_true (gw_scope_parse (each, &kind, &value));
      g_assert_cmpuint (kind, ==, i);
      g_assert_cmpstr (value, ==, "x");
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (gw_scope_parse (bad[i], &kind, &value));
}

static void
test_save (Fixture      *f,
           gconstpointer unused)
{
  const char *const scopes[] = { "tag:env=prod", "group:rg-1", NULL };
  g_autoptr (GwSensitive) key = gw_sensitive_new ("KEY\n", -1, NULL);
  g_autoptr (GwSensitive) passphrase = gw_sensitive_new ("open sesame", -1, NULL);
  g_autoptr (GwSecrets) secrets = gw_secrets_new (NULL, key, passphrase);
  g_autoptr (GwSecrets) loaded = NULL;
  g_autoptr (GwCredential) credential = gw_credential_new (NULL);
  g_autoptr (GwCredential) edited = NULL;
  g_autoptr (GError) error = NULL;
  GwKeyringItem *item;
  GwCredential *listed;
  gint64 created;

  gw_credential_set_name (credential, "Web: servers");
  gw_credential_set_user (credential, "admin");
  gw_credential_set_secret_type (credential, GW_CREDENTIAL_PRIVATE_KEY);
  gw_credential_set_key (credential, "ssh-rsa", "SHA256:abc", 3072, TRUE);
  gw_credential_set_scopes (credential, scopes);
  save (f, credential, secrets, &error);
  g_assert_no_error (error);

  listed = gw_credentials_lookup (f->credentials, gw_credential_get_id (credential));
  g_assert_nonnull (listed);
  g_assert_true (listed != credential);
  g_assert_cmpstr (gw_credential_get_name (listed), ==, "Web: servers");
  g_assert_cmpstr (gw_credential_get_user (listed), ==, "admin");
  g_assert_cmpint (gw_credential_get_secret_type (listed), ==, GW_CREDENTIAL_PRIVATE_KEY);
  g_assert_cmpstr (gw_credential_get_key_type (listed), ==, "ssh-rsa");
  g_assert_cmpstr (gw_credential_get_fingerprint (listed), ==, "SHA256:abc");
  g_assert_cmpuint (gw_credential_get_key_bits (listed), ==, 3072);
  g_assert_true (gw_credential_is_encrypted (listed));
  g_assert_true (g_strv_equal (gw_credential_get_scopes (listed), scopes));
  created = gw_credential_get_created (listed);
  g_assert_cmpint (created, >, 1600000000);
  item = gw_keyring_lookup (f->keyring, "credential", gw_credential_get_id (credential));
  g_assert_cmpstr (gw_keyring_item_get_label (item), ==, "Gangway/Web/ servers (admin)");
  loaded = load_secrets (f, gw_credential_get_id (credential), &error);
  g_assert_no_error (error);
  g_assert_null (loaded->password);
  g_assert_cmpstr (gw_sensitive_get_text (loaded->private_key), ==, "KEY\n");
  g_assert_cmpstr (gw_sensitive_get_text (loaded->passphrase), ==, "open sesame");

  /* Renamed: the secret stays, and so does the time. */
  edited = gw_credential_copy (listed);
  gw_credential_set_name (edited, "web");
  gw_credential_set_created (edited, 0);
  save (f, edited, NULL, &error);
  g_assert_no_error (error);
  listed = gw_credentials_lookup (f->credentials, gw_credential_get_id (edited));
  g_assert_cmpstr (gw_credential_get_name (listed), ==, "web");
  g_assert_cmpint (gw_credential_get_created (listed), ==, created);
  g_assert_true (g_strv_equal (gw_credential_get_scopes (listed), scopes));
  g_clear_pointer (&loaded, gw_secrets_free);
  loaded = load_secrets (f, gw_credential_get_id (edited), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (gw_sensitive_get_text (loaded->passphrase), ==, "open sesame");

  /* A password instead: nothing is left of the key. */
  g_clear_pointer (&secrets, gw_secrets_free);
  secrets = password_new ("hunter2");
  gw_credential_set_secret_type (edited, GW_CREDENTIAL_PASSWORD);
  save (f, edited, secrets, &error);
  g_assert_no_error (error);
  listed = gw_credentials_lookup (f->credentials, gw_credential_get_id (edited));
  g_assert_cmpint (gw_credential_get_secret_type (listed), ==, GW_CREDENTIAL_PASSWORD);
  g_assert_null (gw_credential_get_key_type (listed));
  g_assert_null (gw_credential_get_fingerprint (listed));
  g_clear_pointer (&loaded, gw_secrets_free);
  loaded = load_secrets (f, gw_credential_get_id (edited), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (gw_sensitive_get_text (loaded->password), ==, "hunter2");
  g_assert_null (loaded->private_key);
  g_assert_cmpuint (n_credentials (f), ==, 1);
}

static void
test_list (Fixture      *f,
           gconstpointer unused)
{
  GwCredential *bravo, *alpha;
  g_autoptr (GwKeyringItem) foreign = gw_keyring_item_new ("login", "instance:i-1");
  g_autoptr (GwCredential) changed = NULL;
  g_autoptr (GError) error = NULL;

  bravo = add (f, "1", "Bravo", NULL);
  alpha = add (f, "2", "alpha", NULL);
  add (f, "3", "charlie", NULL);
  assert_names (f, "alpha,Bravo,charlie");
  /* One name for two: by their ids. */
  add (f, "5", "ALPHA", NULL);
  add (f, "4", "alpha", NULL);
  assert_names (f, "alpha,alpha,ALPHA,Bravo,charlie");
  g_assert_cmpuint (f->added, ==, 5);
  g_assert_cmpuint (f->removed, ==, 0);

  /* What has not changed is the same object, and nobody is told of it. */
  store_item (f->keyring, foreign, "secret", -1, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (f->added, ==, 5);
  g_assert_true (gw_credentials_lookup (f->credentials, "1") == bravo);
  changed = gw_credential_copy (alpha);
  gw_credential_set_user (changed, "admin");
  save (f, changed, NULL, &error);
  g_assert_no_error (error);
  /* Once, or twice where the service's clock says another second than ours. */
  g_assert_cmpuint (f->added, >=, 6);
  g_assert_cmpuint (f->added - f->removed, ==, 5);
  g_assert_true (gw_credentials_lookup (f->credentials, "1") == bravo);
  g_assert_cmpstr (gw_credential_get_user (gw_credentials_lookup (f->credentials, "2")), ==,
                   "admin");
  g_assert_null (gw_credentials_lookup (f->credentials, "instance:i-1"));
}

static void
test_names (Fixture      *f,
            gconstpointer unused)
{
  g_assert_false (gw_credentials_has_name (f->credentials, "", NULL));
  add (f, "1", "Größe", NULL);
  g_assert_true (gw_credentials_has_name (f->credentials, "Größe", NULL));
  g_assert_true (gw_credentials_has_name (f->credentials, "grÖSSE", NULL));
  g_assert_true (gw_credentials_has_name (f->credentials, "  größe\t", NULL));
  /* Decomposed. */
  g_assert_true (gw_credentials_has_name (f->credentials, "Gro\xcc\x88\xc3\x9f"
                                                          "e", NULL));
  g_assert_true (gw_credentials_has_name (f->credentials, "größe", "2"));
  g_assert_false (gw_credentials_has_name (f->credentials, "größe", "1"));
  g_assert_false (gw_credentials_has_name (f->credentials, "größer", NULL));
  g_assert_false (gw_credentials_has_name (f->credentials, "", NULL));
}

static void
test_defaults (Fixture      *f,
               gconstpointer unused)
{
  const char *const scopes[] = { "key-pair:kp", "tag:env=prod", "tag:env", "group:rg-1",
                                 "source:saved", NULL };
  const char *scope = "untouched";
  g_autoptr (GwCredential) thief = gw_credential_new ("4");
  g_autoptr (GwSecrets) secrets = password_new ("hunter2");
  g_autoptr (GError) error = NULL;

  g_assert_null (gw_credentials_find_default (f->credentials, scopes, &scope));
  g_assert_null (scope);
  add (f, "1", "source", "source:saved\ngroup:rg-1");
  add (f, "2", "tag", "tag:env");
  add (f, "3", "other", "tag:env=test\ngroup:rg-2");
  g_assert_true (gw_credentials_find_default (f->credentials, scopes, &scope) ==
                 gw_credentials_lookup (f->credentials, "2"));
  g_assert_true (scope == scopes[2]);
  g_assert_true (gw_credentials_find_default (f->credentials, scopes + 3, &scope) ==
                 gw_credentials_lookup (f->credentials, "1"));
  g_assert_true (scope == scopes[3]);
  g_assert_true (gw_credentials_find_default (f->credentials, scopes + 4, NULL) ==
                 gw_credentials_lookup (f->credentials, "1"));
  g_assert_null (gw_credentials_find_default (f->credentials, NULL, NULL));

  /* A scope belongs to the one that was given it last. */
  gw_credential_set_name (thief, "thief");
  gw_credential_set_scopes (thief, (const char *const[]) { "group:rg-1", "tag:env", "group:rg-2",
                                                           NULL });
  save (f, thief, secrets, &error);
  g_assert_no_error (error);
  assert_scopes (f, "1", "source:saved");
  assert_scopes (f, "2", "");
  assert_scopes (f, "3", "tag:env=test");
  assert_scopes (f, "4", "group:rg-1|tag:env|group:rg-2");
  g_assert_cmpstr (gw_credential_get_user (gw_credentials_lookup (f->credentials, "2")), ==,
                   "root");
  g_assert_true (gw_credentials_find_default (f->credentials, scopes, NULL) ==
                 gw_credentials_lookup (f->credentials, "4"));
}

/* What cannot be saved takes nothing from the others. */
static void
test_refused (Fixture      *f,
              gconstpointer unused)
{
  g_autoptr (GwCredential) gone = gw_credential_new ("gone");
  g_autoptr (GwCredential) greedy = gw_credential_new ("greedy");
  g_autoptr (GwSecrets) secrets = password_new ("hunter2");
  g_autoptr (GPtrArray) scopes = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = g_strnfill (GW_KEYRING_MAX_SECRET, 'x');
  g_autoptr (GwSensitive) much = gw_sensitive_new (text, -1, NULL);
  g_autoptr (GwSecrets) large = gw_secrets_new (NULL, much, NULL);
  g_autoptr (GwSecrets) bytes = password_new ("\xff\xfe");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  add (f, "1", "one", "group:0\ntag:env");
  gw_credential_set_name (gone, "gone");
  gw_credential_set_scopes (gone, (const char *const[]) { "tag:env", NULL });
  g_assert_false (save (f, gone, NULL, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_NO_SECRET);
  g_clear_error (&error);
  g_assert_false (save (f, gone, large, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_TOO_LARGE);
  g_clear_error (&error);
  /* What only the keyring refuses. */
  g_assert_false (save (f, gone, bytes, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING);
  g_clear_error (&error);

  for (guint i = 0; i < 1000; i++)
    g_ptr_array_add (scopes, g_strdup_printf ("group:%u", i));
  g_ptr_array_add (scopes, NULL);
  gw_credential_set_name (greedy, "greedy");
  gw_credential_set_scopes (greedy, (const char *const *) scopes->pdata);
  g_assert_false (save (f, greedy, secrets, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_TOO_LARGE);
  g_clear_error (&error);

  g_cancellable_cancel (cancellable);
  gw_credential_set_scopes (gone, (const char *const[]) { "tag:env", NULL });
  gw_credentials_save_async (f->credentials, gone, secrets, cancellable, gw_test_on_result_,
                             &result);
  AWAIT (result);
  g_assert_false (gw_credentials_save_finish (f->credentials, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  assert_scopes (f, "1", "group:0|tag:env");
  assert_names (f, "one");
}

static void
test_remove (Fixture      *f,
             gconstpointer unused)
{
  g_autoptr (GwCredential) removed = NULL;
  g_autoptr (GwCredential) none = NULL;
  g_autoptr (GwSecrets) secrets = NULL;
  g_autoptr (GwSecrets) loaded = NULL;
  g_autoptr (GError) error = NULL;
  GwCredential *listed;

  listed = add (f, "1", "one", "tag:env\nsource:saved");
  add (f, "2", "two", NULL);
  gw_credential_set_created (listed, 1500000000);
  save (f, listed, NULL, &error);
  g_assert_no_error (error);
  remove_credential (f, "1", &removed, &secrets, &error);
  g_assert_no_error (error);
  assert_names (f, "two");
  g_assert_null (gw_keyring_lookup (f->keyring, "credential", "1"));
  g_assert_null (load_secrets (f, "1", &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_NO_SECRET);
  g_clear_error (&error);
  g_assert_cmpstr (gw_sensitive_get_text (secrets->password), ==, "hunter2");

  /* Undo. */
  save (f, removed, secrets, &error);
  g_assert_no_error (error);
  listed = gw_credentials_lookup (f->credentials, "1");
  g_assert_cmpstr (gw_credential_get_name (listed), ==, "one");
  g_assert_cmpint (gw_credential_get_created (listed), ==, 1500000000);
  assert_scopes (f, "1", "tag:env|source:saved");
  loaded = load_secrets (f, "1", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (gw_sensitive_get_text (loaded->password), ==, "hunter2");

  /* What is not there is removed. */
  g_clear_pointer (&secrets, gw_secrets_free);
  g_assert_true (remove_credential (f, "3", &none, &secrets, &error));
  g_assert_no_error (error);
  g_assert_null (none);
  g_assert_null (secrets);
  /* Without undo. */
  g_assert_true (remove_credential (f, "1", NULL, NULL, &error));
  assert_names (f, "two");
}

/* Items as other programs may have left them. */
static void
test_broken (Fixture      *f,
             gconstpointer unused)
{
  g_autoptr (GwKeyringItem) bare = gw_keyring_item_new ("credential", "0123456789abcdef");
  g_autoptr (GwKeyringItem) nameless = gw_keyring_item_new ("credential", "2");
  g_autoptr (GwKeyringItem) odd = gw_keyring_item_new ("credential", "3");
  g_autoptr (GwCredential) removed = NULL;
  g_autoptr (GwSecrets) secrets = NULL;
  g_autoptr (GError) error = NULL;
  GwCredential *credential;

  store_item (f->keyring, bare, "gangway 1 0\n\nKEY\n", -1, &error);
  g_assert_no_error (error);
  gw_keyring_item_set_field (nameless, "user", "admin");
  gw_keyring_item_set_field (nameless, "name", " \n ");
  gw_keyring_item_set_field (nameless, "type", "certificate");
  store_item (f->keyring, nameless, "hunter2", -1, &error);
  g_assert_no_error (error);
  gw_keyring_item_set_field (odd, "user", "-oProxyCommand=x");
  gw_keyring_item_set_field (odd, "name", "<b>odd</b>\n\x1b[31m");
  gw_keyring_item_set_field (odd, "type", "private-key");
  gw_keyring_item_set_field (odd, "key-type", "ssh-rsa\nx");
  gw_keyring_item_set_field (odd, "key-bits", "99999999999999999999");
  gw_keyring_item_set_field (odd, "encrypted", "perhaps");
  gw_keyring_item_set_field (odd, "created", "-7");
  gw_keyring_item_set_field (odd, "default-for", "\n\ntag:\nshell:rm\ntag:ok\n\x1b[31m\ntag:ok\n");
  store_item (f->keyring, odd, "no key at all", -1, &error);
  g_assert_no_error (error);

  credential = gw_credentials_lookup (f->credentials, "0123456789abcdef");
  g_assert_cmpstr (gw_credential_get_name (credential), ==, "0123456…");
  g_assert_cmpstr (gw_credential_get_user (credential), ==, "");
  credential = gw_credentials_lookup (f->credentials, "2");
  g_assert_cmpstr (gw_credential_get_name (credential), ==, "admin");
  g_assert_cmpint (gw_credential_get_secret_type (credential), ==, GW_CREDENTIAL_PASSWORD);
  credential = gw_credentials_lookup (f->credentials, "3");
  g_assert_cmpstr (gw_credential_get_name (credential), ==, "<b>odd</b> [31m");
  g_assert_cmpstr (gw_credential_get_user (credential), ==, "");
  g_assert_cmpstr (gw_credential_get_key_type (credential), ==, "ssh-rsa x");
  g_assert_null (gw_credential_get_fingerprint (credential));
  g_assert_cmpuint (gw_credential_get_key_bits (credential), ==, 0);
  g_assert_false (gw_credential_is_encrypted (credential));
  g_assert_cmpint (gw_credential_get_created (credential), >=, 0);
  assert_scopes (f, "3", "tag:ok");

  /* A key whose item has lost its type is no password. */
  g_assert_null (load_secrets (f, "0123456789abcdef", &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING);
  g_clear_error (&error);
  g_assert_null (load_secrets (f, "3", &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING);
  g_clear_error (&error);

  /* It can be removed, without a secret for undo. */
  remove_credential (f, "3", &removed, &secrets, &error);
  g_assert_no_error (error);
  g_assert_nonnull (removed);
  g_assert_null (secrets);
  g_assert_null (gw_credentials_lookup (f->credentials, "3"));
}

/* Fields of a later program stay when this one edits. */
static void
test_later (Fixture      *f,
            gconstpointer unused)
{
  g_autoptr (GwKeyringItem) item = gw_keyring_item_new ("credential", "1");
  g_autoptr (GwCredential) credential = NULL;
  g_autoptr (GError) error = NULL;

  gw_keyring_item_set_field (item, "name", "one");
  gw_keyring_item_set_field (item, "color", "red");
  store_item (f->keyring, item, "hunter2", -1, &error);
  g_assert_no_error (error);
  credential = gw_credential_copy (gw_credentials_lookup (f->credentials, "1"));
  gw_credential_set_name (credential, "uno");
  save (f, credential, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (gw_keyring_item_get_field (gw_keyring_lookup (f->keyring, "credential", "1"),
                                              "color"), ==, "red");
  assert_names (f, "uno");
}

static void
test_two_windows (Fixture      *f,
                  gconstpointer unused)
{
  g_autoptr (GwCredentials) other = gw_credentials_new (f->keyring);
  g_autoptr (GwCredential) one = gw_credential_new ("1");
  g_autoptr (GwCredential) two = gw_credential_new ("2");
  g_autoptr (GwSecrets) secrets = password_new ("hunter2");
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GError) error = NULL;

  gw_credential_set_name (one, "one");
  gw_credential_set_name (two, "two");
  gw_credentials_save_async (f->credentials, one, secrets, NULL, gw_test_on_result_, &first);
  gw_credentials_save_async (other, two, secrets, NULL, gw_test_on_result_, &second);
  /* What was given is a copy. */
  gw_credential_set_name (one, "changed");
  AWAIT (first);
  AWAIT (second);
  gw_credentials_save_finish (f->credentials, first, &error);
  g_assert_no_error (error);
  gw_credentials_save_finish (other, second, &error);
  g_assert_no_error (error);
  assert_names (f, "one,two");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (other)), ==, 2);
}

static void
test_forgotten (Fixture      *f,
                gconstpointer unused)
{
  g_autoptr (GwCredential) credential = gw_credential_new ("2");
  g_autoptr (GwSecrets) secrets = password_new ("hunter2");
  g_autoptr (GError) error = NULL;

  add (f, "1", "one", NULL);
  gw_keyring_wipe_memory (f->keyring);
  g_assert_cmpuint (n_credentials (f), ==, 0);
  g_assert_cmpuint (f->removed, ==, 1);
  g_assert_null (load_secrets (f, "1", &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING_ABSENT);
  g_clear_error (&error);
  g_assert_false (save (f, credential, secrets, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING_ABSENT);
  g_clear_error (&error);
  g_assert_false (remove_credential (f, "1", NULL, NULL, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING_ABSENT);
}

static void
test_other_programs (Fixture      *f,
                     gconstpointer unused)
{
  const char *attributes = "xdg:schema org.gangway.Secret kind credential version 1 id";
  g_autofree char *output = NULL;
  g_autoptr (GwSecrets) secrets = NULL;
  g_autoptr (GwCredential) stale = NULL;
  g_autoptr (GError) error = NULL;
  GwCredential *one;

  /* A password is one for them, too. */
  one = add (f, "1", "one", "tag:env");
  stale = gw_credential_copy (one);
  output = run (NULL, "secret-tool lookup %s 1", attributes);
  g_assert_cmpstr (output, ==, "hunter2");
  g_free (output);

  output = run ("hunter3", "secret-tool store --label=x %s 2 name two user admin", attributes);
  gw_test_wait_until (n_credentials (f) == 2);
  assert_names (f, "one,two");
  g_assert_true (gw_credentials_lookup (f->credentials, "1") == one);
  secrets = load_secrets (f, "2", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (gw_sensitive_get_text (secrets->password), ==, "hunter3");
  g_free (output);

  output = run (NULL, "secret-tool clear %s 1", attributes);
  gw_test_wait_until (n_credentials (f) == 1);
  /* The dialog that still shows it says so. */
  g_assert_false (save (f, stale, NULL, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_NO_SECRET);
  assert_names (f, "two");
}

/* Asked before the keyring has said what is in it. */
static void
test_early (Fixture      *f,
            gconstpointer unused)
{
  Fixture late = { 0 };
  g_autoptr (GwCredential) edited = NULL;
  g_autoptr (GwCredential) removed = NULL;
  g_autoptr (GwSecrets) secrets = NULL;
  g_autoptr (GError) error = NULL;

  add (f, "1", "one", "tag:env");
  edited = gw_credential_copy (add (f, "2", "two", NULL));
  gw_credential_set_scopes (edited, (const char *const[]) { "tag:env", NULL });

  late.keyring = gw_keyring_new ();
  late.credentials = gw_credentials_new (late.keyring);
  g_assert_cmpuint (n_credentials (&late), ==, 0);
  save (&late, edited, NULL, &error);
  g_assert_no_error (error);
  assert_scopes (&late, "1", "");
  assert_scopes (&late, "2", "tag:env");
  g_assert_finalize_object (late.credentials);
  keyring_free (late.keyring);

  late.keyring = gw_keyring_new ();
  late.credentials = gw_credentials_new (late.keyring);
  remove_credential (&late, "1", &removed, &secrets, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (gw_credential_get_name (removed), ==, "one");
  g_assert_cmpstr (gw_sensitive_get_text (secrets->password), ==, "hunter2");
  gw_test_wait_until (n_credentials (f) == 1);
  g_assert_finalize_object (late.credentials);
  keyring_free (late.keyring);
}

static void
test_locked (Fixture      *f,
             gconstpointer unused)
{
  g_autoptr (GwCredential) credential = NULL;
  g_autoptr (GwSecrets) secrets = password_new ("hunter3");
  g_autoptr (GError) error = NULL;

  credential = gw_credential_copy (add (f, "1", "one", "tag:env"));
  add (f, "2", "two", NULL);
  lock_keyring ();
  gw_test_wait_until (gw_keyring_get_state (f->keyring) == GW_KEYRING_STATE_LOCKED);
  g_assert_cmpuint (n_credentials (f), ==, 0);
  g_assert_null (load_secrets (f, "1", &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING_LOCKED);
  g_clear_error (&error);
  g_assert_false (save (f, credential, secrets, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING_LOCKED);
  g_clear_error (&error);
  g_assert_false (save (f, credential, NULL, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING_LOCKED);
  g_clear_error (&error);
  g_assert_false (remove_credential (f, "1", NULL, NULL, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING_LOCKED);
}

/* In the middle of a write. */
static void
test_killed (Fixture      *f,
             gconstpointer unused)
{
  g_autoptr (GwCredential) credential = gw_credential_new ("new");
  g_autoptr (GwSecrets) secrets = password_new ("hunter3");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  add (f, "1", "one", "tag:env");
  gw_credential_set_name (credential, "new");
  gw_credential_set_scopes (credential, (const char *const[]) { "tag:env", NULL });
  signal_keyring (SIGSTOP);
  gw_credentials_save_async (f->credentials, credential, secrets, NULL, gw_test_on_result_,
                             &result);
  signal_keyring (SIGKILL);
  AWAIT (result);
  g_assert_false (gw_credentials_save_finish (f->credentials, result, &error));
  g_assert_nonnull (error);
  g_assert_true (error->domain == GW_ERROR);
  gw_test_wait_until (n_credentials (f) == 0);
}

/* @argv[1]: what the keyring is there for. */
int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function) \
  g_test_add ("/credentials/" name, Fixture, NULL, set_up, function, tear_down)
  if (g_str_equal (argv[1], "locked"))
    ADD ("locked", test_locked);
  else if (g_str_equal (argv[1], "killed"))
    ADD ("killed", test_killed);
  else
    {
      ADD ("save", test_save);
      ADD ("list", test_list);
      ADD ("names", test_names);
      ADD ("defaults", test_defaults);
      ADD ("refused", test_refused);
      ADD ("remove", test_remove);
      ADD ("broken", test_broken);
      ADD ("later", test_later);
      ADD ("two-windows", test_two_windows);
    }
  if (g_str_equal (argv[1], "service"))
    {
      ADD ("other-programs", test_other_programs);
      ADD ("early", test_early);
    }
  if (g_str_equal (argv[1], "memory"))
    {
      g_test_add_func ("/credentials/data", test_data);
      g_test_add_func ("/credentials/weak", test_weak);
      g_test_add_func ("/credentials/scope", test_scope);
      ADD ("forgotten", test_forgotten);
    }

  return g_test_run ();
}
