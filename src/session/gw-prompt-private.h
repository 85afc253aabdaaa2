/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-prompt.h"

G_BEGIN_DECLS

/*
 * How the engine's client makes prompts. @invocation (transfer full) is the engine's method call;
 * %NULL in tests of pages that show prompts: the answer then goes nowhere. The internal signal
 * `answered` (no arguments) says that the engine has its answer.
 */

/* %NULL if the engine's description makes no sense: it then has its answer already. */
GwPrompt *gw_prompt_new_host_key    (GDBusMethodInvocation *invocation,
                                     GVariant              *key);
GwPrompt *gw_prompt_new_secret      (GDBusMethodInvocation *invocation,
                                     GwPromptKind           kind,
                                     guint                  attempt,
                                     const char            *message);
GwPrompt *gw_prompt_new_key         (GDBusMethodInvocation *invocation,
                                     guint                  attempt,
                                     const char            *message);
/* @prompts: a(sb) as in AskInteractive. */
GwPrompt *gw_prompt_new_interactive (GDBusMethodInvocation *invocation,
                                     const char            *name,
                                     const char            *instruction,
                                     GVariant              *prompts);

/* The host as the engine named it, which must be the one that is being connected to. */
gboolean  gw_prompt_is_for_host     (GwPrompt              *self,
                                     const char            *host,
                                     guint                  port);
/* What was typed for a password or passphrase; only during `answered`, else %NULL. (transfer
 * none) */
GwSensitive *gw_prompt_get_answer (GwPrompt           *self);
/* What is known of the key in question, which is announced by `statement-changed`. @stated and
 * @error are nullable, untrusted, and copied. The internal signal `ask-assistant` (no arguments)
 * says that the person wants Cloud Assistant to be asked, which can then not be asked again. */
void      gw_prompt_set_statement   (GwPrompt              *self,
                                     GwPromptStatement      statement,
                                     const char            *stated,
                                     gint64                 time,
                                     const char            *error);
/* Before the statement, which announces it. */
void      gw_prompt_set_by_assistant (GwPrompt             *self,
                                     gboolean               by_assistant);
void      gw_prompt_set_can_ask_assistant (GwPrompt        *self,
                                     gboolean               can_ask);
/* The engine does not wait any more: emits `gone` unless it was answered. */
void      gw_prompt_withdraw        (GwPrompt              *self);

G_END_DECLS
