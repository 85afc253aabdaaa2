/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gunixfdlist.h>

#include "gw-auth.h"

G_BEGIN_DECLS

/* The arguments of Session1.Connect, read and checked. */
typedef struct {
  char       *host;
  guint       port;
  char       *user;
  GwAuthPlan *plan;
  int         transport; /* or -1 */
  GStrv       known_hosts;
  guint       connect_timeout, timeout; /* seconds */
} GwTarget;

/* Takes the descriptors out of @fds. Errors: GW_ERROR_INVALID_*, _KEY_*, _AGENT (it is connected
 * here, while that is still allowed), _PROTOCOL, _TOO_LARGE. */
GwTarget *gw_target_new  (const char   *host,
                          guint         port,
                          const char   *user,
                          GVariant     *options,
                          GUnixFDList  *fds,
                          GError      **error);
void      gw_target_free (GwTarget     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwTarget, gw_target_free)

G_END_DECLS
