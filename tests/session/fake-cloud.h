/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One instance of a cloud account, with the emulator behind it, to be logged in to by the fake
 * engine. */

#include "fake-accounts.h"
#include "fake-session.h"

static GwKeyring *keyring;

typedef struct {
  FakeAccounts base;
  GwAccount *account;
  GwInstance *instance;
} FakeCloud;

#define FAKE_ACCESS_KEY "LTAI5tGangwayPlayground1"
#define FAKE_SEND "\"command\": \"ACS-ECS-SendSshPublicKey-linux.sh\""
#define FAKE_ENABLE "\"command\": \"ACS-ECS-EnableSshPublicKey-linux.sh\""

static inline void
fake_instances_start (void)
{
  const char *arguments[] = { "--instances", "12", "--regions", "2", "--assist-seconds", "0.1",
                              NULL };

  cloud = gw_test_cloud_new (arguments);
  keyring = gw_keyring_new ();
  gw_test_wait_until (gw_keyring_get_state (keyring) == GW_KEYRING_STATE_ABSENT);
  gw_keyring_use_memory (keyring);
}

static inline void
fake_instances_stop (void)
{
  g_assert_finalize_object (keyring);
  gw_test_cloud_free (cloud);
}

/* @fields: of the emulator's instance, as JSON without the braces. */
static inline void
fake_change (FakeCloud  *f,
             const char *fields)
{
  g_autofree char *command = g_strdup_printf ("{\"change\": {\"id\": \"%s\", %s}}",
                                              gw_instance_get_id (f->instance), fields);

  fake_steer (command);
}

static inline char *
fake_notes_path (void)
{
  return g_build_filename (g_getenv ("XDG_STATE_HOME"), "gangway", "temporary-keys.json", NULL);
}

static inline GwAssistNotes *
fake_notes (FakeCloud *f)
{
  return gw_cloud_accounts_get_assist_notes (f->base.accounts);
}

static inline void
fake_cloud_init (FakeCloud *f)
{
  GListModel *list;

  fake_accounts_init (&f->base, keyring);
  f->account = fake_add (&f->base, "prod", "gangway");
  list = G_LIST_MODEL (fake_source (&f->base, gw_account_get_id (f->account)));
  f->instance = NULL;
  for (guint i = 0; f->instance == NULL && i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (GwInstance) instance = g_list_model_get_item (list, i);

      if (gw_instance_get_status (instance) == GW_INSTANCE_STATUS_RUNNING)
        f->instance = g_steal_pointer (&instance);
    }
  g_assert_nonnull (f->instance);
  fake_change (f, "\"plugin\": false, \"agent\": true, \"agent_version\": \"2.2.3.857\", "
                  "\"busy\": 0, \"assist\": null, \"assist_error\": \"\", \"assist_hold\": \"\", "
                  "\"key_types\": null, \"status\": \"Running\", \"console\": null, "
                  "\"host_keys\": null");
  fake_steer ("{\"clear\": true}");
}

static inline void
fake_cloud_clear (FakeCloud *f)
{
  g_autofree char *path = fake_notes_path ();

  gw_test_wait_until (gw_assist_notes_is_saved (fake_notes (f)));
  g_object_unref (f->instance);
  g_object_unref (f->account);
  fake_accounts_clear (&f->base);
  g_remove (path);
}

static inline GwLogin *
fake_temporary_login (FakeCloud *f)
{
  GwLogin *login = gw_login_new ();

  gw_login_fill_defaults (login, f->instance);
  gw_login_set_method (login, GW_METHOD_TEMPORARY_KEY);
  return login;
}

/* From here on RAM refuses this one action; %NULL: none. */
static inline void
fake_deny (const char *action)
{
  g_autofree char *command = NULL;

  if (action != NULL)
    command = g_strdup_printf ("{\"policy\": {\"key\": \"%s\", \"statements\": ["
                               "{\"Effect\": \"Allow\", \"Action\": [\"*\"], \"Resource\": "
                               "[\"*\"]}, {\"Effect\": \"Deny\", \"Action\": [\"%s\"], "
                               "\"Resource\": [\"*\"]}]}}", FAKE_ACCESS_KEY, action);
  else
    command = g_strdup_printf ("{\"policy\": {\"key\": \"%s\", \"statements\": ["
                               "{\"Effect\": \"Allow\", \"Action\": [\"*\"], \"Resource\": "
                               "[\"*\"]}]}}", FAKE_ACCESS_KEY);
  fake_steer (command);
}
