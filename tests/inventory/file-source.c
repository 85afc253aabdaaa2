/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "gw-file-source.h"
#include "gw-json.h"
#include "gw-test.h"

static const char sample[] =
    "{ \"format\": 1, \"x-top\": {\"deep\": [1, null, \"ü\"]}, \"instances\": ["
    "  {\"id\": \"a\", \"name\": \"first\", \"host\": \"nas.local\", \"x-own\": [true, 1.5, {}]},"
    "  {\"id\": \"bad\", \"host\": \"-oProxyCommand=reboot\", \"x\": 1},"
    "  {\"id\": \"b\", \"name\": \"second\", \"port\": 2222, \"x-own\": \"b\","
    "   \"public-addresses\": [\"203.0.113.7\"], \"network\": \"vpc\", \"tags\": [\"k=v\"]}"
    "] }";

static char *
new_path (const char *home)
{
  static guint n;
  g_autofree char *name = g_strdup_printf ("f%u", n++);

  return g_build_filename (home, name, "instances.json", NULL);
}

static void
write_text (const char *path,
            const char *text)
{
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static GwFileSource *
open_source (const char *path)
{
  GwFileSource *source = gw_file_source_new (path);

  gw_source_load (GW_SOURCE (source));
  return source;
}

static guint
count (GwFileSource *source)
{
  return g_list_model_get_n_items (G_LIST_MODEL (source));
}

/* The names in list order. */
static char *
names (GwFileSource *source)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < count (source); i++)
    {
      g_autoptr (GwInstance) instance = g_list_model_get_item (G_LIST_MODEL (source), i);

      g_string_append_printf (text, "%s%s", i > 0 ? "," : "", gw_instance_get_title (instance));
    }
  return g_string_free (text, FALSE);
}

#define assert_names(source, expected)                 \
  G_STMT_START                                         \
  {                                                    \
    g_autofree char *names_ = names (source);          \
    g_assert_cmpstr (names_, ==, expected);            \
  }                                                    \
  G_STMT_END

static GwInstance *
make (const char *name)
{
  g_autofree char *id = g_uuid_string_random ();
  GwInstance *instance = gw_instance_new (id);

  gw_instance_set_text (instance, GW_INSTANCE_NAME, name);
  gw_instance_set_text (instance, GW_INSTANCE_HOST_NAME, name);
  return instance;
}

/* The entry @index of the file as JSON text without white space. */
static char *
entry_text (const char *path,
            guint       index)
{
  g_autoptr (JsonNode) root = gw_json_load (path, 1 << 20, NULL);
  JsonArray *array = gw_json_get_array (json_node_get_object (root), "instances");

  return json_to_string (json_array_get_element (array, index), FALSE);
}

static void
test_round_trip (gconstpointer home)
{
  g_autofree char *path = new_path (home);
  g_autoptr (GwFileSource) source = open_source (path);
  g_autoptr (GwFileSource) again = NULL;
  g_autoptr (GwInstance) instance = make ("nas.local");
  g_autoptr (GwInstance) read = NULL;
  g_autoptr (GError) error = NULL;
  const char *list[] = { "a=1", "b", NULL };
  const char *addresses[] = { "192.0.2.1", "2001:db8::1", NULL };
  GStatBuf info;

  g_assert_cmpuint (count (source), ==, 0);
  g_assert_null (gw_source_get_notice (GW_SOURCE (source)));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  for (guint i = 2; i < GW_N_INSTANCE_TEXTS; i++)
    gw_instance_set_text (instance, i, "x");
  for (guint i = 0; i < GW_N_ADDRESS_KINDS; i++)
    gw_instance_set_addresses (instance, i, addresses);
  gw_instance_set_port (instance, 2222);
  gw_instance_set_network (instance, GW_NETWORK_CLASSIC);
  gw_instance_set_status (instance, GW_INSTANCE_STATUS_STOPPED, 1700000000);
  gw_instance_set_login_as_non_root (instance, TRUE);
  gw_instance_set_tags (instance, list);
  gw_instance_set_security_groups (instance, list);
  g_assert_true (gw_file_source_add (source, instance, &error));
  g_assert_no_error (error);

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  again = open_source (path);
  read = g_list_model_get_item (G_LIST_MODEL (again), 0);
  g_assert_true (gw_instance_equal (instance, read));
}

static void
test_unknown_members (gconstpointer home)
{
  g_autofree char *path = new_path (home);
  g_autoptr (GwFileSource) source = NULL;
  g_autoptr (GwInstance) first = NULL;
  g_autoptr (GwInstance) copy = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *top = NULL;
  g_autofree char *one = NULL;
  g_autofree char *two = NULL;
  g_autofree char *three = NULL;

  write_text (path, sample);
  source = open_source (path);
  assert_names (source, "first,second");
  g_assert_nonnull (gw_source_get_notice (GW_SOURCE (source)));
  first = g_list_model_get_item (G_LIST_MODEL (source), 0);
  copy = gw_instance_copy (first, "a");
  gw_instance_set_text (copy, GW_INSTANCE_NAME, "renamed");
  g_assert_true (gw_file_source_update (source, copy, NULL));
  g_assert_cmpstr (gw_instance_get_title (first), ==, "renamed");

  root = gw_json_load (path, 1 << 20, NULL);
  top = json_to_string (json_object_get_member (json_node_get_object (root), "x-top"), FALSE);
  g_assert_cmpstr (top, ==, "{\"deep\":[1,null,\"ü\"]}");
  one = entry_text (path, 0);
  two = entry_text (path, 1);
  three = entry_text (path, 2);
  g_assert_cmpstr (one, ==, "{\"id\":\"a\",\"name\":\"renamed\",\"host\":\"nas.local\","
                            "\"x-own\":[true,1.5,{}]}");
  g_assert_cmpstr (two, ==, "{\"id\":\"bad\",\"host\":\"-oProxyCommand=reboot\",\"x\":1}");
  g_assert_cmpstr (three, ==, "{\"id\":\"b\",\"name\":\"second\",\"port\":2222,\"x-own\":\"b\","
                              "\"public-addresses\":[\"203.0.113.7\"],\"network\":\"vpc\","
                              "\"tags\":[\"k=v\"]}");
}

static void
test_undo (gconstpointer home)
{
  g_autofree char *path = new_path (home);
  g_autoptr (GwFileSource) source = NULL;
  g_autoptr (GwInstance) first = NULL;
  g_autoptr (GwInstance) second = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  guint position = 99;

  write_text (path, sample);
  source = open_source (path);
  first = g_list_model_get_item (G_LIST_MODEL (source), 0);
  second = g_list_model_get_item (G_LIST_MODEL (source), 1);
  before = entry_text (path, 2);
  g_assert_true (gw_file_source_remove (source, second, &position, NULL));
  g_assert_cmpuint (position, ==, 1);
  assert_names (source, "first");
  g_assert_true (gw_file_source_restore (source, second, position, NULL));
  assert_names (source, "first,second");
  after = entry_text (path, 2);
  g_assert_cmpstr (before, ==, after);

  g_assert_true (gw_file_source_remove (source, first, &position, NULL));
  g_assert_cmpuint (position, ==, 0);
  g_assert_true (gw_file_source_restore (source, first, position, NULL));
  g_assert_true (gw_file_source_restore (source, first, position, NULL)); /* once is enough */
  assert_names (source, "first,second");
  g_assert_true (gw_file_source_remove (source, first, &position, NULL));
  g_assert_true (gw_file_source_restore (source, first, 1000, NULL));
  assert_names (source, "second,first");
}

static void
test_duplicate (gconstpointer home)
{
  g_autofree char *path = new_path (home);
  g_autoptr (GwFileSource) source = NULL;
  g_autoptr (GwInstance) first = NULL;
  g_autoptr (GwInstance) stranger = make ("stranger");
  g_autoptr (GError) error = NULL;
  g_autofree char *entry = NULL;
  GwInstance *copy;

  write_text (path, sample);
  source = open_source (path);
  first = g_list_model_get_item (G_LIST_MODEL (source), 0);
  copy = gw_file_source_duplicate (source, first, NULL);
  g_assert_true (GW_IS_INSTANCE (copy));
  g_assert_cmpstr (gw_instance_get_id (copy), !=, "a");
  g_assert_cmpstr (gw_instance_get_main_address (copy), ==, "nas.local");
  assert_names (source, "first,first (copy),second");
  entry = entry_text (path, 1);
  g_assert_nonnull (strstr (entry, "\"x-own\":[true,1.5,{}]"));
  g_assert_null (gw_file_source_duplicate (source, stranger, &error));
  g_assert_nonnull (error);
}

static void
test_import (gconstpointer home)
{
  g_autofree char *path = new_path (home);
  g_autoptr (GwFileSource) source = NULL;
  g_autoptr (GPtrArray) instances = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GwInstance) second = NULL;
  GwInstance *again = gw_instance_new ("b");

  write_text (path, sample);
  source = open_source (path);
  second = g_list_model_get_item (G_LIST_MODEL (source), 1);
  gw_instance_set_text (again, GW_INSTANCE_NAME, "second, new");
  g_ptr_array_add (instances, again);
  g_ptr_array_add (instances, make ("third"));
  g_assert_true (gw_file_source_import (source, instances, NULL));
  assert_names (source, "first,second, new,third");
  /* The object stays, and so does the port that was set by hand. */
  g_assert_cmpstr (gw_instance_get_title (second), ==, "second, new");
  g_assert_cmpuint (gw_instance_get_port (second), ==, 2222);
  g_assert_null (gw_instance_get_addresses (second, GW_ADDRESS_PUBLIC)[0]);
}

/* Two windows, one file: neither loses the other's hosts. */
static void
test_two_programs (gconstpointer home)
{
  g_autofree char *path = new_path (home);
  g_autoptr (GwFileSource) one = open_source (path);
  g_autoptr (GwFileSource) two = open_source (path);
  g_autoptr (GwInstance) a = make ("a");
  g_autoptr (GwInstance) b = make ("b");
  g_autoptr (GwInstance) c = make ("c");
  g_autoptr (GwInstance) a_in_two = NULL;
  g_autoptr (GwInstance) edited = NULL;

  g_assert_true (gw_file_source_add (one, a, NULL));
  g_assert_true (gw_file_source_add (two, b, NULL));
  assert_names (two, "a,b");
  g_assert_true (gw_file_source_add (one, c, NULL));
  assert_names (one, "a,b,c");

  a_in_two = g_list_model_get_item (G_LIST_MODEL (two), 0);
  gw_instance_set_text (a_in_two, GW_INSTANCE_NAME, "a2"); /* in place, as a dialog may do it */
  g_assert_true (gw_file_source_update (two, a_in_two, NULL));
  assert_names (two, "a2,b,c");
  g_assert_true (gw_file_source_remove (one, b, NULL, NULL));
  assert_names (one, "a2,c");
  g_assert_cmpstr (gw_instance_get_title (a), ==, "a2");

  /* Somebody edits what the other has removed: it comes back rather than be lost. */
  edited = gw_instance_copy (b, gw_instance_get_id (b));
  gw_instance_set_text (edited, GW_INSTANCE_NAME, "b2");
  g_assert_true (gw_file_source_update (two, edited, NULL));
  assert_names (two, "a2,c,b2");
}

static void
on_items_changed (GListModel *model,
                  guint       position,
                  guint       removed,
                  guint       added,
                  GString    *log)
{
  g_string_append_printf (log, "%u-%u+%u ", position, removed, added);
}

/* Only what differs is announced: a sidebar that got everything anew would lose its place. */
static void
test_announced (gconstpointer home)
{
  g_autofree char *path = new_path (home);
  g_autoptr (GwFileSource) source = NULL;
  g_autoptr (GwInstance) first = NULL;
  g_autoptr (GwInstance) third = make ("third");
  g_autoptr (GString) log = g_string_new (NULL);

  write_text (path, sample);
  source = open_source (path);
  first = g_list_model_get_item (G_LIST_MODEL (source), 0);
  g_signal_connect (source, "items-changed", G_CALLBACK (on_items_changed), log);
  g_assert_true (gw_file_source_add (source, third, NULL));
  g_assert_true (gw_file_source_remove (source, first, NULL, NULL));
  g_assert_true (gw_file_source_restore (source, first, 0, NULL));
  g_assert_true (gw_file_source_update (source, first, NULL));
  g_assert_cmpstr (log->str, ==, "2-0+1 0-1+0 0-0+1 ");
}

static void
test_symbolic_link (gconstpointer home)
{
  g_autofree char *path = new_path (home);
  g_autofree char *target = new_path (home);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GwFileSource) source = NULL;
  g_autoptr (GwFileSource) real = NULL;
  g_autoptr (GwInstance) third = make ("third");

  write_text (target, sample);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_cmpint (symlink (target, path), ==, 0);
  source = open_source (path);
  g_assert_true (gw_file_source_add (source, third, NULL));
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_SYMLINK));
  real = open_source (target);
  assert_names (real, "first,second,third");
}

/* What is written is what data/instances.schema.json documents. */
static void
test_schema (gconstpointer home)
{
  g_autofree char *schema_path = g_test_build_filename (G_TEST_DIST, "..", "data",
                                                        "instances.schema.json", NULL);
  g_autofree char *path = new_path (home);
  g_autoptr (GwFileSource) source = open_source (path);
  g_autoptr (GwInstance) instance = make ("nas.local");
  g_autoptr (JsonNode) schema = gw_json_load (schema_path, 1 << 20, NULL);
  g_autoptr (JsonNode) entry = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GList) members = NULL;
  const char *list[] = { "192.0.2.1", NULL };
  JsonObject *documented;

  for (guint i = 2; i < GW_N_INSTANCE_TEXTS; i++)
    gw_instance_set_text (instance, i, "x");
  for (guint i = 0; i < GW_N_ADDRESS_KINDS; i++)
    gw_instance_set_addresses (instance, i, list);
  gw_instance_set_port (instance, 22);
  gw_instance_set_network (instance, GW_NETWORK_VPC);
  gw_instance_set_status (instance, GW_INSTANCE_STATUS_RUNNING, 1);
  gw_instance_set_login_as_non_root (instance, TRUE);
  gw_instance_set_tags (instance, list);
  gw_instance_set_security_groups (instance, list);
  g_assert_true (gw_file_source_add (source, instance, NULL));

  g_assert_nonnull (schema);
  documented = json_node_get_object (schema);
  documented = gw_json_get_object (documented, "$defs");
  documented = gw_json_get_object (documented, "instance");
  documented = gw_json_get_object (documented, "properties");
  text = entry_text (path, 0);
  entry = gw_json_parse (text, -1, 1 << 20, NULL);
  members = json_object_get_members (json_node_get_object (entry));
  for (GList *l = members; l != NULL; l = l->next)
    if (!json_object_has_member (documented, l->data))
      g_error ("“%s” is not documented", (char *) l->data);
  g_assert_cmpuint (json_object_get_size (documented), ==, g_list_length (members));
}

static void
test_many (gconstpointer home)
{
#ifdef __SANITIZE_ADDRESS__ /* which takes many times as long */
  static const guint sizes[] = { 2000 };
#else
  static const guint sizes[] = { 10000, 50000 };
#endif

  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
    {
      g_autofree char *path = new_path (home);
      g_autoptr (GwFileSource) source = open_source (path);
      g_autoptr (GwFileSource) again = NULL;
      g_autoptr (GPtrArray) instances = g_ptr_array_new_with_free_func (g_object_unref);
      g_autoptr (GError) error = NULL;

      for (guint i = 0; i < sizes[s]; i++)
        {
          g_autofree char *name = g_strdup_printf ("host-%u.example", i);

          g_ptr_array_add (instances, make (name));
        }
      g_assert_true (gw_file_source_import (source, instances, &error));
      g_assert_no_error (error);
      again = open_source (path);
      g_assert_cmpuint (count (again), ==, sizes[s]);
      g_assert_null (gw_source_get_notice (GW_SOURCE (again)));
    }
}

int
main (int   argc,
      char *argv[])
{
  char *home = gw_test_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/file-source/round-trip", home, test_round_trip);
  g_test_add_data_func ("/file-source/unknown-members", home, test_unknown_members);
  g_test_add_data_func ("/file-source/undo", home, test_undo);
  g_test_add_data_func ("/file-source/duplicate", home, test_duplicate);
  g_test_add_data_func ("/file-source/import", home, test_import);
  g_test_add_data_func ("/file-source/two-programs", home, test_two_programs);
  g_test_add_data_func ("/file-source/announced", home, test_announced);
  g_test_add_data_func ("/file-source/symbolic-link", home, test_symbolic_link);
  g_test_add_data_func ("/file-source/schema", home, test_schema);
  g_test_add_data_func ("/file-source/many", home, test_many);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
