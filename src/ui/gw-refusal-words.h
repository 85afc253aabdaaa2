/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-cloud-accounts.h"

G_BEGIN_DECLS

/* What to say of an @error of a call for @instance. @request (optional): where RAM refused the
 * call, what “Copy Request for Administrator” copies, else %NULL; free both with g_free(). */
char *gw_refusal_words_for (const GError    *error,
                            GwCloudAccounts *accounts,
                            GwInstance      *instance,
                            char           **request);

G_END_DECLS
