/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gw-test-profiles.h"

static void
test_list (void)
{
  static const struct
  {
    const char *name;
    GwCliMode mode;
    const char *word;
    gboolean is_complete;
  } expected[] = {
    { "main", GW_CLI_AK, "AK", TRUE },
    { "half", GW_CLI_AK, "ak", FALSE },
    { "token", GW_CLI_STS_TOKEN, "StsToken", TRUE },
    { "no token", GW_CLI_STS_TOKEN, "STSTOKEN", FALSE },
    { "role", GW_CLI_RAM_ROLE_ARN, "RamRoleArn", TRUE },
    { "uri", GW_CLI_CREDENTIALS_URI, "CredentialsURI", TRUE },
    { "ext\n\342\200\256", GW_CLI_EXTERNAL, "External", FALSE },
    { "sso", GW_CLI_CLOUD_SSO, "CloudSSO", TRUE },
    { "oauth", GW_CLI_OAUTH, "oauth", TRUE },
    { "ecs", GW_CLI_UNSUPPORTED, "EcsRamRole", FALSE },
    { "odd", GW_CLI_UNSUPPORTED, "?", FALSE },
    { "wild", GW_CLI_UNSUPPORTED, "a b", FALSE },
  };
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GError) error = NULL;

  write_profiles (
      "{\"name\": \"main\", " KEY ", \"region_id\": \"cn-\\u0007beijing\", \"unknown\": {},"
      " \"endpoint\": \"https://e\"}, 7, null, {\"mode\": \"AK\"}, {\"name\": 5}, {\"name\": \"\"},"
      "{\"name\": \"main\", \"mode\": \"StsToken\"},"
      "{\"name\": \"half\", \"mode\": \"ak\", \"access_key_id\": \"LTAI1\","
      " \"access_key_secret\": 17, \"region_id\": []},"
      "{\"name\": \"token\", \"mode\": \"StsToken\", " KEY ", \"sts_token\": \"t\"},"
      "{\"name\": \"no token\", \"mode\": \"STSTOKEN\", " KEY ", \"sts_token\": \"\"},"
      "{\"name\": \"role\", \"mode\": \"RamRoleArn\", " KEY ", \"ram_role_arn\": \"r\"},"
      "{\"name\": \"uri\", \"mode\": \"CredentialsURI\", \"credentials_uri\": \"u\"},"
      "{\"name\": \"ext\\n\342\200\256\", \"mode\": \"External\"},"
      "{\"name\": \"sso\", \"mode\": \"CloudSSO\"}, {\"name\": \"oauth\", \"mode\": \"oauth\"},"
      "{\"name\": \"ecs\", \"mode\": \"EcsRamRole\"}, {\"name\": \"odd\", \"mode\": 5},"
      "{\"name\": \"wild\", \"mode\": \"a\\n\\u001bb\"}");
  list = gw_cli_profiles_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < list->len; i++)
    {
      GwCliProfile *profile = g_ptr_array_index (list, i);

      g_assert_cmpstr (profile->name, ==, expected[i].name);
      g_assert_cmpint ((int) profile->mode, ==, (int) expected[i].mode);
      g_assert_cmpstr (profile->mode_word, ==, expected[i].word);
      g_assert_cmpint (profile->is_complete, ==, expected[i].is_complete);
      g_assert_cmpint (profile->is_current, ==, i == 0);
      g_assert_cmpstr (profile->region, ==, i == 0 ? "cn- beijing" : NULL);
      g_assert_cmpstr (profile->endpoint, ==, i == 0 ? "https://e" : NULL);
      g_assert_cmpuint (strlen (gw_cli_mode_describe (profile->mode)), >, 0);
    }
}

static void
assert_empty (const char *file)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = gw_cli_profiles_load (file, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 0);
}

static void
assert_unreadable (const char *text,
                   gssize      length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = NULL;

  write_text (path, text, length);
  list = gw_cli_profiles_load (path, &error);
  g_assert_null (list);
  g_assert_nonnull (error);
  assert_profile_fails ("main", GW_CLOUD_ERROR_NO_KEY, "aliyun CLI");
}

static void
test_bad_files (void)
{
  g_autofree char *huge = g_strnfill (2 * 1024 * 1024, ' ');
  g_autofree char *deep = g_strnfill (500 * 1024, '[');
  g_autofree char *folder = g_build_filename (home, "folder", NULL);
  g_autofree char *absent = g_build_filename (home, "absent", "config.json", NULL);
  g_autoptr (GError) error = NULL;

  assert_unreadable ("", 0);
  assert_unreadable ("{\"profiles\": [{\"name\": \"main\"", -1);
  assert_unreadable ("[]", -1);
  assert_unreadable ("\0\1\2", 3);
  assert_unreadable (huge, -1);
  assert_unreadable (deep, -1);
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_null (gw_cli_profiles_load (folder, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_INVALID_FILE);

  assert_empty (absent);
  write_text (path, "{}", -1);
  assert_empty (path);
  write_text (path, "{\"profiles\": {\"name\": \"main\"}, \"current\": []}", -1);
  assert_empty (path);
  assert_profile_fails ("main", GW_CLOUD_ERROR_NO_KEY, "“main”");
}

/* The file's place, and hiding it. */
static void
test_place (void)
{
  g_autofree char *folder = g_build_filename (home, ".aliyun", NULL);
  g_autofree char *usual = g_build_filename (folder, "config.json", NULL);
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GPtrArray) configured = NULL;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  write_text (usual, "{\"profiles\": [{\"name\": \"usual\"}]}", -1);
  list = gw_cli_profiles_load (NULL, NULL);
  g_assert_cmpuint (list->len, ==, 1);

  write_profiles ("{\"name\": \"a\"}, {\"name\": \"b\"}");
  g_setenv ("ALIBABA_CLOUD_CONFIG_FILE", path, TRUE);
  configured = gw_cli_profiles_load (NULL, NULL);
  g_assert_cmpuint (configured->len, ==, 2);
  g_unsetenv ("ALIBABA_CLOUD_CONFIG_FILE");

  g_setenv ("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "TRUE", TRUE);
  assert_empty (NULL);
  assert_profile_fails ("a", GW_CLOUD_ERROR_NO_KEY, "“a”");
  g_unsetenv ("ALIBABA_CLOUD_CLI_PROFILE_DISABLED");
}

static void
test_plain (void)
{
  g_autoptr (GwKeySource) keys = gw_cli_key_source_new (path, "main", NULL);
  g_autoptr (GwKeySource) token = gw_cli_key_source_new (path, "token", NULL);

  write_profiles ("{\"name\": \"main\", \"mode\": \"AK\", " KEY ", \"sts_token\": \"old\"},"
                  "{\"name\": \"token\", \"mode\": \"ststoken\", " KEY ", \"sts_token\": \"t\"}");
  assert_key (keys, "LTAI1", "sesame", NULL);
  assert_key (token, "LTAI1", "sesame", "t");

  /* Read anew each time. */
  write_profiles ("{\"name\": \"main\", \"access_key_id\": \"LTAI2\","
                  " \"access_key_secret\": \"sesame2\"},"
                  "{\"name\": \"token\", \"mode\": \"StsToken\", " KEY "}");
  assert_key (keys, "LTAI2", "sesame2", NULL);
  assert_get_fails (token, GW_CLOUD_ERROR_NO_KEY, "“token”");

  write_profiles ("{\"name\": \"main\", \"access_key_id\": \"LTAI 2\\n\","
                  " \"access_key_secret\": \"sesame\"}");
  assert_get_fails (keys, GW_CLOUD_ERROR_NO_KEY, "“main”");
  write_profiles ("{\"name\": \"other\", " KEY "}");
  assert_get_fails (keys, GW_CLOUD_ERROR_NO_KEY, "“main”");
  g_assert_cmpint (g_remove (path), ==, 0);
  assert_get_fails (keys, GW_CLOUD_ERROR_NO_KEY, "“main”");
}

static void
test_unsupported (void)
{
  static const char *const words[] = {
    "EcsRamRole", "OIDC", "ChainableRamRoleArn", "BearerToken", "Anonymous", "RsaKeyPair",
    "RamRoleArnWithRoleName", "Whatever",
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      write_profiles ("{\"name\": \"main\", \"mode\": \"%s\", " KEY "}", words[i]);
      assert_profile_fails ("main", GW_CLOUD_ERROR_NO_KEY, words[i]);
    }
}

static void
test_signed_in (void)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  static const char *const modes[] = { "CloudSSO", "OAuth" };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autoptr (GwKeySource) keys = gw_cli_key_source_new (path, "my prod", NULL);
      g_autoptr (GwAccessKey) key = NULL;
      g_autofree char *hint = g_strdup_printf ("aliyun configure --mode %s --profile 'my prod'",
                                               modes[i]);

      write_profiles ("{\"name\": \"my prod\", \"mode\": \"%s\", " KEY ", \"sts_token\": \"t\","
                      " \"sts_expiration\": %" G_GINT64_FORMAT "}", modes[i], now + 600);
      assert_key (keys, "LTAI1", "sesame", "t");
      write_profiles ("{\"name\": \"my prod\", \"mode\": \"%s\", " KEY ", \"sts_token\": \"t\","
                      " \"sts_expiration\": \"%" G_GINT64_FORMAT "\"}", modes[i], now + 600);
      key = get (keys);
      g_assert_cmpint (gw_access_key_get_expires (key), ==, now + 600);

      write_profiles ("{\"name\": \"my prod\", \"mode\": \"%s\", " KEY ", \"sts_token\": \"t\","
                      " \"sts_expiration\": %" G_GINT64_FORMAT "}", modes[i], now + 30);
      assert_get_fails (keys, GW_CLOUD_ERROR_SIGN_IN, hint);
      write_profiles ("{\"name\": \"my prod\", \"mode\": \"%s\", " KEY ", \"sts_token\": \"t\"}",
                      modes[i]);
      assert_get_fails (keys, GW_CLOUD_ERROR_SIGN_IN, hint);
      write_profiles ("{\"name\": \"my prod\", \"mode\": \"%s\", " KEY ","
                      " \"sts_expiration\": %" G_GINT64_FORMAT "}", modes[i], now + 600);
      assert_get_fails (keys, GW_CLOUD_ERROR_SIGN_IN, hint);
    }
}

static void
test_environment (void)
{
  g_autoptr (GwKeySource) keys = gw_environment_key_source_new ();

  g_setenv ("ACCESS_KEY_ID", "bare", TRUE);
  g_setenv ("ACCESS_KEY_SECRET", "bare", TRUE);
  g_assert_false (gw_environment_has_key ());
  assert_get_fails (keys, GW_CLOUD_ERROR_NO_KEY, "ALIBABA_CLOUD_ACCESS_KEY_ID");

  g_setenv ("ALICLOUD_ACCESS_KEY_ID", "third", TRUE);
  g_setenv ("ALICLOUD_ACCESS_KEY_SECRET", "s3", TRUE);
  g_assert_true (gw_environment_has_key ());
  assert_key (keys, "third", "s3", NULL);
  g_setenv ("ALIBABACLOUD_ACCESS_KEY_ID", "second", TRUE);
  g_setenv ("ALIBABACLOUD_ACCESS_KEY_SECRET", "s2", TRUE);
  assert_key (keys, "second", "s2", NULL);
  g_setenv ("ALIBABA_CLOUD_ACCESS_KEY_ID", "first", TRUE);
  assert_key (keys, "second", "s2", NULL);
  g_setenv ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s1", TRUE);
  g_setenv ("ALIBABA_CLOUD_SECURITY_TOKEN", "t1", TRUE);
  assert_key (keys, "first", "s1", "t1");
  g_setenv ("ALIBABA_CLOUD_ACCESS_KEY_ID", "no good", TRUE);
  g_assert_false (gw_environment_has_key ());
}

int
main (int   argc,
      char *argv[])
{
  int status;

  home = gw_test_home_new ();
  path = g_build_filename (home, "config.json", NULL);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/profiles/list", test_list);
  g_test_add_func ("/profiles/bad-files", test_bad_files);
  g_test_add_func ("/profiles/place", test_place);
  g_test_add_func ("/profiles/plain", test_plain);
  g_test_add_func ("/profiles/unsupported", test_unsupported);
  g_test_add_func ("/profiles/signed-in", test_signed_in);
  g_test_add_func ("/profiles/environment", test_environment);
  status = g_test_run ();
  g_free (path);
  gw_test_home_free (home);
  return status;
}
