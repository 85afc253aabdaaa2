/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-ecs-source.h"

/* The source of an account that holds what a test puts in; nobody answers at its endpoint. */
static inline GwEcsSource *
test_account_new (const char *id,
                  const char *name)
{
  g_autoptr (GwAccount) account = gw_account_new (id, GW_ACCOUNT_ACCESS_KEY);
  g_autoptr (GwSensitive) secret = gw_sensitive_new ("secret", 6, NULL);
  g_autoptr (GwAccessKey) key = gw_access_key_new ("LTAItest", secret, NULL, 0);
  g_autoptr (GwKeySource) keys = gw_key_source_new_fixed (key);
  g_autoptr (GwCloudClient) client = gw_cloud_client_new (keys, "http://127.0.0.1:1");

  gw_account_set_name (account, name);
  return gw_ecs_source_new (account, client, NULL);
}

/* @group, @tag (nullable): of resources; "key=value". (transfer full) */
static inline GwInstance *
test_instance_new (const char *id,
                   const char *name,
                   const char *region,
                   const char *group,
                   const char *tag)
{
  GwInstance *instance = gw_instance_new (id);
  const char *const tags[] = { tag, NULL };

  gw_instance_set_network (instance, GW_NETWORK_VPC);
  gw_instance_set_text (instance, GW_INSTANCE_NAME, name);
  gw_instance_set_text (instance, GW_INSTANCE_REGION, region);
  gw_instance_set_text (instance, GW_INSTANCE_RESOURCE_GROUP, group);
  gw_instance_set_tags (instance, tags);
  return instance;
}
