/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Test"

/* Nothing of a temporary key's private half is left in the engine once it is not needed. */

#include "gw-engine-test.h"
#include "gw-key-scan.h"
#include "gw-test.h"

#define ED25519 "ssh-ed25519"
#define RSA "ssh-rsa"
#define LIFE 5

typedef struct {
  GwEngineDriver *driver;
  char *public_key;
  gint64 made;
  GPtrArray *needles; /* what the private half looks like */
} Fixture;

static guint
count_needles (GwEngineDriver *driver, GPtrArray *needles)
{
  g_autoptr (GPtrArray) memory = gw_key_scan_read_memory (gw_engine_driver_get_pid (driver));

  g_assert_nonnull (memory);
  return gw_key_scan_count (memory, needles);
}

/* The engine waits with a key, which is found in its memory. FALSE: the test is skipped. */
static gboolean
set_up (Fixture *f, const char *type, guint life)
{
  GwTestLogin login = gw_engine_test_login ("dave", NULL);
  g_autoptr (GPtrArray) memory = NULL;
  g_autoptr (GError) error = NULL;
  gint64 began;

#ifdef __SANITIZE_ADDRESS__
  g_test_skip ("AddressSanitizer keeps freed memory as it is");
  return FALSE;
#endif
  /* The tests' own wiping of freed memory, which users do not have. */
  f->driver = gw_engine_driver_new_with_env ("MALLOC_PERTURB_", NULL, NULL);
  login.method = "temporary-key";
  login.key_life = life;
  gw_engine_driver_start_connect (f->driver, &login);
  /* The minute of a key runs from here, and the snapshot must be of a key that lives. */
  gw_engine_driver_wait_for_await_key (f->driver);
  f->public_key = gw_engine_driver_make_key (f->driver, type, &error);
  g_assert_no_error (error);
  f->made = g_get_monotonic_time ();
  memory = gw_key_scan_read_memory (gw_engine_driver_get_pid (f->driver));
  if (memory == NULL)
    {
      g_test_skip ("This user may not look into the engine’s memory");
      return FALSE;
    }
  began = g_get_monotonic_time ();
  f->needles = gw_key_scan_find (memory, f->public_key);
  g_test_message ("looked for the key for %" G_GINT64_FORMAT " ms",
                  (g_get_monotonic_time () - began) / 1000);
  g_assert_nonnull (f->needles);
  g_assert_cmpuint (gw_key_scan_count (memory, f->needles), >=, 2);
  return TRUE;
}

static void
tear_down (Fixture *f)
{
  g_clear_pointer (&f->needles, g_ptr_array_unref);
  g_free (f->public_key);
  g_clear_pointer (&f->driver, gw_engine_driver_free);
}

static void
check_login (const char *type)
{
  Fixture f = { NULL };
  g_autoptr (GError) error = NULL;

  if (set_up (&f, type, 0))
    {
      gw_engine_test_deliver ("dave", f.public_key);
      gw_engine_driver_answer_await_key (f.driver);
      gw_engine_driver_finish_connect (f.driver, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (count_needles (f.driver, f.needles), ==, 0);
      gw_engine_test_deliver ("dave", NULL);
    }
  tear_down (&f);
}

static void
test_login_ed25519 (void)
{
  check_login (ED25519);
}

static void
test_login_rsa (void)
{
  check_login (RSA);
}

static void
check_refused (const char *type)
{
  Fixture f = { NULL };

  if (set_up (&f, type, 0))
    {
      gw_engine_driver_answer_await_key (f.driver);
      gw_engine_driver_wait_for_await_key (f.driver);
      g_assert_cmpuint (count_needles (f.driver, f.needles), ==, 0);
    }
  tear_down (&f);
}

static void
test_refused_ed25519 (void)
{
  check_refused (ED25519);
}

static void
test_refused_rsa (void)
{
  check_refused (RSA);
}

/* By the engine itself, while the window says nothing. */
static void
test_over (void)
{
  Fixture f = { NULL };

  /* Not before its time is over, either: set_up() has found it. */
  if (set_up (&f, ED25519, LIFE))
    {
      gw_test_wait_until (g_get_monotonic_time () >= f.made + LIFE * G_USEC_PER_SEC);
      gw_test_wait_until (count_needles (f.driver, f.needles) == 0);
    }
  tear_down (&f);
}

static void
test_replaced (void)
{
  Fixture f = { NULL };
  g_autofree char *second = NULL;

  if (set_up (&f, RSA, 0))
    {
      second = gw_engine_driver_make_key (f.driver, ED25519, NULL);
      g_assert_nonnull (second);
      g_assert_cmpuint (count_needles (f.driver, f.needles), ==, 0);
    }
  tear_down (&f);
}

static void
add_tests (void)
{
  gw_engine_test_add ("/temporary-memory/login/ed25519", test_login_ed25519);
  gw_engine_test_add ("/temporary-memory/login/rsa", test_login_rsa);
  gw_engine_test_add ("/temporary-memory/refused/ed25519", test_refused_ed25519);
  gw_engine_test_add ("/temporary-memory/refused/rsa", test_refused_rsa);
  gw_engine_test_add ("/temporary-memory/over", test_over);
  gw_engine_test_add ("/temporary-memory/replaced", test_replaced);
}

int
main (int argc, char **argv)
{
  return gw_engine_test_main (&argc, &argv, "--addresses=1", add_tests);
}
