/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-cloud-accounts.h"

G_BEGIN_DECLS

/*
 * One temporary key at a time for each instance, first come, first served: the plug-in writes them
 * all to one place. For GwKeyDelivery.
 */
typedef struct _GwKeyTurn GwKeyTurn;

/* Whether nobody has it, or waits for it. @instance: its id. */
gboolean   gw_cloud_accounts_is_turn_free     (GwCloudAccounts      *self,
                                               const char           *instance);
/* Waits as long as @cancellable lets it. */
void       gw_cloud_accounts_take_turn_async  (GwCloudAccounts      *self,
                                               const char           *instance,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
GwKeyTurn *gw_cloud_accounts_take_turn_finish (GwCloudAccounts      *self,
                                               GAsyncResult         *result,
                                               GError              **error);
/* The next one's. Takes @self. */
void       gw_key_turn_end                    (GwKeyTurn            *self);

G_END_DECLS
