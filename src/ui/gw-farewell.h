/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "gw-session.h"

G_BEGIN_DECLS

/* Keeps @application (nullable) running until the engine of @session, which is being closed, has
 * gone, or for three seconds: it takes a living program to end an engine that does not end. */
void gw_farewell (GApplication *application,
                  GwSession    *session);

G_END_DECLS
