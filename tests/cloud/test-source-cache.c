/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gw-test-source.h"

#include <string.h>

static char *
get_path (GwTestSource *self)
{
  return g_build_filename (self->folder, gw_account_get_id (self->account), NULL);
}

/* A refresh, and its result on the disk. */
static void
refresh_and_write (GwTestSource *self)
{
  g_autofree char *path = get_path (self);

  g_unlink (path);
  gw_test_source_refresh (self);
  gw_test_wait_until (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* In the place of the first: the next start of the program. */
static void
start_again (GwTestSource *self)
{
  g_assert_finalize_object (self->source);
  self->source = gw_ecs_source_new (self->account, self->client, self->folder);
}

static GPtrArray *
list_instances (GwTestSource *self)
{
  GPtrArray *instances = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < gw_test_source_count (self); i++)
    g_ptr_array_add (instances, g_list_model_get_item (G_LIST_MODEL (self->source), i));
  return instances;
}

static void
test_round_trip (void)
{
  g_autoptr (GwTestSource) self = gw_test_source_new ("");
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GPtrArray) after = NULL;
  gint64 updated;
  guint n_requests;

  refresh_and_write (self);
  before = list_instances (self);
  updated = gw_ecs_source_get_updated (self->source);
  n_requests = gw_test_source_count_log (self, "");

  start_again (self);
  g_assert_cmpuint (gw_test_source_count (self), ==, 0);
  gw_source_load (GW_SOURCE (self->source));
  g_assert_cmpuint (gw_ecs_source_get_state (self->source), ==, GW_ECS_SOURCE_READING);
  gw_test_source_wait (self);
  after = list_instances (self);
  g_assert_cmpuint (after->len, ==, before->len);
  for (guint i = 0; i < after->len; i++)
    g_assert_true (gw_instance_equal (g_ptr_array_index (before, i),
                                      g_ptr_array_index (after, i)));
  g_assert_cmpint (gw_ecs_source_get_updated (self->source), ==, updated);
  g_assert_cmpuint (gw_ecs_source_get_regions (self->source)->len, ==, 30);
  g_assert_cmpuint (gw_ecs_source_get_groups (self->source)->len, ==, 4);
  g_assert_cmpstr (gw_ecs_source_get_name (self->source, "rg-shop"), ==, "Shop");
  g_assert_cmpuint (gw_test_source_count_log (self, ""), ==, n_requests);
}

static void
test_file (void)
{
  g_autoptr (GwTestSource) self = gw_test_source_new ("");
  g_autoptr (GwAccessKey) key = gw_test_cloud_dup_key (self->cloud, "gangway");
  g_autofree char *path = get_path (self);
  g_autofree char *contents = NULL;
  const char *secret = gw_sensitive_get_text (gw_access_key_get_secret (key));
  gsize length;
  GStatBuf info;

  refresh_and_write (self);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);
  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  g_assert_nonnull (memmem (contents, length, "bastion", 7));
  g_assert_null (memmem (contents, length, secret, strlen (secret)));
  g_assert_null (memmem (contents, length, gw_access_key_get_id (key),
                         strlen (gw_access_key_get_id (key))));

  gw_ecs_source_forget (self->source);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  gw_ecs_source_refresh (self->source);
  g_assert_cmpuint (gw_ecs_source_get_state (self->source), ==, GW_ECS_SOURCE_IDLE);
}

/* Forgotten while it is being written: nothing stays behind. */
static void
test_forget_writing (void)
{
  g_autoptr (GwTestSource) self = gw_test_source_new_many ();
  g_autofree char *path = get_path (self);
  gint64 end = g_get_monotonic_time () + G_USEC_PER_SEC / 2;

  gw_test_source_refresh (self);
  gw_ecs_source_forget (self->source);
  gw_test_wait_until (g_get_monotonic_time () > end);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
test_ticks (void)
{
  static const char *const one[] = { "cn-beijing", NULL };
  g_autoptr (GwTestSource) self = gw_test_source_new ("");

  refresh_and_write (self);
  start_again (self);
  gw_account_set_regions (self->account, one);
  gw_source_load (GW_SOURCE (self->source));
  gw_test_source_wait (self);
  g_assert_cmpuint (gw_test_source_count (self), ==, 6);
}

/* The list grows in pieces, and a refresh waits for its end. */
static void
test_refresh_while_reading (void)
{
  g_autoptr (GwTestSource) self = gw_test_source_new_many ();

  refresh_and_write (self);
  start_again (self);
  gw_ecs_source_refresh (self->source);
  gw_test_wait_until (gw_test_source_count (self) > 0);
  g_assert_cmpuint (gw_test_source_count (self), ==, 200);
  g_assert_cmpuint (gw_ecs_source_get_state (self->source), ==, GW_ECS_SOURCE_READING);
  gw_test_wait_until (gw_ecs_source_get_state (self->source) == GW_ECS_SOURCE_REFRESHING);
  g_assert_cmpuint (gw_test_source_count (self), ==, 200 * GW_TEST_PAGES);
  gw_test_source_wait (self);
  g_assert_cmpuint (gw_test_source_count (self), ==, 200 * GW_TEST_PAGES);
}

static void
test_broken (void)
{
  g_autoptr (GwTestSource) self = gw_test_source_new ("");
  g_autofree char *path = get_path (self);

  g_assert_true (g_file_set_contents (path, "\x01garbage", -1, NULL));
  gw_source_load (GW_SOURCE (self->source));
  gw_test_source_wait (self);
  g_assert_cmpuint (gw_test_source_count (self), ==, 0);
  refresh_and_write (self);
  g_assert_cmpuint (gw_test_source_count (self), ==, 40);
}

typedef struct {
  gboolean done;
  GError *error;
} Asked;

static void
on_asked (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  Asked *asked = user_data;

  g_assert_true (gw_ecs_source_ask_finish (GW_ECS_SOURCE (object), result, &asked->error) ==
                 (asked->error == NULL));
  asked->done = TRUE;
}

static GError *
ask (GwTestSource *self,
     GwInstance   *instance)
{
  Asked asked = { 0 };

  gw_ecs_source_ask_async (self->source, instance, NULL, on_asked, &asked);
  gw_test_wait_until (asked.done);
  return asked.error;
}

static void
test_ask (void)
{
  g_autoptr (GwTestSource) self = gw_test_source_new ("");
  g_autoptr (GwInstance) instance = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *change = NULL;
  g_autofree char *release = NULL;
  guint n_requests;

  gw_test_source_refresh (self);
  instance = g_object_ref (gw_test_source_find (self, "jump"));
  change = g_strdup_printf ("{\"change\": {\"id\": \"%s\", \"name\": \"zzz\", \"status\": "
                            "\"Stopped\", \"public\": [], \"private\": [\"172.16.9.9\"]}}",
                            gw_instance_get_id (instance));
  gw_test_source_steer (self, change);
  g_assert_no_error (ask (self, instance));
  g_assert_cmpuint (gw_instance_get_status (instance), ==, GW_INSTANCE_STATUS_STOPPED);
  g_assert_cmpstr (gw_instance_get_main_address (instance), ==, "172.16.9.9");
  g_assert_cmpstr (gw_instance_get_title (instance), ==, "zzz");
  g_assert_cmpuint (gw_test_source_count_log (self, "\"cn-beijing\""), ==, 2);

  gw_test_source_steer (self, "{\"rules\": [{\"match\": {\"action\": \"DescribeInstances\"}, "
                              "\"garbage\": \"xml\"}]}");
  error = ask (self, instance);
  g_assert_error (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_ANSWER);
  g_assert_cmpuint (gw_test_source_count (self), ==, 40);

  release = g_strdup_printf ("{\"clear\": true, \"release\": \"%s\"}",
                             gw_instance_get_id (instance));
  gw_test_source_steer (self, release);
  g_assert_no_error (ask (self, instance));
  g_assert_cmpuint (gw_test_source_count (self), ==, 39);
  /* Not of the source any more: there is nothing to ask. */
  n_requests = gw_test_source_count_log (self, "");
  g_assert_no_error (ask (self, instance));
  g_assert_cmpuint (gw_test_source_count_log (self, ""), ==, n_requests);
}

static void
test_ask_cancelled (void)
{
  g_autoptr (GwTestSource) self = gw_test_source_new ("");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Asked asked = { 0 };

  gw_test_source_refresh (self);
  gw_test_source_steer (self, "{\"rules\": [{\"delay\": 30}]}");
  gw_ecs_source_ask_async (self->source, gw_test_source_find (self, "jump"), cancellable, on_asked,
                           &asked);
  g_cancellable_cancel (cancellable);
  gw_test_wait_until (asked.done);
  error = asked.error;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static guint
count_status (GPtrArray        *instances,
              GwInstanceStatus  status)
{
  guint n = 0;

  for (guint i = 0; i < instances->len; i++)
    n += gw_instance_get_status (g_ptr_array_index (instances, i)) == status;
  return n;
}

static void
test_states (void)
{
  g_autoptr (GwTestSource) self = gw_test_source_new ("--instances 130 --regions 1");
  g_autoptr (GwInstance) stranger = gw_instance_new ("i-stranger");
  g_autoptr (GPtrArray) instances = NULL;

  gw_test_source_refresh (self);
  instances = list_instances (self);
  g_ptr_array_set_size (instances, 120);
  for (guint i = 0; i < instances->len; i++)
    {
      g_autofree char *change = NULL;

      if (i % 2 != 0)
        continue;
      change = g_strdup_printf ("{\"change\": {\"id\": \"%s\", \"status\": \"Stopping\"}}",
                                gw_instance_get_id (g_ptr_array_index (instances, i)));
      gw_test_source_steer (self, change);
    }
  g_ptr_array_add (instances, g_object_ref (stranger));

  gw_ecs_source_ask_states (self->source, instances);
  /* Under way already. */
  gw_ecs_source_ask_states (self->source, instances);
  gw_test_wait_until (count_status (instances, GW_INSTANCE_STATUS_STOPPING) == 60);
  g_assert_cmpuint (gw_test_source_count_log (self, "\"DescribeInstanceStatus\""), ==, 3);

  /* Once it is answered it can be asked again. */
  gw_test_wait_until ((gw_ecs_source_ask_states (self->source, instances),
                       gw_test_source_count_log (self, "\"DescribeInstanceStatus\"") >= 6));
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *home = gw_test_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/source/round-trip", test_round_trip);
  g_test_add_func ("/source/file", test_file);
  g_test_add_func ("/source/forget-writing", test_forget_writing);
  g_test_add_func ("/source/ticks-of-the-cache", test_ticks);
  g_test_add_func ("/source/refresh-while-reading", test_refresh_while_reading);
  g_test_add_func ("/source/broken", test_broken);
  g_test_add_func ("/source/ask", test_ask);
  g_test_add_func ("/source/ask-cancelled", test_ask_cancelled);
  g_test_add_func ("/source/states", test_states);

  result = g_test_run ();
  gw_test_home_free (g_steal_pointer (&home));
  return result;
}
