/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Engine"

#include "gw-prompter.h"

#include <gio/gunixfdlist.h>
#include <glib/gi18n.h>

#include "gw-error.h"

#define PROMPT_PATH "/org/gangway/Prompt1"
#define PROMPT_INTERFACE "org.gangway.Prompt1"

/* The question that waits; there is at most one, and it is the task's data. */
typedef struct {
  const char         *method;
  GVariant           *parameters;
  const GVariantType *reply_type;
  GCancellable       *call; /* of the call that is under way, NULL if there is none */
  GUnixFDList        *fds;
} Question;

struct _GwPrompter {
  GObject parent_instance;

  GDBusConnection *window;
  GTask           *asking;
};

G_DEFINE_FINAL_TYPE (GwPrompter, gw_prompter, G_TYPE_OBJECT)

static void
question_free (Question *question)
{
  g_variant_unref (question->parameters);
  g_clear_object (&question->call);
  g_clear_object (&question->fds);
  g_free (question);
}

static void
on_replied (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GUnixFDList) fds = NULL;
  GwPrompter *self = g_task_get_source_object (task);
  Question *question = g_task_get_task_data (task);

  reply = g_dbus_connection_call_with_unix_fd_list_finish (G_DBUS_CONNECTION (source), &fds, result,
                                                           &error);
  /* A call that was given up because another window took over is asked there. */
  if (self->asking != task || (GDBusConnection *) source != self->window)
    return;
  g_clear_object (&question->call);
  g_clear_object (&self->asking);
  question->fds = g_steal_pointer (&fds);
  if (reply != NULL)
    g_task_return_pointer (task, g_steal_pointer (&reply), (GDestroyNotify) g_variant_unref);
  else
    {
      g_dbus_error_strip_remote_error (error);
      if (error->domain == GW_ERROR)
        g_task_return_error (task, g_steal_pointer (&error));
      else
        g_task_return_new_error (task, GW_ERROR, GW_ERROR_PROTOCOL,
                                 _("The window did not answer: %s"), error->message);
    }
}

static void
ask_window (GwPrompter *self)
{
  Question *question = g_task_get_task_data (self->asking);

  question->call = g_cancellable_new ();
  g_dbus_connection_call_with_unix_fd_list (self->window, NULL, PROMPT_PATH, PROMPT_INTERFACE,
                                            question->method, question->parameters,
                                            question->reply_type, G_DBUS_CALL_FLAGS_NONE, G_MAXINT,
                                            NULL, question->call, on_replied,
                                            g_object_ref (self->asking));
}

static void
gw_prompter_dispose (GObject *object)
{
  GwPrompter *self = GW_PROMPTER (object);

  g_clear_object (&self->asking);
  g_clear_object (&self->window);
  G_OBJECT_CLASS (gw_prompter_parent_class)->dispose (object);
}

static void
gw_prompter_class_init (GwPrompterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = gw_prompter_dispose;
}

static void
gw_prompter_init (GwPrompter *self)
{
}

GwPrompter *
gw_prompter_new (void)
{
  return g_object_new (GW_TYPE_PROMPTER, NULL);
}

void
gw_prompter_set_window (GwPrompter      *self,
                        GDBusConnection *window)
{
  Question *question;

  g_return_if_fail (GW_IS_PROMPTER (self));

  if (!g_set_object (&self->window, window) || self->asking == NULL)
    return;
  question = g_task_get_task_data (self->asking);
  if (question->call != NULL)
    g_cancellable_cancel (question->call);
  g_clear_object (&question->call);
  if (self->window != NULL)
    ask_window (self);
}

void
gw_prompter_ask_async (GwPrompter          *self,
                       const char          *method,
                       GVariant            *parameters,
                       const GVariantType  *reply_type,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  Question *question;

  g_return_if_fail (GW_IS_PROMPTER (self) && self->asking == NULL);

  self->asking = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (self->asking, gw_prompter_ask_async);
  question = g_new0 (Question, 1);
  question->method = method;
  question->parameters = g_variant_ref_sink (parameters);
  question->reply_type = reply_type;
  g_task_set_task_data (self->asking, question, (GDestroyNotify) question_free);
  if (self->window != NULL)
    ask_window (self);
}

GVariant *
gw_prompter_ask_finish (GwPrompter    *self,
                        GAsyncResult  *result,
                        GUnixFDList  **fds,
                        GError       **error)
{
  Question *question = g_task_get_task_data (G_TASK (result));

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  if (fds != NULL)
    *fds = g_steal_pointer (&question->fds);
  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
gw_prompter_is_asking (GwPrompter *self)
{
  g_return_val_if_fail (GW_IS_PROMPTER (self), FALSE);

  return self->asking != NULL;
}

void
gw_prompter_cancel (GwPrompter *self)
{
  g_autoptr (GTask) task = NULL;
  Question *question;

  g_return_if_fail (GW_IS_PROMPTER (self));

  task = g_steal_pointer (&self->asking);
  if (task == NULL)
    return;
  question = g_task_get_task_data (task);
  if (question->call != NULL)
    g_cancellable_cancel (question->call);
  g_task_return_new_error (task, GW_ERROR, GW_ERROR_CANCELLED, _("Cancelled."));
}

GwSensitive *
gw_prompter_read_secret (GVariant     *value,
                         GUnixFDList  *fds,
                         GError      **error)
{
  int fd = -1;

  if (fds != NULL)
    fd = g_unix_fd_list_get (fds, g_variant_get_handle (value), error);
  if (fd >= 0)
    return gw_sensitive_new_from_fd (fd, error);
  if (error != NULL && *error == NULL)
    g_set_error_literal (error, GW_ERROR, GW_ERROR_PROTOCOL,
                         _("A descriptor is missing in the message."));
  return NULL;
}
