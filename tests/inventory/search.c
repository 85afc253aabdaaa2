/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "gw-search.h"

static GwInstance *
make (void)
{
  static const char *const public[] = { "203.0.113.7", NULL };
  static const char *const private[] = { "10.0.0.12", NULL };
  static const char *const tags[] = { "Équipe=Zürich", "env=prod", NULL };
  GwInstance *instance = gw_instance_new ("i-bp1abc");

  gw_instance_set_network (instance, GW_NETWORK_VPC);
  gw_instance_set_text (instance, GW_INSTANCE_NAME, "Web Front & <1>");
  gw_instance_set_addresses (instance, GW_ADDRESS_PUBLIC, public);
  gw_instance_set_addresses (instance, GW_ADDRESS_PRIVATE, private);
  gw_instance_set_tags (instance, tags);
  return instance;
}

static void
check (const char *text,
       gboolean    matches,
       const char *hit)
{
  g_autoptr (GwInstance) instance = make ();
  g_autoptr (GwSearch) search = gw_search_new (text);
  g_autofree char *found = gw_search_get_hit (search, instance);

  g_test_message ("%s", text);
  g_assert_cmpint (gw_search_matches (search, instance), ==, matches);
  if (matches)
    g_assert_cmpstr (found, ==, hit);
}

static void
test_matches (void)
{
  check ("", TRUE, NULL);
  check ("web", TRUE, NULL);
  check ("FRONT web", TRUE, NULL);
  check ("web back", FALSE, NULL);
  check ("113.7", TRUE, NULL);
  check ("10.0.0", TRUE, "10.0.0.12");
  check ("BP1", TRUE, "i-bp1abc");
  check ("zurich", TRUE, "Équipe=Zürich");
  check ("  web\tENV=prod ", TRUE, "env=prod");
  check ("ÉQUIPE", TRUE, "Équipe=Zürich");
  check ("e\xcc\x81quipe", TRUE, "Équipe=Zürich");
  check ("webfront", FALSE, NULL);
}

static void
test_changes (void)
{
  g_autoptr (GwInstance) instance = make ();
  g_autoptr (GwSearch) search = gw_search_new ("other");

  g_assert_false (gw_search_matches (search, instance));
  gw_instance_set_text (instance, GW_INSTANCE_NAME, "Other");
  g_assert_true (gw_search_matches (search, instance));
  gw_instance_set_text (instance, GW_INSTANCE_NAME, NULL);
  g_assert_false (gw_search_matches (search, instance));
}

/* Nobody typed a UUID, so nothing is found in one. */
static void
test_made_up_id (void)
{
  g_autoptr (GwInstance) instance = gw_instance_new ("deadbeef-0000-4000-8000-000000000000");
  g_autoptr (GwSearch) search = gw_search_new ("beef");

  g_assert_false (gw_search_matches (search, instance));
}

static void
check_markup (const char *search_text,
              const char *text,
              const char *markup)
{
  g_autoptr (GwSearch) search = gw_search_new (search_text);
  g_autofree char *result = gw_search_markup (search, text);

  g_assert_cmpstr (result, ==, markup);
}

static void
test_markup (void)
{
  check_markup ("", "a&b", "a&amp;b");
  check_markup ("web", "Web-web", "<b>Web</b>-<b>web</b>");
  check_markup ("b>", "<b>x", "&lt;<b>b&gt;</b>x");
  check_markup ("amp", "a&b", "a&amp;b");
  check_markup ("zurich", "in Zürich!", "in <b>Zürich</b>!");
  check_markup ("zurich", "Zu\xcc\x88rich!", "<b>Zu\xcc\x88rich</b>!");
  check_markup ("strasse", "Straße 1", "<b>Straße</b> 1");
  check_markup ("ab bc", "abcd", "<b>abc</b>d");
  check_markup ("x", "\xff" "x", "\xef\xbf\xbd<b>x</b>");
  check_markup ("x", NULL, "");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/search/matches", test_matches);
  g_test_add_func ("/search/changes", test_changes);
  g_test_add_func ("/search/made-up-id", test_made_up_id);
  g_test_add_func ("/search/markup", test_markup);
  return g_test_run ();
}
