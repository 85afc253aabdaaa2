/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What a credential can be the default of, as one string: "key-pair:NAME", "tag:KEY=VALUE",
 * "tag:KEY", "group:ID" (resource group), "source:ID" (a cloud account, or a list such as the saved
 * hosts). The narrowest wins, in this order: key pair, tag with a value, tag without, resource
 * group, source. Of two equally narrow ones the first in the instance's own order wins.
 */
typedef enum {
  GW_SCOPE_KEY_PAIR,
  GW_SCOPE_TAG,
  GW_SCOPE_GROUP,
  GW_SCOPE_SOURCE,
} GwScopeKind;
#define GW_N_SCOPE_KINDS 4

/* Free with g_free(). */
char     *gw_scope_new   (GwScopeKind   kind,
                          const char   *value);
/* FALSE where @scope is none. @value points into @scope. */
gboolean  gw_scope_parse (const char   *scope,
                          GwScopeKind  *kind,
                          const char  **value);

G_END_DECLS
