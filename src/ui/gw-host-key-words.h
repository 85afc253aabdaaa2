/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-prompt.h"

G_BEGIN_DECLS

/* What a question about a host key says of it, as far as the cloud account has spoken. */
const char *gw_host_key_explain            (GwPrompt *prompt);
/* “Verified by your cloud account (console log of 10 December 2017, 12:04)”; "" where nobody is
 * asked. Free with g_free(). */
char       *gw_host_key_describe_statement (GwPrompt *prompt);
/* Why it could not be asked. */
char       *gw_host_key_describe_failure   (GwPrompt *prompt);

G_END_DECLS
