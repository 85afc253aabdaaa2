/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An unlocked gnome-keyring, and what other programs do to it. */

#include <signal.h>
#include <string.h>

#include "keyring-test.h"

#define ATTRIBUTES "xdg:schema org.gangway.Secret kind credential"

static guint
n_items (GwKeyring *keyring)
{
  return g_list_model_get_n_items (G_LIST_MODEL (keyring));
}

static void
count_changes (GListModel *model,
               guint       position,
               guint       removed,
               guint       added,
               guint      *changes)
{
  *changes += removed + added;
}

static void
test_store (void)
{
  GwKeyring *keyring = keyring_new_settled ();
  g_autoptr (GwKeyringItem) item = item_new ("one", "web-1: root\n");
  g_autoptr (GError) error = NULL;
  g_autofree char *seen = NULL;
  GwKeyringItem *listed;
  gint64 created;

  g_assert_cmpuint (gw_keyring_get_state (keyring), ==, GW_KEYRING_STATE_OPEN);
  g_assert_true (gw_keyring_is_usable (keyring));
  g_assert_cmpuint (n_items (keyring), ==, 0);

  store_item (keyring, item, "hunter2", -1, &error);
  g_assert_no_error (error);
  /* There at once, not with the signals that follow. */
  g_assert_cmpuint (n_items (keyring), ==, 1);
  listed = gw_keyring_lookup (keyring, KIND, "one");
  g_assert_nonnull (listed);
  g_assert_true (listed != item);
  g_assert_cmpstr (gw_keyring_item_get_label (listed), ==, "web-1/ root");
  g_assert_cmpstr (gw_keyring_item_get_field (listed, "user"), ==, "root");
  created = gw_keyring_item_get_created (listed);
  g_assert_cmpint (created, >, 1600000000);
  g_assert_cmpint (gw_keyring_item_get_modified (listed), >, 1600000000);
  assert_secret (keyring, "one", "hunter2");
  seen = run (NULL, "secret-tool lookup " ATTRIBUTES " version 1 id one");
  g_assert_cmpstr (seen, ==, "hunter2");

  /* Replaced in place: label and fields, too. */
  gw_keyring_item_set_label (item, "other");
  gw_keyring_item_set_field (item, "user", NULL);
  gw_keyring_item_set_field (item, "type", "password");
  store_item (keyring, item, "hunter3", -1, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_items (keyring), ==, 1);
  listed = gw_keyring_lookup (keyring, KIND, "one");
  g_assert_cmpstr (gw_keyring_item_get_label (listed), ==, "other");
  g_assert_null (gw_keyring_item_get_field (listed, "user"));
  g_assert_cmpstr (gw_keyring_item_get_field (listed, "type"), ==, "password");
  g_assert_cmpint (gw_keyring_item_get_created (listed), ==, created);
  assert_secret (keyring, "one", "hunter3");

  g_assert_true (remove_item (keyring, "one", &error));
  g_assert_cmpuint (n_items (keyring), ==, 0);
  keyring_free (keyring);
}

static void
test_secrets (void)
{
  GwKeyring *keyring = keyring_new_settled ();
  g_autoptr (GwKeyringItem) item = item_new ("bytes", "bytes");
  g_autofree char *large = g_strnfill (GW_KEYRING_MAX_SECRET, 'x');
  g_autoptr (GError) error = NULL;
  g_autoptr (GwSensitive) secret = NULL;

  assert_stored (keyring, "bytes", "");
  assert_stored (keyring, "bytes", "pässword ☃\n\twith lines\r\n");
  assert_stored (keyring, "bytes", large);
  /* What could not be read again is not stored, and what is there stays. */
  g_assert_false (store_item (keyring, item, "\xff\xfe", 2, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING);
  g_clear_error (&error);
  assert_secret (keyring, "bytes", large);

  g_free (run ("\xff\xfe", "secret-tool store --label=x " ATTRIBUTES " version 1 id broken"));
  gw_test_wait_until (gw_keyring_lookup (keyring, KIND, "broken") != NULL);
  secret = load (keyring, "broken", &error);
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING);
  g_clear_error (&error);

  g_assert_true (remove_item (keyring, "bytes", &error));
  g_assert_true (remove_item (keyring, "broken", &error));
  keyring_free (keyring);
}

static void
test_update (void)
{
  GwKeyring *keyring = keyring_new_settled ();
  g_autoptr (GwKeyringItem) item = item_new ("gone", "gone");
  g_autoptr (GwKeyringItem) copy = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (update (keyring, item, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_NO_SECRET);
  g_clear_error (&error);
  g_assert_cmpuint (n_items (keyring), ==, 0);

  assert_stored (keyring, "one", "secret");
  copy = gw_keyring_item_copy (gw_keyring_lookup (keyring, KIND, "one"));
  gw_keyring_item_set_label (copy, "renamed");
  gw_keyring_item_set_field (copy, "last-used", "17");
  g_assert_true (update (keyring, copy, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (gw_keyring_item_get_label (gw_keyring_lookup (keyring, KIND, "one")), ==,
                   "renamed");
  assert_secret (keyring, "one", "secret");
  g_assert_true (remove_item (keyring, "one", &error));
  keyring_free (keyring);
}

static void
test_remove (void)
{
  GwKeyring *keyring = keyring_new_settled ();
  g_autoptr (GError) error = NULL;
  g_autofree char *found = NULL;

  g_assert_true (remove_item (keyring, "never", &error));
  assert_stored (keyring, "one", "secret");
  assert_stored (keyring, "two", "secret");
  g_assert_true (remove_item (keyring, "one", &error));
  found = run (NULL, "secret-tool search --all " ATTRIBUTES " id one 2>&1");
  g_assert_cmpstr (found, ==, "");
  g_clear_pointer (&found, g_free);
  found = run (NULL, "secret-tool search --all " ATTRIBUTES " id two 2>&1");
  g_assert_nonnull (strstr (found, "secret"));
  g_assert_null (load (keyring, "one", &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_NO_SECRET);
  g_clear_error (&error);

  /* Another program is faster. */
  g_free (run (NULL, "secret-tool clear " ATTRIBUTES " id two"));
  g_assert_true (remove_item (keyring, "two", &error));
  g_assert_no_error (error);
  keyring_free (keyring);
}

static void
test_follow (void)
{
  GwKeyring *keyring = keyring_new_settled ();
  GwKeyringItem *kept;
  g_autoptr (GError) error = NULL;
  guint changes = 0;

  assert_stored (keyring, "b", "secret");
  kept = gw_keyring_lookup (keyring, KIND, "b");
  g_signal_connect (keyring, "items-changed", G_CALLBACK (count_changes), &changes);

  g_free (run ("other", "secret-tool store --label=x " ATTRIBUTES " version 1 id a"));
  gw_test_wait_until (n_items (keyring) == 2);
  g_assert_cmpuint (changes, ==, 1);
  g_assert_true (gw_keyring_lookup (keyring, KIND, "b") == kept);
  assert_secret (keyring, "a", "other");

  g_free (run (NULL, "secret-tool clear " ATTRIBUTES " id b"));
  gw_test_wait_until (gw_keyring_lookup (keyring, KIND, "b") == NULL);
  g_assert_null (load (keyring, "b", &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_NO_SECRET);
  g_clear_error (&error);
  g_assert_true (remove_item (keyring, "a", &error));
  keyring_free (keyring);
}

static void
test_foreign (void)
{
  GwKeyring *keyring = keyring_new_settled ();
  GwKeyringItem *item;
  g_autoptr (GError) error = NULL;
  g_autofree char *found = NULL;

  /* A later Gangway's, two that make no sense, another program's, and one that is ours. */
  g_free (run ("x", "secret-tool store --label=x " ATTRIBUTES " version 2 id later"));
  g_free (run ("x", "secret-tool store --label=x " ATTRIBUTES " id none"));
  g_free (run ("x", "secret-tool store --label=x " ATTRIBUTES " version 1"));
  g_free (run ("x", "secret-tool store --label=x xdg:schema org.example kind credential version 1 "
                    "id example"));
  g_free (run ("x", "secret-tool store --label='a:b' " ATTRIBUTES " version 1 id ours Title y "
                    "field \"$(head -c 4097 /dev/zero | tr '\\0' x)\" user root"));
  gw_test_wait_until (gw_keyring_lookup (keyring, KIND, "ours") != NULL);
  g_assert_cmpuint (n_items (keyring), ==, 1);
  item = gw_keyring_lookup (keyring, KIND, "ours");
  g_assert_cmpstr (gw_keyring_item_get_label (item), ==, "a/b");
  g_assert_null (gw_keyring_item_get_field (item, "field"));
  g_assert_null (gw_keyring_item_get_field (item, "Title"));
  g_assert_cmpstr (gw_keyring_item_get_field (item, "user"), ==, "root");
  g_assert_true (remove_item (keyring, "ours", &error));
  g_free (run (NULL, "secret-tool clear " ATTRIBUTES " version 1"));
  found = run (NULL, "secret-tool search --all " ATTRIBUTES " version 2 2>&1");
  g_assert_nonnull (strstr (found, "later"));
  g_free (run (NULL, "secret-tool clear " ATTRIBUTES));
  keyring_free (keyring);
}

static void
test_duplicates (void)
{
  GwKeyring *keyring = keyring_new_settled ();
  g_autoptr (GError) error = NULL;
  g_autofree char *found = NULL;

  /* Different attributes: for the service they are two. */
  g_free (run ("a", "secret-tool store --label=x " ATTRIBUTES " version 1 id twin user a"));
  g_free (run ("b", "secret-tool store --label=x " ATTRIBUTES " version 1 id twin user b"));
  gw_test_wait_until (gw_keyring_lookup (keyring, KIND, "twin") != NULL);
  g_assert_cmpuint (n_items (keyring), ==, 1);
  assert_stored (keyring, "twin", "c");
  while (found == NULL || !g_str_equal (found, "1\n"))
    {
      g_free (found);
      found = run (NULL, "secret-tool search --all " ATTRIBUTES " id twin 2>/dev/null | "
                         "grep -c '^secret'");
    }
  assert_secret (keyring, "twin", "c");

  g_free (run ("a", "secret-tool store --label=x " ATTRIBUTES " version 1 id twin user a"));
  g_free (run ("b", "secret-tool store --label=x " ATTRIBUTES " version 1 id twin user b"));
  g_assert_true (remove_item (keyring, "twin", &error));
  g_clear_pointer (&found, g_free);
  found = run (NULL, "secret-tool search --all " ATTRIBUTES " id twin 2>&1");
  g_assert_cmpstr (found, ==, "");
  keyring_free (keyring);
}

static void
test_two_windows (void)
{
  GwKeyring *one = keyring_new_settled ();
  GwKeyring *other = keyring_new_settled ();
  g_autoptr (GwKeyringItem) item = item_new ("both", "both");
  g_autoptr (GwSensitive) secret = gw_sensitive_new ("same", -1, NULL);
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GError) error = NULL;

  assert_stored (one, "shared", "secret");
  gw_test_wait_until (gw_keyring_lookup (other, KIND, "shared") != NULL);
  assert_secret (other, "shared", "secret");
  g_assert_true (remove_item (other, "shared", &error));
  gw_test_wait_until (gw_keyring_lookup (one, KIND, "shared") == NULL);

  gw_keyring_store_async (one, item, secret, NULL, gw_test_on_result_, &first);
  gw_keyring_store_async (other, item, secret, NULL, gw_test_on_result_, &second);
  AWAIT (first);
  AWAIT (second);
  g_assert_true (gw_keyring_store_finish (one, first, &error));
  g_assert_true (gw_keyring_store_finish (other, second, &error));
  g_clear_object (&first);
  g_clear_object (&second);
  g_assert_cmpuint (n_items (one), ==, 1);
  assert_secret (other, "both", "same");
  g_assert_true (remove_item (one, "both", &error));
  gw_test_wait_until (n_items (other) == 0);
  keyring_free (one);
  keyring_free (other);
}

/* The service does not answer, so that all of them are under way when they are cancelled. */
static void
test_cancel (void)
{
  GwKeyring *keyring = keyring_new_settled ();
  g_autoptr (GwKeyringItem) item = item_new ("one", "one");
  g_autoptr (GwSensitive) secret = gw_sensitive_new ("secret", -1, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GAsyncResult *results[4] = { NULL };
  gint64 began;

  assert_stored (keyring, "one", "secret");
  signal_keyring (SIGSTOP);
  began = g_get_monotonic_time ();
  gw_keyring_store_async (keyring, item, secret, cancellable, gw_test_on_result_, &results[0]);
  gw_keyring_update_async (keyring, item, cancellable, gw_test_on_result_, &results[1]);
  gw_keyring_load_async (keyring, KIND, "one", cancellable, gw_test_on_result_, &results[2]);
  gw_keyring_remove_async (keyring, KIND, "one", cancellable, gw_test_on_result_, &results[3]);
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (NULL, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    g_assert_null (results[i]);
  g_cancellable_cancel (cancellable);
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      AWAIT (results[i]);
      g_assert_true (g_task_had_error (G_TASK (results[i])));
    }
  g_assert_null (gw_keyring_load_finish (keyring, results[2], &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (gw_keyring_store_finish (keyring, results[0], &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_cmpint (g_get_monotonic_time () - began, <, (GW_KEYRING_TIMEOUT - 1) * G_USEC_PER_SEC);
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    g_object_unref (results[i]);

  /* Cancelled before it began. */
  results[0] = NULL;
  gw_keyring_load_async (keyring, KIND, "one", cancellable, gw_test_on_result_, &results[0]);
  AWAIT (results[0]);
  g_assert_null (gw_keyring_load_finish (keyring, results[0], &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_object_unref (results[0]);
  signal_keyring (SIGCONT);
  assert_secret (keyring, "one", "secret");
  g_assert_true (remove_item (keyring, "one", &error));
  keyring_free (keyring);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/keyring/store", test_store);
  g_test_add_func ("/keyring/secrets", test_secrets);
  g_test_add_func ("/keyring/update", test_update);
  g_test_add_func ("/keyring/remove", test_remove);
  g_test_add_func ("/keyring/follow", test_follow);
  g_test_add_func ("/keyring/foreign", test_foreign);
  g_test_add_func ("/keyring/duplicates", test_duplicates);
  g_test_add_func ("/keyring/two-windows", test_two_windows);
  g_test_add_func ("/keyring/cancel", test_cancel);

  return g_test_run ();
}
