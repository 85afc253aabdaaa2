/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-key-inspector.h"

#include <gio/gunixfdlist.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "gw-engine-client.h"
#include "gw-error.h"
#include "gw-text.h"

/* Questions about keys. Each one is an engine that is started, asked and dismissed. */

#define INQUIRY_SECONDS 10
#define MAX_LABEL 255
#define MAX_AGENT_KEYS 256

typedef struct {
  GwEngineClient *client;
  GwSensitive *key; /* NULL: the question is what the agent holds */
  GwSensitive *passphrase;
  GCancellable *stop;
  GSource *cancelled;
  guint deadline_id;
  GError *cause; /* why it was stopped */
} Inquiry;

typedef struct {
  char *type;
  char *fingerprint;
  guint bits;
} KeyAnswer;

static void
inquiry_free (Inquiry *self)
{
  g_clear_handle_id (&self->deadline_id, g_source_remove);
  if (self->cancelled != NULL)
    g_source_destroy (self->cancelled);
  g_clear_pointer (&self->cancelled, g_source_unref);
  gw_engine_client_stop (self->client);
  g_object_unref (self->client);
  g_object_unref (self->stop);
  g_clear_pointer (&self->key, gw_sensitive_unref);
  g_clear_pointer (&self->passphrase, gw_sensitive_unref);
  g_clear_error (&self->cause);
  g_free (self);
}

static void
key_answer_free (KeyAnswer *answer)
{
  g_free (answer->type);
  g_free (answer->fingerprint);
  g_free (answer);
}

void
gw_agent_key_free (GwAgentKey *self)
{
  g_free (self->type);
  g_free (self->fingerprint);
  g_free (self->comment);
  g_free (self);
}

/* Makes the step that is under way fail, whose callback then returns @cause (transfer full). */
static void
stop (Inquiry *self,
      GError  *cause)
{
  if (self->cause != NULL)
    {
      g_error_free (cause);
      return;
    }
  self->cause = cause;
  g_cancellable_cancel (self->stop);
  gw_engine_client_stop (self->client);
}

static gboolean
on_deadline (gpointer user_data)
{
  Inquiry *self = user_data;

  self->deadline_id = 0;
  stop (self, g_error_new (GW_ERROR, GW_ERROR_TIMED_OUT,
                           _("gangway-session did not answer within %d seconds"),
                           INQUIRY_SECONDS));
  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled (GCancellable *cancellable,
              gpointer      user_data)
{
  stop (user_data, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Cancelled")));
  return G_SOURCE_REMOVE;
}

static void
return_failure (GTask        *task,
                const GError *error)
{
  Inquiry *self = g_task_get_task_data (task);
  GError *cause = g_steal_pointer (&self->cause);

  if (cause == NULL)
    cause = gw_engine_client_read_error (error);
  if (cause == NULL)
    cause = g_error_new_literal (GW_ERROR, GW_ERROR_ENGINE,
                                 _("gangway-session ended before it answered"));
  g_task_return_error (task, cause);
}

/* Takes one string off the front (RFC 4251, section 5). */
static GBytes *
take_string (GBytes **blob)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (*blob, &size);
  GBytes *string, *rest;
  guint32 length;

  if (size < sizeof length)
    return NULL;
  memcpy (&length, data, sizeof length);
  length = GUINT32_FROM_BE (length);
  if (length > size - sizeof length)
    return NULL;
  string = g_bytes_new_from_bytes (*blob, sizeof length, length);
  rest = g_bytes_new_from_bytes (*blob, sizeof length + length, size - sizeof length - length);
  g_bytes_unref (*blob);
  *blob = rest;
  return string;
}

/* Of the modulus in "ssh-rsa BASE64" (RFC 4253, section 6.6); 0 for other kinds. */
static guint
count_rsa_bits (const char *public_key)
{
  g_autoptr (GBytes) blob = NULL;
  g_autoptr (GBytes) modulus = NULL;
  const guint8 *data;
  gsize length;

  if (public_key == NULL || !g_str_has_prefix (public_key, "ssh-rsa "))
    return 0;
  data = g_base64_decode (public_key + strlen ("ssh-rsa "), &length);
  blob = g_bytes_new_take ((gpointer) data, length);
  for (guint i = 0; i < 3; i++) /* type, exponent, modulus */
    {
      g_clear_pointer (&modulus, g_bytes_unref);
      modulus = take_string (&blob);
      if (modulus == NULL)
        return 0;
    }
  data = g_bytes_get_data (modulus, &length);
  while (length > 0 && *data == 0)
    {
      data++;
      length--;
    }
  return length > 0 ? (guint) (length - 1) * 8 + g_bit_storage (*data) : 0;
}

static void
on_key_inspected (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *type = NULL;
  g_autofree char *fingerprint = NULL;
  g_autofree char *public_key = NULL;
  KeyAnswer *answer;

  if (!gw_bus_session1_call_inspect_key_finish (GW_BUS_SESSION1 (source), &type, &fingerprint,
                                                &public_key, NULL, result, &error))
    {
      return_failure (task, error);
      return;
    }
  answer = g_new0 (KeyAnswer, 1);
  answer->type = gw_text_clean_line (type, MAX_LABEL);
  answer->fingerprint = gw_text_clean_line (fingerprint, MAX_LABEL);
  answer->bits = count_rsa_bits (public_key);
  g_task_return_pointer (task, answer, (GDestroyNotify) key_answer_free);
}

static void
on_agent_listed (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GPtrArray) keys = NULL;
  g_autoptr (GVariant) list = NULL;
  g_autoptr (GError) error = NULL;
  const char *type, *fingerprint, *comment;
  GVariantIter iter;

  if (!gw_bus_session1_call_list_agent_keys_finish (GW_BUS_SESSION1 (source), &list, result,
                                                    &error))
    {
      return_failure (task, error);
      return;
    }
  keys = g_ptr_array_new_with_free_func ((GDestroyNotify) gw_agent_key_free);
  g_variant_iter_init (&iter, list);
  while (keys->len < MAX_AGENT_KEYS &&
         g_variant_iter_next (&iter, "(&s&s&s)", &type, &fingerprint, &comment))
    {
      GwAgentKey *key = g_new0 (GwAgentKey, 1);

      key->type = gw_text_clean_line (type, MAX_LABEL);
      key->fingerprint = gw_text_clean_line (fingerprint, MAX_LABEL);
      key->comment = gw_text_clean_line (comment, MAX_LABEL);
      g_ptr_array_add (keys, key);
    }
  g_task_return_pointer (task, g_steal_pointer (&keys), (GDestroyNotify) g_ptr_array_unref);
}

static void
ask_about_key (GTask *task)
{
  g_autoptr (GTask) hold = g_object_ref (task);
  Inquiry *self = g_task_get_task_data (task);
  g_autoptr (GUnixFDList) list = NULL;
  GError *error = NULL;
  int fds[2] = { -1, -1 };

  fds[0] = gw_sensitive_to_fd (self->key, &error);
  if (fds[0] >= 0)
    fds[1] = gw_sensitive_to_fd (self->passphrase, &error);
  if (fds[1] < 0)
    {
      if (fds[0] >= 0)
        close (fds[0]);
      g_task_return_error (task, error);
      return;
    }
  list = g_unix_fd_list_new_from_array (fds, 2);
  gw_bus_session1_call_inspect_key (gw_engine_client_get_session (self->client),
                                    g_variant_new_handle (0), self->passphrase != NULL,
                                    g_variant_new_handle (1), list, self->stop, on_key_inspected,
                                    g_steal_pointer (&hold));
}

static void
on_started (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Inquiry *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!gw_engine_client_start_finish (self->client, result, &error))
    return_failure (task, error);
  else if (self->key != NULL)
    ask_about_key (task);
  else
    gw_bus_session1_call_list_agent_keys (gw_engine_client_get_session (self->client), self->stop,
                                          on_agent_listed, g_steal_pointer (&task));
}

/* Takes @task. */
static void
start_inquiry (GTask       *task,
               GwSensitive *key,
               GwSensitive *passphrase)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  Inquiry *self = g_new0 (Inquiry, 1);

  self->client = gw_engine_client_new ();
  self->key = key != NULL ? gw_sensitive_ref (key) : NULL;
  self->passphrase = passphrase != NULL ? gw_sensitive_ref (passphrase) : NULL;
  self->stop = g_cancellable_new ();
  self->deadline_id = g_timeout_add_seconds (INQUIRY_SECONDS, on_deadline, self);
  g_task_set_task_data (task, self, (GDestroyNotify) inquiry_free);
  if (cancellable != NULL)
    {
      self->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (self->cancelled, G_SOURCE_FUNC (on_cancelled), self, NULL);
      g_source_attach (self->cancelled, g_main_context_get_thread_default ());
    }
  gw_engine_client_start (self->client, on_started, task);
}

void
gw_key_inspect_async (GwSensitive         *key,
                      GwSensitive         *passphrase,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (key != NULL);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_key_inspect_async);
  start_inquiry (task, key, passphrase);
}

gboolean
gw_key_inspect_finish (GAsyncResult  *result,
                       char         **type,
                       char         **fingerprint,
                       guint         *bits,
                       GError       **error)
{
  KeyAnswer *answer;

  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  answer = g_task_propagate_pointer (G_TASK (result), error);
  if (answer == NULL)
    return FALSE;
  if (type != NULL)
    *type = g_steal_pointer (&answer->type);
  if (fingerprint != NULL)
    *fingerprint = g_steal_pointer (&answer->fingerprint);
  if (bits != NULL)
    *bits = answer->bits;
  key_answer_free (answer);
  return TRUE;
}

void
gw_agent_list_async (GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, gw_agent_list_async);
  start_inquiry (task, NULL, NULL);
}

GPtrArray *
gw_agent_list_finish (GAsyncResult  *result,
                      GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
