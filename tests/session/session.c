/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A session's life against an engine without SSH: how it gets in and how it ends. */

#include <string.h>
#include <unistd.h>

#include "fake-session.h"

static void
on_state (GwSession  *session,
          GParamSpec *pspec,
          GArray     *states)
{
  guint state = gw_session_get_state (session);

  g_array_append_val (states, state);
}

static void
on_banner (GwSession   *session,
           const char  *text,
           char       **banner)
{
  g_assert_null (*banner);
  *banner = g_strdup (text);
}

/* Reads until @length bytes or the end are there, without waiting for anything but the socket. */
static char *
read_bytes (GwSession *session,
            gsize      length)
{
  GString *text = g_string_new (NULL);
  gint64 deadline = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (text->len < length)
    {
      char buffer[4096];
      gssize n = read (gw_session_get_fd (session), buffer, sizeof buffer);

      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      if (n == 0)
        break;
      if (n > 0)
        g_string_append_len (text, buffer, n);
      else
        g_main_context_iteration (NULL, FALSE);
    }
  return g_string_free (text, FALSE);
}

static void
type (GwSession  *session,
      const char *line)
{
  g_assert_cmpint (write (gw_session_get_fd (session), line, strlen (line)), ==, strlen (line));
}

static void
wait_closed (GwSession *session)
{
  gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CLOSED);
}

static void
test_ok (void)
{
  g_autoptr (GArray) states = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autofree char *banner = NULL;
  g_autofree char *echo = NULL;
  GwSession *session = fake_session_start ("ok");

  g_assert_cmpint (gw_session_get_state (session), ==, GW_SESSION_STATE_CONNECTING);
  g_assert_cmpint (gw_session_get_fd (session), ==, -1);
  g_signal_connect (session, "notify::state", G_CALLBACK (on_state), states);
  g_signal_connect (session, "banner", G_CALLBACK (on_banner), &banner);
  gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CONNECTED);

  for (guint i = 0; i < states->len; i++)
    g_assert_cmpuint (g_array_index (states, guint, i), ==, GW_SESSION_STATE_CHECKING_HOST_KEY + i);
  g_assert_cmpuint (states->len, ==, 3);
  g_assert_cmpint (gw_session_get_phase (session), ==, GW_PHASE_OPEN);
  g_assert_cmpstr (gw_session_get_server (session), ==, "SSH-2.0-Fake _1.0");
  g_assert_cmpstr (gw_session_get_peer (session), ==, "203.0.113.7");
  g_assert_nonnull (banner);
  g_assert_null (strchr (banner, '\x1b'));
  g_assert_nonnull (strstr (banner, "nice"));
  g_assert_cmpint (gw_session_get_pid (session), >, 0);

  type (session, "hello\n");
  echo = read_bytes (session, 6);
  g_assert_cmpstr (echo, ==, "hello\n");
  g_assert_cmpint (gw_session_get_end (session), ==, GW_SESSION_END_NONE);
  fake_session_free (session);
}

static void
test_size (void)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  GwSession *session = fake_session_start ("ok");

  gw_session_resize (session, 100, 30); /* before the terminal is open */
  gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CONNECTED);
  type (session, "size\n");
  first = read_bytes (session, strlen ("size\n100x30\n"));
  g_assert_cmpstr (first, ==, "size\n100x30\n");

  gw_session_resize (session, 0, 100000);
  for (;;)
    {
      g_free (g_steal_pointer (&second));
      type (session, "size\n");
      second = read_bytes (session, strlen ("size\n100x30\n"));
      if (g_str_has_prefix (second, "size\n1x65535"))
        break;
    }
  fake_session_free (session);
}

typedef struct {
  const char *command;
  GwSessionEnd end;
  guint status;
  const char *signal_name;
  int error; /* GwError, or -1 */
} Ending;

static const Ending endings[] = {
  { "exit 0\n", GW_SESSION_END_EXIT, 0, "", -1 },
  { "exit 42\n", GW_SESSION_END_EXIT, 42, "", -1 },
  { "signal KILL\n", GW_SESSION_END_SIGNAL, 0, "KILL", -1 },
  { "closed\n", GW_SESSION_END_CLOSED, 0, "", -1 },
  { "lost\n", GW_SESSION_END_LOST, 0, "", GW_ERROR_CONNECTION_LOST },
  { "die\n", GW_SESSION_END_LOST, 0, "", GW_ERROR_ENGINE },
  { "leave\n", GW_SESSION_END_LOST, 0, "", GW_ERROR_ENGINE },
};

static void
test_ending (gconstpointer data)
{
  const Ending *ending = data;
  g_autoptr (GArray) states = g_array_new (FALSE, FALSE, sizeof (guint));
  GwSession *session = fake_session_connect ("ok");

  g_signal_connect (session, "notify::state", G_CALLBACK (on_state), states);
  type (session, ending->command);
  wait_closed (session);
  g_assert_cmpint (gw_session_get_end (session), ==, ending->end);
  g_assert_cmpuint (gw_session_get_exit_status (session), ==, ending->status);
  g_assert_cmpstr (gw_session_get_signal_name (session), ==, ending->signal_name);
  if (ending->error < 0)
    g_assert_no_error (gw_session_get_error (session));
  else
    g_assert_error (gw_session_get_error (session), GW_ERROR, ending->error);
  g_assert_cmpint (gw_session_get_phase (session), ==, GW_PHASE_OPEN);

  gw_session_close (session); /* nothing more can happen */
  gw_test_wait_until (gw_session_get_pid (session) == 0);
  g_assert_cmpuint (states->len, ==, 1);
  fake_session_free (session);
}

/* The engine prints, ends the shell and exits at once; the window reads only afterwards. */
static void
test_last_output (void)
{
  GwSession *session = fake_session_connect ("ok");
  g_autofree char *text = NULL;

  type (session, "last 100000 5\n");
  wait_closed (session);
  gw_test_wait_until (gw_session_get_pid (session) == 0);
  g_assert_cmpint (gw_session_get_end (session), ==, GW_SESSION_END_EXIT);
  g_assert_cmpuint (gw_session_get_exit_status (session), ==, 5);
  text = read_bytes (session, G_MAXINT);
  g_assert_cmpuint (strlen (text), ==, strlen ("last 100000 5\n") + 100000);
  fake_session_free (session);
}

static void
test_end_before_answer (void)
{
  g_autoptr (GArray) states = g_array_new (FALSE, FALSE, sizeof (guint));
  GwSession *session = fake_session_start ("at-once");

  g_signal_connect (session, "notify::state", G_CALLBACK (on_state), states);
  wait_closed (session);
  g_assert_no_error (gw_session_get_error (session));
  g_assert_cmpint (gw_session_get_end (session), ==, GW_SESSION_END_EXIT);
  g_assert_cmpuint (gw_session_get_exit_status (session), ==, 7);
  g_assert_cmpint (gw_session_get_fd (session), >=, 0);
  g_assert_cmpuint (g_array_index (states, guint, states->len - 2), ==, GW_SESSION_STATE_CONNECTED);
  fake_session_free (session);
}

/* Nobody says why: that is not waited for without end. */
static void
test_lost_before_answer (void)
{
  GwSession *session = fake_session_start ("lost-at-once");

  wait_closed (session);
  g_assert_cmpint (gw_session_get_end (session), ==, GW_SESSION_END_LOST);
  g_assert_error (gw_session_get_error (session), GW_ERROR, GW_ERROR_CONNECTION_LOST);
  fake_session_free (session);
}

/* Nobody looks for a question any more once the shell is there. */
static void
test_late_question (void)
{
  GwSession *session = fake_session_connect ("ok");
  g_autofree char *text = NULL;

  type (session, "ask\n");
  text = read_bytes (session, strlen ("ask\ncancelled\n"));
  g_assert_cmpstr (text, ==, "ask\ncancelled\n");
  g_assert_null (gw_session_get_prompt (session));
  g_assert_cmpint (gw_session_get_state (session), ==, GW_SESSION_STATE_CONNECTED);
  fake_session_free (session);
}

typedef struct {
  const char *script;
  GwPhase phase;
  int error;
} Failure;

static const Failure failures[] = {
  { "early", GW_PHASE_NEW, GW_ERROR_ENGINE },
  { "nonsense", GW_PHASE_NEW, GW_ERROR_PROTOCOL },
  { "foreign", GW_PHASE_NEW, GW_ERROR_PROTOCOL },
  { "version", GW_PHASE_NEW, GW_ERROR_PROTOCOL },
  { "error Resolve resolve", GW_PHASE_RESOLVE, GW_ERROR_RESOLVE },
  { "error Refused connect", GW_PHASE_CONNECT, GW_ERROR_REFUSED },
  { "error NotSsh key-exchange", GW_PHASE_KEY_EXCHANGE, GW_ERROR_NOT_SSH },
  { "error HostKeyRevoked host-key", GW_PHASE_HOST_KEY, GW_ERROR_HOST_KEY_REVOKED },
  { "error AuthRefused authentication", GW_PHASE_AUTHENTICATION, GW_ERROR_AUTH_REFUSED },
  { "error ChannelRefused channel", GW_PHASE_CHANNEL, GW_ERROR_CHANNEL_REFUSED },
  { "error Unheard connect", GW_PHASE_CONNECT, GW_ERROR_PROTOCOL },
  { "die resolve", GW_PHASE_RESOLVE, GW_ERROR_ENGINE },
  { "die key-exchange", GW_PHASE_KEY_EXCHANGE, GW_ERROR_ENGINE },
  { "die authentication", GW_PHASE_AUTHENTICATION, GW_ERROR_ENGINE },
  { "die channel", GW_PHASE_CHANNEL, GW_ERROR_ENGINE },
};

static void
test_failure (gconstpointer data)
{
  const Failure *failure = data;
  GwSession *session = fake_session_start (failure->script);

  wait_closed (session);
  g_assert_error (gw_session_get_error (session), GW_ERROR, failure->error);
  g_assert_null (strchr (gw_session_get_error (session)->message, '\x1b'));
  g_assert_cmpint (gw_session_get_phase (session), ==, failure->phase);
  g_assert_cmpint (gw_session_get_end (session), ==, GW_SESSION_END_NONE);
  g_assert_cmpint (gw_session_get_fd (session), ==, -1);
  fake_session_free (session);
}

static void
test_options_password (void)
{
  g_autoptr (GwLogin) login = fake_login ();
  g_autoptr (GwSensitive) secret = fake_secret ("hunter2");
  GwSession *session = gw_session_new (login, NULL, NULL);

  gw_login_set_password (login, secret);
  gw_login_set_private_key (login, secret); /* of the other method: stays here */
  gw_login_set_agent_key (login, "SHA256:abc");
  gw_login_set_connect_timeout (login, 9);
  fake_set_script ("options");
  gw_session_start (session, 80, 24);
  wait_closed (session);
  g_assert_cmpstr (gw_session_get_error (session)->message, ==,
                   "method='password' password=hunter2 private-key=- passphrase=- agent-key=- "
                   "connect-timeout=9");
  fake_session_free (session);
}

static void
test_options_key (void)
{
  g_autoptr (GwLogin) login = fake_login ();
  g_autoptr (GwSensitive) key = fake_secret ("the key");
  g_autoptr (GwSensitive) passphrase = fake_secret ("open sesame");
  GwSession *session;

  gw_login_set_method (login, GW_METHOD_SSH_KEY);
  gw_login_set_password (login, passphrase);
  gw_login_set_private_key (login, key);
  gw_login_set_passphrase (login, passphrase);
  fake_set_script ("options");
  session = gw_session_new (login, NULL, NULL);
  gw_session_start (session, 80, 24);
  wait_closed (session);
  g_assert_cmpstr (gw_session_get_error (session)->message, ==,
                   "method='publickey' password=- private-key=the key passphrase=open sesame "
                   "agent-key=- connect-timeout=-");
  fake_session_free (session);

  gw_login_set_private_key (login, NULL);
  gw_login_set_agent_key (login, "SHA256:abc");
  session = gw_session_new (login, NULL, NULL);
  gw_session_start (session, 80, 24);
  wait_closed (session);
  g_assert_cmpstr (gw_session_get_error (session)->message, ==,
                   "method='publickey' password=- private-key=- passphrase=- "
                   "agent-key='SHA256:abc' connect-timeout=-");
  fake_session_free (session);
}

int
main (int    argc,
      char **argv)
{
  char *home = fake_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/ok", test_ok);
  g_test_add_func ("/session/size", test_size);
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *path = g_strdup_printf ("/session/ending/%u", i);

      g_test_add_data_func (path, &endings[i], test_ending);
    }
  g_test_add_func ("/session/last-output", test_last_output);
  g_test_add_func ("/session/end-before-answer", test_end_before_answer);
  g_test_add_func ("/session/lost-before-answer", test_lost_before_answer);
  g_test_add_func ("/session/late-question", test_late_question);
  for (guint i = 0; i < G_N_ELEMENTS (failures); i++)
    {
      g_autofree char *path = g_strdup_printf ("/session/failure/%s", failures[i].script);

      g_test_add_data_func (path, &failures[i], test_failure);
    }
  g_test_add_func ("/session/options/password", test_options_password);
  g_test_add_func ("/session/options/key", test_options_key);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
