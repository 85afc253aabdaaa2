/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-instance.h"

G_BEGIN_DECLS

typedef enum {
  GW_CONNECTION_PUBLIC,
  GW_CONNECTION_ELASTIC,
  GW_CONNECTION_PRIVATE,
  GW_CONNECTION_INTERNAL,
  GW_CONNECTION_HOST_NAME,
} GwConnectionKind;

/**
 * GwConnection:
 *
 * One entry of the Connection field: which address of an instance to dial. Immutable. Property
 * `label` (for list models): "Public IP – 203.0.113.7", "Host Name – nas.local", translated.
 */
#define GW_TYPE_CONNECTION (gw_connection_get_type ())
G_DECLARE_FINAL_TYPE (GwConnection, gw_connection, GW, CONNECTION, GObject)

GwConnection     *gw_connection_new         (GwConnectionKind  kind,
                                             const char       *address);
GwConnectionKind  gw_connection_get_kind    (GwConnection     *self);
const char       *gw_connection_get_address (GwConnection     *self);
const char       *gw_connection_get_label   (GwConnection     *self);

/* "public", "elastic", "private", "internal", "host-name": how it is stored. */
const char       *gw_connection_kind_to_string   (GwConnectionKind  kind);
gboolean          gw_connection_kind_from_string (const char       *string,
                                                  GwConnectionKind *kind);

/* (transfer full) (element-type GwConnection): what may be chosen for @instance, by the documented
 * rule: in a VPC its public, elastic and private addresses; on the classic network only the public
 * address if it has one, else the internal one; any other host its host name, then all addresses.
 * Possibly empty; no address stands in it twice. */
GListModel       *gw_connection_list_for    (GwInstance       *instance);
/* The index of the preselected entry: the address that last worked (@last, optional) if it is
 * there, else of kind @last_kind (optional string), else public or elastic, else the first; 0 for
 * an empty list. */
guint             gw_connection_choose      (GListModel       *connections,
                                             const char       *last_address,
                                             const char       *last_kind);

G_END_DECLS
