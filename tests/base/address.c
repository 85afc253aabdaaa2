/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Addresses: their place in the network, ranges, and the one that packets leave from. */

#include "gw-address.h"
#include "gw-error.h"

static void
test_classes (void)
{
  static const struct
  {
    const char *address;
    GwAddressClass class;
  } cases[] = {
    { "8.8.8.8", GW_ADDRESS_CLASS_GLOBAL },
    { "1.0.0.0", GW_ADDRESS_CLASS_GLOBAL },
    { "9.255.255.255", GW_ADDRESS_CLASS_GLOBAL },
    { "10.0.0.0", GW_ADDRESS_CLASS_PRIVATE },
    { "10.255.255.255", GW_ADDRESS_CLASS_PRIVATE },
    { "11.0.0.0", GW_ADDRESS_CLASS_GLOBAL },
    { "100.63.255.255", GW_ADDRESS_CLASS_GLOBAL },
    { "100.64.0.0", GW_ADDRESS_CLASS_SHARED },
    { "100.127.255.255", GW_ADDRESS_CLASS_SHARED },
    { "100.128.0.0", GW_ADDRESS_CLASS_GLOBAL },
    { "127.0.0.1", GW_ADDRESS_CLASS_LOOPBACK },
    { "127.255.255.255", GW_ADDRESS_CLASS_LOOPBACK },
    { "169.254.169.254", GW_ADDRESS_CLASS_LINK_LOCAL },
    { "169.253.255.255", GW_ADDRESS_CLASS_GLOBAL },
    { "172.15.255.255", GW_ADDRESS_CLASS_GLOBAL },
    { "172.16.0.0", GW_ADDRESS_CLASS_PRIVATE },
    { "172.31.255.255", GW_ADDRESS_CLASS_PRIVATE },
    { "172.32.0.0", GW_ADDRESS_CLASS_GLOBAL },
    { "192.168.0.1", GW_ADDRESS_CLASS_PRIVATE },
    { "192.169.0.1", GW_ADDRESS_CLASS_GLOBAL },
    { "0.0.0.0", GW_ADDRESS_CLASS_OTHER },
    { "192.0.2.1", GW_ADDRESS_CLASS_DOCUMENTATION },
    { "198.18.0.1", GW_ADDRESS_CLASS_DOCUMENTATION },
    { "198.20.0.1", GW_ADDRESS_CLASS_GLOBAL },
    { "198.51.100.1", GW_ADDRESS_CLASS_DOCUMENTATION },
    { "203.0.113.1", GW_ADDRESS_CLASS_DOCUMENTATION },
    { "223.255.255.255", GW_ADDRESS_CLASS_GLOBAL },
    { "224.0.0.1", GW_ADDRESS_CLASS_OTHER },
    { "255.255.255.255", GW_ADDRESS_CLASS_OTHER },
    { "::", GW_ADDRESS_CLASS_OTHER },
    { "::1", GW_ADDRESS_CLASS_LOOPBACK },
    { "2606:4700::1", GW_ADDRESS_CLASS_GLOBAL },
    { "2001:db8::1", GW_ADDRESS_CLASS_DOCUMENTATION },
    { "2001:200::1", GW_ADDRESS_CLASS_GLOBAL },
    { "fc00::1", GW_ADDRESS_CLASS_PRIVATE },
    { "fdff:ffff::1", GW_ADDRESS_CLASS_PRIVATE },
    { "fe80::1", GW_ADDRESS_CLASS_LINK_LOCAL },
    { "febf::1", GW_ADDRESS_CLASS_LINK_LOCAL },
    { "ff02::1", GW_ADDRESS_CLASS_OTHER },
    { "4000::1", GW_ADDRESS_CLASS_OTHER },
    { "2001:2::1", GW_ADDRESS_CLASS_DOCUMENTATION },
    { "3fff::1", GW_ADDRESS_CLASS_DOCUMENTATION },
    { "240.0.0.1", GW_ADDRESS_CLASS_OTHER },
    { "64:ff9b::808:808", GW_ADDRESS_CLASS_GLOBAL },
    { "64:ff9b::10.1.2.3", GW_ADDRESS_CLASS_PRIVATE },
    { "64:ff9b::127.0.0.1", GW_ADDRESS_CLASS_LOOPBACK },
    { "64:ff9b::224.0.0.1", GW_ADDRESS_CLASS_OTHER },
    { "64:ff9b:1::808:808", GW_ADDRESS_CLASS_OTHER },
    { "2002:808:808::1", GW_ADDRESS_CLASS_GLOBAL },
    { "2002:a01:203::1", GW_ADDRESS_CLASS_PRIVATE },
    { "2002:6440:1::1", GW_ADDRESS_CLASS_SHARED },
    { "2002:cb00:7101::1", GW_ADDRESS_CLASS_DOCUMENTATION },
    { "::ffff:10.1.2.3", GW_ADDRESS_CLASS_PRIVATE },
    { "::ffff:127.0.0.1", GW_ADDRESS_CLASS_LOOPBACK },
    { "::ffff:100.64.0.1", GW_ADDRESS_CLASS_SHARED },
    { "::ffff:8.8.8.8", GW_ADDRESS_CLASS_GLOBAL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      /* As given, not in its normal form. */
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (cases[i].address);

      g_test_message ("%s", cases[i].address);
      g_assert_nonnull (address);
      g_assert_cmpint (gw_address_classify (address), ==, cases[i].class);
    }
}

static void
test_parse (void)
{
  static const char *const cases[][2] = {
    { " 203.0.113.7\n", "203.0.113.7" }, { "2001:DB8:0::1", "2001:db8::1" },
    { "::ffff:203.0.113.7", "203.0.113.7" }, { "::ffff:cb00:7107", "203.0.113.7" },
    { "203.0.113.256", NULL }, { "203.0.113", NULL }, { "0x7f.1", NULL }, { "", NULL },
    { "host", NULL }, { "203.0.113.7/32", NULL }, { "203.0.113.7 8", NULL }, { "fe80::1%lo", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GInetAddress) address = gw_address_parse (cases[i][0]);
      g_autofree char *text = address != NULL ? g_inet_address_to_string (address) : NULL;

      g_assert_cmpstr (text, ==, cases[i][1]);
    }
  g_assert_null (gw_address_parse (NULL));
}

static void
test_ranges (void)
{
  static const char *const cases[][2] = {
    { "203.0.113.7", "203.0.113.7/32" },
    { " 203.0.113.7 / 32 ", "203.0.113.7/32" },
    { "203.0.113.0/24", "203.0.113.0/24" },
    { "0.0.0.0/0", "0.0.0.0/0" },
    { "128.0.0.0/1", "128.0.0.0/1" },
    { "203.0.113.64/26", "203.0.113.64/26" },
    { "2001:db8::1", "2001:db8::1/128" },
    { "2001:DB8::/64", "2001:db8::/64" },
    { "2001:db8:8000::/33", "2001:db8:8000::/33" },
    { "::/0", "::/0" },
    { "::ffff:203.0.113.7", "203.0.113.7/32" },
    { "::ffff:203.0.113.0/120", "203.0.113.0/24" },
  };
  static const char *const wrong[] = {
    "", " ", "/", "/24", "203.0.113.7/", "203.0.113.0/33", "203.0.113.0/-1", "203.0.113.0/+24",
    "203.0.113.0/24/1", "203.0.113.0/24x", "203.0.113.0/255.255.255.0", "203.0.113", "host/24",
    "2001:db8::/129", "::ffff:203.0.113.7/64", "0.0.0.0/999999999999999999999", "\xff/8",
    "203.0.113.7/24", "2001:db8::1/64", "203.0.113.65/26", "1.0.0.0/0",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GInetAddressMask) range = gw_address_parse_range (cases[i][0], &error);
      g_autoptr (GInetAddressMask) again = NULL;
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      text = gw_address_range_to_string (range);
      g_assert_cmpstr (text, ==, cases[i][1]);
      again = gw_address_parse_range (text, &error);
      g_assert_no_error (error);
      g_assert_true (g_inet_address_mask_equal (range, again));
    }
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", g_utf8_validate (wrong[i], -1, NULL) ? wrong[i] : "not text");
      g_assert_null (gw_address_parse_range (wrong[i], &error));
      g_assert_error (error, GW_ERROR, GW_ERROR_INVALID_HOST);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
}

/* What was meant is said. */
static void
test_host_bits (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (gw_address_parse_range ("203.0.113.77/26", &error));
  g_assert_nonnull (strstr (error->message, "write 203.0.113.77 for"));
  g_assert_nonnull (strstr (error->message, "203.0.113.64/26"));
}

static void
test_local (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetAddress) address = gw_address_find_local ("127.0.2.17", &error);

  g_assert_no_error (error);
  g_assert_cmpint (gw_address_classify (address), ==, GW_ADDRESS_CLASS_LOOPBACK);
  g_assert_cmpint (g_inet_address_get_family (address), ==, G_SOCKET_FAMILY_IPV4);

  g_assert_null (gw_address_find_local ("not an address", &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_UNREACHABLE);
  g_clear_error (&error);
  /* Datagrams to everybody are not what a route is for. */
  g_assert_null (gw_address_find_local ("255.255.255.255", &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_UNREACHABLE);
}

static void
test_local_ipv6 (void)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV6);
  g_autoptr (GSocketAddress) here = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV6, G_SOCKET_TYPE_DATAGRAM,
                                             G_SOCKET_PROTOCOL_UDP, NULL);
  g_autoptr (GInetAddress) address = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (socket == NULL || !g_socket_bind (socket, here, FALSE, NULL))
    {
      g_test_skip ("there is no IPv6 here");
      return;
    }
  address = gw_address_find_local ("::1", &error);
  g_assert_no_error (error);
  text = g_inet_address_to_string (address);
  g_assert_cmpstr (text, ==, "::1");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/address/classes", test_classes);
  g_test_add_func ("/base/address/parse", test_parse);
  g_test_add_func ("/base/address/ranges", test_ranges);
  g_test_add_func ("/base/address/host-bits", test_host_bits);
  g_test_add_func ("/base/address/local", test_local);
  g_test_add_func ("/base/address/local-ipv6", test_local_ipv6);
  return g_test_run ();
}
