/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "gw-known-hosts.h"
#include "gw-sensitive.h"

G_BEGIN_DECLS

typedef enum {
  GW_PROMPT_HOST_KEY_UNKNOWN,
  GW_PROMPT_HOST_KEY_CHANGED,
  GW_PROMPT_PASSWORD,
  GW_PROMPT_PASSPHRASE,
  GW_PROMPT_INTERACTIVE,
  GW_PROMPT_KEY, /* AwaitKey: no question for a person, the session answers it */
} GwPromptKind;

/**
 * GwPrompt:
 *
 * One question of the engine that waits for a person. Data with exactly one answer; dropping the
 * last reference without one answers with "cancelled". Signal `gone` (no arguments): the engine
 * does not wait any more (it died or was cancelled), take the page away.
 */
#define GW_TYPE_PROMPT (gw_prompt_get_type ())
G_DECLARE_FINAL_TYPE (GwPrompt, gw_prompt, GW, PROMPT, GObject)

GwPromptKind  gw_prompt_get_kind        (GwPrompt      *self);

/* Host keys. Cleaned text. */
const char   *gw_prompt_get_host        (GwPrompt      *self);
guint         gw_prompt_get_port        (GwPrompt      *self);
const char   *gw_prompt_get_key_type    (GwPrompt      *self); /* "ssh-ed25519" */
const char   *gw_prompt_get_fingerprint (GwPrompt      *self); /* "SHA256:…" */
gboolean      gw_prompt_has_authority   (GwPrompt      *self); /* a @cert-authority line exists */
/* For CHANGED: what is stored. (transfer none) (element-type GwKnownHostsEntry), @line 0 if the
 * place is all in @file. At most 32, and how many more there are. */
GPtrArray    *gw_prompt_get_stored      (GwPrompt      *self);
guint         gw_prompt_get_n_left_out  (GwPrompt      *self);

/* What the instance's cloud account says of the key, while the question waits; `statement-changed`
 * (no arguments) says that it is another. @stated (optional): the key it names instead, for OTHER;
 * @time (optional): of that, seconds since 1970. */
typedef enum {
  GW_PROMPT_STATEMENT_NOBODY,  /* no account can be asked */
  GW_PROMPT_STATEMENT_ASKING,
  GW_PROMPT_STATEMENT_FAILED,  /* see gw_prompt_get_statement_error() */
  GW_PROMPT_STATEMENT_NONE,    /* it says nothing of this key */
  GW_PROMPT_STATEMENT_MATCH,
  GW_PROMPT_STATEMENT_OTHER,
} GwPromptStatement;
GwPromptStatement gw_prompt_get_statement (GwPrompt     *self,
                                         const char   **stated,
                                         gint64        *time);
const char   *gw_prompt_get_statement_error (GwPrompt  *self);
/* Whether that is Cloud Assistant's word, of now, and not the console's, of some start; for ASKING
 * and FAILED, who is asked. */
gboolean      gw_prompt_is_by_assistant (GwPrompt      *self);
/* Whether Cloud Assistant can be asked, too, if the person allows it: a button. */
gboolean      gw_prompt_can_ask_assistant (GwPrompt    *self);
void          gw_prompt_ask_assistant   (GwPrompt      *self);

/* Secrets and keys: which try this is (0 the first) and why it is asked again ("" the first time). */
guint         gw_prompt_get_attempt     (GwPrompt      *self);
const char   *gw_prompt_get_message     (GwPrompt      *self);

/* Interactive. The server's words, cleaned; may be "". */
const char   *gw_prompt_get_name        (GwPrompt      *self);
const char   *gw_prompt_get_instruction (GwPrompt      *self);
guint         gw_prompt_get_n_fields    (GwPrompt      *self);
const char   *gw_prompt_get_field       (GwPrompt      *self,
                                         guint          field,
                                         gboolean      *echo);

/* The answers; the first one counts. Accepting a host key writes the user's known_hosts first
 * (added, or for CHANGED replaced); if that fails (full disk, read-only ~/.ssh) the key is
 * accepted for this session only, and @error says why it could not be stored: show it. */
void          gw_prompt_accept_host_key_async  (GwPrompt             *self,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
gboolean      gw_prompt_accept_host_key_finish (GwPrompt             *self,
                                                GAsyncResult         *result,
                                                GError              **error);
/* @secrets: as many as there are fields (1 for password and passphrase, 0 for KEY: delivered). */
void          gw_prompt_answer          (GwPrompt      *self,
                                         GwSensitive  **secrets,
                                         guint          n_secrets);
/* For KEY: there will be no other one, the engine ends the login with the server's refusal. */
void          gw_prompt_give_up         (GwPrompt      *self);
void          gw_prompt_cancel          (GwPrompt      *self);

G_END_DECLS
