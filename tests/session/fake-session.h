/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* For the tests of this folder: sessions against tests/session/fake-engine.c. */

#include <unistd.h>

#include "gw-session.h"
#include "gw-test.h"

static inline GwSensitive *
fake_secret (const char *text)
{
  g_autoptr (GError) error = NULL;
  GwSensitive *secret = gw_sensitive_new (text, -1, &error);

  g_assert_no_error (error);
  return secret;
}

static inline GwLogin *
fake_login (void)
{
  g_autoptr (GwConnection) connection = gw_connection_new (GW_CONNECTION_HOST_NAME, "nas.local");
  GwLogin *login = gw_login_new ();

  gw_login_set_connection (login, connection);
  gw_login_set_user (login, "root");
  gw_login_set_port (login, 2222);
  return login;
}

/* Makes a home as gw_test_home_new() does, where the engine is the fake one. */
static inline char *
fake_home_new (void)
{
  char *home = gw_test_home_new ();
  g_autofree char *link = g_build_filename (home, "engine", NULL);

  g_assert_cmpint (symlink (FAKE_ENGINE, link), ==, 0);
  g_setenv ("GANGWAY_ENGINE", link, TRUE);
  return home;
}

/* Lets the engines that are started next follow @script. Not an environment variable, which must
 * not change while there are threads. */
static inline void
fake_set_script (const char *script)
{
  g_autofree char *path = g_build_filename (g_getenv ("XDG_RUNTIME_DIR"), "script", NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, script, -1, &error);
  g_assert_no_error (error);
}

static inline GwSession *
fake_session_start (const char *script)
{
  g_autoptr (GwLogin) login = fake_login ();
  GwSession *session = gw_session_new (login, NULL, NULL);

  fake_set_script (script);
  gw_session_start (session, 80, 24);
  return session;
}

static inline GwSession *
fake_session_connect (const char *script)
{
  GwSession *session = fake_session_start (script);

  gw_test_wait_until (gw_session_get_state (session) >= GW_SESSION_STATE_CONNECTED);
  g_assert_no_error (gw_session_get_error (session));
  return session;
}

/* Drops the session and waits until its engine is gone. */
static inline void
fake_session_free (GwSession *session)
{
  GPid pid = gw_session_get_pid (session);
  g_autofree char *proc = g_strdup_printf ("/proc/%d", pid);

  g_object_unref (session);
  if (pid != 0)
    gw_test_wait_until (!g_file_test (proc, G_FILE_TEST_EXISTS));
}

static inline guint
fake_count_entries (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}
