/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gunixfdlist.h>

#include "gw-login.h"

G_BEGIN_DECLS

#define GW_CONNECT_TIMEOUT 15 /* seconds, the contract's default for resolve and connect */
#define GW_ANSWER_TIMEOUT 20  /* seconds, the contract's default for one answer of the server */

/* The options of Session1.Connect (floating), with the descriptors of its secrets. */
GVariant *gw_session_connect_options  (GwLogin      *login,
                                       GUnixFDList **fd_list,
                                       GError      **error);
/* The options of Session1.OpenTerminal (floating). */
GVariant *gw_session_terminal_options (GwLogin      *login);

G_END_DECLS
