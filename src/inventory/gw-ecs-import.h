/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-instance.h"

G_BEGIN_DECLS

/* Reads what `aliyun ecs DescribeInstances` prints (one answer, an array of answers, or several
 * answers one after the other in one file; shape: DescribeInstances, API 2014-05-26). A malformed
 * instance costs that instance: @n_skipped, optional, counts them. (transfer full)
 * (element-type GwInstance), or GW_ERROR_INVALID_FILE, GW_ERROR_TOO_LARGE (over 64 MiB). */
GPtrArray *gw_ecs_import_parse (const char  *data,
                                gssize       length,
                                guint       *n_skipped,
                                GError     **error);
GPtrArray *gw_ecs_import_load  (const char  *path,
                                guint       *n_skipped,
                                GError     **error);

G_END_DECLS
