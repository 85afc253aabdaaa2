/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the parts of GwEngine share: its life and windows in gw-engine.c, one file each for
 * connecting and for terminals. */

#include "gw-bus.h"
#include "gw-engine.h"
#include "gw-known-hosts.h"
#include "gw-phase.h"
#include "gw-target.h"

G_BEGIN_DECLS

struct _GwEngine {
  GObject parent_instance;

  GwBusSession1         *skeleton;
  GwPrompter            *prompter;
  GDBusConnection       *window; /* attached, or NULL */
  guint                  alone;  /* the timer that runs while there is no window */
  guint                  n_peers;

  GwPhase                phase;
  GCancellable          *cancellable;
  GDBusMethodInvocation *connecting; /* Connect, until it is answered */
  GwTarget              *target;
  GwKnownHosts          *known;
  GwSshLink             *link;
  int                    rc; /* of ssh_connect() */
  guint                  timeout;

  GHashTable            *terminals; /* number -> GwTerminalChannel */
  guint                  last_terminal;
  guint                  n_opening;
  GError                *loss; /* why the connection is gone, or NULL */
};

void     gw_engine_set_phase (GwEngine     *self,
                              GwPhase       phase);
/* Ends the connection. @error (nullable): why; what waits for an answer gets it. */
void     gw_engine_end       (GwEngine     *self,
                              const GError *error);

/* Handlers of Session1's methods. */
gboolean gw_engine_on_connect         (GwBusSession1         *skeleton,
                                       GDBusMethodInvocation *invocation,
                                       GUnixFDList           *fds,
                                       const char            *host,
                                       guint                  port,
                                       const char            *user,
                                       GVariant              *options,
                                       gpointer               user_data);
gboolean gw_engine_on_make_key        (GwBusSession1         *skeleton,
                                       GDBusMethodInvocation *invocation,
                                       const char            *type,
                                       gpointer               user_data);
gboolean gw_engine_on_open_terminal   (GwBusSession1         *skeleton,
                                       GDBusMethodInvocation *invocation,
                                       GUnixFDList           *fds,
                                       guint                  columns,
                                       guint                  rows,
                                       GVariant              *options,
                                       gpointer               user_data);
gboolean gw_engine_on_resize_terminal (GwBusSession1         *skeleton,
                                       GDBusMethodInvocation *invocation,
                                       guint                  number,
                                       guint                  columns,
                                       guint                  rows,
                                       gpointer               user_data);
gboolean gw_engine_on_close_terminal  (GwBusSession1         *skeleton,
                                       GDBusMethodInvocation *invocation,
                                       guint                  number,
                                       gpointer               user_data);

G_END_DECLS
