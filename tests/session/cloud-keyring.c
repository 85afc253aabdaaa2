/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Cloud accounts in a real keyring that is locked, with the desktop's own prompt on a display. */

#include <signal.h>

#include "answer-prompt.h"
#include "fake-accounts.h"

static GwKeyring *keyring;

static void
lock (void)
{
  lock_keyring ();
  gw_test_wait_until (gw_keyring_get_state (keyring) == GW_KEYRING_STATE_LOCKED);
}

static void
unlock_answered (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  gw_keyring_unlock_async (keyring, NULL, fake_on_done, &result);
  answer (PASSWORD);
  gw_test_wait_until (result != NULL);
  gw_keyring_unlock_finish (keyring, result, &error);
  g_assert_no_error (error);
}

static gboolean
save_answered (FakeAccounts  *f,
               GwAccount     *account,
               const char    *keys,
               GError       **error)
{
  g_autoptr (GwAccessKey) key = gw_test_cloud_dup_key (cloud, "gangway");
  g_autoptr (GAsyncResult) result = NULL;

  gw_cloud_accounts_save_async (f->accounts, account, key, NULL, fake_on_done, &result);
  answer (keys);
  gw_test_wait_until (result != NULL);
  return gw_cloud_accounts_save_finish (f->accounts, result, error);
}

static char *
find_secret (GwAccount *account)
{
  return run (NULL, "secret-tool lookup kind account id %s || true", gw_account_get_id (account));
}

static const GError *
get_problem (FakeAccounts *f,
             GwAccount    *account)
{
  return gw_ecs_source_get_problem (fake_source (f, gw_account_get_id (account)));
}

/* A dismissed prompt saves nothing; one that is answered saves, with no secret in the open. */
static void
test_save (void)
{
  g_autoptr (GwAccount) account = fake_account ("prod");
  g_autofree char *secret = NULL;
  g_autofree char *found = NULL;
  g_autoptr (GError) error = NULL;
  FakeAccounts f;

  fake_accounts_init (&f, keyring);
  g_assert_cmpint (gw_keyring_get_state (keyring), ==, GW_KEYRING_STATE_LOCKED);
  g_assert_false (save_answered (&f, account, "key Escape", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f.accounts)), ==, 0);
  g_assert_false (g_file_test (f.path, G_FILE_TEST_EXISTS));

  save_answered (&f, account, PASSWORD, &error);
  g_assert_no_error (error);
  fake_wait (&f, gw_account_get_id (account));
  g_assert_cmpuint (fake_count (&f, gw_account_get_id (account)), ==, FAKE_INSTANCES);
  secret = find_secret (account);
  g_assert_nonnull (strstr (secret, "PlaygroundSecretNumberOneIsNot"));
  found = run (NULL, "secret-tool search kind account id %s 2>&1 | grep '^label\\|^attribute'",
               gw_account_get_id (account));
  g_assert_nonnull (strstr (found, "Gangway account prod"));
  g_assert_nonnull (strstr (found, "attribute.kind"));
  g_assert_null (strstr (found, "PlaygroundSecret"));
  g_assert_null (strstr (found, "LTAI5t"));
  gw_removed_account_free (fake_remove (&f, account));
  g_free (secret);
  secret = find_secret (account);
  g_assert_cmpstr (secret, ==, "");
  fake_accounts_clear (&f);
}

/* Locked at the start: that is said, and when it is opened the list comes by itself. */
static void
test_opened (void)
{
  g_autoptr (GwAccount) account = NULL;
  FakeAccounts f;

  fake_accounts_init (&f, keyring);
  account = fake_add (&f, "prod", "gangway");
  lock ();
  fake_accounts_restart (&f);
  fake_steer ("{\"clear\": true}");
  gw_cloud_accounts_refresh (f.accounts, 0);
  gw_test_wait_until (get_problem (&f, account) != NULL);
  g_assert_error (get_problem (&f, account), GW_ERROR, GW_ERROR_KEYRING_LOCKED);
  g_assert_cmpuint (fake_count_log ("\"action\""), ==, 0);
  unlock_answered ();
  gw_test_wait_until (get_problem (&f, account) == NULL &&
                      gw_ecs_source_get_state (fake_source (&f, gw_account_get_id (account)))
                          == GW_ECS_SOURCE_IDLE);
  g_assert_cmpuint (fake_count_log ("\"DescribeRegions\""), ==, 1);
  g_assert_cmpuint (fake_count (&f, gw_account_get_id (account)), ==, FAKE_INSTANCES);
  gw_removed_account_free (fake_remove (&f, account));
  fake_accounts_clear (&f);
}

/* What goes while the keyring is locked goes from it as soon as it is open, even after a
 * restart; undo keeps it. */
static void
test_made_up (void)
{
  g_autoptr (GwAccount) account = NULL;
  g_autofree char *noted = NULL;
  g_autofree char *kept = NULL;
  g_autofree char *secret = NULL;
  g_autoptr (GError) error = NULL;
  FakeAccounts f;

  fake_accounts_init (&f, keyring);
  account = fake_add (&f, "prod", "gangway");
  lock ();
  fake_restore (&f, fake_remove (&f, account), &error);
  g_assert_no_error (error);
  kept = fake_read_file (&f);
  g_assert_null (strstr (kept, "removals"));
  unlock_answered ();
  fake_wait (&f, gw_account_get_id (account));
  gw_cloud_accounts_refresh (f.accounts, 0);
  fake_wait (&f, gw_account_get_id (account));
  g_assert_no_error (get_problem (&f, account));

  lock ();
  gw_removed_account_free (fake_remove (&f, account));
  noted = fake_read_file (&f);
  g_assert_nonnull (strstr (noted, "removals"));
  fake_accounts_restart (&f);
  unlock_answered ();
  gw_test_wait_until (gw_keyring_lookup (keyring, FAKE_ITEM, gw_account_get_id (account)) == NULL);
  secret = find_secret (account);
  g_assert_cmpstr (secret, ==, "");
  g_free (noted);
  noted = fake_read_file (&f);
  g_assert_null (strstr (noted, "removals"));
  fake_accounts_clear (&f);
}

int
main (int    argc,
      char **argv)
{
  char *home = gw_test_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
  fake_cloud_start ();
  keyring = keyring_new_settled ();
  g_test_add_func ("/cloud-keyring/save", test_save);
  g_test_add_func ("/cloud-keyring/opened", test_opened);
  g_test_add_func ("/cloud-keyring/made-up", test_made_up);
  result = g_test_run ();
  keyring_free (keyring);
  gw_test_cloud_free (cloud);
  gw_test_home_free (home);
  return result;
}
