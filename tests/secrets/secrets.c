/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The secrets of a login as the one text of a keyring item. */

#include <gw-error.h>
#include <gw-keyring.h>
#include <gw-secrets.h>
#include <gw-sensitive.h>

#include "../base/gw-memory.h"

static GwSensitive *
secret (const char *text)
{
  g_autoptr (GError) error = NULL;
  GwSensitive *sensitive = text != NULL ? gw_sensitive_new (text, -1, &error) : NULL;

  g_assert_no_error (error);
  return sensitive;
}

static GwSecrets *
secrets_new (const char *password,
             const char *private_key,
             const char *passphrase)
{
  g_autoptr (GwSensitive) one = secret (password);
  g_autoptr (GwSensitive) two = secret (private_key);
  g_autoptr (GwSensitive) three = secret (passphrase);

  return gw_secrets_new (one, two, three);
}

static const char *
text_of (GwSensitive *sensitive)
{
  return sensitive != NULL ? gw_sensitive_get_text (sensitive) : NULL;
}

static void
test_round (void)
{
  static const struct {
    const char *password, *private_key, *passphrase;
    const char *packed;
  } rows[] = {
    { "hunter2", NULL, NULL, "hunter2" },
    { "gangway 1 of my dogs", NULL, NULL, "gangway 1 of my dogs" },
    { "gangway 1 5", NULL, NULL, "gangway 1 5" },
    { NULL, "KEY\nLINE\n", NULL, "gangway 1 0\n\nKEY\nLINE\n" },
    { NULL, "KEY\n", "open\nsesame", "gangway 1 11\nopen\nsesame\nKEY\n" },
    { NULL, NULL, "Füße", "gangway 1 6\nFüße\n" },
    { NULL, "\n", "12", "gangway 1 2\n12\n\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GwSecrets) before = secrets_new (rows[i].password, rows[i].private_key,
                                                  rows[i].passphrase);
      g_autoptr (GwSecrets) after = NULL;
      g_autoptr (GwSensitive) packed = NULL;
      g_autoptr (GError) error = NULL;

      packed = gw_secrets_pack (before, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (gw_sensitive_get_text (packed), ==, rows[i].packed);
      g_assert_cmpuint (gw_sensitive_get_length (packed), ==, strlen (rows[i].packed));

      after = gw_secrets_unpack (packed, rows[i].password != NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (text_of (after->password), ==, rows[i].password);
      g_assert_cmpstr (text_of (after->private_key), ==, rows[i].private_key);
      g_assert_cmpstr (text_of (after->passphrase), ==, rows[i].passphrase);
    }
}

static void
test_broken (void)
{
#define TEXT(text) text, sizeof (text) - 1
  static const struct {
    const char *bytes;
    gsize length;
    gboolean is_password;
  } rows[] = {
    { TEXT (""), TRUE },
    { TEXT ("\xff\xfe"), TRUE },
    { TEXT ("pass\0word"), TRUE },
    /* A private key must not be sent to a server as a password. */
    { TEXT ("gangway 1 0\n\nKEY\n"), TRUE },
    { TEXT ("gangway 1 4\nopen\nKEY\n"), TRUE },
    { TEXT (""), FALSE },
    { TEXT ("hunter2"), FALSE },
    { TEXT ("KEY\nLINE\n"), FALSE },
    { TEXT ("gangway 1 "), FALSE },
    { TEXT ("gangway 1 0"), FALSE },
    { TEXT ("gangway 1 0\n"), FALSE },
    { TEXT ("gangway 1 0\n\n"), FALSE },
    { TEXT ("gangway 1 4\nopen"), FALSE },
    { TEXT ("gangway 1 4\nopenKEY\n"), FALSE },
    { TEXT ("gangway 1 5\nopen\n"), FALSE },
    { TEXT ("gangway 1 -4\nopen\nKEY\n"), FALSE },
    { TEXT ("gangway 1 +4\nopen\nKEY\n"), FALSE },
    { TEXT ("gangway 1  4\nopen\nKEY\n"), FALSE },
    { TEXT ("gangway 1 0x4\nopen\nKEY\n"), FALSE },
    { TEXT ("gangway 1 4 \nopen\nKEY\n"), FALSE },
    { TEXT ("gangway 1 \nopen\nKEY\n"), FALSE },
    { TEXT ("gangway 2 4\nopen\nKEY\n"), FALSE },
    { TEXT ("Gangway 1 4\nopen\nKEY\n"), FALSE },
    { TEXT ("gangway 1 65537\nopen\nKEY\n"), FALSE },
    { TEXT ("gangway 1 4294967300\nopen\nKEY\n"), FALSE },
    { TEXT ("gangway 1 18446744073709551615\nopen\nKEY\n"), FALSE },
    { TEXT ("gangway 1 18446744073709551620\nopen\nKEY\n"), FALSE },
    { TEXT ("gangway 1 99999999999999999999999999999999\nopen\nKEY\n"), FALSE },
    { TEXT ("gangway 1 4\nop\xff\xfe\nKEY\n"), FALSE },
    { TEXT ("gangway 1 4\nopen\nK\xffY\n"), FALSE },
    { TEXT ("gangway 1 4\nopen\nK\0Y\n"), FALSE },
    /* The length cuts a character. */
    { TEXT ("gangway 1 1\n\xc3\xbc\nKEY\n"), FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GwSensitive) packed = gw_sensitive_new (rows[i].bytes, (gssize) rows[i].length,
                                                         &error);

      g_assert_no_error (error);
      g_test_message ("row %u", i);
      g_assert_null (gw_secrets_unpack (packed, rows[i].is_password, &error));
      g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING);
    }
}

/* What is empty is not kept: it could not be told from what another program has emptied. */
static void
test_empty (void)
{
  g_autoptr (GwSecrets) secrets = secrets_new (NULL, "KEY\n", "");
  g_autoptr (GwSensitive) packed = gw_secrets_pack (secrets, NULL);

  g_assert_null (secrets->passphrase);
  g_assert_cmpstr (gw_sensitive_get_text (packed), ==, "gangway 1 0\n\nKEY\n");
  g_assert_null (secrets_new (NULL, NULL, NULL));
  g_assert_null (secrets_new ("", NULL, NULL));
  g_assert_null (secrets_new (NULL, "", ""));
}

static void
test_sizes (void)
{
  g_autofree char *much = g_strnfill (GW_KEYRING_MAX_SECRET, 'x');
  g_autofree char *half = g_strnfill (GW_KEYRING_MAX_SECRET / 2, 'y');
  g_autoptr (GwSecrets) password = secrets_new (much, NULL, NULL);
  g_autoptr (GwSecrets) key = secrets_new (NULL, much, NULL);
  g_autoptr (GwSecrets) both = secrets_new (NULL, half, half);
  g_autoptr (GwSecrets) fits = NULL;
  g_autoptr (GwSecrets) after = NULL;
  g_autoptr (GwSensitive) packed = NULL;
  g_autoptr (GError) error = NULL;

  packed = gw_secrets_pack (password, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (gw_sensitive_get_length (packed), ==, GW_KEYRING_MAX_SECRET);
  g_clear_pointer (&packed, gw_sensitive_unref);

  g_assert_null (gw_secrets_pack (key, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_null (gw_secrets_pack (both, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_TOO_LARGE);
  g_clear_error (&error);

  /* To the last byte. */
  much[GW_KEYRING_MAX_SECRET - strlen ("gangway 1 0\n\n")] = '\0';
  fits = secrets_new (NULL, much, NULL);
  packed = gw_secrets_pack (fits, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (gw_sensitive_get_length (packed), ==, GW_KEYRING_MAX_SECRET);
  after = gw_secrets_unpack (packed, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text_of (after->private_key), ==, much);
}

static void
test_wiped (void)
{
  enum { N = 40 };
  char needle[N], text[3 * N + 2];
  GwSecrets *secrets, *after;
  GwSensitive *key, *passphrase, *packed;

  gw_memory_needle (needle, N);
  memset (text, '-', sizeof text);
  memcpy (text + N, needle, N);
  key = gw_sensitive_new (text, sizeof text, NULL);
  passphrase = gw_sensitive_new (needle, N, NULL);
  explicit_bzero (text, sizeof text);

  secrets = gw_secrets_new (NULL, key, passphrase);
  packed = gw_secrets_pack (secrets, NULL);
  after = gw_secrets_unpack (packed, FALSE, NULL);
  g_assert_nonnull (after);
  /* Here, twice in what was made of it, twice in the pack, twice in what came out of that. */
  g_assert_cmpuint (gw_memory_count (needle, N), ==, 7);
  gw_sensitive_unref (packed);
  gw_secrets_free (after);
  gw_sensitive_unref (key);
  gw_sensitive_unref (passphrase);
  g_assert_cmpuint (gw_memory_count (needle, N), ==, 3);
  gw_secrets_free (secrets);
  g_assert_cmpuint (gw_memory_count (needle, N), ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/secrets/round", test_round);
  g_test_add_func ("/secrets/broken", test_broken);
  g_test_add_func ("/secrets/empty", test_empty);
  g_test_add_func ("/secrets/sizes", test_sizes);
  g_test_add_func ("/secrets/wiped", test_wiped);

  return g_test_run ();
}
