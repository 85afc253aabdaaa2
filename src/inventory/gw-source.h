/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-instance.h"

G_BEGIN_DECLS

/**
 * GwSource:
 *
 * Where instances come from: the local file, the ssh config, later each cloud account. A
 * derivable GListModel of GwInstance. Property `title` (group heading, translated) and `notice`
 * (nullable: one line for people about what is wrong with the source, such as a file set aside;
 * notify::notice when it changes).
 */
#define GW_TYPE_SOURCE (gw_source_get_type ())
G_DECLARE_DERIVABLE_TYPE (GwSource, gw_source, GW, SOURCE, GObject)

struct _GwSourceClass
{
  GObjectClass parent_class;

  /* Read what there is, without blocking on anything but the local disk; called once. */
  void (*load) (GwSource *self);
};

/* A stable id, unique among sources: "saved", "ssh-config", later an account's. */
const char *gw_source_get_id      (GwSource   *self);
const char *gw_source_get_title   (GwSource   *self);
const char *gw_source_get_notice  (GwSource   *self);
/* Whether people may edit, duplicate and remove its instances (GwFileSource only). */
gboolean    gw_source_is_editable (GwSource   *self);
/* A second call does nothing. */
void        gw_source_load        (GwSource   *self);

/* For subclasses. */
void        gw_source_set_title   (GwSource   *self,
                                   const char *title);
void        gw_source_set_notice  (GwSource   *self,
                                   const char *notice);
GListStore *gw_source_get_store   (GwSource   *self);
/* Makes @instances (element-type GwInstance, owned by the array; ids without repeats) what the
 * source holds. An object whose id is in the list already stays: it takes over what the new one
 * holds, and takes its place in the array. */
void        gw_source_replace     (GwSource   *self,
                                   GPtrArray  *instances);

G_END_DECLS
