/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Services that do what gnome-keyring does not: tests/secrets/mock-secret-service.py. */

#include <string.h>

#include "keyring-test.h"

static const char *mock;

typedef struct {
  GSubprocess *process;
  GwKeyring *keyring;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  fault)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GError) error = NULL;

  fixture->keyring = keyring_new_settled ();
  g_assert_cmpuint (gw_keyring_get_state (fixture->keyring), ==, GW_KEYRING_STATE_ABSENT);
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_subprocess_launcher_unsetenv (launcher, "G_DEBUG");
  fixture->process = g_subprocess_launcher_spawn (launcher, &error, "/usr/bin/python3", mock, fault,
                                                  NULL);
  g_assert_no_error (error);
}

static void
wait_for (Fixture        *fixture,
          GwKeyringState  state)
{
  gw_test_wait_until (gw_keyring_get_state (fixture->keyring) == state);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  fault)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_subprocess_force_exit (fixture->process);
  g_subprocess_wait_async (fixture->process, NULL, gw_test_on_result_, &result);
  AWAIT (result);
  wait_for (fixture, GW_KEYRING_STATE_ABSENT);
  g_object_unref (fixture->process);
  keyring_free (fixture->keyring);
}

static void
test_none (Fixture       *fixture,
           gconstpointer  fault)
{
  g_autoptr (GError) error = NULL;

  wait_for (fixture, GW_KEYRING_STATE_OPEN);
  assert_stored (fixture->keyring, "one", "secret");
  assert_stored (fixture->keyring, "one", "other");
  g_assert_true (remove_item (fixture->keyring, "one", &error));
  g_assert_null (load (fixture->keyring, "one", &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_NO_SECRET);
}

static void
test_other (Fixture       *fixture,
            gconstpointer  fault)
{
  g_autoptr (GError) error = NULL;

  wait_for (fixture, GW_KEYRING_STATE_OPEN);
  g_assert_false (store (fixture->keyring, "one", "secret", &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING);
  g_clear_error (&error);
  /* Not by chance: what it gives back would do. */
  assert_stored (fixture->keyring, "one", "other");
}

/* Nothing is handed over in the clear, in neither direction. */
static void
test_plain (Fixture       *fixture,
            gconstpointer  fault)
{
  g_autoptr (GError) error = NULL;

  wait_for (fixture, GW_KEYRING_STATE_OPEN);
  g_assert_nonnull (gw_keyring_lookup (fixture->keyring, KIND, "one"));
  g_assert_null (load (fixture->keyring, "one", &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING);
  g_assert_nonnull (strstr (error->message, "encrypt"));
  g_clear_error (&error);
  g_assert_false (store (fixture->keyring, "two", "secret", &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING);
  g_assert_null (gw_keyring_lookup (fixture->keyring, KIND, "two"));
  g_clear_error (&error);
  /* No secret is in that. */
  remove_item (fixture->keyring, "one", &error);
  g_assert_no_error (error);
}

/* What a newer version has written is neither read nor touched. */
static void
test_newer (Fixture       *fixture,
            gconstpointer  fault)
{
  g_autoptr (GwKeyringItem) item = item_new ("one", "one");
  g_autoptr (GError) error = NULL;
  g_autofree char *found = NULL;

  wait_for (fixture, GW_KEYRING_STATE_OPEN);
  g_assert_null (gw_keyring_lookup (fixture->keyring, KIND, "one"));
  g_assert_null (load (fixture->keyring, "one", &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING);
  g_clear_error (&error);
  g_assert_false (store (fixture->keyring, "one", "mine", &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING);
  g_clear_error (&error);
  g_assert_false (update (fixture->keyring, item, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING);
  g_clear_error (&error);
  g_assert_false (remove_item (fixture->keyring, "one", &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING);
  g_assert_nonnull (strstr (error->message, "newer"));
  found = run (NULL, "gdbus call --session -d org.freedesktop.secrets "
                     "-o /org/freedesktop/secrets/collection/mock/i0 "
                     "-m org.freedesktop.DBus.Properties.GetAll org.freedesktop.Secret.Item");
  g_assert_nonnull (strstr (found, "'version': '2'"));
  /* It says nothing about others. */
  assert_stored (fixture->keyring, "two", "secret");
}

/* An item in another keyring, which is locked, is not "none". */
static void
test_far (Fixture       *fixture,
          gconstpointer  fault)
{
  g_autoptr (GwKeyringItem) item = item_new ("one", "one");
  g_autoptr (GError) error = NULL;

  wait_for (fixture, GW_KEYRING_STATE_OPEN);
  g_assert_null (load (fixture->keyring, "one", &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING_LOCKED);
  g_clear_error (&error);
  g_assert_false (update (fixture->keyring, item, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING_LOCKED);
  g_clear_error (&error);
  g_assert_false (remove_item (fixture->keyring, "one", &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING_LOCKED);
  g_clear_error (&error);

  /* Beside it there may be one here, and that goes. */
  assert_stored (fixture->keyring, "one", "here");
  g_assert_false (remove_item (fixture->keyring, "one", &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING_LOCKED);
  g_assert_null (gw_keyring_lookup (fixture->keyring, KIND, "one"));
}

static void
test_large (Fixture       *fixture,
            gconstpointer  fault)
{
  g_autoptr (GError) error = NULL;

  wait_for (fixture, GW_KEYRING_STATE_OPEN);
  g_assert_nonnull (gw_keyring_lookup (fixture->keyring, KIND, "one"));
  g_assert_null (load (fixture->keyring, "one", &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_TOO_LARGE);
}

static void
test_keep (Fixture       *fixture,
           gconstpointer  fault)
{
  g_autoptr (GError) error = NULL;

  wait_for (fixture, GW_KEYRING_STATE_OPEN);
  assert_stored (fixture->keyring, "one", "secret");
  g_assert_false (remove_item (fixture->keyring, "one", &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING);
  g_assert_nonnull (gw_keyring_lookup (fixture->keyring, KIND, "one"));
}

static void
test_ask (Fixture       *fixture,
          gconstpointer  fault)
{
  g_autoptr (GError) error = NULL;

  wait_for (fixture, GW_KEYRING_STATE_OPEN);
  g_assert_false (store (fixture->keyring, "two", "secret", &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING);
  g_clear_error (&error);
  g_assert_false (remove_item (fixture->keyring, "one", &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING);
  g_assert_nonnull (gw_keyring_lookup (fixture->keyring, KIND, "one"));
}

static void
test_prompt (Fixture       *fixture,
             gconstpointer  fault)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) again = NULL;
  g_autoptr (GError) error = NULL;
  gint64 began = g_get_monotonic_time ();

  wait_for (fixture, GW_KEYRING_STATE_LOCKED);
  gw_keyring_unlock_async (fixture->keyring, cancellable, gw_test_on_result_, &result);
  gw_test_wait_until (g_get_monotonic_time () - began > G_USEC_PER_SEC);
  g_assert_null (result);
  g_cancellable_cancel (cancellable);
  AWAIT (result);
  g_assert_false (gw_keyring_unlock_finish (fixture->keyring, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_clear_object (&result);

  /* The service dies with the prompt that the next one waits for. */
  gw_keyring_unlock_async (fixture->keyring, NULL, gw_test_on_result_, &again);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (again);
  g_subprocess_force_exit (fixture->process);
  AWAIT (again);
  g_assert_false (gw_keyring_unlock_finish (fixture->keyring, again, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING);
}

static void
test_nothing (Fixture       *fixture,
              gconstpointer  fault)
{
  g_autoptr (GError) error = NULL;

  wait_for (fixture, GW_KEYRING_STATE_LOCKED);
  g_assert_false (unlock (fixture->keyring, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING_LOCKED);
}

static void
test_error (Fixture       *fixture,
            gconstpointer  fault)
{
  g_autoptr (GError) error = NULL;

  wait_for (fixture, GW_KEYRING_STATE_OPEN);
  g_assert_false (store (fixture->keyring, "one", "secret", &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING);
  g_assert_nonnull (strstr (error->message, "It is broken."));
  g_assert_null (strchr (error->message, '\033'));
  g_assert_null (strstr (error->message, "GDBus"));
}

static void
test_broken (Fixture       *fixture,
             gconstpointer  fault)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;

  output = run (NULL, "gdbus wait --session --timeout=10 org.freedesktop.secrets");
  g_assert_false (unlock (fixture->keyring, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_KEYRING_ABSENT);
  g_assert_cmpuint (gw_keyring_get_state (fixture->keyring), ==, GW_KEYRING_STATE_ABSENT);
}

int
main (int   argc,
      char *argv[])
{
  static const struct {
    const char *fault;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "none", test_none },     { "other", test_other },     { "large", test_large },
    { "plain", test_plain },   { "newer", test_newer },     { "far", test_far },
    { "keep", test_keep },     { "ask", test_ask },         { "prompt", test_prompt },
    { "nothing", test_nothing }, { "error", test_error },   { "broken", test_broken },
  };

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  mock = argv[1];

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/keyring/fault/", tests[i].fault, NULL);

      g_test_add (path, Fixture, tests[i].fault, set_up, tests[i].test, tear_down);
    }
  return g_test_run ();
}
