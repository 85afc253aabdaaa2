/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "gw-sensitive.h"

G_BEGIN_DECLS

/**
 * GwPrompter:
 *
 * Asks the window: calls of Prompt1 that wait as long as a person needs, one at a time. A question
 * that waits is asked again when another window attaches.
 */
#define GW_TYPE_PROMPTER (gw_prompter_get_type ())
G_DECLARE_FINAL_TYPE (GwPrompter, gw_prompter, GW, PROMPTER, GObject)

GwPrompter  *gw_prompter_new        (void);
/* The window that gets the questions from now on; %NULL: none, they wait. */
void         gw_prompter_set_window (GwPrompter          *self,
                                     GDBusConnection     *window);

/* @parameters: floating, of Prompt1.@method. GW_ERROR_CANCELLED if the person gives up. */
void         gw_prompter_ask_async  (GwPrompter          *self,
                                     const char          *method,
                                     GVariant            *parameters,
                                     const GVariantType  *reply_type,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data);
/* @fds (optional): the descriptors of the answer. */
GVariant    *gw_prompter_ask_finish (GwPrompter          *self,
                                     GAsyncResult        *result,
                                     GUnixFDList        **fds,
                                     GError             **error);

gboolean     gw_prompter_is_asking  (GwPrompter          *self);
/* The question that waits, if any, fails with GW_ERROR_CANCELLED. */
void         gw_prompter_cancel     (GwPrompter          *self);

/* The secret that the handle @value (type h) stands for. */
GwSensitive *gw_prompter_read_secret (GVariant           *value,
                                      GUnixFDList        *fds,
                                      GError            **error);

G_END_DECLS
