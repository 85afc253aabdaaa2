/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Test"

/* An agent that is not OpenSSH's: very many keys, comments of any bytes, and no signatures. */

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "gw-engine-test.h"
#include "gw-test.h"

#define FAILURE 5
#define REQUEST_IDENTITIES 11
#define IDENTITIES_ANSWER 12

typedef struct {
  char *path;
  int listener;
  GThread *thread;
  GByteArray *answer;
  int asked_to_sign; /* atomic */
} Agent;

static void
append_u32 (GByteArray *array, guint32 value)
{
  value = GUINT32_TO_BE (value);
  g_byte_array_append (array, (const guint8 *) &value, 4);
}

static void
append_string (GByteArray *array, gconstpointer bytes, gsize length)
{
  append_u32 (array, length);
  g_byte_array_append (array, bytes, length);
}

/* @public_key: "TYPE BASE64", or %NULL for one that no server knows. */
static void
append_identity (GByteArray *array, const char *public_key, guint number, const char *comment)
{
  g_autofree guint8 *blob = NULL;
  gsize length = 0;

  if (public_key != NULL)
    {
      g_auto (GStrv) words = g_strsplit (public_key, " ", 3);

      blob = g_base64_decode (words[1], &length);
      append_string (array, blob, length);
    }
  else
    {
      g_autoptr (GByteArray) made = g_byte_array_new ();
      guint8 half[32] = { number & 0xff, number >> 8, 1 };

      append_string (made, "ssh-ed25519", 11);
      append_string (made, half, sizeof half);
      append_string (array, made->data, made->len);
    }
  append_string (array, comment, strlen (comment));
}

/* One connection after the other, as the engine makes them. */
static gpointer
serve (gpointer data)
{
  static const guint8 failure[] = { 0, 0, 0, 1, FAILURE };
  Agent *self = data;
  int fd;

  while ((fd = accept (self->listener, NULL, NULL)) >= 0)
    {
      guint8 request[4096];
      guint32 size;

      while (recv (fd, &size, 4, MSG_WAITALL) == 4
             && (size = GUINT32_FROM_BE (size)) <= sizeof request
             && recv (fd, request, size, MSG_WAITALL) == (gssize) size)
        {
          gboolean lists = request[0] == REQUEST_IDENTITIES;
          gconstpointer answer = lists ? self->answer->data : failure;
          gsize length = lists ? self->answer->len : sizeof failure;

          if (!lists)
            g_atomic_int_inc (&self->asked_to_sign);
          if (write (fd, answer, length) != (gssize) length)
            break;
        }
      close (fd);
    }
  return NULL;
}

/* An agent with @n keys that nobody knows, and at place @place one that opens dave's account. */
static void
start_agent (Agent *self, guint n, guint place, const char *comment)
{
  g_autofree char *known = gw_test_server_get_public_key (gw_engine_test_get_sshd (),
                                                          "keys/id_ed25519.pub");
  g_autoptr (GByteArray) body = g_byte_array_new ();
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  const guint8 type = IDENTITIES_ANSWER;

  *self = (Agent) { .answer = g_byte_array_new () };
  g_byte_array_append (body, &type, 1);
  append_u32 (body, n);
  for (guint i = 0; i < n; i++)
    append_identity (body, i == place ? known : NULL, i, comment);
  append_string (self->answer, body->data, body->len);

  self->path = g_build_filename (g_get_user_runtime_dir (), "bad-agent", NULL);
  g_strlcpy (address.sun_path, self->path, sizeof address.sun_path);
  self->listener = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (self->listener, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (self->listener, 4), ==, 0);
  self->thread = g_thread_new ("agent", serve, self);
}

static void
stop_agent (Agent *self)
{
  shutdown (self->listener, SHUT_RDWR);
  g_thread_join (self->thread);
  close (self->listener);
  g_remove (self->path);
  g_free (self->path);
  g_byte_array_unref (self->answer);
}

static GwTestLogin
agent_login (void)
{
  GwTestLogin login = gw_engine_test_login ("dave", NULL);

  login.method = "publickey";
  return login;
}

static GVariant *
list_keys (Agent *agent, GError **error)
{
  g_autoptr (GwEngineDriver) driver =
    gw_engine_driver_new_with_env ("SSH_AUTH_SOCK", agent->path, NULL);
  g_autoptr (GVariant) answer = g_dbus_proxy_call_sync (
    gw_engine_driver_get_proxy (driver), "ListAgentKeys", NULL, G_DBUS_CALL_FLAGS_NONE, 10000,
    NULL, error);

  return answer != NULL ? g_variant_get_child_value (answer, 0) : NULL;
}

static void
test_many_keys (void)
{
  GwTestLogin login = agent_login ();
  g_autoptr (GVariant) keys = NULL;
  g_autoptr (GError) error = NULL;
  GwEngineDriver *driver;
  Agent agent;

  start_agent (&agent, 1000, 999, "a comment");
  keys = list_keys (&agent, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_variant_n_children (keys), ==, 1000);

  /* OpenSSH's server ends the connection after six tries; the person has to choose. */
  driver = gw_engine_driver_new_with_env ("SSH_AUTH_SOCK", agent.path, NULL);
  g_assert_false (gw_engine_driver_connect (driver, &login, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_AUTH_REFUSED);
  g_assert_nonnull (strstr (error->message, "the first 5 of the 1000 keys"));
  gw_engine_driver_free (driver);
  g_assert_cmpint (g_atomic_int_get (&agent.asked_to_sign), ==, 0);
  stop_agent (&agent);
}

static void
test_comments (void)
{
  g_autoptr (GVariant) keys = NULL;
  g_autoptr (GError) error = NULL;
  const char *comment;
  Agent agent;

  start_agent (&agent, 1, 0, "caf\xe9 \033[2J\n\xe2\x80\xae<b>");
  keys = list_keys (&agent, &error);
  g_assert_no_error (error);
  g_variant_get_child (keys, 0, "(&s&s&s)", NULL, NULL, &comment);
  g_assert_cmpstr (comment, ==, "caf\xef\xbf\xbd [2J <b>");
  stop_agent (&agent);
}

/* The server would take the key, but the agent does not sign: its person has said no. */
static void
test_refusing (void)
{
  GwTestLogin login = agent_login ();
  g_autoptr (GError) error = NULL;
  GwEngineDriver *driver;
  Agent agent;

  start_agent (&agent, 2, 1, "");
  driver = gw_engine_driver_new_with_env ("SSH_AUTH_SOCK", agent.path, NULL);
  g_assert_false (gw_engine_driver_connect (driver, &login, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_AGENT);
  g_assert_nonnull (strstr (error->message, "did not sign"));
  gw_engine_driver_assert_asked (driver, NULL, NULL);
  gw_engine_driver_free (driver);
  g_assert_cmpint (g_atomic_int_get (&agent.asked_to_sign), ==, 1);
  stop_agent (&agent);
}

static void
test_broken_list (void)
{
  GwTestLogin login = agent_login ();
  g_autoptr (GVariant) keys = NULL;
  g_autoptr (GError) error = NULL;
  GwEngineDriver *driver;
  Agent agent;

  start_agent (&agent, 3, 0, "");
  /* It announces more keys than it sends. */
  agent.answer->data[8] = 200;
  keys = list_keys (&agent, &error);
  g_assert_null (keys);
  g_assert_error (error, GW_ERROR, GW_ERROR_AGENT);
  driver = gw_engine_driver_new_with_env ("SSH_AUTH_SOCK", agent.path, NULL);
  gw_engine_driver_connect_fails (driver, &login, GW_ERROR_AGENT);
  gw_engine_driver_free (driver);
  stop_agent (&agent);
}

static void
add_tests (void)
{
  gw_engine_test_add ("/bad-agent/many-keys", test_many_keys);
  gw_engine_test_add ("/bad-agent/comments", test_comments);
  gw_engine_test_add ("/bad-agent/refusing", test_refusing);
  gw_engine_test_add ("/bad-agent/broken-list", test_broken_list);
}

int
main (int argc, char **argv)
{
  return gw_engine_test_main (&argc, &argv, "--addresses=1", add_tests);
}
