/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define GW_PALETTE_SIZE 16

/**
 * GwPalette:
 *
 * The colours of a terminal: the 16 of ECMA-48 and xterm, and the plain ones.
 */
typedef struct {
  GdkRGBA foreground;
  GdkRGBA background;
  GdkRGBA colors[GW_PALETTE_SIZE];
} GwPalette;

/* The palette for a light or a dark style. */
void gw_palette_init (GwPalette *self,
                      gboolean   dark);

G_END_DECLS
