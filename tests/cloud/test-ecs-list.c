/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gw-ecs-list.h"
#include "gw-test.h"

#include "gw-text.h"

#define N_IDS 300
#define N_ROUNDS 50

typedef struct {
  GPtrArray *shown; /* what the announcements add up to; strings are compared by address */
  guint n_changes;
} Mirror;

static void
on_items_changed (GListModel *model,
                  guint       position,
                  guint       removed,
                  guint       added,
                  Mirror     *mirror)
{
  mirror->n_changes++;
  g_ptr_array_remove_range (mirror->shown, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (mirror->shown, position + i, g_list_model_get_item (model, position + i));
}

static GwInstance *
make (const char *id,
      const char *name,
      const char *region)
{
  GwInstance *instance = gw_instance_new (id);

  gw_instance_set_text (instance, GW_INSTANCE_NAME, name);
  gw_instance_set_text (instance, GW_INSTANCE_REGION, region);
  return instance;
}

static void
put (GwEcsList  *list,
     const char *id,
     const char *name,
     guint       round)
{
  g_autoptr (GwInstance) instance = make (id, name, "cn-hangzhou");

  gw_ecs_list_put (list, instance, round);
}

static char *
join_titles (GListStore *store)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (store)); i++)
    {
      g_autoptr (GwInstance) instance = g_list_model_get_item (G_LIST_MODEL (store), i);

      g_string_append_printf (text, "%s%s", i > 0 ? " " : "", gw_instance_get_title (instance));
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

#define assert_titles(store, expected)                                                        \
  G_STMT_START                                                                                \
  {                                                                                           \
    g_autofree char *titles_ = join_titles (store);                                           \
    g_assert_cmpstr (titles_, ==, expected);                                                  \
  }                                                                                           \
  G_STMT_END

static void
test_order (void)
{
  g_autoptr (GListStore) store = g_list_store_new (GW_TYPE_INSTANCE);
  g_autoptr (GwEcsList) list = gw_ecs_list_new (store);
  GwInstance *kept;

  put (list, "i-1", "web-10", 1);
  put (list, "i-2", "Web-9", 1);
  put (list, "i-3", "WEB-1", 1);
  put (list, "i-5", "db", 1);
  put (list, "i-4", "db", 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (store)), ==, 0);
  gw_ecs_list_flush (list);
  assert_titles (store, "db db WEB-1 Web-9 web-10");

  /* A rename moves the object that is there. */
  kept = gw_ecs_list_lookup (list, "i-1");
  put (list, "i-1", "a", 2);
  gw_ecs_list_flush (list);
  assert_titles (store, "a db db WEB-1 Web-9");
  g_assert_true (gw_ecs_list_lookup (list, "i-1") == kept);

  /* The same round counts once. */
  put (list, "i-1", "zzz", 2);
  gw_ecs_list_flush (list);
  assert_titles (store, "a db db WEB-1 Web-9");

  gw_ecs_list_sweep (list, "cn-beijing", 2);
  gw_ecs_list_flush (list);
  assert_titles (store, "a db db WEB-1 Web-9");
  gw_ecs_list_sweep (list, "cn-hangzhou", 2);
  gw_ecs_list_flush (list);
  assert_titles (store, "a");
}

static void
on_first_change (GListModel *model,
                 guint       position,
                 guint       removed,
                 guint       added,
                 GwEcsList  *list)
{
  if (gw_ecs_list_lookup (list, "i-2") != NULL)
    return;
  put (list, "i-2", "a", 1);
  gw_ecs_list_flush (list);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 1);
}

/* Who is told of a change makes the next one: it shows, too. */
static void
test_flush_within (void)
{
  g_autoptr (GListStore) store = g_list_store_new (GW_TYPE_INSTANCE);
  g_autoptr (GwEcsList) list = gw_ecs_list_new (store);

  g_signal_connect (store, "items-changed", G_CALLBACK (on_first_change), list);
  put (list, "i-1", "b", 1);
  gw_ecs_list_flush (list);
  assert_titles (store, "a b");
}

static void
check (GListStore *store,
       GwEcsList  *list,
       Mirror     *mirror,
       GHashTable *expected)
{
  GListModel *model = G_LIST_MODEL (store);
  g_autofree char *last = NULL;

  g_assert_cmpuint (g_list_model_get_n_items (model), ==, g_hash_table_size (expected));
  g_assert_cmpuint (gw_ecs_list_get_size (list), ==, g_hash_table_size (expected));
  g_assert_cmpuint (mirror->shown->len, ==, g_hash_table_size (expected));
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (GwInstance) instance = g_list_model_get_item (model, i);
      const char *id = gw_instance_get_id (instance);
      g_autofree char *folded = gw_text_fold (gw_instance_get_title (instance));
      g_autofree char *key = g_utf8_collate_key_for_filename (folded, -1);

      g_assert_true (g_ptr_array_index (mirror->shown, i) == instance);
      g_assert_cmpstr (g_hash_table_lookup (expected, id), ==, gw_instance_get_title (instance));
      g_assert_true (last == NULL || strcmp (last, key) <= 0);
      g_free (last);
      last = g_steal_pointer (&key);
    }
}

/* Anything, in any order, against a plain table. */
static void
test_random (void)
{
  g_autoptr (GListStore) store = g_list_store_new (GW_TYPE_INSTANCE);
  g_autoptr (GwEcsList) list = gw_ecs_list_new (store);
  g_autoptr (GPtrArray) shown = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) expected = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                                           g_free);
  Mirror mirror = { .shown = shown };

  g_signal_connect (store, "items-changed", G_CALLBACK (on_items_changed), &mirror);
  for (guint round = 1; round <= N_ROUNDS; round++)
    {
      guint n = g_test_rand_int_range (0, 60);

      for (guint i = 0; i < n; i++)
        {
          g_autofree char *id = g_strdup_printf ("i-%d", g_test_rand_int_range (0, N_IDS));
          g_autofree char *name = g_strdup_printf ("n%d", g_test_rand_int_range (0, 50));

          if (g_test_rand_int_range (0, 3) == 0)
            {
              gw_ecs_list_remove (list, id);
              g_hash_table_remove (expected, id);
            }
          else
            {
              g_autoptr (GwInstance) instance = make (id, name, "cn-hangzhou");

              gw_ecs_list_renew (list, instance);
              g_hash_table_replace (expected, g_strdup (id), g_strdup (name));
            }
        }
      gw_ecs_list_flush (list);
      check (store, list, &mirror, expected);
    }
}

/* A hundred in places next to each other are one change. */
static void
test_few_changes (void)
{
  g_autoptr (GListStore) store = g_list_store_new (GW_TYPE_INSTANCE);
  g_autoptr (GwEcsList) list = gw_ecs_list_new (store);
  g_autoptr (GPtrArray) shown = g_ptr_array_new_with_free_func (g_object_unref);
  Mirror mirror = { .shown = shown };

  g_signal_connect (store, "items-changed", G_CALLBACK (on_items_changed), &mirror);
  for (guint pass = 0; pass < 2; pass++)
    {
      for (guint i = pass; i < 1000; i += 2)
        {
          g_autofree char *id = g_strdup_printf ("i-%u", i);

          put (list, id, id, 1);
        }
      gw_ecs_list_flush (list);
      g_assert_cmpuint (mirror.n_changes, ==, pass + 1);
    }
  put (list, "i-000", "000", 1);
  put (list, "i-zzz", "zzz", 1);
  gw_ecs_list_flush (list);
  g_assert_cmpuint (mirror.n_changes, ==, 4);
  gw_ecs_list_flush (list);
  g_assert_cmpuint (mirror.n_changes, ==, 4);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ecs-list/order", test_order);
  g_test_add_func ("/ecs-list/flush-within", test_flush_within);
  g_test_add_func ("/ecs-list/random", test_random);
  g_test_add_func ("/ecs-list/few-changes", test_few_changes);

  return g_test_run ();
}
