/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-cli-private.h"

#include "gw-cloud-error.h"
#include "gw-json.h"
#include "gw-sts.h"
#include "gw-text.h"

#include <glib/gi18n.h>

#define TIMEOUT_MS 60000
/* Seconds: how long before its end a key is not used any more; and how long one is kept that does
 * not say when it ends, so that not each call runs a command. */
#define MARGIN 180
#define KEEP_UNKNOWN 300
#define MAX_SHOWN 100

#define GW_TYPE_CLI_KEY_SOURCE (gw_cli_key_source_get_type ())
G_DECLARE_FINAL_TYPE (GwCliKeySource, gw_cli_key_source, GW, CLI_KEY_SOURCE, GObject)

/* A key that has to be fetched. Thirty calls that want it at once wait for one fetch, which is
 * cancelled when the last of them is. */
typedef struct {
  GwCliKeySource *self;
  char *fingerprint;
  GPtrArray *waiters;
  GCancellable *cancellable;
  guint deadline;
  gboolean late;
} Fetch;

typedef struct {
  Fetch *fetch;
  GTask *task;
  GSource *cancelled; /* (nullable) */
} Waiter;

struct _GwCliKeySource
{
  GObject parent_instance;

  char *path;
  char *name;
  char *title; /* the name, cleaned */
  char *endpoint;
  guint timeout;

  GwAccessKey *key; /* (nullable): the last one fetched */
  char *fingerprint;
  gint64 good_until;
  Fetch *fetch; /* the one that can be joined; it holds @self */
};

static void gw_cli_key_source_iface_init (GwKeySourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GwCliKeySource, gw_cli_key_source, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GW_TYPE_KEY_SOURCE,
                                                      gw_cli_key_source_iface_init))

static gint64
get_now (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static void
forget_key (GwCliKeySource *self)
{
  g_clear_pointer (&self->key, gw_access_key_unref);
  g_clear_pointer (&self->fingerprint, g_free);
  self->good_until = 0;
}

static void
waiter_free (gpointer data)
{
  Waiter *waiter = data;

  if (waiter->cancelled != NULL)
    {
      g_source_destroy (waiter->cancelled);
      g_source_unref (waiter->cancelled);
    }
  g_object_unref (waiter->task);
  g_free (waiter);
}

static void
fetch_free (Fetch *fetch)
{
  g_clear_handle_id (&fetch->deadline, g_source_remove);
  g_ptr_array_unref (fetch->waiters);
  g_object_unref (fetch->cancellable);
  g_object_unref (fetch->self);
  g_free (fetch->fingerprint);
  g_free (fetch);
}

/* Nobody joins it any more. */
static void
leave_fetch (Fetch *fetch)
{
  if (fetch->self->fetch == fetch)
    fetch->self->fetch = NULL;
}

static void
keep_key (GwCliKeySource *self,
          Fetch          *fetch,
          GwAccessKey    *key)
{
  gint64 expires = gw_access_key_get_expires (key);

  forget_key (self);
  self->key = gw_access_key_ref (key);
  self->fingerprint = g_strdup (fetch->fingerprint);
  self->good_until = expires != 0 ? expires - MARGIN : get_now () + KEEP_UNKNOWN;
}

static GError *
make_late_error (void)
{
  return g_error_new_literal (GW_CLOUD_ERROR, GW_CLOUD_ERROR_TIMED_OUT,
                              _("The profile of the aliyun CLI did not give an AccessKey in "
                                "time."));
}

/* Takes @key and @error, one of which is %NULL. */
static void
finish_fetch (Fetch       *fetch,
              GwAccessKey *key,
              GError      *error)
{
  if (key != NULL && fetch->self->fetch == fetch)
    keep_key (fetch->self, fetch, key);
  leave_fetch (fetch);
  if (error != NULL && fetch->late)
    {
      g_error_free (error);
      error = make_late_error ();
    }
  for (guint i = 0; i < fetch->waiters->len; i++)
    {
      Waiter *waiter = g_ptr_array_index (fetch->waiters, i);

      if (key != NULL)
        g_task_return_pointer (waiter->task, gw_access_key_ref (key),
                               (GDestroyNotify) gw_access_key_unref);
      else
        g_task_return_error (waiter->task, g_error_copy (error));
    }
  g_clear_pointer (&key, gw_access_key_unref);
  g_clear_error (&error);
  fetch_free (fetch);
}

static void
on_role (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  GError *error = NULL;
  GwAccessKey *key = gw_sts_assume_role_finish (GW_CLOUD_CLIENT (object), result, &error);

  finish_fetch (user_data, key, error);
}

static void
on_command (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  GError *error = NULL;
  GwAccessKey *key = gw_cli_command_finish (result, &error);

  finish_fetch (user_data, key, error);
}

static void
on_uri (GObject      *object,
        GAsyncResult *result,
        gpointer      user_data)
{
  GError *error = NULL;
  GwAccessKey *key = gw_cli_uri_finish (result, &error);

  finish_fetch (user_data, key, error);
}

static gboolean
on_deadline (gpointer user_data)
{
  Fetch *fetch = user_data;

  fetch->deadline = 0;
  fetch->late = TRUE;
  leave_fetch (fetch);
  g_cancellable_cancel (fetch->cancellable);
  return G_SOURCE_REMOVE;
}

static gboolean
on_waiter_cancelled (GCancellable *cancellable,
                     gpointer      user_data)
{
  Waiter *waiter = user_data;
  Fetch *fetch = waiter->fetch;

  g_task_return_error_if_cancelled (waiter->task);
  g_ptr_array_remove_fast (fetch->waiters, waiter);
  if (fetch->waiters->len == 0)
    {
      leave_fetch (fetch);
      g_cancellable_cancel (fetch->cancellable);
    }
  return G_SOURCE_REMOVE;
}

/* Takes @task. */
static void
wait_for (Fetch *fetch,
          GTask *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  Waiter *waiter = g_new0 (Waiter, 1);

  waiter->fetch = fetch;
  waiter->task = task;
  g_ptr_array_add (fetch->waiters, waiter);
  if (cancellable == NULL)
    return;
  waiter->cancelled = g_cancellable_source_new (cancellable);
  g_source_set_callback (waiter->cancelled, G_SOURCE_FUNC (on_waiter_cancelled), waiter, NULL);
  g_source_attach (waiter->cancelled, g_main_context_get_thread_default ());
}

static void
assume_role (Fetch       *fetch,
             JsonObject  *profile,
             GwAccessKey *base)
{
  GwCliKeySource *self = fetch->self;
  g_autoptr (GwKeySource) keys = gw_key_source_new_fixed (base);
  const char *endpoint = gw_cli_get_text (profile, "sts_endpoint");
  g_autoptr (GwCloudClient) client = gw_cloud_client_new (keys, self->endpoint);
  const GwStsRole role = {
    .arn = gw_cli_get_text (profile, "ram_role_arn"),
    .session_name = gw_cli_get_text (profile, "ram_session_name"),
    .external_id = gw_cli_get_text (profile, "external_id"),
    .policy = gw_cli_get_text (profile, "policy"),
    .seconds = gw_json_get_int (profile, "expired_seconds", 0),
  };

  if (endpoint != NULL)
    gw_cloud_client_set_sts_endpoint (client, endpoint);
  gw_sts_assume_role_async (client, gw_cli_get_text (profile, "sts_region"), &role,
                            fetch->cancellable, on_role, fetch);
}

/* By this a key is known to be of a profile that was not changed meanwhile. */
static char *
make_fingerprint (JsonObject *profile)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;

  json_node_set_object (node, profile);
  text = json_to_string (node, FALSE);
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
}

/* Takes @task. @base: for RamRoleArn. */
static void
fetch_key (GwCliKeySource *self,
           JsonObject     *profile,
           GwCliMode       mode,
           GwAccessKey    *base,
           GTask          *task)
{
  g_autofree char *fingerprint = make_fingerprint (profile);
  Fetch *fetch;

  if (self->key != NULL && g_str_equal (self->fingerprint, fingerprint)
      && get_now () < self->good_until)
    {
      g_task_return_pointer (task, gw_access_key_ref (self->key),
                             (GDestroyNotify) gw_access_key_unref);
      g_object_unref (task);
      return;
    }
  if (self->fetch != NULL && g_str_equal (self->fetch->fingerprint, fingerprint))
    {
      wait_for (self->fetch, task);
      return;
    }

  fetch = g_new0 (Fetch, 1);
  fetch->self = g_object_ref (self);
  fetch->fingerprint = g_steal_pointer (&fingerprint);
  fetch->waiters = g_ptr_array_new_with_free_func (waiter_free);
  fetch->cancellable = g_cancellable_new ();
  fetch->deadline = g_timeout_add (self->timeout, on_deadline, fetch);
  self->fetch = fetch;
  wait_for (fetch, task);
  if (mode == GW_CLI_RAM_ROLE_ARN)
    assume_role (fetch, profile, base);
  else if (mode == GW_CLI_CREDENTIALS_URI)
    gw_cli_uri_async (gw_cli_get_text (profile, "credentials_uri"), fetch->cancellable, on_uri,
                      fetch);
  else
    gw_cli_command_async (gw_cli_get_text (profile, "process_command"), fetch->cancellable,
                          on_command, fetch);
}

/* @error: what was wrong with the file, %NULL where the profile is not in it. */
static GError *
make_gone_error (GwCliKeySource *self,
                 const GError   *error)
{
  char *message;

  if (error != NULL)
    message = g_strdup_printf (_("The file of the aliyun CLI cannot be read: %s"), error->message);
  else
    message = g_strdup_printf (_("The aliyun CLI has no profile “%s” any more. Choose another one "
                                 "for this account."), self->title);
  return gw_cli_make_no_key (message);
}

static void
gw_cli_key_source_get_key_async (GwKeySource         *source,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  GwCliKeySource *self = GW_CLI_KEY_SOURCE (source);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = gw_cli_load (self->path, &error);
  g_autoptr (GwAccessKey) base = NULL;
  JsonObject *profile = root != NULL ? gw_cli_find (root, self->name) : NULL;
  GwCliMode mode;
  GError *wrong;

  g_task_set_source_tag (task, gw_cli_key_source_get_key_async);
  if (profile == NULL)
    {
      g_task_return_error (task, make_gone_error (self, error));
      return;
    }

  mode = gw_cli_mode_read (profile);
  base = gw_cli_read_file_key (profile, mode);
  wrong = gw_cli_check (profile, mode, self->title, base);
  if (wrong != NULL)
    g_task_return_error (task, wrong);
  else if (base != NULL && mode != GW_CLI_RAM_ROLE_ARN)
    g_task_return_pointer (task, g_steal_pointer (&base), (GDestroyNotify) gw_access_key_unref);
  else
    fetch_key (self, profile, mode, base, g_steal_pointer (&task));
}

static GwAccessKey *
gw_cli_key_source_get_key_finish (GwKeySource   *source,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, source), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
gw_cli_key_source_forget (GwKeySource *source,
                          GwAccessKey *key)
{
  GwCliKeySource *self = GW_CLI_KEY_SOURCE (source);

  if (self->key != NULL
      && g_str_equal (gw_access_key_get_id (self->key), gw_access_key_get_id (key)))
    forget_key (self);
}

static void
gw_cli_key_source_iface_init (GwKeySourceInterface *iface)
{
  iface->get_async = gw_cli_key_source_get_key_async;
  iface->get_finish = gw_cli_key_source_get_key_finish;
  iface->forget = gw_cli_key_source_forget;
}

static void
gw_cli_key_source_finalize (GObject *object)
{
  GwCliKeySource *self = GW_CLI_KEY_SOURCE (object);

  forget_key (self);
  g_free (self->path);
  g_free (self->name);
  g_free (self->title);
  g_free (self->endpoint);

  G_OBJECT_CLASS (gw_cli_key_source_parent_class)->finalize (object);
}

static void
gw_cli_key_source_class_init (GwCliKeySourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gw_cli_key_source_finalize;
}

static void
gw_cli_key_source_init (GwCliKeySource *self)
{
  self->timeout = TIMEOUT_MS;
}

GwKeySource *
gw_cli_key_source_new (const char *path,
                       const char *name,
                       const char *endpoint)
{
  GwCliKeySource *self;

  g_return_val_if_fail (name != NULL, NULL);

  self = g_object_new (GW_TYPE_CLI_KEY_SOURCE, NULL);
  self->path = g_strdup (path);
  self->name = g_strdup (name);
  self->title = gw_text_clean_line (name, MAX_SHOWN);
  self->endpoint = g_strdup (endpoint);
  return GW_KEY_SOURCE (self);
}

void
gw_cli_key_source_set_timeout (GwKeySource *source,
                               guint        timeout)
{
  g_return_if_fail (GW_IS_CLI_KEY_SOURCE (source));

  GW_CLI_KEY_SOURCE (source)->timeout = timeout;
}
