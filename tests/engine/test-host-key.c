/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Test"

/* What the engine makes of a host key, for every kind of known_hosts file. */

#include "gw-engine-test.h"
#include "gw-test.h"

typedef struct {
  GwEngineDriver *driver;
  char *path;
  GwTestLogin login;
} Fixture;

/* Replaces in @text: HOST by [127.0.2.1]:port, PORT, and ED25519, ECDSA, RSA, OTHER by keys. */
static void
set_up (Fixture *self, const char *text)
{
  static const char *const names[] = { "ED25519", "host_ed25519.pub", "ECDSA", "host_ecdsa.pub",
                                       "RSA", "host_rsa.pub", "OTHER", "keys/id_ed25519.pub" };
  GwTestServer *sshd = gw_engine_test_get_sshd ();
  g_autofree char *port = g_strdup_printf ("%u", gw_test_server_get_port (sshd));
  g_autoptr (GString) file = g_string_new (text);
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i += 2)
    {
      g_autofree char *key = gw_test_server_get_public_key (sshd, names[i + 1]);

      g_string_replace (file, names[i], key, 0);
    }
  g_string_replace (file, "HOST", "[127.0.2.1]:PORT", 0);
  g_string_replace (file, "PORT", port, 0);
  self->path = g_build_filename (g_get_home_dir (), "known_hosts.one", NULL);
  g_file_set_contents (self->path, file->str, -1, &error);
  g_assert_no_error (error);
  self->driver = gw_engine_driver_new ();
  self->login = gw_engine_test_login ("alice", "secret");
  self->login.known_hosts = self->path;
}

static void
tear_down (Fixture *self)
{
  gw_engine_driver_free (self->driver);
  g_remove (self->path);
  g_free (self->path);
}

static void
check_known (const char *text)
{
  Fixture fixture;

  g_test_message ("%s", text);
  set_up (&fixture, text);
  gw_engine_driver_connect_works (fixture.driver, &fixture.login);
  gw_engine_driver_assert_asked (fixture.driver, NULL, NULL);
  tear_down (&fixture);
}

static void
check_asked (const char *text, const char *verdict)
{
  g_autofree char *prefix = g_strdup_printf ("host-key %s ", verdict);
  Fixture fixture;

  g_test_message ("%s", text);
  set_up (&fixture, text);
  gw_engine_driver_connect_works (fixture.driver, &fixture.login);
  gw_engine_driver_assert_asked (fixture.driver, prefix, NULL);
  tear_down (&fixture);
}

static void
check_revoked (const char *text)
{
  Fixture fixture;

  g_test_message ("%s", text);
  set_up (&fixture, text);
  gw_engine_driver_connect_fails (fixture.driver, &fixture.login, GW_ERROR_HOST_KEY_REVOKED);
  gw_engine_driver_assert_asked (fixture.driver, NULL, NULL);
  tear_down (&fixture);
}

static void
test_unknown_accepted (void)
{
  GwTestServer *sshd = gw_engine_test_get_sshd ();
  g_autofree char *fingerprint = gw_test_server_get_fingerprint (sshd, "ssh-ed25519");
  g_autofree char *expected = g_strdup_printf ("host-key unknown ssh-ed25519 %s", fingerprint);
  g_autofree char *public_key = gw_test_server_get_public_key (sshd, "host_ed25519.pub");
  const char *host = NULL;
  const char *blob = NULL;
  guint port = 0;
  gboolean authority = TRUE;
  GVariant *told;
  Fixture fixture;

  set_up (&fixture, "# a comment\n\nbroken line\nHOST ssh-ed25519 !!!notbase64!!!\n");
  gw_engine_driver_connect_works (fixture.driver, &fixture.login);
  gw_engine_driver_assert_asked (fixture.driver, expected, NULL);
  told = gw_engine_driver_get_host_key (fixture.driver);
  g_assert_true (g_variant_lookup (told, "host", "&s", &host));
  g_assert_cmpstr (host, ==, "127.0.2.1");
  g_assert_true (g_variant_lookup (told, "port", "u", &port));
  g_assert_cmpuint (port, ==, gw_test_server_get_port (sshd));
  g_assert_true (g_variant_lookup (told, "public-key", "&s", &blob));
  g_assert_cmpstr (blob, ==, strchr (public_key, ' ') + 1);
  if (g_variant_lookup (told, "certificate-authority", "b", &authority))
    g_assert_false (authority);
  tear_down (&fixture);
}

static void
test_unknown_refused (void)
{
  Fixture fixture;

  set_up (&fixture, "");
  gw_engine_driver_refuse_keys (fixture.driver);
  gw_engine_driver_connect_fails (fixture.driver, &fixture.login, GW_ERROR_HOST_KEY_REFUSED);
  gw_engine_driver_assert_asked (fixture.driver, "host-key unknown ", NULL);
  tear_down (&fixture);
}

static void
test_known (void)
{
  check_known ("HOST ED25519\n");
  check_known ("other.example ECDSA\n127.0.2.9,HOST ED25519 a comment\n");
  check_known ("[127.0.2.*]:PORT ED25519\n");
  check_known ("HOST OTHER\nHOST ED25519\n");
  check_known ("HOST ED25519\r\n");
  check_known ("HOST ED25519");
}

/* The type that is known must be asked for first, or a known host would look unknown. */
static void
test_other_types (void)
{
  check_known ("HOST RSA\n");
  check_known ("HOST ECDSA\n");
  check_known ("HOST RSA\nHOST ECDSA\n");
}

static void
test_other_port (void)
{
  check_asked ("[127.0.2.1]:1 ED25519\n", "unknown");
  check_asked ("[127.0.2.2]:PORT ED25519\n", "unknown");
  check_asked ("!HOST,[127.0.2.*]:PORT ED25519\n", "unknown");
}

static void
test_hashed (void)
{
  g_autoptr (GError) error = NULL;
  const char *argv[] = { "ssh-keygen", "-q", "-H", "-f", NULL, NULL };
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *text = NULL;
  g_autofree char *old = NULL;
  Fixture fixture;

  set_up (&fixture, "HOST ED25519\n");
  argv[4] = fixture.path;
  process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_SILENCE
                                       | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (process, NULL, NULL));
  g_assert_true (g_file_get_contents (fixture.path, &text, NULL, NULL));
  g_assert_true (g_str_has_prefix (text, "|1|"));
  gw_engine_driver_connect_works (fixture.driver, &fixture.login);
  gw_engine_driver_assert_asked (fixture.driver, NULL, NULL);
  old = g_strconcat (fixture.path, ".old", NULL);
  g_remove (old);
  tear_down (&fixture);
}

static void
test_changed (void)
{
  g_autoptr (GVariant) stored = NULL;
  g_autofree char *place = NULL;
  const char *type;
  const char *fingerprint;
  const char *where;
  Fixture fixture;

  set_up (&fixture, "# first line\nHOST OTHER\n");
  gw_engine_driver_connect_works (fixture.driver, &fixture.login);
  gw_engine_driver_assert_asked (fixture.driver, "host-key changed ssh-ed25519 ", NULL);
  stored = g_variant_lookup_value (gw_engine_driver_get_host_key (fixture.driver), "stored",
                                   G_VARIANT_TYPE ("a(sss)"));
  g_assert_nonnull (stored);
  g_assert_cmpuint (g_variant_n_children (stored), ==, 1);
  g_variant_get_child (stored, 0, "(&s&s&s)", &type, &fingerprint, &where);
  g_assert_cmpstr (type, ==, "ssh-ed25519");
  g_assert_true (g_str_has_prefix (fingerprint, "SHA256:"));
  place = g_strconcat (fixture.path, ":2", NULL);
  g_assert_cmpstr (where, ==, place);
  tear_down (&fixture);
}

static void
test_changed_refused (void)
{
  Fixture fixture;

  set_up (&fixture, "HOST OTHER\n");
  gw_engine_driver_refuse_keys (fixture.driver);
  gw_engine_driver_connect_fails (fixture.driver, &fixture.login, GW_ERROR_HOST_KEY_REFUSED);
  tear_down (&fixture);
}

static void
test_revoked (void)
{
  check_revoked ("@revoked HOST ED25519\n");
  check_revoked ("HOST ED25519\n@revoked * ED25519\n");
  check_revoked ("@revoked * ED25519\nHOST ED25519\n");
}

static void
test_certificate_authority (void)
{
  gboolean authority = FALSE;
  Fixture fixture;

  set_up (&fixture, "@cert-authority [127.0.2.*]:PORT OTHER\n");
  gw_engine_driver_connect_works (fixture.driver, &fixture.login);
  gw_engine_driver_assert_asked (fixture.driver, "host-key unknown ", NULL);
  g_assert_true (g_variant_lookup (gw_engine_driver_get_host_key (fixture.driver),
                                   "certificate-authority", "b", &authority));
  g_assert_true (authority);
  tear_down (&fixture);
  /* The server's own key as an authority proves nothing about the key itself. */
  check_asked ("@cert-authority HOST ED25519\n", "unknown");
}

static void
test_no_file (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login ("alice", "secret");

  login.known_hosts = "/nonexistent/known_hosts";
  gw_engine_driver_connect_works (driver, &login);
  gw_engine_driver_assert_asked (driver, "host-key unknown ", NULL);
}

static void
test_no_secret_before (void)
{
  g_autoptr (GwTestServer) server = gw_test_server_new_faulty ("ok");
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login_faulty (server);

  gw_engine_driver_refuse_keys (driver);
  gw_engine_driver_connect_fails (driver, &login, GW_ERROR_HOST_KEY_REFUSED);
  gw_test_server_wait_for_line (server, "gone");
  g_assert_cmpuint (gw_test_server_count_lines (server, "auth"), ==, 0);
}

static gboolean
on_time (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

/* A person reads the question for longer than the server may take to answer. */
static void
test_slow_person (void)
{
  g_autoptr (GwTestServer) server = gw_test_server_new_faulty ("ok");
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login_faulty (server);
  g_autoptr (GError) error = NULL;
  gboolean late = FALSE;

  gw_engine_driver_hold_prompts (driver);
  gw_engine_driver_start_connect (driver, &login);
  gw_test_wait_until (gw_engine_driver_count_asked (driver) == 1);
  g_timeout_add (2000, on_time, &late);
  gw_test_wait_until (late);
  g_assert_cmpuint (gw_test_server_count_lines (server, "auth"), ==, 0);
  gw_engine_driver_release_prompts (driver);
  gw_engine_driver_finish_connect (driver, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (gw_test_server_count_lines (server, "auth password alice"), ==, 1);
}

static void
add_tests (void)
{
  gw_engine_test_add ("/host-key/unknown-accepted", test_unknown_accepted);
  gw_engine_test_add ("/host-key/unknown-refused", test_unknown_refused);
  gw_engine_test_add ("/host-key/known", test_known);
  gw_engine_test_add ("/host-key/other-types", test_other_types);
  gw_engine_test_add ("/host-key/other-port", test_other_port);
  gw_engine_test_add ("/host-key/hashed", test_hashed);
  gw_engine_test_add ("/host-key/changed", test_changed);
  gw_engine_test_add ("/host-key/changed-refused", test_changed_refused);
  gw_engine_test_add ("/host-key/revoked", test_revoked);
  gw_engine_test_add ("/host-key/certificate-authority", test_certificate_authority);
  gw_engine_test_add ("/host-key/no-file", test_no_file);
  gw_engine_test_add ("/host-key/no-secret-before", test_no_secret_before);
  gw_engine_test_add ("/host-key/slow-person", test_slow_person);
}

int
main (int argc, char **argv)
{
  return gw_engine_test_main (&argc, &argv, "--addresses=1", add_tests);
}
