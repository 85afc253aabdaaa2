/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Puts into @box what a first account can be made of without typing: a button for each of the aliyun
 * CLI's profiles (the current one first, at most three), one for the environment; and a line for what
 * cannot be used and why. Reads the CLI's file; sends nothing. What is in @box behind
 * @after (nullable) goes. @use_profile: an
 * action with the profile's name (s); @use_environment: one without a parameter. */
void gw_account_offers_fill (GtkBox     *box,
                             GtkWidget  *after,
                             const char *use_profile,
                             const char *use_environment);

G_END_DECLS
