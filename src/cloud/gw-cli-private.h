/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "gw-cli-profiles.h"

G_BEGIN_DECLS

/* gw-cli-key.c: %NULL where it makes no AccessKey. */
GwAccessKey *gw_cli_make_key              (const char             *id,
                                           const char             *secret_text,
                                           const char             *token_text,
                                           gint64                  expires);

/* An AccessKey in JSON: how its members are called. */
typedef struct {
  const char *id;
  const char *secret;
  const char *token;   /* (nullable) */
  const char *expires; /* (nullable) */
} GwCliKeyMembers;

/* In answers of STS and of a CredentialsURI. */
extern const GwCliKeyMembers gw_cli_sts_members;

GwAccessKey *gw_cli_read_key              (JsonObject             *object,
                                           const GwCliKeyMembers  *members);
/* Seconds since 1970, of a number, a decimal string or ISO 8601; 0 for none. */
gint64       gw_cli_read_time             (JsonObject             *object,
                                           const char             *member);

/* gw-cli-profiles.c: the root of the CLI's file, %NULL without @error where there is none. */
JsonNode    *gw_cli_load                  (const char             *path,
                                           GError                **error);
/* The first profile of that name; owned by @root. */
JsonObject  *gw_cli_find                  (JsonNode               *root,
                                           const char             *name);
/* As written; "AK" where there is none. */
const char  *gw_cli_get_mode_word         (JsonObject             *profile);
GwCliMode    gw_cli_mode_read             (JsonObject             *profile);
/* A text of a profile, %NULL where it is missing or empty. */
const char  *gw_cli_get_text              (JsonObject             *profile,
                                           const char             *member);

/* gw-cli-check.c: the AccessKey that stands in @profile itself, %NULL where it has no valid one. */
GwAccessKey *gw_cli_read_file_key         (JsonObject             *profile,
                                           GwCliMode               mode);
/* Why no AccessKey can be had of @profile, or %NULL. @title: its cleaned name; @base (nullable): of
 * gw_cli_read_file_key(). */
GError      *gw_cli_check                 (JsonObject             *profile,
                                           GwCliMode               mode,
                                           const char             *title,
                                           GwAccessKey            *base);
/* GW_CLOUD_ERROR_NO_KEY. Takes @message. */
GError      *gw_cli_make_no_key           (char                   *message);

/* gw-cli-command.c: what @command prints, as an AccessKey. */
void         gw_cli_command_async         (const char             *command,
                                           GCancellable           *cancellable,
                                           GAsyncReadyCallback     callback,
                                           gpointer                user_data);
GwAccessKey *gw_cli_command_finish        (GAsyncResult           *result,
                                           GError                **error);

/* gw-cli-uri.c: what @uri answers, as an AccessKey. */
void         gw_cli_uri_async             (const char             *uri,
                                           GCancellable           *cancellable,
                                           GAsyncReadyCallback     callback,
                                           gpointer                user_data);
GwAccessKey *gw_cli_uri_finish            (GAsyncResult           *result,
                                           GError                **error);

/* For tests: milliseconds that getting an AccessKey may take. */
void         gw_cli_key_source_set_timeout (GwKeySource           *self,
                                           guint                   timeout);

G_END_DECLS
