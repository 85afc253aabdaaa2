/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-cloud-accounts.h"

G_BEGIN_DECLS

/* “Cloud Accounts”: all of them with what is known (instances, when last refreshed, what is wrong),
 * Add, Edit, Refresh, Remove with Undo; an empty state that offers the profiles of the aliyun CLI
 * and the environment. */
GtkWindow *gw_accounts_window_new (GtkWindow       *parent,
                                   GwCloudAccounts *accounts);

G_END_DECLS
