/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* GwKeyring's calls, awaited. */

#include "gw-error.h"
#include "gw-keyring.h"
#include "gw-test.h"

#define KIND "credential"

static inline void
gw_test_on_result_ (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  GAsyncResult **slot = user_data;

  *slot = g_object_ref (result);
}

/* What its caller has to wait for, and to unref. */
#define AWAIT(result) gw_test_wait_until ((result) != NULL)

static inline GwKeyring *
keyring_new_settled (void)
{
  GwKeyring *keyring = gw_keyring_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (gw_keyring_get_state (keyring), ==, GW_KEYRING_STATE_UNKNOWN);
  gw_keyring_settle_async (keyring, NULL, gw_test_on_result_, &result);
  AWAIT (result);
  gw_keyring_settle_finish (keyring, result, &error);
  g_assert_no_error (error);
  return keyring;
}

/* A keyring that is not waited for any more goes, and nothing of it stays. */
static inline void
keyring_free (GwKeyring *keyring)
{
  g_assert_finalize_object (keyring);
}

static inline GwKeyringItem *
item_new (const char *id,
          const char *label)
{
  GwKeyringItem *item = gw_keyring_item_new (KIND, id);

  gw_keyring_item_set_label (item, label);
  gw_keyring_item_set_field (item, "user", "root");
  return item;
}

static inline gboolean
store_item (GwKeyring      *keyring,
            GwKeyringItem  *item,
            const char     *text,
            gssize          length,
            GError        **error)
{
  g_autoptr (GwSensitive) secret = gw_sensitive_new (text, length, NULL);
  g_autoptr (GAsyncResult) result = NULL;

  gw_keyring_store_async (keyring, item, secret, NULL, gw_test_on_result_, &result);
  AWAIT (result);
  return gw_keyring_store_finish (keyring, result, error);
}

static inline gboolean
store (GwKeyring   *keyring,
       const char  *id,
       const char  *text,
       GError     **error)
{
  g_autoptr (GwKeyringItem) item = item_new (id, id);

  return store_item (keyring, item, text, -1, error);
}

static inline gboolean
update (GwKeyring      *keyring,
        GwKeyringItem  *item,
        GError        **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  gw_keyring_update_async (keyring, item, NULL, gw_test_on_result_, &result);
  AWAIT (result);
  return gw_keyring_update_finish (keyring, result, error);
}

static inline GwSensitive *
load (GwKeyring   *keyring,
      const char  *id,
      GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  gw_keyring_load_async (keyring, KIND, id, NULL, gw_test_on_result_, &result);
  AWAIT (result);
  return gw_keyring_load_finish (keyring, result, error);
}

static inline gboolean
remove_item (GwKeyring   *keyring,
             const char  *id,
             GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  gw_keyring_remove_async (keyring, KIND, id, NULL, gw_test_on_result_, &result);
  AWAIT (result);
  return gw_keyring_remove_finish (keyring, result, error);
}

static inline gboolean
unlock (GwKeyring  *keyring,
        GError    **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  gw_keyring_unlock_async (keyring, NULL, gw_test_on_result_, &result);
  AWAIT (result);
  return gw_keyring_unlock_finish (keyring, result, error);
}

static inline void
assert_secret (GwKeyring  *keyring,
               const char *id,
               const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GwSensitive) secret = load (keyring, id, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (gw_sensitive_get_text (secret), ==, text);
}

static inline void
assert_stored (GwKeyring  *keyring,
               const char *id,
               const char *text)
{
  g_autoptr (GError) error = NULL;

  store (keyring, id, text, &error);
  g_assert_no_error (error);
  assert_secret (keyring, id, text);
}

/* Runs another program to its end, while the keyring goes on. @input: nullable. What it printed. */
static inline char *
run (const char *input,
     const char *command,
     ...) G_GNUC_PRINTF (2, 3);

static inline char *
run (const char *input,
     const char *command,
     ...)
{
  const char *argv[] = { "sh", "-c", NULL, NULL };
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  char *output = NULL;
  va_list args;

  va_start (args, command);
  argv[2] = line = g_strdup_vprintf (command, args);
  va_end (args);
  process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDIN_PIPE,
                               &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8_async (process, input, NULL, gw_test_on_result_, &result);
  AWAIT (result);
  g_subprocess_communicate_utf8_finish (process, result, &output, NULL, &error);
  g_assert_no_error (error);
  return output;
}

static inline void
signal_keyring (int number)
{
  const char *text = g_getenv ("GANGWAY_TEST_KEYRING_PID");

  g_assert_nonnull (text);
  g_assert_cmpint (kill ((pid_t) g_ascii_strtoll (text, NULL, 10), number), ==, 0);
}

static inline void
lock_keyring (void)
{
  g_autofree char *output = run (NULL, "gdbus call --session -d org.freedesktop.secrets "
                                       "-o /org/freedesktop/secrets "
                                       "-m org.freedesktop.Secret.Service.Lock "
                                       "\"['/org/freedesktop/secrets/collection/login']\"");

  g_assert_nonnull (strstr (output, "login"));
}
