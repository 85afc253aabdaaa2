/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "gw-catalogue.h"
#include "gw-file-source.h"
#include "gw-test.h"

static void
on_changed (GwInstance *instance,
            guint      *n)
{
  (*n)++;
}

static GwInstance *
make_full (const char *id)
{
  static const char *const addresses[] = { "203.0.113.7", NULL };
  static const char *const groups[] = { "sg-1", "sg-2", NULL };
  static const char *const tags[] = { "env=prod", "web", NULL };
  GwInstance *instance = gw_instance_new (id);

  gw_instance_set_text (instance, GW_INSTANCE_NAME, "web-1");
  gw_instance_set_text (instance, GW_INSTANCE_USER, "root");
  gw_instance_set_port (instance, 2222);
  gw_instance_set_status (instance, GW_INSTANCE_STATUS_RUNNING, 1700000000);
  gw_instance_set_network (instance, GW_NETWORK_VPC);
  gw_instance_set_addresses (instance, GW_ADDRESS_PUBLIC, addresses);
  gw_instance_set_security_groups (instance, groups);
  gw_instance_set_tags (instance, tags);
  return instance;
}

static void
test_changed (void)
{
  static const char *const addresses[] = { "192.0.2.1", NULL };
  g_autoptr (GwInstance) instance = gw_instance_new ("a");
  g_autoptr (GwInstance) other = make_full ("b");
  guint n = 0;

  g_signal_connect (instance, "changed", G_CALLBACK (on_changed), &n);
  gw_instance_set_text (instance, GW_INSTANCE_NAME, "x");
  g_assert_cmpuint (n, ==, 1);
  gw_instance_set_text (instance, GW_INSTANCE_NAME, " x\n");
  g_assert_cmpuint (n, ==, 1);
  gw_instance_set_addresses (instance, GW_ADDRESS_PRIVATE, addresses);
  gw_instance_set_addresses (instance, GW_ADDRESS_PRIVATE, addresses);
  g_assert_cmpuint (n, ==, 2);
  gw_instance_set_port (instance, 22);
  gw_instance_set_port (instance, 22);
  g_assert_cmpuint (n, ==, 3);
  gw_instance_assign (instance, other);
  gw_instance_assign (instance, other);
  g_assert_cmpuint (n, ==, 4);
  g_assert_cmpstr (gw_instance_get_id (instance), ==, "a");
  g_assert_cmpstr (gw_instance_get_title (instance), ==, "web-1");
  g_assert_null (gw_instance_get_addresses (instance, GW_ADDRESS_PRIVATE)[0]);
}

/* A refresh finds nearly all instances as they were: only the time of their state is newer. */
static void
test_time (void)
{
  g_autoptr (GwInstance) instance = make_full ("a");
  g_autoptr (GwInstance) same = make_full ("a");
  const char *search_text = gw_instance_get_search_text (instance);
  guint n = 0;

  g_signal_connect (instance, "changed", G_CALLBACK (on_changed), &n);
  gw_instance_set_status (instance, GW_INSTANCE_STATUS_RUNNING, 1700000030);
  g_assert_cmpint (gw_instance_get_status_time (instance), ==, 1700000030);
  g_assert_false (gw_instance_equal (instance, same));
  gw_instance_set_status (same, GW_INSTANCE_STATUS_RUNNING, 1700000060);
  gw_instance_assign (instance, same);
  g_assert_cmpint (gw_instance_get_status_time (instance), ==, 1700000060);
  g_assert_true (gw_instance_equal (instance, same));
  g_assert_cmpuint (n, ==, 0);
  g_assert_true (gw_instance_get_search_text (instance) == search_text);
  gw_instance_set_status (same, GW_INSTANCE_STATUS_STOPPED, 1700000060);
  gw_instance_assign (instance, same);
  g_assert_cmpuint (n, ==, 1);
}

/* What two have in common is there once, and outlives either. */
static void
test_shared (void)
{
  g_autoptr (GwInstance) a = make_full ("a");
  g_autoptr (GwInstance) b = make_full ("b");
  g_autoptr (GwInstance) copy = NULL;

  for (guint i = 0; i < GW_N_INSTANCE_TEXTS; i++)
    {
      gw_instance_set_text (a, i, "linux");
      gw_instance_set_text (b, i, "linux");
    }
  g_assert_true (gw_instance_get_text (a, GW_INSTANCE_REGION)
                 == gw_instance_get_text (b, GW_INSTANCE_IMAGE));
  g_assert_true (gw_instance_get_tags (a)[0] == gw_instance_get_tags (b)[0]);
  copy = gw_instance_copy (a, "b");
  g_clear_object (&a);
  gw_instance_set_tags (b, NULL);
  gw_instance_set_text (b, GW_INSTANCE_REGION, NULL);
  g_assert_cmpstr (gw_instance_get_text (copy, GW_INSTANCE_REGION), ==, "linux");
  g_assert_cmpstr (gw_instance_get_tags (copy)[0], ==, "env=prod");
}

/* What needs no cleaning is taken as it is, to the same result. */
static void
test_clean_line (void)
{
  static const char *const texts[][2] = {
    { "a b  c", "a b c" }, { " a", "a" }, { "a ", "a" }, { "a b", "a b" }, { "a\tb", "a b" },
    { "a \x7f", "a" }, { "\x7f", NULL }, { " ", NULL }, { "a ü", "a ü" }, { "a \xc2\xad", "a" },
    { "~!", "~!" },
  };
  g_autoptr (GwInstance) instance = gw_instance_new ("a");

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      gw_instance_set_text (instance, GW_INSTANCE_NAME, texts[i][0]);
      g_assert_cmpstr (gw_instance_get_text (instance, GW_INSTANCE_NAME), ==, texts[i][1]);
    }
  for (gsize length = 250; length < 262; length++)
    {
      g_autofree char *text = g_strnfill (length, 'x');
      const char *kept;

      for (gsize space = 240; space < length - 1; space++)
        {
          text[space] = ' ';
          gw_instance_set_text (instance, GW_INSTANCE_NAME, text);
          kept = gw_instance_get_text (instance, GW_INSTANCE_NAME);
          g_assert_cmpint (g_utf8_strlen (kept, -1), ==, MIN (length, 256));
          g_assert_cmpint (g_str_has_suffix (kept, "…"), ==, length > 256);
          text[space] = 'x';
        }
    }
}

static void
test_clean (void)
{
  static const char *const addresses[] = { "192.0.2.1", "-oProxyCommand=x", "2001:db8::1", "a b",
                                           "", "fe80::1%eth0", NULL };
  static const char *const good[] = { "192.0.2.1", "2001:db8::1", "fe80::1%eth0", NULL };
  g_autoptr (GwInstance) instance = gw_instance_new ("a");
  g_autofree char *long_name = g_strnfill (5000, 'x');
  g_autofree char *long_path = g_strnfill (400, 'p');

  gw_instance_set_text (instance, GW_INSTANCE_NAME, "a\x1b[31m\nb\xe2\x80\xae<b>");
  g_assert_cmpstr (gw_instance_get_title (instance), ==, "a [31m b <b>");
  gw_instance_set_text (instance, GW_INSTANCE_NAME, long_name);
  g_assert_cmpint (g_utf8_strlen (gw_instance_get_title (instance), -1), ==, 256);
  gw_instance_set_text (instance, GW_INSTANCE_HOST_NAME, "good.example");
  gw_instance_set_text (instance, GW_INSTANCE_HOST_NAME, "$(reboot)");
  g_assert_null (gw_instance_get_text (instance, GW_INSTANCE_HOST_NAME));
  gw_instance_set_text (instance, GW_INSTANCE_USER, "a;b");
  g_assert_null (gw_instance_get_text (instance, GW_INSTANCE_USER));
  gw_instance_set_text (instance, GW_INSTANCE_IDENTITY_FILE, long_path);
  g_assert_cmpstr (gw_instance_get_text (instance, GW_INSTANCE_IDENTITY_FILE), ==, long_path);
  gw_instance_set_text (instance, GW_INSTANCE_IDENTITY_FILE, "/a\nb");
  g_assert_null (gw_instance_get_text (instance, GW_INSTANCE_IDENTITY_FILE));
  gw_instance_set_port (instance, 65536);
  g_assert_cmpuint (gw_instance_get_port (instance), ==, 0);

  gw_instance_set_addresses (instance, GW_ADDRESS_PUBLIC, addresses);
  g_assert_true (g_strv_equal (gw_instance_get_addresses (instance, GW_ADDRESS_PUBLIC), good));
}

static void
test_equal (void)
{
  g_autoptr (GwInstance) a = make_full ("a");
  g_autoptr (GwInstance) b = make_full ("a");
  g_autoptr (GwInstance) c = gw_instance_copy (a, "c");

  g_assert_true (gw_instance_equal (a, b));
  g_assert_false (gw_instance_equal (a, c));
  g_assert_true (gw_instance_is_cloud (c));
  gw_instance_set_tags (b, NULL);
  g_assert_false (gw_instance_equal (a, b));
  gw_instance_assign (b, a);
  g_assert_true (gw_instance_equal (a, b));
  gw_instance_set_login_as_non_root (b, 7);
  g_assert_false (gw_instance_equal (a, b));
  gw_instance_set_login_as_non_root (a, TRUE);
  g_assert_true (gw_instance_equal (a, b));
}

static void
test_title (void)
{
  static const char *const addresses[] = { "192.0.2.1", NULL };
  g_autoptr (GwInstance) instance = gw_instance_new ("i-1");

  g_assert_cmpstr (gw_instance_get_title (instance), ==, "i-1");
  g_assert_cmpstr (gw_instance_get_main_address (instance), ==, "");
  gw_instance_set_addresses (instance, GW_ADDRESS_PRIVATE, addresses);
  g_assert_cmpstr (gw_instance_get_title (instance), ==, "192.0.2.1");
  gw_instance_set_text (instance, GW_INSTANCE_HOST_NAME, "nas.local");
  g_assert_cmpstr (gw_instance_get_title (instance), ==, "nas.local");
  gw_instance_set_text (instance, GW_INSTANCE_NAME, "nas");
  g_assert_cmpstr (gw_instance_get_title (instance), ==, "nas");
}

static void
test_status (void)
{
  for (GwInstanceStatus s = GW_INSTANCE_STATUS_PENDING; s <= GW_INSTANCE_STATUS_STOPPED; s++)
    {
      const char *word = gw_instance_status_to_string (s);

      g_assert_cmpint (gw_instance_status_from_string (word), ==, s);
      g_assert_cmpstr (gw_instance_status_title (s), ==, word);
    }
  g_assert_cmpint (gw_instance_status_from_string ("Exploded"), ==, GW_INSTANCE_STATUS_UNKNOWN);
  g_assert_cmpint (gw_instance_status_from_string (NULL), ==, GW_INSTANCE_STATUS_UNKNOWN);
  g_assert_cmpstr (gw_instance_status_title (GW_INSTANCE_STATUS_UNKNOWN), ==, "");
}

static void
test_catalogue (gconstpointer home)
{
  static const char *const addresses[] = { "2001:DB8::7", NULL };
  g_autofree char *path = g_build_filename (home, "catalogue.json", NULL);
  g_autoptr (GwCatalogue) catalogue = gw_catalogue_new ();
  g_autoptr (GwFileSource) source = gw_file_source_new (path);
  g_autoptr (GwInstance) a = gw_instance_new ("i-one");
  g_autoptr (GwInstance) b = gw_instance_new ("i-two");
  g_autoptr (GwInstance) c = gw_instance_new ("i-three");
  GwSource *found_in = NULL;

  gw_catalogue_add_source (catalogue, GW_SOURCE (source));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (catalogue)), ==, 1);
  gw_instance_set_text (a, GW_INSTANCE_HOST_NAME, "nas.local");
  gw_instance_set_text (b, GW_INSTANCE_NAME, "Nas.Local");
  gw_instance_set_addresses (b, GW_ADDRESS_PUBLIC, addresses);
  gw_instance_set_text (c, GW_INSTANCE_NAME, "i-ONE");
  g_assert_true (gw_file_source_add (source, a, NULL));
  g_assert_true (gw_file_source_add (source, b, NULL));
  g_assert_true (gw_file_source_add (source, c, NULL));

  g_assert_cmpuint (gw_catalogue_get_n_instances (catalogue), ==, 3);
  g_assert_true (gw_catalogue_lookup (catalogue, "i-two", &found_in) == b);
  g_assert_true (found_in == GW_SOURCE (source));
  g_assert_null (gw_catalogue_lookup (catalogue, "i-TWO", &found_in));
  g_assert_null (found_in);
  /* The id goes before a name, a name before a host name. */
  g_assert_true (gw_catalogue_find (catalogue, "i-one") == a);
  g_assert_true (gw_catalogue_find (catalogue, " NAS.local ") == b);
  g_assert_true (gw_catalogue_find (catalogue, "2001:db8::7") == b);
  g_assert_null (gw_catalogue_find (catalogue, "nas"));
  g_assert_null (gw_catalogue_find (catalogue, "  "));
}

int
main (int   argc,
      char *argv[])
{
  char *home = gw_test_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/instance/changed", test_changed);
  g_test_add_func ("/instance/time", test_time);
  g_test_add_func ("/instance/shared", test_shared);
  g_test_add_func ("/instance/clean", test_clean);
  g_test_add_func ("/instance/clean-line", test_clean_line);
  g_test_add_func ("/instance/equal", test_equal);
  g_test_add_func ("/instance/title", test_title);
  g_test_add_func ("/instance/status", test_status);
  g_test_add_data_func ("/catalogue", home, test_catalogue);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
