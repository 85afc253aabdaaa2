/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the parts of authentication share: the loop in gw-auth.c, one file for each kind of
 * method. */

#include "gw-agent.h"
#include "gw-auth.h"

G_BEGIN_DECLS

#define GW_AUTH_MAX_ASKS 3
#define GW_AUTH_MAX_PARTS 10

typedef struct _GwAuth GwAuth;

/* A method that the server may offer. */
typedef struct {
  int         flag; /* SSH_AUTH_METHOD_… */
  const char *name; /* as on the wire */
  /* Asks for what is missing, then calls gw_auth_try(). */
  void      (*start)  (GwAuth *self);
  GwSshStep   step;
  /* The server said no; @offered: what it would take. Tries again or calls gw_auth_refuse(). */
  void      (*denied) (GwAuth *self,
                       int     offered);
  /* The server asks something (keyboard-interactive). */
  void      (*info)   (GwAuth *self);
} GwAuthMethod;

extern const GwAuthMethod gw_auth_password;
extern const GwAuthMethod gw_auth_interactive;
extern const GwAuthMethod gw_auth_publickey;
extern const GwAuthMethod gw_auth_agent;
extern const GwAuthMethod gw_auth_temporary;

/* One login. Exactly one asynchronous call is under way at any time; its callback gets the GwAuth,
 * and gw_auth_finish() frees it. */
struct _GwAuth {
  GTask              *task;
  GwSshLink          *link;
  GwAuthPlan         *plan;
  GwPrompter         *prompter;
  GCancellable       *cancellable;
  GwAuthBannerFunc    on_banner;
  gpointer            banner_data;
  gboolean            banner_said;

  const GwAuthMethod *method; /* under way */
  int                 rc;     /* what libssh said last: enum ssh_auth_e */
  int                 passed; /* flags of the methods that the server took as a part */
  guint               n_denied, n_parts;
  char               *old_error; /* libssh's text before this try */

  GwSensitive        *password;
  guint               password_tries, password_asks;

  guint               interactive_asks, interactive_rounds;
  gboolean            interactive_asked; /* in this exchange */
  gboolean            answer_once;       /* the password may answer one hidden prompt */
  gboolean            password_sent;     /* in this exchange: it did */

  ssh_key             key;
  guint               passphrase_tries, passphrase_asks;

  GwTemporaryKey     *temporary_key; /* that is being tried */
  guint               temporary_asks;
  char               *refusal; /* the server's of the one before, in words */

  GPtrArray          *identities;
  guint               next_identity, n_offered;
  int                 answer_fds[2];
};

void         gw_auth_start  (GwAuth             *self,
                             const GwAuthMethod *method);
void         gw_auth_try    (GwAuth             *self,
                             guint               timeout);
char        *gw_auth_describe_refusal (int           offered);
/* AuthRefused, or AuthMethod where @offered does not hold the method. */
void         gw_auth_refuse (GwAuth             *self,
                             int                 offered);
void         gw_auth_fail   (GwAuth             *self,
                             GwError             code,
                             const char         *message);
/* @error (transfer full): %NULL for success. */
void         gw_auth_finish (GwAuth             *self,
                             GError             *error);

/* Asks for a password or passphrase; the answer arrives in @callback. */
void         gw_auth_ask_secret        (GwAuth              *self,
                                        const char          *kind,
                                        guint                attempt,
                                        const char          *message,
                                        GAsyncReadyCallback  callback);
GwSensitive *gw_auth_ask_secret_finish (GwAuth              *self,
                                        GAsyncResult        *result,
                                        GError             **error);

G_END_DECLS
