/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Test"

/* Names and addresses: IPv6, several addresses of one name, addresses that swallow what is sent. */

#include <gio/gio.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gw-engine-test.h"
#include "gw-test.h"

#define N_WAITING 4

/* A port whose queue is full: the kernel drops whatever else wants to connect there. */
typedef struct {
  int listener;
  int waiting[N_WAITING];
} Swallower;

static gboolean
has_ipv6 (void)
{
  struct sockaddr_in6 address = { .sin6_family = AF_INET6, .sin6_addr = in6addr_loopback };
  int fd = socket (AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  gboolean works = fd >= 0 && bind (fd, (struct sockaddr *) &address, sizeof address) == 0;

  if (fd >= 0)
    close (fd);
  return works;
}

static socklen_t
make_loopback (int family, guint port, struct sockaddr_storage *address)
{
  *address = (struct sockaddr_storage) { .ss_family = (sa_family_t) family };
  if (family == AF_INET6)
    {
      struct sockaddr_in6 *v6 = (struct sockaddr_in6 *) address;

      v6->sin6_addr = in6addr_loopback;
      v6->sin6_port = htons (port);
      return sizeof *v6;
    }
  ((struct sockaddr_in *) address)->sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  ((struct sockaddr_in *) address)->sin_port = htons (port);
  return sizeof (struct sockaddr_in);
}

/* @port 0: any. Returns the port, 0 if it is taken. */
static guint
swallow (Swallower *self, int family, guint port)
{
  struct sockaddr_storage address;
  socklen_t length = make_loopback (family, port, &address);

  self->listener = socket (family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  for (guint i = 0; i < N_WAITING; i++)
    self->waiting[i] = socket (family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (bind (self->listener, (struct sockaddr *) &address, length) != 0)
    return 0;
  g_assert_cmpint (listen (self->listener, 0), ==, 0);
  g_assert_cmpint (getsockname (self->listener, (struct sockaddr *) &address, &length), ==, 0);
  for (guint i = 0; i < N_WAITING; i++)
    connect (self->waiting[i], (struct sockaddr *) &address, length);
  return ntohs (((struct sockaddr_in *) &address)->sin_port);
}

static void
stop_swallowing (Swallower *self)
{
  close (self->listener);
  for (guint i = 0; i < N_WAITING; i++)
    close (self->waiting[i]);
}

static void
check_ipv6 (const char *host)
{
  g_autoptr (GwEngineDriver) driver = NULL;
  GwTestLogin login = gw_engine_test_login ("alice", "secret");
  g_autofree char *peer = NULL;
  const char *told = NULL;

  if (!has_ipv6 ())
    {
      g_test_skip ("there is no IPv6 on the loopback");
      return;
    }
  driver = gw_engine_driver_new ();
  login.host = host;
  gw_engine_driver_connect_works (driver, &login);
  gw_engine_driver_assert_asked (driver, "host-key unknown ssh-ed25519 ", NULL);
  g_variant_lookup (gw_engine_driver_get_host_key (driver), "host", "&s", &told);
  g_assert_cmpstr (told, ==, host);
  peer = gw_engine_driver_get_property (driver, "PeerAddress");
  g_assert_cmpstr (peer, ==, "::1");
}

static void
test_ipv6 (void)
{
  check_ipv6 ("::1");
}

static void
test_scope (void)
{
  /* The loopback is the first interface; its name is only taken for link-local addresses. */
  check_ipv6 ("::1%1");
}

static void
test_wrong_scope (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login ("alice", "secret");
  g_autoptr (GError) error = NULL;

  login.host = "fe80::1%nosuch0";
  login.connect_timeout = 5;
  gw_engine_driver_connect (driver, &login, &error);
  g_assert_nonnull (error);
  g_assert_cmpint (error->domain, ==, GW_ERROR);
  g_test_message ("%s", error->message);
  g_assert_true (error->code == GW_ERROR_RESOLVE || error->code == GW_ERROR_INVALID_HOST
                 || error->code == GW_ERROR_NO_NETWORK);
  gw_engine_driver_wait_for_exit (driver);
}

static void
test_brackets (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login ("alice", "secret");

  login.host = "[::1]";
  gw_engine_driver_connect_fails (driver, &login, GW_ERROR_INVALID_HOST);
}

/* `localhost` is ::1 and 127.0.0.1, and the server is at 127.0.0.1 only. */
static void
check_localhost (GwTestServer *server)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login_faulty (server);
  g_autofree char *peer = NULL;

  login.host = "localhost";
  login.timeout = login.connect_timeout = 10;
  gw_engine_driver_connect_works (driver, &login);
  peer = gw_engine_driver_get_property (driver, "PeerAddress");
  g_assert_cmpstr (peer, ==, "127.0.0.1");
}

static void
test_first_refuses (void)
{
  g_autoptr (GwTestServer) server = gw_test_server_new_faulty ("ok");

  check_localhost (server);
}

/* The address that is tried first says nothing at all: the other one must not wait for it. */
static void
test_first_swallows (void)
{
  g_autoptr (GwTestServer) server = gw_test_server_new_faulty ("ok");
  Swallower swallower;
  gint64 start = g_get_monotonic_time ();

  if (!has_ipv6 () || swallow (&swallower, AF_INET6, gw_test_server_get_port (server)) == 0)
    {
      g_test_skip ("there is no such port on ::1");
      return;
    }
  check_localhost (server);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_USEC_PER_SEC);
  stop_swallowing (&swallower);
}

static void
test_timeout (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login ("alice", "secret");
  Swallower swallower;

  login.host = "127.0.0.1";
  login.port = swallow (&swallower, AF_INET, 0);
  login.connect_timeout = 1;
  gw_engine_driver_connect_fails (driver, &login, GW_ERROR_TIMED_OUT);
  stop_swallowing (&swallower);
}

static void
test_cancel (void)
{
  g_autoptr (GwEngineDriver) driver = gw_engine_driver_new ();
  GwTestLogin login = gw_engine_test_login ("alice", "secret");
  g_autoptr (GError) error = NULL;
  Swallower swallower;

  login.host = "127.0.0.1";
  login.port = swallow (&swallower, AF_INET, 0);
  login.connect_timeout = 60;
  gw_engine_driver_start_connect (driver, &login);
  gw_engine_driver_wait_for_phase (driver, "connect");
  gw_engine_driver_disconnect (driver);
  g_assert_false (gw_engine_driver_finish_connect (driver, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_CANCELLED);
  gw_engine_driver_wait_for_exit (driver);
  stop_swallowing (&swallower);
}

static void
add_tests (void)
{
  gw_engine_test_add ("/address/ipv6", test_ipv6);
  gw_engine_test_add ("/address/scope", test_scope);
  gw_engine_test_add ("/address/wrong-scope", test_wrong_scope);
  gw_engine_test_add ("/address/brackets", test_brackets);
  gw_engine_test_add ("/address/first-refuses", test_first_refuses);
  gw_engine_test_add ("/address/first-swallows", test_first_swallows);
  gw_engine_test_add ("/address/timeout", test_timeout);
  gw_engine_test_add ("/address/cancel", test_cancel);
}

int
main (int argc, char **argv)
{
  return gw_engine_test_main (&argc, &argv,
                              has_ipv6 () ? "--option=ListenAddress ::1" : "--addresses=1",
                              add_tests);
}
