/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-saved-logins-private.h"

#include <glib/gi18n.h>

#include "gw-error.h"

/* One session at a time sends a secret that nobody typed, until it is known to work: three clicks
 * on a slow host are not to be three wrong passwords, which would lock the account. */

/* Of the secret of one login, for the rest of the run. */
typedef struct {
  char *kind; /* of the item of the keyring, and its id */
  char *id;
  GwTrial *holder;       /* who tries it now, or NULL */
  GQueue waiting;        /* of GTask */
  GwKeyringItem *worked; /* the item is another object when somebody has changed it */
  GwKeyringItem *wrong;
  gint64 refused; /* when; 0: never */
} Record;

struct _GwTrial {
  GwSavedLogins *logins;
  Record *record;
};

typedef struct {
  Record *record;
  gint64 made;
  GSource *cancelled;
} Try;

static void
record_free (gpointer data)
{
  Record *record = data;

  g_free (record->kind);
  g_free (record->id);
  g_clear_object (&record->worked);
  g_clear_object (&record->wrong);
  g_free (record);
}

static void
try_free (Try *try)
{
  g_clear_pointer (&try->cancelled, g_source_unref);
  g_free (try);
}

GHashTable *
gw_saved_logins_create_trials (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, record_free);
}

static Record *
get_record (GwSavedLogins *self,
            GwLogin       *login)
{
  gboolean is_credential = gw_login_get_method (login) == GW_METHOD_CREDENTIAL;
  const char *credential = is_credential ? gw_login_get_credential (login) : NULL;
  g_autofree char *key = gw_login_dup_key (login);
  g_autofree char *name = g_strconcat (credential != NULL ? credential : "", " ", key, NULL);
  Record *record = g_hash_table_lookup (self->trials, name);

  if (record != NULL)
    return record;
  record = g_new0 (Record, 1);
  record->kind = g_strdup (credential != NULL ? "credential" : GW_LOGIN_KIND);
  record->id = g_strdup (credential != NULL ? credential : key);
  g_hash_table_insert (self->trials, g_steal_pointer (&name), record);
  return record;
}

/* Ends @task. */
static void
take_turn (GTask *task)
{
  GwSavedLogins *self = g_task_get_source_object (task);
  const Try *try = g_task_get_task_data (task);
  Record *record = try->record;
  GwKeyringItem *item = gw_keyring_lookup (self->keyring, record->kind, record->id);
  GwTrial *trial;

  if (g_task_return_error_if_cancelled (task))
    return;
  /* Whoever made the login after the refusal knew of it. */
  if (record->refused != 0 && try->made <= record->refused &&
      (item == NULL || item == record->wrong))
    {
      g_task_return_new_error (task, GW_ERROR, GW_ERROR_AUTH_REFUSED,
                               _("The server has just refused the saved secret in another tab"));
      return;
    }
  trial = g_new0 (GwTrial, 1);
  trial->logins = g_object_ref (self);
  trial->record = record;
  if (item == NULL || item != record->worked)
    record->holder = trial;
  g_task_return_pointer (task, trial, NULL);
}

static gboolean
on_cancelled (GCancellable *cancellable,
              gpointer      user_data)
{
  GTask *task = user_data;
  Record *record = ((Try *) g_task_get_task_data (task))->record;

  if (g_queue_remove (&record->waiting, task))
    {
      g_task_return_error_if_cancelled (task);
      g_object_unref (task);
    }
  return G_SOURCE_REMOVE;
}

static void
wait_turn (GTask *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  Try *try = g_task_get_task_data (task);

  if (try->record->holder == NULL)
    {
      take_turn (task);
      return;
    }
  g_queue_push_tail (&try->record->waiting, g_object_ref (task));
  try->cancelled = g_cancellable_source_new (cancellable);
  g_task_attach_source (task, try->cancelled, G_SOURCE_FUNC (on_cancelled));
}

static void
on_opened (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  /* What else is wrong with the keyring shows when it is read. */
  if (!gw_saved_logins_open_finish (GW_SAVED_LOGINS (source), result, &error) &&
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    wait_turn (task);
}

void
gw_saved_logins_try_async (GwSavedLogins       *self,
                           GwLogin             *login,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Try *try;

  g_return_if_fail (GW_IS_SAVED_LOGINS (self));
  g_return_if_fail (GW_IS_LOGIN (login));
  g_return_if_fail (G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_saved_logins_try_async);
  /* A trial that was given has to be taken, and ended. */
  g_task_set_check_cancellable (task, FALSE);
  try = g_new0 (Try, 1);
  try->record = get_record (self, login);
  try->made = gw_login_get_made (login);
  g_task_set_task_data (task, try, (GDestroyNotify) try_free);
  /* First of all, so that all who wait share one question of the desktop. */
  if (gw_saved_logins_needs_keyring (self, login))
    gw_saved_logins_open_async (self, cancellable, on_opened, g_steal_pointer (&task));
  else
    wait_turn (task);
}

GwTrial *
gw_saved_logins_try_finish (GwSavedLogins  *self,
                            GAsyncResult   *result,
                            GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
gw_trial_end (GwTrial   *self,
              GwVerdict  verdict)
{
  g_autoptr (GwSavedLogins) logins = self->logins;
  Record *record = self->record;
  GwKeyringItem *item = gw_keyring_lookup (logins->keyring, record->kind, record->id);

  if (verdict == GW_VERDICT_WORKED)
    {
      g_set_object (&record->worked, item);
      record->refused = 0;
    }
  else if (verdict == GW_VERDICT_REFUSED)
    {
      g_clear_object (&record->worked);
      g_set_object (&record->wrong, item);
      record->refused = g_get_monotonic_time ();
    }
  if (record->holder == self)
    record->holder = NULL;
  g_free (self);
  while (record->holder == NULL && !g_queue_is_empty (&record->waiting))
    {
      g_autoptr (GTask) task = g_queue_pop_head (&record->waiting);

      g_source_destroy (((Try *) g_task_get_task_data (task))->cancelled);
      take_turn (task);
    }
}
