/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-access-key.h"

G_BEGIN_DECLS

/*
 * The profiles of the aliyun CLI: $ALIBABA_CLOUD_CONFIG_FILE, else ~/.aliyun/config.json, and the
 * variables of the environment that its SDKs know. Read only, at most 1 MiB; unknown members are
 * ignored. ALIBABA_CLOUD_CLI_PROFILE_DISABLED=true hides the file.
 */

/* The modes that are written in the file (without case). */
typedef enum {
  GW_CLI_AK,
  GW_CLI_STS_TOKEN,
  GW_CLI_RAM_ROLE_ARN,
  GW_CLI_CREDENTIALS_URI,
  GW_CLI_EXTERNAL,
  GW_CLI_CLOUD_SSO, /* and OAuth: the tokens that the CLI has cached, while they last */
  GW_CLI_OAUTH,
  GW_CLI_UNSUPPORTED,
} GwCliMode;

/**
 * GwCliProfile:
 *
 * What can be said of one profile without its secrets. Texts are cleaned, but for the name, which
 * is as in the file and valid UTF-8.
 */
typedef struct {
  char      *name;
  GwCliMode  mode;
  char      *mode_word;   /* as written: "EcsRamRole" */
  char      *region;      /* (nullable) */
  char      *endpoint;    /* (nullable): only the profile's own override */
  gboolean   is_current;
  gboolean   is_complete; /* all that the mode needs is there; of CloudSSO and OAuth also where the
                             CLI has to sign in first (GW_CLOUD_ERROR_SIGN_IN), never of
                             GW_CLI_UNSUPPORTED */
} GwCliProfile;

void       gw_cli_profile_free (GwCliProfile  *self);

/* (element-type GwCliProfile) (transfer full): in file order; empty where there is no file. NULL
 * for a file that cannot be read: the errors of gw_json_load(). Blocks for the disk only.
 * @path (nullable): the place described above. */
GPtrArray *gw_cli_profiles_load (const char   *path,
                                 GError      **error);
/* "AssumeRole", "a command of yours": what is done to get a key, for people, translated. */
const char *gw_cli_mode_describe (GwCliMode    mode);

/* The AccessKey of profile @name, read anew for each get. RamRoleArn asks STS (through @endpoint
 * where that is given, see gw_cloud_client_new()) and keeps the role's key until 3 minutes before
 * it expires; CredentialsURI speaks https, or http on loopback; External runs the command without
 * a shell, at most 60 s, and kills it when cancelled. What these two give is kept likewise, for 5
 * minutes where it does not say when it expires; not with ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS.
 * Gets at the same time share one question. */
GwKeySource *gw_cli_key_source_new (const char *path,
                                    const char *name,
                                    const char *endpoint);

/* Whether the environment holds an AccessKey, and the source that gives it. */
gboolean     gw_environment_has_key       (void);
GwKeySource *gw_environment_key_source_new (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwCliProfile, gw_cli_profile_free)

G_END_DECLS
