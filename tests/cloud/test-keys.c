/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gw-test-call.h"

#include <string.h>

/* A source that counts what is forgotten of it, and may have nothing. */
#define TEST_TYPE_KEYS (test_keys_get_type ())
G_DECLARE_FINAL_TYPE (TestKeys, test_keys, TEST, KEYS, GObject)

struct _TestKeys
{
  GObject parent_instance;

  GwAccessKey *key;
  GwAccessKey *next; /* (nullable): once @key is forgotten */
  guint n_asked;
  guint n_forgotten;
};

static void test_keys_key_source_init (GwKeySourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestKeys, test_keys, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GW_TYPE_KEY_SOURCE,
                                                      test_keys_key_source_init))

static void
test_keys_get_async (GwKeySource         *source,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  TestKeys *self = TEST_KEYS (source);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  self->n_asked++;
  if (self->key == NULL)
    g_task_return_error (task, gw_cloud_error_new (GW_CLOUD_ERROR_NO_KEY, NULL, "No key"));
  else
    g_task_return_pointer (task, gw_access_key_ref (self->key),
                           (GDestroyNotify) gw_access_key_unref);
}

static GwAccessKey *
test_keys_get_finish (GwKeySource   *source,
                      GAsyncResult  *result,
                      GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
test_keys_forget (GwKeySource *source,
                  GwAccessKey *key)
{
  TestKeys *self = TEST_KEYS (source);

  g_assert_true (key == self->key);
  self->n_forgotten++;
  if (self->next == NULL)
    return;
  gw_access_key_unref (self->key);
  self->key = g_steal_pointer (&self->next);
}

static void
test_keys_key_source_init (GwKeySourceInterface *iface)
{
  iface->get_async = test_keys_get_async;
  iface->get_finish = test_keys_get_finish;
  iface->forget = test_keys_forget;
}

static void
test_keys_finalize (GObject *object)
{
  g_clear_pointer (&TEST_KEYS (object)->key, gw_access_key_unref);
  g_clear_pointer (&TEST_KEYS (object)->next, gw_access_key_unref);
  G_OBJECT_CLASS (test_keys_parent_class)->finalize (object);
}

static void
test_keys_class_init (TestKeysClass *class)
{
  G_OBJECT_CLASS (class)->finalize = test_keys_finalize;
}

static void
test_keys_init (TestKeys *self)
{
}

/* Takes @key. */
static TestKeys *
make_keys (GwAccessKey *key)
{
  TestKeys *keys = g_object_new (TEST_TYPE_KEYS, NULL);

  keys->key = key;
  return keys;
}

static GwAccessKey *
make_key (const char *id,
          const char *secret,
          const char *token)
{
  g_autoptr (GwSensitive) hidden = gw_sensitive_new (secret, -1, NULL);
  g_autoptr (GwSensitive) session = token != NULL ? gw_sensitive_new (token, -1, NULL) : NULL;

  return gw_access_key_new (id, hidden, session, 0);
}

/* Takes @key. */
static void
assert_refused (GwAccessKey  *key,
                GwCloudError  number,
                const char   *code)
{
  g_autoptr (TestKeys) keys = make_keys (key);
  g_autoptr (GwCloudClient) client
      = gw_cloud_client_new (GW_KEY_SOURCE (keys), gw_test_cloud_get (cloud, "endpoint"));
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = NULL;
  const GwCloudErrorDetails *details;

  control ("{\"clear\": true}");
  root = call_page (client, &error);
  g_assert_error (error, GW_CLOUD_ERROR, (int) number);
  details = gw_cloud_error_get_details (error);
  g_assert_cmpstr (details->code, ==, code);
  g_assert_cmpuint (strlen (details->request_id), ==, 36);
  g_assert_cmpstr (details->action, ==, "ecs:DescribeInstances");
  g_assert_cmpstr (details->region, ==, "cn-hangzhou");
  g_assert_nonnull (details->message);
  g_assert_cmpuint (keys->n_forgotten, ==, 1);
  g_assert_cmpuint (count_log (), ==, 1);
}

static void
test_refused (void)
{
  g_autoptr (GwAccessKey) good = gw_test_cloud_dup_key (cloud, "gangway");
  const char *id = gw_access_key_get_id (good);
  const char *secret = gw_sensitive_get_text (gw_access_key_get_secret (good));

  assert_refused (make_key ("LTAI5tNobody", secret, NULL), GW_CLOUD_ERROR_KEY,
                  "InvalidAccessKeyId.NotFound");
  assert_refused (gw_test_cloud_dup_key (cloud, "disabled"), GW_CLOUD_ERROR_KEY,
                  "InvalidAccessKeyId.Inactive");
  assert_refused (make_key (id, "wrong", NULL), GW_CLOUD_ERROR_SECRET, "SignatureDoesNotMatch");
}

/* A temporary key of a role, from the answer of AssumeRole. */
static GwAccessKey *
assume_role (void)
{
  g_autoptr (GwCloudClient) client = make_client ("gangway");
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = NULL;
  JsonObject *made;

  root = call (client, GW_CLOUD_STS, "AssumeRole",
               (const char *const[]) { "RoleArn", "acs:ram::1000000000000001:role/operator",
                                       "RoleSessionName", "a.test", NULL },
               &error);
  g_assert_no_error (error);
  made = gw_json_get_object (json_node_get_object (root), "Credentials");
  return make_key (gw_json_get_string (made, "AccessKeyId", 200),
                   gw_json_get_string (made, "AccessKeySecret", 200),
                   gw_json_get_string (made, "SecurityToken", 8192));
}

static void
test_temporary (void)
{
  g_autoptr (GwAccessKey) key = NULL;
  g_autofree char *expire = NULL;

  control ("{\"clear\": true}");
  key = assume_role ();
  {
    g_autoptr (GwKeySource) keys = gw_key_source_new_fixed (key);
    g_autoptr (GwCloudClient) client
        = gw_cloud_client_new (keys, gw_test_cloud_get (cloud, "endpoint"));

    assert_call_works (client);
  }
  assert_refused (make_key (gw_access_key_get_id (key),
                            gw_sensitive_get_text (gw_access_key_get_secret (key)), NULL),
                  GW_CLOUD_ERROR_EXPIRED, "MissingSecurityToken");
  expire = g_strdup_printf ("{\"key\": {\"key\": \"%s\", \"expires\": -10}}",
                            gw_access_key_get_id (key));
  control (expire);
  {
    /* The call goes on with the next key where there is one. */
    g_autoptr (TestKeys) keys = make_keys (gw_access_key_ref (key));
    g_autoptr (GwCloudClient) client
        = gw_cloud_client_new (GW_KEY_SOURCE (keys), gw_test_cloud_get (cloud, "endpoint"));

    keys->next = gw_test_cloud_dup_key (cloud, "gangway");
    assert_call_works (client);
    g_assert_cmpuint (keys->n_forgotten, ==, 1);
    g_assert_cmpuint (keys->n_asked, ==, 2);
  }
  assert_refused (g_steal_pointer (&key), GW_CLOUD_ERROR_EXPIRED, "InvalidSecurityToken.Expired");
}

static void
test_denied (void)
{
  g_autoptr (GwAccessKey) key = gw_test_cloud_dup_key (cloud, "reader");
  g_autoptr (TestKeys) keys = make_keys (g_steal_pointer (&key));
  g_autoptr (GwCloudClient) client
      = gw_cloud_client_new (GW_KEY_SOURCE (keys), gw_test_cloud_get (cloud, "endpoint"));
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  const GwCloudErrorDetails *details;

  control ("{\"clear\": true}");
  g_assert_null (call (client, GW_CLOUD_RESOURCE_MANAGER, "ListResourceGroups", NULL, &error));
  g_assert_error (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_DENIED);
  details = gw_cloud_error_get_details (error);
  g_assert_cmpstr (details->code, ==, "NoPermission");
  g_assert_cmpstr (details->action, ==, "resourcemanager:ListResourceGroups");
  g_clear_error (&error);

  gw_cloud_client_call_async (client, GW_CLOUD_ECS, "cn-beijing", "DescribeInstances", NULL, NULL,
                              on_result, &result);
  gw_test_wait_until (result != NULL);
  g_assert_null (gw_cloud_client_call_finish (client, result, &error));
  g_assert_error (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_DENIED);
  details = gw_cloud_error_get_details (error);
  g_assert_cmpstr (details->code, ==, "Forbidden.RAM");
  g_assert_cmpstr (details->action, ==, "ecs:DescribeInstances");
  g_assert_cmpstr (details->region, ==, "cn-beijing");
  g_assert_nonnull (strstr (error->message, "ecs:DescribeInstances"));
  /* The key itself is good. */
  g_assert_cmpuint (keys->n_forgotten, ==, 0);
  assert_call_works (client);
  g_assert_cmpuint (keys->n_asked, ==, 3);
}

static void
test_no_key (void)
{
  g_autoptr (TestKeys) keys = make_keys (NULL);
  g_autoptr (GwCloudClient) client
      = gw_cloud_client_new (GW_KEY_SOURCE (keys), gw_test_cloud_get (cloud, "endpoint"));

  control ("{\"clear\": true}");
  assert_call_fails (client, GW_CLOUD_ERROR_NO_KEY);
  g_assert_cmpuint (count_log (), ==, 0);
  g_assert_cmpuint (keys->n_forgotten, ==, 0);
  /* It is asked anew for each call. */
  keys->key = gw_test_cloud_dup_key (cloud, "gangway");
  assert_call_works (client);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *home = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  home = gw_test_home_new ();
  cloud = gw_test_cloud_new ((const char *const[]) { "--instances", "40", "--regions", "2",
                                                     NULL });
  g_test_add_func ("/cloud/keys/refused", test_refused);
  g_test_add_func ("/cloud/keys/temporary", test_temporary);
  g_test_add_func ("/cloud/keys/denied", test_denied);
  g_test_add_func ("/cloud/keys/none", test_no_key);
  result = g_test_run ();
  gw_test_cloud_free (cloud);
  gw_test_home_free (g_steal_pointer (&home));
  return result;
}
