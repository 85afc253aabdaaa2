/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-prompt-private.h"

#include "gw-text.h"

/* What somebody else says of the host key in question. Only told here: asking, and what follows
 * from the answer, is the session's. It is kept beside the prompt, which few of them need. */

#define MAX_LINE 1024

typedef struct {
  GwPromptStatement statement;
  char *stated;
  gint64 time;
  char *error;
  gboolean by_assistant;
  gboolean can_ask_assistant;
} Statement;

static void
statement_free (Statement *self)
{
  g_free (self->stated);
  g_free (self->error);
  g_free (self);
}

static GQuark
statement_quark (void)
{
  return g_quark_from_static_string ("gw-prompt-statement");
}

static Statement *
get (GwPrompt *self)
{
  return g_object_get_qdata (G_OBJECT (self), statement_quark ());
}

static Statement *
ensure (GwPrompt *self)
{
  Statement *data = get (self);

  if (data == NULL)
    {
      data = g_new0 (Statement, 1);
      g_object_set_qdata_full (G_OBJECT (self), statement_quark (), data,
                               (GDestroyNotify) statement_free);
    }
  return data;
}

void
gw_prompt_set_statement (GwPrompt          *self,
                         GwPromptStatement  statement,
                         const char        *stated,
                         gint64             time,
                         const char        *error)
{
  Statement *data;

  g_return_if_fail (GW_IS_PROMPT (self));

  data = ensure (self);
  data->statement = statement;
  g_free (data->stated);
  data->stated = stated != NULL ? gw_text_clean_line (stated, MAX_LINE) : NULL;
  data->time = time;
  g_free (data->error);
  data->error = error != NULL ? gw_text_clean_line (error, MAX_LINE) : NULL;
  g_signal_emit_by_name (self, "statement-changed");
}

void
gw_prompt_set_by_assistant (GwPrompt *self,
                            gboolean  by_assistant)
{
  g_return_if_fail (GW_IS_PROMPT (self));

  ensure (self)->by_assistant = by_assistant;
}

void
gw_prompt_set_can_ask_assistant (GwPrompt *self,
                                 gboolean  can_ask)
{
  g_return_if_fail (GW_IS_PROMPT (self));

  ensure (self)->can_ask_assistant = can_ask;
}

GwPromptStatement
gw_prompt_get_statement (GwPrompt    *self,
                         const char **stated,
                         gint64      *time)
{
  const Statement *data;

  g_return_val_if_fail (GW_IS_PROMPT (self), GW_PROMPT_STATEMENT_NOBODY);

  data = get (self);
  if (stated != NULL)
    *stated = data != NULL ? data->stated : NULL;
  if (time != NULL)
    *time = data != NULL ? data->time : 0;
  return data != NULL ? data->statement : GW_PROMPT_STATEMENT_NOBODY;
}

const char *
gw_prompt_get_statement_error (GwPrompt *self)
{
  const Statement *data;

  g_return_val_if_fail (GW_IS_PROMPT (self), NULL);

  data = get (self);
  return data != NULL ? data->error : NULL;
}

gboolean
gw_prompt_is_by_assistant (GwPrompt *self)
{
  const Statement *data;

  g_return_val_if_fail (GW_IS_PROMPT (self), FALSE);

  data = get (self);
  return data != NULL && data->by_assistant;
}

gboolean
gw_prompt_can_ask_assistant (GwPrompt *self)
{
  const Statement *data;

  g_return_val_if_fail (GW_IS_PROMPT (self), FALSE);

  data = get (self);
  return data != NULL && data->can_ask_assistant;
}

void
gw_prompt_ask_assistant (GwPrompt *self)
{
  g_return_if_fail (GW_IS_PROMPT (self));

  if (!gw_prompt_can_ask_assistant (self))
    return;
  gw_prompt_set_can_ask_assistant (self, FALSE);
  g_signal_emit_by_name (self, "ask-assistant");
}
