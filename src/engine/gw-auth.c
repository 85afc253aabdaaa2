/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Engine"

#include "gw-auth-private.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "gw-text.h"

/* The contract's bounds are bytes; a character has at most four. */
#define MAX_BANNER (16384 / 4)
/* OpenSSH's words */
#define TOO_MANY "Too many authentication failures"

GwAuthPlan *
gw_auth_plan_new (void)
{
  GwAuthPlan *plan = g_new0 (GwAuthPlan, 1);

  plan->agent_fd = -1;
  return plan;
}

void
gw_auth_plan_free (GwAuthPlan *plan)
{
  g_clear_pointer (&plan->password, gw_sensitive_unref);
  g_clear_pointer (&plan->private_key, gw_sensitive_unref);
  g_clear_pointer (&plan->passphrase, gw_sensitive_unref);
  g_clear_pointer (&plan->temporary_key, gw_temporary_key_free);
  g_free (plan->agent_key);
  if (plan->agent_fd >= 0)
    close (plan->agent_fd);
  g_free (plan);
}

/* Ends */

static char *
list_methods (int offered)
{
  static const struct {
    int         flag;
    const char *name;
  } names[] = {
    { SSH_AUTH_METHOD_PUBLICKEY, "publickey" },
    { SSH_AUTH_METHOD_PASSWORD, "password" },
    { SSH_AUTH_METHOD_INTERACTIVE, "keyboard-interactive" },
    { SSH_AUTH_METHOD_HOSTBASED, "hostbased" },
    { SSH_AUTH_METHOD_GSSAPI_MIC, "gssapi-with-mic" },
  };
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (offered & names[i].flag)
      g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", names[i].name);
  return g_string_free (list, FALSE);
}

void
gw_auth_finish (GwAuth *self,
                GError *error)
{
  ssh_session session = gw_ssh_link_get_session (self->link);
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  /* libssh is not to keep, or close, the descriptors of the agent. */
  if (self->identities != NULL && session != NULL)
    ssh_set_agent_socket (session, SSH_INVALID_SOCKET);
  for (guint i = 0; i < 2; i++)
    if (self->answer_fds[i] >= 0)
      close (self->answer_fds[i]);
  g_clear_pointer (&self->identities, g_ptr_array_unref);
  g_clear_pointer (&self->key, ssh_key_free);
  g_clear_pointer (&self->temporary_key, gw_temporary_key_free);
  g_clear_pointer (&self->password, gw_sensitive_unref);
  g_clear_object (&self->link);
  g_clear_object (&self->prompter);
  g_clear_object (&self->cancellable);
  g_free (self->old_error);
  g_free (self->refusal);
  g_free (self);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

void
gw_auth_fail (GwAuth     *self,
              GwError     code,
              const char *message)
{
  gw_auth_finish (self, g_error_new_literal (GW_ERROR, code, message));
}

char *
gw_auth_describe_refusal (int offered)
{
  g_autofree char *methods = list_methods (offered);

  return g_strdup_printf (_("The server refused the login. It offers: %s."),
                          offered != 0 ? methods : "–");
}

void
gw_auth_refuse (GwAuth *self,
                int     offered)
{
  g_autofree char *message = NULL;

  if (offered != 0 && (offered & self->method->flag) == 0)
    {
      g_autofree char *methods = list_methods (offered);

      message = g_strdup_printf (_("The server does not offer the method “%s”. It offers: %s."),
                                 self->method->name, methods);
      gw_auth_fail (self, GW_ERROR_AUTH_METHOD, message);
      return;
    }
  message = gw_auth_describe_refusal (offered);
  gw_auth_fail (self, GW_ERROR_AUTH_REFUSED, message);
}

/* The loop */

static void
say_banner (GwAuth *self)
{
  ssh_session session = gw_ssh_link_get_session (self->link);
  char *banner = self->banner_said || session == NULL ? NULL : ssh_get_issue_banner (session);
  g_autofree char *text = NULL;

  if (banner == NULL)
    return;
  self->banner_said = TRUE;
  text = gw_text_clean_block (banner, MAX_BANNER);
  ssh_string_free_char (banner);
  self->on_banner (text, self->banner_data);
}

/* A part of the login is done; what the server wants next is started. */
static void
go_on (GwAuth *self,
       int     offered)
{
  const GwAuthMethod *key = self->plan->private_key != NULL || self->plan->agent_fd < 0
                              ? &gw_auth_publickey : &gw_auth_agent;

  g_clear_pointer (&self->temporary_key, gw_temporary_key_free);
  self->passed |= self->method->flag;
  /* A server could be satisfied with a part for ever. */
  if (++self->n_parts > GW_AUTH_MAX_PARTS)
    gw_auth_fail (self, GW_ERROR_AUTH_REFUSED, _("The server asks for too many logins in a row."));
  else if ((offered & SSH_AUTH_METHOD_PUBLICKEY) && self->plan->choice == GW_AUTH_CHOICE_KEY &&
      !(self->passed & SSH_AUTH_METHOD_PUBLICKEY))
    gw_auth_start (self, key);
  else if ((offered & SSH_AUTH_METHOD_PASSWORD) && self->password != NULL &&
           self->password_tries == 0)
    gw_auth_start (self, &gw_auth_password);
  else if (offered & SSH_AUTH_METHOD_INTERACTIVE)
    gw_auth_start (self, &gw_auth_interactive);
  else if ((offered & SSH_AUTH_METHOD_PASSWORD) && !(self->passed & SSH_AUTH_METHOD_PASSWORD))
    gw_auth_start (self, &gw_auth_password);
  else
    {
      g_autofree char *methods = list_methods (offered);
      g_autofree char *message = g_strdup_printf (
        _("The server accepted this, but also wants one of: %s."), methods);

      gw_auth_fail (self, GW_ERROR_AUTH_METHOD, message);
    }
}

static void
judge (GwAuth *self)
{
  int offered = ssh_userauth_list (gw_ssh_link_get_session (self->link), NULL);
  g_autofree char *words = NULL;
  g_autofree char *message = NULL;

  say_banner (self);
  switch (self->rc)
    {
    case SSH_AUTH_SUCCESS:
      gw_auth_finish (self, NULL);
      break;
    case SSH_AUTH_PARTIAL:
      go_on (self, offered);
      break;
    case SSH_AUTH_DENIED:
      self->n_denied++;
      self->method->denied (self, offered);
      break;
    case SSH_AUTH_INFO:
      self->method->info (self);
      break;
    default:
      if (self->temporary_key != NULL && gw_temporary_key_get (self->temporary_key) == NULL)
        {
          gw_auth_finish (self, gw_temporary_key_get_expiry_error (self->temporary_key));
          return;
        }
      if (self->method == &gw_auth_agent)
        {
          /* libssh says “Out of memory” here. */
          gw_auth_fail (self, GW_ERROR_AGENT, _("The SSH agent did not sign the login."));
          return;
        }
      words = gw_ssh_link_get_words (self->link);
      message = g_strdup_printf (_("The login with “%s” broke off: %s"), self->method->name, words);
      gw_auth_fail (self, GW_ERROR_AUTH_REFUSED, message);
    }
}

static void
on_tried (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  GwAuth *self = user_data;
  g_autoptr (GError) error = NULL;

  if (gw_ssh_link_run_finish (GW_SSH_LINK (source), result, &error) &&
      (self->rc != SSH_AUTH_ERROR || gw_ssh_link_is_alive (self->link)))
    {
      judge (self);
      return;
    }
  if (error == NULL)
    error = gw_ssh_link_get_loss (self->link);
  say_banner (self);
  /* Servers end the connection after some wrong tries, or even one: that is a refusal, not an
   * accident. */
  if (g_error_matches (error, GW_ERROR, GW_ERROR_CONNECTION_LOST) &&
      (self->n_denied > 0 || strstr (error->message, TOO_MANY) != NULL))
    error->code = GW_ERROR_AUTH_REFUSED;
  gw_auth_finish (self, g_steal_pointer (&error));
}

void
gw_auth_try (GwAuth *self,
             guint   timeout)
{
  ssh_session session = gw_ssh_link_get_session (self->link);

  g_free (self->old_error);
  self->old_error = g_strdup (session != NULL ? ssh_get_error (session) : "");
  gw_ssh_link_run_async (self->link, self->method->step, self, timeout, on_tried, self);
}

void
gw_auth_start (GwAuth             *self,
               const GwAuthMethod *method)
{
  self->method = method;
  method->start (self);
}

void
gw_auth_ask_secret (GwAuth              *self,
                    const char          *kind,
                    guint                attempt,
                    const char          *message,
                    GAsyncReadyCallback  callback)
{
  gw_prompter_ask_async (self->prompter, "AskSecret",
                         g_variant_new ("(sus)", kind, attempt, message), G_VARIANT_TYPE ("(h)"),
                         callback, self);
}

GwSensitive *
gw_auth_ask_secret_finish (GwAuth        *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GVariant) reply = gw_prompter_ask_finish (self->prompter, result, &fds, error);
  g_autoptr (GVariant) handle = NULL;

  if (reply == NULL)
    return NULL;
  handle = g_variant_get_child_value (reply, 0);
  return gw_prompter_read_secret (handle, fds, error);
}

void
gw_auth_run_async (GwSshLink           *link,
                   GwAuthPlan          *plan,
                   GwPrompter          *prompter,
                   GwAuthBannerFunc     on_banner,
                   gpointer             banner_data,
                   GCancellable        *cancellable,
                   GAsyncReadyCallback  callback,
                   gpointer             user_data)
{
  GwAuth *self = g_new0 (GwAuth, 1);

  self->task = g_task_new (link, NULL, callback, user_data);
  g_task_set_source_tag (self->task, gw_auth_run_async);
  self->link = g_object_ref (link);
  self->plan = plan;
  self->prompter = g_object_ref (prompter);
  self->cancellable = g_object_ref (cancellable);
  self->on_banner = on_banner;
  self->banner_data = banner_data;
  self->answer_fds[0] = self->answer_fds[1] = -1;
  /* A refused one is dropped here, and must not stay there. */
  self->password = g_steal_pointer (&plan->password);
  if (plan->choice == GW_AUTH_CHOICE_PASSWORD)
    gw_auth_start (self, &gw_auth_password);
  else if (plan->choice == GW_AUTH_CHOICE_TEMPORARY_KEY)
    gw_auth_start (self, &gw_auth_temporary);
  else
    gw_auth_start (self, plan->private_key != NULL ? &gw_auth_publickey : &gw_auth_agent);
}

gboolean
gw_auth_run_finish (GAsyncResult  *result,
                    GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
