/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Cloud accounts against the emulator, with the keyring in memory. */

#include "fake-accounts.h"

static GwKeyring *keyring;

static GwInstance *
get_first (GwEcsSource *source)
{
  g_autoptr (GwInstance) instance = g_list_model_get_item (G_LIST_MODEL (source), 0);

  g_assert_nonnull (instance);
  return instance; /* the source keeps it alive */
}

static gboolean
has_key (GwAccount *account)
{
  return gw_keyring_lookup (keyring, FAKE_ITEM, gw_account_get_id (account)) != NULL;
}

static void
assert_problem (FakeAccounts *f,
                GwAccount    *account,
                GQuark        domain,
                int           code)
{
  fake_wait (f, gw_account_get_id (account));
  g_assert_error (gw_ecs_source_get_problem (fake_source (f, gw_account_get_id (account))), domain,
                  code);
}

static void
assert_works (FakeAccounts *f,
              GwAccount    *account)
{
  fake_wait (f, gw_account_get_id (account));
  g_assert_no_error (gw_ecs_source_get_problem (fake_source (f, gw_account_get_id (account))));
}

static void
test_add (void)
{
  g_autoptr (GwAccount) account = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) fields = NULL;
  GwKeyringItem *item;
  FakeAccounts f;

  fake_accounts_init (&f, keyring);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f.accounts)), ==, 0);
  account = fake_add (&f, "prod", "gangway");
  assert_works (&f, account);
  g_assert_cmpuint (fake_count (&f, gw_account_get_id (account)), ==, FAKE_INSTANCES);
  g_assert_cmpuint (gw_catalogue_get_n_instances (f.catalogue), ==, FAKE_INSTANCES);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f.accounts)), ==, 1);
  /* It is a copy. */
  g_assert_true (gw_cloud_accounts_lookup (f.accounts, gw_account_get_id (account)) != account);

  text = fake_read_file (&f);
  g_assert_nonnull (strstr (text, "prod"));
  g_assert_null (strstr (text, "LTAI5t"));
  g_assert_null (strstr (text, "Secret"));
  item = gw_keyring_lookup (keyring, FAKE_ITEM, gw_account_get_id (account));
  g_assert_cmpstr (gw_keyring_item_get_label (item), ==, "Gangway account prod");
  fields = gw_keyring_item_list_fields (item);
  g_assert_cmpstr (fields[0], ==, "created");
  g_assert_null (fields[1]);
  fake_accounts_clear (&f);
}

/* What was listed is there before anything is sent. */
static void
test_restart (void)
{
  g_autoptr (GwAccount) account = NULL;
  g_autofree char *cache = NULL;
  const char *id;
  FakeAccounts f;

  fake_accounts_init (&f, keyring);
  account = fake_add (&f, "prod", "gangway");
  id = gw_account_get_id (account);
  cache = g_build_filename (f.folder, "caches", id, NULL);
  gw_test_wait_until (g_file_test (cache, G_FILE_TEST_EXISTS));
  fake_steer ("{\"clear\": true}");
  fake_accounts_restart (&f);
  gw_test_wait_until (fake_count (&f, id) == FAKE_INSTANCES);
  fake_wait (&f, id);
  g_assert_true (gw_account_equal (gw_cloud_accounts_lookup (f.accounts, id), account));
  g_assert_cmpuint (fake_count_log ("\"action\""), ==, 0);
  /* Fresh enough. */
  gw_cloud_accounts_refresh (f.accounts, GW_CLOUD_LIST_AGE);
  g_assert_cmpuint (gw_ecs_source_get_state (fake_source (&f, id)), ==, GW_ECS_SOURCE_IDLE);
  gw_cloud_accounts_refresh (f.accounts, 0);
  g_assert_cmpuint (gw_ecs_source_get_state (fake_source (&f, id)), ==, GW_ECS_SOURCE_REFRESHING);
  assert_works (&f, account);
  g_assert_cmpuint (fake_count_log ("\"DescribeRegions\""), >, 0);
  fake_accounts_clear (&f);
}

static void
test_edit (void)
{
  g_autoptr (GwAccount) account = NULL;
  g_autoptr (GwAccessKey) reader = gw_test_cloud_dup_key (cloud, "reader");
  g_autoptr (GwAccessKey) wrong = NULL;
  g_autoptr (GwSensitive) secret = gw_sensitive_new ("NotTheSecretOfThatKey", -1, NULL);
  g_autoptr (GError) error = NULL;
  const char *regions[] = { NULL, NULL };
  GwEcsSource *source;
  guint n;
  FakeAccounts f;

  fake_accounts_init (&f, keyring);
  account = fake_add (&f, "prod", "gangway");
  source = fake_source (&f, gw_account_get_id (account));
  regions[0] = gw_instance_get_text (get_first (source), GW_INSTANCE_REGION);
  gw_account_set_name (account, "production");
  gw_account_set_regions (account, regions);
  fake_save (&f, account, NULL, &error);
  g_assert_no_error (error);
  assert_works (&f, account);
  g_assert_true (fake_source (&f, gw_account_get_id (account)) == source);
  g_assert_cmpstr (gw_source_get_title (GW_SOURCE (source)), ==, "production");
  g_assert_cmpstr (gw_keyring_item_get_label (gw_keyring_lookup (keyring, FAKE_ITEM,
                                                                 gw_account_get_id (account))),
                   ==, "Gangway account production");
  n = fake_count (&f, gw_account_get_id (account));
  g_assert_cmpuint (n, >, 0);
  g_assert_cmpuint (n, <, FAKE_INSTANCES);

  /* Another AccessKey is used at once. */
  fake_steer ("{\"clear\": true}");
  fake_save (&f, account, reader, &error);
  g_assert_no_error (error);
  assert_works (&f, account);
  g_assert_cmpuint (fake_count_log (gw_access_key_get_id (reader)), >, 0);
  g_assert_cmpuint (fake_count_log ("LTAI5tGangwayPlayground1"), ==, 0);

  /* Saving does not try it; what the other one listed is not what this one may see. */
  wrong = gw_access_key_new ("LTAI5tGangwayPlayground1", secret, NULL, 0);
  fake_save (&f, account, wrong, &error);
  g_assert_no_error (error);
  assert_problem (&f, account, GW_CLOUD_ERROR, GW_CLOUD_ERROR_SECRET);
  g_assert_cmpuint (fake_count (&f, gw_account_get_id (account)), ==, 0);
  g_assert_cmpuint (gw_ecs_source_get_regions (source)->len, ==, 0);
  g_assert_cmpint (gw_ecs_source_get_updated (source), ==, 0);
  fake_accounts_clear (&f);
}

/* Where a later step fails the ones before it are undone. */
static void
test_save_fails (void)
{
  g_autoptr (GwAccount) account = NULL;
  g_autoptr (GwAccount) another = NULL;
  g_autoptr (GwAccessKey) gangway = gw_test_cloud_dup_key (cloud, "gangway");
  g_autoptr (GwAccessKey) reader = gw_test_cloud_dup_key (cloud, "reader");
  g_autoptr (GError) error = NULL;
  FakeAccounts f;

  fake_accounts_init (&f, keyring);
  account = fake_add (&f, "prod", "gangway");
  g_file_set_contents (f.path, "{\"format\": 99, \"accounts\": []}", -1, &error);
  g_assert_no_error (error);

  another = fake_account ("another");
  g_assert_false (fake_save (&f, another, NULL, &error));
  g_assert_error (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_NO_KEY);
  g_clear_error (&error);
  g_assert_false (fake_save (&f, another, gangway, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_INVALID_FILE);
  g_clear_error (&error);
  g_assert_false (has_key (another));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f.accounts)), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f.catalogue)), ==, 1);

  gw_account_set_name (account, "changed");
  g_assert_false (fake_save (&f, account, reader, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_INVALID_FILE);
  g_clear_error (&error);
  g_assert_cmpstr (gw_account_get_name (gw_cloud_accounts_lookup (f.accounts,
                                                                  gw_account_get_id (account))),
                   ==, "prod");
  fake_steer ("{\"clear\": true}");
  gw_cloud_accounts_refresh (f.accounts, 0);
  assert_works (&f, account);
  g_assert_cmpuint (fake_count_log (gw_access_key_get_id (gangway)), >, 0);
  g_assert_cmpuint (fake_count_log (gw_access_key_get_id (reader)), ==, 0);
  fake_accounts_clear (&f);
}

/* An AccessKey that the account does not need any more goes; copying it back needs no file. */
static void
test_environment (void)
{
  g_autoptr (GwAccount) account = NULL;
  g_autoptr (GwAccessKey) copy = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  FakeAccounts f;

  fake_accounts_init (&f, keyring);
  account = fake_add (&f, "prod", "gangway");
  g_setenv ("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI5tGangwayReader00001", TRUE);
  g_setenv ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ReaderSecretThatMayOnlyLookAt1", TRUE);
  fake_steer ("{\"clear\": true}");
  gw_account_set_kind (account, GW_ACCOUNT_ENVIRONMENT);
  fake_save (&f, account, NULL, &error);
  g_assert_no_error (error);
  gw_test_wait_until (!has_key (account));
  assert_works (&f, account);
  g_assert_cmpuint (fake_count_log ("LTAI5tGangwayReader00001"), >, 0);
  text = fake_read_file (&f);
  g_assert_null (strstr (text, "removals"));

  gw_cloud_accounts_copy_key_async (f.accounts, account, NULL, fake_on_done, &result);
  gw_test_wait_until (result != NULL);
  copy = gw_cloud_accounts_copy_key_finish (f.accounts, result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (gw_access_key_get_id (copy), ==, "LTAI5tGangwayReader00001");
  g_unsetenv ("ALIBABA_CLOUD_ACCESS_KEY_ID");
  g_unsetenv ("ALIBABA_CLOUD_ACCESS_KEY_SECRET");
  gw_cloud_accounts_refresh (f.accounts, 0);
  assert_problem (&f, account, GW_CLOUD_ERROR, GW_CLOUD_ERROR_NO_KEY);
  g_clear_object (&result);
  fake_accounts_clear (&f);
}

static char *
dup_names (FakeAccounts *f)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (f->accounts)); i++)
    {
      g_autoptr (GwAccount) account = g_list_model_get_item (G_LIST_MODEL (f->accounts), i);
      g_autoptr (GwSource) source = g_list_model_get_item (G_LIST_MODEL (f->catalogue), i);

      g_assert_cmpstr (gw_account_get_id (account), ==, gw_source_get_id (source));
      g_string_append (names, gw_account_get_name (account));
    }
  return g_string_free (g_steal_pointer (&names), FALSE);
}

static void
test_remove (void)
{
  g_autoptr (GwAccount) a = NULL;
  g_autoptr (GwAccount) b = NULL;
  g_autoptr (GwAccount) c = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *names = NULL;
  g_autofree char *cache = NULL;
  GwRemovedAccount *undo;
  FakeAccounts f;

  fake_accounts_init (&f, keyring);
  a = fake_add (&f, "a", "gangway");
  b = fake_add (&f, "b", "gangway");
  c = fake_add (&f, "c", "gangway");
  cache = g_build_filename (f.folder, "caches", gw_account_get_id (b), NULL);
  gw_test_wait_until (g_file_test (cache, G_FILE_TEST_EXISTS));

  undo = fake_remove (&f, b);
  g_assert_false (has_key (b));
  g_assert_null (gw_cloud_accounts_lookup (f.accounts, gw_account_get_id (b)));
  g_assert_cmpuint (gw_catalogue_get_n_instances (f.catalogue), ==, 2 * FAKE_INSTANCES);
  fake_restore (&f, undo, &error);
  g_assert_no_error (error);
  g_assert_true (has_key (b));
  names = dup_names (&f);
  g_assert_cmpstr (names, ==, "abc");
  /* Without waiting for the cloud. */
  g_assert_cmpuint (fake_count (&f, gw_account_get_id (b)), ==, FAKE_INSTANCES);
  assert_works (&f, b);

  gw_removed_account_free (fake_remove (&f, b));
  g_assert_false (has_key (b));
  g_assert_false (g_file_test (cache, G_FILE_TEST_EXISTS));
  fake_accounts_restart (&f);
  g_free (names);
  names = dup_names (&f);
  g_assert_cmpstr (names, ==, "ac");
  fake_accounts_clear (&f);
}

/* A file that cannot be written keeps the account, and its AccessKey. */
static void
test_remove_fails (void)
{
  g_autoptr (GwAccount) account = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  FakeAccounts f;

  fake_accounts_init (&f, keyring);
  account = fake_add (&f, "prod", "gangway");
  g_file_set_contents (f.path, "{\"format\": 99, \"accounts\": []}", -1, &error);
  g_assert_no_error (error);
  gw_cloud_accounts_remove_async (f.accounts, account, NULL, fake_on_done, &result);
  gw_test_wait_until (result != NULL);
  g_assert_null (gw_cloud_accounts_remove_finish (f.accounts, result, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_INVALID_FILE);
  g_assert_true (has_key (account));
  g_assert_cmpuint (fake_count (&f, gw_account_get_id (account)), ==, FAKE_INSTANCES);
  g_clear_object (&result);
  fake_accounts_restart (&f);
  g_assert_nonnull (gw_cloud_accounts_get_notice (f.accounts));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f.accounts)), ==, 0);
  fake_accounts_clear (&f);
}

static gboolean
try_restore (FakeAccounts      *f,
             GwRemovedAccount  *undo,
             GError           **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  gw_cloud_accounts_restore_async (f->accounts, undo, NULL, fake_on_done, &result);
  gw_test_wait_until (result != NULL);
  return gw_cloud_accounts_restore_finish (f->accounts, result, error);
}

/* What failed can be tried again, and the AccessKey is there until it is stored. */
static void
test_restore_fails (void)
{
  g_autoptr (GwAccount) account = NULL;
  g_autoptr (GwRemovedAccount) undo = NULL;
  g_autoptr (GwEcsSource) source = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  FakeAccounts f;

  fake_accounts_init (&f, keyring);
  account = fake_add (&f, "prod", "gangway");
  source = g_object_ref (fake_source (&f, gw_account_get_id (account)));
  undo = fake_remove (&f, account);
  /* Nothing is sent for it meanwhile. */
  gw_ecs_source_refresh (source);
  g_assert_cmpuint (gw_ecs_source_get_state (source), ==, GW_ECS_SOURCE_IDLE);

  text = fake_read_file (&f);
  g_file_set_contents (f.path, "{\"format\": 99, \"accounts\": []}", -1, &error);
  g_assert_no_error (error);
  g_assert_false (try_restore (&f, undo, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_INVALID_FILE);
  g_clear_error (&error);
  g_assert_false (gw_removed_account_is_done (undo));
  g_file_set_contents (f.path, text, -1, &error);
  g_assert_no_error (error);

  gw_keyring_wipe_memory (keyring);
  g_assert_false (try_restore (&f, undo, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_NO_SECRET);
  g_clear_error (&error);
  g_assert_nonnull (gw_cloud_accounts_lookup (f.accounts, gw_account_get_id (account)));
  g_assert_false (gw_removed_account_is_done (undo));
  gw_keyring_use_memory (keyring);
  g_assert_true (try_restore (&f, undo, &error));
  g_assert_no_error (error);
  g_assert_true (gw_removed_account_is_done (undo));
  g_assert_true (has_key (account));
  assert_works (&f, account);
  g_clear_object (&source);
  fake_accounts_clear (&f);
}

/* Of an account that is gone. */
static void
test_orphan (void)
{
  g_autoptr (GwAccount) account = NULL;
  g_autofree char *cache = NULL;
  g_autofree char *orphan = NULL;
  g_autofree char *other = NULL;
  g_autoptr (GError) error = NULL;
  FakeAccounts f;

  fake_accounts_init (&f, keyring);
  account = fake_add (&f, "prod", "gangway");
  cache = g_build_filename (f.folder, "caches", gw_account_get_id (account), NULL);
  orphan = g_build_filename (f.folder, "caches", "11111111-0000-4000-8000-000000000000", NULL);
  other = g_build_filename (f.folder, "caches", "other", NULL);
  gw_test_wait_until (g_file_test (cache, G_FILE_TEST_EXISTS));
  g_file_set_contents (orphan, "x", 1, &error);
  g_assert_no_error (error);
  g_file_set_contents (other, "x", 1, &error);
  g_assert_no_error (error);
  fake_accounts_restart (&f);
  g_assert_false (g_file_test (orphan, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (cache, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (other, G_FILE_TEST_EXISTS));
  fake_accounts_clear (&f);
}

/* Somebody else removed it from the keyring. */
static void
test_no_key (void)
{
  g_autoptr (GwAccount) account = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  const GError *problem;
  FakeAccounts f;

  fake_accounts_init (&f, keyring);
  account = fake_add (&f, "prod", "gangway");
  gw_keyring_remove_async (keyring, FAKE_ITEM, gw_account_get_id (account), NULL, fake_on_done,
                           &result);
  gw_test_wait_until (result != NULL);
  gw_cloud_accounts_refresh (f.accounts, 0);
  assert_problem (&f, account, GW_CLOUD_ERROR, GW_CLOUD_ERROR_NO_KEY);
  problem = gw_ecs_source_get_problem (fake_source (&f, gw_account_get_id (account)));
  g_assert_cmpstr (problem->message, ==, "The AccessKey of “prod” is not in the keyring any more. "
                                         "Edit the account to enter it again.");
  /* One that fails is not asked again at each focus. */
  gw_cloud_accounts_refresh (f.accounts, 10);
  g_assert_cmpuint (gw_ecs_source_get_state (fake_source (&f, gw_account_get_id (account))), ==,
                    GW_ECS_SOURCE_IDLE);
  g_assert_cmpuint (fake_count (&f, gw_account_get_id (account)), ==, FAKE_INSTANCES);
  fake_accounts_clear (&f);
}

/* The memory of the keyring is wiped, and agreed on again: by itself it is not asked more often. */
static void
test_wiped (void)
{
  g_autoptr (GwAccount) account = NULL;
  g_autoptr (GwAccessKey) key = gw_test_cloud_dup_key (cloud, "gangway");
  g_autoptr (GError) error = NULL;
  FakeAccounts f;

  fake_accounts_init (&f, keyring);
  account = fake_add (&f, "prod", "gangway");
  gw_keyring_wipe_memory (keyring);
  gw_cloud_accounts_refresh (f.accounts, 0);
  assert_problem (&f, account, GW_ERROR, GW_ERROR_KEYRING_ABSENT);
  g_assert_false (fake_save (&f, account, key, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING_ABSENT);
  g_clear_error (&error);
  gw_keyring_use_memory (keyring);
  assert_problem (&f, account, GW_CLOUD_ERROR, GW_CLOUD_ERROR_NO_KEY);
  fake_save (&f, account, key, &error);
  g_assert_no_error (error);
  assert_works (&f, account);
  fake_accounts_clear (&f);
}

/* It comes into use while a refresh is under way: that is tried again, and not for ever. */
static void
test_opened_meanwhile (void)
{
  g_autoptr (GwAccount) account = NULL;
  FakeAccounts f;

  fake_accounts_init (&f, keyring);
  account = fake_add (&f, "prod", "gangway");
  fake_steer ("{\"clear\": true}");
  gw_keyring_wipe_memory (keyring);
  gw_cloud_accounts_refresh (f.accounts, 0);
  g_assert_cmpuint (gw_ecs_source_get_state (fake_source (&f, gw_account_get_id (account))), ==,
                    GW_ECS_SOURCE_REFRESHING);
  gw_keyring_use_memory (keyring);
  assert_problem (&f, account, GW_CLOUD_ERROR, GW_CLOUD_ERROR_NO_KEY);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (gw_ecs_source_get_state (fake_source (&f, gw_account_get_id (account))), ==,
                    GW_ECS_SOURCE_IDLE);
  fake_accounts_clear (&f);
}

/* Asking */

static void
make_old (GwInstance *instance)
{
  gw_instance_set_status (instance, GW_INSTANCE_STATUS_STOPPED,
                          g_get_real_time () / G_USEC_PER_SEC - 40);
}

static void
test_ask (void)
{
  g_autoptr (GwAccount) account = NULL;
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GAsyncResult) third = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GwInstance) other = gw_instance_new ("ssh-config:other");
  g_autoptr (GwInstance) twin = NULL;
  g_autoptr (GError) error = NULL;
  GwInstance *instance;
  FakeAccounts f;

  fake_accounts_init (&f, keyring);
  account = fake_add (&f, "prod", "gangway");
  instance = get_first (fake_source (&f, gw_account_get_id (account)));
  /* What a tab holds from before the list was read anew. */
  twin = gw_instance_new (gw_instance_get_id (instance));
  g_assert_true (gw_cloud_accounts_find_source (f.accounts, twin)
                 == fake_source (&f, gw_account_get_id (account)));
  g_assert_false (gw_cloud_accounts_needs_asking (f.accounts, instance));
  g_assert_false (gw_cloud_accounts_needs_asking (f.accounts, other));
  g_assert_true (gw_cloud_accounts_find_source (f.accounts, instance)
                 == fake_source (&f, gw_account_get_id (account)));
  make_old (instance);
  g_assert_true (gw_cloud_accounts_needs_asking (f.accounts, instance));

  fake_steer ("{\"clear\": true}");
  gw_cloud_accounts_ask_async (f.accounts, instance, NULL, fake_on_done, &first);
  gw_cloud_accounts_ask_async (f.accounts, instance, cancellable, fake_on_done, &second);
  gw_cloud_accounts_ask_async (f.accounts, instance, NULL, fake_on_done, &third);
  g_cancellable_cancel (cancellable);
  gw_test_wait_until (first != NULL && second != NULL && third != NULL);
  g_assert_true (gw_cloud_accounts_ask_finish (f.accounts, first, &error));
  g_assert_no_error (error);
  g_assert_false (gw_cloud_accounts_ask_finish (f.accounts, second, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (gw_cloud_accounts_ask_finish (f.accounts, third, NULL));
  g_assert_cmpuint (fake_count_log ("\"DescribeInstances\""), ==, 1);
  g_assert_false (gw_cloud_accounts_needs_asking (f.accounts, instance));
  g_clear_object (&first);
  g_clear_object (&second);
  g_clear_object (&third);
  fake_accounts_clear (&f);
}

static void
test_ask_late (void)
{
  g_autoptr (GwAccount) account = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) cancelled = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gint64 began;
  GwInstance *instance;
  FakeAccounts f;

  fake_accounts_init (&f, keyring);
  account = fake_add (&f, "prod", "gangway");
  instance = get_first (fake_source (&f, gw_account_get_id (account)));
  make_old (instance);
  fake_steer ("{\"clear\": true, \"rules\": [{\"match\": {\"action\": \"DescribeInstances\"}, "
              "\"delay\": 15}]}");
  /* Nobody waits any more: the next one asks anew. */
  gw_cloud_accounts_ask_async (f.accounts, instance, cancellable, fake_on_done, &cancelled);
  g_cancellable_cancel (cancellable);
  gw_test_wait_until (cancelled != NULL);

  began = g_get_monotonic_time ();
  gw_cloud_accounts_ask_async (f.accounts, instance, NULL, fake_on_done, &result);
  gw_test_wait_until (result != NULL);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 8 * G_USEC_PER_SEC);
  g_assert_false (gw_cloud_accounts_ask_finish (f.accounts, result, &error));
  g_assert_error (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_TIMED_OUT);
  g_assert_cmpuint (gw_instance_get_status (instance), ==, GW_INSTANCE_STATUS_STOPPED);
  g_assert_true (gw_cloud_accounts_needs_asking (f.accounts, instance));
  fake_steer ("{\"clear\": true}");
  g_clear_object (&result);
  g_clear_object (&cancelled);
  fake_accounts_clear (&f);
}

static void
test_ask_states (void)
{
  g_autoptr (GwAccount) account = NULL;
  g_autoptr (GPtrArray) instances = g_ptr_array_new ();
  GwInstance *old;
  GwEcsSource *source;
  FakeAccounts f;

  fake_accounts_init (&f, keyring);
  account = fake_add (&f, "prod", "gangway");
  source = fake_source (&f, gw_account_get_id (account));
  old = get_first (source);
  g_ptr_array_add (instances, old);
  fake_steer ("{\"clear\": true}");
  gw_cloud_accounts_ask_states (f.accounts, instances);
  make_old (old);
  gw_cloud_accounts_ask_states (f.accounts, instances);
  gw_test_wait_until (!gw_cloud_accounts_needs_asking (f.accounts, old));
  g_assert_cmpuint (fake_count_log ("\"DescribeInstanceStatus\""), ==, 1);
  fake_accounts_clear (&f);
}

/* Verifying */

static GwVerified *
verify (FakeAccounts  *f,
        GwAccount     *account,
        GwAccessKey   *key,
        GError       **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  gw_cloud_accounts_verify_async (f->accounts, account, key, NULL, fake_on_done, &result);
  gw_test_wait_until (result != NULL);
  return gw_cloud_accounts_verify_finish (f->accounts, result, error);
}

static void
test_verify (void)
{
  g_autoptr (GwAccount) account = NULL;
  g_autoptr (GwAccessKey) gangway = gw_test_cloud_dup_key (cloud, "gangway");
  g_autoptr (GwAccessKey) reader = gw_test_cloud_dup_key (cloud, "reader");
  g_autoptr (GwAccessKey) disabled = gw_test_cloud_dup_key (cloud, "disabled");
  g_autoptr (GwSensitive) secret = gw_sensitive_new ("NotTheSecretOfThatKey", -1, NULL);
  g_autoptr (GwAccessKey) wrong = gw_access_key_new ("LTAI5tGangwayPlayground1", secret, NULL, 0);
  g_autoptr (GwVerified) full = NULL;
  g_autoptr (GwVerified) part = NULL;
  g_autoptr (GError) error = NULL;
  FakeAccounts f;

  fake_accounts_init (&f, keyring);
  account = fake_account ("prod");
  full = verify (&f, account, gangway, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (full->account_id, ==, "1000000000000001");
  g_assert_cmpstr (full->user, ==, "gangway");
  g_assert_cmpuint (full->n_regions, >, 0);
  g_assert_cmpuint (full->refusals->len, ==, 0);
  g_assert_cmpuint (fake_count_log ("\"DescribeInstances\""), ==, 1);
  g_assert_null (gw_cloud_accounts_lookup (f.accounts, gw_account_get_id (account)));
  g_assert_false (has_key (account));

  /* It may not list groups. */
  part = verify (&f, account, reader, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (part->refusals->len, ==, 1);

  g_assert_null (verify (&f, account, wrong, &error));
  g_assert_error (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_SECRET);
  g_clear_error (&error);
  g_assert_null (verify (&f, account, disabled, &error));
  g_assert_error (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_KEY);
  g_clear_error (&error);
  g_assert_null (verify (&f, account, NULL, &error));
  g_assert_error (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_NO_KEY);
  fake_accounts_clear (&f);
}

static void
test_verify_denied (void)
{
  g_autoptr (GwAccount) account = fake_account ("prod");
  g_autoptr (GwAccessKey) key = gw_test_cloud_dup_key (cloud, "disabled");
  g_autoptr (GError) error = NULL;
  FakeAccounts f;

  fake_accounts_init (&f, keyring);
  fake_steer ("{\"key\": {\"key\": \"LTAI5tGangwayDisabled001\", \"status\": \"Active\"}, "
              "\"policy\": {\"key\": \"LTAI5tGangwayDisabled001\", \"statements\": []}}");
  g_assert_null (verify (&f, account, key, &error));
  g_assert_error (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_DENIED);
  fake_steer ("{\"key\": {\"key\": \"LTAI5tGangwayDisabled001\", \"status\": \"Inactive\"}}");
  fake_accounts_clear (&f);
}

static void
test_verify_cancelled (void)
{
  g_autoptr (GwAccount) account = fake_account ("prod");
  g_autoptr (GwAccessKey) key = gw_test_cloud_dup_key (cloud, "gangway");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gint64 began = g_get_monotonic_time ();
  FakeAccounts f;

  fake_accounts_init (&f, keyring);
  fake_steer ("{\"clear\": true, \"rules\": [{\"match\": {\"action\": \"DescribeRegions\"}, "
              "\"delay\": 15}]}");
  gw_cloud_accounts_verify_async (f.accounts, account, key, cancellable, fake_on_done, &result);
  gw_test_wait_until (fake_count_log ("\"GetCallerIdentity\"") == 1);
  g_cancellable_cancel (cancellable);
  gw_test_wait_until (result != NULL);
  g_assert_null (gw_cloud_accounts_verify_finish (f.accounts, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 10 * G_USEC_PER_SEC);
  fake_steer ("{\"clear\": true}");
  g_clear_object (&result);
  fake_accounts_clear (&f);
}

/* The same instances through two AccessKeys: objects of their own. */
static void
test_two (void)
{
  g_autoptr (GwAccount) a = NULL;
  g_autoptr (GwAccount) b = NULL;
  g_autoptr (GwAccount) neighbour = NULL;
  GwInstance *first, *second;
  FakeAccounts f;

  fake_accounts_init (&f, keyring);
  a = fake_add (&f, "a", "gangway");
  b = fake_add (&f, "b", "gangway");
  neighbour = fake_add (&f, "neighbour", "neighbour");
  assert_works (&f, neighbour);
  first = get_first (fake_source (&f, gw_account_get_id (a)));
  second = get_first (fake_source (&f, gw_account_get_id (b)));
  g_assert_cmpstr (gw_instance_get_id (first), ==, gw_instance_get_id (second));
  g_assert_true (gw_cloud_accounts_find_source (f.accounts, second)
                 == fake_source (&f, gw_account_get_id (b)));
  fake_accounts_clear (&f);
}

static void
test_uris (void)
{
  g_autoptr (GwInstance) host = gw_instance_new ("0a1b2c3d-0000-4000-8000-000000000000");
  g_autoptr (GwInstance) strange = gw_instance_new ("i-1&x=y/../z");
  g_autoptr (GwInstance) instance = gw_instance_new ("i-bp1abc");
  g_autofree char *console = NULL;
  g_autofree char *workbench = NULL;

  for (guint i = 0; i < 2; i++)
    {
      GwInstance *each = i == 0 ? strange : instance;

      gw_instance_set_network (each, GW_NETWORK_VPC);
      gw_instance_set_status (each, GW_INSTANCE_STATUS_RUNNING, 1);
      gw_instance_set_text (each, GW_INSTANCE_REGION, "cn-hangzhou&a=b");
    }
  g_assert_null (gw_cloud_console_uri (host));
  g_assert_null (gw_cloud_workbench_uri (strange));
  console = gw_cloud_console_uri (instance);
  g_assert_cmpstr (console, ==, "https://ecs.console.aliyun.com/server/i-bp1abc/detail"
                                "?regionId=cn-hangzhou%26a%3Db");
  workbench = gw_cloud_workbench_uri (instance);
  g_assert_cmpstr (workbench, ==, "https://ecs-workbench.aliyun.com/?from=ecs&instanceType=ecs"
                                  "&regionId=cn-hangzhou%26a%3Db&instanceId=i-bp1abc"
                                  "&resourceGroupId=");
}

int
main (int    argc,
      char **argv)
{
  char *home = gw_test_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
  fake_cloud_start ();
  keyring = gw_keyring_new ();
  gw_test_wait_until (gw_keyring_get_state (keyring) == GW_KEYRING_STATE_ABSENT);
  gw_keyring_use_memory (keyring);
  g_test_add_func ("/cloud-accounts/add", test_add);
  g_test_add_func ("/cloud-accounts/restart", test_restart);
  g_test_add_func ("/cloud-accounts/edit", test_edit);
  g_test_add_func ("/cloud-accounts/save-fails", test_save_fails);
  g_test_add_func ("/cloud-accounts/environment", test_environment);
  g_test_add_func ("/cloud-accounts/remove", test_remove);
  g_test_add_func ("/cloud-accounts/remove-fails", test_remove_fails);
  g_test_add_func ("/cloud-accounts/restore-fails", test_restore_fails);
  g_test_add_func ("/cloud-accounts/orphan", test_orphan);
  g_test_add_func ("/cloud-accounts/no-key", test_no_key);
  g_test_add_func ("/cloud-accounts/wiped", test_wiped);
  g_test_add_func ("/cloud-accounts/opened-meanwhile", test_opened_meanwhile);
  g_test_add_func ("/cloud-accounts/ask", test_ask);
  g_test_add_func ("/cloud-accounts/ask-late", test_ask_late);
  g_test_add_func ("/cloud-accounts/ask-states", test_ask_states);
  g_test_add_func ("/cloud-accounts/verify", test_verify);
  g_test_add_func ("/cloud-accounts/verify-denied", test_verify_denied);
  g_test_add_func ("/cloud-accounts/verify-cancelled", test_verify_cancelled);
  g_test_add_func ("/cloud-accounts/two", test_two);
  g_test_add_func ("/cloud-accounts/uris", test_uris);
  result = g_test_run ();
  g_assert_finalize_object (keyring);
  gw_test_cloud_free (cloud);
  gw_test_home_free (home);
  return result;
}
