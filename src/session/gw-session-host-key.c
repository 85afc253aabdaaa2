/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-session-private.h"

#include <glib/gi18n.h>

#include "gw-host-key-statement.h"
#include "gw-prompt-private.h"

/* What the instance's cloud account says of a host key that is not known to be right. */

/* Seconds: for the console's log, behind the call's own deadline; how long a question waits for it
 * unseen. */
#define CONSOLE_SECONDS 10
#define HIDE_SECONDS 3

/* One call of the cloud for one question. */
typedef struct {
  gpointer session; /* weak */
  GwPrompt *prompt;
  GCancellable *cancellable;
  guint deadline_id;
  GwPromptStatement before; /* what was said before Cloud Assistant was asked */
  char *stated;
  gint64 time;
  gboolean before_by_assistant;
  gboolean by_assistant;
} Inquiry;

static void
inquiry_free (Inquiry *inquiry)
{
  g_clear_handle_id (&inquiry->deadline_id, g_source_remove);
  g_object_unref (inquiry->prompt);
  g_object_unref (inquiry->cancellable);
  g_free (inquiry->stated);
  g_free (inquiry);
}

static gboolean
is_hidden (GwSession *self)
{
  return self->question != NULL && self->prompt != self->question;
}

static void
show (GwSession *self)
{
  g_clear_handle_id (&self->hide_id, g_source_remove);
  if (is_hidden (self))
    gw_session_set_prompt (self, self->question);
}

static gboolean
on_hidden_enough (gpointer user_data)
{
  GwSession *self = user_data;

  self->hide_id = 0;
  show (self);
  return G_SOURCE_REMOVE;
}

static void
on_accepted (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GwSession) self = gw_session_weak_take (user_data);
  g_autoptr (GError) error = NULL;
  g_autofree char *notice = NULL;
  gboolean stored;

  stored = gw_prompt_accept_host_key_finish (GW_PROMPT (source), result, &error);
  if (self == NULL || self->state == GW_SESSION_STATE_CLOSED)
    return;
  if (stored)
    notice = g_strdup_printf (_("The host key of “%s” was verified by your cloud account."),
                              gw_login_get_title (self->login));
  else
    notice = g_strdup_printf (_("The host key of “%s” was verified by your cloud account, but it "
                                "could not be stored: %s"),
                              gw_login_get_title (self->login), error->message);
  g_signal_emit_by_name (self, "notice", notice);
}

/* Seconds since 1970: what the console printed before the last login says nothing against the key
 * that was right then. */
static gint64
find_last_login (GwSession *self)
{
  g_autofree char *key = NULL;
  const GwLoginEntry *entry;

  if (self->saved_logins == NULL)
    return 0;
  key = gw_login_dup_key (self->login);
  entry = gw_login_history_lookup (gw_saved_logins_get_history (self->saved_logins), key);
  return entry != NULL ? entry->time / G_USEC_PER_SEC : 0;
}

/* What was said before stands, beside @error (nullable). */
static gboolean
restore (const Inquiry *inquiry,
         const char    *error)
{
  if (inquiry->before != GW_PROMPT_STATEMENT_OTHER &&
      inquiry->before != GW_PROMPT_STATEMENT_MATCH)
    return FALSE;
  gw_prompt_set_by_assistant (inquiry->prompt, inquiry->before_by_assistant);
  gw_prompt_set_statement (inquiry->prompt, inquiry->before, inquiry->stated, inquiry->time,
                           error);
  return TRUE;
}

/* The log may have been printed at any start before it was read, and by whoever has the instance:
 * it can warn of a changed key, where it is newer than the last login, and never vouch for one. */
static GwStatementVerdict
weigh (GwSession                *self,
       const Inquiry            *inquiry,
       const GwHostKeyStatement *statement,
       const char              **stated)
{
  gboolean doubts = gw_prompt_get_kind (inquiry->prompt) == GW_PROMPT_HOST_KEY_CHANGED &&
                    !inquiry->by_assistant;
  gint64 not_before = doubts ? find_last_login (self) : 0;
  GwStatementVerdict verdict;

  if (doubts && not_before == 0)
    return GW_STATEMENT_NONE;
  verdict = gw_host_key_statement_judge ((GwHostKeyStatement *) statement,
                                         gw_prompt_get_key_type (inquiry->prompt),
                                         gw_prompt_get_fingerprint (inquiry->prompt), not_before,
                                         stated);
  return doubts && verdict == GW_STATEMENT_MATCH ? GW_STATEMENT_NONE : verdict;
}

/* Once a person reads the question it is theirs; nor does a key that no authority has signed pass
 * where one is trusted. */
static gboolean
may_accept (GwSession *self,
            GwPrompt  *prompt)
{
  return is_hidden (self) && gw_prompt_get_kind (prompt) == GW_PROMPT_HOST_KEY_UNKNOWN &&
         !gw_prompt_has_authority (prompt);
}

static void
judge (GwSession                *self,
       const Inquiry            *inquiry,
       const GwHostKeyStatement *statement)
{
  GwPrompt *prompt = inquiry->prompt;
  const char *stated = NULL;

  gw_prompt_set_by_assistant (prompt, inquiry->by_assistant);
  switch (weigh (self, inquiry, statement, &stated))
    {
    case GW_STATEMENT_MATCH:
      gw_prompt_set_statement (prompt, GW_PROMPT_STATEMENT_MATCH, NULL, statement->time, NULL);
      if (may_accept (self, prompt))
        {
          g_clear_handle_id (&self->hide_id, g_source_remove);
          gw_prompt_accept_host_key_async (prompt, on_accepted, gw_session_weak_new (self));
          return;
        }
      break;
    case GW_STATEMENT_OTHER:
      gw_prompt_set_statement (prompt, GW_PROMPT_STATEMENT_OTHER, stated, statement->time, NULL);
      break;
    case GW_STATEMENT_NONE:
    default:
      /* Silence takes nothing back. */
      if (!restore (inquiry, NULL))
        gw_prompt_set_statement (prompt, GW_PROMPT_STATEMENT_NONE, NULL, statement->time, NULL);
      break;
    }
  show (self);
}

static void
note_failure (GwSession     *self,
              const Inquiry *inquiry,
              const char    *message)
{
  /* The next try may be luckier. */
  gw_prompt_set_can_ask_assistant (inquiry->prompt, TRUE);
  gw_prompt_set_by_assistant (inquiry->prompt, inquiry->by_assistant);
  if (!restore (inquiry, message))
    gw_prompt_set_statement (inquiry->prompt, GW_PROMPT_STATEMENT_FAILED, NULL, 0, message);
  show (self);
}

static void
on_stated (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Inquiry *inquiry = user_data;
  g_autoptr (GwSession) self = gw_session_weak_take (inquiry->session);
  g_autoptr (GwHostKeyStatement) statement = NULL;
  g_autoptr (GError) error = NULL;

  statement = gw_host_key_statement_ask_finish (GW_CLOUD_CLIENT (source), result, &error);
  /* A question that has its answer, or was asked once more, wants no statement. */
  if (self != NULL && self->question == inquiry->prompt &&
      self->inquiry == inquiry->cancellable)
    {
      g_clear_object (&self->inquiry);
      if (statement != NULL)
        judge (self, inquiry, statement);
      else
        note_failure (self, inquiry, g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
                                       ? _("The cloud did not answer in time") : error->message);
    }
  inquiry_free (inquiry);
}

static gboolean
on_deadline (gpointer user_data)
{
  Inquiry *inquiry = user_data;

  inquiry->deadline_id = 0;
  g_cancellable_cancel (inquiry->cancellable);
  return G_SOURCE_REMOVE;
}

static GwCloudClient *
dup_client (GwSession   *self,
            const char **region)
{
  GwInstance *instance = gw_login_get_instance (self->login);

  if (self->accounts == NULL || instance == NULL)
    return NULL;
  return gw_cloud_accounts_dup_client (self->accounts, instance, region);
}

static Inquiry *
inquiry_new (GwSession *self,
             gboolean   by_assistant)
{
  Inquiry *inquiry = g_new0 (Inquiry, 1);
  const char *stated = NULL;

  inquiry->prompt = g_object_ref (self->question);
  inquiry->cancellable = g_cancellable_new ();
  inquiry->before = gw_prompt_get_statement (self->question, &stated, &inquiry->time);
  inquiry->before_by_assistant = gw_prompt_is_by_assistant (self->question);
  inquiry->stated = g_strdup (stated);
  inquiry->by_assistant = by_assistant;
  return inquiry;
}

static void
inquire (GwSession     *self,
         GwCloudClient *client,
         const char    *region,
         gboolean       by_assistant)
{
  const char *id = gw_instance_get_id (gw_login_get_instance (self->login));
  Inquiry *inquiry = inquiry_new (self, by_assistant);

  inquiry->session = gw_session_weak_new (self);
  if (self->inquiry != NULL)
    g_cancellable_cancel (self->inquiry);
  g_set_object (&self->inquiry, inquiry->cancellable);
  gw_prompt_set_by_assistant (self->question, by_assistant);
  gw_prompt_set_statement (self->question, GW_PROMPT_STATEMENT_ASKING, NULL, 0, NULL);
  /* Who heard of it may have answered the question, or closed the session. */
  if (by_assistant)
    gw_host_key_statement_ask_assistant_async (client, region, id, inquiry->cancellable, on_stated,
                                               inquiry);
  else
    {
      inquiry->deadline_id = g_timeout_add_seconds (CONSOLE_SECONDS, on_deadline, inquiry);
      gw_host_key_statement_ask_console_async (client, region, id, inquiry->cancellable, on_stated,
                                               inquiry);
    }
}

static void
on_ask_assistant (GwSession *self,
                  GwPrompt  *prompt)
{
  g_autoptr (GwCloudClient) client = NULL;
  const char *region = NULL;
  Inquiry *inquiry;

  g_assert (GW_IS_SESSION (self));

  client = dup_client (self, &region);
  if (client != NULL)
    {
      inquire (self, client, region, TRUE);
      return;
    }
  inquiry = inquiry_new (self, TRUE);
  note_failure (self, inquiry, _("None of your cloud accounts has this instance"));
  inquiry_free (inquiry);
}

static void on_answered (GwSession *self,
                         GwPrompt  *prompt);

void
gw_session_drop_question (GwSession *self)
{
  g_clear_handle_id (&self->hide_id, g_source_remove);
  if (self->inquiry != NULL)
    g_cancellable_cancel (self->inquiry);
  g_clear_object (&self->inquiry);
  if (self->question != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->question, on_answered, self);
      g_signal_handlers_disconnect_by_func (self->question, on_ask_assistant, self);
    }
  g_clear_object (&self->question);
}

static void
on_answered (GwSession *self,
             GwPrompt  *prompt)
{
  g_assert (GW_IS_SESSION (self));

  gw_session_drop_question (self);
}

void
gw_session_take_question (GwSession *self,
                          GwPrompt  *prompt)
{
  g_autoptr (GwCloudClient) client = NULL;
  const char *region = NULL;

  gw_session_drop_question (self);
  self->question = g_object_ref (prompt);
  g_signal_connect_object (prompt, "answered", G_CALLBACK (on_answered), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (prompt, "ask-assistant", G_CALLBACK (on_ask_assistant), self,
                           G_CONNECT_SWAPPED);
  client = dup_client (self, &region);
  if (client == NULL)
    {
      show (self);
      return;
    }
  gw_prompt_set_can_ask_assistant (prompt, TRUE);
  inquire (self, client, region, FALSE);
  if (self->question != prompt)
    return;
  if (gw_prompt_get_kind (prompt) == GW_PROMPT_HOST_KEY_UNKNOWN)
    self->hide_id = g_timeout_add_seconds (HIDE_SECONDS, on_hidden_enough, self);
  else
    show (self);
}
