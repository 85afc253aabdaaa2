/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Cloud accounts in a folder of their own, with the emulator of the cloud behind them. */

#include <string.h>

#include "gw-cloud-accounts.h"
#include "gw-error.h"
#include "gw-test-cloud.h"
#include "gw-test.h"

/* What the emulator has. */
#define FAKE_INSTANCES 12
#define FAKE_ITEM "account" /* the kind of the keyring's items */

static GwTestCloud *cloud;

typedef struct {
  GwKeyring *keyring;
  char *folder;
  char *path;
  GwCatalogue *catalogue;
  GwCloudAccounts *accounts;
} FakeAccounts;

static inline void
fake_cloud_start (void)
{
  const char *arguments[] = { "--instances", "12", "--regions", "2", NULL };

  cloud = gw_test_cloud_new (arguments);
}

static inline void
fake_steer (const char *command)
{
  g_free (gw_test_cloud_control (cloud, "POST", "/_control", command));
}

/* How often @text is in what was asked since the log was cleared. */
static inline guint
fake_count_log (const char *text)
{
  g_autofree char *log = gw_test_cloud_control (cloud, "GET", "/_control/log?since=0", NULL);
  guint n = 0;

  for (const char *p = log; (p = strstr (p, text)) != NULL; p += strlen (text))
    n++;
  return n;
}

static inline void
fake_accounts_begin (FakeAccounts *f)
{
  g_autofree char *caches = g_build_filename (f->folder, "caches", NULL);

  f->catalogue = gw_catalogue_new ();
  f->accounts = gw_cloud_accounts_new (f->catalogue, f->keyring, f->path, caches);
}

static inline void
fake_accounts_end (FakeAccounts *f)
{
  gw_cloud_accounts_cancel (f->accounts);
  /* What was cancelled still ends. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (f->accounts);
  g_assert_finalize_object (f->catalogue);
}

/* As if the program had been started again; the keyring goes on. */
static inline void
fake_accounts_restart (FakeAccounts *f)
{
  fake_accounts_end (f);
  fake_accounts_begin (f);
}

static inline void
fake_accounts_init (FakeAccounts *f,
                    GwKeyring    *keyring)
{
  g_autoptr (GError) error = NULL;

  f->keyring = g_object_ref (keyring);
  f->folder = g_dir_make_tmp ("gw-accounts-XXXXXX", &error);
  g_assert_no_error (error);
  f->path = g_build_filename (f->folder, "accounts.json", NULL);
  fake_steer ("{\"clear\": true}");
  fake_accounts_begin (f);
}

static inline void
fake_accounts_clear (FakeAccounts *f)
{
  fake_accounts_end (f);
  g_object_unref (f->keyring);
  /* A worker may still be writing there. */
  gw_test_wait_until ((gw_test_delete_tree (f->folder),
                       !g_file_test (f->folder, G_FILE_TEST_EXISTS)));
  g_free (f->folder);
  g_free (f->path);
}

static inline GwAccount *
fake_account (const char *name)
{
  GwAccount *account = gw_account_new (NULL, GW_ACCOUNT_ACCESS_KEY);

  gw_account_set_name (account, name);
  gw_account_set_endpoint (account, gw_test_cloud_get (cloud, "endpoint"));
  return account;
}

static inline void
fake_on_done (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  GAsyncResult **slot = user_data;

  g_assert_null (*slot);
  *slot = g_object_ref (result);
}

static inline gboolean
fake_save (FakeAccounts  *f,
           GwAccount     *account,
           GwAccessKey   *key,
           GError       **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  gw_cloud_accounts_save_async (f->accounts, account, key, NULL, fake_on_done, &result);
  gw_test_wait_until (result != NULL);
  return gw_cloud_accounts_save_finish (f->accounts, result, error);
}

static inline GwRemovedAccount *
fake_remove (FakeAccounts *f,
             GwAccount    *account)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GwRemovedAccount *undo;

  gw_cloud_accounts_remove_async (f->accounts, account, NULL, fake_on_done, &result);
  gw_test_wait_until (result != NULL);
  undo = gw_cloud_accounts_remove_finish (f->accounts, result, &error);
  g_assert_no_error (error);
  g_assert_nonnull (undo);
  return undo;
}

/* The error is the caller's. */
static inline gboolean
fake_restore (FakeAccounts      *f,
              GwRemovedAccount  *undo,
              GError           **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  gw_cloud_accounts_restore_async (f->accounts, undo, NULL, fake_on_done, &result);
  gw_removed_account_free (undo);
  gw_test_wait_until (result != NULL);
  return gw_cloud_accounts_restore_finish (f->accounts, result, error);
}

static inline GwEcsSource *
fake_source (FakeAccounts *f,
             const char   *id)
{
  GwAccount *account = gw_cloud_accounts_lookup (f->accounts, id);

  g_assert_nonnull (account);
  return gw_cloud_accounts_get_source (f->accounts, account);
}

static inline guint
fake_count (FakeAccounts *f,
            const char   *id)
{
  return g_list_model_get_n_items (G_LIST_MODEL (fake_source (f, id)));
}

/* Until nothing runs any more. */
static inline void
fake_wait (FakeAccounts *f,
           const char   *id)
{
  GwEcsSource *source = fake_source (f, id);

  gw_test_wait_until (gw_ecs_source_get_state (source) == GW_ECS_SOURCE_IDLE);
}

static inline GwAccount *
fake_add (FakeAccounts *f,
          const char   *name,
          const char   *user)
{
  g_autoptr (GwAccount) account = fake_account (name);
  g_autoptr (GwAccessKey) key = gw_test_cloud_dup_key (cloud, user);
  g_autoptr (GError) error = NULL;

  fake_save (f, account, key, &error);
  g_assert_no_error (error);
  fake_wait (f, gw_account_get_id (account));
  return g_steal_pointer (&account);
}

static inline char *
fake_read_file (FakeAccounts *f)
{
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (f->path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}
