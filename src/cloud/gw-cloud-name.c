/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-cloud-name.h"

#include "gw-ecs-instance.h"
#include "gw-text.h"

#define MAX_TITLE_CHARS 256

GwCloudName *
gw_cloud_name_new (const char *id,
                   const char *title)
{
  GwCloudName *self;
  g_autofree char *clean = NULL;

  if (!gw_ecs_instance_is_id (id))
    return NULL;

  clean = gw_text_clean_line (title, MAX_TITLE_CHARS);
  self = g_new0 (GwCloudName, 1);
  self->id = g_strdup (id);
  self->title = *clean != '\0' ? g_steal_pointer (&clean) : g_strdup (id);
  return self;
}

void
gw_cloud_name_free (GwCloudName *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->title);
  g_free (self);
}
