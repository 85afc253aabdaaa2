/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A session that is closed or dropped, or whose engine hangs: nothing may stay behind. */

#include "fake-session.h"
#include "gw-session-private.h"

static void
wait_closed (GwSession *session)
{
  gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CLOSED);
}

static void
test_no_engine (void)
{
  g_autoptr (GwLogin) login = fake_login ();
  g_autoptr (GwSession) session = gw_session_new (login, NULL, NULL);

  g_assert_cmpint (g_unlink (g_getenv ("GANGWAY_ENGINE")), ==, 0);
  gw_session_start (session, 80, 24);
  wait_closed (session);
  g_assert_error (gw_session_get_error (session), GW_ERROR, GW_ERROR_ENGINE);
  g_assert_cmpint (gw_session_get_pid (session), ==, 0);
  g_assert_cmpint (symlink (FAKE_ENGINE, g_getenv ("GANGWAY_ENGINE")), ==, 0);
}

/* An engine that blocks inside of libssh has no deadlines of its own any more. */
static void
test_hung_engine (void)
{
  g_autoptr (GwLogin) login = fake_login ();
  GwSession *session = gw_session_new (login, NULL, NULL);

  gw_login_set_connect_timeout (login, 1);
  fake_set_script ("hang connect");
  gw_session_start (session, 80, 24);
  wait_closed (session);
  g_assert_error (gw_session_get_error (session), GW_ERROR, GW_ERROR_TIMED_OUT);
  g_assert_cmpint (gw_session_get_phase (session), ==, GW_PHASE_CONNECT);
  gw_test_wait_until (gw_session_get_pid (session) == 0);
  fake_session_free (session);
}

/* After an answer the contract gives the server 120 seconds, and as much for the next attempt. */
static void
test_patient (void)
{
  GwSession *session = fake_session_start ("hang authentication");
  GSource *watchdog;

  gw_test_wait_until (gw_session_get_phase (session) == GW_PHASE_AUTHENTICATION);
  watchdog = g_main_context_find_source_by_id (NULL, session->watchdog_id);
  g_assert_nonnull (watchdog);
  g_assert_cmpint (g_source_get_ready_time (watchdog) - g_get_monotonic_time (), >,
                   480 * G_USEC_PER_SEC);
  fake_session_free (session);
}

static void
test_silent_engine (void)
{
  GwSession *session = fake_session_start ("silent");

  wait_closed (session);
  g_assert_error (gw_session_get_error (session), GW_ERROR, GW_ERROR_ENGINE);
  fake_session_free (session);
}

static void
test_close_new (void)
{
  g_autoptr (GwLogin) login = fake_login ();
  g_autoptr (GwSession) session = gw_session_new (login, NULL, NULL);

  gw_session_close (session);
  g_assert_cmpint (gw_session_get_state (session), ==, GW_SESSION_STATE_CLOSED);
  g_assert_error (gw_session_get_error (session), GW_ERROR, GW_ERROR_CANCELLED);
}

typedef struct {
  const char *script;
  GwPhase phase;
} Closing;

static const Closing closings[] = {
  { "ok", GW_PHASE_NEW },
  { "hang resolve", GW_PHASE_RESOLVE },
  { "hang key-exchange", GW_PHASE_KEY_EXCHANGE },
  { "unknown", GW_PHASE_HOST_KEY },
  { "password", GW_PHASE_AUTHENTICATION },
  { "hang channel", GW_PHASE_CHANNEL },
};

static void
test_close (gconstpointer data)
{
  const Closing *closing = data;
  GwSession *session = fake_session_start (closing->script);

  gw_test_wait_until (gw_session_get_phase (session) == closing->phase);
  gw_session_close (session);
  g_assert_cmpint (gw_session_get_state (session), ==, GW_SESSION_STATE_CLOSED);
  g_assert_error (gw_session_get_error (session), GW_ERROR, GW_ERROR_CANCELLED);
  g_assert_null (gw_session_get_prompt (session));
  gw_test_wait_until (gw_session_get_pid (session) == 0);
  fake_session_free (session);
}

static void
test_close_connected (gconstpointer script)
{
  GwSession *session = fake_session_connect (script);

  gw_session_close (session);
  wait_closed (session);
  g_assert_no_error (gw_session_get_error (session));
  g_assert_cmpint (gw_session_get_end (session), ==, GW_SESSION_END_CLOSED);
  gw_test_wait_until (gw_session_get_pid (session) == 0);
  fake_session_free (session);
}

/* An owner that just goes away, in each phase. */
static void
test_drop (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (closings); i++)
    {
      GwSession *session = fake_session_start (closings[i].script);

      gw_test_wait_until (gw_session_get_phase (session) == closings[i].phase);
      fake_session_free (session);
    }
  fake_session_free (fake_session_connect ("ok"));
  fake_session_free (fake_session_connect ("stubborn"));
}

int
main (int    argc,
      char **argv)
{
  char *home = fake_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/no-engine", test_no_engine);
  g_test_add_func ("/session/hung-engine", test_hung_engine);
  g_test_add_func ("/session/patient", test_patient);
  g_test_add_func ("/session/silent-engine", test_silent_engine);
  g_test_add_func ("/session/close/new", test_close_new);
  for (guint i = 0; i < G_N_ELEMENTS (closings); i++)
    {
      g_autofree char *path = g_strdup_printf ("/session/close/%s", closings[i].script);

      g_test_add_data_func (path, &closings[i], test_close);
    }
  g_test_add_data_func ("/session/close/connected", "ok", test_close_connected);
  g_test_add_data_func ("/session/close/stubborn", "stubborn", test_close_connected);
  g_test_add_func ("/session/drop", test_drop);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
