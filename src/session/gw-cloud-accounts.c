/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-cloud-accounts-private.h"

#include "gw-account-key-source.h"
#include "gw-error.h"

#include <glib/gstdio.h>

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GwCloudAccounts, gw_cloud_accounts, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

enum { PROP_0, PROP_NOTICE, N_PROPS };
static GParamSpec *properties[N_PROPS];

/* The list */

static GType
get_item_type (GListModel *model)
{
  return GW_TYPE_ACCOUNT;
}

static guint
get_n_items (GListModel *model)
{
  return GW_CLOUD_ACCOUNTS (model)->entries->len;
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  GwCloudAccounts *self = GW_CLOUD_ACCOUNTS (model);
  const GwCloudEntry *entry;

  if (position >= self->entries->len)
    return NULL;
  entry = g_ptr_array_index (self->entries, position);
  return g_object_ref (entry->account);
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
entry_free (GwCloudEntry *entry)
{
  g_object_unref (entry->account);
  g_object_unref (entry->source);
  g_free (entry);
}

GwCloudEntry *
gw_cloud_accounts_find (GwCloudAccounts *self,
                        const char      *id,
                        guint           *position)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      GwCloudEntry *entry = g_ptr_array_index (self->entries, i);

      if (g_strcmp0 (gw_account_get_id (entry->account), id) != 0)
        continue;
      if (position != NULL)
        *position = i;
      return entry;
    }
  return NULL;
}

GPtrArray *
gw_cloud_accounts_dup_list (GwCloudAccounts *self)
{
  GPtrArray *accounts = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->entries->len; i++)
    g_ptr_array_add (accounts, get_item (G_LIST_MODEL (self), i));
  return accounts;
}

/* Refreshing */

static gboolean
is_problem_of_keyring (const GwCloudEntry *entry)
{
  const GError *problem = gw_ecs_source_get_problem (entry->source);

  if (problem == NULL || gw_account_get_kind (entry->account) != GW_ACCOUNT_ACCESS_KEY)
    return FALSE;
  return problem->domain == GW_ERROR ||
         g_error_matches (problem, GW_CLOUD_ERROR, GW_CLOUD_ERROR_NO_KEY);
}

void
gw_cloud_accounts_start (GwCloudAccounts *self,
                         GwCloudEntry    *entry)
{
  entry->tried = g_get_real_time () / G_USEC_PER_SEC;
  gw_ecs_source_refresh (entry->source);
}

static void
on_refreshed (GwCloudAccounts *self,
              GParamSpec      *pspec,
              GwEcsSource     *source)
{
  GwCloudEntry *entry;

  g_assert (GW_IS_CLOUD_ACCOUNTS (self));

  if (gw_ecs_source_get_state (source) != GW_ECS_SOURCE_IDLE)
    return;
  entry = gw_cloud_accounts_find (self, gw_source_get_id (GW_SOURCE (source)), NULL);
  if (entry == NULL || !entry->again)
    return;
  entry->again = FALSE;
  if (is_problem_of_keyring (entry))
    gw_cloud_accounts_start (self, entry);
}

static void
on_keyring_state (GwCloudAccounts *self)
{
  g_assert (GW_IS_CLOUD_ACCOUNTS (self));

  if (!gw_keyring_is_usable (self->keyring))
    return;
  gw_cloud_accounts_make_up (self);
  for (guint i = 0; i < self->entries->len; i++)
    {
      GwCloudEntry *entry = g_ptr_array_index (self->entries, i);

      if (gw_ecs_source_get_state (entry->source) == GW_ECS_SOURCE_REFRESHING)
        entry->again = gw_account_get_kind (entry->account) == GW_ACCOUNT_ACCESS_KEY;
      else if (is_problem_of_keyring (entry))
        gw_cloud_accounts_start (self, entry);
    }
}

void
gw_cloud_accounts_refresh (GwCloudAccounts *self,
                           guint            age)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  g_return_if_fail (GW_IS_CLOUD_ACCOUNTS (self));

  for (guint i = 0; i < self->entries->len; i++)
    {
      GwCloudEntry *entry = g_ptr_array_index (self->entries, i);
      gint64 updated = gw_ecs_source_get_updated (entry->source);
      gint64 last = entry->tried;

      /* One that fails each time is not asked at each focus for that. A time to come is that of a
       * clock which was wrong: of a try it is put right by the next, of a list it may stay. */
      if (updated <= now)
        last = MAX (last, updated);
      if (age == 0 || last > now || now - last > age)
        gw_cloud_accounts_start (self, entry);
    }
}

void
gw_cloud_accounts_cancel (GwCloudAccounts *self)
{
  g_return_if_fail (GW_IS_CLOUD_ACCOUNTS (self));

  for (guint i = 0; i < self->entries->len; i++)
    gw_ecs_source_cancel (((GwCloudEntry *) g_ptr_array_index (self->entries, i))->source);
}

/* Accounts and their sources */

/* One that may not be spoken to stays, so that each call says so. */
static char *
dup_endpoint (GwAccount *account)
{
  const char *endpoint = gw_account_get_endpoint (account);
  char *normal = NULL;

  if (endpoint != NULL && !gw_cloud_endpoint_check (endpoint, &normal, NULL))
    return g_strdup (endpoint);
  return normal;
}

GwKeySource *
gw_cloud_accounts_create_keys (GwCloudAccounts *self,
                               GwAccount       *account,
                               GwAccessKey     *key)
{
  g_autofree char *endpoint = dup_endpoint (account);

  switch (gw_account_get_kind (account))
    {
    case GW_ACCOUNT_CLI_PROFILE:
      return gw_cli_key_source_new (NULL, gw_account_get_profile (account), endpoint);
    case GW_ACCOUNT_ENVIRONMENT:
      return gw_environment_key_source_new ();
    case GW_ACCOUNT_ACCESS_KEY:
    default:
      return key != NULL ? gw_key_source_new_fixed (key)
                         : gw_account_key_source_new (self->keyring, account);
    }
}

GwCloudClient *
gw_cloud_accounts_create_client (GwCloudAccounts *self,
                                 GwAccount       *account,
                                 GwAccessKey     *key)
{
  g_autoptr (GwKeySource) keys = gw_cloud_accounts_create_keys (self, account, key);
  g_autofree char *endpoint = dup_endpoint (account);

  return gw_cloud_client_new (keys, endpoint);
}

void
gw_cloud_accounts_insert (GwCloudAccounts *self,
                          guint            position,
                          GwEcsSource     *source)
{
  GwCloudEntry *entry = g_new0 (GwCloudEntry, 1);
  guint place = G_MAXUINT;

  position = MIN (position, self->entries->len);
  entry->account = g_object_ref (gw_ecs_source_get_account (source));
  entry->source = g_object_ref (source);
  /* In the catalogue before the source that it is before here. */
  if (position < self->entries->len)
    {
      const GwCloudEntry *next = g_ptr_array_index (self->entries, position);
      GListModel *sources = G_LIST_MODEL (self->catalogue);

      for (guint i = 0; i < g_list_model_get_n_items (sources) && place == G_MAXUINT; i++)
        {
          g_autoptr (GwSource) other = g_list_model_get_item (sources, i);

          if (other == GW_SOURCE (next->source))
            place = i;
        }
    }
  g_ptr_array_insert (self->entries, (gint) position, entry);
  g_signal_connect_object (source, "notify::state", G_CALLBACK (on_refreshed), self,
                           G_CONNECT_SWAPPED);
  gw_ecs_source_set_removed (source, FALSE);
  gw_source_load (GW_SOURCE (source));
  gw_catalogue_insert_source (self->catalogue, place, GW_SOURCE (source));
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
}

GwEcsSource *
gw_cloud_accounts_take (GwCloudAccounts *self,
                        guint            position)
{
  GwCloudEntry *entry = g_ptr_array_index (self->entries, position);
  GwEcsSource *source = g_object_ref (entry->source);

  g_signal_handlers_disconnect_by_func (source, on_refreshed, self);
  /* Whoever has it still, maybe behind a prompt, sends nothing for it. */
  gw_ecs_source_set_removed (source, TRUE);
  g_ptr_array_remove_index (self->entries, position);
  gw_catalogue_remove_source (self->catalogue, GW_SOURCE (source));
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  return source;
}

static void
gw_cloud_accounts_get_property (GObject    *object,
                                guint       id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  GwCloudAccounts *self = GW_CLOUD_ACCOUNTS (object);

  if (id == PROP_NOTICE)
    g_value_set_string (value, self->notice);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gw_cloud_accounts_finalize (GObject *object)
{
  GwCloudAccounts *self = GW_CLOUD_ACCOUNTS (object);

  gw_cloud_accounts_cancel (self);
  g_ptr_array_unref (self->entries);
  g_hash_table_unref (self->removing);
  g_hash_table_unref (self->asks);
  g_clear_pointer (&self->turns, g_hash_table_unref);
  g_clear_object (&self->assist_notes);
  g_clear_pointer (&self->file, gw_account_file_free);
  g_clear_object (&self->keyring);
  g_clear_object (&self->catalogue);
  g_free (self->cache_folder);
  g_free (self->notice);

  G_OBJECT_CLASS (gw_cloud_accounts_parent_class)->finalize (object);
}

static void
gw_cloud_accounts_class_init (GwCloudAccountsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = gw_cloud_accounts_get_property;
  object_class->finalize = gw_cloud_accounts_finalize;

  properties[PROP_NOTICE] = g_param_spec_string ("notice", NULL, NULL, NULL,
                                                 G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
gw_cloud_accounts_init (GwCloudAccounts *self)
{
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  self->removing = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->asks = g_hash_table_new (NULL, NULL);
}

/* Caches of accounts that are gone: of another program's, or where it ended during an undo. */
static void
sweep_caches (GwCloudAccounts *self)
{
  g_autofree char *usual = g_build_filename (g_get_user_cache_dir (), "gangway", "accounts", NULL);
  const char *folder = self->cache_folder != NULL ? self->cache_folder : usual;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_uuid_string_is_valid (name) && gw_cloud_accounts_find (self, name, NULL) == NULL)
        g_unlink (path);
    }
}

GwCloudAccounts *
gw_cloud_accounts_new (GwCatalogue *catalogue,
                       GwKeyring   *keyring,
                       const char  *path,
                       const char  *cache_folder)
{
  g_autoptr (GPtrArray) accounts = NULL;
  GwCloudAccounts *self;

  g_return_val_if_fail (GW_IS_CATALOGUE (catalogue), NULL);
  g_return_val_if_fail (GW_IS_KEYRING (keyring), NULL);

  self = g_object_new (GW_TYPE_CLOUD_ACCOUNTS, NULL);
  self->catalogue = g_object_ref (catalogue);
  self->keyring = g_object_ref (keyring);
  self->cache_folder = g_strdup (cache_folder);
  self->file = gw_account_file_new (path, &self->notice);
  accounts = gw_account_file_list (self->file);
  for (guint i = 0; i < accounts->len; i++)
    {
      GwAccount *account = g_ptr_array_index (accounts, i);
      g_autoptr (GwCloudClient) client = gw_cloud_accounts_create_client (self, account, NULL);
      g_autoptr (GwEcsSource) source = gw_ecs_source_new (account, client, cache_folder);

      gw_cloud_accounts_insert (self, i, source);
    }
  /* What is left out for being wrong may be put right. */
  if (self->notice == NULL)
    sweep_caches (self);
  g_signal_connect_object (keyring, "notify::state", G_CALLBACK (on_keyring_state), self,
                           G_CONNECT_SWAPPED);
  on_keyring_state (self);
  return self;
}

GwKeyring *
gw_cloud_accounts_get_keyring (GwCloudAccounts *self)
{
  g_return_val_if_fail (GW_IS_CLOUD_ACCOUNTS (self), NULL);

  return self->keyring;
}

const char *
gw_cloud_accounts_get_notice (GwCloudAccounts *self)
{
  g_return_val_if_fail (GW_IS_CLOUD_ACCOUNTS (self), NULL);

  return self->notice;
}

GwAccount *
gw_cloud_accounts_lookup (GwCloudAccounts *self,
                          const char      *id)
{
  const GwCloudEntry *entry;

  g_return_val_if_fail (GW_IS_CLOUD_ACCOUNTS (self), NULL);

  entry = gw_cloud_accounts_find (self, id, NULL);
  return entry != NULL ? entry->account : NULL;
}

GwEcsSource *
gw_cloud_accounts_get_source (GwCloudAccounts *self,
                              GwAccount       *account)
{
  const GwCloudEntry *entry;

  g_return_val_if_fail (GW_IS_CLOUD_ACCOUNTS (self), NULL);
  g_return_val_if_fail (GW_IS_ACCOUNT (account), NULL);

  entry = gw_cloud_accounts_find (self, gw_account_get_id (account), NULL);
  return entry != NULL ? entry->source : NULL;
}

GwAssistNotes *
gw_cloud_accounts_get_assist_notes (GwCloudAccounts *self)
{
  g_return_val_if_fail (GW_IS_CLOUD_ACCOUNTS (self), NULL);

  if (self->assist_notes == NULL)
    self->assist_notes = gw_assist_notes_new (NULL);
  return self->assist_notes;
}

GwCloudClient *
gw_cloud_accounts_dup_client (GwCloudAccounts  *self,
                              GwInstance       *instance,
                              const char      **region)
{
  GwEcsSource *source;

  g_return_val_if_fail (GW_IS_CLOUD_ACCOUNTS (self), NULL);
  g_return_val_if_fail (GW_IS_INSTANCE (instance), NULL);

  source = gw_cloud_accounts_find_source (self, instance);
  if (source == NULL)
    return NULL;
  if (region != NULL)
    *region = gw_instance_get_text (instance, GW_INSTANCE_REGION);
  return gw_cloud_accounts_create_client (self, gw_ecs_source_get_account (source), NULL);
}

GwEcsSource *
gw_cloud_accounts_find_source (GwCloudAccounts *self,
                               GwInstance      *instance)
{
  g_return_val_if_fail (GW_IS_CLOUD_ACCOUNTS (self), NULL);
  g_return_val_if_fail (GW_IS_INSTANCE (instance), NULL);

  /* Two accounts may see the same instance: each has an object of its own. */
  for (guint i = 0; i < self->entries->len; i++)
    {
      const GwCloudEntry *entry = g_ptr_array_index (self->entries, i);

      if (gw_ecs_source_has (entry->source, instance))
        return entry->source;
    }
  /* A tab may hold an object that has gone from the list and come back as another one. */
  for (guint i = 0; i < self->entries->len; i++)
    {
      const GwCloudEntry *entry = g_ptr_array_index (self->entries, i);

      if (gw_ecs_source_lookup (entry->source, gw_instance_get_id (instance)) != NULL)
        return entry->source;
    }
  return NULL;
}
