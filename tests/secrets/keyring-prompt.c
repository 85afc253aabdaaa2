/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The desktop's own prompt, answered with real keys: gcr-prompter on a display of its own. */

#include <signal.h>
#include <string.h>

#include "keyring-test.h"

static gboolean
is_prompt_shown (void)
{
  g_autofree char *found = run (NULL, "xdotool search --onlyvisible --class gcr-prompter || true");

  return *found != '\0';
}

static void
wait_for_prompt (void)
{
  gint64 deadline = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (!is_prompt_shown ())
    g_assert_cmpint (g_get_monotonic_time (), <, deadline);
}

/* Types @keys, words for xdotool, until the prompt is gone: what comes before it has taken the
 * keyboard is lost. */
static void
answer (const char *keys)
{
  gint64 deadline = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  wait_for_prompt ();
  while (is_prompt_shown ())
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_free (run (NULL, "xdotool %s", keys));
      for (guint i = 0; i < 50 && is_prompt_shown (); i++)
        ;
    }
}

static void
test_unlock (void)
{
  GwKeyring *keyring = keyring_new_settled ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) one = NULL;
  g_autoptr (GAsyncResult) other = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (gw_keyring_get_state (keyring), ==, GW_KEYRING_STATE_LOCKED);
  gw_keyring_unlock_async (keyring, cancellable, gw_test_on_result_, &one);
  gw_keyring_unlock_async (keyring, NULL, gw_test_on_result_, &other);
  wait_for_prompt ();
  /* The prompt stays for the one who still waits. */
  g_cancellable_cancel (cancellable);
  AWAIT (one);
  g_assert_false (gw_keyring_unlock_finish (keyring, one, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_true (is_prompt_shown ());
  g_assert_null (other);

  answer ("key ctrl+a type keyring && xdotool key Return");
  AWAIT (other);
  gw_keyring_unlock_finish (keyring, other, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (gw_keyring_get_state (keyring), ==, GW_KEYRING_STATE_OPEN);
  g_clear_object (&one);
  g_clear_object (&other);
  assert_stored (keyring, "one", "secret");
  keyring_free (keyring);
}

static void
test_dismiss (void)
{
  GwKeyring *keyring = keyring_new_settled ();
  gint64 began;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  lock_keyring ();
  gw_test_wait_until (gw_keyring_get_state (keyring) == GW_KEYRING_STATE_LOCKED);
  began = g_get_monotonic_time ();
  gw_keyring_unlock_async (keyring, NULL, gw_test_on_result_, &result);
  /* As slow as a person: a prompt that is gone at once counts as one that could not be shown. */
  gw_test_wait_until (g_get_monotonic_time () - began > G_USEC_PER_SEC);
  answer ("key Escape");
  AWAIT (result);
  g_assert_false (gw_keyring_unlock_finish (keyring, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (gw_keyring_get_state (keyring), ==, GW_KEYRING_STATE_LOCKED);
  g_clear_object (&result);
  keyring_free (keyring);
}

/* Nobody waits any more: the prompt stays for the next one. gnome-keyring dies of one that is
 * dismissed by a program. */
static void
test_cancel (void)
{
  GwKeyring *keyring = keyring_new_settled ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) again = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (gw_keyring_get_state (keyring), ==, GW_KEYRING_STATE_LOCKED);
  gw_keyring_unlock_async (keyring, cancellable, gw_test_on_result_, &result);
  wait_for_prompt ();
  g_cancellable_cancel (cancellable);
  AWAIT (result);
  g_assert_false (gw_keyring_unlock_finish (keyring, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_true (is_prompt_shown ());
  signal_keyring (0);

  gw_keyring_unlock_async (keyring, NULL, gw_test_on_result_, &again);
  answer ("key ctrl+a type keyring && xdotool key Return");
  AWAIT (again);
  gw_keyring_unlock_finish (keyring, again, &error);
  g_assert_no_error (error);
  assert_secret (keyring, "one", "secret");
  g_clear_object (&result);
  g_clear_object (&again);
  keyring_free (keyring);
}

/* The prompt for a new keyring asks for a password twice, and whether none is meant. */
static void
test_create (void)
{
  GwKeyring *keyring = keyring_new_settled ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (gw_keyring_get_state (keyring), ==, GW_KEYRING_STATE_NO_COLLECTION);
  gw_keyring_unlock_async (keyring, NULL, gw_test_on_result_, &result);
  answer ("key ctrl+a type keyring && xdotool key Tab key ctrl+a type keyring && "
          "xdotool key Return");
  AWAIT (result);
  gw_keyring_unlock_finish (keyring, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (gw_keyring_get_state (keyring), ==, GW_KEYRING_STATE_OPEN);
  assert_stored (keyring, "one", "secret");
  g_clear_object (&result);
  keyring_free (keyring);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);

  if (g_str_equal (argv[1], "fresh"))
    g_test_add_func ("/keyring/create", test_create);
  else
    {
      /* Each goes on where the one before it left the keyring. */
      g_test_add_func ("/keyring/unlock", test_unlock);
      g_test_add_func ("/keyring/dismiss", test_dismiss);
      g_test_add_func ("/keyring/cancel", test_cancel);
    }

  return g_test_run ();
}
