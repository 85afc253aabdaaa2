/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Test"

/* Logging in with keys of every format, and what is said of those that are none. */

#include "gw-engine-test.h"

#define PASSPHRASE "open sesame"

static const char PUTTY_KEY[] =
  "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: eddsa-key\nPublic-Lines: 2\n"
  "AAAAC3NzaC1lZDI1NTE5AAAAIGp3mNZyYBnkVSmb0B4LCzWMBIzlWYPnTyMGkZTJwEwW\n"
  "AAAA\nPrivate-Lines: 1\nAAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n"
  "Private-MAC: 0000000000000000000000000000000000000000000000000000000000000000\n";

static const struct { const char *name; const char *type; } keys[] = {
  { "ed25519-openssh", "ssh-ed25519" },
  { "ecdsa-openssh", "ecdsa-sha2-nistp256" },
  { "ecdsa-pem", "ecdsa-sha2-nistp256" },
  { "ecdsa-pkcs8", "ecdsa-sha2-nistp256" },
  { "ecdsa384-openssh", "ecdsa-sha2-nistp384" },
  { "ecdsa521-openssh", "ecdsa-sha2-nistp521" },
  { "rsa-openssh", "ssh-rsa" },
  { "rsa-pem", "ssh-rsa" },
  { "rsa-pkcs8", "ssh-rsa" },
  { "ed25519-openssh-encrypted", "ssh-ed25519" },
  { "ecdsa-openssh-encrypted", "ecdsa-sha2-nistp256" },
  { "ecdsa-pem-encrypted", "ecdsa-sha2-nistp256" },
  { "ecdsa-pkcs8-encrypted", "ecdsa-sha2-nistp256" },
  { "rsa-openssh-encrypted", "ssh-rsa" },
  { "rsa-pem-encrypted", "ssh-rsa" },
  { "rsa-pkcs8-encrypted", "ssh-rsa" },
};

static char *
read_key (const char *name)
{
  g_autofree char *path = g_build_filename ("keys", name, NULL);

  return gw_test_server_read (gw_engine_test_get_sshd (), path);
}

static GwTestLogin
key_login (const char *user, const char *key)
{
  GwTestLogin login = gw_engine_test_login (user, NULL);

  login.method = "publickey";
  login.private_key = key;
  return login;
}

static void
test_formats (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
      g_autofree char *key = read_key (keys[i].name);
      GwTestLogin login = key_login ("dave", key);

      g_test_message ("%s", keys[i].name);
      if (g_str_has_suffix (keys[i].name, "-encrypted"))
        login.passphrase = PASSPHRASE;
      gw_engine_driver_connect_works (driver, &login);
      gw_engine_driver_assert_asked (driver, NULL, NULL);
    }
}

static void
test_inspect (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      gboolean encrypted = g_str_has_suffix (keys[i].name, "-encrypted");
      g_autofree char *key = read_key (keys[i].name);
      g_autofree char *public_name = g_strconcat (keys[i].name, ".pub", NULL);
      g_autofree char *public_text = read_key (public_name);
      g_auto (GStrv) words = g_strsplit_set (public_text, " \n", -1);
      g_autofree char *prefix = g_strdup_printf ("%s SHA256:", keys[i].type);
      g_autofree char *suffix = g_strdup_printf (" %s %s", words[0], words[1]);
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) wrong = NULL;
      g_autoptr (GError) none = NULL;
      g_autofree char *told = NULL;

      g_test_message ("%s", keys[i].name);
      told = gw_engine_driver_inspect_key (driver, key, encrypted ? PASSPHRASE : NULL, &error);
      g_assert_no_error (error);
      g_assert_true (g_str_has_prefix (told, prefix));
      g_assert_true (g_str_has_suffix (told, suffix));
      if (!encrypted)
        continue;
      g_assert_null (gw_engine_driver_inspect_key (driver, key, "wrong", &wrong));
      g_assert_error (wrong, GW_ERROR, GW_ERROR_KEY_WRONG_PASSPHRASE);
      g_assert_null (gw_engine_driver_inspect_key (driver, key, NULL, &none));
      g_assert_error (none, GW_ERROR, GW_ERROR_KEY_NEEDS_PASSPHRASE);
    }
}

static void
test_passphrase_asked (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  g_autofree char *key = read_key ("rsa-pem-encrypted");
  GwTestLogin login = key_login ("dave", key);

  gw_engine_driver_add_secret (driver, "wrong");
  gw_engine_driver_add_secret (driver, PASSPHRASE);
  gw_engine_driver_connect_works (driver, &login);
  gw_engine_driver_assert_asked (driver, "secret passphrase 0", "secret passphrase 1", NULL);
}

static void
test_passphrase_wrong (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  g_autofree char *key = read_key ("ed25519-openssh-encrypted");
  GwTestLogin login = key_login ("dave", key);

  login.passphrase = "wrong";
  for (guint i = 0; i < 20; i++)
    gw_engine_driver_add_secret (driver, "still wrong");
  gw_engine_driver_connect_fails (driver, &login, GW_ERROR_KEY_WRONG_PASSPHRASE);
  g_assert_cmpuint (gw_engine_driver_count_asked (driver), >=, 1);
  g_assert_cmpuint (gw_engine_driver_count_asked (driver), <=, 5);
}

static void
test_passphrase_given_up (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  g_autofree char *key = read_key ("ecdsa-pkcs8-encrypted");
  GwTestLogin login = key_login ("dave", key);

  gw_engine_driver_connect_fails (driver, &login, GW_ERROR_CANCELLED);
  gw_engine_driver_assert_asked (driver, "secret passphrase 0", NULL);
}

static void
check_bad_key (const char *text, GwError code)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = key_login ("dave", text);
  g_autoptr (GError) error = NULL;

  g_assert_null (gw_engine_driver_inspect_key (driver, text, NULL, &error));
  g_assert_error (error, GW_ERROR, (int) code);
  /* The engine that inspects goes on. */
  gw_engine_driver_connect_fails (driver, &login, code);
  gw_engine_driver_assert_asked (driver, NULL, NULL);
}

static void
test_bad_keys (void)
{
  g_autofree char *public_key = read_key ("ed25519-openssh.pub");
  g_autofree char *dsa = read_key ("dsa-pem");
  g_autofree char *cut = read_key ("rsa-pem");
  g_autofree char *many = g_strnfill (65536, 'A');

  strstr (cut, "-----END")[-200] = '\0';
  check_bad_key (public_key, GW_ERROR_KEY_IS_PUBLIC);
  check_bad_key (PUTTY_KEY, GW_ERROR_KEY_PUTTY);
  check_bad_key (dsa, GW_ERROR_KEY_UNSUPPORTED);
  check_bad_key ("", GW_ERROR_KEY_NOT_A_KEY);
  check_bad_key ("The quick brown fox\n", GW_ERROR_KEY_NOT_A_KEY);
  check_bad_key (cut, GW_ERROR_KEY_NOT_A_KEY);
  check_bad_key (many, GW_ERROR_KEY_NOT_A_KEY);
}

/* OpenSSH writes no Ed25519 key as PKCS#8, but OpenSSL does. libssh 0.10 imports it and can then do
 * nothing with it: that has to be said, or the key has to work. */
static void
test_ed25519_pkcs8 (void)
{
  static const char *const names[] = { "ed25519-pkcs8", "ed25519-pkcs8-encrypted" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
      g_autofree char *key = read_key (names[i]);
      GwTestLogin login = key_login ("dave", key);
      g_autoptr (GError) error = NULL;
      g_autofree char *told = NULL;

      login.passphrase = i == 1 ? PASSPHRASE : NULL;
      told = gw_engine_driver_inspect_key (driver, key, login.passphrase, &error);
      if (told != NULL)
        {
          gw_engine_driver_connect_works (driver, &login);
          continue;
        }
      g_assert_error (error, GW_ERROR, GW_ERROR_KEY_UNSUPPORTED);
      gw_engine_driver_connect_fails (driver, &login, GW_ERROR_KEY_UNSUPPORTED);
    }
}

static void
test_stranger (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  g_autofree char *key = read_key ("stranger");
  GwTestLogin login = key_login ("dave", key);

  gw_engine_driver_connect_fails (driver, &login, GW_ERROR_AUTH_REFUSED);
}

/* A key where the server takes none. */
static void
test_method_not_offered (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  g_autofree char *key = read_key ("id_ed25519");
  GwTestLogin login = key_login ("kim", key);

  gw_engine_driver_connect_fails (driver, &login, GW_ERROR_AUTH_METHOD);
}

static void
test_chain (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  g_autofree char *key = read_key ("id_ed25519");
  GwTestLogin login = key_login ("carol", key);

  gw_engine_driver_add_answers (driver, "654321", NULL);
  gw_engine_driver_add_answers (driver, "123456", NULL);
  gw_engine_driver_connect_works (driver, &login);
  gw_engine_driver_assert_asked (driver, "interactive 1 ", "interactive 1 ", NULL);
}

static void
add_tests (void)
{
  gw_engine_test_add ("/key/formats", test_formats);
  gw_engine_test_add ("/key/inspect", test_inspect);
  gw_engine_test_add ("/key/passphrase-asked", test_passphrase_asked);
  gw_engine_test_add ("/key/passphrase-wrong", test_passphrase_wrong);
  gw_engine_test_add ("/key/passphrase-given-up", test_passphrase_given_up);
  gw_engine_test_add ("/key/bad-keys", test_bad_keys);
  gw_engine_test_add ("/key/ed25519-pkcs8", test_ed25519_pkcs8);
  gw_engine_test_add ("/key/stranger", test_stranger);
  gw_engine_test_add ("/key/method-not-offered", test_method_not_offered);
  gw_engine_test_add ("/key/chain", test_chain);
}

int
main (int argc, char **argv)
{
  return gw_engine_test_main (&argc, &argv, "--keys", add_tests);
}
