/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-cloud-accounts.h"

G_BEGIN_DECLS

/* “Instance Details”: everything that is known of @instance, in groups; each value selectable and
 * with a button that copies it; “Open in Browser” and “Check Security
 * Groups…” for instances of an account. Follows the changes
 * of the instance. An AdwWindow, not modal. Signal `connect-instance` (GwInstance): “Connect” was
 * pressed. @accounts (nullable): for titles of regions and groups. */
GtkWindow *gw_instance_details_new (GtkWindow       *parent,
                                    GwCatalogue     *catalogue,
                                    GwCloudAccounts *accounts,
                                    GSettings       *settings,
                                    GwInstance      *instance);

G_END_DECLS
