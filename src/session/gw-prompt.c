/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-prompt-private.h"

#include <gio/gunixfdlist.h>
#include <unistd.h>

#include "gw-error.h"
#include "gw-host-key-store.h"
#include "gw-key-text.h"
#include "gw-text.h"

/* A question of the engine. It owns the engine's method call, which is answered exactly once: by
 * a person, by cancelling, or by the last reference going. */

#define MAX_FIELDS 32
#define MAX_STORED 32
#define MAX_LINE 1024
#define MAX_BLOCK 4096

typedef struct {
  char *text;
  gboolean echo;
} Field;

typedef enum {
  STATE_WAITING,
  STATE_ANSWERED,
  STATE_GONE,
} State;

struct _GwPrompt
{
  GObject parent_instance;

  GwPromptKind kind;
  State state;
  GDBusMethodInvocation *invocation;

  char *raw_host;
  char *host;
  guint port;
  char *key_type;
  char *fingerprint;
  char *public_key;
  gboolean has_authority;
  GPtrArray *stored;
  guint n_left_out;

  guint attempt;
  char *message;

  char *name;
  char *instruction;
  GArray *fields;
  GwSensitive *answer; /* borrowed, while it is announced */
};

G_DEFINE_FINAL_TYPE (GwPrompt, gw_prompt, G_TYPE_OBJECT)

enum {
  SIGNAL_GONE,
  SIGNAL_ANSWERED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
clear_field (Field *field)
{
  g_free (field->text);
}

/* The caller has one answer to give: FALSE if it was given before. */
static gboolean
take_turn (GwPrompt *self)
{
  if (self->state != STATE_WAITING)
    return FALSE;
  self->state = STATE_ANSWERED;
  return TRUE;
}

static void
reply (GwPrompt    *self,
       GVariant    *value,
       GUnixFDList *fd_list)
{
  g_autoptr (GVariant) sunk = g_variant_ref_sink (value);
  GDBusMethodInvocation *invocation = g_steal_pointer (&self->invocation);

  if (invocation != NULL)
    g_dbus_method_invocation_return_value_with_unix_fd_list (invocation, sunk, fd_list);
}

static void
reply_error (GwPrompt   *self,
             GwError     code,
             const char *message)
{
  GDBusMethodInvocation *invocation = g_steal_pointer (&self->invocation);

  if (invocation != NULL)
    g_dbus_method_invocation_return_error_literal (invocation, GW_ERROR, code, message);
}

static void
announce_answer (GwPrompt *self)
{
  g_autoptr (GwPrompt) hold = g_object_ref (self);

  g_signal_emit (hold, signals[SIGNAL_ANSWERED], 0);
}

static void
gw_prompt_dispose (GObject *object)
{
  GwPrompt *self = GW_PROMPT (object);

  if (take_turn (self))
    reply_error (self, GW_ERROR_CANCELLED, "The question was dropped");
  g_clear_object (&self->invocation);
  G_OBJECT_CLASS (gw_prompt_parent_class)->dispose (object);
}

static void
gw_prompt_finalize (GObject *object)
{
  GwPrompt *self = GW_PROMPT (object);

  g_free (self->raw_host);
  g_free (self->host);
  g_free (self->key_type);
  g_free (self->fingerprint);
  g_free (self->public_key);
  g_clear_pointer (&self->stored, g_ptr_array_unref);
  g_free (self->message);
  g_free (self->name);
  g_free (self->instruction);
  g_array_unref (self->fields);
  G_OBJECT_CLASS (gw_prompt_parent_class)->finalize (object);
}

static void
gw_prompt_class_init (GwPromptClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = gw_prompt_dispose;
  object_class->finalize = gw_prompt_finalize;

  signals[SIGNAL_GONE] = g_signal_new ("gone", GW_TYPE_PROMPT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_ANSWERED] = g_signal_new ("answered", GW_TYPE_PROMPT, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 0);
  g_signal_new ("statement-changed", GW_TYPE_PROMPT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
  g_signal_new ("ask-assistant", GW_TYPE_PROMPT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
}

static void
gw_prompt_init (GwPrompt *self)
{
  self->fields = g_array_new (FALSE, TRUE, sizeof (Field));
  g_array_set_clear_func (self->fields, (GDestroyNotify) clear_field);
  self->stored = g_ptr_array_new_with_free_func ((GDestroyNotify) gw_known_hosts_entry_free);
}

static GwPrompt *
new_prompt (GDBusMethodInvocation *invocation,
            GwPromptKind           kind)
{
  GwPrompt *self = g_object_new (GW_TYPE_PROMPT, NULL);

  self->kind = kind;
  self->invocation = invocation;
  return self;
}

/* "FILE:LINE"; line 0 where it is not of that form. */
static void
add_stored (GwPrompt   *self,
            const char *type,
            const char *fingerprint,
            const char *place)
{
  GwKnownHostsEntry *entry = g_new0 (GwKnownHostsEntry, 1);
  g_autofree char *file = g_strdup (place);
  char *colon = strrchr (file, ':');
  guint64 line;

  if (colon != NULL && g_ascii_string_to_unsigned (colon + 1, 10, 1, G_MAXUINT, &line, NULL))
    {
      entry->line = (guint) line;
      *colon = '\0';
    }
  entry->type = gw_text_clean_line (type, MAX_LINE);
  entry->fingerprint = gw_text_clean_line (fingerprint, MAX_LINE);
  entry->file = gw_text_clean_line (file, MAX_LINE);
  g_ptr_array_add (self->stored, entry);
}

static void
read_stored (GwPrompt *self,
             GVariant *key)
{
  g_autoptr (GVariant) stored = g_variant_lookup_value (key, "stored", G_VARIANT_TYPE ("a(sss)"));
  const char *type, *fingerprint, *place;
  GVariantIter iter;

  if (stored == NULL)
    return;
  g_variant_iter_init (&iter, stored);
  while (self->stored->len < MAX_STORED &&
         g_variant_iter_next (&iter, "(&s&s&s)", &type, &fingerprint, &place))
    add_stored (self, type, fingerprint, place);
  self->n_left_out = (guint) g_variant_n_children (stored) - self->stored->len;
}

GwPrompt *
gw_prompt_new_host_key (GDBusMethodInvocation *invocation,
                        GVariant              *key)
{
  g_autoptr (GwPrompt) self = new_prompt (invocation, GW_PROMPT_HOST_KEY_UNKNOWN);
  const char *host = NULL, *type = NULL, *public_key = NULL, *verdict = NULL;
  g_autofree guchar *blob = NULL;
  gsize length = 0;

  g_variant_lookup (key, "host", "&s", &host);
  g_variant_lookup (key, "port", "u", &self->port);
  g_variant_lookup (key, "type", "&s", &type);
  g_variant_lookup (key, "public-key", "&s", &public_key);
  g_variant_lookup (key, "verdict", "&s", &verdict);
  g_variant_lookup (key, "certificate-authority", "b", &self->has_authority);
  if (g_strcmp0 (verdict, "changed") == 0)
    self->kind = GW_PROMPT_HOST_KEY_CHANGED;
  else if (g_strcmp0 (verdict, "unknown") != 0)
    public_key = NULL;
  if (public_key != NULL)
    blob = g_base64_decode (public_key, &length);
  if (host == NULL || type == NULL || length == 0)
    {
      self->state = STATE_ANSWERED;
      reply_error (self, GW_ERROR_PROTOCOL, "The host key is described badly");
      return NULL;
    }

  self->raw_host = g_strdup (host);
  self->host = gw_text_clean_line (host, MAX_LINE);
  self->key_type = gw_text_clean_line (type, MAX_LINE);
  self->public_key = g_strdup (public_key);
  /* Computed here and not taken from the message: what a person compares is what gets stored. */
  self->fingerprint = gw_key_fingerprint (blob, length);
  read_stored (self, key);
  return g_steal_pointer (&self);
}

GwPrompt *
gw_prompt_new_secret (GDBusMethodInvocation *invocation,
                      GwPromptKind           kind,
                      guint                  attempt,
                      const char            *message)
{
  GwPrompt *self = new_prompt (invocation, kind);
  Field field = { g_strdup (""), FALSE };

  self->attempt = attempt;
  self->message = gw_text_clean_line (message, MAX_LINE);
  g_array_append_val (self->fields, field);
  return self;
}

GwPrompt *
gw_prompt_new_key (GDBusMethodInvocation *invocation,
                   guint                  attempt,
                   const char            *message)
{
  GwPrompt *self = new_prompt (invocation, GW_PROMPT_KEY);

  self->attempt = attempt;
  self->message = gw_text_clean_line (message, MAX_LINE);
  return self;
}

GwPrompt *
gw_prompt_new_interactive (GDBusMethodInvocation *invocation,
                           const char            *name,
                           const char            *instruction,
                           GVariant              *prompts)
{
  g_autoptr (GwPrompt) self = new_prompt (invocation, GW_PROMPT_INTERACTIVE);
  const char *text;
  gboolean echo;
  GVariantIter iter;

  if (g_variant_n_children (prompts) > MAX_FIELDS)
    {
      self->state = STATE_ANSWERED;
      reply_error (self, GW_ERROR_TOO_LARGE, "Too many questions at once");
      return NULL;
    }
  self->name = gw_text_clean_line (name, MAX_BLOCK);
  self->instruction = gw_text_clean_block (instruction, MAX_BLOCK);
  g_variant_iter_init (&iter, prompts);
  while (g_variant_iter_next (&iter, "(&sb)", &text, &echo))
    {
      Field field = { gw_text_clean_line (text, MAX_LINE), echo };

      g_array_append_val (self->fields, field);
    }
  return g_steal_pointer (&self);
}

gboolean
gw_prompt_is_for_host (GwPrompt   *self,
                       const char *host,
                       guint       port)
{
  g_return_val_if_fail (GW_IS_PROMPT (self), FALSE);

  return self->raw_host != NULL && g_ascii_strcasecmp (self->raw_host, host) == 0 &&
         self->port == port;
}

void
gw_prompt_withdraw (GwPrompt *self)
{
  g_return_if_fail (GW_IS_PROMPT (self));

  if (self->state != STATE_WAITING)
    return;
  self->state = STATE_GONE;
  reply_error (self, GW_ERROR_CANCELLED, "The session is over");
  g_signal_emit (self, signals[SIGNAL_GONE], 0);
}

GwPromptKind
gw_prompt_get_kind (GwPrompt *self)
{
  g_return_val_if_fail (GW_IS_PROMPT (self), GW_PROMPT_PASSWORD);

  return self->kind;
}

const char *
gw_prompt_get_host (GwPrompt *self)
{
  g_return_val_if_fail (GW_IS_PROMPT (self), NULL);

  return self->host;
}

guint
gw_prompt_get_port (GwPrompt *self)
{
  g_return_val_if_fail (GW_IS_PROMPT (self), 0);

  return self->port;
}

const char *
gw_prompt_get_key_type (GwPrompt *self)
{
  g_return_val_if_fail (GW_IS_PROMPT (self), NULL);

  return self->key_type;
}

const char *
gw_prompt_get_fingerprint (GwPrompt *self)
{
  g_return_val_if_fail (GW_IS_PROMPT (self), NULL);

  return self->fingerprint;
}

gboolean
gw_prompt_has_authority (GwPrompt *self)
{
  g_return_val_if_fail (GW_IS_PROMPT (self), FALSE);

  return self->has_authority;
}

GPtrArray *
gw_prompt_get_stored (GwPrompt *self)
{
  g_return_val_if_fail (GW_IS_PROMPT (self), NULL);

  return self->stored;
}

guint
gw_prompt_get_n_left_out (GwPrompt *self)
{
  g_return_val_if_fail (GW_IS_PROMPT (self), 0);

  return self->n_left_out;
}

guint
gw_prompt_get_attempt (GwPrompt *self)
{
  g_return_val_if_fail (GW_IS_PROMPT (self), 0);

  return self->attempt;
}

const char *
gw_prompt_get_message (GwPrompt *self)
{
  g_return_val_if_fail (GW_IS_PROMPT (self), "");

  return self->message != NULL ? self->message : "";
}

const char *
gw_prompt_get_name (GwPrompt *self)
{
  g_return_val_if_fail (GW_IS_PROMPT (self), "");

  return self->name != NULL ? self->name : "";
}

const char *
gw_prompt_get_instruction (GwPrompt *self)
{
  g_return_val_if_fail (GW_IS_PROMPT (self), "");

  return self->instruction != NULL ? self->instruction : "";
}

guint
gw_prompt_get_n_fields (GwPrompt *self)
{
  g_return_val_if_fail (GW_IS_PROMPT (self), 0);

  return self->fields->len;
}

const char *
gw_prompt_get_field (GwPrompt *self,
                     guint     field,
                     gboolean *echo)
{
  g_return_val_if_fail (GW_IS_PROMPT (self), "");
  g_return_val_if_fail (field < self->fields->len, "");

  if (echo != NULL)
    *echo = g_array_index (self->fields, Field, field).echo;
  return g_array_index (self->fields, Field, field).text;
}

static void
on_stored (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GwPrompt *self = g_task_get_source_object (task);
  GError *error = NULL;
  gboolean stored = gw_host_key_store_finish (result, &error);

  g_assert (GW_IS_PROMPT (self));

  reply (self, g_variant_new ("(s)", "accept"), NULL);
  announce_answer (self);
  if (stored)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
gw_prompt_accept_host_key_async (GwPrompt            *self,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (GW_IS_PROMPT (self));
  g_return_if_fail (self->kind == GW_PROMPT_HOST_KEY_UNKNOWN ||
                    self->kind == GW_PROMPT_HOST_KEY_CHANGED);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, gw_prompt_accept_host_key_async);
  if (!take_turn (self))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  gw_host_key_store_async (self->raw_host, self->port, self->key_type, self->public_key,
                           self->kind == GW_PROMPT_HOST_KEY_CHANGED, on_stored,
                           g_steal_pointer (&task));
}

gboolean
gw_prompt_accept_host_key_finish (GwPrompt      *self,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* One pipe for each secret. */
static GUnixFDList *
secrets_to_fds (GwSensitive **secrets,
                guint         n_secrets,
                GError      **error)
{
  g_autoptr (GUnixFDList) list = g_unix_fd_list_new ();

  for (guint i = 0; i < n_secrets; i++)
    {
      int fd = gw_sensitive_to_fd (secrets[i], error);
      int index;

      if (fd < 0)
        return NULL;
      index = g_unix_fd_list_append (list, fd, error);
      close (fd);
      if (index < 0)
        return NULL;
    }
  return g_steal_pointer (&list);
}

void
gw_prompt_answer (GwPrompt     *self,
                  GwSensitive **secrets,
                  guint         n_secrets)
{
  g_autoptr (GUnixFDList) list = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (GW_IS_PROMPT (self));
  g_return_if_fail (self->kind >= GW_PROMPT_PASSWORD);
  g_return_if_fail (n_secrets == self->fields->len);

  if (!take_turn (self))
    return;

  list = secrets_to_fds (secrets, n_secrets, &error);
  if (list == NULL)
    reply_error (self, GW_ERROR_FAILED, error->message);
  else if (self->kind == GW_PROMPT_INTERACTIVE)
    {
      GVariantBuilder handles;

      g_variant_builder_init (&handles, G_VARIANT_TYPE ("ah"));
      for (guint i = 0; i < n_secrets; i++)
        g_variant_builder_add (&handles, "h", (gint32) i);
      reply (self, g_variant_new ("(ah)", &handles), list);
    }
  else if (self->kind == GW_PROMPT_KEY)
    reply (self, g_variant_new ("()"), NULL);
  else
    {
      reply (self, g_variant_new ("(h)", 0), list);
      self->answer = secrets[0];
    }
  announce_answer (self);
  self->answer = NULL;
}

GwSensitive *
gw_prompt_get_answer (GwPrompt *self)
{
  g_return_val_if_fail (GW_IS_PROMPT (self), NULL);

  return self->answer;
}

void
gw_prompt_give_up (GwPrompt *self)
{
  g_return_if_fail (GW_IS_PROMPT (self));
  g_return_if_fail (self->kind == GW_PROMPT_KEY);

  if (!take_turn (self))
    return;
  reply_error (self, GW_ERROR_AUTH_REFUSED, "There is no other key");
  announce_answer (self);
}

void
gw_prompt_cancel (GwPrompt *self)
{
  g_return_if_fail (GW_IS_PROMPT (self));

  if (!take_turn (self))
    return;
  if (self->kind <= GW_PROMPT_HOST_KEY_CHANGED)
    reply (self, g_variant_new ("(s)", "refuse"), NULL);
  else
    reply_error (self, GW_ERROR_CANCELLED, "The person gave up");
  announce_answer (self);
}
