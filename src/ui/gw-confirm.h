/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * A question with one verb and Cancel, and a message with nothing but Close, in a modal dialog.
 * The one place that knows which of libadwaita's dialogs is used. All texts are plain, no markup.
 */

typedef enum {
  GW_CONFIRM_SUGGESTED,
  GW_CONFIRM_DESTRUCTIVE,
} GwConfirmStyle;

/* @verb: label of the answer, without a mnemonic, which GTK 4.8 would leave in its accessible
 * name. */
void     gw_confirm_ask_async  (GtkWindow            *parent,
                                const char           *heading,
                                const char           *body,
                                const char           *verb,
                                GwConfirmStyle        style,
                                GCancellable         *cancellable,
                                GAsyncReadyCallback   callback,
                                gpointer              user_data);
/* Whether the verb was chosen. FALSE with an error only where @cancellable was cancelled. */
gboolean gw_confirm_ask_finish (GAsyncResult         *result,
                                GError              **error);
/* Something to be read and closed. */
void     gw_confirm_tell       (GtkWindow            *parent,
                                const char           *heading,
                                const char           *body);

G_END_DECLS
