/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-key-delivery.h"
#include "gw-key-turn.h"

G_BEGIN_DECLS

/* Seconds that a key lives, from when it was made. */
#define GW_KEY_LIFETIME 60
/* What has to be left of that when the server judges the key, which it does by another clock. */
#define GW_KEY_LEAST 10

#define GW_KEY_TYPE_FIRST "ssh-ed25519"
#define GW_KEY_TYPE_SECOND "ssh-rsa"

typedef struct {
  GwStepState state;
  gint64 began;
  gint64 took;
  char *note;
} GwStepData;

/* What the last sending said of the instance. */
typedef enum {
  GW_SENDING_FINE,       /* it worked, or there was none */
  GW_SENDING_UNPREPARED, /* the plug-in is not enabled, against what was remembered */
  GW_SENDING_NO_KEY,     /* that it does not take this key */
  GW_SENDING_FAILED,     /* nothing that another key would change */
} GwSending;

/* Shared by the parts of the class: gw-key-delivery.c has what is shown and remembered,
 * gw-key-delivery-run.c the calls of the cloud. */
struct _GwKeyDelivery
{
  GObject parent_instance;

  GwCloudAccounts *accounts;
  GwInstance *instance; /* NULL for a free host */
  char *user;
  GwCloudClient *client; /* from the first preparation on */
  char *region;
  GwKeyTurn *turn;       /* while it is ours */
  GwStepData steps[GW_N_STEPS];
  char *key_type;        /* of the last one that was made, or NULL */
  GwSending sending;
  gboolean first_refused;  /* by the server: a key of that type */
  gboolean second_refused;
  gboolean sent;
  gint64 expiry;
  guint lifetime;
  guint least;
};

const char    *gw_key_delivery_get_id     (GwKeyDelivery *self);
GwAssistNotes *gw_key_delivery_get_notes  (GwKeyDelivery *self);
/* Cleans @note (nullable). */
void           gw_key_delivery_set_note   (GwKeyDelivery *self,
                                           GwStep         step,
                                           const char    *note);
/* For tests, which do not wait for a minute. What has to be left of it shrinks, too. */
void           gw_key_delivery_set_lifetime (GwKeyDelivery *self,
                                           guint          seconds);

G_END_DECLS
