/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gw-endpoint.h>
#include <gw-error.h>

#include <string.h>

typedef struct {
  const char *text;
  const char *user;
  const char *host;
  guint       port;
} Good;

typedef struct {
  const char *text;
  GwError     code;
} Bad;

static void
test_parse (void)
{
  static const Good cases[] = {
    { "nas.local", NULL, "nas.local", 0 },
    { "  root@nas.local:2222\n", "root", "nas.local", 2222 },
    { "203.0.113.7:22", NULL, "203.0.113.7", 22 },
    { "[2001:db8::1]:22", NULL, "2001:db8::1", 22 },
    { "[2001:db8::1]", NULL, "2001:db8::1", 0 },
    { "2001:db8::1", NULL, "2001:db8::1", 0 },
    { "root@::1", "root", "::1", 0 },
    { "fe80::1%eth0", NULL, "fe80::1%eth0", 0 },
    { "[fe80::1%eth0.5]:1", NULL, "fe80::1%eth0.5", 1 },
    { "joe@corp.example@web-1", "joe@corp.example", "web-1", 0 },
    { "CORP\\joe@web-1", "CORP\\joe", "web-1", 0 },
    { "jane#root#10.0.0.5@bastion", "jane#root#10.0.0.5", "bastion", 0 },
    { "bücher.example", NULL, "bücher.example", 0 },
    { "服务器.例子", NULL, "服务器.例子", 0 },
    { "_sip.example.", NULL, "_sip.example.", 0 },
    { "a:65535", NULL, "a", 65535 },
    { "ssh://web-1", NULL, "web-1", 0 },
    { "SSH://root@web-1:2222/", "root", "web-1", 2222 },
    { "ssh://root@[2001:db8::1]:2222", "root", "2001:db8::1", 2222 },
    { "ssh://[fe80::1%25eth0]", NULL, "fe80::1%eth0", 0 },
    { "ssh://joe%40corp.example@web-1", "joe@corp.example", "web-1", 0 },
    { "ssh://CORP%5Cjoe@web-1", "CORP\\joe", "web-1", 0 },
    { "ssh://b%C3%BCcher.example", NULL, "bücher.example", 0 },
    { "ssh://web-1:", NULL, "web-1", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GwEndpoint) endpoint = gw_endpoint_parse (cases[i].text, &error);

      g_test_message ("%s", cases[i].text);
      g_assert_no_error (error);
      g_assert_cmpstr (endpoint->user, ==, cases[i].user);
      g_assert_cmpstr (endpoint->host, ==, cases[i].host);
      g_assert_cmpuint (endpoint->port, ==, cases[i].port);
    }
}

static void
test_refuse (void)
{
  static const Bad cases[] = {
    { "", GW_ERROR_INVALID_HOST },
    { "   ", GW_ERROR_INVALID_HOST },
    { ":22", GW_ERROR_INVALID_HOST },
    { "root@", GW_ERROR_INVALID_HOST },
    { "@web-1", GW_ERROR_INVALID_USER },
    { "web 1", GW_ERROR_INVALID_HOST },
    { "-oProxyCommand=id", GW_ERROR_INVALID_HOST },
    { "root@-web", GW_ERROR_INVALID_HOST },
    { "-root@web", GW_ERROR_INVALID_USER },
    { "web\n1", GW_ERROR_INVALID_HOST },
    { "web\0331", GW_ERROR_INVALID_HOST },
    { "web%h", GW_ERROR_INVALID_HOST },
    { "web\xe2\x80\xae""1", GW_ERROR_INVALID_HOST },
    { "web\xff", GW_ERROR_INVALID_HOST },
    { "a..b", GW_ERROR_INVALID_HOST },
    { ".a", GW_ERROR_INVALID_HOST },
    { "203.0.113.256", GW_ERROR_INVALID_HOST },
    { "0x7f.1", GW_ERROR_INVALID_HOST },
    { "0177.1", GW_ERROR_INVALID_HOST },
    { "203.0.113", GW_ERROR_INVALID_HOST },
    { "2130706433", GW_ERROR_INVALID_HOST },
    { "2001:db8::g", GW_ERROR_INVALID_HOST },
    { "1:2:3", GW_ERROR_INVALID_HOST },
    { "[2001:db8::1", GW_ERROR_INVALID_HOST },
    { "2001:db8::1]", GW_ERROR_INVALID_HOST },
    { "[]", GW_ERROR_INVALID_HOST },
    { "[nas.local]:22", GW_ERROR_INVALID_HOST },
    { "[::1]x", GW_ERROR_INVALID_HOST },
    { "fe80::1%", GW_ERROR_INVALID_HOST },
    { "fe80::1%eth0;id", GW_ERROR_INVALID_HOST },
    { "fe80::1%aaaaaaaaaaaaaaaa", GW_ERROR_INVALID_HOST },
    { "203.0.113.7%eth0", GW_ERROR_INVALID_HOST },
    { "web:0", GW_ERROR_INVALID_PORT },
    { "web:65536", GW_ERROR_INVALID_PORT },
    { "web:ssh", GW_ERROR_INVALID_PORT },
    { "web:", GW_ERROR_INVALID_PORT },
    { "web:-22", GW_ERROR_INVALID_PORT },
    { "web:+22", GW_ERROR_INVALID_PORT },
    { "web: 22", GW_ERROR_INVALID_PORT },
    { "web:22x", GW_ERROR_INVALID_PORT },
    { "web:99999999999999999999999", GW_ERROR_INVALID_PORT },
    { "web:٢٢", GW_ERROR_INVALID_PORT },
    { "joe:secret@web", GW_ERROR_INVALID_USER },
    { "a b @web", GW_ERROR_INVALID_USER },
    { "a$b@web", GW_ERROR_INVALID_USER },
    { "%r@web", GW_ERROR_INVALID_USER },
    { "http://web", GW_ERROR_INVALID_HOST },
    { "sftp://web", GW_ERROR_INVALID_HOST },
    { "ssh://", GW_ERROR_INVALID_HOST },
    { "ssh:///etc/passwd", GW_ERROR_INVALID_HOST },
    { "ssh://web/etc", GW_ERROR_INVALID_HOST },
    { "ssh://web//", GW_ERROR_INVALID_HOST },
    { "ssh://web?x", GW_ERROR_INVALID_HOST },
    { "ssh://web#x", GW_ERROR_INVALID_HOST },
    { "ssh://root:secret@web", GW_ERROR_INVALID_USER },
    { "ssh://root%3Asecret@web", GW_ERROR_INVALID_USER },
    { "ssh://-oProxyCommand=id@web", GW_ERROR_INVALID_USER },
    { "ssh://%2Droot@web", GW_ERROR_INVALID_USER },
    { "ssh://%2DoProxyCommand=id", GW_ERROR_INVALID_HOST },
    { "ssh://we%62%0A", GW_ERROR_INVALID_HOST },
    { "ssh://web%00x", GW_ERROR_INVALID_HOST },
    { "ssh://web%2", GW_ERROR_INVALID_HOST },
    { "ssh://web%zz", GW_ERROR_INVALID_HOST },
    { "ssh://web%2540", GW_ERROR_INVALID_HOST },
    { "ssh://a%40b", GW_ERROR_INVALID_HOST },
    { "ssh://web%3A22", GW_ERROR_INVALID_HOST },
    { "ssh://web:%32%32", GW_ERROR_INVALID_PORT },
    { "ssh://ssh://web", GW_ERROR_INVALID_HOST },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GwEndpoint) endpoint = gw_endpoint_parse (cases[i].text, &error);

      g_test_message ("%u: %s", i, error != NULL ? error->message : "taken");
      g_assert_null (endpoint);
      g_assert_error (error, GW_ERROR, (int) cases[i].code);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_assert_null (strchr (error->message, '\033'));
      g_assert_null (strstr (error->message, "secret"));
    }
}

static void
test_host_characters (void)
{
  const char *allowed = "ABCXYZabcxyz-_.";

  for (int c = 1; c < 0x80; c++)
    {
      char host[] = { 'a', (char) c, 'b', '\0' };
      gboolean expected = g_ascii_isdigit (c) || g_ascii_isalpha (c) || strchr (allowed, c) != NULL;

      g_test_message ("0x%02x", (guint) c);
      g_assert_cmpint (gw_host_validate (host, NULL), ==, expected);
    }
}

static void
test_user_characters (void)
{
  const char *refused = "'\"`$&;<>|(){}[]*?!~^%:/";

  for (int c = 1; c < 0x80; c++)
    {
      char user[] = { 'a', (char) c, 'b', '\0' };
      gboolean expected = !g_ascii_iscntrl (c) && strchr (refused, c) == NULL;

      g_test_message ("0x%02x", (guint) c);
      g_assert_cmpint (gw_user_validate (user, NULL), ==, expected);
    }
  g_assert_true (gw_user_validate ("müller", NULL));
  g_assert_false (gw_user_validate (" joe", NULL));
  g_assert_false (gw_user_validate ("joe ", NULL));
  g_assert_false (gw_user_validate ("joe\xc2\xa0", NULL));
  g_assert_false (gw_user_validate ("joe\xe2\x80\xae", NULL));
  g_assert_false (gw_user_validate ("joe\xff", NULL));
  g_assert_false (gw_user_validate ("", NULL));
  g_assert_false (gw_user_validate (NULL, NULL));
}

static void
test_lengths (void)
{
  g_autofree char *long_host = g_strnfill (253, 'a');
  g_autofree char *longer_host = g_strnfill (254, 'a');
  g_autofree char *long_user = g_strnfill (255, 'a');
  g_autofree char *longer_user = g_strnfill (256, 'a');
  g_autofree char *huge = g_strnfill (1024 * 1024, '@');
  g_autoptr (GError) error = NULL;

  g_assert_true (gw_host_validate (long_host, NULL));
  g_assert_false (gw_host_validate (longer_host, &error));
  g_assert_cmpuint (strlen (error->message), <, 400);
  g_assert_true (gw_user_validate (long_user, NULL));
  g_assert_false (gw_user_validate (longer_user, NULL));
  g_assert_null (gw_endpoint_parse (huge, NULL));
}

static void
test_port (void)
{
  guint16 port = 7;

  g_assert_true (gw_port_parse ("1", &port, NULL));
  g_assert_cmpuint (port, ==, 1);
  g_assert_true (gw_port_parse ("65535", &port, NULL));
  g_assert_cmpuint (port, ==, 65535);
  g_assert_false (gw_port_parse ("", &port, NULL));
  g_assert_false (gw_port_parse (NULL, &port, NULL));
  g_assert_false (gw_port_parse ("0x16", &port, NULL));
  g_assert_false (gw_port_parse ("22 ", &port, NULL));
  g_assert_cmpuint (port, ==, 65535);
}

static void
test_to_string (void)
{
  static const struct {
    const char *user, *host;
    guint port;
    const char *expected;
  } cases[] = {
    { NULL, "nas.local", 0, "nas.local" },
    { "", "nas.local", 22, "nas.local" },
    { "root", "nas.local", 2222, "root@nas.local:2222" },
    { "root", "2001:db8::1", 2222, "root@[2001:db8::1]:2222" },
    { NULL, "2001:db8::1", 0, "2001:db8::1" },
    { "a@b", "fe80::1%eth0", 1, "a@b@[fe80::1%eth0]:1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = gw_endpoint_to_string (cases[i].user, cases[i].host, cases[i].port);
      g_autoptr (GwEndpoint) back = gw_endpoint_parse (text, NULL);

      g_assert_cmpstr (text, ==, cases[i].expected);
      g_assert_nonnull (back);
      g_assert_cmpstr (back->host, ==, cases[i].host);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/endpoint/parse", test_parse);
  g_test_add_func ("/base/endpoint/refuse", test_refuse);
  g_test_add_func ("/base/endpoint/host-characters", test_host_characters);
  g_test_add_func ("/base/endpoint/user-characters", test_user_characters);
  g_test_add_func ("/base/endpoint/lengths", test_lengths);
  g_test_add_func ("/base/endpoint/port", test_port);
  g_test_add_func ("/base/endpoint/to-string", test_to_string);
  return g_test_run ();
}
