/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Asks for one file to open, with the desktop's own dialog. The one place that knows which of
 * GTK's file dialogs is used: the one that Debian 12 has is deprecated later.
 */

/* @title: of the dialog. @folder (nullable): where to begin. Cancelling @cancellable takes the
 * dialog away. */
void   gw_file_picker_open_async  (GtkWindow            *parent,
                                   const char           *title,
                                   GFile                *folder,
                                   GCancellable         *cancellable,
                                   GAsyncReadyCallback   callback,
                                   gpointer              user_data);
/* (transfer full); %NULL with G_IO_ERROR_CANCELLED where the person chose nothing. */
GFile *gw_file_picker_open_finish (GAsyncResult         *result,
                                   GError              **error);

G_END_DECLS
