/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Engine"

#include "gw-inspect.h"

#include <gio/gunixfdlist.h>
#include <unistd.h>

#include "gw-agent.h"
#include "gw-private-key.h"
#include "gw-prompter.h"

gboolean
gw_inspect_on_inspect_key (GwBusSession1         *skeleton,
                           GDBusMethodInvocation *invocation,
                           GUnixFDList           *fds,
                           GVariant              *key,
                           gboolean               has_passphrase,
                           GVariant              *passphrase,
                           gpointer               user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GwSensitive) text = gw_prompter_read_secret (key, fds, &error);
  g_autoptr (GwSensitive) opener = NULL;
  g_autofree char *type = NULL;
  g_autofree char *fingerprint = NULL;
  g_autofree char *public_key = NULL;
  ssh_key parsed = NULL;

  if (text != NULL && has_passphrase)
    opener = gw_prompter_read_secret (passphrase, fds, &error);
  if (error == NULL)
    parsed = gw_private_key_import (text, opener, &error);
  if (parsed != NULL)
    gw_private_key_describe (parsed, &type, &fingerprint, &public_key, &error);
  g_clear_pointer (&parsed, ssh_key_free);
  if (error != NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    gw_bus_session1_complete_inspect_key (skeleton, invocation, NULL, type, fingerprint,
                                          public_key);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* What a ListAgentKeys call needs until it is answered. */
typedef struct {
  GwBusSession1         *skeleton;
  GDBusMethodInvocation *invocation;
  int                    fd;
} Listing;

static void
on_listed (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Listing *listing = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) identities = gw_agent_list_finish (result, &error);
  GVariantBuilder keys;

  g_variant_builder_init (&keys, G_VARIANT_TYPE ("a(sss)"));
  for (guint i = 0; identities != NULL && i < identities->len; i++)
    {
      GwAgentIdentity *identity = g_ptr_array_index (identities, i);

      g_variant_builder_add (&keys, "(sss)", identity->type, identity->fingerprint,
                             identity->comment);
    }
  if (identities == NULL)
    {
      g_variant_builder_clear (&keys);
      g_dbus_method_invocation_return_gerror (listing->invocation, error);
    }
  else
    gw_bus_session1_complete_list_agent_keys (listing->skeleton, listing->invocation,
                                              g_variant_builder_end (&keys));
  close (listing->fd);
  g_object_unref (listing->skeleton);
  g_free (listing);
}

gboolean
gw_inspect_on_list_agent_keys (GwBusSession1         *skeleton,
                               GDBusMethodInvocation *invocation,
                               gpointer               user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) never = g_cancellable_new ();
  int fd = gw_agent_connect (&error);
  Listing *listing;

  if (fd < 0)
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  listing = g_new0 (Listing, 1);
  listing->skeleton = g_object_ref (skeleton);
  listing->invocation = invocation;
  listing->fd = fd;
  gw_agent_list_async (fd, never, on_listed, listing);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}
