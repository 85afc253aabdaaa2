/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * GwCloudName:
 * @id: "cn-hangzhou", "rg-…"
 * @title: cleaned, for people; the id where nothing else is known
 *
 * A region or a resource group.
 */
typedef struct {
  char *id;
  char *title;
} GwCloudName;

/* %NULL where @id is empty, longer than 64 bytes, or of other characters than ASCII letters, digits,
 * '-' and '_'. @title (nullable) is cleaned. */
GwCloudName *gw_cloud_name_new  (const char  *id,
                                 const char  *title);
void         gw_cloud_name_free (GwCloudName *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwCloudName, gw_cloud_name_free)

G_END_DECLS
