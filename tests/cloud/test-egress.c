/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asking a service for the address that it sees, with one on loopback that answers as told. */

#include "config.h"

#include <libsoup/soup.h>
#include <string.h>

#include "gw-address.h"
#include "gw-egress.h"
#include "gw-error.h"
#include "gw-test.h"

typedef struct
{
  guint status;
  const char *type;
  const char *location;
  const char *body;
  gsize size; /* of a body of "1" in its place */
  gboolean hold;
} Answer;

static SoupServer *server;
static Answer answer;
static guint n_requests;
static char *user_agent;
static gboolean had_cookie;
static SoupServerMessage *held;

static void
on_request (SoupServer        *this_server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           user_data)
{
  SoupMessageHeaders *sent = soup_server_message_get_request_headers (message);
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  n_requests++;
  g_free (user_agent);
  user_agent = g_strdup (soup_message_headers_get_one (sent, "User-Agent"));
  had_cookie |= soup_message_headers_get_one (sent, "Cookie") != NULL;
  soup_message_headers_replace (headers, "Set-Cookie", "who=me; Path=/");
  if (answer.hold)
    {
      held = g_object_ref (message);
      soup_server_message_pause (message);
      return;
    }
  if (g_str_equal (path, "/plain"))
    {
      soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
      soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_STATIC, "198.51.100.7",
                                        strlen ("198.51.100.7"));
      return;
    }
  soup_server_message_set_status (message, answer.status != 0 ? answer.status : SOUP_STATUS_OK,
                                  NULL);
  if (answer.location != NULL)
    soup_message_headers_replace (headers, "Location", answer.location);
  if (answer.size > 0)
    {
      char *body = g_malloc (answer.size);

      memset (body, '1', answer.size);
      soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_TAKE, body, answer.size);
    }
  else
    {
      soup_server_message_set_response (message, answer.type != NULL ? answer.type : "text/plain",
                                        SOUP_MEMORY_COPY, answer.body, strlen (answer.body));
    }
}

static char *
dup_service (const char *path)
{
  GSList *uris = soup_server_get_uris (server);
  char *service = g_strdup_printf ("http://127.0.0.1:%d%s", g_uri_get_port (uris->data), path);

  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return service;
}

static void
on_done (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static char *
ask_service (const char  *service,
             GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GInetAddress) address = NULL;

  gw_egress_ask_async (service, NULL, on_done, &result);
  gw_test_wait_until (result != NULL);
  address = gw_egress_ask_finish (result, error);
  return address != NULL ? g_inet_address_to_string (address) : NULL;
}

static char *
ask (Answer   with,
     GError **error)
{
  g_autofree char *service = dup_service ("/");

  answer = with;
  n_requests = 0;
  return ask_service (service, error);
}

static void
assert_told (Answer      with,
             const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = ask (with, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
}

static void
assert_fails (Answer  with,
              GwError code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = ask (with, &error);

  g_assert_error (error, GW_ERROR, (int) code);
  g_test_message ("%s", error->message);
  g_assert_null (text);
}

static void
test_answers (void)
{
  assert_told ((Answer) { .body = "198.51.100.9" }, "198.51.100.9");
  assert_told ((Answer) { .body = "  198.51.100.9\r\n" }, "198.51.100.9");
  assert_told ((Answer) { .body = "2001:db8::9\n" }, "2001:db8::9");
  assert_told ((Answer) { .body = "::ffff:198.51.100.9\n" }, "198.51.100.9");
  assert_told ((Answer) { .body = "{\"ip\": \"198.51.100.9\", \"country\": \"x\"}",
                          .type = "application/json" }, "198.51.100.9");
  assert_told ((Answer) { .body = "{\"origin\": \"198.51.100.9\"}" }, "198.51.100.9");
  assert_told ((Answer) { .body = "\n {\"ip\": \"2001:db8::9\"}" }, "2001:db8::9");
  g_assert_cmpstr (user_agent, ==, "gangway/" GW_VERSION);
  g_assert_false (had_cookie);
}

static void
test_garbage (void)
{
  static const char *const bodies[] = {
    "", " \n", "hello", "<html>198.51.100.9</html>", "198.51.100.9, 10.0.0.1", "198.51.100",
    "198.51.100.9/32", "{}", "{\"ip\": 7}", "{\"ip\": {\"ip\": \"198.51.100.9\"}}", "{\"ip\"",
    "{\"origin\": \"198.51.100.9, 10.0.0.1\"}", "[\"198.51.100.9\"]", "\xff\xfe\x01", "{\xff}",
    "fe80::1%eth0", "{\"ip\": null, \"origin\": null}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    assert_fails ((Answer) { .body = bodies[i] }, GW_ERROR_FAILED);
  assert_fails ((Answer) { .body = "198.51.100.9", .status = 404 }, GW_ERROR_FAILED);
  assert_fails ((Answer) { .body = "198.51.100.9", .status = 500 }, GW_ERROR_FAILED);
  assert_fails ((Answer) { .body = "198.51.100.9", .status = 401 }, GW_ERROR_FAILED);
  assert_fails ((Answer) { .size = 4097 }, GW_ERROR_TOO_LARGE);
  assert_fails ((Answer) { .size = 10 * 1024 * 1024 }, GW_ERROR_TOO_LARGE);
}

/* The exception for loopback, and what holds without it. */
static void
test_classes (void)
{
  static const struct
  {
    const char *address;
    gboolean by_service, by_loopback, typed;
  } cases[] = {
    { "8.8.8.8", TRUE, TRUE, TRUE },        { "2606:4700::1", TRUE, TRUE, TRUE },
    { "203.0.113.9", FALSE, TRUE, TRUE },   { "10.1.2.3", FALSE, FALSE, FALSE },
    { "192.168.1.1", FALSE, FALSE, FALSE }, { "100.64.1.1", FALSE, FALSE, FALSE },
    { "169.254.1.1", FALSE, FALSE, FALSE }, { "127.0.0.1", FALSE, TRUE, FALSE },
    { "::1", FALSE, TRUE, FALSE },          { "fe80::1", FALSE, FALSE, FALSE },
    { "fd00::1", FALSE, FALSE, FALSE },     { "0.0.0.0", FALSE, FALSE, FALSE },
    { "224.0.0.1", FALSE, FALSE, FALSE },   { "ff02::1", FALSE, FALSE, FALSE },
    { "::ffff:10.1.2.3", FALSE, FALSE, FALSE },
    { "255.255.255.255", FALSE, FALSE, FALSE }, { "0.1.2.3", FALSE, FALSE, FALSE },
    { "240.0.0.1", FALSE, FALSE, FALSE },   { "239.1.2.3", FALSE, FALSE, FALSE },
    { "192.0.0.1", FALSE, FALSE, FALSE },   { "198.18.0.1", FALSE, TRUE, TRUE },
    { "2001:db8::1", FALSE, TRUE, TRUE },   { "2001:2::1", FALSE, TRUE, TRUE },
    { "64:ff9b::a00:1", FALSE, FALSE, FALSE }, { "64:ff9b::808:808", TRUE, TRUE, TRUE },
    { "2002:a00:1::1", FALSE, FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (cases[i].address);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i].address);
      g_assert_cmpint (gw_egress_check_address ("https://ip.example.org/", address, NULL), ==,
                       cases[i].by_service);
      g_assert_cmpint (gw_egress_check_address ("http://127.0.0.1:8000/", address, NULL), ==,
                       cases[i].by_loopback);
      g_assert_cmpint (gw_egress_check_address ("https://localhost/ip", address, NULL), ==,
                       cases[i].by_loopback);
      g_assert_cmpint (gw_egress_check_address ("nonsense", address, NULL), ==,
                       cases[i].by_service);
      if (gw_egress_check_address (NULL, address, &error))
        g_assert_true (cases[i].typed);
      else
        {
          g_assert_error (error, GW_ERROR, GW_ERROR_INVALID_HOST);
          g_test_message ("%s", error->message);
          g_assert_false (cases[i].typed);
        }
    }
  assert_fails ((Answer) { .body = "10.1.2.3" }, GW_ERROR_INVALID_HOST);
  assert_fails ((Answer) { .body = "100.64.1.1" }, GW_ERROR_INVALID_HOST);
  assert_told ((Answer) { .body = "127.0.0.1" }, "127.0.0.1");
  assert_fails ((Answer) { .body = "169.254.1.1" }, GW_ERROR_INVALID_HOST);
  assert_fails ((Answer) { .body = "{\"ip\": \"fe80::1\"}" }, GW_ERROR_INVALID_HOST);
}

static void
test_redirects (void)
{
  g_autofree char *plain = dup_service ("/plain");
  g_autofree char *self = dup_service ("/");

  assert_told ((Answer) { .status = 302, .location = plain, .body = "" }, "198.51.100.7");
  assert_told ((Answer) { .status = 307, .location = "/plain", .body = "" }, "198.51.100.7");
  g_assert_false (had_cookie);
  assert_fails ((Answer) { .status = 302, .body = "198.51.100.9" }, GW_ERROR_FAILED);
  assert_fails ((Answer) { .status = 302, .location = "http://ip.example.org/", .body = "" },
                GW_ERROR_FAILED);
  g_assert_cmpuint (n_requests, ==, 1);
  assert_fails ((Answer) { .status = 302, .location = "file:///etc/hostname", .body = "" },
                GW_ERROR_FAILED);
  assert_fails ((Answer) { .status = 302, .location = "http://a:b@127.0.0.1/", .body = "" },
                GW_ERROR_FAILED);
  assert_fails ((Answer) { .status = 302, .location = "http://[", .body = "" }, GW_ERROR_FAILED);
  /* In a circle */
  assert_fails ((Answer) { .status = 301, .location = self, .body = "" }, GW_ERROR_FAILED);
  g_assert_cmpuint (n_requests, ==, 4);
}

static void
release_held (void)
{
  gw_test_wait_until (held != NULL);
  /* It answers nobody any more. */
  soup_server_message_unpause (held);
  g_clear_object (&held);
}

static void
test_slow (void)
{
  gint64 start = g_get_monotonic_time ();

  assert_fails ((Answer) { .hold = TRUE, .body = "" }, GW_ERROR_TIMED_OUT);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 9 * G_USEC_PER_SEC);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 15 * G_USEC_PER_SEC);
  release_held ();
}

static void
test_cancel (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) at_once = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *service = dup_service ("/");

  answer = (Answer) { .hold = TRUE, .body = "" };
  gw_egress_ask_async (service, cancellable, on_done, &result);
  gw_test_wait_until (held != NULL);
  g_cancellable_cancel (cancellable);
  gw_test_wait_until (result != NULL);
  g_assert_null (gw_egress_ask_finish (result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  release_held ();

  n_requests = 0;
  gw_egress_ask_async (service, cancellable, on_done, &at_once);
  gw_test_wait_until (at_once != NULL);
  g_assert_null (gw_egress_ask_finish (at_once, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (n_requests, ==, 0);
}

static void
test_services (void)
{
  static const char *const right[] = { "https://ip.example.org", "https://ip.example.org/json?x=1",
                                       "http://127.0.0.1:8000/", "http://[::1]/",
                                       "http://localhost/", " https://ip.example.org/ " };
  static const char *const wrong[] = { "", "ip.example.org", "http://ip.example.org/",
                                       "http://10.0.0.1/", "ftp://ip.example.org/",
                                       "https://user:secret@ip.example.org/", "https:///",
                                       "file:///etc/passwd", "http://127.0.0.1.example.org/",
                                       "http://localhost.example.org/", "https://", "\xff" };

  for (guint i = 0; i < G_N_ELEMENTS (right); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (gw_egress_check_service (right[i], &error));
      g_assert_no_error (error);
    }
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = NULL;

      g_assert_false (gw_egress_check_service (wrong[i], &error));
      g_assert_error (error, GW_ERROR, GW_ERROR_INVALID_HOST);
      g_assert_null (strstr (error->message, "secret"));
      g_clear_error (&error);
      text = ask_service (wrong[i], &error);
      g_assert_error (error, GW_ERROR, GW_ERROR_INVALID_HOST);
      g_assert_null (text);
    }
}

static void
test_nobody_there (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *service = NULL;
  g_autofree char *text = NULL;
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);

  g_socket_listener_close (listener);
  service = g_strdup_printf ("http://127.0.0.1:%u/", port);
  text = ask_service (service, &error);
  g_assert_error (error, GW_ERROR, GW_ERROR_UNREACHABLE);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GError) error = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  server = soup_server_new (NULL, NULL);
  soup_server_add_handler (server, NULL, on_request, NULL, NULL);
  soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  g_test_add_func ("/cloud/egress/answers", test_answers);
  g_test_add_func ("/cloud/egress/garbage", test_garbage);
  g_test_add_func ("/cloud/egress/classes", test_classes);
  g_test_add_func ("/cloud/egress/redirects", test_redirects);
  g_test_add_func ("/cloud/egress/services", test_services);
  g_test_add_func ("/cloud/egress/nobody-there", test_nobody_there);
  g_test_add_func ("/cloud/egress/cancel", test_cancel);
  g_test_add_func ("/cloud/egress/slow", test_slow);
  status = g_test_run ();
  g_object_unref (server);
  g_free (user_agent);
  return status;
}
