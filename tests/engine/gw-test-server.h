/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * GwTestServer:
 *
 * A server that prints `NAME VALUE` lines up to `ready` and ends with its standard input:
 * tests/sshd/sshd.py or tests/faulty/gw-faulty.
 */
typedef struct _GwTestServer GwTestServer;

GwTestServer *gw_test_server_new_sshd        (const char         *first_option,
                                              ...) G_GNUC_NULL_TERMINATED;
GwTestServer *gw_test_server_new_faulty      (const char         *mode);
void          gw_test_server_free            (GwTestServer       *self);

guint         gw_test_server_get_port        (GwTestServer       *self);
/* The file @name below the server's directory. */
char         *gw_test_server_get_path        (GwTestServer       *self,
                                              const char         *name);
char         *gw_test_server_read            (GwTestServer       *self,
                                              const char         *name);
/* @key_type is "ssh-ed25519"… */
char         *gw_test_server_get_fingerprint (GwTestServer       *self,
                                              const char         *key_type);
/* "TYPE BASE64" of the host key in @name, as in host_ed25519.pub. */
char         *gw_test_server_get_public_key  (GwTestServer       *self,
                                              const char         *name);
/* A known_hosts file that has every key of this server under every address. */
char         *gw_test_server_get_known_hosts (GwTestServer       *self);

/* The lines that begin with @prefix; those that came by now. */
guint         gw_test_server_count_lines     (GwTestServer       *self,
                                              const char         *prefix);
void          gw_test_server_wait_for_line   (GwTestServer       *self,
                                              const char         *prefix);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwTestServer, gw_test_server_free)

G_END_DECLS
