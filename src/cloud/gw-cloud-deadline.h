/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * GwCloudDeadline:
 *
 * A cancellable that is cancelled with another one, or when its time is over. Main thread only.
 */
typedef struct _GwCloudDeadline GwCloudDeadline;

GwCloudDeadline *gw_cloud_deadline_new             (guint            milliseconds,
                                                    GCancellable    *cancellable);
void             gw_cloud_deadline_free            (GwCloudDeadline *self);
/* Give this to what is to end with it. */
GCancellable    *gw_cloud_deadline_get_cancellable (GwCloudDeadline *self);
/* Whether it was the time that ended it. */
gboolean         gw_cloud_deadline_is_over         (GwCloudDeadline *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwCloudDeadline, gw_cloud_deadline_free)

G_END_DECLS
