/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The engine's questions: answered, cancelled, dropped, withdrawn. */

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>

#include "fake-session.h"

static GwPrompt *
wait_prompt (GwSession *session)
{
  gw_test_wait_until (gw_session_get_prompt (session) != NULL);
  return g_object_ref (gw_session_get_prompt (session));
}

static void
wait_end (GwSession *session,
          int        code)
{
  gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CLOSED);
  g_assert_error (gw_session_get_error (session), GW_ERROR, code);
  g_assert_null (gw_session_get_prompt (session));
}

static void
answer (GwPrompt   *prompt,
        const char *text)
{
  g_autoptr (GwSensitive) secret = fake_secret (text);

  gw_prompt_answer (prompt, &secret, 1);
}

static void
on_accepted (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gboolean
accept_key (GwPrompt  *prompt,
            GError   **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  gw_prompt_accept_host_key_async (prompt, on_accepted, &result);
  gw_test_wait_until (result != NULL);
  return gw_prompt_accept_host_key_finish (prompt, result, error);
}

static void
on_gone (GwPrompt *prompt,
         guint    *n)
{
  *n += 1;
}

static char *
known_hosts_path (void)
{
  return g_build_filename (g_getenv ("HOME"), ".ssh", "known_hosts", NULL);
}

static char *
read_known_hosts (void)
{
  g_autofree char *path = known_hosts_path ();
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

static void
write_known_hosts (const char *text)
{
  g_autofree char *path = known_hosts_path ();
  g_autofree char *folder = g_path_get_dirname (path);

  g_mkdir_with_parents (folder, 0700);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* What ssh-keygen -l says of the key in fake-engine.c. */
static char *
expected_fingerprint (void)
{
  gsize length;
  g_autofree guchar *blob = g_base64_decode (
    "AAAAC3NzaC1lZDI1NTE5AAAAIB5bg0v1LE9ZC9cLmDMYlIwfhn8NRKO+Z0l3NT8Y9mEc", &length);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *base64 = NULL;
  guint8 digest[32];
  gsize n = sizeof digest;

  g_checksum_update (checksum, blob, (gssize) length);
  g_checksum_get_digest (checksum, digest, &n);
  base64 = g_base64_encode (digest, n);
  base64[strcspn (base64, "=")] = '\0';
  return g_strconcat ("SHA256:", base64, NULL);
}

static void
test_unknown (void)
{
  GwSession *session = fake_session_start ("unknown authority");
  g_autoptr (GwPrompt) prompt = wait_prompt (session);
  g_autofree char *fingerprint = expected_fingerprint ();
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  guint gone = 0;

  g_signal_connect (prompt, "gone", G_CALLBACK (on_gone), &gone);
  g_assert_cmpint (gw_session_get_state (session), ==, GW_SESSION_STATE_CHECKING_HOST_KEY);
  g_assert_cmpint (gw_prompt_get_kind (prompt), ==, GW_PROMPT_HOST_KEY_UNKNOWN);
  g_assert_cmpstr (gw_prompt_get_host (prompt), ==, "nas.local");
  g_assert_cmpuint (gw_prompt_get_port (prompt), ==, 2222);
  g_assert_cmpstr (gw_prompt_get_key_type (prompt), ==, "ssh-ed25519");
  /* Not what the engine claims, but that of the key which would be stored. */
  g_assert_cmpstr (gw_prompt_get_fingerprint (prompt), ==, fingerprint);
  g_assert_true (gw_prompt_has_authority (prompt));

  g_assert_true (accept_key (prompt, &error));
  g_assert_no_error (error);
  text = read_known_hosts ();
  g_assert_nonnull (strstr (text, "[nas.local]:2222 ssh-ed25519 AAAAC3"));
  g_assert_null (gw_session_get_prompt (session));
  gw_prompt_cancel (prompt); /* too late */
  gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CONNECTED);
  g_assert_cmpuint (gone, ==, 0);
  fake_session_free (session);
}

static void
test_changed (void)
{
  GwSession *session;
  g_autoptr (GwPrompt) prompt = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  const GwKnownHostsEntry *stored;

  write_known_hosts ("[nas.local]:2222 ssh-ed25519 "
                     "AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
                     "other ssh-ed25519 "
                     "AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n");
  session = fake_session_start ("changed");
  prompt = wait_prompt (session);
  g_assert_cmpint (gw_prompt_get_kind (prompt), ==, GW_PROMPT_HOST_KEY_CHANGED);
  g_assert_cmpuint (gw_prompt_get_stored (prompt)->len, ==, 1);
  g_assert_cmpuint (gw_prompt_get_n_left_out (prompt), ==, 0);
  stored = g_ptr_array_index (gw_prompt_get_stored (prompt), 0);
  g_assert_cmpstr (stored->type, ==, "ssh-rsa");
  g_assert_cmpstr (stored->fingerprint, ==, "SHA256:old");
  g_assert_cmpstr (stored->file, ==, "/home/me/known_hosts");
  g_assert_cmpuint (stored->line, ==, 7);

  g_assert_true (accept_key (prompt, &error));
  g_assert_no_error (error);
  text = read_known_hosts ();
  g_assert_nonnull (strstr (text, "[nas.local]:2222 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB5b"));
  g_assert_null (strstr (text, "[nas.local]:2222 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAA"));
  g_assert_nonnull (strstr (text, "other ssh-ed25519 AAAA"));
  gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CONNECTED);
  fake_session_free (session);
}

/* A page has room for some of a hundred keys. */
static void
test_many_stored (void)
{
  GwSession *session = fake_session_start ("changed-many");
  g_autoptr (GwPrompt) prompt = wait_prompt (session);

  g_assert_cmpuint (gw_prompt_get_stored (prompt)->len, ==, 32);
  g_assert_cmpuint (gw_prompt_get_n_left_out (prompt), ==, 68);
  fake_session_free (session);
}

static void
test_not_stored (void)
{
  g_autofree char *folder = g_build_filename (g_getenv ("HOME"), ".ssh", NULL);
  GwSession *session = fake_session_start ("unknown");
  g_autoptr (GwPrompt) prompt = wait_prompt (session);
  g_autoptr (GError) error = NULL;

  gw_test_delete_tree (folder);
  g_assert_true (g_file_set_contents (folder, "in the way", -1, NULL));
  g_assert_false (accept_key (prompt, &error));
  g_assert_nonnull (error);
  /* For this session it counts. */
  gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CONNECTED);
  fake_session_free (session);
  g_remove (folder);
}

/* Another program holds the lock: the window goes on, and the answer waits for the file. */
static void
test_locked (void)
{
  g_autofree char *folder = g_build_filename (g_getenv ("HOME"), ".ssh", NULL);
  GwSession *session = fake_session_start ("unknown");
  g_autoptr (GwPrompt) prompt = wait_prompt (session);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gint64 start;
  int lock;

  write_known_hosts ("");
  lock = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_assert_cmpint (flock (lock, LOCK_EX), ==, 0);
  start = g_get_monotonic_time ();
  gw_prompt_accept_host_key_async (prompt, on_accepted, &result);
  gw_prompt_cancel (prompt); /* too late */
  for (guint i = 0; i < 10; i++)
    {
      gw_test_wait_until (g_main_context_iteration (NULL, TRUE));
      g_assert_null (result);
    }
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
  g_assert_cmpint (gw_session_get_state (session), ==, GW_SESSION_STATE_CHECKING_HOST_KEY);
  close (lock);
  gw_test_wait_until (result != NULL);
  g_assert_true (gw_prompt_accept_host_key_finish (prompt, result, &error));
  g_assert_no_error (error);
  text = read_known_hosts ();
  g_assert_nonnull (strstr (text, "[nas.local]:2222 ssh-ed25519 AAAAC3"));
  gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CONNECTED);
  fake_session_free (session);
}

/* The tab is closed while the key is being written. */
static void
test_closed_meanwhile (void)
{
  g_autofree char *folder = g_build_filename (g_getenv ("HOME"), ".ssh", NULL);
  GwSession *session = fake_session_start ("unknown");
  GwPrompt *prompt = wait_prompt (session);
  g_autoptr (GAsyncResult) result = NULL;
  int lock;

  write_known_hosts ("");
  lock = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_assert_cmpint (flock (lock, LOCK_EX), ==, 0);
  gw_prompt_accept_host_key_async (prompt, on_accepted, &result);
  g_object_unref (prompt);
  fake_session_free (session);
  close (lock);
  gw_test_wait_until (result != NULL);
}

static void
test_refuse (void)
{
  GwSession *session = fake_session_start ("unknown");
  g_autoptr (GwPrompt) prompt = wait_prompt (session);
  g_autofree char *text = NULL;

  write_known_hosts ("");
  gw_prompt_cancel (prompt);
  wait_end (session, GW_ERROR_HOST_KEY_REFUSED);
  text = read_known_hosts ();
  g_assert_cmpstr (text, ==, "");
  fake_session_free (session);
}

/* An engine that a server has taken over must not get keys stored for other hosts. */
static void
test_other_host (void)
{
  GwSession *session = fake_session_start ("other-host");

  wait_end (session, GW_ERROR_PROTOCOL);
  fake_session_free (session);
}

static void
test_password (void)
{
  GwSession *session = fake_session_start ("password");
  g_autoptr (GwPrompt) first = wait_prompt (session);
  g_autoptr (GwPrompt) second = NULL;

  g_assert_cmpint (gw_prompt_get_kind (first), ==, GW_PROMPT_PASSWORD);
  g_assert_cmpuint (gw_prompt_get_attempt (first), ==, 0);
  g_assert_cmpstr (gw_prompt_get_message (first), ==, "");
  g_assert_cmpuint (gw_prompt_get_n_fields (first), ==, 1);
  answer (first, "wrong");
  second = wait_prompt (session);
  g_assert_true (second != first);
  g_assert_cmpuint (gw_prompt_get_attempt (second), ==, 1);
  g_assert_cmpstr (gw_prompt_get_message (second), ==, "Wrong, try again");
  answer (second, "open sesame");
  gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CONNECTED);
  fake_session_free (session);
}

static void
test_passphrase (void)
{
  GwSession *session = fake_session_start ("passphrase");

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GwPrompt) prompt = wait_prompt (session);

      g_assert_cmpint (gw_prompt_get_kind (prompt), ==, GW_PROMPT_PASSPHRASE);
      answer (prompt, "wrong");
    }
  wait_end (session, GW_ERROR_AUTH_REFUSED);
  fake_session_free (session);
}

static void
test_interactive (void)
{
  GwSession *session = fake_session_start ("interactive");
  g_autoptr (GwPrompt) prompt = wait_prompt (session);
  GwSensitive *answers[] = { fake_secret ("answer 0"), fake_secret ("answer 1") };
  gboolean echo = TRUE;

  g_assert_cmpint (gw_prompt_get_kind (prompt), ==, GW_PROMPT_INTERACTIVE);
  g_assert_cmpstr (gw_prompt_get_name (prompt), ==, "Two <steps>");
  g_assert_cmpstr (gw_prompt_get_instruction (prompt), ==, "First\nsecond");
  g_assert_cmpuint (gw_prompt_get_n_fields (prompt), ==, 2);
  g_assert_null (strpbrk (gw_prompt_get_field (prompt, 0, &echo), "\x1b\x07"));
  g_assert_false (echo);
  g_assert_true (g_str_has_prefix (gw_prompt_get_field (prompt, 1, &echo), "Your cat:"));
  g_assert_true (echo);
  gw_prompt_answer (prompt, answers, 2);
  gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CONNECTED);
  gw_sensitive_unref (answers[0]);
  gw_sensitive_unref (answers[1]);
  fake_session_free (session);
}

static void
test_cancel (gconstpointer script)
{
  GwSession *session = fake_session_start (script);
  g_autoptr (GwPrompt) prompt = wait_prompt (session);
  guint gone = 0;

  g_signal_connect (prompt, "gone", G_CALLBACK (on_gone), &gone);
  gw_prompt_cancel (prompt);
  gw_prompt_cancel (prompt);
  wait_end (session, GW_ERROR_CANCELLED);
  g_assert_cmpuint (gone, ==, 0);
  fake_session_free (session);
}

/* Two questions at once are against the contract: the newer one counts. */
static void
test_replaced (void)
{
  GwSession *session = fake_session_start ("two");
  g_autoptr (GwPrompt) first = wait_prompt (session);
  guint gone = 0;

  g_signal_connect (first, "gone", G_CALLBACK (on_gone), &gone);
  gw_test_wait_until (gw_session_get_prompt (session) != first);
  g_assert_cmpuint (gone, ==, 1);
  fake_session_free (session);
}

static void
test_gone_engine (void)
{
  GwSession *session = fake_session_start ("password");
  g_autoptr (GwPrompt) prompt = wait_prompt (session);
  guint gone = 0;

  g_signal_connect (prompt, "gone", G_CALLBACK (on_gone), &gone);
  kill (gw_session_get_pid (session), SIGKILL);
  wait_end (session, GW_ERROR_ENGINE);
  g_assert_cmpuint (gone, ==, 1);
  answer (prompt, "too late");
  gw_prompt_cancel (prompt);
  fake_session_free (session);
}

static void
test_gone_session (void)
{
  GwSession *session = fake_session_start ("interactive");
  g_autoptr (GwPrompt) prompt = wait_prompt (session);
  guint gone = 0;

  g_signal_connect (prompt, "gone", G_CALLBACK (on_gone), &gone);
  fake_session_free (session);
  g_assert_cmpuint (gone, ==, 1);
}

int
main (int    argc,
      char **argv)
{
  char *home = fake_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/prompt/unknown", test_unknown);
  g_test_add_func ("/prompt/changed", test_changed);
  g_test_add_func ("/prompt/many-stored", test_many_stored);
  g_test_add_func ("/prompt/not-stored", test_not_stored);
  g_test_add_func ("/prompt/locked", test_locked);
  g_test_add_func ("/prompt/closed-meanwhile", test_closed_meanwhile);
  g_test_add_func ("/prompt/refuse", test_refuse);
  g_test_add_func ("/prompt/other-host", test_other_host);
  g_test_add_func ("/prompt/password", test_password);
  g_test_add_func ("/prompt/passphrase", test_passphrase);
  g_test_add_func ("/prompt/interactive", test_interactive);
  g_test_add_data_func ("/prompt/cancel/password", "password", test_cancel);
  g_test_add_data_func ("/prompt/cancel/interactive", "interactive", test_cancel);
  g_test_add_func ("/prompt/replaced", test_replaced);
  g_test_add_func ("/prompt/gone/engine", test_gone_engine);
  g_test_add_func ("/prompt/gone/session", test_gone_session);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
