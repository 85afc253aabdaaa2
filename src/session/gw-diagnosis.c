/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-diagnosis.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gw-diagnosis-table.h"
#include "gw-ram.h"
#include "gw-session-private.h"
#include "gw-text.h"

/* Failures in words. The table says what is known of each; this file puts in the names. */

#define MAX_NAME 253
#define MAX_SENTENCE 1000
#define MAX_DETAILS 4000

void
gw_diagnosis_free (GwDiagnosis *self)
{
  g_free (self->title);
  g_free (self->what);
  g_free (self->advice);
  g_free (self->request);
  g_free (self->details);
  g_free (self);
}

/* The value that {@name} stands for; %NULL if it is no name of ours. */
static char *
look_up (const char *name,
         gsize       length,
         GwLogin    *login)
{
  if (strncmp (name, "host", length) == 0 && length == strlen ("host"))
    return gw_text_clean_line (gw_login_get_host (login), MAX_NAME);
  if (strncmp (name, "user", length) == 0 && length == strlen ("user"))
    return gw_text_clean_line (gw_login_get_user (login), MAX_NAME);
  if (strncmp (name, "instance", length) == 0 && length == strlen ("instance"))
    return gw_text_clean_line (gw_login_get_title (login), MAX_NAME);
  if (strncmp (name, "port", length) == 0 && length == strlen ("port"))
    return g_strdup_printf ("%u", gw_login_get_port (login));
  return NULL;
}

/* In one pass, so that a user called “{host}” stays that, and no translation is a format. */
static char *
expand (const char *text,
        GwLogin    *login)
{
  GString *result = g_string_new (NULL);

  while (*text != '\0')
    {
      const char *end = *text == '{' ? strchr (text, '}') : NULL;
      g_autofree char *value = NULL;

      if (end != NULL)
        value = look_up (text + 1, (gsize) (end - text - 1), login);
      if (value != NULL)
        {
          g_string_append (result, value);
          text = end + 1;
        }
      else
        g_string_append_c (result, *text++);
    }
  return g_string_free (result, FALSE);
}

static void
add_detail (GString    *details,
            const char *label,
            const char *value)
{
  if (value == NULL || *value == '\0')
    return;
  if (details->len > 0)
    g_string_append_c (details, '\n');
  g_string_append_printf (details, "%s: %s", label, value);
}

static char *
describe_details (const GError *error,
                  GwPhase       phase,
                  GwLogin      *login,
                  const char   *server,
                  const char   *peer)
{
  GString *details = g_string_new (NULL);
  const GwCloudErrorDetails *cloud = error != NULL ? gw_cloud_error_get_details (error) : NULL;
  g_autofree char *target = gw_login_describe (login);
  g_autofree char *all = NULL;

  add_detail (details, _("Login"), target);
  add_detail (details, _("Address"), peer);
  add_detail (details, _("Server"), server);
  add_detail (details, _("Phase"), gw_phase_to_string (phase));
  if (error != NULL)
    add_detail (details, _("Message"), error->message);
  if (cloud != NULL)
    {
      add_detail (details, _("Action"), cloud->action);
      add_detail (details, _("Code"), cloud->code);
      add_detail (details, "RequestId", cloud->request_id);
      add_detail (details, _("Answer of the cloud"), cloud->message);
    }
  all = g_string_free (details, FALSE);
  return gw_text_clean_block (all, MAX_DETAILS);
}

static gboolean
is_inside_only (GwLogin *login)
{
  GwConnection *connection = gw_login_get_connection (login);

  return connection != NULL &&
         (gw_connection_get_kind (connection) == GW_CONNECTION_PRIVATE ||
          gw_connection_get_kind (connection) == GW_CONNECTION_INTERNAL);
}

/* The cloud's own sentence, or for what RAM refused one that names the action. */
static void
describe_cloud (GwDiagnosis  *self,
                const GError *error,
                GwLogin      *login)
{
  const GwCloudDiagnosis *row = gw_diagnosis_table_find_cloud (error->code);
  g_autoptr (GPtrArray) refusals = g_ptr_array_new_with_free_func (
    (GDestroyNotify) gw_refusal_free);
  g_autofree char *sentence = NULL;
  g_autofree char *effect = expand (_("So no one-minute key was sent to “{instance}” for {user} at "
                                      "{host}, port {port}."), login);

  if (error->code == GW_CLOUD_ERROR_DENIED)
    gw_refusal_collect (refusals, error);
  sentence = refusals->len > 0 ? gw_refusal_describe (refusals, 1)
                               : gw_text_clean_line (error->message, MAX_SENTENCE);
  self->title = g_strdup (_(row->title));
  /* Translators: two sentences, one after the other */
  self->what = g_strdup_printf (_("%s %s"), sentence, effect);
  self->advice = g_strdup (_(row->advice));
}

/* Whose administrator can be asked is known only where the account is. */
static char *
build_request (const GError *error,
               GwSession    *session)
{
  GwInstance *instance = gw_login_get_instance (session->login);
  g_autoptr (GPtrArray) refusals = g_ptr_array_new_with_free_func (
    (GDestroyNotify) gw_refusal_free);
  GwEcsSource *source = NULL;

  if (error == NULL || !g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_DENIED))
    return NULL;
  if (session->accounts != NULL && instance != NULL)
    source = gw_cloud_accounts_find_source (session->accounts, instance);
  gw_refusal_collect (refusals, error);
  if (source == NULL || refusals->len == 0)
    return NULL;
  return gw_refusal_dup_request (refusals, gw_ecs_source_get_account (source));
}

/* Whether the error's own sentence says more than the table can: versions, numbers, what the cloud
 * and its commands said. */
static gboolean
speaks_for_itself (GwError code)
{
  switch ((int) code)
    {
    case GW_ERROR_NOT_RUNNING:
    case GW_ERROR_NO_SUCH_ACCOUNT:
    case GW_ERROR_ASSISTANT_MISSING:
    case GW_ERROR_ASSISTANT_OLD:
    case GW_ERROR_ASSISTANT_STOPPED:
    case GW_ERROR_ASSISTANT_BUSY:
    case GW_ERROR_ASSISTANT_TIMED_OUT:
    case GW_ERROR_ASSISTANT_FAILED:
      return TRUE;
    default:
      return FALSE;
    }
}

/* %NULL where the table's words are all there is. What a command printed comes last. */
static char *
describe_assistant (const GError *error,
                    GwError       code,
                    GwLogin      *login)
{
  g_autofree char *effect = NULL;
  g_autofree char *sentence = NULL;

  if (!speaks_for_itself (code))
    return NULL;
  sentence = gw_text_clean_line (error->message, MAX_SENTENCE);
  if (*sentence == '\0')
    return NULL;
  effect = expand (_("With a one-minute key {user} could not log in to “{instance}” ({host}, port "
                     "{port})."), login);
  /* Translators: two sentences, one after the other */
  return g_strdup_printf (_("%s %s"), effect, sentence);
}

static void
describe_failure (GwDiagnosis  *self,
                  const GError *error,
                  GwPhase       phase,
                  GwLogin      *login)
{
  GwError code = GW_ERROR_FAILED;
  GwInstance *instance = gw_login_get_instance (login);
  const GwDiagnosisRow *row;

  if (error->domain == GW_CLOUD_ERROR)
    {
      describe_cloud (self, error, login);
      return;
    }
  if (error->domain == GW_ERROR)
    code = error->code;
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    code = GW_ERROR_CANCELLED;
  row = gw_diagnosis_table_find (code, phase, gw_login_get_method (login));
  self->title = g_strdup (_(row->title));
  self->what = describe_assistant (error, code, login);
  if (self->what == NULL)
    self->what = expand (_(row->what), login);
  self->advice = expand (_(row->advice), login);
  if (code == GW_ERROR_REFUSED && instance != NULL && gw_instance_is_cloud (instance))
    {
      g_free (self->advice);
      self->advice = expand (_("A refusal proves that packets arrive: no rule of a security group "
                               "is in the way, and none would help. Check on the instance that the "
                               "SSH service (sshd) runs and listens on port {port}, with Open in "
                               "Browser for instance."), login);
    }

  if (phase <= GW_PHASE_CONNECT && is_inside_only (login) &&
      (code == GW_ERROR_TIMED_OUT || code == GW_ERROR_UNREACHABLE))
    {
      g_autofree char *advice = g_steal_pointer (&self->advice);

      /* Translators: appended to another piece of advice */
      self->advice = g_strconcat (advice, " ", _("This address can be reached only from inside the "
                                                 "instance’s own network."), NULL);
    }
}

GwDiagnosis *
gw_diagnosis_for (const GError *error,
                  GwPhase       phase,
                  GwLogin      *login)
{
  GwDiagnosis *self;

  g_return_val_if_fail (GW_IS_LOGIN (login), NULL);

  self = g_new0 (GwDiagnosis, 1);
  if (error != NULL)
    describe_failure (self, error, phase, login);
  else
    {
      self->title = g_strdup (_("Session Ended"));
      self->what = expand (_("The terminal at {host}, port {port}, was closed."), login);
      self->advice = g_strdup (_("Reconnect to start a new one."));
    }
  self->details = describe_details (error, phase, login, NULL, NULL);
  return self;
}

/* How the shell ended, for a clean end; %NULL where that is not known. */
static char *
describe_end (GwSession *session)
{
  g_autofree char *host = gw_text_clean_line (gw_login_get_host (gw_session_get_login (session)),
                                              MAX_NAME);

  switch (gw_session_get_end (session))
    {
    case GW_SESSION_END_EXIT:
      if (gw_session_get_exit_status (session) == 0)
        return g_strdup_printf (_("The shell at %s ended normally, with exit status 0."), host);
      return g_strdup_printf (_("The shell at %s ended with exit status %u."), host,
                              gw_session_get_exit_status (session));
    case GW_SESSION_END_SIGNAL:
      return g_strdup_printf (_("The shell at %s was ended by the signal %s."), host,
                              gw_session_get_signal_name (session));
    case GW_SESSION_END_NONE:
    case GW_SESSION_END_CLOSED:
    case GW_SESSION_END_LOST:
    default:
      return NULL;
    }
}

/* What a session with a temporary key has been through, which its error does not say. */
static void
describe_delivery (GwDiagnosis *self,
                   GwSession   *session)
{
  GwKeyDelivery *delivery = session->delivery;
  g_autofree char *advice = NULL;

  if (delivery == NULL)
    return;
  if (g_error_matches (session->error, GW_ERROR, GW_ERROR_AUTH_REFUSED) &&
      gw_key_delivery_has_refused_all (delivery))
    {
      g_free (self->what);
      self->what = expand (_("Cloud Assistant put a one-minute key for {user} on “{instance}”, "
                             "with Ed25519 and with RSA, but the SSH server at {host}, port "
                             "{port}, accepts neither."), session->login);
    }
  else if (g_error_matches (session->error, GW_ERROR, GW_ERROR_CANCELLED) &&
           gw_key_delivery_has_sent (delivery))
    {
      advice = g_steal_pointer (&self->advice);
      /* Translators: appended to another piece of advice */
      self->advice = g_strconcat (advice, " ", _("The private half of the one-minute key was "
                                                 "wiped; the public half may stay valid on the "
                                                 "instance for up to a minute."), NULL);
    }
}

GwDiagnosis *
gw_diagnosis_new (GwSession *session)
{
  GwDiagnosis *self;
  const GError *error;
  GwLogin *login;

  g_return_val_if_fail (GW_IS_SESSION (session), NULL);

  error = gw_session_get_error (session);
  login = gw_session_get_login (session);
  self = gw_diagnosis_for (error, gw_session_get_phase (session), login);
  g_free (self->details);
  self->details = describe_details (error, gw_session_get_phase (session), login,
                                    gw_session_get_server (session),
                                    gw_session_get_peer (session));
  self->request = build_request (error, session);
  describe_delivery (self, session);
  if (error == NULL)
    {
      char *end = describe_end (session);

      if (end != NULL)
        {
          g_free (self->what);
          self->what = end;
        }
    }
  return self;
}

const char *
gw_phase_title (GwPhase phase)
{
  switch (phase)
    {
    case GW_PHASE_NEW:
      return _("Starting…");
    case GW_PHASE_RESOLVE:
      return _("Resolving the name…");
    case GW_PHASE_CONNECT:
      return _("Connecting…");
    case GW_PHASE_KEY_EXCHANGE:
      return _("Exchanging keys…");
    case GW_PHASE_HOST_KEY:
      return _("Checking the host key…");
    case GW_PHASE_AUTHENTICATION:
      return _("Logging in…");
    case GW_PHASE_CHANNEL:
      return _("Opening a terminal…");
    case GW_PHASE_OPEN:
      return _("Connected");
    case GW_PHASE_CLOSED:
    default:
      return _("Closed");
    }
}
