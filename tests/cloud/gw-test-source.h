/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-ecs-source.h"
#include "gw-test-cloud.h"
#include "gw-test.h"

#define GW_TEST_REFRESH_TIMEOUT 120

/* How many pages (of 100) each of two regions has where there are to be many: the sanitizer makes
 * every piece of memory twenty times as dear. */
#ifdef __SANITIZE_ADDRESS__
#define GW_TEST_PAGES 4
#else
#define GW_TEST_PAGES 40
#endif

/* A source with all that it needs, the emulator among it. */
typedef struct {
  GwTestCloud *cloud;
  GwAccount *account;
  GwCloudClient *client;
  char *folder; /* of caches */
  GwEcsSource *source;
} GwTestSource;

static inline GwCloudClient *
gw_test_client_new (GwTestCloud *cloud,
                    const char  *user)
{
  g_autoptr (GwAccessKey) key = gw_test_cloud_dup_key (cloud, user);
  g_autoptr (GwKeySource) keys = gw_key_source_new_fixed (key);

  return gw_cloud_client_new (keys, gw_test_cloud_get (cloud, "endpoint"));
}

static inline GwTestSource *
gw_test_source_new_for (const char        *user,
                        const char *const *arguments)
{
  GwTestSource *self = g_new0 (GwTestSource, 1);
  g_autoptr (GError) error = NULL;

  self->cloud = gw_test_cloud_new (arguments);
  self->client = gw_test_client_new (self->cloud, user);
  self->account = gw_account_new (NULL, GW_ACCOUNT_ACCESS_KEY);
  gw_account_set_name (self->account, "Playground");
  self->folder = g_dir_make_tmp ("gw-caches-XXXXXX", &error);
  g_assert_no_error (error);
  self->source = gw_ecs_source_new (self->account, self->client, self->folder);
  return self;
}

/* @arguments: of the emulator, between words; "" for the playground. */
static inline GwTestSource *
gw_test_source_new (const char *arguments)
{
  g_auto (GStrv) words = g_strsplit (arguments, " ", -1);

  return gw_test_source_new_for ("gangway", (const char *const *) words + (*arguments == '\0'));
}

static inline void
gw_test_source_free (GwTestSource *self)
{
  g_assert_finalize_object (self->source);
  /* What was cancelled still ends. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (self->client);
  g_assert_finalize_object (self->account);
  gw_test_cloud_free (self->cloud);
  gw_test_delete_tree (self->folder);
  g_free (self->folder);
  g_free (self);
}

static inline GwTestSource *
gw_test_source_new_many (void)
{
  g_autofree char *arguments = g_strdup_printf ("--instances %u --regions 2",
                                                2 * 100 * GW_TEST_PAGES);

  return gw_test_source_new (arguments);
}

static inline void
gw_test_source_steer (GwTestSource *self,
                      const char   *command)
{
  g_free (gw_test_cloud_control (self->cloud, "POST", "/_control", command));
}

static inline void
gw_test_source_wait (GwTestSource *self)
{
  for (gint64 end = g_get_monotonic_time () + GW_TEST_REFRESH_TIMEOUT * G_USEC_PER_SEC;
       gw_ecs_source_get_state (self->source) != GW_ECS_SOURCE_IDLE;)
    {
      if (g_get_monotonic_time () > end)
        g_error ("the refresh does not end");
      g_main_context_iteration (NULL, TRUE);
    }
}

static inline void
gw_test_source_refresh (GwTestSource *self)
{
  gw_ecs_source_refresh (self->source);
  g_assert_cmpuint (gw_ecs_source_get_state (self->source), !=, GW_ECS_SOURCE_IDLE);
  gw_test_source_wait (self);
}

static inline guint
gw_test_source_count (GwTestSource *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->source));
}

static inline guint
gw_test_source_count_region (GwTestSource *self,
                             const char   *region)
{
  guint n = 0;

  for (guint i = 0; i < gw_test_source_count (self); i++)
    {
      g_autoptr (GwInstance) instance = g_list_model_get_item (G_LIST_MODEL (self->source), i);

      n += g_strcmp0 (gw_instance_get_text (instance, GW_INSTANCE_REGION), region) == 0;
    }
  return n;
}

/* The first of that title. (transfer none) */
static inline GwInstance *
gw_test_source_find (GwTestSource *self,
                     const char   *title)
{
  for (guint i = 0; i < gw_test_source_count (self); i++)
    {
      g_autoptr (GwInstance) instance = g_list_model_get_item (G_LIST_MODEL (self->source), i);

      if (g_str_equal (gw_instance_get_title (instance), title))
        return instance;
    }
  return NULL;
}

/* How often @text is in what the emulator says was asked ("" for the number of requests). */
static inline guint
gw_test_source_count_log (GwTestSource *self,
                          const char   *text)
{
  g_autofree char *log = gw_test_cloud_control (self->cloud, "GET", "/_control/log?since=0", NULL);
  guint n = 0;

  if (*text == '\0')
    text = "\"request_id\"";
  for (const char *p = log; (p = strstr (p, text)) != NULL; p += strlen (text))
    n++;
  return n;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwTestSource, gw_test_source_free)
