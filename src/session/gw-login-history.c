/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-login-history-private.h"

#include "gw-endpoint.h"
#include "gw-text.h"

/* A small table of what last worked, kept in memory. Its file is gw-login-history-file.c. */

#define MAX_ENTRIES 5000
#define MAX_TITLE 255

G_DEFINE_FINAL_TYPE (GwLoginHistory, gw_login_history, G_TYPE_OBJECT)

enum {
  SIGNAL_CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

GwLoginEntry *
gw_login_entry_copy (const GwLoginEntry *self)
{
  GwLoginEntry *copy = g_memdup2 (self, sizeof *self);

  copy->key = g_strdup (self->key);
  copy->title = g_strdup (self->title);
  copy->kind = g_strdup (self->kind);
  copy->address = g_strdup (self->address);
  copy->user = g_strdup (self->user);
  copy->method = g_strdup (self->method);
  copy->key_path = g_strdup (self->key_path);
  copy->agent_key = g_strdup (self->agent_key);
  copy->credential = g_strdup (self->credential);
  return copy;
}

void
gw_login_entry_free (GwLoginEntry *self)
{
  g_free (self->key);
  g_free (self->title);
  g_free (self->kind);
  g_free (self->address);
  g_free (self->user);
  g_free (self->method);
  g_free (self->key_path);
  g_free (self->agent_key);
  g_free (self->credential);
  g_free (self);
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  const GwLoginEntry *first = *(const GwLoginEntry *const *) a;
  const GwLoginEntry *second = *(const GwLoginEntry *const *) b;

  if (first->time != second->time)
    return first->time < second->time ? 1 : -1;
  return g_strcmp0 (first->key, second->key);
}

static int
compare_worth (gconstpointer a,
               gconstpointer b)
{
  const GwLoginEntry *first = *(const GwLoginEntry *const *) a;
  const GwLoginEntry *second = *(const GwLoginEntry *const *) b;

  return first->saved != second->saved ? second->saved - first->saved : compare_times (a, b);
}

GPtrArray *
gw_login_history_list (GwLoginHistory *self)
{
  GPtrArray *list = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer entry;

  g_return_val_if_fail (GW_IS_LOGIN_HISTORY (self), list);

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    g_ptr_array_add (list, entry);
  g_ptr_array_sort (list, compare_times);
  return list;
}

void
gw_login_history_drop_oldest (GwLoginHistory *self,
                              const char     *spared)
{
  g_autoptr (GPtrArray) list = NULL;

  if (g_hash_table_size (self->entries) <= MAX_ENTRIES)
    return;
  list = gw_login_history_list (self);
  g_ptr_array_sort (list, compare_worth);
  for (guint i = list->len; i > 0 && g_hash_table_size (self->entries) > MAX_ENTRIES; i--)
    {
      const GwLoginEntry *entry = g_ptr_array_index (list, i - 1);

      if (g_strcmp0 (entry->key, spared) == 0)
        continue;
      /* Nobody would find its secret any more. */
      if (entry->has_secret)
        g_hash_table_add (self->removals, g_strdup (entry->key));
      g_hash_table_remove (self->entries, entry->key);
    }
}

static void
note_change (GwLoginHistory *self)
{
  gw_login_history_save (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
gw_login_history_finalize (GObject *object)
{
  GwLoginHistory *self = GW_LOGIN_HISTORY (object);

  gw_login_history_close (self);
  g_hash_table_unref (self->entries);
  g_hash_table_unref (self->removals);
  G_OBJECT_CLASS (gw_login_history_parent_class)->finalize (object);
}

static void
gw_login_history_class_init (GwLoginHistoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gw_login_history_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", GW_TYPE_LOGIN_HISTORY, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
gw_login_history_init (GwLoginHistory *self)
{
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                         (GDestroyNotify) gw_login_entry_free);
  self->removals = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

GwLoginHistory *
gw_login_history_new (const char *path)
{
  GwLoginHistory *self = g_object_new (GW_TYPE_LOGIN_HISTORY, NULL);

  gw_login_history_load (self, path);
  return self;
}

/* The address of a cloud instance changes with each start, and its id says that it is the same
 * machine. Any other host is what its address says, which a person can edit. */
static gboolean
is_same_machine (const GwLoginEntry *old,
                 const GwLoginEntry *new,
                 GwInstance         *instance)
{
  return (instance != NULL && gw_instance_is_cloud (instance)) ||
         (old->address != NULL && new->address != NULL &&
          g_ascii_strcasecmp (old->address, new->address) == 0);
}

/* Whether what is in the keyring for @old also fits @new, a login to @instance (nullable). The user
 * of a credential is the credential's. */
static gboolean
is_same_login (const GwLoginEntry *old,
               const GwLoginEntry *new,
               GwInstance         *instance)
{
  return is_same_machine (old, new, instance) && old->port == new->port &&
         g_strcmp0 (old->method, new->method) == 0 &&
         (new->credential != NULL || g_strcmp0 (old->user, new->user) == 0) &&
         g_strcmp0 (old->key_path, new->key_path) == 0 &&
         g_strcmp0 (old->agent_key, new->agent_key) == 0 &&
         g_strcmp0 (old->credential, new->credential) == 0;
}

static GwLoginEntry *
describe (GwLogin *login)
{
  GwConnection *connection = gw_login_get_connection (login);
  GwMethod method = gw_login_get_method (login);
  GwLoginEntry *entry = g_new0 (GwLoginEntry, 1);

  entry->key = gw_login_dup_key (login);
  entry->title = gw_text_clean_line (gw_login_get_title (login), MAX_TITLE);
  entry->time = g_get_real_time ();
  if (connection != NULL)
    {
      entry->kind = g_strdup (gw_connection_kind_to_string (gw_connection_get_kind (connection)));
      entry->address = g_strdup (gw_connection_get_address (connection));
    }
  entry->port = gw_login_get_port (login);
  entry->user = g_strdup (gw_login_get_user (login));
  entry->method = g_strdup (gw_method_to_string (method));
  if (method == GW_METHOD_SSH_KEY)
    {
      entry->key_path = g_strdup (gw_login_get_key_path (login));
      entry->agent_key = g_strdup (gw_login_get_agent_key (login));
    }
  if (method == GW_METHOD_CREDENTIAL)
    entry->credential = g_strdup (gw_login_get_credential (login));
  entry->connect_timeout = gw_login_get_connect_timeout (login);
  return entry;
}

void
gw_login_history_remember (GwLoginHistory *self,
                           GwLogin        *login)
{
  const GwLoginEntry *old;
  GwLoginEntry *entry;

  g_return_if_fail (GW_IS_LOGIN_HISTORY (self));
  g_return_if_fail (GW_IS_LOGIN (login));

  entry = describe (login);
  old = g_hash_table_lookup (self->entries, entry->key);
  if (old != NULL && old->saved && is_same_login (old, entry, gw_login_get_instance (login)))
    {
      entry->saved = TRUE;
      entry->has_secret = old->has_secret;
      entry->is_temporary = old->is_temporary;
      entry->refused = old->refused;
      entry->created = old->created;
    }
  g_hash_table_replace (self->entries, entry->key, entry);
  gw_login_history_drop_oldest (self, entry->key);
  note_change (self);
}

gboolean
gw_login_history_apply (GwLoginHistory *self,
                        GwLogin        *login)
{
  g_autofree char *key = NULL;
  const GwLoginEntry *entry;
  GwMethod method;

  g_return_val_if_fail (GW_IS_LOGIN_HISTORY (self), FALSE);
  g_return_val_if_fail (GW_IS_LOGIN (login), FALSE);

  key = gw_login_dup_key (login);
  entry = g_hash_table_lookup (self->entries, key);
  if (entry == NULL)
    return FALSE;

  if (gw_login_get_instance (login) != NULL)
    gw_login_choose_connection (login, entry->address, entry->kind);
  if (entry->port != 0)
    gw_login_set_port (login, entry->port);
  if (entry->user != NULL && gw_user_validate (entry->user, NULL))
    gw_login_set_user (login, entry->user);
  if (gw_method_from_string (entry->method, &method))
    gw_login_set_method (login, method);
  /* A saved login without either has its key in the keyring. */
  if (entry->key_path != NULL || entry->agent_key != NULL || entry->saved)
    {
      gw_login_set_key_path (login, entry->key_path);
      gw_login_set_agent_key (login, entry->agent_key);
    }
  if (entry->credential != NULL)
    gw_login_set_credential (login, entry->credential);
  if (entry->connect_timeout != 0)
    gw_login_set_connect_timeout (login, entry->connect_timeout);
  gw_login_set_remember (login, entry->saved);
  return TRUE;
}

void
gw_login_history_forget (GwLoginHistory *self,
                         const char     *key)
{
  g_return_if_fail (GW_IS_LOGIN_HISTORY (self));
  g_return_if_fail (key != NULL);

  if (g_hash_table_remove (self->entries, key))
    note_change (self);
}

const GwLoginEntry *
gw_login_history_lookup (GwLoginHistory *self,
                         const char     *key)
{
  g_return_val_if_fail (GW_IS_LOGIN_HISTORY (self), NULL);
  g_return_val_if_fail (key != NULL, NULL);

  return g_hash_table_lookup (self->entries, key);
}

const GwLoginEntry *
gw_login_history_lookup_saved (GwLoginHistory *self,
                               GwLogin        *login)
{
  g_autoptr (GwLoginEntry) wanted = NULL;
  const GwLoginEntry *entry;

  g_return_val_if_fail (GW_IS_LOGIN_HISTORY (self), NULL);
  g_return_val_if_fail (GW_IS_LOGIN (login), NULL);

  wanted = describe (login);
  entry = g_hash_table_lookup (self->entries, wanted->key);
  if (entry == NULL || !entry->saved ||
      !is_same_login (entry, wanted, gw_login_get_instance (login)))
    return NULL;
  return entry;
}

void
gw_login_history_set_saved (GwLoginHistory *self,
                            const char     *key,
                            gboolean        has_secret,
                            gboolean        is_temporary)
{
  GwLoginEntry *entry;

  g_return_if_fail (GW_IS_LOGIN_HISTORY (self));
  g_return_if_fail (key != NULL);

  entry = g_hash_table_lookup (self->entries, key);
  if (entry == NULL)
    return;
  if (!entry->saved)
    entry->created = g_get_real_time () / G_USEC_PER_SEC;
  entry->saved = TRUE;
  entry->has_secret = has_secret;
  entry->is_temporary = is_temporary;
  entry->refused = FALSE;
  note_change (self);
}

void
gw_login_history_set_unsaved (GwLoginHistory *self,
                              const char     *key)
{
  GwLoginEntry *entry;

  g_return_if_fail (GW_IS_LOGIN_HISTORY (self));
  g_return_if_fail (key != NULL);

  entry = g_hash_table_lookup (self->entries, key);
  if (entry == NULL || !entry->saved)
    return;
  entry->saved = entry->has_secret = entry->is_temporary = entry->refused = FALSE;
  entry->created = 0;
  note_change (self);
}

void
gw_login_history_set_refused (GwLoginHistory *self,
                              const char     *key,
                              gboolean        refused)
{
  GwLoginEntry *entry;

  g_return_if_fail (GW_IS_LOGIN_HISTORY (self));
  g_return_if_fail (key != NULL);

  entry = g_hash_table_lookup (self->entries, key);
  if (entry == NULL || !entry->saved || entry->refused == refused)
    return;
  entry->refused = refused;
  note_change (self);
}

void
gw_login_history_restore (GwLoginHistory     *self,
                          const GwLoginEntry *entry)
{
  GwLoginEntry *copy;

  g_return_if_fail (GW_IS_LOGIN_HISTORY (self));
  g_return_if_fail (entry != NULL);

  copy = gw_login_entry_copy (entry);
  g_hash_table_replace (self->entries, copy->key, copy);
  gw_login_history_drop_oldest (self, copy->key);
  note_change (self);
}

void
gw_login_history_note_removal (GwLoginHistory *self,
                               const char     *key)
{
  g_return_if_fail (GW_IS_LOGIN_HISTORY (self));
  g_return_if_fail (key != NULL);

  if (g_hash_table_add (self->removals, g_strdup (key)))
    note_change (self);
}

gboolean
gw_login_history_drop_removal (GwLoginHistory *self,
                               const char     *key)
{
  g_return_val_if_fail (GW_IS_LOGIN_HISTORY (self), FALSE);
  g_return_val_if_fail (key != NULL, FALSE);

  if (!g_hash_table_remove (self->removals, key))
    return FALSE;
  note_change (self);
  return TRUE;
}

gboolean
gw_login_history_has_removal (GwLoginHistory *self,
                              const char     *key)
{
  g_return_val_if_fail (GW_IS_LOGIN_HISTORY (self), FALSE);
  g_return_val_if_fail (key != NULL, FALSE);

  return g_hash_table_contains (self->removals, key);
}

GStrv
gw_login_history_dup_removals (GwLoginHistory *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  GHashTableIter iter;
  gpointer key;

  g_return_val_if_fail (GW_IS_LOGIN_HISTORY (self), NULL);

  g_hash_table_iter_init (&iter, self->removals);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_strv_builder_add (builder, key);
  return g_strv_builder_end (builder);
}

gboolean
gw_login_history_is_saved (GwLoginHistory *self)
{
  g_return_val_if_fail (GW_IS_LOGIN_HISTORY (self), FALSE);

  return self->state == GW_HISTORY_SAVED;
}
