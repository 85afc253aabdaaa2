/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Engine"

/* A key that lives one minute: MakeKey makes it, the window says when the server has it. */

#include "gw-auth-private.h"

#include <glib/gi18n.h>

static void
on_delivered (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  GwAuth *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = gw_prompter_ask_finish (self->prompter, result, NULL, &error);

  if (g_error_matches (error, GW_ERROR, GW_ERROR_AUTH_REFUSED))
    gw_auth_fail (self, GW_ERROR_AUTH_REFUSED,
                  self->refusal != NULL ? self->refusal : _("There is no key to log in with."));
  else if (reply == NULL)
    gw_auth_finish (self, g_steal_pointer (&error));
  else if (self->plan->temporary_key == NULL)
    gw_auth_fail (self, GW_ERROR_PROTOCOL, _("There is no key to log in with."));
  else
    {
      /* What MakeKey makes from now on is the next one. */
      self->temporary_key = g_steal_pointer (&self->plan->temporary_key);
      if (gw_temporary_key_get (self->temporary_key) == NULL)
        gw_auth_finish (self, gw_temporary_key_get_expiry_error (self->temporary_key));
      else
        gw_auth_try (self, self->plan->timeout);
    }
}

static void
start_temporary (GwAuth *self)
{
  gw_prompter_ask_async (self->prompter, "AwaitKey",
                         g_variant_new ("(us)", self->temporary_asks++,
                                        self->refusal != NULL ? self->refusal : ""),
                         G_VARIANT_TYPE_UNIT, on_delivered, self);
}

static gboolean
step_temporary (ssh_session session,
                gpointer    data)
{
  GwAuth *self = data;
  ssh_key key = gw_temporary_key_get (self->temporary_key);

  self->rc = key != NULL ? ssh_userauth_publickey (session, NULL, key) : SSH_AUTH_ERROR;
  return self->rc != SSH_AUTH_AGAIN;
}

static void
denied_temporary (GwAuth *self,
                  int     offered)
{
  g_clear_pointer (&self->temporary_key, gw_temporary_key_free);
  if (self->temporary_asks >= GW_AUTH_MAX_ASKS ||
      (offered != 0 && (offered & SSH_AUTH_METHOD_PUBLICKEY) == 0))
    {
      gw_auth_refuse (self, offered);
      return;
    }
  g_free (self->refusal);
  self->refusal = gw_auth_describe_refusal (offered);
  start_temporary (self);
}

const GwAuthMethod gw_auth_temporary = {
  .flag = SSH_AUTH_METHOD_PUBLICKEY,
  .name = "publickey",
  .start = start_temporary,
  .step = step_temporary,
  .denied = denied_temporary,
};
