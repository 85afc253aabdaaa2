/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Engine"

#include "gw-host-key.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gw-private-key.h"

/* One kind of key, and the algorithms that it signs with. "ssh-rsa" as an algorithm is SHA-1. */
static const struct {
  const char *type;
  const char *algorithms;
} kinds[] = {
  { "ssh-ed25519", "ssh-ed25519" },
  { "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256" },
  { "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384" },
  { "ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521" },
  { "ssh-rsa", "rsa-sha2-512,rsa-sha2-256" },
};

char *
gw_host_key_list_types (GwKnownHosts *known,
                        const char   *host,
                        guint         port)
{
  g_auto (GStrv) stored = gw_known_hosts_get_types (known, host, port);
  g_autoptr (GPtrArray) list = g_ptr_array_new ();

  for (guint i = 0; stored[i] != NULL; i++)
    for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
      if (strcmp (stored[i], kinds[k].type) == 0)
        g_ptr_array_add (list, (gpointer) kinds[k].algorithms);
  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    if (!g_ptr_array_find (list, kinds[k].algorithms, NULL))
      g_ptr_array_add (list, (gpointer) kinds[k].algorithms);
  g_ptr_array_add (list, NULL);
  return g_strjoinv (",", (char **) list->pdata);
}

static void
on_answered (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;
  const char *answer;

  reply = gw_prompter_ask_finish (GW_PROMPTER (source), result, NULL, &error);
  if (reply == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_variant_get (reply, "(&s)", &answer);
  if (strcmp (answer, "accept") == 0)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, GW_ERROR, GW_ERROR_HOST_KEY_REFUSED,
                             _("The host key was not accepted."));
}

static GVariant *
make_question (const char       *host,
               guint             port,
               const char       *type,
               const char       *fingerprint,
               const char       *base64,
               GwHostKeyVerdict  verdict,
               gboolean          authority,
               GPtrArray        *stored)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  GVariantBuilder entries;

  g_variant_dict_insert (&dict, "host", "s", host);
  g_variant_dict_insert (&dict, "port", "u", port);
  g_variant_dict_insert (&dict, "type", "s", type);
  g_variant_dict_insert (&dict, "fingerprint", "s", fingerprint);
  g_variant_dict_insert (&dict, "public-key", "s", base64);
  g_variant_dict_insert (&dict, "verdict", "s",
                         verdict == GW_HOST_KEY_CHANGED ? "changed" : "unknown");
  g_variant_dict_insert (&dict, "certificate-authority", "b", authority);
  g_variant_builder_init (&entries, G_VARIANT_TYPE ("a(sss)"));
  for (guint i = 0; stored != NULL && i < stored->len; i++)
    {
      GwKnownHostsEntry *entry = g_ptr_array_index (stored, i);
      g_autofree char *file = g_filename_display_name (entry->file);
      g_autofree char *place = g_strdup_printf ("%s:%u", file, entry->line);

      g_variant_builder_add (&entries, "(sss)", entry->type, entry->fingerprint, place);
    }
  g_variant_dict_insert_value (&dict, "stored", g_variant_builder_end (&entries));
  return g_variant_new ("(@a{sv})", g_variant_dict_end (&dict));
}

void
gw_host_key_check_async (GwSshLink           *link,
                         GwKnownHosts        *known,
                         const char          *host,
                         guint                port,
                         GwPrompter          *prompter,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (link, NULL, callback, user_data);
  g_autoptr (GPtrArray) stored = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *type = NULL;
  g_autofree char *fingerprint = NULL;
  g_autofree char *line = NULL;
  g_autofree guint8 *blob = NULL;
  const char *base64;
  GwHostKeyVerdict verdict;
  gsize length = 0;
  ssh_key key = NULL;
  gboolean described;

  g_task_set_source_tag (task, gw_host_key_check_async);
  if (ssh_get_server_publickey (gw_ssh_link_get_session (link), &key) != SSH_OK)
    {
      g_task_return_new_error (task, GW_ERROR, GW_ERROR_KEY_EXCHANGE,
                               _("The server has no host key."));
      return;
    }
  described = gw_private_key_describe (key, &type, &fingerprint, &line, &error);
  ssh_key_free (key);
  if (!described)
    {
      g_task_return_new_error (task, GW_ERROR, GW_ERROR_KEY_EXCHANGE, "%s", error->message);
      return;
    }
  base64 = strchr (line, ' ') + 1;
  blob = g_base64_decode (base64, &length);
  verdict = gw_known_hosts_check (known, host, port, blob, length, &stored);
  if (verdict == GW_HOST_KEY_KNOWN)
    g_task_return_boolean (task, TRUE);
  else if (verdict == GW_HOST_KEY_REVOKED)
    g_task_return_new_error (task, GW_ERROR, GW_ERROR_HOST_KEY_REVOKED,
                             _("The host key of %s (%s) is marked as revoked."), host, fingerprint);
  else
    gw_prompter_ask_async (prompter, "VerifyHostKey",
                           make_question (host, port, type, fingerprint, base64, verdict,
                                          gw_known_hosts_has_authority (known, host, port), stored),
                           G_VARIANT_TYPE ("(s)"), on_answered, g_steal_pointer (&task));
}

gboolean
gw_host_key_check_finish (GAsyncResult  *result,
                          GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
