/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-palette.h"

/* Foreground, background, then black to white and their bright forms. GNOME's palette; on the light
 * background the colours are its darker steps, so that each of them can be read there. */
static const char *const light_names[] = {
  "#1e1e1e", "#ffffff",
  "#241f31", "#c01c28", "#1b7f4d", "#8f5902", "#1a5fb4", "#813d9c", "#0b7285", "#c0bfbc",
  "#5e5c64", "#e01b24", "#26804f", "#9a6700", "#1c71d8", "#9141ac", "#087a90", "#f6f5f4",
};
static const char *const dark_names[] = {
  "#ffffff", "#1e1e1e",
  "#241f31", "#e2434f", "#2ec27e", "#f5c211", "#4a90e8", "#b565d6", "#0ab9dc", "#c0bfbc",
  "#8a8891", "#f66151", "#57e389", "#f8e45c", "#78aeed", "#dc8add", "#4fd2fd", "#f6f5f4",
};

void
gw_palette_init (GwPalette *self,
                 gboolean   dark)
{
  const char *const *names = dark ? dark_names : light_names;

  g_return_if_fail (self != NULL);

  gdk_rgba_parse (&self->foreground, names[0]);
  gdk_rgba_parse (&self->background, names[1]);
  for (gsize i = 0; i < GW_PALETTE_SIZE; i++)
    gdk_rgba_parse (&self->colors[i], names[i + 2]);
}
