/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* For tests of the aliyun CLI's profiles: its file, and gets that wait. */

#include "gw-cli-private.h"
#include "gw-error.h"
#include "gw-sts.h"
#include "gw-test-call.h"

#include <string.h>

static char *home;
static char *path; /* of the CLI's file */

static inline void
write_text (const char *name,
            const char *text,
            gssize      length)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (name, text, length, &error);
  g_assert_no_error (error);
}

/* The file with these profiles. */
static inline void
write_profiles (const char *format,
                ...) G_GNUC_PRINTF (1, 2);

static inline void
write_profiles (const char *format,
                ...)
{
  g_autofree char *profiles = NULL;
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  profiles = g_strdup_vprintf (format, args);
  va_end (args);
  text = g_strdup_printf ("{\"current\": \"main\", \"meta_path\": \"\", \"profiles\": [%s]}",
                          profiles);
  write_text (path, text, -1);
}

static inline GwAccessKey *
get_cancellable (GwKeySource   *keys,
                 GCancellable  *cancellable,
                 GError       **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  gw_key_source_get_async (keys, cancellable, on_result, &result);
  gw_test_wait_until (result != NULL);
  return gw_key_source_get_finish (keys, result, error);
}

static inline GwAccessKey *
get (GwKeySource *keys)
{
  g_autoptr (GError) error = NULL;
  GwAccessKey *key = get_cancellable (keys, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (key);
  return key;
}

/* Fails with @number, in words that have @word in them. */
static inline void
assert_get_fails (GwKeySource  *keys,
                  GwCloudError  number,
                  const char   *word)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GwAccessKey) key = get_cancellable (keys, NULL, &error);

  g_assert_error (error, GW_CLOUD_ERROR, (int) number);
  g_assert_null (key);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, word));
  g_assert_null (strstr (error->message, "sesame"));
}

static inline void
assert_profile_fails (const char   *name,
                      GwCloudError  number,
                      const char   *word)
{
  g_autoptr (GwKeySource) keys = gw_cli_key_source_new (path, name, NULL);

  assert_get_fails (keys, number, word);
}

static inline void
assert_key (GwKeySource *keys,
            const char  *id,
            const char  *secret,
            const char  *token)
{
  g_autoptr (GwAccessKey) key = get (keys);
  GwSensitive *own_token = gw_access_key_get_token (key);

  g_assert_cmpstr (gw_access_key_get_id (key), ==, id);
  g_assert_cmpstr (gw_sensitive_get_text (gw_access_key_get_secret (key)), ==, secret);
  g_assert_cmpstr (own_token != NULL ? gw_sensitive_get_text (own_token) : NULL, ==, token);
}

#define KEY "\"access_key_id\": \"LTAI1\", \"access_key_secret\": \"sesame\""
