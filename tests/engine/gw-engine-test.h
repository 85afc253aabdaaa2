/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-engine-driver.h"

G_BEGIN_DECLS

/* Prepares the program (a home, GTest, and with @sshd_option an OpenSSH server that all its tests
 * share), adds its tests and runs them. */
int           gw_engine_test_main         (int           *argc,
                                           char        ***argv,
                                           const char    *sshd_option,
                                           void         (*add_tests) (void));
/* Adds a test that fails, too, if descriptors of this process are left open. */
void          gw_engine_test_add          (const char    *path,
                                           void         (*function) (void));

GwTestServer *gw_engine_test_get_sshd     (void);
/* At the shared server, whose keys are known. */
GwTestLogin   gw_engine_test_login        (const char    *user,
                                           const char    *password);
/* Right password, unknown host key, time limits of a second. */
GwTestLogin   gw_engine_test_login_faulty (GwTestServer  *server);

/* A connected socket. */
int           gw_engine_test_dial         (guint          port);
/* What Cloud Assistant does: @user of the shared server can log in with @public_key, and with no
 * other one of those that came this way; %NULL: with none. */
void          gw_engine_test_deliver      (const char    *user,
                                           const char    *public_key);

G_END_DECLS
