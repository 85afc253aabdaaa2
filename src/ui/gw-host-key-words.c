/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-host-key-words.h"

#include "config.h"

#include <glib/gi18n.h>

const char *
gw_host_key_explain (GwPrompt *prompt)
{
  GwPromptStatement statement = gw_prompt_get_statement (prompt, NULL, NULL);
  gboolean changed = gw_prompt_get_kind (prompt) == GW_PROMPT_HOST_KEY_CHANGED;

  /* The console's log may be older than what is stored: it vouches for no change. */
  if (changed && statement == GW_PROMPT_STATEMENT_MATCH && gw_prompt_is_by_assistant (prompt))
    return _("The server shows another key than the one stored for this host. Cloud Assistant "
             "names the new one: the server was set up anew. Nothing secret has been sent.");
  if (changed)
    return _("The server shows another key than the one stored for this host. Either the server "
             "was set up anew, or somebody is between you and it. Nothing secret has been sent.");
  switch (statement)
    {
    case GW_PROMPT_STATEMENT_ASKING:
      return _("No key is stored for this host. Wait for your cloud account, or compare the "
               "fingerprint with one that you got in another way.");
    case GW_PROMPT_STATEMENT_MATCH:
      return _("No key is stored for this host yet. It is the one that your cloud account names "
               "for this instance.");
    case GW_PROMPT_STATEMENT_OTHER:
      return _("No key is stored for this host, and the server shows another one than it should. "
               "Either its keys were made anew, or somebody is between you and it. Nothing secret "
               "has been sent.");
    case GW_PROMPT_STATEMENT_NOBODY:
    case GW_PROMPT_STATEMENT_NONE:
    case GW_PROMPT_STATEMENT_FAILED:
    default:
      return _("No key is stored for this host. Compare the fingerprint with one that you got in "
               "another way, such as from the console of the instance.");
    }
}

/* Who said it and when, as “console log of 10 December 2017, 12:04”. */
static char *
describe_origin (gint64   time,
                 gboolean by_assistant)
{
  g_autoptr (GDateTime) date = time > 0 ? g_date_time_new_from_unix_local (time) : NULL;
  g_autofree char *text = NULL;

  if (date == NULL)
    return g_strdup (by_assistant ? _("Cloud Assistant") : _("console log"));
  /* Translators: a day and a time of day, see strftime(); “10 December 2017, 12:04”. */
  text = g_date_time_format (date, _("%-d %B %Y, %H:%M"));
  return g_strdup_printf (by_assistant ? _("Cloud Assistant, %s") : _("console log of %s"),
                          text);
}

char *
gw_host_key_describe_failure (GwPrompt *prompt)
{
  /* What was said stands while Cloud Assistant is asked, too. */
  gboolean by_assistant = gw_prompt_is_by_assistant (prompt)
                          || gw_prompt_get_statement (prompt, NULL, NULL)
                               == GW_PROMPT_STATEMENT_OTHER;
  const char *reason = gw_prompt_get_statement_error (prompt);

  if (reason == NULL)
    return g_strdup (by_assistant ? _("Cloud Assistant could not be asked.")
                                  : _("Your cloud account could not be asked."));
  /* Translators: %s is the reason, a sentence. */
  return g_strdup_printf (by_assistant ? _("Cloud Assistant could not be asked: %s")
                                       : _("Your cloud account could not be asked: %s"),
                          reason);
}

char *
gw_host_key_describe_statement (GwPrompt *prompt)
{
  gboolean by_assistant = gw_prompt_is_by_assistant (prompt);
  gint64 time;
  GwPromptStatement statement = gw_prompt_get_statement (prompt, NULL, &time);
  g_autofree char *origin = describe_origin (time, by_assistant);

  switch (statement)
    {
    case GW_PROMPT_STATEMENT_ASKING:
      return g_strdup (by_assistant
                         ? _("Asking Cloud Assistant for the fingerprint…")
                         : _("Asking your cloud account for the fingerprint…"));
    case GW_PROMPT_STATEMENT_MATCH:
      /* Translators: %s is like “console log of 10 December 2017, 12:04”. */
      return g_strdup_printf (_("Verified by your cloud account (%s)"), origin);
    case GW_PROMPT_STATEMENT_NONE:
      return g_strdup (by_assistant
                         ? _("Cloud Assistant names no key of this type.")
                         : _("Your cloud account does not say which key it is."));
    case GW_PROMPT_STATEMENT_FAILED:
      return gw_host_key_describe_failure (prompt);
    case GW_PROMPT_STATEMENT_OTHER:
      /* Translators: %s is like “console log of 10 December 2017, 12:04”. */
      return g_strdup_printf (_("Your cloud account names another key of this type (%s):"), origin);
    case GW_PROMPT_STATEMENT_NOBODY:
    default:
      return g_strdup ("");
    }
}
