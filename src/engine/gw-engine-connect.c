/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Engine"

#include "gw-engine-private.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <unistd.h>

#include "gw-host-key.h"
#include "gw-lockdown.h"
#include "gw-terminal-channel.h"
#include "gw-text.h"
#include "gw-transport.h"

#define MAX_IDENTIFICATION 60 /* characters; the contract says 255 bytes */

/* From an address to a login, phase by phase. */

static GError *
explain_key_exchange (GwEngine *self,
                      GError   *error)
{
  const char *identification = ssh_get_serverbanner (gw_ssh_link_get_session (self->link));
  g_autofree char *words = gw_ssh_link_get_words (self->link);
  gboolean heard = gw_ssh_link_has_heard (self->link);

  if (g_error_matches (error, GW_ERROR, GW_ERROR_CANCELLED))
    return g_error_copy (error);
  if (identification == NULL && heard)
    return g_error_new (GW_ERROR, GW_ERROR_NOT_SSH,
                        _("What answers on port %u does not speak SSH."), self->target->port);
  if (g_error_matches (error, GW_ERROR, GW_ERROR_TIMED_OUT))
    return g_error_copy (error);
  if (identification == NULL || g_str_has_prefix (words, "Socket error"))
    return gw_ssh_link_get_loss (self->link);
  return g_error_new (GW_ERROR, GW_ERROR_KEY_EXCHANGE,
                      _("The two sides found no common ground: %s"), words);
}

static void
on_banner (const char *text,
           gpointer    user_data)
{
  gw_bus_session1_emit_banner (GW_ENGINE (user_data)->skeleton, text);
}

static void
on_logged_in (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GwEngine) self = GW_ENGINE (user_data);
  g_autoptr (GError) error = NULL;
  gboolean done = gw_auth_run_finish (result, &error);

  /* No secret outlives its use. */
  g_clear_pointer (&self->target, gw_target_free);
  if (self->phase == GW_PHASE_CLOSED)
    return;
  if (!done)
    {
      gw_engine_end (self, error);
      return;
    }
  gw_bus_session1_complete_connect (self->skeleton, g_steal_pointer (&self->connecting), NULL);
}

static void
on_host_key_judged (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (GwEngine) self = GW_ENGINE (user_data);
  g_autoptr (GError) error = NULL;
  gboolean accepted = gw_host_key_check_finish (result, &error);

  if (self->phase == GW_PHASE_CLOSED)
    return;
  if (!accepted)
    {
      gw_engine_end (self, error);
      return;
    }
  gw_ssh_link_pin_host_key (self->link);
  gw_engine_set_phase (self, GW_PHASE_AUTHENTICATION);
  gw_auth_run_async (self->link, self->target->plan, self->prompter, on_banner, self,
                     self->cancellable, on_logged_in, g_object_ref (self));
}

static void
on_keys_exchanged (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (GwEngine) self = GW_ENGINE (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) explained = NULL;
  g_autofree char *identification = NULL;
  gboolean ran = gw_ssh_link_run_finish (GW_SSH_LINK (source), result, &error);

  if (self->phase == GW_PHASE_CLOSED)
    return;
  identification = gw_text_clean_line (
    ssh_get_serverbanner (gw_ssh_link_get_session (self->link)), MAX_IDENTIFICATION);
  gw_bus_session1_set_server_identification (self->skeleton, identification);
  if (!ran || self->rc != SSH_OK)
    {
      explained = explain_key_exchange (self, error);
      gw_engine_end (self, explained);
      return;
    }
  gw_engine_set_phase (self, GW_PHASE_HOST_KEY);
  gw_host_key_check_async (self->link, self->known, self->target->host, self->target->port,
                           self->prompter, on_host_key_judged, g_object_ref (self));
}

static gboolean
step_connect (ssh_session session,
              gpointer    data)
{
  GwEngine *self = data;
  int fd;

  self->rc = ssh_connect (session);
  /* libssh makes the descriptor blocking when it finds it connected. */
  fd = ssh_get_fd (session);
  if (fd >= 0)
    g_unix_set_fd_nonblocking (fd, TRUE, NULL);
  return self->rc != SSH_AGAIN;
}

static void
on_lost (GwSshLink *link,
         gpointer   user_data)
{
  GwEngine *self = GW_ENGINE (user_data);
  g_autoptr (GError) loss = gw_ssh_link_get_loss (link);
  g_autoptr (GList) terminals = NULL;

  /* An operation that was under way ends Connect with an error of its own. */
  if (self->connecting != NULL && !gw_prompter_is_asking (self->prompter))
    return;
  if (g_hash_table_size (self->terminals) == 0)
    {
      gw_engine_end (self, loss);
      return;
    }
  self->loss = g_steal_pointer (&loss);
  terminals = g_hash_table_get_values (self->terminals);
  g_list_foreach (terminals, (GFunc) (void (*) (void)) g_object_ref, NULL);
  for (GList *l = terminals; l != NULL; l = l->next)
    {
      gw_terminal_channel_lose (l->data);
      g_object_unref (l->data);
    }
}

/* From here on a stranger's bytes are read. */
static void
exchange_keys (GwEngine *self,
               int       fd)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *types = gw_host_key_list_types (self->known, self->target->host,
                                                   self->target->port);

  self->link = gw_ssh_link_new (fd, self->target->user, types, &error);
  if (self->link == NULL)
    {
      gw_engine_end (self, error);
      return;
    }
  g_signal_connect (self->link, "lost", G_CALLBACK (on_lost), self);
  gw_lockdown ();
  gw_engine_set_phase (self, GW_PHASE_KEY_EXCHANGE);
  gw_ssh_link_run_async (self->link, step_connect, self, self->target->timeout, on_keys_exchanged,
                         g_object_ref (self));
}

static void
on_connected (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GwEngine) self = GW_ENGINE (user_data);
  g_autoptr (GError) error = NULL;
  g_autofree char *peer = NULL;
  int fd = gw_transport_connect_finish (result, &peer, &error);

  if (self->phase == GW_PHASE_CLOSED)
    {
      if (fd >= 0)
        close (fd);
      return;
    }
  if (fd < 0)
    {
      gw_engine_end (self, error);
      return;
    }
  gw_bus_session1_set_peer_address (self->skeleton, peer);
  exchange_keys (self, fd);
}

static void
on_transport_phase (GwPhase  phase,
                    gpointer user_data)
{
  GwEngine *self = GW_ENGINE (user_data);

  if (self->phase != GW_PHASE_CLOSED)
    gw_engine_set_phase (self, phase);
}

gboolean
gw_engine_on_connect (GwBusSession1         *skeleton,
                      GDBusMethodInvocation *invocation,
                      GUnixFDList           *fds,
                      const char            *host,
                      guint                  port,
                      const char            *user,
                      GVariant              *options,
                      gpointer               user_data)
{
  GwEngine *self = GW_ENGINE (user_data);
  g_autoptr (GError) error = NULL;
  g_autofree char *peer = NULL;

  if (self->phase != GW_PHASE_NEW || self->connecting != NULL)
    {
      g_dbus_method_invocation_return_error_literal (invocation, GW_ERROR, GW_ERROR_PROTOCOL,
                                                     _("An engine connects only once."));
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  self->connecting = invocation;
  self->target = gw_target_new (host, port, user, options, fds, &error);
  if (self->target != NULL)
    self->timeout = self->target->timeout;
  if (self->target != NULL)
    self->known = gw_known_hosts_load ((const char *const *) self->target->known_hosts, &error);
  if (self->known == NULL ||
      (self->target->transport >= 0 &&
       !gw_transport_check (self->target->transport, &peer, &error)))
    gw_engine_end (self, error);
  else if (self->target->transport >= 0)
    {
      gw_bus_session1_set_peer_address (self->skeleton, peer);
      exchange_keys (self, g_steal_fd (&self->target->transport));
    }
  else
    {
      gw_engine_set_phase (self, GW_PHASE_RESOLVE);
      gw_transport_connect_async (host, port, self->target->connect_timeout, on_transport_phase,
                                  self, self->cancellable, on_connected, g_object_ref (self));
    }
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

gboolean
gw_engine_on_make_key (GwBusSession1         *skeleton,
                       GDBusMethodInvocation *invocation,
                       const char            *type,
                       gpointer               user_data)
{
  GwEngine *self = GW_ENGINE (user_data);
  GwAuthPlan *plan = self->connecting != NULL ? self->target->plan : NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *public_key = NULL;
  GwTemporaryKey *key;

  if (plan == NULL || plan->choice != GW_AUTH_CHOICE_TEMPORARY_KEY)
    {
      g_dbus_method_invocation_return_error_literal (invocation, GW_ERROR, GW_ERROR_PROTOCOL,
                                                     _("No login with a key of one minute is under "
                                                       "way."));
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  key = gw_temporary_key_new (type, plan->key_life, &public_key, &error);
  if (key == NULL)
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  g_clear_pointer (&plan->temporary_key, gw_temporary_key_free);
  plan->temporary_key = key;
  gw_bus_session1_complete_make_key (skeleton, invocation, public_key);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}
