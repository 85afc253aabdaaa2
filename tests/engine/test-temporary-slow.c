/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Test"

/* What can happen while a slow server judges a temporary key. */

#include <glib-unix.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gw-engine-test.h"
#include "gw-test.h"

#define ED25519 "ssh-ed25519"

/* Between the engine and the server: holds what the server says for as long as it is told to. */
typedef struct {
  int engine, server;
  guint from_engine, from_server;
  gsize n_asked; /* bytes of the engine since the hold */
  gboolean held;
} Relay;

typedef struct {
  GwEngineDriver *driver;
  Relay relay;
} Fixture;

/* FALSE at the end. */
static gboolean
pass_on (int from, int to, gsize *count)
{
  char buffer[4096];
  gssize n = read (from, buffer, sizeof buffer);

  /* The engine may be gone already. */
  if (n > 0 && send (to, buffer, (gsize) n, MSG_NOSIGNAL) == n)
    {
      if (count != NULL)
        *count += (gsize) n;
      return TRUE;
    }
  shutdown (to, SHUT_WR);
  return FALSE;
}

static gboolean
on_engine (int fd, GIOCondition condition, gpointer data)
{
  Relay *self = data;

  if (pass_on (self->engine, self->server, &self->n_asked))
    return G_SOURCE_CONTINUE;
  self->from_engine = 0;
  return G_SOURCE_REMOVE;
}

static gboolean
on_server (int fd, GIOCondition condition, gpointer data)
{
  Relay *self = data;

  if (!self->held && pass_on (self->server, self->engine, NULL))
    return G_SOURCE_CONTINUE;
  self->from_server = 0;
  return G_SOURCE_REMOVE;
}

static void
relay_release (Relay *self)
{
  self->held = FALSE;
  if (self->from_server == 0)
    self->from_server = g_unix_fd_add (self->server, G_IO_IN, on_server, self);
}

static void
relay_hold (Relay *self)
{
  self->held = TRUE;
  self->n_asked = 0;
}

static char *
make_key (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  char *public_key = gw_engine_driver_make_key (f->driver, ED25519, &error);

  g_assert_no_error (error);
  return public_key;
}

/* The engine tries a key, and hears nothing of it. It is the right one if @delivered. */
static void
set_up (Fixture *f, guint life, gboolean delivered)
{
  GwTestLogin login = gw_engine_test_login ("dave", NULL);
  g_autofree char *public_key = NULL;
  int ends[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
  f->relay.engine = ends[0];
  f->relay.server = gw_engine_test_dial (login.port);
  f->relay.from_engine = g_unix_fd_add (ends[0], G_IO_IN, on_engine, &f->relay);
  relay_release (&f->relay);

  f->driver = gw_engine_driver_new ();
  login.method = "temporary-key";
  login.key_life = life;
  login.transport = ends[1];
  gw_engine_driver_start_connect (f->driver, &login);
  close (ends[1]);
  gw_engine_driver_wait_for_await_key (f->driver);
  public_key = make_key (f);
  gw_engine_test_deliver ("dave", delivered ? public_key : NULL);
  relay_hold (&f->relay);
  gw_engine_driver_answer_await_key (f->driver);
  gw_test_wait_until (f->relay.n_asked > 0);
}

static void
tear_down (Fixture *f)
{
  gw_engine_test_deliver ("dave", NULL);
  gw_engine_driver_free (f->driver);
  g_clear_handle_id (&f->relay.from_engine, g_source_remove);
  g_clear_handle_id (&f->relay.from_server, g_source_remove);
  close (f->relay.engine);
  close (f->relay.server);
}

/* Its time is kept to, whatever the server says then. */
static void
test_over (void)
{
  Fixture f = { NULL };
  gint64 end;
  g_autoptr (GError) error = NULL;

  set_up (&f, 1, TRUE);
  end = g_get_monotonic_time () + 1100 * 1000;
  gw_test_wait_until (g_get_monotonic_time () > end);
  relay_release (&f.relay);
  g_assert_false (gw_engine_driver_finish_connect (f.driver, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEY_EXPIRED);
  tear_down (&f);
}

/* A key that is made meanwhile is not the one that is refused. */
static void
test_next (void)
{
  Fixture f = { NULL };
  g_autofree char *next = NULL;
  g_autoptr (GError) error = NULL;

  set_up (&f, 0, FALSE);
  next = make_key (&f);
  relay_release (&f.relay);
  gw_engine_driver_wait_for_await_key (f.driver);
  gw_engine_test_deliver ("dave", next);
  gw_engine_driver_answer_await_key (f.driver);
  gw_engine_driver_finish_connect (f.driver, &error);
  g_assert_no_error (error);
  gw_engine_driver_assert_asked (f.driver, "key 0 ", "key 1 ", NULL);
  tear_down (&f);
}

static void
test_disconnect (void)
{
  Fixture f = { NULL };
  g_autoptr (GError) error = NULL;

  set_up (&f, 0, TRUE);
  gw_engine_driver_disconnect (f.driver);
  g_assert_false (gw_engine_driver_finish_connect (f.driver, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_CANCELLED);
  gw_engine_driver_wait_for_exit (f.driver);
  tear_down (&f);
}

static void
test_window_gone (void)
{
  Fixture f = { NULL };

  set_up (&f, 0, TRUE);
  gw_engine_driver_drop (f.driver);
  gw_engine_driver_wait_for_exit (f.driver);
  tear_down (&f);
}

static void
add_tests (void)
{
  gw_engine_test_add ("/temporary-slow/over", test_over);
  gw_engine_test_add ("/temporary-slow/next", test_next);
  gw_engine_test_add ("/temporary-slow/disconnect", test_disconnect);
  gw_engine_test_add ("/temporary-slow/window-gone", test_window_gone);
}

int
main (int argc, char **argv)
{
  return gw_engine_test_main (&argc, &argv, "--addresses=1", add_tests);
}
