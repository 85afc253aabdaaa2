/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-cloud-client-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_CONNECTIONS 32
#define MAX_CONNECTIONS_PER_HOST 8
/* Bytes. To read a longer answer takes a good part of a frame. */
#define LONG_ANSWER (16 * 1024)
#define DOMAIN_SUFFIX ".aliyuncs.com"

struct _GwCloudClient
{
  GObject parent_instance;

  GwKeySource *keys;
  char *endpoint;     /* (nullable): of ECS, */
  gboolean for_all;   /* or of all products */
  char *sts_endpoint; /* (nullable) */
  GError *endpoint_error;
  SoupSession *session;
  GHashTable *learned; /* region: host */
  gint64 offset;       /* seconds that the cloud's clock is ahead */
  guint timeout;
  guint n_waiting;
  GQueue answers; /* GTask: long ones that came and have to be read */
  guint answers_id;
};

G_DEFINE_FINAL_TYPE (GwCloudClient, gw_cloud_client, G_TYPE_OBJECT)

enum
{
  WAITING,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

typedef struct
{
  GwCloudProduct product;
  char *base;
  char *action;
  GStrv parameters; /* "Name", "value", … */
  GwCloudErrorDetails about;
  GwAccessKey *key;
  GwCloudReply *reply; /* of a task in “answers” */
  guint n_throttled;
  gboolean clock_corrected;
  gboolean stale_seen;
  GError *expired; /* what was said of a key that another one takes the place of */
} Call;

static void
call_free (Call *call)
{
  g_free (call->base);
  g_free (call->action);
  g_strfreev (call->parameters);
  g_free (call->about.action);
  g_free (call->about.region);
  g_clear_pointer (&call->key, gw_access_key_unref);
  g_clear_pointer (&call->reply, gw_cloud_reply_free);
  g_clear_error (&call->expired);
  g_free (call);
}

static void call_try (GTask *task);
static void on_fresh_key (GObject      *source,
                          GAsyncResult *result,
                          gpointer      user_data);

/* The same error, with what is known of the call. */
static GError *
with_details (const Call *call,
              GError     *error)
{
  GError *full;

  if (error->domain != GW_CLOUD_ERROR)
    return error;
  full = gw_cloud_error_new (error->code, &call->about, error->message);
  g_error_free (error);
  return full;
}

static gboolean
on_waited (gpointer user_data)
{
  GTask *task = user_data;
  GwCloudClient *self = g_task_get_source_object (task);

  if (--self->n_waiting == 0)
    g_signal_emit (self, signals[WAITING], 0, 0);
  if (!g_task_return_error_if_cancelled (task))
    call_try (g_object_ref (task));
  return G_SOURCE_REMOVE;
}

/* Takes @task. */
static void
call_wait (GTask        *task,
           GwCloudReply *reply)
{
  GwCloudClient *self = g_task_get_source_object (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  Call *call = g_task_get_task_data (task);
  gint64 wait = reply->wait > 0 ? reply->wait : 1000 << call->n_throttled;
  g_autoptr (GSource) timeout = NULL;

  wait = MIN (wait, GW_CLOUD_MAX_WAIT * 1000);
  call->n_throttled++;
  g_debug ("%s is throttled: it goes on in %" G_GINT64_FORMAT " ms", call->action, wait);
  timeout = g_timeout_source_new ((guint) wait);
  if (cancellable != NULL)
    {
      /* Cancelling ends the wait at once. */
      g_autoptr (GSource) cancelled = g_cancellable_source_new (cancellable);

      g_source_set_dummy_callback (cancelled);
      g_source_add_child_source (timeout, cancelled);
    }
  g_task_attach_source (task, timeout, on_waited);
  self->n_waiting++;
  g_signal_emit (self, signals[WAITING], 0, (guint) ((wait + 999) / 1000));
  g_object_unref (task);
}

/* Whether the clocks explain the refusal and can be corrected. */
static gboolean
correct_clock (GwCloudClient *self,
               Call          *call,
               GwCloudReply  *reply)
{
  gint64 offset;

  if (call->clock_corrected || reply->date == 0)
    return FALSE;
  call->clock_corrected = TRUE;
  offset = reply->date - g_get_real_time () / G_USEC_PER_SEC;
  g_debug ("The clock of the cloud is %" G_GINT64_FORMAT " s ahead", offset);
  self->offset = offset;
  return TRUE;
}

/* Takes @task and @error. */
static void
call_refused (GTask        *task,
              GwCloudReply *reply,
              GError       *error)
{
  GwCloudClient *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);

  if (g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_THROTTLED)
      && call->n_throttled < GW_CLOUD_MAX_RETRIES)
    {
      g_error_free (error);
      call_wait (task, reply);
      return;
    }
  if (g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_CLOCK)
      && correct_clock (self, call, reply))
    {
      g_error_free (error);
      call_try (task);
      return;
    }
  if (g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_KEY)
      || g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_SECRET)
      || g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_EXPIRED))
    gw_key_source_forget (self->keys, call->key);
  if (g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_EXPIRED) && call->expired == NULL)
    {
      call->expired = error;
      gw_key_source_get_async (self->keys, g_task_get_cancellable (task), on_fresh_key, task);
      return;
    }
  g_task_return_error (task, error);
  g_object_unref (task);
}

/* Takes @task. */
static void
call_answered (GTask        *task,
               GwCloudReply *reply)
{
  Call *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  JsonNode *root = gw_cloud_answer_read (reply, &call->about, &error);

  if (root == NULL)
    {
      call_refused (task, reply, g_steal_pointer (&error));
      return;
    }
  g_task_return_pointer (task, root, (GDestroyNotify) json_node_unref);
  g_object_unref (task);
}

/* Eight regions may answer at once: one after the other, with what the window has to do between. */
static gboolean
on_answers (gpointer user_data)
{
  g_autoptr (GwCloudClient) self = g_object_ref (GW_CLOUD_CLIENT (user_data));
  GTask *task = g_queue_pop_head (&self->answers);
  Call *call = g_task_get_task_data (task);
  g_autoptr (GwCloudReply) reply = g_steal_pointer (&call->reply);
  gboolean more = !g_queue_is_empty (&self->answers);

  if (!more)
    self->answers_id = 0;
  call_answered (task, reply);
  return more ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
on_tried (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GwCloudReply) reply = NULL;
  GwCloudClient *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);
  gboolean stale;

  reply = gw_cloud_try_finish (result, &stale, &error);
  if (reply == NULL && stale && !call->stale_seen && gw_cloud_action_only_reads (call->action))
    {
      call->stale_seen = TRUE;
      call_try (g_steal_pointer (&task));
      return;
    }
  if (reply == NULL)
    {
      g_task_return_error (task, with_details (call, g_steal_pointer (&error)));
      return;
    }
  if (reply->body->len <= LONG_ANSWER)
    {
      call_answered (g_steal_pointer (&task), reply);
      return;
    }
  call->reply = g_steal_pointer (&reply);
  g_queue_push_tail (&self->answers, g_steal_pointer (&task));
  if (self->answers_id == 0)
    self->answers_id = g_idle_add (on_answers, self);
}

/* Takes @task. */
static void
call_try (GTask *task)
{
  GwCloudClient *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);
  g_autoptr (GArray) query = g_array_new (FALSE, FALSE, sizeof (GwCloudPair));
  g_autoptr (SoupMessage) message = NULL;

  for (guint i = 0; call->parameters[i] != NULL; i += 2)
    {
      GwCloudPair pair = { call->parameters[i], call->parameters[i + 1] };

      g_array_append_val (query, pair);
    }
  message = gw_cloud_request_new (call->base, call->product, call->action,
                                  (const GwCloudPair *) query->data, query->len, call->key,
                                  g_get_real_time () / G_USEC_PER_SEC + self->offset);
  /* The other connections that were kept may be closed as well. */
  if (call->stale_seen)
    soup_message_add_flags (message, SOUP_MESSAGE_NEW_CONNECTION);
  gw_cloud_try_async (self->session, message, self->timeout, g_task_get_cancellable (task),
                      on_tried, task);
}

static void
on_key (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  Call *call = g_task_get_task_data (task);

  call->key = gw_key_source_get_finish (GW_KEY_SOURCE (source), result, &error);
  if (call->key == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    call_try (g_steal_pointer (&task));
}

/* The clock of this computer may have said too late that a key of a role ends. */
static void
on_fresh_key (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GwAccessKey) key = NULL;
  Call *call = g_task_get_task_data (task);

  key = gw_key_source_get_finish (GW_KEY_SOURCE (source), result, NULL);
  if (key == NULL || g_str_equal (gw_access_key_get_id (key), gw_access_key_get_id (call->key)))
    {
      g_task_return_error (task, g_error_copy (call->expired));
      return;
    }
  gw_access_key_unref (call->key);
  call->key = g_steal_pointer (&key);
  call_try (g_steal_pointer (&task));
}

static GStrv
complete_parameters (GwCloudProduct     product,
                     const char        *region,
                     const char *const *parameters)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gboolean has_region = product != GW_CLOUD_ECS || region == NULL;

  for (guint i = 0; parameters != NULL && parameters[i] != NULL; i += 2)
    {
      g_return_val_if_fail (parameters[i + 1] != NULL, g_strv_builder_end (builder));
      g_strv_builder_add_many (builder, parameters[i], parameters[i + 1], NULL);
      has_region |= g_str_equal (parameters[i], "RegionId");
    }
  if (!has_region)
    g_strv_builder_add_many (builder, "RegionId", region, NULL);
  return g_strv_builder_end (builder);
}

char *
gw_cloud_client_find_base (GwCloudClient  *self,
                           GwCloudProduct  product,
                           const char     *region)
{
  g_autofree char *host = NULL;

  if (self->endpoint != NULL && (self->for_all || product == GW_CLOUD_ECS))
    return g_strdup (self->endpoint);
  if (self->sts_endpoint != NULL && product == GW_CLOUD_STS)
    return g_strdup (self->sts_endpoint);
  if (product == GW_CLOUD_ECS && region != NULL)
    host = g_strdup (g_hash_table_lookup (self->learned, region));
  if (host == NULL)
    host = gw_cloud_endpoint_find (product, region);
  return g_strconcat ("https://", host, NULL);
}

void
gw_cloud_client_call_async (GwCloudClient       *self,
                            GwCloudProduct       product,
                            const char          *region,
                            const char          *action,
                            const char *const   *parameters,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Call *call;

  g_return_if_fail (GW_IS_CLOUD_CLIENT (self));
  g_return_if_fail (action != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call = g_new0 (Call, 1);
  call->product = product;
  call->base = gw_cloud_client_find_base (self, product, region);
  call->action = g_strdup (action);
  call->parameters = complete_parameters (product, region, parameters);
  call->about.action = g_strconcat (gw_cloud_product_get_prefix (product), ":", action, NULL);
  call->about.region = g_strdup (region);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_cloud_client_call_async);
  g_task_set_task_data (task, call, (GDestroyNotify) call_free);
  if (self->endpoint_error != NULL)
    {
      g_task_return_error (task, with_details (call, g_error_copy (self->endpoint_error)));
      return;
    }
  gw_key_source_get_async (self->keys, cancellable, on_key, g_steal_pointer (&task));
}

JsonNode *
gw_cloud_client_call_finish (GwCloudClient  *self,
                             GAsyncResult   *result,
                             GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
gw_cloud_client_learn_endpoint (GwCloudClient *self,
                                const char    *region,
                                const char    *host)
{
  g_return_if_fail (GW_IS_CLOUD_CLIENT (self));
  g_return_if_fail (region != NULL);

  /* An answer must not be able to send signed requests elsewhere. */
  if (host == NULL || strlen (host) > 253 || !g_str_has_suffix (host, DOMAIN_SUFFIX)
      || !g_ascii_isalnum (*host) || strstr (host, "..") != NULL
      || host[strspn (host, "abcdefghijklmnopqrstuvwxyz0123456789-.")] != '\0')
    return;
  g_hash_table_replace (self->learned, g_strdup (region), g_strdup (host));
}

void
gw_cloud_client_set_tls_database (GwCloudClient *self,
                                  GTlsDatabase  *database)
{
  g_return_if_fail (GW_IS_CLOUD_CLIENT (self));

  soup_session_set_tls_database (self->session, database);
}

void
gw_cloud_client_set_timeouts (GwCloudClient *self,
                              guint          whole,
                              guint          idle)
{
  self->timeout = whole;
  soup_session_set_timeout (self->session, idle);
}

static void
gw_cloud_client_finalize (GObject *object)
{
  GwCloudClient *self = GW_CLOUD_CLIENT (object);

  g_clear_object (&self->keys);
  g_clear_object (&self->session);
  g_free (self->endpoint);
  g_free (self->sts_endpoint);
  g_clear_error (&self->endpoint_error);
  g_hash_table_unref (self->learned);

  G_OBJECT_CLASS (gw_cloud_client_parent_class)->finalize (object);
}

static void
gw_cloud_client_class_init (GwCloudClientClass *class)
{
  G_OBJECT_CLASS (class)->finalize = gw_cloud_client_finalize;

  signals[WAITING] = g_signal_new ("waiting", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
gw_cloud_client_init (GwCloudClient *self)
{
  self->learned = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->timeout = GW_CLOUD_TIMEOUT * 1000;
  self->session = soup_session_new_with_options ("max-conns", MAX_CONNECTIONS,
                                                 "max-conns-per-host", MAX_CONNECTIONS_PER_HOST,
                                                 "timeout", GW_CLOUD_IDLE_TIMEOUT,
                                                 "user-agent", "gangway/" GW_VERSION, NULL);
  /* Not asked for, nothing is packed: the bound of an answer is that of its bytes. */
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_CONTENT_DECODER);
}

/* No endpoint of the vendor answers for more than one product; what stands in for the cloud on this
 * computer does. */
static gboolean
is_loopback (const char *endpoint)
{
  g_autoptr (GUri) uri = g_uri_parse (endpoint, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  g_autoptr (GInetAddress) address = NULL;

  if (host == NULL)
    return FALSE;
  address = g_inet_address_new_from_string (host);
  return address != NULL ? g_inet_address_get_is_loopback (address)
                         : g_ascii_strcasecmp (host, "localhost") == 0;
}

/* What is not encrypted never leaves this computer, not even for a proxy. */
static void
keep_local (GwCloudClient *self,
            const char    *endpoint)
{
  if (endpoint != NULL && g_str_has_prefix (endpoint, "http:"))
    soup_session_set_proxy_resolver (self->session, NULL);
}

void
gw_cloud_client_set_sts_endpoint (GwCloudClient *self,
                                  const char    *endpoint)
{
  g_return_if_fail (GW_IS_CLOUD_CLIENT (self));
  g_return_if_fail (endpoint != NULL);

  if (self->for_all || self->endpoint_error != NULL)
    return;
  g_clear_pointer (&self->sts_endpoint, g_free);
  gw_cloud_endpoint_check (endpoint, &self->sts_endpoint, &self->endpoint_error);
  keep_local (self, self->sts_endpoint);
}

GwCloudClient *
gw_cloud_client_new (GwKeySource *keys,
                     const char  *endpoint)
{
  GwCloudClient *self;

  g_return_val_if_fail (GW_IS_KEY_SOURCE (keys), NULL);

  self = g_object_new (GW_TYPE_CLOUD_CLIENT, NULL);
  self->keys = g_object_ref (keys);
  if (endpoint != NULL)
    gw_cloud_endpoint_check (endpoint, &self->endpoint, &self->endpoint_error);
  self->for_all = self->endpoint != NULL && is_loopback (self->endpoint);
  keep_local (self, self->endpoint);
  return self;
}
