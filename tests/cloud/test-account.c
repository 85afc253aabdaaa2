/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gw-account.h"
#include "gw-error.h"
#include "gw-json.h"
#include "gw-test.h"

#include <string.h>
#include <unistd.h>

#define ID_A "11111111-2222-4333-8444-555555555555"
#define ID_B "22222222-2222-4333-8444-555555555555"

static char *home;

static char *
make_path (void)
{
  static guint n;
  g_autofree char *name = g_strdup_printf ("accounts-%u", n++);

  return g_build_filename (home, name, "gangway", "accounts.json", NULL);
}

static void
write_file (const char *path,
            const char *text)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (folder, 0700);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static char *
read_file (const char *path)
{
  char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

/* How many names of @path's folder begin as a file that was set aside does. */
static guint
count_bad (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    n += g_str_has_prefix (name, "accounts.json.bad-");
  return n;
}

static GwAccount *
make_account (void)
{
  GwAccount *account = gw_account_new (ID_A, GW_ACCOUNT_CLI_PROFILE);
  const char *const regions[] = { "eu-central-1", "cn-beijing", "NOT ONE", "cn-beijing", "", NULL };

  gw_account_set_name (account, "  Prod\n\033[31m ");
  gw_account_set_profile (account, " prod “1”\t");
  gw_account_set_region (account, "eu-central-1");
  gw_account_set_endpoint (account, " http://127.0.0.1:99 ");
  gw_account_set_regions (account, regions);
  return account;
}

static void
on_changed (GwAccount *account,
            gpointer   user_data)
{
  (*(guint *) user_data)++;
}

static void
test_fields (void)
{
  g_autoptr (GwAccount) fresh = gw_account_new (NULL, GW_ACCOUNT_ACCESS_KEY);
  g_autoptr (GwAccount) account = make_account ();
  g_autoptr (GwAccount) copy = gw_account_copy (account);
  const char *const *regions = gw_account_get_regions (account);
  guint n_changes = 0;

  g_assert_true (g_uuid_string_is_valid (gw_account_get_id (fresh)));
  g_assert_cmpstr (gw_account_get_name (fresh), ==, "");
  g_assert_cmpstr (gw_account_get_region (fresh), ==, "cn-hangzhou");
  g_assert_null (gw_account_get_profile (fresh));
  g_assert_null (gw_account_get_endpoint (fresh));
  g_assert_null (gw_account_get_regions (fresh)[0]);

  g_assert_cmpstr (gw_account_get_name (account), ==, "Prod [31m");
  g_assert_cmpstr (gw_account_get_profile (account), ==, " prod “1”\t");
  g_assert_cmpstr (gw_account_get_endpoint (account), ==, "http://127.0.0.1:99");
  g_assert_cmpstr (regions[0], ==, "cn-beijing");
  g_assert_cmpstr (regions[1], ==, "eu-central-1");
  g_assert_null (regions[2]);
  g_assert_true (gw_account_equal (account, copy));

  g_signal_connect (account, "changed", G_CALLBACK (on_changed), &n_changes);
  gw_account_set_name (account, "Prod [31m");
  gw_account_set_region (account, "no region!");
  gw_account_set_region (account, NULL);
  gw_account_set_regions (account, regions);
  gw_account_assign (account, copy);
  g_assert_cmpuint (n_changes, ==, 0);
  g_assert_cmpstr (gw_account_get_region (account), ==, "eu-central-1");

  gw_account_assign (account, fresh);
  g_assert_cmpuint (n_changes, ==, 1);
  g_assert_cmpstr (gw_account_get_id (account), ==, ID_A);
  g_assert_false (gw_account_equal (account, copy));
  gw_account_set_kind (account, GW_ACCOUNT_ENVIRONMENT);
  gw_account_set_regions (account, NULL);
  g_assert_cmpuint (n_changes, ==, 2);
}

static void
test_round_trip (void)
{
  g_autofree char *path = make_path ();
  g_autoptr (GPtrArray) accounts = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) read = NULL;
  g_autoptr (GwAccountFile) file = NULL;
  g_autoptr (GwAccountFile) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *notice = NULL;
  GStatBuf info;

  g_ptr_array_add (accounts, make_account ());
  g_ptr_array_add (accounts, gw_account_new (NULL, GW_ACCOUNT_ENVIRONMENT));
  g_ptr_array_add (accounts, gw_account_new (NULL, GW_ACCOUNT_ACCESS_KEY));
  file = gw_account_file_new (path, &notice);
  g_assert_null (notice);
  g_assert_true (gw_account_file_save (file, accounts, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);

  again = gw_account_file_new (path, &notice);
  g_assert_null (notice);
  read = gw_account_file_list (again);
  g_assert_cmpuint (read->len, ==, accounts->len);
  for (guint i = 0; i < read->len; i++)
    g_assert_true (gw_account_equal (g_ptr_array_index (read, i),
                                     g_ptr_array_index (accounts, i)));
  g_assert_cmpuint (count_bad (path), ==, 0);
}

/* What a newer or another program wrote beside ours stays. */
static void
test_unknown (void)
{
  static const char text[] =
      "{\"format\": 1, \"top\": [1], \"accounts\": [5,"
      " {\"id\": \"" ID_A "\", \"kind\": \"access-key\", \"name\": \"One\", \"profile\": \"x\","
      "  \"colour\": \"red\"},"
      " {\"id\": \"../../etc/passwd\", \"kind\": \"access-key\", \"name\": \"Two\"},"
      " {\"id\": \"" ID_A "\", \"kind\": \"access-key\", \"name\": \"Three\"},"
      " {\"id\": \"" ID_B "\", \"kind\": \"from-the-future\", \"name\": \"Four\"}]}";
  g_autofree char *path = make_path ();
  g_autofree char *notice = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GwAccountFile) file = NULL;
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = NULL;
  JsonArray *array;
  JsonObject *first;

  write_file (path, text);
  file = gw_account_file_new (path, &notice);
  g_assert_nonnull (notice);
  g_assert_nonnull (strstr (notice, "number 1 "));
  list = gw_account_file_list (file);
  g_assert_cmpuint (list->len, ==, 1);
  gw_account_set_profile (g_ptr_array_index (list, 0), NULL);
  gw_account_set_name (g_ptr_array_index (list, 0), "Uno");
  g_assert_true (gw_account_file_save (file, list, &error));
  g_assert_no_error (error);

  after = read_file (path);
  root = gw_json_parse (after, -1, 1 << 20, &error);
  g_assert_no_error (error);
  g_assert_nonnull (gw_json_get_array (json_node_get_object (root), "top"));
  array = gw_json_get_array (json_node_get_object (root), "accounts");
  g_assert_cmpuint (json_array_get_length (array), ==, 5);
  first = json_array_get_object_element (array, 0);
  g_assert_cmpstr (gw_json_get_string (first, "name", 99), ==, "Uno");
  g_assert_cmpstr (gw_json_get_string (first, "colour", 99), ==, "red");
  g_assert_false (json_object_has_member (first, "profile"));
  for (guint i = 0; i < 3; i++)
    {
      static const char *const names[] = { "Two", "Three", "Four" };

      g_assert_cmpstr (gw_json_get_string (json_array_get_object_element (array, i + 2), "name",
                                           99), ==, names[i]);
    }
}

static void
test_broken (void)
{
  static const char *const texts[] = {
    "", "{", "[]", "{\"accounts\": 5}", "{\"format\": 0, \"accounts\": []}",
    "{\"format\": \"x\", \"accounts\": []}", "\xff\xfe{}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *path = make_path ();
      g_autofree char *notice = NULL;
      g_autoptr (GwAccountFile) file = NULL;
      g_autoptr (GPtrArray) list = NULL;
      g_autoptr (GError) error = NULL;

      write_file (path, texts[i]);
      file = gw_account_file_new (path, &notice);
      g_assert_nonnull (notice);
      g_assert_nonnull (strstr (notice, "accounts.json.bad-"));
      list = gw_account_file_list (file);
      g_assert_cmpuint (list->len, ==, 0);
      g_assert_cmpuint (count_bad (path), ==, 1);
      g_assert_true (gw_account_file_save (file, list, &error));
      g_assert_no_error (error);
      /* Broken meanwhile, by somebody else. */
      write_file (path, texts[i]);
      g_assert_true (gw_account_file_save (file, list, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (count_bad (path), ==, 2);
    }
}

static void
assert_not_written (const char *path,
                    const char *text)
{
  g_autofree char *notice = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GwAccountFile) file = gw_account_file_new (path, &notice);
  g_autoptr (GPtrArray) accounts = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (notice);
  g_ptr_array_add (accounts, make_account ());
  g_assert_false (gw_account_file_save (file, accounts, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_INVALID_FILE);
  if (text == NULL)
    return;
  after = read_file (path);
  g_assert_cmpstr (after, ==, text);
}

static void
test_not_ours (void)
{
  static const char newer[] = "{\"format\": 2, \"accounts\": [{\"id\": \"" ID_A "\","
                              " \"kind\": \"environment\"}]}";
  g_autofree char *path = make_path ();
  g_autofree char *folder = make_path ();
  g_autofree char *nowhere = make_path ();
  g_autofree char *parent = g_path_get_dirname (nowhere);
  g_autoptr (GwAccountFile) file = NULL;
  g_autoptr (GPtrArray) list = NULL;

  write_file (path, newer);
  assert_not_written (path, newer);
  file = gw_account_file_new (path, NULL);
  list = gw_account_file_list (file);
  g_assert_cmpuint (list->len, ==, 1);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  assert_not_written (folder, NULL);
  g_assert_true (g_file_test (folder, G_FILE_TEST_IS_DIR));

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_cmpint (symlink ("/nonexistent/accounts", nowhere), ==, 0);
  assert_not_written (nowhere, NULL);
  g_assert_true (g_file_test (nowhere, G_FILE_TEST_IS_SYMLINK));
}

static void
test_link (void)
{
  g_autofree char *target = make_path ();
  g_autofree char *path = make_path ();
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *text = NULL;
  g_autoptr (GwAccountFile) file = NULL;
  g_autoptr (GPtrArray) accounts = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;

  write_file (target, "{\"accounts\": []}");
  g_mkdir_with_parents (parent, 0700);
  g_assert_cmpint (symlink (target, path), ==, 0);
  g_ptr_array_add (accounts, make_account ());
  file = gw_account_file_new (path, NULL);
  g_assert_true (gw_account_file_save (file, accounts, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_SYMLINK));
  text = read_file (target);
  g_assert_nonnull (strstr (text, ID_A));
}

static void
test_many (void)
{
  g_autofree char *path = make_path ();
  g_autoptr (GwAccountFile) file = gw_account_file_new (path, NULL);
  g_autoptr (GPtrArray) accounts = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < GW_ACCOUNTS_MAX; i++)
    g_ptr_array_add (accounts, gw_account_new (NULL, GW_ACCOUNT_ENVIRONMENT));
  g_assert_true (gw_account_file_save (file, accounts, &error));
  g_assert_no_error (error);
  g_ptr_array_add (accounts, make_account ());
  g_assert_false (gw_account_file_save (file, accounts, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_TOO_LARGE);
}

/* What another program wrote meanwhile stays; what was read and is not wanted any more goes. */
static void
test_meanwhile (void)
{
  static const char first[] = "{\"accounts\": [{\"id\": \"" ID_A "\", \"kind\": \"environment\"}],"
                              " \"removals\": [\"11111111-0000-4000-8000-000000000000\"]}";
  static const char later[] = "{\"accounts\": [{\"id\": \"" ID_A "\", \"kind\": \"environment\"},"
                              " {\"id\": \"22222222-0000-4000-8000-000000000000\","
                              " \"kind\": \"environment\", \"extra\": 5}],"
                              " \"removals\": [\"11111111-0000-4000-8000-000000000000\","
                              " \"33333333-0000-4000-8000-000000000000\"]}";
  static const char *const removals[] = { "44444444-0000-4000-8000-000000000000", NULL };
  g_autofree char *path = make_path ();
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (GwAccountFile) file = NULL;
  g_autoptr (GError) error = NULL;

  write_file (path, first);
  file = gw_account_file_new (path, NULL);
  write_file (path, later);
  gw_account_file_set_removals (file, removals);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *text = NULL;

      gw_account_file_save (file, none, &error);
      g_assert_no_error (error);
      text = read_file (path);
      g_assert_null (strstr (text, ID_A));
      g_assert_null (strstr (text, "11111111"));
      g_assert_nonnull (strstr (text, "22222222"));
      g_assert_nonnull (strstr (text, "extra"));
      g_assert_nonnull (strstr (text, "33333333"));
      g_assert_nonnull (strstr (text, "44444444"));
    }
}

int
main (int   argc,
      char *argv[])
{
  int status;

  home = gw_test_home_new ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/account/fields", test_fields);
  g_test_add_func ("/account/round-trip", test_round_trip);
  g_test_add_func ("/account/unknown", test_unknown);
  g_test_add_func ("/account/broken", test_broken);
  g_test_add_func ("/account/not-ours", test_not_ours);
  g_test_add_func ("/account/link", test_link);
  g_test_add_func ("/account/many", test_many);
  g_test_add_func ("/account/meanwhile", test_meanwhile);
  status = g_test_run ();
  gw_test_home_free (home);
  return status;
}
