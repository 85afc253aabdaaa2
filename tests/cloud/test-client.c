/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gw-test-call.h"

static void
test_call (void)
{
  g_autoptr (GwCloudClient) client = make_client ("gangway");

  assert_call_works (client);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *home = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  home = gw_test_home_new ();
  cloud = gw_test_cloud_new ((const char *const[]) { "--instances", "4000", "--regions", "1", NULL });
  g_test_add_func ("/cloud/client/call", test_call);
  result = g_test_run ();
  gw_test_cloud_free (cloud);
  gw_test_home_free (g_steal_pointer (&home));
  return result;
}
