/* SPDX-License-Identifier: GPL-3.0-or-later */

/* No keyring, a locked one, one that dies or hangs: started by tests/with-keyring in the state that
 * is the first argument. */

#include <signal.h>
#include <string.h>

#include "keyring-test.h"

static guint
n_items (GwKeyring *keyring)
{
  return g_list_model_get_n_items (G_LIST_MODEL (keyring));
}

static void
assert_refuses (GwKeyring *keyring,
                GwError    code)
{
  g_autoptr (GwKeyringItem) item = item_new ("one", "one");
  g_autoptr (GError) error = NULL;

  g_assert_false (gw_keyring_is_usable (keyring));
  g_assert_cmpuint (n_items (keyring), ==, 0);
  g_assert_false (store (keyring, "one", "secret", &error));
  g_assert_error (error, GW_ERROR, (int) code);
  g_clear_error (&error);
  g_assert_false (update (keyring, item, &error));
  g_assert_error (error, GW_ERROR, (int) code);
  g_clear_error (&error);
  g_assert_null (load (keyring, "one", &error));
  g_assert_error (error, GW_ERROR, (int) code);
  g_clear_error (&error);
  g_assert_false (remove_item (keyring, "one", &error));
  g_assert_error (error, GW_ERROR, (int) code);
}

static void
on_notify (GwKeyring  *keyring,
           GParamSpec *pspec,
           guint      *count)
{
  (*count)++;
}

/* Who has cancelled before asking gets nothing done. */
static void
check_cancelled (GwKeyring *keyring)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GwKeyringItem) item = item_new ("one", "one");
  g_autoptr (GwSensitive) secret = gw_sensitive_new ("secret", -1, NULL);
  g_autoptr (GAsyncResult) stored = NULL;
  g_autoptr (GAsyncResult) removed = NULL;
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  gw_keyring_store_async (keyring, item, secret, cancellable, gw_test_on_result_, &stored);
  gw_keyring_remove_async (keyring, KIND, "one", cancellable, gw_test_on_result_, &removed);
  AWAIT (stored);
  AWAIT (removed);
  g_assert_false (gw_keyring_store_finish (keyring, stored, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (gw_keyring_remove_finish (keyring, removed, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  assert_secret (keyring, "one", "other");
}

static void
check_memory (GwKeyring *keyring)
{
  g_autoptr (GwKeyringItem) item = item_new ("one", "renamed");
  g_autoptr (GError) error = NULL;
  guint notified = 0;

  g_signal_connect (keyring, "notify::state", G_CALLBACK (on_notify), &notified);
  gw_keyring_use_memory (keyring);
  g_assert_cmpuint (gw_keyring_get_state (keyring), ==, GW_KEYRING_STATE_SESSION_ONLY);
  g_assert_true (gw_keyring_is_usable (keyring));
  g_assert_true (unlock (keyring, &error));

  g_assert_null (load (keyring, "one", &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_NO_SECRET);
  g_clear_error (&error);
  g_assert_false (update (keyring, item, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_NO_SECRET);
  g_clear_error (&error);
  assert_stored (keyring, "one", "secret");
  assert_stored (keyring, "one", "other");
  assert_stored (keyring, "two", "secret");
  g_assert_cmpuint (n_items (keyring), ==, 2);
  g_assert_true (update (keyring, item, &error));
  g_assert_cmpstr (gw_keyring_item_get_label (gw_keyring_lookup (keyring, KIND, "one")), ==,
                   "renamed");
  g_assert_cmpint (gw_keyring_item_get_created (gw_keyring_lookup (keyring, KIND, "one")), >, 0);
  assert_secret (keyring, "one", "other");
  check_cancelled (keyring);
  g_assert_true (remove_item (keyring, "two", &error));
  g_assert_cmpuint (n_items (keyring), ==, 1);
  g_assert_true (remove_item (keyring, "two", &error));

  gw_keyring_wipe_memory (keyring);
  g_assert_cmpuint (gw_keyring_get_state (keyring), ==, GW_KEYRING_STATE_ABSENT);
  g_assert_cmpuint (n_items (keyring), ==, 0);
  g_assert_cmpuint (notified, ==, 2);
  assert_refuses (keyring, GW_ERROR_KEYRING_ABSENT);
}

static void
check_absent (void)
{
  gint64 began = g_get_monotonic_time ();
  GwKeyring *keyring = keyring_new_settled ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (gw_keyring_get_state (keyring), ==, GW_KEYRING_STATE_ABSENT);
  assert_refuses (keyring, GW_ERROR_KEYRING_ABSENT);
  g_assert_false (unlock (keyring, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING_ABSENT);
  check_memory (keyring);
  g_assert_cmpint (g_get_monotonic_time () - began, <, GW_KEYRING_TIMEOUT * G_USEC_PER_SEC);
  keyring_free (keyring);
}

static void
test_no_bus (void)
{
  check_absent ();
  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS");
  g_unsetenv ("DISPLAY");
  check_absent ();
}

static GSubprocess *
start_keyring (void)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  GSubprocess *process;
  g_autoptr (GError) error = NULL;

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE |
                                        G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                                        G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_subprocess_launcher_unsetenv (launcher, "G_DEBUG");
  process = g_subprocess_launcher_spawn (launcher, &error, "gnome-keyring-daemon", "--foreground",
                                         "--components=secrets", "--unlock", NULL);
  g_assert_no_error (error);
  g_output_stream_write_all (g_subprocess_get_stdin_pipe (process), "\n", 1, NULL, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_close (g_subprocess_get_stdin_pipe (process), NULL, &error);
  g_assert_no_error (error);
  return process;
}

static void
end_keyring (GSubprocess *process)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_subprocess_force_exit (process);
  g_subprocess_wait_async (process, NULL, gw_test_on_result_, &result);
  AWAIT (result);
}

static void
test_appears (void)
{
  GwKeyring *keyring = keyring_new_settled ();
  g_autoptr (GSubprocess) process = NULL;

  gw_keyring_use_memory (keyring);
  assert_stored (keyring, "one", "secret");
  process = start_keyring ();
  gw_test_wait_until (gw_keyring_get_state (keyring) == GW_KEYRING_STATE_OPEN);
  g_assert_cmpuint (n_items (keyring), ==, 0);
  assert_stored (keyring, "two", "secret");

  end_keyring (process);
  gw_test_wait_until (gw_keyring_get_state (keyring) == GW_KEYRING_STATE_ABSENT);
  assert_refuses (keyring, GW_ERROR_KEYRING_ABSENT);
  keyring_free (keyring);
}

/* Nobody can be asked: the bus has no prompter. */
static void
test_locked (void)
{
  GwKeyring *keyring = keyring_new_settled ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (gw_keyring_get_state (keyring), ==, GW_KEYRING_STATE_LOCKED);
  assert_refuses (keyring, GW_ERROR_KEYRING_LOCKED);
  gw_keyring_use_memory (keyring);
  g_assert_cmpuint (gw_keyring_get_state (keyring), ==, GW_KEYRING_STATE_LOCKED);
  g_assert_false (unlock (keyring, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING);
  g_assert_cmpuint (gw_keyring_get_state (keyring), ==, GW_KEYRING_STATE_LOCKED);
  keyring_free (keyring);
}

static void
test_fresh (void)
{
  GwKeyring *keyring = keyring_new_settled ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (gw_keyring_get_state (keyring), ==, GW_KEYRING_STATE_NO_COLLECTION);
  assert_refuses (keyring, GW_ERROR_KEYRING_ABSENT);
  g_assert_false (unlock (keyring, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING);
  g_assert_cmpuint (gw_keyring_get_state (keyring), ==, GW_KEYRING_STATE_NO_COLLECTION);
  keyring_free (keyring);
}

static void
test_locked_later (void)
{
  GwKeyring *keyring = keyring_new_settled ();

  assert_stored (keyring, "one", "secret");
  lock_keyring ();
  gw_test_wait_until (gw_keyring_get_state (keyring) == GW_KEYRING_STATE_LOCKED);
  assert_refuses (keyring, GW_ERROR_KEYRING_LOCKED);
  keyring_free (keyring);
}

/* The signals of the lock have not been seen yet. */
static void
test_locked_meanwhile (void)
{
  GwKeyring *keyring = keyring_new_settled ();
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  const char *argv[] = { "gdbus", "call", "--session", "-d", "org.freedesktop.secrets", "-o",
                         "/org/freedesktop/secrets", "-m", "org.freedesktop.Secret.Service.Lock",
                         "['/org/freedesktop/secrets/collection/login']", NULL };

  assert_stored (keyring, "one", "secret");
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL, NULL,
                &error);
  g_assert_no_error (error);
  g_assert_cmpuint (gw_keyring_get_state (keyring), ==, GW_KEYRING_STATE_OPEN);
  g_assert_null (load (keyring, "one", &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING_LOCKED);
  gw_test_wait_until (gw_keyring_get_state (keyring) == GW_KEYRING_STATE_LOCKED);
  keyring_free (keyring);
}

static void
test_hangs (void)
{
  GwKeyring *keyring = keyring_new_settled ();
  GwKeyring *later;
  g_autoptr (GwKeyringItem) item = item_new ("one", "one");
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  gint64 began, took;

  assert_stored (keyring, "one", "secret");
  signal_keyring (SIGSTOP);
  began = g_get_monotonic_time ();
  gw_keyring_load_async (keyring, KIND, "one", NULL, gw_test_on_result_, &result);
  later = keyring_new_settled ();
  AWAIT (result);
  took = g_get_monotonic_time () - began;
  g_assert_cmpint (took, >, (GW_KEYRING_TIMEOUT - 2) * G_USEC_PER_SEC);
  g_assert_cmpint (took, <, 2 * GW_KEYRING_TIMEOUT * G_USEC_PER_SEC);
  g_assert_null (gw_keyring_load_finish (keyring, result, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING);
  g_clear_error (&error);
  g_assert_cmpuint (gw_keyring_get_state (later), ==, GW_KEYRING_STATE_ABSENT);
  g_clear_object (&result);

  /* A late answer is one, too. */
  signal_keyring (SIGCONT);
  gw_test_wait_until (gw_keyring_get_state (later) == GW_KEYRING_STATE_OPEN);
  g_assert_nonnull (gw_keyring_lookup (later, KIND, "one"));
  assert_secret (later, "one", "secret");
  gw_test_wait_until (gw_keyring_get_state (keyring) == GW_KEYRING_STATE_OPEN);
  assert_secret (keyring, "one", "secret");
  keyring_free (keyring);
  keyring_free (later);
}

static void
test_dies_writing (void)
{
  GwKeyring *keyring = keyring_new_settled ();
  g_autoptr (GwKeyringItem) item = item_new ("one", "one");
  g_autoptr (GwSensitive) secret = gw_sensitive_new ("other", -1, NULL);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) removal = NULL;
  g_autoptr (GError) error = NULL;

  assert_stored (keyring, "one", "secret");
  signal_keyring (SIGSTOP);
  gw_keyring_store_async (keyring, item, secret, NULL, gw_test_on_result_, &result);
  gw_keyring_remove_async (keyring, KIND, "one", NULL, gw_test_on_result_, &removal);
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_null (result);
  signal_keyring (SIGKILL);
  AWAIT (result);
  AWAIT (removal);
  g_assert_false (gw_keyring_store_finish (keyring, result, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING);
  g_clear_error (&error);
  g_assert_false (gw_keyring_remove_finish (keyring, removal, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING);
  g_clear_object (&result);
  g_clear_object (&removal);
  gw_test_wait_until (gw_keyring_get_state (keyring) == GW_KEYRING_STATE_ABSENT);

  process = start_keyring ();
  gw_test_wait_until (gw_keyring_get_state (keyring) == GW_KEYRING_STATE_OPEN);
  assert_secret (keyring, "one", "secret");
  end_keyring (process);
  keyring_free (keyring);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);

  if (g_str_equal (argv[1], "none"))
    g_test_add_func ("/keyring/no-bus", test_no_bus);
  else if (g_str_equal (argv[1], "absent"))
    {
      g_test_add_func ("/keyring/absent", check_absent);
      g_test_add_func ("/keyring/appears", test_appears);
    }
  else if (g_str_equal (argv[1], "locked"))
    g_test_add_func ("/keyring/locked", test_locked);
  else if (g_str_equal (argv[1], "fresh"))
    g_test_add_func ("/keyring/fresh", test_fresh);
  else if (g_str_equal (argv[1], "lock"))
    g_test_add_func ("/keyring/locked-later", test_locked_later);
  else if (g_str_equal (argv[1], "race"))
    g_test_add_func ("/keyring/locked-meanwhile", test_locked_meanwhile);
  else if (g_str_equal (argv[1], "ill"))
    {
      g_test_add_func ("/keyring/hangs", test_hangs);
      g_test_add_func ("/keyring/dies-writing", test_dies_writing);
    }
  else
    g_assert_not_reached ();

  return g_test_run ();
}
