/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-access-key.h"
#include "gw-account.h"
#include "gw-keyring.h"

G_BEGIN_DECLS

/* The kind of the keyring's items. */
#define GW_ACCOUNT_ITEM "account"

/**
 * GwAccountKeySource:
 *
 * A GwKeySource: the AccessKey of an account in the keyring, read anew each time. Never unlocks, so
 * the errors are GwKeyring's, and GW_CLOUD_ERROR_NO_KEY where nothing is there.
 */
#define GW_TYPE_ACCOUNT_KEY_SOURCE (gw_account_key_source_get_type ())
G_DECLARE_FINAL_TYPE (GwAccountKeySource, gw_account_key_source, GW, ACCOUNT_KEY_SOURCE, GObject)

GwKeySource *gw_account_key_source_new (GwKeyring *keyring,
                                        GwAccount *account);

G_END_DECLS
