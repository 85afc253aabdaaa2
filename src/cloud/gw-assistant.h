/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-cloud-client.h"
#include "gw-error.h"

G_BEGIN_DECLS

/*
 * Cloud Assistant: commands for one instance, carried out by the agent inside it. Each function
 * calls the API and waits for what becomes of it; each has a deadline of its own. Errors: those of
 * GwCloudClient, and GW_ERROR_NOT_RUNNING, _NO_SUCH_ACCOUNT, _ASSISTANT_…; messages are sentences
 * with the cloud's own words (ErrorCode, what the command printed) cleaned behind them.
 */

/* The agent's least version that takes keys (page “config_ecs_instance_connect”, Linux). */
#define GW_ASSISTANT_LEAST_VERSION "2.2.3.196"

/* Seconds: for a plug-in to be enabled; for a key or a short script to be carried out. */
#define GW_ASSISTANT_ENABLE_TIMEOUT 180
#define GW_ASSISTANT_TIMEOUT 60

typedef struct {
  char    *version;    /* "2.2.3.612", cleaned; "" if no agent was ever heard from */
  gboolean is_running; /* it was heard from lately */
  guint    n_active;   /* commands that it has under way */
} GwAssistantStatus;

void     gw_assistant_status_free       (GwAssistantStatus    *self);
/* DescribeCloudAssistantStatus. An agent that is missing, too old or not running is an error. */
void     gw_assistant_check_async       (GwCloudClient        *client,
                                         const char           *region,
                                         const char           *instance,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
GwAssistantStatus *
         gw_assistant_check_finish      (GwCloudClient        *client,
                                         GAsyncResult         *result,
                                         GError              **error);

/* Makes the instance take one-minute keys: ACS-ECS-EnableSshPublicKey-linux.sh; where the account
 * has no such command or it fails, what the vendor's own CLI does instead (RunCommand with
 * acs-plugin-manager). Nothing happens where that was done before. */
void     gw_assistant_enable_async      (GwCloudClient        *client,
                                         const char           *region,
                                         const char           *instance,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
gboolean gw_assistant_enable_finish     (GwCloudClient        *client,
                                         GAsyncResult         *result,
                                         GError              **error);

/* Sends a public key ("TYPE BASE64"; a comment is added) for @user to the instance, where sshd
 * takes it for a minute: ACS-ECS-SendSshPublicKey-linux.sh. The name goes as a JSON string only,
 * and only if it is of ASCII letters, digits and "_.@+-": else GW_ERROR_INVALID_USER and nothing is
 * sent. @timeout in seconds, at most GW_ASSISTANT_TIMEOUT: what is left of the key's minute.
 * Success once the command has ended well. GW_ERROR_ASSISTANT_FAILED also where the plug-in is not
 * enabled. */
void     gw_assistant_send_key_async    (GwCloudClient        *client,
                                         const char           *region,
                                         const char           *instance,
                                         const char           *user,
                                         const char           *public_key,
                                         guint                 timeout,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
gboolean gw_assistant_send_key_finish   (GwCloudClient        *client,
                                         GAsyncResult         *result,
                                         GError              **error);

/* Runs a fixed shell script of ours (never with text from outside in it) as root, and returns what
 * it printed: at most 24 KB, cleaned (gw_text_clean_block()). */
void     gw_assistant_run_async         (GwCloudClient        *client,
                                         const char           *region,
                                         const char           *instance,
                                         const char           *script,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
char    *gw_assistant_run_finish        (GwCloudClient        *client,
                                         GAsyncResult         *result,
                                         GError              **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwAssistantStatus, gw_assistant_status_free)

G_END_DECLS
