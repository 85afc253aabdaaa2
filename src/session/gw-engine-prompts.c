/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-engine-prompts.h"

#include "gw-prompt-private.h"

/* From the engine's calls to questions for a person. */

#define PROMPT_PATH "/org/gangway/Prompt1"

static void
offer_prompt (GwEngineClient *self,
              GwPrompt       *prompt)
{
  g_autoptr (GwPrompt) hold = prompt;

  if (prompt != NULL)
    g_signal_emit_by_name (self, "prompt", prompt);
}

static gboolean
on_verify_host_key (GwEngineClient        *self,
                    GDBusMethodInvocation *invocation,
                    GVariant              *key)
{
  g_assert (GW_IS_ENGINE_CLIENT (self));

  offer_prompt (self, gw_prompt_new_host_key (invocation, key));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_ask_secret (GwEngineClient        *self,
               GDBusMethodInvocation *invocation,
               GUnixFDList           *fd_list,
               const char            *kind,
               guint                  attempt,
               const char            *message)
{
  g_assert (GW_IS_ENGINE_CLIENT (self));

  offer_prompt (self, gw_prompt_new_secret (invocation,
                                            g_str_equal (kind, "passphrase") ? GW_PROMPT_PASSPHRASE
                                                                             : GW_PROMPT_PASSWORD,
                                            attempt, message));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_ask_interactive (GwEngineClient        *self,
                    GDBusMethodInvocation *invocation,
                    GUnixFDList           *fd_list,
                    const char            *name,
                    const char            *instruction,
                    GVariant              *prompts)
{
  g_assert (GW_IS_ENGINE_CLIENT (self));

  offer_prompt (self, gw_prompt_new_interactive (invocation, name, instruction, prompts));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_await_key (GwEngineClient        *self,
              GDBusMethodInvocation *invocation,
              guint                  attempt,
              const char            *message)
{
  g_assert (GW_IS_ENGINE_CLIENT (self));

  offer_prompt (self, gw_prompt_new_key (invocation, attempt, message));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

GwBusPrompt1 *
gw_engine_prompts_export (GwEngineClient   *client,
                          GDBusConnection  *connection,
                          GError          **error)
{
  g_autoptr (GwBusPrompt1) prompts = gw_bus_prompt1_skeleton_new ();

  g_signal_connect_swapped (prompts, "handle-verify-host-key", G_CALLBACK (on_verify_host_key),
                            client);
  g_signal_connect_swapped (prompts, "handle-ask-secret", G_CALLBACK (on_ask_secret), client);
  g_signal_connect_swapped (prompts, "handle-ask-interactive", G_CALLBACK (on_ask_interactive),
                            client);
  g_signal_connect_swapped (prompts, "handle-await-key", G_CALLBACK (on_await_key), client);
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (prompts), connection,
                                         PROMPT_PATH, error))
    return NULL;
  return g_steal_pointer (&prompts);
}
