/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-connection.h"
#include "gw-instance.h"
#include "gw-sensitive.h"

G_BEGIN_DECLS

/* The documented authentication methods; the order is that of the field. */
typedef enum {
  GW_METHOD_PASSWORD,      /* Password-based */
  GW_METHOD_SSH_KEY,       /* SSH Key Authentication */
  GW_METHOD_CREDENTIAL,    /* Credential-based */
  GW_METHOD_TEMPORARY_KEY, /* Temporary SSH Key-based */
} GwMethod;

/* The documented label, translated: "Password-based". */
const char *gw_method_title       (GwMethod    method);
/* "password", "ssh-key", "credential", "temporary-key": how it is stored. */
const char *gw_method_to_string   (GwMethod    method);
gboolean    gw_method_from_string (const char *string,
                                   GwMethod   *method);

/**
 * GwLogin:
 *
 * What the Instance Login dialog was filled in with, and all that is needed to try again: data
 * only. Secrets are GwSensitive behind plain accessors, never GObject properties.
 */
#define GW_TYPE_LOGIN (gw_login_get_type ())
G_DECLARE_FINAL_TYPE (GwLogin, gw_login, GW, LOGIN, GObject)

GwLogin          *gw_login_new               (void);
GwLogin          *gw_login_copy              (GwLogin          *self);

/* (nullable): the instance it is for; %NULL for a free host. */
GwInstance       *gw_login_get_instance      (GwLogin          *self);
void              gw_login_set_instance      (GwLogin          *self,
                                              GwInstance       *instance);
/* The instance's title, or the host: what tabs are called. Never %NULL. */
const char       *gw_login_get_title         (GwLogin          *self);
/* Which address to dial. %NULL until set. */
GwConnection     *gw_login_get_connection    (GwLogin          *self);
void              gw_login_set_connection    (GwLogin          *self,
                                              GwConnection     *connection);
/* Of the connection; "" until set. */
const char       *gw_login_get_host          (GwLogin          *self);
guint             gw_login_get_port          (GwLogin          *self);
void              gw_login_set_port          (GwLogin          *self,
                                              guint             port);
/* Never %NULL. */
const char       *gw_login_get_user          (GwLogin          *self);
void              gw_login_set_user          (GwLogin          *self,
                                              const char       *user);
GwMethod          gw_login_get_method        (GwLogin          *self);
void              gw_login_set_method        (GwLogin          *self,
                                              GwMethod          method);
/* (nullable) (transfer none) */
GwSensitive      *gw_login_get_password      (GwLogin          *self);
void              gw_login_set_password      (GwLogin          *self,
                                              GwSensitive      *password);
GwSensitive      *gw_login_get_private_key   (GwLogin          *self);
void              gw_login_set_private_key   (GwLogin          *self,
                                              GwSensitive      *private_key);
GwSensitive      *gw_login_get_passphrase    (GwLogin          *self);
void              gw_login_set_passphrase    (GwLogin          *self,
                                              GwSensitive      *passphrase);
/* The file that the private key was read from, %NULL for pasted ones; only for remembering. */
const char       *gw_login_get_key_path      (GwLogin          *self);
void              gw_login_set_key_path      (GwLogin          *self,
                                              const char       *path);
/* The fingerprint of an agent key to offer instead of a private key; %NULL for none. */
const char       *gw_login_get_agent_key     (GwLogin          *self);
void              gw_login_set_agent_key     (GwLogin          *self,
                                              const char       *fingerprint);
/* The id of the credential, for GW_METHOD_CREDENTIAL; %NULL for none. Its user and secrets are put
 * into the login when a session begins. */
const char       *gw_login_get_credential    (GwLogin          *self);
void              gw_login_set_credential    (GwLogin          *self,
                                              const char       *id);
/* “Remember this login”: keep it once it has worked. */
gboolean          gw_login_get_remember      (GwLogin          *self);
void              gw_login_set_remember      (GwLogin          *self,
                                              gboolean          remember);
/* Its secrets come from the keyring, nobody has typed them: a session with them ends at the first
 * refusal instead of asking. */
gboolean          gw_login_get_saved         (GwLogin          *self);
void              gw_login_set_saved         (GwLogin          *self,
                                              gboolean          saved);
/* Drops password, private key and passphrase: once a login has worked or failed nothing holds them
 * but the keyring. */
void              gw_login_clear_secrets     (GwLogin          *self);
/* When it was filled in (g_get_monotonic_time(); copies: when they were made). Who made it knew of
 * all that had happened before. */
gint64            gw_login_get_made          (GwLogin          *self);
/* What is kept of it is found by: "instance:ID", or "host:NAME" (lower case) for a free host. Free
 * with g_free(). */
char             *gw_login_dup_key           (GwLogin          *self);
/* Seconds; 0 for the default of 15. */
guint             gw_login_get_connect_timeout (GwLogin        *self);
void              gw_login_set_connect_timeout (GwLogin        *self,
                                              guint             seconds);
/* The value to send for LANG, or %NULL to send none. */
const char       *gw_login_get_lang          (GwLogin          *self);
void              gw_login_set_lang          (GwLogin          *self,
                                              const char       *lang);
/* "root@203.0.113.7:2222" in the shortest form. Free with g_free(). */
char             *gw_login_describe          (GwLogin          *self);

G_END_DECLS
