/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a credential may be the default of, of an instance. */

#include <gw-login-defaults.h>

#include "gw-test.h"

static char *
join_scopes (GwInstance *instance,
             const char *source)
{
  g_auto (GStrv) scopes = gw_login_dup_scopes (instance, source);

  g_assert_nonnull (scopes);
  return g_strjoinv ("|", scopes);
}

static void
test_order (void)
{
  const char *const tags[] = { "lonely", "env=prod", "team=a=b", NULL };
  g_autoptr (GwInstance) instance = gw_instance_new ("i-1");
  g_autofree char *scopes = NULL;

  gw_instance_set_text (instance, GW_INSTANCE_RESOURCE_GROUP, "rg-1");
  gw_instance_set_text (instance, GW_INSTANCE_KEY_PAIR, "kp");
  gw_instance_set_tags (instance, tags);
  scopes = join_scopes (instance, "cloud-1");
  g_assert_cmpstr (scopes, ==, "key-pair:kp|tag:env=prod|tag:team=a=b|"
                               "tag:lonely|tag:env|tag:team|group:rg-1|source:cloud-1");
}

static void
test_missing (void)
{
  const char *const tags[] = { "=odd", NULL };
  g_autoptr (GwInstance) instance = gw_instance_new ("i-1");
  g_autofree char *none = join_scopes (instance, NULL);
  g_autofree char *source = join_scopes (instance, "saved");
  g_autofree char *odd = NULL;

  g_assert_cmpstr (none, ==, "");
  g_assert_cmpstr (source, ==, "source:saved");
  /* A tag without a key is none of all those without. */
  gw_instance_set_tags (instance, tags);
  odd = join_scopes (instance, "");
  g_assert_cmpstr (odd, ==, "tag:=odd");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/scopes/order", test_order);
  g_test_add_func ("/scopes/missing", test_missing);

  return g_test_run ();
}
