/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-prompt.h"

G_BEGIN_DECLS

/**
 * GwPromptPage:
 *
 * A page of a tab that asks for a password, a passphrase, or the answers to the server's own
 * questions; these stand in a frame that says so, under the name of the host. Host keys have
 * GwHostKeyPage.
 */
#define GW_TYPE_PROMPT_PAGE (gw_prompt_page_get_type ())
G_DECLARE_FINAL_TYPE (GwPromptPage, gw_prompt_page, GW, PROMPT_PAGE, AdwBin)

/* @target: who logs in where, as “root@203.0.113.7”. */
GtkWidget *gw_prompt_page_new (GwPrompt   *prompt,
                               const char *target);

/* Empties the fields. */
void       gw_prompt_page_clear (GwPromptPage *self);

G_END_DECLS
