/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The most bytes that are pasted at once; what is over it is refused, not cut. */
#define GW_PASTE_MAX (1024 * 1024)

/**
 * GwPaste:
 * @text: what may be sent: line feeds and tabs are the only control characters in it, and invisible
 *   characters are written out as “⟨U+202E⟩”, so that what is shown is what is sent
 * @n_lines: lines, a last empty one after a line break not counted; 0 for no text
 * @n_removed: control characters and ends of a bracketed paste that were taken out
 * @n_invisible: invisible characters that were written out
 * @runs: the text ends in a line break, so that a shell runs its last line at once
 *
 * Text on its way into a terminal, made harmless. Plain data, no widgets.
 */
typedef struct {
  char     *text;
  guint     n_lines;
  guint     n_removed;
  guint     n_invisible;
  gboolean  runs;
} GwPaste;

GwPaste  *gw_paste_new          (const char *text);
void      gw_paste_free         (GwPaste    *self);

/* Whether a person has to see it before it is sent: anything but one line of plain text. */
gboolean  gw_paste_needs_review (GwPaste    *self);
/* One or two sentences on what is special about it, translated. Free with g_free(). */
char     *gw_paste_summarize    (GwPaste    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwPaste, gw_paste_free)

G_END_DECLS
