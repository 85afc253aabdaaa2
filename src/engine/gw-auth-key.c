/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Engine"

/* Public keys (RFC 4252, section 7): one that was handed in, or those of the agent. */

#include "gw-auth-private.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gw-private-key.h"

/* OpenSSH ends the connection after six tries (MaxAuthTries). */
#define MAX_AGENT_KEYS 5
#define MAX_REPEATS 20

/* A key that was handed in */

static void
on_passphrase (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  GwAuth *self = user_data;
  GError *error = NULL;

  g_clear_pointer (&self->plan->passphrase, gw_sensitive_unref);
  self->plan->passphrase = gw_auth_ask_secret_finish (self, result, &error);
  if (self->plan->passphrase == NULL)
    gw_auth_finish (self, error);
  else
    gw_auth_start (self, &gw_auth_publickey);
}

static void
start_publickey (GwAuth *self)
{
  g_autoptr (GError) error = NULL;

  if (self->plan->private_key == NULL)
    {
      gw_auth_fail (self, GW_ERROR_AUTH_METHOD, _("The server wants a key, and there is none."));
      return;
    }
  if (self->key == NULL)
    self->key = gw_private_key_import (self->plan->private_key, self->plan->passphrase, &error);
  if (self->key != NULL)
    gw_auth_try (self, self->plan->timeout);
  else if ((g_error_matches (error, GW_ERROR, GW_ERROR_KEY_NEEDS_PASSPHRASE) ||
            g_error_matches (error, GW_ERROR, GW_ERROR_KEY_WRONG_PASSPHRASE)) &&
           self->passphrase_asks < GW_AUTH_MAX_ASKS)
    {
      guint attempt = error->code == GW_ERROR_KEY_NEEDS_PASSPHRASE ? 0 : ++self->passphrase_tries;

      self->passphrase_asks++;
      g_clear_pointer (&self->plan->passphrase, gw_sensitive_unref);
      gw_auth_ask_secret (self, "passphrase", attempt, attempt > 0 ? error->message : "",
                          on_passphrase);
    }
  else
    gw_auth_finish (self, g_steal_pointer (&error));
}

static gboolean
step_publickey (ssh_session session,
                gpointer    data)
{
  GwAuth *self = data;

  self->rc = ssh_userauth_publickey (session, NULL, self->key);
  return self->rc != SSH_AUTH_AGAIN;
}

const GwAuthMethod gw_auth_publickey = {
  .flag = SSH_AUTH_METHOD_PUBLICKEY,
  .name = "publickey",
  .start = start_publickey,
  .step = step_publickey,
  .denied = gw_auth_refuse,
};

/* The agent
 *
 * libssh offers whatever the agent holds, one key after the other, until the server has enough. To
 * choose the key it is given a socket on which the list, with one key in it, already lies, and
 * right after it has read that, the socket of the agent for the signature. */

static gboolean
lay_out_answer (GwAuth *self)
{
  GwAgentIdentity *identity = g_ptr_array_index (self->identities, self->next_identity++);
  g_autoptr (GBytes) answer = gw_agent_make_answer (identity);
  gssize length = g_bytes_get_size (answer);

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, self->answer_fds) < 0)
    return FALSE;
  if (send (self->answer_fds[1], g_bytes_get_data (answer, NULL), length,
            MSG_NOSIGNAL | MSG_DONTWAIT) != length)
    return FALSE;
  /* Nothing else will ever be answered there, and libssh must not wait for it. */
  shutdown (self->answer_fds[1], SHUT_WR);
  ssh_set_agent_socket (gw_ssh_link_get_session (self->link), self->answer_fds[0]);
  return TRUE;
}

/* From here on libssh speaks with the agent itself. */
static void
take_answer_away (GwAuth *self)
{
  ssh_set_agent_socket (gw_ssh_link_get_session (self->link), self->plan->agent_fd);
  for (guint i = 0; i < 2; i++)
    {
      close (self->answer_fds[i]);
      self->answer_fds[i] = -1;
    }
}

static gboolean
step_agent (ssh_session session,
            gpointer    data)
{
  GwAuth *self = data;

  for (guint i = 0; i < MAX_REPEATS; i++)
    {
      self->rc = ssh_userauth_agent (session, NULL);
      if (self->answer_fds[0] < 0)
        break;
      take_answer_away (self);
      /* A quick server takes the key within this first call, and libssh wants the signature where
       * only the list lies. Nothing was sent then, so the key can be offered once more. */
      if (self->rc != SSH_AUTH_ERROR || !gw_ssh_link_is_alive (self->link))
        break;
      self->next_identity--;
      if (!lay_out_answer (self))
        break;
    }
  return self->rc != SSH_AUTH_AGAIN;
}

static void
try_next_identity (GwAuth *self)
{
  if (!lay_out_answer (self))
    {
      gw_auth_fail (self, GW_ERROR_AGENT, _("The keys of the SSH agent cannot be handed on."));
      return;
    }
  self->n_offered++;
  gw_auth_try (self, self->plan->timeout);
}

static void
denied_agent (GwAuth *self,
              int     offered)
{
  if ((offered == 0 || (offered & SSH_AUTH_METHOD_PUBLICKEY) != 0) &&
      self->next_identity < self->identities->len && self->n_offered < MAX_AGENT_KEYS)
    try_next_identity (self);
  else if ((offered & SSH_AUTH_METHOD_PUBLICKEY) != 0 &&
           self->next_identity < self->identities->len)
    {
      g_autofree char *message = g_strdup_printf (
        _("The server refused the first %u of the %u keys that the SSH agent holds. Choose one."),
        self->n_offered, self->identities->len);

      gw_auth_fail (self, GW_ERROR_AUTH_REFUSED, message);
    }
  else
    gw_auth_refuse (self, offered);
}

static void
on_listed (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  GwAuth *self = user_data;
  GError *error = NULL;

  self->identities = gw_agent_list_finish (result, &error);
  if (self->identities == NULL || gw_ssh_link_get_session (self->link) == NULL)
    {
      gw_auth_finish (self, error != NULL ? error : gw_ssh_link_get_loss (self->link));
      return;
    }
  for (guint i = self->identities->len; self->plan->agent_key != NULL && i > 0; i--)
    {
      GwAgentIdentity *identity = g_ptr_array_index (self->identities, i - 1);

      if (strcmp (identity->fingerprint, self->plan->agent_key) != 0)
        g_ptr_array_remove_index (self->identities, i - 1);
    }
  if (self->identities->len == 0)
    gw_auth_fail (self, GW_ERROR_AGENT,
                  self->plan->agent_key != NULL ? _("The SSH agent does not hold the chosen key.")
                                                : _("The SSH agent holds no keys."));
  else
    try_next_identity (self);
}

static void
start_agent (GwAuth *self)
{
  gw_agent_list_async (self->plan->agent_fd, self->cancellable, on_listed, self);
}

const GwAuthMethod gw_auth_agent = {
  .flag = SSH_AUTH_METHOD_PUBLICKEY,
  .name = "publickey",
  .start = start_agent,
  .step = step_agent,
  .denied = denied_agent,
};
