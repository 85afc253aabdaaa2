/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The delivery of a temporary key by itself, and whose turn it is. */

#include "fake-cloud.h"

#include "gw-key-delivery-private.h"

/* The same key each time: what arrives is not looked at here. */
#define PUBLIC_KEY                                                                            \
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g"

static void
on_taken (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  GwKeyTurn **slot = user_data;
  g_autoptr (GError) error = NULL;

  *slot = gw_cloud_accounts_take_turn_finish (GW_CLOUD_ACCOUNTS (source), result, &error);
}

static void
on_refused (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  gboolean *slot = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_null (gw_cloud_accounts_take_turn_finish (GW_CLOUD_ACCOUNTS (source), result,
                                                     &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  *slot = TRUE;
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_turns (void)
{
  GwKeyTurn *turns[4] = { NULL };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gboolean refused = FALSE;
  FakeCloud f;

  fake_cloud_init (&f);
  g_assert_true (gw_cloud_accounts_is_turn_free (f.base.accounts, "i-1"));
  gw_cloud_accounts_take_turn_async (f.base.accounts, "i-1", NULL, on_taken, &turns[0]);
  g_assert_false (gw_cloud_accounts_is_turn_free (f.base.accounts, "i-1"));
  gw_cloud_accounts_take_turn_async (f.base.accounts, "i-1", cancellable, on_refused, &refused);
  gw_cloud_accounts_take_turn_async (f.base.accounts, "i-1", NULL, on_taken, &turns[1]);
  gw_cloud_accounts_take_turn_async (f.base.accounts, "i-1", NULL, on_taken, &turns[2]);
  /* Another instance has its own. */
  gw_cloud_accounts_take_turn_async (f.base.accounts, "i-2", NULL, on_taken, &turns[3]);
  gw_test_wait_until (turns[0] != NULL && turns[3] != NULL);
  settle ();
  g_assert_null (turns[1]);
  g_cancellable_cancel (cancellable);
  gw_test_wait_until (refused);
  gw_key_turn_end (turns[0]);
  gw_test_wait_until (turns[1] != NULL);
  settle ();
  g_assert_null (turns[2]);
  gw_key_turn_end (turns[1]);
  gw_test_wait_until (turns[2] != NULL);
  gw_key_turn_end (turns[2]);
  gw_key_turn_end (turns[3]);
  g_assert_true (gw_cloud_accounts_is_turn_free (f.base.accounts, "i-1"));
  fake_cloud_clear (&f);
}

/* It was handed over, and cancelled before it was taken: it goes on to the next. */
static void
test_turn_not_taken (void)
{
  GwKeyTurn *first = NULL, *last = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gboolean refused = FALSE;
  FakeCloud f;

  fake_cloud_init (&f);
  gw_cloud_accounts_take_turn_async (f.base.accounts, "i-1", NULL, on_taken, &first);
  gw_cloud_accounts_take_turn_async (f.base.accounts, "i-1", cancellable, on_refused, &refused);
  gw_cloud_accounts_take_turn_async (f.base.accounts, "i-1", NULL, on_taken, &last);
  gw_test_wait_until (first != NULL);
  gw_key_turn_end (first);
  g_cancellable_cancel (cancellable);
  gw_test_wait_until (refused && last != NULL);
  gw_key_turn_end (last);
  g_assert_true (gw_cloud_accounts_is_turn_free (f.base.accounts, "i-1"));
  fake_cloud_clear (&f);
}

static gboolean
prepare (GwKeyDelivery  *delivery,
         GError        **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  gw_key_delivery_prepare_async (delivery, NULL, fake_on_done, &result);
  gw_test_wait_until (result != NULL);
  return gw_key_delivery_prepare_finish (delivery, result, error);
}

static gboolean
send (GwKeyDelivery  *delivery,
      GError        **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  gw_key_delivery_send_async (delivery, PUBLIC_KEY, NULL, fake_on_done, &result);
  gw_test_wait_until (result != NULL);
  return gw_key_delivery_send_finish (delivery, result, error);
}

static void
count (guint *n)
{
  (*n)++;
}

static void
test_steps (void)
{
  g_autoptr (GwLogin) login = NULL;
  g_autoptr (GError) error = NULL;
  GwKeyDelivery *delivery;
  guint n_turns = 0, n_changes = 0;
  FakeCloud f;

  fake_cloud_init (&f);
  login = fake_temporary_login (&f);
  delivery = gw_key_delivery_new (f.base.accounts, login);
  g_signal_connect_swapped (delivery, "turn", G_CALLBACK (count), &n_turns);
  g_signal_connect_swapped (delivery, "changed", G_CALLBACK (count), &n_changes);
  for (int step = 0; step < GW_N_STEPS; step++)
    {
      g_assert_cmpint (gw_key_delivery_get_state (delivery, step), ==, GW_STEP_WAITING);
      g_assert_cmpint (gw_key_delivery_get_time (delivery, step), ==, 0);
      for (int other = 0; other < step; other++)
        g_assert_cmpstr (gw_step_title (step), !=, gw_step_title (other));
    }
  g_assert_cmpstr (gw_key_delivery_get_key_type (delivery), ==, "ssh-ed25519");
  prepare (delivery, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_turns, ==, 1);
  g_assert_cmpint (gw_key_delivery_get_expiry (delivery), ==, 0);
  send (delivery, &error);
  g_assert_no_error (error);
  g_assert_cmpint (gw_key_delivery_get_expiry (delivery), >, g_get_monotonic_time ());
  g_assert_cmpint (gw_key_delivery_get_state (delivery, GW_STEP_SEND), ==, GW_STEP_DONE);
  g_assert_cmpuint (n_changes, >, 5);
  /* The server refuses this one: the other kind is left, once. */
  g_assert_cmpstr (gw_key_delivery_get_next_type (delivery), ==, "ssh-rsa");
  gw_key_delivery_end (delivery, TRUE);
  g_assert_cmpint (gw_key_delivery_get_expiry (delivery), ==, 0);
  g_assert_cmpint (gw_key_delivery_get_state (delivery, GW_STEP_LOGIN), ==, GW_STEP_DONE);
  g_assert_true (gw_cloud_accounts_is_turn_free (f.base.accounts,
                                                 gw_instance_get_id (f.instance)));
  g_assert_finalize_object (delivery);
  fake_cloud_clear (&f);
}

/* Dropped without a word it does not keep the others waiting. */
static void
test_dropped (void)
{
  g_autoptr (GwLogin) login = NULL;
  g_autoptr (GError) error = NULL;
  GwKeyDelivery *delivery;
  FakeCloud f;

  fake_cloud_init (&f);
  login = fake_temporary_login (&f);
  delivery = gw_key_delivery_new (f.base.accounts, login);
  prepare (delivery, &error);
  g_assert_no_error (error);
  g_assert_false (gw_cloud_accounts_is_turn_free (f.base.accounts,
                                                  gw_instance_get_id (f.instance)));
  g_assert_finalize_object (delivery);
  g_assert_true (gw_cloud_accounts_is_turn_free (f.base.accounts,
                                                 gw_instance_get_id (f.instance)));
  fake_cloud_clear (&f);
}

/* A note of the cloud's words is a single clean line. */
static void
test_hostile_note (void)
{
  g_autoptr (GwLogin) login = gw_login_new ();
  g_autoptr (GwKeyDelivery) delivery = gw_key_delivery_new (NULL, login);
  g_autofree char *flood = g_strnfill (100000, 'x');
  g_autofree char *note = g_strconcat ("a\nb\x1b[31m", flood, NULL);

  gw_key_delivery_set_note (delivery, GW_STEP_STATE, note);
  note[0] = '\0';
  g_assert_null (strpbrk (gw_key_delivery_get_note (delivery, GW_STEP_STATE), "\n\x1b"));
  g_assert_cmpuint (strlen (gw_key_delivery_get_note (delivery, GW_STEP_STATE)), <, 1000);
}

int
main (int    argc,
      char **argv)
{
  char *home = fake_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
  fake_instances_start ();
  g_test_add_func ("/delivery/turns", test_turns);
  g_test_add_func ("/delivery/turn-not-taken", test_turn_not_taken);
  g_test_add_func ("/delivery/steps", test_steps);
  g_test_add_func ("/delivery/dropped", test_dropped);
  g_test_add_func ("/delivery/hostile-note", test_hostile_note);
  result = g_test_run ();
  fake_instances_stop ();
  gw_test_home_free (home);
  return result;
}
