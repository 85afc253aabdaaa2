/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-saved-logins-private.h"

#include "gw-text.h"

/* What is saved, as seen from outside; the work is done in the other parts of the class. */

#define MAX_LABEL 255

G_DEFINE_FINAL_TYPE (GwSavedLogins, gw_saved_logins, G_TYPE_OBJECT)

enum {
  SIGNAL_CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
on_made_up (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  /* What cannot be removed now stays noted. */
  if (!gw_saved_logins_drop_finish (GW_SAVED_LOGINS (source), result, &error))
    g_message ("%s", error->message);
}

/* Removes what had to stay while the keyring was closed. */
static void
make_up (GwSavedLogins *self)
{
  g_auto (GStrv) keys = NULL;

  if (gw_keyring_get_state (self->keyring) != GW_KEYRING_STATE_OPEN)
    return;
  keys = gw_login_history_dup_removals (self->history);
  for (guint i = 0; keys[i] != NULL; i++)
    if (!g_hash_table_contains (self->removing, keys[i]))
      gw_saved_logins_drop_async (self, keys[i], NULL, on_made_up, NULL);
}

static void
on_changed (GwSavedLogins *self)
{
  g_assert (GW_IS_SAVED_LOGINS (self));

  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
on_keyring_state (GwSavedLogins *self)
{
  g_assert (GW_IS_SAVED_LOGINS (self));

  make_up (self);
  on_changed (self);
}

static void
gw_saved_logins_finalize (GObject *object)
{
  GwSavedLogins *self = GW_SAVED_LOGINS (object);

  g_object_unref (self->stores);
  g_hash_table_unref (self->removing);
  g_hash_table_unref (self->deleting);
  g_hash_table_unref (self->trials);
  g_hash_table_unref (self->forgotten);
  g_object_unref (self->history);
  g_object_unref (self->credentials);
  G_OBJECT_CLASS (gw_saved_logins_parent_class)->finalize (object);
}

static void
gw_saved_logins_class_init (GwSavedLoginsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gw_saved_logins_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", GW_TYPE_SAVED_LOGINS, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
gw_saved_logins_init (GwSavedLogins *self)
{
  self->stores = g_cancellable_new ();
  self->removing = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->deleting = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->trials = gw_saved_logins_create_trials ();
  self->forgotten = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

GwSavedLogins *
gw_saved_logins_new (GwLoginHistory *history,
                     GwCredentials  *credentials)
{
  GwSavedLogins *self;

  g_return_val_if_fail (GW_IS_LOGIN_HISTORY (history), NULL);
  g_return_val_if_fail (GW_IS_CREDENTIALS (credentials), NULL);

  self = g_object_new (GW_TYPE_SAVED_LOGINS, NULL);
  self->history = g_object_ref (history);
  self->credentials = g_object_ref (credentials);
  self->keyring = gw_credentials_get_keyring (credentials);
  g_signal_connect_object (history, "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->keyring, "items-changed", G_CALLBACK (on_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->keyring, "notify::state", G_CALLBACK (on_keyring_state), self,
                           G_CONNECT_SWAPPED);
  make_up (self);
  return self;
}

GwLoginHistory *
gw_saved_logins_get_history (GwSavedLogins *self)
{
  g_return_val_if_fail (GW_IS_SAVED_LOGINS (self), NULL);

  return self->history;
}

GwCredentials *
gw_saved_logins_get_credentials (GwSavedLogins *self)
{
  g_return_val_if_fail (GW_IS_SAVED_LOGINS (self), NULL);

  return self->credentials;
}

GwKeyring *
gw_saved_logins_get_keyring (GwSavedLogins *self)
{
  g_return_val_if_fail (GW_IS_SAVED_LOGINS (self), NULL);

  return self->keyring;
}

void
gw_saved_logins_wipe (GwSavedLogins *self)
{
  g_autoptr (GCancellable) stores = NULL;

  g_return_if_fail (GW_IS_SAVED_LOGINS (self));

  stores = g_steal_pointer (&self->stores);
  self->stores = g_cancellable_new ();
  g_cancellable_cancel (stores);
}

gboolean
gw_saved_logins_holds_secret (GwSavedLogins *self,
                              GwLogin       *login)
{
  const GwLoginEntry *entry;

  g_return_val_if_fail (GW_IS_SAVED_LOGINS (self), FALSE);
  g_return_val_if_fail (GW_IS_LOGIN (login), FALSE);

  entry = gw_login_history_lookup_saved (self->history, login);
  return gw_saved_logins_has_item (self, entry) && !entry->refused &&
         (gw_keyring_lookup (self->keyring, GW_LOGIN_KIND, entry->key) != NULL ||
          gw_keyring_get_state (self->keyring) == GW_KEYRING_STATE_LOCKED);
}

/* Whether it ended with the memory that held what belongs to it. */
static gboolean
is_over (GwSavedLogins      *self,
         const GwLoginEntry *entry)
{
  return entry->is_temporary &&
         gw_keyring_get_state (self->keyring) != GW_KEYRING_STATE_SESSION_ONLY;
}

gboolean
gw_saved_logins_has_item (GwSavedLogins      *self,
                          const GwLoginEntry *entry)
{
  return entry != NULL && entry->has_secret && !is_over (self, entry);
}

/* Whether something that @entry needs is known to be gone, by another program or another window. */
static gboolean
is_incomplete (GwSavedLogins      *self,
               const GwLoginEntry *entry)
{
  if (is_over (self, entry))
    return TRUE;
  if (!gw_keyring_is_usable (self->keyring))
    return FALSE;
  if (entry->credential != NULL)
    return gw_credentials_lookup (self->credentials, entry->credential) == NULL;
  return entry->has_secret && gw_keyring_lookup (self->keyring, GW_LOGIN_KIND, entry->key) == NULL;
}

GwLogin *
gw_saved_logins_lookup (GwSavedLogins *self,
                        GwInstance    *instance)
{
  g_autoptr (GwLogin) login = gw_login_new ();
  g_autofree char *key = NULL;
  const GwLoginEntry *entry;

  g_return_val_if_fail (GW_IS_SAVED_LOGINS (self), NULL);
  g_return_val_if_fail (GW_IS_INSTANCE (instance), NULL);

  gw_login_fill_defaults (login, instance);
  key = gw_login_dup_key (login);
  entry = gw_login_history_lookup (self->history, key);
  if (entry == NULL || !entry->saved || entry->refused || is_incomplete (self, entry))
    return NULL;
  gw_login_history_apply (self->history, login);
  gw_login_set_saved (login, TRUE);
  /* One whose address was edited since then is another machine. */
  if (gw_login_get_connection (login) == NULL ||
      gw_login_history_lookup_saved (self->history, login) != entry)
    return NULL;
  return g_steal_pointer (&login);
}

void
gw_saved_logins_refuse (GwSavedLogins *self,
                        GwLogin       *login)
{
  const GwLoginEntry *entry;

  g_return_if_fail (GW_IS_SAVED_LOGINS (self));
  g_return_if_fail (GW_IS_LOGIN (login));

  entry = gw_login_history_lookup_saved (self->history, login);
  if (entry != NULL)
    gw_login_history_set_refused (self->history, entry->key, TRUE);
}

GwSavedLogin *
gw_saved_login_copy (const GwSavedLogin *self)
{
  GwSavedLogin *copy = g_memdup2 (self, sizeof *self);

  copy->key = g_strdup (self->key);
  copy->title = g_strdup (self->title);
  copy->user = g_strdup (self->user);
  copy->host = g_strdup (self->host);
  copy->credential = g_strdup (self->credential);
  copy->key_path = g_strdup (self->key_path);
  copy->fingerprint = g_strdup (self->fingerprint);
  return copy;
}

void
gw_saved_login_free (GwSavedLogin *self)
{
  g_free (self->key);
  g_free (self->title);
  g_free (self->user);
  g_free (self->host);
  g_free (self->credential);
  g_free (self->key_path);
  g_free (self->fingerprint);
  g_free (self);
}

static void
describe_item (GwSavedLogin  *row,
               GwKeyringItem *item)
{
  const char *fingerprint = gw_keyring_item_get_field (item, "fingerprint");
  const char *type = gw_keyring_item_get_field (item, "key-type");
  guint bits = gw_key_parse_bits (gw_keyring_item_get_field (item, "key-bits"));

  row->has_secret = TRUE;
  if (fingerprint != NULL)
    row->fingerprint = gw_text_clean_line (fingerprint, MAX_LABEL);
  row->is_encrypted = g_strcmp0 (gw_keyring_item_get_field (item, "encrypted"), "yes") == 0;
  row->is_weak = gw_key_is_weak (type, bits);
  if (row->created == 0)
    row->created = gw_keyring_item_get_created (item);
}

static GwSavedLogin *
describe_entry (GwSavedLogins      *self,
                const GwLoginEntry *entry)
{
  GwKeyringItem *item = gw_keyring_lookup (self->keyring, GW_LOGIN_KIND, entry->key);
  GwSavedLogin *row = g_new0 (GwSavedLogin, 1);

  row->key = g_strdup (entry->key);
  row->host = gw_text_clean_line (entry->address, MAX_LABEL);
  row->title = g_strdup (*entry->title != '\0' ? entry->title : row->host);
  row->user = gw_text_clean_line (entry->user, MAX_LABEL);
  row->port = entry->port;
  if (!gw_method_from_string (entry->method, &row->method))
    row->method = GW_METHOD_PASSWORD;
  row->credential = g_strdup (entry->credential);
  row->key_path = g_strdup (entry->key_path);
  row->is_refused = entry->refused;
  row->created = entry->created;
  row->used = entry->time / G_USEC_PER_SEC;
  if (item != NULL)
    describe_item (row, item);
  return row;
}

static GwSavedLogin *
describe_orphan (GwKeyringItem *item)
{
  const char *title = gw_keyring_item_get_field (item, "title");
  const char *type = gw_keyring_item_get_field (item, "type");
  GwSavedLogin *row = g_new0 (GwSavedLogin, 1);

  row->key = g_strdup (gw_keyring_item_get_id (item));
  row->title = gw_text_clean_line (title != NULL ? title : gw_keyring_item_get_label (item),
                                   MAX_LABEL);
  row->user = gw_text_clean_line (gw_keyring_item_get_field (item, "user"), MAX_LABEL);
  row->host = g_strdup ("");
  row->method = g_strcmp0 (type, GW_LOGIN_PASSWORD) == 0 ? GW_METHOD_PASSWORD : GW_METHOD_SSH_KEY;
  describe_item (row, item);
  return row;
}

static int
compare_titles (gconstpointer a,
                gconstpointer b)
{
  const GwSavedLogin *first = *(const GwSavedLogin *const *) a;
  const GwSavedLogin *second = *(const GwSavedLogin *const *) b;
  gboolean is_orphan = *first->host == '\0';
  int order;

  if (is_orphan != (*second->host == '\0'))
    return is_orphan ? 1 : -1;
  order = g_utf8_collate (first->title, second->title);
  return order != 0 ? order : g_strcmp0 (first->key, second->key);
}

GPtrArray *
gw_saved_logins_list (GwSavedLogins *self)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) gw_saved_login_free);
  g_autoptr (GPtrArray) entries = NULL;
  g_auto (GStrv) removals = NULL;

  g_return_val_if_fail (GW_IS_SAVED_LOGINS (self), rows);

  entries = gw_login_history_list (self->history);
  removals = gw_login_history_dup_removals (self->history);
  for (guint i = 0; i < entries->len; i++)
    {
      const GwLoginEntry *entry = g_ptr_array_index (entries, i);

      if (entry->saved && !is_over (self, entry))
        g_ptr_array_add (rows, describe_entry (self, entry));
    }
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->keyring)); i++)
    {
      g_autoptr (GwKeyringItem) item = g_list_model_get_item (G_LIST_MODEL (self->keyring), i);
      const char *id = gw_keyring_item_get_id (item);
      const GwLoginEntry *entry;

      if (g_strcmp0 (gw_keyring_item_get_kind (item), GW_LOGIN_KIND) != 0 ||
          g_strv_contains ((const char *const *) removals, id))
        continue;
      entry = gw_login_history_lookup (self->history, id);
      if (entry == NULL || !entry->saved)
        g_ptr_array_add (rows, describe_orphan (item));
    }
  g_ptr_array_sort (rows, compare_titles);
  return rows;
}

static int
compare_strings (gconstpointer a,
                 gconstpointer b)
{
  return g_utf8_collate (*(const char *const *) a, *(const char *const *) b);
}

GStrv
gw_saved_logins_list_users (GwSavedLogins *self,
                            const char    *credential,
                            gint64        *used)
{
  g_autoptr (GPtrArray) titles = g_ptr_array_new ();
  g_autoptr (GPtrArray) entries = NULL;
  gint64 newest = 0;

  g_return_val_if_fail (GW_IS_SAVED_LOGINS (self), NULL);
  g_return_val_if_fail (credential != NULL, NULL);

  entries = gw_login_history_list (self->history);
  for (guint i = 0; i < entries->len; i++)
    {
      const GwLoginEntry *entry = g_ptr_array_index (entries, i);

      if (g_strcmp0 (entry->credential, credential) != 0)
        continue;
      newest = MAX (newest, entry->time / G_USEC_PER_SEC);
      g_ptr_array_add (titles, *entry->title != '\0' ? g_strdup (entry->title)
                                                     : gw_text_clean_line (entry->address,
                                                                           MAX_LABEL));
    }
  g_ptr_array_sort (titles, compare_strings);
  g_ptr_array_add (titles, NULL);
  if (used != NULL)
    *used = newest;
  return (GStrv) g_ptr_array_steal (titles, NULL);
}
