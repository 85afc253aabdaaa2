/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-assistant.h"
#include "gw-cloud-deadline.h"

G_BEGIN_DECLS

/**
 * GwAssistantCommand:
 *
 * What is to be carried out: either a public command or a script.
 */
typedef struct {
  const char *name;       /* of a public command; %NULL for a script */
  const char *parameters; /* a JSON object; nullable */
  const char *script;
  const char *user;       /* whom it is for, in sentences; nullable */
} GwAssistantCommand;

/**
 * GwAssistantResult:
 *
 * One entry of DescribeInvocationResults.
 */
typedef struct {
  char   *status;     /* InvocationStatus; "" where it is not listed yet */
  char   *code;       /* ErrorCode; both cleaned */
  char   *info;       /* ErrorInfo, cleaned to one line */
  char   *output;     /* cleaned (gw_text_clean_block()) */
  gint64  exit_code;
  gint64  n_dropped;  /* bytes of output that the cloud left out */
} GwAssistantResult;

/* gw-assistant-result.c: what @answer has of that invocation on that instance; %NULL if nothing. */
GwAssistantResult *gw_assistant_result_read  (JsonObject               *answer,
                                              const char               *invocation,
                                              const char               *instance);
void               gw_assistant_result_free  (GwAssistantResult        *self);
/* Whether it has come to its end, good or bad. */
gboolean           gw_assistant_result_is_over (const GwAssistantResult *self);
/* Whether it never came to the agent, which may be busy or gone: its status tells which. */
gboolean           gw_assistant_result_needs_status (const GwAssistantResult *self);
/* %FALSE with an error where it did not end well. @n_active: commands that the agent has under way,
 * where that is known. */
gboolean           gw_assistant_result_check (const GwAssistantResult  *self,
                                              const char               *user,
                                              guint                     n_active,
                                              GError                  **error);
/* It did not end within our own deadline. @self: the last that was heard of it, nullable. */
GError            *gw_assistant_result_make_late (const GwAssistantResult *self,
                                              guint                     n_active);

/* gw-assistant-command.c: carries out @command within @timeout seconds, and returns what it
 * printed. */
void               gw_assistant_command_async (GwCloudClient            *client,
                                              const char               *region,
                                              const char               *instance,
                                              const GwAssistantCommand *command,
                                              guint                     timeout,
                                              GCancellable             *cancellable,
                                              GAsyncReadyCallback       callback,
                                              gpointer                  user_data);
char              *gw_assistant_command_finish (GwCloudClient           *client,
                                              GAsyncResult             *result,
                                              GError                  **error);
/* Whether @error says that the account has no such public command. */
gboolean           gw_assistant_lacks_command (const GError             *error);

/* gw-assistant.c: what an answer to DescribeCloudAssistantStatus says; a version of "" where
 * @instance is not in it. */
GwAssistantStatus *gw_assistant_status_read  (JsonObject               *answer,
                                              const char               *instance);
/* Asks for that, without a judgement, within @timeout seconds. */
void               gw_assistant_ask_async    (GwCloudClient            *client,
                                              const char               *region,
                                              const char               *instance,
                                              guint                     timeout,
                                              GCancellable             *cancellable,
                                              GAsyncReadyCallback       callback,
                                              gpointer                  user_data);
GwAssistantStatus *gw_assistant_ask_finish   (GwCloudClient            *client,
                                              GAsyncResult             *result,
                                              GError                  **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwAssistantResult, gw_assistant_result_free)

G_END_DECLS
