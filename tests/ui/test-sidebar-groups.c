/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gtk/gtk.h>

#include "gw-file-source.h"
#include "gw-login.h"
#include "gw-sidebar-groups.h"
#include "gw-sidebar-shortcut.h"
#include "gw-ssh-config-source.h"
#include "gw-test.h"
#include "gw-test-account.h"

/* The groups over an empty account and an empty list of hosts. @passes: what the filter says. */
typedef struct {
  GwFileSource    *saved;
  GwEcsSource     *account;
  GwCatalogue     *catalogue;
  GwLoginHistory  *history;
  GSettings       *settings;
  GtkFilter       *filter;
  GwSidebarGroups *groups;
  gboolean         passes;
} Fixture;

static gboolean
match (gpointer item,
       gpointer f)
{
  return ((Fixture *) f)->passes;
}

static void
set_up (Fixture       *f,
        gconstpointer  group_by)
{
  const char *keys[] = { "favorites", "group-by", "group-by-tag" };

  f->settings = g_settings_new ("org.gangway.Gangway");
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_settings_reset (f->settings, keys[i]);
  if (group_by != NULL)
    g_settings_set_string (f->settings, "group-by", group_by);
  f->saved = gw_file_source_new (NULL);
  f->account = test_account_new ("first", "First");
  f->catalogue = gw_catalogue_new ();
  gw_catalogue_add_source (f->catalogue, GW_SOURCE (f->saved));
  gw_catalogue_add_source (f->catalogue, GW_SOURCE (f->account));
  f->history = gw_login_history_new (NULL);
  f->passes = TRUE;
  f->filter = GTK_FILTER (gtk_custom_filter_new (match, f, NULL));
  f->groups = gw_sidebar_groups_new (f->catalogue, f->history, f->settings, f->filter);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  g_assert_finalize_object (f->groups);
  g_clear_object (&f->filter);
  g_clear_object (&f->history);
  g_clear_object (&f->settings);
  g_clear_object (&f->catalogue);
  g_assert_finalize_object (f->account);
  g_assert_finalize_object (f->saved);
}

/* Puts an instance at @position of @source. */
static GwInstance *
put (gpointer    source,
     guint       position,
     const char *id,
     const char *name,
     const char *region,
     const char *group,
     const char *tag)
{
  g_autoptr (GwInstance) instance = test_instance_new (id, name, region, group, tag);

  g_list_store_insert (gw_source_get_store (GW_SOURCE (source)), position, instance);
  return instance; /* the source keeps it alive */
}

/* All groups with what is in them: "ID[TITLE]: a b; …". Those with nothing are left out. */
static void
assert_groups_ (Fixture    *f,
                const char *expected,
                int         line)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (f->groups)); i++)
    {
      g_autoptr (GwSidebarGroup) group = g_list_model_get_item (G_LIST_MODEL (f->groups), i);
      GListModel *items = G_LIST_MODEL (group);

      if (g_list_model_get_n_items (items) == 0)
        continue;
      g_string_append_printf (text, "%s%s[%s]:", text->len > 0 ? "; " : "",
                              gw_sidebar_group_get_id (group),
                              gw_sidebar_group_get_title (group));
      for (guint j = 1; j < g_list_model_get_n_items (items); j++)
        {
          g_autoptr (GObject) item = g_list_model_get_item (items, j);

          g_string_append_printf (text, " %s",
                                  gw_instance_get_title (gw_sidebar_get_instance (item)));
        }
    }
  if (g_strcmp0 (text->str, expected) != 0)
    g_error ("line %d: “%s” is not “%s”", line, text->str, expected);
}
#define assert_groups(f, expected) assert_groups_ (f, expected, __LINE__)

static void
test_account (Fixture       *f,
              gconstpointer  unused)
{
  g_autoptr (GwEcsSource) second = test_account_new ("second", "Second");

  put (f->account, 0, "i-1", "a", "cn-hangzhou", NULL, NULL);
  put (second, 0, "i-2", "b", "cn-hangzhou", NULL, NULL);
  assert_groups (f, "first[First]: a");
  gw_catalogue_add_source (f->catalogue, GW_SOURCE (second));
  assert_groups (f, "first[First]: a; second[Second]: b");
  put (f->saved, 0, "s", "s", NULL, NULL, NULL);
  assert_groups (f, "saved[Saved Hosts]: s; first[First]: a; second[Second]: b");
  gw_catalogue_remove_source (f->catalogue, GW_SOURCE (second));
  assert_groups (f, "saved[Saved Hosts]: s; first[First]: a");
  f->passes = FALSE;
  gtk_filter_changed (f->filter, GTK_FILTER_CHANGE_DIFFERENT);
  assert_groups (f, "");
}

static void
test_region (Fixture       *f,
             gconstpointer  unused)
{
  GListStore *store = gw_source_get_store (GW_SOURCE (f->account));
  g_autoptr (GwEcsSource) second = test_account_new ("second", "Second");

  put (f->account, 0, "i-1", "a", "cn-shanghai", NULL, NULL);
  put (f->account, 1, "i-2", "c", "cn-hangzhou", NULL, NULL);
  put (f->account, 1, "i-3", "b", "cn-hangzhou", NULL, NULL);
  put (f->account, 0, "i-4", "x", NULL, NULL, NULL);
  assert_groups (f, "region:cn-hangzhou[cn-hangzhou]: b c; region:cn-shanghai[cn-shanghai]: a; "
                    "region:[No Region]: x");
  g_list_store_remove (store, 0);
  g_list_store_remove (store, 0);
  assert_groups (f, "region:cn-hangzhou[cn-hangzhou]: b c");

  /* A second account is merged, numbers by their value, and goes without a trace. */
  put (second, 0, "i-5", "a10", "cn-hangzhou", NULL, NULL);
  put (second, 1, "i-6", "d", "eu-central-1", NULL, NULL);
  gw_catalogue_add_source (f->catalogue, GW_SOURCE (second));
  put (f->account, 0, "i-7", "a9", "cn-hangzhou", NULL, NULL);
  assert_groups (f, "region:cn-hangzhou[cn-hangzhou]: a9 a10 b c; "
                    "region:eu-central-1[eu-central-1]: d");
  gw_catalogue_remove_source (f->catalogue, GW_SOURCE (second));
  assert_groups (f, "region:cn-hangzhou[cn-hangzhou]: a9 b c");

  g_settings_set_string (f->settings, "group-by", "account");
  assert_groups (f, "first[First]: a9 b c");
  g_settings_set_string (f->settings, "group-by", "region");
  assert_groups (f, "region:cn-hangzhou[cn-hangzhou]: a9 b c");
}

static void
test_resource_group (Fixture       *f,
                     gconstpointer  unused)
{
  GwInstance *b;

  put (f->account, 0, "i-1", "a", "cn-hangzhou", "", NULL);
  b = put (f->account, 1, "i-2", "b", "cn-hangzhou", "rg-2", NULL);
  put (f->account, 2, "i-3", "c", "cn-shanghai", "rg-1", NULL);
  assert_groups (f, "group:rg-1[rg-1]: c; group:rg-2[rg-2]: b; group:[Default Resource Group]: a");

  /* Moved in the console, seen at the next look. */
  gw_instance_set_text (b, GW_INSTANCE_RESOURCE_GROUP, "rg-1");
  gw_sidebar_groups_recheck (f->groups);
  assert_groups (f, "group:rg-1[rg-1]: b c; group:[Default Resource Group]: a");
}

static void
test_tag (Fixture       *f,
          gconstpointer  unused)
{
  put (f->account, 0, "i-1", "a", NULL, NULL, "env=prod");
  put (f->account, 1, "i-2", "b", NULL, NULL, "environment=test");
  put (f->account, 2, "i-3", "c", NULL, NULL, "env");
  put (f->account, 3, "i-4", "d", NULL, NULL, "env=dev=2");
  /* Without a key there is nothing to group by. */
  assert_groups (f, "first[First]: a b c d");
  g_settings_set_string (f->settings, "group-by-tag", "env");
  assert_groups (f, "tag:env=dev=2[dev=2]: d; tag:env[env]: c; tag:env=prod[prod]: a; "
                    "tag:[No Tag]: b");
}

/* Whatever ranges a list changes in: what is listed is what is there. */
static void
test_ranges (Fixture       *f,
             gconstpointer  unused)
{
  const char *regions[] = { "a", "b", "c", "d" };
  GListStore *store = gw_source_get_store (GW_SOURCE (f->account));
  guint next = 0;

  for (guint round = 0; round < 300; round++)
    {
      g_autoptr (GPtrArray) added = g_ptr_array_new_with_free_func (g_object_unref);
      g_autoptr (GString) expected = g_string_new (NULL);
      guint n = g_list_model_get_n_items (G_LIST_MODEL (store));
      guint position = (guint) g_test_rand_int_range (0, (int) n + 1);
      guint removed = (guint) g_test_rand_int_range (0, (int) MIN (n - position, 9) + 1);

      for (int i = g_test_rand_int_range (0, 9); i > 0; i--)
        {
          g_autofree char *id = g_strdup_printf ("i-%u", next++);

          g_ptr_array_add (added, test_instance_new (id, id, regions[g_test_rand_int_range (0, 4)],
                                                     NULL, NULL));
        }
      g_list_store_splice (store, position, removed, added->pdata, added->len);

      for (guint region = 0; region < G_N_ELEMENTS (regions); region++)
        {
          g_autoptr (GString) names = g_string_new (NULL);

          for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (store)); i++)
            {
              g_autoptr (GwInstance) instance = g_list_model_get_item (G_LIST_MODEL (store), i);

              if (g_str_equal (gw_instance_get_text (instance, GW_INSTANCE_REGION),
                               regions[region]))
                g_string_append_printf (names, " %s", gw_instance_get_title (instance));
            }
          if (names->len > 0)
            g_string_append_printf (expected, "%sregion:%s[%s]:%s", expected->len > 0 ? "; " : "",
                                    regions[region], regions[region], names->str);
        }
      assert_groups (f, expected->str);
    }
}

static void
test_favorites (Fixture       *f,
                gconstpointer  unused)
{
  GListStore *store = gw_source_get_store (GW_SOURCE (f->account));

  put (f->account, 0, "i-1", "a", NULL, NULL, NULL);
  put (f->account, 1, "i-2", "b", NULL, NULL, NULL);
  g_settings_set_strv (f->settings, "favorites", (const char *const[]) { "i-2", "i-9", NULL });
  assert_groups (f, "favorites[Favorites]: b; first[First]: a b");
  put (f->account, 2, "i-9", "z", NULL, NULL, NULL);
  assert_groups (f, "favorites[Favorites]: b z; first[First]: a b z");
  gw_sidebar_groups_set_searching (f->groups, TRUE);
  assert_groups (f, "first[First]: a b z");
  gw_sidebar_groups_set_searching (f->groups, FALSE);
  g_list_store_remove (store, 1);
  assert_groups (f, "favorites[Favorites]: z; first[First]: a z");
  g_settings_reset (f->settings, "favorites");
  assert_groups (f, "first[First]: a z");
}

static void
log_in (Fixture    *f,
        GwInstance *instance)
{
  g_autoptr (GwLogin) login = gw_login_new ();
  g_autoptr (GwConnection) connection = gw_connection_new (GW_CONNECTION_HOST_NAME, "192.0.2.1");

  gw_login_set_instance (login, instance);
  gw_login_set_connection (login, connection);
  gw_login_history_remember (f->history, login);
}

static void
test_recent (Fixture       *f,
             gconstpointer  unused)
{
  GwInstance *instances[12];

  for (guint i = 0; i < 11; i++)
    {
      g_autofree char *id = g_strdup_printf ("i-%c", 'a' + i);

      instances[i] = put (f->account, i, id, id + 2, NULL, NULL, NULL);
    }
  for (guint i = 0; i < 7; i++)
    log_in (f, instances[i]);
  /* In a short list nothing is there twice. */
  assert_groups (f, "first[First]: a b c d e f g h i j k");
  put (f->account, 11, "i-z", "z", NULL, NULL, NULL);
  assert_groups (f, "recent[Recent]: g f e d c; first[First]: a b c d e f g h i j k z");
  g_settings_set_strv (f->settings, "favorites", (const char *const[]) { "i-f", NULL });
  assert_groups (f, "favorites[Favorites]: f; recent[Recent]: g e d c b; "
                    "first[First]: a b c d e f g h i j k z");
  log_in (f, instances[0]);
  assert_groups (f, "favorites[Favorites]: f; recent[Recent]: a g e d c; "
                    "first[First]: a b c d e f g h i j k z");
  gw_test_wait_until (gw_login_history_is_saved (f->history));
}

static void
test_ambiguous (Fixture       *f,
                gconstpointer  unused)
{
  GListStore *store = gw_source_get_store (GW_SOURCE (f->account));
  GwInstance *a = put (f->account, 0, "i-1", "web", NULL, NULL, NULL);
  GwInstance *b;

  g_assert_false (gw_sidebar_groups_is_ambiguous (f->groups, a));
  b = put (f->account, 1, "i-2", "web", NULL, NULL, NULL);
  g_assert_true (gw_sidebar_groups_is_ambiguous (f->groups, a));
  gw_instance_set_text (b, GW_INSTANCE_NAME, "db");
  gw_sidebar_groups_recheck (f->groups);
  g_assert_false (gw_sidebar_groups_is_ambiguous (f->groups, a));
  gw_instance_set_text (b, GW_INSTANCE_NAME, "web");
  gw_sidebar_groups_recheck (f->groups);
  g_list_store_remove (store, 1);
  g_assert_false (gw_sidebar_groups_is_ambiguous (f->groups, a));
}

/* Nobody can take it for one that is not listed. */
static void
test_ambiguous_unused (Fixture       *f,
                       gconstpointer  unused)
{
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "none", NULL);
  g_autoptr (GwSshConfigSource) ssh_config = gw_ssh_config_source_new (path);
  GwInstance *a = put (f->account, 0, "i-1", "web", NULL, NULL, NULL);

  g_settings_set_boolean (f->settings, "use-ssh-config", FALSE);
  put (ssh_config, 0, "ssh:web", "web", NULL, NULL, NULL);
  gw_catalogue_add_source (f->catalogue, GW_SOURCE (ssh_config));
  put (ssh_config, 0, "ssh:other", "web", NULL, NULL, NULL);
  g_assert_false (gw_sidebar_groups_is_ambiguous (f->groups, a));
  g_settings_set_boolean (f->settings, "use-ssh-config", TRUE);
  g_assert_true (gw_sidebar_groups_is_ambiguous (f->groups, a));
  g_settings_reset (f->settings, "use-ssh-config");
  g_assert_false (gw_sidebar_groups_is_ambiguous (f->groups, a));
  g_settings_set_boolean (f->settings, "use-ssh-config", TRUE);
  gw_catalogue_remove_source (f->catalogue, GW_SOURCE (ssh_config));
  g_assert_false (gw_sidebar_groups_is_ambiguous (f->groups, a));
  g_settings_reset (f->settings, "use-ssh-config");
}

#define ADD(path, group_by, func) \
  g_test_add ("/sidebar-groups/" path, Fixture, group_by, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  char *home = gw_test_home_new ();
  int result;

  gtk_test_init (&argc, &argv, NULL);
  ADD ("account", NULL, test_account);
  ADD ("region", "region", test_region);
  ADD ("resource-group", "resource-group", test_resource_group);
  ADD ("tag", "tag", test_tag);
  ADD ("ranges", "region", test_ranges);
  ADD ("favorites", NULL, test_favorites);
  ADD ("recent", NULL, test_recent);
  ADD ("ambiguous", NULL, test_ambiguous);
  ADD ("ambiguous-unused", NULL, test_ambiguous_unused);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
