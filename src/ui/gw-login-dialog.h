/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-catalogue.h"
#include "gw-login.h"
#include "gw-login-history.h"

G_BEGIN_DECLS

/**
 * GwLoginDialog:
 *
 * “Instance Login”: the documented fields (Instance, Connection, Authentication, Username, the
 * secrets of the method, More Options with the port). A modal AdwWindow over its transient-for.
 * Signal `login` (GwLogin): OK was pressed and everything needed is there; the dialog closes
 * itself afterwards.
 */
#define GW_TYPE_LOGIN_DIALOG (gw_login_dialog_get_type ())
G_DECLARE_FINAL_TYPE (GwLoginDialog, gw_login_dialog, GW, LOGIN_DIALOG, AdwWindow)

GwLoginDialog *gw_login_dialog_new           (GtkWindow      *parent,
                                              GwCatalogue    *catalogue,
                                              GwLoginHistory *history,
                                              GSettings      *settings);
/* Prefilled for @instance: defaults, then what the history knows. */
void           gw_login_dialog_set_instance  (GwLoginDialog  *self,
                                              GwInstance     *instance);
/* For a free host, as typed or from a link: user and port override. @user (nullable), @port 0: not
 * given. */
void           gw_login_dialog_set_endpoint  (GwLoginDialog  *self,
                                              const char     *user,
                                              const char     *host,
                                              guint           port);
/* As it was: every field from @login, secrets included. */
void           gw_login_dialog_set_login     (GwLoginDialog  *self,
                                              GwLogin        *login);

G_END_DECLS
