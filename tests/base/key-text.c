/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gw-error.h>
#include <gw-key-text.h>

#include <string.h>

#include "gw-test.h"

/* Runs a shell line in the test's home; what it writes is thrown away. */
static void
run (const char *format,
     const char *file)
{
  g_autofree char *quoted = g_shell_quote (file);
  g_autoptr (GString) line = g_string_new (format);
  const char *argv[] = { "/bin/sh", "-ec", NULL, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;
  int status = 0;

  g_string_replace (line, "KEY", quoted, 0);
  argv[2] = line->str;
  g_spawn_sync (g_get_home_dir (), (char **) argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL,
                NULL, &output, &status, &error);
  g_assert_no_error (error);
  if (status != 0)
    g_test_message ("%s: %s", line->str, output);
  g_assert_cmpint (status, ==, 0);
}

static char *
read_home_file (const char *name)
{
  g_autofree char *path = g_build_filename (g_get_home_dir (), name, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static GwKeyInfo *
inspect (const char  *text,
         gssize       length,
         GError     **error)
{
  g_autoptr (GwSensitive) secret = gw_sensitive_new (text, length, NULL);

  g_assert_nonnull (secret);
  return gw_key_text_inspect (secret, error);
}

static void
check_good (const char  *text,
            GwKeyFormat  format,
            gboolean     encrypted,
            const char  *type,
            const char  *fingerprint)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GwKeyInfo) info = inspect (text, -1, &error);

  g_assert_no_error (error);
  g_assert_cmpint (info->format, ==, format);
  g_assert_cmpint (info->encrypted, ==, encrypted);
  g_assert_cmpstr (info->type, ==, type);
  g_assert_cmpstr (info->fingerprint, ==, fingerprint);
  g_assert_true (g_str_has_prefix (text + info->offset, "-----BEGIN "));
}

static void
check_bad (const char *text,
           gssize      length,
           GwError     code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GwKeyInfo) info = inspect (text, length, &error);

  g_assert_null (info);
  g_assert_error (error, GW_ERROR, (int) code);
}

/* Every way of damaging a good key ends in one of two answers, and in no crash: a key with a
 * sound header whose secret part is cut by the end marker only, or not a key. */
static void
check_truncations (const char *text)
{
  gsize length = strlen (text);
  const char *end = strstr (text, "-----END");

  for (gsize i = 0; i < (gsize) (end - text); i++)
    check_bad (text, (gssize) i, GW_ERROR_KEY_NOT_A_KEY);
  for (gsize i = 60; i < length - 100; i += 13)
    {
      g_autofree char *cut = g_strdup_printf ("%.*s\n%s", (int) i, text, end);

      check_bad (cut, -1, GW_ERROR_KEY_NOT_A_KEY);
    }
}

typedef struct {
  const char  *name;    /* of the file and the test */
  const char  *command;
  const char  *type;
  GwKeyFormat  format;
  gboolean     encrypted;
} Kind;

#define KEYGEN "ssh-keygen -q -C '' -f KEY "
#define GENPKEY "openssl genpkey -out KEY "

static const Kind kinds[] = {
  { "ed25519", KEYGEN "-t ed25519 -N ''", "ssh-ed25519", GW_KEY_FORMAT_OPENSSH, FALSE },
  { "ed25519-enc", KEYGEN "-t ed25519 -N passphrase -a 1", "ssh-ed25519", GW_KEY_FORMAT_OPENSSH,
    TRUE },
  { "rsa", KEYGEN "-t rsa -b 2048 -N ''", "ssh-rsa", GW_KEY_FORMAT_OPENSSH, FALSE },
  { "rsa-cbc", KEYGEN "-t rsa -b 2048 -N passphrase -a 1 -Z aes256-cbc", "ssh-rsa",
    GW_KEY_FORMAT_OPENSSH, TRUE },
  { "ecdsa-256", KEYGEN "-t ecdsa -b 256 -N ''", "ecdsa-sha2-nistp256", GW_KEY_FORMAT_OPENSSH,
    FALSE },
  { "ecdsa-521-enc", KEYGEN "-t ecdsa -b 521 -N passphrase -a 1", "ecdsa-sha2-nistp521",
    GW_KEY_FORMAT_OPENSSH, TRUE },
  { "rsa-pem", KEYGEN "-t rsa -b 2048 -m PEM -N ''", "ssh-rsa", GW_KEY_FORMAT_PEM, FALSE },
  { "rsa-pem-enc", KEYGEN "-t rsa -b 2048 -m PEM -N passphrase", "ssh-rsa", GW_KEY_FORMAT_PEM,
    TRUE },
  { "rsa-pem-3des",
    "openssl genrsa 2048 | openssl rsa -traditional -des3 -passout pass:pass -out KEY", "ssh-rsa",
    GW_KEY_FORMAT_PEM, TRUE },
  { "ecdsa-pem", KEYGEN "-t ecdsa -b 384 -m PEM -N ''", "ecdsa-sha2-nistp384", GW_KEY_FORMAT_PEM,
    FALSE },
  { "ecdsa-pem-enc", KEYGEN "-t ecdsa -b 256 -m PEM -N passphrase", NULL, GW_KEY_FORMAT_PEM, TRUE },
  { "ec-parameters", "openssl ecparam -name prime256v1 -genkey -out KEY", "ecdsa-sha2-nistp256",
    GW_KEY_FORMAT_PEM, FALSE },
  { "rsa-pkcs8", KEYGEN "-t rsa -b 2048 -m PKCS8 -N ''", "ssh-rsa", GW_KEY_FORMAT_PKCS8, FALSE },
  { "rsa-pkcs8-enc", KEYGEN "-t rsa -b 2048 -m PKCS8 -N passphrase", NULL, GW_KEY_FORMAT_PKCS8,
    TRUE },
  { "ecdsa-pkcs8", KEYGEN "-t ecdsa -b 521 -m PKCS8 -N ''", "ecdsa-sha2-nistp521",
    GW_KEY_FORMAT_PKCS8, FALSE },
  { "ed25519-pkcs8", GENPKEY "-algorithm ed25519", "ssh-ed25519", GW_KEY_FORMAT_PKCS8, FALSE },
  { "ed25519-pkcs8-enc", GENPKEY "-algorithm ed25519 -aes-256-cbc -pass pass:pass", NULL,
    GW_KEY_FORMAT_PKCS8, TRUE },
};

static char *
public_fingerprint (const char *name)
{
  g_autofree char *pub_name = g_strconcat (name, ".pub", NULL);
  g_autofree char *pub = read_home_file (pub_name);
  g_auto (GStrv) words = g_strsplit (pub, " ", 3);
  g_autofree char *line = NULL;
  g_autofree char *fingerprint = NULL;
  g_autofree guint8 *blob = NULL;
  g_auto (GStrv) said = NULL;
  gsize length;

  /* Our own fingerprint is checked against ssh-keygen’s. */
  run ("ssh-keygen -l -f KEY > KEY.fp", pub_name);
  line = g_strconcat (pub_name, ".fp", NULL);
  fingerprint = read_home_file (line);
  said = g_strsplit (fingerprint, " ", 3);
  blob = g_base64_decode (words[1], &length);
  g_free (g_steal_pointer (&fingerprint));
  fingerprint = gw_key_fingerprint (blob, length);
  g_assert_cmpstr (fingerprint, ==, said[1]);
  return g_steal_pointer (&fingerprint);
}

static void
test_kind (gconstpointer data)
{
  const Kind *kind = data;
  g_autofree char *text = NULL;
  g_autofree char *fingerprint = NULL;
  g_autoptr (GString) crlf = NULL;
  g_autofree char *padded = NULL;

  run (kind->command, kind->name);
  text = read_home_file (kind->name);
  if (kind->format == GW_KEY_FORMAT_OPENSSH)
    fingerprint = public_fingerprint (kind->name);
  check_good (text, kind->format, kind->encrypted, kind->type, fingerprint);

  /* As people paste it, and as Windows stores it. */
  padded = g_strdup_printf ("\xef\xbb\xbf \n%s\n\n", text);
  check_good (padded, kind->format, kind->encrypted, kind->type, fingerprint);
  crlf = g_string_new (text);
  g_string_replace (crlf, "\n", "\r\n", 0);
  check_good (crlf->str, kind->format, kind->encrypted, kind->type, fingerprint);
}

static void
test_truncated (void)
{
  static const char *const names[] = { "ed25519", "ed25519-enc", "rsa-pem", "rsa-pkcs8",
                                       "ecdsa-pem" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text = read_home_file (names[i]);

      g_test_message ("%s", names[i]);
      check_truncations (text);
    }
}

/* One byte of each key is another one: any answer will do, but it has to be an answer. */
static void
test_mutated (void)
{
  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      g_autofree char *text = read_home_file (kinds[k].name);
      gsize length = strlen (text);

      for (guint i = 0; i < 400; i++)
        {
          g_autofree char *copy = g_strdup (text);
          g_autoptr (GError) error = NULL;
          g_autoptr (GwKeyInfo) info = NULL;

          copy[g_random_int_range (0, (gint32) length)] = (char) g_random_int_range (0, 256);
          info = inspect (copy, (gssize) length, &error);
          g_assert_true ((info != NULL) == (error == NULL));
        }
    }
}

static void
test_unsupported (void)
{
  g_autofree char *dsa_pem = NULL;
  g_autofree char *dsa_pkcs8 = NULL;
  g_autofree char *ed448 = NULL;
  g_autofree char *koblitz = NULL;
  g_autofree char *rc4 = NULL;
  g_autofree char *gcm = NULL;
  g_autofree char *one = read_home_file ("ed25519");
  g_autofree char *two = g_strconcat (one, one, NULL);

  run ("openssl dsaparam -genkey -out KEY 1024 2>&1", "dsa-pem");
  run ("openssl pkcs8 -topk8 -nocrypt -in dsa-pem -out KEY", "dsa-pkcs8");
  run (GENPKEY "-algorithm ed448", "ed448");
  run ("openssl ecparam -name secp256k1 -genkey -noout -out KEY", "koblitz");
  run (KEYGEN "-t ed25519 -N passphrase -a 1 -Z aes256-gcm@openssh.com", "gcm");
  run ("openssl pkcs8 -topk8 -in rsa-pem -v1 PBE-SHA1-RC4-128 -provider legacy -provider default "
       "-passout pass:pass -out KEY", "rc4");

  dsa_pem = read_home_file ("dsa-pem");
  dsa_pkcs8 = read_home_file ("dsa-pkcs8");
  ed448 = read_home_file ("ed448");
  koblitz = read_home_file ("koblitz");
  gcm = read_home_file ("gcm");
  rc4 = read_home_file ("rc4");
  check_bad (dsa_pem, -1, GW_ERROR_KEY_UNSUPPORTED);
  check_bad (dsa_pkcs8, -1, GW_ERROR_KEY_UNSUPPORTED);
  check_bad (ed448, -1, GW_ERROR_KEY_UNSUPPORTED);
  check_bad (koblitz, -1, GW_ERROR_KEY_UNSUPPORTED);
  check_bad (gcm, -1, GW_ERROR_KEY_UNSUPPORTED);
  check_bad (rc4, -1, GW_ERROR_KEY_UNSUPPORTED);
  check_bad (two, -1, GW_ERROR_KEY_UNSUPPORTED);
  check_bad ("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: x\nAAAA\n"
             "---- END SSH2 ENCRYPTED PRIVATE KEY ----\n", -1, GW_ERROR_KEY_UNSUPPORTED);
}

/* PROTOCOL.key by hand, for keys that ssh-keygen makes only with a device, or no longer. */
static void
check_container (const char *type,
                 const char *word)
{
  guint8 type_length = (guint8) strlen (type);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *base64 = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  const guint8 lengths[] = { 0, 0, 0, (guint8) (type_length + 4), 0, 0, 0, type_length };

  g_byte_array_append (bytes, (const guint8 *) "openssh-key-v1\0" "\0\0\0\4none" "\0\0\0\4none"
                       "\0\0\0\0" "\0\0\0\1", 15 + 8 + 8 + 4 + 4);
  g_byte_array_append (bytes, lengths, sizeof lengths);
  g_byte_array_append (bytes, (const guint8 *) type, type_length);
  g_byte_array_append (bytes, (const guint8 *) "\0\0\0\2xx", 6);
  base64 = g_base64_encode (bytes->data, bytes->len);
  text = g_strdup_printf ("-----BEGIN OPENSSH PRIVATE KEY-----\n%s\n"
                          "-----END OPENSSH PRIVATE KEY-----\n", base64);

  g_assert_null (inspect (text, -1, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEY_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, word));
}

static void
test_containers (void)
{
  check_container ("sk-ssh-ed25519@openssh.com", "FIDO");
  check_container ("sk-ecdsa-sha2-nistp256@openssh.com", "FIDO");
  check_container ("ssh-dss", "DSA");
  check_container ("ssh-new@example.com", "kind");
}

static void
test_public (void)
{
  g_autofree char *pub = read_home_file ("ed25519.pub");
  g_autofree char *ecdsa_pub = read_home_file ("ecdsa-256.pub");
  g_autofree char *rfc4716 = NULL;
  g_autofree char *pem = NULL;
  g_autofree char *certificate = NULL;
  g_autofree char *x509 = NULL;

  run ("ssh-keygen -e -f KEY > rfc4716", "ed25519.pub");
  run ("openssl rsa -in KEY -pubout -out pub-pem", "rsa-pem");
  run ("ssh-keygen -q -s ed25519 -I id -n root KEY", "rsa.pub");
  run ("openssl req -x509 -new -key KEY -subj /CN=x -out x509", "rsa-pem");
  rfc4716 = read_home_file ("rfc4716");
  pem = read_home_file ("pub-pem");
  certificate = read_home_file ("rsa-cert.pub");
  x509 = read_home_file ("x509");
  check_bad (pub, -1, GW_ERROR_KEY_IS_PUBLIC);
  check_bad (ecdsa_pub, -1, GW_ERROR_KEY_IS_PUBLIC);
  check_bad (rfc4716, -1, GW_ERROR_KEY_IS_PUBLIC);
  check_bad (pem, -1, GW_ERROR_KEY_IS_PUBLIC);
  check_bad (certificate, -1, GW_ERROR_KEY_IS_PUBLIC);
  check_bad (x509, -1, GW_ERROR_KEY_IS_PUBLIC);
}

static void
test_putty (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (inspect ("\nPuTTY-User-Key-File-3: ssh-ed25519\r\nEncryption: none\r\n", -1,
                          &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEY_PUTTY);
  g_assert_nonnull (strstr (error->message, "-O private-openssh"));
}

static void
test_garbage (void)
{
  static const char *const cases[] = {
    "", "\n", "hello", "ssh-", "-----BEGIN ", "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
    "-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n",
    "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n",
    "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nAAAA\n-----END PGP PRIVATE KEY BLOCK-----\n",
  };
  g_autofree char *long_text = g_strnfill (GW_SENSITIVE_MAX, '-');

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i]);
      check_bad (cases[i], -1, GW_ERROR_KEY_NOT_A_KEY);
    }
  check_bad ("\x30\x82\x04\xa4\x02\x01\x00", 7, GW_ERROR_KEY_NOT_A_KEY);
  check_bad (long_text, GW_SENSITIVE_MAX, GW_ERROR_KEY_NOT_A_KEY);
}

static void
test_titles (void)
{
  g_assert_cmpstr (gw_key_type_title ("ssh-ed25519"), ==, "ED25519");
  g_assert_cmpstr (gw_key_type_title ("ssh-rsa"), ==, "RSA");
  g_assert_cmpstr (gw_key_type_title ("ecdsa-sha2-nistp384"), ==, "ECDSA");
  g_assert_cmpstr (gw_key_type_title ("new@example.com"), ==, "new@example.com");
}

int
main (int    argc,
      char **argv)
{
  char *home = gw_test_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
  /* In this order: the later tests use the keys of the first ones. */
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *path = g_strconcat ("/base/key-text/kind-", kinds[i].name, NULL);

      g_test_add_data_func (path, &kinds[i], test_kind);
    }
  g_test_add_func ("/base/key-text/truncated", test_truncated);
  g_test_add_func ("/base/key-text/mutated", test_mutated);
  g_test_add_func ("/base/key-text/unsupported", test_unsupported);
  g_test_add_func ("/base/key-text/containers", test_containers);
  g_test_add_func ("/base/key-text/public", test_public);
  g_test_add_func ("/base/key-text/putty", test_putty);
  g_test_add_func ("/base/key-text/garbage", test_garbage);
  g_test_add_func ("/base/key-text/titles", test_titles);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
