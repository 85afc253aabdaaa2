/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The states of the documented API (DescribeInstances, Status); UNKNOWN for hosts whose state
 * nobody can ask. */
typedef enum {
  GW_INSTANCE_STATUS_UNKNOWN,
  GW_INSTANCE_STATUS_PENDING,
  GW_INSTANCE_STATUS_STARTING,
  GW_INSTANCE_STATUS_RUNNING,
  GW_INSTANCE_STATUS_STOPPING,
  GW_INSTANCE_STATUS_STOPPED,
} GwInstanceStatus;

typedef enum {
  GW_NETWORK_UNKNOWN, /* a host, not an instance of a cloud */
  GW_NETWORK_VPC,
  GW_NETWORK_CLASSIC,
} GwNetworkType;

typedef enum {
  GW_ADDRESS_PUBLIC,
  GW_ADDRESS_ELASTIC,
  GW_ADDRESS_PRIVATE,
  GW_ADDRESS_INTERNAL,
} GwAddressKind;
#define GW_N_ADDRESS_KINDS 4

/* The single texts of an instance. */
typedef enum {
  GW_INSTANCE_NAME,           /* what people call it; shown in lists and tabs */
  GW_INSTANCE_HOST_NAME,      /* name or address to dial, where it is not one of the addresses */
  GW_INSTANCE_USER,           /* login name to suggest */
  GW_INSTANCE_REGION,         /* "cn-hangzhou" */
  GW_INSTANCE_ZONE,           /* "cn-hangzhou-h" */
  GW_INSTANCE_OS,             /* "Alibaba Cloud Linux 3.2104 LTS 64 bit" */
  GW_INSTANCE_RESOURCE_GROUP, /* id */
  GW_INSTANCE_KEY_PAIR,       /* name */
  GW_INSTANCE_VPC,            /* id */
  GW_INSTANCE_PROXY_JUMP,     /* as written in ssh config; shown, not followed yet */
  GW_INSTANCE_IDENTITY_FILE,  /* path of a private key, "~" expanded */
  GW_INSTANCE_OS_TYPE,        /* "linux" or "windows" */
  GW_INSTANCE_TYPE,           /* "ecs.g7.large" */
  GW_INSTANCE_SIZE,           /* "2 vCPU, 8 GiB" */
  GW_INSTANCE_IMAGE,          /* id */
  GW_INSTANCE_V_SWITCH,       /* id */
  GW_INSTANCE_DESCRIPTION,
  GW_INSTANCE_CHARGE_TYPE,    /* "PrePaid", "PostPaid" */
  GW_INSTANCE_CREATED,        /* "2017-12-10T04:04Z" */
  GW_INSTANCE_STARTED,
  GW_INSTANCE_EXPIRES,        /* for PrePaid */
} GwInstanceText;
#define GW_N_INSTANCE_TEXTS 21

#define GW_INSTANCE_MAX_ITEMS 64

/**
 * GwInstance:
 *
 * One thing to connect to. Plain data with a signal: `changed` (no arguments) after any set call
 * that changed something other than only the time of the status. Main thread only. All texts are bounded and cleaned when set
 * (gw_text_clean_line(), 256 characters), so they may be put on labels; host names and addresses
 * that gw_host_validate() refuses are dropped, and so are login names that gw_user_validate()
 * refuses. Lists hold at most GW_INSTANCE_MAX_ITEMS.
 */
#define GW_TYPE_INSTANCE (gw_instance_get_type ())
G_DECLARE_FINAL_TYPE (GwInstance, gw_instance, GW, INSTANCE, GObject)

/* @id is unique in all sources: a UUID for saved hosts, "ssh-config:ALIAS", the ECS instance id. */
GwInstance         *gw_instance_new              (const char        *id);
/* The same but for the id. */
GwInstance         *gw_instance_copy             (GwInstance        *self,
                                                  const char        *id);
/* Makes @self hold what @other holds, all but the id, with at most one `changed`. */
void                gw_instance_assign           (GwInstance        *self,
                                                  GwInstance        *other);
/* All data, the id included. */
gboolean            gw_instance_equal            (GwInstance        *a,
                                                  GwInstance        *b);

const char         *gw_instance_get_id           (GwInstance        *self);
/* The name; where there is none, the host name, first address or id. Never %NULL. */
const char         *gw_instance_get_title        (GwInstance        *self);
/* The address shown in lists: what a default connection would dial. Never %NULL, may be "". */
const char         *gw_instance_get_main_address (GwInstance        *self);

/* %NULL where not set. */
const char         *gw_instance_get_text         (GwInstance        *self,
                                                  GwInstanceText     which);
void                gw_instance_set_text         (GwInstance        *self,
                                                  GwInstanceText     which,
                                                  const char        *text);
/* 0 where not set (then GW_DEFAULT_PORT is meant). */
guint               gw_instance_get_port         (GwInstance        *self);
void                gw_instance_set_port         (GwInstance        *self,
                                                  guint              port);
GwInstanceStatus    gw_instance_get_status       (GwInstance        *self);
/* When the status was learnt, in seconds of g_get_real_time() / 1e6; 0 for never. */
gint64              gw_instance_get_status_time  (GwInstance        *self);
void                gw_instance_set_status       (GwInstance        *self,
                                                  GwInstanceStatus   status,
                                                  gint64             time);
GwNetworkType       gw_instance_get_network      (GwInstance        *self);
void                gw_instance_set_network      (GwInstance        *self,
                                                  GwNetworkType      network);
/* Never %NULL; owned by @self. */
const char *const  *gw_instance_get_addresses    (GwInstance        *self,
                                                  GwAddressKind      kind);
void                gw_instance_set_addresses    (GwInstance        *self,
                                                  GwAddressKind      kind,
                                                  const char *const *addresses);
/* Security group ids. Never %NULL; owned by @self. */
const char *const  *gw_instance_get_security_groups (GwInstance     *self);
void                gw_instance_set_security_groups (GwInstance     *self,
                                                  const char *const *ids);
/* "key" or "key=value", in the order of the source. Never %NULL; owned by @self. */
const char *const  *gw_instance_get_tags         (GwInstance        *self);
void                gw_instance_set_tags         (GwInstance        *self,
                                                  const char *const *tags);
/* LockReason of the API ("financial", "security", …). Never %NULL; owned by @self. */
const char *const  *gw_instance_get_locks        (GwInstance        *self);
void                gw_instance_set_locks        (GwInstance        *self,
                                                  const char *const *locks);
/* ImageOptions.LoginAsNonRoot of the API: ecs-user is who logs in. */
gboolean            gw_instance_get_login_as_non_root (GwInstance   *self);
void                gw_instance_set_login_as_non_root (GwInstance   *self,
                                                  gboolean           non_root);
/* Whether this came from a cloud (decides the default user name and whether a state is known). */
gboolean            gw_instance_is_cloud         (GwInstance        *self);

/* What a search looks at, folded by gw_search_fold(), a value a line: name, id (of cloud instances
 * only), host name, addresses, tags. Kept until the next change. Never %NULL. */
const char         *gw_instance_get_search_text  (GwInstance        *self);

/* "Running", translated; "" for UNKNOWN. */
const char         *gw_instance_status_title     (GwInstanceStatus   status);
/* The API's word ("Running"), and back; UNKNOWN for others. */
const char         *gw_instance_status_to_string (GwInstanceStatus   status);
GwInstanceStatus    gw_instance_status_from_string (const char      *string);

G_END_DECLS
