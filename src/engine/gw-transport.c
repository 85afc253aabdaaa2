/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Engine"

#include "gw-transport.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include "gw-error.h"

typedef struct {
  char                 *host;
  guint16               port;
  GwTransportPhaseFunc  on_phase;
  gpointer              phase_data;
  GCancellable         *attempt; /* cancelled by the deadline and by the caller */
  GCancellable         *caller;
  gulong                caller_id;
  guint                 deadline;
  gboolean              timed_out;
  char                 *peer;
} Connecting;

static void
connecting_free (Connecting *connecting)
{
  g_clear_handle_id (&connecting->deadline, g_source_remove);
  g_cancellable_disconnect (connecting->caller, connecting->caller_id);
  g_clear_object (&connecting->caller);
  g_clear_object (&connecting->attempt);
  g_free (connecting->host);
  g_free (connecting->peer);
  g_free (connecting);
}

/* Whether any interface but the loopback is up and has an address. */
static gboolean
has_network (void)
{
  struct ifaddrs *all = NULL;
  gboolean found = FALSE;

  if (getifaddrs (&all) < 0)
    return TRUE;
  for (struct ifaddrs *a = all; a != NULL && !found; a = a->ifa_next)
    found = a->ifa_addr != NULL && (a->ifa_flags & IFF_UP) && !(a->ifa_flags & IFF_LOOPBACK) &&
            (a->ifa_addr->sa_family == AF_INET ||
             (a->ifa_addr->sa_family == AF_INET6 &&
              !IN6_IS_ADDR_LINKLOCAL (&((struct sockaddr_in6 *) a->ifa_addr)->sin6_addr)));
  freeifaddrs (all);
  return found;
}

static GError *
map_error (Connecting   *connecting,
           const GError *error)
{
  const char *host = connecting->host;

  if (g_cancellable_is_cancelled (connecting->caller))
    return g_error_new_literal (GW_ERROR, GW_ERROR_CANCELLED, _("Cancelled."));
  if (connecting->timed_out || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return g_error_new (GW_ERROR, GW_ERROR_TIMED_OUT, _("%s does not answer on port %u."), host,
                        connecting->port);
  if (!has_network () && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    return g_error_new (GW_ERROR, GW_ERROR_NO_NETWORK, _("This computer has no network: %s"),
                        error->message);
  if (error->domain == G_RESOLVER_ERROR)
    return g_error_new (GW_ERROR, GW_ERROR_RESOLVE, _("No address is known for “%s”: %s"), host,
                        error->message);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    return g_error_new (GW_ERROR, GW_ERROR_REFUSED, _("Nothing listens at %s on port %u."), host,
                        connecting->port);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE))
    return g_error_new (GW_ERROR, GW_ERROR_NO_NETWORK, _("There is no route to the network of %s."),
                        host);
  return g_error_new (GW_ERROR, GW_ERROR_UNREACHABLE, _("%s cannot be reached: %s"), host,
                      error->message);
}

/* A keystroke must not wait for the one before it to be acknowledged, and a peer that is gone has
 * to be noticed some day. Neither exists on a Unix socket. */
static void
tune_socket (int fd)
{
  const int one = 1;

  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  setsockopt (fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one);
}

static char *
describe_address (GSocketAddress *address)
{
  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return g_strdup ("");
  return g_inet_address_to_string (
    g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
}

static void
on_connected (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GSocketAddress) address = NULL;
  Connecting *connecting = g_task_get_task_data (task);
  int fd;

  connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);
  if (connection == NULL)
    {
      g_task_return_error (task, map_error (connecting, error));
      return;
    }
  address = g_socket_connection_get_remote_address (connection, NULL);
  connecting->peer = describe_address (address);
  /* The GSocket closes its own descriptor when it goes. */
  fd = fcntl (g_socket_get_fd (g_socket_connection_get_socket (connection)), F_DUPFD_CLOEXEC, 3);
  if (fd < 0)
    {
      g_task_return_new_error (task, GW_ERROR, GW_ERROR_FAILED, "%s", g_strerror (errno));
      return;
    }
  tune_socket (fd);
  g_task_return_int (task, fd);
}

static void
on_client_event (GSocketClient      *client,
                 GSocketClientEvent  event,
                 GSocketConnectable *connectable,
                 GIOStream          *connection,
                 gpointer            user_data)
{
  Connecting *connecting = g_task_get_task_data (G_TASK (user_data));

  if (event == G_SOCKET_CLIENT_RESOLVING)
    connecting->on_phase (GW_PHASE_RESOLVE, connecting->phase_data);
  else if (event == G_SOCKET_CLIENT_CONNECTING)
    connecting->on_phase (GW_PHASE_CONNECT, connecting->phase_data);
}

static void
on_cancelled (GCancellable *cancellable,
              gpointer      user_data)
{
  g_cancellable_cancel (G_CANCELLABLE (user_data));
}

static gboolean
on_deadline (gpointer user_data)
{
  Connecting *connecting = user_data;

  connecting->deadline = 0;
  connecting->timed_out = TRUE;
  g_cancellable_cancel (connecting->attempt);
  return G_SOURCE_REMOVE;
}

void
gw_transport_connect_async (const char           *host,
                            guint16               port,
                            guint                 timeout,
                            GwTransportPhaseFunc  on_phase,
                            gpointer              phase_data,
                            GCancellable         *cancellable,
                            GAsyncReadyCallback   callback,
                            gpointer              user_data)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnectable) address = g_network_address_new (host, port);
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Connecting *connecting = g_new0 (Connecting, 1);

  g_task_set_source_tag (task, gw_transport_connect_async);
  /* The error for a cancelled task is made here, in the words and the domain of the engine. */
  g_task_set_check_cancellable (task, FALSE);
  connecting->host = g_strdup (host);
  connecting->port = port;
  connecting->on_phase = on_phase;
  connecting->phase_data = phase_data;
  connecting->attempt = g_cancellable_new ();
  connecting->caller = g_object_ref (cancellable);
  connecting->caller_id =
    g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled),
                           g_object_ref (connecting->attempt), g_object_unref);
  connecting->deadline = g_timeout_add_seconds (timeout, on_deadline, connecting);
  g_task_set_task_data (task, connecting, (GDestroyNotify) connecting_free);

  g_socket_client_set_enable_proxy (client, FALSE);
  g_signal_connect_object (client, "event", G_CALLBACK (on_client_event), task, 0);
  g_socket_client_connect_async (client, address, connecting->attempt, on_connected, task);
}

int
gw_transport_connect_finish (GAsyncResult  *result,
                             char         **peer,
                             GError       **error)
{
  Connecting *connecting = g_task_get_task_data (G_TASK (result));
  int fd;

  g_return_val_if_fail (g_task_is_valid (result, NULL), -1);

  fd = g_task_propagate_int (G_TASK (result), error);
  if (fd >= 0)
    *peer = g_steal_pointer (&connecting->peer);
  return fd;
}

gboolean
gw_transport_check (int      fd,
                    char   **peer,
                    GError **error)
{
  struct sockaddr_storage native;
  g_autoptr (GSocketAddress) address = NULL;
  socklen_t size = sizeof native;
  int type = 0;
  socklen_t type_size = sizeof type;

  if (getsockopt (fd, SOL_SOCKET, SO_TYPE, &type, &type_size) < 0 || type != SOCK_STREAM ||
      getpeername (fd, (struct sockaddr *) &native, &size) < 0)
    {
      g_set_error_literal (error, GW_ERROR, GW_ERROR_PROTOCOL,
                           _("The transport is not a connected stream socket."));
      return FALSE;
    }
  tune_socket (fd);
  address = g_socket_address_new_from_native (&native, size);
  *peer = describe_address (address);
  return TRUE;
}
