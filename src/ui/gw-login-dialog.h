/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-catalogue.h"
#include "gw-cloud-accounts.h"
#include "gw-saved-logins.h"

G_BEGIN_DECLS

/**
 * GwLoginDialog:
 *
 * “Instance Login”: the documented fields (Instance, Connection, Authentication, Username, the
 * secrets of the method or the Credential, “Remember this login”, More Options with the port). A
 * modal AdwWindow over its transient-for.
 * Signal `login` (GwLogin): OK was pressed and everything needed is there; the dialog closes
 * itself afterwards.
 */
#define GW_TYPE_LOGIN_DIALOG (gw_login_dialog_get_type ())
G_DECLARE_FINAL_TYPE (GwLoginDialog, gw_login_dialog, GW, LOGIN_DIALOG, AdwWindow)

GwLoginDialog *gw_login_dialog_new           (GtkWindow      *parent,
                                              GwCatalogue    *catalogue,
                                              GwSavedLogins  *logins,
                                              GwCloudAccounts *accounts,
                                              GSettings      *settings);
/* Prefilled for @instance: what the history knows, else its default credential, else defaults. */
void           gw_login_dialog_set_instance  (GwLoginDialog  *self,
                                              GwInstance     *instance);
/* For a free host, as typed or from a link: user and port override. @user (nullable), @port 0: not
 * given. */
void           gw_login_dialog_set_endpoint  (GwLoginDialog  *self,
                                              const char     *user,
                                              const char     *host,
                                              guint           port);
/* As it was: every field from @login, with the secrets that were typed; those of a saved login or a
 * credential are never filled in. */
void           gw_login_dialog_set_login     (GwLoginDialog  *self,
                                              GwLogin        *login);
/* Why the dialog is here, such as a refusal: one plain text above the login fields. Call it after
 * set_login(): it goes as soon as the fields are for another host. %NULL takes it away. */
void           gw_login_dialog_set_notice    (GwLoginDialog  *self,
                                              const char     *message);
/* Auto-lock: the secret fields are emptied. */
void           gw_login_dialog_clear_secrets (GwLoginDialog  *self);

G_END_DECLS
