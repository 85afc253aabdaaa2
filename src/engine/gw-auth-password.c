/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Engine"

/* Password and keyboard-interactive (RFC 4252, section 8; RFC 4256). */

#include "gw-auth-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gw-text.h"

/* The contract's bounds, in characters of at most four bytes. */
#define MAX_TEXT (4096 / 4)
#define MAX_PROMPT (1024 / 4 - 1)
#define MAX_PROMPTS 32
/* A server can send questions without prompts for ever. */
#define MAX_ROUNDS 50
/* After the answers some servers wait for a person to press a button on a telephone. */
#define PATIENCE 6

/* Passwords */

static void
on_password (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  GwAuth *self = user_data;
  GError *error = NULL;

  g_clear_pointer (&self->password, gw_sensitive_unref);
  self->password = gw_auth_ask_secret_finish (self, result, &error);
  if (self->password == NULL)
    gw_auth_finish (self, error);
  else
    gw_auth_start (self, &gw_auth_password);
}

static void
ask_password (GwAuth              *self,
              GAsyncReadyCallback  callback)
{
  self->password_asks++;
  gw_auth_ask_secret (self, "password", self->password_tries,
                      self->password_tries > 0 ? _("The server did not accept the password.") : "",
                      callback);
}

/* FALSE: the login has failed. */
static gboolean
check_password (GwAuth *self)
{
  if (strlen (gw_sensitive_get_text (self->password)) == gw_sensitive_get_length (self->password))
    return TRUE;
  gw_auth_fail (self, GW_ERROR_AUTH_REFUSED, _("A password cannot contain a zero byte."));
  return FALSE;
}

static void
start_password (GwAuth *self)
{
  if (self->password == NULL)
    {
      ask_password (self, on_password);
      return;
    }
  if (!check_password (self))
    return;
  self->password_tries++;
  gw_auth_try (self, self->plan->timeout);
}

static gboolean
step_password (ssh_session session,
               gpointer    data)
{
  GwAuth *self = data;

  self->rc = ssh_userauth_password (session, NULL, gw_sensitive_get_text (self->password));
  return self->rc != SSH_AUTH_AGAIN;
}

static void
denied_password (GwAuth *self,
                 int     offered)
{
  if ((offered & SSH_AUTH_METHOD_PASSWORD) == 0 && (offered & SSH_AUTH_METHOD_INTERACTIVE) != 0)
    {
      /* At the first try nobody has judged the password: this server only takes it in the other
       * way. One that had asked for it and has refused it does not get it once more. */
      self->answer_once = self->password_tries == 1;
      gw_auth_start (self, &gw_auth_interactive);
    }
  else if ((offered & SSH_AUTH_METHOD_PASSWORD) != 0 && self->password_asks < GW_AUTH_MAX_ASKS)
    {
      g_clear_pointer (&self->password, gw_sensitive_unref);
      start_password (self);
    }
  else
    gw_auth_refuse (self, offered);
}

const GwAuthMethod gw_auth_password = {
  .flag = SSH_AUTH_METHOD_PASSWORD,
  .name = "password",
  .start = start_password,
  .step = step_password,
  .denied = denied_password,
};

/* Keyboard-interactive */

static void
start_interactive (GwAuth *self)
{
  self->interactive_asked = FALSE;
  self->password_sent = FALSE;
  gw_auth_try (self, self->plan->timeout);
}

static gboolean
step_interactive (ssh_session session,
                  gpointer    data)
{
  GwAuth *self = data;

  self->rc = ssh_userauth_kbdint (session, NULL, NULL);
  /* Too many prompts, or a broken message: libssh notes an error and then waits for ever. */
  if (self->rc == SSH_AUTH_AGAIN && ssh_get_error_code (session) == SSH_FATAL &&
      strcmp (ssh_get_error (session), self->old_error) != 0)
    self->rc = SSH_AUTH_ERROR;
  return self->rc != SSH_AUTH_AGAIN;
}

static void
on_next_password (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  GwAuth *self = user_data;
  GError *error = NULL;

  g_clear_pointer (&self->password, gw_sensitive_unref);
  self->password = gw_auth_ask_secret_finish (self, result, &error);
  if (self->password == NULL)
    gw_auth_finish (self, error);
  else if (check_password (self))
    {
      self->password_tries++;
      self->answer_once = TRUE;
      gw_auth_start (self, &gw_auth_interactive);
    }
}

static void
denied_interactive (GwAuth *self,
                    int     offered)
{
  gboolean answered = self->interactive_asked || self->interactive_rounds > 0;

  self->interactive_rounds = 0;
  if (self->password_sent)
    {
      /* Asked for as what it is: the window is to know that it was wrong, and which one was right
       * in the end. */
      if ((offered & SSH_AUTH_METHOD_INTERACTIVE) != 0 && self->password_asks < GW_AUTH_MAX_ASKS)
        {
          g_clear_pointer (&self->password, gw_sensitive_unref);
          ask_password (self, on_next_password);
        }
      else
        gw_auth_refuse (self, offered);
      return;
    }
  if ((offered & SSH_AUTH_METHOD_INTERACTIVE) != 0 && answered &&
      self->interactive_asks < GW_AUTH_MAX_ASKS)
    start_interactive (self);
  else
    gw_auth_refuse (self, offered);
}

static void
on_answers (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  GwAuth *self = user_data;
  ssh_session session = gw_ssh_link_get_session (self->link);
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) answers = NULL;
  GError *error = NULL;
  int n;

  reply = gw_prompter_ask_finish (self->prompter, result, &fds, &error);
  if (reply == NULL || session == NULL)
    {
      gw_auth_finish (self, error != NULL ? error : gw_ssh_link_get_loss (self->link));
      return;
    }
  n = ssh_userauth_kbdint_getnprompts (session);
  answers = g_variant_get_child_value (reply, 0);
  if ((int) g_variant_n_children (answers) != n)
    {
      gw_auth_fail (self, GW_ERROR_PROTOCOL, _("The window did not answer every question."));
      return;
    }
  for (int i = 0; i < n; i++)
    {
      g_autoptr (GVariant) handle = g_variant_get_child_value (answers, i);
      g_autoptr (GwSensitive) answer = gw_prompter_read_secret (handle, fds, &error);

      if (answer == NULL)
        {
          gw_auth_finish (self, error);
          return;
        }
      ssh_userauth_kbdint_setanswer (session, i, gw_sensitive_get_text (answer));
    }
  gw_auth_try (self, self->plan->timeout * PATIENCE);
}

/* A prompt fit to be shown. The blank behind "Password:" is a part of it. */
static char *
clean_prompt (const char *text)
{
  g_autofree char *clean = gw_text_clean_line (text, MAX_PROMPT);

  return g_str_has_suffix (text, " ") ? g_strconcat (clean, " ", NULL) : g_steal_pointer (&clean);
}

static void
ask_person (GwAuth *self,
            int     n)
{
  ssh_session session = gw_ssh_link_get_session (self->link);
  g_autofree char *name = gw_text_clean_line (ssh_userauth_kbdint_getname (session), MAX_TEXT);
  g_autofree char *instruction = NULL;
  GVariantBuilder prompts;

  instruction = gw_text_clean_block (ssh_userauth_kbdint_getinstruction (session), MAX_TEXT);
  g_variant_builder_init (&prompts, G_VARIANT_TYPE ("a(sb)"));
  for (int i = 0; i < n; i++)
    {
      char echo = 0;
      const char *raw = ssh_userauth_kbdint_getprompt (session, i, &echo);
      g_autofree char *text = clean_prompt (raw);

      g_variant_builder_add (&prompts, "(sb)", text, echo != 0);
    }
  if (!self->interactive_asked)
    self->interactive_asks++;
  self->interactive_asked = TRUE;
  gw_prompter_ask_async (self->prompter, "AskInteractive",
                         g_variant_new ("(ssa(sb))", name, instruction, &prompts),
                         G_VARIANT_TYPE ("(ah)"), on_answers, self);
}

static void
info_interactive (GwAuth *self)
{
  ssh_session session = gw_ssh_link_get_session (self->link);
  int n = ssh_userauth_kbdint_getnprompts (session);
  gboolean typed = self->answer_once;
  char echo = 1;

  self->answer_once = FALSE;
  self->interactive_rounds++;
  if (n > MAX_PROMPTS || self->interactive_rounds > MAX_ROUNDS)
    {
      gw_auth_fail (self, GW_ERROR_AUTH_METHOD, _("The server asks too many questions."));
      return;
    }
  if (n == 1)
    ssh_userauth_kbdint_getprompt (session, 0, &echo);
  if (n == 0)
    {
      self->answer_once = typed;
      gw_auth_try (self, self->plan->timeout * PATIENCE);
    }
  else if (typed && n == 1 && !echo && self->password != NULL)
    {
      self->password_sent = TRUE;
      ssh_userauth_kbdint_setanswer (session, 0, gw_sensitive_get_text (self->password));
      gw_auth_try (self, self->plan->timeout * PATIENCE);
    }
  else
    ask_person (self, n);
}

const GwAuthMethod gw_auth_interactive = {
  .flag = SSH_AUTH_METHOD_INTERACTIVE,
  .name = "keyboard-interactive",
  .start = start_interactive,
  .step = step_interactive,
  .denied = denied_interactive,
  .info = info_interactive,
};
