/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-assistant-private.h"

#include "gw-json.h"
#include "gw-text.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_ENTRIES 100
#define MAX_ID 256
#define MAX_INFO 1000
/* The API cuts output at 24 KB, base64 makes that a third longer; twice that, for line breaks. */
#define MAX_OUTPUT (24 * 1024)
#define MAX_BASE64 (2 * MAX_OUTPUT * 4 / 3)
/* How much of what a command printed goes into a sentence, in characters. */
#define MAX_QUOTE 300
/* How much of it is read for its reason. */
#define MAX_REASON 2048

void
gw_assistant_result_free (GwAssistantResult *self)
{
  if (self == NULL)
    return;
  g_free (self->status);
  g_free (self->code);
  g_free (self->info);
  g_free (self->output);
  g_free (self);
}

static char *
dup_line (JsonObject *object,
          const char *member)
{
  return gw_text_clean_line (gw_json_get_string (object, member, G_MAXSIZE), MAX_INFO);
}

/* What is not base64 is passed over, and the end may be missing. */
static char *
dup_output (JsonObject *object)
{
  const char *text = gw_json_get_string (object, "Output", G_MAXSIZE);
  g_autofree char *encoded = g_strndup (text != NULL ? text : "", MAX_BASE64);
  g_autofree guchar *bytes = NULL;
  g_autoptr (GString) kept = g_string_new (NULL);
  gsize length;

  bytes = g_base64_decode (encoded, &length);
  for (gsize i = 0; i < MIN (length, MAX_OUTPUT); i++)
    if (bytes[i] != '\0')
      g_string_append_c (kept, (char) bytes[i]);
  return gw_text_clean_block (kept->str, MAX_OUTPUT);
}

static GwAssistantResult *
read_entry (JsonObject *entry)
{
  GwAssistantResult *self = g_new0 (GwAssistantResult, 1);

  self->status = dup_line (entry, "InvocationStatus");
  self->code = dup_line (entry, "ErrorCode");
  self->info = dup_line (entry, "ErrorInfo");
  /* A sentence already, that goes into another one. */
  if (g_str_has_suffix (self->info, "."))
    self->info[strlen (self->info) - 1] = '\0';
  self->output = dup_output (entry);
  self->exit_code = gw_json_get_int (entry, "ExitCode", 0);
  self->n_dropped = MAX (gw_json_get_int (entry, "Dropped", 0), 0);
  return self;
}

GwAssistantResult *
gw_assistant_result_read (JsonObject *answer,
                          const char *invocation,
                          const char *instance)
{
  JsonObject *outer = gw_json_get_object (answer, "Invocation");
  JsonObject *inner = outer != NULL ? gw_json_get_object (outer, "InvocationResults") : NULL;
  JsonArray *list = inner != NULL ? gw_json_get_array (inner, "InvocationResult") : NULL;
  guint length = list != NULL ? MIN (json_array_get_length (list), MAX_ENTRIES) : 0;

  for (guint i = 0; i < length; i++)
    {
      JsonNode *node = json_array_get_element (list, i);
      JsonObject *entry = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

      if (entry != NULL
          && g_strcmp0 (gw_json_get_string (entry, "InvokeId", MAX_ID), invocation) == 0
          && g_strcmp0 (gw_json_get_string (entry, "InstanceId", MAX_ID), instance) == 0)
        return read_entry (entry);
    }
  return NULL;
}

gboolean
gw_assistant_result_is_over (const GwAssistantResult *self)
{
  static const char *const ends[] = { "Success", "Failed", "Error", "Timeout", "Invalid",
                                      "Aborted", "Cancelled", "Terminated", NULL };

  /* What is not known goes on: there is a deadline, and an end that was none would be worse. */
  return g_strv_contains (ends, self->status);
}

static gboolean
is_unanswered (const GwAssistantResult *self)
{
  return g_str_equal (self->code, "ClientNotResponse");
}

static gboolean
is_undelivered (const GwAssistantResult *self)
{
  return g_str_equal (self->code, "DeliveryTimeout")
         || (*self->code == '\0' && g_str_equal (self->status, "Aborted"));
}

gboolean
gw_assistant_result_needs_status (const GwAssistantResult *self)
{
  return is_undelivered (self) || is_unanswered (self);
}

/* The messages of tools that were told the name of a user that they do not know: it stands beside
 * the words, or they are about something else. Nothing here may be repeated without a bound: what a
 * command prints is not ours. */
static gboolean
says_no_such_user (const char *output,
                   const char *user)
{
  g_autofree char *line = gw_text_clean_line (output, MAX_REASON);
  g_autofree char *escaped = g_regex_escape_string (user, -1);
  g_autofree char *name = g_strdup_printf (
    "(?<![\\w.@+-])(?-i:%s)(?![\\w@+-]|\\.\\w)", escaped);
  g_autofree char *pattern = g_strdup_printf (
    "\\b(?:no such|unknown|invalid) user(?: ?name)?\\W{1,4}%s"
    "|%s\\W{1,4}(?:no such|unknown|invalid) user\\b"
    "|\\b(?:user|account|user ?name)\\W{1,4}%s\\W{1,4}(?:does not|doesn['’]t|is not|not) "
    "(?:exist|found)"
    "|\\b(?:user|account|user ?name) (?:does not exist|doesn['’]t exist|not found)\\W{1,4}%s",
    name, name, name, name);

  return g_regex_match_simple (pattern, line, G_REGEX_CASELESS, 0);
}

/* ErrorCodes that have a sentence of their own. */
static const struct
{
  const char *code;
  GwError error;
  const char *text;
} codes[] = {
  { "InstanceNotRunning", GW_ERROR_NOT_RUNNING,
    N_("The instance is not running. Start it in the console, then try again.") },
  { "InstanceReleased", GW_ERROR_NOT_RUNNING,
    N_("The instance does not exist any more: it was released.") },
  { "InstanceNotExists", GW_ERROR_NOT_RUNNING,
    N_("The instance does not exist any more. Refresh the list of instances.") },
  { "ClientNotRunning", GW_ERROR_ASSISTANT_STOPPED,
    N_("Cloud Assistant Agent does not run on the instance. Start it there, or restart the "
       "instance in the console.") },
  { "ClientNotResponse", GW_ERROR_ASSISTANT_STOPPED,
    N_("Cloud Assistant Agent on the instance does not answer. Restart it there, or restart the "
       "instance in the console.") },
  { "ClientIsUpgrading", GW_ERROR_ASSISTANT_BUSY,
    N_("Cloud Assistant Agent is being upgraded on the instance, which takes a minute or two. Try "
       "again after that.") },
  { "ClientNeedUpgrade", GW_ERROR_ASSISTANT_OLD,
    N_("Cloud Assistant Agent on the instance is too old to take keys. Update it in the "
       "console.") },
  { "ExecutionTimeout", GW_ERROR_ASSISTANT_TIMED_OUT,
    N_("The command of Cloud Assistant was not done in time on the instance. Try again.") },
  { "CommandNotApplicable", GW_ERROR_ASSISTANT_FAILED,
    N_("The command of Cloud Assistant does not fit the operating system of the instance.") },
  { "ExecutionException", GW_ERROR_ASSISTANT_FAILED,
    N_("The command of Cloud Assistant could not be run on the instance.") },
  { "ExecutionInterrupted", GW_ERROR_ASSISTANT_FAILED,
    N_("The command of Cloud Assistant was interrupted on the instance. Try again.") },
};

/* The sentence, then what the cloud and the command themselves said. Takes @sentence. */
static GError *
make_error (GwError                  number,
            char                    *sentence,
            const GwAssistantResult *self)
{
  g_autofree char *own = sentence;
  g_autofree char *quote = self != NULL ? gw_text_clean_line (self->output, MAX_QUOTE) : NULL;
  g_autoptr (GString) text = g_string_new (own);

  /* The exit code says the same as ExitCodeNonzero, in a sentence. */
  if (self != NULL && *self->code != '\0' && !g_str_equal (self->code, "ExitCodeNonzero"))
    {
      g_string_append_c (text, ' ');
      if (*self->info != '\0')
        /* Translators: an ErrorCode of the cloud and its explanation */
        g_string_append_printf (text, _("Cloud Assistant says: %s (%s)."), self->code, self->info);
      else
        g_string_append_printf (text, _("Cloud Assistant says: %s."), self->code);
    }
  if (quote != NULL && *quote != '\0')
    {
      g_string_append_c (text, ' ');
      g_string_append_printf (text, _("The command printed: %s"), quote);
    }
  if (self != NULL && self->n_dropped > 0)
    {
      guint n = (guint) MIN (self->n_dropped, G_MAXINT);

      g_string_append_c (text, ' ');
      g_string_append_printf (text, ngettext ("(%u byte of its output was left out.)",
                                              "(%u bytes of its output were left out.)", n), n);
    }
  return g_error_new_literal (GW_ERROR, number, text->str);
}

static GError *
make_no_account (const GwAssistantResult *self,
                 const char              *user)
{
  g_autofree char *name = gw_text_clean_line (user != NULL ? user : "root", MAX_ID);

  return make_error (GW_ERROR_NO_SUCH_ACCOUNT,
                     g_strdup_printf (_("The instance has no account “%s”. Enter another user "
                                        "name."), name), self);
}

static GError *
make_undelivered (const GwAssistantResult *self,
                  guint                    n_active,
                  gboolean                 is_pending)
{
  if (n_active > 0)
    return make_error (GW_ERROR_ASSISTANT_BUSY, g_strdup_printf (
      ngettext ("Cloud Assistant Agent on the instance is busy: it has %u command under way. Try "
                "again when that is done.",
                "Cloud Assistant Agent on the instance is busy: it has %u commands under way. Try "
                "again when they are done.", n_active), n_active), self);
  if (is_pending)
    return make_error (GW_ERROR_ASSISTANT_BUSY,
                       g_strdup (_("Cloud Assistant Agent on the instance did not begin with the "
                                   "command in time. It may be busy with others: try again.")),
                       self);
  return make_error (GW_ERROR_ASSISTANT_TIMED_OUT,
                     g_strdup (_("The command of Cloud Assistant did not arrive on the instance in "
                                 "time. Check that the instance’s network works, then try "
                                 "again.")), self);
}

gboolean
gw_assistant_result_check (const GwAssistantResult  *self,
                           const char               *user,
                           guint                     n_active,
                           GError                  **error)
{
  GwError number = GW_ERROR_ASSISTANT_FAILED;
  const char *text = NULL;

  if (g_str_equal (self->status, "Success") && self->exit_code == 0)
    return TRUE;
  if (is_undelivered (self) || (is_unanswered (self) && n_active > 0))
    {
      g_propagate_error (error, make_undelivered (self, n_active, FALSE));
      return FALSE;
    }
  if (g_str_equal (self->code, "AccountNotExists")
      || (user != NULL && self->exit_code != 0 && says_no_such_user (self->output, user)))
    {
      g_propagate_error (error, make_no_account (self, user));
      return FALSE;
    }

  for (guint i = 0; text == NULL && i < G_N_ELEMENTS (codes); i++)
    if (g_str_equal (codes[i].code, self->code)
        || (*self->code == '\0' && g_str_equal (self->status, "Timeout")
            && codes[i].error == GW_ERROR_ASSISTANT_TIMED_OUT))
      {
        number = codes[i].error;
        text = _(codes[i].text);
      }
  if (text != NULL)
    g_propagate_error (error, make_error (number, g_strdup (text), self));
  else if (self->exit_code != 0)
    g_propagate_error (error, make_error (number, g_strdup_printf (
      _("The command of Cloud Assistant failed on the instance with exit code %d."),
      (int) CLAMP (self->exit_code, G_MININT, G_MAXINT)), self));
  else
    g_propagate_error (error, make_error (
      number, g_strdup (_("The command of Cloud Assistant failed on the instance.")), self));
  return FALSE;
}

GError *
gw_assistant_result_make_late (const GwAssistantResult *self,
                               guint                    n_active)
{
  gboolean is_pending = self != NULL && g_str_equal (self->status, "Pending");

  if (self == NULL || is_pending)
    return make_undelivered (self, n_active, is_pending);
  return make_error (GW_ERROR_ASSISTANT_TIMED_OUT,
                     g_strdup (_("The command of Cloud Assistant was not done in time on the "
                                 "instance. Try again.")), self);
}
