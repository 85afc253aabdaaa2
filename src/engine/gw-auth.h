/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-prompter.h"
#include "gw-sensitive.h"
#include "gw-ssh-link.h"
#include "gw-temporary-key.h"

G_BEGIN_DECLS

typedef enum {
  GW_AUTH_CHOICE_PASSWORD,
  GW_AUTH_CHOICE_KEY,
  GW_AUTH_CHOICE_TEMPORARY_KEY,
} GwAuthChoice;

/* What the person chose to log in with. */
typedef struct {
  GwAuthChoice  choice;
  GwSensitive  *password;    /* each may be NULL */
  GwSensitive  *private_key; /* NULL with GW_AUTH_CHOICE_KEY: the agent */
  GwSensitive  *passphrase;
  char         *agent_key;   /* fingerprint */
  int           agent_fd;    /* connected, or -1 */
  guint         timeout;     /* seconds for each answer of the server */
  /* The one that MakeKey made last; the login takes it when it is its turn. */
  GwTemporaryKey *temporary_key;
  guint         key_life;    /* seconds */
} GwAuthPlan;

GwAuthPlan *gw_auth_plan_new   (void);
void        gw_auth_plan_free  (GwAuthPlan           *plan);

typedef void (*GwAuthBannerFunc) (const char *text,
                                  gpointer    user_data);

/* Logs in: the chosen method goes first, without a `none` probe; what the server wants after it
 * follows; what is missing is asked for. Only for a server whose host key is accepted. @plan has to
 * live until @callback. Errors: GW_ERROR_AUTH_*, _KEY_*, _AGENT, _PROTOCOL, _TIMED_OUT,
 * _CONNECTION_LOST, _CANCELLED. */
void        gw_auth_run_async  (GwSshLink            *link,
                                GwAuthPlan           *plan,
                                GwPrompter           *prompter,
                                GwAuthBannerFunc      on_banner,
                                gpointer              banner_data,
                                GCancellable         *cancellable,
                                GAsyncReadyCallback   callback,
                                gpointer              user_data);
gboolean    gw_auth_run_finish (GAsyncResult         *result,
                                GError              **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwAuthPlan, gw_auth_plan_free)

G_END_DECLS
